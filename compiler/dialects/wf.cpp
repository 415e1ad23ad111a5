// Statements at the top of a `.wf` file, one method each, listed in `statements`.
#include "compiler/dialects/wf.h"

#include <algorithm>
#include <unordered_set>

#include "compiler/dialects/phrase.h"
#include "compiler/dialects/required_approvals.h"
#include "compiler/dialects/wf_reader.h"
#include "runtime/base/json.h"

namespace wfc::dialects {

using dsl::ExprKind;

namespace {

wf::Json json_of(const dsl::Expr& expr) {
  switch (expr.kind) {
    case ExprKind::boolean:
      return expr.number != 0;
    case ExprKind::integer:
      return expr.number;
    case ExprKind::real:
      return expr.real;
    case ExprKind::text:
      return expr.text;
    case ExprKind::list: {
      wf::Json list = wf::Json::array();
      for (const dsl::Expr& child : expr.children) list.push_back(json_of(child));
      return list;
    }
    case ExprKind::map: {
      wf::Json map = wf::Json::object();
      for (std::size_t i = 0; i < expr.children.size() && i < expr.names.size(); ++i)
        map[expr.names[i]] = json_of(expr.children[i]);
      return map;
    }
    default:
      return nullptr;
  }
}

bool is_constant(const dsl::Expr& expr) {
  if (expr.kind == ExprKind::name || expr.kind == ExprKind::call) return false;
  return std::all_of(expr.children.begin(), expr.children.end(), is_constant);
}

std::string upper(std::string_view name) {
  std::string made;
  for (const char c : name) {
    const bool lower = c >= 'a' && c <= 'z';
    const bool kept = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    made += lower ? static_cast<char>(c - 'a' + 'A') : kept ? c : '_';
  }
  return made;
}

}  // namespace

const std::vector<WfReader::Statement>& WfReader::statements() {
  static const std::vector<Statement> table = {
      {"workflow", &WfReader::read_workflow, true},
      {"version", &WfReader::read_version, true},
      {"enabled", &WfReader::read_enabled, true},
      {"metadata", &WfReader::read_metadata, true},
      {"project", &WfReader::read_project, true},
      {"import", nullptr, false},  // Read before everything else.
      {"input", &WfReader::read_input, false},
      {"let", &WfReader::read_let, false},
      {"allow", &WfReader::read_top_rules, false},
      {"deny", &WfReader::read_top_rules, false},
      {"require", &WfReader::read_require, false},
      {"budget", &WfReader::read_budget, true},
      {"tools", &WfReader::read_tools, true},
      {"guardrail", &WfReader::read_guardrail, true},
      {"shadow", &WfReader::read_shadow, true},
      {"escalation", &WfReader::read_escalation, true},
      {"eval", &WfReader::read_eval, true},
      {"monitor", &WfReader::read_monitor, true},
      {"agent", &WfReader::read_top_agent, false},
      {"fail_fast", &WfReader::read_fail_fast, true},
      {"max_parallel", &WfReader::read_max_parallel, true},
      {"defaults", &WfReader::read_defaults, true},
  };
  return table;
}

model::Workflow WfReader::read() {
  workflow_.one_space = true;
  workflow_.needs_key = "after";
  workflow_.span = {context_.file, 0, 0};
  const auto heads = [](const Item& item) {
    return item.kind == ItemKind::setting && item.head == "workflow";
  };
  const bool headed = !file_.items.empty() && heads(file_.items[0]);
  // Further down it is reported there.
  const bool misplaced = !headed && std::any_of(file_.items.begin(), file_.items.end(), heads);
  const bool unread =
      std::any_of(file_.items.begin(), file_.items.end(), [](const Item& item) { return item.broken; });
  if (!headed && !misplaced && !unread && !report_.has_errors()) {
    const Span start = file_.items.empty() ? workflow_.span : file_.items[0].head_span;
    report_.add(diag::missing_setting, start, "a file", "workflow").help("begin with `workflow NAME`");
  }
  index_steps(file_.items);
  modules_.emplace_back();
  std::vector<FileId> around = {context_.file};
  read_module(0, around);
  // What steps are given by default, and what agents are like, may stand below them.
  for (const Item& item : file_.items)
    if (item.kind == ItemKind::setting || item.kind == ItemKind::reaction) read_statement(item);
  Steps before;
  for (const Item& item : file_.items) {
    switch (item.kind) {
      case ItemKind::step:
      case ItemKind::parallel:
      case ItemKind::branch:
        before = read_flow_item(item, {}, before);
        break;
      case ItemKind::check:
        report_.add(diag::wrong_place, item.head_span, "check")
            .label("a check is a step: `step NAME: check ...`");
        break;
      default:
        break;
    }
  }
  if (workflow_.steps.empty() && headed && !unread && !report_.has_errors())
    report_.add(diag::empty_collection, file_.items[0].head_span, "the workflow").label("it has no steps");
  const std::vector<const Item*> unused = unused_defines();
  read_unused();
  report_unseen();
  for (Step& join : joins_) workflow_.steps.push_back(std::move(join));
  for (Step& undo : undos_) workflow_.steps.push_back(std::move(undo));
  for (Step& step : workflow_.steps) {
    const AgentInfos& agents = modules_[0].agents;
    const auto agent = agents.find(step.agent.value);
    if (step.kind != wf::StepKind::agent) continue;
    if (agent == agents.end()) {
      // Agents need not be declared; but who is called nearly like one that is, is surely that one.
      std::vector<std::string> declared;
      for (const auto& [name, info] : agents) declared.push_back(name);
      const std::string near = step.agent.value.empty() ? "" : diag::closest(step.agent.value, declared);
      // `Reviewer2` beside `Reviewer` is another one.
      const bool numbered =
          step.agent.value.starts_with(near) &&
          step.agent.value.find_first_not_of("0123456789-_", near.size()) == std::string::npos;
      if (!near.empty() && !numbered)
        report_.add(diag::unknown_agent, step.agent.span, step.agent.value)
            .label("not declared here")
            .did_you_mean(near, step.agent.span);
      continue;
    }
    if (step.instructions || !step.model.empty()) continue;  // Of the file that defines the step.
    step.model = agent->second.model;
    step.instructions = agent->second.instructions;
  }
  report_unused(unused);
  resolve_groups();
  add_names();
  check_guardrail();
  insert_approvals(workflow_, report_);
  return std::move(workflow_);
}

// What it declares is there, whatever it is: that is not said again where it is used.
void WfReader::declare_broken(const Item& item) {
  if ((item.head != "input" && item.head != "let") || item.args.empty() || item.args[0].empty()) return;
  const dsl::Arg& arg = item.args[0][0];
  if (arg.kind != dsl::ArgKind::path || arg.path.size() != 1) return;
  model::Input input;
  input.name = {arg.path[0], arg.span};
  input.type = wf::ValueType::any;
  input.required = false;
  workflow_.inputs.push_back(std::move(input));
}

void WfReader::read_statement(const Item& item) {
  if (item.broken) return declare_broken(item);
  if (item.kind == ItemKind::reaction) return read_trigger(item);
  for (const Statement& statement : statements()) {
    if (statement.name != item.head || item.head_quoted) continue;
    if (statement.once && !first_time(item, seen_)) return;
    if (statement.read) (this->*statement.read)(item);
    return;
  }
  std::vector<std::string> known = {"step", "parallel", "if", "on", "define"};
  for (const Statement& statement : statements()) known.emplace_back(statement.name);
  const std::string near = diag::closest(item.head, known);
  const bool elsewhere = std::any_of(step_settings().begin(), step_settings().end(),
                                     [&](const StepSetting& setting) { return setting.name == item.head; });
  if (near.empty() && elsewhere) {
    report_.add(diag::wrong_place, item.head_span, item.head).label("it belongs into the block of a step");
    return;
  }
  report_.add(diag::unknown_setting, item.head_span, "a workflow", diag::Noun::setting, item.head)
      .label("unknown setting")
      .did_you_mean(near, item.head_span);
}

bool WfReader::first_time(const Item& item, std::unordered_map<std::string_view, Span>& seen) {
  const auto [first, added] = seen.emplace(item.head, item.head_span);
  if (!added)
    report_.add(diag::repeated_setting, item.head_span, item.head)
        .label("again here")
        .also(first->second, "first here");
  return added;
}

void WfReader::no_condition(const Item& item) {
  if (item.when)
    report_.add(diag::wrong_place, item.when->span, "when").label(in_ticks(item.head) + " has no condition");
}

void WfReader::no_block(const Item& item) {
  if (!item.has_block) return;
  report_
      .add(diag::wrong_place, item.block.empty() ? item.head_span : item.block[0].head_span,
           item.block.empty() || item.block[0].head.empty() ? "{" : std::string_view(item.block[0].head))
      .label(in_ticks(item.kind == ItemKind::reaction ? "on" : item.head) + " has no block");
}

// A text that is needed before anything runs.
std::optional<std::string> WfReader::constant(const dsl::Text* text, std::string_view what) {
  if (!text) return std::nullopt;
  for (const std::string_view brace : {"{{", "{%", "{#"}) {
    const std::size_t at = text->value.find(brace);
    if (at == std::string::npos) continue;
    const auto begin = static_cast<std::uint32_t>(at);
    report_.add(diag::wrong_shape, text->span_of(begin, begin + 2), what, "a text without placeholders")
        .label("it is needed before anything runs");
    return std::nullopt;
  }
  return text->value;
}

std::string WfReader::words_text(const Item& item) const {
  if (item.args.empty() || item.args[0].empty()) return {};
  const Span first = item.args[0][0].span;
  return std::string(context_.sources.text({first.file, first.begin, item.args.back().back().span.end}));
}

void WfReader::read_workflow(const Item& item) {
  workflow_.span = item.head_span;
  workflow_.description = item.description;
  if (&item != &file_.items[0])
    report_.add(diag::wrong_place, item.head_span, "workflow").label("it is the first statement of its file");
  no_condition(item);
  no_block(item);
  Words words(item.args, item.head, item.head_span, report_);
  if (const auto name = words.done() ? std::nullopt : words.name()) {
    workflow_.id = *name;
    workflow_.title = name->value;
  } else {
    words.missing("the workflow's name");
  }
  if (const dsl::Text* title = words.text()) workflow_.title = title->value;
  words.end();
}

void WfReader::read_version(const Item& item) {
  no_condition(item);
  no_block(item);
  Words words(item.args, item.head, item.head_span, report_);
  const dsl::Text* version = words.text();
  if (!version && words.done()) words.missing("the version, as a text,");
  if (!version && !words.done()) {
    report_.add(diag::wrong_shape, words.here(), "`version`", "a text").help("write it between quotes");
    return;
  }
  if (const auto text = constant(version, "`version`")) workflow_.version = *text;
  words.end();
}

void WfReader::read_enabled(const Item& item) {
  no_condition(item);
  Words words(item.args, item.head, item.head_span, report_);
  workflow_.enabled = words.boolean().value_or(true);
  words.end();
}

void WfReader::read_fail_fast(const Item& item) {
  no_condition(item);
  Words words(item.args, item.head, item.head_span, report_);
  workflow_.fail_fast = words.boolean().value_or(true);
  words.end();
}

void WfReader::read_max_parallel(const Item& item) {
  no_condition(item);
  Words words(item.args, item.head, item.head_span, report_);
  const std::int64_t most = words.integer("`max_parallel`", 1).value_or(0);
  workflow_.running_max = static_cast<std::uint32_t>(std::min<std::int64_t>(most, 1'000'000));
  words.end();
}

void WfReader::read_metadata(const Item& item) {
  const auto read_block = [&](const auto& self, const std::vector<Item>& items) -> wf::Json {
    wf::Json map = wf::Json::object();
    std::unordered_map<std::string_view, Span> seen;
    for (const Item& entry : items) {
      if (entry.broken) continue;
      if (entry.kind != ItemKind::setting) {
        report_.add(diag::wrong_place, entry.head_span, entry.head).label("metadata are keys with values");
        continue;
      }
      if (!first_time(entry, seen)) continue;
      no_condition(entry);
      if (entry.has_block) {
        map[entry.head] = self(self, entry.block);
        continue;
      }
      wf::Json values = wf::Json::array();
      for (const dsl::Group& group : entry.args) {
        for (const dsl::Arg& arg : group) {
          if (arg.kind == dsl::ArgKind::path) values.push_back(join_path(arg.path));
          if (arg.kind == dsl::ArgKind::text) values.push_back(arg.text.value);
          if (arg.kind == dsl::ArgKind::literal || arg.kind == dsl::ArgKind::list)
            values.push_back(json_of(arg.value));
        }
      }
      if (values.empty()) report_.add(diag::missing_value, entry.head_span, "a value");
      map[entry.head] = values.size() == 1 ? values[0] : values;
    }
    return map;
  };
  workflow_.metadata_json = wf::write_json(read_block(read_block, item.block));
}

void WfReader::read_project(const Item& item) {
  no_condition(item);
  no_block(item);
  Words words(item.args, item.head, item.head_span, report_);
  wf::Json project = wf::Json::object();
  const auto provider = words.done() ? std::nullopt : words.name();
  if (!provider) words.missing("who hosts it: `github` or `gitlab`");
  if (provider && provider->value != "github" && provider->value != "gitlab") {
    report_.add(diag::unknown_choice, provider->span, "`project`", provider->value)
        .help("write `github` or `gitlab`")
        .did_you_mean(diag::closest(provider->value, {"github", "gitlab"}), provider->span);
    return;
  }
  const dsl::Text* repository = words.text();
  if (!repository) words.missing("the repository, as \"owner/name\",");
  if (provider && repository) {
    const std::size_t slash = repository->value.find('/');
    if (slash == std::string::npos || slash == 0 || slash + 1 == repository->value.size()) {
      report_.add(diag::wrong_shape, repository->span, "the repository", "\"owner/name\"");
      return;
    }
    project["provider"] = provider->value;
    project["owner"] = repository->value.substr(0, slash);
    project["repo"] = repository->value.substr(slash + 1);
  }
  if (words.word("at")) {
    if (const auto ref = constant(words.text(), "`at`")) {
      project["ref"] = *ref;
    } else {
      words.missing("a branch or tag, as a text,");
    }
  }
  if (words.end()) workflow_.project_json = wf::write_json(project);
}

void WfReader::read_input(const Item& item) {
  no_condition(item);
  no_block(item);
  Words words(item.args, item.head, item.head_span, report_);
  model::Input input;
  if (const auto name = words.done() ? std::nullopt : words.name()) {
    input.name = *name;
  } else {
    words.missing("the input's name");
  }
  // `input d int = 3`
  if (!words.failed() && words.peek() && words.peek()->kind == dsl::ArgKind::path && !item.type) {
    const Span end{input.name.span.file, input.name.span.end, input.name.span.end};
    report_.add(diag::missing_colon, end, "the input's name").fix("add `:`", end, ":", /*safe=*/false);
    return declare_broken(item);
  }
  if (!words.end()) return declare_broken(item);
  input.description = item.description;
  if (!item.type) {
    report_.add(diag::missing_value, words.here(), "`:` and a type")
        .help("write `" + input.name.value + ": string`");
  } else {
    set_type(*item.type, input);
  }
  if (item.value) {
    input.required = false;
    if (is_constant(*item.value)) {
      input.default_value = item.value;
      check_elements(input.elements, *item.value, input.name.value);
    } else {
      report_.add(diag::wrong_shape, item.value->span, "the default of " + in_ticks(input.name.value),
                  "a constant");
    }
  }
  workflow_.inputs.push_back(std::move(input));
}

void WfReader::set_type(const dsl::Type& written, model::Input& input) {
  std::vector<model::Element> levels = read_type(written);
  input.type = levels.empty() ? wf::ValueType::any : levels[0].type;
  if (levels.empty()) return;
  input.nullable = levels[0].nullable;
  input.choices = std::move(levels[0].choices);
  // A list of anything is a list.
  if (levels.back().type == wf::ValueType::any && !levels.back().nullable) levels.pop_back();
  if (levels.size() > 1) input.elements.assign(std::next(levels.begin()), levels.end());
}

std::optional<wf::ValueType> WfReader::plain_type(const dsl::Type::Atom& atom) {
  static constexpr std::pair<std::string_view, wf::ValueType> types[] = {
      {"string", wf::ValueType::text},  {"int", wf::ValueType::integer},       {"float", wf::ValueType::real},
      {"bool", wf::ValueType::boolean}, {"duration", wf::ValueType::duration}, {"size", wf::ValueType::size},
      {"money", wf::ValueType::money},  {"map", wf::ValueType::map},           {"any", wf::ValueType::any},
      {"list", wf::ValueType::list}};
  std::vector<std::string> names;
  for (const auto& [name, type] : types) {
    if (name != atom.name) {
      names.emplace_back(name);
      continue;
    }
    if (type != wf::ValueType::list && !atom.of.empty()) {
      report_.add(diag::wrong_shape, atom.span, in_ticks(atom.name), "written without `<>`");
      return std::nullopt;
    }
    return type;
  }
  report_.add(diag::unknown_choice, atom.span, "a type", atom.name)
      .note(
          "it can be `string`, `int`, `float`, `bool`, `duration`, `size`, `money`, `map`, `any` or "
          "`list<T>`")
      .did_you_mean(diag::closest(atom.name, names), atom.span);
  return std::nullopt;
}

// The type, then what it is a list of, and so on. Empty after a mistake.
std::vector<model::Element> WfReader::read_type(const dsl::Type& written) {
  std::vector<model::Element> levels;
  for (const dsl::Type* type = &written; type;) {
    if (type->atoms.empty()) return {};
    model::Element& level = levels.emplace_back();
    const bool all_choices = std::all_of(type->atoms.begin(), type->atoms.end(),
                                         [](const dsl::Type::Atom& atom) { return atom.choice; });
    if (all_choices) {
      std::unordered_set<std::string_view> listed;
      level.type = wf::ValueType::choice;
      for (const dsl::Type::Atom& atom : type->atoms) {
        level.nullable = level.nullable || atom.nullable;
        if (listed.insert(atom.name).second)
          level.choices.push_back(atom.name);
        else
          report_.add(diag::repeated_entry, atom.span, atom.name).label("again here");
      }
      return levels;
    }
    if (type->atoms.size() > 1) {
      report_.add(diag::wrong_shape, type->span, "a type", "one type, or choices such as `\"a\" | \"b\"`");
      return {};
    }
    const dsl::Type::Atom& atom = type->atoms[0];
    const std::optional<wf::ValueType> plain = plain_type(atom);
    if (!plain) return {};
    level.type = *plain;
    level.nullable = atom.nullable;
    type = atom.of.empty() ? nullptr : &atom.of[0];
  }
  return levels;
}

void WfReader::read_let(const Item& item) {
  no_condition(item);
  no_block(item);
  Words words(item.args, item.head, item.head_span, report_);
  const auto name = words.done() ? std::nullopt : words.name();
  if (!name) words.missing("a name");
  if (!item.value && words.peek()) words.missing("`=`");
  if (!words.end()) return declare_broken(item);
  if (!item.value) {
    report_.add(diag::missing_value, words.here(), "`=` and a value");
    return declare_broken(item);
  }
  workflow_.lets.push_back({.name = *name, .value = *item.value});
}

void WfReader::read_top_agent(const Item& item) {
  read_agent(item, modules_[0].agents);
}

void WfReader::read_agent(const Item& item, AgentInfos& agents) {
  no_condition(item);
  Words words(item.args, item.head, item.head_span, report_);
  const auto name = words.done() ? std::nullopt : words.name();
  if (!name) words.missing("the agent's name");
  if (!words.end()) return;
  AgentInfo info;
  std::unordered_map<std::string_view, Span> seen;
  for (const Item& setting : item.block) {
    if (setting.broken) continue;
    if (setting.kind != ItemKind::setting || (setting.head != "model" && setting.head != "instructions")) {
      report_.add(diag::unknown_setting, setting.head_span, "an agent", diag::Noun::setting, setting.head)
          .label("unknown setting")
          .did_you_mean(diag::closest(setting.head, {"model", "instructions"}), setting.head_span);
      continue;
    }
    if (!first_time(setting, seen)) continue;
    no_condition(setting);
    no_block(setting);
    Words given(setting.args, setting.head, setting.head_span, report_);
    if (setting.head == "instructions" && given.word("from")) {
      if (const dsl::Text* path = given.text()) {
        info.instructions = template_from_file(*path);
      } else {
        given.missing("the file's name");
      }
    } else if (const dsl::Text* text = given.text()) {
      if (setting.head == "model") {
        info.model = constant(text, "`model`").value_or("");
      } else {
        info.instructions = template_of(*text);
      }
    } else {
      given.missing("a text");
    }
    given.end();
  }
  if (!agents.emplace(name->value, std::move(info)).second)
    report_.add(diag::repeated_name, name->span, name->value).label("this agent is described twice");
}

// `defaults` is read as the block of a step that stands nowhere.
void WfReader::read_defaults(const Item& item) {
  static constexpr std::string_view own[] = {"prompt", "command", "message", "after",
                                             "output", "always",  "undo",    "when"};
  Step step;
  step.kind = wf::StepKind::agent;
  step.gate.emplace();  // `by`
  in_defaults_ = true;
  seen_in_step_.clear();
  named_in_step_.clear();
  for (const Item& setting : item.block) {
    if (setting.broken) continue;
    if (setting.kind == ItemKind::reaction) {
      read_step_reaction(setting, step);
      continue;
    }
    if (setting.kind == ItemKind::setting && setting.head == "agent") {
      if (!first_time(setting, seen_in_step_)) continue;
      Words words(setting.args, setting.head, setting.head_span, report_);
      if (const auto who = words.done() ? std::nullopt : words.name()) {
        step.agent = *who;
      } else {
        words.missing("the agent's name");
      }
      words.end();
      continue;
    }
    const bool known = std::any_of(step_settings().begin(), step_settings().end(),
                                   [&](const StepSetting& s) { return s.name == setting.head; });
    const bool of_one = std::find(std::begin(own), std::end(own), setting.head) != std::end(own);
    if (setting.kind == ItemKind::setting && known && of_one) {
      report_.add(diag::wrong_place, setting.head_span, setting.head)
          .label("`defaults` hold for every step, and this is said of one");
    } else {
      read_setting(setting, step);
    }
  }
  in_defaults_ = false;
  default_gates_ = std::exchange(named_gates_, {});
  defaults_ = std::move(step);
}

void WfReader::read_trigger(const Item& item) {
  static constexpr std::string_view kinds[] = {"manual", "cron", "event", "webhook"};
  if (!item.value) return;
  const bool named = item.value->kind == ExprKind::name;
  const std::string kind = named ? item.value->text : std::string();
  if (std::find(std::begin(kinds), std::end(kinds), kind) == std::end(kinds)) {
    static constexpr std::string_view outcomes[] = {"fail", "timeout", "reject", "breach", "block"};
    if (!named || std::find(std::begin(outcomes), std::end(outcomes), kind) != std::end(outcomes)) {
      report_.add(diag::wrong_place, item.head_span, "on")
          .label("at the top, `on` says what starts the workflow");
      return;
    }
    report_.add(diag::unknown_choice, item.value->span, "a trigger", kind)
        .note("it can be `manual`, `cron`, `event` or `webhook`")
        .did_you_mean(diag::closest(kind, {std::begin(kinds), std::end(kinds)}), item.value->span);
    return;
  }
  model::Trigger trigger;
  trigger.span = item.span;
  trigger.when = item.when;
  no_block(item);
  Words words(item.args, "on", item.value->span, report_);
  if (kind == "cron") {
    trigger.kind = wf::TriggerKind::cron;
    const dsl::Text* cron = words.text();
    if (!cron && !words.done()) {
      report_.add(diag::wrong_shape, words.here(), "the times of `on cron`",
                  "a text, such as `\"0 9 * * 1\"`");
      return;
    }
    if (!cron) words.missing("the times, such as \"0 9 * * 1\",");
    if (const auto text = constant(cron, "the times of `on cron`")) trigger.cron = {*text, cron->span};
    trigger.timezone = {"UTC", item.value->span};
    while (!words.done() && !words.failed()) {
      static constexpr std::string_view overlaps[] = {"skip", "queue", "allow"};
      static constexpr std::string_view catch_ups[] = {"latest", "none", "all"};
      if (words.word("timezone")) {
        const dsl::Text* zone = words.text();
        if (!zone) words.missing("a time zone, such as \"Europe/Berlin\",");
        if (const auto text = constant(zone, "`timezone`")) trigger.timezone = {*text, zone->span};
        continue;
      }
      const bool overlap = words.word("overlap");
      if (!overlap && !words.word("catch_up")) break;
      const std::string setting = overlap ? "overlap" : "catch_up";
      const auto& choices = overlap ? overlaps : catch_ups;
      const auto value = words.done() ? std::nullopt : words.name();
      if (!value) {
        words.missing("a value of " + in_ticks(setting));
      } else if (std::find(std::begin(choices), std::end(choices), value->value) == std::end(choices)) {
        report_.add(diag::unknown_choice, value->span, in_ticks(setting), value->value)
            .note("it can be " + in_ticks(choices[0]) + ", " + in_ticks(choices[1]) + " or " +
                  in_ticks(choices[2]))
            .did_you_mean(diag::closest(value->value, {std::begin(choices), std::end(choices)}), value->span);
        return;
      } else {
        const auto at = std::find(std::begin(choices), std::end(choices), value->value) - std::begin(choices);
        trigger.overlap_written = trigger.overlap_written || overlap;
        if (overlap)
          trigger.overlap = static_cast<wf::Overlap>(at);
        else
          trigger.catch_up = static_cast<wf::CatchUp>(at);
      }
    }
  } else if (kind == "event") {
    trigger.kind = wf::TriggerKind::event;
    if (const auto name = words.done() ? std::nullopt : words.path()) {
      trigger.name = *name;
    } else {
      words.missing("the event's name");
    }
  } else if (kind == "webhook") {
    read_webhook(words, trigger);
  }
  if (words.end()) workflow_.triggers.push_back(std::move(trigger));
}

void WfReader::read_webhook(Words& words, model::Trigger& trigger) {
  trigger.kind = wf::TriggerKind::webhook;
  if (const auto name = words.done() ? std::nullopt : words.name()) {
    trigger.name = *name;
  } else {
    return words.missing("the webhook's name");
  }
  while (!words.done() && !words.failed()) {
    if (words.word("url")) {
      const dsl::Text* url = words.text();
      if (!url) words.missing("an address, as a text,");
      if (const auto text = constant(url, "`url`")) trigger.url = {*text, url->span};
    } else if (words.word("secret")) {
      if (const dsl::Text* written = words.text()) {
        const std::string suggested = upper(trigger.name.value) + "_SECRET";
        trigger.secret.span = written->span;
        report_.add(diag::written_secret, written->span)
            .label("anyone who can read this file can read it")
            .help(std::string("name it instead: `secret ")
                      .append(suggested)
                      .append("`, and set ")
                      .append(suggested)
                      .append(" when the program runs"))
            .fix("name it `" + suggested + "`", written->span, suggested, false);
      } else if (const auto name = words.done() ? std::nullopt : words.path()) {
        // `secrets.NAME` and NAME mean the same.
        trigger.secret = *name;
        if (trigger.secret.value.starts_with("secrets.")) trigger.secret.value.erase(0, 8);
      } else {
        words.missing("the secret's name");
      }
    } else {
      break;
    }
  }
}

// All names share one space. What is built in comes last: the checks compare, and the author's own
// declaration is the place to speak of.
void WfReader::add_names() {
  using dsl::BindingKind;
  std::vector<model::Name>& names = workflow_.names;
  const auto add = [&](const Located<std::string>& name, BindingKind kind, std::uint32_t index,
                       StepIndex step = model::none) {
    if (!name.value.empty())
      names.push_back({.name = name.value, .binding = {kind, index}, .span = name.span, .step = step});
  };
  for (std::uint32_t i = 0; i < workflow_.inputs.size(); ++i)
    add(workflow_.inputs[i].name, BindingKind::input, i);
  for (std::uint32_t i = 0; i < workflow_.lets.size(); ++i) add(workflow_.lets[i].name, BindingKind::let, i);
  for (std::uint32_t i = 0; i < workflow_.groups.size(); ++i)
    add({workflow_.groups[i].name, workflow_.groups[i].span}, BindingKind::group, i);
  for (StepIndex i = 0; i < workflow_.steps.size(); ++i) {
    const Step& step = workflow_.steps[i];
    if (step.kind == wf::StepKind::join || step.undoes != model::none) continue;
    add(step.id, BindingKind::step, i, i);
    if (step.output.value != step.id.value) add(step.output, BindingKind::output, i, i);
  }
  // Nothing that an expression may say, but taken.
  for (const Item& item : file_.items) {
    if (item.broken) continue;
    if (item.kind == ItemKind::define) add({item.head, item.name_span}, BindingKind::unknown, 0);
    if (item.kind == ItemKind::setting && item.head == "import" && item.args.size() == 1 &&
        item.args[0].size() == 3 && item.args[0][2].kind == dsl::ArgKind::path)
      add({join_path(item.args[0][2].path), item.args[0][2].span}, BindingKind::unknown, 0);
  }
  constexpr std::pair<std::string_view, BindingKind> built_in[] = {
      {"event", BindingKind::event},     {"run", BindingKind::run},       {"workflow", BindingKind::workflow},
      {"project", BindingKind::project}, {"result", BindingKind::result}, {"feedback", BindingKind::feedback},
      {"secrets", BindingKind::secrets}};
  for (const auto& [name, kind] : built_in) add({std::string(name), {}}, kind, 0);
  // Only a guardrail sees it; a step may be called so.
  const bool taken =
      std::any_of(names.begin(), names.end(), [](const model::Name& name) { return name.name == "step"; });
  if (workflow_.guardrail && !taken) add({"step", {}}, BindingKind::step_info, 0);
}

model::Workflow read_wf(const dsl::File& file, const ReadContext& context) {
  return WfReader(file, context).read();
}

}  // namespace wfc::dialects
