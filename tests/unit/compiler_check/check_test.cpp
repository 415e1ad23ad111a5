// What the checks say about whole definitions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "../compiler_dialects/reading.h"
#include "compiler/check/check.h"
#include "compiler/diag/render.h"

namespace wfc {
namespace {

using testing::AnyOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::unique_ptr<Definition> checked(const std::string& name, const std::string& text,
                                    const ReadSettings& settings = {}) {
  auto definition = read(name, text, settings);
  const graph::StepGraph graph(definition->workflow());
  check::run_all({definition->workflow(), graph}, definition->report);
  definition->report.sort();
  return definition;
}

std::vector<std::string> wf(const std::string& body) {
  return findings(*checked("a.wf", "workflow a\n" + body));
}
std::vector<std::string> yaml(const std::string& steps) {
  return findings(*checked("a.yaml", "name: a\nsteps:\n" + steps));
}

TEST(UnknownStep, has_a_near_match) {
  const auto definition = checked("feature.yaml", R"(name: feature
steps:
  - {id: research, agent: analyst, prompt: "Study {{task}}"}
  - {id: build, agent: coder, prompt: "Do {{task}}", depends_on: [reserch]}
)");
  EXPECT_EQ(diag::render_text(definition->report, definition->sources, {}),
            R"(error[WF0301]: no step is named `reserch`
 --> feature.yaml:4:67
  |
4 |   - {id: build, agent: coder, prompt: "Do {{task}}", depends_on: [reserch]}
  |                                                                   ^^^^^^^ not a step in this workflow
  |
  = help: did you mean `research`?

)");
}

TEST(Loops, lead_to_an_earlier_step) {
  const auto definition = checked("release.wf", R"(workflow release
step build: run "make"
step test: run "make test" {
  on fail back to biuld max 3
}
)");
  EXPECT_EQ(diag::render_text(definition->report, definition->sources, {}),
            R"(error[WF0301]: no step is named `biuld`
 --> release.wf:4:19
  |
4 |   on fail back to biuld max 3
  |                   ^^^^^ not a step in this workflow
  |
  = help: did you mean `build`?

)");
  EXPECT_THAT(wf(R"(parallel {
  step a: run "x" {
    on fail back to b max 1
  }
  step b: run "x" {
    on fail back to b max 1
  }
}
step c: run "x" {
  on fail back to a max 1
  on fail back to d max 1
}
step d: run "x"
)"),
              ElementsAre("WF0503 4:21 `a` cannot go back to `b`", "WF0503 7:21 `b` cannot go back to `b`",
                          "WF0503 12:19 `c` cannot go back to `d`"));
}

TEST(Loops, have_a_limit_that_makes_sense_and_a_name_of_their_own) {
  EXPECT_THAT(wf(R"(step a: run "x"
step b: run "x" {
  on fail back to a max 0
  on timeout back to a max 100 as again
  on result.exit_code == 3 back to a max 101 as again
}
)"),
              ElementsAre("WF1001 4:25 a loop of 0 rounds never goes back",
                          "warning WF1002 6:42 this loop may go back 101 times",
                          "WF0302 6:49 the name `again` is taken"));
}

TEST(Loops, look_at_the_step_that_has_ended) {
  EXPECT_THAT(wf(R"(step a: run "x"
step b: run "{{ result }}" {
  on b.exit_code == 3 back to a max 1
  on result.fail or c.ok back to a max 1 when result.attempts < 2
}
step c: run "x"
)"),
              ElementsAre(HasSubstr("WF0301 3:17 no variable is named `result`"),
                          "WF0303 5:21 `c` may not have finished when `b` starts",
                          "warning WF0513 5:40 nothing is said about this loop when it is used up"));
}

TEST(UnknownStep, hides_what_may_follow_from_it) {
  EXPECT_THAT(yaml(R"(  - {id: research, agent: a, prompt: x, output: found}
  - {id: build, agent: a, prompt: "{{found}}", depends_on: [reserch], output: built}
  - {id: ship, agent: a, prompt: "{{found}} {{built}}", depends_on: [build]}
)"),
              ElementsAre("WF0301 4:61 no step is named `reserch`"));
}

TEST(RepeatedName, of_steps) {
  EXPECT_THAT(yaml("  - {id: a, agent: b, prompt: c}\n  - {id: a, agent: b, prompt: c}\n"),
              ElementsAre("WF0302 4:10 the name `a` is taken"));
  EXPECT_THAT(wf("step a: \"x\"\nstep a: \"x\"\nstep a: \"x\"\n"),
              ElementsAre("WF0302 3:6 the name `a` is taken", "WF0302 4:6 the name `a` is taken"));
}

TEST(RepeatedName, of_outputs) {
  EXPECT_THAT(yaml(R"(  - {id: a, agent: b, prompt: c, output: x}
  - {id: b, agent: b, prompt: c, output: x}
)"),
              ElementsAre("WF1104 4:42 `a` and `b` may run at once, and both write the output `x`"));
  EXPECT_THAT(yaml(R"(  - {id: a, agent: b, prompt: c, output: x}
  - {id: b, agent: b, prompt: "{{x}}", output: x, depends_on: [a]}
)"),
              ElementsAre("warning WF1101 4:48 two steps give an output named `x`"));
}

TEST(RepeatedName, in_one_space) {
  EXPECT_THAT(wf(R"(input a: string
let b = 1
step c: "x" {
  output c
}
step a: "x" {
  output b
}
parallel c {
  step d: "x"
}
)"),
              ElementsAre("WF0302 7:6 the name `a` is taken", "WF0302 8:10 the name `b` is taken",
                          "WF0302 10:10 the name `c` is taken"));
}

TEST(RepeatedName, built_in_names_are_kept) {
  EXPECT_THAT(yaml("  - {id: a, agent: b, prompt: c, output: task}\n"),
              ElementsAre("WF0304 3:42 `task` is a built-in name"));
  EXPECT_THAT(wf("step run: \"x\"\n"), ElementsAre("WF0304 2:6 `run` is a built-in name"));
}

TEST(BadIdentifier, of_steps_and_outputs) {
  EXPECT_THAT(yaml("  - {id: 's 1!', agent: b, prompt: c, output: a-b}\n  - {id: größe, agent: b, prompt: c, "
                   "output: a.b}\n"),
              ElementsAre("WF0211 3:10 `s 1!` cannot be the id of a step",
                          "WF0211 3:47 `a-b` cannot be the name of an output",
                          "WF0211 4:46 `a.b` cannot be the name of an output"));
  EXPECT_THAT(wf("step \"2fa\": \"x\"\nstep \"../x\": \"x\"\n"),
              ElementsAre("WF0211 3:6 `../x` cannot be the id of a step"));
}

TEST(UnknownName, is_reported_once_with_its_uses) {
  const auto definition = checked("a.yaml", R"(name: a
steps:
  - {id: a, agent: b, prompt: "{{PROTOCOL}} {{ PROTOCOL }}", output: findings}
  - {id: b, agent: b, prompt: "{{PROTOCOL}} {{finding}}", depends_on: [a]}
)");
  EXPECT_THAT(findings(*definition), ElementsAre("WF0606 3:34 no variable is named `PROTOCOL`",
                                                 "WF0606 4:47 no variable is named `finding`"));
  EXPECT_EQ(definition->report.all()[0]->notes[0].message, "and 2 more uses");
  EXPECT_THAT(definition->report.all()[0]->help[0], HasSubstr("--define PROTOCOL=TEXT"));
  EXPECT_THAT(definition->report.all()[1]->help, ElementsAre("did you mean `findings`?"));
}

TEST(UnknownName, memory_has_four_fields) {
  const auto definition = checked(
      "a.yaml",
      "name: a\nsteps:\n  - {id: a, agent: b, prompt: '{{memory.projct}} {{memory.user}} {{memory}}'}\n");
  EXPECT_THAT(findings(*definition), ElementsAre("WF0606 3:41 no variable is named `memory.projct`"));
  EXPECT_THAT(definition->report.all()[0]->help, ElementsAre("did you mean `project`?"));
}

TEST(UnknownName, in_wf) {
  EXPECT_THAT(
      wf("step draft: \"x\"\nstep b: \"{{ drft }}\" when nobody.ok\n"),
      ElementsAre("WF0301 3:13 no variable is named `drft`", "WF0301 3:27 no variable is named `nobody`"));
}

TEST(Cycle, has_the_exact_form) {
  const auto definition = checked("checks.wf", R"(step lint: run "lint" {
  after report
}
step tests: run "tests" {
  after lint
}
step report: run "report" {
  after tests
}
)");
  const std::string text = diag::render_text(definition->report, definition->sources, {});
  EXPECT_THAT(text, HasSubstr(R"(error[WF0501]: these steps wait for each other
 --> checks.wf:2:9
  |
2 |   after report
  |         ^^^^^^ `lint` waits for `report`
...
5 |   after lint
  |         ---- `tests` waits for `lint`
...
8 |   after tests
  |         ----- `report` waits for `tests`
  |
  = note: lint -> report -> tests -> lint
  = help: remove one of these `after` lines; to repeat work, use `on fail back to`
)"));
}

TEST(Cycle, of_one_step) {
  EXPECT_THAT(yaml("  - {id: a, agent: b, prompt: c, depends_on: [a]}\n"),
              ElementsAre("WF0505 3:47 `a` waits for itself"));
}

TEST(NotReady, has_the_exact_form) {
  const auto definition = checked("post.wf", R"(parallel {
  step draft: agent Writer "Write the post"
  step art: agent Designer "Illustrate: {{ draft }}"
}
)");
  EXPECT_THAT(diag::render_text(definition->report, definition->sources, {}),
              HasSubstr(R"(error[WF0303]: `draft` may not have finished when `art` starts
 --> post.wf:3:44
  |
2 |   step draft: agent Writer "Write the post"
  |        ----- `draft` runs at the same time
3 |   step art: agent Designer "Illustrate: {{ draft }}"
  |                                            ^^^^^ its output is used here
  |
  = help: add `after draft` to step `art`
)"));
}

TEST(NotReady, any_ancestor_will_do) {
  EXPECT_THAT(yaml(R"(  - {id: a, agent: x, prompt: c, output: one}
  - {id: b, agent: x, prompt: c, depends_on: [a]}
  - {id: c, agent: x, prompt: "{{one}}", depends_on: [b]}
  - {id: d, agent: x, prompt: "{{one}}"}
)"),
              ElementsAre("WF0303 6:34 `a` may not have finished when `d` starts"));
}

TEST(NotReady, later_steps_groups_and_itself) {
  EXPECT_THAT(wf(R"(step a: "{{ b }} {{ a }}"
step b: "{{ both }}"
parallel both {
  step c: "x"
  step d: "x"
}
step e: "{{ both }}"
)"),
              ElementsAre("WF0303 2:13 `b` may not have finished when `a` starts",
                          "WF0303 2:21 `a` may not have finished when `a` starts",
                          "WF0303 3:13 `c` may not have finished when `b` starts"));
}

TEST(NotReady, conditions_of_branches) {
  EXPECT_THAT(wf(R"(step a: "x"
if a.ok {
  step b: "x"
}
if c.ok {
  step c: "x"
}
)"),
              ElementsAre("WF0303 6:4 `c` may not have finished when `if` starts"));
}

TEST(NotReady, before_anything_runs_no_step_has_a_value) {
  EXPECT_THAT(wf("let x = a.output\nlet y = z\nlet z = 1\nstep a: \"{{ x }} {{ y }}\"\n"),
              ElementsAre("WF0204 2:9 `a` cannot stand here", "WF0204 3:9 `z` cannot stand here"));
}

TEST(WrongType, of_expressions_and_defaults) {
  const auto lines = wf(R"(input count: int = "three"
input ratio: float = 1
input kind: "bug" | "feature" = "bugg"
step a: "x" when count < "4"
)");
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_THAT(lines[0], HasSubstr("WF0401 2:20 the default of `count` is"));
  EXPECT_THAT(lines[1], HasSubstr("WF0208 4:33 `kind` cannot be `bugg`"));
  EXPECT_THAT(lines[2], HasSubstr("WF0401 5:"));
}

TEST(BadIdentifier, of_a_step_that_did_not_parse_is_not_said) {
  EXPECT_THAT(wf("step : run \"x\"\n"), ElementsAre("WF0104 2:5 the step's name is missing here"));
}

TEST(StepFields, that_are_none_have_a_near_match) {
  EXPECT_THAT(wf(R"(step e: run "true"
step a: "x {{ e.sdtout }}" when e.oK
step b: check e.oK or e.oK
step c: run "true" {
  output n = result.exitcode
}
step d: approve "go?"
step f: check d.exit_code == 0
)"),
              ElementsAre("WF0301 3:17 no field is named `e.sdtout`", "WF0301 3:35 no field is named `e.oK`",
                          "WF0301 6:21 no field is named `result.exitcode`",
                          "WF0301 9:17 no field is named `d.exit_code`"));
  const auto definition = checked("a.wf", "workflow a\nstep e: run \"true\"\nstep b: check e.oK or e.oK\n");
  const auto& said = *definition->report.all().at(0);
  EXPECT_THAT(said.help, ElementsAre("did you mean `ok`?"));
  EXPECT_EQ(said.notes.at(0).message, "and 1 more use");
}

TEST(StepFields, of_answers_and_of_json_are_anything) {
  EXPECT_THAT(wf(R"(step e: run "true"
step a: agent Ana "x" {
  output plan
}
step m: run "jq" {
  output m2: map
}
step p: run "jq" {
  output picked = result.output.list
}
step act: action fetch
step w: check a.risk == "high" and a.confidence > 0.5 and plan.steps and m.anything and m2.deep.down
step v: check p.anything or p > 3 or picked == 2 or act.whatever == 1
step u: check e.output.field == 3 and e.field_of.output is defined or e.ok
)"),
              ElementsAre("WF0301 15:41 no field is named `e.field_of`"));
}

TEST(StepFields, have_types) {
  const auto says = [](const std::string& condition) {
    const auto lines =
        wf("step e: run \"true\"\nstep g: approve \"go?\"\nstep d: deploy preview\nstep a: \"x\"\n"
           "step n: run \"true\" {\n  output n: int\n}\nstep c: check " +
           condition + "\n");
    return lines.empty() ? std::string() : lines.size() > 1 ? "more than one" : lines[0];
  };
  EXPECT_THAT(says("e.exit_code == \"x\""), HasSubstr("WF0401 9:15 `==` compares values of one type"));
  EXPECT_THAT(says("e + 1 == 2"), HasSubstr("`+` needs two numbers, durations, sizes or amounts of money"));
  EXPECT_THAT(says("e == 2"), HasSubstr("not a text and a number"));
  EXPECT_THAT(says("e < 2"), HasSubstr("WF0401"));
  EXPECT_THAT(says("2 in e"), HasSubstr("WF0401"));
  EXPECT_THAT(says("-e == 2"), HasSubstr("`-` needs a number, not a text"));
  EXPECT_THAT(says("(e | round) == 2"), HasSubstr("`round` needs a number, not a text"));
  EXPECT_THAT(says("e.stdout + 1 == 2"), HasSubstr("WF0401"));
  EXPECT_THAT(says("e.ok == \"yes\""), HasSubstr("not a truth value and a text"));
  EXPECT_THAT(says("e.duration > 5"), HasSubstr("not a duration and a number"));
  EXPECT_THAT(says("e.attempts > \"1\""), HasSubstr("not a number and a text"));
  EXPECT_THAT(says("e.reason == 3"), HasSubstr("not a text and a number"));
  EXPECT_THAT(says("e.status == \"suceeded\""), HasSubstr("this is never `suceeded`"));
  EXPECT_THAT(says("a.confidence > \"0.8\""), HasSubstr("not a number and a text"));
  EXPECT_THAT(says("g.approved == \"ana\""), HasSubstr("not a truth value and a text"));
  EXPECT_THAT(says("d.url == 1"), HasSubstr("not a text and a number"));
  EXPECT_THAT(says("n == \"3\""), HasSubstr("not a number and a text"));
  for (const char* fits :
       {"e.exit_code == 0 and e.exit_code != null", "e == \"x\" and e.output ~ \"y\" == \"z\"",
        "e.reason == null or e.reason == \"timeout\"", "e.duration > 5s and e.attempts > 1", "n + 1 > 2",
        "e.status == \"succeeded\"", "\"x\" in e and \"k\" in a", "(e | length) > 3 and (e | int) > 3",
        "a.output.score > 3 and a.score > 3", "(e.output | get(key = \"x\")) == 3", "e.output[\"k\"] == 3",
        "g.by == \"ana\" and not g.comment", "e == a and e.output == { a: 1 }"}) {
    EXPECT_EQ(says(fits), "") << fits;
  }
}

TEST(NotReady, a_joined_group_is_ready_for_all_who_follow_it) {
  std::string text = "parallel both {\n";
  for (int i = 0; i < 100; ++i) text += "  step s" + std::to_string(i) + ": \"x\"\n";
  text += "}\nparallel {\n";
  for (int i = 0; i < 100; ++i) text += "  step t" + std::to_string(i) + ": \"{{ both }}\"\n";
  text += "}\nstep early: \"{{ both }}\" {\n  after start\n}\n";
  EXPECT_THAT(wf(text), ElementsAre(HasSubstr("`s0` may not have finished when `early` starts")));
}

TEST(OneMistake, four_mistakes_are_four_errors) {
  std::string text = "name: a\nsteps:\n";
  for (int i = 0; i < 26; ++i) {
    const std::string letter(1, static_cast<char>('a' + i)), next(1, static_cast<char>('a' + (i + 1) % 26));
    text += "  - {id: " + letter + ", agent: x, prompt: y, depends_on: [" + next + "]}\n";
  }
  text += "  - {id: lost, agent: x, prompt: y, depends_on: [nobody]}\n";
  text += "  - {id: typo, agent: x, promt: y}\n";
  text += "  - {id: lost, agent: x, prompt: y}\n";
  const auto definition = checked("a.yaml", text);
  EXPECT_THAT(
      findings(*definition),
      ElementsAre("WF0501 3:47 these steps wait for each other", "WF0301 29:50 no step is named `nobody`",
                  "WF0201 30:26 a step has no field `promt`", "WF0302 31:10 the name `lost` is taken"));
  const auto& cycle = *definition->report.all()[0];
  EXPECT_EQ(cycle.labels.size(), 25U);
  EXPECT_THAT(cycle.notes[0].message, HasSubstr("a -> b -> c"));
  EXPECT_THAT(cycle.notes[0].message, HasSubstr("z -> a"));
}

TEST(RealDefinitions, have_no_mistakes) {
  const std::filesystem::path real = WF_SOURCE_DIR "/../shared/reference/real";
  if (!std::filesystem::exists(real)) GTEST_SKIP() << "the reference definitions are not on this machine";
  int files = 0;
  for (const char* folder : {"agent007", "coder"}) {
    for (const auto& entry : std::filesystem::directory_iterator(real / folder)) {
      std::ifstream in(entry.path());
      std::stringstream text;
      text << in.rdbuf();
      const auto defined =
          checked(entry.path().filename(), text.str(), {.defines = {{"WORKFLOW_OPERATING_PROTOCOL", "x"}}});
      EXPECT_FALSE(defined->report.has_errors()) << entry.path() << "\n"
                                                 << testing::PrintToString(findings(*defined));
      if (entry.path().filename().string().find(".v2.") != std::string::npos) {
        const auto bare = checked(entry.path().filename(), text.str());
        EXPECT_THAT(findings(*bare),
                    Contains(HasSubstr("no variable is named `WORKFLOW_OPERATING_PROTOCOL`")));
        // Else only what this version cannot run, and a gate that its author has not made active.
        EXPECT_THAT(findings(*bare),
                    Each(AnyOf(HasSubstr("WORKFLOW_OPERATING_PROTOCOL"), HasSubstr("note WF0215"),
                               HasSubstr("`eval_gate` has no effect"))));
      }
      files += 1;
    }
  }
  EXPECT_EQ(files, 10);
}

// What some projects ask for, and some notes, are not said without being asked.
std::vector<std::string> demanding(const std::string& name, const std::string& text,
                                   const check::Requirements* wanted, bool pedantic) {
  auto definition = read(name, text, {});
  const graph::StepGraph graph(definition->workflow());
  check::Subject subject{definition->workflow(), graph};
  subject.sources = &definition->sources;
  subject.requirements = wanted;
  subject.pedantic = pedantic;
  check::run_all(subject, definition->report);
  definition->report.sort();
  std::vector<std::string> said;
  for (const auto& diagnostic : definition->report.all())
    said.push_back(diag::code_of(*diagnostic->kind) + " " +
                   std::string(definition->sources.text(diagnostic->span)));
  return said;
}

TEST(Requirements, name_programs_and_what_must_be_kept) {
  const std::string text = R"(workflow a
deny paths "**/*.pem", "keys/"
step count: run "jq length x.json | sort && make && jq . y.json && ./own && cargo test"
)";
  check::Requirements wanted;
  EXPECT_THAT(demanding("a.wf", text, &wanted, false), IsEmpty());
  wanted.programs_declared = true;
  wanted.programs = {"make"};
  EXPECT_THAT(demanding("a.wf", text, &wanted, false), ElementsAre("WF1203 jq", "WF1203 cargo"));
  wanted.programs = {"make", "jq", "cargo"};
  wanted.sandbox_required = true;
  EXPECT_THAT(demanding("a.wf", text, &wanted, false), ElementsAre("WF1202 **/*.pem"));
}

