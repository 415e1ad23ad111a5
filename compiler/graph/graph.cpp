// Vertices are steps, edges are needs; what a branch's condition waits for, the steps of the branch wait for
// too.
//
// Steps that wait for each other form a knot. Everything but cycles() works on the graph of knots, which has
// no cycles, so that a definition with a cycle still has an order and answers for the rest of its steps.
#include "compiler/graph/graph.h"

#include <algorithm>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/strong_components.hpp>
#include <boost/iterator/counting_iterator.hpp>
#include <queue>

namespace wfc::graph {
namespace {

// Adjacency in two arrays: the neighbours of v are items[starts[v]] to items[starts[v + 1]].
struct Rows {
  std::vector<std::uint32_t> starts;
  std::vector<std::uint32_t> items;
  std::span<const std::uint32_t> of(std::uint32_t row) const {
    return {items.data() + starts[row], items.data() + starts[row + 1]};
  }
};

// Sorts edges into rows by counting, keeping the order of the edges within a row.
Rows make_rows(std::uint32_t count, const std::vector<std::pair<std::uint32_t, std::uint32_t>>& edges) {
  Rows rows;
  rows.starts.assign(count + 1, 0);
  for (const auto& [from, to] : edges) rows.starts[from + 1] += 1;
  for (std::uint32_t i = 0; i < count; ++i) rows.starts[i + 1] += rows.starts[i];
  rows.items.resize(edges.size());
  std::vector<std::uint32_t> next(rows.starts.begin(), rows.starts.end() - 1);
  for (const auto& [from, to] : edges) rows.items[next[from]++] = to;
  return rows;
}

constexpr std::uint32_t closure_steps_max = 4096;  // 2 MiB of bits.
constexpr std::size_t direct_needs_max = 16;
constexpr int labellings = 3;

}  // namespace

struct StepGraph::Impl {
  explicit Impl(const model::Workflow& workflow) : workflow(workflow) {
    collect_edges();
    find_knots();
    find_order();
  }

  // Calls `visit` for every need of a step, those of the branches around it included, first the written ones.
  template <class Visit>
  void each_need(StepIndex step, const Visit& visit) const {
    for (const model::Need& need : workflow.steps[step].needs) visit(need);
    // A branch is a place in a list that only holds earlier places, so this ends.
    for (std::uint32_t branch = workflow.steps[step].branch; branch != model::none;) {
      const model::Branch& around = workflow.branches[branch];
      for (const model::Need& need : around.needs) visit(need);
      branch = around.outer < branch ? around.outer : model::none;
    }
  }

  void collect_edges() {
    count = static_cast<std::uint32_t>(workflow.steps.size());
    std::vector<std::pair<std::uint32_t, std::uint32_t>> edges;
    std::vector<StepIndex> seen_by(count, model::none);
    for (StepIndex step = 0; step < count; ++step) {
      each_need(step, [&](const model::Need& need) {
        if (need.target == model::none || seen_by[need.target] == step) return;
        seen_by[need.target] = step;
        edges.emplace_back(step, need.target);
      });
    }
    needs = make_rows(count, edges);
    for (auto& [step, need] : edges) std::swap(step, need);
    followers = make_rows(count, edges);
  }

  void find_knots() {
    using Graph = boost::compressed_sparse_row_graph<boost::directedS>;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> edges;
    edges.reserve(followers.items.size());
    for (StepIndex step = 0; step < count; ++step)
      for (const StepIndex follower : followers.of(step)) edges.emplace_back(step, follower);
    const Graph graph(boost::edges_are_sorted, edges.begin(), edges.end(), count);
    knot_of.assign(count, 0);
    const auto component =
        boost::make_iterator_property_map(knot_of.begin(), boost::get(boost::vertex_index, graph));
    // Components come in reverse topological order of the followers' graph: a knot's number is above all it
    // leads to.
    knots = static_cast<std::uint32_t>(boost::strong_components(graph, component));
    for (std::uint32_t& knot : knot_of) knot = knots - 1 - knot;  // Now ascending along the edges.
    std::vector<std::pair<std::uint32_t, std::uint32_t>> members;
    members.reserve(count);
    for (StepIndex step = 0; step < count; ++step) members.emplace_back(knot_of[step], step);
    members_of = make_rows(knots, members);
  }

  bool waits_for_itself(StepIndex step) const {
    const auto own = needs.of(step);
    return std::find(own.begin(), own.end(), step) != own.end();
  }
  bool tied(StepIndex step) const {
    return members_of.of(knot_of[step]).size() > 1 || waits_for_itself(step);
  }

