// The store's files as the bodies of steps see them.
#pragma once
#include <string>
#include <vector>

#include "runtime/run/output_keeper.h"
#include "runtime/store/store.h"

namespace wf::surface {

class StoreOutputs final : public OutputKeeper {
 public:
  // `rows`: Recovered::rows of the run.
  StoreOutputs(store::Store& store, std::string run_id, std::vector<Row> rows)
      : store_(store), run_id_(std::move(run_id)), rows_(std::move(rows)) {}
  std::string log_path(StepKey key, std::uint32_t attempt, bool is_error) const override;
  Result<std::string> keep(const std::string& path) const override;
  Result<std::string> load(const Output& output) const override;

 private:
  store::Store& store_;
  std::string run_id_;
  std::vector<Row> rows_;
};

}  // namespace wf::surface
