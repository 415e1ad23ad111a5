// Follows shell quoting through a command with placeholders. See shell_words.cpp.
#pragma once
#include <optional>
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
  std::vector<std::size_t> marks;         // Bytes of `text` before which the state is asked for, ascending.
  Span span;
};

// A placeholder that cannot be passed as part of one word, and why.
struct Refusal {
  Span span;
  std::string message;
  std::string label;
  std::string help;  // Empty: pass the value with `env`.
};

// Some of the commands of a text, in the order in which they are told.
struct CommandRange {
  std::size_t begin = 0, end = 0;
};

// A word of a command, its quotes removed.
struct ShellWord {
  std::string text = {};
  bool quoted = false;
  bool dynamic = false;                     // Some of it is not the author's text.
  bool pattern = false;                     // `*`, `?`, `[`, `{` or `~` stands in it without quotes.
  std::vector<std::size_t> values = {};     // The placeholders in it: entries of the parts.
  std::vector<std::string> variables = {};  // `NAME` for each `$NAME` and `${NAME...}` in it.
  std::vector<CommandRange> printed = {};   // By `$( )` and `<( )` in it: those commands stand one deeper.
  bool file = false;                        // It is `<( )`, a file that holds what was printed.
};
struct Redirection {
  std::string operation;  // `>`, `>>`, `2>`, `>&` ...
  ShellWord target;
};
// What a shell would start: `env A=1 make test`, and whether it reads what the command before it prints.
struct ShellCommand {
  // The program first; assignments and redirections left out. Of `( ) > file` one dynamic word without text.
  std::vector<ShellWord> words;
  bool reads_pipe = false;
  bool writes_pipe = false;
  CommandRange pipe;                  // Those that print what it reads.
  std::vector<ShellWord> inputs;      // Its here-documents and here-strings.
  std::vector<Redirection> written;   // Where its output goes.
  std::optional<CommandRange> group;  // It ends `{ }`, `( )`, a loop or an `if` of these.
  std::size_t depth = 0;              // How many `$( )` and `<( )` are around it.
  bool unclear = false;               // What stands before it cannot be followed.
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
  // What stands in `shell` for each part; empty for texts and for what is refused.
  std::vector<std::string> references;
  // At each mark, in their order: in which quotes, parentheses and the like it stands.
  std::vector<std::string> states;
  // Every command in it, those of `$( )` and `( )` too, in the order of their ends.
  std::vector<ShellCommand> commands;
  std::vector<ShellWord> assignments;  // `NAME=...`
};

// Texts of tags that are a part of one word wherever they stand.
bool is_quiet(std::string_view text);
// The parts of a text on each way through its tags. A `{% for %}` and what is too much to be gone through are
// placeholders, first of all tags whose texts are quiet.
struct Ways {
  std::vector<std::vector<CommandPart>> all;
  bool too_many = false;  // Even without the quiet ones.
};
Ways ways_of(const expr::Template& text);
// What a shell would make of the parts, whatever the names of variables are.
ShellWords reading_of(const std::vector<CommandPart>& parts);
// Its commands alone.
std::vector<ShellCommand> commands_of(const std::vector<CommandPart>& parts);

// `name_of(i)` is the name of the variable for part i.
ShellWords shell_words(const std::vector<CommandPart>& parts, const std::vector<std::string>& names);

// May this name start a command that is executed without a shell?
bool is_plain_program(std::string_view name);

}  // namespace wfc::shell
