// Carries the machine's orders out. See engine.h for the flow graph.
//
// note [no recursion]: a body may finish inside `start`, a memory journal is durable inside `append`. What
// they tell becomes a fact in the inbox, never a call into the graph, and `settle` goes on until the inbox is
// empty. A chain of a million steps that do nothing is one activation of `settle`, as deep as a chain of one.
#include "runtime/engine/engine.h"

#include <tbb/flow_graph.h>
#include <tbb/global_control.h>

#include <condition_variable>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "runtime/base/assert.h"
#include "runtime/engine/names.h"

namespace wf::engine {
namespace {

// So many facts may share one look at the clock.
constexpr std::size_t facts_per_look = 64;
// An interrupted run waits so long for its children beyond the grace that they were given.
constexpr std::int64_t patience_ms = 3'000;

struct Fact {
  enum class What : std::uint8_t { ended, durable, broken, answered, checked, wishes, time, interrupt };
  What what = What::ended;
  std::uint32_t attempt = 0;
  StepKey key;
  std::uint64_t number = 0;          // The batch that is durable, or the signal.
  std::unique_ptr<Outcome> outcome;  // Null: succeeded and printed nothing.
  struct Evaluated {
    Ask ask;
    Prepared prepared;
    std::string error;  // Of the store.
  };
  std::unique_ptr<Evaluated> evaluated;
};

// What a worker evaluates, and the fact that comes of it.
struct Job {
  enum class What : std::uint8_t { answer, check_output };
  What what = What::answer;
  Ask ask;
  StepKey key;
  std::uint32_t attempt = 0;
  StepResult result;
};

bool is_plain(const Outcome& outcome) {
  return outcome.status == StepStatus::succeeded && outcome.reason.empty() && outcome.error.empty() &&
         outcome.output.size == 0 && outcome.output.text.empty() && outcome.output.file.empty() &&
         outcome.error_output.size == 0 && outcome.error_output.text.empty() &&
         outcome.error_output.file.empty() && !outcome.exit_code && outcome.fields_json.empty() &&
         outcome.usage.source.empty() && outcome.artifacts.empty();
}

// Only a budget that cuts outputs reads one.
MachineOptions reading(MachineOptions options, const OutputKeeper& outputs) {
  options.load = [&outputs](const Output& output) { return outputs.load(output); };
  return options;
}

bool has_children(StepKind kind) {
  return kind != StepKind::check && kind != StepKind::branch && kind != StepKind::join;
}

}  // namespace

struct Engine::Impl {
  using Batch = std::vector<store::Record>;
  struct Turn {};
  struct PlainEnd {
    StepKey key;
    std::uint32_t attempt = 0;
  };
  using Settle = tbb::flow::multifunction_node<Turn, std::tuple<Job*>, tbb::flow::lightweight>;
  // These two have no edges: `settle` puts into them itself, which saves a lock for each message, and they
  // send nothing on, where a function_node would announce each message to successors that it does not have.
  using Sink =
      tbb::flow::multifunction_node<Orders*, std::tuple<tbb::flow::continue_msg>, tbb::flow::lightweight>;

  Impl(Engine& engine, const Program& program, Parts parts_given, EngineOptions options_given)
      : self(engine),
        program(program),
        parts(std::move(parts_given)),
        options(std::move(options_given)),
        machine(program, reading(options.machine, parts.outputs), parts.random),
        remembers(RunNames::needed(program)),
        workers(!options.single_threaded &&
                tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism) > 1),
        settle(graph, tbb::flow::serial, [this](Turn, auto& ports) noexcept { turn(ports); }),
        prepare_node(graph, tbb::flow::unlimited,
                     [this](Job* job) noexcept {
                       evaluate(std::unique_ptr<Job>(job));
                       return tbb::flow::continue_msg();
                     }),
        // Only `settle` puts to these two, one message at a time: they need no limit to be serial.
        journal_node(graph, tbb::flow::unlimited,
                     [this](Orders* orders, auto&) noexcept { append(*orders); }),
        start_node(graph, tbb::flow::unlimited, [this](Orders* orders, auto&) noexcept { start(*orders); }) {
    tbb::flow::make_edge(tbb::flow::output_port<0>(settle), prepare_node);
    for (Row row = 0; row < program.steps.count && !any_output_checked; ++row)
      any_output_checked = must_check_output(row);
  }

