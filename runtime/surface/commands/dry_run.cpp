// `--dry-run`: the plan in the order in which it would run, as far as it is known before anything ran.
#include <algorithm>
#include <vector>

#include "runtime/base/json.h"
#include "runtime/base/text.h"
#include "runtime/surface/commands/driving.h"
#include "runtime/surface/tables.h"
#include "runtime/value/value.h"

namespace wf::surface::commands {
namespace {

// Knows the inputs and nothing that a step makes.
class InputNames final : public Names {
 public:
  InputNames(const Program& program, const std::string& inputs_json) : program_(program) {
    if (Result<Value> inputs = value_from_json(inputs_json)) inputs_ = *inputs;
  }
  Value input(Row row) const override {
    const Text& name = program_.inputs[row].name;
    const Value* value = inputs_.find({name.data, name.size});
    return value ? *value : Value();
  }
  Value feedback() const override { return Value::null(); }

 private:
  const Program& program_;
  Value inputs_;
};

std::string text_of(const Program& program, const Param& param, const Names& names) {
  switch (param.kind) {
    case ParamKind::literal:
      return {param.literal.data, param.literal.size};
    case ParamKind::value: {
      const Result<Value> value = evaluate(program, param.value, &names);
      const Result<std::string> text = value ? print(*value) : Error{};
      return text ? *text : "{{ ... }}";
    }
    case ParamKind::pieces:
      break;
  }
  if (Result<std::string> whole = render(program, param.pieces, &names)) return *whole;
  // Something in it is not known yet: show what is.
  std::string text;
  for (const Piece& piece : param.pieces) {
    if (piece.kind == PieceKind::text) {
      text.append(piece.text.data, piece.text.size);
    } else if (piece.kind == PieceKind::value) {
      const Result<Value> value = evaluate(program, piece.expr, &names);
      const Result<std::string> printed = value ? print(*value) : Error{};
      text += printed ? *printed : "{{ ... }}";
    } else {
      text += "{% ... %}";
    }
  }
  return text;
}

std::string indented(const std::string& text, const std::string& by) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    out += by + text.substr(at, end - at) + "\n";
    at = end + 1;
  }
  return out;
}

// How many steps lie between each step and the beginning, itself included. Rows stand in plan order.
std::vector<std::uint32_t> levels_of(const Program& program) {
  std::vector<std::uint32_t> level(program.steps.count, 1);
  for (Row row = 0; row < program.steps.count; ++row)
    for (const Row need : program.steps[row].needs) level[row] = std::max(level[row], level[need] + 1);
  return level;
}

}  // namespace

Json dry_run_document(const Program& program, const std::string& inputs_json) {
  const InputNames names(program, inputs_json);
  const std::vector<std::uint32_t> level = levels_of(program);
  const auto text = [](const Text& t) { return std::string(t.data, t.size); };
  Json steps = Json::array();
  for (Row row = 0; row < program.steps.count; ++row) {
    const StepRow& step = program.steps[row];
    Json needs = Json::array();
    for (const Row need : step.needs) needs.push_back(text(program.steps[need].id));
    Json params = Json::array();
    for (const Param& param : step.params)
      params.push_back({{"name", text(param.name)},
                        {"key", param.key.size == 0 ? Json(nullptr) : Json(text(param.key))},
                        {"value", replace_invalid_utf8(text_of(program, param, names))}});
    steps.push_back({{"id", text(step.id)},
                     {"kind", kind_name(step.kind)},
                     {"level", level[row]},
                     {"needs", std::move(needs)},
                     {"conditional", step.when != no_expr || step.never},
                     {"never", step.never},
                     {"params", std::move(params)}});
  }
  const Result<Json> inputs = parse_json(inputs_json);
  return {{"workflow", text(program.workflow)},
          {"plan", text(program.plan_digest)},
          {"inputs", inputs ? *inputs : Json::object()},
          {"steps", std::move(steps)}};
}

std::string dry_run(const Program& program, const std::string& inputs_json) {
  const InputNames names(program, inputs_json);
  const std::vector<std::uint32_t> level = levels_of(program);
  const std::uint32_t levels = level.empty() ? 0 : *std::max_element(level.begin(), level.end());
  std::string text = "plan of " + printable({program.workflow.data, program.workflow.size}, false) + ": " +
                     std::to_string(program.steps.count) +
                     (program.steps.count == 1 ? " step in " : " steps in ") + std::to_string(levels) +
                     (levels == 1 ? " level" : " levels") + "; nothing is run\n";
  // Rows by level, in plan order within one: one pass, whatever the number of steps.
  std::vector<std::vector<Row>> by_level(levels + 1);
  for (Row row = 0; row < program.steps.count; ++row) by_level[level[row]].push_back(row);
  for (std::uint32_t at = 1; at <= levels; ++at) {
    text += "\nlevel " + std::to_string(at) + "\n";
    for (const Row row : by_level[at]) {
      const StepRow& step = program.steps[row];
      text += "  " + printable({step.id.data, step.id.size}, false) + " (" +
              std::string(kind_name(step.kind)) + ")";
      for (std::uint32_t i = 0; i < step.needs.count; ++i) {
        const Text& need = program.steps[step.needs[i]].id;
        text += (i == 0 ? " after " : ", ") + printable({need.data, need.size}, false);
      }
      if (step.when != no_expr) text += ", when its condition holds";
      if (step.never) text += "; it never runs: its condition cannot hold";
      text += "\n";
      for (const ReactionRow& reaction : step.reactions)
        text += "    " + reaction_text(program, reaction) + "\n";
      for (const Param& param : step.params) {
        std::string name = printable({param.name.data, param.name.size}, false);
        if (param.key.size != 0) name += " " + printable({param.key.data, param.key.size}, false);
        const std::string value = param.kind == ParamKind::value && name == "condition"
                                      ? "(decided when it is reached)"
                                      : printable(replace_invalid_utf8(text_of(program, param, names)), true);
        text.append("    ").append(name);
        if (value.find('\n') == std::string::npos)
          text.append(": ").append(value).append("\n");
        else
          text.append(":\n").append(indented(value, "      "));
      }
    }
  }
  return text;
}

}  // namespace wf::surface::commands
