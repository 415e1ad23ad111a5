// The store: opens the file, hands out connections, and takes every request to the part of the room that
// answers it.
#include <sqlite3.h>
#include <unistd.h>

#include <cstdio>
#include <mutex>

#include "runtime/base/digest.h"
#include "runtime/base/ids.h"
#include "runtime/store/decide.h"
#include "runtime/store/intervene.h"
#include "runtime/store/layout.h"
#include "runtime/store/lease.h"
#include "runtime/store/rows.h"
#include "runtime/store/schema.h"
#include "runtime/store/sqlite_journal.h"
#include "runtime/store/store.h"

namespace wf::store {

namespace {

std::string random_id(Random& random) {
  char text[33];
  std::snprintf(text, sizeof text, "%016llx%016llx", static_cast<unsigned long long>(random.next()),
                static_cast<unsigned long long>(random.next()));
  return text;
}

class SqliteStore final : public Store {
 public:
  SqliteStore(Layout layout, ConnectionOptions how, bool journal_threads, Clock& clock)
      : layout_(std::move(layout)), how_(std::move(how)), journal_threads_(journal_threads), clock_(clock) {}

  ~SqliteStore() override {
    if (connection_) connection_->tidy_up();
  }

  Result<> start(std::unique_ptr<Connection> connection) {
    connection_ = std::move(connection);
    auto select = connection_->prepare("SELECT id FROM store");
    if (!select) return select.error();
    const bool found = select->next();
    if (select->failed()) return connection_->trouble("read");
    Reader read("store");
    if (found) id_ = read.text(*select, 0);
    if (id_.empty()) {
      return Error{"the store `" + layout_.database + "` has no identity: its content is damaged",
                   "move it away together with its `-wal` file to begin with an empty store"};
    }
    return Done{};
  }

  const std::string& id() const override { return id_; }
  const std::string& folder() const override { return layout_.folder; }

  Result<RunInfo> create(const NewRun& run) override {
    return with_connection<RunInfo>([&](Connection& connection) -> Result<RunInfo> {
      if (run.durable) return create_in(connection, run);
      if (auto set = connection.sync_commits(false); !set) return set.error();
      auto created = create_in(connection, run);
      if (auto set = connection.sync_commits(true); !set) return set.error();
      return created;
    });
  }

  Result<std::optional<RunInfo>> find(std::string_view run_id) override {
    using Found = std::optional<RunInfo>;
    return with_connection<Found>([&](Connection& connection) -> Result<Found> {
      if (!is_run_id(run_id)) return Found();
      auto rows = read_runs(connection, run_id);
      if (!rows) return rows.error();
      if (rows->empty()) return Found();
      return Found(std::move(rows->front().info));
    });
  }

  Result<std::vector<RunInfo>> runs() override {
    using Infos = std::vector<RunInfo>;
    return with_connection<Infos>([&](Connection& connection) -> Result<Infos> {
      auto rows = read_runs(connection, {});
      if (!rows) return rows.error();
      Infos infos;
      infos.reserve(rows->size());
      for (RunRow& row : *rows) infos.push_back(std::move(row.info));
      return infos;
    });
  }

  Result<Recovered> recover(std::string_view run_id) override {
    return with_connection<Recovered>(
        [&](Connection& connection) { return read_everything(connection, run_id); });
  }

  Result<std::unique_ptr<Lease>> lease(std::string_view run_id, Holder& holder) override {
    return with_connection<std::unique_ptr<Lease>>(
        [&](Connection& connection) { return take_lease(connection, layout_, run_id, clock_, holder); });
  }

  Result<std::optional<Holder>> driven(std::string_view run_id) override {
    return with_connection<std::optional<Holder>>(
        [&](Connection& connection) { return find_driver(connection, layout_, run_id); });
  }

