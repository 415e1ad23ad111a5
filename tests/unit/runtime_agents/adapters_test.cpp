// Adapters as steps use them: answers from a file, and programs that stand in for agents.
#include <gtest/gtest.h>

#include <fstream>

#include "runtime/agents/agent.h"
#include "tests/unit/runtime_io/world.h"

namespace wf::agents {
namespace {

struct Agents : testing::Test {
  io::Folder folder;
  io::World world{true};
  Services services{world.reactor, *world.nursery, world.clock};

  std::string file(const std::string& text) {
    std::string path = folder / "answers.json";
    std::ofstream(path) << text;
    return path;
  }
  std::unique_ptr<Adapter> adapter(const AdapterConfig& config) {
    auto made = make_adapter(config, services);
    EXPECT_TRUE(made) << made.error().message;
    return made ? std::move(*made) : nullptr;
  }
  std::unique_ptr<Adapter> replay(const std::string& text) {
    AdapterConfig config;
    config.adapter = "replay";
    config.file = file(text);
    return adapter(config);
  }
  std::string refusal(const std::string& text) {
    AdapterConfig config;
    config.adapter = "replay";
    config.file = file(text);
    const auto made = make_adapter(config, services);
    return made ? "" : made.error().message;
  }
  std::unique_ptr<Adapter> program(const std::string& script, const std::string& format = {}) {
    AdapterConfig config;
    config.adapter = "command";
    config.program = folder.program("agent", "#!/bin/sh\n" + script);
    config.format = format;
    return adapter(config);
  }
  Outcome ask(Adapter& adapter, const std::string& step, std::uint32_t attempt = 1,
              const std::string& prompt = "p") {
    Question question;
    question.step = step;
    question.attempt = attempt;
    question.prompt = prompt;
    Outcome answer;
    printed.clear();
    adapter.ask(
        std::move(question), [&](std::string_view bytes) { printed += bytes; },
        [&](Outcome outcome) {
          answer = std::move(outcome);
          world.reactor.stop();
        });
    world.reactor.run();
    return answer;
  }
  std::string printed;
};

TEST_F(Agents, replay_gives_each_attempt_the_next_answer_and_repeats_the_last) {
  const auto adapter = replay(
      R"({"answers":{"build":["one",{"text":"two","usage":{"input_tokens":9,"output_tokens":2,"credits":0.5}}]},"default":"else"})");
  EXPECT_EQ(ask(*adapter, "build", 1).output.text, "one");
  EXPECT_EQ(printed, "one");
  const Outcome second = ask(*adapter, "build", 2);
  EXPECT_EQ(second.output.text, "two");
  EXPECT_EQ(second.usage.input_tokens, 9);
  EXPECT_EQ(second.usage.output_tokens, 2);
  EXPECT_EQ(second.usage.credits_millionths, 500000);
  EXPECT_EQ(second.usage.source, "reported");
  EXPECT_EQ(ask(*adapter, "build", 7).output.text, "two");
  EXPECT_EQ(ask(*adapter, "other").output.text, "else");
  EXPECT_EQ(ask(*adapter, "other").usage.source, "");
}

TEST_F(Agents, replay_without_an_answer_fails_and_says_so) {
  const auto adapter = replay(R"({"answers":{"a":["x"],"empty":[]}})");
  for (const char* step : {"b", "empty"}) {
    const Outcome outcome = ask(*adapter, step);
    EXPECT_EQ(outcome.status, StepStatus::failed);
    EXPECT_NE(outcome.error.find("no answer for step `" + std::string(step) + "`"), std::string::npos);
  }
}

TEST_F(Agents, replay_can_fail_and_be_slow) {
  const auto adapter = replay(
      R"({"answers":{"a":[{"fail":"rate limit","usage":{"input_tokens":3}},{"text":"late","delay_ms":30}]}})");
  const Outcome failed = ask(*adapter, "a", 1);
  EXPECT_EQ(failed.status, StepStatus::failed);
  EXPECT_EQ(failed.reason, "agent");
  EXPECT_NE(failed.error.find("rate limit"), std::string::npos);
  EXPECT_EQ(failed.usage.input_tokens, 3);
  const std::int64_t before = world.clock.monotonic_ms();
  EXPECT_EQ(ask(*adapter, "a", 2).output.text, "late");
  EXPECT_GE(world.clock.monotonic_ms() - before, 29);
}

TEST_F(Agents, replay_can_be_stopped_while_it_waits) {
  const auto adapter = replay(R"({"default":{"text":"never","delay_ms":100000000}})");
  for (const std::string_view why : {reason::timeout, reason::cancelled}) {
    Outcome answer;
    int answers = 0;
    Question question;
    question.step = "a";
    const Adapter::Stop stop = adapter->ask(std::move(question), {}, [&](Outcome outcome) {
      ++answers;
      answer = std::move(outcome);
    });
    stop(why);
    stop(why);
    EXPECT_EQ(answers, 1);
    EXPECT_EQ(answer.reason, why);
    EXPECT_EQ(answer.status, why == reason::timeout ? StepStatus::failed : StepStatus::cancelled);
  }
}

TEST_F(Agents, an_answer_that_is_a_json_object_gives_fields) {
  const auto adapter =
      replay(R"({"answers":{"a":["{\"score\": 3, \"confidence\": 0.5}"],"b":["[1]"],"c":["{not json}"]}})");
  EXPECT_EQ(ask(*adapter, "a").fields_json, R"({"score":3,"confidence":0.5})");
  EXPECT_EQ(ask(*adapter, "b").fields_json, "");
  EXPECT_EQ(ask(*adapter, "c").fields_json, "");
  EXPECT_EQ(ask(*adapter, "c").output.text, "{not json}");
}

