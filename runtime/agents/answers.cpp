// How programs are asked and how their answers are read: plain text, and the three agent programs.
//
// Each of these programs can exit with 0 and have failed, or print an error as if it were an answer. What is
// checked here was measured with the programs; what they add in later versions is ignored.
#include "runtime/agents/answers.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>

#include "runtime/base/json.h"
#include "runtime/base/text.h"

namespace wf::agents {

namespace {

constexpr std::size_t half_max = stream_kept_max / 2;
constexpr std::size_t excerpt_max = 400;

// ---- Reading JSON that may be anything
// --------------------------------------------------------------------------

const Json& member(const Json& object, std::string_view name) {
  static const Json nothing;
  if (!object.is_object()) return nothing;
  const auto found = object.find(name);
  return found == object.end() ? nothing : *found;
}

std::string text_of(const Json& object, std::string_view name) {
  const Json& value = member(object, name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

double number_of(const Json& object, std::string_view name) {
  constexpr double number_max = 1e12;
  const Json& value = member(object, name);
  return value.is_number() ? std::clamp(value.get<double>(), 0.0, number_max) : 0.0;
}

std::int64_t count_of(const Json& object, std::initializer_list<std::string_view> names) {
  double sum = 0;
  for (const std::string_view name : names) sum += number_of(object, name);
  return static_cast<std::int64_t>(sum);
}

bool is_true(const Json& object, std::string_view name) {
  const Json& value = member(object, name);
  return value.is_boolean() && value.get<bool>();
}

// One JSON value a line; a line that is none is passed over.
template <class Each>
void for_each_line(std::string_view text, const Each& each) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.find('{') == std::string_view::npos) continue;
    const Result<Json> value = parse_json(line);
    if (value && value->is_object()) each(*value);
  }
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// The end of what a program said, for a sentence.
std::string excerpt(std::string_view text) {
  text = trimmed(text);
  if (text.size() <= excerpt_max) return std::string(text);
  text.remove_prefix(text.size() - excerpt_max);
  while (!text.empty() && (static_cast<unsigned char>(text.front()) & 0xC0) == 0x80) text.remove_prefix(1);
  return "..." + std::string(text);
}

Outcome agent_failed(std::string error) {
  return Outcome::failed(reason::agent, std::move(error));
}

std::string exit_sentence(std::string_view program, int code, std::string_view said) {
  std::string sentence = std::string(program) + " ended with exit code " + std::to_string(code);
  if (const std::string words = excerpt(said); !words.empty()) sentence += ": " + words;
  return sentence;
}

bool has_any(const std::vector<std::string>& arguments, std::initializer_list<std::string_view> names) {
  return std::any_of(arguments.begin(), arguments.end(), [&](const std::string& argument) {
    return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
      return argument == name || (argument.starts_with(name) && argument[name.size()] == '=');
    });
  });
}

std::string dollars(std::int64_t millionths) {
  const std::string fraction = std::to_string(1'000'000 + millionths % 1'000'000);
  return std::to_string(millionths / 1'000'000) + "." + fraction.substr(1);
}

void add(std::vector<std::string>& to, std::initializer_list<std::string> more) {
  to.insert(to.end(), more);
}

// ---- text
// -------------------------------------------------------------------------------------------------------

std::vector<std::string> text_arguments(const Asking&, const std::vector<std::string>& own) {
  return own;
}

Outcome read_text(std::string_view out, std::string_view error_out, const io::ChildEnd& end) {
  if (end.exit_code != 0) {
    Outcome outcome =
        Outcome::failed(reason::exit_code, exit_sentence("the agent's program", end.exit_code, error_out));
    outcome.output.text = out;
    return outcome;
  }
  if (out.ends_with('\n')) out.remove_suffix(1);
  return Outcome::succeeded(std::string(out));
}

// ---- Claude Code
// ------------------------------------------------------------------------------------------------

