// Every command, as commands.def lists them, and what several of them share.
#pragma once
#include <string>

#include "runtime/surface/command_line.h"

namespace wf::surface::commands {
#define WF_COMMAND(name) extern const Command name;
#include "runtime/surface/commands.def"
#undef WF_COMMAND

std::string help_text(const Context& context, const Command& command);

}  // namespace wf::surface::commands
