// Walks everything in a workflow that holds expressions, in the order of its parts. One list for all who ask:
// what is not named here is neither bound nor checked.
#pragma once
#include <string_view>

#include "compiler/model/workflow.h"

namespace wfc::model {

inline std::string_view role_of_texts(const Step& step) {
  switch (step.kind) {
    case wf::StepKind::agent:
      return "prompt";
    case wf::StepKind::command:
      return "command";
    case wf::StepKind::approve:
      return "message";
    default:
      return "text";
  }
}

// Does `above`, a line over `below`, answer for ever what `below` would answer?
inline bool leaves_nothing_for(const Reaction& above, const Reaction& below) {
  const bool ends = above.response == Response::fail || above.response == Response::cancel ||
                    above.response == Response::stop || above.response == Response::go_on;
  return ends && above.on == below.on && above.on != Outcome::holds && !above.when;
}

// Calls `visit(reactions, step)` for every list of reactions: of steps, then of their gates and budgets; of
// the run's budget, whose step is none.
template <class W, class Visit>
void for_each_reactions(W& workflow, const Visit& visit) {
  for (StepIndex i = 0; i < workflow.steps.size(); ++i) {
    auto& step = workflow.steps[i];
    if (!step.reactions.empty()) visit(step.reactions, i);
    if (!step.extras) continue;
    for (auto& gate : step.extras->quality_gates) visit(gate.reactions, i);
    if (step.extras->budget) visit(step.extras->budget->reactions, i);
  }
  if (workflow.budget) visit(workflow.budget->reactions, none);
}

// Calls `visit(expr)` for every expression of a text, in order. `Nodes` may be const or not.
template <class Nodes, class Visit>
void visit_nodes(Nodes& nodes, const Visit& visit) {
  for (auto& node : nodes) {
    switch (node.kind) {
      case expr::NodeKind::begin:
        if (node.expr.kind == dsl::ExprKind::name) visit(node.expr);
        break;
      case expr::NodeKind::value:
      case expr::NodeKind::set:
      case expr::NodeKind::for_:
        visit(node.expr);
        break;
      case expr::NodeKind::text:
      case expr::NodeKind::if_:
      case expr::NodeKind::break_:
      case expr::NodeKind::continue_:
      case expr::NodeKind::include:
        break;
    }
    if (!node.block) continue;
    auto& block = *node.block;
    for (std::size_t i = 0; i < block.bodies.size(); ++i) {
      if (i < block.conditions.size()) visit(block.conditions[i]);
      visit_nodes(block.bodies[i], visit);
    }
  }
}

// `W` is Workflow or const Workflow. `on_expr(expr, step, role)` and `on_template(template, step, role)` are
// called for each part that holds an expression.
template <class W, class OnExpr, class OnTemplate>
void walk(W& workflow, const OnExpr& on_expr, const OnTemplate& on_template) {
  const auto maybe = [&](auto& expr, StepIndex step, std::string_view role) {
    if (expr) on_expr(*expr, step, role);
  };
  const auto maybe_text = [&](auto& text, StepIndex step, std::string_view role) {
    if (text) on_template(*text, step, role);
  };
  const auto named = [&](auto& values, StepIndex step, std::string_view role) {
    for (auto& value : values) {
      maybe(value.value, step, role);
      maybe_text(value.text, step, role);
    }
  };
  for (auto& input : workflow.inputs) maybe(input.default_value, none, "default");
  for (auto& let : workflow.lets) on_expr(let.value, none, "let");
  for (auto& trigger : workflow.triggers) maybe(trigger.when, none, "trigger");
  for (auto& branch : workflow.branches) on_expr(branch.condition, none, "branch");
  for (StepIndex i = 0; i < workflow.steps.size(); ++i) {
    auto& step = workflow.steps[i];
    maybe(step.when, i, "when");
    maybe_text(step.instructions, i, "instructions");
    for (auto& text : step.prompt) {
      maybe(text.when, i, "when");
      on_template(text.text, i, role_of_texts(step));
    }
    maybe(step.condition, i, "check");
    named(step.env, i, "env");
    named(step.with, i, "with");
    maybe_text(step.inputs, i, "inputs");
    maybe_text(step.folder, i, "dir");
    maybe(step.output_value, i, "output");
    if (step.gate) maybe_text(step.gate->message, i, "gate");
    if (!step.extras) continue;
    for (auto& gate : step.extras->quality_gates)
      for (auto& criterion : gate.criteria) on_expr(criterion.holds, i, gate.before ? "before" : "criterion");
    for (auto& artifact : step.extras->artifacts) maybe_text(artifact.from, i, "artifact");
    for (auto& argument : step.extras->arguments) on_expr(argument.value, i, "argument");
  }
  // Of what has just ended.
  for_each_reactions(workflow, [&](auto& reactions, StepIndex step) {
    for (auto& reaction : reactions) {
      maybe(reaction.condition, step, "on");
      maybe(reaction.when, step, "on");
      maybe_text(reaction.text, step, "on");
      for (auto& told : reaction.include) on_expr(told.value, step, "on");
    }
  });
  maybe_text(workflow.guardrail, none, "guardrail");
  if (workflow.escalation)
    for (auto& item : workflow.escalation->include) on_expr(item.value, none, "include");
  if (workflow.fallback_escalation)
    for (auto& item : workflow.fallback_escalation->include) on_expr(item.value, none, "include");
  if (workflow.monitor)
    for (auto& alert : workflow.monitor->alerts) on_expr(alert.holds, none, "alert");
  // Last: whoever names them came before. Their visits may tell the later ones whose they are.
  for (auto& text : workflow.composed) on_template(text.text, text.step, text.role);
}

}  // namespace wfc::model
