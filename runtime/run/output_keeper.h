// Where a step puts what it prints, when that is more than a row should hold.
#pragma once
#include <string>

#include "runtime/base/result.h"
#include "runtime/run/outcome.h"

namespace wf {

class OutputKeeper {
 public:
  virtual ~OutputKeeper() = default;
  // The file that holds the whole of what an attempt printed (up to `stream_kept_max`), for `logs`. Its
  // folder exists.
  virtual std::string log_path(StepKey key, std::uint32_t attempt, bool is_error) const = 0;
  // Makes the bytes of a finished file durable under their digest and returns the name for Output::file. The
  // file stays where it is.
  virtual Result<std::string> keep(const std::string& path) const = 0;
  virtual Result<std::string> load(const Output& output) const = 0;  // The whole text, wherever it lies.
};

}  // namespace wf