TEST_F(Agents, replay_files_are_checked) {
  EXPECT_NE(refusal("[]").find("not a JSON object"), std::string::npos);
  EXPECT_NE(refusal("{").find("is not JSON"), std::string::npos);
  EXPECT_NE(refusal(R"({"answer":{}})").find("`answer`"), std::string::npos);
  EXPECT_NE(refusal(R"({"answers":{"a":"x"}})").find("`answers.a` is not a list"), std::string::npos);
  EXPECT_NE(refusal(R"({"answers":{"a":[{"text":1}]}})").find("`answers.a[0].text` is not a text"),
            std::string::npos);
  EXPECT_NE(refusal(R"({"answers":{"a":["x",{"delay_ms":-1}]}})").find("`answers.a[1].delay_ms`"),
            std::string::npos);
  EXPECT_NE(refusal(R"({"default":{"usage":{"bananas":1}}})").find("`default.usage.bananas`"),
            std::string::npos);
  AdapterConfig config;
  config.adapter = "replay";
  EXPECT_FALSE(make_adapter(config, services));
  config.file = folder / "missing.json";
  EXPECT_FALSE(make_adapter(config, services));
}

TEST_F(Agents, a_program_gets_the_prompt_on_its_input_byte_for_byte) {
  std::string prompt = "quotes ' \" $(touch x) `id` %s {{ }} \\ \n\n\xF0\x9F\x98\x80";
  prompt.append(1 << 20, 'x');
  const auto adapter = program("cat");
  EXPECT_TRUE(ask(*adapter, "a", 1, prompt).output.text == prompt);
  EXPECT_EQ(ask(*adapter, "a", 1, "").output.text, "");
  const auto counting = program("wc -c; exit 0");
  EXPECT_EQ(ask(*counting, "a", 1, "four").output.text, "4");
}

TEST_F(Agents, a_program_that_fails_fails_the_step) {
  const auto adapter = program("echo half; echo because >&2; exit 3");
  const Outcome outcome = ask(*adapter, "a");
  EXPECT_EQ(outcome.status, StepStatus::failed);
  EXPECT_EQ(outcome.reason, "exit-code");
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_EQ(outcome.error_output.text, "because\n");
  const auto killed = program("kill -9 $$");
  EXPECT_EQ(ask(*killed, "a").reason, "signal:9");
}

TEST_F(Agents, a_program_may_print_bytes_that_are_no_text) {
  const auto adapter = program("printf 'a\\377b'");
  EXPECT_EQ(ask(*adapter, "a").output.text,
            "a\xEF\xBF\xBD"
            "b");
}

