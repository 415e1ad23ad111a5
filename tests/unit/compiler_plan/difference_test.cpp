// What `wfc diff` says of single edits: of a thousand random ones, whose level is known before anybody asks,
// and of some that have a story.
//
// The levels come from the description of the command: API is what others rely on, POLICY is anything that is
// looser than it was, RESUME is what a run under way could not go on with, GRAPH is the rest; comments,
// layout and the order of what does not wait for each other are nothing.
#include "compiler/plan/difference.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <set>

#include "compiler/check/check.h"
#include "lowering.h"
#include "runtime/engine/footing.h"

namespace wfc {
namespace {

using plan::Level;

enum class Verb { agent, run, approve, deploy };
struct Step {
  std::string id, text, when, output;
  Verb verb = Verb::run;
  std::set<int> after;
  int uses = -1;  // Whose output its text holds.
  int back_to = -1;
  int rounds = 0;
  int timeout_s = 0;
  std::vector<std::string> by;
  int quorum = 0;
};
struct Flow {
  std::vector<std::pair<std::string, std::string>> inputs;  // With defaults.
  std::vector<Step> steps;
  std::vector<std::string> paths;
  int credits = 0;
};

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  int below(int bound) { return static_cast<int>(random_() % static_cast<std::uint64_t>(bound)); }
  bool one_in(int bound) { return below(bound) == 0; }
  template <class T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[random_() % i]);
  }

 private:
  std::mt19937_64 random_;
};

std::set<int> ancestors(const Flow& flow, int step) {
  std::set<int> found;
  std::vector<int> open(flow.steps[static_cast<std::size_t>(step)].after.begin(),
                        flow.steps[static_cast<std::size_t>(step)].after.end());
  while (!open.empty()) {
    const int at = open.back();
    open.pop_back();
    if (!found.insert(at).second) continue;
    const auto& after = flow.steps[static_cast<std::size_t>(at)].after;
    open.insert(open.end(), after.begin(), after.end());
  }
  return found;
}

Flow random_flow(Dice& dice) {
  Flow flow;
  flow.inputs = {{"task", "\"t\""}, {"env", "\"dev\""}, {"spare", "\"s\""}};
  flow.credits = 2000 + dice.below(30);  // Enough for whatever is made.
  flow.paths = {"src/", "docs/"};
  const int count = 5 + dice.below(6);
  for (int i = 0; i < count; ++i) {
    Step& step = flow.steps.emplace_back();
    step.id = "s" + std::to_string(i);
    step.verb = i == 0 ? Verb::run : static_cast<Verb>(dice.below(4));
    step.text = "work " + std::to_string(i);
    for (int k = 0; i > 0 && k < 1 + dice.below(2); ++k) step.after.insert(dice.below(i));
    if (dice.one_in(4)) step.when = dice.one_in(2) ? "env == \"dev\"" : "task == \"t\"";
    if (dice.one_in(3) && (step.verb == Verb::agent || step.verb == Verb::run))
      step.output = "out" + std::to_string(i);
    if (dice.one_in(3)) step.timeout_s = 60 + dice.below(60);
    if (step.verb == Verb::approve) step.by = {"ann", "bob"};
    const std::set<int> before = ancestors(flow, i);
    std::vector<int> choices;
    for (const int one : before) {
      const Step& other = flow.steps[static_cast<std::size_t>(one)];
      // A step that may be skipped may have no output.
      if (other.when.empty() && (other.verb == Verb::run || other.verb == Verb::agent))
        choices.push_back(one);
    }
    if (!choices.empty() && dice.one_in(3) && (step.verb == Verb::run || step.verb == Verb::agent))
      step.uses = choices[static_cast<std::size_t>(dice.below(static_cast<int>(choices.size())))];
    if (!before.empty() && dice.one_in(4) && step.verb == Verb::run) {
      step.back_to = *std::next(before.begin(), dice.below(static_cast<int>(before.size())));
      step.rounds = 2 + dice.below(3);
    }
  }
  // An answer that nothing waits for would be a mistake.
  Step& last = flow.steps.back();
  if (last.verb == Verb::approve) {
    last.verb = Verb::run;
    last.by.clear();
  }
  for (int i = 0; i + 1 < count; ++i) {
    const bool followed = std::any_of(flow.steps.begin(), flow.steps.end(),
                                      [&](const Step& step) { return step.after.contains(i); });
    if (flow.steps[static_cast<std::size_t>(i)].verb == Verb::approve && !followed) last.after.insert(i);
  }
  return flow;
}

