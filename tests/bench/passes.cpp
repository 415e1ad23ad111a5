// What each pass of `plan` buys, and how near to the best order the engine comes.
//
//   bench_passes            every line
//
// Each pass is given a definition that it is for; the plan without it is the floor beside it. Runs are those
// of the real engine with a journal in memory. The table of makespans is in pretended time: the engine
// decides, and steps take as long as they are told to, so a figure is the same on every machine.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>

#include "compiler/dialects/dialect.h"
#include "compiler/emit/emit.h"
#include "compiler/graph/graph.h"
#include "compiler/passes/edges.h"
#include "compiler/passes/pass_list.h"
#include "compiler/passes/passes.h"
#include "runtime/engine/engine.h"
#include "tests/sim/pretend.h"
#include "tests/unit/runtime_engine/thread_loop.h"

namespace {

using namespace wfc;

double ms(const std::function<void()>& work) {
  const auto from = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - from).count();
}

double best_of(int times, const std::function<void()>& work) {
  double best = 1e12;
  for (int i = 0; i < times; ++i) best = std::min(best, ms(work));
  return best;
}

struct Definition {
  source::SourceMap sources;
  diag::Report report;
  dialects::ReadResult read;
  FileId file = no_file;
};

// The definition's texts, as C++, and how many expressions they have.
struct Written {
  std::size_t bytes = 0, expressions = 0;
};
using Pass = plan::Plan (*)(plan::Plan);
Written written(const std::string& text, const std::vector<Pass>& passes) {
  Definition definition;
  definition.file = definition.sources.add("w.wf", text);
  definition.read = dialects::read({.sources = definition.sources,
                                    .file = definition.file,
                                    .report = definition.report,
                                    .defines = {},
                                    .root = "."},
                                   "");
  if (definition.report.has_errors()) std::abort();
  const graph::StepGraph graph(definition.read.workflow);
  plan::Plan plan = plan::lower(definition.read.workflow, graph,
                                {.dialect = "wf",
                                 .source_digest = "",
                                 .compiler = "wfc bench",
                                 .sources = &definition.sources,
                                 .definition = definition.file},
                                definition.report);
  for (const Pass pass : passes) plan = pass(std::move(plan));
  plan = passes::drop_unused_expressions(std::move(plan));
  plan.seal();
  Written result;
  result.expressions = plan.expressions.size();
  emit::Options options;
  options.definition = definition.file;
  for (const emit::SourceFile& file : emit::emit_cpp(plan, definition.sources, options).files)
    result.bytes += file.text.size();
  return result;
}

void print(const char* pass, const char* what, double without, double with, const char* unit) {
  std::printf("%-24s %-52s %12.0f %12.0f %-6s %6.2f\n", pass, what, without, with, unit, with / without);
}

std::string steps(int count, const std::function<std::string(int)>& step) {
  std::string text = "workflow w\ninput n: int\ninput flag: bool\n\n";
  for (int i = 0; i < count; ++i) text += "step s" + std::to_string(i) + ": " + step(i) + "\n";
  return text;
}

plan::Plan made(wf::Row count, const std::function<std::vector<wf::Row>(wf::Row)>& needs_of,
                wf::StepKind kind = wf::StepKind::command) {
  plan::Plan plan;
  std::vector<std::vector<wf::Row>> needs;
  for (wf::Row row = 0; row < count; ++row) {
    plan.steps.push_back({.id = plan.text("s" + std::to_string(row)), .kind = kind});
    needs.push_back(needs_of(row));
  }
  plan.set_edges(needs);
  plan.seal();
  return plan;
}

class NoOps final : public wf::StepBodies {
 public:
  void start(wf::StepRun run) override { std::move(run).finish(wf::Outcome()); }
  void stop(wf::StepKey, std::uint32_t, std::string_view) override {}
};