  ~Impl() {
    graph.wait_for_all();
    // The journal calls back for every batch; it must find us.
    std::unique_lock lock(mutex);
    all_told.wait(lock, [this] { return sent == told_inside + told_outside; });
  }

  // From any thread.
  void tell(Fact fact) {
    if (std::this_thread::get_id() == loop_thread) {
      local.push_back(std::move(fact));
      if (in_turn || kicked) return;
      kicked = true;
      parts.loop.post([this] { kick(); });
      return;
    }
    const std::lock_guard lock(mutex);
    remote.push_back(std::move(fact));
    if (remote_kicked.exchange(true, std::memory_order_release)) return;
    // Within the lock: once it is released the last callback may have let the engine go.
    parts.loop.post([this] { kick(); });
  }

  void kick() {
    kicked = false;
    if (!over) settle.try_put(Turn());
  }

  bool gather() {
    plain_facts.clear();
    plain_facts.swap(local_plain);
    facts.clear();
    facts.swap(local);
    if (remote_kicked.load(std::memory_order_acquire)) {
      const std::lock_guard lock(mutex);
      remote_kicked.store(false, std::memory_order_relaxed);
      for (Fact& fact : remote) facts.push_back(std::move(fact));
      remote.clear();
    }
    return !facts.empty() || !plain_facts.empty();
  }

  void look_at_clock() {
    now = {parts.clock.wall_ms(), parts.clock.monotonic_ms()};
    facts_since_look = 0;
  }

  template <class Ports>
  void turn(Ports& ports) {
    in_turn = true;
    look_at_clock();
    while (!over && (gather() || again)) {
      again = false;
      facts_since_look += facts.size() + plain_facts.size();
      if (facts_since_look >= facts_per_look) look_at_clock();
      for (const PlainEnd& end : plain_facts) machine.ended(end.key, end.attempt, nullptr, now);
      for (Fact& fact : facts) feed(fact, ports);
      machine.settle(now);
      carry_out(ports);
    }
    if (!over) set_wake(machine.wake_at_monotonic_ms(now));
    in_turn = false;
  }

  template <class Ports>
  void feed(Fact& fact, Ports& ports) {
    switch (fact.what) {
      case Fact::What::ended:
        if (fact.outcome ? fact.outcome->status == StepStatus::succeeded : true) {
          if (must_check_output(fact.key.step)) {
            auto job = std::make_unique<Job>();
            job->what = Job::What::check_output;
            job->key = fact.key;
            job->attempt = fact.attempt;
            job->result =
                result_of(fact.key.step, fact.attempt, fact.outcome ? std::move(*fact.outcome) : Outcome());
            give(std::move(job), ports);
            break;
          }
        } else if (fact.outcome->status == StepStatus::failed) {
          names->count_failure();
        }
        machine.ended(fact.key, fact.attempt, std::move(fact.outcome), now);
        break;
      case Fact::What::checked:
        machine.ended(fact.key, fact.attempt, std::move(fact.outcome), now);
        break;
      case Fact::What::durable:
        machine.durable(fact.number, now);
        break;
      case Fact::What::broken:
        if (store_error.empty()) store_error = std::move(fact.evaluated->error);
        machine.store_broken();
        break;
      case Fact::What::answered: {
        Fact::Evaluated& evaluated = *fact.evaluated;
        if (evaluated.ask.what == Ask::What::start && !evaluated.prepared.arguments.empty())
          arguments[evaluated.ask.step] = std::move(evaluated.prepared.arguments);
        machine.answered(evaluated.ask, std::move(evaluated.prepared.answer), now);
        break;
      }
      case Fact::What::wishes:
        read_wishes(false);
        break;
      case Fact::What::time:
        look_at_clock();
        machine.time_passed(now);
        break;
      case Fact::What::interrupt:
        interrupted(static_cast<int>(fact.number));
        break;
    }
  }

