// Writes the tables of a plan as C++ aggregates, a row a line, with what differs from a row's defaults.
//
// Lists inside rows (needs, parameters, pieces, ...) lie in one array for each kind; a row holds where its
// part begins and how long it is: `{needs + 3, 2}`. Compilers take one long array much faster than many short
// ones.
#include "compiler/emit/rows.h"

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/emit/functions.h"

namespace wfc::emit {
namespace {

std::string_view name_of(wf::StepKind kind) {
  switch (kind) {
#define WF_STEP(name, ...) \
  case wf::StepKind::name: \
    return #name;
#include "wf/steps.def"
  }
  return {};
}
std::string_view name_of(wf::ValueType type) {
  constexpr std::string_view names[] = {"text", "any",   "boolean", "integer", "real",  "duration",
                                        "size", "money", "map",     "list",    "choice"};
  return names[static_cast<std::size_t>(type)];
}
std::string_view name_of(wf::PieceKind kind) {
  constexpr std::string_view names[] = {"text", "value", "jump",  "unless", "loop",
                                        "next", "set",   "leave", "begin"};
  return names[static_cast<std::size_t>(kind)];
}
std::string_view name_of(wf::TriggerKind kind) {
  constexpr std::string_view names[] = {"manual", "cron", "event", "webhook"};
  return names[static_cast<std::size_t>(kind)];
}
std::string_view name_of(wf::OnTimeout what) {
  constexpr std::string_view names[] = {"cancel", "proceed", "escalate", "fail"};
  return names[static_cast<std::size_t>(what)];
}

std::string_view name_of(wf::StepOutcome what) {
  constexpr std::string_view names[] = {"fail", "timeout", "reject", "breach", "block", "holds"};
  return names[static_cast<std::size_t>(what)];
}
std::string_view name_of(wf::Response what) {
  constexpr std::string_view names[] = {"retry", "repair",  "back", "approve", "escalate",
                                        "go_on", "degrade", "stop", "fail",    "cancel"};
  return names[static_cast<std::size_t>(what)];
}
std::string_view name_of(wf::EscalateTo what) {
  constexpr std::string_view names[] = {"people", "close", "workflow"};
  return names[static_cast<std::size_t>(what)];
}
std::string_view name_of(wf::Overlap what) {
  constexpr std::string_view names[] = {"skip", "queue", "allow"};
  return names[static_cast<std::size_t>(what)];
}
std::string_view name_of(wf::CatchUp what) {
  constexpr std::string_view names[] = {"latest", "none", "all"};
  return names[static_cast<std::size_t>(what)];
}

// Writes `{.a = 1, .b = 2}` from the fields that are set.
class Row {
 public:
  explicit Row(CodeWriter& to) : to_(to) { to_ << '{'; }
  CodeWriter& field(std::string_view name) {
    if (!first_) to_ << ", ";
    first_ = false;
    to_ << '.' << name << " = ";
    return to_;
  }
  void text(std::string_view name, const wf::Text& value) {
    if (value.size > 0) field(name).text(value);
  }
  template <class Number>
  void number(std::string_view name, Number value, Number unless) {
    if (value != unless) field(name) << value;
  }
  void expression(std::string_view name, wf::ExprId id) { number(name, id, wf::no_expr); }
  void flag(std::string_view name, bool value, bool unless) {
    if (value != unless) field(name) << (value ? "true" : "false");
  }
  void slice(std::string_view name, std::string_view array, std::uint32_t begin, std::uint32_t count) {
    if (count > 0) field(name) << '{' << array << " + " << begin << ", " << count << '}';
  }
  void real(std::string_view name, double value, double unless) {
    if (value != unless) field(name).real(value);
  }
  void origin(const wf::Origin& origin) {
    if (origin.line == 0) return;
    field("origin") << '{' << origin.line << ", " << origin.column << ", " << origin.file << '}';
  }
  void end() { to_ << '}'; }

