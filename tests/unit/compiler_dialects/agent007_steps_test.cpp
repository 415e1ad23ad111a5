// agent007's steps that decide about others or become several: routers, evaluators, workers, sub-workflows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "reading.h"
#include "runtime/base/files.h"

namespace wfc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

// Each step as one line of flow.
std::unique_ptr<Definition> with_steps(const std::vector<std::string>& steps,
                                       const ReadSettings& settings = {}) {
  std::string text = "name: a\nsteps:\n";
  for (const std::string& step : steps) text += "  - {" + step + "}\n";
  return read("a.yaml", text, settings);
}

std::string plain(const std::string& id, const std::string& needs = {}, const std::string& more = {}) {
  return "id: " + id + ", agent: x, prompt: p" + (needs.empty() ? "" : ", depends_on: [" + needs + "]") +
         (more.empty() ? "" : ", " + more);
}

std::string router(const std::string& id, const std::string& routes, const std::string& more = {}) {
  return "id: " + id + ", agent: x, type: router, prompt: p, routes: [" + routes + "]" +
         (more.empty() ? "" : ", " + more);
}

std::string evaluator(const std::string& id, const std::string& evaluate, const std::string& more = {}) {
  return "id: " + id + ", agent: x, type: evaluator, prompt: p, evaluate: {" + evaluate + "}" +
         (more.empty() ? "" : ", " + more);
}

// "id: after what, when what"
std::vector<std::string> flow(const Definition& of) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < of.workflow().steps.size(); ++i) {
    std::string line = of.step(i).id.value;
    std::string needs;
    for (const std::string& need : needs_of(of, i)) needs += (needs.empty() ? " after " : ", ") + need;
    if (of.step(i).when) needs += " when " + spelt(*of.step(i).when);
    all.push_back(line + needs);
  }
  return all;
}

TEST(Agent007Router, chooses_by_the_first_text_that_the_output_holds) {
  const auto definition =
      with_steps({router("kind", "{when: Bug, goto: fix}, {when: feature, goto: build}"),
                  plain("fix", "kind"), plain("build", "kind"), plain("done", "fix, build")});
  EXPECT_THAT(findings(*definition), IsEmpty());
  EXPECT_THAT(
      flow(*definition),
      ElementsAre("kind", "kind:route after kind", "fix after kind:route when (kind:route == 'fix')",
                  "build after kind:route when (kind:route == 'build')",
                  "done after fix, build when ((fix.status != 'skipped') or (build.status != 'skipped'))"));
  const model::Step& choice = definition->step(1);
  EXPECT_EQ(choice.kind, wf::StepKind::check);
  EXPECT_EQ(spelt(*choice.condition),
            "((('Bug' | lower) in (kind | lower)) or (('feature' | lower) in (kind | lower)))");
  EXPECT_THAT(spelt(*choice.output_value),
              HasSubstr("{holds: (('Bug' | lower) in (kind | lower)), to: 'fix'}, {holds:"));
  EXPECT_THAT(spelt(*choice.output_value), HasSubstr(" | filter 'holds' true) | first).to"));
  ASSERT_EQ(choice.reactions.size(), 1U);
  EXPECT_EQ(choice.reactions[0].on, model::Outcome::fail);
  EXPECT_EQ(choice.reactions[0].response, model::Response::fail);
  EXPECT_EQ(choice.reactions[0].text->constant_text(), "no route matches");
}

TEST(Agent007Router, takes_its_default_where_nothing_else_fits) {
  const auto definition = with_steps({router("kind", "{goto: build, default: true}, {when: bug, goto: fix}"),
                                      plain("fix", "kind"), plain("build", "kind")});
  EXPECT_THAT(findings(*definition), IsEmpty());
  const model::Step& choice = definition->step(1);
  EXPECT_EQ(choice.kind, wf::StepKind::join);
  EXPECT_FALSE(choice.condition);
  EXPECT_THAT(choice.reactions, IsEmpty());
  // Whatever its place in the list.
  EXPECT_THAT(spelt(*choice.output_value), HasSubstr("to: 'fix'}, {holds: true, to: 'build'}"));
}

