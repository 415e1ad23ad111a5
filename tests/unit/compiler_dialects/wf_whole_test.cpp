// `.wf` files beyond steps in a row: reactions, gates, budgets, policies, undo, defined steps and imports.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "reading.h"

namespace wfc {
namespace {

using model::Outcome;
using model::Response;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

std::unique_ptr<Definition> wf_file(const std::string& body, const ReadSettings& settings = {}) {
  return read("a.wf", "workflow a\n" + body, settings);
}

// "fail retry 2", "condition approve"
std::vector<std::string> answers(const std::vector<model::Reaction>& reactions) {
  std::vector<std::string> all;
  for (const model::Reaction& reaction : reactions) {
    std::string one =
        std::string(model::word_of(reaction.on)) + " " + std::string(model::word_of(reaction.response));
    if (!reaction.to.value.empty()) one += " " + reaction.to.value;
    if (reaction.max.value > 0) one += " " + std::to_string(reaction.max.value);
    all.push_back(one);
  }
  return all;
}

// An expression and a text, with what stands in them.
std::string spelt(const expr::Expr& expr) {
  using dsl::ExprKind;
  switch (expr.kind) {
    case ExprKind::name:
      return expr.text;
    case ExprKind::text:
      return '"' + expr.text + '"';
    case ExprKind::boolean:
      return expr.number != 0 ? "true" : "false";
    case ExprKind::field:
      return spelt(expr.children[0]) + "." + expr.text;
    case ExprKind::filter:
      return spelt(expr.children[0]) + " | " + expr.text;
    default:
      return "...";
  }
}
std::string spelt(const std::vector<expr::TemplateNode>& nodes) {
  std::string all;
  for (const expr::TemplateNode& node : nodes) {
    if (node.kind == expr::NodeKind::text) all += node.text;
    if (node.kind == expr::NodeKind::value) all += "{" + spelt(node.expr) + "}";
    if (node.kind != expr::NodeKind::if_) continue;
    all += "{if " + spelt(node.block->conditions[0]) + "}" + spelt(node.block->bodies[0]) + "{/}";
  }
  return all;
}
std::string spelt(const expr::Template& text) {
  return spelt(text.nodes);
}

class Folder {
 public:
  explicit Folder(const std::string& name) : path_(std::filesystem::path(testing::TempDir()) / name) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name) << text;
  }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

TEST(WfReactions, every_answer_to_every_outcome) {
  const auto definition = wf_file(R"(step a: agent "x"
step b: agent "x" {
  on fail retry 2 wait 5s backoff 1.5
  on fail escalate
  on timeout retry 1 when run.failures < 3
  on breach degrade
  on block cancel
  on result.confidence < 0.6 approve "Is {{ result.output }} right?"
  on result.blockers back to a max 2
  on result.done stop
  on result.odd continue
}
)");
  EXPECT_THAT(findings(*definition), IsEmpty());
  const auto& reactions = definition->step(1).reactions;
  EXPECT_THAT(
      answers(reactions),
      ElementsAre("fail retry 2", "fail escalate", "timeout retry 1", "breach degrade", "block cancel",
                  "condition approve", "condition back to a 2", "condition stop", "condition continue"));
  EXPECT_EQ(reactions[0].wait_ms, 5000U);
  EXPECT_EQ(reactions[0].backoff, 1.5);
  EXPECT_TRUE(reactions[2].when);
  ASSERT_TRUE(reactions[5].text);
  EXPECT_EQ(spelt(*reactions[5].text), "Is {result.output} right?");
  EXPECT_EQ(reactions[6].target, 0U);
}

TEST(WfReactions, what_would_happen_anyway_is_not_said) {
  const auto definition = wf_file(R"(step a: run "x" {
  on fail fail
  on timeout fail
  on breach fail
  on block fail
}
step b: check event.x {
  on fail stop
}
step c: run "x" {
  on fail retry 1
  on timeout fail
}
)");
  EXPECT_THAT(findings(*definition), IsEmpty());
  EXPECT_THAT(definition->step(0).reactions, IsEmpty());
  EXPECT_THAT(definition->step(1).reactions, IsEmpty());
  // Else a timeout would be tried again, too.
  EXPECT_THAT(answers(definition->step(2).reactions), ElementsAre("fail retry 1", "timeout fail"));
}

