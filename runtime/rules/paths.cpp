// Path rules: normal form, matching by components, and what is blocked whatever a definition says.
//
// Blocking errs on the side of blocking: what lies inside of something blocked is blocked, a `*` matches a
// leading dot, letters are compared composed. Allowing errs on the other: bytes must be equal.
#include "runtime/rules/paths.h"

#include <algorithm>
#include <array>

#include "runtime/base/text.h"
#include "runtime/rules/name_form.h"

namespace wf::rules {
namespace {

constexpr std::size_t path_bytes_max = 4096;

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t slash = std::min(path.find('/', at), path.size());
    if (slash > at) parts.push_back(path.substr(at, slash - at));
    at = slash + 1;
  }
  return parts;
}

std::string joined(const std::vector<std::string_view>& parts) {
  std::string path;
  for (const std::string_view part : parts) {
    if (!path.empty()) path += '/';
    path += part;
  }
  return path;
}

bool is_wild(std::string_view text) {
  return text.find_first_of("*?") != std::string_view::npos;
}

// One component, by code points; the last `*` is tried again further right, which is enough.
bool component_matches(std::string_view pattern, std::string_view name) {
  std::size_t p = 0, n = 0, star = std::string_view::npos, mark = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = n;
    } else if (p < pattern.size() && pattern[p] == '?') {
      ++p;
      next_code_point(name, n);
    } else if (p < pattern.size() && pattern[p] == name[n]) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      next_code_point(name, mark);
      n = mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

// Is there a name that both components match? A name that begins with a dot needs a component that does.
// Row by row over the first: which beginnings of the two some beginning of a name matches.
bool components_meet(std::string_view first, std::string_view second) {
  const auto letters_of = [](std::string_view text) {
    std::u32string letters;
    for (std::size_t at = 0; at < text.size();) letters += next_code_point(text, at);
    return letters;
  };
  const std::u32string a = letters_of(first), b = letters_of(second);
  const bool visible = is_wild(first.substr(0, 1)) || is_wild(second.substr(0, 1));
  const std::size_t width = b.size() + 1;
  std::vector<char> row(width, 0), next(width, 0);
  // No letter yet: only a `*` has been passed. Counted apart, so that no name is empty.
  std::vector<char> begun(width, 0), next_begun(width, 0);
  row[0] = 1;
  for (std::size_t i = 0; i <= a.size(); ++i) {
    std::fill(next.begin(), next.end(), 0);
    std::fill(next_begun.begin(), next_begun.end(), 0);
    for (std::size_t k = 0; k <= b.size(); ++k) {
      const bool star_a = i < a.size() && a[i] == U'*', star_b = k < b.size() && b[k] == U'*';
      for (const bool some : {false, true}) {
        if (!(some ? begun : row)[k]) continue;
        if (star_a) (some ? next_begun : next)[k] = 1;
        if (star_b) (some ? begun : row)[k + 1] = 1;
        if (i == a.size() || k == b.size()) continue;
        const bool any_a = star_a || a[i] == U'?', any_b = star_b || b[k] == U'?';
        const char32_t letter = any_a ? b[k] : a[i];
        if (!any_a && !any_b && a[i] != b[k]) continue;
        if (!some && visible && !(any_a && any_b) && letter == U'.') continue;
        // Both go on; a `*` may also stay.
        next_begun[k + 1] = 1;
        if (star_b) next_begun[k] = 1;
        if (star_a && star_b) begun[k] = 1;
        if (star_a) begun[k + 1] = 1;
      }
    }
    if (i == a.size()) return begun[b.size()] != 0;
    row.swap(next);
    begun.swap(next_begun);
  }
  return false;
}

struct Place {
  std::string_view text;  // With a final slash: and what is inside.
  bool anywhere;          // At any depth.
};
constexpr Place places_of_machinery[] = {
    // What a forge runs.
    {".github/workflows/", false},
    {".github/actions/", false},
    {".gitlab-ci.yml", false},
    {".gitlab/", false},
    {".circleci/", false},
    {".travis.yml", false},
    {".drone.yml", false},
    {".woodpecker/", false},
    {".buildkite/", false},
    {".forgejo/", false},
    {".gitea/", false},
    {"Jenkinsfile", true},
    {"azure-pipelines.yml", false},
    {"bitbucket-pipelines.yml", false},
    // Hooks.
    {".husky/", true},
    {".githooks/", false},
    {".pre-commit-config.yaml", false},
    {"lefthook.yml", false},
    {".envrc", true},
    // Settings of editors and agents, which may start programs.
    {".vscode/", true},
    {".idea/", true},
    {".devcontainer/", true},
    {".claude/", true},
    {".cursor/", true},
    {".codex/", true},
    {".gemini/", true},
    {".mcp.json", true},
    {"AGENTS.md", true},
    {"CLAUDE.md", true},
    {"GEMINI.md", true},
    // Workflow definitions, and what wfc is told about them.
    {"*.wf", true},
    {"wfc.toml", true},
};

