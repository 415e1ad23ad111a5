// Expressions that no row mentions any more are forgotten; the others are numbered anew, in the old order.
#include <vector>

#include "compiler/passes/each_expression.h"
#include "compiler/passes/pass_list.h"

namespace wfc::passes {
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
