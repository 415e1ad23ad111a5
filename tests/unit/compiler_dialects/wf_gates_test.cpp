// Gates of `.wf` files that stand in files of the agentic layer's form.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "layer_folder.h"

namespace wfc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

const char* const coverage = R"(gate: coverage
version: 1
criteria:
  all_tests_pass: true
  coverage_minimum: 80
  any_of: {no_blockers: true, waived: true}
on_fail: retry
max_retries: 2
retry_strategy: rebuild
escalation:
  after_retries_exhausted: human
  message: "Failed after {retries} attempts."
  context: [build_report, failure_history]
)";

class WfGateFiles : public testing::Test {
 protected:
  std::unique_ptr<Definition> read_wf(const std::string& steps) const {
    return wfc::read("a.wf", "workflow a\n" + steps, {.forced = {}, .defines = {}, .root = folder.path()});
  }
  static std::vector<std::string> held(const model::QualityGate& gate) {
    std::vector<std::string> all;
    for (const model::Criterion& criterion : gate.criteria)
      all.push_back(criterion.text + ": " + spelt(criterion.holds));
    return all;
  }
  LayerFolder folder;
};

TEST_F(WfGateFiles, mean_what_they_mean_in_a_layer) {
  folder.prompts({"build", "test"}).file("gates/coverage.yaml", coverage);
  const auto layer =
      folder.read("phases: [build, test]\ngates: {after_test: gates/coverage.yaml}\nloops: {}\n");
  const auto wf = read_wf(R"(escalation human {
  timeout 24h
}
step build: agent "Build" {
  output build_report
}
step test: agent "Test" {
  gate from "gates/coverage.yaml"
}
)");
  EXPECT_THAT(placed(*wf), IsEmpty());
  const model::QualityGate& theirs = step_named(*layer, "test").extras->quality_gates.at(0);
  ASSERT_TRUE(wf->step(1).extras);
  const model::QualityGate& ours = wf->step(1).extras->quality_gates.at(0);
  EXPECT_EQ(ours.name.value, "coverage");
  EXPECT_EQ(held(ours), held(theirs));
  EXPECT_EQ(reactions(ours.reactions), reactions(theirs.reactions));
  EXPECT_THAT(reactions(wf->step(1).reactions),
              ElementsAre("fail: escalate \"Failed after {...} attempts.\" +build_report +failure_history"));
  EXPECT_EQ(reactions(wf->step(1).reactions), reactions(step_named(*layer, "test").reactions));
}

TEST_F(WfGateFiles, stand_in_their_order_among_the_others) {
  folder.file("one.yaml", "criteria: {a: true}\n")
      .file("two.json", R"({"gate": "two", "criteria": {"b": 1}})");
  const auto wf = read_wf(R"(step a: agent "x" {
  gate from "one.yaml"
  gate mine {
    check result.c
  }
  gate from "two.json"
}
)");
  EXPECT_THAT(placed(*wf), IsEmpty());
  std::vector<std::string> names;
  for (const model::QualityGate& gate : wf->step(0).extras->quality_gates) names.push_back(gate.name.value);
  EXPECT_THAT(names, ElementsAre("one.yaml", "mine", "two"));
}

TEST_F(WfGateFiles, ask_what_a_step_that_is_no_agent_has_printed) {
  folder.file("g.yaml", "criteria: {size_max: 10, signed: true}\n");
  const auto wf = read_wf("step a: run \"x\" {\n  gate from \"g.yaml\"\n}\n");
  EXPECT_THAT(placed(*wf), IsEmpty());
  for (const model::Criterion& criterion : wf->step(0).extras->quality_gates.at(0).criteria)
    EXPECT_THAT(spelt(criterion.holds), testing::HasSubstr("result.output is object")) << criterion.text;
}

