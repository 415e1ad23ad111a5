// Follows shell quoting through a command with placeholders, and says what stands for each of them.
//
// The author's text is read once, character by character, the way POSIX shells read it: a stack of contexts
// (quotes,
// `$( )`, `${ }`, ...) and, for each command in it, the word that names it. Where a placeholder stands, the
// context on top says how a quoted reference to an environment variable is written there, so that the value
// is part of one word and no shell parses it. Shells differ, and some texts cannot be followed without
// running them: from such a point on every placeholder is refused. The text itself is never changed, so a
// mistake here can refuse too much, but a placeholder is only accepted in a context that dash and bash agree
// about.
//
// On the way the words of the command are collected with their quotes removed. When nothing in it needs a
// shell, they are its argv, and the executable saves the shell.
#include "compiler/shell/shell_words.h"

#include <algorithm>
#include <deque>
#include <iterator>
#include <utility>

namespace wfc::shell {
namespace {

enum class Context {
  plain,          // The command itself.
  substitution,   // $( )
  subshell,       // ( )
  single_quoted,  // '
  double_quoted,  // "
  dollar_quoted,  // $'
  parameter,      // ${ }
  arithmetic,     // $(( ))
  backquoted,     // `
  comment,        // # to the end of the line
  here_document,  // The lines after <<END, END included.
};

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_name_char(char c) {
  return is_name_start(c) || is_digit(c);
}
bool one_of(std::string_view chars, char c) {
  return chars.find(c) != std::string_view::npos;
}

template <std::size_t N>
bool listed(const std::string_view (&list)[N], std::string_view word) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

// Commands of the shell that parse or evaluate their operands.
constexpr std::string_view evaluating[] = {"eval",    "trap",  "let", "read",    "unset",     "declare",
                                           "typeset", "alias", "[[",  "mapfile", "readarray", "getopts"};
// ... or the part of an operand before its `=`.
constexpr std::string_view assigning[] = {"export", "readonly", "local"};
constexpr std::string_view shells[] = {"sh", "bash", "dash", "ksh", "zsh"};
// After these words another command begins.
constexpr std::string_view leading[] = {"!",     "{",     "if",   "then",    "else",    "elif",  "do",
                                        "while", "until", "time", "command", "builtin", "coproc"};
// These hold several commands...
constexpr std::string_view opening[] = {"{", "if", "while", "until", "for", "select", "case"};
// ... and end here.
constexpr std::string_view closing[] = {"}", "fi", "done", "esac"};
// Words that mean something else, or behave otherwise, in a shell than as a program of that name. `true`,
// `false`, `test` and `printf` are the same either way; `echo` is looked at by itself.
constexpr std::string_view shell_only[] = {
    "!",        "{",      "}",      "[[",       "]]",      "(",      ")",       "if",       "then",
    "else",     "elif",   "fi",     "case",     "esac",    "for",    "while",   "until",    "do",
    "done",     "in",     "select", "function", "time",    "coproc", ".",       ":",        "source",
    "alias",    "bg",     "bind",   "break",    "builtin", "cd",     "command", "continue", "declare",
    "dirs",     "disown", "eval",   "exec",     "exit",    "export", "fc",      "fg",       "getopts",
    "hash",     "jobs",   "kill",   "let",      "local",   "popd",   "pushd",   "pwd",      "read",
    "readonly", "return", "set",    "shift",    "trap",    "type",   "ulimit",  "umask"};
constexpr std::string_view shell_only_too[] = {"unalias", "unset",   "wait",   "typeset", "times",
                                               "shopt",   "suspend", "logout", "["};

// One command between two separators: what it is called, and where in it we are.
struct Simple {
  bool named = false;  // Its first word is over.
  std::string name;
  bool starts_shell = false;         // One of its words is `sh`, `bash` and so on...
  bool shell_script_next = false;    // ... then came `-c`: the next operand is a script.
  bool names_variable_next = false;  // After `-v` of printf and test.
  bool target_next = false;          // The next word is where a redirection leads...
  std::string redirection;           // ... of this kind.
  ShellCommand command;              // Its words so far.
  std::vector<std::size_t> documents;
};
struct Word {
  bool begun = false;
  bool quoted = false;     // Some of it was quoted.
  bool dynamic = false;    // Some of it is not the author's text.
  bool subscript = false;  // Begins `NAME[`.
  bool assigns = false;    // Begins `NAME=`.
  bool pattern = false;    // The shell looks for files, or makes several words of it.
  std::string text;        // Quotes removed.
  std::vector<std::size_t> values;
  std::vector<std::string> variables;
  std::vector<CommandRange> printed;
};
// `<<END` was read; its lines follow after the end of this one.
struct HereDocument {
  std::string end;
  bool without_tabs = false;  // `<<-`
  bool verbatim = false;      // END was quoted.
  std::size_t number = 0;     // Of those of the text.
};
struct Frame {
  Context context = Context::plain;
  Simple simple;
  Word word;
  int parentheses = 0;              // Open ones in arithmetic.
  bool names_file = false;          // A subshell that is `<( )`: an operand, not a command.
  std::size_t first = 0;            // The first command that ends in it.
  std::vector<std::size_t> groups;  // Likewise of each `{`, `if` and loop that is open.
};

class Tracker {
 public:
  Tracker(const std::vector<CommandPart>& parts, const std::vector<std::string>& names)
      : parts_(parts), names_(names), frames_(1) {
    result_.references.resize(parts.size());
  }

