// Joins what refers by name to what bears the name.
//
// Needs become step indexes, names in expressions become bindings, variables of templates become slots. A
// name that nothing bears keeps `none` or `unknown`: the checks speak about it, with everything else in view.
#include <algorithm>
#include <iterator>
#include <map>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "compiler/model/beyond.h"
#include "compiler/model/walk.h"
#include "compiler/model/workflow.h"

namespace wfc::model {
namespace {

using dsl::Binding;
using dsl::BindingKind;

// Names that a text declares itself. `for` and `include` open a scope; what `set` declares lives to the end
// of the scope it stands in, and setting it there again gives it another value. Two scopes never share a
// slot.
class Locals {
 public:
  std::uint32_t declare(std::string_view name) {
    std::vector<std::uint32_t>& same = visible_.try_emplace(std::string(name)).first->second;
    same.push_back(static_cast<std::uint32_t>(declared_.size()));
    declared_.push_back({&same, used_});
    return used_++;
  }
  struct Scope {
    std::size_t declared;
    int conditions;
    bool loop;
  };
  Scope open(bool loop) {
    loops_ += loop ? 1 : 0;
    return std::exchange(scope_, {declared_.size(), 0, loop});
  }
  void close(const Scope& outer) {
    loops_ -= scope_.loop ? 1 : 0;
    for (; declared_.size() > scope_.declared; declared_.pop_back()) declared_.back().same->pop_back();
    scope_ = outer;
  }
  const std::uint32_t* find(std::string_view name) const { return find(name, 0); }
  const std::uint32_t* find_here(std::string_view name) const { return find(name, scope_.declared); }
  // Inside of an `if` of this scope: what is set may not be set.
  void enter_condition() { scope_.conditions += 1; }
  void leave_condition() { scope_.conditions -= 1; }
  bool conditional() const { return scope_.conditions > 0; }
  bool in_loop() const { return loops_ > 0; }
  std::uint32_t used() const { return used_; }

 private:
  struct Entry {
    std::vector<std::uint32_t>* same;  // Its name's part of visible_.
    std::uint32_t slot;
  };
  const std::uint32_t* find(std::string_view name, std::size_t from) const {
    const auto same = visible_.find(name);
    if (same == visible_.end() || same->second.empty() || same->second.back() < from) return nullptr;
    return &declared_[same->second.back()].slot;
  }
  std::map<std::string, std::vector<std::uint32_t>, std::less<>> visible_;  // In declared_, by name.
  std::vector<Entry> declared_;
  std::uint32_t used_ = 0;
  int loops_ = 0;
  Scope scope_{0, 0, false};
};

// Of some steps, the one on the highest level that comes before another. Those before it that are not on a
// way through one of them are looked at once for all questions about the same ones.
class Latest {
 public:
  Latest(const std::vector<Step>& steps, const std::vector<std::uint32_t>& levels)
      : steps_(steps), levels_(levels), chosen_(steps.size(), 0), seen_(steps.size(), 0) {
    found_.resize(steps.size(), none);
  }
  void begin(const std::vector<StepIndex>& of) {
    ++question_;
    for (const StepIndex step : of) chosen_[step] = question_;
  }
  StepIndex before(StepIndex reader) {
    std::vector<std::pair<StepIndex, std::size_t>> open;
    const auto enter = [&](StepIndex step) {
      seen_[step] = question_;
      found_[step] = none;
      open.emplace_back(step, 0);
    };
    if (seen_[reader] != question_) enter(reader);
    while (!open.empty()) {
      auto& [at, next] = open.back();
      const std::vector<Need>& needs = steps_[at].needs;
      if (next == needs.size()) {
        open.pop_back();
        continue;
      }
      const StepIndex need = needs[next].target;
      if (need == none) {
        ++next;
      } else if (chosen_[need] != question_ && seen_[need] != question_) {
        enter(need);  // And then looked at again; on a cycle as it is.
      } else {
        ++next;
        take(found_[at], chosen_[need] == question_ ? need : found_[need]);
      }
    }
    return found_[reader];
  }

