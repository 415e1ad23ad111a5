// Answers that were written down before: for demonstrations, tests, and runs that must not cost anything.
#include <algorithm>
#include <cmath>
#include <utility>

#include "runtime/agents/agent.h"
#include "runtime/agents/answers.h"
#include "runtime/base/files.h"
#include "runtime/base/json.h"

namespace wf::agents {

Result<std::unique_ptr<Adapter>> make_replay(const AdapterConfig& config, const Services& services);

namespace {

struct Recorded {
  std::string text;
  std::string fail;
  std::int64_t delay_ms = 0;
  Usage usage;
};

struct Recording {
  std::map<std::string, std::vector<Recorded>, std::less<>> answers;
  std::optional<Recorded> otherwise;
};

// Reads the file, and says of what is wrong where it stands.
class Parser {
 public:
  Result<Recording> parse(const Json& root) {
    if (!root.is_object()) return Error{"it is not a JSON object", {}};
    for (const auto& [key, value] : root.items()) {
      if (key == "answers")
        answers(value);
      else if (key == "default")
        recording_.otherwise = recorded(value, "default");
      else
        wrong(key, "is not a key of a replay file; there are `answers` and `default`");
    }
    if (!error_.empty()) return Error{error_, {}};
    return std::move(recording_);
  }

 private:
  static std::string below(const std::string& where, const std::string& key) {
    std::string place = where;
    return place.append(".").append(key);
  }

  void wrong(const std::string& where, const std::string& what) {
    if (error_.empty()) error_ = "`" + where + "` " + what;
  }

  void answers(const Json& value) {
    if (!value.is_object()) return wrong("answers", "is not an object of steps");
    for (const auto& [step, list] : value.items()) {
      const std::string where = "answers." + step;
      if (!list.is_array()) {
        wrong(where, "is not a list of answers");
        continue;
      }
      auto& entries = recording_.answers[step];
      for (const Json& entry : list)
        entries.push_back(recorded(entry, where + "[" + std::to_string(entries.size()) + "]"));
    }
  }

  Recorded recorded(const Json& value, const std::string& where) {
    Recorded answer;
    if (value.is_string()) {
      answer.text = value.get<std::string>();
      return answer;
    }
    if (!value.is_object()) {
      wrong(where, "is neither a text nor an object");
      return answer;
    }
    for (const auto& [key, field] : value.items()) {
      const std::string place = below(where, key);
      if (key == "text")
        answer.text = text(field, place);
      else if (key == "fail")
        answer.fail = text(field, place);
      else if (key == "delay_ms")
        answer.delay_ms = static_cast<std::int64_t>(amount(field, place));
      else if (key == "usage")
        answer.usage = usage(field, place);
      else
        wrong(place, "is not a key of an answer; there are `text`, `usage`, `fail` and `delay_ms`");
    }
    return answer;
  }

  Usage usage(const Json& value, const std::string& where) {
    Usage usage;
    usage.source = "reported";
    if (!value.is_object()) {
      wrong(where, "is not an object");
      return usage;
    }
    for (const auto& [key, field] : value.items()) {
      const std::string place = below(where, key);
      const double number = amount(field, place);
      if (key == "input_tokens")
        usage.input_tokens = static_cast<std::int64_t>(number);
      else if (key == "output_tokens")
        usage.output_tokens = static_cast<std::int64_t>(number);
      else if (key == "credits")
        usage.credits_millionths = std::llround(number * 1e6);
      else if (key == "usd")
        usage.usd_millionths = std::llround(number * 1e6);
      else
        wrong(place, "is not counted; there are `input_tokens`, `output_tokens`, `credits` and `usd`");
    }
    return usage;
  }

  std::string text(const Json& value, const std::string& where) {
    if (value.is_string()) return value.get<std::string>();
    wrong(where, "is not a text");
    return {};
  }

  double amount(const Json& value, const std::string& where) {
    constexpr double amount_max = 1e12;
    const double number = value.is_number() ? value.get<double>() : -1;
    if (number >= 0 && number <= amount_max) return number;
    wrong(where, "is not a number from 0 on");
    return 0;
  }

  Recording recording_;
  std::string error_;
};

Outcome outcome_of(const Recorded& answer) {
  Outcome outcome = Outcome::succeeded(answer.text);
  if (!answer.fail.empty()) {
    outcome.status = StepStatus::failed;
    outcome.reason = reason::agent;
    outcome.error = "the recorded answer is a failure: " + answer.fail;
  } else {
    answer_fields(outcome);
  }
  outcome.usage = answer.usage;
  return outcome;
}

class Replay final : public Adapter {
 public:
  Replay(Recording recording, std::string file, const Services& services)
      : recording_(std::move(recording)), file_(std::move(file)), services_(services) {}

  Stop ask(Question question, std::function<void(std::string_view)> printed, Answered answered) override {
    const Recorded* const answer = find(question);
    // Both the timer and the stop may end it; the first does.
    struct Open {
      Answered answered;
      io::Reactor::TimerId timer = 0;
    };
    const auto open = std::make_shared<Open>();
    open->answered = std::move(answered);
    const auto end = [open](Outcome outcome) {
      if (Answered tell = std::exchange(open->answered, nullptr)) tell(std::move(outcome));
    };
    Outcome outcome = answer != nullptr
                          ? outcome_of(*answer)
                          : Outcome::failed(reason::agent, "`" + file_ + "` has no answer for step `" +
                                                               question.step + "` and no default");
    const std::int64_t delay_ms = answer != nullptr ? answer->delay_ms : 0;
    auto tell = [end, printed = std::move(printed), outcome = std::move(outcome)]() mutable {
      if (printed && outcome.status == StepStatus::succeeded) printed(outcome.output.text);
      end(std::move(outcome));
    };
    if (delay_ms == 0)
      services_.reactor.post([open, tell = std::move(tell)]() mutable {
        if (open->answered) tell();
      });
    else
      open->timer = services_.reactor.at(services_.clock.monotonic_ms() + delay_ms, std::move(tell));
    io::Reactor& reactor = services_.reactor;
    return [open, end, &reactor](std::string_view why) {
      if (!open->answered) return;
      if (open->timer != 0) reactor.cancel(open->timer);
      end(Outcome::ended_early(why));
    };
  }

  Result<std::string> ready() const override { return "recorded answers from " + file_; }

 private:
  const Recorded* find(const Question& question) const {
    const auto step = recording_.answers.find(question.step);
    if (step != recording_.answers.end() && !step->second.empty()) {
      const std::size_t last = step->second.size() - 1;
      return &step->second[std::min<std::size_t>(last, std::max(question.attempt, 1U) - 1)];
    }
    return recording_.otherwise ? &*recording_.otherwise : nullptr;
  }

  Recording recording_;
  std::string file_;
  Services services_;
};

}  // namespace

Result<std::unique_ptr<Adapter>> make_replay(const AdapterConfig& config, const Services& services) {
  if (config.file.empty())
    return Error{"the adapter `replay` needs a file of answers", "set `file`, or replay:FILE"};
  constexpr std::uint64_t file_max = 64 << 20;
  Result<std::string> text = read_file(config.file, file_max);
  if (!text) return text.error();
  const Result<Json> root = parse_json(*text);
  if (!root) return Error{"`" + config.file + "` is not JSON: " + root.error().message, root.error().hint};
  Result<Recording> recording = Parser().parse(*root);
  if (!recording)
    return Error{"`" + config.file + "` is not a replay file: " + recording.error().message, {}};
  return std::unique_ptr<Adapter>(new Replay(std::move(*recording), config.file, services));
}

}  // namespace wf::agents
