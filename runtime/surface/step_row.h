// A step as a person names it.
#pragma once
#include <string_view>

#include "runtime/base/result.h"
#include "wf/program.h"

namespace wf::surface {

// The row of the step, or what may have been meant.
Result<Row> step_row(const Program& program, std::string_view id);

}  // namespace wf::surface
