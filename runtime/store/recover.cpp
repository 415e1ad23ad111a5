// Puts together what is recorded of a run: attempts, their endings, results, gates, in this order, each into
// the step it belongs to.
#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "runtime/store/layout.h"
#include "runtime/store/rows.h"

namespace wf::store {

namespace {

// Where the steps of a run are collected, before they are put in order.
class Steps {
 public:
  explicit Steps(std::size_t count) : count_(count) {}

  RecoveredStep& at(Reader& read, std::int64_t step, std::int64_t iteration) {
    if (static_cast<std::uint64_t>(step) >= count_) read.fail("a step that the plan does not have");
    const std::uint64_t key = static_cast<std::uint64_t>(step) << 32 | static_cast<std::uint64_t>(iteration);
    const auto [place, fresh] = where_.try_emplace(key, steps_.size());
    if (fresh) {
      steps_.emplace_back();
      steps_.back().step = static_cast<Row>(step);
      steps_.back().iteration = static_cast<std::uint32_t>(iteration);
    }
    return steps_[place->second];
  }

  std::vector<RecoveredStep> in_order() && {
    std::ranges::sort(steps_, {}, [](const RecoveredStep& s) { return std::tuple(s.step, s.iteration); });
    return std::move(steps_);
  }

 private:
  std::size_t count_;
  std::vector<RecoveredStep> steps_;
  std::unordered_map<std::uint64_t, std::size_t> where_;
};

// The columns of an outcome, see Recovery::outcome. Of what steps have printed, longer texts stay in the
// store until somebody asks for one: a run may have printed more than there is memory.
constexpr std::uint64_t read_at_once_max = 256;
#define WF_PRINTED(name)                                                        \
  "CASE WHEN o." name "_size > 256 AND o." name "_file = '' AND typeof(o." name \
  ") = 'text' THEN NULL ELSE o." name " END, o." name "_file, o." name "_size, "
#define WF_OUTCOME \
  "o.k, o.reason, o.error, o.exit_code, " WF_PRINTED("output") WF_PRINTED("error_output")      \
  "o.fields, o.credits_millionths, o.usd_millionths, o.input_tokens, o.output_tokens, "        \
  "o.usage_source, (SELECT min(no) FROM artifacts WHERE outcome = o.k)"
static_assert(read_at_once_max == 256, "the statement spells it");

struct Place {
  std::int64_t step, iteration, attempt;
};
Place place_of(Reader& read, const Statement& row, int column, std::int64_t attempt_min) {
  return {read.integer(row, column, 0, no_row - 1), read.integer(row, column + 1, 1, UINT32_MAX),
          read.integer(row, column + 2, attempt_min, UINT32_MAX)};
}

RecoveredAttempt& attempt_of(RecoveredStep& step, std::int64_t number) {
  // Nearly always the last: they are recorded in order.
  for (auto each = step.attempts.rbegin(); each != step.attempts.rend(); ++each) {
    if (each->number == number) return *each;
  }
  step.attempts.emplace_back();
  step.attempts.back().number = static_cast<std::uint32_t>(number);
  return step.attempts.back();
}

class Recovery {
 public:
  Recovery(Connection& connection, const RunRow& run) : connection_(connection), run_(run) {}

  Result<Recovered> everything() {
    Recovered all;
    all.run = run_.info;
    if (auto read = plan(all); !read) return read.error();
    Steps steps(all.step_ids.size());
    for (const auto part : {&Recovery::attempts, &Recovery::endings, &Recovery::results}) {
      if (auto read = (this->*part)(steps); !read) return read.error();
    }
    if (auto read = gates(steps); !read) return read.error();
    if (auto read = reactions(all); !read) return read.error();
    if (auto read = interventions(all); !read) return read.error();
    if (auto read = charges(all); !read) return read.error();
    if (auto read = limits(all); !read) return read.error();
    if (auto read = first_plan(all); !read) return read.error();
    if (auto read = cancels(all); !read) return read.error();
    all.steps = std::move(steps).in_order();
    for (RecoveredStep& step : all.steps) {
      if (auto read = fetch_texts(step); !read) return read.error();
      settle(step);
    }
    return all;
  }

  Result<Recovered> wishes() {
    Recovered all;
    all.run = run_.info;
    Steps steps(no_row);
    if (auto read = gates(steps); !read) return read.error();
    if (auto read = cancels(all); !read) return read.error();
    all.steps = std::move(steps).in_order();
    // Only now, when the latest gate of each step is known: one that was asked again is quiet again.
    std::erase_if(all.steps, [](const RecoveredStep& s) { return s.gate->open && s.gate->votes.empty(); });
    return all;
  }

