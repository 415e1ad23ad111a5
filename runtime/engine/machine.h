// The engine's mind: decides what runs next. Deterministic, single-threaded, and without any input or output.
//
// The machine is told facts (a batch is durable, an attempt ended, people decided, a time came) and answers
// with orders (write this, start that, wake me then). Around it, Engine (engine.h) carries the orders out
// with oneTBB, the reactor and the store; the simulation carries them out in a pretend world. What follows
// from what is nowhere else.
//
// note [ahead of the disk]: the machine goes on as soon as a record is *written*, not when it is durable: a
// step's end and the starts that follow from it leave in one batch. This is safe because the journal keeps
// the order of records, so what is on disk is always the beginning of one history. What the world can see (a
// start, a notice) waits in `after_` until the batch that holds its reason is durable.
//
// note [edges that are saved]: followers are told along StepRow::followers, of which passes have saved those
// that change nothing, and where many meet in a JoinRow. This holds as long as everything before a step has
// ended when the step has, which is so in any run that one plan has brought so far. Another plan may have
// added an edge to what has ended; then all edges are followed as they were written.
//
// note [records that ride along]: where commands are many and short, a sync for each would cost as much as
// the commands do. So a record for which nothing waits stays in the orders, for `ride_ms` at most, until one
// comes that is waited for, and goes with it. Only commands' own records do: what an agent or a person said
// goes at once.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/policy/budget.h"
#include "runtime/policy/gate_book.h"
#include "runtime/policy/limits.h"
#include "runtime/run/outcome.h"
#include "runtime/store/journal.h"
#include "runtime/store/store.h"
#include "wf/program.h"

namespace wf::engine {

// What a step has made, in short: two attempts of the same made no progress.
std::string made_of(const Outcome& outcome);

// The reactions of a step are numbered: its own, then those of its quality gates; and apart from these those
// of budgets, see of_step_budget. Null where there is none such.
const ReactionRow* reaction_at(const Program& program, Row step, Row which);
// Where the step's escalations go; null: nowhere.
const EscalationRow* escalation_of(const Program& program, Row step);
Rows<QualityGateRow> quality_gates(const Program& program, Row step);

struct MachineOptions {
  std::uint32_t running_max = 0;   // --jobs: steps at one time, of any kind; 0: what the program says.
  std::uint32_t commands_max = 0;  // Of kinds that use a processor; 0: no limit.
  std::uint32_t waiting_max = 0;   // Of kinds that wait (agents); 0: no limit.
  bool wait = false;               // Stay when only gates are left, rather than pausing.
  bool notices = true;             // False: nobody listens.
  // Reads an output that is not here; a budget cuts it, a loop compares it.
  std::function<Result<std::string>(const Output&)> load;
  // Ready steps start in an order by chance instead of longest path first: for the simulation.
  Random* shuffle = nullptr;
};

struct Now {
  std::int64_t wall_ms = 0;
  std::int64_t monotonic_ms = 0;
};

// A start that the machine asks for once A is durable.
struct Start {
  StepKey key;
  std::uint32_t attempt = 1;
  bool interrupted_before = false;
  std::optional<std::int64_t> usd_millionths_max = {};  // What is left of the step's own budget.
};
struct Stop {
  StepKey key;
  std::uint32_t attempt = 1;
  std::string why;
};

// In place of a step's own reaction: what `escalation` asks for on behalf of all steps.
inline constexpr Row of_escalation = no_row - 1;
// No reaction, but a mark among them: the step has succeeded, and can be undone.
inline constexpr Row to_be_undone = no_row - 2;
// Likewise, of a row that mends: this iteration of it is for the repair that was asked for just now.
inline constexpr Row to_mend = no_row - 3;

// A mark: the budget has ended the run. It holds until people raise a limit; `due_ms` counts how often they
// had.
inline constexpr Row ended_by_budget = no_row - 4;
// Reactions of a budget are numbered apart from those of a step: what ends with one may be any step.
inline constexpr Row of_step_budget = 0x80000000, of_run_budget = 0xC0000000;
constexpr bool is_of_budget(Row which) {
  return which >= of_step_budget && which < ended_by_budget;
}

// What only an evaluation can tell.
struct Ask {
  enum class What : std::uint8_t { start, message, reactions };
  Row step = no_row;
  What what = What::start;
  Row reaction = no_row;  // Of a message about how the step has ended: which of its own asks.
};
struct Answer {
  bool condition = true;    // `when` held.
  bool truth = true;        // What a `check` or `branch` asks.
  std::string error;        // An expression failed; the step fails with it.
  std::string message;      // Of the gate.
  std::vector<bool> holds;  // For each reaction of the step: what it asks of the result is so.
  // Of a quality gate of the step that has a criterion which does not hold: which, and what it says.
  struct Finding {
    Row gate = no_row;
    std::string text;
  };
  std::vector<Finding> findings;
};

// What has happened and everybody may know: durable already. Surfaces turn these into lines, events and
// pictures.
struct Notice {
  enum class What : std::uint8_t {
    run_started,
    step_started,
    step_retrying,
    step_finished,
    step_skipped,
    loop_iterated,
    criteria_failed,  // Of a quality gate; `reason` is empty where it is only a warning.
    escalation_raised,
    gate_waiting,
    gate_decided,
    budget_updated,  // `detail`: what is spent, as JSON.
    alert_raised,
    run_paused,
    run_finished
  };
  What what = What::run_started;
  StepKey key;
  std::uint32_t attempt = 0;
  StepStatus status = StepStatus::pending;
  std::string reason;
  std::string detail;  // The error, the gate's message, who decided.
  std::int64_t at_ms = 0;
  std::int64_t due_ms =
      0;  // Of step_retrying and loop_iterated: when; of gate_waiting: the deadline, 0: none.
  Row reaction =
      no_row;  // Of loop_iterated: which of the step's own; of step_retrying: which mends it first.
};

// How a run has ended, or why it stands still.
struct Ending {
  RunStatus status = RunStatus::running;
  std::string reason;
  int exit_code = 0;
};

struct Orders {
  std::vector<store::Record> records;  // Append these; answer with Machine::durable(through).
  std::uint64_t through = 0;           // The machine's number of this batch; 0: `records` is not complete.
  std::vector<Ask> asks;               // Answer with Machine::answered.
  std::vector<Start> starts;           // A is durable: go.
  std::vector<Stop> stops;
  std::vector<Notice> notices;
  bool read_wishes = false;  // Look once more whether somebody decided; answer with Machine::wishes_read.
  bool settled = false;      // Nothing runs, nothing will by itself: `Machine::ending` tells.
};

class Machine {
 public:
  Machine(const Program& program, MachineOptions options, Random& random);