TEST_F(WfGateFiles, that_look_before_ask_the_nearest_answers) {
  folder.file("g.yaml", "trigger: before-b\ncriteria: {ready: true}\n");
  const auto wf = read_wf(R"(step first: agent "x"
step a: run "y"
step ask: approve "go on?"
step beside: agent "z" {
  after start
}
step b: agent "x" {
  after ask
  gate from "g.yaml"
}
)");
  EXPECT_THAT(placed(*wf), IsEmpty());
  const model::QualityGate& gate = wf->step(4).extras->quality_gates.at(0);
  EXPECT_TRUE(gate.before);
  const std::string asked = spelt(gate.criteria.at(0).holds);
  EXPECT_THAT(asked, testing::HasSubstr("a.output.ready"));
  EXPECT_THAT(asked, testing::HasSubstr("first.ready"));
  EXPECT_THAT(asked, testing::Not(testing::HasSubstr("beside")));
}

TEST_F(WfGateFiles, in_defaults_hold_where_a_step_has_none) {
  folder.file("g.yaml", "gate: usual\ncriteria: {ok2: true}\n");
  const auto wf = read_wf(R"(defaults {
  gate from "g.yaml"
}
step a: agent "x"
step b: agent "y" {
  gate own {
    check result.z
  }
}
)");
  EXPECT_THAT(placed(*wf), IsEmpty());
  EXPECT_EQ(wf->step(0).extras->quality_gates.at(0).name.value, "usual");
  ASSERT_EQ(wf->step(1).extras->quality_gates.size(), 1U);
  EXPECT_EQ(wf->step(1).extras->quality_gates[0].name.value, "own");
}

TEST_F(WfGateFiles, are_seen_from_the_file_that_names_them) {
  folder.file("lib/gates/g.yaml", "gate: near\ncriteria: {x: 1}\n")
      .file("lib/steps.wf",
            "define step made(what: string): agent \"{{ what }}\" {\n  gate from \"gates/g.yaml\"\n}\n");
  const auto wf = read_wf("import \"lib/steps.wf\" as lib\nstep a: lib.made(what = \"x\")\n");
  EXPECT_THAT(placed(*wf), IsEmpty());
  EXPECT_EQ(wf->step(0).extras->quality_gates.at(0).name.value, "near");
}

TEST_F(WfGateFiles, come_before_what_the_step_does_about_a_failure) {
  folder.file("g.yaml", coverage);
  const auto wf = read_wf(R"(step build: agent "b"
step a: agent "x" {
  gate from "g.yaml"
  on fail retry 1
  on fail escalate
}
step b: agent "x" {
  gate from "g.yaml"
  on fail continue
}
)");
  EXPECT_THAT(
      reactions(wf->step(1).reactions),
      ElementsAre("fail: retry max 1", StartsWith("fail: escalate \"Failed after {...} attempts.\"")));
  EXPECT_THAT(reactions(wf->step(2).reactions), ElementsAre("fail: continue"));
}

TEST_F(WfGateFiles, mistakes_are_marked_in_the_file_where_they_stand) {
  folder
      .file("wrong.yaml",
            "critera: {a: 1}\ncriteria: {coverage_minimum: 010}\non_fail: retry\nretry_strategy: rebuild\n")
      .file("empty.yaml", "# nothing\n")
      .file("twice.yaml", "criteria: {a: 1, a: 2}\n");
  EXPECT_THAT(placed(*read_wf(R"(step a: agent "x" {
  gate from "wrong.yaml"
}
step b: agent "x" {
  gate from "none.yaml"
}
step c: agent "x" {
  gate from "../../etc/passwd"
}
step d: agent "x" {
  gate from "{{ a }}.yaml"
}
step e: agent "x" {
  gate from
}
step f: agent "x" {
  gate from "empty.yaml" {
    check true
  }
}
step g: agent "x" {
  gate from "twice.yaml" when a.ok
}
)")),
              ElementsAre(StartsWith("WF0307 6:13"), StartsWith("WF0308 9:13"), StartsWith("WF0205 12:14"),
                          StartsWith("WF0104 15:"), StartsWith("WF0205 18:13"), StartsWith("WF0204 19:5"),
                          StartsWith("WF0204 23:"), StartsWith("WF0201 wrong.yaml:1:1 'critera'"),
                          StartsWith("WF0115 wrong.yaml:2:30 '010'"),
                          StartsWith("WF0301 wrong.yaml:4:17 'rebuild' no step is named `build`"),
                          StartsWith("WF0112 twice.yaml:1:18")));
}

}  // namespace
}  // namespace wfc
