// Carries the machine's orders out: oneTBB for what needs a processor, the reactor for what waits, the
// journal for what must last. The only room with oneTBB.
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

// How the engine reaches the thread that waits. The surface hands in io::Reactor behind this, the simulation
// a list.
class Loop {
 public:
  virtual ~Loop() = default;
  virtual void post(std::function<void()> work) = 0;  // From any thread; in order.
  virtual std::uint64_t at(std::int64_t monotonic_ms, std::function<void()> work) = 0;
  virtual void cancel(std::uint64_t timer) = 0;
  virtual void run() = 0;  // Until stop.
  virtual void stop() = 0;
};

// A step has escalated: what people elsewhere may know of it, and nothing else.
struct Escalated {
  StepKey key;
  Row reaction = no_row;               // Which of the step's asks for it, or of_escalation.
  const EscalationRow* row = nullptr;  // Where it leads.
  std::string message;
  std::vector<std::pair<std::string, std::string>> context;  // What the escalation includes.
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
  // What running steps print, as it comes, for events and the live view. May be empty.
  std::function<void(StepKey key, std::uint32_t attempt, std::string_view bytes, bool is_error)> printed;
  // Who hears of escalations, once they are recorded; of those of earlier drives too, as long as they stand.
  // May be empty.
  std::function<void(const Escalated&)> escalated = {};
};

struct EngineOptions {
  MachineOptions machine;
  std::string run_id;
  std::string store_id;
  std::string artifacts_folder;  // Of the run; each step has a folder of its own in it, which its body makes.
  // How long an interrupted run waits for its children, which the bodies end in this time.
  std::int64_t grace_ms = 10'000;
  // Evaluates on the loop's own thread, in order: for the simulation.
  bool single_threaded = false;
};

struct RunEnd {
  RunStatus status = RunStatus::running;  // `waiting`: paused at gates.
  std::string reason;
  int exit_code = 0;  // As product.md section 3; 128 + the signal when interrupted.
  std::string error;  // Of the store, when it broke, or of a `let` that has no value.
  // Interrupted, and attempts that did not end in time are left with their bodies: children that hang in the
  // kernel, of whom nobody can tell when they end. They can be neither finished nor dropped, so whoever
  // drives ends the process; the next resume takes them as cut off, as after a crash.
  bool abandoned = false;
};

class Engine final : public StepHost {
 public:
  Engine(const Program& program, Parts parts, EngineOptions options);
  ~Engine() override;

  // Drives the run from what is recorded until it has ended, is paused, or was interrupted. Runs the loop on
  // the calling thread. Once.
  RunEnd drive(const store::Recovered& from);

  void wishes_changed();  // From any thread: somebody decided or cancelled.
  void interrupt(
      int signal);  // From any thread: end the children, close the journal, leave with 128 + signal.

  // StepHost, from the loop's thread or any other.
  void finish(StepKey key, std::uint32_t attempt, Outcome&& outcome) override;
  void printed(StepKey key, std::uint32_t attempt, std::string_view bytes, bool is_error) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The evaluated parameters of a step, or why it does not run.
struct Prepared {
  Answer answer;
  std::vector<Argument> arguments;
};
// What is recorded of a run's costs, put into its budgets. `driven`: attempts without an end may be under
// way.
void tally(const Program& program, const store::Recovered& run, policy::Budgets& budgets, bool driven);
// As `status` and events have it: JSON.
std::string budget_json(const policy::Budgets& budgets);
// By row, which iteration a step is in: one more than loops around it have gone back.
std::vector<std::uint32_t> iterations(const Program& program, const store::Recovered& run);
// The reaction that was taken, or null where the program has none such.
const ReactionRow* reaction_of(const Program& program, const store::RecoveredReaction& happened);

Prepared prepare(const Program& program, Row row, const Names& names);
struct StepResult;
// Of a row that mends what has ended so.
Prepared prepare_mending(const Program& program, Row row, const StepResult& failed, const Names& names);
// For a step all of whose parameters are literals.
std::vector<Argument> literal_arguments(const Program& program, Row row);
// What a gate asks, where that needs an evaluation: the message, or an error.
Answer prepare_message(const Program& program, Row row, const Names& names);
// What people are asked about how a step has ended, by its reaction `which` or of_escalation: the question,
// and below it what the escalation includes, nothing else.
Answer prepare_question(const Program& program, Row which, const StepResult& ended, const Names& names);
// The same for those who are only told.
Escalated prepare_notice(const Program& program, Row which, const StepResult& ended, const Names& names);

// WF_IDEMPOTENCY_KEY: the same in all attempts of one iteration, on both sides of a resume, also by another
// build: `plan_digest` is that of the plan with which the run was started.
std::string idempotency_key(const Program& program, std::string_view plan_digest, std::string_view store_id,
                            std::string_view run_id, StepKey key);

}  // namespace wf::engine
