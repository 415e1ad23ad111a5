// A run that will need something it cannot get stops before its first step, not in the middle.
#include "runtime/surface/preflight.h"

#include <algorithm>

#include "runtime/base/json.h"
#include "runtime/base/text.h"
#include "runtime/surface/out.h"
#include "runtime/surface/tables.h"

namespace wf::surface {
namespace {

void add_once(std::vector<std::string>& to, const std::string& name) {
  if (std::find(to.begin(), to.end(), name) == to.end()) to.push_back(name);
}

// `inputs.command` of a deploy is its command, wherever it goes.
bool brings_command(const StepRow& row) {
  for (const Param& param : row.params) {
    if (std::string_view(param.name.data, param.name.size) != "inputs") continue;
    if (std::string_view(param.key.data, param.key.size) == "command") return true;
    const Result<Json> inputs = parse_json({param.literal.data, param.literal.size});
    if (inputs && inputs->is_object() && inputs->contains("command")) return true;
  }
  return false;
}

// A bare key of TOML, or a quoted one.
std::string toml_key(const std::string& name) {
  const bool bare = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
  if (bare) return name;
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace

std::string literal_of(const StepRow& row, std::string_view name) {
  for (const Param& param : row.params)
    if (std::string_view(param.name.data, param.name.size) == name && param.kind == ParamKind::literal)
      return {param.literal.data, param.literal.size};
  return {};
}

Result<> within_reach(const Program& program) {
  if (program.beyond.count == 0) return Done{};
  constexpr std::uint32_t shown_max = 20;
  std::string missing;
  std::uint32_t listed = 0;
  for (const BeyondRow& row : program.beyond) {
    if (listed == shown_max) {
      missing += "\n  and " + std::to_string(program.beyond.count - listed) + " more";
      break;
    }
    ++listed;
    missing += "\n  " + printable({row.what.data, row.what.size}, false) + place_of(program, row.origin);
  }
  return Error{"this workflow asks for what this version cannot run yet:" + missing,
               "nothing was started; `inspect`, `graph` and `--dry-run` show it all the same"};
}

Needs needs_of(const Program& program, const std::function<bool(Row)>& needed) {
  Needs needs;
  for (Row row = 0; row < program.steps.count; ++row) {
    const StepRow& step = program.steps[row];
    if (!needed(row)) continue;
    const std::string role = literal_of(step, "agent");
    if (step.kind == StepKind::agent || (step.kind == StepKind::action && !role.empty()))
      add_once(needs.roles, role);
    else if (step.kind == StepKind::action)
      add_once(needs.actions, literal_of(step, "action"));
    else if (step.kind == StepKind::deploy && !brings_command(step))
      add_once(needs.targets, literal_of(step, "target"));
  }
  return needs;
}

Result<> preflight(const Program& program, const Settings& settings, const std::function<bool(Row)>& needed) {
  const Needs needs = needs_of(program, needed);
  std::string missing, flags, lines;
  const auto add = [](std::string& to, const std::string& what, const std::string& between) {
    if (!to.empty()) to += between;
    to += what;
  };
  const auto shown = [](const std::string& name) { return printable(name, false); };
  for (const std::string& role : needs.roles) {
    if (settings.agent(role)) continue;
    const std::string key = role.empty() ? "*" : shown(role);
    add(missing,
        role.empty() ? "no default agent is configured" : "no agent is configured for role `" + key + "`",
        "\n       ");
    add(flags, "--agent " + shell_word(key + "=command:claude"), " ");
    add(lines, "[agents." + toml_key(key) + "]\n  adapter = \"command\"\n  program = \"claude\"", "\n\n  ");
  }
  const auto command = [&](const std::vector<std::string>& names, const auto& configured,
                           const std::string& what, const std::string& flag, const std::string& table) {
    bool first = true;
    for (const std::string& name : names) {
      if (configured.count(name) != 0) continue;
      add(missing, "no command is configured for " + what + " `" + shown(name) + "`", "\n       ");
      add(flags, flag + " " + shell_word(shown(name) + "=./" + shown(name) + ".sh"), " ");
      if (first) add(lines, "[" + table + "]", "\n\n  ");
      add(lines, toml_key(shown(name)) + " = \"./" + shown(name) + ".sh\"", "\n  ");
      first = false;
    }
  };
  command(needs.targets, settings.deploy, "deploy target", "--deploy", "deploy");
  command(needs.actions, settings.actions, "action", "--action", "actions");
  if (missing.empty()) return Done{};
  return Error{missing,
               "on the command line, for example:\n\n  " + flags + "\n\n  or in wf.toml here:\n\n  " + lines +
                   "\n\n  (to try things out: --agent '*=replay:answers.json'; `doctor` checks all of it)"};
}

}  // namespace wf::surface
