// Who must have said yes before a step runs.
//
// Every step waits for all that it follows, so a step is guarded by any approval before it that is passed on
// every way in which the step can run: one that nothing passes over where the step runs, whose refusal
// reaches the step, that does not open by itself, and that is asked again in every round that runs the step
// again.
#pragma once
#include <optional>
#include <vector>

#include "compiler/graph/graph.h"
#include "compiler/insight/paths.h"

namespace wfc::insight {

// Does somebody decide here: people, or criteria that a result must meet?
bool is_guard(const model::Step& step);
// Does it let pass what nobody has agreed to?
bool opens_by_itself(const model::Step& step);

struct Guarded {
  enum class Way : std::uint8_t {
    guarded,
    nobody,     // There is nobody before it.
    condition,  // `by` may be passed over, ...
    by_itself,  // `by` opens when nobody answers.
    always,     // The step runs however `by` has ended.
    loop,       // `loop` of `from` runs the step again without `by`.
  };
  Way way = Way::nobody;
  StepIndex by = model::none;
  Missing missing = {};  // ... in this way.
  const model::Reaction* loop = nullptr;
  StepIndex from = model::none;
};

class Guards {
 public:
  Guards(const model::Workflow& workflow, const graph::StepGraph& graph);
  // If it is not guarded: the way around the nearest one that decides before it.
  Guarded of(StepIndex step);

 private:
  struct Loop {
    const model::Reaction* reaction;
    StepIndex from;
    std::vector<std::uint32_t> body;  // Ascending.
  };
  Guarded through(StepIndex guard, StepIndex step);
  void find_loops();

  const model::Workflow& workflow_;
  const graph::StepGraph& graph_;
  Paths paths_;
  std::vector<Loop> loops_;
  bool loops_found_ = false;
  std::vector<StepIndex> seen_by_;
  std::uint64_t effort_ = 0;
};

}  // namespace wfc::insight
