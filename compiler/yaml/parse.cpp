// Chooses the reader, after what concerns both: sizes and characters.
#include <algorithm>

#include "compiler/diag/encoding.h"
#include "compiler/yaml/readers.h"

namespace wfc::yaml {
namespace {

// To YAML 1.1 these end a line, to YAML 1.2 (5.4) and to whoever looks at the file they do not: a comment
// could hide a step. What is read instead has the same length.
std::string_view without_hidden_line_ends(std::string_view text, FileId file, Arena& arena,
                                          diag::Report& report) {
  struct LineEnd {
    std::string_view bytes, name, escape;
  };
  static constexpr LineEnd ends[] = {
      {"\xe2\x80\xa8", "U+2028", "\\L"}, {"\xe2\x80\xa9", "U+2029", "\\P"}, {"\xc2\x85", "U+0085", "\\N"}};
  std::string changed;
  for (const LineEnd& end : ends) {
    std::size_t count = 0;
    std::size_t first = 0;
    for (std::size_t at = 0; (at = text.find(end.bytes, at)) != std::string_view::npos;
         at += end.bytes.size()) {
      if (count++ == 0) first = at;
      if (changed.empty()) changed = text;
      changed.replace(at, end.bytes.size(), end.bytes.size(), '_');
    }
    if (count == 0) continue;
    const Span span{file, static_cast<std::uint32_t>(first),
                    static_cast<std::uint32_t>(first + end.bytes.size())};
    auto draft = report.add(diag::yaml_syntax, span,
                            "a character that ends a line for some readers and not for others");
    draft.label(std::string(end.name));
    if (count > 1) draft.note("there are " + std::to_string(count - 1) + " more in this file");
    draft.help("write `" + std::string(end.escape) + "` in a text in double quotes")
        .fix("remove it", span, "", /*safe=*/false);
  }
  return changed.empty() ? text : arena.copy(changed);
}

}  // namespace

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
    const Input lines{without_hidden_line_ends(text, file, impl->arena, report), file, limits};
    impl->root = read_yaml(lines, impl->arena, report);
  }
  return Reader::document(std::move(impl));
}

}  // namespace wfc::yaml
