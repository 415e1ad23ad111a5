// The table of adapters, and how a person names one.
#include "runtime/agents/agent.h"

#include <algorithm>
#include <limits>
#include <string>

#include "runtime/base/json.h"

namespace wf::agents {

#define WF_ADAPTER(name, function) \
  Result<std::unique_ptr<Adapter>> function(const AdapterConfig& config, const Services& services);
#include "runtime/agents/agents.def"

namespace {

struct Entry {
  std::string_view name;
  Result<std::unique_ptr<Adapter>> (*make)(const AdapterConfig& config, const Services& services);
};

constexpr Entry entries[] = {
#define WF_ADAPTER(name, function) {#name, function},
#include "runtime/agents/agents.def"
};

// An adapter whose answers are paid by the token.
class Priced final : public Adapter {
 public:
  Priced(std::unique_ptr<Adapter> adapter, const AdapterConfig::Price& price)
      : adapter_(std::move(adapter)), price_(price) {}

  Stop ask(Question question, std::function<void(std::string_view)> printed, Answered answered) override {
    const auto paid = [price = price_, answered = std::move(answered)](Outcome outcome) {
      Usage& usage = outcome.usage;
      if (usage.usd_millionths == 0 && (usage.input_tokens != 0 || usage.output_tokens != 0)) {
        usage.usd_millionths = usd_millionths(price, usage);
        usage.source = "priced";
      }
      answered(std::move(outcome));
    };
    return adapter_->ask(std::move(question), std::move(printed), paid);
  }
  Result<std::string> ready() const override { return adapter_->ready(); }

 private:
  std::unique_ptr<Adapter> adapter_;
  const AdapterConfig::Price price_;
};

Error unknown(std::string_view name) {
  std::string known;
  for (const std::string_view adapter : adapter_names())
    known += (known.empty() ? "" : ", ") + std::string(adapter);
  return Error{"no agent adapter is named `" + std::string(name) + "`", "adapters: " + known};
}

}  // namespace

std::vector<std::string_view> adapter_names() {
  std::vector<std::string_view> names;
  for (const Entry& entry : entries) names.push_back(entry.name);
  return names;
}

Result<std::unique_ptr<Adapter>> make_adapter(const AdapterConfig& config, const Services& services) {
  for (const Entry& entry : entries) {
    if (entry.name != config.adapter) continue;
    Result<std::unique_ptr<Adapter>> adapter = entry.make(config, services);
    if (!adapter || !config.price) return adapter;
    return std::unique_ptr<Adapter>(new Priced(std::move(*adapter), *config.price));
  }
  return unknown(config.adapter);
}

std::int64_t usd_millionths(const AdapterConfig::Price& price, const Usage& usage) {
  constexpr std::int64_t each = 1'000'000;
  __extension__ using Wide = __int128;
  const auto of = [](std::int64_t tokens, std::int64_t cost) {
    return static_cast<Wide>(std::max<std::int64_t>(tokens, 0)) * std::max<std::int64_t>(cost, 0);
  };
  const Wide sum =
      (of(usage.input_tokens, price.input) + of(usage.output_tokens, price.output) + each - 1) / each;
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  return sum > most ? most : static_cast<std::int64_t>(sum);
}

Result<AdapterConfig> parse_adapter(std::string_view text) {
  AdapterConfig config;
  const std::size_t colon = text.find(':');
  config.adapter = text.substr(0, colon);
  const std::string rest(colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1));
  for (const Entry& entry : entries) {
    if (entry.name != config.adapter) continue;
    if (config.adapter == "replay") {
      if (rest.empty()) return Error{"`replay` needs a file of answers", "write replay:FILE"};
      config.file = rest;
    } else if (config.adapter == "command") {
      if (rest.empty()) return Error{"`command` needs a program", "write command:PROGRAM"};
      config.program = rest;
    } else if (colon != std::string_view::npos) {
      if (rest.empty()) return Error{"no program follows `" + config.adapter + ":`", {}};
      config.program = rest;  // claude:PROGRAM, where it is not on the PATH.
    }
    return config;
  }
  return unknown(config.adapter);
}

void answer_fields(Outcome& outcome) {
  const std::string& text = outcome.output.text;
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos || text[first] != '{') return;
  const Result<Json> parsed = parse_json(text);
  if (parsed && parsed->is_object()) outcome.fields_json = write_json(*parsed);
}

}  // namespace wf::agents
