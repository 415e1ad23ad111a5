// Applies safe fixes to every definition of the golden cases, the samples, the pages of diagnostics and the
// catalogue of mistakes.
//
// - What was fixed is not reported any more, and there is no error that there was not before.
// - A second round finds nothing left to fix.
// - Where there was no error, the fixed definition means what it meant. Some warnings say that it cannot mean
//   what was meant; their fixes change it.
// - Comments stay, but for those that were the mistake.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "../pair/definitions.h"
#include "compiler/diag/fixes.h"
#include "compiler/diag/pages.h"
#include "compiler/driver/fixing.h"
#include "compiler/plan/difference.h"
#include "runtime/base/files.h"

namespace {

using namespace wfc;
using namespace wfc::driver;

int failures = 0;

void fail(const std::string& which, const std::string& what) {
  ++failures;
  std::printf("%s: %s\n", which.c_str(), what.c_str());
}

// How often each kind is reported, and of which severity it is.
std::multiset<std::string> errors_in(const Session& session) {
  std::multiset<std::string> all;
  for (const auto& one : session.report.all())
    if (one->severity == diag::Severity::error) all.insert(diag::code_of(*one->kind));
  return all;
}

std::set<std::string> fixable_in(const Session& session, FileId definition) {
  std::set<std::string> all;
  for (const auto& one : session.report.all())
    for (const diag::Fix& fix : one->fixes)
      if (fix.safe && one->span.file == definition)
        all.insert(diag::code_of(*one->kind) + " " + one->message);
  return all;
}

// Grants that nobody needs, and words that can only be slips.
bool is_to_change(const Session& session) {
  static const std::set<std::string_view> kinds = {"unused", "overprovisioned-secret", "unknown-event",
                                                   "unsound-contains", "unknown-variable"};
  return std::any_of(session.report.all().begin(), session.report.all().end(), [](const auto& one) {
    return kinds.contains(one->kind->name) &&
           std::any_of(one->fixes.begin(), one->fixes.end(), [](const diag::Fix& fix) { return fix.safe; });
  });
}

std::multiset<std::string> comments_in(const std::string& text) {
  std::multiset<std::string> all;
  for (std::size_t at = text.find("# "); at != std::string::npos; at = text.find("# ", at + 1)) {
    if (at > 0 && text[at - 1] == '#') continue;  // A description goes with what it describes.
    const std::string comment = text.substr(at, text.find('\n', at) - at);
    if (comment.find("wfc:") == std::string::npos) all.insert(comment);
  }
  return all;
}

int check(const pair::Definition& definition) {
  std::string folder = (std::filesystem::temp_directory_path() / "wfc-fixes-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) std::abort();
  for (const auto& [name, text] : definition.files) {
    const std::filesystem::path path = std::filesystem::path(folder) / name;
    std::filesystem::create_directories(path.parent_path());
    if (!wf::write_file(path, text)) std::abort();
  }
  const std::string path = folder + "/" + definition.name;
  Session before;
  const auto first = front(before, path, {});
  Fixing fixing;
  if (first) fixing.fix(path, {});
  const int fixes = fixing.fixes();
  if (fixes > 0) {
    for (const wf::Error& error : fixing.write()) fail(definition.name, error.message);
    Session after;
    const auto then = front(after, path, {});
    const std::multiset<std::string> errors_before = errors_in(before);
    // What could not be read before may hold anything.
    const bool read = std::none_of(errors_before.begin(), errors_before.end(),
                                   [](const std::string& code) { return code < "WF03"; });
    for (const std::string& code : errors_in(after)) {
      if (errors_before.contains(code) || !read) continue;
      fail(definition.name, "has a new error " + code + " after its fixes:\n" + fixing.diff());
    }
    const std::set<std::string> again = fixable_in(after, then->file);
    for (const std::string& left : again) fail(definition.name, "still says after its fixes: " + left);
    if (read && errors_in(after).size() > errors_before.size())
      fail(definition.name, "has more errors after its fixes");
    if (first->usable && then->usable && !is_to_change(before)) {
      for (const plan::Change& change :
           plan::difference(lowered_plan(before, *first), lowered_plan(after, *then)))
        fail(definition.name,
             "means something else after its fixes: " + change.message + "\n" + fixing.diff());
    }
    if (comments_in(before.sources.file(first->file).text) !=
        comments_in(after.sources.file(then->file).text))
      fail(definition.name, "has lost a comment:\n" + fixing.diff());
  }
  std::filesystem::remove_all(folder);
  return fixes;
}

// The wrong examples of the pages.
std::vector<pair::Definition> examples() {
  std::vector<pair::Definition> all;
  for (const diag::Page& page : diag::pages()) {
    const std::string text(page.text);
    for (std::size_t at = text.find("```"); at != std::string::npos; at = text.find("```", at + 3)) {
      const std::size_t line_end = text.find('\n', at);
      const std::string words = text.substr(at + 3, line_end - at - 3);
      const std::size_t end = text.find("\n```", line_end);
      if (line_end == std::string::npos || end == std::string::npos) break;
      const std::string language = words.substr(0, words.find(' '));
      const std::string name = "WF" + std::to_string(page.number) + "." + language;
      if (words.ends_with("wrong"))
        all.push_back({name, {{name, text.substr(line_end + 1, end - line_end)}}});
      at = end + 1;
    }
  }
  return all;
}

// The definitions of the catalogue, each with its mistake. What marks the mistake is taken out; those that
// hold bytes as numbers are left alone.
std::vector<pair::Definition> catalogue() {
  std::vector<pair::Definition> all;
  const std::filesystem::path folder = std::filesystem::path(WF_SOURCE_DIR) / "tests/catalogue";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".mistakes") continue;
    const auto text = wf::read_file(entry.path().string());
    if (!text) std::abort();
    std::string plain = *text;
    for (const std::string_view mark : {"⟦", "⟧"})
      for (std::size_t at = plain.find(mark); at != std::string::npos; at = plain.find(mark, at))
        plain.erase(at, mark.size());
    std::istringstream lines(plain);
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("=== ")) {
        const std::size_t name = line.find(" | ") + 3;
        all.push_back({line.substr(name, line.find(" | ", name) - name), {}});
        all.back().files.emplace_back(all.back().name, std::string());
      } else if (line.starts_with("--- ")) {
        all.back().files.emplace_back(line.substr(4), std::string());
      } else if (!line.starts_with("$ ")) {
        all.back().files.back().second += line + "\n";
      }
    }
  }
  std::erase_if(
      all, [](const pair::Definition& one) { return one.files[0].second.find("⟪") != std::string::npos; });
  return all;
}

}  // namespace

int main() {
  int definitions = 0;
  int fixed = 0;
  int fixes = 0;
  for (const auto& all : {pair::written_definitions(WF_SOURCE_DIR), examples(), catalogue()}) {
    for (const pair::Definition& definition : all) {
      ++definitions;
      const int some = check(definition);
      fixed += some > 0 ? 1 : 0;
      fixes += some;
    }
  }
  std::printf("%d definitions, %d of them fixed, %d fixes, %d failures\n", definitions, fixed, fixes,
              failures);
  // If there is little to fix, this test has lost what it looks at.
  return failures == 0 && fixed >= 100 ? 0 : 1;
}
