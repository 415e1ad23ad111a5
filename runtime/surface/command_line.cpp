// Turns words into a call of a command. Data stays data: a value is taken as it stands, never expanded, and
// what follows an option that wants a value is its value, whatever it looks like.
#include "runtime/surface/command_line.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "runtime/base/text.h"
#include "runtime/rules/near.h"
#include "runtime/surface/commands.h"

namespace wf::surface {
namespace {

constexpr const Command* table[] = {
#define WF_COMMAND(name) &commands::name,
#include "runtime/surface/commands.def"
#undef WF_COMMAND
};

const Command* find_command(std::string_view name) {
  for (const Command* command : table)
    if (command->name == name) return command;
  return nullptr;
}

std::string usage(const Command& command) {
  std::string text = std::string(command.name);
  if (!command.words.empty()) text += " " + std::string(command.words);
  return text + " [OPTIONS]";
}

const Option* find_option(const Command& command, std::string_view name) {
  for (const std::span<const Option> group : command.options)
    for (const Option& option : group)
      if (option.name == name) return &option;
  return nullptr;
}

Error unknown_option(const Command& command, std::string_view name) {
  std::vector<std::string_view> known;
  for (const std::span<const Option> group : command.options)
    for (const Option& option : group) known.push_back(option.name);
  const std::string_view near = rules::closest(name, known);
  Error error{"`" + std::string(command.name) + "` has no option `" + printable(name, false) + "`", ""};
  if (!near.empty()) error.hint = "did you mean `" + std::string(near) + "`?";
  return error;
}

std::string overview(const Context& context) {
  const Program& program = context.program;
  std::string text = printable({program.workflow.data, program.workflow.size}, false);
  if (program.title.size != 0) text += " - " + printable({program.title.data, program.title.size}, false);
  text += "\n";
  if (program.description.size != 0)
    text += "\n" + printable({program.description.data, program.description.size}, true) + "\n";
  text += "\nusage: " + context.exe + " COMMAND [OPTIONS]\n\n";
  for (const Command* command : table) {
    std::string words(command->name);
    if (!command->words.empty()) words += " " + std::string(command->words);
    text += "  " + pad(words, 22) + "  " + std::string(command->summary) + "\n";
  }
  text += "\n`" + context.exe + " help COMMAND` has the options of one.";
  if (program.inputs.count != 0) {
    text += "\n\ninputs (--input NAME=VALUE):\n";
    for (const InputRow& input : program.inputs) {
      text += "  " + pad(printable({input.name.data, input.name.size}, false), 22) + "  " +
              (input.required ? "required" : "optional");
      if (input.description.size != 0)
        text += ", " + printable({input.description.data, input.description.size}, false);
      text += "\n";
    }
    text.pop_back();
  }
  return text;
}

// A question whose answer could not be written was not answered.
int act_on(Context& context, const Command& command) {
  const int code = command.act(context);
  const bool asked = !command.changes || context.arguments.has("--dry-run");
  return context.tell_unwritten(asked) && asked ? static_cast<int>(exit_usage) : code;
}

}  // namespace

namespace commands {
std::string help_text(const Context& context, const Command& command) {
  std::string text = std::string(command.summary) + "\n\nusage: " + context.exe + " " + usage(command) + "\n";
  for (const std::span<const Option> group : command.options) {
    for (const Option& option : group) {
      std::string left(option.name);
      if (!option.value.empty()) left += " " + std::string(option.value);
      text += "\n  " + (display_width(left) > 26 ? left + "\n" + std::string(28, ' ') : pad(left, 26)) +
              "  " + std::string(option.help);
    }
  }
  return text;
}

namespace {
int act_help(Context& context) {
  if (context.arguments.words() == 0) {
    context.out.line(overview(context));
    return exit_fine;
  }
  const Command* command = find_command(context.arguments.word(0));
  if (!command)
    return context.refuse({"no command is named `" + printable(context.arguments.word(0), false) + "`", ""});
  context.out.line(help_text(context, *command));
  return exit_fine;
}
}  // namespace

const Command help = {.name = "help",
                      .words = "[COMMAND]",
                      .words_min = 0,
                      .words_max = 1,
                      .summary = "this page, or the options of a command",
                      .options = {},
                      .act = act_help};
}  // namespace commands

std::string_view Arguments::value(std::string_view option) const {
  const auto found = given_.find(option);
  return found == given_.end() || found->second.empty() ? std::string_view() : found->second.back();
}

const std::vector<std::string_view>& Arguments::values(std::string_view option) const {
  static const std::vector<std::string_view> none;
  const auto found = given_.find(option);
  return found == given_.end() ? none : found->second;
}

Result<Arguments> parse(const Command& command, std::span<char* const> words) {
  Arguments arguments;
  bool options_end = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (options_end || word.size() < 2 || word.front() != '-') {
      arguments.words_.push_back(word);
      continue;
    }
    if (word == "--") {
      options_end = true;
      continue;
    }
    const std::size_t equals = word.find('=');
    const std::string_view name = word.substr(0, equals);
    const Option* option = find_option(command, name);
    if (!option) return unknown_option(command, name);
    std::vector<std::string_view>& given = arguments.given_[option->name];
    if (!given.empty() && !option->many) return Error{"`" + std::string(name) + "` is given twice", ""};
    if (option->value.empty()) {
      if (equals != std::string_view::npos) return Error{"`" + std::string(name) + "` takes no value", ""};
      given.emplace_back();
    } else if (equals != std::string_view::npos) {
      given.push_back(word.substr(equals + 1));
    } else if (i + 1 < words.size()) {
      given.emplace_back(words[++i]);
    } else {
      return Error{"`" + std::string(name) + "` needs a value: " + std::string(name) + " " +
                       std::string(option->value),
                   ""};
    }
  }
  if (arguments.words_.size() < command.words_min)
    return Error{"`" + std::string(command.name) + "` needs " + std::string(command.words), ""};
  if (arguments.words_.size() > command.words_max)
    return Error{"`" + printable(arguments.words_[command.words_max], false) +
                     "` is one argument too many for `" + std::string(command.name) + "`",
                 ""};
  return arguments;
}

