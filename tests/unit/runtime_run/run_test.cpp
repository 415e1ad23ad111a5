// The words that rooms share, and the promise that a step finishes exactly once.
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "runtime/run/outcome.h"
#include "runtime/run/step_run.h"

namespace wf {
namespace {

TEST(Names, every_status_is_found_by_its_name) {
  const StepStatus steps[] = {StepStatus::pending,   StepStatus::running, StepStatus::waiting,
                              StepStatus::succeeded, StepStatus::failed,  StepStatus::skipped,
                              StepStatus::cancelled};
  for (StepStatus status : steps) EXPECT_EQ(step_status(name_of(status)), status);
  const RunStatus runs[] = {RunStatus::pending,   RunStatus::running, RunStatus::waiting,
                            RunStatus::completed, RunStatus::failed,  RunStatus::cancelled};
  for (RunStatus status : runs) EXPECT_EQ(run_status(name_of(status)), status);
  EXPECT_EQ(name_of(StepStatus::succeeded), "succeeded");
  EXPECT_EQ(name_of(RunStatus::completed), "completed");
  EXPECT_EQ(name_of(StepStatus::cancelled), "cancelled");
  EXPECT_EQ(name_of(RunStatus::cancelled), "cancelled");
  EXPECT_FALSE(step_status("completed"));
  EXPECT_FALSE(run_status("succeeded"));
  EXPECT_FALSE(step_status(""));
}

TEST(Outcomes, know_their_status_and_size) {
  const Outcome good = Outcome::succeeded("four");
  EXPECT_EQ(good.status, StepStatus::succeeded);
  EXPECT_EQ(good.output.text, "four");
  EXPECT_EQ(good.output.size, 4u);
  const Outcome bad = Outcome::failed(reason::timeout, "took too long");
  EXPECT_EQ(bad.status, StepStatus::failed);
  EXPECT_EQ(bad.reason, "timeout");
  EXPECT_EQ(bad.error, "took too long");
  EXPECT_EQ(Outcome::cancelled(reason::stopped).status, StepStatus::cancelled);
}

struct Host final : StepHost {
  std::vector<std::pair<StepKey, Outcome>> finished;
  std::string out, err;
  void finish(StepKey key, std::uint32_t, Outcome&& outcome) override {
    finished.emplace_back(key, std::move(outcome));
  }
  void printed(StepKey, std::uint32_t, std::string_view bytes, bool is_error) override {
    (is_error ? err : out) += bytes;
  }
};

const StepRow rows[] = {{.id = {"a", 1}}, {.id = {"b", 1}, .kind = StepKind::check}};
const Program program = {.abi = program_abi, .workflow = {"w", 1}, .steps = {rows, 2}};

std::unique_ptr<Attempt> attempt_of(Row step) {
  auto attempt = std::make_unique<Attempt>();
  attempt->program = &program;
  attempt->key = {step, 3};
  attempt->arguments = {{"env", "A", "1"}, {"command", "", "true"}, {"env", "B", "2"}};
  return attempt;
}

TEST(StepRuns, finish_once_wherever_they_were_moved) {
  Host host;
  StepRun first(host, attempt_of(1));
  EXPECT_EQ(first.row().kind, StepKind::check);
  ASSERT_NE(first.argument("command"), nullptr);
  EXPECT_EQ(*first.argument("command"), "true");
  EXPECT_EQ(*first.argument("env"), "1");
  EXPECT_EQ(first.argument("dir"), nullptr);
  StepRun second = std::move(first);
  second.printed("out");
  second.printed("err", true);
  std::move(second).finish(Outcome::succeeded("x"));
  ASSERT_EQ(host.finished.size(), 1u);
  EXPECT_EQ(host.finished[0].first, (StepKey{1, 3}));
  EXPECT_EQ(host.out, "out");
  EXPECT_EQ(host.err, "err");
  second = StepRun(host, attempt_of(0));  // One that has finished may hold the next.
  std::move(second).finish(Outcome::succeeded());
  EXPECT_EQ(host.finished.size(), 2u);
}

TEST(StepRunsDeathTest, say_so_when_they_are_dropped_or_finished_twice) {
  Host host;
  EXPECT_EXIT({ StepRun lost(host, attempt_of(0)); }, testing::ExitedWithCode(70), "");
  EXPECT_EXIT(
      {
        StepRun run(host, attempt_of(0));
        std::move(run).finish(Outcome::succeeded());
        std::move(run).finish(Outcome::succeeded());
      },
      testing::ExitedWithCode(70), "");
  EXPECT_EXIT(
      {
        StepRun run(host, attempt_of(0));
        run = StepRun(host, attempt_of(1));
      },
      testing::ExitedWithCode(70), "");
}

}  // namespace
}  // namespace wf
