// infracodebase: sentences become steps, in YAML and in Markdown, and one sentence becomes a loop.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "reading.h"

namespace wfc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

std::string yaml_of(const std::vector<std::string>& steps, const std::string& more = "") {
  std::string text = "name: Delivery\ndescription: From a request to code.\n" + more + "steps:\n";
  for (const std::string& step : steps) text += "  - " + step + "\n";
  return text;
}
std::unique_ptr<Definition> yaml(const std::vector<std::string>& steps, const std::string& more = "") {
  return read("a.yaml", yaml_of(steps, more));
}
std::unique_ptr<Definition> markdown(const std::string& text) {
  return read("a.md", text);
}
std::vector<std::string> texts_of(const Definition& definition) {
  std::vector<std::string> texts;
  for (const model::Step& step : definition.workflow().steps)
    texts.push_back(step.prompt.at(0).text.constant_text());
  return texts;
}
// "s5 -> s4 max 3"
std::vector<std::string> loops_of(const Definition& definition) {
  std::vector<std::string> loops;
  for (const model::Step& step : definition.workflow().steps)
    for (const model::Reaction& loop : step.reactions)
      loops.push_back(step.id.value + " -> " + definition.step(loop.target).id.value + " max " +
                      std::to_string(loop.max.value));
  return loops;
}

// The example of the reference document.
const std::vector<std::string> example = {"Gather functional and nonfunctional requirements",
                                          "Create a technical architecture plan",
                                          "Document the security standards and compliance requirements",
                                          "Write the infrastructure code",
                                          "Validate the code and confirm it meets the requirements",
                                          "If validation fails, route back to writing code"};

TEST(Infracodebase, steps_run_in_their_order_each_with_all_earlier_results) {
  const auto definition = yaml({"one", "two", "three"});
  EXPECT_THAT(findings(*definition), IsEmpty());
  EXPECT_EQ(definition->read.dialect->name, "infracodebase");
  EXPECT_EQ(definition->read.reason, "its steps are texts");
  EXPECT_EQ(definition->workflow().id.value, "delivery");
  EXPECT_EQ(definition->workflow().title, "Delivery");
  EXPECT_EQ(definition->workflow().description, "From a request to code.");
  EXPECT_THAT(needs_of(*definition, 0), IsEmpty());
  EXPECT_THAT(needs_of(*definition, 1), ElementsAre("s1"));
  EXPECT_THAT(needs_of(*definition, 2), ElementsAre("s2"));
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(definition->step(i).kind, wf::StepKind::agent);
    EXPECT_TRUE(definition->step(i).results_follow);
    EXPECT_EQ(definition->step(i).agent.value, "");
  }
}

TEST(Infracodebase, the_example_in_both_forms) {
  const auto from_yaml = yaml(example);
  std::string text = "# Delivery\n\nFrom a request to code.\n\n";
  for (std::size_t i = 0; i < example.size(); ++i)
    text += "  " + std::to_string(i + 1) + ". " + example[i] + "\n";
  const auto from_markdown = markdown(text);
  for (const Definition* definition : {from_yaml.get(), from_markdown.get()}) {
    EXPECT_THAT(texts_of(*definition),
                ElementsAre(example[0], example[1], example[2], example[3], example[4]));
    EXPECT_THAT(loops_of(*definition), ElementsAre("s5 -> s4 max 3"));
    EXPECT_EQ(definition->step(4).reactions.at(0).on, model::Outcome::fail);
    EXPECT_THAT(definition->workflow().beyond, IsEmpty());
    EXPECT_EQ(definition->workflow().description, "From a request to code.");
  }
  EXPECT_THAT(findings(*from_yaml), ElementsAre("note WF0506 9:5 this sentence is read as a loop"));
  EXPECT_THAT(findings(*from_markdown), ElementsAre("note WF0506 10:6 this sentence is read as a loop"));
  EXPECT_EQ(from_yaml->report.all()[0]->label, "when `s5` fails, back to `s4`, at most 3 times");
}

TEST(Infracodebase, in_json) {
  const auto definition = read(
      "a.json",
      R"({"name": "A", "description": "B", "steps": ["Write \u00fc", "Test", "If testing fails, route back to writing"]})");
  EXPECT_THAT(texts_of(*definition), ElementsAre("Write ü", "Test"));
  EXPECT_THAT(loops_of(*definition), ElementsAre("s2 -> s1 max 3"));
}

