// The `command` step: runs a program, or a text in a shell, and takes what it prints as its output.
#include <utility>

#include "runtime/steps/work.h"

namespace wf::steps {

void start_command(Work& work, StepRun run) {
  Result<io::ChildSpec> child = child_of(work, run.attempt());
  if (!child) {
    std::move(run).finish(Outcome::failed(reason::start, child.error().message));
    return;
  }
  // A command without shell syntax comes as its words and costs no shell.
  for (const Argument& argument : run.attempt().arguments)
    if (argument.name == "arg") child->argv.push_back(argument.text);
  if (child->argv.empty()) {
    const std::string* const command = run.argument("command");
    child->argv = shell(command != nullptr ? *command : std::string());
  }
  run_child(work, std::move(run), std::move(*child),
            [](const Attempt&, const Printed&) { return Outcome::succeeded(); });
}

}  // namespace wf::steps