TEST(Agent007Router, what_only_branches_not_taken_lead_to_is_skipped_and_a_join_is_not) {
  const auto definition =
      with_steps({plain("start"), router("kind", "{when: a, goto: one}, {when: b, goto: two}"),
                  plain("one", "kind"), plain("more", "one"), plain("two", "kind"),
                  plain("beside", "one, start"), plain("after", "kind"), plain("all", "more, two")});
  EXPECT_THAT(findings(*definition), IsEmpty());
  EXPECT_THAT(
      flow(*definition),
      ElementsAre("start", "kind", "kind:route after kind", "one after kind:route when (kind:route == 'one')",
                  "more after one when (one.status != 'skipped')",
                  "two after kind:route when (kind:route == 'two')", "beside after one, start",
                  "after after kind:route",
                  "all after more, two when ((more.status != 'skipped') or (two.status != 'skipped'))"));
}

TEST(Agent007Router, within_a_branch_of_another) {
  const auto definition =
      with_steps({router("kind", "{when: a, goto: deep}, {when: b, goto: two}"),
                  router("deep", "{when: c, goto: three}, {default: true, goto: two}", "depends_on: [kind]"),
                  plain("two", "kind, deep"), plain("three", "deep")});
  EXPECT_THAT(findings(*definition), IsEmpty());
  EXPECT_THAT(
      flow(*definition),
      ElementsAre(
          "kind", "kind:route after kind", "deep after kind:route when (kind:route == 'deep')",
          "deep:route after deep when (deep.status != 'skipped')",
          "two after kind:route, deep:route when ((kind:route == 'two') or ((deep:route.status != "
          "'skipped') and (deep:route == 'two')))",
          "three after deep:route when ((deep:route.status != 'skipped') and (deep:route == 'three'))"));
}

TEST(Agent007Router, branches_may_give_outputs_of_one_name) {
  const auto definition =
      with_steps({router("kind", "{when: a, goto: one}, {when: b, goto: two}"),
                  "id: one, agent: x, depends_on: [kind], prompt: p, output: answer",
                  "id: more, agent: x, depends_on: [one], prompt: 'more {{answer}}'",
                  "id: two, agent: x, depends_on: [kind], prompt: p, output: answer",
                  "id: less, agent: x, depends_on: [two], prompt: 'less {{answer}}', output: small",
                  "id: all, agent: x, depends_on: [more], inputs: [answer], prompt: 'all {{answer}} {{ "
                  "answer | upper }}'"});
  EXPECT_THAT(findings(*definition), IsEmpty());
  const auto read_by = [&](std::size_t step) {
    return definition->step(step).prompt.at(0).text.nodes.at(1).expr;
  };
  EXPECT_EQ(read_by(3).binding.index, 2U);
  EXPECT_EQ(read_by(5).binding.index, 4U);
  EXPECT_EQ(spelt(read_by(6)), "([(answer | default ''), (answer | default '')] | join '')");
  EXPECT_EQ(read_by(6).children.at(0).children.at(0).children.at(0).binding.index, 2U);
  EXPECT_EQ(read_by(6).children.at(0).children.at(1).children.at(0).binding.index, 4U);
  EXPECT_THAT(needs_of(*definition, 6), ElementsAre("more", "one", "two"));
  EXPECT_EQ(definition->workflow().names.back().name, "small");
}

TEST(Agent007Router, mistakes) {
  const auto definition =
      with_steps({router("r", "{when: a, goto: fox}, {goto: fix}, {when: ' ', goto: fix}"), plain("fix", "r"),
                  plain("free"), router("s", "{when: a, goto: free}")});
  EXPECT_THAT(findings(*definition),
              ElementsAre("WF0301 3:73 no step is named `fox`", "WF0202 3:80 a route needs `when`",
                          "WF0205 3:99 `when` must be a text that is not blank",
                          "WF0303 6:73 `s` may not have finished when `free` starts"));
  EXPECT_THAT(definition->report.all()[0]->help, ElementsAre("did you mean `fix`?"));
  EXPECT_THAT(definition->report.all()[3]->help, ElementsAre("add `s` to `depends_on` of step `free`"));
}

