// What the gates of a step say about its last attempt, from the contract.
#pragma once
#include "tests/sim/scenario.h"

namespace wf::sim {

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

 private:
  bool lets_pass(Row i, const QualityGateRow& gate) const {
    for (const ReactionRow& reaction : gate.reactions) {
      if (reaction.response == Response::retry || reaction.response == Response::back) continue;
      if (reaction.response == Response::go_on) return true;
      // Nobody is asked in a run that is over.
      const bool asks = reaction.response == Response::approve || reaction.response == Response::escalate;
      if (!asks || !cut_short_ || store_.answer(i) == reaction.response) return false;
    }
    return !gate.blocks;
  }

  const Scenario& in_;
  const PretendStore& store_;
  const bool cut_short_;
};

}  // namespace wf::sim
