// Finds and reads what a definition escalates to. It is built into the same program: when it is needed,
// things go wrong already.
#include "compiler/driver/fallback.h"

#include <unistd.h>

#include "compiler/driver/lock.h"
#include "compiler/model/fallback.h"

namespace wfc::driver {
namespace {

constexpr std::string_view endings[] = {".wf", ".yaml", ".yml", ".json"};

std::string ending_of(const std::string& name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string::npos || name.find('/', dot) != std::string::npos ? "" : name.substr(dot);
}

// `rescue` is rescue.wf, else rescue.yaml and so on; where there is none, as the definition itself ends.
std::string file_of(const std::string& id, const dialects::ReadContext& context) {
  const std::string written = ending_of(id);
  for (const std::string_view ending : endings)
    if (written == ending) return id;
  for (const std::string_view ending : endings) {
    const std::string name = id + std::string(ending);
    const std::string path = context.root + "/" + name;
    if (context.sources.laid_over(path) || ::access(path.c_str(), F_OK) == 0) return name;
  }
  const std::string own = ending_of(context.sources.file(context.file).name);
  return id + (own.empty() || own == ".md" ? ".yaml" : own);
}

}  // namespace

wf::Result<> read_fallback(Session& session, Checked& checked, const dialects::ReadContext& context,
                           const FrontOptions& options) {
  model::Workflow& workflow = checked.read.workflow;
  const Located<std::string>& id = workflow.escalation->workflow;
  const bool was_usable = std::exchange(checked.usable, false);
  if (id.value.empty()) return wf::Done{};  // That it is missing is reported.
  const std::optional<FileId> file =
      expr::text_file(dialects::includes_of(context), file_of(id.value, context), id.span, session.report);
  if (!file) return wf::Done{};
  FrontOptions inner = options;
  inner.dialect.clear();
  inner.within = true;
  std::string path = session.sources.file(*file).path;
  if (path.starts_with("./")) path.erase(0, 2);
  auto fallback = front(session, path, inner);
  if (!fallback) return fallback.error();
  checked.files_end = session.sources.count();
  if (!was_usable || !fallback->usable) return wf::Done{};
  const std::vector<Located<std::string>> missing =
      model::add_fallback(workflow, std::move(fallback->read.workflow));
  for (const Located<std::string>& input : missing)
    session.report.add(diag::missing_setting, id.span, "the workflow `" + id.value + "`", input.value)
        .label("nobody gives it this input")
        .also(input.span, "it is required here")
        .help("`include` it in the escalation, or give it a default");
  checked.graph = std::make_unique<graph::StepGraph>(workflow);
  const std::size_t said_before = session.report.all().size();
  if (!options.approving)
    if (const auto held = hold_to_lock(session.sources.file(checked.file).name, workflow, session.report);
        !held)
      return held.error();
  checked.usable = missing.empty() && session.report.all().size() == said_before;
  return wf::Done{};
}

}  // namespace wfc::driver
