// wfc emit: the C++ of a definition, with a CMakeLists.txt that builds it.
#include <CLI/CLI.hpp>

#include "compiler/driver/commands.h"
#include "runtime/base/files.h"
#include "runtime/base/text.h"

namespace wfc::driver {
namespace {

struct EmitOptions {
  InputOptions input;
  std::string file;
  std::string folder;
};

std::string cmake_lists(const std::string& name, const emit::Sources& sources) {
  std::string text =
      "# Builds a workflow against an installed wfc runtime:\n"
      "#   cmake -S . -B build -DCMAKE_PREFIX_PATH=<where wfc is installed> && cmake --build build\n"
      "cmake_minimum_required(VERSION 3.16)\n"
      "project(workflow CXX)\n"
      "find_package(wfc REQUIRED)\n"
      "add_executable(" +
      name;
  for (const emit::SourceFile& file : sources.files) text += " " + file.name;
  return text + ")\ntarget_link_libraries(" + name + " PRIVATE wfc::runtime)\n";
}

// CMake keeps some names for itself; a workflow that bears one is built as `workflow`.
std::string target_name(const std::string& workflow) {
  const std::string name = file_name_for(workflow);
  for (const char* taken :
       {"all", "clean", "help", "install", "test", "package", "edit_cache", "rebuild_cache", "depend",
        "list_install_components", "preinstall", "ALL_BUILD", "RUN_TESTS", "build"})
    if (name == taken) return "workflow";
  return name;
}

int emit_command(Console& console, const EmitOptions& options) {
  Session session(options.input.limits);
  int exit = fine;
  const auto checked = front_or_say(console, session, options.file, options.input, exit);
  if (!checked) return exit;
  const Backed backed = back(session, *checked);
  if (auto made = wf::make_folders(options.folder); !made) {
    console.trouble(made.error().message, made.error().hint);
    return usage;
  }
  std::vector<emit::SourceFile> files = backed.sources.files;
  files.push_back({"CMakeLists.txt", cmake_lists(target_name(checked->summary.workflow), backed.sources)});
  std::string said;
  for (const emit::SourceFile& file : files) {
    const std::string path = options.folder + "/" + file.name;
    if (auto written = wf::write_file(path, file.text); !written) {
      console.trouble(written.error().message, written.error().hint);
      return usage;
    }
    said += "wrote " + path + "\n";
  }
  std::string prefix;
  if (const auto home = toolchain::find_home(); home && home->found_by != "build tree")
    prefix =
        " " + shell_word("-DCMAKE_PREFIX_PATH=" + home->folder.substr(0, home->folder.rfind("/lib/wfc")));
  said += "next: cmake -S " + shell_word(options.folder) + " -B " + shell_word(options.folder + "/build") +
          prefix + " && cmake --build " + shell_word(options.folder + "/build") + "\n";
  console.out(wf::printable(said, true));
  return fine;
}

}  // namespace

Action add_emit(const CommandContext& context) {
  auto options = std::make_shared<EmitOptions>();
  CLI::App& app = context.app;
  app.description("Write the C++ of a definition, with a CMakeLists.txt");
  app.add_option("file", options->file, "The definition, or - for standard input")
      ->type_name("FILE")
      ->required();
  app.add_option("-o,--output", options->folder, "The folder to write to")->type_name("DIR")->required();
  add_input_options(app, options->input);
  return [options](Console& console) { return emit_command(console, *options); };
}

}  // namespace wfc::driver
