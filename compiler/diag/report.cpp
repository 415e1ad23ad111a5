// Collects diagnostics and keeps the list of all sentences.
#include "compiler/diag/report.h"

#include <algorithm>
#include <charconv>
#include <tuple>
#include <utility>

namespace wfc::diag {

namespace {

// An argument is a name or a few words of the author's. One that is a whole text is cut.
constexpr std::size_t argument_bytes_max = 400;

// Each takes memory, and a file of a few megabytes can hold millions. Half of the room is for errors alone: a
// definition that is right does not become wrong because much is to be remarked about it.
constexpr std::size_t diagnostics_max = 100'000, remarks_max = 50'000;

std::string cut(std::string text) {
  if (text.size() <= argument_bytes_max) return text;
  std::size_t end = argument_bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end) + "...";
}

}  // namespace

std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::note:
      return "note";
    case Severity::warning:
      return "warning";
    case Severity::error:
      break;
  }
  return "error";
}

std::string_view name_of(Noun noun) {
  static constexpr std::string_view names[] = {
      "step",  "output", "input", "setting", "field", "filter",       "test",      "function",  "variable",
      "phase", "agent",  "group", "action",  "tool",  "defined step", "parameter", "diagnostic"};
  return names[static_cast<std::size_t>(noun)];
}

Draft& Draft::label(std::string text) {
  diagnostic_->label = std::move(text);
  return *this;
}

Draft& Draft::also(Span span, std::string text) {
  diagnostic_->labels.push_back(Label{span, std::move(text)});
  return *this;
}

Draft& Draft::path(Span span, std::string text) {
  diagnostic_->path.push_back(PathStep{std::move(text), span});
  return *this;
}

Draft& Draft::note(std::string message, Span span) {
  diagnostic_->notes.push_back(Note{std::move(message), span});
  return *this;
}

Draft& Draft::help(std::string text) {
  diagnostic_->help.push_back(std::move(text));
  return *this;
}

Draft& Draft::fix(std::string title, Span span, std::string new_text, bool safe) {
  return fix(std::move(title), Edit{span, std::move(new_text)}, safe);
}

Draft& Draft::fix(std::string title, const std::optional<Edit>& edit, bool safe) {
  if (edit) diagnostic_->fixes.push_back(Fix{std::move(title), safe, {*edit}});
  return *this;
}

Draft& Draft::fix_word(std::string title, Span span, std::string word, bool safe) {
  return fix(std::move(title), Edit{span, std::move(word), true}, safe);
}

Draft& Draft::edit(Span span, std::string new_text) {
  diagnostic_->fixes.back().edits.push_back(Edit{span, std::move(new_text)});
  return *this;
}

Draft& Draft::edit_word(Span span, std::string word) {
  diagnostic_->fixes.back().edits.push_back(Edit{span, std::move(word), true});
  return *this;
}

Draft& Draft::severity(Severity severity) {
  diagnostic_->severity = severity;
  return *this;
}

Draft& Draft::did_you_mean(std::string_view near, Span span) {
  if (near.empty()) return *this;
  help("did you mean `" + std::string(near) + "`?");
  return fix_word("use `" + std::string(near) + "`", span, std::string(near));
}

Draft& Draft::raise(std::uint64_t source::Limits::*limit, std::string_view instead) {
  const std::string how = "raise the limit with `--" + std::string(source::info_of(limit).flag) + "`";
  return help(instead.empty() ? "if this is meant, " + how : std::string(instead) + ", or " + how);
}

