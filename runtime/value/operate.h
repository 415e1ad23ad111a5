// What operators and builtins share: looking at values, and saying what did not fit.
#pragma once
#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/value/value.h"

namespace wf::operate {

// A step stands for its output wherever its value is used; other values for themselves.
Ref plain(Ref value);

inline bool is_number(const Value& value) {
  return value.kind() == Value::Kind::integer || value.kind() == Value::Kind::real;
}
inline bool is_quantity(const Value& value) {
  return value.kind() == Value::Kind::duration || value.kind() == Value::Kind::size ||
         value.kind() == Value::Kind::money;
}

// Equality as `==` has it: numbers by value, other kinds only with their own; maps whatever the order of
// their entries.
bool same(const Value& a, const Value& b);
// How two values of one ordered kind compare (numbers, texts, durations, sizes, money). Empty: they do not.
std::optional<std::strong_ordering> order(const Value& a, const Value& b);

// Records "`+` needs two numbers, not a text and a number", or which value is missing, and gives the missing
// value.
Ref refuse_pair(Evaluation& in, std::string_view what, const Value& a, const Value& b);
Ref refuse_one(Evaluation& in, std::string_view what, const Value& value);

}  // namespace wf::operate
