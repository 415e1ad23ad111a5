// Which dialect a definition is of.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reading.h"

namespace wfc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string dialect_of(const std::string& text, const std::string& name = "a.yaml") {
  const auto definition = read(name, text);
  return definition->read.dialect ? std::string(definition->read.dialect->name) : "none";
}

TEST(Recognition, first_match_wins) {
  EXPECT_EQ(dialect_of("workflow_id: a\nname: b\nsteps: []\n"), "coder");
  EXPECT_EQ(dialect_of("triggers: []\nsteps: [{agent: x}]\n"), "coder");
  EXPECT_EQ(dialect_of("policies: {}\n"), "coder");
  EXPECT_EQ(dialect_of("steps: [{type: command, command: x}]\n"), "coder");
  EXPECT_EQ(dialect_of("trigger: {type: manual}\nworkflow_id: a\nsteps: []\n"), "coder-ide");
  for (const char* type : {"action", "condition", "parallel", "human_gate"})
    EXPECT_EQ(dialect_of("steps: [{type: command}, {type: " + std::string(type) + "}]\n"), "coder-ide");
  EXPECT_EQ(dialect_of("{\"trigger\": {\"type\": \"manual\"}}", "a.json"), "coder-ide");
  EXPECT_EQ(dialect_of("steps: [{id: a, agent: x}]\n"), "agent007");
  EXPECT_EQ(dialect_of("steps: [{id: a}, {prompt: x}]\n"), "agent007");
  EXPECT_EQ(dialect_of("{\"steps\": [{\"id\": \"a\", \"agent\": \"x\", \"prompt\": \"p\"}]}", "a.json"),
            "agent007");
}

TEST(Recognition, text_that_begins_with_workflow_is_wf) {
  EXPECT_EQ(dialect_of("# a comment\n\n## described\nworkflow a\nstep b: \"c\"\n"), "wf");
  EXPECT_EQ(dialect_of("workflow: a\nsteps: [{agent: x}]\n"), "agent007");
  EXPECT_EQ(dialect_of("workflow : a\nsteps: [{agent: x}]\n"), "agent007");
  EXPECT_EQ(dialect_of("step a: \"b\"\n", "a.wf"), "wf");
}

TEST(Recognition, says_why) {
  EXPECT_EQ(read("a.yaml", "steps: [{agent: x}]\n")->read.reason, "its steps have `agent`");
  EXPECT_EQ(read("a.yaml", "phases: [plan]\nloops: {}\n")->read.reason, "it has `phases`");
  EXPECT_EQ(read("a.yaml", "triggers: []\n")->read.reason, "it has `triggers`");
  EXPECT_EQ(read("a.yaml", "trigger: {}\n")->read.reason, "it has `trigger`");
  EXPECT_EQ(read("a.yaml", "steps: [{type: condition}]\n")->read.reason, "a step has the type `condition`");
  EXPECT_EQ(read("a.yaml", "steps: [{type: deploy}]\n")->read.reason, "a step has the type `deploy`");
}

TEST(Recognition, a_gate_is_no_workflow) {
  EXPECT_THAT(findings(*read("gate.yaml", "gate: x\ntrigger: after-test\ncriteria: {a: true}\n")),
              ElementsAre("WF0206 1:1 this does not look like a workflow of any dialect"));
}

TEST(Recognition, nothing_known_says_what_was_seen) {
  const auto definition = read("a.yaml", "services: {}\nversion: 3\n");
  EXPECT_THAT(findings(*definition),
              ElementsAre("WF0206 1:1 this does not look like a workflow of any dialect"));
  EXPECT_EQ(definition->report.all()[0]->notes[0].message, "its keys are `services`, `version`");
  EXPECT_EQ(definition->report.all()[0]->help[0], "choose a dialect with `--dialect`");
}

TEST(Recognition, a_definition_is_a_mapping) {
  EXPECT_THAT(findings(*read("a.yaml", "")),
              ElementsAre(HasSubstr("WF0205 1:1 a definition must be a mapping")));
  EXPECT_THAT(findings(*read("a.yaml", "- a\n- b\n")), ElementsAre(HasSubstr("WF0205 1:3")));
  EXPECT_THAT(findings(*read("a.yaml", "just text\n")), ElementsAre(HasSubstr("WF0205 1:1")));
}

TEST(Recognition, a_text_that_does_not_parse_is_reported_once) {
  const auto definition = read("a.yaml", "name: x\nsteps:\n  - id: a\n    agent: 'never closed\n");
  EXPECT_EQ(definition->report.count(diag::Severity::error), 1);
}

TEST(Recognition, can_be_forced) {
  const auto definition =
      read("a.yaml", "name: x\nsteps: [{id: a, agent: b, prompt: c}]\n", {.forced = "coder"});
  EXPECT_EQ(definition->read.dialect->name, "coder");
  EXPECT_EQ(definition->read.reason, "");
  EXPECT_THAT(findings(*read("a.yaml", "a: b\n", {.forced = "make"})),
              ElementsAre("WF0206 1:1 no dialect is named `make`"));
  EXPECT_THAT(findings(*read("a.yaml", "a: b\n", {.forced = "agentic-layer"})),
              ElementsAre("WF0201 1:1 a workflow has no field `a`", "WF0202 1:1 a workflow needs `phases`"));
}

TEST(Recognition, lists_every_dialect_that_is_read) {
  std::vector<std::string> names;
  for (const dialects::Dialect* dialect : dialects::all()) names.emplace_back(dialect->name);
  EXPECT_THAT(names, ElementsAre("coder", "agentic-layer", "agent007", "coder-ide", "infracodebase", "wf"));
  EXPECT_EQ(dialects::find("agent007")->name, "agent007");
  EXPECT_EQ(dialects::find("make"), nullptr);
}

}  // namespace
}  // namespace wfc
