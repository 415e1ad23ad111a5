// Applies fixes that do not touch each other, from the front of each file to its end.
#include "compiler/diag/fixes.h"

#include <algorithm>

namespace wfc::diag {
namespace {

// Places that are taken, as [begin, end) and the text that goes there.
using Taken = std::map<FileId, std::map<std::uint32_t, const Edit*>>;

bool overlaps(const Edit& a, const Edit& b) {
  return a.span.begin == b.span.begin || (a.span.begin < b.span.end && b.span.begin < a.span.end);
}

// Two insertions at one place would have no order; one at the edge of a replacement may belong to it.
bool touches(const Edit& a, const Edit& b) {
  return a.span.begin <= b.span.end && b.span.begin <= a.span.end;
}

bool is_free(const Taken& taken, const Edit& edit, bool (*touches)(const Edit&, const Edit&)) {
  const auto file = taken.find(edit.span.file);
  if (file == taken.end()) return true;
  const auto after = file->second.upper_bound(edit.span.begin);
  if (after != file->second.end() && touches(*after->second, edit)) return false;
  // What is taken does not overlap, so only the last one before it can reach it.
  return after == file->second.begin() || !touches(*std::prev(after)->second, edit);
}

bool fits(const Fix& fix, const source::SourceMap& sources, const std::set<FileId>& files) {
  if (!fix.safe || fix.edits.empty()) return false;
  return std::all_of(fix.edits.begin(), fix.edits.end(), [&](const Edit& edit) {
    if (!edit.span.known() || edit.span.begin > edit.span.end || !files.contains(edit.span.file))
      return false;
    return edit.span.end <= sources.file(edit.span.file).text.size() &&
           sources.text(edit.span) != edit.new_text;
  });
}

}  // namespace

Fixed apply_safe_fixes(const Report& report, const source::SourceMap& sources,
                       const std::set<FileId>& files) {
  Taken taken;
  Fixed fixed;
  for (const auto& diagnostic : report.all()) {
    for (const Fix& fix : diagnostic->fixes) {
      if (!fits(fix, sources, files)) continue;
      Taken with_it = {};
      bool free = true;
      for (const Edit& edit : fix.edits) {
        // The edits of one fix know of each other.
        free = free && is_free(taken, edit, touches) && is_free(with_it, edit, overlaps);
        with_it[edit.span.file].emplace(edit.span.begin, &edit);
      }
      if (!free) break;
      for (auto& [file, edits] : with_it) taken[file].insert(edits.begin(), edits.end());
      ++fixed.fixes;
      break;
    }
  }
  for (const auto& [file, edits] : taken) {
    const std::string& before = sources.file(file).text;
    std::string& after = fixed.texts[file];
    std::size_t at = 0;
    for (const auto& [begin, edit] : edits) {
      after.append(before, at, begin - at);
      after += edit->new_text;
      at = edit->span.end;
    }
    after.append(before, at);
  }
  return fixed;
}

}  // namespace wfc::diag
