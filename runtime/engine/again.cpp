// From wishes to records. All is looked at before anything is written: a wish that makes no sense changes
// nothing.
#include "runtime/engine/again.h"

#include <algorithm>

#include "runtime/base/text.h"
#include "runtime/engine/engine.h"

namespace wf::engine {
namespace {

using store::Intervention;

std::string_view view(const Text& text) {
  return {text.data, text.size};
}

bool was_refused(const store::RecoveredStep& step) {
  return step.outcome.reason == reason::rejected || step.outcome.reason == reason::policy;
}

class Again {
 public:
  Again(const Program& program, const store::Recovered& run, const Wishes& wishes)
      : program_(program),
        run_(run),
        wishes_(wishes),
        at_(program.steps.count),
        runs_(program.steps.count),
        mends_(program.steps.count) {
    const std::vector<std::uint32_t> now_in = iterations(program, run);
    for (const store::RecoveredStep& step : run.steps)
      if (step.step < at_.size() && step.iteration == now_in[step.step]) at_[step.step] = &step;
    for (Row row = 0; row < program.steps.count; ++row)
      for (Row which = 0; const ReactionRow* reaction = reaction_at(program, row, which); ++which)
        if (reaction->response == Response::repair) mends_[reaction->target] = true;
  }

  Result<std::vector<Intervention>> decide() {
    for (const auto part : {&Again::may_be_opened, &Again::take_retries, &Again::take_done, &Again::take_from,
                            &Again::take_failed, &Again::take_limits, &Again::spread, &Again::may_go_on})
      if (Result<> fine = (this->*part)(); !fine) return fine.error();
    std::vector<Intervention> all;
    for (Row row = 0; row < runs_.size(); ++row)
      if (runs_[row] && at_[row]) all.push_back(said(row, Intervention::What::again, 1));
    for (const Row row : repeats_)
      if (!runs_[row]) all.push_back(said(row, Intervention::What::retry, 0));
    for (Intervention& one : done_) all.push_back(std::move(one));
    for (const auto& [measure, limit] : wishes_.limits) {
      Intervention& one = all.emplace_back();
      one.what = Intervention::What::limit;
      one.measure = measure;
      one.limit = limit;
      one.by = wishes_.by;
    }
    if (all.empty())
      return Error{"run " + id() + " has not come so far: nothing of that has run yet", "`resume` goes on"};
    return all;
  }

 private:
  std::string id() const { return printable(run_.run.id, false); }
  std::string name(Row row) const {
    return "`" + printable(std::string(view(program_.steps[row].id)), false) + "`";
  }
  std::string option(const char* what, Row row) const {
    return std::string("`") + what + " " + printable(std::string(view(program_.steps[row].id)), false) + "`";
  }
  bool is_cut_off(Row row) const {
    const store::RecoveredStep* step = at_[row];
    const bool asks = step && step->gate && step->gate->open;
    return step && !step->ended && !asks && !step->produced && !step->attempts.empty() &&
           step->attempts.back().ended_ms == 0;
  }
  bool has_failed(Row row) const {
    if (mends_[row] || !at_[row] || !is_failure(program_, run_, *at_[row])) return false;
    // What a block answers is a failure where the block has failed.
    const Row end = program_.steps[row].answered_by;
    return end == no_row || !at_[end] || !at_[end]->ended || has_failed(end);
  }

  // In the iteration that the step is in, or that many later.
  Intervention said(Row row, Intervention::What what, std::uint32_t later) const {
    Intervention one;
    one.step = row;
    one.iteration = at_[row]->iteration + later;
    if (later == 0 && !at_[row]->attempts.empty()) one.attempt = at_[row]->attempts.back().number;
    one.what = what;
    one.by = wishes_.by;
    return one;
  }

  Result<> may_be_opened() {
    std::vector<Row> named = wishes_.from;
    named.insert(named.end(), wishes_.retry.begin(), wishes_.retry.end());
    for (const Wishes::Done& wish : wishes_.done) named.push_back(wish.step);
    for (const Row row : named)
      if (mends_[row])
        return Error{name(row) + " runs when its step asks for it, and not by itself", "name the step"};
    if (run_.run.status == RunStatus::completed)
      return Error{"run " + id() + " is completed, and what is completed is not run again",
                   "start a new run"};
    if (run_.run.status == RunStatus::cancelled) return was_cancelled();
    return Done{};
  }

  Error was_cancelled() const {
    return Error{"run " + id() + " has been cancelled, and is not opened again", "start a new run"};
  }

