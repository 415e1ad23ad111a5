// What must hold before a run may start: the engine can do what is asked for, and agents, deploy targets and
// actions are configured.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/surface/settings.h"
#include "wf/program.h"

namespace wf::surface {

// Everything that is missing, and the exact words that configure it. `needed` says which steps will run.
Result<> preflight(const Program& program, const Settings& settings, const std::function<bool(Row)>& needed);

// Whether the engine can do all that the definition asks for; if not, the error names what it cannot. Asked
// before anything is made: a run that leaves something out is not the run that was asked for.
Result<> within_reach(const Program& program);

// What the steps of a program need from outside, each name once, in plan order.
struct Needs {
  std::vector<std::string> roles;    // Of agents; "" for steps that name none.
  std::vector<std::string> targets;  // Of deploys that bring no command of their own.
  std::vector<std::string> actions;
};
Needs needs_of(const Program& program, const std::function<bool(Row)>& needed);

// The literal that a step has for a parameter, or an empty text.
std::string literal_of(const StepRow& row, std::string_view name);

}  // namespace wf::surface
