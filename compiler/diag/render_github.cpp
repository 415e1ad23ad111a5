// Diagnostics as workflow commands of GitHub Actions, which shows them beside the changed lines.
#include <algorithm>

#include "compiler/diag/render.h"
#include "runtime/base/text.h"

namespace wfc::diag {

namespace {

constexpr std::size_t shown_max = 10;  // GitHub shows no more of a kind in one step.

// A command ends at its line's end, a property at a colon or comma: these are written as the runner reads
// them.
std::string escaped(std::string_view text, bool in_property) {
  std::string out;
  for (const char c : text) {
    if (c == '%')
      out += "%25";
    else if (c == '\r')
      out += "%0D";
    else if (c == '\n')
      out += "%0A";
    else if (in_property && c == ':')
      out += "%3A";
    else if (in_property && c == ',')
      out += "%2C";
    else
      out += c;
  }
  // The log is shown on terminals, too.
  return wf::printable(out, false);
}

std::string_view command_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::note:
      break;
  }
  return "notice";
}

}  // namespace

std::string render_github(const Report& report, const source::SourceMap& sources, const Standpoint& from) {
  std::vector<const Diagnostic*> all;
  for (const auto& diagnostic : report.all()) all.push_back(diagnostic.get());
  std::stable_sort(all.begin(), all.end(),
                   [](const Diagnostic* a, const Diagnostic* b) { return a->severity > b->severity; });
  std::string out;
  for (const Diagnostic* diagnostic : all) {
    if (diagnostic == (all.size() > shown_max ? all[shown_max] : nullptr)) break;
    out += "::" + std::string(command_of(diagnostic->severity)) + " ";
    if (const Span& span = diagnostic->span; span.known()) {
      const auto begin = sources.position_of(span.file, span.begin);
      const auto end = sources.position_of(span.file, std::max(span.begin, span.end));
      out += "file=" + escaped(path_in_repository(sources.file(span.file), from), true) +
             ",line=" + std::to_string(begin.line) + ",endLine=" + std::to_string(end.line) +
             ",col=" + std::to_string(begin.column) + ",endColumn=" + std::to_string(end.column) + ",";
    }
    out += "title=" + escaped(code_of(*diagnostic->kind) + " " + diagnostic->kind->name, true) +
           "::" + escaped(diagnostic->message, false) + "\n";
  }
  if (all.size() > shown_max) {
    const std::size_t left = all.size() - shown_max;
    out += "::notice title=wfc::and " + std::to_string(left) + " more\n";
  }
  return out;
}

}  // namespace wfc::diag
