// Finds expressions whose types cannot fit, and input defaults that are not of their input's type.
#include <algorithm>

#include "compiler/check/check.h"
#include "compiler/check/step_type.h"
#include "compiler/expr/types.h"

namespace wfc::check {
namespace {

using dsl::Binding;
using dsl::BindingKind;
using expr::Type;
using expr::TypeKind;
using model::StepIndex;

Type of_kind(TypeKind kind, bool nullable = false) {
  Type type;
  type.kind = kind;
  type.nullable = nullable;
  return type;
}

Type type_of_input(const model::Input& input) {
  Type type = of_kind(kind_of(input.type), input.nullable);
  type.choices = input.choices;
  return type;
}

// Does a value of type `given` do where `wanted` is asked for? Unknown types are left to the run.
bool fits(const Type& given, const Type& wanted) {
  if (given.kind == TypeKind::any || wanted.kind == TypeKind::any) return true;
  if (given.kind == TypeKind::null) return wanted.nullable;
  return given.kind == wanted.kind || (given.kind == TypeKind::integer && wanted.kind == TypeKind::real);
}

class Types {
 public:
  Types(const model::Workflow& workflow, diag::Report& report) : workflow_(workflow), report_(report) {}

  void run() {
    StepIndex of = model::none;
    const expr::TypeOf names = [&](const Binding& binding) { return type_of(binding, of); };
    lets_.resize(workflow_.lets.size());  // Of a let that stands below: any.
    std::size_t let = 0, input = 0;
    // Roles come in the order of the workflow's parts: an input's default, then a let.
    model::for_each_expression(workflow_, [&](const dsl::Expr& expr, StepIndex step, std::string_view role) {
      of = step;
      const Type type = expr::type_of(expr, names, report_);
      if (role == "default") {
        while (!workflow_.inputs[input].default_value) ++input;
        check_default(workflow_.inputs[input++], expr, type);
      } else if (role == "let") {
        lets_[let++] = type;
      }
    });
  }

 private:
  Type type_of(const Binding& binding, StepIndex of) const {
    switch (binding.kind) {
      case BindingKind::input:
        return type_of_input(workflow_.inputs[binding.index]);
      case BindingKind::let:
        return lets_[binding.index];
      case BindingKind::step:
        return type_of_step(workflow_.steps[binding.index]);
      case BindingKind::result:
        return of == model::none ? Type() : type_of_result(workflow_.steps[of]);
      case BindingKind::output:
        return of_kind(type_of_step(workflow_.steps[binding.index]).output);
      case BindingKind::group:
        return of_kind(TypeKind::list);
      case BindingKind::run:
      case BindingKind::workflow:
      case BindingKind::project:
      case BindingKind::loop:
      case BindingKind::secrets:
      case BindingKind::step_info:
        return of_kind(TypeKind::map);
      case BindingKind::unbound:
      case BindingKind::unknown:
      case BindingKind::local:
      case BindingKind::event:
      case BindingKind::feedback:
        return of_kind(TypeKind::any, true);
    }
    return {};
  }

  void check_default(const model::Input& input, const dsl::Expr& expr, const Type& type) {
    const Type wanted = type_of_input(input);
    if (!fits(type, wanted)) {
      report_
          .add(diag::wrong_type, expr.span,
               "the default of `" + input.name.value + "` is " + expr::name_of(type) + ", not " +
                   expr::name_of(wanted))
          .also(input.name.span, "declared here");
      return;
    }
    if (input.choices.empty() || expr.kind != dsl::ExprKind::text) return;
    if (std::find(input.choices.begin(), input.choices.end(), expr.text) != input.choices.end()) return;
    const std::string near = diag::closest(expr.text, input.choices);
    auto draft = report_.add(diag::unknown_choice, expr.span, "`" + input.name.value + "`", expr.text);
    draft.also(input.name.span, "its choices are declared here");
    if (!near.empty())
      draft.help("did you mean `" + near + "`?").fix("use `" + near + "`", expr.span, '"' + near + '"');
  }

  const model::Workflow& workflow_;
  diag::Report& report_;
  std::vector<Type> lets_;
};

}  // namespace

void wrong_type(const Subject& in, diag::Report& report) {
  Types(in.workflow, report).run();
}

}  // namespace wfc::check
