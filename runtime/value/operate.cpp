// What operators and builtins share: looking at values, and saying what did not fit.
#include "runtime/value/operate.h"

#include <algorithm>
#include <cmath>

namespace wf::operate {

namespace {

const Value nothing;

// Exact also where a double cannot hold the integer: long double has 64 bits of mantissa where it matters,
// and where it has not, the integer is compared with the rounded fraction.
std::strong_ordering order_numbers(const Value& a, const Value& b) {
  const bool whole = a.kind() == Value::Kind::integer && b.kind() == Value::Kind::integer;
  if (whole) return a.as_integer() <=> b.as_integer();
  const auto wide = [](const Value& value) {
    return value.kind() == Value::Kind::integer ? static_cast<long double>(value.as_integer())
                                                : static_cast<long double>(value.as_real());
  };
  const long double x = wide(a);
  const long double y = wide(b);
  if (x < y) return std::strong_ordering::less;
  return x > y ? std::strong_ordering::greater : std::strong_ordering::equal;
}

bool same_maps(const Value::Map& a, const Value::Map& b) {
  if (a.size() != b.size()) return false;
  const auto sorted = [](const Value::Map& map) {
    std::vector<const std::pair<std::string, Value>*> entries;
    entries.reserve(map.size());
    for (const auto& entry : map) entries.push_back(&entry);
    std::sort(entries.begin(), entries.end(),
              [](const auto* x, const auto* y) { return x->first < y->first; });
    return entries;
  };
  const auto left = sorted(a);
  const auto right = sorted(b);
  for (std::size_t i = 0; i < left.size(); ++i)
    if (left[i]->first != right[i]->first || !same(left[i]->second, right[i]->second)) return false;
  return true;
}

}  // namespace

Ref plain(Ref value) {
  if (value->kind() != Value::Kind::step) return value;
  const Value* output = value->find("output");
  return output ? output : &nothing;
}

bool same(const Value& a, const Value& b) {
  if (a.kind() == Value::Kind::step || b.kind() == Value::Kind::step) {
    const Ref x = plain(&a);
    const Ref y = plain(&b);
    // An output is never a step, so this ends.
    return x->kind() != Value::Kind::step && y->kind() != Value::Kind::step && same(*x, *y);
  }
  if (is_number(a) && is_number(b)) return order_numbers(a, b) == std::strong_ordering::equal;
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Value::Kind::missing:
    case Value::Kind::null:
      return true;
    case Value::Kind::text:
      return a.as_text() == b.as_text();
    case Value::Kind::list:
      return std::equal(a.as_list().begin(), a.as_list().end(), b.as_list().begin(), b.as_list().end(), same);
    case Value::Kind::map:
      return same_maps(a.as_map(), b.as_map());
    default:
      return a.as_integer() == b.as_integer();
  }
}

std::optional<std::strong_ordering> order(const Value& a, const Value& b) {
  if (is_number(a) && is_number(b)) return order_numbers(a, b);
  if (a.kind() != b.kind()) return std::nullopt;
  if (is_quantity(a)) return a.as_integer() <=> b.as_integer();
  // UTF-8 sorts by bytes as it does by code points.
  if (a.kind() == Value::Kind::text) return a.as_text().compare(b.as_text()) <=> 0;
  return std::nullopt;
}

Ref refuse_one(Evaluation& in, std::string_view what, const Value& value) {
  if (value.kind() == Value::Kind::missing) return in.refuse_missing(value);
  return in.refuse(std::string(what) + ", not " + std::string(name_of(value.kind())));
}

Ref refuse_pair(Evaluation& in, std::string_view what, const Value& a, const Value& b) {
  for (const Value* value : {&a, &b})
    if (value->kind() == Value::Kind::missing) return in.refuse_missing(*value);
  return in.refuse(std::string(what) + ", not " + std::string(name_of(a.kind())) + " and " +
                   std::string(name_of(b.kind())));
}

}  // namespace wf::operate
