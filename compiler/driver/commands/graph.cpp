// wfc graph: the steps and what they wait for, drawn.
#include <CLI/CLI.hpp>

#include "compiler/driver/commands.h"
#include "compiler/views/views.h"

namespace wfc::driver {
namespace {

struct GraphOptions {
  InputOptions input;
  std::string file;
  std::string format = "dot";
  bool optimised = false;
};

int graph_command(Console& console, const GraphOptions& options) {
  Session session(options.input.limits);
  int exit = fine;
  const auto checked = front_or_say(console, session, options.file, options.input, exit);
  if (!checked) return exit;
  const bool dot = options.format == "dot";
  if (options.optimised) {
    const plan::Plan plan = lowered_plan(session, *checked);
    console.out(dot ? views::draw_dot(plan) : views::draw_json(plan));
  } else {
    const model::Workflow& workflow = checked->read.workflow;
    console.out(dot ? views::draw_dot(workflow, *checked->graph, session.sources)
                    : views::draw_json(workflow, *checked->graph, session.sources));
  }
  return fine;
}

}  // namespace

Action add_graph(const CommandContext& context) {
  auto options = std::make_shared<GraphOptions>();
  CLI::App& app = context.app;
  app.description("Draw the steps and what they wait for");
  app.add_option("file", options->file, "The definition, or - for standard input")
      ->type_name("FILE")
      ->required();
  app.add_option("--format", options->format, "dot or json")
      ->type_name("FORM")
      ->check(CLI::IsMember({"dot", "json"}).description(""));
  app.add_flag("--optimized", options->optimised, "As it is after the passes");
  add_input_options(app, options->input);
  return [options](Console& console) { return graph_command(console, *options); };
}

}  // namespace wfc::driver
