// Finds repetitions of what must not be done twice: retries of a step that is not idempotent, and loops that
// run one again. A loop says so once for each such step.
#include <algorithm>
#include <unordered_set>

#include "compiler/check/check.h"
#include "compiler/diag/edits.h"
#include "compiler/graph/loops.h"
#include "compiler/model/walk.h"

namespace wfc::check {
namespace {

using model::none;
using model::Reaction;
using model::Response;
using model::Step;
using model::StepIndex;

constexpr std::uint64_t effort_max = 20'000'000;

std::string why_not(const Step& step) {
  return step.idempotent.has_value() ? "the definition says that it is not idempotent"
                                     : "a deployment is not idempotent unless the definition says so";
}

class SideEffects {
 public:
  SideEffects(const Subject& in, diag::Report& report)
      : in_(in), report_(report), steps_(in.workflow.steps), unclear_(unclear_steps(in)) {}

  void run() {
    std::vector<graph::Back> backs;
    std::vector<const Reaction*> loops;
    model::for_each_reactions(in_.workflow, [&](const std::vector<Reaction>& reactions, StepIndex from) {
      if (from == none || unclear_[from]) return;
      for (const Reaction& reaction : reactions) {
        const bool repeats = reaction.response == Response::retry || reaction.response == Response::repair;
        if (repeats && reaction.max.value != 0) check_retry(reaction, from);
        const bool goes_back = reaction.response == Response::back && reaction.target != none &&
                               !unclear_[reaction.target] && in_.graph.precedes(reaction.target, from);
        if (!goes_back || reaction.max.value == 0) continue;
        backs.push_back({reaction.target, from});
        loops.push_back(&reaction);
      }
    });
    if (backs.empty()) return;
    std::vector<std::vector<std::uint32_t>> needs(steps_.size());
    for (const StepIndex step : in_.graph.order())
      for (const StepIndex need : in_.graph.needs(step)) needs[step].push_back(need);
    const auto bodies = graph::settle_loops(needs, backs, effort_max);
    if (!bodies) return;
    for (std::size_t i = 0; i < loops.size(); ++i)
      for (const StepIndex step : (*bodies)[i]) check_loop(*loops[i], step);
  }

 private:
  static bool is_once(const Step& step) { return !model::is_idempotent(step) && step.undoes == none; }

  void check_retry(const Reaction& retry, StepIndex index) {
    const Step& step = steps_[index];
    if (!is_once(step)) return;
    const Span at = retry.max.span.known() ? retry.max.span : retry.span.known() ? retry.span : step.id.span;
    auto draft = report_.add(diag::retry_not_idempotent, at, step.id.value);
    draft.label("tried up to " + std::to_string(std::uint64_t{retry.max.value} + 1) + " times")
        .note(why_not(step), step.id.span)
        .help("where doing it twice is harmless (its target knows `WF_IDEMPOTENCY_KEY`), say `idempotent`");
    offer_idempotent(draft, step);
  }

  void check_loop(const Reaction& loop, StepIndex index) {
    const Step& step = steps_[index];
    if (!is_once(step) || unclear_[index] || !said_.insert(index).second) return;
    auto draft = report_.add(diag::loop_entry_side_effect, loop.to.span, step.id.value);
    draft.label("back to here, up to " + std::to_string(loop.max.value) + " times")
        .note(why_not(step), step.id.span)
        .help("where doing it twice is harmless (its target knows `WF_IDEMPOTENCY_KEY`), say `idempotent`");
    offer_idempotent(draft, step);
  }

  void offer_idempotent(diag::Draft& draft, const Step& step) const {
    if (in_.sources == nullptr || !in_.workflow.one_space || step.idempotent) return;
    draft.fix("doing it twice is harmless", diag::with_setting(*in_.sources, step.span, "idempotent"), false);
  }

  const Subject& in_;
  diag::Report& report_;
  const std::vector<Step>& steps_;
  std::vector<char> unclear_;
  std::unordered_set<StepIndex> said_;
};

}  // namespace

void side_effects(const Subject& in, diag::Report& report) {
  const bool any = std::any_of(in.workflow.steps.begin(), in.workflow.steps.end(),
                               [](const Step& step) { return !model::is_idempotent(step); });
  if (any) SideEffects(in, report).run();
}

}  // namespace wfc::check
