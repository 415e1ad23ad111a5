// Indexes of what is added begin where those of the workflow end.
//
// What a workflow says of when and how often it runs as a whole (triggers, budget, evaluation, monitoring)
// holds for runs of its own, and not here. Rules for tools that its steps share go with each of them.
#include "compiler/model/fallback.h"

#include "compiler/model/walk.h"

namespace wfc::model {
namespace {

class Adding {
 public:
  Adding(Workflow& workflow, Workflow& fallback)
      : to_(workflow),
        from_(fallback),
        prefix_(fallback.id.value + ":"),
        steps_(size(to_.steps)),
        branches_(size(to_.branches)),
        groups_(size(to_.groups)),
        lets_(size(to_.lets)),
        composed_(size(to_.composed)) {}

  std::vector<Located<std::string>> run() {
    for (const Input& input : from_.inputs) given_.push_back(given_for(input));
    walk(
        from_, [&](Expr& expr, StepIndex, std::string_view) { shift(expr); },
        [&](Template& text, StepIndex, std::string_view) { shift(text.nodes); });
    for (Step& step : from_.steps) add(step);
    for (Branch& branch : from_.branches) {
      shift(branch.needs);
      if (branch.outer != none) branch.outer += branches_;
      branch.fallback = true;
      to_.branches.push_back(std::move(branch));
    }
    for (Group& group : from_.groups) {
      for (StepIndex& member : group.members) member += steps_;
      if (group.outer != none) group.outer += groups_;
      if (!group.name.empty()) group.name = prefix_ + group.name;
      to_.groups.push_back(std::move(group));
    }
    for (Let& let : from_.lets) to_.lets.push_back(std::move(let));
    for (Composed& text : from_.composed) {
      if (text.step != none) text.step += steps_;
      to_.composed.push_back(std::move(text));
    }
    for (Policy& policy : from_.policies) {
      policy.name = prefix_ + policy.name;
      to_.policies.push_back(std::move(policy));
    }
    for (Beyond& beyond : from_.beyond) to_.beyond.push_back(std::move(beyond));
    if (from_.escalation && from_.escalation->to == EscalateTo::workflow)
      to_.beyond.push_back({"an escalation of `" + from_.id.value + "`, to which it escalates itself",
                            to_.escalation->workflow.span});
    else
      to_.fallback_escalation = std::move(from_.escalation);
    to_.locals = std::max(to_.locals, from_.locals);
    index();
    return std::move(missing_);
  }

 private:
  template <class T>
  static std::uint32_t size(const std::vector<T>& items) {
    return static_cast<std::uint32_t>(items.size());
  }

  // What stands in place of the input's name.
  Expr given_for(const Input& input) {
    for (const Told& item : to_.escalation->include)
      if (item.name == input.name.value) return or_empty(item.value, input.type);
    for (std::uint32_t i = 0; i < to_.inputs.size(); ++i) {
      if (to_.inputs[i].name.value != input.name.value) continue;
      Expr name;
      name.kind = dsl::ExprKind::name;
      name.span = name.name_span = input.name.span;
      name.text = input.name.value;
      name.binding = {dsl::BindingKind::input, i};
      return name;
    }
    if (input.default_value) {
      Expr value = *input.default_value;
      shift(value);  // It may name inputs above it.
      return value;
    }
    if (input.required) missing_.push_back(input.name);
    Expr nothing;
    nothing.kind = dsl::ExprKind::null;
    nothing.span = input.name.span;
    return nothing;
  }

  // What was included may have no value: it may be what has failed.
  static Expr or_empty(const Expr& value, wf::ValueType type) {
    if (type != wf::ValueType::text) return value;
    Expr filter;
    filter.kind = dsl::ExprKind::filter;
    filter.span = filter.name_span = value.span;
    filter.text = "default";
    filter.children.push_back(value);
    Expr& nothing = filter.children.emplace_back();
    nothing.kind = dsl::ExprKind::text;
    nothing.span = value.span;
    filter.names = {"value"};
    filter.argument_spans = {value.span};
    return filter;
  }

  void shift(Expr& expr) {
    if (expr.kind == dsl::ExprKind::name) {
      std::uint32_t& index = expr.binding.index;
      switch (expr.binding.kind) {
        case dsl::BindingKind::input:
          if (index < given_.size()) {
            Expr given = given_[index];
            expr = std::move(given);
          }
          return;
        case dsl::BindingKind::step:
        case dsl::BindingKind::output:
          index += steps_;
          return;
        case dsl::BindingKind::group:
          index += groups_;
          return;
        case dsl::BindingKind::let:
          index += lets_;
          return;
        case dsl::BindingKind::composed:
          index += composed_;
          return;
        default:
          return;
      }
    }
    for (Expr& child : expr.children) shift(child);
  }

  void shift(std::vector<expr::TemplateNode>& nodes) {
    for (expr::TemplateNode& node : nodes) {
      shift(node.expr);
      if (!node.block) continue;
      for (Expr& condition : node.block->conditions) shift(condition);
      for (auto& body : node.block->bodies) shift(body);
    }
  }

  void shift(std::vector<Need>& needs) const {
    for (Need& need : needs) {
      need.step.value = prefix_ + need.step.value;
      if (need.target != none) need.target += steps_;
    }
  }

  void shift(std::vector<Reaction>& reactions) const {
    for (Reaction& reaction : reactions) {
      if (!reaction.to.value.empty()) reaction.to.value = prefix_ + reaction.to.value;
      if (reaction.target != none) reaction.target += steps_;
    }
  }

  void add(Step& step) {
    step.id.value = prefix_ + step.id.value;
    step.fallback = true;
    shift(step.needs);
    shift(step.reactions);
    if (step.branch != none) step.branch += branches_;
    if (step.group != none) step.group += groups_;
    if (step.undoes != none) step.undoes += steps_;
    if (step.answered_by != none) step.answered_by += steps_;
    if (!from_.tools.empty() && !step.extras) step.extras.emplace();
    if (step.extras) {
      for (QualityGate& gate : step.extras->quality_gates) shift(gate.reactions);
      step.extras->tools.insert(step.extras->tools.end(), from_.tools.begin(), from_.tools.end());
    }
    to_.steps.push_back(std::move(step));
  }

  void index() {
    to_.step_index.clear();
    to_.step_index.reserve(to_.steps.size());
    const auto id_of = [this](StepIndex step) -> std::string_view { return to_.steps[step].id.value; };
    for (StepIndex i = 0; i < to_.steps.size(); ++i) to_.step_index.add(id_of(i), i, id_of);
  }

  Workflow& to_;
  Workflow& from_;
  const std::string prefix_;
  const std::uint32_t steps_, branches_, groups_, lets_, composed_;
  std::vector<Expr> given_;  // By input of the fallback.
  std::vector<Located<std::string>> missing_;
};

}  // namespace

std::vector<Located<std::string>> add_fallback(Workflow& workflow, Workflow fallback) {
  return Adding(workflow, fallback).run();
}

}  // namespace wfc::model
