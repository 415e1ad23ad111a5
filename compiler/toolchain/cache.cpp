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

constexpr std::size_t entries_max = 128;

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
  // What is used stays: entries are dropped by age.
  utimensat(AT_FDCWD, folder.c_str(), nullptr, 0);
  return Entry{folder + "/" + name, std::move(*bytes)};
}

wf::Result<std::string> Cache::store(const std::string& key, const std::string& name,
                                     const std::string& program) const {
  auto bytes = wf::read_file(program);
  if (!bytes) return bytes.error();
  if (auto made = wf::make_folders(folder_ + "/executables", 0700); !made) return made.error();
  drop_oldest();
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

void Cache::drop_oldest() const {
  const std::string all = folder_ + "/executables";
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
  for (std::size_t i = 0; i + entries_max * 3 / 4 < entries.size(); ++i)
    remove_folder(all + "/" + entries[i].second);
}

}  // namespace wfc::toolchain