TEST(WfReactions, how_a_question_ends_is_its_own) {
  const auto definition = wf_file(R"(step a: run "x"
step b: approve "x" {
  timeout 1h
  on timeout escalate
  on reject fail
}
step c: approve "x" {
  timeout 1h
  on timeout continue
  on reject back to a max 2
  on reject fail
}
)");
  EXPECT_THAT(findings(*definition), IsEmpty());
  EXPECT_EQ(definition->step(1).gate->on_timeout, wf::OnTimeout::escalate);
  EXPECT_EQ(definition->step(1).gate->on_reject, wf::OnReject::fail);
  EXPECT_THAT(definition->step(1).reactions, IsEmpty());
  EXPECT_EQ(definition->step(2).gate->on_timeout, wf::OnTimeout::proceed);
  EXPECT_EQ(definition->step(2).gate->on_reject, wf::OnReject::cancel);
  EXPECT_THAT(answers(definition->step(2).reactions), ElementsAre("reject back to a 2", "reject fail"));
}

TEST(WfReactions, defaults_are_merged_by_outcome) {
  const auto definition = wf_file(R"(defaults {
  on fail retry 2
  on timeout cancel
  on result.confidence < 0.6 approve "Is {{ step.id }} right?"
  on reject fail
  on block cancel
}
step a: agent "x" {
  on fail escalate
}
step b: run "x"
step c: approve "x"
step d: check event.x
)");
  EXPECT_THAT(findings(*definition), IsEmpty());
  EXPECT_THAT(answers(definition->step(0).reactions),
              ElementsAre("fail escalate", "timeout cancel", "condition approve"));
  EXPECT_EQ(spelt(*definition->step(0).reactions[2].text), "Is {\"a\"} right?");
  // A command has no confidence.
  EXPECT_THAT(answers(definition->step(1).reactions), ElementsAre("fail retry 2", "timeout cancel"));
  EXPECT_EQ(definition->step(2).gate->on_reject, wf::OnReject::fail);
  EXPECT_EQ(definition->step(2).gate->on_timeout, wf::OnTimeout::cancel);
  EXPECT_THAT(definition->step(3).reactions, IsEmpty());
}

TEST(WfReactions, of_blocks) {
  const auto definition = wf_file(R"(step a: run "x"
parallel both {
  on fail back to a max 2
  step b: run "x"
  step c: run "x"
}
)");
  EXPECT_THAT(findings(*definition), IsEmpty());
  const model::Step& end = definition->step(3);
  EXPECT_EQ(end.id.value, "both:end");
  EXPECT_TRUE(end.ends_block);
  EXPECT_THAT(answers(end.reactions), ElementsAre("fail back to a 2"));
  EXPECT_EQ(end.reactions[0].target, 0U);
  EXPECT_EQ(definition->step(0).answered_by, model::none);
  EXPECT_EQ(definition->step(1).answered_by, 3U);
  EXPECT_EQ(definition->step(2).answered_by, 3U);
}

