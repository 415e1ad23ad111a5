// What each kind of step does: one file a kind, one line each in steps.def.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "runtime/agents/agent.h"
#include "runtime/run/output_keeper.h"
#include "runtime/run/step_run.h"

namespace wf::steps {

struct Config {
  std::map<std::string, std::unique_ptr<agents::Adapter>> agents;  // By role; "*" serves the others.
  std::map<std::string, std::string> deploy;                       // Target -> shell command.
  std::map<std::string, std::string> actions;
  std::string store_id;
  std::int64_t grace_ms = 10'000;
};

// The real bodies. `approve` is not among them: the engine itself waits for people.
std::unique_ptr<StepBodies> make_bodies(Config config, const agents::Services& services,
                                        const OutputKeeper& outputs);

// What of an environment ("K=V", ended by null) every child of a run inherits: all but credentials, by their
// names, and what an outer run said of itself. Names of what is withheld go to `withheld`, which may be null.
std::vector<std::string> children_environment(char** environment, std::vector<std::string>* withheld);

}  // namespace wf::steps
