// What agent programs print, and what it means: each row of the tables of their traps.
#include "runtime/agents/answers.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "runtime/agents/agent.h"

namespace wf::agents {
namespace {

Outcome read(std::string_view format, std::string_view out, int exit_code = 0,
             std::string_view error_out = {}) {
  io::ChildEnd end;
  end.exit_code = exit_code;
  return find_format(format)->read(out, error_out, end);
}

std::vector<std::string> arguments(std::string_view format, const std::string& model = {},
                                   const std::vector<std::string>& own = {}) {
  return find_format(format)->arguments({model, {}}, own);
}

using Words = std::vector<std::string>;

TEST(Formats, are_known_by_name) {
  for (const char* name : {"text", "claude", "codex", "gemini"})
    EXPECT_NE(find_format(name), nullptr) << name;
  EXPECT_EQ(find_format("cobol"), nullptr);
}

TEST(Formats, say_what_an_answer_may_cost_where_the_program_can_keep_to_it) {
  const auto capped = [](std::string_view format, std::int64_t usd_millionths, const Words& own = {}) {
    return find_format(format)->arguments({"", usd_millionths}, own);
  };
  const Words words = capped("claude", 1'250'000);
  EXPECT_EQ(Words(words.end() - 2, words.end()), (Words{"--max-budget-usd", "1.250000"}));
  EXPECT_EQ(capped("claude", 1).back(), "0.000001");
  EXPECT_EQ(capped("claude", 5, {"--max-budget-usd=3"}).back(), "--max-budget-usd=3");
  EXPECT_EQ(capped("codex", 5), arguments("codex"));
}

TEST(Prices, turn_tokens_into_money) {
  const AdapterConfig::Price price{3'000'000, 15'000'000};
  const auto cost = [](const AdapterConfig::Price& of, std::int64_t input, std::int64_t output) {
    Usage usage;
    usage.input_tokens = input;
    usage.output_tokens = output;
    return usd_millionths(of, usage);
  };
  EXPECT_EQ(cost(price, 1'000'000, 100'000), 4'500'000);
  EXPECT_EQ(cost(price, 1, 0), 3);
  EXPECT_EQ(cost({1, 0}, 1, 0), 1) << "what costs anything costs something";
  EXPECT_EQ(cost(price, INT64_MAX, INT64_MAX), INT64_MAX);
  EXPECT_EQ(cost(price, -5, 0), 0);
}

TEST(Formats, give_arguments_and_let_a_person_replace_them) {
  EXPECT_EQ(arguments("text", "m", {"--fast"}), (Words{"--fast"}));
  EXPECT_EQ(arguments("claude", "opus"),
            (Words{"-p", "--output-format", "json", "--permission-mode", "acceptEdits", "--model", "opus"}));
  EXPECT_EQ(arguments("claude", "opus", {"--permission-mode=plan", "--model", "haiku"}),
            (Words{"-p", "--output-format", "json", "--permission-mode=plan", "--model", "haiku"}));
  EXPECT_EQ(arguments("codex", "gpt"),
            (Words{"exec", "--json", "--skip-git-repo-check", "-s", "workspace-write", "-m", "gpt", "-"}));
  EXPECT_EQ(arguments("codex", "", {"-s", "read-only"}),
            (Words{"exec", "--json", "--skip-git-repo-check", "-s", "read-only", "-"}));
  EXPECT_EQ(arguments("gemini", "", {"--approval-mode", "plan"}),
            (Words{"-o", "stream-json", "--skip-trust", "--approval-mode", "plan"}));
}

TEST(Text, is_the_output_less_one_line_break) {
  EXPECT_EQ(read("text", "answer\n\n").output.text, "answer\n");
  EXPECT_EQ(read("text", "").status, StepStatus::succeeded);
  const Outcome failed = read("text", "half", 3, "first\nno model\n");
  EXPECT_EQ(failed.status, StepStatus::failed);
  EXPECT_EQ(failed.reason, "exit-code");
  EXPECT_NE(failed.error.find("exit code 3"), std::string::npos);
  EXPECT_NE(failed.error.find("no model"), std::string::npos);
}

const char* const claude_success =
    R"({"type":"result","subtype":"success","is_error":false,"result":"Done.","total_cost_usd":0.0123,)"
    R"("usage":{"input_tokens":10,"cache_creation_input_tokens":5,"cache_read_input_tokens":85,"output_tokens":7},)"
    R"("permission_denials":[],"session_id":"x"})";

TEST(Claude, answers_with_its_result_and_what_it_cost) {
  const Outcome outcome = read("claude", claude_success);
  EXPECT_EQ(outcome.status, StepStatus::succeeded) << outcome.error;
  EXPECT_EQ(outcome.output.text, "Done.");
  EXPECT_EQ(outcome.usage.usd_millionths, 12300);
  EXPECT_EQ(outcome.usage.input_tokens, 100);
  EXPECT_EQ(outcome.usage.output_tokens, 7);
  EXPECT_EQ(outcome.usage.source, "reported");
}

TEST(Claude, may_stream_or_list_its_events) {
  const std::string stream =
      std::string("{\"type\":\"system\",\"subtype\":\"init\"}\nnot json\n") + claude_success + "\n";
  EXPECT_EQ(read("claude", stream).output.text, "Done.");
  const std::string list = std::string("[{\"type\":\"assistant\"},") + claude_success + "]";
  EXPECT_EQ(read("claude", list).output.text, "Done.");
}

TEST(Claude, that_was_denied_a_tool_has_failed_though_it_says_success) {
  const Outcome outcome =
      read("claude", R"({"type":"result","subtype":"success","is_error":false,"result":"I could not.",
    "permission_denials":[{"tool_name":"Bash","tool_use_id":"1"},{"tool_name":"Write"},{"tool_name":"Bash"}]})");
  EXPECT_EQ(outcome.status, StepStatus::failed);
  EXPECT_EQ(outcome.reason, "agent");
  EXPECT_NE(outcome.error.find("Bash, Write"), std::string::npos) << outcome.error;
}

TEST(Claude, that_met_an_api_error_has_failed_though_it_says_success) {
  const Outcome outcome = read(
      "claude",
      R"({"type":"result","subtype":"success","is_error":true,"api_error_status":529,"result":"API Error: overloaded"})",
      1);
  EXPECT_EQ(outcome.status, StepStatus::failed);
  EXPECT_NE(outcome.error.find("529"), std::string::npos);
  EXPECT_NE(outcome.error.find("overloaded"), std::string::npos);
  // Also with exit code 0 and only the status to tell.
  EXPECT_EQ(
      read("claude",
           R"({"type":"result","subtype":"success","is_error":false,"api_error_status":401,"result":"x"})")
          .status,
      StepStatus::failed);
}

TEST(Claude, that_reached_a_limit_is_charged_by_model) {
  const Outcome turns = read("claude", R"({"type":"result","subtype":"error_max_turns","is_error":true})", 1);
  EXPECT_NE(turns.error.find("turns"), std::string::npos);
  const Outcome budget = read(
      "claude", R"({"type":"result","subtype":"error_max_budget_usd","is_error":false,"total_cost_usd":0.6,
    "usage":{"input_tokens":0,"output_tokens":0},
    "modelUsage":{"a":{"inputTokens":3,"cacheReadInputTokens":4,"outputTokens":5},"b":{"inputTokens":1,"outputTokens":1}}})",
      1);
  EXPECT_EQ(budget.status, StepStatus::failed);
  EXPECT_EQ(budget.reason, "budget");
  EXPECT_EQ(budget.usage.input_tokens, 8);
  EXPECT_EQ(budget.usage.output_tokens, 6);
  EXPECT_EQ(budget.usage.usd_millionths, 600000);
}

TEST(Claude, that_printed_nothing_was_interrupted) {
  EXPECT_EQ(read("claude", "").status, StepStatus::failed);  // SIGINT: exit 0, empty output.
  EXPECT_EQ(read("claude", "Error: no prompt", 1, "Input must be provided").status, StepStatus::failed);
  EXPECT_EQ(read("claude", R"({"type":"result","subtype":"success","is_error":false,"result":""})").status,
            StepStatus::failed);
}

TEST(Claude, with_a_schema_answers_with_the_object) {
  const Outcome outcome = read(
      "claude",
      R"({"type":"result","subtype":"success","is_error":false,"result":"","structured_output":{"score":3}})");
  EXPECT_EQ(outcome.output.text, "{\"score\":3}");
}

TEST(Codex, answers_with_its_last_message) {
  const Outcome outcome = read("codex", R"({"type":"thread.started","thread_id":"1"}
{"type":"item.completed","item":{"type":"error","message":"unknown model metadata"}}
{"type":"error","message":"reconnecting"}
{"type":"item.completed","item":{"type":"agent_message","text":"thinking"}}
{"type":"item.completed","item":{"type":"agent_message","text":"Done."}}
{"type":"turn.completed","usage":{"input_tokens":40,"cached_input_tokens":30,"output_tokens":2}}
)");
  EXPECT_EQ(outcome.status, StepStatus::succeeded) << outcome.error;
  EXPECT_EQ(outcome.output.text, "Done.");
  EXPECT_EQ(outcome.usage.input_tokens, 40);
  EXPECT_EQ(outcome.usage.output_tokens, 2);
}

TEST(Codex, has_failed_when_its_turn_has) {
  const Outcome outcome =
      read("codex", "{\"type\":\"turn.failed\",\"error\":{\"message\":\"401 Unauthorized\"}}\n", 1);
  EXPECT_EQ(outcome.status, StepStatus::failed);
  EXPECT_NE(outcome.error.find("401"), std::string::npos);
  EXPECT_EQ(read("codex", "").status, StepStatus::failed);
  EXPECT_EQ(read("codex", "{\"type\":\"error\",\"message\":\"boom\"}\n", 1).error,
            "codex ended with exit code 1: boom");
}

TEST(Gemini, answers_in_both_of_its_forms) {
  const Outcome whole = read(
      "gemini",
      R"({"response":"Done.","stats":{"models":{"m":{"tokens":{"prompt":9,"candidates":2,"thoughts":1}}}}})");
  EXPECT_EQ(whole.output.text, "Done.");
  EXPECT_EQ(whole.usage.input_tokens, 9);
  EXPECT_EQ(whole.usage.output_tokens, 3);
  const Outcome stream = read("gemini", R"({"type":"init"}
{"type":"message","role":"user","content":"x"}
{"type":"message","role":"assistant","content":"Do","delta":true}
{"type":"message","role":"assistant","content":"ne.","delta":true}
{"type":"result","status":"success","stats":{"input_tokens":9,"output_tokens":2}}
)");
  EXPECT_EQ(stream.output.text, "Done.");
  EXPECT_EQ(stream.usage.input_tokens, 9);
}

TEST(Gemini, says_what_its_exit_codes_mean) {
  EXPECT_NE(read("gemini", "", 41).error.find("signed in"), std::string::npos);
  EXPECT_NE(read("gemini", "", 53).error.find("turns"), std::string::npos);
  EXPECT_NE(read("gemini", "", 145, "stack\n{\"error\":1}").error.find("401"), std::string::npos);
  EXPECT_NE(read("gemini", "", 173).error.find("429"), std::string::npos);
  EXPECT_NE(read("gemini", "", 1, "bad").error.find("bad"), std::string::npos);
  EXPECT_EQ(read("gemini", R"({"type":"result","status":"error","error":{"message":"quota"}})", 0).error,
            "gemini failed: quota");
}

TEST(Garbage, never_counts_as_an_answer_of_a_program_that_speaks_json) {
  const std::string deep(100000, '[');
  for (const char* format : {"claude", "codex", "gemini"})
    for (const std::string& text :
         {std::string("\xff\xfe\x00garbage", 10), std::string("{}"), std::string("[]"), std::string("null"),
          std::string("{\"type\":\"result\"}"), std::string("{\"type\":7,\"result\":[]}"), deep,
          std::string("{\"response\":{}}"), std::string("{\"type\":\"turn.completed\",\"usage\":[]}")})
      EXPECT_EQ(read(format, text).status, StepStatus::failed) << format << ": " << text.substr(0, 40);
}

TEST(HeadAndTail, keeps_both_ends) {
  HeadAndTail whole;
  whole.append("abc");
  whole.append("def");
  EXPECT_EQ(whole.text(), "abcdef");
  EXPECT_FALSE(whole.cut());
  HeadAndTail cut;
  std::string expected_tail;
  std::uint64_t size = 0;
  for (int i = 0; size < 40u << 20; ++i) {
    const std::string piece =
        std::to_string(i) + std::string(static_cast<std::size_t>(i * 7919 % 60000), 'a' + i % 26);
    cut.append(piece);
    size += piece.size();
    expected_tail += piece;
  }
  const std::string text = cut.text();
  EXPECT_TRUE(cut.cut());
  constexpr std::size_t half = stream_kept_max / 2;
  EXPECT_EQ(text.substr(0, 100), expected_tail.substr(0, 100));
  EXPECT_TRUE(text.ends_with(expected_tail.substr(expected_tail.size() - half)));
  EXPECT_NE(text.find("[wfc: " + std::to_string(size - stream_kept_max) + " bytes left out]"),
            std::string::npos);
}

TEST(Adapters, are_named_on_the_command_line) {
  const auto replay = parse_adapter("replay:answers:1.json");
  ASSERT_TRUE(replay);
  EXPECT_EQ(replay->adapter, "replay");
  EXPECT_EQ(replay->file, "answers:1.json");
  const auto command = parse_adapter("command:./agent.sh");
  ASSERT_TRUE(command);
  EXPECT_EQ(command->program, "./agent.sh");
  ASSERT_TRUE(parse_adapter("claude"));
  EXPECT_EQ(parse_adapter("claude:/opt/claude")->program, "/opt/claude");
  EXPECT_FALSE(parse_adapter("replay"));
  EXPECT_FALSE(parse_adapter("command:"));
  EXPECT_FALSE(parse_adapter(""));
  const auto unknown = parse_adapter("cluade");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().message, "no agent adapter is named `cluade`");
  EXPECT_NE(unknown.error().hint.find("claude"), std::string::npos);
  const auto names = adapter_names();
  EXPECT_NE(std::find(names.begin(), names.end(), "replay"), names.end());
}

}  // namespace
}  // namespace wf::agents