  // Facts. Each may add to the orders.
  void start(const store::Recovered& from, Now now);  // First, once.
  void answered(const Ask& ask, Answer answer, Now now);
  void durable(std::uint64_t through, Now now);
  // How a started attempt ended; null is a success that printed nothing.
  void ended(StepKey key, std::uint32_t attempt, std::unique_ptr<Outcome> outcome, Now now);
  void decided(Row step, const store::GateState& gate, Now now);  // Ignored while the gate is open.
  void wishes_read(Now now);
  void cancel(Now now);
  void time_passed(Now now);
  // Ends what runs and records nothing more of it: `resume` goes on from here.
  void interrupt(Now now);
  // Ends the run before anything starts, as failed.
  void give_up(std::string_view reason, std::string error, Now now);
  // The store is gone: ends what runs and asks for nothing more.
  void store_broken();

  // Works out what follows from the facts told so far. After it the orders are complete; whoever carries a
  // part of them out empties it, `records` before anything else is told.
  void settle(Now now);
  Orders& orders() { return orders_; }
  // Call time_passed then, unless facts come before.
  std::optional<std::int64_t> wake_at_monotonic_ms(Now now);

  const Ending& ending() const { return ending_; }
  StepStatus status(Row step) const;
  bool ended(Row step) const { return rows_[step].phase == Phase::ended; }
  std::uint32_t running() const { return running_; }
  std::uint32_t attempt(Row step) const { return rows_[step].attempt; }
  // What that row is started to mend; no_row: nothing.
  Row mended_by(Row step) const {
    const auto found = mended_by_.find(step);
    return found == mended_by_.end() ? no_row : found->second;
  }
  // Of a step whose ending is asked about, as long as it is.
  const Outcome* held(Row step) const {
    const auto found = held_.find(step);
    return found == held_.end() ? nullptr : found->second.get();
  }

