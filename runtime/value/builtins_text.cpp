// Filters of texts and numbers: language.md section 8, Tera's where that does not say otherwise.
#include <charconv>
#include <cmath>
#include <ctime>
#include <optional>

#include "runtime/base/text.h"
#include "runtime/rules/quantity.h"
#include "runtime/value/call.h"
#include "runtime/value/letters.h"

namespace wf::builtin {

namespace {

// Where the white space at the front of `text` ends.
std::size_t front_space(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t next = at;
    if (!is_white(next_code_point(text, next))) break;
    at = next;
  }
  return at;
}

std::size_t back_space(std::string_view text) {
  std::size_t end = text.size();
  while (end > 0) {
    std::size_t begin = end - 1;
    while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xc0) == 0x80) --begin;
    std::size_t next = begin;
    if (!is_white(next_code_point(text, next))) break;
    end = begin;
  }
  return end;
}

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(front_space(text));
  return text.substr(0, back_space(text));
}

// The byte at which code point `count` begins.
std::size_t byte_of(std::string_view text, std::int64_t count) {
  std::size_t at = 0;
  for (std::int64_t i = 0; i < count && at < text.size(); ++i) next_code_point(text, at);
  return at;
}

}  // namespace

Ref trim(Scope& in, Ref value, Ref, Ref, Ref) {
  Call call(in, "trim");
  return call.text_result(std::string(trimmed(call.text(value))));
}

Ref trim_start(Scope& in, Ref value, Ref, Ref, Ref) {
  Call call(in, "trim_start");
  const std::string_view text = call.text(value);
  return call.text_result(std::string(text.substr(front_space(text))));
}

Ref trim_end(Scope& in, Ref value, Ref, Ref, Ref) {
  Call call(in, "trim_end");
  const std::string_view text = call.text(value);
  return call.text_result(std::string(text.substr(0, back_space(text))));
}

Ref upper(Scope& in, Ref value, Ref, Ref, Ref) {
  Call call(in, "upper");
  return call.text_result(to_upper(call.text(value)));
}

Ref lower(Scope& in, Ref value, Ref, Ref, Ref) {
  Call call(in, "lower");
  return call.text_result(to_lower(call.text(value)));
}

Ref capitalize(Scope& in, Ref value, Ref, Ref, Ref) {
  Call call(in, "capitalize");
  const std::string_view text = call.text(value);
  const std::size_t first = byte_of(text, 1);
  return call.text_result(to_upper(text.substr(0, first)) + to_lower(text.substr(first)));
}

Ref title(Scope& in, Ref value, Ref, Ref, Ref) {
  Call call(in, "title");
  const std::string_view text = call.text(value);
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    // A word, an apostrophe inside it included, or one character between words.
    std::size_t end = at;
    while (end < text.size()) {
      std::size_t next = end;
      const char32_t c = next_code_point(text, next);
      if (!is_word_character(c) && !(c == '\'' && end > at)) break;
      end = next;
    }
    if (end == at) {
      next_code_point(text, end);
      out += text.substr(at, end - at);
    } else {
      const std::string_view word = text.substr(at, end - at);
      const std::size_t first = byte_of(word, 1);
      out += to_upper(word.substr(0, first));
      out += to_lower(word.substr(first));
    }
    at = end;
  }
  return call.text_result(std::move(out));
}

Ref replace(Scope& in, Ref value, Ref from, Ref to, Ref) {
  Call call(in, "replace");
  const std::string_view text = call.text(value);
  const std::string_view old_part = call.text_or(from, "from", {});
  const std::string_view new_part = call.text_or(to, "to", {});
  if (!call.ok()) return call.nothing();
  if (old_part.empty()) return call.refuse("needs something to look for: its `from` is empty");
  std::string out;
  std::size_t at = 0;
  for (;;) {
    const std::size_t found = text.find(old_part, at);
    out += text.substr(at, found == std::string_view::npos ? found : found - at);
    if (found == std::string_view::npos) break;
    out += new_part;
    if (!call.fits(out.size())) return call.nothing();
    at = found + old_part.size();
  }
  return call.text_result(std::move(out));
}

Ref truncate(Scope& in, Ref value, Ref length, Ref end, Ref) {
  Call call(in, "truncate");
  const std::string_view text = call.text(value);
  const std::int64_t count = call.integer_or(length, "length", 255);
  const std::string_view mark = call.text_or(end, "end", "\u2026");
  if (!call.ok()) return call.nothing();
  if (count < 0) return call.refuse("needs a `length` of 0 or more");
  const std::size_t kept = byte_of(text, count);
  if (kept == text.size()) return call.text_result(std::string(text));
  return call.text_result(std::string(text.substr(0, kept)) + std::string(mark));
}

