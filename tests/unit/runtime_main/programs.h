// Programs written by hand, and the way in which the tests run them: this test program becomes one of them
// when SURFACE_TEST_PROGRAM names it, so that whole executables are driven by fork and exec.
#pragma once
#include <string_view>

#include "wf/program.h"

namespace wf::test {
// Null when there is none of that name.
const Program* program_named(std::string_view name);
}  // namespace wf::test
