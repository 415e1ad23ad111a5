// Coder's definitions become the model.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reading.h"

namespace wfc {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const std::string head = R"(version: 1
workflow_id: wf_x
name: X
project: {provider: github, owner: o, repo: r, ref: main}
triggers: [{type: manual}]
)";

TEST(Coder, an_unknown_reaction_is_one_mistake) {
  EXPECT_THAT(findings(*read("a.yaml", head + R"(steps:
  - step_id: s1
    type: command
    name: n
    command: "true"
    on_failure: {type: agent_retri, max_attempts: 0}
)")),
              ElementsAre("WF0208 11:24 `type` cannot be `agent_retri`"));
}

TEST(Coder, the_page_s_full_example) {
  const auto definition = read("a.yaml", R"(version: 1
workflow_id: "wf_release_train"
name: "Weekly Release Train"
project:
  provider: github
  owner: OpenAgentsInc
  repo: openagents
  ref: main
triggers:
  - type: cron
    cron: "0 9 * * 1"  # Every Monday 9am
    timezone: "America/Chicago"
  - type: manual
policies:
  budget:
    max_credits: 50
    max_wall_clock_sec: 3600
  repo:
    allowed_paths: ["crates/", "docs/"]
    blocked_paths: [".github/secrets/"]
  gates:
    require_human_approval_for: ["deploy.prod"]
steps:
  - step_id: "s1"
    type: agent
    role: implementer
    goal: "Update dependencies and fix any breaking changes"
  - step_id: "s2"
    type: command
    name: "Run tests"
    command: "cargo test"
  - step_id: "s3"
    type: agent
    role: reviewer
    goal: "Review changes and summarize risks"
  - step_id: "s4"
    type: deploy
    target: preview
)");
  EXPECT_THAT(findings(*definition), ElementsAre(EndsWith("no step does `deploy.prod`")));
  const model::Workflow& workflow = definition->workflow();
  EXPECT_EQ(workflow.id.value, "wf_release_train");
  EXPECT_EQ(workflow.title, "Weekly Release Train");
  EXPECT_EQ(workflow.project_json,
            R"({"provider":"github","owner":"OpenAgentsInc","repo":"openagents","ref":"main"})");
  ASSERT_EQ(workflow.triggers.size(), 2U);
  EXPECT_EQ(workflow.triggers[0].kind, wf::TriggerKind::cron);
  EXPECT_EQ(workflow.triggers[0].cron.value, "0 9 * * 1");
  EXPECT_EQ(workflow.triggers[0].timezone.value, "America/Chicago");
  std::vector<std::string> policies;
  for (const model::Policy& policy : workflow.policies) policies.push_back(policy.name + "=" + policy.value);
  EXPECT_THAT(policies,
              ElementsAre("budget.credits=50", "budget.time=3600000ms", R"(allow.paths=["crates/","docs/"])",
                          R"(deny.paths=[".github/secrets/"])", R"(require_approval=["deploy.prod"])"));
  ASSERT_TRUE(workflow.budget);
  EXPECT_EQ(workflow.budget->credits, 50U);
  EXPECT_EQ(workflow.budget->time_ms, 3'600'000U);
  ASSERT_EQ(workflow.steps.size(), 4U);
  EXPECT_EQ(workflow.steps[0].kind, wf::StepKind::agent);
  EXPECT_EQ(workflow.steps[0].agent.value, "implementer");
  EXPECT_EQ(workflow.steps[1].title, "Run tests");
  EXPECT_EQ(shown(workflow.steps[1].prompt.at(0).text), "cargo test");
  EXPECT_EQ(workflow.steps[3].target.value, "preview");
  EXPECT_THAT(needs_of(*definition, 0), IsEmpty());
  EXPECT_THAT(needs_of(*definition, 3), ElementsAre("s3"));
}

TEST(Coder, the_page_s_short_examples_have_one_warning_for_each_missing_key) {
  const auto bump = read("a.yaml", R"(name: "Weekly Dependency Bump"
triggers:
  - type: cron
    cron: "0 9 * * 1"
steps:
  - type: agent
    role: implementer
    goal: "Update all dependencies to latest compatible versions"
  - type: command
    command: "cargo test"
  - type: agent
    role: reviewer
    goal: "Review dependency changes for security issues"
)");
  EXPECT_THAT(findings(*bump),
              testing::UnorderedElementsAre("warning WF0212 1:1 the workflow has no `version`",
                                            "warning WF0212 1:1 the workflow has no `workflow_id`",
                                            "warning WF0212 1:1 the workflow has no `project`",
                                            "warning WF0212 3:5 a `cron` trigger has no `timezone`",
                                            "warning WF0212 6:5 a step has no `step_id`",
                                            "warning WF0212 9:5 a step has no `step_id`",
                                            "warning WF0212 9:5 a `command` step has no `name`",
                                            "warning WF0212 11:5 a step has no `step_id`"));
  EXPECT_EQ(bump->workflow().id.value, "weekly-dependency-bump");
  EXPECT_EQ(bump->workflow().triggers[0].timezone.value, "UTC");
  EXPECT_EQ(bump->step(2).id.value, "s3");
  EXPECT_TRUE(bump->step(2).id_generated);

  const auto review = read("b.yaml", R"(name: "Auto-Review PRs"
triggers:
  - type: repo_event
    event: "pull_request.opened"
steps:
  - type: agent
    role: reviewer
    goal: "Review the PR, check for security issues, suggest improvements"
)");
  EXPECT_EQ(findings(*review).size(), 4U);
  EXPECT_EQ(review->workflow().triggers[0].kind, wf::TriggerKind::event);
  EXPECT_EQ(review->workflow().triggers[0].name.value, "pull_request.opened");

  const auto train = read("c.yaml", R"(name: "Weekly Release"
triggers:
  - type: cron
    cron: "0 14 * * 5"  # Friday 2pm
steps:
  - type: agent
    role: release_engineer
    goal: "Prepare release notes and version bump"
  - type: command
    command: "cargo build --release"
  - type: deploy
    target: preview
  - type: approve
    reason: "Approve production deploy"
  - type: deploy
    target: prod
)");
  EXPECT_EQ(findings(*train).size(), 3U + 1 + 5 + 1);
  EXPECT_FALSE(train->report.has_errors());
  EXPECT_EQ(train->step(3).kind, wf::StepKind::approve);
  ASSERT_TRUE(train->step(3).gate);
  EXPECT_EQ(train->step(3).gate->on_reject, wf::OnReject::fail);
}

TEST(Coder, generated_ids_keep_clear_of_written_ones) {
  const auto definition = read(
      "a.yaml", head + "steps:\n- {type: approve, reason: a}\n- {type: approve, step_id: s1, reason: b}\n");
  EXPECT_EQ(definition->step(0).id.value, "s1_");
  EXPECT_EQ(definition->step(1).id.value, "s1");
}

TEST(Coder, words_of_closed_lists_are_checked) {
  const auto definition = read("a.yaml", R"(version: 99
workflow_id: a
name: a
project: {provider: bitbucket, owner: o, repo: r}
triggers: [{type: crom, cron: x}]
steps:
  - {step_id: a, type: agent, role: implementor, goal: g}
  - {step_id: b, type: deploy, target: production}
  - {step_id: c, type: comand, command: x}
)");
  EXPECT_THAT(
      findings(*definition),
      ElementsAre("WF0208 1:10 `version` cannot be `99`", "WF0208 4:21 `provider` cannot be `bitbucket`",
                  "WF0208 5:19 `type` cannot be `crom`", "WF0208 7:37 `role` cannot be `implementor`",
                  "WF0208 8:40 `target` cannot be `production`", "WF0208 9:24 `type` cannot be `comand`"));
  const auto& role = *definition->report.all()[3];
  EXPECT_THAT(role.help, ElementsAre("did you mean `implementer`?"));
  EXPECT_THAT(role.notes[0].message, HasSubstr("`architect`, `implementer`"));
  EXPECT_THAT(definition->report.all()[1]->help, ElementsAre("write `github` or `gitlab`"));
}

TEST(Coder, unknown_keys_are_errors_with_a_near_match) {
  const std::string text = head + R"(x-owner: me
polices: {}
steps:
  - step_id: a
    type: command
    name: n
    comand: "ls"
    timeoutSec: 5
    goal: g
)";
  const auto definition = read("a.yaml", text);
  EXPECT_THAT(findings(*definition), ElementsAre("WF0201 7:1 a workflow has no field `polices`",
                                                 "WF0201 12:5 a `command` step has no field `comand`",
                                                 "WF0201 13:5 a `command` step has no field `timeoutSec`",
                                                 "WF0204 14:5 `goal` cannot stand here"));
  const auto& near = *definition->report.all()[1];
  EXPECT_EQ(near.label, "unknown field");
  EXPECT_EQ(near.notes[0].message,
            "read as the `coder` dialect, because it has `workflow_id`; choose another with `--dialect`");
  EXPECT_THAT(near.help, ElementsAre("did you mean `command`?"));
  EXPECT_THAT(definition->report.all()[2]->help, ElementsAre("did you mean `timeout_sec`?"));
  // What was meant is read: nothing else is said of it.
  EXPECT_EQ(shown(definition->step(0).prompt.at(0).text), "ls");
  EXPECT_EQ(definition->step(0).timeout_ms, 5000U);
  EXPECT_EQ(definition->workflow().metadata_json, R"({"x-owner":"me"})");

  const auto lenient = read("a.yaml", text, {.allow_unknown_keys = true});
  EXPECT_FALSE(lenient->report.has_errors());
  EXPECT_EQ(lenient->report.count(diag::Severity::warning), 4);
}

