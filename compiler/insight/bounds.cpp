// Sums over the graph. Of what excludes each other the larger counts:
//
// * Conditions that ask for the same value are tried together, value by value (cases.h), as long as they are
//   few: each case leaves some of the steps, and the case that takes most is the worst. Otherwise they are
//   taken for conditions that may all hold.
// * Of an `if` that is decided once, the side that takes more. One that a loop decides again may take its
// other
//   side then. Each time it is decided, each step of one side is begun at most once; and each round of a loop
//   that does not decide it anew begins those steps of one side again that it runs. If that is less than both
//   sides together, it is the worst.
//
// The time of a run: the longest way through the graph once, and for each round of each loop the cooldown and
// the longest way through what it runs again; whatever else happens meanwhile is not longer. Where so many
// steps may run at one time, their work shared among so many is added: at any moment either a step of the
// longest way runs, or all places are taken (R. L. Graham, Bounds on Multiprocessing Timing Anomalies, 1969).
//
// How many run at one time: a chain holds steps of which each follows the one before, so no two of it run at
// once, and no more steps run at once than there are chains that hold them all. Chains are made greedily, in
// the order of the steps. A group with a limit is so many chains, which go on behind the whole of it.
#include "compiler/insight/bounds.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "compiler/expr/types.h"
#include "compiler/graph/loops.h"
#include "compiler/insight/cases.h"
#include "compiler/insight/paths.h"
#include "compiler/model/walk.h"
#include "runtime/rules/prices.h"

namespace wfc::insight {

Count operator+(Count a, Count b) {
  Count sum;
  if (__builtin_add_overflow(a.value, b.value, &sum.value)) sum.value = Count::all;
  return sum;
}

Count operator*(Count a, Count b) {
  Count product;
  if (__builtin_mul_overflow(a.value, b.value, &product.value)) product.value = Count::all;
  return product;
}

bool works(wf::StepKind kind) {
  switch (kind) {
    case wf::StepKind::agent:
    case wf::StepKind::command:
    case wf::StepKind::deploy:
    case wf::StepKind::action:
      return true;
    case wf::StepKind::approve:
    case wf::StepKind::check:
    case wf::StepKind::branch:
    case wf::StepKind::join:
      return false;
  }
  return false;
}

bool is_production(const model::Step& step) {
  return step.kind == wf::StepKind::deploy && wf::rules::is_production(step.target.value);
}

namespace {

using model::none;
using model::Reaction;
using model::Response;
using model::Step;

using wf::rules::tokens_per_credit;
constexpr std::uint64_t effort_max = 20'000'000;
constexpr std::uint64_t cases_max = 4096;       // Of conditions that hang together.
constexpr std::uint64_t all_cases_max = 256;    // Of all conditions, each with a walk over the graph.
constexpr std::uint64_t walks_max = 8'000'000;  // Steps and edges, over all these walks.

Count larger(Count a, Count b) {
  return a < b ? b : a;
}

// The sum of `times` waits, of which each is `backoff` times the one before.
Count waits_of(const Reaction& reaction) {
  double sum = 0, wait = static_cast<double>(reaction.wait_ms);
  for (std::uint32_t i = 0; i < reaction.max.value && wait > 0; ++i, wait *= reaction.backoff) {
    sum += wait;
    if (sum >= 9e18) return {Count::all};
    // What grows no more, or hardly any, need not be walked.
    if (i > 10'000) {
      sum += wait * (reaction.max.value - i - 1.0);
      break;
    }
  }
  return {static_cast<std::uint64_t>(std::llround(sum))};
}

using Amounts = std::array<Count, measure_count>;  // By measure; of time the work, one after the other.

constexpr std::size_t index_of(Measure measure) {
  return static_cast<std::size_t>(measure);
}

void add_to(Amounts& to, const Amounts& other) {
  for (std::size_t m = 0; m < measure_count; ++m) to[m] = to[m] + other[m];
}

Amounts larger(const Amounts& a, const Amounts& b) {
  Amounts all;
  for (std::size_t m = 0; m < measure_count; ++m) all[m] = larger(a[m], b[m]);
  return all;
}

Amounts smaller(const Amounts& a, const Amounts& b) {
  Amounts all;
  for (std::size_t m = 0; m < measure_count; ++m) all[m] = std::min(a[m], b[m]);
  return all;
}

// What a step takes.
struct Costs {
  Amounts each;      // At most, each time it is begun.
  Amounts whole;     // At most, in the run.
  Amounts for_good;  // That part of the whole that is not of a single time.
  Amounts least;
  std::array<bool, measure_count> open{};
};

class Counting {
 public:
  Counting(const model::Workflow& workflow, const graph::StepGraph& graph)
      : workflow_(workflow), graph_(graph), steps_(workflow.steps) {
    bounds_.steps.resize(steps_.size());
  }

