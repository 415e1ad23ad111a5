// Power cuts, full disks and syncs that fail: what was reported durable is there, and what is there is a
// beginning of what was written.
#include "tests/sim/power_vfs.h"

#include <sqlite3.h>

#include <cstdlib>
#include <random>

#include "runtime/store/connection.h"
#include "tests/unit/runtime_store/world.h"

namespace wf::store {
namespace {

constexpr std::size_t steps_max = 64;

// WF_SEEDS=20000 looks longer.
std::uint64_t seeds_or(std::uint64_t usual) {
  const char* wanted = std::getenv("WF_SEEDS");
  return wanted ? std::strtoull(wanted, nullptr, 10) : usual;
}

OpenOptions on(const sim::PowerDisk& disk, const Folder& folder) {
  OpenOptions options;
  options.path = folder.path() + "/.wf/runs.db";
  options.vfs = disk.name();
  options.journal_threads = false;
  return options;
}

std::string output_of(Row step, std::uint64_t seed) {
  const std::uint64_t chance = (seed * 64 + step + 1) * 0x9e3779b97f4a7c15u >> 32;
  return std::string(chance % 5 == 0 ? chance % 9'000 : chance % 40, static_cast<char>('a' + step % 26));
}

// Writes steps 0, 1, 2 ... in batches until something fails. Returns how many were reported durable.
struct Written {
  Row durable = 0;
  Row attempted = 0;
  std::string error;
};
Written write_until_it_fails(Store& store, Row from, std::uint64_t seed, std::mt19937_64& chance) {
  Written written{from, from, ""};
  Holder holder;
  auto lease = store.lease("r", holder);
  if (!lease) return written.error = lease.error().message, written;
  if (!*lease) return written.error = "another process drives the run", written;
  auto journal = store.journal(**lease);
  if (!journal) return written.error = journal.error().message, written;
  while (written.attempted < steps_max && written.error.empty()) {
    std::vector<Record> records;
    const Row end = std::min<Row>(steps_max, written.attempted + 1 + static_cast<Row>(chance() % 5));
    for (Row step = written.attempted; step < end; ++step) {
      records.push_back(started(step));
      records.push_back(with(ended(step), Outcome::succeeded(output_of(step, seed))));
    }
    written.attempted = end;
    (*journal)->append(std::move(records), [&](Result<> result) {
      if (result) {
        EXPECT_TRUE(written.error.empty()) << "durable after an error";
        written.durable = end;
      } else if (written.error.empty()) {
        written.error = result.error().message;
      }
    });
  }
  return written;
}

// Steps 0 to some number, whole and with their outputs. Returns that number.
Row expect_a_prefix(Store& store, std::uint64_t seed) {
  auto all = store.recover("r");
  EXPECT_TRUE(all) << "seed " << seed << ": " << (all ? "" : all.error().message);
  if (!all) return 0;
  Row next = 0;
  for (const RecoveredStep& step : all->steps) {
    EXPECT_EQ(step.step, next) << "seed " << seed;
    EXPECT_TRUE(step.ended) << "seed " << seed;
    const Output& output = step.outcome.output;
    const auto text = output.is_here() ? Result<std::string>(output.text) : store.recorded_output(output);
    EXPECT_TRUE(text && *text == output_of(step.step, seed)) << "seed " << seed;
    ++next;
  }
  return next;
}

class Power : public testing::Test {
 protected:
  StillClock clock;
  CountingRandom random;
  Folder folder;
};

TEST_F(Power, cuts_lose_nothing_that_was_reported_durable) {
  const std::uint64_t seeds = seeds_or(500);
  std::uint64_t cuts = 0;
  for (std::uint64_t seed = 0; seed < seeds && !HasFailure(); ++seed) {
    sim::PowerDisk disk(seed);
    std::mt19937_64 chance(seed);
    bool created = false;
    Row durable = 0;
    // Several lives of one store, each ended by the power.
    for (int life = 0; life < 3; ++life) {
      const bool last = life == 2;
      if (!last) disk.cut_after(chance() % (life == 0 ? 160 : 90));
      auto store = open_store(on(disk, folder), clock, random);
      if (!store) {
        ASSERT_TRUE(disk.is_off()) << "seed " << seed << ": " << store.error().message;
      } else {
        auto run = (*store)->create(new_run("r", steps_max));
        ASSERT_TRUE(run || disk.is_off()) << "seed " << seed << ": " << run.error().message;
        created = created || static_cast<bool>(run);
        if (run) {
          const Row there = disk.is_off() ? durable : expect_a_prefix(**store, seed);
          if (!disk.is_off()) {
            ASSERT_GE(there, durable) << "seed " << seed << " lost what was durable";
          }
          const Written written = write_until_it_fails(**store, there, seed, chance);
          ASSERT_TRUE(written.error.empty() || disk.is_off()) << "seed " << seed << ": " << written.error;
          durable = std::max(durable, written.durable);
          if (last) {
            EXPECT_EQ(durable, steps_max) << "seed " << seed;
          }
        }
      }
      if (last) {
        ASSERT_TRUE(store && (*store)->quick_check()) << "seed " << seed;
      }
      if (store) store->reset();
      if (disk.is_off()) ++cuts;
      if (!last) {
        disk.cut_now();
        disk.power_on();
      }
    }
    EXPECT_TRUE(created);
  }
  EXPECT_GT(cuts, seeds / 2) << "the power has to fail for this to mean anything";
}

TEST_F(Power, a_disk_that_stays_full_ends_the_journal_and_loses_nothing) {
  for (std::uint64_t seed = 0; seed < 100 && !HasFailure(); ++seed) {
    sim::PowerDisk disk(seed);
    std::mt19937_64 chance(seed);
    Row durable = 0;
    {
      auto store = open_store(on(disk, folder), clock, random);
      ASSERT_TRUE(store && (*store)->create(new_run("r", steps_max)));
      disk.fail(sim::PowerDisk::Operation::write, 1 + chance() % 60, SQLITE_FULL);
      const Written written = write_until_it_fails(**store, 0, seed, chance);
      durable = written.durable;
      if (durable < steps_max) {
        EXPECT_NE(written.error.find("the disk is full"), std::string::npos) << written.error;
        EXPECT_NE(written.error.find("runs.db"), std::string::npos) << written.error;
      }
    }
    disk.heal();
    auto store = open_store(on(disk, folder), clock, random);
    ASSERT_TRUE(store) << "seed " << seed << ": " << store.error().message;
    const Row there = expect_a_prefix(**store, seed);
    EXPECT_GE(there, durable);
    EXPECT_EQ(write_until_it_fails(**store, there, seed, chance).durable, steps_max) << "seed " << seed;
  }
}

// The disk may have kept anything of what it failed to sync. Then the power goes, too.
TEST_F(Power, after_a_failed_sync_nothing_is_durable_any_more) {
  for (std::uint64_t seed = 0; seed < 100 && !HasFailure(); ++seed) {
    sim::PowerDisk disk(seed);
    std::mt19937_64 chance(seed);
    Row durable = 0;
    {
      auto store = open_store(on(disk, folder), clock, random);
      ASSERT_TRUE(store && (*store)->create(new_run("r", steps_max)));
      // Only one fails: a second attempt would succeed, and must not be made.
      disk.fail(sim::PowerDisk::Operation::sync, 1 + chance() % 20, SQLITE_IOERR_FSYNC, true);
      const Written written = write_until_it_fails(**store, 0, seed, chance);
      durable = written.durable;
      if (durable < steps_max) {
        EXPECT_NE(written.error.find("the disk reports an error"), std::string::npos) << written.error;
      }
    }
    disk.heal();
    disk.cut_now();
    disk.power_on();
    auto store = open_store(on(disk, folder), clock, random);
    ASSERT_TRUE(store) << "seed " << seed << ": " << store.error().message;
    const Row there = expect_a_prefix(**store, seed);
    EXPECT_GE(there, durable) << "seed " << seed;
    EXPECT_EQ(write_until_it_fails(**store, there, seed, chance).durable, steps_max) << "seed " << seed;
  }
}

TEST_F(Power, a_run_that_need_not_last_yet_costs_no_sync) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    sim::PowerDisk disk(seed);
    {
      auto store = open_store(on(disk, folder), clock, random);
      ASSERT_TRUE(store && (*store)->create(new_run("before")));
      NewRun run = new_run("r");
      run.durable = false;
      const std::uint64_t before = disk.syncs();
      ASSERT_TRUE((*store)->create(run));
      auto lease = lease_of(**store, "r");
      EXPECT_EQ(disk.syncs(), before);
      auto journal = journal_of(**store, *lease);
      ASSERT_TRUE(write(*journal, batch(started(0))));
      EXPECT_EQ(disk.syncs(), before + 1);
      disk.cut_now();
    }
    disk.power_on();
    auto store = open_store(on(disk, folder), clock, random);
    ASSERT_TRUE(store);
    auto all = (*store)->recover("r");
    ASSERT_TRUE(all) << all.error().message;
    EXPECT_EQ(all->steps.size(), 1u);
    ASSERT_TRUE((*store)->create(new_run("again"))) << "commits are synced again";
    disk.cut_now();
    store->reset();
    disk.power_on();
    store = open_store(on(disk, folder), clock, random);
    ASSERT_TRUE(store);
    EXPECT_TRUE((*store)->find("again")->has_value());
  }
}

// A process that is killed between a write and its sync leaves what can be read, but need not last.
TEST_F(Power, what_the_next_driver_finds_lasts) {
  std::uint64_t found_more = 0;
  for (std::uint64_t seed = 0; seed < 200 && !HasFailure(); ++seed) {
    sim::PowerDisk disk(seed);
    std::mt19937_64 chance(seed);
    Row durable = 0;
    {
      auto store = open_store(on(disk, folder), clock, random);
      ASSERT_TRUE(store && (*store)->create(new_run("r", steps_max)));
      disk.cut_after(chance() % 60);
      durable = write_until_it_fails(**store, 0, seed, chance).durable;
      disk.cut_now();
    }
    disk.restart();
    Row there = 0;
    {
      auto store = open_store(on(disk, folder), clock, random);
      ASSERT_TRUE(store) << store.error().message;
      auto lease = lease_of(**store, "r");
      there = expect_a_prefix(**store, seed);
      EXPECT_GE(there, durable) << "seed " << seed;
      found_more += there > durable ? 1 : 0;
      disk.cut_now();
    }
    disk.power_on();
    auto store = open_store(on(disk, folder), clock, random);
    ASSERT_TRUE(store) << store.error().message;
    EXPECT_GE(expect_a_prefix(**store, seed), there) << "seed " << seed;
  }
  EXPECT_GT(found_more, 10u) << "some must be killed just before a sync for this to mean anything";
}

TEST_F(Power, one_sync_makes_a_whole_group_durable) {
  sim::PowerDisk disk(1);
  auto store = open_store(on(disk, folder), clock, random);
  ASSERT_TRUE(store && (*store)->create(new_run("r", 1'000)));
  auto lease = lease_of(**store, "r");
  auto journal = journal_of(**store, *lease);
  ASSERT_TRUE(write(*journal, batch(run_is(RunStatus::running))));
  const std::uint64_t before = disk.syncs();
  // The callback of the first appends all others: they gather while it runs.
  Row told = 0;
  journal->append(batch(started(0)), [&](Result<>) {
    for (Row step = 0; step < 1'000; ++step) {
      journal->append(batch(ended(step)), [&](Result<> result) { told += result ? 1 : 0; });
    }
  });
  EXPECT_EQ(told, 1'000u);
  EXPECT_EQ(disk.syncs() - before, 2u);
}

// What versions 3 and 4 have added.
constexpr const char* to_version_2 =
    "DROP TABLE footings; DROP TABLE adoptions; DROP TABLE interventions; DROP TABLE charges; "
    "DROP TABLE limits; PRAGMA user_version = 2";

TEST_F(Power, cut_in_a_migration_leaves_the_old_store_or_the_new_one) {
  int cuts = 0, old = 0;
  for (std::uint64_t at = 0;; ++at) {
    ASSERT_LT(at, 200u);
    sim::PowerDisk disk(at);
    StillClock clock;
    CountingRandom random;
    {
      auto store = open_store(on(disk, folder), clock, random);
      ASSERT_TRUE(store) << store.error().message;
      ASSERT_TRUE((*store)->create(new_run("r")));
    }
    {
      auto connection =
          Connection::open({.path = folder.path() + "/.wf/runs.db", .vfs = disk.name(), .warn = {}});
      ASSERT_TRUE(connection) << connection.error().message;
      auto made_old = (*connection)->execute(to_version_2);
      ASSERT_TRUE(made_old) << made_old.error().message;
    }
    disk.cut_after(at);
    const bool migrated = static_cast<bool>(open_store(on(disk, folder), clock, random));
    const bool cut = disk.is_off();
    EXPECT_TRUE(cut || migrated);
    disk.cut_now();
    disk.power_on();
    disk.heal();
    {
      auto connection =
          Connection::open({.path = folder.path() + "/.wf/runs.db", .vfs = disk.name(), .warn = {}});
      ASSERT_TRUE(connection) << connection.error().message;
      auto version = (*connection)->number("PRAGMA user_version");
      auto tables = (*connection)
                        ->number(
                            "SELECT count(*) FROM sqlite_schema WHERE name IN ('footings', 'adoptions', "
                            "'interventions', 'charges', 'limits')");
      ASSERT_TRUE(version && tables) << at;
      EXPECT_TRUE((*version == 2 && *tables == 0) || (*version == 4 && *tables == 5)) << *version << *tables;
      EXPECT_TRUE(!migrated || *version == 4) << "what was reported done";
      old += *version == 2 ? 1 : 0;
    }
    auto again = open_store(on(disk, folder), clock, random);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_TRUE((*again)->recover("r"));
    EXPECT_FALSE((*again)->footings("r")->known);
    if (!cut) break;
    ++cuts;
  }
  EXPECT_GT(cuts, 3);
  EXPECT_GT(old, 0);
}

TEST_F(Power, cut_while_a_person_intervenes_leaves_all_of_it_or_nothing) {
  int cuts = 0, nothing = 0;
  for (std::uint64_t at = 0;; ++at) {
    ASSERT_LT(at, 200u);
    sim::PowerDisk disk(at);
    StillClock clock;
    CountingRandom random;
    const std::vector<Intervention> wishes = {{0, 2, 0, Intervention::What::again, "ana", 0, ""},
                                              {0, 2, 0, Intervention::What::done, "ana", 0, "by hand"},
                                              {1, 2, 0, Intervention::What::again, "ana", 0, ""}};
    bool recorded = false;
    {
      auto store = open_store(on(disk, folder), clock, random);
      ASSERT_TRUE(store) << store.error().message;
      ASSERT_TRUE((*store)->create(new_run("r")));
      Holder holder;
      auto lease = (*store)->lease("r", holder);
      ASSERT_TRUE(lease && *lease);
      NewRun newer = new_run("r", 4);
      disk.cut_after(at);
      recorded = (*store)->adopt(**lease, newer) && (*store)->intervene(**lease, wishes);
    }
    const bool cut = disk.is_off();
    EXPECT_TRUE(cut || recorded);
    disk.cut_now();
    disk.power_on();
    disk.heal();
    auto store = open_store(on(disk, folder), clock, random);
    ASSERT_TRUE(store) << store.error().message;
    auto run = (*store)->recover("r");
    ASSERT_TRUE(run) << run.error().message;
    const std::size_t found = run->interventions.size();
    EXPECT_TRUE(found == 0 || found == 3) << found;
    EXPECT_TRUE(!recorded || found == 3);
    EXPECT_EQ(run->steps.size(), found == 3 ? 1u : 0u);
    EXPECT_EQ(run->run.status, found == 3 ? RunStatus::running : RunStatus::pending);
    EXPECT_EQ(run->run.first_plan_digest, "plan-3");
    EXPECT_TRUE(found == 0 || run->run.plan_digest == "plan-4");
    EXPECT_EQ(run->step_ids.size(), run->run.plan_digest == "plan-4" ? 4u : 3u);
    nothing += found == 0 ? 1 : 0;
    if (!cut) break;
    ++cuts;
  }
  EXPECT_GT(cuts, 3);
  EXPECT_GT(nothing, 0);
}

}  // namespace
}  // namespace wf::store
