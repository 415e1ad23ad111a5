// The passes. Each is a function from a Plan to a Plan, in a file of its own.
#pragma once
#include "compiler/plan/plan.h"

namespace wfc::passes {

// Texts that nothing has to run for become literals, conditions that always hold are not asked.
plan::Plan fold_constants(plan::Plan plan);
// Steps that nothing can start lose what they would be given.
plan::Plan prune_unreachable(plan::Plan plan);
// Expressions that are equal by now become one.
plan::Plan share_equal_functions(plan::Plan plan);
// Expressions that no row mentions any more are forgotten; the others are numbered anew.
plan::Plan drop_unused_expressions(plan::Plan plan);
// Edges that follow from others are dropped.
plan::Plan drop_needless_edges(plan::Plan plan);
// Where all of many wait for all of many others, their edges meet in one row.
plan::Plan join_layers(plan::Plan plan);
// Ready steps start in the order of what still depends on them.
plan::Plan rank_by_critical_path(plan::Plan plan);

}  // namespace wfc::passes
