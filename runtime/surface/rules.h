// What a program does about outcomes, results and spending, as people and other programs read it.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "runtime/base/json.h"
#include "wf/program.h"

namespace wf::surface {
// Lines of `inspect`: what it is, and what it says.
std::vector<std::pair<std::string, std::string>> rule_lines(const Program& program);
// The same for `inspect --json`: adds `loops`, `reactions`, `quality_gates`, `undo` and the like to `to`.
void add_rules(const Program& program, Json& to);
}  // namespace wf::surface
