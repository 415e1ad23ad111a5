// UTF-8 text: what is valid, how long it is, how it is shown.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace wf {

// Byte offset of the first byte that is not part of valid UTF-8 (overlong forms and surrogates are not), or
// npos.
std::size_t invalid_utf8_at(std::string_view text);
std::string replace_invalid_utf8(std::string_view text);  // With U+FFFD.

// Decodes the code point at `offset` of valid UTF-8 and moves `offset` past it.
char32_t next_code_point(std::string_view text, std::size_t& offset);
void append_utf8(std::string& to, char32_t code_point);
std::size_t code_points(std::string_view text);

// Columns a terminal uses: 2 for wide characters, 0 for combining marks.
int display_width(char32_t code_point);
int display_width(std::string_view text);

// Control characters, ESC, C1 and bidirectional controls become visible escapes (`\x1b`, `\u{202e}`); a line
// feed and a tab stay when `keep_lines`. Everything of a definition, an agent or a child that reaches a
// terminal or a log line passes through here.
std::string printable(std::string_view text, bool keep_lines);
bool is_bidi_control(char32_t code_point);

// RFC 3339 in UTC with milliseconds: 2026-11-21T10:00:00.000Z.
std::string format_time(std::int64_t wall_ms);

// `500ms 30s 5m 1h30m 7d`, the largest units first.
std::string format_duration(std::int64_t ms);

}  // namespace wf
