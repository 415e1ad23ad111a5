// Reads the few characters around a place: commas, brackets, dashes and the indentation of lines.
#include "compiler/diag/edits.h"

namespace wfc::diag {
namespace {

constexpr auto npos = std::string_view::npos;

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

// A text and a stretch of it.
struct Around {
  std::string_view text;
  std::size_t begin, end;

  // Where the line begins that holds `at`, and where its line break stands.
  std::size_t line_begin(std::size_t at) const {
    const std::size_t before = at == 0 ? npos : text.rfind('\n', at - 1);
    return before == npos ? 0 : before + 1;
  }
  std::size_t line_end(std::size_t at) const { return std::min(text.find('\n', at), text.size()); }
  std::size_t before(std::size_t at) const {  // The last one that is no blank, one past it.
    while (at > 0 && is_blank(text[at - 1])) --at;
    return at;
  }
  std::size_t behind(std::size_t at) const {
    while (at < text.size() && is_blank(text[at])) ++at;
    return at;
  }
  bool begins_line() const { return before(begin) == line_begin(begin); }
  bool ends_line() const { return behind(end) == line_end(end); }
  char last() const { return before(begin) == 0 ? '\0' : text[before(begin) - 1]; }
  char next() const { return behind(end) < text.size() ? text[behind(end)] : '\0'; }

  // `  - x`: how far the dash stands in; nothing where it is no entry of a list in a block.
  std::optional<std::size_t> dash() const {
    const std::size_t at = before(begin);
    if (at == 0 || text[at - 1] != '-' || at == begin) return std::nullopt;
    const std::size_t line = line_begin(begin);
    if (before(at - 1) != line) return std::nullopt;
    return at - 1 - line;
  }
};

std::optional<Around> around(const source::SourceMap& sources, Span span) {
  if (!span.known()) return std::nullopt;
  const std::string& text = sources.file(span.file).text;
  if (span.begin >= span.end || span.end > text.size()) return std::nullopt;
  Around place{text, span.begin, span.end};
  // Blocks end where the next thing begins.
  while (place.end > place.begin && (is_blank(text[place.end - 1]) || text[place.end - 1] == '\n'))
    --place.end;
  return place;
}

Edit replaced(FileId file, std::size_t begin, std::size_t end, std::string text = {}) {
  return {{file, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)}, std::move(text)};
}

bool is_json(const Around& place) {
  const std::size_t first = place.text.find_first_not_of(" \t\r\n");
  return first != npos && (place.text[first] == '{' || place.text[first] == '[');
}

// Another line with the same beginning stands above or below: the list holds more than this.
bool has_neighbour(const Around& place, std::size_t dash) {
  const std::string prefix = std::string(dash, ' ') + "- ";
  const std::size_t line = place.line_begin(place.begin);
  const auto is_one = [&](std::size_t at) { return place.text.substr(at).starts_with(prefix); };
  if (line > 0 && is_one(place.line_begin(line - 1))) return true;
  const std::size_t end = place.line_end(place.end);
  return end < place.text.size() && is_one(end + 1);
}

std::optional<Edit> lines(const Around& place, FileId file, std::size_t begin) {
  const std::size_t end = place.line_end(place.end);
  if (!place.ends_line()) return std::nullopt;  // A comment, or something else.
  // No line break at the end of the file: the one before it goes.
  if (end == place.text.size()) return replaced(file, begin == 0 ? 0 : begin - 1, end);
  return replaced(file, begin, end + 1);
}

std::string in_quotes(std::string_view name) {
  return "\"" + std::string(name) + "\"";
}

}  // namespace

std::optional<Edit> without_entry(const source::SourceMap& sources, Span entry) {
  const auto place = around(sources, entry);
  if (!place) return std::nullopt;
  if (place->next() == ',') {
    const std::size_t end = place->behind(place->behind(place->end) + 1);
    // Behind the comma a line may end; the next entry then stays where it is.
    return replaced(entry.file, place->begin, end);
  }
  if (place->last() == ',') return replaced(entry.file, place->before(place->begin) - 1, place->end);
  // The comma may stand at the end of the line above, unless that is one of a comment.
  if (place->begins_line() && place->line_begin(place->begin) > 0) {
    const std::size_t end = place->before(place->line_begin(place->begin) - 1);
    const std::size_t line = place->line_begin(end);
    if (end > line && place->text[end - 1] == ',' && place->text.substr(line, end - line).find('#') == npos)
      return replaced(entry.file, end - 1, place->end);
  }
  const auto dash = place->dash();
  if (!dash || !has_neighbour(*place, *dash)) return std::nullopt;
  return lines(*place, entry.file, place->line_begin(place->begin));
}

