// Values: what they print, how they become JSON and come back, and that hostile ones stay bounded.
#include "runtime/value/value.h"

#include <gtest/gtest.h>

namespace wf {
namespace {

std::string printed(const Value& value) {
  const Result<std::string> text = print(value);
  return text ? *text : "error: " + text.error().message;
}

TEST(Value, prints_as_the_language_says) {
  EXPECT_EQ(printed(Value::text("as is <&>")), "as is <&>");
  EXPECT_EQ(printed(Value::integer(INT64_MIN)), "-9223372036854775808");
  EXPECT_EQ(printed(Value::real(3.0)), "3");
  EXPECT_EQ(printed(Value::real(-0.0)), "0");
  EXPECT_EQ(printed(Value::real(0.1)), "0.1");
  EXPECT_EQ(printed(Value::real(100000.0)), "100000");
  EXPECT_EQ(printed(Value::real(1e300)), "1e+300");
  EXPECT_EQ(printed(Value::boolean(true)), "true");
  EXPECT_EQ(printed(Value::duration(5'400'000)), "1h30m");
  EXPECT_EQ(printed(Value::money(2'500'000)), "$2.50");
  EXPECT_EQ(printed(Value::size(4 << 20)), "4MiB");
  EXPECT_EQ(printed(Value::list({Value::integer(1), Value::text("a\"b"), Value::null()})),
            R"([1,"a\"b",null])");
  EXPECT_EQ(printed(Value::map({{"b", Value::real(2)}, {"a", Value::boolean(false)}})),
            R"({"b":2.0,"a":false})");
  EXPECT_EQ(printed(Value::step({{"ok", Value::boolean(true)}, {"output", Value::text("done")}})), "done");
  EXPECT_EQ(printed(Value::null()), "error: null cannot be printed");
  EXPECT_EQ(printed(Value()), "error: there is no value to print");
  EXPECT_EQ(printed(Value::missing("review.blockers")), "error: `review.blockers` has no value");
}

TEST(Value, truth) {
  EXPECT_FALSE(truth(Value()));
  EXPECT_FALSE(truth(Value::null()));
  EXPECT_FALSE(truth(Value::integer(0)));
  EXPECT_FALSE(truth(Value::real(0)));
  EXPECT_FALSE(truth(Value::text("")));
  EXPECT_FALSE(truth(Value::list({})));
  EXPECT_FALSE(truth(Value::map({})));
  EXPECT_FALSE(truth(Value::duration(0)));
  EXPECT_FALSE(truth(Value::step({{"ok", Value::boolean(false)}, {"output", Value::text("x")}})));
  EXPECT_TRUE(truth(Value::step({{"ok", Value::boolean(true)}})));
  EXPECT_TRUE(truth(Value::text("false")));
  EXPECT_TRUE(truth(Value::real(0.5)));
  EXPECT_TRUE(truth(Value::money(-1)));
}

TEST(Value, json_comes_back_as_it_was) {
  const std::string json =
      R"({"a":[1,-2,3.5,1e300,"x\n\"\\ é",true,null,{}],"b":9223372036854775807,"c":2.0})";
  const Result<Value> value = value_from_json(json);
  ASSERT_TRUE(value);
  EXPECT_EQ(value->find("b")->kind(), Value::Kind::integer);
  EXPECT_EQ(value->find("c")->kind(), Value::Kind::real);
  const Result<Value> again = value_from_json(value_to_json(*value));
  ASSERT_TRUE(again);
  EXPECT_EQ(value_to_json(*again), value_to_json(*value));
  EXPECT_EQ(value_to_json(*value_from_json(R"({"a":[1],"b":{}})"), true),
            "{\n  \"a\": [\n    1\n  ],\n  \"b\": {}\n}");
  EXPECT_EQ(value_to_json(Value::text(std::string("\x01\xff", 2))), "\"\\u0001\xef\xbf\xbd\"");
}

TEST(Value, json_that_is_wrong_or_hostile_is_refused) {
  EXPECT_FALSE(value_from_json("{"));
  EXPECT_FALSE(value_from_json(R"({"a":1,"a":2})"));
  EXPECT_FALSE(value_from_json(std::string(100'000, '[')));
  EXPECT_FALSE(value_from_json("1e999"));
}

TEST(Value, outputs_are_maps_only_when_they_parse_as_objects) {
  EXPECT_EQ(value_of_output(" {\"a\":1}\n").kind(), Value::Kind::map);
  EXPECT_EQ(value_of_output("[1]").kind(), Value::Kind::text);
  // What follows a step is given what it printed, not what JSON would make of it.
  const std::string recorded = "{ \"z\": 1.10,\n\t\"id\": 12345678901234567890123, \"e\": \"\\u00e9\" }";
  const Value map = value_of_output(recorded);
  EXPECT_EQ(*print(map), recorded);
  EXPECT_EQ(*print(Value::step({{"output", map}})), recorded);
  ASSERT_NE(map.find("e"), nullptr);
  EXPECT_EQ(map.find("e")->as_text(), "\u00e9");
  EXPECT_GE(map.weight(), recorded.size());
  EXPECT_EQ(value_of_output("{ not json").as_text(), "{ not json");
  EXPECT_EQ(value_of_output("").kind(), Value::Kind::text);
}

TEST(Value, weight_and_depth_are_known) {
  Value value = Value::text("x");
  for (int i = 0; i < 30; ++i) value = Value::list({value, value});
  EXPECT_EQ(value.depth(), 30);
  // Two to the thirtieth texts when printed, thirty lists in memory.
  EXPECT_GT(value.weight(), std::uint64_t{1} << 30);
}

}  // namespace
}  // namespace wf
