// Collects what wfc has to say about a definition.
//
// Every sentence is declared once, in diagnostics.def, and is a typed constant here:
// `report.add(diag::unknown_name, span, Noun::step, name)` does not compile with an argument missing. A draft
// adds labels, notes, help and fixes to the diagnostic just added.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "compiler/source/limits.h"
#include "compiler/source/source.h"

namespace wfc::diag {

enum class Severity : std::uint8_t { note, warning, error };
std::string_view name_of(Severity severity);

struct KindInfo {
  std::uint16_t number;  // 301: printed WF0301.
  const char* name;      // "unknown-name"
  const char* category;  // "unknown-ref"
  Severity severity;
  const char* message;  // With {} for each argument.
};

// What a name should have named, in messages: "no step is named `x`".
enum class Noun : std::uint8_t {
  step,
  output,
  input,
  setting,
  field,
  filter,
  test,
  function,
  variable,
  phase,
  agent,
  group,
  action,
  tool,
  defined_step,
  parameter,
  diagnostic
};
std::string_view name_of(Noun noun);

template <class... Args>
struct Kind {
  KindInfo info;
};

struct Edit {
  Span span;  // Empty: insert here.
  std::string new_text;
  bool bare = false;  // It is written as what stands there is: between the same quotes, or without.
};
struct Fix {
  std::string title;
  bool safe = false;  // Meaning surely kept or surely intended: `check --fix` applies it.
  std::vector<Edit> edits;
};
struct Label {
  Span span;
  std::string text;
};
struct Note {
  std::string message;
  Span span;  // May be unknown: a sentence without a place.
};

// One step of a way through the definition that shows why something is a mistake: how a deploy is reached
// without the approval, how an output may be missing.
using PathStep = Note;

struct Diagnostic {
  const KindInfo* kind = nullptr;
  Severity severity = Severity::error;
  std::string message;
  Span span;
  std::string label;           // Beside the ^^^^.
  std::vector<Label> labels;   // Secondary places, ----.
  std::vector<PathStep> path;  // In the order in which it is gone. Shown as notes before the others.
  std::vector<Note> notes;
  std::vector<std::string> help;
  std::vector<Fix> fixes;
};

class Draft {
 public:
  explicit Draft(Diagnostic* diagnostic) : diagnostic_(diagnostic) {}
  Draft& label(std::string text);            // Of the main span.
  Draft& also(Span span, std::string text);  // A secondary place.
  Draft& path(Span span, std::string text);  // The next step of the path.
  Draft& note(std::string message, Span span = {});
  Draft& help(std::string text);
  Draft& fix(std::string title, Span span, std::string new_text, bool safe = true);
  Draft& fix(std::string title, const std::optional<Edit>& edit, bool safe = true);  // Nothing without one.
  // Likewise, with a word for a word that may stand between quotes.
  Draft& fix_word(std::string title, Span span, std::string word, bool safe = true);
  Draft& edit(Span span, std::string new_text);  // One more place of the fix just added.
  Draft& edit_word(Span span, std::string word);
  Draft& severity(Severity severity);
  // Help that names the flag which raises this limit; `instead` is what else there is to do.
  Draft& raise(std::uint64_t source::Limits::*limit, std::string_view instead = {});
  // "did you mean `near`?" and the safe fix that writes it. Nothing when `near` is empty.
  Draft& did_you_mean(std::string_view near, Span span);

 private:
  Diagnostic* diagnostic_;
};

class Report {
 public:
  explicit Report(const source::Limits& limits = {}) : limits_(limits) {}
  // How much whoever writes into this report may read.
  const source::Limits& limits() const { return limits_; }

  template <class... Args>
  Draft add(const Kind<Args...>& kind, Span span, const std::type_identity_t<Args>&... args) {
    return add_text(kind.info, span, {to_text(args)...});
  }
  const std::vector<std::unique_ptr<Diagnostic>>& all() const { return diagnostics_; }
  void drop(const std::function<bool(const Diagnostic&)>& which);
  void append(Report&& other);  // What was said while it was not yet sure that it counts.
  // Puts words of fixes between the quotes that stand where they go, of what was said from `first` on.
  void quote_words(const source::SourceMap& sources, std::size_t first);
  // Sorted by place (file, offset), then severity; the same mistake at the same place once.
  void sort();
  int count(Severity severity) const;
  bool has_errors() const { return count(Severity::error) > 0; }

 private:
  static std::string to_text(std::string_view text) { return std::string(text); }
  static std::string to_text(Noun noun) { return std::string(name_of(noun)); }
  static std::string to_text(std::int64_t number) { return std::to_string(number); }
  Draft add_text(const KindInfo& kind, Span span, std::vector<std::string> args);
  source::Limits limits_;
  std::vector<std::unique_ptr<Diagnostic>> diagnostics_;
  Diagnostic unsaid_;  // Of one mistake too many, for whoever goes on describing it.
};

#define WFC_DIAG(number, name, id, category, severity, message, ...) \
  inline constexpr Kind<__VA_ARGS__> name{{number, id, category, Severity::severity, message}};
#include "compiler/diag/diagnostics.def"
#undef WFC_DIAG

// All sentences, in the order of their numbers.
const std::vector<const KindInfo*>& all_kinds();
const KindInfo* find_kind(std::string_view code_or_name);  // "WF0301", "301" or "unknown-name".
std::string code_of(const KindInfo& kind);                 // "WF0301"

// The one candidate within edit distance 2 (1 for names under 5 letters; transpositions count 1; case
// ignored), or empty when there is none or a tie.
std::string closest(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace wfc::diag
