// From expressions to formulas, and the search for a way in which a formula holds.
#include "compiler/insight/conditions.h"

#include <algorithm>
#include <cmath>

#include "compiler/expr/canonical.h"

namespace wfc::insight {
namespace {

using dsl::BindingKind;
using dsl::ExprKind;
using expr::Expr;
using model::none;

constexpr std::uint64_t effort_max = 20'000;
constexpr std::size_t candidates_max = 64;
constexpr int checks_deep_max = 3;  // Checks that ask whether checks held.

bool is_path(const Expr& expr) {
  if (expr.kind == ExprKind::name) return true;
  if (expr.kind == ExprKind::field) return is_path(expr.children[0]);
  if (expr.kind == ExprKind::index)
    return is_path(expr.children[0]) &&
           (expr.children[1].kind == ExprKind::integer || expr.children[1].kind == ExprKind::text);
  return false;
}

const Expr& root_of(const Expr& path) {
  return path.kind == ExprKind::name ? path : root_of(path.children[0]);
}

// What is not the same whenever it is asked.
bool changes(const Expr& expr) {
  if (expr.kind == ExprKind::name) {
    switch (expr.binding.kind) {
      case BindingKind::input:
      case BindingKind::let:
      case BindingKind::step:
      case BindingKind::output:
      case BindingKind::group:
      case BindingKind::event:
      case BindingKind::workflow:
      case BindingKind::project:
        return false;
      default:
        return true;
    }
  }
  if (expr.kind == ExprKind::error) return true;
  return std::any_of(expr.children.begin(), expr.children.end(), [](const Expr& of) { return changes(of); });
}

std::string written_path(const Expr& path) {
  if (path.kind == ExprKind::name) return path.text;
  if (path.kind == ExprKind::field) return written_path(path.children[0]) + "." + path.text;
  return {};
}

}  // namespace

bool Conditions::is_common(const Expr& path) {
  if (path.kind != ExprKind::field || path.children[0].kind != ExprKind::name) return false;
  static constexpr std::string_view names[] = {"ok",    "fail",     "status",  "reason",
                                               "error", "attempts", "duration"};
  return std::find(std::begin(names), std::end(names), path.text) != std::end(names);
}

std::string Constant::written() const {
  if (made_up) return {};
  switch (kind) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return number != 0 ? "true" : "false";
    case Kind::number: {
      if (number == std::floor(number) && std::fabs(number) < 1e15)
        return std::to_string(static_cast<std::int64_t>(number));
      std::string text = std::to_string(number);
      text.erase(text.find_last_not_of('0') + 1);
      return text;
    }
    case Kind::text:
      return "\"" + text + "\"";
    default:
      return {};
  }
}

Conditions::Conditions(const model::Workflow& workflow) : workflow_(workflow) {
  begin();
}

void Conditions::begin() {
  nodes_.clear();
  constants_.clear();
  subjects_.clear();
  by_key_.clear();
  known_.clear();
  nodes_.push_back({.kind = NodeKind::never});
  nodes_.push_back({.kind = NodeKind::always});
}

Conditions::Formula Conditions::add(Node node) {
  nodes_.push_back(node);
  return static_cast<Formula>(nodes_.size() - 1);
}

Conditions::Formula Conditions::both(Formula a, Formula b) {
  if (a == never || b == never) return never;
  if (a == always || a == b) return b;
  if (b == always) return a;
  return add({.kind = NodeKind::both, .left = a, .right = b});
}

Conditions::Formula Conditions::either(Formula a, Formula b) {
  if (a == always || b == always) return always;
  if (a == never || a == b) return b;
  if (b == never) return a;
  return add({.kind = NodeKind::either, .left = a, .right = b});
}

std::uint32_t Conditions::subject(std::string key) {
  const auto [found, added] = by_key_.emplace(key, static_cast<std::uint32_t>(subjects_.size()));
  if (added) subjects_.push_back({.key = std::move(key)});
  return found->second;
}

Conditions::Formula Conditions::ends(StepIndex step, std::uint8_t how) {
  how &= any_end;
  if (how == 0) return never;
  if (how == any_end) return always;
  const std::uint32_t of = subject("end " + std::to_string(step));
  subjects_[of].step = step;
  return add({.kind = NodeKind::atom, .subject = of, .test = Test::ended, .ended = how});
}

