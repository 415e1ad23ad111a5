// The Agentic Layer's phases, prompts, loops, escalation and tools become the model.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "layer_folder.h"

namespace wfc {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::vector<std::string> standard = {"plan",     "build",  "test",   "review",
                                           "document", "deploy", "monitor"};

std::vector<std::string> ids(const Definition& of) {
  std::vector<std::string> all;
  for (const model::Step& step : of.workflow().steps) all.push_back(step.id.value);
  return all;
}

std::vector<std::string> errors(const Definition& of) {
  std::vector<std::string> all;
  for (const std::string& line : placed(of))
    if (!line.starts_with("warning") && !line.starts_with("note")) all.push_back(line);
  return all;
}

class AgenticLayer : public testing::Test {
 protected:
  AgenticLayer() { folder.prompts(standard); }
  LayerFolder folder;
};

// ------------------------------------------------------------------------------------ what a user would
// expect
TEST_F(AgenticLayer, the_ten_line_minimal_file_has_all_defaults) {
  const auto definition = folder.read(R"(version: 1

phases:
  # - intent    # optional: requirement refinement
  - plan
  - build
  - test
  - review
  - deploy
)");
  EXPECT_THAT(placed(*definition), IsEmpty());
  EXPECT_EQ(definition->read.dialect->name, "agentic-layer");
  EXPECT_EQ(definition->read.reason, "it has `phases`");
  const model::Workflow& workflow = definition->workflow();
  EXPECT_EQ(workflow.id.value, "workflow");
  EXPECT_THAT(ids(*definition), ElementsAre("plan", "build", "test", "review", "deploy"));
  EXPECT_THAT(needs_of(*definition, 0), IsEmpty());
  EXPECT_THAT(needs_of(*definition, 1), ElementsAre("plan"));
  EXPECT_THAT(needs_of(*definition, 4), ElementsAre("review"));
  for (const model::Step& step : workflow.steps) {
    EXPECT_EQ(step.kind, wf::StepKind::agent);
    ASSERT_EQ(step.prompt.size(), 1U);
    EXPECT_EQ(shown(step.prompt[0].text), "Do " + step.id.value + ".\n");
    EXPECT_FALSE(step.prompt[0].when);
  }
  // Loop limits: 3. Escalation: human.
  EXPECT_THAT(reactions(step_named(*definition, "test").reactions),
              ElementsAre("fail: back to build max 3 as test_retry", "fail: escalate"));
  EXPECT_THAT(reactions(step_named(*definition, "review").reactions),
              ElementsAre("result.blockers: back to build max 3 as review_patch",
                          "result.architectural: back to plan max 1 as full_rebuild", "fail: escalate"));
  EXPECT_THAT(reactions(step_named(*definition, "plan").reactions), ElementsAre("fail: escalate"));
  ASSERT_TRUE(workflow.escalation);
  EXPECT_EQ(workflow.escalation->to, model::EscalateTo::people);
  EXPECT_EQ(workflow.escalation->timeout_ms, 24U * 3600 * 1000);
  // The matrix of permissions.
  EXPECT_THAT(tools_of(step_named(*definition, "plan")),
              ElementsAre("deny code_execution", "deny file_system.write"));
  EXPECT_THAT(tools_of(step_named(*definition, "build")), IsEmpty());
  EXPECT_THAT(tools_of(step_named(*definition, "deploy")), ElementsAre("deny file_system.write"));
  // The issue is there in any case.
  ASSERT_EQ(workflow.inputs.size(), 1U);
  EXPECT_EQ(workflow.inputs[0].name.value, "issue");
  EXPECT_EQ(workflow.inputs[0].type, wf::ValueType::map);
  EXPECT_FALSE(workflow.inputs[0].required);
  EXPECT_TRUE(workflow.inputs[0].implied);
  // Standard names of what is left.
  EXPECT_EQ(step_named(*definition, "build").output.value, "build_report");
  EXPECT_EQ(step_named(*definition, "test").output.value, "test_results");
  EXPECT_EQ(step_named(*definition, "review").output.value, "review_issues");
  EXPECT_EQ(step_named(*definition, "deploy").output.value, "");
}

TEST_F(AgenticLayer, phases_may_be_skipped_or_reordered) {
  const auto definition = folder.read("phases: [build, document, test]\n");
  EXPECT_THAT(placed(*definition), IsEmpty());
  EXPECT_THAT(needs_of(*definition, 2), ElementsAre("document"));
  EXPECT_THAT(reactions(step_named(*definition, "test").reactions),
              ElementsAre("fail: back to build max 3 as test_retry", "fail: escalate"));
  // A loop of the defaults is there only where its phases are, and in its order.
  const auto turned = folder.read("phases: [test, build, review]\n");
  EXPECT_THAT(placed(*turned), IsEmpty());
  EXPECT_THAT(reactions(step_named(*turned, "test").reactions), ElementsAre("fail: escalate"));
  EXPECT_THAT(reactions(step_named(*turned, "review").reactions),
              ElementsAre("result.blockers: back to build max 3 as review_patch", "fail: escalate"));
}

TEST_F(AgenticLayer, a_gate_for_a_missing_phase_is_reported) {
  const auto definition = folder.read(R"(phases: [plan, build]
gates:
  after_document: {inline: {criteria: {has_changelog_entry: true}}}
  after_biuld: {inline: {criteria: {ok_so_far: true}}}
  "before_test": {inline: {criteria: {ok_so_far: true}}}
)");
  EXPECT_THAT(placed(*definition), ElementsAre("WF0301 3:9 'document' no phase is named `document`",
                                               "WF0301 4:9 'biuld' no phase is named `biuld`",
                                               "WF0301 5:3 '\"before_test\"' no phase is named `test`"));
  EXPECT_THAT(definition->report.all()[1]->help, ElementsAre("did you mean `build`?"));
}

TEST_F(AgenticLayer, templates_and_gate_files_that_do_not_exist_are_reported) {
  const auto definition = folder.read(R"(phases: [plan, build, test]
templates:
  plan: {bug: prompts/plan-bug.md, default: prompts/plan.md}
  build: prompts/custom-build.md
gates:
  after_test: gates/test-coverage.yaml
tools:
  configs: {file_system: tools/file-system.yaml}
)");
  EXPECT_THAT(
      placed(*definition),
      ElementsAre(
          "WF0307 3:15 'prompts/plan-bug.md' cannot read `prompts/plan-bug.md`: there is no such file",
          "WF0307 4:10 'prompts/custom-build.md' cannot read `prompts/custom-build.md`: there is no such "
          "file",
          "WF0307 6:15 'gates/test-coverage.yaml' cannot read `gates/test-coverage.yaml`: there is no such "
          "file",
          "WF0307 8:26 'tools/file-system.yaml' cannot read `tools/file-system.yaml`: there is no such "
          "file"));
}

TEST_F(AgenticLayer, on_exhaustion_exactly_the_context_items_are_shown) {
  const auto definition = folder.read(R"(phases: [plan, build, test, review]
escalation:
  handler: human
  timeout_hours: 12
  notification: {channel: engineering, mention: "@oncall"}
  context: [plan, build_report, test_results, review_issues, failure_history]
)");
  EXPECT_THAT(placed(*definition), IsEmpty());
  const model::Escalation& escalation = *definition->workflow().escalation;
  EXPECT_EQ(escalation.timeout_ms, 12U * 3600 * 1000);
  EXPECT_EQ(escalation.channel.value, "engineering");
  EXPECT_EQ(escalation.mention.value, "@oncall");
  std::vector<std::string> items;
  for (const model::Told& item : escalation.include) items.push_back(item.name + " = " + spelt(item.value));
  EXPECT_THAT(items,
              ElementsAre("plan = (plan | default null)", "build_report = (build | default null)",
                          "test_results = (test | default null)", "review_issues = (review | default null)",
                          "failure_history = run.failures"));
}

TEST_F(AgenticLayer, parallel_groups_overlap_only_if_neither_needs_the_other) {
  const auto good = folder.read(R"(phases: [plan, build, test, document, review, deploy]
parallel:
  - [test, document]
)");
  EXPECT_THAT(placed(*good), IsEmpty());
  EXPECT_THAT(needs_of(*good, 2), ElementsAre("build"));
  EXPECT_THAT(needs_of(*good, 3), ElementsAre("build"));
  EXPECT_THAT(needs_of(*good, 4), ElementsAre("test", "document"));
  ASSERT_EQ(good->workflow().groups.size(), 1U);
  EXPECT_THAT(good->workflow().groups[0].members, ElementsAre(2U, 3U));

  const auto bad = folder.read(R"(phases: [plan, build, test, review, document, deploy]
parallel:
  - [document, deploy]
  - [review, test]
)");
  EXPECT_THAT(placed(*bad),
              ElementsAre("WF1102 3:16 'deploy' `document` and `deploy` cannot run at the same time",
                          "WF1102 4:6 'review' `test` and `review` cannot run at the same time"));
}

// -----------------------------------------------------------------------------------------------------
// groups
TEST_F(AgenticLayer, a_prompt_that_names_what_runs_beside_it_is_a_contradiction) {
  folder.file("prompts/lint.md", "Lint.").file("prompts/audit.md", "After ${lint_artifact}, audit.");
  const auto definition = folder.read(R"(phases: [build, lint, audit]
parallel: [[lint, audit]]
)");
  EXPECT_THAT(errors(*definition),
              ElementsAre("WF1102 2:19 'audit' `lint` and `audit` cannot run at the same time"));
}

TEST_F(AgenticLayer, an_undeclared_phase_of_a_group_is_added_with_a_warning) {
  const auto definition =
      folder.prompts({"deploy_prepare"}).read(R"(phases: [plan, build, document, deploy, monitor]
parallel:
  - [document, deploy_prepare]
)");
  EXPECT_THAT(placed(*definition),
              ElementsAre("warning WF0207 3:16 'deploy_prepare' `deploy_prepare` is not among `phases`"));
  EXPECT_THAT(ids(*definition),
              ElementsAre("plan", "build", "document", "deploy_prepare", "deploy", "monitor"));
  EXPECT_THAT(needs_of(*definition, 3), ElementsAre("build"));
  EXPECT_THAT(needs_of(*definition, 4), ElementsAre("document", "deploy_prepare"));
}

TEST_F(AgenticLayer, members_of_a_group_stand_side_by_side) {
  const auto definition = folder.read(R"(phases: [plan, build, document, deploy, monitor]
parallel: [[document, monitor]]
)");
  EXPECT_THAT(placed(*definition),
              ElementsAre("WF1102 2:23 'monitor' `document` and `monitor` cannot run at the same time"));
}

// One mistake; what the phases of such a group wait for is not looked at.
TEST_F(AgenticLayer, a_group_that_is_apart_is_said_once) {
  folder.prompts({"plan", "build", "test"})
      .file("g.yaml", "trigger: before-test\ncriteria: {ready: true, sure: true}\n");
  EXPECT_THAT(findings(*folder.read("phases: [plan, build, test]\nparallel: [[plan, test]]\n"
                                    "gates: {before_test: g.yaml}\nloops: {}\n")),
              testing::ElementsAre(testing::HasSubstr("WF1102 2:19")));
}

TEST_F(AgenticLayer, groups_with_nothing_to_say_are_told_of) {
  const auto definition = folder.read(R"(phases: [plan, build, document, deploy, monitor]
parallel:
  - []
  - [build]
  - [document, monitor, document]
  - plan
)");
  EXPECT_THAT(placed(*definition),
              ElementsAre("warning WF0210 3:5 '[]' this group is empty",
                          "warning WF0213 4:6 'build' `build` has no effect",
                          "WF1102 5:16 'monitor' `document` and `monitor` cannot run at the same time",
                          "warning WF0309 5:25 'document' `document` stands in this list twice",
                          "WF0205 6:5 'plan' each entry of `parallel` must be a list of phases"));
}

// ---------------------------------------------------------------------------------------------------- phases
TEST_F(AgenticLayer, the_map_form_and_the_engine_s_form_are_read) {
  folder.file("a/p.md", "P ${issue_type}").file("a/agents/builder.md", "You build. ${plan_artifact}");
  const auto map = folder.read(R"(phases:
  plan: {template: a/p.md, description: Think first}
  build:
    prompt: a/p.md
    persona: builder
    required: false
agents_dir: a/agents
name: Feature delivery
description: All of it.
)");
  EXPECT_THAT(placed(*map), IsEmpty());
  EXPECT_EQ(map->workflow().id.value, "feature-delivery");
  EXPECT_EQ(map->workflow().title, "Feature delivery");
  EXPECT_EQ(map->workflow().description, "All of it.");
  EXPECT_EQ(map->step(0).description, "Think first");
  EXPECT_EQ(shown(map->step(0).prompt.at(0).text), "P {...}");
  EXPECT_EQ(map->step(1).agent.value, "builder");
  ASSERT_TRUE(map->step(1).instructions);
  EXPECT_EQ(shown(*map->step(1).instructions), "You build. ${plan_artifact}");
  // Not required: passed over with a warning.
  EXPECT_THAT(reactions(map->step(1).reactions), ElementsAre("fail: continue"));

  const auto list = folder.read(R"(phases:
  - name: plan
    prompt: a/p.md
  - build
  - {name: test, persona: null}
)");
  EXPECT_THAT(placed(*list), IsEmpty());
  EXPECT_THAT(ids(*list), ElementsAre("plan", "build", "test"));
  EXPECT_EQ(shown(list->step(0).prompt.at(0).text), "P {...}");
  EXPECT_EQ(list->step(2).agent.value, "");
}

TEST_F(AgenticLayer, may_be_written_as_json) {
  const auto definition = wfc::read("layer.json",
                                    R"({"version": 1, "phases": ["plan", {"name": "build"}],
  "gates": {"after_build": {"inline": {"criteria": {"lint_errors": 0}, "on_fail": "retry"}}}})",
                                    {.root = folder.path()});
  EXPECT_THAT(placed(*definition), IsEmpty());
  EXPECT_EQ(definition->workflow().id.value, "layer");
  EXPECT_EQ(definition->step(1).extras->quality_gates.size(), 1U);
}

