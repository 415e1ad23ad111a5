// The reasons why two steps never run at once.
#include "compiler/insight/at_once.h"

#include <algorithm>

#include "compiler/graph/loops.h"
#include "compiler/model/walk.h"

namespace wfc::insight {

using model::none;

namespace {

constexpr std::uint64_t effort_max = 20'000'000;
constexpr std::size_t held_back_max = 256;
constexpr std::size_t chained_steps_max = 4096;  // Up to which the graph answers at once.

}  // namespace

AtOnce::AtOnce(const model::Workflow& workflow, const graph::StepGraph& graph)
    : workflow_(workflow), graph_(graph), paths_(workflow, graph) {
  std::vector<graph::Back> backs;
  model::for_each_reactions(workflow, [&](const std::vector<model::Reaction>& reactions, StepIndex from) {
    for (const model::Reaction& loop : reactions)
      if (loop.response == model::Response::back && loop.target != none && from != none &&
          graph.precedes(loop.target, from))
        backs.push_back({loop.target, from});
  });
  if (backs.empty()) return;
  std::vector<std::vector<std::uint32_t>> needs(workflow.steps.size());
  for (const StepIndex step : graph.order())
    for (const StepIndex need : graph.needs(step)) needs[step].push_back(need);
  if (!graph::settle_loops(needs, backs, effort_max)) return;
  for (const StepIndex step : graph.order())
    for (std::size_t i = graph.needs(step).size();
         i < needs[step].size() && held_back_.size() < held_back_max; ++i)
      held_back_.emplace_back(needs[step][i], step);
}

// Which of those that wait for a loop come before the step of another loop.
void AtOnce::chain_held_back() {
  then_.resize(held_back_.size());
  if (workflow_.steps.size() > chained_steps_max) return;
  for (std::uint32_t one = 0; one < held_back_.size(); ++one)
    for (std::uint32_t other = 0; other < held_back_.size(); ++other) {
      const StepIndex from = held_back_[one].second, to = held_back_[other].first;
      if (one != other && (from == to || graph_.precedes(from, to))) then_[one].push_back(other);
    }
}

// Through the graph, or because loops have to settle in between.
bool AtOnce::precedes(StepIndex first, StepIndex then) {
  if (graph_.precedes(first, then)) return true;
  if (held_back_.empty()) return false;
  if (then_.empty()) chain_held_back();
  std::vector<char> seen(held_back_.size(), 0);
  std::vector<std::uint32_t> open;
  const auto enter = [&](std::uint32_t edge) {
    if (!std::exchange(seen[edge], 1)) open.push_back(edge);
  };
  for (std::uint32_t edge = 0; edge < held_back_.size(); ++edge)
    if (held_back_[edge].first == first || graph_.precedes(first, held_back_[edge].first)) enter(edge);
  for (std::size_t next = 0; next < open.size(); ++next) {
    const StepIndex waits = held_back_[open[next]].second;
    if (waits == then || graph_.precedes(waits, then)) return true;
    for (const std::uint32_t edge : then_[open[next]]) enter(edge);
  }
  return false;
}

bool AtOnce::exclude(StepIndex a, StepIndex b) {
  if (!paths_.conditional(a) || !paths_.conditional(b)) return false;
  return paths_.exclude(a, b);
}

bool AtOnce::begins(StepIndex step) {
  if (!paths_.conditional(step)) return true;
  const auto [found, fresh] = begins_.try_emplace(step, true);
  if (fresh) {
    const Conditions::Answer answer = paths_.can_begin(step);
    found->second = !answer.judged || answer.possible;
  }
  return found->second;
}

// One place in a group around both, or in the whole run.
bool AtOnce::take_turns(StepIndex a, StepIndex b) const {
  if (workflow_.running_max == 1) return true;
  const std::vector<model::Group>& groups = workflow_.groups;
  for (std::uint32_t at = workflow_.steps[a].group; at != none; at = groups[at].outer) {
    if (groups[at].running_max != 1) continue;
    for (std::uint32_t other = workflow_.steps[b].group; other != none; other = groups[other].outer)
      if (other == at) return true;
  }
  return false;
}

bool AtOnce::free(StepIndex step) const {
  if (!held_back_.empty()) return false;  // Loops may turn an order round that the graph leaves open.
  if (paths_.conditional(step) || workflow_.running_max == 1) return false;
  for (std::uint32_t at = workflow_.steps[step].group; at != none; at = workflow_.groups[at].outer)
    if (workflow_.groups[at].running_max == 1) return false;
  return true;
}

bool AtOnce::may(StepIndex a, StepIndex b) {
  if (a == b || precedes(a, b) || precedes(b, a)) return false;
  return !take_turns(a, b) && !exclude(a, b) && begins(a) && begins(b);
}

}  // namespace wfc::insight
