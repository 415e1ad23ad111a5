// Paths between a loop's target and its step, by two walks over the graph.
//
// Both walks keep to the nodes between the two in a topological order, so that a short loop costs little in a
// long definition.
#include "compiler/graph/loops.h"

#include <algorithm>

namespace wfc::graph {
namespace {

using Nodes = std::vector<std::uint32_t>;
using Edges = std::vector<Nodes>;

class Loops {
 public:
  Loops(Edges& needs, std::span<const Back> backs, std::uint64_t effort_max)
      : needs_(needs), backs_(backs), effort_max_(effort_max), followers_(needs.size()) {
    for (std::uint32_t node = 0; node < needs.size(); ++node)
      for (const std::uint32_t need : needs[node]) followers_[need].push_back(node);
  }

  std::optional<std::vector<Nodes>> settle() {
    std::vector<Nodes> bodies(backs_.size());
    after_.assign(needs_.size(), 0);
    before_.assign(needs_.size(), 0);
    find_places();
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t i = 0; i < backs_.size(); ++i) {
        bodies[i] = body_of(backs_[i]);
        if (hold_back_followers(bodies[i], backs_[i].from)) {
          changed = true;
          find_places();
        }
        if (effort_ > effort_max_) return std::nullopt;
      }
    }
    return bodies;
  }

 private:
  // A node's place in a topological order, as it is with the edges that there are now.
  void find_places() {
    place_.assign(needs_.size(), 0);
    std::vector<std::uint32_t> waits(needs_.size());
    Nodes ready;
    for (std::uint32_t node = 0; node < needs_.size(); ++node) {
      waits[node] = static_cast<std::uint32_t>(needs_[node].size());
      if (waits[node] == 0) ready.push_back(node);
    }
    for (std::size_t next = 0; next < ready.size(); ++next) {
      place_[ready[next]] = static_cast<std::uint32_t>(next);
      for (const std::uint32_t follower : followers_[ready[next]])
        if (--waits[follower] == 0) ready.push_back(follower);
    }
    effort_ += needs_.size();
  }

  // Marks what can be reached from `start` along `edges` and is `within`, `start` included.
  template <class Within>
  Nodes reach(const Edges& edges, std::uint32_t start, std::vector<std::uint32_t>& marks,
              const Within& within) {
    Nodes reached{start};
    marks[start] = stamp_;
    for (std::size_t next = 0; next < reached.size(); ++next) {
      for (const std::uint32_t to : edges[reached[next]]) {
        ++effort_;
        if (marks[to] == stamp_ || !within(to)) continue;
        marks[to] = stamp_;
        reached.push_back(to);
      }
    }
    return reached;
  }

  Nodes body_of(const Back& back) {
    ++stamp_;
    const std::uint32_t first = place_[back.target], last = place_[back.from];
    reach(followers_, back.target, after_, [&](std::uint32_t node) { return place_[node] <= last; });
    Nodes before =
        reach(needs_, back.from, before_, [&](std::uint32_t node) { return place_[node] >= first; });
    std::erase_if(before, [&](std::uint32_t node) { return after_[node] != stamp_; });
    std::sort(before.begin(), before.end());
    return before;
  }

  bool hold_back_followers(const Nodes& body, std::uint32_t from) {
    bool changed = false;
    for (const std::uint32_t inside : body) {
      for (std::size_t k = 0; k < followers_[inside].size(); ++k) {
        const std::uint32_t follower = followers_[inside][k];
        // What leads to the step is in the body; so an edge from the step to the others closes no cycle.
        if (std::binary_search(body.begin(), body.end(), follower)) continue;
        effort_ += needs_[follower].size();
        if (std::ranges::find(needs_[follower], from) != needs_[follower].end()) continue;
        needs_[follower].push_back(from);
        followers_[from].push_back(follower);
        changed = true;
      }
    }
    return changed;
  }

  Edges& needs_;
  std::span<const Back> backs_;
  std::uint64_t effort_max_, effort_ = 0;
  Edges followers_;
  std::vector<std::uint32_t> place_;
  std::vector<std::uint32_t> after_, before_;  // Marked with the stamp of the loop that is looked at.
  std::uint32_t stamp_ = 0;
};

}  // namespace

std::optional<std::vector<std::vector<std::uint32_t>>> settle_loops(Edges& needs, std::span<const Back> backs,
                                                                    std::uint64_t effort_max) {
  if (backs.empty()) return std::vector<Nodes>{};
  return Loops(needs, backs, effort_max).settle();
}

}  // namespace wfc::graph
