// Finds loops of which nobody says what happens when they have gone back as often as they may.
//
// A line after the loop says it (`on fail escalate`, `on fail fail`), and so does an `escalation` of the
// workflow. The other dialects have no place to say it in.
#include <algorithm>

#include "compiler/check/check.h"
#include "compiler/diag/edits.h"
#include "compiler/model/walk.h"

namespace wfc::check {

namespace {

constexpr std::uint32_t many = 100;  // As bad_loop has it.

}  // namespace

void exhaustion_unhandled(const Subject& in, diag::Report& report) {
  using model::Reaction;
  using model::Response;
  if (in.workflow.escalation || !in.workflow.one_space) return;
  model::for_each_reactions(in.workflow, [&](const std::vector<Reaction>& reactions, model::StepIndex from) {
    if (from == model::none || in.workflow.steps[from].broken) return;
    for (auto loop = reactions.begin(); loop != reactions.end(); ++loop) {
      // What is not written can be answered by nothing that is.
      if (loop->response != Response::back || loop->target == model::none || !loop->max.span.known())
        continue;
      // It is never used at all.
      if (std::any_of(reactions.begin(), loop,
                      [&](const Reaction& above) { return model::leaves_nothing_for(above, *loop); }))
        continue;
      // A person who says no again has decided.
      if (loop->on == model::Outcome::reject) continue;
      // What is wrong with it otherwise is said already.
      if (loop->max.value == 0 || loop->max.value > many || !in.graph.precedes(loop->target, from)) continue;
      const bool answered = std::any_of(loop + 1, reactions.end(), [&](const Reaction& next) {
        return next.on == loop->on || next.on == model::Outcome::holds;
      });
      const auto is_unbounded = [&](const auto& said) {
        return said->kind->number == diag::unbounded_loop.info.number && said->span.file == loop->span.file &&
               said->span.begin >= loop->span.begin && said->span.begin <= loop->span.end;
      };
      if (answered || std::any_of(report.all().begin(), report.all().end(), is_unbounded)) continue;
      const std::string on =
          "on " + std::string(loop->on == model::Outcome::holds ? "fail" : model::word_of(loop->on));
      auto draft = report.add(diag::exhaustion_unhandled, loop->max.span);
      draft.label("and then?")
          .note("the run fails then")
          .help("say so with a line below it, `" + on +
                " escalate` or `... fail`, or give the workflow an `escalation`");
      if (in.sources != nullptr)
        draft.fix("say that the run fails", diag::with_line_below(*in.sources, loop->span, on + " fail"),
                  false);
    }
  });
}

}  // namespace wfc::check
