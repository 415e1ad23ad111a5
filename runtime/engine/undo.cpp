// Undoing: a run that has failed or was cancelled takes back what its steps have done, the last first.
//
// A row that undoes another (StepRow::undoes) is followed by nobody, and the graph does not start it. It
// waits until everything else has ended, handlers that always run included. Then those whose steps have
// succeeded run, one at a time; the others, and all of them in a run that has completed, are skipped. One
// that fails is recorded, keeps none of the others from running, and is the reason with which the run ends.
// Where a step has succeeded in several iterations, the latest of them counts, also if a later one has
// failed.
//
// note [who was last]: clocks are set back, and results have no order among themselves. So the end of a step
// that can be undone is recorded together with a mark among the reactions, which have one. All else follows
// from what is recorded: a resume finds the same rows in the same order, and goes on with the first that has
// not ended.
#include <algorithm>

#include "runtime/engine/machine.h"

namespace wf::engine {

void Machine::can_be_undone(Row step, Now now) {
  write_reaction(step, to_be_undone, 0, now);
  done_as_[step] = ++done_;
}

// Goes on undoing once there is nothing else to do.
void Machine::undo(Now now) {
  if (spare_open_ == 0 || spare_open_ != open_ || active_ != 0 || finishing_) return;
  if (!undoing_) begin_undoing(now);
  while (!to_undo_.empty() && rows_[to_undo_.back()].phase == Phase::ended) to_undo_.pop_back();
  if (to_undo_.empty() || rows_[to_undo_.back()].phase != Phase::pending) return;
  const Row next = to_undo_.back();
  const auto begun = begun_.find(next);
  if (begun == begun_.end() || !go_on(*begun->second, now)) begin(next, now);
}

void Machine::begin_undoing(Now now) {
  undoing_ = true;
  const bool over = cancelling_ || failed_ != 0;
  for (Row row = 0; row < rows_.size(); ++row) {
    if (!(rows_[row].traits & (is_undo | mends)) || rows_[row].phase == Phase::ended) continue;
    if (over && done_as_.contains(program_.steps[row].undoes))
      to_undo_.push_back(row);
    else if (rows_[row].attempt == 0)
      end(row, StepStatus::skipped, reason::condition, {}, now);
    else
      end(row, StepStatus::cancelled, reason::cancelled, {}, now);  // Cut off, and nobody waits for it.
  }
  std::ranges::sort(to_undo_, {}, [this](Row row) { return done_as_[program_.steps[row].undoes]; });
}

}  // namespace wf::engine
