// Which attempts have really started: a note of the surface, beside the store and never in it.
//
// The journal says that an attempt is about to start, many at a time and before a job is free. Whoever looks
// at a run wants to see what runs. So each start adds a few bytes to a file, unsynced: a crash may lose them,
// and nothing is wrong, for nobody but `status` reads them.
#pragma once
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "runtime/run/step_run.h"
#include "runtime/store/store.h"
#include "wf/program.h"

namespace wf::surface {

class StartedNotes final : public StepBodies {
 public:
  // `rows`: Recovered::rows of the run. The file begins anew with each drive.
  StartedNotes(StepBodies& bodies, const std::string& path, std::vector<Row> rows);
  ~StartedNotes() override;
  StartedNotes(const StartedNotes&) = delete;
  StartedNotes& operator=(const StartedNotes&) = delete;
  void start(StepRun run) override;
  void stop(StepKey key, std::uint32_t attempt, std::string_view why) override {
    bodies_.stop(key, attempt, why);
  }

 private:
  StepBodies& bodies_;
  const std::vector<Row> rows_;
  int fd_ = -1;
};

// Takes attempts out that are only written ahead. Of steps that are not idempotent nothing is.
void leave_out_unstarted(const Program& program, store::Recovered& run, const std::string& path);

}  // namespace wf::surface
