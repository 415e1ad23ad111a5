// Every place of a plan that holds the number of an expression.
#pragma once
#include <vector>

#include "compiler/plan/plan.h"

namespace wfc::passes {

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
  // Of lists that lie elsewhere: a copy.
  const auto in_list = [&]<class Row>(wf::Rows<Row>& rows, const auto& in_row) {
    if (rows.count == 0) return;
    std::vector<Row> items(rows.begin(), rows.end());
    for (Row& row : items) in_row(row);
    rows = plan.rows(std::move(items));
  };
  const auto in_params = [&](wf::Rows<wf::Param>& rows) { in_list(rows, in_param); };
  const auto in_named = [&](wf::Rows<wf::NamedExpr>& rows) {
    in_list(rows, [&](wf::NamedExpr& row) { visit(row.value); });
  };
  const auto in_reactions = [&](wf::Rows<wf::ReactionRow>& rows) {
    in_list(rows, [&](wf::ReactionRow& row) {
      visit(row.condition);
      visit(row.when);
      in_params(row.text);
      in_named(row.include);
    });
  };
  const auto in_criteria = [&](wf::Rows<wf::CriterionRow>& rows) {
    in_list(rows, [&](wf::CriterionRow& row) { visit(row.holds); });
  };
  for (wf::ExtrasRow& row : plan.extras) {
    in_list(row.quality_gates, [&](wf::QualityGateRow& gate) {
      in_criteria(gate.criteria);
      in_reactions(gate.reactions);
    });
    in_list(row.artifacts, [&](wf::ArtifactRow& artifact) { in_params(artifact.from); });
  }
  for (wf::BudgetRow& row : plan.budgets) in_reactions(row.reactions);
  for (wf::EscalationRow& row : plan.escalation) in_named(row.include);
  for (wf::MonitorRow& row : plan.monitor) in_criteria(row.alerts);
  in_params(plan.program.guardrail);
  in_params(plan.program.composed);
  for (wf::StepRow& row : plan.steps) {
    visit(row.when);
    visit(row.output_value);
    in_params(row.params);
    in_reactions(row.reactions);
  }
  for (wf::GateRow& row : plan.gates) in_param(row.message);
}

}  // namespace wfc::passes
