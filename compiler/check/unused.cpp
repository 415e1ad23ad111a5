// Finds what is declared and never used: names of outputs, inputs, and constants; and answers to an outcome
// below one that leaves nothing for them.
//
// The output of a step that nothing follows is the result of the run. What a dialect gives by itself need not
// be used.
#include <algorithm>

#include "compiler/check/errors.h"
#include "compiler/diag/edits.h"
#include "compiler/model/walk.h"

namespace wfc::check {
namespace {

// Lines of one outcome are used in their order, each until it is used up, which some never are.
void find_unused_reactions(const Subject& in, diag::Report& report) {
  using model::Reaction;
  model::for_each_reactions(in.workflow, [&](const std::vector<Reaction>& reactions, model::StepIndex) {
    for (auto line = reactions.begin(); line != reactions.end(); ++line) {
      const auto above = std::find_if(reactions.begin(), line, [&](const Reaction& one) {
        return model::leaves_nothing_for(one, *line);
      });
      if (above == line || !line->span.known() || !above->span.known()) continue;
      auto draft = report.add(diag::unused, line->span, "nothing is left for this answer");
      draft.label("never reached").also(above->span, "this one is never used up");
      if (in.sources != nullptr)
        draft.fix("leave it out", diag::without_lines(*in.sources, line->span), false);
    }
  });
}

}  // namespace

void unused(const Subject& in, diag::Report& report) {
  using dsl::BindingKind;
  const model::Workflow& workflow = in.workflow;
  if (has_errors(in, report)) return;
  if (workflow.one_space) find_unused_reactions(in, report);
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
  for_each_expression(in, [&](const expr::Expr& expr, model::StepIndex, std::string_view) {
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
    if (!lets[i]) {
      const model::Let& let = workflow.lets[i];
      auto draft = report.add(diag::unused, let.name.span, "nothing uses `" + let.name.value + "`");
      draft.label("declared here");
      if (in.sources != nullptr && let.name.span.file == let.value.span.file)
        draft.fix("leave it out", diag::without_lines(*in.sources, {let.name.span.file, let.name.span.begin,
                                                                    let.value.span.end}));
    }
}

}  // namespace wfc::check
