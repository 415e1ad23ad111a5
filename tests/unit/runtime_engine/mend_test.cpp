// Agents that mend what has failed. Crashes in the middle of it are the simulation's, too.
#include "tests/unit/runtime_engine/stage.h"

namespace wf::engine {
namespace {

class Mend : public Stage {
 public:
  std::string told(Row mender) { return last_attempt[mender].arguments.at(0).text; }
};

TEST_F(Mend, is_asked_what_has_failed_and_then_the_step_runs_again) {
  maker.add("a");
  maker.add("test", StepKind::command, {0});
  maker.add("last", StepKind::command, {1});
  const Row mender = maker.repair(1, 2);
  Act broken = bad();
  broken.outcome.output.text = "3 tests fail";
  script[1] = {broken, bad(), ok()};
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_EQ(started, (std::vector<Row>{0, 1, mender, 1, mender, 1, 2}));
  EXPECT_EQ(
      told(mender),
      "The step `test` has failed: it broke\nMend what is wrong, so that it succeeds when it runs again.");
  EXPECT_EQ(last_attempt[mender].key.iteration, 2u);
  EXPECT_EQ(last_attempt[1].number, 3u);
  EXPECT_EQ(status(mender), StepStatus::succeeded);
}

TEST_F(Mend, is_shown_what_was_printed) {
  maker.add("test");
  const Row mender = maker.repair(0, 1);
  Act broken = bad();
  broken.outcome.output.text = "3 tests fail";
  broken.outcome.error_output.text = "in a.cpp";
  script[0] = {broken, ok()};
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_TRUE(told(mender).ends_with("\n\nIts output:\n3 tests fail\n\nOn standard error:\nin a.cpp"))
      << told(mender);
}

TEST_F(Mend, is_not_asked_where_nothing_fails_and_not_more_often_than_it_may_be) {
  maker.add("good");
  maker.add("bad");
  const Row never = maker.repair(0, 1), always = maker.repair(1, 2);
  script[1] = {bad()};
  const RunEnd end = drive();
  EXPECT_EQ(end.status, RunStatus::failed);
  EXPECT_EQ(starts(never), 0);
  EXPECT_EQ(status(never), StepStatus::skipped);
  EXPECT_EQ(starts(always), 2);
  EXPECT_EQ(starts(1), 3);
}

TEST_F(Mend, may_fail_and_the_step_runs_again_all_the_same) {
  maker.add("test");
  const Row mender = maker.repair(0, 2);
  script[0] = {bad(), ok()};
  script[mender] = {bad()};
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_EQ(started, (std::vector<Row>{0, mender, 0}));
  EXPECT_EQ(status(mender), StepStatus::failed);
}

TEST_F(Mend, goes_on_after_a_crash_and_is_not_asked_twice) {
  maker.add("test");
  const Row mender = maker.repair(0, 1);
  script[0] = {bad(), ok("", 2'000)};
  script[mender] = {ok("", 1'000)};
  drive_until_cut(500);
  EXPECT_EQ(started, (std::vector<Row>{0, mender}));
  drive_until_cut(2'000);
  EXPECT_EQ(started, (std::vector<Row>{0, mender, mender, 0}));
  EXPECT_EQ(last_attempt[mender].number, 2u);
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_EQ(started, (std::vector<Row>{0, mender, mender, 0, 0}));
}

TEST_F(Mend, ends_with_the_run) {
  maker.add("test");
  const Row mender = maker.repair(0, 1);
  script[0] = {bad()};
  script[mender] = {ok("", 10'000)};
  later(1'000, [this] {
    store->request_cancel();
    running_engine->wishes_changed();
  });
  EXPECT_EQ(drive().status, RunStatus::cancelled);
  EXPECT_EQ(status(0), StepStatus::cancelled);
  EXPECT_EQ(status(mender), StepStatus::cancelled);
}

TEST_F(Mend, begins_anew_in_each_round_of_a_loop) {
  maker.add("build");
  maker.add("test", StepKind::command, {0});
  ASSERT_TRUE(maker.loop(1, 0, 1));
  const Row mender = maker.repair(1, 1);
  script[1] = {bad()};
  EXPECT_EQ(drive().status, RunStatus::failed);
  EXPECT_EQ(started, (std::vector<Row>{0, 1, mender, 1, 0, 1, mender, 1}));
}

}  // namespace
}  // namespace wf::engine
