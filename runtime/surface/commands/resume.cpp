// `resume`: goes on with a run that was interrupted, paused or crashed.
#include <vector>

#include "runtime/base/files.h"
#include "runtime/base/text.h"
#include "runtime/rules/near.h"
#include "runtime/surface/commands.h"
#include "runtime/surface/commands/driving.h"
#include "runtime/surface/preflight.h"

namespace wf::surface::commands {
namespace {

constexpr Option resume_options[] = {
    {"--retry", "STEP", "repeat an attempt that was cut off and must not be repeated unasked", true},
    {"--mark-done", "STEP", "take an attempt that was cut off as done", true},
    {"--content", "FILE", "with --mark-done: what the step is taken to have printed"}};

Result<Row> row_of(const Program& program, std::string_view id) {
  std::vector<std::string_view> ids;
  for (Row row = 0; row < program.steps.count; ++row) {
    const Text& text = program.steps[row].id;
    ids.emplace_back(text.data, text.size);
    if (ids.back() == id) return row;
  }
  const std::string_view near = rules::closest(id, ids);
  return Error{"no step is named `" + printable(id, false) + "`",
               near.empty() ? std::string() : "did you mean `" + printable(near, false) + "`?"};
}

Result<> read_decisions(const Context& context, DriveRequest& request) {
  std::string content;
  if (context.arguments.has("--content")) {
    if (!context.arguments.has("--mark-done")) return Error{"`--content` needs `--mark-done STEP`", ""};
    Result<std::string> text = read_file(std::string(context.arguments.value("--content")), stream_kept_max);
    if (!text) return text.error();
    content = std::move(*text);
  }
  for (const std::string_view id : context.arguments.values("--retry")) {
    const Result<Row> row = row_of(context.program, id);
    if (!row) return row.error();
    request.retry_unknown.push_back(*row);
  }
  for (const std::string_view id : context.arguments.values("--mark-done")) {
    const Result<Row> row = row_of(context.program, id);
    if (!row) return row.error();
    request.mark_done.push_back({.step = *row, .content = content});
  }
  return Done{};
}

int act(Context& context) {
  Result<Bearings> bearings = commands::bearings(context);
  if (!bearings) return context.refuse(bearings.error());
  if (const Result<> read = read_decisions(context, bearings->request); !read)
    return context.refuse(read.error());
  const std::string run_id(context.arguments.word(0));

  const bool dry = context.arguments.has("--dry-run");
  std::unique_ptr<Workplace> workplace;
  if (!dry) {
    if (const Result<> can = within_reach(context.program); !can) return context.refuse(can.error());
    // Before the store and before any thread: what it forks must hold neither locks nor half a lock.
    Result<std::unique_ptr<Workplace>> opened = context.workshop.open(bearings->sandbox, bearings->settings);
    if (!opened) return context.refuse(opened.error());
    workplace = std::move(*opened);
  }
  RunService service = context.service();
  const Result<store::Recovered> run = service.look(run_id);
  if (!run) return context.refuse(run.error());
  if (const Result<> fit = service.fits(*run); !fit) return context.refuse(fit.error());
  if (dry) {
    if (context.arguments.has("--json"))
      context.out.line(write_json(dry_run_document(context.program, run->run.inputs_json)));
    else
      context.out.write(dry_run(context.program, run->run.inputs_json));
    return exit_fine;
  }
  if (!is_over(run->run.status)) {
    std::vector<bool> ended(context.program.steps.count, false);
    for (const store::RecoveredStep& step : run->steps)
      if (step.step < ended.size()) ended[step.step] = step.ended;
    const Result<> ready = ready_to_drive(context, *bearings, [&ended](Row row) { return !ended[row]; });
    if (!ready) return context.refuse(ready.error());
  }
  EventsFile events;
  if (const Result<> opened = events.open(context.arguments); !opened) return context.refuse(opened.error());
  return drive(context, service, *workplace, *bearings, events, run_id);
}

}  // namespace

const Command resume = {.name = "resume",
                        .words = "RUN",
                        .words_min = 1,
                        .words_max = 1,
                        .summary = "go on with a run that was interrupted, paused or crashed",
                        .options = {resume_options, drive_options, store_options},
                        .changes = true,
                        .act = act};

}  // namespace wf::surface::commands
