// Commands are looked at in the order in which they end: whatever one reads or holds in `$( )` ends before
// it.
#include "compiler/check/shell_flow.h"

#include <algorithm>
#include <iterator>

#include "compiler/check/command_risks.h"

namespace wfc::check {
namespace {

using shell::CommandRange;
using shell::Redirection;
using shell::ShellCommand;
using shell::ShellWord;

// Programs that start another one: the letters of their options that take a value, and how many operands
// stand before the program.
struct Wrapper {
  std::string_view name, with_value;
  std::size_t operands = 0;
};
constexpr Wrapper wrappers[] = {
    {"sudo", "ugpCrtTUDRh"}, {"doas", "uC"},       {"env", "uCS"},    {"nice", "n"},   {"ionice", "cnp"},
    {"nohup", ""},           {"timeout", "sk", 1}, {"stdbuf", "ioe"}, {"exec", "a"},   {"setsid", ""},
    {"chronic", ""},         {"unbuffer", ""},     {"command", ""},   {"busybox", ""}, {"time", "fo"}};

// Programs that print what they read.
constexpr std::string_view copying[] = {"cat",  "tee", "sort", "uniq",   "tac", "rev",   "nl",    "base64",
                                        "fold", "xxd", "tail", "sponge", "pv",  "iconv", "paste", "expand"};
// ... or a part of it, or what they make of it.
constexpr std::string_view choosing[] = {"head", "tr",     "sed", "grep", "cut",      "awk",
                                         "jq",   "gunzip", "yq",  "zcat", "envsubst", "dos2unix"};

template <std::size_t N>
bool listed(const std::string_view (&list)[N], std::string_view word) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

bool holds(const std::vector<ShellWord>& words, std::string_view text) {
  return std::any_of(words.begin(), words.end(),
                     [&](const ShellWord& word) { return word.text.find(text) != std::string::npos; });
}

// What comes through it was chosen letter by letter, or quoted again.
bool cleans(std::string_view program, const std::vector<ShellWord>& words) {
  if (program == "tr")
    return std::any_of(words.begin(), words.end(), [](const ShellWord& word) {
      return word.text.size() > 1 && word.text[0] == '-' &&
             word.text.find_first_of("cC") != std::string::npos;
    });
  if (program == "jq" || program == "yq") return holds(words, "@sh");
  return (program == "sed" || program == "grep" || program == "awk") && holds(words, "[");
}

std::string_view name_in(const ShellWord& assignment) {
  return std::string_view(assignment.text).substr(0, assignment.text.find_first_of("+="));
}

}  // namespace

std::size_t program_at(const std::vector<ShellWord>& words, std::size_t from) {
  while (from < words.size()) {
    const auto wrapper = std::find_if(std::begin(wrappers), std::end(wrappers), [&](const Wrapper& one) {
      return !words[from].dynamic && one.name == program_name(words[from].text);
    });
    if (wrapper == std::end(wrappers)) return from;
    std::size_t next = from + 1;
    std::size_t operands = wrapper->operands;
    for (; next < words.size(); ++next) {
      const std::string& word = words[next].text;
      const bool assigns = wrapper->name == "env" || wrapper->name == "sudo"
                               ? word.find('=') != std::string::npos && word[0] != '='
                               : false;
      if (word.size() > 1 && word[0] == '-') {
        if (word.size() == 2 && wrapper->with_value.find(word[1]) != std::string_view::npos) ++next;
      } else if (!assigns) {
        if (operands == 0) break;
        --operands;
      }
    }
    if (next >= words.size()) return wrapper->name == "env" ? from : words.size();  // `env` alone is itself.
    from = next;
  }
  return words.size();
}

std::vector<const ShellWord*> output_files(const ShellCommand& command) {
  std::vector<const ShellWord*> files;
  for (const Redirection& one : command.written) {
    const std::size_t arrow = one.operation.find('>');
    const std::string descriptor = one.operation.substr(0, arrow);
    const std::string& target = one.target.text;
    const bool stays = target == "/dev/stdout" || target == "/dev/stderr" || target == "/dev/tty" ||
                       (one.operation.ends_with('&') &&
                        target.find_first_not_of("0123456789") == std::string::npos && !one.target.dynamic);
    if ((descriptor.empty() || descriptor == "1") && !stays) files.push_back(&one.target);
  }
  return files;
}

std::vector<const ShellWord*> tee_files(const ShellCommand& command) {
  std::vector<const ShellWord*> files;
  const std::size_t at = program_at(command.words);
  if (at >= command.words.size() || program_name(command.words[at].text) != "tee") return files;
  for (std::size_t i = at + 1; i < command.words.size(); ++i)
    if (!command.words[i].text.starts_with('-')) files.push_back(&command.words[i]);
  return files;
}

std::vector<WrittenFile> files_written(const std::vector<ShellCommand>& commands) {
  std::vector<WrittenFile> files;
  const auto add = [&](const ShellWord& word, bool whole) {
    const bool plain = !word.dynamic && !word.pattern && !word.text.empty();
    if (plain && !word.text.starts_with("/dev/")) files.push_back({word.text, whole});
  };
  for (const ShellCommand& command : commands) {
    const std::string& program = command.words.front().text;
    if (program == "cd" || program == "pushd") return {};
    if (command.unclear) continue;
    for (const Redirection& one : command.written) {
      const bool descriptor = one.operation.ends_with('&') &&
                              one.target.text.find_first_not_of("0123456789-") == std::string::npos;
      if (!descriptor) add(one.target, !one.operation.ends_with(">>"));
    }
    const bool appends = std::any_of(command.words.begin(), command.words.end(),
                                     [](const ShellWord& word) { return word.text == "-a"; });
    for (const ShellWord* file : tee_files(command)) add(*file, !appends);
  }
  return files;
}

std::string path_below(const std::string& folder, const std::string& file) {
  const std::string whole = folder.empty() || file.starts_with('/') ? file : folder + "/" + file;
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= whole.size();) {
    const std::size_t end = std::min(whole.find('/', begin), whole.size());
    const std::string_view part = std::string_view(whole).substr(begin, end - begin);
    begin = end + 1;
    if (part.empty() || part == ".") continue;
    if (part == ".." && !parts.empty() && parts.back() != "..")
      parts.pop_back();
    else
      parts.push_back(part);
  }
  std::string text = whole.starts_with('/') ? "/" : "";
  for (std::size_t i = 0; i < parts.size(); ++i) text += (i == 0 ? "" : "/") + std::string(parts[i]);
  return text;
}

