// Coder IDE's workflows: one trigger, and steps that `dependencies` order.
//
// A step's `conditions` become a check of their own in front of it, because one that does not hold skips what
// depends on the step as well.
#include <algorithm>
#include <unordered_set>

#include "compiler/dialects/coder_ide_keys.h"
#include "compiler/dialects/comparison.h"
#include "compiler/dialects/events.h"
#include "compiler/dialects/listed_order.h"
#include "compiler/dialects/node_values.h"
#include "compiler/dialects/phrase.h"
#include "runtime/rules/identifier.h"

namespace wfc::dialects {
namespace {

using namespace coder_ide_keys;  // NOLINT(google-build-using-namespace)

using dsl::BindingKind;
using dsl::Expr;
using dsl::ExprKind;
using model::none;
using model::Step;
using model::StepIndex;
using wf::StepKind;

// Which keys a kind of step makes use of, besides those that all have.
struct Use {
  std::string_view type;
  std::initializer_list<std::string_view> keys;
};
const Use uses[] = {
    {"action", {"action", "agentId", "input", "output", "retry", "timeout", "rollback"}},
    {"condition", {"output"}},
    {"parallel", {"steps", "output"}},
    {"human_gate", {"humanGate", "timeout", "output"}},
};

// `${NAME}`: a secret by its name.
std::string_view secret_name(std::string_view written) {
  if (!written.starts_with("${") || !written.ends_with("}")) return {};
  const std::string_view name = written.substr(2, written.size() - 3);
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
  return plain && !name.empty() && !(name[0] >= '0' && name[0] <= '9') ? name : std::string_view();
}

std::string upper_words(std::string_view id) {
  std::string made;
  for (const char c : id) {
    const bool lower = c >= 'a' && c <= 'z';
    const bool kept = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    made += lower ? static_cast<char>(c - 'a' + 'A') : kept ? c : '_';
  }
  if (made.empty() || (made[0] >= '0' && made[0] <= '9')) made.insert(0, "_");
  return made;
}

class CoderIdeReader {
 public:
  explicit CoderIdeReader(const ReadContext& context)
      : reader_(context, "coder-ide"), values_(reader_, workflow_) {}

  model::Workflow read(const yaml::Node& root) {
    const Fields top(reader_, root, workflow_object);
    if (!root.is_mapping()) return std::move(workflow_);
    workflow_.span = top.anchor();
    workflow_.texts_are_variables = true;
    workflow_.id = top.located("id");
    refuse_blank(top, "id");
    workflow_.title = top.text("name");
    workflow_.version = top.text("version");
    workflow_.description = top.text("description");
    workflow_.metadata_json = metadata_of(root, top.find("metadata"));
    if (const yaml::Node* variables = top.find("variables")) read_variables(*variables);
    if (const yaml::Node* trigger = top.find("trigger")) read_trigger(*trigger);
    if (const yaml::Node* steps = top.find("steps")) {
      if (steps->items.empty())
        reader_.report.add(diag::empty_collection, steps->span, "`steps`")
            .label("a workflow needs at least one step");
      const std::vector<Listed> list = read_steps(*steps, none);
      set_outputs();
      order_.set(list);
      add_undos();
    }
    add_names();
    resolve_names();
    return std::move(workflow_);
  }

 private:
  struct Output {
    StepIndex step;
    std::vector<Located<std::string>> names;
    std::vector<Expr> values;
  };

  // ------------------------------------------------------------------------------------------------- head
  bool refuse_blank(const Fields& fields, std::string_view key) {
    const yaml::Node* value = fields.find(key);
    if (!value || value->text.find_first_not_of(" \t\r\n") != std::string_view::npos) return false;
    reader_.report.add(diag::wrong_shape, value->span, in_ticks(key), "a text that is not blank");
    return true;
  }

  void missing(const Fields& fields, const std::string& noun, std::string_view key) {
    if (fields.incomplete() || fields.written(key)) return;
    reader_.report.add(diag::missing_setting, fields.anchor(), noun, key)
        .label(in_ticks(key) + " is missing here");
  }

