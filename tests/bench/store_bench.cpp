// The journal against bare SQLite: the same number of rows in batches of the same size, each batch durable
// before the next begins. And what opening a store costs at the start of a run.
//
// `bare` inserts one row of five integers for each record into one table, with the same pragmas, on the
// calling thread: no uniqueness, no lease, no queue. The bar is twice its time.
#include <benchmark/benchmark.h>
#include <sqlite3.h>

#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <string>

#include "runtime/store/store.h"

namespace {

using namespace wf;
using namespace wf::store;

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::current_path() / "bench-store-XXXXXX").string();
    path = ::mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string path;
};

// A and B of as many steps as a batch of `size` records holds, as an engine writes them: B of the last wave
// together with A of the next.
std::vector<Record> wave(std::int64_t size, Row& step) {
  std::vector<Record> records;
  records.reserve(static_cast<std::size_t>(size));
  const std::int64_t halves = std::max<std::int64_t>(1, size / 2);
  for (std::int64_t i = 0; i < size; ++i) {
    Record record;
    const bool begins = size == 1 ? step % 2 == 0 : i >= halves;
    record.kind = begins ? RecordKind::attempt_started : RecordKind::step_ended;
    record.step = size == 1 ? step / 2 : static_cast<Row>(step + i % halves + (begins ? halves : 0));
    record.attempt = 1;
    record.at_ms = 1'795'255'200'000 + step;
    records.push_back(std::move(record));
  }
  step += static_cast<Row>(size == 1 ? 1 : halves);
  return records;
}

class Waiter {
 public:
  void tell(const Result<>& result) {
    if (!result) std::abort();
    const std::lock_guard lock(mutex_);
    told_ = true;
    changed_.notify_one();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return told_; });
    told_ = false;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool told_ = false;
};

struct Driven {
  explicit Driven(bool threads = true) {
    store = std::move(
        open_store({.path = folder.path + "/.wf/runs.db", .journal_threads = threads}, clock, random)
            .value());
    NewRun run;
    run.id = "r";
    run.workflow = "bench";
    run.steps = {"s"};
    run.kinds = {"command"};
    if (!store->create(run)) std::abort();
    Holder holder;
    lease = std::move(store->lease("r", holder).value());
    journal = std::move(store->journal(*lease).value());
  }
  Folder folder;
  SystemClock clock;
  SystemRandom random;
  std::unique_ptr<Store> store;
  std::unique_ptr<Lease> lease;
  std::unique_ptr<Journal> journal;
};

