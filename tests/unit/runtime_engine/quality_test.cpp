// What must hold of a step's result. Crashes in the middle of it are the simulation's.
#include "tests/unit/runtime_engine/stage.h"

namespace wf::engine {
namespace {

class Quality : public Stage {
 public:
  static ReactionRow answer(Response response) {
    ReactionRow row;
    row.response = response;
    return row;
  }
  std::string error_of(Row step) const { return store->find(step)->outcome.error; }
  std::string fields_of(Row step) const { return store->find(step)->outcome.fields_json; }
};

TEST_F(Quality, what_does_not_hold_fails_the_step_and_nobody_sees_its_result) {
  maker.add("a");
  maker.add("b", StepKind::command, {0});
  maker.quality(0, sim::expr_true, {});
  maker.quality(0, sim::expr_false, {});
  maker.quality(0, sim::expr_error, {});
  const RunEnd end = drive();
  EXPECT_EQ(end.status, RunStatus::failed);
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_EQ(status(0), StepStatus::failed);
  EXPECT_EQ(reason_of(0), "condition");
  EXPECT_EQ(error_of(0), "gate `g2`: `good` does not hold");
  EXPECT_EQ(reason_of(1), "upstream");
  EXPECT_TRUE(noticed(Notice::What::criteria_failed, 0));
}

TEST_F(Quality, an_error_in_a_criterion_is_one_that_does_not_hold) {
  maker.add("a");
  maker.quality(0, sim::expr_error, {});
  EXPECT_EQ(drive().status, RunStatus::failed);
  EXPECT_TRUE(error_of(0).starts_with("gate `g1`: `good` does not hold (")) << error_of(0);
}

TEST_F(Quality, its_own_answers_come_first_and_those_of_the_step_then) {
  maker.add("a");
  maker.quality(0, sim::tries_at_least(4), {sim::retry_row(1)});
  maker.react(0, {sim::retry_row(2)});
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_EQ(starts(0), 4);
  EXPECT_EQ(status(0), StepStatus::succeeded);
}

TEST_F(Quality, what_fails_by_itself_is_no_matter_of_a_gate) {
  maker.add("a");
  maker.quality(0, sim::expr_true, {sim::retry_row(5)});
  script[0] = {bad()};
  EXPECT_EQ(drive().status, RunStatus::failed);
  EXPECT_EQ(starts(0), 1);
  EXPECT_EQ(reason_of(0), "exit-code");
}

TEST_F(Quality, one_that_does_not_block_is_a_warning_after_its_retries) {
  maker.add("a");
  maker.add("b", StepKind::command, {0});
  maker.quality(0, sim::expr_false, {sim::retry_row(1)}, false);
  maker.quality(0, sim::expr_false, {answer(Response::go_on)});
  script[0] = {ok("first"), ok("second")};
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_EQ(starts(0), 2);
  EXPECT_EQ(status(0), StepStatus::succeeded);
  EXPECT_EQ(output_of(0), "second");
  EXPECT_EQ(fields_of(0),
            R"({"warnings":["gate `g1`: `good` does not hold","gate `g2`: `good` does not hold"]})");
  EXPECT_EQ(error_of(0), "");
  EXPECT_EQ(status(1), StepStatus::succeeded);
}

TEST_F(Quality, a_warning_does_not_hide_what_another_gate_refuses) {
  maker.add("a");
  maker.quality(0, sim::expr_false, {answer(Response::go_on)});
  maker.quality(0, sim::tries_at_least(2), {sim::retry_row(3)});
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_EQ(starts(0), 2);
  EXPECT_EQ(fields_of(0), R"({"warnings":["gate `g1`: `good` does not hold"]})");
}

TEST_F(Quality, may_go_back_and_escalates_when_that_is_used_up) {
  maker.add("build");
  maker.add("test", StepKind::command, {0});
  maker.add("last", StepKind::command, {1});
  ASSERT_TRUE(maker.loop(1, 0, 2));
  const ReactionRow loop = maker.row(1).reactions[0];
  maker.react(1, {});
  maker.quality(1, sim::expr_false, {loop});
  maker.escalates = true;
  EXPECT_EQ(drive().exit_code, 3);
  EXPECT_EQ(starts(0), 3);
  EXPECT_EQ(store->find(1)->gate->gate.message,
            "`test` has been repeated as often as its loop allows: gate `g1`: `good` does not hold\nGo on?");
  decide(1, true);
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_EQ(status(1), StepStatus::failed);
  EXPECT_EQ(starts(2), 1);
}

TEST_F(Quality, may_stop_cancel_and_ask) {
  for (const Response response : {Response::stop, Response::approve}) {
    const Row step = maker.last() + 1;
    maker.add("s" + std::to_string(step));
    maker.add("after" + std::to_string(step), StepKind::command, {step});
    maker.quality(step, sim::expr_false, {answer(response)});
  }
  EXPECT_EQ(drive().exit_code, 3);
  EXPECT_EQ(reason_of(1), "stopped");
  EXPECT_EQ(store->find(2)->gate->gate.message, "`s2` has failed: gate `g1`: `good` does not hold\nGo on?");
  decide(2, true);
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_EQ(starts(3), 1);
}

TEST_F(Quality, is_looked_at_before_people_decide_about_the_output) {
  maker.add("a", StepKind::agent);
  maker.gate(0);
  maker.quality(0, sim::tries_at_least(2), {sim::retry_row(1)});
  maker.quality(0, sim::expr_false, {}, false);
  EXPECT_EQ(drive().exit_code, 3);
  EXPECT_EQ(starts(0), 2);
  decide(0, true);
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_NE(fields_of(0).find("warnings"), std::string::npos);
  EXPECT_NE(fields_of(0).find("approved"), std::string::npos);
}

TEST_F(Quality, retries_are_counted_across_a_crash) {
  maker.add("a");
  maker.quality(0, sim::expr_false, {sim::retry_row(2, 10'000)});
  drive_until_cut(15'000);
  EXPECT_EQ(starts(0), 2);
  EXPECT_EQ(drive().status, RunStatus::failed);
  EXPECT_EQ(starts(0), 3);
}

}  // namespace
}  // namespace wf::engine
