// Counts of what runs, against what may run.
#include "runtime/policy/limits.h"

#include <limits>

#include "runtime/base/assert.h"

namespace wf::policy {

Limits::Limits(const Program& program, std::uint32_t running_max, std::uint32_t commands_max,
               std::uint32_t waiting_max)
    : program_(program),
      running_max_(running_max != 0 ? running_max : program.running_max),
      max_{commands_max, waiting_max},
      of_group_(program.groups.count) {}

bool Limits::has_job(Pool pool) const {
  const int which = static_cast<int>(pool);
  return (running_max_ == 0 || running_ < running_max_) &&
         (max_[which] == 0 || of_pool_[which] < max_[which]);
}

void Limits::take_job(Pool pool) {
  WF_ASSERT(has_job(pool));
  ++running_;
  ++of_pool_[static_cast<int>(pool)];
}

void Limits::give_job(Pool pool) {
  WF_ASSERT(running_ > 0 && of_pool_[static_cast<int>(pool)] > 0);
  --running_;
  --of_pool_[static_cast<int>(pool)];
}

std::uint32_t Limits::places(Row group) const {
  const std::uint32_t max = program_.groups[group].running_max;
  if (max == 0) return std::numeric_limits<std::uint32_t>::max();
  return max - of_group_[group];
}

Row Limits::full_group(Row group) const {
  for (; group != no_row; group = program_.groups[group].outer)
    if (places(group) == 0) return group;
  return no_row;
}

void Limits::take_place(Row group) {
  WF_ASSERT(full_group(group) == no_row);
  for (; group != no_row; group = program_.groups[group].outer) ++of_group_[group];
}

void Limits::give_place(Row group) {
  for (; group != no_row; group = program_.groups[group].outer) {
    WF_ASSERT(of_group_[group] > 0);
    --of_group_[group];
  }
}

}  // namespace wf::policy
