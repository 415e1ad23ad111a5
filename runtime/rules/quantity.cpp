// Reads amounts digit by digit: no locale, no rounding, and overflow is noticed before it happens.
#include "runtime/rules/quantity.h"

#include <array>
#include <charconv>
#include <cmath>

namespace wf::rules {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t worth;
};
// Largest first: this is also the order in which the units of one duration must come.
constexpr std::array<Unit, 5> duration_units = {
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr std::array<Unit, 9> size_units = {{{"B", 1},
                                             {"KB", 1'000},
                                             {"MB", 1'000'000},
                                             {"GB", 1'000'000'000},
                                             {"TB", 1'000'000'000'000},
                                             {"KiB", 1ll << 10},
                                             {"MiB", 1ll << 20},
                                             {"GiB", 1ll << 30},
                                             {"TiB", 1ll << 40}}};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Takes digits, with single `_` between them, off the front of `text`. False when there are none or too many.
bool take_digits(std::string_view& text, std::int64_t& number) {
  if (text.empty() || !is_digit(text.front())) return false;
  number = 0;
  while (!text.empty()) {
    if (text.front() == '_' && text.size() > 1 && is_digit(text[1])) {
      text.remove_prefix(1);
      continue;
    }
    if (!is_digit(text.front())) break;
    if (__builtin_mul_overflow(number, 10, &number) ||
        __builtin_add_overflow(number, text.front() - '0', &number))
      return false;
    text.remove_prefix(1);
  }
  return true;
}

// `.5` off the front of `text`, as so many parts of a power of ten. True also when there is no fraction.
struct Fraction {
  std::int64_t parts = 0;
  std::int64_t of = 1;
};
bool take_fraction(std::string_view& text, Fraction& fraction) {
  fraction = {};
  if (text.empty() || text.front() != '.') return true;
  text.remove_prefix(1);
  if (text.empty() || !is_digit(text.front())) return false;
  while (!text.empty() && is_digit(text.front())) {
    // More digits than this are finer than any unit divides.
    if (fraction.of >= 1'000'000'000) return false;
    fraction.parts = fraction.parts * 10 + (text.front() - '0');
    fraction.of *= 10;
    text.remove_prefix(1);
  }
  return true;
}

// number.fraction units, exactly. False when that is no whole number, or does not fit.
bool amount(std::int64_t number, const Fraction& fraction, std::int64_t worth, std::int64_t& out) {
  std::int64_t rest = 0;
  if (__builtin_mul_overflow(fraction.parts, worth, &rest) || rest % fraction.of != 0) return false;
  return !__builtin_mul_overflow(number, worth, &out) &&
         !__builtin_add_overflow(out, rest / fraction.of, &out);
}

std::string_view take_letters(std::string_view& text) {
  std::size_t n = 0;
  while (n < text.size() && ((text[n] >= 'a' && text[n] <= 'z') || (text[n] >= 'A' && text[n] <= 'Z'))) ++n;
  const std::string_view letters = text.substr(0, n);
  text.remove_prefix(n);
  return letters;
}

}  // namespace

Result<std::int64_t> parse_duration(std::string_view text) {
  const Error no{"not a duration", "write one as `30s`, `5m` or `1h30m`"};
  std::int64_t total = 0;
  std::size_t smallest_seen = 0;  // Units before this index may not come any more.
  if (text.empty()) return no;
  while (!text.empty()) {
    std::int64_t number = 0;
    Fraction fraction;
    if (!take_digits(text, number) || !take_fraction(text, fraction)) return no;
    const std::string_view letters = take_letters(text);
    std::size_t unit = smallest_seen;
    while (unit < duration_units.size() && duration_units[unit].name != letters) ++unit;
    if (unit == duration_units.size()) return no;
    std::int64_t part = 0;
    if (!amount(number, fraction, duration_units[unit].worth, part) ||
        __builtin_add_overflow(total, part, &total))
      return Error{"the duration is too long, or no whole number of milliseconds", ""};
    smallest_seen = unit + 1;
  }
  return total;
}

Result<std::int64_t> parse_size(std::string_view text) {
  const Error no{"not a size", "write one as `100B`, `10KB` or `4MiB`"};
  std::int64_t number = 0;
  Fraction fraction;
  if (!take_digits(text, number) || !take_fraction(text, fraction)) return no;
  for (const Unit& unit : size_units) {
    if (unit.name != text) continue;
    if (!amount(number, fraction, unit.worth, number))
      return Error{"the size is too large, or no whole number of bytes", ""};
    return number;
  }
  return no;
}

Result<std::int64_t> parse_money(std::string_view text) {
  const Error no{"not an amount of money", "write one as `$12.50`"};
  if (text.empty() || text.front() != '$') return no;
  text.remove_prefix(1);
  std::int64_t whole = 0;
  if (!take_digits(text, whole) || __builtin_mul_overflow(whole, 1'000'000, &whole)) return no;
  if (text.empty()) return whole;
  if (text.front() != '.' || text.size() < 2 || text.size() > 7) return no;
  text.remove_prefix(1);
  std::int64_t worth = 100'000;
  for (char c : text) {
    if (!is_digit(c) || __builtin_add_overflow(whole, (c - '0') * worth, &whole)) return no;
    worth /= 10;
  }
  return whole;
}

std::string format_size(std::int64_t bytes) {
  // The unit that leaves the smallest whole number; decimal ones win a tie, as they are listed first.
  const Unit* best = size_units.data();
  for (const Unit& unit : size_units)
    if (bytes != 0 && bytes % unit.worth == 0 && unit.worth > best->worth) best = &unit;
  return std::to_string(bytes / best->worth) + std::string(best->name);
}

std::string format_money(std::int64_t millionths) {
  const bool negative = millionths < 0;
  const std::uint64_t amount =
      negative ? 0 - static_cast<std::uint64_t>(millionths) : static_cast<std::uint64_t>(millionths);
  std::string cents = std::to_string(amount % 1'000'000);
  cents.insert(0, 6 - cents.size(), '0');
  while (cents.size() > 2 && cents.back() == '0') cents.pop_back();
  return (negative ? "-$" : "$") + std::to_string(amount / 1'000'000) + "." + cents;
}

Result<std::int64_t> parse_integer(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  std::int64_t number = 0;
  if (!take_digits(text, number) || !text.empty()) return Error{"not a whole number", ""};
  return negative ? -number : number;
}

Result<double> parse_real(std::string_view text) {
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool between = i > 0 && i + 1 < text.size() && is_digit(text[i - 1]) && is_digit(text[i + 1]);
    if (text[i] != '_' || !between) digits += text[i];
  }
  double number = 0;
  const char* end = digits.data() + digits.size();
  const auto [at, error] = std::from_chars(digits.data(), end, number);
  if (error != std::errc() || at != end || !std::isfinite(number)) return Error{"not a number", ""};
  return number;
}

}  // namespace wf::rules
