// Two functions carry the compiler. Every command is one of them plus a view.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/diag/render.h"
#include "compiler/dialects/dialect.h"
#include "compiler/emit/emit.h"
#include "compiler/graph/graph.h"
#include "compiler/passes/passes.h"

namespace wfc::driver {

struct FrontOptions {
  std::string dialect;             // Forced; empty: recognised.
  std::vector<dialects::Define> defines;
  bool allow_outside = false;
  bool allow_unknown_keys = false;
};

struct Checked {
  source::SourceMap sources;
  diag::Report report;
  dialects::ReadResult read;
  std::unique_ptr<graph::StepGraph> graph;  // Null when the definition could not be read.
  FileId file = no_file;
  diag::FileSummary summary;
  bool usable() const { return graph && !report.has_errors(); }
};
// front = load, read, graph, check. The error is the world's (no such file); mistakes are in the report.
wf::Result<std::unique_ptr<Checked>> front(const std::string& path, const std::string& stdin_name,
                                           const FrontOptions& options);

struct BackOptions {
  passes::Options passes;
};
struct Backed {
  plan::Plan plan;
  emit::Sources sources;
};
// back = lower, optimise, emit. Requires checked.usable(); may report, and then gives nothing.
std::optional<Backed> back(Checked& checked, const BackOptions& options);

int run(int argc, char** argv);    // The whole of wfc's main.

}  // namespace wfc::driver
