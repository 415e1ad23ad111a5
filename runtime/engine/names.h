// What the names in a program's expressions stand for in a run: inputs, lets, what steps have left behind.
//
// The engine's own thread records results; workers read those of steps that have ended, which never change
// again. So only what is made on demand (a parsed output) needs a lock, one for each result.
#pragma once
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/run/output_keeper.h"
#include "runtime/store/store.h"
#include "runtime/value/value.h"
#include "wf/program.h"

namespace wf::engine {

struct StepResult {
  Row step = no_row;
  std::uint32_t attempts = 0;
  std::int64_t duration_ms = 0;
  Outcome outcome;
};

class RunNames final : public Names {
 public:
  RunNames(const Program& program, const store::RunInfo& run, const OutputKeeper& outputs, Clock& clock);
  ~RunNames() override;

  // Whether anything in the program asks for names; if not, nothing needs to be recorded.
  static bool needed(const Program& program) { return program.expressions != 0; }

  // Evaluates the program's `let`s, once, in order. The error names the one that has no value.
  Result<> make_lets();
  void record(StepResult result);
  void count_failure() { failures_.fetch_add(1, std::memory_order_relaxed); }
  // Whether the output that the step declares can be made of its result. From any thread; records nothing.
  Result<> check_output(StepResult result) const;

  Value input(Row row) const override;
  Value let(Row row) const override;
  Value step(Row row) const override;
  Value output(Row row) const override;
  Value group(Row row) const override;
  Value event() const override { return event_; }
  Value run() const override;
  Value workflow() const override;
  Value project() const override { return project_; }
  Value result() const override { return {}; }
  Value feedback() const override { return Value::null(); }

 private:
  struct Kept;
  class WithResult;
  Result<Value> declared_output(const StepResult& result) const;
  Value fields_of(const StepResult& result, Value output) const;
  Value raw_output(const StepResult& result) const;

  const Program& program_;
  const OutputKeeper& outputs_;
  Clock& clock_;
  std::string run_id_;
  std::int64_t created_ms_;
  Value event_, project_;
  std::vector<Value> inputs_, lets_;
  std::vector<std::unique_ptr<Kept>> results_;  // By row; null: not ended.
  std::atomic<std::uint32_t> failures_ = 0;
};

}  // namespace wf::engine
