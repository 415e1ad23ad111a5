// `.gitignore`, as gitignore(5) describes it. There is no library for it in C++ that does not want a
// repository around it.
#include "compiler/driver/ignore.h"

#include <algorithm>

#include "compiler/source/source.h"

namespace wfc::driver {
namespace {

constexpr std::uint64_t size_max = 1 << 20;

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    if (end > at) parts.push_back(path.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

// The end of the `[...]` that begins at `at`, or npos where it is not one.
std::size_t end_of_set(std::string_view pattern, std::size_t at) {
  std::size_t next = at + 1;
  if (next < pattern.size() && (pattern[next] == '!' || pattern[next] == '^')) ++next;
  if (next < pattern.size() && pattern[next] == ']') ++next;
  while (next < pattern.size() && pattern[next] != ']') next += pattern[next] == '\\' ? 2 : 1;
  return next < pattern.size() ? next + 1 : std::string_view::npos;
}

// `set` is what stands between the brackets.
bool in_set(std::string_view set, char c) {
  bool negated = false;
  if (!set.empty() && (set[0] == '!' || set[0] == '^')) {
    negated = true;
    set.remove_prefix(1);
  }
  const auto byte = [](char of) { return static_cast<unsigned char>(of); };
  bool found = false;
  for (std::size_t at = 0; at < set.size();) {
    if (set[at] == '\\' && at + 1 < set.size()) ++at;
    const char low = set[at++];
    char high = low;
    if (at + 1 < set.size() && set[at] == '-') {
      ++at;
      if (set[at] == '\\' && at + 1 < set.size()) ++at;
      high = set[at++];
    }
    found = found || (byte(low) <= byte(c) && byte(c) <= byte(high));
  }
  return found != negated;
}

// Matches one element of the pattern at `p` against one character, and moves `p` behind it.
bool one(std::string_view pattern, std::size_t& p, char c) {
  if (pattern[p] == '?') {
    ++p;
    return true;
  }
  if (pattern[p] == '[') {
    const std::size_t end = end_of_set(pattern, p);
    if (end != std::string_view::npos) {
      const std::string_view set = pattern.substr(p + 1, end - p - 2);
      p = end;
      return in_set(set, c);
    }
  }
  if (pattern[p] == '\\' && p + 1 < pattern.size()) ++p;
  return pattern[p++] == c;
}

IgnorePatterns patterns_of(const std::string& file) {
  const auto text = source::load(file, size_max);
  return text ? IgnorePatterns(*text) : IgnorePatterns();
}

}  // namespace

bool fits_wildcards(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  // Only the last star needs to be tried again: what an earlier one takes more, this one can take.
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = ++p;
      star_text = t;
      continue;
    }
    std::size_t next = p;
    if (p < pattern.size() && one(pattern, next, text[t])) {
      p = next;
      ++t;
      continue;
    }
    if (star == std::string_view::npos) return false;
    p = star;
    t = ++star_text;
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

IgnorePatterns::IgnorePatterns(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with('#')) continue;
    while (line.ends_with(' ') && !line.ends_with("\\ ")) line.remove_suffix(1);
    Pattern pattern;
    if (line.starts_with('!')) {
      pattern.keeps = true;
      line.remove_prefix(1);
    }
    if (line.ends_with('/')) {
      pattern.folders_only = true;
      line.remove_suffix(1);
    }
    if (line.empty()) continue;
    pattern.anywhere = line.find('/') == std::string_view::npos;
    for (const std::string_view part : split(line)) pattern.parts.emplace_back(part);
    if (!pattern.parts.empty()) patterns_.push_back(std::move(pattern));
  }
}

bool IgnorePatterns::fits(const Pattern& pattern, const std::vector<std::string_view>& path) {
  if (pattern.anywhere) return fits_wildcards(pattern.parts[0], path.back());
  // As fits_wildcards, a floor higher: parts for characters, `**` for the star.
  const std::vector<std::string>& parts = pattern.parts;
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string::npos;
  std::size_t star_path = 0;
  while (t < path.size()) {
    if (p < parts.size() && parts[p] == "**") {
      star = ++p;
      star_path = t;
      continue;
    }
    if (p < parts.size() && fits_wildcards(parts[p], path[t])) {
      ++p;
      ++t;
      continue;
    }
    if (star == std::string::npos) return false;
    p = star;
    t = ++star_path;
  }
  // `a/**` is what lies in a, and not a itself.
  if (p < parts.size() && parts.back() == "**") return false;
  return p == parts.size();
}

IgnorePatterns::Verdict IgnorePatterns::of(std::string_view path, bool is_folder) const {
  if (patterns_.empty()) return Verdict::none;
  const std::vector<std::string_view> parts = split(path);
  if (parts.empty()) return Verdict::none;
  for (auto pattern = patterns_.rbegin(); pattern != patterns_.rend(); ++pattern) {
    if (pattern->folders_only && !is_folder) continue;
    if (fits(*pattern, parts)) return pattern->keeps ? Verdict::kept : Verdict::ignored;
  }
  return Verdict::none;
}

IgnoreRules::IgnoreRules(const std::string& folder, const std::string& repository) {
  if (repository.empty() || !(folder + "/").starts_with(repository + "/")) return;
  levels_.push_back({repository, patterns_of(repository + "/.git/info/exclude"), {}});
  for (std::size_t at = repository.size(); at < folder.size();) {
    enter(folder.substr(0, at));
    at = std::min(folder.find('/', at + 1), folder.size());
  }
}

void IgnoreRules::enter(const std::string& folder) {
  levels_.push_back({folder, patterns_of(folder + "/.gitignore"), patterns_of(folder + "/.wfcignore")});
}

void IgnoreRules::leave() {
  levels_.pop_back();
}

bool IgnoreRules::ignored(const std::string& path, bool is_folder) const {
  // `.wfcignore` is about wfc, so it is asked first, wherever it lies; then the nearest `.gitignore`.
  for (const auto which : {&Level::own, &Level::git}) {
    for (auto level = levels_.rbegin(); level != levels_.rend(); ++level) {
      const std::size_t base = level->folder == "/" ? 1 : level->folder.size() + 1;
      if (((*level).*which).empty() || path.size() <= base) continue;
      const auto verdict = ((*level).*which).of(std::string_view(path).substr(base), is_folder);
      if (verdict != IgnorePatterns::Verdict::none) return verdict == IgnorePatterns::Verdict::ignored;
    }
  }
  return false;
}

}  // namespace wfc::driver
