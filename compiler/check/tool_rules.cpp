// Finds tools that are allowed and denied at once: what is denied never is allowed, so one of the two is a
// mistake.
#include <algorithm>
#include <unordered_map>

#include "compiler/check/check.h"

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

void compare(const std::vector<model::ToolRule>& rules, const Denied& denied, diag::Report& report) {
  for (const model::ToolRule& rule : rules) {
    // Rules without a place of their own come from a dialect's table.
    if (!rule.allow || !rule.tool.span.known()) continue;
    const model::ToolRule* against = find(denied, rule.tool.value);
    if (against == nullptr || !against->tool.span.known()) continue;
    report.add(diag::tool_conflict, rule.tool.span, "`" + rule.tool.value + "` is allowed and denied")
        .label("allowed here")
        .also(against->tool.span, "denied here, and that wins")
        .help("take one of the two away");
  }
}

}  // namespace

void tool_rules(const Subject& in, diag::Report& report) {
  // The layers of a dialect that reads tools from files have compared them already.
  if (!in.workflow.one_space) return;
  const Denied everywhere = denied_by(in.workflow.tools);
  compare(in.workflow.tools, everywhere, report);
  for (const model::Step& step : in.workflow.steps) {
    if (!step.extras || step.extras->tools.empty()) continue;
    compare(step.extras->tools, everywhere, report);
    compare(step.extras->tools, denied_by(step.extras->tools), report);
  }
}

}  // namespace wfc::check
