// What a step's body is given, and the only way in which it ends.
//
// The engine evaluates the condition and every parameter before the body starts, so that bodies deal in texts
// only. A body runs on the reactor's thread and must not wait: it starts something, keeps the StepRun in the
// callback, and finishes it there. A StepRun moves and finishes exactly once; one that is dropped unfinished
// is a bug that says so (WF_ASSERT).
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/run/outcome.h"

namespace wf {

struct Argument {
  std::string_view name;  // Of the Param.
  std::string_view key;   // Of `env` and `with`; else empty.
  std::string text;
};

// Who carries a StepRun: the engine, or a test.
class StepHost {
 public:
  virtual ~StepHost() = default;
  virtual void finish(StepKey key, std::uint32_t attempt, Outcome&& outcome) = 0;
  // A piece of what the step prints, for events and the live view. Lossy views may drop it.
  virtual void printed(StepKey key, std::uint32_t attempt, std::string_view bytes, bool is_error) = 0;
};

// What every attempt can know about where it is.
struct Attempt {
  const Program* program = nullptr;
  StepKey key;
  std::uint32_t number = 1;   // From 1, within the iteration.
  std::uint32_t ordinal = 0;  // From 1, over all iterations of the step in this run; 0: not counted.
  std::string run_id;
  std::string idempotency_key;   // The same in all attempts of one iteration.
  std::string artifacts_folder;  // Of the step; its body makes it before a child starts.
  bool interrupted_before =
      false;  // An earlier attempt was cut off by a crash; its files may hold partial work.
  std::optional<std::int64_t> usd_millionths_max;  // What it may cost, where the step's budget says so.
  std::vector<Argument> arguments;                 // In the order of the parameters.
};

class StepRun {
 public:
  StepRun(StepHost& host, std::unique_ptr<Attempt> attempt);
  StepRun(StepRun&& other) noexcept;
  StepRun& operator=(StepRun&& other) noexcept;
  ~StepRun();

  const Attempt& attempt() const { return *attempt_; }
  const StepRow& row() const { return attempt_->program->steps[attempt_->key.step]; }
  // The first argument of that name; null when the step has none.
  const std::string* argument(std::string_view name) const;
  void printed(std::string_view bytes, bool is_error = false);
  void finish(Outcome outcome) &&;

 private:
  StepHost* host_;
  std::unique_ptr<Attempt> attempt_;
};

// The engine sees steps only through this: real ones, scripted ones (the simulation), or none (`--dry-run`).
class StepBodies {
 public:
  virtual ~StepBodies() = default;
  virtual void start(StepRun run) = 0;
  // Asks a running attempt to end early (timeout, cancel); its outcome then carries `why`, and it still
  // finishes through its StepRun. Ignored for an attempt that has finished.
  virtual void stop(StepKey key, std::uint32_t attempt, std::string_view why) = 0;
};

}  // namespace wf