  void no_effect(const Fields& fields, std::string_view key, const std::string& why) {
    if (fields.written(key)) reader_.report.add(diag::no_effect, fields.key_span(key), key).label(why);
  }

  // Of other names that cannot be, the check speaks.
  bool nameless(const yaml::Entry& entry, std::string_view what) {
    if (!entry.key.empty()) return false;
    reader_.report.add(diag::bad_identifier, entry.key_span, entry.key, what);
    return true;
  }

  // Constants that `--input` may replace.
  void read_variables(const yaml::Node& variables) {
    for (const yaml::Entry& entry : variables.entries) {
      std::optional<Expr> value = values_.constant(*entry.value);
      if (!value || nameless(entry, "the name of a variable")) continue;
      model::Input input;
      input.name = {std::string(entry.key), entry.key_span};
      input.type = type_of_constant(*value);
      input.nullable = value->kind == ExprKind::null;
      input.required = false;
      input.default_value = std::move(value);
      workflow_.inputs.push_back(std::move(input));
      variables_.insert(entry.key);
    }
  }

  void read_trigger(const yaml::Node& node) {
    const Fields fields(reader_, node, trigger_object);
    const std::string type = fields.text("type");
    if (fields.broken()) return;
    const std::string noun = "a trigger of the type " + in_ticks(type);
    model::Trigger trigger;
    trigger.span = node.span;
    std::vector<std::string_view> own = {"type", "condition"};
    if (type == "event") {
      trigger.kind = wf::TriggerKind::event;
      missing(fields, noun, "eventType");
      trigger.name = fields.located("eventType");
      check_event(trigger.name, ide_events, reader_.report);
      own.emplace_back("eventType");
    } else if (type == "scheduled") {
      trigger.kind = wf::TriggerKind::cron;
      missing(fields, noun, "schedule");
      trigger.cron = fields.located("schedule");
      trigger.timezone = {"UTC", trigger.cron.span};
      own.emplace_back("schedule");
    } else if (type == "webhook") {
      trigger.kind = wf::TriggerKind::webhook;
      trigger.name = workflow_.id;
      trigger.url = fields.located("webhookUrl");
      if (const yaml::Node* secret = fields.find("webhookSecret")) read_secret(*secret, trigger);
      own.insert(own.end(), {"webhookUrl", "webhookSecret"});
    }
    for (const Key& key : trigger_keys)
      if (std::find(own.begin(), own.end(), key.name) == own.end())
        no_effect(fields, key.name, noun + " does not use it");
    if (const yaml::Node* condition = fields.find("condition")) trigger.when = reader_.condition(*condition);
    workflow_.triggers.push_back(std::move(trigger));
  }

  void read_secret(const yaml::Node& written, model::Trigger& trigger) {
    const std::string_view name = secret_name(written.text);
    trigger.secret = {std::string(name), written.span};
    if (!name.empty()) return;
    const std::string suggested = upper_words(workflow_.id.value) + "_HOOK_SECRET";
    reader_.report.add(diag::written_secret, written.span)
        .label("anyone who can read this file can read it")
        .help("name it instead: `webhookSecret: \"${" + suggested + "}\"`, and set " + suggested +
              " when the program runs")
        .fix("name it `" + suggested + "`", written.span, "\"${" + suggested + "}\"", false);
  }

  // ------------------------------------------------------------------------------------------------- steps
  std::vector<Listed> read_steps(const yaml::Node& steps, std::uint32_t group) {
    std::vector<Listed> entries;
    entries.reserve(steps.items.size());
    for (const yaml::Node* item : steps.items) entries.push_back(read_step(*item, group));
    return entries;
  }

