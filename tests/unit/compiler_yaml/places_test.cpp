// Where each byte of a scalar stands in the file.
#include <gtest/gtest.h>

#include "tests/unit/compiler_yaml/reading.h"

namespace wfc::yaml {
namespace {

// Every occurrence of {{ and }} in the text is where the file has it, and what is between is the same text
// unless the author broke or escaped it there.
void expect_placeholders_in_place(const Reading& r, const Node& scalar) {
  const std::string_view text = scalar.text;
  int found = 0;
  for (std::size_t at = text.find("{{"); at != std::string_view::npos; at = text.find("{{", at + 1)) {
    const std::size_t end = text.find("}}", at) + 2;
    const Span span =
        span_in(r.sources, scalar, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end));
    EXPECT_EQ(r.source(span), text.substr(at, end - at)) << text;
    ++found;
  }
  EXPECT_GT(found, 0) << text;
}

TEST(Places, are_exact_in_every_style) {
  const Reading r(
      "plain: use {{ a }} and {{b}}\n"
      "folded plain: one {{ a }}\n  two {{b}}\n\n  three {{ c }}\n"
      "single: 'it''s {{ a }} and it''s {{b}}'\n"
      "double: \"\\t{{ a }} \\u00fc\\x41 {{b}} \\\n   {{ c }}\n  {{ d }}\"\n"
      "literal: |\n    \xc3\xbc {{ a }}\n\n      deeper {{b}}\n    {{ c }}\n"
      "folded: >\n  \xe6\xbc\xa2 {{ a }}\n  {{b}} x\n\n\n  {{ c }}\n    kept {{ d }}\n    kept {{ e }}\n  {{ "
      "f }}\n"
      "explicit: |2\n    {{ a }}\n  {{b}}\n"
      "strip: |-\n  {{ a }}\n"
      "keep: >+\n\n  {{ a }}\n\n\n"
      "flow: {x: '{{ a }}', y: \"\\\"{{b}}\"}\n");
  ASSERT_EQ(r.said(), "");
  for (const Entry& entry : r.root().entries) {
    if (entry.value->is_mapping()) {
      for (const Entry& inner : entry.value->entries) expect_placeholders_in_place(r, *inner.value);
    } else {
      expect_placeholders_in_place(r, *entry.value);
    }
  }
}

TEST(Places, are_exact_with_other_line_ends) {
  const Reading r(
      "a: |\r\n  x {{ a }}\r\n\r\n  {{b}}\r\nb: >\r\n  x\r\n  {{ c }}\r\nc: \"x\r\n  {{ d }}\"\r\n");
  ASSERT_EQ(r.said(), "");
  for (const Entry& entry : r.root().entries) expect_placeholders_in_place(r, *entry.value);
}

TEST(Places, of_escapes_are_the_escapes) {
  const Reading r("a: \"x\\u00fcy\\n\"\nb: 'it''s'\n", "w.yaml");
  const Node& a = r.at("a");
  ASSERT_EQ(a.text, "x\xc3\xbcy\n");
  EXPECT_EQ(r.source(span_in(r.sources, a, 1, 3)), "\\u00fc");
  EXPECT_EQ(r.source(span_in(r.sources, a, 2, 3)), "\\u00fc") << "half of a character is in the same place";
  EXPECT_EQ(r.source(span_in(r.sources, a, 4, 5)), "\\n");
  EXPECT_EQ(r.source(span_in(r.sources, a, 0, 5)), "x\\u00fcy\\n");
  EXPECT_EQ(r.source(span_in(r.sources, r.at("b"), 2, 3)), "''");
}

TEST(Places, in_json) {
  const Reading r(R"({"a": "x\ud83d\ude80 {{ a }}\/ {{b}}"})", "w.json");
  ASSERT_EQ(r.said(), "");
  expect_placeholders_in_place(r, r.at("a"));
  EXPECT_EQ(r.source(span_in(r.sources, r.at("a"), 1, 5)), R"(\ud83d\ude80)");
}

TEST(Places, at_the_end_and_beyond_stay_inside) {
  const Reading r("a: |\n  text\nb: 'x'\nc: plain\nd: ''\ne: >\nf: z\n");
  EXPECT_EQ(r.place(span_in(r.sources, r.at("a"), 4, 4)), "2:7");
  EXPECT_EQ(r.place(span_in(r.sources, r.at("b"), 1, 1)), "3:6");
  EXPECT_EQ(r.place(span_in(r.sources, r.at("c"), 5, 5)), "4:9");
  for (const Entry& entry : r.root().entries) {
    const Span span = span_in(r.sources, *entry.value, 0, 1000);
    EXPECT_LE(span.end, r.sources.file(r.file).text.size());
    EXPECT_LE(span.begin, span.end);
  }
}

// A walk that disagrees with libyaml about one byte would disagree about all after it.
TEST(Places, walk_gives_the_text_libyaml_gave) {
  const char* texts[] = {
      "a: |\n   x\n  \n    y\n\n\nb: 1\n",
      "a: >\n\n   x\n   y\n\n     z\n\n     z\n   w\n",
      "a: |+\n  x\n\n\n",
      "a: >-\n  x\n\n\n  y\n  \n  z\n",
      "a: \"x  \n   y  \n \n  z\"\n",
      "a: '  x\n\n\n   y  '\n",
      "a: x\n  y\n\n\n  z\n",
      "a: |1\n  x\n y\n",
      "a: >2\n    x\n  y\n  z\n",
      "a: |\n  x\n  \ty\n",
      "a: >\n  x\n  \ty\n  z\n",
  };
  for (const char* text : texts) {
    const Reading r(text);
    ASSERT_EQ(r.said(), "") << text;
    const Node& a = r.at("a");
    const std::string& file = r.sources.file(r.file).text;
    for (std::uint32_t i = 0; i < a.text.size(); ++i) {
      const Span span = span_in(r.sources, a, i, i + 1);
      const char c = a.text[i];
      const std::string_view there = std::string_view(file).substr(span.begin);
      if (c == ' ' || c == '\n')
        EXPECT_TRUE(there[0] == ' ' || there[0] == '\n') << text << " at " << i;
      else
        EXPECT_EQ(there[0], c) << text << " at " << i;
    }
  }
}

}  // namespace
}  // namespace wfc::yaml