  Bounds run() {
    for (StepIndex i = 0; i < steps_.size(); ++i) look_at(i);
    find_loops();
    find_sure();
    for (StepIndex i = 0; i < steps_.size(); ++i) costs_.push_back(costs_of(i));
    std::vector<char> again(steps_.size(), 0);
    for (StepIndex i = 0; i < steps_.size(); ++i)
      again[i] = bounds_.loops_open || bounds_.steps[i].rounds.value > 1;
    Cases cases(workflow_, again, ends());
    decide_again(cases);
    add_up(cases);
    find_links();
    find_blocks();
    walk_graph(cases);
    return std::move(bounds_);
  }

 private:
  // ------------------------------------------------------------------------------------------ of one step
  static void add_reactions(StepBound& bound, const std::vector<Reaction>& reactions) {
    for (const Reaction& reaction : reactions) {
      if (reaction.response != Response::retry && reaction.response != Response::repair) continue;
      bound.tries = bound.tries + Count{reaction.max.value};
      bound.waits_ms = bound.waits_ms + waits_of(reaction);
      if (reaction.response == Response::repair) bound.repairs = bound.repairs + Count{reaction.max.value};
    }
  }

  void look_at(StepIndex index) {
    const Step& step = steps_[index];
    StepBound& bound = bounds_.steps[index];
    add_reactions(bound, step.reactions);
    std::uint64_t own_tokens = 0;
    if (step.extras) {
      for (const model::QualityGate& gate : step.extras->quality_gates) add_reactions(bound, gate.reactions);
      if (step.extras->budget) own_tokens = step.extras->budget->tokens;
    }
    const std::uint64_t each = workflow_.budget ? workflow_.budget->each.tokens : 0;
    bound.tokens_max = own_tokens == 0 ? each : each == 0 ? own_tokens : std::min(own_tokens, each);
    if (!works(step.kind)) return;
    bound.least.value = bound.most.value = 1;
    bound.takes_time = true;
    bound.timeout_ms = step.timeout_ms;
    bound.uses_tokens = step.kind == wf::StepKind::agent || bound.repairs.value != 0;
    if (step.kind != wf::StepKind::deploy) return;
    const bool preview = step.target.value == "preview";
    bound.least.value += wf::rules::credits_of_deploy(step.target.value);
    bound.most.value += preview ? wf::rules::credits_of_preview : wf::rules::credits_of_production;
  }

  // ------------------------------------------------------------------------------------------------ loops
  void find_loops() {
    std::vector<graph::Back> backs;
    std::vector<const Reaction*> reactions;
    const auto add = [&](const Reaction& loop, StepIndex from) {
      if (loop.response != Response::back || loop.target == none || from == none) return;
      if (!graph_.precedes(loop.target, from) || loop.target == from) return;
      backs.push_back({loop.target, from});
      reactions.push_back(&loop);
    };
    model::for_each_reactions(workflow_, [&](const std::vector<Reaction>& list, StepIndex from) {
      for (const Reaction& reaction : list) add(reaction, from);
    });
    if (backs.empty()) return;
    std::vector<std::vector<std::uint32_t>> needs(steps_.size());
    for (const StepIndex step : graph_.order())
      for (const StepIndex need : graph_.needs(step)) needs[step].push_back(need);
    const auto bodies = graph::settle_loops(needs, backs, effort_max);
    if (!bodies) {
      bounds_.loops_open = true;
      return;
    }
    needs_ = std::move(needs);
    std::vector<std::uint32_t> place(steps_.size(), 0);
    for (std::uint32_t at = 0; const StepIndex step : graph_.order()) place[step] = at++;
    for (std::size_t i = 0; i < backs.size(); ++i) {
      Loop loop{{reactions[i]->max.value}, {reactions[i]->wait_ms}, backs[i].target, std::move((*bodies)[i])};
      for (const StepIndex step : loop.body)
        bounds_.steps[step].rounds = bounds_.steps[step].rounds + loop.rounds;
      std::sort(loop.body.begin(), loop.body.end(),
                [&](StepIndex a, StepIndex b) { return place[a] < place[b]; });
      loops_.push_back(std::move(loop));
    }
  }

  Count time_of_round(StepIndex step) const {
    const StepBound& bound = bounds_.steps[step];
    if (!bound.takes_time) return {};
    return bound.tries * Count{bound.timeout_ms} + bound.waits_ms;
  }

  // ----------------------------------------------------------------------------- what surely is, what may be
  static std::optional<bool> constant(const model::Expr& expr) {
    const auto folded = expr::fold(expr);
    if (!folded || !*folded) return std::nullopt;
    return wf::truth(**folded);
  }

