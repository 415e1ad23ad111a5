// Files and expressions: lexed, parsed, built, and what went wrong said once a statement.
#include <algorithm>

#include "compiler/dsl/build.h"
#include "compiler/dsl/dsl.h"
#include "compiler/dsl/mistakes.h"
#include "compiler/dsl/parser.h"
#include "compiler/dsl/shortcut.h"
#include "compiler/dsl/tokens.h"

namespace wfc::dsl {

namespace {

// What a statement itself covers, less the statements in its blocks, decides whether it is broken.
void mark_broken(std::vector<Item>& items, const Mistakes& mistakes) {
  for (Item& item : items) {
    std::uint32_t at = item.span.begin;
    for (std::vector<Item>* inside : {&item.block, &item.otherwise}) {
      if (inside->empty()) continue;
      if (mistakes.within(at, inside->front().span.begin)) item.broken = true;
      at = inside->back().span.end;
      mark_broken(*inside, mistakes);
    }
    if (mistakes.within(at, std::max(item.span.end, at + 1))) item.broken = true;
  }
}

}  // namespace

File parse_file(const source::SourceMap& sources, FileId id, diag::Report& report) {
  const std::string_view text = sources.file(id).text;
  const Places places(id);
  Mistakes mistakes;
  Lexed lexed = lex(text, {TextKind::file, false}, places, mistakes);
  File file;
  file.comments = std::move(lexed.comments);
  if (!lexed.too_deep) {
    const Parsed parsed(text, lexed, TextKind::file, places, mistakes);
    file.items = build_items(parsed.tree(), text, lexed, places, mistakes);
  }
  mistakes.report(lexed.statements, report);
  mark_broken(file.items, mistakes);
  return file;
}

Expr parse_expression(std::string_view text, const PlaceOf& place_of, const ExprOptions& options,
                      diag::Report& report) {
  if (!options.grammar_only)
    if (std::optional<Expr> expr = shortcut(text, place_of)) return std::move(*expr);
  const Places places(place_of);
  Mistakes mistakes;
  const Lexed lexed = lex(text, {TextKind::expression, options.c_operators}, places, mistakes);
  Expr expr;
  expr.span = place_of(0, static_cast<std::uint32_t>(text.size()));
  if (!lexed.too_deep) {
    const Parsed parsed(text, lexed, TextKind::expression, places, mistakes);
    // After a mistake of grammar, what is left of the tree means something else than the author does.
    if (!parsed.had_errors()) expr = build_expression(parsed.tree(), text, lexed, places, mistakes);
  }
  mistakes.report(lexed.statements, report);
  return expr;
}

}  // namespace wfc::dsl
