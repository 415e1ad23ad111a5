// Each is one transaction, made by whoever holds the lease, before a journal is opened: a crash leaves the
// run as it was or as it was wanted, and the next driver sees which.
#include "runtime/store/intervene.h"

#include <sqlite3.h>

#include "runtime/base/digest.h"
#include "runtime/store/rows.h"

namespace wf::store {

namespace {

// The rows of a plan's footing: of its steps, and of the whole.
constexpr std::int64_t of_whole = -1;

Result<> still_driving(Connection& connection, const RunLease& lease, std::int64_t now_ms) {
  auto beat =
      connection.prepare("UPDATE drivers SET updated_ms = max(updated_ms, ?1) WHERE run = ?2 AND epoch = ?3");
  if (!beat) return beat.error();
  if (!beat->integer(1, now_ms).integer(2, lease.run).integer(3, lease.epoch).run())
    return connection.trouble("write");
  if (connection.changes() == 1) return Done{};
  return Error{"another process drives this run now", "`status` shows how far the run is"};
}

Result<> record_footings(Connection& connection, std::int64_t plan, const std::vector<std::string>& texts) {
  if (texts.empty()) return Done{};
  auto insert = connection.prepare("INSERT INTO footings(plan, step, text) VALUES(?, ?, ?)");
  if (!insert) return insert.error();
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::int64_t step = i + 1 == texts.size() ? of_whole : static_cast<std::int64_t>(i);
    if (step != of_whole && texts[i].empty()) continue;
    insert->integer(1, plan).integer(2, step).text(3, texts[i]);
    if (!insert->run()) return connection.trouble("write");
  }
  return Done{};
}

// The result of a step that a person calls done. False: there is one already.
Result<> record_done(Connection& connection, std::int64_t run, const Intervention& wish, std::int64_t outcome,
                     std::int64_t now_ms) {
  auto said = connection.prepare(
      "INSERT INTO outcomes(k, reason, error, exit_code, output, output_file, output_size, error_output, "
      "error_output_file, error_output_size, fields, credits_millionths, usd_millionths, input_tokens, "
      "output_tokens, usage_source) VALUES(?, '', '', NULL, ?, '', ?, '', '', 0, ?, 0, 0, 0, 0, '')");
  if (!said) return said.error();
  said->integer(1, outcome).text(2, wish.content).integer(3, static_cast<std::int64_t>(wish.content.size()));
  if (!said->text(4, R"({"marked_done":true})").run()) return connection.trouble("write");
  auto result = connection.prepare(
      "INSERT INTO results(run, step, iteration, attempt, status, ended_ms, outcome, started_ms) "
      "VALUES(?, ?, ?, ?, ?, ?, ?, 0)");
  if (!result) return result.error();
  result->integer(1, run).integer(2, wish.step).integer(3, wish.iteration).integer(4, wish.attempt);
  result->integer(5, static_cast<int>(StepStatus::succeeded)).integer(6, now_ms).integer(7, outcome);
  if (!result->run()) return connection.trouble("write");
  return Done{};
}

}  // namespace

Result<std::int64_t> record_plan(Connection& connection, const NewRun& run) {
  Digest digest;
  digest.part(run.plan_digest);
  for (std::size_t i = 0; i < run.steps.size(); ++i) digest.part(run.steps[i]).part(run.kinds[i]);
  for (const std::string& footing : run.footings) digest.part(footing);
  const std::string key = digest.hex();
  auto find = connection.prepare("SELECT no FROM plans WHERE key = ?");
  if (!find) return find.error();
  if (find->text(1, key).next()) return sqlite3_column_int64(find->get(), 0);
  if (find->failed()) return connection.trouble("read");
  auto plan = connection.prepare("INSERT INTO plans(key, digest) VALUES(?, ?)");
  if (!plan) return plan.error();
  if (!plan->text(1, key).text(2, run.plan_digest).run()) return connection.trouble("write");
  const std::int64_t no = sqlite3_last_insert_rowid(connection.get());
  auto step = connection.prepare("INSERT INTO plan_steps(plan, step, id, kind) VALUES(?, ?, ?, ?)");
  if (!step) return step.error();
  for (std::size_t i = 0; i < run.steps.size(); ++i) {
    step->integer(1, no).integer(2, static_cast<std::int64_t>(i)).text(3, run.steps[i]).text(4, run.kinds[i]);
    if (!step->run()) return connection.trouble("write");
  }
  if (auto recorded = record_footings(connection, no, run.footings); !recorded) return recorded.error();
  return no;
}

