// Reads YAML through libyaml's events.
//
// libyaml tells places as numbers of code points, without a byte order mark and with a carriage return as one
// of them. They become byte offsets through a table, which plain ASCII does without. Where it tells less than
// the author's text holds (properties before a node, the end of a block), the text itself is asked.
//
// After a mistake in `key: value` the value is blanked out in a copy of the text and the copy is read
// instead, so that one mistake does not hide the next. After any other mistake, what was read before it is
// kept.
#include <yaml.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "compiler/yaml/readers.h"
#include "compiler/yaml/tree_builder.h"
#include "runtime/base/assert.h"

namespace wfc::yaml {

namespace {

constexpr int recoveries_max = 20;

bool is_ascii(std::string_view text) {
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, text.data() + at, 8);
    if ((eight & 0x8080808080808080u) != 0) return false;
  }
  return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

class OffsetTable {
 public:
  explicit OffsetTable(std::string_view text) : text_(text) {
    if (is_ascii(text)) return;
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (continues(text[at])) continue;
      if (count++ % stride == 0) starts_.push_back(static_cast<std::uint32_t>(at));
    }
  }
  std::uint32_t operator()(const yaml_mark_t& mark) const {
    if (starts_.empty()) return static_cast<std::uint32_t>(std::min(mark.index, text_.size()));
    const std::size_t block = mark.index / stride;
    if (block >= starts_.size()) return static_cast<std::uint32_t>(text_.size());
    std::size_t at = starts_[block];
    for (std::size_t left = mark.index % stride; left > 0 && at < text_.size(); --left) {
      ++at;
      while (at < text_.size() && continues(text_[at])) ++at;
    }
    return static_cast<std::uint32_t>(at);
  }

 private:
  static constexpr std::size_t stride = 64;
  std::string_view text_;
  std::vector<std::uint32_t> starts_;  // Of every 64th code point.
};

