// Messages for people: the fact, the source with the place marked, then notes and help.
//
// A message shows the lines its spans begin on. All spans of one line that fit beside each other are drawn
// below it at once; the rightmost has its label beside it, the others below, on strings. A line too long for
// a terminal is shown as a window around what is marked, and as several when the marks are far apart.
#include <algorithm>
#include <map>

#include "compiler/diag/render.h"
#include "runtime/base/text.h"

namespace wfc::diag {

namespace {

constexpr int line_columns_max = 160;
constexpr int window_columns = 120;
constexpr int before_mark = 40;
constexpr std::string_view cut_sign = "...";

// Terminal sequences, or nothing.
class Paint {
 public:
  explicit Paint(bool colour) : colour_(colour) {}
  std::string operator()(std::string_view code, std::string_view text) const {
    if (!colour_ || text.empty()) return std::string(text);
    return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
  }
  static constexpr std::string_view frame = "1;34";
  static constexpr std::string_view strong = "1";
  static constexpr std::string_view of(Severity severity) {
    switch (severity) {
      case Severity::error:
        return "1;31";
      case Severity::warning:
        return "1;33";
      case Severity::note:
        break;
    }
    return "1;36";
  }

 private:
  bool colour_;
};

// A line as it is drawn, and the column where each of its bytes begins.
struct Drawn {
  std::string text;
  std::vector<int> column_of;      // One more than the bytes.
  std::vector<std::size_t> at_of;  // Where in `text` each byte's drawing begins; one more, too.
};

Drawn draw(std::string_view line) {
  Drawn drawn;
  drawn.column_of.reserve(line.size() + 1);
  drawn.at_of.reserve(line.size() + 1);
  int column = 0;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t begin = at;
    wf::next_code_point(line, at);
    const std::string_view character = line.substr(begin, at - begin);
    const std::string shown = character == "\t" ? "    " : wf::printable(character, false);
    for (std::size_t i = begin; i < at; ++i) {
      drawn.column_of.push_back(column);
      drawn.at_of.push_back(drawn.text.size());
    }
    drawn.text += shown;
    column += wf::display_width(shown);
  }
  drawn.column_of.push_back(column);
  drawn.at_of.push_back(drawn.text.size());
  return drawn;
}

struct Mark {
  Span span;
  std::string_view label;
  bool main = false;
  // On its line, in columns; filled when the line is drawn.
  int begin = 0;
  int end = 0;
};

class TextRenderer {
 public:
  TextRenderer(const source::SourceMap& sources, const TextStyle& style)
      : sources_(sources), paint_(style.colour) {}

  std::string render(const Diagnostic& diagnostic) {
    out_.clear();
    diagnostic_ = &diagnostic;
    out_ += paint_(Paint::of(diagnostic.severity),
                   std::string(name_of(diagnostic.severity)) + "[" + code_of(*diagnostic.kind) + "]");
    out_ += paint_(Paint::strong, ": " + wf::printable(diagnostic.message, false)) + "\n";

    // Files in the order in which they are first mentioned, the main one first.
    std::vector<FileId> files;
    std::map<FileId, std::map<std::uint32_t, std::vector<Mark>>> lines;
    const auto add = [&](const Span& span, std::string_view label, bool main) {
      if (!span.known()) return;
      if (std::find(files.begin(), files.end(), span.file) == files.end()) files.push_back(span.file);
      lines[span.file][sources_.position_of(span.file, span.begin).line].push_back(Mark{span, label, main});
    };
    add(diagnostic.span, diagnostic.label, true);
    for (const Label& label : diagnostic.labels) add(label.span, label.text, false);

    const Edit* insertion = insertion_to_show();
    set_gutter(files, lines, insertion);
    for (const FileId file : files) {
      const bool first = file == files.front();
      const auto& marks_of = lines[file];
      const Span& place = first ? first_place() : marks_of.begin()->second.front().span;
      out_ += gutter_ + paint_(Paint::frame, first ? "-->" : ":::") + " " + place_text(place) + "\n";
      bar("");
      std::uint32_t last = 0;
      for (const auto& [number, marks] : marks_of) {
        if (last != 0 && number > last + 1) out_ += paint_(Paint::frame, "...") + "\n";
        source_line(file, number, marks);
        last = number;
      }
    }
    if (!files.empty() && (insertion || has_tail())) bar("");
    if (insertion) inserted_lines(*insertion);
    for (const PathStep& step : diagnostic.path)
      if (!is_label(step, diagnostic)) tail("note", step.message, step.span);
    for (const Note& note : diagnostic.notes) tail("note", note.message, note.span);
    for (const std::string& help : diagnostic.help) tail("help", help, {});
    if (diagnostic.help.empty() && !diagnostic.fixes.empty())
      tail("help", diagnostic.fixes.front().title, {});
    out_ += "\n";
    return std::move(out_);
  }