  Listed read_step(const yaml::Node& item, std::uint32_t group) {
    const Fields fields(reader_, item, step_object);
    const std::string type = fields.text("type");
    Listed entry;
    entry.dependencies = fields.texts("dependencies");
    Step step;
    step.id = fields.located("id");
    step.title = fields.text("name");
    step.span = item.span;
    step.group = group;
    step.broken = fields.broken();
    step.broken = refuse_blank(fields, "id") || step.broken;
    say_unused(fields, type, step);
    std::optional<Expr> condition = read_conditions(fields, type, step);
    if (condition && type != "condition") entry.check = add_check(step, std::move(*condition));
    if (type == "parallel" && fields.find("steps")) {
      read_group(fields, step, entry);
      return entry;
    }
    if (type == "action") {
      read_action(fields, step);
    } else if (type == "condition") {
      step.kind = StepKind::check;
      step.condition = std::move(condition);
    } else if (type == "human_gate") {
      read_gate(fields, step);
    } else if (type == "parallel") {
      step.kind = StepKind::join;
      const yaml::Node* joined = fields.find("dependencies");
      const bool joins = joined ? !joined->items.empty() : fields.written("dependencies");
      if (!joins) missing(fields, "a `parallel` step", "steps");
      step.broken = step.broken || !joins || fields.written("steps");
    } else {
      step.broken = true;
    }
    entry.step = static_cast<StepIndex>(workflow_.steps.size());
    if (const yaml::Node* output = fields.find("output")) read_output(*output, entry.step);
    order_.add_step(step.id.value, entry.step);
    workflow_.steps.push_back(std::move(step));
    return entry;
  }

  void say_unused(const Fields& fields, const std::string& type, Step& step) {
    const Use* use =
        std::find_if(std::begin(uses), std::end(uses), [&](const Use& of) { return of.type == type; });
    if (use == std::end(uses)) return;
    for (const Use& other : uses) {
      for (const std::string_view key : other.keys) {
        if (!fields.written(key) || std::find(use->keys.begin(), use->keys.end(), key) != use->keys.end())
          continue;
        const std::string whose = "only a step of the type " + in_ticks(other.type);
        if (key == "humanGate" || key == "steps") {
          // People were meant to be asked, or steps to run: that is no trifle.
          reader_.report.add(diag::wrong_place, fields.key_span(key), key).label(whose + " has it");
          step.broken = true;
        } else if (&other == first_user(key)) {
          no_effect(fields, key, whose + " uses it");
        }
      }
    }
  }

  static const Use* first_user(std::string_view key) {
    return std::find_if(std::begin(uses), std::end(uses), [&](const Use& of) {
      return std::find(of.keys.begin(), of.keys.end(), key) != of.keys.end();
    });
  }

  StepIndex add_check(const Step& of, Expr condition) {
    Step check;
    check.kind = StepKind::check;
    check.id = {of.id.value + ":conditions", of.id.span};
    check.id_generated = true;
    check.span = condition.span;
    check.group = of.group;
    check.condition = std::move(condition);
    workflow_.steps.push_back(std::move(check));
    return static_cast<StepIndex>(workflow_.steps.size() - 1);
  }

  void read_group(const Fields& fields, const Step& step, Listed& entry) {
    no_effect(fields, "output", "its output is the list of those of its steps, under its `id`");
    if (!step.id.value.empty() && !wf::rules::is_identifier(step.id.value))
      reader_.report.add(diag::bad_identifier, step.id.span, step.id.value, "the id of a step")
          .help("begin with a letter, a digit or `_`, and go on with these, `-` and `.`; 128 bytes at most");
    entry.group = static_cast<std::uint32_t>(workflow_.groups.size());
    model::Group& group = workflow_.groups.emplace_back();
    group.name = step.id.value;
    group.span = step.id.span;
    group.outer = step.group;
    order_.add_group(step.id.value, entry.group);
    const yaml::Node& steps = *fields.find("steps");
    if (steps.items.empty())
      reader_.report.add(diag::empty_collection, steps.span, "`steps`")
          .label("a `parallel` step needs at least one");
    entry.children = read_steps(steps, entry.group);
    for (const Listed& child : entry.children) {
      std::vector<StepIndex>& members = workflow_.groups[entry.group].members;
      if (child.group == none) {
        members.push_back(child.step);
      } else {
        const std::vector<StepIndex>& inner = workflow_.groups[child.group].members;
        members.insert(members.end(), inner.begin(), inner.end());
      }
    }
  }

