// Asks an agent and accounts for the answer. One file an adapter, one line each in agents.def.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/io/nursery.h"
#include "runtime/run/outcome.h"
#include "runtime/run/step_run.h"

namespace wf::agents {

// What wf.toml's `[agents.ROLE]` or `--agent ROLE=ADAPTER` says.
struct AdapterConfig {
  std::string adapter;  // "command", "replay"
  std::string program;  // command: a program, looked up on the PATH
  std::vector<std::string> args;
  std::string format;  // command: "text" (default), "claude", "codex", "gemini"
  std::string file;    // replay
  std::string model;
  std::string key_env;  // A variable of ours that the program is given and other children are not.
  // What a million tokens cost, in millionths of a dollar; for adapters that tell tokens and no money.
  struct Price {
    std::int64_t input = 0, output = 0;
  };
  std::optional<Price> price;
};

// Rounded up to a millionth of a dollar; as much as can be told where it is more than that.
std::int64_t usd_millionths(const AdapterConfig::Price& price, const Usage& usage);

struct Question {
  std::string step;  // Its id.
  std::string role;  // Role or persona; may be empty.
  std::string model;
  std::string prompt;
  std::uint32_t iteration = 1;
  std::optional<std::int64_t> usd_millionths_max;  // What the answer may cost, for those who can keep to it.
  std::uint32_t attempt = 1;  // Over all iterations of the step in this run: which answer of a replay.
  io::ChildSpec child;        // Environment and folder for adapters that start a program.
};

class Adapter {
 public:
  virtual ~Adapter() = default;
  // On the reactor's thread; must not wait. `answered` is called once, there. Returns a function that ends
  // the question early: the outcome then has the reason it is given.
  using Answered = std::function<void(Outcome)>;
  using Stop = std::function<void(std::string_view why)>;
  virtual Stop ask(Question question, std::function<void(std::string_view)> printed, Answered answered) = 0;
  // For `doctor`: can it be asked? The error says what is missing and how to get it.
  virtual Result<std::string> ready() const = 0;
};

// What every adapter may use.
struct Services {
  io::Reactor& reactor;
  io::Spawner& spawner;
  Clock& clock;
};
Result<std::unique_ptr<Adapter>> make_adapter(const AdapterConfig& config, const Services& services);
std::vector<std::string_view> adapter_names();
// "replay:FILE", "command:PROGRAM", or an adapter's name.
Result<AdapterConfig> parse_adapter(std::string_view text);

}  // namespace wf::agents
