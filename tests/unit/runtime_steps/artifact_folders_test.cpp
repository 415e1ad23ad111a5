// Folders that are passed on, and what is never lost with them.
#include "runtime/steps/artifact_folders.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace wf::steps {
namespace {

namespace fs = std::filesystem;

class ArtifactFoldersTest : public testing::Test {
 protected:
  ArtifactFoldersTest() {
    char pattern[] = "/tmp/wf-artifacts-XXXXXX";
    home = ::mkdtemp(pattern);
  }
  ~ArtifactFoldersTest() override { fs::remove_all(home); }
  std::string path(const std::string& name) const { return (home / "artifacts" / name).string(); }
  void write(const std::string& name) const { std::ofstream(path(name)) << "kept"; }
  // Until a change now has another time than every change before.
  static void let_the_clock_tick() { ::usleep(60'000); }

  fs::path home;
  ArtifactFolders folders;
};

TEST_F(ArtifactFoldersTest, an_empty_one_is_passed_on) {
  ASSERT_TRUE(folders.provide(path("0.1")));
  EXPECT_TRUE(fs::is_directory(path("0.1")));
  folders.pass_back(path("0.1"));
  ASSERT_TRUE(folders.provide(path("1.1")));
  EXPECT_TRUE(fs::is_directory(path("1.1")));
  EXPECT_FALSE(fs::exists(path("0.1")));
}

TEST_F(ArtifactFoldersTest, one_with_something_in_it_stays) {
  ASSERT_TRUE(folders.provide(path("0.1")));
  write("0.1/report");
  folders.pass_back(path("0.1"));
  ASSERT_TRUE(folders.provide(path("1.1")));
  EXPECT_TRUE(fs::exists(path("0.1/report")));
  EXPECT_TRUE(fs::is_empty(path("1.1")));
}

TEST_F(ArtifactFoldersTest, one_that_was_passed_on_before_and_is_written_to_stays) {
  ASSERT_TRUE(folders.provide(path("0.1")));
  let_the_clock_tick();
  folders.pass_back(path("0.1"));
  ASSERT_TRUE(folders.provide(path("1.1")));
  write("1.1/report");
  folders.pass_back(path("1.1"));
  ASSERT_TRUE(folders.provide(path("2.1")));
  EXPECT_TRUE(fs::exists(path("1.1/report")));
  EXPECT_TRUE(fs::is_empty(path("2.1")));
}

TEST_F(ArtifactFoldersTest, one_that_was_written_to_at_once_stays) {
  // Within one tick of a coarse clock the times say nothing.
  for (int i = 0; i < 50; ++i) {
    const std::string from = std::to_string(i) + ".1", to = std::to_string(i) + ".2";
    ASSERT_TRUE(folders.provide(path(from)));
    folders.pass_back(path(from));
    ASSERT_TRUE(folders.provide(path(to)));
    write(to + "/report");
    folders.pass_back(path(to));
    EXPECT_TRUE(fs::exists(path(to + "/report"))) << i;
  }
}

TEST_F(ArtifactFoldersTest, one_that_was_emptied_again_is_passed_on) {
  ASSERT_TRUE(folders.provide(path("0.1")));
  let_the_clock_tick();
  folders.pass_back(path("0.1"));
  ASSERT_TRUE(folders.provide(path("1.1")));
  write("1.1/report");
  fs::remove(path("1.1/report"));
  folders.pass_back(path("1.1"));
  ASSERT_TRUE(folders.provide(path("2.1")));
  EXPECT_FALSE(fs::exists(path("1.1")));
}

TEST_F(ArtifactFoldersTest, a_repeated_attempt_finds_what_the_first_left) {
  ASSERT_TRUE(folders.provide(path("0.1")));
  ASSERT_TRUE(folders.provide(path("1.1")));
  write("0.1/half");
  folders.pass_back(path("0.1"));
  folders.pass_back(path("1.1"));
  ASSERT_TRUE(folders.provide(path("0.1")));
  EXPECT_TRUE(fs::exists(path("0.1/half")));
}

TEST_F(ArtifactFoldersTest, the_last_empty_ones_are_removed) {
  {
    ArtifactFolders others;
    ASSERT_TRUE(others.provide(path("0.1")));
    ASSERT_TRUE(others.provide(path("1.1")));
    write("1.1/report");
    others.pass_back(path("0.1"));
    others.pass_back(path("1.1"));
  }
  EXPECT_FALSE(fs::exists(path("0.1")));
  EXPECT_TRUE(fs::exists(path("1.1/report")));
}

TEST_F(ArtifactFoldersTest, a_file_in_its_place_is_said) {
  fs::create_directories(path(""));
  write("0.1");
  EXPECT_FALSE(folders.provide(path("0.1")));
}

}  // namespace
}  // namespace wf::steps
