// Diagnostics for programs, in the form of docs/diagnostics.md: one JSON document.
//
// The form has one kind of remark, the note. So the second places of a message, its main label where there
// are second ones, and the steps of its path become notes with a place, in this order; help that no fix says
// already becomes a note without one.
#include "compiler/diag/render.h"
#include "runtime/base/json.h"

namespace wfc::diag {

namespace {

using wf::Json;

class JsonRenderer {
 public:
  explicit JsonRenderer(const source::SourceMap& sources) : sources_(sources) {}

  Json diagnostic(const Diagnostic& d) const {
    Json out = {{"code", code_of(*d.kind)},
                {"name", d.kind->name},
                {"category", d.kind->category},
                {"severity", name_of(d.severity)},
                {"message", d.message}};
    add_place(out, d.span);
    Json notes = Json::array();
    const auto add_note = [&](const std::string& message, const Span& span) {
      Json note = {{"message", message}};
      add_place(note, span);
      notes.push_back(std::move(note));
    };
    if (!d.label.empty() && !d.labels.empty()) add_note(d.label, d.span);
    for (const Label& label : d.labels) add_note(label.text, label.span);
    for (const PathStep& step : d.path)
      if (!is_label(step, d)) add_note(step.message, step.span);
    for (const Note& note : d.notes) add_note(note.message, note.span);
    if (d.fixes.empty())
      for (const std::string& help : d.help) add_note(help, {});
    out["notes"] = std::move(notes);
    out["fixes"] = fixes(d);
    return out;
  }

 private:
  Json position(FileId file, std::uint32_t offset) const {
    const auto at = sources_.position_of(file, offset);
    return {{"line", at.line}, {"column", at.column}};
  }

  Json range(const Span& span) const {
    return {{"start", position(span.file, span.begin)},
            {"end", position(span.file, std::max(span.begin, span.end))}};
  }

  void add_place(Json& to, const Span& span) const {
    if (!span.known()) return;
    to["file"] = sources_.file(span.file).shown;
    to["range"] = range(span);
  }

  Json fixes(const Diagnostic& d) const {
    Json out = Json::array();
    for (const Fix& fix : d.fixes) {
      Json edits = Json::array();
      for (const Edit& edit : fix.edits) {
        if (!edit.span.known()) continue;
        Json one = Json::object();
        if (edit.span.file != d.span.file) one["file"] = sources_.file(edit.span.file).shown;
        one["range"] = range(edit.span);
        one["new_text"] = edit.new_text;
        edits.push_back(std::move(one));
      }
      out.push_back({{"title", fix.title}, {"safe", fix.safe}, {"edits", std::move(edits)}});
    }
    return out;
  }

  const source::SourceMap& sources_;
};

}  // namespace

std::string render_json(const Report& report, const source::SourceMap& sources,
                        const std::vector<FileSummary>& files) {
  const JsonRenderer renderer(sources);
  Json diagnostics = Json::array();
  for (const auto& diagnostic : report.all()) diagnostics.push_back(renderer.diagnostic(*diagnostic));
  Json summaries = Json::array();
  for (const FileSummary& file : files)
    summaries.push_back({{"file", file.file},
                         {"dialect", file.dialect},
                         {"workflow", file.workflow},
                         {"steps", file.steps},
                         {"edges", file.edges}});
  const Json document = {{"version", 1},
                         {"diagnostics", std::move(diagnostics)},
                         {"files", std::move(summaries)},
                         {"summary",
                          {{"errors", report.count(Severity::error)},
                           {"warnings", report.count(Severity::warning)},
                           {"notes", report.count(Severity::note)}}}};
  return wf::write_json(document) + "\n";
}

}  // namespace wfc::diag