TEST_F(AgenticLayer, phases_of_a_wrong_form_are_marked) {
  EXPECT_THAT(placed(*folder.read("phases: plan\n")),
              ElementsAre("WF0205 1:9 'plan' `phases` must be a list of names or a mapping"));
  EXPECT_THAT(placed(*folder.read("phases: []\n")), ElementsAre("WF0210 1:9 '[]' `phases` is empty"));
  EXPECT_THAT(
      placed(*folder.read("phases:\n  - {prompt: x}\n  - [a]\n  - plan\n")),
      ElementsAre("WF0202 2:6 'prompt' a phase needs `name`",
                  "WF0205 3:5 '[a]' each entry of `phases` must be a name, or a mapping with a `name`"));
  EXPECT_THAT(placed(*folder.read("phases: {plan: prompts/plan.md}\n")),
              ElementsAre("WF0205 1:10 'plan' the phase `plan` must be a mapping"));
  EXPECT_THAT(placed(*folder.read("version: 2\nphases: [plan]\nparalel: []\n")),
              ElementsAre("WF0208 1:10 '2' `version` cannot be `2`",
                          "WF0201 3:1 'paralel' a workflow has no field `paralel`",
                          "warning WF0210 3:10 '[]' `parallel` is empty"));
}

TEST_F(AgenticLayer, keys_in_another_style_are_near_matches) {
  const auto definition = folder.read("phases:\n  plan: {Template: prompts/plan.md, deny_tools: [x]}\n");
  EXPECT_THAT(placed(*definition), ElementsAre("WF0201 2:10 'Template' a phase has no field `Template`",
                                               "WF0201 2:37 'deny_tools' a phase has no field `deny_tools`"));
  EXPECT_THAT(definition->report.all()[0]->help, ElementsAre("did you mean `template`?"));
}

