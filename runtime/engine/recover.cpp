// From what is recorded: where a run stands, and what a resume does about it (reliability.md 5.5).
#include <algorithm>
#include <limits>

#include "runtime/base/assert.h"
#include "runtime/engine/machine.h"

namespace wf::engine {
namespace {

// A time as a store may hold it, damaged ones included: differences of two such do not overflow.
std::int64_t sane(std::int64_t wall_ms) {
  return std::clamp<std::int64_t>(wall_ms, 0, std::numeric_limits<std::int64_t>::max() / 2);
}

}  // namespace

void Machine::start(const store::Recovered& from, Now now) {
  recover_budget(from, now);
  // A step that was repeated has an entry for each iteration; only the one that it is in counts.
  recover_reactions(from);
  for (const store::RecoveredStep& step : from.steps) {
    if (step.step < rows_.size() && step.iteration == rows_[step.step].iteration) recover(step);
  }
  for (const store::RecoveredStep& step : from.steps) {
    if (step.step >= rows_.size() || rows_[step.step].phase == Phase::ended) continue;
    if (step.iteration == rows_[step.step].iteration) begun_[step.step] = &step;
  }
  for (const store::Intervention& said : from.interventions)
    if (said.what == store::Intervention::What::retry && said.step < rows_.size() &&
        said.iteration == rows_[said.step].iteration)
      may_repeat_[said.step] = said.attempt;
  cancelling_ = cancelling_ || from.cancel_requested;
  stopping_ = cancelling_ || closing_ || escalated_ || over_budget_ || (failed_ != 0 && program_.fail_fast);
  if (from.run.status == RunStatus::pending) say(Notice::What::run_started, no_row, {}, {}, now);
  write_run_status(RunStatus::running, {}, 0, now);
  // What people called done was recorded without us, in the order in which they named it.
  for (const store::Intervention& said : from.interventions)
    if (said.what == store::Intervention::What::done && said.step < rows_.size() &&
        (rows_[said.step].traits & undoable) && rows_[said.step].phase == Phase::ended &&
        rows_[said.step].status == StepStatus::succeeded && marked_.insert(said.step).second)
      can_be_undone(said.step, now);
  marked_.clear();

  for (Row step = 0; step < rows_.size(); ++step)
    if (rows_[step].phase == Phase::ended) just_ended_.push_back(step);
  // See note [edges that are saved].
  const auto has_ended = [this](Row row) { return rows_[row].phase == Phase::ended; };
  for (const Row step : just_ended_) {
    const Rows<Row>& needs = program_.steps[step].needs;
    if (std::all_of(needs.begin(), needs.end(), has_ended)) continue;
    follow_needs_as_written();
    break;
  }
  for (Row step = 0; step < rows_.size(); ++step)
    if (program_.steps[step].needs.count == 0) all_needs_ended(step, now);
  take_turns(now);
  begun_.clear();
  time_passed(now);
}

// First pass: what has ended, and how far the counts are.
void Machine::recover(const store::RecoveredStep& step) {
  RowState& row = rows_[step.step];
  row.flags &= static_cast<std::uint16_t>(~cut_off);
  for (const store::RecoveredAttempt& attempt : step.attempts) {
    row.attempt = std::max(row.attempt, attempt.number);
    row.started_ms = attempt.started_ms;
    if (attempt.ended_ms == 0) row.flags |= cut_off;
  }
  if (!step.ended || row.phase == Phase::ended) return;
  row.status = step.status;
  set_phase(step.step, Phase::ended);
  --open_;
  if (row.traits & (is_check | is_branch)) {
    if (step.outcome.output.text == "true") row.flags |= truth;
  }
  if (step.status == StepStatus::skipped) {
    if (step.outcome.reason == reason::upstream) row.flags |= upstream;
    if (step.outcome.reason == reason::stopped) row.flags |= stopped;
  }
  if (row.traits & mends) {
    --spare_open_;
    return;
  }
  if (row.traits & is_undo) {
    --spare_open_;
    not_undone_ += step.status == StepStatus::failed ? 1 : 0;
    return;
  }
  const bool rejected = step.outcome.reason == reason::rejected;
  if (asking_.erase(step.step) != 0) {
    gates_.forget(step.step);
    // People have seen the failure, and want to go on.
    if (step.gate && step.gate->outcome == "approved") row.flags |= forgiven;
  }
  if (row.traits & falls_back) --spare_open_;
  if ((row.traits & judged) && step.status == StepStatus::failed)
    why_failed_[step.step] = step.outcome.reason;
  if (step.status == StepStatus::failed && counts_as_failure(step.step))
    count_failure(step.step, step.outcome.reason);
  // A gate cancelled the run: the driver died before it had ended everything else.
  const bool silent = step.outcome.reason == reason::timeout;
  if (step.status == StepStatus::cancelled && (rejected || silent)) {
    cancelling_ = true;
    rejected_ = rejected_ || rejected;
  }
}

// Second pass, for a step that had begun and not ended. False: nothing of it counts, it begins like any
// other.
bool Machine::go_on(const store::RecoveredStep& step, Now now) {
  RowState& row = rows_[step.step];
  const bool over = is_held_back(step.step);
  if (step.produced) {
    held_[step.step] = std::make_unique<Outcome>(step.outcome);
    held_[step.step]->status = store::status_of_produced(step.outcome);
  }
  // Whether it may start was what its budget asked; who has let it start is not asked again.
  const bool before_start = step.gate && !step.produced && !(row.traits & is_approve);
  if (step.gate && !(before_start && step.gate->outcome == "approved")) {
    if (before_start && asking_.contains(step.step)) asking_[step.step].recorded = true;
    open_gates_[step.step].gate = step.gate->gate;
    set_phase(step.step, Phase::waiting);
    if (!step.gate->open)
      settle_gate(step.step, step.gate->outcome, step.gate->votes, now);
    else if (over)
      close_gate(step.step, "cancelled", now);
    else if (const std::int64_t deadline_ms = sane(step.gate->gate.deadline_ms); deadline_ms != 0)
      set_timer(step.step, deadline_ms - now.wall_ms, deadline_ms, now);
    return true;
  }
  if (step.produced) {
    if (over)
      end(step.step, StepStatus::cancelled, why_over(), {}, now);
    else
      ask_people(step.step, now);
    return true;
  }
  if (step.attempts.empty()) return false;

  const store::RecoveredAttempt& last = step.attempts.back();
  if (last.ended_ms != 0) {
    auto outcome = std::make_unique<Outcome>(last.outcome);
    if (over) {
      if (cancelling_ || over_budget_) outcome->reason = why_over();
      const StepStatus status = cancelling_ ? StepStatus::cancelled : outcome->status;
      end(step.step, status, std::move(outcome), now);
      return true;
    }
    came_to_[step.step] = made_of(*outcome);
    held_[step.step] = std::move(outcome);
    if (go_on_mending(step, now)) return true;
    set_phase(step.step, Phase::retry_wait);
    // The rest of the wait, and never more than the whole of it: the clock may have been set back.
    const std::int64_t due_ms = sane(last.due_ms);
    set_timer(step.step, due_ms - std::max(now.wall_ms, sane(last.ended_ms)), due_ms, now);
    return true;
  }
  const auto said = may_repeat_.find(step.step);
  const bool may_repeat =
      (row.traits & idempotent) || (said != may_repeat_.end() && said->second == last.number);
  if (over)
    end(step.step, StepStatus::cancelled, may_repeat ? why_over() : reason::unknown_outcome, {}, now);
  else if (may_repeat)
    begin(step.step, now);
  else
    set_phase(step.step, Phase::unknown);
  return true;
}

}  // namespace wf::engine
