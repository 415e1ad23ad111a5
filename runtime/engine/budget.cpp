// Budgets: what may be spent, and what happens where it is not enough (reliability.md 5.7).
//
// Before A of an attempt is written, what it may cost is set aside, and both are one record. A step for which
// there is not enough *now*, while others have set something aside, waits until they have ended; one for
// which there never will be is a breach. When an attempt ends, what it has cost replaces what was set aside,
// in one record with its end; an attempt that was cut off keeps what it has set aside. From these records
// everything else follows, so a resume goes on with the same sums.
//
// note [two kinds of breach]: at the start nothing has been spent yet, and `degrade` does without the answer
// of an agent. At the end, of an attempt that has cost more than was left, it cuts what the attempt has made.
// What ended well stays so: a run that its budget ends keeps all that is paid, and a resume with a higher
// limit uses it. People are asked when something is about to start.
//
// note [time]: of a run it is counted here while anything goes on besides waiting for people, and written
// with every batch. What ends a run when its time is up is `fail` and `cancel`; any other reaction lets go on
// what runs, and answers whatever would start.
#include <algorithm>
#include <map>
#include <tuple>

#include "runtime/base/assert.h"
#include "runtime/base/json.h"
#include "runtime/engine/engine.h"
#include "runtime/engine/machine.h"

