// How much a run may take: the least and the most steps, agent calls, credits, tokens, time and processes.
//
// The least is of a run that completes, on the cheapest side of each branch and with nothing done twice. The
// most counts every retry, every repair and every round of every loop: loops are counted in the run and never
// reset, so a step is begun at most once and once more for each round of each loop around it; retries begin
// anew in each of these rounds. Of steps that exclude each other it counts those that take more. What nobody
// can bound (the tokens of an agent without a budget, the time of a command without a timeout) is named and
// left out of the sums.
//
// Time is that of a run for which there is always room to start what may start, but for the limits that the
// definition sets itself; waiting for people does not count (neither does it for a budget). Numbers that do
// not fit 64 bits are unbounded, they never wrap.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "compiler/graph/graph.h"
#include "compiler/model/workflow.h"

namespace wfc::insight {

using model::StepIndex;

enum class Measure : std::uint8_t { steps, processes, calls, credits, tokens, time };
inline constexpr std::size_t measure_count = 6;

// Never wraps: what is too large is all there is.
struct Count {
  static constexpr std::uint64_t all = 0xffffffffffffffff;
  std::uint64_t value = 0;
  bool too_large() const { return value == all; }
  friend Count operator+(Count a, Count b);
  friend Count operator*(Count a, Count b);
  friend auto operator<=>(const Count&, const Count&) = default;
};

// What one step may do.
struct StepBound {
  bool sure = false;  // Begun in every run that completes.
  Count rounds{1};    // Times it is begun, at most: one, and one for each round of each loop around it.
  Count tries{1};     // Attempts each time, at most.
  Count attempts{1};  // In all.
  Count repairs;      // Calls of agents that mend, in all.
  Count least, most;  // Credits of one attempt.
  bool uses_tokens = false;
  std::uint64_t tokens_max = 0;  // Of the step in all, by its budget or that of each step; 0: no limit.
  std::uint64_t timeout_ms = 0;  // Of one attempt; 0: none, or it takes no time.
  bool takes_time = false;
  Count waits_ms;  // Between the attempts of one round, at most.
};

// One step's part of a measure, the largest first.
struct Term {
  StepIndex step = model::none;
  Count worst;
  bool whole = true;  // All that the step may take, with all its rounds and tries.
};
struct Bound {
  Count least;
  Count worst;                  // Of what can be said, ...
  std::vector<StepIndex> open;  // ... and what these add is not bounded.
  std::vector<Term> terms;      // What the worst comes from; at most `terms_max`.
};
inline constexpr std::size_t terms_max = 3;

struct Bounds {
  std::array<Bound, measure_count> all;
  std::uint32_t at_once = 0;  // Steps that run at one time, at most.
  // Loops that were too many and too long to follow: everything that may be repeated is open.
  bool loops_open = false;
  std::vector<StepBound> steps;

  const Bound& of(Measure measure) const { return all[static_cast<std::size_t>(measure)]; }
  Bound& of(Measure measure) { return all[static_cast<std::size_t>(measure)]; }
};

Bounds find_bounds(const model::Workflow& workflow, const graph::StepGraph& graph);

// Does a step of this kind do work? The others only decide, join or ask people: they cost nothing, and are
// not counted.
bool works(wf::StepKind kind);

// Does it deploy where users are?
bool is_production(const model::Step& step);

}  // namespace wfc::insight