Conditions::Formula Conditions::atom(std::uint32_t subject, Test test, bool holds, const Constant* constant) {
  Node node{.kind = NodeKind::atom, .holds = holds, .subject = subject, .test = test};
  if (constant != nullptr) {
    node.constant = static_cast<std::uint32_t>(constants_.size());
    constants_.push_back(*constant);
  }
  return add(node);
}

// The same wherever it is written the same, unless it may change in between.
Conditions::Formula Conditions::opaque(const Expr& expr, bool holds) {
  const bool unlike = changes(expr);
  const std::uint32_t of =
      subject(unlike ? "any " + std::to_string(unlike_any_++) : "is " + expr::canonical(expr));
  subjects_[of].boolean = true;
  return atom(of, Test::truthy, holds);
}

std::uint32_t Conditions::subject_of(const Expr& path) {
  const Expr& root = root_of(path);
  if (changes(path)) return subject("any " + std::to_string(unlike_any_++));
  const std::uint32_t of = subject("value " + expr::canonical(path));
  Subject& subject = subjects_[of];
  if (!subject.shown.empty()) return of;
  subject.shown = written_path(path);
  const bool output = root.binding.kind == BindingKind::output
                          ? path.kind == ExprKind::name
                          : root.binding.kind == BindingKind::step && path.kind == ExprKind::field &&
                                path.text == "output" && path.children[0].kind == ExprKind::name;
  if (output && workflow_.steps[root.binding.index].extras) {
    subject.choices = workflow_.steps[root.binding.index].extras->output_choices;
    subject.any_type = false;
  }
  if (root.binding.kind != BindingKind::input || path.kind != ExprKind::name) return of;
  const model::Input& input = workflow_.inputs[root.binding.index];
  subject.choices = input.choices;
  subject.any_type = input.type == wf::ValueType::any || input.nullable;
  subject.whole = input.type == wf::ValueType::integer;
  subject.boolean = input.type == wf::ValueType::boolean && !input.nullable;
  return of;
}

std::optional<std::uint8_t> Conditions::status_named(const std::string& name) const {
  if (name == "succeeded") return succeeded;
  if (name == "failed") return failed;
  if (name == "skipped") return skipped;
  if (name == "cancelled") return cancelled;
  return std::nullopt;
}

std::optional<Constant> Conditions::constant_of(const Expr& expr) {
  const auto folded = expr::fold(expr);
  if (!folded || !*folded) return std::nullopt;
  const wf::Value& value = **folded;
  using Kind = Constant::Kind;
  const auto number = static_cast<double>(value.as_integer());
  switch (value.kind()) {
    case wf::Value::Kind::null:
      return Constant{Kind::null, 0, {}};
    case wf::Value::Kind::boolean:
      return Constant{Kind::boolean, value.as_boolean() ? 1.0 : 0.0, {}};
    case wf::Value::Kind::integer:
    case wf::Value::Kind::real:
      return Constant{Kind::number, value.as_real(), {}};
    case wf::Value::Kind::text:
      return Constant{Kind::text, 0, value.as_text()};
    case wf::Value::Kind::duration:
      return Constant{Kind::duration, number, {}};
    case wf::Value::Kind::size:
      return Constant{Kind::size, number, {}};
    case wf::Value::Kind::money:
      return Constant{Kind::money, number, {}};
    default:
      return std::nullopt;
  }
}

// Does a path have a value? A step's result has its common fields however the step has ended; the others, and
// its output, only if it has run.
Conditions::Formula Conditions::has_value(const Expr& path, bool holds) {
  const Expr& root = root_of(path);
  if (changes(path)) return opaque(path, holds);
  const std::uint32_t defined = subject("has " + expr::canonical(path));
  subjects_[defined].boolean = true;
  Formula deep = atom(defined, Test::truthy, holds);
  const bool of_output = root.binding.kind == BindingKind::output;
  if (!of_output && root.binding.kind != BindingKind::step) {
    const bool simple = root.binding.kind == BindingKind::input && path.kind == ExprKind::name;
    return simple ? (holds ? always : never) : deep;
  }
  if (!of_output && (path.kind == ExprKind::name || is_common(path))) return holds ? always : never;
  const bool only_output = of_output ? path.kind == ExprKind::name
                                     : path.kind == ExprKind::field &&
                                           path.children[0].kind == ExprKind::name && path.text == "output";
  const Formula ran = ends(root.binding.index, has_run), not_run = ends(root.binding.index, skipped);
  if (only_output) return holds ? ran : not_run;
  return holds ? both(ran, deep) : either(not_run, deep);
}

