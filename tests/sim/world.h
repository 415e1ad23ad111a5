// One seed, from start to end: drives the engine through its faults and checks the promises after every
// event.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/engine/engine.h"
#include "tests/sim/backing.h"
#include "tests/sim/rebuilt.h"
#include "tests/sim/reference.h"
#include "tests/sim/scenario.h"

namespace wf::sim {

// What is different from the world of a seed.
struct Circumstances {
  std::optional<std::vector<Fault>> faults;
  // Where the locks of a real store lie, which then takes the place of one that cannot be wrong.
  std::string folder;
  std::optional<bool> passes;
};

class World {
 public:
  explicit World(std::uint64_t seed, Circumstances circumstances = {});

  // Empty, or the first promise that was broken (reliability.md: I1 to I6, I10; the end as product.md section
  // 4).
  std::string run();

  std::string story() const;  // How every step stands, a line each.
  const std::string& history() const { return store_.history; }
  std::uint64_t records() const { return store_.records; }
  std::string ends() const;  // How each step and the run have ended, without what chance may change.
  const Scenario& scenario() const { return scenario_; }
  std::uint64_t starts() const { return all_starts_; }
  std::uint64_t drives() const { return drives_; }
  std::uint64_t cuts() const { return cuts_; }  // Drives that a fault has ended in the middle.

 private:
  // What is known about a step from outside: only from its starts, its ends and the store.
  struct Seen {
    std::uint32_t iteration = 1;  // What follows is of this one.
    std::uint32_t starts = 0;
    std::uint32_t cut_off = 0;  // Starts whose result a fault has taken.
    std::uint32_t granted = 0;  // Repeats that a person asked for.
    std::uint32_t latest = 0;   // Number of the latest attempt.
    bool unresolved = false;    // Started in this drive, and no result is durable.
    std::string key;
    std::vector<std::string> printed;
  };

  void drive(const Fault* fault);
  void drive_from(const store::Recovered& from, const Fault* fault);
  void strike(const Fault& fault);
  Row read_by(Row step) const;
  void expect_undoing(Row step);
  void expect_fallback(Row step);
  Row recorded_row(Row step) const;
  bool alive(Row step) const;
  void on_start(const Attempt& attempt);
  ScriptedBodies::Act act_of(const Attempt& attempt);
  void on_notice(engine::Notice notice);
  void people_answer(Row step, bool driver_lives);
  void people_answer_all();
  void people_intervene();
  bool raise_limits();
  bool reopen();
  void after_each();
  void count_cut_off();
  void expect(bool holds, const std::string& promise, Row step);
  std::uint32_t recorded_failures(Row step) const;

  Scenario scenario_;
  Chance chance_;
  PretendClock clock_;
  PretendLoop loop_;
  PretendStore store_;
  std::unique_ptr<Backing> backing_;
  ScriptedBodies bodies_;
  PretendOutputs outputs_;
  std::vector<Seen> seen_;
  std::vector<std::string>
      ended_as_;  // What the store said when a step ended: it may never say anything else.
  std::vector<std::uint32_t> ended_in_;  // In which iteration.
  std::uint32_t running_ = 0;
  engine::Engine* engine_ = nullptr;
  std::optional<Rebuilt> rebuilt_;  // A newer build, which drives every now and then.
  bool newer_ = false;              // It drives now.
  engine::EngineOptions options_;
  engine::RunEnd end_;
  bool cut_ = false;
  std::uint64_t all_starts_ = 0, drives_ = 0, cuts_ = 0;
  std::uint32_t reopened_ = 0, raised_ = 0;
  std::string broken_;
};

}  // namespace wf::sim
