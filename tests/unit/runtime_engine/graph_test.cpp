// Large and random graphs against a scheduler that is small enough to be believed.
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "tests/unit/runtime_engine/stage.h"
#include "tests/unit/runtime_engine/thread_loop.h"

namespace wf::engine {
namespace {

// How each step ends, by the rules of product.md section 4, in one pass: rows are in topological order.
std::vector<StepStatus> expected(const Program& program, const std::vector<bool>& fails,
                                 const std::vector<bool>& condition) {
  std::vector<StepStatus> status(program.steps.count);
  std::vector<char> reason(program.steps.count, ' ');  // u: upstream, s: stopped, c: condition
  for (Row i = 0; i < program.steps.count; ++i) {
    const StepRow& step = program.steps[i];
    bool upstream = false, stopped = false;
    for (const Row need : step.needs) {
      upstream |= status[need] == StepStatus::failed || reason[need] == 'u';
      stopped |= reason[need] == 's' || (program.steps[need].kind == StepKind::check &&
                                         status[need] == StepStatus::succeeded && !condition[need]);
    }
    if (step.run_if == RunIf::always) upstream = stopped = false;
    status[i] = StepStatus::skipped;
    if (upstream) {
      reason[i] = 'u';
    } else if (stopped) {
      reason[i] = 's';
    } else if (step.when == sim::expr_false) {
      reason[i] = 'c';
    } else {
      status[i] = fails[i] && step.kind == StepKind::command ? StepStatus::failed : StepStatus::succeeded;
    }
  }
  return status;
}

TEST(RandomGraphs, end_as_the_small_scheduler_says) {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    sim::Chance any(seed);
    sim::ProgramMaker maker;
    maker.fail_fast = false;
    const Row count = static_cast<Row>(1 + any.below(30));
    std::vector<bool> fails(count), condition(count);
    for (Row i = 0; i < count; ++i) {
      std::vector<Row> needs;
      for (Row j = 0; j < i; ++j)
        if (any.one_in(1 + i / 2)) needs.push_back(j);
      fails[i] = any.one_in(8);
      condition[i] = !any.one_in(4);
      const bool check = any.one_in(6);
      StepRow& step = maker.add("s" + std::to_string(i), check ? StepKind::check : StepKind::command, needs);
      if (check) maker.value(i, "condition", condition[i] ? sim::expr_true : sim::expr_false);
      if (any.one_in(6)) step.when = any.one_in(2) ? sim::expr_true : sim::expr_false;
      if (any.one_in(8)) step.run_if = RunIf::always;
      step.rank_ms = static_cast<std::uint32_t>(any.below(5));
      step.idempotent = !any.one_in(5);
    }
    const Program& program = maker.make();
    sim::PretendClock clock;
    sim::PretendLoop loop(clock);
    sim::PretendStore store("r", program);
    sim::PretendJournal journal(store, loop, clock, any, 5);
    sim::ScriptedBodies bodies(loop, clock);
    sim::NoOutputs outputs;
    std::vector<int> starts(count);
    bodies.started = [&](const Attempt& attempt) {
      ++starts[attempt.key.step];
      // What only decides does nothing that could be seen too early.
      if (program.steps[attempt.key.step].kind != StepKind::command) return;
      for (const Row need : program.steps[attempt.key.step].needs) {
        const store::RecoveredStep* before = store.find(need);
        EXPECT_TRUE(before && before->ended)
            << "seed " << seed << ": started before what it needs was durable";
      }
    };
    bodies.take = [&](const Attempt& attempt) {
      const bool bad = fails[attempt.key.step] && program.steps[attempt.key.step].kind == StepKind::command;
      return sim::ScriptedBodies::Act{static_cast<std::int64_t>(any.below(20)),
                                      bad ? Outcome::failed(reason::exit_code, "") : Outcome::succeeded(),
                                      false};
    };
    Parts parts{.loop = loop,
                .clock = clock,
                .random = any,
                .journal = journal,
                .bodies = bodies,
                .outputs = outputs,
                .notice = {},
                .wishes = {},
                .printed = {}};
    EngineOptions options;
    options.single_threaded = true;
    options.machine.running_max = static_cast<std::uint32_t>(any.below(4));
    if (any.one_in(2)) options.machine.shuffle = &any;
    Engine engine(program, parts, options);
    engine.drive(store.recover());
    const std::vector<StepStatus> want = expected(program, fails, condition);
    for (Row i = 0; i < count; ++i) {
      ASSERT_TRUE(store.find(i) && store.find(i)->ended) << "seed " << seed << " row " << i;
      EXPECT_EQ(store.find(i)->status, want[i]) << "seed " << seed << " row " << i;
      EXPECT_EQ(starts[i], want[i] == StepStatus::skipped ? 0 : 1) << "seed " << seed << " row " << i;
    }
    ASSERT_EQ(store.broken_rule, "") << "seed " << seed;
    if (testing::Test::HasFailure()) break;
  }
}

class NoOps final : public StepBodies {
 public:
  void start(StepRun run) override {
    ++starts;
    std::move(run).finish(Outcome::succeeded());
  }
  void stop(StepKey, std::uint32_t, std::string_view) override {}
  std::uint64_t starts = 0;
};

TEST(LargeGraphs, a_chain_of_a_million_steps_does_not_recurse) {
  constexpr Row count = 1'000'000;
  std::vector<StepRow> steps(count);
  std::vector<Row> rows(count);
  for (Row i = 0; i < count; ++i) rows[i] = i;
  for (Row i = 0; i < count; ++i) {
    steps[i].kind = StepKind::join;
    if (i > 0) steps[i].needs = {&rows[i - 1], 1};
    if (i + 1 < count) steps[i].followers = {&rows[i + 1], 1};
  }
  Program program;
  program.steps = {steps.data(), count};
  sim::PretendClock clock;
  sim::PretendLoop loop(clock);
  sim::Chance any(1);
  sim::NoOutputs outputs;
  store::MemoryJournal journal;
  NoOps bodies;
  Parts parts{.loop = loop,
              .clock = clock,
              .random = any,
              .journal = journal,
              .bodies = bodies,
              .outputs = outputs,
              .notice = {},
              .wishes = {},
              .printed = {}};
  EngineOptions options;
  options.machine.notices = false;
  Engine engine(program, parts, options);
  EXPECT_EQ(engine.drive({}).status, RunStatus::completed);
  EXPECT_EQ(bodies.starts, count);
}

// A worker that takes orders in turn, as the thread of a journal does.
class Worker {
 public:
  Worker() : thread_([this] { run(); }) {}
  ~Worker() {
    give({});
    thread_.join();
  }
  void give(std::function<void()> work) {
    const std::lock_guard lock(mutex_);
    work_.push_back(std::move(work));
    ready_.notify_one();
  }

