// The end of a block: what it makes of how its steps have ended.
#include "tests/unit/runtime_engine/stage.h"

namespace wf::engine {
namespace {

// `first`, then a block of two, its end, and what follows.
class Block : public Stage {
 public:
  Block() {
    maker.add("first");
    maker.add("a", StepKind::command, {0}).answered_by = 3;
    maker.add("b", StepKind::command, {0}).answered_by = 3;
    maker.add("block:end", StepKind::join, {1, 2});
    maker.add("next", StepKind::command, {3});
  }
  void answer(std::vector<ReactionRow> reactions) { maker.react(3, std::move(reactions)); }
  void retry_failed() {
    Wishes wishes;
    wishes.by = "ana";
    wishes.retry_failed = true;
    EXPECT_TRUE(wish(wishes));
  }
};

TEST_F(Block, a_failure_in_it_ends_nothing_before_all_of_it_has_ended) {
  answer({{.response = Response::fail}});
  maker.add("after b", StepKind::command, {2}).answered_by = 3;
  script[1] = {bad()};
  script[2] = {ok("x", 500)};
  const RunEnd end = drive();
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_EQ(status(2), StepStatus::succeeded);
  EXPECT_EQ(starts(5), 1) << "the run was not over yet";
  EXPECT_EQ(status(3), StepStatus::failed);
  EXPECT_EQ(store->find(3)->outcome.error, "`a` has failed");
  EXPECT_EQ(reason_of(4), "upstream");
}

TEST_F(Block, lets_the_run_go_on_or_stops_it_well) {
  answer({{.response = Response::go_on}});
  script[1] = script[2] = {bad()};
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_EQ(status(1), StepStatus::failed);
  EXPECT_EQ(store->find(3)->outcome.error, "`a`, `b` have failed");
  EXPECT_EQ(starts(4), 1);
}

TEST_F(Block, stops_what_follows) {
  answer({{.response = Response::stop}});
  script[1] = {bad()};
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_EQ(reason_of(4), "stopped");
}

TEST_F(Block, goes_back_with_all_of_it) {
  maker.loop(3, 0, 2);
  script[1] = {bad(), ok()};
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_EQ(starts(0), 2);
  EXPECT_EQ(starts(1), 2);
  EXPECT_EQ(starts(2), 2);
  EXPECT_EQ(starts(4), 1);
}

TEST_F(Block, what_people_refuse_in_it_is_its_own_outcome) {
  maker.row(1).kind = StepKind::approve;
  maker.gate(1).on_reject = OnReject::fail;
  answer({{.response = Response::stop}, {.on = StepOutcome::reject, .response = Response::go_on}});
  options.machine.wait = true;
  later(100, [this] { decide(1, false); });
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_EQ(reason_of(3), "rejected");
  EXPECT_EQ(starts(4), 1);
}

TEST_F(Block, that_nobody_answers_ends_as_its_steps_did) {
  maker.row(1).kind = StepKind::approve;
  maker.gate(1).on_reject = OnReject::fail;
  answer({{.response = Response::go_on}});
  options.machine.wait = true;
  later(100, [this] { decide(1, false); });
  const RunEnd end = drive();
  EXPECT_EQ(end.exit_code, 4);
  EXPECT_EQ(end.reason, "rejected");
}

TEST_F(Block, is_out_of_time_where_nothing_worse_has_happened) {
  answer({{.on = StepOutcome::timeout, .response = Response::go_on}, {.response = Response::fail}});
  script[1] = {bad(reason::timeout)};
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_EQ(reason_of(3), "timeout");
}

TEST_F(Block, fails_as_before_after_a_crash) {
  answer({{.response = Response::go_on}});
  script[1] = {bad()};
  script[2] = {ok("x", 1000)};
  drive_until_cut(500);
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_EQ(starts(1), 1);
  EXPECT_EQ(store->find(3)->outcome.error, "`a` has failed");
}

TEST_F(Block, knows_after_a_crash_why_its_steps_have_failed) {
  answer({{.on = StepOutcome::timeout, .response = Response::go_on}, {.response = Response::fail}});
  script[1] = {bad(reason::timeout)};
  script[2] = {ok("x", 1000)};
  drive_until_cut(500);
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_EQ(reason_of(3), "timeout");
}

TEST_F(Block, what_keeps_its_steps_from_running_keeps_it_from_running) {
  answer({{.response = Response::go_on}});
  script[0] = {bad()};
  maker.fail_fast = false;
  EXPECT_EQ(drive().exit_code, 1);
  EXPECT_EQ(reason_of(3), "upstream");
  EXPECT_EQ(status(3), StepStatus::skipped);
  EXPECT_EQ(starts(4), 0);
}

TEST_F(Block, in_a_block_answers_first) {
  answer({{.response = Response::go_on}});
  maker.row(3).answered_by = 5;
  maker.add("outer:end", StepKind::join, {3});
  maker.react(5, {{.response = Response::fail}});
  script[1] = {bad()};
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_EQ(status(5), StepStatus::succeeded);
}

TEST_F(Block, retry_failed_runs_what_has_failed_and_its_end_again) {
  answer({{.response = Response::fail}});
  script[1] = {bad(), ok()};
  EXPECT_EQ(drive().exit_code, 1);
  retry_failed();
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_EQ(starts(1), 2);
  EXPECT_EQ(starts(2), 1);
  EXPECT_EQ(starts(4), 1);
}

TEST_F(Block, what_it_has_forgiven_is_no_failure_to_retry) {
  answer({{.response = Response::go_on}});
  script[1] = {bad()};
  script[4] = {bad(), ok()};
  EXPECT_EQ(drive().exit_code, 1);
  retry_failed();
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_EQ(starts(1), 1);
  EXPECT_EQ(starts(4), 2);
}

}  // namespace
}  // namespace wf::engine
