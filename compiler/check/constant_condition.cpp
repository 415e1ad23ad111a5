// Finds conditions that nothing in a run can change. Those of texts are left alone: `--define` makes them so.
#include "compiler/check/check.h"
#include "compiler/expr/types.h"

namespace wfc::check {

void constant_condition(const Subject& in, diag::Report& report) {
  for_each_expression(in, [&](const dsl::Expr& expr, model::StepIndex, std::string_view role) {
    if (role != "when" && role != "check" && role != "branch" && role != "trigger" && role != "criterion" &&
        role != "alert")
      return;
    // What fails is reported as that, and so is what compares values of different types.
    if (const auto folded = expr::fold(expr); folded && *folded) {
      diag::Report said_by_the_checks;
      expr::type_of(expr, {}, said_by_the_checks);
      if (said_by_the_checks.has_errors()) return;
      report.add(diag::constant_condition, expr.span, wf::truth(**folded) ? "true" : "false")
          .help("let it depend on an input or on a step, or leave it out");
    }
  });
}

}  // namespace wfc::check
