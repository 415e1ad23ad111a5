// The real clock and the kernel's randomness.
#include "runtime/base/clock.h"

#include <sys/random.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "runtime/base/assert.h"

namespace wf {

namespace {
std::int64_t read_ms(clockid_t clock) {
  timespec now{};
  const bool clock_works = clock_gettime(clock, &now) == 0;
  WF_ASSERT(clock_works);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}
}  // namespace

std::int64_t SystemClock::wall_ms() {
  return read_ms(CLOCK_REALTIME);
}

// Time that passes while the machine sleeps counts: a timeout of an hour is an hour on the wall.
std::int64_t SystemClock::monotonic_ms() {
  return read_ms(CLOCK_BOOTTIME);
}

std::uint64_t SystemRandom::next() {
  std::uint64_t bits = 0;
  ssize_t got = 0;
  do {
    got = getrandom(&bits, sizeof bits, 0);
  } while (got < 0 && errno == EINTR);
  const bool kernel_gave_randomness = got == static_cast<ssize_t>(sizeof bits);
  WF_ASSERT(kernel_gave_randomness);
  return bits;
}

}  // namespace wf
