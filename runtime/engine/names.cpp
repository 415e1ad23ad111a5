// From recorded outcomes to values.
#include "runtime/engine/names.h"

#include "runtime/base/text.h"
#include "runtime/engine/engine.h"
#include "runtime/rules/quantity.h"

namespace wf::engine {
namespace {

std::string_view view(Text text) {
  return {text.data, text.size};
}

Value value_or_text(Result<std::int64_t> amount, Value (*make)(std::int64_t), const Value& text) {
  return amount ? make(*amount) : text;
}

// Amounts travel in JSON as people write them.
Value typed_input(const InputRow& input, const Value& value) {
  if (value.kind() != Value::Kind::text) {
    if (input.type == ValueType::real && value.kind() == Value::Kind::integer)
      return Value::real(value.as_real());
    return value;
  }
  switch (input.type) {
    case ValueType::duration:
      return value_or_text(rules::parse_duration(value.as_text()), Value::duration, value);
    case ValueType::size:
      return value_or_text(rules::parse_size(value.as_text()), Value::size, value);
    case ValueType::money:
      return value_or_text(rules::parse_money(value.as_text()), Value::money, value);
    default:
      return value;
  }
}

Value json_or_empty_map(std::string_view json) {
  if (json.empty()) return Value::map({});
  Result<Value> value = value_from_json(json);
  return value ? *value : Value::map({});
}

std::string_view named(ValueType type) {
  switch (type) {
    case ValueType::text:
      return "text";
    case ValueType::any:
      return "JSON";
    case ValueType::boolean:
      return "true or false";
    case ValueType::integer:
      return "a whole number";
    case ValueType::real:
      return "a number";
    case ValueType::duration:
      return "a duration such as \"5m\"";
    case ValueType::size:
      return "a size such as \"4MiB\"";
    case ValueType::money:
      return "an amount such as \"$2.50\"";
    case ValueType::map:
      return "a JSON object";
    case ValueType::list:
      return "a JSON list";
    case ValueType::choice:
      return "one of the choices";
  }
  return "JSON";
}

// What a printed output of a declared type stands for. A missing value: it is not of that type.
Value typed_output(ValueType type, const std::string& text) {
  if (type == ValueType::text) return value_of_output(text);
  Result<Value> json = value_from_json(text);
  switch (type) {
    case ValueType::any:
      return json ? *json : Value::text(text);
    case ValueType::choice: {
      if (json && json->kind() == Value::Kind::text) return *json;
      const std::size_t end = text.find_last_not_of(" \t\r\n");
      return Value::text(text.substr(0, end == std::string::npos ? 0 : end + 1));
    }
    case ValueType::duration:
    case ValueType::size:
    case ValueType::money: {
      const std::string amount = json && json->kind() == Value::Kind::text ? json->as_text() : text;
      if (type == ValueType::duration)
        return value_or_text(rules::parse_duration(amount), Value::duration, {});
      if (type == ValueType::size) return value_or_text(rules::parse_size(amount), Value::size, {});
      return value_or_text(rules::parse_money(amount), Value::money, {});
    }
    default:
      break;
  }
  if (!json) return {};
  const Value::Kind kind = json->kind();
  const bool fits =
      (type == ValueType::boolean && kind == Value::Kind::boolean) ||
      (type == ValueType::integer && kind == Value::Kind::integer) ||
      (type == ValueType::real && (kind == Value::Kind::real || kind == Value::Kind::integer)) ||
      (type == ValueType::map && kind == Value::Kind::map) ||
      (type == ValueType::list && kind == Value::Kind::list);
  return fits ? *json : Value();
}

}  // namespace

struct RunNames::Kept {
  explicit Kept(StepResult from) : result(std::move(from)) {}
  const StepResult result;
  std::mutex mutex;
  std::optional<Value> output, step;  // Made when first asked for.
};

RunNames::RunNames(const Program& program, const store::RunInfo& run, const OutputKeeper& outputs,
                   Clock& clock)
    : program_(program),
      outputs_(outputs),
      clock_(clock),
      run_id_(run.id),
      created_ms_(run.created_ms),
      event_(json_or_empty_map(run.event_json)),
      project_(json_or_empty_map(view(program.project))) {
  const Value given = json_or_empty_map(run.inputs_json);
  for (const InputRow& input : program.inputs) {
    const Value* value = given.find(view(input.name));
    inputs_.push_back(value ? typed_input(input, *value) : Value());
  }
  if (!needed(program)) return;
  results_.resize(program.steps.count);
  for (const StepRow& step : program.steps) {
    if (step.undoes != no_row) left_[step.undoes];
  }
  const auto goes_back = [&program](Row step) {
    for (Row which = 0; const ReactionRow* reaction = reaction_at(program, step, which); ++which)
      if (reaction->response == Response::back) return true;
    return false;
  };
  for (Row step = 0; step < program.steps.count && feedback_.empty(); ++step)
    if (goes_back(step)) feedback_.assign(program.steps.count, no_row);
}

RunNames::~RunNames() = default;

Result<> RunNames::make_lets() {
  // A run that was made without some input (by another door than the command line) still has its default.
  for (Row i = 0; i < program_.inputs.count; ++i) {
    const InputRow& input = program_.inputs[i];
    if (inputs_[i].kind() != Value::Kind::missing || input.default_value == no_expr) continue;
    Result<Value> value = evaluate(program_, input.default_value, this);
    if (!value) return Error{"input `" + std::string(view(input.name)) + "`: " + value.error().message, {}};
    inputs_[i] = *value;
  }
  for (const LetRow& let : program_.lets) {
    Result<Value> value = evaluate(program_, let.value, this);
    if (!value) return Error{"let `" + std::string(view(let.name)) + "`: " + value.error().message, {}};
    lets_.push_back(*value);
  }
  return Done{};
}

void RunNames::record(StepResult result, bool ended) {
  if (results_.empty()) return;
  const Row step = result.step;
  if (const auto left = left_.find(step);
      ended && left != left_.end() && result.outcome.status == StepStatus::succeeded)
    left->second = std::make_unique<Kept>(result);
  results_[step] = std::make_unique<Kept>(std::move(result));
}

const StepResult* RunNames::recorded(Row row) const {
  return results_[row] ? &results_[row]->result : nullptr;
}

void RunNames::went_back(Row from, Row target) {
  if (target < feedback_.size()) feedback_[target] = from;
}

namespace {

Outcome failed_by(Outcome outcome, std::string finding) {
  outcome.status = StepStatus::failed;
  outcome.reason = reason::condition;
  outcome.error = std::move(finding);
  return outcome;
}

// Every criterion that does not hold, in words; an error is one that does not.
std::string findings_of(const Program& program, const QualityGateRow& gate, const Names& names) {
  constexpr std::size_t told_max = 5;
  std::string text;
  std::size_t found = 0;
  for (const CriterionRow& criterion : gate.criteria) {
    const Result<bool> held = holds(program, criterion.holds, &names);
    if (held && *held) continue;
    if (++found > told_max) continue;
    text += std::string(text.empty() ? "`" : ", `").append(view(criterion.text)) + "` does not hold";
    if (!held) text += " (" + held.error().message + ")";
  }
  if (found > told_max) text += ", and " + std::to_string(found - told_max) + " more";
  return text;
}

}  // namespace

Answer RunNames::weigh(StepResult result) const {
  Answer answer;
  const auto refused = [&answer](const Error& error) {
    answer.error = "`on`: " + error.message;
    return answer;
  };
  Result<Value> output = declared_output(result);
  if (!output) {
    answer.error = output.error().message;
    return answer;
  }
  const Rows<QualityGateRow> gates = quality_gates(program_, result.step);
  if (gates.count != 0 && result.outcome.status == StepStatus::succeeded) {
    const StepNames names(*this, result.step, fields_of(result, *output));
    for (Row gate = 0; gate < gates.count; ++gate) {
      std::string found = findings_of(program_, gates[gate], names);
      if (found.empty()) continue;
      // Fields come from an answer that is JSON; of another nothing holds, and that is why.
      const StepKind kind = program_.steps[result.step].kind;
      if (kind == StepKind::agent && output->kind() != Value::Kind::map)
        found += "; the answer is no JSON object";
      const std::string_view name = view(gates[gate].name);
      const std::string which = name.empty() ? "the gate" : "gate `" + std::string(name) + "`";
      answer.findings.push_back({gate, which + ": " + found});
    }
    // To whatever answers them, the step has not ended as it must.
    if (!answer.findings.empty())
      result.outcome = failed_by(std::move(result.outcome), answer.findings[0].text);
  }
  const StepNames names(*this, result.step, fields_of(result, std::move(*output)));
  for (Row which = 0; const ReactionRow* reaction = reaction_at(program_, result.step, which); ++which) {
    bool so = true;
    for (const ExprId asked : {reaction->condition, reaction->when}) {
      if (!so || asked == no_expr) continue;
      const Result<bool> held = holds(program_, asked, &names);
      if (!held) return refused(held.error());
      so = *held;
    }
    answer.holds.push_back(so);
  }
  return answer;
}

Value RunNames::own(const StepResult& result) const {
  const Result<Value> output = declared_output(result);
  return fields_of(result, output ? *output : Value());
}

Result<> RunNames::check_output(StepResult result) const {
  Result<Value> value = declared_output(result);
  if (!value) return value.error();
  return Done{};
}

Value RunNames::raw_output(const StepResult& result) const {
  if (result.outcome.status == StepStatus::skipped) return {};
  Result<std::string> text = outputs_.load(result.outcome.output);
  return text ? value_of_output(*text) : Value();
}

Result<Value> RunNames::declared_output(const StepResult& result) const {
  const StepRow& row = program_.steps[result.step];
  // A join has no output but the one that is worked out, also where it stands for a block that has failed.
  const bool joins = row.kind == StepKind::join && result.outcome.status == StepStatus::failed;
  if (result.outcome.status != StepStatus::succeeded && !joins) return raw_output(result);
  if (row.output_value != no_expr) {
    const StepNames names(*this, result.step, fields_of(result, raw_output(result)));
    return evaluate(program_, row.output_value, &names);
  }
  if (row.output_type == ValueType::text) return raw_output(result);
  Result<std::string> text = outputs_.load(result.outcome.output);
  if (!text) return text.error();
  Value value = typed_output(row.output_type, *text);
  if (value.kind() == Value::Kind::missing)
    return Error{"the output is not " + std::string(named(row.output_type)), {}};
  return value;
}

Value RunNames::fields_of(const StepResult& result, Value output) const {
  const Outcome& outcome = result.outcome;
  const auto text = [](std::string_view value) { return Value::text(std::string(value)); };
  bool ok = outcome.status == StepStatus::succeeded;
  // What a check says is whether it held.
  if (program_.steps[result.step].kind == StepKind::check) ok = ok && outcome.output.text == "true";
  Value::Map fields{{"ok", Value::boolean(ok)},
                    {"fail", Value::boolean(outcome.status == StepStatus::failed)},
                    {"status", text(name_of(outcome.status))},
                    {"reason", outcome.reason.empty() ? Value::null() : text(outcome.reason)},
                    {"error", outcome.error.empty() ? Value::null() : text(outcome.error)},
                    {"attempts", Value::integer(result.attempts)},
                    {"duration", Value::duration(result.duration_ms)}};
  if (outcome.exit_code) fields.emplace_back("exit_code", Value::integer(*outcome.exit_code));
  if (program_.steps[result.step].kind == StepKind::command && outcome.status != StepStatus::skipped) {
    for (const auto& [name, stream] :
         {std::pair{"stdout", &outcome.output}, {"stderr", &outcome.error_output}}) {
      Result<std::string> whole = outputs_.load(*stream);
      if (whole) fields.emplace_back(name, Value::text(std::move(*whole)));
    }
  }
  // A field of the answer never hides a common one.
  const auto add_all = [&fields](const Value& more) {
    if (more.kind() != Value::Kind::map) return;
    for (const auto& [name, value] : more.as_map()) {
      bool known = name == "output";
      for (const auto& field : fields) known = known || field.first == name;
      if (!known) fields.emplace_back(name, value);
    }
  };
  add_all(json_or_empty_map(outcome.fields_json));
  add_all(output);
  if (output.kind() != Value::Kind::missing) fields.emplace_back("output", std::move(output));
  return Value::step(std::move(fields));
}

Value RunNames::input(Row row) const {
  return row < inputs_.size() ? inputs_[row] : Value();
}

Value RunNames::let(Row row) const {
  return row < lets_.size() ? lets_[row] : Value();
}

Value RunNames::step(Row row) const {
  return row < results_.size() && results_[row] ? step_of(*results_[row]) : Value();
}

Value RunNames::left_by(Row row) const {
  const auto left = left_.find(row);
  return left != left_.end() && left->second ? step_of(*left->second) : Value();
}

Value RunNames::step_of(Kept& kept) const {
  Value output = output_of(kept);
  const std::lock_guard lock(kept.mutex);
  if (!kept.step) kept.step = fields_of(kept.result, std::move(output));
  return *kept.step;
}

Value RunNames::output(Row row) const {
  return row < results_.size() && results_[row] ? output_of(*results_[row]) : Value();
}

Value RunNames::output_of(Kept& kept) const {
  const std::lock_guard lock(kept.mutex);
  if (!kept.output) {
    Result<Value> value = declared_output(kept.result);
    kept.output = value ? *value : Value();
  }
  return *kept.output;
}

Value RunNames::group(Row row) const {
  if (row >= program_.groups.count) return {};
  Value::List outputs;
  for (const Row member : program_.groups[row].members) {
    Value value = output(member);
    outputs.push_back(value.kind() == Value::Kind::missing ? Value::null() : std::move(value));
  }
  return Value::list(std::move(outputs));
}

Value StepNames::output(Row row) const {
  if (row != undone_ && !is_own(row)) return names_.output(row);
  const Value step = this->step(row);
  const Value* own = step.find("output");
  return own ? *own : Value();
}

Value StepNames::feedback() const {
  if (step_ >= names_.feedback_.size() || names_.feedback_[step_] == no_row) return Value::null();
  return names_.output(names_.feedback_[step_]);
}

Value RunNames::run() const {
  const std::int64_t elapsed_ms = clock_.wall_ms() - created_ms_;
  return Value::map({{"id", Value::text(run_id_)},
                     {"started", Value::text(format_time(created_ms_))},
                     {"elapsed", Value::duration(elapsed_ms < 0 ? 0 : elapsed_ms)},
                     {"failures", Value::integer(failures_.load(std::memory_order_relaxed))}});
}

Value RunNames::workflow() const {
  return Value::map({{"id", Value::text(std::string(view(program_.workflow)))},
                     {"title", Value::text(std::string(view(program_.title)))},
                     {"version", Value::text(std::string(view(program_.version)))}});
}

}  // namespace wf::engine