 private:
  void run() {
    for (;;) {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [this] { return !work_.empty(); });
      const auto work = std::move(work_.front());
      work_.pop_front();
      lock.unlock();
      if (!work) return;
      work();
    }
  }
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::function<void()>> work_;
  std::thread thread_;
};

TEST(Threads, journal_bodies_and_evaluation_may_each_have_their_own) {
  constexpr Row count = 60;
  for (int round = 0; round < 5; ++round) {
    sim::ProgramMaker maker;
    for (Row i = 0; i < count; ++i) {
      std::vector<Row> needs;
      if (i >= 6) needs = {i - 6, i - 5 - (i % 6 == 5 ? 1 : 0)};
      maker.add("s" + std::to_string(i), StepKind::agent, needs);
      if (i >= 6) maker.value(i, "prompt", sim::output_of(i - 6));
    }
    Worker disk, child;
    class Disk final : public store::Journal {
     public:
      explicit Disk(Worker& worker) : worker_(worker) {}
      void append(std::vector<store::Record>, std::function<void(Result<>)> durable) override {
        worker_.give([durable = std::move(durable)] { durable(Done{}); });
      }

     private:
      Worker& worker_;
    } journal(disk);
    class Children final : public StepBodies {
     public:
      explicit Children(Worker& worker) : worker_(worker) {}
      void start(StepRun run) override {
        auto held = std::make_shared<StepRun>(std::move(run));
        worker_.give([held] {
          const std::string* prompt = held->argument("prompt");
          std::move(*held).finish(Outcome::succeeded(prompt ? *prompt + "." : "start"));
        });
      }
      void stop(StepKey, std::uint32_t, std::string_view) override {}

     private:
      Worker& worker_;
    } bodies(child);
    ThreadLoop loop;
    SystemClock clock;
    sim::Chance any(1);
    sim::NoOutputs outputs;
    std::uint32_t finished = 0;
    Parts parts{
        .loop = loop,
        .clock = clock,
        .random = any,
        .journal = journal,
        .bodies = bodies,
        .outputs = outputs,
        .notice = [&](const Notice& notice) { finished += notice.what == Notice::What::step_finished; },
        .wishes = {},
        .printed = {}};
    Engine engine(maker.make(), parts, {});
    EXPECT_EQ(engine.drive({}).status, RunStatus::completed);
    EXPECT_EQ(finished, count);
  }
}

}  // namespace
}  // namespace wf::engine
