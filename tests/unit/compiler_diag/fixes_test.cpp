// Fixes applied to texts, and the difference shown.
#include "compiler/diag/fixes.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <random>

#include "runtime/base/files.h"

namespace wfc::diag {
namespace {

class Fixes : public ::testing::Test {
 protected:
  Fixes() : file_(sources_.add("w.yaml", "alpha beta gamma")) {}
  Draft add(std::uint32_t begin, std::uint32_t end) {
    return report_.add(yaml_syntax, {file_, begin, end}, "x");
  }
  Span at(std::uint32_t begin, std::uint32_t end) const { return {file_, begin, end}; }
  Fixed apply() { return apply_safe_fixes(report_, sources_, {file_}); }

  source::SourceMap sources_;
  Report report_;
  FileId file_;
};

TEST_F(Fixes, are_applied_where_they_stand) {
  add(0, 5).fix("a", at(0, 5), "A");
  add(11, 16).fix("c", at(11, 16), "C").edit(at(6, 6), "(").edit(at(10, 10), ")");
  const Fixed fixed = apply();
  EXPECT_EQ(fixed.fixes, 2);
  EXPECT_EQ(fixed.texts.at(file_), "A (beta) C");
}

TEST_F(Fixes, that_are_not_safe_or_do_nothing_are_left_alone) {
  add(0, 5).fix("a", at(0, 5), "A", false);
  add(6, 10).fix("b", at(6, 10), "beta");
  add(6, 10).fix("b", {}, "beta");
  EXPECT_EQ(apply().fixes, 0);
  EXPECT_TRUE(apply().texts.empty());
  EXPECT_TRUE(apply_safe_fixes(report_, sources_, {}).texts.empty());
}

TEST_F(Fixes, that_overlap_wait_for_the_next_round) {
  add(0, 5).fix("a", at(0, 5), "A");
  add(0, 10).fix("ab", at(3, 10), "B").edit(at(11, 16), "never alone");
  add(5, 5).fix("insert", at(5, 5), "!");
  const Fixed fixed = apply();
  EXPECT_EQ(fixed.fixes, 1);
  EXPECT_EQ(fixed.texts.at(file_), "A beta gamma");
}

TEST_F(Fixes, the_first_safe_one_is_taken) {
  add(0, 5).fix("perhaps", at(0, 5), "P", false).fix("surely", at(0, 5), "S");
  EXPECT_EQ(apply().texts.at(file_), "S beta gamma");
}

TEST(UnifiedDiff, shows_what_changed) {
  EXPECT_EQ(unified_diff("w", "a\nb\nc\n", "a\nb\nc\n"), "");
  EXPECT_EQ(unified_diff("w", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n", "a\nB\nc\nd\ne\nf\ng\nh\ni\nj\nk"),
            "--- a/w\n+++ b/w\n@@ -1,5 +1,5 @@\n a\n-b\n+B\n c\n d\n e\n@@ -8,3 +8,4 @@\n h\n i\n j\n+k\n"
            "\\ No newline at end of file\n");
  EXPECT_EQ(unified_diff("w", "", "a\n"), "--- a/w\n+++ b/w\n@@ -0,0 +1 @@\n+a\n");
}

// Whatever it shows, `patch` makes the new text of the old one.
TEST(UnifiedDiff, is_what_patch_reads) {
  std::string folder = (std::filesystem::temp_directory_path() / "wfc-diff-XXXXXX").string();
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  if (std::system("command -v patch >/dev/null") != 0) GTEST_SKIP() << "there is no `patch`";
  std::mt19937_64 random(7);
  for (int round = 0; round < 60; ++round) {
    std::vector<std::string> lines(random() % 40);
    for (std::string& line : lines) line = std::string(1, static_cast<char>('a' + random() % 6)) + "\n";
    if (!lines.empty() && random() % 3 == 0) lines.back().pop_back();
    std::string before, after;
    for (const std::string& line : lines) before += line;
    for (const std::string& line : lines) {
      if (random() % 4 == 0) after += "new " + std::to_string(random() % 3) + "\n";
      if (random() % 4 != 0) after += line;
    }
    ASSERT_TRUE(wf::write_file(folder + "/w", before));
    const std::string diff = unified_diff("w", before, after);
    if (diff.empty()) continue;
    ASSERT_TRUE(wf::write_file(folder + "/d", diff));
    ASSERT_EQ(std::system(("cd " + folder + " && patch -s -p1 <d >log 2>&1").c_str()), 0) << diff;
    const auto patched = wf::read_file(folder + "/w");
    ASSERT_EQ(patched ? *patched : std::string(), after) << diff;
  }
  std::filesystem::remove_all(folder);
}

TEST(UnifiedDiff, texts_without_anything_in_common_are_replaced) {
  std::string before, after;
  for (int i = 0; i < 20000; ++i) {
    before += "a" + std::to_string(i) + "\n";
    after += "b" + std::to_string(i) + "\n";
  }
  EXPECT_TRUE(
      unified_diff("w", before, after).starts_with("--- a/w\n+++ b/w\n@@ -1,20000 +1,20000 @@\n-a0\n"));
}

}  // namespace
}  // namespace wfc::diag
