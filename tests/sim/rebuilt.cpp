// Rows are moved, and with them whatever names them by number.
#include "tests/sim/rebuilt.h"

#include <algorithm>

#include "tests/sim/program_maker.h"

namespace wf::sim {

Rebuilt::Rebuilt(const Program& first, Chance chance) : program_(first) {
  choose_order(first, chance);
  steps_.resize(first.steps.count);
  for (Row old = 0; old < first.steps.count; ++old) {
    StepRow& step = steps_[rows_.of_program[old]];
    step = first.steps[old];
    step.needs = moved_rows(step.needs);
    step.edges_saved = 0;  // Built without passes, whatever the first was built with.
    step.branch = moved_row(step.branch);
    step.undoes = moved_row(step.undoes);
    step.answered_by = moved_row(step.answered_by);
    step.when = moved_expression(step.when);
    std::vector<Param>& params = params_.emplace_back(step.params.begin(), step.params.end());
    for (Param& param : params) param.value = moved_expression(param.value);
    step.params = {params.data(), static_cast<std::uint32_t>(params.size())};
    step.reactions = moved_reactions(step.reactions);
  }
  followers_.resize(first.steps.count);
  for (Row row = 0; row < first.steps.count; ++row)
    for (const Row need : steps_[row].needs) followers_[need].push_back(row);
  for (Row row = 0; row < first.steps.count; ++row)
    steps_[row].followers = {followers_[row].data(), static_cast<std::uint32_t>(followers_[row].size())};
  program_.joins = {};
  // What they look at is the result of the step itself.
  extras_.assign(first.extras.begin(), first.extras.end());
  for (ExtrasRow& extras : extras_) {
    auto& gates = gates_.emplace_back(extras.quality_gates.begin(), extras.quality_gates.end());
    for (QualityGateRow& gate : gates) gate.reactions = moved_reactions(gate.reactions);
    extras.quality_gates = {gates.data(), static_cast<std::uint32_t>(gates.size())};
  }
  program_.extras = {extras_.data(), static_cast<std::uint32_t>(extras_.size())};
  program_.plan_digest = {"newer", 5};
  program_.steps = {steps_.data(), first.steps.count};
}

// Any order in which each comes after what it needs.
void Rebuilt::choose_order(const Program& first, Chance& chance) {
  const Row count = first.steps.count;
  std::vector<std::uint32_t> unmet(count);
  std::vector<Row> open;
  std::vector<std::vector<Row>> followers(count);
  for (Row row = 0; row < count; ++row) {
    unmet[row] = first.steps[row].needs.count;
    for (const Row need : first.steps[row].needs) followers[need].push_back(row);
    if (unmet[row] == 0) open.push_back(row);
  }
  rows_.same = false;
  rows_.of_program.resize(count);
  while (!open.empty()) {
    // Only the first rows can be named in expressions; none of them needs a later one.
    const auto later =
        std::partition(open.begin(), open.end(), [](Row row) { return row < ProgramMaker::rows_named; });
    const auto named = static_cast<std::size_t>(later - open.begin());
    if (named == 0)
      std::swap(open[chance.below(open.size())], open.back());
    else
      std::swap(open[chance.below(named)], open.back());
    const Row old = open.back();
    open.pop_back();
    rows_.of_program[old] = static_cast<Row>(rows_.of_run.size());
    rows_.of_run.push_back(old);
    for (const Row next : followers[old])
      if (--unmet[next] == 0) open.push_back(next);
  }
}

ExprId Rebuilt::moved_expression(ExprId expression) const {
  if (expression == no_expr || expression < truth_of(0)) return expression;
  return expression < output_of(0) ? truth_of(rows_.of_program[expression - truth_of(0)])
                                   : output_of(rows_.of_program[expression - output_of(0)]);
}

Rows<ReactionRow> Rebuilt::moved_reactions(const Rows<ReactionRow>& rows) {
  auto& reactions = reactions_.emplace_back(rows.begin(), rows.end());
  for (ReactionRow& reaction : reactions) {
    reaction.target = moved_row(reaction.target);
    reaction.body = moved_rows(reaction.body);
  }
  return {reactions.data(), static_cast<std::uint32_t>(reactions.size())};
}

Rows<Row> Rebuilt::moved_rows(const Rows<Row>& rows) {
  std::vector<Row>& list = lists_.emplace_back();
  for (const Row row : rows) list.push_back(rows_.of_program[row]);
  std::ranges::sort(list);
  return {list.data(), static_cast<std::uint32_t>(list.size())};
}

}  // namespace wf::sim
