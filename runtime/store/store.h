// The store: a SQLite file that holds the runs of a working directory, and a folder beside it with large
// outputs.
//
// Schema, locks and files are described in docs/store.md; a person may read them with `sqlite3` while a run
// goes on. The file may be damaged or forged: every read decodes with total functions, and a run that cannot
// be read is reported as damaged without touching the others. All times are UTC milliseconds.
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
#include "runtime/store/journal.h"

namespace wf::store {

// What a run relies on, of each step of its plan (Program::footings).
struct Footing {
  std::string id;
  std::string text;  // Empty: the step is gone since, and only its records are left.
};
struct Footings {
  bool known = false;  // False: of a plan that was recorded before there were footings.
  std::string whole;
  std::vector<Footing> steps;  // In row order.
};

struct RunInfo {
  std::string id;
  std::string workflow;
  RunStatus status = RunStatus::pending;
  std::string reason;
  int exit_code = 0;  // Meaningful once the run has ended.
  std::string inputs_json = "{}";
  std::string event_json = "{}";
  std::string plan_digest;
  std::string first_plan_digest;  // Of the plan that it was started with.
  std::string binary_digest;
  std::int64_t created_ms = 0;
  std::int64_t updated_ms = 0;
  std::int64_t elapsed_ms = 0;  // Wall clock while a driver lived.
  bool damaged = false;
};

struct NewRun {
  std::string id;
  std::string workflow;
  std::string inputs_json;
  std::string event_json;
  std::string plan_digest;
  std::string binary_digest;
  std::vector<std::string> steps;  // Ids in row order, so that the store can be read without the executable.
  std::vector<std::string> kinds;
  std::vector<std::string> footings;  // Of each step, and one more of the whole; or none.
  // False: the run lasts with the first commit of its journal. Spares a sync where whoever creates it drives
  // it, too.
  bool durable = true;
};

struct Vote {
  std::string by;
  bool approve = true;
  std::string comment;
  std::optional<std::string> content;  // Replaces the output.
  std::int64_t at_ms = 0;
};

// A gate as recorded, with the votes cast so far, in order.
struct GateState {
  Gate gate;
  bool open = true;
  std::string outcome;  // approved, rejected, timeout-cancel, timeout-proceed, ...: once closed.
  std::vector<Vote> votes;
  std::int64_t opened_ms = 0;
};

struct RecoveredAttempt {
  std::uint32_t number = 1;
  std::int64_t started_ms = 0;
  std::int64_t ended_ms = 0;  // 0: started, and no result.
  StepStatus status = StepStatus::running;
  std::int64_t due_ms = 0;  // When the next one starts, if it is to be repeated.
  Outcome outcome;          // Reason, error, output ...
};

// An attempt that waits for a decision has ended well, or else says why not.
inline StepStatus status_of_produced(const Outcome& outcome) {
  return outcome.reason.empty() ? StepStatus::succeeded : StepStatus::failed;
}

struct RecoveredStep {
  Row step = no_row;
  std::uint32_t iteration = 1;
  bool ended = false;
  bool produced = false;  // How its last attempt ended waits for a decision.
  StepStatus status = StepStatus::pending;
  std::int64_t ended_ms = 0;
  Outcome outcome;
  std::vector<RecoveredAttempt> attempts;
  std::optional<GateState> gate;  // The latest.
};

// What a step's ending led to, besides the ending itself: that it was repeated from an earlier step on, ...
struct RecoveredReaction {
  Row step = no_row;
  std::uint32_t iteration = 1;
  std::uint32_t attempt = 0;
  Row reaction = no_row;  // Which of the step's own.
  std::int64_t at_ms = 0;
  std::int64_t due_ms = 0;
};

// What a person has said about a step, beside the decision of a gate.
struct Intervention {
  enum class What : std::uint8_t {
    again,  // it runs again, as `iteration`
    retry,  // its attempt, which was cut off, may be repeated
    done,   // it counts as done, whatever its attempt has done
    limit   // of no step: the run may take so much
  };
  Row step = no_row;
  std::uint32_t iteration = 1;
  std::uint32_t attempt = 0;
  What what = What::again;
  std::string by;
  std::int64_t at_ms = 0;
  std::string content;  // Of `done`, when it is recorded: what the step is taken to have printed.
  Measure measure = Measure::credits;  // Of `limit`.
  std::int64_t limit = 0;
};

// What an attempt has set aside, or has cost.
struct Charge {
  Row step = no_row;
  std::uint32_t iteration = 1;
  std::uint32_t attempt = 0;
  bool spent = false;  // Replaces what was set aside.
  Cost cost;
};

// What a run may take of a measure, from then on.
struct LimitSet {
  Measure measure = Measure::credits;
  std::int64_t limit = 0;
  std::string by;  // Empty: the program says so.
  std::int64_t at_ms = 0;
};

struct Recovered {
  RunInfo run;
  std::vector<std::string> step_ids;  // Of the plan that the run belongs to, in row order.
  std::vector<std::string> step_kinds;
  std::vector<RecoveredStep> steps;          // Those with anything recorded, by (step, iteration).
  std::vector<RecoveredReaction> reactions;  // In the order in which they happened.
  std::vector<Intervention> interventions;   // Likewise.
  std::vector<Charge> charges;               // Likewise.
  std::vector<LimitSet> limits;              // Likewise.
  // The run's plan has other rows than those here: by row here, the row there. Empty: the same.
  std::vector<Row> rows;
  bool cancel_requested = false;
};

// The right to drive one run: the kernel's lock on a file, and an epoch that every write carries.
class Lease {
 public:
  virtual ~Lease() = default;
  virtual const std::string& run_id() const = 0;
};

// Why a lease was not given.
struct Holder {
  std::int64_t pid = 0;
  std::string host;
  std::int64_t since_ms = 0;
};

enum class Decision { recorded, same_again, already_closed, not_open, not_an_approver };
struct Decided {
  Decision decision = Decision::recorded;
  std::string outcome;  // Of a gate that is closed, "" while votes are missing.
  std::string by;       // Who closed it.
  std::uint32_t votes_missing = 0;
};

class Store {
 public:
  virtual ~Store() = default;

