// agent007's workflows: personas with prompts, joined by `depends_on` and by the outputs they name.
//
// A prompt is a template that sees the outputs of other steps and a few names that are always there. What it
// uses creates no edge: an output that is not surely there is a mistake, and the checks find it.
#include <algorithm>
#include <unordered_map>

#include "compiler/dialects/fields.h"
#include "runtime/rules/identifier.h"

namespace wfc::dialects {
namespace {

using model::Step;
using model::StepIndex;
using wf::StepKind;

constexpr std::string_view step_types[] = {"execute",      "evaluator", "router",
                                           "sub-workflow", "extract",   "multi-agent"};
constexpr std::string_view exceed_words[] = {"stop", "pause", "alert-only"};
constexpr std::string_view eval_modes[] = {"fail-open", "fail-closed"};
constexpr std::string_view worker_runs[] = {"parallel", "sequential"};
constexpr double u32_max = 4294967295.0;

constexpr Key budget_keys[] = {
    {.name = "max_tokens_per_session", .shape = Shape::integer},
    {.name = "max_usd_per_task", .shape = Shape::number},
    {.name = "alert_at_percent", .shape = Shape::integer, .max = 255},
    {.name = "on_exceed", .shape = Shape::choice, .choices = exceed_words},
};
constexpr Object budget_object = {.noun = "`budget`", .keys = budget_keys};

constexpr Key recovery_keys[] = {
    {.name = "enabled", .shape = Shape::boolean},
    {.name = "max_step_retries", .shape = Shape::integer, .max = u32_max},
};
constexpr Object recovery_object = {.noun = "`recovery`", .keys = recovery_keys};
constexpr Key governor_keys[] = {
    {.name = "enabled", .shape = Shape::boolean},
    {.name = "max_degradations_per_run", .shape = Shape::integer},
    {.name = "degrade_output_chars", .shape = Shape::integer},
    {.name = "lazy_injection_threshold", .shape = Shape::number},
};
constexpr Object governor_object = {.noun = "`budget_governor`", .keys = governor_keys};
constexpr Key guardrails_keys[] = {
    {.name = "enabled", .shape = Shape::boolean},
    {.name = "terms", .shape = Shape::texts},
};
constexpr Object guardrails_object = {.noun = "`guardrails`", .keys = guardrails_keys};
constexpr Key confidence_keys[] = {
    {.name = "enabled", .shape = Shape::boolean},
    {.name = "low_terms", .shape = Shape::texts},
    {.name = "missing_requires_approval", .shape = Shape::boolean},
};
constexpr Object confidence_object = {.noun = "`confidence`", .keys = confidence_keys};
constexpr Key reliability_keys[] = {
    {.name = "enabled", .shape = Shape::boolean},
    {.name = "recovery", .shape = Shape::object, .object = &recovery_object},
    {.name = "budget_governor", .shape = Shape::object, .object = &governor_object},
    {.name = "guardrails", .shape = Shape::object, .object = &guardrails_object},
    {.name = "confidence", .shape = Shape::object, .object = &confidence_object},
};
constexpr Object reliability_object = {.noun = "`reliability`", .keys = reliability_keys};

constexpr Key threshold_keys[] = {
    {.name = "max_quality_score_drop", .shape = Shape::number},
    {.name = "max_cost_usd_increase", .shape = Shape::number},
    {.name = "max_latency_ms_increase", .shape = Shape::number},
    {.name = "max_retry_increase", .shape = Shape::number},
};
constexpr Object thresholds_object = {.noun = "`thresholds`", .keys = threshold_keys};
constexpr Key eval_keys[] = {
    {.name = "enabled", .shape = Shape::boolean},
    {.name = "release_class", .shape = Shape::boolean},
    {.name = "mode", .shape = Shape::choice, .choices = eval_modes},
    {.name = "baseline_window", .shape = Shape::integer, .min = 1},
    {.name = "min_baseline_runs", .shape = Shape::integer, .min = 1},
    {.name = "thresholds", .shape = Shape::object, .object = &thresholds_object},
    {.name = "warn_threshold", .shape = Shape::number, .max = 1},
    {.name = "block_threshold", .shape = Shape::number, .max = 1},
};
constexpr Object eval_object = {.noun = "`eval_gate`", .keys = eval_keys};

constexpr Key evaluate_keys[] = {
    {.name = "on_pass", .required = true},
    {.name = "on_fail", .required = true},
    {.name = "condition"},
    {.name = "decision_field"},
    {.name = "max_retries", .shape = Shape::integer, .max = u32_max},
};
constexpr Object evaluate_object = {.noun = "`evaluate`", .keys = evaluate_keys};
constexpr Key route_keys[] = {
    {.name = "goto", .required = true},
    {.name = "when"},
    {.name = "default", .shape = Shape::boolean},
};
constexpr Object route_object = {.noun = "a route", .keys = route_keys};
constexpr Key extract_keys[] = {
    {.name = "tool", .required = true},
    {.name = "input", .shape = Shape::any, .required = true},
    {.name = "compact", .shape = Shape::boolean},
};
constexpr Object extract_object = {.noun = "`extract`", .keys = extract_keys};
constexpr Key worker_keys[] = {
    {.name = "persona", .required = true},
    {.name = "skills", .shape = Shape::texts},
    {.name = "run", .shape = Shape::choice, .choices = worker_runs},
};
constexpr Object worker_object = {.noun = "a worker", .keys = worker_keys};

constexpr Key workflow_keys[] = {
    {.name = "name", .required = true},
    {.name = "description"},
    {.name = "budget", .shape = Shape::object, .object = &budget_object},
    {.name = "reliability", .shape = Shape::object, .object = &reliability_object},
    {.name = "eval_gate", .shape = Shape::object, .object = &eval_object},
    {.name = "steps", .shape = Shape::objects, .required = true},
};
constexpr Key step_keys[] = {
    {.name = "id", .required = true},
    {.name = "agent", .required = true},
    {.name = "type", .shape = Shape::choice, .choices = step_types},
    {.name = "prompt"},
    {.name = "skill"},
    {.name = "model"},
    {.name = "depends_on", .shape = Shape::texts},
    {.name = "inputs", .shape = Shape::texts},
    {.name = "output"},
    {.name = "requires_approval", .shape = Shape::boolean},
    {.name = "approval_prompt"},
    {.name = "evaluate", .shape = Shape::object, .object = &evaluate_object},
    {.name = "routes", .shape = Shape::objects, .object = &route_object},
    {.name = "workflow"},
    {.name = "extract", .shape = Shape::object, .object = &extract_object},
    {.name = "workers", .shape = Shape::objects, .object = &worker_object},
    {.name = "cache", .shape = Shape::boolean},
    {.name = "risky", .shape = Shape::boolean},
    {.name = "timeout_sec", .shape = Shape::duration, .unit = "s"},
};
constexpr Object workflow_words = {.noun = "the workflow", .keys = workflow_keys};
constexpr Object step_words = {.noun = "a step", .keys = step_keys};
constexpr const Object* beside_workflow[] = {&step_words, &reliability_object};
constexpr const Object* beside_steps[] = {&workflow_words, &reliability_object};
constexpr Object workflow_object = {
    .noun = "a workflow", .keys = workflow_keys, .elsewhere = beside_workflow};
constexpr Object step_object = {.noun = "a step", .keys = step_keys, .elsewhere = beside_steps};

// What prompts see besides `task` and outputs. All are texts that are empty unless the run is given them.
constexpr std::string_view given_names[] = {"args", "date", "rag_context", "lsp_context", "skill_dir"};
constexpr std::string_view memory_fields[] = {"user", "project", "global", "repo_brain"};

dsl::Expr text_constant(std::string text) {
  dsl::Expr expr;
  expr.kind = dsl::ExprKind::text;
  expr.text = std::move(text);
  return expr;
}

class Agent007Reader {
 public:
  explicit Agent007Reader(const ReadContext& context) : reader_(context, "agent007") {}