 private:
  // Calls `row` for each row; a row that cannot be read ends it.
  template <class Each>
  Result<> walk(const char* table, Statement& select, Each each) {
    Reader read(table);
    while (select.next()) {
      each(read, select);
      if (read.damaged()) return damaged_run(run_.info.id, read.damage());
    }
    if (select.failed()) return connection_.trouble("read");
    return Done{};
  }
  template <class Each>
  Result<> walk_keys(const char* table, const char* sql, Each each) {
    auto select = connection_.prepare(sql);
    if (!select) return select.error();
    select->integer(1, first_key(run_.no)).integer(2, last_key(run_.no));
    return walk(table, *select, each);
  }
  template <class Each>
  Result<> walk_number(const char* table, const char* sql, std::int64_t number, Each each) {
    auto select = connection_.prepare(sql);
    if (!select) return select.error();
    select->integer(1, number);
    return walk(table, *select, each);
  }

  Result<> plan(Recovered& all) {
    return walk_number("plan_steps", "SELECT step, id, kind FROM plan_steps WHERE plan = ? ORDER BY step",
                       run_.plan, [&](Reader& read, const Statement& row) {
                         const std::int64_t next = static_cast<std::int64_t>(all.step_ids.size());
                         if (read.integer(row, 0) != next) read.fail("a step of the plan is missing");
                         all.step_ids.push_back(read.text(row, 1));
                         all.step_kinds.push_back(read.text(row, 2));
                       });
  }

  Result<> attempts(Steps& steps) {
    return walk_keys(
        "attempts",
        "SELECT step, iteration, attempt, started_ms FROM attempts WHERE k BETWEEN ? AND ? ORDER BY k",
        [&](Reader& read, const Statement& row) {
          const Place at = place_of(read, row, 0, 1);
          const std::int64_t started = read.integer(row, 3);
          if (read.damaged()) return;
          attempt_of(steps.at(read, at.step, at.iteration), at.attempt).started_ms = started;
        });
  }

  // Columns from `first` on: WF_OUTCOME, of a LEFT JOIN.
  void outcome(Reader& read, const Statement& row, int first, bool named, Outcome& into) {
    if (!named) return;
    if (read.is_null(row, first)) return read.fail("an outcome is missing");
    const std::int64_t k = read.integer(row, first, first_key(run_.no), last_key(run_.no));
    into.reason = read.text(row, first + 1);
    into.error = read.text(row, first + 2);
    if (!read.is_null(row, first + 3)) {
      into.exit_code = static_cast<int>(read.integer(row, first + 3, INT32_MIN, INT32_MAX));
    }
    for (Output* output : {&into.output, &into.error_output}) {
      const int from = output == &into.output ? first + 4 : first + 7;
      output->file = read.text(row, from + 1);
      output->size = static_cast<std::uint64_t>(read.integer(row, from + 2));
      if (output->size > read_at_once_max && output->file.empty() && read.is_null(row, from)) {
        output->record = k;
        output->record_of_error = output == &into.error_output;
      } else {
        output->text = read.text(row, from);
      }
      if (!output->file.empty() && !is_output_name(output->file)) read.fail("the name of an output is none");
    }
    into.fields_json = read.text(row, first + 10);
    into.usage.credits_millionths = read.integer(row, first + 11);
    into.usage.usd_millionths = read.integer(row, first + 12);
    into.usage.input_tokens = read.integer(row, first + 13);
    into.usage.output_tokens = read.integer(row, first + 14);
    into.usage.source = read.text(row, first + 15);
    if (!read.damaged() && !read.is_null(row, first + 16)) artifacts(read, k, into);
  }

  void artifacts(Reader& read, std::int64_t k, Outcome& into) {
    if (!artifacts_) {
      auto select =
          connection_.prepare("SELECT type, path, summary FROM artifacts WHERE outcome = ? ORDER BY no");
      if (!select) return read.fail(select.error().message);
      artifacts_ = std::move(*select);
    }
    artifacts_.integer(1, k);
    while (artifacts_.next()) {
      into.artifacts.push_back(
          {read.text(artifacts_, 0), read.text(artifacts_, 1), read.text(artifacts_, 2)});
    }
    if (artifacts_.failed()) read.fail("the artifacts cannot be read");
    artifacts_.reset();
  }