 private:
  CodeWriter& to_;
  bool first_ = true;
};

class Tables {
 public:
  Tables(CodeWriter& to, const plan::Plan& plan) : to_(to), plan_(plan) {}

  void write() {
    table("Text", "files", plan_.files, [&](const wf::Text& file) { to_.text(file); });
    table("Text", "footings", plan_.footings, [&](const wf::Text& footing) { to_.text(footing); });
    inputs();
    table("LetRow", "lets", plan_.lets, [&](const wf::LetRow& let) {
      Row row(to_);
      row.text("name", let.name);
      row.expression("value", let.value);
      row.end();
    });
    edges();
    find_lists();
    pieces();
    params();
    texts_of_reactions();
    included();
    reactions();
    groups();
    gates();
    rare();
    steps();
    triggers();
    policies();
    table("BeyondRow", "beyond", plan_.beyond, [&](const wf::BeyondRow& beyond) {
      Row row(to_);
      row.text("what", beyond.what);
      row.origin(beyond.origin);
      row.end();
    });
    program();
  }

 private:
  template <class Item, class Write>
  void table(std::string_view type, std::string_view name, const std::vector<Item>& items,
             const Write& write) {
    if (items.empty()) return;
    open(type, name);
    for (const Item& item : items) {
      to_ << "    ";
      write(item);
      to_ << ",\n";
    }
    close();
  }
  void open(std::string_view type, std::string_view name) {
    to_ << "constexpr " << type << ' ' << name << "[] = {\n";
  }
  void close() { to_ << "};\n\n"; }

  // What a list is about, before its first entry.
  void about(const wf::Text& name, std::string_view what = {}) {
    const std::string shown = comment_name({name.data, name.size});
    if (shown.empty() && what.empty()) return;
    to_ << "    // " << shown;
    if (!what.empty()) to_ << (shown.empty() ? "" : " ") << what;
    to_ << '\n';
  }

  void row_list(std::string_view name, const std::vector<wf::Rows<wf::Row>>& lists) {
    std::size_t count = 0;
    for (const wf::Rows<wf::Row>& list : lists) count += list.count;
    if (count == 0) return;
    open("Row", name);
    std::size_t column = 0;
    for (const wf::Rows<wf::Row>& list : lists) {
      for (const wf::Row row : list) {
        const std::string number = std::to_string(row);
        if (column == 0) to_ << "    ";
        to_ << number << ',';
        column += number.size() + 2;
        if (column > 96) {
          to_ << '\n';
          column = 0;
        } else {
          to_ << ' ';
        }
      }
    }
    if (column > 0) {
      to_.out().back() = '\n';
    }
    close();
  }

  // Lists of rows, each once: steps of one layer need the same.
  class RowLists {
   public:
    void add(const wf::Rows<wf::Row>& list) {
      if (list.count == 0 || !begins_.emplace(Key(list.begin(), list.end()), count_).second) return;
      lists_.push_back(list);
      count_ += list.count;
    }
    const std::vector<wf::Rows<wf::Row>>& lists() const { return lists_; }
    std::uint32_t begin_of(const wf::Rows<wf::Row>& list) const {
      return list.count == 0 ? 0 : begins_.at(Key(list.begin(), list.end()));
    }

   private:
    using Key = std::vector<wf::Row>;
    std::map<Key, std::uint32_t> begins_;
    std::vector<wf::Rows<wf::Row>> lists_;
    std::uint32_t count_ = 0;
  };

  void edges() {
    for (const wf::StepRow& step : plan_.steps) {
      needs_.add(step.needs);
      followers_.add(step.followers);
    }
    for (const wf::JoinRow& join : plan_.joins) followers_.add(join.followers);
    row_list("needs", needs_.lists());
    row_list("followers", followers_.lists());
    table("JoinRow", "joins", plan_.joins, [&](const wf::JoinRow& join) {
      Row row(to_);
      row.number("needs_count", join.needs_count, 0u);
      row.slice("followers", "followers", followers_.begin_of(join.followers), join.followers.count);
      row.end();
    });
  }

