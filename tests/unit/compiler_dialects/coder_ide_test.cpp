// Coder IDE's definitions become the model.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/expr/types.h"
#include "reading.h"
#include "runtime/value/value.h"

namespace wfc {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string head = R"(id: w
name: W
version: 1.0.0
trigger: {type: manual}
)";

// A file with these steps, one a line in flow style.
std::unique_ptr<Definition> with_steps(const std::vector<std::string>& steps, const std::string& more = {}) {
  std::string text = head + more + "steps:\n";
  for (const std::string& step : steps) text += "  - {" + step + "}\n";
  return read("a.yaml", text);
}

std::string action(const std::string& id, const std::string& more = {}) {
  return "id: " + id + ", name: N, type: action, action: go" + (more.empty() ? "" : ", " + more);
}

std::string given(const model::Step& step, const std::string& name) {
  for (const model::NamedValue& value : step.with)
    if (value.name.value == name) return value.value ? spelt(*value.value) : shown(*value.text);
  return "nothing";
}

std::vector<std::string> ids(const Definition& of) {
  std::vector<std::string> all;
  for (const model::Step& step : of.workflow().steps) all.push_back(step.id.value);
  return all;
}

std::vector<std::string> beyond(const Definition& of) {
  std::vector<std::string> all;
  for (const model::Beyond& entry : of.workflow().beyond) all.push_back(entry.what);
  return all;
}

// --- the page's fragments
const std::string page_steps = R"("steps": [
    {"id": "step-1", "name": "Validate Plan", "type": "condition",
     "conditions": [{"field": "plan.confidence", "operator": ">", "value": 0.8}]},
    {"id": "step-2", "name": "Deploy to Staging", "type": "action", "action": "deploy",
     "input": {"environment": "staging"}, "dependencies": ["step-1"]},
    {"id": "step-3", "name": "Request Approval", "type": "human_gate",
     "humanGate": {"message": "Approve production deployment?", "requiredApprovers": ["manager-1"],
                   "timeout": 60, "onTimeout": "cancel"},
     "dependencies": ["step-2"]},
    {"id": "step-4", "name": "Deploy to Production", "type": "action", "action": "deploy",
     "input": {"environment": "production"}, "dependencies": ["step-3"]}
  ])";

std::unique_ptr<Definition> page(const std::string& trigger) {
  return read("a.json", R"({"id": "workflow-1", "name": "Deploy on Plan Completion", "version": "1.0.0",
  "trigger": )" + trigger + ",\n  " +
                            page_steps + "}");
}

TEST(CoderIde, the_page_s_example) {
  const auto definition = page(R"({"type": "event", "eventType": "plan_completed"})");
  EXPECT_THAT(findings(*definition), IsEmpty());
  EXPECT_EQ(definition->read.dialect->name, "coder-ide");
  EXPECT_EQ(definition->read.reason, "it has `trigger`");
  const model::Workflow& workflow = definition->workflow();
  EXPECT_EQ(workflow.id.value, "workflow-1");
  EXPECT_EQ(workflow.title, "Deploy on Plan Completion");
  EXPECT_EQ(workflow.version, "1.0.0");
  ASSERT_EQ(workflow.triggers.size(), 1U);
  EXPECT_EQ(workflow.triggers[0].kind, wf::TriggerKind::event);
  EXPECT_EQ(workflow.triggers[0].name.value, "plan_completed");
  ASSERT_THAT(ids(*definition), ElementsAre("step-1", "step-2", "step-3", "step-4"));
  EXPECT_EQ(definition->step(0).kind, wf::StepKind::check);
  EXPECT_EQ(definition->step(0).title, "Validate Plan");
  EXPECT_EQ(spelt(*definition->step(0).condition),
            "((event.plan.confidence is defined) and (event.plan.confidence > 0.80))");
  EXPECT_EQ(definition->step(1).kind, wf::StepKind::deploy);
  EXPECT_EQ(definition->step(1).target.value, "staging");
  EXPECT_FALSE(definition->step(1).inputs) << "the environment is all there was";
  const model::Step& gate = definition->step(2);
  EXPECT_EQ(gate.kind, wf::StepKind::approve);
  EXPECT_EQ(shown(gate.prompt.at(0).text), "Approve production deployment?");
  ASSERT_EQ(gate.gate->approvers.size(), 1U);
  EXPECT_EQ(gate.gate->approvers[0].value, "manager-1");
  EXPECT_EQ(gate.gate->quorum, 0U);
  EXPECT_EQ(gate.gate->timeout_ms, 3'600'000U);
  EXPECT_EQ(gate.gate->on_timeout, wf::OnTimeout::cancel);
  EXPECT_EQ(gate.gate->on_reject, wf::OnReject::cancel);
  EXPECT_THAT(needs_of(*definition, 0), IsEmpty());
  EXPECT_THAT(needs_of(*definition, 3), ElementsAre("step-3"));
}

TEST(CoderIde, the_page_s_triggers) {
  const auto event =
      page(R"({"type": "event", "eventType": "plan_validated", "condition": "plan.confidence > 0.8"})");
  EXPECT_THAT(findings(*event), IsEmpty());
  EXPECT_EQ(spelt(*event->workflow().triggers.at(0).when), "(event.plan.confidence > 0.80)");
  const auto scheduled = page(R"({"type": "scheduled", "schedule": "0 0 * * *"})");
  EXPECT_THAT(findings(*scheduled), IsEmpty());
  EXPECT_EQ(scheduled->workflow().triggers.at(0).kind, wf::TriggerKind::cron);
  EXPECT_EQ(scheduled->workflow().triggers.at(0).cron.value, "0 0 * * *");
  EXPECT_EQ(scheduled->workflow().triggers.at(0).timezone.value, "UTC");
  const auto manual = page(R"({"type": "manual"})");
  EXPECT_THAT(findings(*manual), IsEmpty());
  EXPECT_EQ(manual->workflow().triggers.at(0).kind, wf::TriggerKind::manual);
  for (const char* name : {"plan_validated", "code_committed", "test_failed", "deployment_started",
                           "incident_declared", "anything.else"})
    EXPECT_THAT(findings(*page(std::string(R"({"type": "event", "eventType": ")") + name + "\"}")),
                IsEmpty());
}

