// What the engine costs: steps that do nothing, against a bare oneTBB flow graph of the same shape, and with
// the journal on against bare SQLite inserts in equal batches.
//
// Both sides are built and run each time. The bare graph is a continue_node a step with edges between them;
// ours is the tables (which a compiled workflow has in its read-only memory, so making them is not counted)
// and an Engine made for them. A step that does nothing is a `join`: it goes through conditions, turns, the
// journal and StepBodies as every step does. `--table` prints the ratios that product.md section 8 has bars
// for; without it, Google Benchmark.
#include <benchmark/benchmark.h>
#include <sqlite3.h>
#include <tbb/flow_graph.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <deque>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "runtime/engine/engine.h"
#include "runtime/store/store.h"
#include "tests/unit/runtime_engine/thread_loop.h"

namespace {

using namespace wf;

enum class Shape { chain, fan, layered };
constexpr const char* name_of_shape[] = {"chain", "fan-out-in", "layered"};

struct Tables {
  std::vector<StepRow> steps;
  std::vector<Row> needs, followers;
  Program program;
};

std::unique_ptr<Tables> tables(Shape shape, Row count, StepKind kind = StepKind::join) {
  auto made = std::make_unique<Tables>();
  std::vector<std::vector<Row>> needs(count), followers(count);
  const Row width = std::max<Row>(2, std::min<Row>(1000, count / 10));
  for (Row i = 0; i < count; ++i) {
    switch (shape) {
      case Shape::chain:
        if (i > 0) needs[i] = {i - 1};
        break;
      case Shape::fan:
        if (i == count - 1) {
          for (Row j = 1; j < i; ++j) needs[i].push_back(j);
        } else if (i > 0) {
          needs[i] = {0};
        }
        break;
      case Shape::layered:
        if (i >= width) {
          const Row above = i / width * width - width, at = i % width;
          for (Row k = 0; k < 3; ++k) needs[i].push_back(above + (at + k) % width);
          std::sort(needs[i].begin(), needs[i].end());
          needs[i].erase(std::unique(needs[i].begin(), needs[i].end()), needs[i].end());
        }
        break;
    }
    for (const Row need : needs[i]) followers[need].push_back(i);
  }
  std::size_t edges = 0;
  for (const auto& each : needs) edges += each.size();
  made->needs.reserve(edges);
  made->followers.reserve(edges);
  made->steps.resize(count);
  for (Row i = 0; i < count; ++i) {
    StepRow& step = made->steps[i];
    step.kind = kind;
    step.needs = {made->needs.data() + made->needs.size(), static_cast<std::uint32_t>(needs[i].size())};
    made->needs.insert(made->needs.end(), needs[i].begin(), needs[i].end());
    step.followers = {made->followers.data() + made->followers.size(),
                      static_cast<std::uint32_t>(followers[i].size())};
    made->followers.insert(made->followers.end(), followers[i].begin(), followers[i].end());
  }
  made->program.steps = {made->steps.data(), count};
  return made;
}

class NoOps final : public StepBodies {
 public:
  void start(StepRun run) override { std::move(run).finish(Outcome()); }
  void stop(StepKey, std::uint32_t, std::string_view) override {}
};

class NoOutputs final : public OutputKeeper {
 public:
  std::string log_path(StepKey, std::uint32_t, bool) const override { return {}; }
  Result<std::string> keep(const std::string& path) const override { return path; }
  Result<std::string> load(const Output& output) const override { return output.text; }
};

// Counts the batches, so that the bare side can be given equal ones.
class Counting final : public store::Journal {
 public:
  explicit Counting(store::Journal& journal) : journal_(journal) {}
  void append(std::vector<store::Record> batch, std::function<void(Result<>)> durable) override {
    sizes.push_back(batch.size());
    journal_.append(std::move(batch), std::move(durable));
  }
  std::vector<std::size_t> sizes;