  // Kahn's algorithm with the smallest ready knot first; a knot's place is its first step.
  void find_order() {
    std::vector<std::uint32_t> waits(knots, 0);
    for (StepIndex step = 0; step < count; ++step)
      for (const StepIndex need : needs.of(step)) waits[knot_of[step]] += knot_of[need] != knot_of[step];
    std::priority_queue<StepIndex, std::vector<StepIndex>, std::greater<>> ready;
    for (std::uint32_t knot = 0; knot < knots; ++knot)
      if (waits[knot] == 0) ready.push(members_of.of(knot)[0]);
    order.reserve(count);
    while (!ready.empty()) {
      const StepIndex first = ready.top();
      ready.pop();
      if (!tied(first)) order.push_back(first);
      for (const StepIndex step : members_of.of(knot_of[first]))
        for (const StepIndex follower : followers.of(step))
          if (knot_of[follower] != knot_of[step] && --waits[knot_of[follower]] == 0)
            ready.push(members_of.of(knot_of[follower])[0]);
    }
  }

  // Small graphs: one bit for each pair. closure[then] holds the knots that come before it.
  void make_closure() const {
    const std::uint32_t words = (knots + 63) / 64;
    closure.assign(std::size_t{knots} * words, 0);
    for (std::uint32_t knot = 0; knot < knots; ++knot) {
      std::uint64_t* const own = closure.data() + std::size_t{knot} * words;
      for (const StepIndex step : members_of.of(knot)) {
        for (const StepIndex need : needs.of(step)) {
          const std::uint32_t before = knot_of[need];
          if (before == knot) continue;
          const std::uint64_t* const theirs = closure.data() + std::size_t{before} * words;
          for (std::uint32_t i = 0; i < words; ++i) own[i] |= theirs[i];
          own[before / 64] |= std::uint64_t{1} << (before % 64);
        }
      }
    }
  }

  // Large graphs: each walk through the followers gives every knot an interval [low, post] with
  //   a leads to b  =>  interval of b within interval of a,
  // so that most questions with the answer no need no search; and a tree interval with the reverse
  // implication, so that most with the answer yes need none either. Walks differ in the order in which they
  // visit followers.
  void make_labels() const {
    for (int walk = 0; walk < labellings; ++walk) {
      std::vector<std::uint32_t>& low = lows[walk];
      std::vector<std::uint32_t>& post = posts[walk];
      std::vector<std::uint32_t> pre(knots, 0);
      low.assign(knots, 0);
      post.assign(knots, 0);
      std::vector<char> seen(knots, 0);
      std::uint32_t entered = 0, left = 0;
      struct Frame {
        std::uint32_t knot;
        std::size_t next;
      };
      std::vector<Frame> frames;
      std::vector<std::vector<std::uint32_t>> targets;
      const auto enter = [&](std::uint32_t knot) {
        seen[knot] = 1;
        pre[knot] = entered++;
        low[knot] = model::none;
        frames.push_back({knot, 0});
        targets.emplace_back();
        for (const StepIndex step : members_of.of(knot))
          for (const StepIndex follower : followers.of(step))
            if (knot_of[follower] != knot) targets.back().push_back(knot_of[follower]);
        if (walk == 1) std::reverse(targets.back().begin(), targets.back().end());
        if (walk == 2)
          std::sort(targets.back().begin(), targets.back().end(),
                    [](std::uint32_t a, std::uint32_t b) { return a * 2654435761u < b * 2654435761u; });
      };
      for (std::uint32_t i = 0; i < knots; ++i) {
        const std::uint32_t root = walk == 1 ? knots - 1 - i : i;
        if (seen[root]) continue;
        enter(root);
        while (!frames.empty()) {
          Frame& frame = frames.back();
          if (frame.next < targets.back().size()) {
            const std::uint32_t target = targets.back()[frame.next++];
            if (seen[target]) {
              low[frame.knot] = std::min(low[frame.knot], low[target]);
            } else {
              enter(target);
            }
            continue;
          }
          const std::uint32_t knot = frame.knot;
          post[knot] = left++;
          low[knot] = std::min(low[knot], post[knot]);
          if (walk == 0) tree.resize(knots);
          if (walk == 0) tree[knot] = {pre[knot], entered};
          frames.pop_back();
          targets.pop_back();
          if (!frames.empty()) low[frames.back().knot] = std::min(low[frames.back().knot], low[knot]);
        }
      }
    }
  }

  bool surely(std::uint32_t first, std::uint32_t then) const {
    return tree[first].first <= tree[then].first && tree[then].first < tree[first].second;
  }
  bool possibly(std::uint32_t first, std::uint32_t then) const {
    if (first > then) return false;
    for (int walk = 0; walk < labellings; ++walk)
      if (lows[walk][then] < lows[walk][first] || posts[walk][then] > posts[walk][first]) return false;
    return true;
  }

  bool search(std::uint32_t first, std::uint32_t then) const {
    if (surely(first, then)) return true;
    if (!possibly(first, then)) return false;
    visited.resize(knots, 0);
    const std::uint32_t stamp = ++visits;
    std::vector<std::uint32_t> open = {then};
    while (!open.empty()) {
      const std::uint32_t at = open.back();
      open.pop_back();
      for (const StepIndex step : members_of.of(at)) {
        for (const StepIndex need : needs.of(step)) {
          const std::uint32_t before = knot_of[need];
          if (before == first || surely(first, before)) return true;
          if (visited[before] == stamp || !possibly(first, before)) continue;
          visited[before] = stamp;
          open.push_back(before);
        }
      }
    }
    return false;
  }

