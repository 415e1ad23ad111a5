// Cuts a text at its delimiters and builds the tree of its tags. The expressions inside are the grammar's.
#include "compiler/expr/template.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <utility>

#include "compiler/diag/encoding.h"

namespace wfc::expr {

namespace {

using Place = std::uint32_t;
// Of `include` in one text: files within files, and files in all.
constexpr std::size_t include_depth_max = 20;
constexpr std::size_t includes_max = 1000;
constexpr std::string_view white = " \t\r\n";

constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
constexpr bool is_part(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '-';
}

struct Unsupported {
  std::string_view tag;
  std::string_view help;
};
// Tags of Tera and its relatives that this language has not, and what does their work.
constexpr Unsupported unsupported_tags[] = {
    {"extends", "put the whole text here, or read it from a file with `from`"},
    {"block", "put the whole text here, or read it from a file with `from`"},
    {"macro", "give the text to a step with `define step`"},
    {"import", "give the text to a step with `define step`"},
    {"filter", "apply a filter to a value: `{{ x | filter }}`"},
    {"set_global", "use `set` outside of the loop"},
    {"elseif", "write `elif`"},
    {"elsif", "write `elif`"},
    {"autoescape", "nothing is escaped for HTML here"},
    {"verbatim", "write `raw` and `endraw`"},
    {"comment", "write a comment as `{# ... #}`"},
    {"call", "give the text to a step with `define step`"},
    {"unless", "write `if not`"},
    {"while", "only lists and maps are walked, with `for`"},
};
constexpr std::string_view known_tags[] = {"if",  "elif", "else",   "endif", "for",      "endfor",
                                           "set", "raw",  "endraw", "break", "continue", "include"};

// What all files of one text share.
struct Inclusion {
  std::vector<FileId> around;  // The files that are being read, the outermost first.
  std::size_t files = 0;
  bool too_much = false;
};

class Scanner {
 public:
  Scanner(std::string_view text, const dsl::PlaceOf& place_of, const TemplateStyle& style,
          Inclusion& inclusion, diag::Report& report)
      : text_(text), place_of_(place_of), style_(style), inclusion_(inclusion), report_(report) {}

  std::vector<TemplateNode> run() {
    root_.reserve(nodes_expected());
    while (at_ < text_.size()) {
      const Place open = next_delimiter(at_);
      const bool ends = open == text_.size();
      const bool trims = !ends && open + 2 < text_.size() && text_[open + 2] == '-';
      put_text(at_, open, trims);
      if (ends) break;
      at_ = open;
      switch (text_[open + 1]) {
        case '{':
          value(open);
          break;
        case '%':
          tag(open);
          break;
        default:
          comment(open);
          break;
      }
    }
    while (!open_.empty()) {
      report_unclosed(open_.back(), Span{});
      close();
    }
    return std::move(root_);
  }

 private:
  struct Open {
    TemplateNode node;
    std::string_view word;  // if, for
    Place begin = 0;        // Of its tag.
    Place end = 0;
    bool in_else = false;
  };

  // ------------------------------------------------------------ pieces
  Place next_delimiter(Place from) const {
    for (std::size_t at = text_.find('{', from); at != std::string_view::npos; at = text_.find('{', at + 1)) {
      if (at + 1 >= text_.size()) break;
      const char next = text_[at + 1];
      if (next == '{' || next == '%' || next == '#') return static_cast<Place>(at);
    }
    return static_cast<Place>(text_.size());
  }

  // A value and the text before it for each delimiter, and the text behind the last. Of long texts only the
  // beginning is guessed: what a text costs shall follow from what it holds, not from what it looks like.
  std::size_t nodes_expected() const {
    std::size_t delimiters = 0;
    for (Place at = next_delimiter(0); at < text_.size() && delimiters < 8; at = next_delimiter(at + 2))
      ++delimiters;
    return 2 * delimiters + 1;
  }

  std::vector<TemplateNode>& body() { return open_.empty() ? root_ : open_.back().node.block->bodies.back(); }

