// `.wf` files become the model.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "reading.h"

namespace wfc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using testing::UnorderedElementsAre;

std::unique_ptr<Definition> wf_file(const std::string& body, const ReadSettings& settings = {}) {
  return read("a.wf", "workflow a\n" + body, settings);
}

TEST(WfHead, says_what_the_workflow_is) {
  const auto definition = read("a.wf", R"(## Ships it.
workflow release "The release"
version "1.2.0"
enabled false
project github "o/r" at "main"
fail_fast false
max_parallel 4
metadata {
  owner "me"
  level 3
  nested {
    "any key" true
  }
}
step a: "b"
)");
  EXPECT_THAT(findings(*definition), IsEmpty());
  const model::Workflow& workflow = definition->workflow();
  EXPECT_EQ(workflow.id.value, "release");
  EXPECT_EQ(workflow.title, "The release");
  EXPECT_EQ(workflow.description, "Ships it.");
  EXPECT_EQ(workflow.version, "1.2.0");
  EXPECT_FALSE(workflow.enabled);
  EXPECT_FALSE(workflow.fail_fast);
  EXPECT_EQ(workflow.running_max, 4U);
  EXPECT_EQ(workflow.project_json, R"({"provider":"github","owner":"o","repo":"r","ref":"main"})");
  EXPECT_EQ(workflow.metadata_json, R"({"owner":"me","level":3,"nested":{"any key":true}})");
}

TEST(WfHead, comes_first_and_once) {
  EXPECT_THAT(findings(*read("a.wf", "version \"1\"\nstep a: \"b\"\n")),
              ElementsAre("WF0202 1:1 a file needs `workflow`"));
  EXPECT_THAT(findings(*wf_file("workflow b\nstep a: \"b\"\n")),
              ElementsAre("WF0203 2:1 `workflow` is set twice"));
  EXPECT_THAT(findings(*wf_file("")), ElementsAre("WF0210 1:1 the workflow is empty"));
}

TEST(WfHead, unknown_statements_have_a_near_match) {
  const auto definition = wf_file("versoin \"1\"\nprompt \"x\"\nblah\nstep a: \"b\"\n");
  EXPECT_THAT(findings(*definition), ElementsAre("WF0201 2:1 a workflow has no setting `versoin`",
                                                 "WF0204 3:1 `prompt` cannot stand here",
                                                 "WF0201 4:1 a workflow has no setting `blah`"));
  EXPECT_THAT(definition->report.all()[0]->help, ElementsAre("did you mean `version`?"));
}

TEST(WfInput, has_a_type_a_default_and_choices) {
  const auto definition = wf_file(R"(## What to do.
input task: string
input count: int = 3
input kind: "bug" | "feature" = "bug"
input limits: map? = null
input names: list<string> = ["a"]
input wait: duration = 5m
let twice = count * 2
step a: "b"
)");
  EXPECT_THAT(findings(*definition), IsEmpty());
  const auto& inputs = definition->workflow().inputs;
  ASSERT_EQ(inputs.size(), 6U);
  EXPECT_EQ(inputs[0].description, "What to do.");
  EXPECT_TRUE(inputs[0].required);
  EXPECT_FALSE(inputs[1].required);
  EXPECT_EQ(inputs[1].type, wf::ValueType::integer);
  EXPECT_EQ(inputs[2].type, wf::ValueType::choice);
  EXPECT_THAT(inputs[2].choices, ElementsAre("bug", "feature"));
  EXPECT_TRUE(inputs[3].nullable);
  EXPECT_EQ(inputs[4].type, wf::ValueType::list);
  EXPECT_EQ(inputs[5].type, wf::ValueType::duration);
  EXPECT_EQ(definition->workflow().lets.at(0).name.value, "twice");
}

