// Whether a run that stands somewhere can go on with another build of its workflow, and in which rows.
#include "runtime/engine/footing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lowering.h"

namespace wfc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using wf::engine::Fit;
using wf::engine::footings_of;

// A run of the first build, in which some steps have come somewhere.
class Footings : public testing::Test {
 protected:
  explicit Footings(std::string text = {}) { begin(std::move(text)); }

  void begin(std::string text) {
    if (text.empty()) return;
    before_text = std::move(text);
    before = lower_definition(before_text);
    for (const wf::StepRow& step : before->plan.steps) {
      run.step_ids.emplace_back(view(step.id));
      run.step_kinds.emplace_back("command");
    }
  }
  wf::store::RecoveredStep& at(std::string_view id) {
    run.steps.emplace_back();
    run.steps.back().step = row_of(before->plan, id);
    return run.steps.back();
  }
  void ended(std::string_view id, wf::StepStatus status = wf::StepStatus::succeeded) {
    wf::store::RecoveredStep& step = at(id);
    step.ended = true;
    step.status = status;
  }
  void begun(std::string_view id) { at(id).attempts.emplace_back(); }
  void reacted(std::string_view id, wf::Row which) {
    run.reactions.emplace_back();
    run.reactions.back().step = row_of(before->plan, id);
    run.reactions.back().reaction = which;
  }

  Fit fit(const std::string& from, const std::string& to, bool relaxed = false) {
    std::string text = before_text;
    if (!from.empty()) {
      const std::size_t place = text.find(from);
      EXPECT_NE(place, std::string::npos) << from;
      text.replace(place, from.size(), to);
    }
    after = lower_definition(text);
    return wf::engine::fit(after->plan.program, run, footings_of(before->plan.program), relaxed);
  }
  std::vector<std::string> changes(const std::string& from, const std::string& to, bool relaxed = false) {
    return fit(from, to, relaxed).changes;
  }

  std::string before_text;
  std::unique_ptr<Definition> before, after;
  wf::store::Recovered run;
};

TEST_F(Footings, an_approval_that_the_run_waits_for_is_not_simply_gone) {
  begin(
      "workflow a\nstep one: run \"x\"\nstep ok: approve \"Go?\" { after start }\n"
      "step two: run \"y\" { after one }\n");
  const std::string approval = "step ok: approve \"Go?\" { after start }\n";
  EXPECT_THAT(changes(approval, ""), IsEmpty()) << "nobody has been asked yet";
  at("ok").gate.emplace();
  EXPECT_THAT(changes(approval, ""), ElementsAre("the run waits for a decision about `ok`, which is gone"));
}

TEST_F(Footings, an_answer_that_was_taken_stays_where_it_is) {
  begin("workflow a\nstep one: run \"x\" {\n  on fail approve\n  on fail continue\n}\n");
  const std::string asks = "  on fail approve\n";
  EXPECT_THAT(changes(asks, ""), IsEmpty());
  reacted("one", 1);
  EXPECT_THAT(changes(asks, ""),
              ElementsAre("the `continue` of `one` is gone or stands elsewhere, and it was taken already"));
}

TEST_F(Footings, a_loop_that_has_gone_back_keeps_what_it_repeats) {
  begin(
      "workflow a\nstep one: run \"x\"\nstep two: run \"y\" {\n  on fail back to one max 3\n  on fail "
      "fail\n}\n");
  const std::string between = "step two: run", more = "step mid: run \"m\"\nstep two: run";
  EXPECT_THAT(changes(between, more), IsEmpty());
  reacted("two", 0);
  EXPECT_THAT(changes(between, more),
              ElementsAre("`two` repeats other steps now, and it has gone back already"));
}

TEST_F(Footings, what_has_begun_waits_for_nothing_new) {
  begin("workflow a\nstep one: run \"x\"\nstep two: run \"y\" { after start }\n");
  ended("one");
  begun("two");
  const std::string alone = "{ after start }";
  EXPECT_THAT(changes(alone, "{ after one }"), IsEmpty());
  EXPECT_THAT(changes("step two: run \"y\" { after start }",
                      "step new: run \"n\"\nstep two: run \"y\" { after new }"),
              ElementsAre("`two` has begun, and waits now for `new`, which has not ended"));
}

TEST_F(Footings, relaxed_only_what_is_recorded_must_be_what_it_was) {
  begin("workflow a\nstep one: run \"x\"\nstep two: run \"y\"\n");
  ended("one");
  EXPECT_THAT(changes("\"y\"", "\"z\""), ElementsAre("the command of `two` changed"));
  EXPECT_THAT(changes("\"y\"", "\"z\"", true), IsEmpty());
  EXPECT_THAT(changes("step two", "step three", true), IsEmpty());
  EXPECT_THAT(changes("\"x\"", "\"z\"", true),
              ElementsAre("the step `one` is not what it was, and it is recorded"));
  EXPECT_THAT(changes("step one: run \"x\"\n", "", true),
              ElementsAre("the step `one` is gone, and it is recorded"));
}

TEST_F(Footings, ifs_are_matched_by_what_they_ask_and_what_they_stand_around) {
  const std::string one = "if x > 1 {\n  step one: run \"a\"\n}\n",
                    two = "if x > 1 {\n  step two: run \"b\"\n}\n";
  begin("workflow a\ninput x: int\n" + one + two);
  ended("two");
  const Fit swapped = fit(one + two, two + one);
  EXPECT_THAT(swapped.changes, IsEmpty());
  const auto branch = [](const plan::Plan& plan, std::string_view id) { return step_of(plan, id).branch; };
  for (const char* id : {"one", "two"})
    EXPECT_EQ(swapped.rows.of_program[branch(before->plan, id)], branch(after->plan, id)) << id;
  // Of another condition, it is the one around the same steps.
  const Fit changed = fit("if x > 1 {\n  step two", "if x > 2 {\n  step two");
  for (const char* id : {"one", "two"})
    EXPECT_EQ(changed.rows.of_program[branch(before->plan, id)], branch(after->plan, id)) << id;
}

TEST_F(Footings, rows_are_translated_there_and_back) {
  begin("workflow a\nstep one: run \"x\"\nstep two: run \"y\" { after start }\n");
  ended("two");
  const Fit moved = fit("workflow a\n", "workflow a\nstep new: run \"n\"\n");
  ASSERT_THAT(moved.changes, IsEmpty());
  const wf::Row now = row_of(after->plan, "two");
  const wf::store::Recovered run_now = wf::engine::in_rows_of(after->plan.program, run, moved.rows);
  ASSERT_EQ(run_now.steps.size(), 1u);
  EXPECT_EQ(run_now.steps[0].step, now);
  EXPECT_EQ(run_now.step_ids.at(now), "two");
  EXPECT_EQ(run_now.rows.at(now), row_of(before->plan, "two"));
  EXPECT_EQ(run_now.rows.at(row_of(after->plan, "new")), 2u) << "behind all that the run has";
}

}  // namespace
}  // namespace wfc
