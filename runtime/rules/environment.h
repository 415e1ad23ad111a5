// Which variables of the environment steps may see.
//
// A child inherits the environment less what looks like a credential by its name, and less the variables by
// which wf tells a step who it is (each step gets its own). `inspect` prints this very rule.
#pragma once
#include <string_view>
#include <vector>

namespace wf::rules {

// The patterns of names that are withheld, as `inspect` shows them.
const std::vector<std::string_view>& withheld_patterns();
bool looks_like_credential(std::string_view name);
// Not a credential, and no `WF_` variable.
bool passes_to_children(std::string_view name);

}  // namespace wf::rules
