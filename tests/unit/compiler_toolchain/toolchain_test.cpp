// Finding a compiler and the runtime, and building: with a pretend runtime, so that nothing else has to be
// built.
#include "compiler/toolchain/toolchain.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "compiler/toolchain/cache.h"
#include "compiler/toolchain/process.h"
#include "runtime/base/digest.h"
#include "runtime/base/files.h"

namespace wfc::toolchain {
namespace {

class Toolchain : public ::testing::Test {
 protected:
  Toolchain() : folder_(std::filesystem::temp_directory_path() / "wfc-toolchain-XXXXXX") {
    EXPECT_NE(mkdtemp(folder_.data()), nullptr);
    set("WFC_CACHE", folder_ + "/cache");
    set("TMPDIR", folder_ + "/tmp");
    std::filesystem::create_directories(folder_ + "/tmp");
    unsetenv("WFC_HOME");
    unsetenv("WFC_CXX");
  }
  ~Toolchain() override {
    unsetenv("TMPDIR");
    std::filesystem::remove_all(folder_);
  }
  static void set(const char* name, const std::string& value) { setenv(name, value.c_str(), 1); }
  void write(const std::string& name, const std::string& text, unsigned mode = 0644) {
    const std::filesystem::path path = folder_ + "/" + name;
    std::filesystem::create_directories(path.parent_path());
    ASSERT_TRUE(static_cast<bool>(wf::write_file(path, text, mode)));
  }
  // A prefix with headers and no libraries.
  Home home() {
    write("prefix/include/wf/program.h", "#define ANSWER 7\n");
    write("prefix/lib/wfc/runtime.txt", "# pretend\ninclude ../../include\nflag -lm\n");
    set("WFC_HOME", folder_ + "/prefix");
    auto found = find_home();
    EXPECT_TRUE(static_cast<bool>(found));
    return *found;
  }
  BuildRequest request(const std::string& source) {
    BuildRequest request;
    request.name = "program";
    request.cache_key = wf::sha256_hex(source);
    request.sources = [this, source] {
      ++asked_;
      return std::vector<SourceFile>{{"workflow.cpp", source}};
    };
    return request;
  }
  bool nothing_left_behind() { return std::filesystem::is_empty(folder_ + "/tmp"); }
  int run(const std::string& program) { return WEXITSTATUS(std::system(program.c_str())); }

  std::string folder_;
  int asked_ = 0;
};

constexpr const char* returns_answer = "#include <wf/program.h>\nint main() { return ANSWER; }\n";

TEST_F(Toolchain, finds_a_home_where_it_is_told_to) {
  const Home found = home();
  EXPECT_EQ(found.found_by, "WFC_HOME");
  EXPECT_EQ(found.libraries, std::vector<std::string>{"-lm"});
  EXPECT_FALSE(found.static_tbb);
  set("WFC_HOME", folder_ + "/prefix/lib/wfc");
  EXPECT_TRUE(static_cast<bool>(find_home()));
  set("WFC_HOME", folder_ + "/nowhere");
  EXPECT_FALSE(static_cast<bool>(find_home()));
  set("WFC_HOME", folder_ + "/prefix");
  write("prefix/lib/wfc/runtime.txt", "include ../../include\narchive libgone.a\n");
  ASSERT_FALSE(static_cast<bool>(find_home()));
  EXPECT_NE(find_home().error().message.find("libgone.a"), std::string::npos);
}

TEST_F(Toolchain, a_changed_runtime_has_another_digest) {
  const std::string before = home().digest;
  write("prefix/include/wf/program.h", "#define ANSWER 8 // Longer.\n");
  EXPECT_NE(find_home()->digest, before);
}

TEST_F(Toolchain, asks_a_compiler_once_what_it_is) {
  write("bin/pretend", "#!/bin/sh\necho asked >> " + folder_ + "/asked\necho 'pretend clang version 99'\n",
        0755);
  set("WFC_CXX", folder_ + "/bin/pretend");
  for (int i = 0; i < 3; ++i) {
    const auto compiler = find_compiler();
    ASSERT_TRUE(static_cast<bool>(compiler));
    EXPECT_EQ(compiler->version, "pretend clang version 99");
    EXPECT_TRUE(compiler->clang);
  }
  EXPECT_EQ(*wf::read_file(folder_ + "/asked"), "asked\n");
  // Another program of the same name is asked again.
  write("bin/pretend", "#!/bin/sh\necho 'another one entirely'\n", 0755);
  EXPECT_EQ(find_compiler()->version, "another one entirely");
  set("WFC_CXX", folder_ + "/bin/missing");
  EXPECT_FALSE(static_cast<bool>(find_compiler()));
  EXPECT_TRUE(nothing_left_behind());
}

TEST_F(Toolchain, builds_once_and_notices_damage) {
  const Home runtime = home();
  const auto compiler = find_compiler();
  if (!compiler) GTEST_SKIP() << "no C++ compiler here";
  const std::string output = folder_ + "/out";
  auto first = build(request(returns_answer), runtime, *compiler, output);
  ASSERT_TRUE(static_cast<bool>(first)) << first.error().message;
  EXPECT_FALSE(first->toolchain_failed) << first->toolchain_output;
  EXPECT_FALSE(first->from_cache);
  EXPECT_EQ(run(output), 7);
  auto second = build(request(returns_answer), runtime, *compiler, output);
  EXPECT_TRUE(second->from_cache);
  EXPECT_EQ(asked_, 1);
  const std::string bytes = *wf::read_file(output);

  // A byte of the remembered one is changed: it is built anew, and the result is what it was.
  auto in_cache = build_in_cache(request(returns_answer), runtime, *compiler);
  ASSERT_TRUE(static_cast<bool>(in_cache));
  std::string damaged = *wf::read_file(in_cache->executable);
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] + 1);
  ASSERT_TRUE(static_cast<bool>(wf::write_file(in_cache->executable, damaged, 0755)));
  auto third = build(request(returns_answer), runtime, *compiler, output);
  EXPECT_FALSE(third->from_cache);
  EXPECT_EQ(asked_, 2);
  EXPECT_EQ(*wf::read_file(output), bytes);

