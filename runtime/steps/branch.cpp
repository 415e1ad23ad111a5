// The `branch` step: says which side of an `if` is taken.
#include <utility>

#include "runtime/steps/work.h"

namespace wf::steps {

void start_branch(Work&, StepRun run) {
  const std::string* const condition = run.argument("condition");
  std::move(run).finish(Outcome::succeeded(condition != nullptr ? *condition : "false"));
}

}  // namespace wf::steps
