// Rows from a few calls.
#include "tests/sim/program_maker.h"

#include <algorithm>

namespace wf::sim {
namespace {

Ref constants(std::uint32_t which, Scope& in) {
  switch (which) {
    case expr_false:
      return in.boolean(false);
    case expr_true:
      return in.boolean(true);
    default:
      return in.add(in.text("a", 1), in.integer(1));
  }
}
Ref truths(std::uint32_t which, Scope& in) {
  return in.boolean(in.truthy(in.step(which)));
}
Ref outputs(std::uint32_t which, Scope& in) {
  return in.output(which);
}

Ref tries(std::uint32_t which, Scope& in) {
  return in.greater_equal(in.field(in.result(), "attempts", 8), in.integer(which));
}

constexpr ExprFunction functions[] = {constants, truths, outputs, tries};

}  // namespace

ProgramMaker::ProgramMaker() = default;

Text ProgramMaker::text(std::string_view text) {
  texts_.emplace_back(text);
  return {texts_.back().data(), static_cast<std::uint32_t>(texts_.back().size())};
}

StepRow& ProgramMaker::add(std::string_view id, StepKind kind, std::vector<Row> needs) {
  StepRow& step = steps_.emplace_back();
  step.id = text(id);
  step.kind = kind;
  needs_.push_back(std::move(needs));
  params_.emplace_back();
  return step;
}

void ProgramMaker::literal(Row row, std::string_view name, std::string_view content) {
  Param param;
  param.name = text(name);
  param.literal = text(content);
  params_[row].push_back(param);
}

void ProgramMaker::value(Row row, std::string_view name, ExprId value) {
  Param param;
  param.name = text(name);
  param.kind = ParamKind::value;
  param.value = value;
  params_[row].push_back(param);
}

void ProgramMaker::react(Row row, std::vector<ReactionRow> reactions) {
  steps_[row].reactions = keep(reactions_, std::move(reactions));
}

// Rows on a path from the target to the step. Rows stand in topological order.
std::vector<Row> ProgramMaker::body_of(const Needs& needs, const Loop& loop) {
  std::vector<bool> after(needs.size()), before(needs.size());
  after[loop.target] = before[loop.from] = true;
  for (Row i = loop.target + 1; i <= loop.from; ++i)
    for (const Row need : needs[i]) after[i] = after[i] || after[need];
  for (Row i = loop.from; i > loop.target; --i)
    if (before[i])
      for (const Row need : needs[i]) before[need] = true;
  std::vector<Row> body;
  for (Row i = loop.target; i <= loop.from; ++i)
    if (after[i] && before[i]) body.push_back(i);
  return body;
}

bool ProgramMaker::settle(Needs& needs, const std::vector<Loop>& loops) {
  for (bool changed = true; changed;) {
    changed = false;
    for (const Loop& loop : loops) {
      const std::vector<Row> body = body_of(needs, loop);
      const auto inside = [&](Row row) { return std::find(body.begin(), body.end(), row) != body.end(); };
      for (Row i = 0; i < needs.size(); ++i) {
        const bool follows = !inside(i) && std::any_of(needs[i].begin(), needs[i].end(), inside);
        if (!follows || std::find(needs[i].begin(), needs[i].end(), loop.from) != needs[i].end()) continue;
        if (i < loop.from) return false;
        needs[i].push_back(loop.from);
        std::sort(needs[i].begin(), needs[i].end());
        changed = true;
      }
    }
  }
  return true;
}

bool ProgramMaker::loop(Row from, Row target, std::uint32_t max, std::uint64_t wait_ms) {
  std::vector<Loop> loops = loops_;
  loops.push_back({from, target});
  Needs needs = needs_;
  if (body_of(needs, loops.back()).front() != target || !settle(needs, loops)) return false;
  needs_ = std::move(needs);
  loops_ = std::move(loops);
  std::vector<ReactionRow> reactions(steps_[from].reactions.begin(), steps_[from].reactions.end());
  reactions.push_back({.response = Response::back, .max = max, .wait_ms = wait_ms, .target = target});
  react(from, std::move(reactions));
  return true;
}

std::vector<Row> ProgramMaker::before(Row row) const {
  std::vector<bool> found(row, false);
  for (const Row need : needs_[row]) found[need] = true;
  for (Row at = row; at-- > 0;)
    if (found[at])
      for (const Row need : needs_[at]) found[need] = true;
  std::vector<Row> rows;
  for (Row at = 0; at < row; ++at)
    if (found[at]) rows.push_back(at);
  return rows;
}

Row ProgramMaker::repair(Row row, std::uint32_t max) {
  add("repair" + std::to_string(steps_.size()), StepKind::agent);
  std::vector<ReactionRow> reactions(steps_[row].reactions.begin(), steps_[row].reactions.end());
  reactions.insert(reactions.begin(), {.response = Response::repair, .max = max, .target = last()});
  react(row, std::move(reactions));
  return last();
}

ExtrasRow& ProgramMaker::extras_of(Row row) {
  if (steps_[row].extras == no_row) {
    steps_[row].extras = static_cast<Row>(extras_.size());
    extras_.emplace_back();
  }
  return extras_[steps_[row].extras];
}

BudgetRow& ProgramMaker::budget(Row row) {
  (row == no_row ? run_budget_ : extras_of(row).budget) = static_cast<Row>(budgets_.size());
  return budgets_.emplace_back();
}

void ProgramMaker::answer_breach(BudgetRow& budget, std::vector<ReactionRow> reactions) {
  for (ReactionRow& reaction : reactions) reaction.on = StepOutcome::breach;
  budget.reactions = keep(reactions_, std::move(reactions));
}

void ProgramMaker::quality(Row row, ExprId criterion, std::vector<ReactionRow> reactions, bool blocks) {
  ExtrasRow& extras = extras_of(row);
  std::vector<QualityGateRow> gates(extras.quality_gates.begin(), extras.quality_gates.end());
  QualityGateRow& gate = gates.emplace_back();
  gate.name = text("g" + std::to_string(gates.size()));
  gate.criteria = keep(criteria_, {CriterionRow{criterion, text("good"), {}}});
  gate.blocks = blocks;
  gate.reactions = keep(reactions_, std::move(reactions));
  extras.quality_gates = keep(quality_gates_, std::move(gates));
}

GateRow& ProgramMaker::gate(Row row, std::vector<std::string> approvers) {
  steps_[row].gate = static_cast<Row>(gates_.size());
  GateRow& gate = gates_.emplace_back();
  std::vector<Text> names;
  for (const std::string& name : approvers) names.push_back(text(name));
  gate.approvers = keep(text_lists_, std::move(names));
  return gate;
}

Row ProgramMaker::group(std::uint32_t running_max, Row outer) {
  GroupRow group;
  group.running_max = running_max;
  group.outer = outer;
  groups_.push_back(group);
  return static_cast<Row>(groups_.size() - 1);
}

Rows<ReactionRow> ProgramMaker::with_bodies(Row of, const Rows<ReactionRow>& from) {
  std::vector<ReactionRow> reactions(from.begin(), from.end());
  for (ReactionRow& reaction : reactions)
    if (reaction.response == Response::back)
      reaction.body = keep(bodies_, body_of(needs_, {of, reaction.target}));
  return keep(reactions_, std::move(reactions));
}

const Program& ProgramMaker::make() {
  final_steps_.assign(steps_.begin(), steps_.end());
  final_gates_.assign(gates_.begin(), gates_.end());
  followers_.assign(final_steps_.size(), {});
  for (Row i = 0; i < final_steps_.size(); ++i)
    for (const Row need : needs_[i]) followers_[need].push_back(i);
  for (Row i = 0; i < final_steps_.size(); ++i) {
    StepRow& step = final_steps_[i];
    step.reactions = with_bodies(i, step.reactions);
    step.needs = {needs_[i].data(), static_cast<std::uint32_t>(needs_[i].size())};
    step.followers = {followers_[i].data(), static_cast<std::uint32_t>(followers_[i].size())};
    step.params = {params_[i].data(), static_cast<std::uint32_t>(params_[i].size())};
  }
  for (Row i = 0; i < final_steps_.size(); ++i) {
    if (final_steps_[i].extras == no_row) continue;
    ExtrasRow& extras = extras_[final_steps_[i].extras];
    std::vector<QualityGateRow> gates(extras.quality_gates.begin(), extras.quality_gates.end());
    for (QualityGateRow& gate : gates) gate.reactions = with_bodies(i, gate.reactions);
    extras.quality_gates = keep(quality_gates_, std::move(gates));
  }
  program_ = {};
  program_.abi = program_abi;
  program_.workflow = text("made");
  program_.plan_digest = text("plan");
  program_.steps = {final_steps_.data(), static_cast<std::uint32_t>(final_steps_.size())};
  program_.gates = {final_gates_.data(), static_cast<std::uint32_t>(final_gates_.size())};
  program_.groups = {groups_.data(), static_cast<std::uint32_t>(groups_.size())};
  escalations_ = {escalation, fallback_escalation};
  if (escalates) program_.escalation = {escalations_.data(), escalation.to == EscalateTo::workflow ? 2u : 1u};
  program_.fail_fast = fail_fast;
  program_.running_max = running_max;
  program_.extras = {extras_.data(), static_cast<std::uint32_t>(extras_.size())};
  final_budgets_.assign(budgets_.begin(), budgets_.end());
  program_.budgets = {final_budgets_.data(), static_cast<std::uint32_t>(final_budgets_.size())};
  program_.budget = run_budget_;
  program_.functions = {functions, 4};
  program_.expressions = 256;
  return program_;
}

}  // namespace wf::sim
