// UTF-8: what is valid, how wide it is, and what a terminal may be shown.
#include "runtime/base/text.h"

#include <gtest/gtest.h>

namespace {

using namespace std::string_literals;

TEST(Text, finds_the_first_byte_that_is_not_utf_8) {
  EXPECT_EQ(wf::invalid_utf8_at(""), std::string::npos);
  EXPECT_EQ(wf::invalid_utf8_at("plain ascii, long enough for the quick way"), std::string::npos);
  EXPECT_EQ(wf::invalid_utf8_at("gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x9a\x80"), std::string::npos);
  EXPECT_EQ(wf::invalid_utf8_at("12345678abc\xff"), 11u);
  EXPECT_EQ(wf::invalid_utf8_at("a\xc0\xaf"), 1u) << "overlong";
  EXPECT_EQ(wf::invalid_utf8_at("a\xe0\x80\x80"), 1u) << "overlong";
  EXPECT_EQ(wf::invalid_utf8_at("\xed\xa0\x80"), 0u) << "surrogate";
  EXPECT_EQ(wf::invalid_utf8_at("\xf4\x90\x80\x80"), 0u) << "beyond U+10FFFF";
  EXPECT_EQ(wf::invalid_utf8_at("ab\xe2\x82"), 2u) << "cut";
}

TEST(Text, replaces_each_mistake_once) {
  EXPECT_EQ(wf::replace_invalid_utf8("a\xff"
                                     "b\xe2\x82"),
            "a\xef\xbf\xbd"
            "b\xef\xbf\xbd");
  EXPECT_EQ(wf::replace_invalid_utf8("fine"), "fine");
}

TEST(Text, every_code_point_survives_writing_and_reading) {
  for (char32_t c = 0; c <= 0x10ffff; c += c < 0x11000 ? 1 : 97) {
    if (c >= 0xd800 && c <= 0xdfff) continue;
    std::string text;
    wf::append_utf8(text, c);
    std::size_t at = 0;
    ASSERT_EQ(wf::next_code_point(text, at), c);
    ASSERT_EQ(at, text.size());
  }
}

TEST(Text, counts_columns_as_a_terminal_does) {
  EXPECT_EQ(wf::display_width("abc"), 3);
  EXPECT_EQ(wf::display_width("\xe6\xbc\xa2\xe5\xad\x97"), 4) << "Chinese";
  EXPECT_EQ(wf::display_width("\xf0\x9f\x9a\x80"), 2) << "rocket";
  EXPECT_EQ(wf::display_width("e\xcc\x81"), 1) << "combining accent";
  EXPECT_EQ(wf::display_width("\xc3\xa9"), 1);
  EXPECT_EQ(wf::display_width("\xed\x95\x9c"), 2) << "Hangul syllable";
  EXPECT_EQ(wf::display_width("\xef\xbd\xb1"), 1) << "half-width kana";
  EXPECT_EQ(wf::code_points("\xe6\xbc\xa2 e\xcc\x81"), 4u);
}

TEST(Text, nothing_that_steers_a_terminal_gets_through) {
  EXPECT_EQ(wf::printable("\x1b[31mred\x07", false), "\\x1b[31mred\\x07");
  EXPECT_EQ(wf::printable("a\nb\tc\rd", false), "a\\nb\\tc\\x0dd");
  EXPECT_EQ(wf::printable("a\nb\tc\rd", true), "a\nb\tc\\x0dd");
  EXPECT_EQ(wf::printable("\xc2\x9b"
                          "2J",
                          false),
            "\\u{9b}2J");
  EXPECT_EQ(wf::printable("\xe2\x80\xae"
                          "abc",
                          false),
            "\\u{202e}abc");
  EXPECT_EQ(wf::printable("a\xff", false), "a\\xff");
  EXPECT_EQ(wf::printable("nul\0"s, false), "nul\\x00");
  EXPECT_EQ(wf::printable("\xf0\x9f\x9a\x80 ok", false), "\xf0\x9f\x9a\x80 ok");
}

TEST(Text, writes_times_and_durations) {
  EXPECT_EQ(wf::format_time(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(wf::format_time(1'795'255'200'000), "2026-11-21T10:00:00.000Z");
  EXPECT_EQ(wf::format_time(951'782'400'123), "2000-02-29T00:00:00.123Z");
  EXPECT_EQ(wf::format_time(-1), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(wf::format_duration(500), "500ms");
  EXPECT_EQ(wf::format_duration(30'000), "30s");
  EXPECT_EQ(wf::format_duration(5'400'000), "1h30m");
  EXPECT_EQ(wf::format_duration(7 * 86'400'000LL), "7d");
  EXPECT_EQ(wf::format_duration(0), "0s");
  EXPECT_EQ(wf::format_duration(INT64_MIN).substr(0, 2), "-1");
}

}  // namespace
