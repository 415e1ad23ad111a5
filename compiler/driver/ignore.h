// Patterns that say which files are none of wfc's business, with the rules of `.gitignore`.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace wfc::driver {

class IgnorePatterns {
 public:
  IgnorePatterns() = default;
  explicit IgnorePatterns(std::string_view text);  // A whole `.gitignore`.
  enum class Verdict { none, ignored, kept };
  // `path` is relative to the folder of the patterns, without `./`. The last pattern that fits decides. A
  // path below an ignored folder is not asked for: nobody goes there.
  Verdict of(std::string_view path, bool is_folder) const;
  bool empty() const { return patterns_.empty(); }

 private:
  struct Pattern {
    std::vector<std::string> parts;  // Between slashes; "**" stands for any number of folders.
    bool keeps = false;              // !
    bool folders_only = false;       // a/
    bool anywhere = false;           // No slash in it: fits the last part of any path.
  };
  static bool fits(const Pattern& pattern, const std::vector<std::string_view>& path);
  std::vector<Pattern> patterns_;
};

// Does `text` fit `* ? [a-z]`? Linear in the length of both, times each other.
bool fits_wildcards(std::string_view pattern, std::string_view text);

// Which files below a folder are looked at: `.gitignore` and `.wfcignore` of the folder, of those below it,
// and of those above it up to the repository's root.
class IgnoreRules {
 public:
  // `folder` is where the search begins; `repository` may be empty. Both are absolute.
  IgnoreRules(const std::string& folder, const std::string& repository);
  // The rules of `folder` (absolute), which are asked before those of the folders around it.
  void enter(const std::string& folder);
  void leave();
  bool ignored(const std::string& path, bool is_folder) const;  // Absolute.

 private:
  struct Level {
    std::string folder;
    IgnorePatterns git, own;
  };
  std::vector<Level> levels_;
};

}  // namespace wfc::driver
