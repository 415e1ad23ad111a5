// Approvals that nobody wrote and somebody requires.
//
// A step is guarded if on every way to it somebody has said yes: an approval that it follows, that nothing
// skips where the step is not skipped itself, whose refusal reaches the step, and that does not open by
// itself; or several of them, if their conditions leave no way past all.
#include "compiler/dialects/required_approvals.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "compiler/dialects/comparison.h"
#include "compiler/dialects/phrase.h"
#include "compiler/expr/canonical.h"
#include "compiler/model/walk.h"

namespace wfc::dialects {
namespace {

using expr::Expr;
using model::none;
using model::Step;
using model::StepIndex;

// Every step of a large definition may need an approval, and have every other before it.
constexpr std::uint64_t looks_max = 50'000'000;
// Reading the conditions of an approval takes as long as looking at so many steps.
constexpr std::uint64_t effort_of_approval = 50;
// Approvals that are looked at together; all combinations of their conditions are tried.
constexpr std::size_t together_max = 8, conditions_max = 10;

class Approvals {
 public:
  Approvals(model::Workflow& workflow, diag::Report& report) : workflow_(workflow), report_(report) {}

  void run() {
    std::vector<char> required(workflow_.steps.size(), 0);
    for (const Located<std::string>& action : workflow_.approvals_required) {
      bool found = false;
      for (StepIndex i = 0; i < workflow_.steps.size(); ++i) {
        if (!is_meant(workflow_.steps[i], action.value)) continue;
        found = true;
        required[i] = 1;
      }
      if (!found) say_unknown(action);
    }
    const auto written = static_cast<StepIndex>(workflow_.steps.size());
    find_loops();
    for (StepIndex i = 0; i < written; ++i) {
      workflow_.steps[i].protected_ = required[i] != 0;
      if (!required[i] || workflow_.steps[i].broken) continue;
      if (const Way way = way_around(i); way.kind != Way::Kind::none) insert_before(i, way);
    }
  }

 private:
  static std::string_view type_of(wf::StepKind kind) {
    switch (kind) {
      case wf::StepKind::agent:
        return "agent";
      case wf::StepKind::command:
        return "run";
      case wf::StepKind::deploy:
        return "deploy";
      case wf::StepKind::action:
        return "action";
      default:
        return {};
    }
  }

  // `TYPE.TARGET`, `TYPE`, or the step itself.
  static bool is_meant(const Step& step, std::string_view action) {
    if (step.kind == wf::StepKind::join || step.kind == wf::StepKind::approve) return false;
    if (step.id.value == action) return true;
    std::string_view type = type_of(step.kind);
    if (step.kind == wf::StepKind::command && (action == "command" || action.starts_with("command.")))
      type = "command";
    if (type.empty() || !action.starts_with(type)) return false;
    const std::string_view rest = action.substr(type.size());
    const std::string& target = step.kind == wf::StepKind::agent ? step.agent.value : step.target.value;
    return rest.empty() || (rest[0] == '.' && rest.substr(1) == target);
  }

  void say_unknown(const Located<std::string>& action) {
    std::vector<std::string> known;
    for (const Step& step : workflow_.steps) {
      if (step.kind == wf::StepKind::join || step.kind == wf::StepKind::approve) continue;
      const std::string type(type_of(step.kind));
      const std::string& target = step.kind == wf::StepKind::agent ? step.agent.value : step.target.value;
      if (!type.empty() && !target.empty()) known.push_back(type + "." + target);
      if (known.size() > 1000) break;
    }
    std::sort(known.begin(), known.end());
    known.erase(std::unique(known.begin(), known.end()), known.end());
    const std::string near = diag::closest(action.value, known);
    if (!near.empty()) {
      report_.add(diag::unknown_name, action.span, diag::Noun::action, action.value)
          .label("no step does this")
          .did_you_mean(near, action.span);
      return;
    }
    report_.add(diag::unused, action.span, "no step does " + in_ticks(action.value))
        .label("this approval guards nothing");
  }

  static bool has(const std::vector<model::Reaction>& reactions, model::Response response) {
    return std::any_of(reactions.begin(), reactions.end(),
                       [&](const model::Reaction& of) { return of.response == response; });
  }
  static bool goes_on(const std::vector<model::Reaction>& reactions,
                      std::initializer_list<model::Outcome> when) {
    return std::any_of(reactions.begin(), reactions.end(), [&](const model::Reaction& of) {
      return of.response == model::Response::go_on &&
             std::find(when.begin(), when.end(), of.on) != when.end();
    });
  }
  static bool opens_by_itself(const Step& approval) {
    if (approval.gate && approval.gate->on_timeout == wf::OnTimeout::proceed) return true;
    return goes_on(approval.reactions, {model::Outcome::reject, model::Outcome::timeout});
  }
  // Nothing has to be worked out for it to be asked.
  static bool is_plain(const Step& approval) {
    return !approval.when && std::all_of(approval.prompt.begin(), approval.prompt.end(),
                                         [](const model::Text& of) { return of.text.constant(); });
  }
  static bool fails_open(const Step& approval) {
    return !is_plain(approval) && goes_on(approval.reactions, {model::Outcome::fail});
  }

