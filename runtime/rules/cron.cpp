// Reads schedules into sets of bits, and walks the calendar from match to match.
//
// A day that does not match is passed over whole, and so is a month, so that the leap day of a year far away
// costs a few thousand steps. Whether day of month and day of week are joined by "or" is Vixie's rule: by
// "and" as soon as one of them begins with `*`.
#include "runtime/rules/cron.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdio>
#include <vector>

namespace wf::rules {
namespace {

constexpr std::int64_t minutes_of_day = 1440;
constexpr std::int64_t days_of_400_years = 146'097;

struct Field {
  std::string_view one, many;  // "minute", "minutes"
  unsigned low, high;
  const std::string_view* names;  // Of low and what follows.
  unsigned names_count;
};
constexpr std::array<std::string_view, 12> month_names = {"jan", "feb", "mar", "apr", "may", "jun",
                                                          "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> day_names = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
constexpr std::array<Field, 5> fields = {{
    {"minute", "minutes", 0, 59, nullptr, 0},
    {"hour", "hours", 0, 23, nullptr, 0},
    {"day of a month", "days of a month", 1, 31, nullptr, 0},
    {"month", "months", 1, 12, month_names.data(), 12},
    {"day of the week", "days of the week", 0, 7, day_names.data(), 7},
}};

struct Shortcut {
  std::string_view name, meaning;
};
constexpr std::array<Shortcut, 7> shortcuts = {{{"@yearly", "0 0 1 1 *"},
                                                {"@annually", "0 0 1 1 *"},
                                                {"@monthly", "0 0 1 * *"},
                                                {"@weekly", "0 0 * * 0"},
                                                {"@daily", "0 0 * * *"},
                                                {"@midnight", "0 0 * * *"},
                                                {"@hourly", "0 * * * *"}}};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
std::string quoted(std::string_view text) {
  return "`" + std::string(text) + "`";
}
std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}
// The bits of `set` from `from` on, as a number of zeros before the first.
unsigned next_bit(std::uint64_t set, unsigned from) {
  return static_cast<unsigned>(std::countr_zero(from > 63 ? 0 : set >> from << from));
}

}  // namespace

class CronReader {
 public:
  // A text in a block of YAML ends with a line end, which means nothing.
  CronReader(std::string_view text, CronProblem& problem)
      : text_(text.substr(0, text.find_last_not_of(" \t\r\n") + 1)), problem_(problem) {}

