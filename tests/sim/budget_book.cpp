// The rules of 5.7, one after the other.
#include "tests/sim/budget_book.h"

#include <algorithm>
#include <utility>

#include "runtime/engine/machine.h"

namespace wf::sim {
namespace {

constexpr std::int64_t credit = 1'000'000;

std::int64_t of(const Limits& limits, Measure measure) {
  const std::uint64_t all[] = {limits.credits * credit, limits.tokens, limits.micro_usd, limits.calls,
                               limits.time_ms};
  return static_cast<std::int64_t>(all[static_cast<int>(measure)]);
}

}  // namespace

void BudgetBook::breaks(Row step, const std::string& rule) {
  if (broken.empty()) broken = "budget: row " + std::to_string(step) + " " + rule;
}

bool BudgetBook::any() const {
  return program_->budgets.count != 0;
}

std::optional<std::int64_t> BudgetBook::limit(Measure measure) const {
  if (program_->budget == no_row || free_.contains(no_row)) return std::nullopt;
  std::int64_t most = of(program_->budgets[program_->budget].whole, measure);
  if (most == 0) return std::nullopt;
  for (const store::LimitSet& set : limits)
    if (set.measure == measure && !set.by.empty()) most = set.limit;
  return most;
}

std::optional<std::int64_t> BudgetBook::cap(Row step, Measure measure) const {
  if (free_.contains(step)) return std::nullopt;
  std::int64_t least = 0;
  const auto look = [&](const Limits& limits) {
    const std::int64_t most = of(limits, measure);
    if (most != 0) least = least == 0 ? most : std::min(least, most);
  };
  const Row extras = program_->steps[step].extras;
  if (extras != no_row && program_->extras[extras].budget != no_row)
    look(program_->budgets[program_->extras[extras].budget].whole);
  if (program_->budget != no_row && !free_.contains(no_row)) look(program_->budgets[program_->budget].each);
  return least == 0 ? std::nullopt : std::optional(least);
}

// "`r` is the step's own cap; without one, the largest of its past costs in this run, at least 1."
Cost BudgetBook::must_set_aside(Row step) const {
  Cost needs;
  const bool agent = program_->steps[step].kind == StepKind::agent;
  needs[Measure::credits] = credit;
  // 1 for the attempt, and where only the run knows whereto, 10.
  if (program_->steps[step].kind == StepKind::deploy) needs[Measure::credits] = 11 * credit;
  needs[Measure::calls] = agent ? 1 : 0;
  if (!agent) return needs;
  const bool counted_later = program_->budget != no_row && program_->budgets[program_->budget].outputs_only;
  for (const Measure measure : {Measure::credits, Measure::tokens, Measure::usd}) {
    if (counted_later && measure != Measure::credits) continue;
    std::int64_t largest = measure == Measure::credits ? credit : 1, spent = 0;
    const auto first = accounts_.lower_bound({step, 0, 0});
    const auto since = since_.find(step);
    for (auto each = first; each != accounts_.end() && std::get<0>(each->first) == step; ++each) {
      const std::int64_t cost = (each->second.ended ? each->second.cost : each->second.aside)[measure];
      largest = std::max(largest, cost);
      if (since == since_.end() || std::get<1>(each->first) >= since->second) spent += cost;
    }
    const std::optional<std::int64_t> own = cap(step, measure);
    needs[measure] = own ? std::max(*own - spent, std::int64_t{1}) : largest;
  }
  return needs;
}

std::int64_t BudgetBook::sum(Measure measure, bool only_spent) const {
  std::int64_t sum = 0;
  for (const auto& [key, account] : accounts_) {
    if (account.ended)
      sum += account.cost[measure];
    else if (!only_spent)
      sum += account.aside[measure];
  }
  return sum;
}

// "In transaction A, `spent + reserved + r <= limit` or the step does not start."
void BudgetBook::start(const store::Record& record) {
  if (!any()) return;
  if (!record.cost) return breaks(record.step, "starts and sets nothing aside");
  const bool undoes = program_->steps[record.step].undoes != no_row;
  if (over_ && !undoes) breaks(record.step, "starts in a run that a budget has ended");
  const Cost needs = must_set_aside(record.step);
  for (const Measure measure : measures)
    if (measure != Measure::time && (*record.cost)[measure] < needs[measure])
      breaks(record.step, "sets too little aside of " + std::string(name_of(measure)));
  accounts_[{record.step, record.iteration, record.attempt}] = {*record.cost, {}, false};
  charges.push_back({record.step, record.iteration, record.attempt, false, *record.cost});
  if (undoes || free_.contains(record.step)) return;
  for (const Measure measure : measures) {
    const std::optional<std::int64_t> most = limit(measure);
    const bool counts =
        measure == Measure::time || (*record.cost)[measure] != 0 || needs[Measure::calls] != 0;
    if (!most || !counts) continue;
    const std::int64_t all = measure == Measure::time ? elapsed_ms_ : sum(measure, false);
    if (all > *most) breaks(record.step, "starts beyond the limit of " + std::string(name_of(measure)));
  }
}

// "Replace `r` by the real cost"; "an unknown cost is charged at its ceiling, never at zero".
void BudgetBook::end(const store::Record& record) {
  const auto found = accounts_.find({record.step, record.iteration, record.attempt});
  if (!record.cost) return;  // Of an attempt that was cut off, or whose cost is known already.
  if (found == accounts_.end()) return breaks(record.step, "pays for what it has not set aside");
  Account& account = found->second;
  if (account.ended) return breaks(record.step, "pays twice");
  account.ended = true;
  account.cost = *record.cost;
  charges.push_back({record.step, record.iteration, record.attempt, true, *record.cost});
  const bool never_began = *record.cost == Cost();
  const bool agent = program_->steps[record.step].kind == StepKind::agent;
  const bool by_outputs = program_->budget != no_row && program_->budgets[program_->budget].outputs_only;
  const std::int64_t told =
      record.detail ? record.detail->outcome.usage.input_tokens + record.detail->outcome.usage.output_tokens
                    : 0;
  if (!agent || never_began || by_outputs) return;
  if (told != 0 && account.cost[Measure::tokens] != told)
    breaks(record.step, "pays another cost than it had");
  if (told == 0 && account.cost[Measure::tokens] < account.aside[Measure::tokens])
    breaks(record.step, "pays less than the ceiling of an unknown cost");
}

void BudgetBook::react(const store::RecoveredReaction& happened) {
  if (happened.reaction == engine::ended_by_budget) {
    over_ = happened.due_ms == raised_;
    ended_by_ = happened.step;
    return;
  }
  const ReactionRow* reaction = engine::reaction_at(*program_, happened.step, happened.reaction);
  if (reaction && engine::is_of_budget(happened.reaction) && reaction->response == Response::go_on)
    approved(happened);
}

// "Ended by budget": something was passed, or would have been. Its cause is recorded with it.
void BudgetBook::settle() {
  if (!ended_by_) return;
  const Row step = *std::exchange(ended_by_, std::nullopt);
  bool passed = limit(Measure::time).has_value();
  for (const Measure measure : measures) {
    const std::optional<std::int64_t> most = limit(measure);
    passed = passed || (most && sum(measure, false) > *most - must_set_aside(step)[measure]);
  }
  if (!passed && over_) breaks(step, "ends the run though there is enough");
}

void BudgetBook::approved(const store::RecoveredReaction& asked) {
  if (!engine::is_of_budget(asked.reaction)) return;
  free_[asked.reaction >= engine::of_run_budget ? no_row : asked.step] = true;
}

void BudgetBook::elapsed(std::int64_t ms) {
  if (ms < elapsed_ms_) breaks(0, "is given back time");
  elapsed_ms_ = ms;
}

void BudgetBook::raise(const store::Intervention& said) {
  limits.push_back({said.measure, said.limit, said.by, said.at_ms});
  ++raised_;
  over_ = false;
}

void BudgetBook::again(Row step, std::uint32_t iteration) {
  since_[step] = std::max(since_[step], iteration);
}

}  // namespace wf::sim
