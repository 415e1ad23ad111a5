// Says what is built and cannot be run yet. Notes: the definition is right, and whoever wants warnings denied
// is not held up by what a later version will do.
#include <algorithm>

#include "compiler/check/check.h"

namespace wfc::check {

void beyond_engine(const Subject& in, diag::Report& report) {
  if (in.workflow.beyond.empty()) return;
  std::vector<std::pair<FileId, std::uint32_t>> mistakes;
  for (const auto& diagnostic : report.all())
    if (diagnostic->severity == diag::Severity::error)
      mistakes.emplace_back(diagnostic->span.file, diagnostic->span.begin);
  std::sort(mistakes.begin(), mistakes.end());
  for (const model::Beyond& beyond : in.workflow.beyond) {
    // What is wrong could not be run by any version.
    const auto first =
        std::lower_bound(mistakes.begin(), mistakes.end(), std::pair(beyond.span.file, beyond.span.begin));
    if (first != mistakes.end() && *first < std::pair(beyond.span.file, beyond.span.end)) continue;
    report.add(diag::beyond_engine, beyond.span, beyond.what).label("a run is refused because of this");
  }
}

}  // namespace wfc::check
