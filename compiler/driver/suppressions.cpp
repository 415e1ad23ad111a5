// Finds the comments, takes out what they allow, and says which of them do nothing.
//
// A definition without the word `wfc:` in it, as nearly all are, costs one search.
#include "compiler/driver/suppressions.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

#include "compiler/diag/selection.h"
#include "compiler/dsl/dsl.h"
#include "compiler/model/walk.h"

namespace wfc::driver {
namespace {

constexpr std::string_view mark = "wfc:";
constexpr std::uint32_t lines_between_max = 50;  // Of comments, to what the first of them is about.

struct Allowed {
  std::string selector;
  Span span;  // Of the selector.
  std::vector<const diag::KindInfo*> kinds;
  bool used = false;
  bool of_use = true;  // False: something about it was reported already.
};

struct Comment {
  Span span;  // All of it, with its delimiters.
  bool alone = false;
  std::uint32_t line = 0;    // Where it stands...
  std::uint32_t target = 0;  // ...and what it is about.
  std::vector<Allowed> allowed;
  bool says_why = true;
};

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

bool is_blank(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return is_blank(c); });
}

// A file's comments of a definition.
class Finder {
 public:
  Finder(const Session& session, const Checked& checked, diag::Report& report)
      : sources_(session.sources), checked_(checked), report_(report) {}

