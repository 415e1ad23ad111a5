// What answers the way in which a step has ended. Crashes in the middle of it are the simulation's.
#include "tests/unit/runtime_engine/stage.h"

namespace wf::engine {
namespace {

using Reactions = Stage;

ReactionRow answer(StepOutcome on, Response response, ExprId condition = no_expr) {
  ReactionRow row;
  row.on = on;
  row.response = response;
  row.condition = condition;
  return row;
}

TEST_F(Reactions, a_loop_runs_all_of_it_again_and_others_wait_until_it_has_settled) {
  maker.add("a");
  maker.add("b", StepKind::command, {0});
  maker.add("test", StepKind::command, {1});
  maker.add("beside", StepKind::command, {0});
  maker.add("last", StepKind::command, {2});
  ASSERT_TRUE(maker.loop(2, 0, 3, 5'000));
  script[2] = {bad(), bad(), ok()};
  const std::int64_t began_ms = clock.monotonic_ms();
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_EQ(started, (std::vector<Row>{0, 1, 2, 0, 1, 2, 0, 1, 2, 3, 4}));
  EXPECT_GE(clock.monotonic_ms() - began_ms, 10'000);
  EXPECT_EQ(last_attempt[1].key.iteration, 3u);
  EXPECT_EQ(last_attempt[3].key.iteration, 1u);
  EXPECT_TRUE(noticed(Notice::What::loop_iterated, 2));
}

TEST_F(Reactions, a_loop_that_is_used_up_fails_the_run) {
  maker.add("a");
  maker.add("test", StepKind::command, {0});
  ASSERT_TRUE(maker.loop(1, 0, 2));
  script[1] = {bad()};
  const RunEnd end = drive();
  EXPECT_EQ(end.status, RunStatus::failed);
  EXPECT_EQ(starts(1), 3);
  EXPECT_EQ(reason_of(1), "exit-code");
}

TEST_F(Reactions, retries_begin_anew_in_each_round_and_rounds_do_not) {
  maker.add("a");
  maker.add("inner", StepKind::command, {0});
  maker.add("outer", StepKind::command, {1});
  maker.react(1, {sim::retry_row(1)});
  ASSERT_TRUE(maker.loop(1, 0, 1));
  ASSERT_TRUE(maker.loop(2, 0, 1));
  // Two tries, one round more, two tries: then the outer loop goes back, and nothing is left but two tries.
  script[1] = {bad(), bad(), bad(), ok(), bad(), bad()};
  script[2] = {bad()};
  EXPECT_EQ(drive().status, RunStatus::failed);
  EXPECT_EQ(starts(1), 6);
  EXPECT_EQ(starts(2), 1);
  EXPECT_EQ(reason_of(2), "upstream");
}

Stage::Act broken(std::string says) {
  Stage::Act act = Stage::bad();
  act.outcome.output.text = std::move(says);
  act.outcome.output.size = act.outcome.output.text.size();
  return act;
}

TEST_F(Reactions, no_progress_ends_a_loop_early) {
  maker.add("a");
  maker.add("test", StepKind::command, {0});
  ReactionRow loop = answer(StepOutcome::fail, Response::back);
  ASSERT_TRUE(maker.loop(1, 0, 9));
  loop = maker.row(1).reactions[0];
  loop.stop_on_no_progress = true;
  maker.react(1, {loop});
  script[1] = {broken("3 errors"), broken("2 errors"), broken("2 errors")};
  EXPECT_EQ(drive().status, RunStatus::failed);
  EXPECT_EQ(starts(1), 3);
}

class Progress : public Stage, public testing::WithParamInterface<const char*> {};

TEST_P(Progress, is_seen_across_a_crash_though_outputs_stay_in_the_store) {
  maker.add("a");
  maker.add("test", StepKind::command, {0});
  ASSERT_TRUE(maker.loop(1, 0, 9, 60'000));
  ReactionRow loop = maker.row(1).reactions[0];
  loop.stop_on_no_progress = true;
  maker.react(1, {loop});
  script[1] = {broken("3 errors"), broken(GetParam()), ok()};
  drive_until_cut(20'000);
  ASSERT_EQ(starts(1), 1);
  const bool progress = std::string_view(GetParam()) != "3 errors";
  EXPECT_EQ(drive().status, progress ? RunStatus::completed : RunStatus::failed);
  EXPECT_EQ(starts(1), progress ? 3 : 2);
}
INSTANTIATE_TEST_SUITE_P(Outputs, Progress, testing::Values("3 errors", "2 errors"));

TEST_F(Reactions, a_cooldown_is_waited_for_across_a_crash_and_not_again) {
  maker.add("a");
  maker.add("test", StepKind::command, {0});
  ASSERT_TRUE(maker.loop(1, 0, 1, 60'000));
  script[1] = {bad(), ok()};
  drive_until_cut(20'000);
  EXPECT_EQ(starts(0), 1);
  const std::int64_t again_ms = clock.monotonic_ms();
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_EQ(starts(0), 2);
  EXPECT_LT(clock.monotonic_ms() - again_ms, 45'000);
  EXPECT_GT(clock.monotonic_ms() - again_ms, 30'000);
}

TEST_F(Reactions, continue_lets_the_run_go_on_and_complete) {
  maker.add("a");
  maker.add("b", StepKind::command, {0});
  maker.react(0, {sim::retry_row(1), answer(StepOutcome::fail, Response::go_on)});
  script[0] = {bad()};
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_EQ(starts(0), 2);
  EXPECT_EQ(status(0), StepStatus::failed);
  EXPECT_EQ(status(1), StepStatus::succeeded);
}

TEST_F(Reactions, stop_skips_what_follows_and_is_no_failure) {
  maker.add("a");
  maker.add("b", StepKind::command, {0});
  maker.add("c");
  maker.react(0, {answer(StepOutcome::fail, Response::stop)});
  script[0] = {bad()};
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_EQ(reason_of(1), "stopped");
  EXPECT_EQ(status(2), StepStatus::succeeded);
}

TEST_F(Reactions, cancel_ends_the_run_as_cancelled) {
  maker.add("a");
  maker.add("b", StepKind::command, {0});
  maker.react(0, {answer(StepOutcome::fail, Response::cancel)});
  script[0] = {bad()};
  const RunEnd end = drive();
  EXPECT_EQ(end.status, RunStatus::cancelled);
  EXPECT_EQ(end.exit_code, 4);
  EXPECT_EQ(status(0), StepStatus::failed);
  EXPECT_EQ(reason_of(1), "upstream");
}

TEST_F(Reactions, a_timeout_has_answers_of_its_own_or_those_of_a_failure) {
  for (const bool own : {true, false}) {
    const Row step = maker.last() + 1;
    maker.add(own ? "own" : "other").timeout_ms = 1'000;
    ReactionRow again = sim::retry_row(2);
    again.on = own ? StepOutcome::timeout : StepOutcome::fail;
    maker.react(step, {sim::retry_row(own ? 0 : 1), again});
    script[step] = {ok("", 50'000), ok("", 50'000), ok()};
  }
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_EQ(starts(0), 3);
  EXPECT_EQ(starts(1), 3);
}

TEST_F(Reactions, a_check_that_does_not_hold_may_fail_go_back_or_be_let_pass) {
  maker.add("a");
  for (const Response response : {Response::fail, Response::go_on, Response::stop}) {
    const Row check = maker.last() + 1;
    maker.add("check" + std::to_string(check), StepKind::check);
    maker.value(check, "condition", sim::expr_false);
    maker.react(check, {answer(StepOutcome::fail, response)});
    maker.add("after" + std::to_string(check), StepKind::command, {check});
  }
  maker.fail_fast = false;
  EXPECT_EQ(drive().status, RunStatus::failed);
  EXPECT_EQ(status(1), StepStatus::failed);
  EXPECT_EQ(reason_of(1), "condition");
  EXPECT_EQ(reason_of(2), "upstream");
  EXPECT_EQ(status(4), StepStatus::succeeded);
  EXPECT_EQ(reason_of(6), "stopped");
}

TEST_F(Reactions, to_a_condition_come_after_success_too_and_a_used_up_one_fails) {
  maker.add("draft");
  maker.add("unsure", StepKind::agent, {0});
  maker.add("last", StepKind::command, {1});
  ASSERT_TRUE(maker.loop(1, 0, 2));
  ReactionRow loop = maker.row(1).reactions[0];
  loop.on = StepOutcome::holds;
  loop.condition = sim::expr_true;
  ReactionRow never = loop;
  never.when = sim::expr_false;
  maker.react(1, {never, loop});
  EXPECT_EQ(drive().status, RunStatus::failed);
  EXPECT_EQ(starts(0), 3);
  EXPECT_EQ(starts(1), 3);
  EXPECT_EQ(starts(2), 0);
  EXPECT_EQ(reason_of(1), "condition");
}

TEST_F(Reactions, an_error_in_a_condition_fails_the_step) {
  maker.add("a");
  maker.react(0, {answer(StepOutcome::holds, Response::go_on, sim::expr_error)});
  EXPECT_EQ(drive().status, RunStatus::failed);
  EXPECT_EQ(reason_of(0), "expression");
}

TEST_F(Reactions, people_who_say_no_send_it_back) {
  maker.add("draft", StepKind::agent);
  maker.add("ask", StepKind::approve, {0});
  maker.gate(1);
  ASSERT_TRUE(maker.loop(1, 0, 1));
  ReactionRow loop = maker.row(1).reactions[0];
  loop.on = StepOutcome::reject;
  maker.react(1, {loop});
  options.machine.wait = true;
  later(1'000, [this] { decide(1, false); });
  later(3'000, [this] { decide(1, true); });
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_EQ(starts(0), 2);
}

TEST_F(Reactions, a_failure_that_a_loop_has_undone_is_not_the_runs) {
  maker.add("flaky");
  maker.add("handler", StepKind::command, {0}).run_if = RunIf::always;
  maker.fail_fast = false;
  ASSERT_TRUE(maker.loop(1, 0, 1));
  script[0] = {bad(), ok()};
  script[1] = {bad(), ok()};
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_EQ(status(0), StepStatus::succeeded);
}

}  // namespace
}  // namespace wf::engine