TEST(Coder, keys_of_other_dialects_are_near_matches) {
  const auto definition = read("a.yaml", R"(version: 1
id: wf_x
name: X
project: {provider: github, owner: o, repository: r}
triggers:
  - {type: cron, schedule: "0 9 * * 1", timezone: UTC}
  - {type: repo_event, eventType: push}
  - {type: webhook, name: hook, webhookSecret: HOOK}
steps:
  - {id: a, type: agent, agentId: tester, prompt: Do it}
  - {id: b, type: approve, message: Go on?}
)");
  std::vector<std::string> meant;
  for (const auto& diagnostic : definition->report.all()) {
    EXPECT_EQ(diag::code_of(*diagnostic->kind), "WF0201") << diagnostic->message;
    for (const std::string& help : diagnostic->help) meant.push_back(help);
  }
  EXPECT_THAT(meant,
              ElementsAre("did you mean `workflow_id`?", "did you mean `repo`?", "did you mean `cron`?",
                          "did you mean `event`?", "did you mean `secret_ref`?", "did you mean `step_id`?",
                          "did you mean `role`?", "did you mean `goal`?", "did you mean `step_id`?",
                          "did you mean `reason`?"));
  EXPECT_EQ(definition->step(0).agent.value, "tester");
}

TEST(Coder, what_is_required_is_required) {
  const auto definition = read("a.yaml", R"(workflow_id: a
steps:
  - {type: agent, role: tester}
  - {type: approve}
  - {step_id: x}
)");
  std::vector<std::string> errors;
  for (const std::string& line : findings(*definition))
    if (line.starts_with("WF")) errors.push_back(line);
  EXPECT_THAT(errors,
              ElementsAre("WF0202 1:1 a workflow needs `name`", "WF0202 3:6 an `agent` step needs `goal`",
                          "WF0202 4:6 an `approve` step needs `reason`", "WF0202 5:6 a step needs `type`"));
}

