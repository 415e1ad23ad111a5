// What a seed means: a program, how its steps behave, what people do, and what goes wrong.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/pretend.h"
#include "tests/sim/program_maker.h"
#include "tests/sim/saved.h"

namespace wf::sim {

struct StepScript {
  std::uint32_t failures = 0;  // So many attempts fail before one succeeds.
  std::int64_t takes_ms = 1;
  bool hangs = false;  // Until its timeout; counts as a failure each time.
  bool ignores_stop = false;
  std::int64_t tokens = 0, usd_millionths = 0;  // What it says an attempt has cost; 0: nothing.
  bool done_by_person = false;  // What a person says about an attempt that was cut off: done; else: again.
};

// What people do about the gate of a step.
struct GateScript {
  bool answers = true;  // Else its time runs out.
  bool approves = true;
  std::int64_t after_ms = 1000;
  bool content = false;
};

struct Fault {
  // With a store that cannot be wrong, being killed and losing power are the same: `power_cut`.
  enum class What : std::uint8_t { power_cut, interrupt, disk_full, killed, sync_fails, usurped };
  What what = What::power_cut;
  std::int64_t after_ms = 0;        // Since the drive began.
  std::uint64_t after_batches = 0;  // Of disk_full and sync_fails.
  // Of power_cut and killed: in the middle of that write or sync of the store, rather than at a time.
  std::optional<std::uint64_t> after_operations;
};

struct Scenario {
  // Every other seed has its edges saved as the compiler does; `passes` says whether in place of the seed.
  explicit Scenario(std::uint64_t seed, std::optional<bool> passes = {});

  ProgramMaker maker;
  std::optional<Saved> saved;
  const Program* program = nullptr;
  std::vector<StepScript> steps;
  std::vector<GateScript> gates;      // By row of the step.
  std::vector<GateScript> questions;  // What people say about how the step has ended.
  std::vector<bool> truths;           // Of checks and branches, by row.
  std::vector<Fault> faults;          // One for each drive, from the first on.
  std::optional<std::int64_t> cancel_after_ms;
  // When the run has failed or is paused: that step and what follows it runs again, or else what has failed.
  std::vector<std::optional<Row>> again;
  std::uint32_t raises = 0;  // So often a limit that has ended the run is raised.
  std::int64_t journal_delay_ms = 0;
  std::uint32_t running_max = 0;
  bool wait = false;
  bool shuffled = false;

  Row mended_by(Row row) const;  // What a row of `repair` mends; no_row: it is another row.
  // Neither the clock nor the order of events has a say in how the steps end.
  bool ends_one_way() const;

 private:
  void add_people(std::uint64_t seed);
  void add_undos(std::uint64_t seed);
  void add_quality(std::uint64_t seed);
  void add_fallback(std::uint64_t seed);
  void add_looks(std::uint64_t seed);
  void add_blocks(std::uint64_t seed);
  void add_budgets(std::uint64_t seed);
  void add_second_thoughts(std::uint64_t seed);
  void add_repairs(std::uint64_t seed);
};

// What goes wrong with a real store, one for each drive.
std::vector<Fault> store_faults(std::uint64_t seed);

}  // namespace wf::sim
