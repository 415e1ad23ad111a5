// The examples of the language's page, and what the trees of some of them hold.
#include <gtest/gtest.h>

#include "tests/unit/compiler_dsl/reading.h"

namespace wfc::dsl {
namespace {

// Each as it stands on the page.
const char* const examples[] = {
    R"wf(## Takes an infrastructure request from requirements to validated code.
workflow infrastructure-delivery "Infrastructure Delivery"

step requirements: "Gather functional and nonfunctional requirements"
step architecture: "Create a technical architecture plan"
step code: "Write the infrastructure code"
step validate: "Validate the code and confirm it meets the requirements" {
  on fail back to code max 3
}
)wf",

    R"wf(workflow feature "Feature delivery"

input task: string  # given when the program starts

on manual
on cron "0 9 * * 1" timezone "America/Chicago"
on event plan_validated when event.plan.confidence > 0.8

budget {
  credits 50
  time 1h
}
allow paths "src/", "docs/"
require approval for deploy.prod

step research: agent Researcher "Research the following: {{ task }}"

step implement: agent Engineer {
  prompt """
    Based on: {{ research }}
    Implement: {{ task }}
    {% if feedback %}Fix this first: {{ feedback }}{% endif %}
    """
  output patch
  timeout 30m
  on fail retry 2 wait 10s
}

step sign-off: approve "Continue with this change?" {
  by ana, bo
  timeout 24h
  on timeout cancel
  on reject back to implement max 2
}

parallel reviews {
  step security: agent Security "Look for vulnerabilities in: {{ patch }}"
  step style: agent Reviewer "Review the clarity of: {{ patch }}"
}

step tests: run "make test"
step ship: deploy prod when tests.ok {
  undo run "./rollback.sh"
}
)wf",

    R"wf(workflow plan-by-kind

input issue: map

step plan: agent {
  prompt from "prompts/plan-bug.md" when issue.type == "bug"
  prompt from "prompts/plan.md"
  deny tools code_execution, file_system.write
  gate {
    check result.has_changelog_entry == true
    on fail retry 1
  }
}
)wf",

    R"wf(workflow sdlc

defaults {
  on fail retry 2 wait 5s backoff 2.0
  on result.confidence < 0.6 approve
}

step build: agent from "prompts/build.md"
step test: agent from "prompts/test.md" {
  on fail back to build max 3 cooldown 5s as test_retry
  on fail escalate
}
)wf",

    R"wf(workflow checked "Checked change"

import "lib/reviews.wf" as reviews

define step review(area: string, change: string): agent Reviewer {
  prompt "Review for {{ area }}: {{ change }}"
}

step edit: agent Engineer "Make the change"
parallel {
  step security: review(area = "security", change = edit.output)
  step licences: reviews.licences(change = edit.output) {
    timeout 5m
  }
}
)wf",
};

TEST(Examples, parse_without_a_message) {
  for (const char* text : examples) {
    const Reading r(text);
    EXPECT_EQ(r.said(), "") << text;
    EXPECT_FALSE(r.file.items.empty());
  }
}

TEST(Examples, steps_and_their_settings) {
  const Reading r(examples[1]);
  ASSERT_EQ(r.file.items.size(), 14u);
  const Item& implement = r.file.items[9];
  ASSERT_EQ(implement.kind, ItemKind::step);
  EXPECT_EQ(implement.head, "implement");
  ASSERT_EQ(implement.block.size(), 4u);
  EXPECT_EQ(implement.block[0].args.at(0).at(0).text.value,
            "Based on: {{ research }}\nImplement: {{ task }}\n{% if feedback %}Fix this first: {{ feedback "
            "}}{% endif %}");
  EXPECT_EQ(implement.block[2].args.at(0).at(0).value.number, 30 * 60 * 1000);
  EXPECT_EQ(implement.block[3].kind, ItemKind::reaction);
  EXPECT_EQ(shape(*implement.block[3].value), "fail");

  const Item& ship = r.file.items[13];
  ASSERT_TRUE(ship.when.has_value());
  EXPECT_EQ(shape(*ship.when), "tests.ok");
  EXPECT_EQ(r.source(ship.when->span), "tests.ok");
  EXPECT_EQ(r.file.items[11].kind, ItemKind::parallel);
  EXPECT_EQ(r.file.items[11].head, "reviews");
}

