// The expressions of a plan, as C++ functions over wf::Scope.
#pragma once
#include "compiler/emit/code_writer.h"
#include "compiler/plan/plan.h"

namespace wfc::emit {

inline constexpr std::uint32_t expressions_per_function = 64;

// Writes `values_0`, `values_1`, ... and the table `functions` of them. Nothing when the plan has no
// expressions.
void write_functions(CodeWriter& to, const plan::Plan& plan, const source::SourceMap& sources);

}  // namespace wfc::emit