TEST(WfInput, wrong_ones) {
  const auto definition = wf_file(R"(input a: strin
input b
input c: int = d
input e: int | string
step s: "b"
)");
  EXPECT_THAT(findings(*definition),
              ElementsAre("WF0208 2:10 a type cannot be `strin`", "WF0104 3:8 `:` and a type is missing here",
                          "WF0205 4:16 the default of `c` must be a constant",
                          StartsWith("WF0205 5:10 a type must be")));
}

TEST(WfTriggers, of_every_kind) {
  const auto definition = wf_file(R"(on manual
on cron "0 9 * * 1" timezone "America/Chicago" overlap skip
on cron "0 9 * * 2"
on event plan_validated when event.plan.confidence > 0.8
on event pull_request.opened
on webhook push url "https://x" secret PUSH_SECRET
step a: "b"
)");
  EXPECT_THAT(findings(*definition), IsEmpty());
  const auto& triggers = definition->workflow().triggers;
  ASSERT_EQ(triggers.size(), 6U);
  EXPECT_EQ(triggers[1].cron.value, "0 9 * * 1");
  EXPECT_EQ(triggers[1].timezone.value, "America/Chicago");
  EXPECT_EQ(triggers[2].timezone.value, "UTC");
  EXPECT_TRUE(triggers[3].when);
  EXPECT_EQ(triggers[4].name.value, "pull_request.opened");
  EXPECT_EQ(triggers[5].secret.value, "PUSH_SECRET");
  EXPECT_EQ(triggers[5].url.value, "https://x");
}

TEST(WfTriggers, a_secret_that_is_written_down) {
  const auto definition =
      read("hook.wf", "workflow hook\n\non webhook push secret \"9f86d081884c\"\nstep a: \"b\"\n");
  EXPECT_THAT(findings(*definition), ElementsAre("WF0701 3:24 a secret is written in the file"));
  const auto& diagnostic = *definition->report.all()[0];
  EXPECT_EQ(diagnostic.label, "anyone who can read this file can read it");
  EXPECT_THAT(
      diagnostic.help,
      ElementsAre("name it instead: `secret PUSH_SECRET`, and set PUSH_SECRET when the program runs"));
}

TEST(WfTriggers, wrong_ones) {
  const auto definition = wf_file(R"(on crom "x"
on fail retry 2
on cron "{{ x }}"
on cron
on event
on cron "0 9 * * 1" overlap skipp
step a: "b"
)");
  EXPECT_THAT(
      findings(*definition),
      ElementsAre("WF0208 2:4 a trigger cannot be `crom`", "WF0204 3:1 `on` cannot stand here",
                  StartsWith("WF0205 4:10 the times of `on cron` must be a text without placeholders"),
                  StartsWith("WF0104 5:4"), StartsWith("WF0104 6:4"),
                  "WF0208 7:29 `overlap` cannot be `skipp`"));
}

TEST(WfSteps, every_verb) {
  const auto definition = wf_file(R"(step a: "Do {{ event }}"
step b "Title": agent Writer "Write"
step c: agent "Anyone"
step d: run "make {{ a }}"
step e: deploy prod
step f: approve "Go on?"
step g: check d.exit_code == 0
step h: action notify.team as Bot {
  with text = "done"
}
)");
  EXPECT_THAT(findings(*definition), IsEmpty());
  std::vector<wf::StepKind> kinds;
  for (const model::Step& step : definition->workflow().steps) kinds.push_back(step.kind);
  using wf::StepKind;
  EXPECT_THAT(kinds, ElementsAre(StepKind::agent, StepKind::agent, StepKind::agent, StepKind::command,
                                 StepKind::deploy, StepKind::approve, StepKind::check, StepKind::action));
  EXPECT_EQ(definition->step(1).agent.value, "Writer");
  EXPECT_EQ(definition->step(1).title, "Title");
  EXPECT_EQ(definition->step(2).agent.value, "");
  EXPECT_EQ(shown(definition->step(3).prompt.at(0).text), "make {a}");
  EXPECT_EQ(definition->step(4).target.value, "prod");
  ASSERT_TRUE(definition->step(5).gate);
  EXPECT_TRUE(definition->step(6).condition);
  EXPECT_EQ(definition->step(7).target.value, "notify.team");
  EXPECT_EQ(definition->step(7).agent.value, "Bot");
  EXPECT_EQ(definition->step(7).with.at(0).name.value, "text");
}

