// Finds steps that may run at the same time and write the same thing: an output of one name, or a file.
//
// What a command writes is read off its text where that is plain (`> FILE`, `>> FILE`, `tee FILE`), what a
// step leaves off its artifacts. Those who write one thing are sorted by the order of the steps, and each is
// compared with those right before it: in a chain each precedes the next, so neighbours tell. An artifact is
// also compared with what is written inside of its folder, or where its pattern looks, and two patterns with
// each other: where some path fits both, each step leaves what the other one may still be writing.
#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "compiler/check/rewriting.h"
#include "compiler/check/shell_flow.h"
#include "compiler/insight/at_once.h"
#include "runtime/rules/paths.h"

namespace wfc::check {
namespace {

using model::none;
using model::Step;
using model::StepIndex;

constexpr std::size_t compared_max = 16;
constexpr std::size_t effort_max = 100'000;
constexpr std::size_t path_size_max = 4096;

std::string quoted(std::string_view name) {
  return "`" + std::string(name) + "`";
}

// What the command writes by its own text, as it is named there.
std::vector<WrittenFile> files_written(std::string_view command) {
  if (command.find('>') == std::string_view::npos && command.find("tee") == std::string_view::npos) return {};
  std::vector<shell::CommandPart> parts(1);
  parts[0].text = command;
  return check::files_written(shell::commands_of(parts));
}

class Races {
 public:
  Races(const Subject& in, diag::Report& report) : in_(in), report_(report), steps_(in.workflow.steps) {}

  void run() {
    find_repeated_outputs();
    for (const StepIndex step : in_.graph.order())
      if (steps_[step].undoes == none) collect(step);
    if (!order_.empty()) unclear_ = unclear_steps(in_);
    for (const std::string& what : order_) compare(what, writers_[what]);
    if (artifacts_) find_overlaps();
  }

 private:
  struct Writer {
    StepIndex step;
    Span span;
    bool whole = true;
    bool artifact = false;
  };

  void add(std::string what, const Writer& writer) {
    std::vector<Writer>& writers = writers_[what];
    if (!writers.empty() && writers.back().step == writer.step) {
      writers.back().whole |= writer.whole;
      writers.back().artifact |= writer.artifact;
      return;
    }
    writers.push_back(writer);
    if (writers.size() == 2) order_.push_back(std::move(what));
  }
  void add_file(std::string path, const Writer& writer) {
    add(quoted(path), writer);
    artifacts_ = artifacts_ || writer.artifact;
    files_.push_back(std::move(path));
  }

  // Where outputs have a space of names of their own, few are given twice.
  void find_repeated_outputs() {
    if (in_.workflow.one_space) return;
    const auto name_of = [&](StepIndex step) -> std::string_view { return steps_[step].output.value; };
    model::NameIndex index;
    index.reserve(steps_.size());
    for (StepIndex step = 0; step < steps_.size(); ++step)
      if (!steps_[step].output.value.empty() && index.add(name_of(step), step, name_of) != step)
        repeated_.insert(steps_[step].output.value);
  }

  void collect(StepIndex index) {
    const Step& step = steps_[index];
    if (!repeated_.empty() && repeated_.contains(step.output.value) && step.output.span.known())
      add("the output " + quoted(step.output.value), {index, step.output.span});
    const bool here = !step.folder || step.folder->constant();
    const std::string folder = step.folder && here ? step.folder->constant_text() : std::string();
    if (step.kind == wf::StepKind::command && here) {
      for (const model::Text& command : step.prompt)
        if (command.text.constant())
          for (const WrittenFile& file : files_written(command.text.constant_text()))
            add_file(path_below(folder, file.name),
                     {index, command.text.span.known() ? command.text.span : step.id.span, file.whole});
    }
    if (!step.extras) return;
    for (const model::Artifact& artifact : step.extras->artifacts) {
      if (!artifact.from || !artifact.from->constant()) continue;
      const std::string path = path_below(folder, artifact.from->constant_text());
      const Writer writer{index, artifact.from->span, true, true};
      if (path.find_first_of("*?") == std::string::npos)
        add_file(path, writer);
      else
        patterns_.emplace_back(path, writer), artifacts_ = true;
    }
  }

  void compare(const std::string& what, const std::vector<Writer>& writers) {
    if (!at_once_) at_once_.emplace(in_.workflow, in_.graph);
    for (std::size_t i = 1; i < writers.size(); ++i) {
      const std::size_t from = i > compared_max ? i - compared_max : 0;
      for (std::size_t k = i; k-- > from;) {
        const StepIndex a = writers[k].step, b = writers[i].step;
        if (in_.graph.precedes(a, b)) {
          // Whoever could race with it was compared with it: all others come before this one, too.
          if (writers[k].whole && !unclear_[a] && at_once_->free(a)) break;
          continue;
        }
        // Lines that two add come in some order, but they all come.
        if (!writers[k].whole && !writers[i].whole) continue;
        if (unclear_[a] || unclear_[b] || !at_once_->may(a, b)) continue;
        say(what, writers[k], writers[i]);
        return;  // Once for each thing that is written.
      }
    }
  }

