// Finds expressions whose types cannot fit, and input defaults that are not of their input's type.
#include <algorithm>
#include <optional>

#include "compiler/check/check.h"
#include "compiler/check/step_type.h"
#include "compiler/expr/types.h"
#include "compiler/model/walk.h"

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
    lets_.resize(workflow_.lets.size());  // Of a let that stands below: any.
    std::size_t let = 0, input = 0;
    // Roles come in the order of the workflow's parts: an input's default, then a let.
    model::walk(
        workflow_,
        [&](const dsl::Expr& expr, StepIndex step, std::string_view role) {
          step_ = step;
          if (role == "argument") return;
          if (role == "alert") locals_.clear();  // What it measures are no locals of a text.
          const Type type = of(expr);
          if (role == "default") {
            while (!workflow_.inputs[input].default_value) ++input;
            check_default(workflow_.inputs[input++], expr, type);
          } else if (role == "let") {
            lets_[let++] = type;
          }
        },
        [&](const expr::Template& text, StepIndex step, std::string_view) {
          step_ = step;
          locals_.assign(workflow_.locals, std::nullopt);
          nodes(text.nodes);
        });
    for (step_ = 0; step_ < workflow_.steps.size(); ++step_) {
      const model::Step& step = workflow_.steps[step_];
      if (!step.extras || step.broken) continue;
      for (const model::Extras::Argument& argument : step.extras->arguments) check_argument(argument);
    }
  }

 private:
  Type of(const dsl::Expr& expr) {
    return expr::type_of(
        expr, [this](const Binding& binding) { return type_of(binding, step_); }, report_);
  }

  void nodes(const std::vector<expr::TemplateNode>& all) {
    for (const expr::TemplateNode& node : all) {
      switch (node.kind) {
        case expr::NodeKind::value:
          if (of(node.expr).kind == TypeKind::null)
            report_.add(diag::wrong_type, node.expr.span, "null cannot be printed");
          break;
        case expr::NodeKind::set:
          declare(node.local, of(node.expr));
          break;
        case expr::NodeKind::begin:
          // What it is else, or nothing.
          declare(node.local, of_kind(TypeKind::any, true));
          break;
        case expr::NodeKind::if_:
          for (std::size_t i = 0; i < node.block->bodies.size(); ++i) {
            if (i < node.block->conditions.size()) of(node.block->conditions[i]);
            nodes(node.block->bodies[i]);
          }
          break;
        case expr::NodeKind::for_:
          loop(node);
          for (const auto& body : node.block->bodies) nodes(body);
          break;
        case expr::NodeKind::include:
          nodes(node.block->bodies[0]);
          break;
        case expr::NodeKind::text:
        case expr::NodeKind::break_:
        case expr::NodeKind::continue_:
          break;
      }
    }
  }

  // `for x in list`, `for k, v in map`.
  void loop(const expr::TemplateNode& node) {
    const Type walked = of(node.expr);
    const std::string& key = node.block->key;
    declare(node.local, of_kind(TypeKind::any, true));
    declare(node.block->key_local, of_kind(TypeKind::text));
    if (walked.nullable || walked.kind == TypeKind::any || walked.kind == TypeKind::step) return;
    if (walked.kind == (key.empty() ? TypeKind::list : TypeKind::map)) return;
    const std::string form =
        key.empty() ? "`for " + node.text + " in`" : "`for " + key + ", " + node.text + " in`";
    auto draft = report_.add(
        diag::wrong_type, node.expr.span,
        form + (key.empty() ? " walks a list" : " walks a map") + ", not " + expr::name_of(walked));
    if (walked.kind == TypeKind::map)
      draft.help("a map gives keys and values: write `for key, " + node.text + " in`");
    if (walked.kind == TypeKind::list)
      draft.help("a list gives items: write `for " + node.text + " in`; `loop.index0` is the place");
    if (walked.kind == TypeKind::text) draft.help("make a list of the text: `... | split(pat = \",\")`");
  }

  // Set twice to different types, a name may be either.
  void declare(std::uint32_t local, Type type) {
    if (local >= locals_.size()) return;
    std::optional<Type>& known = locals_[local];
    if (known && known->kind != type.kind) type = of_kind(TypeKind::any, true);
    if (known) type.nullable = type.nullable || known->nullable;
    known = std::move(type);
  }

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
      case BindingKind::composed:
        return of_kind(TypeKind::text);
      case BindingKind::run:
      case BindingKind::workflow:
      case BindingKind::project:
      case BindingKind::loop:
      case BindingKind::secrets:
      case BindingKind::step_info:
        return of_kind(TypeKind::map);
      case BindingKind::local:
        if (binding.index < locals_.size() && locals_[binding.index]) return *locals_[binding.index];
        return of_kind(TypeKind::any, true);
      case BindingKind::unbound:
      case BindingKind::unknown:
      case BindingKind::event:
      case BindingKind::feedback:
        return of_kind(TypeKind::any, true);
    }
    return {};
  }

  // What a parameter of a defined step is given. A step stands for what it prints.
  void check_argument(const model::Extras::Argument& argument) {
    const Type given = of(argument.value);
    const Type wanted = of_kind(kind_of(argument.type), argument.nullable);
    if (given.kind == TypeKind::step || given.kind == TypeKind::answer || fits(given, wanted)) return;
    auto draft = report_.add(
        diag::wrong_type, argument.value.span,
        "`" + argument.name + "` is given " + expr::name_of(given) + ", and takes " + expr::name_of(wanted));
    const dsl::Expr& value = argument.value;
    if (given.kind == TypeKind::list && wanted.kind == TypeKind::text && value.kind == dsl::ExprKind::name)
      draft.fix("join the items of `" + value.text + "`", value.span, value.text + " | join(sep = \", \")");
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
  StepIndex step_ = model::none;  // To which what is looked at belongs.
  std::vector<Type> lets_;
  std::vector<std::optional<Type>> locals_;  // Of the text that is being looked at, by slot.
};

}  // namespace

void wrong_type(const Subject& in, diag::Report& report) {
  Types(in.workflow, report).run();
}

}  // namespace wfc::check