Draft Report::add_text(const KindInfo& kind, Span span, std::vector<std::string> args) {
  auto diagnostic = std::make_unique<Diagnostic>();
  diagnostic->kind = &kind;
  diagnostic->severity = kind.severity;
  diagnostic->span = span;
  std::size_t next = 0;
  for (const char* at = kind.message; *at != '\0'; ++at) {
    if (at[0] == '{' && at[1] == '}' && next < args.size()) {
      diagnostic->message += cut(std::move(args[next++]));
      ++at;
    } else {
      diagnostic->message += *at;
    }
  }
  const bool error = kind.severity == Severity::error;
  if (diagnostics_.size() >= (error ? diagnostics_max + 1 : remarks_max)) {
    unsaid_ = std::move(*diagnostic);
    return Draft(&unsaid_);
  }
  if (diagnostics_.size() == diagnostics_max) {
    diagnostic->kind = &too_many_mistakes.info;
    diagnostic->message = too_many_mistakes.info.message;
    diagnostics_.push_back(std::move(diagnostic));
    return Draft(&(unsaid_ = {}));
  }
  diagnostics_.push_back(std::move(diagnostic));
  return Draft(diagnostics_.back().get());
}

void Report::drop(const std::function<bool(const Diagnostic&)>& which) {
  std::erase_if(diagnostics_, [&](const auto& diagnostic) { return which(*diagnostic); });
}

void Report::append(Report&& other) {
  for (auto& diagnostic : other.diagnostics_) diagnostics_.push_back(std::move(diagnostic));
  other.diagnostics_.clear();
}

void Report::quote_words(const source::SourceMap& sources, std::size_t first) {
  for (std::size_t i = first; i < diagnostics_.size(); ++i) {
    for (Fix& fix : diagnostics_[i]->fixes) {
      for (Edit& edit : fix.edits) {
        if (!std::exchange(edit.bare, false) || !edit.span.known()) continue;
        const std::string_view there = sources.text(edit.span);
        const bool quoted =
            there.size() > 1 && (there[0] == '"' || there[0] == '\'') && there.back() == there[0];
        if (quoted) edit.new_text = there[0] + edit.new_text + there[0];
      }
    }
  }
}

void Report::sort() {
  // The words come last: what is equal up to them is the same mistake at the same place, and stands side by
  // side.
  const auto order = [](const std::unique_ptr<Diagnostic>& d) {
    return std::tuple<std::uint32_t, std::uint32_t, int, int, std::uint32_t, std::string_view>(
        d->span.file, d->span.begin, -static_cast<int>(d->severity), d->kind->number, d->span.end,
        d->message);
  };
  std::stable_sort(diagnostics_.begin(), diagnostics_.end(),
                   [&](const auto& a, const auto& b) { return order(a) < order(b); });
  diagnostics_.erase(std::unique(diagnostics_.begin(), diagnostics_.end(),
                                 [&](const auto& a, const auto& b) { return order(a) == order(b); }),
                     diagnostics_.end());
}

int Report::count(Severity severity) const {
  return static_cast<int>(std::count_if(diagnostics_.begin(), diagnostics_.end(),
                                        [&](const auto& d) { return d->severity == severity; }));
}

const std::vector<const KindInfo*>& all_kinds() {
  static const std::vector<const KindInfo*> kinds = [] {
    std::vector<const KindInfo*> all = {
#define WFC_DIAG(number, name, id, category, severity, message, ...) &name.info,
#include "compiler/diag/diagnostics.def"
#undef WFC_DIAG
    };
    std::sort(all.begin(), all.end(),
              [](const KindInfo* a, const KindInfo* b) { return a->number < b->number; });
    return all;
  }();
  return kinds;
}

const KindInfo* find_kind(std::string_view text) {
  std::string_view digits = text;
  if (digits.size() > 2 && (digits[0] | 0x20) == 'w' && (digits[1] | 0x20) == 'f') digits.remove_prefix(2);
  unsigned number = 0;
  const auto [end, trouble] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool is_number = trouble == std::errc() && end == digits.data() + digits.size();
  for (const KindInfo* kind : all_kinds())
    if (is_number ? kind->number == number : kind->name == text) return kind;
  return nullptr;
}

std::string code_of(const KindInfo& kind) {
  std::string digits = std::to_string(kind.number);
  if (digits.size() < 4) digits.insert(0, 4 - digits.size(), '0');
  return "WF" + digits;
}

}  // namespace wfc::diag