void journal_batches(benchmark::State& state) {
  Driven driven;
  Waiter waiter;
  Row step = 0;
  for (auto _ : state) {
    driven.journal->append(wave(state.range(0), step), [&](Result<> result) { waiter.tell(result); });
    waiter.wait();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

// The next batch is appended without waiting for the last: what group commit is for.
void journal_stream(benchmark::State& state) {
  Driven driven;
  Waiter waiter;
  Row step = 0;
  for (auto _ : state) {
    for (int i = 0; i < 64; ++i) {
      const bool last = i == 63;
      driven.journal->append(wave(state.range(0), step), [&waiter, last](Result<> result) {
        if (!result) std::abort();
        if (last) waiter.tell(result);
      });
    }
    waiter.wait();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0) * 64);
}

void journal_without_thread(benchmark::State& state) {
  Driven driven(false);
  Row step = 0;
  for (auto _ : state) {
    driven.journal->append(wave(state.range(0), step), [](Result<> result) {
      if (!result) std::abort();
    });
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void bare_batches(benchmark::State& state) {
  const Folder folder;
  sqlite3* db = nullptr;
  sqlite3_open((folder.path + "/bare.db").c_str(), &db);
  sqlite3_exec(
      db,
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; CREATE TABLE log(run "
      "INTEGER, step INTEGER, iteration INTEGER, attempt INTEGER, at_ms INTEGER)",
      nullptr, nullptr, nullptr);
  const auto prepare = [&](const char* sql) {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    return statement;
  };
  sqlite3_stmt* const statements[] = {prepare("BEGIN IMMEDIATE"),
                                      prepare("INSERT INTO log VALUES(?, ?, ?, ?, ?)"), prepare("COMMIT")};
  const auto run = [](sqlite3_stmt* statement) {
    if (sqlite3_step(statement) != SQLITE_DONE) std::abort();
    sqlite3_reset(statement);
  };
  Row step = 0;
  for (auto _ : state) {
    run(statements[0]);
    for (std::int64_t i = 0; i < state.range(0); ++i, ++step) {
      sqlite3_bind_int64(statements[1], 1, 1);
      sqlite3_bind_int64(statements[1], 2, step);
      sqlite3_bind_int64(statements[1], 3, 1);
      sqlite3_bind_int64(statements[1], 4, 1);
      sqlite3_bind_int64(statements[1], 5, 1'795'255'200'000 + step);
      run(statements[1]);
    }
    run(statements[2]);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  for (sqlite3_stmt* statement : statements) sqlite3_finalize(statement);
  sqlite3_close(db);
}

void open_fresh(benchmark::State& state) {
  const Folder folder;
  SystemClock clock;
  SystemRandom random;
  int number = 0;
  for (auto _ : state) {
    const std::string place = folder.path + "/" + std::to_string(++number);
    auto store = open_store({.path = place + "/.wf/runs.db"}, clock, random);
    if (!store) std::abort();
    state.PauseTiming();
    store->reset();
    state.ResumeTiming();
  }
}

void open_existing(benchmark::State& state) {
  const Folder folder;
  SystemClock clock;
  SystemRandom random;
  const OpenOptions options{.path = folder.path + "/.wf/runs.db"};
  open_store(options, clock, random).value();
  for (auto _ : state) {
    auto store = open_store(options, clock, random);
    benchmark::DoNotOptimize(store);
  }
}

// All that a run of one step asks of a store, from nothing to closed.
void one_step_run(benchmark::State& state) {
  for (auto _ : state) {
    Driven driven;
    Waiter waiter;
    for (Row step : {0u, 1u}) {
      Row at = step;
      driven.journal->append(wave(1, at), [&](Result<> result) { waiter.tell(result); });
      waiter.wait();
    }
    driven.journal.reset();
    driven.store.reset();
  }
}

void recover_run(benchmark::State& state) {
  Driven driven;
  driven.journal.reset();
  NewRun run;
  run.id = "big";
  run.workflow = "bench";
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    run.steps.push_back("step-" + std::to_string(i));
    run.kinds.emplace_back("command");
  }
  driven.store->create(run).value();
  Holder holder;
  auto lease = std::move(driven.store->lease("big", holder).value());
  auto journal = std::move(driven.store->journal(*lease).value());
  Waiter waiter;
  std::vector<Record> records;
  for (Row step = 0; step < state.range(0) * 9 / 10; ++step) {
    for (const RecordKind kind : {RecordKind::attempt_started, RecordKind::step_ended}) {
      Record record;
      record.kind = kind;
      record.step = step;
      record.attempt = 1;
      if (kind == RecordKind::step_ended) {
        record.detail = std::make_unique<Detail>();
        record.detail->outcome = Outcome::succeeded("the output of a step, a line of text or two");
      }
      records.push_back(std::move(record));
    }
  }
  journal->append(std::move(records), [&](Result<> result) { waiter.tell(result); });
  waiter.wait();
  for (auto _ : state) {
    auto all = driven.store->recover("big");
    if (!all || all->steps.empty()) std::abort();
  }
}

BENCHMARK(bare_batches)->Arg(1)->Arg(10)->Arg(100)->Arg(1000)->UseRealTime();
BENCHMARK(journal_batches)->Arg(1)->Arg(10)->Arg(100)->Arg(1000)->UseRealTime();
BENCHMARK(journal_without_thread)->Arg(1)->Arg(10)->Arg(100)->Arg(1000)->UseRealTime();
BENCHMARK(journal_stream)->Arg(1)->Arg(10)->Arg(100)->Arg(1000)->UseRealTime();
BENCHMARK(open_fresh)->Unit(benchmark::kMicrosecond)->UseRealTime();
BENCHMARK(open_existing)->Unit(benchmark::kMicrosecond)->UseRealTime();
BENCHMARK(one_step_run)->Unit(benchmark::kMicrosecond)->UseRealTime();
BENCHMARK(recover_run)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
