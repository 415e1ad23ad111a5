// Why a step ran, waits, was skipped or will run again: a path of facts, each of them recorded.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "runtime/base/json.h"
#include "runtime/store/store.h"
#include "wf/program.h"

namespace wf::surface {

struct Reason {
  std::string step;        // What it is about.
  std::string fact;        // "`pack` waits for `test`, which has failed"
  std::int64_t at_ms = 0;  // Since when it is so; 0: nobody wrote it down.
};

// The step's own state first, then what led to it. `driven`: a process drives the run right now.
std::vector<Reason> why(const Program& program, const store::Recovered& run, Row step, bool driven);

std::string why_text(const std::vector<Reason>& reasons);
Json why_document(const store::Recovered& run, const std::vector<Reason>& reasons);

}  // namespace wf::surface
