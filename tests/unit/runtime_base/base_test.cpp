// Files, JSON, digests, ids and assertions.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "runtime/base/assert.h"
#include "runtime/base/clock.h"
#include "runtime/base/digest.h"
#include "runtime/base/files.h"
#include "runtime/base/ids.h"
#include "runtime/base/json.h"

namespace {

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "wf-base-XXXXXX").string();
    path = ::mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string path;
};

class FixedClock final : public wf::Clock {
 public:
  std::int64_t wall_ms() override { return now; }
  std::int64_t monotonic_ms() override { return now; }
  std::int64_t now = 1'795'255'200'000;
};

class FixedRandom final : public wf::Random {
 public:
  std::uint64_t next() override { return seed += 0x9e3779b97f4a7c15u; }
  std::uint64_t seed = 1;
};

TEST(Files, are_read_as_they_were_written) {
  const Folder folder;
  const std::string path = folder.path + "/file";
  const std::string bytes("a\0b\xff", 4);
  ASSERT_TRUE(wf::write_file(path, bytes, 0600, true));
  EXPECT_EQ(*wf::read_file(path), bytes);
  struct stat info {};
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777u, 0600u);
  ASSERT_TRUE(wf::write_file(path, "new"));
  EXPECT_EQ(*wf::read_file(path), "new");
  int left = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder.path)) ++left;
  EXPECT_EQ(left, 1) << "no temporary file stays";
}

TEST(Files, say_why_not) {
  const Folder folder;
  EXPECT_EQ(wf::read_file(folder.path + "/none").error().message,
            "cannot read `" + folder.path + "/none`: No such file or directory");
  EXPECT_FALSE(wf::read_file(folder.path));
  ASSERT_TRUE(wf::write_file(folder.path + "/ten", "0123456789"));
  EXPECT_TRUE(wf::read_file(folder.path + "/ten", 10));
  EXPECT_FALSE(wf::read_file(folder.path + "/ten", 9));
  EXPECT_FALSE(wf::write_file(folder.path + "/none/file", "x"));
}

TEST(Files, folders_are_made_with_their_parents) {
  const Folder folder;
  EXPECT_TRUE(wf::make_folders(folder.path + "/a/b/c"));
  EXPECT_TRUE(wf::make_folders(folder.path + "/a/b/c"));
  EXPECT_TRUE(std::filesystem::is_directory(folder.path + "/a/b/c"));
  ASSERT_TRUE(wf::write_file(folder.path + "/a/file", ""));
  EXPECT_FALSE(wf::make_folders(folder.path + "/a/file/b"));
}

TEST(Json, is_strict) {
  EXPECT_EQ(wf::write_json(*wf::parse_json(R"({"b":1,"a":[true,null,2.5,"\u00fc"]})")),
            "{\"b\":1,\"a\":[true,null,2.5,\"\xc3\xbc\"]}");
  EXPECT_EQ(wf::parse_json(R"({"a":1,"b":{"a":2},"a":3})").error().message,
            "the key `a` stands in one object twice");
  for (const char* wrong :
       {"", "{", "[1,]", "{'a':1}", "01", "nul", "\"\xff\"", "1 2", "\"\\ud800\"", "[1]x", "NaN"})
    EXPECT_FALSE(wf::parse_json(wrong)) << wrong;
}

TEST(Json, has_a_depth) {
  const auto nested = [](int n) { return std::string(n, '[') + std::string(n, ']'); };
  EXPECT_TRUE(wf::parse_json(nested(200)));
  EXPECT_FALSE(wf::parse_json(nested(201)));
  EXPECT_FALSE(wf::parse_json(nested(1'000'000)));
}

TEST(Json, writes_what_is_no_utf_8_without_a_word) {
  EXPECT_EQ(wf::write_json(wf::Json("a\xff")), "\"a\xef\xbf\xbd\"");
}

TEST(Digest, is_sha_256) {
  EXPECT_EQ(wf::sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(wf::sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Digest, parts_do_not_run_into_each_other) {
  EXPECT_NE(wf::Digest().part("ab").part("c").hex(), wf::Digest().part("a").part("bc").hex());
  EXPECT_EQ(wf::Digest().part("ab").part("c").hex(), wf::Digest().part("ab").part("c").hex());
}

TEST(Ids, sort_by_time) {
  FixedClock clock;
  FixedRandom random;
  const std::string first = wf::new_run_id(clock, random);
  clock.now += 1;
  const std::string second = wf::new_run_id(clock, random);
  EXPECT_EQ(first.size(), 28u);
  EXPECT_TRUE(wf::is_run_id(first));
  EXPECT_LT(first, second);
  EXPECT_EQ(first.substr(0, 2), "r-");
}

TEST(Ids, are_safe_as_file_names) {
  EXPECT_TRUE(wf::is_run_id("a"));
  EXPECT_TRUE(wf::is_run_id("2026-11.nightly_1"));
  for (const char* wrong : {"", ".a", "-a", "a/b", "a b", "\xc3\xbc"})
    EXPECT_FALSE(wf::is_run_id(wrong)) << wrong;
  EXPECT_FALSE(wf::is_run_id(std::string(65, 'a')));
}

TEST(Clock, goes_on) {
  wf::SystemClock clock;
  EXPECT_GT(clock.wall_ms(), 1'600'000'000'000);
  const std::int64_t before = clock.monotonic_ms();
  EXPECT_GE(clock.monotonic_ms(), before);
  wf::SystemRandom random;
  EXPECT_NE(random.next(), random.next());
}

TEST(AssertDeathTest, ends_with_70_and_asks_for_a_report) {
  EXPECT_EXIT(WF_ASSERT(1 == 2), testing::ExitedWithCode(70),
              "`1 == 2` does not hold .*base_test.cpp.*\n.*report");
}

}  // namespace
