// Lines become blocks as CommonMark has them, as far as blocks matter here: what is indented under an item
// belongs to it, whatever it is.
#include "compiler/dialects/markdown.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace wfc::dialects {
namespace {

struct Line {
  std::string_view text;  // Without its end.
  std::uint32_t offset = 0;
  bool blank() const { return text.find_first_not_of(" \t") == std::string_view::npos; }
};

// Ends at LF, CR LF or CR.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}
  std::optional<Line> next() {
    if (at_ >= text_.size()) return std::nullopt;
    const std::size_t end = std::min(text_.find_first_of("\r\n", at_), text_.size());
    const Line line{text_.substr(at_, end - at_), static_cast<std::uint32_t>(at_)};
    at_ = end < text_.size() && text_.substr(end, 2) == "\r\n" ? end + 2 : end + 1;
    return line;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

// Bytes of the white space at the start that make up at most `columns`, and the columns that they do make.
struct Indent {
  std::size_t bytes = 0;
  std::size_t columns = 0;
};
Indent indent_of(std::string_view line, std::size_t columns = std::string_view::npos) {
  Indent indent;
  while (indent.bytes < line.size() && indent.columns < columns) {
    if (line[indent.bytes] == ' ') {
      indent.columns += 1;
    } else if (line[indent.bytes] == '\t') {
      indent.columns += 4 - indent.columns % 4;
    } else {
      break;
    }
    indent.bytes += 1;
  }
  return indent;
}

bool ends_word(std::string_view line, std::size_t at) {
  return at == line.size() || line[at] == ' ' || line[at] == '\t';
}

// `# Title #`: where the title stands in the line.
struct Part {
  std::size_t begin = 0;
  std::size_t end = 0;
};
std::optional<Part> heading_in(std::string_view line) {
  const Indent indent = indent_of(line);
  if (indent.columns > 3) return std::nullopt;
  std::size_t at = indent.bytes;
  while (at < line.size() && line[at] == '#') ++at;
  if (at == indent.bytes || at - indent.bytes > 6 || !ends_word(line, at)) return std::nullopt;
  const std::size_t begin = std::min(line.find_first_not_of(" \t", at), line.size());
  std::size_t end = line.find_last_not_of(" \t") + 1;
  std::size_t closing = end;
  while (closing > begin && line[closing - 1] == '#') --closing;
  if (closing == begin || (closing < end && (line[closing - 1] == ' ' || line[closing - 1] == '\t')))
    end = closing;
  while (end > begin && (line[end - 1] == ' ' || line[end - 1] == '\t')) --end;
  return Part{begin, std::max(begin, end)};
}

// `12. text`: the sign behind the number, and the column at which the item's text begins.
struct Marker {
  char sign = '.';
  std::size_t begin = 0;  // Bytes.
  std::size_t text = 0;
  std::size_t column = 0;
};
std::optional<Marker> marker_in(std::string_view line) {
  const Indent indent = indent_of(line);
  if (indent.columns > 3) return std::nullopt;
  std::size_t at = indent.bytes;
  while (at < line.size() && line[at] >= '0' && line[at] <= '9') ++at;
  const std::size_t digits = at - indent.bytes;
  if (digits == 0 || digits > 9 || at == line.size() || (line[at] != '.' && line[at] != ')'))
    return std::nullopt;
  Marker marker{.sign = line[at], .begin = indent.bytes};
  if (!ends_word(line, ++at)) return std::nullopt;
  const std::size_t column = indent.columns + digits + 1;
  const std::size_t text = std::min(line.find_first_not_of(" \t", at), line.size());
  const std::size_t gap = text - at;
  // More than four columns are the text's own; an empty item begins one column on.
  const bool own = gap > 4 || text == line.size();
  marker.text = own ? std::min(at + 1, line.size()) : text;
  marker.column = column + (own ? 1 : indent_of(line.substr(at)).columns);
  return marker;
}

bool is_fence(std::string_view line) {
  const Indent indent = indent_of(line);
  line.remove_prefix(indent.bytes);
  return indent.columns <= 3 && (line.starts_with("```") || line.starts_with("~~~"));
}

bool is_rule(std::string_view line) {
  std::size_t signs = 0;
  char sign = 0;
  for (const char c : line) {
    if (c == ' ' || c == '\t') continue;
    if ((c != '-' && c != '*' && c != '_') || (sign != 0 && c != sign)) return false;
    sign = c;
    ++signs;
  }
  return signs >= 3;
}

// `=====` below a paragraph makes a heading of it.
bool is_underline(std::string_view line) {
  const Indent indent = indent_of(line);
  const std::size_t end = line.find_last_not_of(" \t") + 1;
  return indent.columns <= 3 && indent.bytes < end &&
         line.substr(indent.bytes, end - indent.bytes).find_first_not_of('=') == std::string_view::npos;
}

bool is_bullet(std::string_view line) {
  const Indent indent = indent_of(line);
  line.remove_prefix(indent.bytes);
  return indent.columns <= 3 && !line.empty() && (line[0] == '-' || line[0] == '*' || line[0] == '+') &&
         ends_word(line, 1);
}

bool is_quote(std::string_view line) {
  const Indent indent = indent_of(line);
  return indent.columns <= 3 && line.substr(indent.bytes).starts_with('>');
}

class OutlineReader {
 public:
  OutlineReader(std::string_view text, FileId file) : lines_(text), file_(file) {}

  Outline read() {
    while (const std::optional<Line> line = lines_.next()) take(*line);
    end_item();
    return std::move(outline_);
  }

 private:
  enum class In { nothing, paragraph, item, other, fence, comment };

  void take(const Line& line) {
    if (in_ == In::fence) {
      if (line.text.find(fence_) != std::string_view::npos && is_fence(line.text)) in_ = In::nothing;
      return;
    }
    if (in_ == In::comment) {
      if (line.text.find("-->") != std::string_view::npos) in_ = In::nothing;
      return;
    }
    if (in_ == In::item && of_item(line)) return;
    if (line.blank()) {
      if (in_ != In::item) in_ = In::nothing;
      return;
    }
    if (const auto heading = heading_in(line.text)) return take_heading(line, *heading);
    if (is_fence(line.text)) {
      other(line);
      fence_ = line.text.substr(indent_of(line.text).bytes, 3);
      in_ = In::fence;
      return;
    }
    if (line.text.starts_with("<!--")) {
      leave();
      in_ = line.text.find("-->") == std::string_view::npos ? In::comment : In::nothing;
      return;
    }
    if (is_rule(line.text)) return leave();
    if (const auto marker = marker_in(line.text)) return take_marker(line, *marker);
    if (is_underline(line.text) && take_underline()) return;
    if (in_ == In::paragraph && !is_bullet(line.text) && !is_quote(line.text))
      return add_to(outline_.paragraph, line);
    const bool prose = !is_bullet(line.text) && !is_quote(line.text);
    if (in_ == In::other) {
      if (above_.span.known() && prose) add_to(above_, line);
      return;
    }
    // The one paragraph that says what the workflow is for.
    const bool plain = indent_of(line.text).columns <= 3 && prose;
    if (plain && outline_.heading.span.known() && !outline_.paragraph.span.known() &&
        !outline_.list.known()) {
      leave();
      in_ = In::paragraph;
      return add_to(outline_.paragraph, line);
    }
    other(line);
    if (plain && !outline_.heading.span.known()) add_to(above_, line);
  }

  Span place(const Line& line, std::size_t begin, std::size_t end) const {
    return {file_, static_cast<std::uint32_t>(line.offset + begin),
            static_cast<std::uint32_t>(line.offset + end)};
  }
  Span whole(const Line& line) const {
    return place(line, indent_of(line.text).bytes, line.text.find_last_not_of(" \t") + 1);
  }

  void leave() {
    if (in_ == In::item) end_item();
    in_ = In::nothing;
  }
  void other(const Line& line) {
    leave();
    in_ = In::other;
    above_ = {};
    outline_.unread.push_back(whole(line));
  }

  static void append(dsl::Text& to, std::string_view text, std::size_t offset) {
    to.mapping.push_back({static_cast<std::uint32_t>(to.value.size()), static_cast<std::uint32_t>(offset)});
    to.value += text;
  }

  void take_heading(const Line& line, const Part& title) {
    leave();
    if (outline_.heading.span.known()) {
      // A heading between the parts only announces them.
      return;
    }
    append(outline_.heading, line.text.substr(title.begin, title.end - title.begin),
           line.offset + title.begin);
    outline_.heading.span = title.begin < title.end ? place(line, title.begin, title.end) : whole(line);
  }

  void add_to(dsl::Text& paragraph, const Line& line) {
    const Span span = whole(line);
    if (!paragraph.span.known()) paragraph.span = span;
    if (!paragraph.value.empty()) append(paragraph, " ", span.begin);
    append(paragraph, line.text.substr(span.begin - line.offset, span.end - span.begin), span.begin);
    paragraph.span.end = span.end;
  }

  // False when there is no paragraph above.
  bool take_underline() {
    if (in_ == In::paragraph) {
      // A heading between the parts, as in take_heading.
      outline_.paragraph = {};
    } else if (in_ == In::other && above_.span.known()) {
      outline_.heading = std::exchange(above_, {});
      outline_.unread.pop_back();
    } else {
      return false;
    }
    leave();
    return true;
  }

  void take_marker(const Line& line, const Marker& marker) {
    const bool first = !outline_.list.known();
    // In a paragraph only a list that begins with 1 begins a list.
    const std::size_t sign = line.text.find_first_of(".)", marker.begin);
    if (first && in_ == In::paragraph && line.text.substr(marker.begin, sign - marker.begin) != "1")
      return add_to(outline_.paragraph, line);
    const bool goes_on = in_ == In::item && marker.sign == sign_;
    if (!first && !goes_on) {
      if (in_ != In::other) other(line);
      return;
    }
    if (first && !outline_.heading.span.known()) return other(line);
    leave();
    if (first) {
      outline_.list = place(line, marker.begin, sign + 1);
      sign_ = marker.sign;
    }
    in_ = In::item;
    column_ = marker.column;
    dsl::Text& item = outline_.items.emplace_back();
    item.span = place(line, marker.begin, line.text.size());
    add_to_item(line, marker.text);
  }

  void add_to_item(const Line& line, std::size_t from) {
    dsl::Text& item = outline_.items.back();
    if (item.value.empty()) {
      // The first line that says something.
      if (line.blank() || from >= line.text.size()) return;
      item.span.begin = static_cast<std::uint32_t>(line.offset + from);
    } else {
      append(item, std::string(blank_lines_ + 1, '\n'), line.offset);
    }
    blank_lines_ = 0;
    append(item, line.text.substr(from), line.offset + from);
    item.span.end = static_cast<std::uint32_t>(line.offset + line.text.size());
    in_item_text_ = true;
  }

  // Whether the line belongs to the item above it.
  bool of_item(const Line& line) {
    if (line.blank()) {
      blank_lines_ += 1;
      in_item_text_ = false;
      return true;
    }
    const Indent indent = indent_of(line.text, column_);
    if (indent.columns >= column_) {
      add_to_item(line, indent.bytes);
      return true;
    }
    // A line of prose goes on without the indentation too.
    const bool lazy = in_item_text_ && !marker_in(line.text) && !heading_in(line.text) &&
                      !is_fence(line.text) && !is_bullet(line.text) && !is_quote(line.text) &&
                      !is_rule(line.text);
    if (lazy) add_to_item(line, indent_of(line.text).bytes);
    return lazy;
  }

  void end_item() {
    blank_lines_ = 0;
    in_item_text_ = false;
  }

  Lines lines_;
  FileId file_;
  Outline outline_;
  In in_ = In::nothing;
  dsl::Text above_;  // The paragraph that is read before there is a heading: it may be one.
  std::string_view fence_;
  char sign_ = '.';
  std::size_t column_ = 0;
  std::size_t blank_lines_ = 0;
  bool in_item_text_ = false;
};

}  // namespace

Outline read_outline(const source::SourceMap& sources, FileId file) {
  return OutlineReader(sources.file(file).text, file).read();
}

bool looks_like_outline(std::string_view text) {
  Lines lines(text);
  bool heading = false, list = false;
  while (const std::optional<Line> line = lines.next()) {
    heading = heading || heading_in(line->text);
    list = list || marker_in(line->text);
  }
  return heading && list;
}

}  // namespace wfc::dialects
