// What people type, right and wrong, and hostile; and what they are told.
#include <string>

#include "tests/unit/runtime_main/executable.h"

namespace wf::test {
namespace {

class Words : public ExecutableTest {};

TEST_F(Words, alone_it_prints_help) {
  const Ended ended = run("release", {});
  EXPECT_EQ(ended.exit_code, 0);
  for (const char* word : {"usage: ./exe COMMAND", "approve RUN STEP", "task", "what to release"})
    EXPECT_NE(ended.out.find(word), std::string::npos) << word << "\n" << ended.out;
  EXPECT_EQ(run("release", {"help"}).out, ended.out);
  EXPECT_EQ(run("release", {"--help"}).out, ended.out);
  EXPECT_NE(run("release", {"help", "run"}).out.find("--run-id ID"), std::string::npos);
  EXPECT_EQ(run("release", {"run", "--help"}).out, run("release", {"help", "run"}).out);
  EXPECT_NE(run("release", {"--version"}).out.find("wf_release"), std::string::npos);
}

TEST_F(Words, what_is_nearly_right_is_named) {
  struct Case {
    std::vector<std::string> words;
    const char* told;
  };
  const Case cases[] = {
      {{"statsu"}, "did you mean `status`?"},
      {{"frobnicate"}, "no command is named `frobnicate`"},
      {{"run", "--jbos", "2"}, "did you mean `--jobs`?"},
      {{"run", "--jobs"}, "needs a value"},
      {{"run", "--jobs", "none"}, "`--jobs` needs a number"},
      {{"run", "--jobs", "-1"}, "`--jobs` needs a number"},
      {{"run", "--json=yes"}, "takes no value"},
      {{"run", "--run-id", "a", "--run-id", "b"}, "given twice"},
      {{"run", "more"}, "one argument too many"},
      {{"approve", "r1"}, "needs RUN STEP"},
      {{"run"}, "input `task` is missing: string, what to release"},
      {{"run", "--input", "tsak=x"}, "did you mean `task`?"},
      {{"run", "--input", "task"}, "has no `NAME=`"},
      {{"run", "--input", "task=a", "--input", "task=b"}, "given twice"},
      {{"run", "--input", "task=a", "--input", "kind=bgu"}, "did you mean `bug`?"},
      {{"run", "--input", "task=a", "--input", "limit=5"}, "write one as `30s`"},
      {{"run", "--input", "task=a", "--input", "tags={}"}, "not a list"},
      {{"run", "--input", "task=a", "--input", "tags=["}, "not JSON"},
      {{"run", "--input", "task=a", "--inputs", "missing.json"}, "missing.json"},
      {{"run", "--input", "task=a", "--run-id", "../up"}, "cannot be the id of a run"},
      {{"run", "--input", "task=a", "--sandbox", "maybe"}, "is not `off`, `auto` or `required`"},
      {{"run", "--input", "task=a", "--agent", "x"}, "has no `NAME=`"},
      {{"run", "--input", "task=a", "--agent", "Writer=reply:x"}, "no agent adapter is named"},
      {{"run", "--input", "task=a", "--agent", "Writre=replay:x"}, "did you mean `Writer`?"},
      {{"resume", "nothing-here"}, "nothing-here"},
      {{"status", "../../etc/passwd"}, "is not the id of a run"},
      {{"logs", "nothing-here"}, ""},
      {{"cancel", "nothing-here"}, ""},
      {{"approve", "a b", "x"}, "is not the id of a run"}};
  ASSERT_EQ(run("named", {"run", "--run-id", "n"}).exit_code, 3);  // So that there is a store.
  for (const Case& each : cases) {
    const Ended ended = run("release", each.words);
    std::string typed;
    for (const std::string& word : each.words) typed += " " + word;
    EXPECT_EQ(ended.exit_code, 2) << typed << "\n" << ended.out;
    EXPECT_NE(ended.err.find(each.told), std::string::npos) << typed << "\n" << ended.err;
  }
}

TEST_F(Words, inputs_files_must_fit) {
  write("answers.json", R"({"answers":{},"default":"ok"})");
  const std::vector<std::string> start = {"run", "--agent", "*=replay:answers.json", "--inputs", "in.json"};
  for (const char* bad :
       {R"({"task":1})", R"({"task":null})", R"({"taks":"x"})", R"([])", R"({"task":"x","task":"y"})",
        R"({"task":"x","limit":5})", R"({"task":"x","kind":"other"})", "", "{"}) {
    write("in.json", bad);
    const Ended ended = run("release", start);
    EXPECT_EQ(ended.exit_code, 2) << bad << ended.out;
  }
  write("in.json", R"({"task":"x","kind":"bug","limit":"1h30m","tags":["a",{"b":[1]}]})");
  EXPECT_EQ(run("release", start).exit_code, 3);
  EXPECT_EQ(json(run("release", {"status", "--json"}))["inputs"], parse_json(read("in.json")).value());
}

TEST_F(Words, hostile_words_stay_data) {
  write("answers.json", R"({"answers":{},"default":"ok"})");
  for (const std::string& value :
       {std::string("$(touch pwned)"), std::string("`touch pwned`"), std::string("'; touch pwned #"),
        std::string("--json"), std::string("-x"), std::string("@answers.json"), std::string("a\nb\t\x1b[31m"),
        std::string("%s%n"), std::string("[a,b]"), std::string("\xF0\x9F\x92\xA5 \xE2\x80\xAE"),
        std::string("")}) {
    const Ended ended =
        run("release", {"run", "--input", "task=" + value, "--agent", "*=replay:answers.json"});
    EXPECT_EQ(ended.exit_code, 3) << value << ended.err;
    const Ended status = run("release", {"status", "--json"});
    EXPECT_EQ(json(status)["inputs"]["task"], value);
    const Ended shown = run("release", {"status"});
    EXPECT_EQ(shown.out.find('\x1b'), std::string::npos);
  }
  EXPECT_EQ(read("pwned"), "");
  EXPECT_EQ(run("release", {"run", "--input", "task=\xff\xfe", "--agent", "*=replay:answers.json"}).exit_code,
            2);
  const Ended odd = run("release", {"\x1b[2Jstatus"});
  EXPECT_EQ(odd.exit_code, 2);
  EXPECT_EQ(odd.err.find('\x1b'), std::string::npos) << odd.err;
}

TEST_F(Words, a_dry_run_runs_nothing) {
  const Ended ended = run("release", {"run", "--input", "task=x", "--dry-run"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  for (const char* word : {"level 1\n  draft (agent)", "left (command) after draft",
                           "sign-off (approve) after left, right", "level 4\n  ship", "echo left >> witness"})
    EXPECT_NE(ended.out.find(word), std::string::npos) << word << "\n" << ended.out;
  const Json plan = json(run("release", {"run", "--input", "task=x", "--dry-run", "--json"}));
  ASSERT_EQ(plan["steps"].size(), 5u);
  EXPECT_EQ(plan["inputs"]["task"], "x");
  EXPECT_EQ(plan["steps"][3]["needs"], Json::parse(R"(["left","right"])"));
  EXPECT_EQ(plan["steps"][3]["level"], 3);
  EXPECT_EQ(plan["steps"][0]["params"][0]["value"], "Write the notes");
  EXPECT_EQ(read("witness"), "");
  EXPECT_NE(run("release", {"runs"}).exit_code, 0) << "not even a store was made";
}

TEST_F(Words, misspelt_targets_and_adapters_are_named) {
  const Ended target = run("deploy", {"run", "--deploy", "prdo=true"});
  EXPECT_EQ(target.exit_code, 2);
  EXPECT_NE(target.err.find("did you mean `prod`?"), std::string::npos) << target.err;
  write("wf.toml", "[agents.Writer]\nadapter = \"comand\"\n");
  const Ended adapter = run("release", {"run", "--input", "task=x"});
  EXPECT_EQ(adapter.exit_code, 2);
  EXPECT_NE(adapter.err.find("no agent adapter is named `comand`"), std::string::npos) << adapter.err;
  EXPECT_NE(adapter.err.find("did you mean `command`?"), std::string::npos) << adapter.err;
}

TEST_F(Words, required_refuses_what_it_cannot_enforce) {
  write("answers.json", R"({"answers":{},"default":"ok"})");
  const Ended ended = run(
      "release", {"run", "--input", "task=x", "--agent", "*=replay:answers.json", "--sandbox", "required"});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_NE(ended.err.find("`budget`"), std::string::npos) << ended.err;
  EXPECT_EQ(run("chain", {"run", "--sandbox", "required", "--quiet"}).exit_code, 0)
      << "which declares nothing";
  EXPECT_EQ(run("chain", {"run", "--sandbox", "off", "--quiet"}).exit_code, 0);
}

TEST_F(Words, inspect_carries_the_tables) {
  const Json document = json(run("release", {"inspect", "--json"}));
  EXPECT_EQ(document["plan_digest"], "1111111111111111");
  EXPECT_EQ(document["policies"][0]["enforced"], false);
  EXPECT_EQ(document["agents"], Json::parse(R"(["Writer"])"));
  EXPECT_FALSE(document["environment"]["withheld"].empty());
  const Json& step = document["program"]["steps"][3];
  EXPECT_EQ(step["id"], "sign-off");
  EXPECT_EQ(step["needs"], Json::parse("[1,2]"));
  EXPECT_EQ(step["gate"], 0);
  EXPECT_EQ(step["group"], nullptr);
  for (const char* key :
       {"title", "kind", "run_if", "idempotent", "followers", "params", "branch", "side", "when", "output",
        "output_type", "output_value", "timeout_ms", "reactions", "rank_ms", "origin"})
    EXPECT_TRUE(step.contains(key)) << key;
  EXPECT_EQ(run("release", {"inspect"}).exit_code, 0);
}

TEST_F(Words, graph_shows_the_state_of_a_run) {
  write("answers.json", R"({"answers":{},"default":"ok"})");
  ASSERT_EQ(run("release", {"run", "--input", "task=x", "--run-id", "r", "--agent", "*=replay:answers.json"})
                .exit_code,
            3);
  const std::string plain = run("release", {"graph"}).out;
  const std::string coloured = run("release", {"graph", "--run", "r"}).out;
  EXPECT_NE(plain.find("n0 -> n1;"), std::string::npos) << plain;
  EXPECT_NE(plain, coloured);
  EXPECT_NE(coloured.find("sign-off: waiting"), std::string::npos) << coloured;
}

TEST_F(Words, doctor_finds_what_is_missing) {
  Ended ended = run("release", {"doctor"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_NE(ended.out.find("missing  agent Writer"), std::string::npos) << ended.out;
  write("answers.json", R"({"answers":{},"default":"ok"})");
  ended = run("release", {"doctor", "--agent", "*=replay:answers.json", "--json"});
  EXPECT_EQ(ended.exit_code, 0) << ended.out;
  EXPECT_EQ(json(ended)["ok"], true);
  EXPECT_EQ(run("deploy", {"doctor", "--deploy", "prod=no-such-program-here --x"}).exit_code, 1);
}

TEST_F(Words, settings_with_a_mistake_are_refused_with_its_place) {
  for (const auto& [toml, told] :
       {std::pair{"[poeple]\nana = \"x\"\n", "wf.toml:1"}, std::pair{"[deploy]\nprod = 3\n", "wf.toml:2"},
        std::pair{"[agents.Writer]\nadaptor = \"x\"\n", "did you mean `adapter`?"},
        std::pair{"x = [[[", "wf.toml:1"}}) {
    write("wf.toml", toml);
    const Ended ended = run("chain", {"run"});
    EXPECT_EQ(ended.exit_code, 2) << toml;
    EXPECT_NE(ended.err.find(told), std::string::npos) << ended.err;
  }
}

TEST_F(Words, other_doors_say_what_they_are) {
  EXPECT_EQ(run("disabled", {"run"}).exit_code, 2);
  EXPECT_EQ(run("disabled", {"run", "--force"}).exit_code, 0);
  EXPECT_EQ(run("other_abi", {"run"}).exit_code, 2);
  write("file", "not a folder");
  const Ended ended = run("chain", {"run", "--store", "file/s.db"});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_NE(ended.err.find("error: "), std::string::npos);
  EXPECT_EQ(run("chain", {"run", "--quiet", "--store", "elsewhere/s.db"}).exit_code, 0);
  EXPECT_EQ(run("chain", {"status"}, {"WF_STORE=elsewhere/s.db"}).exit_code, 0);
}

TEST_F(Words, children_see_no_credentials) {
  write("wf.toml", "[deploy]\nprod = \"env > seen\"\n");
  ASSERT_EQ(run("deploy", {"run"},
                {"GITHUB_TOKEN=t", "AWS_REGION=x", "my_password=p", "HARMLESS=1", "WF_STEP=outer"})
                .exit_code,
            0);
  const std::string seen = read("seen");
  for (const char* gone : {"GITHUB_TOKEN", "AWS_REGION", "my_password", "WF_STEP=outer"})
    EXPECT_EQ(seen.find(gone), std::string::npos) << gone;
  for (const char* there : {"HARMLESS=1", "WF_STEP=out", "WF_RUN=r-", "WF_ATTEMPT=1", "WF_ITERATION=1",
                            "WF_WORKFLOW=deploy", "WF_IDEMPOTENCY_KEY=wf1-", "WF_ARTIFACTS=/"})
    EXPECT_NE(seen.find(there), std::string::npos) << there << "\n" << seen;
}

}  // namespace
}  // namespace wf::test
