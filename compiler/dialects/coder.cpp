// Coder's workflow-as-code: triggers, policies and a list of typed steps that run one after the other.
//
// The short examples of its own page lack half of what its schema requires; people paste them. So what is
// missing gets a default, and one warning for each missing key says which. Braces in texts are text.
#include <algorithm>
#include <unordered_set>

#include "compiler/dialects/events.h"
#include "compiler/dialects/fields.h"
#include "compiler/dialects/required_approvals.h"

namespace wfc::dialects {
namespace {

using model::Step;
using wf::StepKind;

constexpr std::string_view versions[] = {"1"};
constexpr std::string_view providers[] = {"github", "gitlab"};
constexpr std::string_view trigger_types[] = {"manual", "cron", "repo_event", "webhook"};
constexpr std::string_view step_types[] = {"agent", "command", "deploy", "approve"};
constexpr std::string_view roles[] = {"architect", "implementer", "tester", "reviewer", "release_engineer"};
constexpr std::string_view targets[] = {"preview", "prod"};
constexpr std::string_view failure_types[] = {"fail_fast", "agent_retry"};

// What other dialects, and people, call the same.
constexpr std::string_view repositories[] = {"repository", "name"};
constexpr std::string_view crons[] = {"schedule"};
constexpr std::string_view events[] = {"eventType"};
constexpr std::string_view secret_names[] = {"webhookSecret", "secret"};
constexpr std::string_view ids[] = {"id"};
constexpr std::string_view agents[] = {"agent", "agentId"};
constexpr std::string_view prompts[] = {"prompt"};
constexpr std::string_view messages[] = {"message"};

constexpr Key project_keys[] = {
    {.name = "provider", .shape = Shape::choice, .required = true, .choices = providers},
    {.name = "owner", .required = true},
    {.name = "repo", .required = true, .elsewhere = repositories},
    {.name = "ref"},
};
constexpr Object project_object = {.noun = "`project`", .keys = project_keys};

constexpr Key trigger_keys[] = {
    {.name = "type", .shape = Shape::choice, .required = true, .choices = trigger_types},
    {.name = "cron", .elsewhere = crons},
    {.name = "timezone"},
    {.name = "event", .elsewhere = events},
    {.name = "name"},
    {.name = "secret_ref", .elsewhere = secret_names},
    {.name = "condition"},
};
constexpr Object trigger_object = {.noun = "a trigger", .keys = trigger_keys};

constexpr Key budget_keys[] = {
    {.name = "max_credits", .shape = Shape::integer, .min = -9e18},
    {.name = "max_wall_clock_sec", .shape = Shape::duration, .unit = "s"},
};
constexpr Object budget_object = {.noun = "`budget`", .keys = budget_keys};
constexpr Key repo_keys[] = {
    {.name = "allowed_paths", .shape = Shape::texts},
    {.name = "blocked_paths", .shape = Shape::texts},
};
constexpr Object repo_object = {.noun = "`repo`", .keys = repo_keys};
constexpr Key secrets_keys[] = {{.name = "allowed", .shape = Shape::texts}};
constexpr Object secrets_object = {.noun = "`secrets`", .keys = secrets_keys};
constexpr Key gates_keys[] = {{.name = "require_human_approval_for", .shape = Shape::texts}};
constexpr Object gates_object = {.noun = "`gates`", .keys = gates_keys};
constexpr Key policies_keys[] = {
    {.name = "budget", .shape = Shape::object, .object = &budget_object},
    {.name = "repo", .shape = Shape::object, .object = &repo_object},
    {.name = "secrets", .shape = Shape::object, .object = &secrets_object},
    {.name = "gates", .shape = Shape::object, .object = &gates_object},
};
constexpr Object policies_object = {.noun = "`policies`", .keys = policies_keys};

constexpr Key fail_fast_keys[] = {
    {.name = "type", .shape = Shape::choice, .required = true, .choices = failure_types},
    {.name = "message", .required = true},
};
constexpr Key agent_retry_keys[] = {
    {.name = "type", .shape = Shape::choice, .required = true, .choices = failure_types},
    {.name = "role", .shape = Shape::choice, .required = true, .choices = roles},
    {.name = "max_attempts", .shape = Shape::integer, .required = true, .max = 4294967295.0},
};
// Of a type that is none: what else it must have is not known.
constexpr Key some_failure_keys[] = {
    {.name = "type", .shape = Shape::choice, .required = true, .choices = failure_types},
    {.name = "message", .shape = Shape::any},
    {.name = "role", .shape = Shape::any},
    {.name = "max_attempts", .shape = Shape::any},
};
constexpr Object some_failure_object = {.noun = "`on_failure`", .keys = some_failure_keys};
constexpr Object fail_fast_object = {.noun = "`on_failure` of type `fail_fast`", .keys = fail_fast_keys};
constexpr Object agent_retry_object = {.noun = "`on_failure` of type `agent_retry`",
                                       .keys = agent_retry_keys};

constexpr Key workflow_keys[] = {
    {.name = "version", .shape = Shape::choice, .choices = versions},
    {.name = "workflow_id", .elsewhere = ids},
    {.name = "name", .required = true},
    {.name = "description"},
    {.name = "project", .shape = Shape::object, .object = &project_object},
    {.name = "triggers", .shape = Shape::objects, .object = &trigger_object},
    {.name = "policies", .shape = Shape::object, .object = &policies_object},
    {.name = "steps", .shape = Shape::objects, .required = true},
};

constexpr Key type_key = {.name = "type", .shape = Shape::choice, .required = true, .choices = step_types};
constexpr Key agent_keys[] = {
    type_key,
    {.name = "step_id", .elsewhere = ids},
    {.name = "role", .shape = Shape::choice, .required = true, .choices = roles, .elsewhere = agents},
    {.name = "goal", .required = true, .elsewhere = prompts},
    {.name = "inputs", .shape = Shape::map},
    {.name = "on_failure", .shape = Shape::map},
    {.name = "timeout_sec", .shape = Shape::duration, .unit = "s"},
};
constexpr Key command_keys[] = {
    type_key,
    {.name = "step_id", .elsewhere = ids},
    {.name = "name"},
    {.name = "command", .required = true},
    {.name = "env", .shape = Shape::text_map},
    {.name = "on_failure", .shape = Shape::map},
    {.name = "timeout_sec", .shape = Shape::duration, .unit = "s"},
};
constexpr Key deploy_keys[] = {
    type_key,
    {.name = "step_id", .elsewhere = ids},
    {.name = "target", .shape = Shape::choice, .required = true, .choices = targets},
    {.name = "inputs", .shape = Shape::map},
    {.name = "timeout_sec", .shape = Shape::duration, .unit = "s"},
};
constexpr Key approve_keys[] = {
    type_key,
    {.name = "step_id", .elsewhere = ids},
    {.name = "reason", .required = true, .elsewhere = messages},
    {.name = "timeout_sec", .shape = Shape::duration, .unit = "s"},
};
// Of a step whose type is missing or unknown: enough to find misspelt keys.
constexpr Key some_step_keys[] = {
    type_key,
    {.name = "step_id", .elsewhere = ids},
    {.name = "role", .elsewhere = agents},
    {.name = "goal", .elsewhere = prompts},
    {.name = "inputs", .shape = Shape::any},
    {.name = "on_failure", .shape = Shape::any},
    {.name = "timeout_sec", .shape = Shape::duration, .unit = "s"},
    {.name = "name"},
    {.name = "command"},
    {.name = "env", .shape = Shape::any},
    {.name = "target"},
    {.name = "reason"},
};
constexpr Object workflow_words = {.noun = "the workflow", .keys = workflow_keys};
constexpr Object agent_words = {.noun = "an `agent` step", .keys = agent_keys};
constexpr Object command_words = {.noun = "a `command` step", .keys = command_keys};
constexpr Object deploy_words = {.noun = "a `deploy` step", .keys = deploy_keys};
constexpr Object approve_words = {.noun = "an `approve` step", .keys = approve_keys};
constexpr const Object* beside_steps[] = {&agent_words,   &command_words,  &deploy_words,
                                          &approve_words, &workflow_words, &policies_object};
constexpr const Object* beside_workflow[] = {&policies_object, &agent_words, &command_words, &deploy_words,
                                             &approve_words};
constexpr Object workflow_object = {
    .noun = "a workflow", .keys = workflow_keys, .elsewhere = beside_workflow};
constexpr Object agent_object = {.noun = "an `agent` step", .keys = agent_keys, .elsewhere = beside_steps};
constexpr Object command_object = {
    .noun = "a `command` step", .keys = command_keys, .elsewhere = beside_steps};
constexpr Object deploy_object = {.noun = "a `deploy` step", .keys = deploy_keys, .elsewhere = beside_steps};
constexpr Object approve_object = {
    .noun = "an `approve` step", .keys = approve_keys, .elsewhere = beside_steps};
constexpr Object some_step_object = {.noun = "a step", .keys = some_step_keys, .elsewhere = beside_steps};

class CoderReader {
 public:
  explicit CoderReader(const ReadContext& context) : reader_(context, "coder") {}