  // A step is surely begun if nothing it follows may stop the run early and nothing makes it conditional but
  // the `if` it stands in, of which the cheaper side counts.
  void find_sure() {
    unless_passed_over_.assign(steps_.size(), 0);
    std::vector<char> after_stop(steps_.size(), 0);
    for (const StepIndex step : graph_.order()) {
      const Step& of = steps_[step];
      const auto look = [&](StepIndex need) {
        after_stop[step] = after_stop[step] || after_stop[need] || may_stop(steps_[need]);
      };
      if (of.run_if != wf::RunIf::always)
        for (const StepIndex need : graph_.needs(step)) look(need);
      // An `if` that is not decided holds back what runs always, too.
      for (std::uint32_t at = of.branch; at != none; at = workflow_.branches[at].outer)
        for (const model::Need& need : workflow_.branches[at].needs)
          if (need.target != none) look(need.target);
      const bool conditional = of.when && constant(*of.when) != true;
      if (after_stop[step] || of.undoes != none || of.fallback) continue;
      unless_passed_over_[step] = 1;
      bounds_.steps[step].sure = !conditional;
    }
  }

  // ----------------------------------------------------------------------------------------- costs of a step
  Costs costs_of(StepIndex index) {
    const Step& step = steps_[index];
    StepBound& bound = bounds_.steps[index];
    const Count repairs = bound.repairs;
    bound.attempts = bound.rounds * bound.tries;
    bound.repairs = bound.rounds * bound.repairs;
    const bool work = works(step.kind), agent = step.kind == wf::StepKind::agent;
    const bool looked_at = workflow_.guardrail.has_value() && step.extras && step.extras->risky;
    const bool repeated = bounds_.loops_open && bound.attempts.value != 0;

    Costs costs;
    const auto set = [&](Measure measure, Count each, std::uint64_t least, bool open) {
      costs.each[index_of(measure)] = each;
      costs.least[index_of(measure)] = {least};
      costs.open[index_of(measure)] = open;
    };
    if (work) set(Measure::steps, bound.tries, 1, repeated);
    const Count processes = work ? bound.tries * Count{looked_at ? 2u : 1u} + repairs : repairs;
    set(Measure::processes, processes, (work ? 1u : 0u) + (looked_at ? 1u : 0u),
        repeated && processes.value != 0);
    const Count calls = (agent ? bound.tries : Count{}) + repairs;
    set(Measure::calls, calls, agent ? 1 : 0, repeated && calls.value != 0);
    const bool endless = bound.uses_tokens && bound.tokens_max == 0;
    set(Measure::credits, bound.tries * bound.most + repairs, bound.least.value,
        endless || (repeated && bound.most.value != 0));
    set(Measure::tokens, {}, 0, endless);
    set(Measure::time, time_of_round(index), 0,
        bound.takes_time && (bound.timeout_ms == 0 || repairs.value != 0 || bounds_.loops_open));
    if (bound.uses_tokens && !endless) {
      costs.for_good[index_of(Measure::tokens)] = {bound.tokens_max};
      costs.for_good[index_of(Measure::credits)] = {(bound.tokens_max - 1) / tokens_per_credit + 1};
    }
    costs.whole = costs.for_good;
    for (std::size_t m = 0; m < measure_count; ++m)
      costs.whole[m] = costs.whole[m] + bound.rounds * costs.each[m];
    // What is undone in the end is undone whatever has been decided since.
    if (step.undoes != none) costs.for_good = costs.whole, costs.each = {};
    return costs;
  }

  // --------------------------------------------------------------------------------------- branches in loops
  std::uint32_t outer(std::uint32_t branch) const {
    const std::uint32_t outer = workflow_.branches[branch].outer;
    return outer < branch ? outer : none;
  }

  // Which branches a loop may decide again, and what they take then at most.
  void decide_again(const Cases& cases) {
    const std::size_t count = workflow_.branches.size();
    decided_once_.assign(count, 1);
    if (count == 0) return;
    using Sides = std::array<Amounts, 2>;
    std::vector<Sides> sides(count);
    std::vector<Amounts> for_good(count), each(count);
    for (StepIndex step = 0; step < steps_.size(); ++step) {
      const std::uint32_t branch = steps_[step].branch;
      if (branch == none) continue;
      add_to(sides[branch][steps_[step].side & 1], costs_[step].each);
      add_to(for_good[branch], costs_[step].for_good);
    }
    for (std::uint32_t b = static_cast<std::uint32_t>(count); b-- > 0;) {
      each[b] = larger(sides[b][0], sides[b][1]);
      if (outer(b) == none) continue;
      add_to(sides[outer(b)][workflow_.branches[b].outer_side & 1], each[b]);
      add_to(for_good[outer(b)], for_good[b]);
    }
    decided_again_ = each;
    for (std::size_t b = 0; b < count; ++b) add_to(decided_again_[b], for_good[b]);

    std::vector<std::uint32_t> around(count, 0), touched;  // `around`: stamped where the target stands in it.
    std::vector<char> seen(count, 0);
    std::vector<Sides> again(count);
    for (std::uint32_t l = 0; l < loops_.size(); ++l) {
      const Loop& loop = loops_[l];
      for (std::uint32_t at = steps_[loop.target].branch; at != none; at = outer(at)) around[at] = l + 1;
      for (const StepIndex step : loop.body) {
        const std::uint32_t branch = steps_[step].branch;
        for (std::uint32_t at = branch; at != none && !seen[at]; at = outer(at)) {
          seen[at] = 1;
          again[at] = {};
          touched.push_back(at);
        }
        if (branch != none) add_to(again[branch][steps_[step].side & 1], costs_[step].each);
      }
      std::sort(touched.begin(), touched.end(), std::greater<>());
      for (const std::uint32_t b : touched) {
        // A loop from outside decides it anew.
        const bool anew = around[b] != l + 1;
        if (anew && !cases.stays(b)) decided_once_[b] = 0;
        const Amounts round = anew ? each[b] : larger(again[b][0], again[b][1]);
        for (std::size_t m = 0; m < measure_count; ++m)
          decided_again_[b][m] = decided_again_[b][m] + loop.rounds * round[m];
        if (outer(b) != none) add_to(again[outer(b)][workflow_.branches[b].outer_side & 1], round);
        seen[b] = 0;
      }
      touched.clear();
    }
  }