 private:
  void take(StepIndex& best, StepIndex other) const {
    if (other != none && (best == none || levels_[other] >= levels_[best])) best = other;
  }
  const std::vector<Step>& steps_;
  const std::vector<std::uint32_t>& levels_;
  std::vector<std::uint32_t> chosen_, seen_;  // Where the number of the question stands.
  std::vector<StepIndex> found_;
  std::uint32_t question_ = 0;
};

class Linker {
 public:
  explicit Linker(Workflow& workflow) : workflow_(workflow) {}

  void run() {
    index_steps();
    index_names();
    walk(
        workflow_,
        [&](Expr& expr, StepIndex step, std::string_view role) {
          Locals locals;
          bind(expr, locals, step, role);
        },
        [&](Template& text, StepIndex step, std::string_view role) {
          Locals locals;
          bind_scope(text.nodes, locals, step, role);
          workflow_.locals = std::max(workflow_.locals, locals.used());
        });
    if (!uses_of_several_.empty()) choose_producers();
    find_beyond(workflow_);
    if (uses_secrets_) find_secrets();
    declare_policies(workflow_);
  }

 private:
  void index_steps() {
    workflow_.step_index.clear();
    workflow_.step_index.reserve(workflow_.steps.size());
    const auto id_of = [this](StepIndex step) -> std::string_view { return workflow_.steps[step].id.value; };
    for (StepIndex i = 0; i < workflow_.steps.size(); ++i)
      if (!workflow_.steps[i].id.value.empty()) workflow_.step_index.add(id_of(i), i, id_of);
    for (Step& step : workflow_.steps) resolve(step.needs);
    for (Branch& branch : workflow_.branches) resolve(branch.needs);
    for_each_reactions(workflow_, [&](std::vector<Reaction>& reactions, StepIndex) {
      for (Reaction& reaction : reactions)
        if (reaction.response == Response::back)
          reaction.target = workflow_.find_step(reaction.to.value).value_or(none);
    });
  }

  // Nobody hands out secrets yet.
  void find_secrets() {
    std::unordered_set<std::string> named;
    const auto look = [&](const auto& self, const Expr& expr) -> void {
      for (const Expr& child : expr.children) self(self, child);
      if (expr.kind != dsl::ExprKind::field || expr.children[0].binding.kind != BindingKind::secrets) return;
      if (named.insert(expr.text).second)
        workflow_.beyond.push_back({"the secret `" + expr.text + "`", expr.span});
    };
    for_each_expression(workflow_, [&](const Expr& expr, StepIndex, std::string_view) { look(look, expr); });
  }

  void resolve(std::vector<Need>& needs) {
    for (Need& need : needs) {
      if (need.target != none) continue;
      need.target = workflow_.find_step(need.step.value).value_or(none);
    }
  }

  void index_names() {
    names_.reserve(workflow_.names.size());
    for (std::uint32_t i = 0; i < workflow_.names.size(); ++i) {
      const Name& name = workflow_.names[i];
      const std::uint32_t first = names_.add(name.name, i, name_of_);
      if (first == i || name.binding.kind != BindingKind::output) continue;
      if (workflow_.names[first].binding.kind != BindingKind::output) continue;
      const auto [found, fresh] =
          several_named_.try_emplace(name.name, static_cast<std::uint32_t>(several_.size()));
      if (fresh) several_.push_back({workflow_.names[first].binding.index});
      several_[found->second].push_back(name.binding.index);
    }
  }

  using Nodes = std::vector<expr::TemplateNode>;

  void bind_scope(Nodes& nodes, Locals& locals, StepIndex step, std::string_view role) {
    Nodes begins;
    bind_nodes(nodes, begins, locals, step, role);
    nodes.insert(nodes.begin(), std::make_move_iterator(begins.begin()),
                 std::make_move_iterator(begins.end()));
  }

  // What an `if` may set has another value where it does not: that of the name around it, or none. In a loop
  // that is so anew for each item. `begins` shall stand where the scope begins.
  void bind_set(expr::TemplateNode& node, Nodes& begins, Locals& locals, StepIndex step,
                std::string_view role) {
    if (const std::uint32_t* known = locals.find_here(node.text)) {
      node.local = *known;
      return;
    }
    const Binding outer = look_up(node.text, locals, step, role);
    node.local = locals.declare(node.text);
    if (!locals.conditional()) return;
    expr::TemplateNode& begin = begins.emplace_back();
    begin.kind = expr::NodeKind::begin;
    begin.text = node.text;
    begin.local = node.local;
    begin.span = node.span;
    if (outer.kind == BindingKind::unknown) return;
    begin.expr.kind = dsl::ExprKind::name;
    begin.expr.text = node.text;
    begin.expr.span = begin.expr.name_span = node.span;
    begin.expr.binding = outer;
  }