ShellFlow::ShellFlow(const shell::ShellWords& shell, Passing passing,
                     const std::set<std::string>& environment)
    : shell_(shell), passing_(passing) {
  const std::vector<ShellCommand>& commands = shell.commands;
  printed_.reserve(commands.size());
  taken_.assign(commands.size(), 0);
  for (std::size_t i = 0; i < commands.size(); ++i) {
    printed_.push_back(find_printed(i, environment));
    const ShellCommand& command = commands[i];
    const bool takes = command.writes_pipe || command.depth > 0 || !output_files(command).empty();
    taken_[i] = taken_[i] || takes;
    const auto take = [&](CommandRange range) {
      for (std::size_t k = range.begin; k < range.end && spend(1); ++k)
        if (commands[k].depth == command.depth) taken_[k] = 1;
    };
    if (command.reads_pipe) take(command.pipe);
    if (command.group && takes) take(*command.group);
  }
}

void ShellFlow::add(const Contents& from, Contents& to) const {
  if (!spend(1 + from.values.size() + from.variables.size())) return;
  to.values.insert(from.values.begin(), from.values.end());
  to.variables.insert(from.variables.begin(), from.variables.end());
}

void ShellFlow::add_printed(CommandRange range, std::size_t depth, Contents& to) const {
  for (std::size_t k = range.begin; k < range.end && k < printed_.size() && spend(1); ++k) {
    const ShellCommand& one = shell_.commands[k];
    // Of a pipe, the last one prints.
    const bool passed_on = one.writes_pipe && k + 1 != range.end;
    if (one.depth == depth && !passed_on && output_files(one).empty()) add(printed_[k], to);
  }
}

void ShellFlow::add_word(const ShellWord& word, Contents& to) const {
  if (!spend(1 + word.values.size() + word.variables.size())) return;
  to.values.insert(word.values.begin(), word.values.end());
  to.variables.insert(word.variables.begin(), word.variables.end());
  for (const CommandRange range : word.printed)
    if (range.end > range.begin && range.end <= printed_.size())
      add_printed(range, shell_.commands[range.end - 1].depth, to);
}

// Variables that the commands set themselves hold what they were given.
void ShellFlow::resolve(Contents& contents) const {
  if (shell_.assignments.empty()) return;
  std::vector<std::string> open(contents.variables.begin(), contents.variables.end());
  while (!open.empty()) {
    const std::string name = std::move(open.back());
    open.pop_back();
    for (const ShellWord& assignment : shell_.assignments) {
      if (!spend(1)) return;
      if (name_in(assignment) != name) continue;
      Contents held;
      add_word(assignment, held);
      contents.values.insert(held.values.begin(), held.values.end());
      for (const std::string& variable : held.variables)
        if (contents.variables.insert(variable).second) open.push_back(variable);
    }
  }
}

Contents ShellFlow::in(const ShellWord& word) const {
  Contents contents;
  add_word(word, contents);
  resolve(contents);
  return contents;
}

Contents ShellFlow::read_by(std::size_t command) const {
  const ShellCommand& one = shell_.commands[command];
  Contents contents;
  for (const ShellWord& input : one.inputs) add_word(input, contents);
  if (one.reads_pipe) add_printed(one.pipe, one.depth, contents);
  resolve(contents);
  return contents;
}

Contents ShellFlow::find_printed(std::size_t command, const std::set<std::string>& environment) const {
  const ShellCommand& one = shell_.commands[command];
  Contents contents;
  if (one.group) add_printed(*one.group, one.depth, contents);
  const std::size_t at = program_at(one.words);
  if (at >= one.words.size()) return contents;
  const std::string_view program = program_name(one.words[at].text);
  if (program == "echo" || program == "printf") {
    if (program == "printf" && holds(one.words, "%q")) return contents;
    for (std::size_t i = at + 1; i < one.words.size(); ++i) add_word(one.words[i], contents);
    resolve(contents);
  } else if (program == "printenv" || program == "env") {
    bool names = false, hides = false;
    for (std::size_t i = at + 1; i < one.words.size(); ++i) {
      const std::string& word = one.words[i].text;
      hides = hides || word == "-i" || word == "-" || word == "--ignore-environment" || word == "-u";
      if (word.starts_with('-') || program == "env") continue;
      names = true;
      if (environment.contains(word)) contents.variables.insert(word);
    }
    if (!names && !hides) contents.variables.insert(environment.begin(), environment.end());
  } else if (listed(copying, program) ||
             (passing_ == Passing::parts && listed(choosing, program) && !cleans(program, one.words))) {
    add(read_by(command), contents);
  }
  return contents;
}

}  // namespace wfc::check
