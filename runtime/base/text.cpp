// UTF-8, by hand: strict, without locale, and quick over ASCII, which most of every definition is.
#include "runtime/base/text.h"

#include <array>
#include <cstdio>
#include <cstring>

namespace wf {

namespace {

constexpr char32_t no_code_point = 0xffffffff;

// Decodes one well-formed sequence (Unicode 15, table 3-7) and tells its length, or gives no_code_point.
char32_t decode(std::string_view text, std::size_t at, std::size_t& length) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0;
  };
  const auto continues = [&](std::size_t i) { return (byte(i) & 0xc0) == 0x80; };
  const unsigned lead = byte(0);
  length = 1;
  if (lead < 0x80) return lead;
  if (lead >= 0xc2 && lead <= 0xdf && continues(1)) {
    length = 2;
    return (lead & 0x1f) << 6 | (byte(1) & 0x3f);
  }
  if ((lead & 0xf0) == 0xe0 && continues(1) && continues(2)) {
    const char32_t c = (lead & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
    if (c < 0x800 || (c >= 0xd800 && c <= 0xdfff)) return no_code_point;
    length = 3;
    return c;
  }
  if (lead >= 0xf0 && lead <= 0xf4 && continues(1) && continues(2) && continues(3)) {
    const char32_t c =
        (lead & 0x07) << 18 | (byte(1) & 0x3f) << 12 | (byte(2) & 0x3f) << 6 | (byte(3) & 0x3f);
    if (c < 0x10000 || c > 0x10ffff) return no_code_point;
    length = 4;
    return c;
  }
  return no_code_point;
}

// Separators that end lines in some programs, and characters that only hide others.
bool is_hidden(char32_t c) {
  return c == 0x2028 || c == 0x2029 || c == 0x200b || c == 0x2060 || c == 0xfeff ||
         (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f);
}

}  // namespace

std::size_t invalid_utf8_at(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (text.size() - at >= 8) {
      std::uint64_t eight = 0;
      std::memcpy(&eight, text.data() + at, 8);
      if ((eight & 0x8080808080808080u) == 0) {
        at += 8;
        continue;
      }
    }
    std::size_t length = 0;
    if (decode(text, at, length) == no_code_point) return at;
    at += length;
  }
  return std::string_view::npos;
}

std::string replace_invalid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (;;) {
    const std::size_t wrong = invalid_utf8_at(text);
    out.append(text.substr(0, wrong));
    if (wrong == std::string_view::npos) return out;
    out += "\xef\xbf\xbd";
    text.remove_prefix(wrong + 1);
    // What is left of a cut sequence is one mistake, not three.
    while (!text.empty() && (static_cast<unsigned char>(text[0]) & 0xc0) == 0x80) text.remove_prefix(1);
  }
}

char32_t next_code_point(std::string_view text, std::size_t& offset) {
  std::size_t length = 0;
  const char32_t c = decode(text, offset, length);
  offset += length;
  return c == no_code_point ? U'\ufffd' : c;
}

void append_utf8(std::string& to, char32_t c) {
  if (c < 0x80) {
    to += static_cast<char>(c);
  } else if (c < 0x800) {
    to += static_cast<char>(0xc0 | c >> 6);
    to += static_cast<char>(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    to += static_cast<char>(0xe0 | c >> 12);
    to += static_cast<char>(0x80 | (c >> 6 & 0x3f));
    to += static_cast<char>(0x80 | (c & 0x3f));
  } else {
    to += static_cast<char>(0xf0 | c >> 18);
    to += static_cast<char>(0x80 | (c >> 12 & 0x3f));
    to += static_cast<char>(0x80 | (c >> 6 & 0x3f));
    to += static_cast<char>(0x80 | (c & 0x3f));
  }
}

std::size_t code_points(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) next_code_point(text, at);
  return count;
}

bool is_bidi_control(char32_t c) {
  return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
         (c >= 0x2066 && c <= 0x2069);
}

std::string printable(std::string_view text, bool keep_lines) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    std::size_t length = 0;
    const char32_t c = decode(text, begin, length);
    at += length;
    std::array<char, 16> escape{};
    if (c == no_code_point) {
      std::snprintf(escape.data(), escape.size(), "\\x%02x", static_cast<unsigned char>(text[begin]));
    } else if (c == '\n' || c == '\t') {
      if (keep_lines)
        out += static_cast<char>(c);
      else
        out += c == '\n' ? "\\n" : "\\t";
      continue;
    } else if (c < 0x20 || c == 0x7f) {
      std::snprintf(escape.data(), escape.size(), "\\x%02x", static_cast<unsigned>(c));
    } else if ((c >= 0x80 && c <= 0x9f) || is_bidi_control(c) || is_hidden(c)) {
      std::snprintf(escape.data(), escape.size(), "\\u{%x}", static_cast<unsigned>(c));
    } else {
      out.append(text.substr(begin, length));
      continue;
    }
    out += escape.data();
  }
  return out;
}

std::string format_time(std::int64_t wall_ms) {
  // Days to a civil date after Howard Hinnant: gmtime gives up on years that do not fit, this does not.
  std::int64_t days = wall_ms / 86'400'000;
  std::int64_t rest = wall_ms % 86'400'000;
  if (rest < 0) {
    rest += 86'400'000;
    --days;
  }
  days += 719'468;
  const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const std::int64_t day_of_era = days - era * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_from_march = (5 * day_of_year + 2) / 153;
  const std::int64_t day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
  const std::int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  std::array<char, 80> out{};
  std::snprintf(out.data(), out.size(), "%04lld-%02lld-%02lldT%02lld:%02lld:%02lld.%03lldZ",
                static_cast<long long>(year), static_cast<long long>(month), static_cast<long long>(day),
                static_cast<long long>(rest / 3'600'000), static_cast<long long>(rest / 60'000 % 60),
                static_cast<long long>(rest / 1000 % 60), static_cast<long long>(rest % 1000));
  return out.data();
}

std::string format_duration(std::int64_t ms) {
  struct Unit {
    std::uint64_t ms;
    const char* name;
  };
  static constexpr Unit units[] = {
      {86'400'000, "d"}, {3'600'000, "h"}, {60'000, "m"}, {1000, "s"}, {1, "ms"}};
  if (ms == 0) return "0s";
  std::string out = ms < 0 ? "-" : "";
  std::uint64_t left = ms < 0 ? 0 - static_cast<std::uint64_t>(ms) : static_cast<std::uint64_t>(ms);
  for (const Unit& unit : units) {
    if (const std::uint64_t count = left / unit.ms) out += std::to_string(count) + unit.name;
    left %= unit.ms;
  }
  return out;
}

}  // namespace wf
