// Group commit. While one transaction is on its way to the disk, batches gather; the next transaction takes
// them all. So a lone batch waits for one sync, and a thousand at once wait for two.
//
// The first error ends the journal: after a failed sync nobody knows what the disk holds, and a second sync
// that succeeds proves nothing. What was reported durable before stays so; nothing else is reported durable
// ever again.
#include "runtime/store/sqlite_journal.h"

#include <sqlite3.h>

#include <algorithm>

#include "runtime/store/rows.h"

namespace wf::store {

namespace {

// Pages of 4 KiB. A checkpoint costs two syncs and a write of every page, so it waits for a quiet moment, but
// not for ever.
constexpr std::int64_t quiet_checkpoint_pages = 1'024;
constexpr std::int64_t busy_checkpoint_pages = 16'384;

enum Sql {
  beat,
  attempt,
  ending,
  result,
  outcome,
  artifact,
  gate,
  approver,
  find_gate,
  find_latest_gate,
  decide_gate,
  decided_as,
  reaction,
  set_status,
  run_event,
  charge,
  limit,
  sql_count
};
constexpr const char* sql[sql_count] = {
    "UPDATE drivers SET updated_ms = max(updated_ms, ?1), elapsed_ms = ?2 WHERE run = ?3 AND epoch = ?4",
    "INSERT INTO attempts(k, step, iteration, attempt, started_ms) VALUES(?, ?, ?, ?, ?)",
    "INSERT INTO endings(k, step, iteration, attempt, status, ended_ms, due_ms, outcome, started_ms) "
    "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "INSERT INTO results(run, step, iteration, attempt, status, ended_ms, outcome, started_ms) VALUES(?, ?, "
    "?, ?, ?, ?, ?, ?)",
    "INSERT INTO outcomes(k, reason, error, exit_code, output, output_file, output_size, error_output, "
    "error_output_file, error_output_size, fields, credits_millionths, usd_millionths, input_tokens, "
    "output_tokens, "
    "usage_source) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "INSERT INTO artifacts(outcome, no, type, path, summary) VALUES(?, ?, ?, ?, ?)",
    "INSERT INTO gates(id, run, step, iteration, subject, message, quorum, deadline_ms, opened_ms) "
    "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
    // The same name twice counts once.
    "INSERT INTO approvers(gate, person, no) VALUES(?, ?, ?) ON CONFLICT(gate, person) DO NOTHING",
    "SELECT no FROM gates WHERE run = ? AND step = ? AND iteration = ? AND id = ?",
    "SELECT max(no) FROM gates WHERE run = ? AND step = ? AND iteration = ?",
    "INSERT INTO decisions(gate, outcome, person, at_ms) VALUES(?, ?, '', ?) ON CONFLICT(gate) DO NOTHING",
    "SELECT outcome FROM decisions WHERE gate = ?",
    "INSERT INTO reactions(k, step, iteration, attempt, reaction, at_ms, due_ms) VALUES(?, ?, ?, ?, ?, ?, ?)",
    "UPDATE runs SET status = ?1, reason = ?2, exit_code = ?3, updated_ms = max(updated_ms, ?4) WHERE no = "
    "?5",
    "INSERT INTO run_events(k, status, reason, exit_code, at_ms) VALUES(?, ?, ?, ?, ?)",
    "INSERT INTO charges(k, step, iteration, attempt, spent, credits_millionths, tokens, usd_millionths, "
    "calls, time_ms) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "INSERT INTO limits(k, measure, amount, person, at_ms) VALUES(?, ?, ?, '', ?)",
};

bool says_something(const Outcome& o) {
  const Usage& u = o.usage;
  const auto printed = [](const Output& output) {
    return !output.text.empty() || !output.file.empty() || output.size != 0;
  };
  return !o.reason.empty() || !o.error.empty() || printed(o.output) || printed(o.error_output) ||
         o.exit_code || !o.fields_json.empty() || u.credits_millionths != 0 || u.usd_millionths != 0 ||
         u.input_tokens != 0 || u.output_tokens != 0 || !u.source.empty() || !o.artifacts.empty();
}

}  // namespace

SqliteJournal::SqliteJournal(std::unique_ptr<Connection> connection, const RunLease& lease, Clock& clock)
    : connection_(std::move(connection)),
      clock_(clock),
      run_(lease.run),
      epoch_(lease.epoch),
      elapsed_before_ms_(lease.elapsed_ms),
      since_monotonic_ms_(lease.since_monotonic_ms),
      checkpoint_at_pages_(quiet_checkpoint_pages),
      statements_(sql_count) {}

Result<std::unique_ptr<Journal>> SqliteJournal::open(std::unique_ptr<Connection> connection,
                                                     const RunLease& lease, Clock& clock, bool own_thread) {
  std::unique_ptr<SqliteJournal> self(new SqliteJournal(std::move(connection), lease, clock));
  auto last = last_number(*self->connection_, self->run_);
  if (!last) return last.error();
  self->next_number_ = *last + 1;
  self->own_thread_ = own_thread;
  if (own_thread) self->thread_ = std::thread([journal = self.get()] { journal->write_until_closed(); });
  return std::unique_ptr<Journal>(std::move(self));
}

SqliteJournal::~SqliteJournal() {
  if (thread_.joinable()) {
    {
      const std::lock_guard lock(mutex_);
      closing_ = true;
    }
    waiting_.notify_one();
    thread_.join();
  }
  statements_.clear();
  if (!broken_) connection_->tidy_up();
}

void SqliteJournal::append(std::vector<Record> batch, std::function<void(Result<>)> durable) {
  Batch waits{std::move(batch), std::move(durable), clock_.wall_ms(),
              elapsed_before_ms_ + clock_.monotonic_ms() - since_monotonic_ms_};
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(waits));
    wake = sleeping_;
  }
  if (!own_thread_) return write_what_waits();
  if (wake) waiting_.notify_one();
}

