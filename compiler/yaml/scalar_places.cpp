// Reads a scalar a second time, as libyaml and RapidJSON read it, and notes where each byte came from.
#include <algorithm>
#include <array>
#include <functional>

#include "compiler/yaml/yaml.h"

namespace wfc::yaml {

class ScalarWalk {
 public:
  ScalarWalk(std::string_view file, const Node& scalar, std::vector<ScalarPlaces::Piece>& pieces)
      : file_(file),
        at_(scalar.span.begin),
        end_(std::min<std::size_t>(scalar.span.end, file.size())),
        text_(scalar.text),
        pieces_(pieces) {}

  void flow_scalar() {
    const char quote = at_ < end_ && (file_[at_] == '"' || file_[at_] == '\'') ? file_[at_] : '\0';
    if (quote != '\0') {
      ++at_;
      if (end_ > at_ && file_[end_ - 1] == quote) --end_;
    }
    while (at_ < end_) {
      if (const std::size_t blanks = blanks_before_break(); blanks != no_break) {
        at_ += blanks;
        fold_breaks();
      } else if (quote == '"' && file_[at_] == '\\') {
        escape();
      } else if (quote == '\'' && file_.substr(at_, 2) == "''") {
        emit(1, 2);
      } else {
        emit(1, 1);
      }
    }
  }

  void block_scalar(bool literal) {
    // The header; a comment may follow it.
    end_ = file_.size();
    at_ = end_of_line(at_);
    at_ += break_size(at_);
    const std::size_t indent = indentation();
    Break leading;
    std::vector<Break> trailing;
    bool leading_blank = false;
    blank_lines(indent, trailing);
    while (at_ < end_ && emitted_ < text_.size()) {
      const bool blank = file_[at_] == ' ' || file_[at_] == '\t';
      const bool folds = !literal && leading.size != 0 && !leading_blank && !blank;
      if (!folds) emit(leading);
      if (folds && trailing.empty()) emit(1, leading.size, leading.at);
      for (const Break& line_break : trailing) emit(line_break);
      trailing.clear();
      leading_blank = blank;
      const std::size_t line = end_of_line(at_) - at_;
      if (line != 0) emit(line, line);
      leading = take_break();
      blank_lines(indent, trailing);
      if (column_ < indent) break;
    }
    emit(leading);
    for (const Break& line_break : trailing) emit(line_break);
  }

 private:
  // A line break of the source; it becomes a line feed. The others of YAML 1.1 are refused, see parse.
  struct Break {
    std::size_t at = 0;
    std::size_t size = 0;
  };
  static constexpr std::size_t no_break = static_cast<std::size_t>(-1);

  std::size_t break_size(std::size_t at) const {
    if (at >= file_.size()) return 0;
    if (file_[at] == '\n') return 1;
    if (file_[at] == '\r') return file_.substr(at, 2) == "\r\n" ? 2 : 1;
    return 0;
  }

  std::size_t end_of_line(std::size_t at) const {
    while (at < end_ && break_size(at) == 0) ++at;
    return at;
  }

  Break take_break() {
    const Break taken{at_, break_size(at_)};
    at_ += taken.size;
    return taken;
  }

  std::size_t blanks_before_break() const {
    std::size_t blanks = 0;
    while (at_ + blanks < end_ && (file_[at_ + blanks] == ' ' || file_[at_ + blanks] == '\t')) ++blanks;
    return at_ + blanks < end_ && break_size(at_ + blanks) != 0 ? blanks : no_break;
  }

  void skip_blanks() {
    while (at_ < end_ && (file_[at_] == ' ' || file_[at_] == '\t')) ++at_;
  }

  // One break is a space, each further one a line feed.
  void fold_breaks() {
    const Break first = take_break();
    skip_blanks();
    bool more = false;
    while (at_ < end_ && break_size(at_) != 0) {
      more = true;
      emit(take_break());
      skip_blanks();
    }
    if (!more) emit(1, first.size, first.at);
  }

  static std::size_t utf8_size(std::uint32_t c) { return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4; }

  std::uint32_t hex(std::size_t at, std::size_t digits) const {
    std::uint32_t value = 0;
    for (const char c : file_.substr(std::min(at, file_.size()), digits)) {
      const auto letter = static_cast<std::uint32_t>(c | 0x20);
      value = value * 16 + (c <= '9' ? static_cast<std::uint32_t>(c - '0') : letter - 'a' + 10);
    }
    return value;
  }

  void escape() {
    const char c = at_ + 1 < end_ ? file_[at_ + 1] : '\0';
    if (const std::size_t size = break_size(at_ + 1); size != 0) {
      // An escaped line break is nothing, with the blanks that begin the next line.
      at_ += 1 + size;
      skip_blanks();
      return;
    }
    const std::size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (digits == 0) {
      emit(c == 'N' || c == '_' ? 2 : c == 'L' || c == 'P' ? 3 : 1, 2);
      return;
    }
    const std::uint32_t value = hex(at_ + 2, digits);
    const bool is_pair =
        value >= 0xd800 && value < 0xdc00 && file_.substr(std::min(at_ + 6, file_.size()), 2) == "\\u";
    emit(is_pair ? 4 : utf8_size(value), is_pair ? 12 : 2 + digits);
  }

