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
  }
  // Of the step that has just ended.
  for (auto& loop : workflow.loops) {
    maybe(loop.condition, loop.from, "on");
    maybe(loop.when, loop.from, "on");
  }
}

}  // namespace wfc::model
