// Ready steps start in the order of what still depends on them: the one with the longest way to the end
// first.
//
// Nobody knows how long a step will take before it ran, so each kind has a guess: an agent a minute, a
// deployment half of one, an action or a command ten seconds, a person five minutes, and what finishes at
// once a millisecond. Only the order that follows from them matters, and it matters only where more steps are
// ready than may run.
#include <algorithm>
#include <limits>
#include <vector>

#include "compiler/passes/pass_list.h"

namespace wfc::passes {
namespace {

std::uint32_t guess_ms(wf::StepKind kind) {
  switch (kind) {
    case wf::StepKind::agent:
      return 60'000;
    case wf::StepKind::deploy:
      return 30'000;
    case wf::StepKind::command:
    case wf::StepKind::action:
      return 10'000;
    case wf::StepKind::approve:
      return 300'000;
    case wf::StepKind::check:
    case wf::StepKind::branch:
    case wf::StepKind::join:
      return 1;
  }
  return 1;
}

}  // namespace

plan::Plan rank_by_critical_path(plan::Plan plan) {
  const std::size_t count = plan.steps.size();
  // Of joins; they are asked for when all that follows them has its rank.
  std::vector<std::uint32_t> met(plan.joins.size(), 0);
  const auto rank_of = [&](wf::Row row) {
    if (row < count) return plan.steps[row].rank_ms;
    std::uint32_t& longest = met[row - count];
    if (longest == 0)
      for (const wf::Row follower : plan.joins[row - count].followers)
        longest = std::max(longest, plan.steps[follower].rank_ms);
    return longest;
  };
  // Followers stand behind what they wait for, so one walk from the back sees them first.
  for (std::size_t row = plan.steps.size(); row-- > 0;) {
    wf::StepRow& step = plan.steps[row];
    std::uint64_t longest = 0;
    for (const wf::Row follower : step.followers)
      longest = std::max<std::uint64_t>(longest, rank_of(follower));
    longest += guess_ms(step.kind);
    step.rank_ms = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(longest, std::numeric_limits<std::uint32_t>::max()));
  }
  return plan;
}

}  // namespace wfc::passes
