// Codes, names and categories as people write them in flags, comments and settings.
#include "compiler/diag/selection.h"

#include <algorithm>
#include <array>

namespace wfc::diag {

std::vector<const KindInfo*> kinds_of(std::string_view selector) {
  // A name that is also a category (`cycle`) is the name: who means the other three writes them.
  if (const KindInfo* kind = find_kind(selector)) return {kind};
  std::vector<const KindInfo*> kinds;
  for (const KindInfo* kind : all_kinds())
    if (kind->category == selector) kinds.push_back(kind);
  return kinds;
}

std::string near_selector(std::string_view selector) {
  std::vector<std::string> known;
  for (const KindInfo* kind : all_kinds()) {
    known.emplace_back(kind->name);
    known.emplace_back(kind->category);
  }
  std::sort(known.begin(), known.end());
  known.erase(std::unique(known.begin(), known.end()), known.end());
  const std::string near = closest(selector, known);
  return near.empty() ? std::string() : "did you mean `" + near + "`?";
}

bool may_be_silenced(const KindInfo& kind, Severity severity) {
  if (severity != Severity::error) return true;
  // Who changes a definition cannot approve in it what it is granted.
  if (kind.number == privilege_widened.info.number) return false;
  // These two leave something out: a file that was not read, a command that cannot be put together.
  if (kind.number == path_escape.info.number || kind.number == unclear_quoting.info.number) return false;
  static constexpr std::array<std::string_view, 5> judgements = {"policy-conflict", "secret", "security",
                                                                 "portability", "style"};
  return std::find(judgements.begin(), judgements.end(), kind.category) != judgements.end();
}

std::string why_not_silenced(const KindInfo& kind) {
  if (kind.number == privilege_widened.info.number) return "`wfc check --approve` is how it is allowed";
  return "nothing can be built from a definition that has this error";
}

bool found_only_when_asked(const KindInfo& kind) {
  static constexpr std::array<std::string_view, 5> asked = {
      "redundant-edge", "no-description", "process-not-technology", "inconsistent-naming", "shell-problem"};
  return std::find(asked.begin(), asked.end(), kind.name) != asked.end();
}

}  // namespace wfc::diag
