// Names of runs and how they are made.
#pragma once
#include <string>
#include <string_view>

#include "runtime/base/clock.h"

namespace wf {

// [A-Za-z0-9][A-Za-z0-9._-]{0,63}
bool is_run_id(std::string_view text);
// `r-` and 26 characters that sort by time (a ULID).
std::string new_run_id(Clock& clock, Random& random);

}  // namespace wf