void run(const wf::Program& program) {
  wf::engine::ThreadLoop loop;
  wf::SystemClock clock;
  wf::SystemRandom random;
  NoOps bodies;
  wf::sim::NoOutputs outputs;
  wf::store::MemoryJournal journal;
  wf::engine::Parts parts{.loop = loop,
                          .clock = clock,
                          .random = random,
                          .journal = journal,
                          .bodies = bodies,
                          .outputs = outputs,
                          .notice = {},
                          .wishes = {},
                          .printed = {}};
  wf::engine::EngineOptions options;
  options.machine.notices = false;
  wf::engine::Engine engine(program, parts, options);
  if (engine.drive({}).status != wf::RunStatus::completed) std::abort();
}

void edge_pass(const char* name, const char* what, plan::Plan plan, Pass pass) {
  const std::size_t before = passes::count_edges(plan);
  const double slow = best_of(5, [&] { run(plan.program); });
  double took = 0;
  took = ms([&] { plan = pass(std::move(plan)); });
  plan.seal();
  const double fast = best_of(5, [&] { run(plan.program); });
  print(name, (std::string(what) + ": edges").c_str(), static_cast<double>(before),
        static_cast<double>(passes::count_edges(plan)), "");
  print("", "the engine's work on them", slow * 1000, fast * 1000, "us");
  std::printf("%-24s %-52s %25.1f ms\n", "", "the pass itself", took);
}

