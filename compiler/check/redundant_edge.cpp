// Finds needs that follow from others: a step waits for another one that something else it waits for follows.
// A matter of taste, so only when one asks for it.
#include "compiler/check/check.h"
#include "compiler/diag/edits.h"
#include "compiler/insight/paths.h"

namespace wfc::check {

void redundant_edge(const Subject& in, diag::Report& report) {
  constexpr std::size_t needs_max = 64;
  if (!in.pedantic || in.workflow.needs_key.empty()) return;
  const std::vector<char> unclear = unclear_steps(in);
  insight::Paths paths(in.workflow, in.graph);
  for (const model::StepIndex index : in.graph.order()) {
    const std::vector<model::Need>& needs = in.workflow.steps[index].needs;
    if (unclear[index] || needs.size() < 2 || needs.size() > needs_max) continue;
    for (const model::Need& need : needs) {
      if (!need.written || !need.step.span.known()) continue;
      const model::Need* by = nullptr;
      for (const model::Need& other : needs)
        // Where something runs `always` in between, the edge says more: that it must not have failed.
        if (other.target != need.target && in.graph.precedes(need.target, other.target) &&
            paths.bound_to(need.target, other.target))
          by = &other;
      if (by == nullptr) continue;
      auto draft = report.add(diag::redundant_edge, need.step.span, in.workflow.steps[index].id.value,
                              in.workflow.steps[need.target].id.value);
      draft.label("`" + in.workflow.steps[by->target].id.value + "` follows it already").help("leave it out");
      if (in.sources != nullptr) draft.fix("leave it out", diag::without_entry(*in.sources, need.step.span));
    }
  }
}

}  // namespace wfc::check
