// Schedules in zones. See schedule.h for the rules.
//
// A zone is a list of stretches of time in which its clocks run evenly. Schedules that follow real minutes
// are searched stretch by stretch, where a wall time is an instant plus a constant. Schedules that name their
// times are searched in wall time: the instant of a wall time never gets smaller when the wall time grows, so
// the first one whose instant lies after `after` is the answer.
#include "runtime/rules/schedule.h"

#include <absl/time/time.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <vector>

#include "runtime/rules/near.h"

namespace wf::rules {

struct Zone::Data {
  absl::TimeZone zone;
};

namespace {

std::int64_t floor_minute(UtcSecond at) {
  return at / 60 - (at % 60 < 0 ? 1 : 0);
}
WallMinute wall_of(const absl::CivilSecond& at) {
  return (absl::CivilMinute(at) - absl::CivilMinute(1970, 1, 1, 0, 0));
}
absl::CivilSecond civil_of(WallMinute at) {
  return absl::CivilSecond(absl::CivilMinute(1970, 1, 1, 0, 0) + at);
}
// The first instant that the clocks show it, or, where they skip it, the first after the gap.
UtcSecond instant_of(const absl::TimeZone& zone, WallMinute at) {
  const absl::TimeZone::TimeInfo info = zone.At(civil_of(at));
  return absl::ToUnixSeconds(info.kind == absl::TimeZone::TimeInfo::SKIPPED ? info.trans : info.pre);
}
struct Change {
  UtcSecond at;
  WallMinute from, to;
};
std::optional<Change> next_change(const absl::TimeZone& zone, UtcSecond after) {
  absl::TimeZone::CivilTransition found;
  if (!zone.NextTransition(absl::FromUnixSeconds(after), &found)) return {};
  // `to` is a time that comes twice, or one that does not; either way this is when the clocks are moved.
  return Change{absl::ToUnixSeconds(zone.At(found.to).trans), wall_of(found.from), wall_of(found.to)};
}

struct Names {
  std::vector<std::string> all;
  std::string version;
};
// The names are in the zones' own list of contents, which the library has no function for. No name of
// anyone's becomes part of a path before it was found here.
Names read_names() {
  Names names;
  const char* folder = std::getenv("TZDIR");
  std::ifstream in(std::string(folder != nullptr ? folder : "/usr/share/zoneinfo") + "/tzdata.zi");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("# version ")) {
      names.version = line.substr(10);
    } else if (line.starts_with("Z ")) {
      names.all.push_back(line.substr(2, line.find(' ', 2) - 2));
    } else if (line.starts_with("L ")) {
      names.all.push_back(line.substr(line.rfind(' ') + 1));
    }
  }
  std::sort(names.all.begin(), names.all.end());
  return names;
}
const Names& zone_names() {
  static const Names names = read_names();
  return names;
}

// Names of the list that say an offset and no place.
constexpr std::string_view abbreviations[] = {"CET", "EET", "EST",     "HST",     "MET",     "MST",
                                              "WET", "UCT", "CST6CDT", "EST5EDT", "MST7MDT", "PST8PDT"};
bool is_capitals(std::string_view name) {
  return name.size() >= 3 && name.size() <= 5 &&
         std::all_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace

ZoneFound find_zone(std::string_view name) {
  if (name == "UTC") return {Zone(std::make_shared<Zone::Data>(Zone::Data{absl::UTCTimeZone()})), {}, {}};
  if (std::find(std::begin(abbreviations), std::end(abbreviations), name) != std::end(abbreviations))
    return {{}, ZoneTrouble::abbreviation, {}};
  const std::vector<std::string>& all = zone_names().all;
  if (all.empty()) return {{}, ZoneTrouble::no_data, {}};
  if (!std::binary_search(all.begin(), all.end(), name)) {
    if (is_capitals(name)) return {{}, ZoneTrouble::abbreviation, {}};
    return {{}, ZoneTrouble::unknown, std::string(closest(name, {all.begin(), all.end()}))};
  }
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(std::string(name), &zone)) return {{}, ZoneTrouble::no_data, {}};
  return {Zone(std::make_shared<Zone::Data>(Zone::Data{zone})), {}, {}};
}

std::string zones_version() {
  return zone_names().version;
}

std::optional<UtcSecond> next_firing(const Cron& cron, const Zone& in, UtcSecond after) {
  const absl::TimeZone& zone = in.data().zone;
  if (cron.fixed_time()) {
    WallMinute wall = wall_of(zone.At(absl::FromUnixSeconds(after)).cs);
    for (;;) {
      const std::optional<WallMinute> next = cron.next(wall);
      if (!next) return {};
      const UtcSecond at = instant_of(zone, *next);
      if (at > after) return at;
      wall = *next + 1;
    }
  }
  for (std::int64_t from = floor_minute(after) + 1;;) {
    const absl::Time start = absl::FromUnixSeconds(from * 60);
    const WallMinute shift = wall_of(zone.At(start).cs) - from;
    const std::optional<WallMinute> next = cron.next(from + shift);
    if (!next) return {};
    const std::int64_t at = *next - shift;
    // What happens at `start` itself is in its offset already.
    const std::optional<Change> change = next_change(zone, from * 60);
    if (!change || at * 60 < change->at) return at * 60;
    from = floor_minute(change->at + 59);
  }
}

std::optional<ClockChange> next_clock_change(const Cron& cron, const Zone& in, UtcSecond after,
                                             UtcSecond until) {
  const absl::TimeZone& zone = in.data().zone;
  for (;;) {
    const std::optional<Change> change = next_change(zone, after);
    if (!change || change->at > until) return {};
    const WallMinute first = std::min(change->from, change->to);
    const std::optional<WallMinute> hit = cron.next(first);
    if (hit && *hit < std::max(change->from, change->to))
      return ClockChange{*hit, change->from < change->to, change->to};
    after = change->at;
  }
}

}  // namespace wf::rules
