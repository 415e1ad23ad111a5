// Runs every check of checks.def.
#include "compiler/check/check.h"

namespace wfc::check {

#define WFC_CHECK(name) void name(const Subject& in, diag::Report& report);
#include "compiler/check/checks.def"
#undef WFC_CHECK

void run_all(const Subject& in, diag::Report& report) {
  static constexpr Check checks[] = {
#define WFC_CHECK(name) name,
#include "compiler/check/checks.def"
#undef WFC_CHECK
  };
  for (const Check check : checks) check(in, report);
}

}  // namespace wfc::check