  ShellWords run() {
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      const CommandPart& part = parts_[i];
      if (part.raw) {
        raw(part);
      } else if (part.value.empty()) {
        text(part.text, part.marks);
      } else {
        placeholder(i);
      }
    }
    separator();
    for (const auto& [command, document] : documents_of_)
      result_.commands[command].inputs.push_back(documents_[document]);
    result_.direct = result_.refusals.empty() && !needs_shell_ && frames_.size() == 1 && !escaped_ &&
                     !result_.words.empty() && first_word_is_plain();
    if (!result_.direct) result_.words.clear();
    return std::move(result_);
  }

 private:
  Frame& top() { return frames_.back(); }
  bool unquoted() {
    const Context context = top().context;
    return context == Context::plain || context == Context::substitution || context == Context::subshell;
  }
  // The innermost frame that has words: the one a quote stands in.
  Frame& words_frame() {
    for (std::size_t i = frames_.size(); i-- > 0;) {
      const Context context = frames_[i].context;
      if (context == Context::plain || context == Context::substitution || context == Context::subshell)
        return frames_[i];
    }
    return frames_.front();
  }
  void push(Context context) {
    // Deep nesting is possible in a hostile command only; it costs memory in proportion to its text.
    frames_.push_back(Frame{});
    top().context = context;
    top().first = result_.commands.size();
  }
  void pop() { frames_.pop_back(); }
  void cannot_follow(std::string why) {
    needs_shell_ = true;
    if (unclear_.empty()) unclear_ = std::move(why);
  }