std::optional<Edit> without_lines(const source::SourceMap& sources, Span within) {
  const auto place = around(sources, within);
  if (!place) return std::nullopt;
  std::size_t begin = place->line_begin(place->begin);
  while (begin > 0) {
    const std::size_t above = place->line_begin(begin - 1);
    const std::size_t first = place->behind(above);
    if (!place->text.substr(first).starts_with("## ")) break;
    begin = above;
  }
  auto edit = lines(*place, within.file, begin);
  // Of two blank lines one goes, too.
  if (edit && place->text.substr(0, edit->span.begin).ends_with("\n\n") &&
      place->text.substr(edit->span.end).starts_with('\n'))
    ++edit->span.end;
  return edit;
}

std::optional<Edit> with_entry(const source::SourceMap& sources, Span last, std::string_view name) {
  const auto place = around(sources, last);
  if (!place) return std::nullopt;
  const bool quoted = place->text[place->begin] == '"';
  const std::string entry = quoted ? in_quotes(name) : std::string(name);
  if (const auto dash = place->dash()) {
    const std::size_t end = place->line_end(place->end);
    return replaced(last.file, end, end, "\n" + std::string(*dash, ' ') + "- " + entry);
  }
  return replaced(last.file, place->end, place->end, ", " + entry);
}

std::optional<Edit> with_list(const source::SourceMap& sources, Span mapping, Span value,
                              std::string_view key, std::string_view name) {
  const auto place = around(sources, mapping);
  if (!place) return std::nullopt;
  const std::string one = is_json(*place) ? in_quotes(name) : std::string(name);
  return with_key(sources, mapping, value, key, "[" + one + "]", false);
}

std::optional<Edit> with_key(const source::SourceMap& sources, Span mapping, Span value, std::string_view key,
                             std::string_view written, bool text) {
  const auto whole = around(sources, mapping);
  const auto place = around(sources, value);
  if (!whole || !place || mapping.file != value.file) return std::nullopt;
  if (whole->text[whole->begin] == '{') {
    if (whole->text[whole->end - 1] != '}') return std::nullopt;
    const bool json = is_json(*whole);
    std::size_t end = whole->end - 1;
    while (end > whole->begin && (is_blank(whole->text[end - 1]) || whole->text[end - 1] == '\n')) --end;
    const char before = whole->text[end - 1];
    // A comment may stand on the last line.
    const std::size_t line = whole->line_begin(end);
    if (!json && whole->text.substr(line, end - line).find('#') != npos) return std::nullopt;
    const std::string start = before == ',' || before == '{' ? " " : ", ";
    return replaced(mapping.file, end, end,
                    start + (json ? in_quotes(key) : std::string(key)) + ": " +
                        (json && text ? in_quotes(written) : std::string(written)));
  }
  // The line on which the value stands begins with its key, behind dashes perhaps.
  const std::size_t line = place->line_begin(place->begin);
  std::size_t first = line;
  while (first < place->begin && (place->text[first] == ' ' || place->text[first] == '-')) ++first;
  const std::size_t end = place->line_end(place->begin);
  const std::string_view before = place->text.substr(first, place->begin - first);
  if (end < place->end || before.find(':') == npos || before.find_first_of("{[") != npos) return std::nullopt;
  return replaced(value.file, end, end,
                  "\n" + std::string(first - line, ' ') + std::string(key) + ": " + std::string(written));
}

std::optional<Edit> with_setting(const source::SourceMap& sources, Span statement, std::string_view setting) {
  const auto place = around(sources, statement);
  if (!place || !place->begins_line()) return std::nullopt;
  const std::size_t line = place->line_begin(place->begin);
  const std::string indent(place->text.substr(line, place->begin - line));
  const std::size_t last = place->line_begin(place->end);
  const bool closes =
      last > place->begin && place->text[place->end - 1] == '}' && place->behind(last) == place->end - 1;
  if (closes) return replaced(statement.file, last, last, indent + "  " + std::string(setting) + "\n");
  if (place->text[place->end - 1] == '}') return std::nullopt;
  return replaced(statement.file, place->end, place->end,
                  " {\n" + indent + "  " + std::string(setting) + "\n" + indent + "}");
}

std::optional<Edit> with_line_below(const source::SourceMap& sources, Span within, std::string_view line) {
  const auto place = around(sources, within);
  if (!place) return std::nullopt;
  const std::size_t begin = place->line_begin(place->begin);
  const std::size_t end = place->line_end(place->end);
  return replaced(
      within.file, end, end,
      "\n" + std::string(place->text.substr(begin, place->behind(begin) - begin)) + std::string(line));
}

}  // namespace wfc::diag
