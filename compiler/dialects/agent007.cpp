// agent007's workflows: personas with prompts, joined by `depends_on` and by the outputs they name.
//
// A prompt is a template that sees the outputs of other steps and a few names that are always there. What it
// uses creates no edge: an output that is not surely there is a mistake, and the checks find it.
#include <algorithm>
#include <cmath>
#include <set>

#include "compiler/dialects/agent007_keys.h"
#include "compiler/dialects/agent007_reader.h"
#include "compiler/dialects/phrase.h"
#include "runtime/rules/identifier.h"

namespace wfc::dialects {

using namespace agent007_keys;
using wf::StepKind;

namespace {

bool is_true(const yaml::Node* value, bool otherwise) {
  return value ? yaml::as_bool(*value).value_or(otherwise) : otherwise;
}
bool is_enabled(const yaml::Node* block, bool otherwise) {
  return is_true(block ? block->find("enabled") : nullptr, otherwise);
}

// What prompts see besides `task` and outputs. All are texts that are empty unless the run is given them.
constexpr std::string_view given_names[] = {"args", "date", "rag_context", "lsp_context", "skill_dir"};
// Memories have names of all kinds; these are the ones that everybody has.
const std::vector<std::string>& common_memories() {
  static const std::vector<std::string> names = {"user", "project", "global", "repo_brain"};
  return names;
}

// Not one that is surely meant to be another.
bool is_memory(std::string_view name) {
  const auto& common = common_memories();
  return std::find(common.begin(), common.end(), name) != common.end() ||
         (wf::rules::is_identifier(name) && diag::closest(name, common).empty());
}

bool is_given(std::string_view name) {
  if (name == "task" || name == "memory") return true;
  if (std::find(std::begin(given_names), std::end(given_names), name) != std::end(given_names)) return true;
  return name.starts_with("memory.") && is_memory(name.substr(7));
}

void find_memories(const dsl::Expr& expr, std::set<std::string>& found) {
  for (const dsl::Expr& child : expr.children) find_memories(child, found);
  if (expr.kind == dsl::ExprKind::field && expr.children[0].kind == dsl::ExprKind::name &&
      expr.children[0].text == "memory" && is_memory(expr.text))
    found.insert(expr.text);
}

}  // namespace

model::Workflow Agent007Reader::read(const yaml::Node& root) {
  const Fields top(reader_, root, workflow_object);
  if (!root.is_mapping()) return std::move(workflow_);
  workflow_.span = top.anchor();
  workflow_.title = top.text("name");
  workflow_.id = top.located("name");
  if (!wf::rules::is_identifier(workflow_.id.value)) workflow_.id.value = slug(workflow_.title);
  if (workflow_.id.value.empty() && top.find("name"))
    reader_.report
        .add(diag::bad_identifier, top.find("name")->span, workflow_.title, "the name of a workflow")
        .help("it needs a letter or a digit at least");
  workflow_.description = top.text("description");
  workflow_.metadata_json = extension_metadata(root);
  workflow_.texts_are_variables = true;
  workflow_.may_be_defined = true;
  workflow_.needs_key = "depends_on";
  add_inputs();
  Scope scope;
  scope.file = reader_.context.file;
  read_workflow(top, scope);
  set_conditions();
  add_memories();
  return std::move(workflow_);
}

// The definition, or a sub-workflow.
void Agent007Reader::read_workflow(const Fields& top, Scope& scope) {
  scope.begin = static_cast<StepIndex>(workflow_.steps.size());
  read_policies(top, scope);
  const yaml::Node* steps = top.find("steps");
  if (!steps) return;
  if (steps->items.empty())
    reader_.report.add(diag::empty_collection, steps->span, "`steps`")
        .label("a workflow needs at least one step");
  workflow_.steps.reserve(workflow_.steps.size() + steps->items.size());
  for (const yaml::Node* item : steps->items) read_step(*item, scope);
  close_scope(scope);
}

// Those of a sub-workflow are named with its step, `steps.ID.budget.max_usd_per_task`.
void Agent007Reader::read_policies(const Fields& top, Scope& scope) {
  std::string of;
  if (!scope.prefix.empty()) of = "steps." + scope.prefix.substr(0, scope.prefix.size() - 1) + ".";
  if (const yaml::Node* budget = top.find("budget")) {
    const Fields fields(reader_, *budget, budget_object);
    const auto first = static_cast<std::ptrdiff_t>(workflow_.policies.size());
    list_policies(*budget, budget_object, of + "budget.", workflow_);
    if (of.empty()) {
      read_budget(fields, top.find("reliability"));
      for (auto policy = workflow_.policies.begin() + first; policy != workflow_.policies.end(); ++policy)
        policy->enforced = true;
    } else if (fields.find("max_tokens_per_session") || fields.find("max_usd_per_task")) {
      // It would bind the steps of one part of the run.
      workflow_.beyond.push_back({in_ticks(of + "budget"), budget->span});
    }
  }
  if (const yaml::Node* reliability = top.find("reliability")) {
    const Fields fields(reader_, *reliability, reliability_object);
    for (const Key& key : reliability_keys) {
      const yaml::Node* block = key.object ? fields.find(key.name) : nullptr;
      if (block) Fields(reader_, *block, *key.object);
    }
    read_recovery(fields, scope);
    find_controls(reliability, of);
    std::vector<model::Policy>& all = workflow_.policies;
    const auto before = static_cast<std::ptrdiff_t>(all.size());
    list_policies(*reliability, reliability_object, of + "reliability.", workflow_);
    // Recovery is in the steps, as what they do when they fail.
    const auto is_recovery = [&](const model::Policy& policy) {
      return policy.name.starts_with(of + "reliability.recovery.");
    };
    all.erase(std::remove_if(all.begin() + before, all.end(), is_recovery), all.end());
    // So is the governor, as what the budget of the run does.
    for (auto policy = all.begin() + before; of.empty() && policy != all.end(); ++policy)
      policy->enforced = policy->name.starts_with("reliability.budget_governor.") &&
                         !policy->name.ends_with("lazy_injection_threshold");
  }
  if (const yaml::Node* gate = top.find("eval_gate")) {
    const Fields fields(reader_, *gate, eval_object);
    if (const yaml::Node* thresholds = fields.find("thresholds"))
      Fields(reader_, *thresholds, thresholds_object);
    const auto number = [&](std::string_view key) {
      const yaml::Node* value = fields.find(key);
      return value ? yaml::as_number(*value) : std::nullopt;
    };
    const auto warn = number("warn_threshold"), block = number("block_threshold");
    if (warn && block && *warn > *block)
      reader_.report
          .add(diag::gate_unsatisfiable, fields.find("warn_threshold")->span,
               "`warn_threshold` is above `block_threshold`")
          .label("a run is blocked before it is warned of")
          .also(fields.find("block_threshold")->span, "it is blocked from here on");
    // Without the key the last 10 runs are looked at, and 3 must be there.
    const double window = number("baseline_window").value_or(10),
                 runs = number("min_baseline_runs").value_or(3);
    if (runs > window) {
      const char* key = fields.find("min_baseline_runs") ? "min_baseline_runs" : "baseline_window";
      reader_.report
          .add(diag::gate_unsatisfiable, fields.find(key)->span,
               "`min_baseline_runs` is above `baseline_window`")
          .label("no more runs than those of `baseline_window` are looked at");
    }
    list_policies(*gate, eval_object, of + "eval_gate.", workflow_);
    // The page knows neither `enabled` nor `release_class`: there, what has a threshold is active.
    const bool page_form = warn || block;
    const bool released = is_true(gate->find("release_class"), page_form);
    if (is_true(gate->find("enabled"), page_form) && released)
      workflow_.beyond.push_back({in_ticks(of + "eval_gate"), gate->span});
    else if (!released && is_true(gate->find("enabled"), false))
      no_effect(top, "eval_gate", "only with `release_class: true` a run is compared with others");
  }
}

// Whoever counts on these must not have a run without them.
void Agent007Reader::find_controls(const yaml::Node* reliability, const std::string& of) {
  if (!reliability) return;
  const bool all = is_enabled(reliability, false);
  for (const std::string_view control : {"guardrails", "confidence"}) {
    const yaml::Node* block = reliability->find(control);
    if (is_enabled(block, all))
      workflow_.beyond.push_back(
          {in_ticks(of + "reliability." + std::string(control)), block ? block->span : reliability->span});
  }
}

// Only what agents write counts, once it is written. With a governor, so many outputs are cut first; then
// `on_exceed` has its say.
void Agent007Reader::read_budget(const Fields& fields, const yaml::Node* reliability) {
  model::Budget budget;
  budget.span = fields.node().span;
  budget.outputs_only = true;
  const auto limit = [&](std::string_view key, double unit, Span& at) -> std::uint64_t {
    const yaml::Node* value = fields.find(key);
    const std::optional<double> number = value ? yaml::as_number(*value) : std::nullopt;
    if (!number) return 0;
    at = value->span;
    if (*number <= 0) {
      reader_.report.add(diag::budget_exceeded, value->span, "a run cannot take less than nothing")
          .label("no step could start");
      return 0;
    }
    return static_cast<std::uint64_t>(std::min(std::round(*number * unit), 9e18));
  };
  budget.tokens = limit("max_tokens_per_session", 1, budget.at.tokens);
  budget.micro_usd = limit("max_usd_per_task", 1e6, budget.at.money);
  if (const yaml::Node* percent = fields.find("alert_at_percent"))
    budget.alert_percent =
        static_cast<std::uint32_t>(std::clamp<std::int64_t>(yaml::as_integer(*percent).value_or(0), 0, 255));
  if (budget.tokens == 0 && budget.micro_usd == 0) return;
  const auto answer = [&](model::Response response, const Span& span) -> model::Reaction& {
    model::Reaction& reaction = budget.reactions.emplace_back();
    reaction.on = model::Outcome::breach;
    reaction.response = response;
    reaction.span = span;
    return reaction;
  };
  const yaml::Node* governor = reliability ? reliability->find("budget_governor") : nullptr;
  if (is_enabled(governor, is_enabled(reliability, false))) {
    const auto count = [&](std::string_view key, std::int64_t otherwise) {
      const yaml::Node* value = governor ? governor->find(key) : nullptr;
      const std::int64_t number = value ? yaml::as_integer(*value).value_or(otherwise) : otherwise;
      return static_cast<std::uint32_t>(std::clamp<std::int64_t>(number, 0, 4294967295));
    };
    budget.degraded_chars = std::max(count("degrade_output_chars", 400), 1U);
    const std::uint32_t times = count("max_degradations_per_run", 1);
    const Span& span = governor ? governor->span : reliability->span;
    if (times != 0) answer(model::Response::degrade, span).max = {times, span};
  }
  if (const yaml::Node* word = fields.find("on_exceed")) {
    if (word->text == "pause") answer(model::Response::approve, word->span);
    if (word->text == "alert-only") answer(model::Response::go_on, word->span);
  }
  workflow_.budget = std::move(budget);
}

// `reliability.enabled` switches recovery on, its own `enabled` overrides. 2 means three executions in all.
void Agent007Reader::read_recovery(const Fields& reliability, Scope& scope) {
  bool enabled = reliability.boolean("enabled", false);
  std::int64_t retries = 2;
  Span span = reliability.anchor();
  if (const yaml::Node* recovery = reliability.find("recovery")) {
    const yaml::Node* own = recovery->find("enabled");
    if (own) enabled = yaml::as_bool(*own).value_or(enabled);
    const yaml::Node* count = recovery->find("max_step_retries");
    if (count) {
      retries = std::clamp<std::int64_t>(yaml::as_integer(*count).value_or(retries), 1, 4294967295);
      span = count->span;
    }
  }
  if (!enabled) return;
  scope.retry.emplace();
  scope.retry->response = model::Response::retry;
  scope.retry->max = {static_cast<std::uint32_t>(retries), span};
  scope.retry->span = span;
}

void Agent007Reader::add_inputs() {
  const auto add = [&](std::string_view name, wf::ValueType type) -> model::Input& {
    model::Input input;
    input.name = {std::string(name), {}};
    input.type = type;
    input.implied = true;
    workflow_.names.push_back(
        {.name = input.name.value,
         .binding = {dsl::BindingKind::input, static_cast<std::uint32_t>(workflow_.inputs.size())},
         .span = {}});
    workflow_.inputs.push_back(std::move(input));
    return workflow_.inputs.back();
  };
  add("task", wf::ValueType::text).description = "What is to be done.";
  for (const std::string_view name : given_names) {
    model::Input& input = add(name, wf::ValueType::text);
    input.required = false;
    input.default_value = text_constant("", {});
  }
  model::Input& memory = add("memory", wf::ValueType::map);
  memory.required = false;
  memory.default_value.emplace();
  memory.default_value->kind = dsl::ExprKind::map;
}

// Every memory that the definition names is there, and empty unless the run is given it.
void Agent007Reader::add_memories() {
  std::set<std::string> found;
  model::for_each_expression(workflow_, [&](const dsl::Expr& expr, auto...) { find_memories(expr, found); });
  std::vector<std::string> fields = common_memories();
  for (const std::string& field : fields) found.erase(field);
  fields.insert(fields.end(), found.begin(), found.end());
  const auto memory = std::find_if(workflow_.inputs.begin(), workflow_.inputs.end(),
                                   [](const model::Input& input) { return input.name.value == "memory"; });
  for (const std::string& field : fields) {
    memory->fields.push_back(field);
    memory->default_value->names.push_back(field);
    memory->default_value->children.push_back(text_constant("", {}));
  }
}

void Agent007Reader::read_step(const yaml::Node& item, Scope& scope) {
  const Fields fields(reader_, item, step_object);
  const auto index = static_cast<StepIndex>(workflow_.steps.size());
  Step& step = workflow_.steps.emplace_back();
  step.span = item.span;
  step.kind = StepKind::agent;
  step.broken = fields.broken();
  step.id = fields.located("id");
  refuse_blank(fields, "id", step);
  if (!scope.prefix.empty()) {
    if (!step.id.value.empty() && !wf::rules::is_identifier(step.id.value))
      reader_.report.add(diag::bad_identifier, step.id.span, step.id.value, "the id of a step");
    step.id.value.insert(0, scope.prefix);
    step.id_generated = true;
  }
  step.agent = fields.located("agent");
  refuse_blank(fields, "agent", step);
  step.model = fields.text("model");
  std::vector<Located<std::string>> needs = fields.texts("depends_on");
  step.needs.reserve(needs.size());
  for (Located<std::string>& need : needs) step.needs.push_back({.step = std::move(need)});
  if (fields.find("output")) step.output = fields.located("output");
  step.timeout_ms = fields.duration_ms("timeout_sec");
  for (const std::string_view key : {"risky", "cache"})
    if (fields.boolean(key, false))
      workflow_.policies.push_back({.name = "steps." + step.id.value + "." + std::string(key),
                                    .value = "true",
                                    .span = fields.key_span(key)});
  read_gate(fields, step);
  const std::string type = fields.find("type") ? fields.text("type") : "execute";
  check_parts(fields, type, step);
  read_prompt(fields, type, step);
  Names inputs = fields.texts("inputs");
  if (type == "multi-agent" || type == "sub-workflow") {
    Step own = std::move(step);
    workflow_.steps.pop_back();
    type == "multi-agent" ? read_workers(fields, std::move(own), scope)
                          : read_sub_workflow(fields, std::move(own), scope);
    if (!inputs.empty()) scope.inputs.emplace_back(scope.made.back().own, std::move(inputs));
    return;
  }
  if (scope.retry) step.reactions.push_back(*scope.retry);
  if (!inputs.empty()) scope.inputs.emplace_back(index, std::move(inputs));
  if (type == "extract") read_extract(fields, step);
  if (type == "evaluator") read_evaluator(fields, index, scope);
  if (type == "router") read_router(fields, index, scope);
}

void Agent007Reader::refuse_blank(const Fields& fields, std::string_view key, Step& step) {
  const yaml::Node* value = fields.find(key);
  if (!value || value->text.find_first_not_of(" \t\r\n") != std::string_view::npos) return;
  reader_.report.add(diag::wrong_shape, value->span, "`" + std::string(key) + "`",
                     "a text that is not blank");
  step.broken = true;
}

void Agent007Reader::read_gate(const Fields& fields, Step& step) {
  if (!fields.boolean("requires_approval", false)) {
    if (fields.find("approval_prompt"))
      no_effect(fields, "approval_prompt", "nobody is asked without `requires_approval: true`");
    return;
  }
  step.gate = model::Gate{.approvers = {}, .message = {}, .span = fields.key_span("requires_approval")};
  step.gate->on_reject = wf::OnReject::fail;
  step.gate->content_may_change = true;
  if (const yaml::Node* message = fields.find("approval_prompt")) step.gate->message = template_of(*message);
}

// What the agent is asked. A skill is asked for as a person would: by its trigger, with the task behind it.
void Agent007Reader::read_prompt(const Fields& fields, const std::string& type, Step& step) {
  const yaml::Node* prompt = fields.find("prompt");
  const yaml::Node* skill = fields.find("skill");
  if (type == "extract") {
    for (const std::string_view key : {"prompt", "skill", "model"})
      if (fields.find(key)) no_effect(fields, key, "a tool is called, no agent is asked");
    return;
  }
  if (prompt) step.prompt.push_back({template_of(*prompt), {}});
  if (skill && (prompt || type == "sub-workflow"))
    no_effect(fields, "skill", prompt ? "the `prompt` is used" : "the steps of the sub-workflow are used");
  if (prompt || type == "sub-workflow") return;
  if (fields.written("prompt") || fields.written("skill")) {
    if (!skill) return;
  } else if (type == "execute") {
    return require(fields, "prompt", "a step", step);
  }
  expr::Template text;
  text.span = skill ? skill->span : step.span;
  if (skill) text = expr::constant_template(std::string(skill->text) + " ", skill->span);
  expr::TemplateNode& task = text.nodes.emplace_back();
  task.kind = expr::NodeKind::value;
  task.span = text.span;
  task.expr = name_of("task", text.span);
  step.prompt.push_back({std::move(text), {}});
}

void Agent007Reader::check_parts(const Fields& fields, const std::string& type, Step& step) {
  struct Part {
    std::string_view key, type;
    const Object* object;
    bool list;
  };
  static constexpr Part parts[] = {{"evaluate", "evaluator", &evaluate_object, false},
                                   {"routes", "router", &route_object, true},
                                   {"workflow", "sub-workflow", nullptr, false},
                                   {"extract", "extract", &extract_object, false},
                                   {"workers", "multi-agent", &worker_object, true}};
  for (const Part& part : parts) {
    if (type == part.type) {
      if (!fields.written(part.key)) require(fields, part.key, "a step of the type `" + type + "`", step);
      if (part.list && fields.find(part.key) && fields.find(part.key)->items.empty())
        reader_.report.add(diag::empty_collection, fields.find(part.key)->span,
                           "`" + std::string(part.key) + "`");
      continue;
    }
    if (!fields.written(part.key)) continue;
    no_effect(fields, part.key, "only a step of the type `" + std::string(part.type) + "` uses it");
    const yaml::Node* value = fields.find(part.key);
    if (!value || !part.object) continue;
    if (!part.list) Fields(reader_, *value, *part.object);
    for (const yaml::Node* entry : value->items) Fields(reader_, *entry, *part.object);
  }
}

void Agent007Reader::require(const Fields& fields, std::string_view key, const std::string& noun,
                             Step& step) {
  step.broken = true;
  // It may stand in what could not be read; and what is no mapping has been said to be none.
  if (fields.incomplete() || !fields.node().is_mapping()) return;
  reader_.report.add(diag::missing_setting, fields.anchor(), noun, key)
      .label("`" + std::string(key) + "` is missing here");
}

void Agent007Reader::no_effect(const Fields& fields, std::string_view key, std::string why) {
  reader_.report.add(diag::no_effect, fields.key_span(key), key).label(std::move(why));
}

// `inputs` names outputs: the step waits for whoever produces them.
void Agent007Reader::add_input_edges(const Names& names, StepIndex index, const Scope& scope) {
  Step& step = workflow_.steps[index];
  for (const Located<std::string>& name : names) {
    const auto producer = scope.outputs.find(name.value);
    if (producer != scope.outputs.end()) {
      const auto add = [&](StepIndex from) {
        step.needs.push_back(
            {.step = {workflow_.steps[from].id.value, name.span}, .target = decided(from, scope)});
      };
      const auto shared = scope.shared.find(name.value);
      if (shared == scope.shared.end()) {
        add(producer->second);
      } else {
        for (const StepIndex one : shared->second) add(one);
      }
      continue;
    }
    if (is_given(name.value)) continue;
    auto draft = reader_.report.add(diag::unknown_name, name.span, diag::Noun::output, name.value);
    draft.label("no step of this workflow produces it");
    // Guesses cost a look at every name.
    if (++guesses_ <= 100) draft.did_you_mean(diag::closest(name.value, known_outputs(scope)), name.span);
    // Its flow cannot be judged without the edge that was meant.
    step.broken = true;
  }
}

const std::vector<std::string>& Agent007Reader::known_outputs(const Scope& scope) {
  if (known_outputs_of_ != scope.prefix) {
    known_outputs_of_ = scope.prefix;
    known_outputs_ = {"task"};
    known_outputs_.insert(known_outputs_.end(), std::begin(given_names), std::end(given_names));
    for (const auto& [output, producer] : scope.outputs) known_outputs_.push_back(output);
  }
  return known_outputs_;
}

expr::Template Agent007Reader::template_of(const yaml::Node& scalar) {
  expr::Template text = reader_.text_template(scalar);
  if (!reader_.context.defines.empty()) replace(text.nodes);
  return text;
}

// --define NAME=TEXT: the text stands where the name stood, as if it had been written there.
const Define* Agent007Reader::defined(const dsl::Expr& expr) const {
  if (expr.kind != dsl::ExprKind::name) return nullptr;
  for (const Define& define : reader_.context.defines)
    if (define.name == expr.text) return &define;
  return nullptr;
}

void Agent007Reader::replace(std::vector<expr::TemplateNode>& nodes) {
  for (expr::TemplateNode& node : nodes) {
    if (node.kind == expr::NodeKind::value) {
      if (const Define* define = defined(node.expr)) {
        node.kind = expr::NodeKind::text;
        node.text = define->text;
        node.expr = {};
        continue;
      }
    }
    replace(node.expr);
    if (!node.block) continue;
    for (dsl::Expr& condition : node.block->conditions) replace(condition);
    for (std::vector<expr::TemplateNode>& body : node.block->bodies) replace(body);
  }
}

void Agent007Reader::replace(dsl::Expr& expr) {
  if (const Define* define = defined(expr)) {
    expr.kind = dsl::ExprKind::text;
    expr.text = define->text;
    return;
  }
  for (dsl::Expr& child : expr.children) replace(child);
}

namespace {

std::string recognise(const yaml::Node& root) {
  const yaml::Node* steps = root.find("steps");
  if (!steps || !steps->is_sequence()) return {};
  for (const std::string_view key : {"agent", "prompt"})
    for (const yaml::Node* step : steps->items)
      if (step->is_mapping() && step->has(key)) return "its steps have `" + std::string(key) + "`";
  return {};
}

}  // namespace

extern const Dialect agent007;
constinit const Dialect agent007 = {
    .name = "agent007",
    .recognise = recognise,
    .read = [](const yaml::Node& root,
               const ReadContext& context) { return Agent007Reader(context).read(root); },
};

}  // namespace wfc::dialects
