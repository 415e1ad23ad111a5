// Names are joined to what bears them.
#include <gtest/gtest.h>

#include "compiler/model/workflow.h"

namespace wfc::model {
namespace {

using dsl::BindingKind;
using dsl::ExprKind;

Expr name(std::string text) {
  Expr expr;
  expr.kind = ExprKind::name;
  expr.text = std::move(text);
  return expr;
}

expr::TemplateNode print(std::string text) {
  expr::TemplateNode node;
  node.kind = expr::NodeKind::value;
  node.expr = name(std::move(text));
  return node;
}

Step step(std::string id, std::vector<std::string> needs = {}, std::string output = {}) {
  Step made;
  made.id.value = std::move(id);
  made.kind = wf::StepKind::agent;
  made.output.value = std::move(output);
  for (std::string& need : needs) made.needs.push_back({.step = {std::move(need), {}}});
  return made;
}

void declare_outputs(Workflow& workflow) {
  for (StepIndex i = 0; i < workflow.steps.size(); ++i)
    if (!workflow.steps[i].output.value.empty())
      workflow.names.push_back({.name = workflow.steps[i].output.value,
                                .binding = {BindingKind::output, i},
                                .span = {},
                                .step = i});
}

TEST(Link, finds_the_steps_that_are_needed) {
  Workflow workflow;
  workflow.steps = {step("a"), step("b", {"a", "nobody"})};
  link(workflow);
  EXPECT_EQ(workflow.steps[1].needs[0].target, 0U);
  EXPECT_EQ(workflow.steps[1].needs[1].target, none);
  EXPECT_EQ(workflow.find_step("b"), 1U);
  EXPECT_FALSE(workflow.find_step("nobody"));
}

TEST(Link, the_first_of_two_steps_has_the_name) {
  Workflow workflow;
  workflow.steps = {step("a"), step("a"), step("b", {"a"})};
  link(workflow);
  EXPECT_EQ(workflow.steps[2].needs[0].target, 0U);
}

TEST(Link, knows_what_names_stand_for) {
  Workflow workflow;
  workflow.steps = {step("a", {}, "plan"), step("b", {"a"})};
  workflow.steps[1].prompt.push_back(
      {.text = {{print("plan"), print("event"), print("nothing")}, {}}, .when = {}});
  workflow.names.push_back({.name = "event", .binding = {BindingKind::event, 0}, .span = {}});
  declare_outputs(workflow);
  link(workflow);
  const auto& nodes = workflow.steps[1].prompt[0].text.nodes;
  EXPECT_EQ(nodes[0].expr.binding.kind, BindingKind::output);
  EXPECT_EQ(nodes[0].expr.binding.index, 0U);
  EXPECT_EQ(nodes[1].expr.binding.kind, BindingKind::event);
  EXPECT_EQ(nodes[2].expr.binding.kind, BindingKind::unknown);
}

TEST(Link, result_is_known_where_a_step_has_just_ended) {
  Workflow workflow;
  workflow.steps = {step("a")};
  workflow.steps[0].output_value = name("result");
  workflow.steps[0].when = name("result");
  workflow.names.push_back({.name = "result", .binding = {BindingKind::result, 0}, .span = {}});
  link(workflow);
  EXPECT_EQ(workflow.steps[0].output_value->binding.kind, BindingKind::result);
  EXPECT_EQ(workflow.steps[0].when->binding.kind, BindingKind::unknown);
}

TEST(Link, variables_of_a_text_live_where_they_are_declared) {
  Workflow workflow;
  workflow.steps = {step("a")};
  expr::TemplateNode set;
  set.kind = expr::NodeKind::set;
  set.text = "x";
  set.expr = name("x");  // Not the one that is being declared.
  expr::TemplateNode loop;
  loop.kind = expr::NodeKind::for_;
  loop.text = "item";
  loop.block.emplace();
  loop.block->key = "key";
  loop.expr = name("x");
  loop.block->bodies = {{print("item"), print("key"), print("loop")}, {print("item")}};
  workflow.steps[0].prompt.push_back(
      {.text = {{set, loop, print("item"), print("x"), print("loop")}, {}}, .when = {}});
  link(workflow);
  const auto& nodes = workflow.steps[0].prompt[0].text.nodes;
  EXPECT_EQ(nodes[0].expr.binding.kind, BindingKind::unknown);
  EXPECT_EQ(nodes[1].expr.binding.kind, BindingKind::local);
  EXPECT_EQ(nodes[1].expr.binding.index, nodes[0].local);
  EXPECT_EQ(nodes[1].block->bodies[0][0].expr.binding.index, nodes[1].local);
  EXPECT_EQ(nodes[1].block->bodies[0][1].expr.binding.index, nodes[1].block->key_local);
  EXPECT_EQ(nodes[1].block->bodies[0][2].expr.binding.kind, BindingKind::loop);
  EXPECT_EQ(nodes[1].block->bodies[1][0].expr.binding.kind, BindingKind::unknown);  // Nothing was walked.
  EXPECT_EQ(nodes[2].expr.binding.kind, BindingKind::unknown);
  EXPECT_EQ(nodes[3].expr.binding.kind, BindingKind::local);
  EXPECT_EQ(nodes[4].expr.binding.kind, BindingKind::unknown);
  EXPECT_EQ(workflow.locals, 3U);
}

TEST(Link, setting_a_variable_again_in_its_scope_gives_it_another_value) {
  const auto set = [](std::string text, expr::Expr value) {
    expr::TemplateNode node;
    node.kind = expr::NodeKind::set;
    node.text = std::move(text);
    node.expr = std::move(value);
    return node;
  };
  const auto block = [](expr::NodeKind kind, std::vector<expr::TemplateNode> body) {
    expr::TemplateNode node;
    node.kind = kind;
    node.text = "item";
    node.expr = name("a");
    node.block.emplace();
    if (kind == expr::NodeKind::if_) node.block->conditions.push_back(name("a"));
    node.block->bodies.push_back(std::move(body));
    return node;
  };
  Workflow workflow;
  workflow.steps = {step("a")};
  // Set, set again in an `if`; in a loop, in a file, and in an `if` of a loop it is another variable.
  workflow.steps[0].prompt.push_back(
      {.text = {{set("x", name("a")), block(expr::NodeKind::if_, {set("x", name("a"))}),
                 block(expr::NodeKind::include, {set("x", name("a"))}),
                 block(expr::NodeKind::for_, {block(expr::NodeKind::if_, {set("x", name("a"))}), print("x")}),
                 print("x")},
                {}},
       .when = {}});
  link(workflow);
  const auto& nodes = workflow.steps[0].prompt[0].text.nodes;
  ASSERT_EQ(nodes.size(), 5U);
  const std::uint32_t x = nodes[0].local;
  EXPECT_EQ(nodes[1].block->bodies[0][0].local, x);
  EXPECT_NE(nodes[2].block->bodies[0][0].local, x);
  EXPECT_EQ(nodes[4].expr.binding.index, x);
  // Each item begins with what is around the loop.
  const auto& body = nodes[3].block->bodies[0];
  ASSERT_EQ(body.size(), 3U);
  EXPECT_EQ(body[0].kind, expr::NodeKind::begin);
  EXPECT_EQ(body[0].expr.binding.kind, BindingKind::local);
  EXPECT_EQ(body[0].expr.binding.index, x);
  EXPECT_NE(body[0].local, x);
  EXPECT_EQ(body[1].block->bodies[0][0].local, body[0].local);
  EXPECT_EQ(body[2].expr.binding.index, body[0].local);
}

TEST(Link, of_several_outputs_the_last_one_before_the_reader_is_meant) {
  Workflow workflow;
  workflow.steps = {step("first", {}, "draft"), step("second", {"first"}, "draft"), step("early", {"first"}),
                    step("late", {"first", "second"}), step("third", {"late"}, "draft")};
  for (const StepIndex reader : {1, 2, 3, 4})
    workflow.steps[reader].prompt.push_back({.text = {{print("draft")}, {}}, .when = {}});
  declare_outputs(workflow);
  link(workflow);
  const auto seen = [&](StepIndex reader) {
    return workflow.steps[reader].prompt[0].text.nodes[0].expr.binding.index;
  };
  EXPECT_EQ(seen(1), 0U);
  EXPECT_EQ(seen(2), 0U);
  EXPECT_EQ(seen(3), 1U);
  EXPECT_EQ(seen(4), 1U);
}

TEST(Walk, visits_every_place_that_holds_an_expression) {
  Workflow workflow;
  workflow.inputs.emplace_back().default_value = name("1");
  workflow.lets.push_back({.name = {}, .value = name("2")});
  workflow.triggers.emplace_back().when = name("3");
  workflow.branches.emplace_back().condition = name("4");
  Step all = step("a");
  all.when = name("5");
  all.instructions = Template{{print("6")}, {}};
  all.prompt.push_back({.text = {{print("8")}, {}}, .when = name("7")});
  all.condition = name("9");
  all.env.push_back({.name = {}, .value = name("10"), .text = {}});
  all.with.push_back({.name = {}, .value = {}, .text = Template{{print("11")}, {}}});
  all.folder = Template{{print("12")}, {}};
  all.output_value = name("13");
  all.gate = Gate{.approvers = {}, .message = Template{{print("14")}, {}}, .span = {}};
  workflow.steps.push_back(all);
  std::vector<std::string> seen;
  for_each_expression(workflow,
                      [&](const Expr& expr, StepIndex, std::string_view) { seen.push_back(expr.text); });
  std::vector<std::string> expected;
  for (int i = 1; i <= 14; ++i) expected.push_back(std::to_string(i));
  EXPECT_EQ(seen, expected);
}

TEST(Walk, gives_names_from_the_smallest_part_up) {
  Expr sum;
  sum.kind = ExprKind::add;
  sum.children = {name("a"), name("b")};
  std::vector<std::string> seen;
  for_each_name(sum, [&](const Expr& found) { seen.push_back(found.text); });
  EXPECT_EQ(seen, (std::vector<std::string>{"a", "b"}));
}

}  // namespace
}  // namespace wfc::model