void SqliteJournal::write_until_closed() {
  std::vector<Batch> group;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      sleeping_ = true;
      waiting_.wait(lock, [&] { return !queue_.empty() || closing_; });
      sleeping_ = false;
      if (queue_.empty()) return;
      group.swap(queue_);
    }
    settle(group);
  }
}

// A callback may append again: that waits until the callback has returned, so that a long chain is a loop.
void SqliteJournal::write_what_waits() {
  if (std::exchange(writing_here_, true)) return;
  std::vector<Batch> group;
  while (!queue_.empty()) {
    group.swap(queue_);
    settle(group);
  }
  writing_here_ = false;
}

void SqliteJournal::settle(std::vector<Batch>& group) {
  if (!broken_) {
    if (auto committed = commit(group); !committed) broken_ = committed.error();
  }
  for (const Batch& batch : group) {
    if (!batch.durable) continue;
    if (broken_) {
      batch.durable(*broken_);
    } else {
      batch.durable(Done{});
    }
  }
  group.clear();
  if (broken_) return;
  // After a checkpoint that moved everything, the log begins anew; where somebody still reads it, it only
  // grows, and another try is worth while when it has grown as much again.
  const std::int64_t pages = connection_->log_pages();
  if (pages < quiet_checkpoint_pages) checkpoint_at_pages_ = quiet_checkpoint_pages;
  if (pages < checkpoint_at_pages_) return;
  bool quiet = false;
  {
    const std::lock_guard lock(mutex_);
    quiet = queue_.empty();
  }
  if (!quiet && pages < checkpoint_at_pages_ + busy_checkpoint_pages) return;
  connection_->checkpoint(false);
  checkpoint_at_pages_ = pages + quiet_checkpoint_pages;
}

Result<> SqliteJournal::done(bool good) const {
  if (good) return Done{};
  return connection_->trouble("write");
}

Result<Statement*> SqliteJournal::prepared(int which) {
  Statement& statement = statements_[static_cast<std::size_t>(which)];
  if (!statement) {
    auto made = connection_->prepare(sql[which]);
    if (!made) return made.error();
    statement = std::move(*made);
  }
  return &statement;
}

std::int64_t SqliteJournal::next_key() {
  return first_key(run_) + next_number_++;
}

Result<> SqliteJournal::commit(const std::vector<Batch>& group) {
  if (auto begun = connection_->begin(); !begun) return begun;
  Transaction transaction(*connection_);
  lost_gates_.clear();
  for (const Batch& batch : group)
    for (const Record& record : batch.records)
      if (record.kind == RecordKind::clock && record.detail) counted_ms_ = record.detail->elapsed_ms;
  auto alive = prepared(beat);
  if (!alive) return alive.error();
  (*alive)
      ->integer(1, group.back().at_ms)
      .integer(2, counted_ms_.value_or(group.back().elapsed_ms))
      .integer(3, run_)
      .integer(4, epoch_);
  if (!(*alive)->run()) return connection_->trouble("write");
  if (connection_->changes() != 1) {
    return Error{
        "another process drives this run now; this one must not write to `" + connection_->path() + "`",
        "`status` shows how far the run is"};
  }
  for (const Batch& batch : group) {
    if (next_number_ > number_max)
      return Error{"the run has more records than `" + connection_->path() + "` can number", {}};
    for (const Record& record : batch.records) {
      if (auto written = write(record); !written) return written;
    }
  }
  return transaction.commit();
}