TEST_F(Agents, a_missing_program_is_a_failed_step_with_a_hint) {
  AdapterConfig config;
  config.adapter = "claude";
  config.program = "no-such-claude";
  const auto adapter = this->adapter(config);
  const Outcome outcome = ask(*adapter, "a");
  EXPECT_EQ(outcome.status, StepStatus::failed);
  EXPECT_EQ(outcome.reason, "start");
  EXPECT_NE(outcome.error.find("no program `no-such-claude`"), std::string::npos);
  EXPECT_NE(outcome.error.find("npm install"), std::string::npos);
  const auto ready = adapter->ready();
  ASSERT_FALSE(ready);
  EXPECT_NE(ready.error().hint.find("npm install"), std::string::npos);
  config.program = "sh";
  EXPECT_TRUE(this->adapter(config)->ready());
}

TEST_F(Agents, stand_ins_for_the_programs_are_read_in_their_format) {
  const auto claude = program(
      R"(grep -q hello || exit 9;
printf '{"type":"result","subtype":"success","is_error":false,"result":"hi from %s","total_cost_usd":0.5}' "$1")",
      "claude");
  Question question;
  const Outcome outcome = ask(*claude, "a", 1, "hello");
  EXPECT_EQ(outcome.output.text, "hi from -p") << outcome.error;
  EXPECT_EQ(outcome.usage.usd_millionths, 500000);
  const auto denied = program(
      R"(printf '{"type":"result","subtype":"success","is_error":false,"result":"x","permission_denials":[{"tool_name":"Bash"}]}')",
      "claude");
  EXPECT_EQ(ask(*denied, "a").status, StepStatus::failed);
  const auto codex = program(
      R"(cat > /dev/null; echo '{"type":"item.completed","item":{"type":"agent_message","text":"done"}}'; echo '{"type":"turn.completed"}')",
      "codex");
  EXPECT_EQ(ask(*codex, "a").output.text, "done");
  AdapterConfig config;
  config.adapter = "command";
  config.program = "x";
  config.format = "telepathy";
  EXPECT_FALSE(make_adapter(config, services));
  config.adapter = "psychic";
  EXPECT_FALSE(make_adapter(config, services));
  config.adapter = "command";
  config.format.clear();
  config.program.clear();
  EXPECT_FALSE(make_adapter(config, services));
}

TEST_F(Agents, the_keys_of_a_program_are_given_to_it_alone) {
  ::setenv("ANTHROPIC_API_KEY", "sk-1", 1);
  ::setenv("MY_AGENT_KEY", "k-2", 1);
  AdapterConfig config;
  config.adapter = "command";
  config.program = folder.program("agent", "#!/bin/sh\necho \"$ANTHROPIC_API_KEY $MY_AGENT_KEY\"\n");
  EXPECT_EQ(ask(*adapter(config), "a").output.text, " ");
  config.key_env = "MY_AGENT_KEY";
  EXPECT_EQ(ask(*adapter(config), "a").output.text, " k-2");
  config.program =
      folder.program("agent",
                     "#!/bin/sh\nprintf '{\"type\":\"result\",\"is_error\":false,\"result\":\"%s\"}' "
                     "\"$ANTHROPIC_API_KEY\"\n");
  config.format = "claude";
  EXPECT_EQ(ask(*adapter(config), "a").output.text, "sk-1");
  ::unsetenv("ANTHROPIC_API_KEY");
  ::unsetenv("MY_AGENT_KEY");
}

TEST_F(Agents, a_program_that_is_stopped_says_why) {
  const auto adapter = program("echo begun; sleep 1000");
  Outcome answer;
  Adapter::Stop stop;
  Question question;
  question.step = "a";
  stop = adapter->ask(
      std::move(question), [&](std::string_view) { stop(reason::timeout); },
      [&](Outcome outcome) {
        answer = std::move(outcome);
        world.reactor.stop();
      });
  world.reactor.run();
  EXPECT_EQ(answer.status, StepStatus::failed);
  EXPECT_EQ(answer.reason, "timeout");
}

}  // namespace
}  // namespace wf::agents