Ref indent(Scope& in, Ref value, Ref prefix, Ref first, Ref blank) {
  Call call(in, "indent");
  const std::string_view text = call.text(value);
  const std::string_view before = call.text_or(prefix, "prefix", "    ");
  const bool first_too = call.boolean_or(first, "first", false);
  const bool blank_too = call.boolean_or(blank, "blank", false);
  if (!call.ok()) return call.nothing();
  std::string out;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    const bool empty = trimmed(line).empty();
    if (at == 0 ? first_too : (!empty || blank_too)) out += before;
    out += line;
    if (end < text.size()) out += '\n';
    if (!call.fits(out.size())) return call.nothing();
    at = end + 1;
  }
  return call.text_result(std::move(out));
}

Ref split(Scope& in, Ref value, Ref pat, Ref, Ref) {
  Call call(in, "split");
  const std::string_view text = call.text(value);
  const std::string_view mark = call.text_or(pat, "pat", {});
  if (!call.ok()) return call.nothing();
  if (mark.empty()) return call.refuse("needs something to split at: its `pat` is empty");
  Value::List parts;
  std::size_t at = 0;
  std::uint64_t weight = text.size();
  for (;;) {
    const std::size_t found = text.find(mark, at);
    parts.push_back(
        Value::text(std::string(text.substr(at, found == std::string_view::npos ? found : found - at))));
    if (found == std::string_view::npos) break;
    if (!call.fits(weight += 16)) return call.nothing();
    at = found + mark.size();
  }
  return call.list_result(std::move(parts));
}

Ref word_count(Scope& in, Ref value, Ref, Ref, Ref) {
  Call call(in, "wordcount");
  const std::string_view text = call.text(value);
  std::int64_t words = 0;
  bool inside = false;
  for (std::size_t at = 0; at < text.size();) {
    const bool white = is_white(next_code_point(text, at));
    if (!white && !inside) ++words;
    inside = !white;
  }
  return call.integer_result(words);
}

Ref slugify(Scope& in, Ref value, Ref, Ref, Ref) {
  Call call(in, "slugify");
  const std::string_view text = call.text(value);
  std::string out;
  const auto put = [&](char c) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    const bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (kept)
      out += c;
    else if (!out.empty() && out.back() != '-')
      out += '-';
  };
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    const std::string_view ascii = c < 0x80 ? std::string_view() : ascii_form(c);
    if (ascii.empty()) put(c < 0x80 ? static_cast<char>(c) : '-');
    for (const char letter : ascii) put(letter);
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  return call.text_result(std::move(out));
}

Ref url_encode(Scope& in, Ref value, Ref, Ref, Ref) {
  static constexpr char hex[] = "0123456789ABCDEF";
  Call call(in, "urlencode");
  std::string out;
  for (const char c : call.text(value)) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       c == '-' || c == '.' || c == '_' || c == '~' || c == '/';
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += hex[(static_cast<unsigned char>(c) >> 4) & 0xf];
      out += hex[static_cast<unsigned char>(c) & 0xf];
    }
  }
  return call.text_result(std::move(out));
}

// ---------------------------------------------------------------- numbers
namespace {

std::optional<std::int64_t> integer_in(const Value& value) {
  if (value.kind() == Value::Kind::integer) return value.as_integer();
  if (value.kind() == Value::Kind::real) {
    const double whole = std::trunc(value.as_real());
    if (!(whole >= -9223372036854775808.0 && whole < 9223372036854775808.0)) return std::nullopt;
    return static_cast<std::int64_t>(whole);
  }
  if (value.kind() != Value::Kind::text) return std::nullopt;
  std::string_view digits = trimmed(value.as_text());
  if (digits.starts_with('+')) digits.remove_prefix(1);
  std::int64_t number = 0;
  const auto [end, trouble] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (trouble == std::errc() && end == digits.data() + digits.size() && !digits.starts_with("+"))
    return number;
  return std::nullopt;
}

std::optional<double> real_in(const Value& value) {
  if (operate::is_number(value)) return value.as_real();
  if (value.kind() != Value::Kind::text) return std::nullopt;
  std::string_view digits = trimmed(value.as_text());
  if (digits.starts_with('+')) digits.remove_prefix(1);
  double number = 0;
  const auto [end, trouble] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (trouble != std::errc() || end != digits.data() + digits.size() || !std::isfinite(number))
    return std::nullopt;
  return number;
}

// What `int` and `float` say where there is no number and no default.
Ref no_number(Call& call, const Value& value, std::string_view what) {
  if (value.kind() == Value::Kind::text) {
    const std::string& text = value.as_text();
    const std::string shown = code_points(text) > 40 ? text.substr(0, byte_of(text, 40)) + "..." : text;
    return call.refuse("cannot read `" + shown + "` as " + std::string(what) + "; give it a `default`");
  }
  call.refuse(value, "a number or a text");
  return call.nothing();
}

}  // namespace

