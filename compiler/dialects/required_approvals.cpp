// Approvals that nobody wrote and somebody requires.
//
// A step is guarded if on every way to it somebody has said yes: an approval that it follows, that nothing
// skips where the step is not skipped itself, and that does not open by itself.
#include "compiler/dialects/required_approvals.h"

#include <algorithm>

#include "compiler/dialects/phrase.h"

namespace wfc::dialects {
namespace {

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
    for (StepIndex i = 0; i < written; ++i)
      if (required[i] && !workflow_.steps[i].broken && !is_guarded(i)) insert_before(i);
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

  // In doubt it is not: one approval too many is better than one too few.
  bool is_guarded(StepIndex step) {
    if (looked_at_ > looks_max) return false;
    std::vector<char> seen(workflow_.steps.size(), 0);
    std::vector<StepIndex> open;
    const auto look = [&](const std::vector<model::Need>& needs) {
      for (const model::Need& need : needs) {
        const StepIndex target = need.target;
        if (target == none || target >= seen.size() || seen[target]) continue;
        ++looked_at_;
        seen[target] = 1;
        open.push_back(target);
      }
    };
    const auto look_behind = [&](const Step& at) {
      look(at.needs);
      for (std::uint32_t branch = at.branch; branch != none; branch = workflow_.branches[branch].outer)
        look(workflow_.branches[branch].needs);
    };
    const Step& guarded = workflow_.steps[step];
    look_behind(guarded);
    while (!open.empty()) {
      const Step& at = workflow_.steps[open.back()];
      open.pop_back();
      const bool unconditional = !at.when && at.run_if == wf::RunIf::passed && same_sides(at, guarded);
      if (at.kind == wf::StepKind::approve && unconditional && !opens_by_itself(at)) return true;
      look_behind(at);
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
    report_.add(diag::approval_inserted, step.id.span, step.id.value)
        .label("nobody is asked before it runs")
        .help("to say who is asked and what, write an approval of your own before it");
    workflow_.steps.push_back(std::move(approval));
  }

  model::Workflow& workflow_;
  diag::Report& report_;
  std::uint64_t looked_at_ = 0;
};

}  // namespace

void insert_approvals(model::Workflow& workflow, diag::Report& report) {
  if (!workflow.approvals_required.empty()) Approvals(workflow, report).run();
}

}  // namespace wfc::dialects
