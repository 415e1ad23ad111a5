// Exactly one outcome for each gate, whoever comes to decide it and when.
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "tests/unit/runtime_store/world.h"

namespace wf::store {
namespace {

class Gates : public testing::Test {
 protected:
  void SetUp() override {
    store = world.open();
    ASSERT_TRUE(store->create(new_run("r")));
    lease = lease_of(*store, "r");
    journal = journal_of(*store, *lease);
  }

  void open_gate(std::vector<std::string> approvers = {}, std::uint32_t quorum = 1,
                 std::int64_t deadline_ms = 0, std::string id = "g1") {
    ASSERT_TRUE(
        write(*journal, batch(gate_opened(1, std::move(id), std::move(approvers), quorum, deadline_ms))));
  }

  Decided decide(const std::string& by, bool approve = true, std::optional<std::string> content = {}) {
    auto decided = store->decide("r", "s1", {by, approve, "a comment", std::move(content), 0});
    EXPECT_TRUE(decided) << (decided ? "" : decided.error().message);
    return decided ? *decided : Decided{};
  }

  GateState gate() {
    auto all = store->recover("r");
    EXPECT_TRUE(all) << (all ? "" : all.error().message);
    const RecoveredStep* step = all ? step_of(*all, 1) : nullptr;
    EXPECT_TRUE(step && step->gate);
    return step && step->gate ? *step->gate : GateState{};
  }