  Result<> endings(Steps& steps) {
    return walk_keys(
        "endings",
        "SELECT b.step, b.iteration, b.attempt, b.status, b.ended_ms, b.due_ms, b.outcome, " WF_OUTCOME
        ", b.started_ms FROM endings b LEFT JOIN outcomes o ON o.k = b.outcome WHERE b.k BETWEEN ? AND ? "
        "ORDER BY b.k",
        [&](Reader& read, const Statement& row) {
          const Place at = place_of(read, row, 0, 1);
          RecoveredAttempt ended;
          ended.status = read.step_status(row, 3);
          ended.ended_ms = read.integer(row, 4);
          ended.due_ms = read.integer(row, 5);
          const std::int64_t started_ms = read.integer(row, 24);
          outcome(read, row, 7, !read.is_null(row, 6), ended.outcome);
          if (read.damaged()) return;
          RecoveredStep& step = steps.at(read, at.step, at.iteration);
          RecoveredAttempt& attempt = attempt_of(step, at.attempt);
          ended.number = attempt.number;
          ended.started_ms = started_ms != 0 ? started_ms : attempt.started_ms;
          // `waiting` is how an ending says that the attempt went well and people have the word now.
          step.produced = ended.status == StepStatus::waiting;
          if (step.produced) ended.status = status_of_produced(ended.outcome);
          ended.outcome.status = ended.status;
          attempt = std::move(ended);
        });
  }

  Result<> results(Steps& steps) {
    return walk_number(
        "results",
        "SELECT b.step, b.iteration, b.attempt, b.status, b.ended_ms, b.outcome, " WF_OUTCOME
        ", b.started_ms FROM results b LEFT JOIN outcomes o ON o.k = b.outcome WHERE b.run = ? "
        "ORDER BY b.step, b.iteration",
        run_.no, [&](Reader& read, const Statement& row) {
          const Place at = place_of(read, row, 0, 0);
          const StepStatus status = read.step_status(row, 3);
          const std::int64_t ended_ms = read.integer(row, 4);
          const std::int64_t started_ms = read.integer(row, 23);
          Outcome said;
          outcome(read, row, 6, !read.is_null(row, 5), said);
          if (status < StepStatus::succeeded) read.fail("a result that is none");
          if (read.damaged()) return;
          said.status = status;
          RecoveredStep& step = steps.at(read, at.step, at.iteration);
          step.ended = true;
          step.status = status;
          step.ended_ms = ended_ms;
          if (at.attempt > 0) {
            RecoveredAttempt& attempt = attempt_of(step, at.attempt);
            if (started_ms != 0) attempt.started_ms = started_ms;
            if (attempt.ended_ms == 0) {
              attempt.ended_ms = ended_ms;
              attempt.status = attempt.outcome.status = status;
              attempt.outcome.reason = said.reason;
              attempt.outcome.error = said.error;
              attempt.outcome.exit_code = said.exit_code;
            }
          }
          step.outcome = std::move(said);
        });
  }

  Result<> gates(Steps& steps) {
    auto approvers = connection_.prepare("SELECT person FROM approvers WHERE gate = ? ORDER BY no");
    if (!approvers) return approvers.error();
    auto votes = connection_.prepare(
        "SELECT person, approve, comment, content, at_ms FROM votes WHERE gate = ? ORDER BY no");
    if (!votes) return votes.error();
    // In the order in which they were opened, so that the latest of a step is what remains.
    return walk_number("gates",
                       "SELECT g.no, g.step, g.iteration, g.id, g.subject, g.message, g.quorum, "
                       "g.deadline_ms, d.gate, d.outcome, g.opened_ms "
                       "FROM gates g LEFT JOIN decisions d ON d.gate = g.no WHERE g.run = ? ORDER BY g.no",
                       run_.no, [&](Reader& read, const Statement& row) {
                         const std::int64_t no = read.integer(row, 0, 1);
                         const std::int64_t step_row = read.integer(row, 1, 0, no_row - 1);
                         const std::int64_t iteration = read.integer(row, 2, 1, UINT32_MAX);
                         GateState state;
                         state.gate.id = read.text(row, 3);
                         state.gate.subject_digest = read.text(row, 4);
                         state.gate.message = read.text(row, 5);
                         state.gate.quorum = static_cast<std::uint32_t>(read.integer(row, 6, 0, UINT32_MAX));
                         state.gate.deadline_ms = read.integer(row, 7);
                         state.opened_ms = read.integer(row, 10);
                         state.open = read.is_null(row, 8);
                         if (!state.open) state.outcome = read.text(row, 9);
                         if (read.damaged()) return;
                         approvers->integer(1, no);
                         while (approvers->next()) state.gate.approvers.push_back(read.text(*approvers, 0));
                         votes->integer(1, no);
                         while (votes->next()) {
                           Vote& vote = state.votes.emplace_back();
                           vote.by = read.text(*votes, 0);
                           vote.approve = read.integer(*votes, 1, 0, 1) != 0;
                           vote.comment = read.text(*votes, 2);
                           if (!read.is_null(*votes, 3)) vote.content = read.text(*votes, 3);
                           vote.at_ms = read.integer(*votes, 4);
                         }
                         if (approvers->failed() || votes->failed())
                           read.fail("its approvers or votes cannot be read");
                         approvers->reset();
                         votes->reset();
                         if (read.damaged()) return;
                         steps.at(read, step_row, iteration).gate = std::move(state);
                       });
  }