  // Each part is emptied as it is carried out. What bodies and the journal tell meanwhile are facts, so the
  // machine adds nothing to a part that is being walked.
  template <class Ports>
  void carry_out(Ports& ports) {
    Orders& orders = machine.orders();
    if (remembers) record_results();
    for (const Stop& stop : orders.stops) parts.bodies.stop(stop.key, stop.attempt, stop.why);
    orders.stops.clear();
    if (orders.through != 0) {
      journal_node.try_put(&orders);
      // Durable at once: what waited for it starts in this very round.
      if (durable_at_once) machine.durable(orders.through, now);
      durable_at_once = false;
    }
    for (const Ask& ask : orders.asks) {
      auto job = std::make_unique<Job>();
      job->ask = ask;
      const Row mended = machine.mended_by(ask.step);
      if (mended != no_row || ask.what == Ask::What::reactions || ask.reaction != no_row) {
        const Row about = mended != no_row ? mended : ask.step;
        const Outcome* held = machine.held(about);
        if (!held) continue;  // It has ended meanwhile.
        job->result = result_of(about, machine.attempt(about), *held);
      }
      give(std::move(job), ports);
    }
    orders.asks.clear();
    for (const Notice& notice : orders.notices) {
      if (parts.notice) parts.notice(notice);
      if (notice.what == Notice::What::escalation_raised) tell_escalated(notice);
    }
    orders.notices.clear();
    if (!orders.starts.empty()) {
      start_node.try_put(&orders);
      orders.starts.clear();
    }
    if (orders.read_wishes) {
      orders.read_wishes = false;
      read_wishes(true);
      again = true;
    }
    if (orders.settled) leave();
  }

  void tell_escalated(const Notice& notice) {
    const EscalationRow* row = escalation_of(program, notice.key.step);
    if (!parts.escalated || !row || row->channel.size == 0) return;
    Outcome outcome = Outcome::failed(notice.reason, notice.detail);
    if (const Outcome* held = machine.held(notice.key.step)) {
      outcome = *held;
    } else if (const StepResult* recorded = names->recorded(notice.key.step)) {
      // It has ended with the escalation: what it has left is what was recorded.
      outcome.output = recorded->outcome.output;
      outcome.error_output = recorded->outcome.error_output;
      outcome.exit_code = recorded->outcome.exit_code;
      outcome.fields_json = recorded->outcome.fields_json;
    }
    const StepResult ended = result_of(notice.key.step, notice.attempt, std::move(outcome));
    Escalated escalated =
        prepare_notice(program, notice.reaction, ended, StepNames(*names, ended.step, names->own(ended)));
    escalated.key = notice.key;
    parts.escalated(escalated);
  }

  // Whoever recorded them may have died before anybody was told.
  void tell_of_earlier(const store::Recovered& from) {
    if (!parts.escalated || program.escalation.count == 0) return;
    const std::vector<std::uint32_t> now_in = iterations(program, from);
    for (const store::RecoveredReaction& happened : from.reactions) {
      const ReactionRow* reaction = reaction_of(program, happened);
      const bool escalates =
          reaction ? reaction->response == Response::escalate : happened.reaction == of_escalation;
      if (!escalates || happened.step >= now_in.size() || happened.iteration != now_in[happened.step])
        continue;
      Notice notice;
      notice.key = {happened.step, happened.iteration};
      notice.attempt = happened.attempt;
      notice.reaction = happened.reaction;
      bool decided = false;
      for (const store::RecoveredStep& step : from.steps) {
        if (step.step != happened.step || step.iteration != happened.iteration) continue;
        notice.reason = step.outcome.reason;
        notice.detail = step.outcome.error;
        decided = step.gate && !step.gate->open;
      }
      if (!decided) tell_escalated(notice);
    }
  }

  template <class Ports>
  void give(std::unique_ptr<Job> job, Ports& ports) {
    if (workers)
      std::get<0>(ports).try_put(job.release());
    else
      evaluate(std::move(job));
  }