  void inputs() {
    std::vector<wf::Text> choices;
    for (const wf::InputRow& input : plan_.inputs)
      choices.insert(choices.end(), input.choices.begin(), input.choices.end());
    table("Text", "choices", choices, [&](const wf::Text& choice) { to_.text(choice); });
    std::vector<wf::TypeRow> elements;
    for (const wf::InputRow& input : plan_.inputs)
      elements.insert(elements.end(), input.elements.begin(), input.elements.end());
    lists_of("Text", "element_choices", elements, &wf::TypeRow::choices,
             [&](const wf::Text& choice) { to_.text(choice); });
    std::uint32_t element_choice = 0;
    table("TypeRow", "elements", elements, [&](const wf::TypeRow& element) {
      Row row(to_);
      row.field("type") << "ValueType::" << name_of(element.type);
      row.flag("nullable", element.nullable, false);
      row.slice("choices", "element_choices", element_choice, element.choices.count);
      row.end();
      element_choice += element.choices.count;
    });
    std::uint32_t choice = 0, element = 0;
    table("InputRow", "inputs", plan_.inputs, [&](const wf::InputRow& input) {
      Row row(to_);
      row.text("name", input.name);
      if (input.type != wf::ValueType::text) row.field("type") << "ValueType::" << name_of(input.type);
      row.flag("required", input.required, true);
      row.flag("nullable", input.nullable, false);
      row.expression("default_value", input.default_value);
      row.slice("choices", "choices", choice, input.choices.count);
      row.slice("elements", "elements", element, input.elements.count);
      row.text("description", input.description);
      row.origin(input.origin);
      row.end();
      choice += input.choices.count;
      element += input.elements.count;
    });
  }

  void groups() {
    std::vector<wf::Rows<wf::Row>> members;
    for (const wf::GroupRow& group : plan_.groups) members.push_back(group.members);
    row_list("members", members);
    std::uint32_t member = 0;
    table("GroupRow", "groups", plan_.groups, [&](const wf::GroupRow& group) {
      Row row(to_);
      row.text("name", group.name);
      row.number("running_max", group.running_max, 0u);
      row.slice("members", "members", member, group.members.count);
      row.number("outer", group.outer, wf::no_row);
      row.flag("so_far", group.so_far, false);
      row.end();
      member += group.members.count;
    });
  }

  void piece(const wf::Piece& piece) {
    Row row(to_);
    if (piece.kind != wf::PieceKind::text) row.field("kind") << "PieceKind::" << name_of(piece.kind);
    row.text("text", piece.text);
    row.expression("expr", piece.expr);
    if (piece.kind == wf::PieceKind::jump || piece.kind == wf::PieceKind::unless ||
        piece.kind == wf::PieceKind::loop || piece.kind == wf::PieceKind::next ||
        piece.kind == wf::PieceKind::leave)
      row.field("target") << piece.target;
    row.number("local", piece.local, wf::no_row);
    row.number("key", piece.key, wf::no_row);
    row.end();
  }

  // Where the rows of each list begin in the one array of their kind, by the list's first row.
  template <class Item>
  using Begins = std::unordered_map<const Item*, std::uint32_t>;

  // Lists of rows that lie within rows, in the order in which they are written.
  struct Lists {
    std::vector<std::pair<wf::Text, wf::Rows<wf::ReactionRow>>> reactions;  // With what they belong to.
    std::vector<std::pair<wf::Text, wf::Rows<wf::Param>>> params;           // But for those of steps.
  };

