// Schedules against tests/vectors/cron.json, which defines them, and against a walk over every minute.
#include "runtime/rules/cron.h"

#include <gtest/gtest.h>

#include <ctime>
#include <fstream>
#include <random>
#include <sstream>

#include "nlohmann/json.hpp"
#include "runtime/rules/schedule.h"

namespace wf::rules {
namespace {

nlohmann::json vectors() {
  std::ifstream in(std::string(WF_SOURCE_DIR) + "/tests/vectors/cron.json");
  return nlohmann::json::parse(in);
}

UtcSecond second_of(const std::string& time) {
  std::tm parts{};
  EXPECT_NE(strptime(time.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts), nullptr) << time;
  return timegm(&parts);
}

Cron read(std::string_view text) {
  CronProblem problem;
  const auto cron = Cron::read(text, problem);
  EXPECT_TRUE(cron) << text << ": " << problem.why;
  return cron.value_or(Cron());
}

CronProblem problem_of(std::string_view text) {
  CronProblem problem;
  EXPECT_FALSE(Cron::read(text, problem)) << text;
  return problem;
}

TEST(Cron, fires_as_the_vectors_say) {
  int firings = 0;
  const nlohmann::json all = vectors();
  for (const auto& vector : all["vectors"]) {
    const std::string about = vector["cron"].get<std::string>() + " " + vector["tz"].get<std::string>();
    const Cron cron = read(vector["cron"].get<std::string>());
    const ZoneFound zone = find_zone(vector["tz"].get<std::string>());
    ASSERT_TRUE(zone.zone) << about;
    const UtcSecond end = second_of(vector["end"]);
    std::vector<UtcSecond> fires;
    for (auto at = next_firing(cron, *zone.zone, second_of(vector["start"]) - 1); at && *at < end;
         at = next_firing(cron, *zone.zone, *at))
      fires.push_back(*at);
    ASSERT_EQ(fires.size(), vector["count"].get<std::size_t>()) << about;
    firings += static_cast<int>(fires.size());
    if (fires.empty()) continue;
    EXPECT_EQ(fires.front(), second_of(vector["first"])) << about;
    EXPECT_EQ(fires.back(), second_of(vector["last"])) << about;
    if (!vector.contains("fires")) continue;
    for (std::size_t i = 0; i < vector["fires"].size(); ++i)
      EXPECT_EQ(fires[i], second_of(vector["fires"][i])) << about;
  }
  EXPECT_GT(firings, 200);
}

TEST(Cron, refuses_what_the_vectors_refuse_and_says_where) {
  const nlohmann::json all = vectors();
  ASSERT_EQ(all["must_be_refused"].size(), 30u);
  for (const auto& text : all["must_be_refused"]) {
    const auto cron = text.get<std::string>();
    const CronProblem problem = problem_of(cron);
    EXPECT_FALSE(problem.why.empty()) << cron;
    EXPECT_LE(problem.begin, problem.end) << cron;
    EXPECT_LE(problem.end, cron.size()) << cron;
  }
}

TEST(Cron, marks_the_part_that_is_wrong) {
  const auto marked = [](std::string_view text) {
    const CronProblem problem = problem_of(text);
    return std::string(text.substr(problem.begin, problem.end - problem.begin)) + ": " + problem.why;
  };
  EXPECT_EQ(marked("0 25 * * *"), "25: `25` is no hour");
  EXPECT_EQ(marked("0 1,2,24 * * *"), "24: `24` is no hour");
  EXPECT_EQ(marked("0 0 ? * *"), "?: `?` is not part of cron");
  EXPECT_EQ(marked("0 0 15W * *"), "15W: `15W` is not part of cron");
  EXPECT_EQ(marked("0 0 * * mon#2"), "#: `#` is not part of cron");
  EXPECT_EQ(marked("0 0 * * fri-mon"), "fri-mon: `fri-mon` runs backwards");
  EXPECT_EQ(marked("*/0 * * * *"), "0: a step of 0 goes nowhere");
  EXPECT_EQ(marked("*/90 * * * *"), "90: a step of 90 is longer than its field");
  EXPECT_EQ(marked("0 0 9 * * 1"), "1: a schedule has five fields");
  EXPECT_EQ(marked("0 0 31 2 *"), "31 2 *: this schedule has no time at all");
  EXPECT_TRUE(problem_of("0 0 31 2 *").never);
  EXPECT_EQ(problem_of("0 22-6 * * *").help, "write `22-23,0-6`");
  EXPECT_EQ(problem_of("0 0 * * fri-sun").help, "write `5-7`");
  EXPECT_EQ(problem_of("0 0 1 JANUARY *").help, "write `jan`");
}

TEST(Cron, knows_its_shortcuts) {
  EXPECT_EQ(*read("@daily\n").next(1), 1440);
  EXPECT_EQ(*read(" @hourly ").next(61), 120);
  EXPECT_FALSE(read("@hourly").fixed_time());
  EXPECT_TRUE(read("@weekly").fixed_time());
}

// The rules once more, from the other end: every real minute is asked whether it fires.
std::vector<UtcSecond> walked(const std::string& fields, const std::string& zone_name, UtcSecond begin,
                              UtcSecond end) {
  // Only lists of numbers and `*`, read here by hand; the zone is the C library's.
  std::vector<std::vector<int>> sets;
  std::vector<bool> star;
  std::istringstream words(fields);
  for (std::string word; words >> word;) {
    star.push_back(word == "*");
    sets.emplace_back();
    std::istringstream items(word);
    for (std::string item; !star.back() && std::getline(items, item, ',');)
      sets.back().push_back(std::stoi(item));
  }
  const auto holds = [&](int field, int value) {
    return star[field] || std::find(sets[field].begin(), sets[field].end(), value) != sets[field].end();
  };
  setenv("TZ", zone_name.c_str(), 1);
  tzset();
  const auto wall = [](UtcSecond at) {
    std::tm parts{};
    const std::time_t time = at;
    localtime_r(&time, &parts);
    return parts;
  };
  const auto matches = [&](const std::tm& at) {
    const bool day = holds(2, at.tm_mday), weekday = holds(4, at.tm_wday);
    return holds(0, at.tm_min) && holds(1, at.tm_hour) && holds(3, at.tm_mon + 1) &&
           (star[2] || star[4] ? day && weekday : day || weekday);
  };
  const bool fixed = !star[0] && !star[1];
  std::vector<UtcSecond> fires;
  std::vector<std::time_t> seen;  // Wall times so far, read as if they were UTC.
  std::tm before = wall(begin - 86'400);
  for (UtcSecond at = begin - 86'340; at < end; at += 60) {
    std::tm now = wall(at);
    bool fire = matches(now);
    std::tm as_utc = now;
    const std::time_t wall_now = timegm(&as_utc);
    std::tm previous = before;
    const std::time_t wall_before = timegm(&previous);
    if (fixed && fire) {
      fire = std::find(seen.begin(), seen.end(), wall_now) == seen.end();
      seen.push_back(wall_now);
    }
    for (std::time_t skipped = wall_before + 60; fixed && skipped < wall_now; skipped += 60) {
      std::tm parts{};
      gmtime_r(&skipped, &parts);
      fire = fire || matches(parts);
    }
    if (fire && at >= begin) fires.push_back(at);
    before = now;
  }
  unsetenv("TZ");
  tzset();
  return fires;
}

TEST(Cron, agrees_with_a_walk_over_every_minute) {
  std::mt19937 random(20260308);
  const auto pick = [&](int low, int high) { return std::uniform_int_distribution(low, high)(random); };
  const std::vector<std::pair<const char*, const char*>> changes = {
      {"America/Chicago", "2026-03-07T00:00:00Z"},     {"America/Chicago", "2026-10-31T00:00:00Z"},
      {"Australia/Lord_Howe", "2026-10-02T00:00:00Z"}, {"Australia/Lord_Howe", "2026-04-03T00:00:00Z"},
      {"America/Santiago", "2026-09-05T00:00:00Z"},    {"America/Santiago", "2026-04-03T00:00:00Z"},
      {"Pacific/Apia", "2011-12-28T00:00:00Z"},        {"Europe/Berlin", "2026-03-28T00:00:00Z"}};
  int fired = 0;
  for (int round = 0; round < 120; ++round) {
    const auto list = [&](int low, int high) {
      if (pick(0, 2) == 0) return std::string("*");
      std::string text = std::to_string(pick(low, high));
      for (int more = pick(0, 2); more > 0; --more) text += "," + std::to_string(pick(low, high));
      return text;
    };
    const std::string hours = pick(0, 2) == 0 ? list(0, 23) : list(0, 4);
    const std::string cron = list(0, 59) + " " + hours + " " + (pick(0, 3) ? "*" : list(1, 31)) + " * " +
                             (pick(0, 3) ? "*" : list(0, 6));
    const auto& [zone, start] = changes[static_cast<std::size_t>(round) % changes.size()];
    const UtcSecond begin = second_of(start);
    const UtcSecond end = begin + 4 * 86'400;
    const Cron read_cron = read(cron);
    const ZoneFound found = find_zone(zone);
    ASSERT_TRUE(found.zone);
    std::vector<UtcSecond> fires;
    for (auto at = next_firing(read_cron, *found.zone, begin - 1); at && *at < end;
         at = next_firing(read_cron, *found.zone, *at))
      fires.push_back(*at);
    EXPECT_EQ(fires, walked(cron, zone, begin, end)) << cron << " " << zone;
    fired += static_cast<int>(fires.size());
  }
  EXPECT_GT(fired, 3'000);
}

TEST(Zone, is_spelt_exactly) {
  EXPECT_TRUE(find_zone("Europe/Berlin").zone);
  EXPECT_TRUE(find_zone("US/Pacific").zone);  // An old name is a name.
  EXPECT_TRUE(find_zone("UTC").zone);
  EXPECT_EQ(find_zone("europe/berlin").trouble, ZoneTrouble::unknown);
  EXPECT_EQ(find_zone("europe/berlin").near, "Europe/Berlin");
  EXPECT_EQ(find_zone("America/Chicgo").near, "America/Chicago");
  for (const char* name : {"EST", "PST", "CET", "CEST", "EST5EDT"})
    EXPECT_EQ(find_zone(name).trouble, ZoneTrouble::abbreviation) << name;
  for (const char* name :
       {"", "/etc/passwd", "../zoneinfo/UTC", "Europe/../Europe/Berlin", "posix/Europe/Berlin",
        ":Europe/Berlin", "Europe/Berlin ", "localtime", "tzdata.zi"})
    EXPECT_EQ(find_zone(name).trouble, ZoneTrouble::unknown) << name;
  EXPECT_GE(zones_version(), "2023");
}

TEST(Zone, tells_which_times_a_change_of_clocks_hits) {
  const Zone chicago = *find_zone("America/Chicago").zone;
  const UtcSecond january = second_of("2026-01-01T00:00:00Z"), end = second_of("2027-01-01T00:00:00Z");
  const auto gap = next_clock_change(read("30 2 * * *"), chicago, january, end);
  ASSERT_TRUE(gap);
  EXPECT_TRUE(gap->skipped);
  EXPECT_EQ(format_wall_date(gap->time) + " " + format_wall_time(gap->time), "2026-03-08 02:30");
  EXPECT_EQ(format_wall_time(gap->then), "03:00");
  const auto twice = next_clock_change(read("30 1 * * *"), chicago, january, end);
  ASSERT_TRUE(twice);
  EXPECT_FALSE(twice->skipped);
  EXPECT_EQ(format_wall_date(twice->time), "2026-11-01");
  EXPECT_FALSE(next_clock_change(read("0 9 * * *"), chicago, january, end));
  EXPECT_FALSE(next_clock_change(read("30 2 * * 1"), chicago, january, end));  // Clocks change on Sundays.
  EXPECT_FALSE(next_clock_change(read("30 2 * * *"), *find_zone("UTC").zone, january, end));
}

}  // namespace
}  // namespace wf::rules
