// The real store on a disk that loses power, and processes that are killed.
//
// After every fault the store is opened as `resume` opens it, and what it recovers must be what was reported
// as durable (the book), and then at most the beginning of what was on its way when the fault came: whole
// batches, in order. Nothing else is believed: not that a batch is there because it was written, nor that it
// is lost because nobody heard of it.
#pragma once
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/backing.h"
#include "tests/sim/power_vfs.h"

namespace wf::sim {

class PowerBacking final : public Backing {
 public:
  // Locks lie in `folder`, which may be shared with others that are not open.
  PowerBacking(PretendStore& book, const Program& program, PretendLoop& loop, PretendClock& clock,
               std::uint64_t seed, std::int64_t delay_max_ms, std::string folder);
  ~PowerBacking() override;

  void build(bool newer) override { newer_ = newer; }
  std::optional<store::Recovered> open(const Fault* fault) override;
  store::Journal& journal() override;
  Result<store::Recovered> wishes() override;
  std::string store_id() const override { return store_id_; }
  void usurp() override;
  bool dead() const override { return disk_.is_off(); }
  void close(bool cut) override;
  bool decide(Row step, const store::Vote& vote) override;
  bool request_cancel() override;
  std::vector<store::Intervention> intervene(const engine::Wishes& wishes) override;
  std::string broken() const override { return broken_; }

 private:
  class Late;
  using Told = std::function<void(Result<>)>;

  Result<std::unique_ptr<store::Store>> open_store();
  Result<store::Recovered> begin();
  Result<> need_store();
  Result<> meet_store();
  void give(std::vector<store::Record> records, Told told);
  void heard(const Result<>& result, const Told& told);
  void prepare_disk();
  bool failed(const Error& error);
  void breaks(std::string promise);
  void compare(const store::Recovered& real);

  PretendStore& book_;
  const Program& program_;
  PretendLoop& loop_;
  PretendClock& clock_;
  Chance chance_;
  const std::int64_t delay_max_ms_;
  const std::string folder_;
  PowerDisk disk_;
  std::string store_id_;
  bool newer_ = false;
  std::string plan_ = "plan", wanted_ = "plan";  // What the run belongs to; what the last process wanted.
  bool created_ = false;                         // The run was reported as there for good.

  // Of the process.
  const Fault* fault_ = nullptr;
  std::uint64_t batches_ = 0;
  bool may_fail_ = false;  // The disk, or the right to write, was taken away.
  bool failed_ = false;    // A batch was reported as not kept.
  bool usurped_ = false;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<store::Lease> lease_;
  std::unique_ptr<store::Journal> real_;
  std::unique_ptr<Late> late_;
  std::vector<Told> unheard_;  // Of a process that is dead by now.

  // What may be recorded beyond the book, in order.
  std::deque<std::function<void(PretendStore&)>> uncertain_;
  std::string broken_;
};

}  // namespace wf::sim