// `layout` decides about everything that means nothing.
std::string written(const Flow& flow, std::uint64_t layout) {
  Dice dice(layout);
  std::string text = layout == 0 ? "" : "# about this file\n";
  text += std::string("workflow made") + (dice.one_in(2) ? " \"A title\"" : "") + "\n\n";
  std::vector<std::string> top;
  for (const auto& [name, value] : flow.inputs) {
    if (!value.empty())
      top.push_back("input " + name + ": string = " + value + "\n");
    else
      top.push_back("input " + name + ": string\n");
  }
  if (flow.credits > 0) top.push_back("budget {\n  credits " + std::to_string(flow.credits) + "\n}\n");
  if (!flow.paths.empty()) {
    std::string line = "allow paths ";
    for (std::size_t i = 0; i < flow.paths.size(); ++i)
      line += (i == 0 ? "\"" : ", \"") + flow.paths[i] + "\"";
    top.push_back(line + "\n");
  }
  if (layout != 0) dice.shuffle(top);
  for (const std::string& line : top) text += line;
  for (const Step& step : flow.steps) {
    if (layout != 0 && dice.one_in(3)) text += "\n# a remark " + std::to_string(dice.below(100)) + "\n\n";
    if (layout != 0 && dice.one_in(4)) text += "## What it is for\n";
    std::string words = step.text;
    if (step.uses >= 0) words += " {{ " + flow.steps[static_cast<std::size_t>(step.uses)].id + " }}";
    text += "step " + step.id + ": ";
    if (step.verb == Verb::agent) text += "agent Coder \"" + words + "\"";
    if (step.verb == Verb::run) text += "run \"echo " + words + "\"";
    if (step.verb == Verb::approve) text += "approve \"" + words + "?\"";
    if (step.verb == Verb::deploy) text += "deploy prod";
    if (!step.when.empty()) text += " when " + step.when;
    text += " {\n";
    std::vector<std::string> settings;
    std::string after;
    for (const int one : step.after)
      after += (after.empty() ? "" : ", ") + flow.steps[static_cast<std::size_t>(one)].id;
    settings.push_back("after " + (after.empty() ? "start" : after));
    if (!step.output.empty()) settings.push_back("output " + step.output);
    if (step.timeout_s > 0) settings.push_back("timeout " + std::to_string(step.timeout_s) + "s");
    if (step.back_to >= 0)
      settings.push_back("on fail back to " + flow.steps[static_cast<std::size_t>(step.back_to)].id +
                         " max " + std::to_string(step.rounds));
    if (!step.by.empty()) {
      std::string by = "by ";
      if (step.quorum > 0) by += std::to_string(step.quorum) + " of ";
      for (std::size_t i = 0; i < step.by.size(); ++i) by += (i == 0 ? "" : ", ") + step.by[i];
      settings.push_back(by);
    }
    if (layout != 0) dice.shuffle(settings);
    for (const std::string& setting : settings)
      text += "  " + setting + (layout != 0 && dice.one_in(5) ? "  # why" : "") + "\n";
    text += "}\n";
  }
  return text;
}

std::unique_ptr<Definition> lowered(const std::string& text) {
  auto made = std::make_unique<Definition>();
  made->file = made->sources.add("made.wf", text);
  made->read = dialects::read(
      {.sources = made->sources, .file = made->file, .report = made->report, .defines = {}, .root = "."}, "");
  made->graph = std::make_unique<graph::StepGraph>(made->read.workflow);
  check::run_all({.workflow = made->read.workflow, .graph = *made->graph}, made->report);
  if (made->report.has_errors()) return nullptr;
  made->plan = plan::lower(made->read.workflow, *made->graph,
                           {.dialect = "wf",
                            .source_digest = "",
                            .compiler = "",
                            .sources = &made->sources,
                            .definition = made->file},
                           made->report);
  return made;
}

// What an edit must be told as; empty: as nothing.
struct Edit {
  std::string what;
  std::optional<Level> level;
  Flow flow;
  bool layout = false;
  bool applies = true;
};