 private:
  store::Journal& journal_;
};

void run_engine(const Tables& tables, store::Journal& journal, const std::string& run_id = "r-bench") {
  engine::ThreadLoop loop;
  SystemClock clock;
  SystemRandom random;
  NoOps bodies;
  NoOutputs outputs;
  engine::Parts parts{.loop = loop,
                      .clock = clock,
                      .random = random,
                      .journal = journal,
                      .bodies = bodies,
                      .outputs = outputs,
                      .notice = {},
                      .wishes = {},
                      .printed = {}};
  engine::EngineOptions options;
  options.machine.notices = false;
  options.run_id = run_id;
  options.store_id = "s-bench";
  engine::Engine engine(tables.program, parts, options);
  store::Recovered fresh;
  fresh.run.id = run_id;
  if (engine.drive(fresh).status != RunStatus::completed) std::abort();
}

void run_bare(const Tables& tables) {
  using Node = tbb::flow::continue_node<tbb::flow::continue_msg>;
  const Row count = tables.program.steps.count;
  std::vector<char> written(count);
  tbb::flow::graph graph;
  std::deque<Node> nodes;
  for (Row i = 0; i < count; ++i)
    nodes.emplace_back(graph, [at = written.data() + i](const tbb::flow::continue_msg& message) {
      *at = 1;
      return message;
    });
  for (Row i = 0; i < count; ++i)
    for (const Row follower : tables.program.steps[i].followers)
      tbb::flow::make_edge(nodes[i], nodes[follower]);
  for (Row i = 0; i < count; ++i)
    if (tables.program.steps[i].needs.count == 0) nodes[i].try_put(tbb::flow::continue_msg());
  graph.wait_for_all();
  benchmark::DoNotOptimize(written.data());
}

// Each with its own folder, gone afterwards.
class Folder {
 public:
  Folder() {
    char name[] = "wf-engine-bench-XXXXXX";
    if (!::mkdtemp(name)) std::abort();
    path_ = std::filesystem::absolute(name).string();
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

template <class T>
T must(Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "%s\n", result.error().message.c_str());
    std::abort();
  }
  return std::move(*result);
}

double seconds(const std::function<void()>& work) {
  const auto from = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
}

// The run through the real store; the sizes of its batches.
double run_durable(const Tables& tables, std::vector<std::size_t>& sizes) {
  const Folder folder;
  SystemClock clock;
  SystemRandom random;
  store::OpenOptions options;
  options.path = folder.path() + "/runs.db";
  options.any_file_system = true;
  const auto store = must(store::open_store(options, clock, random));
  store::NewRun fresh;
  fresh.id = "r-bench";
  fresh.workflow = "bench";
  fresh.inputs_json = fresh.event_json = "{}";
  fresh.plan_digest = "plan";
  fresh.binary_digest = "binary";
  for (Row i = 0; i < tables.program.steps.count; ++i) {
    fresh.steps.push_back("s" + std::to_string(i));
    fresh.kinds.emplace_back("join");
  }
  must(store->create(fresh));
  store::Holder holder;
  const auto lease = must(store->lease("r-bench", holder));
  return seconds([&] {
    const auto journal = must(store->journal(*lease));
    Counting counting(*journal);
    run_engine(tables, counting);
    sizes = std::move(counting.sizes);
  });
}

// As many rows of the same columns, in transactions of the same sizes, by the plainest code there is.
double run_inserts(const std::vector<std::size_t>& sizes) {
  const Folder folder;
  sqlite3* db = nullptr;
  const auto exec = [&db](const char* sql) {
    if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) != SQLITE_OK) std::abort();
  };
  if (sqlite3_open((folder.path() + "/bare.db").c_str(), &db) != SQLITE_OK) std::abort();
  exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0");
  exec(
      "CREATE TABLE facts(k INTEGER PRIMARY KEY, kind INT, step INT, iteration INT, attempt INT, at_ms INT)");
  sqlite3_stmt* insert = nullptr;
  if (sqlite3_prepare_v2(db, "INSERT INTO facts VALUES(?,?,?,?,?,?)", -1, &insert, nullptr) != SQLITE_OK)
    std::abort();
  sqlite3_int64 key = 0;
  const double took = seconds([&] {
    for (const std::size_t size : sizes) {
      exec("BEGIN IMMEDIATE");
      for (std::size_t i = 0; i < size; ++i) {
        sqlite3_bind_int64(insert, 1, ++key);
        sqlite3_bind_int(insert, 2, 1);
        sqlite3_bind_int64(insert, 3, key);
        sqlite3_bind_int(insert, 4, 1);
        sqlite3_bind_int(insert, 5, 1);
        sqlite3_bind_int64(insert, 6, 1'700'000'000'000);
        if (sqlite3_step(insert) != SQLITE_DONE) std::abort();
        sqlite3_reset(insert);
      }
      exec("COMMIT");
    }
  });
  sqlite3_finalize(insert);
  sqlite3_close(db);
  return took;
}