void print_passes() {
  std::printf("%-24s %-52s %12s %12s %-6s %6s\n", "pass", "on", "without", "with", "", "ratio");
  const std::string long_text = "agent \"Look at {{ n }} and at {{ n + 1 }}: is it what it was before?\"";
  const std::string dead = steps(1'000, [&](int i) { return long_text + (i % 2 ? " when 1 > 2" : ""); });
  const Written alive = written(dead, {}), pruned = written(dead, {passes::prune_unreachable});
  print("prune unreachable", "1,000 agents, half of them never: C++", static_cast<double>(alive.bytes),
        static_cast<double>(pruned.bytes), "bytes");
  const std::string constant = steps(1'000, [](int i) {
    return "agent \"{{ 'Part' | upper }} {{ " + std::to_string(i) + " + 1 }} of {{ 10 * 100 }}\"";
  });
  const Written asked = written(constant, {}), folded = written(constant, {passes::fold_constants});
  print("fold constants", "1,000 texts of constants: functions", static_cast<double>(asked.expressions),
        static_cast<double>(folded.expressions), "");
  print("", "C++", static_cast<double>(asked.bytes), static_cast<double>(folded.bytes), "bytes");
  const std::string alike = steps(1'000, [](int i) {
    return "run \"x\" when n > " + std::to_string(i) + " - " + std::to_string(i) + " + " +
           std::to_string(i % 10);
  });
  const Written apart = written(alike, {passes::fold_constants}),
                shared = written(alike, {passes::fold_constants, passes::share_equal_functions});
  print("share equal functions", "1,000 conditions, 10 meanings: functions",
        static_cast<double>(apart.expressions), static_cast<double>(shared.expressions), "");
  edge_pass("drop needless edges", "10,000 in a chain, each after the 8 before it",
            made(10'000,
                 [](wf::Row row) {
                   std::vector<wf::Row> needs;
                   for (wf::Row i = row < 8 ? 0 : row - 8; i < row; ++i) needs.push_back(i);
                   return needs;
                 }),
            passes::drop_needless_edges);
  edge_pass("", "100,000 in a chain, all after the first",
            made(100'000,
                 [](wf::Row row) {
                   return row == 0   ? std::vector<wf::Row>{}
                          : row == 1 ? std::vector<wf::Row>{0}
                                     : std::vector<wf::Row>{0, row - 1};
                 }),
            passes::drop_needless_edges);
  std::mt19937 dice(7);
  edge_pass("", "100,000 at random, 4 edges each",
            made(100'000,
                 [&](wf::Row row) {
                   std::vector<wf::Row> needs;
                   for (int i = 0; i < 4 && row != 0; ++i)
                     needs.push_back(row - 1 - dice() % std::min<wf::Row>(row, 2'000));
                   std::sort(needs.begin(), needs.end());
                   needs.erase(std::unique(needs.begin(), needs.end()), needs.end());
                   return needs;
                 }),
            passes::drop_needless_edges);
  edge_pass("join layers", "10,000 in all-to-all layers of 100",
            made(10'000,
                 [](wf::Row row) {
                   std::vector<wf::Row> needs;
                   const wf::Row layer = row / 100 * 100;
                   for (wf::Row i = layer == 0 ? 0 : layer - 100; i < layer; ++i) needs.push_back(i);
                   return needs;
                 }),
            passes::join_layers);
}

// ------------------------------------------------------------------------------------------------- makespans
struct Shape {
  const char* name = "";
  std::vector<wf::StepKind> kinds;
  std::vector<std::vector<wf::Row>> needs;
  wf::Row add(wf::StepKind kind, std::vector<wf::Row> after) {
    kinds.push_back(kind);
    needs.push_back(std::move(after));
    return static_cast<wf::Row>(kinds.size() - 1);
  }
};
using wf::StepKind;

// One start, many ways of different length, one end.
Shape fork_join(std::mt19937& dice) {
  Shape shape{"fork-join, ways of 1 to 8", {}, {}};
  const wf::Row start = shape.add(StepKind::command, {});
  std::vector<wf::Row> ends;
  for (int way = 0; way < 24; ++way) {
    wf::Row at = start;
    for (unsigned length = 1 + dice() % 8; length > 0; --length)
      at = shape.add(dice() % 3 ? StepKind::command : StepKind::agent, {at});
    ends.push_back(at);
  }
  shape.add(StepKind::command, ends);
  return shape;
}

// As the mosaics of Montage: project, compare neighbours, fit all, correct each, join.
Shape montage(std::mt19937& dice) {
  Shape shape{"montage-like, 20 images", {}, {}};
  std::vector<wf::Row> projected, compared, corrected;
  for (int i = 0; i < 20; ++i) projected.push_back(shape.add(StepKind::command, {}));
  for (std::size_t i = 0; i < projected.size(); ++i)
    for (std::size_t j = i + 1; j < std::min(projected.size(), i + 3 + dice() % 2); ++j)
      compared.push_back(shape.add(StepKind::command, {projected[i], projected[j]}));
  const wf::Row model = shape.add(StepKind::agent, {shape.add(StepKind::command, compared)});
  for (const wf::Row image : projected) corrected.push_back(shape.add(StepKind::command, {image, model}));
  const wf::Row table = shape.add(StepKind::command, corrected);
  shape.add(StepKind::command, {shape.add(StepKind::agent, {table})});
  return shape;
}

// Features, each planned, built, tested and reviewed; some need others.
Shape delivery(std::mt19937& dice) {
  Shape shape{"12 features: plan, build, test, review", {}, {}};
  std::vector<wf::Row> built, reviewed;
  for (int i = 0; i < 12; ++i) {
    std::vector<wf::Row> after = {shape.add(StepKind::agent, {})};
    if (!built.empty() && dice() % 2) after.insert(after.begin(), built[dice() % built.size()]);
    built.push_back(shape.add(StepKind::agent, after));
    wf::Row test = shape.add(StepKind::command, {built.back()});
    for (unsigned more = dice() % 3; more > 0; --more) test = shape.add(StepKind::command, {test});
    reviewed.push_back(shape.add(StepKind::agent, {test}));
  }
  shape.add(StepKind::deploy, reviewed);
  return shape;
}

Shape layers(std::mt19937& dice) {
  Shape shape{"6 layers of 16, 2 edges each", {}, {}};
  for (wf::Row row = 0; row < 96; ++row) {
    std::vector<wf::Row> after;
    if (row >= 16)
      for (int i = 0; i < 2; ++i) after.push_back(row / 16 * 16 - 16 + dice() % 16);
    std::sort(after.begin(), after.end());
    after.erase(std::unique(after.begin(), after.end()), after.end());
    shape.add(dice() % 2 ? StepKind::command : StepKind::agent, std::move(after));
  }
  return shape;
}

std::int64_t makespan(plan::Plan& plan, const std::vector<std::int64_t>& takes, std::uint32_t jobs) {
  wf::sim::PretendClock clock;
  wf::sim::PretendLoop loop(clock);
  wf::sim::ScriptedBodies bodies(loop, clock);
  wf::sim::Chance chance(1);
  wf::sim::NoOutputs outputs;
  wf::sim::PretendStore store("r", plan.program);
  wf::sim::PretendJournal journal(store, loop, clock, chance, 0);
  bodies.take = [&](const wf::Attempt& attempt) {
    return wf::sim::ScriptedBodies::Act{takes[attempt.key.step], wf::Outcome::succeeded(""), false};
  };
  wf::engine::Parts parts{.loop = loop,
                          .clock = clock,
                          .random = chance,
                          .journal = journal,
                          .bodies = bodies,
                          .outputs = outputs,
                          .notice = {},
                          .wishes = {},
                          .printed = {}};
  wf::engine::EngineOptions options;
  options.machine.running_max = jobs;
  options.single_threaded = true;
  wf::engine::Engine engine(plan.program, parts, options);
  const std::int64_t from = clock.monotonic_ms();
  if (engine.drive(store.recover()).status != wf::RunStatus::completed) std::abort();
  return clock.monotonic_ms() - from;
}

void print_makespans() {
  std::printf(
      "\nmakespan over the floor max(critical path, work / jobs); durations as the kinds are guessed, times "
      "a\n"
      "log-normal factor of sigma 0.7, which the plan does not know; means of 40; with\nranks of 0 the "
      "engine takes what is ready as it comes, in the order of the plan\n");
  std::printf("%-42s %5s %12s %12s %12s\n", "shape", "jobs", "ranks 0", "ranked", "ratio");
  for (const auto make : {fork_join, montage, delivery, layers}) {
    for (const std::uint32_t jobs : {2u, 4u, 8u}) {
      double first = 0, ranked = 0;
      const char* name = "";
      for (std::uint32_t seed = 1; seed <= 40; ++seed) {
        std::mt19937 dice(seed);
        Shape shape = make(dice);
        name = shape.name;
        const auto count = static_cast<wf::Row>(shape.kinds.size());
        plan::Plan plan = made(count, [&](wf::Row row) { return shape.needs[row]; });
        std::lognormal_distribution<double> skew(0, 0.7);
        std::vector<std::int64_t> takes;
        std::vector<double> path(count, 0);
        double work = 0, critical = 0;
        for (wf::Row row = 0; row < count; ++row) {
          plan.steps[row].kind = shape.kinds[row];
          const double guess = shape.kinds[row] == StepKind::agent    ? 60'000
                               : shape.kinds[row] == StepKind::deploy ? 30'000
                                                                      : 10'000;
          takes.push_back(static_cast<std::int64_t>(guess * skew(dice)));
          work += static_cast<double>(takes.back());
          for (const wf::Row need : shape.needs[row]) path[row] = std::max(path[row], path[need]);
          path[row] += static_cast<double>(takes.back());
          critical = std::max(critical, path[row]);
        }
        plan.seal();
        const double floor = std::max(critical, work / jobs);
        first += static_cast<double>(makespan(plan, takes, jobs)) / floor;
        plan = passes::rank_by_critical_path(std::move(plan));
        plan.seal();
        ranked += static_cast<double>(makespan(plan, takes, jobs)) / floor;
      }
      std::printf("%-42s %5u %12.3f %12.3f %12.3f\n", name, jobs, first / 40, ranked / 40, ranked / first);
    }
  }
}

}  // namespace

int main() {
  print_passes();
  print_makespans();
  return 0;
}