Conditions::Formula Conditions::truth_of(const Expr& expr, bool holds) {
  if (!is_path(expr)) return opaque(expr, holds);
  const Expr& root = root_of(expr);
  const StepIndex step = root.binding.index;
  if (root.binding.kind == BindingKind::step) {
    const bool whole = expr.kind == ExprKind::name;
    const bool of_step = expr.kind == ExprKind::field && expr.children[0].kind == ExprKind::name;
    if (whole || (of_step && expr.text == "ok")) {
      const model::Step& of = workflow_.steps[step];
      Formula good = ends(step, succeeded), bad = ends(step, failed | skipped | cancelled);
      if (of.kind == wf::StepKind::check && of.condition && checks_deep_ < checks_deep_max) {
        ++checks_deep_;
        good = both(good, formula(*of.condition, true));
        bad = either(bad, formula(*of.condition, false));
        --checks_deep_;
      }
      return holds ? good : bad;
    }
    if (of_step && expr.text == "fail") return ends(step, holds ? failed : any_end & ~failed);
    if (is_common(expr)) return atom(subject_of(expr), Test::truthy, holds);
    const Formula ran = ends(step, has_run), value = atom(subject_of(expr), Test::truthy, holds);
    return holds ? both(ran, value) : either(ends(step, skipped), value);
  }
  const Formula value = atom(subject_of(expr), Test::truthy, holds);
  if (root.binding.kind != BindingKind::output) return value;
  return holds ? both(ends(step, has_run), value) : either(ends(step, skipped), value);
}

Conditions::Formula Conditions::compared_with(const Expr& path, ExprKind op, const Constant& constant,
                                              bool holds) {
  const Expr& root = root_of(path);
  const bool of_step = root.binding.kind == BindingKind::step && path.kind == ExprKind::field &&
                       path.children[0].kind == ExprKind::name;
  const bool equality = op == ExprKind::equal || op == ExprKind::not_equal;
  if (of_step && path.text == "status" && equality && constant.kind == Constant::Kind::text) {
    const std::uint8_t how = status_named(constant.text).value_or(0);
    const bool is = holds == (op == ExprKind::equal);
    return ends(root.binding.index, is ? how : static_cast<std::uint8_t>(any_end & ~how));
  }
  Formula value = never;
  const std::uint32_t subject = subject_of(path);
  const bool declared = !subjects_[subject].choices.empty() && root.binding.kind != BindingKind::input;
  switch (op) {
    case ExprKind::equal:
      value = atom(subject, Test::equal, holds, &constant);
      break;
    case ExprKind::not_equal:
      value = atom(subject, Test::equal, !holds, &constant);
      break;
    case ExprKind::less:
      value = atom(subject, Test::less, holds, &constant);
      break;
    case ExprKind::less_equal:
      value = atom(subject, Test::less_equal, holds, &constant);
      break;
    case ExprKind::greater:
      value = atom(subject, Test::less_equal, !holds, &constant);
      break;
    default:  // greater_equal
      value = atom(subject, Test::less, !holds, &constant);
      break;
  }
  // What has no value cannot be compared: the step fails then, however it is asked.
  const bool by_step = root.binding.kind == BindingKind::output ||
                       (root.binding.kind == BindingKind::step && !is_common(path));
  if (!by_step) return value;
  if (!declared) return both(ends(root.binding.index, has_run), value);
  // Only what has succeeded gives one of its choices.
  const Formula chosen = both(ends(root.binding.index, succeeded), value);
  const bool differs = equality && holds != (op == ExprKind::equal);
  return differs ? either(chosen, ends(root.binding.index, failed | cancelled)) : chosen;
}

