// Whether a definition is wrong already: where a name is, it may be the one that seems unused.
#pragma once
#include <algorithm>

#include "compiler/check/check.h"

namespace wfc::check {

// Of this definition: others may have been checked into the same report before it.
inline bool has_errors(const Subject& in, const diag::Report& report) {
  return std::any_of(report.all().begin(), report.all().end(), [&](const auto& said) {
    return said->severity == diag::Severity::error && said->span.known() &&
           said->span.file >= in.workflow.span.file;
  });
}

}  // namespace wfc::check
