// How large a definition may be, before reading it is refused: so that nobody's file brings a machine down.
// Each limit has a flag that raises it; limits.def lists them.
#pragma once
#include <cstdint>
#include <string>

namespace wfc::source {

struct Limits {
#define WFC_LIMIT(field, flag, unit, value, least, most, help) std::uint64_t field = value;
#include "compiler/source/limits.def"
#undef WFC_LIMIT
  bool operator==(const Limits&) const = default;
};

enum class LimitUnit : std::uint8_t { bytes, count };
struct LimitInfo {
  std::uint64_t Limits::*field;
  const char* flag;  // Without its dashes.
  LimitUnit unit;
  std::uint64_t least, most;
  const char* help;
};
inline constexpr LimitInfo limit_infos[] = {
#define WFC_LIMIT(field, flag, unit, value, least, most, help) \
  {&Limits::field, flag, LimitUnit::unit, least, most, help},
#include "compiler/source/limits.def"
#undef WFC_LIMIT
};

// "16 MiB", "1,000,000": as a limit stands in a sentence.
std::string spelt(const LimitInfo& limit, std::uint64_t value);
inline const LimitInfo& info_of(std::uint64_t Limits::*field) {
  for (const LimitInfo& limit : limit_infos)
    if (limit.field == field) return limit;
  return limit_infos[0];
}
inline std::string spelt(const Limits& limits, std::uint64_t Limits::*field) {
  return spelt(info_of(field), limits.*field);
}

}  // namespace wfc::source
