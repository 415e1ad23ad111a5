// The `check` step: says whether its condition held. It succeeds either way; what follows one that did not
// hold is the engine's affair.
#include <utility>

#include "runtime/steps/work.h"

namespace wf::steps {

void start_check(Work&, StepRun run) {
  const std::string* const condition = run.argument("condition");
  std::move(run).finish(Outcome::succeeded(condition != nullptr ? *condition : "false"));
}

}  // namespace wf::steps
