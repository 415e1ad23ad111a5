// People: what is asked of them, and what follows from their answer or their silence.
#include <algorithm>

#include "runtime/base/assert.h"
#include "runtime/base/json.h"
#include "runtime/engine/machine.h"

namespace wf::engine {
namespace {

// The message of a gate where no evaluation is needed; nothing where one is.
std::optional<std::string> literal_message(const StepRow& step, const GateRow& gate) {
  for (const Param& param : step.params) {
    if (std::string_view(param.name.data, param.name.size) != "message") continue;
    if (param.kind != ParamKind::literal || param.when != no_expr) return std::nullopt;
    return std::string(param.literal.data, param.literal.size);
  }
  const Param& message = gate.message;
  if (message.kind != ParamKind::literal || message.when != no_expr) return std::nullopt;
  return std::string(message.literal.data, message.literal.size);
}

std::string names_of(const std::vector<store::Vote>& votes, bool approve) {
  std::string names;
  for (const store::Vote& vote : votes) {
    if (vote.approve != approve) continue;
    if (!names.empty()) names += ", ";
    names += vote.by;
  }
  return names;
}

std::string comment_of(const std::vector<store::Vote>& votes) {
  for (auto vote = votes.rbegin(); vote != votes.rend(); ++vote)
    if (!vote->comment.empty()) return vote->comment;
  return {};
}

// What the decision adds to the fields of the step's result.
std::string with_decision(const std::string& fields_json, bool approved, const std::string& by,
                          const std::string& comment) {
  Json fields = Json::object();
  if (!fields_json.empty()) {
    Result<Json> parsed = parse_json(fields_json);
    if (parsed && parsed->is_object()) fields = std::move(*parsed);
  }
  fields["approved"] = approved;
  fields["by"] = by;
  fields["comment"] = comment;
  return write_json(fields);
}

}  // namespace

void Machine::ask_people(Row step, Now now) {
  if (const auto asked = asking_.find(step); asked != asking_.end()) {
    set_phase(step, Phase::message);
    orders_.asks.push_back({step, Ask::What::message, asked->second.reaction});
    return;
  }
  if (std::optional<std::string> message = literal_message(program_.steps[step], gates_.row(step))) {
    open_gate(step, std::move(*message), now);
    return;
  }
  set_phase(step, Phase::message);
  orders_.asks.push_back({step, Ask::What::message});
}

void Machine::open_gate(Row step, std::string message, Now now) {
  RowState& row = rows_[step];
  const auto held = held_.find(step);
  const Output* shown = held == held_.end() ? nullptr : &held->second->output;
  policy::GateRequest request = gates_.request({step, row.iteration}, std::move(message), shown, now.wall_ms);
  store::Gate gate{std::move(request.id),
                   std::move(request.subject_digest),
                   std::move(request.message),
                   std::move(request.approvers),
                   request.quorum,
                   request.deadline_ms};
  if (const auto asked = asking_.find(step); asked != asking_.end()) {
    if (!asked->second.recorded) {
      if (row.attempt == 0) row.attempt = 1;  // What was asked of people is recorded as something made.
      store::Record& made = write(store::RecordKind::produced, step, now);
      made.detail = std::make_unique<store::Detail>();
      made.detail->outcome = *held_[step];
    }
    write_reaction(step, asked->second.reaction, 0, now);
    if (escalates(step, asked->second.reaction)) {
      say(Notice::What::escalation_raised, step, held_[step]->reason, held_[step]->error, now);
      if (options_.notices) notices_.back().reaction = asked->second.reaction;
    }
  }
  store::Record& record = write(store::RecordKind::gate_opened, step, now);
  record.detail = std::make_unique<store::Detail>();
  record.detail->gate = gate;
  set_phase(step, Phase::waiting);
  say(Notice::What::gate_waiting, step, {}, gate.message, now, gate.deadline_ms);
  if (gate.deadline_ms != 0) set_timer(step, gate.deadline_ms - now.wall_ms, gate.deadline_ms, now);
  open_gates_[step].gate = std::move(gate);
}

void Machine::decided(Row step, const store::GateState& state, Now now) {
  if (step >= rows_.size() || finishing_ || interrupted_ || broken_ || state.open) return;
  const RowState& row = rows_[step];
  if (row.phase != Phase::waiting && row.phase != Phase::closing) return;
  // Before our own outcome is in the store, too late or not, the step must not end: the two records might
  // share a transaction, which then contradicts itself. The reading that confirms it finds the same answer.
  if (row.phase == Phase::closing && std::ranges::find(confirmed_, step) == confirmed_.end()) return;
  // An answer to an earlier request, about another iteration or other bytes, says nothing about this one.
  OpenGate& open = open_gates_[step];
  if (open.gate.id != state.gate.id) return;
  if (row.phase == Phase::waiting) return settle_gate(step, state.outcome, state.votes, now);
  // In its turn: one that was due earlier may end the run.
  open.closing_with = state.outcome;
  open.votes = state.votes;
}

void Machine::close_gate(Row step, std::string_view outcome, Now now) {
  // Written first, then looked up: the store closes a gate once, so whoever was faster is found there.
  store::Record& record = write(store::RecordKind::gate_closed, step, now);
  record.detail = std::make_unique<store::Detail>();
  record.detail->gate = open_gates_[step].gate;
  record.detail->reason = outcome;
  open_gates_[step].closing_with = outcome;
  set_phase(step, Phase::closing);
  later(After::What::confirm_gate, step);
}

void Machine::wishes_read(Now now) {
  std::vector<Row> confirmed;
  confirmed.swap(confirmed_);
  if (finishing_ || interrupted_ || broken_) return;
  for (const Row step : confirmed) {
    if (rows_[step].phase != Phase::closing) continue;
    const OpenGate open = open_gates_[step];
    settle_gate(step, open.closing_with, open.votes, now);
  }
  std::vector<Timer> rung;
  rung.swap(rung_);
  for (const Timer& timer : rung)
    if (lives(timer)) ring(timer, now);
}

void Machine::settle_gate(Row step, const std::string& outcome, const std::vector<store::Vote>& votes,
                          Now now) {
  RowState& row = rows_[step];
  const policy::GateEffect effect = gates_.effect(step, outcome);
  const bool content_may_change = gates_.row(step).content_may_change;
  open_gates_.erase(step);
  // Is it about how the step has ended, rather than about what it has made?
  const bool about_ending = asking_.contains(step);
  gates_.forget(step);

  const std::string by = names_of(votes, outcome != "rejected");
  if (effect.status == StepStatus::succeeded && approved_by_people(step)) {
    say(Notice::What::gate_decided, step, outcome, by, now);
    if (is_held_back(step))
      end(step, StepStatus::cancelled, why_over(), {}, now);
    else
      begin(step, now);
    return;
  }
  const std::string comment = comment_of(votes);
  std::unique_ptr<Outcome> result;
  if (const auto held = held_.find(step); held != held_.end()) result = std::move(held->second);
  if (!result) result = std::make_unique<Outcome>();
  result->fields_json = with_decision(result->fields_json, effect.approved, by, comment);
  const bool had_failed = about_ending && result->status == StepStatus::failed;
  if (had_failed && (effect.status == StepStatus::succeeded || outcome == "cancelled")) {
    // The failure stands; people go on in spite of it, or need not decide any more.
    say(Notice::What::gate_decided, step, outcome, by, now);
    if (effect.status == StepStatus::succeeded) row.flags |= forgiven;
    asking_.erase(step);
    end(step, StepStatus::failed, std::move(result), now);
    return;
  }
  // A check that did not hold, too.
  if (about_ending && effect.status == StepStatus::succeeded) row.flags |= forgiven;
  const std::string error_before = std::exchange(result->error, {});
  result->reason = effect.reason;
  if (effect.status == StepStatus::succeeded) {
    std::optional<std::string> content;
    if (row.traits & is_approve) content = comment;
    if (content_may_change && !about_ending) {
      for (const store::Vote& vote : votes)
        if (vote.approve && vote.content) content = vote.content;
    }
    if (content) {
      result->output = {};
      result->output.size = content->size();
      result->output.text = std::move(*content);
    }
  } else if (outcome == "rejected") {
    // What a loop back to an earlier step is told.
    if (row.traits & is_approve) {
      result->output = {};
      result->output.text = comment;
      result->output.size = comment.size();
    }
    result->error = "rejected by " + by + (comment.empty() ? "" : ": " + comment);
  } else if (outcome == "timeout-escalate" && !escalation_of(program_, step)) {
    result->error = "nobody decided in time, and there is nobody to escalate to";
  } else if (outcome.starts_with("timeout")) {
    result->error = "nobody decided in time";
  }
  if (!error_before.empty()) result->error += (result->error.empty() ? "" : "; ") + error_before;
  say(Notice::What::gate_decided, step, outcome, by, now);

  Verdict verdict{outcome, effect.status, about_ending};
  const bool approves = effect.status == StepStatus::succeeded;
  // What people have let pass was looked at before.
  const bool looked_at = approves && (about_ending || !(row.traits & is_approve));
  if ((row.traits & weighs) && !looked_at && outcome != "cancelled") {
    if (!approves) result->status = StepStatus::failed;
    verdicts_[step] = std::move(verdict);
    return weigh(step, std::move(result));
  }
  answer_verdict(step, verdict, std::move(result), now);
}

void Machine::answer_verdict(Row step, const Verdict& verdict, std::unique_ptr<Outcome> result, Now now) {
  const std::string& outcome = verdict.outcome;
  if (verdict.status != StepStatus::succeeded && (outcome == "rejected" || outcome.starts_with("timeout"))) {
    result->status = StepStatus::failed;
    const StepOutcome on = outcome == "rejected" ? StepOutcome::reject : StepOutcome::timeout;
    const bool last_word = verdict.about_ending && on == StepOutcome::timeout;
    if (!last_word && react(step, on, result, now)) return;
    if (outcome == "timeout-escalate" && escalation_of(program_, step) && may_call_people(step)) {
      call_people(step, of_escalation, std::move(result), now);
      return;
    }
  }
  asking_.erase(step);
  const bool ends_run = verdict.status == StepStatus::cancelled && outcome != "cancelled" && !cancelling_;
  if (ends_run && outcome == "rejected") rejected_ = true;
  end(step, verdict.status, std::move(result), now);
  if (ends_run) cancel(now);
}

}  // namespace wf::engine