  // ------------------------------------------------------------------------------------------------- text
  void text(std::string_view all, const std::vector<std::size_t>& marks) {
    emit(all);
    auto mark = marks.begin();
    for (std::size_t at = 0; at < all.size(); ++at) {
      for (; mark != marks.end() && *mark <= at; ++mark) tell_state();
      const char next = at + 1 < all.size() ? all[at + 1] : '\0';
      dollar_ = false;
      // Shells look for its lines after the end of the command's line, not after one within quotes.
      if (all[at] == '\n' && !escaped_ && !here_documents_.empty() && frames_.size() > 1 &&
          top().context != Context::comment && top().context != Context::here_document)
        cannot_follow("after `<<`");
      switch (top().context) {
        case Context::plain:
        case Context::substitution:
        case Context::subshell:
          at += unquoted_char(all[at], next, all.substr(at + 1));
          break;
        case Context::double_quoted:
          at += double_quoted_char(all[at], all.substr(at + 1));
          break;
        case Context::single_quoted:
          if (all[at] == '\'') {
            pop();
          } else {
            literal(all[at]);
          }
          break;
        case Context::dollar_quoted:
          // dash takes no escapes here and bash does: both agree unless a quote is escaped.
          if (all[at] == '\\') {
            if (next == '\'' || next == '\0') cannot_follow("after an escaped quote in `$'...'`");
            ++at;
          } else if (all[at] == '\'') {
            pop();
          }
          break;
        case Context::parameter:
          at += parameter_char(all[at], next);
          break;
        case Context::arithmetic:
          at += arithmetic_char(all[at], next);
          break;
        case Context::backquoted:
          if (all[at] == '\\') {
            ++at;
          } else if (all[at] == '`') {
            pop();
          } else if (all[at] == '"' || all[at] == '\'') {
            if (frames_[frames_.size() - 2].context == Context::double_quoted)
              cannot_follow("after quotes inside backquotes inside quotes");
          }
          break;
        case Context::comment:
          if (all[at] == '\n') {
            pop();
            separator();
            begin_here_document();
          }
          break;
        case Context::here_document:
          here_document_char(all[at], next, all.substr(at + 1));
          break;
      }
    }
    for (; mark != marks.end(); ++mark) tell_state();
  }

  void tell_state() {
    std::string state;
    for (const Frame& frame : frames_) state += static_cast<char>('a' + static_cast<int>(frame.context));
    if (escaped_) state += '\\';
    state += std::to_string(here_documents_.size());
    result_.states.push_back(state + unclear_);
  }

  // These return how many further characters they have taken.
  std::size_t unquoted_char(char c, char next, std::string_view rest) {
    Word& word = top().word;
    if (escaped_) {
      escaped_ = false;
      if (c == '\n') return 0;  // A line that goes on.
      word.quoted = true;
      literal(c);
      return 0;
    }
    switch (c) {
      case '\\':
        escaped_ = true;  // Does not begin a word yet: a line end may follow.
        return 0;
      case '\'':
        begin_word();
        word.quoted = true;
        push(Context::single_quoted);
        return 0;
      case '"':
        begin_word();
        word.quoted = true;
        push(Context::double_quoted);
        return 0;
      case '`':
        begin_word();
        dynamic_word();
        push(Context::backquoted);
        return 0;
      case '$':
        begin_word();
        return dollar(rest, true);
      case '#':
        if (word.begun) {
          literal(c);
        } else {
          needs_shell_ = true;
          push(Context::comment);
        }
        return 0;
      case ' ':
      case '\t':
        end_word();
        return 0;
      case '\n':
      case ';':
        needs_shell_ = true;
        separator();
        if (c == '\n') begin_here_document();
        return 0;
      case '|':
        needs_shell_ = true;
        if (next == '|') {
          separator();
          return 1;
        }
        pipe();
        return next == '&' ? 1 : 0;  // `|&`
      case '&':
        needs_shell_ = true;
        if (next == '>') {  // bash redirects, dash starts another command: stay on the careful side.
          end_word();
        } else {
          separator();
        }
        return 0;
      case '<':
      case '>':
        return redirection(c, next, rest);
      case '(': {
        needs_shell_ = true;
        if (!word.begun && next == '(') cannot_follow("inside or after `((`");
        end_word();
        const Simple& outer = top().simple;
        const bool names_file = outer.target_next;
        const bool reads_pipe = !names_file && outer.command.words.empty() && outer.command.reads_pipe;
        const CommandRange from = outer.command.pipe;
        push(Context::subshell);
        top().names_file = names_file;
        top().simple.command.reads_pipe = reads_pipe;
        top().simple.command.pipe = from;
        return 0;
      }
      case ')':
        needs_shell_ = true;
        end_word();
        if (top().context == Context::plain) {
          separator();  // The end of a pattern of `case`.
        } else {
          Frame closed = std::move(frames_.back());
          flush(closed.simple);
          pop();
          const CommandRange inside{closed.first, result_.commands.size()};
          if (closed.names_file) {
            Simple& simple = top().simple;
            simple.target_next = false;
            if (simple.named && simple.redirection == "<")
              simple.command.words.push_back({.dynamic = true, .printed = {inside}, .file = true});
          } else if (closed.context == Context::subshell) {
            flush(top().simple);
            top().simple = Simple{};  // What follows `f()` is a command of its own.
            top().simple.command.group = inside;
          } else {
            words_frame().word.printed.push_back(inside);
          }
        }
        return 0;
      case '*':
      case '?':
        needs_shell_ = word.pattern = true;
        literal(c);
        return 0;
      case '[':
        needs_shell_ = true;
        word.pattern = true;
        if (word.begun && !word.quoted && !word.dynamic && is_name(word.text)) word.subscript = true;
        literal(c);
        return 0;
      case '~':
        if (!word.begun || (!word.text.empty() && one_of("=:", word.text.back())))
          needs_shell_ = word.pattern = true;
        literal(c);
        return 0;
      case '{':
        if (next != '}') needs_shell_ = word.pattern = true;
        literal(c);
        return 0;
      case '=':
        if (!word.quoted && !word.dynamic && is_name(word.text)) {
          word.assigns = true;
          if (!top().simple.named) needs_shell_ = true;
        }
        literal(c);
        return 0;
      default:
        literal(c);
        return 0;
    }
  }