TEST(WfLoops, say_when_where_to_and_how_often) {
  const auto definition = wf_file(R"(step build: agent "x"
step ask: approve "Go on?" {
  on reject back to build max 2
  on timeout back to build max 1
}
step test: run "x" {
  on fail retry 2 wait 5s
  on fail back to build max 3 cooldown 5s as test_retry when run.failures < 9
  on fail retry 1
  on result.exit_code == 7 back to ask cooldown 1m max 1
  on breach back to build max 1
}
)");
  EXPECT_THAT(findings(*definition), IsEmpty());
  using model::Outcome;
  using model::Response;
  const auto& ask = definition->step(1).reactions;
  ASSERT_EQ(ask.size(), 2U);
  EXPECT_EQ(ask[0].on, Outcome::reject);
  EXPECT_EQ(ask[0].target, 0U);
  EXPECT_EQ(ask[0].max.value, 2U);
  EXPECT_EQ(ask[1].on, Outcome::timeout);
  const auto& test = definition->step(2).reactions;
  ASSERT_EQ(test.size(), 5U);
  EXPECT_EQ(test[0].response, Response::retry);
  EXPECT_EQ(test[1].on, Outcome::fail);
  EXPECT_EQ(test[1].response, Response::back);
  EXPECT_EQ(test[1].max.value, 3U);
  EXPECT_EQ(test[1].wait_ms, 5'000U);
  EXPECT_EQ(test[1].name.value, "test_retry");
  ASSERT_TRUE(test[1].when);
  EXPECT_FALSE(test[1].condition);
  EXPECT_EQ(test[2].response, Response::retry);
  EXPECT_EQ(test[3].on, Outcome::holds);
  EXPECT_EQ(test[3].target, 1U);
  EXPECT_EQ(test[3].wait_ms, 60'000U);
  ASSERT_TRUE(test[3].condition);
  EXPECT_EQ(test[3].condition->children[0].children[0].binding.kind, dsl::BindingKind::result);
  EXPECT_EQ(test[4].on, Outcome::breach);
  ASSERT_EQ(definition->workflow().beyond.size(), 1U);  // Nothing breaches a budget yet.
  EXPECT_EQ(definition->workflow().beyond[0].what, "the loop of step `test` back to `build`");
}

TEST(WfLoops, replace_the_defaults_of_their_outcome) {
  const auto definition = wf_file(R"(defaults {
  on fail retry 2
}
step a: run "x"
step b: run "x" {
  on fail back to a max 1
}
step c: run "x" {
  on timeout back to a max 1
}
)");
  EXPECT_THAT(findings(*definition), IsEmpty());
  EXPECT_EQ(definition->step(0).reactions.size(), 1U);
  ASSERT_EQ(definition->step(1).reactions.size(), 1U);
  EXPECT_EQ(definition->step(1).reactions[0].response, model::Response::back);
  EXPECT_EQ(definition->step(2).reactions.size(), 2U);
}

TEST(WfLoops, wrong_ones) {
  EXPECT_THAT(findings(*wf_file(R"(step a: run "x"
step b: run "x" {
  on fail back to a
  on fail back a max 1
  on fail back to
  on fail back to a max
  on fail back to a max "3"
  on fail back to a max 1 max 2
  on fail back to a max 1 cooldown 5
  on fail back to a max 1 as
  on fial back to a max 1
}
defaults {
  on fail back to a max 1
}
)")),
              ElementsAre("WF0502 4:19 this loop has no limit", HasSubstr("WF0104 5:"),
                          HasSubstr("WF0104 6:"), HasSubstr("WF0104 7:"), HasSubstr("WF0205 8:25"),
                          HasSubstr("WF0103 9:27"), HasSubstr("WF0402 10:"), HasSubstr("WF0104 11:"),
                          HasSubstr("WF0208 12:6"), HasSubstr("WF0204 15:3")));
}

TEST(WfSteps, settings) {
  const auto definition = wf_file(R"(## Described.
step a: agent {
  prompt "First" when event.x
  prompt """
    Last {{ event }}
    """
  output plan: map
  env KEY = "v"
  dir "src"
  timeout 1h30m
  idempotent false
  always
  on fail retry 2 wait 10s backoff 2.0
  on fail retry 1
}
step b: run {
  command "x"
  output code = result.exit_code
}
step c: approve "Continue?" when b.ok {
  by 2 of ana, bo, "c d"
  timeout 24h
  on timeout fail
  on reject fail
}
)");
  EXPECT_THAT(findings(*definition), IsEmpty());
  const model::Step& a = definition->step(0);
  EXPECT_EQ(a.description, "Described.");
  ASSERT_EQ(a.prompt.size(), 2U);
  EXPECT_TRUE(a.prompt[0].when);
  EXPECT_EQ(shown(a.prompt[1].text), "Last {event}");
  EXPECT_EQ(a.output.value, "plan");
  EXPECT_EQ(a.output_type, wf::ValueType::map);
  EXPECT_EQ(a.env.at(0).name.value, "KEY");
  EXPECT_EQ(shown(*a.folder), "src");
  EXPECT_EQ(a.timeout_ms, 5'400'000U);
  EXPECT_TRUE(a.idempotent == false);
  EXPECT_EQ(a.run_if, wf::RunIf::always);
  ASSERT_EQ(a.reactions.size(), 2U);
  EXPECT_EQ(a.reactions[0].max.value, 2U);
  EXPECT_EQ(a.reactions[0].wait_ms, 10'000U);
  EXPECT_EQ(a.reactions[0].backoff, 2.0);
  EXPECT_TRUE(definition->step(1).output_value);
  const model::Step& c = definition->step(2);
  EXPECT_TRUE(c.when);
  EXPECT_EQ(c.gate->quorum, 2U);
  EXPECT_EQ(c.gate->approvers.size(), 3U);
  EXPECT_EQ(c.gate->timeout_ms, 86'400'000U);
  EXPECT_EQ(c.gate->on_timeout, wf::OnTimeout::fail);
  EXPECT_EQ(c.gate->on_reject, wf::OnReject::fail);
  EXPECT_EQ(c.timeout_ms, 0U);
}

TEST(WfSteps, a_number_needs_its_unit) {
  const auto definition = read("build.wf", "step build: run \"make\" {\n  timeout 30\n}\n");
  std::vector<std::string> lines = findings(*definition);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[1], "WF0402 2:11 `timeout` needs a unit");
  const auto& diagnostic = *definition->report.all()[1];
  EXPECT_EQ(diagnostic.label, "seconds, minutes or hours?");
  EXPECT_THAT(diagnostic.help, ElementsAre("write `30s`, `30m` or `30h`"));
}

TEST(WfSteps, wrong_settings) {
  const auto definition = wf_file(R"(step a: run "x" {
  promt "y"
  timout 5m
  enabled false
  timeout 5m
  timeout 6m
  message "y"
  by ana
  idempotent maybe
  dir 5
  env A
  on fial retry 2
  on fail retri 2
  on fail retry 0
  on fail retry 2 wait 5
  after a, a
  output
}
)");
  EXPECT_THAT(
      findings(*definition),
      ElementsAre("WF0201 3:3 a step has no setting `promt`", "WF0201 4:3 a step has no setting `timout`",
                  "WF0204 5:3 `enabled` cannot stand here", "WF0203 7:3 `timeout` is set twice",
                  "WF0204 8:3 `message` cannot stand here", "WF0204 9:3 `by` cannot stand here",
                  "WF0205 10:14 `idempotent` must be `true` or `false`", StartsWith("WF0104 11:7"),
                  StartsWith("WF0104 12:8"), "WF0208 13:6 an outcome cannot be `fial`",
                  "WF0208 14:11 a response cannot be `retri`", "WF0803 15:17 `retry` must be at least 1",
                  "WF0402 16:24 `wait` needs a unit", "warning WF0314 17:12 `a` is waited for twice",
                  StartsWith("WF0104 18:3")));
}

TEST(WfSteps, texts_that_are_missing_or_doubled) {
  const auto definition = wf_file(R"(step a: agent
step b: run
step c: approve
step d: run "x" {
  command "y"
}
step e: agent {
  prompt "x" when event.y
}
)");
  EXPECT_THAT(
      findings(*definition),
      ElementsAre("WF0202 2:6 an `agent` step needs `prompt`", "WF0202 3:6 a `run` step needs `command`",
                  "WF0202 4:6 an `approve` step needs `message`", "WF0203 6:11 `command` is set twice",
                  StartsWith("WF0204 9:19")));
}

TEST(WfSteps, a_misspelt_text_is_one_mistake) {
  EXPECT_THAT(findings(*wf_file("step a: agent {\n  promt \"x\"\n}\n")),
              ElementsAre("WF0201 3:3 a step has no setting `promt`"));
}

TEST(WfSteps, mistakes_are_marked_where_they_stand) {
  const auto only = [](const std::string& body) {
    const auto definition = wf_file(body);
    const auto& all = definition->report.all();
    if (all.size() != 1) return std::to_string(all.size()) + " messages";
    const Span span = all[0]->span;
    const std::string& text = definition->sources.file(span.file).text;
    return "[" + text.substr(span.begin, span.end - span.begin) + "] " + all[0]->message +
           (all[0]->help.empty() ? "" : "; " + all[0]->help[0]);
  };
  EXPECT_EQ(only("step a: \"x\" {\n  timeout 0s\n}\n"), "[0s] `timeout` must be more than 0");
  EXPECT_EQ(only("step a: \"x\" {\n  on fail retry\n}\n"), "[] how many times at most is missing here");
  EXPECT_EQ(only("step a: \"x\" {\n  on fail retry wait 5s\n}\n"),
            "[wait] how many times at most is missing here");
  EXPECT_EQ(only("on cron 5\nstep a: \"x\"\n"),
            "[5] the times of `on cron` must be a text, such as `\"0 9 * * 1\"`");
  EXPECT_EQ(only("step a: \"x\" whne true\n"), "[whne] `whne` does not belong here; did you mean `when`?");
  EXPECT_EQ(only("step a: \"x\"\nstep b: \"x\" whne a == 3\n"),
            "[whne] `whne` does not belong here; did you mean `when`?");
  EXPECT_EQ(only("step then: \"x\" == 3\n"), "[==] `==` does not belong here");
  EXPECT_EQ(only("step a: \"x\"\nstpe b: run \"x\"\n"),
            "[stpe] `stpe` does not belong here; did you mean `step`?");
}

TEST(WfInput, lists_hold_what_they_say) {
  EXPECT_THAT(findings(*wf_file(R"(input a: list<int> = [1, "a", -2]
input b: list<"x" | "y"> = ["x", "z"]
input c: list<list<float>> = [[1, 2.5], [true]]
input d: list<string?> = ["a", null]
input e: list = [1, "a"]
step s: "x"
)")),
              ElementsAre("WF0401 2:26 the list `a` holds `int`, not a text",
                          "WF0208 3:34 an entry of `b` cannot be `z`",
                          "WF0401 4:42 the list `c` holds `float`, not a truth value"));
}

TEST(WfOrder, is_top_to_bottom) {
  const auto definition = wf_file("step a: \"x\"\nstep b: \"x\"\nstep c: \"x\"\n");
  EXPECT_THAT(needs_of(*definition, 0), IsEmpty());
  EXPECT_THAT(needs_of(*definition, 1), ElementsAre("a"));
  EXPECT_THAT(needs_of(*definition, 2), ElementsAre("b"));
  EXPECT_FALSE(definition->step(2).needs[0].written);
}

TEST(WfOrder, after_replaces_the_step_above) {
  const auto definition = wf_file(R"(step a: "x"
step b: "x" {
  after start
}
step c: "x"
step d: "x" {
  after a, e, nobody
}
step e: "x" {
  after c
}
)");
  EXPECT_THAT(findings(*definition), IsEmpty());  // Unknown names are found by the checks.
  EXPECT_THAT(needs_of(*definition, 1), IsEmpty());
  EXPECT_THAT(needs_of(*definition, 2), ElementsAre("b"));
  EXPECT_THAT(needs_of(*definition, 3), ElementsAre("a", "e", "?nobody"));
  EXPECT_TRUE(definition->step(3).needs[0].written);
}

TEST(WfOrder, parallel_blocks_run_together_and_are_followed_as_one) {
  const auto definition = wf_file(R"(step a: "x"
parallel reviews max 2 {
  step b: "x"
  step c: "x"
  parallel {
    step d: "x"
    step e: "x" {
      after b
    }
  }
}
step f: "x"
step g: "x" {
  after reviews
}
)");
  EXPECT_THAT(findings(*definition), IsEmpty());
  EXPECT_THAT(needs_of(*definition, 1), ElementsAre("a"));
  EXPECT_THAT(needs_of(*definition, 3), ElementsAre("a"));
  EXPECT_THAT(needs_of(*definition, 4), ElementsAre("b"));
  EXPECT_THAT(needs_of(*definition, 5), UnorderedElementsAre("c", "d", "e"));
  EXPECT_THAT(needs_of(*definition, 6), UnorderedElementsAre("b", "c", "d", "e"));
  const auto& groups = definition->workflow().groups;
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0].name, "reviews");
  EXPECT_EQ(groups[0].running_max, 2U);
  EXPECT_THAT(groups[0].members, ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(groups[1].outer, 0U);
  EXPECT_EQ(definition->step(3).group, 1U);
}

TEST(WfOrder, a_step_that_always_runs_does_not_stand_for_those_before_it) {
  const auto definition = wf_file(R"(parallel {
  step a: "x"
  step b: "x" {
    after a
    always
  }
}
step c: "x"
)");
  EXPECT_THAT(needs_of(*definition, 2), UnorderedElementsAre("a", "b"));
}