  void find_lists() {
    const auto add = [this](const wf::Text& id, const wf::Rows<wf::ReactionRow>& rows) {
      if (rows.count == 0) return;
      lists_.reactions.emplace_back(id, rows);
      for (const wf::ReactionRow& row : rows)
        if (row.text.count > 0) lists_.params.emplace_back(id, row.text);
    };
    const auto add_extras = [&](const wf::Text& id, const wf::ExtrasRow& extras) {
      for (const wf::QualityGateRow& gate : extras.quality_gates) add(id, gate.reactions);
      for (const wf::ArtifactRow& artifact : extras.artifacts)
        if (artifact.from.count > 0) lists_.params.emplace_back(id, artifact.from);
    };
    for (const wf::StepRow& step : plan_.steps) {
      add(step.id, step.reactions);
      if (step.extras != wf::no_row) add_extras(step.id, plan_.extras[step.extras]);
    }
    for (const wf::BudgetRow& budget : plan_.budgets) add({}, budget.reactions);
    if (plan_.program.guardrail.count > 0) lists_.params.emplace_back(wf::Text{}, plan_.program.guardrail);
    if (plan_.program.composed.count > 0) lists_.params.emplace_back(wf::Text{}, plan_.program.composed);
  }

  void pieces() {
    std::uint32_t used = 0;
    const auto list = [&](const wf::Text& id, const wf::Param& param) {
      if (param.pieces.count == 0 || !pieces_.emplace(param.pieces.data, used).second) return;
      if (used == 0) open("Piece", "pieces");
      about(id);
      for (const wf::Piece& entry : param.pieces) {
        to_ << "    ";
        piece(entry);
        to_ << ",\n";
      }
      used += param.pieces.count;
    };
    for (const wf::StepRow& step : plan_.steps)
      for (const wf::Param& param : step.params) list(step.id, param);
    for (const wf::GateRow& gate : plan_.gates) list({}, gate.message);
    for (const auto& [id, params] : lists_.params)
      for (const wf::Param& param : params) list(id, param);
    if (used > 0) close();
  }

  void param(const wf::Param& param) {
    Row row(to_);
    row.text("name", param.name);
    switch (param.kind) {
      case wf::ParamKind::literal:
        row.text("literal", param.literal);
        break;
      case wf::ParamKind::pieces:
        row.field("kind") << "ParamKind::pieces";
        if (param.pieces.count > 0)
          row.slice("pieces", "pieces", pieces_.at(param.pieces.data), param.pieces.count);
        break;
      case wf::ParamKind::value:
        row.field("kind") << "ParamKind::value";
        row.expression("value", param.value);
        break;
    }
    row.text("key", param.key);
    row.expression("when", param.when);
    row.end();
  }

  void params() {
    bool any = false;
    for (const wf::StepRow& step : plan_.steps) {
      if (step.params.count == 0) continue;
      if (!any) open("Param", "params");
      any = true;
      about(step.id);
      for (const wf::Param& entry : step.params) {
        to_ << "    ";
        param(entry);
        to_ << ",\n";
      }
    }
    if (any) close();
  }

  // What reactions, artifacts and the guardrail say.
  void texts_of_reactions() {
    std::vector<wf::Param> all;
    for (const auto& [id, params] : lists_.params) {
      texts_.emplace(params.data, static_cast<std::uint32_t>(all.size()));
      all.insert(all.end(), params.begin(), params.end());
    }
    table("Param", "texts", all, [&](const wf::Param& text) { param(text); });
  }
  void text_slice(Row& row, std::string_view name, const wf::Rows<wf::Param>& params) {
    if (params.count > 0) row.slice(name, "texts", texts_.at(params.data), params.count);
  }

  // What people and agents are told.
  void included() {
    std::vector<wf::NamedExpr> all;
    const auto add = [&](const wf::Rows<wf::NamedExpr>& rows) {
      if (rows.count > 0) included_.emplace(rows.data, static_cast<std::uint32_t>(all.size()));
      all.insert(all.end(), rows.begin(), rows.end());
    };
    for (const auto& [id, reactions] : lists_.reactions)
      for (const wf::ReactionRow& reaction : reactions) add(reaction.include);
    for (const wf::EscalationRow& escalation : plan_.escalation) add(escalation.include);
    table("NamedExpr", "included", all, [&](const wf::NamedExpr& item) {
      Row row(to_);
      row.text("name", item.name);
      row.expression("value", item.value);
      row.end();
    });
  }
  void include_slice(Row& row, const wf::Rows<wf::NamedExpr>& items) {
    if (items.count > 0) row.slice("include", "included", included_.at(items.data), items.count);
  }

