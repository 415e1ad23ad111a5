// Asks the kernel where a path leads: openat2 refuses by itself whatever leaves the folder on its way.
#include "runtime/rules/place.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>

namespace wf::rules {
namespace {

struct Opened {
  int fd = -1;
  explicit Opened(int opened) : fd(opened) {}
  ~Opened() {
    if (fd >= 0) ::close(fd);
  }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;
};

int open_below(int root, const std::string& path) {
  open_how how{};
  how.flags = O_PATH | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;
  return static_cast<int>(::syscall(SYS_openat2, root, path.c_str(), &how, sizeof how));
}

Error refusal(int error) {
  switch (error) {
    case EXDEV:
      return {"a link or a mount leads out of the repository", {}};
    case ELOOP:
      return {"its links lead in a circle, or out of the file system", {}};
    case ENOTDIR:
      return {"a file stands where a folder is needed", {}};
    default:
      return {std::strerror(error), {}};
  }
}

Result<std::string> name_of(int fd) {
  std::array<char, PATH_MAX> name{};
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  const ssize_t size = ::readlink(link.c_str(), name.data(), name.size());
  if (size < 0) return refusal(errno);
  return std::string(name.data(), static_cast<std::size_t>(size));
}

}  // namespace

Result<std::string> place_reached(int root, std::string_view path) {
  const Result<std::string> base = name_of(root);
  if (!base) return base.error();
  std::string there(path);  // What is there of it, ...
  std::string rest;         // ... and what would have to be made below.
  for (;;) {
    const Opened found(open_below(root, there.empty() ? "." : there));
    if (found.fd >= 0) {
      struct stat state {};
      if (::fstat(found.fd, &state) != 0) return refusal(errno);
      if (!S_ISDIR(state.st_mode) && !S_ISREG(state.st_mode))
        return Error{"it is neither a plain file nor a folder", {}};
      if (S_ISREG(state.st_mode) && !rest.empty()) return refusal(ENOTDIR);
      if (S_ISREG(state.st_mode) && state.st_nlink > 1)
        return Error{"the file has a second name, which may lie anywhere", {}};
      const Result<std::string> name = name_of(found.fd);
      if (!name) return name.error();
      if (!name->starts_with(*base)) return refusal(EXDEV);
      std::string reached = name->substr(std::min(name->size(), base->size() + (*base == "/" ? 0 : 1)));
      if (!rest.empty()) reached += (reached.empty() ? "" : "/") + rest;
      return reached;
    }
    if (errno != ENOENT || there.empty()) return refusal(errno);
    // Not there: or a link to what is not there, through which it would be made somewhere else.
    const std::size_t slash = there.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : there.substr(0, slash);
    const std::string last = slash == std::string::npos ? there : there.substr(slash + 1);
    const Opened above(open_below(root, folder));
    struct stat state {};
    if (above.fd >= 0 && ::fstatat(above.fd, last.c_str(), &state, AT_SYMLINK_NOFOLLOW) == 0)
      return Error{"a link in it leads to nothing", {}};
    rest = rest.empty() ? last : last + "/" + rest;
    there = slash == std::string::npos ? std::string() : folder;
  }
}

}  // namespace wf::rules