  // On a worker, or on the loop's own thread where there is none.
  void evaluate(std::unique_ptr<Job> job) {
    Fact fact;
    if (job->what == Job::What::check_output) {
      fact.what = Fact::What::checked;
      fact.key = job->key;
      fact.attempt = job->attempt;
      fact.outcome = std::make_unique<Outcome>(job->result.outcome);
      if (Result<> fits = names->check_output(std::move(job->result)); !fits) {
        names->count_failure();
        fact.outcome->status = StepStatus::failed;
        fact.outcome->reason = reason::expression;
        fact.outcome->error = fits.error().message;
      }
    } else {
      fact.what = Fact::What::answered;
      fact.evaluated = std::make_unique<Fact::Evaluated>();
      fact.evaluated->ask = job->ask;
      Answer& answer = fact.evaluated->prepared.answer;
      const StepNames seen(*names, job->ask.step);
      switch (job->ask.what) {
        case Ask::What::start:
          fact.evaluated->prepared =
              job->result.step == no_row
                  ? prepare(program, job->ask.step, seen)
                  : prepare_mending(program, job->ask.step, job->result,
                                    StepNames(*names, job->result.step, names->own(job->result)));
          break;
        case Ask::What::message:
          answer = job->ask.reaction == no_row
                       ? prepare_message(program, job->ask.step, seen)
                       : prepare_question(program, job->ask.reaction, job->result,
                                          StepNames(*names, job->ask.step, names->own(job->result)));
          break;
        case Ask::What::reactions:
          answer = names->weigh(std::move(job->result));
          break;
      }
    }
    tell(std::move(fact));
  }

  void append(Orders& from) {
    const std::uint64_t through = from.through;
    ++sent;
    appending = true;
    parts.journal.append(std::move(from.records), [this, through](Result<> result) {
      const bool inside = std::this_thread::get_id() == loop_thread;
      if (inside && appending && result) {
        ++told_inside;
        durable_at_once = true;
        return;
      }
      Fact fact;
      fact.what = result ? Fact::What::durable : Fact::What::broken;
      fact.number = through;
      if (!result) {
        fact.evaluated = std::make_unique<Fact::Evaluated>();
        fact.evaluated->error = result.error().message;
      }
      tell(std::move(fact));
      if (inside) {
        ++told_inside;
        return;
      }
      // Within the lock, so that the destructor does not go on before we are out of here.
      const std::lock_guard lock(mutex);
      ++told_outside;
      all_told.notify_all();
    });
    appending = false;
    from.records.clear();
    remembered = 0;
  }

  void start(const Orders& from) {
    for (const Start& order : from.starts) {
      const Row row = order.key.step;
      const StepRow& step = program.steps[row];
      auto attempt = std::make_unique<Attempt>();
      attempt->program = &program;
      attempt->key = order.key;
      attempt->number = order.attempt;
      attempt->interrupted_before = order.interrupted_before;
      attempt->usd_millionths_max = order.usd_millionths_max;
      if (has_children(step.kind)) {
        attempt->run_id = options.run_id;
        attempt->idempotency_key =
            idempotency_key(program, plan_digest, options.store_id, options.run_id, order.key);
        attempt->artifacts_folder = options.artifacts_folder + "/" +
                                    std::to_string(recorded_rows.empty() ? row : recorded_rows[row]) + "." +
                                    std::to_string(order.key.iteration);
      }
      if (step.params.count != 0 || machine.mended_by(row) != no_row) attempt->arguments = arguments_of(row);
      if (!started_ms.empty() && started_ms[row] == 0) started_ms[row] = now.wall_ms;
      parts.bodies.start(StepRun(self, std::move(attempt)));
    }
  }

  std::vector<Argument> arguments_of(Row row) {
    if (!arguments.empty()) {
      if (const auto found = arguments.find(row); found != arguments.end()) {
        if (reaction_at(program, row, 0)) return found->second;
        std::vector<Argument> taken = std::move(found->second);
        arguments.erase(found);
        return taken;
      }
    }
    return literal_arguments(program, row);
  }

  bool must_check_output(Row row) const {
    const StepRow& step = program.steps[row];
    return step.output_value != no_expr ||
           (step.output_type != ValueType::text && step.output_type != ValueType::any);
  }

  StepResult result_of(Row row, std::uint32_t attempts, Outcome outcome) const {
    StepResult result;
    result.step = row;
    result.attempts = attempts;
    if (!started_ms.empty() && started_ms[row] != 0) result.duration_ms = now.wall_ms - started_ms[row];
    result.outcome = std::move(outcome);
    return result;
  }

  void record_results() {
    const std::vector<store::Record>& records = machine.orders().records;
    for (; remembered < records.size(); ++remembered) {
      const store::Record& record = records[remembered];
      if (record.kind == store::RecordKind::produced) {
        // Only for the message to the people who decide; the decision replaces it.
        names->record(result_of(record.step, record.attempt, record.detail->outcome), false);
      } else if (record.kind == store::RecordKind::step_ended) {
        Outcome outcome = record.detail ? record.detail->outcome : Outcome();
        outcome.status = record.status;
        names->record(result_of(record.step, record.attempt, std::move(outcome)));
        if (!arguments.empty()) arguments.erase(record.step);
      } else if (record.kind == store::RecordKind::reacted) {
        went_back(record.step, record.detail->reaction);
      }
    }
  }

