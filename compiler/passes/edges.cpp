// Edges of a plan, taken apart and put together again.
#include "compiler/passes/edges.h"

#include <algorithm>

#include "runtime/base/assert.h"

namespace wfc::passes {

RowLists edges_into(const plan::Plan& plan) {
  WF_ASSERT(plan.joins.empty());
  RowLists into(plan.steps.size());
  for (wf::Row row = 0; row < plan.steps.size(); ++row)
    for (const wf::Row follower : plan.steps[row].followers) into[follower].push_back(row);
  return into;
}

void set_edges(plan::Plan& plan, const RowLists& into, const std::vector<Join>& joins) {
  const auto count = static_cast<wf::Row>(plan.steps.size());
  RowLists followers(count);
  std::vector<std::uint32_t> edges(count, 0);
  for (wf::Row row = 0; row < count; ++row) {
    for (const wf::Row need : into[row]) followers[need].push_back(row);
    edges[row] += static_cast<std::uint32_t>(into[row].size());
  }
  plan.joins.clear();
  for (const Join& join : joins) {
    const auto row = static_cast<wf::Row>(count + plan.joins.size());
    for (const wf::Row need : join.needs) followers[need].push_back(row);
    for (const wf::Row follower : join.followers) ++edges[follower];
    plan.joins.push_back({static_cast<std::uint32_t>(join.needs.size()), plan.rows(join.followers)});
  }
  // One flat array: a list for each step would be as many allocations.
  std::vector<wf::Row> all;
  for (const std::vector<wf::Row>& list : followers) all.insert(all.end(), list.begin(), list.end());
  const wf::Rows<wf::Row> kept = plan.rows(std::move(all));
  std::size_t at = 0;
  for (wf::Row row = 0; row < count; ++row) {
    wf::StepRow& step = plan.steps[row];
    const auto size = static_cast<std::uint32_t>(followers[row].size());
    step.followers = size == 0 ? wf::Rows<wf::Row>{} : wf::Rows<wf::Row>{kept.data + at, size};
    at += size;
    WF_ASSERT(edges[row] <= step.needs.count && (edges[row] != 0 || step.needs.count == 0));
    step.edges_saved = step.needs.count - edges[row];
  }
}

std::size_t count_edges(const plan::Plan& plan) {
  std::size_t edges = 0;
  for (const wf::StepRow& step : plan.steps) edges += step.followers.count;
  for (const wf::JoinRow& join : plan.joins) edges += join.followers.count;
  return edges;
}

std::vector<bool> held_by_loops(const plan::Plan& plan) {
  std::vector<bool> in_loop(plan.steps.size(), false), held(plan.steps.size(), false);
  const auto note = [&](const wf::Rows<wf::ReactionRow>& reactions) {
    for (const wf::ReactionRow& reaction : reactions)
      for (const wf::Row row : reaction.body) in_loop[row] = true;
  };
  for (const wf::StepRow& step : plan.steps) note(step.reactions);
  for (const wf::ExtrasRow& extras : plan.extras)
    for (const wf::QualityGateRow& gate : extras.quality_gates) note(gate.reactions);
  for (const wf::BudgetRow& budget : plan.budgets) note(budget.reactions);
  for (wf::Row row = 0; row < plan.steps.size(); ++row) {
    held[row] = in_loop[row];
    for (const wf::Row need : plan.steps[row].needs) held[row] = held[row] || in_loop[need];
  }
  return held;
}

bool ends_block(const plan::Plan& plan, wf::Row row) {
  if (plan.steps[row].kind != wf::StepKind::join || plan.steps[row].reactions.count == 0) return false;
  return std::ranges::any_of(plan.steps[row].needs,
                             [&](wf::Row need) { return plan.steps[need].answered_by == row; });
}

bool passes_on(const plan::Plan& plan, wf::Row between, wf::Row step) {
  // Whoever always runs asks only that everything has ended.
  if (plan.steps[step].run_if == wf::RunIf::always) return true;
  const wf::StepRow& middle = plan.steps[between];
  if (middle.run_if == wf::RunIf::always || ends_block(plan, between)) return false;
  if (middle.branch == wf::no_row) return true;
  // On a side that is not taken it is skipped, and that keeps nobody from running: but those on that side.
  constexpr int depth_max = 32;
  wf::Row at = step;
  for (int depth = 0; depth < depth_max && plan.steps[at].branch != wf::no_row; ++depth) {
    if (plan.steps[at].branch == middle.branch && plan.steps[at].side == middle.side) return true;
    at = plan.steps[at].branch;
  }
  return false;
}

}  // namespace wfc::passes
