// Finds tools that are allowed and denied at once: what is denied never is allowed, so one of the two is a
// mistake.
#include <algorithm>
#include <unordered_map>

#include "compiler/check/errors.h"
#include "compiler/diag/edits.h"

namespace wfc::check {
namespace {

using Denied = std::unordered_map<std::string_view, const model::ToolRule*>;

Denied denied_by(const std::vector<model::ToolRule>& rules) {
  Denied denied;
  for (const model::ToolRule& rule : rules)
    if (!rule.allow) denied.emplace(rule.tool.value, &rule);
  return denied;
}

// The rule that denies the tool, or its category.
const model::ToolRule* find(const Denied& denied, std::string_view tool) {
  for (;;) {
    if (const auto found = denied.find(tool); found != denied.end()) return found->second;
    const std::size_t dot = tool.rfind('.');
    if (dot == std::string_view::npos) return nullptr;
    tool = tool.substr(0, dot);
  }
}

// Without the tool, or the line that names nothing else.
std::optional<diag::Edit> without(const source::SourceMap& sources, Span tool) {
  const auto entry = diag::without_entry(sources, tool);
  return entry ? entry : diag::without_lines(sources, tool);
}

void compare(const Subject& in, const std::vector<model::ToolRule>& rules, const Denied& denied,
             diag::Report& report) {
  for (const model::ToolRule& rule : rules) {
    // Rules without a place of their own come from a dialect's table.
    if (!rule.allow || !rule.tool.span.known()) continue;
    const model::ToolRule* against = find(denied, rule.tool.value);
    if (against == nullptr || !against->tool.span.known()) continue;
    auto draft =
        report.add(diag::tool_conflict, rule.tool.span, "`" + rule.tool.value + "` is allowed and denied");
    draft.label("allowed here")
        .also(against->tool.span, "denied here, and that wins")
        .help("take one of the two away");
    for (const Span one : {against->tool.span, rule.tool.span})
      if (in.sources != nullptr) draft.fix("take this one away", without(*in.sources, one), false);
  }
}

bool asks_an_agent(const model::Step& step) {
  if (step.kind == wf::StepKind::agent || !step.agent.value.empty()) return true;
  return std::any_of(step.reactions.begin(), step.reactions.end(), [](const model::Reaction& reaction) {
    return reaction.response == model::Response::repair;
  });
}

// Only agents have tools: what is allowed where there is none is allowed to nobody.
void find_unused(const Subject& in, diag::Report& report) {
  // What could not be read may be the agent.
  if (has_errors(in, report)) return;
  bool any = false;
  const auto say = [&](const std::vector<model::ToolRule>& rules, const std::string& who) {
    for (const model::ToolRule& rule : rules)
      if (rule.allow && rule.tool.span.known()) {
        auto draft =
            report.add(diag::unused, rule.tool.span, "nothing uses the tool `" + rule.tool.value + "`");
        draft.label("allowed here").note(who);
        if (in.sources != nullptr) draft.fix("leave it out", without(*in.sources, rule.tool.span));
      }
  };
  for (const model::Step& step : in.workflow.steps) {
    const bool asks = asks_an_agent(step);
    any = any || asks || step.broken;
    if (!asks && !step.broken && step.extras)
      say(step.extras->tools, "`" + step.id.value + "` is no agent, and only agents have tools");
  }
  if (!any) say(in.workflow.tools, "no step is an agent, and only agents have tools");
}

// A command is code that is executed. What is denied for the whole workflow is meant for its agents.
void find_needed(const model::Step& step, diag::Report& report) {
  if (step.kind != wf::StepKind::command || step.broken) return;
  for (const model::ToolRule& rule : step.extras->tools) {
    const Span span = rule.tool.span;
    const bool own =
        step.span.file == span.file && step.span.begin <= span.begin && span.end <= step.span.end;
    if (rule.allow || !own || rule.tool.value != "code_execution") continue;
    report.add(diag::tool_conflict, span, "`" + step.id.value + "` needs `code_execution`, which is denied")
        .label("denied here")
        .also(step.id.span, "it runs a command")
        .help("leave this out, or let an agent do what needs no command");
  }
}

}  // namespace

void tool_rules(const Subject& in, diag::Report& report) {
  // The layers of a dialect that reads tools from files have compared them already.
  if (!in.workflow.one_space) return;
  find_unused(in, report);
  const Denied everywhere = denied_by(in.workflow.tools);
  compare(in, in.workflow.tools, everywhere, report);
  for (const model::Step& step : in.workflow.steps) {
    if (!step.extras || step.extras->tools.empty()) continue;
    find_needed(step, report);
    compare(in, step.extras->tools, everywhere, report);
    compare(in, step.extras->tools, denied_by(step.extras->tools), report);
  }
}

}  // namespace wfc::check
