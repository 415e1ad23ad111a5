// What starts when, what is skipped, and how the run ends.
#include "tests/unit/runtime_engine/stage.h"

namespace wf::engine {
namespace {

using Order = Stage;

TEST_F(Order, a_step_starts_when_all_it_needs_has_ended) {
  maker.add("a");
  maker.add("b");
  maker.add("c", StepKind::command, {0, 1});
  script[0] = {ok("", 50)};
  bool early = false;
  auto before = bodies.started;
  bodies.started = [&, before](const Attempt& attempt) {
    if (attempt.key.step == 2)
      early = status(0) != StepStatus::succeeded || status(1) != StepStatus::succeeded;
    before(attempt);
  };
  const RunEnd end = drive();
  EXPECT_EQ(end.status, RunStatus::completed);
  EXPECT_EQ(end.exit_code, 0);
  EXPECT_EQ(starts(2), 1);
  EXPECT_FALSE(early);
  EXPECT_EQ(store->run().status, RunStatus::completed);
}

TEST_F(Order, a_false_condition_skips_the_step_and_holds_nobody_back) {
  maker.add("a");
  maker.add("b", StepKind::command, {0}).when = sim::expr_false;
  maker.add("c", StepKind::command, {1});
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_EQ(status(1), StepStatus::skipped);
  EXPECT_EQ(reason_of(1), "condition");
  EXPECT_EQ(status(2), StepStatus::succeeded);
  EXPECT_TRUE(noticed(Notice::What::step_skipped, 1));
}

TEST_F(Order, a_condition_that_fails_fails_the_step) {
  maker.add("a").when = sim::expr_error;
  const RunEnd end = drive();
  EXPECT_EQ(end.status, RunStatus::failed);
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_EQ(reason_of(0), "expression");
  EXPECT_EQ(starts(0), 0);
}

TEST_F(Order, a_condition_reads_what_was_recorded) {
  maker.add("a");
  maker.add("b", StepKind::command, {0}).when = sim::truth_of(0);
  maker.add("c", StepKind::command, {0});
  maker.value(2, "command", sim::output_of(0));
  script[0] = {ok("hello")};
  drive();
  EXPECT_EQ(status(1), StepStatus::succeeded);
  ASSERT_EQ(last_attempt[2].arguments.size(), 1u);
  EXPECT_EQ(last_attempt[2].arguments[0].text, "hello");
}

TEST_F(Order, a_check_that_does_not_hold_stops_what_follows_and_the_run_completes) {
  maker.add("check", StepKind::check);
  maker.value(0, "condition", sim::expr_false);
  maker.add("after", StepKind::command, {0});
  maker.add("later", StepKind::command, {1});
  maker.add("beside");
  maker.add("clean", StepKind::command, {2}).run_if = RunIf::always;
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_EQ(status(0), StepStatus::succeeded);
  EXPECT_EQ(output_of(0), "false");
  EXPECT_EQ(reason_of(1), "stopped");
  EXPECT_EQ(reason_of(2), "stopped");
  EXPECT_EQ(status(3), StepStatus::succeeded);
  EXPECT_EQ(status(4), StepStatus::succeeded);
}

TEST_F(Order, a_check_that_is_to_fail_fails_the_run_with_its_words) {
  maker.add("check", StepKind::check);
  maker.value(0, "condition", sim::expr_false);
  const Param why{.name = {"text", 4}, .literal = {"no route matches", 16}};
  maker.react(0, {{.response = Response::fail, .text = {&why, 1}}});
  maker.add("after", StepKind::command, {0});
  maker.add("holds", StepKind::check);
  maker.value(2, "condition", sim::expr_true);
  maker.react(2, {{.response = Response::fail}});
  EXPECT_EQ(drive().status, RunStatus::failed);
  EXPECT_EQ(status(0), StepStatus::failed);
  EXPECT_EQ(reason_of(0), "condition");
  EXPECT_EQ(store->find(0)->outcome.error, "no route matches");
  EXPECT_EQ(reason_of(1), "upstream");
  EXPECT_EQ(status(2), StepStatus::succeeded);
}

TEST_F(Order, a_failure_skips_what_follows_but_not_what_always_runs) {
  maker.fail_fast = false;
  maker.add("bad");
  maker.add("after", StepKind::command, {0});
  maker.add("later", StepKind::command, {1});
  maker.add("clean", StepKind::command, {2}).run_if = RunIf::always;
  maker.add("beside");
  maker.add("follows beside", StepKind::command, {4});
  script[0] = {bad()};
  const RunEnd end = drive();
  EXPECT_EQ(end.status, RunStatus::failed);
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_EQ(status(0), StepStatus::failed);
  EXPECT_EQ(reason_of(0), "exit-code");
  EXPECT_EQ(reason_of(1), "upstream");
  EXPECT_EQ(reason_of(2), "upstream");
  EXPECT_EQ(status(3), StepStatus::succeeded);
  EXPECT_EQ(status(5), StepStatus::succeeded);
}

TEST_F(Order, fail_fast_starts_nothing_new_and_lets_running_steps_end) {
  maker.add("bad");
  maker.add("slow");
  maker.add("after slow", StepKind::command, {1});
  maker.add("after bad", StepKind::command, {0});
  maker.add("clean", StepKind::command, {2}).run_if = RunIf::always;
  script[0] = {bad()};
  script[1] = {ok("", 500)};
  EXPECT_EQ(drive().exit_code, 1);
  EXPECT_EQ(status(1), StepStatus::succeeded);
  EXPECT_EQ(status(2), StepStatus::cancelled);
  EXPECT_EQ(reason_of(3), "upstream");
  EXPECT_EQ(status(4), StepStatus::succeeded);
  EXPECT_EQ(starts(2), 0);
}

TEST_F(Order, a_branch_decides_its_side_and_a_join_runs) {
  maker.add("if", StepKind::branch);
  maker.value(0, "condition", sim::expr_true);
  StepRow& yes = maker.add("yes", StepKind::command, {0});
  yes.branch = 0;
  yes.side = 1;
  StepRow& no = maker.add("no", StepKind::command, {0});
  no.branch = 0;
  no.side = 0;
  maker.add("join", StepKind::join, {1, 2});
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_EQ(status(1), StepStatus::succeeded);
  EXPECT_EQ(status(2), StepStatus::skipped);
  EXPECT_EQ(reason_of(2), "condition");
  EXPECT_EQ(status(3), StepStatus::succeeded);
}

TEST_F(Order, a_branch_passed_over_passes_over_its_steps) {
  maker.add("outer", StepKind::branch);
  maker.value(0, "condition", sim::expr_false);
  StepRow& inner = maker.add("inner", StepKind::branch, {0});
  inner.branch = 0;
  inner.side = 1;
  maker.value(1, "condition", sim::expr_error);
  for (std::uint32_t side : {0u, 1u}) {
    StepRow& step = maker.add("deep", StepKind::command, {1});
    step.branch = 1;
    step.side = side;
    step.run_if = RunIf::always;
  }
  EXPECT_EQ(drive().status, RunStatus::completed);
  for (Row row : {1u, 2u, 3u}) EXPECT_EQ(reason_of(row), "condition") << row;
}

TEST_F(Order, a_branch_that_failed_holds_back_also_what_always_runs) {
  maker.fail_fast = false;
  maker.add("if", StepKind::branch);
  maker.value(0, "condition", sim::expr_error);
  StepRow& step = maker.add("deep", StepKind::command, {0});
  step.branch = 0;
  step.side = 0;
  step.run_if = RunIf::always;
  EXPECT_EQ(drive().exit_code, 1);
  EXPECT_EQ(reason_of(1), "upstream");
}

TEST_F(Order, a_handler_sees_the_failure_it_handles) {
  maker.fail_fast = false;
  maker.add("build");
  StepRow& handler = maker.add("handler", StepKind::command, {0});
  handler.run_if = RunIf::always;
  handler.when = sim::truth_of(0);
  script[0] = {bad()};
  drive();
  EXPECT_EQ(reason_of(1), "condition");  // `build` is not ok.
}

TEST_F(Order, an_empty_program_completes) {
  EXPECT_EQ(drive().status, RunStatus::completed);
}

TEST_F(Order, jobs_are_never_exceeded_and_the_longest_path_goes_first) {
  for (int i = 0; i < 40; ++i) maker.add("s" + std::to_string(i)).rank_ms = static_cast<std::uint32_t>(i);
  options.machine.running_max = 3;
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_EQ(most_running, 3);
  EXPECT_EQ(started.front(), 39u);
  EXPECT_EQ(started.back(), 0u);
}

TEST_F(Order, kinds_that_wait_do_not_wait_for_processors) {
  for (int i = 0; i < 10; ++i) maker.add("c" + std::to_string(i));
  for (int i = 0; i < 10; ++i) maker.add("a" + std::to_string(i), StepKind::agent);
  options.machine.commands_max = 1;
  drive();
  EXPECT_EQ(most_running, 11);
}

TEST_F(Order, a_group_limits_its_steps_and_nobody_else) {
  const Row outer = maker.group(3);
  const Row inner = maker.group(1, outer);
  for (int i = 0; i < 8; ++i) maker.add("i" + std::to_string(i)).group = inner;
  for (int i = 0; i < 8; ++i) maker.add("o" + std::to_string(i)).group = outer;
  for (int i = 0; i < 4; ++i) maker.add("f" + std::to_string(i));
  int inner_now = 0, outer_now = 0, inner_most = 0, outer_most = 0;
  bodies.started = [&](const Attempt& attempt) {
    inner_now += attempt.key.step < 8;
    outer_now += attempt.key.step < 16;
    inner_most = std::max(inner_most, inner_now);
    outer_most = std::max(outer_most, outer_now);
  };
  bodies.finished = [&](StepKey key, std::uint32_t) {
    inner_now -= key.step < 8;
    outer_now -= key.step < 16;
  };
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_EQ(inner_most, 1);
  EXPECT_EQ(outer_most, 3);
}

TEST_F(Order, groups_and_jobs_together_finish) {
  const Row outer = maker.group(2);
  const Row inner = maker.group(1, outer);
  for (int i = 0; i < 50; ++i) {
    StepRow& step = maker.add("s" + std::to_string(i), i % 3 ? StepKind::command : StepKind::agent);
    step.group = i % 2 ? inner : outer;
    step.rank_ms = static_cast<std::uint32_t>(i * 7 % 13);
    step.idempotent = i % 5 != 0;
  }
  options.machine.running_max = 4;
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_LE(most_running, 2);
}

TEST_F(Order, a_typed_output_that_does_not_fit_fails_the_step) {
  maker.add("a").output_type = ValueType::map;
  maker.add("b").output_type = ValueType::map;
  maker.fail_fast = false;
  script[0] = {ok("{\"x\": 1}")};
  script[1] = {ok("not a map")};
  drive();
  EXPECT_EQ(status(0), StepStatus::succeeded);
  EXPECT_EQ(status(1), StepStatus::failed);
  EXPECT_EQ(reason_of(1), "expression");
}

TEST_F(Order, an_output_that_does_not_fit_is_tried_again) {
  maker.add("a", StepKind::agent).output_type = ValueType::map;
  maker.react(0, {sim::retry_row(1)});
  script[0] = {ok("no"), ok("{}")};
  EXPECT_EQ(drive().status, RunStatus::completed);
  EXPECT_EQ(starts(0), 2);
}

}  // namespace
}  // namespace wf::engine
