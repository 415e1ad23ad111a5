// A step's log keeps its name for `logs`; what the journal names is a second link to the same bytes, under
// their digest, so that keeping an output costs no copy.
#include "runtime/surface/outputs.h"

#include "runtime/base/files.h"

namespace wf::surface {

std::string StoreOutputs::log_path(StepKey key, std::uint32_t attempt, bool is_error) const {
  const Row row = rows_.empty() ? key.step : rows_[key.step];
  std::string path = store_.log_path(run_id_, row, key.iteration, attempt, is_error);
  // The folder is the run's own: it is made with the first log and found by the others. A failure shows when
  // the caller opens the file, with the same cause.
  const std::size_t slash = path.rfind('/');
  if (slash != std::string::npos) static_cast<void>(make_folders(path.substr(0, slash), 0700));
  return path;
}

Result<std::string> StoreOutputs::keep(const std::string& path) const {
  return store_.keep_output(path);
}

Result<std::string> StoreOutputs::load(const Output& output) const {
  if (output.is_here()) return output.text;
  if (output.record != 0) return store_.recorded_output(output);
  return read_file(store_.output_path(output.file), stream_kept_max + 4096);
}

}  // namespace wf::surface