// What follows a block that answers follows its end; an inner block answers first.
TEST(WfReactions, of_blocks_in_blocks) {
  const auto definition = wf_file(R"(parallel {
  step a: run "x"
  parallel inner {
    step b: approve "b?"
    on reject continue
  }
  step c: run "x" { after inner }
  on fail retry 2 wait 1s
}
step d: run "x"
)");
  EXPECT_THAT(findings(*definition), IsEmpty());
  const auto find = [&](std::string_view id) { return *definition->workflow().find_step(id); };
  const auto needs = [&](std::string_view id) {
    std::vector<std::string> names;
    for (const model::Need& need : definition->step(find(id)).needs)
      names.push_back(definition->step(need.target).id.value);
    return names;
  };
  EXPECT_THAT(needs("d"), ElementsAre("parallel:1:end"));
  EXPECT_THAT(needs("parallel:1:end"), ElementsAre("a", "c", "inner:end"));
  EXPECT_THAT(needs("inner:end"), ElementsAre("b"));
  EXPECT_THAT(needs("b"), ElementsAre("parallel:1:start"));
  EXPECT_THAT(needs("c"), ElementsAre("inner:end", "parallel:1:start"));
  EXPECT_EQ(definition->step(find("b")).gate->on_reject, wf::OnReject::fail);
  EXPECT_EQ(definition->step(find("b")).answered_by, find("inner:end"));
  EXPECT_EQ(definition->step(find("inner:end")).answered_by, find("parallel:1:end"));
  // A block has no attempts of its own; one that is used up fails and does not escalate.
  EXPECT_THAT(answers(definition->step(find("parallel:1:end")).reactions),
              ElementsAre("fail back to parallel:1:start 2", "fail fail"));
}

TEST(WfReactions, wrong_ones) {
  EXPECT_THAT(findings(*wf_file(R"(defaults {
  on fail back to a max 1
}
step a: run "x" {
  on fail degrade
}
step b: run "x" {
  on reject cancel
}
step c: run "x" {
  gate {
    check result.ok
    on timeout retry 1
  }
}
step d: run "x" {
  gate {
    on fail retry 1
  }
}
)")),
              ElementsAre(StartsWith("WF0204 3:3 `on`"), StartsWith("WF0204 6:11 `degrade`"),
                          StartsWith("WF0204 9:3 `on reject`"), StartsWith("WF0204 14:8 `timeout`"),
                          "WF0210 18:3 the gate is empty"));
}

TEST(WfGates, are_what_must_hold) {
  const auto definition = wf_file(R"(step a: agent "x" {
  gate quality {
    check result.has_changelog_entry == true
    check result.score   >   3
    on fail retry 1
    on fail fail
  }
  gate {
    check result.ok
  }
}
)");
  EXPECT_THAT(findings(*definition), IsEmpty());
  ASSERT_TRUE(definition->step(0).extras);
  const auto& gates = definition->step(0).extras->quality_gates;
  ASSERT_EQ(gates.size(), 2U);
  EXPECT_EQ(gates[0].name.value, "quality");
  ASSERT_EQ(gates[0].criteria.size(), 2U);
  EXPECT_EQ(gates[0].criteria[0].text, "result.has_changelog_entry == true");
  EXPECT_EQ(gates[0].criteria[0].holds.children[0].children[0].binding.kind, dsl::BindingKind::result);
  EXPECT_THAT(answers(gates[0].reactions), ElementsAre("fail retry 1", "fail fail"));
  EXPECT_EQ(gates[1].name.value, "");
  EXPECT_THAT(definition->workflow().beyond, IsEmpty());
}

