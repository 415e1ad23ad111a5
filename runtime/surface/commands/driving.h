// What `run`, `resume` and `cancel` share: settings, the place where a run is driven, those who watch, last
// words.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/base/json.h"
#include "runtime/surface/command_line.h"

namespace wf::surface::commands {

inline constexpr Option drive_options[] = {
    {"--jobs", "N", "so many steps at one time"},
    {"--events", "FILE", "write what happens as JSON lines (`-`: standard output)"},
    {"--json", "", "print the final status as one JSON document"},
    {"--quiet", "", "print nothing but mistakes and warnings"},
    {"--no-tui", "", "plain lines, on a terminal too"},
    {"--wait", "", "stay while only decisions are missing, instead of pausing"},
    {"--dry-run", "", "print what would run, and run nothing"},
    {"--sandbox", "MODE", "off, auto (default) or required: how children are confined"},
    {"--agent", "ROLE=ADAPTER", "who answers for a role: command:PROGRAM, replay:FILE (`*`: all others)",
     true},
    {"--deploy", "TARGET=COMMAND", "the command that deploys to a target", true},
    {"--action", "NAME=COMMAND", "the command of an action", true}};

// The bearings of a drive, checked before anything starts.
struct Bearings {
  Settings settings;
  Sandbox sandbox = Sandbox::automatic;
  DriveRequest request;
};
// wf.toml and flags. The error is ready to be shown.
Result<Bearings> bearings(Context& context);

// Everything that must hold before the first step: agents, targets and actions are configured and there; what
// is declared and not enforced is said on standard error, and with `--sandbox required` is an error.
Result<> ready_to_drive(Context& context, const Bearings& bearings, const std::function<bool(Row)>& needed);

// The file of `--events`, or standard output; nothing where there is no such option.
class EventsFile {
 public:
  EventsFile() = default;
  ~EventsFile();
  EventsFile(const EventsFile&) = delete;
  EventsFile& operator=(const EventsFile&) = delete;
  // Before there is a run: one that could not tell what happens to it would be left behind, never started.
  Result<> open(const Arguments& arguments);
  Out* get() { return out_ ? &*out_ : nullptr; }
  // Gives a slow reader a last chance, and says what did not arrive.
  void settle(Out& warnings);

 private:
  std::string name_;  // As warnings have it.
  std::optional<Out> out_;
};

// Drives the run, prints what happens and what to do next; the exit code of `run` and `resume`. `service` has
// its store open or opens it here, after the workplace.
int drive(Context& context, RunService& service, Workplace& workplace, const Bearings& bearings,
          EventsFile& events_file, const std::string& run_id);

// Ends the process if the drive left attempts behind that can neither end nor be dropped. What is recorded is
// closed by then; call it after the last word was said.
void leave_if_abandoned(const engine::RunEnd& end);

// The plan as `--dry-run` prints it: order, levels, and what each step would run.
std::string dry_run(const Program& program, const std::string& inputs_json);
Json dry_run_document(const Program& program, const std::string& inputs_json);

}  // namespace wf::surface::commands
