// Finds steps that wait for themselves.
//
// One mistake for each knot, shown as one shortest way round with the place of every edge: a reader mends a
// cycle once.
#include "compiler/check/check.h"

namespace wfc::check {

void cycle(const Subject& in, diag::Report& report) {
  const std::vector<model::Step>& steps = in.workflow.steps;
  const std::string& key = in.workflow.needs_key;
  for (const graph::Cycle& cycle : in.graph.cycles()) {
    const auto label = [&](const graph::CycleEdge& edge) {
      const std::string waiting = "`" + steps[edge.step].id.value + "` waits for ";
      return waiting + (edge.step == edge.needs ? "itself" : "`" + steps[edge.needs].id.value + "`");
    };
    if (cycle.size() == 1) {
      auto draft = report.add(diag::waits_for_itself, cycle[0].span, steps[cycle[0].step].id.value);
      draft.label("this is the step itself");
      if (!key.empty()) draft.help("remove it from `" + key + "`");
      continue;
    }
    auto draft = report.add(diag::cycle, cycle[0].span);
    draft.label(label(cycle[0]));
    std::string way = steps[cycle[0].step].id.value;
    for (std::size_t i = 1; i < cycle.size(); ++i) draft.also(cycle[i].span, label(cycle[i]));
    for (const graph::CycleEdge& edge : cycle) {
      draft.path(edge.span, label(edge));
      way += " -> " + steps[edge.needs].id.value;
    }
    draft.note(std::move(way));
    if (key == "after") {
      draft.help("remove one of these `after` lines; to repeat work, use `on fail back to`");
    } else if (!key.empty()) {
      draft.help("remove one of these entries of `" + key + "`");
    }
  }
}

}  // namespace wfc::check
