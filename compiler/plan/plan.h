// The workflow lowered: the very rows of the waist, with defaults filled in and names replaced by row
// numbers.
//
// A Plan owns what its rows point to (texts in `pool`, arrays in the deques) and keeps the expression trees
// whose numbers the rows hold; the emitter writes those as functions. Rows are in topological order, ties in
// source order.
#pragma once
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "compiler/diag/report.h"
#include "compiler/graph/graph.h"
#include "compiler/model/workflow.h"
#include "wf/program.h"

namespace wfc::plan {

struct Expression {
  expr::Expr tree;   // Bound.
  std::string role;  // "when", "prompt", ... for the comment above its code.
  Span span;
};

struct Plan {
  Plan();
  Plan(Plan&&) noexcept;
  Plan& operator=(Plan&&) noexcept;
  ~Plan();

  // Scalars and top-level arrays of the program. `program.steps` and the like point into the vectors below
  // and are set by seal().
  wf::Program program;
  std::vector<wf::StepRow> steps;
  std::vector<wf::JoinRow> joins;  // Made by a pass.
  std::vector<wf::InputRow> inputs;
  std::vector<wf::LetRow> lets;
  std::vector<wf::GateRow> gates;
  std::vector<wf::ExtrasRow> extras;
  std::vector<wf::BudgetRow> budgets;
  std::vector<wf::GroupRow> groups;
  std::vector<wf::TriggerRow> triggers;
  std::vector<wf::PolicyRow> policies;
  std::vector<wf::BeyondRow> beyond;
  std::vector<wf::EscalationRow> escalation;  // One or none, as the two below.
  std::vector<wf::EvalRow> eval;
  std::vector<wf::MonitorRow> monitor;
  std::vector<wf::Text> files;
  std::vector<wf::Text> footings;          // One for each step, and one for the whole.
  std::vector<Expression> expressions;     // Equal ones share a number.
  std::vector<std::uint32_t> source_step;  // Row -> model::StepIndex; none for rows that wfc made.

  wf::Text text(std::string_view value);  // Kept for the plan's life; equal texts share their bytes.
  template <class T>
  wf::Rows<T> rows(std::vector<T> items);  // Kept likewise, for every type that rows have lists of.
  void set_edges(const std::vector<std::vector<wf::Row>>& needs);  // Of all steps; fills followers too.
  void seal();  // Points `program` at the vectors and counts.

 private:
  struct Store;
  std::unique_ptr<Store> store_;
};

struct LowerInfo {
  std::string_view dialect;
  std::string_view source_digest;
  std::string_view compiler;  // "wfc 0.1.0"
  const source::SourceMap* sources = nullptr;
  FileId definition = no_file;
};

// Requires a workflow without errors, check_commands included. What cannot be lowered is reported all the
// same; the plan is then not to be used.
Plan lower(const model::Workflow& workflow, const graph::StepGraph& graph, const LowerInfo& info,
           diag::Report& report);

// SHA-256 of what the plan means: not of places, comments, titles' files or the order of tables that has no
// meaning.
std::string plan_digest(const Plan& plan);

// What a run under way relies on, part by part, so that a newer executable can tell what has changed: of each
// step, and last of the whole. runtime/engine/footing.h compares them as difference.h does.
std::vector<std::string> footings(const Plan& plan);

// A command as the executable runs it (language.md section 9).
struct Command {
  bool direct = false;  // No shell: `words` is its argv.
  std::vector<expr::Template> words;
  // For `sh -c`, with "$WF_1" where placeholders stood. Constant, but for a `{{ x | safe }}` whose value is
  // known only when the executable runs.
  expr::Template shell;
  std::vector<std::pair<std::string, expr::Template>> variables;  // WF_1 ...
};
struct CommandNames {
  const model::Workflow* workflow = nullptr;  // To look up what a `let` stands for. May be null.
  std::vector<std::string> taken;             // Names of variables that the step sets itself.
};
Command lower_command(const expr::Template& text, const CommandNames& names, diag::Report& report);

// Reports what lower_command has to say about every command of the workflow: for `wfc check`, which lowers
// nothing.
void check_commands(const model::Workflow& workflow, diag::Report& report);

}  // namespace wfc::plan
