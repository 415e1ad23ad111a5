// People who are asked about how a step has ended: `on fail approve`, `on fail escalate`, loops that are used
// up. Crashes in the middle of it are the simulation's.
#include "tests/unit/runtime_engine/stage.h"

namespace wf::engine {
namespace {

class Escalation : public Stage {
 protected:
  // a, then b, which fails and says so to people; c follows b.
  void chain(Response response) {
    maker.add("a");
    maker.add("b", StepKind::command, {0});
    maker.add("c", StepKind::command, {1});
    ReactionRow asks;
    asks.response = response;
    maker.react(1, {asks});
    script[0] = {ok("ready")};
    script[1] = {bad()};
  }
  void escalate(EscalateTo to, std::uint64_t timeout_ms = 0) {
    maker.escalation.to = to;
    maker.escalation.timeout_ms = timeout_ms;
    maker.escalates = true;
  }
  std::string question(Row step) const { return store->find(step)->gate->gate.message; }
};

TEST_F(Escalation, people_may_go_on_after_a_failure) {
  chain(Response::approve);
  EXPECT_EQ(drive().exit_code, 3);
  EXPECT_EQ(question(1), "`b` has failed: it broke\nGo on?");
  EXPECT_FALSE(noticed(Notice::What::escalation_raised, 1));
  decide(1, true);
  const RunEnd end = drive();
  EXPECT_EQ(end.status, RunStatus::completed);
  // The failure stands, as a warning does.
  EXPECT_EQ(status(1), StepStatus::failed);
  EXPECT_EQ(reason_of(1), "exit-code");
  EXPECT_EQ(starts(1), 1);
  EXPECT_EQ(starts(2), 1);
  // What is over is over, also for whoever looks at the record of it.
  EXPECT_EQ(drive().exit_code, 0);
}

TEST_F(Escalation, a_no_cancels_the_run) {
  chain(Response::escalate);
  EXPECT_EQ(drive().exit_code, 3);
  EXPECT_TRUE(noticed(Notice::What::escalation_raised, 1));
  decide(1, false);
  const RunEnd end = drive();
  EXPECT_EQ(end.status, RunStatus::cancelled);
  EXPECT_EQ(end.exit_code, 4);
  EXPECT_EQ(starts(2), 0);
}

TEST_F(Escalation, nobody_in_time_fails_the_run) {
  chain(Response::escalate);
  escalate(EscalateTo::people, 60'000);
  options.machine.wait = true;
  const std::int64_t began_ms = clock.monotonic_ms();
  const RunEnd end = drive();
  EXPECT_EQ(end.status, RunStatus::failed);
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_EQ(reason_of(1), "timeout");
  EXPECT_GE(clock.monotonic_ms() - began_ms, 60'000);
}

TEST_F(Escalation, people_see_what_it_includes_and_nothing_else) {
  chain(Response::escalate);
  escalate(EscalateTo::people);
  maker.escalation.mention = maker.text("@team");
  static const NamedExpr include[] = {{{"plan", 4}, sim::output_of(0)}, {{"nothing", 7}, sim::expr_error}};
  maker.escalation.include = {include, 2};
  EXPECT_EQ(drive().exit_code, 3);
  EXPECT_EQ(question(1), "@team `b` has failed: it broke\nGo on?\n\nplan: ready\n\nnothing: (nothing)");
}

TEST_F(Escalation, closing_ends_the_run_at_once) {
  chain(Response::escalate);
  maker.fail_fast = false;
  maker.add("slow");
  script[3] = {ok("", 60'000)};
  escalate(EscalateTo::close);
  const std::int64_t began_ms = clock.monotonic_ms();
  const RunEnd end = drive();
  EXPECT_EQ(end.status, RunStatus::failed);
  EXPECT_EQ(status(3), StepStatus::cancelled);
  EXPECT_LT(clock.monotonic_ms() - began_ms, 30'000);
}

TEST_F(Escalation, a_loop_that_is_used_up_escalates) {
  maker.add("build");
  maker.add("test", StepKind::command, {0});
  ASSERT_TRUE(maker.loop(1, 0, 1));
  script[1] = {bad()};
  escalate(EscalateTo::people);
  EXPECT_EQ(drive().exit_code, 3);
  EXPECT_EQ(starts(1), 2);
  EXPECT_EQ(question(1), "`test` has been repeated as often as its loop allows: it broke\nGo on?");
  decide(1, true);
  EXPECT_EQ(drive().exit_code, 0);
}

TEST_F(Escalation, a_gate_that_nobody_answers_is_asked_by_others) {
  maker.add("sign", StepKind::approve);
  GateRow& gate = maker.gate(0, {"ana"});
  gate.timeout_ms = 1000;
  gate.on_timeout = OnTimeout::escalate;
  maker.add("ship", StepKind::command, {0});
  escalate(EscalateTo::people);
  options.machine.wait = true;
  later(5000, [this] { decide(0, true, "bo"); });
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_EQ(status(0), StepStatus::succeeded);
  EXPECT_EQ(starts(1), 1);
}

TEST_F(Escalation, nobody_is_asked_in_a_run_that_is_over) {
  chain(Response::approve);
  maker.add("other");
  script[1] = {bad(reason::exit_code, 500)};
  script[3] = {bad(reason::exit_code, 10)};
  const RunEnd end = drive();
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_FALSE(noticed(Notice::What::gate_waiting, 1));
}

}  // namespace
}  // namespace wf::engine
