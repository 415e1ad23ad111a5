// Carries the machine's orders out: oneTBB for what needs a processor, the reactor for what waits, the journal for
// what must last. The only room with oneTBB.
//
// One small fixed flow graph whose messages are batches of rows, the same for ten steps and a million:
//
//   facts -> settle (serial: Machine) -> prepare (parallel: conditions and parameters) -> settle
//                      |-> journal (serial) -> facts           |-> start (on the reactor) -> facts
//
// `settle` and `start` are lightweight: the reactor thread itself runs what follows an ended child.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "runtime/base/clock.h"
#include "runtime/engine/machine.h"
#include "runtime/run/output_keeper.h"
#include "runtime/run/step_run.h"
#include "runtime/store/store.h"
#include "runtime/value/value.h"

namespace wf::engine {

// How the engine reaches the thread that waits. The surface hands in io::Reactor behind this, the simulation a list.
class Loop {
 public:
  virtual ~Loop() = default;
  virtual void post(std::function<void()> work) = 0;  // From any thread; in order.
  virtual std::uint64_t at(std::int64_t monotonic_ms, std::function<void()> work) = 0;
  virtual void cancel(std::uint64_t timer) = 0;
  virtual void run() = 0;  // Until stop.
  virtual void stop() = 0;
};

struct Parts {
  Loop& loop;
  Clock& clock;
  Random& random;
  store::Journal& journal;
  StepBodies& bodies;
  const OutputKeeper& outputs;
  // Called on the loop's thread, in order, for what is durable. May be empty.
  std::function<void(const Notice&)> notice;
  // Reads decisions and cancel wishes of other processes. May be empty (benchmarks).
  std::function<Result<store::Recovered>()> wishes;
};

struct EngineOptions {
  MachineOptions machine;
  std::string run_id;
  std::string store_id;
  bool wait = false;            // Stay when only gates are left, rather than pausing.
  std::int64_t grace_ms = 10'000;
};

struct RunEnd {
  RunStatus status = RunStatus::running;  // `waiting`: paused at gates.
  std::string reason;
  int exit_code = 0;            // As product.md section 3.
  std::string error;            // Of the store, when it broke.
};

class Engine final : public StepHost {
 public:
  Engine(const Program& program, Parts parts, EngineOptions options);
  ~Engine() override;

  // Drives the run from what is recorded until it has ended, is paused, or was interrupted. Runs the loop on the
  // calling thread. Once.
  RunEnd drive(const store::Recovered& from);

  void wishes_changed();        // From any thread: somebody decided or cancelled.
  void interrupt(int signal);   // From any thread: end the children, close the journal, leave with 128 + signal.

  // StepHost, from the loop's thread or any other.
  void finish(StepKey key, std::uint32_t attempt, Outcome outcome) override;
  void printed(StepKey key, std::uint32_t attempt, std::string_view bytes, bool is_error) override;
  std::function<void(StepKey, std::uint32_t attempt, std::string_view, bool is_error)> on_printed;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The evaluated parameters of a step, or why it does not run.
struct Prepared {
  bool condition = true;        // `when` held.
  std::string error;            // An expression failed; the step fails with it.
  std::vector<Argument> arguments;
};
Prepared prepare(const Program& program, Row row, const Names& names);

}  // namespace wf::engine
