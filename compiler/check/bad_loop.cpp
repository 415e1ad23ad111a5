// Finds loops that lead nowhere, forward or on for ever.
#include <unordered_map>

#include "compiler/check/check.h"
#include "compiler/model/walk.h"

namespace wfc::check {
namespace {

using model::StepIndex;

constexpr std::uint32_t many = 100;

class Loops {
 public:
  Loops(const Subject& in, diag::Report& report) : in_(in), report_(report), unclear_(unclear_steps(in)) {}

  void run() {
    model::for_each_reactions(in_.workflow,
                              [&](const std::vector<model::Reaction>& reactions, StepIndex from) {
                                for (const model::Reaction& loop : reactions) {
                                  if (loop.response != model::Response::back) continue;
                                  check_target(loop, from);
                                  check_max(loop);
                                  check_name(loop);
                                }
                              });
  }

 private:
  void check_target(const model::Reaction& loop, StepIndex from_step) {
    const std::vector<model::Step>& steps = in_.workflow.steps;
    if (loop.target == model::none) {
      auto draft = report_.add(diag::unknown_name, loop.to.span, diag::Noun::step, loop.to.value);
      draft.label("not a step in this workflow");
      // Guesses cost a look at every name: after many mistakes of this kind they stop.
      if (++guesses_ > 100) return;
      if (ids_.empty())
        for (const model::Step& step : steps) ids_.push_back(step.id.value);
      draft.did_you_mean(diag::closest(loop.to.value, ids_), loop.to.span);
      return;
    }
    // A loop of the budget has no step of its own.
    if (from_step == model::none) return;
    if (unclear_[from_step] || unclear_[loop.target] || in_.graph.precedes(loop.target, from_step)) return;
    const model::Step& from = steps[from_step];
    const model::Step& target = steps[loop.target];
    const std::string name(model::name_for_people(from));
    auto draft = report_.add(diag::back_to_later, loop.to.span, name, target.id.value);
    if (loop.target == from_step) {
      draft.label("this is the step itself").help("to repeat one step, write `on fail retry`");
    } else if (in_.graph.precedes(from_step, loop.target)) {
      draft.label("it runs only after `" + name + "`").also(target.id.span, "it stands here");
    } else {
      draft.label("it does not run before `" + name + "`").also(target.id.span, "it stands here");
    }
  }

  void check_max(const model::Reaction& loop) {
    if (loop.max.value == 0) {
      report_.add(diag::loop_limit, loop.max.span, std::int64_t{0})
          .label("at least 1")
          .help("leave the loop out, or say how often it may go back");
    } else if (loop.max.value > many) {
      report_.add(diag::many_rounds, loop.max.span, std::int64_t{loop.max.value})
          .note("each time, every step of the loop runs and costs again");
    }
  }

  void check_name(const model::Reaction& loop) {
    if (loop.name.value.empty()) return;
    const auto [first, added] = names_.emplace(loop.name.value, loop.name.span);
    if (!added)
      report_.add(diag::repeated_name, loop.name.span, loop.name.value)
          .label("a second loop of this name")
          .also(first->second, "the first one");
  }

  const Subject& in_;
  diag::Report& report_;
  std::vector<char> unclear_;
  std::vector<std::string> ids_;
  int guesses_ = 0;
  std::unordered_map<std::string_view, Span> names_;
};

}  // namespace

void bad_loop(const Subject& in, diag::Report& report) {
  bool any = false;
  model::for_each_reactions(in.workflow, [&](const std::vector<model::Reaction>&, StepIndex) { any = true; });
  if (any) Loops(in, report).run();
}

}  // namespace wfc::check
