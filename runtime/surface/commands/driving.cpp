// From flags to a driven run, and from its end to the next command a person would want.
#include "runtime/surface/commands/driving.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "runtime/base/digest.h"
#include "runtime/base/json.h"
#include "runtime/base/text.h"
#include "runtime/rules/near.h"
#include "runtime/rules/quantity.h"
#include "runtime/surface/events.h"
#include "runtime/surface/preflight.h"
#include "runtime/surface/status.h"
#include "runtime/surface/tables.h"
#include "runtime/surface/views.h"

namespace wf::surface::commands {
namespace {

constexpr std::uint32_t jobs_max = 100'000;

Result<Sandbox> sandbox_of(std::string_view mode) {
  if (mode.empty() || mode == "auto") return Sandbox::automatic;
  if (mode == "off") return Sandbox::off;
  if (mode == "required") return Sandbox::required;
  return Error{"`--sandbox " + printable(mode, false) + "` is not `off`, `auto` or `required`", ""};
}

Result<std::uint32_t> jobs_of(const Arguments& arguments) {
  if (!arguments.has("--jobs")) return std::uint32_t{0};
  const Result<std::int64_t> jobs = rules::parse_integer(arguments.value("--jobs"));
  if (!jobs || *jobs < 1 || *jobs > jobs_max)
    return Error{"`--jobs` needs a number from 1 to " + std::to_string(jobs_max), ""};
  return static_cast<std::uint32_t>(*jobs);
}

bool can_redraw(const Out& out) {
  const char* term = std::getenv("TERM");
  return out.is_terminal() && term && *term && std::string_view(term) != "dumb";
}

// Drops adapters that nobody will ask: a wf.toml serves many workflows, and a mistake in it that does not
// concern this one must not stop it.
void keep_needed(const Program& program, Settings& settings) {
  const Needs needs = needs_of(program, [](Row) { return true; });
  std::map<std::string, AgentSetting> kept;
  for (const std::string& role : needs.roles) {
    auto found = settings.agents.find(role);
    if (found == settings.agents.end()) found = settings.agents.find("*");
    if (found != settings.agents.end()) kept.insert(*found);
  }
  settings.agents = std::move(kept);
}

// A misspelt `--deploy prdo=x` would be kept, asked by nobody, and the step would go on with what wf.toml
// says.
Result<> names_exist(const Context& context) {
  const Needs needs = needs_of(context.program, [](Row) { return true; });
  const auto check = [&](std::string_view option, std::string_view what, StepKind kind,
                         std::string_view param, std::vector<std::string> known) -> Result<> {
    for (const StepRow& step : context.program.steps) {
      if (step.kind != kind) continue;
      for (const Param& each : step.params) {
        if (std::string_view(each.name.data, each.name.size) != param) continue;
        if (each.kind != ParamKind::literal) return Done{};  // Any name may come of it.
        known.emplace_back(each.literal.data, each.literal.size);
      }
    }
    for (const std::string_view text : context.arguments.values(option)) {
      const std::string name(text.substr(0, text.find('=')));
      if (name == "*" && option == "--agent") continue;
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      const std::string_view near =
          rules::closest(name, std::vector<std::string_view>(known.begin(), known.end()));
      if (near.empty()) continue;  // Whoever runs many workflows may give all of them the same options.
      return Error{"`" + std::string(option) + "`: no step of this workflow needs " + std::string(what) +
                       " `" + printable(name, false) + "`",
                   "did you mean `" + printable(near, false) + "`?"};
    }
    return Done{};
  };
  if (Result<> fine = check("--agent", "an agent for role", StepKind::agent, "agent", needs.roles); !fine)
    return fine;
  if (Result<> fine = check("--deploy", "a command for target", StepKind::deploy, "target", {}); !fine)
    return fine;
  return check("--action", "a command for action", StepKind::action, "action", {});
}

// Only the name of the adapter: whether it can be asked is found out for those that are needed.
Result<> adapter_exists(const Context& context, const std::string& role, const AgentSetting& agent) {
  const std::vector<std::string_view> known = context.workshop.adapter_names();
  if (std::find(known.begin(), known.end(), agent.adapter) != known.end()) return Done{};
  const std::string_view near = rules::closest(agent.adapter, known);
  return Error{"agent `" + printable(role, false) + "`: no agent adapter is named `" +
                   printable(agent.adapter, false) + "`",
               near.empty() ? std::string() : "did you mean `" + std::string(near) + "`?"};
}

// Twice what the program allows.
std::vector<std::string> suggested_limits(const Program& program) {
  const Limits& limits = program.budgets[program.budget].whole;
  std::vector<std::string> all;
  const auto add = [&](Measure measure, std::uint64_t limit, std::uint64_t unit) {
    if (limit == 0) return;
    const std::uint64_t twice = limit / unit + (limit / unit == 0 ? 1 : limit / unit);
    all.push_back(std::string(name_of(measure)) + "=" + std::to_string(twice));
  };
  add(Measure::credits, limits.credits, 1);
  add(Measure::tokens, limits.tokens, 1);
  add(Measure::usd, limits.micro_usd, 1'000'000);
  add(Measure::calls, limits.calls, 1);
  add(Measure::time, limits.time_ms, 1000);
  return all;
}

// What happened in a word, and what a person would type next.
void last_words(Context& context, Out& out, const Picture& picture, const engine::RunEnd& end,
                const std::string& run, const std::vector<std::string>& unsure,
                std::optional<std::int64_t> took_ms) {
  const auto next = [&](const std::string& words) { out.line("  " + context.command(words)); };
  // Whoever goes on needs the same agents and commands as whoever began.
  std::string resume = "resume " + run;
  for (const char* option : {"--agent", "--deploy", "--action"})
    for (const std::string_view value : context.arguments.values(option))
      resume += " " + std::string(option) + " " + shell_word(printable(value, false));
  if (end.exit_code > 128) {
    out.line("run " + run + " is interrupted; go on with");
    return next(resume);
  }
  if (end.reason == reason::store) {
    // Not the run has failed: what it did from some moment on could not be recorded.
    out.line("run " + run + " has stopped, because its store cannot be written");
    out.line(end.error.find("full") != std::string::npos ? "make room on the disk of the store, and then"
                                                         : "see to the store, and then");
    return next(resume);
  }
  if (end.status == RunStatus::waiting) {
    const std::vector<Row> waiting = picture.rows(StepStatus::waiting, 20);
    const std::uint32_t all = picture.count(StepStatus::waiting);
    if (!unsure.empty()) {
      out.line("run " + run + " is paused: an attempt was cut off, and the step must not simply be repeated");
      out.line("look at what it did, then one of");
      for (const std::string& step : unsure)
        for (const char* option : {" --retry ", " --mark-done "})
          next(resume + option + shell_word(printable(step, false)));
      if (all == 0) return;
    }
    out.line("run " + run + " is paused: " + std::to_string(all) +
             (all == 1 ? " step waits" : " steps wait") + " for a decision");
    for (const Row row : waiting) {
      const std::string which = run + " " + shell_word(picture.id(row));
      if (picture.step(row).produced) next("logs " + which);
      next("approve " + which);
      next("reject " + which);
    }
    out.line("and then");
    return next(resume);
  }
  std::string line =
      "run " + run + " " +
      (end.status == RunStatus::completed
           ? "is completed"
           : "has " + std::string(end.status == RunStatus::failed ? "failed" : "been cancelled"));
  if (!end.reason.empty()) line += " (" + printable(end.reason, false) + ")";
  out.line(line + ": " + counts_text(picture) + (took_ms ? " in " + elapsed(*took_ms) : ""));
  const std::vector<Row> failed = picture.rows(StepStatus::failed, 3);
  for (const Row row : failed) {
    const StepPicture& step = picture.step(row);
    std::string why = printable(step.reason, false);
    if (!step.detail.empty())
      why += (why.empty() ? "" : ": ") + printable(replace_invalid_utf8(step.detail), false);
    out.line("  " + picture.id(row) + place_of(context.program, context.program.steps[row].origin) + ": " +
             fit(why, 200));
    next("logs " + run + " " + shell_word(picture.id(row)));
  }
  if (end.reason == reason::budget && context.program.budget != no_row) {
    out.line("what is paid stays; with a higher limit it goes on");
    for (const std::string& limit : suggested_limits(context.program)) next(resume + " --budget " + limit);
  }
  const std::uint32_t failures = picture.count(StepStatus::failed);
  if (failures > failed.size())
    out.line("  and " + std::to_string(failures - failed.size()) + " more have failed");
  if (failures != failed.size() || failed.empty()) next("status " + run);
}

// Nothing is driven any more, the journal is closed: from here on a signal need not wait for anything.
void let_signals_end_us() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, signal);
  ::sigprocmask(SIG_UNBLOCK, &set, nullptr);
}

