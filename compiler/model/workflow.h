// What a workflow means, once, for all dialects. Every part knows where it was written.
//
// Dialects fill it; nothing below them knows which dialect it was. A difference in meaning between dialects
// is a field here. Parts refer to each other by index (StepIndex and so on), never by pointer.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/expr/template.h"
#include "compiler/model/name_index.h"
#include "compiler/source/source.h"
#include "runtime/base/boxed.h"
#include "wf/program.h"

namespace wfc::model {

using expr::Expr;
using expr::Template;
using wf::Boxed;
using StepIndex = std::uint32_t;
inline constexpr std::uint32_t none = 0xffffffff;

struct Need {
  Located<std::string> step;  // As written; for an implied order, where it follows from.
  StepIndex target = none;    // Filled by link().
  bool written = true;        // False: from the order of the statements.
};

// What a list holds, what that holds if it is a list, and so on.
struct Element {
  wf::ValueType type = wf::ValueType::any;
  bool nullable = false;
  std::vector<std::string> choices;
};

struct Input {
  Located<std::string> name;
  wf::ValueType type = wf::ValueType::text;
  std::vector<std::string> choices;
  std::vector<Element> elements;
  bool nullable = false;
  bool required = true;
  std::optional<Expr> default_value;
  std::string description;
  bool implied = false;             // The dialect gives it; not written.
  std::vector<std::string> fields;  // Of a map: the only ones it has; empty: any.
};

struct Let {
  Located<std::string> name;
  Expr value;
};

// A text that a step is given. Several of one name: the first whose condition holds.
struct Text {
  Template text;
  Boxed<Expr> when;
};
// A text with tags that stands within an expression, which names it by its number.
struct Composed {
  Template text;
  StepIndex step = none;  // Whose expression, and ...
  std::string_view role;  // ... which: filled by link().
};
struct NamedValue {  // env, with
  Located<std::string> name;
  std::optional<Expr> value;  // One of the two.
  std::optional<Template> text;
};

using Outcome = wf::StepOutcome;
using wf::Response;

// Something that people, or the step that runs next, are told.
struct Told {
  std::string name;
  Expr value;
};

// `on OUTCOME RESPONSE`. Those of one outcome are used in their order, each until it is used up.
struct Reaction {
  Outcome on = Outcome::fail;
  Response response = Response::fail;
  Boxed<Expr> condition;             // Outcome::holds: what is true of the finished step.
  Boxed<Expr> when;                  // Passed over unless this holds.
  Located<std::uint32_t> max;        // retry, repair, back: repeats, the first try not counted.
  std::uint64_t wait_ms = 0;         // retry: before the first repeat; back: the cooldown.
  double backoff = 1.0;              // retry: each wait is so many times the one before.
  Located<std::string> name;         // back: may be empty.
  Located<std::string> to;           // back: the step that runs next, ...
  StepIndex target = none;           // ... filled by link().
  bool stop_on_no_progress = false;  // retry, repair, back: used up at once when the output is what it was.
  Located<std::string> agent;        // repair: who mends; empty: the default agent.
  // approve, escalate: the message; repair, back: what the agent is told; fail: why.
  Boxed<Template> text;
  std::vector<Told> include;  // escalate: instead of what Escalation includes; back: beside `feedback`.
  Span span;
};

std::string_view word_of(Outcome outcome);    // "fail", ..., "condition"
std::string_view word_of(Response response);  // As `.wf` has it: "back to", "continue".

// What must hold of a step's result before anyone may use it: the `gate` of a step.
struct Criterion {
  Expr holds;
  std::string text;  // As a person reads it: "coverage >= 80".
  Span span;
};
struct QualityGate {
  Located<std::string> name;  // May be empty.
  std::vector<Criterion> criteria;
  bool blocks = true;               // False: a criterion that does not hold is a warning.
  bool before = false;              // Looked at before the step runs, on the results that there are.
  std::vector<Reaction> reactions;  // Used up before those of the step.
  Span span;
};

// Where `escalate` and loops that are used up go.
using wf::EscalateTo;
struct Escalation {
  EscalateTo to = EscalateTo::people;
  Located<std::string> workflow;
  std::uint64_t timeout_ms = 0;  // people: nobody in time fails the run; 0: waits for ever.
  Located<std::string> channel, mention;
  using Item = Told;
  std::vector<Item> include;  // What people are shown, and nothing else.
  Span span;
};

// Where the limits of a budget are written.
struct LimitSpans {
  Span credits, time, tokens, calls, money;
};
// Limits of the run or, of a step's budget, of the step; 0 is none.
struct Budget : wf::Limits {
  wf::Limits each;  // Of each step.
  LimitSpans at, each_at;
  std::vector<Reaction> reactions;   // Outcome::breach
  std::uint32_t degraded_chars = 0;  // What `degrade` leaves of an output; 0: the share that is paid.
  std::uint32_t alert_percent = 0;   // Of the tokens; 0: nobody is told.
  bool outputs_only = false;         // The length of what agents write is what counts.
  Span span;
};

struct NamedText {
  Located<std::string> name;
  std::string text;
};

struct ToolRule {
  bool allow = true;
  Located<std::string> tool;  // "file_system.write", or a whole category.
  std::string reason;
};

// What is allowed is all there is, once something is; what is denied never is.
struct Rules {
  std::vector<Located<std::string>> allow, deny;
};

struct Artifact {
  Located<std::string> kind;  // One of artifact_kinds.
  Boxed<Template> from;       // Paths; empty: what the step's result says.
};

// The score of a run against the runs before it.
struct Eval {
  std::uint32_t window = 10, runs_min = 3;
  bool blocks = true;                                // False: a run that is worse is a warning.
  double score_drop_warn = 0, score_drop_block = 0;  // Of a score from 0 to 1; 0: none.
  std::optional<double> usd_rise, latency_ms_rise, retry_rise;
  Span span;
};

struct Monitor {
  std::vector<Located<std::string>> track;
  std::vector<Criterion> alerts;  // Over the names of `track`.
  Span span;
};

struct Gate {
  std::vector<Located<std::string>> approvers;
  std::uint32_t quorum = 0;  // 0: all.
  std::uint64_t timeout_ms = 0;
  wf::OnTimeout on_timeout = wf::OnTimeout::cancel;
  wf::OnReject on_reject = wf::OnReject::cancel;
  bool content_may_change = false;
  Span proceed_span = {};  // Where OnTimeout::proceed is written.
  std::optional<Template> message;
  Span span;
};

// The side of an `if` on which a step stands: `condition` is an entry of Workflow::branches.
struct Branch {
  Expr condition;
  Span span;
  std::uint32_t outer = none;  // The branch around it...
  std::uint32_t outer_side = 0;
  std::vector<Need> needs;  // What the condition waits for.
  bool fallback = false;    // As Step::fallback.
};

struct Group {       // A `parallel` block.
  std::string name;  // May be empty.
  Span span;
  std::uint32_t running_max = 0;
  std::uint32_t outer = none;
  std::vector<StepIndex> members;  // In written order; those of inner blocks too.
};

// What few steps have; kept out of their row, for definitions of 100,000 steps.
struct Extras {
  std::vector<QualityGate> quality_gates;
  std::vector<ToolRule> tools;
  std::vector<Artifact> artifacts;
  // What the parameters of a defined step are given, and what they must be. Only for the checks: where they
  // are used, they stand already.
  struct Argument {
    std::string name;
    Expr value;
    wf::ValueType type = wf::ValueType::any;
    bool nullable = false;
  };
  std::vector<Argument> arguments;
  std::vector<std::string> output_choices;  // The only texts that its output may be; empty: any.
  Boxed<Budget> budget;
  bool risky = false;  // The guardrail looks first.
};

struct Step {
  Located<std::string> id;
  std::string title;
  std::string description;
  Span span;  // The whole step.
  wf::StepKind kind = wf::StepKind::command;
  bool id_generated = false;    // The definition did not write one.
  bool results_follow = false;  // agent: after its text stand the results of all steps before it.
  bool ends_block = false;      // The join to which the steps of its block are `answered_by`.
  std::vector<Need> needs;
  std::uint32_t branch = none;
  std::uint32_t side = 1;
  std::uint32_t group = none;
  // A `join` at the end of the block around it, whose reactions answer the failures of the block's steps: it
  // has failed where one of them has.
  StepIndex answered_by = none;
  Boxed<Expr> when;