  void reactions() {
    if (lists_.reactions.empty()) return;
    std::vector<wf::Rows<wf::Row>> bodies;
    for (const auto& [id, rows] : lists_.reactions)
      for (const wf::ReactionRow& reaction : rows) bodies.push_back(reaction.body);
    row_list("bodies", bodies);
    std::uint32_t body = 0;
    open("ReactionRow", "reactions");
    std::uint32_t used = 0;
    for (const auto& [id, rows] : lists_.reactions) {
      reactions_.emplace(rows.data, used);
      used += rows.count;
      about(id);
      for (const wf::ReactionRow& reaction : rows) {
        to_ << "    ";
        Row row(to_);
        if (reaction.on != wf::StepOutcome::fail) row.field("on") << "StepOutcome::" << name_of(reaction.on);
        row.field("response") << "Response::" << name_of(reaction.response);
        row.expression("condition", reaction.condition);
        row.expression("when", reaction.when);
        row.number("max", reaction.max, 0u);
        row.number("wait_ms", reaction.wait_ms, std::uint64_t{0});
        row.real("backoff", reaction.backoff, 1.0);
        row.number("target", reaction.target, wf::no_row);
        row.slice("body", "bodies", body, reaction.body.count);
        body += reaction.body.count;
        row.flag("stop_on_no_progress", reaction.stop_on_no_progress, false);
        row.text("name", reaction.name);
        row.text("agent", reaction.agent);
        text_slice(row, "text", reaction.text);
        include_slice(row, reaction.include);
        row.origin(reaction.origin);
        row.end();
        to_ << ",\n";
      }
    }
    close();
  }
  void reaction_slice(Row& row, const wf::Rows<wf::ReactionRow>& rows) {
    if (rows.count > 0) row.slice("reactions", "reactions", reactions_.at(rows.data), rows.count);
  }

  // Rows of what few workflows have. Lists within them are written where they are needed, one array for all.
  template <class Of, class Item, class Write>
  void lists_of(std::string_view type, std::string_view name, const std::vector<Of>& of,
                wf::Rows<Item> Of::*list, const Write& write) {
    std::vector<Item> all;
    for (const Of& row : of) all.insert(all.end(), (row.*list).begin(), (row.*list).end());
    table(type, name, all, write);
  }

  void criterion(const wf::CriterionRow& criterion) {
    Row row(to_);
    row.expression("holds", criterion.holds);
    row.text("text", criterion.text);
    row.origin(criterion.origin);
    row.end();
  }
  void tool(const wf::ToolRow& tool) {
    Row row(to_);
    row.text("tool", tool.tool);
    row.flag("allow", tool.allow, true);
    row.text("reason", tool.reason);
    row.end();
  }
  void limits(Row& row, std::string_view name, const wf::Limits& limits) {
    const bool any = limits.credits || limits.time_ms || limits.tokens || limits.calls || limits.micro_usd;
    if (!any) return;
    row.field(name);
    Row of(to_);
    of.number("credits", limits.credits, std::uint64_t{0});
    of.number("time_ms", limits.time_ms, std::uint64_t{0});
    of.number("tokens", limits.tokens, std::uint64_t{0});
    of.number("calls", limits.calls, std::uint64_t{0});
    of.number("micro_usd", limits.micro_usd, std::uint64_t{0});
    of.end();
  }

