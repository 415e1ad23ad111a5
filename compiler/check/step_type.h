// What a step and its output are, as expressions see them.
#pragma once
#include "compiler/expr/step_fields.h"
#include "compiler/model/workflow.h"

namespace wfc::check {

expr::TypeKind kind_of(wf::ValueType type);

// What the name of a step stands for.
expr::Type type_of_step(const model::Step& step);
// What `result` stands for in a step's own settings: its output is what it gave, not yet what it is declared
// to be.
expr::Type type_of_result(const model::Step& step);

}  // namespace wfc::check
