// Finds steps whose conditions contradict each other, or what must hold before they are reached; and
// conditions that hold whatever the values are.
#include <algorithm>
#include <unordered_set>

#include "compiler/check/check.h"
#include "compiler/diag/edits.h"
#include "compiler/expr/types.h"
#include "compiler/insight/paths.h"

namespace wfc::check {
namespace {

using insight::Conditions;
using model::none;
using model::Step;
using model::StepIndex;

class Reachable {
 public:
  Reachable(const Subject& in, diag::Report& report)
      : in_(in), report_(report), paths_(in.workflow, in.graph), unclear_(unclear_steps(in)) {}

  void run() {
    for (const StepIndex check : paths_.never_hold()) {
      const Step& step = in_.workflow.steps[check];
      if (unclear_[check] || constant(*step.condition) || is_said(step.condition->span)) continue;
      report_.add(diag::constant_condition, step.condition->span, "false")
          .label("where it is asked")
          .note("what follows `" + step.id.value + "` never runs", step.id.span);
    }
    for (const StepIndex step : in_.graph.order())
      if (paths_.conditional(step) && !unclear_[step] && in_.workflow.steps[step].undoes == none)
        look_at(step);
  }

 private:
  // What folds is reported as a constant condition.
  static bool constant(const expr::Expr& expr) { return expr::fold(expr).has_value(); }

  // One mistake, one message: what is wrong in a condition may be why it never holds.
  bool is_said(const Span& span) const {
    return std::any_of(report_.all().begin(), report_.all().end(), [&](const auto& said) {
      return said->span.file == span.file && span.begin <= said->span.begin && said->span.end <= span.end;
    });
  }

  bool in_constant_branch(const Step& step) const {
    for (std::uint32_t at = step.branch; at != none; at = in_.workflow.branches[at].outer)
      if (constant(in_.workflow.branches[at].condition)) return true;
    return false;
  }

  void look_at(StepIndex index) {
    const Step& step = in_.workflow.steps[index];
    if ((step.when && constant(*step.when)) || in_constant_branch(step)) return;
    for (const StepIndex check : paths_.never_hold())
      if (in_.graph.precedes(check, index)) return;
    const Conditions::Answer answer = paths_.can_begin(index);
    if (answer.judged && !answer.possible) return say(index);
    if (!step.when || !in_.workflow.one_space) return;
    paths_.begin();
    const Conditions::Answer other = paths_.conditions().possible(paths_.conditions().when_false(*step.when));
    if (other.judged && !other.possible)
      report_.add(diag::constant_condition, step.when->span, "true")
          .label("whatever the values are")
          .help("leave it out, or let it say less");
  }

  void say(StepIndex index) {
    const Step& step = in_.workflow.steps[index];
    // Steps of one `if` share what keeps them from running.
    if (!step.when && !said_.insert(std::uint64_t{step.branch} * 2 + step.side).second) return;
    const Span at = step.when ? step.when->span : in_.workflow.branches[step.branch].span;
    if (is_said(at)) return;
    auto draft = report_.add(diag::unreachable, at, step.id.value);
    draft.label("this never holds here");
    if (step.when && step.branch != none)
      draft.also(in_.workflow.branches[step.branch].span,
                 step.side != 0 ? "it stands where this holds" : "it stands where this does not hold");
    draft.help("change the condition, or leave the step out");
    // A step that others wait for is missed by them.
    if (in_.sources == nullptr || !step.when || !in_.graph.followers(index).empty()) return;
    draft.fix("leave the step out",
              in_.workflow.one_space ? diag::without_lines(*in_.sources, step.span)
                                     : diag::without_entry(*in_.sources, step.span),
              false);
  }

  const Subject& in_;
  diag::Report& report_;
  insight::Paths paths_;
  std::vector<char> unclear_;
  std::unordered_set<std::uint64_t> said_;
};

}  // namespace

void unreachable(const Subject& in, diag::Report& report) {
  for (const Step& step : in.workflow.steps) {
    if (!step.when && step.branch == none && step.kind != wf::StepKind::check) continue;
    Reachable(in, report).run();
    return;
  }
}

}  // namespace wfc::check
