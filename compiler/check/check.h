// Finds mistakes in a workflow and its graph. One file for each kind of mistake, one line each in checks.def.
#pragma once
#include "compiler/diag/report.h"
#include "compiler/graph/graph.h"
#include "compiler/model/workflow.h"

namespace wfc::check {

struct Subject {
  const model::Workflow& workflow;
  const graph::StepGraph& graph;
  bool pedantic = false;  // Also what is only a matter of taste.
};

// Of each step, whether its flow cannot be judged: it holds a mistake that was reported, or follows a step
// that does, or stands on a cycle or behind one. The edge that is missing for it may be one that was
// misspelt.
std::vector<char> unclear_steps(const Subject& in);

// A check reads and reports, and changes nothing.
using Check = void (*)(const Subject& in, diag::Report& report);
void run_all(const Subject& in, diag::Report& report);

}  // namespace wfc::check
