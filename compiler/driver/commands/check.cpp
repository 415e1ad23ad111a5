// wfc check: finds the mistakes in definitions and writes nothing but what it found.
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <tuple>
#include <unordered_set>

#include "compiler/driver/commands.h"
#include "compiler/driver/fixing.h"
#include "compiler/driver/lock.h"
#include "compiler/driver/search.h"
#include "compiler/driver/shellcheck.h"
#include "compiler/driver/version.h"
#include "compiler/driver/watch.h"
#include "runtime/base/text.h"

namespace wfc::driver {
namespace {

struct CheckOptions {
  InputOptions input;
  std::vector<std::string> paths;
  std::string format;  // Empty: as wfc.toml says, else text.
  bool fix = false;
  bool diff = false;
  bool approve = false;
  bool watch = false;
  bool no_ignore = false;
  bool shellcheck = false;
};

std::vector<std::string> paths_of(const CheckOptions& options) {
  std::vector<std::string> paths = options.paths;
  if (paths.empty()) paths.emplace_back(".");
  for (std::string& path : paths)
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return paths;
}

bool is_folder(const std::string& path) {
  struct stat status {};
  return path != "-" && stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

class Check {
 public:
  Check(Console& console, const CheckOptions& options)
      : console_(console), options_(options), fixing_(options.input.limits), session_(options.input.limits) {}

  int run() {
    auto settings = front_options(options_.input);
    if (!settings) {
      console_.trouble(settings.error().message, settings.error().hint);
      return usage;
    }
    settings_ = std::move(*settings);
    settings_.approving = options_.approve;
    const Settings& own = settings_.settings->of_folder(".");
    format_ = !options_.format.empty() ? options_.format : own.format.value_or("text");
    const std::vector<std::string> paths = paths_of(options_);
    const auto stdins = std::count(paths.begin(), paths.end(), "-");
    if (stdins > 1) {
      console_.trouble("standard input can be read once");
      return usage;
    }
    if (stdins > 0 && options_.fix && !options_.diff) {
      console_.trouble("standard input cannot be fixed in place",
                       "`--diff` shows what the fixes would change");
      return usage;
    }
    if (stdins > 0) {
      auto text = read_stdin(definition_bytes_max(options_.input.limits));
      if (!text) {
        console_.trouble(text.error().message, text.error().hint);
        return usage;
      }
      fixing_.keep_stdin(std::move(*text), settings_.stdin_name);
    }
    // Each definition is read as the fixes before it leave the files that they share.
    session_.sources.lay_over(&fixing_.texts());
    for (const std::string& path : paths) is_folder(path) ? folder(path) : one(path);
    settings_.settings->report_into(session_.sources, session_.report);
    session_.report.sort();
    drop_repeated();
    if (options_.fix && !options_.diff) write_fixes();
    for (const auto& [folder, lock] : locks_)
      if (const auto written = lock.write(); !written) say_trouble(written.error());
    options_.diff ? render_diff() : render();
    const int exit = world_said_no_ ? usage : session_.report.has_errors() ? has_errors : fine;
    // Without destructors: the model of a large definition is not taken apart piece by piece only to end.
    std::_Exit(console_.end(exit));
  }

 private:
  void one(const std::string& path) {
    if (options_.fix && !options_.diff) fixing_.fix(path, settings_);
    auto checked = front(session_, path, settings_);
    if (options_.diff) fixing_.fix(path, settings_);
    if (!checked) {
      say_trouble(checked.error());
      return;
    }
    if (options_.shellcheck) {
      if (const auto asked = ask_shellcheck(session_, *checked); !asked) {
        console_.trouble(asked.error().message, asked.error().hint);
        world_said_no_ = true;
      }
    }
    note(checked->summary, checked->read.reason);
    if (options_.approve) approve(path, *checked);
    last_ = std::move(*checked);
  }

  void approve(const std::string& path, const Checked& checked) {
    if (path == "-" || !checked.usable) {
      console_.trouble("`" + checked.summary.file + "` is not approved",
                       path == "-" ? "standard input has no place for a wfc.lock" : "it has errors");
      return;
    }
    const std::string folder = folder_of(path);
    if (!locks_.contains(folder)) {
      auto lock = Lock::read(folder);
      if (!lock) return say_trouble(lock.error());
      locks_.emplace(folder, std::move(*lock));
    }
    locks_.at(folder).approve(path.substr(path.rfind('/') + 1), checked.read.workflow);
  }

  void say_trouble(const wf::Error& error) {
    console_.trouble(error.message, error.hint);
    world_said_no_ = true;
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
  struct Candidate {
    std::string file;
    bool is_workflow = false;  // It was read as one.
    bool is_meant_so = false;  // Or surely meant to be one.
    bool is_silent = true;     // There is nothing to say about it.
    diag::FileSummary summary;
    std::string reason;
  };

  void folder(const std::string& path) {
    const Found below = search(path, *settings_.settings, options_.no_ignore);
    std::vector<Candidate> found;
    // Files that workflows named: what is wrong with them has been said with the workflow.
    std::unordered_set<std::string> named;
    for (const std::string& file : below.files) {
      Session alone(options_.input.limits);
      alone.sources.lay_over(&fixing_.texts());
      Candidate& one = found.emplace_back();
      one.file = file;
      auto checked = front(alone, file, settings_);
      if (!checked || !may_be_workflow(file, *checked, alone)) continue;
      one.is_meant_so = true;
      one.is_workflow = checked->read.dialect != nullptr;
      one.is_silent = alone.report.all().empty() && !options_.shellcheck;
      one.summary = checked->summary;
      one.reason = checked->read.reason;
      for (FileId other = checked->file + 1; one.is_workflow && other < checked->files_end; ++other)
        named.insert(source::plain_path(alone.sources.file(other).path));
    }
    const std::size_t before = files_.size();
    for (Candidate& one : found) {
      const bool part_of_another = !one.is_workflow && named.contains(source::plain_path(one.file));
      if (!one.is_meant_so || part_of_another) {
        skipped_.push_back(one.file);
      } else if (one.is_silent && !options_.approve) {
        note(one.summary, one.reason);
      } else {
        this->one(one.file);
      }
    }
    if (files_.size() == before) {
      console_.trouble(
          "no workflow was found in `" + path + "`",
          "looked at " + std::to_string(below.files.size()) + " files named *.wf, *.yaml, *.yml and *.json" +
              (below.ignored > 0 ? "; " + std::to_string(below.ignored) +
                                       " more ignored (`--no-ignore` looks at what ignore files name)"
                                 : std::string()));
      world_said_no_ = true;
    }
  }

  void note(const diag::FileSummary& summary, const std::string& reason) {
    files_.push_back(summary);
    if (!options_.input.verbose || summary.dialect.empty()) return;
    std::string said = summary.file + ": " + summary.dialect;
    if (!reason.empty()) said += " (" + reason + ")";
    console_.err(wf::printable(said, false) + "\n");
  }

  // A file that several definitions name was read for each of them; its mistakes are the same ones.
  void drop_repeated() {
    std::set<std::tuple<std::string_view, std::uint32_t, const diag::KindInfo*, std::string_view>> seen;
    session_.report.drop([&](const diag::Diagnostic& one) {
      if (!one.span.known() || session_.sources.file(one.span.file).path.empty()) return false;
      const std::string_view path = session_.sources.file(one.span.file).path;
      return !seen.emplace(path, one.span.begin, one.kind, one.message).second;
    });
  }

  void write_fixes() {
    for (const wf::Error& error : fixing_.write()) say_trouble(error);
  }

  std::string fixed_text() const {
    const auto counted = [](std::size_t count, const char* what) {
      return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
    };
    return counted(static_cast<std::size_t>(fixing_.fixes()), "mistake") + " in " +
           counted(fixing_.files(), "file");
  }

  // The diff alone is on standard output, so that `patch` can read it.
  void render_diff() {
    console_.out(fixing_.diff());
    if (!files_.empty()) console_.err(diag::text_summary(session_.report, files_) + "\n");
    if (fixing_.fixes() > 0)
      console_.err("`--fix` mends " + fixed_text() + "\n");
    else if (!session_.report.all().empty())
      console_.err("nothing of it can be fixed safely\n");
  }

  void render() {
    const diag::Standpoint from{whole_path("."), repository_of(whole_path("."))};
    const bool text = format_ == "text";
    if (options_.fix && fixing_.fixes() > 0 && !text) console_.err("fixed " + fixed_text() + "\n");
    if (format_ == "json") {
      console_.out(diag::render_json(session_.report, session_.sources, files_));
    } else if (format_ == "sarif") {
      console_.out(diag::render_sarif(session_.report, session_.sources, version, from));
    } else if (format_ == "github") {
      console_.out(diag::render_github(session_.report, session_.sources, from));
    } else {
      const Settings& own = settings_.settings->of_folder(".");
      const diag::TextStyle style{.colour = use_colour(options_.input, STDOUT_FILENO),
                                  .errors_max = errors_max(options_.input, own)};
      console_.out(diag::render_text(session_.report, session_.sources, style));
      if (options_.fix && fixing_.fixes() > 0) console_.out("fixed " + fixed_text() + "\n");
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
  std::string format_;
  Fixing fixing_;
  Session session_;
  std::map<std::string, Lock> locks_;  // To be written, by folder.
  Checked last_;
  std::vector<diag::FileSummary> files_;
  std::vector<std::string> skipped_;  // Of folders: files that are no workflows.
  bool world_said_no_ = false;
};

// Each round in a process of its own: it forgets everything, and what ends it does not end the watch.
int watch_command(Console& console, const CheckOptions& options) {
  const auto settings = front_options(options.input);
  if (!settings) {
    console.trouble(settings.error().message, settings.error().hint);
    return usage;
  }
  const std::vector<std::string> paths = paths_of(options);
  if (std::find(paths.begin(), paths.end(), "-") != paths.end()) {
    console.trouble("standard input cannot be watched");
    return usage;
  }
  const auto folders = [&] {
    std::vector<std::string> all;
    for (const std::string& path : paths) {
      const std::string top = is_folder(path) ? path : folder_of(path);
      for (std::string& one : folders_below(top, *settings->settings, options.no_ignore))
        all.push_back(std::move(one));
    }
    return all;
  };
  const auto act = [&] {
    if (Console::is_terminal(STDOUT_FILENO)) console.out("\x1b[2J\x1b[H");
    if (!console.flush()) std::_Exit(usage);
    const pid_t child = fork();
    if (child == 0) std::_Exit(Check(console, options).run());
    if (child > 0)
      while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
      }
  };
  console.trouble(watch(folders, act));
  return usage;
}

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
  app.add_flag("--fix", options->fix, "Apply the fixes that are surely right");
  app.add_flag("--diff", options->diff, "Show what --fix would change, and change nothing");
  app.add_flag("--approve", options->approve,
               "Write what the definitions may get at into wfc.lock beside them");
  app.add_flag("--watch", options->watch, "Check again whenever a file changes");
  app.add_flag("--no-ignore", options->no_ignore,
               "Look at files that .gitignore, .wfcignore and wfc.toml leave out, too");
  add_input_options(app, options->input);
  return [options](Console& console) {
    return options->watch ? watch_command(console, *options) : Check(console, *options).run();
  };
}

}  // namespace wfc::driver