  void read_action(const Fields& fields, Step& step) {
    const std::string action = fields.text("action");
    const yaml::Node* input = fields.find("input");
    const bool blank = refuse_blank(fields, "action");
    step.broken = refuse_blank(fields, "agentId") || blank || step.broken;
    step.agent = fields.located("agentId");
    if (!fields.find("action") && !fields.find("agentId")) {
      const bool written = fields.written("action") || fields.written("agentId");
      if (!written && !fields.incomplete())
        reader_.report.add(diag::missing_setting, fields.anchor(), "a step of the type `action`", "action")
            .label("it says neither what to do nor who does it")
            .help("write `action`, or `agentId` for what an agent does");
      step.broken = true;
    } else if (!fields.find("action")) {
      read_agent(fields, input, step);
    } else if (action == "run" && !fields.find("agentId")) {
      read_run(fields, input, step);
    } else if (action == "deploy" && !fields.find("agentId")) {
      read_deploy(fields, input, step);
    } else {
      step.kind = StepKind::action;
      step.target = fields.located("action");
      if (input) values_.named(*input, step.with);
    }
    step.timeout_ms = positive_ms(fields, "timeout");
    if (const yaml::Node* retry = fields.find("retry")) read_retry(*retry, step);
    if (fields.find("rollback") && !refuse_blank(fields, "rollback")) read_rollback(fields, step);
  }

  // The compensating action is given what the step was given and, as `result`, what the step left.
  void read_rollback(const Fields& fields, const Step& step) {
    const yaml::Node& action = *fields.find("rollback");
    for (const std::string_view built_in : {"run", "deploy"}) {
      if (action.text != built_in) continue;
      reader_.report.add(diag::wrong_shape, action.span, "`rollback`", "the name of an action of your own")
          .label("there is nothing that it should " + std::string(built_in))
          .help("name one that `--action NAME=COMMAND` gives a command");
      return;
    }
    Step undo;
    undo.kind = StepKind::action;
    undo.id = {step.id.value + ":undo", action.span};
    undo.id_generated = true;
    undo.span = {action.span.file, fields.key_span("rollback").begin, action.span.end};
    undo.target = {std::string(action.text), action.span};
    undo.undoes = static_cast<StepIndex>(workflow_.steps.size());
    undo.needs.push_back({.step = {step.id.value, {}}, .target = undo.undoes, .written = false});
    const yaml::Node* input = fields.find("input");
    if (input) values_.named(*input, undo.with);
    if (!input || !input->has("result"))
      undo.with.push_back({.name = {"result", action.span},
                           .value = bound("result", action.span, BindingKind::step, undo.undoes),
                           .text = {}});
    undo.broken = step.broken;
    undos_.push_back(std::move(undo));
  }

  // Behind all others: the steps that there are keep their numbers.
  void add_undos() { std::move(undos_.begin(), undos_.end(), std::back_inserter(workflow_.steps)); }

  // A part of `input` that has to be one text.
  const yaml::Node* text_in(const yaml::Node* input, std::string_view key, Step& step) {
    const yaml::Node* value = input ? input->find(key) : nullptr;
    step.broken = step.broken || (value && value->broken);
    if (!value || value->is_null() || (value->is_scalar() && yaml::is_no_value(*value))) return nullptr;
    if (value->is_scalar()) return value;
    if (!value->broken)
      reader_.report.add(diag::wrong_shape, value->span, "`input." + std::string(key) + "`", "a text");
    step.broken = true;
    return nullptr;
  }

  void needs_input(const Fields& fields, const std::string& action, const std::string& key, Step& step) {
    if (step.broken || fields.incomplete()) return;
    const Span span = fields.written("input") ? fields.key_span("input") : fields.key_span("action");
    reader_.report.add(diag::missing_setting, span, "the action " + in_ticks(action), key)
        .label(in_ticks(key) + " is missing here");
    step.broken = true;
  }

  void read_agent(const Fields& fields, const yaml::Node* input, Step& step) {
    step.kind = StepKind::agent;
    if (const yaml::Node* prompt = text_in(input, "prompt", step)) {
      step.prompt.push_back({reader_.text_template(*prompt), {}});
    } else if (!step.broken && fields.find("name")) {
      const yaml::Node& name = *fields.find("name");
      step.prompt.push_back({expr::constant_template(std::string(name.text), name.span), {}});
      reader_.default_used("a step with `agentId`", fields.key_span("agentId"), "input.prompt",
                           "the agent is asked what the step's `name` says");
    }
    if (input) step.inputs = values_.rest_of(*input, "prompt");
  }

