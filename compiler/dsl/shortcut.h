// Names and dotted paths without a parser: nine in ten of the expressions in real files.
#pragma once
#include <optional>
#include <string_view>

#include "compiler/dsl/dsl.h"

namespace wfc::dsl {

// The expression, if `text` is a name or names joined by points (`task`, `research.output.plan`), with white
// space around it. Whatever else it is, also whatever is wrong, is the grammar's to say.
std::optional<Expr> shortcut(std::string_view text, const PlaceOf& place_of);

}  // namespace wfc::dsl
