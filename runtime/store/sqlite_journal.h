// The journal on SQLite: one thread that writes, and everything that waits goes into its next transaction.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/store/connection.h"
#include "runtime/store/journal.h"
#include "runtime/store/lease.h"

namespace wf::store {

class SqliteJournal final : public Journal {
 public:
  static Result<std::unique_ptr<Journal>> open(std::unique_ptr<Connection> connection, const RunLease& lease,
                                               Clock& clock, bool own_thread);
  // Commits what was appended.
  ~SqliteJournal() override;

  void append(std::vector<Record> batch, std::function<void(Result<>)> durable) override;

 private:
  struct Batch {
    std::vector<Record> records;
    std::function<void(Result<>)> durable;
    std::int64_t at_ms = 0;
    std::int64_t elapsed_ms = 0;
  };
  SqliteJournal(std::unique_ptr<Connection> connection, const RunLease& lease, Clock& clock);

  void write_until_closed();
  void write_what_waits();
  void settle(std::vector<Batch>& group);
  Result<> commit(const std::vector<Batch>& group);
  Result<> write(const Record& record);
  Result<> write_cost(const Record& record);
  Result<> write_gate(const Record& record);
  Result<> close_gate(const Record& record);
  Result<> write_detailed(const Record& record);
  Result<std::optional<std::int64_t>> write_outcome(const Outcome& outcome);
  Result<> done(bool good) const;
  Result<Statement*> prepared(int which);
  std::int64_t next_key();

  std::unique_ptr<Connection> connection_;
  Clock& clock_;
  const std::int64_t run_;
  const std::int64_t epoch_;
  const std::int64_t elapsed_before_ms_;
  std::optional<std::int64_t> counted_ms_;  // By the engine, where the time of the run is limited.
  const std::int64_t since_monotonic_ms_;
  std::int64_t next_number_ = 0;
  std::int64_t checkpoint_at_pages_;
  std::optional<Error> broken_;
  std::vector<StepKey> lost_gates_;  // Of the transaction at hand: others decided them first.
  std::vector<Statement> statements_;

  std::mutex mutex_;
  std::condition_variable waiting_;
  std::vector<Batch> queue_;
  bool sleeping_ = false;
  bool closing_ = false;
  bool writing_here_ = false;  // Without a thread: `append` is at work further up the stack.
  bool own_thread_ = false;
  std::thread thread_;
};

}  // namespace wf::store
