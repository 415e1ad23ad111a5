// Any bytes as a `.wf` file.
#include <cstdint>

#include "compiler/dsl/dsl.h"
#include "runtime/base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wfc;
  std::string text(reinterpret_cast<const char*>(data), size);
  if (wf::invalid_utf8_at(text) != std::string_view::npos) return 0;
  source::SourceMap sources;
  diag::Report report;
  const FileId file = sources.add("fuzz.wf", std::move(text));
  (void)dsl::parse_file(sources, file, report);
  return 0;
}