TEST_F(AgenticLayer, is_known_by_its_phases_or_by_force) {
  EXPECT_EQ(folder.read("phases: [plan]\nsteps: [x]\n")->read.dialect, nullptr);  // As much another one.
  EXPECT_EQ(folder.read("phases: [plan]\nsteps: [x]\n", "agentic-layer")->read.dialect->name,
            "agentic-layer");
  EXPECT_EQ(folder.read("phases: [plan]\n", "agentic-layer")->read.reason, "");
  EXPECT_THAT(placed(*folder.read("name: a\n", "agentic-layer")),
              Contains(HasSubstr("a workflow needs `phases`")));
}

// --------------------------------------------------------------------------------------------------- prompts
TEST_F(AgenticLayer, a_missing_default_prompt_is_a_warning_and_a_built_in_one) {
  const LayerFolder empty;
  const auto definition =
      empty.read("phases: [plan, build, test, review, document, deploy, monitor, polish, reviw]\n");
  ASSERT_EQ(definition->report.all().size(), 9U);
  EXPECT_THAT(placed(*definition)[0], "warning WF0212 1:10 'plan' the phase `plan` has no `prompts/plan.md`");
  EXPECT_EQ(definition->report.all()[0]->notes.at(0).message, "a built-in prompt stands in for it");
  EXPECT_EQ(definition->report.all()[7]->notes.at(0).message, "a prompt made of its name stands in for it");
  EXPECT_THAT(definition->report.all()[8]->help, ElementsAre("did you mean `review`?"));
  EXPECT_THAT(shown(definition->step(0).prompt.at(0).text), HasSubstr("Write a plan"));
  EXPECT_THAT(shown(definition->step(7).prompt.at(0).text), HasSubstr("the phase `polish`"));
  // What its loops and gates ask for, a built-in prompt says.
  EXPECT_THAT(shown(definition->step(3).prompt.at(0).text), HasSubstr("- blockers: go back to `build`"));
  for (const model::Step& step : definition->workflow().steps) EXPECT_FALSE(step.broken);
}

