// One function a row, fields in the order of their declaration. A Row or an ExprId that stands for none is
// null.
#include "runtime/surface/tables.h"

#include <array>

#include "runtime/base/text.h"
#include "runtime/value/value.h"

namespace wf::surface {
namespace {

Json of(const Text& text) {
  return std::string(text.data, text.size);
}
Json row_or_null(Row row) {
  return row == no_row ? Json(nullptr) : Json(row);
}
Json expr_or_null(ExprId expr) {
  return expr == no_expr ? Json(nullptr) : Json(expr);
}

template <std::size_t N, class E>
Json name_in(const std::array<std::string_view, N>& names, E value) {
  const auto i = static_cast<std::size_t>(value);
  return i < N ? Json(names[i]) : Json(nullptr);
}
constexpr std::array<std::string_view, 11> value_types = {
    "text", "any", "boolean", "integer", "real", "duration", "size", "money", "map", "list", "choice"};
constexpr std::array<std::string_view, 9> piece_kinds = {"text", "value", "jump",  "unless", "loop",
                                                         "next", "set",   "leave", "begin"};
constexpr std::array<std::string_view, 3> param_kinds = {"literal", "pieces", "value"};
constexpr std::array<std::string_view, 2> run_ifs = {"passed", "always"};
constexpr std::array<std::string_view, 4> on_timeouts = {"cancel", "proceed", "escalate", "fail"};
constexpr std::array<std::string_view, 2> on_rejects = {"cancel", "fail"};
constexpr std::array<std::string_view, 4> trigger_kinds = {"manual", "cron", "event", "webhook"};
constexpr std::array<std::string_view, 6> outcomes = {"fail",   "timeout", "reject",
                                                      "breach", "block",   "holds"};
constexpr std::array<std::string_view, 10> responses = {"retry",    "repair",  "back", "approve", "escalate",
                                                        "continue", "degrade", "stop", "fail",    "cancel"};
constexpr std::array<std::string_view, 3> escalations = {"people", "close", "workflow"};
constexpr std::array<std::string_view, 3> overlaps = {"skip", "queue", "allow"};
constexpr std::array<std::string_view, 3> catch_ups = {"latest", "none", "all"};

template <class T>
Json list(const Rows<T>& rows);

Json of(Row row) {
  return row;
}

Json of(const Origin& origin) {
  return {{"line", origin.line}, {"column", origin.column}, {"file", origin.file}};
}

Json of(const Piece& piece) {
  return {{"kind", name_in(piece_kinds, piece.kind)}, {"text", of(piece.text)},
          {"expr", expr_or_null(piece.expr)},         {"target", piece.target},
          {"local", row_or_null(piece.local)},        {"key", row_or_null(piece.key)}};
}

Json of(const Param& param) {
  return {{"name", of(param.name)},
          {"kind", name_in(param_kinds, param.kind)},
          {"literal", of(param.literal)},
          {"pieces", list(param.pieces)},
          {"value", expr_or_null(param.value)},
          {"key", of(param.key)},
          {"when", expr_or_null(param.when)}};
}

Json of(const NamedText& row) {
  return {{"name", of(row.name)}, {"text", of(row.text)}};
}
Json of(const NamedExpr& row) {
  return {{"name", of(row.name)}, {"value", expr_or_null(row.value)}};
}

Json of(const ReactionRow& row) {
  return {{"on", name_in(outcomes, row.on)},
          {"response", name_in(responses, row.response)},
          {"condition", expr_or_null(row.condition)},
          {"when", expr_or_null(row.when)},
          {"max", row.max},
          {"wait_ms", row.wait_ms},
          {"backoff", row.backoff},
          {"target", row_or_null(row.target)},
          {"body", list(row.body)},
          {"stop_on_no_progress", row.stop_on_no_progress},
          {"name", of(row.name)},
          {"agent", of(row.agent)},
          {"text", list(row.text)},
          {"include", list(row.include)},
          {"origin", of(row.origin)}};
}

Json of(const GateRow& gate) {
  return {{"approvers", list(gate.approvers)},
          {"quorum", gate.quorum},
          {"timeout_ms", gate.timeout_ms},
          {"on_timeout", name_in(on_timeouts, gate.on_timeout)},
          {"on_reject", name_in(on_rejects, gate.on_reject)},
          {"content_may_change", gate.content_may_change},
          {"message", of(gate.message)}};
}

Json of(const CriterionRow& row) {
  return {{"holds", expr_or_null(row.holds)}, {"text", of(row.text)}, {"origin", of(row.origin)}};
}

Json of(const QualityGateRow& row) {
  return {{"name", of(row.name)}, {"criteria", list(row.criteria)},   {"blocks", row.blocks},
          {"before", row.before}, {"reactions", list(row.reactions)}, {"origin", of(row.origin)}};
}

Json of(const ToolRow& row) {
  return {{"tool", of(row.tool)}, {"allow", row.allow}, {"reason", of(row.reason)}};
}

Json of(const ArtifactRow& row) {
  return {{"kind", of(row.kind)}, {"from", list(row.from)}};
}

Json of(const Limits& limits) {
  return {{"credits", limits.credits},
          {"time_ms", limits.time_ms},
          {"tokens", limits.tokens},
          {"calls", limits.calls},
          {"micro_usd", limits.micro_usd}};
}

Json of(const BudgetRow& row) {
  return {{"whole", of(row.whole)},
          {"each", of(row.each)},
          {"reactions", list(row.reactions)},
          {"degraded_chars", row.degraded_chars},
          {"alert_percent", row.alert_percent},
          {"outputs_only", row.outputs_only},
          {"origin", of(row.origin)}};
}

Json of(const ExtrasRow& row) {
  return {{"quality_gates", list(row.quality_gates)},
          {"tools", list(row.tools)},
          {"artifacts", list(row.artifacts)},
          {"budget", row_or_null(row.budget)},
          {"risky", row.risky}};
}

Json of(const EscalationRow& row) {
  return {{"to", name_in(escalations, row.to)},
          {"workflow", of(row.workflow)},
          {"timeout_ms", row.timeout_ms},
          {"channel", of(row.channel)},
          {"mention", of(row.mention)},
          {"include", list(row.include)},
          {"origin", of(row.origin)}};
}

Json of(const EvalRow& row) {
  return {{"window", row.window},
          {"runs_min", row.runs_min},
          {"blocks", row.blocks},
          {"score_drop_warn", row.score_drop_warn},
          {"score_drop_block", row.score_drop_block},
          {"usd_rise", row.usd_rise},
          {"latency_ms_rise", row.latency_ms_rise},
          {"retry_rise", row.retry_rise},
          {"origin", of(row.origin)}};
}

Json of(const MonitorRow& row) {
  return {{"track", list(row.track)}, {"alerts", list(row.alerts)}, {"origin", of(row.origin)}};
}

Json of(const TypeRow& row) {
  return {
      {"type", name_in(value_types, row.type)}, {"nullable", row.nullable}, {"choices", list(row.choices)}};
}

Json of(const StepRow& step) {
  return {{"id", of(step.id)},
          {"title", of(step.title)},
          {"kind", kind_name(step.kind)},
          {"run_if", name_in(run_ifs, step.run_if)},
          {"idempotent", step.idempotent},
          {"needs", list(step.needs)},
          {"followers", list(step.followers)},
          {"edges_saved", step.edges_saved},
          {"params", list(step.params)},
          {"branch", row_or_null(step.branch)},
          {"side", step.side},
          {"when", expr_or_null(step.when)},
          {"never", step.never},
          {"output", of(step.output)},
          {"output_type", name_in(value_types, step.output_type)},
          {"output_value", expr_or_null(step.output_value)},
          {"timeout_ms", step.timeout_ms},
          {"reactions", list(step.reactions)},
          {"gate", row_or_null(step.gate)},
          {"extras", row_or_null(step.extras)},
          {"undoes", row_or_null(step.undoes)},
          {"fallback", step.fallback},
          {"group", row_or_null(step.group)},
          {"answered_by", row_or_null(step.answered_by)},
          {"rank_ms", step.rank_ms},
          {"origin", of(step.origin)}};
}

Json of(const JoinRow& join) {
  return {{"needs_count", join.needs_count}, {"followers", list(join.followers)}};
}

Json of(const InputRow& input) {
  return {{"name", of(input.name)},
          {"type", name_in(value_types, input.type)},
          {"required", input.required},
          {"nullable", input.nullable},
          {"default_value", expr_or_null(input.default_value)},
          {"choices", list(input.choices)},
          {"elements", list(input.elements)},
          {"description", of(input.description)},
          {"origin", of(input.origin)}};
}

Json of(const LetRow& let) {
  return {{"name", of(let.name)}, {"value", expr_or_null(let.value)}};
}

Json of(const GroupRow& group) {
  return {{"name", of(group.name)},
          {"running_max", group.running_max},
          {"members", list(group.members)},
          {"outer", row_or_null(group.outer)},
          {"so_far", group.so_far}};
}

Json of(const TriggerRow& trigger) {
  return {{"kind", name_in(trigger_kinds, trigger.kind)},
          {"name", of(trigger.name)},
          {"cron", of(trigger.cron)},
          {"timezone", of(trigger.timezone)},
          {"url", of(trigger.url)},
          {"secret", of(trigger.secret)},
          {"when", expr_or_null(trigger.when)},
          {"overlap", name_in(overlaps, trigger.overlap)},
          {"catch_up", name_in(catch_ups, trigger.catch_up)},
          {"origin", of(trigger.origin)}};
}

Json of(const PolicyRow& policy) {
  return {{"name", of(policy.name)},
          {"value", of(policy.value)},
          {"enforced", policy.enforced},
          {"origin", of(policy.origin)}};
}

Json of(const BeyondRow& beyond) {
  return {{"what", of(beyond.what)}, {"origin", of(beyond.origin)}};
}

template <class T>
Json list(const Rows<T>& rows) {
  Json json = Json::array();
  for (const T& row : rows) json.push_back(of(row));
  return json;
}

}  // namespace

std::string_view kind_name(StepKind kind) {
  switch (kind) {
#define WF_STEP(kind, ...) \
  case StepKind::kind:     \
    return #kind;
#include "wf/steps.def"
  }
  return "unknown";
}

std::string place_of(const Program& program, const Origin& origin) {
  if (origin.line == 0 || origin.file >= program.files.count) return {};
  const Text& file = program.files[origin.file];
  return " (" + printable({file.data, file.size}, false) + ":" + std::to_string(origin.line) + ")";
}

std::string reaction_text(const Program& program, const ReactionRow& row) {
  const auto name_of = [](const Text& text) { return printable({text.data, text.size}, false); };
  std::string said = row.on == StepOutcome::holds
                         ? "where its condition holds"
                         : "on " + std::string(outcomes[static_cast<std::size_t>(row.on)]);
  said += row.response == Response::back
              ? " back to `" + name_of(program.steps[row.target].id) + "`"
              : " " + std::string(responses[static_cast<std::size_t>(row.response)]);
  if (row.agent.size != 0) said += " by `" + name_of(row.agent) + "`";
  if (row.max != 0) said += ", at most " + std::to_string(row.max) + (row.max == 1 ? " time" : " times");
  if (row.wait_ms != 0) said += ", after " + *print(Value::duration(static_cast<std::int64_t>(row.wait_ms)));
  if (row.when != no_expr) said += ", where its `when` holds";
  if (row.stop_on_no_progress) said += ", until nothing changes";
  return row.name.size == 0 ? said : name_of(row.name) + ": " + said;
}

Json tables(const Program& program) {
  return {{"abi", program.abi},
          {"workflow", of(program.workflow)},
          {"title", of(program.title)},
          {"description", of(program.description)},
          {"version", of(program.version)},
          {"dialect", of(program.dialect)},
          {"compiler", of(program.compiler)},
          {"source_digest", of(program.source_digest)},
          {"plan_digest", of(program.plan_digest)},
          {"project", of(program.project)},
          {"files", list(program.files)},
          {"inputs", list(program.inputs)},
          {"lets", list(program.lets)},
          {"steps", list(program.steps)},
          {"joins", list(program.joins)},
          {"gates", list(program.gates)},
          {"extras", list(program.extras)},
          {"budgets", list(program.budgets)},
          {"groups", list(program.groups)},
          {"triggers", list(program.triggers)},
          {"policies", list(program.policies)},
          {"beyond", list(program.beyond)},
          {"budget", row_or_null(program.budget)},
          {"escalation", list(program.escalation)},
          {"eval", list(program.eval)},
          {"monitor", list(program.monitor)},
          {"guardrail", list(program.guardrail)},
          {"composed", list(program.composed)},
          {"tools", list(program.tools)},
          {"tool_files", list(program.tool_files)},
          {"footings", list(program.footings)},
          {"shadow_routing", program.shadow_routing},
          {"fail_fast", program.fail_fast},
          {"enabled", program.enabled},
          {"running_max", program.running_max},
          {"locals", program.locals},
          {"functions", program.functions.count},
          {"expressions", program.expressions}};
}

}  // namespace wf::surface