  void put_text(Place begin, Place end, bool trim_end) {
    if (trim_start_)
      while (begin < end && white.find(text_[begin]) != std::string_view::npos) ++begin;
    if (trim_end)
      while (end > begin && white.find(text_[end - 1]) != std::string_view::npos) --end;
    trim_start_ = false;
    if (begin < end) put(text_.substr(begin, end - begin), place_of_(begin, end));
  }

  void put(std::string_view text, Span span) {
    std::vector<TemplateNode>& nodes = body();
    if (!nodes.empty() && nodes.back().kind == NodeKind::text) {
      nodes.back().text += text;
      nodes.back().span.end = std::max(nodes.back().span.end, span.end);
      return;
    }
    TemplateNode& node = nodes.emplace_back();
    node.text = text;
    node.span = span;
  }

  // Where the delimiter that closes stands, looking from `from`. Texts in quotes and braces of maps are
  // passed over. None when the text ends, or another tag opens, before.
  std::optional<Place> find_close(Place from, char first) {
    int braces = 0;
    for (Place at = from; at < text_.size(); ++at) {
      const char c = text_[at];
      const char next = at + 1 < text_.size() ? text_[at + 1] : '\0';
      if (c == '"' || c == '\'') {
        at = end_of_quoted(at);
      } else if (c == first && next == '}' && braces == 0) {
        return at;
      } else if (c == '{') {
        if (next == '{' || next == '%' || next == '#') return std::nullopt;
        ++braces;
      } else if (c == '}' && braces > 0) {
        --braces;
      }
    }
    return std::nullopt;
  }

  // The last byte of the quoted text that begins at `at`, or `at` itself when it is not closed on its line.
  // Where one is not, those of its kind further on, each of which stands behind a backslash, are not either.
  Place end_of_quoted(Place at) {
    Place& unclosed = text_[at] == '"' ? double_unclosed_ : single_unclosed_;
    if (at < unclosed) return at;
    Place i = at + 1;
    for (; i < text_.size() && text_[i] != '\n'; ++i) {
      if (text_[i] == '\\')
        ++i;
      else if (text_[i] == text_[at])
        return i;
    }
    unclosed = i;
    return at;
  }

  // The inside of a delimiter without its `-`: from behind the opening one to before the closing one.
  struct Inside {
    Place begin;
    Place end;
    Place after;  // Behind the closing delimiter.
  };
  std::optional<Inside> inside(Place open, char first) {
    Place begin = open + 2;
    if (begin < text_.size() && text_[begin] == '-') ++begin;
    const std::optional<Place> close = find_close(begin, first);
    if (!close) {
      const std::string_view mark = text_.substr(open, 2);
      report_.add(diag::unclosed_tag, place_of_(open, open + 2), mark)
          .help(mark == "{{" ? "close it with `}}`; a literal `{{` is written `{{ \"{{\" }}`"
                             : "close it with `%}`; a literal `{%` is written `{{ \"{%\" }}`");
      at_ = open + 2;
      return std::nullopt;
    }
    Place end = *close;
    if (end > begin && text_[end - 1] == '-') {
      --end;
      trim_start_ = true;
    }
    at_ = *close + 2;
    return Inside{begin, end, at_};
  }

  void comment(Place open) {
    const std::size_t close = comments_end_ ? std::string_view::npos : text_.find("#}", open + 2);
    if (close == std::string_view::npos) {
      // What follows may well be meant to stand in it, more `{#` included.
      if (!comments_end_)
        report_.add(diag::unclosed_tag, place_of_(open, open + 2), "{#").help("close it with `#}`");
      comments_end_ = true;
      at_ = open + 2;
      return;
    }
    trim_start_ = close > open + 2 && text_[close - 1] == '-';
    at_ = static_cast<Place>(close + 2);
  }

  Expr expression(Place begin, Place end) {
    return dsl::parse_expression(
        text_.substr(begin, end - begin), [&](Place a, Place b) { return place_of_(begin + a, begin + b); },
        style_.expressions, report_);
  }

  void value(Place open) {
    const std::optional<Inside> found = inside(open, '}');
    if (!found) return;
    Expr expr = expression(found->begin, found->end);
    const Span span = place_of_(open, found->after);
    // `{{ "{{" }}` is how two braces are written: no expression has to run for it.
    if (expr.kind == dsl::ExprKind::text) {
      put(expr.text, span);
      return;
    }
    TemplateNode node;
    node.kind = NodeKind::value;
    node.span = span;
    node.expr = std::move(expr);
    body().push_back(std::move(node));
  }

