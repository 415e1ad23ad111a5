// The engine's mind: decides what runs next. Deterministic, single-threaded, and without any input or output.
//
// The machine is told facts (a batch is durable, an attempt ended, people decided, a time came) and answers with
// orders (write this, start that, wake me then). Around it, Engine (engine.h) carries the orders out with oneTBB, the
// reactor and the store; the simulation carries them out in a pretend world. What follows from what is nowhere else.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/run/outcome.h"
#include "runtime/store/journal.h"
#include "runtime/store/store.h"
#include "wf/program.h"

namespace wf::engine {

struct MachineOptions {
  std::uint32_t commands_max = 0;  // --jobs for kinds that use a processor; 0: no limit.
  std::uint32_t waiting_max = 0;   // --jobs for kinds that wait (agents); 0: no limit.
  bool interactive_gates = false;
};

// A start that the machine asks for once A is durable.
struct Start {
  StepKey key;
  std::uint32_t attempt = 1;
  bool interrupted_before = false;
};
struct Stop {
  StepKey key;
  std::uint32_t attempt = 1;
  std::string why;
};

// What has happened and everybody may know: durable already. Surfaces turn these into lines, events and pictures.
struct Notice {
  enum class What : std::uint8_t {
    run_started, step_started, step_retrying, step_finished, step_skipped, gate_waiting, gate_decided, run_paused,
    run_finished
  };
  What what = What::run_started;
  StepKey key;
  std::uint32_t attempt = 0;
  StepStatus status = StepStatus::pending;
  std::string reason;
  std::string detail;  // The error, the gate's message, who decided.
  std::int64_t at_ms = 0;
};

struct Orders {
  std::vector<store::Record> records;  // Append these; answer with Machine::durable(through).
  std::uint64_t through = 0;           // The machine's number of this batch.
  std::vector<Row> prepare;            // Evaluate `when` and parameters of these; answer with Machine::prepared.
  std::vector<Start> starts;           // A is durable: go.
  std::vector<Stop> stops;
  std::vector<Notice> notices;
  std::optional<std::int64_t> wake_at_ms;  // Wall clock: call Machine::time_passed then.
  bool settled = false;                // Nothing runs, nothing will by itself: the run has ended or is paused.
};
// engine room's owner completes this header; see docs/architecture.md.

}  // namespace wf::engine
