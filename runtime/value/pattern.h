// Regular expressions, matched in a time that is linear in the text whatever the pattern.
//
// Syntax: that of Rust's `regex`, which Tera has, without `\p{...}` and operations on sets. What is not
// regular (looking around, references to groups) is refused. docs/decisions/regular-expressions.md says why
// this is our own.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wf {

struct PatternProblem {
  std::string why;        // "this group is never closed"
  std::size_t begin = 0;  // The bytes of the pattern that it is about.
  std::size_t end = 0;
};

class Pattern {
 public:
  // Empty when the text is no pattern; `problem` says why.
  static std::optional<Pattern> read(std::string_view text, PatternProblem& problem);

  // Whether it matches anywhere in `text`, valid UTF-8. Empty: the text is too long for a pattern of this
  // size.
  std::optional<bool> found_in(std::string_view text) const;

  // What programs are made of; for whoever compiles them.
  struct Set {
    std::array<std::uint64_t, 2> ascii{};
    std::vector<std::pair<char32_t, char32_t>> ranges;  // Beyond ASCII.
    bool words = false;                                 // All word characters of any script besides, ...
    bool not_words = false;                             // ... or all others beyond ASCII.
    bool negated = false;
    bool any_case = false;
    bool holds(char32_t c) const;
  };
  enum class Assertion : std::uint8_t { text_start, text_end, line_start, line_end, word_edge, no_word_edge };
  enum class Op : std::uint8_t { set, split, jump, assertion, match };
  struct Instruction {
    Op op = Op::match;
    Assertion assertion = Assertion::text_start;
    std::uint32_t set = 0;
    std::uint32_t a = 0, b = 0;  // Where to go on.
  };

 private:
  friend class PatternCompiler;
  std::vector<Set> sets_;
  std::vector<Instruction> program_;
};

}  // namespace wf