TEST(CoderIde, a_secret_that_is_written_out_is_refused_with_the_name_to_write) {
  const std::string url = R"({"type": "webhook", "webhookUrl": "https://example.com/webhook", )";
  const auto written = page(url + R"("webhookSecret": "secret-key"})");
  EXPECT_THAT(findings(*written), ElementsAre(HasSubstr("WF0701 2:")));
  EXPECT_EQ(written->report.all()[0]->help.at(0),
            "name it instead: `webhookSecret: \"${WORKFLOW_1_HOOK_SECRET}\"`, and set "
            "WORKFLOW_1_HOOK_SECRET when the program runs");
  for (const char* text : {"${}", "${A B}", "x${A}", "${A}x", "$A", "${1A}", "${A-B}"})
    EXPECT_THAT(findings(*page(url + R"("webhookSecret": ")" + text + "\"}")),
                ElementsAre(HasSubstr("WF0701")))
        << text;
  const auto named = page(url + R"("webhookSecret": "${DEPLOY_HOOK_SECRET}"})");
  EXPECT_THAT(findings(*named), IsEmpty());
  const model::Trigger& trigger = named->workflow().triggers.at(0);
  EXPECT_EQ(trigger.kind, wf::TriggerKind::webhook);
  EXPECT_EQ(trigger.name.value, "workflow-1");
  EXPECT_EQ(trigger.url.value, "https://example.com/webhook");
  EXPECT_EQ(trigger.secret.value, "DEPLOY_HOOK_SECRET");
}

// Every field of the page's interfaces in one file.
TEST(CoderIde, the_page_s_interfaces) {
  const auto definition = read("a.json", R"({
  "id": "w", "name": "W", "description": "What it is for", "version": "2",
  "trigger": {"type": "manual", "condition": "go"},
  "variables": {"region": "eu", "copies": 3, "limit": 0.5, "dry": true, "tags": ["a", 1], "map": {"k": null},
                "none": null},
  "metadata": {"owner": "ops", "level": 2}, "x-team": "core",
  "steps": [
    {"id": "a", "name": "A", "type": "action", "action": "lint", "input": {"path": "src/{{ region }}"},
     "output": {"found": "result.count"}, "timeout": 1500,
     "retry": {"maxAttempts": 3, "delay": 200, "backoff": "exponential"}},
    {"id": "b", "name": "B", "type": "action", "agentId": "Reviewer", "input": {"prompt": "Look at {{ found }}"},
     "dependencies": ["a"], "conditions": [{"field": "found", "operator": ">", "value": 0}]},
    {"id": "c", "name": "C", "type": "parallel", "dependencies": ["a", "b"]},
    {"id": "d", "name": "D", "type": "human_gate", "dependencies": ["c"],
     "humanGate": {"message": "{{ found }} in {{ region }}?", "requiredApprovers": ["ana", "bo"],
                   "onTimeout": "proceed"}}
  ]})");
  EXPECT_THAT(findings(*definition), IsEmpty());
  const model::Workflow& workflow = definition->workflow();
  EXPECT_EQ(workflow.description, "What it is for");
  EXPECT_EQ(workflow.metadata_json, R"({"owner":"ops","level":2,"x-team":"core"})");
  std::vector<std::string> variables;
  for (const model::Input& input : workflow.inputs) {
    EXPECT_FALSE(input.required);
    variables.push_back(input.name.value + " " + std::to_string(static_cast<int>(input.type)) + " " +
                        spelt(*input.default_value));
  }
  using wf::ValueType;
  const auto is = [](const std::string& name, ValueType type, const std::string& value) {
    return name + " " + std::to_string(static_cast<int>(type)) + " " + value;
  };
  EXPECT_THAT(variables,
              ElementsAre(is("region", ValueType::text, "'eu'"), is("copies", ValueType::integer, "3"),
                          is("limit", ValueType::real, "0.50"), is("dry", ValueType::boolean, "true"),
                          is("tags", ValueType::list, "['a', 1]"), is("map", ValueType::map, "{k: null}"),
                          is("none", ValueType::any, "null")));
  EXPECT_TRUE(workflow.inputs.back().nullable);
  ASSERT_THAT(ids(*definition), ElementsAre("a", "b:conditions", "b", "c", "d"));
  const model::Step& a = definition->step(0);
  EXPECT_EQ(a.kind, wf::StepKind::action);
  EXPECT_EQ(a.target.value, "lint");
  EXPECT_EQ(given(a, "path"), "src/{region}");
  EXPECT_EQ(a.output.value, "found");
  EXPECT_EQ(spelt(*a.output_value), "result.count");
  EXPECT_EQ(a.timeout_ms, 1500U);
  ASSERT_EQ(a.reactions.size(), 1U);
  EXPECT_EQ(a.reactions[0].max.value, 2U) << "the first try is one of the three attempts";
  EXPECT_EQ(a.reactions[0].wait_ms, 200U);
  EXPECT_EQ(a.reactions[0].backoff, 2.0);
  EXPECT_EQ(definition->step(1).kind, wf::StepKind::check);
  EXPECT_EQ(spelt(*definition->step(1).condition), "((found is defined) and (found > 0))");
  EXPECT_THAT(needs_of(*definition, 1), ElementsAre("a"));
  EXPECT_THAT(needs_of(*definition, 2), ElementsAre("b:conditions"));
  EXPECT_EQ(definition->step(2).agent.value, "Reviewer");
  EXPECT_EQ(shown(definition->step(2).prompt.at(0).text), "Look at {found}");
  EXPECT_EQ(definition->step(3).kind, wf::StepKind::join);
  EXPECT_EQ(spelt(*definition->step(3).output_value), "[(a | default null), (b | default null)]");
  EXPECT_EQ(definition->step(4).gate->on_timeout, wf::OnTimeout::proceed);
  EXPECT_EQ(definition->step(4).gate->timeout_ms, 0U);
  EXPECT_EQ(shown(definition->step(4).prompt.at(0).text), "{found} in {region}?");
}