TEST(Agent007Evaluator, goes_back_and_fails_after_so_many_evaluations) {
  const auto definition = with_steps(
      {plain("draft", "", "output: text"),
       evaluator("judge", "on_pass: publish, on_fail: draft, decision_field: verdict", "depends_on: [draft]"),
       plain("publish", "judge"), plain("complain", "judge"), plain("weep", "complain"),
       plain("both", "complain, publish")});
  EXPECT_THAT(findings(*definition), IsEmpty());
  const std::string fails =
      "(not (((result.output is object) and (result.output.verdict is string)) and ((result.output.verdict | "
      "lower) "
      "== 'pass')))";
  const auto& reactions = definition->step(1).reactions;
  ASSERT_EQ(reactions.size(), 2U);
  EXPECT_EQ(reactions[0].on, model::Outcome::holds);
  EXPECT_EQ(reactions[0].response, model::Response::back);
  EXPECT_EQ(reactions[0].to.value, "draft");
  EXPECT_EQ(reactions[0].max.value, 2U);
  EXPECT_EQ(spelt(*reactions[0].condition), fails);
  EXPECT_EQ(reactions[1].on, model::Outcome::holds);
  EXPECT_EQ(reactions[1].response, model::Response::fail);
  EXPECT_EQ(spelt(*reactions[1].condition), fails);
  EXPECT_THAT(flow(*definition), ElementsAre("draft", "judge after draft", "publish after judge",
                                             "complain after judge when (judge.status == 'skipped')",
                                             "weep after complain when (complain.status != 'skipped')",
                                             "both after complain, publish"));
}

TEST(Agent007Evaluator, conditions_compare_texts_whatever_their_case) {
  const auto passes = [](const std::string& condition) {
    const auto definition =
        with_steps({plain("a", "", "output: text"),
                    evaluator("e", "on_pass: p, on_fail: a, condition: " + condition, "depends_on: [a]"),
                    plain("p", "e")});
    EXPECT_THAT(findings(*definition), IsEmpty()) << condition;
    return definition->step(1).reactions.empty() ? std::string()
                                                 : spelt(*definition->step(1).reactions[0].condition);
  };
  EXPECT_EQ(passes("'{{text}} contains \"PASS\"'"),
            "(not ((('PASS' | lower) | trim) in ((text | lower) | trim)))");
  EXPECT_EQ(passes("'{{ text }} not_contains todo'"),
            "(not ((('todo' | lower) | trim) not in ((text | lower) | trim)))");
  EXPECT_EQ(passes("\"{{text}}  equals  '{{task}}!'\""),
            "(not (((text | lower) | trim) == (((task | lower) ~ ('!' | lower)) | trim)))");
  EXPECT_EQ(passes("'so {{text}} starts_with so it contains'"),
            "(not (((('so ' | lower) ~ (text | lower)) | trim) is starting_with (('so it contains' | lower) "
            "| trim)))");
}

TEST(Agent007Evaluator, counts_and_mistakes) {
  const auto reactions = [](const std::string& evaluate) {
    const auto definition = with_steps(
        {plain("a"), evaluator("e", "on_pass: p, " + evaluate, "depends_on: [a]"), plain("p", "e")});
    EXPECT_THAT(findings(*definition), IsEmpty()) << evaluate;
    std::string all;
    for (const model::Reaction& reaction : definition->step(1).reactions)
      all += std::string(reaction.response == model::Response::fail    ? "fail "
                         : reaction.response == model::Response::retry ? "retry "
                                                                       : "back ") +
             std::to_string(reaction.max.value) + " ";
    return all;
  };
  EXPECT_EQ(reactions("on_fail: a, decision_field: d, max_retries: 5"), "back 4 fail 0 ");
  EXPECT_EQ(reactions("on_fail: a, decision_field: d, max_retries: 1"), "fail 0 ");
  EXPECT_EQ(reactions("on_fail: a, decision_field: d, max_retries: 0"), "fail 0 ");
  // Back to itself is to be asked again.
  EXPECT_EQ(reactions("on_fail: e, decision_field: d"), "retry 2 fail 0 ");

  const auto wrong = with_steps(
      {plain("a"), evaluator("e", "on_pass: q, on_fail: b, condition: '{{task}} has x'"),
       evaluator("f", "on_pass: a, on_fail: a"),
       evaluator("g", "on_pass: a, on_fail: a, condition: '{{task}} equals x', decision_field: y")});
  EXPECT_THAT(findings(*wrong),
              ElementsAre("WF0301 4:71 no step is named `q`", "WF0301 4:83 no step is named `b`",
                          "WF0205 4:97 `condition` must be a comparison of two texts",
                          "warning WF0213 5:51 `evaluate` has no effect",
                          "warning WF0213 5:62 `on_pass` has no effect",
                          "warning WF0213 6:62 `on_pass` has no effect",
                          "warning WF0213 6:118 `decision_field` has no effect"));
}

