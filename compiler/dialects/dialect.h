// Recognises a definition and reads it into the model. One file a dialect, one line each in dialects.def.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diag/report.h"
#include "compiler/model/workflow.h"
#include "compiler/source/source.h"
#include "compiler/yaml/yaml.h"

namespace wfc::dialects {

struct Define {                  // --define NAME=TEXT
  std::string name;
  std::string text;
};

struct ReadContext {
  source::SourceMap& sources;
  FileId file;
  diag::Report& report;
  std::span<const Define> defines;
  std::string root;              // Folder of the definition; files it names lie below it.
  bool allow_outside = false;
  bool allow_unknown_keys = false;
};

struct Dialect {
  std::string_view name;         // As --dialect takes it.
  std::string_view reason;       // Why it was recognised: "its steps have `agent`".
  bool (*recognise)(const yaml::Node& root);                                      // Null for `wf`.
  model::Workflow (*read)(const yaml::Node& root, const ReadContext& context);    // Null for `wf`.
};
std::span<const Dialect* const> all();
const Dialect* find(std::string_view name);

struct ReadResult {
  const Dialect* dialect = nullptr;  // Null: not recognised (reported).
  model::Workflow workflow;          // Linked.
  yaml::Document document;           // Keeps the nodes alive; empty for `.wf`.
};
// Recognises the text (or takes `forced`), parses and reads it. Everything wrong is in the report.
ReadResult read(const ReadContext& context, std::string_view forced);

}  // namespace wfc::dialects
