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
constexpr std::array<std::string_view, 7> piece_kinds = {"text", "value", "jump", "unless",
                                                         "loop", "next",  "set"};
constexpr std::array<std::string_view, 3> param_kinds = {"literal", "pieces", "value"};
constexpr std::array<std::string_view, 2> run_ifs = {"passed", "always"};
constexpr std::array<std::string_view, 4> on_timeouts = {"cancel", "proceed", "escalate", "fail"};
constexpr std::array<std::string_view, 2> on_rejects = {"cancel", "fail"};
constexpr std::array<std::string_view, 4> trigger_kinds = {"manual", "cron", "event", "webhook"};
constexpr std::array<std::string_view, 6> loop_ons = {"fail",   "timeout", "reject",
                                                      "breach", "block",   "holds"};

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

Json of(const Retry& retry) {
  return {{"attempts_max", retry.attempts_max}, {"wait_ms", retry.wait_ms}, {"backoff", retry.backoff}};
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

Json of(const LoopRow& loop) {
  return {{"from", row_or_null(loop.from)},
          {"target", row_or_null(loop.target)},
          {"on", name_in(loop_ons, loop.on)},
          {"name", of(loop.name)},
          {"condition", expr_or_null(loop.condition)},
          {"when", expr_or_null(loop.when)},
          {"max", loop.max},
          {"cooldown_ms", loop.cooldown_ms},
          {"stop_on_no_progress", loop.stop_on_no_progress},
          {"retries_before", loop.retries_before},
          {"origin", of(loop.origin)}};
}

Json of(const StepRow& step) {
  return {{"id", of(step.id)},
          {"title", of(step.title)},
          {"kind", kind_name(step.kind)},
          {"run_if", name_in(run_ifs, step.run_if)},
          {"idempotent", step.idempotent},
          {"needs", list(step.needs)},
          {"followers", list(step.followers)},
          {"params", list(step.params)},
          {"branch", row_or_null(step.branch)},
          {"side", step.side},
          {"when", expr_or_null(step.when)},
          {"output", of(step.output)},
          {"output_type", name_in(value_types, step.output_type)},
          {"output_value", expr_or_null(step.output_value)},
          {"timeout_ms", step.timeout_ms},
          {"retries", list(step.retries)},
          {"gate", row_or_null(step.gate)},
          {"group", row_or_null(step.group)},
          {"rank_ms", step.rank_ms},
          {"origin", of(step.origin)}};
}

Json of(const InputRow& input) {
  return {{"name", of(input.name)},
          {"type", name_in(value_types, input.type)},
          {"required", input.required},
          {"nullable", input.nullable},
          {"default_value", expr_or_null(input.default_value)},
          {"choices", list(input.choices)},
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

std::string loop_text(const Program& program, const LoopRow& loop) {
  const auto id = [&program](Row row) {
    const Text& text = program.steps[row].id;
    return "`" + printable({text.data, text.size}, false) + "`";
  };
  std::string said = loop.on == LoopOn::holds
                         ? "when its condition holds of "
                         : "on " + std::string(loop_ons[static_cast<std::size_t>(loop.on)]) + " of ";
  said += id(loop.from) + " back to " + id(loop.target) + ", at most " + std::to_string(loop.max) +
          (loop.max == 1 ? " time" : " times");
  if (loop.cooldown_ms != 0)
    said += ", after " + *print(Value::duration(static_cast<std::int64_t>(loop.cooldown_ms)));
  if (loop.when != no_expr) said += ", where its `when` holds";
  if (loop.stop_on_no_progress) said += ", until nothing changes";
  return loop.name.size == 0 ? said : printable({loop.name.data, loop.name.size}, false) + ": " + said;
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
          {"gates", list(program.gates)},
          {"loops", list(program.loops)},
          {"groups", list(program.groups)},
          {"triggers", list(program.triggers)},
          {"policies", list(program.policies)},
          {"beyond", list(program.beyond)},
          {"fail_fast", program.fail_fast},
          {"enabled", program.enabled},
          {"running_max", program.running_max},
          {"locals", program.locals},
          {"functions", program.functions.count},
          {"expressions", program.expressions}};
}

}  // namespace wf::surface
