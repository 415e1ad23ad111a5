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
    // Before folding, which forgets conditions, and needs not fold what goes.
    plan = prune_unreachable(std::move(plan));
    done("prune unreachable");
    plan = fold_constants(std::move(plan));
    done("fold constants");
    plan = share_equal_functions(std::move(plan));
    done("share equal functions");
    // Nobody lets go of expressions any more: their numbers are final from here on.
    plan = drop_unused_expressions(std::move(plan));
    done("drop unused expressions");
    // Before layers are joined: an edge across them makes their lists differ.
    plan = drop_needless_edges(std::move(plan));
    done("drop needless edges");
    plan = join_layers(std::move(plan));
    done("join layers");
  }
  // Every plan needs it. It walks the edges, so it comes when they are fewest.
  plan = rank_by_critical_path(std::move(plan));
  done("rank by critical path");
  return plan;
}

}  // namespace wfc::passes