int print_table() {
  bool met = true;
  std::printf("no-op steps, journal in memory; best of several, ns a step, building included; bar 1.50\n");
  std::printf("%-12s %10s %10s %10s %8s\n", "shape", "steps", "bare", "engine", "ratio");
  for (const Shape shape : {Shape::chain, Shape::fan, Shape::layered}) {
    for (const Row count : {1'000u, 100'000u, 1'000'000u}) {
      const auto made = tables(shape, count);
      const int times = count <= 1'000 ? 200 : count <= 100'000 ? 10 : 4;
      double bare = 1e9, ours = 1e9;
      // In turns, so that both meet the same weather.
      for (int i = 0; i < times; ++i) {
        bare = std::min(bare, seconds([&] { run_bare(*made); }));
        ours = std::min(ours, seconds([&] {
                          store::MemoryJournal journal;
                          run_engine(*made, journal);
                        }));
      }
      const double ratio = ours / bare;
      met = met && ratio <= 1.5;
      std::printf("%-12s %10u %10.0f %10.0f %8.2f%s\n", name_of_shape[static_cast<int>(shape)], count,
                  bare / count * 1e9, ours / count * 1e9, ratio, ratio <= 1.5 ? "" : "  over the bar");
    }
  }
  std::printf("\nno-op steps, journal on; us a step; bare SQLite inserts in equal batches; bar 2.00\n");
  std::printf("%-12s %10s %10s %10s %10s %8s\n", "shape", "steps", "batches", "bare", "engine", "ratio");
  for (const Shape shape : {Shape::chain, Shape::fan, Shape::layered}) {
    for (const Row count : {1'000u, 10'000u}) {
      const auto made = tables(shape, count);
      std::vector<std::size_t> sizes;
      double ours = 1e9, bare = 1e9;
      for (int i = 0; i < 5; ++i) {
        ours = std::min(ours, run_durable(*made, sizes));
        bare = std::min(bare, run_inserts(sizes));
      }
      const double ratio = ours / bare;
      met = met && ratio <= 2.0;
      std::printf("%-12s %10u %10zu %10.1f %10.1f %8.2f%s\n", name_of_shape[static_cast<int>(shape)], count,
                  sizes.size(), bare / count * 1e6, ours / count * 1e6, ratio,
                  ratio <= 2.0 ? "" : "  over the bar");
    }
  }
  return met ? 0 : 1;
}

void engine_memory(benchmark::State& state) {
  const auto made = tables(static_cast<Shape>(state.range(0)), static_cast<Row>(state.range(1)));
  for (auto _ : state) {
    store::MemoryJournal journal;
    run_engine(*made, journal);
  }
  state.SetItemsProcessed(state.iterations() * state.range(1));
  state.SetLabel(name_of_shape[state.range(0)]);
}
void bare_flow_graph(benchmark::State& state) {
  const auto made = tables(static_cast<Shape>(state.range(0)), static_cast<Row>(state.range(1)));
  for (auto _ : state) run_bare(*made);
  state.SetItemsProcessed(state.iterations() * state.range(1));
  state.SetLabel(name_of_shape[state.range(0)]);
}
BENCHMARK(engine_memory)
    ->ArgsProduct({{0, 1, 2}, {1'000, 100'000, 1'000'000}})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(bare_flow_graph)
    ->ArgsProduct({{0, 1, 2}, {1'000, 100'000, 1'000'000}})
    ->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "--table") == 0) return print_table();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
