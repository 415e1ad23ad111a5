// front and back as commands use them, and the words they are called with.
#include "compiler/driver/driver.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "compiler/driver/commands.h"
#include "runtime/base/files.h"

namespace wfc::driver {
namespace {

class Driver : public ::testing::Test {
 protected:
  Driver() : folder_(std::filesystem::temp_directory_path() / "wfc-driver-XXXXXX") {
    EXPECT_NE(mkdtemp(folder_.data()), nullptr);
  }
  ~Driver() override { std::filesystem::remove_all(folder_); }
  std::string write(const std::string& name, const std::string& text) {
    const std::filesystem::path path = folder_ + "/" + name;
    std::filesystem::create_directories(path.parent_path());
    EXPECT_TRUE(static_cast<bool>(wf::write_file(path, text)));
    return path;
  }
  std::string folder_;
};

TEST_F(Driver, front_reads_checks_and_counts) {
  Session session;
  const auto checked =
      front(session, write("a.wf", "workflow a\nstep one: run \"true\"\nstep two: run \"{{ one }}\"\n"), {});
  ASSERT_TRUE(static_cast<bool>(checked));
  EXPECT_TRUE(checked->usable);
  EXPECT_EQ(checked->summary.dialect, "wf");
  EXPECT_EQ(checked->summary.workflow, "a");
  EXPECT_EQ(checked->summary.steps, 2);
  EXPECT_EQ(checked->summary.edges, 1);
}

TEST_F(Driver, one_session_holds_several_definitions) {
  Session session;
  const auto bad = front(session, write("bad.wf", "workflow b\nstep one: run \"true\" { after two }\n"), {});
  const auto good = front(session, write("good.wf", "workflow g\nstep one: run \"true\"\n"), {});
  EXPECT_FALSE(bad->usable);
  EXPECT_TRUE(good->usable);
  EXPECT_EQ(session.report.count(diag::Severity::error), 1);
}

TEST_F(Driver, the_world_may_say_no) {
  Session session;
  EXPECT_FALSE(static_cast<bool>(front(session, folder_ + "/nowhere.wf", {})));
  EXPECT_FALSE(static_cast<bool>(front(session, folder_, {})));
  EXPECT_FALSE(static_cast<bool>(front(session, "/dev/zero", {})));
  EXPECT_TRUE(session.report.all().empty());
}

TEST_F(Driver, commands_are_checked_by_front) {
  Session session;
  const auto checked =
      front(session, write("a.wf", "workflow a\ninput x: string\nstep one: run \"eval {{ x }}\"\n"), {});
  EXPECT_FALSE(checked->usable);
  EXPECT_EQ(diag::code_of(*session.report.all().at(0)->kind), "WF0703");
}

// The same definition in two places, under two names of folders, is the same code and the same digest.
TEST_F(Driver, what_is_emitted_does_not_tell_where_the_definition_lies) {
  std::string texts[2];
  std::string digests[2];
  int i = 0;
  for (const char* name : {"x/a.wf", "some/deeper/y/a.wf"}) {
    const std::string path = write(
        name,
        "workflow a\nstep one: agent from \"prompts/p.md\" {\n  timeout 5m\n}\nstep two: check one.ok\n");
    write(std::string(name).substr(0, std::string(name).rfind('/')) + "/prompts/p.md", "Do {{ run.id }}.");
    Session session;
    const auto checked = front(session, path, {});
    ASSERT_TRUE(checked->usable) << session.report.all().at(0)->message;
    texts[i] = back(session, *checked).sources.files[0].text;
    digests[i] = source_digest(session, *checked);
    ++i;
  }
  EXPECT_EQ(texts[0], texts[1]);
  EXPECT_EQ(digests[0], digests[1]);
  EXPECT_THAT(texts[0], ::testing::HasSubstr("// prompts/p.md:1:7"));
}

TEST_F(Driver, everything_read_is_part_of_the_digest) {
  const std::string path = write("a.wf", "workflow a\nstep one: agent from \"p.md\"\n");
  const auto digest = [&](const FrontOptions& options) {
    Session session;
    return source_digest(session, *front(session, path, options));
  };
  write("p.md", "one");
  const std::string first = digest({});
  EXPECT_EQ(digest({}), first);
  write("p.md", "two");
  EXPECT_NE(digest({}), first);
  write("p.md", "one");
  FrontOptions defined;
  defined.defines.push_back({"X", "y"});
  EXPECT_NE(digest(defined), first);
}

TEST_F(Driver, defines_are_texts_or_files) {
  InputOptions options;
  options.defines = {"A=b=c", "B=", "C=@" + write("text", "from a file")};
  const auto front = front_options(options);
  ASSERT_TRUE(static_cast<bool>(front));
  EXPECT_EQ(front->defines[0].text, "b=c");
  EXPECT_EQ(front->defines[1].text, "");
  EXPECT_EQ(front->defines[2].text, "from a file");
  for (const std::string& wrong :
       {std::string("A"), std::string("=b"), "A=@" + folder_ + "/nowhere", std::string("A=\xff")}) {
    options.defines = {wrong};
    EXPECT_FALSE(static_cast<bool>(front_options(options))) << wrong;
  }
}

TEST(Words, are_fit_for_files_and_shells) {
  EXPECT_EQ(file_name_for("release-1.2_x"), "release-1.2_x");
  EXPECT_EQ(file_name_for("../-a b/c$(x)"), "abcx");
  EXPECT_EQ(file_name_for("\xC3\xA9"), "workflow");
  EXPECT_EQ(shell_word("plain-1.0/x"), "plain-1.0/x");
  EXPECT_EQ(shell_word("it's $x"), "'it'\\''s $x'");
  EXPECT_EQ(shell_word(""), "''");
}

}  // namespace
}  // namespace wfc::driver
