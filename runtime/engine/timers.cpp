// When: timeouts of attempts, waits before a repeat, deadlines of gates.
//
// What is recorded is an absolute time of the wall clock. While the process lives the monotonic clock counts
// too, and the earlier of both wins: a machine that slept wakes late, but a clock that is set back keeps
// nobody waiting.
#include <algorithm>
#include <cmath>

#include "runtime/engine/machine.h"

namespace wf::engine {
namespace {

// While times of the wall clock are waited for, it is looked at so often: nobody tells us when it jumps.
constexpr std::int64_t look_again_ms = 30'000;
constexpr double wait_max_ms = 365.0 * 24 * 3600 * 1000;

}  // namespace

void Machine::set_timer(Row step, std::int64_t after_ms, std::optional<std::int64_t> wall_due_ms, Now now) {
  // No sum of times overflows: a wait of more than a year is a year, looked at again then.
  after_ms = std::clamp<std::int64_t>(after_ms, 0, static_cast<std::int64_t>(wait_max_ms));
  const RowState& row = rows_[step];
  monotonic_.push({now.monotonic_ms + after_ms, step, row.iteration, row.attempt, row.phase});
  if (wall_due_ms) wall_.push({*wall_due_ms, step, row.iteration, row.attempt, row.phase});
}

bool Machine::lives(const Timer& timer) const {
  const RowState& row = rows_[timer.step];
  if (row.iteration != timer.iteration || row.attempt != timer.attempt || row.phase != timer.phase)
    return false;
  return row.phase != Phase::running || !(row.flags & (timed_out | told_to_stop | over_cap));
}

void Machine::ring(const Timer& timer, Now now) {
  RowState& row = rows_[timer.step];
  switch (row.phase) {
    case Phase::running:
      if (budgets_ && stop_for_time(timer.step, now)) break;
      row.flags |= timed_out;
      orders_.stops.push_back({{timer.step, row.iteration}, row.attempt, std::string(reason::timeout)});
      break;
    case Phase::retry_wait:
      begin(timer.step, now);
      break;
    case Phase::cooldown:
      set_phase(timer.step, Phase::pending);
      all_needs_ended(timer.step, now);
      break;
    case Phase::waiting: {
      // What was due earlier may end the run, and with it this gate.
      const std::int64_t deadline_ms = open_gates_[timer.step].gate.deadline_ms;
      const bool in_turn = std::ranges::none_of(open_gates_, [&](const auto& other) {
        return rows_[other.first].phase == Phase::closing && other.second.gate.deadline_ms < deadline_ms;
      });
      if (in_turn)
        close_gate(timer.step, gates_.timeout_outcome(timer.step), now);
      else
        rung_.push_back(timer);
      break;
    }
    default:
      break;
  }
}

void Machine::time_passed(Now now) {
  if (finishing_ || interrupted_ || broken_) return;
  const auto ring_due = [&](Timers& timers, std::int64_t now_ms) {
    while (!timers.empty() && timers.top().due_ms <= now_ms) {
      const Timer timer = timers.top();
      timers.pop();
      if (lives(timer)) ring(timer, now);
    }
  };
  ring_due(wall_, now.wall_ms);
  ring_due(monotonic_, now.monotonic_ms);
  count_time(now);
}

std::optional<std::int64_t> Machine::wake_at_monotonic_ms(Now now) {
  std::optional<std::int64_t> wake_at_ms;
  if (finishing_ || interrupted_ || broken_) return wake_at_ms;
  for (Timers* timers : {&wall_, &monotonic_}) {
    while (!timers->empty() && !lives(timers->top())) timers->pop();
    if (timers->empty()) continue;
    std::int64_t at_ms = timers->top().due_ms;
    if (timers == &wall_)
      at_ms = now.monotonic_ms + std::clamp<std::int64_t>(at_ms - now.wall_ms, 0, look_again_ms);
    if (!wake_at_ms || at_ms < *wake_at_ms) wake_at_ms = at_ms;
  }
  if (const auto clock_ms = clock_wake_ms(); clock_ms && (!wake_at_ms || *clock_ms < *wake_at_ms))
    wake_at_ms = clock_ms;
  if (!orders_.records.empty() && (!wake_at_ms || batch_due_ms_ < *wake_at_ms)) wake_at_ms = batch_due_ms_;
  return wake_at_ms;
}

std::int64_t Machine::retry_wait_ms(const ReactionRow& retry, std::uint32_t used) {
  if (retry.wait_ms == 0) return 0;
  // Up to a fifth longer, so that what failed together does not come back together.
  const double jitter = 1.0 + 0.2 * static_cast<double>(random_.next() >> 11) * 0x1p-53;
  const double wait = static_cast<double>(retry.wait_ms) * std::pow(retry.backoff, used) * jitter;
  return static_cast<std::int64_t>(wait < wait_max_ms ? std::max(wait, 0.0) : wait_max_ms);
}

}  // namespace wf::engine
