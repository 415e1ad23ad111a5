// Tests: what stands after `is`.
#include "runtime/value/call.h"

namespace wf::builtin {

Ref is_defined(Scope& in, Ref value, Ref) {
  return Call(in, "defined").boolean_result(operate::plain(value)->kind() != Value::Kind::missing);
}

Ref is_undefined(Scope& in, Ref value, Ref) {
  return Call(in, "undefined").boolean_result(operate::plain(value)->kind() == Value::Kind::missing);
}

Ref is_string(Scope& in, Ref value, Ref) {
  return Call(in, "string").boolean_result(operate::plain(value)->kind() == Value::Kind::text);
}

Ref is_number(Scope& in, Ref value, Ref) {
  return Call(in, "number").boolean_result(operate::is_number(*operate::plain(value)));
}

Ref is_iterable(Scope& in, Ref value, Ref) {
  const Value::Kind kind = operate::plain(value)->kind();
  return Call(in, "iterable").boolean_result(kind == Value::Kind::list || kind == Value::Kind::map);
}

Ref is_object(Scope& in, Ref value, Ref) {
  return Call(in, "object").boolean_result(operate::plain(value)->kind() == Value::Kind::map);
}

Ref is_odd(Scope& in, Ref value, Ref) {
  Call call(in, "odd");
  return call.boolean_result(call.integer(value) % 2 != 0);
}

Ref is_even(Scope& in, Ref value, Ref) {
  Call call(in, "even");
  return call.boolean_result(call.integer(value) % 2 == 0);
}

Ref is_divisible_by(Scope& in, Ref value, Ref n) {
  Call call(in, "divisibleby");
  const std::int64_t number = call.integer(value);
  const std::int64_t divisor = call.integer_or(n, "n", 1);
  if (call.ok() && divisor == 0) return call.refuse("cannot divide by zero");
  return call.boolean_result(divisor == -1 || number % (call.ok() ? divisor : 1) == 0);
}

Ref is_containing(Scope& in, Ref value, Ref x) {
  Call call(in, "containing");
  if (!call.ok() || !x) return call.nothing();
  return in.member(x, value);
}

Ref is_starting_with(Scope& in, Ref value, Ref x) {
  Call call(in, "starting_with");
  return call.boolean_result(call.text(value).starts_with(call.text_or(x, "x", "")));
}

Ref is_ending_with(Scope& in, Ref value, Ref x) {
  Call call(in, "ending_with");
  return call.boolean_result(call.text(value).ends_with(call.text_or(x, "x", "")));
}

}  // namespace wf::builtin