 private:
  enum class Phase : std::uint8_t {
    pending,    // Something it needs has not ended.
    asked,      // Its condition and parameters are being evaluated.
    ready,      // Waits for its turn.
    armed,      // A is written.
    startable,  // A is durable, or not to be written before the start; waits for a job.
    running,
    weighing,  // Has ended; what its reactions ask of the result is being evaluated.
    retry_wait,
    mending,   // Has failed; who mends it is at work. See mend.cpp.
    cooldown,  // Is to be repeated by a loop, in a while.
    message,   // The gate's message is being evaluated.
    waiting,   // For people.
    closing,   // The gate's time is up; whether somebody was faster is being looked up.
    unknown,   // Cut off in an attempt that must not simply be repeated.
    ended
  };
  // What a row's StepRow says, in one word: the hot path does not touch the row itself.
  enum Trait : std::uint32_t {
    never_waits = 1,
    is_approve = 2,
    is_check = 4,
    is_branch = 8,
    needs_answer = 16,
    idempotent = 32,
    always = 64,
    has_gate = 128,
    has_timeout = 256,
    in_branch = 512,
    in_group = 1024,
    processor = 2048,     // Counts as a command.
    weighs = 4096,        // Has reactions that ask something of the result.
    undoable = 8192,      // There is a row that undoes it.
    is_undo = 16384,      // Undoes another: not started by the graph, see undo.cpp.
    mends = 32768,        // Mends another: not started by the graph, see mend.cpp.
    never = 65536,        // Is skipped when its turn comes.
    falls_back = 131072,  // Of the workflow to which the run escalates: see fallback.cpp.
    ends_block = 262144,  // Answers how the steps of a block have ended: see block.cpp.
    judged = 524288       // There is a row that answers its failure.
  };
  enum Flag : std::uint16_t {
    upstream = 1,   // Something it needs failed, or was skipped because of that.
    stopped = 2,    // A check before it did not hold.
    cancelled = 4,  // Something it needs was cancelled.
    truth = 8,      // Of a check or branch.
    cut_off = 16,   // An earlier attempt has no result.
    timed_out = 32,
    told_to_stop = 64,
    has_job = 128,
    has_place = 256,
    has_answer = 512,
    forgiven = 1024,  // Failed, and the run goes on.
    halts = 2048,     // What follows it is skipped, and that is no failure.
    refused = 4096,   // Failed because somebody said no.
    over_cap = 8192,  // Its time is used up, by its budget.
    broke = 16384     // Failed because of a budget.
  };
  static constexpr std::uint16_t blocked = upstream | stopped | cancelled;
  struct RowState {
    std::uint32_t unmet = 0;
    std::uint32_t attempt = 0;  // The latest.
    std::uint32_t iteration = 1;
    std::int64_t started_ms = 0;  // The latest attempt; wall clock. 0: not yet.
    std::uint32_t traits = 0;
    std::uint16_t flags = 0;
    Phase phase = Phase::pending;
    StepStatus status = StepStatus::pending;
  };
  // What waits for a batch to be durable.
  struct After {
    enum class What : std::uint8_t { start, notice, confirm_gate, run_ended };
    std::uint64_t through = 0;
    Row step = no_row;
    What what = What::start;
  };
  struct Timer {
    std::int64_t due_ms = 0;
    Row step = no_row;
    std::uint32_t iteration = 0;
    std::uint32_t attempt = 0;
    Phase phase = Phase::running;  // In which it means something.
    bool operator>(const Timer& other) const {
      return due_ms != other.due_ms ? due_ms > other.due_ms : step > other.step;
    }
  };
  using Timers = std::priority_queue<Timer, std::vector<Timer>, std::greater<>>;
  using Queue = std::priority_queue<std::uint64_t, std::vector<std::uint64_t>, std::greater<>>;

