// Builds the graph of values from every expression of a workflow, and searches it once for each origin.
#include "compiler/insight/origins.h"

#include <algorithm>
#include <set>

namespace wfc::insight {

using dsl::BindingKind;
using model::StepIndex;

class OriginsBuilder {
 public:
  explicit OriginsBuilder(Origins& origins) : in_(origins), workflow_(origins.workflow_) {}

  void run() {
    in_.lets_ = in_.inputs_ + static_cast<std::uint32_t>(workflow_.inputs.size());
    in_.groups_ = in_.lets_ + static_cast<std::uint32_t>(workflow_.lets.size());
    in_.steps_ = in_.groups_ + static_cast<std::uint32_t>(workflow_.groups.size());
    in_.feedback_ = in_.steps_ + static_cast<std::uint32_t>(workflow_.steps.size());
    in_.count_ = in_.feedback_ + static_cast<std::uint32_t>(workflow_.steps.size());
    in_.event_ = place_of_event();
    add_lets();
    model::for_each_expression(workflow_,
                               [&](const model::Expr& expr, StepIndex step, std::string_view role) {
                                 if (step != model::none && shapes_output(step, role))
                                   add_names(expr, step, in_.steps_ + step);
                               });
    for (StepIndex i = 0; i < workflow_.steps.size(); ++i) add_step(i);
    for (std::uint32_t i = 0; i < workflow_.groups.size(); ++i)
      for (const StepIndex member : workflow_.groups[i].members)
        add(in_.steps_ + member, in_.groups_ + i, workflow_.steps[member].id.span);
    std::stable_sort(in_.edges_.begin(), in_.edges_.end(),
                     [](const auto& a, const auto& b) { return a.from < b.from; });
    for (std::size_t origin = 0; origin < origins_count; ++origin) search(static_cast<Origin>(origin));
  }

 private:
  // The first trigger that brings one.
  Span place_of_event() const {
    for (const model::Trigger& trigger : workflow_.triggers) {
      if (trigger.kind != wf::TriggerKind::event && trigger.kind != wf::TriggerKind::webhook) continue;
      const Span name = trigger.name.span;
      return name.begin >= trigger.span.begin && name.end <= trigger.span.end ? name : trigger.span;
    }
    return {};
  }

  // Conditions choose between values; they are not part of one.
  bool shapes_output(StepIndex step, std::string_view role) const {
    const wf::StepKind kind = workflow_.steps[step].kind;
    if (in_.programs_ == Programs::keep && kind != wf::StepKind::agent && role != "output") return false;
    for (const std::string_view used :
         {"prompt", "command", "text", "instructions", "env", "with", "inputs", "output"})
      if (role == used) return true;
    return false;
  }

  void add(std::uint32_t from, std::uint32_t to, Span span) {
    if (from != Origins::no_value && from != to) in_.edges_.push_back({from, to, span});
  }
  void add_names(const model::Expr& expr, StepIndex step, std::uint32_t to) {
    model::for_each_name(expr,
                         [&](const model::Expr& name) { add(in_.value_of(name, step), to, name.name_span); });
  }

  void add_lets() {
    for (std::uint32_t i = 0; i < workflow_.lets.size(); ++i)
      add_names(workflow_.lets[i].value, model::none, in_.lets_ + i);
  }

  void add_step(StepIndex i) {
    const model::Step& step = workflow_.steps[i];
    const std::uint32_t output = in_.steps_ + i;
    if (step.kind == wf::StepKind::agent) {
      // An agent's text that does not use it gets it appended.
      add(in_.feedback_ + i, output, step.id.span);
    }
    if (step.kind == wf::StepKind::join || step.results_follow)
      for (const model::Need& need : step.needs)
        if (need.target != model::none) add(in_.steps_ + need.target, output, step.id.span);
    add_reactions(step.reactions, i);
    if (!step.extras) return;
    for (const model::QualityGate& gate : step.extras->quality_gates) add_reactions(gate.reactions, i);
  }