  model::Workflow read(const yaml::Node& root) {
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
    workflow_.needs_key = "depends_on";
    read_policies(top);
    add_inputs();
    if (const yaml::Node* steps = top.find("steps")) read_steps(*steps);
    add_names();
    return std::move(workflow_);
  }

 private:
  void read_policies(const Fields& top) {
    if (const yaml::Node* budget = top.find("budget")) {
      Fields(reader_, *budget, budget_object);
      list_policies(*budget, budget_object, "budget.", workflow_);
    }
    if (const yaml::Node* reliability = top.find("reliability")) {
      const Fields fields(reader_, *reliability, reliability_object);
      for (const Key& key : reliability_keys) {
        const yaml::Node* block = key.object ? fields.find(key.name) : nullptr;
        if (block) Fields(reader_, *block, *key.object);
      }
      read_recovery(fields);
      list_policies(*reliability, reliability_object, "reliability.", workflow_);
      for (model::Policy& policy : workflow_.policies)
        if (policy.name.starts_with("reliability.recovery.")) policy.enforced = true;
    }
    if (const yaml::Node* gate = top.find("eval_gate")) {
      const Fields fields(reader_, *gate, eval_object);
      if (const yaml::Node* thresholds = fields.find("thresholds"))
        Fields(reader_, *thresholds, thresholds_object);
      list_policies(*gate, eval_object, "eval_gate.", workflow_);
    }
  }