  // How far the block is indented: what its first line that is not blank has more in the file than in the
  // text.
  std::size_t indentation() const {
    const auto leading_spaces = [](std::string_view text) {
      for (std::size_t start = 0; start < text.size();) {
        const std::size_t content = std::min(text.find_first_not_of(' ', start), text.size());
        if (content < text.size() && text[content] != '\n' && text[content] != '\r') return content - start;
        start = content + 1;
      }
      return no_break;
    };
    const std::size_t in_file = leading_spaces(file_.substr(std::min(at_, file_.size())));
    const std::size_t in_text = leading_spaces(text_);
    return in_file == no_break || in_text == no_break || in_text > in_file ? 0 : in_file - in_text;
  }

  void blank_lines(std::size_t indent, std::vector<Break>& breaks) {
    for (;;) {
      for (column_ = 0; column_ < indent && at_ < end_ && file_[at_] == ' '; ++column_) ++at_;
      if (at_ >= end_ || break_size(at_) == 0) return;
      breaks.push_back(take_break());
    }
  }

  void emit(const Break& line_break) {
    if (line_break.size != 0) emit(1, line_break.size, line_break.at);
  }
  void emit(std::size_t text_size, std::size_t source_size) {
    emit(text_size, source_size, at_);
    at_ += source_size;
  }
  void emit(std::size_t text_size, std::size_t source_size, std::size_t source) {
    const auto narrow = [](std::size_t n) { return static_cast<std::uint32_t>(n); };
    if (!pieces_.empty()) {
      auto& last = pieces_.back();
      const bool follows = last.source + last.source_size == source;
      if (follows && last.text_size == last.source_size && text_size == source_size) {
        last.text_size += narrow(text_size);
        last.source_size += narrow(source_size);
        emitted_ += text_size;
        return;
      }
    }
    pieces_.push_back({narrow(emitted_), narrow(text_size), narrow(source), narrow(source_size)});
    emitted_ += text_size;
  }

  std::string_view file_;
  std::size_t at_;
  std::size_t end_;
  std::string_view text_;
  std::vector<ScalarPlaces::Piece>& pieces_;
  std::size_t emitted_ = 0;
  std::size_t column_ = 0;
};

ScalarPlaces::ScalarPlaces(const source::SourceMap& sources, const Node& scalar) : whole_(scalar.span) {
  if (!whole_.known() || !scalar.is_scalar()) return;
  const std::string_view file = sources.file(whole_.file).text;
  const char* text = scalar.text.data();
  const auto before = std::less<const char*>();
  if (!before(text, file.data()) && before(text, file.data() + file.size())) {
    const auto size = static_cast<std::uint32_t>(scalar.text.size());
    pieces_.push_back({0, size, static_cast<std::uint32_t>(text - file.data()), size});
    return;
  }
  pieces_.reserve(8);
  ScalarWalk walk(file, scalar, pieces_);
  if (scalar.style == Style::literal || scalar.style == Style::folded)
    walk.block_scalar(scalar.style == Style::literal);
  else
    walk.flow_scalar();
}

Span ScalarPlaces::span(std::uint32_t begin, std::uint32_t end) const {
  if (pieces_.empty()) return whole_;
  const auto piece_of = [&](std::uint32_t offset) {
    const auto after = std::upper_bound(pieces_.begin(), pieces_.end(), offset,
                                        [](std::uint32_t at, const Piece& piece) { return at < piece.text; });
    return after == pieces_.begin() ? pieces_.front() : *std::prev(after);
  };
  const auto begin_of = [&](std::uint32_t offset) {
    const Piece piece = piece_of(offset);
    const std::uint32_t inside = offset - std::min(offset, piece.text);
    if (inside >= piece.text_size) return piece.source + piece.source_size;
    return piece.text_size == piece.source_size ? piece.source + inside : piece.source;
  };
  const auto end_of = [&](std::uint32_t offset) {
    const Piece piece = piece_of(offset - 1);
    const std::uint32_t inside = std::min(offset - piece.text, piece.text_size);
    return piece.text_size == piece.source_size ? piece.source + inside : piece.source + piece.source_size;
  };
  const std::uint32_t from = begin_of(begin);
  return {whole_.file, from, end > begin ? std::max(from, end_of(end)) : from};
}

Span span_in(const source::SourceMap& sources, const Node& scalar, std::uint32_t begin, std::uint32_t end) {
  return ScalarPlaces(sources, scalar).span(begin, end);
}

}  // namespace wfc::yaml
