// Quality gates: what must hold of a step's result before anyone may use it.
//
// Once an attempt has ended well, a worker evaluates the criteria, together with what reactions ask of the
// result and before anything of the end is recorded; so a crash in between repeats the attempt. What a gate
// finds is answered by the first of its own reactions that is not used up. A finding is a warning, and the
// result passes, where that is `continue`, or where nothing is left of a gate that does not block. What no
// gate answers has failed with the reason `condition`, and the step's own reactions answer it.
#include "runtime/base/json.h"
#include "runtime/engine/engine.h"
#include "runtime/engine/machine.h"

namespace wf::engine {

void Machine::judge(Row step, std::unique_ptr<Outcome> outcome, std::vector<Answer::Finding> findings,
                    Now now) {
  const Rows<QualityGateRow> gates = quality_gates(program_, step);
  const StepStatus status = outcome->status;
  outcome->status = StepStatus::failed;
  outcome->reason = reason::condition;
  bool blocked = false, loop_used_up = false;
  std::vector<std::string> warnings;
  Row next = program_.steps[step].reactions.count;
  auto finding = findings.begin();
  for (Row gate = 0; gate < gates.count && finding != findings.end(); ++gate) {
    const Rows<ReactionRow>& reactions = gates[gate].reactions;
    const Row first = std::exchange(next, next + reactions.count);
    if (finding->gate != gate) continue;
    Row chosen = 0;
    for (; chosen < reactions.count; ++chosen) {
      const Fit fits = fit(step, first + chosen, reactions[chosen], *outcome);
      if (fits == Fit::yes) break;
      loop_used_up = loop_used_up || (fits == Fit::used_up && reactions[chosen].response == Response::back);
    }
    const bool answered = chosen < reactions.count;
    const bool passes = answered ? reactions[chosen].response == Response::go_on : !gates[gate].blocks;
    say(Notice::What::criteria_failed, step, passes ? std::string_view() : reason::condition, finding->text,
        now);
    if (passes) {
      warnings.push_back(std::move(finding->text));
    } else if (answered) {
      outcome->error = std::move(finding->text);
      take(step, first + chosen, reactions[chosen], std::move(outcome), now);
      return;
    } else if (!blocked) {
      blocked = true;
      outcome->error = std::move(finding->text);
    }
    ++finding;
  }
  if (!blocked) {
    outcome->status = status;
    outcome->reason.clear();
    std::vector<std::string>& all = warnings_[step];
    all.insert(all.end(), std::make_move_iterator(warnings.begin()), std::make_move_iterator(warnings.end()));
    succeeded(step, std::move(outcome), now);
    return;
  }
  if (react(step, StepOutcome::fail, outcome, now)) return;
  if (loop_used_up && escalation_of(program_, step) && may_call_people(step))
    call_people(step, of_escalation, std::move(outcome), now);
  else
    end(step, StepStatus::failed, std::move(outcome), now);
}

// What gates have found and let pass is a part of the result.
void Machine::warn(Row step, Outcome& outcome) {
  const auto found = warnings_.find(step);
  if (found == warnings_.end()) return;
  Json fields = Json::object();
  if (Result<Json> parsed = parse_json(outcome.fields_json); parsed && parsed->is_object())
    fields = std::move(*parsed);
  fields["warnings"] = found->second;
  outcome.fields_json = write_json(fields);
}

}  // namespace wf::engine