  std::size_t double_quoted_char(char c, std::string_view rest) {
    if (escaped_) {
      escaped_ = false;
      if (c == '\n') return 0;
      if (!one_of("$`\"\\", c)) literal('\\');
      literal(c);
      return 0;
    }
    switch (c) {
      case '\\':
        escaped_ = true;
        return 0;
      case '"':
        pop();
        return 0;
      case '`':
        dynamic_word();
        push(Context::backquoted);
        return 0;
      case '$':
        return dollar(rest, false);
      default:
        literal(c);
        return 0;
    }
  }

  // `NAME` and `{NAME`.
  static void add_variable(std::string_view rest, std::vector<std::string>& variables) {
    const std::size_t name = rest.starts_with('{') ? 1 : 0;
    std::size_t end = name;
    while (end < rest.size() && is_name_char(rest[end])) ++end;
    if (end > name && is_name_start(rest[name])) variables.emplace_back(rest.substr(name, end - name));
  }

  // `rest` is what follows the `$`.
  std::size_t dollar(std::string_view rest, bool quotes_too) {
    dynamic_word();
    const char next = rest.empty() ? '\0' : rest[0];
    const char after = rest.size() > 1 ? rest[1] : '\0';
    add_variable(rest, words_frame().word.variables);
    if (next == '(' && after == '(') {
      push(Context::arithmetic);
      return 2;
    }
    if (next == '(') {
      push(Context::substitution);
      return 1;
    }
    if (next == '{') {
      push(Context::parameter);
      return 1;
    }
    if (quotes_too && next == '\'') {
      words_frame().word.quoted = true;
      push(Context::dollar_quoted);
      return 1;
    }
    if (quotes_too && next == '"') {
      words_frame().word.quoted = true;
      push(Context::double_quoted);
      return 1;
    }
    // `$$`, `$#` and the like: the second character means nothing else.
    if (one_of("$#?!*@-", next) && next != '\0') return 1;
    if (next == '\0') dollar_ = true;
    return 0;
  }

