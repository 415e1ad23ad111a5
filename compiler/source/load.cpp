// Opens files that a definition names.
//
// The file is opened first as a mere place (O_PATH), which neither waits for the other end of a pipe nor
// wakes a device. What the place really is, links followed, is asked of the kernel, and the very same place
// is then opened for reading: nobody can swap the file in between.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>

#include "compiler/source/source.h"

namespace wfc::source {

namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

// How much is asked for behind the end that a file had when it was measured.
constexpr std::size_t more_bytes = 4096;

wf::Error because(int code) {
  if (code == ENOENT) return {std::string(no_such_file), {}};
  if (code == EACCES) return {"reading it is not permitted", {}};
  return {std::strerror(code), {}};
}

constexpr std::string_view larger_than = "it is larger than ";

std::string size_text(std::uint64_t bytes) {
  if (bytes >= 1 << 20 && bytes % (1 << 20) == 0) return std::to_string(bytes >> 20) + " MiB";
  return std::to_string(bytes) + " bytes";
}

wf::Result<std::string> real_path(const std::string& path) {
  std::array<char, PATH_MAX> resolved{};
  if (::realpath(path.c_str(), resolved.data()) == nullptr) return because(errno);
  return std::string(resolved.data());
}

wf::Result<std::string> path_of(const Descriptor& place, const std::string& proc) {
  std::array<char, PATH_MAX> target{};
  const ssize_t length = ::readlink(proc.c_str(), target.data(), target.size());
  if (length < 0 || place.get() < 0) return because(errno);
  return std::string(target.data(), static_cast<std::size_t>(length));
}

bool lies_below(const std::string& path, const std::string& folder) {
  if (folder == "/") return path.starts_with('/');
  return path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/';
}

// `root`: where the file must lie, or null when it may lie anywhere.
wf::Result<std::string> read_place(const std::string& path, const std::string* root, std::uint64_t size_max) {
  if (path.find('\0') != std::string::npos) return wf::Error{"its name holds a NUL character", {}};
  const Descriptor place(::open(path.c_str(), O_PATH | O_CLOEXEC));
  if (place.get() < 0) return because(errno);
  const std::string proc = "/proc/self/fd/" + std::to_string(place.get());
  if (root) {
    const auto allowed = real_path(*root);
    if (!allowed) return allowed.error();
    const auto real = path_of(place, proc);
    if (!real) return real.error();
    // The folder itself is inside; below it is said what it is.
    if (*real != *allowed && !lies_below(*real, *allowed)) return wf::Error{std::string(leads_outside), {}};
  }
  struct stat info {};
  if (::fstat(place.get(), &info) != 0) return because(errno);
  if (S_ISDIR(info.st_mode)) return wf::Error{"it is a folder", {}};
  if (!S_ISREG(info.st_mode)) return wf::Error{"it is not a plain file", {}};
  const wf::Error too_large{std::string(larger_than) + size_text(size_max), {}};
  if (static_cast<std::uint64_t>(info.st_size) > size_max) return too_large;
  const Descriptor file(::open(proc.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return because(errno);

  std::string bytes;
  std::size_t block = static_cast<std::size_t>(info.st_size) + 1;
  // Room for the block that finds the end, too: a large file is not copied for it.
  bytes.reserve(block + more_bytes);
  for (;;) {
    const std::size_t have = bytes.size();
    bytes.resize(have + block);
    const ssize_t got = ::read(file.get(), bytes.data() + have, block);
    if (got < 0 && errno != EINTR) return because(errno);
    bytes.resize(have + (got > 0 ? static_cast<std::size_t>(got) : 0));
    if (got == 0) return bytes;
    // It may have grown since it was measured.
    if (bytes.size() > size_max) return too_large;
    block = more_bytes;
  }
}

}  // namespace

bool is_too_large(const wf::Error& error) {
  return error.message.starts_with(larger_than);
}

wf::Result<std::string> load(const std::string& path, std::uint64_t size_max) {
  return read_place(path, nullptr, size_max);
}

wf::Result<std::string> load_inside(const std::string& root, const std::string& relative,
                                    std::uint64_t size_max, bool allow_outside) {
  if (relative.empty()) return wf::Error{"its name is empty", {}};
  const bool absolute = relative.starts_with('/');
  const std::string base = root.empty() ? "." : root;
  const std::string path = absolute ? relative : base + "/" + relative;
  if (allow_outside) return read_place(path, nullptr, size_max);
  if (absolute) return wf::Error{std::string(leads_outside), {}};
  // Decided by the text alone where possible: whether a file outside exists is nobody's business.
  int depth = 0;
  for (std::size_t at = 0; at <= relative.size();) {
    const std::size_t end = std::min(relative.find('/', at), relative.size());
    const std::string_view part = std::string_view(relative).substr(at, end - at);
    if (part == "..") --depth;
    if (part != ".." && part != "." && !part.empty()) ++depth;
    if (depth < 0) return wf::Error{std::string(leads_outside), {}};
    at = end + 1;
  }
  return read_place(path, &base, size_max);
}

}  // namespace wfc::source
