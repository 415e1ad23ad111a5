// The eight messages of the language's description, to the byte.
#include <gtest/gtest.h>

#include <stdexcept>

#include "compiler/diag/render.h"

namespace wfc::diag {
namespace {

// A definition in which places are found by what stands there.
class Definition {
 public:
  Definition(std::string name, std::string text)
      : text_(std::move(text)), file_(sources.add(std::move(name), text_)) {}

  // The `occurrence`th time (from 1) that `words` stand in the text.
  Span at(const std::string& words, int occurrence = 1) const {
    std::size_t place = text_.find(words);
    while (--occurrence > 0 && place != std::string::npos) place = text_.find(words, place + 1);
    if (place == std::string::npos) throw std::runtime_error("the text does not hold " + words);
    return {file_, static_cast<std::uint32_t>(place), static_cast<std::uint32_t>(place + words.size())};
  }
  std::string rendered() const { return render_text(report, sources, {}); }

  source::SourceMap sources;
  Report report;

 private:
  std::string text_;
  FileId file_;
};

TEST(EightMessages, unknown_name) {
  Definition d("release.wf",
               "workflow release\n\nstep build: run \"make\"\nstep test: run \"make test\" {\n  on fail back "
               "to biuld max 3\n}\n");
  const Span name = d.at("biuld");
  d.report.add(unknown_name, name, Noun::step, "biuld")
      .label("not a step in this workflow")
      .did_you_mean("build", name);
  EXPECT_EQ(d.rendered(), R"(error[WF0301]: no step is named `biuld`
 --> release.wf:5:19
  |
5 |   on fail back to biuld max 3
  |                   ^^^^^ not a step in this workflow
  |
  = help: did you mean `build`?

)");
}

TEST(EightMessages, unknown_setting) {
  Definition d(
      "nightly.yaml",
      "name: nightly\nsteps:\n  - id: research\n    agent: Researcher\n    promt: Research {{ task }}\n");
  const Span key = d.at("promt");
  d.report.add(unknown_setting, key, "a step", Noun::field, "promt")
      .label("unknown field")
      .note("read as the `agent007` dialect, because its steps have `agent`; choose another with `--dialect`")
      .did_you_mean("prompt", key);
  EXPECT_EQ(d.rendered(), R"(error[WF0201]: a step has no field `promt`
 --> nightly.yaml:5:5
  |
5 |     promt: Research {{ task }}
  |     ^^^^^ unknown field
  |
  = note: read as the `agent007` dialect, because its steps have `agent`; choose another with `--dialect`
  = help: did you mean `prompt`?

)");
}

TEST(EightMessages, unknown_filter) {
  Definition d("review.yaml",
               "name: review\nsteps:\n  - id: a\n    agent: r\n    prompt: |\n      Look:\n      {{ task | "
               "trimm }}\n");
  const Span filter = d.at("trimm");
  d.report.add(unknown_filter, filter, Noun::filter, "trimm")
      .label("unknown filter")
      .did_you_mean("trim", filter);
  EXPECT_EQ(d.rendered(), R"(error[WF0601]: no filter is named `trimm`
 --> review.yaml:7:17
  |
7 |       {{ task | trimm }}
  |                 ^^^^^ unknown filter
  |
  = help: did you mean `trim`?

)");
}

TEST(EightMessages, not_ready) {
  Definition d("post.wf",
               "parallel {\n  step draft: agent Writer \"Write the post\"\n"
               "  step art: agent Designer \"Illustrate: {{ draft }}\"\n}\n");
  d.report.add(not_ready, d.at("draft", 2), "draft", "art")
      .label("its output is used here")
      .also(d.at("draft"), "`draft` runs at the same time")
      .help("add `after draft` to step `art`");
  EXPECT_EQ(d.rendered(), R"(error[WF0303]: `draft` may not have finished when `art` starts
 --> post.wf:3:44
  |
2 |   step draft: agent Writer "Write the post"
  |        ----- `draft` runs at the same time
3 |   step art: agent Designer "Illustrate: {{ draft }}"
  |                                            ^^^^^ its output is used here
  |
  = help: add `after draft` to step `art`

)");
}

TEST(EightMessages, cycle) {
  Definition d("checks.wf",
               "step lint: run \"a\" {\n  after report\n}\nstep tests: run \"b\" {\n  after lint\n}\n"
               "step report: run \"c\" {\n  after tests\n}\n");
  d.report.add(cycle, d.at("report"))
      .label("`lint` waits for `report`")
      .also(d.at("lint", 2), "`tests` waits for `lint`")
      .also(d.at("tests", 2), "`report` waits for `tests`")
      .note("lint -> report -> tests -> lint")
      .help("remove one of these `after` lines; to repeat work, use `on fail back to`");
  EXPECT_EQ(d.rendered(), R"(error[WF0501]: these steps wait for each other
 --> checks.wf:2:9
  |
2 |   after report
  |         ^^^^^^ `lint` waits for `report`
...
5 |   after lint
  |         ---- `tests` waits for `lint`
...
8 |   after tests
  |         ----- `report` waits for `tests`
  |
  = note: lint -> report -> tests -> lint
  = help: remove one of these `after` lines; to repeat work, use `on fail back to`

)");
}

TEST(EightMessages, missing_unit) {
  Definition d("build.wf", "step build: run \"make\" {\n  timeout 30\n}\n");
  d.report.add(missing_unit, d.at("30"), "timeout")
      .label("seconds, minutes or hours?")
      .help("write `30s`, `30m` or `30h`");
  EXPECT_EQ(d.rendered(), R"(error[WF0402]: `timeout` needs a unit
 --> build.wf:2:11
  |
2 |   timeout 30
  |           ^^ seconds, minutes or hours?
  |
  = help: write `30s`, `30m` or `30h`

)");
}

TEST(EightMessages, unclosed_bracket) {
  Definition d(
      "release.wf",
      "workflow release\n\nstep build: run \"make\" {\n  timeout 30m\n\nstep test: run \"make test\"\n");
  const Span end_of_block{0, d.at("step test").begin - 1, d.at("step test").begin - 1};
  d.report.add(unclosed_bracket, d.at("{"), "{")
      .also(d.at("step", 2), "the block seems to end before this line")
      .help("close the block with `}`")
      .fix("close the block", end_of_block, "}\n", false);
  EXPECT_EQ(d.rendered(), R"(error[WF0102]: this `{` is never closed
 --> release.wf:3:24
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
}

TEST(EightMessages, written_secret) {
  Definition d("hook.wf", "workflow hook\n\non webhook push secret \"9f86d081884c\"\n");
  d.report.add(written_secret, d.at("\"9f86d081884c\""))
      .label("anyone who can read this file can read it")
      .help("name it instead: `secret PUSH_SECRET`, and set PUSH_SECRET when the program runs");
  EXPECT_EQ(d.rendered() + text_summary(d.report, {{"hook.wf", "wf", "hook", 0, 0}}),
            R"(error[WF0701]: a secret is written in the file
 --> hook.wf:3:24
  |
3 | on webhook push secret "9f86d081884c"
  |                        ^^^^^^^^^^^^^^ anyone who can read this file can read it
  |
  = help: name it instead: `secret PUSH_SECRET`, and set PUSH_SECRET when the program runs

hook.wf: 1 error, 0 warnings)");
}

}  // namespace
}  // namespace wfc::diag
