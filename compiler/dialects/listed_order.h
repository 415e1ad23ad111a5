// The order of steps that stand in a list and may name what they depend on.
//
// Whether the order of the list counts depends on whether any step, however deeply nested, names a
// dependency: so everything is read before anything is joined.
#pragma once
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/model/workflow.h"

namespace wfc::dialects {

// An entry of the list: a step, or a group of steps that run together; in front of either, perhaps, the check
// that decides about it.
struct Listed {
  std::vector<Located<std::string>> dependencies;
  model::StepIndex check = model::none;
  model::StepIndex step = model::none;
  std::uint32_t group = model::none;
  std::vector<Listed> children;  // Of the group.
};

class ListedOrder {
 public:
  explicit ListedOrder(model::Workflow& workflow) : workflow_(workflow) {}

  // What `name` means as a dependency. The first of a name stays.
  void add_step(const std::string& name, model::StepIndex step) { targets_.emplace(name, Target{step}); }
  void add_group(const std::string& name, std::uint32_t group) {
    targets_.emplace(name, Target{model::none, group});
  }
  // Joins all steps, once all of them are in the workflow. A join without an output of its own gives the list
  // of the outputs it joins.
  void set(const std::vector<Listed>& list);

 private:
  struct Target {
    model::StepIndex step = model::none;
    std::uint32_t group = model::none;
  };
  using Needs = std::vector<model::Need>;

  void count_readers(const std::vector<Listed>& list);
  void order(const Listed& entry, const Needs& before);
  Needs needs_on(Target target, Span span, bool written);
  Needs needs_on_all(const std::vector<model::StepIndex>& steps, Span span, bool written) const;
  model::StepIndex add_join(Needs needs);
  void list_outputs(const Listed& entry);

  model::Workflow& workflow_;
  std::unordered_map<std::string, Target> targets_;
  std::unordered_map<std::uint32_t, std::size_t> readers_;  // Of groups.
  std::unordered_map<std::uint32_t, model::StepIndex> group_joins_;
  std::vector<model::Step> joins_;  // Appended when all are joined.
};

}  // namespace wfc::dialects