Result<> admit_unenforced(Context& context, const Bearings& bearings) {
  const std::vector<std::string> open = unenforced(context.program);
  if (open.empty()) return Done{};
  if (bearings.sandbox == Sandbox::required) {
    Error error{"`--sandbox required`: this version cannot enforce what is declared", ""};
    for (const std::string& sentence : open) error.hint += (error.hint.empty() ? "" : "\n  ") + sentence;
    return error;
  }
  for (const std::string& sentence : open) context.err.line("warning: " + sentence);
  return Done{};
}

}  // namespace

Result<Bearings> bearings(Context& context) {
  const Arguments& arguments = context.arguments;
  Bearings bearings;
  Result<Settings> settings = read_settings("wf.toml");
  if (!settings) return settings.error();
  bearings.settings = std::move(*settings);
  for (const std::string_view text : arguments.values("--agent")) {
    const auto pair = key_and_value("--agent", text);
    if (!pair) return pair.error();
    Result<AgentSetting> agent = context.workshop.parse_adapter(pair->second);
    if (!agent) return agent.error();
    bearings.settings.agents[pair->first] = std::move(*agent);
  }
  for (const auto& [option, to] : {std::pair{"--deploy", &bearings.settings.deploy},
                                   std::pair{"--action", &bearings.settings.actions}}) {
    for (const std::string_view text : arguments.values(option)) {
      const auto pair = key_and_value(option, text);
      if (!pair) return pair.error();
      (*to)[pair->first] = pair->second;
    }
  }
  if (Result<> known = names_exist(context); !known) return known.error();
  keep_needed(context.program, bearings.settings);
  const Result<Sandbox> sandbox = sandbox_of(arguments.value("--sandbox"));
  if (!sandbox) return sandbox.error();
  bearings.sandbox = *sandbox;
  const Result<std::uint32_t> jobs = jobs_of(arguments);
  if (!jobs) return jobs.error();
  bearings.request.jobs = *jobs;
  bearings.request.wait = arguments.has("--wait");
  return bearings;
}