  model::Workflow read(const yaml::Node& root) {
    const Fields top(reader_, root, workflow_object);
    if (!root.is_mapping()) return std::move(workflow_);
    read_head(top);
    if (const yaml::Node* project = top.find("project")) {
      Fields(reader_, *project, project_object);
      workflow_.project_json = to_json(*project);
    } else if (!top.written("project")) {
      reader_.default_used("the workflow", top.anchor(), "project", "it then belongs to no repository");
    }
    read_triggers(top);
    if (const yaml::Node* policies = top.find("policies")) read_policies(*policies);
    if (const yaml::Node* steps = top.find("steps")) read_steps(*steps);
    workflow_.names.push_back({.name = "event", .binding = {dsl::BindingKind::event, 0}, .span = {}});
    workflow_.texts_are_variables = true;
    insert_approvals(workflow_, reader_.report);
    workflow_.metadata_json = extension_metadata(root);
    return std::move(workflow_);
  }

 private:
  void read_head(const Fields& top) {
    workflow_.span = top.anchor();
    workflow_.title = top.text("name");
    workflow_.description = top.text("description");
    if (!top.written("version"))
      reader_.default_used("the workflow", top.anchor(), "version", "it is read as version 1")
          .fix("write `version: 1`", top.with("version", "1", false));
    if (top.find("workflow_id")) {
      workflow_.id = top.located("workflow_id");
      return;
    }
    std::string id = slug(workflow_.title);
    if (id.empty()) id = "workflow";
    const yaml::Node* name = top.find("name");
    workflow_.id = {id, name ? name->span : top.anchor()};
    if (!top.written("workflow_id"))
      reader_
          .default_used("the workflow", top.anchor(), "workflow_id", "its id is `" + id + "`, from its name")
          .fix("write `workflow_id: " + id + "`", top.with("workflow_id", id, true));
  }