TEST(Examples, descriptions_belong_to_what_they_stand_above) {
  EXPECT_EQ(Reading(examples[0]).file.items[0].description,
            "Takes an infrastructure request from requirements to validated code.");
  const Reading r("workflow w\n## One.\n##  Two.\nstep a: run \"x\"\n## Lost.\n\nstep b: run \"x\"\n");
  EXPECT_EQ(r.file.items[1].description, "One.\n Two.");
  EXPECT_EQ(r.file.items[2].description, "");
}

TEST(Examples, calls_name_their_arguments) {
  const Reading r(examples[4]);
  const Item& parallel = r.file.items.back();
  ASSERT_EQ(parallel.block.size(), 2u);
  const Body& body = *parallel.block[0].body;
  ASSERT_EQ(body.kind, BodyKind::call);
  EXPECT_EQ(body.callee.path, (std::vector<std::string>{"review"}));
  ASSERT_EQ(body.arguments.size(), 2u);
  EXPECT_EQ(body.arguments[1].first, "change");
  EXPECT_EQ(shape(body.arguments[1].second), "edit.output");
}

TEST(Grammar, a_statement_goes_on_inside_brackets_and_after_commas) {
  const Reading r(
      "workflow w\nlet x = (1 +\n  2\n)\nstep a: run \"x\" {\n  by ana,\n    bo\n  with m = {\n    a: 1,\n   "
      " b: [1,\n      2]\n  }\n}\n");
  EXPECT_EQ(r.said(), "");
  EXPECT_EQ(shape(*r.file.items[1].value), "(1 + 2)");
  EXPECT_EQ(r.file.items[2].block[0].args.size(), 2u);
  EXPECT_EQ(shape(*r.file.items[2].block[1].value), "{a: 1, b: [1, 2]}");
}

TEST(Grammar, if_else_chains_nest) {
  const Reading r(
      "workflow w\nif a {\n  step x: \"1\"\n} else if b {\n  step y: \"2\"\n} else {\n  step z: \"3\"\n}\n");
  EXPECT_EQ(r.said(), "");
  const Item& branch = r.file.items.at(1);
  ASSERT_EQ(branch.kind, ItemKind::branch);
  ASSERT_EQ(branch.otherwise.size(), 1u);
  EXPECT_EQ(shape(*branch.otherwise[0].value), "b");
  EXPECT_EQ(branch.otherwise[0].block.at(0).head, "y");
  EXPECT_EQ(branch.otherwise[0].otherwise.at(0).head, "z");
}

TEST(Grammar, types) {
  const Reading r("workflow w\ninput k: \"bug\" | \"feature\" = \"bug\"\ninput l: list<map>?\n");
  EXPECT_EQ(r.said(), "");
  const Type& k = *r.file.items[1].type;
  ASSERT_EQ(k.atoms.size(), 2u);
  EXPECT_TRUE(k.atoms[1].choice);
  EXPECT_EQ(k.atoms[1].name, "feature");
  const Type& l = *r.file.items[2].type;
  EXPECT_TRUE(l.atoms[0].nullable);
  EXPECT_EQ(l.atoms[0].of.at(0).atoms.at(0).name, "map");
}

TEST(Grammar, statement_words_may_be_names) {
  const Reading r("workflow w\nstep on: run \"x\"\nstep step: run \"y\" {\n  after on, check\n}\n");
  EXPECT_EQ(r.said(), "");
  EXPECT_EQ(r.file.items[1].head, "on");
  EXPECT_EQ(r.file.items[2].head, "step");
}

TEST(Grammar, comments_are_kept) {
  const Reading r("#!/usr/bin/env wfc\nworkflow w  # here\n## about a\nstep a: run \"x # no\"\n");
  ASSERT_EQ(r.file.comments.size(), 3u);
  EXPECT_TRUE(r.file.comments[0].own_line);
  EXPECT_FALSE(r.file.comments[1].own_line);
  EXPECT_EQ(r.source(r.file.comments[1].span), "# here");
}

TEST(Grammar, windows_line_ends) {
  const Reading r("workflow w\r\nstep a: agent X \"\"\"\r\n  one\r\n  two\r\n  \"\"\"\r\n");
  EXPECT_EQ(r.said(), "");
  EXPECT_EQ(r.file.items[1].body->groups[0][2].text.value, "one\ntwo");
}

}  // namespace
}  // namespace wfc::dsl
