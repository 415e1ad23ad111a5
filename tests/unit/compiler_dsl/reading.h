// A `.wf` text, parsed, with what was said about it: for the tests of this room.
#pragma once
#include <string>

#include "compiler/diag/render.h"
#include "compiler/dsl/dsl.h"

namespace wfc::dsl {

struct Reading {
  explicit Reading(std::string text, std::string name = "w.wf")
      : id(sources.add(std::move(name), std::move(text))), file(parse_file(sources, id, report)) {
    report.sort();
  }
  std::string source(const Span& span) const { return std::string(sources.text(span)); }
  // "WF0105 6:10 message" for each, a line each.
  std::string said() const {
    std::string out;
    for (const auto& d : report.all()) {
      const auto at = sources.position_of(d->span.file, d->span.begin);
      out += diag::code_of(*d->kind) + " " + std::to_string(at.line) + ":" + std::to_string(at.column) + " " +
             d->message + "\n";
    }
    return out;
  }
  std::string rendered() const { return diag::render_text(report, sources, {}); }

  source::SourceMap sources;
  diag::Report report;
  FileId id;
  File file;
};

// An expression of its own, as a condition of a YAML dialect is.
struct ExprReading {
  explicit ExprReading(std::string text, const ExprOptions& options = {})
      : id(sources.add("e", text)),
        expr(parse_expression(
            sources.file(id).text,
            [this](std::uint32_t b, std::uint32_t e) {
              return Span{id, b, e};
            },
            options, report)) {}
  std::string said() const {
    std::string out;
    for (const auto& d : report.all())
      out += diag::code_of(*d->kind) + " " + std::to_string(d->span.begin) + " " + d->message + "\n";
    return out;
  }
  source::SourceMap sources;
  diag::Report report;
  FileId id;
  Expr expr;
};

// An expression in full parentheses, so that what binds tighter can be seen: "(a or (not b))".
inline std::string shape(const Expr& e) {
  const auto child = [&](std::size_t i) { return shape(e.children.at(i)); };
  const auto arguments = [&](std::size_t first) {
    std::string text;
    for (std::size_t i = 0; i < e.names.size(); ++i)
      text += (i ? ", " : "") + (e.names[i].empty() ? "" : e.names[i] + "=") + child(first + i);
    return "(" + text + ")";
  };
  const auto infix = [&](const std::string& op) { return "(" + child(0) + " " + op + " " + child(1) + ")"; };
  switch (e.kind) {
    case ExprKind::null:
      return "null";
    case ExprKind::boolean:
      return e.number ? "true" : "false";
    case ExprKind::integer:
      return std::to_string(e.number);
    case ExprKind::real:
      return std::to_string(e.real);
    case ExprKind::text:
      return "'" + e.text + "'";
    case ExprKind::duration:
      return std::to_string(e.number) + "ms";
    case ExprKind::size:
      return std::to_string(e.number) + "B";
    case ExprKind::money:
      return "$" + std::to_string(e.number);
    case ExprKind::list: {
      std::string text;
      for (std::size_t i = 0; i < e.children.size(); ++i) text += (i ? ", " : "") + child(i);
      return "[" + text + "]";
    }
    case ExprKind::map: {
      std::string text;
      for (std::size_t i = 0; i < e.children.size(); ++i)
        text += (i ? ", " : "") + e.names[i] + ": " + child(i);
      return "{" + text + "}";
    }
    case ExprKind::name:
      return e.text;
    case ExprKind::field:
      return child(0) + "." + e.text;
    case ExprKind::index:
      return child(0) + "[" + child(1) + "]";
    case ExprKind::negate:
      return "(-" + child(0) + ")";
    case ExprKind::not_:
      return "(not " + child(0) + ")";
    case ExprKind::add:
      return infix("+");
    case ExprKind::subtract:
      return infix("-");
    case ExprKind::multiply:
      return infix("*");
    case ExprKind::divide:
      return infix("/");
    case ExprKind::remainder:
      return infix("%");
    case ExprKind::concat:
      return infix("~");
    case ExprKind::equal:
      return infix("==");
    case ExprKind::not_equal:
      return infix("!=");
    case ExprKind::less:
      return infix("<");
    case ExprKind::less_equal:
      return infix("<=");
    case ExprKind::greater:
      return infix(">");
    case ExprKind::greater_equal:
      return infix(">=");
    case ExprKind::member:
      return infix("in");
    case ExprKind::not_member:
      return infix("not in");
    case ExprKind::and_:
      return infix("and");
    case ExprKind::or_:
      return infix("or");
    case ExprKind::filter:
      return "(" + child(0) + " | " + e.text + arguments(1) + ")";
    case ExprKind::test:
      return "(" + child(0) + " is " + e.text + arguments(1) + ")";
    case ExprKind::not_test:
      return "(" + child(0) + " is not " + e.text + arguments(1) + ")";
    case ExprKind::call:
      return e.text + arguments(0);
    case ExprKind::error:
      return "?";
  }
  return "?";
}

}  // namespace wfc::dsl
