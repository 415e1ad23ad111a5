// The Agentic Layer's gates, in all their spellings, become the model.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "layer_folder.h"

namespace wfc {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Gates : public testing::Test {
 protected:
  Gates() { folder.prompts({"plan", "build", "test", "review", "document", "deploy"}); }

  std::unique_ptr<Definition> with(const std::string& gates) const {
    return folder.read("phases: [plan, build, test, review, document, deploy]\ngates:\n" + gates);
  }
  // The one gate of `phase`.
  static const model::QualityGate& gate(const Definition& of, const std::string& phase) {
    const model::Step& step = step_named(of, phase);
    static const model::QualityGate none;
    EXPECT_TRUE(step.extras && step.extras->quality_gates.size() == 1) << phase;
    return step.extras && !step.extras->quality_gates.empty() ? step.extras->quality_gates[0] : none;
  }
  std::string held(const std::string& criterion) const {
    const auto definition = with("  after_test: {criteria: {" + criterion + "}}\n");
    EXPECT_THAT(placed(*definition), IsEmpty()) << criterion;
    const auto& all = gate(*definition, "test").criteria;
    return all.size() == 1 ? all[0].text + ": " + spelt(all[0].holds) : std::to_string(all.size());
  }

  LayerFolder folder;
};

TEST_F(Gates, criteria_are_assertions_on_fields_of_the_answer) {
  EXPECT_EQ(held("all_tests_pass: true"),
            "all_tests_pass == true: ((result.all_tests_pass | default null) == true)");
  EXPECT_EQ(held("flaky: false"), "flaky == false: ((result.flaky | default null) == false)");
  EXPECT_EQ(held("verdict: approved"),
            "verdict == \"approved\": ((result.verdict | default null) == 'approved')");
  EXPECT_EQ(held("release: \"1.10\""), "release == \"1.10\": ((result.release | default null) == '1.10')");
  EXPECT_EQ(held("has_changelog_entry: true"),
            "has_changelog_entry: (result.has_changelog_entry | default null)");
  EXPECT_EQ(held("has_secrets: false"),
            "has_secrets == false: ((result.has_secrets | default null) == false)");
  // A list counts as the number of its entries.
  const std::string errors = "(result.lint_errors | default null)";
  EXPECT_EQ(held("lint_errors: 0"), "lint_errors == 0: (((" + errors + " is number) and (" + errors +
                                        " == 0)) or ((" + errors + " is iterable) and ((" + errors +
                                        " | length) == 0)))");
}

TEST_F(Gates, names_say_at_least_or_at_most) {
  const auto shown_as = [&](const std::string& criterion) {
    const std::string all = held(criterion);
    return all.substr(0, all.find(':'));
  };
  EXPECT_EQ(shown_as("coverage_minimum: 80"), "coverage >= 80");
  EXPECT_EQ(shown_as("coverage_min: 80.5"), "coverage >= 80.5");
  EXPECT_EQ(shown_as("min_coverage: 80"), "coverage >= 80");
  EXPECT_EQ(shown_as("minCoverage: 80"), "coverage >= 80");
  EXPECT_EQ(shown_as("lint_warnings_max: 10"), "lint_warnings <= 10");
  EXPECT_EQ(shown_as("max_test_duration_ms: 300000"), "test_duration_ms <= 300000");
  EXPECT_EQ(shown_as("test_max_ms: 1"), "test_ms <= 1");
  EXPECT_EQ(shown_as("max: 3"), "max <= 3");
  // Not every name with these letters is one.
  EXPECT_EQ(shown_as("admin_count: 1"), "admin_count == 1");
  EXPECT_EQ(shown_as("minutes: 1"), "minutes == 1");
  // The whole name counts where the shorter one is not there.
  EXPECT_THAT(held("coverage_min: 80"),
              HasSubstr("((result.coverage | default null) | default (result.coverage_min | default null))"));
}

TEST_F(Gates, none_of_a_kind_may_be_an_empty_list) {
  EXPECT_EQ(
      held("no_blockers: true"),
      "no_blockers == true: (((result.no_blockers | default null) == true) or (((result.no_blockers | "
      "default "
      "null) == null) and (((result.blockers | default null) != null) and (not (result.blockers | default "
      "null)))))");
  EXPECT_EQ(held("no_blockers: false"),
            "no_blockers == false: ((result.no_blockers | default null) == false)");
}

TEST_F(Gates, words_that_every_result_has_are_looked_for_in_the_answer) {
  EXPECT_EQ(held("status: green"),
            "status == \"green\": ((result.output is object) and ((result.output.status | default null) == "
            "'green'))");
  EXPECT_THAT(held("duration_max: 5"), HasSubstr("(result.output is object)"));
}

TEST_F(Gates, all_hold_any_nests_and_lists_are_read) {
  const auto definition = with(R"(  after_test:
    criteria:
      any_of:
        - all_of:
            - coverage_minimum: 80
            - no_skipped_tests: true
        - {coverage_minimum: 90, has_integration_tests: true}
      all_of: {a: true}
  after_review:
    criteria:
      - no_critical_findings: true
      - no_high_findings: true
)");
  EXPECT_THAT(placed(*definition), IsEmpty());
  EXPECT_THAT(criteria_of(gate(*definition, "test")),
              ElementsAre("(coverage >= 80 and no_skipped_tests == true) or (coverage >= 90 and "
                          "has_integration_tests)",
                          "a == true"));
  EXPECT_EQ(gate(*definition, "test").criteria[0].holds.kind, dsl::ExprKind::or_);
  EXPECT_THAT(criteria_of(gate(*definition, "review")),
              ElementsAre("no_critical_findings == true", "no_high_findings == true"));
}

TEST_F(Gates, criteria_may_stand_alone) {
  const auto definition =
      with(R"(  test: {all_pass: true, coverage_min: 80, on_fail: retry, on_exhaust: escalate}
  after_build: {inline: {criteria: {lint_errors: 0}, on_fail: log}}
)");
  EXPECT_THAT(placed(*definition), IsEmpty());
  EXPECT_THAT(criteria_of(gate(*definition, "test")), ElementsAre("all_pass == true", "coverage >= 80"));
  EXPECT_THAT(reactions(gate(*definition, "test").reactions), ElementsAre("fail: retry max 3"));
  EXPECT_EQ(gate(*definition, "test").name.value, "test");
  EXPECT_THAT(reactions(gate(*definition, "build").reactions), ElementsAre("fail: continue"));
}

TEST_F(Gates, a_gate_file_says_all_of_it) {
  folder.file("gates/test.yaml", R"(gate: test-coverage
version: 1
trigger: after-test
severity: blocker
criteria:
  all_tests_pass: true
on_fail: retry
max_retries: 2
retry_strategy: rebuild
stop_on_no_progress: true
escalation:
  after_retries_exhausted: human
  message: "Failed after {retries} attempts with {blocker_count} of {them}."
  context: [test_results, build_report, failure_history, ci_logs]
)");
  const auto definition = with("  after_test: gates/test.yaml\n");
  EXPECT_THAT(placed(*definition), IsEmpty());
  const model::QualityGate& made = gate(*definition, "test");
  EXPECT_EQ(made.name.value, "test-coverage");
  EXPECT_TRUE(made.blocks);
  EXPECT_FALSE(made.before);
  EXPECT_THAT(reactions(made.reactions), ElementsAre("fail: back to build max 2 while it gets better"));
  // First the gate's own, then the loops, then people.
  const auto& last = step_named(*definition, "test").reactions;
  EXPECT_THAT(
      reactions(last),
      ElementsAre("fail: back to build max 3 as test_retry",
                  "fail: escalate \"Failed after {...} attempts with {...} of {them}.\" +test_results "
                  "+build_report +failure_history +ci_logs"));
  ASSERT_EQ(last.size(), 2U);
  std::vector<std::string> told;
  for (const model::Told& item : last[1].include) told.push_back(spelt(item.value));
  EXPECT_THAT(told, ElementsAre("result.output", "(build | default null)", "run.failures",
                                "(result.ci_logs | default null)"));
  EXPECT_EQ(spelt(last[1].text->nodes.at(1).expr), "2");
  EXPECT_EQ(spelt(last[1].text->nodes.at(3).expr),
            "(result.blocker_count | default ((result.blockers | default []) | length))");
}

TEST_F(Gates, every_answer_has_its_reactions) {
  const auto answers = [&](const std::string& phase, const std::string& fields) {
    const auto definition = with("  after_" + phase + ": {criteria: {a: true}, " + fields + "}\n");
    EXPECT_THAT(placed(*definition), IsEmpty()) << fields;
    return reactions(gate(*definition, phase).reactions);
  };
  EXPECT_THAT(answers("test", "on_fail: retry"), ElementsAre("fail: retry max 3"));
  EXPECT_THAT(answers("test", "on_fail: retry, max_retries: 0"), IsEmpty());
  EXPECT_THAT(answers("test", "max_retries: 1"), ElementsAre("fail: retry max 1"));
  EXPECT_THAT(answers("test", "on_fail: patch"), ElementsAre("fail: repair max 3"));
  EXPECT_THAT(answers("test", "on_fail: retry, retry_strategy: resolve-test"),
              ElementsAre("fail: repair max 3"));
  EXPECT_THAT(answers("review", "on_fail: patch, retry_strategy: rebuild_and_retest, max_retries: 2"),
              ElementsAre("fail: back to build max 2"));
  EXPECT_THAT(answers("build", "on_fail: retry, retry_strategy: rebuild"), ElementsAre("fail: retry max 3"));
  EXPECT_THAT(answers("document", "on_fail: retry, retry_strategy: redocument"),
              ElementsAre("fail: retry max 3"));
  EXPECT_THAT(answers("deploy", "on_fail: retry, retry_strategy: resolve_conflicts"),
              ElementsAre("fail: repair max 3"));
  EXPECT_THAT(answers("deploy", "on_fail: retry, retry_strategy: redocument"),
              ElementsAre("fail: back to document max 3"));
  EXPECT_THAT(answers("test", "on_fail: escalate"), ElementsAre("fail: escalate"));
  EXPECT_THAT(answers("test", "on_fail: log"), ElementsAre("fail: continue"));
  EXPECT_THAT(answers("test", "severity: warning"), ElementsAre("fail: continue"));
  EXPECT_THAT(answers("test",
                      "x-team: qa, pass: {action: proceed_to_next_phase}, fail: {action: escalate_to_human, "
                      "reason: Look at it}"),
              ElementsAre("fail: escalate \"Look at it\""));
  EXPECT_FALSE(gate(*with("  after_test: {criteria: {a: true}, severity: warning}\n"), "test").blocks);
}

TEST_F(Gates, a_gate_may_look_before_its_phase) {
  folder.file("g.yaml", "trigger: before-build\ncriteria: {manifest_complete: true}\non_fail: escalate\n");
  const auto definition = folder.read(R"(phases:
  plan: {}
  build: {gate: g.yaml}
)");
  EXPECT_THAT(placed(*definition), IsEmpty());
  EXPECT_TRUE(gate(*definition, "build").before);
  EXPECT_EQ(gate(*definition, "build").name.value, "build");
  EXPECT_EQ(spelt(gate(*definition, "build").criteria.at(0).holds),
            "((plan.manifest_complete | default null) == true)");
  const auto late = with("  before_test: {criteria: {ready: true}}\n");
  EXPECT_EQ(spelt(gate(*late, "test").criteria.at(0).holds),
            "((build.ready | default (plan.ready | default null)) == true)");
}

TEST_F(Gates, a_trigger_that_says_something_else_is_told_of) {
  folder.file("g.yaml", "trigger: after-test\ncriteria: {a: true}\n")
      .file("h.yaml", "trigger: before-deploy\ncriteria: {a: true}\n")
      .file("i.yaml", "trigger: after-tests\ncriteria: {a: true}\n")
      .file("j.yaml", "trigger: sometimes\ncriteria: {a: true}\n");
  EXPECT_THAT(placed(*with("  after_review: g.yaml\n")),
              ElementsAre("warning WF0213 g.yaml:1:1 'trigger' `trigger` has no effect"));
  const auto after = with("  after_deploy: h.yaml\n");
  EXPECT_THAT(placed(*after), ElementsAre("warning WF0213 h.yaml:1:1 'trigger' `trigger` has no effect"));
  EXPECT_FALSE(gate(*after, "deploy").before);
  EXPECT_THAT(placed(*with("  after_test: i.yaml\n")),
              ElementsAre("WF0301 i.yaml:1:16 'tests' no phase is named `tests`"));
  EXPECT_THAT(
      placed(*with("  after_test: j.yaml\n")),
      ElementsAre("WF0205 j.yaml:1:10 'sometimes' `trigger` must be `after-` or `before-` and the name "
                  "of a phase"));
}

TEST_F(Gates, mistakes_are_marked_in_the_file_where_they_stand) {
  folder.file("g.yaml", R"(gate: g
sevrity: blocker
criteria:
  coverage_min: high
  any_off: [{a: true}]
  tests: 010
  any_of: []
  nothing:
on_fail: rerty
retry_strategy: rebuld
max_retries: many
notify: true
escalation: {after_retries_exhausted: auto_close, mesage: x}
)");
  EXPECT_THAT(
      placed(*with("  after_test: g.yaml\n")),
      ElementsAre("WF0201 g.yaml:2:1 'sevrity' a gate has no field `sevrity`",
                  "WF0205 g.yaml:4:17 'high' `coverage_min` must be a number",
                  "WF0205 g.yaml:5:3 'any_off' the criterion `any_off` must be `true`, `false`, a number or "
                  "a text",
                  "WF0115 g.yaml:6:10 '010' `010` is read differently by different YAML readers",
                  "WF0210 g.yaml:7:3 'any_of' `any_of` is empty",
                  "WF0205 g.yaml:8:3 'nothing' the criterion `nothing` must be `true`, `false`, a number or "
                  "a text",
                  "WF0208 g.yaml:9:10 'rerty' `on_fail` cannot be `rerty`",
                  "WF0208 g.yaml:10:17 'rebuld' `retry_strategy` cannot be `rebuld`",
                  "WF0205 g.yaml:11:14 'many' `max_retries` must be a whole number",
                  "warning WF0213 g.yaml:12:1 'notify' `notify` has no effect",
                  "warning WF0213 g.yaml:13:39 'auto_close' `auto_close` has no effect",
                  "WF0201 g.yaml:13:51 'mesage' the `escalation` of a gate has no field `mesage`"));
}

TEST_F(Gates, a_key_that_stands_there_twice_is_found_in_a_gate_file_too) {
  folder.file("g.yaml", "criteria: {a: true}\n\ncriteria: {b: true}\n")
      .file("e.yaml", "# nothing\n")
      .file("l.yaml", "- a\n");
  EXPECT_THAT(placed(*with("  after_test: g.yaml\n")),
              ElementsAre("WF0112 g.yaml:3:1 'criteria' the key `criteria` stands here twice"));
  EXPECT_THAT(placed(*with("  after_test: e.yaml\n")),
              ElementsAre("WF0205 3:15 'e.yaml' `e.yaml` must be a mapping"));
  EXPECT_THAT(placed(*with("  after_test: l.yaml\n")), ElementsAre(HasSubstr("a gate must be a mapping")));
  EXPECT_THAT(placed(*with("  after_test:\n  after_build: {}\n  after_plan: {criteria: {}}\n")),
              ElementsAre("WF0205 3:3 'after_test' `after_test` must be a file's name or a gate",
                          "WF0210 4:3 'after_build' `criteria` is empty",
                          "WF0210 5:3 'after_plan' `criteria` is empty"));
}

TEST_F(Gates, what_repeats_nothing_has_no_effect) {
  EXPECT_THAT(
      placed(*with(
          "  after_test: {criteria: {a: true}, on_fail: log, max_retries: 2, retry_strategy: rebuild}\n")),
      ElementsAre("warning WF0213 3:51 'max_retries' `max_retries` has no effect",
                  "warning WF0213 3:67 'retry_strategy' `retry_strategy` has no effect"));
  EXPECT_THAT(
      placed(*folder.read("phases: [plan, test]\ngates: {after_test: {criteria: {a: true}, on_fail: retry, "
                          "retry_strategy: rebuild}}\n")),
      ElementsAre("WF0301 2:75 'rebuild' no phase is named `build`"));
}

TEST_F(Gates, healing_mends_as_the_engine_does) {
  folder.file("p/resolve.md", "Resolve ${test_results}.")
      .file("p/patch.md", "Patch.")
      .file("g.yaml", R"(gate: g
criteria: {a: true}
on_fail: retry
max_retries: 4
retry_strategy: resolve-test
)");
  const auto definition = folder.read(R"(phases:
  plan: {}
  build: {prompt: p/patch.md}
  test:
    gate: g.yaml
    healing: {strategy: resolve-test, prompt: p/resolve.md, max_retries: 2, stop_on_no_progress: true}
  review:
    healing: {strategy: patch, plan_prompt: p/patch.md, build_prompt: p/patch.md, test_prompt: p/resolve.md}
)");
  EXPECT_THAT(placed(*definition), Contains("warning WF0213 8:83 'test_prompt' `test_prompt` has no effect"));
  EXPECT_THAT(reactions(gate(*definition, "test").reactions),
              ElementsAre("fail: repair max 2 while it gets better \"Resolve {...}.\""));
  EXPECT_THAT(reactions(step_named(*definition, "review").reactions),
              Contains("fail: back to build max 3 \"Patch.\""));
  EXPECT_THAT(placed(*folder.read("phases: {test: {healing: {strategy: resolve_tests}}}\n")),
              Contains(HasSubstr("`strategy` cannot be `resolve_tests`")));
}

}  // namespace
}  // namespace wfc