Ref to_integer(Scope& in, Ref value, Ref otherwise, Ref, Ref) {
  Call call(in, "int");
  value = operate::plain(value);
  if (!call.ok()) return call.nothing();
  if (const auto number = integer_in(*value)) return call.integer_result(*number);
  if (otherwise) return operate::plain(otherwise);
  return no_number(call, *value, "a whole number");
}

Ref to_real(Scope& in, Ref value, Ref otherwise, Ref, Ref) {
  Call call(in, "float");
  value = operate::plain(value);
  if (!call.ok()) return call.nothing();
  if (const auto number = real_in(*value)) return call.in().keep(Value::real(*number));
  if (otherwise) return operate::plain(otherwise);
  return no_number(call, *value, "a number");
}

Ref absolute(Scope& in, Ref value, Ref, Ref, Ref) {
  Call call(in, "abs");
  value = call.number(value);
  if (!call.ok()) return call.nothing();
  if (value->kind() == Value::Kind::real) return call.in().keep(Value::real(std::fabs(value->as_real())));
  if (value->as_integer() == INT64_MIN) return call.refuse("has a result that does not fit 64 bits");
  return call.integer_result(std::abs(value->as_integer()));
}

Ref round_number(Scope& in, Ref value, Ref method, Ref precision, Ref) {
  Call call(in, "round");
  value = call.number(value);
  const std::string_view how = call.text_or(method, "method", "common");
  const std::int64_t places = call.integer_or(precision, "precision", 0);
  if (!call.ok()) return call.nothing();
  if (how != "common" && how != "ceil" && how != "floor")
    return call.refuse("knows the methods `common`, `ceil` and `floor`, not `" + std::string(how) + "`");
  // A double has 17 digits, and its powers of ten end at 308.
  if (places < -300 || places > 300) return call.refuse("needs a `precision` between -300 and 300");
  if (value->kind() == Value::Kind::integer && places >= 0) return value;
  const double factor = std::pow(10.0, static_cast<double>(places));
  const double scaled = value->as_real() * factor;
  // What is too large to scale has no fraction to round.
  if (!std::isfinite(scaled)) return call.in().keep(Value::real(value->as_real()));
  const double whole = how == "ceil"    ? std::ceil(scaled)
                       : how == "floor" ? std::floor(scaled)
                                        : std::round(scaled);
  return call.in().keep(Value::real(whole / factor));
}

Ref pluralize(Scope& in, Ref value, Ref singular, Ref plural, Ref) {
  Call call(in, "pluralize");
  value = call.number(value);
  const std::string_view one = call.text_or(singular, "singular", "");
  const std::string_view many = call.text_or(plural, "plural", "s");
  return call.text_result(std::string(std::fabs(value->as_real()) == 1 ? one : many));
}

