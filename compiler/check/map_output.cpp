// Finds the name of a `parallel` block, a list of results, used as if it were one result.
//
// It runs behind the check of types, and takes the place of what that had to say about the same words: that a
// list is no text is less than why it is a list.
#include <algorithm>

#include "compiler/check/check.h"

namespace wfc::check {
namespace {

using dsl::ExprKind;
using expr::Expr;

class MapOutputs {
 public:
  explicit MapOutputs(const Subject& in) : in_(in) {}

  void run(diag::Report& report) {
    for_each_expression(in_, [&](const Expr& expr, model::StepIndex step, std::string_view) {
      if (step == model::none || !in_.workflow.steps[step].broken) look(expr);
    });
    if (used_.empty()) return;
    report.drop([&](const diag::Diagnostic& of) {
      return of.kind == &diag::wrong_type.info &&
             std::any_of(used_.begin(), used_.end(), [&](const Use& use) {
               return use.whole.file == of.span.file && use.whole.begin <= of.span.begin &&
                      of.span.end <= use.whole.end;
             });
    });
    for (const Use& use : used_) {
      const model::Group& group = in_.workflow.groups[use.name->binding.index];
      auto draft = report.add(diag::map_output_scalar, use.name->name_span, use.name->text);
      draft.label("one item for each step of the block").also(group.span, "the block");
      if (!group.members.empty())
        draft.help("name the step that is meant, such as `" + in_.workflow.steps[group.members[0]].id.value +
                   "`, or an item: `" + use.name->text + "[0]`");
      // Of one result there is no choice.
      const Span end{use.name->name_span.file, use.name->name_span.end, use.name->name_span.end};
      draft.fix("take the first result", end, "[0]", group.members.size() == 1);
    }
  }

 private:
  struct Use {
    const Expr* name;
    Span whole;
  };

  bool is_group(const Expr& expr) const {
    return expr.kind == ExprKind::name && expr.binding.kind == dsl::BindingKind::group;
  }

  static bool is_scalar(const Expr& expr) {
    return expr.kind != ExprKind::null && dsl::is_literal(expr.kind);
  }

  void look(const Expr& expr) {
    for (const Expr& child : expr.children) look(child);
    switch (expr.kind) {
      case ExprKind::field:
        if (is_group(expr.children[0])) used_.push_back({&expr.children[0], expr.span});
        break;
      case ExprKind::equal:
      case ExprKind::not_equal:
      case ExprKind::less:
      case ExprKind::less_equal:
      case ExprKind::greater:
      case ExprKind::greater_equal:
      case ExprKind::concat:
      case ExprKind::add:
        for (int side : {0, 1})
          if (is_group(expr.children[side]) && is_scalar(expr.children[1 - side]))
            used_.push_back({&expr.children[side], expr.span});
        break;
      default:
        break;
    }
  }

  const Subject& in_;
  std::vector<Use> used_;
};

}  // namespace

void map_output(const Subject& in, diag::Report& report) {
  if (!in.workflow.groups.empty()) MapOutputs(in).run(report);
}

}  // namespace wfc::check