  void bind_nodes(Nodes& nodes, Nodes& begins, Locals& locals, StepIndex step, std::string_view role) {
    for (expr::TemplateNode& node : nodes) {
      switch (node.kind) {
        case expr::NodeKind::text:
        case expr::NodeKind::break_:
        case expr::NodeKind::continue_:
        case expr::NodeKind::begin:
          break;
        case expr::NodeKind::include: {
          const Locals::Scope outer = locals.open(false);
          bind_scope(node.block->bodies[0], locals, step, role);
          locals.close(outer);
          break;
        }
        case expr::NodeKind::value:
          bind(node.expr, locals, step, role);
          break;
        case expr::NodeKind::set:
          bind(node.expr, locals, step, role);
          bind_set(node, begins, locals, step, role);
          break;
        case expr::NodeKind::if_: {
          expr::TagBlock& block = *node.block;
          for (std::size_t i = 0; i < block.bodies.size(); ++i) {
            if (i < block.conditions.size()) bind(block.conditions[i], locals, step, role);
            locals.enter_condition();
            bind_nodes(block.bodies[i], begins, locals, step, role);
            locals.leave_condition();
          }
          break;
        }
        case expr::NodeKind::for_: {
          expr::TagBlock& block = *node.block;
          bind(node.expr, locals, step, role);
          const Locals::Scope outer = locals.open(true);
          if (!block.key.empty()) block.key_local = locals.declare(block.key);
          node.local = locals.declare(node.text);
          if (!block.bodies.empty()) bind_scope(block.bodies[0], locals, step, role);
          locals.close(outer);
          // What follows `else` runs instead of the loop, or not at all.
          locals.enter_condition();
          if (block.bodies.size() > 1) bind_nodes(block.bodies[1], begins, locals, step, role);
          locals.leave_condition();
          break;
        }
      }
    }
  }

  void bind(Expr& expr, const Locals& locals, StepIndex step, std::string_view role) {
    for (Expr& child : expr.children) bind(child, locals, step, role);
    if (expr.kind == dsl::ExprKind::name && expr.binding.kind == BindingKind::composed) {
      workflow_.composed[expr.binding.index].step = step;
      workflow_.composed[expr.binding.index].role = role;
    }
    if (expr.kind == dsl::ExprKind::name && expr.binding.kind == BindingKind::unbound)
      expr.binding = look_up(expr.text, locals, step, role);
  }

  static bool sees_result(StepIndex step, std::string_view role) {
    return step != none && (role == "output" || role == "on" || role == "criterion" || role == "artifact");
  }

  Binding look_up(std::string_view name, const Locals& locals, StepIndex step, std::string_view role) {
    if (const std::uint32_t* slot = locals.find(name)) return {BindingKind::local, *slot};
    if (name == "loop" && locals.in_loop()) return {BindingKind::loop, 0};
    if (role == "alert") return measure(name);
    const std::uint32_t found = names_.find(name, name_of_);
    if (found == NameIndex::no_row) return {BindingKind::unknown, 0};
    const Binding binding = workflow_.names[found].binding;
    if (binding.kind == BindingKind::step_info && role != "guardrail") return {BindingKind::unknown, 0};
    if (binding.kind == BindingKind::secrets) uses_secrets_ = true;
    // What undoes a step sees what that step has left.
    const StepIndex undone = step == none ? none : workflow_.steps[step].undoes;
    if (binding.kind == BindingKind::result && undone != none) return {BindingKind::step, undone};
    // A step's result exists for those who look at the step that just ended.
    if (binding.kind == BindingKind::result && !sees_result(step, role)) return {BindingKind::unknown, 0};
    if (binding.kind == BindingKind::output && step != none && !several_.empty()) {
      const auto several = several_named_.find(name);
      if (several != several_named_.end())
        return {BindingKind::output, use_of_several(several->second, step)};
    }
    return binding;
  }

