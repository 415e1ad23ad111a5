// Finds a step that waits for another one, uses nothing of it, and makes the whole run longer by that.
//
// Only agents are looked at that say so themselves (`depends_on`): what a command leaves in a folder, nobody
// can tell; and only where every step has a timeout, for then the longest way is known. One edge is named,
// the one without which the run could be shortest.
#include <algorithm>
#include <set>

#include "compiler/check/check.h"
#include "compiler/diag/edits.h"
#include "runtime/base/text.h"

namespace wfc::check {
namespace {

using model::none;
using model::Step;
using model::StepIndex;

constexpr std::size_t candidates_max = 32;
constexpr std::uint64_t worth_ms = 60'000;

std::uint64_t time_of(const Step& step) {
  return step.timeout_ms;
}

bool works(const Step& step) {
  return step.kind == wf::StepKind::agent || step.kind == wf::StepKind::command ||
         step.kind == wf::StepKind::action || step.kind == wf::StepKind::deploy;
}

// The longest way, without the edge from `first` to `then`; and the ways to and from each step, if asked.
std::uint64_t longest(const Subject& in, StepIndex first, StepIndex then, std::vector<std::uint64_t>& ends) {
  std::uint64_t all = 0;
  for (const StepIndex step : in.graph.order()) {
    std::uint64_t begins = 0;
    for (const StepIndex need : in.graph.needs(step))
      if (step != then || need != first) begins = std::max(begins, ends[need]);
    // What the step before waits for, this one still waits for.
    if (step == then)
      for (const StepIndex need : in.graph.needs(first)) begins = std::max(begins, ends[need]);
    ends[step] = begins + time_of(in.workflow.steps[step]);
    all = std::max(all, ends[step]);
  }
  return all;
}

}  // namespace

void serial_bottleneck(const Subject& in, diag::Report& report) {
  const std::vector<Step>& steps = in.workflow.steps;
  if (in.workflow.needs_key.empty() || in.workflow.running_max == 1) return;
  for (const Step& step : steps)
    if (step.broken || step.results_follow || (works(step) && step.timeout_ms == 0)) return;
  std::set<std::pair<StepIndex, StepIndex>> used;
  for_each_expression(in, [&](const expr::Expr& expr, StepIndex reader, std::string_view) {
    model::for_each_name(expr, [&](const expr::Expr& name) {
      using dsl::BindingKind;
      if (name.binding.kind == BindingKind::step || name.binding.kind == BindingKind::output)
        used.emplace(name.binding.index, reader);
      if (name.binding.kind != BindingKind::group) return;
      for (const StepIndex member : in.workflow.groups[name.binding.index].members)
        used.emplace(member, reader);
    });
  });
  std::vector<std::uint64_t> ends(steps.size(), 0);
  const std::uint64_t now = longest(in, none, none, ends);
  std::uint64_t best = now;
  const model::Need* which = nullptr;
  StepIndex waits = none;
  std::size_t looked_at = 0;
  const std::vector<std::uint64_t> ends_now = ends;
  for (const StepIndex then : in.graph.order()) {
    const Step& step = steps[then];
    if (step.kind != wf::StepKind::agent || step.when || step.run_if == wf::RunIf::always) continue;
    for (const model::Need& need : step.needs) {
      if (!need.written || need.target == none || used.contains({need.target, then})) continue;
      const Step& first = steps[need.target];
      if (first.kind != wf::StepKind::agent || first.gate || first.when || !first.reactions.empty()) continue;
      // Only an edge of the longest way.
      if (ends_now[need.target] + time_of(step) != ends_now[then] || ++looked_at > candidates_max) continue;
      const std::uint64_t without = longest(in, need.target, then, ends);
      if (without >= best) continue;
      best = without;
      which = &need;
      waits = then;
    }
  }
  if (which == nullptr || now - best < worth_ms || (now - best) * 10 < now) return;
  const auto shown = [](std::uint64_t ms) { return wf::format_duration(static_cast<std::int64_t>(ms)); };
  auto draft = report.add(diag::serial_bottleneck, which->step.span, steps[waits].id.value,
                          steps[which->target].id.value);
  draft.label("side by side they would take " + shown(best) + " in all, instead of " + shown(now))
      .also(steps[which->target].id.span, "nothing of its output is used there")
      .help("leave it out of `" + in.workflow.needs_key + "` if the order does not matter");
  if (in.sources != nullptr)
    draft.fix("do not wait for it", diag::without_entry(*in.sources, which->step.span), false);
}

}  // namespace wfc::check
