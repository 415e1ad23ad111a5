// Folding and evaluating: every operator and builtin is the runtime's own function.
#include "compiler/expr/builtins.h"
#include "compiler/expr/types.h"

namespace wfc::expr {

namespace {

using dsl::BindingKind;
using dsl::ExprKind;
using wf::Ref;

class Evaluator {
 public:
  explicit Evaluator(wf::Evaluation& in) : in_(in) {}

  Ref value(const Expr& expr) {
    switch (expr.kind) {
      case ExprKind::null:
        return in_.null();
      case ExprKind::boolean:
        return in_.boolean(expr.number != 0);
      case ExprKind::integer:
        return in_.integer(expr.number);
      case ExprKind::real:
        return in_.real(expr.real);
      case ExprKind::text:
        return in_.text(expr.text.data(), static_cast<std::uint32_t>(expr.text.size()));
      case ExprKind::duration:
        return in_.duration(expr.number);
      case ExprKind::size:
        return in_.size(expr.number);
      case ExprKind::money:
        return in_.money(expr.number);
      case ExprKind::list:
        return list(expr);
      case ExprKind::map:
        return map(expr);
      case ExprKind::name:
        return name(expr);
      case ExprKind::field:
        return in_.field(value(expr.children[0]), expr.text.data(),
                         static_cast<std::uint32_t>(expr.text.size()));
      case ExprKind::negate:
        return in_.negate(value(expr.children[0]));
      case ExprKind::not_:
        return in_.boolean(!truth(expr.children[0]));
      case ExprKind::and_:
        return in_.boolean(truth(expr.children[0]) && truth(expr.children[1]));
      case ExprKind::or_:
        return in_.boolean(truth(expr.children[0]) || truth(expr.children[1]));
      case ExprKind::filter:
      case ExprKind::test:
      case ExprKind::call:
        return call(expr);
      case ExprKind::not_test:
        return in_.boolean(!in_.truthy(call(expr)));
      case ExprKind::error:
        return in_.refuse("the expression holds a mistake");
      default:
        return binary(expr);
    }
  }

 private:
  bool truth(const Expr& expr) { return in_.truthy(value(expr)); }

  Ref binary(const Expr& expr) {
    const Ref a = value(expr.children[0]);
    const Ref b = value(expr.children[1]);
    switch (expr.kind) {
      case ExprKind::index:
        return in_.index(a, b);
      case ExprKind::add:
        return in_.add(a, b);
      case ExprKind::subtract:
        return in_.subtract(a, b);
      case ExprKind::multiply:
        return in_.multiply(a, b);
      case ExprKind::divide:
        return in_.divide(a, b);
      case ExprKind::remainder:
        return in_.remainder(a, b);
      case ExprKind::concat:
        return in_.concat(a, b);
      case ExprKind::equal:
        return in_.equal(a, b);
      case ExprKind::not_equal:
        return in_.not_equal(a, b);
      case ExprKind::less:
        return in_.less(a, b);
      case ExprKind::less_equal:
        return in_.less_equal(a, b);
      case ExprKind::greater:
        return in_.greater(a, b);
      case ExprKind::greater_equal:
        return in_.greater_equal(a, b);
      case ExprKind::member:
        return in_.member(a, b);
      default:
        return in_.boolean(!in_.truthy(in_.member(a, b)));
    }
  }

  Ref list(const Expr& expr) {
    Ref made = in_.list();
    for (const Expr& item : expr.children) made = in_.append(made, value(item));
    return made;
  }

  Ref map(const Expr& expr) {
    Ref made = in_.map();
    for (std::size_t i = 0; i < expr.children.size(); ++i)
      made = in_.put(made, expr.names[i].data(), static_cast<std::uint32_t>(expr.names[i].size()),
                     value(expr.children[i]));
    return made;
  }

  Ref call(const Expr& expr) {
    const std::optional<BuiltinCall> found = resolve(expr);
    if (!found) return in_.refuse("the expression holds a mistake");
    const Ref input = found->value ? value(*found->value) : nullptr;
    std::array<Ref, 3> arguments{};
    for (std::size_t i = 0; i < arguments.size(); ++i)
      if (found->arguments[i]) arguments[i] = value(*found->arguments[i]);
    return found->builtin->run(in_, input, arguments);
  }

  Ref name(const Expr& expr) {
    const std::uint32_t row = expr.binding.index;
    switch (expr.binding.kind) {
      case BindingKind::input:
        return in_.input(row);
      case BindingKind::let:
        return in_.let(row);
      case BindingKind::step:
        return in_.step(row);
      case BindingKind::output:
        return in_.output(row);
      case BindingKind::group:
        return in_.group(row);
      case BindingKind::local:
        return in_.local(row);
      case BindingKind::event:
        return in_.event();
      case BindingKind::run:
        return in_.run();
      case BindingKind::workflow:
        return in_.workflow();
      case BindingKind::project:
        return in_.project();
      case BindingKind::result:
        return in_.result();
      case BindingKind::feedback:
        return in_.feedback();
      case BindingKind::loop:
        return in_.loop();
      case BindingKind::secrets:
        return in_.secrets();
      case BindingKind::step_info:
        return in_.step_info();
      default:
        return in_.refuse("`" + expr.text + "` has no value here");
    }
  }

  wf::Evaluation& in_;
};

bool is_constant(const Expr& expr) {
  if (expr.kind == ExprKind::name || expr.kind == ExprKind::error) return false;
  for (const Expr& child : expr.children)
    if (!is_constant(child)) return false;
  return true;
}

}  // namespace

wf::Result<wf::Value> evaluate(const Expr& expr, const wf::Names* names) {
  wf::Evaluation in(names);
  const Ref value = Evaluator(in).value(expr);
  if (in.failed()) return wf::Error{in.error(), {}};
  return *value;
}

wf::Ref evaluate_in(const Expr& expr, wf::Evaluation& in) {
  return Evaluator(in).value(expr);
}

std::optional<wf::Result<wf::Value>> fold(const Expr& expr) {
  if (!is_constant(expr)) return std::nullopt;
  return evaluate(expr, nullptr);
}

}  // namespace wfc::expr
