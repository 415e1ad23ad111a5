// Finds values that are used by a step which does not wait for them.
#include <algorithm>
#include <set>

#include "compiler/check/rewriting.h"

namespace wfc::check {
namespace {

using dsl::BindingKind;
using dsl::Expr;
using model::StepIndex;

class Readiness {
 public:
  Readiness(const Subject& in, diag::Report& report)
      : in_(in), report_(report), unclear_(unclear_steps(in)), shares_id_(steps_of_one_id(in)) {}

  void run() {
    for_each_expression(in_, [&](const Expr& expr, StepIndex step, std::string_view role) {
      at_gate_ = role == "gate";
      at_end_ = role == "on" || role == "criterion" || role == "artifact";
      if (step != model::none && !unclear_[step]) visit(expr, step);
    });
    for (std::uint32_t i = 0; i < in_.workflow.lets.size(); ++i) visit_let(in_.workflow.lets[i].value, i);
    for (const model::Trigger& trigger : in_.workflow.triggers)
      if (trigger.when) visit_early(*trigger.when);
    for (const model::Branch& branch : in_.workflow.branches) visit_branch(branch.condition, branch);
  }

 private:
  void visit(const Expr& expr, StepIndex reader) {
    for (const Expr& child : expr.children) visit(child, reader);
    if (expr.kind != dsl::ExprKind::name) return;
    switch (expr.binding.kind) {
      case BindingKind::step:
      case BindingKind::output:
        check(expr, expr.binding.index, reader);
        break;
      case BindingKind::group:
        check_group(expr, expr.binding.index, reader);
        break;
      default:
        break;
    }
  }

  // Many steps may wait for many others through one join: what holds for the join holds for them.
  void check_group(const Expr& expr, std::uint32_t group, StepIndex reader) {
    const auto needs = in_.graph.needs(reader);
    const bool joined = needs.size() == 1 && in_.workflow.steps[needs[0]].kind == wf::StepKind::join;
    const std::vector<StepIndex>& members = in_.workflow.groups[group].members;
    if (joined && follows_group_.contains({group, needs[0]})) return;
    if (joined && std::all_of(members.begin(), members.end(),
                              [&](StepIndex member) { return in_.graph.precedes(member, needs[0]); })) {
      follows_group_.insert({group, needs[0]});
      return;
    }
    for (const StepIndex member : members)
      if (!check(expr, member, reader)) return;
  }

  // False: not ready, and reported.
  bool check(const Expr& expr, StepIndex producer, StepIndex reader) {
    const model::Step& from = in_.workflow.steps[producer];
    const model::Step& to = in_.workflow.steps[reader];
    if (from.broken || shares_id_[producer]) return true;
    if (producer != reader && in_.graph.precedes(producer, reader)) return true;
    if (producer == reader && at_end_) return true;
    auto draft = report_.add(diag::not_ready, expr.name_span, from.id.value, to.id.value);
    if (producer == reader) {
      draft.label(at_gate_ ? "people are shown this output anyway, beside the text"
                           : "a step has no output before it has run");
      return false;
    }
    draft.label("its output is used here");
    const std::string& key = in_.workflow.needs_key;
    if (in_.graph.precedes(reader, producer)) {
      draft.also(from.id.span, "`" + from.id.value + "` starts only after `" + to.id.value + "`");
      draft.help("use it in a step that comes after `" + from.id.value + "`");
      return false;
    }
    draft.also(from.id.span, "`" + from.id.value + "` runs at the same time");
    if (key == "after") {
      draft.help("add `after " + from.id.value + "` to step `" + to.id.value + "`");
    } else if (!key.empty()) {
      draft.help("add `" + from.id.value + "` to `" + key + "` of step `" + to.id.value + "`");
    }
    if (edges_.size() < edges_max && edges_.insert({producer, reader}).second)
      draft.fix("wait for `" + from.id.value + "`", waiting_for(in_, reader, producer),
                !closes_a_cycle(producer, reader));
    return false;
  }

  // Each edge alone does not; of two, the later one may, and is for when the first one stands.
  bool closes_a_cycle(StepIndex producer, StepIndex reader) const {
    return std::any_of(edges_.begin(), edges_.end(), [&](const auto& edge) {
      return edge != std::pair(producer, reader) &&
             (edge.second == producer || in_.graph.precedes(edge.second, producer));
    });
  }

  // What is computed before anything runs sees no step, and of the lets only those above it.
  void visit_early(const Expr& expr) {
    for (const Expr& child : expr.children) visit_early(child);
    const BindingKind kind = expr.binding.kind;
    if (expr.kind != dsl::ExprKind::name) return;
    if (kind == BindingKind::step || kind == BindingKind::output || kind == BindingKind::group)
      report_.add(diag::wrong_place, expr.name_span, expr.text)
          .label("no step has run when this is computed");
  }

  void visit_let(const Expr& expr, std::uint32_t let) {
    visit_early(expr);
    model::for_each_name(expr, [&](const Expr& name) {
      if (name.binding.kind != BindingKind::let || name.binding.index < let) return;
      report_.add(diag::wrong_place, name.name_span, name.text)
          .label(name.binding.index == let ? "this is what is being computed" : "it is computed only below");
    });
  }

  // A condition is decided as soon as what stands above it has ended.
  void visit_branch(const Expr& expr, const model::Branch& branch) {
    for (const Expr& child : expr.children) visit_branch(child, branch);
    if (expr.kind != dsl::ExprKind::name) return;
    if (expr.binding.kind == BindingKind::group) {
      for (const StepIndex member : in_.workflow.groups[expr.binding.index].members)
        if (!check_branch(expr, member, branch)) return;
    } else if (expr.binding.kind == BindingKind::step || expr.binding.kind == BindingKind::output) {
      check_branch(expr, expr.binding.index, branch);
    }
  }

  bool check_branch(const Expr& expr, StepIndex producer, const model::Branch& branch) {
    const model::Step& from = in_.workflow.steps[producer];
    if (from.broken || unclear_[producer]) return true;
    for (const model::Branch* around = &branch;;) {
      for (const model::Need& need : around->needs)
        if (need.target == model::none || need.target == producer || unclear_[need.target] ||
            in_.graph.precedes(producer, need.target))
          return true;
      if (around->outer == model::none) break;
      around = &in_.workflow.branches[around->outer];
    }
    report_.add(diag::not_ready, expr.name_span, from.id.value, "if")
        .label("its output is used here")
        .also(from.id.span, "`" + from.id.value + "` may still run")
        .help("write the `if` after step `" + from.id.value + "`");
    return false;
  }

  const Subject& in_;
  diag::Report& report_;
  std::vector<char> unclear_;
  std::vector<char> shares_id_;
  bool at_gate_ = false;
  bool at_end_ = false;  // The step itself has ended when this is asked.
  std::set<std::pair<std::uint32_t, StepIndex>> follows_group_;  // Of joins.
  static constexpr std::size_t edges_max = 100;
  std::set<std::pair<StepIndex, StepIndex>> edges_;  // That fixes would add.
};

}  // namespace

void not_ready(const Subject& in, diag::Report& report) {
  Readiness(in, report).run();
}

}  // namespace wfc::check
