// Texts with placeholders: scanned into a tree, its expressions parsed by the grammar.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diag/report.h"
#include "compiler/dsl/dsl.h"
#include "compiler/source/source.h"
#include "runtime/base/boxed.h"

namespace wfc::expr {

using dsl::Expr;

enum class NodeKind : std::uint8_t {
  text,
  value,
  if_,
  for_,
  set,
  break_,
  continue_,
  include,
  begin,  // Written by nobody: model::bind puts it where what an `if` may set begins, with what it is else.
};
struct TagBlock;
struct TemplateNode {
  NodeKind kind = NodeKind::text;
  std::uint32_t local = 0xffffffff;  // Slot of what set, begin and for_ declare, given by model::bind.
  Span span;
  std::string text;           // text; set, begin and for_: the name that they declare; include: the file's
  Expr expr;                  // value, for_ (what is walked), set; begin: a name, or nothing
  wf::Boxed<TagBlock> block;  // Of if_, for_ and include: always there.
};
struct TagBlock {
  // if_: conditions[i] guards bodies[i]; one more body than conditions is the else.
  // for_: bodies[0], and bodies[1] when the list is empty.
  // include: bodies[0]
  std::vector<Expr> conditions;
  std::vector<std::vector<TemplateNode>> bodies;
  std::string key;  // for_
  std::uint32_t key_local = 0xffffffff;
};

struct Template {
  std::vector<TemplateNode> nodes;
  Span span;              // Of the whole text.
  bool constant() const;  // Holds no expression.
  std::string constant_text() const;
};

// What `include` may read: files below `root`, the definition's folder.
struct Includes {
  source::SourceMap* sources = nullptr;  // Null: there is nothing to read, as on standard input of a test.
  std::string root;
  bool allow_outside = false;
  // What the texts of a definition took from files so far, a file once for each text that names it: a small
  // definition shall not become a large one by naming a file often.
  std::uint64_t* bytes = nullptr;
};
inline constexpr std::uint64_t text_files_bytes_max = 64u << 20;

// A file that a definition names, read once and reported where it is named. Empty when it cannot be used.
std::optional<FileId> text_file(const Includes& from, const std::string& name, Span named,
                                diag::Report& report);

// How a dialect's texts look.
struct TemplateStyle {
  bool braces = true;  // {{ }}, {% %}, {# #}
  dsl::ExprOptions expressions = {};
  Includes includes = {};
};

// `place_of` maps bytes of `text` to the file. Trims around `-` delimiters are applied.
Template parse_template(std::string_view text, Span span, const dsl::PlaceOf& place_of,
                        const TemplateStyle& style, diag::Report& report);
Template constant_template(std::string text, Span span);

}  // namespace wfc::expr