  // Loops, and who follows whom: an approval counts for a round only if the round asks again.
  void find_loops() {
    std::unordered_map<std::string_view, StepIndex> by_id;
    for (StepIndex i = 0; i < workflow_.steps.size(); ++i) by_id.emplace(workflow_.steps[i].id.value, i);
    model::for_each_reactions(workflow_, [&](std::vector<model::Reaction>& reactions, StepIndex from) {
      for (model::Reaction& loop : reactions) {
        const auto to = loop.response == model::Response::back ? by_id.find(loop.to.value) : by_id.end();
        if (from != none && to != by_id.end()) loops_.push_back({to->second, from, &loop});
      }
    });
    if (loops_.empty()) return;
    followers_.resize(workflow_.steps.size());
    for (StepIndex i = 0; i < workflow_.steps.size(); ++i)
      each_need(workflow_.steps[i], [&](StepIndex need) { followers_[need].push_back(i); });
  }

  template <class Visit>
  void each_need(const Step& step, const Visit& visit) const {
    const auto look = [&](const std::vector<model::Need>& needs) {
      for (const model::Need& need : needs)
        if (need.target != none && need.target < workflow_.steps.size()) visit(need.target);
    };
    look(step.needs);
    for (std::uint32_t branch = step.branch; branch != none; branch = workflow_.branches[branch].outer)
      look(workflow_.branches[branch].needs);
  }

  // Everything before the step, itself included, the nearest first.
  std::vector<StepIndex> before(StepIndex step) {
    std::vector<StepIndex> reached{step};
    std::vector<char> seen(workflow_.steps.size(), 0);
    seen[step] = 1;
    for (std::size_t next = 0; next < reached.size(); ++next) {
      each_need(workflow_.steps[reached[next]], [&](StepIndex need) {
        ++looked_at_;
        if (seen[need]) return;
        seen[need] = 1;
        reached.push_back(need);
      });
    }
    return reached;
  }

  bool leads_to(StepIndex step, StepIndex to) {
    std::vector<StepIndex> reached{step};
    std::vector<char> seen(workflow_.steps.size(), 0);
    seen[step] = 1;
    for (std::size_t next = 0; next < reached.size(); ++next) {
      if (reached[next] == to) return true;
      if (reached[next] >= followers_.size()) continue;
      for (const StepIndex follower : followers_[reached[next]]) {
        ++looked_at_;
        if (seen[follower]) continue;
        seen[follower] = 1;
        reached.push_back(follower);
      }
    }
    return false;
  }

  struct Loop {
    StepIndex target, from;
    model::Reaction* reaction;
  };

  // The loop that goes back to behind the approval, and runs the step again.
  const Loop* gone_around_by(StepIndex approval, StepIndex step, const std::vector<StepIndex>& before_step) {
    std::vector<StepIndex> asked;
    for (const Loop& loop : loops_) {
      if (std::find(before_step.begin(), before_step.end(), loop.target) == before_step.end()) continue;
      if (asked.empty()) asked = before(approval);
      if (std::find(asked.begin(), asked.end(), loop.target) != asked.end()) continue;
      if (leads_to(step, loop.from)) return &loop;
    }
    return nullptr;
  }

  // ---------------------------------------------------------------------------------------------- conditions
  // What must hold, or must not, for a step to run.
  struct Condition {
    const Expr* expr;
    bool holds;
    const Span* span;
    bool is_side;  // Of an `if` around it.
  };
  std::vector<Condition> conditions_of(const Step& step) const {
    std::vector<Condition> all;
    if (step.when) all.push_back({&*step.when, true, &step.when->span, false});
    std::uint32_t side = step.side;
    for (std::uint32_t at = step.branch; at != none;) {
      const model::Branch& branch = workflow_.branches[at];
      all.push_back({&branch.condition, side != 0, &branch.span, true});
      side = branch.outer_side;
      at = branch.outer;
    }
    return all;
  }

