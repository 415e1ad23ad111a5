// Which conditions hang together, and the values that they ask for.
#include "compiler/insight/cases.h"

#include <algorithm>
#include <numeric>

#include "compiler/expr/types.h"

namespace wfc::insight {
namespace {

using dsl::BindingKind;
using dsl::ExprKind;
using expr::Expr;
using model::none;

constexpr int checks_deep_max = 8;  // Checks that ask whether checks held.

}  // namespace

Cases::Cases(const model::Workflow& workflow, const std::vector<char>& again, std::vector<std::uint8_t> ends)
    : workflow_(workflow), conditions_(workflow), ends_(std::move(ends)) {
  read(again);
  divide();
}

// The same value whenever it is asked for: an input, or what a step gives that is begun only once.
bool Cases::stays(const Expr& expr, const std::vector<char>& again, int checks_deep) const {
  switch (expr.kind) {
    case ExprKind::name:
      switch (expr.binding.kind) {
        case BindingKind::input:
        case BindingKind::let:
        case BindingKind::event:
        case BindingKind::workflow:
        case BindingKind::project:
          return true;
        case BindingKind::step:
        case BindingKind::output: {
          // Whether a check has held hangs on what it looks at.
          const model::Step& of = workflow_.steps[expr.binding.index];
          if (again[expr.binding.index]) return false;
          if (of.kind != wf::StepKind::check || !of.condition) return true;
          return checks_deep < checks_deep_max && stays(*of.condition, again, checks_deep + 1);
        }
        default:
          return false;
      }
    case ExprKind::call:
    case ExprKind::error:
      return false;
    default:
      return std::all_of(expr.children.begin(), expr.children.end(),
                         [&](const Expr& child) { return stays(child, again, checks_deep); });
  }
}

void Cases::read(const std::vector<char>& again) {
  for (const model::Branch& branch : workflow_.branches) {
    const bool same = stays(branch.condition, again);
    stays_.push_back(same);
    if (same) {
      const Formula no = conditions_.when_false(branch.condition);
      sides_.push_back({no, conditions_.when_true(branch.condition)});
    } else {
      const auto [yes, no] = conditions_.unknown();
      sides_.push_back({no, yes});
    }
  }
  for (StepIndex step = 0; step < workflow_.steps.size(); ++step) {
    const auto& when = workflow_.steps[step].when;
    if (!when) continue;
    if (whens_.empty()) whens_.assign(workflow_.steps.size(), Conditions::always);
    whens_[step] = stays(*when, again) ? conditions_.when_true(*when) : conditions_.unknown().first;
  }
}

void Cases::divide() {
  const auto branches = static_cast<std::uint32_t>(workflow_.branches.size());
  if (branches == 0 && whens_.empty()) return;
  const auto count_asked = [&](Formula formula) {
    std::vector<std::uint32_t> asked = conditions_.asked_in(formula);
    for (const std::uint32_t subject : asked) {
      if (asked_.size() <= subject) asked_.resize(subject + 1, 0);
      ++asked_[subject];
    }
    return asked;
  };
  // Trees of branches, steps outside of all with a condition, then subjects.
  std::vector<std::uint32_t> root(branches);
  for (std::uint32_t b = 0; b < branches; ++b) {
    const std::uint32_t outer = workflow_.branches[b].outer;
    root[b] = outer < b ? root[outer] : b;
  }
  std::vector<std::pair<std::uint32_t, std::uint32_t>> asks;  // A tree or step, and the subject.
  std::vector<StepIndex> alone;
  for (std::uint32_t b = 0; b < branches; ++b)
    for (const std::uint32_t subject : count_asked(sides_[b][1])) asks.emplace_back(root[b], subject);
  std::vector<std::pair<StepIndex, std::uint32_t>> within;
  for (StepIndex step = 0; step < workflow_.steps.size(); ++step) {
    const model::Step& of = workflow_.steps[step];
    if (of.branch == none && !of.when) continue;
    if (of.branch == none) alone.push_back(step);
    const std::uint32_t node =
        of.branch != none ? root[of.branch] : branches + static_cast<std::uint32_t>(alone.size()) - 1;
    within.emplace_back(step, node);
    if (!of.when) continue;
    for (const std::uint32_t subject : count_asked(whens_[step])) asks.emplace_back(node, subject);
  }
  const std::uint32_t first_subject = branches + static_cast<std::uint32_t>(alone.size());
  std::vector<std::uint32_t> leader(first_subject + asked_.size());
  std::iota(leader.begin(), leader.end(), 0);
  const auto find = [&](std::uint32_t of) {
    while (leader[of] != of) of = leader[of] = leader[leader[of]];
    return of;
  };
  for (const auto& [node, subject] : asks)
    if (asked_[subject] > 1) leader[find(node)] = find(first_subject + subject);

  std::vector<std::uint32_t> part_of(leader.size(), none);
  const auto part = [&](std::uint32_t node) -> Part& {
    std::uint32_t& index = part_of[find(node)];
    if (index == none) {
      index = static_cast<std::uint32_t>(parts_.size());
      parts_.emplace_back();
    }
    return parts_[index];
  };
  for (std::uint32_t b = 0; b < branches; ++b) part(root[b]).branches.push_back(b);
  for (const auto& [step, node] : within) part(node).steps.push_back(step);
  for (std::uint32_t subject = 0; subject < asked_.size(); ++subject)
    if (asked_[subject] > 1) part(first_subject + subject).subjects.push_back(subject);
  for (Part& of : parts_)
    std::stable_sort(of.subjects.begin(), of.subjects.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return asked_[a] > asked_[b]; });
}

std::uint64_t Cases::begin(const Part& part, std::uint64_t cases_max) {
  std::vector<Formula> formulas;
  for (const std::uint32_t branch : part.branches)
    formulas.insert(formulas.end(), sides_[branch].begin(), sides_[branch].end());
  if (!whens_.empty())
    for (const StepIndex step : part.steps) formulas.push_back(whens_[step]);
  return conditions_.lay_out(formulas, part.subjects, ends_, cases_max);
}

// Of everything, also each side of each branch by itself.
std::uint64_t Cases::begin(std::uint64_t cases_max) {
  Part all;
  for (std::uint32_t b = 0; b < workflow_.branches.size(); ++b) {
    all.branches.push_back(b);
    for (const std::uint32_t subject : conditions_.asked_in(sides_[b][1])) all.subjects.push_back(subject);
  }
  for (const Part& part : parts_) {
    all.steps.insert(all.steps.end(), part.steps.begin(), part.steps.end());
    all.subjects.insert(all.subjects.end(), part.subjects.begin(), part.subjects.end());
  }
  std::sort(all.subjects.begin(), all.subjects.end());
  all.subjects.erase(std::unique(all.subjects.begin(), all.subjects.end()), all.subjects.end());
  std::stable_sort(all.subjects.begin(), all.subjects.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return asked_[a] > asked_[b]; });
  return begin(all, cases_max);
}

}  // namespace wfc::insight