  // machine.cpp: from facts to orders.
  void read_rows();
  void run_after(Now now);
  void take_turns(Now now);
  void propagate(Now now);
  void tell(Row follower, std::uint16_t blocks);
  void follow_needs_as_written();
  void all_needs_ended(Row step, Now now);
  void begin(Row step, Now now);
  void make_ready(Row step, Now now);
  void give_start(Row step, Now now);
  void weigh(Row step, std::unique_ptr<Outcome> outcome);
  void concluded(Row step, std::unique_ptr<Outcome> outcome, Now now);
  void succeeded(Row step, std::unique_ptr<Outcome> outcome, Now now);
  void failed(Row step, std::unique_ptr<Outcome> outcome, Now now);
  void end(Row step, StepStatus status, std::unique_ptr<Outcome> outcome, Now now);
  void write_end(Row step, StepStatus status, std::unique_ptr<Outcome> outcome, Now now);
  std::uint16_t blocks_of(Row step) const;
  void count_failure(Row step, std::string_view why);
  bool counts_as_failure(Row step) const;
  void end(Row step, StepStatus status, std::string_view reason, std::string error, Now now);
  void stop_starting(Now now);
  void stop_running(std::string_view why);
  void finish_if_over(Now now);
  void set_phase(Row step, Phase phase);
  store::Record& write(store::RecordKind kind, Row step, Now now);
  void write_run_status(RunStatus status, std::string_view reason, int exit_code, Now now);
  void later(After::What what, Row step);
  bool may_ride(const store::Record& record) const;
  bool a_job_waits() const;
  void close_batch(Now now);
  void say(Notice::What what, Row step, std::string_view reason, std::string detail, Now now,
           std::int64_t due_ms = 0);

  // turns.cpp: whose turn it is.
  policy::Pool pool_of(Row step) const;
  std::uint64_t turn_of(Row step);
  void dispatch(Now now);
  void fetch_parked();
  bool take_place(Row step, Now now);
  void give_back(Row step);
  void write_attempt(Row step, Now now);
  void fill_ahead(policy::Pool pool, Now now);
  void run_jobs(Now now);

  // block.cpp: how a block has ended.
  bool failed_in_block(Row step) const;
  std::uint16_t blocks_of_block(Row end) const;
  std::unique_ptr<Outcome> outcome_of_block(Row end) const;

  // timers.cpp: when.
  void set_timer(Row step, std::int64_t after_ms, std::optional<std::int64_t> wall_due_ms, Now now);
  bool lives(const Timer& timer) const;
  void ring(const Timer& timer, Now now);
  std::int64_t retry_wait_ms(const ReactionRow& retry, std::uint32_t used);

  // reactions.cpp: what answers the way in which a step has ended.
  bool react(Row step, StepOutcome on, std::unique_ptr<Outcome>& outcome, Now now);
  enum class Fit : std::uint8_t { no, used_up, yes };
  Fit fit(Row step, Row which, const ReactionRow& reaction, const Outcome& outcome) const;
  void take(Row step, Row which, const ReactionRow& reaction, std::unique_ptr<Outcome> outcome, Now now);
  void retry(Row step, Row which, std::unique_ptr<Outcome> outcome, Now now);
  void go_back(Row step, Row which, std::unique_ptr<Outcome> outcome, Now now);
  void run_again(const ReactionRow& loop);
  bool may_call_people(Row step) const;
  void call_people(Row step, Row which, std::unique_ptr<Outcome> outcome, Now now);
  bool escalates(Row step, Row which) const;
  void ask_instead(Row step, Row which);
  void end_unanswered(Row step, Now now);
  void count_needs(Row step);
  void write_reaction(Row step, Row which, std::int64_t due_ms, Now now);
  std::uint32_t& spent(Row step, Row which) { return spent_[std::uint64_t{step} << 32 | which]; }
  void recall(const store::RecoveredStep& step);
  void recover_reactions(const store::Recovered& from);

  // quality.cpp: what must hold of a step's result.
  void judge(Row step, std::unique_ptr<Outcome> outcome, std::vector<Answer::Finding> findings, Now now);
  void warn(Row step, Outcome& outcome);

  // mend.cpp: agents that mend what has failed.
  void mend(Row step, Row which, std::unique_ptr<Outcome> outcome, Now now);
  void mended(Row mender, Now now);
  bool go_on_mending(const store::RecoveredStep& step, Now now);

  // fallback.cpp: what takes over from a run that cannot go on.
  void escalate_to_workflow(Row step, Row which, std::unique_ptr<Outcome> outcome, Now now);
  bool fall_back(Now now);

  // undo.cpp: taking back what was done.
  void can_be_undone(Row step, Now now);
  void undo(Now now);
  void recover_undone(const store::Recovered& from);
  std::uint32_t undone_below(Row step) const;
  void begin_undoing(Now now);

