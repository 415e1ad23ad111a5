// From ANTLR's parse tree to the plain trees of dsl.h.
#pragma once
#include <string_view>

#include "compiler/dsl/dsl.h"
#include "compiler/dsl/mistakes.h"
#include "compiler/dsl/tokens.h"

namespace antlr4 {
class ParserRuleContext;
}

namespace wfc::dsl {

std::vector<Item> build_items(antlr4::ParserRuleContext* file, std::string_view source, const Lexed& lexed,
                              const Places& places, Mistakes& mistakes);
// Of the rule `expression`.
Expr build_expression(antlr4::ParserRuleContext* expression, std::string_view source, const Lexed& lexed,
                      const Places& places, Mistakes& mistakes);

}  // namespace wfc::dsl
