// The table of bodies, one for each kind of step.
#include "runtime/steps/bodies.h"

#include <utility>

#include "runtime/base/assert.h"
#include "runtime/steps/work.h"

namespace wf::steps {

// People decide, and the engine waits for them: no attempt of such a step is ever started.
void start_approve(Work&, StepRun run) {
  std::move(run).finish(Outcome::failed(reason::start, "an approval has no body"));
  WF_ASSERT(!"an approval was started");
}

namespace {

class Bodies final : public StepBodies {
 public:
  Bodies(Config config, const agents::Services& services, const OutputKeeper& outputs)
      : work_(std::move(config), services, outputs) {}

  void start(StepRun run) override {
    using Start = void (*)(Work&, StepRun);
    static constexpr Start starts[] = {
#define WF_STEP(kind, ...) start_##kind,
#include "wf/steps.def"
    };
    const auto kind = static_cast<std::size_t>(run.row().kind);
    WF_ASSERT(kind < std::size(starts));
    starts[kind](work_, std::move(run));
  }

  void stop(StepKey key, std::uint32_t attempt, std::string_view why) override {
    work_.stop(key, attempt, why);
  }

 private:
  Work work_;
};

}  // namespace

std::unique_ptr<StepBodies> make_bodies(Config config, const agents::Services& services,
                                        const OutputKeeper& outputs) {
  return std::make_unique<Bodies>(std::move(config), services, outputs);
}

}  // namespace wf::steps