Result<> SqliteJournal::write_cost(const Record& r) {
  auto insert = prepared(charge);
  if (!insert) return insert.error();
  Statement& row = **insert;
  row.integer(1, next_key()).integer(2, r.step).integer(3, r.iteration).integer(4, r.attempt);
  row.integer(5, r.kind == RecordKind::attempt_started ? 0 : 1);
  int column = 6;
  for (const std::int64_t amount : r.cost->amounts) row.integer(column++, amount);
  return done(row.run());
}

// The two kinds that every step has come first and go the shortest way.
Result<> SqliteJournal::write(const Record& r) {
  if (r.cost)
    if (auto written = write_cost(r); !written) return written;
  if (r.kind == RecordKind::attempt_started) {
    auto insert = prepared(attempt);
    if (!insert) return insert.error();
    (*insert)->integer(1, next_key()).integer(2, r.step).integer(3, r.iteration).integer(4, r.attempt);
    return done((*insert)->integer(5, r.at_ms).run());
  }
  if (r.kind == RecordKind::step_ended) {
    if (!lost_gates_.empty() &&
        std::ranges::find(lost_gates_, StepKey{r.step, r.iteration}) != lost_gates_.end()) {
      return Error{"a step ends with an outcome that its gate does not have in `" + connection_->path() + "`",
                   "go on with `resume`: the recorded decision counts"};
    }
    auto insert = prepared(result);
    if (!insert) return insert.error();
    std::optional<std::int64_t> said;
    if (r.detail) {
      auto written = write_outcome(r.detail->outcome);
      if (!written) return written.error();
      said = *written;
    }
    (*insert)->integer(1, run_).integer(2, r.step).integer(3, r.iteration).integer(4, r.attempt);
    (*insert)->integer(5, static_cast<int>(r.status)).integer(6, r.at_ms);
    said ? (*insert)->integer(7, *said) : (*insert)->null(7);
    (*insert)->integer(8, r.started_ms);
    return done((*insert)->run());
  }
  return write_detailed(r);
}

Result<> SqliteJournal::write_detailed(const Record& r) {
  static const Detail nothing;
  const Detail& detail = r.detail ? *r.detail : nothing;
  switch (r.kind) {
    case RecordKind::attempt_started:
    case RecordKind::step_ended:
    case RecordKind::clock:  // It goes where the driver's row is kept, see commit.
      break;
    case RecordKind::limit_set: {
      auto insert = prepared(limit);
      if (!insert) return insert.error();
      (*insert)->integer(1, next_key()).text(2, name_of(detail.measure)).integer(3, detail.limit);
      return done((*insert)->integer(4, r.at_ms).run());
    }
    case RecordKind::attempt_ended:
    case RecordKind::produced: {
      auto said = write_outcome(detail.outcome);
      if (!said) return said.error();
      auto insert = prepared(ending);
      if (!insert) return insert.error();
      const StepStatus status = r.kind == RecordKind::produced ? StepStatus::waiting : r.status;
      (*insert)->integer(1, next_key()).integer(2, r.step).integer(3, r.iteration).integer(4, r.attempt);
      (*insert)->integer(5, static_cast<int>(status)).integer(6, r.at_ms).integer(7, detail.due_ms);
      *said ? (*insert)->integer(8, **said) : (*insert)->null(8);
      (*insert)->integer(9, r.started_ms);
      return done((*insert)->run());
    }
    case RecordKind::gate_opened:
      return write_gate(r);
    case RecordKind::gate_closed:
      return close_gate(r);
    case RecordKind::reacted: {
      auto insert = prepared(reaction);
      if (!insert) return insert.error();
      (*insert)->integer(1, next_key()).integer(2, r.step).integer(3, r.iteration).integer(4, r.attempt);
      return done((*insert)->integer(5, detail.reaction).integer(6, r.at_ms).integer(7, detail.due_ms).run());
    }
    case RecordKind::run_status: {
      auto update = prepared(set_status);
      if (!update) return update.error();
      const int status = static_cast<int>(detail.run_status);
      (*update)->integer(1, status).text(2, detail.reason).integer(3, detail.exit_code).integer(4, r.at_ms);
      if (!(*update)->integer(5, run_).run()) return connection_->trouble("write");
      auto insert = prepared(run_event);
      if (!insert) return insert.error();
      (*insert)
          ->integer(1, next_key())
          .integer(2, status)
          .text(3, detail.reason)
          .integer(4, detail.exit_code);
      return done((*insert)->integer(5, r.at_ms).run());
    }
  }
  return Done{};
}