class Parser {
 public:
  explicit Parser(std::string_view text) : offset_of_(text) {
    const bool libyaml_has_memory = yaml_parser_initialize(&parser_) == 1;
    WF_ASSERT(libyaml_has_memory);
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
  ~Parser() {
    yaml_event_delete(&event_);
    yaml_parser_delete(&parser_);
  }

  const yaml_event_t* next() {
    quoted_lines_ = event_.type == YAML_SCALAR_EVENT && event_.start_mark.line < event_.end_mark.line &&
                    (event_.data.scalar.style == YAML_SINGLE_QUOTED_SCALAR_STYLE ||
                     event_.data.scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE);
    quote_begin_ = event_.start_mark;
    quote_end_ = event_.end_mark;
    yaml_event_delete(&event_);
    return yaml_parser_parse(&parser_, &event_) == 1 ? &event_ : nullptr;
  }
  std::uint32_t offset_of(const yaml_mark_t& mark) const { return offset_of_(mark); }

  Problem problem() const {
    WF_ASSERT(parser_.error != YAML_MEMORY_ERROR);
    Problem out;
    out.problem = parser_.problem ? parser_.problem : "";
    out.context = parser_.context ? parser_.context : "";
    out.at = offset_of_(parser_.problem_mark);
    out.context_at = offset_of_(parser_.context_mark);
    if (quoted_lines_ && quote_end_.line == parser_.problem_mark.line)
      out.quote_at = offset_of_(quote_begin_);
    return out;
  }

 private:
  yaml_parser_t parser_{};
  yaml_event_t event_{};
  // Of the event before the last call of next.
  bool quoted_lines_ = false;
  yaml_mark_t quote_begin_{};
  yaml_mark_t quote_end_{};
  OffsetTable offset_of_;
};

std::optional<Problem> first_problem(std::string_view text) {
  Parser parser(text);
  int depth = 0;
  // Deeper than any limit: libyaml's own work grows with the square of the depth.
  while (depth < 1000) {
    const yaml_event_t* event = parser.next();
    if (!event) return parser.problem();
    if (event->type == YAML_STREAM_END_EVENT) return std::nullopt;
    if (event->type == YAML_MAPPING_START_EVENT || event->type == YAML_SEQUENCE_START_EVENT) ++depth;
    if (event->type == YAML_MAPPING_END_EVENT || event->type == YAML_SEQUENCE_END_EVENT) --depth;
  }
  return std::nullopt;
}

bool reads(std::string_view text) {
  return !first_problem(text);
}

std::string_view view(const yaml_char_t* text) {
  return text ? std::string_view(reinterpret_cast<const char*>(text)) : std::string_view();
}

bool is_null_word(std::string_view text) {
  return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

Style style_of(yaml_scalar_style_t style) {
  switch (style) {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE:
      return Style::single_quoted;
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
      return Style::double_quoted;
    case YAML_LITERAL_SCALAR_STYLE:
      return Style::literal;
    case YAML_FOLDED_SCALAR_STYLE:
      return Style::folded;
    default:
      return Style::plain;
  }
}

// Where a node's own text begins, and the properties before it.
struct Properties {
  std::uint32_t content = 0;
  Span anchor;
  Span tag;
};

class YamlReader {
 public:
  // `removed`: what is blank in `input.text` because it could not be read, in the order of the text.
  YamlReader(const Input& input, Arena& arena, diag::Report& report, const std::vector<Removed>& removed)
      : input_(input),
        arena_(arena),
        report_(report),
        removed_(removed),
        tree_(arena, input.file, report, input.limits),
        parser_(input.text),
        has_long_line_(has_long_line()) {}

  // The problem that ended reading, if one did.
  std::optional<Problem> read() {
    for (;;) {
      const yaml_event_t* event = parser_.next();
      if (!event) {
        tree_.abandon();
        return parser_.problem();
      }
      if (event->type == YAML_STREAM_END_EVENT) break;
      if (!take(*event)) {
        tree_.abandon();
        return std::nullopt;
      }
    }
    tree_.report_unused_anchors();
    return std::nullopt;
  }
  const Node* root() const { return tree_.root(); }

 private:
  Span span(std::uint32_t begin, std::uint32_t end) const {
    return {input_.file, begin, std::max(begin, end)};
  }

  bool take(const yaml_event_t& event) {
    const std::uint32_t begin = parser_.offset_of(event.start_mark);
    const std::uint32_t end = parser_.offset_of(event.end_mark);
    for (; next_removed_ < removed_.size() && removed_[next_removed_].span.begin <= begin; ++next_removed_)
      tree_.mark_as_broken(removed_[next_removed_].lost);
    if (has_long_line_ && !check_flow_line(event, begin, end)) return false;
    switch (event.type) {
      case YAML_DOCUMENT_START_EVENT:
        return document_start(begin, end);
      case YAML_ALIAS_EVENT:
        return tree_.alias(view(event.data.alias.anchor), span(begin, end));
      case YAML_SCALAR_EVENT:
        return scalar(event, begin, end);
      case YAML_MAPPING_START_EVENT: {
        const auto& start = event.data.mapping_start;
        return open(Form::mapping, start.anchor, start.tag, YAML_MAP_TAG, begin, end);
      }
      case YAML_SEQUENCE_START_EVENT: {
        const auto& start = event.data.sequence_start;
        return open(Form::sequence, start.anchor, start.tag, YAML_SEQ_TAG, begin, end);
      }
      case YAML_MAPPING_END_EVENT:
      case YAML_SEQUENCE_END_EVENT:
        // The end of a block is the next token, which is not part of it; a flow's end is its bracket.
        return tree_.close(end > begin ? end : 0);
      default:
        return true;
    }
  }

  bool document_start(std::uint32_t begin, std::uint32_t end) {
    if (documents_++ == 0) return true;
    report_.add(diag::wrong_shape, span(begin, end), "a definition", "one YAML document")
        .label("a second one begins here")
        .help("keep each workflow in a file of its own");
    return false;
  }

  Properties properties(std::uint32_t begin) const {
    Properties found;
    std::size_t at = begin;
    const std::string_view text = input_.text;
    const auto is_end = [&](char c) {
      return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' || c == ']' || c == '}';
    };
    while (at < text.size()) {
      const char c = text[at];
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        ++at;
      } else if (c == '#') {
        at = std::min(text.find('\n', at), text.size());
      } else if ((c == '&' && !found.anchor.known()) || (c == '!' && !found.tag.known())) {
        const std::size_t from = at;
        if (text.substr(at, 2) == "!<") {
          at = std::min(text.find('>', at), text.size() - 1) + 1;
        } else {
          while (at < text.size() && !is_end(text[at])) ++at;
        }
        (c == '&' ? found.anchor : found.tag) =
            span(static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(at));
      } else {
        break;
      }
    }
    found.content = static_cast<std::uint32_t>(at);
    return found;
  }

  void refuse_tag(std::string_view tag, const Span& place) {
    report_
        .add(diag::yaml_syntax, place,
             "the tag `" + std::string(input_.text.substr(place.begin, place.end - place.begin)) +
                 "` has no meaning here")
        .help(tag == "!" ? "remove it" : "remove it: values are what they look like");
  }

  bool open(Form form, const yaml_char_t* anchor, const yaml_char_t* tag, std::string_view own_tag,
            std::uint32_t begin, std::uint32_t end) {
    Properties before{begin, {}, {}};
    if (anchor || tag) before = properties(begin);
    if (tag && view(tag) != own_tag && view(tag) != "!") refuse_tag(view(tag), before.tag);
    return tree_.open(form,
                      span(before.content, end > begin ? std::max(end, before.content) : before.content),
                      view(anchor), before.anchor);
  }

  bool scalar(const yaml_event_t& event, std::uint32_t begin, std::uint32_t end) {
    const auto& data = event.data.scalar;
    const std::string_view value(reinterpret_cast<const char*>(data.value), data.length);
    Properties before{begin, {}, {}};
    if (data.anchor || data.tag) before = properties(begin);
    Node node;
    node.style = style_of(data.style);
    if (node.style == Style::plain && value.empty()) {
      node.span = empty_place(begin);
      node.broken = was_removed(node.span);
    } else {
      node.form = Form::scalar;
      node.span = span(before.content, end);
      set_text(node, value);
    }
    if (node.style == Style::plain && is_null_word(value)) node.form = Form::null;
    if (data.tag) apply_tag(node, view(data.tag), before.tag);
    return tree_.scalar(node, view(data.anchor), before.anchor);
  }

  void set_text(Node& node, std::string_view value) {
    if (node.style == Style::literal || node.style == Style::folded) {
      while (node.span.end > node.span.begin && std::strchr(" \t\r\n", input_.text[node.span.end - 1]))
        --node.span.end;
      node.text = arena_.copy(value);
      return;
    }
    std::string_view written = input_.text.substr(node.span.begin, node.span.end - node.span.begin);
    if (node.style != Style::plain && written.size() >= 2) written = written.substr(1, written.size() - 2);
    node.text = written == value ? written : arena_.copy(value);
  }

  void apply_tag(Node& node, std::string_view tag, const Span& place) {
    if (tag == YAML_STR_TAG || tag == "!") {
      node.form = Form::scalar;
      // Not plain: nobody may read a number or a word of YAML into it.
      if (node.style == Style::plain) node.style = Style::single_quoted;
      return;
    }
    const bool fits = (tag == YAML_NULL_TAG && node.is_null()) || (tag == YAML_BOOL_TAG && as_bool(node)) ||
                      (tag == YAML_INT_TAG && as_integer(node)) || (tag == YAML_FLOAT_TAG && as_number(node));
    if (!fits) refuse_tag(tag, place);
  }

  // Nothing has no place of its own: a value's is its key, an item's the dash before it.
  Span empty_place(std::uint32_t at) const {
    if (tree_.inside_mapping()) return tree_.at_key() ? span(at, at) : tree_.pending_key();
    if (at > 0 && input_.text[at - 1] == '-') return span(at - 1, at);
    return span(at, at);
  }

  bool was_removed(const Span& key) const {
    const auto after = std::lower_bound(removed_.begin(), removed_.end(), key.end,
                                        [](const Removed& r, std::uint32_t at) { return r.span.begin < at; });
    return after != removed_.end() && after->lost != Removed::Lost::lines &&
           input_.text.substr(key.end, after->span.begin - key.end).find('\n') == std::string_view::npos;
  }

  bool has_long_line() const {
    const std::string_view text = input_.text;
    std::size_t start = 0;
    while (text.size() - start > input_.limits.flow_line_bytes) {
      const std::size_t end = text.find('\n', start);
      if (std::min(end, text.size()) - start > input_.limits.flow_line_bytes) return true;
      if (end == std::string_view::npos) return false;
      start = end + 1;
    }
    return false;
  }

  // How much stands between two line ends inside brackets, quoted texts left out. Only asked of files with a
  // long line.
  bool check_flow_line(const yaml_event_t& event, std::uint32_t begin, std::uint32_t end) {
    const bool opens = event.type == YAML_MAPPING_START_EVENT || event.type == YAML_SEQUENCE_START_EVENT;
    const bool closes = event.type == YAML_MAPPING_END_EVENT || event.type == YAML_SEQUENCE_END_EVENT;
    const bool is_flow = flow_depth_ > 0 || (opens && end > begin && std::strchr("[{", input_.text[end - 1]));
    if (!is_flow) return true;
    if (flow_depth_ == 0) {
      flow_from_ = begin;
      flow_seen_ = begin;
    }
    const auto pass_to = [&](std::uint32_t to) {
      if (to < flow_seen_) return;
      const std::size_t line_end = input_.text.substr(flow_seen_, to - flow_seen_).rfind('\n');
      if (line_end != std::string_view::npos) flow_from_ = flow_seen_ + static_cast<std::uint32_t>(line_end);
      flow_seen_ = to;
    };
    pass_to(begin);
    if (event.type == YAML_SCALAR_EVENT && event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE) {
      flow_from_ += end - begin;
      flow_seen_ = end;
    } else {
      pass_to(end);
    }
    flow_depth_ += opens ? 1 : closes ? -1 : 0;
    if (flow_seen_ < flow_from_ || flow_seen_ - flow_from_ <= input_.limits.flow_line_bytes) return true;
    report_
        .add(diag::resource_bomb, span(begin, end),
             "more than " + spelt(input_.limits, &source::Limits::flow_line_bytes) +
                 " stand on one line inside brackets")
        .raise(&source::Limits::flow_line_bytes, "break the line, write the file as JSON");
    return false;
  }

  const Input& input_;
  Arena& arena_;
  diag::Report& report_;
  const std::vector<Removed>& removed_;
  std::size_t next_removed_ = 0;
  TreeBuilder tree_;
  Parser parser_;
  bool has_long_line_;
  int documents_ = 0;
  int flow_depth_ = 0;
  std::uint32_t flow_from_ = 0;  // The last line end, moved on by the length of quoted texts.
  std::uint32_t flow_seen_ = 0;
};

}  // namespace