TEST(WfBudgets, of_the_run_and_of_a_step) {
  const auto definition = wf_file(R"(budget {
  credits 50
  time 1h
  tokens 200_000 per run
  tokens 40_000 per step
  money $5
  calls 100
  on breach degrade
  on breach escalate
}
step a: agent "x" {
  budget {
    credits 5
    on breach stop
  }
}
)");
  EXPECT_THAT(findings(*definition), IsEmpty());
  const model::Budget& budget = *definition->workflow().budget;
  EXPECT_EQ(budget.credits, 50U);
  EXPECT_EQ(budget.time_ms, 3'600'000U);
  EXPECT_EQ(budget.tokens, 200'000U);
  EXPECT_EQ(budget.each.tokens, 40'000U);
  EXPECT_EQ(budget.micro_usd, 5'000'000U);
  EXPECT_EQ(budget.calls, 100U);
  EXPECT_THAT(answers(budget.reactions), ElementsAre("breach degrade", "breach escalate"));
  const model::Budget& own = *definition->step(0).extras->budget;
  EXPECT_EQ(own.credits, 5U);
  EXPECT_THAT(answers(own.reactions), ElementsAre("breach stop"));
  EXPECT_THAT(definition->workflow().beyond, IsEmpty());  // Declared, and said not to be enforced.
}

TEST(WfBudgets, wrong_ones) {
  EXPECT_THAT(findings(*wf_file(R"(budget {
  credits 0
  calls -1
  tokens 5
  tokens 6
  on fail stop
}
step a: run "x" {
  budget {
    tokens 5 per run
  }
}
step b: run "x" {
  budget {
  }
}
)")),
              ElementsAre("WF1005 3:11 a run cannot take less than nothing", StartsWith("WF0"),
                          "WF0203 6:3 `tokens` is set twice", StartsWith("WF0204 7:6 `fail`"),
                          StartsWith("WF0204 11:14 `per`"), "WF0210 15:3 `budget` is empty"));
}

TEST(WfPolicies, escalation_evaluation_and_monitoring) {
  const auto definition = wf_file(R"(input task: string
escalation human {
  timeout 24h
  notify engineering mention "@x"
  include task, build.output
}
eval {
  window 20
  min_runs 5
  warn 0.15
  block 0.30
}
monitor {
  track duration, cost
  alert when escalation_rate > 0.3 and cost > 5
}
step build: run "x"
)");
  EXPECT_THAT(findings(*definition), IsEmpty());
  const model::Escalation& escalation = *definition->workflow().escalation;
  EXPECT_EQ(escalation.to, model::EscalateTo::people);
  EXPECT_EQ(escalation.timeout_ms, 86'400'000U);
  EXPECT_EQ(escalation.channel.value, "engineering");
  EXPECT_EQ(escalation.mention.value, "@x");
  ASSERT_EQ(escalation.include.size(), 2U);
  EXPECT_EQ(escalation.include[1].name, "build.output");
  EXPECT_EQ(escalation.include[1].value.children[0].children[0].binding.kind, dsl::BindingKind::step);
  const model::Eval& eval = *definition->workflow().eval;
  EXPECT_EQ(eval.window, 20U);
  EXPECT_EQ(eval.runs_min, 5U);
  EXPECT_EQ(eval.score_drop_warn, 0.15);
  EXPECT_EQ(eval.score_drop_block, 0.30);
  const model::Monitor& monitor = *definition->workflow().monitor;
  ASSERT_EQ(monitor.track.size(), 3U);
  EXPECT_EQ(monitor.track[2].value, "escalation_rate") << "what an alert looks at is measured";
  ASSERT_EQ(monitor.alerts.size(), 1U);
  EXPECT_EQ(monitor.alerts[0].text, "escalation_rate > 0.3 and cost > 5");
}

TEST(WfPolicies, other_ways_to_escalate) {
  EXPECT_EQ(wf_file("escalation close\nstep a: \"x\"\n")->workflow().escalation->to,
            model::EscalateTo::close);
  const auto definition = wf_file("escalation workflow rescue\nstep a: \"x\"\n");
  EXPECT_EQ(definition->workflow().escalation->to, model::EscalateTo::workflow);
  EXPECT_EQ(definition->workflow().escalation->workflow.value, "rescue");
}

TEST(WfPolicies, wrong_values) {
  EXPECT_THAT(findings(*wf_file(R"(escalation humans
eval {
  window 3
  min_runs 5
  warn 0.5
  block 0.2
}
monitor {
}
allow paths "../x", "/etc"
shadow
guardrail run
step a: "x"
)")),
              ElementsAre("WF0208 2:12 `escalation` cannot be `humans`",
                          "WF1009 5:3 `min_runs` asks for more runs than the 3 of `window`",
                          "WF1009 6:3 `warn` is above `block`", "WF0210 9:1 `monitor` is empty",
                          "WF0308 11:13 `../x` leads out of the definition's folder",
                          "WF0308 11:21 `/etc` leads out of the definition's folder",
                          StartsWith("WF0104 12:1"), StartsWith("WF0104 13:14")));
}

TEST(WfPolicies, an_approval_is_put_where_one_is_required) {
  const auto definition = wf_file(R"(require approval for deploy.prod
step ask: approve "Go?"
step maybe: approve "Sure?" when event.x
step one: deploy prod
step late: approve "Go?" {
  timeout 1h
  on timeout continue
}
parallel {
  step two: deploy prod {
    after start
  }
  step three: deploy preview
}
)");
  EXPECT_THAT(findings(*definition), ElementsAre("warning WF1004 11:8 an approval is inserted before `two`"));
  EXPECT_THAT(needs_of(*definition, 3), testing::Not(testing::Contains("approve:one")));
  EXPECT_THAT(needs_of(*definition, 5 - 1), ElementsAre("approve:two"));
}

TEST(WfPolicies, guardrails_look_at_risky_steps) {
  const auto definition = wf_file(R"(guardrail run "./guard {{ step.id }}"
step a: run "x" {
  risky
}
)");
  EXPECT_THAT(findings(*definition), IsEmpty());
  ASSERT_TRUE(definition->workflow().guardrail);
  EXPECT_TRUE(definition->step(0).extras->risky);
  EXPECT_THAT(findings(*wf_file("step a: run \"x\" {\n  risky\n}\n")),
              ElementsAre("warning WF0213 3:3 `risky` has no effect"));
}

TEST(WfPolicies, tools_come_from_files) {
  const Folder folder("wf_tools_test");
  folder.write("tools/fs.yaml", "read: true\n");
  const auto definition = wf_file(R"(tools {
  file_system from "tools/fs.yaml"
  net from "tools/net.yaml"
}
step a: agent "x" {
  allow tools file_system.read
  deny tools net
  artifact patch
  artifact file from "out/*.txt"
}
)",
                                  {.root = folder.path()});
  EXPECT_THAT(findings(*definition),
              ElementsAre("WF0307 4:12 cannot read `tools/net.yaml`: there is no such file"));
  ASSERT_EQ(definition->workflow().tool_files.size(), 1U);
  EXPECT_EQ(definition->workflow().tool_files[0].name.value, "file_system");
  EXPECT_EQ(definition->workflow().tool_files[0].text, "read: true\n");
  const model::Extras& extras = *definition->step(0).extras;
  ASSERT_EQ(extras.tools.size(), 2U);
  EXPECT_EQ(extras.tools[0].tool.value, "file_system.read");
  EXPECT_TRUE(extras.tools[0].allow);
  EXPECT_FALSE(extras.tools[1].allow);
  ASSERT_EQ(extras.artifacts.size(), 2U);
  EXPECT_EQ(extras.artifacts[0].kind.value, "patch");
  EXPECT_EQ(spelt(*extras.artifacts[1].from), "out/*.txt");
}

