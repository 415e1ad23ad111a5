// Escalation to a workflow: what takes over from a run that cannot go on.
//
// The steps of that workflow are rows that the graph does not start (StepRow::fallback). Once a step has
// escalated nothing else of the run begins, handlers that always run excepted. When what runs has ended, the
// workflow takes over, and from there on only its steps say how the run ends: what has failed before it is a
// warning. Its own loops and escalations count within it.
//
// Recorded is the reaction with which a step has escalated, beside its end, and nothing else: that the
// workflow has taken over follows from all else having ended.
#include "runtime/engine/machine.h"

namespace wf::engine {

void Machine::escalate_to_workflow(Row step, Row which, std::unique_ptr<Outcome> outcome, Now now) {
  write_reaction(step, which, 0, now);
  say(Notice::What::escalation_raised, step, outcome->reason, outcome->error, now);
  if (options_.notices) notices_.back().reaction = which;
  if (outcome->status == StepStatus::succeeded) {
    outcome->reason = reason::condition;
    outcome->error = "it has not ended as it must, and the run has escalated";
  }
  escalated_ = true;
  end(step, StepStatus::failed, std::move(outcome), now);
  if (!stopping_) stop_starting(now);
}

// There is nothing else to do. False: nothing takes over, or it has ended already.
bool Machine::fall_back(Now now) {
  if (!escalated_ || fell_back_) return false;
  // In a run that is being cancelled nothing takes over, nor where a budget has ended it; but what has begun
  // is ended as what it is.
  bool begun = false;
  std::uint32_t failed = 0, said_no = 0, broken_by = 0;
  for (Row row = 0; row < rows_.size(); ++row) {
    const RowState& state = rows_[row];
    if (!(state.traits & falls_back)) continue;
    begun = begun || state.phase == Phase::ended || begun_.contains(row);
    if (state.phase != Phase::ended || state.status != StepStatus::failed) continue;
    if (state.flags & (forgiven | halts)) continue;
    ++failed;
    said_no += (state.flags & refused) ? 1 : 0;
    broken_by += (state.flags & broke) ? 1 : 0;
  }
  if ((cancelling_ || over_budget_) && !begun) return false;
  fell_back_ = true;
  failed_ = failed;
  said_no_ = said_no;
  broke_ = broken_by;
  stopping_ = cancelling_ || closing_ || over_budget_ || (failed_ != 0 && program_.fail_fast);
  bool open = false;
  for (const RowState& state : rows_) {
    if (!(state.traits & falls_back) || state.phase == Phase::ended) continue;
    open = true;
    --spare_open_;
  }
  for (Row row = 0; row < rows_.size(); ++row)
    if ((rows_[row].traits & falls_back) && rows_[row].phase == Phase::pending && rows_[row].unmet == 0)
      all_needs_ended(row, now);
  return open;
}

}  // namespace wf::engine