namespace {

// Blanks out what cannot be read, problem by problem, until the rest can be, or nothing more can be done.
class Recovery {
 public:
  Recovery(const Input& input, diag::Report& report) : input_(input), report_(report), text_(input.text) {}

  bool remove(const Problem& problem) {
    const Input now{text_, input_.file, input_.limits};
    if (is_tab_problem(problem, text_)) {
      // Only when that is all: replaced by other widths than the author saw, tabs make new mistakes.
      std::string replaced = with_spaces_for_tabs(text_);
      if (!reads(replaced)) return false;
      text_ = std::move(replaced);
      return true;
    }
    const auto what = removable(problem, now);
    if (!what || removed_.size() >= recoveries_max) return false;
    for (std::size_t at = what->span.begin; at < what->span.end; ++at)
      if (text_[at] != '\n' && text_[at] != '\r') text_[at] = ' ';
    removed_.push_back(*what);
    return true;
  }

  // What still cannot be read after all is reported, too, and ends the tree.
  void go_on() {
    while (const auto problem = first_problem(text_)) {
      report_problem(*problem, {text_, input_.file, input_.limits}, reads, report_);
      if (!remove(*problem)) break;
    }
    std::sort(removed_.begin(), removed_.end(),
              [](const Removed& a, const Removed& b) { return a.span.begin < b.span.begin; });
  }

  const std::string& text() const { return text_; }
  const std::vector<Removed>& removed() const { return removed_; }

 private:
  const Input& input_;
  diag::Report& report_;
  std::string text_;
  std::vector<Removed> removed_;
};

}  // namespace

const Node* read_yaml(const Input& input, Arena& arena, diag::Report& report) {
  diag::Report found(report.limits());
  const std::vector<Removed> nothing;
  YamlReader reader(input, arena, found, nothing);
  const auto problem = reader.read();
  if (!problem) {
    report.append(std::move(found));
    return reader.root();
  }
  Recovery recovery(input, report);
  report_problem(*problem, input, reads, report);
  if (!recovery.remove(*problem)) {
    report.append(std::move(found));
    return reader.root();
  }
  recovery.go_on();
  // The nodes point into the copy, which lives as long as they.
  const Input rest{arena.copy(std::string_view(recovery.text())), input.file, input.limits};
  YamlReader again(rest, arena, report, recovery.removed());
  [[maybe_unused]] const auto reported_by_the_recovery = again.read();
  return again.root();
}

}  // namespace wfc::yaml
