// Any bytes as a workflow in Markdown: a heading, a paragraph, a list, and the sentence that is a loop.
#include <cstdint>

#include "compiler/dialects/dialect.h"
#include "runtime/base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wfc;
  source::SourceMap sources;
  diag::Report report;
  // As `front` hands it over: without NUL and other control characters.
  std::string text;
  for (const char c : std::string_view(reinterpret_cast<const char*>(data), size))
    if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\r' || c == '\t') text += c;
  if (wf::invalid_utf8_at(text) != std::string_view::npos) return 0;
  const FileId file = sources.add("fuzz.md", text);
  const dialects::ReadContext context{
      .sources = sources, .file = file, .report = report, .defines = {}, .root = "."};
  (void)dialects::read(context, "infracodebase");
  for (const auto& diagnostic : report.all())
    if (diagnostic->span.known() && diagnostic->span.end > sources.file(file).text.size()) __builtin_trap();
  return 0;
}
