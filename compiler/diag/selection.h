// Which diagnostics a word of a person means, and which of them a person may silence.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diag/report.h"

namespace wfc::diag {

// "WF0305", "305", "unused" or a category such as "security". Empty when it is none of them.
std::vector<const KindInfo*> kinds_of(std::string_view selector);
// "did you mean `unused`?", or nothing.
std::string near_selector(std::string_view selector);

// May it be turned off, allowed in a comment, or made less than it is? Warnings and notes may. An error may
// when the definition can be built all the same: one about policies, secrets, security, portability or style.
// Where what was meant is not known, there is nothing to build.
bool may_be_silenced(const KindInfo& kind, Severity severity);
// Why not, as a note says it.
std::string why_not_silenced(const KindInfo& kind);
inline bool may_be_silenced(const KindInfo& kind) {
  return may_be_silenced(kind, kind.severity);
}

// Only found with `--pedantic` or another flag: that it was not found says nothing.
bool found_only_when_asked(const KindInfo& kind);

}  // namespace wfc::diag
