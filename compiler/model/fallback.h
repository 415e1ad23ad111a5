// One workflow as what another escalates to.
#pragma once
#include <vector>

#include "compiler/model/workflow.h"

namespace wfc::model {

// Makes the steps of `fallback` steps of `workflow`, ID:STEP, that only run once it has escalated. Both are
// linked and hold no mistake. What `fallback` takes as an input is what the escalation includes under that
// name, else the input of `workflow` that is called so, else its default. Returns those that nobody gives.
std::vector<Located<std::string>> add_fallback(Workflow& workflow, Workflow fallback);

}  // namespace wfc::model