  void read_triggers(const Fields& top) {
    const yaml::Node* triggers = top.find("triggers");
    if (!triggers) {
      if (!top.written("triggers"))
        reader_.default_used("the workflow", top.anchor(), "triggers", "it starts when a person starts it");
      return;
    }
    for (const yaml::Node* item : triggers->items) {
      const Fields fields(reader_, *item, trigger_object);
      const std::string type = fields.text("type");
      if (fields.broken()) continue;
      model::Trigger trigger;
      trigger.span = item->span;
      std::vector<std::string_view> own = {"type", "condition"};
      if (type == "cron") {
        trigger.kind = wf::TriggerKind::cron;
        require(fields, "cron", type);
        trigger.cron = fields.located("cron");
        trigger.timezone = fields.located("timezone");
        if (!fields.find("timezone")) {
          trigger.timezone.value = "UTC";
          if (!fields.written("timezone"))
            reader_.default_used("a `cron` trigger", fields.anchor(), "timezone", "its times are UTC")
                .fix("write `timezone: UTC`", fields.with("timezone", "UTC", true));
        }
        own.insert(own.end(), {"cron", "timezone"});
      } else if (type == "repo_event") {
        trigger.kind = wf::TriggerKind::event;
        require(fields, "event", type);
        trigger.name = fields.located("event");
        check_event(trigger.name, repository_events, reader_.report);
        own.insert(own.end(), {"event"});
      } else if (type == "webhook") {
        trigger.kind = wf::TriggerKind::webhook;
        require(fields, "name", type);
        require(fields, "secret_ref", type);
        trigger.name = fields.located("name");
        trigger.secret = fields.located("secret_ref");
        own.insert(own.end(), {"name", "secret_ref"});
      }
      for (const Key& key : trigger_keys)
        if (fields.find(key.name) && std::find(own.begin(), own.end(), key.name) == own.end())
          reader_.report.add(diag::wrong_place, fields.key_span(key.name), key.name)
              .label("a `" + type + "` trigger does not have it");
      if (const yaml::Node* condition = fields.find("condition"))
        trigger.when = reader_.condition(*condition);
      workflow_.triggers.push_back(std::move(trigger));
    }
  }