  void rare() {
    table("BudgetRow", "budgets", plan_.budgets, [&](const wf::BudgetRow& budget) {
      Row row(to_);
      limits(row, "whole", budget.whole);
      limits(row, "each", budget.each);
      reaction_slice(row, budget.reactions);
      row.number("degraded_chars", budget.degraded_chars, 0U);
      row.number("alert_percent", budget.alert_percent, 0U);
      row.flag("outputs_only", budget.outputs_only, false);
      row.origin(budget.origin);
      row.end();
    });
    extras();
    table("EscalationRow", "escalation", plan_.escalation, [&](const wf::EscalationRow& escalation) {
      Row row(to_);
      row.field("to") << "EscalateTo::" << name_of(escalation.to);
      row.text("workflow", escalation.workflow);
      row.number("timeout_ms", escalation.timeout_ms, std::uint64_t{0});
      row.text("channel", escalation.channel);
      row.text("mention", escalation.mention);
      include_slice(row, escalation.include);
      row.origin(escalation.origin);
      row.end();
    });
    table("EvalRow", "eval", plan_.eval, [&](const wf::EvalRow& eval) {
      Row row(to_);
      row.field("window") << eval.window;
      row.field("runs_min") << eval.runs_min;
      row.flag("blocks", eval.blocks, true);
      row.real("score_drop_warn", eval.score_drop_warn, 0);
      row.real("score_drop_block", eval.score_drop_block, 0);
      row.real("usd_rise", eval.usd_rise, -1);
      row.real("latency_ms_rise", eval.latency_ms_rise, -1);
      row.real("retry_rise", eval.retry_rise, -1);
      row.origin(eval.origin);
      row.end();
    });
    lists_of("Text", "tracked", plan_.monitor, &wf::MonitorRow::track,
             [&](const wf::Text& name) { to_.text(name); });
    lists_of("CriterionRow", "alerts", plan_.monitor, &wf::MonitorRow::alerts,
             [&](const wf::CriterionRow& alert) { criterion(alert); });
    table("MonitorRow", "monitor", plan_.monitor, [&](const wf::MonitorRow& monitor) {
      Row row(to_);
      row.slice("track", "tracked", 0, monitor.track.count);
      row.slice("alerts", "alerts", 0, monitor.alerts.count);
      row.origin(monitor.origin);
      row.end();
    });
    const wf::Program& program = plan_.program;
    table("ToolRow", "tools", std::vector<wf::ToolRow>(program.tools.begin(), program.tools.end()),
          [&](const wf::ToolRow& row) { tool(row); });
    table("NamedText", "tool_files",
          std::vector<wf::NamedText>(program.tool_files.begin(), program.tool_files.end()),
          [&](const wf::NamedText& file) {
            Row row(to_);
            row.text("name", file.name);
            row.text("text", file.text);
            row.end();
          });
  }

  void extras() {
    std::vector<wf::QualityGateRow> gates;
    for (const wf::ExtrasRow& of : plan_.extras)
      gates.insert(gates.end(), of.quality_gates.begin(), of.quality_gates.end());
    lists_of("CriterionRow", "criteria", gates, &wf::QualityGateRow::criteria,
             [&](const wf::CriterionRow& row) { criterion(row); });
    std::uint32_t criteria = 0;
    table("QualityGateRow", "quality_gates", gates, [&](const wf::QualityGateRow& gate) {
      Row row(to_);
      row.text("name", gate.name);
      row.slice("criteria", "criteria", criteria, gate.criteria.count);
      criteria += gate.criteria.count;
      row.flag("blocks", gate.blocks, true);
      row.flag("before", gate.before, false);
      reaction_slice(row, gate.reactions);
      row.origin(gate.origin);
      row.end();
    });
    lists_of("ToolRow", "tools_of_steps", plan_.extras, &wf::ExtrasRow::tools,
             [&](const wf::ToolRow& row) { tool(row); });
    lists_of("ArtifactRow", "artifacts", plan_.extras, &wf::ExtrasRow::artifacts,
             [&](const wf::ArtifactRow& artifact) {
               Row row(to_);
               row.text("kind", artifact.kind);
               text_slice(row, "from", artifact.from);
               row.end();
             });
    std::uint32_t gate = 0, rule = 0, artifact = 0;
    table("ExtrasRow", "extras", plan_.extras, [&](const wf::ExtrasRow& of) {
      Row row(to_);
      row.slice("quality_gates", "quality_gates", gate, of.quality_gates.count);
      row.slice("tools", "tools_of_steps", rule, of.tools.count);
      row.slice("artifacts", "artifacts", artifact, of.artifacts.count);
      row.number("budget", of.budget, wf::no_row);
      row.flag("risky", of.risky, false);
      row.end();
      gate += of.quality_gates.count;
      rule += of.tools.count;
      artifact += of.artifacts.count;
    });
  }

