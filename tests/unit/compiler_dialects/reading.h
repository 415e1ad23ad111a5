// Reads a definition that is written in a test.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "compiler/diag/report.h"
#include "compiler/dialects/dialect.h"

namespace wfc {

struct Definition {
  source::SourceMap sources;
  diag::Report report;
  dialects::ReadResult read;
  FileId file = no_file;

  const model::Workflow& workflow() const { return read.workflow; }
  const model::Step& step(std::size_t i) const { return read.workflow.steps.at(i); }
};

struct ReadSettings {
  std::string forced = {};
  std::vector<dialects::Define> defines = {};
  std::string root = "/";
  bool allow_unknown_keys = false;
};

inline std::unique_ptr<Definition> read(const std::string& name, const std::string& text,
                                        const ReadSettings& settings = {}) {
  auto made = std::make_unique<Definition>();
  made->file = made->sources.add(name, text);
  const dialects::ReadContext context{.sources = made->sources,
                                      .file = made->file,
                                      .report = made->report,
                                      .defines = settings.defines,
                                      .root = settings.root,
                                      .allow_outside = false,
                                      .allow_unknown_keys = settings.allow_unknown_keys};
  made->read = dialects::read(context, settings.forced);
  made->report.sort();
  return made;
}

// "WF0201 4:5 a step has no field `promt`"; warnings and notes say so in front.
inline std::vector<std::string> findings(const Definition& of) {
  std::vector<std::string> all;
  for (const auto& diagnostic : of.report.all()) {
    std::string line;
    if (diagnostic->severity != diag::Severity::error)
      line = std::string(diag::name_of(diagnostic->severity)) + " ";
    line += diag::code_of(*diagnostic->kind);
    if (diagnostic->span.known()) {
      const source::Position at = of.sources.position_of(diagnostic->span.file, diagnostic->span.begin);
      line += " " + std::to_string(at.line) + ":" + std::to_string(at.column);
    }
    all.push_back(line + " " + diagnostic->message);
  }
  return all;
}

// A text as a template would print it, names in braces.
inline std::string shown(const expr::Template& text) {
  std::string all;
  for (const expr::TemplateNode& node : text.nodes) {
    if (node.kind == expr::NodeKind::text) all += node.text;
    if (node.kind == expr::NodeKind::value)
      all += "{" + (node.expr.kind == dsl::ExprKind::name ? node.expr.text : std::string("...")) + "}";
  }
  return all;
}

// As the language writes it, every part in parentheses.
inline std::string spelt(const dsl::Expr& expr) {
  using dsl::ExprKind;
  const auto child = [&](std::size_t i) { return spelt(expr.children.at(i)); };
  const auto infix = [&](const std::string& op) { return "(" + child(0) + " " + op + " " + child(1) + ")"; };
  switch (expr.kind) {
    case ExprKind::null:
      return "null";
    case ExprKind::boolean:
      return expr.number != 0 ? "true" : "false";
    case ExprKind::integer:
      return std::to_string(expr.number);
    case ExprKind::real:
      return std::to_string(expr.real).substr(0, 4);
    case ExprKind::text:
      return "'" + expr.text + "'";
    case ExprKind::name:
      return expr.text;
    case ExprKind::field:
      return child(0) + "." + expr.text;
    case ExprKind::index:
      return child(0) + "[" + child(1) + "]";
    case ExprKind::greater:
      return infix(">");
    case ExprKind::less:
      return infix("<");
    case ExprKind::greater_equal:
      return infix(">=");
    case ExprKind::less_equal:
      return infix("<=");
    case ExprKind::not_:
      return "(not " + child(0) + ")";
    case ExprKind::equal:
      return infix("==");
    case ExprKind::not_equal:
      return infix("!=");
    case ExprKind::member:
      return infix("in");
    case ExprKind::not_member:
      return infix("not in");
    case ExprKind::and_:
      return infix("and");
    case ExprKind::or_:
      return infix("or");
    case ExprKind::concat:
      return infix("~");
    case ExprKind::test:
      return "(" + child(0) + " is " + expr.text + (expr.children.size() > 1 ? " " + child(1) : "") + ")";
    case ExprKind::not_test:
      return "(" + child(0) + " is not " + expr.text + ")";
    case ExprKind::filter: {
      std::string all = "(" + child(0) + " | " + expr.text;
      for (std::size_t i = 1; i < expr.children.size(); ++i) all += " " + child(i);
      return all + ")";
    }
    case ExprKind::list:
    case ExprKind::map: {
      std::string all;
      for (std::size_t i = 0; i < expr.children.size(); ++i)
        all += (i > 0 ? ", " : "") + (expr.kind == ExprKind::map ? expr.names[i] + ": " : "") + child(i);
      return expr.kind == ExprKind::map ? "{" + all + "}" : "[" + all + "]";
    }
    default:
      return "?";
  }
}

inline std::vector<std::string> needs_of(const Definition& of, std::size_t step) {
  std::vector<std::string> ids;
  for (const model::Need& need : of.step(step).needs)
    ids.push_back(need.target == model::none ? "?" + need.step.value
                                             : of.workflow().steps[need.target].id.value);
  return ids;
}

}  // namespace wfc
