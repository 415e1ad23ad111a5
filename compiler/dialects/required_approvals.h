// `require approval for deploy.prod`: an approval before every such action.
#pragma once
#include "compiler/diag/report.h"
#include "compiler/model/workflow.h"

namespace wfc::dialects {
// Puts an approval before each step that Workflow::approvals_required names and that none dominates, and
// warns of each. What the steps wait for is known where it can be.
void insert_approvals(model::Workflow& workflow, diag::Report& report);
}  // namespace wfc::dialects
