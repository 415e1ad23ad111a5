// Finds loops that lead nowhere, forward or on for ever.
#include <unordered_map>

#include "compiler/check/check.h"

namespace wfc::check {
namespace {

constexpr std::uint32_t many = 100;

class Loops {
 public:
  Loops(const Subject& in, diag::Report& report) : in_(in), report_(report), unclear_(unclear_steps(in)) {}

  void run() {
    for (const model::Loop& loop : in_.workflow.loops) {
      check_target(loop);
      check_max(loop);
      check_name(loop);
    }
  }

 private:
  void check_target(const model::Loop& loop) {
    const std::vector<model::Step>& steps = in_.workflow.steps;
    if (loop.target == model::none) {
      auto draft =
          report_.add(diag::unknown_name, loop.target_name.span, diag::Noun::step, loop.target_name.value);
      draft.label("not a step in this workflow");
      // Guesses cost a look at every name: after many mistakes of this kind they stop.
      if (++guesses_ > 100) return;
      if (ids_.empty())
        for (const model::Step& step : steps) ids_.push_back(step.id.value);
      draft.did_you_mean(diag::closest(loop.target_name.value, ids_), loop.target_name.span);
      return;
    }
    if (unclear_[loop.from] || unclear_[loop.target] || in_.graph.precedes(loop.target, loop.from)) return;
    const model::Step& from = steps[loop.from];
    const model::Step& target = steps[loop.target];
    auto draft = report_.add(diag::back_to_later, loop.target_name.span, from.id.value, target.id.value);
    if (loop.target == loop.from) {
      draft.label("this is the step itself").help("to repeat one step, write `on fail retry`");
    } else if (in_.graph.precedes(loop.from, loop.target)) {
      draft.label("it runs only after `" + from.id.value + "`").also(target.id.span, "it stands here");
    } else {
      draft.label("it does not run before `" + from.id.value + "`").also(target.id.span, "it stands here");
    }
  }

  void check_max(const model::Loop& loop) {
    if (loop.max.value == 0) {
      report_.add(diag::loop_limit, loop.max.span, std::int64_t{0})
          .label("at least 1")
          .help("leave the loop out, or say how often it may go back");
    } else if (loop.max.value > many) {
      report_.add(diag::many_rounds, loop.max.span, std::int64_t{loop.max.value})
          .note("each time, every step of the loop runs and costs again");
    }
  }

  void check_name(const model::Loop& loop) {
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
  if (!in.workflow.loops.empty()) Loops(in, report).run();
}

}  // namespace wfc::check
