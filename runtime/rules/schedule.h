// When a schedule fires in a time zone.
//
// A schedule that names its times fires once for each: one that a change of the clocks skips, at the first
// instant after it; one that comes twice, at the first. Any other follows real minutes. Several times that a
// change moves to one instant are one firing. Abseil knows the zones (docs/decisions/time-zones.md); it stays
// in schedule.cpp, an object that only programs with a schedule are linked with.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/rules/cron.h"

namespace wf::rules {

// Seconds since 1970-01-01 00:00 UTC.
using UtcSecond = std::int64_t;

class Zone {
 public:
  struct Data;
  explicit Zone(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
  const Data& data() const { return *data_; }

 private:
  std::shared_ptr<const Data> data_;
};

enum class ZoneTrouble : std::uint8_t {
  none,
  unknown,       // No zone has this name, exactly as it is spelt.
  abbreviation,  // `EST`: several places, or no summer time; and nobody remembers which.
  no_data,       // This machine has no time zones to look into.
};
struct ZoneFound {
  std::optional<Zone> zone;
  ZoneTrouble trouble = ZoneTrouble::none;
  std::string near;  // unknown: the one that was surely meant, or empty.
};
ZoneFound find_zone(std::string_view name);
// "2025b"; empty when it is not known.
std::string zones_version();

// The first firing after `after`.
std::optional<UtcSecond> next_firing(const Cron& cron, const Zone& zone, UtcSecond after);

// A time of the schedule that a change of the clocks skips or brings twice.
struct ClockChange {
  WallMinute time = 0;
  bool skipped = false;
  WallMinute then = 0;  // skipped: the time at which the clocks go on.
};
std::optional<ClockChange> next_clock_change(const Cron& cron, const Zone& zone, UtcSecond after,
                                             UtcSecond until);

}  // namespace wf::rules
