// Remembers executables by what they were made from.
#pragma once
#include <optional>
#include <string>

#include "runtime/base/result.h"

namespace wfc::toolchain {

// A folder with an entry for each key: the executable and the digest of its bytes.
class Cache {
 public:
  explicit Cache(std::string folder) : folder_(std::move(folder)) {}
  bool usable() const { return !folder_.empty(); }

  struct Entry {
    std::string path;
    std::string bytes;
  };
  // An entry whose bytes are not what they were is removed and not found.
  std::optional<Entry> find(const std::string& key, const std::string& name) const;
  // Puts the file at `program` into the cache and says where it lies there. Two who store the same key at
  // once agree.
  wf::Result<std::string> store(const std::string& key, const std::string& name,
                                const std::string& program) const;

 private:
  std::string entry(const std::string& key) const { return folder_ + "/executables/" + key; }
  void drop_oldest() const;
  std::string folder_;
};

}  // namespace wfc::toolchain