  // An expression by what it means: equal texts are true at the same time. Names are not bound yet, and each
  // stands for one thing. What may be otherwise at another time is equal to itself only.
  std::string meaning_of(const Expr& expr) {
    Expr copy = expr;
    bool stable = true;
    number_names(copy, stable);
    const std::string text = expr::canonical(copy);
    return stable ? text
                  : text + "@" + std::to_string(expr.span.file) + ":" + std::to_string(expr.span.begin);
  }
  void number_names(Expr& expr, bool& stable) {
    if (expr.kind == dsl::ExprKind::name) {
      if (expr.text == "run" || expr.text == "feedback") stable = false;
      if (expr.binding.kind == dsl::BindingKind::unbound)
        expr.binding.index =
            names_.emplace(expr.text, static_cast<std::uint32_t>(names_.size())).first->second;
    }
    for (Expr& child : expr.children) number_names(child, stable);
  }

  // What is asked, and whether it holds: `not x` is x that does not, `x != y` is `x == y` that does not.
  using Literal = std::pair<std::string, bool>;
  using Literals = std::set<Literal>;
  Literal literal(const Expr& expr, bool holds) {
    if (expr.kind == dsl::ExprKind::not_) return literal(expr.children[0], !holds);
    if (expr.kind != dsl::ExprKind::not_equal) return {meaning_of(expr), holds};
    Expr equal = expr;
    equal.kind = dsl::ExprKind::equal;
    return {meaning_of(equal), !holds};
  }
  struct Known {
    Literals literals;
    std::map<std::string, const Expr*> equals;  // What is equal to a constant.
  };
  static bool compares(const Expr& expr) {
    return (expr.kind == dsl::ExprKind::equal || expr.kind == dsl::ExprKind::not_equal) &&
           dsl::is_literal(expr.children[1].kind);
  }
  // With all that follows from it.
  void assume(const Expr& expr, bool holds, Known& known) {
    known.literals.insert(literal(expr, holds));
    if (expr.kind == dsl::ExprKind::not_) return assume(expr.children[0], !holds, known);
    if (compares(expr) && (expr.kind == dsl::ExprKind::equal) == holds)
      known.equals.emplace(meaning_of(expr.children[0]), &expr.children[1]);
    if (expr.kind != (holds ? dsl::ExprKind::and_ : dsl::ExprKind::or_)) return;
    for (const Expr& child : expr.children) assume(child, holds, known);
  }
  bool follows(const Expr& expr, bool holds, const Known& known) {
    if (known.literals.contains(literal(expr, holds))) return true;
    if (expr.kind == dsl::ExprKind::not_) return follows(expr.children[0], !holds, known);
    if (compares(expr) && (expr.kind == dsl::ExprKind::not_equal) == holds) {
      const auto found = known.equals.find(meaning_of(expr.children[0]));
      return found != known.equals.end() && differ(*found->second, expr.children[1]);
    }
    if (expr.kind != dsl::ExprKind::and_ && expr.kind != dsl::ExprKind::or_) return false;
    const auto child_follows = [&](const Expr& child) { return follows(child, holds, known); };
    const bool all = (expr.kind == dsl::ExprKind::and_) == holds;
    return all ? std::all_of(expr.children.begin(), expr.children.end(), child_follows)
               : std::any_of(expr.children.begin(), expr.children.end(), child_follows);
  }
  // Constants that are surely not equal.
  static bool differ(const Expr& a, const Expr& b) {
    if (a.kind != b.kind) return false;
    if (a.kind == dsl::ExprKind::text) return a.text != b.text;
    return a.kind == dsl::ExprKind::integer && a.number != b.number;
  }

  // Do all literals of one of these hold, whatever is true?
  static bool one_holds(const std::vector<Literals>& sets) {
    if (std::any_of(sets.begin(), sets.end(), [](const Literals& one) { return one.empty(); })) return true;
    if (sets.empty()) return false;
    const std::string what = sets[0].begin()->first;
    for (const bool holds : {true, false}) {
      std::vector<Literals> left;
      for (const Literals& one : sets) {
        if (one.contains({what, !holds})) continue;
        left.push_back(one);
        left.back().erase({what, holds});
      }
      if (!one_holds(left)) return false;
    }
    return true;
  }

  // ----------------------------------------------------------------------------------------------- ways
  // around
  struct Way {
    enum class Kind : std::uint8_t { none, nobody, condition, always, loop };
    Kind kind = Kind::nobody;
    StepIndex approval = none;
    Condition condition = {};  // Under which it is asked.
    const Loop* loop = nullptr;
  };