  void read_run(const Fields& fields, const yaml::Node* input, Step& step) {
    step.kind = StepKind::command;
    const yaml::Node* command = text_in(input, "command", step);
    if (!command) return needs_input(fields, "run", "input.command", step);
    step.prompt.push_back({reader_.text_template(*command), {}});
    for (const yaml::Entry& entry : input->entries)
      if (entry.key != "command")
        reader_.report.add(diag::no_effect, entry.key_span, "input." + std::string(entry.key))
            .label("of its `input` the action `run` uses `command`");
  }

  void read_deploy(const Fields& fields, const yaml::Node* input, Step& step) {
    step.kind = StepKind::deploy;
    const yaml::Node* environment = text_in(input, "environment", step);
    if (!environment) return needs_input(fields, "deploy", "input.environment", step);
    if (!reader_.text_template(*environment).constant()) {
      reader_.report
          .add(diag::wrong_shape, environment->span, "`input.environment`", "a text without placeholders")
          .label("the command for it is chosen before the run starts");
      step.broken = true;
      return;
    }
    step.target = {std::string(environment->text), environment->span};
    step.inputs = values_.rest_of(*input, "environment");
  }

  std::uint64_t positive_ms(const Fields& fields, std::string_view key) {
    const std::uint64_t ms = fields.duration_ms(key);
    if (ms == 0 && fields.find(key))
      reader_.report.add(diag::out_of_range, fields.find(key)->span, in_ticks(key), "more than 0");
    return ms;
  }

  std::uint64_t time_to_answer(const Fields& fields) {
    const std::uint64_t ms = fields.duration_ms("timeout");
    if (ms == 0 && fields.find("timeout"))
      reader_.report.add(diag::gate_unsatisfiable, fields.find("timeout")->span,
                         "nobody can answer in no time");
    return ms;
  }

  // One of two spellings of a key.
  std::string_view spelling(const Fields& fields, std::string_view one, std::string_view other) {
    if (fields.written(one) && fields.written(other))
      reader_.report.add(diag::exclusive_settings, fields.key_span(other), one, other)
          .label("the same a second time")
          .also(fields.key_span(one), "first here");
    return fields.written(one) ? one : other;
  }

  void read_retry(const yaml::Node& node, Step& step) {
    const Fields fields(reader_, node, retry_object);
    const std::string_view attempts = spelling(fields, "maxAttempts", "max");
    const std::string_view delay = spelling(fields, "delay", "delay_ms");
    if (!fields.written(attempts)) missing(fields, "`retry`", "maxAttempts");
    model::Reaction retry;
    retry.response = model::Response::retry;
    retry.span = node.span;
    // The first try is an attempt, too.
    retry.max = {static_cast<std::uint32_t>(fields.integer(attempts).value_or(1) - 1), node.span};
    retry.wait_ms = fields.duration_ms(delay);
    if (fields.text("backoff") == "exponential") retry.backoff = 2.0;
    if (!fields.written(delay)) no_effect(fields, "backoff", "there is no `delay` that could grow");
    if (retry.max.value > 0) step.reactions.push_back(std::move(retry));
  }

  void read_gate(const Fields& step_fields, Step& step) {
    step.kind = StepKind::approve;
    const yaml::Node* node = step_fields.find("humanGate");
    if (!node) {
      missing(step_fields, "a step of the type `human_gate`", "humanGate");
      step.broken = true;
      return;
    }
    const Fields fields(reader_, *node, gate_object);
    step.gate =
        model::Gate{.approvers = fields.texts("requiredApprovers"), .message = {}, .span = node->span};
    step.broken = step.broken || fields.broken();
    if (const yaml::Node* message = fields.find("message"))
      step.prompt.push_back({reader_.text_template(*message), {}});
    if (const yaml::Node* approvers = fields.find("requiredApprovers"); approvers && approvers->items.empty())
      reader_.report.add(diag::gate_unsatisfiable, approvers->span, "`requiredApprovers` names nobody")
          .label("nobody could approve");
    step.gate->on_reject = wf::OnReject::cancel;
    step.gate->timeout_ms = time_to_answer(fields);
    if (!fields.written("timeout")) {
      step.gate->timeout_ms = time_to_answer(step_fields);
    } else {
      no_effect(step_fields, "timeout", "the one of `humanGate` holds");
    }
    read_on_timeout(fields, step);
  }

