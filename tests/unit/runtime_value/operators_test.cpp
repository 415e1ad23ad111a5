// Operators: what they give, and the sentences of what does not fit.
#include <gtest/gtest.h>

#include "runtime/value/value.h"

namespace wf {
namespace {

Value num(std::int64_t n) {
  return Value::integer(n);
}
Value txt(const char* t) {
  return Value::text(t);
}

// The result as JSON, or the error.
struct Scoped {
  Evaluation in{nullptr};
  std::string show(Ref value) {
    if (in.failed()) return "error: " + in.error();
    if (value->kind() == Value::Kind::missing) return "missing: " + std::string(value->missing_path());
    return value_to_json(*value);
  }
};

using Binary = Ref (Scope::*)(Ref, Ref);
std::string apply(Binary op, const Value& a, const Value& b) {
  Scoped s;
  return s.show((s.in.*op)(s.in.keep(a), s.in.keep(b)));
}

TEST(Operators, arithmetic) {
  EXPECT_EQ(apply(&Scope::add, num(1), num(2)), "3");
  EXPECT_EQ(apply(&Scope::add, num(1), Value::real(0.5)), "1.5");
  EXPECT_EQ(apply(&Scope::divide, num(6), num(2)), "3.0");
  EXPECT_EQ(apply(&Scope::remainder, num(-7), num(3)), "-1");
  EXPECT_EQ(apply(&Scope::remainder, num(INT64_MIN), num(-1)), "0");
  EXPECT_EQ(apply(&Scope::add, Value::duration(1000), Value::duration(500)), "\"1s500ms\"");
  EXPECT_EQ(apply(&Scope::multiply, num(3), Value::money(1'500'000)), "\"$4.50\"");
  EXPECT_EQ(apply(&Scope::multiply, Value::duration(1000), Value::real(1.5)), "\"1s500ms\"");
  EXPECT_EQ(apply(&Scope::divide, Value::duration(3000), num(2)), "\"1s500ms\"");
  EXPECT_EQ(apply(&Scope::remainder, Value::size(10), num(4)), "\"2B\"");
}

TEST(Operators, arithmetic_that_does_not_fit_is_an_error) {
  EXPECT_EQ(apply(&Scope::add, num(INT64_MAX), num(1)), "error: the result of `+` does not fit 64 bits");
  EXPECT_EQ(apply(&Scope::subtract, num(INT64_MIN), num(1)), "error: the result of `-` does not fit 64 bits");
  EXPECT_EQ(apply(&Scope::multiply, num(INT64_MAX), num(2)), "error: the result of `*` does not fit 64 bits");
  EXPECT_EQ(apply(&Scope::multiply, Value::duration(INT64_MAX), Value::real(2)),
            "error: the result of `*` does not fit 64 bits");
  EXPECT_EQ(apply(&Scope::multiply, Value::real(1e300), Value::real(1e300)),
            "error: the result of `*` is not a finite number");
  EXPECT_EQ(apply(&Scope::divide, num(1), num(0)), "error: division by zero");
  EXPECT_EQ(apply(&Scope::remainder, num(1), Value::real(0)), "error: division by zero");
  Scoped s;
  EXPECT_EQ(s.show(s.in.negate(s.in.integer(INT64_MIN))), "error: the result of `-` does not fit 64 bits");
}

TEST(Operators, nothing_is_converted) {
  EXPECT_EQ(apply(&Scope::add, txt("1"), num(1)),
            "error: `+` needs two numbers, durations, sizes or amounts of money, not a text and a number");
  EXPECT_EQ(apply(&Scope::add, txt("a"), txt("b")), "error: `+` adds numbers; texts are joined with `~`");
  EXPECT_EQ(
      apply(&Scope::less, txt("1"), num(2)),
      "error: `<` needs two numbers, texts, durations, sizes or amounts of money, not a text and a number");
  EXPECT_EQ(
      apply(&Scope::less, Value::duration(1), Value::size(2)),
      "error: `<` needs two numbers, texts, durations, sizes or amounts of money, not a duration and a size");
  EXPECT_EQ(apply(&Scope::concat, txt("a"), Value::list({})),
            "error: `~` joins texts, numbers and truth values, not a text and a list");
  EXPECT_EQ(apply(&Scope::equal, txt("1"), num(1)), "false");
  EXPECT_EQ(
      apply(&Scope::member, num(1), txt("1")),
      "error: `in` needs an item and a list, a text and a text, or a key and a map, not a number and a text");
}

TEST(Operators, comparison) {
  EXPECT_EQ(apply(&Scope::equal, num(1), Value::real(1)), "true");
  // A double cannot tell these apart.
  EXPECT_EQ(apply(&Scope::equal, num(9007199254740993), Value::real(9007199254740992.0)), "false");
  EXPECT_EQ(apply(&Scope::less, Value::real(9007199254740992.0), num(9007199254740993)), "true");
  EXPECT_EQ(apply(&Scope::less, txt("Z"), txt("a")), "true");
  EXPECT_EQ(apply(&Scope::less, txt("\uffff"), txt("\U00010000")), "true");
  EXPECT_EQ(apply(&Scope::equal, Value::null(), Value::null()), "true");
  EXPECT_EQ(apply(&Scope::equal, Value::null(), num(0)), "false");
  EXPECT_EQ(apply(&Scope::equal, Value::map({{"a", num(1)}, {"b", num(2)}}),
                  Value::map({{"b", num(2)}, {"a", Value::real(1)}})),
            "true");
  EXPECT_EQ(apply(&Scope::not_equal, Value::list({num(1)}), Value::list({num(1), num(2)})), "true");
  EXPECT_EQ(apply(&Scope::greater_equal, Value::money(5), Value::money(5)), "true");
}

TEST(Operators, membership) {
  EXPECT_EQ(apply(&Scope::member, num(2), Value::list({num(1), Value::real(2)})), "true");
  EXPECT_EQ(apply(&Scope::member, txt("ell"), txt("hello")), "true");
  EXPECT_EQ(apply(&Scope::member, txt("b"), Value::map({{"a", num(1)}})), "false");
}

TEST(Operators, a_missing_value_is_used_only_in_truth_tests) {
  Scoped s;
  const Ref map = s.in.keep(Value::map({{"a", num(1)}}));
  const Ref none = s.in.field(map, "b", 1);
  EXPECT_EQ(s.show(none), "missing: b");
  EXPECT_FALSE(s.in.truthy(none));
  EXPECT_EQ(s.show(s.in.field(none, "c", 1)), "missing: b.c");
  EXPECT_FALSE(s.in.failed());
  s.in.equal(none, map);
  EXPECT_EQ(s.in.error(), "`b` has no value");
}

TEST(Operators, the_first_error_stays_and_stops_the_rest) {
  Scoped s;
  s.in.divide(s.in.integer(1), s.in.integer(0));
  s.in.add(s.in.integer(1), s.in.text("x", 1));
  EXPECT_EQ(s.in.error(), "division by zero");
  EXPECT_EQ(s.in.add(s.in.integer(1), s.in.integer(1))->kind(), Value::Kind::missing);
}

TEST(Operators, a_step_stands_for_its_output) {
  const Value step = Value::step(
      {{"ok", Value::boolean(true)}, {"output", Value::map({{"score", num(7)}})}, {"attempts", num(2)}});
  Scoped s;
  const Ref ref = s.in.keep(step);
  EXPECT_EQ(s.show(s.in.field(ref, "attempts", 8)), "2");
  EXPECT_EQ(s.show(s.in.field(ref, "score", 5)), "7");
  EXPECT_EQ(s.show(s.in.field(ref, "other", 5)), "missing: other");
  EXPECT_EQ(apply(&Scope::equal, Value::step({{"output", txt("yes")}}), txt("yes")), "true");
  EXPECT_EQ(apply(&Scope::concat, Value::step({{"output", txt("yes")}}), txt("!")), "\"yes!\"");
}

TEST(Operators, fields_and_places) {
  Scoped s;
  const Ref list = s.in.keep(Value::list({num(5), num(6)}));
  EXPECT_EQ(s.show(s.in.index(list, s.in.integer(1))), "6");
  EXPECT_EQ(s.show(s.in.index(list, s.in.integer(2))), "missing: [2]");
  EXPECT_EQ(s.show(s.in.index(list, s.in.integer(-1))), "missing: [-1]");
  s.in.field(s.in.text("x", 1), "f", 1);
  EXPECT_EQ(s.in.error(), "a text has no field `f`");
}

TEST(Operators, literals_are_built_item_by_item) {
  Scoped s;
  const Ref list = s.in.append(s.in.append(s.in.list(), s.in.integer(1)), s.in.text("a", 1));
  EXPECT_EQ(s.show(list), "[1,\"a\"]");
  EXPECT_EQ(s.show(s.in.append(list, list)), "[1,\"a\",[1,\"a\"]]");
  // What somebody else holds is copied.
  const Value held = Value::list({num(1)});
  s.in.append(s.in.keep(held), s.in.integer(2));
  EXPECT_EQ(value_to_json(held), "[1]");
  const Ref map = s.in.put(s.in.put(s.in.map(), "a", 1, s.in.integer(1)), "a", 1, s.in.integer(2));
  EXPECT_EQ(s.show(map), "{\"a\":2}");
}

TEST(Operators, values_do_not_grow_without_bound) {
  Scoped s;
  Ref list = s.in.append(s.in.list(), s.in.text("abcdefgh", 8));
  for (int i = 0; i < 200 && !s.in.failed(); ++i) list = s.in.append(s.in.append(s.in.list(), list), list);
  EXPECT_EQ(s.in.error(), "a value would be larger than 64 MiB");
  Scoped deep;
  Ref nested = deep.in.list();
  for (int i = 0; i < 300 && !deep.in.failed(); ++i) nested = deep.in.append(deep.in.list(), nested);
  EXPECT_EQ(deep.in.error(), "a value would be nested more than 200 levels deep");
  Scoped text;
  Ref word = text.in.text("0123456789abcdef", 16);
  for (int i = 0; i < 64 && !text.in.failed(); ++i) word = text.in.concat(word, word);
  EXPECT_EQ(text.in.error(), "a text would be larger than 64 MiB");
}

}  // namespace
}  // namespace wf
