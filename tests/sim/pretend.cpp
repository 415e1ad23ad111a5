// Time, disk and children that never leave this thread.
#include "tests/sim/pretend.h"

#include <algorithm>

namespace wf::sim {

std::uint64_t PretendLoop::at(std::int64_t monotonic_ms, std::function<void()> work) {
  timers_.emplace(std::pair{monotonic_ms, ++last_timer_}, std::move(work));
  return last_timer_;
}

void PretendLoop::cancel(std::uint64_t timer) {
  for (auto i = timers_.begin(); i != timers_.end(); ++i) {
    if (i->first.second != timer) continue;
    timers_.erase(i);
    return;
  }
}

void PretendLoop::forget() {
  posted_.clear();
  timers_.clear();
}

void PretendLoop::run() {
  stopped_ = false;
  ran_dry_ = false;
  while (!stopped_) {
    std::function<void()> work;
    if (!posted_.empty()) {
      work = std::move(posted_.front());
      posted_.pop_front();
    } else if (!timers_.empty()) {
      const auto first = timers_.begin();
      clock_.to(first->first.first);
      work = std::move(first->second);
      timers_.erase(first);
    } else {
      ran_dry_ = true;
      return;
    }
    work();
    if (after_each) after_each();
  }
}

PretendStore::PretendStore(std::string run_id, const Program& program)
    : program_(&program), budget_(program), iterations_(program.steps.count, 1) {
  state_.run.id = std::move(run_id);
  state_.step_ids.resize(program.steps.count);
}

store::RecoveredStep& PretendStore::at(const store::Record& record) {
  store::RecoveredStep& step = steps_[{record.step, record.iteration}];
  step.step = record.step;
  step.iteration = record.iteration;
  return step;
}

void PretendStore::apply(const store::Record& record) {
  ++records;
  for (const std::uint64_t part :
       {std::uint64_t(record.kind), std::uint64_t(record.status), std::uint64_t(record.step),
        std::uint64_t(record.iteration), std::uint64_t(record.attempt), std::uint64_t(record.at_ms)})
    history += std::to_string(part) + ' ';
  if (record.detail) history += record.detail->reason + record.detail->outcome.reason;
  history += '\n';
  const auto breaks = [this](std::string rule) {
    if (broken_rule.empty()) broken_rule = std::move(rule);
  };
  if (record.kind == store::RecordKind::run_status) {
    state_.run.status = record.detail->run_status;
    state_.run.reason = record.detail->reason;
    state_.run.exit_code = record.detail->exit_code;
    budget_.settle();
    if (broken_rule.empty()) broken_rule = budget_.broken;
    return;
  }
  if (record.kind == store::RecordKind::reacted) return apply_reaction(record);
  account(record);
  if (record.step == no_row) return;
  if (record.iteration != iterations_[record.step])
    breaks("row " + std::to_string(record.step) + " is in iteration " +
           std::to_string(iterations_[record.step]) + ", not in " + std::to_string(record.iteration));
  store::RecoveredStep& step = at(record);
  const std::string name = "row " + std::to_string(record.step);
  if (step.ended) breaks(name + " is written after its end");
  switch (record.kind) {
    case store::RecordKind::attempt_started: {
      if (!step.attempts.empty() && step.attempts.back().number >= record.attempt)
        breaks(name + ": attempts are not numbered upwards");
      store::RecoveredAttempt attempt;
      attempt.number = record.attempt;
      attempt.started_ms = record.at_ms;
      step.attempts.push_back(std::move(attempt));
      break;
    }
    case store::RecordKind::attempt_ended:
      if (step.attempts.empty() || step.attempts.back().ended_ms != 0) {
        breaks(name + ": an attempt ends that did not start");
        break;
      }
      if (record.started_ms != 0) step.attempts.back().started_ms = record.started_ms;
      step.attempts.back().ended_ms = record.at_ms;
      step.attempts.back().status = record.status;
      step.attempts.back().due_ms = record.detail->due_ms;
      step.attempts.back().outcome = record.detail->outcome;
      break;
    case store::RecordKind::step_ended:
      if (step.gate && step.gate->open) breaks(name + " ends while its gate is open");
      step.ended = true;
      step.produced = false;
      step.status = record.status;
      step.ended_ms = record.at_ms;
      step.outcome = record.detail ? record.detail->outcome : Outcome();
      if (step.status == StepStatus::succeeded) successes_[record.step] = records;
      // A check has no record of its start.
      if (record.attempt != 0 && (step.attempts.empty() || step.attempts.back().number != record.attempt))
        step.attempts.emplace_back().number = record.attempt;
      if (record.started_ms != 0) step.attempts.back().started_ms = record.started_ms;
      if (!step.attempts.empty() && step.attempts.back().ended_ms == 0) {
        step.attempts.back().ended_ms = record.at_ms;
        step.attempts.back().status = record.status;
      }
      break;
    case store::RecordKind::produced:
      step.produced = true;
      step.outcome = record.detail->outcome;
      // What has no record of its start: a check, and what people decided.
      if (step.attempts.empty()) step.attempts.emplace_back().number = record.attempt;
      if (record.started_ms != 0) step.attempts.back().started_ms = record.started_ms;
      step.attempts.back().ended_ms = record.at_ms;
      step.attempts.back().status = store::status_of_produced(record.detail->outcome);
      step.attempts.back().outcome = record.detail->outcome;
      break;
    case store::RecordKind::gate_opened:
      if (step.gate && (step.gate->open || (!asked(record.step) && !was_let_start(record.step))))
        breaks(name + " asks twice");
      step.gate = store::GateState{record.detail->gate, true, {}, {}};
      break;
    case store::RecordKind::gate_closed:
      if (!step.gate) breaks(name + ": a gate closes that was not opened");
      if (step.gate && step.gate->open) {
        step.gate->open = false;
        step.gate->outcome = record.detail->reason;
      }
      break;
    default:
      break;
  }
}

// What belongs to a budget.
void PretendStore::account(const store::Record& record) {
  switch (record.kind) {
    case store::RecordKind::clock:
      state_.run.elapsed_ms = record.detail->elapsed_ms;
      budget_.elapsed(record.detail->elapsed_ms);
      break;
    case store::RecordKind::limit_set:
      budget_.limits.push_back({record.detail->measure, record.detail->limit, {}, record.at_ms});
      break;
    case store::RecordKind::attempt_started:
      budget_.start(record);
      break;
    default:
      budget_.end(record);
      break;
  }
  if (broken_rule.empty()) broken_rule = budget_.broken;
}

store::Recovered PretendStore::recover() const {
  store::Recovered recovered = state_;
  recovered.charges = budget_.charges;
  recovered.limits = budget_.limits;
  for (const auto& [key, step] : steps_) recovered.steps.push_back(step);
  return recovered;
}

store::Recovered PretendStore::recover_without_outputs() const {
  store::Recovered recovered = recover();
  for (store::RecoveredStep& step : recovered.steps) {
    Output& output = step.outcome.output;
    const bool decides = output.text == "true" || output.text == "false";
    if (!step.ended || output.text.empty() || decides) continue;
    output.text.clear();
    output.record = std::int64_t{step.step} << 32 | step.iteration;
  }
  return recovered;
}

const std::string& PretendStore::recorded_output(std::int64_t record) const {
  return steps_.at({static_cast<Row>(record >> 32), static_cast<std::uint32_t>(record)}).outcome.output.text;
}

const store::RecoveredStep* PretendStore::find(Row step) const {
  return find(StepKey{step, iterations_[step]});
}

const store::RecoveredStep* PretendStore::find(StepKey key) const {
  const auto found = steps_.find({key.step, key.iteration});
  return found == steps_.end() ? nullptr : &found->second;
}

const store::RecoveredStep* PretendStore::last_success(Row row) const {
  const auto undone = undone_below_.find(row);
  const std::uint32_t last = undone == undone_below_.end() ? 0 : undone->second - 1;
  for (std::uint32_t iteration = iterations_[row]; iteration > last; --iteration) {
    const store::RecoveredStep* step = find(StepKey{row, iteration});
    if (step && step->ended && step->status == StepStatus::succeeded) return step;
  }
  return nullptr;
}

bool PretendStore::left_over(Row row) const {
  const auto lets_again = [&](const store::Intervention& said) {
    return said.what == store::Intervention::What::again && said.at_ms == opened_ms_ && said.step == row;
  };
  return opened_ms_ && std::none_of(state_.interventions.begin(), state_.interventions.end(), lets_again);
}

bool PretendStore::began_in_earlier_life(Row row) const {
  const store::RecoveredStep* step = find(row);
  if (!opened_ms_ || !step || !step->ended) return false;
  return (step->attempts.empty() ? step->ended_ms : step->attempts.front().started_ms) < *opened_ms_;
}

std::uint64_t PretendStore::succeeded_as(Row row) const {
  const auto found = successes_.find(row);
  return found == successes_.end() ? 0 : found->second;
}

namespace {

std::uint32_t failures_of(const store::RecoveredStep& step) {
  std::uint32_t failures = 0;
  for (const store::RecoveredAttempt& attempt : step.attempts)
    failures += attempt.ended_ms != 0 && attempt.status == StepStatus::failed ? 1 : 0;
  return failures;
}

}  // namespace

std::uint32_t PretendStore::failures(Row row) const {
  std::uint32_t failures = 0;
  for (auto step = steps_.lower_bound({row, 0}); step != steps_.end() && step->first.first == row; ++step)
    failures += failures_of(step->second);
  return failures;
}

std::uint32_t PretendStore::failures_before(Row row) const {
  const store::RecoveredStep* now = find(row);
  return failures(row) - (now ? failures_of(*now) : 0);
}

std::uint32_t PretendStore::taken(Row row, Row reaction) const {
  return static_cast<std::uint32_t>(std::count_if(
      state_.reactions.begin(), state_.reactions.end(),
      [&](const auto& happened) { return happened.step == row && happened.reaction == reaction; }));
}

std::uint32_t PretendStore::taken_now(Row row, Row reaction) const {
  return static_cast<std::uint32_t>(
      std::count_if(state_.reactions.begin(), state_.reactions.end(), [&](const auto& happened) {
        return happened.step == row && happened.reaction == reaction &&
               happened.iteration == iterations_[row];
      }));
}

bool PretendStore::asks_of_budget(const store::RecoveredReaction& happened) const {
  if (!engine::is_of_budget(happened.reaction)) return false;
  const Response response = engine::reaction_at(*program_, happened.step, happened.reaction)->response;
  return response == Response::approve || response == Response::escalate;
}

bool PretendStore::cancelled_by_budget() const {
  return std::any_of(state_.reactions.begin(), state_.reactions.end(), [&](const auto& happened) {
    return engine::is_of_budget(happened.reaction) &&
           engine::reaction_at(*program_, happened.step, happened.reaction)->response == Response::cancel;
  });
}

bool PretendStore::stopped_by_budget(Row row) const {
  return std::any_of(state_.reactions.begin(), state_.reactions.end(), [&](const auto& happened) {
    return happened.step == row && happened.iteration == iterations_[row] &&
           engine::is_of_budget(happened.reaction) &&
           engine::reaction_at(*program_, row, happened.reaction)->response == Response::stop;
  });
}

bool PretendStore::asked_to_start(Row row) const {
  return std::any_of(state_.reactions.begin(), state_.reactions.end(), [&](const auto& happened) {
    return happened.step == row && happened.iteration == iterations_[row] && asks_of_budget(happened) &&
           !started_since(happened);
  });
}

bool PretendStore::was_let_start(Row row) const {
  return std::any_of(state_.reactions.begin(), state_.reactions.end(),
                     [&](const auto& happened) { return happened.step == row && asks_of_budget(happened); });
}

// People were asked whether it may start, and it has.
bool PretendStore::started_since(const store::RecoveredReaction& asked) const {
  const store::RecoveredStep* step = find(StepKey{asked.step, asked.iteration});
  return step && !step->attempts.empty() && step->attempts.back().number > asked.attempt;
}

Response PretendStore::answer(Row row) const {
  for (const store::RecoveredReaction& happened : state_.reactions) {
    if (happened.step != row || happened.iteration != iterations_[row]) continue;
    if (happened.reaction == engine::to_be_undone || happened.reaction == engine::to_mend) continue;
    if (happened.reaction == engine::ended_by_budget) continue;
    if (happened.reaction == engine::of_escalation) return Response::escalate;
    const Response response = engine::reaction_at(*program_, row, happened.reaction)->response;
    // That its budget lets it go on is no answer to how it has ended.
    const bool of_budget = engine::is_of_budget(happened.reaction);
    if (of_budget && (!asks_of_budget(happened) || started_since(happened))) continue;
    if (response != Response::retry && response != Response::repair) return response;
  }
  return Response::fail;
}

bool PretendStore::asked(Row row) const {
  for (const store::RecoveredReaction& happened : state_.reactions) {
    if (happened.step != row || happened.iteration != iterations_[row]) continue;
    const ReactionRow* reaction = engine::reaction_at(*program_, row, happened.reaction);
    const bool escalates =
        happened.reaction == engine::of_escalation || (reaction && reaction->response == Response::escalate);
    const EscalationRow* escalation = engine::escalation_of(*program_, row);
    if (escalates ? escalation && escalation->to != EscalateTo::people
                  : !reaction || reaction->response != Response::approve)
      continue;
    if (!engine::is_of_budget(happened.reaction) || !started_since(happened)) return true;
  }
  return false;
}

void PretendStore::apply_reaction(const store::Record& record) {
  const auto breaks = [this](Row row, const char* rule) {
    if (broken_rule.empty()) broken_rule = "row " + std::to_string(row) + rule;
  };
  const Row which = record.detail->reaction;
  store::RecoveredReaction happened;
  happened.step = record.step;
  happened.iteration = record.iteration;
  happened.attempt = record.attempt;
  happened.reaction = which;
  happened.at_ms = record.at_ms;
  happened.due_ms = record.detail->due_ms;
  const ReactionRow for_all = {.response = Response::escalate};
  if (which == engine::to_be_undone) {
    const store::RecoveredStep* step = find(record.step);
    if (!step || !step->ended || step->status != StepStatus::succeeded)
      breaks(record.step, " is to be undone and has not succeeded");
    state_.reactions.push_back(happened);
    return;
  }
  if (engine::is_of_budget(which) || which == engine::ended_by_budget) {
    budget_.react(happened);
    if (broken_rule.empty()) broken_rule = budget_.broken;
    state_.reactions.push_back(happened);
    return;
  }
  if (which == engine::to_mend) {
    std::uint32_t& now_in = iterations_[record.step];
    const bool used = find({record.step, now_in}) != nullptr;
    if (record.iteration != now_in + (used ? 1 : 0)) breaks(record.step, " mends in another iteration");
    now_in = record.iteration;
    state_.reactions.push_back(happened);
    return;
  }
  const ReactionRow& reaction =
      which == engine::of_escalation ? for_all : *engine::reaction_at(*program_, record.step, which);
  const bool loops = reaction.response == Response::back;
  const bool repairs = reaction.response == Response::repair;
  std::uint32_t before = 0;
  for (const store::RecoveredReaction& earlier : state_.reactions)
    if (earlier.step == record.step && earlier.reaction == which)
      before += loops || earlier.iteration == record.iteration ? 1 : 0;
  const bool counts = loops || repairs || reaction.response == Response::retry;
  if (before >= (counts ? reaction.max : 1)) breaks(record.step, " reacts more often than it may");
  if (record.iteration != iterations_[record.step]) breaks(record.step, " reacts to an earlier iteration");
  state_.reactions.push_back(happened);
  if (!loops) return;
  for (const Row again : reaction.body) {
    const store::RecoveredStep* step = find(again);
    if (!step || !step->ended) breaks(again, " runs again before it has ended");
    ++iterations_[again];
  }
}

store::Decision PretendStore::decide(Row step, const store::Vote& vote, std::int64_t now_ms) {
  const auto found = steps_.find({step, iterations_[step]});
  if (found == steps_.end() || !found->second.gate) return store::Decision::not_open;
  store::GateState& gate = *found->second.gate;
  if (!gate.open) return store::Decision::already_closed;
  if (gate.gate.deadline_ms != 0 && now_ms >= gate.gate.deadline_ms) return store::Decision::not_open;
  for (const store::Vote& earlier : gate.votes)
    if (earlier.by == vote.by) return store::Decision::same_again;
  gate.votes.push_back(vote);
  const auto yes =
      std::count_if(gate.votes.begin(), gate.votes.end(), [](const auto& one) { return one.approve; });
  if (!vote.approve || yes >= gate.gate.quorum) {
    gate.open = false;
    gate.outcome = vote.approve ? "approved" : "rejected";
    for (const store::RecoveredReaction& asked : state_.reactions)
      if (vote.approve && asked.step == step && asked.iteration == iterations_[step] && asks_of_budget(asked))
        budget_.approved(asked);
  }
  return store::Decision::recorded;
}

void PretendStore::intervene(const std::vector<store::Intervention>& wishes, std::int64_t now_ms) {
  ++records;
  for (const store::Intervention& wish : wishes) {
    using What = store::Intervention::What;
    if (wish.what == What::again || wish.what == What::limit) opened_ms_ = now_ms;
    if (wish.what == What::limit) {
      store::Intervention said = wish;
      said.at_ms = now_ms;
      budget_.raise(said);
      continue;
    }
    if (wish.what == store::Intervention::What::again) budget_.again(wish.step, wish.iteration);
    state_.interventions.push_back(wish);
    state_.interventions.back().at_ms = now_ms;
    state_.interventions.back().content.clear();
    if (wish.what == store::Intervention::What::again) {
      if (auto* step = const_cast<store::RecoveredStep*>(find(wish.step));
          step && step->gate && step->gate->open) {
        step->gate->open = false;
        step->gate->outcome = "cancelled";
      }
      ++iterations_[wish.step];
    }
    if (wish.what != store::Intervention::What::done) continue;
    store::Record record;
    record.kind = store::RecordKind::step_ended;
    record.status = StepStatus::succeeded;
    record.step = wish.step;
    record.iteration = wish.iteration;
    record.attempt = wish.attempt;
    record.at_ms = now_ms;
    record.detail = std::make_unique<store::Detail>();
    record.detail->outcome = Outcome::succeeded(wish.content);
    record.detail->outcome.fields_json = R"({"marked_done":true})";
    apply(record);
  }
  for (const store::Intervention& wish : wishes) {
    if (wish.step == no_row) continue;
    const Row undone = program_->steps[wish.step].undoes;
    if (wish.what != store::Intervention::What::again || undone == no_row) continue;
    const store::RecoveredStep* step = find(StepKey{wish.step, wish.iteration - 1});
    if (step && step->ended && step->status == StepStatus::succeeded)
      undone_below_[undone] = iterations_[undone];
  }
  state_.run.status = RunStatus::running;
  state_.run.reason.clear();
  state_.run.exit_code = 0;
}

void LateJournal::append(std::vector<store::Record> batch, std::function<void(Result<>)> durable) {
  waiting_.push_back({std::move(batch), std::move(durable)});
  const std::int64_t delay_ms =
      delay_max_ms_ == 0
          ? 0
          : static_cast<std::int64_t>(chance_.below(static_cast<std::uint64_t>(delay_max_ms_) + 1));
  last_due_ms_ = std::max(last_due_ms_, clock_.monotonic_ms() + delay_ms);
  loop_.at(last_due_ms_, [this] { write_one_unheard(); });
}

void LateJournal::write_one_unheard() {
  if (auto batch = next()) write(std::move(*batch));
}

std::optional<LateJournal::Batch> LateJournal::next() {
  if (waiting_.empty()) return std::nullopt;
  Batch batch = std::move(waiting_.front());
  waiting_.pop_front();
  return batch;
}

void LateJournal::lose_all() {
  // The engine counts its batches; it hears of each, but nobody listens to the engine any more.
  while (auto batch = next()) batch->durable(Error{"power cut", {}});
}

void PretendJournal::write(Batch batch) {
  if (left_ == 0) {
    batch.durable(Error{"the disk is full", {}});
    return;
  }
  --left_;
  for (const store::Record& record : batch.records) store_.apply(record);
  batch.durable(Done{});
}

void ScriptedBodies::start(StepRun run) {
  if (started) started(run.attempt());
  Act act = take ? take(run.attempt()) : Act();
  const std::pair which{run.attempt().key.step, run.attempt().number};
  if (act.takes_ms == 0) {
    if (finished) finished(run.attempt().key, run.attempt().number);
    std::move(run).finish(std::move(act.outcome));
    return;
  }
  const std::int64_t due_ms = clock_.monotonic_ms() + act.takes_ms;
  Child& child = children_.emplace(which, Child{std::move(run), std::move(act), 0}).first->second;
  child.timer = loop_.at(due_ms, [this, which] { end(which, children_.at(which).act.outcome); });
}

void ScriptedBodies::end(std::pair<Row, std::uint32_t> which, Outcome outcome) {
  auto node = children_.extract(which);
  Child& child = node.mapped();
  if (finished) finished(child.run.attempt().key, child.run.attempt().number);
  std::move(child.run).finish(std::move(outcome));
}

void ScriptedBodies::stop(StepKey key, std::uint32_t attempt, std::string_view why) {
  const std::pair which{key.step, attempt};
  const auto found = children_.find(which);
  if (found == children_.end() || found->second.act.ignores_stop) return;
  loop_.cancel(found->second.timer);
  found->second.act.outcome = Outcome::failed(why, "stopped");
  found->second.timer =
      loop_.at(clock_.monotonic_ms() + 1, [this, which] { end(which, children_.at(which).act.outcome); });
}

void ScriptedBodies::kill_all() {
  for (auto& [which, child] : children_) {
    loop_.cancel(child.timer);
    std::move(child.run).finish(Outcome::failed(reason::interrupted, "killed"));
  }
  children_.clear();
}

bool ScriptedBodies::alive(Row step) const {
  const auto first = children_.lower_bound({step, 0});
  return first != children_.end() && first->first.first == step;
}

}  // namespace wf::sim