 private:
  const Span& first_place() const {
    if (diagnostic_->span.known()) return diagnostic_->span;
    return std::find_if(diagnostic_->labels.begin(), diagnostic_->labels.end(),
                        [](const Label& label) { return label.span.known(); })
        ->span;
  }

  bool has_tail() const {
    return !diagnostic_->path.empty() || !diagnostic_->notes.empty() || !diagnostic_->help.empty() ||
           !diagnostic_->fixes.empty();
  }

  // A fix that only adds whole lines below what is marked is shown as the lines it adds, unless it is one of
  // several ways to go on.
  const Edit* insertion_to_show() const {
    if (diagnostic_->fixes.empty() || diagnostic_->fixes.front().edits.size() != 1) return nullptr;
    if (!diagnostic_->fixes.front().safe && diagnostic_->severity != Severity::error) return nullptr;
    const Edit& edit = diagnostic_->fixes.front().edits.front();
    if (!edit.span.known() || edit.span.begin != edit.span.end || edit.new_text.empty()) return nullptr;
    const auto position = sources_.position_of(edit.span.file, edit.span.begin);
    if (position.line < sources_.position_of(first_place().file, first_place().begin).line) return nullptr;
    const bool before_a_line = edit.new_text.ends_with('\n') && position.column == 1;
    const bool after_a_line = edit.new_text.starts_with('\n') && edit.new_text.size() > 1;
    return before_a_line || after_a_line ? &edit : nullptr;
  }

  // The lines an insertion adds, with their numbers.
  std::vector<std::pair<std::uint32_t, std::string_view>> lines_of(const Edit& edit) const {
    std::uint32_t number = sources_.position_of(edit.span.file, edit.span.begin).line;
    std::string_view text = edit.new_text;
    if (text.starts_with('\n')) {
      text.remove_prefix(1);
      ++number;
    }
    if (text.ends_with('\n')) text.remove_suffix(1);
    std::vector<std::pair<std::uint32_t, std::string_view>> lines;
    for (std::size_t at = 0; at <= text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      lines.emplace_back(number++, text.substr(at, end - at));
      at = end + 1;
    }
    return lines;
  }

  void set_gutter(const std::vector<FileId>& files,
                  const std::map<FileId, std::map<std::uint32_t, std::vector<Mark>>>& lines,
                  const Edit* insertion) {
    std::uint32_t largest = 1;
    for (const FileId file : files) largest = std::max(largest, lines.at(file).rbegin()->first);
    if (insertion) largest = std::max(largest, lines_of(*insertion).back().first);
    gutter_.assign(std::to_string(largest).size(), ' ');
  }

  std::string place_text(const Span& span) const {
    const auto position = sources_.position_of(span.file, span.begin);
    return wf::printable(sources_.file(span.file).shown, false) + ":" + std::to_string(position.line) + ":" +
           std::to_string(position.column);
  }

  // The frame's bar and what is drawn right of it.
  void bar(std::string_view drawing) {
    out_ += gutter_ + paint_(Paint::frame, " |");
    if (!drawing.empty()) {
      out_ += " ";
      out_ += drawing;
    }
    out_ += "\n";
  }

