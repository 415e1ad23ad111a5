// What the passes that save edges share.
//
// A step's `needs` are what was written, for people; they never change. The engine follows `followers`, and
// counts by how many edges fewer lead to a step. Loops count needs anew when they go back, so every edge to a
// step that is in a loop, or that needs one that is, stays.
#pragma once
#include <vector>

#include "compiler/plan/plan.h"

namespace wfc::passes {

using RowLists = std::vector<std::vector<wf::Row>>;

struct Join {
  std::vector<wf::Row> needs, followers;  // Ascending.
};

// The edges as they stand, by the step that they lead to; ascending. Requires that there are no joins yet.
RowLists edges_into(const plan::Plan& plan);
void set_edges(plan::Plan& plan, const RowLists& into, const std::vector<Join>& joins);
std::size_t count_edges(const plan::Plan& plan);
// Rows whose edges must stay as they are written.
std::vector<bool> held_by_loops(const plan::Plan& plan);
// Whether the row stands for how a block has ended.
bool ends_block(const plan::Plan& plan, wf::Row row);
// Whether what keeps `between` from running keeps `step` from it, too, if that waits for it.
bool passes_on(const plan::Plan& plan, wf::Row between, wf::Row step);

}  // namespace wfc::passes
