// `doctor`: can it run here? Every line is `ok`, `note` or `missing`; one `missing` makes the exit code 1.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "runtime/base/json.h"
#include "runtime/base/text.h"
#include "runtime/surface/commands.h"
#include "runtime/surface/commands/driving.h"
#include "runtime/surface/notifier.h"
#include "runtime/surface/preflight.h"
#include "runtime/surface/status.h"

namespace wf::surface::commands {
namespace {

constexpr Option doctor_options[] = {{"--agent", "ROLE=ADAPTER", "as for `run`", true},
                                     {"--deploy", "TARGET=COMMAND", "as for `run`", true},
                                     {"--action", "NAME=COMMAND", "as for `run`", true}};

class Findings {
 public:
  void ok(const std::string& what, const std::string& detail) { add("ok", what, detail); }
  void note(const std::string& what, const std::string& detail) { add("note", what, detail); }
  void missing(const std::string& what, const Error& error) {
    add("missing", what, error.message + (error.hint.empty() ? "" : "; " + error.hint));
    fine_ = false;
  }
  bool fine() const { return fine_; }
  const Json& list() const { return list_; }

 private:
  void add(std::string_view verdict, const std::string& what, const std::string& detail) {
    list_.push_back({{"verdict", verdict}, {"what", what}, {"detail", detail}});
  }
  Json list_ = Json::array();
  bool fine_ = true;
};

bool on_path(const std::string& program) {
  if (program.find('/') != std::string::npos) return ::access(program.c_str(), X_OK) == 0;
  const char* path = std::getenv("PATH");
  std::string_view rest = path ? path : "/usr/local/bin:/usr/bin:/bin";
  while (true) {
    const std::size_t colon = rest.find(':');
    std::string file(rest.substr(0, colon));
    if (file.empty()) file = ".";
    file += "/" + program;
    struct stat info {};
    if (::stat(file.c_str(), &info) == 0 && S_ISREG(info.st_mode) && ::access(file.c_str(), X_OK) == 0)
      return true;
    if (colon == std::string_view::npos) return false;
    rest.remove_prefix(colon + 1);
  }
}

// The program that a shell command begins with, where that is plain to see.
std::string first_word(std::string_view command) {
  const std::size_t start = command.find_first_not_of(" \t\n");
  if (start == std::string_view::npos) return {};
  command.remove_prefix(start);
  const std::string_view word = command.substr(0, command.find_first_of(" \t\n;|&<>()"));
  if (word.find_first_of("$`'\"\\=*?[{~!") != std::string_view::npos) return {};
  return std::string(word);
}

bool built_in(const std::string& word) {
  for (const std::string_view name :
       {"cd",    "set",  "export", "if",    "for",    "while",   "case",  "test", "[",
        ":",     "exit", "true",   "false", "echo",   "printf",  "exec",  "eval", "trap",
        "umask", "wait", "read",   "unset", "ulimit", "command", "until", "."})
    if (word == name) return true;
  return false;
}

void check_agents(Context& context, const Settings& settings, const Needs& needs, Findings& findings) {
  for (const std::string& role : needs.roles) {
    const std::string what = "agent " + (role.empty() ? std::string("(default)") : role);
    const AgentSetting* setting = settings.agent(role);
    if (!setting) {
      findings.missing(what, {"no adapter is configured", "--agent '" + (role.empty() ? "*" : role) +
                                                              "=command:PROGRAM', or [agents] in wf.toml"});
      continue;
    }
    const Result<std::string> ready = context.workshop.adapter_ready(*setting);
    if (ready)
      findings.ok(what, *ready);
    else
      findings.missing(what, ready.error());
  }
}

void check_commands(const std::string& what, const std::vector<std::string>& names,
                    const std::map<std::string, std::string>& configured, const std::string& flag,
                    Findings& findings) {
  for (const std::string& name : names) {
    std::string subject = what;
    subject.append(" ").append(name);
    const auto found = configured.find(name);
    if (found == configured.end()) {
      findings.missing(subject, {"no command is configured", flag + " NAME=COMMAND"});
      continue;
    }
    const std::string word = first_word(found->second);
    if (word.empty() || built_in(word) || on_path(word))
      findings.ok(subject, found->second);
    else
      findings.missing(subject, {"`" + word + "` is not on the PATH", ""});
  }
}

void check_programs(const Program& program, Findings& findings) {
  std::vector<std::string> seen;
  for (const StepRow& step : program.steps) {
    if (step.kind != StepKind::command) continue;
    const std::string word = first_word(literal_of(step, "command"));
    if (word.empty() || built_in(word) || std::find(seen.begin(), seen.end(), word) != seen.end()) continue;
    seen.push_back(word);
    const std::string what = "program " + word;
    if (on_path(word))
      findings.ok(what, "found");
    else
      findings.missing(what,
                       {"not on the PATH", "step " + std::string(step.id.data, step.id.size) + " runs it"});
  }
}

// Whoever is told of an escalation; with nobody it is an event and a printed line.
void check_channels(const Program& program, const Settings& settings, Findings& findings) {
  for (const EscalationRow& row : program.escalation) {
    if (row.channel.size == 0) continue;
    const std::string channel(row.channel.data, row.channel.size);
    const std::string what = "channel " + channel;
    const auto target = settings.notify.find(channel);
    if (target == settings.notify.end()) {
      findings.note(what,
                    "nobody is told: an escalation is an event and a printed line; [notify] in wf.toml "
                    "gives it a command or a webhook");
    } else if (is_webhook(target->second)) {
      if (on_path("curl"))
        findings.ok(what, "a webhook, told by curl");  // Its address may be a secret.
      else
        findings.missing(what, {"`curl`, which tells webhooks, is not on the PATH", "install curl"});
    } else {
      const std::string word = first_word(target->second);
      if (word.empty() || built_in(word) || on_path(word))
        findings.ok(what, target->second);
      else
        findings.missing(what, {"`" + word + "` is not on the PATH", ""});
    }
  }
}

void check_store(Context& context, Findings& findings) {
  RunService service = context.service();
  const Result<> opened = service.open(true);
  if (!opened) return findings.missing("store", opened.error());
  const std::string& folder = service.store().folder();
  if (::access(folder.c_str(), W_OK) != 0)
    return findings.missing("store", {"`" + folder + "` cannot be written", ""});
  if (const Result<> sound = service.store().quick_check(); !sound)
    findings.missing("store", sound.error());
  else
    findings.ok("store", "sound and writable");
}

int act(Context& context) {
  const Result<Bearings> bearings = commands::bearings(context);
  if (!bearings) return context.refuse(bearings.error());
  Findings findings;
  const Result<std::unique_ptr<Workplace>> workplace =
      context.workshop.open(Sandbox::automatic, bearings->settings);
  if (!workplace)
    findings.missing("children", workplace.error());
  else if ((*workplace)->lifeline() == "namespace")
    findings.ok("children", "end with the run: in a PID namespace of their own");
  else
    findings.note("children",
                  "end with the run: by a guardian process, as user namespaces are not to be had here");
  findings.note("confinement",
                "files, network and system calls of children are not confined by this version");
  for (const BeyondRow& row : context.program.beyond)
    findings.missing("engine", {"this version cannot run " + std::string(row.what.data, row.what.size), ""});
  const Needs needs = needs_of(context.program, [](Row) { return true; });
  check_agents(context, bearings->settings, needs, findings);
  check_commands("deploy target", needs.targets, bearings->settings.deploy, "--deploy", findings);
  check_commands("action", needs.actions, bearings->settings.actions, "--action", findings);
  check_programs(context.program, findings);
  check_channels(context.program, bearings->settings, findings);
  check_store(context, findings);
  for (const std::string& note : bearings->settings.notes) findings.note("settings", note);
  for (const std::string& sentence : unenforced(context.program)) findings.note("policy", sentence);

  if (context.arguments.has("--json")) {
    context.out.line(write_json(Json{{"ok", findings.fine()}, {"findings", findings.list()}}));
  } else {
    for (const Json& finding : findings.list()) {
      const auto word = [&finding](const char* key) {
        return printable(finding[key].get_ref<const std::string&>(), false);
      };
      context.out.line(pad(word("verdict"), 7) + "  " + word("what") + ": " + word("detail"));
    }
  }
  return findings.fine() ? exit_fine : exit_failed;
}

}  // namespace

const Command doctor = {.name = "doctor",
                        .words = "",
                        .words_min = 0,
                        .words_max = 0,
                        .summary = "can it run here",
                        .options = {doctor_options, json_options, store_options},
                        .act = act};

}  // namespace wf::surface::commands
