// A folder that vanishes, for stores of tests.
#pragma once
#include <unistd.h>

#include <filesystem>
#include <string>

namespace wf::store {

class Folder {
 public:
  Folder() {
    // In memory where there is such a place: thousands of syncs are made here, and a process that is killed
    // loses as much or as little as on a disk. What the power takes, power_test.cpp pretends.
    const std::filesystem::path memory = "/dev/shm";
    const bool there = ::access(memory.c_str(), W_OK | X_OK) == 0;
    std::string pattern =
        ((there ? memory : std::filesystem::temp_directory_path()) / "wf-store-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string path() const { return path_; }
  std::string database() const { return path_ + "/.wf/runs.db"; }

 private:
  std::string path_;
};

}  // namespace wf::store