TEST(WfTriggers, say_what_to_do_with_times_that_overlap_or_were_missed) {
  const auto definition = wf_file(R"(on cron "0 9 * * 1" overlap queue catch_up all
on cron "0 9 * * 2"
step a: "x"
)");
  EXPECT_THAT(findings(*definition), IsEmpty());
  EXPECT_EQ(definition->workflow().triggers[0].overlap, wf::Overlap::queue);
  EXPECT_EQ(definition->workflow().triggers[0].catch_up, wf::CatchUp::all);
  EXPECT_EQ(definition->workflow().triggers[1].overlap, wf::Overlap::skip);
  EXPECT_EQ(definition->workflow().triggers[1].catch_up, wf::CatchUp::latest);
}

TEST(WfInputs, lists_say_what_they_hold) {
  const auto definition =
      wf_file("input a: list<list<int?>> = [[1, null]]\ninput b: list<any>\nstep c: \"x\"\n");
  EXPECT_THAT(findings(*definition), IsEmpty());
  const auto& elements = definition->workflow().inputs[0].elements;
  ASSERT_EQ(elements.size(), 2U);
  EXPECT_EQ(elements[0].type, wf::ValueType::list);
  EXPECT_EQ(elements[1].type, wf::ValueType::integer);
  EXPECT_TRUE(elements[1].nullable);
  EXPECT_THAT(definition->workflow().inputs[1].elements, IsEmpty());
}

