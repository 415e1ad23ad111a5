// Requests to people and what their answers mean.
#include "runtime/policy/gate_book.h"

#include <gtest/gtest.h>

#include <limits>

namespace wf::policy {
namespace {

class Counting final : public Random {
 public:
  std::uint64_t next() override { return ++last_; }

 private:
  std::uint64_t last_ = 0;
};

constexpr Text text(const char* data, std::uint32_t size) {
  return {data, size};
}
constexpr Text approvers[] = {text("ana", 3), text("bo", 2), text("ana", 3)};

struct Case {
  StepRow steps[1];
  GateRow gates[1];
  Program program;
  Counting random;
  Case() {
    steps[0].id = text("sign", 4);
    steps[0].gate = 0;
    program.plan_digest = text("plan", 4);
    program.steps = {steps, 1};
    program.gates = {gates, 1};
  }
  GateRequest ask(std::int64_t now_ms = 1000, const Output* shown = nullptr) {
    return GateBook(program, random).request({0, 1}, "go?", shown, now_ms);
  }
};

TEST(GateBook, a_name_written_twice_is_one_person) {
  Case in;
  in.gates[0].approvers = {approvers, 3};
  const GateRequest request = in.ask();
  EXPECT_EQ(request.approvers, (std::vector<std::string>{"ana", "bo"}));
  EXPECT_EQ(request.quorum, 2u);
}

TEST(GateBook, no_more_votes_are_asked_than_there_are_people) {
  Case in;
  in.gates[0].approvers = {approvers, 3};
  in.gates[0].quorum = 3;
  EXPECT_EQ(in.ask().quorum, 2u);
  in.gates[0].quorum = 1;
  EXPECT_EQ(in.ask().quorum, 1u);
}

TEST(GateBook, where_nobody_is_named_one_person_is_enough) {
  EXPECT_EQ(Case().ask().quorum, 1u);
}

TEST(GateBook, the_deadline_is_absolute_and_does_not_overflow) {
  Case in;
  EXPECT_EQ(in.ask().deadline_ms, 0);
  in.gates[0].timeout_ms = 500;
  EXPECT_EQ(in.ask(1000).deadline_ms, 1500);
  in.gates[0].timeout_ms = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(in.ask(1000).deadline_ms, std::numeric_limits<std::int64_t>::max());
}

TEST(GateBook, another_output_is_another_subject) {
  Case in;
  Output one, two;
  one.text = "one";
  two.text = "two";
  EXPECT_EQ(in.ask(1, &one).subject_digest, in.ask(2, &one).subject_digest);
  EXPECT_NE(in.ask(1, &one).subject_digest, in.ask(1, &two).subject_digest);
  EXPECT_NE(in.ask().id, in.ask().id);
  EXPECT_EQ(in.ask().id.size(), 32u);
}

TEST(GateBook, silence_is_no_approval) {
  Case in;
  in.gates[0].on_timeout = OnTimeout::proceed;
  GateBook book(in.program, in.random);
  EXPECT_EQ(book.timeout_outcome(0), "timeout-proceed");
  const GateEffect effect = book.effect(0, "timeout-proceed");
  EXPECT_EQ(effect.status, StepStatus::succeeded);
  EXPECT_FALSE(effect.approved);
}

TEST(GateBook, a_rejection_does_what_the_gate_says) {
  Case in;
  GateBook book(in.program, in.random);
  EXPECT_EQ(book.effect(0, "rejected").status, StepStatus::cancelled);
  in.gates[0].on_reject = OnReject::fail;
  EXPECT_EQ(book.effect(0, "rejected").status, StepStatus::failed);
  EXPECT_EQ(book.effect(0, "rejected").reason, reason::rejected);
}

TEST(GateBook, an_outcome_that_nobody_knows_approves_nothing) {
  Case in;
  const GateEffect effect = GateBook(in.program, in.random).effect(0, "aproved");
  EXPECT_EQ(effect.status, StepStatus::cancelled);
  EXPECT_FALSE(effect.approved);
}

}  // namespace
}  // namespace wf::policy