TEST(Infracodebase, texts_are_passed_on_unchanged) {
  const auto definition = yaml({"\"Ünïcode \\U0001F680 {{ task }} {% if %} ${x} — “quotes”, 'and' more…\"",
                                "|-\n      Two\n      lines, `code`"});
  EXPECT_THAT(findings(*definition), IsEmpty());
  EXPECT_THAT(texts_of(*definition),
              ElementsAre("Ünïcode \U0001F680 {{ task }} {% if %} ${x} — “quotes”, 'and' more…",
                          "Two\nlines, `code`"));
  EXPECT_EQ(definition->step(1).title, "Two");
}

TEST(Infracodebase, what_is_missing_is_reported) {
  EXPECT_THAT(findings(*read("a.yaml", "steps: [a, b]\n")),
              ElementsAre("WF0202 1:1 a workflow needs `description`", "WF0202 1:1 a workflow needs `name`"));
  EXPECT_THAT(findings(*read("a.yaml", "name: a\ndescription: b\nsteps: []\n", {.forced = "infracodebase"})),
              ElementsAre("WF0210 3:8 `steps` is empty"));
  EXPECT_THAT(findings(*read("a.yaml", "name: '  '\ndescription: ''\nsteps: [' ', b]\n")),
              ElementsAre(HasSubstr("1:7 `name` must be a text that is not blank"),
                          HasSubstr("2:14 `description` must be a text that is not blank"),
                          HasSubstr("3:9 a step must be a text that is not blank")));
  EXPECT_THAT(findings(*read("a.yaml", "name: '!'\ndescription: b\nsteps: [a]\n")),
              ElementsAre(StartsWith("WF0211 1:7")));
  EXPECT_THAT(findings(*yaml({"a"}, "enabeld: false\n")),
              ElementsAre("WF0201 3:1 a workflow has no field `enabeld`"));
  EXPECT_THAT(findings(*read("a.yaml", yaml_of({"a", "{b: c}"}), {.forced = "infracodebase"})),
              ElementsAre("WF0205 5:5 each entry of `steps` must be a text"));
}

TEST(Infracodebase, enabled_and_required) {
  EXPECT_TRUE(yaml({"a"})->workflow().enabled);
  EXPECT_FALSE(yaml({"a"}, "enabled: false\n")->workflow().enabled);
  EXPECT_THAT(findings(*yaml({"a"}, "required: true\n")),
              ElementsAre("warning WF0213 3:1 `required` has no effect"));
}

TEST(RouteBack, is_read_in_one_form_only) {
  const std::vector<std::string> above = {"Write the infrastructure code", "Validate the result"};
  const auto with = [&](const std::string& last) {
    std::vector<std::string> steps = above;
    steps.push_back(last);
    return yaml(steps);
  };
  for (const char* read_as_loop :
       {"If validation fails, route back to writing code", "if Validating fails, route back to the code.",
        "\"  If the validation fails, Route Back to WRITING \""}) {
    const auto definition = with(read_as_loop);
    EXPECT_THAT(loops_of(*definition), ElementsAre("s2 -> s1 max 3")) << read_as_loop;
    EXPECT_EQ(definition->workflow().steps.size(), 2U);
  }
  for (const char* prose :
       {"If validation fails, go back to writing code", "If validations fail, route back to writing code",
        "If validation fails then route back to writing code", "Route back if validation fails, then go back",
        "If validation fails, route back to writing code, or stop",
        "If validation fails, route back to writing code. Then stop", "If validation fails, route back to ",
        "Validate again. If validation fails, route back to writing code"}) {
    const auto definition = with("\"" + std::string(prose) + "\"");
    EXPECT_THAT(loops_of(*definition), IsEmpty()) << prose;
    EXPECT_EQ(definition->workflow().steps.size(), 3U);
    EXPECT_THAT(findings(*definition), ElementsAre(HasSubstr("warning WF0507 6:"))) << prose;
  }
  for (const char* other :
       {"Ask if the backup works", "Come back with a plan. Ask if it is good", "Report the results"}) {
    EXPECT_THAT(findings(*with(other)), IsEmpty()) << other;
  }
}

