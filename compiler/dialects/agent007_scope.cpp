// agent007's sub-workflows, and what ids and names of a scope stand for.
//
// The steps of a sub-workflow become steps of the workflow, ID:STEP, between a step that begins and the one
// that bears the id. Its texts see its own outputs and what is given to every run; `task` is the prompt of
// the step that names it.
#include <algorithm>
#include <functional>
#include <unordered_set>

#include "compiler/dialects/agent007_keys.h"
#include "compiler/dialects/agent007_reader.h"

namespace wfc::dialects {

using namespace agent007_keys;
using dsl::BindingKind;
using dsl::Expr;
using dsl::ExprKind;
using model::none;
using wf::StepKind;

namespace {

constexpr int scopes_max = 16;             // Files within files,
constexpr std::size_t steps_max = 50'000;  // and what they may become.

// Visits the names in a text that it does not declare itself. `on_value` may replace a whole placeholder.
class FreeNames {
 public:
  FreeNames(model::Workflow& workflow, std::function<void(Expr&)> on_name,
            std::function<bool(expr::TemplateNode&)> on_value)
      : workflow_(workflow), on_name_(std::move(on_name)), on_value_(std::move(on_value)) {}

  void walk(model::Step& step) {
    for (model::Text& text : step.prompt) walk(text.text.nodes);
    if (step.gate && step.gate->message) walk(step.gate->message->nodes);
    for (model::NamedValue& value : step.with) {
      if (value.value) walk(*value.value);
      if (value.text) walk(value.text->nodes);
    }
    for (model::Reaction& reaction : step.reactions)
      if (reaction.condition) walk(*reaction.condition);
    own_.clear();
  }

  void walk(std::vector<expr::TemplateNode>& nodes) {
    for (expr::TemplateNode& node : nodes) {
      switch (node.kind) {
        case expr::NodeKind::value:
          if (!is_own(node.expr) && on_value_(node)) break;
          walk(node.expr);
          break;
        case expr::NodeKind::set:
          walk(node.expr);
          own_.push_back(node.text);
          break;
        case expr::NodeKind::if_:
          for (Expr& condition : node.block->conditions) walk(condition);
          for (auto& body : node.block->bodies) walk(body);
          break;
        case expr::NodeKind::for_: {
          walk(node.expr);
          const std::size_t before = own_.size();
          if (!node.block->key.empty()) own_.push_back(node.block->key);
          own_.push_back(node.text);
          own_.emplace_back("loop");
          if (!node.block->bodies.empty()) walk(node.block->bodies[0]);
          own_.resize(before);
          if (node.block->bodies.size() > 1) walk(node.block->bodies[1]);
          break;
        }
        case expr::NodeKind::include: {
          const std::size_t before = own_.size();
          walk(node.block->bodies[0]);
          own_.resize(before);
          break;
        }
        default:
          break;
      }
    }
  }

  void walk(Expr& expr) {
    for (Expr& child : expr.children) walk(child);
    if (expr.kind != ExprKind::name) return;
    if (expr.binding.kind == BindingKind::composed) {
      walk_composed(expr.binding.index);
    } else if (!is_own(expr)) {
      on_name_(expr);
    }
  }

 private:
  // Once, however often it is named; and taken out, for names may become further texts of the workflow.
  void walk_composed(std::uint32_t index) {
    if (!walked_.insert(index).second) return;
    std::vector<expr::TemplateNode> nodes = std::move(workflow_.composed[index].text.nodes);
    std::vector<std::string> around;
    own_.swap(around);
    walk(nodes);
    own_.swap(around);
    workflow_.composed[index].text.nodes = std::move(nodes);
  }

