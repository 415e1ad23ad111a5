// oracle_rules COUNT SEED: makes COUNT random small definitions of each kind that allow and deny, and
// compares what is said of their rules with what they let through, name by name.
//
// * paths: of an allowed entry nothing is left; a blocked entry lies within an allowed one. Every path over a
//   small alphabet is put to the very functions by which an executable refuses to write.
// * tools: all that an allowed name stands for is denied; what is allowed to nobody.
// * secrets: used and not granted; granted and never used.
// Names of the last two stand for themselves and all below them (language.md 3); what is denied never is
// allowed, and what is allowed is all there is, once something is.
#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <vector>

#include "../unit/compiler_dialects/reading.h"
#include "compiler/check/check.h"
#include "disagree.h"
#include "runtime/rules/paths.h"

namespace wfc::oracle {
namespace {

using Names = std::vector<std::string>;
using Lines = std::set<std::uint32_t>;

// A definition with one rule a line, and what is said of each line.
class Text {
 public:
  void add(const std::string& line) {
    text += line + "\n";
    ++last;
  }
  void check() {
    definition = read("w.wf", text);
    if (definition->report.has_errors())
      disagree(text, {"the text is a definition", "yes", findings(*definition)[0]});
    const graph::StepGraph graph(definition->workflow());
    const check::Subject subject{
        .workflow = definition->workflow(), .graph = graph, .sources = &definition->sources};
    check::run_all(subject, definition->report);
  }
  Lines said(const diag::KindInfo& kind, std::string_view what = {}) const {
    Lines lines;
    const auto add_line = [&](const Span& span) {
      lines.insert(static_cast<std::uint32_t>(definition->sources.position_of(span.file, span.begin).line));
    };
    for (const auto& finding : definition->report.all()) {
      if (finding->kind->number != kind.number || finding->message.find(what) == std::string::npos) continue;
      add_line(finding->span);
      // One message for all that one entry is in the way of.
      for (const auto& label : finding->labels)
        if (label.text == "this, too") add_line(label.span);
    }
    return lines;
  }
  void compare(const std::string& what, const Lines& expected, const Lines& got) const {
    if (expected != got) disagree(text, {what, spelled(expected), spelled(got)});
  }
  static std::string spelled(const Lines& lines) {
    std::string all;
    for (const std::uint32_t line : lines) all += (all.empty() ? "line " : ", ") + std::to_string(line);
    return all.empty() ? "none" : all;
  }

  std::string text;
  std::uint32_t last = 0;  // The line that was added last.
  std::unique_ptr<Definition> definition;
};

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  int below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }
  bool chance(int percent) { return below(100) < percent; }
  const std::string& of(const Names& names) { return names[below(static_cast<int>(names.size()))]; }

 private:
  std::mt19937_64 random_;
};

// ------------------------------------------------------------------------------------------------------
// paths
using wf::rules::FileNames;
using wf::rules::PathRule;
using wf::rules::PathRules;

// Up to three folders deep. No entry names `zz`, and none has a pattern that tells it from longer names.
const Names& all_paths() {
  static const Names all = [] {
    const Names parts = {"a", "b", "ab", ".a", "z", "zz"};
    Names paths = parts, before = parts;
    for (int depth = 1; depth < 3; ++depth) {
      Names deeper;
      for (const std::string& path : before)
        for (const std::string& part : parts) deeper.push_back(path + "/" + part);
      paths.insert(paths.end(), deeper.begin(), deeper.end());
      before = std::move(deeper);
    }
    return paths;
  }();
  return all;
}

PathRule rule_of(const std::string& entry) {
  wf::rules::PathProblem problem;
  return *PathRule::read(entry, problem);
}

// Of what `allowed` alone would let through, what `blocked` leaves.
bool leaves_something(const PathRule& allowed, const PathRule& blocked) {
  const PathRules rules({allowed}, {blocked}, FileNames::differ_by_case, "");
  return std::any_of(all_paths().begin(), all_paths().end(),
                     [&](const std::string& path) { return static_cast<bool>(rules.may_write(path)); });
}

