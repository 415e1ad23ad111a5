// The patterns of `.gitignore`. Where git is installed, it is asked whether it thinks the same.
#include "compiler/driver/ignore.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <random>

#include "runtime/base/files.h"

namespace wfc::driver {
namespace {

using Verdict = IgnorePatterns::Verdict;

bool ignores(const std::string& patterns, const std::string& path, bool is_folder = false) {
  return IgnorePatterns(patterns).of(path, is_folder) == Verdict::ignored;
}

TEST(Ignore, names_anywhere_and_at_the_top) {
  EXPECT_TRUE(ignores("a.yaml", "a.yaml"));
  EXPECT_TRUE(ignores("a.yaml", "deep/down/a.yaml"));
  EXPECT_TRUE(ignores("/a.yaml", "a.yaml"));
  EXPECT_FALSE(ignores("/a.yaml", "deep/a.yaml"));
  EXPECT_TRUE(ignores("deep/a.yaml", "deep/a.yaml"));
  EXPECT_FALSE(ignores("deep/a.yaml", "more/deep/a.yaml"));
}

TEST(Ignore, folders_only) {
  EXPECT_TRUE(ignores("build/", "x/build", true));
  EXPECT_FALSE(ignores("build/", "x/build", false));
}

TEST(Ignore, the_last_pattern_decides) {
  EXPECT_EQ(IgnorePatterns("*.yaml\n!keep.yaml\n").of("keep.yaml", false), Verdict::kept);
  EXPECT_TRUE(ignores("*.yaml\n!keep.yaml\nkeep.yaml", "keep.yaml"));
  EXPECT_EQ(IgnorePatterns("b").of("a", false), Verdict::none);
}

TEST(Ignore, stars) {
  EXPECT_TRUE(ignores("*.y?ml", "x.yaml"));
  EXPECT_FALSE(ignores("a/*", "a/b/c"));
  EXPECT_TRUE(ignores("a/**", "a/b/c"));
  EXPECT_FALSE(ignores("a/**", "a", true));
  EXPECT_TRUE(ignores("**/b", "a/x/b"));
  EXPECT_TRUE(ignores("**/b", "b"));
  EXPECT_TRUE(ignores("a/**/b", "a/b"));
  EXPECT_TRUE(ignores("a/**/b", "a/x/y/b"));
  EXPECT_FALSE(ignores("a/**/b", "c/a/b"));
}

TEST(Ignore, sets_and_escapes) {
  EXPECT_TRUE(ignores("[a-c]x", "bx"));
  EXPECT_FALSE(ignores("[!a-c]x", "bx"));
  EXPECT_TRUE(ignores("[]]x", "]x"));
  EXPECT_TRUE(ignores("\\#x", "#x"));
  EXPECT_TRUE(ignores("\\!x", "!x"));
  EXPECT_FALSE(ignores("# x", "# x"));
  EXPECT_TRUE(ignores("x   ", "x"));
  EXPECT_TRUE(ignores("x\\ ", "x "));
  EXPECT_TRUE(ignores("x\r\n", "x"));
  EXPECT_FALSE(ignores("", "x"));
  EXPECT_FALSE(ignores("/", "x"));
}

TEST(Ignore, hostile_patterns_take_no_time) {
  std::string pattern, text(20000, 'a');
  for (int i = 0; i < 2000; ++i) pattern += "*a";
  EXPECT_FALSE(fits_wildcards(pattern + "b", text));
}

TEST(Ignore, git_thinks_the_same) {
  if (std::system("git --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "there is no git";
  std::string folder = (std::filesystem::temp_directory_path() / "wfc-ignore-XXXXXX").string();
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  ASSERT_EQ(std::system(("git init -q " + folder).c_str()), 0);
  std::mt19937_64 random(11);
  static const char* const parts[] = {"a", "b", "ab", "*", "**", "a*", "?", "[ab]", "[!a]", "*b"};
  static const char* const names[] = {"a", "b", "ab", "ba", "c"};
  for (int round = 0; round < 40; ++round) {
    std::string patterns;
    for (std::uint64_t i = 0; i < 1 + random() % 3; ++i) {
      if (random() % 4 == 0) patterns += "!";
      if (random() % 4 == 0) patterns += "/";
      for (std::uint64_t k = 0; k < 1 + random() % 3; ++k)
        patterns += std::string(k > 0 ? "/" : "") + parts[random() % 10];
      patterns += "\n";
    }
    ASSERT_TRUE(wf::write_file(folder + "/.gitignore", patterns));
    const IgnorePatterns ours(patterns);
    std::string asked;
    std::vector<std::string> paths;
    for (int i = 0; i < 20; ++i) {
      std::string path;
      for (std::uint64_t k = 0; k < 1 + random() % 3; ++k)
        path += std::string(k > 0 ? "/" : "") + names[random() % 5];
      paths.push_back(path);
      asked += path + "\n";
    }
    ASSERT_TRUE(wf::write_file(folder + "/asked", asked));
    (void)std::system(
        ("cd " + folder + " && git check-ignore --no-index --stdin <asked >said 2>/dev/null").c_str());
    const auto said = wf::read_file(folder + "/said");
    ASSERT_TRUE(static_cast<bool>(said));
    for (const std::string& path : paths) {
      // As a search goes: what lies below an ignored folder is never asked for.
      bool ignored = false;
      for (std::size_t slash = path.find('/'); slash != std::string::npos && !ignored;
           slash = path.find('/', slash + 1))
        ignored = ours.of(path.substr(0, slash), true) == Verdict::ignored;
      ignored = ignored || ours.of(path, false) == Verdict::ignored;
      const bool git = ("\n" + *said).find("\n" + path + "\n") != std::string::npos;
      ASSERT_EQ(ignored, git) << path << "\n" << patterns;
    }
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace wfc::driver
