// Tests: what stands after `is`.
#include "runtime/value/call.h"
#include "runtime/value/pattern.h"

namespace wf::builtin {

Ref is_defined(Scope& in, Ref value, Ref) {
  return Call(in, "defined").boolean_result(operate::plain(value)->kind() != Value::Kind::missing);
}

Ref is_undefined(Scope& in, Ref value, Ref) {
  return Call(in, "undefined").boolean_result(operate::plain(value)->kind() == Value::Kind::missing);
}

namespace {

// What a value is can be asked of a value only; whether there is one is asked with `defined`.
template <class Is>
Ref kind_test(Scope& in, std::string_view name, Ref value, Is is) {
  Call call(in, name);
  value = operate::plain(value);
  if (call.ok() && value->kind() == Value::Kind::missing) return call.in().refuse_missing(*value);
  return call.boolean_result(is(value->kind()));
}

}  // namespace

Ref is_string(Scope& in, Ref value, Ref) {
  return kind_test(in, "string", value, [](Value::Kind kind) { return kind == Value::Kind::text; });
}

Ref is_number(Scope& in, Ref value, Ref) {
  return kind_test(in, "number", value, [](Value::Kind kind) {
    return kind == Value::Kind::integer || kind == Value::Kind::real;
  });
}

Ref is_iterable(Scope& in, Ref value, Ref) {
  return kind_test(in, "iterable", value,
                   [](Value::Kind kind) { return kind == Value::Kind::list || kind == Value::Kind::map; });
}

Ref is_object(Scope& in, Ref value, Ref) {
  return kind_test(in, "object", value, [](Value::Kind kind) { return kind == Value::Kind::map; });
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

Ref is_matching(Scope& in, Ref value, Ref regex) {
  Call call(in, "matching");
  const std::string_view text = call.text(value);
  const std::string_view written = call.text_or(regex, "regex", "");
  if (!call.ok()) return call.nothing();
  PatternProblem problem;
  const std::optional<Pattern> pattern = Pattern::read(written, problem);
  if (!pattern) return call.refuse("cannot read its pattern: " + problem.why);
  const std::optional<bool> found = pattern->found_in(text);
  if (!found) return call.refuse("has a text that is too long for its pattern");
  return call.boolean_result(*found);
}

}  // namespace wf::builtin
