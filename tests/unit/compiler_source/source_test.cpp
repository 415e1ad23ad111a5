// Places in texts, and files that a definition may and may not name.
#include "compiler/source/source.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "runtime/base/files.h"

namespace wfc::source {
namespace {

namespace fs = std::filesystem;

std::string place(const SourceMap& sources, FileId file, std::uint32_t offset) {
  const Position at = sources.position_of(file, offset);
  return std::to_string(at.line) + ":" + std::to_string(at.column);
}

TEST(SourceMap, counts_lines_and_columns_from_one) {
  SourceMap sources;
  const FileId file = sources.add("w", "one\ntwo\n");
  EXPECT_EQ(place(sources, file, 0), "1:1");
  EXPECT_EQ(place(sources, file, 3), "1:4");
  EXPECT_EQ(place(sources, file, 4), "2:1");
  EXPECT_EQ(place(sources, file, 8), "3:1");
  EXPECT_EQ(place(sources, file, 1000), "3:1");
  EXPECT_EQ(sources.line_count(file), 3u);
  EXPECT_EQ(sources.line(file, 2), "two");
  EXPECT_EQ(sources.line(file, 3), "");
  EXPECT_EQ(sources.line(file, 4), "");
}

TEST(SourceMap, a_byte_order_mark_is_no_text) {
  SourceMap sources;
  const FileId file = sources.add("w", "\xef\xbb\xbfname: x");
  EXPECT_EQ(sources.file(file).text, "name: x");
  EXPECT_EQ(place(sources, file, 0), "1:1");
}

TEST(SourceMap, knows_line_ends_of_other_systems) {
  SourceMap sources;
  const FileId file = sources.add("w", "one\r\ntwo\rstill two\r\n");
  EXPECT_EQ(sources.line(file, 1), "one");
  EXPECT_EQ(sources.line(file, 2), "two\rstill two");
  EXPECT_EQ(place(sources, file, 5), "2:1");
}

TEST(SourceMap, columns_are_characters) {
  SourceMap sources;
  const FileId file = sources.add("w", "gr\xc3\xbc\xc3\x9f \xf0\x9f\x9a\x80x");
  EXPECT_EQ(place(sources, file, 6), "1:5");
  EXPECT_EQ(place(sources, file, 11), "1:7");
  EXPECT_EQ(sources.offset_of(file, {1, 7}), 11u);
  EXPECT_EQ(sources.offset_of(file, {1, 99}), 12u);
  EXPECT_EQ(sources.offset_of(file, {99, 1}), 0u);
}

TEST(SourceMap, places_in_enormous_lines_are_right) {
  SourceMap sources;
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += i % 3 == 0 ? "\xc3\xbc" : "a";
  const FileId file = sources.add("w", "x\n" + text);
  std::uint32_t column = 1;
  for (std::uint32_t at = 0; at < text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) continue;
    ASSERT_EQ(sources.position_of(file, at + 2).column, column) << at;
    ++column;
  }
}

TEST(SourceMap, every_offset_survives_the_way_there_and_back) {
  SourceMap sources;
  const FileId file = sources.add("w", "a\n\xc3\xbc b\n\n\xf0\x9f\x9a\x80\n");
  for (const std::uint32_t at : {0u, 1u, 2u, 4u, 5u, 6u, 7u, 8u, 12u})
    EXPECT_EQ(sources.offset_of(file, sources.position_of(file, at)), at);
}

TEST(SourceMap, spans_are_cut_at_the_end) {
  SourceMap sources;
  const FileId file = sources.add("w", "abc");
  EXPECT_EQ(sources.text({file, 1, 3}), "bc");
  EXPECT_EQ(sources.text({file, 1, 30}), "bc");
  EXPECT_EQ(sources.text({file, 10, 30}), "");
  EXPECT_EQ(sources.text({}), "");
}

class Loading : public testing::Test {
 protected:
  Loading() {
    std::string pattern = (fs::temp_directory_path() / "wfc-source-XXXXXX").string();
    base_ = ::mkdtemp(pattern.data());
    root_ = base_ + "/root";
    fs::create_directories(root_ + "/prompts");
    write(root_ + "/prompts/plan.md", "plan");
    write(base_ + "/secret.md", "secret");
  }
  ~Loading() override { fs::remove_all(base_); }
  static void write(const std::string& path, const std::string& text) {
    ASSERT_TRUE(wf::write_file(path, text));
  }
  std::string inside(const std::string& name, bool allow_outside = false) const {
    const auto text = load_inside(root_, name, 100, allow_outside);
    return text ? *text : "(" + text.error().message + ")";
  }
  std::string base_;
  std::string root_;
};

TEST_F(Loading, reads_what_lies_inside) {
  EXPECT_EQ(inside("prompts/plan.md"), "plan");
  EXPECT_EQ(inside("./prompts/../prompts/plan.md"), "plan");
  fs::create_symlink("plan.md", root_ + "/prompts/link.md");
  EXPECT_EQ(inside("prompts/link.md"), "plan");
  fs::create_symlink(root_ + "/prompts", root_ + "/absolute");
  EXPECT_EQ(inside("absolute/plan.md"), "plan") << "an absolute link that stays inside";
  EXPECT_EQ(*load(root_ + "/prompts/plan.md", 4), "plan");
}

TEST_F(Loading, refuses_what_leads_out) {
  const std::string refused = "(" + std::string(leads_outside) + ")";
  EXPECT_EQ(inside("../secret.md"), refused);
  EXPECT_EQ(inside("../nothing-there"), refused) << "and does not tell whether it exists";
  EXPECT_EQ(inside(base_ + "/secret.md"), refused);
  EXPECT_EQ(inside("/etc/passwd"), refused);
  EXPECT_EQ(inside("prompts/../../secret.md"), refused);
  fs::create_symlink("../../secret.md", root_ + "/prompts/link.md");
  EXPECT_EQ(inside("prompts/link.md"), refused);
  fs::create_symlink(base_, root_ + "/up");
  EXPECT_EQ(inside("up/secret.md"), refused);
  fs::create_directories(base_ + "/root-beside");
  write(base_ + "/root-beside/x", "x");
  fs::create_symlink(base_ + "/root-beside", root_ + "/beside");
  EXPECT_EQ(inside("beside/x"), refused) << "a folder whose name begins like the root's";
}

TEST_F(Loading, goes_out_when_told_to) {
  EXPECT_EQ(inside("../secret.md", true), "secret");
  EXPECT_EQ(inside(base_ + "/secret.md", true), "secret");
}

TEST_F(Loading, says_why_not) {
  EXPECT_EQ(inside("none.md"), "(there is no such file)");
  EXPECT_EQ(inside(""), "(its name is empty)");
  EXPECT_EQ(inside(std::string("a\0b", 3)), "(its name holds a NUL character)");
  EXPECT_EQ(inside("prompts"), "(it is a folder)");
  ASSERT_EQ(::mkfifo((root_ + "/pipe").c_str(), 0600), 0);
  EXPECT_EQ(inside("pipe"), "(it is not a plain file)") << "and does not wait for a writer";
  EXPECT_EQ(inside("/dev/zero", true), "(it is not a plain file)");
  write(root_ + "/large", std::string(101, 'x'));
  EXPECT_EQ(inside("large"), "(it is larger than 100 bytes)");
  fs::create_symlink("loop", root_ + "/loop");
  EXPECT_NE(inside("loop").find("symbolic links"), std::string::npos);
}

}  // namespace
}  // namespace wfc::source
