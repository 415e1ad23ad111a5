// Approvals that nobody wrote and somebody requires.
//
// A step is guarded if on every way to it somebody has said yes: an approval that it follows, that nothing
// skips where the step is not skipped itself, and that does not open by itself.
#include "compiler/dialects/required_approvals.h"

#include <algorithm>
#include <unordered_map>

#include "compiler/dialects/comparison.h"
#include "compiler/dialects/phrase.h"
#include "compiler/model/walk.h"

namespace wfc::dialects {
namespace {

using expr::Expr;
using model::none;
using model::Step;
using model::StepIndex;

// Every step of a large definition may need an approval, and have every other before it.
constexpr std::uint64_t looks_max = 50'000'000;

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
      if (required[i] && !workflow_.steps[i].broken && !is_guarded(i)) insert_before(i);
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

  // Does `inner` stand on every side on which `outer` stands?
  bool same_sides(const Step& outer, const Step& inner) const {
    if (outer.branch == none) return true;
    std::uint32_t side = inner.side;
    for (std::uint32_t at = inner.branch; at != none;) {
      if (at == outer.branch) return side == outer.side;
      side = workflow_.branches[at].outer_side;
      at = workflow_.branches[at].outer;
    }
    return false;
  }

  static bool opens_by_itself(const Step& approval) {
    if (approval.gate && approval.gate->on_timeout == wf::OnTimeout::proceed) return true;
    return std::any_of(approval.reactions.begin(), approval.reactions.end(),
                       [](const model::Reaction& of) { return of.response == model::Response::go_on; });
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

  // Does a loop go back to behind the approval, and run the step again?
  bool is_gone_around(StepIndex approval, StepIndex step, const std::vector<StepIndex>& before_step) {
    std::vector<StepIndex> asked;
    for (const Loop& loop : loops_) {
      if (std::find(before_step.begin(), before_step.end(), loop.target) == before_step.end()) continue;
      if (asked.empty()) asked = before(approval);
      if (std::find(asked.begin(), asked.end(), loop.target) != asked.end()) continue;
      if (leads_to(step, loop.from)) return true;
    }
    return false;
  }

  // In doubt it is not: one approval too many is better than one too few. An approval that opens by itself is
  // a mistake that the checks speak about.
  bool is_guarded(StepIndex index) {
    if (looked_at_ > looks_max) return false;
    const Step& guarded = workflow_.steps[index];
    if (guarded.run_if == wf::RunIf::always) return false;
    const std::vector<StepIndex> before_step = before(index);
    for (const StepIndex at : before_step) {
      const Step& approval = workflow_.steps[at];
      if (at == index || approval.kind != wf::StepKind::approve) continue;
      if (approval.when || approval.run_if != wf::RunIf::passed || !same_sides(approval, guarded)) continue;
      if (opens_by_itself(approval)) return true;
      if (!is_gone_around(at, index, before_step)) return true;
    }
    return false;
  }

  // It follows what the step followed, and the step follows it.
  void insert_before(StepIndex index) {
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
    // Each round asks again.
    for (const Loop& loop : loops_)
      if (loop.target == index) loop.reaction->to.value = approval.id.value;
    report_.add(diag::approval_inserted, step.id.span, step.id.value)
        .label("nobody is asked before it runs")
        .help("to say who is asked and what, write an approval of your own before it");
    workflow_.steps.push_back(std::move(approval));
  }

  struct Loop {
    StepIndex target, from;
    model::Reaction* reaction;
  };

  model::Workflow& workflow_;
  diag::Report& report_;
  std::vector<Loop> loops_;
  std::vector<std::vector<StepIndex>> followers_;
  std::uint64_t looked_at_ = 0;
};

}  // namespace

void insert_approvals(model::Workflow& workflow, diag::Report& report) {
  if (!workflow.approvals_required.empty()) Approvals(workflow, report).run();
}

}  // namespace wfc::dialects