  // ------------------------------------------------------------ tags
  void skip_white(Place& at, Place end) const {
    while (at < end && white.find(text_[at]) != std::string_view::npos) ++at;
  }
  std::string_view word(Place& at, Place end) const {
    const Place begin = at;
    if (at < end && is_letter(text_[at]))
      while (at < end && is_part(text_[at])) ++at;
    return text_.substr(begin, at - begin);
  }

  void tag(Place open) {
    const std::optional<Inside> found = inside(open, '%');
    if (!found) return;
    Place at = found->begin;
    skip_white(at, found->end);
    const Place word_begin = at;
    const std::string_view name = word(at, found->end);
    const Span name_span = place_of_(word_begin, at);
    skip_white(at, found->end);
    const Tag tag{name, name_span, open, found->after, at, found->end};
    if (to_come_) to_come_->add(name, -1);
    if (name == "if")
      begin_if(tag);
    else if (name == "elif")
      elif (tag);
    else if (name == "else")
      else_(tag);
    else if (name == "for")
      begin_for(tag);
    else if (name == "endif" || name == "endfor")
      end(tag);
    else if (name == "set")
      set(tag);
    else if (name == "raw")
      raw(tag);
    else if (name == "break" || name == "continue")
      jump(tag);
    else if (name == "include")
      include(tag);
    else
      other(tag);
  }

  struct Tag {
    std::string_view name;
    Span name_span;
    Place begin;  // The whole tag.
    Place after;
    Place rest;  // What follows the name, up to `rest_end`.
    Place rest_end;
  };

  void nothing_more(const Tag& tag) {
    Place end = tag.rest_end;
    while (end > tag.rest && white.find(text_[end - 1]) != std::string_view::npos) --end;
    if (end > tag.rest)
      report_.add(diag::extra_text, place_of_(tag.rest, end), text_.substr(tag.rest, end - tag.rest))
          .label("`" + std::string(tag.name) + "` stands alone");
  }

  bool push(const Tag& tag, NodeKind kind) {
    if (const std::uint64_t most = report_.limits().depth; open_.size() >= most) {
      if (!too_deep_)
        report_.add(diag::too_deep, tag.name_span, static_cast<std::int64_t>(most))
            .raise(&source::Limits::depth);
      too_deep_ = true;
      return false;
    }
    Open& open = open_.emplace_back();
    open.node.kind = kind;
    open.node.block.emplace();
    open.node.span = place_of_(tag.begin, tag.after);
    open.node.block->bodies.emplace_back();
    open.word = tag.name;
    open.begin = tag.begin;
    open.end = tag.after;
    return true;
  }

  void begin_if(const Tag& tag) {
    Expr condition = expression(tag.rest, tag.rest_end);
    if (push(tag, NodeKind::if_)) open_.back().node.block->conditions.push_back(std::move(condition));
  }

  void elif (const Tag& tag) {
    Expr condition = expression(tag.rest, tag.rest_end);
    if (open_.empty() || open_.back().word != "if" || open_.back().in_else)
      return misplaced(tag, "no `if` is open");
    open_.back().node.block->conditions.push_back(std::move(condition));
    open_.back().node.block->bodies.emplace_back();
  }

  void else_(const Tag& tag) {
    const bool in_if = !open_.empty() && open_.back().word == "if" && !open_.back().in_else;
    if (in_if && text_.substr(tag.rest, tag.rest_end - tag.rest).starts_with("if ")) {
      const Span words{tag.name_span.file, tag.name_span.begin, place_of_(tag.rest, tag.rest + 2).end};
      report_.add(diag::unsupported_tag, words, "else if")
          .help("write `elif`")
          .fix("write `elif`", words, "elif");
      open_.back().node.block->conditions.push_back(expression(tag.rest + 2, tag.rest_end));
      open_.back().node.block->bodies.emplace_back();
      return;
    }
    nothing_more(tag);
    if (open_.empty() || open_.back().in_else) return misplaced(tag, "no `if` or `for` is open");
    open_.back().in_else = true;
    open_.back().node.block->bodies.emplace_back();
  }