// The approvals that stand before a step.
std::set<std::string> guards(const Flow& flow, int step) {
  std::set<std::string> ids;
  for (const int one : ancestors(flow, step))
    if (flow.steps[static_cast<std::size_t>(one)].verb == Verb::approve)
      ids.insert(flow.steps[static_cast<std::size_t>(one)].id);
  return ids;
}

bool guards_lost(const Flow& before, const Flow& after) {
  for (int i = 0; i < static_cast<int>(before.steps.size()); ++i) {
    const auto olds = guards(before, i);
    const auto news = guards(after, i);
    if (!std::includes(news.begin(), news.end(), olds.begin(), olds.end())) return true;
  }
  return false;
}

// Takes a step out; what followed it follows what it followed.
void take_out(Flow& flow, int gone) {
  const std::set<int> before = flow.steps[static_cast<std::size_t>(gone)].after;
  for (Step& step : flow.steps) {
    if (step.after.erase(gone) > 0) step.after.insert(before.begin(), before.end());
    if (step.uses == gone) step.uses = -1;
    if (step.back_to == gone) step.back_to = -1;
  }
  const auto renumber = [&](int i) { return i > gone ? i - 1 : i; };
  flow.steps.erase(flow.steps.begin() + gone);
  for (Step& step : flow.steps) {
    std::set<int> after;
    for (const int one : step.after) after.insert(renumber(one));
    step.after = std::move(after);
    step.uses = renumber(step.uses);
    step.back_to = renumber(step.back_to);
  }
}

Edit random_edit(Dice& dice, const Flow& flow) {
  Edit edit;
  edit.flow = flow;
  Flow& now = edit.flow;
  const int at = dice.below(static_cast<int>(flow.steps.size()));
  Step& step = now.steps[static_cast<std::size_t>(at)];
  const auto needs = [&](bool holds) { edit.applies = holds; };
  // What follows a step of a loop waits for the loop's end, written or not.
  const bool loops =
      std::any_of(flow.steps.begin(), flow.steps.end(), [](const Step& one) { return one.back_to >= 0; });
  switch (dice.below(22)) {
    case 0:
    case 1:
      edit.what = "layout, comments, order of settings";
      edit.layout = true;
      break;
    case 2: {
      edit.what = "dropped dependency";
      needs(!loops && !step.after.empty());
      if (!edit.applies) break;
      step.after.erase(std::next(step.after.begin(), dice.below(static_cast<int>(step.after.size()))));
      edit.level = guards_lost(flow, now) ? Level::policy : Level::graph;
      break;
    }
    case 3:
      edit.what = "renamed step";
      step.id = "renamed";
      edit.level = Level::resume;
      break;
    case 4:
      edit.what = "removed gate";
      needs(step.verb == Verb::approve);
      edit.level = Level::policy;
      if (edit.applies) take_out(now, at);
      break;
    case 5:
      edit.what = "raised loop";
      needs(step.back_to >= 0);
      step.rounds += 1 + dice.below(4);
      edit.level = Level::policy;
      break;
    case 6:
      edit.what = "lowered loop";
      needs(step.back_to >= 0);
      step.rounds -= 1;
      edit.level = Level::resume;
      break;
    case 7:
      edit.what = "swapped condition";
      needs(!step.when.empty());
      step.when = step.when == "env == \"prod\"" ? "env == \"test\"" : "env == \"prod\"";
      edit.level = step.verb == Verb::approve ? Level::policy : Level::graph;
      break;
    case 8:
      edit.what = "another text";
      needs(step.verb != Verb::deploy);
      step.text += " differently";
      edit.level = Level::resume;
      break;
    case 9:
      edit.what = "dropped input";
      now.inputs.erase(now.inputs.begin() + dice.below(3));
      edit.level = Level::api;
      break;
    case 10:
      edit.what = "another default";
      now.inputs[static_cast<std::size_t>(dice.below(3))].second = "\"other\"";
      edit.level = Level::api;
      break;
    case 11:
      edit.what = "an input is required";
      now.inputs[static_cast<std::size_t>(dice.below(3))].second = "";
      edit.level = Level::api;
      break;
    case 12:
      edit.what = "renamed output";
      needs(!step.output.empty());
      step.output = "another";
      edit.level = Level::api;
      break;
    case 13:
      edit.what = "raised budget";
      now.credits += 5;
      edit.level = Level::policy;
      break;
    case 14:
      edit.what = "lowered budget";
      now.credits -= 5;
      edit.level = Level::graph;
      break;
    case 15:
      edit.what = "one approver fewer";
      needs(step.verb == Verb::approve);
      if (edit.applies) step.by.pop_back();
      edit.level = Level::policy;
      break;
    case 16:
      edit.what = "one approver more, and all must agree";
      needs(step.verb == Verb::approve);
      step.by.emplace_back("cyd");
      edit.level = Level::resume;
      break;
    case 17:
      edit.what = "a new step at the end";
      now.steps.emplace_back();
      now.steps.back().id = "last";
      now.steps.back().text = "end";
      now.steps.back().after = {at};
      edit.level = Level::graph;
      break;
    case 18: {
      edit.what = "removed step";
      needs(step.verb != Verb::approve);
      const bool has_output = !step.output.empty();
      if (edit.applies) take_out(now, at);
      edit.level = has_output ? Level::api : Level::resume;
      // What used it has another text, and loops to it are gone with it: runs under way, all the same.
      break;
    }
    case 19: {
      edit.what = "a new dependency";
      const int other = dice.below(static_cast<int>(flow.steps.size()));
      needs(!loops && other < at && !step.after.contains(other));
      step.after.insert(other);
      edit.level = Level::graph;
      break;
    }
    case 20:
      edit.what = "one path more";
      now.paths.emplace_back("infra/");
      edit.level = Level::policy;
      break;
    default:
      edit.what = "one path fewer";
      now.paths.pop_back();
      edit.level = Level::graph;
      break;
  }
  return edit;
}

