// What every door of an executable calls: the command line now, HTTP and MCP later. Wishes go down through
// here, facts come up as notices; a surface never writes the store itself.
//
// Whatever is refused (a run that another process drives, an unknown run, another plan, a store that cannot
// be opened) is an Error with exit code 2 on the command line. What happens to a run that was driven is a
// RunEnd.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/base/result.h"
#include "runtime/engine/again.h"
#include "runtime/engine/engine.h"
#include "runtime/engine/footing.h"
#include "runtime/run/output_keeper.h"
#include "runtime/store/store.h"
#include "runtime/surface/workshop.h"
#include "wf/program.h"

namespace wf::surface {

// Sees what happens while a run is driven. All calls come from the loop's thread.
class Watcher {
 public:
  virtual ~Watcher() = default;
  // Before anything else, with what was recorded by earlier drives. `loop` lives until `ended`.
  virtual void begins(const store::Recovered&, engine::Loop&) {}
  virtual void noticed(const engine::Notice&) {}
  virtual void printed(StepKey, std::uint32_t /*attempt*/, std::string_view /*bytes*/, bool /*is_error*/) {}
  virtual void interrupted(int /*signal*/) {}
  virtual void ended(const engine::RunEnd&) {}
};

struct StartRequest {
  std::string run_id;  // Empty: a new one.
  std::string inputs_json = "{}";
  std::string event_json = "{}";
};

struct DriveRequest {
  std::uint32_t jobs = 0;  // 0: the program's `max_parallel`, else a default for each way of waiting.
  bool wait = false;
  engine::Wishes wishes;     // What a person wants to run again, or to count as done.
  bool accept_plan = false;  // Another plan will do, if all that is recorded is in it as it was.
};

struct Driven {
  engine::RunEnd end;
  bool was_over = false;  // It had ended before; nothing was started.
  bool held = false;      // Another process drives the run; nothing was started.
  store::Holder holder;
  std::vector<std::string> warnings;  // What went wrong beside the run.
};

// What the last drive of a run knew about itself and `status` shows.
struct DriveNote {
  std::string lifeline;  // "namespace" or "guardian"; empty when the run was never driven.
};

class RunService {
 public:
  struct Place {
    std::string store_path;
    bool any_file_system = false;
    // Hears that the store is locked for long, from the thread that waits. May be empty.
    std::function<void(const std::string&)> warn = {};
  };
  RunService(const Program& program, Clock& clock, Random& random, Place place);
  ~RunService();

  // `create`: make the store if it is not there. Called by the others as they need it.
  Result<> open(bool create);
  store::Store& store() { return *store_; }
  const OutputKeeper& outputs() const { return *outputs_; }
  const Program& program() const { return program_; }

  // Records a run, or finds the one with that id, inputs and event. Starts nothing.
  Result<store::RunInfo> start(const StartRequest& request);

  // Drives a run from what is recorded until it has ended or is paused; a run that has ended is left as it
  // is. `workplace` was opened before the store: its nursery must not inherit locks, and forks before any
  // thread.
  Result<Driven> drive(const std::string& run_id, const DriveRequest& request, Workplace& workplace,
                       const Settings& settings, const std::vector<Watcher*>& watchers);

  Result<store::Decided> decide(const std::string& run_id, const std::string& step, const store::Vote& vote);
  // Only asks; whoever drives the run, now or next, ends it.
  Result<> ask_cancel(const std::string& run_id);

  // A run of this workflow; empty: its latest. One store serves many workflows, and what belongs to another
  // is refused.
  Result<store::Recovered> look(const std::string& run_id);
  Result<std::vector<store::RunInfo>> runs(bool of_all_workflows = false);
  Result<> ours(const std::string& run_id);  // Refuses the run of another workflow.
  DriveNote note(std::string_view run_id) const;
  std::string artifacts_folder(std::string_view run_id) const;

  // Why this executable may not drive that run; or the run, in the rows of this program.
  Result<store::Recovered> fits(store::Recovered run, bool accept_plan);

 private:
  std::string note_path(std::string_view run_id) const;
  std::string started_path(std::string_view run_id) const;
  std::string told_path(std::string_view run_id) const;
  Result<> inputs_fit(const store::RunInfo& run) const;
  // Nothing: the rows of the run's plan are those of this program.
  Result<std::optional<engine::RowMap>> other_rows(const store::Recovered& run, bool accept_plan);
  Result<store::Recovered> recorded(const std::string& run_id, engine::RowMap& rows);
  Result<store::Recovered> looked_at(Result<store::Recovered> run);
  Result<store::Recovered> adopt(store::Lease& lease, store::Recovered run, const DriveRequest& request,
                                 engine::RowMap& rows);

  const Program& program_;
  Clock& clock_;
  Random& random_;
  Place place_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<OutputKeeper> outputs_;
};

// A name for these very bytes of an executable: its build id, or the digest of the file where it has none.
std::string binary_digest();

// How a run that has ended is left: exit code and reason as they were recorded.
engine::RunEnd end_of(const store::RunInfo& run);
bool is_over(RunStatus status);

}  // namespace wf::surface