  // `reliability.enabled` switches recovery on, its own `enabled` overrides. 2 means three executions in all.
  void read_recovery(const Fields& reliability) {
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
    if (enabled) {
      retry_.emplace();
      retry_->response = model::Response::retry;
      retry_->max = {static_cast<std::uint32_t>(retries), span};
      retry_->span = span;
    }
  }

  void add_inputs() {
    const auto add = [&](std::string_view name, wf::ValueType type) -> model::Input& {
      model::Input input;
      input.name = {std::string(name), {}};
      input.type = type;
      input.implied = true;
      workflow_.inputs.push_back(std::move(input));
      return workflow_.inputs.back();
    };
    add("task", wf::ValueType::text).description = "What is to be done.";
    for (const std::string_view name : given_names) {
      model::Input& input = add(name, wf::ValueType::text);
      input.required = false;
      input.default_value = text_constant("");
    }
    model::Input& memory = add("memory", wf::ValueType::map);
    memory.required = false;
    memory.default_value.emplace();
    memory.default_value->kind = dsl::ExprKind::map;
    for (const std::string_view field : memory_fields) {
      memory.fields.emplace_back(field);
      memory.default_value->names.emplace_back(field);
      memory.default_value->children.push_back(text_constant(""));
    }
  }

  void read_steps(const yaml::Node& steps) {
    if (steps.items.empty())
      reader_.report.add(diag::empty_collection, steps.span, "`steps`")
          .label("a workflow needs at least one step");
    workflow_.steps.reserve(steps.items.size());
    input_lists_.reserve(steps.items.size());
    for (const yaml::Node* item : steps.items) read_step(*item);
    if (std::any_of(input_lists_.begin(), input_lists_.end(), [](const auto& list) { return !list.empty(); }))
      add_input_edges();
  }

  void read_step(const yaml::Node& item) {
    const Fields fields(reader_, item, step_object);
    Step& step = workflow_.steps.emplace_back();
    step.span = item.span;
    step.kind = StepKind::agent;
    step.broken = fields.broken();
    step.id = fields.located("id");
    refuse_blank(fields, "id", step);
    step.agent = fields.located("agent");
    refuse_blank(fields, "agent", step);
    step.model = fields.text("model");
    std::vector<Located<std::string>> needs = fields.texts("depends_on");
    step.needs.reserve(needs.size());
    for (Located<std::string>& need : needs) step.needs.push_back({.step = std::move(need)});
    if (fields.find("output")) step.output = fields.located("output");
    step.timeout_ms = fields.duration_ms("timeout_sec");
    if (retry_) step.reactions.push_back(*retry_);
    read_gate(fields, step);
    read_body(fields, step);
    if (fields.boolean("risky", false))
      workflow_.policies.push_back(
          {.name = "steps." + step.id.value + ".risky", .value = "true", .span = fields.key_span("risky")});
    input_lists_.push_back(fields.texts("inputs"));
  }

