// How a block has ended: what the join at its end makes of the steps that it answers for.
//
// A step that fails in such a block is not the run's failure, and ends nothing: the others of the block go
// on. When all have ended the join begins, and fails where one of them has; its reactions answer that like
// those of any step. So a loop, a person or `continue` decides about the block as a whole. What keeps the
// block's steps from running at all keeps the join from running, too.
#include "runtime/engine/machine.h"

namespace wf::engine {

// Its own reactions have not answered it.
bool Machine::failed_in_block(Row step) const {
  const RowState& row = rows_[step];
  return row.status == StepStatus::failed && (row.flags & (forgiven | halts)) == 0;
}

std::uint16_t Machine::blocks_of_block(Row end) const {
  std::uint16_t blocks = 0;
  for (const Row need : program_.steps[end].needs) {
    const bool is_answered = program_.steps[need].answered_by == end;
    if (is_answered && failed_in_block(need)) return 0;
    blocks |= blocks_of(need);
  }
  return blocks;
}

// What people or a budget have decided about one of the steps is what has been decided about the block. It
// is out of time only where nothing else has gone wrong.
std::unique_ptr<Outcome> Machine::outcome_of_block(Row end) const {
  constexpr std::string_view gravest[] = {reason::rejected, reason::budget, reason::policy};
  constexpr std::size_t named_max = 5;
  std::size_t count = 0, grade = std::size(gravest);
  bool all_timed_out = true;
  std::string names;
  for (const Row need : program_.steps[end].needs) {
    if (program_.steps[need].answered_by != end || !failed_in_block(need)) continue;
    const auto why = why_failed_.find(need);
    const std::string_view reason = why == why_failed_.end() ? std::string_view() : why->second;
    for (std::size_t i = 0; i < grade; ++i)
      if (reason == gravest[i]) grade = i;
    all_timed_out = all_timed_out && reason == reason::timeout;
    const Text& id = program_.steps[need].id;
    if (++count <= named_max) names += (count == 1 ? "`" : ", `") + std::string(id.data, id.size) + "`";
  }
  if (count == 0) return nullptr;
  if (count > named_max) names += " and " + std::to_string(count - named_max) + " more";
  const std::string_view reason = grade != std::size(gravest) ? gravest[grade]
                                  : all_timed_out             ? reason::timeout
                                                              : reason::upstream;
  return std::make_unique<Outcome>(
      Outcome::failed(reason, names + (count == 1 ? " has" : " have") + " failed"));
}

}  // namespace wf::engine
