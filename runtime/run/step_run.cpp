// The one way out of a step's body.
//
// The attempt is the right to finish: whoever holds it may, once, and letting go of it without finishing
// would leave a run waiting for ever, so that is an assertion and not a hang.
#include "runtime/run/step_run.h"

#include <utility>

#include "runtime/base/assert.h"

namespace wf {

StepRun::StepRun(StepHost& host, std::unique_ptr<Attempt> attempt)
    : host_(&host), attempt_(std::move(attempt)) {
  WF_ASSERT(attempt_ != nullptr);
}

StepRun::StepRun(StepRun&& other) noexcept : host_(other.host_), attempt_(std::move(other.attempt_)) {}

StepRun& StepRun::operator=(StepRun&& other) noexcept {
  if (this == &other) return *this;
  WF_ASSERT(attempt_ == nullptr);  // What is overwritten must have finished.
  host_ = other.host_;
  attempt_ = std::move(other.attempt_);
  return *this;
}

StepRun::~StepRun() {
  WF_ASSERT(attempt_ == nullptr);
}

const std::string* StepRun::argument(std::string_view name) const {
  for (const Argument& argument : attempt_->arguments)
    if (argument.name == name) return &argument.text;
  return nullptr;
}

void StepRun::printed(std::string_view bytes, bool is_error) {
  host_->printed(attempt_->key, attempt_->number, bytes, is_error);
}

void StepRun::finish(Outcome outcome) && {
  WF_ASSERT(attempt_ != nullptr);
  // Given up before the call: the host may start the next attempt, or drop this object, from within.
  const std::unique_ptr<Attempt> attempt = std::move(attempt_);
  host_->finish(attempt->key, attempt->number, std::move(outcome));
}

}  // namespace wf
