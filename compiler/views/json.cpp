// The graph as JSON, for other programs to draw or to ask.
#include "runtime/base/json.h"
#include "compiler/views/drawing.h"

namespace wfc::views {

std::string to_json(const Drawing& drawing) {
  std::vector<wf::Json> needs(drawing.nodes.size(), wf::Json::array());
  wf::Json edges = wf::Json::array();
  for (const Edge& edge : drawing.edges) {
    const std::string& from = drawing.nodes[edge.from].id;
    if (edge.need) needs[edge.to].push_back(from);
    edges.push_back(wf::Json{
        {"from", from}, {"to", drawing.nodes[edge.to].id}, {"order", edge.need}, {"carries", edge.carries}});
  }
  wf::Json loops = wf::Json::array();
  for (const Back& loop : drawing.loops) {
    wf::Json back{{"from", drawing.nodes[loop.from].id},
                  {"to", drawing.nodes[loop.to].id},
                  {"on", std::string(loop.on)},
                  {"max", loop.max}};
    if (!loop.name.empty()) back["name"] = loop.name;
    loops.push_back(std::move(back));
  }
  wf::Json steps = wf::Json::array();
  for (std::size_t i = 0; i < drawing.nodes.size(); ++i) {
    const Node& node = drawing.nodes[i];
    wf::Json step{{"id", node.id}, {"kind", std::string(name_of(node.kind))}};
    const auto text = [&](const char* name, const std::string& value) {
      if (!value.empty()) step[name] = value;
    };
    text("title", node.title);
    text("detail", node.detail);
    text("when", node.when);
    text("output", node.output);
    if (node.gate) step["gate"] = true;
    if (!node.reactions.empty()) step["reactions"] = node.reactions;
    if (!node.gates.empty()) step["quality_gates"] = node.gates;
    text("undoes", node.undoes);
    if (node.risky) step["risky"] = true;
    if (node.line > 0) step["line"] = node.line;
    step["needs"] = std::move(needs[i]);
    steps.push_back(std::move(step));
  }
  wf::Json groups = wf::Json::array();
  wf::Json branches = wf::Json::array();
  for (const Box& box : drawing.boxes) {
    wf::Json members = wf::Json::array();
    for (const std::uint32_t member : box.members) members.push_back(drawing.nodes[member].id);
    if (box.branch) {
      branches.push_back(wf::Json{{"if", drawing.nodes[box.branch_node].id},
                                  {"taken", box.side == 1},
                                  {"steps", std::move(members)}});
    } else {
      groups.push_back(wf::Json{{"name", box.label}, {"steps", std::move(members)}});
    }
  }
  return wf::write_json_pretty(wf::Json{{"version", 1},
                                        {"workflow", drawing.workflow},
                                        {"title", drawing.title},
                                        {"triggers", drawing.triggers},
                                        {"steps", std::move(steps)},
                                        {"edges", std::move(edges)},
                                        {"loops", std::move(loops)},
                                        {"groups", std::move(groups)},
                                        {"branches", std::move(branches)}}) +
         "\n";
}

}  // namespace wfc::views
