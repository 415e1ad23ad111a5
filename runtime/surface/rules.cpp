// Reactions, gates, undo, artifacts, tools, budgets, escalation, evaluation, monitoring: in words.
#include "runtime/surface/rules.h"

#include "runtime/base/text.h"
#include "runtime/surface/tables.h"
#include "runtime/value/value.h"

namespace wf::surface {
namespace {

std::string shown(const Text& text) {
  return printable({text.data, text.size}, false);
}
std::string quoted(const Text& text) {
  return "`" + shown(text) + "`";
}
std::string time_text(std::uint64_t ms) {
  return *print(Value::duration(static_cast<std::int64_t>(ms)));
}

template <class List, class Spell>
std::string joined(const List& rows, const std::string& between, const Spell& spell) {
  std::string all;
  for (const auto& row : rows) {
    if (!all.empty()) all += between;
    all += spell(row);
  }
  return all;
}

std::string limits_text(const Limits& limits) {
  std::vector<std::string> parts;
  if (limits.credits != 0) parts.push_back(std::to_string(limits.credits) + " credits");
  if (limits.time_ms != 0) parts.push_back(time_text(limits.time_ms));
  if (limits.tokens != 0) parts.push_back(std::to_string(limits.tokens) + " tokens");
  if (limits.calls != 0) parts.push_back(std::to_string(limits.calls) + " calls");
  if (limits.micro_usd != 0)
    parts.push_back(*print(Value::money(static_cast<std::int64_t>(limits.micro_usd))));
  return joined(parts, ", ", [](const std::string& part) { return part; });
}

std::string budget_text(const BudgetRow& budget) {
  std::string text = limits_text(budget.whole);
  if (const std::string each = limits_text(budget.each); !each.empty())
    text += (text.empty() ? "" : "; ") + ("each step " + each);
  if (budget.outputs_only) text += ", of what agents write";
  if (budget.degraded_chars != 0)
    text += "; degraded to " + std::to_string(budget.degraded_chars) + " characters";
  if (budget.alert_percent != 0) text += "; an alert at " + std::to_string(budget.alert_percent) + " %";
  return text;
}

std::string gate_text(const QualityGateRow& gate) {
  std::string text = gate.name.size == 0 ? "" : shown(gate.name) + ": ";
  text += joined(gate.criteria, "; ", [](const CriterionRow& row) { return shown(row.text); });
  if (gate.before) text += " (before it runs)";
  if (!gate.blocks) text += " (a warning)";
  return text;
}

std::string tool_text(const ToolRow& tool) {
  return (tool.allow ? "allow " : "deny ") + shown(tool.tool) +
         (tool.reason.size == 0 ? "" : " (" + shown(tool.reason) + ")");
}

std::string escalation_text(const EscalationRow& row) {
  std::string text = row.to == EscalateTo::people  ? "to people"
                     : row.to == EscalateTo::close ? "closes the run"
                                                   : "to the workflow " + quoted(row.workflow);
  if (row.timeout_ms != 0) text += ", who have " + time_text(row.timeout_ms);
  if (row.channel.size != 0) text += ", told through " + shown(row.channel);
  if (row.mention.size != 0) text += " (" + shown(row.mention) + ")";
  if (row.include.count != 0)
    text += ", with " + joined(row.include, ", ", [](const NamedExpr& item) { return shown(item.name); });
  return text;
}

class Lines {
 public:
  explicit Lines(const Program& program) : program_(program) {}

  std::vector<std::pair<std::string, std::string>> run() {
    for (const StepRow& step : program_.steps) of_step(step);
    if (program_.budget != no_row) {
      add("budget", budget_text(program_.budgets[program_.budget]));
      reactions(program_.budgets[program_.budget].reactions, "the budget");
    }
    for (const EscalationRow& row : program_.escalation)
      add(&row == program_.escalation.begin() ? "escalation" : "from there", escalation_text(row));
    for (const EvalRow& row : program_.eval)
      add("eval", "against the last " + std::to_string(row.window) + " runs, once there are " +
                      std::to_string(row.runs_min));
    for (const MonitorRow& row : program_.monitor) {
      add("monitor", joined(row.track, ", ", [](const Text& name) { return shown(name); }));
      for (const CriterionRow& alert : row.alerts) add("alert", "when " + shown(alert.text));
    }
    for (const ToolRow& tool : program_.tools) add("tools", tool_text(tool));
    for (const NamedText& file : program_.tool_files) add("tool file", shown(file.name));
    if (program_.guardrail.count != 0) add("guardrail", "looks at every risky step");
    if (program_.shadow_routing) add("shadow", "routing advice is recorded");
    return std::move(lines_);
  }

