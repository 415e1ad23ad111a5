// The contract as a check of one pass over the steps.
#include "tests/sim/reference.h"

#include <algorithm>
#include <vector>

#include "tests/sim/reference_gates.h"

namespace wf::sim {
namespace {

End end_of(const store::RecoveredStep* step) {
  if (!step || !step->ended) return "";
  const End end(name_of(step->status));
  return step->status == StepStatus::skipped ? end + " (" + step->outcome.reason + ")" : end;
}

class Contract {
 public:
  Contract(const Scenario& scenario, const Facts& facts)
      : in_(scenario), program_(*scenario.program), store_(*facts.store), cancel_asked_(facts.cancel_asked) {}

  std::string judge() {
    for (Row i = 0; i < program_.steps.count; ++i) {
      ends_.push_back(end_of(store_.find(i)));
      if (ends_[i].empty()) return "row " + std::to_string(i) + " has no end";
    }
    // Who ended the run before its time? Of what it escalates to, only that counts.
    const bool by_budget = store_.cancelled_by_budget();  // `on breach cancel`
    over_ = store_.budget().over();  // "Ended by budget: nothing new starts; the run has failed, exit 5."
    bool by_gate = by_budget, somebody = false, fails[2] = {}, rejected[2] = {}, broke[2] = {};
    for (Row i = 0; i < program_.steps.count; ++i) {
      const int act = program_.steps[i].fallback ? 1 : 0;
      const std::string outcome = gate_outcome(i);
      somebody = somebody || ends_[i] == cancelled;
      by_gate = by_gate || (ends_[i] == cancelled && (outcome == "rejected" || outcome == "timeout-cancel"));
      if (store_.answer(i) == Response::escalate && !store_.asked(i))
        (engine::escalation_of(program_, i)->to == EscalateTo::close ? closed_[act] : escalated_) = true;
      if (is_helper(i) || !fails_by_itself(i) || program_.steps[i].answered_by != no_row) continue;
      fails[act] = true;
      rejected[act] = rejected[act] || store_.find(i)->outcome.reason == "rejected";
      broke[act] = broke[act] || of_budget(i);
    }
    cancelled_ = by_gate || cancel_asked_;
    for (const int act : {0, 1})
      cut_[act] = cancelled_ || closed_[act] || over_ || (fails[act] && program_.fail_fast);
    cut_[0] = cut_[0] || escalated_;

    for (Row i = 0; i < program_.steps.count; ++i) {
      if (is_helper(i)) continue;
      if (!allowed(i)) return "row " + std::to_string(i) + " is " + ends_[i] + ", not " + natural_;
      const bool may_be_void = cut_short(i) || left_over(i);
      if (const std::string wrong = wrong_gate(in_, store_, i, may_be_void); !wrong.empty()) return wrong;
      if (ends_[i] == succeeded && !marked_done(i) && !quality(i).warned_of_all(i))
        return "row " + std::to_string(i) + " does not warn of all that does not hold";
    }
    const store::RunInfo& run = store_.run();
    const int last = escalated_ ? 1 : 0;
    RunStatus want = fails[last] || over_ ? RunStatus::failed : RunStatus::completed;
    int code = over_ || (broke[last] && !rejected[last]) ? 5 : fails[last] ? (rejected[last] ? 4 : 1) : 0;
    // A wish that comes when nothing is left to cancel changes nothing; a gate that cancels always does.
    const bool over =
        over_ || escalated_ || (fails[0] && program_.fail_fast) || (fails[1] && program_.fail_fast);
    if (cancelled_ && (by_gate || (somebody && !over) || run.status == RunStatus::cancelled)) {
      want = RunStatus::cancelled;
      code = by_budget ? 5 : 4;
    }
    if (run.status != want) return "the run ended as " + std::string(name_of(run.status));
    for (Row i = 0; i < program_.steps.count; ++i)
      if (is_helper(i) && !(program_.steps[i].undoes != no_row ? rightly_undone(i) : rightly_mended(i)))
        return "row " + std::to_string(i) + ", which helps, is " + ends_[i];
    return run.exit_code == code ? "" : "the run ended with " + std::to_string(run.exit_code);
  }

 private:
  // An earlier end of the run may have met it, and it is not among the steps that people let run again.
  bool left_over(Row i) const { return store_.left_over(i); }
  bool cut_short(Row i) const { return cut_[program_.steps[i].fallback ? 1 : 0]; }
  Quality quality(Row i) const { return {in_, store_, cut_short(i) || left_over(i)}; }
  bool is_helper(Row i) const { return program_.steps[i].undoes != no_row || in_.mended_by(i) != no_row; }
  bool is(Row i, const End& end) {
    natural_ = end;
    return ends_[i] == end;
  }
  std::string gate_outcome(Row i) const {
    const store::RecoveredStep* step = store_.find(i);
    return step && step->gate ? step->gate->outcome : "";
  }

