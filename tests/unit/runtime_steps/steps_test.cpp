// Bodies of steps, with real processes.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <fstream>
#include <sstream>

#include "runtime/base/files.h"
#include "runtime/base/text.h"
#include "runtime/steps/bodies.h"
#include "runtime/steps/capture.h"
#include "runtime/steps/work.h"
#include "tests/unit/runtime_io/world.h"

namespace wf::steps {
namespace {

Text text(std::string_view of) {
  return {of.data(), static_cast<std::uint32_t>(of.size())};
}

// One step of each kind; the row's number is the kind's.
const StepRow rows[] = {
#define WF_STEP(of_kind, ...) {.id = text(#of_kind), .kind = StepKind::of_kind},
#include "wf/steps.def"
};
const Program program = {.abi = program_abi, .workflow = text("wf_test"), .steps = {rows, std::size(rows)}};

class Outputs final : public OutputKeeper {
 public:
  explicit Outputs(std::string folder) : folder_(std::move(folder)) {}
  std::string log_path(StepKey key, std::uint32_t attempt, bool is_error) const override {
    return folder_ + "/" + std::to_string(key.step) + "-" + std::to_string(key.iteration) + "-" +
           std::to_string(attempt) + (is_error ? ".err" : ".out");
  }
  Result<std::string> keep(const std::string& path) const override {
    if (!may_keep) return Error{"the disk is full", {}};
    return path.substr(path.rfind('/') + 1);
  }
  Result<std::string> load(const Output& output) const override {
    if (output.file.empty()) return output.text;
    return read_file(folder_ + "/" + output.file);
  }
  bool may_keep = true;

 private:
  std::string folder_;
};

using Arguments = std::vector<Argument>;

class Steps : public testing::Test, public StepHost {
 protected:
  void finish(StepKey, std::uint32_t, Outcome&& outcome) override {
    last = std::move(outcome);
    if (--open == 0 && inside) world.reactor.stop();
  }
  void printed(StepKey, std::uint32_t, std::string_view bytes, bool is_error) override {
    (is_error ? live_errors : live) += bytes.size();
    if (on_printed) on_printed();
  }

  std::unique_ptr<Attempt> attempt(StepKind kind, Arguments arguments) {
    auto made = std::make_unique<Attempt>();
    made->program = &program;
    made->key = {static_cast<Row>(kind), 2};
    made->number = 3;
    made->run_id = "r-1";
    made->idempotency_key = "wf1-" + std::to_string(++tokens);
    made->artifacts_folder = folder / "artifacts/step";
    made->arguments = std::move(arguments);
    return made;
  }
  StepBodies& real() {
    if (!bodies) {
      config.store_id = "store-1";
      bodies = make_bodies(std::move(config), {world.reactor, *world.nursery, world.clock}, outputs);
    }
    return *bodies;
  }
  void start(std::unique_ptr<Attempt> attempt) {
    ++open;
    real().start(StepRun(*this, std::move(attempt)));
  }
  Outcome run(std::unique_ptr<Attempt> attempt) {
    start(std::move(attempt));
    if (open > 0) drive();
    return std::move(last);
  }
  void drive() {
    inside = true;
    world.reactor.run();
    inside = false;
  }
  Outcome run(StepKind kind, Arguments arguments) { return run(attempt(kind, std::move(arguments))); }
  Outcome shell(const std::string& command) { return run(StepKind::command, {{"command", "", command}}); }
  std::unique_ptr<agents::Adapter> agent(const std::string& script) {
    agents::AdapterConfig adapter;
    adapter.adapter = "command";
    adapter.program = folder.program("agent" + std::to_string(++tokens), "#!/bin/sh\n" + script);
    return std::move(*agents::make_adapter(adapter, {world.reactor, *world.nursery, world.clock}));
  }
  std::string whole(const Output& output) { return *outputs.load(output); }

