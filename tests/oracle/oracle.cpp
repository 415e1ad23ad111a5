// oracle COUNT SEED: makes COUNT random worlds of each kind, enumerates what can happen in each, and compares
// with what the analyses say about its text.
//
// * values: a step is begun while one before it was skipped: never, only if something fails, or without that.
// * reach: a step can be begun at all.
// * exclude: two steps that do not wait for each other are never begun in one run.
// * guards: a deployment is never begun without a yes since the last time.
// * bounds: the least and the most steps of a run; in chains of retries and loops the most is met exactly,
// and
//   so it is where conditions, `if`s and parallel groups decide what runs, with its time and the least. Where
//   there are conditions and loops, the most is not less than what happens.
#include <map>
#include <memory>

#include "../unit/compiler_dialects/reading.h"
#include "compiler/insight/at_once.h"
#include "compiler/insight/bounds.h"
#include "compiler/insight/guards.h"
#include "disagree.h"
#include "world.h"

namespace wfc::oracle {
namespace {

using insight::Missing;

// The compiler's view of a world.
struct Compiled {
  explicit Compiled(const World& world) : text(world.spelled()), definition(read("w.wf", text)) {
    if (definition->report.has_errors())
      disagree(text, {"the text is a definition", "yes", findings(*definition)[0]});
    graph = std::make_unique<graph::StepGraph>(definition->workflow());
    for (std::size_t i = 0; i < world.steps.size(); ++i)
      steps.push_back(definition->workflow().find_step("s" + std::to_string(i)).value());
  }
  const model::Workflow& workflow() const { return definition->workflow(); }