// Does `wide` match whatever `narrow` matches? A `*` matches the characters of a wildcard as it matches
// others; a
// `?` does not.
bool component_covers(std::string_view wide, std::string_view narrow) {
  if (wide == narrow) return true;
  if (narrow.front() == '.' && is_wild(wide.substr(0, 1))) return false;
  if (is_wild(narrow) && wide.find('?') != std::string_view::npos) return false;
  return component_matches(wide, narrow);
}

bool is_at(const Place& place, const std::vector<std::string_view>& path, FileNames names) {
  const bool folder = place.text.back() == '/';
  const std::vector<std::string_view> parts = split(place.text);
  const std::size_t starts = place.anywhere ? path.size() : 1;
  for (std::size_t start = 0; start < starts && start + parts.size() <= path.size(); ++start) {
    if (!folder && start + parts.size() != path.size()) continue;
    bool same = true;
    for (std::size_t i = 0; same && i < parts.size(); ++i) {
      const NameCase letters = names == FileNames::ignore_case ? NameCase::folded : NameCase::kept;
      same = component_matches(name_form(parts[i], letters), name_form(path[start + i], letters));
    }
    if (same) return true;
  }
  return false;
}

}  // namespace

Result<std::string> normal_path(std::string_view path) {
  if (path.empty()) return Error{"it is empty", {}};
  if (path.size() > path_bytes_max) return Error{"it is longer than 4096 bytes", {}};
  if (invalid_utf8_at(path) != std::string_view::npos) return Error{"it is not UTF-8", {}};
  if (path.front() == '/') return Error{"it is an absolute path", {}};
  for (std::size_t at = 0; at < path.size();) {
    const char32_t c = next_code_point(path, at);
    if (c < 0x20 || (c >= 0x7f && c < 0xa0)) return Error{"a control character stands in it", {}};
    if (is_bidi_control(c)) return Error{"a control for the direction of text stands in it", {}};
  }
  std::vector<std::string_view> kept;
  for (const std::string_view part : split(path)) {
    if (part == ".") continue;
    if (part != "..") {
      kept.push_back(part);
    } else if (kept.empty()) {
      return Error{"it leaves the repository", {}};
    } else {
      kept.pop_back();
    }
  }
  if (kept.empty()) return Error{"it is the repository itself", {}};
  return joined(kept);
}

std::optional<PathRule> PathRule::read(std::string_view entry, PathProblem& problem) {
  PathRule rule;
  const auto fail = [&](std::string why, std::size_t begin, std::size_t end) {
    problem = {std::move(why), begin, end, false};
    return std::nullopt;
  };
  // Other things that globs are elsewhere. `[id]` is how some frameworks name their files; only what is
  // surely meant as a pattern is refused.
  const std::size_t bracket = entry.rfind('[');
  if (bracket != std::string_view::npos &&
      std::min(entry.find(']', bracket), entry.find('/', bracket)) == std::string_view::npos)
    return fail("this `[` is never closed", bracket, entry.size());
  for (std::size_t at = entry.find("**"); at != std::string_view::npos; at = entry.find("**", at + 2)) {
    const std::size_t begin = entry.rfind('/', at) + 1;  // npos + 1 is 0.
    const std::size_t end = std::min(entry.find('/', at), entry.size());
    if (entry.substr(begin, end - begin) != "**")
      return fail("`**` stands for whole folders, alone between slashes", begin, end);
  }
  auto normal = normal_path(entry);
  // `.` and `./` mean the whole repository, which has no name of its own.
  if (!normal) {
    const std::vector<std::string_view> parts = split(entry);
    const bool whole = !entry.empty() && entry.front() != '/' &&
                       std::all_of(parts.begin(), parts.end(), [](auto part) { return part == "."; });
    if (!whole) {
      const bool escapes =
          !entry.empty() && (entry.front() == '/' || entry.find("..") != std::string_view::npos);
      fail(normal.error().message, 0, entry.size());
      problem.escapes = escapes;
      return {};
    }
    normal = std::string("**");
  }
  rule.whole_ = *normal == "**" && entry.front() == '.';
  rule.text_ = *normal;
  rule.only_inside_ = entry.back() == '/' && !rule.whole_;
  rule.wildcards_ = is_wild(rule.text_);
  for (const std::string_view part : split(rule.text_)) {
    rule.components_.emplace_back(part);
    rule.composed_.push_back(name_form(part, NameCase::kept));
    rule.folded_.push_back(name_form(part, NameCase::folded));
  }
  // What is allowed below a folder is not the folder; what is blocked below it had better be.
  if (rule.components_.size() > 1 && rule.components_.back() == "**") rule.components_.emplace_back("*");
  return rule;
}

