// `status`: a run as it is recorded.
#include "runtime/surface/status.h"

#include "runtime/base/json.h"
#include "runtime/base/text.h"
#include "runtime/surface/commands.h"
#include "runtime/surface/step_row.h"
#include "runtime/surface/why.h"

namespace wf::surface::commands {
namespace {

constexpr Option status_options[] = {
    {"--why", "STEP", "why this step ran, waits, was skipped or runs again"}};

int explain(Context& context, RunService& service, store::Recovered found) {
  const Result<store::Recovered> run = service.fits(std::move(found), false);
  if (!run) return context.refuse(run.error());
  const Result<Row> step = step_row(context.program, context.arguments.value("--why"));
  if (!step) return context.refuse(step.error());
  const Result<std::optional<store::Holder>> driver = service.store().driven(run->run.id);
  const std::vector<Reason> reasons = why(context.program, *run, *step, driver && *driver);
  if (context.arguments.has("--json"))
    context.out.line(write_json(why_document(*run, reasons)));
  else
    context.out.write(why_text(reasons));
  return exit_fine;
}

int act(Context& context) {
  RunService service = context.service();
  Result<store::Recovered> run = service.look(std::string(context.arguments.word(0)));
  if (!run) return context.refuse(run.error());
  if (context.arguments.has("--why")) return explain(context, service, std::move(*run));
  if (context.arguments.has("--json")) {
    context.out.line(write_json(status_document(service, *run)));
    return exit_fine;
  }
  const std::string id = printable(run->run.id, false);
  std::string next;
  for (const StepState& step : states(context.program, *run)) {
    if (!step.recorded || !step.recorded->gate || !step.recorded->gate->open) continue;
    if (is_late(*step.recorded->gate, context.clock.wall_ms())) continue;
    std::string which = id;
    which.append(" ").append(shell_word(printable(step.id, false)));
    // Whoever decides about what a step has produced wants to see it.
    if (step.recorded->produced) next += "\n  " + context.command("logs " + which);
    next += "\n  " + context.command("approve " + which) + "\n  " + context.command("reject " + which);
  }
  const Result<std::optional<store::Holder>> driver = service.store().driven(run->run.id);
  const std::vector<std::string> unsure =
      driver && !*driver ? cut_off(context.program, *run) : std::vector<std::string>();
  for (const std::string& step : unsure)
    for (const char* option : {" --retry ", " --mark-done "})
      next += "\n  " + context.command("resume " + id + option + shell_word(printable(step, false)));
  if (!is_over(run->run.status) && unsure.empty()) next += "\n  " + context.command("resume " + id);
  if (!next.empty()) next = "\nnext" + next + "\n";
  context.out.write(status_text(service, *run, next, context.clock.wall_ms()));
  return exit_fine;
}

}  // namespace

const Command status = {.name = "status",
                        .words = "[RUN]",
                        .words_min = 0,
                        .words_max = 1,
                        .summary = "how a run stands; without RUN, the latest",
                        .options = {status_options, json_options, store_options},
                        .act = act};

}  // namespace wf::surface::commands