  // What an alert asks for is measured.
  Binding measure(std::string_view name) {
    std::vector<Located<std::string>>& track = workflow_.monitor->track;
    const auto known = std::find_if(track.begin(), track.end(),
                                    [&](const Located<std::string>& of) { return of.value == name; });
    const auto slot = static_cast<std::uint32_t>(known - track.begin());
    if (known == track.end()) track.push_back({std::string(name), workflow_.monitor->span});
    workflow_.locals = std::max(workflow_.locals, slot + 1);
    return {BindingKind::local, slot};
  }

  // Several steps give an output of this name, one after the other: a reader means the last that came before
  // it. Which one that is, is found for all readers of a name at once, when everything else is bound; until
  // then a binding holds a number that no step has.
  std::uint32_t use_of_several(std::uint32_t several, StepIndex reader) {
    uses_of_several_.push_back({several, reader, none});
    return none - static_cast<std::uint32_t>(uses_of_several_.size());
  }

  void choose_producers() {
    make_levels();
    std::vector<std::uint32_t> by_name(uses_of_several_.size());
    for (std::uint32_t i = 0; i < by_name.size(); ++i) by_name[i] = i;
    std::stable_sort(by_name.begin(), by_name.end(), [this](std::uint32_t a, std::uint32_t b) {
      return uses_of_several_[a].several < uses_of_several_[b].several;
    });
    Latest latest(workflow_.steps, levels_);
    std::uint32_t looked_at = none;
    for (const std::uint32_t i : by_name) {
      UseOfSeveral& use = uses_of_several_[i];
      const std::vector<StepIndex>& producers = several_[use.several];
      if (looked_at != use.several) latest.begin(producers);
      looked_at = use.several;
      const StepIndex found = latest.before(use.reader);
      use.producer = found == none ? producers.front() : found;
    }
    const auto choose = [this](const auto& self, Expr& expr) -> void {
      for (Expr& child : expr.children) self(self, child);
      const std::uint32_t use = none - expr.binding.index - 1;
      if (expr.kind == dsl::ExprKind::name && expr.binding.kind == BindingKind::output &&
          use < uses_of_several_.size())
        expr.binding.index = uses_of_several_[use].producer;
    };
    walk(
        workflow_, [&](Expr& expr, StepIndex, std::string_view) { choose(choose, expr); },
        [&](Template& text, StepIndex, std::string_view) {
          visit_nodes(text.nodes, [&](Expr& expr) { choose(choose, expr); });
        });
  }

  // The length of the longest way to each step. Steps on a cycle have some number.
  void make_levels() {
    if (!levels_.empty()) return;
    const std::size_t count = workflow_.steps.size();
    levels_.assign(count, 0);
    std::vector<std::uint32_t> waits(count, 0);
    std::vector<std::vector<StepIndex>> followers(count);
    for (StepIndex i = 0; i < count; ++i) {
      for (const Need& need : workflow_.steps[i].needs) {
        if (need.target == none) continue;
        followers[need.target].push_back(i);
        waits[i] += 1;
      }
    }
    std::vector<StepIndex> ready;
    for (StepIndex i = 0; i < count; ++i)
      if (waits[i] == 0) ready.push_back(i);
    while (!ready.empty()) {
      const StepIndex at = ready.back();
      ready.pop_back();
      for (const StepIndex follower : followers[at]) {
        levels_[follower] = std::max(levels_[follower], levels_[at] + 1);
        if (--waits[follower] == 0) ready.push_back(follower);
      }
    }
  }

  Workflow& workflow_;
  struct NameOf {
    const std::vector<Name>& names;
    std::string_view operator()(std::uint32_t row) const { return names[row].name; }
  };
  NameIndex names_;
  NameOf name_of_{workflow_.names};
  // Of outputs that several steps give.
  std::vector<std::vector<StepIndex>> several_;
  std::unordered_map<std::string_view, std::uint32_t> several_named_;
  struct UseOfSeveral {
    std::uint32_t several;
    StepIndex reader, producer;
  };
  std::vector<UseOfSeveral> uses_of_several_;
  std::vector<std::uint32_t> levels_;
  bool uses_secrets_ = false;
};

}  // namespace

void link(Workflow& workflow) {
  Linker(workflow).run();
  for (Workflow& unused : workflow.unused) {
    link(unused);
    // Nothing of it will ever run.
    unused.beyond.clear();
  }
}

}  // namespace wfc::model