// --- conditions
class Event final : public wf::Names {
 public:
  explicit Event(const std::string& json) : event_(*wf::value_from_json(json)) {}
  wf::Value input(wf::Row) const override { return {}; }
  wf::Value let(wf::Row) const override { return {}; }
  wf::Value step(wf::Row) const override { return {}; }
  wf::Value output(wf::Row) const override { return {}; }
  wf::Value group(wf::Row) const override { return {}; }
  wf::Value event() const override { return event_; }
  wf::Value run() const override { return {}; }
  wf::Value workflow() const override { return {}; }
  wf::Value project() const override { return {}; }
  wf::Value result() const override { return {}; }
  wf::Value feedback() const override { return {}; }

 private:
  wf::Value event_;
};

// Whether `{field: x, operator: OP, value: VALUE}` holds of an event.
std::string holds(const std::string& op, const std::string& value, const std::string& event) {
  std::string text = head + "steps:\n  - id: c\n    name: C\n    type: condition\n    conditions:\n";
  text += "      - {field: x, operator: '" + op + "'" + (value.empty() ? "" : ", value: " + value) + "}\n";
  const auto definition = read("a.yaml", text);
  EXPECT_THAT(findings(*definition), IsEmpty()) << op;
  const Event names(event);
  const wf::Result<wf::Value> result = expr::evaluate(*definition->step(0).condition, &names);
  return result ? result->as_boolean() ? "true" : "false" : "error";
}

TEST(CoderIde, operators) {
  struct Case {
    std::string op, value, so, not_so, missing;
  };
  const Case cases[] = {
      {">", "3", "4", "3", "false"},
      {">=", "3", "3", "2.5", "false"},
      {"<", "3", "2", "3", "false"},
      {"<=", "3", "3", "3.5", "false"},
      {"==", "ab", R"("ab")", R"("a")", "false"},
      {"==", "3", "3", "4", "false"},
      {"==", "true", "true", "false", "false"},
      {"==", "null", "null", "1", "false"},
      {"!=", "ab", R"("b")", R"("ab")", "true"},
      {"contains", "b", R"("abc")", R"("ac")", "false"},
      {"contains", "b", R"(["a", "b"])", R"(["a"])", "false"},
      {"contains", "b", R"({"b": 1})", R"({"a": "b"})", "false"},
      {"not_contains", "b", R"(["a"])", R"(["b"])", "true"},
      {"starts_with", "ab", R"("abc")", R"("cab")", "false"},
      {"ends_with", "ab", R"("cab")", R"("abc")", "false"},
      {"in", "[1, two]", R"("two")", R"("three")", "false"},
      {"not_in", "[1, two]", "2", "1", "true"},
  };
  for (const Case& of : cases) {
    EXPECT_EQ(holds(of.op, of.value, R"({"x": )" + of.so + "}"), "true") << of.op << " " << of.so;
    EXPECT_EQ(holds(of.op, of.value, R"({"x": )" + of.not_so + "}"), "false") << of.op << " " << of.not_so;
    EXPECT_EQ(holds(of.op, of.value, "{}"), of.missing) << of.op;
  }
  EXPECT_EQ(holds("exists", "", R"({"x": 0})"), "true");
  EXPECT_EQ(holds("exists", "", "{}"), "false");
  EXPECT_EQ(holds("not_exists", "", R"({"x": 0})"), "false");
  EXPECT_EQ(holds("not_exists", "", "{}"), "true");
  EXPECT_EQ(holds(">", "3", R"({"x": "4"})"), "error") << "no type becomes another";
}

TEST(CoderIde, matches_is_a_test_of_the_whole_language) {
  const auto definition = with_steps(
      {"id: c, name: C, type: condition, conditions: [{field: x, operator: matches, value: 'v[0-9]+'}]"});
  EXPECT_EQ(spelt(*definition->step(0).condition),
            "((event.x is defined) and (event.x is matching 'v[0-9]+'))");
}

TEST(CoderIde, several_conditions_all_hold) {
  const auto definition = with_steps(
      {"id: c, name: C, type: condition, conditions: [{field: a, operator: exists}, {field: b, operator: "
       "exists}, {field: c.d.0.e-f, operator: not_exists}]"});
  EXPECT_EQ(spelt(*definition->step(0).condition),
            "(((event.a is defined) and (event.b is defined)) and (c.d[0].e-f is not defined))");
}

TEST(CoderIde, a_deep_field_of_nothing_is_missing) {
  const auto definition =
      with_steps({"id: s, name: C, type: condition, conditions: [{field: a.b.c, operator: '>', value: 1}]"});
  for (const char* event : {"{}", R"({"a": {}})", R"({"a": {"b": {}}})"}) {
    const Event names(event);
    const auto result = expr::evaluate(*definition->step(0).condition, &names);
    ASSERT_TRUE(result) << event;
    EXPECT_FALSE(result->as_boolean()) << event;
  }
}

TEST(CoderIde, what_is_defined_is_no_field_of_the_event) {
  const auto definition = with_steps(
      {action("build", "output: {image: result.name}"),
       "id: c, name: C, type: condition, conditions: [{field: build.ok, operator: ==, value: true}, {field: "
       "image, operator: exists}, {field: limit, operator: exists}, {field: event.x, operator: exists}, "
       "{field: x, operator: exists}]"},
      "variables: {limit: 3}\n");
  EXPECT_THAT(findings(*definition), IsEmpty());
  EXPECT_EQ(
      spelt(*definition->step(1).condition),
      "((((((build.ok is defined) and (build.ok == true)) and (image is defined)) and (limit is defined)) "
      "and (event.x is defined)) and (event.x is defined))");
}

TEST(CoderIde, a_trigger_s_condition_knows_no_steps) {
  const auto definition =
      read("a.yaml",
           "id: w\nname: W\nversion: 1\nvariables: {least: 1}\n"
           "trigger: {type: event, eventType: e, condition: 'plan.level > least && !plan.draft'}\n"
           "steps: [{" +
               action("plan") + "}]\n");
  EXPECT_THAT(findings(*definition), IsEmpty());
  const dsl::Expr& when = *definition->workflow().triggers.at(0).when;
  EXPECT_EQ(spelt(when.children.at(0)), "(event.plan.level > least)");
  EXPECT_EQ(when.children.at(0).children.at(1).binding.kind, dsl::BindingKind::input);
}

