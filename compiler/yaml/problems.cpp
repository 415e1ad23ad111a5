// What libyaml objects to, in words for people who never read the YAML specification.
//
// libyaml says where it gave up and in which rule; a reader wants to know what to change. So each of its
// sentences becomes one of ours, at the place that is to be changed, with the fix where a second reading
// proves that it helps.
#include <algorithm>
#include <cctype>

#include "compiler/diag/report.h"
#include "compiler/yaml/readers.h"

namespace wfc::yaml {

namespace {

constexpr std::size_t shown_max = 40;

struct Line {
  std::size_t begin;
  std::size_t end;  // Without the line end.
};

class Problems {
 public:
  Problems(const Problem& problem, const Input& input, bool (*reads)(std::string_view), diag::Report& report)
      : problem_(problem), text_(input.text), file_(input.file), reads_(reads), report_(report) {}

  void report() {
    const std::string& what = problem_.problem;
    const auto says = [&](std::string_view words) { return what.find(words) != std::string::npos; };
    const bool in_directive = problem_.context.find("directive") != std::string::npos;
    if (says("tab character") || tab_indents(line_at(problem_.at)) || char_at(problem_.at) == '\t')
      return tab();
    if (problem_.quote_at) return unclosed_text(*problem_.quote_at);
    if (says("found unexpected end of stream") || says("unexpected document indicator"))
      return unclosed_text(problem_.context_at);
    if (says("unknown escape") || says("hexdecimal") || says("Unicode character escape")) return escape();
    if (in_directive || says("YAML directive") || says("TAG directive") || says("incompatible YAML"))
      return directive();
    if (says("cannot start any token")) return cannot_start();
    if (says("mapping values are not allowed")) return second_colon();
    if (says("block sequence entries")) return list_on_line();
    if (says("could not find expected ':'")) return missing_colon();
    if (says("',' or ']'")) return flow('[', ']');
    if (says("',' or '}'")) return flow('{', '}');
    if (says("alphabetic or numeric")) return anchor_name();
    if (says("tag") || problem_.context.find("tag") != std::string::npos) return tag();
    if (says("comment or line break")) return block_header();
    if (says("indentation indicator"))
      return void(add(place(problem_.at), "an indentation of 0 is none").help("write `|` or `>` alone"));
    if (says("expected node content"))
      return void(report_.add(diag::missing_value, place(problem_.at), "a value"));
    if (says("did not find expected key") || says("'-' indicator") || says("<document start>") ||
        says("mapping keys are not allowed"))
      return indentation();
    add(place(problem_.at), "this cannot be read as YAML").label(what);
  }

 private:
  diag::Draft add(Span span, std::string_view words) { return report_.add(diag::yaml_syntax, span, words); }

  char char_at(std::size_t at) const { return at < text_.size() ? text_[at] : '\0'; }

  Line line_at(std::size_t at) const {
    at = std::min(at, text_.size());
    const std::size_t before = at == 0 ? std::string_view::npos : text_.rfind('\n', at - 1);
    Line line{before == std::string_view::npos ? 0 : before + 1,
              std::min(text_.find('\n', at), text_.size())};
    if (line.end > line.begin && text_[line.end - 1] == '\r') --line.end;
    return line;
  }

  std::size_t indentation_end(const Line& line) const {
    std::size_t at = line.begin;
    while (at < line.end && (text_[at] == ' ' || text_[at] == '\t')) ++at;
    return at;
  }
  bool tab_indents(const Line& line) const {
    return text_.substr(line.begin, indentation_end(line) - line.begin).find('\t') != std::string_view::npos;
  }
  bool begins_line(std::size_t at) const { return indentation_end(line_at(at)) >= at; }