  Result<Footings> footings(std::string_view run_id) override {
    return with_connection<Footings>(
        [&](Connection& connection) { return read_footings(connection, run_id); });
  }
  Result<> adopt(Lease& lease, const NewRun& plan) override {
    return with_connection<Done>([&](Connection& connection) {
      return store::adopt(connection, static_cast<const RunLease&>(lease), plan, clock_.wall_ms());
    });
  }
  Result<> intervene(Lease& lease, const std::vector<Intervention>& wishes) override {
    return with_connection<Done>([&](Connection& connection) {
      return store::intervene(connection, static_cast<const RunLease&>(lease), wishes, clock_.wall_ms());
    });
  }

  Result<std::unique_ptr<Journal>> journal(Lease& lease) override {
    // The connection that is open already is the journal's from now on; if the store is asked again, it opens
    // another. A run that starts and ends within milliseconds never pays for two.
    const std::lock_guard lock(mutex_);
    if (auto open = need_connection(); !open) return open.error();
    return SqliteJournal::open(std::move(connection_), static_cast<const RunLease&>(lease), clock_,
                               journal_threads_);
  }

  Result<Decided> decide(std::string_view run_id, std::string_view step_id, const Vote& vote) override {
    auto decided = with_connection<Decided>(
        [&](Connection& connection) { return store::decide(connection, run_id, step_id, vote, clock_); });
    if (decided && decided->decision == Decision::recorded) touch(layout_.lock(run_id));
    return decided;
  }

  Result<> request_cancel(std::string_view run_id) override {
    auto requested =
        with_connection<Done>([&](Connection& connection) { return cancel_in(connection, run_id); });
    if (requested) touch(layout_.lock(run_id));
    return requested;
  }

  Result<Recovered> wishes(std::string_view run_id) override {
    return with_connection<Recovered>(
        [&](Connection& connection) { return read_wishes(connection, run_id); });
  }

  std::string wake_path(std::string_view run_id) const override { return layout_.lock(run_id); }
  Result<std::string> keep_output(const std::string& path) override {
    return store::keep_output(layout_, path);
  }

  std::string output_path(std::string_view name) const override {
    // A forged name must not lead anywhere else.
    if (!is_output_name(name)) return layout_.outputs() + "/none";
    return layout_.outputs() + "/" + std::string(name.substr(0, 2)) + "/" + std::string(name);
  }

  Result<std::string> recorded_output(const Output& output) override {
    return with_connection<std::string>(
        [&](Connection& connection) { return read_recorded(connection, output); });
  }

  std::string log_path(std::string_view run_id, Row step, std::uint32_t iteration, std::uint32_t attempt,
                       bool is_error) const override {
    return layout_.logs(run_id) + "/" + std::to_string(step) + "-" + std::to_string(iteration) + "-" +
           std::to_string(attempt) + (is_error ? ".err" : ".out");
  }

  Result<> quick_check() override {
    return with_connection<Done>([&](Connection& connection) -> Result<> {
      auto check = connection.prepare("PRAGMA quick_check(1)");
      if (!check) return check.error();
      if (!check->next()) return connection.trouble("check");
      Reader read("quick_check");
      const std::string found = read.text(*check, 0);
      if (found == "ok") return Done{};
      return Error{"the store `" + layout_.database + "` is damaged: " + found,
                   "`sqlite3 FILE .recover` may save what is left; move the file away to begin anew"};
    });
  }

 private:
  template <class T, class Work>
  Result<T> with_connection(Work work) {
    const std::lock_guard lock(mutex_);
    if (auto open = need_connection(); !open) return open.error();
    return work(*connection_);
  }

  Result<> need_connection() {
    if (connection_) return Done{};
    auto opened = Connection::open(how_);
    if (!opened) return opened.error();
    connection_ = std::move(*opened);
    return Done{};
  }