  Result<> reactions(Recovered& all) {
    return walk_keys(
        "reactions",
        "SELECT step, iteration, attempt, reaction, at_ms, due_ms FROM reactions WHERE k BETWEEN ? AND ? "
        "ORDER BY k",
        [&](Reader& read, const Statement& row) {
          const Place at = place_of(read, row, 0, 0);
          RecoveredReaction happened;
          happened.step = static_cast<Row>(at.step);
          happened.iteration = static_cast<std::uint32_t>(at.iteration);
          happened.attempt = static_cast<std::uint32_t>(at.attempt);
          happened.reaction = static_cast<Row>(read.integer(row, 3, 0, no_row - 1));
          happened.at_ms = read.integer(row, 4);
          happened.due_ms = read.integer(row, 5);
          if (happened.step >= all.step_ids.size()) read.fail("a step that the plan does not have");
          if (!read.damaged()) all.reactions.push_back(happened);
        });
  }

  Result<> interventions(Recovered& all) {
    return walk_keys("interventions",
                     "SELECT step, iteration, attempt, what, person, at_ms FROM interventions WHERE k "
                     "BETWEEN ? AND ? ORDER BY k",
                     [&](Reader& read, const Statement& row) {
                       const Place at = place_of(read, row, 0, 0);
                       Intervention said;
                       said.step = static_cast<Row>(at.step);
                       said.iteration = static_cast<std::uint32_t>(at.iteration);
                       said.attempt = static_cast<std::uint32_t>(at.attempt);
                       said.what = static_cast<Intervention::What>(read.integer(row, 3, 0, 2));
                       said.by = read.text(row, 4);
                       said.at_ms = read.integer(row, 5);
                       if (said.step >= all.step_ids.size()) read.fail("a step that the plan does not have");
                       if (!read.damaged()) all.interventions.push_back(std::move(said));
                     });
  }

  Result<> charges(Recovered& all) {
    return walk_keys("charges",
                     "SELECT step, iteration, attempt, spent, credits_millionths, tokens, usd_millionths, "
                     "calls, time_ms FROM charges WHERE k BETWEEN ? AND ? ORDER BY k",
                     [&](Reader& read, const Statement& row) {
                       const Place at = place_of(read, row, 0, 1);
                       Charge charge;
                       charge.step = static_cast<Row>(at.step);
                       charge.iteration = static_cast<std::uint32_t>(at.iteration);
                       charge.attempt = static_cast<std::uint32_t>(at.attempt);
                       charge.spent = read.integer(row, 3, 0, 1) != 0;
                       int column = 4;
                       for (std::int64_t& amount : charge.cost.amounts)
                         amount = read.integer(row, column++, 0);
                       if (charge.step >= all.step_ids.size())
                         read.fail("a step that the plan does not have");
                       if (!read.damaged()) all.charges.push_back(charge);
                     });
  }

  Result<> limits(Recovered& all) {
    return walk_keys(
        "limits", "SELECT measure, amount, person, at_ms FROM limits WHERE k BETWEEN ? AND ? ORDER BY k",
        [&](Reader& read, const Statement& row) {
          LimitSet set;
          const std::string measure = read.text(row, 0);
          const auto* known = std::ranges::find(measures, measure, [](Measure m) { return name_of(m); });
          if (known == measures.end()) return read.fail("a measure that there is not");
          set.measure = *known;
          set.limit = read.integer(row, 1, 1);
          set.by = read.text(row, 2);
          set.at_ms = read.integer(row, 3);
          if (!read.damaged()) all.limits.push_back(std::move(set));
        });
  }