TEST(RouteBack, means_the_step_that_shares_most_words) {
  const auto trouble = [](const std::vector<std::string>& steps) {
    const auto definition = yaml(steps);
    EXPECT_THAT(loops_of(*definition), IsEmpty());
    return definition->report.all().empty() ? std::string() : definition->report.all()[0]->label;
  };
  EXPECT_EQ(trouble({"Write code", "Review code", "Test it all", "If testing fails, route back to the code"}),
            "`the code` may mean `s1` or `s2`");
  EXPECT_EQ(trouble({"Write code", "Test it", "If deployment fails, route back to writing"}),
            "no step above shares a word with `deployment`");
  EXPECT_EQ(trouble({"Test it", "Deploy the code", "If testing fails, route back to deploying"}),
            "`s2` comes after `s1`");
  EXPECT_EQ(trouble({"Test it", "Deploy", "If testing fails, route back to the tests"}),
            "both mean the step `s1`");
  // Small words are shared by all and mean nothing.
  EXPECT_EQ(trouble({"The one of the two", "Test it", "If testing fails, route back to the of"}),
            "no step above shares a word with `the of`");
  EXPECT_EQ(trouble({"If testing fails, route back to writing"}),
            "no step above shares a word with `testing`");
  // One word more decides; a word counts once, however often it stands there; letters beyond ASCII are
  // letters.
  EXPECT_THAT(loops_of(*yaml({"Write code code code", "Write the infrastructure code", "Test it",
                              "If testing fails, route back to infrastructure code"})),
              ElementsAre("s3 -> s2 max 3"));
  EXPECT_THAT(
      loops_of(*yaml({"Überprüfe den Plan", "Größe messen", "If größe fails, route back to überprüfung"})),
      ElementsAre("s2 -> s1 max 3"));
}

TEST(RouteBack, in_the_middle_stays_prose) {
  const auto definition =
      yaml({"Write code", "Test it", "If testing fails, route back to writing code", "Ship it"});
  EXPECT_THAT(findings(*definition), ElementsAre("warning WF0507 6:5 this sentence is not read as a loop"));
  EXPECT_EQ(definition->workflow().steps.size(), 4U);
  EXPECT_EQ(definition->report.all()[0]->label, "only the closing step may be a loop");
}

TEST(RouteBack, is_marked_where_it_was_written) {
  const auto definition = markdown(
      "# A\n\nB.\n\n1. Write\n2. Look at it\n   and, if it is bad, go back\n   to where you were. Then on\n");
  EXPECT_THAT(findings(*definition), ElementsAre("warning WF0507 7:9 this sentence is not read as a loop"));
}

TEST(Markdown, has_a_heading_a_paragraph_and_a_list) {
  const auto definition = markdown(
      "<!-- kept\nfor us -->\n# The *Plan* of `x` ##\n\nWhat it is for,\n  in two lines.\n\n## Steps\n\n"
      "1. First\n   goes on\nlazily\n\n   1. with a list\n   2. in it\n\n       code\n2) is another list\n");
  EXPECT_EQ(definition->workflow().title, "The *Plan* of `x`");
  EXPECT_EQ(definition->workflow().id.value, "the-plan-of-x");
  EXPECT_EQ(definition->workflow().description, "What it is for, in two lines.");
  EXPECT_THAT(texts_of(*definition),
              ElementsAre("First\ngoes on\nlazily\n\n1. with a list\n2. in it\n\n    code"));
  EXPECT_THAT(findings(*definition), ElementsAre("warning WF0213 18:1 `this part` has no effect"));
}

TEST(Markdown, line_ends_and_byte_order_marks_do_not_matter) {
  const auto plain = markdown("# A\n\nB.\n\n1. One\n   more\n2. Two\n");
  ASSERT_THAT(texts_of(*plain), ElementsAre("One\nmore", "Two"));
  for (const char* other :
       {"\xef\xbb\xbf# A\r\n\r\nB.\r\n\r\n1. One\r\n   more\r\n2. Two\r\n",
        "# A\r\rB.\r\r1. One\r   more\r2. Two", "# A\n\nB.\n\n1.\tOne\n\tmore\n2.  Two"}) {
    const auto definition = markdown(other);
    EXPECT_THAT(texts_of(*definition), ElementsAre(StartsWith("One\n"), "Two")) << other;
    EXPECT_THAT(findings(*definition), IsEmpty());
  }
}

