// Expressions that no row mentions any more are forgotten; the others are numbered anew, in the old order.
#include <vector>

#include "compiler/passes/pass_list.h"

namespace wfc::passes {
namespace {

// Calls `visit` with every place of the plan that holds the number of an expression.
template <class Visit>
void for_each_id(plan::Plan& plan, const Visit& visit) {
  const auto in_param = [&](wf::Param& param) {
    visit(param.value);
    visit(param.when);
    std::vector<wf::Piece> pieces(param.pieces.begin(), param.pieces.end());
    bool changed = false;
    for (wf::Piece& piece : pieces) {
      const wf::ExprId before = piece.expr;
      visit(piece.expr);
      changed = changed || piece.expr != before;
    }
    if (changed) param.pieces = plan.rows(std::move(pieces));
  };
  for (wf::InputRow& row : plan.inputs) visit(row.default_value);
  for (wf::LetRow& row : plan.lets) visit(row.value);
  for (wf::TriggerRow& row : plan.triggers) visit(row.when);
  for (wf::LoopRow& row : plan.loops) {
    visit(row.condition);
    visit(row.when);
  }
  for (wf::StepRow& row : plan.steps) {
    visit(row.when);
    visit(row.output_value);
    std::vector<wf::Param> params(row.params.begin(), row.params.end());
    for (wf::Param& param : params) in_param(param);
    row.params = plan.rows(std::move(params));
  }
  for (wf::GateRow& row : plan.gates) in_param(row.message);
}

}  // namespace

plan::Plan drop_unused_expressions(plan::Plan plan) {
  std::vector<bool> used(plan.expressions.size(), false);
  for_each_id(plan, [&](const wf::ExprId& id) {
    if (id != wf::no_expr) used[id] = true;
  });
  std::vector<wf::ExprId> number(plan.expressions.size(), wf::no_expr);
  std::vector<plan::Expression> kept;
  for (std::size_t id = 0; id < used.size(); ++id) {
    if (!used[id]) continue;
    number[id] = static_cast<wf::ExprId>(kept.size());
    kept.push_back(std::move(plan.expressions[id]));
  }
  if (kept.size() != used.size()) {
    for_each_id(plan, [&](wf::ExprId& id) {
      if (id != wf::no_expr) id = number[id];
    });
  }
  plan.expressions = std::move(kept);
  return plan;
}

}  // namespace wfc::passes
