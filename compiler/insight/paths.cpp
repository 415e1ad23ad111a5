// Questions about pairs of steps, as formulas over how steps have ended.
#include "compiler/insight/paths.h"

#include <algorithm>

namespace wfc::insight {
using model::none;
using model::Response;
using model::Step;

bool may_stop(const Step& step) {
  bool answered = false;
  for (const model::Reaction& reaction : step.reactions) {
    if (reaction.response == Response::stop) return true;
    const bool always = !reaction.condition && !reaction.when && reaction.on == model::Outcome::fail;
    answered = answered ||
               (always && (reaction.response == Response::fail || reaction.response == Response::cancel ||
                           reaction.response == Response::go_on));
  }
  return step.kind == wf::StepKind::check && !answered;
}

namespace {

constexpr std::size_t blockers_max = 16;  // That are tried, one after the other.
constexpr std::size_t causes_max = 6;
constexpr std::size_t steps_asked_max = 24, checks_asked_max = 16;
constexpr std::uint64_t effort_max = 50'000'000;

// How a failure is surely answered in the end, once what repeats the step is used up.
Response last_word(const Step& step) {
  for (const model::Reaction& reaction : step.reactions) {
    if (reaction.on != model::Outcome::fail || reaction.when) continue;
    switch (reaction.response) {
      case Response::retry:
      case Response::repair:
      case Response::back:
        continue;
      default:
        return reaction.response;
    }
  }
  return Response::fail;
}

// May it fail, and keep what follows it from running?
bool may_fail(const Step& step) {
  if (last_word(step) == Response::go_on) return false;
  if (step.ends_block) return true;
  switch (step.kind) {
    case wf::StepKind::agent:
    case wf::StepKind::command:
    case wf::StepKind::deploy:
    case wf::StepKind::action:
      return true;
    default:
      break;
  }
  return std::any_of(step.reactions.begin(), step.reactions.end(),
                     [](const model::Reaction& of) { return of.response == Response::fail; });
}

// Stops what follows it although nothing has failed.
bool stops_well(const Step& step) {
  if (step.kind == wf::StepKind::check) return may_stop(step);
  return std::any_of(step.reactions.begin(), step.reactions.end(), [](const model::Reaction& of) {
    return of.response == Response::stop && of.on == model::Outcome::holds;
  });
}

// Its failure stops what follows it, and is not the run's.
bool halts(const Step& step) {
  return std::any_of(step.reactions.begin(), step.reactions.end(),
                     [](const model::Reaction& of) { return of.response == Response::stop; });
}

// Likewise, or it is answered by the block around it.
bool halts_alone(const Step& step) {
  return halts(step) || (step.answered_by != none && may_fail(step));
}

bool fails_or_halts(const Step& step) {
  return may_fail(step) || halts(step);
}

bool may_be_forgiven(const Step& step) {
  return std::any_of(step.reactions.begin(), step.reactions.end(),
                     [](const model::Reaction& of) { return of.response == Response::go_on; });
}

// Runs, and ends well, whatever has become of the steps that it stands for.
bool forgives_block(const Step& step) {
  return step.ends_block && may_be_forgiven(step);
}

}  // namespace

// May its evaluation be an error?
bool Paths::may_err(const expr::Expr& of) const {
  if (Conditions::is_common(of)) return false;
  switch (of.kind) {
    case dsl::ExprKind::name: {
      if (of.binding.kind != dsl::BindingKind::input) return of.binding.kind != dsl::BindingKind::let;
      const model::Input& input = workflow_.inputs[of.binding.index];
      return input.nullable || input.type == wf::ValueType::any || input.type == wf::ValueType::map;
    }
    case dsl::ExprKind::field:
    case dsl::ExprKind::index:
    case dsl::ExprKind::filter:
    case dsl::ExprKind::call:
    case dsl::ExprKind::divide:
    case dsl::ExprKind::remainder:
    case dsl::ExprKind::error:
      return true;
    default:
      return std::any_of(of.children.begin(), of.children.end(),
                         [&](const expr::Expr& child) { return may_err(child); });
  }
}

Paths::Formula Paths::condition_errs(const Step& step) {
  Formula any = step.when ? conditions_.errs(*step.when) : Conditions::never;
  for (std::uint32_t at = step.branch; at != none;) {
    any = conditions_.either(any, conditions_.errs(workflow_.branches[at].condition));
    at = workflow_.branches[at].outer < at ? workflow_.branches[at].outer : none;
  }
  return any;
}

// How a step may end at all.
std::uint8_t Paths::ends_of(const Step& step) const {
  const bool answered_so =
      std::any_of(step.reactions.begin(), step.reactions.end(),
                  [](const model::Reaction& of) { return of.response == Response::fail; });
  const bool decides =
      step.kind == wf::StepKind::check || (step.kind == wf::StepKind::join && !step.ends_block);
  const bool errs = (step.when && may_err(*step.when)) || (step.condition && may_err(*step.condition));
  return !decides || answered_so || errs ? any_end : any_end & ~failed;
}

Paths::Paths(const model::Workflow& workflow, const graph::StepGraph& graph)
    : workflow_(workflow), graph_(graph), conditions_(workflow), conditional_(workflow.steps.size(), 0) {
  for (StepIndex step = 0; step < workflow.steps.size(); ++step) {
    const Step& of = workflow.steps[step];
    conditional_[step] = of.when || of.branch != none;
    any_always_ = any_always_ || of.run_if == wf::RunIf::always || forgives_block(of);
  }
  find_blocks();
  index_checks();
}

// What blocks wait for that forgive their steps.
void Paths::find_blocks() {
  std::vector<StepIndex> ends;
  for (StepIndex step = 0; step < workflow_.steps.size(); ++step) {
    ends.clear();
    for (StepIndex end = workflow_.steps[step].answered_by; end != none;
         end = workflow_.steps[end].answered_by)
      ends.push_back(end);
    for (const StepIndex end : ends) {
      if (!forgives_block(workflow_.steps[end])) continue;
      std::vector<StepIndex>& outside = outside_[end];
      for (const StepIndex need : graph_.needs(step)) {
        StepIndex within = workflow_.steps[need].answered_by;
        while (within != none && within != end) within = workflow_.steps[within].answered_by;
        if (within == none) outside.push_back(need);
      }
    }
  }
  for (auto& [end, outside] : outside_) {
    std::ranges::sort(outside);
    outside.erase(std::unique(outside.begin(), outside.end()), outside.end());
  }
}

Paths::Formula Paths::side(const Step& step, bool holds) {
  Formula all = holds ? Conditions::always : Conditions::never;
  std::uint32_t side = step.side;
  for (std::uint32_t at = step.branch; at != none;) {
    const model::Branch& branch = workflow_.branches[at];
    const Formula here = holds == (side != 0) ? conditions_.when_true(branch.condition)
                                              : conditions_.when_false(branch.condition);
    all = holds ? conditions_.both(all, here) : conditions_.either(all, here);
    side = branch.outer_side;
    at = branch.outer < at ? branch.outer : none;
  }
  return all;
}

Paths::Formula Paths::begun(StepIndex step) {
  const Step& of = workflow_.steps[step];
  const Formula on_side = side(of, true);
  return of.when ? conditions_.both(on_side, conditions_.when_true(*of.when)) : on_side;
}

Paths::Formula Paths::passed_over(StepIndex step) {
  const Step& of = workflow_.steps[step];
  const Formula elsewhere = side(of, false);
  return of.when ? conditions_.either(elsewhere, conditions_.when_false(*of.when)) : elsewhere;
}

// What can keep the step from running: all it waits for, and of a step that runs always what the `if` around
// it waits for, for one that is not decided holds back everything in it.
template <class Visit>
void Paths::each_binding(StepIndex step, const Visit& visit) const {
  const Step& of = workflow_.steps[step];
  if (const auto block = outside_.find(step); block != outside_.end()) {
    for (const StepIndex need : block->second) visit(need);
    return;
  }
  if (of.run_if != wf::RunIf::always) {
    for (const StepIndex need : graph_.needs(step)) visit(need);
    return;
  }
  for (std::uint32_t at = of.branch; at != none;) {
    const model::Branch& branch = workflow_.branches[at];
    for (const model::Need& need : branch.needs) visit(need.target);
    at = branch.outer < at ? branch.outer : none;
  }
}

bool Paths::bound_to(StepIndex first, StepIndex then) {
  if (!any_always_) return true;
  if (bound_.empty()) bound_.assign(workflow_.steps.size(), 0);
  if (effort_ > effort_max) return true;
  if (bound_then_ != then) {
    bound_then_ = then;
    ++bound_stamp_;
    std::vector<StepIndex> open{then};
    while (!open.empty()) {
      const StepIndex at = open.back();
      open.pop_back();
      const auto look = [&](StepIndex need) {
        ++effort_;
        if (need == none || bound_[need] == bound_stamp_) return;
        bound_[need] = bound_stamp_;
        open.push_back(need);
      };
      each_binding(at, look);
    }
  }
  return bound_[first] == bound_stamp_;
}

void Paths::index_checks() {
  for (const StepIndex step : graph_.order()) {
    const Step& check = workflow_.steps[step];
    if (check.kind != wf::StepKind::check || !check.condition || check.broken) continue;
    if (may_be_forgiven(check)) continue;
    conditions_.begin();
    Formula formula = conditions_.both(begun(step), conditions_.when_true(*check.condition));
    Formula well = formula;
    const auto holds = [&](Formula& of, Mode mode) {
      if (!linked(of, step, none, false, mode)) return true;
      const Conditions::Answer answer = conditions_.possible(of);
      return !answer.judged || answer.possible;
    };
    if (!holds(formula, Mode::anything))
      never_hold_.push_back(step);
    else if (!holds(well, Mode::nothing_fails))
      hold_after_failures_.push_back(step);
    // Also by what the steps look at whose outcome it asks for.
    for (const std::string& key : conditions_.subjects_in(formula)) checks_[key].push_back(step);
  }
  conditions_.begin();
}

// Adds what is known about the steps that the formula asks about, about those that these ask about, and so
// on. False: they are too many.
bool Paths::linked(Formula& formula, StepIndex reader, StepIndex producer, bool blocked, Mode mode) {
  std::vector<StepIndex> known;
  std::size_t checks = 0;
  const auto is_known = [&](StepIndex step) {
    return std::find(known.begin(), known.end(), step) != known.end();
  };
  if (producer != none) known.push_back(producer);
  for (;;) {
    std::vector<StepIndex> asked = conditions_.steps_in(formula);
    std::erase_if(asked, is_known);
    std::vector<StepIndex> relied;
    const auto rely_on = [&](StepIndex check) {
      if (is_known(check) || std::find(asked.begin(), asked.end(), check) != asked.end()) return;
      if (std::find(relied.begin(), relied.end(), check) != relied.end()) return;
      if (++checks > checks_asked_max) return;
      if (check != reader && graph_.precedes(check, reader)) relied.push_back(check);
    };
    for (const StepIndex check : never_hold_) rely_on(check);
    if (mode == Mode::nothing_fails)
      for (const StepIndex check : hold_after_failures_) rely_on(check);
    if (!checks_.empty()) {
      for (const std::string& key : conditions_.subjects_in(formula)) {
        const auto found = checks_.find(key);
        if (found == checks_.end()) continue;
        for (const StepIndex check : found->second) {
          if (checks > checks_asked_max) break;  // There may be very many of them.
          rely_on(check);
        }
      }
    }
    asked.insert(asked.end(), relied.begin(), relied.end());
    if (asked.empty()) return true;
    if (known.size() + asked.size() > steps_asked_max) return false;
    for (const StepIndex step : asked) {
      known.push_back(step);
      const Step& of = workflow_.steps[step];
      const bool before = step != reader && graph_.precedes(step, reader);
      const bool bound = before && bound_to(step, reader);
      // What is bound to the step that did not run has not run either.
      const bool cannot_run = blocked && graph_.precedes(producer, step) && bound_to(producer, step);
      // Who cancels a run leaves nothing behind that anybody waits for.
      std::uint8_t ends = step == refused_ ? any_end : ends_of(of);
      if (producer != none) ends &= any_end & ~cancelled;
      // A failure that nothing forgives ends the run, but for the steps that run always.
      const bool would_end = before && ends_before(step, reader);
      if (bound || (would_end && !halts(of)))
        ends &= static_cast<std::uint8_t>(succeeded | skipped | (may_be_forgiven(of) ? failed : 0));
      if (mode == Mode::nothing_fails) ends &= succeeded | skipped;
      if (cannot_run) ends &= skipped | cancelled;
      const bool ends_run = workflow_.fail_fast && workflow_.steps[reader].run_if != wf::RunIf::always;
      Formula not_run = passed_over(step);
      if (!bound) not_run = conditions_.either(not_run, held_back(step, mode, ends_run));
      Formula ran = conditions_.both(conditions_.ends(step, ends & has_run), begun(step));
      // A run that is ending cancels what has not begun.
      ran = conditions_.either(ran, conditions_.ends(step, ends & cancelled));
      // A condition that uses what is not there fails its step.
      if (conditional(step) && (ends & failed) != 0)
        ran = conditions_.either(ran, conditions_.both(conditions_.ends(step, failed), condition_errs(of)));
      Formula link =
          conditions_.either(ran, conditions_.both(conditions_.ends(step, ends & skipped), not_run));
      // A check that did not hold has stopped what is bound to it.
      if (bound && of.kind == wf::StepKind::check && of.condition && !may_be_forgiven(of))
        link = conditions_.both(
            link, conditions_.either(conditions_.ends(step, skipped), conditions_.when_true(*of.condition)));
      formula = conditions_.both(formula, link);
      for (const StepIndex other : known) {
        if (other == step) continue;
        formula = conditions_.both(formula, follows_from(other, step));
        formula = conditions_.both(formula, follows_from(step, other));
      }
    }
  }
}

// Something before the step has failed, or has stopped what follows.
Paths::Formula Paths::held_back(StepIndex step, Mode mode, bool ends_run) {
  Formula any = Conditions::never;
  const std::vector<StepIndex> stops = nearest(step, stops_well, causes_max);
  for (const StepIndex by : stops) {
    const Step& of = workflow_.steps[by];
    Formula stopped = conditions_.ends(by, succeeded);
    if (of.kind == wf::StepKind::check && of.condition)
      stopped = conditions_.both(stopped, conditions_.when_false(*of.condition));
    any = conditions_.either(any, stopped);
  }
  if (stops.size() == causes_max) return Conditions::always;
  if (mode == Mode::nothing_fails) return any;
  const std::vector<StepIndex> fails = nearest(step, ends_run ? halts_alone : fails_or_halts, causes_max);
  for (const StepIndex by : fails) any = conditions_.either(any, conditions_.ends(by, failed));
  return fails.size() == causes_max ? Conditions::always : any;
}

// Would a failure of `first`, which precedes it and which nothing forgives, end the run before `then`? Not
// where that runs always, unless an `if` around it has yet to be decided.
bool Paths::ends_before(StepIndex first, StepIndex then) const {
  if (!workflow_.fail_fast) return false;
  // A block decides for its steps.
  for (StepIndex end = workflow_.steps[first].answered_by; end != none;
       end = workflow_.steps[end].answered_by)
    if (forgives_block(workflow_.steps[end]) || !graph_.precedes(end, then)) return false;
  const Step& of = workflow_.steps[then];
  if (of.run_if != wf::RunIf::always) return true;
  bool found = false;
  each_binding(then, [&](StepIndex need) {
    found = found || (need != none && (need == first || graph_.precedes(first, need)));
  });
  return found;
}

// Had `first` failed, `then` would not have run: it is bound to it, or the run would have ended.
Paths::Formula Paths::follows_from(StepIndex first, StepIndex then) {
  const Step& of = workflow_.steps[first];
  if (first == then || !graph_.precedes(first, then) || may_be_forgiven(of)) return Conditions::always;
  if (of.kind == wf::StepKind::check && of.condition && bound_to(first, then))
    return conditions_.either(conditions_.ends(then, skipped | cancelled),
                              conditions_.either(conditions_.ends(first, skipped),
                                                 conditions_.both(conditions_.ends(first, succeeded),
                                                                  conditions_.when_true(*of.condition))));
  const bool would_end = ends_before(first, then) && !halts(of);
  if (!would_end && !bound_to(first, then)) return Conditions::always;
  return conditions_.either(conditions_.ends(then, skipped | cancelled),
                            conditions_.ends(first, any_end & ~failed));
}

Conditions::Answer Paths::can_begin(StepIndex step) {
  begin();
  Formula formula = begun(step);
  if (formula == Conditions::always && never_hold_.empty()) return {.judged = true, .possible = true};
  if (!linked(formula, step, none, false, Mode::anything)) return {};
  return conditions_.possible(formula);
}

bool Paths::can_begin_after(StepIndex reader, StepIndex step, std::uint8_t ends) {
  begin();
  Formula formula = conditions_.both(begun(reader), conditions_.ends(step, ends));
  refused_ = step;
  const bool known = linked(formula, reader, none, false, Mode::anything);
  refused_ = none;
  if (!known) return true;
  const Conditions::Answer answer = conditions_.possible(formula);
  return !answer.judged || answer.possible;
}

bool Paths::exclude(StepIndex a, StepIndex b) {
  begin();
  Formula formula = conditions_.both(begun(a), begun(b));
  if (formula == Conditions::never) return true;
  for (const StepIndex reader : {a, b})
    if (!linked(formula, reader, none, false, Mode::anything)) return false;
  const Conditions::Answer answer = conditions_.possible(formula);
  return answer.judged && !answer.possible;
}

bool Paths::can_run_without(StepIndex reader, std::span<const StepIndex> producers) {
  begin();
  Formula formula = begun(reader);
  for (const StepIndex producer : producers)
    formula = conditions_.both(formula,
                               conditions_.both(conditions_.ends(producer, skipped), passed_over(producer)));
  if (!linked(formula, reader, none, false, Mode::anything)) return true;
  const Conditions::Answer answer = conditions_.possible(formula);
  return !answer.judged || answer.possible;
}

// The nearest steps before `step` of this kind that can keep it from running.
std::vector<StepIndex> Paths::nearest(StepIndex step, bool (*which)(const Step&), std::size_t at_most) {
  std::vector<StepIndex> reached{step}, found;
  seen_.resize(workflow_.steps.size(), 0);
  for (std::size_t next = 0; next < reached.size() && found.size() < at_most; ++next) {
    const StepIndex at = reached[next];
    each_binding(at, [&](StepIndex need) {
      ++effort_;
      if (need == none || seen_[need]) return;
      seen_[need] = 1;
      reached.push_back(need);
      if (found.size() < at_most && which(workflow_.steps[need])) found.push_back(need);
    });
  }
  for (const StepIndex at : reached) seen_[at] = 0;
  return found;
}

Missing Paths::missing_before(StepIndex reader, Formula context, StepIndex producer) {
  return missing_if(conditions_.both(context, side(workflow_.steps[reader], true)), reader, producer);
}

Missing Paths::missing_if(Formula runs, StepIndex reader, StepIndex producer) {
  if (effort_ > effort_max) return {};
  const bool bound = bound_to(producer, reader);
  // A failure that nothing forgives ends the run, but for the steps that run always.
  const bool ends_run = workflow_.fail_fast && workflow_.steps[reader].run_if != wf::RunIf::always;
  // What needs no failure is the worse, so it is looked for first.
  for (const Mode mode : {Mode::nothing_fails, Mode::anything}) {
    const bool fails = mode == Mode::anything;
    if (conditional(producer)) {
      Formula formula = conditions_.both(
          runs, conditions_.both(passed_over(producer), conditions_.ends(producer, skipped)));
      if (!linked(formula, reader, producer, false, mode)) return {};
      Conditions::Answer answer = conditions_.possible(formula);
      if (!answer.judged) return {};
      if (answer.possible)
        return {fails ? Missing::Why::failure : Missing::Why::condition, producer, std::move(answer.example)};
    }
    if (bound) continue;
    // A step that stops the run early may count where another one fails, too.
    for (const bool by_failing : {false, true}) {
      if (by_failing && !fails) break;
      const auto which = !by_failing ? stops_well : ends_run ? halts_alone : may_fail;
      for (const StepIndex by : nearest(producer, which, blockers_max)) {
        Formula formula = conditions_.both(runs, conditions_.ends(producer, skipped));
        formula = conditions_.both(formula, conditions_.ends(by, by_failing ? failed : succeeded));
        const Step& of = workflow_.steps[by];
        if (!by_failing && of.kind == wf::StepKind::check && of.condition)
          formula = conditions_.both(formula, conditions_.when_false(*of.condition));
        if (!linked(formula, reader, producer, true, mode)) return {};
        Conditions::Answer answer = conditions_.possible(formula);
        if (!answer.judged) return {};
        if (answer.possible)
          return {fails ? Missing::Why::failure : Missing::Why::stopped, by, std::move(answer.example)};
      }
    }
  }
  return {};
}

}  // namespace wfc::insight
