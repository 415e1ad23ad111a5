// sim: runs seeds, prints the first that breaks a promise.
//
//   sim                         2,000 seeds from 1 on
//   sim --seeds 100000          more of them
//   sim --seed 4711             only this one, told step by step if it breaks one
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/sim/world.h"

int main(int argc, char** argv) {
  std::uint64_t from = 1, count = 2000;
  bool counted = false;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--seeds") == 0) {
      count = std::strtoull(argv[i + 1], nullptr, 10);
      counted = true;
    } else if (std::strcmp(argv[i], "--seed") == 0) {
      from = std::strtoull(argv[i + 1], nullptr, 10);
      if (!counted) count = 1;
    } else {
      std::fprintf(stderr, "usage: sim [--seeds N] [--seed FIRST]\n");
      return 2;
    }
  }
  std::uint64_t starts = 0, drives = 0;
  for (std::uint64_t seed = from; seed < from + count; ++seed) {
    wf::sim::World world(seed);
    const std::string broken = world.run();
    starts += world.starts();
    drives += world.drives();
    if (broken.empty()) continue;
    if (count == 1) std::fputs(world.story().c_str(), stdout);
    std::printf("seed %llu: %s\nrepeat: sim --seed %llu\n", static_cast<unsigned long long>(seed),
                broken.c_str(), static_cast<unsigned long long>(seed));
    return 1;
  }
  std::printf("%llu seeds held: %llu drives, %llu starts\n", static_cast<unsigned long long>(count),
              static_cast<unsigned long long>(drives), static_cast<unsigned long long>(starts));
  return 0;
}
