// Whose turn it is: ready steps start longest path first, as far as jobs and groups have room.
#include <algorithm>
#include <limits>

#include "runtime/base/assert.h"
#include "runtime/engine/machine.h"

namespace wf::engine {
namespace {

// With limited jobs, A of so many rows is written before a job is free, so that a freed job need not wait for
// the disk. More would only make `status` call steps running that are not.
constexpr std::uint32_t ahead_max = 32;

Row row_of(std::uint64_t turn) {
  return static_cast<Row>(turn);
}

}  // namespace

policy::Pool Machine::pool_of(Row step) const {
  return (rows_[step].traits & processor) ? policy::Pool::commands : policy::Pool::waiting;
}

// Smaller comes first. The low half is the row, which also makes the order one and the same every time.
std::uint64_t Machine::turn_of(Row step) {
  const std::uint32_t rank =
      options_.shuffle ? static_cast<std::uint32_t>(options_.shuffle->next()) : program_.steps[step].rank_ms;
  return (static_cast<std::uint64_t>(std::numeric_limits<std::uint32_t>::max() - rank) << 32) | step;
}

void Machine::write_attempt(Row step, Now now) {
  ++rows_[step].attempt;
  rows_[step].started_ms = 0;
  write(store::RecordKind::attempt_started, step, now);
}

// A step takes its place in the group when its turn comes, before A; a job, if it needs one, only when it
// starts.
bool Machine::take_place(Row step, Now now) {
  RowState& row = rows_[step];
  // What it may cost is set aside when A is written, which may be later.
  const bool writes_now = (row.traits & idempotent) || !limits_.limited(pool_of(step));
  if (!(row.traits & in_group)) return !writes_now || afford(step, now);
  const Row group = program_.steps[step].group;
  const Row full = limits_.full_group(group);
  if (full != no_row) parked_[full].push(turn_of(step));
  if (full != no_row || (writes_now && !afford(step, now))) {
    // Somebody else may have use for the places in the other groups that this step could not take.
    for (Row i = group; i != no_row; i = program_.groups[i].outer)
      if (limits_.places(i) != 0 && !parked_[i].empty()) freed_.push_back(i);
    return false;
  }
  limits_.take_place(group);
  row.flags |= has_place;
  return true;
}

void Machine::fetch_parked() {
  if (std::exchange(money_back_, false)) {
    for (const Row step : short_)
      if (rows_[step].phase == Phase::ready) just_ready_.push_back(turn_of(step));
    short_.clear();
  }
  while (!freed_.empty()) {
    const Row group = freed_.back();
    freed_.pop_back();
    Queue& parked = parked_[group];
    for (std::uint32_t places = limits_.places(group); places != 0 && !parked.empty();) {
      const std::uint64_t turn = parked.top();
      parked.pop();
      if (rows_[row_of(turn)].phase != Phase::ready) continue;  // Cancelled while it waited.
      just_ready_.push_back(turn);
      --places;
    }
  }
}

void Machine::give_back(Row step) {
  RowState& row = rows_[step];
  if (budgets_ && row.phase != Phase::running) let_go(step);
  if (row.flags & has_job) {
    limits_.give_job(pool_of(step));
    row.flags &= static_cast<std::uint16_t>(~has_job);
  } else if ((row.phase == Phase::armed || row.phase == Phase::startable) && !(row.traits & never_waits) &&
             limits_.limited(pool_of(step))) {
    --pools_[static_cast<int>(pool_of(step))].ahead;
  }
  if (!(row.flags & has_place)) return;
  row.flags &= static_cast<std::uint16_t>(~has_place);
  const Row group = program_.steps[step].group;
  limits_.give_place(group);
  for (Row i = group; i != no_row; i = program_.groups[i].outer)
    if (!parked_[i].empty()) freed_.push_back(i);
}

void Machine::dispatch(Now now) {
  do {
    fetch_parked();
    if (just_ready_.size() > 1 && !std::is_sorted(just_ready_.begin(), just_ready_.end()))
      std::sort(just_ready_.begin(), just_ready_.end());
    // By index: whoever ends here for want of money may make others ready.
    for (std::size_t i = 0; i < just_ready_.size(); ++i) {
      const std::uint64_t turn = just_ready_[i];
      const Row step = row_of(turn);
      if (rows_[step].phase != Phase::ready) continue;
      const policy::Pool pool = pool_of(step);
      if (limits_.limited(pool)) {
        pools_[static_cast<int>(pool)].ready.push(turn);
      } else if (take_place(step, now)) {
        write_attempt(step, now);
        set_phase(step, Phase::armed);
        later(After::What::start, step);
      }
    }
    just_ready_.clear();
    if (!any_limit_) continue;
    fill_ahead(policy::Pool::commands, now);
    fill_ahead(policy::Pool::waiting, now);
    run_jobs(now);
  } while (!freed_.empty() || money_back_);
}

void Machine::fill_ahead(policy::Pool pool, Now now) {
  PoolQueues& queues = pools_[static_cast<int>(pool)];
  while (!queues.ready.empty() && queues.ahead < ahead_max) {
    const Row step = row_of(queues.ready.top());
    const std::uint64_t turn = queues.ready.top();
    queues.ready.pop();
    if (rows_[step].phase != Phase::ready || !take_place(step, now)) continue;
    ++queues.ahead;
    if (rows_[step].traits & idempotent) {
      write_attempt(step, now);
      set_phase(step, Phase::armed);
      later(After::What::start, step);
    } else {
      // Its A means that it may have happened: written only when it is about to.
      set_phase(step, Phase::startable);
      queues.startable.push(turn);
    }
  }
}

// Whether a job may soon be free with nothing to do while starts wait for the disk. Half of what is written
// ahead is enough to last until then.
bool Machine::a_job_waits() const {
  for (const PoolQueues& queues : pools_) {
    const std::size_t armed = queues.ahead - std::min<std::size_t>(queues.ahead, queues.startable.size());
    if (armed != 0 && queues.startable.size() <= ahead_max / 2) return true;
  }
  return false;
}

void Machine::run_jobs(Now now) {
  for (;;) {
    // The more urgent of the two pools first: they may share the limit of the whole run.
    PoolQueues* chosen = nullptr;
    policy::Pool chosen_pool = policy::Pool::commands;
    for (const policy::Pool pool : {policy::Pool::commands, policy::Pool::waiting}) {
      PoolQueues& queues = pools_[static_cast<int>(pool)];
      while (!queues.startable.empty() && rows_[row_of(queues.startable.top())].phase != Phase::startable)
        queues.startable.pop();
      if (queues.startable.empty() || !limits_.has_job(pool)) continue;
      if (chosen && chosen->startable.top() < queues.startable.top()) continue;
      chosen = &queues;
      chosen_pool = pool;
    }
    if (!chosen) return;
    const Row step = row_of(chosen->startable.top());
    chosen->startable.pop();
    RowState& row = rows_[step];
    if (!(row.traits & idempotent) && !can_afford(step)) {
      give_back(step);
      set_phase(step, Phase::ready);
      if (afford(step, now)) {
        // It may all the same, when its turn comes again.
        budgets_->release(step);
        short_.push_back(step);
      }
      continue;
    }
    limits_.take_job(chosen_pool);
    row.flags |= has_job;
    WF_ASSERT(chosen->ahead > 0);
    --chosen->ahead;
    if (row.traits & idempotent) {
      give_start(step, now);
    } else {
      write_attempt(step, now);
      set_phase(step, Phase::armed);
      later(After::What::start, step);
    }
    fill_ahead(chosen_pool, now);
  }
}

}  // namespace wf::engine
