// What parts of a definition take with them when they go, and where new ones stand.
#include "compiler/diag/edits.h"

#include <gtest/gtest.h>

namespace wfc::diag {
namespace {

class Edits : public testing::Test {
 protected:
  // The text with the edit that `make` gives for the place of `part`; "-" where there is none.
  template <class Make>
  std::string after(const std::string& text, std::string_view part, const Make& make) {
    const FileId file = sources_.add("x", text);
    const auto edit = make(span(file, part));
    if (!edit) return "-";
    return text.substr(0, edit->span.begin) + edit->new_text + text.substr(edit->span.end);
  }
  Span span(FileId file, std::string_view part) const {
    const std::size_t at = sources_.file(file).text.find(part);
    return {file, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + part.size())};
  }
  std::string without(const std::string& text, std::string_view part) {
    return after(text, part, [&](Span at) { return without_entry(sources_, at); });
  }
  std::string less_lines(const std::string& text, std::string_view part) {
    return after(text, part, [&](Span at) { return without_lines(sources_, at); });
  }
  std::string with(const std::string& text, std::string_view last) {
    return after(text, last, [&](Span at) { return with_entry(sources_, at, "new"); });
  }
  std::string list(const std::string& text, std::string_view mapping, std::string_view value) {
    return after(text, mapping,
                 [&](Span at) { return with_list(sources_, at, span(at.file, value), "needs", "new"); });
  }
  std::string setting(const std::string& text, std::string_view statement) {
    return after(text, statement, [&](Span at) { return with_setting(sources_, at, "after x"); });
  }

  source::SourceMap sources_;
};

TEST_F(Edits, an_entry_goes_with_its_comma_or_its_line) {
  EXPECT_EQ(without("a: [x, y, z]", "x"), "a: [y, z]");
  EXPECT_EQ(without("a: [x, y, z]", "z"), "a: [x, y]");
  EXPECT_EQ(without("{\"a\": [\"x\",\"y\"]}", "\"y\""), "{\"a\": [\"x\"]}");
  EXPECT_EQ(without("allow secrets A,\n  B\n", "B"), "allow secrets A\n");
  EXPECT_EQ(without("a:\n  - x\n  - y\n", "x"), "a:\n  - y\n");
  EXPECT_EQ(without("a:\n  - x\n  - y", "y"), "a:\n  - x");
}

TEST_F(Edits, an_entry_stays_that_is_alone_or_has_a_comment) {
  EXPECT_EQ(without("a: [x]", "x"), "-");
  EXPECT_EQ(without("a:\n  - x\nb: 1\n", "x"), "-");
  EXPECT_EQ(without("a:\n  - x  # why\n  - y\n", "x"), "-");
  EXPECT_EQ(without("- - x\n- y\n", "x"), "-");
  EXPECT_EQ(without("x", "x"), "-");
  // Another list's entry is no neighbour.
  EXPECT_EQ(without("a:\n  - x\n- z\n", "x"), "-");
}

TEST_F(Edits, a_statement_goes_with_its_description) {
  EXPECT_EQ(less_lines("a\n## What b is.\n## More.\nlet b = 1\nc\n", "b = 1"), "a\nc\n");
  EXPECT_EQ(less_lines("a\n\nlet b = 1\n\nc\n", "b = 1"), "a\n\nc\n");
  EXPECT_EQ(less_lines("a\n# Of the file.\nlet b = 1", "b = 1"), "a\n# Of the file.");
  EXPECT_EQ(less_lines("let b = 1  # why\n", "b = 1"), "-");
  EXPECT_EQ(less_lines("let b = 1", "let b = 1"), "");
}

TEST_F(Edits, an_entry_comes_behind_the_last_one) {
  EXPECT_EQ(with("a: [x, y]", "y"), "a: [x, y, new]");
  EXPECT_EQ(with("a: [\"x\"]", "\"x\""), "a: [\"x\", \"new\"]");
  EXPECT_EQ(with("a:\n  - x  # why\nb: 1\n", "x"), "a:\n  - x  # why\n  - new\nb: 1\n");
  EXPECT_EQ(with("  after a, b\n", "b"), "  after a, b, new\n");
}

TEST_F(Edits, a_list_becomes_a_key_of_its_mapping) {
  EXPECT_EQ(list("- {id: a, b: 1}\n", "{id: a, b: 1}", "a"), "- {id: a, b: 1, needs: [new]}\n");
  EXPECT_EQ(list("{\"id\": \"a\"\n}", "{\"id\": \"a\"\n}", "\"a\""),
            "{\"id\": \"a\", \"needs\": [\"new\"]\n}");
  EXPECT_EQ(list("- id: a  # why\n  b: 1\n", "id: a  # why\n  b: 1\n", "a"),
            "- id: a  # why\n  needs: [new]\n  b: 1\n");
  EXPECT_EQ(list("- {id: a,\n   b: 1  # why\n  }\n", "{id: a,\n   b: 1  # why\n  }", "a"), "-");
  EXPECT_EQ(list("- id: |\n    a\n    b\n", "id: |\n    a\n    b\n", "|\n    a\n    b"), "-");
}

TEST_F(Edits, a_setting_makes_a_block_where_there_is_none) {
  EXPECT_EQ(setting("  step a: \"x\"\n", "step a: \"x\""), "  step a: \"x\" {\n    after x\n  }\n");
  EXPECT_EQ(setting("step a: \"x\" {\n  risky\n}\n", "step a: \"x\" {\n  risky\n}"),
            "step a: \"x\" {\n  risky\n  after x\n}\n");
  EXPECT_EQ(setting("step a: check b == { c: 1 }\n", "step a: check b == { c: 1 }"), "-");
}

}  // namespace
}  // namespace wfc::diag