  void read_on_timeout(const Fields& fields, Step& step) {
    const std::string word = fields.text("onTimeout");
    if (word != "escalate") {
      no_effect(fields, "escalateTo", "nothing escalates without `onTimeout: escalate`");
      if (word == "proceed") {
        step.gate->on_timeout = wf::OnTimeout::proceed;
        step.gate->proceed_span = fields.find("onTimeout")->span;
      }
      return;
    }
    step.gate->on_timeout = wf::OnTimeout::escalate;
    const yaml::Node* to = fields.find("escalateTo");
    if (!to || to->items.empty()) {
      if (!fields.written("escalateTo") || to)
        reader_.report
            .add(diag::missing_setting, fields.find("onTimeout")->span, "`onTimeout: escalate`", "escalateTo")
            .label("there is nobody to escalate to")
            .help("name people in `escalateTo`, or write `cancel` or `proceed`");
      step.broken = true;
      return;
    }
    // Where escalations go is said once for a workflow: whoever a gate names is told.
    model::Escalation& escalation =
        workflow_.escalation ? *workflow_.escalation : workflow_.escalation.emplace();
    if (!escalation.span.known()) escalation.span = fields.key_span("escalateTo");
    for (const Located<std::string>& person : fields.texts("escalateTo")) {
      if (!told_.insert(person.value).second) continue;
      std::string& mention = escalation.mention.value;
      mention += (mention.empty() ? "" : ", ") + person.value;
      escalation.mention.span = person.span;
    }
  }

  // --------------------------------------------------------------------------------------------- conditions
  // All of them, joined by `and`. Empty: there are none, or none that could be read.
  std::optional<Expr> read_conditions(const Fields& fields, const std::string& type, Step& step) {
    const yaml::Node* list = fields.find("conditions");
    if (!list) {
      if (type == "condition") {
        missing(fields, "a step of the type `condition`", "conditions");
        step.broken = true;
      } else if (fields.written("conditions")) {
        step.broken = true;
      }
      return std::nullopt;
    }
    if (list->items.empty()) {
      reader_.report.add(diag::empty_collection, list->span, "`conditions`")
          .label("a condition is missing here");
      step.broken = true;
    }
    std::vector<Expr> all;
    for (const yaml::Node* item : list->items) {
      if (std::optional<Expr> one = read_condition(*item)) {
        all.push_back(std::move(*one));
      } else {
        step.broken = true;
      }
    }
    if (all.empty()) return std::nullopt;
    return chained(ExprKind::and_, all);
  }

  std::optional<Expr> read_condition(const yaml::Node& item) {
    const Fields fields(reader_, item, condition_object);
    const std::string op = fields.text("operator");
    if (fields.broken()) return std::nullopt;
    const std::optional<Expr> path = dotted_path(reader_, *fields.find("field"));
    const bool asks = op == "exists" || op == "not_exists";
    if (asks) {
      no_effect(fields, "value", in_ticks(op) + " compares with nothing");
      if (!path) return std::nullopt;
      return present(*path, op == "exists", item.span);
    }
    const std::optional<Expr> value = read_compared(fields, item, op);
    if (!path || !value) return std::nullopt;
    return compared(*path, op, *value, item.span);
  }

  std::optional<Expr> read_compared(const Fields& fields, const yaml::Node& item, const std::string& op) {
    const yaml::Node* value = fields.find("value");
    if (!value) {
      // `== null` is a question, too.
      const yaml::Node* written = item.find("value");
      const bool null = written && !written->broken && !written->text.empty() && (op == "==" || op == "!=");
      if (null) return values_.constant(*written);
      missing(fields, "the operator " + in_ticks(op), "value");
      return std::nullopt;
    }
    if ((op == "in" || op == "not_in") && !value->is_sequence()) {
      reader_.report.add(diag::wrong_shape, value->span, "the `value` of " + in_ticks(op), "a list");
      return std::nullopt;
    }
    return values_.constant(*value);
  }