  // ------------------------------------------------------------------------------------------------- sums
  static void note(std::vector<Term>& terms, const Term& term) {
    if (term.worst.value == 0) return;
    if (terms.size() == terms_max && !(terms.back().worst < term.worst)) return;
    const auto at =
        std::find_if(terms.begin(), terms.end(), [&](const Term& other) { return other.worst < term.worst; });
    terms.insert(at, term);
    if (terms.size() > terms_max) terms.pop_back();
  }

  // What all of a part takes in the chosen case: each branch from its sides, the inner ones first.
  struct Taken {
    Amounts worst, least;
  };
  Taken taken_by(const Cases::Part& part, Cases& cases) {
    using Sides = std::array<Taken, 2>;
    sides_.resize(workflow_.branches.size());
    for (const std::uint32_t b : part.branches) sides_[b] = Sides{};
    Taken all;
    for (const StepIndex step : part.steps) {
      if (!cases.may_run(step)) continue;
      const std::uint32_t branch = steps_[step].branch;
      Taken& to = branch == none ? all : sides_[branch][steps_[step].side & 1];
      add_to(to.worst, costs_[step].whole);
      if (unless_passed_over_[step] && cases.must_run(step)) add_to(to.least, costs_[step].least);
    }
    for (std::size_t i = part.branches.size(); i-- > 0;) {
      const std::uint32_t b = part.branches[i];
      Taken& to = outer(b) == none ? all : sides_[outer(b)][workflow_.branches[b].outer_side & 1];
      add_to(to.worst, worst_of(b, cases));
      const bool yes = cases.may_take(b, 1), no = cases.may_take(b, 0);
      add_to(to.least,
             yes == no ? smaller(sides_[b][0].least, sides_[b][1].least) : sides_[b][yes ? 1 : 0].least);
    }
    return all;
  }

  Amounts worst_of(std::uint32_t branch, Cases& cases) const {
    const std::array<Taken, 2>& sides = sides_[branch];
    if (decided_once_[branch])
      return larger(cases.may_take(branch, 0) ? sides[0].worst : Amounts{},
                    cases.may_take(branch, 1) ? sides[1].worst : Amounts{});
    Amounts both = sides[0].worst;
    add_to(both, sides[1].worst);
    return smaller(both, decided_again_[branch]);
  }

  // How steps may have ended where a condition asks for them. Whatever fails ends the run, unless something
  // answers it; then no condition is asked any more but those of steps that run always, or only then.
  std::vector<std::uint8_t> ends() const {
    std::vector<std::uint8_t> ends(steps_.size(), any_end);
    const bool always = std::any_of(steps_.begin(), steps_.end(), [](const Step& step) {
      return step.run_if == wf::RunIf::always || step.undoes != none || step.fallback;
    });
    if (!workflow_.fail_fast || always) return ends;
    for (StepIndex step = 0; step < steps_.size(); ++step)
      if (!forgiven(steps_[step])) ends[step] = ends_well(step);
    return ends;
  }

  std::uint8_t ends_well(StepIndex step) const {
    const bool begun = bounds_.steps[step].sure && steps_[step].branch == none;
    return begun ? succeeded : succeeded | skipped;
  }

  static bool forgiven(const Step& step) {
    const bool gates = step.extras && (!step.extras->quality_gates.empty() || step.extras->budget);
    return step.answered_by != none || gates ||
           std::any_of(step.reactions.begin(), step.reactions.end(), [](const Reaction& of) {
             return of.response != Response::fail && of.response != Response::cancel &&
                    of.response != Response::retry && of.response != Response::repair &&
                    of.response != Response::back;
           });
  }

  // Does a run that completes leave room for the chosen case?
  bool completes(const Cases& cases) const {
    const auto ends = cases.ends();
    return std::all_of(ends.begin(), ends.end(), [&](const auto& end) {
      return forgiven(steps_[end.first]) || (end.second & ends_well(end.first)) != 0;
    });
  }