Result<> ready_to_drive(Context& context, const Bearings& bearings, const std::function<bool(Row)>& needed) {
  // First: what is misspelt is said also where something else is missing.
  for (const auto& [role, agent] : bearings.settings.agents)
    if (Result<> adapter = adapter_exists(context, role, agent); !adapter) return adapter;
  if (Result<> ready = preflight(context.program, bearings.settings, needed); !ready) return ready;
  for (const auto& [role, setting] : bearings.settings.agents) {
    const Result<std::string> ready = context.workshop.adapter_ready(setting);
    if (!ready)
      return Error{"agent `" + printable(role, false) + "`: " + ready.error().message, ready.error().hint};
  }
  return admit_unenforced(context, bearings);
}

EventsFile::~EventsFile() {
  if (out_ && out_->fd() > 2) ::close(out_->fd());
}

Result<> EventsFile::open(const Arguments& arguments) {
  if (!arguments.has("--events")) return Done{};
  const std::string name(arguments.value("--events"));
  if (name == "-") {
    name_ = "standard output";
    out_.emplace(1);
  } else {
    name_ = "`" + printable(name, false) + "`";
    // Opening a FIFO waits for its reader otherwise, and nobody could end the process that waits.
    const int fd = ::open(name.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0666);
    if (fd < 0) {
      const int why = errno;
      struct stat file {};
      if (why == ENXIO && ::stat(name.c_str(), &file) == 0 && S_ISFIFO(file.st_mode))
        return Error{"cannot open " + name_ + " for events: nobody reads this FIFO",
                     "start its reader first, or name a file"};
      return Error{"cannot open " + name_ + " for events: " + std::strerror(why), ""};
    }
    out_.emplace(fd);
  }
  out_->never_wait();
  return Done{};
}