Conditions::Formula Conditions::compared(const Expr& left, ExprKind op, const Expr& right, bool holds) {
  const auto turned = [](ExprKind of) {
    switch (of) {
      case ExprKind::less:
        return ExprKind::greater;
      case ExprKind::less_equal:
        return ExprKind::greater_equal;
      case ExprKind::greater:
        return ExprKind::less;
      case ExprKind::greater_equal:
        return ExprKind::less_equal;
      default:
        return of;
    }
  };
  if (const auto constant = constant_of(right)) {
    if (is_path(left)) return compared_with(left, op, *constant, holds);
    // (path | default(value = otherwise)) op constant
    if (left.kind == ExprKind::filter && left.text == "default" && left.children.size() == 2 &&
        is_path(left.children[0])) {
      if (const auto otherwise = constant_of(left.children[1])) {
        Node test{.kind = NodeKind::atom, .holds = true, .test = Test::equal};
        bool direct = true;
        if (op == ExprKind::less || op == ExprKind::greater_equal) test.test = Test::less;
        if (op == ExprKind::less_equal || op == ExprKind::greater) test.test = Test::less_equal;
        if (op == ExprKind::not_equal || op == ExprKind::greater || op == ExprKind::greater_equal)
          direct = false;
        const bool result = evaluate(test, {0, *otherwise}, *constant) == direct;
        const Formula with =
            both(has_value(left.children[0], true), compared_with(left.children[0], op, *constant, holds));
        return result == holds ? either(with, has_value(left.children[0], false)) : with;
      }
    }
  } else if (const auto turned_constant = constant_of(left); turned_constant && is_path(right)) {
    return compared_with(right, turned(op), *turned_constant, holds);
  }
  Expr whole;
  whole.kind = op;
  whole.children = {left, right};
  // `!=` is what `==` is not.
  if (op == ExprKind::not_equal) {
    whole.kind = ExprKind::equal;
    return opaque(whole, !holds);
  }
  return opaque(whole, holds);
}

Conditions::Formula Conditions::member(const Expr& item, const Expr& list, bool holds) {
  Expr whole;
  whole.kind = ExprKind::member;
  if (!is_path(item) || list.kind != ExprKind::list || list.children.size() > candidates_max) {
    whole.children = {item, list};
    return opaque(whole, holds);
  }
  Formula all = holds ? never : always;
  for (const Expr& one : list.children) {
    const auto constant = constant_of(one);
    if (!constant) {
      whole.children = {item, list};
      return opaque(whole, holds);
    }
    const Formula is = compared_with(item, ExprKind::equal, *constant, holds);
    all = holds ? either(all, is) : both(all, is);
  }
  return all;
}

// Each expression becomes a formula once for each way it may end: both are asked for by what is around it.
Conditions::Formula Conditions::formula(const Expr& expr, bool holds) {
  const auto key = std::pair(&expr, holds);
  if (const auto found = known_.find(key); found != known_.end()) return found->second;
  const Formula made = make_formula(expr, holds);
  known_.emplace(key, made);
  return made;
}

Conditions::Formula Conditions::make_formula(const Expr& expr, bool holds) {
  switch (expr.kind) {
    case ExprKind::and_:
    case ExprKind::or_: {
      const Formula left = formula(expr.children[0], holds);
      const Formula right = formula(expr.children[1], holds);
      if ((expr.kind == ExprKind::and_) == holds) return both(left, right);
      // The right side is asked only where the left one leaves it open, and is no error.
      return either(left, both(formula(expr.children[0], !holds), right));
    }
    case ExprKind::not_:
      return formula(expr.children[0], !holds);
    case ExprKind::equal:
    case ExprKind::not_equal:
    case ExprKind::less:
    case ExprKind::less_equal:
    case ExprKind::greater:
    case ExprKind::greater_equal:
      if (const auto constant = constant_of(expr)) return (constant->number != 0) == holds ? always : never;
      return compared(expr.children[0], expr.kind, expr.children[1], holds);
    case ExprKind::member:
      return member(expr.children[0], expr.children[1], holds);
    case ExprKind::not_member:
      return member(expr.children[0], expr.children[1], !holds);
    case ExprKind::test:
    case ExprKind::not_test: {
      const bool straight = (expr.kind == ExprKind::test) == holds;
      if (expr.text == "defined" && is_path(expr.children[0])) return has_value(expr.children[0], straight);
      if (expr.text == "undefined" && is_path(expr.children[0]))
        return has_value(expr.children[0], !straight);
      Expr test = expr;
      test.kind = ExprKind::test;
      return opaque(test, straight);
    }
    case ExprKind::name:
    case ExprKind::field:
    case ExprKind::index:
      return truth_of(expr, holds);
    case ExprKind::filter:
      // `path | default(value = x)` by itself.
      if (expr.text == "default" && expr.children.size() == 2 && is_path(expr.children[0])) {
        if (const auto otherwise = constant_of(expr.children[1])) {
          const bool result = evaluate({.test = Test::truthy}, {0, *otherwise}, {});
          const Formula with = both(has_value(expr.children[0], true), truth_of(expr.children[0], holds));
          return result == holds ? either(with, has_value(expr.children[0], false)) : with;
        }
      }
      return opaque(expr, holds);
    default: {
      const auto folded = expr::fold(expr);
      if (folded && *folded) return wf::truth(**folded) == holds ? always : never;
      return opaque(expr, holds);
    }
  }
}

