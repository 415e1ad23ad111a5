// Chooses the reader, after what concerns both: sizes and characters.
#include "compiler/diag/encoding.h"
#include "compiler/yaml/readers.h"

namespace wfc::yaml {

Document parse(const source::SourceMap& sources, FileId file, diag::Report& report, const Limits& limits) {
  const source::File& source = sources.file(file);
  auto impl = std::make_unique<Reader::Impl>();
  const auto refuse_size = [&](std::uint64_t bytes) {
    report.add(diag::text_too_large, Span{file, 0, 0}, "this file", std::to_string(bytes >> 20) + " MiB");
    return Document();
  };
  if (source.text.size() > limits.json_bytes) return refuse_size(limits.json_bytes);
  std::string_view text = source.text;
  if (!diag::diagnose_encoding(sources, file, report))
    text = impl->arena.copy(std::string_view(diag::without_bad_characters(text)));

  const Input input{text, file, limits};
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const bool begins_as_json = first != std::string_view::npos && text[first] == '{';
  if (source.name.ends_with(".json") || (begins_as_json && is_json(text))) {
    impl->root = read_json(input, impl->arena, report);
  } else {
    if (text.size() > limits.yaml_bytes) return refuse_size(limits.yaml_bytes);
    impl->root = read_yaml(input, impl->arena, report);
  }
  return Reader::document(std::move(impl));
}

}  // namespace wfc::yaml
