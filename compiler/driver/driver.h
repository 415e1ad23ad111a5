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

// The larger of the readers' limits; each reader then holds its texts to its own.
inline constexpr std::uint64_t definition_bytes_max = 64u << 20;
// Where the files lie that the definition names.
std::string folder_of(const std::string& path);

struct FrontOptions {
  std::string dialect;  // Forced; empty: recognised.
  std::string stdin_name = "stdin";
  std::vector<dialects::Define> defines;
  bool allow_outside = false;
  bool allow_unknown_keys = false;
};

// What all definitions of one command share: their texts, and what is said about them.
struct Session {
  source::SourceMap sources;
  diag::Report report;
};

struct Checked {
  FileId file = no_file;
  dialects::ReadResult read;
  std::unique_ptr<graph::StepGraph> graph;  // Null when the definition could not be read.
  diag::FileSummary summary;
  FileId files_end = no_file;             // What was read for it: the session's files from `file` to here...
  std::vector<dialects::Define> defines;  // ...and these.
  mutable std::string digest;             // Of them, once source_digest was asked.
  bool usable = false;                    // No errors in it.
};
// front = load, read, graph, check. `path` may be `-`. The error is the world's (no such file); mistakes are
// in the session's report.
wf::Result<Checked> front(Session& session, const std::string& path, const FrontOptions& options);

// Of everything a definition says, wherever it lies. Names count as far as the definition itself writes them.
const std::string& source_digest(const Session& session, const Checked& checked);

struct Backed {
  plan::Plan plan;
  emit::Sources sources;
};
// back = lower, optimise, emit. Requires checked.usable.
Backed back(Session& session, const Checked& checked, const passes::Trace& after = {});
// The part of `back` that drawings need.
plan::Plan optimised_plan(Session& session, const Checked& checked, const passes::Trace& after = {});

int run(int argc, char** argv);  // The whole of wfc's main.

}  // namespace wfc::driver
