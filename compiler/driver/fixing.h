// `--fix` and `--diff`: what the safe fixes make of definitions and of the files that they name.
#pragma once
#include <set>
#include <string>

#include "compiler/driver/driver.h"

namespace wfc::driver {

class Fixing {
 public:
  explicit Fixing(const source::Limits& limits = {}) : limits_(limits) {}
  // Applies safe fixes to a definition in rounds, until there is nothing left to fix. Nothing is written.
  void fix(const std::string& path, const FrontOptions& options);

  const source::Overlay& texts() const { return texts_; }
  int fixes() const { return fixes_; }
  std::size_t files() const;  // That have changed.
  std::string diff() const;   // Of all changes.
  // Writes the changed files, each at once. The errors say which could not be written.
  std::vector<wf::Error> write() const;
  // Standard input, which can be read once.
  void keep_stdin(std::string text, std::string name);

 private:
  struct Original {
    std::string shown;
    std::string text;
  };
  source::Limits limits_;
  source::Overlay texts_;  // By plain path; `-` is standard input.
  std::map<std::string, Original> originals_;
  int fixes_ = 0;
};

// Standard input to its end, which is not past `size_max` bytes.
wf::Result<std::string> read_stdin(std::uint64_t size_max);

}  // namespace wfc::driver
