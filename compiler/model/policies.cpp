// Names what a workflow declares and nobody enforces yet, from the model alone: whoever enforces something
// says so here.
#include "compiler/model/beyond.h"
#include "runtime/base/json.h"

namespace wfc::model {
namespace {

std::string text_of(const Template& text) {
  if (text.constant()) return text.constant_text();
  std::string shown;
  for (const expr::TemplateNode& node : text.nodes)
    shown += node.kind == expr::NodeKind::text ? node.text : "{{ ... }}";
  return shown;
}

class Policies {
 public:
  explicit Policies(Workflow& workflow) : workflow_(workflow) {}

  void run() {
    // Of outputs alone only a dialect knows, and it lists its own words.
    if (workflow_.budget && !workflow_.budget->outputs_only) budget("", *workflow_.budget);
    rules("paths", workflow_.paths);
    rules("secrets", workflow_.secrets);
    tools("", workflow_.tools);
    for (const NamedText& file : workflow_.tool_files)
      add("tools." + file.name.value, "a file", file.name.span);
    if (!workflow_.approvals_required.empty())
      add("require_approval", names(workflow_.approvals_required), workflow_.approvals_required[0].span,
          true);
    if (workflow_.guardrail) add("guardrail", text_of(*workflow_.guardrail), workflow_.guardrail->span);
    if (workflow_.shadow_routing) add("shadow_routing", "true", workflow_.span);
    if (workflow_.eval) eval(*workflow_.eval);
    for (const Step& step : workflow_.steps)
      if (step.extras) extras(step, "steps." + step.id.value + ".");
  }

 private:
  void add(std::string name, std::string value, const Span& span, bool enforced = false) {
    workflow_.policies.push_back({std::move(name), std::move(value), span, enforced});
  }

  static std::string names(const std::vector<Located<std::string>>& all) {
    wf::Json list = wf::Json::array();
    for (const Located<std::string>& name : all) list.push_back(name.value);
    return wf::write_json(list);
  }

  void rules(const std::string& what, const Rules& rules) {
    if (!rules.allow.empty()) add("allow." + what, names(rules.allow), rules.allow[0].span);
    if (!rules.deny.empty()) add("deny." + what, names(rules.deny), rules.deny[0].span);
  }

  void tools(const std::string& prefix, const std::vector<ToolRule>& tools) {
    for (const bool allow : {true, false}) {
      std::vector<Located<std::string>> named;
      for (const ToolRule& rule : tools)
        if (rule.allow == allow) named.push_back(rule.tool);
      if (!named.empty()) add(prefix + (allow ? "allow.tools" : "deny.tools"), names(named), named[0].span);
    }
  }

  void limits(const std::string& name, const std::string& which, const wf::Limits& limits, const Span& span) {
    const auto limit = [&](const char* of, std::uint64_t value, const char* unit = "") {
      if (value != 0) add(name + of + which, std::to_string(value) + unit, span, true);
    };
    limit("credits", limits.credits);
    limit("time", limits.time_ms, "ms");
    limit("tokens", limits.tokens);
    limit("calls", limits.calls);
    limit("micro_usd", limits.micro_usd);
  }

  void budget(const std::string& prefix, const Budget& budget) {
    limits(prefix + "budget.", "", budget, budget.span);
    limits(prefix + "budget.", ".each_step", budget.each, budget.span);
    for (const Reaction& reaction : budget.reactions)
      add(prefix + "budget.on_breach", std::string(word_of(reaction.response)), reaction.span, true);
  }

  void eval(const Eval& eval) {
    wf::Json json = {{"window", eval.window}, {"min_runs", eval.runs_min}, {"blocks", eval.blocks}};
    if (eval.score_drop_warn != 0) json["score_drop_warn"] = eval.score_drop_warn;
    if (eval.score_drop_block != 0) json["score_drop_block"] = eval.score_drop_block;
    if (eval.usd_rise) json["usd_rise"] = *eval.usd_rise;
    if (eval.latency_ms_rise) json["latency_ms_rise"] = *eval.latency_ms_rise;
    if (eval.retry_rise) json["retry_rise"] = *eval.retry_rise;
    add("eval", wf::write_json(json), eval.span);
  }

  void extras(const Step& step, const std::string& prefix) {
    const Extras& of = *step.extras;
    tools(prefix, of.tools);
    if (of.budget) budget(prefix, *of.budget);
    if (of.risky) add(prefix + "risky", "true", step.id.span);
    for (const Artifact& artifact : of.artifacts)
      add(prefix + "artifact", artifact.kind.value, artifact.kind.span);
  }

  Workflow& workflow_;
};

}  // namespace

void declare_policies(Workflow& workflow) {
  Policies(workflow).run();
}

}  // namespace wfc::model
