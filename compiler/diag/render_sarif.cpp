// Diagnostics as SARIF 2.1.0, which code scanning services read. One run; only rules that were broken are
// listed.
#include <map>

#include "compiler/diag/line_hashes.h"
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

// In a message `[a](b)` is a link, and names in it are the author's.
std::string without_links(std::string text) {
  if (text.find("](") == std::string::npos) return text;
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

// What the places of files are relative to.
constexpr std::string_view root_name = "%SRCROOT%";

class SarifRenderer {
 public:
  SarifRenderer(const source::SourceMap& sources, const Standpoint& from) : sources_(sources), from_(from) {}

  Json result(const Diagnostic& d, std::size_t rule) {
    std::string message = d.message;
    if (!d.label.empty()) message += ": " + d.label;
    for (const Note& note : d.notes)
      if (!note.span.known()) message += "\nnote: " + note.message;
    for (const std::string& help : d.help) message += "\nhelp: " + help;
    Json out = {{"ruleId", code_of(*d.kind)},
                {"ruleIndex", rule},
                {"level", name_of(d.severity)},
                {"message", {{"text", without_links(message)}}}};
    if (d.span.known()) {
      out["locations"] = Json::array({location(d.span)});
      out["partialFingerprints"] = {{"primaryLocationLineHash", line_hash(d.span)}};
    }
    Json related = Json::array();
    const auto relate = [&](const Span& span, const std::string& text) {
      if (!span.known()) return;
      Json place = location(span);
      place["id"] = related.size();
      place["message"] = {{"text", without_links(text)}};
      related.push_back(std::move(place));
    };
    for (const Label& label : d.labels) relate(label.span, label.text);
    for (const Note& note : d.notes) relate(note.span, note.message);
    if (!related.empty()) out["relatedLocations"] = std::move(related);
    if (!d.path.empty()) out["codeFlows"] = Json::array({code_flow(d)});
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

  Json artifact(FileId file) const {
    const std::string path = path_in_repository(sources_.file(file), from_);
    if (path.starts_with('/')) return {{"uri", "file://" + uri_of(path)}};
    return {{"uri", uri_of(path)}, {"uriBaseId", root_name}};
  }

  std::string line_hash(const Span& span) {
    const auto [at, is_new] = hashes_.try_emplace(span.file);
    if (is_new) at->second = line_hashes(sources_.file(span.file).text);
    const std::size_t line = sources_.position_of(span.file, span.begin).line;
    // The place behind the last line's end is a line of its own that has nothing to be hashed.
    return at->second[std::min(line, at->second.size()) - 1];
  }

  // A path ends where the mistake is, unless it comes by that place.
  Json code_flow(const Diagnostic& d) const {
    Json locations = Json::array();
    const auto add = [&](const Span& span, const std::string& text) {
      Json place = span.known() ? location(span) : Json::object();
      place["message"] = {{"text", without_links(text)}};
      locations.push_back({{"location", std::move(place)}});
    };
    for (const PathStep& step : d.path) add(step.span, step.message);
    const bool comes_by =
        std::any_of(d.path.begin(), d.path.end(), [&](const PathStep& step) { return step.span == d.span; });
    if (!comes_by) add(d.span, d.label.empty() ? d.message : d.label);
    return {{"threadFlows", Json::array({Json{{"locations", std::move(locations)}}})}};
  }

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
  const Standpoint& from_;
  std::map<FileId, std::vector<std::string>> hashes_;
};

// From 0.1 to 10, as GitHub sorts what is about security; empty for what is not.
std::string_view security_severity(const KindInfo& kind) {
  const std::string_view category = kind.category;
  if (category != "security" && category != "secret") return {};
  switch (kind.severity) {
    case Severity::error:
      return "8.0";
    case Severity::warning:
      return "5.0";
    case Severity::note:
      break;
  }
  return "2.0";
}

// The first paragraph below the title of a page.
std::string first_paragraph(std::string_view page) {
  const std::size_t begin = page.find("\n\n");
  if (begin == std::string_view::npos) return {};
  const std::string_view rest = page.substr(begin + 2);
  std::string paragraph(rest.substr(0, rest.find("\n\n")));
  for (char& c : paragraph)
    if (c == '\n') c = ' ';
  return paragraph;
}

Json rule_of(const KindInfo& kind) {
  // SARIF forbids empty help; the name says at least something until there is a page.
  const std::string_view page = explanation(kind);
  const std::string text(page.empty() ? std::string_view(kind.name) : page);
  const std::string about = first_paragraph(page);
  Json properties = {{"category", kind.category}, {"tags", Json::array({kind.category})}};
  if (const std::string_view severity = security_severity(kind); !severity.empty()) {
    if (std::string_view(kind.category) != "security") properties["tags"].push_back("security");
    properties["security-severity"] = severity;
  }
  return {{"id", code_of(kind)},
          {"name", kind.name},
          {"shortDescription", {{"text", kind.name}}},
          {"fullDescription", {{"text", about.empty() ? std::string(kind.name) : about}}},
          {"help", {{"text", text}, {"markdown", text}}},
          {"defaultConfiguration", {{"level", name_of(kind.severity)}}},
          {"properties", std::move(properties)}};
}

}  // namespace

std::string render_sarif(const Report& report, const source::SourceMap& sources, std::string_view version,
                         const Standpoint& from) {
  SarifRenderer renderer(sources, from);
  Json rules = Json::array();
  Json results = Json::array();
  std::map<const KindInfo*, std::size_t> rule_index;
  for (const auto& diagnostic : report.all()) {
    const auto [at, is_new] = rule_index.try_emplace(diagnostic->kind, rules.size());
    if (is_new) rules.push_back(rule_of(*diagnostic->kind));
    results.push_back(renderer.result(*diagnostic, at->second));
  }
  Json driver = {
      {"name", "wfc"}, {"version", version}, {"semanticVersion", version}, {"rules", std::move(rules)}};
  Json run = {
      {"tool", {{"driver", std::move(driver)}}},
      {"originalUriBaseIds",
       {{root_name, {{"description", {{"text", "the root of the repository, or where wfc was started"}}}}}}},
      {"columnKind", "unicodeCodePoints"},
      {"results", std::move(results)}};
  const Json document = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                         {"version", "2.1.0"},
                         {"runs", Json::array({std::move(run)})}};
  return wf::write_json(document) + "\n";
}

}  // namespace wfc::diag