// Asked only whether it is true, what has no value is not.
Conditions::Formula Conditions::errs(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::not_:
      return errs(expr.children[0]);
    case ExprKind::and_:
    case ExprKind::or_: {
      const Formula goes_on = formula(expr.children[0], expr.kind == ExprKind::and_);
      return either(errs(expr.children[0]), both(goes_on, errs(expr.children[1])));
    }
    default:
      return is_path(expr) ? never : value_errs(expr);
  }
}

Conditions::Formula Conditions::value_errs(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::not_:
    case ExprKind::and_:
    case ExprKind::or_:
      return errs(expr);
    case ExprKind::name:
    case ExprKind::field:
    case ExprKind::index:
      if (is_path(expr)) return has_value(expr, false);
      return always;
    case ExprKind::test:
    case ExprKind::not_test:
      if ((expr.text == "defined" || expr.text == "undefined") && is_path(expr.children[0])) return never;
      break;
    case ExprKind::filter:
      if (expr.text == "default" && is_path(expr.children[0])) return never;
      return always;
    case ExprKind::call:
    case ExprKind::divide:
    case ExprKind::remainder:
      return always;
    default:
      break;
  }
  Formula any = never;
  for (const Expr& child : expr.children) any = either(any, value_errs(child));
  return any;
}

// ------------------------------------------------------------------------------------------------ the search

int Conditions::compare(const Constant& a, const Constant& b) {
  if (a.kind == Constant::Kind::text) return a.text.compare(b.text);
  return a.number < b.number ? -1 : a.number > b.number ? 1 : 0;
}

bool Conditions::evaluate(const Node& atom, const Candidate& candidate, const Constant& constant) {
  using Kind = Constant::Kind;
  const Constant& value = candidate.value;
  switch (atom.test) {
    case Test::ended:
      return (candidate.ended & atom.ended) != 0;
    case Test::truthy:
      if (value.kind == Kind::truthy) return true;
      if (value.kind == Kind::falsy || value.kind == Kind::null) return false;
      return value.kind == Kind::text ? !value.text.empty() : value.number != 0;
    case Test::equal:
      if (value.kind != constant.kind || value.kind == Kind::truthy || value.kind == Kind::falsy)
        return false;
      return value.kind == Kind::null || compare(value, constant) == 0;
    case Test::less:
      return value.kind == constant.kind && compare(value, constant) < 0;
    case Test::less_equal:
      return value.kind == constant.kind && compare(value, constant) <= 0;
  }
  return false;
}

