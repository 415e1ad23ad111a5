// Looking things up in a workflow, and visiting its expressions.
#include "compiler/model/workflow.h"

#include "compiler/model/walk.h"

namespace wfc::model {
std::string_view name_for_people(const Step& step) {
  const std::string_view id = step.id.value;
  return step.ends_block ? id.substr(0, id.rfind(':')) : id;
}

bool is_idempotent(const Step& step) {
  return step.idempotent.value_or(step.kind != wf::StepKind::deploy);
}

bool may_be_repeated(wf::StepKind kind) {
  return kind == wf::StepKind::agent || kind == wf::StepKind::command || kind == wf::StepKind::deploy ||
         kind == wf::StepKind::action;
}

std::optional<StepIndex> Workflow::find_step(std::string_view name) const {
  const StepIndex found =
      step_index.find(name, [this](StepIndex step) -> std::string_view { return steps[step].id.value; });
  if (found == NameIndex::no_row) return std::nullopt;
  return found;
}

void for_each_expression(const Workflow& workflow, const VisitExpr& visit) {
  walk(workflow, visit, [&](const Template& text, StepIndex step, std::string_view role) {
    visit_nodes(text.nodes, [&](const Expr& expr) { visit(expr, step, role); });
  });
}

std::vector<Expression> expressions_of(const Workflow& workflow) {
  std::vector<Expression> all;
  all.reserve(2 * workflow.steps.size());
  for_each_expression(workflow, [&](const Expr& expr, StepIndex step, std::string_view role) {
    all.push_back({&expr, step, role});
  });
  return all;
}

}  // namespace wfc::model