  void refuse_blank(const Fields& fields, std::string_view key, Step& step) {
    const yaml::Node* value = fields.find(key);
    if (!value || value->text.find_first_not_of(" \t\r\n") != std::string_view::npos) return;
    reader_.report.add(diag::wrong_shape, value->span, "`" + std::string(key) + "`",
                       "a text that is not blank");
    step.broken = true;
  }

  void read_gate(const Fields& fields, Step& step) {
    if (!fields.boolean("requires_approval", false)) {
      if (fields.find("approval_prompt"))
        reader_.report.add(diag::no_effect, fields.key_span("approval_prompt"), "approval_prompt")
            .label("nobody is asked without `requires_approval: true`");
      return;
    }
    step.gate = model::Gate{.approvers = {}, .message = {}, .span = fields.key_span("requires_approval")};
    step.gate->on_reject = wf::OnReject::fail;
    step.gate->content_may_change = true;
    if (const yaml::Node* message = fields.find("approval_prompt"))
      step.gate->message = template_of(*message);
  }

  // What a step does, by its type.
  void read_body(const Fields& fields, Step& step) {
    const std::string type = fields.find("type") ? fields.text("type") : "execute";
    const auto not_yet = [&](std::string_view key, const std::string& what) {
      reader_.report.add(diag::not_yet, fields.key_span(key), what);
      step.broken = true;
    };
    if (const yaml::Node* prompt = fields.find("prompt")) step.prompt.push_back({template_of(*prompt), {}});
    check_parts(fields, type, step);
    if (type != "execute") {
      not_yet("type", "steps of the type `" + type + "`");
    } else if (fields.find("skill") && !fields.find("prompt")) {
      not_yet("skill", "`skill`");
    } else if (fields.find("skill")) {
      reader_.report.add(diag::no_effect, fields.key_span("skill"), "skill").label("the `prompt` is used");
    } else if (!fields.written("prompt")) {
      require(fields, "prompt", "a step", step);
    }
    if (fields.boolean("cache", false)) not_yet("cache", "`cache`");
  }

  void check_parts(const Fields& fields, const std::string& type, Step& step) {
    struct Part {
      std::string_view key, type;
    };
    static constexpr Part parts[] = {{"evaluate", "evaluator"},
                                     {"routes", "router"},
                                     {"workflow", "sub-workflow"},
                                     {"extract", "extract"},
                                     {"workers", "multi-agent"}};
    for (const Part& part : parts) {
      if (type == part.type) {
        if (!fields.written(part.key)) require(fields, part.key, "a step of the type `" + type + "`", step);
      } else if (fields.written(part.key)) {
        reader_.report.add(diag::no_effect, fields.key_span(part.key), part.key)
            .label("only a step of the type `" + std::string(part.type) + "` uses it");
      }
    }
    if (const yaml::Node* evaluate = fields.find("evaluate")) Fields(reader_, *evaluate, evaluate_object);
    if (const yaml::Node* extract = fields.find("extract")) Fields(reader_, *extract, extract_object);
    check_list(fields, "routes", route_object);
    check_list(fields, "workers", worker_object);
  }

  void check_list(const Fields& fields, std::string_view key, const Object& object) {
    const yaml::Node* list = fields.find(key);
    if (!list) return;
    if (list->items.empty())
      reader_.report.add(diag::empty_collection, list->span, "`" + std::string(key) + "`");
    for (const yaml::Node* item : list->items) Fields(reader_, *item, object);
  }

  void require(const Fields& fields, std::string_view key, const std::string& noun, Step& step) {
    step.broken = true;
    // It may stand in what could not be read; and what is no mapping has been said to be none.
    if (fields.node().broken || !fields.node().is_mapping()) return;
    reader_.report.add(diag::missing_setting, fields.anchor(), noun, key)
        .label("`" + std::string(key) + "` is missing here");
  }