TEST(WfUndo, is_a_step_that_follows_only_what_it_undoes) {
  const auto definition = wf_file(R"(step a: run "x" {
  undo run "./back {{ result.stdout }}" {
    timeout 5m
  }
}
parallel {
  step b: run "x" {
    undo agent Helper "Take {{ b }} back"
  }
  step c: run "x"
}
step d: run "x"
)");
  EXPECT_THAT(findings(*definition), IsEmpty());
  ASSERT_EQ(definition->workflow().steps.size(), 6U);
  const model::Step& undo = definition->step(4);
  EXPECT_EQ(undo.undoes, 0U);
  EXPECT_EQ(undo.kind, wf::StepKind::command);
  EXPECT_EQ(undo.timeout_ms, 300'000U);
  EXPECT_THAT(needs_of(*definition, 4), ElementsAre("a"));
  // What it undoes is what `result` is.
  const expr::Expr& used = undo.prompt.at(0).text.nodes.at(1).expr;
  EXPECT_EQ(used.children[0].binding.kind, dsl::BindingKind::step);
  EXPECT_EQ(used.children[0].binding.index, 0U);
  EXPECT_EQ(definition->step(5).agent.value, "Helper");
  EXPECT_EQ(definition->step(5).undoes, 1U);
  EXPECT_EQ(definition->step(0).timeout_ms, 0U);
  EXPECT_THAT(needs_of(*definition, 3), ElementsAre("b", "c"));
}

TEST(WfUndo, wrong_ones) {
  EXPECT_THAT(findings(*wf_file(R"(step a: run "x" {
  undo
}
step b: run "x" {
  undo approve "x"
}
step c: run "x" {
  undo run "x" {
    always
  }
}
)")),
              ElementsAre(StartsWith("WF0104 3:3"), StartsWith("WF0204 6:8 `approve`"),
                          StartsWith("WF0204 10:5 `always`")));
}

