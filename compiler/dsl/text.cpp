// Texts as they are written, and the bytes they stand for.
#include "compiler/dsl/text.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "runtime/base/text.h"

namespace wfc::dsl {

namespace {

// `\u{1F680}` at `at`: the code point, and how long the escape is. 0 when it is none that a text may hold.
char32_t unicode_escape(std::string_view source, std::uint32_t at, std::uint32_t end, std::uint32_t& length) {
  constexpr std::size_t longest = 12;  // \u{12345678}
  const std::size_t close = source.substr(0, std::min<std::size_t>(end, at + longest)).find('}', at);
  length = 2;
  if (at + 2 >= end || source[at + 2] != '{' || close == std::string_view::npos) return 0;
  unsigned value = 0;
  const char* first = source.data() + at + 3;
  const char* last = source.data() + close;
  const auto [stop, trouble] = std::from_chars(first, last, value, 16);
  if (last - first > 8) return 0;
  length = static_cast<std::uint32_t>(close - at + 1);
  if (trouble != std::errc() || stop != last) return 0;
  const bool scalar = value <= 0x10ffff && (value < 0xd800 || value > 0xdfff);
  return scalar ? value : 0;
}

}  // namespace

Span Text::span_of(std::uint32_t begin, std::uint32_t end) const {
  if (mapping.empty()) return span;
  const auto place = [&](std::uint32_t at) {
    auto after = std::upper_bound(mapping.begin(), mapping.end(), at,
                                  [](std::uint32_t value, const Mapping& entry) { return value < entry.at; });
    if (after != mapping.begin()) --after;
    return after->offset + (at - after->at);
  };
  const std::uint32_t first = std::min(place(begin), span.end);
  if (end <= begin) return {span.file, first, first};
  return {span.file, first, std::clamp(place(end - 1) + 1, first, span.end)};
}

Text read_quoted(std::string_view source, std::uint32_t begin, std::uint32_t end, const Places& places,
                 Mistakes& mistakes) {
  Text text;
  text.span = places(begin, end);
  const char quote = source[begin];
  std::uint32_t last = end;
  if (last > begin + 1 && source[last - 1] == quote) --last;
  std::uint32_t at = begin + 1;
  const auto map = [&](std::uint32_t offset) {
    text.mapping.push_back({static_cast<std::uint32_t>(text.value.size()), offset});
  };
  map(at);
  while (at < last) {
    const std::size_t escape = std::min<std::size_t>(source.find('\\', at), last);
    text.value.append(source.substr(at, escape - at));
    at = static_cast<std::uint32_t>(escape);
    if (at >= last) break;
    map(at);
    std::uint32_t length = 2;
    const char letter = at + 1 < last ? source[at + 1] : '\0';
    char32_t code_point = 0;
    if (letter == 'n')
      code_point = '\n';
    else if (letter == 't')
      code_point = '\t';
    else if (letter == '\\' || letter == quote)
      code_point = static_cast<unsigned char>(letter);
    else if (letter == 'u')
      code_point = unicode_escape(source, at, last, length);
    if (code_point != 0) {
      wf::append_utf8(text.value, code_point);
    } else {
      // One code point after the backslash, so that the message shows a whole character.
      if (length == 2)
        while (at + length < last && (static_cast<unsigned char>(source[at + length]) & 0xc0) == 0x80)
          ++length;
      length = std::min(length, last - at);
      mistakes.add(Stage::building, at,
                   [span = places(at, at + length),
                    written = std::string(source.substr(at, length))](diag::Report& report) {
                     report.add(diag::bad_escape, span, written)
                         .help("the escapes are `\\\"`, `\\\\`, `\\n`, `\\t` and `\\u{1F680}`");
                   });
      text.value.append(source.substr(at, length));
    }
    at += length;
    map(at);
  }
  return text;
}

Text read_block(std::string_view source, std::uint32_t begin, std::uint32_t end, const Places& places,
                Mistakes& mistakes) {
  Text text;
  text.span = places(begin, end);
  text.block = true;
  std::uint32_t quotes = end;
  while (quotes > begin && source[quotes - 1] == '"') --quotes;
  const auto close = static_cast<std::uint32_t>(source.rfind('\n', quotes) + 1);
  const std::string_view indent = source.substr(close, quotes - close);
  auto start = static_cast<std::uint32_t>(source.find('\n', begin) + 1);
  while (start < close) {
    const auto line_end = static_cast<std::uint32_t>(source.find('\n', start));
    std::string_view line = source.substr(start, line_end - start);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!text.mapping.empty()) text.value += '\n';
    const std::size_t word = line.find_first_not_of(" \t");
    std::uint32_t removed = 0;
    if (line.starts_with(indent)) {
      removed = static_cast<std::uint32_t>(indent.size());
    } else if (word == std::string_view::npos) {
      removed = static_cast<std::uint32_t>(line.size());
    } else {
      removed = static_cast<std::uint32_t>(word);
      const std::uint32_t first = start + removed;
      const std::size_t word_end = std::min(line.find_first_of(" \t", word), line.size());
      mistakes.add(Stage::building, begin,
                   [span = places(first, start + static_cast<std::uint32_t>(word_end)),
                    closing = places(quotes, end)](diag::Report& report) {
                     report.add(diag::short_indent, span)
                         .also(closing, "the quotes that close the text")
                         .help("indent the line at least as far as the closing quotes");
                   });
    }
    text.mapping.push_back({static_cast<std::uint32_t>(text.value.size()), start + removed});
    text.value += line.substr(removed);
    start = line_end + 1;
  }
  return text;
}

}  // namespace wfc::dsl
