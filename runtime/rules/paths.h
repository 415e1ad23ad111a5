// Which paths of the repository a step may write.
//
// Entries are paths relative to the repository's root, by whole components: `docs` is the folder and what is
// inside, `docs/` only what is inside. `*` and `?` stay in one component, `**` stands for any number of them.
// What is blocked is never allowed. The compiler finds rules that contradict each other with the functions by
// which the executable refuses; tests/vectors/paths.json defines them. What a name leads to on the disk is
// place.h.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"

namespace wf::rules {

// Without empty components, `.` and `..`. Refused: what is absolute or leaves the root on its way, the root
// itself, control characters, bidirectional controls, text that is not UTF-8.
Result<std::string> normal_path(std::string_view path);

struct PathProblem {
  std::string why;
  std::size_t begin = 0;  // The bytes of the entry that it is about.
  std::size_t end = 0;
  bool escapes = false;  // It leads out of the repository.
};

enum class FileNames : std::uint8_t { differ_by_case, ignore_case };  // Of a file system: asked, not guessed.

class PathRule {
 public:
  static std::optional<PathRule> read(std::string_view entry, PathProblem& problem);

  // `path` is normal.
  bool allows(std::string_view path) const;
  // Likewise, as strictly as a file system might compare: letters composed, and without case where it has
  // none.
  bool blocks(std::string_view path, FileNames names) const;
  // Nothing that `other` allows escapes what this one blocks, as far as that can be told from the two texts.
  bool surely_covers(const PathRule& other) const;
  // All that `other` lets be written this one lets be written, too, as far as that can be told from the two
  // texts.
  bool surely_allows(const PathRule& other) const;
  // Some path is allowed by both, were each the only rule.
  bool meets(const PathRule& other) const;
  // This one lies inside a folder that `folder` allows.
  bool lies_inside(const PathRule& folder) const;
  bool has_wildcards() const { return wildcards_; }
  bool only_inside() const { return only_inside_; }
  const std::string& text() const { return text_; }  // Normal, without the final slash.

 private:
  enum class Dots : std::uint8_t { need_a_dot, are_letters };
  // Does what is inside of a thing that it names count, too?
  bool and_inside() const { return only_inside_ || !wildcards_; }
  static bool matches(const std::vector<std::string>& pattern, std::string_view path, bool only_inside,
                      bool and_inside, Dots dots);
  std::string text_;
  std::vector<std::string> components_;
  std::vector<std::string> composed_, folded_;  // Of the components, for `blocks`.
  bool only_inside_ = false;                    // Ends in `/`.
  bool wildcards_ = false;
  bool whole_ = false;  // `.`
};

class PathRules {
 public:
  // No `allowed`: the whole repository. `store` is where the journal lies, if that is in the repository.
  PathRules(std::vector<PathRule> allowed, std::vector<PathRule> blocked, FileNames names, std::string store);

  // Whether a step may write at `path`, as it names it. The error says why not.
  Result<> may_write(std::string_view path) const;

 private:
  std::vector<PathRule> allowed_, blocked_;
  FileNames names_;
  std::string store_;
};

// Does this path hold something that later runs with more rights than the step: the repository's own
// machinery, or settings of editors and agents? `.git`, `wf.toml`: always.
enum class Machinery : std::uint8_t { none, unless_named, always };
Machinery machinery_at(std::string_view path, FileNames names);

}  // namespace wf::rules
