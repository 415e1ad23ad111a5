// The operators of expressions, and where their values live.
#include <cmath>
#include <limits>
#include <utility>

#include "runtime/base/assert.h"
#include "runtime/value/operate.h"
#include "runtime/value/value.h"

namespace wf {

using operate::is_number;
using operate::is_quantity;
using operate::plain;
using operate::refuse_one;
using operate::refuse_pair;

namespace {

const Value nothing;

bool is_missing(Ref value) {
  return value->kind() == Value::Kind::missing;
}

// What one more name makes of the path of a value without one.
std::string longer_path(const Value& value, std::string_view name) {
  // Paths are for people: nobody reads past this.
  constexpr std::size_t path_max = 200;
  std::string path(value.missing_path());
  if (path.size() + name.size() > path_max) return path;
  if (!path.empty()) path += '.';
  return path += name;
}

}  // namespace

// ---------------------------------------------------------------- Evaluation
void Evaluation::fail(std::string message) {
  if (error_.empty()) error_ = message.empty() ? "the expression failed" : std::move(message);
}

Ref Evaluation::keep(Value value) {
  return &arena_.emplace_back(std::move(value));
}

Ref Evaluation::make(Value value) {
  if (value.weight() > value_weight_max) return refuse("a value would be larger than 64 MiB");
  if (value.depth() > value_depth_max) return refuse("a value would be nested more than 200 levels deep");
  return keep(std::move(value));
}

Ref Evaluation::refuse(std::string message) {
  fail(std::move(message));
  return &nothing;
}

Ref Evaluation::refuse_missing(const Value& value) {
  const std::string_view path = value.missing_path();
  if (path.empty()) return refuse("a value that is used here is missing");
  return refuse("`" + std::string(path) + "` has no value");
}

void Evaluation::clear() {
  arena_.clear();
}

void Evaluation::bind(Row local, Value value) {
  // Programs number their locals from 0 without gaps.
  constexpr Row locals_max = 1u << 20;
  WF_ASSERT(local < locals_max);
  if (locals_.size() <= local) locals_.resize(local + 1);
  locals_[local] = std::move(value);
}

bool Scope::failed() const {
  return !static_cast<const Evaluation*>(this)->error_.empty();
}

// ---------------------------------------------------------------- constants
namespace {
// Emitted code has nothing but a Scope; every Scope is an Evaluation.
Evaluation& whole(Scope* scope) {
  return *static_cast<Evaluation*>(scope);
}
}  // namespace

Ref Scope::missing() {
  return &nothing;
}
Ref Scope::null() {
  return whole(this).keep(Value::null());
}
Ref Scope::boolean(bool value) {
  return whole(this).keep(Value::boolean(value));
}
Ref Scope::integer(std::int64_t value) {
  return whole(this).keep(Value::integer(value));
}
Ref Scope::real(double value) {
  return whole(this).keep(Value::real(value));
}
Ref Scope::text(const char* data, std::uint32_t size) {
  return whole(this).keep(Value::text(std::string(data, size)));
}
Ref Scope::duration(std::int64_t ms) {
  return whole(this).keep(Value::duration(ms));
}
Ref Scope::size(std::int64_t bytes) {
  return whole(this).keep(Value::size(bytes));
}
Ref Scope::money(std::int64_t millionths) {
  return whole(this).keep(Value::money(millionths));
}
Ref Scope::list() {
  return whole(this).keep(Value::list({}));
}
Ref Scope::map() {
  return whole(this).keep(Value::map({}));
}

Ref Scope::append(Ref list, Ref item) {
  if (failed()) return &nothing;
  if (is_missing(item)) return whole(this).refuse_missing(*item);
  // Emitted code hands every list it builds on once, so the list is used up rather than copied. It lives in
  // the arena, where values are not const.
  if (list->kind() != Value::Kind::list) return refuse_one(whole(this), "only a list takes items", *list);
  Value added = *plain(item);
  Value grown = std::exchange(*const_cast<Value*>(list), Value());
  grown.append(std::move(added));
  return whole(this).make(std::move(grown));
}

Ref Scope::put(Ref map, const char* key, std::uint32_t size, Ref item) {
  if (failed()) return &nothing;
  if (is_missing(item)) return whole(this).refuse_missing(*item);
  Value::Map entries = map->as_map();
  const std::string_view name(key, size);
  for (auto& [known, value] : entries) {
    if (known != name) continue;
    value = *plain(item);
    return whole(this).make(Value::map(std::move(entries)));
  }
  entries.emplace_back(name, *plain(item));
  return whole(this).make(Value::map(std::move(entries)));
}

// ---------------------------------------------------------------- names
#define WF_NAMED(call)                                                  \
  Evaluation& in = whole(this);                                         \
  if (failed()) return &nothing;                                        \
  if (!in.names_) return in.refuse("only constants have a value here"); \
  return in.keep(in.names_->call)

Ref Scope::input(std::uint32_t row) {
  WF_NAMED(input(row));
}
Ref Scope::let(std::uint32_t row) {
  WF_NAMED(let(row));
}
Ref Scope::step(std::uint32_t row) {
  WF_NAMED(step(row));
}
Ref Scope::output(std::uint32_t row) {
  WF_NAMED(output(row));
}
Ref Scope::group(std::uint32_t row) {
  WF_NAMED(group(row));
}
Ref Scope::event() {
  WF_NAMED(event());
}
Ref Scope::run() {
  WF_NAMED(run());
}
Ref Scope::workflow() {
  WF_NAMED(workflow());
}
Ref Scope::project() {
  WF_NAMED(project());
}
Ref Scope::result() {
  WF_NAMED(result());
}
Ref Scope::feedback() {
  WF_NAMED(feedback());
}
Ref Scope::secrets() {
  WF_NAMED(secrets());
}
Ref Scope::step_info() {
  WF_NAMED(step_info());
}
#undef WF_NAMED

Ref Scope::composed(std::uint32_t row) {
  Evaluation& in = whole(this);
  if (in.failed()) return &nothing;
  WF_ASSERT(in.program_ != nullptr && row < in.program_->composed.count);
  Result<std::string> text =
      render(*in.program_, in.program_->composed[row].pieces, in.names_, value_weight_max);
  return text ? in.make(Value::text(std::move(*text))) : in.refuse(std::move(text.error().message));
}

Ref Scope::local(std::uint32_t slot) {
  Evaluation& in = whole(this);
  return slot < in.locals_.size() ? in.keep(in.locals_[slot]) : &nothing;
}

Ref Scope::loop() {
  Evaluation& in = whole(this);
  if (in.loops_.empty()) return &nothing;
  const Evaluation::Loop& loop = in.loops_.back();
  const auto at = static_cast<std::int64_t>(loop.at);
  return in.keep(Value::map({{"index", Value::integer(at + 1)},
                             {"index0", Value::integer(at)},
                             {"first", Value::boolean(at == 0)},
                             {"last", Value::boolean(loop.at + 1 == loop.items.size())}}));
}

// ---------------------------------------------------------------- operators
bool Scope::truthy(Ref value) {
  return !failed() && truth(*value);
}

Ref Scope::field(Ref value, const char* name, std::uint32_t size) {
  Evaluation& in = whole(this);
  if (failed()) return &nothing;
  const std::string_view key(name, size);
  switch (value->kind()) {
    case Value::Kind::missing:
      return in.keep(Value::missing(longer_path(*value, key)));
    case Value::Kind::null:
      return in.keep(Value::missing(std::string(key)));
    case Value::Kind::map:
    case Value::Kind::step:
      if (const Value* found = value->find(key)) return found;
      // The fields of a JSON answer are fields of its step.
      if (value->kind() == Value::Kind::step)
        if (const Value* found = plain(value)->find(key)) return found;
      return in.keep(Value::missing(std::string(key)));
    default:
      return in.refuse(std::string(name_of(value->kind())) + " has no field `" + std::string(key) + "`");
  }
}

Ref Scope::index(Ref value, Ref key) {
  Evaluation& in = whole(this);
  if (failed()) return &nothing;
  value = plain(value);
  key = plain(key);
  if (is_missing(key)) return in.refuse_missing(*key);
  switch (value->kind()) {
    case Value::Kind::missing:
    case Value::Kind::null: {
      const Result<std::string> name = print(*key);
      return in.keep(Value::missing(longer_path(*value, name ? *name : std::string("?"))));
    }
    case Value::Kind::list: {
      if (key->kind() != Value::Kind::integer) return refuse_one(in, "the place in a list is a number", *key);
      const auto& items = value->as_list();
      const std::int64_t at = key->as_integer();
      if (at >= 0 && static_cast<std::uint64_t>(at) < items.size())
        return &items[static_cast<std::size_t>(at)];
      return in.keep(Value::missing("[" + std::to_string(at) + "]"));
    }
    case Value::Kind::map: {
      if (key->kind() != Value::Kind::text) return refuse_one(in, "the key of a map is a text", *key);
      if (const Value* found = value->find(key->as_text())) return found;
      return in.keep(Value::missing(longer_path(nothing, key->as_text())));
    }
    default:
      return in.refuse("only a list or a map has places, not " + std::string(name_of(value->kind())));
  }
}

Ref Scope::negate(Ref value) {
  Evaluation& in = whole(this);
  if (failed()) return &nothing;
  value = plain(value);
  if (value->kind() == Value::Kind::real) return in.keep(Value::real(-value->as_real()));
  if (value->kind() != Value::Kind::integer && !is_quantity(*value))
    return refuse_one(in, "`-` needs a number", *value);
  if (value->as_integer() == std::numeric_limits<std::int64_t>::min())
    return in.refuse("the result of `-` does not fit 64 bits");
  const std::int64_t number = -value->as_integer();
  switch (value->kind()) {
    case Value::Kind::duration:
      return in.keep(Value::duration(number));
    case Value::Kind::size:
      return in.keep(Value::size(number));
    case Value::Kind::money:
      return in.keep(Value::money(number));
    default:
      return in.keep(Value::integer(number));
  }
}

namespace {

Ref quantity(Evaluation& in, Value::Kind kind, std::int64_t number) {
  if (kind == Value::Kind::duration) return in.keep(Value::duration(number));
  if (kind == Value::Kind::size) return in.keep(Value::size(number));
  if (kind == Value::Kind::money) return in.keep(Value::money(number));
  return in.keep(Value::integer(number));
}

std::string quoted(char op) {
  return std::string("`") + op + "`";
}

Ref overflow(Evaluation& in, char op) {
  return in.refuse("the result of " + quoted(op) + " does not fit 64 bits");
}

Ref finite(Evaluation& in, char op, double number) {
  if (!std::isfinite(number)) return in.refuse("the result of " + quoted(op) + " is not a finite number");
  return in.keep(Value::real(number));
}

// Back to a whole number of units, halves away from zero.
Ref rounded(Evaluation& in, char op, Value::Kind kind, long double number) {
  const long double whole_number = std::round(number);
  // 2^63 itself does not fit, but is the first long double that compares equal to the limit.
  if (!(whole_number >= -9223372036854775808.0L && whole_number < 9223372036854775808.0L))
    return overflow(in, op);
  return quantity(in, kind, static_cast<std::int64_t>(whole_number));
}

long double wide(const Value& value) {
  return value.kind() == Value::Kind::real ? static_cast<long double>(value.as_real())
                                           : static_cast<long double>(value.as_integer());
}

// `+` and `-`.
Ref sum(Evaluation& in, char op, Ref a, Ref b) {
  if (in.failed()) return &nothing;
  a = plain(a);
  b = plain(b);
  const bool whole_numbers = a->kind() == Value::Kind::integer && b->kind() == Value::Kind::integer;
  if (whole_numbers || (a->kind() == b->kind() && is_quantity(*a))) {
    std::int64_t number = 0;
    const bool over = op == '+' ? __builtin_add_overflow(a->as_integer(), b->as_integer(), &number)
                                : __builtin_sub_overflow(a->as_integer(), b->as_integer(), &number);
    return over ? overflow(in, op) : quantity(in, a->kind(), number);
  }
  if (is_number(*a) && is_number(*b))
    return finite(in, op, op == '+' ? a->as_real() + b->as_real() : a->as_real() - b->as_real());
  if (op == '+' && a->kind() == Value::Kind::text && b->kind() == Value::Kind::text)
    return in.refuse("`+` adds numbers; texts are joined with `~`");
  return refuse_pair(in, quoted(op) + " needs two numbers, durations, sizes or amounts of money", *a, *b);
}

}  // namespace

Ref Scope::add(Ref a, Ref b) {
  return sum(whole(this), '+', a, b);
}
Ref Scope::subtract(Ref a, Ref b) {
  return sum(whole(this), '-', a, b);
}

Ref Scope::multiply(Ref a, Ref b) {
  Evaluation& in = whole(this);
  if (failed()) return &nothing;
  a = plain(a);
  b = plain(b);
  if (is_quantity(*b) && is_number(*a)) std::swap(a, b);
  const bool fits = is_number(*b) && (is_number(*a) || is_quantity(*a));
  if (!fits)
    return refuse_pair(in, "`*` needs two numbers, or a duration, size or amount of money and a number", *a,
                       *b);
  if (a->kind() != Value::Kind::real && b->kind() == Value::Kind::integer) {
    std::int64_t number = 0;
    if (__builtin_mul_overflow(a->as_integer(), b->as_integer(), &number)) return overflow(in, '*');
    return quantity(in, a->kind(), number);
  }
  if (is_quantity(*a)) return rounded(in, '*', a->kind(), wide(*a) * wide(*b));
  return finite(in, '*', a->as_real() * b->as_real());
}

Ref Scope::divide(Ref a, Ref b) {
  Evaluation& in = whole(this);
  if (failed()) return &nothing;
  a = plain(a);
  b = plain(b);
  if (!is_number(*b) || !(is_number(*a) || is_quantity(*a)))
    return refuse_pair(in, "`/` needs two numbers, or a duration, size or amount of money and a number", *a,
                       *b);
  if (b->as_real() == 0) return in.refuse("division by zero");
  if (is_quantity(*a)) return rounded(in, '/', a->kind(), wide(*a) / wide(*b));
  return finite(in, '/', static_cast<double>(wide(*a) / wide(*b)));
}

Ref Scope::remainder(Ref a, Ref b) {
  Evaluation& in = whole(this);
  if (failed()) return &nothing;
  a = plain(a);
  b = plain(b);
  if (!is_number(*b) || !(is_number(*a) || is_quantity(*a)))
    return refuse_pair(in, "`%` needs two numbers, or a duration, size or amount of money and a number", *a,
                       *b);
  if (b->as_real() == 0) return in.refuse("division by zero");
  if (a->kind() != Value::Kind::real && b->kind() == Value::Kind::integer) {
    // The one pair whose quotient does not fit, although its remainder would.
    const std::int64_t number = b->as_integer() == -1 ? 0 : a->as_integer() % b->as_integer();
    return quantity(in, a->kind(), number);
  }
  if (is_quantity(*a)) return rounded(in, '%', a->kind(), std::fmod(wide(*a), wide(*b)));
  return finite(in, '%', std::fmod(a->as_real(), b->as_real()));
}

Ref Scope::concat(Ref a, Ref b) {
  Evaluation& in = whole(this);
  if (failed()) return &nothing;
  a = plain(a);
  b = plain(b);
  const auto joins = [](Ref value) {
    return value->kind() == Value::Kind::text || is_number(*value) || value->kind() == Value::Kind::boolean;
  };
  if (!joins(a) || !joins(b)) return refuse_pair(in, "`~` joins texts, numbers and truth values", *a, *b);
  if (a->weight() + b->weight() > value_weight_max) return in.refuse("a text would be larger than 64 MiB");
  return in.make(Value::text(*print(*a) + *print(*b)));
}

namespace {

Ref equality(Evaluation& in, Ref a, Ref b, bool wanted) {
  if (in.failed()) return &nothing;
  a = plain(a);
  b = plain(b);
  if (is_missing(a)) return in.refuse_missing(*a);
  if (is_missing(b)) return in.refuse_missing(*b);
  return in.keep(Value::boolean(operate::same(*a, *b) == wanted));
}

// `accepts` takes the ordering.
template <class Accepts>
Ref comparison(Evaluation& in, const char* op, Ref a, Ref b, Accepts accepts) {
  if (in.failed()) return &nothing;
  a = plain(a);
  b = plain(b);
  const auto ordering = operate::order(*a, *b);
  if (!ordering)
    return refuse_pair(
        in, "`" + std::string(op) + "` needs two numbers, texts, durations, sizes or amounts of money", *a,
        *b);
  return in.keep(Value::boolean(accepts(*ordering)));
}

}  // namespace

Ref Scope::equal(Ref a, Ref b) {
  return equality(whole(this), a, b, true);
}
Ref Scope::not_equal(Ref a, Ref b) {
  return equality(whole(this), a, b, false);
}
Ref Scope::less(Ref a, Ref b) {
  return comparison(whole(this), "<", a, b, [](auto order) { return std::is_lt(order); });
}
Ref Scope::less_equal(Ref a, Ref b) {
  return comparison(whole(this), "<=", a, b, [](auto order) { return std::is_lteq(order); });
}
Ref Scope::greater(Ref a, Ref b) {
  return comparison(whole(this), ">", a, b, [](auto order) { return std::is_gt(order); });
}
Ref Scope::greater_equal(Ref a, Ref b) {
  return comparison(whole(this), ">=", a, b, [](auto order) { return std::is_gteq(order); });
}

Ref Scope::member(Ref item, Ref container) {
  Evaluation& in = whole(this);
  if (failed()) return &nothing;
  item = plain(item);
  container = plain(container);
  if (is_missing(item)) return in.refuse_missing(*item);
  switch (container->kind()) {
    case Value::Kind::list:
      for (const Value& candidate : container->as_list())
        if (operate::same(*item, candidate)) return in.keep(Value::boolean(true));
      return in.keep(Value::boolean(false));
    case Value::Kind::text:
      if (item->kind() != Value::Kind::text) break;
      return in.keep(Value::boolean(container->as_text().find(item->as_text()) != std::string::npos));
    case Value::Kind::map:
      if (item->kind() != Value::Kind::text) break;
      return in.keep(Value::boolean(container->find(item->as_text()) != nullptr));
    default:
      break;
  }
  return refuse_pair(in, "`in` needs an item and a list, a text and a text, or a key and a map", *item,
                     *container);
}

}  // namespace wf