  void add_reactions(const std::vector<model::Reaction>& reactions, StepIndex i) {
    for (const model::Reaction& reaction : reactions) {
      if (reaction.response != model::Response::back || reaction.target == model::none) continue;
      const std::uint32_t handed = in_.feedback_ + reaction.target;
      add(in_.steps_ + i, handed, reaction.to.span);
      for (const model::Told& told : reaction.include) add_names(told.value, i, handed);
      if (!reaction.text) continue;
      for (const expr::TemplateNode& node : reaction.text->nodes) add_names(node.expr, i, handed);
    }
  }

  void search(Origin origin) {
    auto& reached = in_.reached_[static_cast<std::size_t>(origin)];
    auto& came_by = in_.came_by_[static_cast<std::size_t>(origin)];
    reached.assign(in_.count_, 0);
    auto& begins_at = in_.begins_at_[static_cast<std::size_t>(origin)];
    came_by.assign(in_.count_, Origins::no_value);
    begins_at.assign(in_.count_, Origins::no_value);
    std::vector<std::uint32_t> open;
    for (std::uint32_t value = 0; value < in_.count_; ++value) {
      if (!in_.sets(origin, value)) continue;
      reached[value] = 1;
      begins_at[value] = value;
      open.push_back(value);
    }
    for (std::size_t next = 0; next < open.size(); ++next) {
      auto edge = std::lower_bound(in_.edges_.begin(), in_.edges_.end(), open[next],
                                   [](const auto& one, std::uint32_t from) { return one.from < from; });
      for (; edge != in_.edges_.end() && edge->from == open[next]; ++edge) {
        if (reached[edge->to]) continue;
        reached[edge->to] = 1;
        came_by[edge->to] = static_cast<std::uint32_t>(edge - in_.edges_.begin());
        begins_at[edge->to] = begins_at[edge->from];
        open.push_back(edge->to);
      }
    }
  }

