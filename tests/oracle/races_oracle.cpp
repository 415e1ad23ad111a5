// oracle_races COUNT SEED: makes COUNT random small definitions whose steps write files, and compares what is
// said of their races with every state that a run can be in.
//
// Written from the rules (language.md 4 and 5). For every value of the inputs that conditions ask for, all
// orders are played in which steps can begin and end, with blocks that run few at a time and loops that go
// back once or do not. Two steps race if in one of these states both run, and what they write has a path in
// common: paths are enumerated over a small alphabet and matched by the functions of the executable. Lines
// that both add are no race.
#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <tuple>
#include <vector>

#include "../unit/compiler_dialects/reading.h"
#include "compiler/check/check.h"
#include "disagree.h"
#include "runtime/rules/paths.h"

namespace wfc::oracle {
namespace {

std::string id(int step) {
  return "s" + std::to_string(step);
}

constexpr const char* files[] = {"a", "b", "d/a", "d/b", "d/e/a"};
constexpr const char* artifacts[] = {"a", "d/a", "d", "d/e", "d/*", "*", "d/?", "d/**", "**/a"};
constexpr const char* conditions[] = {"", "f", "not f", "g", "not g", "f and g", "f or g", "not f and not g"};
bool holds(int condition, bool f, bool g) {
  const bool all[] = {true, f, !f, g, !g, f && g, f || g, !f && !g};
  return all[condition];
}

bool is_pattern(std::string_view path) {
  return path.find_first_of("*?") != std::string_view::npos;
}

struct Write {
  enum class Way : std::uint8_t { whole, adds, leaves } way = Way::whole;
  std::string path;
  bool pattern() const { return is_pattern(path); }
};

struct Step {
  std::vector<int> needs;  // By its place, where it names none.
  std::vector<int> after;
  bool start = false;
  std::vector<int> conditions;  // Its own, and that of the `if` around it.
  int group = -1;
  int back_to = -1;
  std::vector<Write> writes;
};

struct Item {
  enum class Kind : std::uint8_t { step, group, branch } kind = Kind::step;
  std::vector<int> steps;
  int condition = 0;  // branch
  int running_max = 0;
};

struct World {
  bool one_at_a_time = false;
  std::vector<Item> items;
  std::vector<Step> steps;
  std::string spelled() const;
};

std::string World::spelled() const {
  std::string text = "workflow w\n\ninput f: bool\ninput g: bool\n\n";
  if (one_at_a_time) text += "max_parallel 1\n";
  const auto add = [&](int number, bool branch) {
    const Step& step = steps[number];
    text += "step " + id(number) + ": run \"make";
    for (const Write& write : step.writes)
      if (write.way != Write::Way::leaves)
        text += (write.way == Write::Way::whole ? " > " : " >> ") + write.path + " && make";
    text += "\"";
    if (const int own = step.conditions.back(); own != 0 && !(branch && step.conditions.size() == 1))
      text += std::string(" when ") + conditions[own];
    text += " {\n";
    if (step.start) text += "  after start\n";
    for (std::size_t i = 0; i < step.after.size(); ++i)
      text += (i == 0 ? "  after " : ", ") + id(step.after[i]);
    if (!step.after.empty()) text += "\n";
    for (const Write& write : step.writes)
      if (write.way == Write::Way::leaves) text += "  artifact file from \"" + write.path + "\"\n";
    if (step.back_to >= 0) text += "  on fail back to " + id(step.back_to) + " max 1\n";
    text += "}\n";
  };
  for (const Item& item : items) {
    switch (item.kind) {
      case Item::Kind::step:
        add(item.steps[0], false);
        break;
      case Item::Kind::group:
        text += item.running_max > 0 ? "parallel max " + std::to_string(item.running_max) + " {\n"
                                     : "parallel {\n";
        for (const int step : item.steps) add(step, false);
        text += "}\n";
        break;
      case Item::Kind::branch:
        text += std::string("if ") + conditions[item.condition] + " {\n";
        add(item.steps[0], true);
        if (item.steps.size() > 1) text += "} else {\n", add(item.steps[1], true);
        text += "}\n";
        break;
    }
  }
  return text;
}

constexpr int opposite[] = {0, 2, 1, 4, 3};

class Maker {
 public:
  explicit Maker(std::mt19937_64& dice) : dice_(dice) {}

