// Runs every check of checks.def; and what several of them ask.
#include "compiler/check/check.h"

#include <algorithm>

namespace wfc::check {

#define WFC_CHECK(name) void name(const Subject& in, diag::Report& report);
#include "compiler/check/checks.def"
#undef WFC_CHECK

std::vector<char> unclear_steps(const Subject& in) {
  const std::vector<model::Step>& steps = in.workflow.steps;
  std::vector<char> unclear(steps.size(), 1);
  std::vector<char> shares_id(steps.size(), 0);
  for (model::StepIndex step = 0; step < steps.size() && !in.workflow.ids_differ(); ++step) {
    const model::StepIndex first = in.workflow.find_step(steps[step].id.value).value_or(step);
    if (first != step) shares_id[first] = shares_id[step] = 1;
  }
  for (const model::StepIndex step : in.graph.order()) {
    const auto& needs = steps[step].needs;
    const auto follows = in.graph.needs(step);
    unclear[step] = steps[step].broken || shares_id[step] ||
                    std::any_of(needs.begin(), needs.end(),
                                [](const model::Need& need) { return need.target == model::none; }) ||
                    std::any_of(follows.begin(), follows.end(),
                                [&](model::StepIndex before) { return unclear[before] != 0; });
  }
  return unclear;
}

void run_all(const Subject& asked, diag::Report& report) {
  const std::vector<model::Expression> expressions = model::expressions_of(asked.workflow);
  Subject in = asked;
  in.expressions = expressions;
  static constexpr Check checks[] = {
#define WFC_CHECK(name) name,
#include "compiler/check/checks.def"
#undef WFC_CHECK
  };
  for (const Check check : checks) check(in, report);
  for (const model::Workflow& unused : in.workflow.unused) {
    const graph::StepGraph graph(unused);
    run_all({unused, graph, in.sources, in.requirements, in.pedantic}, report);
  }
}

}  // namespace wfc::check
