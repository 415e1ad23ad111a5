// Reads a definition and lowers it: what the tests of the back half begin with.
#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "compiler/dialects/dialect.h"
#include "compiler/graph/graph.h"
#include "compiler/plan/plan.h"

namespace wfc {

struct Definition {
  source::SourceMap sources;
  diag::Report report;
  dialects::ReadResult read;
  std::unique_ptr<graph::StepGraph> graph;
  plan::Plan plan;
  FileId file = no_file;
};

inline std::unique_ptr<Definition> lower_definition(const std::string& text,
                                                    const std::string& name = "a/b/test.wf",
                                                    const std::string& root = ".") {
  auto definition = std::make_unique<Definition>();
  definition->file = definition->sources.add(name, text);
  definition->read = dialects::read({.sources = definition->sources,
                                     .file = definition->file,
                                     .report = definition->report,
                                     .defines = {},
                                     .root = root},
                                    "");
  EXPECT_FALSE(definition->report.has_errors()) << definition->report.all().front()->message;
  definition->graph = std::make_unique<graph::StepGraph>(definition->read.workflow);
  definition->plan = plan::lower(definition->read.workflow, *definition->graph,
                                 {.dialect = "wf",
                                  .source_digest = "",
                                  .compiler = "wfc test",
                                  .sources = &definition->sources,
                                  .definition = definition->file},
                                 definition->report);
  EXPECT_FALSE(definition->report.has_errors()) << definition->report.all().front()->message;
  return definition;
}

inline std::string_view view(const wf::Text& text) {
  return {text.data, text.size};
}

inline wf::Row row_of(const plan::Plan& plan, std::string_view id) {
  for (wf::Row row = 0; row < plan.steps.size(); ++row)
    if (view(plan.steps[row].id) == id) return row;
  return wf::no_row;
}
inline const wf::StepRow& step_of(const plan::Plan& plan, std::string_view id) {
  const wf::Row row = row_of(plan, id);
  EXPECT_NE(row, wf::no_row) << id;
  return plan.steps.at(row);
}
// The parameter of a step; with its key where it has several.
inline const wf::Param* param_of(const wf::StepRow& step, std::string_view name, std::string_view key = {}) {
  for (const wf::Param& param : step.params)
    if (view(param.name) == name && (key.empty() || view(param.key) == key)) return &param;
  return nullptr;
}
inline std::string literal_of(const wf::StepRow& step, std::string_view name, std::string_view key = {}) {
  const wf::Param* param = param_of(step, name, key);
  if (param == nullptr) return "(none)";
  return param->kind == wf::ParamKind::literal ? std::string(view(param->literal)) : "(not literal)";
}

}  // namespace wfc
