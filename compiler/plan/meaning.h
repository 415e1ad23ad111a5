// What the parts of a plan mean, each as a text: equal texts, equal meaning. Places, titles, descriptions,
// comments and names of files leave no trace.
#pragma once
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/expr/canonical.h"
#include "compiler/plan/plan.h"

namespace wfc::plan {

inline std::string_view view(const wf::Text& text) {
  return {text.data, text.size};
}

class Meaning {
 public:
  // Steps that refer to others do so by number, as the journal of a run knows them...
  explicit Meaning(const Plan& plan) : plan_(&plan) {}
  // ... or by these names, one a row, so that they can be compared with those of another plan.
  Meaning(const Plan& plan, std::vector<std::string> names) : plan_(&plan), names_(std::move(names)) {}

  // A step, as another row refers to it.
  std::string reference(wf::Row row) const {
    if (row >= names_.size()) return std::to_string(row);
    return plan_->steps[row].kind == wf::StepKind::branch ? branch(row) : field(names_[row]);
  }
  // By name only.
  const std::string& name(wf::Row row) const { return names_[row]; }
  std::string step_row(wf::Row row) const { return names_.empty() ? number(row) : field(reference(row)); }
  // The `if` around a step. By name, it is its condition, and those of the ones around it.
  std::string branch(wf::Row row) const {
    if (names_.empty()) return number(row);
    std::string text;
    for (wf::Row at = row; at < plan_->steps.size(); at = plan_->steps[at].branch) {
      const wf::StepRow& step = plan_->steps[at];
      for (const wf::Param& condition : step.params) text += field(param(condition));
      text += number(step.side);
    }
    return field(text);
  }

  // Every text with its length, so that parts cannot run into each other.
  static std::string field(std::string_view text) {
    return std::to_string(text.size()) + ':' + std::string(text);
  }
  template <class Number>
  static std::string number(Number value) {
    return std::to_string(static_cast<std::int64_t>(value)) + ';';
  }
  std::string expression(wf::ExprId id) const {
    if (id == wf::no_expr) return "-;";
    return field(
        expr::canonical(plan_->expressions[id].tree, [&](const dsl::Binding& binding) -> std::string {
          switch (binding.kind) {
            case dsl::BindingKind::input:
              return "input " + field(view(plan_->inputs[binding.index].name));
            case dsl::BindingKind::let:
              return "let " + field(view(plan_->lets[binding.index].name));
            case dsl::BindingKind::group:
              return "group " + field(view(plan_->groups[binding.index].name));
            case dsl::BindingKind::step:
            case dsl::BindingKind::output:
              return std::to_string(static_cast<int>(binding.kind)) + '#' + reference(binding.index);
            case dsl::BindingKind::composed:  // Ends: each names only those before it.
              return "text " + param(plan_->program.composed[binding.index]);
            default:
              return std::to_string(static_cast<int>(binding.kind)) + '#' + std::to_string(binding.index);
          }
        }));
  }

  std::string param(const wf::Param& row) const {
    std::string text = field(view(row.name)) + field(view(row.key)) + expression(row.when) + number(row.kind);
    switch (row.kind) {
      case wf::ParamKind::literal:
        return text + field(view(row.literal));
      case wf::ParamKind::value:
        return text + expression(row.value);
      case wf::ParamKind::pieces:
        break;
    }
    for (const wf::Piece& piece : row.pieces) {
      text += number(piece.kind) + field(view(piece.text)) + expression(piece.expr) + number(piece.target) +
              number(piece.local) + number(piece.key);
    }
    return text;
  }

  std::string workflow() const {
    const wf::Program& program = plan_->program;
    return field(view(program.workflow)) + field(view(program.project)) + number(program.fail_fast) +
           number(program.enabled) + number(program.running_max);
  }

  std::string input(const wf::InputRow& row) const {
    std::string text = field(view(row.name)) + number(row.type) + number(row.required) +
                       number(row.nullable) + expression(row.default_value);
    for (const wf::Text& choice : row.choices) text += field(view(choice));
    text += "elements ";
    for (const wf::TypeRow& element : row.elements) {
      text += number(element.type) + number(element.nullable) + number(element.choices.count);
      for (const wf::Text& choice : element.choices) text += field(view(choice));
    }
    return text;
  }

  std::string gate(const wf::GateRow& row) const {
    std::string text = number(row.quorum) + number(row.timeout_ms) + number(row.on_timeout) +
                       number(row.on_reject) + number(row.content_may_change) + param(row.message);
    for (const wf::Text& approver : row.approvers) text += field(view(approver));
    return text;
  }

  // Without a last `on fail fail`, which says what happens without it, unless people are called where a loop
  // is used up. A check stops, and the end of a block answers for its steps.
  wf::Rows<wf::ReactionRow> reactions_of(const wf::StepRow& row) const {
    wf::Rows<wf::ReactionRow> rows = row.reactions;
    if (row.kind == wf::StepKind::check || row.kind == wf::StepKind::join) return rows;
    const bool calls = !plan_->escalation.empty() &&
                       std::any_of(rows.begin(), rows.end(), [](const wf::ReactionRow& reaction) {
                         return reaction.response == wf::Response::back;
                       });
    const auto is_usual = [](const wf::ReactionRow& last) {
      return last.on == wf::StepOutcome::fail && last.response == wf::Response::fail &&
             last.condition == wf::no_expr && last.when == wf::no_expr;
    };
    while (!calls && rows.count > 0 && is_usual(rows[rows.count - 1])) --rows.count;
    return rows;
  }

