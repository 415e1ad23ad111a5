// What a resume does about what is recorded: reliability.md 5.5, line by line; retries and timeouts.
#include <set>

#include "tests/unit/runtime_engine/stage.h"

namespace wf::engine {
namespace {

using Resume = Stage;

TEST_F(Resume, a_recorded_step_never_runs_again_and_its_output_is_what_was_recorded) {
  maker.add("a");
  maker.add("b", StepKind::command, {0});
  maker.value(1, "command", sim::output_of(0));
  script[0] = {ok("first"), ok("second")};
  script[1] = {ok("", 1000)};
  drive_until_cut(500);
  EXPECT_EQ(status(0), StepStatus::succeeded);
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_EQ(starts(0), 1);
  EXPECT_EQ(starts(1), 2);
  EXPECT_EQ(last_attempt[1].arguments[0].text, "first");
}

TEST_F(Resume, an_interrupted_attempt_is_followed_by_another_with_the_same_key) {
  maker.add("a", StepKind::agent);
  script[0] = {ok("", 1000)};
  drive_until_cut(500);
  const std::string key = last_attempt[0].idempotency_key;
  EXPECT_EQ(last_attempt[0].number, 1u);
  EXPECT_FALSE(last_attempt[0].interrupted_before);
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_EQ(last_attempt[0].number, 2u);
  EXPECT_TRUE(last_attempt[0].interrupted_before);
  EXPECT_EQ(last_attempt[0].idempotency_key, key);
  EXPECT_EQ(key.size(), 36u);
  EXPECT_EQ(key.substr(0, 4), "wf1-");
}

TEST_F(Resume, an_attempt_that_was_cut_off_is_no_failure) {
  maker.add("a");
  maker.react(0, {sim::retry_row(1)});
  script[0] = {ok("", 1000), bad(), ok()};
  drive_until_cut(500);
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_EQ(starts(0), 3);
}

TEST_F(Resume, what_is_not_idempotent_is_left_to_a_person) {
  maker.add("deploy", StepKind::deploy).idempotent = false;
  maker.add("after", StepKind::command, {0});
  maker.add("beside");
  script[0] = {ok("", 1000)};
  drive_until_cut(500);
  const RunEnd end = drive();
  EXPECT_EQ(end.status, RunStatus::waiting);
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_EQ(end.reason, "unknown-outcome");
  EXPECT_EQ(starts(0), 1);

  ASSERT_TRUE(wish({.from = {}, .retry = {0}, .retry_failed = false, .done = {}, .by = "ana"}));
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_EQ(starts(0), 2);
  EXPECT_EQ(status(1), StepStatus::succeeded);
}

TEST_F(Resume, a_person_may_say_that_it_was_done) {
  maker.add("deploy", StepKind::deploy).idempotent = false;
  script[0] = {ok("", 1000)};
  drive_until_cut(500);
  ASSERT_TRUE(wish(
      {.from = {}, .retry = {}, .retry_failed = false, .done = {{0, "https://example.org"}}, .by = "ana"}));
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_EQ(starts(0), 1);
  EXPECT_EQ(output_of(0), "https://example.org");
}

TEST_F(Resume, what_is_not_idempotent_is_recorded_only_when_it_really_starts) {
  for (int i = 0; i < 6; ++i) maker.add("deploy" + std::to_string(i), StepKind::deploy).idempotent = false;
  takes_ms = 1000;
  options.machine.running_max = 1;
  drive_until_cut(500);
  EXPECT_EQ(started.size(), 1u);
  int recorded = 0;
  for (Row row = 0; row < 6; ++row)
    if (const auto* step = store->find(row)) recorded += !step->attempts.empty();
  EXPECT_EQ(recorded, 1);
}

TEST_F(Resume, a_cut_before_a_is_durable_has_started_nothing) {
  maker.add("a");
  journal_ms = 1'000'000;
  drive_until_cut(1);
  EXPECT_TRUE(started.empty());
  journal_ms = 3;
  EXPECT_EQ(drive().exit_code, 0);
}

TEST_F(Resume, a_wait_before_a_repeat_goes_on_where_it_was) {
  maker.add("a");
  maker.react(0, {sim::retry_row(1, 100'000)});
  script[0] = {bad(), ok()};
  drive_until_cut(60'000);
  const std::int64_t due_ms = store->find(0)->attempts.back().due_ms;
  EXPECT_GT(due_ms, clock.wall_ms());
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_GE(clock.wall_ms(), due_ms);
  EXPECT_LT(clock.wall_ms(), due_ms + 1000);
  EXPECT_EQ(starts(0), 2);
}

TEST_F(Resume, a_clock_set_back_does_not_make_a_wait_longer) {
  maker.add("a");
  maker.react(0, {sim::retry_row(1, 10'000)});
  script[0] = {bad(), ok()};
  drive_until_cut(1000);
  clock.jump(-1'000'000'000);
  const std::int64_t before_ms = clock.monotonic_ms();
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_LT(clock.monotonic_ms() - before_ms, 15'000);
}

TEST_F(Resume, what_a_newer_plan_needs_is_waited_for_though_its_edges_are_saved) {
  maker.add("a");
  maker.add("b");
  maker.add("c", StepKind::command, {0, 1});
  script[0] = {ok("", 500)};
  drive_until_cut(100);
  ASSERT_EQ(status(1), StepStatus::succeeded);
  ASSERT_EQ(status(0), StepStatus::pending);
  // There b needs a, so that the edge from a to c says nothing new; but here b has ended already.
  Program newer = program();
  std::vector<StepRow> steps(newer.steps.begin(), newer.steps.end());
  const Row a = 0, b = 1, c = 2;
  steps[0].followers = {&b, 1};
  steps[1].needs = {&a, 1};
  steps[1].followers = {&c, 1};
  steps[2].edges_saved = 1;
  newer.steps = {steps.data(), 3};
  made = &newer;
  started.clear();
  most_running = 0;
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_EQ(started, (std::vector<Row>{0, 2}));
  EXPECT_EQ(most_running, 1) << "c has waited for a";
}

TEST_F(Resume, retries_are_used_in_order_with_growing_waits) {
  maker.add("a");
  maker.react(0, {sim::retry_row(2, 1000, 3.0), sim::retry_row(1, 50)});
  script[0] = {bad("exit-code", 1)};
  std::vector<std::int64_t> at;
  bodies.started = [&](const Attempt&) { at.push_back(clock.monotonic_ms()); };
  EXPECT_EQ(drive().exit_code, 1);
  ASSERT_EQ(at.size(), 4u);
  EXPECT_GE(at[1] - at[0], 1000);
  EXPECT_LE(at[1] - at[0], 1250);
  EXPECT_GE(at[2] - at[1], 3000);
  EXPECT_LE(at[2] - at[1], 3650);
  EXPECT_GE(at[3] - at[2], 50);
  EXPECT_LE(at[3] - at[2], 100);
  EXPECT_TRUE(noticed(Notice::What::step_retrying, 0));
}

TEST_F(Resume, a_timeout_ends_the_attempt_and_counts_as_a_failure) {
  maker.add("a").timeout_ms = 1000;
  maker.react(0, {sim::retry_row(1)});
  script[0] = {ok("", 60'000), ok("", 500)};
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_EQ(starts(0), 2);
  EXPECT_EQ(store->find(0)->attempts[0].outcome.reason, "timeout");
}

TEST_F(Resume, a_cancel_ends_everything) {
  maker.add("slow");
  maker.add("after", StepKind::command, {0});
  maker.add("sign", StepKind::approve);
  maker.gate(2);
  maker.add("again");
  maker.react(3, {sim::retry_row(5, 60'000)});
  script[0] = {ok("", 600'000)};
  script[3] = {bad()};
  later(5000, [this] {
    store->request_cancel();
    running_engine->wishes_changed();
  });
  const RunEnd end = drive();
  EXPECT_EQ(end.status, RunStatus::cancelled);
  EXPECT_EQ(end.exit_code, 4);
  for (Row row : {0u, 1u, 2u, 3u}) EXPECT_EQ(status(row), StepStatus::cancelled) << row;
  EXPECT_LT(clock.monotonic_ms(), 10'000);
}

TEST_F(Resume, a_cancel_that_nobody_heard_counts_at_the_next_resume) {
  maker.add("sign", StepKind::approve);
  maker.gate(0);
  EXPECT_EQ(drive().exit_code, 3);
  store->request_cancel();
  EXPECT_EQ(drive().exit_code, 4);
}

TEST_F(Resume, a_signal_leaves_attempts_without_a_result) {
  maker.add("a");
  script[0] = {ok("", 60'000), ok()};
  later(100, [this] { running_engine->interrupt(15); });
  const RunEnd end = drive();
  EXPECT_EQ(end.exit_code, 143);
  EXPECT_EQ(end.status, RunStatus::running);
  EXPECT_FALSE(end.abandoned);
  EXPECT_FALSE(store->find(0)->ended);
  running = 0;
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_EQ(starts(0), 2);
}

TEST_F(Resume, a_signal_does_not_wait_for_ever_for_what_hangs) {
  maker.add("a");
  maker.add("b");
  script[0] = {{INT64_MAX / 4, Outcome::succeeded(), true}, ok()};
  script[1] = {{INT64_MAX / 4, Outcome::succeeded(), false}, ok()};
  later(100, [this] { running_engine->interrupt(15); });
  const std::int64_t began_ms = clock.monotonic_ms();
  const RunEnd end = drive();
  EXPECT_EQ(end.exit_code, 143);
  EXPECT_TRUE(end.abandoned) << "an attempt is left that nobody may drop";
  EXPECT_GT(clock.monotonic_ms() - began_ms, options.grace_ms);
  EXPECT_LT(clock.monotonic_ms() - began_ms, 2 * options.grace_ms);
  running = 0;
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_EQ(starts(0), 2);
}

TEST_F(Resume, a_second_signal_does_not_wait) {
  maker.add("a");
  script[0] = {{60'000, Outcome::succeeded(), true}, ok()};
  later(100, [this] { running_engine->interrupt(2); });
  later(200, [this] { running_engine->interrupt(2); });
  EXPECT_EQ(drive().exit_code, 130);
  EXPECT_LT(clock.monotonic_ms(), 5000);
}

TEST_F(Resume, a_broken_store_ends_the_run_with_its_reason) {
  for (Row i = 0; i < 5; ++i)
    maker.add("s" + std::to_string(i), StepKind::command, i ? std::vector<Row>{i - 1} : std::vector<Row>{});
  break_after = 3;
  const RunEnd end = drive();
  EXPECT_EQ(end.status, RunStatus::failed);
  EXPECT_EQ(end.reason, "store");
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_EQ(end.error, "the disk is full");
  break_after.reset();
  EXPECT_EQ(drive().exit_code, 0);
}

TEST_F(Resume, a_finished_run_is_left_alone) {
  maker.add("a");
  drive();
  const std::uint64_t records = store->records;
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_EQ(store->records, records);
  EXPECT_EQ(starts(0), 1);
}

TEST_F(Resume, a_let_without_a_value_fails_the_run) {
  maker.add("a");
  const LetRow let{maker.text("x"), sim::expr_error};
  Program program = maker.make();
  program.lets = {&let, 1};
  made = &program;
  store = std::make_unique<sim::PretendStore>("r-1", program);
  const RunEnd end = drive();
  EXPECT_EQ(end.status, RunStatus::failed);
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_NE(end.error.find("let `x`"), std::string::npos);
  EXPECT_TRUE(started.empty());
}

// A store that was damaged or forged may say anything; the run may fail, the process may not.
TEST_F(Resume, nonsense_in_the_store_is_survived) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    sim::ProgramMaker maker;
    sim::Chance any(seed);
    maker.fail_fast = any.one_in(2);
    for (Row i = 0; i < 12; ++i) {
      std::vector<Row> needs;
      for (Row j = 0; j < i; ++j)
        if (any.one_in(3)) needs.push_back(j);
      StepRow& step =
          maker.add("s" + std::to_string(i), any.one_in(4) ? StepKind::check : StepKind::command, needs);
      if (any.one_in(3)) maker.gate(i);
      step.idempotent = !any.one_in(3);
    }
    const Program& program = maker.make();
    store::Recovered forged;
    forged.run.status = static_cast<RunStatus>(any.below(3));
    for (int i = 0; i < 12; ++i) {
      store::RecoveredStep step;
      step.step = static_cast<Row>(any.below(14));
      step.iteration = static_cast<std::uint32_t>(any.below(3));
      step.ended = any.one_in(2);
      step.produced = any.one_in(3);
      step.status = static_cast<StepStatus>(any.below(7));
      for (std::uint64_t k = any.below(3); k > 0; --k) {
        store::RecoveredAttempt attempt;
        attempt.number = static_cast<std::uint32_t>(any.below(4));
        attempt.ended_ms = static_cast<std::int64_t>(any.below(2) * 5000);
        attempt.due_ms =
            any.one_in(2) ? INT64_MIN : clock.wall_ms() + static_cast<std::int64_t>(any.below(9000));
        attempt.status = static_cast<StepStatus>(any.below(7));
        step.attempts.push_back(attempt);
      }
      if (any.one_in(3))
        step.gate = store::GateState{{}, any.one_in(2), any.one_in(2) ? "approved" : "?", {}};
      forged.steps.push_back(std::move(step));
    }
    store::MemoryJournal journal;
    sim::ScriptedBodies quick(loop, clock);
    Parts parts{.loop = loop,
                .clock = clock,
                .random = any,
                .journal = journal,
                .bodies = quick,
                .outputs = outputs,
                .notice = {},
                .wishes = {},
                .printed = {}};
    EngineOptions how;
    how.single_threaded = true;
    Engine engine(program, parts, how);
    const RunEnd end = engine.drive(forged);
    EXPECT_FALSE(loop.ran_dry()) << "seed " << seed;
    EXPECT_NE(end.status, RunStatus::pending) << "seed " << seed;
    loop.forget();
  }
}

}  // namespace
}  // namespace wf::engine
