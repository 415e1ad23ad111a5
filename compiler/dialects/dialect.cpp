// Recognises definitions, as language.md section 12 orders it, and has them read.
#include "compiler/dialects/dialect.h"

#include <algorithm>

#include "compiler/dialects/fields.h"
#include "compiler/dialects/markdown.h"
#include "compiler/dialects/phrase.h"
#include "compiler/dialects/wf.h"

namespace wfc::dialects {

#define WFC_DIALECT(name) extern const Dialect name;
#include "compiler/dialects/dialects.def"
#undef WFC_DIALECT

namespace {

constexpr const Dialect* readable[] = {
#define WFC_DIALECT(name) &name,
#include "compiler/dialects/dialects.def"
#undef WFC_DIALECT
};

bool is_space(char c) {
  return c == ' ' || c == '\t';
}

// The text without what may stand above the first statement: blank lines and comments.
std::string_view first_statement(std::string_view text) {
  while (!text.empty()) {
    const std::size_t start = text.find_first_not_of(" \t\r\n");
    if (start == std::string_view::npos) return {};
    text.remove_prefix(start);
    if (text[0] != '#') return text;
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end);
  }
  return {};
}

// `workflow` and something that is not a colon: `workflow:` is a key.
bool begins_as_wf(std::string_view text) {
  constexpr std::string_view word = "workflow";
  text = first_statement(text);
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  if (text.empty() || !is_space(text[0])) return text.empty() || text[0] == '\n' || text[0] == '\r';
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text.empty() || text[0] != ':';
}

// First match.
const Dialect* const candidates[] = {&agentic_layer, &coder_ide, &coder, &agent007, &infracodebase};

Span start_of(FileId file) {
  return {file, 0, 0};
}

// What a definition that no dialect knows does look like.
std::string seen_in(const yaml::Node& root) {
  std::string seen;
  int shown = 0;
  for (const yaml::Entry& entry : root.entries) {
    if (shown == 6) {
      seen += ", ...";
      break;
    }
    seen += (shown++ == 0 ? "its keys are `" : ", `") + std::string(entry.key.substr(0, 40)) + "`";
  }
  return seen;
}

// `phases` order one dialect, `steps` all others, and each has its own keys above them. A definition with
// both may have been meant as either.
bool says_two_dialects(const yaml::Node& root, diag::Report& report) {
  constexpr std::string_view of_others[] = {"steps", "workflow_id", "trigger", "triggers"};
  const yaml::Entry* phases = nullptr;
  const yaml::Entry* other = nullptr;
  for (const yaml::Entry& entry : root.entries) {
    if (entry.key == "phases") phases = &entry;
    const bool strange =
        std::find(std::begin(of_others), std::end(of_others), entry.key) != std::end(of_others);
    if (strange && !other) other = &entry;
  }
  if (!phases || !other) return false;
  report.add(diag::unknown_dialect, other->key_span, "this has keys of two dialects")
      .label("a key of other dialects")
      .also(phases->key_span, "a key of agentic-layer")
      .help("remove one of them, or choose with `--dialect`");
  return true;
}

bool is_recognised(const yaml::Node& root) {
  return std::any_of(std::begin(candidates), std::end(candidates),
                     [&](const Dialect* candidate) { return !candidate->recognise(root).empty(); });
}

// Mistakes after which the tree may be only part of what was written.
bool is_cut_short(const diag::Report& report, std::size_t before) {
  const auto& all = report.all();
  return std::any_of(all.begin() + static_cast<std::ptrdiff_t>(before), all.end(),
                     [](const auto& diagnostic) {
                       return diagnostic->severity == diag::Severity::error &&
                              diagnostic->kind->number != diag::duplicate_key.info.number;
                     });
}

// Mistakes after which lines may stand in other places than they were meant to.
bool has_syntax_error(const diag::Report& report, std::size_t before) {
  const auto& all = report.all();
  return std::any_of(all.begin() + static_cast<std::ptrdiff_t>(before), all.end(),
                     [](const auto& said) { return said->kind->number == diag::yaml_syntax.info.number; });
}

// Is it said of what seems to be missing, or to be something else?
bool is_about_shape(const diag::KindInfo& kind) {
  return kind.number == diag::missing_setting.info.number || kind.number == diag::wrong_shape.info.number ||
         kind.number == diag::default_used.info.number;
}

ReadResult read_text(const ReadContext& context, std::string reason) {
  ReadResult result;
  result.dialect = &wf;
  result.reason = std::move(reason);
  ReadContext own = context;
  own.reason = result.reason;
  const source::Limits& limits = context.report.limits();
  if (context.sources.file(context.file).text.size() > limits.wf_bytes) {
    context.report
        .add(diag::text_too_large, start_of(context.file), "this file",
             spelt(limits, &source::Limits::wf_bytes))
        .raise(&source::Limits::wf_bytes);
    return {};
  }
  const dsl::File file = dsl::parse_file(context.sources, context.file, context.report);
  result.workflow = read_wf(file, own);
  model::link(result.workflow);
  return result;
}

ReadResult read_outline_of(const ReadContext& context, std::string reason) {
  ReadResult result;
  result.dialect = &infracodebase;
  result.reason = std::move(reason);
  ReadContext own = context;
  own.reason = result.reason;
  result.workflow = infracodebase.read_text(own);
  model::link(result.workflow);
  return result;
}

}  // namespace

