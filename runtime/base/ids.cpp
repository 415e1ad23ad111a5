// Names of runs.
#include "runtime/base/ids.h"

#include <algorithm>

namespace wf {

namespace {
bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
}  // namespace

bool is_run_id(std::string_view text) {
  if (text.empty() || text.size() > 64 || !is_letter_or_digit(text[0])) return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-'; });
}

std::string new_run_id(Clock& clock, Random& random) {
  static constexpr char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";  // Crockford's, lower case.
  std::string id = "r-";
  const auto time = static_cast<std::uint64_t>(std::max<std::int64_t>(clock.wall_ms(), 0));
  for (int shift = 45; shift >= 0; shift -= 5) id += digits[(time >> shift) & 31];
  // 80 bits of chance: 16 letters, 8 from each number.
  for (int half = 0; half < 2; ++half) {
    std::uint64_t bits = random.next();
    for (int i = 0; i < 8; ++i, bits >>= 5) id += digits[bits & 31];
  }
  return id;
}

}  // namespace wf
