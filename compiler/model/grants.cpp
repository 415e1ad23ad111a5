// Collects what a workflow is granted, from its policies and from what its steps do.
#include "compiler/model/grants.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <utility>

#include "compiler/model/walk.h"

namespace wfc::model {
namespace {

class Collector {
 public:
  explicit Collector(const Workflow& workflow) : workflow_(workflow) {}

  std::vector<Grant> run() {
    secrets();
    rules(workflow_.paths, GrantKind::path, GrantKind::denied_path);
    tools(workflow_.tools, {}, workflow_.span);
    for (const Step& step : workflow_.steps) {
      if (step.extras) tools(step.extras->tools, step.id.value + ":", step.id.span);
      if (step.kind == wf::StepKind::deploy) add(GrantKind::target, step.target.value, step.target.span);
    }
    domains();
    std::vector<Grant> all;
    for (auto& [key, span] : found_) all.push_back({key.first, key.second, span});
    return all;
  }

 private:
  void add(GrantKind kind, const std::string& what, const Span& span) {
    if (!what.empty()) found_.try_emplace({kind, what}, span);
  }

  void secrets() {
    for (const Located<std::string>& name : workflow_.secrets.allow)
      add(GrantKind::secret, name.value, name.span);
    for (const Trigger& trigger : workflow_.triggers)
      add(GrantKind::secret, trigger.secret.value, trigger.secret.span);
    for_each_expression(workflow_, [&](const Expr& expr, StepIndex, std::string_view) { secrets_in(expr); });
  }

  void secrets_in(const Expr& expr) {
    if (expr.kind == dsl::ExprKind::field && expr.children[0].kind == dsl::ExprKind::name &&
        expr.children[0].binding.kind == dsl::BindingKind::secrets)
      add(GrantKind::secret, expr.text, expr.span);
    for (const Expr& child : expr.children) secrets_in(child);
  }

  void rules(const Rules& rules, GrantKind allowed, GrantKind denied) {
    for (const Located<std::string>& one : rules.allow) add(allowed, one.value, one.span);
    for (const Located<std::string>& one : rules.deny) add(denied, one.value, one.span);
    if (rules.allow.empty()) add(allowed, "*", workflow_.span);
  }

  void tools(const std::vector<ToolRule>& tools, const std::string& prefix, const Span& whole) {
    bool any = false;
    for (const ToolRule& rule : tools) {
      add(rule.allow ? GrantKind::tool : GrantKind::denied_tool, prefix + rule.tool.value, rule.tool.span);
      any = any || rule.allow;
    }
    if (!any && prefix.empty()) add(GrantKind::tool, "*", whole);
  }

  void domains() {
    for (const Trigger& trigger : workflow_.triggers) hosts_in(trigger.url.value, trigger.url.span);
    walk(
        workflow_,
        [&](const Expr& expr, StepIndex, std::string_view role) {
          if (reaches_out(role)) texts_in(expr);
        },
        [&](const Template& text, StepIndex, std::string_view role) {
          if (!reaches_out(role)) return;
          for (const expr::TemplateNode& node : text.nodes)
            if (node.kind == expr::NodeKind::text) hosts_in(node.text, node.span);
        });
  }

  // What an agent reads may speak of any host; what runs names those that it talks to.
  static bool reaches_out(std::string_view role) {
    return role == "command" || role == "env" || role == "with";
  }

  void texts_in(const Expr& expr) {
    if (expr.kind == dsl::ExprKind::text) hosts_in(expr.text, expr.span);
    for (const Expr& child : expr.children) texts_in(child);
  }

  void hosts_in(const std::string& text, const Span& span) {
    for (std::size_t at = text.find("://"); at != std::string::npos; at = text.find("://", at + 3)) {
      std::size_t end = at + 3;
      while (end < text.size() && text[end] != '/' && text[end] != '?' && text[end] != '#' &&
             text[end] != '"' && text[end] != '\'' &&
             std::isspace(static_cast<unsigned char>(text[end])) == 0)
        ++end;
      std::string host = text.substr(at + 3, end - at - 3);
      // Who logs in there, and at which door, is not the host.
      if (const std::size_t user = host.rfind('@'); user != std::string::npos) host.erase(0, user + 1);
      if (const std::size_t port = host.find(':'); port != std::string::npos) host.erase(port);
      for (char& c : host) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      const bool plain = std::all_of(host.begin(), host.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_';
      });
      if (plain) add(GrantKind::domain, host, span);
    }
  }

  const Workflow& workflow_;
  std::map<std::pair<GrantKind, std::string>, Span> found_;
};

}  // namespace

std::string_view name_of(GrantKind kind) {
  static constexpr std::string_view names[] = {"secrets",      "paths",   "denied_paths", "tools",
                                               "denied_tools", "domains", "targets"};
  return names[static_cast<std::size_t>(kind)];
}

bool is_denial(GrantKind kind) {
  return kind == GrantKind::denied_path || kind == GrantKind::denied_tool;
}

std::vector<Grant> grants_of(const Workflow& workflow) {
  return Collector(workflow).run();
}

}  // namespace wfc::model
