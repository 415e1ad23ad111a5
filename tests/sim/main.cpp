// sim: runs seeds, prints the first that breaks a promise.
//
//   sim                         2,000 seeds from 1 on
//   sim --seeds 100000          more of them
//   sim --seed 4711             only this one, told step by step if it breaks one
//   sim --power ...             the same with the real store, on a disk that loses power
//   sim --every-call [--seed N] one run, which a fault ends at each write and sync of its store in turn
//   sim --passes ...            each run with the edges that were written and with those that passes leave:
//   the
//                               same records in the same order
//   sim --go-on ...             counts the seeds that break a promise instead of ending with the first
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/sim/world.h"
#include "tests/unit/runtime_store/folder.h"

namespace wf::sim {
namespace {

struct Sum {
  unsigned long long seeds = 0, drives = 0, cuts = 0, starts = 0, compared = 0;
};

// Without faults, and with a store that cannot be wrong.
std::string ends_in_peace(std::uint64_t seed) {
  World peace(seed, {.faults = std::vector<Fault>(), .folder = {}, .passes = {}});
  const std::string broken = peace.run();
  return broken.empty() ? peace.ends() : broken;
}

std::string broken_by(std::uint64_t seed, Circumstances circumstances, bool tell, Sum& sum) {
  const bool real = !circumstances.folder.empty();
  World world(seed, std::move(circumstances));
  std::string broken = world.run();
  ++sum.seeds;
  sum.drives += world.drives();
  sum.cuts += world.cuts();
  sum.starts += world.starts();
  if (real && broken.empty() && world.scenario().ends_one_way()) {
    ++sum.compared;
    const std::string peace = ends_in_peace(seed);
    if (world.ends() != peace)
      broken = "with faults the run ends as\n" + world.ends() + "\nand without as\n" + peace;
  }
  if (!broken.empty() && tell) std::fputs(world.story().c_str(), stdout);
  return broken;
}

void print(const Sum& sum) {
  std::printf(
      "%llu seeds held: %llu drives, %llu of them cut, %llu starts, %llu ends compared with those without "
      "faults\n",
      sum.seeds, sum.drives, sum.cuts, sum.starts, sum.compared);
}

int run_seeds(std::uint64_t from, std::uint64_t count, const std::string& folder, bool go_on) {
  Sum sum;
  std::uint64_t failed = 0;
  for (std::uint64_t seed = from; seed < from + count; ++seed) {
    Circumstances circumstances;
    circumstances.folder = folder;
    if (!folder.empty()) circumstances.faults = store_faults(seed);
    const std::string broken = broken_by(seed, std::move(circumstances), count == 1, sum);
    if (broken.empty()) continue;
    ++failed;
    const char* how = folder.empty() ? "" : "--power ";
    const auto number = static_cast<unsigned long long>(seed);
    std::printf("seed %llu: %s\nrepeat: sim %s--seed %llu\n", number, broken.c_str(), how, number);
    if (!go_on) return 1;
  }
  if (failed != 0) {
    std::printf("%llu of %llu seeds broke a promise\n", static_cast<unsigned long long>(failed),
                static_cast<unsigned long long>(count));
    return 1;
  }
  print(sum);
  return 0;
}

// Nobody can see which edges were followed.
int compare_passes(std::uint64_t from, std::uint64_t count) {
  unsigned long long written = 0, left = 0, joins = 0, records = 0;
  for (std::uint64_t seed = from; seed < from + count; ++seed) {
    std::string histories[2];
    for (const bool passes : {false, true}) {
      World world(seed, {.faults = {}, .folder = {}, .passes = passes});
      const std::string broken = world.run();
      histories[passes] = broken + world.history();
      for (const StepRow& step : world.scenario().program->steps)
        (passes ? left : written) += step.followers.count;
      for (const JoinRow& join : world.scenario().program->joins) left += join.followers.count;
      joins += world.scenario().program->joins.count;
      records += world.records();
    }
    if (histories[0] == histories[1]) continue;
    const auto number = static_cast<unsigned long long>(seed);
    std::printf("seed %llu: as written\n%s\nand after the passes\n%s\nrepeat: sim --passes --seed %llu\n",
                number, histories[0].c_str(), histories[1].c_str(), number);
    return 1;
  }
  std::printf("%llu seeds held: %llu edges written, %llu left, with %llu joins; %llu records compared\n",
              static_cast<unsigned long long>(count), written, left, joins, records / 2);
  return joins == 0 || left >= written ? 1 : 0;  // Something was compared.
}

// A workflow of middle size with people, branches and repeats, that one process drives from start to end.
bool is_rich(const Scenario& scenario) {
  const Program& program = *scenario.program;
  const Row count = program.steps.count;
  bool gate = false, branch = false, repeat = false, once = false;
  for (Row i = 0; i < count; ++i) {
    const StepRow& step = program.steps[i];
    const bool runs = step.branch == no_row && step.when == no_expr && step.needs.count < 3;
    gate = gate || (step.gate != no_row && runs);
    branch = branch || step.branch != no_row;
    repeat = repeat || (step.reactions.count != 0 && scenario.steps[i].failures != 0 && runs);
    once = once || !step.idempotent;
  }
  return count >= 14 && count <= 20 && gate && branch && repeat && once && scenario.wait &&
         scenario.ends_one_way();
}

std::uint64_t rich_seed(std::uint64_t from) {
  for (;; ++from) {
    if (!is_rich(Scenario(from))) continue;
    World peace(from, {.faults = std::vector<Fault>(), .folder = {}, .passes = {}});
    if (!peace.run().empty() || peace.starts() >= 12) return from;
  }
}

// The fault comes during the first, the second ... write or sync, until the run is over before it comes.
int cut_at_every_call(std::uint64_t from, const std::string& folder) {
  const std::uint64_t seed = rich_seed(from);
  const auto number = static_cast<unsigned long long>(seed);
  using What = Fault::What;
  struct Way {
    const char* name;
    What first;
    std::optional<What> then;  // In the middle of what the next process begins with.
  };
  for (const Way& way : {Way{"power cut", What::power_cut, {}}, Way{"kill", What::killed, {}},
                         Way{"kill, then power cut", What::killed, What::power_cut}}) {
    Sum sum;
    for (std::uint64_t at = 0;; ++at) {
      std::vector<Fault> faults(1);
      faults[0].what = way.first;
      faults[0].after_operations = at;
      if (way.then) {
        faults.emplace_back().what = *way.then;
        faults[1].after_operations = at % 16;
      }
      const unsigned long long cuts = sum.cuts;
      const std::string broken =
          broken_by(seed, {.faults = std::move(faults), .folder = folder, .passes = {}}, false, sum);
      if (!broken.empty()) {
        std::printf("seed %llu, %s at call %llu: %s\n", number, way.name, static_cast<unsigned long long>(at),
                    broken.c_str());
        return 1;
      }
      if (sum.cuts == cuts) break;
    }
    std::printf("seed %llu, %s at each of %llu calls: ", number, way.name, sum.seeds - 1);
    print(sum);
  }
  return 0;
}

}  // namespace
}  // namespace wf::sim

