// What a person may let run again or count as done, and what is refused.
#include "runtime/engine/footing.h"
#include "tests/unit/runtime_engine/stage.h"

namespace wf::engine {
namespace {

class AgainTest : public Stage {
 public:
  AgainTest() {
    maker.add("build");
    maker.add("test", StepKind::command, {0});
    maker.add("side", StepKind::command, {0});
    maker.add("pack", StepKind::command, {1});
    maker.add("last", StepKind::command, {2, 3}).run_if = RunIf::always;
  }
  std::string refused(const Wishes& wishes) {
    const Result<> result = wish(wishes);
    return result ? "accepted" : result.error().message;
  }
  static Wishes from(Row row) {
    return {.from = {row}, .retry = {}, .retry_failed = false, .done = {}, .by = "ana"};
  }
  static Wishes retry(Row row) {
    return {.from = {}, .retry = {row}, .retry_failed = false, .done = {}, .by = "ana"};
  }
  static Wishes retry_failed() {
    return {.from = {}, .retry = {}, .retry_failed = true, .done = {}, .by = "ana"};
  }
  static Wishes done(Row row) {
    return {.from = {}, .retry = {}, .retry_failed = false, .done = {{row, "by hand"}}, .by = "ana"};
  }
};

TEST_F(AgainTest, what_has_failed_and_what_follows_it_runs_again_with_new_keys) {
  maker.fail_fast = false;
  script[1] = {bad(), ok("tested")};
  EXPECT_EQ(drive().exit_code, 1);
  EXPECT_EQ(reason_of(3), "upstream");
  const std::string key = last_attempt[1].idempotency_key, key_of_last = last_attempt[4].idempotency_key;
  ASSERT_TRUE(wish(retry_failed()));
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_EQ(starts(0), 1);
  EXPECT_EQ(starts(2), 1);
  EXPECT_EQ(starts(1), 2);
  EXPECT_EQ(starts(3), 1);
  EXPECT_EQ(starts(4), 2) << "it follows what ran again";
  EXPECT_EQ(last_attempt[1].key.iteration, 2u);
  EXPECT_EQ(last_attempt[1].number, 1u);
  EXPECT_NE(last_attempt[1].idempotency_key, key);
  EXPECT_NE(last_attempt[4].idempotency_key, key_of_last);
  EXPECT_EQ(output_of(1), "tested");
}

TEST_F(AgainTest, what_a_failure_has_cancelled_runs_too) {
  script[2] = {ok("", 500)};
  script[1] = {bad(), ok()};
  maker.add("late", StepKind::command, {2});
  EXPECT_EQ(drive().exit_code, 1);
  EXPECT_EQ(status(5), StepStatus::cancelled);
  ASSERT_TRUE(wish(retry(1)));
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_EQ(status(5), StepStatus::succeeded);
  EXPECT_EQ(starts(2), 1);
}

TEST_F(AgainTest, from_a_step_on_all_that_follows_runs_again_and_nothing_else) {
  script[3] = {bad(), ok()};
  EXPECT_EQ(drive().exit_code, 1);
  ASSERT_TRUE(wish(from(1)));
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_EQ(starts(0), 1);
  EXPECT_EQ(starts(1), 2);
  EXPECT_EQ(starts(2), 1);
  EXPECT_EQ(starts(3), 2);
}

TEST_F(AgainTest, a_failed_step_may_count_as_done) {
  script[1] = {bad()};
  maker.value(3, "command", sim::output_of(1));
  EXPECT_EQ(drive().exit_code, 1);
  ASSERT_TRUE(wish(done(1)));
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_EQ(starts(1), 1);
  EXPECT_EQ(last_attempt[3].arguments[0].text, "by hand");
}

TEST_F(AgainTest, what_makes_no_sense_is_refused_and_changes_nothing) {
  maker.fail_fast = false;
  script[1] = {bad()};
  script[2] = {bad()};
  EXPECT_EQ(refused(retry_failed()), "no step of run r-1 has failed");
  EXPECT_EQ(refused(from(0)), "run r-1 has not come so far: nothing of that has run yet");
  EXPECT_EQ(refused(retry(0)), "`build` has not begun, so there is nothing to retry");
  EXPECT_EQ(drive().exit_code, 1);
  EXPECT_EQ(refused(retry(0)), "`build` has not failed: it has succeeded");
  EXPECT_EQ(refused(done(3)), "`pack` has not failed: it was skipped");
  Wishes both = from(0);
  both.done = {{1, ""}};
  EXPECT_EQ(refused(both), "`test` follows a step that runs again, so it cannot be done already");
  EXPECT_EQ(store->recover().interventions.size(), 0u);
}

TEST_F(AgainTest, another_failure_that_would_end_the_run_is_named) {
  script[1] = {bad(reason::exit_code, 20)};
  script[2] = {bad(reason::exit_code, 20)};
  EXPECT_EQ(drive().exit_code, 1);
  EXPECT_EQ(refused(retry(1)), "`side` has failed, too, and would end the run at once");
  ASSERT_TRUE(wish(retry_failed()));
}

TEST_F(AgainTest, a_run_that_is_completed_or_cancelled_stays_so) {
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_EQ(refused(from(0)), "run r-1 is completed, and what is completed is not run again");
  store->request_cancel();
}

TEST_F(AgainTest, refusals_are_not_retried_but_may_be_asked_about_anew) {
  maker.gate(1, {"ana"}).on_reject = OnReject::fail;
  EXPECT_EQ(drive().exit_code, 3);
  decide(1, false);
  EXPECT_EQ(drive().exit_code, 4);
  EXPECT_EQ(refused(retry_failed()),
            "`test` failed because it was refused (rejected), and there is nothing to retry");
  EXPECT_EQ(refused(done(1)),
            "`test` failed because it was refused (rejected), and there is nothing to call done");
  ASSERT_TRUE(wish(from(1)));
  EXPECT_EQ(drive().exit_code, 3);
  decide(1, true);
  EXPECT_EQ(drive().exit_code, 0);
}

TEST_F(AgainTest, a_gate_that_waits_about_what_runs_again_is_void) {
  maker.gate(1, {"ana"});
  EXPECT_EQ(drive().exit_code, 3);
  ASSERT_TRUE(wish(from(0)));
  store::Vote vote{"ana", true, "", {}, clock.wall_ms()};
  EXPECT_EQ(store->decide(1, vote, clock.wall_ms()), store::Decision::not_open);
  EXPECT_EQ(drive().exit_code, 3);
  decide(1, true);
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_EQ(starts(0), 2);
}

TEST_F(AgainTest, that_an_attempt_may_be_repeated_is_said_once_and_for_that_attempt_only) {
  maker.row(1).idempotent = false;
  script[1] = {ok("", 1000)};
  drive_until_cut(500);
  EXPECT_EQ(drive().exit_code, 3);
  EXPECT_EQ(refused(from(0)), "`test` was cut off, and must not simply be repeated");
  ASSERT_TRUE(wish(retry(1)));
  drive_until_cut(0);  // Before it could start.
  drive_until_cut(500);
  EXPECT_EQ(starts(1), 2) << "nobody needs to ask a second time";
  EXPECT_EQ(drive().exit_code, 3) << "that one is another attempt";
  ASSERT_TRUE(wish(done(1)));
  EXPECT_EQ(drive().exit_code, 0);
  EXPECT_EQ(starts(1), 2);
}

TEST_F(AgainTest, a_loop_that_is_used_up_stays_so) {
  ASSERT_TRUE(maker.loop(1, 0, 1));
  script[1] = {bad(), bad(), bad(), ok()};
  EXPECT_EQ(drive().exit_code, 1);
  EXPECT_EQ(starts(0), 2);
  ASSERT_TRUE(wish(retry_failed()));
  EXPECT_EQ(drive().exit_code, 1) << "so many repeats in a run";
  EXPECT_EQ(starts(0), 2);
  ASSERT_TRUE(wish(retry_failed()));
  EXPECT_EQ(drive().exit_code, 0);
}

// A store may hold anything.
TEST(Footing, that_is_damaged_is_no_footing) {
  const char* texts[] = {"",
                         "nonsense",
                         "[]",
                         "{\"kind\":7,\"params\":[1],\"on\":{\"a\":1},\"gate\":3,\"gates\":true}",
                         "{\"kind\":\"command\",\"on\":[3,{\"do\":99,\"on\":-1,\"to\":5,\"max\":-2}]}",
                         "{\"kind\":\"branch\",\"around\":{}}",
                         "{\"kind\":\"command\",\"gates\":[1,{\"on\":7,\"holds\":{}}],\"tools\":[]}",
                         "{\"lets\":[1,2],\"groups\":[{\"name\":1,\"on\":[[]]}],\"budget\":\"x\"}"};
  for (const char* one : texts)
    for (const char* other : texts) {
      const store::Footings before{true, one, {{"a", one}, {"a", other}}};
      const store::Footings after{true, other, {{"a", other}, {"b", one}}};
      changes_between(before, after);
    }
}

}  // namespace
}  // namespace wf::engine
