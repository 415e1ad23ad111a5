// Promises, checked from outside.
#include "tests/sim/world.h"

#include <algorithm>

#include "tests/sim/power_backing.h"

namespace wf::sim {
namespace {

// After the last fault a run makes progress with every drive; so many without an end are too many.
constexpr int drives_max = 60;

}  // namespace

World::World(std::uint64_t seed, Circumstances circumstances)
    : scenario_(seed, circumstances.passes),
      chance_(seed ^ 0x5eed),
      loop_(clock_),
      store_("r", *scenario_.program),
      bodies_(loop_, clock_),
      seen_(scenario_.program->steps.count),
      ended_as_(scenario_.program->steps.count),
      ended_in_(scenario_.program->steps.count, 1) {
  if (seed % 3 == 0) rebuilt_.emplace(*scenario_.program, Chance(seed ^ 0xb1d));
  if (circumstances.faults) scenario_.faults = std::move(*circumstances.faults);
  if (circumstances.folder.empty()) {
    backing_ = std::make_unique<PretendBacking>(store_, loop_, clock_, chance_, scenario_.journal_delay_ms);
  } else {
    backing_ = std::make_unique<PowerBacking>(store_, *scenario_.program, loop_, clock_, seed,
                                              scenario_.journal_delay_ms, circumstances.folder);
  }
  outputs_.of(store_);
  bodies_.started = [this](const Attempt& attempt) { on_start(attempt); };
  bodies_.take = [this](const Attempt& attempt) { return act_of(attempt); };
  bodies_.finished = [this](StepKey key, std::uint32_t) {
    const StepKind kind = scenario_.program->steps[recorded_row(key.step)].kind;
    if (kind != StepKind::check && kind != StepKind::branch && kind != StepKind::join) --running_;
  };
  loop_.after_each = [this] { after_each(); };
}

void World::expect(bool holds, const std::string& promise, Row step) {
  if (holds || !broken_.empty()) return;
  broken_ = promise + " (row " + std::to_string(step) + ", drive " + std::to_string(drives_) + ", " +
            std::to_string(clock_.monotonic_ms()) + " ms)";
}

std::uint32_t World::recorded_failures(Row row) const {
  const store::RecoveredStep* step = store_.find(row);
  if (!step) return 0;
  std::uint32_t failures = 0;
  for (const store::RecoveredAttempt& attempt : step->attempts)
    failures += attempt.ended_ms != 0 && attempt.status == StepStatus::failed ? 1 : 0;
  return failures;
}

// The rows of the run are those of the first build.
Row World::recorded_row(Row step) const {
  return newer_ ? rebuilt_->rows().of_run[step] : step;
}
bool World::alive(Row step) const {
  return bodies_.alive(newer_ ? rebuilt_->rows().of_program[step] : step);
}

// Whose output the step is given; no_row: nobody's.
Row World::read_by(Row row) const {
  for (const Param& param : scenario_.program->steps[row].params)
    if (param.kind == ParamKind::value && param.value >= output_of(0)) return param.value - output_of(0);
  return no_row;
}

void World::on_start(const Attempt& attempt) {
  const Row row = recorded_row(attempt.key.step);
  const StepRow& step = scenario_.program->steps[row];
  const store::RecoveredStep* recorded = store_.find(row);
  Seen& seen = seen_[row];
  ++all_starts_;
  // What only decides does nothing that could be seen too early.
  if (step.kind == StepKind::check || step.kind == StepKind::branch || step.kind == StepKind::join) return;
  expect(attempt.key.iteration == store_.iteration(row), "a step starts in an iteration that is not recorded",
         row);
  if (seen.iteration != attempt.key.iteration) {
    std::vector<std::string> printed = std::move(seen.printed);
    seen = {};
    seen.iteration = attempt.key.iteration;
    seen.printed = std::move(printed);
  }
  expect(!recorded || (!recorded->ended && !recorded->produced), "I1: a finished step is started again", row);
  if (step.undoes != no_row)
    expect_undoing(row);
  else if (step.fallback)
    expect_fallback(row);
  if (const Row of = scenario_.mended_by(row); of != no_row) {
    const store::RecoveredStep* failed = store_.find(of);
    const bool waits = failed && !failed->ended && !failed->attempts.empty() &&
                       failed->attempts.back().ended_ms != 0 &&
                       failed->attempts.back().status == StepStatus::failed;
    expect(waits, "mended though nothing has failed", row);
  }
  for (const ReactionRow& reaction : step.reactions) {
    if (reaction.response != Response::repair) continue;
    const store::RecoveredStep* mender = store_.find(reaction.target);
    expect(!alive(reaction.target), "tried again while it is mended", row);
    const bool asked = store_.taken_now(row, static_cast<Row>(&reaction - step.reactions.begin())) != 0;
    expect(!asked || (mender && mender->ended), "tried again before it is mended", row);
  }
  for (const Row need : step.needs) {
    const store::RecoveredStep* before = store_.find(need);
    expect(before && before->ended, "I5: a step starts before what it depends on is durable", row);
  }
  expect(!alive(row), "I6: two attempts of a step overlap", row);
  const Row mended = scenario_.mended_by(row);
  const RunIf run_if = mended == no_row ? step.run_if : scenario_.program->steps[mended].run_if;
  const bool fallback = scenario_.program->steps[mended == no_row ? row : mended].fallback;
  if (run_if != RunIf::always && step.undoes == no_row) {
    for (Row other = 0; other < seen_.size(); ++other) {
      const store::RecoveredStep* found = store_.find(other);
      if (!found || !found->ended || found->status != StepStatus::failed) continue;
      if (scenario_.mended_by(other) != no_row || scenario_.program->steps[other].fallback != fallback)
        continue;
      const bool ends_run = scenario_.program->fail_fast && store_.answer(other) == Response::fail &&
                            scenario_.program->steps[other].answered_by == no_row &&
                            !store_.stopped_by_budget(other);
      expect(!ends_run, "fail_fast starts something new", row);
      const bool escalated = store_.answer(other) == Response::escalate && !store_.asked(other);
      expect(!escalated, "something new starts in a run that has escalated", row);
    }
  }
  for (const Argument& argument : attempt.arguments) {
    const Row source = read_by(row);
    if (argument.name != "inputs" || source == no_row) continue;
    const store::RecoveredStep* before =
        source == step.undoes ? store_.last_success(source) : store_.find(source);
    expect(before && argument.text == before->outcome.output.text,
           "I2: a step reads another output than is recorded", row);
  }

  ++running_;
  expect(scenario_.running_max == 0 || running_ <= scenario_.running_max, "more steps run than allowed", row);
  for (Row group = step.group; group != no_row; group = scenario_.program->groups[group].outer) {
    const std::uint32_t max = scenario_.program->groups[group].running_max;
    std::uint32_t inside = 1;
    for (Row other = 0; other < seen_.size(); ++other) {
      Row around = scenario_.program->steps[other].group;
      while (around != no_row && around != group) around = scenario_.program->groups[around].outer;
      inside += around == group && alive(other) ? 1 : 0;
    }
    expect(max == 0 || inside <= max, "a group runs more steps than it may", row);
  }
  const bool written = recorded && !recorded->attempts.empty() &&
                       recorded->attempts.back().number == attempt.number &&
                       recorded->attempts.back().ended_ms == 0;
  expect(written, "a step starts before its attempt is durable", row);
  expect(attempt.number > seen.latest, "an attempt has a number that was used before", row);
  seen.latest = attempt.number;
  ++seen.starts;
  seen.unresolved = true;
  expect(seen.starts <= 1 + seen.cut_off + recorded_failures(row), "I3: a step starts too often", row);
  if (!step.idempotent)
    expect(seen.starts <= 1 + seen.granted + recorded_failures(row), "repeated without a person", row);
  if (!seen.key.empty()) expect(seen.key == attempt.idempotency_key, "I10: the key changes", row);
  seen.key = attempt.idempotency_key;
  if (seen.cut_off > 0)
    expect(attempt.interrupted_before || recorded_failures(row) > 0, "a cut-off is not told", row);
}

// "Runs the `rollback` of every succeeded step in reverse order of completion."
void World::expect_undoing(Row row) {
  const Program& program = *scenario_.program;
  const Row undone = program.steps[row].undoes;
  expect(store_.last_success(undone) != nullptr, "what has not succeeded is undone", row);
  for (Row other = 0; other < seen_.size(); ++other) {
    const store::RecoveredStep* found = store_.find(other);
    const bool ended = found && found->ended;
    const Row before = program.steps[other].undoes;
    if (before == no_row)
      expect(ended, "undone while something else goes on", row);
    else if (other != row)
      expect(ended || store_.succeeded_as(before) < store_.succeeded_as(undone), "undone too early", row);
    expect(other == row || !alive(other), "undone beside something else", row);
  }
}

// "`escalation workflow`": nothing of it while something of the run itself goes on, or without somebody who
// has escalated.
void World::expect_fallback(Row row) {
  bool escalated = false;
  for (Row other = 0; other < seen_.size(); ++other) {
    const StepRow& step = scenario_.program->steps[other];
    if (step.fallback || step.undoes != no_row || scenario_.mended_by(other) != no_row) continue;
    const store::RecoveredStep* found = store_.find(other);
    expect(found && found->ended, "falls back while something else goes on", row);
    escalated = escalated || (found && store_.answer(other) == Response::escalate);
  }
  expect(escalated, "falls back though nothing has escalated", row);
}

ScriptedBodies::Act World::act_of(const Attempt& attempt) {
  const Row row = recorded_row(attempt.key.step);
  const StepScript& script = scenario_.steps[row];
  ScriptedBodies::Act act;
  const StepKind kind = scenario_.program->steps[row].kind;
  if (kind == StepKind::check || kind == StepKind::branch || kind == StepKind::join) {
    act.outcome = Outcome::succeeded();
    return act;
  }
  const auto with_usage = [&script](Outcome outcome) {
    outcome.usage.output_tokens = script.tokens;
    outcome.usage.usd_millionths = script.usd_millionths;
    return outcome;
  };
  act.takes_ms = script.hangs ? 1'000'000 : script.takes_ms;
  act.ignores_stop = script.ignores_stop && !script.hangs;
  // By what is recorded: a failure that nobody will remember has not happened.
  if (store_.failures(row) < script.failures) {
    act.outcome = with_usage(Outcome::failed(reason::exit_code, "as scripted"));
    return act;
  }
  std::string text =
      std::to_string(row) + "/" + std::to_string(attempt.number) + "/" + std::to_string(chance_.next());
  seen_[row].printed.push_back(text);
  act.outcome = with_usage(Outcome::succeeded(std::move(text)));
  return act;
}

void World::on_notice(engine::Notice notice) {
  using What = engine::Notice::What;
  if (notice.key.step == no_row) return;
  notice.key.step = recorded_row(notice.key.step);
  const store::RecoveredStep* step = store_.find(notice.key);
  switch (notice.what) {
    case What::step_finished:
    case What::step_skipped:
      expect(step && step->ended && step->status == notice.status, "told before it was durable",
             notice.key.step);
      break;
    case What::gate_waiting:
      expect(step && step->gate, "a gate is shown before it is durable", notice.key.step);
      if (scenario_.wait) people_answer(notice.key.step, true);
      break;
    default:
      break;
  }
}

void World::people_answer(Row row, bool driver_lives) {
  const store::RecoveredStep* step = store_.find(row);
  const GateScript& script = store_.asked(row) ? scenario_.questions[row] : scenario_.gates[row];
  if (!script.answers && step->gate->gate.deadline_ms != 0) return;
  std::vector<std::string> people = step->gate->gate.approvers;
  if (people.empty()) people = {"somebody"};
  const std::string asked = step->gate->gate.id;
  std::int64_t after_ms = script.after_ms;
  for (const std::string& by : people) {
    const auto vote = [this, row, by, asked, &script] {
      // Whoever looks again sees what is asked now, and answers that.
      const store::RecoveredStep* now = store_.find(row);
      if (now && now->gate && now->gate->gate.id != asked) return;
      store::Vote vote{by, script.approves, "", {}, clock_.wall_ms()};
      if (script.content) vote.content = "as " + by + " says";
      backing_->decide(row, vote);
      // The driver hears of it some time later, or first from its own clock.
      const auto heard_ms = static_cast<std::int64_t>(chance_.below(3) * chance_.below(10'000));
      if (engine_) loop_.at(clock_.monotonic_ms() + heard_ms, [this] { engine_->wishes_changed(); });
    };
    if (driver_lives)
      loop_.at(clock_.monotonic_ms() + after_ms, vote);
    else
      vote();
    after_ms += 500;
  }
}

// Between two drives: people use the time, or it just passes.
void World::people_answer_all() {
  for (Row row = 0; row < seen_.size(); ++row) {
    const store::RecoveredStep* step = store_.find(row);
    if (step && !step->ended && step->gate && step->gate->open) people_answer(row, false);
  }
  clock_.to(clock_.monotonic_ms() + static_cast<std::int64_t>(chance_.below(60'000)));
}

void World::after_each() {
  for (Row row = 0; row < seen_.size(); ++row) {
    const store::RecoveredStep* step = store_.find(row);
    if (!step) continue;
    Seen& seen = seen_[row];
    if (step->ended) seen.unresolved = false;
    for (const store::RecoveredAttempt& attempt : step->attempts)
      if (attempt.number == seen.latest && attempt.ended_ms != 0) seen.unresolved = false;
    if (!step->ended) continue;
    if (ended_in_[row] != step->iteration) ended_as_[row].clear();
    ended_in_[row] = step->iteration;
    const std::string now = std::string(name_of(step->status)) + "|" + step->outcome.output.text;
    if (ended_as_[row].empty()) ended_as_[row] = now;
    expect(ended_as_[row] == now, "I2: a recorded result changes", row);
    const StepKind kind = scenario_.program->steps[row].kind;
    const std::string& output = step->outcome.output.text;
    const bool child = kind == StepKind::command || kind == StepKind::agent || kind == StepKind::deploy;
    if (child && step->status == StepStatus::succeeded && !output.starts_with("as p") &&
        !output.ends_with("[degraded]") && output != "as somebody says" && output != "marked done") {
      expect(std::count(seen.printed.begin(), seen.printed.end(), output) == 1,
             "I2: an output nobody printed", row);
    }
  }
  // Nobody waits so long: something waits for nothing, and only the clock goes on.
  expect(clock_.monotonic_ms() < 1'000'000'000, "I4: the run stands still", 0);
  if (!store_.broken_rule.empty()) expect(false, "the journal: " + store_.broken_rule, 0);
  if (const std::string broken = backing_->broken(); !broken.empty()) expect(false, broken, 0);
  if (!broken_.empty()) loop_.stop();
}

void World::count_cut_off() {
  for (Seen& seen : seen_) {
    if (seen.unresolved) ++seen.cut_off;
    seen.unresolved = false;
  }
}

void World::drive(const Fault* fault) {
  ++drives_;
  running_ = 0;
  cut_ = false;
  newer_ = rebuilt_ && chance_.one_in(2);
  backing_->build(newer_);
  if (const std::optional<store::Recovered> from = backing_->open(fault)) {
    drive_from(*from, fault);
  } else {
    ++cuts_;
    backing_->close(true);
  }
  after_each();
  count_cut_off();
}

void World::drive_from(const store::Recovered& from, const Fault* fault) {
  engine::RowMap same;
  const engine::RowMap& rows = newer_ ? rebuilt_->rows() : same;
  const Program& program = newer_ ? rebuilt_->program() : *scenario_.program;
  engine::RowJournal translated(backing_->journal(), rows);
  engine::Parts parts{.loop = loop_,
                      .clock = clock_,
                      .random = chance_,
                      .journal = newer_ ? translated : backing_->journal(),
                      .bodies = bodies_,
                      .outputs = outputs_,
                      .notice = [this](const engine::Notice& notice) { on_notice(notice); },
                      .wishes = [this, &program, &rows]() -> Result<store::Recovered> {
                        auto wishes = backing_->wishes();
                        if (!wishes) return wishes;
                        return engine::in_rows_of(program, std::move(*wishes), rows);
                      },
                      .printed = {}};
  options_.run_id = store_.run().id;
  options_.store_id = backing_->store_id();
  options_.single_threaded = true;
  options_.machine.running_max = scenario_.running_max;
  options_.machine.wait = scenario_.wait;
  options_.machine.shuffle = scenario_.shuffled ? &chance_ : nullptr;
  engine::Engine engine(program, parts, options_);
  engine_ = &engine;
  const std::int64_t now_ms = clock_.monotonic_ms();
  if (fault && !fault->after_operations && fault->what != Fault::What::disk_full &&
      fault->what != Fault::What::sync_fails)
    loop_.at(now_ms + fault->after_ms, [this, fault] { strike(*fault); });
  if (scenario_.cancel_after_ms && !store_.cancel_requested()) {
    loop_.at(now_ms + *scenario_.cancel_after_ms, [this] {
      if (backing_->request_cancel()) engine_->wishes_changed();
    });
  }
  if (scenario_.wait) {
    for (const store::RecoveredStep& step : from.steps)
      if (!step.ended && step.gate && step.gate->open) people_answer(step.step, true);
  }
  end_ = engine.drive(engine::in_rows_of(program, from, rows));
  expect(!loop_.ran_dry(), "the engine waits for nothing", 0);
  engine_ = nullptr;
  // Whatever ended the process: its children go with it.
  bodies_.kill_all();
  cut_ = cut_ || backing_->dead();
  cuts_ += cut_ ? 1 : 0;
  backing_->close(cut_);
  loop_.forget();
}

void World::strike(const Fault& fault) {
  if (fault.what == Fault::What::interrupt) {
    engine_->interrupt(15);
  } else if (fault.what == Fault::What::usurped) {
    backing_->usurp();
  } else {
    cut_ = true;
    loop_.stop();
  }
}

std::string World::run() {
  std::size_t faults = 0;
  for (int i = 0; i < drives_max && broken_.empty(); ++i) {
    const Fault* fault = faults < scenario_.faults.size() ? &scenario_.faults[faults++] : nullptr;
    drive(fault);
    if (!broken_.empty()) break;
    const RunStatus status = store_.run().status;
    if (status == RunStatus::failed && (raise_limits() || reopen())) continue;
    if (status == RunStatus::completed || status == RunStatus::failed || status == RunStatus::cancelled) {
      Facts facts{store_.cancel_requested(), &store_};
      const std::string wrong = wrong_with(scenario_, facts);
      if (!wrong.empty()) return wrong;
      // One more resume of what is over changes nothing.
      const std::uint64_t records = store_.records, starts = all_starts_;
      drive(nullptr);
      expect(store_.records == records && all_starts_ == starts, "a resume changes a run that is over", 0);
      return broken_;
    }
    const bool paused = end_.exit_code == 3;
    if (!fault) expect(paused, "I4: a drive without a fault ends with " + std::to_string(end_.exit_code), 0);
    people_answer_all();
    if (paused) people_intervene();
  }
  return broken_.empty() ? "I4: the run does not end" : broken_;
}

// A person gives a run that its budget has ended more of what it had too little of.
bool World::raise_limits() {
  if (store_.run().reason != "budget" || raised_ >= scenario_.raises) return false;
  ++raised_;
  engine::Wishes wishes;
  wishes.by = "ana";
  const policy::Budgets budgets(*scenario_.program);
  for (const Measure measure : measures)
    if (const auto limit = budgets.declared(measure))
      wishes.limits[measure] = *limit * static_cast<std::int64_t>(2 + raised_ * chance_.below(4));
  return wishes.any() && !backing_->intervene(wishes).empty();
}

// A person wants what has failed, or a step and all that follows it, to run again.
bool World::reopen() {
  if (reopened_ >= scenario_.again.size()) return false;
  engine::Wishes wishes;
  wishes.by = "ana";
  const std::optional<Row> from = scenario_.again[reopened_++];
  wishes.retry_failed = !from;
  if (from) wishes.from = {*from};
  return !backing_->intervene(wishes).empty();
}

void World::people_intervene() {
  engine::Wishes wishes;
  wishes.by = "ana";
  if (reopened_ < scenario_.again.size() && chance_.one_in(2) && reopen()) return;
  for (Row row = 0; row < seen_.size(); ++row) {
    const store::RecoveredStep* step = store_.find(row);
    if (!step || step->ended || step->attempts.empty() || step->attempts.back().ended_ms != 0) continue;
    if (scenario_.program->steps[row].idempotent) continue;
    if (scenario_.steps[row].done_by_person) {
      wishes.done.push_back({row, "marked done"});
    } else {
      wishes.retry.push_back(row);
    }
  }
  if (!wishes.any()) return;
  for (const store::Intervention& said : backing_->intervene(wishes))
    if (said.what == store::Intervention::What::retry) ++seen_[said.step].granted;
}

std::string World::ends() const {
  std::string text;
  for (Row row = 0; row < seen_.size(); ++row) {
    const store::RecoveredStep* step = store_.find(row);
    text += std::to_string(row) + " ";
    text += step ? std::string(name_of(step->status)) + " " + step->outcome.reason + "\n" : "nothing\n";
  }
  return text + std::string(name_of(store_.run().status)) + " " + std::to_string(store_.run().exit_code);
}

std::string World::story() const {
  constexpr std::string_view kinds[] = {
#define WF_STEP(kind, ...) #kind,
#include "wf/steps.def"
  };
  constexpr std::string_view faults[] = {"power cut", "interrupt",  "disk full",
                                         "killed",    "sync fails", "usurped"};
  std::string text;
  for (const Fault& fault : scenario_.faults) {
    text += std::string(faults[static_cast<int>(fault.what)]) + " after ";
    if (fault.after_operations)
      text += std::to_string(*fault.after_operations) + " operations\n";
    else
      text += std::to_string(fault.after_ms) + " ms or " + std::to_string(fault.after_batches) + " batches\n";
  }
  for (const store::Intervention& said : store_.recover().interventions)
    text += said.by + " wants " + std::to_string(static_cast<int>(said.what)) + " of " +
            std::to_string(said.step) + "." + std::to_string(said.iteration) + "\n";
  if (scenario_.program->fail_fast) text += "fail_fast\n";
  const auto budget = [&](Row row) {
    const BudgetRow& of = scenario_.program->budgets[row];
    for (const Limits& limits : {of.whole, of.each})
      text += " budget " + std::to_string(limits.credits) + "," + std::to_string(limits.tokens) + "," +
              std::to_string(limits.micro_usd) + "," + std::to_string(limits.calls) + "," +
              std::to_string(limits.time_ms);
    for (const ReactionRow& reaction : of.reactions)
      text += ":" + std::to_string(static_cast<int>(reaction.response)) + "*" + std::to_string(reaction.max);
    if (of.outputs_only) text += " outputs";
  };
  if (scenario_.program->budget != no_row) {
    budget(scenario_.program->budget);
    text += "\n";
  }
  const store::Recovered all = store_.recover();
  for (const store::Charge& charge : all.charges) {
    text += (charge.spent ? "paid " : "aside ") + std::to_string(charge.step) + "." +
            std::to_string(charge.iteration) + "#" + std::to_string(charge.attempt);
    for (const std::int64_t amount : charge.cost.amounts) text += " " + std::to_string(amount);
    text += "\n";
  }
  for (const store::RecoveredReaction& happened : all.reactions)
    if (scenario_.program->budgets.count != 0)
      text += "row " + std::to_string(happened.step) + "." + std::to_string(happened.iteration) + " reacts " +
              std::to_string(happened.reaction & 0xff) + "\n";
  for (Row row = 0; row < seen_.size(); ++row) {
    const StepRow& step = scenario_.program->steps[row];
    text += std::to_string(row) + " " + std::string(kinds[static_cast<int>(step.kind)]);
    text += " needs";
    for (const Row need : step.needs) text += " " + std::to_string(need);
    if (step.branch != no_row)
      text += " branch " + std::to_string(step.branch) + "." + std::to_string(step.side);
    if (step.run_if == RunIf::always) text += " always";
    if (step.when != no_expr) text += " when " + std::to_string(step.when);
    if (!step.idempotent) text += " once";
    if (step.gate != no_row) text += " gate";
    if (step.extras != no_row && scenario_.program->extras[step.extras].budget != no_row)
      budget(scenario_.program->extras[step.extras].budget);
    if (step.undoes != no_row) text += " undoes " + std::to_string(step.undoes);
    if (scenario_.steps[row].failures != 0) text += " fails " + std::to_string(scenario_.steps[row].failures);
    if (scenario_.steps[row].hangs) text += " hangs";
    if (scenario_.truths[row]) text += " true";
    for (const ReactionRow& reaction : step.reactions)
      text += " on " + std::to_string(static_cast<int>(reaction.on)) + ":" +
              std::to_string(static_cast<int>(reaction.response)) + "*" + std::to_string(reaction.max);
    if (store_.iteration(row) > 1) text += " iteration " + std::to_string(store_.iteration(row));
    if (const store::RecoveredStep* found = store_.find(row)) {
      text += ": " + std::string(name_of(found->status)) + " " + found->outcome.reason +
              (found->outcome.error.empty() ? "" : " (" + found->outcome.error + ")");
      text += ", attempts " + std::to_string(found->attempts.size()) + ", starts " +
              std::to_string(seen_[row].starts);
      if (found->gate) text += ", gate " + (found->gate->open ? "open" : found->gate->outcome);
    }
    text += "\n";
  }
  return text;
}

}  // namespace wf::sim
