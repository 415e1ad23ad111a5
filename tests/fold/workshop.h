// A folder in which programs are built and run for their output.
#pragma once
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "compiler/driver/driver.h"
#include "compiler/toolchain/toolchain.h"
#include "runtime/base/files.h"

extern char** environ;

namespace fold {

using namespace wfc;

inline int failures = 0;

inline void fail(const std::string& where, const std::string& what) {
  if (++failures <= 20) std::printf("FAILED: %s\n  %s\n", where.c_str(), what.c_str());
}

inline std::string output_of(const std::string& program) {
  const std::string out = program + ".out";
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  std::string word = program;
  char* argv[] = {word.data(), nullptr};
  pid_t pid = 0;
  int status = -1;
  if (posix_spawn(&pid, argv[0], &actions, nullptr, argv, environ) == 0) waitpid(pid, &status, 0);
  posix_spawn_file_actions_destroy(&actions);
  if (status != 0) fail(program, "ended with status " + std::to_string(status));
  const auto text = wf::read_file(out);
  return text ? *text : std::string();
}

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

class Workshop {
 public:
  Workshop(std::string folder, toolchain::Home home, toolchain::Compiler compiler)
      : folder_(std::move(folder)), home_(std::move(home)), compiler_(std::move(compiler)) {}
  const std::string& folder() const { return folder_; }

  // What the program prints that the plan becomes.
  std::vector<std::string> run(const plan::Plan& plan, const source::SourceMap& sources, FileId file,
                               const std::string& name) {
    const emit::Sources emitted = emit::emit_cpp(plan, sources, {.compiler = "wfc test", .definition = file});
    toolchain::BuildRequest request;
    request.name = name;
    request.use_cache = false;
    request.sources = [&emitted] {
      std::vector<toolchain::SourceFile> files;
      for (const emit::SourceFile& each : emitted.files) files.push_back({each.name, each.text});
      return files;
    };
    const std::string program = folder_ + "/" + name;
    const auto built = toolchain::build(request, home_, compiler_, program);
    if (!built || built->toolchain_failed) {
      fail(name, "does not build: " + (built ? built->toolchain_output : built.error().message));
      return {};
    }
    return lines_of(output_of(program));
  }

 private:
  std::string folder_;
  toolchain::Home home_;
  toolchain::Compiler compiler_;
};

// The plan before any pass, beside driver::optimised_plan.
inline plan::Plan plain_plan(driver::Session& session, const driver::Checked& checked) {
  diag::Report said_before;
  return plan::lower(checked.read.workflow, *checked.graph,
                     {.dialect = "wf",
                      .source_digest = "",
                      .compiler = "wfc test",
                      .sources = &session.sources,
                      .definition = checked.file},
                     said_before);
}

// Where programs of tests are built: with fold_program in the place of the runtime's main. Empty, and said,
// when there is no compiler.
inline std::optional<Workshop> open_workshop() {
  setenv("WFC_HOME", WF_BINARY_DIR, 1);
  auto home = toolchain::find_home();
  const auto compiler = toolchain::find_compiler();
  if (!home || !compiler) {
    std::printf("no toolchain: %s\n", (!home ? home.error() : compiler.error()).message.c_str());
    return std::nullopt;
  }
  home->libraries.insert(home->libraries.begin(), FOLD_PROGRAM);
  char pattern[] = "/tmp/wf-fold-XXXXXX";
  return Workshop(mkdtemp(pattern), *home, *compiler);
}

// The end of a test: its exit code. A folder of failures is left.
inline int close_workshop(const Workshop& workshop) {
  if (failures != 0) {
    std::printf("%d failures, left in %s\n", failures, workshop.folder().c_str());
    return 1;
  }
  std::filesystem::remove_all(workshop.folder());
  return 0;
}

}  // namespace fold
