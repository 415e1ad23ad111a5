// The store's files as the bodies of steps see them.
#pragma once
#include <string>

#include "runtime/run/output_keeper.h"
#include "runtime/store/store.h"

namespace wf::surface {

class StoreOutputs final : public OutputKeeper {
 public:
  StoreOutputs(store::Store& store, std::string run_id) : store_(store), run_id_(std::move(run_id)) {}
  std::string log_path(StepKey key, std::uint32_t attempt, bool is_error) const override;
  Result<std::string> keep(const std::string& path) const override;
  Result<std::string> load(const Output& output) const override;

 private:
  store::Store& store_;
  std::string run_id_;
};

}  // namespace wf::surface
