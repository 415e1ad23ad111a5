// `approve` and what it shares with `reject`: one person's vote on one gate.
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "runtime/base/files.h"
#include "runtime/base/ids.h"
#include "runtime/base/text.h"
#include "runtime/rules/near.h"
#include "runtime/surface/commands.h"
#include "runtime/surface/commands/decide.h"
#include "runtime/surface/status.h"

namespace wf::surface::commands {
namespace {

std::string said(bool approve) {
  return approve ? "approved" : "rejected";
}

// As whom this process may vote: the login, or a name that wf.toml gives to that login.
Result<std::string> voter(const Context& context) {
  const std::string me = login();
  if (!context.arguments.has("--as")) return me;
  const std::string name(context.arguments.value("--as"));
  const Result<Settings> settings = read_settings("wf.toml");
  if (!settings) return settings.error();
  const auto person = settings->people.find(name);
  if (person != settings->people.end() &&
      std::find(person->second.begin(), person->second.end(), me) != person->second.end())
    return name;
  return Error{"you are `" + me + "` here and may not decide as `" + printable(name, false) + "`",
               "wf.toml says who may: [people] " + printable(name, false) + " = \"" + me + "\""};
}

Result<store::Vote> vote_of(const Context& context, bool approve) {
  store::Vote vote;
  const Result<std::string> by = voter(context);
  if (!by) return by.error();
  vote.by = *by;
  vote.approve = approve;
  vote.comment = replace_invalid_utf8(context.arguments.value("--comment"));
  if (context.arguments.has("--content")) {
    if (!approve) return Error{"a rejection has no content", ""};
    Result<std::string> content =
        read_file(std::string(context.arguments.value("--content")), stream_kept_max);
    if (!content) return content.error();
    if (invalid_utf8_at(*content) != std::string::npos || content->find('\0') != std::string::npos)
      return Error{"the content is not a text in UTF-8", ""};
    vote.content = std::move(*content);
  }
  return vote;
}

// Why there is nothing to decide, as precisely as the store knows it.
Error nothing_to_decide(RunService& service, const std::string& run_id, const std::string& step) {
  const std::string name = "`" + printable(step, false) + "`";
  const Result<store::Recovered> run = service.look(run_id);
  if (!run) return run.error();
  const std::vector<StepState> all = states(service.program(), *run);
  std::vector<std::string_view> ids;
  std::string waiting;
  for (const StepState& state : all) {
    ids.push_back(state.id);
    if (state.status == StepStatus::waiting)
      waiting += (waiting.empty() ? "what waits: `" : ", `") + printable(state.id, false) + "`";
    if (state.id == step)
      return Error{"step " + name + " waits for no decision: it is " + std::string(name_of(state.status)),
                   waiting};
  }
  const std::string_view near = rules::closest(step, ids);
  return Error{"run " + run_id + " has no step named " + name,
               near.empty() ? waiting : "did you mean `" + printable(near, false) + "`?"};
}

int act(Context& context) {
  return decide(context, true);
}

}  // namespace

std::string login() {
  const uid_t uid = ::getuid();
  const passwd* entry = ::getpwuid(uid);
  return entry && entry->pw_name && *entry->pw_name ? entry->pw_name : "uid-" + std::to_string(uid);
}

int decide(Context& context, bool approve) {
  if (const char* inside = std::getenv("WF_RUN"); inside && *inside)
    return context.refuse(
        {"a step of a run may not decide: people do", "this process runs inside a step (WF_RUN is set)"});
  const std::string run_id(context.arguments.word(0));
  const std::string step(context.arguments.word(1));
  if (!is_run_id(run_id))
    return context.refuse({"`" + printable(run_id, false) + "` is not the id of a run", ""});
  const Result<store::Vote> vote = vote_of(context, approve);
  if (!vote) return context.refuse(vote.error());
  RunService service = context.service();
  const Result<store::Decided> decided = service.decide(run_id, step, *vote);
  if (!decided) return context.refuse(decided.error());

  const std::string shown = printable(step, false);
  // Where wf.toml gives nobody a name, it has nothing to do with it.
  const Result<Settings> settings = read_settings("wf.toml");
  const std::string people =
      settings && !settings->people.empty() ? "; wf.toml's [people] says who they are here" : "";
  const std::string by = printable(decided->by, false);
  switch (decided->decision) {
    case store::Decision::recorded:
    case store::Decision::same_again:
      if (decided->decision == store::Decision::recorded)
        context.out.line(said(approve) + ": " + shown + " by " + printable(vote->by, false));
      else
        context.out.line("already " + said(approve) + " by " + printable(vote->by, false) + ": " + shown);
      if (decided->outcome.empty() && decided->votes_missing != 0) {
        context.out.line(std::to_string(decided->votes_missing) +
                         (decided->votes_missing == 1 ? " more person has" : " more people have") +
                         " to approve");
        context.out.line("  " + context.command("status " + run_id));
        return exit_fine;
      }
      break;
    case store::Decision::already_closed:
      context.err.line("error: " + shown + " is already decided: " + printable(decided->outcome, false) +
                       (by.empty() ? "" : " by " + by) + "; nothing was changed");
      return exit_cancelled;
    case store::Decision::not_open:
      return context.refuse(nothing_to_decide(service, run_id, step));
    case store::Decision::not_an_approver:
      return context.refuse({"`" + printable(vote->by, false) + "` may not decide about " + shown,
                             "`" + context.command("status " + run_id) + "` says who may" + people});
  }
  context.out.line("go on with (a process that drives the run goes on by itself)");
  context.out.line("  " + context.command("resume " + run_id));
  return exit_fine;
}

const Command approve = {.name = "approve",
                         .words = "RUN STEP",
                         .words_min = 2,
                         .words_max = 2,
                         .summary = "say yes to what a step asks",
                         .options = {decide_options, store_options, {}},
                         .changes = true,
                         .act = act};

}  // namespace wf::surface::commands