  void add_up(Cases& cases) {
    taken_.assign(steps_.size(), 0);
    Amounts worst, least;
    for (StepIndex step = 0; step < steps_.size(); ++step) {
      if (steps_[step].branch != none || steps_[step].when) continue;
      add_to(worst, costs_[step].whole);
      if (bounds_.steps[step].sure) add_to(least, costs_[step].least);
      taken_[step] = all_measures;
    }
    std::uint64_t effort = 0;
    for (const Cases::Part& part : cases.parts()) {
      const std::uint64_t size = part.steps.size() + part.branches.size();
      const std::uint64_t room = effort < effort_max ? (effort_max - effort) / size : 0;
      const std::uint64_t count = cases.begin(part, std::clamp<std::uint64_t>(room, 1, cases_max));
      effort += count * size;
      Amounts part_worst, part_least;
      std::array<std::uint64_t, measure_count> worst_case{};
      bool any_least = false;
      for (std::uint64_t number = 0; number < count; ++number) {
        cases.choose(number);
        const Taken here = taken_by(part, cases);
        for (std::size_t m = 0; m < measure_count; ++m) {
          if (!(part_worst[m] < here.worst[m])) continue;
          part_worst[m] = here.worst[m];
          worst_case[m] = number;
        }
        if (!completes(cases)) continue;
        part_least = any_least ? smaller(part_least, here.least) : here.least;
        any_least = true;
      }
      add_to(worst, part_worst);
      add_to(least, part_least);
      for (std::size_t m = 0; m < measure_count; ++m) {
        if (m == 0 || worst_case[m] != worst_case[m - 1]) {
          cases.choose(worst_case[m]);
          taken_by(part, cases);
        }
        mark(part, cases, m);
      }
    }
    for (std::size_t m = 0; m < measure_count; ++m) {
      Bound& bound = bounds_.all[m];
      bound.worst = worst[m];
      bound.least = least[m];
      for (StepIndex step = 0; step < steps_.size(); ++step) {
        if (costs_[step].open[m]) bound.open.push_back(step);
        if ((taken_[step] >> m & 1) != 0) note(bound.terms, {step, costs_[step].whole[m]});
      }
    }
  }

  // Which steps make up the worst that was found last.
  void mark(const Cases::Part& part, Cases& cases, std::size_t measure) {
    std::map<std::uint32_t, std::array<bool, 2>> taken;
    for (const std::uint32_t b : part.branches) {
      std::array<bool, 2>& sides = taken[b];
      if (outer(b) != none && !taken[outer(b)][workflow_.branches[b].outer_side & 1]) continue;
      const Count no = sides_[b][0].worst[measure], yes = sides_[b][1].worst[measure];
      const bool both = !decided_once_[b] && !(decided_again_[b][measure] < no + yes);
      const bool first = cases.may_take(b, 1) && (!cases.may_take(b, 0) || !(yes < no));
      sides = {both || !first, both || first};
    }
    for (const StepIndex step : part.steps) {
      const std::uint32_t branch = steps_[step].branch;
      if (!cases.may_run(step) || (branch != none && !taken[branch][steps_[step].side & 1])) continue;
      taken_[step] = static_cast<std::uint8_t>(taken_[step] | 1u << measure);
    }
  }

  // --------------------------------------------------------------------------- time, and how many at one
  // time What runs in the chosen case. Of a branch that is decided again only one side runs at one time; but
  // in the run it may be both.
  struct Running {
    std::vector<char> in_run, at_once;
  };
  Running running(Cases& cases) const {
    const std::size_t count = workflow_.branches.size();
    std::vector<std::array<bool, 2>> in_run(count), at_once(count);
    for (std::uint32_t b = 0; b < count; ++b)
      for (std::uint32_t side = 0; side < 2; ++side) {
        const std::uint32_t around = outer(b), on = workflow_.branches[b].outer_side & 1;
        const bool taken = cases.may_take(b, side);
        in_run[b][side] = (taken || !decided_once_[b]) && (around == none || in_run[around][on]);
        at_once[b][side] = taken && (around == none || at_once[around][on]);
      }
    Running all{std::vector<char>(steps_.size(), 1), std::vector<char>(steps_.size(), 1)};
    for (StepIndex step = 0; step < steps_.size(); ++step) {
      const std::uint32_t branch = steps_[step].branch, side = steps_[step].side & 1;
      const bool may = cases.may_run(step);
      all.in_run[step] = may && (branch == none || in_run[branch][side]);
      all.at_once[step] = may && (branch == none || at_once[branch][side]);
    }
    return all;
  }

