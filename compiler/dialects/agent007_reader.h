// Reads agent007's definitions: what its files share.
//
// A definition is read into one workflow together with the sub-workflows that its steps name. Each of them is
// a scope: ids and outputs of its steps are its own, and what its texts name is looked up in it.
#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/dialects/comparison.h"
#include "compiler/dialects/fields.h"
#include "compiler/dialects/node_values.h"

namespace wfc::dialects {

class Agent007Reader {
 public:
  explicit Agent007Reader(const ReadContext& context)
      : reader_(context, "agent007"), values_(reader_, workflow_) {}
  model::Workflow read(const yaml::Node& root);

 private:
  using Step = model::Step;
  using StepIndex = model::StepIndex;
  using Names = std::vector<Located<std::string>>;

  // A step that becomes several, [begin, end).
  struct Made {
    StepIndex begin = model::none, end = model::none;
    StepIndex own = model::none;      // Bears the id and gives the output.
    StepIndex first = model::none;    // Waits for what the step waits for...
    StepIndex decided = model::none;  // ... and what follows the step waits for this one.
    std::vector<StepIndex> ends;      // What `own` waits for, unless it is the first.
  };
  struct Route {
    Located<std::string> to;
    std::string when;
    bool otherwise = false;
    Span span;  // Of what it is taken for.
  };
  using Branches = std::vector<std::pair<StepIndex, std::string>>;  // Choices, and what they chose.
  struct Router {
    StepIndex step = model::none, choice = model::none;
    std::vector<Route> routes;
  };
  struct Evaluator {
    StepIndex step = model::none;
    Located<std::string> on_pass, on_fail;
    Span on_pass_key;
    std::optional<dsl::Expr> passes;  // Empty: always.
    std::uint32_t rounds = 0;         // Evaluations in all.
    Span rounds_span, span;
  };
  // The definition, or a sub-workflow of it.
  struct Scope {
    const Scope* outer = nullptr;
    FileId file = no_file;
    std::string prefix;  // Of ids and outputs; empty: the definition's own.
    StepIndex begin = 0;
    const expr::Template* task = nullptr;  // What `task` stands for; null: as around it.
    int uses_of_task = 0;
    std::optional<model::Reaction> retry;
    std::vector<std::pair<StepIndex, Names>> inputs;
    std::vector<Made> made;
    std::vector<Router> routers;
    std::vector<Evaluator> evaluators;
    std::unordered_map<std::string, StepIndex> ids, outputs;  // Own steps, the first of an id, ...
    std::unordered_map<StepIndex, const Made*> several;       // ... and what became of them.
    // Outputs that several steps give of which only one can run; and the branches in which a step stands.
    std::unordered_map<std::string, std::vector<StepIndex>> shared;
    std::unordered_map<StepIndex, Branches> branches;
  };
  // What decides whether a step runs: the choice of a router, or an evaluator that has passed.
  struct Lead {
    StepIndex by = model::none;
    std::string to;  // Of a router: the step that it has to choose.
    Span span;
  };

  // agent007.cpp: what is as it is written.
  void read_workflow(const Fields& top, Scope& scope);
  void read_policies(const Fields& top, Scope& scope);
  void read_recovery(const Fields& reliability, Scope& scope);
  void read_budget(const Fields& fields, const yaml::Node* reliability);
  void find_controls(const yaml::Node* reliability, const std::string& of);
  void add_inputs();
  void add_memories();
  void read_step(const yaml::Node& item, Scope& scope);
  void refuse_blank(const Fields& fields, std::string_view key, Step& step);
  void read_gate(const Fields& fields, Step& step);
  void read_prompt(const Fields& fields, const std::string& type, Step& step);
  void check_parts(const Fields& fields, const std::string& type, Step& step);
  void require(const Fields& fields, std::string_view key, const std::string& noun, Step& step);
  void no_effect(const Fields& fields, std::string_view key, std::string why);
  void add_input_edges(const Names& names, StepIndex index, const Scope& scope);
  const std::vector<std::string>& known_outputs(const Scope& scope);
  expr::Template template_of(const yaml::Node& scalar);
  const Define* defined(const dsl::Expr& expr) const;
  void replace(std::vector<expr::TemplateNode>& nodes);
  void replace(dsl::Expr& expr);

  // agent007_steps.cpp: steps that become more than one, or decide about others.
  void read_evaluator(const Fields& fields, StepIndex index, Scope& scope);
  void read_router(const Fields& fields, StepIndex index, Scope& scope);
  void read_extract(const Fields& fields, Step& step);
  void read_workers(const Fields& fields, Step own, Scope& scope);
  std::optional<dsl::Expr> read_condition(const yaml::Node& condition);
  dsl::Expr text_value(std::vector<expr::TemplateNode> nodes, Span span);
  void finish_router(const Router& router, Scope& scope);
  void finish_evaluators(Scope& scope);
  void finish_evaluator(const Evaluator& evaluator, Scope& scope);
  StepIndex known_step(const Located<std::string>& name, const Scope& scope);
  void set_conditions();
  dsl::Expr condition_of(StepIndex step, bool led_by_perhaps, const std::vector<char>& perhaps) const;
  dsl::Expr ran(StepIndex step, Span span, bool yes = true) const;

  // agent007_scope.cpp: sub-workflows; the order and the names of a scope.
  void read_sub_workflow(const Fields& fields, Step own, Scope& scope);
  const yaml::Node* open_file(const yaml::Node& name, const Scope& scope, FileId& file);
  bool may_copy(const expr::Template& text, Span span);
  void close_scope(Scope& scope);
  void index_scope(Scope& scope);
  void set_needs(Scope& scope);
  void find_shared_outputs(Scope& scope);
  bool all_exclude(const std::vector<StepIndex>& steps, const Scope& scope) const;
  void find_branches(Scope& scope);
  void resolve_shared(const Scope& scope);
  void resolve_names(Scope& scope);
  template <class Visit>
  void each_own(const Scope& scope, const Visit& visit) const {
    const auto end = static_cast<StepIndex>(workflow_.steps.size());
    auto made = scope.made.begin();
    for (StepIndex i = scope.begin; i < end; ++i) {
      if (made != scope.made.end() && made->begin == i) {
        visit(made->own);
        i = made++->end - 1;
      } else {
        visit(i);
      }
    }
  }
  // What follows a step waits for this one; and this one waits for what the step waits for.
  StepIndex decided(StepIndex own, const Scope& scope) const;
  StepIndex first(StepIndex own, const Scope& scope) const;

  Reader reader_;
  NodeValues values_;
  model::Workflow workflow_;
  std::deque<std::pair<FileId, yaml::Document>> documents_;
  std::deque<expr::Template> tasks_;
  std::unordered_map<StepIndex, std::vector<Lead>> leads_;
  std::vector<std::string> known_outputs_;
  std::optional<std::string> known_outputs_of_;  // The prefix of a scope.
  int guesses_ = 0;
};

}  // namespace wfc::dialects
