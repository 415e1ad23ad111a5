// The order of the passes, and why.
#include "compiler/passes/pass_list.h"
#include "compiler/passes/passes.h"

namespace wfc::passes {

plan::Plan optimise(plan::Plan plan, const Options& options, const Trace& after) {
  const auto done = [&](std::string_view pass) {
    plan.seal();
    if (after) after(pass, plan);
  };
  if (options.optimise) {
    plan = fold_constants(std::move(plan));
    done("fold constants");
    // Folding was the last to let go of expressions: their numbers are final from here on.
    plan = drop_unused_expressions(std::move(plan));
    done("drop unused expressions");
  }
  // No step and no edge comes or goes any more: paths have their final length.
  plan = rank_by_critical_path(std::move(plan));
  done("rank by critical path");
  return plan;
}

}  // namespace wfc::passes
