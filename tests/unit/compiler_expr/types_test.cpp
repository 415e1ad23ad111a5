// Types, and the sentences of what cannot fit. Folding, by the runtime's own functions.
#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "compiler/expr/builtins.h"
#include "tests/unit/compiler_expr/reading.h"

namespace wfc::expr {
namespace {

Type typed(TypeKind kind) {
  Type type;
  type.kind = kind;
  return type;
}

// Names that begin with `n` are numbers, `t` texts, `l` lists, `m` maps, `d` durations, `k` a choice, `q` a
// text that may be null; others anything.
void bind(Expr& expr) {
  if (expr.kind == dsl::ExprKind::name)
    expr.binding = {dsl::BindingKind::input, static_cast<unsigned char>(expr.text[0])};
  for (Expr& child : expr.children) bind(child);
}
Type type_of_name(const dsl::Binding& binding) {
  switch (binding.index) {
    case 'n':
      return typed(TypeKind::integer);
    case 't':
      return typed(TypeKind::text);
    case 'l':
      return typed(TypeKind::list);
    case 'm':
      return typed(TypeKind::map);
    case 'd':
      return typed(TypeKind::duration);
    case 'k': {
      Type type = typed(TypeKind::text);
      type.choices = {"bug", "feature"};
      return type;
    }
    case 'q': {
      Type type = typed(TypeKind::text);
      type.nullable = true;
      return type;
    }
    default:
      return {};
  }
}

std::string checked(const std::string& text) {
  Reading r(text);
  Expr expr = r.parse_expression();
  bind(expr);
  const Type type = type_of(expr, type_of_name, r.report);
  return r.report.all().empty() ? name_of(type) : r.said();
}

TEST(Types, what_fits) {
  EXPECT_EQ(checked("n + 1"), "a number");
  EXPECT_EQ(checked("d * 2"), "a duration");
  EXPECT_EQ(checked("d + 5m"), "a duration");
  EXPECT_EQ(checked("x + 1"), "any value");
  EXPECT_EQ(checked("t ~ n ~ true"), "a text");
  EXPECT_EQ(checked("t in l and not m.a or n > 2.5"), "a truth value");
  EXPECT_EQ(checked("t | trim | length"), "a number");
  EXPECT_EQ(checked("l | join(sep = ', ')"), "a text");
  EXPECT_EQ(checked("q == null"), "a truth value");
  EXPECT_EQ(checked("k == 'bug'"), "a truth value");
  EXPECT_EQ(checked("n is divisibleby(3)"), "a truth value");
  EXPECT_EQ(checked("range(3)"), "a list");
  EXPECT_EQ(checked("t | safe"), "a text");
  EXPECT_EQ(checked("t | slice(end = 3)"), "a text");
  EXPECT_EQ(checked("l | reverse"), "a list");
  EXPECT_EQ(checked("q | reverse"), "any value");
  EXPECT_EQ(checked("x | reverse"), "any value");
  EXPECT_EQ(checked("x.a.b[0]['c']"), "any value");
}

TEST(Types, what_does_not_fit_is_said_once) {
  EXPECT_EQ(
      checked("t + n"),
      "WF0401 0 `+` needs two numbers, durations, sizes or amounts of money, not a text and a number\n");
  EXPECT_EQ(checked("t + 'x'"), "WF0401 0 `+` adds numbers, not texts\n");
  EXPECT_EQ(
      checked("(t + n) * 2 == 'x'"),
      "WF0401 0 `+` needs two numbers, durations, sizes or amounts of money, not a text and a number\n");
  EXPECT_EQ(checked("d < n"),
            "WF0401 0 `<` needs two numbers, texts, durations, sizes or amounts of money, not a duration and "
            "a number\n");
  EXPECT_EQ(checked("t == n"), "WF0401 0 `==` compares values of one type, not a text and a number\n");
  EXPECT_EQ(checked("l ~ t"), "WF0401 0 `~` joins texts, numbers and truth values, not a list and a text\n");
  EXPECT_EQ(checked("n in t"),
            "WF0401 0 `in` needs an item and a list, a text and a text, or a key and a map, not a "
            "number and a text\n");
  EXPECT_EQ(checked("t.x"), "WF0401 2 a text has no field `x`\n");
  EXPECT_EQ(checked("n[0]"), "WF0401 0 only a list or a map has places, not a number\n");
  EXPECT_EQ(checked("l['x']"), "WF0401 2 the place in a list is a whole number, not a text\n");
  EXPECT_EQ(checked("-t"), "WF0401 0 `-` needs a number, not a text\n");
  EXPECT_EQ(checked("k == 'bgu'"), "WF0401 5 this is never `bgu`\n");
  EXPECT_EQ(checked("2 / d"),
            "WF0401 0 `/` needs two numbers, or a duration, size or amount of money and a number, "
            "not a number and a duration\n");
}

TEST(Types, filters_tests_and_functions) {
  EXPECT_EQ(checked("t | trimm"), "WF0601 4 no filter is named `trimm`\n");
  EXPECT_EQ(checked("t is starting"), "WF0601 5 no test is named `starting`\n");
  EXPECT_EQ(checked("foo(1)"), "WF0601 0 no function is named `foo`\n");
  EXPECT_EQ(checked("n | upper"), "WF0401 4 `upper` needs a text, not a number\n");
  EXPECT_EQ(checked("t | replace(from = 'a')"), "WF0604 4 `replace` needs `to`\n");
  EXPECT_EQ(checked("t | replace(form = 'a', to = 'b')"), "WF0604 12 `replace` has no argument `form`\n");
  EXPECT_EQ(checked("t | trim(1)"), "WF0604 9 `trim` takes no argument here\n");
  EXPECT_EQ(checked("t | replace('a', from = 'b')"), "WF0604 24 `replace` is given `from` twice\n");
  EXPECT_EQ(checked("t | truncate(length = 'x')"),
            "WF0604 22 the `length` of `truncate` must be a whole number, not a text\n");
  EXPECT_EQ(checked("range(1, 5)"), "WF0604 9 the arguments of `range` need their names\n");
  EXPECT_EQ(checked("range(start = 1, end = 5)"), "a list");
  EXPECT_EQ(checked("t | addslashes"), "WF0601 4 no filter is named `addslashes`\n");
  EXPECT_EQ(checked("t is matching('^[a-z]+$')"), "a truth value");
}

TEST(Types, patterns_that_are_known_are_read) {
  EXPECT_EQ(checked("t is matching('a[b')"), "WF0406 16 this is no pattern: this `[` is never closed\n");
  // With escapes the place of a byte is not known, and the whole text is marked.
  EXPECT_EQ(checked("t is matching('\\\\d+[b')"), "WF0406 14 this is no pattern: this `[` is never closed\n");
  EXPECT_EQ(checked("t is not matching('a' ~ '(')"),
            "WF0406 18 this is no pattern: this group is never closed\n");
  EXPECT_EQ(checked("t is matching(regex = t)"), "a truth value");
  EXPECT_EQ(checked("t is matching(n)"),
            "WF0604 14 the `regex` of `matching` must be a text, not a number\n");
}

TEST(Types, what_can_only_fail_is_said) {
  EXPECT_EQ(checked("1 / 0"), "WF0405 0 division by zero\n");
  EXPECT_EQ(checked("n > 1 and x == 9223372036854775807 + n * (2 % 0)"), "WF0405 41 division by zero\n");
  EXPECT_EQ(checked("9223372036854775807 + 1"), "WF0405 0 the result of `+` does not fit 64 bits\n");
  EXPECT_EQ(checked("'a' | int"), "WF0405 0 `int` cannot read `a` as a whole number; give it a `default`\n");
  EXPECT_EQ(checked("{}.x.y ~ 'a'"), "WF0405 0 `x.y` has no value\n");
  // The first of two, as a run would say.
  EXPECT_EQ(checked("(1 / 0) + (1 % 0)"), "WF0405 0 division by zero\n");
  EXPECT_EQ(checked("false and 1 / 0"), "a truth value");
  EXPECT_EQ(checked("{}.x is defined"), "a truth value");
}

TEST(Types, loop_has_four_fields) {
  const auto checked_loop = [](const std::string& text) {
    Reading r(text);
    Expr expr = r.parse_expression();
    const std::function<void(Expr&)> bind_loop = [&](Expr& e) {
      if (e.kind == dsl::ExprKind::name) e.binding = {dsl::BindingKind::loop, 0};
      for (Expr& child : e.children) bind_loop(child);
    };
    bind_loop(expr);
    Type map;
    map.kind = TypeKind::map;
    const Type type = type_of(
        expr, [&](const dsl::Binding&) { return map; }, r.report);
    return r.report.all().empty() ? name_of(type) : r.said();
  };
  EXPECT_EQ(checked_loop("loop.index + loop.index0"), "a number");
  EXPECT_EQ(checked_loop("loop.first"), "a truth value");
  EXPECT_EQ(checked_loop("loop.length"), "WF0401 5 `loop` has no field `length`\n");
  EXPECT_EQ(checked_loop("loop.last ~ [1]"),
            "WF0401 0 `~` joins texts, numbers and truth values, not a truth value and a list\n");
}

TEST(Types, unknown_filters_are_shown_as_the_language_does) {
  source::SourceMap sources;
  diag::Report report;
  const std::string file = "steps:\n  - prompt: |\n      {{ task | trimm }}\n";
  const FileId id = sources.add("review.yaml", file);
  const auto at = static_cast<std::uint32_t>(file.find("task"));
  const Expr expr = dsl::parse_expression(
      "task | trimm",
      [&](std::uint32_t b, std::uint32_t e) {
        return Span{id, at + b, at + e};
      },
      {}, report);
  type_of(expr, {}, report);
  EXPECT_EQ(diag::render_text(report, sources, {}), R"(error[WF0601]: no filter is named `trimm`
 --> review.yaml:3:17
  |
3 |       {{ task | trimm }}
  |                 ^^^^^ unknown filter
  |
  = help: did you mean `trim`?

)");
}

TEST(Builtins, calls_are_resolved_by_position_and_by_name) {
  Reading r("x | replace(to = 'b', from = 'a')");
  const Expr expr = r.parse_expression();
  const auto call = resolve(expr);
  ASSERT_TRUE(call.has_value());
  EXPECT_EQ(call->cpp_name, "replace");
  EXPECT_EQ(call->value->text, "x");
  EXPECT_EQ(call->arguments[0]->text, "a");
  EXPECT_EQ(call->arguments[1]->text, "b");
  EXPECT_EQ(call->arguments[2], nullptr);
}

TEST(Builtins, every_line_of_the_table_is_whole) {
  for (const Builtin& builtin : builtins()) {
    EXPECT_EQ(find_builtin(builtin.kind, builtin.name), &builtin) << builtin.name;
    EXPECT_FALSE(builtin.result.empty());
    bool optional = false;
    for (const Parameter& parameter : builtin.parameters) {
      // What may be left out comes last, or positions would have no meaning.
      if (parameter.name.empty()) continue;
      EXPECT_FALSE(optional && !parameter.optional) << builtin.name;
      optional = parameter.optional;
    }
  }
}

std::string folded(const std::string& text) {
  Reading r(text);
  const Expr expr = r.parse_expression();
  if (!r.report.all().empty()) return r.said();
  const auto value = fold(expr);
  if (!value) return "not constant";
  return *value ? wf::value_to_json(**value) : "error: " + value->error().message;
}

TEST(Fold, constants) {
  EXPECT_EQ(folded("1 + 2 * 3"), "7");
  EXPECT_EQ(folded("[1, 'a'] | last ~ '!'"), "\"a!\"");
  EXPECT_EQ(folded("{a: [1]}.a.0"), "1");
  EXPECT_EQ(folded("1h30m > 89m and not ('x' in 'abc')"), "true");
  EXPECT_EQ(folded("range(3, start = 1) | join(sep = '+')"), "\"1+2\"");
  EXPECT_EQ(folded("{}.x is defined or null"), "false");
  EXPECT_EQ(folded("{}.x | default(value = 4)"), "4");
  EXPECT_EQ(folded("false and 1 / 0"), "false");
  EXPECT_EQ(folded("1 / 0"), "error: division by zero");
  EXPECT_EQ(folded("{}.x == 1"), "error: `x` has no value");
  EXPECT_EQ(folded("task ~ 'x'"), "not constant");
}

class Fixed final : public wf::Names {
 public:
  wf::Value input(wf::Row row) const override { return wf::Value::integer(static_cast<int>(row) - 2); }
  wf::Value let(wf::Row) const override { return {}; }
  wf::Value step(wf::Row) const override { return {}; }
  wf::Value output(wf::Row) const override { return {}; }
  wf::Value group(wf::Row) const override { return {}; }
  wf::Value event() const override { return {}; }
  wf::Value run() const override { return {}; }
  wf::Value workflow() const override { return {}; }
  wf::Value project() const override { return {}; }
  wf::Value result() const override { return {}; }
  wf::Value feedback() const override { return wf::Value::null(); }
};

// The same tree once with constants and once with inputs of the same values.
Expr constant(const Expr& expr) {
  Expr made = expr;
  if (made.kind == dsl::ExprKind::name) {
    made.kind = dsl::ExprKind::integer;
    made.number = static_cast<int>(made.binding.index) - 2;
  }
  for (Expr& child : made.children) child = constant(child);
  return made;
}
void bind_inputs(Expr& expr) {
  if (expr.kind == dsl::ExprKind::name)
    expr.binding = {dsl::BindingKind::input, static_cast<std::uint32_t>(expr.text[0] - 'a')};
  for (Expr& child : expr.children) bind_inputs(child);
}

TEST(Fold, equals_evaluating_with_names) {
  std::mt19937 random(5);
  const auto pick = [&](auto&&... options) {
    const std::string all[] = {options...};
    return all[random() % sizeof...(options)];
  };
  int values = 0;
  for (int i = 0; i < 1'500; ++i) {
    std::string text = pick("a", "b", "c", "d", "e", "7", "2.5", "'x'");
    for (unsigned n = 1 + random() % 4; n > 0; --n)
      text = "(" + text + ") " +
             pick("+ a", "- c", "* d", "/ b", "% e", "~ a", "== c", "< d", "and b", "or c", "in [a, b]",
                  "| abs", "| round", "is number", "is not odd", "| int");
    Reading r(text);
    Expr expr = r.parse_expression();
    ASSERT_EQ(r.said(), "") << text;
    bind_inputs(expr);
    const Fixed names;
    const auto run = evaluate(expr, &names);
    const auto once = fold(constant(expr));
    ASSERT_TRUE(once.has_value());
    ASSERT_EQ(static_cast<bool>(run), static_cast<bool>(*once)) << text;
    if (run) {
      EXPECT_EQ(wf::value_to_json(*run), wf::value_to_json(**once)) << text;
      ++values;
    } else {
      EXPECT_EQ(run.error().message, once->error().message) << text;
    }
  }
  EXPECT_GT(values, 300);
}

}  // namespace
}  // namespace wfc::expr
