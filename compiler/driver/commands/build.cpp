// wfc build: from a definition to an executable.
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>

#include "compiler/driver/commands.h"
#include "compiler/driver/remembered.h"
#include "runtime/base/text.h"

namespace wfc::driver {
namespace {

struct BuildOptions {
  InputOptions input;
  std::string file;
  std::string output;
  bool no_cache = false;
  bool keep = false;
};

bool same_file(const std::string& a, const std::string& b) {
  struct stat left {};
  struct stat right {};
  return stat(a.c_str(), &left) == 0 && stat(b.c_str(), &right) == 0 && left.st_dev == right.st_dev &&
         left.st_ino == right.st_ino;
}

std::string seconds(double ms) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f s", ms / 1000);
  return text;
}

// What a person has to type behind `run`.
std::string arguments_of(const model::Workflow& workflow) {
  std::string arguments;
  for (const model::Input& input : workflow.inputs)
    if (input.required && !input.default_value)
      arguments += " --input " + shell_word(input.name.value + "=...");
  return arguments;
}

std::string built(const std::string& output, const diag::FileSummary& summary, const std::string& how) {
  return "built " + output + ": workflow " + summary.workflow + ", " + std::to_string(summary.steps) +
         (summary.steps == 1 ? " step, " : " steps, ") + how + "\n";
}

std::string next(const std::string& output, const std::string& words) {
  return "next: " + shell_word(output.find('/') == std::string::npos ? "./" + output : output) + " " + words +
         "\n";
}

// Has this very executable been built before, of these very texts?
bool say_unchanged(Console& console, const BuildOptions& options) {
  if (options.no_cache || options.keep || options.input.verbose || options.file == "-") return false;
  auto known = recall(options.file, options.input);
  if (!known) return false;
  const auto home = toolchain::find_home();
  const auto compiler = toolchain::find_compiler();
  if (!home || !compiler) return false;
  const diag::FileSummary& summary = known->checked.summary;
  const std::string output = options.output.empty() ? file_name_for(summary.workflow) : options.output;
  const auto request = request_for(known->session, known->checked, options.input, console);
  if (!toolchain::is_built(request, *home, *compiler, output)) return false;
  console.out(
      wf::printable(built(output, summary, "unchanged") + next(output, "run" + known->arguments), true));
  return true;
}

int build_command(Console& console, const BuildOptions& options) {
  const auto begin = std::chrono::steady_clock::now();
  if (say_unchanged(console, options)) return fine;
  Session session(options.input.limits);
  int exit = fine;
  const auto checked = front_or_say(console, session, options.file, options.input, exit);
  if (!checked) return exit;
  const std::string output =
      options.output.empty() ? file_name_for(checked->summary.workflow) : options.output;
  if (options.file != "-" && same_file(options.file, output)) {
    console.trouble("`" + output + "` is the definition itself", "choose another name with -o");
    return usage;
  }
  const auto tools = tools_or_say(console);
  if (!tools) return toolchain_failed;
  toolchain::BuildRequest request = request_for(session, *checked, options.input, console);
  request.use_cache = !options.no_cache;
  request.keep_temporary = options.keep;
  auto result = toolchain::build(request, tools->home, tools->compiler, output);
  if (!result) {
    console.trouble(result.error().message, result.error().hint);
    return usage;
  }
  if (result->toolchain_failed) return say_toolchain_failed(console, *result, *tools);
  const double ms =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  const std::string arguments = arguments_of(checked->read.workflow);
  std::string said = built(output, checked->summary, result->from_cache ? "unchanged" : seconds(ms));
  if (options.input.verbose) {
    said += "compiler: " + tools->compiler.version + " (" + tools->compiler.path +
            "), linker: " + (tools->compiler.linker.empty() ? "the compiler's own" : tools->compiler.linker) +
            "\n";
    if (!result->from_cache)
      said += "compiled in " + seconds(result->compile_ms) + ", linked in " + seconds(result->link_ms) + "\n";
  }
  if (!result->kept.empty()) said += "sources kept in " + result->kept + "\n";
  // What asks for more than can be run today can be looked at.
  said += next(output, checked->read.workflow.beyond.empty() ? "run" + arguments : "inspect");
  console.out(wf::printable(said, true));
  if (!options.no_cache && options.file != "-")
    remember(options.file, options.input, session, *checked, arguments);
  return fine;
}

}  // namespace

Action add_build(const CommandContext& context) {
  auto options = std::make_shared<BuildOptions>();
  CLI::App& app = context.app;
  app.description("Make an executable of a definition");
  app.add_option("file", options->file, "The definition, or - for standard input")
      ->type_name("FILE")
      ->required();
  const CLI::Option* output =
      app.add_option("-o,--output", options->output, "The executable (default: the workflow's id)")
          ->type_name("EXE");
  app.add_flag("--no-cache", options->no_cache, "Compile even if nothing has changed");
  app.add_flag("--keep-sources", options->keep, "Keep the C++ that was compiled, and say where");
  add_input_options(app, options->input);
  return [options, output](Console& console) {
    if (output->count() > 0 && options->output.empty()) {
      console.trouble("`-o` is given no name", "write -o EXE, or leave it out for the workflow's id");
      return static_cast<int>(usage);
    }
    return build_command(console, *options);
  };
}

}  // namespace wfc::driver