  std::string text;
  std::unique_ptr<Definition> definition;
  std::unique_ptr<graph::StepGraph> graph;
  std::vector<model::StepIndex> steps;
};

// Every chance that makes a difference, up to `limit`; beyond, so many by chance.
template <class Visit>
bool each_chance(const World& world, std::mt19937_64& dice, std::uint64_t limit, const Visit& visit) {
  const std::string text = world.spelled();
  const bool env =
      text.find("env ", text.find("step ")) != std::string::npos || text.find("if env") != std::string::npos;
  const bool loops = text.find("back to") != std::string::npos;
  const int count = static_cast<int>(world.steps.size());
  std::vector<std::uint64_t> sizes = {env ? 3u : 1u, 2, numbers.size(), 3};
  for (const Step& step : world.steps) {
    const bool works = step.kind == Step::Kind::work || step.kind == Step::Kind::deploy;
    for (int round = 0; round < 2; ++round) {
      const bool again = round == 0 || loops;
      sizes.push_back(works && again ? 2 : 1);
      sizes.push_back(step.kind == Step::Kind::approve && again ? 3 : 1);
    }
    sizes.push_back(step.gives ? 2 : 1);
  }
  std::uint64_t all = 1;
  for (const std::uint64_t size : sizes) all = all > limit ? all : all * size;
  const bool whole = all <= limit;
  for (std::uint64_t number = 0; number < (whole ? all : limit); ++number) {
    std::uint64_t rest = number;
    std::size_t at = 0;
    const auto next = [&] {
      const std::uint64_t size = sizes[at++];
      if (!whole) return static_cast<int>(dice() % size);
      const int value = static_cast<int>(rest % size);
      rest /= size;
      return value;
    };
    Chance chance;
    chance.env = next();
    chance.flag = next() != 0;
    chance.n = numbers[static_cast<std::size_t>(next())];
    chance.order = next();
    chance.fails.resize(count);
    chance.answers.resize(count);
    for (int i = 0; i < count; ++i) {
      for (int round = 0; round < 2; ++round) {
        chance.fails[i][round] = next() != 0;
        chance.answers[i][round] = next();
      }
      chance.gives_u.push_back(next() == 0);
    }
    if (!visit(play(world, chance))) return true;
  }
  return whole;
}

const char* const ways[] = {"never", "only if something fails", "without a failure"};

// False: too much can happen in it to look at all of it.
bool compare_values(const World& world, std::mt19937_64& dice) {
  const Compiled compiled(world);
  const int count = static_cast<int>(world.steps.size());
  std::vector<std::vector<int>> missing(count, std::vector<int>(count, 0));
  std::vector<std::vector<char>> together(count, std::vector<char>(count, 0));
  std::vector<char> begun(count, 0);
  std::uint64_t least = ~0ull, most = 0;
  const bool whole = each_chance(world, dice, 5'000, [&](const Played& played) {
    std::uint64_t steps = 0;
    for (int reader = 0; reader < count; ++reader) {
      if (!played.begun[reader]) continue;
      begun[reader] = 1;
      steps += world.steps[reader].kind == Step::Kind::work;
      for (int other = 0; other < count; ++other) {
        if (played.begun[other]) together[reader][other] = 1;
        if (played.status[other] == Status::skipped)
          missing[reader][other] = std::max(missing[reader][other], played.after_failure[reader] ? 1 : 2);
      }
    }
    most = std::max(most, steps);
    if (!played.any_failure) least = std::min(least, steps);
    return true;
  });
  if (!whole) return false;
  insight::Paths paths(compiled.workflow(), *compiled.graph);
  insight::AtOnce at_once(compiled.workflow(), *compiled.graph);
  for (int reader = 0; reader < count; ++reader) {
    const std::string name = "s" + std::to_string(reader);
    const auto answer = paths.can_begin(compiled.steps[reader]);
    const std::vector<char> before = world.before(reader);
    // Checks that look at different things and contradict each other all the same are not put together.
    int checks = 0;
    for (int i = 0; i < count; ++i) checks += before[i] && world.steps[i].kind == Step::Kind::check;
    // Whoever cancels a run may do so at any time, which only steps that run always see; nobody does here.
    bool always = world.steps[reader].always;
    for (int i = 0; i < count; ++i) always = always || (before[i] && world.steps[i].always);
    const bool possible = begun[reader] != 0;
    if (answer.judged && answer.possible != possible && (possible || (checks < 2 && !always)))
      disagree(compiled.text,
               {"can " + name + " be begun?", possible ? "yes" : "no", answer.possible ? "yes" : "no"});
    if (!possible) continue;
    for (int other = 0; other < reader; ++other) {
      const std::string pair = name + " and s" + std::to_string(other);
      if (!before[other]) {
        const bool exclude = at_once.exclude(compiled.steps[reader], compiled.steps[other]);
        // Two that cannot be begun at all need not be known to exclude each other.
        const bool expected = !together[reader][other];
        const bool both = world.steps[reader].has_when || world.steps[reader].branch >= 0;
        const bool conditional = both && (world.steps[other].has_when || world.steps[other].branch >= 0);
        if (exclude != expected && (exclude || (conditional && !always && !world.steps[other].always &&
                                                begun[reader] && begun[other])))
          disagree(compiled.text,
                   {"do " + pair + " exclude each other?", expected ? "yes" : "no", exclude ? "yes" : "no"});
        continue;
      }
      paths.begin();
      const Missing got =
          paths.missing(compiled.steps[reader], insight::Conditions::always, compiled.steps[other]);
      const int way = got.why == Missing::Why::never ? 0 : got.why == Missing::Why::failure ? 1 : 2;
      if (way != missing[reader][other])
        disagree(compiled.text, {"is " + name + " begun while s" + std::to_string(other) + " was skipped?",
                                 ways[missing[reader][other]], ways[way]});
    }
  }
  const insight::Bounds bounds = insight::find_bounds(compiled.workflow(), *compiled.graph);
  const insight::Bound& steps = bounds.of(insight::Measure::steps);
  if (steps.least.value > least || steps.worst.value < most)
    disagree(compiled.text,
             {"how many steps does a run take?", std::to_string(least) + " to " + std::to_string(most),
              std::to_string(steps.least.value) + " to " + std::to_string(steps.worst.value)});
  return true;
}

void compare_guards(const World& world, std::mt19937_64& dice) {
  const Compiled compiled(world);
  int deploy = -1;
  for (int i = 0; i < static_cast<int>(world.steps.size()); ++i)
    if (world.steps[i].kind == Step::Kind::deploy) deploy = i;
  insight::Guards guards(compiled.workflow(), *compiled.graph);
  const insight::Guarded guarded = guards.of(compiled.steps[deploy]);
  const bool says = guarded.way == insight::Guarded::Way::guarded;
  bool unguarded = false, begun = false;
  const insight::Bounds bounds = insight::find_bounds(compiled.workflow(), *compiled.graph);
  const std::uint64_t most = bounds.of(insight::Measure::steps).worst.value;
  const auto look = [&](const Played& played) {
    std::uint64_t steps = 0;
    for (std::size_t i = 0; i < world.steps.size(); ++i) {
      const Step::Kind kind = world.steps[i].kind;
      if (kind == Step::Kind::work || kind == Step::Kind::deploy)
        steps += static_cast<unsigned>(played.times[i]);
    }
    if (steps > most)
      disagree(compiled.text,
               {"how many steps may a run with loops take?", std::to_string(steps), std::to_string(most)});
    unguarded = unguarded || played.unguarded[deploy];
    begun = begun || played.begun[deploy];
    return !unguarded;
  };
  bool whole = each_chance(world, dice, 300, look);
  if (!unguarded && !whole && !says) whole = each_chance(world, dice, 400'000, look);
  if (unguarded && says) disagree(compiled.text, {"is the deployment guarded?", "no", "yes"});
  // One that is never begun needs no guard, and may be said to have none. Where steps run always before it, a
  // refusal far away may show only in what they ask for: in doubt it is not guarded.
  const std::vector<char> before = world.before(deploy);
  bool asked = begun && !world.steps[deploy].always;
  for (int i = 0; i < static_cast<int>(before.size()); ++i)
    asked = asked && !(before[i] && world.steps[i].always);
  if (!unguarded && whole && asked && !says)
    disagree(compiled.text, {"is the deployment guarded?", "yes", "no"});
}

// A chain of steps with retries and loops, and the most attempts that fate can make of it.
void compare_chain(std::mt19937_64& dice) {
  const auto below = [&](int limit) { return static_cast<int>(dice() % static_cast<unsigned>(limit)); };
  const int count = 2 + below(4);
  std::vector<int> tries(count), back(count, -1), rounds(count, 0);
  std::string text = "workflow w\n";
  for (int i = 0; i < count; ++i) {
    tries[i] = 1 + below(3);
    if (i > 0 && below(2) == 0) back[i] = below(i), rounds[i] = 1 + below(2);
    text += "step s" + std::to_string(i) + ": run \"work\" {\n";
    if (tries[i] > 1) text += "  on fail retry " + std::to_string(tries[i] - 1) + "\n";
    if (back[i] >= 0)
      text += "  on fail back to s" + std::to_string(back[i]) + " max " + std::to_string(rounds[i]) + "\n";
    text += "}\n";
  }
  std::map<std::vector<int>, std::uint64_t> known;
  // From here on: the step, its attempt, and what is left of each loop.
  const auto most = [&](const auto& self, std::vector<int> state) -> std::uint64_t {
    const int at = state[0];
    if (at == count) return 0;
    if (const auto found = known.find(state); found != known.end()) return found->second;
    std::vector<int> next = state;
    next[0] = at + 1;
    next[1] = 1;
    std::uint64_t best = self(self, next);
    if (state[1] < tries[at]) {
      next = state;
      ++next[1];
      best = std::max(best, self(self, next));
    } else if (back[at] >= 0 && state[2 + at] > 0) {
      next = state;
      next[0] = back[at];
      next[1] = 1;
      --next[2 + at];
      best = std::max(best, self(self, next));
    }
    return known[state] = best + 1;
  };
  std::vector<int> state = {0, 1};
  state.insert(state.end(), rounds.begin(), rounds.end());
  const std::uint64_t expected = most(most, state);
  const auto definition = read("w.wf", text);
  const graph::StepGraph graph(definition->workflow());
  const insight::Bounds bounds = insight::find_bounds(definition->workflow(), graph);
  const std::uint64_t got = bounds.of(insight::Measure::steps).worst.value;
  if (got != expected)
    disagree(text, {"how many attempts may there be?", std::to_string(expected), std::to_string(got)});
}

// Blocks of steps, `if`s and parallel groups in each other. Nothing fails for good: what a run takes is
// decided by what is given to it, by one text that its first step gives, and by how often steps are tried.
class Blocks {
 public:
  explicit Blocks(std::mt19937_64& dice) : dice_(dice) {}

  void compare() {
    text_ = "workflow w\n\ninput env: \"a\" | \"b\" | \"c\"\ninput flag: bool\ninput n: int\n\n";
    text_ += "step s0: run \"work\" {\n  timeout 1m\n  output o0: \"u\" | \"v\"\n}\n";
    Block whole{.kind = Block::Kind::steps};
    fill(whole, 3);
    Amounts least{~0ull, ~0ull, ~0ull, ~0ull, ~0ull}, most{};
    for (given_[0] = 0; given_[0] < 3; ++given_[0])
      for (given_[1] = 0; given_[1] < 2; ++given_[1])
        for (given_[2] = 0; given_[2] < static_cast<int>(numbers.size()); ++given_[2])
          for (given_[3] = 0; given_[3] < 2; ++given_[3]) {
            const Amounts once = taken_by(whole, false), all = taken_by(whole, true);
            for (std::size_t i = 0; i < least.size(); ++i) {
              least[i] = std::min(least[i], once[i]);
              most[i] = std::max(most[i], all[i]);
            }
          }
    const auto definition = read("w.wf", text_);
    if (definition->report.has_errors())
      disagree(text_, {"the text is a definition", "yes", findings(*definition)[0]});
    const graph::StepGraph graph(definition->workflow());
    const insight::Bounds bounds = insight::find_bounds(definition->workflow(), graph);
    const auto same = [&](const char* what, std::uint64_t expected, std::uint64_t got) {
      if (got != expected) disagree(text_, {what, std::to_string(expected), std::to_string(got)});
    };
    // The first step.
    same("the least steps", least[0] + 1, bounds.of(insight::Measure::steps).least.value);
    same("the most steps", most[0] + 1, bounds.of(insight::Measure::steps).worst.value);
    same("the least credits", least[0] + 1, bounds.of(insight::Measure::credits).least.value);
    same("the most processes", most[0] + 1, bounds.of(insight::Measure::processes).worst.value);
    same("the least calls", least[1], bounds.of(insight::Measure::calls).least.value);
    same("the most calls", most[1], bounds.of(insight::Measure::calls).worst.value);
    same("the most tokens", most[2], bounds.of(insight::Measure::tokens).worst.value);
    // Where only so many run at one time, it is only not more.
    const std::uint64_t time = (most[3] + 1) * 60'000, got = bounds.of(insight::Measure::time).worst.value;
    if (!limited_ || got < time) same("the longest time", time, got);
    // The fewest chains are not always found.
    if (bounds.at_once < most[4]) same("the most at one time", most[4], bounds.at_once);
  }

 private:
  using Amounts = std::array<std::uint64_t, 5>;  // Steps, calls, tokens, minutes, at one time.
  struct Block {
    enum class Kind : std::uint8_t { step, steps, parallel, if_ };
    Kind kind = Kind::step;
    std::vector<Block> inside = {};  // Of an `if`: its sides.
    std::optional<Condition> condition = {};
    bool agent = false;
    std::uint64_t tries = 1, minutes = 1, tokens = 0, limit = 0;
  };

  int below(int limit) { return static_cast<int>(dice_() % static_cast<unsigned>(limit)); }
  bool chance(int percent) { return below(100) < percent; }

  Condition condition(int depth) {
    using Kind = Condition::Kind;
    Condition made;
    if (depth > 0 && chance(30)) {
      made.kind = chance(40) ? Kind::not_ : chance(50) ? Kind::and_ : Kind::or_;
      made.parts.push_back(condition(depth - 1));
      if (made.kind != Kind::not_) made.parts.push_back(condition(depth - 1));
      return made;
    }
    constexpr Kind kinds[] = {Kind::env_is, Kind::env_is, Kind::env_is_not, Kind::env_in, Kind::flag,
                              Kind::flag,   Kind::above,  Kind::at_most,    Kind::is,     Kind::gave};
    made.kind = kinds[below(10)];
    made.step = 0;
    made.number = made.kind == Kind::gave ? below(2) : below(3);
    if (made.kind == Kind::above || made.kind == Kind::at_most || made.kind == Kind::is)
      made.number = 5 + below(3);
    return made;
  }

  bool holds(const Condition& of) const {
    using Kind = Condition::Kind;
    const int env = given_[0], n = numbers[static_cast<std::size_t>(given_[2])];
    switch (of.kind) {
      case Kind::env_is:
        return env == of.number;
      case Kind::env_is_not:
        return env != of.number;
      case Kind::env_in:
        return env == of.number || env == (of.number + 1) % 3;
      case Kind::flag:
        return given_[1] != 0;
      case Kind::above:
        return n > of.number;
      case Kind::at_most:
        return n <= of.number;
      case Kind::is:
        return n == of.number;
      case Kind::gave:
        return given_[3] == of.number;
      case Kind::not_:
        return !holds(of.parts[0]);
      case Kind::and_:
        return holds(of.parts[0]) && holds(of.parts[1]);
      default:  // or_
        return holds(of.parts[0]) || holds(of.parts[1]);
    }
  }

  Block step() {
    Block made;
    made.agent = chance(50);
    made.tries = static_cast<std::uint64_t>(1 + below(3));
    made.minutes = static_cast<std::uint64_t>(1 + below(5));
    if (made.agent) made.tokens = static_cast<std::uint64_t>(1 + below(9));
    if (chance(40)) made.condition = condition(1);
    text_ += "step s" + std::to_string(++count_) + (made.agent ? ": agent A \"work\"" : ": run \"work\"");
    if (made.condition) text_ += " when " + made.condition->spelled();
    text_ += " {\n  timeout " + std::to_string(made.minutes) + "m\n";
    if (made.tries > 1) text_ += "  on fail retry " + std::to_string(made.tries - 1) + "\n";
    if (made.agent) text_ += "  budget {\n    tokens " + std::to_string(made.tokens) + "\n  }\n";
    text_ += "}\n";
    return made;
  }

  void fill(Block& block, int depth) {
    for (int i = 1 + below(3); i > 0; --i) {
      if (depth == 0 || chance(50)) {
        block.inside.push_back(step());
      } else if (chance(40)) {
        Block made{.kind = Block::Kind::parallel};
        if (chance(30)) made.limit = static_cast<std::uint64_t>(1 + below(2));
        limited_ = limited_ || made.limit != 0;
        text_ += "parallel";
        if (made.limit != 0) text_ += " p" + std::to_string(++count_) + " max " + std::to_string(made.limit);
        text_ += " {\n";
        for (int k = 1 + below(3); k > 0; --k) made.inside.push_back(step());
        text_ += "}\n";
        block.inside.push_back(std::move(made));
      } else {
        Block made{.kind = Block::Kind::if_};
        made.condition = condition(1);
        made.inside.resize(2, {.kind = Block::Kind::steps});
        text_ += "if " + made.condition->spelled() + " {\n";
        fill(made.inside[0], depth - 1);
        if (chance(60)) {
          text_ += "} else {\n";
          fill(made.inside[1], depth - 1);
        }
        text_ += "}\n";
        block.inside.push_back(std::move(made));
      }
    }
  }

  Amounts taken_by(const Block& block, bool again) const {
    if (block.kind == Block::Kind::if_) return taken_by(block.inside[holds(*block.condition) ? 0 : 1], again);
    if (block.kind == Block::Kind::step) {
      if (block.condition && !holds(*block.condition)) return {};
      const std::uint64_t tries = again ? block.tries : 1;
      return {tries, block.agent ? tries : 0, block.tokens, tries * block.minutes, 1};
    }
    Amounts all{};
    const bool parallel = block.kind == Block::Kind::parallel;
    for (const Block& of : block.inside) {
      const Amounts part = taken_by(of, again);
      for (std::size_t i = 0; i < 3; ++i) all[i] += part[i];
      all[3] = parallel ? std::max(all[3], part[3]) : all[3] + part[3];
      all[4] = parallel ? all[4] + part[4] : std::max(all[4], part[4]);
    }
    if (block.limit != 0) all[4] = std::min(all[4], block.limit);
    return all;
  }

  std::mt19937_64& dice_;
  std::string text_;
  int count_ = 0;
  bool limited_ = false;
  std::array<int, 4> given_{};  // env, flag, n, and what the first step gives.
};

}  // namespace
}  // namespace wfc::oracle

int main(int argc, char** argv) {
  using namespace wfc::oracle;
  const int count = argc > 1 ? std::atoi(argv[1]) : 10'000;
  const auto seed = static_cast<std::uint64_t>(argc > 2 ? std::atoll(argv[2]) : 1);
  std::mt19937_64 dice(seed);
  for (int i = 0; i < count; ++i)
    while (!compare_values(random_world(dice, {.steps_max = 6, .approvals = false}), dice)) continue;
  for (int i = 0; i < count; ++i)
    compare_guards(random_world(dice, {.steps_max = 5, .approvals = true}), dice);
  for (int i = 0; i < count; ++i) compare_chain(dice);
  for (int i = 0; i < count; ++i) Blocks(dice).compare();
  std::printf("%d worlds of each kind: no disagreement\n", count);
}