TEST(CoderIde, conditions_of_other_steps_are_a_check_before_them) {
  const std::string condition = "conditions: [{field: go, operator: ==, value: 'yes'}]";
  const auto definition = with_steps({action("a"), action("b", condition), action("c")});
  EXPECT_THAT(findings(*definition), IsEmpty());
  ASSERT_THAT(ids(*definition), ElementsAre("a", "b:conditions", "b", "c"));
  EXPECT_EQ(definition->step(1).kind, wf::StepKind::check);
  EXPECT_THAT(needs_of(*definition, 1), ElementsAre("a"));
  EXPECT_THAT(needs_of(*definition, 2), ElementsAre("b:conditions"));
  EXPECT_THAT(needs_of(*definition, 3), ElementsAre("b"));
}

// --- order
TEST(CoderIde, list_order_where_no_step_names_a_dependency) {
  const auto definition = with_steps({action("a"), action("b", "dependencies: []"), action("c")});
  EXPECT_THAT(needs_of(*definition, 1), ElementsAre("a"));
  EXPECT_THAT(needs_of(*definition, 2), ElementsAre("b"));
  EXPECT_EQ(definition->workflow().needs_key, "");
}

TEST(CoderIde, dependencies_are_the_whole_order_where_one_is_named) {
  const auto definition = with_steps({action("a"), action("b"), action("c", "dependencies: [a]")});
  EXPECT_THAT(needs_of(*definition, 1), IsEmpty());
  EXPECT_THAT(needs_of(*definition, 2), ElementsAre("a"));
  EXPECT_EQ(definition->workflow().needs_key, "dependencies");
}

TEST(CoderIde, parallel_steps_run_together) {
  const auto definition =
      with_steps({action("a"),
                  "id: p, name: P, type: parallel, steps: [{" + action("b") + "}, {" + action("c") +
                      "}, {id: q, name: Q, type: parallel, steps: [{" + action("d") + "}]}]",
                  action("e", "input: {all: '{{ p }}', inner: '{{ q }}'}")});
  EXPECT_THAT(findings(*definition), IsEmpty());
  ASSERT_THAT(ids(*definition), ElementsAre("a", "b", "c", "d", "e"));
  for (const std::size_t step : {1U, 2U, 3U}) EXPECT_THAT(needs_of(*definition, step), ElementsAre("a"));
  EXPECT_THAT(needs_of(*definition, 4), ElementsAre("b", "c", "d"));
  ASSERT_EQ(definition->workflow().groups.size(), 2U);
  EXPECT_EQ(definition->workflow().groups[0].name, "p");
  EXPECT_THAT(definition->workflow().groups[0].members, ElementsAre(1, 2, 3));
  EXPECT_THAT(definition->workflow().groups[1].members, ElementsAre(3));
  EXPECT_EQ(definition->workflow().groups[1].outer, 0U);
  EXPECT_EQ(definition->step(3).group, 1U);
}

TEST(CoderIde, a_parallel_step_has_dependencies_and_conditions_for_all_its_steps) {
  const auto definition =
      with_steps({action("a"), action("z"),
                  "id: p, name: P, type: parallel, dependencies: [a], conditions: [{field: x, operator: "
                  "exists}], steps: [{" +
                      action("b") + "}, {" + action("c", "dependencies: [b, z]") + "}]",
                  action("d", "dependencies: [p]"), "id: j, name: J, type: parallel, dependencies: [p, d]"});
  EXPECT_THAT(findings(*definition), IsEmpty());
  ASSERT_THAT(ids(*definition), ElementsAre("a", "z", "p:conditions", "b", "c", "d", "j"));
  EXPECT_THAT(needs_of(*definition, 2), ElementsAre("a"));
  EXPECT_THAT(needs_of(*definition, 3), ElementsAre("p:conditions"));
  EXPECT_THAT(needs_of(*definition, 4), ElementsAre("p:conditions", "b", "z"));
  EXPECT_THAT(needs_of(*definition, 5), ElementsAre("b", "c"));
  EXPECT_THAT(needs_of(*definition, 6), ElementsAre("b", "c", "d"));
  EXPECT_EQ(spelt(*definition->step(6).output_value), "[(p | default null), (d | default null)]");
}

TEST(CoderIde, many_after_many_wait_for_one_join) {
  std::vector<std::string> steps;
  std::string members;
  for (int i = 0; i < 100; ++i) members += "{" + action("m" + std::to_string(i)) + "}, ";
  steps.push_back("id: p, name: P, type: parallel, steps: [" + members + "]");
  for (int i = 0; i < 100; ++i) steps.push_back(action("r" + std::to_string(i), "dependencies: [p]"));
  std::string inner;
  for (int i = 0; i < 100; ++i) inner += "{" + action("i" + std::to_string(i)) + "}, ";
  steps.push_back("id: q, name: Q, type: parallel, dependencies: [p], steps: [" + inner + "]");
  const auto definition = with_steps(steps);
  EXPECT_THAT(findings(*definition), IsEmpty());
  std::size_t edges = 0;
  for (const model::Step& step : definition->workflow().steps) edges += step.needs.size();
  EXPECT_LT(edges, 500U);
  EXPECT_THAT(needs_of(*definition, 150), ElementsAre("join:1"));
  EXPECT_THAT(needs_of(*definition, 250), ElementsAre("join:1"));
  EXPECT_EQ(definition->workflow().steps.back().needs.size(), 100U);
}

// --- actions
TEST(CoderIde, many_inside_a_parallel_step_wait_for_many_through_one_join) {
  std::vector<std::string> steps;
  std::string names, inner;
  for (int i = 0; i < 100; ++i) {
    const std::string number = std::to_string(i);
    steps.push_back(action("s" + number));
    names += "s" + number + ", ";
    inner += "{" + action("i" + number) + "}, ";
  }
  steps.push_back("id: p, name: P, type: parallel, dependencies: [" + names + "], steps: [" + inner + "]");
  const auto definition = with_steps(steps);
  EXPECT_THAT(findings(*definition), IsEmpty());
  ASSERT_EQ(definition->workflow().steps.size(), 201U);
  EXPECT_THAT(needs_of(*definition, 100), ElementsAre("join:1"));
  EXPECT_THAT(needs_of(*definition, 199), ElementsAre("join:1"));
  EXPECT_EQ(definition->workflow().steps.back().needs.size(), 100U);
}