  void walk_graph(Cases& cases) {
    std::uint64_t each = steps_.size() + graph_.edges() + 1;
    for (const Loop& loop : loops_) each += loop.body.size();
    const std::uint64_t count = cases.begin(std::clamp<std::uint64_t>(walks_max / each, 1, all_cases_max));
    const Count work = bounds_.of(Measure::time).worst;
    Count worst;
    std::uint64_t worst_case = 0;
    for (std::uint64_t number = 0; number < count; ++number) {
      cases.choose(number);
      const Running running = this->running(cases);
      const Count time = time_of(running.in_run, work, nullptr);
      if (worst < time) worst = time, worst_case = number;
      bounds_.at_once = std::max(bounds_.at_once, count_at_once(running.at_once));
    }
    Bound& bound = bounds_.of(Measure::time);
    bound.worst = worst;
    bound.terms.clear();
    std::vector<Count> shares(steps_.size());
    cases.choose(worst_case);
    time_of(running(cases).in_run, work, &shares);
    for (StepIndex step = 0; step < steps_.size(); ++step)
      note(bound.terms, {step, shares[step], shares[step] == costs_[step].whole[index_of(Measure::time)]});
  }

  // The longest way through these steps, which are in order; each step's part of it, `times` over, is added.
  template <class Steps, class Needs>
  Count longest_way(const Steps& order, const Needs& needs, const std::vector<char>& runs,
                    std::vector<Count>& ends, Count times, std::vector<Count>* shares) const {
    Count longest;
    StepIndex last = none;
    for (const StepIndex step : order) {
      Count begins;
      for (const StepIndex need : needs(step)) begins = larger(begins, ends[need]);
      ends[step] = begins + (runs[step] ? time_of_round(step) : Count{});
      if (last == none || longest < ends[step]) longest = ends[step], last = step;
    }
    while (shares != nullptr && last != none) {
      if (runs[last]) (*shares)[last] = (*shares)[last] + times * time_of_round(last);
      StepIndex before = none;
      for (const StepIndex need : needs(last))
        if (ends[need].value != 0 && (before == none || ends[before] < ends[need])) before = need;
      last = before;
    }
    for (const StepIndex step : order) ends[step] = {};
    return longest;
  }

  // Of a run of these steps, whose work is not more than `work_max`.
  Count time_of(const std::vector<char>& runs, Count work_max, std::vector<Count>* shares) const {
    std::vector<Count> ends(steps_.size());
    std::vector<Count> on_way(shares != nullptr ? steps_.size() : 0);
    std::vector<Count>* to = shares != nullptr ? &on_way : nullptr;
    Count longest = longest_way(
        graph_.order(), [&](StepIndex step) { return graph_.needs(step); }, runs, ends, {1}, to);
    const auto body_needs = [&](StepIndex step) { return std::span<const StepIndex>(needs_[step]); };
    for (const Loop& loop : loops_)
      longest = longest + loop.rounds * (longest_way(loop.body, body_needs, runs, ends, loop.rounds, to) +
                                         loop.wait_ms);
    Count work;
    std::vector<Count> work_of_group(workflow_.groups.size());
    for (StepIndex step = 0; step < steps_.size(); ++step) {
      if (!runs[step]) continue;
      const Count whole = costs_[step].whole[index_of(Measure::time)];
      work = work + whole;
      for (std::uint32_t g = steps_[step].group; g != none; g = workflow_.groups[g].outer)
        work_of_group[g] = work_of_group[g] + whole;
    }
    const bool by_sums = work_max < work;
    work = std::min(work, work_max);
    Count waiting;
    if (workflow_.running_max != 0) waiting = waiting + Count{work.value / workflow_.running_max};
    for (std::size_t g = 0; g < workflow_.groups.size(); ++g)
      if (workflow_.groups[g].running_max != 0 &&
          workflow_.groups[g].members.size() > workflow_.groups[g].running_max)
        waiting = waiting + Count{work_of_group[g].value / workflow_.groups[g].running_max};
    // Never longer than one after the other.
    const Count in_turn = work + cooldowns();
    if (shares == nullptr) return std::min(longest + waiting, in_turn);
    if (longest + waiting < in_turn) {
      *shares = std::move(on_way);
    } else {
      for (StepIndex step = 0; step < steps_.size(); ++step)
        if (by_sums ? (taken_[step] >> index_of(Measure::time) & 1) != 0 : runs[step] != 0)
          (*shares)[step] = costs_[step].whole[index_of(Measure::time)];
    }
    return std::min(longest + waiting, in_turn);
  }

  Count cooldowns() const {
    Count sum;
    model::for_each_reactions(workflow_, [&](const std::vector<Reaction>& list, StepIndex) {
      for (const Reaction& reaction : list)
        if (reaction.response == Response::back)
          sum = sum + Count{reaction.max.value} * Count{reaction.wait_ms};
    });
    return sum;
  }

  // ------------------------------------------------------------------------------------------ at one time
  // Chains end at steps, and go on to those that follow: each gets its share of what comes from before. What
  // does not run gets one only where nothing that runs follows, and only if it leads to something that does.
  struct Chains {
    enum Rank : std::uint8_t { leads_nowhere, leads_on, runs };
    std::vector<std::uint8_t> rank, goes_to;  // To followers of this rank.
    std::vector<std::uint64_t> held, sharing;