  virtual const std::string& id() const = 0;      // Random, made with the file.
  virtual const std::string& folder() const = 0;  // Where outputs and artifacts lie.

  // The run with that id if it exists with the same inputs, event and workflow; refused if they differ.
  // Durable.
  virtual Result<RunInfo> create(const NewRun& run) = 0;
  virtual Result<std::optional<RunInfo>> find(std::string_view run_id) = 0;
  virtual Result<std::vector<RunInfo>> runs() = 0;  // Newest first.
  // Everything that is recorded, but for long outputs of steps that have ended: those have a `record`. An
  // error for a run whose rows cannot be read; other runs are not affected by it.
  virtual Result<Recovered> recover(std::string_view run_id) = 0;

  // Null with `holder` filled when another process drives the run. Never waits. Makes the file that is
  // touched (`wake_path`).
  virtual Result<std::unique_ptr<Lease>> lease(std::string_view run_id, Holder& holder) = 0;
  // Who drives the run at this moment, if anybody does. Only looks; a lease that is asked for meanwhile is
  // given all the same.
  virtual Result<std::optional<Holder>> driven(std::string_view run_id) = 0;
  // What the plan of the run has recorded of itself.
  virtual Result<Footings> footings(std::string_view run_id) = 0;
  // From now on the run belongs to another plan, whose rows begin with those of the one before. The workflow,
  // inputs and event of `plan` are not looked at. Durable.
  virtual Result<> adopt(Lease& lease, const NewRun& plan) = 0;
  // Records what a person wants, all of it or nothing, and opens a run again that has ended. Gates that wait
  // about steps that run again are void. Durable.
  virtual Result<> intervene(Lease& lease, const std::vector<Intervention>& wishes) = 0;
  // Owns a thread of its own that commits what is appended, in groups. Outlived by store and lease.
  virtual Result<std::unique_ptr<Journal>> journal(Lease& lease) = 0;

  // Votes on the gate that `step` waits at. One statement: the vote counts only while the gate is undecided
  // and its deadline lies ahead. A person has one vote: voting otherwise later is already_closed with that
  // person's own vote as the outcome.
  virtual Result<Decided> decide(std::string_view run_id, std::string_view step_id, const Vote& vote) = 0;
  virtual Result<> request_cancel(std::string_view run_id) = 0;
  // What others wrote for a run: gates that have votes or an outcome, and whether a cancel was asked for. For
  // drivers.
  virtual Result<Recovered> wishes(std::string_view run_id) = 0;
  // A file that grows by a byte after every decide and request_cancel on that run: watch it with inotify, or
  // look at its size.
  virtual std::string wake_path(std::string_view run_id) const = 0;

  // Copies a finished file into the folder of outputs under its digest, synced. Returns the name.
  virtual Result<std::string> keep_output(const std::string& path) = 0;
  virtual std::string output_path(std::string_view name) const = 0;
  // What `recover` left where it is recorded: the text of an output with a `record`.
  virtual Result<std::string> recorded_output(const Output& output) = 0;
  virtual std::string log_path(std::string_view run_id, Row step, std::uint32_t iteration,
                               std::uint32_t attempt, bool is_error) const = 0;

  virtual Result<> quick_check() = 0;
};

struct OpenOptions {
  std::string path = {};         // Of the database.
  bool create = true;            // False: a store that is not there is an error that says so.
  bool any_file_system = false;  // Also network file systems, on which locks may not hold.
  // Hears, from the thread that waits, that another process keeps the store locked for long. May be empty.
  std::function<void(const std::string&)> warn = {};
  // For simulations: a registered SQLite VFS in which the database lies (locks and outputs stay real files),
  // and journals without a thread, which commit inside `append` and call `durable` before it returns.
  std::string vfs = {};
  bool journal_threads = true;
};
// Refuses a store of a newer version, migrates an older one.
Result<std::unique_ptr<Store>> open_store(const OpenOptions& options, Clock& clock, Random& random);

}  // namespace wf::store