TEST(WfOrder, branches) {
  const auto definition = wf_file(R"(step a: "x"
if a.ok {
  step b: "x"
  step c: "x"
} else if a.fail {
  step d: "x"
} else {
  if event.y {
    step e: "x"
  }
}
step f: "x"
)");
  EXPECT_THAT(findings(*definition), IsEmpty());
  const model::Workflow& workflow = definition->workflow();
  ASSERT_EQ(workflow.branches.size(), 3U);
  EXPECT_EQ(workflow.branches[0].needs.at(0).target, 0U);
  EXPECT_EQ(workflow.branches[1].outer, 0U);
  EXPECT_EQ(workflow.branches[1].outer_side, 0U);
  EXPECT_EQ(workflow.branches[2].outer, 1U);
  EXPECT_THAT(needs_of(*definition, 1), IsEmpty());
  EXPECT_THAT(needs_of(*definition, 2), ElementsAre("b"));
  EXPECT_EQ(workflow.steps[3].branch, 1U);
  EXPECT_EQ(workflow.steps[3].side, 1U);
  EXPECT_EQ(workflow.steps[4].branch, 2U);
  EXPECT_THAT(needs_of(*definition, 5), UnorderedElementsAre("c", "d", "e"));
}

TEST(WfOrder, large_blocks_are_joined) {
  std::string text;
  for (int block = 0; block < 2; ++block) {
    text += "parallel {\n";
    for (int i = 0; i < 100; ++i) text += "  step s" + std::to_string(block * 100 + i) + ": \"x\"\n";
    text += "}\n";
  }
  const auto definition = wf_file(text);
  EXPECT_THAT(findings(*definition), IsEmpty());
  const model::Workflow& workflow = definition->workflow();
  ASSERT_EQ(workflow.steps.size(), 201U);
  EXPECT_EQ(workflow.steps[200].kind, wf::StepKind::join);
  EXPECT_EQ(workflow.steps[200].needs.size(), 100U);
  EXPECT_EQ(workflow.steps[150].needs.size(), 1U);
  EXPECT_EQ(workflow.steps[150].needs[0].target, 200U);
}

