// The order of steps, against plain searches on random graphs.
#include "compiler/graph/graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace wfc::graph {
namespace {

using testing::ElementsAre;
using Edges = std::vector<std::pair<StepIndex, StepIndex>>;  // (waits, needs)

model::Workflow workflow_of(StepIndex count, const Edges& edges) {
  model::Workflow workflow;
  workflow.steps.resize(count);
  for (StepIndex i = 0; i < count; ++i) workflow.steps[i].id = {"s" + std::to_string(i), {0, i, i + 1}};
  for (const auto& [step, need] : edges) {
    const auto place = static_cast<std::uint32_t>(1000 + step * 100 + need);
    workflow.steps[step].needs.push_back(
        {.step = {"s" + std::to_string(need), {0, place, place + 1}}, .target = need});
  }
  return workflow;
}

std::vector<StepIndex> order_of(const StepGraph& graph) {
  return {graph.order().begin(), graph.order().end()};
}

TEST(Order, keeps_the_source_order_where_nothing_is_said) {
  const auto workflow = workflow_of(4, {});
  EXPECT_THAT(order_of(StepGraph(workflow)), ElementsAre(0, 1, 2, 3));
}

TEST(Order, puts_steps_after_what_they_wait_for) {
  const auto workflow = workflow_of(4, {{0, 3}, {1, 0}});
  EXPECT_THAT(order_of(StepGraph(workflow)), ElementsAre(2, 3, 0, 1));
}

TEST(Order, leaves_out_steps_on_a_cycle_and_keeps_those_behind_it) {
  const auto workflow = workflow_of(5, {{1, 2}, {2, 1}, {3, 2}, {4, 4}});
  EXPECT_THAT(order_of(StepGraph(workflow)), ElementsAre(0, 3));
}

TEST(Edges, are_counted_once) {
  const auto workflow = workflow_of(3, {{2, 0}, {2, 0}, {2, 1}});
  const StepGraph graph(workflow);
  EXPECT_EQ(graph.edges(), 2U);
  EXPECT_EQ(graph.needs(2).size(), 2U);
  EXPECT_EQ(graph.followers(0).size(), 1U);
}

TEST(Edges, of_a_branch_hold_for_the_steps_inside) {
  auto workflow = workflow_of(3, {});
  workflow.branches.resize(2);
  workflow.branches[0].needs.push_back({.step = {"s0", {}}, .target = 0});
  workflow.branches[1].outer = 0;
  workflow.steps[2].branch = 1;
  const StepGraph graph(workflow);
  EXPECT_TRUE(graph.precedes(0, 2));
  EXPECT_FALSE(graph.precedes(1, 2));
}

TEST(Cycles, are_shown_once_for_each_knot_and_as_short_as_can_be) {
  // A ring of five with a chord that makes a ring of three, and a pair of its own.
  const auto workflow =
      workflow_of(8, {{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 0}, {2, 0}, {6, 7}, {7, 6}, {5, 0}});
  const auto cycles = StepGraph(workflow).cycles();
  ASSERT_EQ(cycles.size(), 2U);
  ASSERT_EQ(cycles[0].size(), 3U);
  EXPECT_EQ(cycles[0][0].step, 0U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(cycles[0][i].needs, cycles[0][(i + 1) % 3].step);
  EXPECT_EQ(cycles[0][2].span.begin, 1000U + 200);  // Where step 2 says that it needs step 0.
  EXPECT_EQ(cycles[1].size(), 2U);
  EXPECT_EQ(cycles[1][0].step, 6U);
}

TEST(Cycles, of_one_step) {
  const auto workflow = workflow_of(2, {{1, 1}});
  const auto cycles = StepGraph(workflow).cycles();
  ASSERT_EQ(cycles.size(), 1U);
  ASSERT_EQ(cycles[0].size(), 1U);
  EXPECT_EQ(cycles[0][0].step, 1U);
}

TEST(Cycles, of_a_hundred_thousand_steps_are_found_at_once) {
  constexpr StepIndex count = 100'000;
  Edges edges;
  for (StepIndex i = 0; i < count; ++i) edges.emplace_back(i, (i + 1) % count);
  const auto workflow = workflow_of(count, edges);
  const auto cycles = StepGraph(workflow).cycles();
  ASSERT_EQ(cycles.size(), 1U);
  EXPECT_EQ(cycles[0].size(), count);
}

class RandomGraphs : public testing::TestWithParam<int> {};

// Reachability by search, the definition itself.
bool leads(const Edges& edges, StepIndex count, StepIndex from, StepIndex to) {
  std::vector<char> seen(count, 0);
  std::vector<StepIndex> open = {to};
  while (!open.empty()) {
    const StepIndex at = open.back();
    open.pop_back();
    for (const auto& [step, need] : edges) {
      if (step != at) continue;
      if (need == from) return true;
      if (!seen[need]) open.push_back(need);
      seen[need] = 1;
    }
  }
  return false;
}

TEST_P(RandomGraphs, agree_with_a_plain_search) {
  std::mt19937 random(static_cast<unsigned>(GetParam()));
  const StepIndex count = 1 + random() % 24;
  Edges edges;
  for (std::uint32_t i = random() % (count * 2); i > 0; --i) {
    StepIndex step = random() % count, need = random() % count;
    if (GetParam() % 2 == 0 && step <= need) continue;  // Half of them without cycles.
    edges.emplace_back(step, need);
  }
  const auto workflow = workflow_of(count, edges);
  const StepGraph graph(workflow);
  for (StepIndex a = 0; a < count; ++a)
    for (StepIndex b = 0; b < count; ++b)
      EXPECT_EQ(graph.precedes(a, b), leads(edges, count, a, b)) << a << " " << b;
  const auto order = order_of(graph);
  std::vector<std::size_t> place(count, SIZE_MAX);
  for (std::size_t i = 0; i < order.size(); ++i) place[order[i]] = i;
  for (StepIndex step = 0; step < count; ++step) {
    EXPECT_EQ(place[step] == SIZE_MAX, leads(edges, count, step, step));
    for (const StepIndex need : graph.needs(step))
      if (place[step] != SIZE_MAX && place[need] != SIZE_MAX) {
        EXPECT_LT(place[need], place[step]);
      }
  }
  for (const Cycle& cycle : graph.cycles()) {
    ASSERT_FALSE(cycle.empty());
    for (std::size_t i = 0; i < cycle.size(); ++i) {
      EXPECT_EQ(cycle[i].needs, cycle[(i + 1) % cycle.size()].step);
      EXPECT_NE(std::find(edges.begin(), edges.end(), std::pair(cycle[i].step, cycle[i].needs)), edges.end());
    }
  }
}
INSTANTIATE_TEST_SUITE_P(Seeds, RandomGraphs, testing::Range(0, 200));

// Above the size at which the closure is kept as bits, labels and a search answer.
TEST(LargeGraphs, agree_with_a_plain_search) {
  constexpr StepIndex count = 6000;
  std::mt19937 random(7);
  Edges edges;
  for (StepIndex step = 1; step < count; ++step)
    for (int i = 0; i < 2; ++i)
      if (random() % 10 < 7) edges.emplace_back(step, step - 1 - random() % std::min<StepIndex>(step, 40));
  const auto workflow = workflow_of(count, edges);
  const StepGraph graph(workflow);
  for (int question = 0; question < 20; ++question) {
    const StepIndex then = random() % count;
    std::vector<char> before(count, 0);
    std::vector<StepIndex> open = {then};
    while (!open.empty()) {
      const StepIndex at = open.back();
      open.pop_back();
      for (const model::Need& need : workflow.steps[at].needs) {
        if (!before[need.target]) open.push_back(need.target);
        before[need.target] = 1;
      }
    }
    for (StepIndex first = 0; first < count; ++first)
      ASSERT_EQ(graph.precedes(first, then), before[first] != 0) << first << " " << then;
  }
}

TEST(LargeGraphs, a_chain_is_asked_about_its_root_without_being_walked) {
  constexpr StepIndex count = 200'000;
  Edges edges;
  for (StepIndex i = 1; i < count; ++i) edges.emplace_back(i, i - 1);
  const auto workflow = workflow_of(count, edges);
  const StepGraph graph(workflow);
  for (StepIndex i = 1; i < count; ++i) ASSERT_TRUE(graph.precedes(0, i));
  for (StepIndex i = 1; i < count; ++i) ASSERT_FALSE(graph.precedes(i, 0));
}

}  // namespace
}  // namespace wfc::graph
