// How diagnostics are shown. One file a form. Reports are to be sorted first.
#pragma once
#include <algorithm>
#include <string>
#include <vector>

#include "compiler/diag/report.h"

namespace wfc::diag {

// Is this step of a path told by a label already, which stands beside its place?
inline bool is_label(const PathStep& step, const Diagnostic& of) {
  if (step.span == of.span && step.message == of.label) return true;
  return std::any_of(of.labels.begin(), of.labels.end(), [&](const Label& label) {
    return step.span == label.span && step.message == label.text;
  });
}

// What `check --format json` tells of each file read as a workflow.
struct FileSummary {
  std::string file;
  std::string dialect;   // Empty: not recognised.
  std::string workflow;  // Its id.
  int steps = 0;
  int edges = 0;
};

struct TextStyle {
  bool colour = false;
  int errors_max = 100;  // The rest are counted.
};

// Each message with its source, and an empty line after each. The last line is `text_summary`'s, without its
// line end: "hook.wf: 1 error, 0 warnings" (several files: "3 files: ...").
std::string render_text(const Report& report, const source::SourceMap& sources, const TextStyle& style);
std::string text_summary(const Report& report, const std::vector<FileSummary>& files);
// One document on one line; see docs/diagnostics.md.
std::string render_json(const Report& report, const source::SourceMap& sources,
                        const std::vector<FileSummary>& files);
// Where the person stands, and the repository around it: services that show messages beside the code know
// files by their place in the repository. Absolute paths; both may be empty.
struct Standpoint {
  std::string folder;
  std::string repository;
};
// As services know the file: from the repository's root, or as it was given where there is no repository or
// the file lies outside of it.
std::string path_in_repository(const source::File& file, const Standpoint& from);

// Workflow commands of GitHub Actions, the most severe first; what is more than ten is counted.
std::string render_github(const Report& report, const source::SourceMap& sources,
                          const Standpoint& from = {});
// SARIF 2.1.0, one run.
std::string render_sarif(const Report& report, const source::SourceMap& sources, std::string_view version,
                         const Standpoint& from = {});

// The text of `wfc explain`: the page of docs/diagnostics, compiled in. Empty when there is none.
std::string_view explanation(const KindInfo& kind);

}  // namespace wfc::diag
