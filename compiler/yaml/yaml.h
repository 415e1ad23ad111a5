// YAML and JSON as one tree with places.
//
// YAML is read with libyaml's events, JSON with RapidJSON; both give the same Nodes. The reader is strict:
// one document, no duplicate keys, valid UTF-8, YAML 1.2 core schema, aliases expanded by reference under a
// budget (and no cycle), limits of diagnostics.md. Every mistake is reported and as much of the tree as can
// be kept is kept. Nodes live in the Document's arena and point into the SourceMap.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diag/report.h"
#include "compiler/source/source.h"

namespace wfc::yaml {

enum class Form : std::uint8_t { null, scalar, sequence, mapping };
enum class Style : std::uint8_t { plain, single_quoted, double_quoted, literal, folded, json };

struct Node;
struct KeyIndex;
struct Entry {
  std::string_view key;
  Span key_span;
  const Node* value;
};

struct Node {
  Form form = Form::null;      // Null: nothing, or ~ or null written plain (then `text` is what was written).
  Style style = Style::plain;  // Of scalars. JSON strings are double_quoted; other JSON scalars are plain.
  // Part of this could not be read, and that was reported: what is missing here is no second mistake. True of
  // a value that could not be read at all (its form is null), and of every collection around a syntax error.
  bool broken = false;
  Span span;  // Of the author's text: without anchor, tag; a block scalar's from its | to its end.
  std::string_view text;  // A scalar's value, escapes resolved. A plain scalar's is its own source text.
  std::span<const Node* const> items;
  std::span<const Entry> entries;   // In written order; a key stands here once, the first time.
  const KeyIndex* index = nullptr;  // Of large mappings; used by find.

  bool is_scalar() const { return form == Form::scalar; }
  bool is_mapping() const { return form == Form::mapping; }
  bool is_sequence() const { return form == Form::sequence; }
  bool is_null() const { return form == Form::null; }
  const Node* find(std::string_view key) const;  // Null when absent. Sorted above 16 entries.
  bool has(std::string_view key) const { return find(key) != nullptr; }
};

// Where the author wrote each byte of a scalar's `text`: through quotes, escapes, folding and the indentation
// of block scalars. For spans inside templates. Made once for a text and asked for each place in it.
class ScalarPlaces {
 public:
  ScalarPlaces(const source::SourceMap& sources, const Node& scalar);
  Span span(std::uint32_t begin, std::uint32_t end) const;

 private:
  friend class ScalarWalk;
  // A stretch of the text and the stretch of the file it was read from. Byte for byte when they are as long.
  struct Piece {
    std::uint32_t text;
    std::uint32_t text_size;
    std::uint32_t source;
    std::uint32_t source_size;
  };
  std::vector<Piece> pieces_;
  Span whole_;
};
Span span_in(const source::SourceMap& sources, const Node& scalar, std::uint32_t begin, std::uint32_t end);

class Document {
 public:
  Document();
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();
  const Node* root() const;  // Null when nothing could be read.

 private:
  friend struct Reader;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// JSON when the name ends in .json or the text's first character is `{` and it parses so; else YAML.
Document parse(const source::SourceMap& sources, FileId file, diag::Report& report);

// Core-schema readings of a plain scalar. Empty when it is not one.
std::optional<bool> as_bool(const Node& node);  // true, false only
std::optional<std::int64_t> as_integer(const Node& node);
std::optional<double> as_number(const Node& node);
bool is_no_value(const Node& node);  // Nothing, ~, null, Null, NULL, written plain.
// Written plain and a number to YAML 1.1 but not the same one, or none, to YAML 1.2: 010, 1_000, 1:00:00,
// 0b1.
bool is_ambiguous_number(const Node& node);
// Written plain, a number, and beyond 64 bits or what a `double` holds.
bool is_too_large(const Node& node);

}  // namespace wfc::yaml