  void require(const Fields& fields, std::string_view key, const std::string& type) {
    if (fields.written(key)) return;
    if (fields.incomplete()) return;  // It may stand in what could not be read.
    reader_.report.add(diag::missing_setting, fields.anchor(), "a `" + type + "` trigger", key)
        .label("`" + std::string(key) + "` is missing here");
  }

  void read_policies(const yaml::Node& policies) {
    const Fields fields(reader_, policies, policies_object);
    if (const yaml::Node* budget = fields.find("budget")) {
      const Fields limits(reader_, *budget, budget_object);
      model::Budget& whole = workflow_.budget.emplace();
      whole.span = budget->span;
      whole.credits =
          static_cast<std::uint64_t>(std::max<std::int64_t>(limits.integer("max_credits").value_or(0), 0));
      whole.time_ms = limits.duration_ms("max_wall_clock_sec");
      for (const Key& key : budget_keys) {
        const yaml::Node* limit = limits.find(key.name);
        if (!limit) continue;
        (key.name == "max_credits" ? whole.at.credits : whole.at.time) = limit->span;
        if (yaml::as_number(*limit) && *yaml::as_number(*limit) <= 0)
          reader_.report.add(diag::budget_exceeded, limit->span, "a run cannot take less than nothing")
              .label("no step could start");
      }
    }
    if (const yaml::Node* repo = fields.find("repo")) {
      const Fields paths(reader_, *repo, repo_object);
      workflow_.paths = {paths.texts("allowed_paths"), paths.texts("blocked_paths")};
    }
    if (const yaml::Node* secrets = fields.find("secrets"))
      workflow_.secrets.allow = Fields(reader_, *secrets, secrets_object).texts("allowed");
    if (const yaml::Node* gates = fields.find("gates"))
      workflow_.approvals_required =
          Fields(reader_, *gates, gates_object).texts("require_human_approval_for");
  }

  void read_steps(const yaml::Node& steps) {
    if (steps.items.empty())
      reader_.report.add(diag::empty_collection, steps.span, "`steps`")
          .label("a workflow needs at least one step");
    for (const yaml::Node* item : steps.items)
      if (const yaml::Node* id = item->find("step_id")) written_ids_.insert(id->text);
    workflow_.steps.reserve(steps.items.size());
    for (const yaml::Node* item : steps.items) read_step(*item);
  }

  static const Object& object_of(const yaml::Node& item) {
    const yaml::Node* type = item.find("type");
    if (!type || !type->is_scalar()) return some_step_object;
    if (type->text == "agent") return agent_object;
    if (type->text == "command") return command_object;
    if (type->text == "deploy") return deploy_object;
    if (type->text == "approve") return approve_object;
    return some_step_object;
  }

  void read_step(const yaml::Node& item) {
    const Object& object = object_of(item);
    const Fields fields(reader_, item, object);
    const auto number = static_cast<std::uint32_t>(workflow_.steps.size());
    Step step;
    step.span = item.span;
    step.broken = fields.broken();
    read_id(fields, step);
    // A list is an order: each step waits for the one before it.
    if (number > 0)
      step.needs.push_back({.step = workflow_.steps.back().id, .target = number - 1, .written = false});
    if (&object == &agent_object) {
      step.kind = StepKind::agent;
      step.agent = fields.located("role");
      set_prompt(fields, "goal", step);
      read_inputs(fields, step);
    } else if (&object == &command_object) {
      step.kind = StepKind::command;
      step.title = fields.text("name");
      set_prompt(fields, "command", step);
      if (!fields.written("name"))
        reader_.default_used("a `command` step", fields.anchor(), "name", "its id is shown instead");
      read_env(fields, step);
    } else if (&object == &deploy_object) {
      step.kind = StepKind::deploy;
      step.target = fields.located("target");
      read_inputs(fields, step);
    } else if (&object == &approve_object) {
      step.kind = StepKind::approve;
      set_prompt(fields, "reason", step);
      step.gate = model::Gate{.approvers = {}, .message = {}, .span = fields.key_span("reason")};
      step.gate->on_reject = wf::OnReject::fail;
      step.gate->timeout_ms = fields.duration_ms("timeout_sec");
    } else {
      step.broken = true;
    }
    if (!step.gate) step.timeout_ms = fields.duration_ms("timeout_sec");
    if (&object == &agent_object || &object == &command_object) read_on_failure(fields, step);
    workflow_.steps.push_back(std::move(step));
  }