void EventsFile::settle(Out& warnings) {
  if (!out_) return;
  out_->settle();
  if (out_->left_out() != 0)
    warnings.line("warning: whoever reads the events from " + name_ +
                  " was too slow: " + std::to_string(out_->left_out()) + " bytes of them were left out");
  else if (out_->broken() && out_->error() != EPIPE)
    warnings.line("warning: the events are not complete, " + name_ +
                  " cannot be written: " + std::strerror(out_->error()));
}

void leave_if_abandoned(const engine::RunEnd& end) {
  if (end.abandoned) ::_exit(end.exit_code);
}

int drive(Context& context, RunService& service, Workplace& workplace, const Bearings& bearings,
          EventsFile& events_file, const std::string& run_id) {
  const Arguments& arguments = context.arguments;
  // A reader that goes away must not end the run, and one that stalls must not hold it up. Children were
  // given the usual treatment of SIGPIPE before.
  std::signal(SIGPIPE, SIG_IGN);
  context.out.never_wait();
  context.err.never_wait();

  const bool json = arguments.has("--json");
  const bool quiet = arguments.has("--quiet");
  Out& words = json || arguments.value("--events") == "-" ? context.err : context.out;
  Picture picture(context.program);
  std::vector<Watcher*> watchers;
  std::optional<PlainView> plain;
  std::optional<LiveView> live;
  std::optional<Events> events;
  if (!quiet && !arguments.has("--no-tui") && can_redraw(words))
    watchers.push_back(&live.emplace(
        words, picture, context.clock,
        Words{.title = run_id,
              .how_to_decide = "  elsewhere: " + context.command("approve " + run_id + " STEP")}));
  else if (!quiet)
    watchers.push_back(&plain.emplace(words, picture, context.clock));
  if (events_file.get())
    watchers.push_back(
        &events.emplace(context.program, context.clock, *events_file.get(),
                        service.store().folder() + "/drives/" + sha256_hex(run_id).substr(0, 32) + ".seq"));

  const std::int64_t began_ms = context.clock.monotonic_ms();
  const Result<Driven> driven =
      service.drive(run_id, bearings.request, workplace, bearings.settings, watchers);
  let_signals_end_us();
  events.reset();
  events_file.settle(context.err);
  if (!driven) return context.refuse(driven.error());
  if (driven->held)
    return context.refuse(
        {"run " + run_id + " is already driven by " +
             (driven->holder.pid > 0 ? "process " + std::to_string(driven->holder.pid) + " on " +
                                           printable(driven->holder.host, false) + " since " +
                                           format_time(driven->holder.since_ms)
                                     : "another process, which is only beginning"),
         "nothing was started; `" + context.command("status " + run_id) + "` shows how it goes"});
  for (const std::string& warning : driven->warnings) context.err.line("warning: " + warning);
  if (!driven->end.error.empty()) context.err.line("error: " + printable(driven->end.error, true));
  const bool mistake = driven->end.status == RunStatus::failed;
  if (driven->was_over || (quiet && mistake)) {
    // It had ended before, or nobody watched it: tell what is recorded.
    if (const Result<store::Recovered> run = service.look(run_id)) picture.recover(*run);
  }
  if (!quiet || mistake) {
    std::optional<std::int64_t> took_ms;
    if (!driven->was_over) took_ms = context.clock.monotonic_ms() - began_ms;
    std::vector<std::string> unsure;
    if (driven->end.status == RunStatus::waiting)
      if (const Result<store::Recovered> run = service.look(run_id)) unsure = cut_off(context.program, *run);
    last_words(context, quiet ? context.err : words, picture, driven->end, run_id, unsure, took_ms);
  }
  if (json) {
    // Whoever asked for the document gets it whole, however slowly it is read.
    context.out.settle();
    const Result<store::Recovered> run = service.look(run_id);
    if (!run) return context.refuse(run.error());
    context.out.line(write_json(status_document(service, *run)));
  }
  live.reset();
  context.tell_unwritten(false);
  context.err.settle();
  leave_if_abandoned(driven->end);
  return driven->end.exit_code;
}

}  // namespace wf::surface::commands
