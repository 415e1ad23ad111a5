// A pretend world for the engine: clock, loop, chance, store and children, all in one thread and by a seed.
//
// The store follows the contract of runtime/store/store.h with plain vectors: a batch lasts only from the
// moment when its callback is called, and a power cut forgets the rest.
#pragma once
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/engine/engine.h"
#include "runtime/run/output_keeper.h"
#include "runtime/run/step_run.h"
#include "runtime/store/store.h"
#include "tests/sim/budget_book.h"

namespace wf::sim {

class Chance final : public Random {  // SplitMix64.
 public:
  explicit Chance(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() override {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }

 private:
  std::uint64_t state_;
};

class PretendClock final : public Clock {
 public:
  std::int64_t wall_ms() override { return 1'700'000'000'000 + monotonic_ + jump_; }
  std::int64_t monotonic_ms() override { return monotonic_; }
  void to(std::int64_t monotonic_ms) { monotonic_ = std::max(monotonic_, monotonic_ms); }
  void jump(std::int64_t by_ms) { jump_ += by_ms; }

 private:
  std::int64_t monotonic_ = 1000, jump_ = 0;
};

class PretendLoop final : public engine::Loop {
 public:
  explicit PretendLoop(PretendClock& clock) : clock_(clock) {}
  void post(std::function<void()> work) override { posted_.push_back(std::move(work)); }
  std::uint64_t at(std::int64_t monotonic_ms, std::function<void()> work) override;
  void cancel(std::uint64_t timer) override;
  void run() override;
  void stop() override { stopped_ = true; }

  std::function<void()> after_each;          // Called after everything that happened.
  bool ran_dry() const { return ran_dry_; }  // Nothing was left to wait for.
  void forget();                             // Whatever was to happen does not.

 private:
  PretendClock& clock_;
  std::deque<std::function<void()>> posted_;
  std::map<std::pair<std::int64_t, std::uint64_t>, std::function<void()>> timers_;
  std::uint64_t last_timer_ = 0;
  bool stopped_ = false, ran_dry_ = false;
};

class NoOutputs final : public OutputKeeper {
 public:
  std::string log_path(StepKey, std::uint32_t, bool) const override { return {}; }
  Result<std::string> keep(const std::string& path) const override { return path; }
  Result<std::string> load(const Output& output) const override { return output.text; }
};

class PretendStore {
 public:
  PretendStore(std::string run_id, const Program& program);

  void apply(const store::Record& record);  // Now it lasts.
  store::Recovered recover() const;
  // As the real store does: what ended steps have printed stays there, however short it is.
  store::Recovered recover_without_outputs() const;
  const std::string& recorded_output(std::int64_t record) const;
  store::Decision decide(Row step, const store::Vote& vote, std::int64_t now_ms);
  void intervene(const std::vector<store::Intervention>& wishes, std::int64_t now_ms);
  void request_cancel() { state_.cancel_requested = true; }
  bool cancel_requested() const { return state_.cancel_requested; }
  // People let some of the run happen again, or let it go on, and this step was not among these the last
  // time.
  bool left_over(Row step) const;
  bool began_in_earlier_life(Row step) const;  // Before people let the run go on.
  bool stopped_by_budget(Row step) const;
  const Program& program() const { return *program_; }
  const store::RunInfo& run() const { return state_.run; }
  const store::RecoveredStep* find(Row step) const;  // In the iteration that it is in.
  const store::RecoveredStep* find(StepKey key) const;
  // In the latest iteration in which it has succeeded; null: in none.
  const store::RecoveredStep* last_success(Row step) const;
  std::uint64_t succeeded_as(Row step) const;  // The place of that end among all; 0: none.
  std::uint32_t iteration(Row step) const { return iterations_[step]; }
  std::uint32_t failures(Row step) const;                 // Attempts, of all iterations.
  std::uint32_t failures_before(Row step) const;          // In earlier iterations than the one it is in.
  std::uint32_t taken(Row step, Row reaction) const;      // How often, in the run.
  std::uint32_t taken_now(Row step, Row reaction) const;  // ... in the iteration that it is in.
  bool started_since(const store::RecoveredReaction& asked) const;
  bool was_let_start(Row row) const;
  bool asked_to_start(Row row) const;  // And it has not started since.
  bool asks_of_budget(const store::RecoveredReaction& happened) const;
  // How the end of the step was answered: `fail` where nothing is recorded.
  Response answer(Row step) const;
  // Whether people were asked about the end of the step rather than about its output.
  bool asked(Row step) const;
  bool cancelled_by_budget() const;
  const BudgetBook& budget() const { return budget_; }
  std::string broken_rule;  // The first rule of the journal that a record broke; empty: none.
  std::uint64_t records = 0;
  std::string history;  // Every record that lasts, a line each.

