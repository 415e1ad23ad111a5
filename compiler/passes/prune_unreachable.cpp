// Steps that nothing in a run can start lose what they would be given; the check has warned about them.
//
// The step itself stays, with its id and its edges: it is shown and recorded as skipped, as if its condition
// had been asked. What goes is what costs: texts, commands, environments, and the code of their expressions.
// Names of agents, actions and targets stay, for those who ask what a program needs.
#include <optional>
#include <string_view>

#include "compiler/expr/types.h"
#include "compiler/passes/edges.h"
#include "compiler/passes/pass_list.h"

namespace wfc::passes {
namespace {

class Pruning {
 public:
  explicit Pruning(plan::Plan& plan)
      : plan_(plan), never_(plan.steps.size(), false), stopped_(plan.steps.size(), false) {}

  void run() {
    for (wf::Row row = 0; row < plan_.steps.size(); ++row) {
      const wf::StepRow& step = plan_.steps[row];
      if (step.undoes != wf::no_row) continue;
      if (step.kind == wf::StepKind::check && asks_in_vain(step)) stopped_[row] = true;
      if (!is_skipped(step) && !is_stopped(row)) continue;
      never_[row] = true;
      prune(plan_.steps[row]);
    }
  }

 private:
  std::optional<bool> truth_of(wf::ExprId id) const {
    if (id == wf::no_expr) return std::nullopt;
    if (const auto folded = expr::fold(plan_.expressions[id].tree); folded && *folded)
      return wf::truth(**folded);
    return std::nullopt;
  }
  static std::string_view view(const wf::Text& text) { return {text.data, text.size}; }

  std::optional<bool> asked(const wf::StepRow& step) const {
    for (const wf::Param& param : step.params)
      if (view(param.name) == "condition" && param.kind == wf::ParamKind::value && param.when == wf::no_expr)
        return truth_of(param.value);
    return std::nullopt;
  }

  // A check that never holds, and whose end nothing else answers: it is not skipped itself where what follows
  // it runs.
  bool asks_in_vain(const wf::StepRow& step) const {
    return step.when == wf::no_expr && step.reactions.count == 0 && step.extras == wf::no_row &&
           step.gate == wf::no_row && asked(step) == false;
  }

  bool is_skipped(const wf::StepRow& step) const {
    if (truth_of(step.when) == false) return true;
    if (step.branch == wf::no_row) return false;
    if (never_[step.branch]) return true;
    const std::optional<bool> taken = asked(plan_.steps[step.branch]);
    return taken && *taken != (step.side == 1);
  }

  // What it needs has not held, or was itself kept from running by that.
  bool is_stopped(wf::Row row) {
    if (plan_.steps[row].run_if == wf::RunIf::always || ends_block(plan_, row)) return false;
    for (const wf::Row need : plan_.steps[row].needs) {
      if (!stopped_[need] || !passes_on(plan_, need, row)) continue;
      // A condition that is asked comes after that.
      stopped_[row] = true;
      return true;
    }
    return false;
  }

  void prune(wf::StepRow& step) {
    step.never = true;
    step.when = wf::no_expr;
    std::vector<wf::Param> kept;
    for (const wf::Param& param : step.params) {
      const std::string_view name = view(param.name);
      if (param.kind == wf::ParamKind::literal && (name == "agent" || name == "target" || name == "action"))
        kept.push_back(param);
    }
    step.params = plan_.rows(std::move(kept));
  }

  plan::Plan& plan_;
  std::vector<bool> never_;    // By row.
  std::vector<bool> stopped_;  // Does not run, or does not hold, and says so to what follows.
};

}  // namespace

plan::Plan prune_unreachable(plan::Plan plan) {
  Pruning(plan).run();
  return plan;
}

}  // namespace wfc::passes
