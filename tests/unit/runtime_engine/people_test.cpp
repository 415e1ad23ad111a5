// Gates: who is asked, what an answer or silence does.
#include "tests/unit/runtime_engine/stage.h"

namespace wf::engine {
namespace {

using People = Stage;

TEST_F(People, a_run_with_only_gates_left_pauses_and_goes_on_after_the_decision) {
  maker.add("a");
  maker.add("sign", StepKind::approve, {0});
  maker.gate(1);
  maker.literal(1, "message", "ship it?");
  maker.add("ship", StepKind::command, {1});
  maker.add("beside", StepKind::command, {0});
  RunEnd end = drive();
  EXPECT_EQ(end.status, RunStatus::waiting);
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_EQ(status(3), StepStatus::succeeded);
  EXPECT_TRUE(noticed(Notice::What::gate_waiting, 1));
  EXPECT_EQ(store->find(1)->gate->gate.message, "ship it?");
  EXPECT_EQ(drive().exit_code, 3);  // Nobody has decided yet: the same request.
  decide(1, true);
  end = drive();
  EXPECT_EQ(end.exit_code, 0);
  EXPECT_EQ(starts(0), 1);
  EXPECT_EQ(starts(2), 1);
  EXPECT_NE(store->find(1)->outcome.fields_json.find("\"approved\":true"), std::string::npos);
  EXPECT_NE(store->find(1)->outcome.fields_json.find("\"by\":\"ana\""), std::string::npos);
}

TEST_F(People, a_living_driver_hears_the_decision) {
  maker.add("sign", StepKind::approve);
  maker.gate(0);
  maker.add("ship", StepKind::command, {0});
  options.machine.wait = true;
  later(5000, [this] { decide(0, true); });
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_EQ(starts(1), 1);
  EXPECT_TRUE(noticed(Notice::What::gate_decided, 0));
}

TEST_F(People, a_quorum_is_awaited) {
  maker.add("sign", StepKind::approve);
  maker.gate(0, {"ana", "bo"});
  options.machine.wait = true;
  later(1000, [this] { decide(0, true, "ana"); });
  later(2000, [this] { EXPECT_EQ(status(0), StepStatus::pending); });
  later(3000, [this] { decide(0, true, "bo"); });
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_NE(store->find(0)->outcome.fields_json.find("ana, bo"), std::string::npos);
}

TEST_F(People, a_rejection_cancels_the_run) {
  maker.add("sign", StepKind::approve);
  maker.gate(0);
  maker.add("ship", StepKind::command, {0});
  maker.add("slow");
  maker.add("clean", StepKind::command, {1}).run_if = RunIf::always;
  script[2] = {ok("", 60'000)};
  options.machine.wait = true;
  later(1000, [this] { decide(0, false); });
  const RunEnd end = drive();
  EXPECT_EQ(end.status, RunStatus::cancelled);
  EXPECT_EQ(end.exit_code, 4);
  EXPECT_EQ(end.reason, "rejected");
  EXPECT_EQ(status(0), StepStatus::cancelled);
  EXPECT_EQ(reason_of(0), "rejected");
  EXPECT_EQ(status(1), StepStatus::cancelled);
  EXPECT_EQ(status(2), StepStatus::cancelled);
  EXPECT_EQ(status(3), StepStatus::succeeded);
}

TEST_F(People, a_rejection_may_fail_the_run_and_is_not_tried_again) {
  maker.add("write", StepKind::agent);
  maker.gate(0).on_reject = OnReject::fail;
  maker.react(0, {sim::retry_row(3)});
  script[0] = {ok("draft")};
  EXPECT_EQ(drive().exit_code, 3);
  decide(0, false);
  const RunEnd end = drive();
  EXPECT_EQ(end.status, RunStatus::failed);
  EXPECT_EQ(end.exit_code, 4);
  EXPECT_EQ(reason_of(0), "rejected");
  EXPECT_EQ(starts(0), 1);
}

TEST_F(People, an_output_waits_for_the_decision_and_may_be_replaced) {
  maker.add("write", StepKind::agent);
  maker.gate(0).content_may_change = true;
  maker.add("use", StepKind::command, {0});
  maker.value(1, "command", sim::output_of(0));
  script[0] = {ok("draft")};
  EXPECT_EQ(drive().exit_code, 3);
  EXPECT_TRUE(store->find(0)->produced);
  EXPECT_EQ(starts(1), 0);
  decide(0, true, "ana", "better");
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_EQ(output_of(0), "better");
  EXPECT_EQ(last_attempt[1].arguments[0].text, "better");
  EXPECT_EQ(starts(0), 1);
}

TEST_F(People, content_is_ignored_where_it_may_not_change) {
  maker.add("write", StepKind::agent);
  maker.gate(0);
  script[0] = {ok("draft")};
  drive();
  decide(0, true, "ana", "better");
  drive();
  EXPECT_EQ(output_of(0), "draft");
}

struct Silence {
  OnTimeout rule;
  StepStatus step;
  RunStatus run;
  int exit_code;
};
class SilentPeople : public Stage, public testing::WithParamInterface<Silence> {};

TEST_P(SilentPeople, are_an_answer_too) {
  maker.add("sign", StepKind::approve);
  GateRow& gate = maker.gate(0);
  gate.timeout_ms = 60'000;
  gate.on_timeout = GetParam().rule;
  maker.add("next", StepKind::command, {0});
  options.machine.wait = true;
  const RunEnd end = drive();
  EXPECT_EQ(end.status, GetParam().run);
  EXPECT_EQ(end.exit_code, GetParam().exit_code);
  EXPECT_EQ(status(0), GetParam().step);
  if (GetParam().step == StepStatus::succeeded) {
    EXPECT_NE(store->find(0)->outcome.fields_json.find("\"approved\":false"), std::string::npos);
  }
}

TEST_P(SilentPeople, are_heard_at_the_next_resume) {
  maker.add("sign", StepKind::approve);
  GateRow& gate = maker.gate(0);
  gate.timeout_ms = 60'000;
  gate.on_timeout = GetParam().rule;
  EXPECT_EQ(drive().exit_code, 3);
  clock.to(clock.monotonic_ms() + 120'000);
  EXPECT_EQ(drive().exit_code, GetParam().exit_code);
}

INSTANTIATE_TEST_SUITE_P(
    all, SilentPeople,
    testing::Values(Silence{OnTimeout::cancel, StepStatus::cancelled, RunStatus::cancelled, 4},
                    Silence{OnTimeout::proceed, StepStatus::succeeded, RunStatus::completed, 0},
                    Silence{OnTimeout::fail, StepStatus::failed, RunStatus::failed, 1},
                    Silence{OnTimeout::escalate, StepStatus::failed, RunStatus::failed, 1}));

TEST_F(People, deadlines_that_passed_meanwhile_count_in_their_order) {
  maker.add("later", StepKind::approve);
  maker.add("sooner", StepKind::approve);
  GateRow& later_gate = maker.gate(0);
  later_gate.timeout_ms = 20'000;
  later_gate.on_timeout = OnTimeout::proceed;
  maker.gate(1).timeout_ms = 10'000;  // `on timeout cancel`
  EXPECT_EQ(drive().status, RunStatus::waiting);
  clock.to(clock.monotonic_ms() + 60'000);
  EXPECT_EQ(drive().status, RunStatus::cancelled);
  EXPECT_EQ(status(1), StepStatus::cancelled);
  EXPECT_EQ(status(0), StepStatus::cancelled) << "nobody was left to proceed for";
}

TEST_F(People, whoever_is_faster_than_the_deadline_wins) {
  maker.add("sign", StepKind::approve);
  maker.gate(0).timeout_ms = 1000;
  options.machine.wait = true;
  journal_ms = 0;
  // The vote is cast in the last moment; the driver hears of nothing but its own timer.
  later(999, [this] { store->decide(0, {"ana", true, "", {}, clock.wall_ms()}, clock.wall_ms()); });
  EXPECT_EQ(drive().exit_code, 0);
}

// Both records might share a transaction, and the store refuses one in which a gate closes too late while its
// step ends.
TEST_F(People, a_step_does_not_end_while_its_deadline_is_being_recorded) {
  maker.add("ask", StepKind::approve);
  maker.gate(0).timeout_ms = 1000;
  sim::Chance random(1);
  MachineOptions stays;
  stays.wait = true;
  Machine machine(program(), stays, random);
  std::vector<store::Record> written;
  std::uint64_t through = 0;
  const auto settle = [&](Now now) {
    machine.settle(now);
    if (machine.orders().through == 0) return;
    through = machine.orders().through;
    for (store::Record& record : machine.orders().records) written.push_back(std::move(record));
    machine.orders().records.clear();
  };
  const auto find = [&](store::RecordKind kind) -> const store::Record* {
    for (const store::Record& record : written)
      if (record.kind == kind) return &record;
    return nullptr;
  };
  const Now before{10'000, 10'000}, after{11'000, 11'000};
  machine.start(store->recover(), before);
  settle(before);
  const store::Record* opened = find(store::RecordKind::gate_opened);
  ASSERT_TRUE(opened);
  const store::GateState decided{opened->detail->gate, false, "approved", {{"ana", true, "", {}, 10'999}}};
  machine.durable(through, before);
  machine.time_passed(after);
  settle(after);
  ASSERT_TRUE(find(store::RecordKind::gate_closed));

  machine.decided(0, decided, after);
  settle(after);
  EXPECT_FALSE(find(store::RecordKind::step_ended));
  machine.durable(through, after);
  settle(after);
  ASSERT_TRUE(machine.orders().read_wishes);
  machine.decided(0, decided, after);
  machine.wishes_read(after);
  settle(after);
  ASSERT_TRUE(find(store::RecordKind::step_ended));
  EXPECT_EQ(machine.status(0), StepStatus::succeeded);
}

TEST_F(People, a_failure_elsewhere_closes_open_gates) {
  maker.add("sign", StepKind::approve);
  maker.gate(0);
  maker.add("bad");
  script[1] = {bad(reason::exit_code, 100)};
  options.machine.wait = true;
  EXPECT_EQ(drive().exit_code, 1);
  EXPECT_EQ(status(0), StepStatus::cancelled);
  EXPECT_EQ(store->find(0)->gate->outcome, "cancelled");
}

}  // namespace
}  // namespace wf::engine
