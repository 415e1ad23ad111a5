// Writes the tables of a plan as C++ aggregates, a row a line, with what differs from a row's defaults.
//
// Lists inside rows (needs, parameters, pieces, ...) lie in one array for each kind; a row holds where its
// part begins and how long it is: `{needs + 3, 2}`. Compilers take one long array much faster than many short
// ones.
#include "compiler/emit/rows.h"

#include <string>
#include <string_view>
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

std::string_view name_of(wf::LoopOn what) {
  constexpr std::string_view names[] = {"fail", "timeout", "reject", "breach", "block", "holds"};
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
    inputs();
    table("LetRow", "lets", plan_.lets, [&](const wf::LetRow& let) {
      Row row(to_);
      row.text("name", let.name);
      row.expression("value", let.value);
      row.end();
    });
    groups();
    edges();
    pieces();
    params();
    retries();
    gates();
    steps();
    loops();
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

  void edges() {
    std::vector<wf::Rows<wf::Row>> needs;
    std::vector<wf::Rows<wf::Row>> followers;
    for (const wf::StepRow& step : plan_.steps) {
      needs.push_back(step.needs);
      followers.push_back(step.followers);
    }
    row_list("needs", needs);
    row_list("followers", followers);
  }

  void inputs() {
    std::vector<wf::Text> choices;
    for (const wf::InputRow& input : plan_.inputs)
      choices.insert(choices.end(), input.choices.begin(), input.choices.end());
    table("Text", "choices", choices, [&](const wf::Text& choice) { to_.text(choice); });
    std::uint32_t choice = 0;
    table("InputRow", "inputs", plan_.inputs, [&](const wf::InputRow& input) {
      Row row(to_);
      row.text("name", input.name);
      if (input.type != wf::ValueType::text) row.field("type") << "ValueType::" << name_of(input.type);
      row.flag("required", input.required, true);
      row.flag("nullable", input.nullable, false);
      row.expression("default_value", input.default_value);
      row.slice("choices", "choices", choice, input.choices.count);
      row.text("description", input.description);
      row.origin(input.origin);
      row.end();
      choice += input.choices.count;
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

  // In the order in which rows_of_param counts them: parameters of steps, then messages of gates.
  void pieces() {
    bool any = false;
    const auto list = [&](const wf::Text& id, const wf::Param& param) {
      if (param.pieces.count == 0) return;
      if (!any) open("Piece", "pieces");
      any = true;
      about(id);
      for (const wf::Piece& entry : param.pieces) {
        to_ << "    ";
        piece(entry);
        to_ << ",\n";
      }
    };
    for (const wf::StepRow& step : plan_.steps)
      for (const wf::Param& param : step.params) list(step.id, param);
    for (const wf::GateRow& gate : plan_.gates) list({}, gate.message);
    if (any) close();
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
        row.slice("pieces", "pieces", pieces_used_, param.pieces.count);
        pieces_used_ += param.pieces.count;
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

  void retries() {
    std::vector<wf::Retry> retries;
    for (const wf::StepRow& step : plan_.steps)
      retries.insert(retries.end(), step.retries.begin(), step.retries.end());
    table("Retry", "retries", retries, [&](const wf::Retry& retry) {
      Row row(to_);
      row.field("attempts_max") << retry.attempts_max;
      row.number("wait_ms", retry.wait_ms, std::uint64_t{0});
      if (retry.backoff != 1.0) row.field("backoff").real(retry.backoff);
      row.end();
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
    std::uint32_t needs = 0;
    std::uint32_t followers = 0;
    std::uint32_t params = 0;
    std::uint32_t retries = 0;
    for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
      const wf::StepRow& step = plan_.steps[i];
      to_ << "    /* " << std::uint64_t{i} << " */ ";
      Row row(to_);
      row.text("id", step.id);
      row.text("title", step.title);
      row.field("kind") << "StepKind::" << name_of(step.kind);
      if (step.run_if != wf::RunIf::passed) row.field("run_if") << "RunIf::always";
      row.flag("idempotent", step.idempotent, true);
      row.slice("needs", "needs", needs, step.needs.count);
      row.slice("followers", "followers", followers, step.followers.count);
      row.slice("params", "params", params, step.params.count);
      row.number("branch", step.branch, wf::no_row);
      row.number("side", step.side, 0u);
      row.expression("when", step.when);
      row.text("output", step.output);
      if (step.output_type != wf::ValueType::text)
        row.field("output_type") << "ValueType::" << name_of(step.output_type);
      row.expression("output_value", step.output_value);
      row.number("timeout_ms", step.timeout_ms, std::uint64_t{0});
      row.slice("retries", "retries", retries, step.retries.count);
      row.number("gate", step.gate, wf::no_row);
      row.number("group", step.group, wf::no_row);
      row.number("rank_ms", step.rank_ms, 0u);
      row.origin(step.origin);
      row.end();
      to_ << ",\n";
      needs += step.needs.count;
      followers += step.followers.count;
      params += step.params.count;
      retries += step.retries.count;
    }
    close();
  }

  void loops() {
    table("LoopRow", "loops", plan_.loops, [&](const wf::LoopRow& loop) {
      Row row(to_);
      row.field("from") << loop.from;
      row.field("target") << loop.target;
      if (loop.on != wf::LoopOn::fail) row.field("on") << "LoopOn::" << name_of(loop.on);
      row.text("name", loop.name);
      row.expression("condition", loop.condition);
      row.expression("when", loop.when);
      row.number("max", loop.max, 0u);
      row.number("cooldown_ms", loop.cooldown_ms, std::uint64_t{0});
      row.flag("stop_on_no_progress", loop.stop_on_no_progress, false);
      row.number("retries_before", loop.retries_before, 0u);
      row.origin(loop.origin);
      row.end();
    });
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
    whole("gates", plan_.gates);
    whole("loops", plan_.loops);
    whole("groups", plan_.groups);
    whole("triggers", plan_.triggers);
    whole("policies", plan_.policies);
    whole("beyond", plan_.beyond);
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
  std::uint32_t pieces_used_ = 0;
};

}  // namespace

void write_rows(CodeWriter& to, const plan::Plan& plan) {
  Tables(to, plan).write();
}

}  // namespace wfc::emit
