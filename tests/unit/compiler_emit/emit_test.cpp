// Emitted code: literals that nothing can break out of, and code that both compilers take without a warning.
#include "compiler/emit/emit.h"

#include <gmock/gmock.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <random>

#include "compiler/passes/passes.h"
#include "runtime/base/files.h"
#include "tests/unit/compiler_plan/lowering.h"

namespace wfc {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

emit::Sources emitted(Definition& definition) {
  definition.plan = passes::optimise(std::move(definition.plan), {}, {});
  return emit::emit_cpp(definition.plan, definition.sources,
                        {.compiler = "wfc test", .definition = definition.file});
}

// Compiles with warnings as errors and runs; what it printed.
class Compilers {
 public:
  Compilers() : folder_(std::filesystem::temp_directory_path() / "wfc-emit-XXXXXX") {
    EXPECT_NE(mkdtemp(folder_.data()), nullptr);
  }
  ~Compilers() { std::filesystem::remove_all(folder_); }
  Compilers(const Compilers&) = delete;
  Compilers& operator=(const Compilers&) = delete;

  const std::string& folder() const { return folder_; }
  void write(const std::string& name, const std::string& text) {
    EXPECT_TRUE(static_cast<bool>(wf::write_file(folder_ + "/" + name, text)));
  }
  int shell(const std::string& command) {
    const std::string line = "cd " + folder_ + " && " + command + " >log 2>&1";
    const int status = std::system(line.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  std::string log() { return *wf::read_file(folder_ + "/log"); }

 private:
  std::string folder_;
};

constexpr const char* strict =
    " -std=c++20 -Wall -Wextra -Wpedantic -Werror -fno-exceptions -fno-rtti -I" WF_SOURCE_DIR
    "/runtime/include ";

TEST(Literal, is_ascii_and_has_no_way_out) {
  EXPECT_EQ(emit::literal("abc", 4), "\"abc\"");
  EXPECT_EQ(emit::literal("", 4), "\"\"");
  EXPECT_EQ(emit::literal("a\"b\\c?d", 4), "\"a\\042b\\134c\\077d\"");
  EXPECT_EQ(emit::literal("\x01"
                          "1",
                          4),
            "\"\\0011\"");
  EXPECT_EQ(emit::literal("a\nb", 2), "\"a\\012\"\n  \"b\"");
  EXPECT_EQ(emit::literal("\xC3\xA9", 0), "\"\\303\\251\"");
  const std::string lines = emit::literal(std::string(250, 'x'), 1);
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2);
}

TEST(Literal, compilers_give_every_byte_back) {
  std::mt19937 random(11);
  std::string bytes;
  for (int i = 0; i < 200'000; ++i) bytes += static_cast<char>(random() & 255);
  // And what generators have stumbled over.
  bytes += "?\?/\n?\?=\\\n*/ // /* \r\r\n\v\f R\"( )\" \\x41 \\u0041 \"\"";
  Compilers compilers;
  compilers.write("bytes", bytes);
  compilers.write("literal.cpp",
                  "#include <cstdio>\n#pragma GCC diagnostic ignored \"-Woverlength-strings\"\nint main() "
                  "{\n  static const char text[] = " +
                      emit::literal(bytes, 6) + ";\n  std::fwrite(text, 1, sizeof text - 1, stdout);\n}\n");
  for (const char* compiler : {"g++", "clang++"}) {
    if (compilers.shell(std::string("command -v ") + compiler) != 0) continue;
    for (const char* standard : {"-std=c++20", "-std=c++14"}) {
      ASSERT_EQ(compilers.shell(std::string(compiler) + " -Wall -Wextra -Wpedantic -Werror " + standard +
                                " literal.cpp -o literal"),
                0)
          << compiler << compilers.log();
      EXPECT_EQ(compilers.shell("./literal | cmp - bytes"), 0) << compiler << standard;
    }
  }
}

constexpr const char* everything =
    "workflow everything \"A title\"\n"
    "on manual\non cron \"0 9 * * 1\" timezone \"Europe/Berlin\"\n"
    "input who: string\ninput kind: \"a\" | \"b\" = \"a\"\ninput count: int? = null\n"
    "let twice = 2 * 21\n"
    "fail_fast false\nmax_parallel 4\n"
    "step plan: agent Planner {\n  prompt \"\"\"\n    {% for x in [1, 2, 3, 4, 5, 6, 7, 8] %}{{ x }} {{ "
    "loop.index }}{% if x is odd %}!{% endif %}{% endfor %}\n    {{ who | trim | default(value = 'nobody') "
    "}} {{ {\"k\": 1, \"l\": [who]} | json_encode }}\n    \"\"\"\n  output idea\n  timeout 10m\n  on fail "
    "retry 2 wait 10s backoff 2.5\n}\n"
    "parallel checks max 2 {\n  step test: run \"make test\"\n  step note: run \"echo {{ idea }} {{ twice }} "
    ">> notes\" {\n    env X = 1.5\n  }\n}\n"
    "if kind == \"a\" and not (who in [\"x\", \"y\"]) or count > 1 {\n  step sign-off: approve \"Ship {{ "
    "checks }}?\" {\n    by ana, bo\n    timeout 24h\n  }\n} else {\n  step no: check test.ok == true and -1 "
    "< 2.0 and 1h > 5m and who is not defined\n}\n"
    "step ship: deploy preview when test.ok\n";

TEST(Emit, both_compilers_take_it_without_a_warning) {
  const auto definition = lower_definition(everything);
  const emit::Sources sources = emitted(*definition);
  ASSERT_EQ(sources.files.size(), 1u);
  for (const char c : sources.files[0].text) ASSERT_TRUE(c == '\n' || (c >= ' ' && c <= '~'));
  EXPECT_THAT(sources.files[0].text, HasSubstr("// test.wf:"));
  EXPECT_THAT(sources.files[0].text, Not(HasSubstr("a/b/test.wf")));
  Compilers compilers;
  compilers.write("workflow.cpp", sources.files[0].text);
  for (const char* compiler : {"g++", "clang++"}) {
    if (compilers.shell(std::string("command -v ") + compiler) != 0) continue;
    EXPECT_EQ(compilers.shell(std::string(compiler) + strict + "-c workflow.cpp -o workflow.o"), 0)
        << compilers.log();
  }
}

// Deep and long expressions stay within what compilers nest.
TEST(Emit, expressions_may_be_deep_and_long) {
  std::string deep = "x";
  for (int i = 0; i < 90; ++i) deep = "(" + deep + " + 1)";
  std::string negations = "x > 1";
  for (int i = 0; i < 60; ++i) negations = "not (" + negations + ")";
  std::string chain = "x == 0";
  for (int i = 1; i < 150; ++i) chain += " or x == " + std::to_string(i);
  std::string list = "[0";
  for (int i = 1; i < 2000; ++i) list += ", " + std::to_string(i);
  const auto definition = lower_definition(
      "workflow w\ninput x: int\nstep a: run \"a\" when " + deep + " > 3\nstep b: run \"b\" when " + chain +
      "\nstep c: run \"c\" when x in " + list + "]\nstep d: run \"d\" when " + negations + "\n");
  const emit::Sources sources = emitted(*definition);
  Compilers compilers;
  compilers.write("workflow.cpp", sources.files[0].text);
  for (const char* compiler : {"g++", "clang++"}) {
    if (compilers.shell(std::string("command -v ") + compiler) != 0) continue;
    EXPECT_EQ(compilers.shell(std::string(compiler) + strict + "-c workflow.cpp -o workflow.o"), 0)
        << compilers.log();
  }
}

TEST(Emit, many_expressions_are_files_of_their_own) {
  std::string text = "workflow w\ninput x: int\n";
  for (int i = 0; i < 3200; ++i)
    text += "step s" + std::to_string(i) + ": run \"true\" when x != " + std::to_string(i) + "\n";
  const auto definition = lower_definition(text);
  const emit::Sources sources = emitted(*definition);
  ASSERT_EQ(sources.files.size(), 2u);
  Compilers compilers;
  for (const emit::SourceFile& file : sources.files) {
    compilers.write(file.name, file.text);
    EXPECT_EQ(compilers.shell(std::string("g++") + strict + "-fsyntax-only " + file.name), 0)
        << compilers.log();
  }
}

TEST(Emit, long_texts_compile_too) {
  const auto definition = lower_definition(
      "name: w\nsteps:\n  - {id: a, agent: x, prompt: \"" + std::string(200'000, 'x') + "\"}\n", "w.yaml");
  const emit::Sources sources = emitted(*definition);
  Compilers compilers;
  compilers.write("workflow.cpp", sources.files[0].text);
  for (const char* compiler : {"g++", "clang++"}) {
    if (compilers.shell(std::string("command -v ") + compiler) != 0) continue;
    EXPECT_EQ(compilers.shell(std::string(compiler) + strict + "-c workflow.cpp -o workflow.o"), 0)
        << compilers.log();
  }
}

}  // namespace
}  // namespace wfc