TEST(Agent007Extract, calls_a_tool_with_its_input) {
  const auto definition = with_steps({plain("a", "", "output: text"),
                                      "id: t, agent: x, type: extract, depends_on: [a], output: facts, "
                                      "extract: {tool: grep, input: {in: '{{text}}', n: 3}}",
                                      "id: u, agent: x, type: extract, prompt: p, model: m, extract: {tool: "
                                      "cat, input: 'all of {{task}}', compact: false}"});
  EXPECT_THAT(findings(*definition), ElementsAre("warning WF0213 5:38 `prompt` has no effect",
                                                 "warning WF0213 5:49 `model` has no effect",
                                                 "warning WF0213 5:106 `compact` has no effect"));
  EXPECT_EQ(definition->step(1).kind, wf::StepKind::action);
  EXPECT_EQ(definition->step(1).target.value, "grep");
  EXPECT_EQ(definition->step(1).agent.value, "");
  EXPECT_EQ(shown(*definition->step(1).with.at(0).text), "{text}");
  EXPECT_EQ(spelt(*definition->step(1).with.at(1).value), "3");
  ASSERT_EQ(definition->step(2).with.size(), 1U);
  EXPECT_EQ(definition->step(2).with[0].name.value, "input");
  EXPECT_EQ(shown(*definition->step(2).with[0].text), "all of {task}");
}

TEST(Agent007Workers, run_together_unless_they_wait_for_those_above) {
  const auto definition = with_steps(
      {plain("a"),
       "id: look, agent: Lead, type: multi-agent, depends_on: [a], prompt: 'Look at {{task}}', output: "
       "looks, model: m, timeout_sec: 9, requires_approval: true, workers: [{persona: One, skills: [/x, "
       "/y]}, {persona: Two, run: parallel}, {persona: One, run: sequential}, {persona: Four}]",
       "id: sum, agent: x, prompt: 'Sum {{looks}}', depends_on: [look]"});
  EXPECT_THAT(findings(*definition), IsEmpty());
  EXPECT_THAT(flow(*definition),
              ElementsAre("a", "look:start after a", "look:One after look:start", "look:Two after look:start",
                          "look:One:2 after look:One, look:Two", "look:Four after look:start",
                          "look after look:One:2, look:Four", "sum after look"));
  const model::Step& one = definition->step(2);
  EXPECT_EQ(one.agent.value, "One");
  EXPECT_EQ(shown(one.prompt.at(0).text), "Look at {task}");
  EXPECT_EQ(one.instructions->constant_text(), "Use these skills: /x, /y");
  EXPECT_EQ(one.model, "m");
  EXPECT_EQ(one.timeout_ms, 9000U);
  const model::Step& own = definition->step(6);
  EXPECT_EQ(own.kind, wf::StepKind::join);
  EXPECT_EQ(own.timeout_ms, 0U);
  EXPECT_TRUE(own.gate);
  EXPECT_EQ(own.output.value, "looks");
  EXPECT_EQ(spelt(*own.output_value), "(look | join '\n\n')");
  EXPECT_THAT(definition->workflow().groups.at(0).members, ElementsAre(2, 3, 4, 5));
}

TEST(Agent007Skill, is_asked_for_by_its_trigger) {
  const auto definition =
      with_steps({"id: a, agent: x, skill: /dev-architect", "id: b, agent: x, skill: /y, prompt: p",
                  "id: c, agent: x, type: router, routes: [{goto: a, default: true}]"});
  EXPECT_THAT(findings(*definition),
              ElementsAre("warning WF0213 4:23 `skill` has no effect", HasSubstr("WF0303 5:53")));
  EXPECT_EQ(shown(definition->step(0).prompt.at(0).text), "/dev-architect {task}");
  EXPECT_EQ(shown(definition->step(2).prompt.at(0).text), "{task}");
}

