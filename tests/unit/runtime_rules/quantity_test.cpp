#include "runtime/rules/quantity.h"

#include <gtest/gtest.h>

#include <cstdint>

#include "runtime/base/text.h"

namespace wf::rules {
namespace {

template <class T>
T value(const Result<T>& result) {
  EXPECT_TRUE(result) << (result ? "" : result.error().message);
  return result ? *result : T{};
}

TEST(Durations, are_read_with_their_units) {
  EXPECT_EQ(value(parse_duration("500ms")), 500);
  EXPECT_EQ(value(parse_duration("30s")), 30'000);
  EXPECT_EQ(value(parse_duration("1h30m")), 5'400'000);
  EXPECT_EQ(value(parse_duration("7d")), 604'800'000);
  EXPECT_EQ(value(parse_duration("1d2h3m4s5ms")), 93'784'005);
  EXPECT_EQ(value(parse_duration("1_000s")), 1'000'000);
  EXPECT_EQ(value(parse_duration("1.5h")), 5'400'000);
  EXPECT_EQ(value(parse_size("1.5KB")), 1'500);
}

TEST(Durations, are_refused_without_units_or_out_of_order) {
  for (const char* text : {"", "30", "s", "30 s", "1m1h", "1s1s", "-1s", "1.0001s", "1.s", "1h ",
                           "99999999999999999999s", "9223372036854775807d", "1_s", "_1s", "1__0s"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(Durations, are_read_back_as_they_are_written) {
  for (const std::int64_t ms : {0ll, 1ll, 999ll, 1000ll, 61'000ll, 5'400'000ll, 86'400'000ll, 93'784'005ll})
    EXPECT_EQ(value(parse_duration(format_duration(ms))), ms) << format_duration(ms);
}

TEST(Sizes, are_read_and_written) {
  EXPECT_EQ(value(parse_size("100B")), 100);
  EXPECT_EQ(value(parse_size("10KB")), 10'000);
  EXPECT_EQ(value(parse_size("4MiB")), 4 << 20);
  for (const char* text : {"", "4", "4mb", "4 MB", "B", "99999999TiB", "1.5B"})
    EXPECT_FALSE(parse_size(text)) << text;
  for (const std::int64_t bytes : {0ll, 1ll, 1000ll, 1024ll, 1500ll, 4ll << 20, INT64_MAX + 0ll})
    EXPECT_EQ(value(parse_size(format_size(bytes))), bytes) << format_size(bytes);
  EXPECT_EQ(format_size(4 << 20), "4MiB");
  EXPECT_EQ(format_size(1'500), "1500B");
}

TEST(Money, is_read_and_written) {
  EXPECT_EQ(value(parse_money("$12.50")), 12'500'000);
  EXPECT_EQ(value(parse_money("$5")), 5'000'000);
  EXPECT_EQ(value(parse_money("$0.000001")), 1);
  for (const char* text : {"", "12.50", "$", "$.5", "$1.", "$1.0000001", "$-1", "$99999999999999"})
    EXPECT_FALSE(parse_money(text)) << text;
  EXPECT_EQ(format_money(12'500'000), "$12.50");
  EXPECT_EQ(format_money(1), "$0.000001");
  EXPECT_EQ(format_money(-2'000'000), "-$2.00");
  EXPECT_EQ(format_money(INT64_MIN), "-$9223372036854.775808");
}

TEST(Numbers, are_read_whole) {
  EXPECT_EQ(value(parse_integer("200_000")), 200'000);
  EXPECT_EQ(value(parse_integer("-3")), -3);
  for (const char* text : {"", "-", "1.0", "1e3", "0x1", " 1", "9223372036854775808", "1_", "_1"})
    EXPECT_FALSE(parse_integer(text)) << text;
  EXPECT_DOUBLE_EQ(value(parse_real("0.15")), 0.15);
  EXPECT_DOUBLE_EQ(value(parse_real("1_000.5")), 1000.5);
  for (const char* text : {"", "nan", "inf", "1e999", "1,5", "1 "}) EXPECT_FALSE(parse_real(text)) << text;
}

}  // namespace
}  // namespace wf::rules
