// A run as `status` shows it: the JSON document of the product contract, and a table for people.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/json.h"
#include "runtime/surface/run_service.h"

namespace wf::surface {

// The latest iteration of a step, whether anything is recorded of it or not.
struct StepState {
  Row row = no_row;
  std::string id, kind;
  std::uint32_t iteration = 1;
  StepStatus status = StepStatus::pending;
  const store::RecoveredStep* recorded = nullptr;  // Into the Recovered.

  std::int64_t started_ms() const;
  std::int64_t finished_ms() const;
};
std::vector<StepState> states(const Program& program, const store::Recovered& run);

// The ids of the steps whose last attempt was cut off and that nobody may simply repeat. Only true of a run
// that no process drives.
std::vector<std::string> cut_off(const Program& program, const store::Recovered& run);

Json status_document(RunService& service, const store::Recovered& run);
std::string status_text(RunService& service, const store::Recovered& run, const std::string& exe_words,
                        std::int64_t now_ms);

// What people are asked at the gate of a step, also where the definition has no words for it.
std::string asked(std::string_view message, std::string_view step);
// Whether nobody can decide any more, because the deadline has passed.
bool is_late(const store::GateState& gate, std::int64_t now_ms);

// What a step printed, as an expression sees it: one final line break of a command is not part of it.
std::string output_text(const RunService& service, const StepState& step);

// The declared policies that this version does not enforce, one sentence for each group of them.
std::vector<std::string> unenforced(const Program& program);

}  // namespace wf::surface
