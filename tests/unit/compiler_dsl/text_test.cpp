// Texts: what they stand for, and where each of their bytes was written.
#include <gtest/gtest.h>

#include "tests/unit/compiler_dsl/reading.h"

namespace wfc::dsl {
namespace {

const Text& text_of(const Reading& r) {
  return r.file.items.at(1).body->groups.at(0).back().text;
}

TEST(Text, escapes_have_places) {
  const Reading r("workflow w\nstep a: run \"a\\n\\u{1F680}b {{ x }}\"\n");
  const Text& text = text_of(r);
  EXPECT_EQ(text.value, "a\n\U0001F680b {{ x }}");
  EXPECT_EQ(r.source(text.span_of(0, 1)), "a");
  EXPECT_EQ(r.source(text.span_of(6, 7)), "b");
  const auto x = static_cast<std::uint32_t>(text.value.find('x'));
  EXPECT_EQ(r.source(text.span_of(x, x + 1)), "x");
  EXPECT_EQ(r.source(text.span), "\"a\\n\\u{1F680}b {{ x }}\"");
}

TEST(Text, blocks_lose_their_indentation_and_keep_their_places) {
  const Reading r(
      "workflow w\nstep a: agent X \"\"\"\n    one\n      two\n\n    three {{ x }}\n    \"\"\"\n");
  ASSERT_EQ(r.said(), "");
  const Text& text = text_of(r);
  EXPECT_TRUE(text.block);
  EXPECT_EQ(text.value, "one\n  two\n\nthree {{ x }}");
  const auto at = static_cast<std::uint32_t>(text.value.find("{{ x"));
  EXPECT_EQ(r.source(text.span_of(at, at + 7)), "{{ x }}");
  const auto two = static_cast<std::uint32_t>(text.value.find("two"));
  EXPECT_EQ(r.source(text.span_of(two, two + 3)), "two");
}

TEST(Text, a_block_ends_with_a_line_of_quotes_only) {
  // A docstring inside is text; `when` and `{` may follow the quotes that close.
  const Reading r(
      "workflow w\nstep a: agent X \"\"\"\n  \"\"\"Doc.\"\"\"\n  x\n  \"\"\" when y {\n  timeout 5m\n}\n");
  ASSERT_EQ(r.said(), "");
  EXPECT_EQ(text_of(r).value, "\"\"\"Doc.\"\"\"\nx");
  EXPECT_TRUE(r.file.items[1].when.has_value());
  EXPECT_EQ(r.file.items[1].block.size(), 1u);
}

TEST(Text, four_quotes_hold_three) {
  const Reading r("workflow w\nstep a: agent X \"\"\"\"\n  a\n  \"\"\"\n  b\n  \"\"\"\"\n");
  ASSERT_EQ(r.said(), "");
  EXPECT_EQ(text_of(r).value, "a\n\"\"\"\nb");
}

TEST(Text, empty_blocks) {
  EXPECT_EQ(text_of(Reading("workflow w\nstep a: agent X \"\"\"\n\"\"\"\n")).value, "");
  EXPECT_EQ(text_of(Reading("workflow w\nstep a: agent X \"\"\"\n\n\"\"\"\n")).value, "");
}

TEST(Text, nothing_is_escaped_in_a_block) {
  EXPECT_EQ(text_of(Reading("workflow w\nstep a: agent X \"\"\"\n  \\n \"x\" \\\n  \"\"\"\n")).value,
            "\\n \"x\" \\");
}

}  // namespace
}  // namespace wfc::dsl
