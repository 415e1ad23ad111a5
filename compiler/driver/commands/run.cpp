// wfc run: builds into the cache and becomes the executable.
#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "compiler/driver/commands.h"

namespace wfc::driver {
namespace {

struct RunOptions {
  InputOptions input;
  std::string file;
  std::vector<std::string> arguments;
};

int run_command(Console& console, const RunOptions& options) {
  Session session(options.input.limits);
  int exit = fine;
  const auto checked = front_or_say(console, session, options.file, options.input, exit);
  if (!checked) return exit;
  const auto tools = tools_or_say(console);
  if (!tools) return toolchain_failed;
  const auto result = toolchain::build_in_cache(request_for(session, *checked, options.input, console),
                                                tools->home, tools->compiler);
  if (!result) {
    console.trouble(result.error().message, result.error().hint);
    return usage;
  }
  if (result->toolchain_failed) return say_toolchain_failed(console, *result, *tools);
  std::vector<std::string> words = {result->executable};
  // `wfc run x.wf -- --input task=t` runs it; `-- status` is another of its commands.
  if (options.arguments.empty() || options.arguments.front().starts_with('-')) words.emplace_back("run");
  words.insert(words.end(), options.arguments.begin(), options.arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  if (!console.flush()) return usage;
  if (options.file == "-") {
    // The definition was standard input: the run finds it empty.
    const int nothing = open("/dev/null", O_RDONLY);
    if (nothing >= 0) dup2(nothing, STDIN_FILENO);
  }
  std::signal(SIGPIPE, SIG_DFL);
  execv(argv[0], argv.data());
  console.trouble("cannot start `" + result->executable + "`: " + std::strerror(errno));
  return usage;
}

}  // namespace

Action add_run(const CommandContext& context) {
  auto options = std::make_shared<RunOptions>();
  CLI::App& app = context.app;
  app.description("Build into the cache, then run the executable with what follows `--`");
  app.add_option("file", options->file, "The definition, or - for standard input")
      ->type_name("FILE")
      ->required();
  add_input_options(app, options->input);
  options->arguments = context.after_dashes;
  return [options](Console& console) { return run_command(console, *options); };
}

}  // namespace wfc::driver
