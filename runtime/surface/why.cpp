// Walks back from a step: to what it waits for, to what ended as it did before it, to who sent it back.
//
// Everything said is recorded, or follows from the program alone: a wish, a decision, an ending, an answer to
// an ending. A walk visits a step once, and is cut where it would become a list rather than a path.
#include "runtime/surface/why.h"

#include <algorithm>
#include <deque>

#include "runtime/base/text.h"
#include "runtime/engine/engine.h"
#include "runtime/surface/out.h"
#include "runtime/surface/tables.h"

namespace wf::surface {
namespace {

constexpr std::size_t reasons_max = 40;
constexpr std::size_t named_max = 5;

std::string said(std::string_view text) {
  return printable(replace_invalid_utf8(text.substr(0, 400)), false);
}

std::string list_of(const std::vector<std::string>& names) {
  std::string list;
  for (std::size_t i = 0; i < std::min(names.size(), named_max); ++i)
    list += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
  if (names.size() > named_max) list += " and " + std::to_string(names.size() - named_max) + " more";
  return list;
}

std::string times(std::size_t count) {
  return count == 1 ? "after 1 attempt" : "after " + std::to_string(count) + " attempts";
}

class Walk {
 public:
  Walk(const Program& program, const store::Recovered& run, bool driven)
      : program_(program),
        run_(run),
        driven_(driven),
        now_in_(engine::iterations(program, run)),
        at_(program.steps.count),
        seen_(program.steps.count) {
    for (const store::RecoveredStep& step : run.steps)
      if (step.step < at_.size() && step.iteration == now_in_[step.step]) at_[step.step] = &step;
  }

  std::vector<Reason> from(Row step) {
    go_to(step);
    while (!next_.empty() && reasons_.size() < reasons_max) {
      const Row row = next_.front();
      next_.pop_front();
      explain(row);
    }
    return std::move(reasons_);
  }

 private:
  std::string id(Row row) const {
    const Text& text = program_.steps[row].id;
    return printable(std::string(text.data, text.size), false);
  }
  // An `if` is a row of the plan, and nobody's step.
  bool is_if(Row row) const { return program_.steps[row].kind == StepKind::branch; }
  std::string name(Row row) const {
    if (is_if(row)) return "the `if`" + place_of(program_, program_.steps[row].origin);
    return "`" + id(row) + "`";
  }
  void say(Row row, std::string fact, std::int64_t at_ms = 0) {
    reasons_.push_back({is_if(row) ? std::string() : id(row), std::move(fact), at_ms});
  }
  void go_to(Row row) {
    if (seen_[row]) return;
    seen_[row] = true;
    next_.push_back(row);
  }
  bool ended_as(Row row, StepStatus status) const {
    return at_[row] && at_[row]->ended && at_[row]->status == status;
  }
  bool is_over() const {
    return run_.run.status == RunStatus::completed || run_.run.status == RunStatus::failed ||
           run_.run.status == RunStatus::cancelled;
  }

  void explain(Row row) {
    const store::RecoveredStep* step = at_[row];
    if (step && step->ended)
      ended(row, *step);
    else if (step && step->gate)
      asks(row, *step);
    else if (step && !step->attempts.empty())
      has_begun(row, *step);
    else
      has_not_begun(row);
    rounds(row);
  }

  void ended(Row row, const store::RecoveredStep& step) {
    const std::string& reason = step.outcome.reason;
    switch (step.status) {
      case StepStatus::succeeded:
        succeeded(row, step);
        return;
      case StepStatus::failed:
        say(row, name(row) + " failed " + times(step.attempts.size()) + because(step.outcome), step.ended_ms);
        answers(row, step);
        follows(row);
        return;
      case StepStatus::skipped:
        skipped(row, step);
        return;
      default:
        say(row, name(row) + " was cancelled" + (reason == reason::cancelled ? "" : because(step.outcome)),
            step.ended_ms);
        if (reason != reason::rejected && reason != reason::timeout) why_cancelled(row);
        if (step.gate) decision(row, step);
    }
  }

