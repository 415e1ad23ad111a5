// Which steps may be begun while others have been passed over.
//
// A step is passed over when its condition, or that of an `if` around it, does not hold; when something it
// follows has failed; and when something it follows has stopped the run early (a `check` that does not hold).
// The first keeps nothing else from running; the others keep everything from running that follows, up to the
// steps that run `always`.
#pragma once
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "compiler/graph/graph.h"
#include "compiler/insight/conditions.h"

namespace wfc::insight {

// May the step end in a way that stops what follows it, although nothing failed?
bool may_stop(const model::Step& step);

// One way in which a reader is begun while a producer has been passed over.
struct Missing {
  enum class Why : std::uint8_t {
    never,      // There is none, or nobody can judge.
    condition,  // The producer's condition does not hold.
    stopped,    // `by` ends the run early, and the reader runs all the same.
    failure,    // `by` fails, or the conditions ask for a failure.
  };
  Why why = Why::never;
  StepIndex by = model::none;
  std::vector<std::pair<std::string, std::string>> example = {};  // Values with which it is so.
};

class Paths {
 public:
  using Formula = Conditions::Formula;
  Paths(const model::Workflow& workflow, const graph::StepGraph& graph);

  Conditions& conditions() { return conditions_; }
  // A new question: formulas made before are forgotten.
  void begin() { conditions_.begin(); }

  // Is there a condition on the step, or on an `if` around it?
  bool conditional(StepIndex step) const { return conditional_[step] != 0; }
  Formula begun(StepIndex step);        // These conditions hold.
  Formula passed_over(StepIndex step);  // One of them does not.

  // Whatever keeps `first` from running, but its own condition, keeps `then` from running too: on some way
  // from one to the other nothing runs `always`. Requires: `first` precedes `then`.
  bool bound_to(StepIndex first, StepIndex then);

  // Checks that cannot hold where they are reached: nothing that is bound to them runs.
  const std::vector<StepIndex>& never_hold() const { return never_hold_; }

  // Can the step be begun at all, as far as conditions go? `judged` is false when nobody can tell.
  Conditions::Answer can_begin(StepIndex step);

  // May `reader` be begun while conditions have passed over all of these, each of which precedes it?
  bool can_run_without(StepIndex reader, std::span<const StepIndex> producers);

  // May `reader` be begun, as far as conditions go, after `step`, which precedes it, has ended in one of
  // these ways?
  bool can_begin_after(StepIndex reader, StepIndex step, std::uint8_t ends);

  // Is there no way in which both are begun?
  bool exclude(StepIndex a, StepIndex b);

  // May `reader` be begun, where `context` holds, while `producer`, which precedes it, has been passed over?
  Missing missing(StepIndex reader, Formula context, StepIndex producer) {
    return missing_if(conditions_.both(context, begun(reader)), reader, producer);
  }
  // Likewise, before the reader's own `when` is decided.
  Missing missing_before(StepIndex reader, Formula context, StepIndex producer);

 private:
  enum class Mode : std::uint8_t { nothing_fails, anything };
  Formula side(const model::Step& step, bool holds);
  Missing missing_if(Formula runs, StepIndex reader, StepIndex producer);
  void find_blocks();
  bool linked(Formula& formula, StepIndex reader, StepIndex producer, bool blocked, Mode mode);
  template <class Visit>
  void each_binding(StepIndex step, const Visit& visit) const;
  Formula held_back(StepIndex step, Mode mode, bool ends_run);
  bool ends_before(StepIndex first, StepIndex then) const;
  bool may_err(const expr::Expr& of) const;
  Formula condition_errs(const model::Step& step);
  std::uint8_t ends_of(const model::Step& step) const;
  Formula follows_from(StepIndex first, StepIndex then);
  void index_checks();
  std::vector<StepIndex> nearest(StepIndex step, bool (*which)(const model::Step&), std::size_t at_most);

  const model::Workflow& workflow_;
  const graph::StepGraph& graph_;
  Conditions conditions_;
  std::vector<char> conditional_, seen_;
  bool any_always_ = false;
  // By the end of a block that forgives its steps: what the block waits for.
  std::unordered_map<StepIndex, std::vector<StepIndex>> outside_;
  // Checks that everything after them can rely on, by what they look at.
  std::unordered_map<std::string, std::vector<StepIndex>> checks_;
  std::vector<StepIndex> never_hold_, hold_after_failures_;
  StepIndex refused_ = model::none;  // An approval that may have cancelled the run.
  // Of the last `then` that was asked for: what it is bound to.
  StepIndex bound_then_ = model::none;
  std::vector<std::uint32_t> bound_;  // Stamped with bound_stamp_.
  std::uint32_t bound_stamp_ = 0;
  std::uint64_t effort_ = 0;
};

}  // namespace wfc::insight
