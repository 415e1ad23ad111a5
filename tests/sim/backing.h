// Where the run of a pretended world is recorded.
//
// The book (PretendStore) says what was reported as durable, and the world checks every promise against it. A
// backing keeps the book and what is really recorded in step: the book alone (a store that cannot be wrong),
// or the real store on a disk that fails (power_backing.h).
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/engine/again.h"
#include "tests/sim/pretend.h"
#include "tests/sim/scenario.h"

namespace wf::sim {

class Backing {
 public:
  virtual ~Backing() = default;

  // Whether the next process is another build of the workflow.
  virtual void build(bool /*newer*/) {}
  // A process begins to drive: what it finds recorded. Nothing: a fault has ended it before it knew.
  virtual std::optional<store::Recovered> open(const Fault* fault) = 0;
  // Of the process that was opened.
  virtual store::Journal& journal() = 0;
  virtual Result<store::Recovered> wishes() = 0;
  virtual std::string store_id() const = 0;
  // A second driver takes the run over, past the lock.
  virtual void usurp() = 0;
  virtual bool dead() const = 0;  // A fault of the store has ended the process.
  // The process has ended; `cut`: by a fault, in the middle of whatever it did.
  virtual void close(bool cut) = 0;

  // People, from processes of their own. False: nothing came of it.
  virtual bool decide(Row step, const store::Vote& vote) = 0;
  virtual bool request_cancel() = 0;
  // Whoever holds the lease between two drives; nothing: the wish makes no sense, or it was lost.
  virtual std::vector<store::Intervention> intervene(const engine::Wishes& wishes) = 0;

  // The first promise of the store that was broken; empty: none.
  virtual std::string broken() const = 0;
};

class PretendBacking final : public Backing {
 public:
  PretendBacking(PretendStore& book, PretendLoop& loop, PretendClock& clock, Chance& chance,
                 std::int64_t delay_max_ms)
      : book_(book), loop_(loop), clock_(clock), chance_(chance), delay_max_ms_(delay_max_ms) {}

  std::optional<store::Recovered> open(const Fault* fault) override;
  store::Journal& journal() override { return *journal_; }
  Result<store::Recovered> wishes() override { return book_.recover(); }
  std::string store_id() const override { return "s"; }
  void usurp() override {}
  bool dead() const override { return false; }
  void close(bool cut) override;
  bool decide(Row step, const store::Vote& vote) override;
  bool request_cancel() override;
  std::vector<store::Intervention> intervene(const engine::Wishes& wishes) override;
  std::string broken() const override { return {}; }

 private:
  PretendStore& book_;
  PretendLoop& loop_;
  PretendClock& clock_;
  Chance& chance_;
  const std::int64_t delay_max_ms_;
  std::optional<PretendJournal> journal_;
};

}  // namespace wf::sim
