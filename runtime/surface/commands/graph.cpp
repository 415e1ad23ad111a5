// `graph`: the steps as Graphviz draws them, coloured by the state of a run.
#include <string>
#include <vector>

#include "runtime/base/text.h"
#include "runtime/surface/commands.h"
#include "runtime/surface/status.h"

namespace wf::surface::commands {
namespace {

constexpr Option graph_options[] = {{"--run", "RUN", "colour the steps by the state of this run"}};

// A quoted string of DOT. Backslashes are doubled, so that no text is taken for an escape like \N.
std::string dot_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : printable(text, false)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string_view shape(StepKind kind) {
  switch (kind) {
    case StepKind::agent:
      return "box, style=\"rounded,filled\"";
    case StepKind::command:
      return "box, style=filled";
    case StepKind::deploy:
      return "house, style=filled";
    case StepKind::approve:
      return "octagon, style=filled";
    case StepKind::action:
      return "component, style=filled";
    case StepKind::check:
      return "hexagon, style=filled";
    case StepKind::branch:
      return "diamond, style=filled";
    case StepKind::join:
      return "point, style=filled";
  }
  return "box, style=filled";
}

std::string_view colour(StepStatus status) {
  switch (status) {
    case StepStatus::pending:
      return "#f4f4f4";
    case StepStatus::running:
      return "#9ecae1";
    case StepStatus::waiting:
      return "#fdd870";
    case StepStatus::succeeded:
      return "#a1d99b";
    case StepStatus::failed:
      return "#fb8072";
    case StepStatus::skipped:
      return "#d9d9d9";
    case StepStatus::cancelled:
      return "#e0b0a0";
  }
  return "#f4f4f4";
}

int act(Context& context) {
  const Program& program = context.program;
  std::vector<StepStatus> status(program.steps.count, StepStatus::pending);
  std::string title(program.workflow.data, program.workflow.size);
  if (context.arguments.has("--run")) {
    RunService service = context.service();
    Result<store::Recovered> run = service.look(std::string(context.arguments.value("--run")));
    if (run) run = service.fits(std::move(*run), false);
    if (!run) return context.refuse(run.error());
    for (const StepState& state : states(context.program, *run))
      if (state.row < status.size()) status[state.row] = state.status;
    title += "  " + run->run.id + "  " + std::string(name_of(run->run.status));
  }
  std::string dot = "digraph workflow {\n  graph [rankdir=TB, fontname=\"Helvetica\", labelloc=t, label=" +
                    dot_text(title) +
                    "];\n  node [fontname=\"Helvetica\", fontsize=11];\n  edge [color=\"#666666\"];\n";
  for (Row row = 0; row < program.steps.count; ++row) {
    const StepRow& step = program.steps[row];
    const std::string_view id(step.id.data, step.id.size);
    dot += "  n" + std::to_string(row) + " [shape=" + std::string(shape(step.kind)) +
           ", label=" + dot_text(id) +
           ", tooltip=" + dot_text(std::string(id) + ": " + std::string(name_of(status[row]))) +
           ", fillcolor=\"" + std::string(colour(status[row])) + "\"];\n";
  }
  for (Row row = 0; row < program.steps.count; ++row)
    for (const Row need : program.steps[row].needs)
      dot += "  n" + std::to_string(need) + " -> n" + std::to_string(row) + ";\n";
  for (Row row = 0; row < program.steps.count; ++row)
    for (Row which = 0; const ReactionRow* reaction = engine::reaction_at(program, row, which); ++which) {
      if (reaction->response == Response::repair)
        dot += "  n" + std::to_string(row) + " -> n" + std::to_string(reaction->target) +
               " [style=dotted, dir=both, label=\"max " + std::to_string(reaction->max) + "\"];\n";
      if (reaction->response == Response::back)
        dot += "  n" + std::to_string(row) + " -> n" + std::to_string(reaction->target) +
               " [style=dashed, constraint=false, color=\"#b7791f\", label=\"max " +
               std::to_string(reaction->max) + "\"];\n";
    }
  context.out.write(dot + "}\n");
  return exit_fine;
}

}  // namespace

const Command graph = {.name = "graph",
                       .words = "",
                       .words_min = 0,
                       .words_max = 0,
                       .summary = "the graph as DOT; with --run coloured by its state",
                       .options = {graph_options, store_options, {}},
                       .act = act};

}  // namespace wf::surface::commands
