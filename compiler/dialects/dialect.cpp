// Recognises definitions, as language.md section 12 orders it, and has them read.
#include "compiler/dialects/dialect.h"

#include <algorithm>

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

// infracodebase in Markdown: a heading and an ordered list. In YAML the heading is a comment, so this is
// asked only where the text is no mapping.
bool looks_like_markdown(std::string_view text) {
  bool heading = false, list = false;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t start = line.find_first_not_of(' ');
    if (start == std::string_view::npos) continue;
    line.remove_prefix(start);
    heading = heading || (line.starts_with("#") && line.find_first_not_of('#') != std::string_view::npos &&
                          is_space(line[line.find_first_not_of('#')]));
    const std::size_t digits = line.find_first_not_of("0123456789");
    list = list || (digits != std::string_view::npos && digits > 0 && line[digits] == '.' &&
                    digits + 1 < line.size() && is_space(line[digits + 1]));
  }
  return heading && list;
}

std::string step_type(const yaml::Node& root, std::initializer_list<std::string_view> types) {
  const yaml::Node* steps = root.find("steps");
  if (!steps || !steps->is_sequence()) return {};
  for (const yaml::Node* step : steps->items) {
    const yaml::Node* type = step->is_mapping() ? step->find("type") : nullptr;
    if (!type || !type->is_scalar()) continue;
    if (std::find(types.begin(), types.end(), type->text) != types.end()) return std::string(type->text);
  }
  return {};
}

std::string recognise_agentic_layer(const yaml::Node& root) {
  return root.has("phases") ? "it has `phases`" : std::string();
}
std::string recognise_coder_ide(const yaml::Node& root) {
  if (root.has("trigger")) return "it has `trigger`";
  const std::string type = step_type(root, {"action", "condition", "parallel", "human_gate"});
  return type.empty() ? type : "a step has the type `" + type + "`";
}
std::string recognise_infracodebase(const yaml::Node& root) {
  const yaml::Node* steps = root.find("steps");
  const bool texts = steps && steps->is_sequence() && !steps->items.empty() &&
                     std::all_of(steps->items.begin(), steps->items.end(),
                                 [](const yaml::Node* step) { return step->is_scalar(); });
  return texts ? "its steps are texts" : std::string();
}

// First match. Null in `dialect`: known, and not read by this version.
struct Candidate {
  std::string_view name;
  const Dialect* dialect;
  std::string (*recognise)(const yaml::Node& root);
};
const Candidate candidates[] = {
    {"agentic-layer", nullptr, recognise_agentic_layer},
    {"coder-ide", nullptr, recognise_coder_ide},
    {coder.name, &coder, coder.recognise},
    {agent007.name, &agent007, agent007.recognise},
    {"infracodebase", nullptr, recognise_infracodebase},
};

Span start_of(FileId file) {
  return {file, 0, 0};
}

bool is_unread(std::string_view name) {
  return std::any_of(std::begin(candidates), std::end(candidates), [&](const Candidate& candidate) {
    return candidate.name == name && !candidate.dialect;
  });
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
  const dsl::File file = dsl::parse_file(context.sources, context.file, context.report);
  result.workflow = read_wf(file, own);
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
  for (const Candidate& candidate : candidates) names.emplace_back(candidate.name);
  names.emplace_back(wf.name);
  return names;
}

ReadResult read(const ReadContext& context, std::string_view forced) {
  const source::File& file = context.sources.file(context.file);
  diag::Report& report = context.report;
  if (!forced.empty() && !find(forced)) {
    if (is_unread(forced)) {
      report.add(diag::not_yet, start_of(context.file), "the `" + std::string(forced) + "` dialect");
    } else {
      report
          .add(diag::unknown_dialect, start_of(context.file),
               "no dialect is named `" + std::string(forced) + "`")
          .help("write `--dialect` with `coder`, `agent007` or `wf`");
    }
    return {};
  }
  if (forced == wf.name) return read_text(context, {});
  if (forced.empty() && begins_as_wf(file.text)) return read_text(context, "it begins with `workflow`");
  if (forced.empty() && file.name.ends_with(".wf")) return read_text(context, "its name ends in `.wf`");

  ReadResult result;
  const std::size_t before = report.all().size();
  result.document = yaml::parse(context.sources, context.file, report);
  const yaml::Node* root = result.document.root();
  const bool mapping = root && root->is_mapping();
  // A value that could not be read is marked, and only it is missing; lines mark all that is around them.
  const bool misread = context.damaged || is_cut_short(report, before);
  const bool cut_short = misread && (!mapping || root->broken);
  if (forced.empty() && !mapping && looks_like_markdown(file.text)) {
    report.add(diag::not_yet, start_of(context.file), "the `infracodebase` dialect");
    return result;
  }
  if (!mapping) {
    if (cut_short) return result;
    if (!root || root->is_null()) {
      report.add(diag::wrong_shape, start_of(context.file), "a definition", "a mapping")
          .label("there is nothing here");
    } else {
      report
          .add(diag::wrong_shape, root->items.empty() ? root->span : root->items[0]->span, "a definition",
               "a mapping")
          .label(root->is_sequence() ? "this is a list" : "this is a text");
    }
    return result;
  }
  if (!forced.empty()) {
    result.dialect = find(forced);
  } else {
    for (const Candidate& candidate : candidates) {
      result.reason = candidate.recognise(*root);
      if (result.reason.empty()) continue;
      result.dialect = candidate.dialect;
      if (!candidate.dialect)
        report.add(diag::not_yet, start_of(context.file), "the `" + std::string(candidate.name) + "` dialect")
            .note("recognised because " + result.reason + "; choose another with `--dialect`");
      break;
    }
    if (result.reason.empty() && !misread)
      report
          .add(diag::unknown_dialect, root->entries.empty() ? root->span : root->entries[0].key_span,
               "this does not look like a workflow of any dialect")
          .note(seen_in(*root))
          .help("choose a dialect with `--dialect`");
  }
  // What is missing from a text that could be read in part is not missing from the definition.
  diag::Report perhaps;
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