  void misplaced(const Tag& tag, std::string why) {
    if (too_deep_) return;
    report_.add(diag::extra_text, tag.name_span, tag.name).label(std::move(why));
  }

  // for x in xs / for k, v in map
  void begin_for(const Tag& tag) {
    Place at = tag.rest;
    const Place first_begin = at;
    std::string_view first = word(at, tag.rest_end);
    Place after_name = at;
    skip_white(at, tag.rest_end);
    std::string_view second;
    if (!first.empty() && at < tag.rest_end && text_[at] == ',') {
      ++at;
      skip_white(at, tag.rest_end);
      second = word(at, tag.rest_end);
      after_name = at;
      skip_white(at, tag.rest_end);
    }
    const bool has_in = word(at, tag.rest_end) == "in";
    Expr walked;
    if (first.empty()) {
      report_.add(diag::missing_value, place_of_(first_begin, first_begin), "the name of the item")
          .help("write `{% for item in items %}`");
    } else if (!has_in) {
      report_.add(diag::missing_value, place_of_(after_name, after_name), "`in`")
          .help("write `{% for " + std::string(first) + " in items %}`");
    } else {
      walked = expression(at, tag.rest_end);
    }
    if (!push(tag, NodeKind::for_)) return;
    TemplateNode& node = open_.back().node;
    node.expr = std::move(walked);
    node.text = second.empty() ? first : second;
    if (!second.empty()) node.block->key = first;
  }

  void end(const Tag& tag) {
    nothing_more(tag);
    const std::string_view opener = tag.name.substr(3);
    const auto match =
        std::find_if(open_.rbegin(), open_.rend(), [&](const Open& open) { return open.word == opener; });
    // Ends in the wrong order, `{% endif %}{% endfor %}`, are one mistake.
    if (int& early = ended_early_[opener]; match == open_.rend() && early > 0) {
      --early;
      return;
    }
    const bool ends_it = match != open_.rbegin() && ends_another(tag);
    if (match == open_.rend() && !ends_it) return misplaced(tag, "no `" + std::string(opener) + "` is open");
    if (ends_it) {
      report_.add(diag::extra_text, tag.name_span, tag.name)
          .label("the innermost open tag is `" + std::string(open_.back().word) + "`")
          .also(place_of_(open_.back().begin, open_.back().end), "it is never closed")
          .did_you_mean("end" + std::string(open_.back().word), tag.name_span);
      return close();
    }
    const auto depth = static_cast<std::size_t>(open_.rend() - match);
    while (open_.size() > depth) {
      report_unclosed(open_.back(), tag.name_span);
      ended_early_[open_.back().word] += 1;
      close();
    }
    close();
  }

  // How many tags of `if` and `for` stand in the rest of the text, less their ends.
  struct ToCome {
    int ifs = 0, fors = 0;
    void add(std::string_view name, int count) {
      if (name == "if") ifs += count;
      if (name == "endif") ifs -= count;
      if (name == "for") fors += count;
      if (name == "endfor") fors -= count;
    }
  };

  // Whether this end is meant for the innermost tag, of the other kind: that has no end of its own further
  // on, and those of this kind have.
  bool ends_another(const Tag& tag) {
    if (open_.empty() || too_deep_) return false;
    if (!to_come_) {
      to_come_.emplace();
      for (std::size_t at = text_.find("{%", tag.after); at != std::string_view::npos;
           at = text_.find("{%", at + 2)) {
        Place word_at = static_cast<Place>(at) + 2;
        const auto size = static_cast<Place>(text_.size());
        if (word_at < size && text_[word_at] == '-') ++word_at;
        skip_white(word_at, size);
        to_come_->add(word(word_at, size), 1);
      }
    }
    const auto lacking = [&](std::string_view kind) {
      const auto around =
          std::count_if(open_.begin(), open_.end(), [&](const Open& one) { return one.word == kind; });
      return around + (kind == "if" ? to_come_->ifs : to_come_->fors) > 0;
    };
    return lacking(open_.back().word) && !lacking(tag.name.substr(3));
  }

