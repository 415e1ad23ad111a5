// Tool files, the matrix of permissions, and the rules that come of them.
//
// What a phase may do by the matrix is allowed by saying nothing; what it may not is a rule that denies.
// Where a definition enables more than that, all that the phase may do is listed: a list of what is allowed
// is whole.
#include "compiler/dialects/layer_tools.h"

#include <algorithm>

#include "compiler/dialects/phrase.h"

namespace wfc::dialects {

namespace {

constexpr std::string_view read_tool = "file_system.read", search_tool = "file_system.search",
                           write_tool = "file_system.write", execute_tool = "code_execution";
struct Word {
  std::string_view word, tool;
};
constexpr Word words[] = {
    {"read", read_tool}, {"search", search_tool}, {"execute", execute_tool}, {"write", write_tool}};
constexpr std::string_view listed_words[] = {"read", "search", "execute", "write"};
// The names that the reference engine's file uses.
constexpr Word engine_words[] = {{"read", read_tool},
                                 {"write", write_tool},
                                 {"shell", execute_tool},
                                 {"glob", search_tool},
                                 {"grep", search_tool}};
constexpr std::string_view engine_tools[] = {"read", "write", "shell", "glob", "grep"};

struct Row {
  std::string_view phase;
  bool execute, write;
  std::string_view needs;  // The tool without which the phase cannot do its work.
};
constexpr Row matrix[] = {
    {"classify", false, false, read_tool}, {"plan", false, false, read_tool},
    {"build", true, true, write_tool},     {"test", true, true, execute_tool},
    {"review", false, false, read_tool},   {"document", false, true, write_tool},
    {"deploy", true, false, execute_tool}, {"monitor", true, false, {}},
};
constexpr Row custom = {{}, false, false, {}};

constexpr std::string_view categories[] = {"file_system", "code_execution", "external_apis",
                                           "context_providers"};
constexpr std::string_view states[] = {"enabled", "disabled"};

constexpr Key tools_keys[] = {{.name = "configs", .shape = Shape::text_map},
                              {.name = "phase_overrides", .shape = Shape::map}};
constexpr Object tools_object = {.noun = "`tools`", .keys = tools_keys};
constexpr Key matrix_keys[] = {{.name = "version", .shape = Shape::integer},
                               {.name = "description"},
                               {.name = "permissions", .shape = Shape::map, .required = true}};
constexpr Object matrix_object = {.noun = "a file of permissions", .keys = matrix_keys};
constexpr Key row_keys[] = {{.name = "trust_tools", .shape = Shape::texts},
                            {.name = "trust_all", .shape = Shape::boolean},
                            {.name = "rationale"}};
constexpr Object row_object = {.noun = "an entry of `permissions`", .keys = row_keys};
constexpr Key boolean_keys[] = {
    {.name = "read", .shape = Shape::boolean},          {.name = "search", .shape = Shape::boolean},
    {.name = "execute", .shape = Shape::boolean},       {.name = "write", .shape = Shape::boolean},
    {.name = "deny_reasons", .shape = Shape::text_map}, {.name = "execute_allowlist", .shape = Shape::texts}};
constexpr Object boolean_object = {.noun = "the `tools` of a phase", .keys = boolean_keys};

const Row& row_of(std::string_view phase) {
  for (const Row& row : matrix)
    if (row.phase == phase) return row;
  return custom;
}

std::string_view category_of(std::string_view tool) {
  return tool.substr(0, tool.find('.'));
}

}  // namespace

void LayerTools::read(const yaml::Node* tools) {
  for (const Phase& phase : layer_.phases) {
    const Row& row = row_of(phase.name.value);
    Rules& rules = rules_[phase.name.value];
    if (!row.execute)
      rules[std::string(execute_tool)] = {.allow = false, .span = phase.name.span, .reason = {}};
    if (!row.write) rules[std::string(write_tool)] = {.allow = false, .span = phase.name.span, .reason = {}};
  }
  const yaml::Node* overrides = nullptr;
  if (tools && tools->is_scalar()) {
    read_matrix_file(*tools);
  } else if (tools) {
    const Fields fields(layer_.reader, *tools, tools_object);
    if (const yaml::Node* configs = fields.find("configs")) read_configs(*configs);
    overrides = fields.find("phase_overrides");
  }
  for (const Phase& phase : layer_.phases) read_phase(phase);
  if (overrides) read_overrides(*overrides);
  for (const Phase& phase : layer_.phases) {
    check(phase, rules_[phase.name.value]);
    set(phase, rules_[phase.name.value]);
  }
}

void LayerTools::read_configs(const yaml::Node& configs) {
  for (const yaml::Entry& entry : configs.entries) {
    const bool extension = entry.key.starts_with("x-");
    if (extension || !entry.value->is_scalar() || yaml::is_no_value(*entry.value)) continue;
    const Located<std::string> name = {std::string(entry.value->text), entry.value->span};
    const yaml::Node* root = layer_.document(name);
    if (!root) continue;
    if (!root->is_mapping()) {
      layer_.reader.report.add(diag::wrong_shape, entry.value->span, in_ticks(name.value), "a mapping");
      continue;
    }
    const std::string& text = layer_.reader.context.sources.file(root->span.file).text;
    layer_.workflow.tool_files.push_back({{std::string(entry.key), entry.key_span}, text});
    std::vector<std::string>& known = capabilities_[std::string(entry.key)];
    const yaml::Node* category = root->find(entry.key);
    if (!category) {
      layer_.reader.report.add(diag::no_effect, entry.key_span, entry.key)
          .label("`" + name.value + "` does not speak of it")
          .also(root->entries.empty() ? root->span : root->entries[0].key_span, "this is what it speaks of");
      capabilities_.erase(std::string(entry.key));
      continue;
    }
    for (const yaml::Entry& capability : category->entries) {
      known.emplace_back(capability.key);
      // `version_control` is `git` to whoever uses it.
      const yaml::Node* provider =
          capability.value->is_mapping() ? capability.value->find("provider") : nullptr;
      if (provider && provider->is_scalar()) known.emplace_back(provider->text);
    }
  }
}

void LayerTools::read_matrix_file(const yaml::Node& name) {
  const yaml::Node* root = layer_.document({std::string(name.text), name.span});
  if (!root) return;
  const Fields fields(layer_.reader, *root, matrix_object);
  matrix_ = fields.find("permissions");
  if (root->is_mapping())
    layer_.workflow.tool_files.push_back(
        {{"permissions", name.span}, layer_.reader.context.sources.file(root->span.file).text});
}

void LayerTools::read_phase(const Phase& phase) {
  if (!phase.settings || !phase.settings->is_mapping()) return;
  Rules& rules = rules_[phase.name.value];
  phase_ = &phase;
  const yaml::Node* permissions = phase.settings->find("permissions");
  const yaml::Node* tools = phase.settings->find("tools");
  if (permissions && permissions->is_scalar() && !yaml::is_no_value(*permissions))
    read_permissions(*permissions, rules);
  if (!tools || tools->is_null()) return;
  if (tools->is_sequence()) {
    read_list(*tools, "tools", rules);
  } else {
    read_booleans(*tools, phase, rules);
  }
}

// The list is all that the phase may use.
void LayerTools::read_list(const yaml::Node& list, std::string_view key, Rules& rules) {
  rules.clear();
  for (const Word& word : words)
    rules[std::string(word.tool)] = {.allow = false, .written = true, .span = list.span, .reason = {}};
  for (const yaml::Node* item : list.items) {
    const Word* known = std::find_if(std::begin(words), std::end(words), [&](const Word& word) {
      return item->is_scalar() && word.word == item->text;
    });
    if (known != std::end(words)) {
      rules.erase(rules.find(known->tool));
    } else if (item->is_scalar()) {
      unclear_.insert(phase_->name.value);
      layer_.reader.report.add(diag::unknown_choice, item->span, "an entry of " + in_ticks(key), item->text)
          .help("write " + spell_out(listed_words))
          .did_you_mean(diag::closest(item->text, {"read", "search", "execute", "write"}), item->span);
    } else if (!item->broken) {
      layer_.reader.report.add(diag::wrong_shape, item->span, "each entry of " + in_ticks(key), "a text");
    }
  }
}

// A row of the file's matrix; without a file, of the one that all have.
void LayerTools::read_permissions(const yaml::Node& name, Rules& rules) {
  diag::Report& report = layer_.reader.report;
  std::vector<std::string> known;
  if (!matrix_) {
    const Row& row = row_of(name.text);
    if (row.phase.empty()) {
      for (const Row& one : matrix) known.emplace_back(one.phase);
      report.add(diag::unknown_choice, name.span, "`permissions`", name.text)
          .help("name a standard phase, or give a file of permissions in `tools`")
          .did_you_mean(layer_.guess(name.text, known), name.span);
      return;
    }
    rules.clear();
    if (!row.execute)
      rules[std::string(execute_tool)] = {.allow = false, .written = true, .span = name.span, .reason = {}};
    if (!row.write)
      rules[std::string(write_tool)] = {.allow = false, .written = true, .span = name.span, .reason = {}};
    return;
  }
  const yaml::Node* row = matrix_->find(name.text);
  if (!row) {
    for (const yaml::Entry& entry : matrix_->entries) known.emplace_back(entry.key);
    report.add(diag::unknown_choice, name.span, "`permissions`", name.text)
        .label("the file of permissions has no such entry")
        .did_you_mean(layer_.guess(name.text, known), name.span);
    return;
  }
  const Fields fields(layer_.reader, *row, row_object);
  rules.clear();
  if (fields.boolean("trust_all", false)) return;
  for (const Word& word : engine_words)
    rules[std::string(word.tool)] = {
        .allow = false, .written = true, .span = row->span, .reason = fields.text("rationale")};
  for (const Located<std::string>& tool : fields.texts("trust_tools")) {
    const Word* meant = std::find_if(std::begin(engine_words), std::end(engine_words),
                                     [&](const Word& word) { return word.word == tool.value; });
    if (meant != std::end(engine_words)) {
      rules.erase(std::string(meant->tool));
    } else {
      unclear_.insert(phase_->name.value);
      report.add(diag::unknown_choice, tool.span, "an entry of `trust_tools`", tool.value)
          .help("write " + spell_out(engine_tools))
          .did_you_mean(diag::closest(tool.value, {"read", "write", "shell", "glob", "grep"}), tool.span);
    }
  }
}

void LayerTools::read_booleans(const yaml::Node& node, const Phase& phase, Rules& rules) {
  const Fields fields(layer_.reader, node, boolean_object);
  for (const Word& word : words) {
    if (!fields.find(word.word)) continue;
    if (fields.boolean(word.word, true)) {
      rules.erase(std::string(word.tool));
    } else {
      rules[std::string(word.tool)] = {
          .allow = false, .written = true, .span = fields.key_span(word.word), .reason = {}};
    }
  }
  if (const yaml::Node* reasons = fields.find("deny_reasons")) {
    for (const yaml::Entry& entry : reasons->entries) {
      const Word* known = std::find_if(std::begin(words), std::end(words),
                                       [&](const Word& word) { return word.word == entry.key; });
      const auto rule = known == std::end(words) ? rules.end() : rules.find(known->tool);
      if (rule == rules.end()) {
        layer_.reader.report.add(diag::no_effect, entry.key_span, entry.key)
            .label(known == std::end(words) ? "`deny_reasons` gives reasons for " + spell_out(listed_words)
                                            : in_ticks(entry.key) + " is not denied");
      } else if (entry.value->is_scalar()) {
        rule->second.reason = entry.value->text;
      }
    }
  }
  if (const yaml::Node* commands = fields.find("execute_allowlist")) {
    if (rules.contains(execute_tool)) {
      layer_.no_effect(fields, "execute_allowlist", in_ticks(phase.name.value) + " may not execute anything");
    } else {
      layer_.workflow.policies.push_back({.name = "phases." + phase.name.value + ".tools.execute_allowlist",
                                          .value = to_json(*commands),
                                          .span = commands->span});
    }
  }
}

void LayerTools::read_overrides(const yaml::Node& overrides) {
  for (const yaml::Entry& entry : overrides.entries) {
    const Phase* phase = layer_.find_at(entry.key, entry.key_span);
    if (!phase) continue;
    if (!entry.value->is_mapping()) {
      if (!entry.value->is_null())
        layer_.reader.report.add(diag::wrong_shape, entry.key_span, in_ticks(entry.key),
                                 "a mapping of tools to `enabled` or `disabled`");
      continue;
    }
    for (const yaml::Entry& one : entry.value->entries) read_override(one, *phase);
  }
}

// A category, or a capability of one that is known.
bool LayerTools::is_tool(const Located<std::string>& tool) {
  const std::string_view category = category_of(tool.value);
  const auto configured = capabilities_.find(category);
  std::vector<std::string> known(std::begin(categories), std::end(categories));
  for (const auto& [name, capabilities] : capabilities_) known.push_back(name);
  diag::Report& report = layer_.reader.report;
  if (std::find(known.begin(), known.end(), category) == known.end()) {
    const Span span = part_of(tool.span, tool.value, 0, category.size());
    report.add(diag::unknown_name, span, diag::Noun::tool, tool.value)
        .label("no such category")
        .did_you_mean(layer_.guess(category, known), span);
    return false;
  }
  if (configured == capabilities_.end() || category.size() == tool.value.size()) return true;
  const std::string_view capability = std::string_view(tool.value).substr(category.size() + 1);
  const std::string_view first = category_of(capability);
  if (std::find(configured->second.begin(), configured->second.end(), first) != configured->second.end())
    return true;
  const Span span = part_of(tool.span, tool.value, category.size() + 1, first.size());
  report.add(diag::unknown_name, span, diag::Noun::tool, tool.value)
      .label("the file for " + in_ticks(category) + " has no such tool")
      .did_you_mean(layer_.guess(first, configured->second), span);
  return false;
}

void LayerTools::read_override(const yaml::Entry& entry, const Phase& phase) {
  const Located<std::string> tool = {std::string(entry.key), entry.key_span};
  const yaml::Node& value = *entry.value;
  const bool known = is_tool(tool);
  const bool enabled = value.is_scalar() && value.text == "enabled";
  if (!enabled && !(value.is_scalar() && value.text == "disabled")) {
    if (value.broken) return;
    const std::string written = value.is_scalar() ? std::string(value.text) : "this";
    layer_.reader.report.add(diag::unknown_choice, value.span, in_ticks(tool.value), written)
        .help("write " + spell_out(states))
        .did_you_mean(diag::closest(written, {"enabled", "disabled"}), value.span);
    return;
  }
  if (!known) return;
  Rules& rules = rules_[phase.name.value];
  const auto by_matrix = rules.find(tool.value);
  const bool flips = by_matrix != rules.end() && !by_matrix->second.written;
  if (enabled && flips) {
    // The matrix denied it. That it is written is remembered, for conflicts.
    by_matrix->second = {.allow = true, .written = true, .span = tool.span, .reason = {}};
    return;
  }
  // Below a category that is denied there is nothing left of the matrix to say.
  if (!enabled)
    std::erase_if(rules, [&](const auto& rule) {
      return !rule.second.written && rule.first.starts_with(tool.value + ".");
    });
  rules[tool.value] = {.allow = enabled, .written = true, .span = tool.span, .reason = {}};
}

void LayerTools::check(const Phase& phase, const Rules& rules) {
  diag::Report& report = layer_.reader.report;
  const auto denial = [&](std::string_view tool) {
    const auto exact = rules.find(tool);
    if (exact != rules.end()) return exact;
    return rules.find(category_of(tool));
  };
  for (const auto& [tool, rule] : rules) {
    if (!rule.allow || !rule.written || category_of(tool).size() == tool.size()) continue;
    const auto category = rules.find(category_of(tool));
    if (category == rules.end() || category->second.allow || !category->second.written) continue;
    report
        .add(diag::tool_conflict, rule.span,
             in_ticks(tool) + " is enabled and " + in_ticks(category->first) + " disabled for " +
                 in_ticks(phase.name.value))
        .label("enabled here")
        .also(category->second.span, "disabled here")
        .help("disable the tools of " + in_ticks(category->first) + " that are not wanted one by one");
  }
  const std::string_view needed = row_of(phase.name.value).needs;
  if (!needed.empty() && !unclear_.contains(phase.name.value)) {
    const auto rule = denial(needed);
    if (rule != rules.end() && !rule->second.allow && rule->second.written)
      report
          .add(diag::tool_conflict, rule->second.span,
               "the phase " + in_ticks(phase.name.value) + " needs " + in_ticks(needed))
          .label("it is denied here")
          .also(phase.name.span, "this phase");
  }
  if (phase.name.value != "review") return;
  const auto write = denial(write_tool);
  const bool denied = write != rules.end() && !write->second.allow;
  if (denied) return;
  const Span span = write != rules.end() ? write->second.span : phase.name.span;
  report.add(diag::tool_conflict, span, "`review` may write what it reviews")
      .severity(diag::Severity::warning)
      .help("leave the changes to `build`: reviewers report, and do not mend");
}

void LayerTools::set(const Phase& phase, const Rules& rules) {
  std::vector<model::ToolRule> made;
  // What goes beyond the matrix.
  bool more = false;
  for (const auto& [tool, rule] : rules)
    more = more || (rule.allow && tool != execute_tool && tool != write_tool);
  const auto add = [&](bool allow, std::string_view tool, Span span, const std::string& reason) {
    made.push_back({.allow = allow, .tool = {std::string(tool), span}, .reason = reason});
  };
  for (const auto& [tool, rule] : rules)
    if (!rule.allow) add(false, tool, rule.span, rule.reason);
  if (more) {
    const auto denied = [&](std::string_view tool) {
      const auto rule = rules.find(tool);
      return rule != rules.end() && !rule->second.allow;
    };
    for (const std::string_view tool :
         {read_tool, search_tool, write_tool, execute_tool, categories[2], categories[3]})
      if (!denied(tool) && !denied(category_of(tool)) && !rules.contains(tool))
        add(true, tool, phase.name.span, {});
    for (const auto& [tool, rule] : rules)
      if (rule.allow) add(true, tool, rule.span, rule.reason);
  }
  if (!made.empty()) layer_.extras_of(phase).tools = std::move(made);
}

}  // namespace wfc::dialects
