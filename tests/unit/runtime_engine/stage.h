// A stage for one run: a made program, a pretend world, and what was seen of it.
#pragma once
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "runtime/engine/again.h"
#include "runtime/engine/engine.h"
#include "tests/sim/pretend.h"
#include "tests/sim/program_maker.h"

namespace wf::engine {

class Stage : public testing::Test {
 public:
  using Act = sim::ScriptedBodies::Act;

  Stage() : loop(clock), bodies(loop, clock), chance(7) {
    bodies.started = [this](const Attempt& attempt) {
      started.push_back(attempt.key.step);
      last_attempt[attempt.key.step] = attempt;
      ++running;
      most_running = std::max(most_running, running);
    };
    bodies.finished = [this](StepKey, std::uint32_t) { --running; };
    bodies.take = [this](const Attempt& attempt) {
      auto& acts = script[attempt.key.step];
      if (acts.empty()) return Act{takes_ms, Outcome::succeeded(), false};
      Act act = acts.front();
      if (acts.size() > 1) acts.erase(acts.begin());
      return act;
    };
  }

  static Act ok(std::string output = {}, std::int64_t takes_ms = 10) {
    return {takes_ms, Outcome::succeeded(std::move(output)), false};
  }
  static Act bad(std::string_view reason = reason::exit_code, std::int64_t takes_ms = 10) {
    return {takes_ms, Outcome::failed(reason, "it broke"), false};
  }

  const Program& program() {
    if (!made) {
      made = &maker.make();
      store = std::make_unique<sim::PretendStore>("r-1", *made);
      outputs.of(*store);
    }
    return *made;
  }

  // Drives the run as far as it goes, from what is in the store.
  RunEnd drive() {
    program();
    sim::PretendJournal journal(*store, loop, clock, chance, journal_ms);
    if (break_after) journal.break_after(*break_after);
    Parts parts{.loop = loop,
                .clock = clock,
                .random = chance,
                .journal = journal,
                .bodies = bodies,
                .outputs = outputs,
                .notice = [this](const Notice& notice) { notices.push_back(notice); },
                .wishes = [this] { return Result<store::Recovered>(store->recover()); },
                .printed = {}};
    options.run_id = "r-1";
    options.store_id = "s-1";
    options.single_threaded = true;
    Engine engine(*made, parts, options);
    running_engine = &engine;
    for (const auto& [ms, work] : plan) loop.at(clock.monotonic_ms() + ms, work);
    plan.clear();
    const RunEnd end = engine.drive(store->recover_without_outputs());
    running_engine = nullptr;
    if (end.exit_code < 128) {
      EXPECT_EQ(bodies.alive(), 0u);
    }
    bodies.kill_all();  // The process ends.
    journal.lose_all();
    EXPECT_EQ(store->broken_rule, "");
    EXPECT_FALSE(loop.ran_dry()) << "the engine waits for nothing";
    loop.forget();
    return end;
  }

  // Power cut at that time: what is durable stays.
  void drive_until_cut(std::int64_t after_ms) {
    program();
    sim::PretendJournal journal(*store, loop, clock, chance, journal_ms);
    Parts parts{.loop = loop,
                .clock = clock,
                .random = chance,
                .journal = journal,
                .bodies = bodies,
                .outputs = outputs,
                .notice = {},
                .wishes = [this] { return Result<store::Recovered>(store->recover()); },
                .printed = {}};
    options.run_id = "r-1";
    options.store_id = "s-1";
    options.single_threaded = true;
    Engine engine(*made, parts, options);
    loop.at(clock.monotonic_ms() + after_ms, [this] { loop.stop(); });
    engine.drive(store->recover_without_outputs());
    bodies.kill_all();
    journal.lose_all();
    loop.forget();
    running = 0;
  }

  void later(std::int64_t ms, std::function<void()> work) { plan.emplace_back(ms, std::move(work)); }
  void decide(Row step, bool approve, std::string by = "ana", std::optional<std::string> content = {}) {
    store::Vote vote{std::move(by), approve, "because", std::move(content), clock.wall_ms()};
    EXPECT_EQ(store->decide(step, vote, clock.wall_ms()), store::Decision::recorded);
    if (running_engine) running_engine->wishes_changed();
  }

  // What a person wants between two drives.
  Result<> wish(const Wishes& wishes) {
    const Program& of = program();
    auto records = interventions(of, store->recover(), wishes);
    if (!records) return records.error();
    store->intervene(*records, clock.wall_ms());
    return Done{};
  }

  StepStatus status(Row step) const {
    const store::RecoveredStep* found = store->find(step);
    return found && found->ended ? found->status : StepStatus::pending;
  }
  std::string reason_of(Row step) const {
    const store::RecoveredStep* found = store->find(step);
    return found ? found->outcome.reason : "";
  }
  std::string output_of(Row step) const { return store->find(step)->outcome.output.text; }
  int starts(Row step) const { return static_cast<int>(std::count(started.begin(), started.end(), step)); }
  bool noticed(Notice::What what, Row step) const {
    for (const Notice& notice : notices)
      if (notice.what == what && notice.key.step == step) return true;
    return false;
  }

  sim::ProgramMaker maker;
  const Program* made = nullptr;
  sim::PretendClock clock;
  sim::PretendLoop loop;
  sim::PretendOutputs outputs;
  sim::ScriptedBodies bodies;
  sim::Chance chance;
  std::unique_ptr<sim::PretendStore> store;
  EngineOptions options;
  std::map<Row, std::vector<Act>> script;
  std::int64_t takes_ms = 10, journal_ms = 3;
  std::optional<std::uint64_t> break_after;

  std::vector<Row> started;
  std::map<Row, Attempt> last_attempt;
  std::vector<Notice> notices;
  int running = 0, most_running = 0;
  Engine* running_engine = nullptr;
  std::vector<std::pair<std::int64_t, std::function<void()>>> plan;
};

}  // namespace wf::engine
