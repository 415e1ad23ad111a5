// Templates and expressions, parsed, with what was said about them: for the tests of this room.
#pragma once
#include <string>

#include "compiler/diag/render.h"
#include "compiler/expr/template.h"
#include "compiler/expr/types.h"

namespace wfc::expr {

struct Reading {
  explicit Reading(const std::string& text) : id(sources.add("t", text)) {}
  dsl::PlaceOf place_of() {
    return [this](std::uint32_t b, std::uint32_t e) { return Span{id, b, e}; };
  }
  Template parse_template() {
    const std::string& text = sources.file(id).text;
    return expr::parse_template(text, Span{id, 0, static_cast<std::uint32_t>(text.size())}, place_of(), {},
                                report);
  }
  Expr parse_expression() { return dsl::parse_expression(sources.file(id).text, place_of(), {}, report); }
  // "WF0601 10 message" for each, a line each.
  std::string said() {
    report.sort();
    std::string out;
    for (const auto& d : report.all())
      out += diag::code_of(*d->kind) + " " + std::to_string(d->span.begin) + " " + d->message + "\n";
    return out;
  }
  source::SourceMap sources;
  diag::Report report;
  FileId id;
};

}  // namespace wfc::expr
