// Shows a workflow as something else. One file a form.
#pragma once
#include <string>

#include "compiler/plan/plan.h"

namespace wfc::views {

// DOT that is good to look at: kinds have shapes, gates stand out, long labels wrap, groups and branches are
// clusters, edges that carry data are solid and those that only order dashed.
std::string draw_dot(const model::Workflow& workflow, const graph::StepGraph& graph,
                     const source::SourceMap& sources);
// {"workflow":..,"steps":[{"id","kind","needs":[..],...}],"edges":[{"from","to","carries":["name"]}], ...}
std::string draw_json(const model::Workflow& workflow, const graph::StepGraph& graph,
                      const source::SourceMap& sources);
// `--optimized`: the same of the rows after the passes.
std::string draw_dot(const plan::Plan& plan);
std::string draw_json(const plan::Plan& plan);

}  // namespace wfc::views
