// Paths between a loop's target and its step, by two walks over the graph.
#include "compiler/plan/loops.h"

#include <algorithm>

namespace wfc::plan {
namespace {

using Nodes = std::vector<std::uint32_t>;
using Edges = std::vector<Nodes>;

// Marks what can be reached from `start` along `edges`, `start` included.
std::vector<char> reach(const Edges& edges, std::uint32_t start) {
  std::vector<char> seen(edges.size(), 0);
  Nodes open{start};
  seen[start] = 1;
  while (!open.empty()) {
    const std::uint32_t at = open.back();
    open.pop_back();
    for (const std::uint32_t next : edges[at]) {
      if (seen[next]) continue;
      seen[next] = 1;
      open.push_back(next);
    }
  }
  return seen;
}

}  // namespace

std::vector<Nodes> settle_loops(Edges& needs, std::span<const Back> backs) {
  std::vector<Nodes> bodies(backs.size());
  if (backs.empty()) return bodies;
  Edges followers(needs.size());
  for (std::uint32_t node = 0; node < needs.size(); ++node)
    for (const std::uint32_t need : needs[node]) followers[need].push_back(node);

  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = 0; i < backs.size(); ++i) {
      const std::vector<char> after = reach(followers, backs[i].target);
      const std::vector<char> before = reach(needs, backs[i].from);
      Nodes& body = bodies[i];
      body.clear();
      for (std::uint32_t node = 0; node < needs.size(); ++node)
        if (after[node] && before[node]) body.push_back(node);
      for (const std::uint32_t inside : body) {
        for (std::size_t k = 0; k < followers[inside].size(); ++k) {
          const std::uint32_t follower = followers[inside][k];
          // What leads to the step is in the body; so an edge from the step to the others closes no cycle.
          if (before[follower] || std::ranges::find(needs[follower], backs[i].from) != needs[follower].end())
            continue;
          needs[follower].push_back(backs[i].from);
          followers[backs[i].from].push_back(follower);
          changed = true;
        }
      }
    }
  }
  return bodies;
}

}  // namespace wfc::plan
