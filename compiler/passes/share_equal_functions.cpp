// Expressions that folding has made equal become one: one function in the executable.
//
// Lowering has shared what was written alike.
#include <string>
#include <unordered_map>

#include "compiler/expr/canonical.h"
#include "compiler/passes/each_expression.h"
#include "compiler/passes/pass_list.h"

namespace wfc::passes {

plan::Plan share_equal_functions(plan::Plan plan) {
  std::unordered_map<std::string, wf::ExprId> first;
  std::vector<wf::ExprId> same;
  same.reserve(plan.expressions.size());
  for (const plan::Expression& expression : plan.expressions) {
    const auto id = static_cast<wf::ExprId>(same.size());
    same.push_back(first.emplace(expr::canonical(expression.tree), id).first->second);
  }
  if (first.size() != same.size())
    for_each_id(plan, [&](wf::ExprId& id) {
      if (id != wf::no_expr) id = same[id];
    });
  return plan;
}

}  // namespace wfc::passes
