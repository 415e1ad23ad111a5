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
#include <unordered_map>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/engine/machine.h"
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
  // `ended`: not a result that people have yet to decide about.
  void record(StepResult result, bool ended = true);
  // What was recorded of the row last; null: nothing.
  const StepResult* recorded(Row row) const;
  // The step `from` went back to `target`, which sees its output as `feedback` from now on.
  void went_back(Row from, Row target);
  void count_failure() { failures_.fetch_add(1, std::memory_order_relaxed); }
  // What the step had left when it succeeded last, for whoever undoes it.
  Value left_by(Row row) const;
  // Whether the output that the step declares can be made of its result. From any thread; records nothing.
  Result<> check_output(StepResult result) const;
  // What `result` is to expressions of the step that has it. From any thread.
  Value own(const StepResult& result) const;
  // What quality gates find about this result, and for each reaction of the step whether what it asks of the
  // result is so. From any thread.
  Answer weigh(StepResult result) const;

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

 private:
  friend class StepNames;
  struct Kept;
  Result<Value> declared_output(const StepResult& result) const;
  Value fields_of(const StepResult& result, Value output) const;
  Value raw_output(const StepResult& result) const;
  Value step_of(Kept& kept) const;
  Value output_of(Kept& kept) const;

  const Program& program_;
  const OutputKeeper& outputs_;
  Clock& clock_;
  std::string run_id_;
  std::int64_t created_ms_;
  Value event_, project_;
  std::vector<Value> inputs_, lets_;
  std::vector<std::unique_ptr<Kept>> results_;           // By row; null: not ended.
  std::unordered_map<Row, std::unique_ptr<Kept>> left_;  // Of steps that can be undone.
  std::vector<Row> feedback_;  // By row: the step that went back to it; empty without loops.
  std::atomic<std::uint32_t> failures_ = 0;
};

// The names as one step sees them: with its own feedback, and its own result where there is one.
class StepNames final : public Names {
 public:
  StepNames(const RunNames& names, Row step, Value result = {})
      : names_(names), step_(step), undone_(names.program_.steps[step].undoes), result_(std::move(result)) {}
  Value input(Row row) const override { return names_.input(row); }
  Value let(Row row) const override { return names_.let(row); }
  // Its own result is under its name, too, before anybody else may see it.
  Value step(Row row) const override {
    if (row == undone_) return names_.left_by(row);
    return is_own(row) ? result_ : names_.step(row);
  }
  Value output(Row row) const override;
  Value group(Row row) const override { return names_.group(row); }
  Value event() const override { return names_.event(); }
  Value run() const override { return names_.run(); }
  Value workflow() const override { return names_.workflow(); }
  Value project() const override { return names_.project(); }
  Value result() const override { return result_; }
  Value feedback() const override;

 private:
  bool is_own(Row row) const { return row == step_ && result_.kind() != Value::Kind::missing; }

  const RunNames& names_;
  const Row step_, undone_;
  const Value result_;
};

}  // namespace wf::engine