std::vector<std::string> claude_arguments(const Asking& asking, const std::vector<std::string>& own) {
  std::vector<std::string> arguments = {"-p"};
  if (!has_any(own, {"--output-format"})) add(arguments, {"--output-format", "json"});
  if (!has_any(own, {"--permission-mode", "--dangerously-skip-permissions"}))
    add(arguments, {"--permission-mode", "acceptEdits"});
  if (!asking.model.empty() && !has_any(own, {"--model"})) add(arguments, {"--model", asking.model});
  // It looks after each call of the model, so it may pass this; our own account is what holds.
  if (asking.usd_millionths_max && !has_any(own, {"--max-budget-usd"}))
    add(arguments, {"--max-budget-usd", dollars(*asking.usd_millionths_max)});
  arguments.insert(arguments.end(), own.begin(), own.end());
  return arguments;
}

Usage claude_usage(const Json& result) {
  Usage usage;
  usage.usd_millionths = std::llround(number_of(result, "total_cost_usd") * 1e6);
  // `usage` is all zero after a budget stop; the numbers by model are right.
  const Json& models = member(result, "modelUsage");
  if (models.is_object() && !models.empty()) {
    for (const Json& model : models) {
      usage.input_tokens +=
          count_of(model, {"inputTokens", "cacheReadInputTokens", "cacheCreationInputTokens"});
      usage.output_tokens += count_of(model, {"outputTokens"});
    }
  } else {
    const Json& sums = member(result, "usage");
    usage.input_tokens =
        count_of(sums, {"input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"});
    usage.output_tokens = count_of(sums, {"output_tokens"});
  }
  if (usage.usd_millionths != 0 || usage.input_tokens != 0 || usage.output_tokens != 0)
    usage.source = "reported";
  return usage;
}

std::string denied_tools(const Json& denials) {
  std::string names;
  for (const Json& denial : denials) {
    const std::string name = text_of(denial, "tool_name");
    if (!name.empty() && names.find(name) == std::string::npos) names += (names.empty() ? "" : ", ") + name;
  }
  return names.empty() ? "a tool" : names;
}

Outcome judge_claude(const Json& result, const io::ChildEnd& end) {
  const std::string text = text_of(result, "result");
  const std::string kind = text_of(result, "subtype");
  // An API error has the subtype `success` and its text where the answer belongs: only these two tell.
  const Json& status = member(result, "api_error_status");
  if (kind == "error_max_turns") return agent_failed("claude reached its limit of turns");
  if (kind == "error_max_budget_usd")
    return Outcome::failed(reason::budget, "claude reached its own limit of cost");
  if (is_true(result, "is_error") || status.is_number()) {
    std::string error = "claude failed";
    if (status.is_number_integer()) error += " with status " + std::to_string(status.get<std::int64_t>());
    if (!text.empty()) error += ": " + excerpt(text);
    return agent_failed(error);
  }
  if (!kind.empty() && kind != "success") return agent_failed("claude failed: " + kind);
  const Json& denials = member(result, "permission_denials");
  if (denials.is_array() && !denials.empty()) {
    return agent_failed("claude was not allowed to use " + denied_tools(denials) +
                        "; allow it in the agent's `args` (--allowedTools), or have it not ask");
  }
  if (end.exit_code != 0) return agent_failed(exit_sentence("claude", end.exit_code, text));
  const Json& structured = member(result, "structured_output");
  if (structured.is_object()) return Outcome::succeeded(write_json(structured));
  if (text.empty()) return agent_failed("claude gave an empty answer");
  return Outcome::succeeded(text);
}

Outcome read_claude(std::string_view out, std::string_view error_out, const io::ChildEnd& end) {
  Json result;
  const auto consider = [&](const Json& value) {
    if (text_of(value, "type") == "result") result = value;
  };
  // `json` prints one object (with --verbose a list of events), `stream-json` one event a line.
  if (const Result<Json> whole = parse_json(trimmed(out))) {
    consider(*whole);
    if (whole->is_array())
      for (const Json& event : *whole) consider(event);
  } else {
    for_each_line(out, consider);
  }
  if (!result.is_object()) {
    if (end.exit_code != 0) return agent_failed(exit_sentence("claude", end.exit_code, error_out));
    if (trimmed(out).empty()) return agent_failed("claude printed nothing; it may have been interrupted");
    return agent_failed("claude printed no result that can be read: " + excerpt(out));
  }
  Outcome outcome = judge_claude(result, end);
  outcome.usage = claude_usage(result);
  return outcome;
}

