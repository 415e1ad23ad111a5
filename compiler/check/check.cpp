// Runs every check of checks.def; and what several of them ask.
#include "compiler/check/check.h"

#include <algorithm>

namespace wfc::check {

#define WFC_CHECK(name) void name(const Subject& in, diag::Report& report);
#include "compiler/check/checks.def"
#undef WFC_CHECK

std::vector<char> steps_of_one_id(const Subject& in) {
  const std::vector<model::Step>& steps = in.workflow.steps;
  std::vector<char> shares_id(steps.size(), 0);
  for (model::StepIndex step = 0; step < steps.size() && !in.workflow.ids_differ(); ++step) {
    const model::StepIndex first = in.workflow.find_step(steps[step].id.value).value_or(step);
    if (first != step) shares_id[first] = shares_id[step] = 1;
  }
  return shares_id;
}

std::vector<char> unclear_steps(const Subject& in) {
  const std::vector<model::Step>& steps = in.workflow.steps;
  std::vector<char> unclear(steps.size(), 1);
  const std::vector<char> shares_id = steps_of_one_id(in);
  // What only stands below two steps of one name follows both; what names them, nobody knows which.
  std::vector<char> follows_unclear(steps.size(), 1);
  for (const model::StepIndex step : in.graph.order()) {
    const auto& needs = steps[step].needs;
    const auto follows = in.graph.needs(step);
    follows_unclear[step] =
        steps[step].broken ||
        std::any_of(needs.begin(), needs.end(),
                    [&](const model::Need& need) {
                      return need.target == model::none || (need.written && shares_id[need.target]);
                    }) ||
        std::any_of(follows.begin(), follows.end(),
                    [&](model::StepIndex before) { return follows_unclear[before] != 0; });
    unclear[step] = follows_unclear[step] || shares_id[step];
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
