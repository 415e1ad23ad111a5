// What the bodies of steps share: how a child is started for a step, and how a running step is stopped.
// Inside the room only.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>

#include "runtime/steps/artifact_folders.h"
#include "runtime/steps/bodies.h"

namespace wf::steps {

class Work {
 public:
  Work(Config config, const agents::Services& services, const OutputKeeper& outputs)
      : config(std::move(config)), services(services), outputs(outputs) {}

  const Config config;
  const agents::Services services;
  const OutputKeeper& outputs;
  ArtifactFolders artifact_folders;

  // Running attempts that wait for somebody, and how to end them.
  void running(const Attempt& attempt, std::function<void(std::string_view why)> stop);
  void over(const Attempt& attempt);
  void stop(StepKey key, std::uint32_t attempt, std::string_view why);

 private:
  using Key = std::tuple<Row, std::uint32_t, std::uint32_t>;
  std::map<Key, std::function<void(std::string_view)>> running_;
};

// How a child ended and what it printed.
struct Printed {
  io::ChildEnd end;
  std::string program;  // For sentences.
  Output output;
  Output error_output;
};

// The environment, the folder and the token that every child of this attempt has; its artifacts folder is
// made.
Result<io::ChildSpec> child_of(Work& work, const Attempt& attempt);

// Starts the child and finishes the run: as `conclude` says if the child exited with 0, else with why it did
// not.
using Conclude = std::function<Outcome(const Attempt& attempt, const Printed& printed)>;
void run_child(Work& work, StepRun run, io::ChildSpec child, Conclude conclude);

// `sh -c command`
std::vector<std::string> shell(std::string command);

// The whole output where it is a JSON object, as that; else an empty text.
std::string object_in(const Work& work, const Output& output);
// The last web address in a text; empty when there is none.
std::string last_url(std::string_view text);

// One body a kind, each in a file of its own.
#define WF_STEP(kind, ...) void start_##kind(Work& work, StepRun run);
#include "wf/steps.def"

// Asks the agent that serves `role` and finishes the run with its answer.
void ask_agent(Work& work, StepRun run, std::string_view role, std::string prompt);

}  // namespace wf::steps