std::optional<Level> highest(const std::vector<plan::Change>& changes) {
  if (changes.empty()) return std::nullopt;
  return std::min_element(changes.begin(), changes.end(),
                          [](const auto& a, const auto& b) { return a.level < b.level; })
      ->level;
}

std::string said(const std::vector<plan::Change>& changes) {
  std::string text;
  for (const plan::Change& change : changes)
    text += std::string(plan::name_of(change.level)) + ": " + change.message + "\n";
  return text;
}

// What keeps a run under way from going on: as `wfc diff` says, and as the executables themselves find out.
std::set<std::string> resume_changes(const std::vector<plan::Change>& changes) {
  std::set<std::string> all;
  for (const plan::Change& change : changes)
    if (change.level == Level::resume) all.insert(change.message);
  return all;
}
std::set<std::string> found_at_resume(const plan::Plan& before, const plan::Plan& after) {
  const auto all = wf::engine::changes_between(wf::engine::footings_of(before.program),
                                               wf::engine::footings_of(after.program));
  return {all.begin(), all.end()};
}

TEST(Difference, knows_the_level_of_a_thousand_edits) {
  Dice dice(20260101);
  int edits = 0;
  int refused = 0;
  int stopped = 0;
  std::set<std::string> kinds;
  for (int tries = 0; edits < 1000; ++tries) {
    ASSERT_LT(tries, 20000);
    const Flow flow = random_flow(dice);
    const Edit edit = random_edit(dice, flow);
    if (!edit.applies) continue;
    const std::string before = written(flow, 0);
    const std::string after = written(edit.flow, edit.layout ? 1 + static_cast<std::uint64_t>(tries) : 0);
    const auto a = lowered(before);
    ASSERT_NE(a, nullptr) << before;
    const auto b = lowered(after);
    ++edits;
    kinds.insert(edit.what);
    if (b == nullptr) {
      ++refused;
      ASSERT_FALSE(edit.layout) << after;
      continue;
    }
    const std::vector<plan::Change> changes = plan::difference(a->plan, b->plan);
    ASSERT_EQ(highest(changes), edit.level) << edit.what << "\n"
                                            << said(changes) << before << "----\n"
                                            << after;
    ASSERT_TRUE(plan::difference(b->plan, b->plan).empty());
    const std::set<std::string> told = resume_changes(changes);
    const std::set<std::string> found = found_at_resume(a->plan, b->plan);
    stopped += found.empty() ? 0 : 1;
    // What refers to a step by its new name is not the same text, which `wfc diff` sees through.
    if (edit.what == "renamed step")
      ASSERT_TRUE(std::includes(found.begin(), found.end(), told.begin(), told.end()));
    else
      ASSERT_EQ(told, found) << edit.what << "\n" << before << "----\n" << after;
  }
  EXPECT_EQ(kinds.size(), 21u);
  EXPECT_GT(stopped, 150);
  EXPECT_LT(refused, 250) << "most edits leave something to compare";
}