  std::optional<Cron> read() {
    std::size_t begin = text_.find_first_not_of(" \t");
    if (begin == std::string_view::npos) {
      fail(0, text_.size(), "this schedule is empty", "", "write five fields, as in `0 9 * * 1`");
      return {};
    }
    if (text_[begin] == '@') return shortcut(begin);
    std::vector<std::pair<std::size_t, std::size_t>> words;
    for (std::size_t at = begin; at != std::string_view::npos && words.size() < 8;) {
      const std::size_t end = std::min(text_.find_first_of(" \t", at), text_.size());
      words.emplace_back(at, end);
      at = text_.find_first_not_of(" \t", end);
    }
    for (std::size_t i = 0; i < std::min<std::size_t>(words.size(), 5); ++i)
      if (!field(i, words[i].first, words[i].second)) return {};
    if (words.size() < 5) {
      fail(words.front().first, words.back().second, "a schedule has five fields",
           "here " +
               std::string(words.size() == 1 ? "is only one" : "are only " + std::to_string(words.size())),
           "write minute, hour, day of the month, month and day of the week");
      return {};
    }
    if (words.size() > 5) {
      fail(words[5].first, words.back().second, "a schedule has five fields", "this is one too many",
           words.size() == 6 ? "leave out the seconds, or the year" : "");
      return {};
    }
    // The fields are right one by one. 2000 begins a cycle of the calendar.
    if (!cron_.next(std::int64_t{10'957} * minutes_of_day)) {
      fail(words[2].first, words[4].second, "this schedule has no time at all", "there is no such day", "");
      problem_.never = true;
      return {};
    }
    return cron_;
  }

 private:
  std::optional<Cron> shortcut(std::size_t begin) {
    const std::size_t last = text_.find_last_not_of(" \t");
    const std::string_view name = text_.substr(begin, last + 1 - begin);
    const auto found = std::find_if(shortcuts.begin(), shortcuts.end(),
                                    [&](const Shortcut& one) { return one.name == name; });
    if (found != shortcuts.end()) return CronReader(found->meaning, problem_).read();
    fail(begin, last + 1, "no schedule is named " + quoted(name), name == "@reboot" ? "this is no time" : "",
         "write five fields, or one of `@hourly`, `@daily`, `@weekly`, `@monthly` and `@yearly`");
    return {};
  }

  bool field(std::size_t number, std::size_t begin, std::size_t end) {
    const Field& what = fields[number];
    const std::string_view word = text_.substr(begin, end - begin);
    std::uint64_t set = 0;
    for (std::size_t at = begin;;) {
      const std::size_t comma = std::min(text_.find(',', at), end);
      if (!item(what, at, comma, set)) return false;
      if (comma == end) break;
      at = comma + 1;
    }
    const bool star = word.find('*') != std::string_view::npos;
    switch (number) {
      case 0:
        cron_.minutes_ = set;
        cron_.fixed_time_ = !star;
        break;
      case 1:
        cron_.hours_ = set;
        cron_.fixed_time_ = cron_.fixed_time_ && !star;
        cron_.every_hour_ = star;
        break;
      case 2:
        cron_.days_ = set;
        cron_.days_star_ = word.front() == '*';
        break;
      case 3:
        cron_.months_ = set;
        break;
      default:
        cron_.weekdays_ = set;
        if ((set >> 7 & 1) != 0) cron_.weekdays_ |= 1;
        cron_.weekdays_star_ = word.front() == '*';
    }
    return true;
  }

  // `*`, `5`, `5-9`, each perhaps with `/2`; a start with a step goes to the end of the field.
  bool item(const Field& what, std::size_t begin, std::size_t end, std::uint64_t& set) {
    const std::string_view all = text_.substr(begin, end - begin);
    if (all.empty()) return fail(begin, end, "a " + std::string(what.one) + " is missing here", "", "");
    for (std::size_t i = begin; i < end; ++i)
      if (std::string_view("?#\n\r").find(text_[i]) != std::string_view::npos) return foreign(i, i + 1);
    const std::size_t slash = std::min(text_.find('/', begin), end);
    unsigned first = what.low, last = what.high, step = 1;
    if (text_.substr(begin, slash - begin) != "*") {
      const std::size_t dash = std::min(text_.find('-', begin), slash);
      if (!value(what, begin, dash, first)) return false;
      last = slash == end ? first : what.high;
      // 7 is Sunday again, which is already there.
      if (slash != end && what.high == 7) last = 6;
      if (dash != slash) {
        if (!value(what, dash + 1, slash, last)) return false;
        if (last < first) return backwards(what, begin, slash, first, last);
      }
    } else if (what.high == 7) {
      last = 6;
    }
    if (slash != end && !step_of(what, slash + 1, end, step)) return false;
    for (unsigned at = first; at <= last; at += step) set |= std::uint64_t{1} << at;
    return true;
  }

  bool value(const Field& what, std::size_t begin, std::size_t end, unsigned& number) {
    const std::string_view word = text_.substr(begin, end - begin);
    if (word.empty()) {
      return fail(begin == 0 ? 0 : begin - 1, std::min(end + 1, text_.size()),
                  "a " + std::string(what.one) + " is missing here", "", "");
    }
    if (std::all_of(word.begin(), word.end(), is_digit)) {
      number = 0;
      for (const char c : word) number = std::min(number * 10 + static_cast<unsigned>(c - '0'), 1'000'000u);
      if (number >= what.low && number <= what.high) return true;
      return fail(begin, end, quoted(word) + " is no " + std::string(what.one), limits_of(what), "");
    }
    for (unsigned i = 0; i < what.names_count; ++i) {
      if (word.size() != 3 || !std::equal(word.begin(), word.end(), what.names[i].begin(),
                                          [](char a, char b) { return lower(a) == b; }))
        continue;
      number = what.low + i;
      return true;
    }
    if (word == "L" || word == "W" || word == "LW" ||
        (word.size() > 1 && is_digit(word[0]) && !is_digit(word.back()) &&
         std::string_view("LW").find(word.back()) != std::string_view::npos))
      return foreign(begin, end);
    std::string help;
    for (unsigned i = 0; i < what.names_count && word.size() > 3; ++i)
      if (std::equal(what.names[i].begin(), what.names[i].end(), word.begin(),
                     [](char a, char b) { return a == lower(b); }))
        help = "write " + quoted(what.names[i]);
    return fail(begin, end, quoted(word) + " is no " + std::string(what.one), limits_of(what),
                std::move(help));
  }

  bool step_of(const Field& what, std::size_t begin, std::size_t end, unsigned& step) {
    const std::string_view word = text_.substr(begin, end - begin);
    if (word.empty() || !std::all_of(word.begin(), word.end(), is_digit))
      return fail(begin, std::max(end, begin), quoted(word) + " is no step", "a step is a number", "");
    step = 0;
    for (const char c : word) step = std::min(step * 10 + static_cast<unsigned>(c - '0'), 1'000'000u);
    const unsigned most = (what.high == 7 ? 6 : what.high) - what.low + 1;
    if (step == 0) return fail(begin, end, "a step of 0 goes nowhere", "a step is at least 1", "");
    if (step <= most) return true;
    return fail(begin, end, "a step of " + std::string(word) + " is longer than its field",
                "there are " + std::to_string(most) + " " + std::string(what.many),
                "write several schedules, or a shorter step");
  }

  bool backwards(const Field& what, std::size_t begin, std::size_t end, unsigned first, unsigned last) {
    const auto range = [](unsigned from, unsigned to) {
      return from == to ? std::to_string(from) : std::to_string(from) + "-" + std::to_string(to);
    };
    std::string instead;
    if (what.high == 7) {
      instead = last == 0 ? range(first, 7) : range(first, 6) + "," + range(0, last);
    } else {
      instead = range(first, what.high) + "," + range(what.low, last);
    }
    return fail(begin, end, quoted(text_.substr(begin, end - begin)) + " runs backwards",
                "its end comes before its start", "write " + quoted(instead));
  }

  bool foreign(std::size_t begin, std::size_t end) {
    const char c = text_[begin];
    if (c == '\n' || c == '\r') return fail(begin, end, "a schedule is one line", "it ends here", "");
    return fail(begin, end, quoted(text_.substr(begin, end - begin)) + " is not part of cron",
                "only some schedulers know it", c == '?' ? "write `*`" : "");
  }

  static std::string limits_of(const Field& what) {
    return std::string(what.many) + " go from " + std::to_string(what.low) + " to " +
           std::to_string(what.high) + (what.high == 7 ? ", Sunday to Sunday" : "");
  }

  bool fail(std::size_t begin, std::size_t end, std::string why, std::string label, std::string help) {
    problem_ = {std::move(why), std::move(label), std::move(help), begin, end, false};
    return false;
  }

  std::string_view text_;
  CronProblem& problem_;
  Cron cron_;
};

std::optional<Cron> Cron::read(std::string_view text, CronProblem& problem) {
  return CronReader(text, problem).read();
}

bool Cron::on_day(std::int64_t day, unsigned month, unsigned day_of_month) const {
  if ((months_ >> month & 1) == 0) return false;
  // 1970-01-01 was a Thursday.
  const auto weekday = static_cast<unsigned>(((day % 7) + 7 + 4) % 7);
  const bool by_day = (days_ >> day_of_month & 1) != 0;
  const bool by_weekday = (weekdays_ >> weekday & 1) != 0;
  return days_star_ || weekdays_star_ ? by_day && by_weekday : by_day || by_weekday;
}

std::optional<WallMinute> Cron::next(WallMinute from) const {
  using namespace std::chrono;
  std::int64_t day = floor_div(from, minutes_of_day);
  auto minute = static_cast<unsigned>(from - day * minutes_of_day);
  for (const std::int64_t end = day + days_of_400_years; day <= end; minute = 0) {
    const year_month_day date{sys_days{days{day}}};
    const auto month = static_cast<unsigned>(date.month());
    if ((months_ >> month & 1) == 0) {
      day = sys_days{(date.year() / date.month() + months{1}) / 1}.time_since_epoch().count();
      continue;
    }
    if (on_day(day, month, static_cast<unsigned>(date.day()))) {
      unsigned hour = minute / 60;
      unsigned in_hour = next_bit(minutes_, minute % 60);
      if ((hours_ >> hour & 1) == 0 || in_hour > 59) {
        hour = next_bit(hours_, hour + 1);
        in_hour = next_bit(minutes_, 0);
      }
      if (hour < 24) return day * minutes_of_day + hour * 60 + in_hour;
    }
    ++day;
  }
  return {};
}

std::string format_wall_date(WallMinute at) {
  using namespace std::chrono;
  const year_month_day date{sys_days{days{floor_div(at, minutes_of_day)}}};
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text;
}

std::string format_wall_time(WallMinute at) {
  const auto minute = static_cast<unsigned>(at - floor_div(at, minutes_of_day) * minutes_of_day);
  char text[32];
  std::snprintf(text, sizeof text, "%02u:%02u", minute / 60, minute % 60);
  return text;
}

}  // namespace wf::rules