  void numbered(std::uint32_t number, std::string_view sign, std::string_view text) {
    std::string digits = std::to_string(number);
    digits.insert(0, gutter_.size() - std::min(gutter_.size(), digits.size()), ' ');
    out_ += paint_(Paint::frame, digits + " " + std::string(sign));
    if (!text.empty()) {
      out_ += " ";
      out_ += text;
    }
    out_ += "\n";
  }

  void inserted_lines(const Edit& edit) {
    for (const auto& [number, text] : lines_of(edit)) numbered(number, "+", draw(text).text);
  }

  void tail(std::string_view word, std::string_view text, const Span& place) {
    // Only our own sentences have line ends on purpose; each further line goes below the first.
    const std::string indent(gutter_.size() + 5 + word.size(), ' ');
    std::string shown;
    for (const char c : wf::printable(text, true)) {
      shown += c;
      if (c == '\n') shown += indent;
    }
    out_ += gutter_ + paint_(Paint::frame, " =") + " " + paint_(Paint::strong, std::string(word) + ":") +
            " " + shown;
    if (place.known()) out_ += " (" + place_text(place) + ")";
    out_ += "\n";
  }

  void source_line(FileId file, std::uint32_t number, std::vector<Mark> marks) {
    const std::string_view line = sources_.line(file, number);
    const std::uint32_t start = sources_.offset_of(file, {number, 1});
    const Drawn drawn = draw(line);
    for (Mark& mark : marks) {
      const std::size_t begin = std::min<std::size_t>(mark.span.begin - start, line.size());
      // A span of several lines is marked to the end of its first.
      const std::size_t end =
          std::min<std::size_t>(mark.span.end < start ? 0 : mark.span.end - start, line.size());
      mark.begin = drawn.column_of[begin];
      mark.end = std::max(drawn.column_of[std::max(begin, end)], mark.begin + 1);
    }
    std::stable_sort(marks.begin(), marks.end(),
                     [](const Mark& a, const Mark& b) { return a.begin < b.begin; });
    if (drawn.column_of.back() <= line_columns_max) {
      numbered(number, "|", drawn.text);
      draw_marks(marks);
      return;
    }
    for (std::size_t first = 0; first < marks.size();) {
      std::size_t last = first + 1;
      while (last < marks.size() && marks[last].begin - marks[first].begin < window_columns - before_mark)
        ++last;
      window(number, drawn,
             {marks.begin() + static_cast<std::ptrdiff_t>(first),
              marks.begin() + static_cast<std::ptrdiff_t>(last)});
      first = last;
    }
  }

  // A long line, as much of it as stands around the marks.
  void window(std::uint32_t number, const Drawn& drawn, std::vector<Mark> marks) {
    const auto byte_at = [&](int column) {
      return static_cast<std::size_t>(
          std::lower_bound(drawn.column_of.begin(), drawn.column_of.end(), column) - drawn.column_of.begin());
    };
    const std::size_t from = byte_at(std::max(0, marks.front().begin - before_mark));
    const int first_column = drawn.column_of[from];
    const std::size_t to = std::min(byte_at(first_column + window_columns), drawn.column_of.size() - 1);
    const bool cut_before = from > 0;
    const bool cut_after = to < drawn.column_of.size() - 1;
    const int shift = first_column - (cut_before ? static_cast<int>(cut_sign.size()) : 0);
    const int right_edge = drawn.column_of[to] - shift;
    std::string text(cut_before ? cut_sign : "");
    text += drawn.text.substr(drawn.at_of[from], drawn.at_of[to] - drawn.at_of[from]);
    if (cut_after) text += cut_sign;
    numbered(number, "|", text);
    for (Mark& mark : marks) {
      mark.begin -= shift;
      mark.end = std::max(std::min(mark.end - shift, right_edge), mark.begin + 1);
    }
    draw_marks(marks);
  }