  void gates() {
    std::vector<wf::Text> approvers;
    for (const wf::GateRow& gate : plan_.gates)
      approvers.insert(approvers.end(), gate.approvers.begin(), gate.approvers.end());
    table("Text", "approvers", approvers, [&](const wf::Text& approver) { to_.text(approver); });
    std::uint32_t approver = 0;
    table("GateRow", "gates", plan_.gates, [&](const wf::GateRow& gate) {
      Row row(to_);
      row.slice("approvers", "approvers", approver, gate.approvers.count);
      row.number("quorum", gate.quorum, 0u);
      row.number("timeout_ms", gate.timeout_ms, std::uint64_t{0});
      if (gate.on_timeout != wf::OnTimeout::cancel)
        row.field("on_timeout") << "OnTimeout::" << name_of(gate.on_timeout);
      if (gate.on_reject != wf::OnReject::cancel) row.field("on_reject") << "OnReject::fail";
      row.flag("content_may_change", gate.content_may_change, false);
      row.field("message");
      param(gate.message);
      row.end();
      approver += gate.approvers.count;
    });
  }

  void steps() {
    if (plan_.steps.empty()) return;
    open("StepRow", "steps");
    std::uint32_t params = 0;
    for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
      const wf::StepRow& step = plan_.steps[i];
      to_ << "    /* " << std::uint64_t{i} << " */ ";
      Row row(to_);
      row.text("id", step.id);
      row.text("title", step.title);
      row.field("kind") << "StepKind::" << name_of(step.kind);
      if (step.run_if != wf::RunIf::passed) row.field("run_if") << "RunIf::always";
      row.flag("idempotent", step.idempotent, true);
      row.slice("needs", "needs", needs_.begin_of(step.needs), step.needs.count);
      row.slice("followers", "followers", followers_.begin_of(step.followers), step.followers.count);
      row.number("edges_saved", step.edges_saved, 0u);
      row.slice("params", "params", params, step.params.count);
      row.number("branch", step.branch, wf::no_row);
      row.number("side", step.side, 0u);
      row.expression("when", step.when);
      row.flag("never", step.never, false);
      row.text("output", step.output);
      if (step.output_type != wf::ValueType::text)
        row.field("output_type") << "ValueType::" << name_of(step.output_type);
      row.expression("output_value", step.output_value);
      row.number("timeout_ms", step.timeout_ms, std::uint64_t{0});
      reaction_slice(row, step.reactions);
      row.number("gate", step.gate, wf::no_row);
      row.number("extras", step.extras, wf::no_row);
      row.number("undoes", step.undoes, wf::no_row);
      row.flag("fallback", step.fallback, false);
      row.number("group", step.group, wf::no_row);
      row.number("answered_by", step.answered_by, wf::no_row);
      row.number("rank_ms", step.rank_ms, 0u);
      row.origin(step.origin);
      row.end();
      to_ << ",\n";
      params += step.params.count;
    }
    close();
  }

  void triggers() {
    table("TriggerRow", "triggers", plan_.triggers, [&](const wf::TriggerRow& trigger) {
      Row row(to_);
      row.field("kind") << "TriggerKind::" << name_of(trigger.kind);
      row.text("name", trigger.name);
      row.text("cron", trigger.cron);
      row.text("timezone", trigger.timezone);
      row.text("url", trigger.url);
      row.text("secret", trigger.secret);
      row.expression("when", trigger.when);
      if (trigger.overlap != wf::Overlap::skip)
        row.field("overlap") << "Overlap::" << name_of(trigger.overlap);
      if (trigger.catch_up != wf::CatchUp::latest)
        row.field("catch_up") << "CatchUp::" << name_of(trigger.catch_up);
      row.origin(trigger.origin);
      row.end();
    });
  }

