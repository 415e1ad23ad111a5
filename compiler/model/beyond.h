// What a workflow shows to be beyond the engine of this version, and what it declares.
#pragma once
#include "compiler/model/workflow.h"

namespace wfc::model {
// Adds to Workflow::beyond; what a dialect has put there stays. Targets of loops are known.
void find_beyond(Workflow& workflow);
// Adds to Workflow::policies, in words that are the same for all dialects: "budget.credits", "allow.paths".
void declare_policies(Workflow& workflow);
}  // namespace wfc::model
