// From rows to what they mean. The file may be forged: every value is checked for its type and its range, and
// the first that does not fit makes the run a damaged one.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/store/connection.h"
#include "runtime/store/store.h"

namespace wf::store {

// Numbers within a run go up to here, and so do numbers of runs: both halves of a key `k`.
inline constexpr std::int64_t number_max = 0x7fffffff;
constexpr std::int64_t first_key(std::int64_t run) {
  return run << 32;
}
constexpr std::int64_t last_key(std::int64_t run) {
  return (run << 32) | 0xffffffff;
}

// Reads the columns of a statement's row. After the first column that does not fit, `damage` names it and
// everything else reads as nothing.
class Reader {
 public:
  explicit Reader(std::string_view table) : table_(table) {}

  bool damaged() const { return !damage_.empty(); }
  const std::string& damage() const { return damage_; }

  std::int64_t integer(const Statement& row, int column, std::int64_t min = 0, std::int64_t max = INT64_MAX);
  bool is_null(const Statement& row, int column) const;
  std::string text(const Statement& row, int column);
  StepStatus step_status(const Statement& row, int column);
  RunStatus run_status(const Statement& row, int column);
  void fail(std::string_view what);

 private:
  std::string_view table_;
  std::string damage_;
};

struct RunRow {
  std::int64_t no = 0;
  std::int64_t plan = 0;
  RunInfo info;
};

// The row of one run, or with `run_id` empty of all, newest first. A row that cannot be read has
// `info.damaged`.
Result<std::vector<RunRow>> read_runs(Connection& connection, std::string_view run_id);
Result<RunRow> read_run(Connection& connection,
                        std::string_view run_id);  // An error also when there is none.

// The greatest number that a record of the run has.
Result<std::int64_t> last_number(Connection& connection, std::int64_t run);

Error no_such_run(const Connection& connection, std::string_view run_id);
Error damaged_run(std::string_view run_id, const std::string& damage);

// The text of an output that has a `record`.
Result<std::string> read_recorded(Connection& connection, const Output& output);
Result<Recovered> read_everything(Connection& connection, std::string_view run_id);
Result<Footings> read_footings(Connection& connection, std::string_view run_id);
Result<Recovered> read_wishes(Connection& connection, std::string_view run_id);

}  // namespace wf::store
