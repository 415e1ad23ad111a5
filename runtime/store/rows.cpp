// Runs and single values. recover.cpp puts the steps of a run together.
#include "runtime/store/rows.h"

#include <sqlite3.h>

#include <algorithm>

#include "runtime/base/ids.h"

namespace wf::store {

void Reader::fail(std::string_view what) {
  if (damage_.empty()) damage_ = "table `" + std::string(table_) + "`: " + std::string(what);
}

std::int64_t Reader::integer(const Statement& row, int column, std::int64_t min, std::int64_t max) {
  if (damaged()) return min;
  const std::int64_t value = sqlite3_column_int64(row.get(), column);
  if (sqlite3_column_type(row.get(), column) == SQLITE_INTEGER && value >= min && value <= max) return value;
  fail("column `" + std::string(sqlite3_column_name(row.get(), column)) + "` holds what cannot be there");
  return min;
}

bool Reader::is_null(const Statement& row, int column) const {
  return sqlite3_column_type(row.get(), column) == SQLITE_NULL;
}

std::string Reader::text(const Statement& row, int column) {
  if (damaged()) return {};
  if (sqlite3_column_type(row.get(), column) != SQLITE_TEXT) {
    fail("column `" + std::string(sqlite3_column_name(row.get(), column)) + "` is not text");
    return {};
  }
  const unsigned char* bytes = sqlite3_column_text(row.get(), column);
  const int size = sqlite3_column_bytes(row.get(), column);
  if (!bytes) {
    fail("memory is short");
    return {};
  }
  return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

StepStatus Reader::step_status(const Statement& row, int column) {
  return static_cast<StepStatus>(integer(row, column, 0, static_cast<int>(StepStatus::cancelled)));
}

RunStatus Reader::run_status(const Statement& row, int column) {
  return static_cast<RunStatus>(integer(row, column, 0, static_cast<int>(RunStatus::cancelled)));
}

Result<std::int64_t> last_number(Connection& connection, std::int64_t run) {
  auto last = connection.prepare(
      "SELECT max(ifnull((SELECT max(k) FROM attempts WHERE k BETWEEN ?1 AND ?2), 0), "
      "ifnull((SELECT max(k) FROM endings WHERE k BETWEEN ?1 AND ?2), 0), "
      "ifnull((SELECT max(k) FROM outcomes WHERE k BETWEEN ?1 AND ?2), 0), "
      "ifnull((SELECT max(k) FROM reactions WHERE k BETWEEN ?1 AND ?2), 0), "
      "ifnull((SELECT max(k) FROM adoptions WHERE k BETWEEN ?1 AND ?2), 0), "
      "ifnull((SELECT max(k) FROM interventions WHERE k BETWEEN ?1 AND ?2), 0), "
      "ifnull((SELECT max(k) FROM charges WHERE k BETWEEN ?1 AND ?2), 0), "
      "ifnull((SELECT max(k) FROM limits WHERE k BETWEEN ?1 AND ?2), 0), "
      "ifnull((SELECT max(k) FROM run_events WHERE k BETWEEN ?1 AND ?2), 0))");
  if (!last) return last.error();
  if (!last->integer(1, first_key(run)).integer(2, last_key(run)).next()) return connection.trouble("read");
  return sqlite3_column_int64(last->get(), 0) & 0xffffffff;
}

Error no_such_run(const Connection& connection, std::string_view run_id) {
  return Error{"there is no run `" + std::string(run_id) + "` in `" + connection.path() + "`",
               "`runs` lists those that are there"};
}

Error damaged_run(std::string_view run_id, const std::string& damage) {
  return Error{"run `" + std::string(run_id) + "` is damaged: " + damage,
               "other runs of this store are not affected by it; `doctor` checks the whole file"};
}

namespace {

RunRow run_from(const Statement& row) {
  RunRow run;
  Reader read("runs");
  run.info.id = read.text(row, 1);
  if (!read.damaged() && !is_run_id(run.info.id)) read.fail("`id` is not the id of a run");
  run.no = read.integer(row, 0, 1, number_max);
  run.plan = read.integer(row, 2, 1);
  run.info.workflow = read.text(row, 3);
  run.info.status = read.run_status(row, 4);
  run.info.reason = read.text(row, 5);
  run.info.exit_code = static_cast<int>(read.integer(row, 6, 0, 255));
  run.info.inputs_json = read.text(row, 7);
  run.info.event_json = read.text(row, 8);
  run.info.binary_digest = read.text(row, 9);
  run.info.created_ms = read.integer(row, 10);
  run.info.updated_ms = read.integer(row, 11);
  if (read.is_null(row, 12)) read.fail("its plan is missing");
  run.info.plan_digest = read.text(row, 12);
  if (!read.is_null(row, 13)) {  // Somebody drove it.
    run.info.updated_ms = std::max(run.info.updated_ms, read.integer(row, 13));
    run.info.elapsed_ms = read.integer(row, 14);
  }
  if (read.damaged()) {
    // The id is kept if it is one, so that a person can be told which run it is.
    RunInfo damaged;
    damaged.id = is_run_id(run.info.id) ? run.info.id : "?";
    damaged.reason = read.damage();
    damaged.damaged = true;
    run.info = std::move(damaged);
  }
  return run;
}

constexpr const char* select_runs =
    "SELECT r.no, r.id, r.plan, r.workflow, r.status, r.reason, r.exit_code, r.inputs, r.event, r.binary, "
    "r.created_ms, r.updated_ms, p.digest, d.updated_ms, d.elapsed_ms FROM runs r LEFT JOIN plans p ON p.no "
    "= r.plan "
    "LEFT JOIN drivers d ON d.run = r.no ORDER BY r.no DESC";
constexpr const char* select_run =
    "SELECT r.no, r.id, r.plan, r.workflow, r.status, r.reason, r.exit_code, r.inputs, r.event, r.binary, "
    "r.created_ms, r.updated_ms, p.digest, d.updated_ms, d.elapsed_ms FROM runs r LEFT JOIN plans p ON p.no "
    "= r.plan "
    "LEFT JOIN drivers d ON d.run = r.no WHERE r.id = ?";

}  // namespace

Result<std::vector<RunRow>> read_runs(Connection& connection, std::string_view run_id) {
  auto select = connection.prepare(run_id.empty() ? select_runs : select_run);
  if (!select) return select.error();
  if (!run_id.empty()) select->text(1, run_id);
  std::vector<RunRow> runs;
  while (select->next()) runs.push_back(run_from(*select));
  if (select->failed()) return connection.trouble("read");
  return runs;
}

Result<RunRow> read_run(Connection& connection, std::string_view run_id) {
  if (!is_run_id(run_id)) return no_such_run(connection, run_id);
  auto runs = read_runs(connection, run_id);
  if (!runs) return runs.error();
  if (runs->empty()) return no_such_run(connection, run_id);
  RunRow& run = runs->front();
  if (run.info.damaged) return damaged_run(run_id, run.info.reason);
  return std::move(run);
}

}  // namespace wf::store
