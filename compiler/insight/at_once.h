// May two steps run at the same time?
//
// They may if each may run at all, neither precedes the other, no condition keeps one of them from running
// where the other does, and no limit lets only one of them run at a time.
#pragma once
#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/graph/graph.h"
#include "compiler/insight/paths.h"

namespace wfc::insight {

class AtOnce {
 public:
  AtOnce(const model::Workflow& workflow, const graph::StepGraph& graph);
  bool may(StepIndex a, StepIndex b);
  // Does nothing but the order of the steps keep it from running beside another one?
  bool free(StepIndex step) const;
  // Can never both run in one run, as far as conditions tell.
  bool exclude(StepIndex a, StepIndex b);

 private:
  bool precedes(StepIndex first, StepIndex then);
  void chain_held_back();
  bool begins(StepIndex step);
  bool take_turns(StepIndex a, StepIndex b) const;

  const model::Workflow& workflow_;
  const graph::StepGraph& graph_;
  Paths paths_;
  std::unordered_map<StepIndex, bool> begins_;  // Of steps with conditions: as far as these go.
  std::vector<std::pair<StepIndex, StepIndex>>
      held_back_;                                 // The second waits until the first's loop has settled.
  std::vector<std::vector<std::uint32_t>> then_;  // Of each of these: which of them it leads to.
};

}  // namespace wfc::insight