// --------------------------------------------------------------------------------------- sub-workflows
class Agent007Files : public testing::Test {
 protected:
  Agent007Files() {
    folder_ = std::filesystem::temp_directory_path() / ("agent007-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
  }
  ~Agent007Files() override { std::filesystem::remove_all(folder_); }
  void write(const std::string& name, const std::string& text) {
    ASSERT_TRUE(wf::write_file((folder_ / name).string(), text));
  }
  std::unique_ptr<Definition> with_steps(const std::vector<std::string>& steps) {
    return wfc::with_steps(steps, {.root = folder_.string()});
  }
  std::filesystem::path folder_;
};

TEST_F(Agent007Files, a_sub_workflow_becomes_steps_of_the_workflow) {
  write("tdd.yaml", R"(name: tdd
reliability: {recovery: {enabled: true, max_step_retries: 4}}
budget: {max_usd_per_task: 2}
steps:
  - {id: red, agent: T, prompt: "Test {{task}}, {{ task | upper }}", output: tests}
  - {id: green, agent: C, depends_on: [red], prompt: "{{tests}} {{ memory.user }}{% for tests in tests %}{{ tests }}{% endfor %}", output: code, risky: true}
  - {id: docs, agent: C, inputs: [tests], prompt: "{{ args }}"}
)");
  const auto definition = with_steps({plain("ask", "", "output: tests"),
                                      "id: make, agent: x, type: sub-workflow, workflow: tdd, depends_on: "
                                      "[ask], prompt: 'Do {{tests}}!', output: made",
                                      "id: tell, agent: x, depends_on: [make], prompt: '{{made}}'"});
  EXPECT_THAT(findings(*definition), IsEmpty());
  EXPECT_THAT(flow(*definition), ElementsAre("ask", "make:start after ask", "make:red after make:start",
                                             "make:green after make:red", "make:docs after make:red",
                                             "make after make:green, make:docs", "tell after make"));
  // `task` is the prompt of the step, in whose scope its names are looked up; others are the sub-workflow's
  // own.
  const auto& red = definition->step(2).prompt.at(0).text.nodes;
  ASSERT_EQ(red.size(), 4U);
  EXPECT_EQ(red[1].kind, expr::NodeKind::include);
  const auto& task = red[1].block->bodies[0];
  EXPECT_EQ(task[0].text, "Do ");
  EXPECT_EQ(task[1].expr.binding.index, 0U);
  EXPECT_EQ(spelt(red[3].expr), "((('Do ' ~ tests) ~ '!') | upper)");
  const auto& green = definition->step(3).prompt.at(0).text.nodes;
  EXPECT_EQ(green[0].expr.text, "make:tests");
  EXPECT_EQ(green[0].expr.binding.index, 2U);
  EXPECT_EQ(green[3].block->bodies[0][0].expr.binding.kind, dsl::BindingKind::local);
  EXPECT_EQ(definition->step(2).reactions.size(), 1U);
  EXPECT_EQ(definition->step(0).reactions.size(), 0U);
  EXPECT_EQ(spelt(*definition->step(5).output_value),
            "([(make:green | default ''), (make:docs | default '')] | join '\n\n')");
  std::vector<std::string> policies;
  for (const model::Policy& policy : definition->workflow().policies) policies.push_back(policy.name);
  EXPECT_THAT(policies, ElementsAre("steps.make.budget.max_usd_per_task", "steps.make:green.risky"));
}

TEST_F(Agent007Files, without_a_prompt_the_task_is_the_same) {
  write("one.yaml", "name: one\nsteps: [{id: a, agent: x, prompt: '{{task}}', output: o}]\n");
  write("two.yaml",
        "name: two\nsteps: [{id: b, agent: x, type: sub-workflow, workflow: one.yaml, prompt: 'in "
        "{{task}}'}]\n");
  const auto definition =
      with_steps({"id: s, agent: x, type: sub-workflow, workflow: one",
                  "id: t, agent: x, type: sub-workflow, workflow: two, prompt: 'out {{ task }}'"});
  EXPECT_THAT(findings(*definition), IsEmpty());
  EXPECT_EQ(shown(definition->step(1).prompt.at(0).text), "{task}");
  EXPECT_EQ(definition->step(1).prompt[0].text.nodes[0].expr.binding.kind, dsl::BindingKind::input);
  const model::Step& deep = definition->step(5);
  ASSERT_EQ(deep.id.value, "t:b:a");
  const auto& in = deep.prompt[0].text.nodes.at(0).block->bodies[0];
  EXPECT_EQ(in.at(0).text, "in ");
  EXPECT_EQ(in.at(1).block->bodies[0].at(0).text, "out ");
  EXPECT_EQ(spelt(*definition->step(6).output_value), "(t:b:a | default '')");
}

TEST_F(Agent007Files, names_of_the_outside_are_not_seen_inside_nor_the_other_way_round) {
  write("sub.yaml", R"(name: sub
steps:
  - {id: a, agent: x, prompt: "{{plan}} {{idea}}", output: idea, depends_on: [out]}
  - {id: b, agent: x, prompt: "{{thought}}", inputs: [plan]}
)");
  const auto definition = with_steps({plain("out", "", "output: plan"),
                                      "id: s, agent: x, type: sub-workflow, workflow: sub, depends_on: [out]",
                                      "id: t, agent: x, prompt: '{{idea}}', depends_on: [s]"});
  EXPECT_THAT(findings(*definition), testing::UnorderedElementsAre("WF0301 3:79 no step is named `out`",
                                                                   "WF0301 4:55 no output is named `plan`"));
  const auto& a = definition->step(2).prompt.at(0).text.nodes;
  EXPECT_EQ(a[0].expr.binding.kind, dsl::BindingKind::unknown);
  EXPECT_EQ(a[2].expr.text, "s:idea");
  EXPECT_EQ(definition->step(5).prompt.at(0).text.nodes[0].expr.binding.kind, dsl::BindingKind::unknown);
}

TEST_F(Agent007Files, mistakes_of_sub_workflows) {
  write("self.yaml", "name: self\nsteps: [{id: a, agent: x, type: sub-workflow, workflow: other}]\n");
  write("other.yaml", "name: other\nsteps: [{id: a, agent: x, type: sub-workflow, workflow: self}]\n");
  write("list.yaml", "- a\n");
  write("unused.yaml", "name: u\nsteps: [{id: a, agent: x, prompt: p}]\n");
  const auto one = [&](const std::string& step) {
    return findings(*with_steps({"id: s, agent: x, type: sub-workflow, " + step}));
  };
  EXPECT_THAT(one("workflow: self"), ElementsAre("WF0607 2:57 `self` includes itself"));
  EXPECT_THAT(one("workflow: missing"), ElementsAre(HasSubstr("WF0307 3:53 cannot read `missing.yaml`")));
  EXPECT_THAT(one("workflow: ../x"),
              ElementsAre("WF0308 3:53 `../x.yaml` leads out of the definition's folder"));
  EXPECT_THAT(one("workflow: list"), ElementsAre(StartsWith("WF0205 1:3")));
  EXPECT_THAT(
      one("workflow: unused, prompt: p, model: m, timeout_sec: 3, skill: /x"),
      ElementsAre("warning WF0213 3:61 `prompt` has no effect", "warning WF0213 3:72 `model` has no effect",
                  "warning WF0213 3:82 `timeout_sec` has no effect",
                  "warning WF0213 3:98 `skill` has no effect"));
}

// A file that names the next one twice: two to the power of its depth.
TEST_F(Agent007Files, files_that_multiply_are_stopped) {
  for (int i = 0; i < 40; ++i) {
    const std::string next = "s" + std::to_string(i + 1);
    write("s" + std::to_string(i) + ".yaml",
          "name: s\nsteps:\n  - {id: a, agent: x, type: sub-workflow, workflow: " + next +
              "}\n  - {id: b, agent: x, type: sub-workflow, workflow: " + next + "}\n");
  }
  const auto definition = with_steps({"id: s, agent: x, type: sub-workflow, workflow: s0"});
  EXPECT_TRUE(definition->report.has_errors());
  EXPECT_THAT(findings(*definition).front(),
              HasSubstr("WF0114 4:53 sub-workflows make more than 50,000 steps"));
  EXPECT_LT(definition->workflow().steps.size(), 200'000U);
}

}  // namespace
}  // namespace wfc
