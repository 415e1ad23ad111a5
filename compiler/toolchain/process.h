// Runs programs without a shell.
#pragma once
#include <string>
#include <vector>

#include "runtime/base/result.h"

namespace wfc::toolchain {

struct Ran {
  int exit_code = -1;  // 128 + signal when one ended it.
  std::string output;  // Both streams, at most 1 MiB.
};
// Starts all of them in `folder` and waits for all. An interrupt ends them and then this process, after
// `folder` was removed; nothing is left behind.
wf::Result<std::vector<Ran>> run_all(const std::vector<std::vector<std::string>>& commands,
                                     const std::string& folder);

// Starts one that reads `input`, and waits for it in the same way.
wf::Result<Ran> run_with_input(const std::vector<std::string>& command, const std::string& input,
                               const std::string& folder);

// A new folder that only this user may enter, with a name that nobody can guess.
wf::Result<std::string> make_temporary_folder();
void remove_folder(const std::string& path);

}  // namespace wfc::toolchain
