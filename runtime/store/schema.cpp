// Tables. Two rules shape them: rows are only ever added (but for `runs`, whose status is what people look
// for, and `drivers`), and the two rows that every step writes are as small and as cheap as rows can be.
//
// What happens in a run is numbered, and `k` is `run << 32 | number`: rows of one run lie together, new ones
// go to the end, and no index has to be kept. The one result of a step has a key of its own, so that a second
// one cannot be recorded. What a result says beyond its status is an outcome, written only when there is
// something to say.
#include "runtime/store/schema.h"

#include <sqlite3.h>

#include <memory>

namespace wf::store {

namespace {

constexpr const char* tables = R"sql(
CREATE TABLE store(id TEXT NOT NULL, created_ms INTEGER NOT NULL) STRICT;

CREATE TABLE plans(no INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, digest TEXT NOT NULL) STRICT;
CREATE TABLE plan_steps(plan INTEGER NOT NULL REFERENCES plans(no), step INTEGER NOT NULL, id TEXT NOT NULL,
  kind TEXT NOT NULL, PRIMARY KEY(plan, step)) STRICT, WITHOUT ROWID;

CREATE TABLE runs(no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, plan INTEGER NOT NULL REFERENCES plans(no),
  workflow TEXT NOT NULL, binary TEXT NOT NULL, created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL,
  status INTEGER NOT NULL, reason TEXT NOT NULL, exit_code INTEGER NOT NULL, inputs TEXT NOT NULL,
  event TEXT NOT NULL) STRICT;
CREATE TABLE drivers(run INTEGER PRIMARY KEY REFERENCES runs(no), epoch INTEGER NOT NULL, boot TEXT NOT NULL,
  pid INTEGER NOT NULL, started INTEGER NOT NULL, host TEXT NOT NULL, since_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL, elapsed_ms INTEGER NOT NULL) STRICT;
CREATE TABLE cancels(run INTEGER PRIMARY KEY REFERENCES runs(no), at_ms INTEGER NOT NULL) STRICT;

CREATE TABLE attempts(k INTEGER PRIMARY KEY, step INTEGER NOT NULL, iteration INTEGER NOT NULL,
  attempt INTEGER NOT NULL, started_ms INTEGER NOT NULL) STRICT;
CREATE TABLE endings(k INTEGER PRIMARY KEY, step INTEGER NOT NULL, iteration INTEGER NOT NULL,
  attempt INTEGER NOT NULL, status INTEGER NOT NULL, ended_ms INTEGER NOT NULL, due_ms INTEGER NOT NULL,
  outcome INTEGER) STRICT;
CREATE TABLE results(run INTEGER NOT NULL, step INTEGER NOT NULL, iteration INTEGER NOT NULL,
  attempt INTEGER NOT NULL, status INTEGER NOT NULL, ended_ms INTEGER NOT NULL, outcome INTEGER,
  PRIMARY KEY(run, step, iteration)) STRICT, WITHOUT ROWID;
CREATE TABLE outcomes(k INTEGER PRIMARY KEY, reason TEXT NOT NULL, error TEXT NOT NULL, exit_code INTEGER,
  output TEXT NOT NULL, output_file TEXT NOT NULL, output_size INTEGER NOT NULL, error_output TEXT NOT NULL,
  error_output_file TEXT NOT NULL, error_output_size INTEGER NOT NULL, fields TEXT NOT NULL,
  credits_millionths INTEGER NOT NULL, usd_millionths INTEGER NOT NULL, input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL, usage_source TEXT NOT NULL) STRICT;
CREATE TABLE artifacts(outcome INTEGER NOT NULL REFERENCES outcomes(k), no INTEGER NOT NULL, type TEXT NOT NULL,
  path TEXT NOT NULL, summary TEXT NOT NULL, PRIMARY KEY(outcome, no)) STRICT, WITHOUT ROWID;

CREATE TABLE gates(no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, run INTEGER NOT NULL REFERENCES runs(no),
  step INTEGER NOT NULL, iteration INTEGER NOT NULL, subject TEXT NOT NULL, message TEXT NOT NULL,
  quorum INTEGER NOT NULL, deadline_ms INTEGER NOT NULL, opened_ms INTEGER NOT NULL) STRICT;
CREATE INDEX gates_by_step ON gates(run, step);
CREATE TABLE approvers(gate INTEGER NOT NULL REFERENCES gates(no), person TEXT NOT NULL, no INTEGER NOT NULL,
  PRIMARY KEY(gate, person)) STRICT, WITHOUT ROWID;
CREATE TABLE votes(no INTEGER PRIMARY KEY, gate INTEGER NOT NULL REFERENCES gates(no), person TEXT NOT NULL,
  approve INTEGER NOT NULL, comment TEXT NOT NULL, content TEXT, at_ms INTEGER NOT NULL,
  UNIQUE(gate, person)) STRICT;
CREATE TABLE decisions(gate INTEGER PRIMARY KEY REFERENCES gates(no), outcome TEXT NOT NULL, person TEXT NOT NULL,
  at_ms INTEGER NOT NULL) STRICT;

CREATE TABLE transitions(k INTEGER PRIMARY KEY, step INTEGER NOT NULL, from_status TEXT NOT NULL,
  to_status TEXT NOT NULL, reason TEXT NOT NULL, attempt INTEGER NOT NULL, at_ms INTEGER NOT NULL) STRICT;
CREATE TABLE run_events(k INTEGER PRIMARY KEY, status INTEGER NOT NULL, reason TEXT NOT NULL,
  exit_code INTEGER NOT NULL, at_ms INTEGER NOT NULL) STRICT;

-- For people. The executable reads no view.
CREATE VIEW step_status(no, name) AS VALUES (0, 'pending'), (1, 'running'), (2, 'waiting'), (3, 'succeeded'),
  (4, 'failed'), (5, 'skipped'), (6, 'cancelled');
CREATE VIEW run_status(no, name) AS VALUES (0, 'pending'), (1, 'running'), (2, 'waiting'), (3, 'completed'),
  (4, 'failed'), (5, 'cancelled');
CREATE VIEW run_log AS
  SELECT r.id AS run, r.workflow, s.name AS status, r.reason, r.exit_code,
    strftime('%Y-%m-%dT%H:%M:%fZ', r.created_ms / 1000.0, 'unixepoch') AS created,
    strftime('%Y-%m-%dT%H:%M:%fZ', max(r.updated_ms, ifnull(d.updated_ms, 0)) / 1000.0, 'unixepoch') AS updated,
    r.inputs, r.event
  FROM runs r LEFT JOIN run_status s ON s.no = r.status LEFT JOIN drivers d ON d.run = r.no ORDER BY r.no;
CREATE VIEW step_log AS
  SELECT r.id AS run, p.id AS step, p.kind, b.iteration, b.attempt, s.name AS status, o.reason, o.error, o.exit_code,
    o.output, strftime('%Y-%m-%dT%H:%M:%fZ', a.started_ms / 1000.0, 'unixepoch') AS started,
    strftime('%Y-%m-%dT%H:%M:%fZ', b.ended_ms / 1000.0, 'unixepoch') AS ended
  FROM (SELECT run, step, iteration, attempt, status, ended_ms, outcome FROM results
        UNION ALL SELECT k >> 32, step, iteration, attempt, status, ended_ms, outcome FROM endings) b
    JOIN runs r ON r.no = b.run LEFT JOIN plan_steps p ON p.plan = r.plan AND p.step = b.step
    LEFT JOIN step_status s ON s.no = b.status LEFT JOIN outcomes o ON o.k = b.outcome
    LEFT JOIN attempts a ON a.k BETWEEN b.run << 32 AND (b.run << 32) + 4294967295 AND a.step = b.step
      AND a.iteration = b.iteration AND a.attempt = b.attempt
  ORDER BY r.no, b.ended_ms, b.step, b.iteration, b.attempt;
)sql";

static_assert(application_id == 2003198769 && schema_version == 1, "the pragmas below spell them");
constexpr const char* stamps = "PRAGMA application_id=2003198769; PRAGMA user_version=1";

bool insert_identity(sqlite3* db, const std::string& store_id, std::int64_t now_ms) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(db, "INSERT INTO store(id, created_ms) VALUES(?, ?)", -1, &statement, nullptr) !=
      SQLITE_OK) {
    return false;
  }
  Statement insert(statement);
  return insert.text(1, store_id).integer(2, now_ms).run();
}

