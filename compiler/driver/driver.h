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

// The largest of the readers' limits; each reader then holds its texts to its own.
std::uint64_t definition_bytes_max(const source::Limits& limits);
// Where the files lie that the definition names.
std::string folder_of(const std::string& path);

class SettingsBook;

struct FrontOptions {
  std::string dialect;  // Forced; empty: as wfc.toml says, else recognised.
  std::string stdin_name = "stdin";
  std::vector<dialects::Define> defines;
  std::vector<std::string> deny;  // "warnings", codes, names, categories: errors then.
  std::optional<bool> pedantic;   // Empty: as wfc.toml says.
  bool allow_outside = false;
  bool allow_unknown_keys = false;
  std::shared_ptr<SettingsBook> settings;  // Null: there are none.
  bool approving = false;                  // What wfc.lock says is about to change.
  bool within = false;                     // It is a part of another: what it escalates to is not read.
};

// What all definitions of one command share: their texts, and what is said about them.
struct Session {
  explicit Session(const source::Limits& limits = {}) : report(limits) {}
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
  bool damaged = false;                   // Not UTF-8: `file` is a copy that can be read.
  bool usable = false;                    // No errors in it.
};
// front = load, read, graph, check; then what comments and wfc.toml say about what was found. `path` may be
// `-`. The error is the world's (no such file); mistakes are
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
// The part of it that comparisons and drawings need: what was written, before any pass.
plan::Plan lowered_plan(Session& session, const Checked& checked);
// What is emitted.
plan::Plan optimised_plan(Session& session, const Checked& checked, const passes::Trace& after = {});

int run(int argc, char** argv);  // The whole of wfc's main.

}  // namespace wfc::driver
