// Finds what is declared and never used: names of outputs, inputs, and constants.
//
// The output of a step that nothing follows is the result of the run. What a dialect gives by itself need not
// be used.
#include <algorithm>

#include "compiler/check/check.h"

namespace wfc::check {

void unused(const Subject& in, diag::Report& report) {
  using dsl::BindingKind;
  const model::Workflow& workflow = in.workflow;
  // Where a name is wrong, it may be the one that seems unused.
  for (const auto& said : report.all())
    if (said->severity == diag::Severity::error && said->span.known() &&
        said->span.file >= workflow.span.file)
      return;
  const bool any_named = std::any_of(
      workflow.steps.begin(), workflow.steps.end(),
      [](const model::Step& step) { return !step.output.value.empty() && step.output.span.known(); });
  const auto is_declared = [](const model::Input& input) {
    return !input.implied && input.name.span.known();
  };
  const bool any_input = std::any_of(workflow.inputs.begin(), workflow.inputs.end(), is_declared);
  if (!any_named && !any_input && (!workflow.one_space || workflow.lets.empty())) return;
  std::vector<char> outputs(workflow.steps.size(), 0), lets(workflow.lets.size(), 0),
      inputs(workflow.inputs.size(), 0);
  model::for_each_expression(workflow, [&](const expr::Expr& expr, model::StepIndex, std::string_view) {
    model::for_each_name(expr, [&](const expr::Expr& name) {
      switch (name.binding.kind) {
        case BindingKind::output:
        case BindingKind::step:
          outputs[name.binding.index] = 1;
          break;
        case BindingKind::input:
          inputs[name.binding.index] = 1;
          break;
        case BindingKind::let:
          lets[name.binding.index] = 1;
          break;
        case BindingKind::group:
          for (const model::StepIndex member : workflow.groups[name.binding.index].members)
            outputs[member] = 1;
          break;
        default:
          break;
      }
    });
  });
  bool all_follow = false;
  for (const model::Step& step : workflow.steps) {
    // What could not be read may have used anything.
    if (step.broken) return;
    all_follow = all_follow || step.results_follow;
  }
  for (model::StepIndex i = 0; i < workflow.steps.size() && !all_follow; ++i) {
    const model::Step& step = workflow.steps[i];
    const bool named =
        !step.output.value.empty() && step.output.span.known() && step.output.value != step.id.value;
    // What goes back, or is mended, hands its output on without a name.
    const bool handed_on = !step.reactions.empty() || step.gate;
    if (!named || outputs[i] || in.graph.followers(i).empty() || handed_on) continue;
    report.add(diag::unused, step.output.span, "no step uses the output `" + step.output.value + "`")
        .label("declared here");
  }
  for (std::uint32_t i = 0; i < workflow.inputs.size(); ++i)
    if (!inputs[i] && is_declared(workflow.inputs[i]))
      report
          .add(diag::unused, workflow.inputs[i].name.span,
               "nothing uses the input `" + workflow.inputs[i].name.value + "`")
          .label("declared here");
  for (std::uint32_t i = 0; i < workflow.lets.size() && workflow.one_space; ++i)
    if (!lets[i])
      report
          .add(diag::unused, workflow.lets[i].name.span, "nothing uses `" + workflow.lets[i].name.value + "`")
          .label("declared here");
}

}  // namespace wfc::check