TEST(Style, is_said_to_the_pedantic) {
  const std::string text = R"(workflow a
input version: string
step build-all: run "make {{ version }}"
step test-all: run "make test"
step ship_it: run "make ship"
)";
  EXPECT_THAT(demanding("a.wf", text, nullptr, false), IsEmpty());
  EXPECT_THAT(demanding("a.wf", text, nullptr, true),
              ElementsAre("WF1350 a", "WF1350 version", "WF1352 ship_it"));
  const std::string sentences =
      "name: Delivery\ndescription: Of code\nsteps:\n  - Write the code with `make`\n"
      "  - Make a plan of it\n  - Run Terraform and look at it\n";
  EXPECT_THAT(demanding("a.yaml", sentences, nullptr, true), ElementsAre("WF1351 make", "WF1351 Terraform"));
}

TEST(Names, that_look_alike_are_told_apart) {
  EXPECT_THAT(wf("step pay: run \"x\"\nstep \"\u0440\u0430\u0443\": run \"y\"\n"),
              Contains(HasSubstr("looks like")));
  // In plain ASCII, and between names that differ to the eye, nothing is said.
  EXPECT_THAT(
      wf("step l1: run \"x\"\nstep ll: run \"y\"\nstep \"\u00e9t\u00e9\": run \"z\"\nstep ete: run \"z\"\n"),
      IsEmpty());
}

}  // namespace
}  // namespace wfc
