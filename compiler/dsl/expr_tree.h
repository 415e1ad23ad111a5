// Expressions as plain trees: what the grammar's `expression` gives, in `.wf` files, YAML conditions and
// templates.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "compiler/source/source.h"

namespace wfc::dsl {

enum class ExprKind : std::uint8_t {
  null,
  boolean,
  integer,
  real,
  text,
  duration,
  size,
  money,  // constants
  list,
  map,    // map: children are values, `names` the keys
  name,   // `text`
  field,  // children[0] . text
  index,  // children[0] [ children[1] ]
  negate,
  not_,  // unary
  add,
  subtract,
  multiply,
  divide,
  remainder,
  concat,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  member,
  not_member,
  and_,
  or_,
  filter,  // children[0] | text(arguments)
  test,
  not_test,  // children[0] is text(arguments)
  call,      // text(arguments)
  error,     // did not parse; reported already
};

// One value that is written out, and no list or map.
constexpr bool is_literal(ExprKind kind) {
  switch (kind) {
    case ExprKind::null:
    case ExprKind::boolean:
    case ExprKind::integer:
    case ExprKind::real:
    case ExprKind::text:
    case ExprKind::duration:
    case ExprKind::size:
    case ExprKind::money:
      return true;
    default:
      return false;
  }
}

// What a name stands for, once model::bind has looked it up.
enum class BindingKind : std::uint8_t {
  unbound,
  unknown,
  input,
  let,
  step,
  output,
  group,
  local,
  event,
  run,
  workflow,
  project,
  result,
  feedback,
  loop,
  secrets,
  step_info,
  composed  // What a text says; a dialect binds it: Workflow::composed.
};
struct Binding {
  BindingKind kind = BindingKind::unbound;
  std::uint32_t index = 0;
};

struct Expr {
  ExprKind kind = ExprKind::error;
  Span span;                // Of the whole expression, in the author's text.
  Span name_span;           // Of `text` in name, field, filter, test, call.
  std::string text;         // Names; texts with escapes resolved.
  std::int64_t number = 0;  // boolean, integer, duration (ms), size (bytes), money (millionths)
  double real = 0;
  std::vector<Expr> children;
  // Keys of map, one a child. Names of the arguments of filter, test and call ("" positional), one an
  // argument: of filter and test names[i] belongs to children[i + 1], of call to children[i].
  std::vector<std::string> names;
  std::vector<Span> argument_spans;  // Where `names` of arguments stand, where one is written.
  Binding binding;                   // Of name.
};

}  // namespace wfc::dsl
