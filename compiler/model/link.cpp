// Joins what refers by name to what bears the name.
//
// Needs become step indexes, names in expressions become bindings, variables of templates become slots. A
// name that nothing bears keeps `none` or `unknown`: the checks speak about it, with everything else in view.
#include <algorithm>
#include <deque>
#include <unordered_map>

#include "compiler/model/walk.h"
#include "compiler/model/workflow.h"

namespace wfc::model {
namespace {

using dsl::Binding;
using dsl::BindingKind;

// Names that a text declares itself. `for` opens a scope; what `set` declares lives to the end of the scope
// it stands in. A slot is used once in a text, so that nothing old can show through.
class Locals {
 public:
  std::uint32_t declare(std::string_view name) {
    visible_.push_back({name, used_});
    return used_++;
  }
  std::size_t open() {
    loops_ += 1;
    return visible_.size();
  }
  void close(std::size_t mark) {
    loops_ -= 1;
    visible_.resize(mark);
  }
  const std::uint32_t* find(std::string_view name) const {
    for (auto at = visible_.rbegin(); at != visible_.rend(); ++at)
      if (at->name == name) return &at->slot;
    return nullptr;
  }
  bool in_loop() const { return loops_ > 0; }
  std::uint32_t used() const { return used_; }

 private:
  struct Entry {
    std::string_view name;
    std::uint32_t slot;
  };
  std::vector<Entry> visible_;
  std::uint32_t used_ = 0;
  int loops_ = 0;
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
          bind_nodes(text.nodes, locals, step, role);
          workflow_.locals = std::max(workflow_.locals, locals.used());
        });
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
    for (Loop& loop : workflow_.loops) {
      loop.target = workflow_.find_step(loop.target_name.value).value_or(none);
      if (loop.target == none) continue;
      workflow_.beyond.push_back({"the loop of step `" + workflow_.steps[loop.from].id.value + "` back to `" +
                                      workflow_.steps[loop.target].id.value + "`",
                                  loop.span});
    }
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
      std::vector<StepIndex>& producers = producers_[name.name];
      if (producers.empty()) producers.push_back(workflow_.names[first].binding.index);
      producers.push_back(name.binding.index);
    }
  }

  void bind_nodes(std::vector<expr::TemplateNode>& nodes, Locals& locals, StepIndex step,
                  std::string_view role) {
    for (expr::TemplateNode& node : nodes) {
      switch (node.kind) {
        case expr::NodeKind::text:
          break;
        case expr::NodeKind::value:
          bind(node.expr, locals, step, role);
          break;
        case expr::NodeKind::set:
          bind(node.expr, locals, step, role);
          node.local = locals.declare(node.text);
          break;
        case expr::NodeKind::if_: {
          expr::TagBlock& block = *node.block;
          for (std::size_t i = 0; i < block.bodies.size(); ++i) {
            if (i < block.conditions.size()) bind(block.conditions[i], locals, step, role);
            bind_nodes(block.bodies[i], locals, step, role);
          }
          break;
        }
        case expr::NodeKind::for_: {
          expr::TagBlock& block = *node.block;
          bind(node.expr, locals, step, role);
          const std::size_t mark = locals.open();
          if (!block.key.empty()) block.key_local = locals.declare(block.key);
          node.local = locals.declare(node.text);
          if (!block.bodies.empty()) bind_nodes(block.bodies[0], locals, step, role);
          locals.close(mark);
          if (block.bodies.size() > 1) bind_nodes(block.bodies[1], locals, step, role);
          break;
        }
      }
    }
  }

  void bind(Expr& expr, const Locals& locals, StepIndex step, std::string_view role) {
    for (Expr& child : expr.children) bind(child, locals, step, role);
    if (expr.kind == dsl::ExprKind::name && expr.binding.kind == BindingKind::unbound)
      expr.binding = look_up(expr.text, locals, step, role);
  }

  Binding look_up(std::string_view name, const Locals& locals, StepIndex step, std::string_view role) {
    if (const std::uint32_t* slot = locals.find(name)) return {BindingKind::local, *slot};
    if (name == "loop" && locals.in_loop()) return {BindingKind::loop, 0};
    const std::uint32_t found = names_.find(name, name_of_);
    if (found == NameIndex::no_row) return {BindingKind::unknown, 0};
    const Binding binding = workflow_.names[found].binding;
    // A step's result exists for those who look at the step that just ended.
    if (binding.kind == BindingKind::result && role != "output" && role != "on")
      return {BindingKind::unknown, 0};
    if (binding.kind == BindingKind::output && step != none && !producers_.empty()) {
      const auto several = producers_.find(name);
      if (several != producers_.end()) return {BindingKind::output, latest_producer(several->second, step)};
    }
    return binding;
  }

  // Several steps give an output of this name, one after the other: a reader means the last that came before
  // it.
  StepIndex latest_producer(const std::vector<StepIndex>& producers, StepIndex reader) {
    make_levels();
    std::vector<char> seen(workflow_.steps.size(), 0);
    std::deque<StepIndex> open;
    StepIndex latest = none;
    const auto look_behind = [&](StepIndex at) {
      for (const Need& need : workflow_.steps[at].needs) {
        if (need.target == none || seen[need.target]) continue;
        seen[need.target] = 1;
        open.push_back(need.target);
      }
    };
    look_behind(reader);
    while (!open.empty()) {
      const StepIndex at = open.front();
      open.pop_front();
      // Whoever produced before a producer is not the last.
      if (std::find(producers.begin(), producers.end(), at) == producers.end()) {
        look_behind(at);
      } else if (latest == none || levels_[at] >= levels_[latest]) {
        latest = at;
      }
    }
    return latest == none ? producers.front() : latest;
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
  std::unordered_map<std::string_view, std::vector<StepIndex>>
      producers_;  // Of outputs that several steps give.
  std::vector<std::uint32_t> levels_;
};

}  // namespace

void link(Workflow& workflow) {
  Linker(workflow).run();
}

}  // namespace wfc::model