  // What it does. Which are used depends on the kind.
  Located<std::string> agent;    // Role or persona; empty: the default agent.
  std::string model;             // Of the agent, where the definition says.
  Boxed<Template> instructions;  // Likewise.
  std::vector<Text> prompt;      // agent: prompt; command: the command; approve: the message.
  std::string inputs_json;       // agent and deploy of coder: handed over as they are.
  Boxed<Template> inputs;        // Instead of them: a text of JSON.
  Located<std::string> target;   // deploy
  Boxed<Expr> condition;         // check
  std::vector<NamedValue> env;
  std::vector<NamedValue> with;
  Boxed<Template> folder;

  Located<std::string> output;  // A name of its own; empty: only the step's.
  wf::ValueType output_type = wf::ValueType::text;
  Boxed<Expr> output_value;
  std::uint64_t timeout_ms = 0;
  std::vector<Reaction> reactions;
  Boxed<Extras> extras;
  StepIndex undoes = none;  // Runs, in reverse order, only when the run fails or is cancelled after it.
  bool fallback = false;    // Of the workflow to which the run escalates, see add_fallback.
  Boxed<Gate> gate;         // approve: the gate itself; else: what its output waits for.
  wf::RunIf run_if = wf::RunIf::passed;
  std::optional<bool> idempotent;  // Empty: as its kind is, see is_idempotent.
  bool protected_ = false;         // The definition requires an approval before it.
  bool broken = false;             // Holds a reported mistake: no further checks of its flow.
};

struct Trigger {
  wf::TriggerKind kind = wf::TriggerKind::manual;
  Located<std::string> name;
  Located<std::string> cron, timezone;
  Located<std::string> url, secret;
  std::optional<Expr> when;
  wf::Overlap overlap = wf::Overlap::skip;
  bool overlap_written = false;
  wf::CatchUp catch_up = wf::CatchUp::latest;
  Span span;
};

// A declared policy, as `inspect` lists it. Those that the engine enforces get fields of their own as it
// learns to.
struct Policy {
  std::string name;   // "budget.credits"
  std::string value;  // As a person reads it; lists as JSON.
  Span span;
  bool enforced = false;  // It is in the model as something the engine does.
};

// What the definition asks for and the engine cannot do yet, in words: "the loop of step `test` back to
// `build`". It is in the model, in drawings and in `inspect`; a run is refused with these words.
struct Beyond {
  std::string what;
  Span span;
};

// What a bare name may stand for. Dialects differ in what they let texts see; the table says it.
struct Name {
  std::string name;
  dsl::Binding binding;
  Span span;              // Where it was declared.
  StepIndex step = none;  // The step that must have finished before it has a value.
};

struct Workflow {
  Located<std::string> id;
  std::string title, description, version;
  Span span;                 // Of the workflow statement or the document's start.
  std::string project_json;  // provider, owner, repo, ref
  std::string metadata_json;
  bool enabled = true;
  bool fail_fast = true;
  std::uint32_t running_max = 0;
  std::vector<Input> inputs;
  std::vector<Let> lets;
  std::vector<Trigger> triggers;
  std::vector<Policy> policies;
  std::vector<Beyond> beyond;
  Boxed<Budget> budget;
  Boxed<Escalation> escalation;
  Boxed<Escalation> fallback_escalation;  // Of the workflow to which that leads.
  Boxed<Eval> eval;
  Boxed<Monitor> monitor;
  std::vector<Composed> composed;  // Each is named once, and only by expressions and those before it.
  Boxed<Template> guardrail;       // The command that looks at risky steps.
  Rules paths, secrets;
  std::vector<Located<std::string>> approvals_required;  // "deploy.prod", "deploy", or a step.
  std::vector<ToolRule> tools;
  std::vector<NamedText> tool_files;  // By category, as they were read.
  bool shadow_routing = false;
  std::vector<Branch> branches;
  std::vector<Group> groups;
  std::vector<Step> steps;  // In source order.
  std::vector<Name> names;  // First entry of a name wins; link() adds none.
  bool texts_are_variables =
      false;  // An unknown name in a text is an unknown *variable* (YAML dialects) in messages.
  bool may_be_defined = false;  // ... and `--define` gives one a text.
  bool one_space = false;       // Inputs, lets, steps, outputs and groups share one space of names.
  std::string
      needs_key;  // What an order is written with: "after", "depends_on". Empty: the order of the steps.
  std::uint32_t locals = 0;
  // What is defined and used nowhere: its steps, their parameters as inputs. At most one; only the checks
  // look at it.
  std::vector<Workflow> unused;

