// `logs`: what the steps of a run printed, attempt by attempt, as it lies in the files of the store.
#include <sys/stat.h>

#include <algorithm>

#include "runtime/base/files.h"
#include "runtime/base/json.h"
#include "runtime/base/text.h"
#include "runtime/rules/near.h"
#include "runtime/surface/commands.h"
#include "runtime/surface/status.h"

namespace wf::surface::commands {
namespace {

struct Stream {
  std::string_view name;
  std::string text;
};

// The log of an attempt where there is one: it holds what a failed attempt printed too, and a running one so
// far.
std::string stream_text(RunService& service, const store::Recovered& run, const store::RecoveredStep& step,
                        const store::RecoveredAttempt& attempt, bool last, bool is_error) {
  const Row row = run.rows.empty() ? step.step : run.rows[step.step];
  const std::string path =
      service.store().log_path(run.run.id, row, step.iteration, attempt.number, is_error);
  struct stat file {};
  if (::stat(path.c_str(), &file) == 0 && file.st_size > 0)
    if (Result<std::string> text = read_file(path, stream_kept_max + 65536)) return std::move(*text);
  const Outcome& outcome = last && (step.ended || step.produced) ? step.outcome : attempt.outcome;
  Result<std::string> text = service.outputs().load(is_error ? outcome.error_output : outcome.output);
  return text ? std::move(*text) : std::string();
}

int act(Context& context) {
  RunService service = context.service();
  const Result<store::Recovered> run = service.look(std::string(context.arguments.word(0)));
  if (!run) return context.refuse(run.error());
  const std::string_view only = context.arguments.word(1);
  if (context.arguments.words() > 1) {
    std::vector<std::string_view> ids(run->step_ids.begin(), run->step_ids.end());
    if (std::find(ids.begin(), ids.end(), only) == ids.end()) {
      const std::string_view near = rules::closest(only, ids);
      return context.refuse(
          {"run " + run->run.id + " has no step named `" + printable(only, false) + "`",
           near.empty() ? std::string() : "did you mean `" + printable(near, false) + "`?"});
    }
  }
  const bool json = context.arguments.has("--json");
  const bool escape = context.out.is_terminal();
  Json list = Json::array();
  bool anything = false;
  for (const store::RecoveredStep& step : run->steps) {
    if (step.step >= run->step_ids.size()) continue;
    const std::string& id = run->step_ids[step.step];
    if (!only.empty() && id != only) continue;
    for (std::size_t i = 0; i < step.attempts.size(); ++i) {
      const store::RecoveredAttempt& attempt = step.attempts[i];
      const bool last = i + 1 == step.attempts.size();
      for (const bool is_error : {false, true}) {
        std::string text = stream_text(service, *run, step, attempt, last, is_error);
        if (text.empty()) continue;
        anything = true;
        const std::string_view name = is_error ? "stderr" : "stdout";
        if (json) {
          list.push_back({{"step", id},
                          {"iteration", step.iteration},
                          {"attempt", attempt.number},
                          {"stream", name},
                          {"text", std::move(text)}});
          continue;
        }
        std::string head = "--- " + printable(id, false);
        if (step.iteration > 1) head += ", iteration " + std::to_string(step.iteration);
        head += ", attempt " + std::to_string(attempt.number) + ", " + std::string(name);
        context.out.line(head);
        if (escape) text = printable(text, true);
        if (!text.ends_with('\n')) text += '\n';
        context.out.write(text);
      }
    }
  }
  if (json)
    context.out.line(write_json(Json{{"run", run->run.id}, {"logs", std::move(list)}}));
  else if (!anything)
    context.err.line("nothing was printed");
  return exit_fine;
}

}  // namespace

const Command logs = {.name = "logs",
                      .words = "[RUN [STEP]]",
                      .words_min = 0,
                      .words_max = 2,
                      .summary = "what the steps printed, attempt by attempt",
                      .options = {json_options, store_options, {}},
                      .act = act};

}  // namespace wf::surface::commands
