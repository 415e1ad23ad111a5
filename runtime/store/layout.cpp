// Folders, locks and outputs beside the database.
#include "runtime/store/layout.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "runtime/base/digest.h"
#include "runtime/base/files.h"

namespace wf::store {

namespace {

// Streams are kept up to 16 MiB; a file given as content or artifact may be larger.
constexpr std::uint64_t kept_bytes_max = 256 * 1024 * 1024;

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string name_of_file(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

std::optional<std::string> real_path(const std::string& path) {
  const std::unique_ptr<char, void (*)(void*)> real(::realpath(path.c_str(), nullptr), std::free);
  if (!real) return std::nullopt;
  return std::string(real.get());
}

std::string hash_of(std::string_view run_id) {
  return sha256_hex(run_id).substr(0, 32);
}

Error cannot_make(const std::string& path, int code) {
  return Error{"cannot make the store `" + path + "`: " + std::strerror(code),
               "check who owns the folder, or name another place with `--store`"};
}

bool sync_folder(const std::string& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool synced = ::fsync(fd) == 0;
  ::close(fd);
  return synced;
}

bool write_whole(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(fd, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return true;
}

}  // namespace

std::string Layout::lock(std::string_view run_id) const {
  return folder + "/locks/" + hash_of(run_id);
}
std::string Layout::logs(std::string_view run_id) const {
  return folder + "/logs/" + hash_of(run_id);
}

Result<Layout> lay_out(const std::string& path, bool create) {
  if (path.empty() || path.back() == '/' || path.find('\0') != std::string::npos) {
    return Error{"`" + path + "` does not name a file for the store", "as in `--store .wf/runs.db`"};
  }
  const std::string parent = parent_of(path);
  auto folder = real_path(parent);
  Layout layout;
  const auto absent = [&] {
    return Error{"there is no store at `" + path + "`",
                 "start a run first, or name the store with `--store`"};
  };
  if (!folder) {
    if (!create) return absent();
    if (auto made = make_folders(parent, 0700); !made) return made.error();
    folder = real_path(parent);
    if (!folder) return cannot_make(path, errno);
    layout.made_folder = true;
  }
  layout.database = (*folder == "/" ? "" : *folder) + "/" + name_of_file(path);
  struct stat info {};
  if (::lstat(layout.database.c_str(), &info) == 0) {
    auto real = real_path(layout.database);
    if (!real) return cannot_make(path, errno);
    layout.database = std::move(*real);
    if (::stat(layout.database.c_str(), &info) == 0 && !S_ISREG(info.st_mode)) {
      return Error{"the store `" + path + "` is not a file", "name a file with `--store`"};
    }
  } else if (!create) {
    return absent();
  }
  const std::string home = parent_of(layout.database);
  layout.folder = name_of_file(home) == ".wf" ? home : layout.database + ".files";
  if (create) {
    if (auto made = make_folders(layout.folder, 0700); !made) return made.error();
    const std::string ignore = layout.folder + "/.gitignore";
    if (::access(ignore.c_str(), F_OK) != 0) {
      if (auto written = write_file(ignore, "*\n", 0600); !written) return written.error();
    }
  }
  return layout;
}

std::optional<std::string_view> network_file_system(std::uint64_t number) {
  struct Known {
    std::uint32_t number;
    std::string_view name;
  };
  static constexpr Known known[] = {
      {0x6969, "NFS"},       {0x517b, "SMB"},      {0xff534d42, "CIFS"},   {0xfe534d42, "SMB"},
      {0x01021997, "9P"},    {0x5346414f, "AFS"},  {0x73757245, "Coda"},   {0x564c, "NCP"},
      {0x00c36400, "Ceph"},  {0x65735546, "FUSE"}, {0x0bd00bd0, "Lustre"}, {0x47504653, "GPFS"},
      {0x7461636f, "OCFS2"}, {0x01161970, "GFS2"}, {0x19830326, "BeeGFS"},
  };
  for (const Known& each : known) {
    // statfs has the number as a signed word on some machines.
    if (each.number == static_cast<std::uint32_t>(number)) return each.name;
  }
  return std::nullopt;
}

Result<> refuse_network(const Layout& layout) {
  struct statfs info {};
  if (::statfs(parent_of(layout.database).c_str(), &info) != 0) return Done{};
  const auto name = network_file_system(static_cast<std::uint64_t>(info.f_type));
  if (!name) return Done{};
  return Error{"the store `" + layout.database + "` lies on a file system (" + std::string(*name) +
                   ") where locks may not hold between machines",
               "put it on a local disk, as in `--store /var/tmp/NAME/runs.db`"};
}

Result<> place_database(const Layout& layout, std::string_view image, Random& random) {
  const std::string temporary =
      layout.database + "." + std::to_string(::getpid()) + "-" + std::to_string(random.next()) + ".new";
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return cannot_make(layout.database, errno);
  bool good = write_whole(fd, image) && ::fsync(fd) == 0;
  int code = errno;
  good = (::close(fd) == 0) && good;
  if (!good) {
    ::unlink(temporary.c_str());
    return cannot_make(layout.database, code);
  }
  const bool linked = ::link(temporary.c_str(), layout.database.c_str()) == 0;
  code = errno;
  ::unlink(temporary.c_str());
  if (!linked && code != EEXIST) {
    if (code != EPERM && code != EOPNOTSUPP && code != ENOSYS) return cannot_make(layout.database, code);
    const int empty = ::open(layout.database.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (empty < 0) return cannot_make(layout.database, errno);
    ::close(empty);
  }
  const std::string home = parent_of(layout.database);
  if (!sync_folder(home) || (layout.made_folder && !sync_folder(parent_of(home)))) {
    return cannot_make(layout.database, errno);
  }
  return Done{};
}

bool is_output_name(std::string_view name) {
  return name.size() == 64 &&
         std::ranges::all_of(name, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

Result<std::string> keep_output(const Layout& layout, const std::string& path) {
  auto bytes = read_file(path, kept_bytes_max);
  if (!bytes) return bytes.error();
  std::string name = sha256_hex(*bytes);
  const std::string folder = layout.outputs() + "/" + name.substr(0, 2);
  const std::string target = folder + "/" + name;
  struct stat info {};
  const bool there = ::stat(target.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
                     static_cast<std::uint64_t>(info.st_size) == bytes->size();
  if (there) {
    // Whoever put it there may have died before the folder was synced.
    if (!sync_folder(folder)) return Error{"cannot sync `" + folder + "`: " + std::strerror(errno), {}};
    return name;
  }
  if (auto made = make_folders(folder, 0700); !made) return made.error();
  if (auto written = write_file(target, *bytes, 0600, true); !written) return written.error();
  for (const std::string& each : {layout.outputs(), layout.folder}) {
    if (!sync_folder(each)) return Error{"cannot sync `" + each + "`: " + std::strerror(errno), {}};
  }
  return name;
}

void touch(const std::string& path) {
  // One byte more: a watcher sees the file written and closed, and whoever looks now and then a size that it
  // had not before, where two times of a coarse clock might be one.
  const int fd = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return;
  ::futimens(fd, nullptr);  // Also where there is no room for the byte.
  [[maybe_unused]] const ssize_t written = ::write(fd, ".", 1);
  ::close(fd);
}

}  // namespace wf::store
