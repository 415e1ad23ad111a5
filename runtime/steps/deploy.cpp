// The `deploy` step: runs the command that is configured for its target, and knows where the result is to be
// seen.
#include <utility>

#include "runtime/base/json.h"
#include "runtime/steps/work.h"

namespace wf::steps {

namespace {

constexpr std::size_t variable_max = 64 * 1024;
constexpr std::size_t searched_max = 1 << 20;

// The command that the definition gives in its inputs, for where nobody configured one.
std::string command_in(const std::string& inputs) {
  const Result<Json> parsed = parse_json(inputs);
  if (!parsed || !parsed->is_object()) return {};
  const auto command = parsed->find("command");
  return command != parsed->end() && command->is_string() ? command->get<std::string>() : std::string();
}

Outcome deployed(const Work& work, const std::string& target, const Printed& printed) {
  Outcome outcome = Outcome::succeeded();
  Json fields = Json::object();
  if (const std::string object = object_in(work, printed.output); !object.empty())
    if (Result<Json> parsed = parse_json(object)) fields = std::move(*parsed);
  const auto given = fields.find("url");
  std::string url = given != fields.end() && given->is_string() ? given->get<std::string>() : std::string();
  if (url.empty()) {
    const Result<std::string> text = printed.output.is_here() ? Result<std::string>(printed.output.text)
                                                              : work.outputs.load(printed.output);
    if (text) {
      std::string_view end = *text;  // What a deployment says last is where it went.
      if (end.size() > searched_max) end.remove_prefix(end.size() - searched_max);
      url = last_url(end);
    }
  }
  if (!url.empty()) {
    fields["url"] = url;
    outcome.artifacts.push_back({"deploy_url", {}, write_json(Json{{"target", target}, {"url", url}})});
  }
  if (!fields.empty()) outcome.fields_json = write_json(fields);
  return outcome;
}

}  // namespace

void start_deploy(Work& work, StepRun run) {
  const auto text = [&](std::string_view name) {
    const std::string* const found = run.argument(name);
    return found != nullptr ? *found : std::string();
  };
  const std::string target = text("target");
  const std::string inputs = text("inputs");
  const auto configured = work.config.deploy.find(target);
  std::string command = configured != work.config.deploy.end() ? configured->second : command_in(inputs);
  if (command.empty()) {
    std::move(run).finish(Outcome::failed(reason::start, "no command is configured for the target `" +
                                                             target + "`; give one with --deploy " + target +
                                                             "=COMMAND"));
    return;
  }
  Result<io::ChildSpec> child = child_of(work, run.attempt());
  if (!child) {
    std::move(run).finish(Outcome::failed(reason::start, child.error().message));
    return;
  }
  child->argv = shell(std::move(command));
  child->env_set.emplace_back("WF_TARGET", target);
  // Small inputs are at hand as a variable; all of them are on standard input.
  if (inputs.size() <= variable_max) child->env_set.emplace_back("WF_INPUTS", inputs);
  child->input = inputs;
  run_child(work, std::move(run), std::move(*child), [&work, target](const Attempt&, const Printed& printed) {
    return deployed(work, target, printed);
  });
}

}  // namespace wf::steps
