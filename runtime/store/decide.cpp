// The vote is one statement that inserts only while everything it needs still holds, and the outcome is a row
// whose key is the gate: whoever comes second, be it a person or the driver's clock, changes nothing and is
// told who was first.
#include "runtime/store/decide.h"

#include <sqlite3.h>

#include "runtime/base/assert.h"
#include "runtime/store/rows.h"

namespace wf::store {

namespace {

// Replaced content goes through a row; larger texts belong into files that a step names.
constexpr std::size_t content_bytes_max = 16 * 1024 * 1024;

constexpr const char* find_gate =
    "SELECT g.no, g.iteration, g.deadline_ms, "
    "NOT EXISTS (SELECT 1 FROM approvers a WHERE a.gate = g.no) OR "
    "EXISTS (SELECT 1 FROM approvers a WHERE a.gate = g.no AND a.person = ?4), "
    "EXISTS (SELECT 1 FROM results b WHERE b.run = g.run AND b.step = g.step AND b.iteration = g.iteration) "
    "FROM gates g JOIN plan_steps p ON p.step = g.step WHERE g.run = ?1 AND p.plan = ?2 AND p.id = ?3 "
    "ORDER BY g.no DESC LIMIT 1";
constexpr const char* insert_vote =
    "INSERT INTO votes(gate, person, approve, comment, content, at_ms) SELECT g.no, ?2, ?3, ?4, ?5, ?6 FROM "
    "gates g "
    "WHERE g.no = ?1 AND (g.deadline_ms = 0 OR g.deadline_ms > ?6) "
    "AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.gate = g.no) "
    "ON CONFLICT(gate, person) DO NOTHING";
// A rejection closes at once, an approval when it is the last that is needed. A quorum of 0 is all who are
// named.
constexpr const char* close_gate =
    "INSERT INTO decisions(gate, outcome, person, at_ms) "
    "SELECT g.no, iif(?3, 'approved', 'rejected'), ?2, ?4 FROM gates g WHERE g.no = ?1 AND (NOT ?3 OR "
    "(SELECT count(*) FROM votes v WHERE v.gate = g.no AND v.approve = 1) >= iif(g.quorum > 0, g.quorum, "
    "max(1, (SELECT count(*) FROM approvers a WHERE a.gate = g.no)))) ON CONFLICT(gate) DO NOTHING";
constexpr const char* how_it_stands =
    "SELECT d.gate, d.outcome, d.person, (SELECT v.approve FROM votes v WHERE v.gate = g.no AND v.person = "
    "?2), "
    "max(0, iif(g.quorum > 0, g.quorum, max(1, (SELECT count(*) FROM approvers a WHERE a.gate = g.no))) - "
    "(SELECT count(*) FROM votes v WHERE v.gate = g.no AND v.approve = 1)) "
    "FROM gates g LEFT JOIN decisions d ON d.gate = g.no WHERE g.no = ?1";

struct Standing {
  bool closed = false;
  std::string outcome;
  std::string by;
  std::optional<bool> own_vote;
  std::uint32_t missing = 0;
};

Result<Standing> standing(Connection& connection, std::string_view run_id, std::int64_t gate,
                          std::string_view by) {
  auto select = connection.prepare(how_it_stands);
  if (!select) return select.error();
  if (!select->integer(1, gate).text(2, by).next()) return connection.trouble("read");
  Reader read("decisions");
  Standing now;
  now.closed = !read.is_null(*select, 0);
  if (now.closed) {
    now.outcome = read.text(*select, 1);
    now.by = read.text(*select, 2);
  }
  if (!read.is_null(*select, 3)) now.own_vote = read.integer(*select, 3, 0, 1) != 0;
  now.missing = static_cast<std::uint32_t>(read.integer(*select, 4, 0, UINT32_MAX));
  if (read.damaged()) return damaged_run(run_id, read.damage());
  return now;
}

bool is_over(RunStatus status) {
  return status == RunStatus::completed || status == RunStatus::failed || status == RunStatus::cancelled;
}

}  // namespace

Result<Decided> decide(Connection& connection, std::string_view run_id, std::string_view step_id,
                       const Vote& vote, Clock& clock) {
  if (vote.by.empty()) return Error{"a decision needs the name of the person who makes it", {}};
  if (vote.content && vote.content->size() > content_bytes_max) {
    return Error{"the content that is to replace the output is larger than 16 MiB", {}};
  }
  if (auto begun = connection.begin(); !begun) return begun.error();
  Transaction transaction(connection);
  // Only now is it our turn: who looked at the clock before may have waited beyond the deadline, while
  // another was told that it is over.
  const std::int64_t now_ms = clock.wall_ms();
  auto run = read_run(connection, run_id);
  if (!run) return run.error();

  std::int64_t gate = 0;
  std::int64_t deadline_ms = 0;
  bool may_vote = false;
  bool step_over = false;
  {
    auto find = connection.prepare(find_gate);
    if (!find) return find.error();
    find->integer(1, run->no).integer(2, run->plan).text(3, step_id).text(4, vote.by);
    if (find->next()) {
      Reader read("gates");
      gate = read.integer(*find, 0, 1);
      deadline_ms = read.integer(*find, 2);
      may_vote = read.integer(*find, 3, 0, 1) != 0;
      step_over = read.integer(*find, 4, 0, 1) != 0;
      if (read.damaged()) return damaged_run(run_id, read.damage());
    }
    if (find->failed()) return connection.trouble("read");
  }
  if (gate == 0) return Decided{Decision::not_open, "", "", 0};
  if (!may_vote) return Decided{Decision::not_an_approver, "", "", 0};

  auto before = standing(connection, run_id, gate, vote.by);
  if (!before) return before.error();
  // A gate that nobody decided before its step or its run ended never will be.
  if (!before->closed && (step_over || is_over(run->info.status)))
    return Decided{Decision::not_open, "", "", 0};

  {
    auto insert = connection.prepare(insert_vote);
    if (!insert) return insert.error();
    insert->integer(1, gate).text(2, vote.by).integer(3, vote.approve ? 1 : 0).text(4, vote.comment);
    vote.content ? insert->text(5, *vote.content) : insert->null(5);
    if (!insert->integer(6, now_ms).run()) return connection.trouble("write");
  }
  if (connection.changes() == 0) {
    const bool same = before->own_vote == vote.approve;
    if (before->closed) {
      return Decided{same ? Decision::same_again : Decision::already_closed, before->outcome, before->by, 0};
    }
    if (before->own_vote) {
      if (same) return Decided{Decision::same_again, "", vote.by, before->missing};
      return Decided{Decision::already_closed, *before->own_vote ? "approved" : "rejected", vote.by,
                     before->missing};
    }
    WF_ASSERT(deadline_ms != 0 && deadline_ms <= now_ms);
    return Decided{Decision::already_closed, "timeout", "", 0};
  }
  {
    auto close = connection.prepare(close_gate);
    if (!close) return close.error();
    if (!close->integer(1, gate).text(2, vote.by).integer(3, vote.approve ? 1 : 0).integer(4, now_ms).run()) {
      return connection.trouble("write");
    }
  }
  auto after = standing(connection, run_id, gate, vote.by);
  if (!after) return after.error();
  if (auto committed = transaction.commit(); !committed) return committed.error();
  return Decided{Decision::recorded, after->outcome, after->by, after->closed ? 0 : after->missing};
}

}  // namespace wf::store
