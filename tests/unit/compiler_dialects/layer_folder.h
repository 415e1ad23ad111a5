// An agentic layer that is written in a test: a folder with its files.
#pragma once
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>

#include "reading.h"
#include "runtime/base/files.h"

namespace wfc {

class LayerFolder {
 public:
  LayerFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "wfc-layer-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  LayerFolder(const LayerFolder&) = delete;
  LayerFolder& operator=(const LayerFolder&) = delete;
  ~LayerFolder() { std::filesystem::remove_all(path_); }

  const std::string& path() const { return path_; }
  LayerFolder& file(const std::string& name, const std::string& text) {
    std::filesystem::create_directories(std::filesystem::path(path_ + "/" + name).parent_path());
    EXPECT_TRUE(wf::write_file(path_ + "/" + name, text)) << name;
    return *this;
  }
  // `prompts/P.md` for these phases: "Do P."
  LayerFolder& prompts(const std::vector<std::string>& phases) {
    for (const std::string& phase : phases) file("prompts/" + phase + ".md", "Do " + phase + ".\n");
    return *this;
  }
  std::unique_ptr<Definition> read(const std::string& text, const std::string& forced = {}) const {
    return wfc::read("workflow.yaml", text, {.forced = forced, .root = path_});
  }

 private:
  std::string path_;
};

// "error WF0301 gates/test.yaml:4:5 no ...": with the file where it is not the definition.
inline std::vector<std::string> placed(const Definition& of) {
  std::vector<std::string> all;
  for (const auto& diagnostic : of.report.all()) {
    std::string line;
    if (diagnostic->severity != diag::Severity::error)
      line = std::string(diag::name_of(diagnostic->severity)) + " ";
    line += diag::code_of(*diagnostic->kind) + " ";
    const Span& span = diagnostic->span;
    if (span.known() && span.file != of.file) line += of.sources.file(span.file).name + ":";
    if (span.known()) {
      const source::Position at = of.sources.position_of(span.file, span.begin);
      line += std::to_string(at.line) + ":" + std::to_string(at.column) + " '" +
              std::string(of.sources.text(span)) + "' ";
    }
    all.push_back(line + diagnostic->message);
  }
  return all;
}

inline const model::Step& step_named(const Definition& of, const std::string& id) {
  for (const model::Step& step : of.workflow().steps)
    if (step.id.value == id) return step;
  ADD_FAILURE() << "there is no step " << id;
  static const model::Step none;
  return none;
}

// "fail: back to build max 3 (test_retry) if result.x", as a person would say a reaction.
inline std::string said(const model::Reaction& reaction) {
  static const char* const outcomes[] = {"fail", "timeout", "reject", "breach", "block", "holds"};
  static const char* const responses[] = {"retry",    "repair",  "back to", "approve", "escalate",
                                          "continue", "degrade", "stop",    "fail",    "cancel"};
  std::string text = outcomes[static_cast<std::size_t>(reaction.on)];
  if (reaction.condition) text = spelt(*reaction.condition);
  text += ": " + std::string(responses[static_cast<std::size_t>(reaction.response)]);
  if (!reaction.to.value.empty()) text += " " + reaction.to.value;
  if (reaction.max.value > 0) text += " max " + std::to_string(reaction.max.value);
  if (reaction.wait_ms > 0) text += " wait " + std::to_string(reaction.wait_ms);
  if (!reaction.name.value.empty()) text += " as " + reaction.name.value;
  if (reaction.stop_on_no_progress) text += " while it gets better";
  if (reaction.text) text += " \"" + shown(*reaction.text) + "\"";
  for (const model::Told& told : reaction.include) text += " +" + told.name;
  if (reaction.when) text += " when " + spelt(*reaction.when);
  return text;
}

inline std::vector<std::string> reactions(const std::vector<model::Reaction>& of) {
  std::vector<std::string> all;
  for (const model::Reaction& reaction : of) all.push_back(said(reaction));
  return all;
}

// "deny code_execution"
inline std::vector<std::string> tools_of(const model::Step& step) {
  std::vector<std::string> all;
  if (!step.extras) return all;
  for (const model::ToolRule& rule : step.extras->tools)
    all.push_back((rule.allow ? "allow " : "deny ") + rule.tool.value +
                  (rule.reason.empty() ? "" : " (" + rule.reason + ")"));
  return all;
}

inline std::vector<std::string> criteria_of(const model::QualityGate& gate) {
  std::vector<std::string> all;
  for (const model::Criterion& criterion : gate.criteria) all.push_back(criterion.text);
  return all;
}

}  // namespace wfc
