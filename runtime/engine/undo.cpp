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
#include <map>
#include <set>

#include "runtime/engine/machine.h"

namespace wf::engine {

void Machine::can_be_undone(Row step, Now now) {
  write_reaction(step, to_be_undone, 0, now);
  done_as_[step] = ++done_;
}

// What was undone and then let run again has nothing left of the iterations before that.
void Machine::recover_undone(const store::Recovered& from) {
  using What = store::Intervention::What;
  if (spare_open_ == 0 || from.interventions.empty()) return;
  std::set<std::pair<Row, std::uint32_t>> done;  // Rows that undo, and in which iteration they have.
  for (const store::RecoveredStep& step : from.steps)
    if (step.step < rows_.size() && (rows_[step.step].traits & is_undo) &&
        step.status == StepStatus::succeeded && step.ended)
      done.insert({step.step, step.iteration});
  // Both are let run again in one go.
  std::map<std::pair<Row, std::int64_t>, std::uint32_t> again;
  for (const store::Intervention& said : from.interventions)
    if (said.what == What::again) again[{said.step, said.at_ms}] = said.iteration;
  for (const store::Intervention& said : from.interventions) {
    if (said.what != What::again || !done.contains({said.step, said.iteration - 1})) continue;
    const Row undone = program_.steps[said.step].undoes;
    if (const auto found = again.find({undone, said.at_ms}); found != again.end())
      undone_below_[undone] = std::max(undone_below_[undone], found->second);
  }
}

std::uint32_t Machine::undone_below(Row step) const {
  const auto found = undone_below_.find(step);
  return found == undone_below_.end() ? 0 : found->second;
}

// Goes on undoing once there is nothing else to do.
void Machine::undo(Now now) {
  if (spare_open_ != open_ || active_ != 0 || finishing_) return;
  // Also where all of it has ended before a crash: only its steps say how the run ends.
  if (!undoing_ && fall_back(now)) return;
  if (spare_open_ == 0) return;
  if (!undoing_) begin_undoing(now);
  while (!to_undo_.empty() && rows_[to_undo_.back()].phase == Phase::ended) to_undo_.pop_back();
  if (to_undo_.empty() || rows_[to_undo_.back()].phase != Phase::pending) return;
  const Row next = to_undo_.back();
  const auto begun = begun_.find(next);
  if (begun == begun_.end() || !go_on(*begun->second, now)) begin(next, now);
}

void Machine::begin_undoing(Now now) {
  undoing_ = true;
  const bool over = cancelling_ || failed_ != 0 || over_budget_;
  for (Row row = 0; row < rows_.size(); ++row) {
    if (!(rows_[row].traits & (is_undo | mends | falls_back)) || rows_[row].phase == Phase::ended) continue;
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
