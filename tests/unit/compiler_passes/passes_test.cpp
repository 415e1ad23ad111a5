// What each pass makes of a plan, and that it means the same afterwards.
#include <gmock/gmock.h>

#include <functional>

#include "compiler/passes/edges.h"
#include "compiler/passes/pass_list.h"
#include "compiler/passes/passes.h"
#include "tests/unit/compiler_plan/lowering.h"

namespace wfc {
namespace {

plan::Plan optimised(const std::string& text, const passes::Options& options = {},
                     const passes::Trace& after = {}) {
  return passes::optimise(std::move(lower_definition(text)->plan), options, after);
}

TEST(FoldConstants, makes_literals_of_texts_that_nothing_has_to_run_for) {
  const plan::Plan plan = optimised(
      "workflow w\n"
      "step a: agent \"{{ 1 + 2 }} and {{ 'x' | upper }}{{ 'y' }}!\"\n"
      "step b: run \"x\" {\n  env N = 2 * 21\n}\n"
      "step c: check 1 < 2\n");
  EXPECT_EQ(literal_of(step_of(plan, "a"), "prompt"), "3 and Xy!");
  EXPECT_EQ(literal_of(step_of(plan, "b"), "env", "N"), "42");
  // Conditions stay expressions, the others are forgotten.
  EXPECT_EQ(param_of(step_of(plan, "c"), "condition")->kind, wf::ParamKind::value);
  EXPECT_EQ(plan.expressions.size(), 1u);
  EXPECT_EQ(plan.program.expressions, 1u);
  EXPECT_EQ(param_of(step_of(plan, "c"), "condition")->value, 0u);
}

TEST(FoldConstants, joins_texts_that_nothing_jumps_between) {
  const plan::Plan plan = optimised(
      "workflow w\ninput x: bool\n"
      "step a: agent \"a{{ 'b' }}c{% if x %}d{{ 'e' }}{% endif %}f{{ 'g' }}{{ x }}\"\n");
  const wf::Param* prompt = param_of(step_of(plan, "a"), "prompt");
  ASSERT_EQ(prompt->pieces.count, 5u);
  EXPECT_EQ(view(prompt->pieces[0].text), "abc");
  EXPECT_EQ(prompt->pieces[1].kind, wf::PieceKind::unless);
  EXPECT_EQ(prompt->pieces[1].target, 3u);
  EXPECT_EQ(view(prompt->pieces[2].text), "de");
  EXPECT_EQ(view(prompt->pieces[3].text), "fg");
  EXPECT_EQ(prompt->pieces[4].kind, wf::PieceKind::value);
}

TEST(FoldConstants, leaves_what_fails_to_its_step) {
  const plan::Plan plan = optimised("workflow w\nstep a: run \"x\" {\n  env N = 1 % 0\n}\n");
  EXPECT_EQ(param_of(step_of(plan, "a"), "env", "N")->kind, wf::ParamKind::value);
}

TEST(FoldConstants, forgets_conditions_that_always_hold) {
  const plan::Plan plan = optimised(
      "workflow w\ninput n: int\n"
      "step a: run \"x\" when 1 < 2\n"
      "step b: run \"x\" when n < 2\n");
  EXPECT_EQ(step_of(plan, "a").when, wf::no_expr);
  EXPECT_NE(step_of(plan, "b").when, wf::no_expr);
  EXPECT_EQ(plan.expressions.size(), 1u);
}

TEST(FoldConstants, leaves_out_the_parts_of_a_text_that_no_way_leads_to) {
  const plan::Plan plan = optimised(
      "workflow w\ninput n: int\n"
      "step a: agent \"{% if 1 < 2 %}yes{% else %}no {{ n }}{% endif %}!\"\n"
      "step b: agent \"{% for x in [n] %}{% if 2 < 1 %}{% break %}{% endif %}{{ x }}{% endfor %}.\"\n");
  EXPECT_EQ(literal_of(step_of(plan, "a"), "prompt"), "yes!");
  const wf::Param* prompt = param_of(step_of(plan, "b"), "prompt");
  ASSERT_EQ(prompt->pieces.count, 4u);
  EXPECT_EQ(prompt->pieces[0].kind, wf::PieceKind::loop);
  EXPECT_EQ(prompt->pieces[0].target, 3u);
  EXPECT_EQ(prompt->pieces[1].kind, wf::PieceKind::value);
  EXPECT_EQ(prompt->pieces[2].kind, wf::PieceKind::next);
  EXPECT_EQ(prompt->pieces[2].target, 1u);
  EXPECT_EQ(view(prompt->pieces[3].text), ".");
}

TEST(ShareEqualFunctions, of_what_folding_has_made_equal) {
  const plan::Plan plan = optimised(
      "workflow w\ninput n: int\n"
      "step a: run \"x\" when n > 2 + 3\n"
      "step b: run \"x\" when n > 1 + 4\n"
      "step c: run \"x\" when n > 5\n"
      "step d: run \"x\" when n > 1 / 0\n");
  EXPECT_EQ(plan.expressions.size(), 2u);
  EXPECT_EQ(step_of(plan, "a").when, step_of(plan, "c").when);
  EXPECT_EQ(step_of(plan, "b").when, step_of(plan, "c").when);
  EXPECT_NE(step_of(plan, "d").when, step_of(plan, "c").when);
}

TEST(PruneUnreachable, what_never_runs_is_given_nothing_and_stays) {
  const plan::Plan plan = optimised(
      "workflow w\ninput n: int\n"
      "step a: agent \"{{ n }}\" when 1 > 2\n"
      "step b: run \"x {{ n + 1 }}\" {\n  after a\n}\n"
      "if 2 < 1 {\n  step c: agent reviewer \"{{ n + 2 }}\"\n} else {\n  step d: agent \"{{ n + 3 }}\"\n}\n"
      "step e: check 3 < 2 {\n  after start\n}\n"
      "step f: run \"{{ n + 4 }}\"\n"
      "step g: run \"{{ n + 5 }}\" {\n  always\n}\n");
  EXPECT_TRUE(step_of(plan, "a").never);
  EXPECT_EQ(step_of(plan, "a").params.count, 0u);
  EXPECT_FALSE(step_of(plan, "b").never) << "what is skipped by its condition keeps nobody from running";
  EXPECT_TRUE(step_of(plan, "c").never);
  EXPECT_EQ(literal_of(step_of(plan, "c"), "agent"), "reviewer");
  EXPECT_EQ(param_of(step_of(plan, "c"), "prompt"), nullptr);
  EXPECT_FALSE(step_of(plan, "d").never);
  EXPECT_FALSE(step_of(plan, "e").never);
  EXPECT_TRUE(step_of(plan, "f").never);
  EXPECT_FALSE(step_of(plan, "g").never);
  EXPECT_EQ(view(step_of(plan, "f").id), "f");
}

// Rows by their needs; `change` may set more.
plan::Plan rows_of(const std::vector<std::vector<wf::Row>>& needs,
                   const std::function<void(plan::Plan&)>& change = {}) {
  plan::Plan plan;
  for (std::size_t i = 0; i < needs.size(); ++i)
    plan.steps.push_back({.id = plan.text("s" + std::to_string(i)), .kind = wf::StepKind::command});
  plan.set_edges(needs);
  if (change) change(plan);
  plan.seal();
  return plan;
}

TEST(DropNeedlessEdges, what_follows_from_others) {
  const plan::Plan plan = passes::drop_needless_edges(rows_of({{}, {0}, {0, 1}, {0, 1, 2}, {0, 2}}));
  EXPECT_THAT(passes::edges_into(plan),
              ::testing::ElementsAre(std::vector<wf::Row>{}, std::vector<wf::Row>{0}, std::vector<wf::Row>{1},
                                     std::vector<wf::Row>{2}, std::vector<wf::Row>{2}));
  EXPECT_EQ(plan.steps[3].needs.count, 3u) << "for people nothing has changed";
  EXPECT_EQ(plan.steps[3].edges_saved, 2u);
}

TEST(DropNeedlessEdges, not_past_what_runs_whatever_happens) {
  const auto always = [](wf::Row row) {
    return [row](plan::Plan& plan) { plan.steps[row].run_if = wf::RunIf::always; };
  };
  // 1 runs also when 0 has failed, so 2 is told by 0 alone that it must not.
  EXPECT_EQ(passes::count_edges(passes::drop_needless_edges(rows_of({{}, {0}, {0, 1}}, always(1)))), 3u);
  EXPECT_EQ(passes::count_edges(passes::drop_needless_edges(rows_of({{}, {0}, {0, 1}}, always(2)))), 2u);
}

TEST(DropNeedlessEdges, not_past_a_side_that_may_not_be_taken) {
  // 1 is a branch, 2 stands on its side: skipped, it says nothing of how 0 has ended.
  const auto branch = [](bool both) {
    return [both](plan::Plan& plan) {
      plan.steps[1].kind = wf::StepKind::branch;
      plan.steps[2].branch = 1;
      plan.steps[2].side = 1;
      if (!both) return;
      plan.steps[3].branch = 1;
      plan.steps[3].side = 1;
    };
  };
  const std::vector<std::vector<wf::Row>> needs = {{}, {}, {0, 1}, {0, 2}};
  EXPECT_EQ(passes::count_edges(passes::drop_needless_edges(rows_of(needs, branch(false)))), 4u);
  EXPECT_EQ(passes::count_edges(passes::drop_needless_edges(rows_of(needs, branch(true)))), 3u);
}

TEST(DropNeedlessEdges, not_where_a_loop_counts_them_anew) {
  const auto loop = [](plan::Plan& plan) {
    plan.steps[2].reactions =
        plan.rows(std::vector<wf::ReactionRow>{{.response = wf::Response::back,
                                                .max = 1,
                                                .target = 1,
                                                .body = plan.rows(std::vector<wf::Row>{1, 2})}});
  };
  EXPECT_EQ(passes::count_edges(passes::drop_needless_edges(rows_of({{}, {0}, {0, 1}, {0, 2}}, loop))), 5u);
}

TEST(JoinLayers, ten_thousand_steps_in_layers_of_a_hundred) {
  std::vector<std::vector<wf::Row>> needs(10'000);
  for (wf::Row row = 100; row < needs.size(); ++row)
    for (wf::Row i = row / 100 * 100 - 100; i < row / 100 * 100; ++i) needs[row].push_back(i);
  plan::Plan plan = rows_of(needs);
  EXPECT_EQ(passes::count_edges(plan), 990'000u);
  plan = passes::rank_by_critical_path(passes::join_layers(std::move(plan)));
  EXPECT_LT(passes::count_edges(plan), 30'000u);
  EXPECT_EQ(plan.joins.size(), 99u);
  EXPECT_EQ(plan.joins[0].needs_count, 100u);
  EXPECT_EQ(plan.steps[100].edges_saved, 99u);
  EXPECT_EQ(plan.steps[0].rank_ms, 1'000'000u) << "a way leads through the joins";
}

TEST(JoinLayers, also_where_some_need_more_or_are_needed_by_more) {
  // 0 to 3 before 5 to 8; 5 needs 4 as well, and 9 needs 0.
  plan::Plan plan = passes::join_layers(
      rows_of({{}, {}, {}, {}, {}, {0, 1, 2, 3, 4}, {0, 1, 2, 3}, {0, 1, 2, 3}, {0, 1, 2, 3}, {0}}));
  EXPECT_LT(passes::count_edges(plan), 18u);
  EXPECT_FALSE(plan.joins.empty());
  // Small ones stay as they are.
  plan = passes::join_layers(rows_of({{}, {}, {0, 1}, {0, 1}}));
  EXPECT_TRUE(plan.joins.empty());
}

TEST(RankByCriticalPath, longest_way_first) {
  const plan::Plan plan = optimised(
      "workflow w\n"
      "parallel {\n  step short: run \"x\"\n  step long: agent \"x\"\n}\n"
      "step end: run \"y\"\n");
  EXPECT_EQ(step_of(plan, "end").rank_ms, 10'000u);
  EXPECT_EQ(step_of(plan, "short").rank_ms, 20'000u);
  EXPECT_EQ(step_of(plan, "long").rank_ms, 70'000u);
}

TEST(Optimise, tells_of_each_pass_and_can_be_switched_off) {
  std::vector<std::string> names;
  const auto note = [&](std::string_view pass, const plan::Plan&) { names.emplace_back(pass); };
  optimised("workflow w\nstep a: agent \"{{ 1 }}\"\n", {}, note);
  EXPECT_THAT(names, ::testing::ElementsAre("prune unreachable", "fold constants", "share equal functions",
                                            "drop unused expressions", "drop needless edges", "join layers",
                                            "rank by critical path"));
  const plan::Plan plain = optimised("workflow w\nstep a: agent \"{{ 1 }}\"\n", {.optimise = false});
  EXPECT_EQ(param_of(step_of(plain, "a"), "prompt")->kind, wf::ParamKind::value);
  EXPECT_GT(step_of(plain, "a").rank_ms, 0u);
}

}  // namespace
}  // namespace wfc
