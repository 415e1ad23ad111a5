// Whether a definition is wrong already: where a name is, it may be the one that seems unused.
#pragma once
#include <algorithm>

#include "compiler/check/check.h"

namespace wfc::check {

// Of this definition: others may have been checked into the same report before it. Times that are wrong, and
// values that may be missing, name nothing else than they say.
inline bool has_errors(const Subject& in, const diag::Report& report) {
  return std::any_of(report.all().begin(), report.all().end(), [&](const auto& said) {
    const diag::KindInfo* kind = said->kind;
    if (kind == &diag::bad_cron.info || kind == &diag::unknown_timezone.info ||
        kind == &diag::never_fires.info || kind == &diag::maybe_undefined.info)
      return false;
    return said->severity == diag::Severity::error && said->span.known() &&
           said->span.file >= in.workflow.span.file;
  });
}

}  // namespace wfc::check
