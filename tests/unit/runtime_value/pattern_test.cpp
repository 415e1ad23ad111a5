// Patterns: what they match, what is no pattern, and that none takes long.
#include "runtime/value/pattern.h"

#include <gtest/gtest.h>

#include <random>

#include "runtime/base/text.h"

namespace wf {
namespace {

// "yes", "no", or why it is no pattern and where.
std::string found(std::string_view pattern, std::string_view text) {
  PatternProblem problem;
  const std::optional<Pattern> read = Pattern::read(pattern, problem);
  if (!read) return std::to_string(problem.begin) + "-" + std::to_string(problem.end) + " " + problem.why;
  const std::optional<bool> result = read->found_in(text);
  return !result ? "too long" : *result ? "yes" : "no";
}

TEST(Pattern, characters_and_places) {
  EXPECT_EQ(found("", ""), "yes");
  EXPECT_EQ(found("b", "abc"), "yes");
  EXPECT_EQ(found("^b", "abc"), "no");
  EXPECT_EQ(found("^abc$", "abc"), "yes");
  EXPECT_EQ(found("c$", "abc\n"), "no");
  EXPECT_EQ(found("a.c", "a\u00e9c"), "yes");
  EXPECT_EQ(found("a.c", "a\nc"), "no");
  EXPECT_EQ(found("(?s)a.c", "a\nc"), "yes");
  EXPECT_EQ(found("^b", "a\nb"), "no");
  EXPECT_EQ(found("(?m)^b$", "a\nb\nc"), "yes");
  EXPECT_EQ(found("(?m)\\Ab", "a\nb"), "no");
  EXPECT_EQ(found("\\bcat\\b", "a cat."), "yes");
  EXPECT_EQ(found("\\bcat\\b", "cats"), "no");
  EXPECT_EQ(found("\\Bat", "cat"), "yes");
  EXPECT_EQ(found("\\x41\\u00e9\\x{1F680}", "A\u00e9\U0001F680"), "yes");
  EXPECT_EQ(found("\\.\\*\\\\\\{\\-", ".*\\{-"), "yes");
}

TEST(Pattern, sets) {
  EXPECT_EQ(found("^[a-c]+$", "abc"), "yes");
  EXPECT_EQ(found("^[^a-c]+$", "xyb"), "no");
  EXPECT_EQ(found("^[]a-]+$", "]-a"), "yes");
  EXPECT_EQ(found("^[a\\]\\-\\d]+$", "]-7"), "yes");
  EXPECT_EQ(found("^\\d+$", "12345"), "yes");
  EXPECT_EQ(found("\\D", "123"), "no");
  EXPECT_EQ(found("^\\w+$", "\u00e9t\u00e9_1"), "yes");
  EXPECT_EQ(found("\\W", "\u00e9t\u00e9_1"), "no");
  EXPECT_EQ(found("^[\\W]$", "\u00ab"), "yes");
  EXPECT_EQ(found("^\\s+$", " \t\n\u00a0\u3000"), "yes");
  EXPECT_EQ(found("\\S", " \u3000"), "no");
  EXPECT_EQ(found("\\S", "\U0001F680"), "yes");
  EXPECT_EQ(found("^[[:alpha:][:digit:]_]+$", "aZ9_"), "yes");
  EXPECT_EQ(found("[[:^alpha:]]", "aZ"), "no");
  EXPECT_EQ(found("[\u3040-\u30ff]", "\u3042"), "yes");
  EXPECT_EQ(found("[^\u3040-\u30ff]", "\u3042"), "no");
}

TEST(Pattern, choices_repeats_and_groups) {
  EXPECT_EQ(found("^(a|bc|)d$", "bcd"), "yes");
  EXPECT_EQ(found("^(a|bc|)d$", "d"), "yes");
  EXPECT_EQ(found("^(a|bc)d$", "bd"), "no");
  EXPECT_EQ(found("^ab*c+d?$", "accc"), "yes");
  EXPECT_EQ(found("^ab*c+d?$", "abd"), "no");
  EXPECT_EQ(found("^a{2}$", "aa"), "yes");
  EXPECT_EQ(found("^a{2}$", "aaa"), "no");
  EXPECT_EQ(found("^a{2,}$", "aaa"), "yes");
  EXPECT_EQ(found("^a{2,3}$", "aaaa"), "no");
  EXPECT_EQ(found("^a{0}$", ""), "yes");
  EXPECT_EQ(found("^(?:ab){2,3}?$", "ababab"), "yes");
  EXPECT_EQ(found("^(?P<year>\\d{4})-(?<month>\\d\\d)$", "2026-11"), "yes");
  EXPECT_EQ(found("^(a*)*$", "aaaa"), "yes");
  EXPECT_EQ(found("(a**|b+?)*$", "c"), "yes");
}

TEST(Pattern, cases_of_letters) {
  EXPECT_EQ(found("(?i)^stra\u00c9$", "STRA\u00e9"), "yes");
  EXPECT_EQ(found("(?i)[a-f]+[^k]", "ABCDEF"), "yes");
  EXPECT_EQ(found("(?i)^[^a]$", "A"), "no");
  EXPECT_EQ(found("^a(?i)b$", "aB"), "yes");
  EXPECT_EQ(found("^a(?i)b$", "AB"), "no");
  EXPECT_EQ(found("^(?i:a)b$", "Ab"), "yes");
  EXPECT_EQ(found("^(?i:a)b$", "aB"), "no");
  EXPECT_EQ(found("^((?i)a)b$", "AB"), "no");
  EXPECT_EQ(found("^(?i)a(?-i)b$", "Ab"), "yes");
  EXPECT_EQ(found("^(?i)a(?-i)b$", "AB"), "no");
}

TEST(Pattern, what_is_no_pattern) {
  EXPECT_EQ(found("a[b", ""), "1-2 this `[` is never closed");
  EXPECT_EQ(found("a(b", ""), "1-2 this group is never closed");
  EXPECT_EQ(found("ab)", ""), "2-3 no group is open for this `)`");
  EXPECT_EQ(found("*a", ""), "0-1 there is nothing to repeat before `*`");
  EXPECT_EQ(found("a|+", ""), "2-3 there is nothing to repeat before `+`");
  EXPECT_EQ(found("a{x}", ""),
            "1-4 a count is written `{2}`, `{2,}` or `{2,5}`, up to 1000; a brace itself `\\{`");
  EXPECT_EQ(found("a{3,2}", "").substr(0, 3), "1-6");
  EXPECT_EQ(found("a{2", "").substr(0, 3), "1-2");
  EXPECT_EQ(found("a{2,", "").substr(0, 3), "1-2");
  EXPECT_EQ(found("a{1001}", "").substr(0, 3), "1-7");
  EXPECT_EQ(found("[z-a]", ""), "1-4 this range ends before it begins");
  EXPECT_EQ(found("[a-\\d]", ""), "3-5 a range goes from one character to another");
  EXPECT_EQ(found("a\\", ""), "1-2 a backslash ends the pattern; a backslash itself is written `\\\\`");
  EXPECT_EQ(found("a\\q", ""), "1-3 this is no escape of a pattern");
  EXPECT_EQ(found("(a)\\1", ""), "3-5 a pattern cannot refer to what a group matched");
  EXPECT_EQ(found("a(?=b)", ""), "1-4 looking ahead or behind is not possible in a pattern");
  EXPECT_EQ(found("(?<!b)a", ""), "0-4 looking ahead or behind is not possible in a pattern");
  EXPECT_EQ(found("(?x)a", "").substr(0, 3), "0-4");
  EXPECT_EQ(found("\\p{L}", "").substr(0, 3), "0-2");
  EXPECT_EQ(found("[[:nix:]]", ""), "1-8 no class has this name");
  EXPECT_EQ(found("[a[b]]", ""), "2-3 a `[` between brackets is written `\\[`");
  EXPECT_EQ(found("[a&&b]", "").substr(0, 3), "2-4");
  EXPECT_EQ(found("\\x{110000}", "").substr(0, 3), "0-1");
}

TEST(Pattern, time_and_size_are_bounded) {
  // A backtracking matcher needs 2^n steps for these.
  EXPECT_EQ(found("^(x+x+)+y$", std::string(100'000, 'x')), "no");
  EXPECT_EQ(found("(a?){30}a{30}", std::string(30, 'a')), "yes");
  EXPECT_EQ(found("((a{100}){100}){100}", ""), "0-20 the pattern is too large");
  EXPECT_EQ(found("((((){1000}){1000}){1000}){1000}", ""), "0-32 the pattern is too large");
  EXPECT_EQ(found(std::string(5'000, 'a'), "").substr(0, 7), "0-5000 ");
  EXPECT_NE(found(std::string(5'000, '(') + std::string(5'000, ')'), "").find("too deep"), std::string::npos);
  EXPECT_NE(found("a" + std::string(5'000, '*'), "").find("too often"), std::string::npos);
  EXPECT_EQ(found("(a{950}){2}", std::string(3'000'000, 'a')), "too long");
}

TEST(Pattern, any_text_is_read_or_refused) {
  const std::string_view pieces[] = {"(", ")",   "[",   "]",   "{",      "}",  "1",   ",",   "*", "+",
                                     "?", "|",   "^",   "$",   "\\",     "a",  "-",   ":",   ".", "(?i)",
                                     "b", "\\d", "\\W", "(?:", "\u00e9", "[^", "{2}", "\\b", "<", "P"};
  std::mt19937 random(5);
  int read = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (unsigned n = random() % 10; n > 0; --n) text += pieces[random() % std::size(pieces)];
    PatternProblem problem;
    const std::optional<Pattern> pattern = Pattern::read(text, problem);
    if (pattern) {
      ++read;
      EXPECT_TRUE(pattern->found_in("ab1 \u00e9").has_value());
    } else {
      EXPECT_FALSE(problem.why.empty()) << text;
      EXPECT_LE(problem.begin, problem.end) << text;
      EXPECT_LE(problem.end, text.size()) << text;
    }
  }
  EXPECT_GT(read, 2'000);
}

}  // namespace
}  // namespace wf
