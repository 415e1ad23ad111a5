// agent007's definitions become the model.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "reading.h"

namespace wfc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

TEST(Agent007, the_page_s_example) {
  const auto definition = read("a.yaml", R"(name: my-workflow
description: What this workflow does

steps:
  - id: research
    agent: Researcher
    prompt: |
      Research the following: {{task}}
    output: research_findings

  - id: implement
    agent: Engineer
    depends_on: [research]
    prompt: |
      Based on: {{research_findings}}
      Implement: {{task}}
    output: implementation
)");
  EXPECT_THAT(findings(*definition), IsEmpty());
  const model::Workflow& workflow = definition->workflow();
  EXPECT_EQ(workflow.id.value, "my-workflow");
  EXPECT_EQ(workflow.description, "What this workflow does");
  EXPECT_EQ(workflow.needs_key, "depends_on");
  EXPECT_EQ(definition->step(1).agent.value, "Engineer");
  EXPECT_EQ(definition->step(1).output.value, "implementation");
  EXPECT_EQ(shown(definition->step(1).prompt.at(0).text),
            "Based on: {research_findings}\nImplement: {task}\n");
  EXPECT_THAT(needs_of(*definition, 0), IsEmpty());
  EXPECT_THAT(needs_of(*definition, 1), ElementsAre("research"));
  const auto& nodes = definition->step(1).prompt.at(0).text.nodes;
  EXPECT_EQ(nodes.at(1).expr.binding.kind, dsl::BindingKind::output);
  EXPECT_EQ(nodes.at(3).expr.binding.kind, dsl::BindingKind::input);
}

TEST(Agent007, task_is_required_and_the_rest_is_empty_unless_given) {
  const auto definition = read("a.yaml", "name: a\nsteps: [{id: a, agent: b, prompt: c}]\n");
  std::vector<std::string> required, given;
  for (const model::Input& input : definition->workflow().inputs) {
    EXPECT_TRUE(input.implied);
    (input.required ? required : given).push_back(input.name.value);
  }
  EXPECT_THAT(required, ElementsAre("task"));
  EXPECT_THAT(given, ElementsAre("args", "date", "rag_context", "lsp_context", "skill_dir", "memory"));
  const model::Input& memory = definition->workflow().inputs.back();
  EXPECT_THAT(memory.fields, ElementsAre("user", "project", "global", "repo_brain"));
  EXPECT_EQ(memory.default_value->children.size(), 4U);
}

TEST(Agent007, memories_have_any_name_but_one_that_is_nearly_another) {
  const auto definition = read("a.yaml", R"(name: a
steps:
  - {id: a, agent: b, inputs: [memory.style], prompt: "{{memory.team}} {{memory.project}} {{memory.projet}}"}
  - {id: c, agent: b, inputs: [memory.globel], prompt: d}
)");
  const model::Input& memory = definition->workflow().inputs.back();
  EXPECT_THAT(memory.fields, ElementsAre("user", "project", "global", "repo_brain", "team"));
  EXPECT_EQ(memory.default_value->children.size(), 5U);
  EXPECT_THAT(findings(*definition), ElementsAre(HasSubstr("`memory.globel`")));
}

TEST(Agent007, the_exact_message_for_an_unknown_field) {
  const auto definition = read("nightly.yaml", R"(name: nightly
steps:
  - id: research
    agent: Researcher
    promt: Research {{ task }}
)");
  EXPECT_THAT(findings(*definition), ElementsAre("WF0201 5:5 a step has no field `promt`"));
  const auto& diagnostic = *definition->report.all()[0];
  EXPECT_EQ(diagnostic.label, "unknown field");
  EXPECT_EQ(
      diagnostic.notes[0].message,
      "read as the `agent007` dialect, because its steps have `agent`; choose another with `--dialect`");
  EXPECT_THAT(diagnostic.help, ElementsAre("did you mean `prompt`?"));
  EXPECT_EQ(shown(definition->step(0).prompt.at(0).text), "Research {task}");
}