TEST_F(AgenticLayer, templates_are_chosen_by_the_type_of_the_issue) {
  folder.file("prompts/plan-bug.md", "Bug.").file("prompts/plan-feature.md", "Feature.");
  const auto definition = folder.read(R"(phases: [plan, build]
templates:
  plan:
    default: prompts/plan.md
    feature: prompts/plan-feature.md
    bug: prompts/plan-bug.md
  build:
    bug: prompts/plan-bug.md
)");
  EXPECT_THAT(placed(*definition), IsEmpty());
  const auto& plan = definition->step(0).prompt;
  ASSERT_EQ(plan.size(), 3U);
  EXPECT_EQ(shown(plan[0].text), "Feature.");
  EXPECT_EQ(spelt(*plan[0].when), "((issue.type | default '') == 'feature')");
  EXPECT_EQ(shown(plan[1].text), "Bug.");
  EXPECT_EQ(shown(plan[2].text), "Do plan.\n");
  EXPECT_FALSE(plan[2].when);
  // Without `default`, the file of the phase is.
  const auto& build = definition->step(1).prompt;
  ASSERT_EQ(build.size(), 2U);
  EXPECT_EQ(shown(build[1].text), "Do build.\n");
  EXPECT_FALSE(build[1].when);
}

TEST_F(AgenticLayer, issue_class_in_a_name_stands_for_the_files_there_are) {
  folder.file("p/plan-feature.md", "F").file("p/plan-bug.md", "B").file("p/classify.md", "C");
  const auto definition = folder.read(R"(phases:
  classify: {prompt: p/classify.md}
  plan: {prompt: "p/plan-{issue_class}.md"}
)");
  EXPECT_THAT(
      placed(*definition),
      ElementsAre("note WF0310 3:18 '\"p/plan-{issue_class}.md\"' `p/plan-{issue_class}.md` is chosen "
                  "by the type of the issue"));
  EXPECT_EQ(definition->report.all()[0]->label, "there is one for `bug`, `feature`");
  const auto& prompt = definition->step(1).prompt;
  ASSERT_EQ(prompt.size(), 2U);
  EXPECT_EQ(shown(prompt[0].text), "B");
  // What `classify` found counts where the issue does not say.
  EXPECT_EQ(spelt(*prompt[0].when),
            "((issue.type | default (classify.issue_class | default (classify.issue_type | default "
            "(classify.type | default (classify | default ''))))) == 'bug')");
  EXPECT_FALSE(prompt[1].when);
  const auto without = folder.read("phases: {plan: {prompt: \"q-{issue_class}.md\"}}\n");
  EXPECT_THAT(placed(*without), ElementsAre(HasSubstr("cannot read `q-feature.md`: there is no such file")));
}

TEST_F(AgenticLayer, variables_of_prompts_stand_for_what_there_is) {
  folder.file(
      "prompts/review.md",
      "${raw_request}|${issue_description}|${issue_type}|${plan_artifact}|${build_artifact}|${build_report}|"
      "${test_results}|${previous_patches}|${branch_name}|{{ task }}|${HOME:-x}|$${|${}|${a b}");
  const auto definition = folder.read("phases: [plan, build, test, review]\n");
  EXPECT_THAT(placed(*definition), IsEmpty());
  std::string text;
  for (const expr::TemplateNode& node : definition->step(3).prompt.at(0).text.nodes)
    text += node.kind == expr::NodeKind::text ? node.text : spelt(node.expr);
  EXPECT_EQ(
      text,
      "(issue.raw_request | default (issue.description | default ''))|(issue.description | default "
      "(issue.body | default ''))|(issue.type | default '')|(plan | default '')|(build | default '')|(build "
      "| "
      "default '')|(test | default '')|(feedback | default '')|(issue.branch_name | default '')|{{ task "
      "}}|${HOME:-x}|$${|${}|${a b}");
}

