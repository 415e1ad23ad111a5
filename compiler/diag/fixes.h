// Safe fixes, applied to texts. Who writes files does so elsewhere.
#pragma once
#include <map>
#include <set>
#include <string>

#include "compiler/diag/report.h"

namespace wfc::diag {

struct Fixed {
  std::map<FileId, std::string> texts;  // Those that have changed.
  int fixes = 0;
};

// Applies the first safe fix of each diagnostic that only touches files of `files`. Of fixes that overlap,
// the first one is applied; the others are for another round, when the text has been read again.
Fixed apply_safe_fixes(const Report& report, const source::SourceMap& sources, const std::set<FileId>& files);

// What `diff -u` says of two texts; empty when they are equal.
std::string unified_diff(std::string_view name, std::string_view before, std::string_view after);

}  // namespace wfc::diag