TEST(Agent007, keys_of_other_levels_and_styles) {
  const auto definition = read("a.yaml", R"(name: a
dependsOn: x
steps:
  - {id: a, agent: b, prompt: c, dependsOn: [b], eval_gate: {}, x-note: kept}
  - {id: b, agent: b, prompt: c, requiresApproval: true}
)");
  EXPECT_THAT(findings(*definition), ElementsAre("WF0201 2:1 a workflow has no field `dependsOn`",
                                                 "WF0201 4:34 a step has no field `dependsOn`",
                                                 "WF0204 4:50 `eval_gate` cannot stand here",
                                                 "WF0201 5:34 a step has no field `requiresApproval`"));
  EXPECT_THAT(needs_of(*definition, 0), ElementsAre("b"));
  EXPECT_TRUE(definition->step(1).gate);
}

TEST(Agent007, keys_of_other_dialects_are_near_matches) {
  const auto definition = read("a.yaml", R"(name: a
steps:
  - {id: a, agent: b, prompt: c}
  - {step_id: d, role: b, goal: c, dependencies: [a]}
)",
                               {.forced = "agent007"});
  std::vector<std::string> meant;
  for (const auto& diagnostic : definition->report.all())
    for (const std::string& help : diagnostic->help) meant.push_back(help);
  EXPECT_THAT(meant, ElementsAre("did you mean `id`?", "did you mean `agent`?", "did you mean `prompt`?",
                                 "did you mean `depends_on`?"));
  EXPECT_THAT(needs_of(*definition, 1), ElementsAre("a"));
}

TEST(Agent007, inputs_wait_for_whoever_produces_them) {
  const auto definition = read("a.yaml", R"(name: a
steps:
  - {id: one, agent: b, prompt: c, output: plan}
  - {id: two, agent: b, prompt: c, inputs: [plan, task, memory.project, rag_context]}
  - {id: three, agent: b, prompt: c, inputs: [plam, memory.projects]}
)");
  EXPECT_THAT(findings(*definition), ElementsAre("WF0301 5:47 no output is named `plam`",
                                                 "WF0301 5:53 no output is named `memory.projects`"));
  EXPECT_THAT(definition->report.all()[0]->help, ElementsAre("did you mean `plan`?"));
  EXPECT_THAT(needs_of(*definition, 1), ElementsAre("one"));
}

TEST(Agent007, approvals_gate_the_output) {
  const auto definition = read("a.yaml", R"(name: a
steps:
  - {id: a, agent: b, prompt: c, requires_approval: true, approval_prompt: "Is this right, {{task}}?"}
  - {id: b, agent: b, prompt: c, approval_prompt: never seen}
)");
  EXPECT_THAT(findings(*definition), ElementsAre("warning WF0213 4:34 `approval_prompt` has no effect"));
  ASSERT_TRUE(definition->step(0).gate);
  EXPECT_TRUE(definition->step(0).gate->content_may_change);
  EXPECT_EQ(definition->step(0).gate->on_reject, wf::OnReject::fail);
  EXPECT_EQ(shown(*definition->step(0).gate->message), "Is this right, {task}?");
  EXPECT_FALSE(definition->step(1).gate);
}

TEST(Agent007, recovery_is_retries) {
  const auto retries = [](const std::string& reliability) {
    const auto definition =
        read("a.yaml", "name: a\nreliability: " + reliability + "\nsteps: [{id: a, agent: b, prompt: c}]\n");
    EXPECT_THAT(findings(*definition), IsEmpty());
    return definition->step(0).reactions.empty() ? 0U : definition->step(0).reactions[0].max.value;
  };
  EXPECT_EQ(retries("{enabled: true}"), 2U);
  EXPECT_EQ(retries("{enabled: true, recovery: {max_step_retries: 4}}"), 4U);
  EXPECT_EQ(retries("{enabled: true, recovery: {enabled: false, max_step_retries: 4}}"), 0U);
  EXPECT_EQ(retries("{recovery: {enabled: true, max_step_retries: 0}}"), 1U);
  EXPECT_EQ(retries("{recovery: {max_step_retries: 3}}"), 0U);
}