 private:
  void add(const std::string& name, const std::string& text) { lines_.emplace_back(name, text); }

  void reactions(const Rows<ReactionRow>& rows, const std::string& of) {
    for (const ReactionRow& row : rows)
      add(row.response == Response::back ? "loop" : "reaction", of + " " + reaction_text(program_, row));
  }

  void of_step(const StepRow& step) {
    const std::string id = quoted(step.id);
    reactions(step.reactions, id);
    if (step.undoes != no_row) add("undo", id + " undoes " + quoted(program_.steps[step.undoes].id));
    if (step.extras == no_row) return;
    const ExtrasRow& extras = program_.extras[step.extras];
    for (const QualityGateRow& gate : extras.quality_gates) {
      add("gate", id + " " + gate_text(gate));
      reactions(gate.reactions, id + " gate");
    }
    if (extras.tools.count != 0) add("tools", id + " " + joined(extras.tools, ", ", tool_text));
    if (extras.artifacts.count != 0)
      add("artifacts",
          id + " " + joined(extras.artifacts, ", ", [](const ArtifactRow& row) { return shown(row.kind); }));
    if (extras.budget != no_row) {
      // Where only its reactions are its own, there is no limit to show.
      if (const std::string text = budget_text(program_.budgets[extras.budget]); !text.empty())
        add("budget", id + " " + text);
      reactions(program_.budgets[extras.budget].reactions, id + " budget");
    }
    if (extras.risky) add("risky", id);
  }

  const Program& program_;
  std::vector<std::pair<std::string, std::string>> lines_;
};

Json text_of(const Text& text) {
  return std::string(text.data, text.size);
}

}  // namespace

std::vector<std::pair<std::string, std::string>> rule_lines(const Program& program) {
  return Lines(program).run();
}

void add_rules(const Program& program, Json& to) {
  Json loops = Json::array(), reactions = Json::array(), gates = Json::array(), undo = Json::array();
  const auto add = [&](const Rows<ReactionRow>& rows, const Json& of) {
    for (const ReactionRow& row : rows) {
      const Json what = reaction_text(program, row);
      reactions.push_back(
          {{"of", of}, {"what", what}, {"line", row.origin.line}, {"column", row.origin.column}});
      if (row.response == Response::back)
        loops.push_back({{"name", text_of(row.name)},
                         {"from", of},
                         {"to", text_of(program.steps[row.target].id)},
                         {"max", row.max},
                         {"what", what},
                         {"line", row.origin.line},
                         {"column", row.origin.column}});
    }
  };
  for (const StepRow& step : program.steps) {
    add(step.reactions, text_of(step.id));
    if (step.undoes != no_row)
      undo.push_back({{"step", text_of(step.id)}, {"undoes", text_of(program.steps[step.undoes].id)}});
    if (step.extras == no_row) continue;
    for (const QualityGateRow& gate : program.extras[step.extras].quality_gates) {
      gates.push_back({{"of", text_of(step.id)},
                       {"what", gate_text(gate)},
                       {"line", gate.origin.line},
                       {"column", gate.origin.column}});
      add(gate.reactions, text_of(step.id));
    }
  }
  to["loops"] = std::move(loops);
  to["reactions"] = std::move(reactions);
  to["quality_gates"] = std::move(gates);
  to["undo"] = std::move(undo);
  if (program.budget != no_row) to["budget"] = budget_text(program.budgets[program.budget]);
  if (program.escalation.count != 0) to["escalation"] = escalation_text(program.escalation[0]);
}

}  // namespace wf::surface
