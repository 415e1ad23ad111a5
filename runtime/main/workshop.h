// Builds what the surface asks for from the rooms that only main sees: reactor, nursery, bodies, agents.
#pragma once
#include "runtime/base/clock.h"
#include "runtime/surface/workshop.h"

namespace wf {

class MainWorkshop final : public surface::Workshop {
 public:
  explicit MainWorkshop(Clock& clock) : clock_(clock) {}
  Result<std::unique_ptr<surface::Workplace>> open(surface::Sandbox sandbox,
                                                   const surface::Settings& settings) override;
  Result<surface::AgentSetting> parse_adapter(std::string_view text) override;
  std::vector<std::string_view> adapter_names() override;
  Result<std::string> adapter_ready(const surface::AgentSetting& setting) override;

 private:
  Clock& clock_;
};

}  // namespace wf