std::vector<Conditions::Candidate> Conditions::candidates(std::uint32_t index,
                                                          const std::vector<Formula>& atoms) const {
  using Kind = Constant::Kind;
  const Subject& subject = subjects_[index];
  std::vector<Candidate> all;
  if (subject.step != none) {
    for (const std::uint8_t how : {succeeded, skipped, failed, cancelled}) all.push_back({how, {}});
    return all;
  }
  if (subject.boolean) {
    for (const double value : {1.0, 0.0}) all.push_back({0, {Kind::boolean, value, {}}});
    return all;
  }
  if (!subject.choices.empty()) {
    for (const std::string& choice : subject.choices) all.push_back({0, {Kind::text, 0, choice}});
    if (subject.any_type) all.push_back({0, {Kind::null, 0, {}}});
    return all;
  }
  std::vector<Constant> constants;
  bool ordered = false, by_truth = false;
  for (const Formula at : atoms) {
    const Node& node = nodes_[at];
    if (node.subject != index) continue;
    if (node.test == Test::truthy) by_truth = true;
    if (node.test == Test::less || node.test == Test::less_equal) ordered = true;
    if (node.test != Test::truthy) constants.push_back(constants_[node.constant]);
  }
  std::sort(constants.begin(), constants.end(), [](const Constant& a, const Constant& b) {
    return a.kind != b.kind ? a.kind < b.kind : compare(a, b) < 0;
  });
  const auto same = [](const Constant& a, const Constant& b) {
    return a.kind == b.kind && compare(a, b) == 0;
  };
  constants.erase(std::unique(constants.begin(), constants.end(), same), constants.end());
  for (std::size_t i = 0; i < constants.size(); ++i) {
    const Constant& at = constants[i];
    const bool first = i == 0 || constants[i - 1].kind != at.kind;
    const bool last = i + 1 == constants.size() || constants[i + 1].kind != at.kind;
    all.push_back({0, at});
    switch (at.kind) {
      case Kind::text:
        // The text right behind it, one that is none of them, and none at all.
        if (ordered || last)
          all.push_back(
              {0, {.kind = Kind::text, .text = at.text + (ordered ? "\x01" : "~"), .made_up = true}});
        if (first) all.push_back({0, {Kind::text, 0, ""}});
        break;
      case Kind::number:
      case Kind::duration:
      case Kind::size:
      case Kind::money: {
        if (first) all.push_back({0, {at.kind, at.number - 1, {}}});
        double next = last ? at.number + 1 : (at.number + constants[i + 1].number) / 2;
        if (subject.whole || at.kind != Kind::number) next = std::ceil(next);
        if (last || next < constants[i + 1].number) all.push_back({0, {at.kind, next, {}}});
        if (by_truth && last) all.push_back({0, {at.kind, 0, {}}});
        break;
      }
      case Kind::boolean:
        if (first) all.push_back({0, {Kind::boolean, at.number != 0 ? 0.0 : 1.0, {}}});
        break;
      default:
        break;
    }
  }
  // A comparison of what is of another kind is an error.
  if (!ordered && (subject.any_type || constants.empty())) {
    all.push_back({0, {Kind::truthy, 0, {}}});
    all.push_back({0, {Kind::falsy, 0, {}}});
  }
  return all;
}

void Conditions::collect(Formula formula, std::vector<Formula>& atoms) {
  if (seen_.size() < nodes_.size()) seen_.resize(nodes_.size(), 0);
  ++stamp_;
  std::vector<Formula> open{formula};
  while (!open.empty()) {
    const Formula at = open.back();
    open.pop_back();
    if (seen_[at] == stamp_) continue;
    seen_[at] = stamp_;
    const Node& node = nodes_[at];
    if (node.kind == NodeKind::atom) atoms.push_back(at);
    if (node.kind != NodeKind::both && node.kind != NodeKind::either) continue;
    open.push_back(node.right);
    open.push_back(node.left);
  }
}

std::vector<StepIndex> Conditions::steps_in(Formula formula) {
  std::vector<Formula> atoms;
  collect(formula, atoms);
  std::vector<StepIndex> steps;
  for (const Formula at : atoms)
    if (subjects_[nodes_[at].subject].step != none) steps.push_back(subjects_[nodes_[at].subject].step);
  std::sort(steps.begin(), steps.end());
  steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
  return steps;
}

