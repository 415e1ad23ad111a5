// Follows shell quoting through a command with placeholders. See shell_words.cpp.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "compiler/expr/template.h"

namespace wfc::shell {

// What stands in a command, from left to right. Neighbouring texts are one part.
struct CommandPart {
  std::string text;                       // The author's own text; empty for a placeholder.
  std::vector<expr::TemplateNode> value;  // A placeholder: what is rendered into one variable.
  bool raw = false;                       // `value` is put into the command as it is (`safe`).
  bool may_be_nothing = false;            // A control-flow tag that may print nothing at all.
  Span span;
};

// A placeholder that cannot be passed as part of one word, and why.
struct Refusal {
  Span span;
  std::string message;
  std::string label;
  std::string help;  // Empty: pass the value with `env`.
};

// A word of a command, its quotes removed.
struct ShellWord {
  std::string text;
  bool quoted = false;
  bool dynamic = false;                // Some of it is not the author's text.
  std::vector<std::size_t> values;     // The placeholders in it: entries of the parts.
  std::vector<std::string> variables;  // `NAME` for each `$NAME` and `${NAME...}` in it.
};
// What a shell would start: `env A=1 make test`, and whether it reads what the command before it prints.
struct ShellCommand {
  std::vector<ShellWord> words;  // The program first; assignments and redirections left out.
  bool reads_pipe = false;
  bool writes_pipe = false;
  bool writes_file = false;
};

struct ShellWords {
  // What `sh -c` is given: texts, and references to variables where placeholders stood. Entry i of
  // `variables` is the part that variable i holds.
  std::vector<CommandPart> shell;
  std::vector<std::size_t> variables;
  // The words of a command that needs no shell.
  bool direct = false;
  std::vector<std::vector<expr::TemplateNode>> words;
  std::vector<Refusal> refusals;
  // Every command in it, those of `$( )` and `( )` too, in the order of their ends.
  std::vector<ShellCommand> commands;
};

// The parts of a text as they stand there; blocks are placeholders.
std::vector<CommandPart> parts_of(const expr::Template& text);
// Its commands alone.
std::vector<ShellCommand> commands_of(const std::vector<CommandPart>& parts);

// `name_of(i)` is the name of the variable for part i.
ShellWords shell_words(const std::vector<CommandPart>& parts, const std::vector<std::string>& names);

// May this name start a command that is executed without a shell?
bool is_plain_program(std::string_view name);

}  // namespace wfc::shell