Result<std::optional<std::int64_t>> SqliteJournal::write_outcome(const Outcome& o) {
  if (!says_something(o)) return std::optional<std::int64_t>();
  auto insert = prepared(outcome);
  if (!insert) return insert.error();
  Statement& row = **insert;
  const std::int64_t key = next_key();
  row.integer(1, key).text(2, o.reason).text(3, o.error);
  o.exit_code ? row.integer(4, *o.exit_code) : row.null(4);
  int column = 5;
  for (const Output* output : {&o.output, &o.error_output}) {
    row.text(column, output->text).text(column + 1, output->file);
    row.integer(column + 2, static_cast<std::int64_t>(output->size));
    column += 3;
  }
  row.text(11, o.fields_json).integer(12, o.usage.credits_millionths).integer(13, o.usage.usd_millionths);
  row.integer(14, o.usage.input_tokens).integer(15, o.usage.output_tokens).text(16, o.usage.source);
  if (!row.run()) return connection_->trouble("write");
  std::int64_t no = 0;
  for (const Artifact& each : o.artifacts) {
    auto add = prepared(artifact);
    if (!add) return add.error();
    (*add)->integer(1, key).integer(2, no++).text(3, each.type).text(4, each.path).text(5, each.summary_json);
    if (!(*add)->run()) return connection_->trouble("write");
  }
  return std::optional(key);
}

Result<> SqliteJournal::write_gate(const Record& r) {
  static const Gate nothing;
  const Gate& opened = r.detail ? r.detail->gate : nothing;
  auto insert = prepared(gate);
  if (!insert) return insert.error();
  (*insert)->text(1, opened.id).integer(2, run_).integer(3, r.step).integer(4, r.iteration);
  (*insert)->text(5, opened.subject_digest).text(6, opened.message).integer(7, opened.quorum);
  if (!(*insert)->integer(8, opened.deadline_ms).integer(9, r.at_ms).run())
    return connection_->trouble("write");
  const std::int64_t no = sqlite3_last_insert_rowid(connection_->get());
  auto add = prepared(approver);
  if (!add) return add.error();
  for (std::size_t i = 0; i < opened.approvers.size(); ++i) {
    (*add)->integer(1, no).text(2, opened.approvers[i]).integer(3, static_cast<std::int64_t>(i));
    if (!(*add)->run()) return connection_->trouble("write");
  }
  return Done{};
}

Result<> SqliteJournal::close_gate(const Record& r) {
  const std::string_view id = r.detail ? std::string_view(r.detail->gate.id) : std::string_view();
  const std::string_view as = r.detail ? std::string_view(r.detail->reason) : std::string_view();
  auto find = prepared(id.empty() ? find_latest_gate : find_gate);
  if (!find) return find.error();
  (*find)->integer(1, run_).integer(2, r.step).integer(3, r.iteration);
  if (!id.empty()) (*find)->text(4, id);
  const bool found = (*find)->next() && sqlite3_column_type((*find)->get(), 0) == SQLITE_INTEGER;
  const std::int64_t no = found ? sqlite3_column_int64((*find)->get(), 0) : 0;
  (*find)->reset();
  if ((*find)->failed()) return connection_->trouble("read");
  if (!found)
    return Error{"the gate that the run wants to close is not in `" + connection_->path() + "`", {}};

  auto insert = prepared(decide_gate);
  if (!insert) return insert.error();
  if (!(*insert)->integer(1, no).text(2, as).integer(3, r.at_ms).run()) return connection_->trouble("write");
  if (connection_->changes() == 1) return Done{};
  auto select = prepared(decided_as);
  if (!select) return select.error();
  const bool row = (*select)->integer(1, no).next();
  const auto* text = row ? reinterpret_cast<const char*>(sqlite3_column_text((*select)->get(), 0)) : nullptr;
  const bool same =
      text &&
      as == std::string_view(text, static_cast<std::size_t>(sqlite3_column_bytes((*select)->get(), 0)));
  (*select)->reset();
  if (!same) lost_gates_.push_back({r.step, r.iteration});
  return Done{};
}

void MemoryJournal::append(std::vector<Record> batch, std::function<void(Result<>)> durable) {
  records_ += batch.size();
  if (durable) durable(Done{});
}

}  // namespace wf::store
