// Finds joins that a condition on one of their ways skips, together with all that follows them.
//
// A `check` that does not hold skips everything after it. Where a join waits for it and for steps that have
// nothing to do with it, what these have done comes to nothing, too.
#include "compiler/check/check.h"
#include "compiler/insight/paths.h"

namespace wfc::check {
namespace {

using model::none;
using model::StepIndex;

}  // namespace

void join_on_skippable(const Subject& in, diag::Report& report) {
  const std::vector<model::Step>& steps = in.workflow.steps;
  // Of each step, a check that it hangs on, the nearest.
  std::vector<StepIndex> hangs_on;
  bool any = false;
  for (const model::Step& step : steps) any = any || (step.kind == wf::StepKind::join && !step.id_generated);
  if (!any) return;
  const std::vector<char> unclear = unclear_steps(in);
  hangs_on.assign(steps.size(), none);
  for (const StepIndex index : in.graph.order()) {
    const model::Step& step = steps[index];
    StepIndex with = none, without = none;
    for (const StepIndex need : in.graph.needs(index)) {
      const StepIndex on = insight::may_stop(steps[need]) ? need : hangs_on[need];
      if (on != none && with == none) with = on;
      if (on == none) without = need;
    }
    if (step.run_if == wf::RunIf::always) continue;
    hangs_on[index] = with;
    const bool joins = step.kind == wf::StepKind::join && !step.id_generated;
    if (!joins || unclear[index] || with == none || without == none) continue;
    // What the check itself follows is no way of its own.
    bool apart = false;
    for (const StepIndex need : in.graph.needs(index))
      apart = apart || (need != with && hangs_on[need] == none && !insight::may_stop(steps[need]) &&
                        !in.graph.precedes(need, with));
    if (!apart) continue;
    report.add(diag::join_on_skippable, step.id.span, step.id.value, steps[with].id.value)
        .label("and so is everything after it")
        .also(steps[with].id.span, "when this does not hold")
        .note("`" + steps[without].id.value + "` has nothing to do with it, and its work comes to nothing",
              steps[without].id.span)
        .help("let only what needs the condition follow it");
  }
}

}  // namespace wfc::check