  void run(FileId file, std::vector<Comment>& found) {
    const std::string_view text = sources_.file(file).text;
    if (text.find(mark) == std::string_view::npos) return;
    const Form form = form_of(file);
    if (form == Form::wf) comments_of_wf(file);
    if (form == Form::yaml) scalars_of_yaml(file);
    const std::size_t first = found.size();
    for (std::size_t at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at + 1))
      comment_at(file, text, static_cast<std::uint32_t>(at), form, found);
    aim(file, found, first);
  }

 private:
  enum class Form { wf, yaml, text };

  Form form_of(FileId file) const {
    const std::string& name = sources_.file(file).name;
    if (name.ends_with(".wf")) return Form::wf;
    if (name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".json")) return Form::yaml;
    if (file != checked_.file) return Form::text;
    if (checked_.summary.dialect == "wf") return Form::wf;
    return checked_.read.document.root() != nullptr && checked_.read.document.root()->is_mapping()
               ? Form::yaml
               : Form::text;
  }

  void comments_of_wf(FileId file) {
    diag::Report said_before;
    spans_.clear();
    for (const dsl::Comment& comment : dsl::parse_file(sources_, file, said_before).comments)
      spans_.push_back(comment.span);
  }

  void scalars_of_yaml(FileId file) {
    spans_.clear();
    diag::Report said_before;
    yaml::Document own;
    const yaml::Node* root = checked_.read.document.root();
    if (file != checked_.file) {
      own = yaml::parse(sources_, file, said_before);
      root = own.root();
    }
    // Aliases lead to the same nodes again.
    std::set<const yaml::Node*> seen;
    std::vector<const yaml::Node*> open;
    if (root != nullptr) open.push_back(root);
    while (!open.empty()) {
      const yaml::Node* node = open.back();
      open.pop_back();
      if (!seen.insert(node).second) continue;
      if (node->is_scalar()) spans_.push_back(node->span);
      open.insert(open.end(), node->items.begin(), node->items.end());
      for (const yaml::Entry& entry : node->entries) {
        spans_.push_back(entry.key_span);
        open.push_back(entry.value);
      }
    }
    std::sort(spans_.begin(), spans_.end(), [](const Span& a, const Span& b) { return a.begin < b.begin; });
  }

  // The span, sorted by their beginnings, that holds the place.
  const Span* around(std::uint32_t at) const {
    const auto after =
        std::upper_bound(spans_.begin(), spans_.end(), at,
                         [](std::uint32_t place, const Span& span) { return place < span.begin; });
    if (after == spans_.begin()) return nullptr;
    const Span& before = *std::prev(after);
    return at < before.end ? &before : nullptr;
  }

  void comment_at(FileId file, std::string_view text, std::uint32_t at, Form form,
                  std::vector<Comment>& found) {
    std::uint32_t begin = at;
    while (begin > 0 && is_blank(text[begin - 1])) --begin;
    const std::string_view before = text.substr(0, begin);
    std::string_view closer = "\n";
    if (before.ends_with("{#")) {
      begin -= 2;
      closer = "#}";
    } else if (before.ends_with("<!--") && form == Form::text) {
      begin -= 4;
      closer = "-->";
    } else if (before.ends_with('#') && form != Form::text && is_comment(text, begin - 1, form)) {
      begin -= 1;
    } else {
      return;
    }
    const std::size_t inner = at + mark.size();
    const std::size_t line_end = std::min(text.find('\n', inner), text.size());
    const std::size_t close =
        inner + std::min(text.substr(inner, line_end - inner).find(closer), line_end - inner);
    std::size_t end = close;
    if (closer != "\n" && close < line_end) end += closer.size();
    Comment comment;
    comment.span = {file, begin, static_cast<std::uint32_t>(end)};
    const std::size_t line_begin = text.rfind('\n', begin) + 1;
    comment.alone =
        is_blank(text.substr(line_begin, begin - line_begin)) && is_blank(text.substr(end, line_end - end));
    comment.line = sources_.position_of(file, begin).line;
    if (words(file, text, inner, close, comment)) found.push_back(std::move(comment));
  }

  bool is_comment(std::string_view text, std::uint32_t hash, Form form) const {
    if (form == Form::wf) {
      const Span* comment = around(hash);
      return comment != nullptr && comment->begin == hash;
    }
    if (around(hash) != nullptr) return false;
    return hash == 0 || is_blank(text[hash - 1]) || text[hash - 1] == '\n';
  }

  // `allow WF0305, WF0401 the reason`. False: it is some other remark.
  bool words(FileId file, std::string_view text, std::size_t at, std::size_t end, Comment& comment) {
    const auto word = [&]() -> Span {
      while (at < end && is_blank(text[at])) ++at;
      const std::size_t begin = at;
      while (at < end && !is_blank(text[at])) ++at;
      return {file, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at)};
    };
    const Span verb = word();
    const std::string_view said = sources_.text(verb);
    if (said != "allow") {
      static constexpr std::array<std::string_view, 5> others = {"ignore", "disable", "suppress", "noqa",
                                                                 "off"};
      const bool other = std::find(others.begin(), others.end(), said) != others.end();
      if (!other && diag::closest(said, {"allow"}).empty()) return false;
      report_
          .add(diag::bad_suppression, verb,
               "a comment allows with `allow`, not with `" + std::string(said) + "`")
          .help("write `wfc: allow CODE REASON`")
          .fix("write `allow`", verb, "allow");
      return false;
    }
    for (bool more = true; more;) {
      Span code = word();
      more = sources_.text(code).ends_with(',');
      if (more) --code.end;
      const std::string selector(sources_.text(code));
      if (selector.empty()) {
        report_.add(diag::bad_suppression, verb, "this does not say what it allows")
            .help("write `wfc: allow CODE REASON`");
        return !comment.allowed.empty();
      }
      take(code, selector, comment);
    }
    const Span reason = word();
    comment.says_why = reason.begin != reason.end;
    return true;
  }

  void take(const Span& span, const std::string& selector, Comment& comment) {
    Allowed& one = comment.allowed.emplace_back();
    one.selector = selector;
    one.span = span;
    const diag::KindInfo* kind = diag::find_kind(selector);
    one.of_use = false;
    if (kind == nullptr) {
      const std::string near = diag::near_selector(selector);
      auto draft = report_.add(diag::bad_suppression, span, "no diagnostic is called `" + selector + "`");
      draft.help(near.empty() ? "`wfc explain` lists them" : near);
      return;
    }
    if (!diag::may_be_silenced(*kind)) {
      report_.add(diag::cannot_be_silenced, span, selector, "allowed").note(diag::why_not_silenced(*kind));
      return;
    }
    one.of_use = !diag::found_only_when_asked(*kind);
    one.kinds.push_back(kind);
  }

  // A comment alone on its line is about the first line below that is no comment.
  void aim(FileId file, std::vector<Comment>& found, std::size_t first) const {
    for (std::size_t i = first; i < found.size(); ++i) {
      Comment& comment = found[i];
      comment.target = comment.line;
      if (!comment.alone) continue;
      const std::uint32_t last = comment.line + lines_between_max;
      do {
        ++comment.target;
      } while (comment.target < last && is_comment_line(sources_.line(file, comment.target)));
    }
  }

  static bool is_comment_line(std::string_view line) {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    return line.starts_with('#') || line.starts_with("{#") || line.starts_with("<!--");
  }

  const source::SourceMap& sources_;
  const Checked& checked_;
  diag::Report& report_;
  std::vector<Span> spans_;  // `.wf`: comments; YAML: scalars and keys. In the order of the text.
};