std::vector<plan::Change> between(const std::string& before, const std::string& after) {
  const auto a = lower_definition(before);
  const auto b = lower_definition(after);
  return plan::difference(a->plan, b->plan);
}

TEST(Difference, a_renamed_step_is_one_change) {
  EXPECT_EQ(said(between("workflow a\nstep one: run \"x\"\nstep two: run \"y {{ one }}\" { after one }\n",
                         "workflow a\nstep uno: run \"x\"\nstep two: run \"y {{ uno }}\" { after uno }\n")),
            "resume: the step `one` is now named `uno`\n");
}

// Everything that the random edits leave alone.
constexpr std::string_view rich = R"(workflow rich

input task: string
let goal = task ~ "!"
budget {
  credits 90
  on breach approve
}
allow tools shell, search
escalation human {
  timeout 2h
}

step plan: agent Coder "Plan {{ goal }}" {
  output made: any
  timeout 5m
  deny tools network, shell
  gate depth {
    check result.deep == true
    check result.wide == true
    on fail retry 2
  }
  artifact file from "a.txt"
}
step build: run "make {{ task }}" {
  on fail retry 2 wait 5s
  on timeout escalate
  on fail continue
}
parallel pair max 2 {
  step left: run "l" {
    idempotent false
    output code = result.exit_code
  }
  step right: run "r"
}
step test: run "check" {
  env A = "1"
  env B = "2"
  on fail back to build max 3 cooldown 5s as again
}
if task == "x" {
  step only: run "x"
}
step ask: approve "Ship {{ task }}?" {
  by 2 of ann, bob, cyd
  timeout 1h
}
step ship: deploy prod {
  undo run "unship"
}
)";

TEST(Difference, is_what_a_resume_finds_of_every_part) {
  struct Swap {
    std::string_view from, to;
  };
  const auto before = lower_definition(std::string(rich));
  int found_some = 0;
  for (const auto& [from, to] : std::initializer_list<Swap>{
           {"task ~ \"!\"", "task ~ \"?\""},
           {"on breach approve", "on breach cancel"},
           {"on breach approve", "on breach fail"},
           {"shell, search", "search, shell"},
           {"shell, search", "shell, search, docs"},
           {"timeout 2h", "timeout 3h"},
           {"Plan {{", "Draft {{"},
           {"output made: any", "output made: int"},
           {"timeout 5m", "timeout 6m"},
           {"timeout 5m", "timeout 4m"},
           {"  timeout 5m\n", ""},
           {"network, shell", "shell, network"},
           {"network, shell", "shell"},
           {"gate depth", "gate breadth"},
           {"    check result.deep == true\n", ""},
           {"result.wide == true\n", "result.wide == true\n    check result.long == true\n"},
           {"on fail retry 2\n  }", "on fail retry 3\n  }"},
           {"on fail retry 2\n  }", "on fail retry 1\n  }"},
           {"on fail retry 2\n  }", "on fail continue\n  }"},
           {"from \"a.txt\"", "from \"b.txt\""},
           {"  artifact file from \"a.txt\"\n", ""},
           {"make {{ task }}", "make -k {{ task }}"},
           {"retry 2 wait 5s", "retry 2 wait 6s"},
           {"retry 2 wait 5s", "retry 4 wait 5s"},
           {"  on fail retry 2 wait 5s\n", ""},
           {"  on timeout escalate\n", ""},
           {"  on fail continue\n", ""},
           {"on fail continue", "on fail stop"},
           {"  on timeout escalate\n  on fail continue", "  on fail continue\n  on timeout escalate"},
           {"pair max 2", "pair max 3"},
           {"pair max 2", "pair"},
           {"    idempotent false\n", ""},
           {"result.exit_code", "result.stderr"},
           {"    output code = result.exit_code\n", ""},
           {"run \"r\"", "run \"r\" {\n    idempotent false\n  }"},
           {"env A = \"1\"\n  env B = \"2\"", "env B = \"2\"\n  env A = \"1\""},
           {"env A = \"1\"", "env A = \"3\""},
           {"max 3 cooldown 5s as again", "max 3 cooldown 5s as again\n  on fail fail"},
           {"max 3 cooldown 5s", "max 4 cooldown 5s"},
           {"max 3 cooldown 5s", "max 2 cooldown 5s"},
           {"max 3 cooldown 5s", "max 3 cooldown 1s"},
           {"back to build", "back to plan"},
           {"as again", "as anew"},
           {"if task == \"x\"", "if task == \"y\""},
           {"run \"x\"", "run \"y\""},
           {"Ship {{ task }}?", "Ship?"},
           {"by 2 of ann, bob, cyd", "by 3 of ann, bob, cyd"},
           {"by 2 of ann, bob, cyd", "by 1 of ann, bob, cyd"},
           {"by 2 of ann, bob, cyd", "by 2 of ann, bob"},
           {"by 2 of ann, bob, cyd", "by 2 of ann, bob, cyd, dan"},
           {"  by 2 of ann, bob, cyd\n", ""},
           {"timeout 1h", "timeout 2h"},
           {"  timeout 1h\n", ""},
           {"timeout 1h", "timeout 1h\n  on timeout continue"},
           {"timeout 1h", "timeout 1h\n  on timeout fail"},
           {"deploy prod", "deploy staging"},
           {"\"unship\"", "\"unroll\""},
           {"deploy prod {\n  undo run \"unship\"\n}", "deploy prod"},
           {"step right: run \"r\"", "step right: agent Coder \"r\""},
       }) {
    std::string text(rich);
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    const auto after = lower_definition(text);
    for (const auto& [one, other] :
         {std::pair(&before->plan, &after->plan), std::pair(&after->plan, &before->plan)}) {
      const std::set<std::string> told = resume_changes(plan::difference(*one, *other));
      EXPECT_EQ(told, found_at_resume(*one, *other)) << from << " -> " << to;
      found_some += told.empty() ? 0 : 1;
    }
  }
  EXPECT_GT(found_some, 50);
}

