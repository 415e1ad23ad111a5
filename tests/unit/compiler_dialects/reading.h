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

inline std::vector<std::string> needs_of(const Definition& of, std::size_t step) {
  std::vector<std::string> ids;
  for (const model::Need& need : of.step(step).needs)
    ids.push_back(need.target == model::none ? "?" + need.step.value
                                             : of.workflow().steps[need.target].id.value);
  return ids;
}

}  // namespace wfc