Result<> adopt(Connection& connection, const RunLease& lease, const NewRun& plan, std::int64_t now_ms) {
  if (auto begun = connection.begin(); !begun) return begun;
  Transaction transaction(connection);
  if (auto driving = still_driving(connection, lease, now_ms); !driving) return driving;
  auto run = read_run(connection, lease.run_id());
  if (!run) return run.error();
  auto to = record_plan(connection, plan);
  if (!to) return to.error();
  auto last = last_number(connection, lease.run);
  if (!last) return last.error();
  auto insert = connection.prepare("INSERT INTO adoptions(k, plan_before, binary, at_ms) VALUES(?, ?, ?, ?)");
  if (!insert) return insert.error();
  insert->integer(1, first_key(lease.run) + *last + 1).integer(2, run->plan).text(3, plan.binary_digest);
  if (!insert->integer(4, now_ms).run()) return connection.trouble("write");
  auto update = connection.prepare("UPDATE runs SET plan = ? WHERE no = ?");
  if (!update) return update.error();
  if (!update->integer(1, *to).integer(2, lease.run).run()) return connection.trouble("write");
  return transaction.commit();
}

Result<> intervene(Connection& connection, const RunLease& lease, const std::vector<Intervention>& wishes,
                   std::int64_t now_ms) {
  if (auto begun = connection.begin(); !begun) return begun;
  Transaction transaction(connection);
  if (auto driving = still_driving(connection, lease, now_ms); !driving) return driving;
  auto last = last_number(connection, lease.run);
  if (!last) return last.error();
  std::int64_t key = first_key(lease.run) + *last;
  auto insert = connection.prepare(
      "INSERT INTO interventions(k, step, iteration, attempt, what, person, at_ms) VALUES(?, ?, ?, ?, ?, ?, "
      "?)");
  if (!insert) return insert.error();
  // Whoever still wants to answer is told that nobody asks any more.
  auto close = connection.prepare(
      "INSERT INTO decisions(gate, outcome, person, at_ms) SELECT no, 'cancelled', '', ?3 FROM gates WHERE "
      "run = ?1 AND step = ?2 ON CONFLICT(gate) DO NOTHING");
  if (!close) return close.error();
  auto set_limit =
      connection.prepare("INSERT INTO limits(k, measure, amount, person, at_ms) VALUES(?, ?, ?, ?, ?)");
  if (!set_limit) return set_limit.error();
  for (const Intervention& wish : wishes) {
    if (wish.what == Intervention::What::limit) {
      set_limit->integer(1, ++key).text(2, name_of(wish.measure)).integer(3, wish.limit).text(4, wish.by);
      if (!set_limit->integer(5, now_ms).run()) return connection.trouble("write");
      continue;
    }
    insert->integer(1, ++key).integer(2, wish.step).integer(3, wish.iteration).integer(4, wish.attempt);
    insert->integer(5, static_cast<int>(wish.what)).text(6, wish.by);
    if (!insert->integer(7, now_ms).run()) return connection.trouble("write");
    if (wish.what == Intervention::What::done)
      if (auto done = record_done(connection, lease.run, wish, key, now_ms); !done) return done;
    if (wish.what != Intervention::What::again) continue;
    if (!close->integer(1, lease.run).integer(2, wish.step).integer(3, now_ms).run())
      return connection.trouble("write");
  }
  auto event = connection.prepare(
      "INSERT INTO run_events(k, status, reason, exit_code, at_ms) VALUES(?, ?, 'reopened', 0, ?)");
  if (!event) return event.error();
  const int running = static_cast<int>(RunStatus::running);
  if (!event->integer(1, ++key).integer(2, running).integer(3, now_ms).run())
    return connection.trouble("write");
  auto update = connection.prepare(
      "UPDATE runs SET status = ?1, reason = '', exit_code = 0, updated_ms = max(updated_ms, ?2) WHERE no = "
      "?3");
  if (!update) return update.error();
  if (!update->integer(1, running).integer(2, now_ms).integer(3, lease.run).run())
    return connection.trouble("write");
  return transaction.commit();
}

}  // namespace wf::store