  World world;
  std::unique_ptr<Store> store;
  std::unique_ptr<Lease> lease;
  std::unique_ptr<Journal> journal;
};

TEST_F(Gates, one_vote_closes_a_plain_gate) {
  EXPECT_EQ(decide("ana").decision, Decision::not_open) << "not before the request exists";
  open_gate();
  EXPECT_TRUE(gate().open);
  const Decided decided = decide("ana", true, "other content");
  EXPECT_EQ(decided.decision, Decision::recorded);
  EXPECT_EQ(decided.outcome, "approved");
  EXPECT_EQ(decided.by, "ana");
  const GateState state = gate();
  EXPECT_FALSE(state.open);
  EXPECT_EQ(state.outcome, "approved");
  EXPECT_EQ(state.gate.id, "g1");
  EXPECT_EQ(state.gate.message, "Ship it?");
  EXPECT_EQ(state.gate.subject_digest, "subject");
  ASSERT_EQ(state.votes.size(), 1u);
  EXPECT_EQ(state.votes[0].comment, "a comment");
  EXPECT_EQ(state.votes[0].content, "other content");
  EXPECT_EQ(state.votes[0].at_ms, world.clock.wall);
}

TEST_F(Gates, the_second_is_told_who_was_first) {
  open_gate();
  decide("ana");
  EXPECT_EQ(decide("ana").decision, Decision::same_again);
  const Decided late = decide("ben", false);
  EXPECT_EQ(late.decision, Decision::already_closed);
  EXPECT_EQ(late.outcome, "approved");
  EXPECT_EQ(late.by, "ana");
  EXPECT_EQ(decide("ben").decision, Decision::already_closed) << "agreeing late is late all the same";
  EXPECT_EQ(gate().votes.size(), 1u);
}

TEST_F(Gates, only_approvers_count_and_each_once) {
  open_gate({"ana", "ben", "ana", "cleo"}, 2);
  EXPECT_EQ(gate().gate.approvers, (std::vector<std::string>{"ana", "ben", "cleo"}));
  EXPECT_EQ(decide("mallory").decision, Decision::not_an_approver);
  EXPECT_EQ(decide("Ana").decision, Decision::not_an_approver);
  const Decided first = decide("ana");
  EXPECT_EQ(first.decision, Decision::recorded);
  EXPECT_EQ(first.outcome, "");
  EXPECT_EQ(first.votes_missing, 1u);
  const Decided again = decide("ana");
  EXPECT_EQ(again.decision, Decision::same_again);
  EXPECT_EQ(again.votes_missing, 1u);
  const Decided regret = decide("ana", false);
  EXPECT_EQ(regret.decision, Decision::already_closed);
  EXPECT_EQ(regret.outcome, "approved");
  EXPECT_EQ(regret.by, "ana");
  EXPECT_TRUE(gate().open);
  EXPECT_EQ(decide("cleo").outcome, "approved");
}

TEST_F(Gates, a_quorum_of_nought_is_everybody_named) {
  open_gate({"ana", "ben"}, 0);
  EXPECT_EQ(decide("ana").votes_missing, 1u);
  EXPECT_EQ(decide("ben").outcome, "approved");
}

TEST_F(Gates, a_rejection_closes_at_once) {
  open_gate({"ana", "ben", "cleo"}, 3);
  decide("ana");
  const Decided no = decide("ben", false);
  EXPECT_EQ(no.decision, Decision::recorded);
  EXPECT_EQ(no.outcome, "rejected");
  EXPECT_EQ(decide("cleo").decision, Decision::already_closed);
}

TEST_F(Gates, after_the_deadline_no_vote_counts) {
  open_gate({}, 1, world.clock.wall + 1'000);
  world.clock.wall += 1'000;
  const Decided late = decide("ana");
  EXPECT_EQ(late.decision, Decision::already_closed);
  EXPECT_EQ(late.outcome, "timeout");
  EXPECT_TRUE(gate().votes.empty());
  EXPECT_TRUE(gate().open) << "the driver records what the timeout means";
  world.clock.wall -= 1;
  EXPECT_EQ(decide("ana").decision, Decision::recorded);
}

TEST_F(Gates, the_drivers_timeout_loses_to_an_earlier_vote) {
  open_gate();
  decide("ana");
  EXPECT_TRUE(write(*journal, batch(gate_closed(1, "timeout-cancel", "g1"))))
      << "late, and durable all the same";
  auto wishes = store->wishes("r");
  ASSERT_TRUE(wishes);
  ASSERT_EQ(wishes->steps.size(), 1u);
  EXPECT_EQ(wishes->steps[0].gate->outcome, "approved");
  // The driver saw it, and ends the step accordingly.
  EXPECT_TRUE(write(*journal, batch(ended(1, StepStatus::succeeded, 0))));
}

TEST_F(Gates, a_vote_loses_to_the_drivers_earlier_timeout) {
  open_gate();
  EXPECT_TRUE(write(*journal, batch(gate_closed(1, "timeout-cancel"))));
  const Decided late = decide("ana");
  EXPECT_EQ(late.decision, Decision::already_closed);
  EXPECT_EQ(late.outcome, "timeout-cancel");
  EXPECT_EQ(late.by, "");
  // Closing again the same way, as a driver does that was killed before it could go on.
  EXPECT_TRUE(write(*journal, batch(gate_closed(1, "timeout-cancel"), ended(1, StepStatus::cancelled, 0))));
}

TEST_F(Gates, a_step_cannot_end_against_its_gate) {
  open_gate();
  decide("ana");
  auto refused = write(*journal, batch(gate_closed(1, "timeout-cancel"), ended(1, StepStatus::cancelled, 0)));
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("its gate does not have"), std::string::npos);
  journal.reset();
  EXPECT_FALSE(step_of(*store->recover("r"), 1)->ended);
  EXPECT_EQ(gate().outcome, "approved");
}

TEST_F(Gates, a_gate_that_asks_again_forgets_the_votes) {
  open_gate({"ana", "ben"}, 2);
  decide("ana");
  open_gate({"ana", "ben"}, 2, 0, "g2");
  EXPECT_TRUE(gate().votes.empty());
  EXPECT_TRUE(store->wishes("r")->steps.empty());
  EXPECT_EQ(decide("ana").votes_missing, 1u);
  EXPECT_EQ(decide("ben").outcome, "approved");
  EXPECT_EQ(gate().gate.id, "g2");
}

TEST_F(Gates, of_steps_and_runs_that_ended_take_no_votes) {
  open_gate();
  ASSERT_TRUE(write(*journal, batch(ended(1, StepStatus::cancelled, 0))));
  EXPECT_EQ(decide("ana").decision, Decision::not_open);
  ASSERT_TRUE(store->create(new_run("q")));
  auto other_lease = lease_of(*store, "q");
  auto other = journal_of(*store, *other_lease);
  ASSERT_TRUE(write(*other, batch(gate_opened(1, "g9"), run_is(RunStatus::cancelled))));
  EXPECT_EQ(store->decide("q", "s1", {"ana", true, "", {}, 0})->decision, Decision::not_open);
}

TEST_F(Gates, unknown_names_are_no_gates) {
  open_gate();
  EXPECT_EQ(store->decide("r", "s0", {"ana", true, "", {}, 0})->decision, Decision::not_open);
  EXPECT_EQ(store->decide("r", "' OR ''='", {"ana", true, "", {}, 0})->decision, Decision::not_open);
  EXPECT_FALSE(store->decide("unknown", "s1", {"ana", true, "", {}, 0}));
  EXPECT_FALSE(store->decide("r", "s1", {"", true, "", {}, 0}));
  EXPECT_FALSE(store->decide("r", "s1", {"ana", true, "", std::string(17 << 20, 'x'), 0}));
}

TEST_F(Gates, a_decision_wakes_whoever_watches) {
  open_gate();
  const int watch = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  ASSERT_GE(watch, 0);
  ASSERT_GE(::inotify_add_watch(watch, store->wake_path("r").c_str(), IN_CLOSE_WRITE | IN_ATTRIB), 0);
  pollfd ready{watch, POLLIN, 0};
  EXPECT_EQ(::poll(&ready, 1, 0), 0);
  auto other = world.open();
  ASSERT_TRUE(other->decide("r", "s1", {"ana", true, "", {}, 0}));
  EXPECT_EQ(::poll(&ready, 1, 1'000), 1);
  char events[4096];
  while (::read(watch, events, sizeof events) > 0) {
  }
  ASSERT_TRUE(other->request_cancel("r"));
  EXPECT_EQ(::poll(&ready, 1, 1'000), 1);
  ::close(watch);
}

}  // namespace
}  // namespace wf::store
