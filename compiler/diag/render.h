// How diagnostics are shown. One file a form. Reports are to be sorted first.
#pragma once
#include <string>
#include <vector>

#include "compiler/diag/report.h"

namespace wfc::diag {

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
// Workflow commands of GitHub Actions, the most severe first; what is more than ten is counted.
std::string render_github(const Report& report, const source::SourceMap& sources);
// SARIF 2.1.0, one run.
std::string render_sarif(const Report& report, const source::SourceMap& sources);

// The text of `wfc explain`: the page of docs/diagnostics, compiled in. Empty when there is none.
std::string_view explanation(const KindInfo& kind);

}  // namespace wfc::diag
