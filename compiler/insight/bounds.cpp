// Sums over the graph, in one walk each.
//
// The time of a run: the longest way through the graph once, and for each round of each loop the cooldown and
// the longest way through what it runs again; whatever else happens meanwhile is not longer. Where so many
// steps may run at one time, their work shared among so many is added: at any moment either a step of the
// longest way runs, or all places are taken (R. L. Graham, Bounds on Multiprocessing Timing Anomalies, 1969).
//
// How many run at one time: a chain holds steps of which each follows the one before, so no two of it run at
// once, and no more steps run at once than there are chains that hold them all. Chains are made greedily, in
// the order of the steps.
#include "compiler/insight/bounds.h"

#include <algorithm>
#include <cmath>

#include "compiler/expr/types.h"
#include "compiler/graph/loops.h"
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

// What counts as a step of work. The others only decide, join or ask people: they cost nothing.
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
    add_up();
    bounds_.at_once = count_chains();
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
    std::vector<std::uint32_t> place(steps_.size(), 0);
    for (std::uint32_t at = 0; const StepIndex step : graph_.order()) place[step] = at++;
    std::vector<Count> length(steps_.size());
    for (std::size_t i = 0; i < backs.size(); ++i) {
      const Count rounds{reactions[i]->max.value};
      std::vector<std::uint32_t> body = (*bodies)[i];
      for (const StepIndex step : body) bounds_.steps[step].rounds = bounds_.steps[step].rounds + rounds;
      std::sort(body.begin(), body.end(), [&](StepIndex a, StepIndex b) { return place[a] < place[b]; });
      Count longest;
      for (const StepIndex step : body) {
        Count before;
        for (const std::uint32_t need : needs[step]) before = larger(before, length[need]);
        length[step] = before + time_of_round(step);
        longest = larger(longest, length[step]);
      }
      for (const StepIndex step : body) length[step] = {};
      repeated_ms_ = repeated_ms_ + rounds * (longest + Count{reactions[i]->wait_ms});
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
      bounds_.steps[step].sure = !after_stop[step] && !conditional && of.undoes == none && !of.fallback;
    }
  }

  // Of each side of each `if` what its steps surely take, the inner ones first.
  template <class Of>
  Count least(const Of& of) const {
    const std::size_t branches = workflow_.branches.size();
    std::vector<std::array<Count, 2>> sides(branches);
    Count sum;
    for (StepIndex step = 0; step < steps_.size(); ++step) {
      if (!bounds_.steps[step].sure) continue;
      Count& to = steps_[step].branch == none ? sum : sides[steps_[step].branch][steps_[step].side & 1];
      to = to + of(bounds_.steps[step], steps_[step]);
    }
    for (std::size_t b = branches; b-- > 0;) {
      const model::Branch& branch = workflow_.branches[b];
      const auto chosen = constant(branch.condition);
      const Count taken = chosen ? sides[b][*chosen ? 1 : 0] : std::min(sides[b][0], sides[b][1]);
      Count& to = branch.outer == none ? sum : sides[branch.outer][branch.outer_side & 1];
      to = to + taken;
    }
    return sum;
  }

  // ------------------------------------------------------------------------------------------------- sums
  struct Part {
    Count worst;
    bool open = false;
  };

  template <class Worst, class Least>
  void measure(Measure which, const Worst& worst, const Least& least_of) {
    Bound& bound = bounds_.of(which);
    bound.least = least(least_of);
    for (StepIndex step = 0; step < steps_.size(); ++step) {
      const Part part = worst(bounds_.steps[step], steps_[step]);
      bound.worst = bound.worst + part.worst;
      if (part.open) bound.open.push_back(step);
      note(bound.terms, {step, part.worst});
    }
  }

  static void note(std::vector<Term>& terms, const Term& term) {
    if (term.worst.value == 0) return;
    if (terms.size() == terms_max && !(terms.back().worst < term.worst)) return;
    const auto at =
        std::find_if(terms.begin(), terms.end(), [&](const Term& other) { return other.worst < term.worst; });
    terms.insert(at, term);
    if (terms.size() > terms_max) terms.pop_back();
  }

  void add_up() {
    for (StepIndex i = 0; i < steps_.size(); ++i) {
      StepBound& bound = bounds_.steps[i];
      bound.attempts = bound.rounds * bound.tries;
      bound.repairs = bound.rounds * bound.repairs;
    }
    const bool guarded = workflow_.guardrail.has_value();
    const auto looked_at = [&](const Step& step) { return guarded && step.extras && step.extras->risky; };
    const auto repeated = [&](const StepBound& bound) {
      return bounds_.loops_open && bound.attempts.value != 0;
    };

    measure(
        Measure::steps,
        [&](const StepBound& bound, const Step& step) {
          return works(step.kind) ? Part{bound.attempts, repeated(bound)} : Part{};
        },
        [](const StepBound&, const Step& step) { return Count{works(step.kind) ? 1u : 0u}; });
    measure(
        Measure::processes,
        [&](const StepBound& bound, const Step& step) {
          if (!works(step.kind)) return Part{bound.repairs, repeated(bound) && bound.repairs.value != 0};
          return Part{bound.attempts * Count{looked_at(step) ? 2u : 1u} + bound.repairs, repeated(bound)};
        },
        [&](const StepBound&, const Step& step) {
          return Count{(works(step.kind) ? 1u : 0u) + (looked_at(step) ? 1u : 0u)};
        });
    measure(
        Measure::calls,
        [&](const StepBound& bound, const Step& step) {
          const Count own = step.kind == wf::StepKind::agent ? bound.attempts : Count{};
          const Count calls = own + bound.repairs;
          return Part{calls, repeated(bound) && calls.value != 0};
        },
        [](const StepBound&, const Step& step) { return Count{step.kind == wf::StepKind::agent ? 1u : 0u}; });
    measure(
        Measure::credits,
        [&](const StepBound& bound, const Step&) {
          Part part{bound.attempts * bound.most + bound.repairs, repeated(bound) && bound.most.value != 0};
          if (!bound.uses_tokens) return part;
          if (bound.tokens_max == 0)
            part.open = true;
          else
            part.worst = part.worst + Count{(bound.tokens_max - 1) / tokens_per_credit + 1};
          return part;
        },
        [](const StepBound& bound, const Step&) { return bound.least; });
    measure(
        Measure::tokens,
        [](const StepBound& bound, const Step&) {
          if (!bound.uses_tokens) return Part{};
          return Part{{bound.tokens_max}, bound.tokens_max == 0};
        },
        [](const StepBound&, const Step&) { return Count{}; });
    measure_time();
  }

  void measure_time() {
    Bound& bound = bounds_.of(Measure::time);
    std::vector<Count> ends(steps_.size());
    Count longest, work;
    for (const StepIndex step : graph_.order()) {
      Count begins;
      for (const StepIndex need : graph_.needs(step)) begins = larger(begins, ends[need]);
      ends[step] = begins + time_of_round(step);
      longest = larger(longest, ends[step]);
    }
    std::vector<Count> work_of_group(workflow_.groups.size());
    for (StepIndex step = 0; step < steps_.size(); ++step) {
      const StepBound& of = bounds_.steps[step];
      const Count whole = of.rounds * time_of_round(step);
      work = work + whole;
      note(bound.terms, {step, whole});
      const bool open = of.takes_time && (of.timeout_ms == 0 || of.repairs.value != 0 || bounds_.loops_open);
      if (open) bound.open.push_back(step);
      for (std::uint32_t g = steps_[step].group; g != none; g = workflow_.groups[g].outer)
        work_of_group[g] = work_of_group[g] + whole;
    }
    Count waiting;
    if (workflow_.running_max != 0) waiting = waiting + Count{work.value / workflow_.running_max};
    for (std::size_t g = 0; g < workflow_.groups.size(); ++g)
      if (workflow_.groups[g].running_max != 0 &&
          workflow_.groups[g].members.size() > workflow_.groups[g].running_max)
        waiting = waiting + Count{work_of_group[g].value / workflow_.groups[g].running_max};
    // Never longer than one after the other.
    bound.worst = std::min(longest + repeated_ms_ + waiting, larger(work, longest) + cooldowns());
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
  // Chains end at steps, and go on to those that follow: each gets its share of what comes from before.
  std::uint32_t chains(const std::vector<char>& counted) const {
    std::vector<std::uint32_t> held(steps_.size(), 0), sharing(steps_.size(), 0);
    std::uint32_t made = 0;
    for (const StepIndex step : graph_.order()) {
      std::uint32_t got = 0;
      for (const StepIndex need : graph_.needs(step)) {
        if (sharing[need] == 0) continue;
        const std::uint32_t share = (held[need] + sharing[need] - 1) / sharing[need];
        got += share;
        held[need] -= share;
        --sharing[need];
      }
      if (got == 0 && counted[step]) got = 1, ++made;
      held[step] = got;
      sharing[step] = static_cast<std::uint32_t>(graph_.followers(step).size());
    }
    return made;
  }

  std::uint32_t count_chains() const {
    std::vector<char> counted(steps_.size(), 0), outside(steps_.size(), 0);
    std::vector<char> used(workflow_.groups.size(), 0);
    std::uint64_t inside = 0;
    for (StepIndex step = 0; step < steps_.size(); ++step) {
      counted[step] = outside[step] = works(steps_[step].kind) && steps_[step].undoes == none;
      for (std::uint32_t g = steps_[step].group; g != none; g = workflow_.groups[g].outer) {
        if (workflow_.groups[g].running_max == 0) continue;
        outside[step] = 0;
        inside += used[g] ? 0 : workflow_.groups[g].running_max;
        used[g] = 1;
        break;
      }
    }
    std::uint64_t most = chains(counted);
    if (inside != 0) most = std::min(most, chains(outside) + inside);
    if (workflow_.running_max != 0) most = std::min<std::uint64_t>(most, workflow_.running_max);
    return static_cast<std::uint32_t>(most);
  }

  const model::Workflow& workflow_;
  const graph::StepGraph& graph_;
  const std::vector<Step>& steps_;
  Bounds bounds_;
  Count repeated_ms_;  // What the rounds of loops may add.
};

}  // namespace

Bounds find_bounds(const model::Workflow& workflow, const graph::StepGraph& graph) {
  return Counting(workflow, graph).run();
}

}  // namespace wfc::insight
