// Finds limits of money that cannot be held, because nobody has said what a model costs.
//
// Prices stand in `wfc.toml`. Where it names none, nothing is known here of any model, and whoever runs the
// program may know.
#include <algorithm>
#include <unordered_set>

#include "compiler/check/check.h"

namespace wfc::check {
namespace {

using model::Step;

// The first limit of money that holds for `step`.
Span limit_for(const model::Workflow& workflow, const Step& step) {
  if (workflow.budget && !workflow.budget->outputs_only) {
    if (workflow.budget->micro_usd > 0) return workflow.budget->at.money;
    if (workflow.budget->each.micro_usd > 0) return workflow.budget->each_at.money;
  }
  if (step.extras && step.extras->budget && step.extras->budget->micro_usd > 0)
    return step.extras->budget->at.money;
  return {};
}

}  // namespace

void unpriced_model(const Subject& in, diag::Report& report) {
  if (in.requirements == nullptr || !in.requirements->prices_declared) return;
  const std::vector<std::string>& priced = in.requirements->priced;
  const std::unordered_set<std::string_view> known(priced.begin(), priced.end());
  std::unordered_set<std::string_view> said;
  for (const Step& step : in.workflow.steps) {
    if (step.model.empty() || step.broken || known.contains(step.model)) continue;
    const Span limit = limit_for(in.workflow, step);
    if (!limit.known() || !said.insert(step.model).second) continue;
    auto draft = report.add(diag::unpriced_model, limit, step.model);
    draft.label("nobody could tell when this is spent");
    draft.also(step.agent.span.known() ? step.agent.span : step.id.span,
               "`" + step.id.value + "` asks `" + step.model + "`");
    const std::string near = diag::closest(step.model, priced);
    draft.help(near.empty() ? "say what it costs in `[prices]` of `wfc.toml`"
                            : "`[prices]` of `wfc.toml` has `" + near + "`: is that what is meant?");
  }
}

}  // namespace wfc::check