namespace wf::engine {
namespace {

constexpr std::int64_t clock_every_ms = 5'000;

Json number_of(Measure measure, std::int64_t amount) {
  const std::int64_t unit = measure == Measure::time                                 ? 1'000
                            : measure == Measure::credits || measure == Measure::usd ? 1'000'000
                                                                                     : 1;
  if (amount % unit == 0) return amount / unit;
  return static_cast<double>(amount) / static_cast<double>(unit);
}

}  // namespace

std::string budget_json(const policy::Budgets& budgets) {
  Json all = Json::object();
  for (const Measure measure : measures) {
    const std::optional<std::int64_t> limit = budgets.limit(measure);
    if (!limit) continue;
    Json& one = all[std::string(name_of(measure))];
    one = {{"spent", number_of(measure, budgets.spent(measure))}, {"limit", number_of(measure, *limit)}};
    if (const std::int64_t aside = budgets.set_aside(measure); aside != 0)
      one["reserved"] = number_of(measure, aside);
  }
  return write_json(all);
}

// An attempt without an end is dead, and keeps what it has set aside; but the last one of a step may run at
// this very moment, if somebody drives the run.
void tally(const Program& program, const store::Recovered& run, policy::Budgets& budgets, bool driven) {
  for (const store::LimitSet& set : run.limits)
    if (!set.by.empty() && budgets.declared(set.measure)) budgets.set_limit(set.measure, set.limit);
  budgets.set_time(run.run.elapsed_ms);
  // What people let run again has its own budget anew.
  std::vector<std::uint32_t> since(program.steps.count, 0);
  for (const store::Intervention& said : run.interventions)
    if (said.what == store::Intervention::What::again && said.step < since.size())
      since[said.step] = std::max(since[said.step], said.iteration);
  using Key = std::tuple<Row, std::uint32_t, std::uint32_t>;
  std::map<Key, const store::Charge*> latest;
  for (const store::Charge& charge : run.charges)
    if (charge.step < program.steps.count) latest[{charge.step, charge.iteration, charge.attempt}] = &charge;
  std::map<std::pair<Row, std::uint32_t>, const store::RecoveredStep*> steps;
  for (const store::RecoveredStep& step : run.steps) steps[{step.step, step.iteration}] = &step;
  for (const auto& [key, charge] : latest) {
    const auto step = steps.find({charge->step, charge->iteration});
    const bool running = driven && !charge->spent && step != steps.end() && !step->second->ended &&
                         !step->second->attempts.empty() &&
                         step->second->attempts.back().number == charge->attempt &&
                         step->second->attempts.back().ended_ms == 0 && !budgets.reserves(charge->step);
    if (running)
      budgets.reserve(charge->step, charge->cost);
    else
      budgets.recover(charge->step, charge->cost, charge->iteration >= since[charge->step]);
  }
}

void Machine::recover_budget(const store::Recovered& from, Now now) {
  counted_at_ms_ = clock_written_at_ms_ = now.monotonic_ms;
  elapsed_ms_ = from.run.elapsed_ms;
  if (!budgets_) return;
  tally(program_, from, *budgets_, false);
  counts_time_ = budgets_->declared(Measure::time).has_value();
  for (const store::LimitSet& set : from.limits) limits_raised_ += set.by.empty() ? 0 : 1;
  for (const store::RecoveredReaction& happened : from.reactions)
    over_budget_ =
        over_budget_ || (happened.reaction == ended_by_budget && happened.due_ms == limits_raised_);
  // Who has approved once is not asked again about that budget.
  for (const store::RecoveredReaction& happened : from.reactions) {
    if (!is_of_budget(happened.reaction) || happened.step >= rows_.size()) continue;
    const ReactionRow* reaction = reaction_at(program_, happened.step, happened.reaction);
    if (!reaction || (reaction->response != Response::approve && reaction->response != Response::escalate))
      continue;
    for (const store::RecoveredStep& step : from.steps) {
      if (step.step != happened.step || step.iteration != happened.iteration) continue;
      // Another gate of the step may have followed, but then it has started since.
      const bool started = !step.attempts.empty() && step.attempts.back().number > happened.attempt;
      if (started || (step.gate && step.gate->outcome == "approved")) {
        budgets_->lift(happened.reaction >= of_run_budget, happened.step);
        let_start_.insert({happened.step, happened.iteration});
      }
    }
  }
  for (const Measure measure : measures) {
    const std::optional<std::int64_t> limit = budgets_->declared(measure);
    if (!limit) continue;
    const auto last = std::find_if(from.limits.rbegin(), from.limits.rend(),
                                   [&](const auto& set) { return set.measure == measure && set.by.empty(); });
    if (last != from.limits.rend() && last->limit == *limit) continue;
    store::Record& record = write(store::RecordKind::limit_set, no_row, now);
    record.detail = std::make_unique<store::Detail>();
    record.detail->measure = measure;
    record.detail->limit = *limit;
  }
  if (program_.budget == no_row) return;
  const BudgetRow& budget = program_.budgets[program_.budget];
  const std::optional<std::int64_t> tokens = budgets_->limit(Measure::tokens);
  alerted_ = budget.alert_percent == 0 || !tokens ||
             policy::reaches(budgets_->spent(Measure::tokens), budget.alert_percent, *tokens);
}

// False: the reaction is not one of a budget's, or asks people who have not answered yet.
bool Machine::recover_budget_reaction(const store::RecoveredReaction& happened) {
  if (happened.reaction == ended_by_budget) return true;
  if (!is_of_budget(happened.reaction) || happened.step >= rows_.size() || !budgets_) return false;
  const ReactionRow* reaction = reaction_at(program_, happened.step, happened.reaction);
  if (!reaction) return true;
  switch (reaction->response) {
    case Response::go_on:
      budgets_->lift(happened.reaction >= of_run_budget, happened.step);
      return true;
    case Response::degrade:
      ++degraded_;
      return true;
    case Response::cancel:
      cancelling_ = cancelled_by_budget_ = true;
      return true;
    case Response::stop:
      if (happened.iteration == rows_[happened.step].iteration) rows_[happened.step].flags |= halts;
      return true;
    default:
      return let_start_.contains({happened.step, happened.iteration});
  }
}

// In a run that is over nothing new starts but what always runs, and that only where money is left.
bool Machine::is_held_back(Row step) const {
  if (!stopping_) return false;
  const std::uint32_t traits = rows_[step].traits;
  return over_budget_ ? !(traits & is_undo) : !(traits & always);
}

// True: it is set aside. What is left over is taken back whatever it costs: a budget does not keep a mess.
bool Machine::can_afford(Row step) {
  if (!budgets_) return true;
  const Cost needs = budgets_->needs(step);
  policy::Breach breach;
  const bool can =
      (rows_[step].traits & is_undo) || budgets_->fit(step, needs, breach) == policy::Budgets::Fit::yes;
  if (can) budgets_->reserve(step, needs);
  return can;
}

// False: it waits for its turn, it has ended, or people are asked.
bool Machine::afford(Row step, Now now) {
  if (can_afford(step)) return true;
  policy::Breach breach;
  switch (budgets_->fit(step, budgets_->needs(step), breach)) {
    case policy::Budgets::Fit::yes:
    case policy::Budgets::Fit::later:
      short_.push_back(step);
      return false;
    case policy::Budgets::Fit::never:
      return breached_at_start(step, breach, now);
  }
  return false;
}

// The first reaction behind `after` that is not used up, of the step's budget and then of the run's if it is
// that which was passed; no_row: there is none, and it fails.
Row Machine::answer_to(Row step, const policy::Breach& breach, Row after) const {
  bool behind = after == no_row;
  for (const Row first : {of_step_budget, of_run_budget}) {
    if (first == of_run_budget && breach.budget != program_.budget) break;
    for (Row which = first; const ReactionRow* reaction = reaction_at(program_, step, which); ++which) {
      if (!std::exchange(behind, behind || which == after)) continue;
      if (reaction->response == Response::degrade && reaction->max != 0 && degraded_ >= reaction->max)
        continue;
      const bool asks = reaction->response == Response::approve || reaction->response == Response::escalate;
      // About a repair nobody is asked: its step waits for it.
      const bool may_ask = !asking_.contains(step) && !is_held_back(step) && !(rows_[step].traits & mends);
      if (!asks || may_ask) return which;
    }
  }
  return no_row;
}

bool Machine::breached_at_start(Row step, const policy::Breach& breach, Now now) {
  Row which = answer_to(step, breach, no_row);
  // Only an agent's answer can be done without, and only where nobody looks at it.
  const bool can_be_cut =
      program_.steps[step].kind == StepKind::agent && !(rows_[step].traits & (weighs | has_gate | undoable));
  while (!can_be_cut && which != no_row && reaction_at(program_, step, which)->response == Response::degrade)
    which = answer_to(step, breach, which);
  const Response response = which == no_row ? Response::fail : reaction_at(program_, step, which)->response;
  switch (response) {
    case Response::go_on:
      go_on_beyond(step, which, breach, now);
      write_pending_reactions(step, now);
      return afford(step, now);
    case Response::degrade: {
      // An agent that is not asked has written nothing, and the run goes on with that.
      ++degraded_;
      write_reaction(step, which, 0, now);
      auto nothing = std::make_unique<Outcome>(Outcome::succeeded(policy::cut_to_bytes("-", 0)));
      nothing->reason = reason::budget;
      nothing->error = text_of(breach);
      say(Notice::What::alert_raised, step, reason::budget, "degraded: " + nothing->error, now);
      end(step, StepStatus::succeeded, std::move(nothing), now);
      return false;
    }
    case Response::stop:
      write_reaction(step, which, 0, now);
      end(step, StepStatus::skipped, reason::stopped, text_of(breach), now);
      return false;
    case Response::approve:
    case Response::escalate:
      call_people(step, which, std::make_unique<Outcome>(Outcome::failed(reason::budget, text_of(breach))),
                  now);
      if (asking_.contains(step)) asking_[step].recorded = true;
      return false;
    case Response::cancel:
      write_reaction(step, which, 0, now);
      cancelled_by_budget_ = true;
      end(step, StepStatus::cancelled, reason::budget, text_of(breach), now);
      cancel(now);
      return false;
    default:
      break;
  }
  over_budget_ = over_budget_ || breach.of_run;
  end(step, StepStatus::failed, reason::budget, text_of(breach) + ", which is too little for it", now);
  if (breach.of_run) end_by_budget(step, now);
  return false;
}

// What an attempt has cost, once it has ended.
void Machine::charge(Row step, const Outcome* outcome, Now now) {
  if (!budgets_->reserves(step)) return;
  std::int64_t took_ms = 0;
  if (const auto began = began_ms_.find(step); began != began_ms_.end()) {
    took_ms = now.monotonic_ms - began->second;
    began_ms_.erase(began);
  }
  const Cost cost = budgets_->cost_of(step, outcome, took_ms);
  budgets_->settle(step, cost);
  charges_[step] = cost;
  tell_budget(step, now);
}

void Machine::tell_budget(Row step, Now now) {
  if (program_.budget == no_row) return;
  if (options_.notices) say(Notice::What::budget_updated, step, {}, budget_json(*budgets_), now);
  const std::optional<std::int64_t> tokens = budgets_->limit(Measure::tokens);
  const BudgetRow& budget = program_.budgets[program_.budget];
  if (alerted_ || !policy::reaches(budgets_->spent(Measure::tokens), budget.alert_percent, *tokens)) return;
  alerted_ = true;
  say(Notice::What::alert_raised, step, reason::budget,
      policy::amount_text(Measure::tokens, budgets_->spent(Measure::tokens)) + " of " +
          policy::amount_text(Measure::tokens, *tokens) + " are spent",
      now);
}

// It has set something aside, and does not begin.
void Machine::let_go(Row step) {
  if (!budgets_->reserves(step)) return;
  // With A on record, that it has cost nothing belongs there too.
  if (rows_[step].phase == Phase::armed || (rows_[step].traits & idempotent)) {
    budgets_->give_up(step);
    charges_[step] = Cost();
  } else {
    budgets_->release(step);
    money_back_ = true;
  }
}

// True: the step has ended by it. Else what it has made is judged as if nothing had been passed. An output is
// cut before anything is asked of the result. All else waits until its end is written too, for what ends a
// run is recorded together with its cause.
bool Machine::breached(Row step, std::unique_ptr<Outcome>& outcome, bool may_end, Now now) {
  RowState& row = rows_[step];
  const auto paid = charges_.find(step);
  if (paid == charges_.end() || (row.traits & is_undo)) return false;
  Row which = no_row;
  if (const auto cut = pending_reactions_.find(step); cut != pending_reactions_.end()) {
    const bool by_run = cut->second.back() >= of_run_budget;
    if (!by_run || !program_.budgets[program_.budget].outputs_only) return false;
    which = cut->second.back();
  }
  while (const std::optional<policy::Breach> breach = budgets_->passed(step, paid->second)) {
    which = answer_to(step, *breach, which);
    const Response response = which == no_row ? Response::fail : reaction_at(program_, step, which)->response;
    const bool ended_well = !outcome || outcome->status == StepStatus::succeeded;
    if (!may_end && response != Response::degrade) return false;
    switch (response) {
      case Response::go_on:
        go_on_beyond(step, which, *breach, now);
        if (breach->of_run) return false;  // From when this is recorded it binds nobody.
        continue;
      case Response::degrade:
        if (!ended_well) return false;  // There is nothing to cut.
        if (!outcome) outcome = std::make_unique<Outcome>();
        if (degrade(step, which, *breach, *outcome, now)) return false;
        continue;
      case Response::stop:
        row.flags |= halts;
        pending_reactions_[step].push_back(which);
        return false;
      case Response::approve:
      case Response::escalate:
        return false;  // Whoever wants to start next asks.
      case Response::cancel:
        write_reaction(step, which, 0, now);
        cancelled_by_budget_ = true;
        cancel(now);
        return false;
      default:
        break;
    }
    if (breach->of_run) {
      over_budget_ = true;
      end_by_budget(step, now);
      return false;  // What it has made is paid, and stays.
    }
    if (!outcome) outcome = std::make_unique<Outcome>();
    outcome->status = StepStatus::failed;
    outcome->reason = reason::budget;
    outcome->error = text_of(*breach);
    end(step, StepStatus::failed, std::move(outcome), now);
    return true;
  }
  return false;
}

void Machine::go_on_beyond(Row step, Row which, const policy::Breach& breach, Now now) {
  // Others rely on what the run may take, and so on what is recorded of it.
  if (which < of_run_budget) budgets_->lift(false, step);
  pending_reactions_[step].push_back(which);
  warnings_[step].push_back(text_of(breach));
  money_back_ = true;
  say(Notice::What::alert_raised, step, reason::budget, text_of(breach), now);
}

// False: what is left of the output still passes the limit.
bool Machine::degrade(Row step, Row which, const policy::Breach& breach, Outcome& outcome, Now now) {
  const BudgetRow& budget = program_.budgets[breach.budget];
  std::string text = outcome.output.text;
  if (!outcome.output.is_here()) {
    Result<std::string> whole = options_.load(outcome.output);
    text = whole ? std::move(*whole) : std::string();
  }
  const Cost before = charges_[step];
  const std::int64_t cost = before[breach.measure];
  const std::string cut =
      budget.degraded_chars != 0
          ? policy::cut_to_chars(text, budget.degraded_chars)
          : policy::cut_to_bytes(text,
                                 policy::paid_share(text.size(), breach.limit - (breach.spent - cost), cost));
  ++degraded_;
  pending_reactions_[step].push_back(which);
  if (cut != text) {
    outcome.output = {};
    outcome.output.size = cut.size();
    outcome.output.text = cut;
    outcome.fields_json.clear();
    warnings_[step].push_back("degraded: " + text_of(breach));
  }
  say(Notice::What::alert_raised, step, reason::budget, "degraded: " + text_of(breach), now);
  if (!budget.outputs_only) return true;
  const Cost after = budgets_->cost_of(step, &outcome, before[Measure::time]);
  budgets_->correct(step, before, after);
  charges_[step] = after;
  return !budgets_->passed(step, after);
}

// Nothing new starts, and what runs is stopped.
void Machine::end_by_budget(Row step, Now now) {
  over_budget_ = true;
  write_reaction(step, ended_by_budget, limits_raised_, now);
  stop_starting(now);
  stop_running(reason::budget);
}

void Machine::write_pending_reactions(Row step, Now now) {
  const auto pending = pending_reactions_.find(step);
  if (pending == pending_reactions_.end()) return;
  const std::vector<Row> all = std::move(pending->second);
  pending_reactions_.erase(pending);
  for (const Row which : all) {
    write_reaction(step, which, 0, now);
    if (which < of_run_budget || reaction_at(program_, step, which)->response != Response::go_on) continue;
    budgets_->lift(true, step);
    money_back_ = true;
  }
}

// With the end of an attempt goes what it has cost, with its start what it has set aside.
void Machine::write_cost(store::Record& record) {
  if (record.kind == store::RecordKind::attempt_started) {
    if (budgets_->reserves(record.step))
      record.cost = std::make_unique<Cost>(budgets_->reserved(record.step));
    return;
  }
  const auto paid = charges_.find(record.step);
  if (paid == charges_.end()) return;
  record.cost = std::make_unique<Cost>(paid->second);
  charges_.erase(paid);
  budgets_->recorded(record.step);
  money_back_ = true;
}

// True: people let it start in spite of its budget.
bool Machine::approved_by_people(Row step) {
  const auto asked = asking_.find(step);
  if (asked == asking_.end() || !is_of_budget(asked->second.reaction)) return false;
  budgets_->lift(asked->second.reaction >= of_run_budget, step);
  money_back_ = true;
  asking_.erase(asked);
  held_.erase(step);
  return true;
}

// The time of a step is up. False: it goes on all the same.
bool Machine::stop_for_time(Row step, Now now) {
  const auto began = began_ms_.find(step);
  if (began == began_ms_.end() || !budgets_->time_left(step)) return false;
  const std::int64_t took_ms = now.monotonic_ms - began->second;
  const std::optional<policy::Breach> breach = budgets_->out_of_time(step, took_ms);
  if (!breach) return false;
  const Row which = answer_to(step, *breach, no_row);
  RowState& row = rows_[step];
  if (which == no_row || reaction_at(program_, step, which)->response != Response::go_on) {
    row.flags |= over_cap;
    orders_.stops.push_back({{step, row.iteration}, row.attempt, std::string(reason::budget)});
    return true;
  }
  go_on_beyond(step, which, *breach, now);
  const auto timeout_ms = static_cast<std::int64_t>(program_.steps[step].timeout_ms);
  if (row.traits & has_timeout) set_timer(step, timeout_ms - took_ms, std::nullopt, now);
  return true;
}

// How long the attempt that starts now may take; nothing: as long as it wants to.
std::optional<std::int64_t> Machine::time_of_attempt(Row step, Now now) {
  std::optional<std::int64_t> may_ms;
  if (rows_[step].traits & has_timeout) may_ms = static_cast<std::int64_t>(program_.steps[step].timeout_ms);
  if (!budgets_ || (rows_[step].traits & is_undo)) return may_ms;
  const std::optional<std::int64_t> left_ms = budgets_->time_left(step);
  if (!left_ms) return may_ms;
  began_ms_[step] = now.monotonic_ms;
  return may_ms ? std::min(*may_ms, *left_ms) : *left_ms;
}

// Up to now; what follows counts if anything goes on then.
void Machine::count_time(Now now) {
  if (time_runs_) elapsed_ms_ += std::max<std::int64_t>(now.monotonic_ms - counted_at_ms_, 0);
  counted_at_ms_ = now.monotonic_ms;
  if (!counts_time_) return;
  budgets_->set_time(elapsed_ms_);
  if (elapsed_ms_ >= *budgets_->limit(Measure::time)) time_is_up(now);
  if (time_runs_ && now.monotonic_ms - clock_written_at_ms_ >= clock_every_ms) write_clock(now);
}

// When time_passed must be called for the time of the run.
std::optional<std::int64_t> Machine::clock_wake_ms() const {
  if (!counts_time_ || !time_runs_) return std::nullopt;
  const std::int64_t write_at_ms = clock_written_at_ms_ + clock_every_ms;
  if (time_is_up_) return write_at_ms;
  const std::int64_t left_ms = *budgets_->limit(Measure::time) - elapsed_ms_;
  return std::min(write_at_ms, counted_at_ms_ + std::max<std::int64_t>(left_ms, 0));
}

void Machine::time_is_up(Now now) {
  if (std::exchange(time_is_up_, true) || over_budget_ || stopping_ || undoing_ || open_ == 0) return;
  if (budgets_->is_lifted(true, 0)) return;
  // Any row will do to keep the record: the time is nobody's alone.
  const policy::Breach breach{program_.budget, true, Measure::time, *budgets_->limit(Measure::time),
                              elapsed_ms_};
  const Rows<ReactionRow>& reactions = program_.budgets[program_.budget].reactions;
  switch (reactions.count == 0 ? Response::fail : reactions[0].response) {
    case Response::fail:
      return end_by_budget(0, now);
    case Response::cancel:
      write_reaction(0, of_run_budget, 0, now);
      cancelled_by_budget_ = true;
      return cancel(now);
    case Response::go_on:
      budgets_->lift(true, 0);
      write_reaction(0, of_run_budget, 0, now);
      say(Notice::What::alert_raised, 0, reason::budget, text_of(breach), now);
      return;
    default:
      return;
  }
}

void Machine::write_clock(Now now) {
  store::Record& record = write(store::RecordKind::clock, no_row, now);
  record.detail = std::make_unique<store::Detail>();
  record.detail->elapsed_ms = clock_written_ms_ = elapsed_ms_;
  clock_written_at_ms_ = now.monotonic_ms;
}

}  // namespace wf::engine