  // Why a step that has not failed cannot be retried, or called done.
  Error not_now(Row row, const std::string& what) const {
    const store::RecoveredStep* step = at_[row];
    if (!step || (step->attempts.empty() && !step->ended && !step->gate))
      return Error{name(row) + " has not begun, so there is nothing to " + what, "`resume` goes on"};
    const std::string all_again = option("--from", row) + " runs it and all that follows it again";
    if (step->ended && step->status == StepStatus::failed)
      return Error{name(row) + " failed because it was refused (" + step->outcome.reason +
                       "), and there is nothing to " + what,
                   all_again + ", and asks again"};
    if (step->ended)
      return Error{name(row) + " has not failed: it " +
                       (step->status == StepStatus::succeeded ? "has " : "was ") +
                       std::string(name_of(step->status)),
                   all_again};
    if (step->gate) return Error{name(row) + " waits for a decision", "`approve` or `reject` it"};
    return Error{name(row) + " goes on by itself, with its next attempt", "`resume` goes on"};
  }

  Result<> take_retries() {
    for (const Row row : wishes_.retry) {
      if (is_cut_off(row))
        repeats_.push_back(row);
      else if (at_[row] && at_[row]->ended && at_[row]->status == StepStatus::failed &&
               !was_refused(*at_[row]))
        seeds_.push_back(row);
      else
        return not_now(row, "retry");
    }
    return Done{};
  }

  Result<> take_done() {
    for (const Wishes::Done& wish : wishes_.done) {
      const Row row = wish.step;
      const bool failed = at_[row] && at_[row]->ended && at_[row]->status == StepStatus::failed;
      if (program_.steps[row].kind == StepKind::approve)
        return Error{name(row) + " asks people, and only their decision counts", "`approve` or `reject` it"};
      if (!is_cut_off(row) && (!failed || was_refused(*at_[row]))) return not_now(row, "call done");
      if (failed) {
        // What followed the failure follows what counts now.
        for (Row next = 0; next < program_.steps.count; ++next)
          if (std::ranges::count(program_.steps[next].needs, row) != 0) seeds_.push_back(next);
        done_.push_back(said(row, Intervention::What::again, 1));
        reopened_.push_back(row);
      }
      Intervention done = said(row, Intervention::What::done, failed ? 1 : 0);
      done.content = wish.content;
      done_.push_back(std::move(done));
    }
    return Done{};
  }

  Result<> take_from() {
    for (const Row row : wishes_.from) seeds_.push_back(row);
    return Done{};
  }

  Result<> take_failed() {
    if (!wishes_.retry_failed) return Done{};
    bool any = false;
    for (Row row = 0; row < at_.size(); ++row) {
      if (!has_failed(row)) continue;
      if (was_refused(*at_[row])) return not_now(row, "retry");
      any = true;
      if (!is_marked(row)) seeds_.push_back(row);
    }
    if (!any) return Error{"no step of run " + id() + " has failed", "`resume` goes on"};
    return Done{};
  }

  // What ended because of a budget, or never began, is let run again; what is paid stays.
  Result<> take_limits() {
    if (wishes_.limits.empty()) return Done{};
    const policy::Budgets budgets(program_);
    for (const auto& [measure, limit] : wishes_.limits)
      if (!budgets.declared(measure))
        return Error{"the workflow has no budget of `" + std::string(name_of(measure)) + "`",
                     "`inspect` lists what it limits"};
    const bool by_budget = run_.run.reason == reason::budget;
    if (run_.run.status == RunStatus::failed && !by_budget && !wishes_.any_steps())
      return Error{"run " + id() + " was not ended by a budget",
                   "`--retry-failed` runs what has failed again"};
    for (Row row = 0; row < at_.size(); ++row)
      if (has_failed(row) && at_[row]->outcome.reason == reason::budget && !is_marked(row))
        seeds_.push_back(row);
    goes_on_ = by_budget;
    return Done{};
  }

  bool is_marked(Row row) const { return std::ranges::find(reopened_, row) != reopened_.end(); }

