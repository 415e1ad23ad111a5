// Finds mistakes in a workflow and its graph. One file for each kind of mistake, one line each in checks.def.
#pragma once
#include <span>
#include <string>

#include "compiler/diag/report.h"
#include "compiler/graph/graph.h"
#include "compiler/model/workflow.h"

namespace wfc::check {

// What `wfc.toml` says about the machines that workflows run on.
struct Requirements {
  bool programs_declared = false;
  std::vector<std::string> programs;  // `requires`
  bool sandbox_required = false;
  bool prices_declared = false;
  std::vector<std::string> priced;  // `prices`: the models of which it says what they cost.
};

struct Subject {
  const model::Workflow& workflow;
  const graph::StepGraph& graph;
  const source::SourceMap* sources = nullptr;  // For places inside of texts; none: the whole text is marked.
  const Requirements* requirements = nullptr;
  bool pedantic = false;  // Say also what is a matter of taste.
  // Of `workflow`, found once for all checks by run_all.
  std::span<const model::Expression> expressions = {};
};

// As model::for_each_expression. They lie all over memory: those that come next are asked for early.
template <class Visit>
void for_each_expression(const Subject& in, const Visit& visit) {
  constexpr std::size_t ahead = 8;
  for (std::size_t i = 0; i < in.expressions.size(); ++i) {
    if (i + ahead < in.expressions.size()) __builtin_prefetch(in.expressions[i + ahead].expr);
    const model::Expression& one = in.expressions[i];
    visit(*one.expr, one.step, one.role);
  }
}

// Of each step, whether its flow cannot be judged: it holds a mistake that was reported, or follows a step
// that does, or stands on a cycle or behind one. The edge that is missing for it may be one that was
// misspelt.
std::vector<char> unclear_steps(const Subject& in);
// Steps whose id another one has, too: where it is written, nobody can tell which is meant.
std::vector<char> steps_of_one_id(const Subject& in);

// A check reads and reports, and changes nothing.
using Check = void (*)(const Subject& in, diag::Report& report);
void run_all(const Subject& in, diag::Report& report);

}  // namespace wfc::check
