// What each pass makes of a plan, and that it means the same afterwards.
#include <gmock/gmock.h>

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
  EXPECT_THAT(names,
              ::testing::ElementsAre("fold constants", "drop unused expressions", "rank by critical path"));
  const plan::Plan plain = optimised("workflow w\nstep a: agent \"{{ 1 }}\"\n", {.optimise = false});
  EXPECT_EQ(param_of(step_of(plain, "a"), "prompt")->kind, wf::ParamKind::value);
  EXPECT_GT(step_of(plain, "a").rank_ms, 0u);
}

}  // namespace
}  // namespace wfc