  std::size_t parameter_char(char c, char next) {
    if (c == '}') {
      pop();
    } else if (c == '$' && next == '{') {
      push(Context::parameter);
      return 1;
    } else if (one_of("'\"`\\({", c)) {
      cannot_follow("after quotes inside `${...}`");
    }
    return 0;
  }

  std::size_t arithmetic_char(char c, char next) {
    int& open = top().parentheses;
    if (c == '(') {
      ++open;
    } else if (c == ')' && open > 0) {
      --open;
    } else if (c == ')') {
      pop();
      if (next == ')') return 1;
      cannot_follow("after `$((`, which may begin two things");
    } else if (one_of("'\"`\\;#{\n", c)) {
      cannot_follow("after quotes inside `$((...))`");
    }
    return 0;
  }

  // `rest` is what follows `c`.
  std::size_t redirection(char c, char next, std::string_view rest) {
    needs_shell_ = true;
    Word& word = top().word;
    // `2>`: the number belongs to the arrow.
    std::string operation;
    if (word.begun && !word.quoted && !word.dynamic &&
        std::all_of(word.text.begin(), word.text.end(), is_digit)) {
      operation = std::move(word.text);
      word = Word{};
    }
    end_word();
    const bool here_string = c == '<' && rest.starts_with("<<");
    if (c == '<' && next == '<' && !here_string) return here_document(rest);
    if (here_string) cannot_follow("after `<<`");
    const std::size_t more = here_string ? 2 : one_of(">&|", next) && next != '\0' ? 1 : 0;
    operation += c;
    operation += rest.substr(0, more);
    top().simple.target_next = true;
    top().simple.redirection = std::move(operation);
    return more;
  }

  void pipe() {
    end_word();
    ShellCommand& before = top().simple.command;
    before.writes_pipe = true;
    const std::size_t first = before.group ? before.group->begin : result_.commands.size();
    separator();
    top().simple.command.reads_pipe = true;
    top().simple.command.pipe = {first, result_.commands.size()};
  }

  // Takes a here-document whose end is one plain word, perhaps quoted, outside of parentheses. `rest` begins
  // with the second `<`.
  std::size_t here_document(std::string_view rest) {
    HereDocument document;
    std::size_t at = 1;
    if (at < rest.size() && rest[at] == '-') {
      document.without_tabs = true;
      ++at;
    }
    while (at < rest.size() && one_of(" \t", rest[at])) ++at;
    const char quote = at < rest.size() && one_of("'\"", rest[at]) ? rest[at] : '\0';
    if (quote != '\0') ++at;
    const std::size_t begin = at;
    while (at < rest.size() && is_name_char(rest[at])) ++at;
    document.end = rest.substr(begin, at - begin);
    document.verbatim = quote != '\0';
    const bool closed = quote == '\0' || (at < rest.size() && rest[at] == quote);
    if (quote != '\0') ++at;
    if (document.end.empty() || !closed || at >= rest.size() || !one_of(" \t\n;|&<>", rest[at]) ||
        frames_.size() > 1) {
      cannot_follow("after `<<`");
      return 1;
    }
    document.number = documents_.size();
    documents_.emplace_back().dynamic = true;
    top().simple.documents.push_back(document.number);
    here_documents_.push_back(std::move(document));
    return at;
  }

  void begin_here_document() {
    if (here_documents_.empty()) return;
    line_.clear();
    line_is_known_ = true;
    if (top().context != Context::here_document) push(Context::here_document);
  }

  void here_document_char(char c, char next, std::string_view rest) {
    const HereDocument& document = here_documents_.front();
    const bool escaped = std::exchange(escaped_here_, !document.verbatim && c == '\\' && !escaped_here_);
    documents_[document.number].text += c;
    if (c == '$' && !document.verbatim && !escaped) add_variable(rest, documents_[document.number].variables);
    // Shells disagree whether its end is looked for within these, too.
    if (!document.verbatim &&
        (c == '`' || (c == '$' && (next == '(' || next == '{')) || (c == '\\' && next == '\n')))
      cannot_follow("after `<<`");
    if (c != '\n') {
      if (!(document.without_tabs && line_.empty() && c == '\t')) line_ += c;
      return;
    }
    const bool over = line_is_known_ && line_ == document.end;
    line_.clear();
    line_is_known_ = true;
    if (!over) return;
    here_documents_.pop_front();
    if (here_documents_.empty()) pop();
  }

