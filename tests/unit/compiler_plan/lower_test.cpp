// Workflows lowered to rows.
#include <gmock/gmock.h>

#include <map>

#include "tests/unit/compiler_plan/lowering.h"

namespace wfc {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> ids(const plan::Plan& plan, const wf::Rows<wf::Row>& rows) {
  std::vector<std::string> result;
  for (const wf::Row row : rows) result.emplace_back(view(plan.steps[row].id));
  return result;
}
std::vector<std::string> all_ids(const plan::Plan& plan) {
  std::vector<std::string> result;
  for (const wf::StepRow& step : plan.steps) result.emplace_back(view(step.id));
  return result;
}

TEST(Lower, puts_steps_after_what_they_need_and_keeps_source_order) {
  const auto definition = lower_definition(
      "workflow w\n"
      "step late: run \"x\" {\n  after early\n}\n"
      "step other: run \"x\" {\n  after start\n}\n"
      "step early: run \"x\" {\n  after start\n}\n"
      "step last: run \"x\" {\n  after late, other\n}\n");
  const plan::Plan& plan = definition->plan;
  EXPECT_THAT(all_ids(plan), ElementsAre("other", "early", "late", "last"));
  EXPECT_THAT(ids(plan, step_of(plan, "last").needs), ElementsAre("other", "late"));
  EXPECT_THAT(ids(plan, step_of(plan, "early").followers), ElementsAre("late"));
  EXPECT_EQ(step_of(plan, "last").followers.count, 0u);
  EXPECT_EQ(plan.program.steps.count, 4u);
  EXPECT_EQ(plan.source_step, (std::vector<std::uint32_t>{1, 2, 0, 3}));
}

TEST(Lower, fills_in_what_each_kind_of_step_is_given) {
  const auto definition = lower_definition(
      "workflow w \"The title\"\n"
      "input who: string\n"
      "step a: agent Planner \"Hello {{ who }}!\" {\n  output greeting\n  timeout 2m\n  on fail retry 3 wait "
      "5s backoff 2.0\n}\n"
      "step b: run \"make all\"\n"
      "step c: run \"echo {{ greeting }} | cat\" {\n  env LEVEL = 3\n  dir \"sub\"\n}\n"
      "step d: check a.ok\n"
      "step e: deploy prod\n"
      "step f: approve \"Go {{ who }}?\" {\n  by ana, bo\n  timeout 1h\n}\n");
  const plan::Plan& plan = definition->plan;
  EXPECT_EQ(view(plan.program.title), "The title");
  const wf::StepRow& a = step_of(plan, "a");
  EXPECT_EQ(literal_of(a, "agent"), "Planner");
  const wf::Param* prompt = param_of(a, "prompt");
  ASSERT_EQ(prompt->kind, wf::ParamKind::pieces);
  ASSERT_EQ(prompt->pieces.count, 3u);
  EXPECT_EQ(view(prompt->pieces[0].text), "Hello ");
  EXPECT_EQ(prompt->pieces[1].kind, wf::PieceKind::value);
  EXPECT_EQ(view(a.output), "greeting");
  EXPECT_EQ(a.timeout_ms, 120'000u);
  ASSERT_EQ(a.reactions.count, 1u);
  EXPECT_EQ(a.reactions[0].response, wf::Response::retry);
  EXPECT_EQ(a.reactions[0].max, 3u);
  EXPECT_EQ(a.reactions[0].wait_ms, 5'000u);
  const wf::StepRow& b = step_of(plan, "b");
  ASSERT_EQ(b.params.count, 2u);
  EXPECT_EQ(view(b.params[0].name), "arg");
  EXPECT_EQ(view(b.params[1].literal), "all");
  const wf::StepRow& c = step_of(plan, "c");
  EXPECT_EQ(literal_of(c, "command"), "echo \"$WF_1\" | cat");
  EXPECT_EQ(param_of(c, "env", "WF_1")->kind, wf::ParamKind::value);
  EXPECT_NE(param_of(c, "env", "LEVEL"), nullptr);
  EXPECT_EQ(literal_of(c, "dir"), "sub");
  EXPECT_EQ(param_of(step_of(plan, "d"), "condition")->kind, wf::ParamKind::value);
  EXPECT_EQ(literal_of(step_of(plan, "e"), "target"), "prod");
  const wf::StepRow& f = step_of(plan, "f");
  ASSERT_NE(f.gate, wf::no_row);
  const wf::GateRow& gate = plan.gates[f.gate];
  ASSERT_EQ(gate.approvers.count, 2u);
  EXPECT_EQ(view(gate.approvers[1]), "bo");
  EXPECT_EQ(gate.timeout_ms, 3'600'000u);
  EXPECT_EQ(gate.message.kind, wf::ParamKind::pieces);
  // Names of files do not tell where the definition lies.
  ASSERT_EQ(plan.files.size(), 1u);
  EXPECT_EQ(view(plan.files[0]), "test.wf");
  EXPECT_EQ(step_of(plan, "b").origin.line, 8u);
}

TEST(Lower, a_deploy_is_not_repeated_blindly_unless_it_says_so) {
  const auto definition = lower_definition(
      "workflow w\n"
      "step a: run \"x\"\n"
      "step b: deploy prod\n"
      "step c: deploy prod {\n  idempotent true\n}\n"
      "step d: run \"x\" {\n  idempotent false\n}\n");
  EXPECT_TRUE(step_of(definition->plan, "a").idempotent);
  EXPECT_FALSE(step_of(definition->plan, "b").idempotent);
  EXPECT_TRUE(step_of(definition->plan, "c").idempotent);
  EXPECT_FALSE(step_of(definition->plan, "d").idempotent);
}

TEST(Lower, equal_expressions_share_a_number) {
  const auto definition = lower_definition(
      "workflow w\ninput x: int\n"
      "step a: run \"a\" when x > 1\nstep b: run \"b\" when x   >  1\nstep c: run \"c\" when x > 2\n");
  EXPECT_EQ(definition->plan.expressions.size(), 2u);
  EXPECT_EQ(step_of(definition->plan, "a").when, step_of(definition->plan, "b").when);
}

TEST(Lower, branches_are_rows_before_what_they_decide_about) {
  const auto definition = lower_definition(
      "workflow w\ninput x: int\n"
      "step first: run \"true\"\n"
      "if x > 1 {\n  step big: run \"b\"\n  if x > 2 {\n    step huge: run \"h\"\n  }\n} else {\n  step "
      "small: run \"s\"\n}\n"
      "step last: run \"l\"\n");
  const plan::Plan& plan = definition->plan;
  const wf::StepRow& big = step_of(plan, "big");
  const wf::StepRow& huge = step_of(plan, "huge");
  const wf::StepRow& small = step_of(plan, "small");
  ASSERT_NE(big.branch, wf::no_row);
  const wf::StepRow& decides = plan.steps[big.branch];
  EXPECT_EQ(decides.kind, wf::StepKind::branch);
  EXPECT_EQ(view(decides.id), "if:1");
  EXPECT_EQ(big.side, 1u);
  EXPECT_EQ(small.branch, big.branch);
  EXPECT_EQ(small.side, 0u);
  EXPECT_EQ(plan.steps[huge.branch].branch, big.branch);
  EXPECT_EQ(plan.steps[huge.branch].side, 1u);
  EXPECT_THAT(ids(plan, decides.needs), ElementsAre("first"));
  EXPECT_LT(big.branch, row_of(plan, "big"));
  for (wf::Row row = 0; row < plan.steps.size(); ++row)
    for (const wf::Row need : plan.steps[row].needs) EXPECT_LT(need, row);
}

TEST(Lower, groups_know_members_in_written_order_and_limits) {
  const auto definition = lower_definition(
      "workflow w\n"
      "parallel outer max 3 {\n  step z: run \"z\"\n  parallel inner {\n    step y: run \"y\"\n  }\n  step "
      "x: run \"x\" {\n    after y\n  }\n}\n"
      "step use: run \"echo {{ outer }}\"\n");
  const plan::Plan& plan = definition->plan;
  ASSERT_EQ(plan.groups.size(), 2u);
  EXPECT_THAT(ids(plan, plan.groups[0].members), ElementsAre("z", "y", "x"));
  EXPECT_EQ(plan.groups[1].outer, 0u);
  // `inner` has no limit of its own: what is in it counts against `outer`.
  EXPECT_EQ(step_of(plan, "y").group, 0u);
}

TEST(Lower, loops_are_left_and_gone_on_with) {
  const auto definition = lower_definition(
      "workflow w\ninput xs: list<string>\n"
      "step a: agent \"{% for x in xs %}{% if x == 'a' %}{% break %}{% endif %}{% for y in xs %}{% continue "
      "%}{% "
      "endfor %}{% if x == 'b' %}{% set z = x %}{% continue %}{% endif %}.{% else %}none{% endfor %}\"\n");
  const wf::Param* prompt = param_of(step_of(definition->plan, "a"), "prompt");
  std::string kinds;
  for (const wf::Piece& piece : prompt->pieces) {
    kinds += "TVJULNSEB"[static_cast<int>(piece.kind)];
    if (piece.target != 0) kinds += std::to_string(piece.target);
    kinds += ' ';
  }
  // The outer `break` passes over `else`; the first `continue` goes to the inner loop's end, the second to
  // the outer's.
  EXPECT_EQ(kinds, "L13 B U4 E12 L7 J6 N5 U10 S J11 T N1 J14 T ");
}

TEST(Lower, templates_become_pieces_that_jump) {
  const auto definition = lower_definition(
      "workflow w\ninput xs: list<string>\n"
      "step a: agent \"{% for x in xs %}{% if x == 'a' %}A{% elif x == 'b' %}B{% else %}{{ x }}{% endif %}{% "
      "else %}none{% endfor %}.\"\n");
  const wf::Param* prompt = param_of(step_of(definition->plan, "a"), "prompt");
  std::string kinds;
  for (const wf::Piece& piece : prompt->pieces) {
    kinds += "TVJULNS"[static_cast<int>(piece.kind)];
    if (piece.kind == wf::PieceKind::jump || piece.kind == wf::PieceKind::unless ||
        piece.kind == wf::PieceKind::loop || piece.kind == wf::PieceKind::next)
      kinds += std::to_string(piece.target);
    kinds += ' ';
  }
  EXPECT_EQ(kinds, "L10 U4 T J8 U7 T J8 V N1 J11 T T ");
}

// "T" and the text, the target of what jumps, the rest as letters.
std::string spelt(const wf::Param& param) {
  if (param.kind == wf::ParamKind::literal) return "=" + std::string(view(param.literal));
  std::string all;
  for (const wf::Piece& piece : param.pieces) {
    all += "TVJULNS"[static_cast<int>(piece.kind)];
    if (piece.kind == wf::PieceKind::text) all += "'" + std::string(view(piece.text)) + "'";
    if (piece.kind == wf::PieceKind::unless || piece.kind == wf::PieceKind::loop ||
        piece.kind == wf::PieceKind::next)
      all += std::to_string(piece.target);
    all += ' ';
  }
  return all;
}

TEST(Lower, reactions_stand_with_their_step_in_their_order) {
  const auto definition = lower_definition(R"(workflow w
step late: run "x" {
  after test
  on fail back to build max 1
}
step build: run "x" {
  after start
}
step test: run "x" {
  on fail retry 1
  on fail back to build max 3 cooldown 5s as again when run.failures < 9
  on result.exit_code == 7 back to build max 2
}
)");
  const wf::Row build = row_of(definition->plan, "build");
  const auto& reactions = definition->plan.steps[row_of(definition->plan, "test")].reactions;
  ASSERT_EQ(reactions.count, 3u);
  EXPECT_EQ(reactions[0].response, wf::Response::retry);
  EXPECT_EQ(reactions[0].target, wf::no_row);
  EXPECT_EQ(reactions[1].response, wf::Response::back);
  EXPECT_EQ(reactions[1].target, build);
  EXPECT_EQ(view(reactions[1].name), "again");
  EXPECT_EQ(reactions[1].max, 3u);
  EXPECT_EQ(reactions[1].wait_ms, 5000u);
  EXPECT_NE(reactions[1].when, wf::no_expr);
  EXPECT_EQ(reactions[1].condition, wf::no_expr);
  EXPECT_EQ(reactions[2].on, wf::StepOutcome::holds);
  EXPECT_NE(reactions[2].condition, wf::no_expr);
  EXPECT_EQ(definition->plan.steps[row_of(definition->plan, "late")].reactions.count, 1u);
  EXPECT_EQ(definition->plan.program.beyond.count, 0u);
}

TEST(Lower, an_agent_that_something_goes_back_to_is_told_why) {
  const auto definition = lower_definition(R"(workflow w
input x: string
step a: agent "Plain"
step b: agent "{{ x }}"
step c: agent "Mine: {% if feedback %}{{ feedback }}{% endif %}"
step d: agent "Not gone back to"
step e: run "x" {
  on fail back to a max 1
  on fail back to b max 1
  on fail back to c max 1
}
)");
  const auto prompt = [&](const char* id) {
    return spelt(*param_of(step_of(definition->plan, id), "prompt"));
  };
  EXPECT_EQ(prompt("a"), "T'Plain' U4 T'\n\n' V ");
  EXPECT_EQ(prompt("b"), "V U4 T'\n\n' V ");
  EXPECT_EQ(prompt("c"), "T'Mine: ' U3 V ");
  EXPECT_EQ(prompt("d"), "=Not gone back to");
}

TEST(Lower, results_of_earlier_steps_follow_a_text) {
  const auto definition =
      lower_definition("name: w\ndescription: x\nsteps: [One, 'Two {{ x }}', Three]\n", "w.yaml");
  const auto prompt = [&](const char* id) {
    return spelt(*param_of(step_of(definition->plan, id), "prompt"));
  };
  EXPECT_EQ(prompt("s1"), "=One");
  EXPECT_EQ(
      prompt("s2"),
      "T'Two {{ x }}' T'\n\nResults of the steps before this one:' L9 U8 T'\n\nStep ' V T':\n\n' V N3 ");
  // Results of a round before do not count: only those of the steps above are asked for.
  for (const auto& [id, before] : {std::pair{"s2", 1}, {"s3", 2}}) {
    const wf::Piece& loop = param_of(step_of(definition->plan, id), "prompt")->pieces[2];
    EXPECT_EQ(definition->plan.expressions[loop.expr].tree.children[1].number, before);
  }
  // One list for all of them, however many there are.
  ASSERT_EQ(definition->plan.groups.size(), 1u);
  EXPECT_TRUE(definition->plan.groups[0].so_far);
  EXPECT_EQ(definition->plan.groups[0].members.count, 3u);
  EXPECT_EQ(definition->plan.program.locals, 1u);
}

TEST(Digest, tells_meanings_apart_and_nothing_else) {
  const std::string plain =
      "workflow w\ninput who: string\nstep a: run \"echo {{ who }}\" when who != \"x\" {\n  timeout 60s\n}\n";
  const auto digest = [](const std::string& text) {
    return std::string(view(lower_definition(text)->plan.program.plan_digest));
  };
  const std::string same = digest(plain);
  EXPECT_EQ(same.size(), 64u);
  // Comments, places, descriptions and ways to write the same.
  EXPECT_EQ(digest("# why\n\n## It greets.\nworkflow w\n\ninput who: string\nstep a: run \"echo {{who}}\" "
                   "when (who  != 'x') {\n  timeout 1m\n}\n"),
            same);
  EXPECT_EQ(digest("workflow w \"A title\"\ninput who: string\nstep a \"B\": run \"echo {{ who }}\" when who "
                   "!= \"x\" {\n  timeout 60s\n}\n"),
            same);
  for (const char* other : {
           "workflow v\ninput who: string\nstep a: run \"echo {{ who }}\" when who != \"x\" {\n  timeout "
           "60s\n}\n",
           "workflow w\ninput who: string\nstep b: run \"echo {{ who }}\" when who != \"x\" {\n  timeout "
           "60s\n}\n",
           "workflow w\ninput who: string\nstep a: run \"echo  {{ who }}y\" when who != \"x\" {\n  timeout "
           "60s\n}\n",
           "workflow w\ninput who: string\nstep a: run \"echo {{ who }}\" when who != \"y\" {\n  timeout "
           "60s\n}\n",
           "workflow w\ninput who: string\nstep a: run \"echo {{ who }}\" when who == \"x\" {\n  timeout "
           "60s\n}\n",
           "workflow w\ninput who: string\nstep a: run \"echo {{ who }}\" when who != \"x\" {\n  timeout "
           "61s\n}\n",
           "workflow w\ninput who: string = \"z\"\nstep a: run \"echo {{ who }}\" when who != \"x\" {\n  "
           "timeout 60s\n}\n",
           "workflow w\ninput who: string\nstep a: run \"echo {{ who }}\" {\n  timeout 60s\n}\n",
           "workflow w\ninput who: string\nfail_fast false\nstep a: run \"echo {{ who }}\" when who != \"x\" "
           "{\n  timeout 60s\n}\n",
       })
    EXPECT_NE(digest(other), same) << other;
}

// Each of these means something of its own.
TEST(Digest, tells_every_answer_and_limit_apart) {
  constexpr std::pair<const char*, const char*> all[] = {
      {"", ""},
      {"", "on fail retry 1"},
      {"", "on fail retry 2"},
      {"", "on fail retry 1 wait 1s"},
      {"", "on fail retry 1 when run.failures < 2"},
      {"", "on timeout retry 1"},
      {"", "on fail escalate"},
      {"", "on fail back to a max 1"},
      {"", "on fail back to a max 1 as again"},
      {"", "on result.ok approve"},
      {"", "on result.ok approve \"Really?\""},
      {"", "on result.exit_code == 1 approve"},
      {"", "gate {\n check result.ok\n}"},
      {"", "gate named {\n check result.ok\n}"},
      {"", "gate {\n check result.ok\n on fail retry 1\n}"},
      {"", "budget {\n credits 5\n}"},
      {"", "budget {\n calls 5\n}"},
      {"", "budget {\n calls 5\n on breach stop\n}"},
      {"", "artifact patch"},
      {"", "artifact patch from \"x\""},
      {"", "allow tools x"},
      {"", "deny tools x"},
      {"", "undo run \"y\""},
      {"guardrail run \"g\"", "risky"},
      {"guardrail run \"g\"", ""},
      {"budget {\n credits 5\n}", ""},
      {"budget {\n tokens 5 per step\n}", ""},
      {"budget {\n tokens 5\n}", ""},
      {"escalation human", ""},
      {"escalation close", ""},
      {"escalation human {\n timeout 1h\n}", ""},
      {"escalation human {\n notify x\n}", ""},
      {"escalation human {\n include a\n}", ""},
      {"eval {\n warn 0.1\n}", ""},
      {"eval {\n block 0.1\n}", ""},
      {"monitor {\n track x\n}", ""},
      {"monitor {\n track x\n alert when x > 1\n}", ""},
      {"shadow routing", ""},
      {"deny tools x", ""},
      {"allow paths \"x\"", ""},
      {"on cron \"0 9 * * 1\"", ""},
      {"on cron \"0 9 * * 1\" overlap queue", ""},
      {"on cron \"0 9 * * 1\" catch_up all", ""},
      {"input l: list<int> = []", ""},
      {"input l: list<string> = []", ""},
  };
  std::map<std::string, std::string> seen;
  for (const auto& [top, setting] : all) {
    const std::string text =
        std::string("workflow w\n") + top + "\nstep a: run \"x\"\nstep b: run \"x\" {\n" + setting + "\n}\n";
    const std::string digest(view(lower_definition(text)->plan.program.plan_digest));
    const auto [first, added] = seen.emplace(digest, text);
    EXPECT_TRUE(added) << text << "is the same as\n" << first->second;
  }
}

TEST(Lower, what_few_steps_have_lies_elsewhere) {
  const auto definition = lower_definition(R"(workflow w
step plain: run "x"
step rich: agent "x" {
  gate good {
    check result.ok
    on fail retry 1
  }
  budget {
    calls 3
  }
  undo run "back {{ result }}"
}
)");
  const plan::Plan& plan = definition->plan;
  EXPECT_EQ(step_of(plan, "plain").extras, wf::no_row);
  ASSERT_EQ(plan.extras.size(), 1u);
  const wf::ExtrasRow& extras = plan.extras[step_of(plan, "rich").extras];
  ASSERT_EQ(extras.quality_gates.count, 1u);
  EXPECT_EQ(view(extras.quality_gates[0].name), "good");
  EXPECT_EQ(view(extras.quality_gates[0].criteria[0].text), "result.ok");
  EXPECT_EQ(extras.quality_gates[0].reactions[0].max, 1u);
  EXPECT_EQ(plan.budgets[extras.budget].whole.calls, 3u);
  EXPECT_EQ(step_of(plan, "rich:undo").undoes, row_of(plan, "rich"));
  EXPECT_EQ(step_of(plan, "rich").undoes, wf::no_row);
}

TEST(Digest, dialects_of_one_meaning_share_it) {
  const auto coder = lower_definition(R"(version: 1
workflow_id: w
name: W
project: {provider: github, owner: o, repo: r}
triggers: [{type: cron, cron: "0 9 * * 1", timezone: UTC}]
policies:
  budget: {max_credits: 50, max_wall_clock_sec: 3600}
  repo: {allowed_paths: ["src/"], blocked_paths: ["src/x/"]}
  secrets: {allowed: [TOKEN]}
  gates: {require_human_approval_for: [deploy.prod]}
steps:
  - {step_id: plan, type: agent, role: implementer, goal: Plan it}
  - {step_id: test, type: command, name: Test, command: make test, timeout_sec: 60}
  - {step_id: ask, type: approve, reason: "Go on?"}
  - {step_id: ship, type: deploy, target: prod}
)",
                                      "w.yaml");
  const auto wf = lower_definition(R"(workflow w
project github "o/r"
on cron "0 9 * * 1" timezone "UTC"
budget {
  credits 50
  time 1h
}
allow paths "src/"
deny paths "src/x/"
allow secrets TOKEN
require approval for deploy.prod
step plan: agent implementer "Plan it"
step test: run "make test" {
  timeout 1m
}
step ask: approve "Go on?" {
  on reject fail
}
step ship: deploy prod
)");
  EXPECT_EQ(view(coder->plan.program.plan_digest), view(wf->plan.program.plan_digest));
  const auto yaml = lower_definition(
      "name: w\nsteps:\n  - {id: a, agent: x, prompt: \"one\"}\n  - {id: b, agent: y, prompt: \"two\", "
      "depends_on: [a]}\n",
      "w.yaml");
  const auto json = lower_definition(
      "{\"name\": \"w\", \"steps\": [{\"id\": \"a\", \"agent\": \"x\", \"prompt\": \"one\"},"
      "{\"depends_on\": [\"a\"], \"id\": \"b\", \"agent\": \"y\", \"prompt\": \"two\"}]}",
      "w.json");
  EXPECT_EQ(view(yaml->plan.program.plan_digest), view(json->plan.program.plan_digest));
}

}  // namespace
}  // namespace wfc
