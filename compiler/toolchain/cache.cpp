// Remembers executables by what they were made from.
//
// An entry is a folder that appears whole or not at all: it is filled under another name and renamed. Its
// digest is checked each time, because a disk that filled up, or a person who edited the wrong file, must not
// become a workflow that behaves oddly.
#include "compiler/toolchain/cache.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <utility>
#include <vector>

#include "compiler/toolchain/process.h"
#include "runtime/base/digest.h"
#include "runtime/base/files.h"

namespace wfc::toolchain {
namespace {

constexpr std::size_t executables_max = 128;
constexpr std::size_t notes_max = 512;
constexpr std::uint64_t note_bytes_max = 1u << 20;

// What is used stays: entries are dropped by age.
void touch(const std::string& path) {
  utimensat(AT_FDCWD, path.c_str(), nullptr, 0);
}

void drop_oldest(const std::string& all, std::size_t entries_max) {
  DIR* folder = opendir(all.c_str());
  if (folder == nullptr) return;
  std::vector<std::pair<std::time_t, std::string>> entries;
  while (const dirent* found = readdir(folder)) {
    const std::string name = found->d_name;
    struct stat status {};
    if (name != "." && name != ".." && stat((all + "/" + name).c_str(), &status) == 0)
      entries.emplace_back(status.st_mtime, name);
  }
  closedir(folder);
  if (entries.size() < entries_max) return;
  std::sort(entries.begin(), entries.end());
  for (std::size_t i = 0; i + entries_max * 3 / 4 < entries.size(); ++i) {
    const std::string path = all + "/" + entries[i].second;
    if (unlink(path.c_str()) != 0) remove_folder(path);
  }
}

// Two files without holding either: executables of large workflows are many megabytes.
bool same_bytes(const std::string& left, const std::string& right) {
  struct File {
    explicit File(const std::string& path) : fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
      if (fd >= 0) close(fd);
    }
    int fd;
    struct stat status {};
    std::vector<char> block = std::vector<char>(1u << 17);
  };
  File files[] = {File(left), File(right)};
  for (File& file : files)
    if (file.fd < 0 || fstat(file.fd, &file.status) != 0 || !S_ISREG(file.status.st_mode)) return false;
  if (files[0].status.st_size != files[1].status.st_size) return false;
  for (;;) {
    ssize_t got[2] = {};
    for (int i : {0, 1}) got[i] = read(files[i].fd, files[i].block.data(), files[i].block.size());
    if (got[0] != got[1] || got[0] < 0) return false;
    if (got[0] == 0) return true;
    if (std::memcmp(files[0].block.data(), files[1].block.data(), static_cast<std::size_t>(got[0])) != 0)
      return false;
  }
}

}  // namespace

std::optional<Cache::Entry> Cache::find(const std::string& key, const std::string& name) const {
  if (!usable()) return std::nullopt;
  const std::string folder = entry(key);
  auto digest = wf::read_file(folder + "/digest", 128);
  if (!digest) return std::nullopt;
  auto bytes = wf::read_file(folder + "/" + name);
  if (!bytes || wf::sha256_hex(*bytes) != *digest) {
    remove_folder(folder);
    return std::nullopt;
  }
  touch(folder);
  return Entry{folder + "/" + name, std::move(*bytes)};
}

bool Cache::holds(const std::string& key, const std::string& name, const std::string& program) const {
  if (access(program.c_str(), X_OK) != 0 || !same_bytes(entry(key) + "/" + name, program)) return false;
  touch(entry(key));
  return true;
}

wf::Result<std::string> Cache::store(const std::string& key, const std::string& name,
                                     const std::string& program) const {
  auto bytes = wf::read_file(program);
  if (!bytes) return bytes.error();
  if (auto made = wf::make_folders(folder_ + "/executables", 0700); !made) return made.error();
  drop_oldest(folder_ + "/executables", executables_max);
  std::string filling = entry(key) + ".XXXXXX";
  if (mkdtemp(filling.data()) == nullptr)
    return wf::Error{"cannot make a folder in `" + folder_ + "`: " + std::strerror(errno), {}};
  auto written = wf::write_file(filling + "/" + name, *bytes, 0755);
  if (written) written = wf::write_file(filling + "/digest", wf::sha256_hex(*bytes));
  if (!written) {
    remove_folder(filling);
    return written.error();
  }
  if (std::rename(filling.c_str(), entry(key).c_str()) != 0) {
    // Somebody else was first, with the same content; a broken entry was removed when it was looked for.
    remove_folder(filling);
    if (access((entry(key) + "/" + name).c_str(), X_OK) != 0)
      return wf::Error{"cannot write to `" + folder_ + "`", "set WFC_CACHE to a folder that can be written"};
  }
  return entry(key) + "/" + name;
}

std::optional<std::string> Cache::find_note(const std::string& key) const {
  if (!usable()) return std::nullopt;
  auto text = wf::read_file(note(key), note_bytes_max);
  if (!text) return std::nullopt;
  touch(note(key));
  return std::move(*text);
}

wf::Result<> Cache::store_note(const std::string& key, const std::string& text) const {
  if (auto made = wf::make_folders(folder_ + "/notes", 0700); !made) return made.error();
  drop_oldest(folder_ + "/notes", notes_max);
  return wf::write_file(note(key), text, 0600);
}

}  // namespace wfc::toolchain