  // Without the cache, in another folder, the same bytes.
  set("TMPDIR", folder_ + "/other");
  std::filesystem::create_directories(folder_ + "/other");
  BuildRequest anew = request(returns_answer);
  anew.use_cache = false;
  auto fourth = build(anew, runtime, *compiler, folder_ + "/out2");
  EXPECT_FALSE(fourth->from_cache);
  EXPECT_EQ(*wf::read_file(folder_ + "/out2"), bytes);
  EXPECT_EQ(bytes.find(folder_), std::string::npos);
  EXPECT_TRUE(nothing_left_behind());
}

TEST_F(Toolchain, an_executable_is_built_when_it_is_the_remembered_one) {
  const Cache cache(folder_ + "/cache");
  const Home runtime = home();
  const Compiler compiler;
  // Longer than what is compared at a time, and different only at its end.
  const std::string bytes(300'000, 'x');
  write("program", bytes, 0755);
  write("other", bytes.substr(1) + "y", 0755);
  const BuildRequest asked = request("source");
  EXPECT_FALSE(is_built(asked, runtime, compiler, folder_ + "/program"));
  ASSERT_TRUE(static_cast<bool>(cache.store("key", "program", folder_ + "/program")));
  EXPECT_TRUE(cache.holds("key", "program", folder_ + "/program"));
  EXPECT_FALSE(cache.holds("key", "program", folder_ + "/other"));
  EXPECT_FALSE(cache.holds("key", "program", folder_ + "/missing"));
  EXPECT_FALSE(cache.holds("key", "program", folder_));
  EXPECT_FALSE(cache.holds("key2", "program", folder_ + "/program"));
  write("shorter", bytes.substr(1), 0755);
  EXPECT_FALSE(cache.holds("key", "program", folder_ + "/shorter"));
  ASSERT_EQ(chmod((folder_ + "/program").c_str(), 0644), 0);
  EXPECT_FALSE(cache.holds("key", "program", folder_ + "/program"));
}

TEST_F(Toolchain, a_failing_compiler_keeps_the_sources_and_the_output_as_it_was) {
  const Home runtime = home();
  const auto compiler = find_compiler();
  if (!compiler) GTEST_SKIP() << "no C++ compiler here";
  write("out", "as it was");
  auto result = build(request("int main() { return nothing; }\n"), runtime, *compiler, folder_ + "/out");
  ASSERT_TRUE(static_cast<bool>(result));
  EXPECT_TRUE(result->toolchain_failed);
  EXPECT_NE(result->toolchain_output.find("nothing"), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(result->kept + "/workflow.cpp"));
  struct stat status {};
  ASSERT_EQ(stat(result->kept.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
  EXPECT_EQ(*wf::read_file(folder_ + "/out"), "as it was");
}

TEST_F(Toolchain, refuses_outputs_that_are_no_files) {
  const Home runtime = home();
  const Compiler none;
  EXPECT_FALSE(static_cast<bool>(build(request(returns_answer), runtime, none, "/dev/null")));
  EXPECT_FALSE(static_cast<bool>(build(request(returns_answer), runtime, none, folder_)));
  EXPECT_EQ(asked_, 0);
}

TEST_F(Toolchain, the_cache_forgets_the_oldest) {
  const Cache cache(folder_ + "/small");
  write("program", "bytes", 0755);
  for (int i = 0; i < 200; ++i)
    ASSERT_TRUE(static_cast<bool>(cache.store("key" + std::to_string(i), "program", folder_ + "/program")));
  int entries = 0;
  for ([[maybe_unused]] const auto& entry :
       std::filesystem::directory_iterator(folder_ + "/small/executables"))
    ++entries;
  EXPECT_LE(entries, 129);
  EXPECT_TRUE(cache.find("key199", "program").has_value());

  for (int i = 0; i < 600; ++i) write("small/notes/old" + std::to_string(i), "note");
  ASSERT_TRUE(static_cast<bool>(cache.store_note("new", "note")));
  int notes = 0;
  for ([[maybe_unused]] const auto& note : std::filesystem::directory_iterator(folder_ + "/small/notes"))
    ++notes;
  EXPECT_LE(notes, 512);
  EXPECT_EQ(cache.find_note("new"), "note");
  EXPECT_FALSE(cache.find_note("key").has_value());
}

TEST_F(Toolchain, programs_run_without_a_shell) {
  const auto ran =
      run_all({{"/bin/echo", "$(touch x)", "`y`"}, {"/bin/sh", "-c", "exit 3"}}, folder_ + "/tmp");
  ASSERT_TRUE(static_cast<bool>(ran));
  EXPECT_EQ((*ran)[0].output, "$(touch x) `y`\n");
  EXPECT_EQ((*ran)[1].exit_code, 3);
  EXPECT_FALSE(static_cast<bool>(run_all({{"/nowhere/program"}}, folder_ + "/tmp")));
}

}  // namespace
}  // namespace wfc::toolchain