  void find_overlaps() {
    if (unclear_.empty()) unclear_ = unclear_steps(in_);
    std::sort(files_.begin(), files_.end());
    files_.erase(std::unique(files_.begin(), files_.end()), files_.end());
    for (const std::string& path : files_) {
      if (path.size() > path_size_max) continue;
      for (std::size_t slash = path.find('/', 1); slash != std::string::npos;
           slash = path.find('/', slash + 1)) {
        const std::string folder = path.substr(0, slash);
        if (!std::binary_search(files_.begin(), files_.end(), folder)) continue;
        for (const Writer& outer : writers_[quoted(folder)])
          if (outer.artifact) compare_inside(folder, outer, path);
      }
    }
    for (const auto& [text, writer] : patterns_) {
      wf::rules::PathProblem problem;
      const auto pattern = wf::rules::PathRule::read(text, problem);
      if (!pattern) continue;
      // All that it matches begins with what stands before its first wildcard.
      const std::string begin = text.substr(0, text.find_first_of("*?"));
      for (auto file = std::lower_bound(files_.begin(), files_.end(), begin);
           file != files_.end() && file->starts_with(begin) && ++effort_ < effort_max; ++file)
        if (pattern->allows(*file)) compare_inside(text, writer, *file);
    }
    find_common_patterns();
  }

  void find_common_patterns() {
    std::vector<std::optional<wf::rules::PathRule>> rules;
    for (const auto& [text, writer] : patterns_) {
      wf::rules::PathProblem problem;
      rules.push_back(wf::rules::PathRule::read(text, problem));
    }
    for (std::size_t i = 1; i < patterns_.size(); ++i) {
      for (std::size_t k = 0; k < i; ++k) {
        const auto& [a_text, a] = patterns_[k];
        const auto& [b_text, b] = patterns_[i];
        effort_ += 1 + a_text.size() * b_text.size() / 64;
        if (effort_ > effort_max) return;
        if (a.step == b.step || !rules[k] || !rules[i] || said_.contains(std::minmax(a.step, b.step)))
          continue;
        if (unclear_[a.step] || unclear_[b.step] || !rules[k]->meets(*rules[i])) continue;
        const std::string what =
            a_text == b_text ? quoted(a_text) : "what fits " + quoted(a_text) + " and " + quoted(b_text);
        if (said_of_.contains(what)) continue;
        if (!at_once_) at_once_.emplace(in_.workflow, in_.graph);
        if (at_once_->may(a.step, b.step)) say(what, a, b);
      }
    }
  }

  // A step leaves all of a folder or of what a pattern matches, and others write one file of that.
  void compare_inside(const std::string& outer_path, const Writer& outer, const std::string& inner_path) {
    if (said_of_.contains(quoted(outer_path))) return;
    if (!at_once_) at_once_.emplace(in_.workflow, in_.graph);
    for (const Writer& inner : writers_[quoted(inner_path)]) {
      if (++effort_ > effort_max) return;
      const StepIndex a = outer.step, b = inner.step;
      if (unclear_[a] || unclear_[b] || said_.contains(std::minmax(a, b)) || !at_once_->may(a, b)) continue;
      return say(quoted(outer_path), outer, inner);
    }
  }

  void say(const std::string& what, const Writer& first, const Writer& second) {
    said_of_.insert(what);
    said_.insert(std::minmax(first.step, second.step));
    const std::string& a = steps_[first.step].id.value;
    const std::string& b = steps_[second.step].id.value;
    auto draft = report_.add(diag::write_race, second.span, a, b, what);
    draft.label("written here").also(first.span, "and here");
    draft.note("neither waits for the other: which is left at the end is chance");
    const std::string& key = in_.workflow.needs_key;
    if (key.empty()) return;
    draft.help(key == "after" ? "add `after " + a + "` to step " + quoted(b)
                              : "add " + quoted(a) + " to `" + key + "` of step " + quoted(b));
    draft.fix("wait for " + quoted(a), waiting_for(in_, second.step, first.step), false);
  }

  const Subject& in_;
  diag::Report& report_;
  const std::vector<Step>& steps_;
  std::vector<char> unclear_;
  std::unordered_map<std::string, std::vector<Writer>> writers_;
  std::unordered_set<std::string_view> repeated_;         // Names of outputs.
  std::vector<std::string> order_;                        // What two or more write, as it was found.
  std::vector<std::string> files_;                        // That are written, or left, by their names.
  std::vector<std::pair<std::string, Writer>> patterns_;  // Of artifacts.
  std::set<std::pair<StepIndex, StepIndex>> said_;
  std::unordered_set<std::string> said_of_;
  bool artifacts_ = false;
  std::size_t effort_ = 0;
  std::optional<insight::AtOnce> at_once_;
};

}  // namespace

void write_race(const Subject& in, diag::Report& report) {
  Races(in, report).run();
}

}  // namespace wfc::check
