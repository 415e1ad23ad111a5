// What a run under way relies on, spelt part by part.
//
// Long texts (commands, prompts, expressions) are digests: whoever compares wants to know that they changed,
// not how. What is compared by more than equality is spelt out: a limit that was raised lets a run go on, one
// that was lowered does not. Parts that are as usual are left out, since every step has a footing.
#include <algorithm>
#include <map>

#include "compiler/plan/meaning.h"
#include "runtime/base/digest.h"
#include "runtime/base/json.h"

namespace wfc::plan {
namespace {

using wf::Json;

std::string digest(std::string_view text) {
  return wf::sha256_hex(text).substr(0, 16);
}

std::string_view word_of(wf::StepKind kind) {
  static constexpr std::string_view words[] = {
#define WF_STEP(kind, ...) #kind,
#include "wf/steps.def"
  };
  return words[static_cast<std::size_t>(kind)];
}

class Footings {
 public:
  explicit Footings(const Plan& plan)
      : plan_(plan), meaning_(plan, ids_of(plan)), ends_block_(plan.steps.size(), 0) {
    find_branches();
    for (const wf::StepRow& step : plan.steps)
      if (step.answered_by != wf::no_row) ends_block_[step.answered_by] = 1;
  }

  std::vector<std::string> all() {
    std::vector<std::string> texts;
    texts.reserve(plan_.steps.size() + 1);
    for (wf::Row row = 0; row < plan_.steps.size(); ++row) texts.push_back(wf::write_json(step(row)));
    texts.push_back(wf::write_json(whole()));
    return texts;
  }

 private:
  static std::vector<std::string> ids_of(const Plan& plan) {
    std::vector<std::string> ids;
    ids.reserve(plan.steps.size());
    for (const wf::StepRow& step : plan.steps) ids.emplace_back(view(step.id));
    return ids;
  }

  // An `if` has no name of its own: it goes by the first of the steps it is around, in the order of names,
  // and by how many more ifs lie between the two.
  void find_branches() {
    for (const wf::StepRow& step : plan_.steps) {
      if (step.kind == wf::StepKind::branch) continue;
      std::uint32_t depth = 0;
      for (wf::Row at = step.branch; at != wf::no_row; at = plan_.steps[at].branch) {
        const auto here = std::pair(std::string_view(view(step.id)), depth++);
        const auto [found, fresh] = branches_.try_emplace(at, here);
        if (!fresh) found->second = std::min(found->second, here);
      }
    }
  }

  Json step(wf::Row row) const {
    const wf::StepRow& step = plan_.steps[row];
    Json json = {{"kind", word_of(step.kind)}};
    if (step.kind == wf::StepKind::branch) {
      json["if"] = digest(meaning_.branch(row));
      if (const auto found = branches_.find(row); found != branches_.end())
        json["around"] = Json::array({std::string(found->second.first), found->second.second});
      return json;
    }
    params(step, json);
    if (!step.idempotent) json["once"] = true;
    if (step.output.size > 0)
      json["named"] = true;
    else if (step.output_type != wf::ValueType::text || step.output_value != wf::no_expr)
      json["output"] = digest(Meaning::number(step.output_type) + meaning_.expression(step.output_value));
    if (step.timeout_ms != 0) json["timeout"] = step.timeout_ms;
    if (const auto rows = meaning_.reactions_of(step); rows.count != 0) json["on"] = reactions(rows);
    if (step.gate != wf::no_row) json["gate"] = gate(plan_.gates[step.gate]);
    if (step.extras != wf::no_row) extras(plan_.extras[step.extras], json);
    if (step.undoes != wf::no_row) json["undoes"] = meaning_.name(step.undoes);
    if (step.fallback) json["fallback"] = true;
    if (ends_block_[row]) json["ends"] = true;
    return json;
  }

  void params(const wf::StepRow& step, Json& json) const {
    std::map<std::string, std::string> by_name;
    for (const wf::Param& param : step.params)
      by_name[std::string(view(param.name))] += Meaning::field(meaning_.param(param));
    if (by_name.empty()) return;
    Json& all = json["params"] = Json::object();
    for (const auto& [name, texts] : by_name) all[name] = digest(texts);
    // Of one name the digest holds the order, too.
    if (by_name.size() > 1) json["order"] = digest(meaning_.params(step.params));
  }