extern const Dialect wf;
constinit const Dialect wf = {.name = "wf", .recognise = nullptr, .read = nullptr};

std::span<const Dialect* const> all() {
  return readable;
}

const Dialect* find(std::string_view name) {
  for (const Dialect* dialect : readable)
    if (dialect->name == name) return dialect;
  return nullptr;
}

std::vector<std::string> known_names() {
  std::vector<std::string> names;
  for (const Dialect* candidate : candidates) names.emplace_back(candidate->name);
  names.emplace_back(wf.name);
  return names;
}

ReadResult read(const ReadContext& context, std::string_view forced) {
  const source::File& file = context.sources.file(context.file);
  diag::Report& report = context.report;
  if (!forced.empty() && !find(forced)) {
    std::vector<std::string_view> known;
    for (const Dialect* dialect : readable) known.push_back(dialect->name);
    report
        .add(diag::unknown_dialect, start_of(context.file),
             "no dialect is named `" + std::string(forced) + "`")
        .help("write `--dialect` with " + spell_out(known));
    return {};
  }
  if (forced == wf.name) return read_text(context, {});
  if (forced.empty() && begins_as_wf(file.text)) return read_text(context, "it begins with `workflow`");
  if (forced.empty() && file.name.ends_with(".wf")) return read_text(context, "its name ends in `.wf`");

  ReadResult result;
  const std::size_t before = report.all().size();
  // What a reader of YAML says counts only if this is YAML.
  diag::Report said(report.limits());
  result.document = yaml::parse(context.sources, context.file, said);
  const yaml::Node* root = result.document.root();
  const bool mapping = root && root->is_mapping();
  // A heading is a comment of YAML, and a colon in a sentence makes a mapping of it, of a kind that ends
  // where the list begins.
  const bool taken_as_mapping = mapping && !(said.has_errors() && !is_recognised(*root));
  const bool may_be_text = forced.empty() || forced == infracodebase.name;
  const bool called_so = !mapping && (!forced.empty() || file.name.ends_with(".md"));
  if (may_be_text && ((!taken_as_mapping && looks_like_outline(file.text)) || called_so))
    return read_outline_of(context, forced.empty() ? "it is text with a heading or a list" : "");
  report.append(std::move(said));
  // A value that could not be read is marked, and only it is missing; lines mark all that is around them.
  const bool misread = context.damaged || is_cut_short(report, before);
  const bool cut_short = misread && (!mapping || root->broken);
  if (!mapping) {
    if (cut_short) return result;
    if (!root || root->is_null()) {
      report.add(diag::wrong_shape, start_of(context.file), "a definition", "a mapping")
          .label("there is nothing here");
    } else {
      report
          .add(diag::wrong_shape, root->items.empty() ? root->span : root->items[0]->span, "a definition",
               "a mapping")
          .label("this is " + std::string(form_of(*root)));
    }
    return result;
  }
  if (!forced.empty()) {
    result.dialect = find(forced);
  } else if (!misread && says_two_dialects(*root, report)) {
    return result;
  } else {
    for (const Dialect* candidate : candidates) {
      result.reason = candidate->recognise(*root);
      if (result.reason.empty()) continue;
      result.dialect = candidate;
      break;
    }
    const yaml::Node* steps = root->find("steps");
    if (result.reason.empty() && !misread && steps && steps->is_sequence() && steps->items.empty()) {
      report.add(diag::empty_collection, steps->span, "`steps`").label("a workflow needs at least one step");
    } else if (result.reason.empty() && !misread) {
      report
          .add(diag::unknown_dialect, root->entries.empty() ? root->span : root->entries[0].key_span,
               "this does not look like a workflow of any dialect")
          .note(seen_in(*root))
          .help("choose a dialect with `--dialect`");
    }
  }
  // What is missing from a text that could be read in part is not missing from the definition.
  diag::Report perhaps(report.limits());
  const bool misplaced = context.damaged || has_syntax_error(report, before);
  if (!result.dialect || cut_short) return result;
  ReadContext own{.sources = context.sources,
                  .file = context.file,
                  .report = misplaced ? perhaps : report,
                  .defines = context.defines,
                  .root = context.root,
                  .allow_outside = context.allow_outside,
                  .allow_unknown_keys = context.allow_unknown_keys,
                  .reason = result.reason};
  result.workflow = result.dialect->read(*root, own);
  model::link(result.workflow);
  if (misplaced) {
    perhaps.drop([](const diag::Diagnostic& said) { return is_about_shape(*said.kind); });
    report.append(std::move(perhaps));
  }
  return result;
}

}  // namespace wfc::dialects