TEST(Markdown, what_is_missing_or_not_read_is_said) {
  EXPECT_THAT(findings(*markdown("# A\n\nB.\n")), ElementsAre("WF0202 1:3 a workflow needs `steps`"));
  EXPECT_THAT(findings(*markdown("# A\n\n1. x\n")), ElementsAre("WF0202 1:3 a workflow needs `description`"));
  EXPECT_THAT(findings(*markdown("B.\n\n1. x\n")), ElementsAre("WF0202 1:1 a workflow needs `name`"));
  EXPECT_THAT(findings(*markdown("# \n\nB.\n\n1. x\n")), ElementsAre(HasSubstr("WF0205 1:1")));
  EXPECT_THAT(findings(*markdown("# A\n\nB.\n\n1. \n2. x\n")), ElementsAre(HasSubstr("WF0205 5:1 a step")));
  EXPECT_THAT(findings(*markdown("# A\n\nB.\n\n- not ordered\n")),
              ElementsAre("WF0202 1:3 a workflow needs `steps`", HasSubstr("warning WF0213 5:1")));
  // A number that goes on a sentence begins no list.
  EXPECT_EQ(markdown("# A\n\nThere are\n10. of them\n1. x\n")->workflow().description,
            "There are 10. of them");
  // What stands in a fence is none of the three; a second heading announces, a second list is not read.
  const auto definition = markdown("```\n# No\n1. no\n```\n# A\n\nB.\n\nC.\n\n1. x\n\n# D\n\n1. y\n2. z\n");
  EXPECT_THAT(texts_of(*definition), ElementsAre("x"));
  EXPECT_THAT(findings(*definition), ElementsAre("warning WF0213 1:1 `this part` has no effect"));
  EXPECT_EQ(definition->report.all()[0]->notes.at(0).message, "and 2 more parts");
}

TEST(Markdown, is_known_by_what_it_is) {
  for (const char* text : {"# Deploy\n\nFor us.\n\n1. Gather\n2. Write\n",
                           "# A: b\n\nC: d\n\n1. **x**\n2. `y`\n", "# A\n\n* B\n\n1. [x](y)\n"}) {
    const auto definition = read("a.txt", text);
    ASSERT_NE(definition->read.dialect, nullptr) << text;
    EXPECT_EQ(definition->read.dialect->name, "infracodebase") << text;
  }
  // Comments of YAML are no headings, whatever else is wrong there.
  const auto broken = read("a.yaml",
                           "# Release\nname: x\nsteps:\n  - id: a\n    agent: b\n    prompt: |\n"
                           "      1. Look\n    'oops\n");
  EXPECT_TRUE(broken->report.has_errors());
  for (const std::string& finding : findings(*broken)) EXPECT_THAT(finding, StartsWith("WF010"));
}

// Neither the time nor the memory that a text costs grows faster than the text.
TEST(Markdown, hostile_texts_cost_little) {
  std::string nested = "# A\n\nB.\n\n";
  for (int i = 0; i < 20'000; ++i) nested += "1. ";
  nested += "x\n";
  for (int i = 0; i < 200'000; ++i) nested += "\n";
  std::string many = "# A\n\nB.\n\n";
  for (int i = 0; i < 100'000; ++i) many += "1. if\n";
  many += "1. If x fails, route back to y\n";
  std::string quotes = "# A\n\nB.\n\n" + std::string(1'000'000, '>') + "\n1. x\n";
  const auto begin = std::clock();
  EXPECT_EQ(markdown(nested)->workflow().steps.size(), 1U);
  EXPECT_EQ(markdown(many)->workflow().steps.size(), 100'001U);
  EXPECT_EQ(markdown(quotes)->workflow().steps.size(), 1U);
  EXPECT_EQ(markdown("# A\n\nB.\n\n" + std::string(1'000'000, '1') + ". x\n")->workflow().steps.size(), 0U);
  EXPECT_EQ(markdown("# A\n\nB.\n\n1. " + std::string(5u << 20, 'x'))->report.count(diag::Severity::error),
            1);
  // Quadratic time would be hours.
  EXPECT_LT(static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC, 60.0);
}

}  // namespace
}  // namespace wfc
