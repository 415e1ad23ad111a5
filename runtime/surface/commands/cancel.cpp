// `cancel`: ends a run. Whoever drives it is asked; where nobody does, this process drives it to its end.
#include <unistd.h>

#include <csignal>

#include "runtime/base/ids.h"
#include "runtime/base/text.h"
#include "runtime/surface/commands.h"
#include "runtime/surface/commands/driving.h"

namespace wf::surface::commands {
namespace {

// The driver gives its children 10 s before it kills them.
constexpr std::int64_t patience_ms = 15'000;
constexpr useconds_t look_every_us = 20'000;

int tell(Context& context, const std::string& run_id, RunStatus status) {
  if (status == RunStatus::cancelled) {
    context.out.line("run " + run_id + " is cancelled");
    context.out.line("  " + context.command("status " + run_id));
    return exit_fine;
  }
  return context.refuse({"run " + run_id + " has ended already: " + std::string(name_of(status)), ""});
}

int wait_for_driver(Context& context, RunService& service, const std::string& run_id,
                    const store::Holder& holder) {
  const std::int64_t until_ms = context.clock.monotonic_ms() + patience_ms;
  while (context.clock.monotonic_ms() < until_ms) {
    const Result<std::optional<store::RunInfo>> run = service.store().find(run_id);
    if (!run) return context.refuse(run.error());
    if (*run && is_over((*run)->status)) return tell(context, run_id, (*run)->status);
    ::usleep(look_every_us);
  }
  context.out.line("asked process " + std::to_string(holder.pid) + " on " + printable(holder.host, false) +
                   " to end run " + run_id + "; it has not yet");
  context.out.line("  " + context.command("status " + run_id));
  return exit_fine;
}

int act(Context& context) {
  const std::string run_id(context.arguments.word(0));
  if (!is_run_id(run_id))
    return context.refuse({"`" + printable(run_id, false) + "` is not the id of a run", ""});
  const Result<std::unique_ptr<Workplace>> workplace = context.workshop.open(Sandbox::automatic, {});
  if (!workplace) return context.refuse(workplace.error());
  RunService service = context.service();
  if (const Result<> opened = service.open(false); !opened) return context.refuse(opened.error());
  const Result<std::optional<store::RunInfo>> run = service.store().find(run_id);
  if (!run) return context.refuse(run.error());
  if (!*run) return context.refuse({"there is no run `" + run_id + "` in this store", ""});
  if (const Result<> own = service.ours(run_id); !own) return context.refuse(own.error());
  if (is_over((*run)->status)) return tell(context, run_id, (*run)->status);
  if (const Result<> asked = service.ask_cancel(run_id); !asked) return context.refuse(asked.error());
  if (const Result<store::Recovered> whole = service.look(run_id); !whole || !service.fits(*whole, false)) {
    context.out.line("asked for; the executable that started run " + run_id +
                     " ends it with its next `resume`");
    return exit_fine;
  }
  std::signal(SIGPIPE, SIG_IGN);
  const Result<Driven> driven = service.drive(run_id, {}, **workplace, {}, {});
  if (!driven) return context.refuse(driven.error());
  if (driven->held) return wait_for_driver(context, service, run_id, driven->holder);
  leave_if_abandoned(driven->end);
  if (!driven->end.error.empty()) {
    context.err.line("error: " + printable(driven->end.error, true));
    return exit_failed;
  }
  return tell(context, run_id, driven->end.status);
}

}  // namespace

const Command cancel = {.name = "cancel",
                        .words = "RUN",
                        .words_min = 1,
                        .words_max = 1,
                        .summary = "end a run, and what it has started",
                        .options = {store_options, {}, {}},
                        .changes = true,
                        .act = act};

}  // namespace wf::surface::commands
