// Finds path rules that cannot be read, that lead out of the repository, and that contradict each other. What
// a rule means is decided by the functions that the executable uses.
#include <algorithm>
#include <map>
#include <set>

#include "compiler/check/command_risks.h"
#include "compiler/check/places.h"
#include "compiler/check/shell_flow.h"
#include "runtime/rules/paths.h"

namespace wfc::check {
namespace {

using wf::rules::FileNames;
using wf::rules::Machinery;
using wf::rules::PathRule;

struct Entry {
  const Located<std::string>* written;
  PathRule rule;
};

class Paths {
 public:
  Paths(const Subject& in, diag::Report& report) : in_(in), report_(report) {}

  void run() {
    allowed_ = read(in_.workflow.paths.allow);
    blocked_ = read(in_.workflow.paths.deny);
    read_artifacts();
    if (broken_) return;
    find_covered();
    find_machinery();
    find_carve_outs();
    find_blocked_artifacts();
    if (!allowed_.empty() || !blocked_.empty()) find_blocked_commands();
  }

 private:
  // Of a list that is unreasonably long, the first part; comparing all with all must stay cheap.
  static constexpr std::size_t entries_max = 300;

  std::vector<Entry> read(const std::vector<Located<std::string>>& list) {
    std::vector<Entry> entries;
    for (const Located<std::string>& written : list) {
      wf::rules::PathProblem problem;
      const std::string_view text = written.value;
      if (auto rule = PathRule::read(text, problem)) {
        if (entries.size() < entries_max)
          entries.push_back({&written, std::move(*rule)});
        else
          cut_ = true;
        continue;
      }
      broken_ = true;
      const Span place = place_of_problem(text, written.span, problem);
      if (problem.escapes) {
        report_.add(diag::path_escape, place, written.value)
            .label(problem.why)
            .help("write paths from the repository's root, without `/` in front and without `..`");
      } else {
        report_.add(diag::bad_pattern, place, problem.why);
      }
    }
    return entries;
  }
  Span place_of_problem(std::string_view text, Span span, const wf::rules::PathProblem& problem) const {
    return place_of_part(in_, text, span, text.substr(problem.begin, problem.end - problem.begin));
  }

  // One message for each allowed path of which nothing is left, or one for all that one entry blocks.
  void find_covered() {
    std::map<const Located<std::string>*, diag::Draft> said;
    for (const Entry& allowed : allowed_) {
      const auto covers = std::find_if(blocked_.begin(), blocked_.end(), [&](const Entry& blocked) {
        return blocked.rule.surely_covers(allowed.rule);
      });
      if (covers == blocked_.end()) continue;
      reported_.insert(covers->written);
      if (const auto again = said.find(covers->written); again != said.end()) {
        again->second.also(place(*allowed.written), "this, too");
        continue;
      }
      auto draft = report_.add(diag::path_conflict, place(*allowed.written), allowed.written->value);
      draft.label("allowed here")
          .also(place(*covers->written), "and blocked here with all that is inside")
          .help("blocked paths win: take one of the two away");
      said.emplace(covers->written, draft);
    }
  }

  void find_carve_outs() {
    for (const Entry& blocked : blocked_) {
      const auto around = std::find_if(allowed_.begin(), allowed_.end(), [&](const Entry& allowed) {
        return blocked.rule.lies_inside(allowed.rule) && !blocked.rule.surely_covers(allowed.rule);
      });
      if (around == allowed_.end()) continue;
      report_
          .add(diag::path_carve_out, place(*blocked.written), blocked.written->value, around->written->value)
          .label("only a sandbox with mounts can forbid it while a step runs")
          .also(place(*around->written), "the folder around it is allowed")
          .note("with Landlock alone, what is written there is found and undone only after the step")
          .help("allow the folders beside it one by one instead of `" + around->written->value + "`");
    }
  }

  // What no step may write, whatever is allowed.
  void find_machinery() {
    for (const Entry& allowed : allowed_) {
      const std::string inside = allowed.rule.text() + (allowed.rule.only_inside() ? "/x" : "");
      if (reported_.contains(allowed.written) ||
          machinery_at(inside, FileNames::differ_by_case) != Machinery::always)
        continue;
      reported_.insert(allowed.written);
      report_.add(diag::path_conflict, place(*allowed.written), allowed.written->value)
          .label("allowed here")
          .note(
              "what lies in `.git` and what `wf.toml` says decides over the run itself: no step may write it")
          .help("leave it out, and let what needs it be done outside of the run");
    }
  }

