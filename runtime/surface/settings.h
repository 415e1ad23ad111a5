// What a person configured: `wf.toml` beside the working directory, then flags, which win.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/base/result.h"

namespace wf::surface {

// `[agents.ROLE]`, or what `--agent ROLE=...` says.
struct AgentSetting {
  std::string adapter;
  std::string program;
  std::vector<std::string> args;
  std::string format;
  std::string file;
  std::string model;
  std::string key_env;  // The variable that holds its key.
  // What a million tokens cost, in millionths of a dollar: of the prompt, of the answer.
  std::optional<std::pair<std::int64_t, std::int64_t>> price = {};
};

struct Settings {
  std::map<std::string, AgentSetting> agents;              // By role; "*" serves the others.
  std::map<std::string, std::string> deploy;               // Target -> command.
  std::map<std::string, std::string> actions;              // Name -> command.
  std::map<std::string, std::string> notify;               // Channel -> command or URL.
  std::map<std::string, std::vector<std::string>> people;  // Name in `approvers` -> logins that may bear it.
  std::vector<std::string> notes;  // Keys that this version reads but does not use, for `doctor`.

  // The adapter of a role, or null.
  const AgentSetting* agent(std::string_view role) const;
};

// The settings in `path`; none when there is no such file. An error names line and column.
Result<Settings> read_settings(const std::string& path);
Result<Settings> parse_settings(std::string_view toml, const std::string& name);

}  // namespace wf::surface
