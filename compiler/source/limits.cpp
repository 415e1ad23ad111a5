// How limits are written in sentences.
#include "compiler/source/limits.h"

namespace wfc::source {

std::string spelt(const LimitInfo& limit, std::uint64_t value) {
  if (limit.unit == LimitUnit::bytes) {
    if (value >= 1u << 30 && value % (1u << 30) == 0) return std::to_string(value >> 30) + " GiB";
    if (value >= 1u << 20 && value % (1u << 20) == 0) return std::to_string(value >> 20) + " MiB";
    if (value >= 1u << 10 && value % (1u << 10) == 0) return std::to_string(value >> 10) + " KiB";
    return std::to_string(value) + (value == 1 ? " byte" : " bytes");
  }
  std::string digits = std::to_string(value);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

}  // namespace wfc::source
