// The waist: what a compiled workflow is, as plain tables.
//
// The compiler fills these very structs, the emitter spells them with designated initialisers, the engine
// walks them. There is no second schema, no serialiser and no parser in an executable: rename a field and all
// three fail to compile. Everything here is an aggregate that the C++ compiler lays out in read-only memory;
// nothing runs before `main`. Users wait for the compilation of this header, so it includes <cstdint> and
// nothing else.
//
// Units are in the names. A Row is an index into the table that its comment names. Texts are UTF-8, never
// contain NUL, and live as long as the program.
#pragma once
#include <cstdint>

namespace wf {

// Changes whenever a row changes. Emitted code asserts it, and run_main checks it again.
inline constexpr std::uint32_t program_abi = 7;

struct Text {
  const char* data = "";
  std::uint32_t size = 0;
};

template <class T>
struct Rows {
  const T* data = nullptr;
  std::uint32_t count = 0;
  constexpr const T* begin() const { return data; }
  constexpr const T* end() const { return data + count; }
  constexpr const T& operator[](std::uint32_t i) const { return data[i]; }
};

using Row = std::uint32_t;
inline constexpr Row no_row = 0xffffffff;

// A real expression, as code: number `id` is case `id % 64` of Program::functions[id / 64].
using ExprId = std::uint32_t;
inline constexpr ExprId no_expr = 0xffffffff;

class Scope;
class Value;
// A value that lives in the arena of the Scope that made it. Never null; after an error it is the missing
// value.
using Ref = const Value*;
using ExprFunction = Ref (*)(std::uint32_t which, Scope& in);

struct Origin {
  std::uint32_t line = 0;  // From 1; 0: written nowhere, made by wfc.
  std::uint32_t column = 0;
  std::uint32_t file = 0;  // Row of Program::files.
};

// A text with placeholders: a list of pieces that is executed from front to back.
enum class PieceKind : std::uint8_t {
  text,    // print `text`
  value,   // print expression `expr`; null and no value are errors
  jump,    // go on at piece `target`
  unless,  // if `expr` is not true, go on at piece `target`
  loop,    // `expr` is a list, or a map where there is a `key`: bind its first item to local `local` (its key
           // to `key`); empty: go to `target`
  next,    // bind the next item of the innermost loop and go on at `target`; after the last, fall through
  set,     // local `local` = `expr`
  leave,   // end the innermost loop and go on at `target`
  begin,  // local `local` = `expr`, which may have no value; without `expr` it has none, and is called `text`
};
struct Piece {
  PieceKind kind = PieceKind::text;
  Text text = {};
  ExprId expr = no_expr;
  std::uint32_t target = 0;  // Index into the same template.
  Row local = no_row;
  Row key = no_row;
};
using Template = Rows<Piece>;

// What a step is given, by name. Exactly one of the three is present; a literal is the default.
enum class ParamKind : std::uint8_t { literal, pieces, value };
struct Param {
  Text name;
  ParamKind kind = ParamKind::literal;
  Text literal = {};
  Template pieces = {};
  ExprId value = no_expr;
  Text key = {};          // For parameters that are given several times (`env`, `with`): which one.
  ExprId when = no_expr;  // The first parameter of a name whose condition holds is used.
};

enum class StepKind : std::uint8_t {
#define WF_STEP(kind, ...) kind,
#include "wf/steps.def"
};

// When a step runs, once everything it needs has ended.
enum class RunIf : std::uint8_t {
  passed,  // nothing it needs failed or stopped
  always,  // however they ended
};

enum class ValueType : std::uint8_t {
  text,
  any,
  boolean,
  integer,
  real,
  duration,
  size,
  money,
  map,
  list,
  choice
};

struct NamedText {
  Text name;
  Text text = {};
};
struct NamedExpr {
  Text name;
  ExprId value = no_expr;
};

// `on OUTCOME RESPONSE`: what answers the way in which something ended. Rows of one outcome are used in
// order, each until it is used up.
enum class StepOutcome : std::uint8_t {
  fail,
  timeout,
  reject,
  breach,
  block,
  holds  // `condition` is true of what has ended
};
enum class Response : std::uint8_t {
  retry,
  repair,  // `agent` is asked to mend what failed, then the step runs again
  back,    // `target`, everything between it and the step, and the step run again
  approve,
  escalate,
  go_on,
  degrade,
  stop,
  fail,
  cancel
};
struct ReactionRow {
  StepOutcome on = StepOutcome::fail;
  Response response = Response::fail;
  ExprId condition = no_expr;
  ExprId when = no_expr;      // The row is passed over unless this holds.
  std::uint32_t max = 0;      // retry, repair, back: repeats, the first try not counted.
  std::uint64_t wait_ms = 0;  // Before the first repeat; of `back`: before each.
  double backoff = 1.0;
  Row target = no_row;  // Runs before the step.
  Rows<Row> body = {};  // back: what runs again, in the order of the plan: the target first, the step last.
  bool stop_on_no_progress = false;
  Text name = {};
  Text agent = {};
  Rows<Param> text =
      {};  // approve, escalate: the message; repair: what the agent is told; fail: why. One or none.
  Rows<NamedExpr> include = {};  // escalate: instead of what EscalationRow includes; back: beside `feedback`.
  Origin origin = {};
};

// What asks people. An `approve` step has one; any other step may have one, and then its output waits for the
// decision before anyone sees it.
enum class OnTimeout : std::uint8_t { cancel, proceed, escalate, fail };
enum class OnReject : std::uint8_t { cancel, fail };
struct GateRow {
  Rows<Text> approvers = {};     // Empty: anyone who can reach the store.
  std::uint32_t quorum = 0;      // 0: all approvers, or one person where none are named.
  std::uint64_t timeout_ms = 0;  // 0: waits for ever.
  OnTimeout on_timeout = OnTimeout::cancel;
  OnReject on_reject = OnReject::cancel;
  bool content_may_change = false;  // `approve --content FILE` replaces the output.
  Param message = {};
};

struct StepRow {
  Text id;
  Text title = {};
  StepKind kind = StepKind::command;
  RunIf run_if = RunIf::passed;
  bool idempotent = true;
  Rows<Row> needs = {};  // Steps this one waits for.
  // Who is told when this one has ended: steps that wait for it, and rows of Program::joins, counted on from
  // the steps. The same edges as `needs`, the other way round, but for those that a pass has saved.
  Rows<Row> followers = {};
  std::uint32_t edges_saved = 0;  // So many fewer edges lead here than there are needs.
  Rows<Param> params = {};
  Row branch = no_row;     // A `branch` step that decides whether this one runs...
  std::uint32_t side = 0;  // ... and the side on which it does: 1 taken, 0 the other.
  ExprId when = no_expr;   // False: skipped.
  bool never = false;      // Its condition cannot hold: skipped, and without what it would have been given.
  Text output = {};        // The name of the output, where it has one of its own.
  ValueType output_type = ValueType::text;
  ExprId output_value = no_expr;  // Picks the output from `result`.
  std::uint64_t timeout_ms = 0;   // Of one attempt; 0: none.
  Rows<ReactionRow> reactions = {};
  Row gate = no_row;      // Row of Program::gates.
  Row extras = no_row;    // Row of Program::extras.
  Row undoes = no_row;    // Runs only when the run fails or is cancelled after that step has finished.
  bool fallback = false;  // Is a part of the workflow that a run goes on with when it has escalated to one.
  Row group = no_row;     // The nearest group around it that has a limit.
  // A `join` at the end of the block around it, which has failed where this step has: its reactions answer
  // that, and not the run.
  Row answered_by = no_row;
  std::uint32_t rank_ms =
      0;  // Length of the longest path from here to the end: ready steps start longest first.
  Origin origin = {};
};

// Where edges meet: what `followers` names needs all that lead here, `needs_count` steps. A pass makes it,
// and nobody can see it: it is no step, and nothing of it is recorded.
struct JoinRow {
  std::uint32_t needs_count = 0;
  Rows<Row> followers = {};  // Steps.
};

// What must hold of a step's result before anyone may use it.
struct CriterionRow {
  ExprId holds = no_expr;
  Text text = {};  // As a person reads it.
  Origin origin = {};
};
struct QualityGateRow {
  Text name = {};
  Rows<CriterionRow> criteria = {};
  bool blocks = true;                // False: a criterion that does not hold is a warning.
  bool before = false;               // Looked at before the step runs.
  Rows<ReactionRow> reactions = {};  // Used up before those of the step.
  Origin origin = {};
};

struct ToolRow {
  Text tool;  // "file_system.write", or a whole category.
  bool allow = true;
  Text reason = {};
};

struct ArtifactRow {
  Text kind;
  Rows<Param> from = {};  // Paths; none: what the step's result says.
};

// Limits; 0 is none.
struct Limits {
  std::uint64_t credits = 0;
  std::uint64_t time_ms = 0;
  std::uint64_t tokens = 0;
  std::uint64_t calls = 0;
  std::uint64_t micro_usd = 0;
};
struct BudgetRow {
  Limits whole = {};  // Of the run, or of the step that has it.
  Limits each = {};   // Of each step.
  Rows<ReactionRow> reactions = {};
  // `degrade` leaves so many characters of an output; 0: the share of it that the budget has paid.
  std::uint32_t degraded_chars = 0;
  std::uint32_t alert_percent = 0;  // Of the tokens of the run: people are told. 0: they are not.
  bool outputs_only = false;        // What agents write counts, by its length, once they have written it.
  Origin origin = {};
};

// What few steps have.
struct ExtrasRow {
  Rows<QualityGateRow> quality_gates = {};  // All of them must pass.
  Rows<ToolRow> tools = {};
  Rows<ArtifactRow> artifacts = {};
  Row budget = no_row;  // Row of Program::budgets.
  bool risky = false;   // The guardrail looks first.
};

// Where `escalate` and loops that are used up go.
enum class EscalateTo : std::uint8_t { people, close, workflow };
struct EscalationRow {
  EscalateTo to = EscalateTo::people;
  Text workflow = {};
  std::uint64_t timeout_ms = 0;  // Nobody in time fails the run; 0: waits for ever.
  Text channel = {};
  Text mention = {};
  Rows<NamedExpr> include = {};  // What people are shown.
  Origin origin = {};
};

// The score of a run against the runs before it. A number that is 0 asks for nothing.
struct EvalRow {
  std::uint32_t window = 10;
  std::uint32_t runs_min = 3;
  bool blocks = true;  // False: a run that is worse is a warning.
  double score_drop_warn = 0;
  double score_drop_block = 0;
  double usd_rise = -1;  // Below 0: not looked at.
  double latency_ms_rise = -1;
  double retry_rise = -1;
  Origin origin = {};
};

struct MonitorRow {
  Rows<Text> track = {};
  Rows<CriterionRow> alerts = {};
  Origin origin = {};
};

// One level of a type: `list<list<int>>` is two levels below an input of the type list.
struct TypeRow {
  ValueType type = ValueType::any;
  bool nullable = false;
  Rows<Text> choices = {};
};

struct InputRow {
  Text name;
  ValueType type = ValueType::text;
  bool required = true;
  bool nullable = false;
  ExprId default_value = no_expr;
  Rows<Text> choices = {};
  Rows<TypeRow> elements = {};  // Of a list: what is in it, what is in that, and so on; none: anything.
  Text description = {};
  Origin origin = {};
};

struct LetRow {
  Text name;
  ExprId value = no_expr;
};

struct GroupRow {
  Text name;
  std::uint32_t running_max = 0;  // 0: no limit.
  Rows<Row> members = {};  // Steps in written order, those of inner groups too: what its name stands for.
  Row outer = no_row;      // The group around it.
  bool so_far = false;     // No block: its name stands for the results that there are so far.
};

enum class TriggerKind : std::uint8_t { manual, cron, event, webhook };
enum class Overlap : std::uint8_t { skip, queue, allow };
enum class CatchUp : std::uint8_t { latest, none, all };
struct TriggerRow {
  TriggerKind kind = TriggerKind::manual;
  Text name = {};  // Event or webhook.
  Text cron = {};
  Text timezone = {};
  Text url = {};
  Text secret = {};  // The name of one, never its text.
  ExprId when = no_expr;
  Overlap overlap = Overlap::skip;     // cron: while a run of it is not over.
  CatchUp catch_up = CatchUp::latest;  // cron: of times that were missed.
  Origin origin = {};
};

// A declared policy, for `inspect` and for the line at the start of a run that says what is not enforced.
struct PolicyRow {
  Text name;   // "budget.credits", "repo.allowed_paths", "reliability.confidence", ...
  Text value;  // As a person would read it; lists are JSON.
  bool enforced = false;
  Origin origin = {};
};

// What the definition asks for and the engine cannot do yet. A program that has any is not run.
struct BeyondRow {
  Text what;  // As a sentence has it: "the loop of step `test` back to `build`".
  Origin origin = {};
};

struct Program {
  std::uint32_t abi = 0;
  Text workflow;  // Its id.
  Text title = {};
  Text description = {};
  Text version = {};
  Text dialect = {};        // For `inspect` only.
  Text compiler = {};       // "wfc 0.1.0".
  Text source_digest = {};  // SHA-256 of everything read, hex.
  Text plan_digest = {};    // SHA-256 of the meaning: two sources of one meaning share it.
  Text project = {};        // JSON: provider, owner, repo, ref; empty when there is none.
  Rows<Text> files = {};    // Names of the files read, the definition first.
  Rows<InputRow> inputs = {};
  Rows<LetRow> lets = {};
  Rows<StepRow> steps = {};  // In topological order: every step after what it needs.
  Rows<JoinRow> joins = {};
  Rows<GateRow> gates = {};
  Rows<ExtrasRow> extras = {};
  Rows<BudgetRow> budgets = {};
  Rows<GroupRow> groups = {};
  Rows<TriggerRow> triggers = {};
  Rows<PolicyRow> policies = {};
  Rows<BeyondRow> beyond = {};
  Row budget = no_row;                  // Of the run: row of `budgets`.
  Rows<EscalationRow> escalation = {};  // One or none, and that of the workflow to which it leads, ...
  Rows<EvalRow> eval = {};              // ... likewise, ...
  Rows<MonitorRow> monitor = {};        // ... likewise, ...
  Rows<Param> guardrail = {};           // ... likewise: the command that looks at risky steps.
  Rows<Param> composed = {};            // Texts that expressions name: Scope::composed.
  Rows<ToolRow> tools = {};             // For every step.
  Rows<NamedText> tool_files = {};      // As they were read, by category.
  Rows<Text> footings = {};             // By step, and last of the whole: what a run under way relies on,
                                        // as JSON (runtime/engine/footing.h).
  bool shadow_routing = false;
  bool fail_fast = true;
  bool enabled = true;
  std::uint32_t running_max = 0;  // `max_parallel`; 0: the default of `--jobs`.
  std::uint32_t locals = 0;       // Slots that templates bind.
  Rows<ExprFunction> functions = {};
  std::uint32_t expressions = 0;
};

}  // namespace wf

#include "wf/scope.h"
