// What ShellCheck says about the commands of a definition, for `wfc check --shellcheck`.
#pragma once
#include "compiler/driver/driver.h"

namespace wfc::driver {

// Adds its findings to the session's report, each where the author wrote what it is about. Starts the program
// `shellcheck` once for each command, with constant arguments and the command on its standard input. The
// error is the world's: it is not installed, or says what nobody understands.
wf::Result<> ask_shellcheck(Session& session, const Checked& checked);

}  // namespace wfc::driver