TEST_F(AgenticLayer, unknown_and_empty_variables_are_marked_in_their_files) {
  folder.file("prompts/plan.md",
              "One\n${plan_artefact} ${zebra}\n${build_report} ${intent_artifact} ${plan_artifact}\n");
  const auto definition = folder.read("phases: [plan, build]\n");
  EXPECT_THAT(
      placed(*definition),
      ElementsAre(
          "warning WF0606 prompts/plan.md:2:3 'plan_artefact' no variable is named `plan_artefact`",
          "warning WF0606 prompts/plan.md:2:20 'zebra' no variable is named `zebra`",
          "warning WF0608 prompts/plan.md:3:3 'build_report' `build_report` is always empty here",
          "warning WF0608 prompts/plan.md:3:19 'intent_artifact' `intent_artifact` is always empty here",
          "warning WF0608 prompts/plan.md:3:38 'plan_artifact' `plan_artifact` is always empty here"));
  EXPECT_THAT(definition->report.all()[0]->help, ElementsAre("did you mean `plan_artifact`?"));
  // What is unknown stays in the text; what is empty does not.
  EXPECT_EQ(shown(definition->step(0).prompt.at(0).text),
            "One\n${plan_artefact} ${zebra}\n{...} {...} {...}\n");
}

TEST_F(AgenticLayer, a_template_for_no_phase_is_told_of) {
  const auto definition = folder.read(R"(phases: [plan]
templates: {build: prompts/build.md, plann: prompts/plan.md}
)");
  EXPECT_THAT(placed(*definition), ElementsAre("warning WF0213 2:13 'build' `build` has no effect",
                                               "WF0301 2:38 'plann' no phase is named `plann`"));
  EXPECT_THAT(
      placed(*folder.read(
          "phases: {plan: {prompt: prompts/plan.md}, x-note: kept}\ntemplates: {plan: prompts/plan.md}\n")),
      ElementsAre("WF0209 1:25 'prompts/plan.md' `templates` and `prompt` exclude each other"));
}

TEST_F(AgenticLayer, files_outside_of_the_folder_are_refused) {
  ASSERT_EQ(::symlink("/etc/hostname", (folder.path() + "/prompts/link.md").c_str()), 0);
  ASSERT_EQ(::unlink((folder.path() + "/prompts/build.md").c_str()), 0);
  ASSERT_EQ(::symlink("/etc/hostname", (folder.path() + "/prompts/build.md").c_str()), 0);
  const auto definition = folder.read(R"(phases: [plan, build, test]
templates: {plan: ../plan.md, test: prompts/link.md}
gates: {after_plan: /etc/passwd}
)");
  EXPECT_THAT(
      placed(*definition),
      ElementsAre("WF0308 1:16 'build' `prompts/build.md` leads out of the definition's folder",
                  "WF0308 2:19 '../plan.md' `../plan.md` leads out of the definition's folder",
                  "WF0308 2:37 'prompts/link.md' `prompts/link.md` leads out of the definition's folder",
                  "WF0308 3:21 '/etc/passwd' `/etc/passwd` leads out of the definition's folder"));
}

// ----------------------------------------------------------------------------------------------------- loops
TEST_F(AgenticLayer, loops_are_reactions_of_the_phase_that_triggers_them) {
  const auto definition = folder.read(R"(phases: [plan, build, test, review]
loops:
  test_retry: {max: 2, trigger: test.fail, action: rebuild, cooldown_ms: 5000}
  review_patch: {trigger: blocker, action: rebuild_and_retest, stop_on_no_progress: true, on_exhaust: escalate}
  full_rebuild: {max: 1, trigger: review.architectural, action: replan_and_rebuild, cooldown_ms: 1m}
  retest: {trigger: review.findings.tests, action: test, context_includes: [test_results, note], cost_ceiling: 2.5}
)");
  EXPECT_THAT(placed(*definition), IsEmpty());
  EXPECT_THAT(reactions(step_named(*definition, "test").reactions),
              ElementsAre("fail: back to build max 2 wait 5000 as test_retry", "fail: escalate"));
  EXPECT_THAT(reactions(step_named(*definition, "review").reactions),
              ElementsAre("result.blockers: back to build max 3 as review_patch while it gets better",
                          "result.architectural: back to plan max 1 wait 60000 as full_rebuild",
                          "result.findings.tests: back to test max 3 as retest +test_results +note",
                          "fail: escalate"));
  // Beside the permissions of plan and review, which are there without a word.
  std::vector<std::string> policies;
  for (const model::Policy& policy : definition->workflow().policies) policies.push_back(policy.name);
  EXPECT_THAT(policies,
              ElementsAre("loops.retest.cost_ceiling", "steps.plan.deny.tools", "steps.review.deny.tools"));
}

TEST_F(AgenticLayer, loops_without_trigger_or_action_have_those_of_their_name) {
  const auto definition = folder.read(R"(phases: [plan, build, test, review, deploy]
loops:
  test_retry: { max: 2 }
  review_patch:
)");
  EXPECT_THAT(placed(*definition), IsEmpty());
  EXPECT_THAT(reactions(step_named(*definition, "test").reactions),
              ElementsAre("fail: back to build max 2 as test_retry", "fail: escalate"));
  // Only those that are written.
  EXPECT_THAT(reactions(step_named(*definition, "review").reactions),
              ElementsAre("result.blockers: back to build max 3 as review_patch", "fail: escalate"));
}

