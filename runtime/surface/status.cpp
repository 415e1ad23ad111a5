// Reads everything from what is recorded, nothing from the executable's own memory: status of a run looks the
// same from whichever process asks.
#include "runtime/surface/status.h"

#include <algorithm>
#include <map>
#include <optional>

#include "runtime/base/text.h"
#include "runtime/rules/quantity.h"
#include "runtime/surface/out.h"

namespace wf::surface {
namespace {

std::string_view view(const Text& text) {
  return {text.data, text.size};
}

Json time_or_null(std::int64_t ms) {
  return ms == 0 ? Json(nullptr) : Json(format_time(ms));
}
Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json parsed_or_empty(const std::string& json) {
  Result<Json> value = parse_json(json);
  return value && value->is_object() ? std::move(*value) : Json::object();
}

// A sum of money or credits is kept in millionths and shown as a number.
Json amount(std::int64_t millionths) {
  if (millionths % 1'000'000 == 0) return millionths / 1'000'000;
  return static_cast<double>(millionths) / 1e6;
}

// What is spent of the budgets that the program declares.
policy::Budgets budgets_of(RunService& service, const store::Recovered& run) {
  policy::Budgets budgets(service.program());
  const Result<std::optional<store::Holder>> driver =
      is_over(run.run.status) ? std::optional<store::Holder>() : service.store().driven(run.run.id);
  engine::tally(service.program(), run, budgets, driver && *driver);
  return budgets;
}

Json budget_document(RunService& service, const store::Recovered& run) {
  if (!policy::Budgets::needed(service.program())) return Json::object();
  return parsed_or_empty(engine::budget_json(budgets_of(service, run)));
}

bool is_child(std::string_view kind) {
  return kind == "agent" || kind == "command" || kind == "deploy" || kind == "action";
}

Json usage_document(const Usage& usage) {
  Json document = {{"credits", amount(usage.credits_millionths)},
                   {"input_tokens", usage.input_tokens},
                   {"output_tokens", usage.output_tokens},
                   {"source", text_or_null(usage.source)}};
  if (usage.usd_millionths != 0) document["usd"] = amount(usage.usd_millionths);
  return document;
}

// What quality gates found and let pass.
std::vector<std::string> warnings_of(const Outcome& outcome) {
  std::vector<std::string> warnings;
  if (outcome.fields_json.find("warnings") == std::string::npos) return warnings;
  const Json fields = parsed_or_empty(outcome.fields_json);
  const auto found = fields.find("warnings");
  if (found == fields.end() || !found->is_array()) return warnings;
  for (const Json& warning : *found)
    if (warning.is_string()) warnings.push_back(warning.get<std::string>());
  return warnings;
}

Json step_document(const RunService& service, const StepState& step, const std::string& lifeline) {
  static const Outcome none;
  const Outcome& outcome = step.recorded ? step.recorded->outcome : none;
  Json document = {{"id", step.id},
                   {"kind", step.kind},
                   {"status", name_of(step.status)},
                   {"attempts", step.recorded ? step.recorded->attempts.size() : 0},
                   {"iteration", step.iteration},
                   {"started_at", time_or_null(step.started_ms())},
                   {"finished_at", time_or_null(step.finished_ms())},
                   {"output", output_text(service, step)},
                   {"exit_code", outcome.exit_code ? Json(*outcome.exit_code) : Json(nullptr)},
                   {"reason", text_or_null(outcome.reason)},
                   {"error", text_or_null(outcome.error)},
                   {"warnings", warnings_of(outcome)},
                   {"usage", usage_document(outcome.usage)}};
  // What of a step's surroundings was enforced. Only processes are confined, and so far only their lifetime
  // is.
  if (is_child(step.kind))
    document["enforced"] = {{"fs", "none"},
                            {"net", "open"},
                            {"pid", lifeline.empty() ? Json(nullptr) : Json(lifeline)},
                            {"syscalls", "none"}};
  else
    document["enforced"] = nullptr;
  if (step.recorded && step.recorded->gate) {
    const store::GateState& gate = *step.recorded->gate;
    Json votes = Json::array();
    for (const store::Vote& vote : gate.votes)
      votes.push_back({{"by", vote.by},
                       {"decision", vote.approve ? "approve" : "reject"},
                       {"comment", text_or_null(vote.comment)},
                       {"at", format_time(vote.at_ms)}});
    document["gate"] = {{"message", asked(gate.gate.message, step.id)},
                        {"approvers", gate.gate.approvers},
                        {"quorum", gate.gate.quorum},
                        {"deadline", time_or_null(gate.gate.deadline_ms)},
                        {"open", gate.open},
                        {"outcome", text_or_null(gate.outcome)},
                        {"votes", votes}};
  }
  return document;
}

struct Move {
  Row step = no_row;
  std::string from, to, reason;
  std::uint32_t attempt = 0;
  std::int64_t at_ms = 0;
};

// Every change of a step's status, in the order of time. All of it follows from attempts, gates and results,
// and so is recorded nowhere a second time.
std::vector<Move> moves(const Program& program, const store::Recovered& run) {
  constexpr std::string_view retrying = "retrying";
  std::vector<Move> all;
  const auto add = [&](Row step, std::string_view from, std::string_view to, const std::string& reason,
                       std::uint32_t attempt, std::int64_t at_ms) {
    Move move;
    move.step = step;
    move.from = from;
    move.to = to;
    move.reason = reason;
    move.attempt = attempt;
    move.at_ms = at_ms;
    all.push_back(std::move(move));
  };
  for (const store::RecoveredStep& step : run.steps) {
    if (step.step >= run.step_ids.size()) continue;
    std::string_view now = name_of(StepStatus::pending);
    for (std::size_t i = 0; i < step.attempts.size(); ++i) {
      const store::RecoveredAttempt& attempt = step.attempts[i];
      add(step.step, now, name_of(StepStatus::running), "", attempt.number, attempt.started_ms);
      now = name_of(StepStatus::running);
      const bool last = i + 1 == step.attempts.size();
      if (attempt.ended_ms != 0 && (!last || attempt.due_ms != 0)) {
        add(step.step, now, retrying, attempt.outcome.reason, attempt.number, attempt.ended_ms);
        now = name_of(StepStatus::pending);
      } else if (attempt.ended_ms == 0 && !last) {
        // Cut off by a crash: when, nobody wrote down, but it was known when the next one started.
        add(step.step, now, retrying, std::string(reason::interrupted), attempt.number,
            step.attempts[i + 1].started_ms);
        now = name_of(StepStatus::pending);
      }
    }
    const auto attempts = static_cast<std::uint32_t>(step.attempts.size());
    if (step.gate) {
      add(step.step, now, name_of(StepStatus::waiting), "", attempts, step.gate->opened_ms);
      now = name_of(StepStatus::waiting);
    }
    if (step.ended) add(step.step, now, name_of(step.status), step.outcome.reason, attempts, step.ended_ms);
  }
  for (const store::RecoveredReaction& happened : run.reactions) {
    if (!engine::is_of_budget(happened.reaction) || happened.step >= program.steps.count) continue;
    const ReactionRow* reaction = engine::reaction_at(program, happened.step, happened.reaction);
    if (!reaction || reaction->response != Response::degrade) continue;
    const bool by_governor =
        happened.reaction >= engine::of_run_budget && program.budgets[program.budget].outputs_only;
    add(happened.step, name_of(happened.attempt == 0 ? StepStatus::pending : StepStatus::running), "degraded",
        by_governor ? "budget-exceeded-degrade" : std::string(reason::budget), happened.attempt,
        happened.at_ms);
  }
  std::stable_sort(all.begin(), all.end(), [](const Move& a, const Move& b) { return a.at_ms < b.at_ms; });
  return all;
}

std::string one_line(std::string_view text, int columns) {
  std::string line = replace_invalid_utf8(text.substr(0, 4096));
  const std::size_t end = line.find('\n');
  if (end != std::string::npos) line.resize(end);
  return fit(printable(line, false), columns);
}

// Who decides about a gate, how many of them, and until when.
std::string gate_text(const std::string& step, const store::GateState& state, std::int64_t now_ms) {
  const store::Gate& gate = state.gate;
  std::string who;
  for (const std::string& name : gate.approvers) who += (who.empty() ? "" : ", ") + printable(name, false);
  const std::size_t needed = gate.quorum != 0 ? gate.quorum : std::max<std::size_t>(1, gate.approvers.size());
  const auto given = std::count_if(state.votes.begin(), state.votes.end(),
                                   [](const store::Vote& vote) { return vote.approve; });
  std::string text = printable(step, false) + " waits for " + (who.empty() ? "anybody" : who);
  if (needed > 1)
    text += ", " + std::to_string(needed) + " must approve and " + std::to_string(given) + " did";
  if (gate.deadline_ms != 0)
    text += ", until " + format_time(gate.deadline_ms) +
            (is_late(state, now_ms) ? ", which has passed; `resume` acts on it" : "");
  return text + "\n";
}

}  // namespace

std::string asked(std::string_view message, std::string_view step) {
  if (message.find_first_not_of(" \t\r\n") != std::string_view::npos) return std::string(message);
  return "May what `" + std::string(step) + "` has produced be used?";
}

bool is_late(const store::GateState& gate, std::int64_t now_ms) {
  return gate.gate.deadline_ms != 0 && gate.gate.deadline_ms <= now_ms;
}

std::int64_t StepState::started_ms() const {
  return recorded && !recorded->attempts.empty() ? recorded->attempts.front().started_ms : 0;
}

std::int64_t StepState::finished_ms() const {
  return recorded && recorded->ended ? recorded->ended_ms : 0;
}

std::vector<StepState> states(const Program& program, const store::Recovered& run) {
  // A run of another plan has loops that this program does not know.
  const bool ours = !run.rows.empty() || run.run.plan_digest == view(program.plan_digest);
  std::vector<std::uint32_t> iterations;
  if (ours && !run.reactions.empty()) iterations = engine::iterations(program, run);
  std::map<Row, const store::RecoveredStep*> latest;
  for (const store::RecoveredStep& step : run.steps) {
    if (step.step < iterations.size() && step.iteration != iterations[step.step]) continue;
    const store::RecoveredStep*& slot = latest[step.step];
    if (!slot || slot->iteration < step.iteration) slot = &step;
  }
  std::vector<StepState> all;
  for (std::size_t i = 0; i < run.step_ids.size(); ++i) {
    const std::string kind = i < run.step_kinds.size() ? run.step_kinds[i] : "";
    if (kind == "branch") continue;  // A row of the plan, but nobody's step.
    StepState state;
    state.row = static_cast<Row>(i);
    state.id = run.step_ids[i];
    state.kind = kind;
    if (i < iterations.size()) state.iteration = iterations[i];
    const auto found = latest.find(state.row);
    if (found != latest.end()) {
      const store::RecoveredStep& step = *found->second;
      state.recorded = &step;
      state.iteration = step.iteration;
      if (step.ended)
        state.status = step.status;
      else if (step.produced || (step.gate && step.status != StepStatus::running))
        state.status = StepStatus::waiting;  // Also when it is decided and no driver has noticed yet.
      else if (!step.attempts.empty())
        state.status = StepStatus::running;
    }
    all.push_back(std::move(state));
  }
  return all;
}

std::vector<std::string> cut_off(const Program& program, const store::Recovered& run) {
  std::vector<std::string> ids;
  if (is_over(run.run.status)) return ids;
  for (const StepState& step : states(program, run)) {
    if (step.status != StepStatus::running || step.row >= program.steps.count) continue;
    const bool over = step.recorded->attempts.back().ended_ms != 0;
    if (!over && !program.steps[step.row].idempotent) ids.push_back(step.id);
  }
  return ids;
}

std::string output_text(const RunService& service, const StepState& step) {
  if (!step.recorded || (!step.recorded->ended && !step.recorded->produced)) return {};
  Result<std::string> text = service.outputs().load(step.recorded->outcome.output);
  if (!text) return {};
  if (step.kind == "command" && text->ends_with('\n')) text->pop_back();
  return std::move(*text);
}

Json status_document(RunService& service, const store::Recovered& run) {
  const std::string lifeline = service.note(run.run.id).lifeline;
  Json document = {{"run", run.run.id},
                   {"workflow", run.run.workflow},
                   {"status", name_of(run.run.status)},
                   {"reason", text_or_null(run.run.reason)},
                   {"exit_code", is_over(run.run.status) ? Json(run.run.exit_code) : Json(nullptr)},
                   {"created_at", format_time(run.run.created_ms)},
                   {"updated_at", format_time(run.run.updated_ms)},
                   {"plan", run.run.plan_digest},
                   {"inputs", parsed_or_empty(run.run.inputs_json)},
                   {"budget", budget_document(service, run)}};
  Json steps = Json::array();
  Json artifacts = Json::array();
  for (const StepState& step : states(service.program(), run)) {
    steps.push_back(step_document(service, step, lifeline));
    if (!step.recorded || !step.recorded->ended) continue;
    for (const Artifact& artifact : step.recorded->outcome.artifacts)
      artifacts.push_back({{"step", step.id},
                           {"type", artifact.type},
                           {"path", text_or_null(artifact.path)},
                           {"summary", parsed_or_empty(artifact.summary_json)}});
  }
  document["steps"] = std::move(steps);
  Json transitions = Json::array();
  for (const Move& move : moves(service.program(), run)) {
    transitions.push_back({{"step", run.step_ids[move.step]},
                           {"from", move.from},
                           {"to", move.to},
                           {"reason", text_or_null(move.reason)},
                           {"attempt", move.attempt},
                           {"at", format_time(move.at_ms)}});
  }
  document["transitions"] = std::move(transitions);
  document["artifacts"] = std::move(artifacts);
  Json open = Json::array();
  for (const std::string& sentence : unenforced(service.program())) open.push_back(sentence);
  document["not_enforced"] = std::move(open);
  return document;
}

std::string status_text(RunService& service, const store::Recovered& run, const std::string& exe_words,
                        std::int64_t now_ms) {
  const auto row = [](std::string_view name, std::string_view value) {
    return pad(name, 9) + " " + printable(value, false) + "\n";
  };
  const std::int64_t wall_ms = now_ms;
  std::string text = row("run", run.run.id) + row("workflow", run.run.workflow);
  std::string status(name_of(run.run.status));
  if (!run.run.reason.empty()) status += " (" + run.run.reason + ")";
  if (run.cancel_requested && !is_over(run.run.status)) status += ", cancel asked for";
  if (!is_over(run.run.status)) {
    const Result<std::optional<store::Holder>> driver = service.store().driven(run.run.id);
    if (driver && *driver) {
      status += ", driven by process " + std::to_string((*driver)->pid) + " on " + (*driver)->host +
                " since " + format_time((*driver)->since_ms);
    } else if (driver) {
      // Whatever ran was cut off with its driver: nothing went on after what was recorded last.
      now_ms = run.run.updated_ms;
      if (run.run.status != RunStatus::waiting) status += " (no process drives it; go on with `resume`)";
    }
  }
  text += row("status", status);
  text += row("created", format_time(run.run.created_ms)) + row("updated", format_time(run.run.updated_ms));
  const std::string inputs = write_json(parsed_or_empty(run.run.inputs_json));
  if (inputs != "{}") text += row("inputs", fit(inputs, 100));
  if (policy::Budgets::needed(service.program())) {
    const policy::Budgets budgets = budgets_of(service, run);
    for (const Measure measure : measures)
      if (const std::optional<std::int64_t> limit = budgets.limit(measure))
        text += row("budget", policy::amount_text(measure, budgets.spent(measure)) + " of " +
                                  policy::amount_text(measure, *limit) + " are spent");
  }
  for (const std::string& sentence : unenforced(service.program())) text += row("note", sentence);

  const std::vector<StepState> all = states(service.program(), run);
  std::string gates;
  int width = 4;
  for (const StepState& step : all)
    width = std::max(width, std::min(display_width(printable(step.id, false)), 32));
  text += "\n" + pad("step", width) + "  kind     status     try  time\n";
  for (const StepState& step : all) {
    std::string line = pad(printable(step.id, false), width) + "  " + pad(printable(step.kind, false), 7) +
                       "  " + pad(name_of(step.status), 9) + "  " +
                       pad(step.recorded ? std::to_string(step.recorded->attempts.size()) : "", 3) + "  ";
    std::string time;
    if (step.started_ms() != 0)
      time = elapsed((step.finished_ms() != 0 ? step.finished_ms() : now_ms) - step.started_ms());
    line += pad(time, 7);
    if (step.recorded && step.recorded->ended) {
      std::string why = step.recorded->outcome.reason;
      if (!step.recorded->outcome.error.empty())
        why += (why.empty() ? "" : ": ") + step.recorded->outcome.error;
      for (const std::string& warning : warnings_of(step.recorded->outcome))
        why += (why.empty() ? "warning: " : "; ") + warning;
      if (!why.empty()) line += " " + one_line(why, 100);
    } else if (step.recorded && step.recorded->gate && step.recorded->gate->open) {
      line += " " + one_line(asked(step.recorded->gate->gate.message, step.id), 100);
      gates += gate_text(step.id, *step.recorded->gate, wall_ms);
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  if (!gates.empty()) text += "\n" + gates;
  return text + exe_words;
}

std::vector<std::string> unenforced(const Program& program) {
  // Groups in the order in which they were written.
  std::vector<std::pair<std::string, std::string>> groups;
  for (const PolicyRow& policy : program.policies) {
    if (policy.enforced) continue;
    const std::string name = printable(view(policy.name), false);
    const std::size_t dot = name.find('.');
    const std::string group = name.substr(0, dot);
    auto found = std::find_if(groups.begin(), groups.end(), [&](const auto& g) { return g.first == group; });
    if (found == groups.end()) found = groups.insert(groups.end(), {group, ""});
    if (!found->second.empty()) found->second += ", ";
    found->second +=
        (dot == std::string::npos ? name : name.substr(dot + 1)) + " = " + one_line(view(policy.value), 60);
  }
  std::vector<std::string> sentences;
  sentences.reserve(groups.size());
  for (const auto& [group, what] : groups) {
    std::string& sentence = sentences.emplace_back("`");
    sentence.append(group).append("` is declared but not enforced by this version: ").append(what);
  }
  return sentences;
}

}  // namespace wf::surface
