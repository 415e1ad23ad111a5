// Finds steps that are to follow a step that nobody wrote.
#include "compiler/check/check.h"

namespace wfc::check {

void unknown_step(const Subject& in, diag::Report& report) {
  // Guesses cost a look at every name: after many mistakes of this kind they stop.
  constexpr int guesses_max = 100;
  std::vector<std::string> ids;
  int guesses = 0;
  const auto look_at = [&](const std::vector<model::Need>& needs) {
    for (const model::Need& need : needs) {
      if (need.target != model::none || !need.written) continue;
      if (ids.empty())
        for (const model::Step& step : in.workflow.steps) ids.push_back(step.id.value);
      auto draft = report.add(diag::unknown_name, need.step.span, diag::Noun::step, need.step.value);
      draft.label("not a step in this workflow");
      if (++guesses <= guesses_max) draft.did_you_mean(diag::closest(need.step.value, ids), need.step.span);
    }
  };
  for (const model::Step& step : in.workflow.steps) look_at(step.needs);
  for (const model::Branch& branch : in.workflow.branches) look_at(branch.needs);
}

}  // namespace wfc::check