Result<> make_tables(Connection& connection, const std::string& store_id, std::int64_t now_ms) {
  if (auto made = connection.execute(tables); !made) return made;
  if (!insert_identity(connection.get(), store_id, now_ms)) return connection.trouble("write");
  return connection.execute(stamps);
}

enum class Kind { fresh, current, older };

Result<Kind> recognise(Connection& connection, std::int64_t target) {
  auto mark = connection.number("PRAGMA application_id");
  if (!mark) return mark.error();
  auto version = connection.number("PRAGMA user_version");
  if (!version) return version.error();
  if (*mark != application_id) {
    auto things = connection.number("SELECT count(*) FROM sqlite_schema");
    if (!things) return things.error();
    if (*mark == 0 && *version == 0 && *things == 0) return Kind::fresh;
    return Error{"`" + connection.path() + "` is a database of another program, not a store of wfc",
                 "name another file with `--store`"};
  }
  if (*version > target) {
    return Error{"the store `" + connection.path() + "` was made by a newer version: its schema is " +
                     std::to_string(*version) + ", and this executable knows " + std::to_string(target),
                 "build the workflow again with the newer wfc, or name another file with `--store`"};
  }
  return *version == target ? Kind::current : Kind::older;
}

// All it looks at belongs to one moment: another process may be making the tables right now.
Result<Kind> recognise_at_rest(Connection& connection, std::int64_t target) {
  if (auto begun = connection.begin_read(); !begun) return begun.error();
  const Transaction snapshot(connection);
  return recognise(connection, target);
}

