// The ledger of a run.
#include "runtime/policy/budget.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "runtime/base/assert.h"
#include "runtime/base/text.h"
#include "runtime/rules/prices.h"
#include "runtime/rules/quantity.h"

namespace wf::policy {
namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t credit = 1'000'000;
constexpr std::int64_t bytes_per_token = 4;
// Of outputs that count by their length.
constexpr std::int64_t usd_millionths_per_token = 2;

std::string_view view(const Text& text) {
  return {text.data, text.size};
}

std::int64_t times(std::int64_t a, std::int64_t b) {
  std::int64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? most : product;
}
std::int64_t plus(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? most : sum;
}

// 0: none.
std::int64_t limit_in(const Limits& limits, Measure measure) {
  const auto clamped = [](std::uint64_t limit) {
    return static_cast<std::int64_t>(std::min<std::uint64_t>(limit, most));
  };
  switch (measure) {
    case Measure::credits:
      return times(clamped(limits.credits), credit);
    case Measure::tokens:
      return clamped(limits.tokens);
    case Measure::usd:
      return clamped(limits.micro_usd);
    case Measure::calls:
      return clamped(limits.calls);
    case Measure::time:
      return clamped(limits.time_ms);
  }
  return 0;
}

std::int64_t rounded_up(std::int64_t amount, std::int64_t by) {
  return amount / by + (amount % by != 0 ? 1 : 0);
}

// One for the attempt, and one for each 2,000 tokens that are begun.
std::int64_t credits_of_tokens(std::int64_t tokens) {
  const auto each = static_cast<std::int64_t>(rules::tokens_per_credit);
  return times(plus(static_cast<std::int64_t>(rules::credits_of_attempt), rounded_up(tokens, each)), credit);
}

}  // namespace

std::string amount_text(Measure measure, std::int64_t amount) {
  switch (measure) {
    case Measure::credits: {
      std::string text = std::to_string(amount / credit);
      if (amount % credit != 0) text += "." + std::to_string(credit + amount % credit).substr(1);
      while (amount % credit != 0 && text.back() == '0') text.pop_back();
      return text + (amount == credit ? " credit" : " credits");
    }
    case Measure::tokens:
      return std::to_string(amount) + (amount == 1 ? " token" : " tokens");
    case Measure::usd:
      return rules::format_money(amount);
    case Measure::calls:
      return std::to_string(amount) + (amount == 1 ? " call" : " calls");
    case Measure::time:
      return format_duration(amount);
  }
  return {};
}

std::string text_of(const Breach& breach) {
  return "the budget of " + std::string(breach.of_run ? "the run" : "the step") + " is " +
         amount_text(breach.measure, breach.limit) + ", of which " +
         amount_text(breach.measure, breach.spent) + " are spent";
}

bool Budgets::needed(const Program& program) {
  if (program.budget != no_row) return true;
  return std::ranges::any_of(program.extras, [](const ExtrasRow& row) { return row.budget != no_row; });
}

Budgets::Budgets(const Program& program) : program_(program), steps_(program.steps.count) {
  for (const Measure measure : measures) limits_[static_cast<std::size_t>(measure)] = declared(measure);
}

std::optional<std::int64_t> Budgets::declared(Measure measure) const {
  if (program_.budget == no_row) return std::nullopt;
  const std::int64_t limit = limit_in(program_.budgets[program_.budget].whole, measure);
  return limit == 0 ? std::nullopt : std::optional(limit);
}

std::optional<std::int64_t> Budgets::limit(Measure measure) const {
  return limits_[static_cast<std::size_t>(measure)];
}

void Budgets::set_limit(Measure measure, std::int64_t limit) {
  limits_[static_cast<std::size_t>(measure)] = limit;
}

bool Budgets::counts_outputs() const {
  return program_.budget != no_row && program_.budgets[program_.budget].outputs_only;
}