  void report_unclosed(const Open& open, Span before) {
    auto draft = report_.add(diag::unclosed_tag, place_of_(open.begin, open.end),
                             "{% " + std::string(open.word) + " %}");
    if (before.known()) draft.also(before, "it should end before this");
    draft.help("close it with `{% end" + std::string(open.word) + " %}`");
  }

  void close() {
    TemplateNode node = std::move(open_.back().node);
    open_.pop_back();
    body().push_back(std::move(node));
  }

  // set name = value
  void set(const Tag& tag) {
    Place at = tag.rest;
    const std::string_view name = word(at, tag.rest_end);
    const Place after_name = at;
    skip_white(at, tag.rest_end);
    if (name.empty()) {
      report_.add(diag::missing_value, place_of_(tag.rest, tag.rest), "the name to set")
          .help("write `{% set name = value %}`");
      return;
    }
    if (at >= tag.rest_end || text_[at] != '=' || (at + 1 < tag.rest_end && text_[at + 1] == '=')) {
      report_.add(diag::missing_value, place_of_(after_name, after_name), "`=`")
          .help("write `{% set " + std::string(name) + " = value %}`");
      return;
    }
    TemplateNode node;
    node.kind = NodeKind::set;
    node.span = place_of_(tag.begin, tag.after);
    node.text = name;
    node.expr = expression(at + 1, tag.rest_end);
    body().push_back(std::move(node));
  }

  // break, continue
  void jump(const Tag& tag) {
    nothing_more(tag);
    // Behind its `else` a loop is over.
    const bool in_loop = std::any_of(open_.begin(), open_.end(),
                                     [](const Open& open) { return open.word == "for" && !open.in_else; });
    if (!in_loop) return misplaced(tag, "no `for` is open");
    TemplateNode node;
    node.kind = tag.name == "break" ? NodeKind::break_ : NodeKind::continue_;
    node.span = place_of_(tag.begin, tag.after);
    body().push_back(std::move(node));
  }

  // include "file"
  void include(const Tag& tag) {
    Place begin = tag.rest, end = tag.rest_end;
    while (end > begin && white.find(text_[end - 1]) != std::string_view::npos) --end;
    if (begin == end) {
      report_.add(diag::missing_value, place_of_(begin, begin), "the file's name")
          .help("write `{% include \"file\" %}`");
      return;
    }
    // In Tera's form a file may be missing. This one is read when the definition is compiled.
    constexpr std::string_view optional = "ignore missing";
    if (text_.substr(begin, end - begin).ends_with(optional)) {
      const auto words = static_cast<Place>(end - optional.size());
      report_.add(diag::extra_text, place_of_(words, end), optional)
          .label("the file becomes part of the program when this is compiled: it has to be there")
          .help("leave it out");
      return;
    }
    const Expr name = expression(begin, end);
    if (name.kind == dsl::ExprKind::error) return;
    if (name.kind != dsl::ExprKind::text) {
      report_
          .add(diag::wrong_argument, place_of_(begin, end), "`include` needs the name of one file, in quotes")
          .help("to choose, put each `include` into an `if`");
      return;
    }
    TemplateNode node;
    node.kind = NodeKind::include;
    node.span = place_of_(tag.begin, tag.after);
    node.text = name.text;
    node.block.emplace();
    node.block->bodies.push_back(file(name));
    body().push_back(std::move(node));
  }

  std::vector<TemplateNode> file(const Expr& name) {
    const std::optional<FileId> read = text_file(style_.includes, name.text, name.span, report_);
    if (!read) return {};
    std::vector<FileId>& around = inclusion_.around;
    if (std::find(around.begin(), around.end(), *read) != around.end()) {
      report_.add(diag::include_cycle, name.span, name.text).help("take this `include` out");
      return {};
    }
    if (around.size() >= include_depth_max) {
      report_.add(diag::too_deep, name.span, static_cast<std::int64_t>(include_depth_max));
      return {};
    }
    const std::string& text = style_.includes.sources->file(*read).text;
    inclusion_.files += 1;
    if (inclusion_.files > includes_max) {
      if (!inclusion_.too_much)
        report_.add(diag::resource_bomb, name.span, "one text includes more than 1,000 files");
      inclusion_.too_much = true;
      return {};
    }
    around.push_back(*read);
    const dsl::PlaceOf place = [file = *read](Place begin, Place end) { return Span{file, begin, end}; };
    std::vector<TemplateNode> nodes = Scanner(text, place, style_, inclusion_, report_).run();
    around.pop_back();
    return nodes;
  }