TEST(WfDefine, stands_where_it_is_used) {
  const auto definition =
      wf_file(R"(define step review(area: string, change: string, strict: bool = true): agent Reviewer {
  prompt "For {{ area }}{% if strict %}!{% endif %}: {{ change | trim }}"
  timeout 1m
  env AREA = area ~ "?"
  on fail retry 1
  gate {
    check result.area == area
  }
  undo run "undo {{ change }}"
}
step edit: agent "x"
step a: review(area = "security", change = edit.output) {
  timeout 5m
  on fail retry 3
  env MORE = 1
}
step b "Title": review(change = edit, area = "style", strict = false) when edit.ok
)");
  EXPECT_THAT(findings(*definition), IsEmpty());
  const model::Step& a = definition->step(1);
  EXPECT_EQ(a.agent.value, "Reviewer");
  EXPECT_EQ(a.timeout_ms, 300'000U);
  EXPECT_EQ(spelt(a.prompt.at(0).text), "For {\"security\"}{if true}!{/}: {edit.output | trim}");
  ASSERT_EQ(a.env.size(), 2U);
  EXPECT_EQ(a.env[0].value->children[0].text, "security");
  EXPECT_THAT(answers(a.reactions), ElementsAre("fail retry 3"));
  ASSERT_TRUE(a.extras);
  EXPECT_EQ(a.extras->quality_gates.at(0).criteria.at(0).holds.children[1].text, "security");
  const model::Step& b = definition->step(2);
  EXPECT_EQ(b.title, "Title");
  EXPECT_TRUE(b.when);
  EXPECT_EQ(b.timeout_ms, 60'000U);
  EXPECT_THAT(answers(b.reactions), ElementsAre("fail retry 1"));
  EXPECT_EQ(definition->step(3).undoes, 1U);
  EXPECT_EQ(spelt(definition->step(3).prompt.at(0).text), "undo {edit.output}");
}

TEST(WfDefine, sees_only_its_parameters) {
  const auto definition = wf_file(R"(input task: string
define step review(area: string): agent "{{ area }} {{ task }} {% for x in area %}{{ x }}{% endfor %} {{ feedback }}"
step a: review(area = task)
)");
  std::vector<dsl::BindingKind> kinds;
  for (const expr::TemplateNode& node : definition->step(0).prompt.at(0).text.nodes)
    if (node.kind == expr::NodeKind::value) kinds.push_back(node.expr.binding.kind);
  using dsl::BindingKind;
  EXPECT_THAT(kinds, ElementsAre(BindingKind::input, BindingKind::unbound, BindingKind::feedback));
  EXPECT_THAT(findings(*definition), ElementsAre("WF0301 3:56 no variable is named `task`"));
}

// As often as it is used, and whether it is used.
TEST(WfDefine, a_mistake_in_it_is_one_mistake) {
  const std::string define =
      "define step send(area: string): run \"x {{ aera }} {{ nothing }} {{ nothing }}\"\n";
  const std::vector<std::string> expected = {"WF0301 2:43 no variable is named `aera`",
                                             "WF0301 2:54 no variable is named `nothing`"};
  const auto unused = wf_file(define + "step a: agent \"x\"\n");
  EXPECT_EQ(findings(*unused), expected);
  EXPECT_THAT(unused->report.all()[0]->help, ElementsAre("did you mean `area`?"));
  EXPECT_EQ(unused->report.all()[1]->notes.at(0).message, "and 1 more use");
  const auto used = wf_file(define + "step a: send(area = \"a\")\nstep b: send(area = \"b\")\n");
  EXPECT_EQ(findings(*used), expected);
  EXPECT_THAT(used->report.all()[0]->notes, IsEmpty());
}

TEST(WfDefine, what_nobody_uses_is_kept_for_the_checks_alone) {
  const auto definition = wf_file(R"(define step send(area: string, n: int = 1): run "x {{ area }}" {
  undo run "y {{ n }}"
  gate {
    check result.ok
  }
}
define step again(what: string): send(area = what)
step a: agent "x"
)");
  EXPECT_THAT(findings(*definition), ElementsAre("note WF0305 2:13 no step is made with `send`",
                                                 "note WF0305 8:13 no step is made with `again`"));
  const model::Workflow& workflow = definition->workflow();
  EXPECT_EQ(workflow.steps.size(), 1U);
  EXPECT_THAT(workflow.inputs, IsEmpty());
  EXPECT_THAT(workflow.beyond, IsEmpty());
  ASSERT_EQ(workflow.unused.size(), 1U);
  const model::Workflow& unused = workflow.unused[0];
  EXPECT_THAT(unused.beyond, IsEmpty());
  // `again`, made of `send`, and what undoes it.
  ASSERT_EQ(unused.steps.size(), 2U);
  EXPECT_EQ(spelt(unused.steps[0].prompt.at(0).text), "x {area}");
  EXPECT_EQ(unused.steps[1].undoes, 0U);
  EXPECT_EQ(unused.inputs.at(0).name.value, "what");
}

