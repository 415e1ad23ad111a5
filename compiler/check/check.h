// Finds mistakes in a workflow and its graph. One file for each kind of mistake, one line each in checks.def.
#pragma once
#include <span>
#include <string>

#include "compiler/diag/report.h"
#include "compiler/graph/graph.h"
#include "compiler/model/workflow.h"

namespace wfc::check {

struct Subject {
  const model::Workflow& workflow;
  const graph::StepGraph& graph;
  bool pedantic = false;                             // Say also what is a matter of taste.
  std::span<const std::string> programs_known = {};  // `requires` of wfc.toml: programs that are there.
  bool sandbox_required = false;                     // `sandbox = "required"` of wfc.toml.
};

// Of each step, whether its flow cannot be judged: it holds a mistake that was reported, or follows a step
// that does, or stands on a cycle or behind one. The edge that is missing for it may be one that was
// misspelt.
std::vector<char> unclear_steps(const Subject& in);

// A check reads and reports, and changes nothing.
using Check = void (*)(const Subject& in, diag::Report& report);
void run_all(const Subject& in, diag::Report& report);

}  // namespace wfc::check
