// Cases of letters, the same on every machine.
//
// The C library's tables belong to a locale, and an executable may run where none is installed.
#include "runtime/value/letters.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "runtime/base/text.h"

namespace wf {

namespace {

// Code points first, first + step, ..., last become themselves + delta.
struct CaseRange {
  std::uint32_t first;
  std::uint32_t last;
  std::uint32_t step;
  std::int32_t delta;
};
struct CaseText {
  std::uint32_t code_point;
  const char* text;
};

#include "runtime/value/case_tables.inc"

template <std::size_t size>
char32_t mapped(const CaseRange (&ranges)[size], char32_t code_point) {
  const auto* after =
      std::upper_bound(std::begin(ranges), std::end(ranges), code_point,
                       [](char32_t value, const CaseRange& range) { return value < range.first; });
  // Rows with a step may lie within each other, but never more than one deep.
  for (int back = 0; back < 2 && after != std::begin(ranges); ++back) {
    const CaseRange& range = *--after;
    if (code_point <= range.last && (code_point - range.first) % range.step == 0)
      return static_cast<char32_t>(static_cast<std::int64_t>(code_point) + range.delta);
  }
  return code_point;
}

template <std::size_t size>
const char* found(const CaseText (&rows)[size], char32_t code_point) {
  const auto* row = std::lower_bound(std::begin(rows), std::end(rows), code_point,
                                     [](const CaseText& r, char32_t value) { return r.code_point < value; });
  return row != std::end(rows) && row->code_point == code_point ? row->text : nullptr;
}

bool has_case(char32_t code_point) {
  return upper_of(code_point) != code_point || lower_of(code_point) != code_point ||
         found(long_uppers, code_point) != nullptr;
}

}  // namespace

char32_t upper_of(char32_t code_point) {
  if (code_point < 0x80) return code_point >= 'a' && code_point <= 'z' ? code_point - 32 : code_point;
  return mapped(upper_ranges, code_point);
}
char32_t lower_of(char32_t code_point) {
  if (code_point < 0x80) return code_point >= 'A' && code_point <= 'Z' ? code_point + 32 : code_point;
  return mapped(lower_ranges, code_point);
}

std::string to_upper(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const char32_t code_point = next_code_point(text, at);
    if (const char* several = code_point < 0x80 ? nullptr : found(long_uppers, code_point))
      out += several;
    else
      append_utf8(out, upper_of(code_point));
  }
  return out;
}

std::string to_lower(std::string_view text) {
  constexpr char32_t sigma = 0x3a3;
  std::string out;
  out.reserve(text.size());
  bool after_letter = false;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t code_point = next_code_point(text, at);
    if (code_point == sigma) {
      // At the end of a word it has a form of its own.
      std::size_t next = at;
      const bool before_letter = at < text.size() && has_case(next_code_point(text, next));
      append_utf8(out, after_letter && !before_letter ? U'\u03c2' : U'\u03c3');
    } else if (code_point == 0x130) {
      out += "i\u0307";
    } else {
      append_utf8(out, lower_of(code_point));
    }
    after_letter = has_case(code_point);
  }
  return out;
}

bool is_white(char32_t c) {
  return (c >= 0x09 && c <= 0x0d) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
         c == 0x3000;
}

bool is_word_character(char32_t c) {
  if (c < 0x80) return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  if (is_white(c) || c < 0xaa) return false;
  // Punctuation and symbols that stand between words.
  if (c >= 0x2000 && c <= 0x206f) return false;
  if (c >= 0x2190 && c <= 0x2bff) return false;
  if (c >= 0x3001 && c <= 0x3020) return false;
  return c != 0xab && c != 0xbb && c != 0xbf && c != 0xd7 && c != 0xf7;
}

std::string_view ascii_form(char32_t code_point) {
  const char* text = found(latin_letters, code_point);
  return text ? text : std::string_view();
}

}  // namespace wf
