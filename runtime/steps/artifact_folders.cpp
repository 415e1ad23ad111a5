// Empty folders pass from attempt to attempt.
#include "runtime/steps/artifact_folders.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "runtime/base/files.h"

namespace wf::steps {

namespace {

// When something last came into the folder or left it, in nanoseconds; -1: it cannot be seen.
std::int64_t changed_ns(const std::string& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) return -1;
  return std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec;
}

bool is_empty(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return false;
  // `.` and `..` take 24 bytes each, and a third entry as many at least.
  alignas(dirent64) char entries[128];
  const ssize_t size = ::getdents64(fd, entries, sizeof entries);
  ::close(fd);
  return size >= 0 && size <= 48;
}

std::int64_t now_ns() {
  timespec now = {};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

// File systems stamp with a clock that ticks, so two changes within one tick look like one.
constexpr std::int64_t tick_ns = 50'000'000;

}  // namespace

ArtifactFolders::~ArtifactFolders() {
  for (const Folder& folder : empty_) ::rmdir(folder.path.c_str());
}

Result<> ArtifactFolders::provide(const std::string& path) {
  if (!empty_.empty()) {
    const Folder from = std::move(empty_.back());
    empty_.pop_back();
    // Over an empty folder that stands already the rename goes through; one with something in it refuses. The
    // folder keeps the stamp of its own last change.
    if (::rename(from.path.c_str(), path.c_str()) == 0) {
      if (now_ns() - from.changed_ns > tick_ns) unchanged_since_[path] = from.changed_ns;
      return Done{};
    }
    if (errno == ENOTEMPTY || errno == EEXIST) {
      empty_.push_back(from);
      return Done{};
    }
  }
  if (::mkdir(path.c_str(), 0700) == 0) return Done{};
  return make_folders(path, 0700);
}

void ArtifactFolders::pass_back(const std::string& path) {
  if (path.empty()) return;
  const std::int64_t changed = changed_ns(path);
  const auto found = unchanged_since_.find(path);
  const bool untouched = found != unchanged_since_.end() && found->second == changed;
  if (found != unchanged_since_.end()) unchanged_since_.erase(found);
  if (untouched || (changed >= 0 && is_empty(path))) empty_.push_back({path, changed});
}

}  // namespace wf::steps