// Of the step's own budget and that of each step, the one that allows less.
std::optional<Budgets::Cap> Budgets::cap(Row step, Measure measure) const {
  std::optional<Cap> found;
  if (steps_[step].lifted) return found;
  const auto look = [&](Row budget, const Limits& limits) {
    const std::int64_t limit = limit_in(limits, measure);
    if (limit != 0 && (!found || limit < found->limit)) found = Cap{limit, budget};
  };
  const Row extras = program_.steps[step].extras;
  if (extras != no_row && program_.extras[extras].budget != no_row) {
    const Row own = program_.extras[extras].budget;
    look(own, program_.budgets[own].whole);
  }
  if (program_.budget != no_row && !run_lifted_)
    look(program_.budget, program_.budgets[program_.budget].each);
  return found;
}

// Of a step that is no agent: what every attempt of it costs.
std::int64_t Budgets::fixed_credits(Row step) const {
  const StepRow& row = program_.steps[step];
  auto credits = static_cast<std::int64_t>(rules::credits_of_attempt);
  if (row.kind == StepKind::deploy) {
    // Where only the run can tell, the dearest.
    std::uint64_t target = rules::credits_of_production;
    for (const Param& param : row.params)
      if (view(param.name) == "target" && param.kind == ParamKind::literal && param.when == no_expr)
        target = rules::credits_of_deploy(view(param.literal));
    credits += static_cast<std::int64_t>(target);
  }
  return credits * credit;
}

Cost Budgets::needs(Row step) const {
  Cost needs;
  const OfStep& so_far = steps_[step];
  if (program_.steps[step].kind != StepKind::agent) {
    needs[Measure::credits] = fixed_credits(step);
    return needs;
  }
  const auto at_least = [&](Measure measure, std::int64_t least) {
    if (const std::optional<Cap> own = cap(step, measure))
      return std::max(own->limit - std::min(own->limit, so_far.spent[measure]), least);
    return std::max(so_far.largest[measure], least);
  };
  needs[Measure::calls] = 1;
  needs[Measure::credits] = at_least(Measure::credits, credit);
  if (counts_outputs()) return needs;
  needs[Measure::tokens] = at_least(Measure::tokens, 1);
  needs[Measure::usd] = at_least(Measure::usd, 1);
  return needs;
}

Budgets::Fit Budgets::fit(Row step, const Cost& needs, Breach& why) const {
  const OfStep& so_far = steps_[step];
  for (const Measure measure : measures) {
    const std::optional<Cap> own = cap(step, measure);
    if (!own) continue;
    const std::int64_t least = measure == Measure::time ? 1 : needs[measure];
    if (least == 0 || plus(so_far.spent[measure], least) <= own->limit) continue;
    why = {own->budget, false, measure, own->limit, so_far.spent[measure]};
    return Fit::never;
  }
  bool later = false;
  for (const Measure measure : measures) {
    const bool binds = !run_lifted_ && !so_far.lifted;
    const std::optional<std::int64_t> limit = binds ? this->limit(measure) : std::nullopt;
    const std::int64_t least = measure == Measure::time ? 1 : needs[measure];
    // What is counted only once it is written may start as long as nothing has been passed.
    const bool counted_later = needs[Measure::calls] != 0 && counts_outputs();
    if (!limit || (least == 0 && !counted_later)) continue;
    std::int64_t sum = 0;
    const std::int64_t recorded = spent_[measure] - unrecorded_[measure];
    if (overflows_ || __builtin_add_overflow(recorded, least, &sum) || sum > *limit) {
      why = {program_.budget, true, measure, *limit, spent_[measure]};
      return Fit::never;
    }
    sum = plus(sum, unrecorded_[measure]);
    later = later || plus(sum, aside_[measure]) > *limit;
  }
  return later ? Fit::later : Fit::yes;
}

void Budgets::add(std::int64_t& sum, std::int64_t amount, bool& overflows) {
  if (__builtin_add_overflow(sum, amount, &sum)) {
    sum = most;
    overflows = true;
  }
}

