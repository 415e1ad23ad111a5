// Mending: an agent is asked to mend what has failed, and then the step is tried again.
//
// Who mends is a row of its own, the target of the reaction, that has no place in the graph. Each time that
// it is asked is an iteration of it: with a record, a log and a cost of its own. That it is asked is recorded
// as a reaction to the attempt that has failed, in one batch with the end of that attempt; so a resume knows
// for whom it works. A mark in the same batch says which iteration of it that is: one that was cut off, or
// that a run's end has skipped, is not used again.
#include "runtime/engine/machine.h"

namespace wf::engine {

void Machine::mend(Row step, Row which, std::unique_ptr<Outcome> outcome, Now now) {
  ++spent(step, which);
  came_to_[step] = made_of(*outcome);
  store::Record& record = write(store::RecordKind::attempt_ended, step, now);
  record.status = outcome->status;
  record.detail = std::make_unique<store::Detail>();
  record.detail->outcome = *outcome;
  record.detail->due_ms = now.wall_ms;
  write_reaction(step, which, now.wall_ms, now);
  say(Notice::What::step_retrying, step, outcome->reason, outcome->error, now, now.wall_ms);
  if (options_.notices) notices_.back().reaction = which;
  held_[step] = std::move(outcome);
  rows_[step].flags &= static_cast<std::uint16_t>(~cut_off);
  set_phase(step, Phase::mending);
  const Row mender = reaction_at(program_, step, which)->target;
  RowState& row = rows_[mender];
  const bool has_ended = row.phase == Phase::ended;
  open_ += has_ended ? 1 : 0;
  spare_open_ += has_ended ? 1 : 0;
  // It may have been at work when the run was cut off, for a step that people then let run again.
  if (has_ended || row.attempt != 0) {
    set_phase(mender, Phase::pending);
    row.status = StepStatus::pending;
    row.flags = 0;
    ++row.iteration;
    row.attempt = 0;
    row.started_ms = 0;
  }
  write_reaction(mender, to_mend, 0, now);
  begin(mender, now);
}

// Whatever came of it: perhaps it is mended though who did it has failed, and the step tells.
void Machine::mended(Row mender, Now now) {
  const Row step = mended_by_[mender];
  if (rows_[step].phase == Phase::mending) begin(step, now);  // Else its run is over.
}

// The last attempt of the step has failed. False: nobody was asked to mend that.
bool Machine::go_on_mending(const store::RecoveredStep& step, Now now) {
  const auto found = mending_.find(step.step);
  if (found == mending_.end() || found->second.attempt != step.attempts.back().number) return false;
  const Row mender = found->second.mender;
  set_phase(step.step, Phase::mending);
  if (rows_[mender].phase == Phase::ended) {
    mended(mender, now);
    return true;
  }
  const auto begun = begun_.find(mender);
  if (begun == begun_.end() || !go_on(*begun->second, now)) begin(mender, now);
  return true;
}

}  // namespace wf::engine
