// Recognises a definition and reads it into the model. One file a dialect, one line each in dialects.def.
#pragma once
#include <cstdint>
#include <memory>
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

struct Define {  // --define NAME=TEXT
  std::string name;
  std::string text;
};

struct ReadContext {
  source::SourceMap& sources;
  FileId file;
  diag::Report& report;
  std::span<const Define> defines;
  std::string root;  // Folder of the definition; files it names lie below it.
  bool allow_outside = false;
  bool allow_unknown_keys = false;
  std::string reason = {};  // Why the dialect was chosen, for notes; empty when it was forced.
  bool damaged = false;     // The text could not be read as it is: what it seems to lack may stand in it.
  // What texts took from files so far. Copies share it.
  std::shared_ptr<std::uint64_t> file_bytes = std::make_shared<std::uint64_t>(0);
};

// What `include` in the texts of a definition may read.
inline expr::Includes includes_of(const ReadContext& context) {
  return {&context.sources, context.root, context.allow_outside, context.file_bytes.get()};
}

struct Dialect {
  std::string_view name;  // As --dialect takes it.
  // Why a definition is one of this dialect ("its steps have `agent`"), or empty when it is none. Null for
  // `wf`.
  std::string (*recognise)(const yaml::Node& root);
  model::Workflow (*read)(const yaml::Node& root, const ReadContext& context);  // Null for `wf`.
  // Reads a definition that is no mapping, as Markdown; null where the dialect has no such form.
  model::Workflow (*read_text)(const ReadContext& context) = nullptr;
};
std::span<const Dialect* const> all();
const Dialect* find(std::string_view name);
// Those that `--dialect` may name.
std::vector<std::string> known_names();

struct ReadResult {
  const Dialect* dialect = nullptr;  // Null: not recognised (reported).
  std::string reason;                // Why this one; empty when it was forced.
  model::Workflow workflow;          // Linked.
  yaml::Document document;           // Keeps the nodes alive; empty for `.wf`.
};
// Recognises the text (or takes `forced`), parses and reads it. Everything wrong is in the report.
ReadResult read(const ReadContext& context, std::string_view forced);

}  // namespace wfc::dialects
