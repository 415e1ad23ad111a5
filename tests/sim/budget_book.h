// Keeps the accounts of a run a second time, from reliability.md 5.7 and without the engine's own arithmetic.
//
// It sees what becomes durable, record by record, and says which rule the first wrong one breaks.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "runtime/store/store.h"
#include "wf/program.h"

namespace wf::sim {

class BudgetBook {
 public:
  explicit BudgetBook(const Program& program) : program_(&program) {}

  void start(const store::Record& record);  // An attempt.
  void end(const store::Record& record);    // Of an attempt, with what it has cost.
  void react(const store::RecoveredReaction& happened);
  void approved(const store::RecoveredReaction& asked);
  void elapsed(std::int64_t ms);
  void settle();  // All of a batch is there.
  void raise(const store::Intervention& said);
  void again(Row step, std::uint32_t iteration);
  bool over() const { return over_; }  // A budget has ended the run.

  std::string broken;
  std::vector<store::Charge> charges;
  std::vector<store::LimitSet> limits;

 private:
  using Key = std::tuple<Row, std::uint32_t, std::uint32_t>;
  struct Account {
    Cost aside, cost;
    bool ended = false;
  };
  bool any() const;
  std::optional<std::int64_t> limit(Measure measure) const;
  std::optional<std::int64_t> cap(Row step, Measure measure) const;
  Cost must_set_aside(Row step) const;
  std::int64_t sum(Measure measure, bool only_spent) const;
  void breaks(Row step, const std::string& rule);

  const Program* program_;
  std::map<Key, Account> accounts_;
  std::map<Row, std::uint32_t> since_;  // Its own budget counts from that iteration on.
  std::map<Row, bool> free_;            // Bound by no budget; no_row: the run is not.
  std::int64_t elapsed_ms_ = 0;
  std::uint32_t raised_ = 0;
  std::optional<Row> ended_by_;
  bool over_ = false;
};

}  // namespace wf::sim
