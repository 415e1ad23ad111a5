// Drawings: what they hold, and that no text of a definition breaks out of its place.
#include "compiler/views/views.h"

#include <gmock/gmock.h>

#include "compiler/passes/passes.h"
#include "runtime/base/json.h"
#include "tests/unit/compiler_plan/lowering.h"

namespace wfc {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* release =
    "workflow release\n"
    "step plan: agent Planner \"Plan\"\n"
    "parallel checks {\n  step test: run \"make test\"\n  step lint: run \"make lint\"\n}\n"
    "if plan.ok {\n  step sign-off: approve \"Ship {{ plan }}?\"\n} else {\n  step stop: check false\n}\n"
    "step ship: deploy prod\n";

std::string dot_of(const std::string& text) {
  const auto definition = lower_definition(text);
  return views::draw_dot(definition->read.workflow, *definition->graph, definition->sources);
}

TEST(Dot, kinds_have_shapes_and_groups_are_clusters) {
  const std::string dot = dot_of(release);
  for (const char* part : {"shape=octagon", "shape=diamond", "shape=hexagon", "shape=cds", "label=<checks>",
                           "label=<if so>", "label=<else>", "subgraph cluster_2", "style=dashed"})
    EXPECT_THAT(dot, HasSubstr(part)) << dot;
}

TEST(Dot, data_is_solid_and_order_is_dashed) {
  const std::string dot =
      dot_of("workflow w\nstep a: agent \"x\"\nstep b: agent \"{{ a }}\"\nstep c: agent \"y\"\n");
  EXPECT_THAT(dot, HasSubstr("n0 -> n1 [color=\"#3f66a3\", penwidth=1.4, tooltip=\"a\"]"));
  EXPECT_THAT(dot, HasSubstr("n1 -> n2 [style=dashed]"));
}

TEST(Dot, texts_are_escaped_and_wrapped) {
  const std::string dot = dot_of(
      "workflow w \"</b>> ]; evil [label=<\"\n"
      "step a \"\\\" <script> & \\u{202e} a very long title that does not fit onto one line of any drawing "
      "at all\": run \"x\"\n");
  EXPECT_THAT(dot, Not(HasSubstr("<script>")));
  EXPECT_THAT(dot, Not(HasSubstr("</b>> ]")));
  EXPECT_THAT(dot, Not(HasSubstr("\xE2\x80\xAE")));
  EXPECT_THAT(dot, HasSubstr("&lt;script&gt; &amp;"));
  EXPECT_THAT(dot, HasSubstr("\xE2\x80\xA6"));
}

TEST(Json, holds_steps_edges_and_groups) {
  const auto definition = lower_definition(release);
  const auto json =
      wf::parse_json(views::draw_json(definition->read.workflow, *definition->graph, definition->sources));
  ASSERT_TRUE(static_cast<bool>(json));
  EXPECT_EQ((*json)["workflow"], "release");
  EXPECT_EQ((*json)["steps"].size(), 7u);  // Six written ones and the `if`.
  EXPECT_EQ((*json)["groups"][0]["steps"], wf::Json::array({"test", "lint"}));
  EXPECT_EQ((*json)["branches"].size(), 2u);
  bool found = false;
  for (const wf::Json& edge : (*json)["edges"])
    found = found || (edge["from"] == "plan" && edge["to"] == "sign-off" &&
                      edge["carries"] == wf::Json::array({"plan"}) && edge["order"] == false);
  EXPECT_TRUE(found) << json->dump(1);
}

TEST(Loops, are_drawn_against_the_order) {
  const auto definition = lower_definition(
      "workflow w\nstep a: run \"x\"\nstep b: run \"y\" {\n  on fail back to a max 3 as again\n}\n");
  const std::string dot = views::draw_dot(definition->read.workflow, *definition->graph, definition->sources);
  EXPECT_THAT(dot, HasSubstr("n1 -> n0 [style=dashed"));
  EXPECT_THAT(dot, HasSubstr("constraint=false, label=\"max 3\", tooltip=\"on fail: again\"]"));
  const auto json =
      wf::parse_json(views::draw_json(definition->read.workflow, *definition->graph, definition->sources));
  const wf::Json loop = {{"from", "b"}, {"to", "a"}, {"on", "fail"}, {"max", 3}, {"name", "again"}};
  EXPECT_EQ((*json)["loops"], wf::Json::array({loop}));
  EXPECT_EQ((*json)["edges"].size(), 1u);  // A way back is no edge of the order.
  EXPECT_EQ(*wf::parse_json(views::draw_json(definition->plan)), *json);
}

TEST(Plan, is_drawn_with_the_same_steps) {
  const auto definition = lower_definition(release);
  const plan::Plan plan = passes::optimise(std::move(definition->plan), {}, {});
  const auto json = wf::parse_json(views::draw_json(plan));
  ASSERT_TRUE(static_cast<bool>(json));
  EXPECT_EQ((*json)["steps"].size(), 7u);
  EXPECT_EQ((*json)["groups"][0]["steps"], wf::Json::array({"test", "lint"}));
  EXPECT_THAT(views::draw_dot(plan), HasSubstr("shape=octagon"));
}

}  // namespace
}  // namespace wfc
