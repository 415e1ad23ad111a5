// The `agent` step: asks whoever serves its role, and keeps the answer as its output.
#include <utility>

#include "runtime/steps/capture.h"
#include "runtime/steps/work.h"

namespace wf::steps {

namespace {

// An answer comes whole; a long one goes where long outputs go.
Result<Output> kept(const Work& work, const Attempt& attempt, const Output& output, bool is_error) {
  if (output.text.size() <= inline_output_max) return output;
  Capture capture(work.outputs, [&] { return work.outputs.log_path(attempt.key, attempt.number, is_error); });
  capture.append(output.text);
  return capture.finish(false);
}

struct Asked {
  explicit Asked(StepRun of_run) : run(std::move(of_run)) {}
  StepRun run;
  TextFilter filter;
};

void answer(Work& work, Asked& asked, Outcome outcome) {
  const Attempt& attempt = asked.run.attempt();
  work.over(attempt);
  Result<Output> output = kept(work, attempt, outcome.output, false);
  Result<Output> error_output = kept(work, attempt, outcome.error_output, true);
  if (output && error_output) {
    outcome.output = std::move(*output);
    outcome.error_output = std::move(*error_output);
  } else {
    const Error& trouble = output ? error_output.error() : output.error();
    Outcome lost = Outcome::failed(reason::store, "the answer could not be kept: " + trouble.message);
    lost.usage = outcome.usage;
    outcome = std::move(lost);
  }
  std::move(asked.run).finish(std::move(outcome));
}

}  // namespace

void ask_agent(Work& work, StepRun run, std::string_view role, std::string prompt) {
  const Attempt& attempt = run.attempt();
  auto adapter = work.config.agents.find(std::string(role));
  if (adapter == work.config.agents.end()) adapter = work.config.agents.find("*");
  if (adapter == work.config.agents.end()) {
    const std::string who = role.empty() ? "*" : std::string(role);
    std::move(run).finish(Outcome::failed(reason::start, "no agent is configured for `" + who +
                                                             "`; give one with --agent " + who + "=ADAPTER"));
    return;
  }
  Result<io::ChildSpec> child = child_of(work, attempt);
  if (!child) {
    std::move(run).finish(Outcome::failed(reason::start, child.error().message));
    return;
  }
  if (attempt.interrupted_before)
    prompt += "\n\nattempt " + std::to_string(attempt.number) + "; files may hold partial work";
  const Text& id = run.row().id;
  agents::Question question;
  question.step.assign(id.data, id.size);
  question.role = role;
  if (const std::string* const model = run.argument("model")) question.model = *model;
  question.prompt = std::move(prompt);
  question.iteration = attempt.key.iteration;
  question.attempt = attempt.ordinal != 0 ? attempt.ordinal : attempt.key.iteration - 1 + attempt.number;
  question.usd_millionths_max = attempt.usd_millionths_max;
  question.child = std::move(*child);

  const auto asked = std::make_shared<Asked>(std::move(run));
  agents::Adapter::Stop stop = adapter->second->ask(
      std::move(question),
      [asked](std::string_view bytes) {
        const std::string_view text = asked->filter.next(bytes);
        if (!text.empty()) asked->run.printed(text);
      },
      [&work, asked](Outcome outcome) { answer(work, *asked, std::move(outcome)); });
  work.running(asked->run.attempt(), std::move(stop));
}

void start_agent(Work& work, StepRun run) {
  const auto text = [&](std::string_view name) {
    const std::string* const found = run.argument(name);
    return found != nullptr ? *found : std::string();
  };
  const std::string role = text("agent");
  const std::string inputs = text("inputs");
  std::string prompt = text("prompt");
  if (const std::string instructions = text("instructions"); !instructions.empty())
    prompt.insert(0, instructions + "\n\n");
  if (!inputs.empty()) prompt += "\n\n" + inputs;
  ask_agent(work, std::move(run), role, std::move(prompt));
}

}  // namespace wf::steps