  void went_back(Row from, Row which) {
    const ReactionRow* loop = from < program.steps.count ? reaction_at(program, from, which) : nullptr;
    if (!loop || loop->response != Response::back) return;
    names->went_back(from, loop->target);
    // What looks before a step is no step that could read it.
    const std::string_view first = id_of(loop->target);
    for (const Row next : program.steps[loop->target].followers)
      if (first == std::string(id_of(next)) + ":before") names->went_back(from, next);
    for (const Row again : loop->body)
      if (again < started_ms.size()) started_ms[again] = 0;
  }

  std::string_view id_of(Row row) const { return {program.steps[row].id.data, program.steps[row].id.size}; }

  // What steps of an earlier driver have left behind.
  void recall(const store::Recovered& from) {
    for (const store::RecoveredStep& step : from.steps) {
      if (step.step >= program.steps.count) continue;
      if (!step.attempts.empty()) started_ms[step.step] = step.attempts.front().started_ms;
      for (const store::RecoveredAttempt& attempt : step.attempts)
        if (attempt.status == StepStatus::failed) names->count_failure();
      if (!step.ended && !step.produced) continue;
      StepResult result;
      result.step = step.step;
      result.attempts = static_cast<std::uint32_t>(step.attempts.size());
      if (step.ended && started_ms[step.step] != 0)
        result.duration_ms = step.ended_ms - started_ms[step.step];
      result.outcome = step.outcome;
      result.outcome.status = step.ended ? step.status : store::status_of_produced(step.outcome);
      names->record(std::move(result), step.ended);
    }
    for (const store::RecoveredReaction& happened : from.reactions)
      went_back(happened.step, happened.reaction);
  }

  void read_wishes(bool confirm) {
    bool cancel = false;
    if (parts.wishes) {
      Result<store::Recovered> wishes = parts.wishes();
      if (wishes) {
        for (const store::RecoveredStep& step : wishes->steps)
          if (step.gate) machine.decided(step.step, *step.gate, now);
        cancel = wishes->cancel_requested;
      } else if (confirm) {
        // What is decided must not be guessed. Elsewhere the next change, or the next resume, asks again.
        store_error = wishes.error().message;
        machine.store_broken();
      }
    }
    if (confirm) machine.wishes_read(now);
    if (cancel) machine.cancel(now);
  }

  void set_wake(std::optional<std::int64_t> at_ms) {
    if (at_ms == wake_at_ms) return;
    if (wake_at_ms) parts.loop.cancel(wake_timer);
    wake_at_ms = at_ms;
    if (!at_ms) return;
    wake_timer = parts.loop.at(*at_ms, [this] {
      wake_at_ms.reset();
      tell(Fact{Fact::What::time, 0, {}, 0, nullptr, nullptr});
    });
  }

  void interrupted(int by) {
    if (signal != 0) {
      abandon();  // Asked twice: at once.
      return;
    }
    signal = by;
    machine.interrupt(now);
    patience_timer = parts.loop.at(now.monotonic_ms + options.grace_ms + patience_ms, [this] { abandon(); });
  }

  void abandon() {
    abandoned = true;
    leave();
  }

  void leave() {
    over = true;
    parts.loop.stop();
  }

  Engine& self;
  const Program& program;
  Parts parts;
  EngineOptions options;
  Machine machine;
  std::string plan_digest;  // Of the plan with which the run was started.
  // By row, that of the run's own plan, which names folders. Empty: the same.
  std::vector<Row> recorded_rows;
  bool any_output_checked = false;  // Some step declares what its output is.
  const bool remembers;             // Something in the program asks for names.
  std::optional<RunNames> names;    // From drive on.
  std::vector<std::int64_t> started_ms;
  std::unordered_map<Row, std::vector<Argument>> arguments;  // Evaluated, for steps that have not ended.

