// Diagnostics as SARIF 2.1.0, which code scanning services read. One run; only rules that were broken are
// listed.
#include <map>

#include "compiler/diag/render.h"
#include "runtime/base/json.h"

namespace wfc::diag {

namespace {

using wf::Json;

std::string uri_of(std::string_view path) {
  static constexpr std::string_view unreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string uri;
  for (const char c : path) {
    if (unreserved.find(c) != std::string_view::npos) {
      uri += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    uri += '%';
    uri += digits[byte >> 4];
    uri += digits[byte & 15];
  }
  return uri;
}

class SarifRenderer {
 public:
  explicit SarifRenderer(const source::SourceMap& sources) : sources_(sources) {}

  Json result(const Diagnostic& d, std::size_t rule) const {
    std::string message = d.message;
    if (!d.label.empty()) message += ": " + d.label;
    for (const Note& note : d.notes)
      if (!note.span.known()) message += "\nnote: " + note.message;
    for (const std::string& help : d.help) message += "\nhelp: " + help;
    Json out = {{"ruleId", code_of(*d.kind)},
                {"ruleIndex", rule},
                {"level", name_of(d.severity)},
                {"message", {{"text", message}}}};
    if (d.span.known()) out["locations"] = Json::array({location(d.span)});
    Json related = Json::array();
    const auto relate = [&](const Span& span, const std::string& text) {
      if (!span.known()) return;
      Json place = location(span);
      place["id"] = related.size();
      place["message"] = {{"text", text}};
      related.push_back(std::move(place));
    };
    for (const Label& label : d.labels) relate(label.span, label.text);
    for (const Note& note : d.notes) relate(note.span, note.message);
    if (!related.empty()) out["relatedLocations"] = std::move(related);
    if (Json all = fixes(d); !all.empty()) out["fixes"] = std::move(all);
    return out;
  }

 private:
  Json region(const Span& span) const {
    const auto begin = sources_.position_of(span.file, span.begin);
    const auto end = sources_.position_of(span.file, std::max(span.begin, span.end));
    return {{"startLine", begin.line},
            {"startColumn", begin.column},
            {"endLine", end.line},
            {"endColumn", end.column}};
  }

  Json artifact(FileId file) const { return {{"uri", uri_of(sources_.file(file).shown)}}; }

  Json location(const Span& span) const {
    return {{"physicalLocation", {{"artifactLocation", artifact(span.file)}, {"region", region(span)}}}};
  }

  Json fixes(const Diagnostic& d) const {
    Json out = Json::array();
    for (const Fix& fix : d.fixes) {
      std::map<FileId, Json> replacements;
      for (const Edit& edit : fix.edits) {
        if (!edit.span.known()) continue;
        Json& list = replacements.try_emplace(edit.span.file, Json::array()).first->second;
        list.push_back(
            {{"deletedRegion", region(edit.span)}, {"insertedContent", {{"text", edit.new_text}}}});
      }
      Json changes = Json::array();
      for (auto& [file, list] : replacements)
        changes.push_back({{"artifactLocation", artifact(file)}, {"replacements", std::move(list)}});
      if (changes.empty()) continue;
      out.push_back({{"description", {{"text", fix.title}}}, {"artifactChanges", std::move(changes)}});
    }
    return out;
  }

  const source::SourceMap& sources_;
};

Json rule_of(const KindInfo& kind) {
  // SARIF forbids empty help; the name says at least something until there is a page.
  const std::string_view page = explanation(kind);
  const std::string text(page.empty() ? std::string_view(kind.name) : page);
  return {{"id", code_of(kind)},
          {"name", kind.name},
          {"shortDescription", {{"text", kind.name}}},
          {"help", {{"text", text}, {"markdown", text}}},
          {"defaultConfiguration", {{"level", name_of(kind.severity)}}},
          {"properties", {{"category", kind.category}}}};
}

}  // namespace

std::string render_sarif(const Report& report, const source::SourceMap& sources) {
  const SarifRenderer renderer(sources);
  Json rules = Json::array();
  Json results = Json::array();
  std::map<const KindInfo*, std::size_t> rule_index;
  for (const auto& diagnostic : report.all()) {
    const auto [at, is_new] = rule_index.try_emplace(diagnostic->kind, rules.size());
    if (is_new) rules.push_back(rule_of(*diagnostic->kind));
    results.push_back(renderer.result(*diagnostic, at->second));
  }
  Json driver = {{"name", "wfc"}, {"rules", std::move(rules)}};
  Json run = {{"tool", {{"driver", std::move(driver)}}},
              {"columnKind", "unicodeCodePoints"},
              {"results", std::move(results)}};
  const Json document = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                         {"version", "2.1.0"},
                         {"runs", Json::array({std::move(run)})}};
  return wf::write_json(document) + "\n";
}

}  // namespace wfc::diag