  void policies() {
    table("PolicyRow", "policies", plan_.policies, [&](const wf::PolicyRow& policy) {
      Row row(to_);
      row.text("name", policy.name);
      row.text("value", policy.value);
      row.flag("enforced", policy.enforced, false);
      row.origin(policy.origin);
      row.end();
    });
  }

  template <class Item>
  void whole(std::string_view name, const std::vector<Item>& items) {
    if (!items.empty())
      to_ << "    ." << name << " = {" << name << ", " << std::uint64_t{items.size()} << "},\n";
  }

  void program() {
    const wf::Program& program = plan_.program;
    to_ << "constexpr Program program = {\n    .abi = program_abi,\n";
    const auto text = [&](std::string_view name, const wf::Text& value) {
      if (value.size == 0) return;
      to_ << "    ." << name << " = ";
      to_.text(value) << ",\n";
    };
    to_ << "    .workflow = ";
    to_.text(program.workflow) << ",\n";
    text("title", program.title);
    text("description", program.description);
    text("version", program.version);
    text("dialect", program.dialect);
    text("compiler", program.compiler);
    text("source_digest", program.source_digest);
    text("plan_digest", program.plan_digest);
    text("project", program.project);
    whole("files", plan_.files);
    whole("inputs", plan_.inputs);
    whole("lets", plan_.lets);
    whole("steps", plan_.steps);
    whole("joins", plan_.joins);
    whole("gates", plan_.gates);
    whole("extras", plan_.extras);
    whole("budgets", plan_.budgets);
    whole("groups", plan_.groups);
    whole("triggers", plan_.triggers);
    whole("policies", plan_.policies);
    whole("beyond", plan_.beyond);
    if (program.budget != wf::no_row) to_ << "    .budget = " << program.budget << ",\n";
    whole("escalation", plan_.escalation);
    whole("eval", plan_.eval);
    whole("monitor", plan_.monitor);
    const auto texts = [&](std::string_view name, const wf::Rows<wf::Param>& params) {
      if (params.count == 0) return;
      to_ << "    ." << name << " = {texts + " << texts_.at(params.data) << ", " << params.count << "},\n";
    };
    texts("guardrail", program.guardrail);
    texts("composed", program.composed);
    if (program.tools.count > 0) to_ << "    .tools = {tools, " << program.tools.count << "},\n";
    if (program.tool_files.count > 0)
      to_ << "    .tool_files = {tool_files, " << program.tool_files.count << "},\n";
    whole("footings", plan_.footings);
    if (program.shadow_routing) to_ << "    .shadow_routing = true,\n";
    if (!program.fail_fast) to_ << "    .fail_fast = false,\n";
    if (!program.enabled) to_ << "    .enabled = false,\n";
    if (program.running_max > 0) to_ << "    .running_max = " << program.running_max << ",\n";
    if (program.locals > 0) to_ << "    .locals = " << program.locals << ",\n";
    if (!plan_.expressions.empty()) {
      to_ << "    .functions = {functions, " << function_count(plan_)
          << "},\n    .expressions = " << std::uint64_t{plan_.expressions.size()} << ",\n";
    }
    to_ << "};\n";
  }

  CodeWriter& to_;
  const plan::Plan& plan_;
  Lists lists_;
  RowLists needs_, followers_;
  Begins<wf::Piece> pieces_;
  Begins<wf::Param> texts_;
  Begins<wf::NamedExpr> included_;
  Begins<wf::ReactionRow> reactions_;
};

}  // namespace

void write_rows(CodeWriter& to, const plan::Plan& plan) {
  Tables(to, plan).write();
}

}  // namespace wfc::emit
