// What changed in meaning from one plan to another.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "compiler/plan/plan.h"

namespace wfc::plan {

enum class Level : std::uint8_t {
  api,     // What others rely on: inputs, outputs, exit codes, events.
  policy,  // Something is looser than it was.
  resume,  // A run that is under way could not go on.
  graph,   // The rest.
};
std::string_view name_of(Level level);

struct Change {
  Level level = Level::graph;
  bool breaking = true;
  std::string message;  // "the input `task` is gone"
  wf::Origin before;    // Line 0: it is written nowhere.
  wf::Origin after;
};

// Breaking changes first, then by level, then by place. Empty: the two mean the same, however they are
// written. The order in which steps are written that do not wait for each other is no difference.
std::vector<Change> difference(const Plan& before, const Plan& after);

}  // namespace wfc::plan
