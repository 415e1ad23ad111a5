// A workflow that takes over from a run that cannot go on; and checks and questions that are answered.
// Crashes in the middle of it are the simulation's.
#include "tests/unit/runtime_engine/stage.h"

namespace wf::engine {
namespace {

class Fallback : public Stage {
 protected:
  // test fails and escalates to a workflow of two steps; ship follows test.
  void rescue() {
    maker.add("test");
    maker.add("ship", StepKind::command, {0});
    maker.react(0, {{.response = Response::escalate}});
    maker.add("rescue:mend").fallback = true;
    maker.add("rescue:tell", StepKind::command, {2}).fallback = true;
    maker.escalation.to = EscalateTo::workflow;
    maker.escalates = true;
    script[0] = {bad()};
  }
};

TEST_F(Fallback, ends_the_run_in_its_place) {
  rescue();
  const RunEnd end = drive();
  EXPECT_EQ(end.status, RunStatus::completed);
  EXPECT_EQ(end.exit_code, 0);
  EXPECT_EQ(end.reason, "fallback");
  EXPECT_EQ(status(0), StepStatus::failed);
  EXPECT_EQ(reason_of(1), "upstream");
  EXPECT_EQ(started, (std::vector<Row>{0, 2, 3}));
  EXPECT_TRUE(noticed(Notice::What::escalation_raised, 0));
}

TEST_F(Fallback, is_skipped_where_nothing_escalates) {
  rescue();
  script[0] = {ok()};
  const RunEnd end = drive();
  EXPECT_EQ(end.status, RunStatus::completed);
  EXPECT_EQ(end.reason, "");
  EXPECT_EQ(started, (std::vector<Row>{0, 1}));
  EXPECT_EQ(reason_of(2), "condition");
}

TEST_F(Fallback, waits_for_what_runs_and_lets_nothing_else_begin) {
  rescue();
  maker.fail_fast = false;
  maker.add("slow");
  maker.add("next", StepKind::command, {4});
  maker.add("always", StepKind::command, {0}).run_if = RunIf::always;
  script[4] = {ok("", 5'000)};
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_EQ(status(4), StepStatus::succeeded);
  EXPECT_EQ(status(5), StepStatus::cancelled);
  EXPECT_EQ(started, (std::vector<Row>{0, 4, 6, 2, 3}));
}

TEST_F(Fallback, that_fails_fails_the_run_and_undoes_all) {
  rescue();
  maker.add("before");
  maker.add("before:undo").undoes = 4;
  maker.add("mend:undo").undoes = 2;
  script[0] = {bad(reason::exit_code, 100)};
  script[3] = {bad()};
  const RunEnd end = drive();
  EXPECT_EQ(end.status, RunStatus::failed);
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_EQ(started, (std::vector<Row>{0, 4, 2, 3, 6, 5}));
}

TEST_F(Fallback, goes_on_after_a_crash_and_remembers_who_failed) {
  rescue();
  script[2] = {ok("", 10'000)};
  drive_until_cut(5'000);
  script[2] = {ok()};
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_EQ(starts(0), 1);
  EXPECT_EQ(starts(2), 2);
}

TEST_F(Fallback, escalates_to_people_of_its_own) {
  rescue();
  maker.react(3, {{.response = Response::escalate}});
  script[3] = {bad()};
  EXPECT_EQ(drive().exit_code, 3);
  decide(3, true);
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_EQ(status(3), StepStatus::failed);
}

TEST_F(Fallback, takes_over_again_when_people_let_the_failure_run_again) {
  rescue();
  script[3] = {bad(), ok()};
  EXPECT_EQ(drive().status, RunStatus::failed);
  Wishes wishes;
  wishes.by = "ana";
  wishes.retry = {3};
  ASSERT_TRUE(wish(wishes));
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_EQ(started, (std::vector<Row>{0, 2, 3, 3}));
}

TEST_F(Fallback, goes_on_alone_and_leaves_what_it_took_over_from_as_it_is) {
  rescue();
  maker.add("slow");
  maker.add("never", StepKind::command, {4});
  script[4] = {ok("", 1'000)};
  script[3] = {bad(), ok()};
  EXPECT_EQ(drive().status, RunStatus::failed);
  EXPECT_EQ(status(5), StepStatus::cancelled);
  Wishes wishes;
  wishes.by = "ana";
  wishes.retry = {3};
  ASSERT_TRUE(wish(wishes));
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_EQ(store->iteration(5), 1u);
}

TEST_F(Fallback, is_over_with_what_it_took_over_from) {
  rescue();
  script[0] = {bad(), ok()};
  script[3] = {bad()};
  EXPECT_EQ(drive().status, RunStatus::failed);
  Wishes wishes;
  wishes.by = "ana";
  wishes.retry_failed = true;
  ASSERT_TRUE(wish(wishes));
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_EQ(started, (std::vector<Row>{0, 2, 3, 0, 1}));
  EXPECT_EQ(reason_of(2), "condition");
}

TEST_F(Fallback, does_not_follow_a_cancel) {
  rescue();
  maker.row(2).run_if = RunIf::always;
  maker.add("slow");
  script[4] = {ok("", 60'000)};
  later(1'000, [this] {
    store->request_cancel();
    running_engine->wishes_changed();
  });
  EXPECT_EQ(drive().status, RunStatus::cancelled);
  EXPECT_EQ(starts(2), 0);
}

class Looks : public Stage {};

TEST_F(Looks, a_check_that_does_not_hold_asks_people) {
  maker.add("ready", StepKind::check);
  maker.value(0, "condition", sim::expr_false);
  maker.react(0, {{.response = Response::approve}});
  maker.add("ship", StepKind::command, {0});
  EXPECT_EQ(drive().exit_code, 3);
  decide(0, true);
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_EQ(starts(1), 1);
}

TEST_F(Looks, a_gate_on_a_check_is_what_stands_before_a_step) {
  maker.add("ship:before", StepKind::check);
  maker.value(0, "condition", sim::expr_true);
  maker.quality(0, sim::expr_false, {{.response = Response::escalate}});
  maker.add("ship", StepKind::command, {0});
  EXPECT_EQ(drive().exit_code, 3);
  EXPECT_TRUE(store->find(0)->gate->gate.message.starts_with("`ship:before` has failed: gate `g1`: "));
  decide(0, true);
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_EQ(starts(1), 1);
  EXPECT_EQ(status(0), StepStatus::failed);
}

TEST_F(Looks, nothing_that_a_check_looks_at_is_tried_again) {
  maker.add("ready", StepKind::check);
  maker.value(0, "condition", sim::expr_false);
  maker.react(0, {sim::retry_row(3), {.response = Response::fail}});
  EXPECT_EQ(drive().status, RunStatus::failed);
}

TEST_F(Looks, what_people_decided_is_looked_at_like_any_result) {
  maker.add("draft");
  maker.add("sign", StepKind::approve, {0});
  maker.gate(1, {"ana"});
  maker.quality(1, sim::expr_false, {{.response = Response::stop}});
  maker.add("ship", StepKind::command, {1});
  EXPECT_EQ(drive().exit_code, 3);
  decide(1, true);
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_EQ(reason_of(2), "stopped");
}

TEST_F(Looks, a_no_is_answered_as_a_condition_says) {
  maker.add("sign", StepKind::approve);
  maker.gate(0, {"ana"});
  maker.react(0, {{.on = StepOutcome::reject, .response = Response::go_on, .when = sim::expr_false},
                  {.on = StepOutcome::reject, .response = Response::stop, .when = sim::expr_true}});
  maker.add("ship", StepKind::command, {0});
  EXPECT_EQ(drive().exit_code, 3);
  decide(0, false);
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_EQ(reason_of(1), "stopped");
}

}  // namespace
}  // namespace wf::engine
