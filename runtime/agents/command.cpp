// Asks a program: the prompt on its standard input, its standard output the answer.
#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "runtime/agents/agent.h"
#include "runtime/agents/answers.h"
#include "runtime/base/text.h"

namespace wf::agents {

Result<std::unique_ptr<Adapter>> make_command(const AdapterConfig& config, const Services& services);

namespace {

constexpr std::int64_t grace_ms = 10'000;

// Where a program lies that is looked up on the PATH; empty when nowhere.
std::string find_program(const std::string& program) {
  if (program.find('/') != std::string::npos) return ::access(program.c_str(), X_OK) == 0 ? program : "";
  const char* const set = std::getenv("PATH");
  std::string_view path = set != nullptr ? set : "/usr/local/bin:/usr/bin:/bin";
  for (;;) {
    const std::size_t colon = path.find(':');
    const std::string_view part = path.substr(0, colon);
    std::string candidate = std::string(part.empty() ? "." : part) + "/" + program;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    if (colon == std::string_view::npos) return {};
    path.remove_prefix(colon + 1);
  }
}

class Command final : public Adapter {
 public:
  Command(AdapterConfig config, const Format& format, const Services& services)
      : config_(std::move(config)), format_(format), services_(services) {}

  Stop ask(Question question, std::function<void(std::string_view)> printed, Answered answered) override {
    io::ChildSpec child = std::move(question.child);
    const Asking asking{question.model.empty() ? config_.model : question.model, question.usd_millionths_max};
    child.argv = {config_.program};
    for (std::string& argument : format_.arguments(asking, config_.args))
      child.argv.push_back(std::move(argument));
    child.input = std::move(question.prompt);
    child.input_open = true;  // An agent that finds its input open for ever waits for ever.
    for (const std::string_view name : format_.credentials) pass(child, std::string(name));
    if (!config_.key_env.empty()) pass(child, config_.key_env);

    struct Open {
      Answered answered;
      HeadAndTail out, error_out;
      std::string why;  // Somebody ended it.
    };
    const auto open = std::make_shared<Open>();
    open->answered = std::move(answered);
    io::ChildEvents events;
    events.printed = [open, printed = std::move(printed)](std::string_view bytes) {
      open->out.append(bytes);
      if (printed) printed(bytes);
    };
    events.printed_error = [open](std::string_view bytes) { open->error_out.append(bytes); };
    events.ended = [open, &format = format_, program = config_.program](const io::ChildEnd& end) {
      const Answered tell = std::exchange(open->answered, nullptr);
      if (!tell) return;
      Outcome outcome = outcome_of(format, program, *open, end);
      outcome.error_output.text = replace_invalid_utf8(open->error_out.text());
      outcome.error_output.size = outcome.error_output.text.size();
      if (end.exit_code >= 0) outcome.exit_code = end.exit_code;
      tell(std::move(outcome));
    };
    io::Spawner& spawner = services_.spawner;
    const io::Spawner::ChildId id = spawner.spawn(std::move(child), std::move(events));
    return [open, &spawner, id](std::string_view why) {
      if (!open->answered || !open->why.empty()) return;
      open->why = why;
      spawner.end(id, grace_ms);  // SIGTERM: on SIGINT some programs end well, with an empty answer.
    };
  }

  Result<std::string> ready() const override {
    const std::string found = find_program(config_.program);
    if (found.empty())
      return Error{"there is no program `" + config_.program + "` on the PATH", std::string(format_.install)};
    return found;
  }

 private:
  static void pass(io::ChildSpec& child, const std::string& name) {
    if (const char* const value = std::getenv(name.c_str())) child.env_set.emplace_back(name, value);
  }

  template <class Open>
  static Outcome outcome_of(const Format& format, const std::string& program, const Open& open,
                            const io::ChildEnd& end) {
    if (!open.why.empty()) return Outcome::ended_early(open.why);
    if (!end.not_started.empty()) {
      std::string error = end.not_started;
      if (end.argument_too_large)
        error += "; give what is large by a file";
      else if (!format.install.empty())
        error += "; " + std::string(format.install);
      return Outcome::failed(reason::start, error);
    }
    if (end.signal != 0)
      return Outcome::failed("signal:" + std::to_string(end.signal),
                             "`" + program + "` was ended by signal " + std::to_string(end.signal));
    Outcome outcome = format.read(open.out.text(), open.error_out.text(), end);
    outcome.output.text = replace_invalid_utf8(outcome.output.text);
    outcome.output.size = outcome.output.text.size();
    outcome.error = replace_invalid_utf8(outcome.error);
    if (outcome.status == StepStatus::succeeded && outcome.fields_json.empty()) answer_fields(outcome);
    return outcome;
  }

  AdapterConfig config_;
  const Format& format_;
  Services services_;
};

}  // namespace

Result<std::unique_ptr<Adapter>> make_command(const AdapterConfig& config, const Services& services) {
  AdapterConfig whole = config;
  // `adapter = "claude"` is `adapter = "command"` with `format = "claude"`.
  if (whole.format.empty()) whole.format = whole.adapter == "command" ? "text" : whole.adapter;
  const Format* const format = find_format(whole.format);
  if (format == nullptr)
    return Error{"no format of answers is named `" + whole.format + "`",
                 "formats: text, claude, codex, gemini"};
  if (whole.program.empty()) whole.program = format->program;
  if (whole.program.empty())
    return Error{"the adapter `command` needs a program", "set `program`, or command:PROGRAM"};
  return std::unique_ptr<Adapter>(new Command(std::move(whole), *format, services));
}

}  // namespace wf::agents
