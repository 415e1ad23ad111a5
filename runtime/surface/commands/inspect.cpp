// `inspect`: what is compiled in, and what it will need.
#include <unistd.h>

#include <algorithm>

#include "runtime/base/json.h"
#include "runtime/base/text.h"
#include "runtime/rules/environment.h"
#include "runtime/surface/commands.h"
#include "runtime/surface/inputs.h"
#include "runtime/surface/preflight.h"
#include "runtime/surface/rules.h"
#include "runtime/surface/status.h"
#include "runtime/surface/tables.h"

namespace wf::surface::commands {
namespace {

std::string_view view(const Text& text) {
  return {text.data, text.size};
}
std::string shown(const Text& text) {
  return printable(view(text), false);
}

// The names of the variables that children would not see, of those that are set here.
std::vector<std::string> withheld_here() {
  std::vector<std::string> names;
  for (char** entry = environ; *entry; ++entry) {
    const std::string_view line = *entry;
    const std::string_view name = line.substr(0, line.find('='));
    if (!rules::passes_to_children(name)) names.push_back(printable(name, false));
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string trigger_text(const TriggerRow& trigger) {
  switch (trigger.kind) {
    case TriggerKind::manual:
      return "manual";
    case TriggerKind::cron:
      return "cron " + shown(trigger.cron) + " " + shown(trigger.timezone);
    case TriggerKind::event:
      return "event " + shown(trigger.name);
    case TriggerKind::webhook:
      return "webhook " + shown(trigger.name);
  }
  return {};
}

// Names of secrets that triggers need; their texts are nowhere in the executable.
std::vector<std::string> secrets_of(const Program& program) {
  std::vector<std::string> names;
  for (const TriggerRow& trigger : program.triggers)
    if (trigger.secret.size != 0) names.push_back(std::string(view(trigger.secret)));
  return names;
}

Json document(const Program& program) {
  const Needs needs = needs_of(program, [](Row) { return true; });
  Json json = {{"workflow", view(program.workflow)},
               {"title", view(program.title)},
               {"version", view(program.version)},
               {"dialect", view(program.dialect)},
               {"compiler", view(program.compiler)},
               {"source_digest", view(program.source_digest)},
               {"plan_digest", view(program.plan_digest)},
               {"binary_digest", binary_digest()},
               {"enabled", program.enabled}};
  Json steps = Json::array();
  for (const StepRow& step : program.steps) {
    if (step.kind == StepKind::branch) continue;
    Json needed = Json::array();
    for (const Row need : step.needs) needed.push_back(view(program.steps[need].id));
    steps.push_back({{"id", view(step.id)},
                     {"kind", kind_name(step.kind)},
                     {"needs", needed},
                     {"idempotent", step.idempotent},
                     {"line", step.origin.line},
                     {"column", step.origin.column}});
  }
  json["steps"] = std::move(steps);
  add_rules(program, json);
  Json inputs = Json::array();
  for (const InputRow& input : program.inputs)
    inputs.push_back({{"name", view(input.name)},
                      {"type", type_name(input)},
                      {"required", input.required},
                      {"description", view(input.description)}});
  json["inputs"] = std::move(inputs);
  Json triggers = Json::array();
  for (const TriggerRow& trigger : program.triggers) triggers.push_back(trigger_text(trigger));
  json["triggers"] = std::move(triggers);
  Json policies = Json::array();
  for (const PolicyRow& policy : program.policies)
    policies.push_back(
        {{"name", view(policy.name)}, {"value", view(policy.value)}, {"enforced", policy.enforced}});
  json["policies"] = std::move(policies);
  json["not_enforced"] = unenforced(program);
  Json beyond = Json::array();
  for (const BeyondRow& row : program.beyond)
    beyond.push_back({{"what", view(row.what)}, {"line", row.origin.line}, {"column", row.origin.column}});
  json["beyond"] = std::move(beyond);
  json["agents"] = needs.roles;
  json["deploy_targets"] = needs.targets;
  json["actions"] = needs.actions;
  json["secrets"] = secrets_of(program);
  json["environment"] = {
      {"rule", "children inherit every variable but those that match `withheld`, and no WF_ variable"},
      {"withheld", rules::withheld_patterns()},
      {"withheld_here", withheld_here()}};
  json["program"] = tables(program);
  return json;
}

int act(Context& context) {
  const Program& program = context.program;
  if (context.arguments.has("--json")) {
    context.out.line(write_json(document(program)));
    return exit_fine;
  }
  std::string text;
  const auto line = [&text](std::string_view name, const std::string& value) {
    if (!value.empty()) text += pad(name, 13) + " " + value + "\n";
  };
  line("workflow", shown(program.workflow));
  line("title", shown(program.title));
  line("version", shown(program.version));
  line("dialect", shown(program.dialect));
  line("compiler", shown(program.compiler));
  line("source digest", shown(program.source_digest));
  line("plan digest", shown(program.plan_digest));
  line("this file", binary_digest());
  for (const Text& file : program.files) line("read", shown(file));
  if (!program.enabled) line("enabled", "no: `run` needs --force");
  for (const InputRow& input : program.inputs)
    line("input", shown(input.name) + ": " + type_name(input) + (input.required ? "" : ", optional") +
                      (input.description.size != 0 ? ", " + shown(input.description) : ""));
  for (const TriggerRow& trigger : program.triggers) line("trigger", trigger_text(trigger));
  for (const PolicyRow& policy : program.policies)
    line("policy",
         shown(policy.name) + " = " + shown(policy.value) + (policy.enforced ? "" : "  (not enforced yet)"));
  for (const auto& [name, rule] : rule_lines(program)) line(name, rule);
  for (const BeyondRow& row : program.beyond) line("not yet run", shown(row.what));
  const Needs needs = needs_of(program, [](Row) { return true; });
  for (const std::string& role : needs.roles)
    line("agent", role.empty() ? "(default)" : printable(role, false));
  for (const std::string& target : needs.targets) line("deploys to", printable(target, false));
  for (const std::string& action : needs.actions) line("action", printable(action, false));
  for (const std::string& secret : secrets_of(program)) line("secret", printable(secret, false));
  std::string withheld;
  for (const std::string_view pattern : rules::withheld_patterns())
    withheld += (withheld.empty() ? "" : " ") + std::string(pattern);
  line("environment", "children inherit it but for WF_* and " + withheld);
  text += "\n";
  for (const StepRow& step : program.steps) {
    if (step.kind == StepKind::branch) continue;
    std::string needed;
    for (const Row need : step.needs)
      needed += (needed.empty() ? "  after " : ", ") + shown(program.steps[need].id);
    text += pad(shown(step.id), 24) + " " + pad(kind_name(step.kind), 8) + needed + "\n";
  }
  context.out.write(text);
  return exit_fine;
}

}  // namespace

const Command inspect = {.name = "inspect",
                         .words = "",
                         .words_min = 0,
                         .words_max = 0,
                         .summary = "what is compiled in",
                         .options = {json_options, {}, {}},
                         .act = act};

}  // namespace wf::surface::commands