  // budget.cpp: what may be spent.
  bool can_afford(Row step);
  bool afford(Row step, Now now);
  bool breached_at_start(Row step, const policy::Breach& breach, Now now);
  bool breached(Row step, std::unique_ptr<Outcome>& outcome, bool may_end, Now now);
  Row answer_to(Row step, const policy::Breach& breach, Row after) const;
  void charge(Row step, const Outcome* outcome, Now now);
  void let_go(Row step);
  bool degrade(Row step, Row which, const policy::Breach& breach, Outcome& outcome, Now now);
  void go_on_beyond(Row step, Row which, const policy::Breach& breach, Now now);
  void end_by_budget(Row step, Now now);
  void write_cost(store::Record& record);
  void write_pending_reactions(Row step, Now now);
  bool is_held_back(Row step) const;
  std::string_view why_over() const {
    return over_budget_ && !cancelling_ ? reason::budget : reason::cancelled;
  }
  bool approved_by_people(Row step);
  bool stop_for_time(Row step, Now now);
  std::optional<std::int64_t> time_of_attempt(Row step, Now now);
  std::optional<std::int64_t> clock_wake_ms() const;
  void tell_budget(Row step, Now now);
  void count_time(Now now);
  void time_is_up(Now now);
  void write_clock(Now now);
  void recover_budget(const store::Recovered& from, Now now);
  bool recover_budget_reaction(const store::RecoveredReaction& happened);

  // gates.cpp: people.
  void ask_people(Row step, Now now);
  void open_gate(Row step, std::string message, Now now);
  void settle_gate(Row step, const std::string& outcome, const std::vector<store::Vote>& votes, Now now);
  void close_gate(Row step, std::string_view outcome, Now now);
  // What a gate of people has come to, before anything answers that.
  struct Verdict {
    std::string outcome;
    StepStatus status = StepStatus::succeeded;
    bool about_ending = false;
  };
  void answer_verdict(Row step, const Verdict& verdict, std::unique_ptr<Outcome> result, Now now);

  // recover.cpp: from what is recorded.
  void recover(const store::RecoveredStep& step);
  bool go_on(const store::RecoveredStep& step, Now now);

  const Program& program_;
  MachineOptions options_;
  Random& random_;
  policy::Limits limits_;
  policy::GateBook gates_;
  const bool any_limit_;  // On jobs.

  std::vector<RowState> rows_;
  std::vector<Row> just_ended_;  // Their followers have not been told yet.
  std::vector<Row> all_told_;    // While telling them: steps that wait for nothing more.
  struct Meeting {
    std::uint32_t unmet = 0;
    std::uint16_t blocks = 0;
  };
  std::vector<Meeting> meetings_;  // By row of Program::joins.
  // Where saved edges are not followed: where the followers of each row begin, and they.
  std::vector<std::uint32_t> written_begin_;
  std::vector<Row> written_;
  std::vector<std::uint64_t> just_ready_;  // Turns, see turn_of.
  struct PoolQueues {
    Queue ready;              // A is not written.
    Queue startable;          // Waits only for a job.
    std::uint32_t ahead = 0;  // Rows with a turn but without a job.
  };
  PoolQueues pools_[2];
  std::vector<Queue> parked_;  // By group: rows whose group is full.
  std::vector<Row> freed_;     // Groups with a place that a parked row may take.

