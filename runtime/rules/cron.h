// Schedules in five fields, as they are written: `0 9 * * 1`.
//
// Lists, ranges, steps, names of months and days, 7 for Sunday, `@hourly` and its like. Everything else that
// some cron somewhere knows (seconds, `?`, `L`, `W`, `#`, ranges that run backwards, `@reboot`) is refused
// with a reason. The compiler and the executable read schedules with this and nothing else. Times here are
// wall times: what a zone makes of them is schedule.h.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wf::rules {

struct CronProblem {
  std::string why;        // "`61` is no minute"
  std::string label;      // "minutes go from 0 to 59"
  std::string help;       // Empty where there is nothing to advise.
  std::size_t begin = 0;  // The bytes of the text that it is about.
  std::size_t end = 0;
  bool never = false;  // Well written, and it has no time at all: 31 February.
};

// Minutes of a clock on a wall since 1970-01-01 00:00 on that wall.
using WallMinute = std::int64_t;

class Cron {
 public:
  // Empty when the text is no schedule; `problem` says why.
  static std::optional<Cron> read(std::string_view text, CronProblem& problem);

  // The first minute of the schedule that is not before `from`. Empty beyond 400 years, after which the
  // calendar repeats itself.
  std::optional<WallMinute> next(WallMinute from) const;
  // Names its times: no `*` in minute and hour. Such a schedule fires once for each of them, whatever the
  // clocks do.
  bool fixed_time() const { return fixed_time_; }
  // Has a `*` as its hour, so that a change of the clocks takes nothing from it and adds nothing.
  bool every_hour() const { return every_hour_; }

 private:
  friend class CronReader;
  bool on_day(std::int64_t day, unsigned month, unsigned day_of_month) const;
  std::uint64_t minutes_ = 0;
  std::uint64_t hours_ = 0, days_ = 0, months_ = 0, weekdays_ = 0;
  bool days_star_ = false, weekdays_star_ = false;  // Begins with `*`.
  bool fixed_time_ = false;
  bool every_hour_ = false;
};

// `2026-03-08` and `02:30`, for messages.
std::string format_wall_date(WallMinute at);
std::string format_wall_time(WallMinute at);

}  // namespace wf::rules