// Texts of several lines: what is said about a line of one may be allowed where the text begins.
std::vector<Span> long_texts(const model::Workflow& workflow, const source::SourceMap& sources) {
  std::vector<Span> spans;
  const auto add = [&](const Span& span) {
    if (span.known() && sources.text(span).find('\n') != std::string_view::npos) spans.push_back(span);
  };
  model::walk(
      workflow, [&](const model::Expr& expr, model::StepIndex, std::string_view) { add(expr.span); },
      [&](const model::Template& text, model::StepIndex, std::string_view) { add(text.span); });
  std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) {
    return std::pair(a.file, a.begin) < std::pair(b.file, b.begin);
  });
  return spans;
}

}  // namespace

void apply_suppressions(Session& session, std::size_t first, const Checked& checked) {
  std::vector<Comment> comments;
  diag::Report said;
  Finder finder(session, checked, said);
  for (FileId file = checked.file; file < checked.files_end; ++file) finder.run(file, comments);
  if (comments.empty()) return session.report.append(std::move(said));

  std::unordered_map<std::uint64_t, std::vector<Comment*>> by_line;
  const auto key = [](FileId file, std::uint32_t line) { return std::uint64_t{file} << 32 | line; };
  for (Comment& comment : comments) by_line[key(comment.span.file, comment.target)].push_back(&comment);
  const std::vector<Span> texts = long_texts(checked.read.workflow, session.sources);

  std::set<const diag::Diagnostic*> silenced;
  bool cut_short = false;
  const auto allowed_at = [&](const diag::Diagnostic& diagnostic, std::uint32_t offset) {
    const auto found = by_line.find(
        key(diagnostic.span.file, session.sources.position_of(diagnostic.span.file, offset).line));
    if (found == by_line.end()) return;
    for (Comment* comment : found->second)
      for (Allowed& one : comment->allowed)
        if (std::find(one.kinds.begin(), one.kinds.end(), diagnostic.kind) != one.kinds.end()) {
          one.used = true;
          silenced.insert(&diagnostic);
        }
  };
  const auto& all = session.report.all();
  for (std::size_t i = first; i < all.size(); ++i) {
    const diag::Diagnostic& diagnostic = *all[i];
    if (!diag::may_be_silenced(*diagnostic.kind, diagnostic.severity)) {
      cut_short = true;
      continue;
    }
    if (!diagnostic.span.known()) continue;
    allowed_at(diagnostic, diagnostic.span.begin);
    auto text = std::lower_bound(
        texts.begin(), texts.end(), diagnostic.span,
        [](const Span& a, const Span& b) { return std::pair(a.file, a.begin) < std::pair(b.file, b.begin); });
    // Expressions stand in texts, and texts in none: what is around a place begins shortly before it.
    for (int looked = 0; looked < 4 && text != texts.begin(); ++looked) {
      --text;
      if (text->file == diagnostic.span.file && diagnostic.span.begin < text->end)
        allowed_at(diagnostic, text->begin);
    }
  }
  session.report.drop([&](const diag::Diagnostic& one) { return silenced.contains(&one); });
  session.report.append(std::move(said));
  for (const Comment& comment : comments) {
    const bool in_use = std::any_of(comment.allowed.begin(), comment.allowed.end(),
                                    [](const Allowed& one) { return one.used; });
    if (in_use && !comment.says_why)
      session.report
          .add(diag::bad_suppression, comment.allowed.back().span, "this does not say why it is allowed")
          .help("add the reason behind the code");
  }
  // While something is broken not every check has run.
  if (cut_short) return;
  for (const Comment& comment : comments) {
    for (const Allowed& one : comment.allowed) {
      if (one.used || !one.of_use) continue;
      auto draft = session.report.add(diag::unused_suppression, one.span, one.selector);
      if (comment.allowed.size() > 1) continue;
      const std::string_view text = session.sources.file(comment.span.file).text;
      Span whole = comment.span;
      while (whole.begin > 0 && is_blank(text[whole.begin - 1])) --whole.begin;
      if (comment.alone && whole.end < text.size()) ++whole.end;
      draft.fix("remove the comment", whole, "");
    }
  }
}

}  // namespace wfc::driver
