// Records that ride along: how long, and which never do.
#include "tests/unit/runtime_engine/stage.h"

namespace wf::engine {
namespace {

using Ride = Stage;

TEST_F(Ride, many_short_commands_share_their_batches) {
  for (int i = 0; i < 200; ++i) maker.add("s" + std::to_string(i));
  options.machine.commands_max = 2;
  takes_ms = 1;
  // Alone, each end would be a batch. A batch that is one too many fails the run.
  break_after = 40;
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_EQ(most_running, 2);
}

TEST_F(Ride, a_chain_waits_for_nothing_but_the_journal) {
  maker.add("s0");
  for (Row i = 1; i < 20; ++i) maker.add("s" + std::to_string(i), StepKind::command, {i - 1});
  options.machine.commands_max = 2;
  journal_ms = 0;
  const std::int64_t begin_ms = clock.monotonic_ms();
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_EQ(clock.monotonic_ms() - begin_ms, 20 * takes_ms);
}

TEST_F(Ride, what_only_decides_waits_for_no_disk) {
  for (Row i = 0; i < 50; ++i) {
    maker.add("s" + std::to_string(i), i % 2 ? StepKind::join : StepKind::check,
              i == 0 ? std::vector<Row>{} : std::vector<Row>{i - 1});
    if (i % 2 == 0) maker.value(i, "condition", sim::expr_true);
  }
  journal_ms = 100;
  const std::int64_t from = clock.monotonic_ms();
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_LT(clock.monotonic_ms() - from, 1000) << "not a wait for each";
  EXPECT_EQ(started.size(), 50u);
}

TEST_F(Ride, what_waits_for_company_is_recorded_soon_all_the_same) {
  maker.add("short");
  maker.add("long");
  options.machine.commands_max = 2;
  script[0] = {ok("", 10)};
  script[1] = {ok("", 1000)};
  bool rode = false, recorded = false;
  later(11 + journal_ms, [&] { rode = status(0) == StepStatus::pending; });
  later(10 + 8 + journal_ms + journal_ms, [&] { recorded = status(0) == StepStatus::succeeded; });
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_TRUE(rode);
  EXPECT_TRUE(recorded);
}

TEST_F(Ride, an_answer_and_a_failure_are_recorded_at_once) {
  maker.fail_fast = false;
  maker.add("answer", StepKind::agent);
  maker.add("bad");
  maker.add("long");
  options.machine.running_max = 3;
  script[0] = {ok("said", 10)};
  script[1] = {bad(reason::exit_code, 50)};
  script[2] = {ok("", 1000)};
  journal_ms = 0;
  bool answered = false, failed = false;
  later(10, [&] {
    loop.post(
        [&] { loop.at(clock.monotonic_ms() + 1, [&] { answered = status(0) == StepStatus::succeeded; }); });
  });
  later(51, [&] { failed = status(1) == StepStatus::failed; });
  EXPECT_EQ(drive().status, RunStatus::failed);
  EXPECT_TRUE(answered);
  EXPECT_TRUE(failed);
}

TEST_F(Ride, a_cut_while_records_ride_repeats_those_steps_and_no_others) {
  for (int i = 0; i < 12; ++i) maker.add("s" + std::to_string(i));
  options.machine.commands_max = 1;
  takes_ms = 3;
  drive_until_cut(20);
  int repeated = 0;
  std::vector<Row> recorded;
  for (Row i = 0; i < 12; ++i)
    if (status(i) == StepStatus::succeeded) recorded.push_back(i);
  started.clear();
  EXPECT_EQ(drive().status, RunStatus::completed);
  for (const Row step : recorded) EXPECT_EQ(starts(step), 0) << step;
  for (Row i = 0; i < 12; ++i) {
    EXPECT_EQ(status(i), StepStatus::succeeded);
    repeated += starts(i);
  }
  EXPECT_EQ(static_cast<std::size_t>(repeated), 12 - recorded.size());
}

TEST_F(Ride, an_attempt_that_was_written_ahead_is_recorded_with_its_real_start) {
  for (int i = 0; i < 3; ++i) maker.add("s" + std::to_string(i));
  maker.add("checked", StepKind::check, {2});
  maker.value(3, "condition", sim::expr_true);
  options.machine.commands_max = 1;
  takes_ms = 1000;
  journal_ms = 0;
  EXPECT_EQ(drive().status, RunStatus::completed);
  for (Row i = 0; i < 4; ++i) {
    const store::RecoveredStep& step = *store->find(i);
    ASSERT_EQ(step.attempts.size(), 1u) << i;
    EXPECT_NE(step.attempts[0].started_ms, 0) << i;
    EXPECT_EQ(step.ended_ms - step.attempts[0].started_ms, takes_ms) << i;
  }
}

}  // namespace
}  // namespace wf::engine
