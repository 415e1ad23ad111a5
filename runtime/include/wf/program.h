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
inline constexpr std::uint32_t program_abi = 2;

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

// `on fail retry N wait D backoff F`. Rows of one step are used in order.
struct Retry {
  std::uint32_t attempts_max = 0;  // Repeats, the first try not counted.
  std::uint64_t wait_ms = 0;
  double backoff = 1.0;
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
  Rows<Row> needs = {};      // Steps this one waits for.
  Rows<Row> followers = {};  // Steps that wait for this one: the same edges, the other way round.
  Rows<Param> params = {};
  Row branch = no_row;     // A `branch` step that decides whether this one runs...
  std::uint32_t side = 0;  // ... and the side on which it does: 1 taken, 0 the other.
  ExprId when = no_expr;   // False: skipped.
  Text output = {};        // The name of the output, where it has one of its own.
  ValueType output_type = ValueType::text;
  ExprId output_value = no_expr;  // Picks the output from `result`.
  std::uint64_t timeout_ms = 0;   // Of one attempt; 0: none.
  Rows<Retry> retries = {};
  Row gate = no_row;   // Row of Program::gates.
  Row group = no_row;  // The nearest group around it that has a limit.
  std::uint32_t rank_ms =
      0;  // Length of the longest path from here to the end: ready steps start longest first.
  Origin origin = {};
};

// `on fail back to STEP max N`: after `from` has ended so, `target`, everything between the two and `from`
// run again. Rows of one step stand together and are used in order, each until it is used up.
enum class LoopOn : std::uint8_t {
  fail,
  timeout,
  reject,
  breach,
  block,
  holds  // `condition` is true of the finished step
};
struct LoopRow {
  Row from = no_row;
  Row target = no_row;  // Runs before `from`.
  LoopOn on = LoopOn::fail;
  Text name = {};
  ExprId condition = no_expr;
  ExprId when = no_expr;  // The row is passed over unless this holds.
  std::uint32_t max = 0;  // Repeats in a run, the first try not counted.
  std::uint64_t cooldown_ms = 0;
  bool stop_on_no_progress = false;
  std::uint32_t retries_before = 0;  // So many of the step's `retries` are used up first.
  Origin origin = {};
};

struct InputRow {
  Text name;
  ValueType type = ValueType::text;
  bool required = true;
  bool nullable = false;
  ExprId default_value = no_expr;
  Rows<Text> choices = {};
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
struct TriggerRow {
  TriggerKind kind = TriggerKind::manual;
  Text name = {};  // Event or webhook.
  Text cron = {};
  Text timezone = {};
  Text url = {};
  Text secret = {};  // The name of one, never its text.
  ExprId when = no_expr;
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
  Rows<GateRow> gates = {};
  Rows<LoopRow> loops = {};  // In the order of `from`.
  Rows<GroupRow> groups = {};
  Rows<TriggerRow> triggers = {};
  Rows<PolicyRow> policies = {};
  Rows<BeyondRow> beyond = {};
  bool fail_fast = true;
  bool enabled = true;
  std::uint32_t running_max = 0;  // `max_parallel`; 0: the default of `--jobs`.
  std::uint32_t locals = 0;       // Slots that templates bind.
  Rows<ExprFunction> functions = {};
  std::uint32_t expressions = 0;
};

}  // namespace wf

#include "wf/scope.h"
