// The tables of a plan, as C++ aggregates.
#pragma once
#include "compiler/emit/code_writer.h"
#include "compiler/plan/plan.h"

namespace wfc::emit {

// Writes every table and, last, `program`. Requires that `functions` stands above when the plan has
// expressions.
void write_rows(CodeWriter& to, const plan::Plan& plan);

}  // namespace wfc::emit
