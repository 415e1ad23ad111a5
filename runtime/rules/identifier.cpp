// The letters of all scripts, told by what is no letter.
#include "runtime/rules/identifier.h"

#include <algorithm>
#include <iterator>

#include "runtime/base/text.h"

namespace wf::rules {
namespace {

struct Range {
  char32_t first, last;
};

// Blocks of Unicode above ASCII without letters of living scripts, ascending: punctuation, symbols, combining
// marks, private use, pictures, and what is not assigned for text at all.
constexpr Range not_letters[] = {
    {0x80, 0xa9},       {0xab, 0xb4},       {0xb6, 0xb9},       {0xbb, 0xbf},        {0xd7, 0xd7},
    {0xf7, 0xf7},       {0x2c2, 0x2c5},     {0x2d2, 0x2df},     {0x300, 0x36f},      {0x37e, 0x37e},
    {0x387, 0x387},     {0x55a, 0x55f},     {0x589, 0x5cf},     {0x5f3, 0x5f4},      {0x600, 0x61f},
    {0x64b, 0x65f},     {0x66a, 0x66d},     {0x6d4, 0x6d4},     {0x700, 0x70f},      {0x1680, 0x1680},
    {0x180b, 0x180f},   {0x1ab0, 0x1aff},   {0x1dc0, 0x1dff},   {0x2000, 0x2070},    {0x2074, 0x207e},
    {0x2080, 0x208e},   {0x20a0, 0x20ff},   {0x2190, 0x2bff},   {0x2e00, 0x2e7f},    {0x2ff0, 0x3004},
    {0x3008, 0x3020},   {0x302a, 0x3030},   {0x3036, 0x3040},   {0x3099, 0x309a},    {0x30fb, 0x30fb},
    {0x3200, 0x33ff},   {0x4dc0, 0x4dff},   {0xd800, 0xf8ff},   {0xfb1e, 0xfb1e},    {0xfb29, 0xfb29},
    {0xfd3e, 0xfd4f},   {0xfe00, 0xfe6f},   {0xfeff, 0xff0f},   {0xff1a, 0xff20},    {0xff3b, 0xff40},
    {0xff5b, 0xff65},   {0xffa0, 0xffa0},   {0xffe0, 0xffff},   {0x10100, 0x101ff},  {0x1d000, 0x1d3ff},
    {0x1ec70, 0x1edff}, {0x1f000, 0x1faff}, {0x1fb00, 0x1fbef}, {0xe0000, 0x10ffff},
};

bool is_letter(char32_t c) {
  if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  const auto after = std::upper_bound(std::begin(not_letters), std::end(not_letters), c,
                                      [](char32_t code, const Range& range) { return code < range.first; });
  return after == std::begin(not_letters) || std::prev(after)->last < c;
}

}  // namespace

bool is_identifier(std::string_view text) {
  constexpr std::size_t bytes_max = 128;
  if (text.empty() || text.size() > bytes_max || invalid_utf8_at(text) != std::string_view::npos)
    return false;
  for (std::size_t at = 0; at < text.size();) {
    const bool first = at == 0;
    const char32_t c = next_code_point(text, at);
    if (!is_letter(c) && (first || (c != '-' && c != '.'))) return false;
  }
  return true;
}

}  // namespace wf::rules
