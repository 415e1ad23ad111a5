// Finds bytes that no reader of text should see.
#include "compiler/diag/encoding.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <optional>

#include "runtime/base/text.h"

namespace wfc::diag {

namespace {

struct Bad {
  std::size_t begin;
  std::size_t end;
  std::optional<char32_t> control;  // Empty: not UTF-8.
};

// What YAML calls printable, less the byte order mark inside a text.
bool is_control(char32_t c) {
  return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f ||
         (c >= 0x80 && c <= 0x9f && c != 0x85) || c == 0xfffe || c == 0xffff || c == 0xfeff;
}

// Most files are plain ASCII: eight bytes at a time are looked at for anything else than that and line feeds.
// Each byte's answer is its highest bit, and no sum carries into the next byte.
std::size_t skip_plain(std::string_view text, std::size_t at) {
  constexpr std::uint64_t ones = 0x0101010101010101u;
  for (; text.size() - at >= 8; at += 8) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, text.data() + at, 8);
    const std::uint64_t low = eight & (ones * 0x7f);
    const std::uint64_t from_space = low + ones * (0x80 - 0x20);
    const std::uint64_t no_line_feed = (low ^ (ones * 0x0a)) + ones * 0x7f;
    const std::uint64_t delete_character = low + ones;
    const std::uint64_t other = eight | (~from_space & no_line_feed) | delete_character;
    if ((other & (ones * 0x80)) != 0) break;
  }
  return at;
}

std::optional<Bad> next_bad(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    at = skip_plain(text, at);
    // What the quick way stops at is looked at one by one, with a short stretch behind it.
    for (const std::size_t stretch = std::min(text.size(), at + 16); at < stretch;) {
      const auto byte = static_cast<unsigned char>(text[at]);
      if (byte >= 0x20 && byte < 0x7f) {
        ++at;
        continue;
      }
      std::size_t end = at;
      const char32_t c = wf::next_code_point(text, end);
      const bool replaced = c == 0xfffd && text.substr(at, 3) != "\xef\xbf\xbd";
      if (replaced) return Bad{at, at + 1, std::nullopt};
      if (is_control(c)) return Bad{at, end, c};
      at = end;
    }
  }
  return std::nullopt;
}

}  // namespace

bool is_utf_16(std::string_view text) {
  return text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff");
}

bool diagnose_encoding(const source::SourceMap& sources, FileId file, Report& report) {
  const std::string_view text = sources.file(file).text;
  if (is_utf_16(text)) {
    report.add(not_utf_8, {file, 0, 2}, "this file is UTF-16, not UTF-8")
        .label("it begins with the mark of UTF-16")
        .help("save the file as UTF-8");
    return false;
  }
  std::optional<Bad> first_byte;
  std::optional<Bad> first_control;
  std::int64_t bytes = 0;
  std::int64_t controls = 0;
  for (auto bad = next_bad(text, 0); bad; bad = next_bad(text, bad->end)) {
    auto& first = bad->control ? first_control : first_byte;
    if (!first) first = bad;
    ++(bad->control ? controls : bytes);
  }
  const auto span_of = [&](const Bad& bad) {
    return Span{file, static_cast<std::uint32_t>(bad.begin), static_cast<std::uint32_t>(bad.end)};
  };
  const auto add_count = [](Draft& draft, std::int64_t count) {
    if (count == 2) draft.note("there is 1 more in this file");
    if (count > 2) draft.note("there are " + std::to_string(count - 1) + " more in this file");
  };
  if (first_byte) {
    Draft draft = report.add(not_utf_8, span_of(*first_byte), "this file is not UTF-8");
    std::array<char, 32> label{};
    std::snprintf(label.data(), label.size(), "the byte 0x%02x",
                  static_cast<unsigned char>(text[first_byte->begin]));
    draft.label(label.data());
    add_count(draft, bytes);
    draft.help("save the file as UTF-8");
  }
  if (first_control) {
    Draft draft = report.add(not_utf_8, span_of(*first_control), "a control character stands in the text");
    std::array<char, 32> label{};
    std::snprintf(label.data(), label.size(), "U+%04X", static_cast<unsigned>(*first_control->control));
    draft.label(label.data());
    add_count(draft, controls);
    draft.fix("remove it", span_of(*first_control), "", /*safe=*/false);
  }
  return !first_byte && !first_control;
}

std::string without_bad_characters(std::string_view text) {
  std::string out(text);
  for (auto bad = next_bad(text, 0); bad; bad = next_bad(text, bad->end))
    out.replace(bad->begin, bad->end - bad->begin, bad->end - bad->begin, '_');
  return out;
}

}  // namespace wfc::diag
