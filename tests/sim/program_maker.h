// Programs written by hand: rows without a compiler, for tests of the runtime.
#pragma once
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "wf/program.h"

namespace wf::sim {

// Expressions that every made program has. `truth_of(k)` and `output_of(k)` read row k, which must be
// below ProgramMaker::rows_named.
inline constexpr ExprId expr_false = 0, expr_true = 1, expr_error = 2;
inline constexpr ExprId truth_of(Row row) {
  return 64 + row;
}
inline constexpr ExprId output_of(Row row) {
  return 128 + row;
}

// Of a step's own result: so many attempts were needed, or more.
inline constexpr ExprId tries_at_least(std::uint32_t tries) {
  return 192 + tries;
}

// `on fail retry MAX wait WAIT backoff FACTOR`
inline ReactionRow retry_row(std::uint32_t max, std::uint64_t wait_ms = 0, double backoff = 1.0) {
  return {.response = Response::retry, .max = max, .wait_ms = wait_ms, .backoff = backoff};
}

class ProgramMaker {
 public:
  static constexpr Row rows_named = 64;
  ProgramMaker();
  ProgramMaker(const ProgramMaker&) = delete;
  ProgramMaker& operator=(const ProgramMaker&) = delete;

  // Adds a step that waits for `needs`, and hands out its row to be filled in. References stay valid.
  StepRow& add(std::string_view id, StepKind kind = StepKind::command, std::vector<Row> needs = {});
  StepRow& row(Row row) { return steps_[row]; }
  Row last() const { return static_cast<Row>(steps_.size() - 1); }
  const std::vector<Row>& needs(Row row) const { return needs_[row]; }
  std::vector<Row> before(Row row) const;  // All that it waits for, directly or not.
  void literal(Row row, std::string_view name, std::string_view text);
  void value(Row row, std::string_view name, ExprId value);
  void react(Row row, std::vector<ReactionRow> reactions);
  // `on fail back to TARGET max MAX` as one more reaction; what follows a part of the loop waits for `from`.
  // False, and nothing is done, where that would make a step wait for a later one. Call when all rows are
  // there.
  bool loop(Row from, Row target, std::uint32_t max, std::uint64_t wait_ms = 0);
  // `on fail`, an agent mends it, at most so often: a row of its own, which is returned.
  Row repair(Row row, std::uint32_t max);
  // One more quality gate of the step.
  void quality(Row row, ExprId criterion, std::vector<ReactionRow> reactions, bool blocks = true);
  // What the run, or that step, may cost.
  BudgetRow& budget(Row row = no_row);
  void answer_breach(BudgetRow& budget, std::vector<ReactionRow> reactions);
  GateRow& gate(Row row, std::vector<std::string> approvers = {});
  const GateRow& gate_of(Row row) const { return gates_[steps_[row].gate]; }
  Row group(std::uint32_t running_max, Row outer = no_row);
  Text text(std::string_view text);

  EscalationRow escalation;
  EscalationRow fallback_escalation;  // Of the rows to which it leads.
  bool escalates = false;             // The program has that escalation.
  bool fail_fast = true;
  std::uint32_t running_max = 0;

  // Joins everything. The program lives as long as the maker.
  const Program& make();

 private:
  ExtrasRow& extras_of(Row row);
  struct Loop {
    Row from = no_row, target = no_row;
  };
  using Needs = std::vector<std::vector<Row>>;
  static std::vector<Row> body_of(const Needs& needs, const Loop& loop);
  static bool settle(Needs& needs, const std::vector<Loop>& loops);
  Rows<ReactionRow> with_bodies(Row of, const Rows<ReactionRow>& from);
  template <class T>
  Rows<T> keep(std::deque<std::vector<T>>& store, std::vector<T> items) {
    store.push_back(std::move(items));
    return {store.back().data(), static_cast<std::uint32_t>(store.back().size())};
  }
  std::deque<StepRow> steps_;
  std::vector<StepRow> final_steps_;
  std::vector<std::vector<Row>> needs_, followers_;
  std::vector<std::vector<Param>> params_;
  std::deque<std::string> texts_;
  std::deque<std::vector<ReactionRow>> reactions_;
  std::vector<Loop> loops_;
  std::deque<std::vector<Row>> bodies_;
  std::deque<std::vector<Text>> text_lists_;
  std::deque<GateRow> gates_;
  std::vector<GateRow> final_gates_;
  std::vector<EscalationRow> escalations_;
  std::vector<ExtrasRow> extras_;
  std::deque<BudgetRow> budgets_;
  std::vector<BudgetRow> final_budgets_;
  Row run_budget_ = no_row;
  std::deque<std::vector<QualityGateRow>> quality_gates_;
  std::deque<std::vector<CriterionRow>> criteria_;
  std::vector<GroupRow> groups_;
  Program program_;
};

}  // namespace wf::sim
