// What a run that does not come to its end takes back. Crashes in the middle of it are the simulation's, too.
#include "tests/unit/runtime_engine/stage.h"

namespace wf::engine {
namespace {

class Undo : public Stage {
 public:
  // Adds what undoes `step`, which is told what that has left.
  Row undo(Row step) {
    maker.add("undo-" + std::to_string(step), StepKind::command, {step}).undoes = step;
    maker.value(maker.last(), "command", sim::output_of(step));
    return maker.last();
  }
  std::string told(Row step) { return last_attempt[step].arguments.at(0).text; }
  std::vector<Row> started_from(Row first) const {
    std::vector<Row> rows;
    for (const Row row : started)
      if (row >= first) rows.push_back(row);
    return rows;
  }
};

TEST_F(Undo, is_for_runs_that_fail_and_is_skipped_in_others) {
  maker.add("a");
  const Row back = undo(0);
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_EQ(starts(back), 0);
  EXPECT_EQ(status(back), StepStatus::skipped);
  EXPECT_EQ(reason_of(back), "condition");
}

TEST_F(Undo, takes_back_what_has_succeeded_the_last_first_when_nothing_else_runs) {
  maker.add("slow");
  maker.add("quick");
  maker.add("bad");
  maker.add("long");
  maker.add("never", StepKind::command, {2});
  maker.add("handler", StepKind::command, {2}).run_if = RunIf::always;
  for (Row step = 0; step < 6; ++step) undo(step);
  script[0] = {ok("of slow", 50)};
  script[1] = {ok("of quick", 20)};
  script[2] = {bad(reason::exit_code, 60)};
  script[3] = {ok("of long", 5'000)};
  script[5] = {ok("of handler", 100)};
  const RunEnd end = drive();
  EXPECT_EQ(end.status, RunStatus::failed);
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_EQ(end.reason, "");
  // long, handler, slow, quick; what failed or never ran is not undone.
  EXPECT_EQ(started_from(6), (std::vector<Row>{9, 11, 6, 7}));
  EXPECT_EQ(told(6), "of slow");
  EXPECT_EQ(status(8), StepStatus::skipped);
  EXPECT_EQ(status(10), StepStatus::skipped);
}

TEST_F(Undo, is_done_for_the_others_too_when_one_fails_and_the_run_says_so) {
  maker.add("a");
  maker.add("b", StepKind::command, {0});
  maker.add("c", StepKind::command, {1});
  maker.add("bad", StepKind::command, {2});
  for (Row step = 0; step < 3; ++step) undo(step);
  maker.react(4, {sim::retry_row(1, 500)});
  script[3] = {bad()};
  script[4] = {bad(), ok()};
  script[5] = {bad()};
  const RunEnd end = drive();
  EXPECT_EQ(end.status, RunStatus::failed);
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_EQ(end.reason, "undo-failed");
  EXPECT_EQ(started_from(4), (std::vector<Row>{6, 5, 4, 4}));
  EXPECT_EQ(status(4), StepStatus::succeeded);
  EXPECT_EQ(status(5), StepStatus::failed);
}

TEST_F(Undo, follows_a_cancel) {
  maker.add("a");
  maker.add("b", StepKind::command, {0});
  undo(0);
  undo(1);
  script[1] = {ok("", 10'000)};
  later(1'000, [this] {
    store->request_cancel();
    running_engine->wishes_changed();
  });
  const RunEnd end = drive();
  EXPECT_EQ(end.status, RunStatus::cancelled);
  EXPECT_EQ(end.exit_code, 4);
  EXPECT_EQ(end.reason, "cancelled");
  EXPECT_EQ(status(1), StepStatus::cancelled);
  EXPECT_EQ(started_from(2), (std::vector<Row>{2}));
  EXPECT_EQ(status(2), StepStatus::succeeded);
}

TEST_F(Undo, is_not_ended_by_a_cancel_which_only_names_the_end) {
  maker.add("a");
  maker.add("bad", StepKind::command, {0});
  undo(0);
  script[1] = {bad()};
  script[2] = {ok("", 5'000)};
  later(1'000, [this] {
    store->request_cancel();
    running_engine->wishes_changed();
  });
  EXPECT_EQ(drive().status, RunStatus::cancelled);
  EXPECT_EQ(status(2), StepStatus::succeeded);
}

TEST_F(Undo, goes_on_with_what_is_left_after_a_crash_though_the_clock_was_set_back) {
  for (Row step = 0; step < 4; ++step)
    maker.add("s" + std::to_string(step), StepKind::command,
              step == 0 ? std::vector<Row>{} : std::vector<Row>{step - 1});
  maker.add("bad", StepKind::command, {3});
  for (Row step = 0; step < 4; ++step) undo(step);
  script[4] = {bad()};
  script[7] = {ok("", 2'000)};
  // Later than the first two, by the clock on the wall, end the others.
  later(25, [this] { clock.jump(-3'600'000); });
  for (const auto& [ms, work] : std::exchange(plan, {})) loop.at(clock.monotonic_ms() + ms, work);
  drive_until_cut(1'000);
  EXPECT_EQ(started_from(5), (std::vector<Row>{8, 7}));
  EXPECT_EQ(drive().status, RunStatus::failed);
  EXPECT_EQ(started_from(5), (std::vector<Row>{8, 7, 7, 6, 5}));
  EXPECT_EQ(last_attempt[7].number, 2u);
  EXPECT_TRUE(last_attempt[7].interrupted_before);
}

TEST_F(Undo, that_must_not_be_repeated_waits_for_a_person) {
  maker.add("a");
  maker.add("b", StepKind::command, {0});
  maker.add("bad", StepKind::command, {1});
  const Row first = undo(0), second = undo(1);
  maker.row(second).idempotent = false;
  script[2] = {bad()};
  script[second] = {ok("", 1'000)};
  drive_until_cut(500);
  const RunEnd paused = drive();
  EXPECT_EQ(paused.status, RunStatus::waiting);
  EXPECT_EQ(paused.reason, "unknown-outcome");
  EXPECT_EQ(starts(first), 0);
  ASSERT_TRUE(
      wish({.from = {}, .retry = {}, .retry_failed = false, .done = {{second, "by hand"}}, .by = "ana"}));
  EXPECT_EQ(drive().status, RunStatus::failed);
  EXPECT_EQ(starts(second), 1);
  EXPECT_EQ(starts(first), 1);
}

TEST_F(Undo, is_done_once_for_all_rounds_of_a_loop_in_the_place_of_the_latest_that_succeeded) {
  maker.add("build");
  maker.add("beside");
  maker.add("test", StepKind::command, {0});
  for (Row step = 0; step < 3; ++step) undo(step);
  ASSERT_TRUE(maker.loop(2, 0, 3));
  script[0] = {ok("first"), ok("second", 200), bad()};
  script[1] = {ok("of beside", 100)};
  script[2] = {bad()};
  EXPECT_EQ(drive().status, RunStatus::failed);
  EXPECT_EQ(starts(0), 3);
  EXPECT_EQ(status(0), StepStatus::failed);
  EXPECT_EQ(started_from(3), (std::vector<Row>{3, 4}));
  EXPECT_EQ(told(3), "second");
}

TEST_F(Undo, knows_after_a_crash_what_an_earlier_round_has_left) {
  maker.add("build");
  maker.add("test", StepKind::command, {0});
  const Row back = undo(0);
  ASSERT_TRUE(maker.loop(1, 0, 1));
  script[0] = {ok("first"), bad(reason::exit_code, 1'000)};
  script[1] = {bad()};
  drive_until_cut(500);
  EXPECT_EQ(drive().status, RunStatus::failed);
  EXPECT_EQ(starts(back), 1);
  EXPECT_EQ(told(back), "first");
}

TEST_F(Undo, of_what_people_let_run_again_is_about_what_it_does_then) {
  maker.add("a");
  maker.add("b", StepKind::command, {0});
  const Row back = undo(0);
  script[0] = {ok("first"), bad(), ok("third")};
  script[1] = {bad(), bad()};
  const Wishes retry_failed = {.from = {}, .retry = {}, .retry_failed = true, .done = {}, .by = "ana"};
  EXPECT_EQ(drive().exit_code, 1);
  EXPECT_EQ(told(back), "first");
  ASSERT_TRUE(wish(retry_failed));
  EXPECT_EQ(drive().exit_code, 1);
  EXPECT_EQ(starts(0), 2) << "it was undone, so it runs again";
  EXPECT_EQ(starts(1), 1);
  EXPECT_EQ(starts(back), 1) << "what it did has been undone already";
  EXPECT_EQ(status(back), StepStatus::skipped);
  ASSERT_TRUE(wish(retry_failed));
  EXPECT_EQ(drive().exit_code, 1);
  EXPECT_EQ(starts(back), 2);
  EXPECT_EQ(told(back), "third");
}

TEST_F(Undo, is_not_told_what_people_did_not_accept) {
  maker.add("build");
  maker.add("test", StepKind::command, {0});
  const Row back = undo(0);
  maker.gate(0);
  ASSERT_TRUE(maker.loop(1, 0, 1));
  options.machine.wait = true;
  script[0] = {ok("first"), ok("second")};
  script[1] = {bad()};
  later(1'000, [this] { decide(0, true); });
  later(3'000, [this] { decide(0, false); });
  EXPECT_EQ(drive().status, RunStatus::cancelled);
  EXPECT_EQ(starts(0), 2);
  EXPECT_EQ(told(back), "first");
}

}  // namespace
}  // namespace wf::engine
