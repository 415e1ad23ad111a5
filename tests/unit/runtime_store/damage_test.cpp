// Files that are not what they should be: of others, of other times, forged, cut, locked.
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <random>
#include <thread>

#include "runtime/base/files.h"
#include "runtime/store/connection.h"
#include "runtime/store/layout.h"
#include "runtime/store/schema.h"
#include "tests/unit/runtime_store/world.h"

namespace wf::store {
namespace {

using testing::Test;

bool says(const Error& error, std::string_view what) {
  const bool found = error.message.find(what) != std::string::npos;
  if (!found) ADD_FAILURE() << error.message;
  return found;
}

void fill(World& world, const std::string& path = "") {
  auto store = world.open({.path = path});
  for (const char* id : {"a", "b"}) {
    ASSERT_TRUE(store->create(new_run(id)));
    auto lease = lease_of(*store, id);
    auto journal = journal_of(*store, *lease);
    Outcome failure = Outcome::failed("exit-code", "no");
    failure.artifacts = {{"patch", "p", "{}"}};
    Record again = with(started(0, 1, 1, 20), failure);
    again.kind = RecordKind::attempt_ended;
    ASSERT_TRUE(write(*journal, batch(run_is(RunStatus::running), started(0), std::move(again), started(0, 2),
                                      with(ended(0, StepStatus::succeeded, 2), Outcome::succeeded("x")),
                                      reacted(0, 1), gate_opened(1, std::string("gate-") + id, {"ana"}))));
    ASSERT_TRUE(store->decide(id, "s1", {"ana", true, "", {}, 0}));
    ASSERT_TRUE(store->request_cancel(id));
  }
}

TEST(Foreign, files_are_refused_and_left_alone) {
  World world;
  const std::string path = world.folder.path() + "/notes.db";
  ASSERT_EQ(sql(path, "CREATE TABLE notes(t); INSERT INTO notes VALUES('mine')"), "");
  auto refused = world.try_open({.path = path});
  ASSERT_FALSE(refused);
  EXPECT_TRUE(says(refused.error(), "a database of another program"));
  EXPECT_FALSE(refused.error().hint.empty());
  EXPECT_EQ(sql(path, "SELECT * FROM notes; PRAGMA journal_mode"), "mine\ndelete");

  const std::string text = world.folder.path() + "/readme.txt";
  std::ofstream(text) << std::string(5'000, 'r');
  refused = world.try_open({.path = text});
  ASSERT_FALSE(refused);
  EXPECT_TRUE(says(refused.error(), "not a store of wfc"));
  EXPECT_EQ(*read_file(text), std::string(5'000, 'r'));
  EXPECT_FALSE(world.try_open({.path = world.folder.path()}));
  EXPECT_FALSE(world.try_open({.path = "/dev/null"}));
  EXPECT_FALSE(world.try_open({.path = world.folder.path() + "/"}));
  EXPECT_FALSE(world.try_open({.path = text + "/.wf/runs.db"}));
}

TEST(Schema, of_an_image_is_what_sqlite_makes) {
  World world;
  const std::string placed = world.folder.path() + "/placed.db";
  const std::string made = world.folder.path() + "/made.db";
  std::ofstream(made).close();
  for (const std::string& path : {placed, made}) {
    fill(world, path);
    EXPECT_EQ(sql(path, "PRAGMA integrity_check"), "ok");
    EXPECT_EQ(sql(path, "PRAGMA foreign_key_check"), "");
  }
  for (const char* question :
       {"SELECT type, name, tbl_name, sql, rootpage > 0 FROM sqlite_schema ORDER BY 1, 2", "PRAGMA encoding",
        "PRAGMA journal_mode", "PRAGMA page_size", "PRAGMA application_id", "PRAGMA user_version",
        "PRAGMA freelist_count"}) {
    EXPECT_EQ(sql(placed, question), sql(made, question));
  }
  // Every tree of its own is used for what it says.
  EXPECT_EQ(sql(placed, "SELECT count(*) - count(DISTINCT rootpage) FROM sqlite_schema WHERE rootpage > 0"),
            "0");
  EXPECT_EQ(sql(placed, "SELECT * FROM step_log"), sql(made, "SELECT * FROM step_log"));
}

TEST(Version, a_newer_store_is_refused) {
  World world;
  fill(world);
  sql(world.folder.database(), "PRAGMA user_version = 7");
  auto refused = world.try_open();
  ASSERT_FALSE(refused);
  EXPECT_TRUE(
      says(refused.error(), "was made by a newer version: its schema is 7, and this executable knows 4"));
  EXPECT_EQ(sql(world.folder.database(), "PRAGMA user_version"), "7");
}

// Schemas that never were: version 0 had notes, 1 dates them, 2 renames them.
constexpr const char* version_0 =
    "CREATE TABLE notes(t); INSERT INTO notes VALUES('old'); PRAGMA application_id=2003198769;";
constexpr Migration made_up[] = {
    {1, "ALTER TABLE notes ADD COLUMN at_ms INTEGER NOT NULL DEFAULT 5"},
    {2, "ALTER TABLE notes RENAME TO remarks; CREATE INDEX remarks_by_time ON remarks(at_ms)"},
};

Result<> settle(const std::string& path, std::span<const Migration> steps, std::int64_t target) {
  auto connection = Connection::open({.path = path, .vfs = "", .warn = {}});
  if (!connection) return connection.error();
  return settle_schema(**connection, "id", 1, steps, target);
}

TEST(Version, an_older_store_is_migrated_step_by_step) {
  World world;
  const std::string path = world.folder.path() + "/old.db";
  ASSERT_EQ(sql(path, version_0), "");
  auto settled = settle(path, made_up, 2);
  ASSERT_TRUE(settled) << settled.error().message;
  EXPECT_EQ(sql(path, "PRAGMA user_version; SELECT * FROM remarks"), "2\nold|5");
  EXPECT_TRUE(settle(path, made_up, 2)) << "and only once";
  // What this very version would do with it: there is no way from 0.
  const std::string lost = world.folder.path() + "/lost.db";
  sql(lost, version_0);
  auto refused = world.try_open({.path = lost});
  ASSERT_FALSE(refused);
  EXPECT_TRUE(says(refused.error(), "from which no way leads to 4"));
}

TEST(Version, a_store_of_version_1_becomes_what_a_new_one_is) {
  World world;
  const std::string old = world.folder.path() + "/old.db";
  const std::string fresh = world.folder.path() + "/fresh.db";
  fill(world, old);
  fill(world, fresh);
  // Version 1 knew nothing of reactions, version 2 nothing of what a run relies on, version 3 nothing of
  // costs.
  ASSERT_EQ(sql(old,
                "DROP TABLE footings; DROP TABLE adoptions; DROP TABLE interventions; "
                "DROP TABLE charges; DROP TABLE limits; "
                "DROP TABLE reactions; PRAGMA user_version = 1"),
            "");
  EXPECT_TRUE(world.open({.path = old})->recover("a"));
  for (const char* question : {"PRAGMA user_version", "SELECT type, name, sql FROM sqlite_schema ORDER BY 2"})
    EXPECT_EQ(sql(old, question), sql(fresh, question));
}

TEST(Version, a_migration_that_fails_leaves_the_old_store) {
  World world;
  const std::string path = world.folder.path() + "/old.db";
  ASSERT_EQ(sql(path, version_0), "");
  constexpr Migration broken[] = {made_up[0],
                                  {2, "ALTER TABLE notes RENAME TO remarks; SELECT * FROM nowhere"}};
  EXPECT_FALSE(settle(path, broken, 2));
  EXPECT_EQ(sql(path, "PRAGMA user_version; SELECT * FROM notes"), "0\nold");
  EXPECT_TRUE(settle(path, made_up, 2));
}

TEST(Version, many_at_once_migrate_once) {
  World world;
  const std::string path = world.folder.path() + "/old.db";
  ASSERT_EQ(sql(path, version_0), "");
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) threads.emplace_back([&] { good += settle(path, made_up, 2) ? 1 : 0; });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 6);
  EXPECT_EQ(sql(path, "SELECT count(*) FROM remarks"), "1");
}

TEST(Access, a_read_only_store_is_refused_with_its_cause) {
  World world;
  fill(world);
  for (const std::string& folder : {world.folder.path(), world.folder.path() + "/.wf"}) {
    ::chmod(folder.c_str(), 0555);
  }
  ::chmod(world.folder.database().c_str(), 0444);
  const pid_t pid = ::fork();
  ASSERT_GE(pid, 0);
  if (pid == 0) {
    // Root may write everything, so this is somebody else.
    if (::geteuid() == 0 && ::setuid(65534) != 0) ::_exit(77);
    if (::access("/tmp", X_OK) != 0) ::_exit(77);  // Some roots let only their owner enter `/`.
    auto refused = world.try_open();
    const bool good = !refused && says(refused.error(), "it is read-only") && !refused.error().hint.empty();
    ::_exit(good ? 0 : 1);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  for (const std::string& folder : {world.folder.path(), world.folder.path() + "/.wf"}) {
    ::chmod(folder.c_str(), 0755);
  }
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == 77) GTEST_SKIP() << "cannot become somebody else here";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(Access, network_file_systems_are_known_by_number) {
  EXPECT_EQ(network_file_system(0x6969), "NFS");
  EXPECT_EQ(network_file_system(0xffffffffff534d42), "CIFS") << "the kernel's word may be signed";
  EXPECT_EQ(network_file_system(0xef53), std::nullopt) << "ext4";
  EXPECT_EQ(network_file_system(0x01021994), std::nullopt) << "tmpfs";
}

TEST(Access, a_store_that_vanishes_stops_the_journal) {
  for (const char* what : {"", "-wal"}) {
    World world;
    auto store = world.open();
    ASSERT_TRUE(store->create(new_run("r")));
    auto lease = lease_of(*store, "r");
    auto journal = journal_of(*store, *lease);
    ASSERT_TRUE(write(*journal, batch(started(0))));
    std::filesystem::rename(world.folder.database() + what, world.folder.path() + "/elsewhere");
    auto refused = write(*journal, batch(ended(0)));
    ASSERT_FALSE(refused);
    EXPECT_TRUE(says(refused.error(), "removed or replaced while it was in use"));
  }
}

TEST(Locked, a_store_is_waited_for_with_one_warning) {
  World world;
  fill(world);
  sqlite3* person = nullptr;
  ASSERT_EQ(sqlite3_open(world.folder.database().c_str(), &person), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(person, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  std::atomic<int> warnings = 0;
  ConnectionOptions options{.path = world.folder.database(), .vfs = "", .warn = {}};
  options.warn = [&](const std::string& text) {
    EXPECT_NE(text.find("is locked by another process"), std::string::npos);
    // The person lets go once the program has complained.
    if (++warnings == 1) sqlite3_exec(person, "COMMIT", nullptr, nullptr, nullptr);
  };
  options.busy_warn_ms = 20;
  auto connection = Connection::open(options);
  ASSERT_TRUE(connection) << connection.error().message;
  auto begun = (*connection)->begin();
  EXPECT_TRUE(begun) << begun.error().message;
  (*connection)->rollback();
  EXPECT_EQ(warnings, 1);

  ASSERT_EQ(sqlite3_exec(person, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  options.warn = {};
  options.busy_max_ms = 60;
  connection = Connection::open(options);
  ASSERT_TRUE(connection);
  begun = (*connection)->begin();
  ASSERT_FALSE(begun);
  EXPECT_TRUE(says(begun.error(), "another process keeps it locked"));
  sqlite3_close(person);
}

TEST(Locked, no_commit_falls_into_a_checkpoint) {
  World world;
  fill(world);
  auto held = LockFile::open(world.folder.database() + ".ckpt");
  ASSERT_TRUE(held && held->try_exclusive());
  ConnectionOptions options{.path = world.folder.database(), .vfs = "", .warn = {}};
  options.busy_warn_ms = 10;
  options.busy_max_ms = 30;
  auto connection = Connection::open(options);
  ASSERT_TRUE(connection);
  EXPECT_FALSE((*connection)->begin()) << "somebody checkpoints";
  held->unlock();
  ASSERT_TRUE((*connection)->begin());
  EXPECT_FALSE(held->try_exclusive()) << "no checkpoint while somebody writes";
  ASSERT_TRUE(held->try_shared()) << "but others may write in their turn";
  held->unlock();
  ASSERT_TRUE((*connection)->commit());
  EXPECT_TRUE(held->try_exclusive());
}

struct Forgery {
  const char* what;
  const char* sql;
};
class Forged : public testing::TestWithParam<Forgery> {};

// One thing in run `a` is wrong: `a` is a damaged run, `b` goes on as if nothing had been.
TEST_P(Forged, rows_set_one_run_aside) {
  World world;
  fill(world);
  // A forger is not held by the types of the tables.
  const std::string done =
      sql(world.folder.database(),
          std::string("PRAGMA writable_schema=ON; UPDATE sqlite_schema SET "
                      "sql = replace(replace(sql, 'STRICT, ', ''), ' STRICT', '') WHERE type='table'; "
                      "PRAGMA writable_schema=RESET; ") +
              GetParam().sql);
  ASSERT_EQ(done.find("error"), std::string::npos) << done;
  auto store = world.open();
  auto damaged = store->recover("a");
  ASSERT_FALSE(damaged) << GetParam().what;
  EXPECT_TRUE(says(damaged.error(), "run `a` is damaged: table `"));
  EXPECT_TRUE(store->recover("b")) << GetParam().what;
  EXPECT_NE(lease_of(*store, "b"), nullptr);
  auto runs = store->runs();
  ASSERT_TRUE(runs);
  EXPECT_EQ(runs->size(), 2u);
  // Whatever they say, these return.
  (void)store->wishes("a");
  (void)store->find("a");
  (void)store->decide("a", "s1", {"ben", true, "", {}, 0});
  Holder holder;
  (void)store->lease("a", holder);
}

INSTANTIATE_TEST_SUITE_P(
    Store, Forged,
    testing::Values(
        Forgery{"unknown status", "UPDATE runs SET status = 17 WHERE id = 'a'"},
        Forgery{"status as text", "UPDATE runs SET status = 'running' WHERE id = 'a'"},
        Forgery{"a blob for a name", "UPDATE runs SET workflow = x'00' WHERE id = 'a'"},
        Forgery{"no inputs", "UPDATE runs SET inputs = x'7b7d' WHERE id = 'a'"},
        Forgery{"a negative time", "UPDATE runs SET created_ms = -1 WHERE id = 'a'"},
        Forgery{"an exit code of another world", "UPDATE runs SET exit_code = 99999999999 WHERE id = 'a'"},
        Forgery{"no plan", "UPDATE runs SET plan = 99 WHERE id = 'a'"},
        Forgery{"a plan with a hole",
                "INSERT INTO plans VALUES(9, 'k', 'd'); INSERT INTO plan_steps VALUES(9, 1, 'x', 'y'); "
                "UPDATE runs SET plan = 9 WHERE id = 'a'"},
        Forgery{"a number too large", "UPDATE runs SET no = 9223372036854775807 WHERE id = 'a'"},
        Forgery{"a negative number", "UPDATE runs SET no = -5 WHERE id = 'a'"},
        Forgery{"a driver of text", "UPDATE drivers SET elapsed_ms = 'long' WHERE run = 1"},
        Forgery{"a step that is not", "UPDATE attempts SET step = 3 WHERE k >> 32 = 1"},
        Forgery{"a negative step", "UPDATE attempts SET step = -1 WHERE k >> 32 = 1"},
        Forgery{"an enormous step", "UPDATE results SET step = 9223372036854775807 WHERE run = 1"},
        Forgery{"iteration nought", "UPDATE results SET iteration = 0 WHERE run = 1"},
        Forgery{"attempt of text", "UPDATE attempts SET attempt = 'first' WHERE k >> 32 = 1"},
        Forgery{"a result that is none", "UPDATE results SET status = 1 WHERE run = 1"},
        Forgery{"a status beyond", "UPDATE endings SET status = 255 WHERE k >> 32 = 1"},
        Forgery{"no outcome", "UPDATE results SET outcome = 4711 WHERE run = 1"},
        Forgery{"another run's outcome",
                "UPDATE results SET outcome = (SELECT max(k) FROM outcomes) WHERE run = 1"},
        Forgery{"a file outside", "UPDATE outcomes SET output_file = '../../etc/passwd' WHERE k >> 32 = 1"},
        Forgery{"usage of text", "UPDATE outcomes SET input_tokens = 'many' WHERE k >> 32 = 1"},
        Forgery{"a negative size", "UPDATE outcomes SET output_size = -1 WHERE k >> 32 = 1"},
        Forgery{"output as a blob", "UPDATE outcomes SET output = x'ff00' WHERE k >> 32 = 1"},
        Forgery{"an artifact of blobs", "UPDATE artifacts SET path = x'00' WHERE outcome >> 32 = 1"},
        Forgery{"a gate of reals", "UPDATE gates SET quorum = 1.5 WHERE run = 1"},
        Forgery{"a vote that is neither", "UPDATE votes SET approve = 2 WHERE gate = 1"},
        Forgery{"a decision of nothing", "UPDATE decisions SET outcome = x'' WHERE gate = 1"},
        Forgery{"a gate opened in words", "UPDATE gates SET opened_ms = 'now' WHERE run = 1"},
        Forgery{"a reaction of a step that is not", "UPDATE reactions SET step = 3 WHERE k >> 32 = 1"},
        Forgery{"a negative reaction", "UPDATE reactions SET reaction = -1 WHERE k >> 32 = 1"},
        Forgery{"a wish about a step that is not",
                "INSERT INTO interventions VALUES((1 << 32) | 900, 3, 1, 0, 0, 'ana', 1)"},
        Forgery{"a wish that nobody can have",
                "INSERT INTO interventions VALUES((1 << 32) | 900, 0, 1, 0, 9, 'ana', 1)"},
        Forgery{"a first plan of a blob",
                "INSERT INTO plans VALUES(9, 'k', x'00'); "
                "INSERT INTO adoptions VALUES((1 << 32) | 900, 9, '', 1)"},
        Forgery{"a cancel of text", "UPDATE cancels SET at_ms = 'now' WHERE run = 1"}));

TEST(Forgery, of_the_schema_runs_nothing) {
  World world;
  fill(world);
  // A trigger that would rewrite history, a view in place of a table, and no table at all.
  ASSERT_EQ(sql(world.folder.database(),
                "CREATE TRIGGER evil AFTER INSERT ON attempts BEGIN DELETE FROM results; END"),
            "");
  {
    auto store = world.open();
    auto lease = lease_of(*store, "a");
    auto journal = journal_of(*store, *lease);
    ASSERT_TRUE(write(*journal, batch(started(2))));
    EXPECT_TRUE(step_of(*store->recover("a"), 0)->ended);
  }
  ASSERT_EQ(
      sql(world.folder.database(), "DROP TABLE cancels; CREATE VIEW cancels(run, at_ms) AS SELECT 1, 1"), "");
  EXPECT_FALSE(world.open()->recover("a"));
  ASSERT_EQ(sql(world.folder.database(), "DROP VIEW cancels"), "");
  auto store = world.open();
  EXPECT_FALSE(store->recover("a"));
  EXPECT_FALSE(store->request_cancel("a"));
  EXPECT_TRUE(store->runs());
  ASSERT_EQ(sql(world.folder.database(), "DROP TABLE store"), "");
  EXPECT_FALSE(world.try_open());
}

// Bytes of the file are changed, or its end is cut off. Whatever comes of it is an answer or an error.
TEST(Forgery, of_bytes_never_ends_the_program) {
  World world;
  fill(world);
  const std::string good = *read_file(world.folder.database());
  std::mt19937 chance(3);
  int refused = 0;
  for (int round = 0; round < 150; ++round) {
    Folder folder;
    std::string bytes = good;
    if (round % 3 == 0) {
      bytes.resize(chance() % bytes.size());
    } else if (round % 3 == 1) {
      bytes[chance() % bytes.size()] ^= static_cast<char>(1 << chance() % 8);
    } else {
      for (int i = 0; i < 200; ++i)
        bytes[100 + chance() % (bytes.size() - 100)] = static_cast<char>(chance());
    }
    const std::string path = folder.path() + "/runs.db";
    ASSERT_TRUE(write_file(path, bytes));
    auto store = world.try_open({.path = path});
    if (!store) {
      EXPECT_NE(store.error().message.find(path), std::string::npos) << store.error().message;
      ++refused;
      continue;
    }
    bool all_good = static_cast<bool>((*store)->quick_check());
    for (const char* id : {"a", "b"}) {
      all_good = (*store)->recover(id) && all_good;
      (void)(*store)->decide(id, "s1", {"ana", true, "", {}, 0});
      Holder holder;
      auto lease = (*store)->lease(id, holder);
      if (!lease || !*lease) continue;
      auto journal = (*store)->journal(**lease);
      if (journal) (void)write(**journal, batch(started(2, 3), ended(2, StepStatus::failed, 3)));
    }
    (void)(*store)->runs();
    refused += !all_good;
  }
  EXPECT_GT(refused, 50);
}

TEST(Forgery, of_the_header_is_refused) {
  World world;
  fill(world);
  std::string bytes = *read_file(world.folder.database());
  bytes.replace(0, 16, "SQLite format 4\0", 16);
  ASSERT_TRUE(write_file(world.folder.database(), bytes));
  auto refused = world.try_open();
  ASSERT_FALSE(refused);
  EXPECT_TRUE(says(refused.error(), "not a store of wfc"));
}

}  // namespace
}  // namespace wf::store
