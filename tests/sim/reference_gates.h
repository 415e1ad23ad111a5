// What the gates of a step say, from the contract: those on its result about its last attempt, and those at
// which people decide.
#pragma once
#include <algorithm>
#include <string>
#include <string_view>

#include "tests/sim/scenario.h"

namespace wf::sim {

// How a step has ended, in words; of one that was skipped with the reason.
using End = std::string;
inline const End succeeded = "succeeded", failed = "failed", cancelled = "cancelled",
                 passed_over = "skipped (condition)", upstream = "skipped (upstream)",
                 stopped = "skipped (stopped)";

inline bool tries_again(const ReactionRow& reaction) {
  return reaction.response == Response::retry || reaction.response == Response::repair;
}
inline bool asks(const ReactionRow& reaction) {
  return reaction.response == Response::approve || reaction.response == Response::escalate;
}

class Quality {
 public:
  Quality(const Scenario& in, const PretendStore& store, bool cut_short)
      : in_(in), store_(store), cut_short_(cut_short) {}

  Rows<QualityGateRow> of(Row i) const {
    const Row extras = in_.program->steps[i].extras;
    return extras == no_row ? Rows<QualityGateRow>{} : in_.program->extras[extras].quality_gates;
  }
  bool holds(Row i, const QualityGateRow& gate) const {
    const ExprId criterion = gate.criteria[0].holds;
    const store::RecoveredStep& step = *store_.find(i);
    const bool by_people = in_.program->steps[i].kind == StepKind::approve;
    const bool agreed = step.gate && (store_.asked(i) || step.gate->outcome == "approved" ||
                                      step.gate->outcome == "timeout-proceed");
    // Nobody looked.
    if (criterion == expr_true || (by_people ? !agreed : step.attempts.empty())) return true;
    const std::uint32_t tries = step.attempts.empty() ? 0 : step.attempts.back().number;
    return criterion >= tries_at_least(0) && tries >= criterion - tries_at_least(0);
  }
  // "`blocker` stops, `warning` logs and goes on", and `continue` does.
  bool blocks(Row i, const QualityGateRow& gate) const { return !holds(i, gate) && !lets_pass(i, gate); }
  // "Every `check` must hold."
  bool refuses(Row i) const {
    for (const QualityGateRow& gate : of(i))
      if (blocks(i, gate)) return true;
    return false;
  }
  // "`warning` logs and goes on": what gates let pass is said, and nothing else.
  bool warned_of_all(Row i) const {
    const auto found =
        std::ranges::count_if(of(i), [&](const QualityGateRow& gate) { return !holds(i, gate); });
    const std::string& fields = store_.find(i)->outcome.fields_json;
    std::ptrdiff_t said = 0;
    for (std::size_t at = 0; (at = fields.find("does not hold", at)) != std::string::npos; ++at) ++said;
    return found == said;
  }

 private:
  bool lets_pass(Row i, const QualityGateRow& gate) const {
    for (const ReactionRow& reaction : gate.reactions) {
      if (reaction.response == Response::retry || reaction.response == Response::back) continue;
      if (reaction.response == Response::go_on) return true;
      // Nobody is asked in a run that is over.
      if (!asks(reaction) || !cut_short_ || store_.answer(i) == reaction.response) return false;
    }
    return !gate.blocks;
  }

  const Scenario& in_;
  const PretendStore& store_;
  const bool cut_short_;
};

// "To `escalation`; the run waits"; "nobody in time: the run fails".
inline End by_question(const std::string& outcome, const End& attempted) {
  if (outcome == "approved" || (outcome == "cancelled" && attempted == failed)) return attempted;
  return outcome == "timeout-fail" ? failed : cancelled;
}
// "A gate ... knows who may approve, how long, and what then."
inline End by_people(const std::string& outcome, const GateRow& gate) {
  if (outcome == "approved" || outcome == "timeout-proceed") return succeeded;
  if (outcome == "timeout-fail" || outcome == "timeout-escalate") return failed;
  return outcome == "rejected" && gate.on_reject == OnReject::fail ? failed : cancelled;
}

// "Exactly one outcome", and one that the people or the clock could have caused. Empty: so it is.
inline std::string wrong_gate(const Scenario& in, const PretendStore& store, Row i, bool may_be_void) {
  const store::RecoveredStep* step = store.find(i);
  if (!step->gate) return {};
  const std::string& outcome = step->gate->outcome;
  const std::string at = "the gate of row " + std::to_string(i) + " is " + outcome;
  const Row own = in.program->steps[i].gate;
  const bool asked = store.asked(i), escalated = asked && store.answer(i) == Response::escalate;
  if (!asked && store.was_let_start(i) && outcome == "approved") return {};
  if (!asked && own == no_row) return at;
  const EscalationRow* to = engine::escalation_of(*in.program, i);
  const std::uint64_t escalation_ms = escalated && to ? to->timeout_ms : 0;
  const GateRow gate =
      asked ? GateRow{.timeout_ms = escalation_ms, .on_timeout = OnTimeout::fail} : in.program->gates[own];
  constexpr std::string_view silence[] = {"cancel", "proceed", "escalate", "fail"};
  bool could_be = gate.timeout_ms != 0 && outcome.starts_with("timeout-") &&
                  outcome.substr(8) == silence[static_cast<int>(gate.on_timeout)];
  if (outcome == "approved" || outcome == "rejected")
    could_be = (outcome == "approved") == (asked ? in.questions[i] : in.gates[i]).approves;
  if (outcome == "cancelled") could_be = may_be_void;
  return could_be && !step->gate->open ? "" : at;
}

}  // namespace wf::sim