TEST_F(AgenticLayer, mistakes_in_loops_are_marked) {
  const auto definition = folder.read(R"(phases: [plan, build, test]
loops:
  test_rety: {max: 2}
  a: {trigger: tset.fail, action: rebuild}
  b: {trigger: test.fial, action: rebuid}
  c: {trigger: test fail, action: build}
  d: {trigger: test.fail}
  e: {trigger: test.fail, action: build, max: 0}
  f: {trigger: test.fail, action: build, max: -1, ignore: [x]}
  g: {trigger: test.fail, action: build, max: three}
  review_patch: {max: 1}
)");
  EXPECT_THAT(placed(*definition), ElementsAre("WF0202 3:3 'test_rety' the loop `test_rety` needs `trigger`",
                                               "WF0301 4:16 'tset' no phase is named `tset`",
                                               "warning WF0208 5:21 'fial' a trigger cannot be `fial`",
                                               "WF0301 5:35 'rebuid' no action is named `rebuid`",
                                               "WF0208 6:16 'test fail' a trigger cannot be `test fail`",
                                               "WF0202 7:3 'd' the loop `d` needs `action`",
                                               "WF1001 8:47 '0' a loop of 0 rounds never goes back",
                                               "WF1001 9:47 '-1' a loop of -1 rounds never goes back",
                                               "warning WF0213 9:51 'ignore' `ignore` has no effect",
                                               "WF0205 10:47 'three' `max` must be a whole number",
                                               "WF0301 11:3 'review_patch' no phase is named `review`"));
  EXPECT_THAT(definition->report.all()[0]->help, ElementsAre("did you mean `test_retry`?"));
  EXPECT_THAT(definition->report.all()[3]->help, Contains("did you mean `rebuild`?"));
}

// ------------------------------------------------------------------------------------------------ escalation
TEST_F(AgenticLayer, escalation_has_several_forms) {
  const auto map = folder.read(R"(phases: [plan]
escalation: {target: human, notify: [dev, ops], include: [plan, nothing_known]}
)");
  EXPECT_THAT(placed(*map),
              ElementsAre("warning WF0213 2:43 'ops' `ops` has no effect",
                          "warning WF0606 2:65 'nothing_known' no variable is named `nothing_known`"));
  EXPECT_EQ(map->workflow().escalation->channel.value, "dev");
  EXPECT_EQ(map->workflow().escalation->include.size(), 2U);
  const auto close = folder.read("phases: [plan]\nescalation: {handler: auto_close, timeout_hours: 2}\n");
  EXPECT_THAT(placed(*close),
              ElementsAre("warning WF0213 2:35 'timeout_hours' `timeout_hours` has no effect"));
  EXPECT_EQ(close->workflow().escalation->to, model::EscalateTo::close);
  const auto other =
      folder.read("phases: [plan]\nescalation: {handler: fallback_workflow, workflow: hotfix}\n");
  EXPECT_THAT(placed(*other), IsEmpty());
  EXPECT_EQ(other->workflow().escalation->to, model::EscalateTo::workflow);
  EXPECT_EQ(other->workflow().escalation->workflow.value, "hotfix");
  EXPECT_THAT(placed(*folder.read("phases: [plan]\nescalation: {handler: fallback_workflow}\n")),
              ElementsAre("WF0202 2:23 'fallback_workflow' `fallback_workflow` needs `workflow`"));
  EXPECT_THAT(placed(*folder.read(
                  "phases: [plan]\nescalation: {handler: humann, target: human, timeout_hours: 0}\n")),
              ElementsAre("WF0208 2:23 'humann' `handler` cannot be `humann`",
                          "WF0209 2:31 'target' `handler` and `target` exclude each other",
                          "WF1009 2:61 '0' nobody can answer in no time"));
}

// ----------------------------------------------------------------------------------------------------- tools
TEST_F(AgenticLayer, overrides_change_the_matrix) {
  const auto definition = folder.read(R"(phases: [plan, build, review, document]
tools:
  phase_overrides:
    plan: {code_execution: disabled, file_system.write: disabled}
    build: {external_apis.git: disabled}
    review: {external_apis.browser: enabled}
    document: {code_execution: enabled}
)");
  EXPECT_THAT(placed(*definition), IsEmpty());
  EXPECT_THAT(tools_of(definition->step(0)), ElementsAre("deny code_execution", "deny file_system.write"));
  EXPECT_THAT(tools_of(definition->step(1)), ElementsAre("deny external_apis.git"));
  // A list of what is allowed is whole.
  EXPECT_THAT(tools_of(definition->step(2)),
              ElementsAre("deny code_execution", "deny file_system.write", "allow file_system.read",
                          "allow file_system.search", "allow external_apis", "allow context_providers",
                          "allow external_apis.browser"));
  EXPECT_THAT(tools_of(definition->step(3)), IsEmpty());
}

TEST_F(AgenticLayer, conflicts_of_permissions_are_found) {
  const auto definition = folder.read(R"(phases: [plan, build, test, review]
tools:
  phase_overrides:
    plann: {code_execution: disabled}
    plan: {external_apis: disabled, external_apis.browser: enabled}
    build: {file_system: disabled}
    test: {code_execution: disabled, file_sytem.read: disabled, file_system.read: on}
    review: {file_system.write: enabled}
)");
  EXPECT_THAT(placed(*definition),
              ElementsAre("WF0301 4:5 'plann' no phase is named `plann`",
                          "WF1003 5:37 'external_apis.browser' `external_apis.browser` is enabled and "
                          "`external_apis` disabled for `plan`",
                          "WF1003 6:13 'file_system' the phase `build` needs `file_system.write`",
                          "WF1003 7:12 'code_execution' the phase `test` needs `code_execution`",
                          "WF0301 7:38 'file_sytem' no tool is named `file_sytem.read`",
                          "WF0208 7:83 'on' `file_system.read` cannot be `on`",
                          "warning WF1003 8:14 'file_system.write' `review` may write what it reviews"));
}