  Json reactions(const wf::Rows<wf::ReactionRow>& rows) const {
    Json all = Json::array();
    for (const wf::ReactionRow& row : rows) {
      Json one = {{"on", static_cast<int>(row.on)}, {"do", static_cast<int>(row.response)}};
      if (row.target != wf::no_row) one["to"] = meaning_.name(row.target);
      if (row.max != 0) one["max"] = row.max;
      one["rest"] = digest(meaning_.reaction_but_max(row));
      if (row.body.count != 0) {
        std::vector<std::string> names;
        for (const wf::Row again : row.body)
          if (plan_.steps[again].kind != wf::StepKind::branch) names.push_back(meaning_.name(again));
        std::sort(names.begin(), names.end());
        std::string text;
        for (const std::string& name : names) text += Meaning::field(name);
        one["body"] = digest(text);
      }
      all.push_back(std::move(one));
    }
    return all;
  }

  Json gate(const wf::GateRow& row) const {
    Json json = {{"message", digest(meaning_.param(row.message))}};
    if (row.approvers.count != 0) {
      Json& people = json["by"] = Json::array();
      for (const wf::Text& name : row.approvers) people.push_back(std::string(view(name)));
    }
    if (row.quorum != 0) json["quorum"] = row.quorum;
    if (row.timeout_ms != 0) json["timeout"] = row.timeout_ms;
    json["silence"] = static_cast<int>(row.on_timeout);
    if (row.content_may_change) json["content"] = true;
    return json;
  }

  void extras(const wf::ExtrasRow& row, Json& json) const {
    if (row.quality_gates.count != 0) {
      Json& gates = json["gates"] = Json::array();
      for (const wf::QualityGateRow& gate : row.quality_gates) {
        Json one = {{"name", std::string(view(gate.name))}, {"blocks", gate.blocks}};
        Json& criteria = one["holds"] = Json::array();
        for (const wf::CriterionRow& criterion : gate.criteria)
          criteria.push_back(digest(meaning_.expression(criterion.holds)));
        one["on"] = reactions(gate.reactions);
        gates.push_back(std::move(one));
      }
    }
    if (row.tools.count != 0) json["tools"] = tools(row.tools);
    if (row.artifacts.count != 0)
      json["artifacts"] = digest(Meaning::all_of(row.artifacts, [&](const wf::ArtifactRow& artifact) {
        return Meaning::field(view(artifact.kind)) + meaning_.params(artifact.from);
      }));
    if (row.budget != wf::no_row && plan_.budgets[row.budget].reactions.count != 0)
      json["budget"] = reactions(plan_.budgets[row.budget].reactions);
    if (row.risky) json["risky"] = true;
  }

  static Json tools(const wf::Rows<wf::ToolRow>& rows) {
    Json json = {{"rules", digest(Meaning::tools(rows))}};
    for (const wf::ToolRow& row : rows) {
      Json& list = json[row.allow ? "allow" : "deny"];
      list.push_back(std::string(view(row.tool)));
    }
    return json;
  }

  Json whole() const {
    const wf::Program& program = plan_.program;
    Json json = Json::object();
    for (const wf::LetRow& let : plan_.lets)
      json["lets"][std::string(view(let.name))] = digest(meaning_.expression(let.value));
    if (program.budget != wf::no_row && plan_.budgets[program.budget].reactions.count != 0)
      json["budget"] = reactions(plan_.budgets[program.budget].reactions);
    if (program.tools.count > 0) json["tools"] = tools(program.tools);
    return json;
  }

  const Plan& plan_;
  const Meaning meaning_;
  std::map<wf::Row, std::pair<std::string_view, std::uint32_t>> branches_;
  std::vector<char> ends_block_;
};

}  // namespace

std::vector<std::string> footings(const Plan& plan) {
  return Footings(plan).all();
}

}  // namespace wfc::plan
