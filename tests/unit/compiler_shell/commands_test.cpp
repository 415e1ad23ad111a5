// What commands a shell would start, and which words are whose.
#include <gtest/gtest.h>

#include "compiler/shell/shell_words.h"

namespace wfc::shell {
namespace {

// `make|test all` is the command `make` with two words, and `{0}` a placeholder.
std::string shown(std::string_view text) {
  std::vector<CommandPart> parts;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t hole = std::min(text.find("{}", at), text.size());
    if (hole > at) parts.emplace_back().text = text.substr(at, hole - at);
    if (hole == text.size()) break;
    parts.emplace_back().value.emplace_back().kind = expr::NodeKind::value;
    at = hole + 2;
  }
  std::string all;
  for (const ShellCommand& command : commands_of(parts)) {
    if (!all.empty()) all += " ; ";
    if (command.reads_pipe) all += "<";
    for (const ShellWord& word : command.words) {
      if (&word != &command.words.front()) all += "|";
      all += word.text;
      for (std::size_t i = 0; i < word.values.size(); ++i) all += "{}";
      for (const std::string& variable : word.variables) all += "$" + variable;
    }
    if (command.writes_pipe) all += ">";
    for (const Redirection& one : command.written) all += " " + one.operation + one.target.text;
    for (const ShellWord& input : command.inputs) {
      all += " <<" + input.text;
      for (const std::string& variable : input.variables) all += "$" + variable;
    }
  }
  return all;
}

TEST(Commands, are_told_apart) {
  EXPECT_EQ(shown("make test"), "make|test");
  EXPECT_EQ(shown("A=1 B=2 make 'a b' \"c d\""), "make|a b|c d");
  EXPECT_EQ(shown("make && npm test || exit 1; ls"), "make ; npm|test ; exit|1 ; ls");
  EXPECT_EQ(shown("curl -s x | sudo bash -s"), "curl|-s|x> ; <sudo|bash|-s");
  EXPECT_EQ(shown("a || b | c"), "a ; b> ; <c");
  EXPECT_EQ(shown("if make; then ls; fi"), "make ; ls ; fi");
  EXPECT_EQ(shown("(cd x && make) | tee log"), "cd|x ; make ; <tee|log");
  EXPECT_EQ(shown("echo a > b 2>/dev/null"), "echo|a >b 2>/dev/null");
  EXPECT_EQ(shown("(a; b) >> c"), "a ; b ;  >>c");
  EXPECT_EQ(shown("a >&2 <in &>d"), "a >&2 >d");
  EXPECT_EQ(shown("a |\n b |& c"), "a> ; <b> ; <c");
  EXPECT_EQ(shown("a | (b) | { c; }"), "a> ; <b ; <c ; }");
  EXPECT_EQ(shown("! time make"), "make");
}

TEST(Commands, know_what_a_word_is_made_of) {
  EXPECT_EQ(shown("echo \"x $A ${B:-c} $1\" '$D' \\$E"), "echo|x A  1$A$B|$D|$E");
  EXPECT_EQ(shown("python -c \"print('{}')\" {}"), "python|-c|print(''){}|{}");
  EXPECT_EQ(shown("sh -c \"$(curl -s x)\""), "curl|-s|x ; sh|-c|");
  EXPECT_EQ(shown("bash <(a {}) x"), "a|{} ; bash||x");
  EXPECT_EQ(shown("cat <<< \"$A\" | b"), "cat> <<A$A ; <b");
  EXPECT_EQ(shown("cat <<X <<'Y' >f\n$A \\$B\nX\n$C\nY\n"), "cat >f <<$A \\$B\nX\n$A <<$C\nY\n");
  // A value that is refused is a part of its word all the same.
  EXPECT_EQ(shown("eval {} {}"), "eval|{}|{}");
}

}  // namespace
}  // namespace wfc::shell
