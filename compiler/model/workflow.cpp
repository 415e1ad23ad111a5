// Looking things up in a workflow, and visiting its expressions.
#include "compiler/model/workflow.h"

#include "compiler/model/walk.h"

namespace wfc::model {
namespace {

void visit_nodes(const std::vector<expr::TemplateNode>& nodes, StepIndex step, std::string_view role,
                 const VisitExpr& visit) {
  for (const expr::TemplateNode& node : nodes) {
    switch (node.kind) {
      case expr::NodeKind::begin:
        if (node.expr.kind == dsl::ExprKind::name) visit(node.expr, step, role);
        break;
      case expr::NodeKind::value:
      case expr::NodeKind::set:
      case expr::NodeKind::for_:
        visit(node.expr, step, role);
        break;
      case expr::NodeKind::text:
      case expr::NodeKind::if_:
      case expr::NodeKind::break_:
      case expr::NodeKind::continue_:
      case expr::NodeKind::include:
        break;
    }
    if (!node.block) continue;
    const expr::TagBlock& block = *node.block;
    for (std::size_t i = 0; i < block.bodies.size(); ++i) {
      if (i < block.conditions.size()) visit(block.conditions[i], step, role);
      visit_nodes(block.bodies[i], step, role, visit);
    }
  }
}

}  // namespace

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
    visit_nodes(text.nodes, step, role, visit);
  });
}

void for_each_name(const Expr& expr, const std::function<void(const Expr& name)>& visit) {
  for (const Expr& child : expr.children) for_each_name(child, visit);
  if (expr.kind == dsl::ExprKind::name) visit(expr);
}

}  // namespace wfc::model
