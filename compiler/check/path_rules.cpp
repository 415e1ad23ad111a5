// Finds path rules that cannot be read, that lead out of the repository, and that contradict each other. What
// a rule means is decided by the functions that the executable uses.
#include <algorithm>
#include <map>
#include <set>

#include "compiler/check/check.h"
#include "compiler/check/places.h"
#include "runtime/rules/paths.h"

namespace wfc::check {
namespace {

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
    if (broken_) return;
    find_covered();
    find_carve_outs();
    find_blocked_artifacts();
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
        if (entries.size() < entries_max) entries.push_back({&written, std::move(*rule)});
        continue;
      }
      broken_ = true;
      const Span place =
          place_of_part(in_, text, written.span, text.substr(problem.begin, problem.end - problem.begin));
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

  // What a step is to leave, and may not write.
  void find_blocked_artifacts() {
    for (const model::Step& step : in_.workflow.steps) {
      if (!step.extras) continue;
      for (const model::Artifact& artifact : step.extras->artifacts) {
        if (!artifact.from || !artifact.from->constant()) continue;
        const std::string path = artifact.from->constant_text();
        wf::rules::PathProblem problem;
        const auto rule = PathRule::read(path, problem);
        if (!rule) {
          if (problem.escapes) report_.add(diag::path_escape, artifact.from->span, path).label(problem.why);
          continue;
        }
        const auto covers = std::find_if(blocked_.begin(), blocked_.end(), [&](const Entry& blocked) {
          return blocked.rule.surely_covers(*rule);
        });
        if (covers == blocked_.end() || reported_.contains(covers->written)) continue;
        report_.add(diag::path_conflict, artifact.from->span, path)
            .label("step `" + step.id.value + "` is to leave this")
            .also(place(*covers->written), "and it is blocked here")
            .help("write it somewhere else, or block less");
      }
    }
  }

  Span place(const Located<std::string>& written) const {
    return place_of_part(in_, written.value, written.span, written.value);
  }

  const Subject& in_;
  diag::Report& report_;
  std::vector<Entry> allowed_, blocked_;
  std::set<const Located<std::string>*> reported_;  // Blocked entries that block too much.
  bool broken_ = false;
};

}  // namespace

void path_rules(const Subject& in, diag::Report& report) {
  Paths(in, report).run();
}

}  // namespace wfc::check