int main(int argc, char** argv) {
  std::uint64_t from = 1, count = 2000;
  bool counted = false, power = false, every_call = false, go_on = false, passes = false;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--power") == 0) {
      power = true;
    } else if (std::strcmp(argv[i], "--every-call") == 0) {
      every_call = true;
    } else if (std::strcmp(argv[i], "--passes") == 0) {
      passes = true;
    } else if (std::strcmp(argv[i], "--go-on") == 0) {
      go_on = true;
    } else if (i + 1 < argc && std::strcmp(argv[i], "--seeds") == 0) {
      count = std::strtoull(argv[++i], nullptr, 10);
      counted = true;
    } else if (i + 1 < argc && std::strcmp(argv[i], "--seed") == 0) {
      from = std::strtoull(argv[++i], nullptr, 10);
      if (!counted) count = 1;
    } else {
      std::fprintf(stderr,
                   "usage: sim [--power | --every-call | --passes] [--go-on] [--seeds N] [--seed FIRST]\n");
      return 2;
    }
  }
  const wf::store::Folder folder;
  if (passes) return wf::sim::compare_passes(from, count);
  if (every_call) return wf::sim::cut_at_every_call(from, folder.path());
  return wf::sim::run_seeds(from, count, power ? folder.path() : "", go_on);
}
