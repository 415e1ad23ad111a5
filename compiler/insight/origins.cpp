// Builds the graph of values from every expression of a workflow, and searches it once for each origin.
#include "compiler/insight/origins.h"

#include <algorithm>
#include <optional>

#include "compiler/model/walk.h"

namespace wfc::insight {

using dsl::BindingKind;
using model::StepIndex;

namespace {

constexpr std::size_t hops_max = 20;

using Nodes = Origins::Nodes;

// `build.status`: what the run says of a step is set by nobody, and no answer of an agent hides it.
bool is_said_by_the_run(const model::Expr& field) {
  const model::Expr& of = field.children[0];
  if (of.kind != dsl::ExprKind::name) return false;
  if (of.binding.kind != BindingKind::step && of.binding.kind != BindingKind::result) return false;
  for (const std::string_view known : {"ok", "fail", "status", "attempts", "duration"})
    if (field.text == known) return true;
  return false;
}

// Every name that the value of an expression is made with, the smallest first.
template <class Visit>
void each_source(const model::Expr& expr, const Visit& visit) {
  if (expr.kind == dsl::ExprKind::field && is_said_by_the_run(expr)) return;
  for (const model::Expr& child : expr.children) each_source(child, visit);
  if (expr.kind == dsl::ExprKind::name) visit(expr);
}

// Every node of a text, at whatever depth the reader of templates allows.
template <class Visit>
void each_node(const Nodes& nodes, const Visit& visit) {
  for (const expr::TemplateNode& node : nodes) {
    visit(node);
    if (!node.block) continue;
    for (const Nodes& body : node.block->bodies) each_node(body, visit);
  }
}

bool is_printed(const expr::TemplateNode& node) {
  return node.kind == expr::NodeKind::value;
}

// What the names are given that a text declares: (slot, expression), by slot.
using Given = std::vector<std::pair<std::uint32_t, const model::Expr*>>;
Given given_in(const Nodes& nodes) {
  Given given;
  each_node(nodes, [&](const expr::TemplateNode& node) {
    const bool declares = node.kind == expr::NodeKind::set || node.kind == expr::NodeKind::begin ||
                          node.kind == expr::NodeKind::for_;
    if (!declares || node.local == model::none) return;
    given.emplace_back(node.local, &node.expr);
    if (node.block && node.block->key_local != model::none)
      given.emplace_back(node.block->key_local, &node.expr);
  });
  std::stable_sort(given.begin(), given.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  return given;
}
constexpr auto by_slot = [](const auto& one, std::uint32_t slot) { return one.first < slot; };

// Every expression that a text prints, and every one that a name which it prints was given.
template <class Visit>
void each_part(const Nodes& nodes, const Visit& visit) {
  std::vector<const model::Expr*> open;
  each_node(nodes, [&](const expr::TemplateNode& node) {
    if (is_printed(node)) open.push_back(&node.expr);
  });
  std::optional<Given> given;
  std::vector<char> seen;
  for (std::size_t next = 0; next < open.size(); ++next) {
    visit(*open[next]);
    each_source(*open[next], [&](const model::Expr& name) {
      if (name.binding.kind != BindingKind::local) return;
      if (!given) {
        given = given_in(nodes);
        seen.assign(given->empty() ? 0 : given->back().first + 1, 0);
      }
      const std::uint32_t slot = name.binding.index;
      if (slot >= seen.size() || seen[slot]) return;
      seen[slot] = 1;
      for (auto one = std::lower_bound(given->begin(), given->end(), slot, by_slot);
           one != given->end() && one->first == slot; ++one)
        open.push_back(one->second);
    });
  }
}

}  // namespace

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
    model::walk(
        workflow_,
        [&](const model::Expr& expr, StepIndex step, std::string_view role) {
          if (step != model::none && shapes_output(step, role)) add_names(expr, step, in_.steps_ + step);
        },
        [&](const model::Template& text, StepIndex step, std::string_view role) {
          if (step != model::none && shapes_output(step, role)) add_text(text, step, in_.steps_ + step);
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
    each_source(expr, [&](const model::Expr& name) {
      if (name.binding.kind == BindingKind::composed)
        add_text(workflow_.composed[name.binding.index].text, step, to);
      else
        add(in_.value_of(name, step), to, name.name_span);
    });
  }
  void add_text(const model::Template& text, StepIndex step, std::uint32_t to) {
    each_part(text.nodes, [&](const model::Expr& expr) { add_names(expr, step, to); });
  }

  void add_lets() {
    for (std::uint32_t i = 0; i < workflow_.lets.size(); ++i)
      add_names(workflow_.lets[i].value, model::none, in_.lets_ + i);
  }

  void add_step(StepIndex i) {
    const model::Step& step = workflow_.steps[i];
    const std::uint32_t output = in_.steps_ + i;
    if (step.kind == wf::StepKind::agent && gets_feedback_appended(step))
      add(in_.feedback_ + i, output, step.id.span);
    if (step.kind == wf::StepKind::join || step.results_follow)
      for (const model::Need& need : step.needs)
        if (need.target != model::none) add(in_.steps_ + need.target, output, step.id.span);
    add_reactions(step.reactions, i);
    if (!step.extras) return;
    for (const model::QualityGate& gate : step.extras->quality_gates) add_reactions(gate.reactions, i);
  }

  // As it is to an agent's text that does not use it.
  static bool gets_feedback_appended(const model::Step& step) {
    return step.prompt.empty() ||
           std::any_of(step.prompt.begin(), step.prompt.end(), [](const model::Text& text) {
             bool uses = false;
             model::visit_nodes(text.text.nodes, [&](const model::Expr& expr) {
               model::for_each_name(expr, [&](const model::Expr& name) {
                 uses = uses || name.binding.kind == BindingKind::feedback;
               });
             });
             return !uses;
           });
  }

  void add_reactions(const std::vector<model::Reaction>& reactions, StepIndex i) {
    for (const model::Reaction& reaction : reactions) {
      if (reaction.response != model::Response::back || reaction.target == model::none) continue;
      const std::uint32_t handed = in_.feedback_ + reaction.target;
      add(in_.steps_ + i, handed, reaction.to.span);
      for (const model::Told& told : reaction.include) add_names(told.value, i, handed);
      if (reaction.text) add_text(*reaction.text, i, handed);
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

std::uint32_t Origins::first_reached(Origin origin, const model::Expr& expr, StepIndex step,
                                     const OwnNames* own) const {
  std::uint32_t found = no_value;
  each_source(expr, [&](const model::Expr& name) {
    if (found != no_value) return;
    const auto of = static_cast<std::size_t>(origin);
    if (name.binding.kind == BindingKind::composed) {
      const model::Template& text = workflow_.composed[name.binding.index].text;
      found = first_reached(origin, text.nodes, step, own_names(text, step));
      return;
    }
    if (name.binding.kind == BindingKind::local) {
      if (own != nullptr && name.binding.index < (*own)[of].size()) found = (*own)[of][name.binding.index];
      return;
    }
    const std::uint32_t value = value_of(name, step);
    if (value != no_value && reached_[of][value]) found = value;
  });
  return found;
}

std::uint32_t Origins::first_reached(Origin origin, const Nodes& part, StepIndex step,
                                     const OwnNames& own) const {
  std::uint32_t found = no_value;
  each_node(part, [&](const expr::TemplateNode& node) {
    if (found == no_value && is_printed(node)) found = first_reached(origin, node.expr, step, &own);
  });
  return found;
}

OwnNames Origins::own_names(const model::Template& text, StepIndex step) const {
  OwnNames own;
  const Given given = given_in(text.nodes);
  if (given.empty()) return own;
  // Which names are given one that is reached.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> uses;
  for (const auto& [slot, expr] : given)
    each_source(*expr, [&, to = slot](const model::Expr& name) {
      if (name.binding.kind == BindingKind::local) uses.emplace_back(name.binding.index, to);
    });
  std::sort(uses.begin(), uses.end());
  for (std::size_t origin = 0; origin < origins_count; ++origin) {
    std::vector<std::uint32_t>& held = own[origin];
    held.assign(given.back().first + 1, no_value);
    std::vector<std::uint32_t> open;
    const auto reach = [&](std::uint32_t slot, std::uint32_t value) {
      if (value == no_value || held[slot] != no_value) return;
      held[slot] = value;
      open.push_back(slot);
    };
    for (const auto& [slot, expr] : given)
      reach(slot, first_reached(static_cast<Origin>(origin), *expr, step));
    for (std::size_t next = 0; next < open.size(); ++next)
      for (auto use = std::lower_bound(uses.begin(), uses.end(), open[next], by_slot);
           use != uses.end() && use->first == open[next]; ++use)
        reach(use->second, held[open[next]]);
  }
  return own;
}

bool Origins::reaches(Origin origin, const model::Expr& expr, StepIndex step) const {
  return first_reached(origin, expr, step) != no_value;
}
bool Origins::reaches(Origin origin, const model::Template& text, StepIndex step) const {
  return reaches(origin, text.nodes, step, own_names(text, step));
}
bool Origins::reaches(Origin origin, const Nodes& part, StepIndex step, const OwnNames& own) const {
  return first_reached(origin, part, step, own) != no_value;
}
std::vector<Hop> Origins::way(Origin origin, const model::Expr& expr, StepIndex step) const {
  return way_to(origin, first_reached(origin, expr, step));
}
std::vector<Hop> Origins::way(Origin origin, const model::Template& text, StepIndex step) const {
  return way(origin, text.nodes, step, own_names(text, step));
}
std::vector<Hop> Origins::way(Origin origin, const Nodes& part, StepIndex step, const OwnNames& own) const {
  return way_to(origin, first_reached(origin, part, step, own));
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