  // ------------------------------------------------------------------------------------------------ outputs
  void read_output(const yaml::Node& node, StepIndex step) {
    Output output{step, {}, {}};
    for (const yaml::Entry& entry : node.entries) {
      std::optional<Expr> value = output_value(*entry.value);
      if (!value || nameless(entry, "the name of an output")) continue;
      output.names.push_back({std::string(entry.key), entry.key_span});
      output.values.push_back(std::move(*value));
    }
    if (output.names.size() > 1)
      for (const Located<std::string>& name : output.names) several_.insert(name.value);
    if (!output.names.empty()) outputs_.push_back(std::move(output));
  }

  // A text is an expression over `result`; `{{ }}` around all of it may stay.
  std::optional<Expr> output_value(const yaml::Node& value) {
    if (!value.is_scalar() || yaml::is_no_value(value) || yaml::as_bool(value) || yaml::as_number(value))
      return values_.constant(value);
    Expr expr;
    if (value.text.find("{{") == std::string_view::npos) {
      expr = reader_.condition(value);
    } else {
      expr::Template text = reader_.text_template(value);
      if (text.nodes.size() != 1 || text.nodes[0].kind != expr::NodeKind::value) {
        reader_.report.add(diag::wrong_shape, value.span, "an entry of `output`",
                           "an expression, such as `result.url`");
        return std::nullopt;
      }
      expr = std::move(text.nodes[0].expr);
    }
    bind_result(expr);
    return expr;
  }

  static void bind_result(Expr& expr) {
    for (Expr& child : expr.children) bind_result(child);
    if (expr.kind == ExprKind::name && expr.text == "result") expr.binding = {BindingKind::result, 0};
  }

  // A step has one output. Where it names several, that is a map of them, and each name means its part; a
  // name that is part of a map anywhere is so everywhere.
  void set_outputs() {
    for (Output& output : outputs_) {
      Step& step = workflow_.steps[output.step];
      if (output.names.size() == 1 && !several_.contains(output.names[0].value)) {
        step.output = output.names[0];
        step.output_value = std::move(output.values[0]);
        continue;
      }
      Expr map;
      map.kind = ExprKind::map;
      map.span = output.names[0].span;
      map.children = std::move(output.values);
      for (const Located<std::string>& name : output.names) map.names.push_back(name.value);
      step.output_value = std::move(map);
    }
    for (Output& output : outputs_)
      for (const Located<std::string>& name : output.names)
        if (wf::rules::is_identifier(name.value)) {
          workflow_.names.push_back({.name = name.value,
                                     .binding = {BindingKind::output, output.step},
                                     .span = name.span,
                                     .step = output.step});
        } else if (several_.contains(name.value)) {
          reader_.report.add(diag::bad_identifier, name.span, name.value, "the name of an output");
        }
  }

  // -------------------------------------------------------------------------------------------------- names
  void add_names() {
    std::vector<model::Name>& names = workflow_.names;
    for (std::uint32_t i = 0; i < workflow_.inputs.size(); ++i)
      names.push_back({.name = workflow_.inputs[i].name.value,
                       .binding = {BindingKind::input, i},
                       .span = workflow_.inputs[i].name.span});
    for (std::uint32_t i = 0; i < workflow_.groups.size(); ++i)
      if (!workflow_.groups[i].name.empty())
        names.push_back({.name = workflow_.groups[i].name,
                         .binding = {BindingKind::group, i},
                         .span = workflow_.groups[i].span});
    for (StepIndex i = 0; i < workflow_.steps.size(); ++i) {
      const Step& step = workflow_.steps[i];
      if (step.id_generated || step.id.value.empty() || step.output.value == step.id.value) continue;
      names.push_back(
          {.name = step.id.value, .binding = {BindingKind::step, i}, .span = step.id.span, .step = i});
    }
    names.push_back({.name = "event", .binding = {BindingKind::event, 0}, .span = {}});
    for (const model::Name& name : names) defined_.insert(name.name);
  }