  Result<> first_plan(Recovered& all) {
    all.run.first_plan_digest = all.run.plan_digest;
    bool first = true;
    return walk_keys("adoptions",
                     "SELECT p.digest FROM adoptions a JOIN plans p ON p.no = a.plan_before WHERE a.k "
                     "BETWEEN ? AND ? ORDER BY a.k",
                     [&](Reader& read, const Statement& row) {
                       if (std::exchange(first, false)) all.run.first_plan_digest = read.text(row, 0);
                     });
  }

  Result<> cancels(Recovered& all) {
    return walk_number("cancels", "SELECT at_ms FROM cancels WHERE run = ?", run_.no,
                       [&](Reader& read, const Statement& row) {
                         read.integer(row, 0);
                         all.cancel_requested = true;
                       });
  }

  // Of a step that goes on: what it has printed may have to be weighed, shown and recorded again.
  Result<> fetch_texts(RecoveredStep& step) {
    if (step.ended) return Done{};
    for (RecoveredAttempt& attempt : step.attempts) {
      for (Output* output : {&attempt.outcome.output, &attempt.outcome.error_output}) {
        if (output->record == 0) continue;
        auto text = read_recorded(connection_, *output);
        if (!text) return damaged_run(run_.info.id, text.error().message);
        output->text = std::move(*text);
        output->record = 0;
      }
    }
    return Done{};
  }

  // What follows for the step from its parts.
  static void settle(RecoveredStep& step) {
    std::ranges::sort(step.attempts, {}, &RecoveredAttempt::number);
    if (step.ended) {
      step.produced = false;
      return;
    }
    const bool in_flight = !step.attempts.empty() && step.attempts.back().ended_ms == 0;
    if (in_flight) step.produced = false;
    if (step.produced) step.outcome = step.attempts.back().outcome;
    // People may have let it start: then what they said lies behind it.
    if (in_flight)
      step.status = StepStatus::running;
    else if (step.gate || step.produced)
      step.status = StepStatus::waiting;
  }

  Connection& connection_;
  const RunRow& run_;
  Statement artifacts_;
};

}  // namespace

Result<Footings> read_footings(Connection& connection, std::string_view run_id) {
  if (auto begun = connection.begin_read(); !begun) return begun.error();
  const Transaction snapshot(connection);
  auto run = read_run(connection, run_id);
  if (!run) return run.error();
  Footings all;
  {
    auto whole = connection.prepare("SELECT text FROM footings WHERE plan = ? AND step = -1");
    if (!whole) return whole.error();
    Reader read("footings");
    all.known = whole->integer(1, run->plan).next();
    if (whole->failed()) return connection.trouble("read");
    if (!all.known) return all;
    all.whole = read.text(*whole, 0);
    if (read.damaged()) return damaged_run(run_id, read.damage());
  }
  auto steps = connection.prepare(
      "SELECT s.id, ifnull(f.text, '') FROM plan_steps s LEFT JOIN footings f ON f.plan = s.plan AND f.step "
      "= s.step WHERE s.plan = ? ORDER BY s.step");
  if (!steps) return steps.error();
  steps->integer(1, run->plan);
  Reader read("footings");
  while (steps->next()) {
    std::string id = read.text(*steps, 0);
    all.steps.push_back({std::move(id), read.text(*steps, 1)});
  }
  if (steps->failed()) return connection.trouble("read");
  if (read.damaged()) return damaged_run(run_id, read.damage());
  return all;
}

Result<std::string> read_recorded(Connection& connection, const Output& output) {
  auto select = connection.prepare(output.record_of_error ? "SELECT error_output FROM outcomes WHERE k = ?"
                                                          : "SELECT output FROM outcomes WHERE k = ?");
  if (!select) return select.error();
  Reader read("outcomes");
  const bool found = select->integer(1, output.record).next();
  if (select->failed()) return connection.trouble("read");
  if (!found) read.fail("an outcome is missing");
  std::string text = found ? read.text(*select, 0) : std::string();
  if (read.damaged()) return Error{"what a step has printed cannot be read: " + read.damage(), {}};
  return text;
}

Result<Recovered> read_everything(Connection& connection, std::string_view run_id) {
  if (auto begun = connection.begin_read(); !begun) return begun.error();
  const Transaction snapshot(connection);
  auto run = read_run(connection, run_id);
  if (!run) return run.error();
  return Recovery(connection, *run).everything();
}

Result<Recovered> read_wishes(Connection& connection, std::string_view run_id) {
  if (auto begun = connection.begin_read(); !begun) return begun.error();
  const Transaction snapshot(connection);
  auto run = read_run(connection, run_id);
  if (!run) return run.error();
  return Recovery(connection, *run).wishes();
}

}  // namespace wf::store