// Row by row over the components of the path: which of the pattern's first components are matched by what
// came so far.
bool PathRule::matches(const std::vector<std::string>& pattern, std::string_view path, bool only_inside,
                       bool and_inside, Dots dots) {
  const std::vector<std::string_view> parts = split(path);
  std::vector<char> reached(pattern.size() + 1, 0), next(pattern.size() + 1, 0);
  reached[0] = 1;
  for (std::size_t i = 0; i < pattern.size() && pattern[i] == "**"; ++i) reached[i + 1] = 1;
  for (std::size_t n = 0; n < parts.size(); ++n) {
    if (and_inside && reached.back() && n > 0) return true;  // The whole pattern names a folder above.
    std::fill(next.begin(), next.end(), 0);
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      if (!reached[i]) continue;
      const bool hidden =
          dots == Dots::need_a_dot && parts[n].front() == '.' && is_wild(pattern[i].substr(0, 1));
      if (hidden) continue;
      if (pattern[i] == "**") {
        next[i] = 1;
      } else if (component_matches(pattern[i], parts[n])) {
        next[i + 1] = 1;
      }
    }
    for (std::size_t i = 0; i < pattern.size(); ++i)
      if (next[i] && pattern[i] == "**") next[i + 1] = 1;
    reached.swap(next);
  }
  return !only_inside && reached.back() != 0;
}

bool PathRule::allows(std::string_view path) const {
  return whole_ || matches(components_, path, only_inside_, and_inside(), Dots::need_a_dot);
}

bool PathRule::blocks(std::string_view path, FileNames names) const {
  if (names == FileNames::ignore_case)
    return matches(folded_, name_form(path, NameCase::folded), only_inside_, true, Dots::are_letters);
  return matches(composed_, name_form(path, NameCase::kept), only_inside_, true, Dots::are_letters);
}

bool PathRule::surely_covers(const PathRule& other) const {
  if (text_ == other.text_ && (!only_inside_ || other.only_inside_)) return true;
  // Whatever `other` allows begins with its components before the first wildcard; where anything at all that
  // begins so is blocked, all of it is.
  std::string sample;
  for (const std::string& part : other.components_) {
    if (is_wild(part)) break;
    if (!sample.empty()) sample += '/';
    sample += part;
  }
  if (!other.wildcards_ && !other.only_inside_) return blocks(sample, FileNames::differ_by_case);
  // Of a character that no entry holds: a component that matches a name of one and a name of two of them
  // matches every name.
  if (!sample.empty()) sample += '/';
  return blocks(sample + "\x01", FileNames::differ_by_case) &&
         blocks(sample + "\x01\x01", FileNames::differ_by_case);
}

bool PathRule::surely_allows(const PathRule& other) const {
  // What runs with more rights later must be named.
  const auto names_machinery = [](const PathRule& rule) {
    return machinery_at(rule.only_inside_ ? rule.text_ + "/x" : rule.text_, FileNames::differ_by_case) ==
           Machinery::unless_named;
  };
  if (names_machinery(other) && !names_machinery(*this)) return false;
  if (whole_) return true;
  if (other.whole_) return false;
  const std::vector<std::string>& wide = components_;
  const std::vector<std::string>& narrow = other.components_;
  // Names with a dot in front are inside, too.
  if (other.and_inside() && !and_inside()) return false;
  // Row by row over `narrow`: which first components of `wide` cover what came so far.
  std::vector<char> reached(wide.size() + 1, 0), next(wide.size() + 1, 0);
  const auto skip_any_number = [&](std::vector<char>& row) {
    for (std::size_t i = 0; i < wide.size(); ++i)
      if (row[i] && wide[i] == "**") row[i + 1] = 1;
  };
  reached[0] = 1;
  skip_any_number(reached);
  bool below = false;  // Something of a path has come already: `**` may stand for nothing.
  for (const std::string& part : narrow) {
    if (and_inside() && reached.back() && below) return true;  // The whole rule names a folder above.
    below = below || part != "**";
    std::fill(next.begin(), next.end(), 0);
    for (std::size_t i = 0; i < wide.size(); ++i) {
      if (!reached[i]) continue;
      if (wide[i] == "**") {
        if (part.front() != '.') next[i] = 1;
      } else if (part != "**" && component_covers(wide[i], part)) {
        next[i + 1] = 1;
      }
    }
    skip_any_number(next);
    reached.swap(next);
  }
  return reached.back() && (!only_inside_ || other.only_inside_);
}

