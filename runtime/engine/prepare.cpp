// Evaluates what a step is given: its condition, its parameters, its message to people. Runs on any thread.
#include "runtime/base/digest.h"
#include "runtime/engine/engine.h"
#include "runtime/engine/names.h"

namespace wf::engine {
namespace {

std::string_view view(Text text) {
  return {text.data, text.size};
}

Result<std::string> text_of(const Program& program, const Param& param, const Names& names) {
  switch (param.kind) {
    case ParamKind::literal:
      return std::string(view(param.literal));
    case ParamKind::pieces:
      return render(program, param.pieces, &names);
    case ParamKind::value: {
      Result<Value> value = evaluate(program, param.value, &names);
      if (!value) return value.error();
      return print(*value);
    }
  }
  return std::string();
}

// `check` and `branch` ask for the truth of a value, whatever its type.
Result<bool> truth_of(const Program& program, const Param& param, const Names& names) {
  if (param.kind == ParamKind::value) return holds(program, param.value, &names);
  Result<std::string> text = text_of(program, param, names);
  if (!text) return text.error();
  return *text == "true";
}

std::string because(std::string_view what, std::string_view key, const Error& error) {
  // A command that needs no shell is a list of arguments; its author wrote a command.
  std::string sentence = "`" + std::string(what == "arg" ? "command" : what) + "`";
  if (!key.empty()) sentence += " `" + std::string(key) + "`";
  return sentence + ": " + error.message;
}

bool given(const std::vector<Argument>& arguments, const Param& param) {
  for (const Argument& argument : arguments)
    if (argument.name == view(param.name) && argument.key == view(param.key)) return true;
  return false;
}

}  // namespace

Prepared prepare(const Program& program, Row row, const Names& names) {
  const StepRow& step = program.steps[row];
  Prepared prepared;
  if (step.when != no_expr) {
    Result<bool> condition = holds(program, step.when, &names);
    if (!condition) {
      prepared.answer.error = because("when", {}, condition.error());
      return prepared;
    }
    prepared.answer.condition = *condition;
    // What is skipped is not given anything: its parameters may well have no value.
    if (!*condition) return prepared;
  }
  const bool decides = step.kind == StepKind::check || step.kind == StepKind::branch;
  // Only of `arg` each is an argument of its own; of other names the first that applies is used.
  for (const Param& param : step.params) {
    const bool repeats = view(param.name) == "arg" && param.when == no_expr;
    if (!repeats && given(prepared.arguments, param)) continue;
    if (param.when != no_expr) {
      Result<bool> applies = holds(program, param.when, &names);
      if (!applies) {
        prepared.answer.error = because(view(param.name), view(param.key), applies.error());
        return prepared;
      }
      if (!*applies) continue;
    }
    std::string text;
    if (decides && view(param.name) == "condition") {
      Result<bool> truth = truth_of(program, param, names);
      if (!truth) {
        prepared.answer.error = because(view(param.name), {}, truth.error());
        return prepared;
      }
      prepared.answer.truth = *truth;
      text = *truth ? "true" : "false";
    } else {
      Result<std::string> made = text_of(program, param, names);
      if (!made) {
        prepared.answer.error = because(view(param.name), view(param.key), made.error());
        return prepared;
      }
      text = std::move(*made);
    }
    prepared.arguments.push_back({view(param.name), view(param.key), std::move(text)});
  }
  return prepared;
}

Prepared prepare_mending(const Program& program, Row row, const StepResult& failed, const Names& names) {
  Prepared prepared = prepare(program, row, names);
  if (!prepared.answer.error.empty()) return prepared;
  for (const Argument& argument : prepared.arguments)
    if (argument.name == "prompt") return prepared;
  // Nobody wrote what to tell: what has failed, why, and the end of what it printed.
  const auto tail = [](std::string_view text) {
    constexpr std::size_t told_max = 4'000;
    std::size_t from = text.size() > told_max ? text.size() - told_max : 0;
    while (from != 0 && from < text.size() && (text[from] & 0xC0) == 0x80) ++from;  // Whole characters.
    return std::string(text.substr(from));
  };
  const Outcome& outcome = failed.outcome;
  std::string prompt = "The step `" + std::string(view(program.steps[failed.step].id)) + "` has failed";
  if (!outcome.error.empty()) prompt += ": " + outcome.error;
  prompt += "\nMend what is wrong, so that it succeeds when it runs again.";
  for (const Output* output : {&outcome.output, &outcome.error_output})
    if (!output->text.empty())
      prompt += std::string("\n\n") + (output == &outcome.output ? "Its output:\n" : "On standard error:\n") +
                tail(output->text);
  prepared.arguments.push_back({"prompt", "", std::move(prompt)});
  return prepared;
}

Answer prepare_message(const Program& program, Row row, const Names& names) {
  const StepRow& step = program.steps[row];
  Answer answer;
  const Param* chosen = nullptr;
  for (const Param& param : step.params) {
    if (view(param.name) != "message") continue;
    if (param.when != no_expr) {
      Result<bool> applies = holds(program, param.when, &names);
      if (!applies) {
        answer.error = because("message", {}, applies.error());
        return answer;
      }
      if (!*applies) continue;
    }
    chosen = &param;
    break;
  }
  if (!chosen && step.gate != no_row) chosen = &program.gates[step.gate].message;
  if (!chosen) return answer;
  Result<std::string> text = text_of(program, *chosen, names);
  if (text)
    answer.message = std::move(*text);
  else
    answer.error = because("message", {}, text.error());
  return answer;
}

namespace {

// How it has ended, when nobody wrote what to say. `unnamed`: none of its reactions calls people, the
// escalation does where its loops are used up, or where nobody has answered its gate.
std::string usual_words(const Program& program, const StepRow& step, const Outcome& outcome, bool unnamed) {
  const std::string name = "`" + std::string(view(step.id)) + "`";
  bool loops = false;
  const auto look = [&](const Rows<ReactionRow>& reactions) {
    for (const ReactionRow& reaction : reactions) loops = loops || reaction.response == Response::back;
  };
  look(step.reactions);
  if (step.extras != no_row)
    for (const QualityGateRow& gate : program.extras[step.extras].quality_gates) look(gate.reactions);
  std::string text;
  if (!unnamed)
    text = name + (outcome.status == StepStatus::failed ? " has failed" : " needs a look");
  else
    text = loops ? name + " has been repeated as often as its loop allows"
                 : "nobody has decided about " + name + " in time";
  if (!outcome.error.empty()) text += ": " + outcome.error;
  return text;
}

// People are asked and told in any case: what has no value is said to have none.
std::optional<std::string> own_words(const Program& program, const ReactionRow* reaction,
                                     const Names& names) {
  if (!reaction || reaction->text.count == 0) return std::nullopt;
  Result<std::string> text = text_of(program, reaction->text[0], names);
  return text ? std::optional<std::string>(std::move(*text)) : std::nullopt;
}

std::vector<std::pair<std::string, std::string>> included(const Program& program, const ReactionRow* reaction,
                                                          const EscalationRow* escalation,
                                                          const Names& names) {
  Rows<NamedExpr> include = reaction ? reaction->include : Rows<NamedExpr>{};
  if (include.count == 0 && escalation) include = escalation->include;
  std::vector<std::pair<std::string, std::string>> all;
  for (const NamedExpr& item : include) {
    const Result<Value> value = evaluate(program, item.value, &names);
    const Result<std::string> text = value ? print(*value) : Result<std::string>(value.error());
    all.emplace_back(view(item.name), text ? *text : "");
  }
  return all;
}

}  // namespace

Answer prepare_question(const Program& program, Row which, const StepResult& ended, const Names& names) {
  const StepRow& step = program.steps[ended.step];
  const bool unnamed = which == of_escalation;
  const ReactionRow* reaction = unnamed ? nullptr : reaction_at(program, ended.step, which);
  Answer answer;
  answer.message = own_words(program, reaction, names)
                       .value_or(usual_words(program, step, ended.outcome, unnamed) + "\nGo on?");
  if (reaction && reaction->response != Response::escalate) return answer;
  const EscalationRow* escalation = escalation_of(program, ended.step);
  if (escalation && escalation->mention.size != 0)
    answer.message = std::string(view(escalation->mention)) + " " + answer.message;
  for (const auto& [name, text] : included(program, reaction, escalation, names))
    answer.message += "\n\n" + name + ": " + (text.empty() ? "(nothing)" : text);
  return answer;
}

Escalated prepare_notice(const Program& program, Row which, const StepResult& ended, const Names& names) {
  const bool unnamed = which == of_escalation;
  const ReactionRow* reaction = unnamed ? nullptr : reaction_at(program, ended.step, which);
  Escalated notice;
  notice.reaction = which;
  notice.row = escalation_of(program, ended.step);
  notice.message = own_words(program, reaction, names)
                       .value_or(usual_words(program, program.steps[ended.step], ended.outcome, unnamed));
  notice.context = included(program, reaction, notice.row, names);
  return notice;
}

std::vector<Argument> literal_arguments(const Program& program, Row row) {
  const Rows<Param>& params = program.steps[row].params;
  std::vector<Argument> arguments;
  arguments.reserve(params.count);
  for (const Param& param : params) {
    if (view(param.name) != "arg" && given(arguments, param)) continue;
    arguments.push_back({view(param.name), view(param.key), std::string(view(param.literal))});
  }
  return arguments;
}

std::string idempotency_key(const Program& program, std::string_view plan_digest, std::string_view store_id,
                            std::string_view run_id, StepKey key) {
  Digest digest;
  digest.part(store_id).part(run_id).part(view(program.steps[key.step].id));
  digest.part(std::to_string(key.iteration)).part(plan_digest);
  return "wf1-" + digest.hex().substr(0, 32);
}

}  // namespace wf::engine
