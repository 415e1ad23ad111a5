// Edges for lists of steps: as they name each other, else one after the other.
#include "compiler/dialects/listed_order.h"

#include <algorithm>

#include "compiler/dialects/comparison.h"

namespace wfc::dialects {

using dsl::BindingKind;
using dsl::Expr;
using dsl::ExprKind;
using model::none;
using model::Step;
using model::StepIndex;
using wf::StepKind;

namespace {

// Many that wait for many would have an edge for each pair: above this they wait for one step that joins.
constexpr std::size_t direct_edges_max = 4096;

bool declares(const std::vector<Listed>& entries) {
  return std::any_of(entries.begin(), entries.end(), [](const Listed& entry) {
    return !entry.dependencies.empty() || declares(entry.children);
  });
}

std::size_t count_steps(const std::vector<Listed>& entries) {
  std::size_t count = 0;
  for (const Listed& entry : entries) count += entry.group == none ? 1 : count_steps(entry.children);
  return count;
}

}  // namespace

void ListedOrder::set(const std::vector<Listed>& list) {
  const bool declared = declares(list);
  if (declared) {
    workflow_.needs_key = "dependencies";
    count_readers(list);
  }
  Needs before;
  for (const Listed& entry : list) {
    order(entry, before);
    if (!declared)
      before = needs_on(entry.group == none ? Target{entry.step} : Target{none, entry.group}, {}, false);
  }
  for (Step& join : joins_) workflow_.steps.push_back(std::move(join));
}

void ListedOrder::count_readers(const std::vector<Listed>& list) {
  for (const Listed& entry : list) {
    for (const Located<std::string>& name : entry.dependencies) {
      const auto target = targets_.find(name.value);
      if (target != targets_.end() && target->second.group != none) readers_[target->second.group] += 1;
    }
    count_readers(entry.children);
  }
}

ListedOrder::Needs ListedOrder::needs_on(Target target, Span span, bool written) {
  std::vector<StepIndex> steps = {target.step};
  if (target.group != none) {
    steps = workflow_.groups[target.group].members;
    if (steps.size() * readers_[target.group] > direct_edges_max) {
      const auto [join, added] = group_joins_.emplace(target.group, none);
      if (added) join->second = add_join(needs_on_all(steps, {}, false));
      steps = {join->second};
    }
  }
  return needs_on_all(steps, span, written);
}

ListedOrder::Needs ListedOrder::needs_on_all(const std::vector<StepIndex>& steps, Span span,
                                             bool written) const {
  Needs needs;
  needs.reserve(steps.size());
  for (const StepIndex step : steps) {
    const std::string id = step < workflow_.steps.size() ? workflow_.steps[step].id.value : "join";
    needs.push_back({.step = {id, span}, .target = step, .written = written});
  }
  return needs;
}

StepIndex ListedOrder::add_join(Needs needs) {
  Step join;
  join.kind = StepKind::join;
  join.id = {"join:" + std::to_string(joins_.size() + 1), {}};
  join.id_generated = true;
  join.needs = std::move(needs);
  joins_.push_back(std::move(join));
  return static_cast<StepIndex>(workflow_.steps.size() + joins_.size() - 1);
}

void ListedOrder::order(const Listed& entry, const Needs& before) {
  Needs needs = before;
  for (const Located<std::string>& name : entry.dependencies) {
    const auto target = targets_.find(name.value);
    if (target == targets_.end()) {
      needs.push_back({.step = name});
    } else {
      for (model::Need& need : needs_on(target->second, name.span, true)) needs.push_back(std::move(need));
    }
  }
  if (entry.check != none) {
    workflow_.steps[entry.check].needs = std::move(needs);
    needs = needs_on_all({entry.check}, {}, false);
  }
  if (entry.group == none) {
    Step& step = workflow_.steps[entry.step];
    step.needs = std::move(needs);
    if (step.kind == StepKind::join && !step.output_value) list_outputs(entry);
    return;
  }
  if (needs.size() > 1 && needs.size() * count_steps(entry.children) > direct_edges_max)
    needs = needs_on_all({add_join(std::move(needs))}, {}, false);
  for (const Listed& child : entry.children) {
    order(child, needs);
    // A name that is unknown is said once.
    for (model::Need& need : needs)
      if (need.target == none) need.written = false;
  }
}

// Null where a step has no output.
void ListedOrder::list_outputs(const Listed& entry) {
  Step& join = workflow_.steps[entry.step];
  Expr list;
  list.kind = ExprKind::list;
  list.span = join.id.span;
  for (const Located<std::string>& name : entry.dependencies) {
    const auto found = targets_.find(name.value);
    if (found == targets_.end()) continue;
    const Target& target = found->second;
    Expr value = target.group == none ? bound(name.value, name.span, BindingKind::output, target.step)
                                      : bound(name.value, name.span, BindingKind::group, target.group);
    value = or_else(std::move(value), null_constant({}), name.span);
    list.children.push_back(std::move(value));
  }
  join.output_value = std::move(list);
}

}  // namespace wfc::dialects
