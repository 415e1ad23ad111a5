// models COUNT SEED: random definitions, lowered with passes and without, are run both ways in the pretend
// world, and must come to the same: every step its status, reason, iteration, attempts and what each attempt
// was given, and the run its end. Digest and footings are equal, too.
//
// The definitions are those of tests/oracle; some of their conditions are replaced by constant ones, and what
// steps run by texts that fold in part. There is no C++ compiler between: an expression is evaluated by the
// functions that fold it.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <regex>

#include "compiler/expr/types.h"
#include "compiler/graph/graph.h"
#include "compiler/passes/passes.h"
#include "compiler/plan/plan.h"
#include "tests/oracle/world.h"
#include "tests/sim/pretend.h"
#include "tests/unit/compiler_dialects/reading.h"

namespace wf::sim {
namespace {

using wfc::plan::Plan;

const Plan* now_run = nullptr;  // Whose expressions the functions below are.

template <std::uint32_t Number>
Ref values(std::uint32_t which, Scope& in) {
  return wfc::expr::evaluate_in(now_run->expressions[Number * 64 + which].tree, static_cast<Evaluation&>(in));
}
template <std::uint32_t... Number>
constexpr std::array<ExprFunction, sizeof...(Number)> make_functions(
    std::integer_sequence<std::uint32_t, Number...>) {
  return {&values<Number>...};
}
constexpr auto functions = make_functions(std::make_integer_sequence<std::uint32_t, 16>());

std::uint64_t hash(std::initializer_list<std::string_view> parts, std::uint64_t seed) {
  std::uint64_t value = seed ^ 0xcbf29ce484222325u;
  for (const std::string_view part : parts)
    for (const char c : part) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return Chance(value).next();
}

// What is constant in some definitions, and what folds in others.
std::string with_constants(const std::string& text, std::mt19937_64& dice) {
  static constexpr const char* conditions[] = {"flag",        "flag",    "(1 + 1 == 2)",       "(2 < 1)",
                                               "(n > 2 + 3)", "(n > 5)", "('a' ~ 'b' == 'ab')"};
  static constexpr const char* works[] = {
      "run \"work\"",
      "agent \"{{ 1 + 1 }}{% if 1 < 2 %} yes {{ n }}{% else %} no {{ flag }}{% endif %} {{ n + (1 + 2) }}\"",
      ("agent \"{{ n + 3 }}{% for x in [1, 2] %}{% if 2 < 1 %}{{ env }}{% else %}{{ x }}{% endif %}{% endfor "
       "%}\""),
      "run \"{{ env }} {{ 'w' | upper }}\""};
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(at, end - at);
    if (line.starts_with("step") || line.starts_with("if")) {
      for (std::size_t found = line.find("flag"); found != std::string::npos;
           found = line.find("flag", found)) {
        const std::string by = conditions[dice() % std::size(conditions)];
        line.replace(found, 4, by);
        found += by.size();
      }
      if (const std::size_t found = line.find(works[0]); found != std::string::npos)
        line.replace(found, std::string_view(works[0]).size(), works[dice() % std::size(works)]);
    }
    out += line + "\n";
    at = end + 1;
  }
  return out;
}

// Everything that can be seen of a run.
std::string outcome(const Plan& plan, std::uint64_t seed, std::uint64_t& attempts) {
  if (plan.expressions.size() > functions.size() * 64) std::abort();
  now_run = &plan;
  Program program = plan.program;
  program.functions = {functions.data(), static_cast<std::uint32_t>(functions.size())};
  PretendClock clock;
  PretendLoop loop(clock);
  ScriptedBodies bodies(loop, clock);
  NoOutputs outputs;
  Chance chance(seed);
  PretendStore store("r", program);
  std::vector<std::string> given(program.steps.count);
  const auto id_of = [&](Row row) {
    return std::string_view(program.steps[row].id.data, program.steps[row].id.size);
  };
  bodies.take = [&](const Attempt& attempt) {
    const Row row = attempt.key.step;
    for (const Argument& argument : attempt.arguments)
      given[row] += " [" + std::string(argument.name) + "=" + argument.text + "]";
    ++attempts;
    const std::uint64_t fate =
        hash({id_of(row), std::to_string(attempt.key.iteration), std::to_string(attempt.number)}, seed);
    ScriptedBodies::Act act;
    act.takes_ms = 1 + static_cast<std::int64_t>(fate % 1'000'003);
    const StepKind kind = program.steps[row].kind;
    if (kind == StepKind::check || kind == StepKind::branch || kind == StepKind::join) act.takes_ms = 0;
    act.outcome = fate >> 40 & 3 ? Outcome::succeeded(fate >> 44 & 1 ? "u" : "v")
                                 : Outcome::failed(reason::exit_code, "as scripted");
    return act;
  };
  engine::RunEnd end;
  // Who pauses is answered, and goes on.
  for (int drive = 0; drive < 40; ++drive) {
    PretendJournal journal(store, loop, clock, chance, 0);
    engine::Parts parts{.loop = loop,
                        .clock = clock,
                        .random = chance,
                        .journal = journal,
                        .bodies = bodies,
                        .outputs = outputs,
                        .notice = {},
                        .wishes = [&] { return Result<store::Recovered>(store.recover()); },
                        .printed = {}};
    engine::EngineOptions options;
    options.run_id = "r";
    options.store_id = "s";
    options.single_threaded = true;
    store::Recovered from = store.recover();
    from.run.inputs_json = R"({"env": ")" + std::string(1, "abc"[seed % 3]) + R"(", "flag": )" +
                           (seed & 8 ? "true" : "false") + R"(, "n": )" + std::to_string(seed / 16 % 10) +
                           "}";
    engine::Engine engine(program, parts, options);
    end = engine.drive(from);
    bodies.kill_all();
    journal.lose_all();
    loop.forget();
    if (end.exit_code != 3) break;
    for (Row row = 0; row < program.steps.count; ++row) {
      const store::RecoveredStep* step = store.find(row);
      if (!step || !step->gate || !step->gate->open) continue;
      const bool yes = hash({id_of(row), "gate"}, seed) % 4 != 0;
      store.decide(row, {"ana", yes, "because", {}, clock.wall_ms()}, clock.wall_ms());
    }
  }
  std::string text = store.broken_rule;
  for (Row row = 0; row < program.steps.count; ++row) {
    const store::RecoveredStep* step = store.find(row);
    text += std::string(id_of(row)) + " " + std::to_string(store.iteration(row)) + " ";
    text += step ? std::string(name_of(step->status)) + " " + step->outcome.reason + " " +
                       step->outcome.error + " " + step->outcome.output.text + " " +
                       std::to_string(step->attempts.size()) + " " + std::to_string(step->ended_ms)
                 : "nothing";
    text += given[row] + "\n";
  }
  return text + std::string(name_of(end.status)) + " " + end.reason + " " + std::to_string(end.exit_code);
}

struct Sum {
  std::uint64_t attempts = 0, expressions[2] = {}, edges[2] = {}, never = 0;
};

void count(const Plan& plan, bool passes, Sum& sum) {
  sum.expressions[passes] += plan.expressions.size();
  for (const StepRow& step : plan.steps) {
    sum.edges[passes] += step.followers.count;
    sum.never += step.never ? 1 : 0;
  }
  for (const JoinRow& join : plan.joins) sum.edges[passes] += join.followers.count;
}

bool holds(std::uint64_t seed, Sum& sum) {
  std::mt19937_64 dice(seed);
  const wfc::oracle::World world = wfc::oracle::random_world(
      dice, {.steps_max = 4 + static_cast<int>(seed % 20), .approvals = seed % 3 == 0});
  const std::string text = with_constants(world.spelled(), dice);
  const auto definition = wfc::read("w.wf", text);
  if (definition->report.has_errors()) {
    std::printf("seed %llu is no definition: %s\n%s", static_cast<unsigned long long>(seed),
                wfc::findings(*definition)[0].c_str(), text.c_str());
    return false;
  }
  const wfc::graph::StepGraph graph(definition->workflow());
  std::string outcomes[2];
  for (const bool passes : {false, true}) {
    Plan plan = wfc::plan::lower(definition->workflow(), graph,
                                 {.dialect = "wf",
                                  .source_digest = "",
                                  .compiler = "wfc test",
                                  .sources = &definition->sources,
                                  .definition = definition->file},
                                 definition->report);
    plan = wfc::passes::optimise(std::move(plan), {.optimise = passes}, {});
    count(plan, passes, sum);
    outcomes[passes] = outcome(plan, seed, sum.attempts) + "\n" +
                       std::string(plan.program.plan_digest.data, plan.program.plan_digest.size);
    for (const Text& footing : plan.footings)
      outcomes[passes] += "\n" + std::string(footing.data, footing.size);
  }
  if (outcomes[0] == outcomes[1]) return true;
  std::printf("seed %llu\n%s\nwithout passes\n%s\nand with\n%s\n", static_cast<unsigned long long>(seed),
              text.c_str(), outcomes[0].c_str(), outcomes[1].c_str());
  return false;
}

}  // namespace
}  // namespace wf::sim

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const std::uint64_t count = std::strtoull(argv[1], nullptr, 10), seed = std::strtoull(argv[2], nullptr, 10);
  wf::sim::Sum sum;
  for (std::uint64_t i = 0; i < count; ++i)
    if (!wf::sim::holds(seed + i, sum)) return 1;
  using number = unsigned long long;
  std::printf(
      "%llu definitions come to the same: %llu attempts, %llu expressions left of %llu, %llu edges left of "
      "%llu, "
      "%llu steps that never run\n",
      static_cast<number>(count), static_cast<number>(sum.attempts), static_cast<number>(sum.expressions[1]),
      static_cast<number>(sum.expressions[0]), static_cast<number>(sum.edges[1]),
      static_cast<number>(sum.edges[0]), static_cast<number>(sum.never));
  // Something was there to be compared.
  return sum.never != 0 && sum.edges[1] < sum.edges[0] && sum.expressions[1] < sum.expressions[0] ? 0 : 1;
}