TEST(Coder, shapes_are_checked) {
  const auto definition = read("a.yaml", head + R"(policies:
  budget: {max_credits: "three", max_wall_clock_sec: -5}
  repo: {allowed_paths: src}
  secrets: {allowed: [a, [b]]}
  gates: 5
steps: {}
)");
  EXPECT_THAT(findings(*definition),
              ElementsAre("WF0205 7:25 `max_credits` must be a whole number",
                          "WF0803 7:54 `max_wall_clock_sec` must be a time of at least 0",
                          "WF0205 8:25 `allowed_paths` must be a list of texts",
                          "WF0205 9:26 each entry of `allowed` must be a text",
                          "WF0205 10:10 `gates` must be a mapping", "WF0205 11:8 `steps` must be a list"));
}

TEST(Coder, numbers_that_readers_differ_about_are_errors) {
  const auto definition =
      read("a.yaml", head + R"(policies: {budget: {max_credits: 010, max_wall_clock_sec: 1:00:00}}
steps: [{step_id: a, type: approve, reason: 1.10}]
)");
  EXPECT_THAT(findings(*definition),
              ElementsAre(StartsWith("WF0115 6:34"), StartsWith("WF0115 6:59"),
                          "warning WF0118 7:45 `1.10` is read as `1.1` by other YAML readers"));
  EXPECT_EQ(shown(definition->step(0).prompt.at(0).text), "1.10");  // A text is what is written.
}