  void resolve_names() {
    for (model::Trigger& trigger : workflow_.triggers)
      if (trigger.when) ask_event(*trigger.when, true);
    for (Step& step : workflow_.steps) {
      if (step.condition) ask_event(*step.condition, false);
      if (several_.empty()) continue;
      if (step.condition) take_part(*step.condition, {});
      if (step.output_value) take_part(*step.output_value, {});
      for (model::Text& text : step.prompt) take_parts(text.text);
      if (step.inputs) take_parts(*step.inputs);
      for (model::NamedValue& value : step.with) {
        if (value.value) take_part(*value.value, {});
        if (value.text) take_parts(*value.text);
      }
    }
    if (!several_.empty())
      for (model::Composed& text : workflow_.composed) take_parts(text.text);
  }

  // A name that is not defined is a field of the event. Before the run there are no steps to be named.
  void ask_event(Expr& expr, bool early) {
    for (Expr& child : expr.children) ask_event(child, early);
    if (expr.kind != ExprKind::name || expr.text == "event") return;
    if (early ? variables_.contains(expr.text) : defined_.contains(expr.text)) return;
    expr = field_of(bound("event", expr.span, BindingKind::event), expr.text, expr.span);
  }

  // A name of several that one step gives.
  void take_part(Expr& expr, const std::unordered_set<std::string>& own) {
    for (Expr& child : expr.children) take_part(child, own);
    if (expr.kind != ExprKind::name || expr.binding.kind != BindingKind::unbound) return;
    if (!several_.contains(expr.text) || own.contains(expr.text)) return;
    Expr whole = name_of(expr.text, expr.span);
    expr = field_of(std::move(whole), expr.text, expr.span);
  }

  void take_parts(expr::Template& text) {
    std::unordered_set<std::string> own;
    visit(text.nodes, [&](expr::TemplateNode& node) {
      if (node.kind == expr::NodeKind::set || node.kind == expr::NodeKind::for_) own.insert(node.text);
      if (node.block && !node.block->key.empty()) own.insert(node.block->key);
    });
    visit(text.nodes, [&](expr::TemplateNode& node) {
      take_part(node.expr, own);
      if (!node.block) return;
      for (Expr& condition : node.block->conditions) take_part(condition, own);
    });
  }

  template <class Visit>
  static void visit(std::vector<expr::TemplateNode>& nodes, const Visit& visitor) {
    for (expr::TemplateNode& node : nodes) {
      visitor(node);
      if (!node.block) continue;
      for (std::vector<expr::TemplateNode>& body : node.block->bodies) visit(body, visitor);
    }
  }

  Reader reader_;
  NodeValues values_;
  model::Workflow workflow_;
  ListedOrder order_{workflow_};
  std::vector<Output> outputs_;
  std::unordered_set<std::string> several_;  // Names of outputs that are part of a map.
  std::unordered_set<std::string> defined_;
  std::unordered_set<std::string_view> variables_;
  std::unordered_set<std::string> told_;  // Whom escalations mention.
  std::vector<Step> undos_;
};

std::string recognise(const yaml::Node& root) {
  // A gate of an agentic layer has one, too.
  if (root.has("trigger") && !root.has("criteria")) return "it has `trigger`";
  const yaml::Node* steps = root.find("steps");
  if (!steps || !steps->is_sequence()) return {};
  for (const yaml::Node* step : steps->items) {
    const yaml::Node* type = step->is_mapping() ? step->find("type") : nullptr;
    if (!type || !type->is_scalar()) continue;
    if (std::find(std::begin(step_types), std::end(step_types), type->text) != std::end(step_types))
      return "a step has the type " + in_ticks(type->text);
  }
  return {};
}

}  // namespace

extern const Dialect coder_ide;
constinit const Dialect coder_ide = {
    .name = "coder-ide",
    .recognise = recognise,
    .read = [](const yaml::Node& root,
               const ReadContext& context) { return CoderIdeReader(context).read(root); },
};

}  // namespace wfc::dialects
