// May two steps run at the same time?
//
// They may if neither precedes the other, no condition keeps one of them from running where the other does,
// and no limit lets only one of them run at a time.
#pragma once
#include "compiler/graph/graph.h"
#include "compiler/insight/paths.h"

namespace wfc::insight {

class AtOnce {
 public:
  AtOnce(const model::Workflow& workflow, const graph::StepGraph& graph);
  bool may(StepIndex a, StepIndex b);
  // Can never both run in one run, as far as conditions tell.
  bool exclude(StepIndex a, StepIndex b);

 private:
  bool precedes(StepIndex first, StepIndex then) const;
  bool take_turns(StepIndex a, StepIndex b) const;

  const model::Workflow& workflow_;
  const graph::StepGraph& graph_;
  Paths paths_;
  std::vector<std::pair<StepIndex, StepIndex>>
      held_back_;  // The second waits until the first's loop has settled.
};

}  // namespace wfc::insight