TEST(WfOrder, a_large_block_that_many_name_is_joined_once) {
  std::string text = "parallel both {\n";
  for (int i = 0; i < 100; ++i) text += "  step s" + std::to_string(i) + ": \"x\"\n";
  text += "}\n";
  for (int i = 0; i < 50; ++i) text += "step t" + std::to_string(i) + ": \"x\" {\n  after both\n}\n";
  const auto definition = wf_file(text);
  EXPECT_THAT(findings(*definition), IsEmpty());
  ASSERT_EQ(definition->workflow().steps.size(), 151U);
  EXPECT_EQ(definition->step(150).needs.size(), 100U);
  EXPECT_THAT(needs_of(*definition, 149), ElementsAre("join:1"));
}

TEST(WfDefaults, are_taken_by_steps_that_say_nothing) {
  const auto definition = wf_file(R"(step a: "x"
step b: run "x" {
  timeout 1m
  on fail retry 5
}
step c: approve "x"
agent Writer {
  model "m"
  instructions "Write {{ event }}"
}
defaults {
  agent Writer
  timeout 10m
  on fail retry 2 wait 5s
}
)");
  EXPECT_THAT(findings(*definition), IsEmpty());
  EXPECT_EQ(definition->step(0).agent.value, "Writer");
  EXPECT_EQ(definition->step(0).model, "m");
  EXPECT_EQ(shown(*definition->step(0).instructions), "Write {event}");
  EXPECT_EQ(definition->step(0).timeout_ms, 600'000U);
  EXPECT_EQ(definition->step(0).reactions.at(0).max.value, 2U);
  EXPECT_EQ(definition->step(1).timeout_ms, 60'000U);
  EXPECT_EQ(definition->step(1).reactions.at(0).max.value, 5U);
  EXPECT_EQ(definition->step(2).gate->timeout_ms, 600'000U);
  EXPECT_TRUE(definition->step(2).reactions.empty());
}

TEST(WfPolicies, are_read_and_listed) {
  const auto definition = wf_file(R"(allow paths "src/", "docs/"
deny tools code_execution, file_system.write
require approval for deploy.prod
budget {
  credits 50
  tokens 40_000 per step
  time 1h
  on breach degrade
}
escalation human {
  timeout 24h
}
eval {
  window 20
}
step a: "x" {
  risky
  deny tools shell
}
)");
  EXPECT_THAT(findings(*definition), ElementsAre("note WF0305 4:22 no step does `deploy.prod`",
                                                 "warning WF0213 18:3 `risky` has no effect"));
  std::vector<std::string> policies;
  for (const model::Policy& policy : definition->workflow().policies)
    policies.push_back(policy.name + "=" + policy.value);
  EXPECT_THAT(
      policies,
      ElementsAre("budget.credits=50", "budget.time=3600000ms", "budget.tokens.each_step=40000",
                  "budget.on_breach=degrade", R"(allow.paths=["src/","docs/"])",
                  R"(deny.tools=["code_execution","file_system.write"])",
                  R"(require_approval=["deploy.prod"])", R"(eval={"window":20,"min_runs":3,"blocks":true})",
                  R"(steps.a.deny.tools=["shell"])", "steps.a.risky=true"));
}

TEST(WfPolicies, wrong_ones) {
  const auto definition = wf_file(R"(allow path "x"
budget {
  credit 5
  time 30
  money 5
  tokens 5 per minute
}
step a: "x"
)");
  EXPECT_THAT(findings(*definition),
              ElementsAre("WF0208 2:7 `allow` cannot be `path`",
                          "WF0201 4:3 `budget` has no setting `credit`", "WF0402 5:8 `time` needs a unit",
                          StartsWith("WF0205 6:9 `money` must be"), StartsWith("WF0104 7:16")));
}

TEST(WfFiles, are_read_at_compile_time) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(testing::TempDir()) / "wf_files_test";
  fs::create_directories(folder / "prompts");
  std::ofstream(folder / "prompts/a.md") << "Do {{ event }}\nand {{ noting }}\n";
  const auto definition = wf_file(R"(step a: agent from "prompts/a.md"
step b: agent Writer from "prompts/missing.md"
step c: run {
  command from "../outside.sh"
}
step d: agent {
  prompt from "{{ x }}.md"
}
)",
                                  {.root = folder.string()});
  EXPECT_THAT(findings(*definition),
              ElementsAre("WF0307 3:27 cannot read `prompts/missing.md`: there is no such file",
                          "WF0308 5:16 `../outside.sh` leads out of the definition's folder",
                          StartsWith("WF0205 8:16")));
  const auto& nodes = definition->step(0).prompt.at(0).text.nodes;
  const Span span = nodes.at(3).expr.span;
  EXPECT_EQ(definition->sources.file(span.file).name, "prompts/a.md");
  EXPECT_EQ(definition->sources.position_of(span.file, span.begin).line, 2U);
  fs::remove_all(folder);
}

TEST(WfNames, are_declared_with_what_they_stand_for) {
  const auto definition = wf_file(R"(input task: string
let x = 1
parallel both {
  step a: "{{ task }} {{ x }} {{ run }}" {
    output plan
  }
}
step b: "{{ a }} {{ plan }} {{ both }} {{ nobody }} {{ result }}"
)");
  EXPECT_THAT(findings(*definition), IsEmpty());
  std::vector<dsl::BindingKind> kinds;
  for (const auto& step : {0, 1})
    for (const expr::TemplateNode& node : definition->step(step).prompt.at(0).text.nodes)
      if (node.kind == expr::NodeKind::value) kinds.push_back(node.expr.binding.kind);
  using dsl::BindingKind;
  EXPECT_THAT(kinds, ElementsAre(BindingKind::input, BindingKind::let, BindingKind::run, BindingKind::step,
                                 BindingKind::output, BindingKind::group, BindingKind::unknown,
                                 BindingKind::unknown));
}

TEST(WfHostile, broken_files_do_no_harm) {
  for (const std::string text :
       {"", "workflow", "workflow a\nstep",
        "workflow a\nstep :", "workflow a\nparallel {\n  timeout 5\n  check x\n}\n", "workflow a\nif {\n}\n",
        "workflow a\nstep b: agent from\nstep c: deploy\nstep d: \"x\" {\n  by\n  after\n  on\n}\n",
        "workflow a\nbudget\nallow\nrequire\non\ninput\nlet\nagent\ndefaults\nproject\nmetadata\n",
        "workflow a\nstep b: \"x\" {\n  step c: \"y\"\n  if x {\n  }\n}\n",
        "workflow \"\" \"\"\nstep \"\": \"\"\n"}) {
    const auto definition = read("a.wf", text);
    EXPECT_TRUE(definition->read.dialect) << text;
  }
}

}  // namespace
}  // namespace wfc