  Result<RunInfo> create_in(Connection& connection, const NewRun& run) {
    if (!is_run_id(run.id)) {
      return Error{"`" + run.id + "` is not the id of a run",
                   "up to 64 letters, digits, `.`, `_` and `-`, the first a letter or digit"};
    }
    if (run.steps.size() != run.kinds.size()) return Error{"a plan needs a kind for each of its steps", {}};
    if (auto begun = connection.begin(); !begun) return begun.error();
    Transaction transaction(connection);
    auto there = read_runs(connection, run.id);
    if (!there) return there.error();
    if (!there->empty()) {
      RunInfo& info = there->front().info;
      if (info.damaged) return damaged_run(run.id, info.reason);
      const char* other = info.workflow != run.workflow         ? "is one of another workflow"
                          : info.inputs_json != run.inputs_json ? "has other inputs"
                          : info.event_json != run.event_json   ? "started from another event"
                                                                : nullptr;
      if (!other) return std::move(info);
      return Error{"run `" + run.id + "` exists already and " + other,
                   "name another id, or `resume " + run.id + "`"};
    }
    auto plan = record_plan(connection, run);
    if (!plan) return plan.error();
    auto insert = connection.prepare(
        "INSERT INTO runs(id, plan, workflow, binary, created_ms, updated_ms, status, reason, exit_code, "
        "inputs, event) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?5, 0, '', 0, ?6, ?7)");
    if (!insert) return insert.error();
    const std::int64_t now_ms = clock_.wall_ms();
    insert->text(1, run.id)
        .integer(2, *plan)
        .text(3, run.workflow)
        .text(4, run.binary_digest)
        .integer(5, now_ms);
    if (!insert->text(6, run.inputs_json).text(7, run.event_json).run()) return connection.trouble("write");
    if (auto committed = transaction.commit(); !committed) return committed.error();
    RunInfo info;
    info.id = run.id;
    info.workflow = run.workflow;
    info.inputs_json = run.inputs_json;
    info.event_json = run.event_json;
    info.plan_digest = info.first_plan_digest = run.plan_digest;
    info.binary_digest = run.binary_digest;
    info.created_ms = info.updated_ms = now_ms;
    return info;
  }

  Result<> cancel_in(Connection& connection, std::string_view run_id) {
    if (auto begun = connection.begin(); !begun) return begun;
    Transaction transaction(connection);
    auto run = read_run(connection, run_id);
    if (!run) return run.error();
    auto insert =
        connection.prepare("INSERT INTO cancels(run, at_ms) VALUES(?, ?) ON CONFLICT(run) DO NOTHING");
    if (!insert) return insert.error();
    if (!insert->integer(1, run->no).integer(2, clock_.wall_ms()).run()) return connection.trouble("write");
    return transaction.commit();
  }

  const Layout layout_;
  const ConnectionOptions how_;
  const bool journal_threads_;
  Clock& clock_;
  std::string id_;
  std::mutex mutex_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace

Result<std::unique_ptr<Store>> open_store(const OpenOptions& options, Clock& clock, Random& random) {
  set_up_sqlite();
  // A VFS of a test has no files: only locks and outputs lie on the disk, and the database is made in place.
  const bool on_disk = options.vfs.empty();
  auto layout = lay_out(options.path, options.create || !on_disk);
  if (!layout) return layout.error();
  if (!options.any_file_system) {
    if (auto local = refuse_network(*layout); !local) return local.error();
  }
  ConnectionOptions how;
  how.path = layout->database;
  how.vfs = options.vfs;
  how.warn = options.warn;
  how.create = !on_disk;
  const std::string fresh_id = random_id(random);
  if (on_disk && options.create && ::access(layout->database.c_str(), F_OK) != 0) {
    auto image = fresh_image(fresh_id, clock.wall_ms());
    if (!image) return image.error();
    if (auto placed = place_database(*layout, *image, random); !placed) return placed.error();
  }
  auto connection = Connection::open(how);
  if (!connection) return connection.error();
  if (auto settled = settle_schema(**connection, fresh_id, clock.wall_ms()); !settled) return settled.error();
  how.create = false;
  auto store =
      std::make_unique<SqliteStore>(std::move(*layout), std::move(how), options.journal_threads, clock);
  if (auto started = store->start(std::move(*connection)); !started) return started.error();
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace wf::store