void compare_paths(Dice& dice) {
  const Names plain = {"a", "b", "ab", ".a"};
  const Names wild = {"*", "?", "a*", "*b", "*a*", "**", "??", "?*"};
  struct Entry {
    std::string text;
    std::uint32_t line;
    PathRule rule;
  };
  Text text;
  text.add("workflow w");
  std::vector<Entry> allowed, blocked;
  std::set<std::string> used;
  for (int i = dice.below(6); i >= 0; --i) {
    std::string entry;
    for (int parts = 1 + dice.below(2); parts > 0; --parts)
      entry += (entry.empty() ? "" : "/") + dice.of(dice.chance(35) ? wild : plain);
    if (dice.chance(25)) entry += "/";
    if (dice.chance(4)) entry = ".";
    if (!used.insert(entry).second && dice.chance(50)) continue;
    const bool allow = dice.chance(50);
    text.add((allow ? "allow paths \"" : "deny paths \"") + entry + "\"");
    (allow ? allowed : blocked).push_back({entry, text.last, rule_of(entry)});
  }
  std::string artifact = dice.of(plain);
  if (dice.chance(50)) artifact += "/" + dice.of(plain);
  text.add("step s: run \"make\" {");
  text.add("  artifact file from \"" + artifact + "\"");
  const std::uint32_t artifact_line = text.last;
  text.add("}");
  text.check();
  const Lines conflicts = text.said(diag::path_conflict.info), carved = text.said(diag::path_carve_out.info);
  Lines expected, carve_outs;
  const auto covered = [&](const PathRule& entry) {
    return std::any_of(blocked.begin(), blocked.end(),
                       [&](const Entry& one) { return !leaves_something(entry, one.rule); });
  };
  for (const Entry& entry : allowed) {
    const bool nothing_left = covered(entry.rule);
    const bool said = conflicts.contains(entry.line);
    // What a pattern leaves of another one is told only where the two are the same from some folder on.
    const bool told = !entry.rule.has_wildcards();
    if (said ? !nothing_left : nothing_left && told)
      disagree(text.text,
               {"is all of `" + entry.text + "` blocked?", nothing_left ? "yes" : "no", said ? "yes" : "no"});
  }
  for (const Entry& entry : blocked) {
    if (entry.rule.has_wildcards()) continue;
    for (const Entry& around : allowed)
      if (around.rule.text() != entry.rule.text() && around.rule.allows(entry.rule.text()) &&
          leaves_something(around.rule, entry.rule))
        carve_outs.insert(entry.line);
  }
  text.compare("what is blocked inside of what is allowed?", carve_outs, carved);
  // One blocked entry that is in the way of an allowed one is spoken of once.
  // What is to be left may be a folder: then something in it must be allowed.
  const auto is_allowed = [&](const std::string& path) {
    return std::any_of(allowed.begin(), allowed.end(),
                       [&](const Entry& one) { return one.rule.allows(path); });
  };
  const bool may_be_allowed =
      allowed.empty() || is_allowed(artifact) ||
      std::any_of(all_paths().begin(), all_paths().end(),
                  [&](const std::string& path) { return is_allowed(artifact + "/" + path); });
  const bool left = may_be_allowed && std::none_of(blocked.begin(), blocked.end(), [&](const Entry& one) {
                      return one.rule.blocks(artifact, FileNames::differ_by_case);
                    });
  const bool said = conflicts.contains(artifact_line);
  if (said ? left : !left && conflicts.empty())
    disagree(text.text, {"may the artifact be written?", left ? "yes" : "no", said ? "no" : "yes"});
}

// ------------------------------------------------------------------------------------------------------
// tools All names up to three deep, and at each depth one that no rule names.
const Names& all_tools() {
  static const Names all = [] {
    Names tools;
    for (const char* a : {"x", "y", "other"}) {
      tools.push_back(a);
      for (const char* b : {"x", "y", "other"}) {
        tools.push_back(tools.empty() ? b : std::string(a) + "." + b);
        for (const char* c : {"x", "y", "other"}) tools.push_back(std::string(a) + "." + b + "." + c);
      }
    }
    return tools;
  }();
  return all;
}

bool stands_for(const std::string& rule, const std::string& tool) {
  return tool == rule || tool.starts_with(rule + ".");
}