  Span span(std::size_t begin, std::size_t end) const {
    return {file_, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(std::max(begin, end))};
  }
  // One character, or nothing at the end of a line.
  Span place(std::size_t at) const {
    std::size_t end = at;
    if (end < line_at(at).end) ++end;
    while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xc0) == 0x80) ++end;
    return span(at, end);
  }
  // To the end of the line, less blanks and a comment.
  Span rest_of_line(std::size_t at) const {
    std::size_t end = line_at(at).end;
    if (const std::size_t comment = text_.substr(0, end).find(" #", at); comment != std::string_view::npos)
      end = comment;
    while (end > at && (text_[end - 1] == ' ' || text_[end - 1] == '\t')) --end;
    return span(at, end);
  }
  std::string shown(Span words) const {
    std::string out(text_.substr(words.begin, words.end - words.begin));
    if (out.size() <= shown_max) return out;
    std::size_t end = shown_max;
    while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xc0) == 0x80) --end;
    return out.substr(0, end) + "...";
  }

  void tab() {
    const Line line = line_at(problem_.at);
    if (!tab_indents(line)) {
      add(place(problem_.at), "a tab stands where YAML wants spaces")
          .fix("use a space", place(problem_.at), " ");
      return;
    }
    const std::size_t tab = text_.find('\t', line.begin);
    auto draft = add(span(tab, indentation_end(line)), "a tab indents this line");
    draft.label("YAML indents with spaces only");
    // The same for all lines, when that makes the file readable: who uses one tab uses many.
    std::vector<Span> runs;
    std::string_view one_tab = "  ";
    const auto replaced = [&] {
      std::string out;
      runs.clear();
      for (std::size_t at = 0; at < text_.size();) {
        const Line each = line_at(at);
        const std::size_t next = std::min(text_.find('\n', at), text_.size() - 1) + 1;
        const std::size_t content = indentation_end(each);
        const std::size_t first = std::min(text_.find('\t', each.begin), content);
        out += text_.substr(each.begin, first - each.begin);
        if (first < content) runs.push_back(span(first, content));
        for (std::size_t i = first; i < content; ++i) out += text_[i] == '\t' ? one_tab : " ";
        out += text_.substr(content, next - content);
        at = next;
      }
      return out;
    };
    // How wide a tab was meant only the lines beside it can tell.
    bool helps = false;
    for (const std::string_view width : {"  ", "    ", "        "}) {
      one_tab = width;
      helps = reads_(replaced());
      if (helps) break;
    }
    if (!helps) one_tab = "  ";
    draft.help("use spaces");
    const auto spaces = [&](const Span& run) {
      std::string out;
      for (const char c : text_.substr(run.begin, run.end - run.begin)) out += c == '\t' ? one_tab : " ";
      return out;
    };
    if (runs.empty()) return;
    draft.fix("use spaces", runs.front(), spaces(runs.front()), helps);
    for (std::size_t i = 1; i < runs.size(); ++i) draft.edit(runs[i], spaces(runs[i]));
  }

  void unclosed_text(std::size_t at) { report_.add(diag::unclosed_text, place(at)).label("it begins here"); }

  void escape() {
    // libyaml stops at the backslash or at the digits after it.
    std::size_t begin = problem_.at;
    while (begin > 0 && char_at(begin) != '\\' && problem_.at - begin < 10) --begin;
    if (char_at(begin) != '\\') begin = problem_.at;
    std::size_t end = begin + 1;
    if (end < text_.size() && text_[end] != '\n') ++end;
    while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xc0) == 0x80) ++end;
    const std::string letter = shown(span(begin, end));
    auto draft = report_.add(diag::bad_escape, span(begin, end), letter);
    if (letter == "\\x" || letter == "\\u" || letter == "\\U")
      draft.help("`\\x` is followed by 2, `\\u` by 4 and `\\U` by 8 hexadecimal digits of a character");
    else
      draft.help("write `\\\\` for a backslash, or put the text in single quotes");
  }

  void directive() {
    const Line line = line_at(problem_.context_at);
    add(span(line.begin, line.end), "a line that begins with `%` is an instruction to the YAML reader")
        .help("put a text that begins with `%` in quotes");
  }

  void cannot_start() {
    const Span character = place(problem_.at);
    add(character, "a value cannot begin with `" + shown(character) + "`").help("put the value in quotes");
  }

  // `run: echo a: b`, or a key that is indented too far.
  void second_colon() {
    const Line line = line_at(problem_.at);
    const std::string_view before = text_.substr(line.begin, problem_.at - line.begin);
    const std::size_t first = before.find(": ");
    if (first == std::string_view::npos) {
      const std::size_t key = indentation_end(line);
      add(span(key, std::max<std::size_t>(problem_.at, key + 1)), "a key cannot begin here")
          .label("is this line indented too far?");
      return;
    }
    const std::size_t value = text_.find_first_not_of(" \t", line.begin + first + 1);
    auto draft = add(place(problem_.at), "a value that holds `: ` must be in quotes");
    draft.label("YAML reads what stands before this as a key");
    const Span whole = rest_of_line(value);
    const std::string_view written = text_.substr(whole.begin, whole.end - whole.begin);
    std::string quoted = "'";
    for (const char c : written) {
      quoted += c;
      if (c == '\'') quoted += c;
    }
    quoted += "'";
    std::string changed(text_);
    changed.replace(whole.begin, whole.end - whole.begin, quoted);
    if (written.find_first_of("\"'{[&*!|>") != 0) {
      draft.help("put the whole value in quotes");
      draft.fix("put the whole value in quotes", whole, quoted, reads_(changed));
    } else {
      draft.help("put the whole value in one pair of quotes");
    }
  }

  void list_on_line() {
    add(place(problem_.at), "a list cannot begin on the line of its key")
        .help("begin the list on the next line, or put the value in quotes if it is a text");
  }

  void missing_colon() {
    const Span key = rest_of_line(problem_.context_at);
    report_.add(diag::missing_colon, key, "`" + shown(key) + "`");
  }

  void flow(char open, char close) {
    const std::size_t begin = problem_.context_at;
    const bool at_end = text_.find_first_not_of(" \t\r\n", problem_.at) == std::string_view::npos;
    const bool later_line =
        text_.substr(begin, std::max<std::size_t>(problem_.at, begin) - begin).find('\n') !=
        std::string_view::npos;
    if (at_end || later_line) {
      auto draft = report_.add(diag::unclosed_bracket, place(begin), std::string(1, open));
      if (!at_end) draft.also(place(problem_.at), "this does not belong inside it");
      draft.help(std::string("close it with `") + close + "`");
      return;
    }
    report_.add(diag::missing_value, place(problem_.at), std::string("`,` or `") + close + "`")
        .also(place(begin), "opened here");
  }

  void anchor_name() {
    const char sign = char_at(problem_.context_at);
    const std::string what = sign == '*' ? "a reference to an anchor" : "an anchor";
    add(place(problem_.context_at), std::string("`") + sign + "` begins " + what + ", and needs a name")
        .help("put the value in quotes if it is a text");
  }

  void tag() {
    std::size_t at = problem_.context_at;
    if (char_at(at) != '!') at = problem_.at;
    add(place(at), "`!` begins a tag, which workflows do not use")
        .help("put the value in quotes if it is a text");
  }

  void block_header() {
    const char sign = char_at(problem_.context_at);
    add(rest_of_line(problem_.at), std::string("a text after `") + sign + "` begins on the next line")
        .help("move this to the next line, indented");
  }

  void indentation() {
    if (!begins_line(problem_.at)) {
      const Span rest = rest_of_line(problem_.at);
      report_.add(diag::extra_text, rest, shown(rest)).help("put the whole value in quotes");
      return;
    }
    const Span rest = rest_of_line(problem_.at);
    if (char_at(problem_.at) == ':') return void(add(place(problem_.at), "a key is missing before this `:`"));
    if (rest.begin == rest.end) {
      add(place(problem_.context_at), "this cannot be read as YAML").label("it seems to be unfinished");
      return;
    }
    add(rest, "this line is not indented like any line it could belong to")
        .help("indent it as the lines of its list or mapping are");
  }

  const Problem& problem_;
  std::string_view text_;
  FileId file_;
  bool (*reads_)(std::string_view);
  diag::Report& report_;
};

}  // namespace

