// Texts with placeholders: scanned into a tree, its expressions parsed by the grammar.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diag/report.h"
#include "compiler/dsl/dsl.h"
#include "compiler/source/source.h"
#include "runtime/base/boxed.h"

namespace wfc::expr {

using dsl::Expr;

enum class NodeKind : std::uint8_t { text, value, if_, for_, set };
struct TagBlock;
struct TemplateNode {
  NodeKind kind = NodeKind::text;
  std::uint32_t local = 0xffffffff;  // Slot of what set and for_ declare, given by model::bind.
  Span span;
  std::string text;           // text; set and for_: the name that they declare
  Expr expr;                  // value, for_ (what is walked), set
  wf::Boxed<TagBlock> block;  // Of if_ and for_: always there.
};
struct TagBlock {
  // if_: conditions[i] guards bodies[i]; one more body than conditions is the else.
  // for_: bodies[0], and bodies[1] when the list is empty.
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

// How a dialect's texts look.
struct TemplateStyle {
  bool braces = true;  // {{ }}, {% %}, {# #}
  dsl::ExprOptions expressions;
};

// `place_of` maps bytes of `text` to the file. Trims around `-` delimiters are applied.
Template parse_template(std::string_view text, Span span, const dsl::PlaceOf& place_of,
                        const TemplateStyle& style, diag::Report& report);
Template constant_template(std::string text, Span span);

}  // namespace wfc::expr
