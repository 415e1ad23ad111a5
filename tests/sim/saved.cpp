// Made rows as a plan, through the passes that look at edges, and back.
#include "tests/sim/saved.h"

#include "compiler/passes/pass_list.h"

namespace wf::sim {

Saved::Saved(const Program& first) : program_(first) {
  wfc::plan::Plan plan;
  plan.steps.assign(first.steps.begin(), first.steps.end());
  plan.extras.assign(first.extras.begin(), first.extras.end());
  plan_ = wfc::passes::join_layers(wfc::passes::drop_needless_edges(std::move(plan)));
  plan_.seal();
  program_.steps = plan_.program.steps;
  program_.joins = plan_.program.joins;
}

}  // namespace wf::sim
