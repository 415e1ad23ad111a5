// Finds mistakes in a workflow and its graph. One file for each kind of mistake, one line each in checks.def.
#pragma once
#include "compiler/diag/report.h"
#include "compiler/graph/graph.h"
#include "compiler/model/workflow.h"

namespace wfc::check {

struct Subject {
  const model::Workflow& workflow;
  const graph::StepGraph& graph;
};

// A check reads and reports, and changes nothing.
using Check = void (*)(const Subject& in, diag::Report& report);
void run_all(const Subject& in, diag::Report& report);

}  // namespace wfc::check
