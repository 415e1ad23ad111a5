// The fields that the result of a step has, by what the step does.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "compiler/expr/types.h"

namespace wfc::expr {

// What a step gives: the kind of its work, and the type of its output.
Type step_type(wf::StepKind work, TypeKind output);

// May it have fields that nobody can list before the run: those of an agent's answer, or of JSON?
bool has_open_fields(const Type& step);

// The type of a field. Any, for one that only the run knows, and for one that there is not.
Type type_of_field(const Type& step, std::string_view name);

// The fields that are known before the run, `output` among them.
std::vector<std::string> fields_of(const Type& step);

}  // namespace wfc::expr