TEST(CoderIde, an_unknown_dependency_of_a_parallel_step_is_of_one_step_only) {
  const auto definition = with_steps({"id: p, name: P, type: parallel, dependencies: [nobody], steps: [{" +
                                      action("a") + "}, {" + action("b") + "}]"});
  EXPECT_TRUE(definition->step(0).needs.at(0).written);
  EXPECT_FALSE(definition->step(1).needs.at(0).written) << "the check would speak of it again";
}

TEST(CoderIde, actions_of_each_kind) {
  const auto definition = with_steps({
      "id: a, name: A, type: action, action: run, input: {command: 'make {{ event.goal }}'}",
      "id: b, name: B, type: action, action: deploy, input: {environment: prod, tag: 'v{{ event.n }}', n: 1}",
      "id: c, name: C, type: action, agentId: Coder, input: {prompt: 'Do it', files: [a, '{{ event.f }}']}",
      "id: d, name: D, type: action, agentId: Coder, action: sign, input: {key: 1}",
      "id: e, name: E, type: action, action: notify, input: {text: 'Hi {{ event.who }}', n: 3, f: 1.5, "
      "yes: true, none: null, whole: '{{ event.list }}', deep: {l: [x, '{{ event.a }}-{{ event.b }}']}}",
  });
  EXPECT_THAT(findings(*definition), IsEmpty());
  EXPECT_EQ(definition->step(0).kind, wf::StepKind::command);
  EXPECT_EQ(shown(definition->step(0).prompt.at(0).text), "make {...}");
  EXPECT_EQ(definition->step(1).target.value, "prod");
  EXPECT_EQ(spelt(definition->step(1).inputs->nodes.at(0).expr), "{tag: ('v' ~ event.n), n: 1}");
  EXPECT_EQ(definition->step(2).kind, wf::StepKind::agent);
  EXPECT_EQ(spelt(definition->step(2).inputs->nodes.at(0).expr), "{files: ['a', event.f]}");
  EXPECT_EQ(definition->step(3).kind, wf::StepKind::action);
  EXPECT_EQ(definition->step(3).agent.value, "Coder");
  EXPECT_EQ(definition->step(3).target.value, "sign");
  const model::Step& notify = definition->step(4);
  EXPECT_EQ(given(notify, "text"), "Hi {...}");
  EXPECT_EQ(given(notify, "n"), "3");
  EXPECT_EQ(given(notify, "f"), "1.50");
  EXPECT_EQ(given(notify, "yes"), "true");
  EXPECT_EQ(given(notify, "none"), "nothing");
  EXPECT_EQ(given(notify, "whole"), "{...}");
  EXPECT_EQ(given(notify, "deep"), "{l: ['x', ((event.a ~ '-') ~ event.b)]}");
}

TEST(CoderIde, an_agent_without_a_prompt_is_asked_what_the_step_is_called) {
  const auto definition = with_steps({"id: a, name: Plan the work, type: action, agentId: P, input: {n: 1}"});
  EXPECT_THAT(findings(*definition),
              ElementsAre(HasSubstr("warning WF0212 6:48 a step with `agentId` has no `input.prompt`")));
  EXPECT_EQ(shown(definition->step(0).prompt.at(0).text), "Plan the work");
}

TEST(CoderIde, braces_elsewhere_are_text) {
  const auto definition = with_steps(
      {"id: a, name: 'N {{ x }}', type: condition, conditions: [{field: x, operator: ==, value: '{{ y }}'}]"},
      "description: 'D {{ z }}'\nvariables: {v: 'V {{ z }}'}\n");
  EXPECT_THAT(findings(*definition), IsEmpty());
  EXPECT_EQ(definition->step(0).title, "N {{ x }}");
  EXPECT_EQ(spelt(*definition->workflow().inputs.at(0).default_value), "'V {{ z }}'");
}

TEST(CoderIde, several_outputs_of_a_step_are_a_map_and_each_its_part) {
  const auto definition = with_steps(
      {action("a", "output: {url: result.url, id: '{{ result.id }}', fixed: 7}"),
       action("b", "output: {url: result.u}"),
       action("c", "input: {u: '{{ url }}', i: '{{ id }}', own: '{% for id in url %}{{ id }}{% endfor %}'}"),
       "id: d, name: D, type: condition, conditions: [{field: fixed, operator: '>', value: 6}]"});
  EXPECT_THAT(findings(*definition), IsEmpty());
  EXPECT_EQ(spelt(*definition->step(0).output_value), "{url: result.url, id: result.id, fixed: 7}");
  EXPECT_EQ(spelt(*definition->step(1).output_value), "{url: result.u}")
      << "its name is part of a map elsewhere";
  const dsl::Expr& url = definition->step(2).with.at(0).text->nodes.at(0).expr;
  EXPECT_EQ(spelt(url), "url.url");
  EXPECT_EQ(url.children.at(0).binding.index, 1U) << "the later of the two";
  EXPECT_EQ(spelt(definition->step(2).with.at(1).text->nodes.at(0).expr), "id.id");
  EXPECT_EQ(spelt(definition->step(2).with.at(2).text->nodes.at(0).block->bodies.at(0).at(0).expr), "id")
      << "the loop's own";
  EXPECT_EQ(spelt(*definition->step(3).condition), "((fixed.fixed is defined) and (fixed.fixed > 6))");
}