  io::Folder folder;
  Outputs outputs{folder.path()};
  io::World world{true};
  Config config;
  std::unique_ptr<StepBodies> bodies;
  Outcome last;
  std::uint64_t live = 0, live_errors = 0;
  std::function<void()> on_printed;
  int open = 0;
  bool inside = false;  // The reactor runs: a body may finish at once, before.
  int tokens = 0;
};

TEST_F(Steps, a_command_gives_what_it_printed_less_one_line_break) {
  const Outcome outcome = shell("echo out; echo; echo err >&2");
  EXPECT_EQ(outcome.status, StepStatus::succeeded) << outcome.error;
  EXPECT_EQ(outcome.output.text, "out\n");
  EXPECT_EQ(outcome.output.size, 4u);
  EXPECT_EQ(outcome.error_output.text, "err\n");
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(live, 5u);
  EXPECT_EQ(live_errors, 4u);
}

TEST_F(Steps, a_command_of_words_needs_no_shell) {
  const Outcome outcome =
      run(StepKind::command,
          {{"arg", "", "printf"}, {"arg", "", "%s|"}, {"arg", "", "$(id) `id`"}, {"arg", "", ""}});
  EXPECT_EQ(outcome.output.text, "$(id) `id`||");
}

TEST_F(Steps, a_command_that_fails_says_how) {
  const Outcome failed = shell("echo half; echo first >&2; echo the reason >&2; exit 9");
  EXPECT_EQ(failed.status, StepStatus::failed);
  EXPECT_EQ(failed.reason, "exit-code");
  EXPECT_EQ(failed.error, "it ended with exit code 9: the reason");
  EXPECT_EQ(failed.exit_code, 9);
  EXPECT_EQ(failed.output.text, "half");
  const Outcome killed = shell("kill -9 $$");
  EXPECT_EQ(killed.reason, "signal:9");
  EXPECT_FALSE(killed.exit_code);
  const Outcome missing = run(StepKind::command, {{"arg", "", "no-such-tool"}});
  EXPECT_EQ(missing.reason, "start");
  EXPECT_EQ(missing.error, "there is no program `no-such-tool` on the PATH");
  const Outcome nowhere = run(StepKind::command, {{"command", "", "true"}, {"dir", "", "/no/such/folder"}});
  EXPECT_EQ(nowhere.reason, "start");
  EXPECT_NE(nowhere.error.find("/no/such/folder"), std::string::npos);
}

TEST_F(Steps, a_command_knows_where_it_is) {
  const Outcome outcome =
      run(StepKind::command,
          {{"command", "",
            "env | grep '^WF_' | sort; echo \"$WORD\"; pwd; test -d \"$WF_ARTIFACTS\" && echo folder"},
           {"env", "WORD", "a b"},
           {"dir", "", "/"}});
  EXPECT_EQ(outcome.output.text,
            "WF_ARTIFACTS=" + (folder / "artifacts/step") +
                "\nWF_ATTEMPT=3\nWF_IDEMPOTENCY_KEY=wf1-1\nWF_ITERATION=2\nWF_RUN=r-1\nWF_STEP=command\n"
                "WF_STORE=store-1\nWF_WORKFLOW=wf_test\na b\n/\nfolder");
}

TEST_F(Steps, values_that_no_program_can_be_given_fail_the_step) {
  const auto with = [&](std::string value) {
    return run(StepKind::command,
               {{"command", "", "echo \"$WF_1\" | wc -c"}, {"env", "WF_1", std::move(value)}});
  };
  const Outcome large = with(std::string(200 * 1024, 'x'));
  EXPECT_EQ(large.status, StepStatus::failed);
  EXPECT_EQ(large.reason, "start");
  EXPECT_NE(large.error.find("`WF_1` has 204800 bytes, which is too large for the environment"),
            std::string::npos)
      << large.error;
  EXPECT_NE(large.error.find("file"), std::string::npos);
  // To the byte: 131071 with name, `=` and NUL is one too many.
  EXPECT_EQ(with(std::string(128 * 1024 - 6, 'x')).output.text, std::to_string(128 * 1024 - 6 + 1));
  EXPECT_EQ(with(std::string(128 * 1024 - 5, 'x')).reason, "start");
  const Outcome nul = with(std::string("a\0b", 3));
  EXPECT_EQ(nul.reason, "start");
  EXPECT_NE(nul.error.find("NUL"), std::string::npos);
  Arguments many = {{"command", "", "true"}};
  std::vector<std::string> names;
  names.reserve(60);
  for (int i = 0; i < 60; ++i) names.push_back("V" + std::to_string(i));
  for (const std::string& name : names) many.push_back({"env", name, std::string(120 * 1024, 'y')});
  const Outcome sum = run(StepKind::command, std::move(many));
  EXPECT_EQ(sum.reason, "start");
  EXPECT_NE(sum.error.find("too large for the environment"), std::string::npos) << sum.error;
  EXPECT_EQ(run(StepKind::command, {{"command", "", "true"}, {"env", "a=b", "c"}}).reason, "start");
}

TEST_F(Steps, output_that_is_no_text_becomes_text) {
  EXPECT_EQ(shell("printf 'a\\377b\\360\\237'; sleep 0.05; printf '\\230\\200'").output.text,
            "a\xEF\xBF\xBD"
            "b\xF0\x9F\x98\x80");
  EXPECT_EQ(shell("printf 'cut \\360\\237'").output.text, "cut \xEF\xBF\xBD");
}

TEST_F(Steps, output_of_some_size_lies_in_a_file) {
  const Outcome small = shell("head -c 65536 /dev/zero | tr '\\0' x");
  EXPECT_EQ(small.output.text, std::string(65536, 'x'));
  EXPECT_EQ(small.output.file, "");
  const Outcome large = shell("yes line | head -n 100000; yes e | head -n 50000 >&2");
  EXPECT_EQ(large.output.text, "");
  EXPECT_EQ(large.output.size, 499999u);
  ASSERT_FALSE(large.output.file.empty());
  const std::string text = whole(large.output);
  EXPECT_EQ(text.size(), 499999u);
  EXPECT_TRUE(text.ends_with("line\nline"));
  EXPECT_EQ(large.error_output.size, 100000u);
  EXPECT_TRUE(whole(large.error_output).ends_with("e\n"));
}

TEST_F(Steps, a_flood_is_cut_in_the_middle_and_costs_no_memory) {
  rusage before = {};
  ::getrusage(RUSAGE_SELF, &before);
  const Outcome outcome = shell("echo begin; yes 0123456789abcde | head -c 209715200; echo end");
  rusage after = {};
  ::getrusage(RUSAGE_SELF, &after);
  EXPECT_EQ(outcome.status, StepStatus::succeeded) << outcome.error;
  const std::string text = whole(outcome.output);
  EXPECT_EQ(text.size(), outcome.output.size);
  EXPECT_LE(text.size(), stream_kept_max + 100);
  EXPECT_GE(text.size(), stream_kept_max - 100);
  EXPECT_TRUE(text.starts_with("begin\n0123456789abcde\n"));
  EXPECT_TRUE(text.ends_with("0123456789abcde\nend"));
  const std::uint64_t left_out = 6 + 209715200 + 4 - stream_kept_max;
  EXPECT_NE(text.find("\n[wfc: " + std::to_string(left_out) + " bytes left out]\n"), std::string::npos);
  // Kilobytes. The two halves are joined in memory once, at the end.
  EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 40 * 1024);
}

TEST_F(Steps, output_that_cannot_be_kept_fails_the_step) {
  outputs.may_keep = false;
  const Outcome outcome = shell("yes | head -c 100000");
  EXPECT_EQ(outcome.status, StepStatus::failed);
  EXPECT_EQ(outcome.reason, "store");
  EXPECT_NE(outcome.error.find("the disk is full"), std::string::npos);
  EXPECT_EQ(shell("echo small").status, StepStatus::succeeded);
}

TEST_F(Steps, that_are_stopped_say_why) {
  for (const std::string_view why : {reason::timeout, reason::cancelled}) {
    auto made = attempt(StepKind::command, {{"command", "", "echo begun; trap '' HUP; sleep 1000"}});
    const StepKey key = made->key;
    on_printed = [&] { real().stop(key, 3, why); };
    const Outcome outcome = run(std::move(made));
    EXPECT_EQ(outcome.reason, why);
    EXPECT_EQ(outcome.status, why == reason::timeout ? StepStatus::failed : StepStatus::cancelled);
    EXPECT_EQ(outcome.output.text, "begun");
  }
  real().stop({0, 1}, 1, reason::timeout);  // Nobody is there.
}

TEST_F(Steps, a_deployment_is_told_its_target_and_tells_its_address) {
  config.deploy["preview"] =
      "echo \"$WF_TARGET\" \"$WF_INPUTS\"; cat; echo; echo see http://old.example and "
      "\\(https://new.example/x?y=1\\).";
  const Outcome outcome = run(StepKind::deploy, {{"target", "", "preview"}, {"inputs", "", R"({"a":1})"}});
  EXPECT_EQ(outcome.status, StepStatus::succeeded) << outcome.error;
  EXPECT_EQ(outcome.output.text,
            "preview {\"a\":1}\n{\"a\":1}\nsee http://old.example and (https://new.example/x?y=1).");
  EXPECT_EQ(outcome.fields_json, R"({"url":"https://new.example/x?y=1"})");
  ASSERT_EQ(outcome.artifacts.size(), 1u);
  EXPECT_EQ(outcome.artifacts[0].type, "deploy_url");
  EXPECT_EQ(outcome.artifacts[0].summary_json, R"({"target":"preview","url":"https://new.example/x?y=1"})");
}

TEST_F(Steps, a_deployment_may_answer_with_json_or_bring_its_command) {
  config.deploy["prod"] = R"(echo '{"url":"https://a.example","id":7,"docs":"https://b.example"}')";
  EXPECT_EQ(run(StepKind::deploy, {{"target", "", "prod"}}).fields_json,
            R"({"url":"https://a.example","id":7,"docs":"https://b.example"})");
  const Outcome own =
      run(StepKind::deploy, {{"target", "", "preview"}, {"inputs", "", R"({"command":"echo mine"})"}});
  EXPECT_EQ(own.output.text, "mine");
  EXPECT_EQ(own.fields_json, "");
  const Outcome none = run(StepKind::deploy, {{"target", "", "preview"}});
  EXPECT_EQ(none.status, StepStatus::failed);
  EXPECT_NE(none.error.find("--deploy preview=COMMAND"), std::string::npos);
}

TEST_F(Steps, an_action_is_given_its_values_as_json) {
  config.actions["notify"] = "cat";
  const Outcome outcome = run(StepKind::action, {{"action", "", "notify"},
                                                 {"with", "text", "say \"hi\"\n"},
                                                 {"with", "list", "[1,2]"},
                                                 {"with", "number", "007"},
                                                 {"with", "broken", "{x"}});
  EXPECT_EQ(outcome.fields_json, R"({"text":"say \"hi\"\n","list":[1,2],"number":"007","broken":"{x"})");
  EXPECT_EQ(outcome.output.text, outcome.fields_json);
  const Outcome none = run(StepKind::action, {{"action", "", "page"}});
  EXPECT_EQ(none.status, StepStatus::failed);
  EXPECT_NE(none.error.find("--action page=COMMAND"), std::string::npos);
}

TEST_F(Steps, an_agent_is_asked_by_role) {
  config.agents["coder"] = agent("echo coder: $(cat)");
  config.agents["*"] = agent("printf 'any: '; cat; printf \" $WF_STEP $WF_ATTEMPT\"");
  EXPECT_EQ(run(StepKind::agent, {{"agent", "", "coder"}, {"prompt", "", "build"}}).output.text,
            "coder: build");
  EXPECT_EQ(run(StepKind::agent, {{"agent", "", "poet"}, {"prompt", "", "sing"}}).output.text,
            "any: sing agent 3");
  EXPECT_EQ(run(StepKind::agent,
                {{"prompt", "", "p"}, {"instructions", "", "be brief"}, {"inputs", "", "{\"a\":1}"}})
                .output.text,
            "any: be brief\n\np\n\n{\"a\":1} agent 3");
  auto again = attempt(StepKind::agent, {{"prompt", "", "p"}});
  again->interrupted_before = true;
  EXPECT_EQ(run(std::move(again)).output.text, "any: p\n\nattempt 3; files may hold partial work agent 3");
  EXPECT_EQ(
      run(StepKind::action, {{"action", "", "tidy"}, {"agent", "", "coder"}, {"with", "a", "b"}}).output.text,
      "coder: Do the action `tidy` with these values: {\"a\":\"b\"}");
}

TEST_F(Steps, an_agent_may_answer_at_length) {
  config.agents["*"] = agent("yes answer | head -c 300001");
  const Outcome outcome = run(StepKind::agent, {{"prompt", "", "p"}});
  EXPECT_EQ(outcome.status, StepStatus::succeeded) << outcome.error;
  EXPECT_FALSE(outcome.output.file.empty());
  EXPECT_EQ(whole(outcome.output).size(), 300001u);
}

TEST_F(Steps, an_agent_that_nobody_configured_fails_the_step) {
  const Outcome outcome = run(StepKind::agent, {{"agent", "", "coder"}, {"prompt", "", "p"}});
  EXPECT_EQ(outcome.status, StepStatus::failed);
  EXPECT_NE(outcome.error.find("--agent coder=ADAPTER"), std::string::npos);
}

TEST_F(Steps, an_agent_can_be_stopped) {
  config.agents["*"] = agent("echo begun; sleep 1000");
  auto made = attempt(StepKind::agent, {{"prompt", "", "p"}});
  const StepKey key = made->key;
  on_printed = [&] { real().stop(key, 3, reason::cancelled); };
  const Outcome outcome = run(std::move(made));
  EXPECT_EQ(outcome.status, StepStatus::cancelled);
  EXPECT_EQ(outcome.reason, "cancelled");
}

TEST_F(Steps, checks_branches_and_joins_end_at_once) {
  EXPECT_EQ(run(StepKind::check, {{"condition", "", "true"}}).output.text, "true");
  EXPECT_EQ(run(StepKind::branch, {{"condition", "", "false"}}).output.text, "false");
  EXPECT_EQ(run(StepKind::join, {}).status, StepStatus::succeeded);
}

TEST_F(Steps, hundreds_run_at_once) {
  for (int i = 0; i < 300; ++i) {
    auto made = attempt(StepKind::command, {{"arg", "", "true"}});
    made->number = static_cast<std::uint32_t>(i);
    start(std::move(made));
  }
  drive();
  EXPECT_EQ(open, 0);
}

TEST(LastUrl, is_where_a_deployment_went) {
  EXPECT_EQ(last_url(""), "");
  EXPECT_EQ(last_url("no address :// here ://"), "");
  EXPECT_EQ(last_url("https://"), "");
  EXPECT_EQ(last_url("ftp://x http://a.example"), "http://a.example");
  EXPECT_EQ(last_url("see https://a.example/b, then go"), "https://a.example/b");
  EXPECT_EQ(last_url("\"https://a.example/\""), "https://a.example/");
  EXPECT_EQ(last_url("https://a.example ftp://b"), "https://a.example");
}

TEST(TextFilter, joins_what_was_cut_and_replaces_what_is_no_text) {
  const std::string whole = "a\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80 z";
  for (std::size_t cut = 0; cut <= whole.size(); ++cut)
    for (std::size_t second = cut; second <= whole.size(); ++second) {
      TextFilter filter;
      std::string text(filter.next(whole.substr(0, cut)));
      text += filter.next(whole.substr(cut, second - cut));
      text += filter.next(whole.substr(second));
      text += filter.last();
      ASSERT_EQ(text, whole) << cut << " " << second;
    }
  for (unsigned first = 0; first < 256; ++first)
    for (unsigned second = 0; second < 256; ++second) {
      const std::string bytes = {static_cast<char>(first), static_cast<char>(second)};
      TextFilter filter;
      std::string text;
      for (const char byte : bytes) text += filter.next(std::string_view(&byte, 1));
      text += filter.last();
      ASSERT_EQ(invalid_utf8_at(text), std::string_view::npos) << first << " " << second;
    }
}

TEST(Capture, cuts_between_characters) {
  io::Folder folder;
  const Outputs outputs(folder.path());
  Capture capture(outputs, [&] { return folder / "log"; });
  std::string piece;
  for (int i = 0; i < 1000; ++i) piece += "\xE2\x82\xAC";  // Three bytes: the seams never fit.
  std::uint64_t size = 0;
  while (size < stream_kept_max + 5 * piece.size()) {
    capture.append(piece);
    size += piece.size();
  }
  const Result<Output> output = capture.finish(true);
  ASSERT_TRUE(output) << output.error().message;
  const std::string text = *read_file(folder / output->file);
  EXPECT_EQ(text.size(), output->size);
  EXPECT_EQ(invalid_utf8_at(text), std::string::npos);
  const std::size_t notice = text.find("\n[wfc: ");
  ASSERT_NE(notice, std::string::npos);
  const std::uint64_t left_out = std::stoull(text.substr(notice + 7));
  const std::size_t notice_size = text.find("out]\n") + 5 - notice;
  EXPECT_EQ(left_out + text.size() - notice_size, size);
}

TEST(Capture, does_not_touch_bytes_that_were_kept_before) {
  io::Folder folder;
  const Outputs outputs(folder.path());
  std::string log = folder / "log";
  std::ofstream(log) << "kept";
  ASSERT_EQ(::link(log.c_str(), (folder / "digest").c_str()), 0);
  Capture capture(outputs, [&] { return log; });
  capture.append(std::string(inline_output_max + 1, 'x'));
  ASSERT_TRUE(capture.finish(false));
  EXPECT_EQ(*read_file(folder / "digest"), "kept");
}

TEST(Capture, says_when_the_file_cannot_be_written) {
  const Outputs outputs("/no/such/folder");
  Capture capture(outputs, [] { return "/no/such/folder/log"; });
  for (int i = 0; i < 100; ++i) capture.append(std::string(10000, 'x'));
  const Result<Output> output = capture.finish(true);
  ASSERT_FALSE(output);
  EXPECT_NE(output.error().message.find("/no/such/folder/log"), std::string::npos);
}

TEST(Environment, withholds_credentials_by_name) {
  std::vector<std::string> entries = {"PATH=/bin",     "GITHUB_TOKEN=1",  "AWS_REGION=x",  "MY_KEY=2",
                                      "DB_PASSWORD=3", "SSH_AUTH_SOCK=4", "DOCKER_HOST=5", "HOME=/",
                                      "MONKEY=6",      "client_secret=7", "WF_RUN=8",      "broken",
                                      "=C:=x"};
  std::vector<char*> environment;
  environment.reserve(entries.size() + 1);
  for (std::string& entry : entries) environment.push_back(entry.data());
  environment.push_back(nullptr);
  std::vector<std::string> withheld;
  EXPECT_EQ(children_environment(environment.data(), &withheld),
            (std::vector<std::string>{"PATH=/bin", "HOME=/", "MONKEY=6"}));
  EXPECT_EQ(withheld, (std::vector<std::string>{"GITHUB_TOKEN", "AWS_REGION", "MY_KEY", "DB_PASSWORD",
                                                "SSH_AUTH_SOCK", "DOCKER_HOST", "client_secret", "WF_RUN"}));
  EXPECT_EQ(children_environment(environment.data(), nullptr).size(), 3u);
}

}  // namespace
}  // namespace wf::steps
