// What a person wants to run again, or to count as done, in a run that nobody drives: which records that
// takes, or why it makes no sense.
//
// A result is never changed. What runs again does so as the next iteration of its step, with a new
// idempotency key, and so does everything that follows it.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "runtime/store/store.h"
#include "wf/program.h"

namespace wf::engine {

struct Wishes {
  struct Done {
    Row step = no_row;
    std::string content;  // What the step is taken to have printed.
  };
  std::vector<Row> from;   // These and all that follows them run again.
  std::vector<Row> retry;  // These failed, or were cut off in an attempt that is not simply repeated.
  bool retry_failed = false;
  std::vector<Done> done;
  // The run may take so much, and what a budget has kept it from goes on.
  std::map<Measure, std::int64_t> limits = {};
  std::string by;  // Who says so.

  bool any_steps() const { return retry_failed || !from.empty() || !retry.empty() || !done.empty(); }
  bool any() const { return any_steps() || !limits.empty(); }
};

Result<std::vector<store::Intervention>> interventions(const Program& program, const store::Recovered& run,
                                                       const Wishes& wishes);

// Whether a step's failure is the run's: nothing that answered it lets the run go on.
bool is_failure(const Program& program, const store::Recovered& run, const store::RecoveredStep& step);

}  // namespace wf::engine
