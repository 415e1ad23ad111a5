// What type an expression has, what it is when nothing has to run for it, and whether it can be right.
#pragma once
#include <functional>
#include <optional>

#include "compiler/diag/report.h"
#include "compiler/dsl/expr_tree.h"
#include "runtime/value/value.h"
#include "wf/program.h"

namespace wfc::expr {

using dsl::Expr;

enum class TypeKind : std::uint8_t {
  any,
  null,
  boolean,
  integer,
  real,
  text,
  list,
  map,
  duration,
  size,
  money,
  answer,  // What a step gave: a text, or a map where the text is a JSON object.
  step
};
struct Type {
  TypeKind kind = TypeKind::any;
  bool nullable = false;
  std::vector<std::string> choices;  // Of a text: the only ones.
  // Of a step; see step_fields.h.
  wf::StepKind work = wf::StepKind::command;
  TypeKind output = TypeKind::answer;
};
std::string name_of(const Type& type);

using TypeOf = std::function<Type(const dsl::Binding&)>;

// Reports operators, filters and arguments that cannot fit, each once; what depends on a mistake has type
// any.
Type type_of(const Expr& expr, const TypeOf& names, diag::Report& report);

// The value of an expression without names, by the very functions that an executable uses. Empty when it has
// names; an error of the evaluation (division by zero) is the Result's.
std::optional<wf::Result<wf::Value>> fold(const Expr& expr);

// Evaluates with names, for tests that compare folding with compiled code.
wf::Result<wf::Value> evaluate(const Expr& expr, const wf::Names* names);
// As a part of an evaluation that goes on, for tests that run a plan without compiling it.
wf::Ref evaluate_in(const Expr& expr, wf::Evaluation& in);

}  // namespace wfc::expr