TEST_F(AgenticLayer, tool_files_are_kept_and_say_which_tools_there_are) {
  folder
      .file("tools/api.yaml",
            "external_apis:\n  browser: {enabled: false}\n  version_control: {provider: git}\n")
      .file("tools/bad.yaml", "code_execution: [\n");
  const auto definition = folder.read(R"(phases: [build, test]
tools:
  configs: {external_apis: tools/api.yaml, code_execution: tools/bad.yaml}
  phase_overrides:
    build: {external_apis.git: disabled, external_apis.browsr: disabled, external_apis.phone: disabled}
)");
  EXPECT_THAT(errors(*definition), ElementsAre("WF0301 5:56 'browsr' no tool is named `external_apis.browsr`",
                                               "WF0301 5:88 'phone' no tool is named `external_apis.phone`",
                                               HasSubstr("tools/bad.yaml:2:1")));
  ASSERT_FALSE(definition->workflow().tool_files.empty());
  EXPECT_EQ(definition->workflow().tool_files[0].name.value, "external_apis");
  EXPECT_THAT(definition->workflow().tool_files[0].text, HasSubstr("provider: git"));
}

TEST_F(AgenticLayer, the_map_form_s_tools_and_the_engine_s_permissions_are_read) {
  folder.file("tools/permissions.yaml", R"(version: 1
permissions:
  plan: {trust_tools: [read, glob, grep], trust_all: false, rationale: Only research.}
  build: {trust_tools: [read], trust_all: true}
  odd: {trust_tools: [raed]}
)");
  const auto map = folder.read(R"(phases:
  plan: {tools: [read, search]}
  build: {tools: [read, search, write, execute]}
  document: {tools: {write: true, execute: false, deny_reasons: {execute: It only writes., read: x}}}
  deploy: {tools: {execute: true, execute_allowlist: ["git *", "gh *"]}}
  test: {tools: [read, exec]}
)");
  EXPECT_THAT(tools_of(map->step(0)), ElementsAre("deny code_execution", "deny file_system.write"));
  EXPECT_THAT(tools_of(map->step(1)), IsEmpty());
  EXPECT_THAT(tools_of(map->step(2)), ElementsAre("deny code_execution (It only writes.)"));
  EXPECT_EQ(map->workflow().policies.at(0).name, "phases.deploy.tools.execute_allowlist");
  EXPECT_THAT(placed(*map), ElementsAre("warning WF0213 4:92 'read' `read` has no effect",
                                        "WF0208 6:24 'exec' an entry of `tools` cannot be `exec`"));
  const auto engine = folder.read(R"(phases:
  plan: {permissions: plan}
  build: {permissions: build}
  test: {permissions: tset}
  review: {permissions: odd}
tools: tools/permissions.yaml
)");
  EXPECT_THAT(tools_of(engine->step(0)),
              ElementsAre("deny code_execution (Only research.)", "deny file_system.write (Only research.)"));
  EXPECT_THAT(tools_of(engine->step(1)), IsEmpty());
  EXPECT_THAT(
      placed(*engine),
      ElementsAre("WF0208 4:23 'tset' `permissions` cannot be `tset`",
                  "WF0208 tools/permissions.yaml:5:23 'raed' an entry of `trust_tools` cannot be `raed`"));
}

// ------------------------------------------------------------------------------------------------ the rest
TEST_F(AgenticLayer, monitoring_tracks_and_alerts) {
  const auto definition = folder.read(R"(phases: [plan]
monitoring:
  track: [workflow_success_rate, escalation_rate, escalaton_rate]
  alert_on:
    escalation_rate_above: 0.3
    avg_iterations_above: 2.5
    cost_per_run_over: 3
    workflow_success_rate_below: low
)");
  EXPECT_THAT(placed(*definition),
              ElementsAre("warning WF0208 3:51 'escalaton_rate' a metric cannot be `escalaton_rate`",
                          "WF0201 7:5 'cost_per_run_over' `alert_on` has no field `cost_per_run_over`",
                          "WF0205 8:34 'low' `workflow_success_rate_below` must be a number"));
  const model::Monitor& monitor = *definition->workflow().monitor;
  std::vector<std::string> alerts;
  for (const model::Criterion& alert : monitor.alerts)
    alerts.push_back(alert.text + ": " + spelt(alert.holds));
  EXPECT_THAT(alerts, ElementsAre("escalation_rate > 0.3: (escalation_rate > 0.30)",
                                  "average_iterations_per_loop > 2.5: (average_iterations_per_loop > 2.50)"));
  // An alert needs its metric to be measured.
  EXPECT_EQ(monitor.track.back().value, "average_iterations_per_loop");
}

TEST_F(AgenticLayer, checkpoints_put_an_approval_after_their_phase) {
  const auto definition = folder.read(R"(phases: [plan, build, document, monitor, polish]
parallel: [[document, monitor]]
templates: {polish: prompts/plan.md}
checkpoints:
  after_plan: {require: human_approval, timeout: 24h}
  after_build: none
  after_document: human_approval
  after_tests: {require: human_approval}
  before_build: {require: human_approval}
  after_polish: {require: human_aproval}
)");
  EXPECT_THAT(placed(*definition),
              ElementsAre("WF0301 8:9 'tests' no phase is named `tests`",
                          "WF0201 9:3 'before_build' `checkpoints` has no field `before_build`",
                          "WF0208 10:27 'human_aproval' `require` cannot be `human_aproval`"));
  EXPECT_THAT(ids(*definition),
              ElementsAre("plan", "after_plan", "build", "document", "monitor", "after_document", "polish"));
  const model::Step& approval = definition->step(1);
  EXPECT_EQ(approval.kind, wf::StepKind::approve);
  ASSERT_TRUE(approval.gate);
  EXPECT_EQ(approval.gate->timeout_ms, 24U * 3600 * 1000);
  EXPECT_EQ(shown(approval.prompt.at(0).text), "Go on after the phase `plan`?\n\n{...}");
  EXPECT_THAT(needs_of(*definition, 2), ElementsAre("after_plan"));
  EXPECT_THAT(needs_of(*definition, 5), ElementsAre("document", "monitor"));
  EXPECT_THAT(needs_of(*definition, 6), ElementsAre("after_document"));
  EXPECT_THAT(placed(*folder.read("phases: [plan]\ncheckpoints: none\n")), IsEmpty());
}

