// Jobs and places in groups.
#include "runtime/policy/limits.h"

#include <gtest/gtest.h>

namespace wf::policy {
namespace {

TEST(Limits, without_any_there_is_always_room) {
  const Program program;
  Limits limits(program, 0, 0, 0);
  EXPECT_FALSE(limits.limited(Pool::commands));
  for (int i = 0; i < 1000; ++i) limits.take_job(Pool::commands);
  EXPECT_TRUE(limits.has_job(Pool::commands));
}

TEST(Limits, each_pool_has_its_own) {
  const Program program;
  Limits limits(program, 0, 1, 2);
  limits.take_job(Pool::commands);
  EXPECT_FALSE(limits.has_job(Pool::commands));
  EXPECT_TRUE(limits.has_job(Pool::waiting));
  limits.give_job(Pool::commands);
  EXPECT_TRUE(limits.has_job(Pool::commands));
}

TEST(Limits, the_run_has_one_over_both) {
  Program program;
  program.running_max = 2;
  Limits limits(program, 0, 0, 0);
  limits.take_job(Pool::commands);
  limits.take_job(Pool::waiting);
  EXPECT_FALSE(limits.has_job(Pool::commands));
  EXPECT_FALSE(limits.has_job(Pool::waiting));
}

TEST(Limits, jobs_asked_for_win_over_the_program) {
  Program program;
  program.running_max = 1;
  Limits limits(program, 2, 0, 0);
  limits.take_job(Pool::commands);
  EXPECT_TRUE(limits.has_job(Pool::commands));
}

TEST(Limits, a_place_counts_in_every_group_around) {
  GroupRow groups[3];
  groups[0].running_max = 2;
  groups[1].running_max = 5;
  groups[1].outer = groups[2].outer = 0;
  Program program;
  program.groups = {groups, 3};
  Limits limits(program, 0, 0, 0);
  limits.take_place(1);
  limits.take_place(2);
  EXPECT_EQ(limits.places(1), 4u);
  EXPECT_EQ(limits.full_group(1), 0u);
  limits.give_place(2);
  EXPECT_EQ(limits.full_group(1), no_row);
}

}  // namespace
}  // namespace wf::policy
