// Expressions: precedence, constants, and the shortcut beside the grammar.
#include <gtest/gtest.h>

#include <random>

#include "tests/unit/compiler_dsl/reading.h"

namespace wfc::dsl {
namespace {

std::string parsed(const std::string& text, const ExprOptions& options = {}) {
  const ExprReading r(text, options);
  return r.said().empty() ? shape(r.expr) : r.said();
}

TEST(Expression, binds_as_the_language_says) {
  EXPECT_EQ(parsed("a or b and not c == d"), "(a or (b and (not (c == d))))");
  EXPECT_EQ(parsed("not a in b"), "(not (a in b))");
  EXPECT_EQ(parsed("a not in b and c is not defined"), "((a not in b) and (c is not defined()))");
  EXPECT_EQ(parsed("a | f == b"), "((a | f()) == b)");
  EXPECT_EQ(parsed("1 + 2 * 3 - -x"), "((1 + (2 * 3)) - (-x))");
  EXPECT_EQ(parsed("a ~ b ~ 1 + 2"), "((a ~ b) ~ (1 + 2))");
  EXPECT_EQ(parsed("x.y[0].z"), "x.y[0].z");
  EXPECT_EQ(parsed("x.0.1"), "x[0][1]");
  EXPECT_EQ(parsed("x is divisibleby(3)"), "(x is divisibleby(3))");
  EXPECT_EQ(parsed("x | replace(from = 'a', to = \"b\") | trim"),
            "((x | replace(from='a', to='b')) | trim())");
  EXPECT_EQ(parsed("range(3, start = 1)"), "range(3, start=1)");
  EXPECT_EQ(parsed("[1, {a: 2, 'b c': 3},]"), "[1, {a: 2, b c: 3}]");
  EXPECT_EQ(parsed("a-b - c"), "(a-b - c)");
  EXPECT_EQ(parsed("x.when.true.step"), "x.when.true.step");
  EXPECT_EQ(parsed("a\n  and b"), "(a and b)");
}

TEST(Expression, constants) {
  EXPECT_EQ(parsed("200_000"), "200000");
  EXPECT_EQ(parsed("-9223372036854775808"), "-9223372036854775808");
  EXPECT_EQ(parsed("1h30m"), "5400000ms");
  EXPECT_EQ(parsed("1.5h"), "5400000ms");
  EXPECT_EQ(parsed("4MiB"), "4194304B");
  EXPECT_EQ(parsed("$12.50"), "$12500000");
  EXPECT_EQ(parsed("0.15"), "0.150000");
  EXPECT_EQ(parsed(R"("a\n\"\u{1F680}" ~ 'it\'s')"), "('a\n\"\U0001F680' ~ 'it's')");
  EXPECT_EQ(parsed("null == true"), "(null == true)");
}

TEST(Expression, mistakes_are_said_once_and_in_words) {
  EXPECT_EQ(parsed(""), "WF0104 0 an expression is missing here\n");
  EXPECT_EQ(parsed("a and"), "WF0104 5 a value is missing here\n");
  EXPECT_EQ(parsed("a b c"), "WF0103 2 `b` does not belong here\n");
  EXPECT_EQ(parsed("a && b"), "WF0107 2 `&&` is written `and` here\n");
  EXPECT_EQ(parsed("!a || b"), "WF0107 0 `!` is written `not` here\n");
  EXPECT_EQ(parsed("a = 1"), "WF0107 2 `=` is written `==` here\n");
  EXPECT_EQ(parsed("a === 1"), "WF0107 2 `===` is written `==` here\n");
  EXPECT_EQ(parsed("a <> 1"), "WF0107 2 `<>` is written `!=` here\n");
  EXPECT_EQ(parsed("a AND b"), "WF0107 2 `AND` is written `and` here\n");
  EXPECT_EQ(parsed("(a"), "WF0102 0 this `(` is never closed\n");
  EXPECT_EQ(parsed("a)"), "WF0103 1 `)` does not belong here\n");
  EXPECT_EQ(parsed("x ="), "WF0107 2 `=` is written `==` here\n");
  EXPECT_EQ(parsed("a |"), "WF0104 3 a filter is missing here\n");
  EXPECT_EQ(parsed("a is"), "WF0104 4 a test is missing here\n");
  EXPECT_EQ(parsed("a."), "WF0104 2 a name is missing here\n");
  EXPECT_EQ(parsed("'open"), "WF0101 0 this text is never closed\n");
  EXPECT_EQ(parsed("a # b"), "WF0103 2 `#` does not belong here\n");
  EXPECT_EQ(parsed("30sec"), "WF0106 0 `30sec` is neither a number nor a name\n");
  EXPECT_EQ(parsed("99999999999999999999"),
            "WF0803 0 `99999999999999999999` must be a number that fits 64 bits\n");
  EXPECT_EQ(parsed("'\\q'"), "WF0116 1 `\\q` is no escape\n");
  EXPECT_EQ(parsed("1 + x | length"), "WF0404 2 `+` on the left of `|` needs parentheses\n");
  EXPECT_EQ(parsed("(1 + x) | f"), "((1 + x) | f())");
  EXPECT_EQ(parsed("1 < 2 < 3"), "WF0103 6 `<` does not belong here\n");
  EXPECT_EQ(parsed("(1 < 2) == true"), "((1 < 2) == true)");
  EXPECT_EQ(parsed("a ; b"), "WF0103 2 `;` does not belong here\n");
  EXPECT_EQ(parsed("when"), "WF0103 0 `when` does not belong here\n");
}

TEST(Expression, yaml_dialects_take_the_operators_of_c) {
  ExprOptions options;
  options.c_operators = true;
  EXPECT_EQ(parsed("!a && b || c", options), "(((not a) and b) or c)");
}

TEST(Expression, operators_have_safe_fixes) {
  const ExprReading r("a&&b");
  ASSERT_EQ(r.report.all().size(), 1u);
  const auto& fix = r.report.all()[0]->fixes.at(0);
  EXPECT_TRUE(fix.safe);
  EXPECT_EQ(fix.edits.at(0).new_text, " and ");
}

TEST(Expression, depth_is_limited) {
  const auto nested = [](std::size_t levels) {
    return std::string(levels, '(') + "a" + std::string(levels, ')');
  };
  EXPECT_EQ(parsed(nested(150)), "a");
  EXPECT_EQ(parsed(nested(60'000)), "WF0110 200 nested more than 200 levels deep\n");
  std::string nots;
  for (int i = 0; i < 60'000; ++i) nots += "not ";
  EXPECT_EQ(parsed(nots + "a"), "WF0110 800 nested more than 200 levels deep\n");
  std::string sum = "a";
  for (int i = 0; i < 5'000; ++i) sum += " ~ a";
  EXPECT_EQ(parsed(sum), "WF0110 0 nested more than 200 levels deep\n");
  std::string path = "a";
  for (int i = 0; i < 5'000; ++i) path += ".a";
  EXPECT_EQ(parsed(path), "WF0110 0 nested more than 200 levels deep\n");
}

bool same(const Expr& a, const Expr& b) {
  if (a.kind != b.kind || a.span != b.span || a.name_span != b.name_span || a.text != b.text ||
      a.children.size() != b.children.size())
    return false;
  for (std::size_t i = 0; i < a.children.size(); ++i)
    if (!same(a.children[i], b.children[i])) return false;
  return true;
}

// Names and paths do not pass through the grammar. Whatever comes out must be what the grammar would have
// given.
TEST(Expression, the_shortcut_equals_the_grammar) {
  const std::string_view pieces[] = {"a",    "task", "x1",   "_y",  "-", ".",  " ",    "-b",   "when", "not",
                                     "step", "on",   "true", "a-b", "1", "2x", "null", "\n",   "\t",   "..",
                                     "is",   "é",    "--",   "a_",  "0", "in", "if",   "else", "check"};
  std::mt19937 random(7);
  int paths = 0;
  for (int i = 0; i < 4'000; ++i) {
    std::string text;
    const auto count = 1 + random() % 7;
    for (unsigned k = 0; k < count; ++k) {
      text += pieces[random() % std::size(pieces)];
      if (random() % 2) text += ".";
    }
    const ExprReading quick(text);
    ExprOptions slow;
    slow.grammar_only = true;
    const ExprReading whole(text, slow);
    EXPECT_EQ(quick.said(), whole.said()) << text;
    EXPECT_TRUE(same(quick.expr, whole.expr)) << text;
    if (quick.report.all().empty() && quick.expr.kind == ExprKind::field) ++paths;
  }
  EXPECT_GT(paths, 50);
}

}  // namespace
}  // namespace wfc::dsl
