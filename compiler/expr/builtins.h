// Filters, tests and functions as wf/builtins.def lists them: found by name, with arguments put in their
// places.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "compiler/diag/report.h"
#include "compiler/dsl/expr_tree.h"
#include "wf/program.h"

namespace wfc::expr {

using dsl::Expr;

enum class BuiltinKind : std::uint8_t { filter, test, function };

struct Parameter {
  std::string_view name;   // Empty: there is none.
  std::string_view types;  // As builtins.def writes them: "text|list".
  bool optional = false;
};

struct Builtin {
  BuiltinKind kind = BuiltinKind::filter;
  std::string_view name;
  std::string_view cpp_name;  // In wf::builtin.
  std::string_view input;     // Types; empty for functions.
  std::string_view result;
  std::array<Parameter, 3> parameters;
  // Calls it: `value` is null for functions, absent arguments are null.
  wf::Ref (*run)(wf::Scope& in, wf::Ref value, const std::array<wf::Ref, 3>& arguments) = nullptr;
};

std::span<const Builtin> builtins();
const Builtin* find_builtin(BuiltinKind kind, std::string_view name);

// What a filter, test or call means. Pointers into the expression and the table.
struct BuiltinCall {
  const Builtin* builtin = nullptr;
  std::string_view cpp_name;
  const Expr* value = nullptr;                // Null for functions.
  std::array<const Expr*, 3> arguments = {};  // By position; null where left out.
};

// Empty when there is no such builtin or its arguments do not fit, which `report`, where given, is told.
std::optional<BuiltinCall> resolve(const Expr& call, diag::Report* report = nullptr);

}  // namespace wfc::expr