TEST(Agent007, policies_are_listed) {
  const auto definition = read("a.yaml", R"(name: a
budget: {max_usd_per_task: 1.5, on_exceed: alert-only}
reliability:
  enabled: true
  recovery: {max_step_retries: 2}
  confidence: {low_terms: [unsure, "not sure"]}
eval_gate: {mode: fail-closed, thresholds: {max_quality_score_drop: 0.1}, warn_threshold: 0.15}
steps: [{id: a, agent: b, prompt: c, risky: true, timeout_sec: 30}]
)");
  EXPECT_THAT(findings(*definition), IsEmpty());
  std::vector<std::string> policies;
  for (const model::Policy& policy : definition->workflow().policies)
    policies.push_back(policy.name + "=" + policy.value);
  EXPECT_THAT(
      policies,
      ElementsAre("budget.max_usd_per_task=1.5", "budget.on_exceed=alert-only", "reliability.enabled=true",
                  R"(reliability.confidence.low_terms=["unsure","not sure"])", "eval_gate.mode=fail-closed",
                  "eval_gate.thresholds.max_quality_score_drop=0.1", "eval_gate.warn_threshold=0.15",
                  "steps.a.risky=true"));
  EXPECT_EQ(definition->step(0).timeout_ms, 30'000U);
}

// The page's second example, in the smallest whole file.
TEST(Agent007, the_page_s_eval_gate) {
  const auto definition = read("a.yaml", R"(name: a
steps: [{id: a, agent: b, prompt: c}]
# Configured per-workflow in the workflow YAML
eval_gate:
  min_baseline_runs: 5      # runs needed before gating starts
  baseline_window: 20       # rolling window size
  warn_threshold: 0.15      # score drop that triggers warn
  block_threshold: 0.30     # score drop that triggers block
)");
  EXPECT_THAT(findings(*definition), IsEmpty());
  EXPECT_EQ(definition->workflow().policies.size(), 4U);
}

TEST(Agent007, policies_are_checked_for_shape) {
  const auto definition = read("a.yaml", R"(name: a
budget: {max_tokens_per_session: many, alert_at_percent: 300, on_exceed: abort}
reliability: {enabled: yes, recovery: {max_retries: 2}, confidence: {low_terms: unsure}}
eval_gate: {mode: fail-close, baseline_window: 0, warn_threshold: 1.5, thresholds: []}
steps: [{id: a, agent: b, prompt: c}]
)");
  EXPECT_THAT(
      findings(*definition),
      ElementsAre(
          "WF0205 2:34 `max_tokens_per_session` must be a whole number",
          "WF0803 2:58 `alert_at_percent` must be at most 255", "WF0208 2:74 `on_exceed` cannot be `abort`",
          "WF0118 3:24 `yes` is read as `true` by other YAML readers",
          "WF0201 3:40 `recovery` has no field `max_retries`",
          "WF0205 3:81 `low_terms` must be a list of texts", "WF0208 4:19 `mode` cannot be `fail-close`",
          "WF0803 4:48 `baseline_window` must be at least 1",
          "WF0803 4:67 `warn_threshold` must be at most 1", "WF0205 4:84 `thresholds` must be a mapping"));
}

TEST(Agent007, parts_belong_to_their_types) {
  const auto definition = read("a.yaml", R"(name: a
steps:
  - {id: a, agent: b, type: evaluator, prompt: c, evaluate: {on_pass: a}}
  - {id: b, agent: b, type: router, prompt: c, routes: [{when: x, goto: a}, {default: true}], depends_on: [a]}
  - {id: c, agent: b, type: multi-agent}
  - {id: d, agent: b, type: sub-workflow}
  - {id: e, agent: b, type: extract, extract: {input: x}}
  - {id: f, agent: b, prompt: x, routes: []}
  - {id: g, agent: b, type: evaluater, prompt: x}
  - {id: h, agent: b, type: router, routes: []}
  - {id: i, agent: b, prompt: x, workers: [{run: slow}], cache: true}
)");
  EXPECT_THAT(
      findings(*definition),
      ElementsAre("WF0202 3:62 `evaluate` needs `on_fail`",
                  "WF0303 4:73 `b` may not have finished when `a` starts", "WF0202 4:78 a route needs `goto`",
                  "WF0202 5:6 a step of the type `multi-agent` needs `workers`",
                  "WF0202 6:6 a step of the type `sub-workflow` needs `workflow`",
                  "WF0202 7:48 `extract` needs `tool`", "warning WF0213 8:34 `routes` has no effect",
                  "WF0208 9:29 `type` cannot be `evaluater`", "WF0210 10:45 `routes` is empty",
                  "warning WF0213 11:34 `workers` has no effect", "WF0202 11:45 a worker needs `persona`",
                  "WF0208 11:50 `run` cannot be `slow`"));
}

TEST(Agent007, missing_and_blank_keys) {
  const auto definition = read("a.yaml", R"(name: a
steps:
  - {id: a, prompt: c}
  - {agent: b, prompt: c}
  - {id: c, agent: b}
  - {id: " ", agent: b, prompt: c}
)");
  EXPECT_THAT(
      findings(*definition),
      ElementsAre("WF0202 3:6 a step needs `agent`", "WF0202 4:6 a step needs `id`",
                  "WF0202 5:6 a step needs `prompt`", "WF0205 6:10 `id` must be a text that is not blank"));
}

TEST(Agent007, repeated_dependencies_are_warned_of) {
  const auto definition = read("a.yaml", R"(name: a
steps:
  - {id: a, agent: b, prompt: c}
  - {id: b, agent: b, prompt: c, depends_on: [a, a]}
)");
  EXPECT_THAT(findings(*definition), ElementsAre("warning WF0314 4:50 `a` is waited for twice"));
}

TEST(Agent007, definitions_given_on_the_command_line_replace_variables) {
  const auto definition = read("a.yaml",
                               "name: a\nsteps:\n  - {id: a, agent: b, prompt: '{{NAME}} and {{ other }}, "
                               "{{ NAME ~ task }}'}\n",
                               {.defines = {{"NAME", "{{ as it is }}"}}});
  EXPECT_THAT(findings(*definition), IsEmpty());
  const auto& nodes = definition->step(0).prompt.at(0).text.nodes;
  EXPECT_EQ(shown(definition->step(0).prompt.at(0).text), "{{ as it is }} and {other}, {...}");
  EXPECT_EQ(nodes.back().expr.children.at(0).text, "{{ as it is }}");
}

TEST(Agent007, a_step_that_is_no_mapping_is_one_mistake) {
  EXPECT_THAT(findings(*read("a.yaml", "name: a\nsteps:\n  - {id: b, agent: c, prompt: d}\n  - foo\n")),
              ElementsAre("WF0205 4:5 a step must be a mapping"));
}

TEST(Agent007, a_list_in_brackets_is_marked_as_a_whole) {
  const auto definition = read("a.yaml", "name: [x, y]\nsteps:\n  - {id: b, agent: c, prompt: d}\n");
  ASSERT_EQ(definition->report.all().size(), 1U);
  const Span span = definition->report.all()[0]->span;
  EXPECT_EQ(definition->sources.file(span.file).text.substr(span.begin, span.end - span.begin), "[x, y]");
}

TEST(Agent007, what_a_tab_hides_is_not_missing) {
  EXPECT_THAT(findings(*read("a.yaml", "name: a\nsteps:\n\t- id: x\n\t  agent: y\n\t  prompt: z\n")),
              ElementsAre(HasSubstr("WF0109 3:1 a tab indents this line")));
  EXPECT_THAT(findings(*read("a.yaml", "foo: a\nbar:\n\tbaz: c\n")),
              ElementsAre(HasSubstr("WF0109 3:1 a tab indents this line")));
}

TEST(Agent007, a_name_that_is_no_id_becomes_one) {
  const auto definition = read("a.yaml", "name: Größe & Maß\nsteps: [{id: a, agent: b, prompt: c}]\n");
  EXPECT_EQ(definition->workflow().title, "Größe & Maß");
  EXPECT_EQ(definition->workflow().id.value, "größe-maß");
}

// The definitions of the format's own project, where they are at hand.
TEST(RealDefinitions, are_read_without_errors) {
  const std::filesystem::path real = WF_SOURCE_DIR "/../shared/reference/real";
  if (!std::filesystem::exists(real)) GTEST_SKIP() << "the reference definitions are not on this machine";
  int files = 0;
  for (const char* folder : {"agent007", "coder"}) {
    for (const auto& entry : std::filesystem::directory_iterator(real / folder)) {
      std::ifstream in(entry.path());
      std::stringstream text;
      text << in.rdbuf();
      const auto definition = read(entry.path().filename(), text.str(),
                                   {.defines = {{"WORKFLOW_OPERATING_PROTOCOL", "Work carefully."}}});
      EXPECT_FALSE(definition->report.has_errors()) << entry.path();
      ASSERT_NE(definition->read.dialect, nullptr) << entry.path();
      EXPECT_EQ(definition->read.dialect->name, folder);
      files += 1;
    }
  }
  EXPECT_EQ(files, 10);
}

}  // namespace
}  // namespace wfc