  bool precedes(StepIndex first, StepIndex then) const {
    const std::uint32_t a = knot_of[first], b = knot_of[then];
    if (a == b) return tied(first);  // Steps of a knot come before each other, and before themselves.
    if (a > b) return false;
    // Most questions are about a step that is named among the needs: they cost no tables.
    const auto direct = needs.of(then);
    if (direct.size() <= direct_needs_max && std::find(direct.begin(), direct.end(), first) != direct.end())
      return true;
    if (knots <= closure_steps_max) {
      if (closure.empty()) make_closure();
      const std::uint32_t words = (knots + 63) / 64;
      return (closure[std::size_t{b} * words + a / 64] >> (a % 64) & 1) != 0;
    }
    if (tree.empty()) make_labels();
    return search(a, b);
  }

  // The shortest way from `start` back to itself within its knot, of fewer than `length_max` edges. Empty:
  // none.
  std::vector<StepIndex> shortest_from(StepIndex start, std::size_t length_max,
                                       std::vector<StepIndex>& came_from) const {
    const std::uint32_t knot = knot_of[start];
    std::vector<StepIndex> reached = {start};
    std::vector<StepIndex> found;
    std::size_t level_end = 1, length = 1;
    for (std::size_t i = 0; i < reached.size() && length < length_max && found.empty(); ++i) {
      if (i == level_end) {
        level_end = reached.size();
        if (++length >= length_max) break;
      }
      for (const StepIndex need : needs.of(reached[i])) {
        if (need == start) {
          for (StepIndex at = reached[i]; at != start; at = came_from[at]) found.push_back(at);
          found.push_back(start);
          std::reverse(found.begin(), found.end());
          break;
        }
        if (knot_of[need] != knot || came_from[need] != model::none) continue;
        came_from[need] = reached[i];
        reached.push_back(need);
      }
    }
    for (const StepIndex step : reached) came_from[step] = model::none;
    return found;
  }

  Span span_of(StepIndex step, StepIndex need) const {
    Span span = workflow.steps[step].id.span;
    bool written = false;
    each_need(step, [&](const model::Need& candidate) {
      if (candidate.target != need || written || !candidate.step.span.known()) return;
      span = candidate.step.span;
      written = candidate.written;
    });
    return span;
  }

  std::vector<Cycle> cycles() const {
    std::vector<Cycle> all;
    std::vector<StepIndex> came_from(count, model::none);
    for (std::uint32_t knot = 0; knot < knots; ++knot) {
      const auto members = members_of.of(knot);
      if (members.size() == 1 && !waits_for_itself(members[0])) continue;
      // A large knot is walked from some of its steps only: the effort stays linear, and a short cycle is
      // still found wherever one is common.
      const std::size_t starts = members.size() <= 512 ? members.size() : 16;
      std::vector<StepIndex> best;
      for (std::size_t i = 0; i < starts && (best.empty() || best.size() > 1); ++i) {
        const StepIndex start = members[i * members.size() / starts];
        std::vector<StepIndex> found =
            shortest_from(start, best.empty() ? count + 1 : best.size(), came_from);
        if (!found.empty()) best = std::move(found);
      }
      std::rotate(best.begin(), std::min_element(best.begin(), best.end()), best.end());
      Cycle cycle;
      for (std::size_t i = 0; i < best.size(); ++i) {
        const StepIndex need = best[(i + 1) % best.size()];
        cycle.push_back({best[i], need, span_of(best[i], need)});
      }
      all.push_back(std::move(cycle));
    }
    std::sort(all.begin(), all.end(), [](const Cycle& a, const Cycle& b) { return a[0].step < b[0].step; });
    return all;
  }

  const model::Workflow& workflow;
  std::uint32_t count = 0;
  Rows needs, followers;
  std::uint32_t knots = 0;
  std::vector<std::uint32_t> knot_of;  // Ascending along the edges.
  Rows members_of;
  std::vector<StepIndex> order;

  // Made when the first question needs them.
  mutable std::vector<std::uint64_t> closure;
  mutable std::vector<std::uint32_t> lows[labellings], posts[labellings];
  mutable std::vector<std::pair<std::uint32_t, std::uint32_t>> tree;
  mutable std::vector<std::uint32_t> visited;
  mutable std::uint32_t visits = 0;
};

StepGraph::StepGraph(const model::Workflow& workflow) : impl_(std::make_unique<Impl>(workflow)) {}
StepGraph::~StepGraph() = default;

std::span<const StepIndex> StepGraph::order() const {
  return impl_->order;
}
std::vector<Cycle> StepGraph::cycles() const {
  return impl_->cycles();
}
bool StepGraph::precedes(StepIndex first, StepIndex then) const {
  return impl_->precedes(first, then);
}
std::span<const StepIndex> StepGraph::needs(StepIndex step) const {
  return impl_->needs.of(step);
}
std::span<const StepIndex> StepGraph::followers(StepIndex step) const {
  return impl_->followers.of(step);
}
std::size_t StepGraph::edges() const {
  return impl_->needs.items.size();
}

}  // namespace wfc::graph
