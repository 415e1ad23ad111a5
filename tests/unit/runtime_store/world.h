// What the tests of the store share: folders that vanish, a clock that stands still, short ways to write
// records.
#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/store/store.h"
#include "tests/unit/runtime_store/folder.h"

namespace wf::store {

class StillClock final : public Clock {
 public:
  std::int64_t wall_ms() override { return wall; }
  std::int64_t monotonic_ms() override { return monotonic; }
  std::int64_t wall = 1'795'255'200'000;
  std::int64_t monotonic = 1'000;
};

class CountingRandom final : public Random {
 public:
  std::uint64_t next() override { return state_ += 0x9e3779b97f4a7c15u; }

 private:
  std::uint64_t state_ = 1;
};

struct World {
  StillClock clock;
  SystemRandom random;
  Folder folder;

  Result<std::unique_ptr<Store>> try_open(OpenOptions options = {}) {
    if (options.path.empty()) options.path = folder.database();
    return open_store(options, clock, random);
  }
  std::unique_ptr<Store> open(OpenOptions options = {}) {
    auto store = try_open(std::move(options));
    if (!store) {
      ADD_FAILURE() << store.error().message;
      std::abort();
    }
    return std::move(*store);
  }
};

inline NewRun new_run(std::string id, std::size_t steps = 3) {
  NewRun run;
  run.id = std::move(id);
  run.workflow = "wf_release";
  run.inputs_json = R"({"target":"preview"})";
  run.event_json = "{}";
  run.plan_digest = "plan-" + std::to_string(steps);
  run.binary_digest = "binary";
  for (std::size_t i = 0; i < steps; ++i) {
    run.steps.push_back("s" + std::to_string(i));
    run.kinds.emplace_back(i == 1 ? "approve" : "command");
  }
  return run;
}

inline Record started(Row step, std::uint32_t attempt = 1, std::uint32_t iteration = 1,
                      std::int64_t at_ms = 1'000) {
  Record record;
  record.kind = RecordKind::attempt_started;
  record.step = step;
  record.attempt = attempt;
  record.iteration = iteration;
  record.at_ms = at_ms;
  return record;
}

inline Record ended(Row step, StepStatus status = StepStatus::succeeded, std::uint32_t attempt = 1,
                    std::uint32_t iteration = 1, std::int64_t at_ms = 2'000) {
  Record record = started(step, attempt, iteration, at_ms);
  record.kind = RecordKind::step_ended;
  record.status = status;
  return record;
}

inline Record with(Record record, Outcome outcome) {
  if (!record.detail) record.detail = std::make_unique<Detail>();
  record.status = outcome.status;
  record.detail->outcome = std::move(outcome);
  return record;
}

inline Record gate_opened(Row step, std::string id, std::vector<std::string> approvers = {},
                          std::uint32_t quorum = 1, std::int64_t deadline_ms = 0) {
  Record record = started(step, 0);
  record.kind = RecordKind::gate_opened;
  record.detail = std::make_unique<Detail>();
  record.detail->gate = {std::move(id), "subject", "Ship it?", std::move(approvers), quorum, deadline_ms};
  return record;
}

inline Record gate_closed(Row step, std::string outcome, std::string id = "") {
  Record record = started(step, 0, 1, 3'000);
  record.kind = RecordKind::gate_closed;
  record.detail = std::make_unique<Detail>();
  record.detail->gate.id = std::move(id);
  record.detail->reason = std::move(outcome);
  return record;
}

inline Record reacted(Row step, Row reaction, std::uint32_t iteration = 1, std::int64_t due_ms = 0) {
  Record record = started(step, 1, iteration, 3'500);
  record.kind = RecordKind::reacted;
  record.detail = std::make_unique<Detail>();
  record.detail->reaction = reaction;
  record.detail->due_ms = due_ms;
  return record;
}

inline Record run_is(RunStatus status, std::string reason = "", int exit_code = 0) {
  Record record;
  record.kind = RecordKind::run_status;
  record.at_ms = 4'000;
  record.detail = std::make_unique<Detail>();
  record.detail->run_status = status;
  record.detail->reason = std::move(reason);
  record.detail->exit_code = exit_code;
  return record;
}

template <class... Records>
std::vector<Record> batch(Records... records) {
  std::vector<Record> all;
  (all.push_back(std::move(records)), ...);
  return all;
}

// Appends and waits.
Result<> write(Journal& journal, std::vector<Record> records);

inline std::unique_ptr<Lease> lease_of(Store& store, const std::string& run_id) {
  Holder holder;
  auto lease = store.lease(run_id, holder);
  EXPECT_TRUE(lease) << (lease ? "" : lease.error().message);
  return lease ? std::move(*lease) : nullptr;
}

inline std::unique_ptr<Journal> journal_of(Store& store, Lease& lease) {
  auto journal = store.journal(lease);
  EXPECT_TRUE(journal) << (journal ? "" : journal.error().message);
  return journal ? std::move(*journal) : nullptr;
}

inline const RecoveredStep* step_of(const Recovered& recovered, Row step, std::uint32_t iteration = 1) {
  for (const RecoveredStep& each : recovered.steps) {
    if (each.step == step && each.iteration == iteration) return &each;
  }
  return nullptr;
}

// Plain SQL on a store's file, as a person or a forger would do it.
std::string sql(const std::string& path, const std::string& text);

}  // namespace wf::store