  std::string step(const wf::StepRow& row) const {
    std::string text = field(view(row.id)) + number(row.kind) + number(row.run_if) + number(row.idempotent) +
                       branch(row.branch) + number(row.side) + expression(row.when) +
                       field(view(row.output)) + number(row.output_type) + expression(row.output_value) +
                       number(row.timeout_ms);
    text += "needs ";
    for (const wf::Row need : row.needs) text += step_row(need);
    text += "params ";
    for (const wf::Param& of_step : row.params) text += field(param(of_step));
    text += "reactions " + reactions(reactions_of(row));
    text += "gate ";
    if (row.gate != wf::no_row) text += gate(plan_->gates[row.gate]);
    text += "extras ";
    if (row.extras != wf::no_row) text += extras(plan_->extras[row.extras]);
    text += "undoes " + step_row(row.undoes);
    if (row.fallback) text += "fallback ";
    if (row.answered_by != wf::no_row) text += "answered by " + step_row(row.answered_by);
    return text;
  }

  // A list of rows, each spelt by `spell`.
  template <class Row, class Spell>
  static std::string all_of(const wf::Rows<Row>& rows, const Spell& spell) {
    std::string text = number(rows.count);
    for (const Row& row : rows) text += field(spell(row));
    return text;
  }
  static std::string real(double value) { return field(std::to_string(value)); }

  std::string params(const wf::Rows<wf::Param>& rows) const {
    return all_of(rows, [&](const wf::Param& row) { return param(row); });
  }

  std::string reactions(const wf::Rows<wf::ReactionRow>& rows) const {
    return all_of(rows, [&](const wf::ReactionRow& row) {
      return number(row.on) + number(row.response) + expression(row.condition) + expression(row.when) +
             number(row.max) + number(row.wait_ms) + real(row.backoff) + step_row(row.target) +
             all_of(row.body, [&](wf::Row again) { return reference(again); }) +
             number(row.stop_on_no_progress) + field(view(row.name)) + field(view(row.agent)) +
             params(row.text) + named(row.include);
    });
  }

  // All of a reaction but what it answers with, where it goes and how often.
  std::string reaction_but_max(const wf::ReactionRow& row) const {
    return expression(row.condition) + expression(row.when) + number(row.wait_ms) + real(row.backoff) +
           number(row.stop_on_no_progress) + field(view(row.name)) + field(view(row.agent)) +
           params(row.text) + named(row.include);
  }

  std::string named(const wf::Rows<wf::NamedExpr>& rows) const {
    return all_of(rows,
                  [&](const wf::NamedExpr& row) { return field(view(row.name)) + expression(row.value); });
  }

  std::string criteria(const wf::Rows<wf::CriterionRow>& rows) const {
    return all_of(rows, [&](const wf::CriterionRow& row) { return expression(row.holds); });
  }

  static std::string tools(const wf::Rows<wf::ToolRow>& rows) {
    return all_of(rows, [](const wf::ToolRow& row) {
      return field(view(row.tool)) + number(row.allow) + field(view(row.reason));
    });
  }

  static std::string limits(const wf::Limits& limits) {
    return number(limits.credits) + number(limits.time_ms) + number(limits.tokens) + number(limits.calls) +
           number(limits.micro_usd);
  }
  std::string budget(wf::Row row) const {
    if (row == wf::no_row) return "-;";
    const wf::BudgetRow& budget = plan_->budgets[row];
    return limits(budget.whole) + limits(budget.each) + reactions(budget.reactions) +
           number(budget.degraded_chars) + number(budget.alert_percent) + number(budget.outputs_only);
  }

  std::string extras(const wf::ExtrasRow& row) const {
    return all_of(row.quality_gates,
                  [&](const wf::QualityGateRow& gate) {
                    return field(view(gate.name)) + criteria(gate.criteria) + number(gate.blocks) +
                           number(gate.before) + reactions(gate.reactions);
                  }) +
           tools(row.tools) +
           all_of(row.artifacts,
                  [&](const wf::ArtifactRow& artifact) {
                    return field(view(artifact.kind)) + params(artifact.from);
                  }) +
           budget(row.budget) + number(row.risky);
  }

  // What holds for the workflow as a whole.
  std::string whole() const {
    const wf::Program& program = plan_->program;
    std::string text = budget(program.budget) + params(program.guardrail) + tools(program.tools) +
                       number(program.shadow_routing) +
                       all_of(program.tool_files, [](const wf::NamedText& file) {
                         return field(view(file.name)) + field(view(file.text));
                       });
    for (const wf::EscalationRow& row : plan_->escalation) {
      text += "escalation " + number(row.to) + field(view(row.workflow)) + number(row.timeout_ms) +
              field(view(row.channel)) + field(view(row.mention)) + named(row.include);
    }
    for (const wf::EvalRow& row : plan_->eval) {
      text += "eval " + number(row.window) + number(row.runs_min) + number(row.blocks) +
              real(row.score_drop_warn) + real(row.score_drop_block) + real(row.usd_rise) +
              real(row.latency_ms_rise) + real(row.retry_rise);
    }
    for (const wf::MonitorRow& row : plan_->monitor) {
      text += "monitor " + all_of(row.track, [](const wf::Text& name) { return field(view(name)); }) +
              criteria(row.alerts);
    }
    return text;
  }

  std::string group(const wf::GroupRow& row) const {
    std::string text = field(view(row.name)) + number(row.running_max) + number(row.so_far);
    for (const wf::Row member : row.members) text += step_row(member);
    return text;
  }

  std::string trigger(const wf::TriggerRow& row) const {
    return number(row.kind) + field(view(row.name)) + field(view(row.cron)) + field(view(row.timezone)) +
           field(view(row.url)) + field(view(row.secret)) + expression(row.when) + number(row.overlap) +
           number(row.catch_up);
  }

 private:
  const Plan* plan_;
  std::vector<std::string> names_;
};

}  // namespace wfc::plan