// --- times, retries, rollback
TEST(CoderIde, times_and_retries_in_both_spellings) {
  const auto definition = with_steps({
      action("a", "timeout: 10m, retry: {max: 2, delay_ms: 1500, backoff: fixed}"),
      action("b", "retry: {maxAttempts: 1, delay: 3s}"),
      "id: g, name: G, type: human_gate, timeout: 5000, humanGate: {message: M, requiredApprovers: [a], "
      "onTimeout: cancel}",
      "id: h, name: H, type: human_gate, humanGate: {message: M, requiredApprovers: [a], timeout: 1.5, "
      "onTimeout: cancel}",
  });
  EXPECT_THAT(findings(*definition), IsEmpty());
  EXPECT_EQ(definition->step(0).timeout_ms, 600'000U);
  EXPECT_EQ(definition->step(0).reactions.at(0).max.value, 1U);
  EXPECT_EQ(definition->step(0).reactions.at(0).wait_ms, 1500U);
  EXPECT_EQ(definition->step(0).reactions.at(0).backoff, 1.0);
  EXPECT_THAT(definition->step(1).reactions, IsEmpty());
  EXPECT_EQ(definition->step(2).gate->timeout_ms, 5000U);
  EXPECT_EQ(definition->step(3).gate->timeout_ms, 90'000U);
}

TEST(CoderIde, rollback_and_escalation_are_run) {
  const auto definition = with_steps({
      action("ship", "rollback: unship"),
      "id: g, name: G, type: human_gate, humanGate: {message: M, requiredApprovers: [a], timeout: 5, "
      "onTimeout: escalate, escalateTo: [boss]}",
  });
  EXPECT_THAT(findings(*definition), IsEmpty());
  EXPECT_THAT(beyond(*definition), IsEmpty());
  EXPECT_EQ(definition->step(1).gate->on_timeout, wf::OnTimeout::escalate);
  EXPECT_THAT(definition->workflow().policies, IsEmpty());
}

TEST(CoderIde, a_rollback_is_an_action_that_undoes_its_step) {
  const auto definition = with_steps({
      "id: ship, name: Ship, type: action, action: ship, input: {to: here, what: [1]}, rollback: unship",
      "id: last, name: Last, type: action, action: run, input: {command: x}",
      "id: own, name: Own, type: action, action: own, input: {result: mine}, rollback: unown",
  });
  EXPECT_THAT(findings(*definition), IsEmpty());
  ASSERT_EQ(definition->workflow().steps.size(), 5U);
  const model::Step& undo = definition->step(3);
  EXPECT_EQ(undo.id.value, "ship:undo");
  EXPECT_EQ(undo.kind, wf::StepKind::action);
  EXPECT_EQ(undo.target.value, "unship");
  EXPECT_EQ(undo.undoes, 0U);
  std::vector<std::string> given;
  for (const model::NamedValue& value : undo.with) given.push_back(value.name.value);
  EXPECT_THAT(given, ElementsAre("to", "what", "result"));
  EXPECT_EQ(undo.with[2].value->binding.kind, dsl::BindingKind::step);
  EXPECT_EQ(undo.with[2].value->binding.index, 0U);
  EXPECT_EQ(definition->step(4).undoes, 2U);
  EXPECT_EQ(definition->step(4).with.size(), 1U);
  for (const model::Name& name : definition->workflow().names)
    EXPECT_EQ(name.name.find(":undo"), std::string::npos);
  EXPECT_THAT(findings(*with_steps({action("ship", "rollback: run"), action("b", "rollback: \"\"")})),
              ElementsAre(HasSubstr("`rollback` must be the name of an action of your own"),
                          HasSubstr("`rollback` must be a text that is not blank")));
}

TEST(CoderIde, escalations_mention_whom_the_gates_name) {
  const std::string gate =
      "type: human_gate, humanGate: {message: M, requiredApprovers: [a], timeout: 5, onTimeout: escalate, "
      "escalateTo: ";
  const auto definition =
      with_steps({"id: g, name: G, " + gate + "[boss, lead]}", "id: h, name: H, " + gate + "[lead, chief]}"});
  EXPECT_THAT(findings(*definition), IsEmpty());
  ASSERT_TRUE(definition->workflow().escalation);
  const model::Escalation& escalation = *definition->workflow().escalation;
  EXPECT_EQ(escalation.to, model::EscalateTo::people);
  EXPECT_EQ(escalation.mention.value, "boss, lead, chief");
  EXPECT_EQ(escalation.timeout_ms, 0U);
}

// --- mistakes
TEST(CoderIde, what_a_user_would_expect_to_be_an_error) {
  const auto definition = with_steps({
      "id: a, name: A, type: human_gate",
      "id: b, name: B, type: condition",
      "id: c, name: C, type: action",
      "id: d, name: D, type: condition, conditions: []",
      "id: e, name: E, type: parallel",
  });
  EXPECT_THAT(
      findings(*definition),
      ElementsAre("WF0202 6:6 a step of the type `human_gate` needs `humanGate`",
                  "WF0202 7:6 a step of the type `condition` needs `conditions`",
                  "WF0202 8:6 a step of the type `action` needs `action`",
                  "WF0210 9:51 `conditions` is empty", "WF0202 10:6 a `parallel` step needs `steps`"));
}

TEST(CoderIde, the_head_is_required) {
  EXPECT_THAT(findings(*read("a.yaml", "steps: [{type: human_gate}]\n")),
              testing::UnorderedElementsAre(
                  "WF0202 1:1 a workflow needs `id`", "WF0202 1:1 a workflow needs `name`",
                  "WF0202 1:1 a workflow needs `version`", "WF0202 1:1 a workflow needs `trigger`",
                  "WF0202 1:10 a step needs `id`", "WF0202 1:10 a step needs `name`",
                  "WF0202 1:10 a step of the type `human_gate` needs `humanGate`"));
  EXPECT_THAT(findings(*read("a.yaml", head + "steps: []\n")), ElementsAre("WF0210 5:8 `steps` is empty"));
}

TEST(CoderIde, a_trigger_has_what_its_type_needs_and_nothing_else) {
  EXPECT_THAT(findings(*page(R"({"type": "event"})")),
              ElementsAre(HasSubstr("a trigger of the type `event` needs `eventType`")));
  EXPECT_THAT(findings(*page(R"({"type": "scheduled", "eventType": "x"})")),
              ElementsAre(HasSubstr("a trigger of the type `scheduled` needs `schedule`"),
                          HasSubstr("warning WF0213 2:36 `eventType` has no effect")));
  EXPECT_THAT(findings(*page(R"({"type": "cron"})")), ElementsAre(HasSubstr("WF0208 2:23 `type` cannot be")));
  EXPECT_THAT(findings(*page(R"([{"type": "manual"}])")), ElementsAre(HasSubstr("WF0205")))
      << "exactly one, no list";
}

TEST(CoderIde, misspelt_keys_and_those_of_other_dialects) {
  const auto near = [](const std::string& step, const std::string& more = {}) {
    std::vector<std::string> all;
    const auto definition = with_steps({step}, more);
    for (const auto& diagnostic : definition->report.all())
      if (diagnostic->kind->number == 201)
        all.push_back(diagnostic->help.empty() ? "-" : diagnostic->help[0]);
    return all;
  };
  const auto meant = [](const std::string& key) { return "did you mean `" + key + "`?"; };
  EXPECT_THAT(near("step_id: a, name: A, type: action, action: x"), ElementsAre(meant("id")));
  EXPECT_THAT(near(action("a", "depends_on: []")), ElementsAre(meant("dependencies")));
  EXPECT_THAT(near(action("a", "dependancies: []")), ElementsAre(meant("dependencies")));
  EXPECT_THAT(near(action("a", "agent_id: x")), ElementsAre(meant("agentId")));
  EXPECT_THAT(near(action("a", "agent: x")), ElementsAre(meant("agentId")));
  EXPECT_THAT(near("id: a, name: A, type: human_gate, human_gate: {message: M, required_approvers: [a], "
                   "on_timeout: cancel}"),
              ElementsAre(meant("humanGate"), meant("requiredApprovers"), meant("onTimeout")));
  EXPECT_THAT(near(action("a", "retry: {max_attempts: 2, delayMs: 5}")),
              ElementsAre(meant("maxAttempts"), meant("delay_ms")));
  EXPECT_THAT(near(action("a", "colour: red")), ElementsAre("-"));
  EXPECT_THAT(near(action("a"), "workflow_id: x\n"), ElementsAre(meant("id")));
  EXPECT_THAT(near(action("a"), "meta_data: {}\n"), ElementsAre(meant("metadata")));
  EXPECT_THAT(findings(*with_steps({action("a", "onTimeout: cancel")})),
              ElementsAre(HasSubstr("WF0204 6:48 `onTimeout` cannot stand here")));
  EXPECT_THAT(findings(*with_steps({action("a", "x-colour: red")})), IsEmpty());
}

TEST(CoderIde, keys_without_effect_say_so_and_lost_people_are_an_error) {
  EXPECT_THAT(findings(*with_steps({"id: c, name: C, type: condition, conditions: [{field: x, operator: "
                                    "exists, value: 1}], action: y, "
                                    "retry: {max: 2}, timeout: 5, rollback: z, agentId: w, input: {}"})),
              testing::UnorderedElementsAre(HasSubstr("WF0213 6:81 `value`"), HasSubstr("`action` has no"),
                                            HasSubstr("`retry` has no"), HasSubstr("`timeout` has no"),
                                            HasSubstr("`rollback` has no"), HasSubstr("`agentId` has no"),
                                            HasSubstr("`input` has no")));
  EXPECT_THAT(findings(*with_steps({action("a", "humanGate: {message: M}")})),
              ElementsAre(HasSubstr("WF0204 6:48 `humanGate` cannot stand here")));
  EXPECT_THAT(findings(*with_steps({action("a", "steps: []")})), ElementsAre(HasSubstr("WF0204")));
  EXPECT_THAT(
      findings(*with_steps({"id: a, name: A, type: action, action: run, input: {command: x, dir: y}"})),
      ElementsAre(HasSubstr("WF0213 6:69 `input.dir`")));
  EXPECT_THAT(findings(*with_steps({action("a", "retry: {max: 2, backoff: fixed}")})),
              ElementsAre(HasSubstr("`backoff` has no effect")));
  EXPECT_THAT(
      findings(*with_steps({"id: h, name: H, type: human_gate, timeout: 5, humanGate: {message: M, "
                            "requiredApprovers: [a], timeout: 1, onTimeout: cancel, escalateTo: [b]}"})),
      testing::UnorderedElementsAre(HasSubstr("`timeout` has no"), HasSubstr("`escalateTo` has no")));
}

TEST(CoderIde, closed_lists) {
  const auto first = [](const std::string& step) {
    const auto definition = with_steps({step});
    const auto& all = definition->report.all();
    return all.empty() ? std::string()
                       : findings(*definition)[0] + " / " + (all[0]->help.empty() ? "" : all[0]->help[0]);
  };
  EXPECT_EQ(first("id: a, name: A, type: human-gate"),
            "WF0208 6:28 `type` cannot be `human-gate` / did you mean `human_gate`?");
  EXPECT_EQ(
      first("id: a, name: A, type: condition, conditions: [{field: x, operator: equals, value: 1}]"),
      "WF0208 6:73 `operator` cannot be `equals` / write `>`, `>=`, `<`, `<=`, `==`, `!=`, `contains`, "
      "`not_contains`, `starts_with`, `ends_with`, `in`, `not_in`, `matches`, `exists` or `not_exists`");
  EXPECT_EQ(first("id: a, name: A, type: condition, conditions: [{field: x, operator: contain, value: 1}]"),
            "WF0208 6:73 `operator` cannot be `contain` / did you mean `contains`?");
  EXPECT_EQ(
      first("id: a, name: A, type: human_gate, humanGate: {message: M, requiredApprovers: [a], onTimeout: "
            "canceled}"),
      "WF0208 6:99 `onTimeout` cannot be `canceled` / did you mean `cancel`?");
  EXPECT_EQ(first(action("a", "retry: {max: 2, delay: 1, backoff: exponental}")),
            "WF0208 6:83 `backoff` cannot be `exponental` / did you mean `exponential`?");
}

TEST(CoderIde, wrong_shapes_and_values) {
  EXPECT_THAT(findings(*with_steps({action("a", "dependencies: b")})),
              ElementsAre(HasSubstr("WF0205 6:62 `dependencies` must be a list of texts")));
  EXPECT_THAT(findings(*with_steps({action("a", "input: [1]")})), ElementsAre(HasSubstr("WF0205")));
  EXPECT_THAT(findings(*with_steps({action("a", "retry: 3")})), ElementsAre(HasSubstr("WF0205")));
  EXPECT_THAT(findings(*with_steps({action("a", "retry: {}")})),
              ElementsAre(HasSubstr("`retry` needs `maxAttempts`")));
  EXPECT_THAT(findings(*with_steps({action("a", "retry: {max: 0}")})), ElementsAre(HasSubstr("WF0803")));
  EXPECT_THAT(findings(*with_steps({action("a", "retry: {max: 2, maxAttempts: 2}")})),
              ElementsAre("WF0209 6:56 `maxAttempts` and `max` exclude each other"));
  EXPECT_THAT(findings(*with_steps({action("a", "timeout: 0")})), ElementsAre(HasSubstr("WF0803")));
  EXPECT_THAT(findings(*with_steps({"id: ' ', name: A, type: action, action: ''"})),
              ElementsAre(HasSubstr("WF0205 6:10 `id` must be a text that is not blank"),
                          HasSubstr("WF0205 6:46 `action` must be a text that is not blank")));
  EXPECT_THAT(findings(*with_steps({"id: a, name: A, type: action, action: run"})),
              ElementsAre(HasSubstr("WF0202 6:36 the action `run` needs `input.command`")));
  EXPECT_THAT(findings(*with_steps({"id: a, name: A, type: action, action: deploy, input: {command: x}"})),
              ElementsAre(HasSubstr("the action `deploy` needs `input.environment`")));
  EXPECT_THAT(findings(*with_steps(
                  {"id: a, name: A, type: action, action: deploy, input: {environment: '{{ x }}'}"})),
              ElementsAre(HasSubstr("`input.environment` must be a text without placeholders")));
  EXPECT_THAT(findings(*with_steps({"id: a, name: A, type: action, action: run, input: {command: [x]}"})),
              ElementsAre(HasSubstr("WF0205 6:66 `input.command` must be a text")));
  EXPECT_THAT(findings(*with_steps({"id: g, name: G, type: human_gate, humanGate: {message: M, "
                                    "requiredApprovers: [], onTimeout: escalate}"})),
              ElementsAre(HasSubstr("`requiredApprovers` names nobody"),
                          HasSubstr("`onTimeout: escalate` needs `escalateTo`")));
  EXPECT_THAT(findings(*with_steps({"id: p, name: P, type: parallel, steps: []"})),
              ElementsAre(HasSubstr("`steps` is empty")));
  EXPECT_THAT(findings(*with_steps({action("a", "input: {n: 010, t: [1_000]}")})),
              ElementsAre(HasSubstr("WF0115 6:59"), HasSubstr("WF0115 6:68")));
  for (const char* field : {"'a b'", "a..b", "'a[0]'", "''", "'x > 1'"})
    EXPECT_THAT(findings(*with_steps({"id: c, name: C, type: condition, conditions: [{field: " +
                                      std::string(field) + ", operator: exists}]"})),
                ElementsAre(HasSubstr("WF0205 6:60 `field` must be names joined by dots")))
        << field;
}

TEST(CoderIde, operators_have_a_value_of_their_shape) {
  const auto of = [](const std::string& rest) {
    return findings(*with_steps({"id: c, name: C, type: condition, conditions: [{field: x, " + rest + "}]"}));
  };
  EXPECT_THAT(of("operator: in, value: a"), ElementsAre(HasSubstr("the `value` of `in` must be a list")));
  EXPECT_THAT(of("operator: '>'"), ElementsAre(HasSubstr("the operator `>` needs `value`")));
  EXPECT_THAT(of("operator: contains, value: null"),
              ElementsAre(HasSubstr("the operator `contains` needs `value`")));
  EXPECT_THAT(of("value: 1"), ElementsAre(HasSubstr("needs `operator`")));
}

TEST(CoderIde, names_are_something) {
  EXPECT_THAT(findings(*with_steps({action("a", "output: {'': result.x}")}, "variables: {'': 1}\n")),
              ElementsAre(HasSubstr("WF0211 5:13"), HasSubstr("WF0211 7:57")));
  EXPECT_THAT(findings(*with_steps({"id: p, name: P, type: parallel, dependencies: []"})),
              ElementsAre(HasSubstr("a `parallel` step needs `steps`")));
}

TEST(CoderIde, outputs_are_expressions) {
  EXPECT_THAT(findings(*with_steps({action("a", "output: {u: 'x {{ result.y }}'}")})),
              ElementsAre(HasSubstr("WF0205 6:60 an entry of `output` must be an expression")));
  EXPECT_THAT(findings(*with_steps({action("a", "output: {u: 'result.'}")})), testing::SizeIs(1));
  EXPECT_EQ(spelt(*with_steps({action("a", "output: {result: result.result}")})->step(0).output_value),
            "result.result");
}

TEST(CoderIde, long_chains_and_paths_stay_shallow) {
  std::string conditions, text;
  for (int i = 0; i < 5'000; ++i) conditions += "{field: x, operator: exists}, ", text += "{{ event.x }}";
  const auto definition = with_steps({"id: c, name: C, type: condition, conditions: [" + conditions + "]",
                                      action("a", "input: {l: ['" + text + "']}")});
  EXPECT_THAT(findings(*definition), IsEmpty());
  int depth = 0;
  for (const dsl::Expr* at = &*definition->step(0).condition; !at->children.empty(); at = &at->children[0])
    ++depth;
  EXPECT_LT(depth, 100);
  depth = 0;
  for (const dsl::Expr* at = &*definition->step(1).with.at(0).value; !at->children.empty();
       at = &at->children[0])
    ++depth;
  EXPECT_LT(depth, 100);
  std::string path = "a";
  for (int i = 0; i < 300; ++i) path += ".b";
  EXPECT_THAT(findings(*with_steps({"id: c, name: C, type: condition, conditions: [{field: " + path +
                                    ", operator: exists}]"})),
              ElementsAre("WF0110 6:60 nested more than 200 levels deep"));
}

TEST(CoderIde, data_without_end_is_refused) {
  std::string list = "l: [";
  for (int i = 0; i < 20'010; ++i) list += "1,";
  const auto definition = with_steps({action("a", "input: {" + list + "], m: [1, 2]}")});
  EXPECT_THAT(findings(*definition), ElementsAre(HasSubstr("WF0804")));
  EXPECT_EQ(given(definition->step(0), "l"), "nothing");
  EXPECT_EQ(given(definition->step(0), "m"), "nothing") << "nothing more is read";
}

}  // namespace
}  // namespace wfc
