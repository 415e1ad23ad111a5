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

// Said once, and the text is not read: to us it would be other lines than to its author.
bool has_lone_return(std::string_view text, const Places& places, diag::Report& report) {
  for (std::size_t at = text.find('\r'); at != std::string_view::npos; at = text.find('\r', at + 1)) {
    if (at + 1 < text.size() && text[at + 1] == '\n') continue;
    const auto begin = static_cast<std::uint32_t>(at);
    report.add(diag::not_utf_8, places(begin, begin + 1), "this line ends in a carriage return (CR) alone")
        .label("to most programs the next line is part of this one")
        .help("save the file with LF or CR LF line ends");
    return true;
  }
  return false;
}

void refuse_many_steps(std::string_view text, Lexed& lexed, const Places& places, Mistakes& mistakes) {
  constexpr std::string_view word = "step";
  std::uint64_t steps = 0;
  for (const std::uint32_t at : lexed.statements) {
    if (text.substr(at, word.size()) != word || ++steps <= mistakes.limits().steps) continue;
    lexed.refused = true;
    mistakes.add(Stage::lexing, at,
                 [place = places(at, at + static_cast<std::uint32_t>(word.size()))](diag::Report& report) {
                   report.add(diag::too_many_steps, place, spelt(report.limits(), &source::Limits::steps))
                       .raise(&source::Limits::steps);
                 });
    return;
  }
}

}  // namespace

File parse_file(const source::SourceMap& sources, FileId id, diag::Report& report) {
  const std::string_view text = sources.file(id).text;
  const Places places(id);
  if (has_lone_return(text, places, report)) return {};
  Mistakes mistakes(report.limits());
  Lexed lexed = lex(text, {TextKind::file, false}, places, mistakes);
  // Each costs kilobytes while it is read.
  refuse_many_steps(text, lexed, places, mistakes);
  File file;
  file.comments = std::move(lexed.comments);
  if (!lexed.refused) {
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
  Mistakes mistakes(report.limits());
  const Lexed lexed = lex(text, {TextKind::expression, options.c_operators}, places, mistakes);
  Expr expr;
  expr.span = place_of(0, static_cast<std::uint32_t>(text.size()));
  if (!lexed.refused) {
    const Parsed parsed(text, lexed, TextKind::expression, places, mistakes);
    // After a mistake of grammar, what is left of the tree means something else than the author does.
    if (!parsed.had_errors()) expr = build_expression(parsed.tree(), text, lexed, places, mistakes);
  }
  mistakes.report(lexed.statements, report);
  return expr;
}

}  // namespace wfc::dsl