void report_problem(const Problem& problem, const Input& input, bool (*reads)(std::string_view),
                    diag::Report& report) {
  Problems(problem, input, reads, report).report();
}

bool is_tab_problem(const Problem& problem, std::string_view text) {
  const std::size_t at = std::min<std::size_t>(problem.at, text.size());
  const std::size_t before = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  const std::size_t line = before == std::string_view::npos ? 0 : before + 1;
  const std::size_t content = std::min(text.find_first_not_of(" \t", line), text.size());
  return text.substr(line, content - line).find('\t') != std::string_view::npos;
}

std::string with_spaces_for_tabs(std::string_view text) {
  std::string out(text);
  bool indents = true;
  for (char& c : out) {
    if (c == '\t' && indents) c = ' ';
    indents = c == '\n' || (indents && c == ' ');
  }
  return out;
}

std::optional<Removed> removable(const Problem& problem, const Input& input) {
  const std::string_view text = input.text;
  const auto says = [&](std::string_view words) { return problem.problem.find(words) != std::string::npos; };
  const bool in_context = problem.quote_at || says("end of stream") || says("could not find expected ':'") ||
                          problem.context.find("quoted scalar") != std::string::npos ||
                          problem.context.find("flow") != std::string::npos;
  const std::uint32_t place = problem.quote_at.value_or(in_context ? problem.context_at : problem.at);
  const std::size_t at = std::min<std::size_t>(place, text.size());
  const std::size_t before = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  const std::size_t line = before == std::string_view::npos ? 0 : before + 1;
  const std::size_t line_end = std::min(text.find('\n', at), text.size());
  const std::size_t indented = text.find_first_not_of(' ', line);
  if (indented == std::string_view::npos || indented >= line_end) return std::nullopt;

  // The lines below that belong to what stands at `column`, and with `and_level` those beside it.
  const auto with_lines_below = [&](std::size_t begin, std::size_t column, bool and_level) {
    std::size_t end = line_end;
    while (end < text.size()) {
      const std::size_t content = std::min(text.find_first_not_of(' ', end + 1), text.size());
      const bool blank = content >= text.size() || text[content] == '\n' || text[content] == '\r';
      const std::size_t indent = content - (end + 1);
      if (!blank && (indent < column || (indent == column && !and_level))) break;
      end = std::min(text.find('\n', content), text.size());
    }
    return Span{input.file, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
  };

  // [spaces][- ...]key: value
  std::size_t key = indented;
  while (key != std::string_view::npos && text.substr(key, 2) == "- ")
    key = text.find_first_not_of(' ', key + 2);
  std::size_t colon = std::min(key, line_end);
  while (colon < line_end &&
         (std::isalnum(static_cast<unsigned char>(text[colon])) || text[colon] == '_' || text[colon] == '-'))
    ++colon;
  if (colon > key && text.substr(colon, 2) == ": ") {
    const std::size_t value = std::min(text.find_first_not_of(" \t", colon + 1), text.size());
    const bool unclosed =
        problem.quote_at || says("end of stream") || problem.context.find("flow") != std::string::npos;
    if (value <= at && value < line_end)
      return Removed{with_lines_below(value, key - line, false),
                     unclosed ? Removed::Lost::more : Removed::Lost::value};
  }
  // Nothing of such a line can be kept; nor of its neighbours when it is the indentation that is wrong.
  const bool is_indentation = indented == problem.at && !says("could not find expected ':'");
  const bool is_whole_line = is_indentation || says("mapping values are not allowed") ||
                             (says("could not find expected ':'") && indented == at);
  if (!is_whole_line) return std::nullopt;
  return Removed{with_lines_below(indented, indented - line, is_indentation || says("mapping values")),
                 Removed::Lost::lines};
}

}  // namespace wfc::yaml
