// What only main can build, because the surface does not see children, sockets and agents: handed in from
// outside.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/engine/engine.h"
#include "runtime/run/output_keeper.h"
#include "runtime/run/step_run.h"
#include "runtime/surface/settings.h"

namespace wf::surface {

enum class Sandbox { off, automatic, required };

// Something that a channel of [notify] is told.
struct Delivery {
  bool webhook = false;  // `target` is a URL; else a command of the shell.
  std::string target;
  std::string body;
  std::string id;  // The same when it is told once more.
  std::string run_id, store_id;
};

// Where one run is driven: a loop, the bodies of steps, and ears for the world. Opened before any thread and
// before the store.
class Workplace {
 public:
  virtual ~Workplace() = default;
  virtual engine::Loop& loop() = 0;
  // Makes the bodies that run real steps. Once, before the drive.
  virtual Result<StepBodies*> equip(const Settings& settings, const std::string& store_id,
                                    const OutputKeeper& outputs, std::int64_t grace_ms) = 0;
  // Calls `changed` on the loop's thread, at most half a second after somebody touched the file.
  virtual void watch(const std::string& path, std::function<void()> changed) = 0;
  // Calls `got` on the loop's thread for SIGINT, SIGTERM and SIGHUP, which from now on do not end the
  // process.
  virtual void on_signal(std::function<void(int)> got) = 0;
  // Calls `lost` on the loop's thread when the process that holds the children was ended from outside, before
  // they are told to have ended.
  virtual void on_children_lost(std::function<void()> lost) = 0;
  // Calls `ended` on the loop's thread, after a few seconds at the latest and never from within.
  virtual void deliver(Delivery delivery, std::function<void(const Result<>&)> ended) = 0;
  // Ends what an earlier driver of the run, killed with its nursery, may have left. Returns how many.
  virtual int end_leftovers(std::string_view run_id, std::string_view store_id) = 0;
  // "namespace" or "guardian": what ends the children when this process dies.
  virtual std::string_view lifeline() const = 0;
};

class Workshop {
 public:
  virtual ~Workshop() = default;
  // Forks. Nothing else of the process may have started a thread yet. Children inherit the environment but
  // for credentials and the keys of the adapters.
  virtual Result<std::unique_ptr<Workplace>> open(Sandbox sandbox, const Settings& settings) = 0;
  // "replay:FILE", "command:PROGRAM", or an adapter's name.
  virtual Result<AgentSetting> parse_adapter(std::string_view text) = 0;
  virtual std::vector<std::string_view> adapter_names() = 0;
  // Can this adapter be asked? What it is, or what is missing and how to get it.
  virtual Result<std::string> adapter_ready(const AgentSetting& setting) = 0;
};

}  // namespace wf::surface