  static std::string because(const Outcome& outcome) {
    std::string text;
    if (!outcome.reason.empty()) text += " (" + said(outcome.reason) + ")";
    if (!outcome.error.empty()) text += ": " + said(outcome.error);
    return text;
  }

  void succeeded(Row row, const store::RecoveredStep& step) {
    const StepKind kind = program_.steps[row].kind;
    if (kind == StepKind::check || kind == StepKind::branch) {
      const bool held = step.outcome.output.text == "true";
      say(row, name(row) + (held ? " held" : " did not hold"), step.ended_ms);
    } else if (step.attempts.empty() && !step.gate) {
      const bool marked = step.outcome.fields_json.find("\"marked_done\":true") != std::string::npos;
      say(row, name(row) + (marked ? " counts as done, whatever became of it" : " succeeded"), step.ended_ms);
    } else {
      say(row, name(row) + " succeeded" + (step.attempts.empty() ? "" : " " + times(step.attempts.size())),
          step.ended_ms);
    }
    if (step.gate) decision(row, step);
    for (const store::Intervention& wish : run_.interventions)
      if (wish.step == row && wish.iteration == step.iteration &&
          wish.what == store::Intervention::What::done)
        say(row, said(wish.by) + " said that " + name(row) + " is done", wish.at_ms);
    follows(row);
  }

  void skipped(Row row, const store::RecoveredStep& step) {
    const std::string& reason = step.outcome.reason;
    const StepRow& of = program_.steps[row];
    if (reason == reason::condition) {
      if (of.branch != no_row && at_[of.branch] && at_[of.branch]->ended) {
        const bool held = at_[of.branch]->outcome.output.text == "true";
        const bool decided = at_[of.branch]->status == StepStatus::succeeded;
        if (!decided || held != (of.side == 1)) {
          say(row,
              name(row) + " was skipped: it stands on the side of " + name(of.branch) + " that was not taken",
              step.ended_ms);
          go_to(of.branch);
          return;
        }
      }
      say(row, name(row) + " was skipped: its condition did not hold", step.ended_ms);
      follows(row);
      return;
    }
    std::vector<std::string> names;
    for (const Row need : of.needs) {
      const store::RecoveredStep* before = at_[need];
      if (!before || !before->ended) continue;
      const bool failed = before->status == StepStatus::failed;
      const bool same = before->status == StepStatus::skipped && before->outcome.reason == reason;
      const bool halted = reason == reason::stopped &&
                          (failed || (before->status == StepStatus::succeeded && !held_or_no_check(need)) ||
                           taken(need, Response::stop));
      if (!same && !halted && !(reason == reason::upstream && failed)) continue;
      names.push_back(name(need));
      go_to(need);
    }
    say(row,
        name(row) + " was skipped (" + said(reason) + ")" +
            (names.empty() ? "" : ", because of " + list_of(names)),
        step.ended_ms);
  }

  bool held_or_no_check(Row row) const {
    return program_.steps[row].kind != StepKind::check || at_[row]->outcome.output.text == "true";
  }
  bool taken(Row row, Response response) const {
    return std::ranges::any_of(run_.reactions, [&](const store::RecoveredReaction& happened) {
      const ReactionRow* reaction = engine::reaction_of(program_, happened);
      return happened.step == row && happened.iteration == now_in_[row] && reaction &&
             reaction->response == response;
    });
  }

  void why_cancelled(Row row) {
    if (run_.cancel_requested) return say(row, "somebody asked that the run be cancelled");
    std::vector<std::string> names;
    for (Row other = 0; other < at_.size(); ++other) {
      const store::RecoveredStep* step = at_[other];
      if (!step || !step->ended || other == row) continue;
      const bool no = step->outcome.reason == reason::rejected || step->outcome.reason == reason::timeout;
      const bool ends_run = (step->status == StepStatus::failed && program_.fail_fast) ||
                            (step->status == StepStatus::cancelled && no);
      if (!ends_run) continue;
      names.push_back(name(other));
      go_to(other);
    }
    if (!names.empty()) say(row, "nothing new began after " + list_of(names));
  }

