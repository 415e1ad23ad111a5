// The command line of an executable: which commands there are, what they take, and how they are called.
//
// A command is one file in commands/ and one line in commands.def. It declares its options in tables;
// parsing, help and "did you mean" follow from them. (Why no library does this:
// docs/decisions/cli11.md.)
#pragma once
#include <array>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/base/result.h"
#include "runtime/surface/out.h"
#include "runtime/surface/run_service.h"
#include "runtime/surface/workshop.h"
#include "wf/program.h"

namespace wf::surface {

enum Exit : int {
  exit_fine = 0,
  exit_failed = 1,
  exit_usage = 2,
  exit_paused = 3,
  exit_cancelled = 4,
  exit_ours = 70
};

struct Option {
  std::string_view name;   // `--jobs`
  std::string_view value;  // `N`; empty for a flag.
  std::string_view help;
  bool many = false;
};

// What was typed after the command's name. Texts live as long as argv.
class Arguments {
 public:
  bool has(std::string_view option) const { return given_.count(option) != 0; }
  std::string_view value(std::string_view option) const;  // Empty when not given.
  const std::vector<std::string_view>& values(std::string_view option) const;
  std::string_view word(std::size_t n) const { return n < words_.size() ? words_[n] : std::string_view(); }
  std::size_t words() const { return words_.size(); }

 private:
  friend Result<Arguments> parse(const struct Command& command, std::span<char* const> words);
  std::map<std::string_view, std::vector<std::string_view>> given_;
  std::vector<std::string_view> words_;
};

// What a command has to work with.
struct Context {
  const Program& program;
  Workshop& workshop;
  Clock& clock;
  Random& random;
  std::string exe;  // As it was typed, ready to be shown in the next command.
  Arguments arguments;
  Out out{1};
  Out err{2};

  RunService service() const;  // With the store that `--store`, WF_STORE or the default names.
  // `EXE verb RUN ...` as a person may paste it, `--store` included where one was given.
  std::string command(std::string_view words) const;
  int refuse(const Error& error);  // Prints it and gives exit_usage.
  // Says, once, what standard output did not take; a reader that left wanted no more. True if there was
  // something to say.
  bool tell_unwritten(bool as_error);
  bool told_unwritten = false;
};

struct Command {
  std::string_view name;
  std::string_view words;  // `RUN [STEP]`, as help shows it.
  std::size_t words_min = 0;
  std::size_t words_max = 0;
  std::string_view summary;
  std::array<std::span<const Option>, 3> options;
  bool changes = false;  // What is done is done, also when nobody could be told.
  int (*act)(Context& context);
};

inline constexpr Option store_options[] = {
    {"--store", "PATH", "the file that holds the runs; else WF_STORE, else .wf/runs.db"},
    {"--any-file-system", "", "also on a network file system, where locks may not hold"}};
inline constexpr Option json_options[] = {{"--json", "", "print one JSON document"}};

Result<Arguments> parse(const Command& command, std::span<char* const> words);
// `text` in the form `KEY=VALUE`.
Result<std::pair<std::string, std::string>> key_and_value(std::string_view option, std::string_view text);

// The whole of an executable: from its arguments to its exit code.
int command_line(const Program& program, std::span<char* const> arguments, Workshop& workshop, Clock& clock,
                 Random& random);

}  // namespace wf::surface