void Budgets::reserve(Row step, const Cost& needs) {
  OfStep& of = steps_[step];
  WF_ASSERT(!of.reserves);
  of.reserves = true;
  of.aside = needs;
  for (const Measure measure : measures) add(aside_[measure], needs[measure], overflows_);
}

std::optional<std::int64_t> Budgets::ceiling(Row step, Measure measure) const {
  if (!cap(step, measure)) return std::nullopt;
  return steps_[step].aside[measure];
}

void Budgets::release(Row step) {
  OfStep& of = steps_[step];
  if (!of.reserves) return;
  of.reserves = false;
  for (const Measure measure : measures) aside_[measure] -= of.aside[measure];
}

Cost Budgets::cost_of(Row step, const Outcome* outcome, std::int64_t took_ms) const {
  static const Outcome silent;
  const Outcome& said = outcome ? *outcome : silent;
  const Usage& usage = said.usage;
  const Cost& ceiling = steps_[step].aside;
  const bool agent = program_.steps[step].kind == StepKind::agent;
  Cost cost;
  cost[Measure::calls] = agent ? 1 : 0;
  cost[Measure::time] = cap(step, Measure::time) ? took_ms : 0;
  // Bytes of an answer are tokens; of one that was cut to its head and tail, those that there were.
  const auto written = static_cast<std::int64_t>(
      std::min<std::uint64_t>(std::max<std::uint64_t>(said.output.size, said.output.text.size()), most));
  const std::int64_t seen = rounded_up(written, bytes_per_token);
  if (counts_outputs()) {
    cost[Measure::tokens] = agent ? seen : 0;
    cost[Measure::usd] = times(cost[Measure::tokens], usd_millionths_per_token);
    cost[Measure::credits] = agent ? credits_of_tokens(cost[Measure::tokens]) : fixed_credits(step);
    return cost;
  }
  const bool never_asked = said.reason == reason::start;
  std::int64_t tokens =
      plus(std::max<std::int64_t>(usage.input_tokens, 0), std::max<std::int64_t>(usage.output_tokens, 0));
  const bool tokens_known = tokens != 0 || !agent || never_asked;
  if (!tokens_known) tokens = std::max(ceiling[Measure::tokens], seen);
  cost[Measure::tokens] = tokens;
  cost[Measure::usd] = usage.usd_millionths > 0 ? usage.usd_millionths
                       : agent && !never_asked  ? ceiling[Measure::usd]
                                                : 0;
  if (usage.credits_millionths > 0)
    cost[Measure::credits] = usage.credits_millionths;
  else if (!agent)
    cost[Measure::credits] = fixed_credits(step);
  else if (tokens_known)
    cost[Measure::credits] = credits_of_tokens(tokens);
  else
    cost[Measure::credits] = std::max(ceiling[Measure::credits], credits_of_tokens(seen));
  return cost;
}

void Budgets::settle(Row step, const Cost& cost) {
  keep_aside(step, cost);
  recover(step, cost, true);
  for (const Measure measure : measures) {
    if (measure == Measure::time) continue;
    add(unrecorded_[measure], cost[measure], overflows_);
    steps_[step].unrecorded[measure] = cost[measure];
  }
}

void Budgets::give_up(Row step) {
  keep_aside(step, Cost());
}

void Budgets::keep_aside(Row step, const Cost& cost) {
  if (!steps_[step].reserves) return;
  release(step);
  OfStep& of = steps_[step];
  for (const Measure measure : measures) {
    const std::int64_t left = std::max<std::int64_t>(of.aside[measure] - cost[measure], 0);
    of.left_over[measure] += left;
    add(aside_[measure], left, overflows_);
  }
}

void Budgets::recorded(Row step) {
  OfStep& of = steps_[step];
  for (const Measure measure : measures) {
    aside_[measure] -= std::exchange(of.left_over[measure], 0);
    unrecorded_[measure] -= std::exchange(of.unrecorded[measure], 0);
  }
}