  World make() {
    world_.one_at_a_time = chance(6);
    const int count = 2 + below(4);
    std::vector<int> ends;
    while (static_cast<int>(world_.steps.size()) < count) {
      Item item;
      const bool two = count - static_cast<int>(world_.steps.size()) >= 2;
      if (two && chance(25)) item.kind = Item::Kind::group, item.running_max = below(3);
      if (two && item.kind == Item::Kind::step && chance(25))
        item.kind = Item::Kind::branch, item.condition = 1 + below(4);
      const int members = item.kind == Item::Kind::step    ? 1
                          : item.kind == Item::Kind::group ? 2
                                                           : 1 + below(2);
      for (int i = 0; i < members; ++i) {
        const int number = static_cast<int>(world_.steps.size());
        Step step = this->step();
        step.needs = ends;
        const int condition = i == 0 ? item.condition : opposite[item.condition];
        if (item.kind == Item::Kind::branch) {
          step.conditions = {condition};
        } else {
          if (item.kind == Item::Kind::group && item.running_max == 1)
            step.group = static_cast<int>(world_.items.size());
          if (item.kind == Item::Kind::step) place(step, number);
        }
        if (chance(35) || item.kind != Item::Kind::branch)
          step.conditions.push_back(chance(45) ? 1 + below(7) : 0);
        item.steps.push_back(number);
        world_.steps.push_back(std::move(step));
      }
      ends = item.steps;
      const int last = item.steps[0];
      world_.items.push_back(std::move(item));
      if (world_.items.back().kind == Item::Kind::step) add_loop(last);
    }
    return std::move(world_);
  }

 private:
  int below(int limit) { return static_cast<int>(dice_() % static_cast<unsigned>(limit)); }
  bool chance(int percent) { return below(100) < percent; }

  Step step() {
    Step made;
    for (int i = 1 + below(2); i > 0; --i) {
      Write write;
      const int way = below(10);
      write.way = way < 5 ? Write::Way::whole : way < 7 ? Write::Way::adds : Write::Way::leaves;
      write.path = write.way == Write::Way::leaves ? artifacts[below(static_cast<int>(std::size(artifacts)))]
                                                   : files[below(chance(60) ? 2 : 5)];
      made.writes.push_back(std::move(write));
    }
    return made;
  }

  // What it follows instead of what stands above it.
  void place(Step& step, int number) {
    if (!chance(65)) return;
    for (int i = 0; i < number; ++i)
      if (chance(35)) step.after.push_back(i);
    step.start = step.after.empty();
    step.needs = step.after;
  }

  void add_loop(int from) {
    if (!chance(25)) return;
    std::vector<int> targets;
    for (const Item& item : world_.items)
      if (item.kind == Item::Kind::step && comes_before(item.steps[0], from))
        targets.push_back(item.steps[0]);
    if (!targets.empty()) world_.steps[from].back_to = targets[below(static_cast<int>(targets.size()))];
  }
  bool comes_before(int first, int then) const {
    const std::vector<int>& needs = world_.steps[then].needs;
    return std::any_of(needs.begin(), needs.end(),
                       [&](int need) { return need == first || comes_before(first, need); });
  }

  std::mt19937_64& dice_;
  World world_;
};

// Every state of every run.
class Player {
 public:
  explicit Player(const World& world) : world_(world), count_(static_cast<int>(world.steps.size())) {
    together.assign(count_, std::vector<char>(count_, 0));
    find_loops();
    for (const bool f : {false, true})
      for (const bool g : {false, true}) {
        seen_.clear();
        f_ = f;
        g_ = g;
        State start{};
        visit(start);
      }
  }

  std::vector<std::vector<char>> together;  // Both run.

 private:
  enum : std::uint8_t { waits, runs, ended };
  struct State {
    std::array<std::uint8_t, 8> at{}, gone_back{};
    bool operator<(const State& other) const {
      return std::tie(at, gone_back) < std::tie(other.at, other.gone_back);
    }
  };

  bool leads(int from, int to) const {
    if (from == to) return true;
    return std::any_of(needs_[to].begin(), needs_[to].end(), [&](int need) { return leads(from, need); });
  }
  // Whoever follows a step that a loop runs again waits until the loop has ended.
  void find_loops() {
    for (const Step& step : world_.steps) needs_.emplace_back(step.needs.begin(), step.needs.end());
    bodies_.assign(count_, {});
    for (bool changed = true; changed;) {
      changed = false;
      for (int from = 0; from < count_; ++from) {
        const int target = world_.steps[from].back_to;
        if (target < 0) continue;
        bodies_[from].clear();
        for (int i = 0; i < count_; ++i)
          if (leads(target, i) && leads(i, from)) bodies_[from].insert(i);
        for (int i = 0; i < count_; ++i) {
          const bool follows = std::any_of(needs_[i].begin(), needs_[i].end(),
                                           [&](int need) { return bodies_[from].contains(need); });
          if (follows && !bodies_[from].contains(i)) changed = needs_[i].insert(from).second || changed;
        }
      }
    }
  }

  void visit(const State& state) {
    if (!seen_.insert(state).second) return;
    for (int a = 0; a < count_; ++a)
      for (int b = 0; b < count_; ++b)
        if (a != b && state.at[a] == runs && state.at[b] == runs) together[a][b] = 1;
    for (int step = 0; step < count_; ++step) {
      if (state.at[step] == waits && may_begin(state, step)) {
        State next = state;
        next.at[step] = passes(step) ? runs : ended;
        visit(next);
      }
      if (state.at[step] != runs) continue;
      State next = state;
      next.at[step] = ended;
      visit(next);
      if (world_.steps[step].back_to < 0 || state.gone_back[step]) continue;
      for (const int again : bodies_[step]) next.at[again] = waits;
      next.gone_back[step] = 1;
      visit(next);
    }
  }