  // `inputs` names outputs: the step waits for whoever produces them.
  void add_input_edges() {
    for (StepIndex i = 0; i < workflow_.steps.size(); ++i)
      if (!workflow_.steps[i].output.value.empty()) producers_.emplace(workflow_.steps[i].output.value, i);
    for (StepIndex i = 0; i < workflow_.steps.size(); ++i) add_input_edges(i);
  }

  void add_input_edges(StepIndex index) {
    Step& step = workflow_.steps[index];
    for (const Located<std::string>& name : input_lists_[index]) {
      const auto producer = producers_.find(name.value);
      if (producer != producers_.end()) {
        step.needs.push_back(
            {.step = {workflow_.steps[producer->second].id.value, name.span}, .target = producer->second});
        continue;
      }
      if (is_given(name.value)) continue;
      auto draft = reader_.report.add(diag::unknown_name, name.span, diag::Noun::output, name.value);
      draft.label("no step of this workflow produces it");
      // Guesses cost a look at every name.
      if (++guesses_ <= 100) draft.did_you_mean(diag::closest(name.value, known_outputs()), name.span);
      // Its flow cannot be judged without the edge that was meant.
      step.broken = true;
    }
  }

  const std::vector<std::string>& known_outputs() {
    if (known_outputs_.empty()) {
      known_outputs_ = {"task"};
      known_outputs_.insert(known_outputs_.end(), std::begin(given_names), std::end(given_names));
      for (const auto& [output, producer] : producers_) known_outputs_.emplace_back(output);
    }
    return known_outputs_;
  }

  static bool is_given(std::string_view name) {
    if (name == "task" || name == "memory") return true;
    if (std::find(std::begin(given_names), std::end(given_names), name) != std::end(given_names)) return true;
    if (!name.starts_with("memory.")) return false;
    return std::find(std::begin(memory_fields), std::end(memory_fields), name.substr(7)) !=
           std::end(memory_fields);
  }

  // An output of a given name hides what is given.
  void add_names() {
    workflow_.names.reserve(workflow_.steps.size() + workflow_.inputs.size());
    for (std::uint32_t i = 0; i < workflow_.inputs.size(); ++i)
      workflow_.names.push_back(
          {.name = workflow_.inputs[i].name.value, .binding = {dsl::BindingKind::input, i}, .span = {}});
    for (StepIndex i = 0; i < workflow_.steps.size(); ++i) {
      const Located<std::string>& output = workflow_.steps[i].output;
      if (output.value.empty()) continue;
      workflow_.names.push_back(
          {.name = output.value, .binding = {dsl::BindingKind::output, i}, .span = output.span, .step = i});
    }
  }

  expr::Template template_of(const yaml::Node& scalar) {
    expr::Template text = reader_.text_template(scalar);
    if (!reader_.context.defines.empty()) replace(text.nodes);
    return text;
  }

  // --define NAME=TEXT: the text stands where the name stood, as if it had been written there.
  const Define* defined(const dsl::Expr& expr) const {
    if (expr.kind != dsl::ExprKind::name) return nullptr;
    for (const Define& define : reader_.context.defines)
      if (define.name == expr.text) return &define;
    return nullptr;
  }

  void replace(std::vector<expr::TemplateNode>& nodes) {
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

  void replace(dsl::Expr& expr) {
    if (const Define* define = defined(expr)) {
      expr.kind = dsl::ExprKind::text;
      expr.text = define->text;
      return;
    }
    for (dsl::Expr& child : expr.children) replace(child);
  }

  Reader reader_;
  model::Workflow workflow_;
  std::optional<model::Reaction> retry_;
  std::vector<std::vector<Located<std::string>>> input_lists_;
  std::unordered_map<std::string_view, StepIndex> producers_;
  std::vector<std::string> known_outputs_;
  int guesses_ = 0;
};

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
