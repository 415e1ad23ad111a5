// Finds secrets where somebody could read them: anywhere but in the environment of a step and the values of
// an action.
#include "compiler/check/check.h"

namespace wfc::check {
namespace {

using dsl::BindingKind;
using dsl::Expr;

std::string_view place_of(std::string_view role) {
  if (role == "prompt" || role == "instructions") return "an agent's text";
  if (role == "command" || role == "guardrail") return "a command";
  if (role == "message" || role == "gate") return "a message";
  return "an expression";
}

bool holds_secret(const Expr& expr) {
  if (expr.kind == dsl::ExprKind::name) return expr.binding.kind == BindingKind::secrets;
  for (const Expr& child : expr.children)
    if (holds_secret(child)) return true;
  return false;
}

}  // namespace

void secret_leak(const Subject& in, diag::Report& report) {
  model::for_each_expression(in.workflow, [&](const Expr& expr, model::StepIndex, std::string_view role) {
    if (!holds_secret(expr)) return;
    const bool own = expr.kind == dsl::ExprKind::field && holds_secret(expr.children[0]) &&
                     expr.children[0].kind == dsl::ExprKind::name;
    const bool fits = role == "env" || role == "with";
    if (fits && own) return;
    if (fits) {
      report.add(diag::wrong_shape, expr.span, "what holds a secret", "`secrets.NAME` alone")
          .label("what is made of a secret cannot be kept out of logs");
      return;
    }
    report.add(diag::secret_leak, expr.span, place_of(role))
        .label("it would be readable there")
        .help("give it to the step's program with `env NAME = secrets.NAME`");
  });
}

}  // namespace wfc::check
