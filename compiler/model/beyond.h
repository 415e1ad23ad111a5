// What a workflow shows to be beyond the engine of this version.
#pragma once
#include "compiler/model/workflow.h"

namespace wfc::model {
// Adds to Workflow::beyond; what a dialect has put there stays. Targets of loops are known.
void find_beyond(Workflow& workflow);
}  // namespace wfc::model