std::vector<std::string> Conditions::subjects_in(Formula formula) {
  std::vector<Formula> atoms;
  collect(formula, atoms);
  std::vector<std::string> keys;
  for (const Formula at : atoms) keys.push_back(subjects_[nodes_[at].subject].key);
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

int Conditions::judge(Formula formula) {
  ++effort_;
  const Node& node = nodes_[formula];
  switch (node.kind) {
    case NodeKind::never:
      return 0;
    case NodeKind::always:
      return 1;
    case NodeKind::atom: {
      const int chosen = chosen_[slot_[node.subject]];
      if (chosen < 0) return -1;
      const Candidate& candidate = choices_[slot_[node.subject]][static_cast<std::size_t>(chosen)];
      static const Constant no_constant;
      const bool uses = node.test != Test::truthy && node.test != Test::ended;
      return evaluate(node, candidate, uses ? constants_[node.constant] : no_constant) == node.holds ? 1 : 0;
    }
    case NodeKind::both:
    case NodeKind::either: {
      const int absorbing = node.kind == NodeKind::both ? 0 : 1;
      const int left = judge(node.left);
      if (left == absorbing) return absorbing;
      const int right = judge(node.right);
      if (right == absorbing) return absorbing;
      return left < 0 || right < 0 ? -1 : 1 - absorbing;
    }
  }
  return -1;
}

bool Conditions::search(Formula formula, std::size_t next) {
  const int now = judge(formula);
  if (now >= 0 || effort_ > effort_max) return now == 1;
  if (next == order_.size()) return false;
  for (std::size_t i = 0; i < choices_[next].size(); ++i) {
    chosen_[next] = static_cast<int>(i);
    if (search(formula, next + 1)) return true;
    if (effort_ > effort_max) break;
  }
  chosen_[next] = -1;
  return false;
}

Conditions::Answer Conditions::possible(Formula formula) {
  if (formula == never) return {.judged = true};
  if (formula == always) return {.judged = true, .possible = true};
  std::vector<Formula> atoms;
  collect(formula, atoms);
  order_.clear();
  choices_.clear();
  slot_.resize(subjects_.size(), 0);
  std::vector<std::uint32_t> subjects;
  for (const Formula at : atoms) subjects.push_back(nodes_[at].subject);
  std::sort(subjects.begin(), subjects.end());
  subjects.erase(std::unique(subjects.begin(), subjects.end()), subjects.end());
  // Endings of steps first: they are few, and what follows from them is much.
  std::stable_partition(subjects.begin(), subjects.end(),
                        [&](std::uint32_t of) { return subjects_[of].step != none; });
  for (const std::uint32_t of : subjects) {
    slot_[of] = static_cast<std::uint32_t>(order_.size());
    order_.push_back(of);
    choices_.push_back(candidates(of, atoms));
    if (choices_.back().size() > candidates_max) return {};
  }
  chosen_.assign(order_.size(), -1);
  effort_ = 0;
  Answer answer;
  answer.possible = search(formula, 0);
  answer.judged = answer.possible || effort_ <= effort_max;
  if (!answer.possible) return answer;
  for (std::size_t i = 0; i < order_.size(); ++i) {
    const Subject& subject = subjects_[order_[i]];
    if (chosen_[i] < 0 || subject.step != none || subject.shown.empty()) continue;
    const Candidate& chosen = choices_[i][static_cast<std::size_t>(chosen_[i])];
    answer.example.emplace_back(subject.shown, chosen.value.written());
  }
  return answer;
}

// ------------------------------------------------------------------------------------------------- all cases

std::pair<Conditions::Formula, Conditions::Formula> Conditions::unknown() {
  const std::uint32_t of = subject("any " + std::to_string(unlike_any_++));
  subjects_[of].boolean = true;
  const Formula yes = atom(of, Test::truthy, true);
  return {yes, atom(of, Test::truthy, false)};
}

std::vector<std::uint32_t> Conditions::asked_in(Formula formula) {
  std::vector<Formula> atoms;
  collect(formula, atoms);
  std::vector<std::uint32_t> subjects;
  for (const Formula at : atoms) subjects.push_back(nodes_[at].subject);
  return subjects;
}

std::uint64_t Conditions::lay_out(const std::vector<Formula>& formulas,
                                  const std::vector<std::uint32_t>& subjects,
                                  const std::vector<std::uint8_t>& ends, std::uint64_t cases_max) {
  std::vector<Formula> atoms;
  for (const Formula formula : formulas) collect(formula, atoms);
  slot_.resize(subjects_.size(), 0);
  // The first place is of all that stays open.
  for (const Formula at : atoms) slot_[nodes_[at].subject] = 0;
  order_.assign(1, 0);
  choices_.assign(1, {});
  std::uint64_t cases = 1;
  for (const std::uint32_t of : subjects) {
    if (cases > cases_max / 2) break;
    std::vector<Candidate> each = candidates(of, atoms);
    if (const StepIndex step = subjects_[of].step; step != none)
      std::erase_if(each, [&](const Candidate& how) { return (how.ended & ends[step]) == 0; });
    if (each.empty() || each.size() > cases_max / cases) continue;
    cases *= each.size();
    slot_[of] = static_cast<std::uint32_t>(order_.size());
    order_.push_back(of);
    choices_.push_back(std::move(each));
  }
  chosen_.assign(order_.size(), -1);
  return cases;
}

void Conditions::choose(std::uint64_t number) {
  for (std::size_t i = 1; i < order_.size(); ++i) {
    chosen_[i] = static_cast<int>(number % choices_[i].size());
    number /= choices_[i].size();
  }
}

std::vector<std::pair<StepIndex, std::uint8_t>> Conditions::chosen_ends() const {
  std::vector<std::pair<StepIndex, std::uint8_t>> ends;
  for (std::size_t i = 1; i < order_.size(); ++i)
    if (const StepIndex step = subjects_[order_[i]].step; step != none)
      ends.emplace_back(step, choices_[i][static_cast<std::size_t>(chosen_[i])].ended);
  return ends;
}

}  // namespace wfc::insight