  void read_id(const Fields& fields, Step& step) {
    if (fields.find("step_id")) {
      step.id = fields.located("step_id");
      return;
    }
    step.id_generated = true;
    std::string id = "s" + std::to_string(workflow_.steps.size() + 1);
    while (written_ids_.contains(id)) id += "_";
    step.id = {id, fields.anchor()};
    if (fields.node().is_mapping() && !fields.written("step_id"))
      reader_.default_used("a step", fields.anchor(), "step_id", "its id is `" + id + "`")
          .fix("write `step_id: " + id + "`", fields.with("step_id", id, true));
  }

  static void set_prompt(const Fields& fields, std::string_view key, Step& step) {
    if (const yaml::Node* text = fields.find(key))
      step.prompt.push_back(
          {.text = expr::constant_template(std::string(text->text), text->span), .when = {}});
  }

  void read_inputs(const Fields& fields, Step& step) {
    const yaml::Node* inputs = fields.find("inputs");
    if (inputs && are_certain(*inputs, reader_.report)) step.inputs_json = to_json(*inputs);
  }

  static void read_env(const Fields& fields, Step& step) {
    const yaml::Node* env = fields.find("env");
    if (!env) return;
    for (const yaml::Entry& entry : env->entries)
      if (entry.value->is_scalar() || entry.value->is_null())
        step.env.push_back(
            {.name = {std::string(entry.key), entry.key_span},
             .value = {},
             .text = expr::constant_template(entry.value->is_null() ? "" : std::string(entry.value->text),
                                             entry.value->span)});
  }

  void read_on_failure(const Fields& step_fields, Step& step) {
    const yaml::Node* node = step_fields.find("on_failure");
    if (!node) return;
    const yaml::Node* type = node->find("type");
    const bool repairs = type && type->is_scalar() && type->text == "agent_retry";
    const bool stops = type && type->is_scalar() && type->text == "fail_fast";
    const Fields fields(reader_, *node,
                        repairs ? agent_retry_object
                        : stops ? fail_fast_object
                                : some_failure_object);
    if (fields.broken()) return;
    const std::string prefix = "steps." + step.id.value + ".on_failure.";
    if (repairs) {
      model::Reaction repair;
      repair.response = model::Response::repair;
      repair.agent = fields.located("role");
      const yaml::Node* attempts = fields.find("max_attempts");
      repair.max = {static_cast<std::uint32_t>(fields.integer("max_attempts").value_or(0)),
                    attempts ? attempts->span : node->span};
      repair.span = node->span;
      if (repair.max.value > 0) step.reactions.push_back(std::move(repair));
    } else {
      workflow_.policies.push_back(
          {.name = prefix + "message", .value = fields.text("message"), .span = node->span});
    }
  }

  Reader reader_;
  model::Workflow workflow_;
  std::unordered_set<std::string_view> written_ids_;
};

std::string recognise(const yaml::Node& root) {
  for (const std::string_view key : {"workflow_id", "triggers", "policies"})
    if (root.has(key)) return "it has `" + std::string(key) + "`";
  const yaml::Node* steps = root.find("steps");
  if (!steps || !steps->is_sequence()) return {};
  for (const yaml::Node* step : steps->items) {
    const yaml::Node* type = step->is_mapping() ? step->find("type") : nullptr;
    if (!type || !type->is_scalar()) continue;
    for (const std::string_view name : step_types)
      if (type->text == name) return "a step has the type `" + std::string(name) + "`";
  }
  return {};
}

}  // namespace

extern const Dialect coder;
constinit const Dialect coder = {
    .name = "coder",
    .recognise = recognise,
    .read = [](const yaml::Node& root,
               const ReadContext& context) { return CoderReader(context).read(root); },
};

}  // namespace wfc::dialects