  // Of the loop's thread.
  std::thread::id loop_thread;
  std::vector<Fact> facts, local;
  std::vector<PlainEnd> plain_facts, local_plain;  // The most frequent fact, in little.
  Now now;
  std::size_t facts_since_look = 0;
  std::optional<std::int64_t> wake_at_ms;
  std::uint64_t wake_timer = 0, patience_timer = 0;
  int signal = 0;
  bool abandoned = false;
  std::string store_error;
  bool again = true;  // There is more to settle, without a new fact.
  bool in_turn = false, kicked = false, over = false;
  bool appending = false, durable_at_once = false;
  std::uint64_t sent = 0, told_inside = 0;  // Batches.
  std::size_t remembered = 0;               // Records of the batch at hand whose results have a name.

  std::mutex mutex;
  std::condition_variable all_told;
  std::vector<Fact> remote;
  std::atomic<bool> remote_kicked = false;
  std::uint64_t told_outside = 0;

  const bool workers;
  tbb::flow::graph graph;
  Settle settle;
  tbb::flow::function_node<Job*> prepare_node;
  Sink journal_node, start_node;
};

Engine::Engine(const Program& program, Parts parts, EngineOptions options)
    : impl_(std::make_unique<Impl>(*this, program, std::move(parts), std::move(options))) {}

Engine::~Engine() = default;

RunEnd Engine::drive(const store::Recovered& from) {
  Impl& impl = *impl_;
  RunEnd end;
  if (from.run.status == RunStatus::completed || from.run.status == RunStatus::failed ||
      from.run.status == RunStatus::cancelled) {
    end.status = from.run.status;
    end.reason = from.run.reason;
    end.exit_code = from.run.exit_code;
    return end;
  }
  impl.loop_thread = std::this_thread::get_id();
  impl.plan_digest = from.run.first_plan_digest;
  impl.recorded_rows = from.rows;
  impl.look_at_clock();
  Result<> named = Done{};
  impl.names.emplace(impl.program, from.run, impl.parts.outputs, impl.parts.clock);
  if (impl.remembers) {
    impl.started_ms.resize(impl.program.steps.count);
    impl.recall(from);
    named = impl.names->make_lets();
  }
  if (!named) {
    impl.machine.give_up(reason::expression, named.error().message, impl.now);
    end.error = named.error().message;
  } else {
    impl.machine.start(from, impl.now);
    impl.tell_of_earlier(from);
    // Whoever decided between that reading and now is not missed. While a run has no history there is nothing
    // to decide.
    if (impl.parts.wishes && !from.steps.empty())
      impl.local.push_back(Fact{Fact::What::wishes, 0, {}, 0, nullptr, nullptr});
  }
  impl.kicked = true;
  impl.parts.loop.post([&impl] { impl.kick(); });
  impl.parts.loop.run();

  impl.over = true;
  if (impl.wake_at_ms) impl.parts.loop.cancel(impl.wake_timer);
  if (impl.patience_timer != 0) impl.parts.loop.cancel(impl.patience_timer);
  if (impl.signal != 0) {
    end.reason = reason::interrupted;
    end.exit_code = 128 + impl.signal;
    end.abandoned = impl.abandoned;
    return end;
  }
  const Ending& ending = impl.machine.ending();
  end.status = ending.status;
  end.reason = ending.reason;
  end.exit_code = ending.exit_code;
  if (!impl.store_error.empty()) end.error = impl.store_error;
  return end;
}

void Engine::wishes_changed() {
  impl_->tell(Fact{Fact::What::wishes, 0, {}, 0, nullptr, nullptr});
}

void Engine::interrupt(int signal) {
  impl_->tell(Fact{Fact::What::interrupt, 0, {}, static_cast<std::uint64_t>(signal), nullptr, nullptr});
}

void Engine::finish(StepKey key, std::uint32_t attempt, Outcome&& outcome) {
  const bool plain = is_plain(outcome);
  const bool inside = std::this_thread::get_id() == impl_->loop_thread;
  if (plain && inside && impl_->in_turn && !impl_->any_output_checked) {
    impl_->local_plain.push_back({key, attempt});
    return;
  }
  Fact fact;
  fact.attempt = attempt;
  fact.key = key;
  if (!plain) fact.outcome = std::make_unique<Outcome>(std::move(outcome));
  impl_->tell(std::move(fact));
}

void Engine::printed(StepKey key, std::uint32_t attempt, std::string_view bytes, bool is_error) {
  if (impl_->parts.printed) impl_->parts.printed(key, attempt, bytes, is_error);
}

}  // namespace wf::engine
