// The main of every executable: builds what there is one of, and hands it on.
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <span>

#include "runtime/base/clock.h"
#include "runtime/main/workshop.h"
#include "runtime/surface/command_line.h"
#include "wf/program.h"

namespace wf {
namespace {

// The room that uses a library catches what it throws; what arrives here is ours, or memory that ran out.
[[noreturn]] void internal_error(const char* what) {
  std::fprintf(
      stderr,
      "internal error: %s\nThis is a mistake in wfc, not in your definition. Please report it with the "
      "definition and the command that led here.\n",
      what);
  std::fflush(stderr);
  ::_exit(surface::exit_ours);
}

// Inputs, prompts, answers and secrets shall not lie in a file that somebody finds after a crash. What cannot
// be lowered is lower already.
void leave_no_core_file() {
  const rlimit none = {0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
}

}  // namespace

int run_main(const Program& program, int argc, char** argv) {
  if (program.abi != program_abi) {
    std::fprintf(
        stderr, "error: this program was emitted for runtime %u, and linked with runtime %u: run wfc again\n",
        program.abi, program_abi);
    return surface::exit_usage;
  }
  leave_no_core_file();
  std::set_terminate([] { internal_error("an exception that nobody expected"); });
  SystemClock clock;
  SystemRandom random;
  MainWorkshop workshop(clock);
  try {
    return surface::command_line(program, std::span<char* const>(argv, static_cast<std::size_t>(argc)),
                                 workshop, clock, random);
  } catch (const std::exception& thrown) {
    internal_error(thrown.what());
  }
}

}  // namespace wf
