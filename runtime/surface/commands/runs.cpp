// `runs`: the runs of this workflow, newest first.
#include <algorithm>

#include "runtime/base/json.h"
#include "runtime/base/text.h"
#include "runtime/surface/commands.h"

namespace wf::surface::commands {
namespace {

constexpr Option runs_options[] = {{"--all", "", "the runs of every workflow in the store"}};

int act(Context& context) {
  RunService service = context.service();
  const Result<std::vector<store::RunInfo>> runs = service.runs(context.arguments.has("--all"));
  if (!runs) return context.refuse(runs.error());
  if (context.arguments.has("--json")) {
    Json list = Json::array();
    for (const store::RunInfo& run : *runs) {
      list.push_back({{"run", run.id},
                      {"workflow", run.workflow},
                      {"status", name_of(run.status)},
                      {"reason", run.reason.empty() ? Json(nullptr) : Json(run.reason)},
                      {"exit_code", is_over(run.status) ? Json(run.exit_code) : Json(nullptr)},
                      {"created_at", format_time(run.created_ms)},
                      {"updated_at", format_time(run.updated_ms)},
                      {"damaged", run.damaged}});
    }
    context.out.line(write_json(Json{{"runs", std::move(list)}}));
    return exit_fine;
  }
  int width = 3;
  for (const store::RunInfo& run : *runs) width = std::max(width, display_width(printable(run.id, false)));
  std::string text = pad("run", width) + "  status     created                   workflow\n";
  for (const store::RunInfo& run : *runs)
    text += pad(printable(run.id, false), width) + "  " +
            pad(run.damaged ? "damaged" : name_of(run.status), 9) + "  " + format_time(run.created_ms) +
            "  " + printable(run.workflow, false) + "\n";
  context.out.write(runs->empty() ? "there are no runs yet\n" : text);
  return exit_fine;
}

}  // namespace

const Command runs = {.name = "runs",
                      .words = "",
                      .words_min = 0,
                      .words_max = 0,
                      .summary = "the runs of this workflow, newest first",
                      .options = {runs_options, json_options, store_options},
                      .act = act};

}  // namespace wf::surface::commands
