// Any text as a template.
#include "compiler/expr/template.h"

#include <cstdint>

#include "runtime/base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wfc;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (wf::invalid_utf8_at(text) != std::string_view::npos) return 0;
  diag::Report report;
  const auto place = [](std::uint32_t begin, std::uint32_t end) { return Span{0, begin, end}; };
  (void)expr::parse_template(text, Span{0, 0, static_cast<std::uint32_t>(size)}, place, {}, report);
  return 0;
}
