// Compares what a run may take with what its budgets allow.
//
// What nobody can bound is no mistake: `wfc bounds` tells it. A budget that says what shall happen when it is
// passed (`on breach degrade`) was meant to be passed.
#include <algorithm>

#include "compiler/check/check.h"
#include "compiler/insight/bounds.h"
#include "runtime/base/text.h"

namespace wfc::check {
namespace {

using insight::Count;
using insight::Measure;
using insight::StepBound;
using model::Step;
using model::StepIndex;

constexpr std::size_t named_max = 3;

std::string quoted(const std::string& name) {
  return "`" + name + "`";
}

std::string amount(Measure measure, Count count) {
  if (count.too_large()) return "more than can be counted";
  if (measure == Measure::time)
    return wf::format_duration(static_cast<std::int64_t>(std::min<std::uint64_t>(count.value, INT64_MAX)));
  const std::string number = std::to_string(count.value);
  const bool one = count.value == 1;
  switch (measure) {
    case Measure::credits:
      return number + (one ? " credit" : " credits");
    case Measure::calls:
      return number + (one ? " call" : " calls");
    case Measure::tokens:
      return number + (one ? " token" : " tokens");
    default:
      return number;
  }
}

class Budgets {
 public:
  Budgets(const Subject& in, diag::Report& report)
      : in_(in),
        report_(report),
        steps_(in.workflow.steps),
        bounds_(insight::find_bounds(in.workflow, in.graph)) {}

  void run() {
    if (in_.workflow.budget) {
      const model::Budget& budget = *in_.workflow.budget;
      const bool answered = is_answered(budget);
      for (const Limit& limit : limits_of(budget, budget.at, budget.span)) check_run(limit, answered);
      for (const Limit& limit : limits_of(budget.each, budget.each_at, budget.span))
        for (StepIndex step = 0; step < steps_.size(); ++step) check_step(limit, step, answered);
    }
    for (StepIndex step = 0; step < steps_.size(); ++step) {
      if (!steps_[step].extras || !steps_[step].extras->budget) continue;
      const model::Budget& budget = *steps_[step].extras->budget;
      for (const Limit& limit : limits_of(budget, budget.at, budget.span))
        check_step(limit, step, is_answered(budget));
    }
  }

 private:
  struct Limit {
    Measure measure;
    std::uint64_t value;
    Span span;
  };

  static std::vector<Limit> limits_of(const wf::Limits& limits, const model::LimitSpans& at,
                                      const Span& whole) {
    std::vector<Limit> all;
    const auto add = [&](Measure measure, std::uint64_t value, const Span& span) {
      if (value != 0) all.push_back({measure, value, span.known() ? span : whole});
    };
    add(Measure::credits, limits.credits, at.credits);
    add(Measure::calls, limits.calls, at.calls);
    add(Measure::tokens, limits.tokens, at.tokens);
    add(Measure::time, limits.time_ms, at.time);
    return all;
  }

  static bool is_answered(const model::Budget& budget) {
    return std::any_of(budget.reactions.begin(), budget.reactions.end(), [](const model::Reaction& of) {
      return of.response != model::Response::fail && of.response != model::Response::cancel;
    });
  }

  // ------------------------------------------------------------------------------------------ the whole run
  void check_run(const Limit& limit, bool answered) {
    if (answered) return;
    const insight::Bound& bound = bounds_.of(limit.measure);
    if (bound.least.value > limit.value) {
      auto draft = report_.add(diag::budget_exceeded, limit.span,
                               "a run takes at least " + amount(limit.measure, bound.least));
      draft.label("it ends before it is done");
      say_least(draft, limit.measure);
      return;
    }
    if (limit.measure == Measure::time && say_infeasible(limit)) return;
    if (bounds_.loops_open || bound.worst.value <= limit.value) return;
    auto draft = report_.add(diag::budget_may_exceed, limit.span,
                             "a run may take " + amount(limit.measure, bound.worst));
    draft.label("in the worst case it ends here");
    for (const insight::Term& term : bound.terms) {
      const Step& step = steps_[term.step];
      draft.note(quoted(step.id.value) + " may take " + amount(limit.measure, term.worst) +
                     (term.whole ? how(limit.measure, bounds_.steps[term.step]) : ""),
                 step.id.span);
    }
    draft.help("`wfc bounds` shows what the worst case is made of");
  }

  static std::string how(Measure measure, const StepBound& bound) {
    const std::string each = measure == Measure::time && bound.timeout_ms != 0
                                 ? " of " + amount(Measure::time, Count{bound.timeout_ms})
                                 : std::string();
    if (bound.attempts.value <= 1 || bound.attempts.too_large()) return {};
    const std::string tries =
        std::to_string(bound.tries.value) + (bound.tries.value == 1 ? " try" : " tries");
    if (bound.rounds.value == 1) return ": " + tries + each;
    const std::string rounds = std::to_string(bound.rounds.value) + " rounds";
    if (bound.tries.value == 1) return ": " + rounds + each;
    return ": " + rounds + " of " + tries + each;
  }

