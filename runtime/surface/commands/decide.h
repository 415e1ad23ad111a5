// What `approve` and `reject` share.
#pragma once
#include "runtime/surface/command_line.h"

namespace wf::surface::commands {

inline constexpr Option decide_options[] = {
    {"--comment", "TEXT", "why, for the record"},
    {"--content", "FILE", "approve with this instead of what the step produced"},
    {"--as", "NAME", "decide as somebody whom wf.toml's [people] lets you be"}};

// Votes on the gate of a step: `EXE approve RUN STEP`.
int decide(Context& context, bool approve);

// The login of whoever runs this process.
std::string login();

}  // namespace wf::surface::commands