  void raw(const Tag& tag) {
    nothing_more(tag);
    const Place begin = at_;
    for (Place at = begin;;) {
      const std::size_t found = text_.find("{%", at);
      if (found == std::string_view::npos) break;
      Place word_at = static_cast<Place>(found) + 2;
      const bool trims = word_at < text_.size() && text_[word_at] == '-';
      if (trims) ++word_at;
      const auto size = static_cast<Place>(text_.size());
      skip_white(word_at, size);
      if (word(word_at, size) == "endraw") {
        skip_white(word_at, size);
        const bool trims_after = word_at < size && text_[word_at] == '-';
        if (trims_after) ++word_at;
        if (text_.substr(word_at, 2) == "%}") {
          put_text(begin, static_cast<Place>(found), trims);
          trim_start_ = trims_after;
          at_ = word_at + 2;
          return;
        }
      }
      at = static_cast<Place>(found) + 2;
    }
    report_.add(diag::unclosed_tag, place_of_(tag.begin, tag.after), "{% raw %}")
        .help("close it with `{% endraw %}`");
    put_text(begin, static_cast<Place>(text_.size()), false);
    at_ = static_cast<Place>(text_.size());
  }

  void other(const Tag& tag) {
    if (tag.name.empty()) {
      report_.add(diag::missing_value, place_of_(tag.begin + 2, tag.begin + 2), "the name of the tag");
      return;
    }
    if (tag.name == "endraw") return misplaced(tag, "no `raw` is open");
    // The end of a tag that was reported says nothing new.
    if (tag.name.starts_with("end") &&
        std::find(refused_.begin(), refused_.end(), tag.name.substr(3)) != refused_.end())
      return;
    refused_.push_back(tag.name);
    auto draft = report_.add(diag::unsupported_tag, tag.name_span, tag.name);
    const auto* known = std::find_if(std::begin(unsupported_tags), std::end(unsupported_tags),
                                     [&](const Unsupported& entry) { return entry.tag == tag.name; });
    if (known != std::end(unsupported_tags)) {
      draft.help(std::string(known->help));
      return;
    }
    const std::string near = diag::closest(tag.name, {std::begin(known_tags), std::end(known_tags)});
    draft.did_you_mean(near, tag.name_span);
    // Read as what was meant, so that its end is no second mistake; but only where that end is written, and
    // something to read.
    const std::string end = "end" + near;
    const bool ends = (near == "if" || near == "for") && text_.find(end, tag.after) != std::string_view::npos;
    Place rest = tag.rest;
    skip_white(rest, tag.rest_end);
    if (ends && rest < tag.rest_end) {
      Tag meant = tag;
      meant.name = near == "if" ? std::string_view("if") : std::string_view("for");
      near == "if" ? begin_if(meant) : begin_for(meant);
    }
  }

