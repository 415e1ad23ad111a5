// Finds secrets where somebody could read them: anywhere but in the environment of a step and the values of
// an action.
#include <algorithm>

#include "compiler/check/check.h"
#include "compiler/diag/edits.h"

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

// `{{ secrets.X }}` in a command is the variable X, once the step is given it. Not where the shell would not
// put a variable's value: between single quotes.
void give_by_variable(const Subject& in, diag::Draft& draft, const Expr& secret, const model::Step& step) {
  const auto is_around = [&](const model::Text& one) {
    const Span& text = one.text.span;
    return text.file == secret.span.file && text.begin < secret.span.begin && secret.span.end < text.end;
  };
  const auto text = std::find_if(step.prompt.begin(), step.prompt.end(), is_around);
  if (in.sources == nullptr || text == step.prompt.end()) return;
  const std::string_view all = in.sources->text(text->text.span);
  std::size_t begin = all.rfind("{{", secret.span.begin - text->text.span.begin);
  const std::size_t end = all.find("}}", secret.span.end - text->text.span.begin);
  if (begin == all.npos || end == all.npos) return;
  const bool block = all.starts_with("\"\"\"");
  const std::string_view before = all.substr(block ? 3 : 1, begin - (block ? 3 : 1));
  if (before.find('\'') != before.npos || before.find('`') != before.npos) return;
  const bool quoted = std::count(before.begin(), before.end(), '"') % 2 == 1;
  const std::string quote = quoted ? "" : block ? "\"" : "\\\"";
  const auto at = [&](std::size_t place) {
    return text->text.span.begin + static_cast<std::uint32_t>(place);
  };
  const bool given = std::any_of(step.env.begin(), step.env.end(), [&](const model::NamedValue& value) {
    return value.name.value == secret.text;
  });
  const auto setting =
      diag::with_setting(*in.sources, step.span, "env " + secret.text + " = secrets." + secret.text);
  if (given || !setting) return;
  draft.fix("give it as a variable", Span{secret.span.file, at(begin), at(end + 2)},
            quote + "${" + secret.text + "}" + quote);
  draft.edit(setting->span, setting->new_text);
}

}  // namespace

void secret_leak(const Subject& in, diag::Report& report) {
  for_each_expression(in, [&](const Expr& expr, model::StepIndex step, std::string_view role) {
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
    auto draft = report.add(diag::secret_leak, expr.span, place_of(role));
    draft.label("it would be readable there")
        .help("give it to the step's program with `env NAME = secrets.NAME`");
    if (own && role == "command" && step != model::none && in.workflow.one_space)
      give_by_variable(in, draft, expr, in.workflow.steps[step]);
  });
}

}  // namespace wfc::check
