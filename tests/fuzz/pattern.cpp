// Any text as a pattern, looked for in the rest of it.
#include "runtime/value/pattern.h"

#include <algorithm>
#include <cstdint>

#include "runtime/base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  if (size > 4096 || wf::invalid_utf8_at(all) != std::string_view::npos) return 0;
  const std::size_t line = std::min(all.find('\n'), all.size());
  wf::PatternProblem problem;
  const auto pattern = wf::Pattern::read(all.substr(0, line), problem);
  if (pattern) (void)pattern->found_in(all.substr(line));
  if (!pattern && (problem.why.empty() || problem.begin > problem.end || problem.end > line))
    __builtin_trap();
  return 0;
}
