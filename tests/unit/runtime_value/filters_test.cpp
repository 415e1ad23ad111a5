// Filters, tests and functions: a table of calls and what they give. Where Tera documents an example, it is
// here.
#include <gtest/gtest.h>

#include "runtime/value/value.h"

namespace wf {
namespace {

using Filter = Ref (*)(Scope&, Ref, Ref, Ref, Ref);

Value json(const char* text) {
  Result<Value> value = value_from_json(text);
  EXPECT_TRUE(value) << text;
  return value ? *value : Value();
}

// Arguments as JSON; "" for one that is left out. The result as JSON, or the error.
std::string call(Filter filter, const Value& input, const char* a = "", const char* b = "",
                 const char* c = "") {
  Evaluation in(nullptr);
  const auto argument = [&](const char* text) { return *text ? in.keep(json(text)) : nullptr; };
  const Ref result = filter(in, in.keep(input), argument(a), argument(b), argument(c));
  if (in.failed()) return "error: " + in.error();
  return result->kind() == Value::Kind::missing ? "missing" : value_to_json(*result);
}
std::string call(Filter filter, const char* input, const char* a = "", const char* b = "",
                 const char* c = "") {
  return call(filter, json(input), a, b, c);
}

TEST(Filters, anything) {
  using namespace builtin;
  EXPECT_EQ(call(default_value, Value(), "1"), "1");
  EXPECT_EQ(call(default_value, Value::null(), "1"), "1");
  EXPECT_EQ(call(default_value, "\"\"", "\"Louise Michel\""), "\"\"");
  EXPECT_EQ(call(default_value, "0", "1"), "0");
  EXPECT_EQ(call(json_encode, R"({"a":[1,2]})"), R"("{\"a\":[1,2]}")");
  EXPECT_EQ(call(json_encode, R"({"a":1})", "true"), R"("{\n  \"a\": 1\n}")");
  EXPECT_EQ(call(json_encode, Value::missing("x")), "error: `x` has no value");
  EXPECT_EQ(call(safe, "\"<b>\""), "\"<b>\"");
  EXPECT_EQ(call(length, "\"h\u00e9llo \U0001F680\""), "7");
  EXPECT_EQ(call(length, "[1,2]"), "2");
  EXPECT_EQ(call(length, R"({"a":1})"), "1");
  EXPECT_EQ(call(length, "3"), "error: `length` needs a text, a list or a map, not a number");
}

TEST(Filters, texts) {
  using namespace builtin;
  EXPECT_EQ(call(trim, "\"  \\n a b\\t\""), "\"a b\"");
  EXPECT_EQ(call(trim, "\"\u00a0x\u3000\""), "\"x\"");
  EXPECT_EQ(call(trim_start, "\" a \""), "\"a \"");
  EXPECT_EQ(call(trim_end, "\" a \""), "\" a\"");
  EXPECT_EQ(call(upper, "\"stra\u00dfe \u00e9 \u03c3 \u0434 \u0131\""), "\"STRASSE \u00c9 \u03a3 \u0414 I\"");
  EXPECT_EQ(call(lower, "\"\u00c9\u0414 \u039f\u0394\u03a5\u03a3\u03a3\u0395\u03a5\u03a3 A\u03a3B\""),
            "\"\u00e9\u0434 \u03bf\u03b4\u03c5\u03c3\u03c3\u03b5\u03c5\u03c2 a\u03c3b\"");
  EXPECT_EQ(call(upper, "7"), "error: `upper` needs a text, not a number");
  // What was printed as a JSON object is a text; a map that nobody wrote is none.
  EXPECT_EQ(call(upper, value_of_output("{\"a\": 1}\n")), R"("{\"A\": 1}\n")");
  EXPECT_EQ(call(upper, R"({"a":1})"), "error: `upper` needs a text, not a map");
  EXPECT_EQ(call(upper, Value::missing("a.b")), "error: `a.b` has no value");
  EXPECT_EQ(call(title, "\"foo  bar\""), "\"Foo  Bar\"");
  EXPECT_EQ(call(title, "\"tHE qUICK-brown what's \u00e9t\u00e9\""),
            "\"The Quick-Brown What's \u00c9t\u00e9\"");
  EXPECT_EQ(call(capitalize, "\"CAPITAL ize\""), "\"Capital ize\"");
  EXPECT_EQ(call(replace, "\"Hello Robert\"", "\"Robert\"", "\"Bob\""), "\"Hello Bob\"");
  EXPECT_EQ(call(replace, "\"aaa\"", "\"a\"", "\"aa\""), "\"aaaaaa\"");
  EXPECT_EQ(call(replace, "\"aaa\"", "\"\"", "\"b\""),
            "error: `replace` needs something to look for: its `from` is empty");
  EXPECT_EQ(call(replace, "\"aaa\"", "1", "\"b\""),
            "error: the `from` of `replace` must be a text, not a number");
  EXPECT_EQ(call(truncate, "\"long text\"", "4"), "\"long\u2026\"");
  EXPECT_EQ(call(truncate, "\"long text\"", "4", "\"\""), "\"long\"");
  EXPECT_EQ(call(truncate, "\"\u65e5\u672c\u8a9e\"", "2"), "\"\u65e5\u672c\u2026\"");
  EXPECT_EQ(call(truncate, "\"abc\"", "3"), "\"abc\"");
  EXPECT_EQ(call(indent, "\"a\\n\\nb\""), "\"a\\n\\n    b\"");
  EXPECT_EQ(call(indent, "\"a\\n\\nb\"", "\"> \"", "true", "true"), "\"> a\\n> \\n> b\"");
  EXPECT_EQ(call(split, "\"a/b//c\"", "\"/\""), R"(["a","b","","c"])");
  EXPECT_EQ(call(word_count, "\" Joel is  a slug\\n\""), "4");
  EXPECT_EQ(call(slugify, "\"-Hello world! \""), "\"hello-world\"");
  EXPECT_EQ(call(slugify, "\"Cr\u00e8me Br\u00fbl\u00e9e & \u00d8l \u6f22\""), "\"creme-brulee-ol\"");
  EXPECT_EQ(call(url_encode, "\"/foo?a=b&c=d\""), "\"/foo%3Fa%3Db%26c%3Dd\"");
  EXPECT_EQ(call(url_encode, "\"\u00e9\""), "\"%C3%A9\"");
}

TEST(Filters, numbers) {
  using namespace builtin;
  EXPECT_EQ(call(to_integer, "\" 123 \""), "123");
  EXPECT_EQ(call(to_integer, "-3.9"), "-3");
  EXPECT_EQ(call(to_integer, "\"x\"", "5"), "5");
  EXPECT_EQ(call(to_integer, "\"x\""), "error: `int` cannot read `x` as a whole number; give it a `default`");
  EXPECT_EQ(call(to_integer, "1e300", "0"), "0");
  EXPECT_EQ(call(to_real, "\"1.5\""), "1.5");
  EXPECT_EQ(call(to_real, "\"nan\"", "0.5"), "0.5");
  EXPECT_EQ(call(absolute, "-3"), "3");
  EXPECT_EQ(call(absolute, "-9223372036854775808"), "error: `abs` has a result that does not fit 64 bits");
  EXPECT_EQ(call(round_number, "2.5"), "3.0");
  EXPECT_EQ(call(round_number, "2.1", "\"ceil\""), "3.0");
  EXPECT_EQ(call(round_number, "2.9", "\"floor\""), "2.0");
  EXPECT_EQ(call(round_number, "2.247", "\"common\"", "2"), "2.25");
  EXPECT_EQ(call(round_number, "2.247", "", "2"), "2.25");
  EXPECT_EQ(call(round_number, "1.5", "\"up\""),
            "error: `round` knows the methods `common`, `ceil` and `floor`, not `up`");
  EXPECT_EQ(call(pluralize, "1"), "\"\"");
  EXPECT_EQ(call(pluralize, "-1"), "\"\"");
  EXPECT_EQ(call(pluralize, "0"), "\"s\"");
  EXPECT_EQ(call(pluralize, "2", "\"y\"", "\"ies\""), "\"ies\"");
}

TEST(Filters, dates) {
  using namespace builtin;
  EXPECT_EQ(call(date, "1482720453"), "\"2016-12-26\"");
  EXPECT_EQ(call(date, "1482720453", "\"%Y-%m-%d %H:%M\""), "\"2016-12-26 02:47\"");
  EXPECT_EQ(call(date, "\"2019-09-19T13:18:48.731Z\""), "\"2019-09-19\"");
  EXPECT_EQ(call(date, "\"2019-09-19T00:30:00+01:00\"", "\"%d %H:%M %z %s\""),
            "\"19 00:30 +0100 1568849400\"");
  EXPECT_EQ(call(date, "0", "\"%s %%s %z\""), "\"0 %s +0000\"");
  EXPECT_EQ(call(date, "\"2024-02-29\"", "\"%j\""), "\"060\"");
  EXPECT_EQ(call(date, "\"2023-02-29\""), "error: `date` needs a time such as `2026-11-21T10:00:00Z`");
  EXPECT_EQ(call(date, "\"yesterday\""), "error: `date` needs a time such as `2026-11-21T10:00:00Z`");
}

TEST(Filters, lists) {
  using namespace builtin;
  EXPECT_EQ(call(first, "[1,2]"), "1");
  EXPECT_EQ(call(first, "[]"), "\"\"");
  EXPECT_EQ(call(first, "\"\u00e9a\""), "\"\u00e9\"");
  EXPECT_EQ(call(last, "[1,2]"), "2");
  EXPECT_EQ(call(last, "\"a\u00e9\""), "\"\u00e9\"");
  EXPECT_EQ(call(last, "\"\""), "\"\"");
  EXPECT_EQ(call(nth, "[1,2,3]", "2"), "3");
  EXPECT_EQ(call(nth, "[1]", "5"), "\"\"");
  EXPECT_EQ(call(reverse, "[1,2]"), "[2,1]");
  EXPECT_EQ(call(reverse, "\"a\u00e9b\""), "\"b\u00e9a\"");
  EXPECT_EQ(call(slice, "[1,2,3,4,5]", "", "-2"), "[1,2,3]");
  EXPECT_EQ(call(slice, "[1,2,3,4,5]", "1", "3"), "[2,3]");
  EXPECT_EQ(call(slice, "[1,2]", "5"), "[]");
  EXPECT_EQ(call(slice, "\"h\u00e9llo\"", "1", "3"), "\"\u00e9l\"");
  EXPECT_EQ(call(join, R"(["a","b","c"])", "\" // \""), "\"a // b // c\"");
  EXPECT_EQ(call(join, "[1.2,3.4]"), "\"1.23.4\"");
  EXPECT_EQ(call(join, "[null]"), "error: null cannot be printed");
  EXPECT_EQ(call(sort, "[3,-1,2.5]"), "[-1,2.5,3]");
  EXPECT_EQ(call(sort, "[true,false]"), "[false,true]");
  EXPECT_EQ(call(sort, "[[1,2],[3]]"), "[[3],[1,2]]");
  EXPECT_EQ(call(sort, R"([{"n":{"f":2}},{"n":{"f":1}}])", "\"n.f\""), R"([{"n":{"f":1}},{"n":{"f":2}}])");
  EXPECT_EQ(call(sort, "[12,[]]"),
            "error: `sort` needs items of one kind that has an order, not a number and a list");
  EXPECT_EQ(call(sort, R"([{"a":1}])", "\"b\""), "error: `sort` finds no `b` in one of the items");
  EXPECT_EQ(call(unique, R"(["a","b","A",1,1.0,"1"])"), R"(["a","b",1,"1"])");
  EXPECT_EQ(call(unique, R"([{"a":1,"b":1},{"a":1,"b":2}])", "\"a\""), R"([{"a":1,"b":1}])");
  EXPECT_EQ(call(map_attribute, R"([{"a":1},{"b":2},{"a":null},{"a":3}])", "\"a\""), "[1,3]");
  EXPECT_EQ(call(filter_by, R"([{"d":true},{"d":false},{}])", "\"d\"", "true"), R"([{"d":true}])");
  EXPECT_EQ(call(filter_by, R"([{"d":0},{"d":null},{}])", "\"d\""), R"([{"d":0}])");
  EXPECT_EQ(call(group_by, R"([{"y":1,"i":1},{"y":2,"i":2},{"y":1,"i":3},{}])", "\"y\""),
            R"({"1":[{"y":1,"i":1},{"y":1,"i":3}],"2":[{"y":2,"i":2}]})");
  EXPECT_EQ(call(concat, "[1]", "[2,3]"), "[1,2,3]");
  EXPECT_EQ(call(concat, "[1]", "2"), "[1,2]");
  EXPECT_EQ(call(get, R"({"a/b":1})", "\"a/b\""), "1");
  EXPECT_EQ(call(get, R"({"a":1})", "\"b\"", "\"d\""), "\"d\"");
  EXPECT_EQ(call(get, R"({"a":1})", "\"b\""), "missing");
}

TEST(Filters, large_inputs_take_time_in_proportion) {
  using namespace builtin;
  Value::List items;
  Value::Map entries;
  for (int i = 0; i < 100'000; ++i) items.push_back(Value::text("item " + std::to_string(i % 50'000)));
  EXPECT_EQ(call(length, json(call(unique, Value::list(items)).c_str())), "50000");
  EXPECT_EQ(call(replace, Value::text(std::string(1 << 20, 'a')), "\"a\"",
                 ("\"" + std::string(100, 'b') + "\"").c_str()),
            "error: the result of `replace` would be larger than 64 MiB");
}

TEST(Filters, a_step_stands_for_its_output) {
  const Value step = Value::step({{"output", Value::text(" x ")}});
  EXPECT_EQ(call(builtin::trim, step), "\"x\"");
}

std::string test(Ref (*f)(Scope&, Ref, Ref), const Value& input, const char* a = "") {
  Evaluation in(nullptr);
  const Ref result = f(in, in.keep(input), *a ? in.keep(json(a)) : nullptr);
  return in.failed() ? "error: " + in.error() : value_to_json(*result);
}

TEST(Tests, of_kinds) {
  using namespace builtin;
  EXPECT_EQ(test(is_defined, Value()), "false");
  EXPECT_EQ(test(is_defined, Value::null()), "true");
  EXPECT_EQ(test(is_undefined, Value()), "true");
  EXPECT_EQ(test(is_string, json("\"a\"")), "true");
  EXPECT_EQ(test(is_number, json("1.5")), "true");
  EXPECT_EQ(test(is_number, json("\"1\"")), "false");
  EXPECT_EQ(test(is_iterable, json("[]")), "true");
  EXPECT_EQ(test(is_iterable, json("\"a\"")), "false");
  EXPECT_EQ(test(is_object, json("{}")), "true");
  EXPECT_EQ(test(is_object, json("[]")), "false");
}

TEST(Tests, of_values) {
  using namespace builtin;
  EXPECT_EQ(test(is_odd, json("-3")), "true");
  EXPECT_EQ(test(is_even, json("0")), "true");
  EXPECT_EQ(test(is_odd, json("1.5")), "error: `odd` needs a whole number");
  EXPECT_EQ(test(is_divisible_by, json("12"), "3"), "true");
  EXPECT_EQ(test(is_divisible_by, json("12"), "0"), "error: `divisibleby` cannot divide by zero");
  EXPECT_EQ(test(is_divisible_by, json("-9223372036854775808"), "-1"), "true");
  EXPECT_EQ(test(is_containing, json("\"xXxx\""), "\"xXx\""), "true");
  EXPECT_EQ(test(is_containing, json("[1,2]"), "2"), "true");
  EXPECT_EQ(test(is_containing, json(R"({"a":1})"), "\"a\""), "true");
  EXPECT_EQ(test(is_starting_with, json("\"x/y\""), "\"x/\""), "true");
  EXPECT_EQ(test(is_ending_with, json("\"x/y\""), "\"x\""), "false");
}

TEST(Functions, range) {
  Evaluation in(nullptr);
  const auto number = [&](std::int64_t n) { return in.integer(n); };
  EXPECT_EQ(value_to_json(*builtin::range(in, number(3))), "[0,1,2]");
  EXPECT_EQ(value_to_json(*builtin::range(in, number(10), number(4), number(3))), "[4,7]");
  EXPECT_EQ(value_to_json(*builtin::range(in, number(INT64_MAX), number(INT64_MAX - 1), number(5))),
            "[9223372036854775806]");
  builtin::range(in, number(INT64_MAX));
  EXPECT_EQ(in.error(), "`range` makes at most a million numbers");
}

}  // namespace
}  // namespace wf