void compare_tools(Dice& dice) {
  const Names parts = {"x", "y"};
  struct Rule {
    std::string tool;
    bool allow;
    std::uint32_t line;
  };
  Text text;
  const auto rules = [&](int most, const char* indent) {
    std::vector<Rule> made;
    for (int i = dice.below(most + 1); i > 0; --i) {
      std::string tool = dice.of(parts);
      for (int more = dice.below(3); more > 0; --more) tool += "." + dice.of(parts);
      const bool allow = dice.chance(60);
      const bool twice = std::any_of(made.begin(), made.end(),
                                     [&](const Rule& one) { return one.tool == tool && one.allow == allow; });
      if (twice) continue;
      text.add(std::string(indent) + (allow ? "allow" : "deny") + " tools " + tool);
      made.push_back({tool, allow, text.last});
    }
    return made;
  };
  text.add("workflow w");
  const std::vector<Rule> everywhere = rules(4, "");
  Lines conflicts, unused;
  const auto look_at = [&](const std::vector<Rule>& asked, const std::vector<Rule>& own) {
    for (const Rule& rule : asked) {
      if (!rule.allow) continue;
      const auto denied = [&](const std::string& tool, const std::vector<Rule>& by) {
        return std::any_of(by.begin(), by.end(),
                           [&](const Rule& one) { return !one.allow && stands_for(one.tool, tool); });
      };
      const bool nothing_left =
          std::all_of(all_tools().begin(), all_tools().end(), [&](const std::string& tool) {
            return !stands_for(rule.tool, tool) || denied(tool, everywhere) || denied(tool, own);
          });
      if (nothing_left) conflicts.insert(rule.line);
    }
  };
  look_at(everywhere, {});
  bool agents = false;
  for (int i = 1 + dice.below(3); i > 0; --i) {
    const bool agent = dice.chance(40);
    agents = agents || agent;
    text.add("step s" + std::to_string(i) + (agent ? ": agent \"Look\" {" : ": run \"make\" {"));
    const std::vector<Rule> own = rules(3, "  ");
    text.add("}");
    look_at(own, own);
    for (const Rule& rule : own)
      if (rule.allow && !agent) unused.insert(rule.line);
  }
  for (const Rule& rule : everywhere)
    if (rule.allow && !agents) unused.insert(rule.line);
  text.check();
  text.compare("what is allowed and denied?", conflicts, text.said(diag::tool_conflict.info));
  text.compare("what is allowed and has no agent?", unused, text.said(diag::unused.info, "the tool"));
}

// ----------------------------------------------------------------------------------------------------
// secrets
void compare_secrets(Dice& dice) {
  const Names names = {"KEY_A", "KEY_B", "OTHER", "TOKEN_X"};
  Text text;
  std::set<std::string> allowed, denied, used;
  std::map<std::string, std::uint32_t> allowed_at, used_at;
  text.add("workflow w");
  for (int i = dice.below(5); i > 0; --i) {
    const std::string& name = dice.of(names);
    const bool allow = dice.chance(65);
    if (!(allow ? allowed : denied).insert(name).second) continue;
    text.add((allow ? "allow secrets " : "deny secrets ") + name);
    if (allow) allowed_at[name] = text.last;
  }
  for (int step = 1 + dice.below(2); step > 0; --step) {
    text.add("step s" + std::to_string(step) + ": run \"make\" {");
    for (int i = dice.below(3); i > 0; --i) {
      const std::string& name = dice.of(names);
      text.add("  env V" + std::to_string(i) + " = secrets." + name);
      if (used.insert(name).second) used_at[name] = text.last;
    }
    text.add("}");
  }
  text.check();
  Lines unknown, unused;
  for (const std::string& name : names) {
    const bool granted = !denied.contains(name) && (allowed.empty() || allowed.contains(name));
    if (used.contains(name) && !granted) unknown.insert(used_at[name]);
    if (allowed.contains(name) && !used.contains(name)) unused.insert(allowed_at[name]);
  }
  text.compare("which secrets are used and not granted?", unknown, text.said(diag::unknown_secret.info));
  // What is wrong already may be what was meant by another one.
  if (unknown.empty())
    text.compare("which secrets are granted and never used?", unused,
                 text.said(diag::unused.info, "the secret"));
}

}  // namespace
}  // namespace wfc::oracle

int main(int argc, char** argv) {
  using namespace wfc::oracle;
  const int count = argc > 1 ? std::atoi(argv[1]) : 10'000;
  Dice dice(static_cast<std::uint64_t>(argc > 2 ? std::atoll(argv[2]) : 1));
  for (int i = 0; i < count; ++i) compare_paths(dice);
  for (int i = 0; i < count; ++i) compare_tools(dice);
  for (int i = 0; i < count; ++i) compare_secrets(dice);
  std::printf("%d worlds of each kind: no disagreement about rules\n", count);
}
