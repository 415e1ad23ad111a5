// Finds the page of a diagnostic.
#include <algorithm>

#include "compiler/diag/pages.h"
#include "compiler/diag/render.h"

namespace wfc::diag {

std::string_view explanation(const KindInfo& kind) {
  const auto all = pages();
  const auto at =
      std::find_if(all.begin(), all.end(), [&](const Page& page) { return page.number == kind.number; });
  return at == all.end() ? std::string_view() : at->text;
}

}  // namespace wfc::diag
