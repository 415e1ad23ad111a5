// A run that began with another build of its workflow: what it relies on, and whether this program still
// gives it that.
//
// A run belongs to the plan it was started with, whose steps its records name by row. Every program carries
// its footings (Program::footings), and the store keeps those of the plan of each run. From the two follows
// whether the run can go on with this program: the rules are those of level RESUME in `wfc diff`
// (compiler/plan/difference.h), and a test holds the two together. If so, steps are matched by name, records
// are read in the rows of this program, and written in those of the run.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runtime/store/store.h"
#include "wf/program.h"

namespace wf::engine {

// How the rows of a run's plan and of a program belong together.
struct RowMap {
  std::vector<Row> of_program;  // By row of the run's plan; no_row: this program has no such step.
  std::vector<Row> of_run;      // By row of the program. New steps come after the rows of the run's plan.
  // Nothing is to be translated.
  bool same = true;
};

// Whether this program has the very steps of the run's plan, in its order.
bool has_rows_of(const Program& program, const store::Recovered& run);

struct Fit {
  std::vector<std::string> changes;  // Why the run cannot go on; empty: it can.
  RowMap rows;
};
// `relaxed`: only steps of which something is recorded must be what they were.
Fit fit(const Program& program, const store::Recovered& run, const store::Footings& before, bool relaxed);

// The changes of level RESUME alone, from the footings of two plans.
std::vector<std::string> changes_between(const store::Footings& before, const store::Footings& after);
store::Footings footings_of(const Program& program);

// What is recorded, in the rows of the program; steps that it does not have come after its own.
store::Recovered in_rows_of(const Program& program, store::Recovered run, const RowMap& rows);

// Writes what is told in rows of the program in rows of the run.
class RowJournal final : public store::Journal {
 public:
  RowJournal(store::Journal& journal, const RowMap& rows) : journal_(journal), rows_(rows) {}
  void append(std::vector<store::Record> batch, std::function<void(Result<>)> durable) override;

 private:
  store::Journal& journal_;
  const RowMap& rows_;
};

}  // namespace wf::engine
