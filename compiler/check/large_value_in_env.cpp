// Finds what may not fit into an environment variable: the whole log of a command, and texts beyond what the
// system takes (128 KiB each).
#include <algorithm>

#include "compiler/check/check.h"

namespace wfc::check {
namespace {

constexpr std::size_t variable_bytes_max = 128u << 10;

// The step whose log the expression is, whole.
const model::Step* log_of(const model::Workflow& workflow, const expr::Expr& expr) {
  if (expr.kind != dsl::ExprKind::field || (expr.text != "stdout" && expr.text != "stderr")) return nullptr;
  const expr::Expr& of = expr.children[0];
  if (of.kind != dsl::ExprKind::name || of.binding.kind != dsl::BindingKind::step) return nullptr;
  const model::Step& step = workflow.steps[of.binding.index];
  return step.kind == wf::StepKind::command ? &step : nullptr;
}

// The step that leaves a bundle of logs, where the expression is its output.
const model::Step* bundle_of(const model::Workflow& workflow, const expr::Expr& expr) {
  if (expr.kind != dsl::ExprKind::name) return nullptr;
  const dsl::BindingKind kind = expr.binding.kind;
  if (kind != dsl::BindingKind::step && kind != dsl::BindingKind::output) return nullptr;
  const model::Step& step = workflow.steps[expr.binding.index];
  if (!step.extras) return nullptr;
  const auto& left = step.extras->artifacts;
  const bool logs = std::any_of(left.begin(), left.end(),
                                [](const model::Artifact& one) { return one.kind.value == "log_bundle"; });
  return logs ? &step : nullptr;
}

}  // namespace

void large_value_in_env(const Subject& in, diag::Report& report) {
  for (const model::Step& step : in.workflow.steps) {
    for (const model::NamedValue& value : step.env) {
      const std::string name = "`" + value.name.value + "`";
      const expr::Expr* written = value.value ? &*value.value : nullptr;
      if (value.text && value.text->nodes.size() == 1 && value.text->nodes[0].kind == expr::NodeKind::value)
        written = &value.text->nodes[0].expr;
      if (value.text && value.text->constant() && value.text->constant_text().size() >= variable_bytes_max) {
        report.add(diag::large_value_in_env, value.name.span, name)
            .label("a variable holds up to 128 KiB")
            .help("put it into a file");
        continue;
      }
      const model::Step* log = written ? log_of(in.workflow, *written) : nullptr;
      if (const model::Step* bundle = written ? bundle_of(in.workflow, *written) : nullptr) {
        report.add(diag::large_value_in_env, written->span, name)
            .label("a bundle of logs, and a variable holds up to 128 KiB")
            .also(bundle->id.span, "step `" + bundle->id.value + "` leaves it")
            .help("write it into a file, and pass the file's name");
      }
      if (log == nullptr) continue;
      report.add(diag::large_value_in_env, written->span, name)
          .label("all that `" + log->id.value + "` prints, and a variable holds up to 128 KiB")
          .help("let `" + log->id.value + "` write a file, or pass a part: `| truncate(length = 10000)`")
          .fix("pass only its beginning", Span{written->span.file, written->span.end, written->span.end},
               " | truncate(length = 10000)", false);
    }
  }
}

}  // namespace wfc::check