// ---- Codex
// ------------------------------------------------------------------------------------------------------

std::vector<std::string> codex_arguments(const Asking& asking, const std::vector<std::string>& own) {
  std::vector<std::string> arguments = {"exec", "--json", "--skip-git-repo-check"};
  if (!has_any(own, {"-s", "--sandbox", "--full-auto", "--dangerously-bypass-approvals-and-sandbox"}))
    add(arguments, {"-s", "workspace-write"});
  if (!asking.model.empty() && !has_any(own, {"-m", "--model"})) add(arguments, {"-m", asking.model});
  arguments.insert(arguments.end(), own.begin(), own.end());
  arguments.emplace_back("-");  // The prompt is on standard input.
  return arguments;
}

Outcome read_codex(std::string_view out, std::string_view error_out, const io::ChildEnd& end) {
  std::string answer, failure, remark;
  bool failed = false;
  bool completed = false;
  Usage usage;
  for_each_line(out, [&](const Json& event) {
    const std::string type = text_of(event, "type");
    if (type == "item.completed") {
      const Json& item = member(event, "item");
      // An item of type `error` may be a mere warning in a run that succeeds.
      if (text_of(item, "type") == "agent_message") answer = text_of(item, "text");
    } else if (type == "turn.completed") {
      completed = true;
      const Json& spent = member(event, "usage");
      usage.input_tokens += count_of(spent, {"input_tokens"});
      usage.output_tokens += count_of(spent, {"output_tokens"});
      usage.source = "reported";
    } else if (type == "turn.failed") {
      failed = true;
      failure = text_of(member(event, "error"), "message");
    } else if (type == "error") {
      remark = text_of(event, "message");  // Also of attempts to reconnect: counts only if the whole failed.
    }
  });
  Outcome outcome;
  if (failed) {
    outcome = agent_failed("codex failed: " + excerpt(failure.empty() ? "it gave no reason" : failure));
  } else if (end.exit_code != 0) {
    outcome = agent_failed(exit_sentence("codex", end.exit_code, remark.empty() ? error_out : remark));
  } else if (answer.empty()) {
    outcome =
        agent_failed(completed ? "codex gave an empty answer" : "codex printed no answer that can be read");
  } else {
    outcome = Outcome::succeeded(answer);
  }
  outcome.usage = usage;
  return outcome;
}

// ---- Gemini
// -----------------------------------------------------------------------------------------------------

std::vector<std::string> gemini_arguments(const Asking& asking, const std::vector<std::string>& own) {
  std::vector<std::string> arguments;
  // On failure the plain `json` form leaves its standard output empty and mixes the error into a stack trace.
  if (!has_any(own, {"-o", "--output-format"})) add(arguments, {"-o", "stream-json"});
  if (!has_any(own, {"--approval-mode", "--yolo", "-y"})) add(arguments, {"--approval-mode", "auto_edit"});
  if (!has_any(own, {"--skip-trust"})) add(arguments, {"--skip-trust"});
  if (!asking.model.empty() && !has_any(own, {"-m", "--model"})) add(arguments, {"-m", asking.model});
  arguments.insert(arguments.end(), own.begin(), own.end());
  return arguments;
}

std::string gemini_exit(int code, std::string_view said) {
  struct Meaning {
    int code;
    std::string_view words;
  };
  constexpr std::array<Meaning, 8> meanings = {
      {{41, "it is not signed in (no authentication method in its settings)"},
       {42, "it could not read its input"},
       {44, "its sandbox failed"},
       {52, "its configuration is wrong"},
       {53, "it reached its limit of turns"},
       {54, "a tool failed"},
       {55, "it does not trust this folder"},
       {130, "it was cancelled"}}};
  for (const Meaning& meaning : meanings)
    if (meaning.code == code) return "gemini failed: " + std::string(meaning.words);
  // An HTTP status that was cut to a byte: 401 is 145, 429 is 173.
  const int status = code + 256;
  if (code != 130 && status >= 400 && status < 512)
    return "gemini failed with status " + std::to_string(status) + ": " + excerpt(said);
  return exit_sentence("gemini", code, said);
}

