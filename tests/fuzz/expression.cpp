// Any text as an expression: parsed, typed, folded.
#include <cstdint>

#include "compiler/dsl/dsl.h"
#include "compiler/expr/types.h"
#include "runtime/base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wfc;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (wf::invalid_utf8_at(text) != std::string_view::npos) return 0;
  diag::Report report;
  const auto place = [](std::uint32_t begin, std::uint32_t end) { return Span{0, begin, end}; };
  const dsl::Expr expr = dsl::parse_expression(text, place, {}, report);
  if (report.has_errors()) return 0;
  (void)expr::type_of(
      expr, [](const dsl::Binding&) { return expr::Type{}; }, report);
  (void)expr::fold(expr);
  return 0;
}