  // ------------------------------------------------------------------------------------------------- words
  static bool is_name(std::string_view text) {
    return !text.empty() && is_name_start(text[0]) && std::all_of(text.begin(), text.end(), is_name_char);
  }
  void begin_word() { words_frame().word.begun = true; }
  void dynamic_word() {
    needs_shell_ = true;
    Word& word = words_frame().word;
    word.begun = true;
    word.dynamic = true;
  }
  void literal(char c) {
    Frame& frame = words_frame();
    frame.word.begun = true;
    frame.word.text += c;
    if (frames_.front().word.begun && &frame == &frames_.front()) add_to_word(c);
  }
  void add_to_word(char c) {
    if (current_.empty() || current_.back().kind != expr::NodeKind::text) {
      current_.emplace_back();
    }
    current_.back().text += c;
  }
  void separator() {
    end_word();
    Simple& simple = top().simple;
    // The command behind a `|` may stand on the next line.
    const bool reads_pipe = simple.command.words.empty() && simple.command.reads_pipe;
    const CommandRange from = simple.command.pipe;
    flush(simple);
    simple = Simple{};
    simple.command.reads_pipe = reads_pipe;
    simple.command.pipe = from;
  }
  void flush(Simple& simple) {
    ShellCommand& command = simple.command;
    if (command.words.empty() && !command.written.empty()) command.words.push_back({.dynamic = true});
    if (!command.words.empty()) {
      command.unclear = !unclear_.empty();
      command.depth =
          static_cast<std::size_t>(std::count_if(frames_.begin(), frames_.end(), [](const Frame& frame) {
            return frame.context == Context::substitution || frame.names_file;
          }));
      for (const std::size_t document : simple.documents)
        documents_of_.emplace_back(result_.commands.size(), document);
      result_.commands.push_back(std::move(command));
    }
    simple.command = {};
    simple.documents.clear();
  }
  void end_word() {
    Frame& frame = words_frame();
    if (!frame.word.begun) return;
    const Word word = std::move(frame.word);
    frame.word = Word{};
    const ShellWord made{.text = word.text,
                         .quoted = word.quoted,
                         .dynamic = word.dynamic,
                         .pattern = word.pattern,
                         .values = word.values,
                         .variables = word.variables,
                         .printed = word.printed};
    if (&frame == &frames_.front()) {
      result_.words.push_back(std::move(current_));
      current_.clear();
    }
    Simple& simple = frame.simple;
    if (simple.target_next) {
      simple.target_next = false;
      if (simple.redirection == "<<<")
        simple.command.inputs.push_back(made);
      else if (simple.redirection.find('<') == std::string::npos)
        simple.command.written.push_back({simple.redirection, made});
      return;
    }
    if (word.assigns && (!simple.named || listed(assigning, simple.name)))
      result_.assignments.push_back(made);
    if (simple.named || (!word.assigns && (word.dynamic || !listed(leading, word.text))))
      simple.command.words.push_back(made);
    if (!simple.named) {
      if (word.assigns) return;
      if (!word.dynamic && !word.quoted) find_groups(frame, word.text);
      if (!word.dynamic && listed(leading, word.text)) {
        simple.name = word.text;
        return;
      }
      if (!simple.name.empty() && word.text.starts_with('-')) return;  // `command -p`, `time -p`
      simple.named = true;
      simple.name = word.dynamic ? std::string() : word.text;
      simple.starts_shell = listed(shells, program_name(simple.name));
      if (simple.name == "case" && frame.context != Context::plain)
        cannot_follow("after `case` inside parentheses");
      if (simple.name == "function") cannot_follow("after `function`, which not every shell knows");
      return;
    }
    simple.names_variable_next =
        word.text == "-v" && (simple.name == "printf" || simple.name == "test" || simple.name == "[");
    if (!word.dynamic && listed(shells, program_name(word.text))) {
      simple.starts_shell = true;
    } else if (simple.starts_shell) {
      if (!word.dynamic && word.text.size() > 1 && word.text[0] == '-') {
        if (word.text[1] != '-' && word.text.find('c') != std::string::npos) simple.shell_script_next = true;
      } else {
        simple.shell_script_next = false;  // That was the script; what follows are its arguments.
      }
    }
  }
  // A command begins with this word: does it open or close what holds several?
  void find_groups(Frame& frame, std::string_view word) {
    if (listed(opening, word)) {
      frame.groups.push_back(result_.commands.size());
    } else if (listed(closing, word) && !frame.groups.empty()) {
      frame.simple.command.group = CommandRange{frame.groups.back(), result_.commands.size()};
      frame.groups.pop_back();
    }
  }
  static std::string_view program_name(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
  }
  bool first_word_is_plain() const {
    const std::vector<expr::TemplateNode>& first = result_.words.front();
    if (first.size() != 1 || first[0].kind != expr::NodeKind::text || !is_plain_program(first[0].text))
      return false;
    if (first[0].text != "echo") return true;
    // Shells disagree about what `echo` does with backslashes and `-e`; the author's shell shall decide.
    // Values are another matter: the program prints them as they are, which is what was asked for.
    for (std::size_t i = 1; i < result_.words.size(); ++i) {
      for (const expr::TemplateNode& node : result_.words[i]) {
        if (node.kind != expr::NodeKind::text) continue;
        if (node.text.find('\\') != std::string::npos || (i == 1 && node.text.starts_with('-'))) return false;
      }
    }
    return true;
  }