  bool passes(int step) const {
    const std::vector<int>& all = world_.steps[step].conditions;
    return std::all_of(all.begin(), all.end(), [&](int condition) { return holds(condition, f_, g_); });
  }
  bool may_begin(const State& state, int step) const {
    for (const int need : needs_[step])
      if (state.at[need] != ended) return false;
    for (int other = 0; other < count_; ++other) {
      if (state.at[other] != runs) continue;
      const int group = world_.steps[step].group;
      if (world_.one_at_a_time || (group >= 0 && world_.steps[other].group == group)) return false;
    }
    return true;
  }

  const World& world_;
  const int count_;
  bool f_ = false, g_ = false;
  std::vector<std::set<int>> needs_, bodies_;
  std::set<State> seen_;
};

// All that an artifact may have in it, of what steps name. A name alone may be a folder or a file.
const std::set<std::string>& files_of(const std::string& artifact) {
  static std::map<std::string, std::set<std::string>> known;
  const auto [found, fresh] = known.try_emplace(artifact);
  if (!fresh) return found->second;
  wf::rules::PathProblem problem;
  const auto rule = wf::rules::PathRule::read(artifact, problem);
  for (const char* file : files)
    if (rule->allows(file)) found->second.insert(file);
  for (const char* other : artifacts)
    if (!is_pattern(other) && rule->allows(other)) found->second.insert(other);
  return found->second;
}

// What both write, or nothing.
std::string common(const Write& one, const Write& other) {
  using Way = Write::Way;
  if (one.way != Way::leaves && other.way != Way::leaves) {
    const bool clash = one.path == other.path && (one.way == Way::whole || other.way == Way::whole);
    return clash ? one.path : "";
  }
  if (one.way != Way::leaves) return common(other, one);
  if (one.pattern() && other.way == Way::leaves && other.pattern()) {
    const std::set<std::string>& files = files_of(other.path);
    const bool meet = std::any_of(files_of(one.path).begin(), files_of(one.path).end(),
                                  [&](const std::string& file) { return files.contains(file); });
    if (one.path == other.path) return one.path;
    return meet ? std::min(one.path, other.path) + " and " + std::max(one.path, other.path) : "";
  }
  if (other.way == Way::leaves && other.pattern()) return common(other, one);
  if (files_of(one.path).contains(other.path)) return one.path;
  if (other.way == Way::leaves && files_of(other.path).contains(one.path)) return other.path;
  return "";
}

using Pair = std::pair<int, int>;

void compare(const World& world) {
  const std::string text = world.spelled();
  const auto definition = read("w.wf", text);
  if (definition->report.has_errors())
    disagree(text, {"the text is a definition", "yes", findings(*definition)[0]});
  const graph::StepGraph graph(definition->workflow());
  check::run_all({definition->workflow(), graph}, definition->report);
  std::set<Pair> said;
  std::string all;
  for (const auto& finding : definition->report.all()) {
    if (finding->kind->number != diag::write_race.info.number) continue;
    const std::string& message = finding->message;  // `s0` and `s1` may run at once...
    said.insert({message[2] - '0', message[11] - '0'});
    said.insert({message[11] - '0', message[2] - '0'});
    all += (all.empty() ? "" : "; ") + message;
  }
  const Player player(world);
  std::map<std::string, std::set<Pair>> races;
  std::set<Pair> expected;
  const int count = static_cast<int>(world.steps.size());
  for (int a = 0; a < count; ++a)
    for (int b = 0; b < count; ++b) {
      if (!player.together[a][b]) continue;
      for (const Write& one : world.steps[a].writes)
        for (const Write& other : world.steps[b].writes) {
          const std::string what = common(one, other);
          if (what.empty()) continue;
          races[what].insert({a, b});
          expected.insert({a, b});
        }
    }
  for (const auto& [a, b] : said)
    if (!expected.contains({a, b})) disagree(text, {"do " + id(a) + " and " + id(b) + " race?", "no", all});
  // One message for each thing is enough, and for each two steps.
  for (const auto& [what, pairs] : races) {
    const bool known =
        std::any_of(pairs.begin(), pairs.end(), [&](const Pair& pair) { return said.contains(pair); });
    if (!known)
      disagree(text, {"do " + id(pairs.begin()->first) + " and " + id(pairs.begin()->second) + " race for " +
                          what + "?",
                      "yes", all.empty() ? "nothing" : all});
  }
}

}  // namespace
}  // namespace wfc::oracle

int main(int argc, char** argv) {
  using namespace wfc::oracle;
  const int count = argc > 1 ? std::atoi(argv[1]) : 10'000;
  std::mt19937_64 dice(static_cast<std::uint64_t>(argc > 2 ? std::atoll(argv[2]) : 1));
  for (int i = 0; i < count; ++i) compare(Maker(dice).make());
  std::printf("%d worlds: no disagreement about races\n", count);
}