    explicit Chains(std::size_t size)
        : rank(size, leads_nowhere), goes_to(size, leads_nowhere), held(size, 0), sharing(size, 0) {}

    // To be asked of the last ones first.
    template <class Followers>
    void find_rank(std::uint32_t at, const Followers& followers) {
      for (const std::uint32_t follower : followers) {
        if (rank[follower] == leads_nowhere || rank[follower] < goes_to[at]) continue;
        if (rank[follower] > goes_to[at]) goes_to[at] = rank[follower], sharing[at] = 0;
        ++sharing[at];
      }
      if (sharing[at] != 0) rank[at] = std::max<std::uint8_t>(rank[at], leads_on);
    }

    // How many begin here, where `wide` chains are needed.
    template <class Needs>
    std::uint64_t pass(std::uint32_t at, const Needs& needs, std::uint64_t wide) {
      const auto gets_from = [&](std::uint32_t need) {
        return sharing[need] != 0 && goes_to[need] == rank[at];
      };
      double fair = 0;
      for (const std::uint32_t need : needs)
        if (gets_from(need)) fair += static_cast<double>(held[need]) / static_cast<double>(sharing[need]);
      const auto most = static_cast<std::uint64_t>(std::ceil(fair - 1e-6));
      std::uint64_t got = 0;
      for (const std::uint32_t need : needs) {
        if (!gets_from(need)) continue;
        const std::uint64_t share = (held[need] + sharing[need] - 1) / sharing[need];
        const std::uint64_t takes = std::min(share, most - got);
        got += takes;
        held[need] -= takes;
        --sharing[need];
      }
      held[at] = std::max(got, wide);
      return held[at] - got;
    }
  };

  // What a step waits for, but for what the `if`s around it wait for where it waits for a step in them
  // anyway: chains had to choose between that step and this one.
  void find_links() {
    links_.resize(steps_.size());
    linked_.resize(steps_.size());
    std::vector<StepIndex> in_branch(workflow_.branches.size(), none), before_branch(steps_.size(), none);
    for (const StepIndex step : graph_.order()) {
      for (std::uint32_t at = steps_[step].branch; at != none; at = outer(at)) in_branch[at] = step;
      for (const StepIndex need : graph_.needs(step)) {
        std::uint32_t at = steps_[need].branch;
        while (at != none && in_branch[at] != step) at = outer(at);
        for (; at != none; at = outer(at))
          for (const model::Need& of : workflow_.branches[at].needs)
            if (of.target != none) before_branch[of.target] = step;
      }
      for (const StepIndex need : graph_.needs(step)) {
        if (before_branch[need] == step) continue;
        links_[step].push_back(need);
        linked_[need].push_back(step);
      }
    }
  }

  // A step, or a group with a limit: it takes no more chains than its limit, and chains go on from it only to
  // what waits for all of it. Numbered as the steps, then the groups, then the whole.
  struct Block {
    std::vector<std::uint32_t> inside;  // In the order in which their first steps stand.
    std::vector<std::uint32_t> needs, followers;
    std::uint32_t around = none;
    std::vector<StepIndex> first,
        last;  // Of a group: steps that wait for none of it, and for which none does.
  };

  void find_blocks() {
    const auto count = static_cast<std::uint32_t>(steps_.size());
    const auto groups = static_cast<std::uint32_t>(workflow_.groups.size());
    const auto whole = count + groups;
    std::vector<std::uint32_t> around(whole + 1, none), deep(whole + 1, 0);
    const auto block_at = [&](std::uint32_t group) {
      while (group != none && workflow_.groups[group].running_max == 0) group = workflow_.groups[group].outer;
      return group == none ? whole : count + group;
    };
    bool any = false;
    for (std::uint32_t g = 0; g < groups; ++g) {
      around[count + g] = block_at(workflow_.groups[g].outer);
      any = any || workflow_.groups[g].running_max != 0;
    }
    if (!any) return;
    for (StepIndex step = 0; step < count; ++step) around[step] = block_at(steps_[step].group);
    for (std::uint32_t block = 0; block < whole; ++block)
      for (std::uint32_t at = block; at != whole; at = around[at]) ++deep[block];
    blocks_.resize(whole + 1);
    for (std::uint32_t block = 0; block < whole; ++block) blocks_[block].around = around[block];

    std::vector<std::uint32_t> inside(count, 0);  // Stamped.
    for (std::uint32_t g = 0; g < groups; ++g) {
      if (workflow_.groups[g].running_max == 0) continue;
      const std::vector<StepIndex>& members = workflow_.groups[g].members;
      for (const StepIndex step : members) inside[step] = g + 1;
      const auto none_inside = [&](const std::vector<StepIndex>& steps) {
        return std::none_of(steps.begin(), steps.end(), [&](StepIndex of) { return inside[of] == g + 1; });
      };
      for (const StepIndex step : members) {
        if (none_inside(links_[step])) blocks_[count + g].first.push_back(step);
        if (none_inside(linked_[step])) blocks_[count + g].last.push_back(step);
      }
      std::sort(blocks_[count + g].first.begin(), blocks_[count + g].first.end());
      std::sort(blocks_[count + g].last.begin(), blocks_[count + g].last.end());
    }
    std::vector<char> placed(whole + 1, 0);
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> edges;
    const auto among = [](const std::vector<StepIndex>& steps, StepIndex step) {
      return std::binary_search(steps.begin(), steps.end(), step);
    };
    for (const StepIndex step : graph_.order()) {
      for (std::uint32_t at = step; at != whole && !placed[at]; at = around[at]) {
        placed[at] = 1;
        blocks_[around[at]].inside.push_back(at);
      }
      for (const StepIndex need : links_[step]) {
        // Both as they stand in the innermost block around both.
        std::uint32_t from = need, to = step;
        while (around[from] != around[to]) {
          std::uint32_t& inner = deep[from] > deep[to] ? from : to;
          inner = around[inner];
        }
        if (from != need && !among(blocks_[from].last, need)) continue;
        if (to != step && !among(blocks_[to].first, step)) continue;
        ++edges[{from, to}];
      }
    }
    for (const auto& [edge, times] : edges) {
      Block &from = blocks_[edge.first], &to = blocks_[edge.second];
      const std::uint64_t all =
          std::max<std::uint64_t>(from.last.size(), 1) * std::max<std::uint64_t>(to.first.size(), 1);
      if (times != all) continue;
      to.needs.push_back(edge.first);
      from.followers.push_back(edge.second);
    }
  }

