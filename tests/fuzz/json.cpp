// Any bytes as JSON: a definition, and what agents and people hand to a run.
#include <cstdint>

#include "compiler/yaml/yaml.h"
#include "runtime/value/value.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wfc;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  source::SourceMap sources;
  diag::Report report;
  const FileId file = sources.add("fuzz.json", std::string(text));
  const yaml::Document document = yaml::parse(sources, file, report);
  const bool empty = text.find_first_not_of(" \t\r\n\xef\xbb\xbf") == std::string_view::npos;
  if (!document.root() && !report.has_errors() && !empty) __builtin_trap();
  // What a value is written as is the same value.
  const wf::Result<wf::Value> value = wf::value_from_json(text);
  if (!value) return 0;
  const std::string written = wf::value_to_json(*value);
  const wf::Result<wf::Value> again = wf::value_from_json(written);
  if (!again || wf::value_to_json(*again) != written) __builtin_trap();
  return 0;
}