bool PathRule::meets(const PathRule& other) const {
  // What a rule allows, component by component: names, `**` which passes over hidden ones, and behind what
  // names a folder anything.
  struct Part {
    std::string_view name;
    enum : std::uint8_t { one, visible, anything, something } kind = one;
  };
  const auto parts_of = [](const PathRule& rule) {
    std::vector<Part> parts;
    if (!rule.whole_)
      for (const std::string& part : rule.components_)
        parts.push_back({part, part == "**" ? Part::visible : Part::one});
    // What something lies inside of has a name.
    if (rule.only_inside_ && rule.text_ == "**") parts.push_back({"*"});
    if (rule.whole_ || rule.only_inside_) parts.push_back({{}, Part::something});
    if (rule.whole_ || rule.only_inside_ || !rule.wildcards_) parts.push_back({{}, Part::anything});
    return parts;
  };
  const auto fit = [](const Part& a, const Part& b) {
    if (a.kind == Part::one && b.kind == Part::one) return components_meet(a.name, b.name);
    if (a.kind == Part::one && b.kind == Part::visible) return components_meet(a.name, "*");
    if (a.kind == Part::visible && b.kind == Part::one) return components_meet(b.name, "*");
    return true;
  };
  const auto repeats = [](const Part& part) {
    return part.kind == Part::visible || part.kind == Part::anything;
  };
  const std::vector<Part> a = parts_of(*this), b = parts_of(other);
  std::vector<char> row(b.size() + 1, 0), next(b.size() + 1, 0);
  row[0] = 1;
  for (std::size_t i = 0; i <= a.size(); ++i) {
    std::fill(next.begin(), next.end(), 0);
    for (std::size_t k = 0; k <= b.size(); ++k) {
      if (!row[k]) continue;
      if (i < a.size() && repeats(a[i])) next[k] = 1;  // It stands for nothing more.
      if (k < b.size() && repeats(b[k])) row[k + 1] = 1;
      if (i == a.size() || k == b.size() || !fit(a[i], b[k])) continue;
      next[k + 1] = 1;
      if (repeats(b[k])) next[k] = 1;
      if (repeats(a[i])) row[k + 1] = 1;
    }
    if (i == a.size()) return row[b.size()] != 0;
    row.swap(next);
  }
  return false;
}

bool PathRule::lies_inside(const PathRule& folder) const {
  if (wildcards_) return false;
  return text_ != folder.text_ && folder.allows(text_);
}

Machinery machinery_at(std::string_view path, FileNames names) {
  const std::vector<std::string_view> parts = split(path);
  for (const std::string_view always : {".git", "wf.toml"})
    for (const std::string_view part : parts)
      if (name_form(part, names == FileNames::ignore_case ? NameCase::folded : NameCase::kept) == always)
        return Machinery::always;
  return std::any_of(std::begin(places_of_machinery), std::end(places_of_machinery),
                     [&](const Place& place) { return is_at(place, parts, names); })
             ? Machinery::unless_named
             : Machinery::none;
}

PathRules::PathRules(std::vector<PathRule> allowed, std::vector<PathRule> blocked, FileNames names,
                     std::string store)
    : allowed_(std::move(allowed)), blocked_(std::move(blocked)), names_(names), store_(std::move(store)) {}

Result<> PathRules::may_write(std::string_view path) const {
  const Result<std::string> normal = normal_path(path);
  if (!normal) return normal.error();
  const Machinery machinery = machinery_at(*normal, names_);
  if (machinery == Machinery::always) return Error{"no step may write it", {}};
  PathProblem none;
  if (!store_.empty())
    if (const auto store = PathRule::read(store_, none); store && store->blocks(*normal, names_))
      return Error{"the runs are recorded there", {}};
  for (const PathRule& rule : blocked_)
    if (rule.blocks(*normal, names_)) return Error{"`" + rule.text() + "` is blocked", {}};
  if (machinery == Machinery::unless_named) {
    // An entry that itself lies there was written by somebody who meant it.
    const bool named = std::any_of(allowed_.begin(), allowed_.end(), [&](const PathRule& rule) {
      const std::string inside = rule.only_inside() ? rule.text() + "/x" : rule.text();
      return machinery_at(inside, names_) == Machinery::unless_named && rule.allows(*normal);
    });
    if (!named) return Error{"it runs with more rights later, and no allowed path names it", {}};
  }
  if (allowed_.empty() || std::any_of(allowed_.begin(), allowed_.end(),
                                      [&](const PathRule& rule) { return rule.allows(*normal); }))
    return Done{};
  return Error{"no allowed path holds it", {}};
}

}  // namespace wf::rules