  // Who says no to it, or nothing, cancels the run.
  static bool refusal_cancels(const Step& approval) {
    if (has(approval.reactions, model::Response::stop)) return false;
    return !approval.gate || (approval.gate->on_reject == wf::OnReject::cancel &&
                              approval.gate->on_timeout == wf::OnTimeout::cancel);
  }
  // Something between them runs always. Does the run end all the same before the step, whatever keeps the
  // approval from being given? What stops early is no failure, and ends nothing.
  bool ends_run(StepIndex index) {
    const std::vector<StepIndex> steps = before(index);
    return std::all_of(steps.begin(), steps.end(), [&](StepIndex at) {
      const Step& step = workflow_.steps[at];
      if (step.kind == wf::StepKind::check || step.answered_by != none ||
          has(step.reactions, model::Response::stop))
        return false;
      return workflow_.fail_fast ||
             (step.kind == wf::StepKind::approve && is_plain(step) && refusal_cancels(step));
    });
  }
  // The steps whose failure, or refusal, keeps everything that follows from running, up to the step.
  std::vector<char> reaching(StepIndex step) {
    std::vector<char> reaches(workflow_.steps.size(), 0);
    std::vector<StepIndex> open{step};
    while (!open.empty()) {
      const StepIndex at = open.back();
      open.pop_back();
      if (workflow_.steps[at].run_if == wf::RunIf::always) continue;
      each_need(workflow_.steps[at], [&](StepIndex need) {
        ++looked_at_;
        if (std::exchange(reaches[need], 1) == 0) open.push_back(need);
      });
    }
    return reaches;
  }
  // Does a block around the approval, and not around the step, go on although it is refused, or not reached?
  bool is_forgiven(const Step& approval, const std::vector<StepIndex>& before_step) const {
    for (StepIndex end = approval.answered_by; end != none; end = workflow_.steps[end].answered_by) {
      if (!has(workflow_.steps[end].reactions, model::Response::go_on)) continue;
      if (std::find(before_step.begin(), before_step.end(), end) == before_step.end()) continue;
      bool follows_in_block = false;
      each_need(approval, [&](StepIndex need) {
        for (StepIndex of = workflow_.steps[need].answered_by; of != none;
             of = workflow_.steps[of].answered_by)
          follows_in_block = follows_in_block || of == end;
      });
      if (follows_in_block || !refusal_cancels(approval)) return true;
    }
    return false;
  }

  // How the step runs although nobody said yes: past the nearest approval. In doubt there is a way: one
  // approval too many is better than one too few. An approval that opens by itself is a mistake that the
  // checks speak about where it is the nearest.
  Way way_around(StepIndex index) {
    if (looked_at_ > looks_max) return {};
    const Step& guarded = workflow_.steps[index];
    const std::vector<StepIndex> before_step = before(index);
    std::vector<char> reaches;
    Known known;
    std::vector<Literals> together;
    std::set<std::string> conditions;
    Way nearest;
    const auto remember = [&](Way way) {
      if (nearest.kind == Way::Kind::nobody) nearest = way;
    };
    const auto runs_always = [&](StepIndex at) {
      if (reaches.empty()) reaches = reaching(index);
      return guarded.run_if == wf::RunIf::always || (!reaches[at] && !ends_run(at));
    };
    // Most are asked without a condition, and a far one of these is found sooner than what others prove.
    for (const StepIndex at : before_step) {
      const Step& approval = workflow_.steps[at];
      if (at == index || approval.kind != wf::StepKind::approve || approval.when) continue;
      const bool same_side =
          approval.branch == none || (approval.branch == guarded.branch && approval.side == guarded.side);
      if (same_side && !opens_by_itself(approval) && !runs_always(at) && !fails_open(approval) &&
          !is_forgiven(approval, before_step) && !gone_around_by(at, index, before_step))
        return {.kind = Way::Kind::none};
    }
    for (const StepIndex at : before_step) {
      const Step& approval = workflow_.steps[at];
      if (at == index || approval.kind != wf::StepKind::approve) continue;
      if (known.literals.empty())
        for (const Condition& one : conditions_of(guarded)) assume(*one.expr, one.holds, known);
      if (runs_always(at) || fails_open(approval) || is_forgiven(approval, before_step)) {
        remember({.kind = Way::Kind::always, .approval = at});
        continue;
      }
      Literals asked_if;
      looked_at_ += effort_of_approval;
      for (const Condition& one : conditions_of(approval)) {
        if (follows(*one.expr, one.holds, known)) continue;
        asked_if.insert(literal(*one.expr, one.holds));
        remember({.kind = Way::Kind::condition, .approval = at, .condition = one});
      }
      if (opens_by_itself(approval)) {
        if (asked_if.empty() && nearest.kind == Way::Kind::nobody) return {.kind = Way::Kind::none};
        continue;
      }
      if (const Loop* loop = gone_around_by(at, index, before_step)) {
        remember({.kind = Way::Kind::loop, .approval = at, .loop = loop});
        continue;
      }
      if (asked_if.empty()) return {.kind = Way::Kind::none};
      if (together.size() == together_max) continue;
      for (const auto& [what, holds] : asked_if) conditions.insert(what);
      if (conditions.size() > conditions_max) continue;
      together.push_back(std::move(asked_if));
      // One that is asked under a condition keeps nothing from running where it is not asked.
      if (one_holds(together)) return {.kind = Way::Kind::none};
    }
    return nearest;
  }

