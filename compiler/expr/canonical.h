// An expression as a text that says what it means and nothing else: equal texts, equal expressions.
#pragma once
#include <functional>
#include <string>

#include "compiler/expr/template.h"

namespace wfc::expr {

// How a binding is spelt; by default its kind and index.
using SpellBinding = std::function<std::string(const dsl::Binding&)>;
// Places and written forms (`1h` and `60m`) leave no trace.
std::string canonical(const Expr& expr, const SpellBinding& spell = {});

}  // namespace wfc::expr
