// Whole files in, whole files out.
#include "runtime/base/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "runtime/base/clock.h"

namespace wf {

namespace {

Error trouble(const char* doing, const std::string& path, int code) {
  return Error{std::string("cannot ") + doing + " `" + path + "`: " + std::strerror(code), {}};
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  bool close() {
    const int fd = fd_;
    fd_ = -1;
    return ::close(fd) == 0;
  }

 private:
  int fd_;
};

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(fd, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return true;
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::uint64_t size_max) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return trouble("read", path, errno);
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return trouble("read", path, errno);
  if (S_ISDIR(info.st_mode)) return trouble("read", path, EISDIR);
  const auto too_large = [&] {
    return Error{"cannot read `" + path + "`: it is larger than " + std::to_string(size_max) + " bytes", {}};
  };
  if (S_ISREG(info.st_mode) && static_cast<std::uint64_t>(info.st_size) > size_max) return too_large();

  std::string bytes;
  // The size is only where to begin: a file may grow while it is read, and those of /proc say 0.
  std::size_t block =
      S_ISREG(info.st_mode) ? static_cast<std::size_t>(info.st_size) + 1 : std::size_t{1} << 16;
  for (;;) {
    const std::size_t have = bytes.size();
    bytes.resize(have + block);
    const ssize_t got = ::read(file.get(), bytes.data() + have, block);
    if (got < 0 && errno != EINTR) return trouble("read", path, errno);
    bytes.resize(have + (got > 0 ? static_cast<std::size_t>(got) : 0));
    if (got == 0) return bytes;
    if (bytes.size() > size_max) return too_large();
    block = std::size_t{1} << 16;
  }
}

Result<> write_file(const std::string& path, std::string_view bytes, unsigned mode, bool durable) {
  const std::string folder = folder_of(path);
  const std::size_t slash = path.rfind('/');
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  // A long name leaves no room for an addition, so the temporary one holds only its beginning.
  const std::string stem = (slash == std::string::npos ? std::string() : path.substr(0, slash + 1)) + "." +
                           name.substr(0, 64) + ".";
  SystemRandom random;
  for (int attempt = 0; attempt < 100; ++attempt) {
    char suffix[17];
    std::snprintf(suffix, sizeof suffix, "%016llx", static_cast<unsigned long long>(random.next()));
    const std::string temporary = stem + suffix;
    Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (file.get() < 0) {
      if (errno == EEXIST) continue;
      return trouble("write", path, errno);
    }
    const bool written = write_all(file.get(), bytes) && (!durable || ::fsync(file.get()) == 0) &&
                         file.close() && ::rename(temporary.c_str(), path.c_str()) == 0;
    if (!written) {
      const int code = errno;
      ::unlink(temporary.c_str());
      return trouble("write", path, code);
    }
    if (durable) {
      const Descriptor place(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
      if (place.get() < 0 || ::fsync(place.get()) != 0) return trouble("sync", folder, errno);
    }
    return Done{};
  }
  return trouble("write", path, EEXIST);
}

Result<> make_folders(const std::string& path, unsigned mode) {
  if (::mkdir(path.c_str(), mode) == 0) return Done{};  // Mostly only the last one is missing.
  for (std::size_t end = 0; end != std::string::npos;) {
    end = path.find('/', end + 1);
    const std::string part = path.substr(0, end);
    if (part.empty() || part == "/") continue;
    if (::mkdir(part.c_str(), mode) == 0) continue;
    const int code = errno;
    struct stat info {};
    // An existing folder may refuse with other codes than EEXIST (a read-only file system, for one).
    if (::stat(part.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) continue;
    return trouble("make the folder", part, code == EEXIST ? ENOTDIR : code);
  }
  return Done{};
}

}  // namespace wf
