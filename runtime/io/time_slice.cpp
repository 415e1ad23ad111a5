// One system call that the C library does not know.
#include "runtime/io/time_slice.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace wf::io {

namespace {

// sched_setattr(2). Debian 12's <linux/sched/types.h> cannot be included beside <sched.h>.
struct SchedulingAttributes {
  std::uint32_t size = 0;
  std::uint32_t policy = 0;  // SCHED_OTHER
  std::uint64_t flags = 0;
  std::int32_t nice = 0;
  std::uint32_t priority = 0;
  std::uint64_t runtime_ns = 0;  // Of SCHED_OTHER: the slice.
  std::uint64_t deadline_ns = 0;
  std::uint64_t period_ns = 0;
};
constexpr std::uint64_t reset_on_fork = 1;

}  // namespace

void ask_for_short_time_slices() {
  SchedulingAttributes attributes;
  attributes.size = sizeof attributes;
  if (::syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0) != 0) return;
  if (attributes.policy != 0) return;  // Somebody chose another policy for the whole process.
  attributes.flags |= reset_on_fork;
  attributes.runtime_ns = 100'000;
  ::syscall(SYS_sched_setattr, 0, &attributes, 0);
}

}  // namespace wf::io