  std::string_view text_;
  const dsl::PlaceOf& place_of_;
  const TemplateStyle& style_;
  Inclusion& inclusion_;
  diag::Report& report_;
  Place at_ = 0;
  bool comments_end_ = false;                        // No comment is closed any more.
  Place double_unclosed_ = 0, single_unclosed_ = 0;  // No quoted text is closed before.
  bool trim_start_ = false;  // A `-` before: the next text loses its leading white space.
  bool too_deep_ = false;
  std::vector<TemplateNode> root_;
  std::vector<Open> open_;
  std::vector<std::string_view> refused_;
  std::map<std::string_view, int> ended_early_;  // How many were closed where another one ended.
  std::optional<ToCome> to_come_;                // Once it was asked for.
};

}  // namespace

bool Template::constant() const {
  return std::all_of(nodes.begin(), nodes.end(),
                     [](const TemplateNode& n) { return n.kind == NodeKind::text; });
}

std::string Template::constant_text() const {
  std::string text;
  for (const TemplateNode& node : nodes) text += node.text;
  return text;
}

Template parse_template(std::string_view text, Span span, const dsl::PlaceOf& place_of,
                        const TemplateStyle& style, diag::Report& report) {
  if (!style.braces || text.find('{') == std::string_view::npos)
    return constant_template(std::string(text), span);
  Template made;
  made.span = span;
  Inclusion inclusion;
  // A text that is itself a file does not include itself.
  if (span.known()) inclusion.around.push_back(span.file);
  made.nodes = Scanner(text, place_of, style, inclusion, report).run();
  return made;
}

namespace {

// The file beside where `name` should be whose name is nearly the same. Empty: none, several, or the folder
// lies elsewhere, where nobody shall be told what there is.
std::string near_file(const std::string& root, const std::string& name) {
  namespace fs = std::filesystem;
  constexpr std::size_t files_max = 1000;
  std::error_code trouble;
  const std::size_t slash = name.rfind('/');
  const std::string folder = slash == std::string::npos ? std::string() : name.substr(0, slash + 1);
  const std::string inside = fs::canonical(root.empty() ? "." : root, trouble).string() + "/";
  const std::string real = fs::canonical((root.empty() ? "." : root) + "/" + folder, trouble).string() + "/";
  if (trouble || !real.starts_with(inside)) return {};
  std::vector<std::string> names;
  for (fs::directory_iterator at(real, trouble), end; !trouble && at != end; at.increment(trouble)) {
    if (names.size() == files_max) return {};
    names.push_back(at->path().filename().string());
  }
  const std::string near = diag::closest(name.substr(folder.size()), names);
  return near.empty() || !fs::is_regular_file(real + near, trouble) ? std::string() : folder + near;
}

// The file, read when it is named for the first time: its mistakes are the same mistakes wherever it is
// named.
std::optional<FileId> loaded_file(const Includes& from, const std::string& name, Span named,
                                  diag::Report& report) {
  source::SourceMap& sources = *from.sources;
  const std::string path = from.root + "/" + name;
  for (FileId file = 0; file < sources.count(); ++file)
    if (sources.file(file).path == path && sources.file(file).name == name) return file;
  wf::Result<std::string> loaded =
      source::load_inside(from.root, name, report.limits().text_bytes, from.allow_outside);
  if (const std::string* changed = sources.laid_over(path); loaded && changed) *loaded = *changed;
  const bool here = from.root.empty() || from.root == ".";
  if (loaded) return sources.add(name, *loaded, path, here ? name : path);
  if (loaded.error().message == source::leads_outside)
    report.add(diag::path_escape, named, name);
  else if (source::is_too_large(loaded.error()))
    report
        .add(diag::text_too_large, named, "`" + name + "`",
             spelt(report.limits(), &source::Limits::text_bytes))
        .raise(&source::Limits::text_bytes);
  else {
    auto draft = report.add(diag::missing_input_file, named, name, loaded.error().message);
    if (loaded.error().message == source::no_such_file) draft.did_you_mean(near_file(from.root, name), named);
  }
  return std::nullopt;
}

}  // namespace

std::optional<FileId> text_file(const Includes& from, const std::string& name, Span named,
                                diag::Report& report) {
  if (from.sources == nullptr) {
    report.add(diag::missing_input_file, named, name, "there is no folder to look in");
    return std::nullopt;
  }
  const std::optional<FileId> file = loaded_file(from, name, named, report);
  if (!file || !diag::diagnose_encoding(*from.sources, *file, report)) return std::nullopt;
  if (from.bytes == nullptr) return file;
  const std::uint64_t before = *from.bytes;
  *from.bytes += from.sources->file(*file).text.size();
  if (*from.bytes <= text_files_bytes_max) return file;
  // Said once.
  if (before <= text_files_bytes_max)
    report.add(diag::resource_bomb, named, "the texts of this definition take more than 64 MiB from files");
  return std::nullopt;
}

Template constant_template(std::string text, Span span) {
  Template made;
  made.span = span;
  if (!text.empty()) {
    TemplateNode& node = made.nodes.emplace_back();
    node.span = span;
    node.text = std::move(text);
  }
  return made;
}

}  // namespace wfc::expr
