// Finds questions to people whose answer changes nothing: no step follows, and others run whatever they say.
#include "compiler/check/check.h"
#include "compiler/model/walk.h"

namespace wfc::check {

void dead_end_approval(const Subject& in, diag::Report& report) {
  const std::vector<model::Step>& steps = in.workflow.steps;
  std::vector<char> unclear;
  for (const model::StepIndex index : in.graph.order()) {
    const model::Step& step = steps[index];
    if (step.kind != wf::StepKind::approve || !in.graph.followers(index).empty() || !step.reactions.empty())
      continue;
    if (step.undoes != model::none) continue;
    // At the end of all, people say whether the run was good: a refusal cancels it.
    bool at_end = true;
    for (model::StepIndex other = 0; other < steps.size() && at_end; ++other)
      at_end = other == index || steps[other].undoes != model::none || in.graph.precedes(other, index);
    if (at_end) continue;
    if (unclear.empty()) unclear = unclear_steps(in);
    if (unclear[index]) continue;
    report.add(diag::dead_end_approval, step.id.span, step.id.value)
        .label("no step waits for it")
        .help(in.workflow.needs_key.empty() || in.workflow.needs_key == "after"
                  ? "put it before the step that it is about"
                  : "name it in `" + in.workflow.needs_key + "` of the step that it is about");
  }
}

}  // namespace wfc::check
