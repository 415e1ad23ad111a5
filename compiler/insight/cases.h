// The ways in which the conditions of a run can turn out together.
//
// Whether a step may run depends on its own condition and on the sides of the `if`s around it. Conditions
// that ask for the same value hang together: for each value that they can tell apart, some of them hold and
// the others do not. A case is a choice of such values. What only one condition asks for needs no case: it
// may be either way. What may be asked for again in a loop, and be another value then, is in no case either.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "compiler/insight/conditions.h"

namespace wfc::insight {

class Cases {
 public:
  // `again`: the steps that may be begun more than once. `ends`: how a step may have ended where a condition
  // asks for it.
  Cases(const model::Workflow& workflow, const std::vector<char>& again, std::vector<std::uint8_t> ends);

  // Branches, and steps with conditions, that have to be looked at together. Every branch is in one, with all
  // that stands in it, and so is every step that has a condition.
  struct Part {
    std::vector<std::uint32_t> branches;  // The outer ones first.
    std::vector<StepIndex> steps;
    std::vector<std::uint32_t> subjects;  // That more than one of their conditions ask for.
  };
  const std::vector<Part>& parts() const { return parts_; }

  // How many cases there are, of a part or of everything; values are left open until they are few enough.
  std::uint64_t begin(const Part& part, std::uint64_t cases_max);
  std::uint64_t begin(std::uint64_t cases_max);
  void choose(std::uint64_t number) { conditions_.choose(number); }

  // In the chosen case, as far as its own condition goes.
  bool may_run(StepIndex step) { return conditions_.holds(of_step(step)) != 0; }
  bool must_run(StepIndex step) { return conditions_.holds(of_step(step)) == 1; }
  bool may_take(std::uint32_t branch, std::uint32_t side) {
    return conditions_.holds(sides_[branch][side & 1]) != 0;
  }
  std::vector<std::pair<StepIndex, std::uint8_t>> ends() const { return conditions_.chosen_ends(); }

  // Is it decided alike however often it is decided?
  bool stays(std::uint32_t branch) const { return stays_[branch] != 0; }

 private:
  using Formula = Conditions::Formula;
  Formula of_step(StepIndex step) const { return whens_.empty() ? Conditions::always : whens_[step]; }
  bool stays(const expr::Expr& expr, const std::vector<char>& again, int checks_deep = 0) const;
  void read(const std::vector<char>& again);
  void divide();

  const model::Workflow& workflow_;
  Conditions conditions_;
  std::vector<std::array<Formula, 2>> sides_;  // By branch and side.
  std::vector<char> stays_;
  std::vector<Formula> whens_;  // By step; empty where no step has a condition.
  std::vector<Part> parts_;
  std::vector<std::uint8_t> ends_;
  std::vector<std::uint32_t> asked_;  // How often, by subject.
};

}  // namespace wfc::insight
