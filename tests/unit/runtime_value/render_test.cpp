// Programs written by hand: expressions run, templates rendered.
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include "runtime/value/value.h"

namespace wf {
namespace {

constexpr Text text(const char* data) {
  std::uint32_t size = 0;
  while (data[size] != '\0') ++size;
  return {data, size};
}

// 0: input 0. 1: input 1. 2: local 0. 3: 1/0. 4: loop.index. 5: local 1. 6: input 0 ~ local 0.
Ref expressions(std::uint32_t which, Scope& in) {
  switch (which) {
    case 0:
      return in.input(0);
    case 1:
      return in.input(1);
    case 2:
      return in.local(0);
    case 3:
      return in.divide(in.integer(1), in.integer(0));
    case 4:
      return in.field(in.loop(), "index", 5);
    case 5:
      return in.local(1);
    default:
      return in.concat(in.local(0), in.local(0));
  }
}
constexpr ExprFunction functions[] = {expressions};
constexpr Program program = {
    .abi = program_abi, .workflow = text("w"), .locals = 2, .functions = {functions, 1}, .expressions = 7};

class Inputs final : public Names {
 public:
  Inputs(Value a, Value b) : inputs_{std::move(a), std::move(b)} {}
  Value input(Row row) const override { return inputs_[row]; }
  Value let(Row) const override { return {}; }
  Value step(Row) const override { return {}; }
  Value output(Row) const override { return {}; }
  Value group(Row) const override { return {}; }
  Value event() const override { return Value::map({}); }
  Value run() const override { return {}; }
  Value workflow() const override { return {}; }
  Value project() const override { return {}; }
  Value result() const override { return {}; }
  Value feedback() const override { return Value::null(); }

