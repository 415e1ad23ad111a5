// The program of a scenario as a newer build of the same workflow may have it: the same steps in another
// order.
#pragma once
#include <deque>
#include <vector>

#include "runtime/engine/footing.h"
#include "tests/sim/pretend.h"
#include "wf/program.h"

namespace wf::sim {

class Rebuilt {
 public:
  Rebuilt(const Program& first, Chance chance);
  Rebuilt(const Rebuilt&) = delete;
  Rebuilt& operator=(const Rebuilt&) = delete;

  const Program& program() const { return program_; }
  // The run's own rows are those of the first build.
  const engine::RowMap& rows() const { return rows_; }

 private:
  void choose_order(const Program& first, Chance& chance);
  ExprId moved_expression(ExprId expression) const;
  Row moved_row(Row row) const { return row == no_row ? no_row : rows_.of_program[row]; }
  Rows<Row> moved_rows(const Rows<Row>& rows);
  Rows<ReactionRow> moved_reactions(const Rows<ReactionRow>& rows);

  Program program_;
  engine::RowMap rows_;
  std::vector<StepRow> steps_;
  std::vector<std::vector<Row>> followers_;
  std::vector<ExtrasRow> extras_;
  std::deque<std::vector<QualityGateRow>> gates_;
  std::deque<std::vector<Row>> lists_;
  std::deque<std::vector<Param>> params_;
  std::deque<std::vector<ReactionRow>> reactions_;
};

}  // namespace wf::sim
