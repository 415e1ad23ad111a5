// What the surface reads: inputs, settings, and the numbers of events.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "runtime/surface/events.h"
#include "runtime/surface/inputs.h"
#include "runtime/surface/preflight.h"
#include "runtime/surface/settings.h"

namespace wf::surface {
namespace {

constexpr Text text(std::string_view chars) {
  return {chars.data(), static_cast<std::uint32_t>(chars.size())};
}

constexpr InputRow inputs[] = {
    {.name = text("s"), .type = ValueType::text, .required = false},
    {.name = text("any"), .type = ValueType::any, .required = false},
    {.name = text("b"), .type = ValueType::boolean, .required = false},
    {.name = text("i"), .type = ValueType::integer, .required = false},
    {.name = text("f"), .type = ValueType::real, .required = false},
    {.name = text("d"), .type = ValueType::duration, .required = false},
    {.name = text("size"), .type = ValueType::size, .required = false},
    {.name = text("m"), .type = ValueType::money, .required = false},
    {.name = text("map"), .type = ValueType::map, .required = false},
    {.name = text("n"), .type = ValueType::integer, .required = false, .nullable = true}};
constexpr Program program = {.abi = program_abi, .workflow = text("typed"), .inputs = {inputs, 10}};

std::string json_of(const std::string& name, const std::string& value) {
  GivenInputs given;
  given.texts = {{name, value}};
  const Result<std::string> json = inputs_json(program, given);
  return json ? *json : "error: " + json.error().message;
}

TEST(Inputs, take_the_type_of_their_declaration) {
  EXPECT_EQ(json_of("s", "true"), R"({"s":"true"})");
  EXPECT_EQ(json_of("any", "[1]"), R"({"any":[1]})");
  EXPECT_EQ(json_of("any", "[1"), R"({"any":"[1"})");
  EXPECT_EQ(json_of("b", "true"), R"({"b":true})");
  EXPECT_EQ(json_of("i", "1_000"), R"({"i":1000})");
  EXPECT_EQ(json_of("f", "1"), R"({"f":1.0})");
  EXPECT_EQ(json_of("d", "1h30m"), R"({"d":"1h30m"})");
  EXPECT_EQ(json_of("size", "4MiB"), R"({"size":"4MiB"})");
  EXPECT_EQ(json_of("m", "$1.50"), R"({"m":"$1.50"})");
  EXPECT_EQ(json_of("map", R"({"a":[{}]})"), R"({"map":{"a":[{}]}})");
  EXPECT_EQ(json_of("n", "null"), R"({"n":null})");
}

TEST(Inputs, of_another_type_are_refused) {
  for (const auto& [name, value] :
       {std::pair{"b", "yes"}, std::pair{"b", "1"}, std::pair{"i", "1.5"},
        std::pair{"i", "99999999999999999999"}, std::pair{"f", "nan"}, std::pair{"d", "30"},
        std::pair{"size", "1"}, std::pair{"m", "1.50"}, std::pair{"map", "[]"}, std::pair{"map", "{"},
        std::pair{"i", "null"}, std::pair{"nobody", "x"}, std::pair{"s", "\xff"}})
    EXPECT_TRUE(json_of(name, value).starts_with("error: "))
        << name << "=" << value << ": " << json_of(name, value);
  EXPECT_TRUE(json_of("map", std::string(300, '[')).starts_with("error: "));
}

TEST(Inputs, from_a_file_lose_against_the_command_line) {
  GivenInputs given;
  given.json = R"({"s":"file","i":7,"f":2,"n":null,"any":null})";
  given.texts = {{"s", "typed"}};
  const Result<std::string> json = inputs_json(program, given);
  ASSERT_TRUE(json) << json.error().message;
  EXPECT_EQ(*json, R"({"s":"typed","any":null,"i":7,"f":2,"n":null})");
}

TEST(Settings, are_read) {
  const Result<Settings> settings = parse_settings(R"(
[agents.Writer]
adapter = "command"
program = "claude"
args = ["-p", "x"]
[agents."*"]
adapter = "replay"
file = "a.json"
[deploy]
prod = "./deploy.sh"
[people]
ana = "login"
bo = ["one", "two"]
[notify]
ops = "./tell.sh"
[secrets]
x = "y"
)",
                                                   "wf.toml");
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->agent("Writer")->args.size(), 2u);
  EXPECT_EQ(settings->agent("anybody")->file, "a.json");
  EXPECT_EQ(settings->deploy.at("prod"), "./deploy.sh");
  EXPECT_EQ(settings->people.at("bo").size(), 2u);
  EXPECT_EQ(settings->notify.at("ops"), "./tell.sh");
  EXPECT_EQ(settings->notes.size(), 1u);
  EXPECT_FALSE(read_settings("/nothing/here/wf.toml").value().agent("x"));
}

TEST(Settings, with_mistakes_are_refused_whatever_they_are) {
  for (const std::string& toml :
       {std::string("a = 1"), std::string("agents = 3"), std::string("[agents]\nx = 1"),
        std::string("[agents.x]"), std::string("[agents.x]\nadapter = 1"), std::string("[deploy]\na = [1]"),
        std::string("[people]\na = 1"), std::string("[notify]\na = 1"), std::string("people = 1"),
        std::string("[deploy]\na = \"\\u0000\""), std::string("\xff\xfe"),
        std::string("a = ") + std::string(100'000, '['), std::string("[deploy]\na = \"x\"\na = \"y\""),
        std::string("\0", 1)}) {
    const Result<Settings> settings = parse_settings(toml, "wf.toml");
    ASSERT_FALSE(settings) << toml.substr(0, 80);
    EXPECT_TRUE(settings.error().message.starts_with("wf.toml:")) << settings.error().message;
  }
}

TEST(Preflight, names_everything_that_is_missing_once) {
  static constexpr Param writer[] = {{.name = text("agent"), .literal = text("Writer")}};
  static constexpr Param prod[] = {{.name = text("target"), .literal = text("prod")}};
  static constexpr Param own[] = {{.name = text("target"), .literal = text("own")},
                                  {.name = text("inputs"), .literal = text(R"({"command":"./d"})")}};
  static constexpr Param lookup[] = {{.name = text("action"), .literal = text("look up")}};
  static constexpr StepRow steps[] = {{.id = text("a"), .kind = StepKind::agent, .params = {writer, 1}},
                                      {.id = text("b"), .kind = StepKind::agent, .params = {writer, 1}},
                                      {.id = text("c"), .kind = StepKind::deploy, .params = {prod, 1}},
                                      {.id = text("d"), .kind = StepKind::deploy, .params = {own, 2}},
                                      {.id = text("e"), .kind = StepKind::action, .params = {lookup, 1}},
                                      {.id = text("f"), .kind = StepKind::agent}};
  static constexpr Program needy = {.abi = program_abi, .workflow = text("needy"), .steps = {steps, 6}};
  const auto all = [](Row) { return true; };
  const Needs needs = needs_of(needy, all);
  EXPECT_EQ(needs.roles, (std::vector<std::string>{"Writer", ""}));
  EXPECT_EQ(needs.targets, std::vector<std::string>{"prod"});
  EXPECT_EQ(needs.actions, std::vector<std::string>{"look up"});
  Settings settings;
  const Result<> missing = preflight(needy, settings, all);
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().hint.find("--action 'look up=./look up.sh'"), std::string::npos)
      << missing.error().hint;
  EXPECT_NE(missing.error().hint.find("\"look up\" = "), std::string::npos) << missing.error().hint;
  EXPECT_TRUE(preflight(needy, settings, [](Row row) { return row == 3; }));
  settings.agents["*"].adapter = "replay";
  settings.deploy["prod"] = "x";
  settings.actions["look up"] = "x";
  EXPECT_TRUE(preflight(needy, settings, all));
}

TEST(Preflight, names_what_cannot_be_run_yet) {
  static constexpr Text files[] = {text("a.wf")};
  static constexpr BeyondRow beyond[] = {
      {.what = text("the loop of step `b` back to `a`"), .origin = {7, 3, 0}},
      {.what = text("a \x1b[2J thing")}};
  constexpr Program far = {
      .abi = program_abi, .workflow = text("far"), .files = {files, 1}, .beyond = {beyond, 2}};
  const Result<> can = within_reach(far);
  ASSERT_FALSE(can);
  EXPECT_EQ(can.error().message,
            "this workflow asks for what this version cannot run yet:\n"
            "  the loop of step `b` back to `a` (a.wf:7)\n  a \\x1b[2J thing");
  EXPECT_TRUE(within_reach({.abi = program_abi, .workflow = text("near")}));
}

TEST(Events, numbers_never_repeat) {
  std::string folder = (std::filesystem::temp_directory_path() / "wf-seq-XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const std::string path = folder + "/deeper/run.seq";
  std::int64_t last = 0;
  {
    Sequence sequence(path);
    for (int i = 0; i < 5000; ++i) {
      const std::int64_t next = sequence.next();
      EXPECT_EQ(next, last + 1);
      last = next;
    }
  }
  {
    // An end in good order leaves no gap.
    auto* crashed = new Sequence(path);
    EXPECT_EQ(crashed->next(), last + 1);
    last += 1;
    // A crash runs no destructor; what follows begins after the block that was set aside.
    Sequence after(path);
    const std::int64_t next = after.next();
    EXPECT_GT(next, last);
    delete crashed;
  }
  std::ofstream(path) << "not a number";
  Sequence damaged(path);
  EXPECT_EQ(damaged.next(), 1);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace wf::surface
