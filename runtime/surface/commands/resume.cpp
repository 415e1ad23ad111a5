// `resume`: goes on with a run that was interrupted, paused or crashed.
#include <algorithm>
#include <cmath>
#include <vector>

#include "runtime/base/files.h"
#include "runtime/base/text.h"
#include "runtime/rules/quantity.h"
#include "runtime/surface/commands.h"
#include "runtime/surface/commands/decide.h"
#include "runtime/surface/commands/driving.h"
#include "runtime/surface/preflight.h"
#include "runtime/surface/step_row.h"

namespace wf::surface::commands {
namespace {

constexpr Option resume_options[] = {
    {"--from", "STEP", "run this step and all that follows it again", true},
    {"--retry-failed", "", "run what has failed again, and all that follows it"},
    {"--retry", "STEP",
     "run this step, which failed, again; or repeat an attempt that was cut off and must not be repeated "
     "unasked",
     true},
    {"--mark-done", "STEP", "take a step that failed, or an attempt that was cut off, as done", true},
    {"--content", "FILE", "with --mark-done: what the step is taken to have printed"},
    {"--budget", "NAME=LIMIT", "the run may take so much: credits, tokens, usd, calls or wall_clock_s", true},
    {"--accept-plan", "",
     "go on although this executable means something else, if all that is recorded is the same"}};

// `credits=50`, `usd=$12.50`, `wall_clock_s=2h`
Result<> read_limit(const std::pair<std::string, std::string>& said, engine::Wishes& wishes) {
  const auto* measure = std::ranges::find(measures, said.first, [](Measure one) { return name_of(one); });
  if (measure == measures.end()) {
    return Error{"`--budget`: nothing is counted as `" + printable(said.first, false) + "`",
                 "it is `credits`, `tokens`, `usd`, `calls` or `wall_clock_s`"};
  }
  Result<std::int64_t> limit = Error{};
  const bool whole = *measure == Measure::tokens || *measure == Measure::calls;
  if (*measure == Measure::time) limit = rules::parse_duration(said.second);
  if (*measure == Measure::usd) limit = rules::parse_money(said.second);
  if (!limit && whole) limit = rules::parse_integer(said.second);
  if (!limit && !whole) {
    const double unit = *measure == Measure::time ? 1e3 : 1e6;
    const Result<double> number = rules::parse_real(said.second);
    if (number && *number * unit < 9e18) limit = std::llround(*number * unit);
  }
  if (!limit || *limit <= 0)
    return Error{"`--budget`: `" + printable(said.second, false) + "` is no limit of `" + said.first + "`",
                 "such as `credits=50`, `usd=$12.50` or `wall_clock_s=2h`"};
  wishes.limits[*measure] = *limit;
  return Done{};
}

Result<> read_wishes(const Context& context, DriveRequest& request) {
  std::string content;
  if (context.arguments.has("--content")) {
    if (context.arguments.values("--mark-done").size() != 1)
      return Error{"`--content` needs one `--mark-done STEP`", ""};
    Result<std::string> text = read_file(std::string(context.arguments.value("--content")), stream_kept_max);
    if (!text) return text.error();
    content = std::move(*text);
  }
  engine::Wishes& wishes = request.wishes;
  for (const auto& [option, rows] :
       {std::pair{"--from", &wishes.from}, std::pair{"--retry", &wishes.retry}}) {
    for (const std::string_view id : context.arguments.values(option)) {
      const Result<Row> row = step_row(context.program, id);
      if (!row) return row.error();
      rows->push_back(*row);
    }
  }
  for (const std::string_view id : context.arguments.values("--mark-done")) {
    const Result<Row> row = step_row(context.program, id);
    if (!row) return row.error();
    wishes.done.push_back({*row, content});
  }
  for (const std::string_view text : context.arguments.values("--budget")) {
    const auto pair = key_and_value("--budget", text);
    if (!pair) return pair.error();
    if (Result<> read = read_limit(*pair, wishes); !read) return read;
  }
  wishes.retry_failed = context.arguments.has("--retry-failed");
  wishes.by = login();
  request.accept_plan = context.arguments.has("--accept-plan");
  return Done{};
}

int act(Context& context) {
  Result<Bearings> bearings = commands::bearings(context);
  if (!bearings) return context.refuse(bearings.error());
  if (const Result<> read = read_wishes(context, bearings->request); !read)
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
  Result<store::Recovered> run = service.look(run_id);
  if (run) run = service.fits(std::move(*run), bearings->request.accept_plan);
  if (!run) return context.refuse(run.error());
  const engine::Wishes& wishes = bearings->request.wishes;
  if (dry) {
    if (context.arguments.has("--json"))
      context.out.line(write_json(dry_run_document(context.program, run->run.inputs_json)));
    else
      context.out.write(dry_run(context.program, run->run.inputs_json));
    return exit_fine;
  }
  if (!is_over(run->run.status) || wishes.any()) {
    std::vector<bool> ended(context.program.steps.count, false);
    for (const store::RecoveredStep& step : run->steps)
      if (step.step < ended.size()) ended[step.step] = step.ended && !wishes.any();
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
