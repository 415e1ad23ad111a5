// wfc.toml: what a repository wants of wfc. Flags win over all of it.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/diag/report.h"
#include "compiler/driver/ignore.h"

namespace wfc::driver {

struct Settings {
  std::string path;    // Of the file, absolute; empty: there is none.
  std::string folder;  // Patterns are relative to it.
  std::string text;

  std::optional<std::string> format;
  std::optional<int> errors_max;
  std::optional<bool> pedantic;
  std::vector<std::string> deny;  // As `--deny` takes them.
  IgnorePatterns exclude;         // Files that a search passes over.
  std::string dialect;
  std::vector<std::string> programs;  // `requires`
  std::string sandbox;                // "auto", "required", "off"; empty: not said.
  bool prices_declared = false;       // There is a table `prices`, ...
  std::vector<std::string> priced;    // ... of these models.
  std::map<const diag::KindInfo*, std::optional<diag::Severity>> severity;  // Without a value: off.

  struct OfFiles {  // [files."pattern"]
    IgnorePatterns files;
    std::set<const diag::KindInfo*> allowed;
    std::string dialect;
  };
  std::vector<OfFiles> of_files;

  std::string dialect_of(const std::string& file) const;  // Empty: as it is recognised.
  bool allowed_in(const std::string& file, const diag::KindInfo& kind) const;
  bool excludes(const std::string& path, bool is_folder) const;
};

// Mistakes are reported with their places; what is right counts all the same.
Settings read_settings(const std::string& path, std::string text, source::SourceMap& sources,
                       diag::Report& report);

// The folder that holds `.git`, at `folder` (absolute) or above it; empty: none does.
std::string repository_of(const std::string& folder);
// Absolute, without `.` and `..`; links are not followed.
std::string whole_path(const std::string& path);

// Finds the settings of each definition, and reads each file once.
class SettingsBook {
 public:
  // `file`: use this one everywhere. `none`: use no file.
  SettingsBook(std::string file, bool none) : file_(std::move(file)), none_(none) {}
  // Those of definitions in `folder`: the nearest wfc.toml, upwards to the root of the repository; without a
  // repository, to where wfc was started.
  const Settings& of_folder(const std::string& folder);
  const Settings& of_file(const std::string& file);
  // What is wrong with the files used so far. Once for each file.
  void report_into(source::SourceMap& sources, diag::Report& report);
  // The file given with `--config` that cannot be read: "there is no such file". Empty: nothing is wrong.
  std::string trouble();

 private:
  std::string find(const std::string& folder) const;
  const Settings& read(const std::string& path);
  std::string file_;
  bool none_ = false;
  std::map<std::string, std::string> found_;  // By folder: the path, or nothing.
  std::map<std::string, std::unique_ptr<Settings>> read_;
  std::set<std::string> reported_;
  Settings nothing_;
};

}  // namespace wfc::driver