  // All that follows; and what the failure has kept from running, or has undone.
  Result<> spread() {
    const bool opens = !seeds_.empty() || !reopened_.empty() || goes_on_;
    const auto is_main = [this](Row row) { return !program_.steps[row].fallback; };
    main_runs_ = std::ranges::any_of(seeds_, is_main) || std::ranges::any_of(reopened_, is_main) ||
                 (goes_on_ && !has_fallen_back());
    // What was undone is done again.
    for (Row row = 0; row < at_.size(); ++row)
      if (opens && at_[row] && !at_[row]->attempts.empty() && program_.steps[row].undoes != no_row)
        main_runs_ = main_runs_ || is_main(program_.steps[row].undoes);
    for (Row row = 0; row < at_.size(); ++row) {
      const store::RecoveredStep* step = at_[row];
      if (mends_[row]) continue;  // It is asked when its step wants it.
      // Where only what took over goes on, what it took over from stays as it is.
      const bool may_run = main_runs_ || (opens && !is_main(row));
      if (may_run && step && step->ended && step->status == StepStatus::cancelled) seeds_.push_back(row);
      // What took over from it waits for it once more.
      if (main_runs_ && step && !is_main(row)) seeds_.push_back(row);
      const Row undone = program_.steps[row].undoes;
      if (!opens || undone == no_row || !step) continue;
      // What would undo it had its say at the end of the run, which now is none.
      seeds_.push_back(row);
      if (!step->attempts.empty()) seeds_.push_back(undone);
    }
    for (const Row row : seeds_) runs_[row] = true;
    // Each row stands behind what it needs. See note [edges that are saved].
    for (Row row = 0; row < runs_.size(); ++row)
      for (const Row need : program_.steps[row].needs) runs_[row] = runs_[row] || runs_[need];
    for (const Wishes::Done& wish : wishes_.done)
      if (runs_[wish.step])
        return Error{name(wish.step) + " follows a step that runs again, so it cannot be done already", ""};
    for (Row row = 0; row < runs_.size(); ++row)
      if (runs_[row] && is_cut_off(row) && !program_.steps[row].idempotent &&
          std::ranges::find(wishes_.retry, row) == wishes_.retry.end())
        return Error{name(row) + " was cut off, and must not simply be repeated",
                     "say with " + option("--retry", row) + " that it may, or decide about it first"};
    return Done{};
  }

  Result<> may_go_on() {
    // Where nothing runs again, the run ends as it is about to.
    const bool any = reopened_.size() != 0 || std::ranges::find(runs_, true) != runs_.end();
    if (!any) return Done{};
    // A gate may have cancelled it, and the driver may have died before everything else had ended.
    const bool ends = std::ranges::any_of(at_, [](const store::RecoveredStep* step) {
      return step && step->ended && step->status == StepStatus::cancelled &&
             (step->outcome.reason == reason::rejected || step->outcome.reason == reason::timeout);
    });
    if (ends || run_.cancel_requested) return was_cancelled();
    if (!program_.fail_fast) return Done{};
    for (Row row = 0; row < at_.size(); ++row)
      if (has_failed(row) && (main_runs_ || program_.steps[row].fallback || !has_fallen_back()) &&
          !runs_[row] && !is_marked(row))
        return Error{name(row) + " has failed, too, and would end the run at once",
                     "name it as well, or give `--retry-failed`"};
    return Done{};
  }

  // What failed before another workflow took over does not end the run.
  bool has_fallen_back() const {
    for (Row row = 0; row < at_.size(); ++row)
      if (program_.steps[row].fallback && at_[row] && !at_[row]->attempts.empty()) return true;
    return false;
  }

  const Program& program_;
  const store::Recovered& run_;
  const Wishes& wishes_;
  std::vector<const store::RecoveredStep*> at_;  // By row, in the iteration that it is in.
  std::vector<bool> runs_;                       // Again.
  bool main_runs_ = false;   // Something of the run itself does, not only of what took over from it.
  std::vector<bool> mends_;  // Rows that repair others.
  std::vector<Row> seeds_, repeats_, reopened_;
  std::vector<Intervention> done_;
  bool goes_on_ = false;  // A budget has ended it.
};

}  // namespace

bool is_failure(const Program& program, const store::Recovered& run, const store::RecoveredStep& step) {
  if (!step.ended || step.status != StepStatus::failed) return false;
  for (const store::RecoveredReaction& happened : run.reactions) {
    if (happened.step != step.step || happened.iteration != step.iteration) continue;
    // What a budget lets go on may still fail.
    const ReactionRow* reaction = reaction_of(program, happened);
    const bool stops = reaction && reaction->response == Response::stop;
    if (happened.reaction == ended_by_budget || (is_of_budget(happened.reaction) && !stops)) continue;
    if (reaction && (reaction->response == Response::go_on || reaction->response == Response::stop))
      return false;
    const bool asks =
        !reaction || reaction->response == Response::approve || reaction->response == Response::escalate;
    if (asks && step.gate && step.gate->outcome == "approved") return false;
  }
  return true;
}

Result<std::vector<store::Intervention>> interventions(const Program& program, const store::Recovered& run,
                                                       const Wishes& wishes) {
  return Again(program, run, wishes).decide();
}

}  // namespace wf::engine
