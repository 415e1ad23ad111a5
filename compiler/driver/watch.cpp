// inotify, and a little patience: an editor that saves makes several changes at once.
#include "compiler/driver/watch.h"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace wfc::driver {
namespace {

constexpr int quiet_ms = 80;
constexpr std::uint32_t changes =
    IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF;

class Notifier {
 public:
  Notifier() : fd_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {}
  Notifier(const Notifier&) = delete;
  Notifier& operator=(const Notifier&) = delete;
  ~Notifier() {
    if (fd_ >= 0) close(fd_);
  }
  bool works() const { return fd_ >= 0; }
  bool add(const std::string& folder) { return inotify_add_watch(fd_, folder.c_str(), changes) >= 0; }

  // False: time is over.
  bool wait(int timeout_ms) {
    pollfd waiting{.fd = fd_, .events = POLLIN, .revents = 0};
    return poll(&waiting, 1, timeout_ms) > 0;
  }

  // Takes what is there. True when a file of interest was among it.
  bool take() {
    alignas(inotify_event) std::array<char, 1 << 14> block{};
    bool any = false;
    for (;;) {
      const ssize_t got = read(fd_, block.data(), block.size());
      if (got <= 0) return any;
      for (ssize_t at = 0; at < got;) {
        inotify_event event{};
        std::memcpy(&event, block.data() + at, sizeof event);
        const std::string_view name(event.len > 0 ? block.data() + at + sizeof event : "");
        // Editors keep their own files beside the one they edit.
        any = any || !(name.starts_with('.') || name.ends_with('~') || name == "4913");
        at += static_cast<ssize_t>(sizeof event + event.len);
      }
    }
  }

 private:
  int fd_;
};

}  // namespace

std::string watch(const std::function<std::vector<std::string>()>& folders,
                  const std::function<void()>& act) {
  for (;;) {
    // Made anew each time: folders come and go. What changes while `act` looks is seen afterwards.
    Notifier notifier;
    bool any = false;
    for (const std::string& folder : folders()) any = notifier.works() && notifier.add(folder) ? true : any;
    if (!any) return std::string("the folders cannot be watched: ") + std::strerror(errno);
    act();
    while (!notifier.wait(-1) || !notifier.take()) {
    }
    while (notifier.wait(quiet_ms)) notifier.take();
  }
}

}  // namespace wfc::driver
