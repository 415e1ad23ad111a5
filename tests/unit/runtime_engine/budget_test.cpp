// Budgets: what starts, what waits, what a breach leads to, and what a resume makes of it.
#include <atomic>
#include <mutex>
#include <thread>

#include "tests/unit/runtime_engine/stage.h"
#include "tests/unit/runtime_engine/thread_loop.h"

namespace wf::engine {
namespace {

class Budget : public Stage {
 public:
  static Act costs(std::int64_t tokens, std::string output = "done", std::int64_t takes_ms = 10) {
    Act act = ok(std::move(output), takes_ms);
    act.outcome.usage.output_tokens = tokens;
    return act;
  }
  std::int64_t spent(Measure measure) {
    policy::Budgets budgets(program());
    tally(program(), store->recover(), budgets, false);
    return budgets.spent(measure);
  }
  std::string output(Row step) const { return store->find(step)->outcome.output.text; }
  std::size_t starts(Row step) const {
    return static_cast<std::size_t>(std::count(started.begin(), started.end(), step));
  }
};

TEST_F(Budget, a_step_that_does_not_fit_now_waits_for_those_in_flight) {
  // Two credits: the third command waits for nobody, as the first two have taken all.
  for (Row i = 0; i < 3; ++i) maker.add("s" + std::to_string(i), StepKind::agent);
  maker.budget().whole.calls = 2;
  const RunEnd end = drive();
  EXPECT_EQ(end.exit_code, 5);
  EXPECT_EQ(end.reason, "budget");
  EXPECT_EQ(started.size(), 2u);
  EXPECT_EQ(status(0), StepStatus::succeeded);
  EXPECT_EQ(status(1), StepStatus::succeeded);
  EXPECT_EQ(store->find(2)->outcome.reason, "budget");
}

TEST_F(Budget, what_was_set_aside_and_not_spent_lets_others_start) {
  // Each has a cap of 100 tokens, so two cannot run at one time; but each costs only 10.
  for (Row i = 0; i < 4; ++i) {
    maker.add("s" + std::to_string(i), StepKind::agent);
    script[i] = {costs(10)};
  }
  BudgetRow& budget = maker.budget();
  budget.whole.tokens = 150;
  budget.each.tokens = 100;
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_EQ(most_running, 1u);
  EXPECT_EQ(spent(Measure::tokens), 40);
}

TEST_F(Budget, a_breach_at_the_end_keeps_what_is_paid_and_a_higher_limit_goes_on) {
  maker.add("plan", StepKind::agent);
  maker.add("build", StepKind::agent, {0});
  script[0] = {costs(70)};
  script[1] = {costs(70)};
  maker.budget().whole.tokens = 60;
  const RunEnd end = drive();
  EXPECT_EQ(end.exit_code, 5);
  EXPECT_EQ(status(0), StepStatus::succeeded) << "it is paid";
  EXPECT_EQ(status(1), StepStatus::cancelled);
  EXPECT_EQ(store->find(1)->outcome.reason, "budget");
  EXPECT_EQ(drive().exit_code, 5) << "a resume without a wish changes nothing";
  Wishes wishes;
  wishes.by = "ana";
  wishes.limits[Measure::tokens] = 200;
  ASSERT_TRUE(wish(wishes));
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_EQ(starts(0), 1u);
  EXPECT_EQ(starts(1), 1u);
  EXPECT_EQ(spent(Measure::tokens), 140);
}

TEST_F(Budget, degrade_cuts_to_the_share_that_is_paid) {
  maker.add("plan", StepKind::agent);
  maker.add("build", StepKind::command, {0});
  script[0] = {costs(100, "0123456789")};
  BudgetRow& budget = maker.budget();
  budget.whole.tokens = 40;
  maker.answer_breach(budget, {{.response = Response::degrade}});
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_EQ(output(0), "0123\n[degraded]");
  EXPECT_EQ(spent(Measure::tokens), 100) << "the truth";
}

TEST_F(Budget, an_agent_that_is_not_asked_has_written_nothing) {
  maker.add("plan", StepKind::agent);
  maker.add("build", StepKind::agent, {0});
  script[0] = {costs(40)};
  BudgetRow& budget = maker.budget();
  budget.whole.tokens = 40;
  maker.answer_breach(budget, {{.response = Response::degrade}});
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_EQ(starts(1), 0u);
  EXPECT_EQ(output(1), "[degraded]");
}

TEST_F(Budget, a_governor_cuts_so_often_and_then_ends_the_run) {
  for (Row i = 0; i < 3; ++i) {
    maker.add("s" + std::to_string(i), StepKind::agent,
              i == 0 ? std::vector<Row>{} : std::vector<Row>{i - 1});
    script[i] = {ok("abcdefghijklmnop")};  // Four tokens, six when cut.
  }
  BudgetRow& budget = maker.budget();
  budget.whole.tokens = 5;
  budget.outputs_only = true;
  budget.degraded_chars = 1;
  maker.answer_breach(budget, {{.response = Response::degrade, .max = 1}});
  const RunEnd end = drive();
  EXPECT_EQ(output(0), "abcdefghijklmnop");
  EXPECT_EQ(output(1), "a\n[degraded]");
  EXPECT_EQ(end.exit_code, 5) << "three tokens are left of it, which is still too much";
  EXPECT_EQ(starts(2), 0u);
}

TEST_F(Budget, people_let_a_step_start_beyond_it) {
  maker.add("plan", StepKind::agent);
  maker.add("build", StepKind::agent, {0});
  BudgetRow& budget = maker.budget();
  budget.whole.calls = 1;
  maker.answer_breach(budget, {{.response = Response::approve}});
  EXPECT_EQ(drive().exit_code, 3);
  EXPECT_EQ(starts(1), 0u);
  decide(1, true);
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_EQ(starts(1), 1u);
}

TEST_F(Budget, an_attempt_that_was_cut_off_keeps_what_it_has_set_aside) {
  maker.add("plan", StepKind::agent);
  script[0] = {costs(10, "done", 1000)};
  BudgetRow& budget = maker.budget();
  budget.whole.tokens = 150;
  budget.each.tokens = 100;
  drive_until_cut(500);
  const RunEnd end = drive();
  EXPECT_EQ(spent(Measure::tokens), 100);
  EXPECT_EQ(end.exit_code, 5) << "of its own hundred nothing is left";
}

TEST_F(Budget, what_nobody_knows_costs_its_ceiling) {
  maker.add("plan", StepKind::agent);
  script[0] = {ok("12345678")};
  maker.budget().each.tokens = 100;
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_EQ(spent(Measure::tokens), 100);
}

TEST_F(Budget, the_time_of_a_run_ends_what_runs_and_waiting_for_people_does_not_count) {
  maker.add("wait", StepKind::approve);
  maker.gate(0);
  maker.add("build", StepKind::command, {0});
  script[1] = {ok("late", 5000)};
  maker.budget().whole.time_ms = 2000;
  options.machine.wait = true;
  later(60'000, [this] { decide(0, true); });
  const RunEnd end = drive();
  EXPECT_EQ(end.exit_code, 5);
  EXPECT_EQ(store->find(1)->outcome.reason, "budget");
  EXPECT_EQ(status(1), StepStatus::failed);
  EXPECT_GE(store->run().elapsed_ms, 2000);
  EXPECT_LE(store->run().elapsed_ms, 2100);
}

TEST_F(Budget, a_step_that_takes_longer_than_its_own_time_fails) {
  maker.add("build", StepKind::command);
  script[0] = {ok("late", 5000)};
  maker.budget(0).whole.time_ms = 1000;
  EXPECT_EQ(drive().exit_code, 5);
  EXPECT_EQ(status(0), StepStatus::failed);
  EXPECT_EQ(store->find(0)->outcome.reason, "budget");
}

TEST_F(Budget, sums_that_do_not_fit_are_errors) {
  maker.add("plan", StepKind::agent);
  maker.add("build", StepKind::agent, {0});
  script[0] = {costs(INT64_MAX)};
  script[1] = {costs(INT64_MAX)};
  maker.budget().whole.tokens = INT64_MAX;
  EXPECT_EQ(drive().exit_code, 5);
}

TEST_F(Budget, what_others_have_cost_ends_a_run_only_when_it_is_on_record) {
  maker.add("plan", StepKind::agent);
  maker.add("build", StepKind::agent);
  maker.add("test", StepKind::agent);
  maker.budget().whole.tokens = 60;
  policy::Budgets budgets(maker.make());
  Cost aside, dear, cheap;
  aside[Measure::tokens] = 10;
  dear[Measure::tokens] = 70;
  cheap[Measure::tokens] = 5;
  budgets.reserve(0, aside);
  budgets.reserve(1, aside);
  budgets.settle(0, dear);
  budgets.settle(1, cheap);
  policy::Breach why;
  EXPECT_EQ(budgets.fit(2, aside, why), policy::Budgets::Fit::later);
  EXPECT_FALSE(budgets.passed(1, cheap));
  EXPECT_TRUE(budgets.passed(0, dear)) << "who has spent it knows";
  budgets.recorded(0);
  EXPECT_EQ(budgets.fit(2, aside, why), policy::Budgets::Fit::never);
  EXPECT_TRUE(budgets.passed(1, cheap));
}

// 64 steps at one time, of which a budget pays some: in an engine with real threads, 200 times.
TEST(BudgetRaces, nobody_overspends) {
  constexpr Row count = 64;
  sim::Chance any(5);
  for (int round = 0; round < 200; ++round) {
    sim::ProgramMaker maker;
    for (Row i = 0; i < count; ++i) maker.add("s" + std::to_string(i), StepKind::agent);
    BudgetRow& budget = maker.budget();
    const auto calls = static_cast<std::uint32_t>(1 + any.below(count));
    budget.whole.calls = calls;
    const bool capped = any.one_in(2);
    if (capped) {
      budget.whole.tokens = 1000;
      budget.each.tokens = 1 + any.below(300);
    }
    const Program& program = maker.make();
    std::atomic<std::int64_t> called = 0, tokens = 0;
    std::vector<std::thread> children;
    std::mutex mutex;
    class Children final : public StepBodies {
     public:
      std::function<void(StepRun)> take;
      void start(StepRun run) override { take(std::move(run)); }
      void stop(StepKey, std::uint32_t, std::string_view) override {}
    } bodies;
    const auto cost = static_cast<std::int64_t>(capped ? budget.each.tokens : 1);
    bodies.take = [&](StepRun run) {
      ++called;
      auto held = std::make_shared<StepRun>(std::move(run));
      const std::lock_guard lock(mutex);
      children.emplace_back([&, held] {
        tokens += cost;
        Outcome outcome = Outcome::succeeded("ok");
        outcome.usage.output_tokens = cost;
        std::move(*held).finish(std::move(outcome));
      });
    };
    ThreadLoop loop;
    SystemClock clock;
    sim::NoOutputs outputs;
    store::MemoryJournal journal;
    Parts parts{.loop = loop,
                .clock = clock,
                .random = any,
                .journal = journal,
                .bodies = bodies,
                .outputs = outputs,
                .notice = {},
                .wishes = {},
                .printed = {}};
    {
      Engine engine(program, parts, {});
      const RunEnd end = engine.drive({});
      for (std::thread& child : children) child.join();
      const bool enough = calls == count && (!capped || cost * count <= 1000);
      EXPECT_EQ(end.exit_code, enough ? 0 : 5);
    }
    ASSERT_LE(called, calls) << "round " << round;
    ASSERT_TRUE(!capped || tokens <= 1000) << "round " << round;
    const std::int64_t may = capped ? std::min<std::int64_t>(calls, 1000 / cost) : calls;
    ASSERT_EQ(called, std::min<std::int64_t>(may, count)) << "what fits has started";
  }
}

}  // namespace
}  // namespace wf::engine
