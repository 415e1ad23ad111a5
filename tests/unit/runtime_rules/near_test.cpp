#include "runtime/rules/near.h"

#include <gtest/gtest.h>

#include <string>

namespace wf::rules {
namespace {

TEST(Near, finds_the_one_that_was_meant) {
  EXPECT_EQ(closest("biuld", {"build", "test"}), "build");
  EXPECT_EQ(closest("statsu", {"status", "runs"}), "status");
  EXPECT_EQ(closest("BUILD", {"build"}), "build");
  EXPECT_EQ(closest("reserch", {"research", "review"}), "research");
}

TEST(Near, never_guesses) {
  EXPECT_EQ(closest("lint", {"hint", "link"}), "") << "two at the same distance";
  EXPECT_EQ(closest("lint", {"hint", "link", "lint"}), "lint") << "nearer than both";
  EXPECT_EQ(closest("ab", {"cd"}), "");
  EXPECT_EQ(closest("abc", {"axy"}), "") << "short names allow one change";
  EXPECT_EQ(closest("", {}), "");
  EXPECT_EQ(closest(std::string(100'000, 'x'), {"build"}), "");
}

TEST(Near, the_same_candidate_twice_is_no_tie) {
  EXPECT_EQ(closest("biuld", {"build", "build"}), "build");
}

}  // namespace
}  // namespace wf::rules