  // "A step that fails is retried as its `retry` says", in each round of a loop anew; "`max_attempts` counts
  // repairs". "Used in order: when the first is used up, the next": whoever is asked has the last word.
  End by_attempts(Row i) const {
    std::uint32_t retries = 0;
    for (const ReactionRow& reaction : program_.steps[i].reactions) {
      if (asks(reaction)) break;
      if (tries_again(reaction)) retries += reaction.max;
    }
    if (in_.steps[i].hangs || in_.steps[i].failures > store_.failures_before(i) + retries) return failed;
    return quality(i).refuses(i) ? failed : succeeded;
  }

  // It failed although one of its loops could have gone back once more.
  bool gave_up_early(Row i) const {
    const Quality gates = quality(i);
    const bool refuses = gates.refuses(i), by_gate = store_.find(i)->outcome.reason == "condition";
    Row which = 0;
    const auto left = [&](const Rows<ReactionRow>& reactions, bool looked_at) {
      bool early = false;
      for (const ReactionRow& reaction : reactions) {
        const bool loops = reaction.response == Response::back;
        const std::uint32_t taken = loops ? store_.taken(i, which) : store_.taken_now(i, which);
        const bool counts =
            looked_at && is_asked(i, reaction) && (loops || (refuses && tries_again(reaction)));
        early = early || (counts && taken < reaction.max);
        ++which;
      }
      return early;
    };
    if (left(program_.steps[i].reactions, true)) return true;
    for (const QualityGateRow& gate : gates.of(i))
      if (left(gate.reactions, by_gate && gates.blocks(i, gate))) return true;
    return false;
  }

  // After all repeats: `continue`, "recorded as a warning; the run goes on", or "a person decides whether to
  // go on"; or `stop`, "everything that follows this step is skipped; not a failure".
  bool forgiven(Row i) const {
    const bool approved = store_.asked(i) && gate_outcome(i) == "approved" && !store_.asked_to_start(i);
    return store_.answer(i) == Response::go_on || approved;
  }
  bool halted(Row i) const { return store_.answer(i) == Response::stop || store_.stopped_by_budget(i); }
  bool fails_by_itself(Row i) const { return ends_[i] == failed && !forgiven(i) && !halted(i); }
  // "`on OUTCOME RESPONSE` in ... a `parallel` block": its end has failed where one of its steps has, and
  // answers that, and also what people did not want.
  bool block_failed(Row i) const {
    return std::ranges::any_of(program_.steps[i].needs, [&](Row need) {
      return program_.steps[need].answered_by == i && fails_by_itself(need);
    });
  }
  bool is_asked(Row i, const ReactionRow& reaction) const {
    const bool rejected = block_failed(i) && store_.find(i)->outcome.reason == "rejected";
    return reaction.on == (rejected ? StepOutcome::reject : StepOutcome::fail);
  }
  // What its budget did not allow: whether that is so, the accounts tell (BudgetBook).
  bool of_budget(Row i) const { return store_.find(i)->outcome.reason == "budget"; }
  bool refused_by_budget(Row i) const {
    return program_.budgets.count != 0 && (of_budget(i) || (ends_[i] == stopped && halted(i)));
  }
  bool has_last_word(Row i) const {
    // People are asked about what has run.
    const bool ran = !store_.find(i)->attempts.empty();
    bool loops = false;
    for (const ReactionRow& reaction : program_.steps[i].reactions) {
      if (!is_asked(i, reaction)) continue;
      if (reaction.response == Response::fail) return false;
      if (reaction.response == Response::go_on || reaction.response == Response::stop) return true;
      if (ran && asks(reaction)) return true;
      loops = loops || reaction.response == Response::back;
    }
    // "A loop that is used up, with no further line, escalates if there is an `escalation`".
    return ran && loops && engine::escalation_of(program_, i);
  }

  End left_alone(Row i) const {
    const StepRow& step = program_.steps[i];
    if (step.when == expr_error) return failed;
    if (step.when == expr_false) return passed_over;
    if (step.when != no_expr && step.when >= 64 && step.when < 128 && !is_ok(step.when - 64))
      return passed_over;
    const bool asked = store_.asked(i), refused = quality(i).refuses(i);
    const std::string said = gate_outcome(i);
    switch (step.kind) {
      case StepKind::check: {
        // "`on fail fail`": a check that does not hold fails; as it does where it escalates to no people.
        const bool answered = !in_.truths[i] && step.reactions.count > 0;
        const bool fails = answered && (step.reactions[0].response == Response::fail ||
                                        store_.answer(i) == Response::escalate);
        return asked              ? by_question(said, refused ? failed : succeeded)
               : refused || fails ? failed
                                  : succeeded;
      }
      case StepKind::join: {
        const End end = block_failed(i) ? failed : succeeded;
        return asked ? by_question(said, end) : end;
      }
      case StepKind::branch:
        return succeeded;
      case StepKind::approve: {
        if (asked) return by_question(said, refused ? failed : succeeded);
        const End end = by_people(said, program_.gates[step.gate]);
        return end == succeeded && refused ? failed : end;
      }
      default: {
        const End end = marked_done(i) ? succeeded : by_attempts(i);
        if (asked) return by_question(said, end);
        return end == succeeded && step.gate != no_row && !marked_done(i)
                   ? by_people(said, program_.gates[step.gate])
                   : end;
      }
    }
  }

