// Tables. Two rules shape them: rows are only ever added (but for `runs`, whose status is what people look
// for, and `drivers`), and the two rows that every step writes are as small and as cheap as rows can be.
//
// What happens in a run is numbered, and `k` is `run << 32 | number`: rows of one run lie together, new ones
// go to the end, and no index has to be kept. The one result of a step has a key of its own, so that a second
// one cannot be recorded. What a result says beyond its status is an outcome, written only when there is
// something to say.
#include "runtime/store/schema.h"

#include <sqlite3.h>

#include <algorithm>
#include <iterator>
#include <memory>

namespace wf::store {

namespace {

// A thing of the schema: its tree of pages is one of rows (`table`), of keys (`index`), or none (`view`).
struct Thing {
  const char* type;
  const char* name;
  const char* table;
  char tree;
  const char* sql;  // Null for the index that keeps a UNIQUE of its table.
};
constexpr char rows = 0x0d, keys = 0x0a, none = 0;
constexpr const char* create_reactions =
    R"(CREATE TABLE reactions(k INTEGER PRIMARY KEY, step INTEGER NOT NULL, iteration INTEGER NOT NULL,
  attempt INTEGER NOT NULL, reaction INTEGER NOT NULL, at_ms INTEGER NOT NULL, due_ms INTEGER NOT NULL) STRICT)";
// Version 3. As macros, for a migration is one text.
#define WF_CREATE_FOOTINGS                                                                     \
  "CREATE TABLE footings(plan INTEGER NOT NULL REFERENCES plans(no), step INTEGER NOT NULL,\n" \
  "  text TEXT NOT NULL, PRIMARY KEY(plan, step)) STRICT, WITHOUT ROWID"
#define WF_CREATE_ADOPTIONS                                                                            \
  "CREATE TABLE adoptions(k INTEGER PRIMARY KEY, plan_before INTEGER NOT NULL REFERENCES plans(no),\n" \
  "  binary TEXT NOT NULL, at_ms INTEGER NOT NULL) STRICT"
#define WF_CREATE_INTERVENTIONS                                                                        \
  "CREATE TABLE interventions(k INTEGER PRIMARY KEY, step INTEGER NOT NULL, iteration INTEGER NOT "    \
  "NULL,\n  attempt INTEGER NOT NULL, what INTEGER NOT NULL, person TEXT NOT NULL, at_ms INTEGER NOT " \
  "NULL) STRICT"
// Version 4.
#define WF_CREATE_CHARGES                                                                            \
  "CREATE TABLE charges(k INTEGER PRIMARY KEY, step INTEGER NOT NULL, iteration INTEGER NOT NULL,\n" \
  "  attempt INTEGER NOT NULL, spent INTEGER NOT NULL, credits_millionths INTEGER NOT NULL,\n"       \
  "  tokens INTEGER NOT NULL, usd_millionths INTEGER NOT NULL, calls INTEGER NOT NULL,\n"            \
  "  time_ms INTEGER NOT NULL) STRICT"
#define WF_CREATE_LIMITS                                                                         \
  "CREATE TABLE limits(k INTEGER PRIMARY KEY, measure TEXT NOT NULL, amount INTEGER NOT NULL,\n" \
  "  person TEXT NOT NULL, at_ms INTEGER NOT NULL) STRICT"