  // What steps are to leave, as it is read for rules.
  void read_artifacts() {
    for (const model::Step& step : in_.workflow.steps) {
      if (!step.extras) continue;
      for (const model::Artifact& artifact : step.extras->artifacts) {
        if (!artifact.from || !artifact.from->constant()) continue;
        const Span span = artifact.from->span;
        const std::string path = artifact.from->constant_text();
        wf::rules::PathProblem problem;
        if (auto rule = PathRule::read(path, problem)) {
          artifacts_.push_back({&step, span, path, std::move(*rule)});
        } else if (problem.escapes) {
          report_.add(diag::path_escape, span, path).label(problem.why);
        } else {
          report_.add(diag::bad_pattern, place_of_problem(path, span, problem), problem.why);
        }
      }
    }
  }

  // What a step is to leave, and may not write.
  void find_blocked_artifacts() {
    for (const Left& left : artifacts_) {
      const auto covers = std::find_if(blocked_.begin(), blocked_.end(), [&](const Entry& blocked) {
        return blocked.rule.surely_covers(left.rule);
      });
      if (covers != blocked_.end()) {
        if (!reported_.contains(covers->written))
          add_denied(left.span, left.path, "step `" + left.step->id.value + "` is to leave this", &*covers);
        continue;
      }
      const bool allowed = allowed_.empty() || cut_ ||
                           std::any_of(allowed_.begin(), allowed_.end(),
                                       [&](const Entry& entry) { return entry.rule.meets(left.rule); });
      if (!allowed)
        add_denied(left.span, left.path, "step `" + left.step->id.value + "` is to leave this", nullptr);
    }
  }

  // What a command writes by its own text, and may not.
  void find_blocked_commands() {
    for_each_command(in_.workflow, [&](const CommandText& command) {
      const std::string written = written_text(*command.text);
      if (written.find('>') == std::string::npos && written.find("tee") == std::string::npos) return;
      const auto* folder = command.step == model::none ? nullptr : &in_.workflow.steps[command.step].folder;
      if (folder != nullptr && *folder && !(*folder)->constant()) return;
      const std::string below = folder != nullptr && *folder ? (*folder)->constant_text() : std::string();
      for (const std::vector<shell::CommandPart>& parts : shell::ways_of(*command.text).all)
        for (const WrittenFile& file : files_written(shell::commands_of(parts)))
          look_at(command, file.name, path_below(below, file.name));
    });
  }
  void look_at(const CommandText& command, const std::string& name, const std::string& path) {
    const auto normal = wf::rules::normal_path(path);
    if (!normal) return;  // Not in the repository.
    const Span span = place_of_word(in_, *command.text, name);
    const auto blocks = std::find_if(blocked_.begin(), blocked_.end(), [&](const Entry& blocked) {
      return blocked.rule.blocks(*normal, FileNames::differ_by_case);
    });
    if (blocks != blocked_.end()) return add_denied(span, path, "the command writes it", &*blocks);
    if (allowed_.empty() || cut_) return;
    if (std::none_of(allowed_.begin(), allowed_.end(),
                     [&](const Entry& allowed) { return allowed.rule.allows(*normal); }))
      add_denied(span, path, "the command writes it", nullptr);
  }

  // `blocked`: by this entry; none: nothing allows it.
  void add_denied(Span span, const std::string& path, std::string why, const Entry* blocked) {
    auto draft = report_.add(diag::path_conflict, span, path);
    draft.label(std::move(why));
    if (blocked != nullptr) {
      draft.also(place(*blocked->written), "and it is blocked here")
          .help("write it somewhere else, or block less");
    } else {
      draft.also(place(*allowed_.front().written), "once something is allowed, nothing else is")
          .help("write it somewhere else, or allow it, too");
    }
  }

  Span place(const Located<std::string>& written) const {
    return place_of_part(in_, written.value, written.span, written.value);
  }

  const Subject& in_;
  diag::Report& report_;
  // What a step leaves.
  struct Left {
    const model::Step* step;
    Span span;
    std::string path;
    PathRule rule;
  };
  std::vector<Entry> allowed_, blocked_;
  std::vector<Left> artifacts_;
  bool cut_ = false;                                // A list was too long to be read whole.
  std::set<const Located<std::string>*> reported_;  // Blocked entries that block too much.
  bool broken_ = false;
};

}  // namespace

void path_rules(const Subject& in, diag::Report& report) {
  Paths(in, report).run();
}

}  // namespace wfc::check