// ---------------------------------------------------------------- dates
namespace {

struct Moment {
  std::int64_t seconds = 0;  // Since 1970, in UTC.
  std::int64_t offset = 0;   // Of the clock it is read from, in seconds east.
};

// `2026-11-21`, `2026-11-21T10:00:00`, with a fraction and `Z` or `+01:00`. Without a zone it is UTC.
std::optional<Moment> moment_of(std::string_view text) {
  std::size_t at = 0;
  const auto number = [&](int digits) -> std::optional<int> {
    int value = 0;
    for (int i = 0; i < digits; ++i, ++at) {
      if (at >= text.size() || text[at] < '0' || text[at] > '9') return std::nullopt;
      value = value * 10 + (text[at] - '0');
    }
    return value;
  };
  const auto mark = [&](std::string_view any) {
    if (at >= text.size() || any.find(text[at]) == std::string_view::npos) return false;
    ++at;
    return true;
  };
  std::tm time{};
  const auto year = number(4);
  if (!year || !mark("-")) return std::nullopt;
  const auto month = number(2);
  if (!month || *month < 1 || *month > 12 || !mark("-")) return std::nullopt;
  const auto day = number(2);
  if (!day || *day < 1 || *day > 31) return std::nullopt;
  time.tm_year = *year - 1900;
  time.tm_mon = *month - 1;
  time.tm_mday = *day;
  std::int64_t offset = 0;
  if (at < text.size()) {
    if (!mark("Tt ")) return std::nullopt;
    const auto hour = number(2);
    if (!hour || *hour > 23 || !mark(":")) return std::nullopt;
    const auto minute = number(2);
    if (!minute || *minute > 59) return std::nullopt;
    time.tm_hour = *hour;
    time.tm_min = *minute;
    if (mark(":")) {
      const auto second = number(2);
      if (!second || *second > 60) return std::nullopt;
      time.tm_sec = *second;
      if (mark(".")) {
        if (!number(1)) return std::nullopt;
        while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
      }
    }
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) {
      const int sign = text[at++] == '+' ? 1 : -1;
      const auto hours = number(2);
      if (!hours) return std::nullopt;
      mark(":");
      const auto minutes = number(2);
      if (!minutes) return std::nullopt;
      offset = sign * (*hours * 3600 + *minutes * 60);
    } else {
      mark("Zz");
    }
  }
  if (at != text.size()) return std::nullopt;
  const std::tm asked = time;
  const std::int64_t seconds = timegm(&time);
  // The 31st of a shorter month came out as another day.
  if (time.tm_mday != asked.tm_mday && asked.tm_hour < 24 && asked.tm_sec < 60) return std::nullopt;
  return Moment{seconds - offset, offset};
}

// The conversion of a format that strftime does not know, and would print as it is written. Empty: there is
// none.
std::string_view unknown_conversion(std::string_view format) {
  for (std::size_t at = format.find('%'); at != format.npos && at + 1 < format.size();
       at = format.find('%', at)) {
    const std::size_t begin = at++;
    at = std::min(format.find_first_not_of("_-0^#", at), format.size());
    at = std::min(format.find_first_not_of("0123456789", at), format.size());
    if (at < format.size() && (format[at] == 'E' || format[at] == 'O')) ++at;
    constexpr std::string_view known = "aAbBcCdDeFgGhHIjklmMnpPrRsStTuUVwWxXyYzZ%";
    if (at == format.size() || known.find(format[at]) == known.npos) {
      // Of a letter of several bytes, all of them.
      at = std::min(at + 1, format.size());
      while (at < format.size() && (static_cast<unsigned char>(format[at]) & 0xc0) == 0x80) ++at;
      return format.substr(begin, at - begin);
    }
    ++at;
  }
  return {};
}

// strftime asks the machine's zone for `%s`, which is the moment itself.
std::string with_seconds(std::string_view format, std::int64_t seconds) {
  std::string out;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%' || i + 1 == format.size()) {
      out += format[i];
    } else if (format[++i] == 's') {
      out += std::to_string(seconds);
    } else {
      out += '%';
      out += format[i];
    }
  }
  return out;
}

}  // namespace

Ref date(Scope& in, Ref value, Ref format, Ref, Ref) {
  Call call(in, "date");
  value = operate::plain(value);
  std::string how(call.text_or(format, "format", "%Y-%m-%d"));
  if (!call.ok()) return call.nothing();
  // A text is shown by its own clock, as in Tera.
  Moment moment;
  if (value->kind() == Value::Kind::integer) {
    moment.seconds = value->as_integer();
  } else {
    const auto read = moment_of(trimmed(call.text(value)));
    if (!call.ok()) return call.nothing();
    if (!read) return call.refuse("needs a time such as `2026-11-21T10:00:00Z`");
    moment = *read;
  }
  std::tm time{};
  std::time_t shown = 0;
  if (__builtin_add_overflow(moment.seconds, moment.offset, &shown) || !gmtime_r(&shown, &time))
    return call.refuse("needs a time that has a year");
  time.tm_gmtoff = moment.offset;
  if (moment.offset != 0) time.tm_zone = "";
  if (how.empty()) return call.text_result({});
  if (const std::string_view unknown = unknown_conversion(how); !unknown.empty())
    return call.refuse("knows no `" + std::string(unknown) + "` in a format");
  how = with_seconds(how, moment.seconds);
  // A conversion of strftime's writes at most a few dozen bytes for its two.
  if (how.size() > 4096) return call.refuse("needs a shorter `format`");
  std::string out(how.size() * 64 + 64, '\0');
  out.resize(std::strftime(out.data(), out.size(), how.c_str(), &time));
  return call.text_result(std::move(out));
}

}  // namespace wf::builtin
