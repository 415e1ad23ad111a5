// `run`: starts a run and drives it.
#include <fcntl.h>
#include <unistd.h>

#include "runtime/base/files.h"
#include "runtime/base/ids.h"
#include "runtime/base/json.h"
#include "runtime/base/text.h"
#include "runtime/surface/commands.h"
#include "runtime/surface/commands/driving.h"
#include "runtime/surface/inputs.h"
#include "runtime/surface/preflight.h"

namespace wf::surface::commands {
namespace {

constexpr std::uint64_t file_max = 64u << 20;

constexpr Option run_options[] = {
    {"--input", "NAME=VALUE", "an input; lists and maps as JSON", true},
    {"--inputs", "FILE.json", "inputs as a JSON object; --input wins"},
    {"--payload", "FILE", "the event to start from, as a JSON object (`-`: standard input)"},
    {"--run-id", "ID", "the run's id; given again with the same inputs, it names the same run"},
    {"--force", "", "run a workflow that is switched off"}};

Result<std::string> read_input(std::string_view name) {
  if (name != "-") return read_file(std::string(name), file_max);
  std::string bytes;
  char buffer[65536];
  for (ssize_t n = 0; (n = ::read(0, buffer, sizeof buffer)) != 0;) {
    if (n < 0) return Error{"cannot read standard input", ""};
    bytes.append(buffer, static_cast<std::size_t>(n));
    if (bytes.size() > file_max) return Error{"standard input holds more than 64 MiB", ""};
  }
  return bytes;
}

Result<StartRequest> request_of(Context& context) {
  const Arguments& arguments = context.arguments;
  StartRequest request;
  GivenInputs given;
  for (const std::string_view text : arguments.values("--input")) {
    auto pair = key_and_value("--input", text);
    if (!pair) return pair.error();
    given.texts.push_back(std::move(*pair));
  }
  if (arguments.has("--inputs")) {
    Result<std::string> json = read_input(arguments.value("--inputs"));
    if (!json) return json.error();
    given.json = json->empty() ? " " : std::move(*json);
  }
  Result<std::string> inputs = inputs_json(context.program, given);
  if (!inputs) return inputs.error();
  request.inputs_json = std::move(*inputs);
  if (arguments.has("--payload")) {
    const Result<std::string> text = read_input(arguments.value("--payload"));
    if (!text) return text.error();
    const Result<Json> event = parse_json(*text);
    if (!event) return Error{"--payload: " + event.error().message, event.error().hint};
    if (!event->is_object()) return Error{"--payload: not a JSON object", ""};
    request.event_json = write_json(*event);
  }
  if (arguments.has("--run-id")) {
    request.run_id = arguments.value("--run-id");
    if (!is_run_id(request.run_id))
      return Error{"`" + printable(request.run_id, false) + "` cannot be the id of a run",
                   "use up to 64 letters, digits, `.`, `_` and `-`, a letter or digit first"};
  }
  return request;
}

int act(Context& context) {
  const Result<Bearings> bearings = commands::bearings(context);
  if (!bearings) return context.refuse(bearings.error());
  const Result<StartRequest> request = request_of(context);
  if (!request) return context.refuse(request.error());
  if (context.arguments.has("--dry-run")) {
    if (context.arguments.has("--json"))
      context.out.line(write_json(dry_run_document(context.program, request->inputs_json)));
    else
      context.out.write(dry_run(context.program, request->inputs_json));
    return exit_fine;
  }
  if (const Result<> can = within_reach(context.program); !can) return context.refuse(can.error());
  if (!context.program.enabled && !context.arguments.has("--force"))
    return context.refuse({"this workflow is switched off", "run it all the same with --force"});
  if (const Result<> ready = ready_to_drive(context, *bearings, [](Row) { return true; }); !ready)
    return context.refuse(ready.error());

  // From here on the order matters: first the process that holds the children, then files, then threads.
  const Result<std::unique_ptr<Workplace>> workplace =
      context.workshop.open(bearings->sandbox, bearings->settings);
  if (!workplace) return context.refuse(workplace.error());
  RunService service = context.service();
  // The store first: the events may lie in its folder.
  if (const Result<> opened = service.open(true); !opened) return context.refuse(opened.error());
  EventsFile events;
  if (const Result<> opened = events.open(context.arguments); !opened) return context.refuse(opened.error());
  const Result<store::RunInfo> run = service.start(*request);
  if (!run) return context.refuse(run.error());
  return drive(context, service, **workplace, *bearings, events, run->id);
}

}  // namespace

const Command run = {.name = "run",
                     .words = "",
                     .words_min = 0,
                     .words_max = 0,
                     .summary = "start a run and drive it",
                     .options = {run_options, drive_options, store_options},
                     .changes = true,
                     .act = act};

}  // namespace wf::surface::commands