 private:
  store::RecoveredStep& at(const store::Record& record);
  void account(const store::Record& record);
  void apply_reaction(const store::Record& record);
  const Program* program_;
  std::optional<std::int64_t> opened_ms_;  // When people let it go on the last time.
  BudgetBook budget_;
  std::vector<std::uint32_t> iterations_;
  store::Recovered state_;
  std::map<std::pair<Row, std::uint32_t>, store::RecoveredStep> steps_;
  std::map<Row, std::uint64_t> successes_;
  std::map<Row, std::uint32_t> undone_below_;  // What these had left in iterations below has been undone.
};

// What has been printed lies with the attempt, or in the store.
class PretendOutputs final : public OutputKeeper {
 public:
  void of(const PretendStore& store) { store_ = &store; }
  std::string log_path(StepKey, std::uint32_t, bool) const override { return {}; }
  Result<std::string> keep(const std::string& path) const override { return path; }
  Result<std::string> load(const Output& output) const override {
    return output.is_here() ? output.text : store_->recorded_output(output.record);
  }

 private:
  const PretendStore* store_ = nullptr;
};

// Takes batches to whatever keeps them: in order, each some time after it was appended.
class LateJournal : public store::Journal {
 public:
  LateJournal(PretendLoop& loop, PretendClock& clock, Chance& chance, std::int64_t delay_max_ms)
      : loop_(loop), clock_(clock), chance_(chance), delay_max_ms_(delay_max_ms) {}
  void append(std::vector<store::Record> batch, std::function<void(Result<>)> durable) override;
  void write_one_unheard();  // A batch that was on its way arrives, though nobody is left to hear of it.
  void lose_all();           // What has not arrived never was.

 protected:
  struct Batch {
    std::vector<store::Record> records;
    std::function<void(Result<>)> durable;
  };
  virtual void write(Batch batch) = 0;  // Calls `durable` of what it has kept.
  std::optional<Batch> next();          // That waits.

 private:
  PretendLoop& loop_;
  PretendClock& clock_;
  Chance& chance_;
  std::int64_t delay_max_ms_;
  std::int64_t last_due_ms_ = 0;
  std::deque<Batch> waiting_;
};

class PretendJournal final : public LateJournal {
 public:
  PretendJournal(PretendStore& store, PretendLoop& loop, PretendClock& clock, Chance& chance,
                 std::int64_t delay_max_ms)
      : LateJournal(loop, clock, chance, delay_max_ms), store_(store) {}
  void break_after(std::uint64_t batches) { left_ = batches; }

 private:
  void write(Batch batch) override;
  PretendStore& store_;
  std::uint64_t left_ = UINT64_MAX;
};

// Children that do as told. A step without a script succeeds at once and prints nothing.
class ScriptedBodies final : public StepBodies {
 public:
  struct Act {
    std::int64_t takes_ms = 0;
    Outcome outcome;
    bool ignores_stop = false;
  };
  // Which act the attempt plays; `take` is called once for each start.
  std::function<Act(const Attempt&)> take;
  std::function<void(const Attempt&)> started;
  std::function<void(StepKey, std::uint32_t attempt)> finished;

  ScriptedBodies(PretendLoop& loop, PretendClock& clock) : loop_(loop), clock_(clock) {}
  ~ScriptedBodies() override { kill_all(); }
  void start(StepRun run) override;
  void stop(StepKey key, std::uint32_t attempt, std::string_view why) override;
  void kill_all();  // The process dies: nobody hears of their ends.
  std::size_t alive() const { return children_.size(); }
  bool alive(Row step) const;

 private:
  struct Child {
    StepRun run;
    Act act;
    std::uint64_t timer = 0;
  };
  void end(std::pair<Row, std::uint32_t> which, Outcome outcome);
  PretendLoop& loop_;
  PretendClock& clock_;
  std::map<std::pair<Row, std::uint32_t>, Child> children_;  // By step and attempt.
};

}  // namespace wf::sim