  Origins& in_;
  const model::Workflow& workflow_;
};

namespace {

constexpr std::size_t hops_max = 20;

using Nodes = std::vector<expr::TemplateNode>;

// Every expression of a text until one gives an answer: blocks are looked into, at whatever depth the reader
// of templates allows.
template <class Visit>
std::uint32_t first_in(const Nodes& nodes, const Visit& visit, std::uint32_t nothing) {
  for (const expr::TemplateNode& node : nodes) {
    if (const std::uint32_t found = visit(node.expr); found != nothing) return found;
    if (!node.block) continue;
    for (const Nodes& body : node.block->bodies)
      if (const std::uint32_t found = first_in(body, visit, nothing); found != nothing) return found;
  }
  return nothing;
}

}  // namespace

Origins::Origins(const model::Workflow& workflow, Programs programs)
    : workflow_(workflow), programs_(programs) {
  OriginsBuilder(*this).run();
}

std::uint32_t Origins::value_of(const model::Expr& name, StepIndex step) const {
  const std::uint32_t index = name.binding.index;
  switch (name.binding.kind) {
    case BindingKind::event:
      return 0;
    case BindingKind::input:
      return inputs_ + index;
    case BindingKind::let:
      return lets_ + index;
    case BindingKind::group:
      return index < workflow_.groups.size() ? groups_ + index : no_value;
    case BindingKind::step:
    case BindingKind::output:
      return steps_ + index;
    case BindingKind::result:
      return step == model::none ? no_value : steps_ + step;
    case BindingKind::feedback:
      return step == model::none ? no_value : feedback_ + step;
    default:
      return no_value;
  }
}

bool Origins::sets(Origin origin, std::uint32_t value) const {
  switch (origin) {
    case Origin::event:
      return value == 0;
    case Origin::input:
      return value >= inputs_ && value < lets_;
    case Origin::agent:
      return value >= steps_ && value < feedback_ &&
             workflow_.steps[value - steps_].kind == wf::StepKind::agent;
  }
  return false;
}

std::uint32_t Origins::first_reached(Origin origin, const model::Expr& expr, StepIndex step) const {
  std::uint32_t found = no_value;
  model::for_each_name(expr, [&](const model::Expr& name) {
    if (found != no_value) return;
    if (name.binding.kind == BindingKind::composed) {
      found = first_reached(origin, workflow_.composed[name.binding.index].text, step);
      return;
    }
    const std::uint32_t value = value_of(name, step);
    if (value != no_value && reached_[static_cast<std::size_t>(origin)][value]) found = value;
  });
  return found;
}

std::uint32_t Origins::first_reached(Origin origin, const model::Template& text, StepIndex step) const {
  return first_in(
      text.nodes, [&](const model::Expr& expr) { return first_reached(origin, expr, step); }, no_value);
}

bool Origins::reaches(Origin origin, const model::Expr& expr, StepIndex step) const {
  return first_reached(origin, expr, step) != no_value;
}
bool Origins::reaches(Origin origin, const model::Template& text, StepIndex step) const {
  return first_reached(origin, text, step) != no_value;
}
std::vector<Hop> Origins::way(Origin origin, const model::Expr& expr, StepIndex step) const {
  return way_to(origin, first_reached(origin, expr, step));
}
std::vector<Hop> Origins::way(Origin origin, const model::Template& text, StepIndex step) const {
  return way_to(origin, first_reached(origin, text, step));
}

std::string Origins::name_of(std::uint32_t value) const {
  if (value == 0) return "event";
  if (value < lets_) return workflow_.inputs[value - inputs_].name.value;
  if (value < groups_) return workflow_.lets[value - lets_].name.value;
  if (value < steps_) return workflow_.groups[value - groups_].name;
  return workflow_.steps[(value < feedback_ ? value - steps_ : value - feedback_)].id.value;
}

Span Origins::place_of(std::uint32_t value) const {
  if (value == 0) return event_;
  if (value < lets_) return workflow_.inputs[value - inputs_].name.span;
  if (value < groups_) return workflow_.lets[value - lets_].name.span;
  if (value < steps_) return workflow_.groups[value - groups_].span;
  return workflow_.steps[(value < feedback_ ? value - steps_ : value - feedback_)].id.span;
}

std::vector<Hop> Origins::way_to(Origin origin, std::uint32_t value) const {
  std::vector<Hop> hops;
  if (value == no_value) return hops;
  const std::vector<std::uint32_t>& came_by = came_by_[static_cast<std::size_t>(origin)];
  for (; came_by[value] != no_value; value = edges_[came_by[value]].from) {
    // Nobody reads more, and a chain of many thousand steps has many thousand ways.
    if (hops.size() == hops_max) {
      hops.push_back({"it goes on through other values", {}});
      value = begins_at_[static_cast<std::size_t>(origin)][value];
      break;
    }
    const Edge& edge = edges_[came_by[value]];
    const std::string name = "`" + name_of(value) + "`";
    std::string what;
    if (value < groups_) {
      what = name + " is made of it";
    } else if (value < steps_) {
      what = name + " holds it";
    } else if (value < feedback_) {
      what = "step " + name + " is given it";
    } else {
      what = "the loop hands it back to step " + name;
    }
    hops.push_back({std::move(what), edge.span});
  }
  const std::string name = "`" + name_of(value) + "`";
  switch (origin) {
    case Origin::input:
      hops.push_back({"whoever starts the run sets " + name, place_of(value)});
      break;
    case Origin::event:
      hops.push_back({"whoever sends the event sets `event`", place_of(value)});
      break;
    case Origin::agent:
      hops.push_back({"the agent of step " + name + " sets its output", place_of(value)});
      break;
  }
  std::reverse(hops.begin(), hops.end());
  return hops;
}

}  // namespace wfc::insight