  std::vector<After> after_;
  std::size_t after_head_ = 0;
  std::queue<Notice> notices_;  // Of After::notice, in the same order.
  Timers monotonic_, wall_;
  std::vector<Timer> rung_;  // Of gates, while one is being closed that was due earlier.
  std::unordered_map<Row, std::unique_ptr<Outcome>> held_;  // Produced, weighed, or to be repeated.
  std::unordered_map<Row, std::vector<bool>> holds_;        // Answers, while their step is being concluded.
  std::unordered_map<Row, std::vector<std::string>>
      warnings_;  // Found by gates, of steps that have not ended.
  // How often a reaction was taken: retries in this iteration of their step, loops in the run.
  std::unordered_map<std::uint64_t, std::uint32_t> spent_;
  std::unordered_map<Row, std::string> came_to_;  // What the step of a loop had made when it went back.
  // Steps about whose ending people are asked.
  struct Asking {
    Row reaction = no_row;  // Which of the step's own asks, or of_escalation.
    bool recorded = false;  // How the attempt has ended, since people had the word already.
  };
  std::unordered_map<Row, Asking> asking_;
  std::unordered_map<Row, Verdict> verdicts_;           // While reactions are asked what they think of it.
  std::unordered_map<Row, std::int64_t> cooldowns_ms_;  // Targets of loops: not before; wall clock.
  struct OpenGate {
    store::Gate gate;
    // While closing: the outcome that was written, or that of whoever was faster.
    std::string closing_with;
    std::vector<store::Vote> votes;
  };
  std::unordered_map<Row, OpenGate> open_gates_;
  std::unordered_map<Row, const store::RecoveredStep*> begun_;  // While starting.
  std::unordered_map<Row, std::uint32_t> may_repeat_;           // Attempts that were cut off: people said so.
  std::vector<Row> confirmed_;                                  // Gates in `closing` whose record is durable.
  std::unordered_map<Row, std::uint32_t>
      done_as_;  // Steps that can be undone: their place among those that are done.
  std::unordered_map<Row, std::string> why_failed_;  // Of rows that a block answers for: with which reason.
  std::unordered_set<Row> marked_;  // While starting: of those, whose latest iteration is marked.
  std::unordered_map<Row, std::uint32_t> undone_below_;  // What a step did in iterations below.
  std::unordered_map<Row, Row> mended_by_;               // Rows that mend: what.
  struct Mending {
    Row mender = no_row;
    std::uint32_t attempt = 0;
  };
  std::unordered_map<Row, Mending>
      mending_;               // While starting: what was last to be mended, and which attempt.
  std::vector<Row> to_undo_;  // Rows that undo, the next one last; while undoing.

  std::uint32_t open_ = 0;        // Rows not ended.
  std::uint32_t spare_open_ = 0;  // Those of them that the graph does not start.
  std::uint32_t active_ = 0;      // Rows that will go on by themselves.
  std::uint32_t waiting_ = 0;     // Rows that wait for people.
  std::uint32_t running_ = 0;
  std::uint32_t done_ = 0;  // Steps that can be undone and are done.
  bool stopping_ = false;   // Nothing new starts, `always` excepted.
  bool cancelling_ = false;
  bool closing_ = false;    // An escalation ends the run.
  bool escalated_ = false;  // To a workflow.
  bool fell_back_ = false;  // That workflow has taken over.
  bool undoing_ = false;    // All else has ended.
  bool interrupted_ = false;
  bool broken_ = false;
  std::unique_ptr<policy::Budgets> budgets_;  // Null: nothing is limited.
  std::unordered_map<Row, Cost> charges_;     // Of attempts that have ended, not written yet.
  std::unordered_map<Row, std::vector<Row>> pending_reactions_;  // Of budgets, to be written with that end.
  std::unordered_map<Row, std::int64_t> began_ms_;               // Monotonic; of steps whose time is limited.
  std::vector<Row> short_;                             // Rows that wait until others have cost less.
  std::set<std::pair<Row, std::uint32_t>> let_start_;  // While starting: by people, beyond a budget.
  bool money_back_ = false;                            // They may try again.
  bool over_budget_ = false;                           // Nothing new starts.
  bool alerted_ = false;
  std::uint32_t broke_ = 0;          // Rows whose failure is the run's, because of a budget.
  std::uint32_t degraded_ = 0;       // Outputs that were cut.
  std::uint32_t limits_raised_ = 0;  // By people.
  bool cancelled_by_budget_ = false;
  bool counts_time_ = false;  // The time of the run is limited, ...
  bool time_runs_ = false;    // ... and something goes on besides waiting for people.
  bool time_is_up_ = false;
  std::int64_t elapsed_ms_ = 0, counted_at_ms_ = 0, clock_written_at_ms_ = 0, clock_written_ms_ = -1;
  std::uint32_t failed_ = 0;      // Rows whose failure is the run's.
  std::uint32_t said_no_ = 0;     // Those of them that people rejected.
  std::uint32_t not_undone_ = 0;  // Rows that undo, and have failed at it.
  bool finishing_ = false;        // The run's last record is written.
  bool told_waiting_ = false;     // The journal says `waiting` although we stay.
  bool rejected_ = false;         // The run is cancelled because somebody said no.
  bool hurry_ = false;            // Somebody waits for what the batch being filled holds.
  Ending ending_;
  std::uint64_t batch_ = 1;  // Number of the batch being filled.
  std::uint64_t durable_ = 0;
  std::size_t weighed_ = 0;        // Records of that batch that have been asked whether they may ride.
  std::int64_t batch_due_ms_ = 0;  // When that batch goes at the latest; monotonic.
  Orders orders_;
};

}  // namespace wf::engine