  std::uint64_t chains_in(std::uint32_t block, const std::vector<char>& counted, Chains& chains) const {
    const std::vector<std::uint32_t>& inside = blocks_[block].inside;
    for (std::size_t i = inside.size(); i-- > 0;) chains.find_rank(inside[i], blocks_[inside[i]].followers);
    std::uint64_t made = 0;
    for (const std::uint32_t at : inside) {
      std::uint64_t wide = 0;
      if (at < steps_.size())
        wide = counted[at] ? 1 : 0;
      else
        wide = std::min<std::uint64_t>(chains_in(at, counted, chains),
                                       workflow_.groups[at - steps_.size()].running_max);
      made += chains.pass(at, blocks_[at].needs, wide);
    }
    return made;
  }

  std::uint32_t count_at_once(const std::vector<char>& runs) const {
    std::vector<char> counted(steps_.size(), 0);
    Chains steps(steps_.size()), blocks(blocks_.size());
    for (StepIndex step = 0; step < steps_.size(); ++step) {
      counted[step] = runs[step] && works(steps_[step].kind) && steps_[step].undoes == none;
      if (!runs[step]) continue;
      steps.rank[step] = Chains::runs;
      if (blocks_.empty()) continue;
      // With the groups around it.
      for (std::uint32_t at = step; at != none && blocks.rank[at] != Chains::runs; at = blocks_[at].around)
        blocks.rank[at] = Chains::runs;
    }
    const std::span<const StepIndex> order = graph_.order();
    for (std::size_t i = order.size(); i-- > 0;) steps.find_rank(order[i], linked_[order[i]]);
    std::uint64_t most = 0;
    for (const StepIndex step : order) most += steps.pass(step, links_[step], counted[step] ? 1 : 0);
    if (!blocks_.empty())
      most = std::min(most, chains_in(static_cast<std::uint32_t>(blocks_.size() - 1), counted, blocks));
    if (workflow_.running_max != 0) most = std::min<std::uint64_t>(most, workflow_.running_max);
    return static_cast<std::uint32_t>(most);
  }

  struct Loop {
    Count rounds, wait_ms;
    StepIndex target = none;
    std::vector<std::uint32_t> body;  // In order.
  };

  static constexpr std::uint8_t all_measures = (1u << measure_count) - 1;

  const model::Workflow& workflow_;
  const graph::StepGraph& graph_;
  const std::vector<Step>& steps_;
  Bounds bounds_;
  std::vector<Loop> loops_;
  std::vector<std::vector<std::uint32_t>> needs_;  // With those that loops add; empty without loops.
  std::vector<char> unless_passed_over_;           // By step: surely begun if its own condition holds.
  std::vector<Costs> costs_;
  // By branch: whether its side is the same in the whole run, and what it takes at most otherwise.
  std::vector<char> decided_once_;
  std::vector<Amounts> decided_again_;
  std::vector<std::array<Taken, 2>> sides_;  // Of the chosen case.
  std::vector<std::uint8_t> taken_;          // By step: in the worst of which measures, as bits.
  std::vector<std::vector<StepIndex>> links_, linked_;
  std::vector<Block> blocks_;  // Empty where no group has a limit.
};

}  // namespace

Bounds find_bounds(const model::Workflow& workflow, const graph::StepGraph& graph) {
  return Counting(workflow, graph).run();
}

}  // namespace wfc::insight
