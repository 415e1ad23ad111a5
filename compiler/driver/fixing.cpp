// Fixes in memory, over the files as they are; then all at once on the disk.
#include "compiler/driver/fixing.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "compiler/diag/fixes.h"
#include "runtime/base/files.h"

namespace wfc::driver {
namespace {

// A fix may make room for another one. More rounds than mistakes can hide behind each other are a quarrel of
// two fixes.
constexpr int rounds_max = 50;

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

std::string key_of(const source::File& file) {
  return file.path.empty() ? "-" : source::plain_path(file.path);
}

// What may be changed: the definition, and what it names below its own folder.
std::set<FileId> files_to_fix(const Session& session, const Checked& checked) {
  std::set<FileId> files;
  std::error_code trouble;
  const auto real = [&](const std::string& path) {
    return std::filesystem::canonical(path, trouble).string();
  };
  const std::string root = real(folder_of(session.sources.file(checked.file).path));
  for (FileId id = checked.file; id < checked.files_end; ++id) {
    const source::File& file = session.sources.file(id);
    if (id == checked.file) {
      // Of a text that is no UTF-8 only a copy was read.
      if (!checked.damaged) files.insert(id);
    } else if (!root.empty() && real(file.path).starts_with(root == "/" ? root : root + "/")) {
      files.insert(id);
    }
  }
  return files;
}

std::multiset<const diag::KindInfo*> errors_of(const Session& session) {
  std::multiset<const diag::KindInfo*> kinds;
  for (const auto& one : session.report.all())
    if (one->severity == diag::Severity::error) kinds.insert(one->kind);
  return kinds;
}

// What could not be read, or not be understood, before may be full of mistakes; else a fix makes none. And
// none makes a text that cannot be read.
bool is_worse(const std::multiset<const diag::KindInfo*>& before,
              const std::multiset<const diag::KindInfo*>& after) {
  const auto is_of = [](std::string_view category) {
    return [category](const diag::KindInfo* kind) { return kind->category == category; };
  };
  if (std::any_of(before.begin(), before.end(), is_of("syntax"))) return false;
  if (std::any_of(after.begin(), after.end(), is_of("syntax"))) return true;
  if (std::any_of(before.begin(), before.end(), is_of("schema"))) return false;
  // A name that nobody knew hides what is wrong with the flow.
  if (std::any_of(before.begin(), before.end(), is_of("unknown-ref"))) return after.size() > before.size();
  return !std::includes(before.begin(), before.end(), after.begin(), after.end());
}

}  // namespace

void Fixing::keep_stdin(std::string text, std::string name) {
  originals_["-"] = {std::move(name), text};
  texts_["-"] = std::move(text);
}

void Fixing::fix(const std::string& path, const FrontOptions& options) {
  source::Overlay before = texts_;
  int fixes_before = fixes_;
  std::multiset<const diag::KindInfo*> errors_before;
  for (int round = 0; round < rounds_max; ++round) {
    Session session(limits_);
    session.sources.lay_over(&texts_);
    const auto checked = front(session, path, options);
    if (!checked) return;
    session.report.sort();
    std::multiset<const diag::KindInfo*> errors = errors_of(session);
    // One that does is a mistake of ours, not the author's.
    if (round > 0 && is_worse(errors_before, errors)) {
      texts_ = std::move(before);
      fixes_ = fixes_before;
      std::erase_if(originals_, [&](const auto& one) { return !texts_.contains(one.first); });
      return;
    }
    errors_before = std::move(errors);
    diag::Fixed fixed =
        diag::apply_safe_fixes(session.report, session.sources, files_to_fix(session, *checked));
    if (fixed.fixes == 0) return;
    before = texts_;
    fixes_before = fixes_;
    fixes_ += fixed.fixes;
    for (auto& [id, text] : fixed.texts) {
      const source::File& file = session.sources.file(id);
      const std::string key = key_of(file);
      originals_.try_emplace(key, Original{file.shown, file.text});
      texts_[key] = std::move(text);
    }
  }
}

std::size_t Fixing::files() const {
  std::size_t changed = 0;
  for (const auto& [key, original] : originals_) changed += texts_.at(key) != original.text ? 1 : 0;
  return changed;
}

std::string Fixing::diff() const {
  std::string out;
  for (const auto& [key, original] : originals_)
    out += diag::unified_diff(original.shown, original.text, texts_.at(key));
  return out;
}

std::vector<wf::Error> Fixing::write() const {
  std::vector<wf::Error> errors;
  for (const auto& [key, original] : originals_) {
    const std::string& text = texts_.at(key);
    if (key == "-" || text == original.text) continue;
    // Through links: the file changes, and not what leads to it.
    std::error_code trouble;
    const std::string path = std::filesystem::canonical(key, trouble).string();
    struct stat status {};
    const auto now = wf::read_file(path);
    if (trouble || !now || stat(path.c_str(), &status) != 0) {
      errors.push_back({"cannot write `" + original.shown + "`", {}});
      continue;
    }
    const bool marked = now->starts_with(byte_order_mark);
    if (std::string_view(*now).substr(marked ? byte_order_mark.size() : 0) != original.text) {
      errors.push_back({"`" + original.shown + "` has changed meanwhile and is left alone", {}});
      continue;
    }
    const auto written = wf::write_file(path, (marked ? std::string(byte_order_mark) : std::string()) + text,
                                        status.st_mode & 07777);
    if (!written) errors.push_back(written.error());
  }
  return errors;
}

}  // namespace wfc::driver
