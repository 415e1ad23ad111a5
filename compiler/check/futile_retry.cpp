// Finds repeats of what comes out the same again: a check looks at what does not change while it waits, and
// what people have said is not asked again.
#include "compiler/check/check.h"

namespace wfc::check {

namespace {

bool repeats(const model::Reaction& reaction) {
  return reaction.response == model::Response::retry || reaction.response == model::Response::repair;
}

}  // namespace

void futile_retry(const Subject& in, diag::Report& report) {
  const auto look = [&](const std::vector<model::Reaction>& reactions, const model::Step& step, bool before) {
    if (step.broken) return;
    for (const model::Reaction& reaction : reactions) {
      if (!repeats(reaction)) continue;
      const bool asks = step.kind == wf::StepKind::approve || reaction.on == model::Outcome::reject;
      if (!before && !asks && model::may_be_repeated(step.kind)) continue;
      report.add(diag::no_effect, reaction.span, model::word_of(reaction.response))
          .label(asks && !before ? "people are not asked the same again"
                                 : "nothing that is looked at changes meanwhile")
          .help("go back to a step that makes it otherwise");
    }
  };
  for (const model::Step& step : in.workflow.steps) {
    look(step.reactions, step, false);
    if (!step.extras) continue;
    for (const model::QualityGate& gate : step.extras->quality_gates) look(gate.reactions, step, gate.before);
  }
}

}  // namespace wfc::check
