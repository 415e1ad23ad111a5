// What a plan means, as a digest: a run may be resumed by any executable whose plan has the same one.
//
// Places, titles, descriptions, comments and names of files leave no trace; nor does the order of tables that
// are looked up by name. Two things that look like layout do count: the order of the steps, because the
// journal names a step by its row, and the order of a step's parameters, because the first that holds is
// used. The digest is taken before the passes, so that a cleverer wfc does not make running workflows
// strangers to themselves.
#include <algorithm>

#include "compiler/plan/canonical.h"
#include "compiler/plan/plan.h"
#include "runtime/base/digest.h"

namespace wfc::plan {
namespace {

std::string_view view(const wf::Text& text) {
  return {text.data, text.size};
}

class Meaning {
 public:
  explicit Meaning(const Plan& plan) : plan_(plan) {}

  std::string digest() {
    wf::Digest all;
    all.part("wf-plan-1");
    all.part(workflow());
    list(all, plan_.inputs, true, [&](const wf::InputRow& row) { return input(row); });
    list(all, plan_.lets, true,
         [&](const wf::LetRow& row) { return field(view(row.name)) + expression(row.value); });
    list(all, plan_.steps, false, [&](const wf::StepRow& row) { return step(row); });
    list(all, plan_.loops, false, [&](const wf::LoopRow& row) { return loop(row); });
    list(all, plan_.groups, true, [&](const wf::GroupRow& row) { return group(row); });
    list(all, plan_.triggers, true, [&](const wf::TriggerRow& row) { return trigger(row); });
    list(all, plan_.policies, true,
         [&](const wf::PolicyRow& row) { return field(view(row.name)) + field(view(row.value)); });
    return all.hex();
  }

 private:
  // Every text with its length, so that parts cannot run into each other.
  static std::string field(std::string_view text) {
    return std::to_string(text.size()) + ':' + std::string(text);
  }
  template <class Number>
  static std::string number(Number value) {
    return std::to_string(static_cast<std::int64_t>(value)) + ';';
  }
  template <class Row, class Spell>
  static void list(wf::Digest& all, const std::vector<Row>& rows, bool sorted, const Spell& spell) {
    std::vector<std::string> texts;
    texts.reserve(rows.size());
    for (const Row& row : rows) texts.push_back(spell(row));
    if (sorted) std::sort(texts.begin(), texts.end());
    all.part(std::to_string(texts.size()));
    for (const std::string& text : texts) all.part(text);
  }

  std::string expression(wf::ExprId id) const {
    if (id == wf::no_expr) return "-;";
    return field(canonical(plan_.expressions[id].tree, [&](const dsl::Binding& binding) -> std::string {
      switch (binding.kind) {
        case dsl::BindingKind::input:
          return "input " + field(view(plan_.inputs[binding.index].name));
        case dsl::BindingKind::let:
          return "let " + field(view(plan_.lets[binding.index].name));
        case dsl::BindingKind::group:
          return "group " + field(view(plan_.groups[binding.index].name));
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
    const wf::Program& program = plan_.program;
    return field(view(program.workflow)) + field(view(program.project)) + number(program.fail_fast) +
           number(program.enabled) + number(program.running_max);
  }

  std::string input(const wf::InputRow& row) const {
    std::string text = field(view(row.name)) + number(row.type) + number(row.required) +
                       number(row.nullable) + expression(row.default_value);
    for (const wf::Text& choice : row.choices) text += field(view(choice));
    return text;
  }

  std::string gate(const wf::GateRow& row) const {
    std::string text = number(row.quorum) + number(row.timeout_ms) + number(row.on_timeout) +
                       number(row.on_reject) + number(row.content_may_change) + param(row.message);
    for (const wf::Text& approver : row.approvers) text += field(view(approver));
    return text;
  }

  std::string step(const wf::StepRow& row) const {
    std::string text = field(view(row.id)) + number(row.kind) + number(row.run_if) + number(row.idempotent) +
                       number(row.branch) + number(row.side) + expression(row.when) +
                       field(view(row.output)) + number(row.output_type) + expression(row.output_value) +
                       number(row.timeout_ms);
    text += "needs ";
    for (const wf::Row need : row.needs) text += number(need);
    text += "params ";
    for (const wf::Param& of_step : row.params) text += field(param(of_step));
    text += "retries ";
    for (const wf::Retry& retry : row.retries)
      text += number(retry.attempts_max) + number(retry.wait_ms) + field(std::to_string(retry.backoff));
    text += "gate ";
    if (row.gate != wf::no_row) text += gate(plan_.gates[row.gate]);
    return text;
  }

  std::string loop(const wf::LoopRow& row) const {
    return number(row.from) + number(row.target) + number(row.on) + field(view(row.name)) +
           expression(row.condition) + expression(row.when) + number(row.max) + number(row.cooldown_ms) +
           number(row.stop_on_no_progress) + number(row.retries_before);
  }

  std::string group(const wf::GroupRow& row) const {
    std::string text = field(view(row.name)) + number(row.running_max) + number(row.so_far);
    for (const wf::Row member : row.members) text += number(member);
    return text;
  }

  std::string trigger(const wf::TriggerRow& row) const {
    return number(row.kind) + field(view(row.name)) + field(view(row.cron)) + field(view(row.timezone)) +
           field(view(row.url)) + field(view(row.secret)) + expression(row.when);
  }

  const Plan& plan_;
};

}  // namespace

std::string plan_digest(const Plan& plan) {
  return Meaning(plan).digest();
}

}  // namespace wfc::plan
