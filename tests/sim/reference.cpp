// The contract as a check of one pass over the steps.
#include "tests/sim/reference.h"

#include <vector>

#include "tests/sim/reference_quality.h"

namespace wf::sim {
namespace {

enum class End { succeeded, failed, skipped_condition, skipped_upstream, skipped_stopped, cancelled };

std::string_view name(End end) {
  constexpr std::string_view names[] = {
      "succeeded", "failed", "skipped (condition)", "skipped (upstream)", "skipped (stopped)", "cancelled"};
  return names[static_cast<int>(end)];
}

// How a step really ended.
std::optional<End> end_of(const store::RecoveredStep* step) {
  if (!step || !step->ended) return std::nullopt;
  switch (step->status) {
    case StepStatus::succeeded:
      return End::succeeded;
    case StepStatus::failed:
      return End::failed;
    case StepStatus::cancelled:
      return End::cancelled;
    case StepStatus::skipped:
      if (step->outcome.reason == "condition") return End::skipped_condition;
      if (step->outcome.reason == "upstream") return End::skipped_upstream;
      if (step->outcome.reason == "stopped") return End::skipped_stopped;
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

class Contract {
 public:
  Contract(const Scenario& scenario, const Facts& facts) : in_(scenario), facts_(facts) {}

  std::string judge() {
    const Program& program = *in_.program;
    for (Row i = 0; i < program.steps.count; ++i) {
      const std::optional<End> end = end_of(facts_.store->find(i));
      if (!end) return "row " + std::to_string(i) + " has no end";
      ends_.push_back(*end);
    }
    // Who ended the run before its time?
    bool by_gate = false, failed = false, rejected = false, broke = facts_.store->budget().over();
    const bool by_budget = facts_.store->cancelled_by_budget();  // `on breach cancel`
    for (Row i = 0; i < program.steps.count; ++i) {
      const std::string outcome = gate_outcome(i);
      if (ends_[i] == End::cancelled && (outcome == "rejected" || outcome == "timeout-cancel"))
        by_gate = true;
      closed_ = closed_ || closes(i);
      if (is_helper(i)) continue;
      if (ends_[i] != End::failed || forgiven(i) || halted(i)) continue;
      failed = true;
      if (facts_.store->find(i)->outcome.reason == "rejected") rejected = true;
      broke = broke || of_budget(i);
    }
    by_gate = by_gate || by_budget;
    const bool cancelled = by_gate || facts_.cancel_asked;
    // "Ended by budget: nothing new starts; the run has failed, exit 5."
    const bool over = facts_.store->budget().over();
    cut_short_ = cancelled || closed_ || over || (failed && program.fail_fast);
    failed = failed || over;
    cancelled_ = cancelled || closed_ || over;

    for (Row i = 0; i < program.steps.count; ++i) {
      if (is_helper(i)) continue;
      if (!allowed(i)) {
        return "row " + std::to_string(i) + " ended as " + std::string(name(ends_[i])) + ", which " +
               std::string(name(natural_)) + " would not allow";
      }
      if (const std::string wrong = wrong_gate(i); !wrong.empty()) return wrong;
      if (const std::string wrong = wrong_warnings(i); !wrong.empty()) return wrong;
    }
    const store::RunInfo& run = facts_.store->run();
    RunStatus want = failed ? RunStatus::failed : RunStatus::completed;
    int code = over || (broke && !rejected) ? 5 : failed ? (rejected ? 4 : 1) : 0;
    bool somebody_cancelled = false;
    for (const End end : ends_) somebody_cancelled = somebody_cancelled || end == End::cancelled;
    // A wish that comes when nothing is left to cancel changes nothing; a gate that cancels always does.
    const bool too_late = !by_gate && (!somebody_cancelled || (failed && program.fail_fast));
    if (cancelled && (!too_late || run.status == RunStatus::cancelled)) {
      want = RunStatus::cancelled;
      code = by_budget ? 5 : 4;
    }
    if (run.status != want) return "the run ended as " + std::string(name_of(run.status));
    for (Row i = 0; i < program.steps.count; ++i)
      if (is_helper(i) && !(program.steps[i].undoes != no_row ? rightly_undone(i) : rightly_mended(i)))
        return "row " + std::to_string(i) + ", which helps, ended as " + std::string(name(ends_[i]));
    if (run.exit_code != code) return "the run ended with " + std::to_string(run.exit_code);
    return {};
  }

 private:
  std::string gate_outcome(Row i) const {
    const store::RecoveredStep* step = facts_.store->find(i);
    return step && step->gate ? step->gate->outcome : "";
  }

  // "A step that fails is retried as its `retry` says"; "when the trigger of a loop holds at the end of its
  // step and fewer than `max` repeats were spent in this run, every step from the target to the trigger step
  // runs again". Each repeat of the loop may be retried anew.
  End by_attempts(Row i) const {
    std::uint32_t retries = 0;
    for (const ReactionRow& reaction : in_.program->steps[i].reactions) {
      // "Used in order: when the first is used up, the next takes over": whoever is asked has the last word.
      if (reaction.response == Response::approve || reaction.response == Response::escalate) break;
      if (reaction.response == Response::retry) retries += reaction.max;
      // "`max_attempts` counts repairs", whatever comes of them.
      if (reaction.response == Response::repair) retries += reaction.max;
    }
    if (in_.steps[i].hangs) return End::failed;
    if (in_.steps[i].failures > facts_.store->failures_before(i) + retries) return End::failed;
    return quality().refuses(i) ? End::failed : End::succeeded;
  }

  Quality quality() const { return {in_, *facts_.store, cut_short_}; }
  // "`warning` logs and goes on": what gates let pass is said, and nothing else.
  std::string wrong_warnings(Row i) const {
    if (ends_[i] != End::succeeded || marked_done(i)) return {};
    std::size_t found = 0, said = 0;
    for (const QualityGateRow& gate : quality().of(i)) found += quality().holds(i, gate) ? 0 : 1;
    const std::string& fields = facts_.store->find(i)->outcome.fields_json;
    for (std::size_t at = fields.find("does not hold"); at != std::string::npos;
         at = fields.find("does not hold", at + 1))
      ++said;
    return found == said ? "" : "row " + std::to_string(i) + " warns of " + std::to_string(said);
  }

  // It failed although one of its loops could have gone back once more.
  bool gave_up_early(Row i) const {
    const Quality gates = quality();
    const bool refuses = gates.refuses(i);
    Row which = 0;
    const auto left = [&](const Rows<ReactionRow>& reactions, bool looked_at) {
      bool early = false;
      for (const ReactionRow& reaction : reactions) {
        const bool loops = reaction.response == Response::back;
        const std::uint32_t taken = loops ? facts_.store->taken(i, which) : facts_.store->taken_now(i, which);
        const bool counts =
            loops ||
            (refuses && (reaction.response == Response::retry || reaction.response == Response::repair));
        early = early || (looked_at && counts && taken < reaction.max);
        ++which;
      }
      return early;
    };
    if (left(in_.program->steps[i].reactions, true)) return true;
    const bool by_gate = facts_.store->find(i)->outcome.reason == "condition";
    for (const QualityGateRow& gate : gates.of(i))
      if (left(gate.reactions, by_gate && gates.blocks(i, gate))) return true;
    return false;
  }

  // What is said of a failure after all repeats: `continue`, "recorded as a warning; the run goes on", or
  // `stop`, "everything that follows this step is skipped; not a failure".
  bool says(Row i, Response last) const { return facts_.store->answer(i) == last; }
  // What its budget did not allow: whether that is so, the accounts tell (BudgetBook).
  bool refused_by_budget(Row i) const {
    return in_.program->budgets.count != 0 &&
           (of_budget(i) || (ends_[i] == End::skipped_stopped && halted(i)));
  }
  bool of_budget(Row i) const { return facts_.store->find(i)->outcome.reason == "budget"; }
  bool has_last_word(Row i) const {
    // People are asked about what has run.
    const bool ran = !facts_.store->find(i)->attempts.empty();
    for (const ReactionRow& reaction : in_.program->steps[i].reactions) {
      if (reaction.response == Response::go_on || reaction.response == Response::stop) return true;
      const bool asks = reaction.response == Response::approve || reaction.response == Response::escalate;
      // "A loop that is used up ... escalates if there is an `escalation`".
      const bool loops = reaction.response == Response::back && in_.program->escalation.count != 0;
      if (ran && (asks || loops)) return true;
    }
    return false;
  }
  bool forgiven(Row i) const {
    // "A person decides whether to go on."
    const bool approved = facts_.store->asked(i) && gate_outcome(i) == "approved";
    return says(i, Response::go_on) || (approved && !of_budget(i));
  }
  // "`escalation close` (the run fails at once)"
  bool closes(Row i) const {
    return facts_.store->answer(i) == Response::escalate && !facts_.store->asked(i);
  }

  // "To `escalation`; the run waits"; "nobody in time: the run fails".
  End by_question(Row i, End attempted) const {
    const std::string outcome = gate_outcome(i);
    if (outcome == "approved") return attempted;
    if (outcome == "timeout-fail") return End::failed;
    if (outcome == "cancelled") return attempted == End::failed ? End::failed : End::cancelled;
    return End::cancelled;
  }
  bool halted(Row i) const { return says(i, Response::stop) || facts_.store->stopped_by_budget(i); }

  // "A gate ... knows who may approve, how long, and what then."
  End by_people(Row i) const {
    const GateRow& gate = in_.program->gates[in_.program->steps[i].gate];
    const std::string outcome = gate_outcome(i);
    if (outcome == "approved" || outcome == "timeout-proceed") return End::succeeded;
    if (outcome == "rejected") return gate.on_reject == OnReject::fail ? End::failed : End::cancelled;
    if (outcome == "timeout-fail" || outcome == "timeout-escalate") return End::failed;
    return End::cancelled;
  }

  End left_alone(Row i) const {
    const StepRow& step = in_.program->steps[i];
    if (step.when == expr_error) return End::failed;
    if (step.when == expr_false) return End::skipped_condition;
    if (step.when != no_expr && step.when >= 64 && step.when < 128 && !is_ok(step.when - 64))
      return End::skipped_condition;
    switch (step.kind) {
      case StepKind::check:
        // "`on fail fail`": a check that does not hold fails.
        return !in_.truths[i] && step.reactions.count > 0 ? End::failed : End::succeeded;
      case StepKind::branch:
      case StepKind::join:
        return End::succeeded;
      case StepKind::approve:
        return facts_.store->asked(i) ? by_question(i, End::succeeded) : by_people(i);
      default: {
        const End end = marked_done(i) ? End::succeeded : by_attempts(i);
        if (facts_.store->asked(i)) return by_question(i, end);
        const bool asks = step.gate != no_row && !marked_done(i);
        return end == End::succeeded && asks ? by_people(i) : end;
      }
    }
  }

  // "pauses the run; `--mark-done STEP` decides": then the step has succeeded, whatever its attempt did.
  bool marked_done(Row i) const {
    return facts_.store->find(i)->outcome.fields_json.find("marked_done") != std::string::npos;
  }

  bool is_ok(Row i) const {
    return ends_[i] == End::succeeded && (in_.program->steps[i].kind != StepKind::check || in_.truths[i]);
  }

  bool allowed(Row i) {
    if (refused_by_budget(i)) return true;
    const StepRow& step = in_.program->steps[i];
    const bool always = step.run_if == RunIf::always;
    bool upstream = false, stopped = false, after_cancelled = false;
    // "What follows a failed step is skipped with reason `upstream`"; "what follows [a check that does not
    // hold] is skipped with reason `stopped`"; "A step whose `when` is false is skipped and counts as
    // finished".
    for (const Row need : step.needs) {
      const bool fails = ends_[need] == End::failed && !forgiven(need) && !halted(need);
      upstream = upstream || fails || ends_[need] == End::skipped_upstream;
      stopped = stopped || ends_[need] == End::skipped_stopped || halted(need) ||
                (ends_[need] == End::succeeded && in_.program->steps[need].kind == StepKind::check &&
                 !in_.truths[need]);
      after_cancelled = after_cancelled || ends_[need] == End::cancelled;
    }
    if (always) upstream = stopped = after_cancelled = false;
    // Where a loop begins again it may be cut short before anything is looked at.
    if (cut_short_ && ends_[i] == End::cancelled && facts_.store->iteration(i) > 1) return true;
    if (step.branch != no_row) {
      const End branch = ends_[step.branch];
      const bool taken = branch == End::succeeded && in_.truths[step.branch] == (step.side == 1);
      if (branch == End::skipped_condition || (branch == End::succeeded && !taken))
        return is(i, End::skipped_condition);
      upstream = upstream || branch == End::failed || branch == End::skipped_upstream;
      stopped = stopped || branch == End::skipped_stopped;
      after_cancelled = after_cancelled || branch == End::cancelled;
    }
    if (upstream) return is(i, End::skipped_upstream);
    if (stopped) return is(i, End::skipped_stopped);
    if (after_cancelled) return is(i, End::cancelled);
    const End natural = left_alone(i);
    const bool unheard =
        natural == End::failed && gate_outcome(i).empty() && facts_.store->answer(i) == Response::fail;
    if (is(i, natural))
      return !unheard || cut_short_ || left_over(i) || !(has_last_word(i) || gave_up_early(i));
    // "fail_fast starts nothing new, lets running steps end"; a cancel stops them too. What always runs is
    // not held back, but a cancel may meet it while it runs.
    if (!(cut_short_ || left_over(i)) || (always && !cancelled_)) return false;
    if (ends_[i] == End::cancelled) return true;
    // Between two attempts: the next one would be new.
    return ends_[i] == End::failed &&
           (in_.steps[i].failures > 0 || in_.steps[i].hangs || quality().of(i).count != 0);
  }

  // "`on_failure: rollback` runs the `rollback` of every succeeded step in reverse order of completion, each
  // recorded." Nothing ends it early. In which order is seen from outside, as it happens.
  bool rightly_undone(Row i) {
    const store::RunInfo& run = facts_.store->run();
    const bool undone = run.status != RunStatus::completed &&
                        facts_.store->last_success(in_.program->steps[i].undoes) != nullptr;
    if (!undone) return is(i, End::skipped_condition);
    const bool ends_so = is(i, marked_done(i) ? End::succeeded : by_attempts(i));
    return ends_so && (ends_[i] != End::failed || run.reason == "undo-failed");
  }

  bool is_helper(Row i) const { return in_.program->steps[i].undoes != no_row || in_.mended_by(i) != no_row; }
  // "The named role is asked to repair ... then the failed step runs again": only then, whatever comes of it.
  bool rightly_mended(Row i) const {
    const bool asked = !facts_.store->find(i)->attempts.empty();
    if (refused_by_budget(i)) return true;
    if (!asked) return ends_[i] == End::skipped_condition || (cut_short_ && ends_[i] == End::cancelled);
    return ends_[i] == End::succeeded || (cut_short_ && ends_[i] == End::cancelled) ||
           (in_.steps[i].failures != 0 && ends_[i] == End::failed);
  }

  // An earlier end of the run may have met it, and it is not among the steps that people let run again.
  bool left_over(Row i) const {
    return facts_.store->opened_again() != 0 && facts_.store->iteration(i) <= facts_.store->opened_again();
  }

  bool is(Row i, End end) {
    natural_ = end;
    return ends_[i] == end;
  }

  // "Exactly one outcome", and one that the people or the clock could have caused.
  std::string wrong_gate(Row i) const {
    const store::RecoveredStep* step = facts_.store->find(i);
    if (!step->gate) return {};
    const std::string at = "the gate of row " + std::to_string(i);
    if (step->gate->open) return at + " is still open";
    const std::string& outcome = step->gate->outcome;
    const bool asked = facts_.store->asked(i);
    if (!asked && facts_.store->was_let_start(i) && outcome == "approved") return {};
    GateRow gate;
    gate.on_timeout = OnTimeout::fail;
    if (asked && facts_.store->answer(i) == Response::escalate)
      gate.timeout_ms = in_.program->escalation.count == 0 ? 0 : in_.program->escalation[0].timeout_ms;
    if (!asked && in_.program->steps[i].gate == no_row) return at + " has nothing to ask: " + outcome;
    if (!asked) gate = in_.program->gates[in_.program->steps[i].gate];
    const GateScript& people = asked ? in_.questions[i] : in_.gates[i];
    constexpr std::string_view silence[] = {"timeout-cancel", "timeout-proceed", "timeout-escalate",
                                            "timeout-fail"};
    if (outcome == "approved" || outcome == "rejected") {
      if ((outcome == "approved") != people.approves) return at + ": nobody said " + outcome;
    } else if (outcome == "cancelled") {
      if (!cut_short_ && !left_over(i)) return at + " was cancelled for no reason";
    } else if (gate.timeout_ms == 0 || outcome != silence[static_cast<int>(gate.on_timeout)]) {
      return at + " closed as " + outcome + " after " + std::to_string(gate.timeout_ms) + " ms";
    }
    return {};
  }

  const Scenario& in_;
  const Facts& facts_;
  std::vector<End> ends_;
  bool cut_short_ = false, cancelled_ = false, closed_ = false;
  End natural_ = End::succeeded;
};

}  // namespace

std::string wrong_with(const Scenario& scenario, const Facts& facts) {
  return Contract(scenario, facts).judge();
}

}  // namespace wf::sim
