// wfc check: finds the mistakes in definitions and writes nothing but what it found.
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <unordered_set>

#include "compiler/driver/commands.h"
#include "compiler/driver/shellcheck.h"
#include "runtime/base/text.h"

namespace wfc::driver {
namespace {

constexpr int folder_depth_max = 64;

struct CheckOptions {
  InputOptions input;
  std::vector<std::string> paths;
  std::string format = "text";
  bool shellcheck = false;
};

bool may_hold_workflow(std::string_view name) {
  return name.ends_with(".wf") || name.ends_with(".yaml") || name.ends_with(".yml") ||
         name.ends_with(".json");
}

// Files below a folder that may be workflows, in the order of their names. Hidden folders and links to
// folders are left alone.
void search(const std::string& folder, int depth, std::vector<std::string>& found) {
  DIR* open = opendir(folder.c_str());
  if (open == nullptr) return;
  std::vector<std::string> names;
  while (const dirent* entry = readdir(open)) {
    if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
  }
  closedir(open);
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    const std::string path = folder == "." ? name : folder + "/" + name;
    struct stat status {};
    if (lstat(path.c_str(), &status) != 0) continue;
    if (S_ISDIR(status.st_mode)) {
      if (depth < folder_depth_max && name != "node_modules") search(path, depth + 1, found);
    } else if (may_hold_workflow(name) && stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode)) {
      found.push_back(path);
    }
  }
}

class Check {
 public:
  Check(Console& console, const CheckOptions& options) : console_(console), options_(options) {}

  int run() {
    auto settings = front_options(options_.input);
    if (!settings) {
      console_.trouble(settings.error().message, settings.error().hint);
      return usage;
    }
    settings_ = std::move(*settings);
    std::vector<std::string> paths = options_.paths;
    if (paths.empty()) paths.emplace_back(".");
    if (std::count(paths.begin(), paths.end(), "-") > 1) {
      console_.trouble("standard input can be read once");
      return usage;
    }
    for (std::string path : paths) {
      while (path.size() > 1 && path.ends_with('/')) path.pop_back();
      struct stat status {};
      if (path != "-" && stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) {
        folder(path);
      } else {
        one(path);
      }
    }
    apply_deny(options_.input, session_);
    session_.report.sort();
    render();
    const int exit = world_said_no_ ? usage : session_.report.has_errors() ? has_errors : fine;
    // Without destructors: the model of a large definition is not taken apart piece by piece only to end.
    std::_Exit(console_.end(exit));
  }

 private:
  void one(const std::string& path) {
    auto checked = front(session_, path, settings_);
    if (!checked) {
      console_.trouble(checked.error().message, checked.error().hint);
      world_said_no_ = true;
      return;
    }
    if (options_.shellcheck) {
      if (const auto asked = ask_shellcheck(session_, *checked); !asked) {
        console_.trouble(asked.error().message, asked.error().hint);
        world_said_no_ = true;
      }
    }
    note(checked->summary, checked->read.reason);
    last_ = std::move(*checked);
  }

  // Other YAML and JSON files live in the same folders, and are none of our business; but a file that cannot
  // be read as YAML may be a workflow, and one with the keys of a workflow was surely meant to be one.
  static bool may_be_workflow(const std::string& file, const Checked& checked, const Session& session) {
    if (checked.read.dialect != nullptr || file.ends_with(".wf")) return true;
    const yaml::Node* root = checked.read.document.root();
    if (root != nullptr && root->is_mapping())
      for (const std::string_view key : {"steps", "phases", "workflow_id"})
        if (root->has(key)) return true;
    const auto& said = session.report.all();
    return std::any_of(said.begin(), said.end(), [](const auto& diagnostic) {
      return diagnostic->severity == diag::Severity::error && diagnostic->kind->number < 200;
    });
  }

  // What was found out about a file below a folder.
  struct Found {
    std::string file;
    bool is_workflow = false;  // It was read as one.
    bool is_meant_so = false;  // Or surely meant to be one.
    bool is_silent = true;     // There is nothing to say about it.
    diag::FileSummary summary;
    std::string reason;
  };

