// Edges that follow from others are dropped: transitive reduction.
//
// An edge says two things: that a step has to wait, and that it is skipped when what it waits for has not
// come to its end. So a way round must say both: every step on it passes on what kept it from running
// (edges.h).
//
// An edge that can be dropped spans more than one level (the length of the longest way to a step), and most
// do not: nothing is searched for those. For the others all ways back are walked that are not above the
// highest place looked for. What is needed at a distance is mostly needed by those between as well, so that
// one step back finds it. The walk is bounded, for each step and in all: an edge that it does not get to
// stays, which costs an edge and nothing else. So 100,000 steps are as quick as their edges are many, where
// an exact closure (Boost's takes steps times edges) would need minutes.
#include <algorithm>
#include <limits>

#include "compiler/passes/edges.h"
#include "compiler/passes/pass_list.h"

namespace wfc::passes {
namespace {

class Search {
 public:
  explicit Search(const plan::Plan& plan)
      : plan_(plan),
        level_(plan.steps.size(), 0),
        seen_(plan.steps.size(), 0),
        sought_(plan.steps.size(), 0) {
    std::size_t edges = 0;
    for (wf::Row row = 0; row < plan.steps.size(); ++row) {
      for (const wf::Row need : plan.steps[row].needs) level_[row] = std::max(level_[row], level_[need] + 1);
      edges += plan.steps[row].needs.count;
    }
    left_ = 8 * (plan.steps.size() + edges);
  }

  void drop_needless(wf::Row step, std::vector<wf::Row>& needs) {
    constexpr std::size_t effort_min = 1'024, effort_each = 8;
    ++turn_;
    std::uint32_t lowest = std::numeric_limits<std::uint32_t>::max();
    std::size_t missing = 0;
    for (const wf::Row need : needs) {
      if (level_[need] + 1 >= level_[step]) continue;
      sought_[need] = turn_;
      lowest = std::min(lowest, level_[need]);
      ++missing;
    }
    if (missing == 0) return;
    std::size_t effort = std::min(left_, effort_min + effort_each * needs.size());
    left_ -= effort;
    open_.clear();
    for (const wf::Row need : needs)
      if (level_[need] > lowest && passes_on(plan_, need, step)) visit(need);
    std::vector<wf::Row> found;
    for (std::size_t next = 0; next < open_.size() && missing != 0; ++next) {
      for (const wf::Row before : plan_.steps[open_[next]].needs) {
        if (effort == 0) break;
        --effort;
        if (sought_[before] == turn_) {
          sought_[before] = 0;
          found.push_back(before);
          --missing;
        }
        if (level_[before] > lowest && seen_[before] != turn_ && passes_on(plan_, before, step))
          visit(before);
      }
    }
    left_ += effort;
    if (found.empty()) return;
    std::sort(found.begin(), found.end());
    std::erase_if(needs, [&](wf::Row need) { return std::binary_search(found.begin(), found.end(), need); });
  }

 private:
  void visit(wf::Row row) {
    seen_[row] = turn_;
    open_.push_back(row);
  }

  const plan::Plan& plan_;
  std::vector<std::uint32_t> level_, seen_, sought_;
  std::vector<wf::Row> open_;
  std::uint32_t turn_ = 0;
  std::size_t left_ = 0;
};

}  // namespace

plan::Plan drop_needless_edges(plan::Plan plan) {
  const std::vector<bool> held = held_by_loops(plan);
  RowLists into = edges_into(plan);
  Search search(plan);
  for (wf::Row row = 0; row < plan.steps.size(); ++row)
    if (!held[row] && into[row].size() > 1) search.drop_needless(row, into[row]);
  set_edges(plan, into, {});
  return plan;
}

}  // namespace wfc::passes