  std::optional<StepIndex> find_step(std::string_view id) const;  // Hashed; valid after link().
  // Has every step an id of its own? Likewise after link().
  bool ids_differ() const { return step_index.size() == steps.size(); }
  NameIndex step_index;
};

// The id; of what ends a block the block's.
std::string_view name_for_people(const Step& step);

// Whether the step may simply run again after a crash in the middle of it. A deploy may not, unless the
// definition says that it may.
bool is_idempotent(const Step& step);

// Whether the same step may come out otherwise when it runs again: what a check looks at does not change
// while it waits, and people are not asked twice.
bool may_be_repeated(wf::StepKind kind);

// Resolves what refers by name: needs to steps, names of expressions to bindings, template variables to
// slots. Reports nothing: what stays unknown has target `none` or binding `unknown`, and the checks say so.
// Adds to Workflow::beyond what the model itself shows: loops, gates, escalation and the like; and to
// Workflow::policies what it declares.
void link(Workflow& workflow);

// Calls `visit` for every expression of the workflow, with the step it belongs to (none: of the workflow) and
// what it is for ("when", "prompt", ...). Templates are walked in order. The second form may change the
// expressions.
using VisitExpr = std::function<void(const Expr&, StepIndex step, std::string_view role)>;
void for_each_expression(const Workflow& workflow, const VisitExpr& visit);
// The same as a list, for whoever asks often. Of a workflow that does not change meanwhile.
struct Expression {
  const Expr* expr;
  StepIndex step;
  std::string_view role;
};
std::vector<Expression> expressions_of(const Workflow& workflow);
// Calls `visit(name)` for every name in an expression, the smallest first.
template <class Visit>
void for_each_name(const Expr& expr, const Visit& visit) {
  for (const Expr& child : expr.children) for_each_name(child, visit);
  if (expr.kind == dsl::ExprKind::name) visit(expr);
}

}  // namespace wfc::model
