// From facts to orders: what ends, what follows from it, and when the run is over.
#include "runtime/engine/machine.h"

#include <algorithm>

#include "runtime/base/assert.h"

namespace wf::engine {
namespace {

enum class Waits : std::uint8_t { never, child, person };
constexpr Waits waits_of[] = {
#define WF_STEP(kind, waits, ...) Waits::waits,
#include "wf/steps.def"
};

// So long may a record wait for company. A crash in that time repeats a command that had ended: no more than
// one that strikes while a slow disk syncs.
constexpr std::int64_t ride_ms = 8;

// Whether only an evaluation can tell what a step is given.
bool is_evaluated(const Param& param) {
  return param.kind != ParamKind::literal || param.when != no_expr;
}

}  // namespace

Machine::Machine(const Program& program, MachineOptions options, Random& random)
    : program_(program),
      options_(std::move(options)),
      random_(random),
      limits_(program, options_.running_max, options_.commands_max, options_.waiting_max),
      gates_(program, random),
      any_limit_(limits_.limited(policy::Pool::commands) || limits_.limited(policy::Pool::waiting)),
      parked_(program.groups.count) {
  read_rows();
  if (policy::Budgets::needed(program)) budgets_ = std::make_unique<policy::Budgets>(program);
}

void Machine::read_rows() {
  rows_.resize(program_.steps.count);
  for (Row i = 0; i < program_.steps.count; ++i) {
    const StepRow& step = program_.steps[i];
    std::uint32_t traits = 0;
    const Waits waits = waits_of[static_cast<int>(step.kind)];
    if (waits == Waits::never) traits |= never_waits;
    if (waits == Waits::person) traits |= is_approve;
    if (step.kind == StepKind::check) traits |= is_check;
    if (step.kind == StepKind::branch) traits |= is_branch;
    if (waits == Waits::child && step.kind != StepKind::agent) traits |= processor;
    if (step.idempotent) traits |= idempotent;
    if (step.run_if == RunIf::always) traits |= always;
    if (step.gate != no_row && waits != Waits::person) traits |= has_gate;
    if (step.timeout_ms != 0 && waits == Waits::child) traits |= has_timeout;
    if (step.branch != no_row) traits |= in_branch;
    if (step.group != no_row) traits |= in_group;
    if (step.when != no_expr) traits |= needs_answer;
    if (step.never) traits |= never;
    if (waits != Waits::person) {
      for (const Param& param : step.params)
        if (is_evaluated(param)) traits |= needs_answer;
      // Its literal condition is read like any other.
      if (step.kind == StepKind::check || step.kind == StepKind::branch) traits |= needs_answer;
    }
    for (const ReactionRow& reaction : step.reactions)
      if (reaction.condition != no_expr || reaction.when != no_expr) traits |= weighs;
    if (quality_gates(program_, i).count != 0) traits |= weighs;
    if (step.undoes != no_row) {
      // Whatever ends the run does not end what takes it back.
      traits |= is_undo | always;
      rows_[step.undoes].traits |= undoable;
      ++spare_open_;
    }
    if (step.answered_by != no_row) {
      traits |= judged;
      rows_[step.answered_by].traits |= ends_block;
    }
    if (step.fallback && step.undoes == no_row) {
      traits |= falls_back;
      ++spare_open_;
    }
    for (Row which = 0; const ReactionRow* reaction = reaction_at(program_, i, which); ++which) {
      if (reaction->response != Response::repair) continue;
      rows_[reaction->target].traits |= mends | needs_answer | (traits & always);
      mended_by_[reaction->target] = i;
      ++spare_open_;
    }
    rows_[i].traits |= traits;
    rows_[i].unmet = step.needs.count - step.edges_saved;
  }
  meetings_.resize(program_.joins.count);
  for (Row i = 0; i < program_.joins.count; ++i) meetings_[i].unmet = program_.joins[i].needs_count;
  open_ = program_.steps.count;
}

void Machine::answered(const Ask& ask, Answer answer, Now now) {
  RowState& row = rows_[ask.step];
  if (interrupted_ || broken_) return;
  if (ask.what == Ask::What::message) {
    if (row.phase != Phase::message) return;  // Cancelled meanwhile.
    if (!answer.error.empty())
      failed(ask.step,
             std::make_unique<Outcome>(Outcome::failed(reason::expression, std::move(answer.error))), now);
    else
      open_gate(ask.step, std::move(answer.message), now);
    return;
  }
  if (ask.what == Ask::What::reactions) {
    if (row.phase != Phase::weighing) return;
    auto outcome = std::move(held_[ask.step]);
    const auto verdict = verdicts_.extract(ask.step);
    if (!answer.error.empty()) {
      outcome->status = StepStatus::failed;
      outcome->reason = reason::expression;
      outcome->error = std::move(answer.error);
      end(ask.step, StepStatus::failed, std::move(outcome), now);
      return;
    }
    if (budgets_ && breached(ask.step, outcome, true, now)) return;
    holds_[ask.step] = std::move(answer.holds);
    if (verdict && verdict.mapped().status != StepStatus::succeeded) {
      set_phase(ask.step, Phase::waiting);  // It is people's ending that is answered.
      answer_verdict(ask.step, verdict.mapped(), std::move(outcome), now);
    } else if (answer.findings.empty())
      concluded(ask.step, std::move(outcome), now);
    else
      judge(ask.step, std::move(outcome), std::move(answer.findings), now);
    holds_.erase(ask.step);
    return;
  }
  if (row.phase != Phase::asked) return;
  if (!answer.error.empty()) {
    failed(ask.step, std::make_unique<Outcome>(Outcome::failed(reason::expression, std::move(answer.error))),
           now);
  } else if (!answer.condition && row.attempt == 0) {
    // A step with an attempt behind it has begun: what the clock or a count says now does not undo that.
    end(ask.step, StepStatus::skipped, reason::condition, {}, now);
  } else {
    row.flags |= has_answer;
    if (answer.truth) row.flags |= truth;
    make_ready(ask.step, now);
  }
}

void Machine::durable(std::uint64_t through, Now now) {
  WF_ASSERT(through >= durable_ && through < batch_);
  durable_ = through;
  run_after(now);
}

void Machine::run_after(Now now) {
  while (after_head_ < after_.size() && after_[after_head_].through <= durable_) {
    const After item = after_[after_head_++];
    switch (item.what) {
      case After::What::notice:
        orders_.notices.push_back(std::move(notices_.front()));
        notices_.pop();
        break;
      case After::What::start: {
        RowState& row = rows_[item.step];
        if (row.phase != Phase::armed || interrupted_ || broken_) break;
        const bool waits_for_job =
            !(row.traits & never_waits) && !(row.flags & has_job) && limits_.limited(pool_of(item.step));
        if (waits_for_job) {
          set_phase(item.step, Phase::startable);
          pools_[static_cast<int>(pool_of(item.step))].startable.push(turn_of(item.step));
        } else {
          give_start(item.step, now);
        }
        break;
      }
      case After::What::confirm_gate:
        confirmed_.push_back(item.step);
        orders_.read_wishes = true;
        break;
      case After::What::run_ended:
        orders_.settled = true;
        break;
    }
  }
  if (after_head_ == after_.size()) {
    after_.clear();
    after_head_ = 0;
  }
}

void Machine::give_start(Row step, Now now) {
  RowState& row = rows_[step];
  set_phase(step, Phase::running);
  row.started_ms = now.wall_ms;
  ++running_;
  row.flags &= static_cast<std::uint16_t>(~(timed_out | told_to_stop | over_cap));
  orders_.starts.push_back({{step, row.iteration}, row.attempt, (row.flags & cut_off) != 0});
  if (budgets_) orders_.starts.back().usd_millionths_max = budgets_->ceiling(step, Measure::usd);
  if ((row.traits & has_timeout) || budgets_)
    if (const auto may_ms = time_of_attempt(step, now)) set_timer(step, *may_ms, std::nullopt, now);
  if (!options_.notices) return;
  Notice notice{Notice::What::step_started,
                {step, row.iteration},
                row.attempt,
                StepStatus::running,
                {},
                {},
                now.wall_ms,
                0};
  if (row.traits & never_waits) {
    notices_.push(std::move(notice));
    later(After::What::notice, step);
  } else {
    // Durable already, and what was said before it too: straight to the listeners.
    orders_.notices.push_back(std::move(notice));
  }
}

void Machine::ended(StepKey key, std::uint32_t attempt, std::unique_ptr<Outcome> outcome, Now now) {
  WF_ASSERT(key.step < rows_.size());
  RowState& row = rows_[key.step];
  if (row.phase != Phase::running || row.attempt != attempt || row.iteration != key.iteration) return;
  --running_;
  give_back(key.step);
  if (interrupted_ || broken_) {
    // No result is recorded: the next driver sees an attempt that was cut off.
    set_phase(key.step, Phase::unknown);
    return;
  }
  if (budgets_) charge(key.step, outcome.get(), now);
  if (row.traits & ends_block) outcome = outcome_of_block(key.step);
  const StepStatus status = outcome ? outcome->status : StepStatus::succeeded;
  if (status == StepStatus::succeeded) {
    // Nothing to say about it.
  } else if (row.flags & over_cap) {
    outcome->reason = reason::budget;
    outcome->error = "it took longer than its budget of time";
  } else if (row.flags & timed_out) {
    outcome->reason = reason::timeout;
  } else if (row.flags & told_to_stop) {
    const bool by_budget = over_budget_ && !cancelling_ && !closing_;
    outcome->reason = by_budget ? reason::budget : reason::cancelled;
    if (by_budget && outcome->error.empty()) outcome->error = "a budget has ended the run";
    end(key.step, by_budget ? StepStatus::failed : StepStatus::cancelled, std::move(outcome), now);
    return;
  }
  if (budgets_ && breached(key.step, outcome, !(row.traits & weighs), now)) return;
  if (row.traits & weighs) {
    weigh(key.step, std::move(outcome));
    return;
  }
  concluded(key.step, std::move(outcome), now);
}

void Machine::weigh(Row step, std::unique_ptr<Outcome> outcome) {
  held_[step] = outcome ? std::move(outcome) : std::make_unique<Outcome>();
  set_phase(step, Phase::weighing);
  orders_.asks.push_back({step, Ask::What::reactions});
}

void Machine::concluded(Row step, std::unique_ptr<Outcome> outcome, Now now) {
  if (!outcome || outcome->status == StepStatus::succeeded)
    succeeded(step, std::move(outcome), now);
  else
    failed(step, std::move(outcome), now);
}

void Machine::succeeded(Row step, std::unique_ptr<Outcome> outcome, Now now) {
  RowState& row = rows_[step];
  if (row.traits & (is_check | is_branch)) {
    // Its answer is its output, so that a resume knows it too.
    if (!outcome) outcome = std::make_unique<Outcome>();
    outcome->output = {};
    outcome->output.text = (row.flags & truth) ? "true" : "false";
    outcome->output.size = outcome->output.text.size();
  }
  if (!warnings_.empty()) {
    if (!outcome) outcome = std::make_unique<Outcome>();
    warn(step, *outcome);
  }
  const bool is_false = (row.traits & is_check) && !(row.flags & truth);
  if (is_false && react(step, StepOutcome::fail, outcome, now)) return;
  if ((row.traits & weighs) && react(step, StepOutcome::holds, outcome, now)) return;
  if (!(row.traits & has_gate)) {
    end(step, StepStatus::succeeded, std::move(outcome), now);
    return;
  }
  if (!outcome) outcome = std::make_unique<Outcome>();
  if (is_held_back(step)) {
    // Nobody needs to decide on what a run that is over has made.
    outcome->reason = reason::cancelled;
    end(step, StepStatus::cancelled, std::move(outcome), now);
    return;
  }
  store::Record& record = write(store::RecordKind::produced, step, now);
  record.detail = std::make_unique<store::Detail>();
  record.detail->outcome = *outcome;
  held_[step] = std::move(outcome);
  ask_people(step, now);
}

void Machine::failed(Row step, std::unique_ptr<Outcome> outcome, Now now) {
  outcome->status = StepStatus::failed;
  StepOutcome on = outcome->reason == reason::timeout ? StepOutcome::timeout : StepOutcome::fail;
  const bool rejected = outcome->reason == reason::rejected;
  const bool in_block = rejected && (rows_[step].traits & ends_block);
  if (in_block) on = StepOutcome::reject;
  const bool final =
      (rejected && !in_block) || outcome->reason == reason::policy || outcome->reason == reason::budget;
  if (final || !react(step, on, outcome, now)) end(step, StepStatus::failed, std::move(outcome), now);
}

void Machine::end(Row step, StepStatus status, std::string_view reason, std::string error, Now now) {
  auto outcome = std::make_unique<Outcome>();
  outcome->reason = reason;
  outcome->error = std::move(error);
  end(step, status, std::move(outcome), now);
}

void Machine::end(Row step, StepStatus status, std::unique_ptr<Outcome> outcome, Now now) {
  RowState& row = rows_[step];
  give_back(step);
  set_phase(step, Phase::ended);
  row.status = status;
  --open_;
  if (status == StepStatus::skipped) {
    // From here on the flags say why it was skipped, for its followers; a false condition blocks nobody.
    std::uint16_t why = 0;
    if (outcome->reason == reason::upstream) why = upstream;
    if (outcome->reason == reason::stopped) why = stopped;
    row.flags = static_cast<std::uint16_t>((row.flags & ~blocked) | why);
  }
  if (options_.notices) {
    say(status == StepStatus::skipped ? Notice::What::step_skipped : Notice::What::step_finished, step,
        outcome ? outcome->reason : std::string(), outcome ? outcome->error : std::string(), now);
  }
  const std::string why = outcome ? outcome->reason : std::string();
  if ((row.traits & judged) && status == StepStatus::failed) why_failed_[step] = why;
  write_end(step, status, std::move(outcome), now);
  if (!held_.empty()) held_.erase(step);
  if (!warnings_.empty()) warnings_.erase(step);
  just_ended_.push_back(step);
  if (row.traits & mends) {
    --spare_open_;
    return mended(step, now);
  }
  if (row.traits & is_undo) {
    --spare_open_;
    not_undone_ += status == StepStatus::failed ? 1 : 0;
    return;
  }
  if ((row.traits & falls_back) && !fell_back_) --spare_open_;
  if (status != StepStatus::failed || !counts_as_failure(step)) return;
  count_failure(step, why);
  if (program_.fail_fast && !stopping_) stop_starting(now);
}

// Of a step that has failed: is that a failure of the run?
bool Machine::counts_as_failure(Row step) const {
  return (rows_[step].flags & (forgiven | halts)) == 0 && (rows_[step].traits & judged) == 0;
}

void Machine::count_failure(Row step, std::string_view why) {
  ++failed_;
  if (why == reason::rejected) {
    rows_[step].flags |= refused;
    ++said_no_;
  } else if (why == reason::budget) {
    rows_[step].flags |= broke;
    ++broke_;
  }
}

void Machine::write_end(Row step, StepStatus status, std::unique_ptr<Outcome> outcome, Now now) {
  store::Record& record = write(store::RecordKind::step_ended, step, now);
  record.status = status;
  if (outcome) {
    outcome->status = status;
    record.detail = std::make_unique<store::Detail>();
    record.detail->outcome = std::move(*outcome);
  }
  if ((rows_[step].traits & undoable) && status == StepStatus::succeeded) can_be_undone(step, now);
}

// What the end of a step says to its followers.
std::uint16_t Machine::blocks_of(Row step) const {
  const RowState& row = rows_[step];
  if (row.flags & halts) return stopped;
  switch (row.status) {
    case StepStatus::failed:
      return (row.flags & forgiven) ? std::uint16_t{0} : std::uint16_t{upstream};
    case StepStatus::cancelled:
      return cancelled;
    case StepStatus::skipped:
      return row.flags & blocked;
    default:
      if (row.flags & forgiven) return 0;
      return (row.traits & is_check) && !(row.flags & truth) ? std::uint16_t{stopped} : std::uint16_t{0};
  }
}

// First the graph, then the workflow that takes over, then what undoes.
void Machine::take_turns(Now now) {
  do {
    propagate(now);
    undo(now);
  } while (!just_ended_.empty());
}

void Machine::propagate(Now now) {
  for (std::size_t i = 0; i < just_ended_.size(); ++i) {
    const Row step = just_ended_[i];
    const std::uint16_t blocks = blocks_of(step);
    Rows<Row> followers = program_.steps[step].followers;
    if (!written_begin_.empty())
      followers = {written_.data() + written_begin_[step], written_begin_[step + 1] - written_begin_[step]};
    if (!meetings_.empty()) {
      // In the order of the plan, as if there were no joins.
      all_told_.clear();
      for (const Row follower : followers) tell(follower, blocks);
      std::sort(all_told_.begin(), all_told_.end());
      for (const Row follower : all_told_) all_needs_ended(follower, now);
      continue;
    }
    for (const Row follower : followers) {
      RowState& next = rows_[follower];
      // A follower that is recorded as ended keeps the flags that say why.
      if (next.phase != Phase::ended) next.flags |= blocks;
      WF_ASSERT(next.unmet > 0);
      if (--next.unmet == 0) all_needs_ended(follower, now);
    }
  }
  just_ended_.clear();
}

void Machine::tell(Row follower, std::uint16_t blocks) {
  if (follower < rows_.size()) {
    RowState& next = rows_[follower];
    if (next.phase != Phase::ended) next.flags |= blocks;
    WF_ASSERT(next.unmet > 0);
    if (--next.unmet == 0) all_told_.push_back(follower);
    return;
  }
  const Row join = follower - program_.steps.count;
  Meeting& meeting = meetings_[join];
  meeting.blocks |= blocks;
  WF_ASSERT(meeting.unmet > 0);
  if (--meeting.unmet != 0) return;
  for (const Row step : program_.joins[join].followers) tell(step, meeting.blocks);
}

void Machine::follow_needs_as_written() {
  const Row count = program_.steps.count;
  meetings_.clear();
  written_begin_.assign(count + 1, 0);
  for (Row row = 0; row < count; ++row) {
    rows_[row].unmet = program_.steps[row].needs.count;
    for (const Row need : program_.steps[row].needs) ++written_begin_[need + 1];
  }
  for (Row row = 0; row < count; ++row) written_begin_[row + 1] += written_begin_[row];
  written_.resize(written_begin_[count]);
  std::vector<std::uint32_t> filled(written_begin_.begin(), written_begin_.end() - 1);
  for (Row row = 0; row < count; ++row)
    for (const Row need : program_.steps[row].needs) written_[filled[need]++] = row;
}

void Machine::all_needs_ended(Row step, Now now) {
  RowState& row = rows_[step];
  if (row.phase == Phase::ended) return;       // Recorded so.
  if (row.traits & (is_undo | mends)) return;  // Their turn comes otherwise.
  if ((row.traits & falls_back) && !fell_back_) return;
  if (!begun_.empty()) {
    const auto begun = begun_.find(step);
    if (begun != begun_.end() && go_on(*begun->second, now)) return;
  }
  if (const auto due = cooldowns_ms_.find(step); due != cooldowns_ms_.end()) {
    const std::int64_t due_ms = due->second;
    cooldowns_ms_.erase(due);
    if (due_ms > now.wall_ms && !stopping_) {
      set_phase(step, Phase::cooldown);
      set_timer(step, due_ms - now.wall_ms, due_ms, now);
      return;
    }
  }
  if (row.traits & ends_block)
    row.flags = static_cast<std::uint16_t>((row.flags & ~blocked) | blocks_of_block(step));
  std::uint16_t blocks = (row.traits & always) ? 0 : row.flags & blocked;
  if (row.traits & in_branch) {
    // Every path to a step in a branch leads through the branch, so it has ended. A branch that was not
    // decided holds back all its steps, also those that always run.
    const StepRow& place = program_.steps[step];
    const RowState& branch = rows_[place.branch];
    if (branch.phase != Phase::ended) {  // Only a damaged store can say so.
      end(step, StepStatus::failed, reason::store, "the record of its branch is missing", now);
      return;
    }
    const bool decided = branch.status == StepStatus::succeeded;
    const std::uint32_t side = (branch.flags & truth) ? 1 : 0;
    if (branch.status == StepStatus::failed) blocks |= upstream;
    if (branch.status == StepStatus::cancelled) blocks |= cancelled;
    if (branch.status == StepStatus::skipped) blocks |= branch.flags & blocked;
    const bool passed_over = branch.status == StepStatus::skipped && (branch.flags & blocked) == 0;
    if (passed_over || (decided && side != place.side)) {
      end(step, StepStatus::skipped, reason::condition, {}, now);
      return;
    }
  }
  if (blocks & upstream)
    end(step, StepStatus::skipped, reason::upstream, {}, now);
  else if (blocks & stopped)
    end(step, StepStatus::skipped, reason::stopped, {}, now);
  else if ((blocks & cancelled) || is_held_back(step))
    end(step, StepStatus::cancelled, why_over(), {}, now);
  else
    begin(step, now);
}

void Machine::begin(Row step, Now now) {
  const RowState& row = rows_[step];
  if (row.traits & never) {
    end(step, StepStatus::skipped, reason::condition, {}, now);
  } else if ((row.traits & needs_answer) && !(row.flags & has_answer)) {
    set_phase(step, Phase::asked);
    orders_.asks.push_back({step, Ask::What::start});
  } else {
    make_ready(step, now);
  }
}

void Machine::make_ready(Row step, Now now) {
  RowState& row = rows_[step];
  if (row.traits & never_waits) {
    // Nothing of it can be seen from outside, so there is no moment A, and it waits for no disk: cut off, it
    // is simply asked again. A chain of such steps is decided in one go.
    ++row.attempt;
    give_start(step, now);
  } else if (row.traits & is_approve) {
    ask_people(step, now);
  } else {
    set_phase(step, Phase::ready);
    just_ready_.push_back(turn_of(step));
  }
}

void Machine::cancel(Now now) {
  if (cancelling_ || finishing_ || interrupted_ || broken_) return;
  cancelling_ = true;
  if (undoing_) return;  // What is left of the run is what a cancel asks for.
  stop_starting(now);
  stop_running(reason::cancelled);
}

// What has begun and does not run ends here; what has not begun ends when its turn would come.
void Machine::stop_starting(Now now) {
  stopping_ = true;
  for (Row step = 0; step < rows_.size(); ++step) {
    RowState& row = rows_[step];
    if (!is_held_back(step)) continue;
    switch (row.phase) {
      case Phase::pending:
      case Phase::running:
      case Phase::ended:
      case Phase::closing:
      case Phase::weighing:
        break;  // Whoever was faster decides.
      case Phase::asked:
      case Phase::ready:
      case Phase::armed:
      case Phase::startable:
      case Phase::cooldown:
        end(step, StepStatus::cancelled, why_over(), {}, now);
        break;
      case Phase::message:
        end_unanswered(step, now);
        break;
      case Phase::unknown:
        end(step, StepStatus::cancelled, reason::unknown_outcome, {}, now);
        break;
      case Phase::waiting:
        close_gate(step, "cancelled", now);
        break;
      case Phase::mending:
      case Phase::retry_wait: {
        auto last = std::move(held_[step]);
        if (cancelling_ || over_budget_) last->reason = why_over();
        const StepStatus status = cancelling_ ? StepStatus::cancelled : last->status;
        end(step, status, std::move(last), now);
        break;
      }
    }
  }
}

void Machine::stop_running(std::string_view why) {
  for (Row step = 0; running_ != 0 && step < rows_.size(); ++step) {
    RowState& row = rows_[step];
    if (row.phase != Phase::running || (row.flags & told_to_stop)) continue;
    row.flags |= told_to_stop;
    orders_.stops.push_back({{step, row.iteration}, row.attempt, std::string(why)});
  }
}

void Machine::interrupt(Now) {
  if (interrupted_ || broken_) return;
  interrupted_ = true;
  stop_running(reason::interrupted);
}

void Machine::give_up(std::string_view reason, std::string error, Now now) {
  ending_ = {RunStatus::failed, std::string(reason), 1};
  finishing_ = true;
  write_run_status(ending_.status, ending_.reason, ending_.exit_code, now);
  say(Notice::What::run_finished, no_row, ending_.reason, std::move(error), now);
  later(After::What::run_ended, no_row);
}

void Machine::store_broken() {
  if (broken_) return;
  broken_ = true;
  ending_ = {RunStatus::failed, std::string(reason::store), 1};
  stop_running(reason::store);
}

void Machine::settle(Now now) {
  if (!interrupted_ && !broken_) {
    count_time(now);
    do {
      take_turns(now);
      dispatch(now);
      // A budget may have kept a step from starting, or have something to give again.
    } while (!just_ended_.empty() || (money_back_ && !short_.empty()));
    run_after(now);
    finish_if_over(now);
    time_runs_ = active_ != 0 && !finishing_;
  } else if (running_ == 0 && (broken_ || (durable_ + 1 == batch_ && orders_.records.empty()))) {
    orders_.settled = true;
  }
  if (broken_) orders_.records.clear();
  close_batch(now);
}

bool Machine::may_ride(const store::Record& record) const {
  if (record.kind == store::RecordKind::attempt_started)
    return true;  // Its start says whether it is waited for.
  return record.kind == store::RecordKind::step_ended && (rows_[record.step].traits & processor) &&
         record.status != StepStatus::failed;
}

void Machine::close_batch(Now now) {
  orders_.through = 0;
  const std::vector<store::Record>& records = orders_.records;
  if (records.empty()) return;
  if (weighed_ == 0) batch_due_ms_ = now.monotonic_ms + ride_ms;
  for (; weighed_ < records.size(); ++weighed_) hurry_ = hurry_ || !may_ride(records[weighed_]);
  if (!hurry_ && !interrupted_ && !a_job_waits() && now.monotonic_ms < batch_due_ms_) return;
  if (counts_time_ && elapsed_ms_ != clock_written_ms_) write_clock(now);
  orders_.through = batch_++;
  weighed_ = 0;
  hurry_ = false;
}

void Machine::finish_if_over(Now now) {
  if (finishing_) return;
  if (open_ == 0) {
    if (cancelling_) {
      ending_ = {RunStatus::cancelled, std::string(rejected_ ? reason::rejected : reason::cancelled), 4};
      if (cancelled_by_budget_) ending_ = {RunStatus::cancelled, std::string(reason::budget), 5};
    } else if (over_budget_ || (broke_ != 0 && said_no_ == 0)) {
      ending_ = {RunStatus::failed, std::string(reason::budget), 5};
    } else if (failed_ != 0) {
      ending_ = {RunStatus::failed, said_no_ != 0 ? std::string(reason::rejected) : std::string(),
                 said_no_ != 0 ? 4 : 1};
    } else {
      ending_ = {RunStatus::completed, {}, 0};
    }
    if (fell_back_ && ending_.reason.empty()) ending_.reason = reason::fallback;
    if (not_undone_ != 0) ending_.reason = reason::not_undone;
  } else if (active_ == 0) {
    const bool stays = options_.wait && waiting_ != 0;
    if (stays && told_waiting_) return;
    ending_ = {RunStatus::waiting, waiting_ != 0 ? std::string() : std::string(reason::unknown_outcome), 3};
    if (stays) {
      told_waiting_ = true;
      write_run_status(RunStatus::waiting, ending_.reason, 0, now);
      return;
    }
  } else {
    if (told_waiting_) write_run_status(RunStatus::running, {}, 0, now);
    told_waiting_ = false;
    return;
  }
  finishing_ = true;
  write_run_status(ending_.status, ending_.reason, ending_.exit_code, now);
  say(ending_.status == RunStatus::waiting ? Notice::What::run_paused : Notice::What::run_finished, no_row,
      ending_.reason, std::string(name_of(ending_.status)), now);
  later(After::What::run_ended, no_row);
}

StepStatus Machine::status(Row step) const {
  const RowState& row = rows_[step];
  switch (row.phase) {
    case Phase::ended:
      return row.status;
    case Phase::running:
    case Phase::weighing:
      return StepStatus::running;
    case Phase::message:
    case Phase::waiting:
    case Phase::closing:
    case Phase::unknown:
      return StepStatus::waiting;
    default:
      return StepStatus::pending;
  }
}

void Machine::set_phase(Row step, Phase phase) {
  constexpr auto active = [](Phase of) {
    return of != Phase::pending && of != Phase::waiting && of != Phase::unknown && of != Phase::ended;
  };
  RowState& row = rows_[step];
  active_ -= active(row.phase) ? 1 : 0;
  active_ += active(phase) ? 1 : 0;
  waiting_ -= row.phase == Phase::waiting ? 1 : 0;
  waiting_ += phase == Phase::waiting ? 1 : 0;
  row.phase = phase;
}

store::Record& Machine::write(store::RecordKind kind, Row step, Now now) {
  const bool ends = kind == store::RecordKind::attempt_ended || kind == store::RecordKind::produced ||
                    kind == store::RecordKind::step_ended;
  if (budgets_ && ends) write_pending_reactions(step, now);
  store::Record& record = orders_.records.emplace_back();
  record.kind = kind;
  record.step = step;
  if (step != no_row) {
    record.iteration = rows_[step].iteration;
    record.attempt = rows_[step].attempt;
    record.started_ms = rows_[step].started_ms;
  }
  record.at_ms = now.wall_ms;
  if (budgets_ && (ends || kind == store::RecordKind::attempt_started)) write_cost(record);
  return record;
}

void Machine::write_run_status(RunStatus status, std::string_view reason, int exit_code, Now now) {
  store::Record& record = write(store::RecordKind::run_status, no_row, now);
  record.detail = std::make_unique<store::Detail>();
  record.detail->run_status = status;
  record.detail->reason = reason;
  record.detail->exit_code = exit_code;
}

void Machine::later(After::What what, Row step) {
  // With nothing written since the last batch, what it follows from was written before.
  after_.push_back({orders_.records.empty() ? batch_ - 1 : batch_, step, what});
  // A start that will have to wait for a job is in no hurry, see a_job_waits.
  const bool waits_for_job = what == After::What::start && !(rows_[step].traits & never_waits) &&
                             !(rows_[step].flags & has_job) && limits_.limited(pool_of(step));
  hurry_ = hurry_ || !waits_for_job;
}

void Machine::say(Notice::What what, Row step, std::string_view reason, std::string detail, Now now,
                  std::int64_t due_ms) {
  if (!options_.notices) return;
  Notice notice{what,        {step, 1}, 0, StepStatus::pending, std::string(reason), std::move(detail),
                now.wall_ms, due_ms};
  if (step != no_row) {
    const RowState& row = rows_[step];
    notice.key.iteration = row.iteration;
    notice.attempt = row.attempt;
    notice.status = row.phase == Phase::ended ? row.status : status(step);
  }
  notices_.push(std::move(notice));
  after_.push_back({batch_, step, After::What::notice});
}

}  // namespace wf::engine
