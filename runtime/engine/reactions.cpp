// What answers the way in which a step has ended: `on fail retry 2`, `on fail back to build max 3`.
//
// Of a step's reactions those that its ending calls for are looked at in their order; the first that is not
// used up is taken and recorded, together with the ending. So a resume knows how often each was taken, and in
// which iteration a step is: one more than loops around it have gone back.
#include <algorithm>

#include "runtime/base/assert.h"
#include "runtime/base/digest.h"
#include "runtime/engine/engine.h"
#include "runtime/engine/machine.h"

namespace wf::engine {
namespace {

// Why a step that has ended well, but not as it must, fails.
std::string words_of(const ReactionRow& reaction) {
  if (reaction.text.count == 0) return "the condition does not hold";
  const Text& text = reaction.text[0].literal;
  return {text.data, text.size};
}

bool answers(const Rows<ReactionRow>& reactions, StepOutcome on) {
  for (const ReactionRow& reaction : reactions)
    if (reaction.on == on) return true;
  return false;
}

}  // namespace

std::string made_of(const Outcome& outcome) {
  return sha256_hex(outcome.output.file.empty() ? outcome.output.text : outcome.output.file);
}

// False: nothing answers it, and `outcome` is what it was. `on` says how the step has ended; `holds`: well.
bool Machine::react(Row step, StepOutcome on, std::unique_ptr<Outcome>& outcome, Now now) {
  const Rows<ReactionRow>& reactions = program_.steps[step].reactions;
  if (reactions.count == 0) return false;
  const RowState& row = rows_[step];
  // What people decided, or did not, is about an attempt that has ended well.
  const bool by_people = row.phase == Phase::waiting || row.phase == Phase::closing;
  // Else a timeout that nothing is said about is a failure like any other.
  if (on == StepOutcome::timeout && !by_people && !answers(reactions, on)) on = StepOutcome::fail;
  const ReactionRow* used_up = nullptr;
  for (Row which = 0; which < reactions.count; ++which) {
    const ReactionRow& reaction = reactions[which];
    if (reaction.on != StepOutcome::holds && reaction.on != on) continue;
    const Fit fits = fit(step, which, reaction, *outcome);
    if (fits == Fit::used_up) used_up = &reaction;
    if (fits != Fit::yes) continue;
    take(step, which, reaction, std::move(outcome), now);
    return true;
  }
  const bool is_loop = used_up && used_up->response == Response::back;
  if (is_loop && escalation_of(program_, step) && may_call_people(step)) {
    call_people(step, of_escalation, std::move(outcome), now);
    return true;
  }
  if (!used_up || outcome->status != StepStatus::succeeded) return false;
  // It ended well, but not as it must.
  outcome->reason = reason::condition;
  outcome->error = used_up->response == Response::back
                       ? "it has been repeated as often as its loop allows, and still is not as it must be"
                       : "it has been tried as often as it may be, and still is not as it must be";
  end(step, StepStatus::failed, std::move(outcome), now);
  return true;
}

// Whether a reaction to the way in which the step has ended is to be taken.
Machine::Fit Machine::fit(Row step, Row which, const ReactionRow& reaction, const Outcome& outcome) const {
  const RowState& row = rows_[step];
  const auto asked = holds_.find(step);
  const bool unconditional = reaction.condition == no_expr && reaction.when == no_expr;
  if (!unconditional && (asked == holds_.end() || !asked->second[which])) return Fit::no;
  switch (reaction.response) {
    case Response::repair:
    case Response::retry: {
      const bool by_people = row.phase == Phase::waiting || row.phase == Phase::closing;
      // What it is given cannot be worked out: the same the next time.
      if (row.attempt == 0 || by_people || is_held_back(step)) return Fit::no;
      if (row.traits & (never_waits | is_approve)) return Fit::no;  // Nothing about it has changed.
      break;
    }
    case Response::back:
      if (stopping_) return Fit::no;  // Nothing new starts.
      break;
    case Response::approve:
    case Response::escalate:
      return may_call_people(step) ? Fit::yes : Fit::no;
    default:
      return Fit::yes;
  }
  const auto before = came_to_.find(step);
  const bool stuck =
      reaction.stop_on_no_progress && before != came_to_.end() && before->second == made_of(outcome);
  const auto taken = spent_.find(std::uint64_t{step} << 32 | which);
  const bool all_spent = (taken == spent_.end() ? 0 : taken->second) >= reaction.max;
  return stuck || all_spent ? Fit::used_up : Fit::yes;
}

void Machine::take(Row step, Row which, const ReactionRow& reaction, std::unique_ptr<Outcome> outcome,
                   Now now) {
  switch (reaction.response) {
    case Response::retry:
      return retry(step, which, std::move(outcome), now);
    case Response::back:
      return go_back(step, which, std::move(outcome), now);
    case Response::go_on:
    case Response::stop:
    case Response::cancel: {
      if (reaction.response != Response::cancel)
        rows_[step].flags |= reaction.response == Response::stop ? halts : forgiven;
      write_reaction(step, which, 0, now);
      const StepStatus status = outcome->status;
      end(step, status, std::move(outcome), now);
      if (reaction.response == Response::cancel) cancel(now);
      return;
    }
    case Response::fail:
      if (outcome->status == StepStatus::succeeded) {
        outcome->reason = reason::condition;
        outcome->error = words_of(reaction);
      }
      return end(step, StepStatus::failed, std::move(outcome), now);
    case Response::approve:
    case Response::escalate:
      return call_people(step, which, std::move(outcome), now);
    case Response::repair:
      return mend(step, which, std::move(outcome), now);
    case Response::degrade:
      WF_ASSERT(false);  // It answers what a budget says, see budget.cpp.
  }
}

// Once about each ending; and nobody needs to decide in a run that is over, or about what never began.
bool Machine::may_call_people(Row step) const {
  const RowState& row = rows_[step];
  const bool began = row.attempt != 0 || (row.traits & is_approve);
  return began && !asking_.contains(step) && !is_held_back(step);
}

bool Machine::escalates(Row step, Row which) const {
  return which == of_escalation || reaction_at(program_, step, which)->response == Response::escalate;
}

void Machine::ask_instead(Row step, Row which) {
  asking_[step].reaction = which;
  GateRow gate;
  gate.on_timeout = OnTimeout::fail;
  const EscalationRow* escalation = escalates(step, which) ? escalation_of(program_, step) : nullptr;
  if (escalation) gate.timeout_ms = escalation->timeout_ms;
  gates_.ask_instead(step, gate);
}

// note [asked about at once]: that people are asked, what about, and the question itself are one batch, see
// open_gate. Cut off before, the attempt is repeated, or the gate that nobody answered looked at once more.
void Machine::call_people(Row step, Row which, std::unique_ptr<Outcome> outcome, Now now) {
  RowState& row = rows_[step];
  const EscalationRow* escalation = escalates(step, which) ? escalation_of(program_, step) : nullptr;
  if (escalation && escalation->to == EscalateTo::workflow)
    return escalate_to_workflow(step, which, std::move(outcome), now);
  if (escalation && escalation->to == EscalateTo::close) {
    write_reaction(step, which, 0, now);
    say(Notice::What::escalation_raised, step, outcome->reason, outcome->error, now);
    if (options_.notices) notices_.back().reaction = which;
    if (outcome->status == StepStatus::succeeded) {
      outcome->reason = reason::condition;
      outcome->error = "it has not ended as it must, and the escalation ends the run";
    }
    closing_ = true;
    end(step, StepStatus::failed, std::move(outcome), now);
    if (!stopping_) stop_starting(now);
    stop_running(reason::cancelled);
    return;
  }
  ask_instead(step, which);
  if (row.phase == Phase::waiting || row.phase == Phase::closing) {
    // What people did not want, or did not answer, was itself in order.
    asking_[step].recorded = true;
    outcome->status = StepStatus::succeeded;
    outcome->reason.clear();
    outcome->error.clear();
  }
  held_[step] = std::move(outcome);
  set_phase(step, Phase::message);
  orders_.asks.push_back({step, Ask::What::message, which});
}

// The question is not asked any more: the step has ended as it had.
void Machine::end_unanswered(Row step, Now now) {
  asking_.erase(step);
  gates_.forget(step);
  auto outcome = std::move(held_[step]);
  const bool failed = outcome && outcome->status == StepStatus::failed;
  if (!outcome) outcome = std::make_unique<Outcome>();
  if (!failed) outcome->reason = reason::cancelled;
  end(step, failed ? StepStatus::failed : StepStatus::cancelled, std::move(outcome), now);
}

void Machine::write_reaction(Row step, Row which, std::int64_t due_ms, Now now) {
  store::Record& record = write(store::RecordKind::reacted, step, now);
  record.detail = std::make_unique<store::Detail>();
  record.detail->reaction = which;
  record.detail->due_ms = due_ms;
}

void Machine::retry(Row step, Row which, std::unique_ptr<Outcome> outcome, Now now) {
  const std::int64_t wait_ms = retry_wait_ms(*reaction_at(program_, step, which), spent(step, which)++);
  const std::int64_t due_ms = now.wall_ms + wait_ms;
  came_to_[step] = made_of(*outcome);
  store::Record& record = write(store::RecordKind::attempt_ended, step, now);
  record.status = outcome->status;
  record.detail = std::make_unique<store::Detail>();
  record.detail->outcome = *outcome;
  record.detail->due_ms = due_ms;
  write_reaction(step, which, due_ms, now);
  say(Notice::What::step_retrying, step, outcome->reason, outcome->error, now, due_ms);
  held_[step] = std::move(outcome);
  rows_[step].flags &= static_cast<std::uint16_t>(~cut_off);
  set_phase(step, Phase::retry_wait);
  set_timer(step, wait_ms, due_ms, now);
}

void Machine::go_back(Row step, Row which, std::unique_ptr<Outcome> outcome, Now now) {
  const ReactionRow& loop = *reaction_at(program_, step, which);
  const std::uint32_t before = spent(step, which)++;
  // Only where a block is tried again the waits grow.
  const std::int64_t wait_ms =
      loop.backoff == 1.0 ? static_cast<std::int64_t>(loop.wait_ms) : retry_wait_ms(loop, before);
  const std::int64_t due_ms = wait_ms == 0 ? 0 : now.wall_ms + wait_ms;
  came_to_[step] = made_of(*outcome);
  give_back(step);
  rows_[step].status = outcome->status;
  set_phase(step, Phase::ended);
  --open_;
  say(Notice::What::step_finished, step, outcome->reason, outcome->error, now);
  const StepStatus status = outcome->status;
  write_end(step, status, std::move(outcome), now);
  write_reaction(step, which, due_ms, now);
  say(Notice::What::loop_iterated, step, {}, {}, now, due_ms);
  if (options_.notices) notices_.back().reaction = which;
  held_.erase(step);
  run_again(loop);
  if (due_ms != 0) cooldowns_ms_[loop.target] = due_ms;
  if (rows_[loop.target].unmet == 0) all_needs_ended(loop.target, now);
}

// Everything in the loop is as if it had never run, but for its number; and what follows waits again.
void Machine::run_again(const ReactionRow& loop) {
  for (const Row again : loop.body) {
    RowState& row = rows_[again];
    if (row.phase == Phase::ended) ++open_;
    if (row.phase == Phase::ended && row.status == StepStatus::failed && again != loop.body.end()[-1] &&
        counts_as_failure(again)) {
      --failed_;
      if (row.flags & refused) --said_no_;
      if (row.flags & broke) --broke_;
    }
    set_phase(again, Phase::pending);
    row.status = StepStatus::pending;
    row.flags = 0;
    ++row.iteration;
    row.attempt = 0;
    row.started_ms = 0;
    held_.erase(again);
    asking_.erase(again);
    gates_.forget(again);
    // Retries begin anew; loops within this one do not.
    for (Row which = 0; const ReactionRow* reaction = reaction_at(program_, again, which); ++which)
      if (reaction->response == Response::retry || reaction->response == Response::repair)
        spent_.erase(std::uint64_t{again} << 32 | which);
  }
  for (const Row again : loop.body) {
    count_needs(again);
    for (const Row follower : program_.steps[again].followers)
      if (rows_[follower].phase == Phase::pending) count_needs(follower);
  }
}

// From the needs as they stand: how many have yet to end, and what the others say.
void Machine::count_needs(Row step) {
  RowState& row = rows_[step];
  row.unmet = 0;
  row.flags &= static_cast<std::uint16_t>(~blocked);
  for (const Row need : program_.steps[step].needs) {
    const bool told = rows_[need].phase == Phase::ended &&
                      std::find(just_ended_.begin(), just_ended_.end(), need) == just_ended_.end();
    if (told)
      row.flags |= blocks_of(need);
    else
      ++row.unmet;
  }
}

const ReactionRow* reaction_of(const Program& program, const store::RecoveredReaction& happened) {
  return happened.step < program.steps.count ? reaction_at(program, happened.step, happened.reaction)
                                             : nullptr;
}

const EscalationRow* escalation_of(const Program& program, Row step) {
  const std::uint32_t which = program.steps[step].fallback ? 1 : 0;
  return which < program.escalation.count ? &program.escalation[which] : nullptr;
}

Rows<QualityGateRow> quality_gates(const Program& program, Row step) {
  const Row extras = program.steps[step].extras;
  return extras == no_row ? Rows<QualityGateRow>{} : program.extras[extras].quality_gates;
}

const ReactionRow* reaction_at(const Program& program, Row step, Row which) {
  if (is_of_budget(which)) {
    const Row extras = program.steps[step].extras;
    const bool of_run = which >= of_run_budget;
    const Row budget = of_run ? program.budget : extras == no_row ? no_row : program.extras[extras].budget;
    which -= of_run ? of_run_budget : of_step_budget;
    const bool there = budget != no_row && which < program.budgets[budget].reactions.count;
    return there ? &program.budgets[budget].reactions[which] : nullptr;
  }
  const Rows<ReactionRow>& own = program.steps[step].reactions;
  if (which < own.count) return &own[which];
  which -= own.count;
  for (const QualityGateRow& gate : quality_gates(program, step)) {
    if (which < gate.reactions.count) return &gate.reactions[which];
    which -= gate.reactions.count;
  }
  return nullptr;
}

std::vector<std::uint32_t> iterations(const Program& program, const store::Recovered& run) {
  std::vector<std::uint32_t> all(program.steps.count, 1);
  for (const store::RecoveredReaction& happened : run.reactions) {
    if (happened.reaction == to_mend && happened.step < all.size()) all[happened.step] = happened.iteration;
    const ReactionRow* loop = reaction_of(program, happened);
    if (!loop || loop->response != Response::back) continue;
    for (const Row again : loop->body) ++all[again];
  }
  for (const store::Intervention& said : run.interventions)
    if (said.what == store::Intervention::What::again && said.step < all.size()) ++all[said.step];
  return all;
}

// What a step of a loop had made when it went back, before this process began.
void Machine::recall(const store::RecoveredStep& step) {
  Outcome said = step.outcome;
  if (said.output.record != 0) {
    Result<std::string> text = options_.load(said.output);
    if (!text) {  // Then it cannot be told whether there was progress: the next one is the first.
      came_to_.erase(step.step);
      return;
    }
    said.output.text = std::move(*text);
  }
  came_to_[step.step] = made_of(said);
}

// Before anything else of a resume: which iteration each row is in, and what is used up.
void Machine::recover_reactions(const store::Recovered& from) {
  if (from.reactions.empty() && from.interventions.empty()) return;
  const std::vector<std::uint32_t> now_in = iterations(program_, from);
  for (Row row = 0; row < rows_.size(); ++row) rows_[row].iteration = now_in[row];
  recover_undone(from);
  for (const store::RecoveredReaction& happened : from.reactions) {
    if (recover_budget_reaction(happened)) continue;
    const ReactionRow* reaction = reaction_of(program_, happened);
    const bool asks =
        reaction ? reaction->response == Response::approve || reaction->response == Response::escalate
                 : happened.reaction == of_escalation && happened.step < rows_.size();
    if (asks) {
      // Of a step that people let run again, nothing counts.
      if (happened.iteration != rows_[happened.step].iteration) continue;
      const EscalationRow* escalation =
          escalates(happened.step, happened.reaction) ? escalation_of(program_, happened.step) : nullptr;
      if (escalation && escalation->to == EscalateTo::workflow)
        escalated_ = true;
      else if (escalation && escalation->to == EscalateTo::close)
        closing_ = true;
      else
        ask_instead(happened.step, happened.reaction);
      continue;
    }
    if (happened.reaction == to_be_undone && happened.step < rows_.size() &&
        happened.iteration >= undone_below(happened.step)) {
      done_as_[happened.step] = ++done_;
      if (happened.iteration == rows_[happened.step].iteration) marked_.insert(happened.step);
    }
    if (!reaction) continue;
    if (reaction->response == Response::back) {
      ++spent(happened.step, happened.reaction);
      cooldowns_ms_[reaction->target] = happened.due_ms;
      for (const store::RecoveredStep& step : from.steps)
        if (step.step == happened.step && step.iteration == happened.iteration) recall(step);
      continue;
    }
    RowState& row = rows_[happened.step];
    if (happened.iteration != row.iteration) continue;
    if (reaction->response == Response::retry) ++spent(happened.step, happened.reaction);
    if (reaction->response == Response::repair) {
      ++spent(happened.step, happened.reaction);
      mending_[happened.step] = {reaction->target, happened.attempt};
    }
    if (reaction->response == Response::go_on) row.flags |= forgiven;
    if (reaction->response == Response::stop) row.flags |= halts;
    if (reaction->response == Response::cancel) cancelling_ = true;
  }
}

}  // namespace wf::engine
