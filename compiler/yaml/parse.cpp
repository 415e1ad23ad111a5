// Chooses the reader, after what concerns both: sizes and characters.
#include <algorithm>

#include "compiler/diag/encoding.h"
#include "compiler/yaml/readers.h"

namespace wfc::yaml {

Document parse(const source::SourceMap& sources, FileId file, diag::Report& report) {
  const source::Limits& limits = report.limits();
  const source::File& source = sources.file(file);
  auto impl = std::make_unique<Reader::Impl>();
  const auto refuse_size = [&](std::uint64_t source::Limits::*limit) {
    report.add(diag::text_too_large, Span{file, 0, 0}, "this file", spelt(limits, limit)).raise(limit);
    return Document();
  };
  const bool called_json = source.name.ends_with(".json");
  if (source.text.size() > std::max(limits.json_bytes, limits.yaml_bytes))
    return refuse_size(called_json ? &source::Limits::json_bytes : &source::Limits::yaml_bytes);
  std::string_view text = source.text;
  if (!diag::diagnose_encoding(sources, file, report))
    text = impl->arena.copy(std::string_view(diag::without_bad_characters(text)));

  const Input input{text, file, limits};
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const bool begins_as_json = first != std::string_view::npos && text[first] == '{';
  if (called_json || (begins_as_json && is_json(text))) {
    if (text.size() > limits.json_bytes) return refuse_size(&source::Limits::json_bytes);
    impl->root = read_json(input, impl->arena, report);
  } else {
    if (text.size() > limits.yaml_bytes) return refuse_size(&source::Limits::yaml_bytes);
    impl->root = read_yaml(input, impl->arena, report);
  }
  return Reader::document(std::move(impl));
}

}  // namespace wfc::yaml
