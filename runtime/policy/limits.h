// How many steps may run at one time: in all, by kind of waiting, and by group.
#pragma once
#include <cstdint>
#include <vector>

#include "wf/program.h"

namespace wf::policy {

// Kinds that use a processor and kinds that wait for somebody else draw on pools of their own.
enum class Pool : std::uint8_t { commands, waiting };

class Limits {
 public:
  // 0 means no limit, everywhere. `running_max` falls back to what the program says.
  Limits(const Program& program, std::uint32_t running_max, std::uint32_t commands_max,
         std::uint32_t waiting_max);

  bool limited(Pool pool) const { return running_max_ != 0 || max_[static_cast<int>(pool)] != 0; }
  bool has_job(Pool pool) const;
  void take_job(Pool pool);
  void give_job(Pool pool);

  // A place in a group is one in every group around it too.
  Row full_group(Row group) const;        // The nearest that has no place left; no_row when there is none.
  std::uint32_t places(Row group) const;  // Left in this group alone.
  void take_place(Row group);
  void give_place(Row group);

 private:
  const Program& program_;
  std::uint32_t running_max_;
  std::uint32_t max_[2];
  std::uint32_t running_ = 0;
  std::uint32_t of_pool_[2] = {0, 0};
  std::vector<std::uint32_t> of_group_;
};

}  // namespace wf::policy