 private:
  Value inputs_[2];
};

template <std::size_t n>
std::string rendered(const Piece (&pieces)[n], const Names& names, std::uint64_t size_max = 1 << 20) {
  const Result<std::string> text = render(program, {pieces, n}, &names, size_max);
  return text ? *text : "error: " + text.error().message;
}

TEST(Render, values_and_conditions) {
  const Piece pieces[] = {
      {.kind = PieceKind::text, .text = text("<")},  {.kind = PieceKind::unless, .expr = 1, .target = 4},
      {.kind = PieceKind::value, .expr = 0},         {.kind = PieceKind::jump, .target = 5},
      {.kind = PieceKind::text, .text = text("no")}, {.kind = PieceKind::text, .text = text(">")}};
  EXPECT_EQ(rendered(pieces, Inputs(Value::text("x"), Value::boolean(true))), "<x>");
  EXPECT_EQ(rendered(pieces, Inputs(Value::text("x"), Value())), "<no>");
  EXPECT_EQ(rendered(pieces, Inputs(Value(), Value::integer(1))), "error: there is no value to print");
}

TEST(Render, loops_bind_items_and_keys) {
  const Piece pieces[] = {{.kind = PieceKind::loop, .expr = 0, .target = 7, .local = 0, .key = 1},
                          {.kind = PieceKind::value, .expr = 4},
                          {.kind = PieceKind::text, .text = text(":")},
                          {.kind = PieceKind::value, .expr = 2},
                          {.kind = PieceKind::text, .text = text(" ")},
                          {.kind = PieceKind::next, .target = 1},
                          {.kind = PieceKind::jump, .target = 8},
                          {.kind = PieceKind::text, .text = text("none")},
                          {.kind = PieceKind::text, .text = text(".")}};
  const Value list = Value::list({Value::text("a"), Value::text("b")});
  const Value map = Value::map({{"z", Value::integer(1)}, {"a", Value::integer(2)}});
  EXPECT_EQ(rendered(pieces, Inputs(map, Value())), "1:2 2:1 .");
  EXPECT_EQ(rendered(pieces, Inputs(Value::map({}), Value())), "none.");
  EXPECT_EQ(rendered(pieces, Inputs(list, Value())), "error: `for key, value in` needs a map, not a list");
  Piece items[std::size(pieces)];
  std::copy(std::begin(pieces), std::end(pieces), items);
  items[0].key = no_row;
  EXPECT_EQ(rendered(items, Inputs(list, Value())), "1:a 2:b .");
  EXPECT_EQ(rendered(items, Inputs(Value::list({}), Value())), "none.");
  EXPECT_EQ(rendered(items, Inputs(map, Value())), "error: `for item in` needs a list, not a map");
  EXPECT_EQ(rendered(items, Inputs(Value::text("abc"), Value())),
            "error: `for item in` needs a list, not a text");
}

TEST(Render, a_loop_is_left) {
  const Piece pieces[] = {{.kind = PieceKind::loop, .expr = 0, .target = 5, .local = 0},
                          {.kind = PieceKind::value, .expr = 2},
                          {.kind = PieceKind::unless, .expr = 1, .target = 4},
                          {.kind = PieceKind::leave, .target = 5},
                          {.kind = PieceKind::next, .target = 1},
                          {.kind = PieceKind::value, .expr = 4}};
  const Value list = Value::list({Value::text("a"), Value::text("b")});
  // Behind the loop there is no `loop` any more.
  EXPECT_EQ(rendered(pieces, Inputs(list, Value::boolean(true))), "error: `index` has no value");
  Piece loop[5];
  std::copy_n(pieces, 5, loop);
  EXPECT_EQ(rendered(loop, Inputs(list, Value::boolean(true))), "a");
  EXPECT_EQ(rendered(loop, Inputs(list, Value::boolean(false))), "ab");
}

TEST(Render, a_local_begins_with_a_value_or_none) {
  const Piece none[] = {{.kind = PieceKind::set, .expr = 0, .local = 0},
                        {.kind = PieceKind::begin, .text = text("x"), .local = 0},
                        {.kind = PieceKind::value, .expr = 2}};
  EXPECT_EQ(rendered(none, Inputs(Value::text("a"), Value())), "error: `x` has no value");
  const Piece other[] = {{.kind = PieceKind::begin, .text = text("x"), .expr = 0, .local = 0},
                         {.kind = PieceKind::value, .expr = 2}};
  EXPECT_EQ(rendered(other, Inputs(Value::text("a"), Value())), "a");
  EXPECT_EQ(rendered(other, Inputs(Value::missing("y"), Value())), "error: `y` has no value");
}

TEST(Render, size_and_time_are_bounded) {
  const Piece loop[] = {{.kind = PieceKind::loop, .expr = 0, .target = 3, .local = 0},
                        {.kind = PieceKind::value, .expr = 1},
                        {.kind = PieceKind::next, .target = 1}};
  const Inputs names(Value::list(Value::List(1000)), Value::text(std::string(1000, 'x')));
  EXPECT_EQ(rendered(loop, names, 10'000), "error: the text is larger than 10000 bytes");
  // set local 0 = local 0 ~ local 0, a thousand times over.
  const Piece doubling[] = {{.kind = PieceKind::set, .expr = 1, .local = 0},
                            {.kind = PieceKind::loop, .expr = 0, .target = 4},
                            {.kind = PieceKind::set, .expr = 6, .local = 0},
                            {.kind = PieceKind::next, .target = 2}};
  EXPECT_EQ(rendered(doubling, names), "error: a text would be larger than 64 MiB");
}

TEST(Render, errors_of_expressions_are_the_texts) {
  const Piece pieces[] = {{.kind = PieceKind::value, .expr = 3}};
  EXPECT_EQ(rendered(pieces, Inputs(Value(), Value())), "error: division by zero");
}

TEST(Evaluate, values_and_conditions) {
  const Inputs names(Value::integer(3), Value());
  EXPECT_EQ(evaluate(program, 0, &names)->as_integer(), 3);
  EXPECT_EQ(evaluate(program, 1, &names)->kind(), Value::Kind::missing);
  EXPECT_TRUE(*holds(program, 0, &names));
  EXPECT_FALSE(*holds(program, 1, &names));
  EXPECT_EQ(holds(program, 3, &names).error().message, "division by zero");
  EXPECT_EQ(evaluate(program, 0, nullptr).error().message, "only constants have a value here");
}

}  // namespace
}  // namespace wf
