// Stands before the C library's clock: wall time is off by as many seconds as the file $CLOCK_OFFSET says at
// that moment; while it says `step`, every second that passes is an hour.
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

namespace {

long long offset(long long monotonic_s) {
  const char* path = getenv("CLOCK_OFFSET");
  const int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (fd < 0) return 0;
  char text[32] = {};
  const ssize_t size = read(fd, text, sizeof text - 1);
  close(fd);
  if (size <= 0) return 0;
  return std::strncmp(text, "step", 4) == 0 ? monotonic_s * 3600 : std::atoll(text);
}

}  // namespace

extern "C" int clock_gettime(clockid_t which, timespec* at) noexcept {
  const int result = static_cast<int>(syscall(SYS_clock_gettime, which, at));
  if (result != 0 || (which != CLOCK_REALTIME && which != CLOCK_REALTIME_COARSE)) return result;
  timespec monotonic{};
  syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &monotonic);
  at->tv_sec += offset(monotonic.tv_sec);
  return 0;
}
