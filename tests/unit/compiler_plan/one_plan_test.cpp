// One workflow, written in `.wf` and in each dialect that can say it, is one plan: the same digest, and the
// same rows but for places and names of files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "lowering.h"
#include "runtime/base/files.h"
#include "runtime/surface/tables.h"

namespace wfc {
namespace {

// What depends on where and in which language it was written.
wf::Json without_places(const wf::Json& from) {
  if (from.is_array()) {
    wf::Json all = wf::Json::array();
    for (const wf::Json& item : from) all.push_back(without_places(item));
    return all;
  }
  if (!from.is_object()) return from;
  wf::Json all = wf::Json::object();
  for (const auto& [key, value] : from.items())
    if (key != "origin" && key != "files" && key != "dialect" && key != "source_digest" &&
        key != "plan_digest")
      all[key] = without_places(value);
  return all;
}

// Where two documents differ first, to read in a failure.
std::string difference(const wf::Json& a, const wf::Json& b, const std::string& where = {}) {
  if (a == b) return {};
  if (a.is_object() && b.is_object()) {
    for (const auto& [key, value] : a.items())
      if (const std::string found =
              difference(value, b.contains(key) ? b[key] : wf::Json(), where + "." + key);
          !found.empty())
        return found;
  }
  if (a.is_array() && b.is_array() && a.size() == b.size()) {
    for (std::size_t i = 0; i < a.size(); ++i)
      if (const std::string found = difference(a[i], b[i], where + "[" + std::to_string(i) + "]");
          !found.empty())
        return found;
  }
  return where + ": " + wf::write_json(a) + " and " + wf::write_json(b);
}

struct Written {
  std::string name, text;
};

void expect_one_plan(const std::string& wf, const std::vector<Written>& others,
                     const std::string& root = ".") {
  const auto first = lower_definition(wf, "a.wf", root);
  const wf::Json rows = without_places(wf::surface::tables(first->plan.program));
  for (const Written& other : others) {
    const auto again = lower_definition(other.text, other.name, root);
    EXPECT_NE(again->read.dialect, first->read.dialect) << other.name;
    EXPECT_EQ(difference(rows, without_places(wf::surface::tables(again->plan.program))), "") << other.name;
    EXPECT_EQ(view(first->plan.program.plan_digest), view(again->plan.program.plan_digest)) << other.name;
  }
}

// What is given to every run of agent007.
const std::string agent007_inputs = R"(## What is to be done.
input task: string
input args: string = ""
input date: string = ""
input rag_context: string = ""
input lsp_context: string = ""
input skill_dir: string = ""
input memory: map = { user: "", project: "", global: "", repo_brain: "" }
)";

TEST(OnePlan, coder) {
  expect_one_plan(R"(## Two agents and their tests.
workflow wf_two "Two agents"
project github "acme/app" at "main"
on cron "0 9 * * 1" timezone "America/Chicago"
on event pull_request.opened when event.draft == false
on manual
step plan: agent architect "Plan the work"
step write: agent implementer "Write it" {
  timeout 5m
}
step test "Run tests": run "make test" {
  timeout 90s
}
step ship: deploy preview
)",
                  {{"coder.yaml", R"(version: 1
workflow_id: wf_two
name: Two agents
description: Two agents and their tests.
project: {provider: github, owner: acme, repo: app, ref: main}
triggers:
  - {type: cron, cron: "0 9 * * 1", timezone: America/Chicago}
  - {type: repo_event, event: pull_request.opened, condition: event.draft == false}
  - {type: manual}
steps:
  - {step_id: plan, type: agent, role: architect, goal: Plan the work}
  - {step_id: write, type: agent, role: implementer, goal: Write it, timeout_sec: 300}
  - {step_id: test, type: command, name: Run tests, command: make test, timeout_sec: 90}
  - {step_id: ship, type: deploy, target: preview}
)"}});
}

TEST(OnePlan, agent007) {
  expect_one_plan("## Two reviews at once.\nworkflow review \"review\"\n" + agent007_inputs + R"(
agent SecurityReviewer {
  model "small"
}
step security: agent SecurityReviewer {
  prompt """
    Review: {{ task }}

    {{ memory.project }}
    """
  output security_findings
  timeout 30s
  on fail retry 2
}
step style: agent CodeReviewer "Review for clarity: {{ task }}{% if args %} ({{ args }}){% endif %}" {
  after start
  output style_findings
  on fail retry 2
}
step summary: agent CodeReviewer "{{ security_findings }} {{ style_findings | upper }}" {
  after security, style
  output report
  on fail retry 2
}
step lines: action count-lines {
  with of = report
  with least = 3
  with note = "of " ~ task
  on fail retry 2
}
)",
                  {{"agent007.yaml", R"(name: review
description: Two reviews at once.
reliability: {recovery: {enabled: true}}
steps:
  - id: security
    agent: SecurityReviewer
    model: small
    prompt: "Review: {{task}}\n\n{{ memory.project }}"
    output: security_findings
    timeout_sec: 30
  - {id: style, agent: CodeReviewer, prompt: "Review for clarity: {{task}}{% if args %} ({{ args }}){% endif %}", output: style_findings}
  - {id: summary, agent: CodeReviewer, depends_on: [security, style], prompt: "{{security_findings}} {{ style_findings | upper }}", output: report}
  - {id: lines, agent: Counter, type: extract, inputs: [report], extract: {tool: count-lines, input: {of: "{{report}}", least: 3, note: "{{ 'of ' ~ task }}"}}}
)"}});
}

TEST(OnePlan, infracodebase) {
  const std::string wf = R"(## Takes a request to code.
workflow delivery "Delivery"
enabled false
step s1 "Write the “code” {as it is}": "Write the “code” {as it is}"
)";
  expect_one_plan(wf, {{"delivery.yaml", R"(name: Delivery
description: Takes a request to code.
enabled: false
steps: ["Write the “code” {as it is}"]
)"}});
  // Markdown has no word for what is switched off.
  std::string on = wf;
  on.erase(on.find("enabled false\n"), 14);
  expect_one_plan(
      on, {{"delivery.md", "# Delivery\n\nTakes a request to code.\n\n1. Write the “code” {as it is}\n"}});
}

TEST(OnePlan, coder_ide) {
  expect_one_plan(
      R"(workflow same "Same"
version "1"
input region: string = "eu"
input least: float = 0.8
on event plan_completed
step sure: check event.plan.confidence is defined and event.plan.confidence > 0.8
step build: run "make {{ region }}" {
  timeout 10m
  on fail retry 2 wait 1s backoff 2.0
  output image = result.output
}
parallel reviews {
  step security: agent Security "Look at {{ image }}"
  step style: agent Style "Read {{ image }}"
}
step notify: action notify {
  with text = reviews
  with n = 3
}
step ask "Ask": approve "Go {{ image }}?" {
  by ana, bo
  timeout 60m
  on timeout continue
}
step ship: deploy staging
)",
      {{"same.yaml", R"(id: same
name: Same
version: "1"
variables: {region: eu, least: 0.8}
trigger: {type: event, eventType: plan_completed}
steps:
  - {id: sure, name: "", type: condition, conditions: [{field: plan.confidence, operator: ">", value: 0.8}]}
  - {id: build, name: "", type: action, action: run, input: {command: "make {{ region }}"}, output: {image: result.output}, timeout: 10m, retry: {maxAttempts: 3, delay: 1s, backoff: exponential}}
  - id: reviews
    name: Reviews
    type: parallel
    steps:
      - {id: security, name: "", type: action, agentId: Security, input: {prompt: "Look at {{ image }}"}}
      - {id: style, name: "", type: action, agentId: Style, input: {prompt: "Read {{ image }}"}}
  - {id: notify, name: "", type: action, action: notify, input: {text: "{{ reviews }}", n: 3}}
  - {id: ask, name: Ask, type: human_gate, humanGate: {message: "Go {{ image }}?", requiredApprovers: [ana, bo], timeout: 60, onTimeout: proceed}}
  - {id: ship, name: "", type: action, action: deploy, input: {environment: staging}}
)"},
       {"same.json",
        R"({"id": "same", "name": "Same", "version": "1", "variables": {"region": "eu", "least": 0.8},
  "trigger": {"type": "event", "eventType": "plan_completed"},
  "steps": [
    {"id": "sure", "name": "", "type": "condition", "conditions": [{"field": "plan.confidence", "operator": ">", "value": 0.8}]},
    {"id": "build", "name": "", "type": "action", "action": "run", "input": {"command": "make {{ region }}"}, "output": {"image": "result.output"},
     "timeout": 600000, "retry": {"max": 3, "delay_ms": 1000, "backoff": "exponential"}},
    {"id": "reviews", "name": "Reviews", "type": "parallel", "steps": [
      {"id": "security", "name": "", "type": "action", "agentId": "Security", "input": {"prompt": "Look at {{ image }}"}},
      {"id": "style", "name": "", "type": "action", "agentId": "Style", "input": {"prompt": "Read {{ image }}"}}]},
    {"id": "notify", "name": "", "type": "action", "action": "notify", "input": {"text": "{{ reviews }}", "n": 3}},
    {"id": "ask", "name": "Ask", "type": "human_gate", "humanGate": {"message": "Go {{ image }}?", "requiredApprovers": ["ana", "bo"], "timeout": 60, "onTimeout": "proceed"}},
    {"id": "ship", "name": "", "type": "action", "action": "deploy", "input": {"environment": "staging"}}]}
)"}});
}

// What three languages share.
TEST(OnePlan, coder_and_coder_ide) {
  expect_one_plan(R"(workflow both "Both"
version "1"
on event plan_completed
step plan "Plan": agent architect "Plan the work"
step test "Test": run "make test"
step ship "Ship": deploy preview
)",
                  {{"both.json", R"({"id": "both", "name": "Both", "version": "1",
  "trigger": {"type": "event", "eventType": "plan_completed"},
  "steps": [
    {"id": "plan", "name": "Plan", "type": "action", "agentId": "architect", "input": {"prompt": "Plan the work"}},
    {"id": "test", "name": "Test", "type": "action", "action": "run", "input": {"command": "make test"}},
    {"id": "ship", "name": "Ship", "type": "action", "action": "deploy", "input": {"environment": "preview"}}]}
)"}});
  expect_one_plan(R"(workflow both "Both"
on event plan_completed
step plan: agent architect "Plan the work"
step test "Test": run "make test"
step ship: deploy preview
)",
                  {{"both.yaml", R"(version: 1
workflow_id: both
name: Both
triggers: [{type: repo_event, event: plan_completed}]
steps:
  - {step_id: plan, type: agent, role: architect, goal: Plan the work}
  - {step_id: test, type: command, name: Test, command: make test}
  - {step_id: ship, type: deploy, target: preview}
)"}});
}

// Its gates, prompts and tools are files of which both forms read the same. What a layer does by itself is
// written out: who may do what, where a failure goes, which loops there are.
TEST(OnePlan, agentic_layer) {
  const std::filesystem::path root = std::filesystem::path(testing::TempDir()) / "one_plan_layer";
  const auto write = [&](const std::string& name, const std::string& text) {
    std::filesystem::create_directories((root / name).parent_path());
    ASSERT_TRUE(wf::write_file((root / name).string(), text));
  };
  for (const char* phase : {"plan", "plan-bug", "build", "test", "review"})
    write("prompts/" + std::string(phase) + ".md", "Do " + std::string(phase) + ".\n");
  write("gates/test.yaml",
        "gate: coverage\ncriteria: {all_tests_pass: true, coverage_minimum: 80}\non_fail: retry\n"
        "max_retries: 2\nescalation: {message: \"Failed {retries} times\", context: [build_report, "
        "failure_history]}\n");
  write("tools/code.yaml", "code_execution: {shell: {enabled: true}}\n");
  expect_one_plan(R"(workflow delivery
## what is to be done: `type`, `description` and whatever else is known of it
input issue: map = {}
tools {
  code_execution from "tools/code.yaml"
}
escalation human {
  timeout 24h
  notify engineering mention "@oncall"
}
monitor {
  track cost_per_run
  alert when escalation_rate > 0.3
}
step plan: agent {
  prompt from "prompts/plan-bug.md" when issue.type | default(value = "") == "bug"
  prompt from "prompts/plan.md"
  deny tools code_execution, file_system.write
  on fail escalate
}
step build: agent from "prompts/build.md" {
  output build_report
  on fail escalate
}
step test: agent from "prompts/test.md" {
  output test_results
  gate from "gates/test.yaml"
  on fail back to build max 3 cooldown 5s as test_retry
}
step review: agent from "prompts/review.md" {
  output review_issues
  deny tools code_execution, file_system.write
  on fail escalate
}
)",
                  {{"workflow.yaml", R"(name: delivery
phases: [plan, build, test, review]
templates:
  plan: {bug: prompts/plan-bug.md, default: prompts/plan.md}
loops:
  test_retry: {max: 3, cooldown_ms: 5000}
gates:
  after_test: gates/test.yaml
tools:
  configs: {code_execution: tools/code.yaml}
escalation:
  notification: {channel: engineering, mention: "@oncall"}
monitoring:
  track: [cost_per_run]
  alert_on: {escalation_rate_above: 0.3}
)"}},
                  root.string());
  std::filesystem::remove_all(root);
}

// Advice about routes is recorded or not: what runs is the same.
TEST(OnePlan, shadow_routing_changes_no_step) {
  const std::string head = "workflow a\n", rest = "step b: agent X \"y\"\n";
  const auto plain = lower_definition(head + rest, "a.wf");
  const auto shadowed = lower_definition(head + "shadow routing\n" + rest, "a.wf");
  const auto steps = [](const auto& of) {
    return without_places(wf::surface::tables(of->plan.program)["steps"]);
  };
  EXPECT_EQ(difference(steps(plain), steps(shadowed)), "");
}

// A plan that differs in anything but its places has another digest.
TEST(OnePlan, one_word_makes_another) {
  const auto digest = [](const std::string& text) {
    return std::string(view(lower_definition(text, "a.wf")->plan.program.plan_digest));
  };
  const std::string text = "workflow a\nstep b: run \"make\" {\n  timeout 5m\n}\n";
  std::string moved = text, changed = text;
  moved.insert(moved.find("step"), "\n# moved\n");
  changed.replace(changed.find("5m"), 2, "6m");
  EXPECT_EQ(digest(text), digest(moved));
  EXPECT_NE(digest(text), digest(changed));
}

}  // namespace
}  // namespace wfc
