// The expressions of a plan, as C++ functions over wf::Scope.
#pragma once
#include "compiler/emit/code_writer.h"
#include "compiler/plan/plan.h"

namespace wfc::emit {

inline constexpr std::uint32_t expressions_per_function = 64;

// The name of a file in comments: the definition's is its last part, so that no path of a machine gets into
// what is built; other files are named as the definition names them.
std::string file_comment(const source::SourceMap& sources, FileId file, FileId definition);

// How many functions there are.
std::uint32_t function_count(const plan::Plan& plan);
// Writes `values_B` up to, not including, `values_E`.
void write_functions(CodeWriter& to, const plan::Plan& plan, const source::SourceMap& sources,
                     FileId definition, std::uint32_t begin, std::uint32_t end);
// The table of all functions. Nothing when there are none.
void write_function_table(CodeWriter& to, const plan::Plan& plan);

}  // namespace wfc::emit