  void asks(Row row, const store::RecoveredStep& step) {
    const store::Gate& gate = step.gate->gate;
    std::vector<std::string> people;
    for (const std::string& person : gate.approvers) people.push_back(said(person));
    const std::size_t needed = gate.quorum != 0 ? gate.quorum : std::max<std::size_t>(1, people.size());
    std::string fact = name(row) + " waits for ";
    if (people.empty())
      fact += "anybody's decision";
    else if (needed < people.size())
      fact += std::to_string(needed) + " of " + list_of(people);
    else
      fact += list_of(people);
    if (gate.deadline_ms != 0) fact += ", until " + format_time(gate.deadline_ms);
    say(row, std::move(fact), step.gate->opened_ms);
    decision(row, step);
    if (step.produced && !step.outcome.reason.empty())
      say(row, name(row) + " had failed" + because(step.outcome), step.attempts.back().ended_ms);
    follows(row);
  }

  void decision(Row row, const store::RecoveredStep& step) {
    for (const store::Vote& vote : step.gate->votes)
      say(row,
          said(vote.by) + (vote.approve ? " approved " : " rejected ") + name(row) +
              (vote.comment.empty() ? "" : ": " + said(vote.comment)),
          vote.at_ms);
    if (step.gate->open || !step.gate->outcome.starts_with("timeout")) return;
    say(row, "nobody decided about " + name(row) + " in time", step.gate->gate.deadline_ms);
  }

  void has_begun(Row row, const store::RecoveredStep& step) {
    const store::RecoveredAttempt& last = step.attempts.back();
    const std::string which = "attempt " + std::to_string(last.number) + " of " + name(row);
    if (last.ended_ms != 0) {
      say(row, which + " failed" + because(last.outcome), last.ended_ms);
      say(row, name(row) + " waits for its next attempt", last.due_ms);
    } else if (driven_) {
      say(row, which + " is written ahead or runs", last.started_ms);
    } else {
      say(row, which + " was cut off when its driver ended", last.started_ms);
      const bool allowed = std::ranges::any_of(run_.interventions, [&](const store::Intervention& wish) {
        return wish.step == row && wish.iteration == step.iteration && wish.attempt == last.number &&
               wish.what == store::Intervention::What::retry;
      });
      if (program_.steps[row].idempotent || allowed)
        say(row, "`resume` runs " + name(row) + " again");
      else
        say(row,
            name(row) + " is not simply repeated: a person decides, with `resume --retry` or `--mark-done`");
    }
    follows(row);
  }

  void has_not_begun(Row row) {
    const StepRow& of = program_.steps[row];
    std::vector<std::string> names;
    for (const Row need : of.needs) {
      if (at_[need] && at_[need]->ended) continue;
      names.push_back(name(need));
      go_to(need);
    }
    if (is_over())
      say(row, name(row) + " never began: the run is over", run_.run.updated_ms);
    else if (!names.empty())
      say(row, name(row) + " waits for " + list_of(names) + " to end");
    else if (driven_)
      say(row, name(row) + " is ready, and waits for its turn");
    else
      say(row, name(row) + " is ready, and no process drives the run: `resume` starts it");
    if (names.empty()) follows(row);
  }

