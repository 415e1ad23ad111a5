// oracle COUNT SEED: makes COUNT random worlds of each kind, enumerates what can happen in each, and compares
// with what the analyses say about its text.
//
// * values: a step is begun while one before it was skipped: never, only if something fails, or without that.
// * reach: a step can be begun at all.
// * exclude: two steps that do not wait for each other are never begun in one run.
// * guards: a deployment is never begun without a yes since the last time.
// * bounds: the least and the most steps of a run; in chains of retries and loops the most is met exactly.
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
  const auto look = [&](const Played& played) {
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
  std::printf("%d worlds of each kind: no disagreement\n", count);
}
