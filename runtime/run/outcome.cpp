// How statuses are spelled, and the common ways in which an attempt ends.
#include "runtime/run/outcome.h"

#include <array>
#include <utility>

namespace wf {

namespace {

// In the order of the enumerators.
constexpr std::array<std::string_view, 7> step_names = {"pending", "running", "waiting",  "succeeded",
                                                        "failed",  "skipped", "cancelled"};
constexpr std::array<std::string_view, 6> run_names = {"pending",   "running", "waiting",
                                                       "completed", "failed",  "cancelled"};

template <class Status, std::size_t N>
std::optional<Status> find(const std::array<std::string_view, N>& names, std::string_view name) {
  for (std::size_t i = 0; i < N; ++i)
    if (names[i] == name) return static_cast<Status>(i);
  return std::nullopt;
}

}  // namespace

std::string_view name_of(StepStatus status) {
  return step_names[static_cast<std::size_t>(status)];
}
std::string_view name_of(RunStatus status) {
  return run_names[static_cast<std::size_t>(status)];
}

std::optional<StepStatus> step_status(std::string_view name) {
  return find<StepStatus>(step_names, name);
}
std::optional<RunStatus> run_status(std::string_view name) {
  return find<RunStatus>(run_names, name);
}

Outcome Outcome::succeeded(std::string output) {
  Outcome outcome;
  outcome.output.size = output.size();
  outcome.output.text = std::move(output);
  return outcome;
}

Outcome Outcome::failed(std::string_view reason, std::string error) {
  Outcome outcome;
  outcome.status = StepStatus::failed;
  outcome.reason = reason;
  outcome.error = std::move(error);
  return outcome;
}

Outcome Outcome::cancelled(std::string_view reason) {
  Outcome outcome;
  outcome.status = StepStatus::cancelled;
  outcome.reason = reason;
  return outcome;
}

Outcome Outcome::ended_early(std::string_view why) {
  if (why == reason::timeout) return failed(reason::timeout, "it took longer than its time limit");
  return cancelled(why);
}

}  // namespace wf