  // What it waited for, and how that ended.
  void follows(Row row) {
    std::vector<std::string> names;
    for (const Row need : program_.steps[row].needs) {
      const store::RecoveredStep* before = at_[need];
      if (!before || !before->ended) continue;
      names.push_back(name(need) + ", " + how(need));
      if (!ended_as(need, StepStatus::succeeded) || now_in_[need] > 1 || before->gate) go_to(need);
    }
    if (names.empty()) return;
    std::string fact = name(row) + " follows ";
    for (std::size_t i = 0; i < std::min(names.size(), named_max); ++i) fact += (i ? "; " : "") + names[i];
    if (names.size() > named_max) fact += "; and " + std::to_string(names.size() - named_max) + " more";
    say(row, std::move(fact));
  }
  std::string how(Row row) const {
    const StepKind kind = program_.steps[row].kind;
    std::string text(kind == StepKind::check || kind == StepKind::branch
                         ? (at_[row]->outcome.output.text == "true" ? "which held" : "which did not hold")
                         : "which " +
                               std::string(at_[row]->status == StepStatus::succeeded ||
                                                   at_[row]->status == StepStatus::failed
                                               ? ""
                                               : "was ") +
                               std::string(name_of(at_[row]->status)));
    if (now_in_[row] > 1) text += " in iteration " + std::to_string(now_in_[row]);
    return text;
  }

  // What answered the way in which it ended.
  void answers(Row row, const store::RecoveredStep& step) {
    for (const store::RecoveredReaction& happened : run_.reactions) {
      if (happened.step != row || happened.iteration != step.iteration) continue;
      const ReactionRow* reaction = engine::reaction_of(program_, happened);
      if (reaction && reaction->response == Response::go_on)
        say(row, "the run goes on all the same: " + reaction_text(program_, *reaction), happened.at_ms);
      if (reaction && reaction->response == Response::stop)
        say(row, "what follows is skipped: " + reaction_text(program_, *reaction), happened.at_ms);
    }
    if (step.gate) decision(row, step);
  }

  // Why it is in another iteration than the first.
  void rounds(Row row) {
    if (now_in_[row] == 1) return;
    for (const store::RecoveredReaction& happened : run_.reactions) {
      const ReactionRow* loop = engine::reaction_of(program_, happened);
      if (!loop || loop->response != Response::back) continue;
      if (std::find(loop->body.begin(), loop->body.end(), row) == loop->body.end()) continue;
      std::string fact = name(row) + " runs again because " + name(happened.step);
      for (const store::RecoveredStep& step : run_.steps)
        if (step.step == happened.step && step.iteration == happened.iteration)
          fact += (step.status == StepStatus::failed ? " failed" + because(step.outcome)
                                                     : " did not end as it must") +
                  " in iteration " + std::to_string(step.iteration);
      say(row, fact + " and went back to " + name(loop->target), happened.at_ms);
    }
    for (const store::Intervention& wish : run_.interventions)
      if (wish.step == row && wish.what == store::Intervention::What::again)
        say(row,
            said(wish.by) + " wanted " + name(row) + " to run again, as iteration " +
                std::to_string(wish.iteration),
            wish.at_ms);
  }

  const Program& program_;
  const store::Recovered& run_;
  const bool driven_;
  const std::vector<std::uint32_t> now_in_;
  std::vector<const store::RecoveredStep*> at_;  // By row, in the iteration that it is in.
  std::vector<bool> seen_;
  std::deque<Row> next_;
  std::vector<Reason> reasons_;
};

}  // namespace

std::vector<Reason> why(const Program& program, const store::Recovered& run, Row step, bool driven) {
  return Walk(program, run, driven).from(step);
}

std::string why_text(const std::vector<Reason>& reasons) {
  std::string text;
  for (const Reason& reason : reasons) {
    text += reason.fact;
    if (reason.at_ms != 0) text += "  [" + format_time(reason.at_ms) + "]";
    text += "\n";
  }
  return text;
}

Json why_document(const store::Recovered& run, const std::vector<Reason>& reasons) {
  Json facts = Json::array();
  for (const Reason& reason : reasons)
    facts.push_back({{"step", reason.step.empty() ? Json(nullptr) : Json(reason.step)},
                     {"fact", reason.fact},
                     {"at", reason.at_ms == 0 ? Json(nullptr) : Json(format_time(reason.at_ms))}});
  return {{"run", run.run.id}, {"step", reasons.front().step}, {"why", std::move(facts)}};
}

}  // namespace wf::surface