// Also without it the step fails once its loop is used up, so that a run under way goes on with either.
TEST(Difference, the_usual_failure_need_not_be_written) {
  const std::string without =
      "workflow a\nstep x: run \"true\"\nstep y: run \"false\" {\n  on fail back to x max 1\n}\n";
  std::string with = without;
  with.insert(with.rfind('}'), "  on fail fail\n");
  EXPECT_EQ(said(between(with, without)), "");
  const auto a = lower_definition(with), b = lower_definition(without);
  EXPECT_TRUE(found_at_resume(a->plan, b->plan).empty());
  EXPECT_EQ(view(a->plan.program.plan_digest), view(b->plan.program.plan_digest));
  const std::string people = "escalation human {\n  timeout 1h\n}\n";
  EXPECT_NE(said(between(with + people, without + people)), "");
}

TEST(Difference, a_guard_that_is_lost_is_told_where_it_is_lost) {
  const std::string before =
      "workflow a\nstep ok: approve \"Go?\"\nstep one: run \"x\" { after ok }\n"
      "step two: run \"y\" { after one }\nstep three: run \"z\" { after two }\n";
  std::string after = before;
  after.replace(after.find("after ok"), 8, "after start");
  EXPECT_EQ(said(between(before, after)), "policy: `one` does not wait for the approval `ok` any more\n");
}

TEST(Difference, sides_of_an_if) {
  const std::string before = "workflow a\ninput x: int\nif x > 1 {\n  step one: run \"x\"\n}\n";
  EXPECT_EQ(said(between(before, "workflow a\ninput x: int\nif x > 2 {\n  step one: run \"x\"\n}\n")),
            "graph: the `if` around `one` changed\n");
  EXPECT_EQ(said(between(before, "workflow a\ninput x: int\nstep one: run \"x\"\n")),
            "graph: `one` stands under no `if` any more\n");
}

TEST(Difference, titles_and_comments_do_not_matter) {
  const auto a = lower_definition(
      "workflow p\ninput task: string\nstep one: agent x \"Do {{ task }}\" { after start }\n");
  const auto b = lower_definition(
      "workflow p\n# a comment\ninput task: string\n\nstep one \"Title\": agent x \"Do {{ task }}\"\n");
  EXPECT_EQ(said(plan::difference(a->plan, b->plan)), "");
}

}  // namespace
}  // namespace wfc
