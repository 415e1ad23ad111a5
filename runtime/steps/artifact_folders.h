// The folders that steps find in WF_ARTIFACTS. Inside the room only.
//
// Every attempt that starts a child has one, and nearly all leave it empty. To make a folder costs a file
// system about 50 us, more than anything else the engine does for a step; to rename one, 20. So the folder of
// an attempt that left nothing in it is passed on to the next.
#pragma once
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/base/result.h"

namespace wf::steps {

class ArtifactFolders {
 public:
  ArtifactFolders() = default;
  ArtifactFolders(const ArtifactFolders&) = delete;
  ArtifactFolders& operator=(const ArtifactFolders&) = delete;
  ~ArtifactFolders();  // Removes those that were passed back and not taken again.

  // Afterwards the folder stands. One that an earlier attempt has left is kept, with what is in it.
  Result<> provide(const std::string& path);
  // Its attempt is over: nobody will write to it any more.
  void pass_back(const std::string& path);

 private:
  struct Folder {
    std::string path;
    std::int64_t changed_ns = 0;  // Wall clock: when something last came into it or left it.
  };
  std::vector<Folder> empty_;
  std::unordered_map<std::string, std::int64_t> unchanged_since_;  // Given away empty, and when last changed.
};

}  // namespace wf::steps