  void say_least(diag::Draft& draft, Measure measure) {
    std::vector<StepIndex> sure;
    for (StepIndex step = 0; step < steps_.size(); ++step)
      if (bounds_.steps[step].sure && bounds_.steps[step].least.value > 1) sure.push_back(step);
    if (measure != Measure::credits) return;
    std::stable_sort(sure.begin(), sure.end(), [&](StepIndex a, StepIndex b) {
      return bounds_.steps[a].least.value > bounds_.steps[b].least.value;
    });
    if (sure.size() > named_max) sure.resize(named_max);
    for (const StepIndex step : sure)
      draft.note(quoted(steps_[step].id.value) + " takes " + amount(measure, bounds_.steps[step].least),
                 steps_[step].id.span);
    draft.note("each attempt of a step is 1 credit, a preview deploy 5 more, a production deploy 10");
  }

  // A step, or people, may take longer than the whole run.
  bool say_infeasible(const Limit& limit) {
    std::vector<std::pair<std::string, Span>> longer;
    for (const Step& step : steps_) {
      if (step.broken) continue;
      const std::uint64_t asked_ms = step.gate ? step.gate->timeout_ms : 0;
      if (asked_ms > limit.value)
        longer.emplace_back(
            quoted(step.id.value) + " may wait " + amount(Measure::time, Count{asked_ms}) + " for an answer",
            step.id.span);
      else if (step.timeout_ms > limit.value)
        longer.emplace_back(
            quoted(step.id.value) + " may run " + amount(Measure::time, Count{step.timeout_ms}),
            step.id.span);
    }
    if (longer.empty()) return false;
    auto draft =
        report_.add(diag::deadline_infeasible, limit.span, amount(Measure::time, Count{limit.value}));
    draft.label("the whole run");
    for (std::size_t i = 0; i < longer.size() && i < named_max; ++i)
      draft.note(longer[i].first, longer[i].second);
    if (longer.size() > named_max) draft.note("and " + std::to_string(longer.size() - named_max) + " more");
    draft.help("give the run more time, or the step less");
    return true;
  }

  // ------------------------------------------------------------------------------------------------ a step
  void check_step(const Limit& limit, StepIndex index, bool answered) {
    if (answered) return;
    const Step& step = steps_[index];
    const StepBound& bound = bounds_.steps[index];
    if (limit.measure == Measure::credits && bound.least.value > limit.value) {
      report_
          .add(diag::budget_exceeded, limit.span,
               quoted(step.id.value) + " takes at least " + amount(Measure::credits, bound.least))
          .label("it cannot start")
          .note("each attempt of a step is 1 credit, a preview deploy 5 more, a production deploy 10",
                step.id.span);
      return;
    }
    if (limit.measure == Measure::time && bound.takes_time && bound.timeout_ms > limit.value) {
      report_.add(diag::deadline_infeasible, limit.span, amount(Measure::time, Count{limit.value}))
          .label("the whole step")
          .note(quoted(step.id.value) + " may run " + amount(Measure::time, Count{bound.timeout_ms}),
                step.id.span)
          .help("give the step more time, or its attempts less");
      return;
    }
    const Count worst = worst_of(limit.measure, step, bound);
    if (bounds_.loops_open || worst.value <= limit.value) return;
    report_
        .add(diag::budget_may_exceed, limit.span,
             quoted(step.id.value) + " may take " + amount(limit.measure, worst))
        .label("in the worst case it ends here")
        .note(quoted(step.id.value) + " may be tried " + std::to_string(bound.attempts.value) + " times" +
                  how(limit.measure, bound),
              step.id.span);
  }

  static Count worst_of(Measure measure, const Step& step, const StepBound& bound) {
    switch (measure) {
      case Measure::credits:
        return bound.attempts * bound.most + bound.repairs;
      case Measure::calls:
        return (step.kind == wf::StepKind::agent ? bound.attempts : Count{}) + bound.repairs;
      case Measure::time:
        return bound.takes_time ? bound.attempts * Count{bound.timeout_ms} : Count{};
      default:
        return {};
    }
  }

  const Subject& in_;
  diag::Report& report_;
  const std::vector<Step>& steps_;
  insight::Bounds bounds_;
};

}  // namespace

void budget(const Subject& in, diag::Report& report) {
  const bool any =
      in.workflow.budget || std::any_of(in.workflow.steps.begin(), in.workflow.steps.end(),
                                        [](const Step& step) { return step.extras && step.extras->budget; });
  if (any) Budgets(in, report).run();
}

}  // namespace wfc::check