Result<std::pair<std::string, std::string>> key_and_value(std::string_view option, std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0)
    return Error{
        "`" + std::string(option) + " " + printable(text, false) + "` has no `NAME=` before its value", ""};
  return std::pair{std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

RunService Context::service() const {
  RunService::Place place;
  // Inside a step WF_STORE is the id of the outer run's store, not a path.
  const char* from_environment = std::getenv("WF_RUN") ? nullptr : std::getenv("WF_STORE");
  if (arguments.has("--store"))
    place.store_path = arguments.value("--store");
  else if (from_environment && *from_environment)
    place.store_path = from_environment;
  else
    place.store_path = ".wf/runs.db";
  place.any_file_system = arguments.has("--any-file-system");
  place.warn = [fd = err.fd()](const std::string& what) {
    Out(fd).line("warning: " + printable(what, false));
  };
  return RunService(program, clock, random, place);
}

std::string Context::command(std::string_view words) const {
  std::string text = exe + " " + std::string(words);
  if (arguments.has("--store"))
    text += " --store " + shell_word(printable(arguments.value("--store"), false));
  return text;
}

int Context::refuse(const Error& error) {
  err.line("error: " + error.message);
  if (!error.hint.empty()) err.line("  " + error.hint);
  return exit_usage;
}

bool Context::tell_unwritten(bool as_error) {
  out.settle();
  if (told_unwritten) return true;
  std::string what;
  if (out.left_out() != 0)
    what = "whoever reads standard output was too slow: " + std::to_string(out.left_out()) +
           " bytes were left out";
  else if (out.broken() && out.error() != EPIPE)
    what = "cannot write to standard output: " + std::string(std::strerror(out.error()));
  else
    return false;
  err.line((as_error ? "error: " : "warning: ") + what);
  told_unwritten = true;
  return true;
}

int command_line(const Program& program, std::span<char* const> arguments, Workshop& workshop, Clock& clock,
                 Random& random) {
  Context context{.program = program,
                  .workshop = workshop,
                  .clock = clock,
                  .random = random,
                  .exe = "wf",
                  .arguments = {}};
  if (!arguments.empty()) context.exe = shell_word(printable(arguments.front(), false));
  const std::span<char* const> words = arguments.empty() ? arguments : arguments.subspan(1);
  if (words.empty() || std::string_view(words[0]) == "--help" || std::string_view(words[0]) == "-h")
    return act_on(context, commands::help);
  if (std::string_view(words[0]) == "--version" || std::string_view(words[0]) == "-V") {
    const auto text = [](const Text& t) { return printable({t.data, t.size}, false); };
    std::string line = text(program.workflow);
    if (program.version.size != 0) line += " " + text(program.version);
    context.out.line(line + " (" + text(program.compiler) + ", plan " +
                     text(program.plan_digest).substr(0, 12) + ")");
    return context.tell_unwritten(true) ? exit_usage : exit_fine;
  }
  const std::string_view name = words[0];
  const Command* command = find_command(name);
  if (!command) {
    std::vector<std::string_view> known;
    for (const Command* each : table) known.push_back(each->name);
    const std::string_view near = rules::closest(name, known);
    context.refuse({"no command is named `" + printable(name, false) + "`",
                    near.empty() ? std::string() : "did you mean `" + std::string(near) + "`?"});
    context.err.line("usage: " + context.exe + " COMMAND [OPTIONS]; `" + context.exe +
                     " help` lists the commands");
    return exit_usage;
  }
  const std::span<char* const> rest = words.subspan(1);
  const auto asks_help = [](const char* word) {
    return std::string_view(word) == "--help" || std::string_view(word) == "-h";
  };
  if (!rest.empty() && asks_help(rest[0])) {
    context.out.line(commands::help_text(context, *command));
    return context.tell_unwritten(true) ? exit_usage : exit_fine;
  }
  Result<Arguments> parsed = parse(*command, rest);
  if (!parsed) {
    context.refuse(parsed.error());
    context.err.line("usage: " + context.exe + " " + usage(*command));
    return exit_usage;
  }
  context.arguments = std::move(*parsed);
  return act_on(context, *command);
}

}  // namespace wf::surface
