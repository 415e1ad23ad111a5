// From a seed to a story.
#include "tests/sim/scenario.h"

#include <algorithm>

namespace wf::sim {
namespace {

// Steps that an expression may read: what surely ends before `row`.
std::vector<std::vector<bool>> closure(const std::vector<std::vector<Row>>& needs) {
  std::vector<std::vector<bool>> before(needs.size(), std::vector<bool>(needs.size()));
  for (Row i = 0; i < needs.size(); ++i) {
    for (const Row need : needs[i]) {
      before[i][need] = true;
      for (Row j = 0; j < need; ++j) before[i][j] = before[i][j] || before[need][j];
    }
  }
  return before;
}

}  // namespace

Scenario::Scenario(std::uint64_t seed, std::optional<bool> passes) {
  Chance any(seed);
  // In some, all of a layer need all of the layer before. Throws of its own.
  Chance shape(seed ^ 0x1a7e);
  const Row layer = shape.one_in(4) ? 2 + static_cast<Row>(shape.below(5)) : 0;
  const Row count = static_cast<Row>(1 + any.below(any.one_in(3) ? 60 : 14));
  steps.resize(count);
  gates.resize(count);
  truths.resize(count);
  std::vector<std::vector<Row>> needs(count);
  const std::uint64_t sparse = 1 + any.below(6);
  std::vector<Row> groups;
  for (std::uint64_t i = any.below(3); i > 0; --i)
    groups.push_back(
        maker.group(static_cast<std::uint32_t>(any.below(3)), groups.empty() ? no_row : groups.back()));

  // Which branch each step is in. Everything in a branch needs the branch, or something in it.
  std::vector<Row> branch_of(count, no_row);
  std::vector<std::uint32_t> side_of(count);
  std::vector<Row> branches;
  for (Row i = 0; i < count; ++i) {
    for (Row j = i > 12 ? i - 12 : 0; j < i; ++j)
      if (any.one_in(sparse + (i - j) / 2)) needs[i].push_back(j);
    if (layer != 0 && i >= layer) {
      if (!shape.one_in(4)) needs[i].clear();
      for (Row j = i / layer * layer - layer; j < i / layer * layer; ++j) needs[i].push_back(j);
      std::sort(needs[i].begin(), needs[i].end());
      needs[i].erase(std::unique(needs[i].begin(), needs[i].end()), needs[i].end());
    }
    StepKind kind = StepKind::command;
    switch (any.below(12)) {
      case 0:
        kind = StepKind::check;
        break;
      case 1:
        kind = StepKind::branch;
        break;
      case 2:
        kind = StepKind::approve;
        break;
      case 3:
        kind = StepKind::deploy;
        break;
      case 4:
        kind = StepKind::join;
        break;
      case 5:
      case 6:
      case 7:
        kind = StepKind::agent;
        break;
      default:
        break;
    }
    if (!branches.empty() && any.one_in(3)) {
      branch_of[i] = branches[any.below(branches.size())];
      side_of[i] = static_cast<std::uint32_t>(any.below(2));
      if (std::find(needs[i].begin(), needs[i].end(), branch_of[i]) == needs[i].end())
        needs[i].push_back(branch_of[i]);
      std::sort(needs[i].begin(), needs[i].end());
    }
    if (kind == StepKind::branch) branches.push_back(i);
    maker.add("s" + std::to_string(i), kind, needs[i]);
  }
  const auto before = closure(needs);

  for (Row i = 0; i < count; ++i) {
    StepRow& step = maker.row(i);
    StepScript& script = steps[i];
    step.branch = branch_of[i];
    step.side = side_of[i];
    step.rank_ms = static_cast<std::uint32_t>(any.below(1000));
    truths[i] = !any.one_in(3);
    std::vector<Row> readable;
    for (Row j = 0; j < i; ++j)
      if (before[i][j] && maker.row(j).kind != StepKind::approve) readable.push_back(j);
    if (step.kind == StepKind::check || step.kind == StepKind::branch)
      maker.value(i, "condition", truths[i] ? expr_true : expr_false);
    // No throw of its own: the other parts of a seed's story stay what they were.
    if (step.kind == StepKind::check && step.rank_ms % 4 == 0)
      maker.react(i, {ReactionRow{.response = Response::fail}});
    if (any.one_in(8)) {
      const std::uint64_t which = any.below(8);
      step.when = which == 0 ? expr_error : which < 3 ? expr_false : expr_true;
      if (!readable.empty() && any.one_in(2)) step.when = truth_of(readable[any.below(readable.size())]);
    }
    if (any.one_in(9)) step.run_if = RunIf::always;
    if (!groups.empty() && any.one_in(2)) step.group = groups[any.below(groups.size())];
    const bool child =
        step.kind == StepKind::command || step.kind == StepKind::agent || step.kind == StepKind::deploy;
    if (child) {
      script.takes_ms = static_cast<std::int64_t>(any.below(any.one_in(4) ? 3000 : 200));
      if (any.one_in(6)) script.failures = static_cast<std::uint32_t>(1 + any.below(4));
      script.hangs = any.one_in(20);
      script.ignores_stop = any.one_in(8);
      script.done_by_person = any.one_in(2);
      if (script.hangs || any.one_in(6)) step.timeout_ms = 4000 + any.below(4000);
      if (any.one_in(3)) {
        std::vector<ReactionRow> reactions;
        for (std::uint64_t k = 1 + any.below(2); k > 0; --k) {
          ReactionRow retry = retry_row(static_cast<std::uint32_t>(1 + any.below(3)));
          retry.wait_ms = any.below(3) * any.below(4000);
          retry.backoff = any.one_in(2) ? 1.0 : 2.0;
          reactions.push_back(retry);
        }
        maker.react(i, std::move(reactions));
      }
      step.idempotent = step.kind == StepKind::deploy ? any.one_in(3) : !any.one_in(10);
      if (step.output_type == ValueType::text && !readable.empty() && any.one_in(2)) {
        const Row source = readable[any.below(readable.size())];
        const StepKind kind = maker.row(source).kind;
        // An output that may be missing would fail the step; that is a story of its own, told by
        // `expr_error`. It is there where this step would not run without it.
        const StepRow& read = maker.row(source);
        const bool surely = read.when == no_expr && read.branch == no_row && step.run_if != RunIf::always &&
                            std::find(needs[i].begin(), needs[i].end(), source) != needs[i].end();
        if (kind == StepKind::check || kind == StepKind::branch)
          maker.value(i, "inputs", truth_of(source));
        else if (surely && kind != StepKind::join)
          maker.value(i, "inputs", output_of(source));
      }
    }
    if (step.kind == StepKind::approve || (child && any.one_in(8))) {
      std::vector<std::string> people;
      for (std::uint64_t k = any.below(4); k > 0; --k) people.push_back("p" + std::to_string(k));
      GateRow& gate = maker.gate(i, people);
      GateScript& answer = gates[i];
      answer.after_ms = static_cast<std::int64_t>(any.below(20'000));
      answer.approves = !any.one_in(5);
      answer.answers = !any.one_in(5);
      if (!answer.answers || any.one_in(3)) gate.timeout_ms = 1000 + any.below(30'000);
      gate.on_timeout = static_cast<OnTimeout>(any.below(4));
      gate.on_reject = any.one_in(2) ? OnReject::fail : OnReject::cancel;
      gate.quorum = people.empty() ? 0 : static_cast<std::uint32_t>(any.below(people.size() + 1));
      gate.content_may_change = any.one_in(2);
      answer.content = any.one_in(3);
    }
  }
  for (Row i = 0; i < count; ++i) {
    const StepKind kind = maker.row(i).kind;
    const bool child = kind == StepKind::command || kind == StepKind::agent || kind == StepKind::deploy;
    if (!child || !any.one_in(4)) continue;
    for (std::uint64_t k = 1 + any.below(2); k > 0; --k) {
      std::vector<Row> earlier;
      for (Row j = 0; j <= i; ++j)
        if (j == i || before[i][j]) earlier.push_back(j);
      const auto max = static_cast<std::uint32_t>(1 + any.below(3));
      const Row target = earlier[any.below(earlier.size())];
      if (maker.loop(i, target, max, any.below(3) * any.below(4000)) && any.one_in(2))
        steps[i].failures += static_cast<std::uint32_t>(any.below(6));
    }
    if (any.one_in(3)) {
      std::vector<ReactionRow> all(maker.row(i).reactions.begin(), maker.row(i).reactions.end());
      all.push_back({.response = any.one_in(2) ? Response::go_on : Response::stop});
      maker.react(i, std::move(all));
    }
  }
  add_people(seed);
  add_quality(seed);
  add_fallback(seed);
  add_looks(seed);
  add_blocks(seed);
  add_repairs(seed);
  add_undos(seed);
  add_second_thoughts(seed);
  add_budgets(seed);
  maker.fail_fast = any.one_in(2);
  for (std::uint64_t k = any.below(7); k > 0; --k) {
    Fault fault;
    fault.what = any.one_in(5)   ? Fault::What::interrupt
                 : any.one_in(6) ? Fault::What::disk_full
                                 : Fault::What::power_cut;
    fault.after_ms = static_cast<std::int64_t>(any.below(any.one_in(3) ? 30'000 : 1500));
    fault.after_batches = any.below(10);
    faults.push_back(fault);
  }
  if (any.one_in(10)) cancel_after_ms = static_cast<std::int64_t>(any.below(20'000));
  journal_delay_ms = static_cast<std::int64_t>(any.below(3) * any.below(60));
  running_max = static_cast<std::uint32_t>(any.below(6));
  wait = any.one_in(2);
  shuffled = !any.one_in(4);
  program = &maker.make();
  if (!passes.value_or(seed % 2 == 0)) return;
  saved.emplace(*program);
  program = &saved->program();
}

// People who are asked how to go on after a failure. Throws of its own: the rest of a seed's story stays what
// it was.
void Scenario::add_people(std::uint64_t seed) {
  Chance any(seed ^ 0xa5c);
  if (any.one_in(2)) {
    maker.escalation.timeout_ms = any.one_in(2) ? 0 : 1000 + any.below(30'000);
    maker.escalation.to = any.one_in(4) ? EscalateTo::close : EscalateTo::people;
    maker.escalates = true;
  }
  for (Row i = 0; i < steps.size(); ++i) {
    const StepRow& step = maker.row(i);
    const bool child =
        step.kind == StepKind::command || step.kind == StepKind::agent || step.kind == StepKind::deploy;
    GateScript& answer = questions.emplace_back();
    answer.after_ms = static_cast<std::int64_t>(any.below(20'000));
    answer.approves = !any.one_in(4);
    answer.answers = !any.one_in(5);
    if (!child || !any.one_in(3)) continue;
    std::vector<ReactionRow> all(step.reactions.begin(), step.reactions.end());
    ReactionRow asks;
    asks.response = any.one_in(2) ? Response::approve : Response::escalate;
    all.insert(all.end() - (all.empty() || !any.one_in(2) ? 0 : 1), asks);
    maker.react(i, std::move(all));
    if (any.one_in(2)) steps[i].failures += static_cast<std::uint32_t>(1 + any.below(3));
  }
}

// What must hold of results. Throws of its own.
void Scenario::add_quality(std::uint64_t seed) {
  Chance any(seed ^ 0x9a7e);
  if (!any.one_in(3)) return;
  for (Row i = 0; i < steps.size(); ++i) {
    const StepRow& step = maker.row(i);
    const bool child =
        step.kind == StepKind::command || step.kind == StepKind::agent || step.kind == StepKind::deploy;
    if (!child || !any.one_in(3)) continue;
    for (std::uint64_t k = 1 + any.below(2); k > 0; --k) {
      std::vector<ReactionRow> own(step.reactions.begin(), step.reactions.end()), reactions;
      if (any.one_in(2))
        reactions.push_back(retry_row(1 + static_cast<std::uint32_t>(any.below(3)), any.below(2) * 500));
      // What the step would answer, the gate does.
      if (!own.empty() && any.one_in(3)) {
        reactions.push_back(own.back());
        own.pop_back();
        maker.react(i, std::move(own));
      }
      if (any.one_in(3)) {
        constexpr Response last[] = {Response::go_on, Response::stop, Response::approve, Response::escalate};
        reactions.push_back({.response = last[any.below(4)]});
      }
      const ExprId criterion = any.one_in(4)   ? expr_false
                               : any.one_in(6) ? expr_error
                                               : tries_at_least(static_cast<std::uint32_t>(1 + any.below(4)));
      maker.quality(i, criterion, std::move(reactions), !any.one_in(4));
    }
  }
}

// A workflow that takes over when a step escalates. Throws of its own.
void Scenario::add_fallback(std::uint64_t seed) {
  Chance any(seed ^ 0xfa11);
  if (!maker.escalates || !any.one_in(3)) return;
  maker.escalation.to = EscalateTo::workflow;
  maker.fallback_escalation.to = any.one_in(3) ? EscalateTo::close : EscalateTo::people;
  maker.fallback_escalation.timeout_ms = any.one_in(2) ? 0 : 1000 + any.below(30'000);
  const Row first = static_cast<Row>(steps.size());
  const Row count = 1 + static_cast<Row>(any.below(6));
  std::vector<std::pair<Row, Row>> loops;
  for (Row i = first; i < first + count; ++i) {
    std::vector<Row> needs;
    for (Row j = first; j < i; ++j)
      if (any.one_in(2)) needs.push_back(j);
    constexpr StepKind kinds[] = {StepKind::command, StepKind::agent, StepKind::deploy, StepKind::check,
                                  StepKind::approve};
    const StepKind kind = kinds[any.below(5)];
    StepRow& step = maker.add("f" + std::to_string(i), kind, needs);
    step.fallback = true;
    step.idempotent = kind != StepKind::deploy || any.one_in(2);
    if (any.one_in(8)) step.run_if = RunIf::always;
    if (any.one_in(8)) step.when = any.one_in(3) ? expr_error : expr_false;
    truths.push_back(!any.one_in(3));
    if (kind == StepKind::check) maker.value(i, "condition", truths.back() ? expr_true : expr_false);
    StepScript& script = steps.emplace_back();
    script.takes_ms = static_cast<std::int64_t>(any.below(any.one_in(4) ? 3000 : 200));
    GateScript& answer = gates.emplace_back();
    answer.approves = !any.one_in(5);
    answer.after_ms = static_cast<std::int64_t>(any.below(20'000));
    GateScript& question = questions.emplace_back();
    question.approves = !any.one_in(4);
    question.after_ms = answer.after_ms;
    if (kind == StepKind::approve)
      maker.gate(i).on_reject = any.one_in(2) ? OnReject::fail : OnReject::cancel;
    if (kind == StepKind::check || kind == StepKind::approve) continue;
    script.done_by_person = any.one_in(2);
    if (any.one_in(3)) script.failures = 1 + static_cast<std::uint32_t>(any.below(4));
    if (any.one_in(3)) maker.react(i, {retry_row(1 + static_cast<std::uint32_t>(any.below(2)), 500)});
    if (!needs.empty() && any.one_in(3)) loops.emplace_back(i, needs[0]);
  }
  for (const auto& [from, target] : loops) maker.loop(from, target, 1);
}

// Joins that answer for steps before them, as the end of a block does. Throws of its own.
void Scenario::add_blocks(std::uint64_t seed) {
  Chance any(seed ^ 0xb10c);
  if (any.one_in(3)) return;
  for (Row i = 0; i < steps.size(); ++i) {
    StepRow& end = maker.row(i);
    if (end.kind != StepKind::join || end.run_if == RunIf::always || end.when != no_expr) continue;
    bool answers = false;
    for (const Row need : maker.needs(i)) {
      StepRow& step = maker.row(need);
      const bool beside = end.branch == no_row || (step.branch == end.branch && step.side == end.side);
      if (!beside || step.answered_by != no_row || step.kind == StepKind::branch || any.one_in(4)) continue;
      step.answered_by = i;
      answers = true;
      if (step.kind == StepKind::command && any.one_in(3))
        steps[need].failures += static_cast<std::uint32_t>(1 + any.below(3));
    }
    if (!answers) continue;
    const std::vector<Row> before = maker.before(i);
    if (any.one_in(2))
      maker.loop(i, before[any.below(before.size())], static_cast<std::uint32_t>(1 + any.below(3)),
                 any.below(2) * 500);
    std::vector<ReactionRow> reactions(end.reactions.begin(), end.reactions.end());
    constexpr Response last[] = {Response::go_on, Response::stop, Response::approve, Response::escalate,
                                 Response::fail};
    const bool loops = !reactions.empty();
    reactions.push_back({.response = last[any.below(5)]});
    // Where people are asked about the block, they decide also about what they refuse.
    const bool asks = reactions.back().response == Response::approve ||
                      reactions.back().response == Response::escalate || (loops && maker.escalates);
    if (!asks && any.one_in(2))
      reactions.push_back({.on = StepOutcome::reject, .response = last[any.below(2)]});
    maker.react(i, std::move(reactions));
  }
}

// Checks and questions to people that are answered, and looked at by gates: what stands before a step is one
// of them. Throws of its own.
void Scenario::add_looks(std::uint64_t seed) {
  Chance any(seed ^ 0x100c);
  if (!any.one_in(3)) return;
  for (Row i = 0; i < steps.size(); ++i) {
    const StepRow& step = maker.row(i);
    if (step.kind != StepKind::check && step.kind != StepKind::approve) continue;
    // Of a gate that nobody answered people are asked in another way.
    if (step.gate != no_row && maker.gate_of(i).timeout_ms != 0) continue;
    std::vector<ReactionRow> answers;
    if (any.one_in(2)) {
      constexpr Response all[] = {Response::approve, Response::escalate, Response::go_on, Response::stop,
                                  Response::fail};
      answers.push_back({.response = all[any.below(5)]});
    }
    if (any.one_in(2))
      maker.quality(i, any.one_in(2) ? expr_false : expr_true, std::move(answers), !any.one_in(4));
    else if (step.kind == StepKind::check)
      maker.react(i, std::move(answers));
  }
}

// Agents that mend what has failed. Throws of its own.
void Scenario::add_repairs(std::uint64_t seed) {
  Chance any(seed ^ 0x3e9d);
  if (!any.one_in(3)) return;
  const Row count = static_cast<Row>(steps.size());
  for (Row i = 0; i < count; ++i) {
    const StepKind kind = maker.row(i).kind;
    const bool child = kind == StepKind::command || kind == StepKind::agent || kind == StepKind::deploy;
    if (!child || !any.one_in(3)) continue;
    maker.repair(i, 1 + static_cast<std::uint32_t>(any.below(3)));
    if (any.one_in(2)) steps[i].failures += 1 + static_cast<std::uint32_t>(any.below(3));
    StepScript& script = steps.emplace_back();
    script.takes_ms = static_cast<std::int64_t>(any.below(any.one_in(4) ? 3000 : 200));
    if (any.one_in(6)) script.failures = 1 + static_cast<std::uint32_t>(any.below(2));
    gates.emplace_back();
    questions.emplace_back();
    truths.push_back(false);
  }
}

// What the run and its steps may cost, often too little. Throws of its own.
void Scenario::add_budgets(std::uint64_t seed) {
  Chance any(seed ^ 0xb0d6);
  if (!any.one_in(4)) return;
  const auto amount = [&](std::uint64_t most) { return any.one_in(2) ? 1 + any.below(most) : 0; };
  const auto answers = [&](BudgetRow& budget) {
    constexpr Response all[] = {Response::go_on,    Response::stop,   Response::degrade, Response::approve,
                                Response::escalate, Response::cancel, Response::fail};
    std::vector<ReactionRow> reactions;
    for (std::uint64_t k = any.below(3); k > 0; --k)
      reactions.push_back({.response = all[any.below(7)], .max = static_cast<std::uint32_t>(any.below(3))});
    maker.answer_breach(budget, std::move(reactions));
  };
  if (!any.one_in(4)) {
    BudgetRow& budget = maker.budget();
    budget.whole = {.credits = amount(3 * steps.size()),
                    .time_ms = any.one_in(3) ? amount(20'000) : 0,
                    .tokens = amount(1000 * steps.size()),
                    .calls = amount(steps.size()),
                    .micro_usd = amount(200 * steps.size())};
    if (any.one_in(4)) budget.each = {.tokens = amount(2000), .calls = amount(4)};
    budget.outputs_only = any.one_in(5);
    if (budget.outputs_only) {
      budget.whole.tokens = amount(5 * steps.size());
      budget.degraded_chars = any.one_in(2) ? static_cast<std::uint32_t>(1 + any.below(10)) : 0;
    }
    answers(budget);
    raises = static_cast<std::uint32_t>(any.below(3));
  }
  for (Row i = 0; i < steps.size(); ++i) {
    const StepKind kind = maker.row(i).kind;
    const bool child = kind == StepKind::command || kind == StepKind::agent || kind == StepKind::deploy;
    if (!child) continue;
    StepScript& script = steps[i];
    if (kind == StepKind::agent && !any.one_in(4)) script.tokens = static_cast<std::int64_t>(any.below(3000));
    if (kind == StepKind::agent && any.one_in(2))
      script.usd_millionths = static_cast<std::int64_t>(any.below(300));
    if (!any.one_in(5)) continue;
    BudgetRow& own = maker.budget(i);
    own.whole = {
        .time_ms = amount(4000), .tokens = amount(3000), .calls = amount(3), .micro_usd = amount(300)};
    answers(own);
  }
}

Row Scenario::mended_by(Row row) const {
  for (Row i = 0; i < program->steps.count; ++i)
    for (const ReactionRow& reaction : program->steps[i].reactions)
      if (reaction.response == Response::repair && reaction.target == row) return i;
  return no_row;
}

// What takes steps back when the run does not come to its end. Throws of its own.
void Scenario::add_undos(std::uint64_t seed) {
  Chance any(seed ^ 0x0dd0);
  if (any.one_in(2)) return;
  const Row count = static_cast<Row>(steps.size());
  for (Row i = 0; i < count; ++i) {
    const StepKind done = maker.row(i).kind;
    const std::string_view id(maker.row(i).id.data, maker.row(i).id.size);
    if (id.starts_with("repair")) continue;
    if (done == StepKind::branch || done == StepKind::approve || !any.one_in(3)) continue;
    const StepKind kind = any.one_in(4)   ? StepKind::deploy
                          : any.one_in(3) ? StepKind::agent
                                          : StepKind::command;
    StepRow& step = maker.add("u" + std::to_string(i), kind, {i});
    const Row row = maker.last();
    step.undoes = i;
    step.branch = maker.row(i).branch;
    step.side = maker.row(i).side;
    step.idempotent = kind == StepKind::deploy ? any.one_in(2) : !any.one_in(10);
    const bool child = done == StepKind::command || done == StepKind::agent || done == StepKind::deploy;
    if (child && any.one_in(2)) maker.value(row, "inputs", output_of(i));
    if (any.one_in(3)) maker.react(row, {retry_row(1 + static_cast<std::uint32_t>(any.below(2)), 500)});
    StepScript& script = steps.emplace_back();
    script.takes_ms = static_cast<std::int64_t>(any.below(any.one_in(4) ? 3000 : 200));
    if (any.one_in(4)) script.failures = static_cast<std::uint32_t>(1 + any.below(3));
    script.hangs = any.one_in(20);
    if (script.hangs) step.timeout_ms = 4000;
    script.done_by_person = any.one_in(2);
    gates.emplace_back();
    questions.emplace_back();
    truths.push_back(false);
  }
}

// People who are not content with how the run stands.
void Scenario::add_second_thoughts(std::uint64_t seed) {
  Chance any(seed ^ 0xa6a1);
  if (!any.one_in(3)) return;
  for (std::uint64_t k = 1 + any.below(3); k > 0; --k) {
    again.emplace_back();
    if (any.one_in(2)) again.back() = static_cast<Row>(any.below(steps.size()));
  }
}

bool Scenario::ends_one_way() const {
  if (!again.empty()) return false;  // What is said depends on what the faults have left.
  if (cancel_after_ms || program->budgets.count != 0) return false;
  for (Row i = 0; i < program->steps.count; ++i) {
    const StepRow& step = program->steps[i];
    // How often an attempt was cut off counts.
    if (step.extras != no_row) return false;
    const bool may_fail = steps[i].hangs || steps[i].failures != 0;
    const bool must_hold = step.kind == StepKind::check && step.reactions.count > 0 && !truths[i];
    if (program->fail_fast && step.undoes == no_row && (may_fail || must_hold || step.when == expr_error))
      return false;
    // A person may call it done before it has failed for good.
    if (may_fail && !step.idempotent && steps[i].done_by_person) return false;
    // Who is asked depends on what failed first; and a question may be left by a run that is over.
    for (const ReactionRow& reaction : step.reactions)
      if (reaction.response == Response::approve || reaction.response == Response::escalate ||
          reaction.response == Response::repair)
        return false;
    if (program->escalation.count != 0 && may_fail) return false;
    if (step.gate == no_row) continue;
    if (program->gates[step.gate].timeout_ms != 0 || !gates[i].approves) return false;
  }
  return true;
}

std::vector<Fault> store_faults(std::uint64_t seed) {
  Chance any(seed ^ 0xd15c);
  std::vector<Fault> faults;
  for (std::uint64_t k = 1 + any.below(6); k > 0; --k) {
    Fault fault;
    const std::uint64_t what = any.below(24);
    fault.what = what < 10   ? Fault::What::power_cut
                 : what < 18 ? Fault::What::killed
                 : what < 20 ? Fault::What::interrupt
                 : what < 21 ? Fault::What::disk_full
                 : what < 22 ? Fault::What::sync_fails
                             : Fault::What::usurped;
    fault.after_ms = static_cast<std::int64_t>(any.below(any.one_in(3) ? 30'000 : 1500));
    fault.after_batches = any.below(10);
    const std::uint64_t operations = any.below(any.one_in(3) ? 40 : 300);
    if (what < 18 && any.one_in(2)) fault.after_operations = operations;
    faults.push_back(fault);
  }
  return faults;
}

}  // namespace wf::sim
