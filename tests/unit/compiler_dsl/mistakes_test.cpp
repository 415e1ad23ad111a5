// What is said about files with mistakes: where, in which words, and not twice.
#include <gtest/gtest.h>

#include <random>

#include "tests/unit/compiler_dsl/reading.h"

namespace wfc::dsl {
namespace {

TEST(Mistakes, three_give_three_messages) {
  const Reading r(R"(workflow release

step build run "make"
step test: run "make test" when
step ship: deploy prod {
  timeout 30sec
}
step note: run "echo"
)");
  EXPECT_EQ(r.said(),
            "WF0105 3:11 `:` is missing after the step's name\n"
            "WF0104 4:32 a condition is missing here\n"
            "WF0106 6:11 `30sec` is neither a number nor a name\n");
  // What was right is there, and only what was wrong is marked.
  ASSERT_EQ(r.file.items.size(), 5u);
  EXPECT_TRUE(r.file.items[1].broken);
  EXPECT_TRUE(r.file.items[2].broken);
  EXPECT_FALSE(r.file.items[3].broken);
  EXPECT_TRUE(r.file.items[3].block.at(0).broken);
  EXPECT_FALSE(r.file.items[4].broken);
  EXPECT_EQ(r.file.items[4].head, "note");
}

TEST(Mistakes, an_unclosed_block_ends_where_the_indentation_does) {
  const Reading r(
      "workflow release\n\nstep build: run \"make\" {\n  timeout 10m\n\nstep test: run \"make test\"\n");
  EXPECT_EQ(r.rendered(), R"(error[WF0102]: this `{` is never closed
 --> w.wf:3:24
  |
3 | step build: run "make" {
  |                        ^
...
6 | step test: run "make test"
  | ---- the block seems to end before this line
  |
5 + }
  = help: close the block with `}`

)");
  ASSERT_EQ(r.file.items.size(), 3u);
  EXPECT_EQ(r.file.items[2].head, "test");
}

TEST(Mistakes, unclosed_brackets_spare_what_follows) {
  EXPECT_EQ(Reading("workflow w\nlet x = (1 + 2\nstep a: run \"x\"\n").said(),
            "WF0102 2:9 this `(` is never closed\n");
  EXPECT_EQ(Reading("workflow w\nlet x = [1, 2\nlet y = [3]\n").said(),
            "WF0102 2:9 this `[` is never closed\n");
  EXPECT_EQ(Reading("workflow w\nparallel {\n  step a: run \"x\" {\n    timeout 5m\n  step b: run \"y\"\n}\n")
                .said(),
            "WF0102 3:19 this `{` is never closed\n");
  EXPECT_EQ(Reading("workflow w\nstep a: run \"x\" {\n  timeout 5m\n").said(),
            "WF0102 2:17 this `{` is never closed\n");
  EXPECT_EQ(Reading("workflow w\nstep a: run \"x\"\n}\n").said(), "WF0103 3:1 `}` does not belong here\n");
  // Not indented at all, but balanced: nothing is guessed.
  EXPECT_EQ(Reading("workflow w\nstep a: run \"x\" {\ntimeout 5m\n}\n").said(), "");
}

TEST(Mistakes, texts) {
  EXPECT_EQ(Reading("workflow w\nstep a: run \"make {\n  timeout 5m\n}\n").said(),
            "WF0101 2:13 this text is never closed\n");
  EXPECT_EQ(Reading("workflow w\nstep a: agent X \"\"\"\n  never\n  closed\n\nstep b: run \"x\"\n").said(),
            "WF0101 2:17 this text is never closed\n");
  EXPECT_EQ(Reading("workflow w\nstep a: agent X \"\"\"one line\"\"\"\nstep b: run \"x\"\n").said(),
            "WF0103 2:20 `one line\"\"\"` does not belong here\n");
  EXPECT_EQ(Reading("workflow w\nstep a: run 'make'\n").said(),
            "WF0103 2:13 `'make'` does not belong here\n");
  EXPECT_EQ(Reading("workflow w\nstep a: agent X \"\"\"\n  a\n b\n  \"\"\"\n").said(),
            "WF0108 4:2 this line is indented less than the closing quotes\n");
  EXPECT_EQ(Reading("workflow w\nstep a: run \"\\x\"\n").said(), "WF0116 2:14 `\\x` is no escape\n");
  EXPECT_EQ(Reading("workflow w\nstep a: run \"\\u{0}\"\n").said(), "WF0116 2:14 `\\u{0}` is no escape\n");
}

TEST(Mistakes, what_is_missing_is_named) {
  EXPECT_EQ(Reading("workflow w\nstep : run \"x\"\n").said(), "WF0104 2:5 the step's name is missing here\n");
  EXPECT_EQ(Reading("workflow w\nstep a:\n").said(), "WF0104 2:8 what the step does is missing here\n");
  EXPECT_EQ(Reading("workflow w\nstep a: {\n  timeout 5m\n}\n").said(),
            "WF0104 2:8 what the step does is missing here\n");
  EXPECT_EQ(Reading("workflow w\nlet x =\n").said(), "WF0104 2:8 a value is missing here\n");
  EXPECT_EQ(Reading("workflow w\ninput x:\n").said(), "WF0104 2:9 a type is missing here\n");
  EXPECT_EQ(Reading("workflow w\nif x\n").said(), "WF0104 2:5 `{` is missing here\n");
  EXPECT_EQ(Reading("workflow w\non\n").said(), "WF0104 2:3 what it reacts to is missing here\n");
  EXPECT_EQ(Reading("workflow w\nstep a: f(x 1)\n").said(), "WF0104 2:12 `=` is missing here\n");
}

TEST(Mistakes, braces_and_else_on_lines_of_their_own_are_read_where_they_belong) {
  const Reading r(
      "workflow w\nstep a: run \"x\"\n{\n  timeout 5m\n}\nif x {\n  step b: \"1\"\n}\nelse {\n  step c: "
      "\"2\"\n}\n");
  EXPECT_EQ(r.said(), "WF0204 3:1 `{` cannot stand here\nWF0204 9:1 `else` cannot stand here\n");
  ASSERT_EQ(r.file.items.size(), 3u);
  EXPECT_EQ(r.file.items[1].block.size(), 1u);
  EXPECT_TRUE(r.file.items[2].has_otherwise);
}

TEST(Mistakes, a_foreign_line_costs_itself_only) {
  const Reading r(
      "workflow w\n- step: a\n=== x {\n  y\n}\nstep a: run \"x\"\n; step b: run \"x\"\nstep "
      "\xe2\x80\x9cx\xe2\x80\x9d: run \"y\"\n");
  EXPECT_EQ(r.said(),
            "WF0103 2:1 `-` does not belong here\n"
            "WF0103 3:1 `==` does not belong here\n"
            "WF0103 7:1 `;` does not belong here\n"
            "WF0103 8:6 `\xe2\x80\x9c` does not belong here\n");
  EXPECT_EQ(r.file.items.at(1).head, "a");
}

TEST(Mistakes, a_map_that_is_wrong_does_not_take_the_file_along) {
  EXPECT_EQ(Reading("workflow w\nlet z = { a: 1 b: 2 }\nlet w = x.\nlet v = 1\n").said(),
            "WF0103 2:16 `b` does not belong here\nWF0104 3:11 a name is missing here\n");
}

TEST(Mistakes, depth_is_limited_before_parsing) {
  std::string blocks = "workflow w\n";
  for (int i = 0; i < 300; ++i) blocks += "parallel {\n";
  EXPECT_EQ(Reading(blocks).said(), "WF0110 202:10 nested more than 200 levels deep\n");
  std::string chain = "workflow w\nif a {\n}";
  for (int i = 0; i < 2'000; ++i) chain += " else if a {\n}";
  EXPECT_EQ(Reading(chain + "\n").said(), "WF0110 2:1 nested more than 200 levels deep\n");
  std::string type = "workflow w\ninput x: ";
  for (int i = 0; i < 30'000; ++i) type += "list<";
  EXPECT_EQ(Reading(type + "\n").said().substr(0, 6), "WF0110");
}

// Whatever is done to a good file, parsing ends, and says something where it does not understand.
TEST(Mistakes, random_edits_do_no_harm) {
  const std::string seed = R"(## About it.
workflow feature "Feature delivery"
input task: string = "x" # given
on cron "0 9 * * 1" timezone "UTC" when event.x > 0.8
budget {
  credits 50
}
step implement "T": agent Engineer when a.b and not c {
  prompt """
    Based on: {{ research }}
      more
    """
  after a, "b c"
  on fail retry 2 wait 10s
  with m = { a: [1, 2], "b": (x | f(y = 1)) }
}
parallel reviews max 3 {
  step s: review(area = "security", change = edit.output)
}
if x is not defined {
  step y: check a == 1
} else if z {
  step w: "text"
}
)";
  const std::string_view pieces[] = {
      "{",  "}",  "(",    ")",   "[",     "]",     "\"",  "\"\"\"", "'",        "\n",   " ", ":",  ",",
      "=",  "|",  "step", "if ", "else ", "when ", "on ", "check ", "\xc3\xa9", "\\",   "#", "##", "1x",
      "5m", "&&", "!",    "-",   "not ",  "list<", "$",   ".",      "0.1.2",    "\r\n", "\t"};
  std::mt19937 random(11);
  int refused = 0;
  for (int i = 0; i < 1'500; ++i) {
    std::string text = seed;
    for (unsigned edits = 1 + random() % 3; edits > 0; --edits) {
      const std::size_t at = random() % text.size();
      switch (random() % 3) {
        case 0:
          text.erase(at, 1 + random() % 4);
          break;
        case 1:
          text.insert(at, pieces[random() % std::size(pieces)]);
          break;
        default:
          text.resize(std::max<std::size_t>(at, 1));
          break;
      }
      if (text.empty()) text = "w";
    }
    const Reading r(text);
    if (r.report.has_errors()) ++refused;
    // Every place is a place in the file, and the text form can be written.
    for (const auto& d : r.report.all()) {
      EXPECT_LE(d->span.begin, d->span.end);
      EXPECT_LE(d->span.end, text.size());
    }
    EXPECT_EQ(r.rendered().empty(), r.report.all().empty());
    if (HasFailure()) FAIL() << text;
  }
  EXPECT_GT(refused, 500);
}

}  // namespace
}  // namespace wfc::dsl