void Budgets::recover(Row step, const Cost& cost, bool counts_for_step) {
  OfStep& of = steps_[step];
  for (const Measure measure : measures) {
    if (measure != Measure::time) add(spent_[measure], cost[measure], overflows_);
    of.largest[measure] = std::max(of.largest[measure], cost[measure]);
    bool beyond_counting = false;  // Of a step: then it is at the end of its cap.
    if (counts_for_step) add(of.spent[measure], cost[measure], beyond_counting);
  }
}

void Budgets::correct(Row step, const Cost& before, const Cost& after) {
  OfStep& of = steps_[step];
  for (const Measure measure : measures) {
    const std::int64_t less = before[measure] - after[measure];
    of.spent[measure] -= less;
    if (measure == Measure::time) continue;
    spent_[measure] -= less;
    unrecorded_[measure] -= less;
    of.unrecorded[measure] -= less;
  }
}

std::optional<Breach> Budgets::passed(Row step, const Cost& cost) const {
  const OfStep& so_far = steps_[step];
  for (const Measure measure : measures) {
    if (cost[measure] == 0) continue;
    const std::optional<Cap> own = cap(step, measure);
    if (own && so_far.spent[measure] > own->limit)
      return Breach{own->budget, false, measure, own->limit, so_far.spent[measure]};
  }
  for (const Measure measure : measures) {
    if (run_lifted_ || so_far.lifted || cost[measure] == 0 || measure == Measure::time) continue;
    const std::optional<std::int64_t> limit = this->limit(measure);
    const std::int64_t spent = spent_[measure] - (unrecorded_[measure] - so_far.unrecorded[measure]);
    if (limit && (spent > *limit || overflows_)) return Breach{program_.budget, true, measure, *limit, spent};
  }
  return std::nullopt;
}

void Budgets::lift(bool of_run, Row step) {
  (of_run ? run_lifted_ : steps_[step].lifted) = true;
}

std::optional<std::int64_t> Budgets::time_left(Row step) const {
  const std::optional<Cap> own = cap(step, Measure::time);
  if (!own) return std::nullopt;
  return std::max<std::int64_t>(own->limit - steps_[step].spent[Measure::time], 0);
}

std::optional<Breach> Budgets::out_of_time(Row step, std::int64_t took_ms) const {
  const std::optional<Cap> own = cap(step, Measure::time);
  const std::int64_t spent = plus(steps_[step].spent[Measure::time], took_ms);
  if (!own || spent < own->limit) return std::nullopt;
  return Breach{own->budget, false, Measure::time, own->limit, spent};
}

bool reaches(std::int64_t amount, std::uint32_t percent, std::int64_t limit) {
  __extension__ using Wide = __int128;
  return static_cast<Wide>(amount) * 100 >= static_cast<Wide>(limit) * percent;
}

std::uint64_t paid_share(std::uint64_t bytes, std::int64_t paid, std::int64_t cost) {
  if (paid <= 0 || cost <= 0) return 0;
  if (paid >= cost) return bytes;
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>(static_cast<Wide>(bytes) * static_cast<Wide>(paid) /
                                    static_cast<Wide>(cost));
}

namespace {

constexpr std::string_view cut_mark = "[degraded]";

bool continues(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

std::string marked(std::string_view kept) {
  std::string text(kept);
  if (!text.empty()) text += '\n';
  return text.append(cut_mark);
}

}  // namespace

std::string cut_to_chars(const std::string& text, std::uint64_t chars) {
  std::size_t at = 0;
  for (; at < text.size(); ++at)
    if (!continues(text[at]) && chars-- == 0) return marked(std::string_view(text).substr(0, at));
  return text;
}

std::string cut_to_bytes(const std::string& text, std::uint64_t bytes) {
  if (bytes >= text.size()) return text;
  while (bytes > 0 && continues(text[bytes])) --bytes;
  return marked(std::string_view(text).substr(0, bytes));
}

}  // namespace wf::policy
