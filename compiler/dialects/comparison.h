// Conditions that are written as a field, an operator and a value; and the small expressions they are made
// of.
#pragma once
#include <optional>
#include <span>
#include <string_view>

#include "compiler/dialects/fields.h"

namespace wfc::dialects {

dsl::Expr name_of(std::string_view name, Span span);
dsl::Expr bound(std::string_view name, Span span, dsl::BindingKind kind, std::uint32_t index = 0);
dsl::Expr field_of(dsl::Expr of, std::string_view field, Span span);
dsl::Expr joined(dsl::ExprKind kind, dsl::Expr left, dsl::Expr right, Span span);
dsl::Expr text_constant(std::string_view text, Span span);
dsl::Expr null_constant(Span span);
dsl::Expr negated(dsl::Expr of);
// of | filter
dsl::Expr filtered(dsl::Expr of, std::string_view filter, Span span);
// of | filter(parameter = argument)
dsl::Expr filtered(dsl::Expr of, std::string_view filter, std::string_view parameter, dsl::Expr argument,
                   Span span);
// value | default(value = otherwise)
dsl::Expr or_else(dsl::Expr value, dsl::Expr otherwise, Span span);
// of is test, or of is not test.
dsl::Expr tested(bool holds, dsl::Expr of, std::string_view test, Span span,
                 std::optional<dsl::Expr> argument = {});
// a and b and c: as the grammar would read them, but however many there are the tree stays shallow. At least
// one.
dsl::Expr chained(dsl::ExprKind kind, std::span<dsl::Expr> parts);

inline constexpr std::string_view comparison_operators[] = {
    ">",           ">=",        "<",  "<=",     "==",      "!=",     "contains",  "not_contains",
    "starts_with", "ends_with", "in", "not_in", "matches", "exists", "not_exists"};

// `plan.risks.0.level`; empty when it is not names joined by dots (reported).
std::optional<dsl::Expr> dotted_path(const Reader& reader, const yaml::Node& field);

// Is there a value?
dsl::Expr present(dsl::Expr path, bool holds, Span span);
// A field that is missing makes every comparison false, except those that deny.
dsl::Expr compared(const dsl::Expr& path, std::string_view op, dsl::Expr value, Span span);

}  // namespace wfc::dialects