  // Rows of marks that do not touch each other, each with its labels.
  void draw_marks(std::vector<Mark> marks) {
    while (!marks.empty()) {
      std::vector<Mark> row;
      std::vector<Mark> rest;
      // The main mark is never pushed to a later row by another.
      const auto main = std::find_if(marks.begin(), marks.end(), [](const Mark& m) { return m.main; });
      const auto free_in_row = [&](const Mark& mark) {
        return std::none_of(row.begin(), row.end(), [&](const Mark& other) {
          return mark.begin <= other.end && other.begin <= mark.end;
        });
      };
      if (main != marks.end()) row.push_back(*main);
      for (auto mark = marks.begin(); mark != marks.end(); ++mark)
        if (mark != main) (free_in_row(*mark) ? row : rest).push_back(*mark);
      std::sort(row.begin(), row.end(), [](const Mark& a, const Mark& b) { return a.begin < b.begin; });
      mark_row(row);
      marks = std::move(rest);
    }
  }

  std::string_view colour_of(const Mark& mark) const {
    return mark.main ? Paint::of(diagnostic_->severity) : Paint::frame;
  }

  void mark_row(const std::vector<Mark>& row) {
    std::string drawing;
    int column = 0;
    const auto go_to = [&](int target) {
      drawing.append(static_cast<std::size_t>(std::max(target - column, 0)), ' ');
      column = std::max(column, target);
    };
    for (const Mark& mark : row) {
      go_to(mark.begin);
      const auto length = static_cast<std::size_t>(mark.end - mark.begin);
      drawing += paint_(colour_of(mark), std::string(length, mark.main ? '^' : '-'));
      column = mark.end;
    }
    const Mark& rightmost = row.back();
    if (!rightmost.label.empty())
      drawing += " " + paint_(colour_of(rightmost), wf::printable(rightmost.label, false));
    bar(drawing);

    std::vector<const Mark*> hanging;
    for (const Mark& mark : row)
      if (&mark != &rightmost && !mark.label.empty()) hanging.push_back(&mark);
    for (bool strings = true; !hanging.empty(); strings = false) {
      drawing.clear();
      column = 0;
      const std::size_t labelled = strings ? hanging.size() : hanging.size() - 1;
      for (std::size_t i = 0; i < labelled; ++i) {
        go_to(hanging[i]->begin);
        drawing += paint_(colour_of(*hanging[i]), "|");
        ++column;
      }
      if (!strings) {
        go_to(hanging.back()->begin);
        drawing += paint_(colour_of(*hanging.back()), wf::printable(hanging.back()->label, false));
        hanging.pop_back();
      }
      bar(drawing);
    }
  }

  const source::SourceMap& sources_;
  Paint paint_;
  const Diagnostic* diagnostic_ = nullptr;
  std::string gutter_;
  std::string out_;
};

std::string counted(std::int64_t count, std::string_view thing) {
  return std::to_string(count) + " " + std::string(thing) + (count == 1 ? "" : "s");
}

}  // namespace

std::string render_text(const Report& report, const source::SourceMap& sources, const TextStyle& style) {
  TextRenderer renderer(sources, style);
  std::string out;
  int errors = 0;
  std::int64_t errors_left = 0;
  std::int64_t others_left = 0;
  for (const auto& diagnostic : report.all()) {
    const bool is_error = diagnostic->severity == Severity::error;
    if (errors >= style.errors_max) {
      ++(is_error ? errors_left : others_left);
      continue;
    }
    errors += is_error ? 1 : 0;
    out += renderer.render(*diagnostic);
  }
  if (errors_left + others_left > 0) {
    out += "and " + counted(errors_left, "more error");
    if (others_left > 0) out += " and " + counted(others_left, "other message");
    out += "; `--max-errors` shows more\n\n";
  }
  return out;
}

std::string text_summary(const Report& report, const std::vector<FileSummary>& files) {
  std::string what;
  if (files.size() == 1) what = wf::printable(files.front().file, false) + ": ";
  if (files.size() > 1) what = counted(static_cast<std::int64_t>(files.size()), "file") + ": ";
  return what + counted(report.count(Severity::error), "error") + ", " +
         counted(report.count(Severity::warning), "warning");
}

}  // namespace wfc::diag