constexpr Thing things[] = {
    {"table", "store", "store", rows,
     R"(CREATE TABLE store(id TEXT NOT NULL, created_ms INTEGER NOT NULL) STRICT)"},
    {"table", "plans", "plans", rows,
     R"(CREATE TABLE plans(no INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, digest TEXT NOT NULL) STRICT)"},
    {"index", "sqlite_autoindex_plans_1", "plans", keys, nullptr},
    {"table", "plan_steps", "plan_steps", keys,
     R"(CREATE TABLE plan_steps(plan INTEGER NOT NULL REFERENCES plans(no), step INTEGER NOT NULL, id TEXT NOT NULL,
  kind TEXT NOT NULL, PRIMARY KEY(plan, step)) STRICT, WITHOUT ROWID)"},
    {"table", "runs", "runs", rows,
     R"(CREATE TABLE runs(no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, plan INTEGER NOT NULL REFERENCES plans(no),
  workflow TEXT NOT NULL, binary TEXT NOT NULL, created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL,
  status INTEGER NOT NULL, reason TEXT NOT NULL, exit_code INTEGER NOT NULL, inputs TEXT NOT NULL,
  event TEXT NOT NULL) STRICT)"},
    {"index", "sqlite_autoindex_runs_1", "runs", keys, nullptr},
    {"table", "drivers", "drivers", rows,
     R"(CREATE TABLE drivers(run INTEGER PRIMARY KEY REFERENCES runs(no), epoch INTEGER NOT NULL, boot TEXT NOT NULL,
  pid INTEGER NOT NULL, started INTEGER NOT NULL, host TEXT NOT NULL, since_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL, elapsed_ms INTEGER NOT NULL) STRICT)"},
    {"table", "cancels", "cancels", rows,
     R"(CREATE TABLE cancels(run INTEGER PRIMARY KEY REFERENCES runs(no), at_ms INTEGER NOT NULL) STRICT)"},
    {"table", "attempts", "attempts", rows,
     R"(CREATE TABLE attempts(k INTEGER PRIMARY KEY, step INTEGER NOT NULL, iteration INTEGER NOT NULL,
  attempt INTEGER NOT NULL, started_ms INTEGER NOT NULL) STRICT)"},
    {"table", "endings", "endings", rows,
     R"(CREATE TABLE endings(k INTEGER PRIMARY KEY, step INTEGER NOT NULL, iteration INTEGER NOT NULL,
  attempt INTEGER NOT NULL, status INTEGER NOT NULL, ended_ms INTEGER NOT NULL, due_ms INTEGER NOT NULL,
  outcome INTEGER, started_ms INTEGER NOT NULL) STRICT)"},
    {"table", "results", "results", keys,
     R"(CREATE TABLE results(run INTEGER NOT NULL, step INTEGER NOT NULL, iteration INTEGER NOT NULL,
  attempt INTEGER NOT NULL, status INTEGER NOT NULL, ended_ms INTEGER NOT NULL, outcome INTEGER,
  started_ms INTEGER NOT NULL, PRIMARY KEY(run, step, iteration)) STRICT, WITHOUT ROWID)"},
    {"table", "outcomes", "outcomes", rows,
     R"(CREATE TABLE outcomes(k INTEGER PRIMARY KEY, reason TEXT NOT NULL, error TEXT NOT NULL, exit_code INTEGER,
  output TEXT NOT NULL, output_file TEXT NOT NULL, output_size INTEGER NOT NULL, error_output TEXT NOT NULL,
  error_output_file TEXT NOT NULL, error_output_size INTEGER NOT NULL, fields TEXT NOT NULL,
  credits_millionths INTEGER NOT NULL, usd_millionths INTEGER NOT NULL, input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL, usage_source TEXT NOT NULL) STRICT)"},
    {"table", "artifacts", "artifacts", keys,
     R"(CREATE TABLE artifacts(outcome INTEGER NOT NULL REFERENCES outcomes(k), no INTEGER NOT NULL, type TEXT NOT NULL,
  path TEXT NOT NULL, summary TEXT NOT NULL, PRIMARY KEY(outcome, no)) STRICT, WITHOUT ROWID)"},
    {"table", "gates", "gates", rows,
     R"(CREATE TABLE gates(no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, run INTEGER NOT NULL REFERENCES runs(no),
  step INTEGER NOT NULL, iteration INTEGER NOT NULL, subject TEXT NOT NULL, message TEXT NOT NULL,
  quorum INTEGER NOT NULL, deadline_ms INTEGER NOT NULL, opened_ms INTEGER NOT NULL) STRICT)"},
    {"index", "sqlite_autoindex_gates_1", "gates", keys, nullptr},
    {"index", "gates_by_step", "gates", keys, R"(CREATE INDEX gates_by_step ON gates(run, step))"},
    {"table", "approvers", "approvers", keys,
     R"(CREATE TABLE approvers(gate INTEGER NOT NULL REFERENCES gates(no), person TEXT NOT NULL, no INTEGER NOT NULL,
  PRIMARY KEY(gate, person)) STRICT, WITHOUT ROWID)"},
    {"table", "votes", "votes", rows,
     R"(CREATE TABLE votes(no INTEGER PRIMARY KEY, gate INTEGER NOT NULL REFERENCES gates(no), person TEXT NOT NULL,
  approve INTEGER NOT NULL, comment TEXT NOT NULL, content TEXT, at_ms INTEGER NOT NULL,
  UNIQUE(gate, person)) STRICT)"},
    {"index", "sqlite_autoindex_votes_1", "votes", keys, nullptr},
    {"table", "decisions", "decisions", rows,
     R"(CREATE TABLE decisions(gate INTEGER PRIMARY KEY REFERENCES gates(no), outcome TEXT NOT NULL, person TEXT NOT NULL,
  at_ms INTEGER NOT NULL) STRICT)"},
    {"table", "run_events", "run_events", rows,
     R"(CREATE TABLE run_events(k INTEGER PRIMARY KEY, status INTEGER NOT NULL, reason TEXT NOT NULL,
  exit_code INTEGER NOT NULL, at_ms INTEGER NOT NULL) STRICT)"},
    {"table", "reactions", "reactions", rows, create_reactions},
    {"table", "footings", "footings", keys, WF_CREATE_FOOTINGS},
    {"table", "adoptions", "adoptions", rows, WF_CREATE_ADOPTIONS},
    {"table", "interventions", "interventions", rows, WF_CREATE_INTERVENTIONS},
    {"table", "charges", "charges", rows, WF_CREATE_CHARGES},
    {"table", "limits", "limits", rows, WF_CREATE_LIMITS},
    // For people: one row a run, and one row an attempt (or a step that had none). The executable reads no
    // view.
    {"view", "run_log", "run_log", none,
     R"(CREATE VIEW run_log AS SELECT r.id AS run, r.workflow,
  CASE r.status WHEN 0 THEN 'pending' WHEN 1 THEN 'running' WHEN 2 THEN 'waiting' WHEN 3 THEN 'completed'
    WHEN 4 THEN 'failed' WHEN 5 THEN 'cancelled' END AS status, r.reason, r.exit_code,
  strftime('%Y-%m-%dT%H:%M:%fZ', r.created_ms / 1000.0, 'unixepoch') AS created,
  strftime('%Y-%m-%dT%H:%M:%fZ', max(r.updated_ms, ifnull(d.updated_ms, 0)) / 1000.0, 'unixepoch') AS updated,
  r.inputs, r.event
FROM runs r LEFT JOIN drivers d ON d.run = r.no ORDER BY r.no)"},
    {"view", "step_log", "step_log", none,
     R"(CREATE VIEW step_log AS SELECT r.id AS run, p.id AS step, p.kind, a.iteration, a.attempt,
  CASE coalesce(b.status, e.status, 1) WHEN 0 THEN 'pending' WHEN 1 THEN 'running' WHEN 2 THEN 'waiting'
    WHEN 3 THEN 'succeeded' WHEN 4 THEN 'failed' WHEN 5 THEN 'skipped' WHEN 6 THEN 'cancelled' END AS status,
  o.reason, o.error, o.exit_code, o.output,
  strftime('%Y-%m-%dT%H:%M:%fZ', a.started_ms / 1000.0, 'unixepoch') AS started,
  strftime('%Y-%m-%dT%H:%M:%fZ', coalesce(b.ended_ms, e.ended_ms) / 1000.0, 'unixepoch') AS ended
FROM (SELECT run, step, iteration, attempt, max(started_ms) AS started_ms
      FROM (SELECT k >> 32 AS run, step, iteration, attempt, started_ms FROM attempts
            UNION ALL SELECT k >> 32, step, iteration, attempt, nullif(started_ms, 0) FROM endings
            UNION ALL SELECT run, step, iteration, attempt, nullif(started_ms, 0) FROM results)
      GROUP BY run, step, iteration, attempt) a
  JOIN runs r ON r.no = a.run LEFT JOIN plan_steps p ON p.plan = r.plan AND p.step = a.step
  LEFT JOIN results b ON b.run = a.run AND b.step = a.step AND b.iteration = a.iteration AND b.attempt = a.attempt
  LEFT JOIN endings e ON e.step = a.step AND e.iteration = a.iteration AND e.attempt = a.attempt
    AND e.k >> 32 = a.run
  LEFT JOIN outcomes o ON o.k = coalesce(b.outcome, e.outcome)
ORDER BY r.no, coalesce(a.started_ms, b.ended_ms), a.step, a.iteration, a.attempt)"},
};