TEST(Coder, times_have_the_unit_of_their_key_or_their_own) {
  const auto definition = read("a.yaml", head + R"(policies: {budget: {max_wall_clock_sec: 1h30m}}
steps:
  - {step_id: a, type: command, name: n, command: c, timeout_sec: 90}
  - {step_id: b, type: command, name: n, command: c, timeout_sec: "10m"}
  - {step_id: c, type: command, name: n, command: c, timeout_sec: 0.5}
)");
  EXPECT_THAT(findings(*definition), IsEmpty());
  EXPECT_EQ(definition->step(0).timeout_ms, 90'000U);
  EXPECT_EQ(definition->step(1).timeout_ms, 600'000U);
  EXPECT_EQ(definition->step(2).timeout_ms, 500U);
}

TEST(Coder, braces_are_text_and_inputs_are_json) {
  const auto definition = read("a.yaml", head + R"(steps:
  - step_id: a
    type: agent
    role: tester
    goal: "Test {{ x }} and {% if %}"
    inputs: {count: 3, deep: {on: true, list: [1.5, null, "1"]}}
  - step_id: b
    type: command
    name: n
    command: 'echo {{'
    env: {A: "no", B: "{{ x }}"}
)");
  EXPECT_THAT(findings(*definition), IsEmpty());
  EXPECT_EQ(shown(definition->step(0).prompt.at(0).text), "Test {{ x }} and {% if %}");
  EXPECT_EQ(definition->step(0).inputs_json, R"({"count":3,"deep":{"on":true,"list":[1.5,null,"1"]}})");
  ASSERT_EQ(definition->step(1).env.size(), 2U);
  EXPECT_EQ(definition->step(1).env[0].name.value, "A");
  EXPECT_EQ(shown(*definition->step(1).env[0].text), "no");
}

TEST(Coder, what_needs_an_approval_gets_one_where_nobody_asks) {
  const auto definition =
      read("a.yaml", head + R"(policies: {gates: {require_human_approval_for: [deploy.prod, build]}}
steps:
  - {step_id: build, type: command, name: n, command: c}
  - {step_id: ask, type: approve, reason: r}
  - {step_id: ship, type: deploy, target: prod}
)");
  EXPECT_THAT(findings(*definition),
              ElementsAre("warning WF1004 8:15 an approval is inserted before `build`"));
  ASSERT_EQ(definition->workflow().steps.size(), 4U);
  EXPECT_EQ(definition->step(3).kind, wf::StepKind::approve);
  EXPECT_EQ(definition->step(3).prompt.at(0).text.constant_text(), "May `build` run?");
  EXPECT_THAT(needs_of(*definition, 0), ElementsAre("approve:build"));
  EXPECT_THAT(needs_of(*definition, 3), IsEmpty());
  EXPECT_THAT(needs_of(*definition, 2), ElementsAre("ask"));
}

TEST(Coder, what_nobody_does_needs_no_approval) {
  const auto definition =
      read("a.yaml", head + R"(policies: {gates: {require_human_approval_for: [deploy.prd, run.x]}}
steps: [{step_id: a, type: approve, reason: r}, {step_id: ship, type: deploy, target: prod}]
)");
  EXPECT_THAT(findings(*definition), ElementsAre("WF0301 6:49 no action is named `deploy.prd`",
                                                 "note WF0305 6:61 no step does `run.x`"));
}

TEST(Coder, failure_handlers_are_read) {
  const auto definition = read("a.yaml", head + R"(steps:
  - step_id: a
    type: command
    name: n
    command: c
    on_failure: {type: agent_retry, role: implementer, max_attempts: 2}
  - {step_id: b, type: command, name: n, command: c, on_failure: {type: fail_fast, message: stopped}}
  - {step_id: c, type: command, name: n, command: c, on_failure: {type: agent_retry, role: cook}}
)");
  EXPECT_THAT(findings(*definition),
              ElementsAre("WF0202 13:67 `on_failure` of type `agent_retry` needs `max_attempts`",
                          "WF0208 13:92 `role` cannot be `cook`"));
  ASSERT_EQ(definition->step(0).reactions.size(), 1U);
  const model::Reaction& repair = definition->step(0).reactions[0];
  EXPECT_EQ(repair.on, model::Outcome::fail);
  EXPECT_EQ(repair.response, model::Response::repair);
  EXPECT_EQ(repair.agent.value, "implementer");
  EXPECT_EQ(repair.max.value, 2U);
  ASSERT_EQ(definition->workflow().policies.size(), 1U);
  EXPECT_EQ(definition->workflow().policies[0].name, "steps.b.on_failure.message");
  EXPECT_EQ(definition->workflow().policies[0].value, "stopped");
}

TEST(Coder, triggers_have_the_keys_of_their_type) {
  const auto definition = read("a.yaml", R"(version: 1
workflow_id: a
name: a
project: {provider: github, owner: o, repo: r}
triggers:
  - {type: webhook, name: push, secret_ref: HOOK}
  - {type: webhook, name: push}
  - {type: manual, cron: "* * * * *"}
  - {type: cron, timezone: UTC}
  - {type: repo_event, event: push, condition: "event.branch == 'main' && !event.draft"}
steps: [{step_id: a, type: approve, reason: r}]
)");
  EXPECT_THAT(findings(*definition), ElementsAre("WF0202 7:6 a `webhook` trigger needs `secret_ref`",
                                                 "WF0204 8:20 `cron` cannot stand here",
                                                 "WF0202 9:6 a `cron` trigger needs `cron`"));
  EXPECT_EQ(definition->workflow().triggers[0].secret.value, "HOOK");
  EXPECT_TRUE(definition->workflow().triggers[4].when);
}

TEST(Coder, a_budget_of_nothing_is_an_error) {
  const auto definition =
      read("a.yaml",
           head + "policies: {budget: {max_credits: 0}}\nsteps: [{step_id: a, type: approve, reason: r}]\n");
  EXPECT_THAT(findings(*definition), ElementsAre("WF1005 6:34 a run cannot take less than nothing"));
  EXPECT_THAT(findings(*read("a.yaml", head + "policies: {budget: {max_credits: -5}}\n"
                                              "steps: [{step_id: a, type: approve, reason: r}]\n")),
              ElementsAre("WF1005 6:34 a run cannot take less than nothing"));
}

TEST(Coder, a_workflow_without_steps_is_an_error) {
  EXPECT_THAT(findings(*read("a.yaml", head + "steps: []\n")), ElementsAre("WF0210 6:8 `steps` is empty"));
}

TEST(Coder, steps_that_are_no_mappings_do_no_harm) {
  const auto definition = read("a.yaml", head + "steps: [text, [list], null, {}, {type: [x]}]\n");
  EXPECT_TRUE(definition->report.has_errors());
  EXPECT_EQ(definition->workflow().steps.size(), 5U);
}

}  // namespace
}  // namespace wfc