// Inside a write transaction.
Result<> migrate(Connection& connection, std::span<const Migration> steps, std::int64_t target) {
  auto from = connection.number("PRAGMA user_version");
  if (!from) return from.error();
  std::int64_t version = *from;
  for (const Migration& step : steps) {
    if (step.to <= version || step.to > target) continue;
    if (step.to != version + 1) break;
    if (auto done = connection.execute(step.sql); !done) return done;
    version = step.to;
    // A pragma takes no parameter; the number is ours.
    if (auto done = connection.execute(("PRAGMA user_version=" + std::to_string(version)).c_str()); !done) {
      return done;
    }
  }
  if (version == target) return Done{};
  return Error{"the store `" + connection.path() + "` has schema " + std::to_string(version) +
                   ", from which no way leads to " + std::to_string(target),
               "name another file with `--store`"};
}

}  // namespace

std::span<const Migration> migrations() {
  // Version 1 is the first. A change of the tables adds `{2, "ALTER ..."}` here and raises schema_version.
  return {};
}

Result<std::string> fresh_image(const std::string& store_id, std::int64_t now_ms) {
  const auto failed = [] { return Error{"cannot make an empty store in memory: memory is short", {}}; };
  sqlite3* raw = nullptr;
  const int opened = sqlite3_open_v2(":memory:", &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  const std::unique_ptr<sqlite3, int (*)(sqlite3*)> db(raw, sqlite3_close_v2);
  if (opened != SQLITE_OK) return failed();
  if (sqlite3_exec(raw, "BEGIN", nullptr, nullptr, nullptr) != SQLITE_OK ||
      sqlite3_exec(raw, tables, nullptr, nullptr, nullptr) != SQLITE_OK ||
      !insert_identity(raw, store_id, now_ms) ||
      sqlite3_exec(raw, stamps, nullptr, nullptr, nullptr) != SQLITE_OK ||
      sqlite3_exec(raw, "COMMIT", nullptr, nullptr, nullptr) != SQLITE_OK) {
    return failed();
  }
  sqlite3_int64 size = 0;
  const std::unique_ptr<unsigned char, void (*)(void*)> bytes(sqlite3_serialize(raw, "main", &size, 0),
                                                              sqlite3_free);
  if (!bytes || size < 100) return failed();
  std::string image(reinterpret_cast<const char*>(bytes.get()), static_cast<std::size_t>(size));
  // Bytes 18 and 19 of the header: the file is written and read with a write-ahead log.
  image[18] = 2;
  image[19] = 2;
  return image;
}

Result<> settle_schema(Connection& connection, const std::string& store_id, std::int64_t now_ms,
                       std::span<const Migration> steps, std::int64_t target) {
  auto kind = recognise_at_rest(connection, target);
  if (!kind) return kind.error();
  // Only now: a file that is not ours stays as it is.
  if (auto logged = connection.use_log(); !logged) return logged;
  if (*kind == Kind::current) return Done{};

  // Others may be about to do the same: look again when it is our turn.
  if (auto begun = connection.begin(); !begun) return begun;
  Transaction transaction(connection);
  kind = recognise(connection, target);
  if (!kind) return kind.error();
  if (*kind == Kind::fresh) {
    if (auto made = make_tables(connection, store_id, now_ms); !made) return made;
  } else if (*kind == Kind::older) {
    if (auto migrated = migrate(connection, steps, target); !migrated) return migrated;
  }
  return transaction.commit();
}

}  // namespace wf::store