TEST_F(AgenticLayer, routing_holds_for_issues_of_its_type) {
  folder.prompts({"triage"}).file("prompts/quick.md", "Quick.");
  const auto definition = folder.read(R"(phases: [plan, build, test, deploy]
gates:
  after_test: {all_pass: true}
loops:
  test_retry: {max: 3}
routing:
  hotfix:
    phases: [triage, build, deploy]
    templates: {build: prompts/quick.md}
    loops: {test_retry: {max: 1}}
  chore:
    phases: [build, deploy]
    gates:
      after_test: {all_pass: false}
)");
  EXPECT_THAT(placed(*definition), IsEmpty());
  EXPECT_THAT(ids(*definition), ElementsAre("triage", "plan", "build", "test", "deploy"));
  EXPECT_EQ(spelt(*definition->step(0).when), "((issue.type | default '') == 'hotfix')");
  EXPECT_EQ(spelt(*definition->step(1).when), "((issue.type | default '') not in ['hotfix', 'chore'])");
  EXPECT_FALSE(definition->step(2).when);
  EXPECT_EQ(shown(definition->step(2).prompt.at(0).text), "Quick.");
  EXPECT_EQ(spelt(*definition->step(2).prompt.at(0).when), "((issue.type | default '') == 'hotfix')");
  EXPECT_EQ(shown(definition->step(2).prompt.at(1).text), "Do build.\n");
  EXPECT_THAT(
      reactions(definition->step(3).reactions),
      ElementsAre("fail: back to build max 3 as test_retry when ((issue.type | default '') != 'hotfix')",
                  "fail: back to build max 1 as test_retry.hotfix when ((issue.type | default '') == "
                  "'hotfix')",
                  "fail: escalate"));
  ASSERT_EQ(definition->step(3).extras->quality_gates.size(), 2U);
  EXPECT_THAT(criteria_of(definition->step(3).extras->quality_gates[0]),
              ElementsAre("all_pass == true, not of chore"));
  EXPECT_EQ(spelt(definition->step(3).extras->quality_gates[1].criteria[0].holds),
            "(((issue.type | default '') != 'chore') or ((result.all_pass | default null) == false))");
  EXPECT_THAT(placed(*folder.read("phases: [plan, build]\nrouting: {bug: {phases: [build, plan]}}\n")),
              ElementsAre("WF0204 2:33 'plan' `plan` cannot stand here"));
}

TEST_F(AgenticLayer, keys_without_effect_are_told_of) {
  const auto definition = folder.read(R"(phases: [plan]
autonomy: supervised
auto_merge: {enabled: true, delay: 1h}
teams: {override_dir: teams/, merge_strategy: additive}
monitor: {rollback_on: error_rate, anomaly_detection: true, auto_create_issue: true}
runner: kiro
agents_dir: agents
pre_research: {enabled: true}
utilities: {branch_name: {prompt: x.md}}
x-owner: me
)");
  std::vector<std::string> keys;
  for (const auto& diagnostic : definition->report.all()) {
    EXPECT_EQ(diagnostic->kind->number, diag::no_effect.info.number) << diagnostic->message;
    keys.emplace_back(definition->sources.text(diagnostic->span));
  }
  EXPECT_THAT(keys, ElementsAre("autonomy", "auto_merge", "teams", "rollback_on", "anomaly_detection",
                                "auto_create_issue", "runner", "agents_dir", "pre_research", "utilities"));
  EXPECT_EQ(definition->workflow().metadata_json, R"({"x-owner":"me"})");
  EXPECT_THAT(placed(*folder.read("phases: [plan]\nautonomy: superviced\nteams: {merge_strategy: replce}\n")),
              Contains("WF0208 2:11 'superviced' `autonomy` cannot be `superviced`"));
}

TEST_F(AgenticLayer, hostile_definitions_end_soon) {
  std::string many = "phases: [";
  for (int i = 0; i < 30'000; ++i) many += (i > 0 ? "," : "") + std::string("p") + std::to_string(i);
  const auto definition = folder.read(many + "]\n");
  EXPECT_THAT(errors(*definition), Contains(HasSubstr("`phases` is larger than 10000 phases")));
  EXPECT_EQ(definition->workflow().steps.size(), 10'000U);

  std::string deep = "phases: [plan]\ngates: {plan: {criteria: ";
  for (int i = 0; i < 90; ++i) deep += "{any_of: [";
  for (int i = 0; i < 90; ++i) deep += "]}";
  EXPECT_THAT(errors(*folder.read(deep + "}}\n")), Not(IsEmpty()));

  std::string wide = "phases: [a, b, plan]\ngates: {before_plan: {criteria: {";
  for (int i = 0; i < 20'000; ++i)
    wide += (i > 0 ? ",\n " : "") + std::string("c") + std::to_string(i) + "_max: 1";
  EXPECT_THAT(errors(*folder.read(wide + "}}}\n")),
              Contains(HasSubstr("the list of all criteria is larger than 5000 criteria")));
}

}  // namespace
}  // namespace wfc
