// What a workflow shows to be beyond the engine: each thing once, in its words, and nothing that runs.
#include <gmock/gmock.h>

#include "compiler/model/workflow.h"

namespace wfc::model {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Step& add_step(Workflow& workflow, const std::string& id, wf::StepKind kind = wf::StepKind::command) {
  Step& step = workflow.steps.emplace_back();
  step.id = {id, {}};
  step.kind = kind;
  return step;
}

Reaction answer(Outcome on, Response response, const std::string& to = {}) {
  Reaction reaction;
  reaction.on = on;
  reaction.response = response;
  reaction.to = {to, {}};
  return reaction;
}

std::vector<std::string> beyond_of(Workflow workflow) {
  link(workflow);
  std::vector<std::string> words;
  for (const Beyond& beyond : workflow.beyond) words.push_back(beyond.what);
  return words;
}

TEST(Beyond, is_nothing_that_the_engine_does) {
  Workflow workflow;
  add_step(workflow, "a").reactions = {answer(Outcome::fail, Response::retry),
                                       answer(Outcome::fail, Response::retry),
                                       answer(Outcome::fail, Response::fail)};
  add_step(workflow, "b", wf::StepKind::approve).gate.emplace();
  workflow.steps[1].reactions = {answer(Outcome::reject, Response::back, "a"),
                                 answer(Outcome::timeout, Response::stop)};
  Reaction picky = answer(Outcome::fail, Response::retry);
  picky.stop_on_no_progress = true;
  add_step(workflow, "c").reactions = {
      answer(Outcome::fail, Response::back, "a"), answer(Outcome::timeout, Response::retry),
      answer(Outcome::holds, Response::go_on), answer(Outcome::holds, Response::cancel), picky};
  add_step(workflow, "d", wf::StepKind::check).reactions = {answer(Outcome::fail, Response::back, "a")};
  EXPECT_THAT(beyond_of(workflow), IsEmpty());
}

TEST(Beyond, is_no_answer_of_checks_questions_and_what_looks_before) {
  Workflow workflow;
  add_step(workflow, "a");
  add_step(workflow, "check", wf::StepKind::check).reactions = {answer(Outcome::fail, Response::approve),
                                                                answer(Outcome::fail, Response::escalate),
                                                                answer(Outcome::holds, Response::go_on)};
  Step& ask = add_step(workflow, "ask", wf::StepKind::approve);
  ask.gate.emplace().on_timeout = wf::OnTimeout::escalate;
  ask.reactions = {answer(Outcome::fail, Response::stop), answer(Outcome::holds, Response::back, "a"),
                   answer(Outcome::reject, Response::back, "a")};
  ask.reactions.back().when.emplace();
  ask.extras.emplace().quality_gates.resize(1);
  workflow.steps[0].extras.emplace().quality_gates.resize(1);
  workflow.steps[0].extras->quality_gates[0].before = true;
  workflow.steps[0].extras->quality_gates[0].reactions = {answer(Outcome::fail, Response::escalate)};
  workflow.escalation.emplace().to = EscalateTo::workflow;
  EXPECT_THAT(beyond_of(workflow), IsEmpty());
}

TEST(Beyond, names_every_other_answer) {
  Workflow workflow;
  add_step(workflow, "a");
  Step& b = add_step(workflow, "b");
  b.reactions = {answer(Outcome::breach, Response::back, "a"), answer(Outcome::block, Response::retry),
                 answer(Outcome::holds, Response::approve), answer(Outcome::fail, Response::back, "nowhere")};
  Step& end = add_step(workflow, "both:end", wf::StepKind::join);
  end.ends_block = true;
  end.reactions = {answer(Outcome::fail, Response::back, "a"), answer(Outcome::reject, Response::go_on),
                   answer(Outcome::block, Response::go_on)};
  EXPECT_THAT(beyond_of(workflow),
              ElementsAre("the loop of step `b` back to `a`", "`on block retry` of step `b`",
                          "`on block continue` of the block `both`"));
}

TEST(Beyond, names_degrading_and_monitoring) {
  Workflow workflow;
  Step& a = add_step(workflow, "a");
  a.extras.emplace().quality_gates.resize(1);
  a.extras->quality_gates[0].name = {"coverage", {}};
  a.extras->quality_gates[0].reactions = {
      answer(Outcome::fail, Response::retry), answer(Outcome::fail, Response::repair),
      answer(Outcome::fail, Response::back, "a"), answer(Outcome::fail, Response::degrade)};
  add_step(workflow, "b").undoes = 0;
  workflow.monitor.emplace();
  workflow.budget.emplace().reactions = {answer(Outcome::breach, Response::degrade)};
  EXPECT_THAT(beyond_of(workflow),
              ElementsAre("`on fail degrade` of the gate `coverage` of step `a`", "monitoring"));
}

}  // namespace
}  // namespace wfc::model