  // -------------------------------------------------------------------------------------------------
  // placeholders
  void raw(const CommandPart& part) {
    // Whatever it is, it is read by the shell.
    result_.shell.push_back(part);
    cannot_follow("after text that is only known when the program runs");
    begin_word();
    words_frame().word.dynamic = true;
  }

  // Why no value may stand here; empty when one may.
  Refusal refusal(const CommandPart& part) {
    const auto unclear = [&](std::string label) {
      return Refusal{
          part.span, "the shell quoting around this placeholder is not clear", std::move(label), {}};
    };
    for (const Frame& frame : frames_) {
      if (frame.context == Context::backquoted) {
        return {part.span, "the shell quoting around this placeholder is not clear", "inside backquotes",
                "write `$( )` instead of backquotes, or pass the value with `env`"};
      }
      if (frame.context == Context::arithmetic)
        return {part.span, "the shell would evaluate this value", "inside `$((...))`", {}};
      if (frame.context == Context::parameter) return unclear("inside `${...}`");
      if (frame.context == Context::comment) return unclear("inside a shell comment");
      if (frame.context == Context::here_document) return unclear("inside a here-document");
    }
    if (!unclear_.empty()) return unclear(unclear_);
    if (escaped_) return unclear("directly after a backslash");
    if (dollar_) {
      return {part.span, "the shell quoting around this placeholder is not clear", "directly after `$`",
              "write `\\$` for a dollar sign, or leave it out for a value"};
    }
    const Frame& frame = words_frame();
    if (frame.word.subscript)
      return {part.span, "the shell would evaluate this value", "inside `[ ]` of a name", {}};
    if (!frame.simple.named) return {};
    const std::string& name = frame.simple.name;
    const auto evaluates = [&](std::string_view what) {
      return Refusal{
          part.span, "the shell would evaluate this value", "`" + std::string(what) + "` does that", {}};
    };
    if (frame.simple.target_next) return {};
    if (listed(evaluating, name)) return evaluates(name);
    if (listed(assigning, name) && !frame.word.assigns) return evaluates(name);
    if (frame.simple.names_variable_next || ((name == "printf" || name == "test") && frame.word.text == "-v"))
      return evaluates(name + " -v");
    if (frame.simple.shell_script_next || (frame.simple.starts_shell && frame.word.text.starts_with('-'))) {
      return {part.span, "a shell would run this value as a program", "part of the script of `sh -c`",
              "use `\"$1\"` in the script and put the placeholder behind it: `sh -c '... \"$1\"' sh {{ value "
              "}}`"};
    }
    return {};
  }

