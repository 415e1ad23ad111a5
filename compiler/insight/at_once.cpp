// Three reasons why two steps never run at once.
#include "compiler/insight/at_once.h"

#include <algorithm>

#include "compiler/graph/loops.h"
#include "compiler/model/walk.h"

namespace wfc::insight {

using model::none;

namespace {

constexpr std::uint64_t effort_max = 20'000'000;
constexpr std::size_t held_back_max = 256;

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

// Through the graph, or because a loop has to settle in between.
bool AtOnce::precedes(StepIndex first, StepIndex then) const {
  if (graph_.precedes(first, then)) return true;
  return std::any_of(held_back_.begin(), held_back_.end(), [&](const auto& edge) {
    return (edge.first == first || graph_.precedes(first, edge.first)) &&
           (edge.second == then || graph_.precedes(edge.second, then));
  });
}

bool AtOnce::exclude(StepIndex a, StepIndex b) {
  if (!paths_.conditional(a) || !paths_.conditional(b)) return false;
  return paths_.exclude(a, b);
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

bool AtOnce::may(StepIndex a, StepIndex b) {
  if (a == b || precedes(a, b) || precedes(b, a)) return false;
  return !take_turns(a, b) && !exclude(a, b);
}

}  // namespace wfc::insight
