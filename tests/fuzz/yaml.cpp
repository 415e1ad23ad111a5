// Any bytes as YAML.
#include <cstdint>

#include "compiler/yaml/yaml.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wfc;
  source::SourceMap sources;
  diag::Report report;
  const FileId file = sources.add("fuzz.yaml", std::string(reinterpret_cast<const char*>(data), size));
  const yaml::Document document = yaml::parse(sources, file, report);
  // Every scalar can say where its bytes were written.
  if (const yaml::Node* root = document.root(); root != nullptr && root->is_mapping()) {
    for (const auto& entry : root->entries) {
      if (entry.value->is_scalar())
        (void)yaml::span_in(sources, *entry.value, 0, static_cast<std::uint32_t>(entry.value->text.size()));
    }
  }
  return 0;
}