  void placeholder(std::size_t index) {
    const CommandPart& part = parts_[index];
    if (Refusal why = refusal(part); !why.message.empty()) {
      result_.refusals.push_back(std::move(why));
      line_is_known_ = false;
      Word& word = words_frame().word;
      word.begun = word.dynamic = true;
      word.values.push_back(index);
      return;
    }
    const std::string quoted = "\"$" + names_[index] + "\"";
    std::string& reference = result_.references[index];
    switch (top().context) {
      case Context::single_quoted:
        reference = "'" + quoted + "'";
        break;
      case Context::dollar_quoted:
        reference = "'" + quoted + "$'";
        break;
      case Context::double_quoted:
        // The braces keep a letter that follows out of the name.
        reference = "${" + names_[index] + "}";
        break;
      default:
        // A tag that prints nothing gives no word, not an empty one.
        reference = part.may_be_nothing ? "${" + names_[index] + ":+" + quoted + "}" : quoted;
        if (part.may_be_nothing) needs_shell_ = true;
        break;
    }
    emit(reference);
    if (std::find(result_.variables.begin(), result_.variables.end(), index) == result_.variables.end())
      result_.variables.push_back(index);
    Frame& frame = words_frame();
    frame.word.begun = true;
    frame.word.dynamic = true;
    frame.word.values.push_back(index);
    if (&frame == &frames_.front()) current_.insert(current_.end(), part.value.begin(), part.value.end());
  }

  void emit(std::string_view text) {
    if (result_.shell.empty() || !result_.shell.back().value.empty()) result_.shell.emplace_back();
    result_.shell.back().text += text;
  }

  const std::vector<CommandPart>& parts_;
  const std::vector<std::string>& names_;
  std::vector<Frame> frames_;
  std::vector<expr::TemplateNode> current_;  // The word of the outermost command, for direct execution.
  ShellWords result_;
  std::string unclear_;                      // Why nothing can be told from here on.
  std::deque<HereDocument> here_documents_;  // Begun, in the order of their lines.
  std::string line_;                         // Of the first of them, so far...
  bool line_is_known_ = true;                // ... if no value stands in it.
  bool escaped_here_ = false;                // Its last character was a backslash that means something.
  std::vector<ShellWord> documents_;         // What stands in each.
  std::vector<std::pair<std::size_t, std::size_t>> documents_of_;  // A command, and one that it reads.
  bool escaped_ = false;
  bool dollar_ = false;  // The last character was a `$` that nothing followed.
  bool needs_shell_ = false;
};

}  // namespace

bool is_plain_program(std::string_view name) {
  return !name.empty() && name.find('=') == std::string_view::npos && !listed(shell_only, name) &&
         !listed(shell_only_too, name);
}

ShellWords shell_words(const std::vector<CommandPart>& parts, const std::vector<std::string>& names) {
  return Tracker(parts, names).run();
}

ShellWords reading_of(const std::vector<CommandPart>& parts) {
  return shell_words(parts, std::vector<std::string>(parts.size(), "WF"));
}

std::vector<ShellCommand> commands_of(const std::vector<CommandPart>& parts) {
  return reading_of(parts).commands;
}

}  // namespace wfc::shell
