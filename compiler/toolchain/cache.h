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
  // Is the file at `program` the entry's, byte for byte, and can it be run? An entry that was damaged since
  // is nobody's: what it was copied to was right.
  bool holds(const std::string& key, const std::string& name, const std::string& program) const;
  // Puts the file at `program` into the cache and says where it lies there. Two who store the same key at
  // once agree.
  wf::Result<std::string> store(const std::string& key, const std::string& name,
                                const std::string& program) const;

  // Small texts by key, beside the executables.
  std::optional<std::string> find_note(const std::string& key) const;
  wf::Result<> store_note(const std::string& key, const std::string& text) const;

 private:
  std::string entry(const std::string& key) const { return folder_ + "/executables/" + key; }
  std::string note(const std::string& key) const { return folder_ + "/notes/" + key; }
  std::string folder_;
};

}  // namespace wfc::toolchain