static_assert(application_id == 2003198769 && schema_version == 4, "the pragmas below spell them");
constexpr const char* stamps = "PRAGMA application_id=2003198769; PRAGMA user_version=4";

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
  for (const Thing& thing : things) {
    if (!thing.sql) continue;
    if (auto made = connection.execute(thing.sql); !made) return made;
  }
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
  // A change of the tables adds a line here and raises schema_version.
  static constexpr Migration all[] = {
      {2, create_reactions},
      {3, WF_CREATE_FOOTINGS ";" WF_CREATE_ADOPTIONS ";" WF_CREATE_INTERVENTIONS},
      {4, WF_CREATE_CHARGES ";" WF_CREATE_LIMITS}};
  return all;
}

namespace {

constexpr std::size_t page_bytes = 4096;

// The list takes a few pages itself, and only when it is whole is it known where the trees begin. All these
// numbers fit into one byte, so that moving them does not make the list longer.
constexpr std::int64_t provisional_root = 100;
static_assert(std::ranges::count_if(things, [](const Thing& thing) { return thing.tree != none; }) < 29);
constexpr const char* move_roots =
    "UPDATE sqlite_schema SET rootpage = rootpage - 100 + 1 + (SELECT page_count FROM pragma_page_count) "
    "WHERE rootpage >= 100";

void put_number(std::string& image, std::size_t at, std::uint32_t number) {
  for (int i = 0; i < 4; ++i)
    image[at + static_cast<std::size_t>(i)] = static_cast<char>(number >> (24 - 8 * i));
}

// Enters all things but the first into the list of the schema, which SQLite itself does by compiling some SQL
// for each.
bool list_things(sqlite3* db) {
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v2(
          db, "INSERT INTO sqlite_schema(type, name, tbl_name, rootpage, sql) VALUES(?, ?, ?, ?, ?)", -1,
          &raw, nullptr) != SQLITE_OK) {
    return false;
  }
  Statement insert(raw);
  std::int64_t root = provisional_root;
  for (const Thing& thing : std::span(things).subspan(1)) {
    insert.text(1, thing.type).text(2, thing.name).text(3, thing.table).integer(4, thing.tree ? root++ : 0);
    thing.sql ? insert.text(5, thing.sql) : insert.null(5);
    if (!insert.run()) return false;
  }
  return true;
}

}  // namespace

