// Names what the engine cannot do yet, from the model alone: whoever teaches it something takes a line away
// here.
#include "compiler/model/beyond.h"

#include <algorithm>

namespace wfc::model {
namespace {

std::string quoted(const std::string& name) {
  return "`" + name + "`";
}

class Beyonds {
 public:
  explicit Beyonds(Workflow& workflow) : workflow_(workflow) {}

  void run() {
    for (const Step& step : workflow_.steps) {
      const std::string of =
          (step.ends_block ? " of the block " : " of step ") + quoted(std::string(name_for_people(step)));
      reactions(step.reactions, of, &step);
      if (step.extras) extras(step, of);
    }
    if (workflow_.budget) budget(*workflow_.budget, " of the budget");
    if (workflow_.monitor) add("monitoring", workflow_.monitor->span);
    if (workflow_.eval) add("`eval`", workflow_.eval->span);
    const bool risky =
        std::ranges::any_of(workflow_.steps, [](const Step& s) { return s.extras && s.extras->risky; });
    if (workflow_.guardrail && risky) add("the guardrail", workflow_.guardrail->span);
  }

 private:
  void add(std::string what, const Span& span) { workflow_.beyond.push_back({std::move(what), span}); }

  // What is spent is spent: nothing is tried again because of it. And nobody evaluates anything then.
  static bool answers_breach(const Reaction& reaction) {
    const bool again = reaction.response == Response::retry || reaction.response == Response::repair ||
                       reaction.response == Response::back;
    return !again && !reaction.when && !reaction.condition;
  }

  static bool runs(const Reaction& reaction, const Step* step) {
    if (!step) return false;
    if (reaction.response == Response::degrade && reaction.on != Outcome::breach) return false;
    switch (reaction.on) {
      case Outcome::fail:
      case Outcome::holds:
      case Outcome::timeout:
        return true;
      case Outcome::reject:
        return bool(step->gate) || step->ends_block;
      case Outcome::breach:
        return answers_breach(reaction);
      default:
        return false;
    }
  }

  void reactions(const std::vector<Reaction>& reactions, const std::string& of, const Step* step) {
    for (const Reaction& reaction : reactions) {
      if (runs(reaction, step)) continue;
      if (reaction.response == Response::back) {
        // One that leads nowhere is reported, and is no more.
        if (reaction.target == none) continue;
        add("the loop" + of + " back to " + quoted(workflow_.steps[reaction.target].id.value), reaction.span);
      } else if (reaction.on == Outcome::holds) {
        add("`" + std::string(word_of(reaction.response)) + "` on a condition" + of, reaction.span);
      } else {
        add("`on " + std::string(word_of(reaction.on)) + " " + std::string(word_of(reaction.response)) + "`" +
                of,
            reaction.span);
      }
    }
  }

  void budget(const Budget& budget, const std::string& of) {
    for (const Reaction& reaction : budget.reactions)
      if (!answers_breach(reaction))
        add("`on breach " + std::string(word_of(reaction.response)) + "`" + of, reaction.span);
  }

  void extras(const Step& step, const std::string& of) {
    if (step.extras->budget) budget(*step.extras->budget, " of the budget" + of);
    for (const QualityGate& gate : step.extras->quality_gates) {
      const std::string which =
          gate.name.value.empty() ? "the gate" + of : "the gate " + quoted(gate.name.value) + of;
      reactions(gate.reactions, " of " + which, &step);
    }
  }

  Workflow& workflow_;
};

}  // namespace

std::string_view word_of(Outcome outcome) {
  constexpr std::string_view words[] = {"fail", "timeout", "reject", "breach", "block", "condition"};
  return words[static_cast<std::size_t>(outcome)];
}

std::string_view word_of(Response response) {
  constexpr std::string_view words[] = {"retry",    "repair",  "back to", "approve", "escalate",
                                        "continue", "degrade", "stop",    "fail",    "cancel"};
  return words[static_cast<std::size_t>(response)];
}

void find_beyond(Workflow& workflow) {
  Beyonds(workflow).run();
}

}  // namespace wfc::model