TEST(WfDefine, wrong_uses) {
  EXPECT_THAT(
      findings(*wf_file(R"(define step review(area: string, more: int = 1): agent "{{ area }}" {
  after b
  on fail back to b max 1
}
define step a1(x: string): a2(x = x)
define step a2(x: string): a1(x = x)
define step unused(x: strng): agnt "y"
step b: reviw(area = "x")
step c: review(aera = "x")
step d: review()
step e: review(area = "x", area = "y")
step f: a1(x = "x")
step g: review(area = "x")
)")),
      ElementsAre(StartsWith("WF0204 3:3 `after`"), StartsWith("WF0204 4:3 `on`"), StartsWith("WF0501 7:28"),
                  "WF0208 8:23 a type cannot be `strng`", "WF0208 8:31 what a step does cannot be `agnt`",
                  "WF0301 9:9 no defined step is named `reviw`",
                  "WF0311 10:16 `review` has no parameter `aera`", "WF0311 11:9 `review` needs `area`",
                  StartsWith("WF0203 12:28")));
}

TEST(WfImport, brings_defined_steps_and_their_agents) {
  const Folder folder("wf_import_test");
  folder.write("lib/reviews.wf", R"(import "deep/more.wf" as more
agent Lawyer {
  model "law"
  instructions "Be careful"
}
define step licences(change: string): agent Lawyer from "licences.md" {
  output report
}
define step twice(change: string): more.base(text = change ~ change) {
  timeout 2m
}
)");
  folder.write("lib/licences.md", "Check {{ change }}");
  folder.write("lib/deep/more.wf", "define step base(text: string): run \"echo {{ text }}\"\n");
  const auto definition = wf_file(R"(import "lib/reviews.wf" as reviews
agent Lawyer {
  model "mine"
}
step edit: agent Lawyer "x"
step a: reviews.licences(change = edit.output)
step b: reviews.twice(change = "x")
)",
                                  {.root = folder.path()});
  EXPECT_THAT(findings(*definition), IsEmpty());
  EXPECT_EQ(definition->step(0).model, "mine");
  EXPECT_EQ(definition->step(1).model, "law");
  EXPECT_EQ(spelt(definition->step(1).prompt.at(0).text), "Check {edit.output}");
  EXPECT_EQ(definition->step(1).output.value, "report");
  EXPECT_EQ(definition->step(2).kind, wf::StepKind::command);
  EXPECT_EQ(definition->step(2).timeout_ms, 120'000U);
}

TEST(WfImport, wrong_ones) {
  const Folder folder("wf_import_wrong_test");
  folder.write("round.wf", "import \"again.wf\" as again\n");
  folder.write("again.wf", "import \"round.wf\" as round\n");
  folder.write("steps.wf", "workflow x\nstep a: run \"x\"\nlet y = 1\n");
  folder.write("loose.wf", "step a: run \"x\"\nlet y = 1\n");
  EXPECT_THAT(findings(*wf_file(R"(import "round.wf" as round
import "steps.wf" as steps
import "missing.wf" as missing
import "../out.wf" as out
import "steps.wf"
import "steps.wf" as steps
step a: missing.x(y = 1)
step b: steps.nothing(y = 1)
import "loose.wf" as loose
)",
                                {.root = folder.path()})),
              ElementsAre("WF0307 4:8 cannot read `missing.wf`: there is no such file",
                          "WF0308 5:8 `../out.wf` leads out of the definition's folder",
                          StartsWith("WF0104 6:18"), "WF0302 7:22 the name `steps` is taken",
                          "WF0508 1:8 `round.wf` imports itself", StartsWith("WF0204 1:1 `workflow`"),
                          StartsWith("WF0204 1:1 `step`"), StartsWith("WF0204 2:1 `let`")));
}

TEST(WfImport, many_uses_of_uses_come_to_an_end) {
  const Folder folder("wf_import_many_test");
  for (int i = 0; i < 120; ++i)
    folder.write(
        "m" + std::to_string(i) + ".wf",
        "import \"m" + std::to_string(i + 1) + ".wf\" as n\ndefine step s(x: string): n.s(x = x ~ x)\n");
  const auto definition = wf_file("import \"m0.wf\" as n\nstep a: n.s(x = \"x\")\n", {.root = folder.path()});
  EXPECT_THAT(findings(*definition), testing::Contains(StartsWith("WF0114")));
}

}  // namespace
}  // namespace wfc