  bool is_own(const Expr& expr) const {
    return expr.kind == ExprKind::name && std::find(own_.begin(), own_.end(), expr.text) != own_.end();
  }
  model::Workflow& workflow_;
  std::function<void(Expr&)> on_name_;
  std::function<bool(expr::TemplateNode&)> on_value_;
  std::vector<std::string> own_;
  std::unordered_set<std::uint32_t> walked_;
};

bool is_name(const Expr& expr, std::string_view name) {
  return expr.kind == ExprKind::name && expr.binding.kind == BindingKind::unbound && expr.text == name;
}

// What there is of these values: the only one as it is, several one after the other.
Expr joined_texts(std::vector<Expr> values, std::string_view between, Span span) {
  for (Expr& value : values) value = or_else(std::move(value), text_constant("", span), span);
  if (values.size() == 1) return std::move(values[0]);
  Expr list;
  list.kind = ExprKind::list;
  list.span = span;
  list.children = std::move(values);
  return filtered(std::move(list), "join", "sep", text_constant(between, span), span);
}

using Branches = std::vector<std::pair<model::StepIndex, std::string>>;
bool exclude(const Branches& a, const Branches& b) {
  return std::any_of(a.begin(), a.end(), [&](const auto& one) {
    return std::any_of(b.begin(), b.end(), [&](const auto& other) {
      return one.first == other.first && one.second != other.second;
    });
  });
}

std::uint64_t bytes_of(const std::vector<expr::TemplateNode>& nodes) {
  std::uint64_t bytes = 0;
  for (const expr::TemplateNode& node : nodes) {
    bytes += sizeof node + node.text.size();
    if (!node.block) continue;
    for (const auto& body : node.block->bodies) bytes += bytes_of(body);
  }
  return bytes;
}

}  // namespace

// ------------------------------------------------------------------------------------------- sub-workflows

// `tdd` is `tdd.yaml` in the definition's folder.
const yaml::Node* Agent007Reader::open_file(const yaml::Node& name, const Scope& scope, FileId& file) {
  std::string path(name.text);
  if (!path.ends_with(".yaml") && !path.ends_with(".yml") && !path.ends_with(".json")) path += ".yaml";
  const std::optional<FileId> read =
      expr::text_file(includes_of(reader_.context), path, name.span, reader_.report);
  if (!read) return nullptr;
  file = *read;
  const source::SourceMap& sources = reader_.context.sources;
  int depth = 0;
  for (const Scope* around = &scope; around; around = around->outer) {
    // The definition itself has the name by which it was opened.
    const std::string& opened = sources.file(around->file).path;
    const bool same = around->file == file ||
                      (!opened.empty() && reader_.context.root + "/" + path == opened) ||
                      (reader_.context.root == "." && opened == path);
    if (same) {
      reader_.report.add(diag::include_cycle, name.span, name.text)
          .label("this file is being read already")
          .help("a workflow cannot be a part of itself");
      return nullptr;
    }
    depth += 1;
  }
  if (depth >= scopes_max) {
    reader_.report.add(diag::too_deep, name.span, std::int64_t{scopes_max});
    return nullptr;
  }
  if (workflow_.steps.size() > steps_max) {
    reader_.report.add(diag::resource_bomb, name.span,
                       "sub-workflows make more than 50,000 steps of this one");
    return nullptr;
  }
  for (const auto& [known, document] : documents_)
    if (known == file) return document.root();
  documents_.emplace_back(file, yaml::parse(sources, file, reader_.report));
  return documents_.back().second.root();
}

void Agent007Reader::read_sub_workflow(const Fields& fields, Step own, Scope& scope) {
  for (const std::string_view key : {"model", "timeout_sec"})
    if (fields.find(key)) no_effect(fields, key, "the steps of the sub-workflow have their own");
  own.kind = StepKind::join;
  own.agent = {};
  own.model.clear();
  own.timeout_ms = 0;
  Made made;
  made.begin = made.first = static_cast<StepIndex>(workflow_.steps.size());
  Step& start = workflow_.steps.emplace_back();
  start.id = {own.id.value + ":start", own.id.span};
  start.id_generated = true;
  start.span = own.span;
  start.kind = StepKind::join;
  start.broken = own.broken;

  Scope inner;
  inner.outer = &scope;
  inner.prefix = own.id.value + ":";
  inner.begin = made.begin + 1;
  if (!own.prompt.empty()) inner.task = &tasks_.emplace_back(std::move(own.prompt[0].text));
  own.prompt.clear();
  const yaml::Node* name = fields.find("workflow");
  const yaml::Node* root = name ? open_file(*name, scope, inner.file) : nullptr;
  own.broken = own.broken || !root;
  if (root) {
    const Fields top(reader_, *root, workflow_object);
    if (root->is_mapping()) read_workflow(top, inner);
    if (inner.task && inner.uses_of_task == 0 && !reader_.report.has_errors())
      no_effect(fields, "prompt", "the steps of the sub-workflow do not use `task`");
  }
  // What begins it begins with the step; what ends it is what the step gives.
  std::vector<char> followed(workflow_.steps.size() - inner.begin, 0);
  const auto follow = [&](const Step& step) {
    for (const model::Need& need : step.needs)
      if (need.target != none && need.target >= inner.begin) followed[need.target - inner.begin] = 1;
  };
  each_own(inner, [&](StepIndex step) { follow(workflow_.steps[first(step, inner)]); });
  std::vector<Expr> outputs;
  each_own(inner, [&](StepIndex step) {
    Step& begins = workflow_.steps[first(step, inner)];
    if (begins.needs.empty())
      begins.needs.push_back(
          {.step = workflow_.steps[made.first].id, .target = made.first, .written = false});
    if (followed[decided(step, inner) - inner.begin]) return;
    made.ends.push_back(decided(step, inner));
    outputs.push_back(bound(workflow_.steps[step].id.value, own.id.span, BindingKind::output, step));
  });
  if (!outputs.empty()) {
    own.output_value = joined_texts(std::move(outputs), "\n\n", own.id.span);
  } else {
    made.ends.push_back(made.first);
  }
  made.own = made.decided = static_cast<StepIndex>(workflow_.steps.size());
  made.end = made.own + 1;
  workflow_.steps.push_back(std::move(own));
  scope.made.push_back(std::move(made));
}

// A text may stand in many places: what they take together has a limit.
bool Agent007Reader::may_copy(const expr::Template& text, Span span) {
  std::uint64_t& bytes = *reader_.context.file_bytes;
  const std::uint64_t before = bytes;
  bytes += bytes_of(text.nodes);
  if (bytes <= expr::text_files_bytes_max) return true;
  if (before <= expr::text_files_bytes_max)
    reader_.report.add(diag::resource_bomb, span, "the texts of this definition become more than 64 MiB");
  return false;
}

// --------------------------------------------------------------------------------------- order and names

model::StepIndex Agent007Reader::decided(StepIndex own, const Scope& scope) const {
  const auto found = scope.several.find(own);
  return found == scope.several.end() ? own : found->second->decided;
}
model::StepIndex Agent007Reader::first(StepIndex own, const Scope& scope) const {
  const auto found = scope.several.find(own);
  return found == scope.several.end() ? own : found->second->first;
}

void Agent007Reader::close_scope(Scope& scope) {
  const bool plain = scope.prefix.empty() && scope.made.empty() && scope.evaluators.empty();
  if (!plain || !scope.inputs.empty()) index_scope(scope);
  if (!plain) set_needs(scope);
  if (!scope.routers.empty()) find_shared_outputs(scope);
  for (const auto& [step, names] : scope.inputs) add_input_edges(names, step, scope);
  if (!scope.shared.empty()) {
    // A step that takes an output of several branches stands in none of them.
    find_branches(scope);
    std::erase_if(scope.shared, [&](const auto& entry) { return !all_exclude(entry.second, scope); });
  }
  if (!plain) {
    for (const Router& router : scope.routers) finish_router(router, scope);
    finish_evaluators(scope);
    for (const Made& made : scope.made) {
      if (made.first == made.own) continue;
      workflow_.steps[made.first].needs = std::move(workflow_.steps[made.own].needs);
      workflow_.steps[made.own].needs.clear();
      for (const StepIndex end : made.ends)
        workflow_.steps[made.own].needs.push_back(
            {.step = workflow_.steps[end].id, .target = end, .written = false});
    }
  }
  each_own(scope, [&](StepIndex own) {
    const Located<std::string>& output = workflow_.steps[own].output;
    if (output.value.empty()) return;
    const auto shared = scope.shared.find(output.value);
    if (shared != scope.shared.end() && shared->second.front() != own) return;
    workflow_.names.push_back({.name = scope.prefix + output.value,
                               .binding = {BindingKind::output, own},
                               .span = output.span,
                               .step = own});
  });
  if (!scope.shared.empty()) resolve_shared(scope);
  if (!scope.prefix.empty()) resolve_names(scope);
}

void Agent007Reader::index_scope(Scope& scope) {
  for (const Made& made : scope.made) scope.several.emplace(made.own, &made);
  each_own(scope, [&](StepIndex own) {
    const Step& step = workflow_.steps[own];
    if (step.id.value.size() > scope.prefix.size())
      scope.ids.emplace(step.id.value.substr(scope.prefix.size()), own);
    if (!step.output.value.empty()) scope.outputs.emplace(step.output.value, own);
  });
}

void Agent007Reader::set_needs(Scope& scope) {
  each_own(scope, [&](StepIndex own) {
    std::vector<model::Need>& needs = workflow_.steps[own].needs;
    for (model::Need& need : needs) {
      if (need.target != none) continue;
      const auto found = scope.ids.find(need.step.value);
      if (found != scope.ids.end()) {
        need.target = decided(found->second, scope);
      } else if (!scope.prefix.empty()) {
        (void)known_step(need.step, scope);
        workflow_.steps[own].broken = true;
      }
    }
    if (!scope.prefix.empty())
      std::erase_if(needs, [](const model::Need& need) { return need.target == none; });
  });
}

// Of branches that exclude each other each may give an output of the same name.
void Agent007Reader::find_shared_outputs(Scope& scope) {
  std::unordered_map<std::string, std::vector<StepIndex>> producers;
  each_own(scope, [&](StepIndex own) {
    if (!workflow_.steps[own].output.value.empty())
      producers[workflow_.steps[own].output.value].push_back(own);
  });
  std::erase_if(producers,
                [](const auto& entry) { return entry.second.size() < 2 || entry.second.size() > 64; });
  if (producers.empty()) return;
  find_branches(scope);
  for (auto& [name, steps] : producers)
    if (all_exclude(steps, scope)) scope.shared.emplace(name, std::move(steps));
}

bool Agent007Reader::all_exclude(const std::vector<StepIndex>& steps, const Scope& scope) const {
  for (std::size_t i = 0; i < steps.size(); ++i)
    for (std::size_t k = 0; k < i; ++k)
      if (!exclude(scope.branches.at(steps[i]), scope.branches.at(steps[k]))) return false;
  return true;
}

// In the order of the steps: one that a choice leads to stands in that branch, any other in the branches that
// all it waits for stand in.
void Agent007Reader::find_branches(Scope& scope) {
  // Those that wait for themselves stand in none.
  each_own(scope, [&](StepIndex own) { scope.branches[own].clear(); });
  std::unordered_map<StepIndex, StepIndex> owners;
  for (const Made& made : scope.made) owners.emplace(made.decided, made.own);
  std::unordered_map<StepIndex, std::vector<std::pair<const Router*, std::string>>> chosen;
  for (const Router& router : scope.routers) {
    for (const Route& route : router.routes) {
      const auto to = scope.ids.find(route.to.value);
      if (to == scope.ids.end()) continue;
      auto& by = chosen[to->second];
      if (by.empty() || by.back().first != &router) by.emplace_back(&router, route.to.value);
    }
  }
  std::unordered_map<StepIndex, std::vector<StepIndex>> needs, followers;
  std::vector<StepIndex> ready;
  std::unordered_map<StepIndex, std::size_t> waits;
  each_own(scope, [&](StepIndex own) {
    std::vector<StepIndex>& all = needs[own];
    for (const model::Need& need : workflow_.steps[own].needs) {
      if (need.target == none) continue;
      const auto owner = owners.find(need.target);
      all.push_back(owner == owners.end() ? need.target : owner->second);
      followers[all.back()].push_back(own);
    }
    waits[own] = all.size();
    if (all.empty()) ready.push_back(own);
  });
  while (!ready.empty()) {
    const StepIndex own = ready.back();
    ready.pop_back();
    const auto by = chosen.find(own);
    Branches& branches = scope.branches[own];
    if (by != chosen.end() && by->second.size() == 1) {
      branches = scope.branches[by->second[0].first->step];
      branches.emplace_back(by->second[0].first->choice, by->second[0].second);
    } else if (by == chosen.end() && !needs[own].empty()) {
      branches = scope.branches[needs[own][0]];
      for (const StepIndex need : needs[own]) {
        const Branches& others = scope.branches[need];
        std::erase_if(branches, [&](const auto& branch) {
          return std::find(others.begin(), others.end(), branch) == others.end();
        });
      }
    }
    for (const StepIndex follower : followers[own])
      if (--waits[follower] == 0) ready.push_back(follower);
  }
}

// Such an output is that of the branch in which its reader stands; elsewhere, of the branch that was taken.
void Agent007Reader::resolve_shared(const Scope& scope) {
  const auto resolve = [&](StepIndex reader, StepIndex begin, StepIndex end) {
    const auto stands = scope.branches.find(reader);
    const auto on_name = [&](Expr& name) {
      if (name.binding.kind != BindingKind::unbound) return;
      const auto shared = scope.shared.find(name.text);
      if (shared == scope.shared.end()) return;
      std::vector<Expr> outputs;
      for (const StepIndex from : shared->second)
        if (from == reader || stands == scope.branches.end() ||
            !exclude(stands->second, scope.branches.at(from)))
          outputs.push_back(bound(name.text, name.span, BindingKind::output, from));
      if (outputs.size() == 1) name = std::move(outputs[0]);
      if (outputs.size() > 1) name = joined_texts(std::move(outputs), "", name.span);
    };
    FreeNames free(workflow_, on_name, [](expr::TemplateNode&) { return false; });
    for (StepIndex i = begin; i < end; ++i) free.walk(workflow_.steps[i]);
  };
  each_own(scope, [&](StepIndex own) {
    const auto several = scope.several.find(own);
    if (several == scope.several.end()) {
      resolve(own, own, own + 1);
    } else {
      resolve(own, several->second->begin, several->second->end);
    }
  });
}

// What the texts of a sub-workflow name is its own, or given to every run; nothing else.
void Agent007Reader::resolve_names(Scope& scope) {
  const auto is_input = [&](std::string_view name) {
    return std::any_of(workflow_.inputs.begin(), workflow_.inputs.end(),
                       [&](const model::Input& input) { return input.name.value == name; });
  };
  const auto on_name = [&](Expr& name) {
    if (name.binding.kind != BindingKind::unbound || name.text.find(':') != std::string::npos) return;
    if (scope.outputs.contains(name.text)) {
      name.text.insert(0, scope.prefix);
    } else if (scope.task && name.text == "task") {
      scope.uses_of_task += 1;
      if (!may_copy(*scope.task, name.span)) return;
      name = value_of(scope.task->nodes, scope.task->span, workflow_);
    } else if (!is_input(name.text)) {
      name.binding.kind = BindingKind::unknown;
    }
  };
  const auto on_value = [&](expr::TemplateNode& node) {
    if (!scope.task || !is_name(node.expr, "task")) return false;
    scope.uses_of_task += 1;
    if (!may_copy(*scope.task, node.span)) return true;
    node.kind = expr::NodeKind::include;
    node.expr = {};
    node.block.emplace().bodies.push_back(scope.task->nodes);
    return true;
  };
  FreeNames free(workflow_, on_name, on_value);
  for (auto i = scope.begin; i < workflow_.steps.size(); ++i) free.walk(workflow_.steps[i]);
}

}  // namespace wfc::dialects
