// The order a workflow's steps must keep.
//
// An edge a -> b reads "b waits for a". Vertices are the workflow's steps. Built once from a linked model and
// never changed. Boost.Graph stays in graph.cpp: including this header is cheap.
#pragma once
#include <memory>
#include <span>
#include <vector>

#include "compiler/model/workflow.h"

namespace wfc::graph {

using model::StepIndex;

struct CycleEdge {
  StepIndex step;  // waits for ...
  StepIndex needs;
  Span span;  // ... as is written here.
};
using Cycle = std::vector<CycleEdge>;  // In order: each `needs` is the next edge's `step`; the last returns.

class StepGraph {
 public:
  explicit StepGraph(const model::Workflow& workflow);
  ~StepGraph();
  // Every step after what it waits for; ties keep source order, so that one definition always gives one
  // program. Steps on a cycle are left out.
  std::span<const StepIndex> order() const;
  // One shortest cycle for each knot (strongly connected component) of steps that wait for each other.
  std::vector<Cycle> cycles() const;
  // Must `first` have ended before `then` starts? Direct and indirect. O(1) after the first question about
  // `then` at up to 4,096 steps, a search bounded by ranks above that.
  bool precedes(StepIndex first, StepIndex then) const;
  std::span<const StepIndex> needs(StepIndex step) const;  // Each once.
  std::span<const StepIndex> followers(StepIndex step) const;
  std::size_t edges() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace wfc::graph