  void folder(const std::string& path) {
    std::vector<std::string> files;
    search(path, 0, files);
    std::vector<Found> found;
    // Files that workflows named: what is wrong with them has been said with the workflow.
    std::unordered_set<std::string> named;
    for (const std::string& file : files) {
      Session alone;
      Found& one = found.emplace_back();
      one.file = file;
      auto checked = front(alone, file, settings_);
      if (!checked || !may_be_workflow(file, *checked, alone)) continue;
      one.is_meant_so = true;
      one.is_workflow = checked->read.dialect != nullptr;
      one.is_silent = alone.report.all().empty() && !options_.shellcheck;
      one.summary = checked->summary;
      one.reason = checked->read.reason;
      for (FileId other = checked->file + 1; one.is_workflow && other < checked->files_end; ++other)
        named.insert(plain(alone.sources.file(other).path));
    }
    const std::size_t before = files_.size();
    for (Found& one : found) {
      const bool part_of_another = !one.is_workflow && named.contains(plain(one.file));
      if (!one.is_meant_so || part_of_another) {
        skipped_.push_back(one.file);
      } else if (one.is_silent) {
        note(one.summary, one.reason);
      } else {
        this->one(one.file);
      }
    }
    if (files_.size() == before) {
      console_.trouble(
          "no workflow was found in `" + path + "`",
          "looked at " + std::to_string(files.size()) + " files named *.wf, *.yaml, *.yml and *.json");
      world_said_no_ = true;
    }
  }

  static std::string plain(const std::string& path) {
    return std::filesystem::path(path).lexically_normal().string();
  }

  void note(const diag::FileSummary& summary, const std::string& reason) {
    files_.push_back(summary);
    if (!options_.input.verbose || summary.dialect.empty()) return;
    std::string said = summary.file + ": " + summary.dialect;
    if (!reason.empty()) said += " (" + reason + ")";
    console_.err(wf::printable(said, false) + "\n");
  }

  void render() {
    if (options_.format == "json") {
      console_.out(diag::render_json(session_.report, session_.sources, files_));
    } else if (options_.format == "sarif") {
      console_.out(diag::render_sarif(session_.report, session_.sources));
    } else if (options_.format == "github") {
      console_.out(diag::render_github(session_.report, session_.sources));
    } else {
      const diag::TextStyle style{.colour = use_colour(options_.input, STDOUT_FILENO),
                                  .errors_max = options_.input.errors_max};
      console_.out(diag::render_text(session_.report, session_.sources, style));
      if (!files_.empty()) console_.out(diag::text_summary(session_.report, files_) + "\n");
      if (!files_.empty() && !skipped_.empty())
        console_.out(std::to_string(skipped_.size()) +
                     (skipped_.size() == 1 ? " other file skipped\n" : " other files skipped\n"));
    }
    if (!options_.input.verbose) return;
    for (const std::string& file : skipped_)
      console_.err(wf::printable(file + ": skipped, it does not look like a workflow", false) + "\n");
  }

  Console& console_;
  const CheckOptions& options_;
  FrontOptions settings_;
  Session session_;
  Checked last_;
  std::vector<diag::FileSummary> files_;
  std::vector<std::string> skipped_;  // Of folders: files that are no workflows.
  bool world_said_no_ = false;
};

}  // namespace

Action add_check(const CommandContext& context) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App& app = context.app;
  app.description("Find the mistakes in definitions");
  app.add_option("paths", options->paths, "Files, folders to search, or - for standard input (default: .)")
      ->type_name("FILE|DIR|-");
  app.add_option("--format", options->format, "text, json, sarif or github")
      ->type_name("FORM")
      ->check(CLI::IsMember({"text", "json", "sarif", "github"}).description(""));
  app.add_flag("--shellcheck", options->shellcheck, "Ask ShellCheck about the commands, too");
  add_input_options(app, options->input);
  return [options](Console& console) { return Check(console, *options).run(); };
}

}  // namespace wfc::driver
