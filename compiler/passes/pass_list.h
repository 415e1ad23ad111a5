// The passes. Each is a function from a Plan to a Plan, in a file of its own.
#pragma once
#include "compiler/plan/plan.h"

namespace wfc::passes {

// Texts that nothing has to run for become literals.
plan::Plan fold_constants(plan::Plan plan);
// Expressions that no row mentions any more are forgotten; the others are numbered anew.
plan::Plan drop_unused_expressions(plan::Plan plan);
// Ready steps start in the order of what still depends on them.
plan::Plan rank_by_critical_path(plan::Plan plan);

}  // namespace wfc::passes
