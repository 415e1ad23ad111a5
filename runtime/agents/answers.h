// How what a program printed is read as an answer. Inside the room only, and for its tests.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/io/nursery.h"
#include "runtime/run/outcome.h"

namespace wf::agents {

// An answer that is a JSON object gives its fields to the result.
void answer_fields(Outcome& outcome);

// The beginning and the end of a stream that may be endless.
class HeadAndTail {
 public:
  void append(std::string_view bytes);
  bool cut() const { return size_ > stream_kept_max; }
  // All of it, or head, a notice of what was left out, and tail.
  std::string text() const;

 private:
  std::string head_;
  std::string tail_;  // A ring once it is full; `at_` is where it begins.
  std::size_t at_ = 0;
  std::uint64_t size_ = 0;
};

struct Asking {
  std::string model;  // Empty: the program's own choice.
  std::optional<std::int64_t> usd_millionths_max;
};

// One program's way to be asked and to answer.
struct Format {
  std::string_view name;
  std::string_view program;  // Where the setting names none.
  std::vector<std::string> (*arguments)(const Asking& asking, const std::vector<std::string>& own);
  Outcome (*read)(std::string_view out, std::string_view error_out, const io::ChildEnd& end);
  std::vector<std::string_view>
      credentials;           // Variables that this program needs and other children must not see.
  std::string_view install;  // For `doctor`.
};
// Null when there is no such format.
const Format* find_format(std::string_view name);

}  // namespace wf::agents
