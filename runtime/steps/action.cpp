// The `action` step: a named action, as somebody configured it, with its values as JSON on standard input and
// a JSON object on standard output as its fields. `as WHO` lets an agent do it.
#include <utility>

#include "runtime/base/json.h"
#include "runtime/steps/work.h"

namespace wf::steps {

namespace {

// Values arrive as they are printed. A list or a map is one again; a text that merely looks like a number
// stays text.
std::string values_of(const Attempt& attempt) {
  Json values = Json::object();
  for (const Argument& argument : attempt.arguments) {
    if (argument.name != "with") continue;
    const std::string key(argument.key);
    const bool structured = argument.text.starts_with('{') || argument.text.starts_with('[');
    Result<Json> parsed = structured ? parse_json(argument.text) : Result<Json>(Json());
    if (structured && parsed)
      values[key] = std::move(*parsed);
    else
      values[key] = argument.text;
  }
  return write_json(values);
}

}  // namespace

void start_action(Work& work, StepRun run) {
  const std::string* const named = run.argument("action");
  const std::string action = named != nullptr ? *named : std::string();
  const std::string values = values_of(run.attempt());
  if (const std::string* const who = run.argument("agent")) {
    std::string prompt = "Do the action `" + action + "` with these values:\n\n" + values;
    const std::string role = *who;
    ask_agent(work, std::move(run), role, std::move(prompt));
    return;
  }
  const auto configured = work.config.actions.find(action);
  if (configured == work.config.actions.end()) {
    std::move(run).finish(Outcome::failed(reason::start, "no command is configured for the action `" +
                                                             action + "`; give one with --action " + action +
                                                             "=COMMAND"));
    return;
  }
  Result<io::ChildSpec> child = child_of(work, run.attempt());
  if (!child) {
    std::move(run).finish(Outcome::failed(reason::start, child.error().message));
    return;
  }
  child->argv = shell(configured->second);
  child->input = values;
  run_child(work, std::move(run), std::move(*child), [&work](const Attempt&, const Printed& printed) {
    Outcome outcome = Outcome::succeeded();
    outcome.fields_json = object_in(work, printed.output);
    return outcome;
  });
}

}  // namespace wf::steps