  // It follows what the step followed, and the step follows it.
  void insert_before(StepIndex index, const Way& way) {
    Step approval;
    Step& step = workflow_.steps[index];
    const std::string what = step.target.value.empty()
                                 ? std::string()
                                 : " (" + std::string(type_of(step.kind)) + " " + step.target.value + ")";
    approval.id = {"approve:" + step.id.value, step.id.span};
    approval.id_generated = true;
    approval.span = step.span;
    approval.kind = wf::StepKind::approve;
    approval.branch = step.branch;
    approval.side = step.side;
    approval.group = step.group;
    approval.when = step.when;
    approval.run_if = step.run_if;
    approval.needs = std::move(step.needs);
    approval.gate.emplace().span = step.id.span;
    approval.prompt.push_back(
        {expr::constant_template("May `" + step.id.value + "`" + what + " run?", step.id.span), {}});
    const auto at = static_cast<StepIndex>(workflow_.steps.size());
    step.needs = {{.step = approval.id, .target = at, .written = false}};
    // What runs always would run after a refusal, too.
    if (step.run_if == wf::RunIf::always) {
      Expr said_yes =
          field_of(bound(approval.id.value, step.id.span, dsl::BindingKind::step, at), "ok", step.id.span);
      step.when = step.when ? joined(dsl::ExprKind::and_, std::move(said_yes), *step.when, step.id.span)
                            : std::move(said_yes);
    }
    auto draft = report_.add(diag::approval_inserted, step.id.span, step.id.value);
    draft.label(way.approval == none
                    ? "nobody is asked before it runs"
                    : "there is a way around " + in_ticks(workflow_.steps[way.approval].id.value));
    say_way(draft, way, step);
    // Each round asks again.
    for (const Loop& loop : loops_)
      if (loop.target == index) loop.reaction->to.value = approval.id.value;
    workflow_.steps.push_back(std::move(approval));
  }

  void say_way(diag::Draft& draft, const Way& way, const Step& step) const {
    if (way.approval == none) {
      draft.help("to say who is asked and what, write an approval of your own before it");
      return;
    }
    const Step& by = workflow_.steps[way.approval];
    const std::string approval = in_ticks(by.id.value);
    const std::string name = in_ticks(step.id.value);
    switch (way.kind) {
      case Way::Kind::condition:
        draft
            .path(*way.condition.span,
                  approval + (way.condition.is_side ? " is skipped on the other side of this `if`"
                                                    : " is skipped when this does not hold"))
            .path(step.id.span, name + " runs all the same")
            .help("to be asked once, ask whenever " + name + " runs");
        return;
      case Way::Kind::always:
        draft.path(by.id.span, name + " runs however " + approval + " has ended")
            .help(step.run_if == wf::RunIf::always ? "to be asked once, do not let it run `always`"
                                                   : "to be asked once, ask right before " + name);
        return;
      case Way::Kind::loop: {
        const model::Reaction& loop = *way.loop->reaction;
        draft.path(by.id.span, approval + " is asked first")
            .path(loop.to.span, in_ticks(workflow_.steps[way.loop->from].id.value) + " goes back to " +
                                    in_ticks(loop.to.value) + ", and " + name +
                                    " runs again without being asked about")
            .help("to be asked by " + approval + " alone, go back to it, or further");
        return;
      }
      case Way::Kind::none:
      case Way::Kind::nobody:
        return;
    }
  }

  model::Workflow& workflow_;
  diag::Report& report_;
  std::vector<Loop> loops_;
  std::vector<std::vector<StepIndex>> followers_;
  std::map<std::string, std::uint32_t, std::less<>> names_;  // Those that stand in conditions.
  std::uint64_t looked_at_ = 0;
};

}  // namespace

void insert_approvals(model::Workflow& workflow, diag::Report& report) {
  if (!workflow.approvals_required.empty()) Approvals(workflow, report).run();
}

}  // namespace wfc::dialects
