// What a command is to the driver, and what commands share.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/console.h"
#include "compiler/driver/driver.h"
#include "compiler/driver/settings.h"
#include "compiler/toolchain/toolchain.h"

namespace CLI {
class App;
}

namespace wfc::driver {

// Adds its options to the command line, and gives what runs when it is chosen.
using Action = std::function<int(Console&)>;
struct CommandContext {
  CLI::App& app;                          // The command's own.
  CLI::App& whole;                        // All of wfc's.
  std::vector<std::string> after_dashes;  // What stands behind `--`.
};
#define WFC_COMMAND(name) Action add_##name(const CommandContext& context);
#include "compiler/driver/commands.def"

// Options of all commands that read a definition.
struct InputOptions {
  std::string stdin_name = "stdin";
  std::string dialect;
  std::vector<std::string> defines;
  std::vector<std::string> deny;
  std::string color = "auto";
  std::optional<int> errors_max;
  std::optional<bool> pedantic;
  std::string config;
  bool no_config = false;
  bool only_errors = false;  // Of what is said, only what stops the command.
  source::Limits limits;
  bool allow_outside = false;
  bool allow_unknown_keys = false;
  bool verbose = false;
};
void add_input_options(CLI::App& app, InputOptions& options);
// The error is a flag that says something impossible, or a file of `--define NAME=@FILE` that cannot be read.
wf::Result<FrontOptions> front_options(const InputOptions& options);
// How many errors are shown, as the flag, wfc.toml or we say.
int errors_max(const InputOptions& options, const Settings& settings);
bool use_colour(const InputOptions& options, int fd);

// front, and what is to be said about it on standard error. Empty when the command cannot go on; `exit` then
// says how it ends.
std::unique_ptr<Checked> front_or_say(Console& console, Session& session, const std::string& path,
                                      const InputOptions& options, int& exit);

// This very program: another wfc may write other code for the same definition.
std::string own_identity();

// Compiler and runtime, or what is missing, said.
struct Tools {
  toolchain::Home home;
  toolchain::Compiler compiler;
};
std::unique_ptr<Tools> tools_or_say(Console& console);
// A request to build what was checked.
toolchain::BuildRequest request_for(Session& session, const Checked& checked, const InputOptions& options,
                                    Console& console);
// Says what a failed C++ compiler said.
int say_toolchain_failed(Console& console, const toolchain::BuildResult& result, const Tools& tools);

// A name for a file: the workflow's id as far as it is fit for one.
std::string file_name_for(const std::string& workflow);
// As a person would type it in a shell.
std::string shell_word(const std::string& text);

}  // namespace wfc::driver
