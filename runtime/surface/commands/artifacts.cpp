// `artifacts`: what the steps of a run left.
#include "runtime/base/json.h"
#include "runtime/base/text.h"
#include "runtime/surface/commands.h"
#include "runtime/surface/status.h"

namespace wf::surface::commands {
namespace {

int act(Context& context) {
  RunService service = context.service();
  const Result<store::Recovered> run = service.look(std::string(context.arguments.word(0)));
  if (!run) return context.refuse(run.error());
  const Json list = status_document(service, *run)["artifacts"];
  if (context.arguments.has("--json")) {
    context.out.line(write_json(Json{{"run", run->run.id}, {"artifacts", list}}));
    return exit_fine;
  }
  const auto word = [](const Json& value) {
    return value.is_string() ? printable(value.get_ref<const std::string&>(), false) : std::string("-");
  };
  for (const Json& artifact : list)
    context.out.line(pad(word(artifact["step"]), 20) + "  " + pad(word(artifact["type"]), 14) + "  " +
                     word(artifact["path"]) + "  " + printable(write_json(artifact["summary"]), false));
  if (list.empty()) context.err.line("run " + run->run.id + " has no artifacts");
  return exit_fine;
}

}  // namespace

const Command artifacts = {.name = "artifacts",
                           .words = "[RUN]",
                           .words_min = 0,
                           .words_max = 1,
                           .summary = "what the steps left",
                           .options = {json_options, store_options, {}},
                           .act = act};

}  // namespace wf::surface::commands
