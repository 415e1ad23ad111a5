// The journal: what happened, durably, before anyone acts on it.
//
// The engine appends records; the journal makes them durable in groups and then says so. Records are never
// changed. Per attempt there are two moments (reliability.md 5.3): A, `attempt_started`, is durable before
// the child gets its go-signal; B, `attempt_ended` or `step_ended`, is durable before anybody is told of the
// result.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/run/cost.h"
#include "runtime/run/outcome.h"

namespace wf::store {

enum class RecordKind : std::uint8_t {
  attempt_started,  // A
  attempt_ended,    // B of an attempt that will be repeated: status failed, `due_ms` when the next one starts
  step_ended,   // B of the last attempt, or of a step without one (skipped, cancelled): the result, for ever
  produced,     // an attempt has ended, and people decide what follows: outcome is kept, step is `waiting`
  gate_opened,  // a request to people: `gate`
  gate_closed,  // `gate.id` ("": the latest of the step) is decided: `reason` is the outcome. See below.
  reacted,      // what `reaction` of the step asks for happens; `due_ms` when, if not at once
  run_status,   // `status`, `reason`
  clock,        // `elapsed_ms` of the run so far, as its budget of time counts it
  limit_set,    // the program's own limit of a measure
};

// A gate has one outcome, the first that is recorded, and people vote while the driver's clock runs out. So
// gate_closed is conditional: where a vote was first, it changes nothing and its batch is durable all the
// same. The driver appends it alone, and when it is durable asks Store::wishes which outcome stands; only
// then it ends the step. A transaction in which gate_closed came too late and its step ends nevertheless is
// refused.

struct Gate {
  std::string id;              // 128 random bits, hex.
  std::string subject_digest;  // Of what was shown: plan, step, iteration, output.
  std::string message;
  std::vector<std::string> approvers;
  std::uint32_t quorum = 1;
  std::int64_t deadline_ms = 0;  // Wall clock; 0: none.
};

struct Detail {
  Outcome outcome;
  Gate gate;
  std::string reason;
  std::int64_t due_ms = 0;
  Row reaction = no_row;  // Which of the step's own.
  RunStatus run_status = RunStatus::running;
  int exit_code = 0;  // Of the run.
  std::int64_t elapsed_ms = 0;
  Measure measure = Measure::credits;
  std::int64_t limit = 0;
};

// Small on purpose: a million steps make two million of them. `detail` is null for a plain start and for a
// success that printed nothing.
struct Record {
  RecordKind kind = RecordKind::attempt_started;
  StepStatus status = StepStatus::succeeded;  // Of step_ended and attempt_ended.
  Row step = no_row;
  std::uint32_t iteration = 1;
  std::uint32_t attempt = 0;
  std::int64_t at_ms = 0;       // Wall clock.
  std::int64_t started_ms = 0;  // Of an attempt that ends: when it really started, for A is written ahead.
  std::unique_ptr<Detail> detail;
  // With budgets: what an attempt that starts sets aside, what one that has ended has cost instead.
  std::unique_ptr<Cost> cost;
};

class Journal {
 public:
  virtual ~Journal() = default;
  // `durable` is called once for each batch, in order, from any thread: the batch and all before it are on
  // disk; or the store is broken, and then nothing later will succeed either.
  virtual void append(std::vector<Record> batch, std::function<void(Result<>)> durable) = 0;
};

// Keeps nothing: for benchmarks and dry runs. `durable` is called before append returns.
class MemoryJournal final : public Journal {
 public:
  void append(std::vector<Record> batch, std::function<void(Result<>)> durable) override;
  std::uint64_t records() const { return records_; }

 private:
  std::uint64_t records_ = 0;
};

}  // namespace wf::store
