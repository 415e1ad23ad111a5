// The main of an executable that only evaluates: every expression of its program, a line each, then every
// prompt of its steps. It stands before the runtime's in the link line.
//
// An input has the value of its default; in a program without inputs, input N that of expression N.
#include <cstdio>
#include <map>

#include "tests/fold/describe.h"

namespace wf {
namespace {

class Operands final : public Names {
 public:
  explicit Operands(const Program& program) : program_(program) {}
  Value input(Row row) const override {
    const auto found = known_.find(row);
    if (found != known_.end()) return found->second;
    const ExprId id = program_.inputs.count != 0 ? program_.inputs[row].default_value : row;
    const Result<Value> value = evaluate(program_, id, nullptr);
    return known_[row] = value ? *value : Value::missing("broken");
  }

 private:
  const Program& program_;
  mutable std::map<Row, Value> known_;
};

}  // namespace

int run_main(const Program& program, int, char**) {
  const Operands operands(program);
  for (ExprId id = 0; id < program.expressions; ++id)
    std::puts(fold::describe(evaluate(program, id, &operands)).c_str());
  for (const StepRow& step : program.steps) {
    for (const Param& param : step.params) {
      const std::string_view name(param.name.data, param.name.size);
      if (name != "prompt") continue;
      Result<std::string> text = std::string(param.literal.data, param.literal.size);
      if (param.kind == ParamKind::pieces) text = render(program, param.pieces, &operands);
      if (param.kind == ParamKind::value) {
        const Result<Value> value = evaluate(program, param.value, &operands);
        text = value ? print(*value) : Result<std::string>(value.error());
      }
      std::puts(fold::describe_text(text).c_str());
    }
  }
  return 0;
}

}  // namespace wf
