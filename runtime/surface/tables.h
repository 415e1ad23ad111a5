// The tables of a program as JSON: every field of every row, under its own name.
//
// The pair assertion of the waist: a test compares this with the plan that wfc made, so that nothing is lost
// or changed on the way through emitted code, compiler and linker.
#pragma once
#include <string>

#include "runtime/base/json.h"
#include "wf/program.h"

namespace wf::surface {
Json tables(const Program& program);
// Where something was written: " (release.wf:7)", or nothing where wfc made it.
std::string place_of(const Program& program, const Origin& origin);
// As a person reads it: "on fail back to `build`, at most 3 times".
std::string reaction_text(const Program& program, const ReactionRow& row);
std::string_view kind_name(StepKind kind);
}  // namespace wf::surface
