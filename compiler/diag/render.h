// How diagnostics are shown. One file a form.
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

// The form of language.md sections 13 and 14, without the last line, which `text_summary` makes:
// "hook.wf: 1 error, 0 warnings" (several files: "3 files: ...").
std::string render_text(const Report& report, const source::SourceMap& sources, const TextStyle& style);
std::string text_summary(const Report& report, const std::vector<FileSummary>& files);
// product.md section 2.
std::string render_json(const Report& report, const source::SourceMap& sources, const std::vector<FileSummary>& files);
std::string render_github(const Report& report, const source::SourceMap& sources);
std::string render_sarif(const Report& report, const source::SourceMap& sources);

// The text of `wfc explain`: the page of docs/diagnostics, compiled in. Empty when there is none.
std::string_view explanation(const KindInfo& kind);

}  // namespace wfc::diag