  // "pauses the run; `--mark-done STEP` decides": then the step has succeeded, whatever its attempt did.
  bool marked_done(Row i) const {
    return store_.find(i)->outcome.fields_json.find("marked_done") != std::string::npos;
  }
  bool is_ok(Row i) const {
    return ends_[i] == succeeded && (program_.steps[i].kind != StepKind::check || in_.truths[i]);
  }

  bool allowed(Row i) {
    if (refused_by_budget(i)) return true;
    const StepRow& step = program_.steps[i];
    // "Everything that follows" a run which has escalated to a workflow is that workflow.
    if (step.fallback && (!escalated_ || ((cancelled_ || over_ || left_over(i)) && ends_[i] == passed_over)))
      return is(i, passed_over);
    bool fails = false, stops = false, after_cancelled = false;
    // "What follows a failed step is skipped with reason `upstream`"; "what follows [a check that does not
    // hold] is skipped with reason `stopped`"; "A step whose `when` is false is skipped and counts as
    // finished".
    const auto look = [&](Row need) {
      fails = fails || ends_[need] == upstream || fails_by_itself(need);
      stops = stops || ends_[need] == stopped;
      after_cancelled = after_cancelled || ends_[need] == cancelled;
    };
    for (const Row need : step.needs) {
      look(need);
      stops = stops || halted(need) || (ends_[need] == succeeded && !is_ok(need) && !forgiven(need));
    }
    const bool always = step.run_if == RunIf::always;
    if (always || block_failed(i)) fails = stops = after_cancelled = false;
    // Where a loop begins again it may be cut short before anything is looked at.
    if (cut_short(i) && ends_[i] == cancelled && store_.iteration(i) > 1) return true;
    if (step.branch != no_row) {
      const bool taken = in_.truths[step.branch] == (step.side == 1);
      if (ends_[step.branch] == passed_over || (ends_[step.branch] == succeeded && !taken))
        return is(i, passed_over);
      look(step.branch);
    }
    if (fails || stops || after_cancelled) return is(i, fails ? upstream : stops ? stopped : cancelled);
    const End natural = left_alone(i);
    // Nobody has answered what is not as it must be.
    const bool is_false = step.kind == StepKind::check && !in_.truths[i] && step.reactions.count > 0;
    const bool unheard = (natural == failed || (is_false && natural == succeeded)) &&
                         gate_outcome(i).empty() && store_.answer(i) == Response::fail;
    if (is(i, natural))
      return !unheard || cut_short(i) || left_over(i) || !(has_last_word(i) || gave_up_early(i));
    // "fail_fast starts nothing new, lets running steps end"; a cancel stops them too. What always runs is
    // not held back, but a cancel may meet it while it runs.
    const bool stops_always = cancelled_ || over_ || closed_[step.fallback ? 1 : 0];
    if (!left_over(i) && (!cut_short(i) || (always && !stops_always))) return false;
    if (ends_[i] == cancelled) return true;
    // Between two attempts: the next one would be new.
    return ends_[i] == failed &&
           (in_.steps[i].failures > 0 || in_.steps[i].hangs || quality(i).of(i).count != 0);
  }

  // "`on_failure: rollback` runs the `rollback` of every succeeded step in reverse order of completion, each
  // recorded." Nothing ends it early. In which order is seen from outside, as it happens.
  bool rightly_undone(Row i) {
    const store::RunInfo& run = store_.run();
    const bool undone = run.status != RunStatus::completed && store_.last_success(program_.steps[i].undoes);
    if (!undone) return is(i, passed_over);
    const bool ends_so = is(i, marked_done(i) ? succeeded : by_attempts(i));
    return ends_so && (ends_[i] != failed || run.reason == "undo-failed");
  }
  // "The named role is asked to repair ... then the failed step runs again": only then, whatever comes of it.
  bool rightly_mended(Row i) const {
    if (refused_by_budget(i)) return true;
    const Row mended = in_.mended_by(i);
    const bool may_be_cut = cut_short(mended) || left_over(mended) || store_.began_in_earlier_life(i);
    if (may_be_cut && ends_[i] == cancelled) return true;
    if (store_.find(i)->attempts.empty()) return ends_[i] == passed_over;
    return ends_[i] == succeeded || (in_.steps[i].failures != 0 && ends_[i] == failed);
  }

  const Scenario& in_;
  const Program& program_;
  const PretendStore& store_;
  const bool cancel_asked_;
  std::vector<End> ends_;
  // Of the run itself, and of the workflow to which it escalates.
  bool cut_[2] = {}, closed_[2] = {};
  bool cancelled_ = false, escalated_ = false, over_ = false;
  End natural_;
};

}  // namespace

std::string wrong_with(const Scenario& scenario, const Facts& facts) {
  return Contract(scenario, facts).judge();
}

}  // namespace wf::sim
