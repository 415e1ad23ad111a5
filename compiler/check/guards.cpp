// Finds deployments to production that nobody is asked about, and approvals that open by themselves before
// what an approval is meant to protect. The way around an approval is shown.
#include <algorithm>

#include "compiler/check/check.h"
#include "compiler/diag/edits.h"
#include "compiler/insight/bounds.h"
#include "compiler/insight/guards.h"

namespace wfc::check {
namespace {

using insight::Guarded;
using model::none;
using model::Step;
using model::StepIndex;

constexpr std::size_t way_max = 6;

std::string quoted(const std::string& name) {
  return "`" + name + "`";
}

class GuardCheck {
 public:
  GuardCheck(const Subject& in, diag::Report& report)
      : in_(in),
        report_(report),
        steps_(in.workflow.steps),
        guards_(in.workflow, in.graph),
        unclear_(unclear_steps(in)),
        opens_(steps_.size(), 0) {}

  void run() {
    for (const StepIndex step : in_.graph.order())
      if (is_protected(steps_[step]) && !unclear_[step]) look_at(step);
  }

  static bool is_protected(const Step& step) {
    return step.undoes == none && (step.protected_ || insight::is_production(step));
  }

 private:
  void look_at(StepIndex index) {
    const Guarded guarded = guards_.of(index);
    const Step& step = steps_[index];
    if (guarded.way == Guarded::Way::guarded) return;
    if (guarded.way == Guarded::Way::by_itself) return say_opens(guarded.by, index);
    // Where an approval is required, one was put before it.
    if (step.protected_) return;
    auto draft = report_.add(diag::ungated_production, target_span(step), step.id.value);
    draft.label(guarded.way == Guarded::Way::nobody
                    ? "nobody decides whether it runs"
                    : "there is a way around " + quoted(steps_[guarded.by].id.value));
    say_way(draft, guarded, index);
    const Span& top = in_.workflow.id.span;
    if (in_.sources != nullptr && in_.workflow.one_space && !step.target.value.empty())
      draft.fix(
          "require an approval",
          diag::with_line_below(*in_.sources, top, "\nrequire approval for deploy." + step.target.value),
          false);
  }

  static Span target_span(const Step& step) {
    return step.target.span.known() ? step.target.span : step.id.span;
  }

  // One question may stand before many steps.
  void say_opens(StepIndex approval, StepIndex index) {
    if (opens_[approval]) return;
    opens_[approval] = 1;
    const Step& of = steps_[approval];
    Span at = of.id.span;
    if (of.gate && of.gate->proceed_span.known()) at = of.gate->proceed_span;
    for (const model::Reaction& reaction : of.reactions)
      if (reaction.response == model::Response::go_on && reaction.span.known() &&
          (reaction.on == model::Outcome::timeout || reaction.on == model::Outcome::reject))
        at = reaction.span;
    auto draft = report_.add(diag::auto_proceed_gate, at, of.id.value);
    draft.label("nobody has agreed then");
    draft.note(quoted(steps_[index].id.value) + " is what it protects", steps_[index].id.span);
    draft.help(in_.workflow.one_space ? "write `on timeout cancel`" : "write `cancel`");
    if (!of.gate || !of.gate->proceed_span.known()) return;
    if (in_.workflow.one_space)
      draft.fix("cancel when nobody answers", at, "on timeout cancel");
    else
      draft.fix_word("cancel when nobody answers", at, "cancel");
  }

  void say_way(diag::Draft& draft, const Guarded& guarded, StepIndex index) {
    const Step* by = guarded.by == none ? nullptr : &steps_[guarded.by];
    const std::string& id = steps_[index].id.value;
    switch (guarded.way) {
      case Guarded::Way::nobody:
        say_way_to(draft, index);
        draft.help("put an approval before it, or write `require approval for` it");
        return;
      case Guarded::Way::condition: {
        std::string when;
        for (const auto& [name, value] : guarded.missing.example)
          when += (when.empty() ? ", for example with " : ", ") + quoted(name) +
                  (value.empty() ? " something else" : " = " + value);
        const StepIndex cause = guarded.missing.by;
        if (cause != none && cause != guarded.by) {
          const bool fails = guarded.missing.why == insight::Missing::Why::failure;
          draft.path(steps_[cause].id.span, "when " + quoted(steps_[cause].id.value) +
                                                (fails ? " fails, " : " does not hold, ") +
                                                quoted(by->id.value) + " is skipped");
        } else {
          draft.path(by->when ? by->when->span : in_.workflow.branches[by->branch].span,
                     quoted(by->id.value) +
                         (by->when ? " is skipped when this does not hold"
                                   : " is skipped on the other side of this `if`") +
                         when);
        }
        draft.path(steps_[index].id.span, quoted(id) + " runs all the same");
        draft.help("ask whenever " + quoted(id) + " runs");
        return;
      }
      case Guarded::Way::always:
        draft.path(by->id.span, quoted(id) + " runs however " + quoted(by->id.value) + " has ended");
        draft.help(by->answered_by == none ? "do not let it run `always`"
                                           : "ask before the block, which goes on whatever is said in it");
        return;
      case Guarded::Way::loop:
        draft.path(by->id.span, quoted(by->id.value) + " is asked first");
        draft.path(guarded.loop->to.span, quoted(steps_[guarded.from].id.value) + " goes back to " +
                                              quoted(guarded.loop->to.value) + ", and " + quoted(id) +
                                              " runs again without being asked about");
        draft.help("go back to " + quoted(by->id.value) + ", or further");
        return;
      case Guarded::Way::guarded:
      case Guarded::Way::by_itself:
        return;
    }
  }

  // The steps that lead there, the last ones if they are many.
  void say_way_to(diag::Draft& draft, StepIndex step) const {
    std::vector<StepIndex> way = {step};
    while (!in_.graph.needs(way.back()).empty() && way.size() < way_max)
      way.push_back(in_.graph.needs(way.back())[0]);
    if (way.size() == 1) return;
    const bool from_start = in_.graph.needs(way.back()).empty();
    for (std::size_t i = way.size(); i-- > 0;) {
      const Step& at = steps_[way[i]];
      const bool first = i + 1 == way.size();
      draft.path(at.id.span,
                 (first ? from_start ? "the run begins with " : "on the way comes " : "then comes ") +
                     quoted(at.id.value));
    }
  }

  const Subject& in_;
  diag::Report& report_;
  const std::vector<Step>& steps_;
  insight::Guards guards_;
  std::vector<char> unclear_;
  std::vector<char> opens_;
};

}  // namespace

void guards(const Subject& in, diag::Report& report) {
  if (std::any_of(in.workflow.steps.begin(), in.workflow.steps.end(), GuardCheck::is_protected))
    GuardCheck(in, report).run();
}

}  // namespace wfc::check