Usage gemini_usage(const Json& stats) {
  Usage usage;
  const Json& models = member(stats, "models");
  if (models.is_object()) {
    for (const Json& model : models) {
      const Json& tokens = member(model, "tokens");
      usage.input_tokens += count_of(tokens, {"prompt"});
      usage.output_tokens += count_of(tokens, {"candidates", "thoughts"});
    }
  }
  if (usage.input_tokens == 0 && usage.output_tokens == 0) {
    usage.input_tokens = count_of(stats, {"input_tokens"});
    usage.output_tokens = count_of(stats, {"output_tokens"});
  }
  if (usage.input_tokens != 0 || usage.output_tokens != 0) usage.source = "reported";
  return usage;
}

Outcome read_gemini(std::string_view out, std::string_view error_out, const io::ChildEnd& end) {
  std::string answer, failure;
  Usage usage;
  bool ended = false;
  if (const Result<Json> whole = parse_json(trimmed(out));
      whole && whole->is_object() && whole->contains("response")) {
    ended = true;
    answer = text_of(*whole, "response");
    usage = gemini_usage(member(*whole, "stats"));
  } else {
    for_each_line(out, [&](const Json& event) {
      const std::string type = text_of(event, "type");
      if (type == "message" && text_of(event, "role") == "assistant") {
        if (!is_true(event, "delta")) answer.clear();
        answer += text_of(event, "content");
      } else if (type == "result") {
        ended = true;
        usage = gemini_usage(member(event, "stats"));
        if (text_of(event, "status") == "error") {
          const Json& error = member(event, "error");
          failure = error.is_string() ? error.get<std::string>() : text_of(error, "message");
          if (failure.empty()) failure = "it gave no reason";
        }
      }
    });
  }
  Outcome outcome;
  if (!failure.empty())
    outcome = agent_failed("gemini failed: " + excerpt(failure));
  else if (end.exit_code != 0)
    outcome = agent_failed(gemini_exit(end.exit_code, error_out));
  else if (!ended || answer.empty())
    outcome =
        agent_failed(ended ? "gemini gave an empty answer" : "gemini printed no answer that can be read");
  else
    outcome = Outcome::succeeded(answer);
  outcome.usage = usage;
  return outcome;
}

const std::array<Format, 4>& formats() {
  static const std::array<Format, 4> table = {{
      {"text", "", text_arguments, read_text, {}, ""},
      {"claude",
       "claude",
       claude_arguments,
       read_claude,
       {"ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN"},
       "install it with `npm install -g @anthropic-ai/claude-code`"},
      {"codex",
       "codex",
       codex_arguments,
       read_codex,
       {"OPENAI_API_KEY", "CODEX_API_KEY"},
       "install it with `npm install -g @openai/codex`"},
      {"gemini",
       "gemini",
       gemini_arguments,
       read_gemini,
       {"GEMINI_API_KEY", "GOOGLE_API_KEY"},
       "install it with `npm install -g @google/gemini-cli`"},
  }};
  return table;
}

}  // namespace

const Format* find_format(std::string_view name) {
  for (const Format& format : formats())
    if (format.name == name) return &format;
  return nullptr;
}

void HeadAndTail::append(std::string_view bytes) {
  size_ += bytes.size();
  const std::size_t into_head = std::min(bytes.size(), half_max - head_.size());
  head_.append(bytes.substr(0, into_head));
  bytes.remove_prefix(into_head);
  const std::size_t into_tail = std::min(bytes.size(), half_max - tail_.size());
  tail_.append(bytes.substr(0, into_tail));
  bytes.remove_prefix(into_tail);
  if (bytes.size() > half_max) bytes.remove_prefix(bytes.size() - half_max);
  while (!bytes.empty()) {
    const std::size_t count = std::min(bytes.size(), half_max - at_);
    std::copy_n(bytes.begin(), count, tail_.begin() + static_cast<std::ptrdiff_t>(at_));
    at_ = (at_ + count) % half_max;
    bytes.remove_prefix(count);
  }
}

std::string HeadAndTail::text() const {
  std::string text = head_;
  if (cut()) text += "\n[wfc: " + std::to_string(size_ - stream_kept_max) + " bytes left out]\n";
  text.append(tail_, at_);
  text.append(tail_, 0, at_);
  return text;
}

}  // namespace wf::agents
