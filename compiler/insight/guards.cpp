// Walks back from a step, the nearest first, until somebody is found who guards it.
#include "compiler/insight/guards.h"

#include <algorithm>

#include "compiler/graph/loops.h"
#include "compiler/model/walk.h"

namespace wfc::insight {
namespace {

using model::none;
using model::Outcome;
using model::Reaction;
using model::Response;
using model::Step;

constexpr std::uint64_t effort_max = 20'000'000;
constexpr std::size_t looked_at_max = 256;  // Guards before one step.
constexpr std::size_t together_max = 8;

bool forgives(const std::vector<Reaction>& reactions, std::initializer_list<Outcome> outcomes) {
  return std::any_of(reactions.begin(), reactions.end(), [&](const Reaction& of) {
    return of.response == Response::go_on &&
           std::find(outcomes.begin(), outcomes.end(), of.on) != outcomes.end();
  });
}

bool decides(const model::QualityGate& gate) {
  return gate.blocks && !forgives(gate.reactions, {Outcome::fail, Outcome::holds});
}

// Does the whole run end when it says no, or says nothing?
bool ends_run(const Step& step, bool fail_fast) {
  if (step.answered_by != none) fail_fast = false;  // The block around it decides.
  for (const Reaction& of : step.reactions)
    if (of.response == Response::stop) return false;
  if (!step.gate) return fail_fast;
  return (step.gate->on_reject == wf::OnReject::cancel || fail_fast) &&
         (step.gate->on_timeout == wf::OnTimeout::cancel || fail_fast);
}

}  // namespace

bool is_guard(const Step& step) {
  if (step.undoes != none) return false;
  if (step.kind == wf::StepKind::approve || step.gate) return true;
  return step.extras &&
         std::any_of(step.extras->quality_gates.begin(), step.extras->quality_gates.end(), decides);
}

bool opens_by_itself(const Step& step) {
  if (step.kind == wf::StepKind::approve || step.gate)
    return (step.gate && step.gate->on_timeout == wf::OnTimeout::proceed) ||
           forgives(step.reactions, {Outcome::reject, Outcome::timeout});
  return forgives(step.reactions, {Outcome::fail, Outcome::holds});
}

Guards::Guards(const model::Workflow& workflow, const graph::StepGraph& graph)
    : workflow_(workflow), graph_(graph), paths_(workflow, graph), seen_by_(workflow.steps.size(), none) {}

void Guards::find_loops() {
  if (std::exchange(loops_found_, true)) return;
  std::vector<graph::Back> backs;
  model::for_each_reactions(workflow_, [&](const std::vector<Reaction>& list, StepIndex from) {
    for (const Reaction& loop : list) {
      if (loop.response != Response::back || loop.target == none || from == none || loop.target == from)
        continue;
      if (!graph_.precedes(loop.target, from)) continue;
      backs.push_back({loop.target, from});
      loops_.push_back({&loop, from, {}});
    }
  });
  if (backs.empty()) return;
  std::vector<std::vector<std::uint32_t>> needs(workflow_.steps.size());
  for (const StepIndex step : graph_.order())
    for (const StepIndex need : graph_.needs(step)) needs[step].push_back(need);
  auto bodies = graph::settle_loops(needs, backs, effort_max);
  if (!bodies) loops_.clear();
  for (std::size_t i = 0; i < loops_.size(); ++i) loops_[i].body = std::move((*bodies)[i]);
}

Guarded Guards::through(StepIndex guard, StepIndex step) {
  const Step& of = workflow_.steps[guard];
  if (opens_by_itself(of)) return {.way = Guarded::Way::by_itself, .by = guard};
  const bool reached = paths_.bound_to(guard, step) || (workflow_.steps[step].run_if != wf::RunIf::always &&
                                                        ends_run(of, workflow_.fail_fast));
  // Or the step asks itself how it was answered.
  if (!reached && paths_.can_begin_after(step, guard, failed | cancelled))
    return {.way = Guarded::Way::always, .by = guard};
  find_loops();
  const auto runs = [](const Loop& loop, StepIndex again) {
    return std::binary_search(loop.body.begin(), loop.body.end(), again);
  };
  for (const Loop& loop : loops_)
    if (runs(loop, step) && !runs(loop, guard))
      return {.way = Guarded::Way::loop, .by = guard, .loop = loop.reaction, .from = loop.from};
  paths_.begin();
  Missing missing = paths_.missing(step, Conditions::always, guard);
  if (missing.why != Missing::Why::never)
    return {.way = Guarded::Way::condition, .by = guard, .missing = std::move(missing)};
  return {.way = Guarded::Way::guarded, .by = guard};
}

Guarded Guards::of(StepIndex step) {
  Guarded nearest;
  // Those that only their conditions pass over: one of them may be asked where another one is not.
  std::vector<StepIndex> sometimes;
  std::vector<StepIndex> reached{step};
  std::size_t looked_at = 0;
  for (std::size_t next = 0; next < reached.size(); ++next) {
    for (const StepIndex need : graph_.needs(reached[next])) {
      // In doubt nothing is said.
      if (++effort_ > effort_max) return {.way = Guarded::Way::guarded};
      if (seen_by_[need] == step) continue;
      seen_by_[need] = step;
      reached.push_back(need);
      if (!is_guard(workflow_.steps[need])) continue;
      if (++looked_at > looked_at_max) return {.way = Guarded::Way::guarded};
      Guarded found = through(need, step);
      if (found.way == Guarded::Way::guarded) return found;
      if (found.way == Guarded::Way::condition && paths_.bound_to(need, step) &&
          sometimes.size() < together_max)
        sometimes.push_back(need);
      if (nearest.way == Guarded::Way::nobody) nearest = std::move(found);
    }
  }
  if (sometimes.size() > 1 && !paths_.can_run_without(step, sometimes))
    return {.way = Guarded::Way::guarded, .by = sometimes[0]};
  return nearest;
}

}  // namespace wfc::insight