// SQLite makes the first table and keeps the list of the others; their trees, each an empty page, are added
// here. The result is what make_tables makes, as a test compares, in a fraction of the time.
Result<std::string> fresh_image(const std::string& store_id, std::int64_t now_ms) {
  const auto failed = [] { return Error{"cannot make an empty store in memory: memory is short", {}}; };
  sqlite3* raw = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int opened = sqlite3_open_v2(":memory:", &raw, flags, nullptr);
  const std::unique_ptr<sqlite3, int (*)(sqlite3*)> db(raw, sqlite3_close_v2);
  if (opened != SQLITE_OK) return failed();
  const auto execute = [&](const char* sql) {
    return sqlite3_exec(raw, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
  };
  if (!execute("PRAGMA page_size=4096; BEGIN") || !execute(things[0].sql) ||
      !insert_identity(raw, store_id, now_ms) || !execute("PRAGMA writable_schema=ON") || !list_things(raw) ||
      !execute(move_roots) || !execute(stamps) || !execute("COMMIT")) {
    return failed();
  }
  sqlite3_int64 size = 0;
  const std::unique_ptr<unsigned char, void (*)(void*)> bytes(sqlite3_serialize(raw, "main", &size, 0),
                                                              sqlite3_free);
  if (!bytes || size < static_cast<sqlite3_int64>(page_bytes)) return failed();
  std::string image(reinterpret_cast<const char*>(bytes.get()), static_cast<std::size_t>(size));
  for (const Thing& thing : std::span(things).subspan(1)) {
    if (!thing.tree) continue;
    // An empty tree: what it is of, no cells, and where the space for them ends.
    std::string leaf(page_bytes, '\0');
    leaf[0] = thing.tree;
    leaf[5] = static_cast<char>(page_bytes >> 8);
    image += leaf;
  }
  // Bytes 18 and 19 of the header: the file is written and read with a write-ahead log. Byte 28: how many
  // pages, which counts if bytes 24 and 92 agree.
  image[18] = image[19] = 2;
  put_number(image, 24, 1);
  put_number(image, 28, static_cast<std::uint32_t>(image.size() / page_bytes));
  put_number(image, 92, 1);
  put_number(image, 96, SQLITE_VERSION_NUMBER);
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
