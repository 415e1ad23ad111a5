// The whole of wfc's main: reads the command line, runs a command, and answers for how it ends.
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <exception>
#include <new>

#include "compiler/diag/report.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/version.h"

namespace wfc::driver {
namespace {

constexpr std::string_view ask_for_report =
    "wfc: internal error. Please report it, with the definition if you can; nothing half-written was left "
    "behind.\n";

// A bug must not look like anything else, and must not end in a signal: the last resort is to say so and
// leave.
extern "C" void on_crash(int) {
  (void)!write(STDERR_FILENO, ask_for_report.data(), ask_for_report.size());
  _exit(internal);
}

void catch_crashes() {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  // A stack of its own: the crash may be that the other one is used up.
  static std::array<char, 1 << 16> stack;
  stack_t alternative{};
  alternative.ss_sp = stack.data();
  alternative.ss_size = stack.size();
  sigaltstack(&alternative, nullptr);
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) {
    struct sigaction action {};
    action.sa_handler = on_crash;
    action.sa_flags = SA_ONSTACK;
    sigaction(signal, &action, nullptr);
  }
#endif
  // Writing to a pipe that nobody reads, or past a limit, is an error like others.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

constexpr std::string_view overview =
    "wfc compiles agent and automation workflows into durable executables.\n"
    "\n"
    "A first round:\n"
    "  wfc check release.wf               find its mistakes\n"
    "  wfc build release.wf -o release    make an executable of it\n"
    "  ./release run                      run it\n";

struct Chosen {
  CLI::App* app = nullptr;
  Action action;
};

// Help for the command an argument list begins with.
void hint_at_help(Console& console, const std::string& command) {
  console.err("     `wfc help" + (command.empty() ? std::string() : " " + command) +
              "` shows what there is\n");
}

int unknown_command(Console& console, const std::string& word, const std::vector<std::string>& known) {
  const std::string near = diag::closest(word, known);
  console.trouble("no command is named `" + word + "`", near.empty() ? "" : "did you mean `" + near + "`?");
  hint_at_help(console, {});
  return usage;
}

// The flag that nobody knows, among the arguments of a command.
std::string unknown_flag(const CLI::App& app, const std::vector<std::string>& arguments,
                         std::vector<std::string>& known) {
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
    for (const std::string& name : option->get_snames()) known.push_back("-" + name);
  }
  for (const std::string& argument : arguments) {
    if (argument.size() < 2 || argument[0] != '-') continue;
    const std::string flag = argument.substr(0, argument.find('='));
    if (flag.starts_with("--") ? std::find(known.begin(), known.end(), flag) == known.end()
                               : std::find(known.begin(), known.end(), flag.substr(0, 2)) == known.end())
      return flag;
  }
  return {};
}

std::string after_dashes_hint() {
  return "what belongs to the executable goes after `--`: wfc run FILE -- --input NAME=VALUE";
}

int say_parse_error(Console& console, const CLI::App& app, const std::vector<std::string>& arguments,
                    const CLI::ParseError& error) {
  const std::string command = app.get_name();
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    std::vector<std::string> known;
    const std::string flag = unknown_flag(app, arguments, known);
    if (!flag.empty()) {
      const std::string near = diag::closest(flag, known);
      console.trouble("`wfc " + command + "` has no flag `" + flag + "`",
                      !near.empty()      ? "did you mean `" + near + "`?"
                      : command == "run" ? after_dashes_hint()
                                         : std::string());
      hint_at_help(console, command);
      return usage;
    }
    console.trouble("`wfc " + command + "` takes fewer arguments",
                    command == "run" ? after_dashes_hint() : std::string());
    hint_at_help(console, command);
    return usage;
  }
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
    std::string missing;
    for (const CLI::Option* option : app.get_options()) {
      if (!option->get_required() || option->count() > 0) continue;
      missing += (missing.empty() ? "" : " and ") + std::string("`") +
                 (option->get_positional() ? option->get_type_name()
                                           : option->get_name(false, true) + " " + option->get_type_name()) +
                 "`";
    }
    console.trouble("`wfc " + command + "` needs " + missing);
    hint_at_help(console, command);
    return usage;
  }
  console.trouble(error.what());
  hint_at_help(console, command);
  return usage;
}

int run_command_line(Console& console, std::vector<std::string> arguments) {
  CLI::App whole{std::string(overview)};
  whole.name("wfc");
  whole.set_help_flag("-h,--help", "Show this help");
  bool wants_version = false;
  whole.add_flag("--version", wants_version, "Show which wfc this is");

  std::vector<std::string> after_dashes;
  if (const auto dashes = std::find(arguments.begin(), arguments.end(), "--");
      dashes != arguments.end() && !arguments.empty() && arguments.front() == "run") {
    after_dashes.assign(dashes + 1, arguments.end());
    arguments.erase(dashes, arguments.end());
  }
  std::vector<Chosen> commands;
  std::vector<std::string> names = {"help"};
#define WFC_COMMAND(name)                                               \
  {                                                                     \
    CLI::App* app = whole.add_subcommand(#name);                        \
    commands.push_back({app, add_##name({*app, whole, after_dashes})}); \
    names.emplace_back(#name);                                          \
  }
#include "compiler/driver/commands.def"
  const auto find = [&](const std::string& name) {
    return std::find_if(commands.begin(), commands.end(),
                        [&](const Chosen& one) { return one.app->get_name() == name; });
  };

  const bool asks_help =
      !arguments.empty() && (arguments[0] == "help" || arguments[0] == "--help" || arguments[0] == "-h");
  if (arguments.empty() || asks_help) {
    if (arguments.size() > 1 && arguments[0] == "help") {
      const auto about = find(arguments[1]);
      if (about == commands.end()) return unknown_command(console, arguments[1], names);
      console.out(about->app->help("wfc"));
      return fine;
    }
    console.out(whole.help());
    return arguments.empty() ? usage : fine;
  }
  if (arguments[0] == "--version") {
    console.out(std::string("wfc ") + version + "\n");
    return fine;
  }
  const auto chosen = find(arguments[0]);
  if (chosen == commands.end()) {
    if (arguments[0].starts_with('-')) {
      console.trouble("wfc has no flag `" + arguments[0] + "` before a command");
      hint_at_help(console, {});
      return usage;
    }
    return unknown_command(console, arguments[0], names);
  }
  const std::vector<std::string> own(arguments.begin() + 1, arguments.end());
  if (std::find_if(own.begin(), own.end(),
                   [](const std::string& word) { return word == "--help" || word == "-h"; }) != own.end()) {
    console.out(chosen->app->help("wfc"));
    return fine;
  }
  try {
    std::vector<std::string> reversed(own.rbegin(), own.rend());
    chosen->app->parse(reversed);
  } catch (const CLI::ParseError& error) {
    return say_parse_error(console, *chosen->app, own, error);
  }
  return chosen->action(console);
}

}  // namespace

int run(int argc, char** argv) {
  catch_crashes();
  Console console;
  int exit = internal;
  try {
    exit = run_command_line(console, std::vector<std::string>(argv + std::min(argc, 1), argv + argc));
  } catch (const std::bad_alloc&) {
    console.trouble("there is not enough memory");
    exit = internal;
  } catch (const std::exception& error) {
    console.err(ask_for_report);
    console.trouble(error.what());
    exit = internal;
  } catch (...) {
    console.err(ask_for_report);
    exit = internal;
  }
  return console.end(exit);
}

}  // namespace wfc::driver
