// Finds schedules that cannot be read, that never fire, that a change of the clocks hits, and that start a
// run while the one before may still be going.
#include <algorithm>
#include <cstdlib>
#include <ctime>

#include "compiler/check/check.h"
#include "compiler/check/places.h"
#include "runtime/base/text.h"
#include "runtime/rules/schedule.h"

namespace wfc::check {
namespace {

constexpr std::int64_t year = 366 * 86'400;

// What counts as today: that of a reproducible build, where there is one.
std::int64_t today() {
  if (const char* epoch = std::getenv("SOURCE_DATE_EPOCH")) {
    char* end = nullptr;
    const long long at = std::strtoll(epoch, &end, 10);
    if (end != epoch && *end == '\0' && at > -4'000'000'000 && at < 40'000'000'000) return at;
  }
  return std::time(nullptr);
}

std::optional<wf::rules::Cron> read_cron(const Subject& in, const Located<std::string>& written,
                                         diag::Report& report) {
  wf::rules::CronProblem problem;
  const std::string_view text = written.value;
  auto cron = wf::rules::Cron::read(text, problem);
  if (cron) return cron;
  const Span place =
      place_of_part(in, text, written.span, text.substr(problem.begin, problem.end - problem.begin));
  auto draft =
      problem.never ? report.add(diag::never_fires, place) : report.add(diag::bad_cron, place, problem.why);
  if (!problem.label.empty()) draft.label(problem.label);
  if (!problem.help.empty()) draft.help(problem.help);
  return {};
}

std::optional<wf::rules::Zone> read_zone(const Subject& in, const Located<std::string>& written,
                                         diag::Report& report) {
  const auto found = wf::rules::find_zone(written.value);
  const Span place = place_of_part(in, written.value, written.span, written.value);
  switch (found.trouble) {
    case wf::rules::ZoneTrouble::none:
      break;
    case wf::rules::ZoneTrouble::unknown:
      report.add(diag::unknown_timezone, place, written.value)
          .label("not a name of the IANA time zone database")
          .did_you_mean(found.near, place);
      break;
    case wf::rules::ZoneTrouble::abbreviation:
      report.add(diag::unknown_timezone, place, written.value)
          .label("an abbreviation names an offset, and not always the same one")
          .help("name a place, such as `America/New_York` or `Europe/Berlin`, or `UTC`");
      break;
    case wf::rules::ZoneTrouble::no_data:
      report.add(diag::unknown_timezone, place, written.value)
          .severity(diag::Severity::note)
          .label("this machine has no time zone database to look it up in")
          .help("install the package `tzdata`");
      break;
  }
  return found.zone;
}

void find_clock_change(const wf::rules::Cron& cron, const wf::rules::Zone& zone,
                       const model::Trigger& trigger, Span place, std::int64_t now, diag::Report& report) {
  // A schedule of every hour loses nothing that the next hour does not bring.
  if (cron.every_hour()) return;
  const auto change = wf::rules::next_clock_change(cron, zone, now, now + year);
  if (!change) return;
  const std::string time = wf::rules::format_wall_time(change->time);
  const std::string date = wf::rules::format_wall_date(change->time);
  auto draft = report.add(diag::cron_dst, place, time, trigger.timezone.value,
                          change->skipped ? "does not exist" : "comes twice", date);
  if (!change->skipped) {
    draft.label(cron.fixed_time() ? "it fires the first time only" : "it fires both times");
  } else if (cron.fixed_time()) {
    draft.label("on that day it fires at " + wf::rules::format_wall_time(change->then) + " instead");
  } else {
    draft.label("on that day it does not fire");
  }
  draft.help("choose an hour that every day has once, or the time zone `UTC`");
}

// The longest that the steps may take one after the other, as far as their `timeout` says.
std::uint64_t declared_time(const Subject& in) {
  std::vector<std::uint64_t> ends(in.workflow.steps.size(), 0);
  std::uint64_t longest = 0;
  for (const model::StepIndex step : in.graph.order()) {
    std::uint64_t begins = 0;
    for (const model::StepIndex before : in.graph.needs(step)) begins = std::max(begins, ends[before]);
    ends[step] = begins + in.workflow.steps[step].timeout_ms;
    longest = std::max(longest, ends[step]);
  }
  return longest;
}

void find_overlap(const Subject& in, const wf::rules::Cron& cron, const wf::rules::Zone& zone,
                  const model::Trigger& trigger, Span place, std::int64_t now, diag::Report& report) {
  if (trigger.overlap_written) return;
  const std::uint64_t longest = declared_time(in);
  // The shortest pause among the next firings; it is what two runs must share.
  std::int64_t pause = 0, before = 0;
  for (int i = 0; i < 16; ++i) {
    const auto at = wf::rules::next_firing(cron, zone, i == 0 ? now : before);
    if (!at) break;
    if (i > 0) pause = pause == 0 ? *at - before : std::min(pause, *at - before);
    before = *at;
  }
  if (pause == 0 || longest <= static_cast<std::uint64_t>(pause) * 1000) return;
  auto draft = report.add(diag::overlap_undeclared, place, wf::format_duration(pause * 1000),
                          wf::format_duration(static_cast<std::int64_t>(longest)));
  draft.label("a run that is due while another is going is left out");
  if (in.workflow.one_space) {  // `.wf`, which has words for it.
    draft.help("say what is meant: `overlap skip`, `overlap queue` or `overlap allow`");
    draft.fix("write `overlap skip`", {trigger.timezone.span.file, place.end, place.end}, " overlap skip");
  }
}

}  // namespace

void schedules(const Subject& in, diag::Report& report) {
  const bool any = std::any_of(in.workflow.triggers.begin(), in.workflow.triggers.end(),
                               [](const auto& trigger) { return trigger.kind == wf::TriggerKind::cron; });
  if (!any) return;
  const std::int64_t now = today();
  for (const model::Trigger& trigger : in.workflow.triggers) {
    // What is missing has been reported as that.
    if (trigger.kind != wf::TriggerKind::cron || !trigger.cron.span.known()) continue;
    const auto cron = read_cron(in, trigger.cron, report);
    const auto zone = trigger.timezone.value.empty() ? std::nullopt : read_zone(in, trigger.timezone, report);
    if (!cron || !zone) continue;
    const Span place = place_of_part(in, trigger.cron.value, trigger.cron.span, trigger.cron.value);
    find_clock_change(*cron, *zone, trigger, place, now, report);
    find_overlap(in, *cron, *zone, trigger, trigger.cron.span, now, report);
  }
}

}  // namespace wfc::check
