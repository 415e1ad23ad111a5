// Filters of lists, maps and anything: language.md section 8, Tera's where that does not say otherwise.
#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "runtime/base/text.h"
#include "runtime/value/call.h"
#include "runtime/value/letters.h"

namespace wf::builtin {

namespace {

const Value none;

// The value at `a.b.0` in an item; missing where there is none.
const Value& at_path(const Value& item, std::string_view path) {
  const Value* value = operate::plain(&item);
  while (!path.empty()) {
    const std::size_t end = path.find('.');
    const std::string_view name = path.substr(0, end);
    path = end == std::string_view::npos ? std::string_view() : path.substr(end + 1);
    if (value->kind() == Value::Kind::list) {
      std::size_t place = 0;
      for (const char c : name) {
        if (c < '0' || c > '9' || place > value->as_list().size()) return none;
        place = place * 10 + static_cast<std::size_t>(c - '0');
      }
      if (name.empty() || place >= value->as_list().size()) return none;
      value = &value->as_list()[place];
    } else {
      value = value->find(name);
      if (!value) return none;
    }
    value = operate::plain(value);
  }
  return *value;
}

bool absent(const Value& value) {
  return value.kind() == Value::Kind::missing || value.kind() == Value::Kind::null;
}

// Where a place counted from the start, or from the end when negative, lies in `size` items.
std::size_t clamped(std::int64_t place, std::size_t size) {
  const auto count = static_cast<std::int64_t>(size);
  if (place < 0) place = place < -count ? 0 : place + count;
  return static_cast<std::size_t>(std::min(place, count));
}

// The byte at which code point `count` of a text begins.
std::size_t byte_of(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < count && at < text.size(); ++i) next_code_point(text, at);
  return at;
}

Ref text_or_list(Call& call, Ref value) {
  value = operate::plain(value);
  if (value->kind() != Value::Kind::text && value->kind() != Value::Kind::list)
    call.refuse(*value, "a text or a list");
  return value;
}

// One item or character; the empty text where there is none, as in Tera.
Ref item_at(Call& call, Ref value, std::int64_t place) {
  if (!call.ok()) return call.nothing();
  if (value->kind() == Value::Kind::list) {
    const auto& items = value->as_list();
    if (place < 0) place += static_cast<std::int64_t>(items.size());
    if (place < 0 || static_cast<std::uint64_t>(place) >= items.size()) return call.text_result({});
    return &items[static_cast<std::size_t>(place)];
  }
  const std::string_view text = value->as_text();
  if (place < 0) place += static_cast<std::int64_t>(code_points(text));
  const std::size_t begin = place < 0 ? text.size() : byte_of(text, static_cast<std::size_t>(place));
  std::size_t end = begin;
  if (begin < text.size()) next_code_point(text, end);
  return call.text_result(std::string(text.substr(begin, end - begin)));
}

}  // namespace

// ---------------------------------------------------------------- any
Ref default_value(Scope& in, Ref value, Ref otherwise, Ref, Ref) {
  Call call(in, "default");
  if (!call.ok()) return call.nothing();
  // Null too: it is what `feedback` and inputs of type `T?` are when there is nothing.
  if (!absent(*operate::plain(value))) return value;
  return otherwise ? otherwise : call.nothing();
}

Ref json_encode(Scope& in, Ref value, Ref pretty, Ref, Ref) {
  Call call(in, "json_encode");
  const bool lines = call.boolean_or(pretty, "pretty", false);
  if (!call.ok()) return call.nothing();
  value = operate::plain(value);
  if (value->kind() == Value::Kind::missing) return call.in().refuse_missing(*value);
  return call.text_result(value_to_json(*value, lines));
}

Ref safe(Scope&, Ref value, Ref, Ref, Ref) {
  return value;
}

Ref length(Scope& in, Ref value, Ref, Ref, Ref) {
  Call call(in, "length");
  if (!call.ok()) return call.nothing();
  value = operate::plain(value);
  switch (value->kind()) {
    case Value::Kind::text:
      return call.integer_result(static_cast<std::int64_t>(code_points(value->as_text())));
    case Value::Kind::list:
      return call.integer_result(static_cast<std::int64_t>(value->as_list().size()));
    case Value::Kind::map:
      return call.integer_result(static_cast<std::int64_t>(value->as_map().size()));
    default:
      call.refuse(*value, "a text, a list or a map");
      return call.nothing();
  }
}

// ---------------------------------------------------------------- texts and lists
Ref reverse(Scope& in, Ref value, Ref, Ref, Ref) {
  Call call(in, "reverse");
  value = text_or_list(call, value);
  if (!call.ok()) return call.nothing();
  if (value->kind() == Value::Kind::list)
    return call.list_result({value->as_list().rbegin(), value->as_list().rend()});
  const std::string_view text = value->as_text();
  std::string out(text.size(), '\0');
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    next_code_point(text, at);
    text.copy(out.data() + (text.size() - at), at - begin, begin);
  }
  return call.text_result(std::move(out));
}

Ref first(Scope& in, Ref value, Ref, Ref, Ref) {
  Call call(in, "first");
  return item_at(call, text_or_list(call, value), 0);
}

Ref last(Scope& in, Ref value, Ref, Ref, Ref) {
  Call call(in, "last");
  return item_at(call, text_or_list(call, value), -1);
}

Ref nth(Scope& in, Ref value, Ref n, Ref, Ref) {
  Call call(in, "nth");
  value = text_or_list(call, value);
  const std::int64_t place = call.integer_or(n, "n", 0);
  if (place < 0) return call.ok() ? call.refuse("counts from 0: its `n` is negative") : call.nothing();
  return item_at(call, value, place);
}

Ref slice(Scope& in, Ref value, Ref start, Ref end, Ref) {
  Call call(in, "slice");
  value = text_or_list(call, value);
  const std::int64_t from = call.integer_or(start, "start", 0);
  const std::int64_t to = call.integer_or(end, "end", INT64_MAX);
  if (!call.ok()) return call.nothing();
  if (value->kind() == Value::Kind::list) {
    const auto& items = value->as_list();
    const std::size_t a = clamped(from, items.size());
    const std::size_t b = std::max(a, clamped(to, items.size()));
    return call.list_result(
        {items.begin() + static_cast<std::ptrdiff_t>(a), items.begin() + static_cast<std::ptrdiff_t>(b)});
  }
  const std::string_view text = value->as_text();
  const std::size_t size = code_points(text);
  const std::size_t a = clamped(from, size);
  const std::size_t b = std::max(a, clamped(to, size));
  const std::size_t begin = byte_of(text, a);
  return call.text_result(std::string(text.substr(begin, byte_of(text.substr(begin), b - a))));
}

// ---------------------------------------------------------------- lists
Ref join(Scope& in, Ref value, Ref sep, Ref, Ref) {
  Call call(in, "join");
  const Value::List& items = call.list(value);
  const std::string_view between = call.text_or(sep, "sep", "");
  if (!call.ok()) return call.nothing();
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += between;
    const Result<std::string> text = print(items[i]);
    if (!text) return call.in().refuse(text.error().message);
    out += *text;
    if (!call.fits(out.size())) return call.nothing();
  }
  return call.text_result(std::move(out));
}

Ref sort(Scope& in, Ref value, Ref attribute, Ref, Ref) {
  Call call(in, "sort");
  const Value::List& items = call.list(value);
  const std::string_view path = call.text_or(attribute, "attribute", "");
  if (!call.ok()) return call.nothing();
  // By key; lists by their length and truth values as 0 and 1, as Tera has it.
  std::vector<std::pair<Value, const Value*>> keyed;
  keyed.reserve(items.size());
  for (const Value& item : items) {
    const Value& key = at_path(item, path);
    if (key.kind() == Value::Kind::missing)
      return call.refuse("finds no `" + std::string(path) + "` in one of the items");
    if (key.kind() == Value::Kind::list)
      keyed.emplace_back(Value::size(static_cast<std::int64_t>(key.as_list().size())), &item);
    else if (key.kind() == Value::Kind::boolean)
      keyed.emplace_back(Value::duration(key.as_boolean() ? 1 : 0), &item);
    else
      keyed.emplace_back(key, &item);
    if (!operate::order(keyed.back().first, keyed.front().first)) {
      const Value& first_key = at_path(*keyed.front().second, path);
      return operate::refuse_pair(call.in(), "`sort` needs items of one kind that has an order", first_key,
                                  key);
    }
  }
  std::stable_sort(keyed.begin(), keyed.end(), [](const auto& a, const auto& b) {
    return std::is_lt(*operate::order(a.first, b.first));
  });
  Value::List sorted;
  sorted.reserve(keyed.size());
  for (const auto& [key, item] : keyed) sorted.push_back(*item);
  return call.list_result(std::move(sorted));
}

Ref unique(Scope& in, Ref value, Ref attribute, Ref, Ref) {
  Call call(in, "unique");
  const Value::List& items = call.list(value);
  const std::string_view path = call.text_or(attribute, "attribute", "");
  if (!call.ok()) return call.nothing();
  // Equal values have equal keys: their kind, and how they are printed. Texts are compared without their
  // case.
  std::unordered_set<std::string> seen;
  Value::List kept;
  for (const Value& item : items) {
    const Value& key = at_path(item, path);
    if (key.kind() == Value::Kind::missing) continue;
    const bool number = operate::is_number(key);
    std::string name(1, static_cast<char>('a' + (number ? 0 : 1 + static_cast<int>(key.kind()))));
    if (number && key.kind() == Value::Kind::real &&
        key.as_real() == static_cast<double>(static_cast<long long>(std::clamp(key.as_real(), -9e15, 9e15))))
      name += std::to_string(static_cast<long long>(key.as_real()));
    else if (number)
      name += *print(key);
    else
      name += key.kind() == Value::Kind::text ? to_lower(key.as_text()) : value_to_json(key);
    if (seen.insert(std::move(name)).second) kept.push_back(item);
  }
  return call.list_result(std::move(kept));
}

Ref map_attribute(Scope& in, Ref value, Ref attribute, Ref, Ref) {
  Call call(in, "map");
  const Value::List& items = call.list(value);
  const std::string_view path = call.text_or(attribute, "attribute", "");
  Value::List found;
  for (const Value& item : items)
    if (const Value& part = at_path(item, path); !absent(part)) found.push_back(part);
  return call.list_result(std::move(found));
}

Ref filter_by(Scope& in, Ref value, Ref attribute, Ref wanted, Ref) {
  Call call(in, "filter");
  const Value::List& items = call.list(value);
  const std::string_view path = call.text_or(attribute, "attribute", "");
  if (!call.ok()) return call.nothing();
  if (wanted && wanted->kind() == Value::Kind::missing) return call.in().refuse_missing(*wanted);
  const bool any = !wanted || wanted->kind() == Value::Kind::null;
  Value::List kept;
  for (const Value& item : items) {
    const Value& part = at_path(item, path);
    if (!absent(part) && (any || operate::same(part, *wanted))) kept.push_back(item);
  }
  return call.list_result(std::move(kept));
}

Ref group_by(Scope& in, Ref value, Ref attribute, Ref, Ref) {
  Call call(in, "group_by");
  const Value::List& items = call.list(value);
  const std::string_view path = call.text_or(attribute, "attribute", "");
  if (!call.ok()) return call.nothing();
  std::unordered_map<std::string, std::size_t> rows;
  std::vector<std::pair<std::string, Value::List>> groups;
  for (const Value& item : items) {
    const Value& part = at_path(item, path);
    if (absent(part)) continue;
    const Result<std::string> key = print(part);
    if (!key) return call.in().refuse(key.error().message);
    const auto [row, is_new] = rows.emplace(*key, groups.size());
    if (is_new) groups.emplace_back(*key, Value::List{});
    groups[row->second].second.push_back(item);
  }
  Value::Map map;
  for (auto& [key, members] : groups) map.emplace_back(std::move(key), Value::list(std::move(members)));
  return call.in().make(Value::map(std::move(map)));
}

Ref concat(Scope& in, Ref value, Ref with, Ref, Ref) {
  Call call(in, "concat");
  Value::List items = call.list(value);
  if (!call.ok() || !with) return call.nothing();
  with = operate::plain(with);
  if (with->kind() == Value::Kind::missing) return call.in().refuse_missing(*with);
  if (with->kind() == Value::Kind::list)
    items.insert(items.end(), with->as_list().begin(), with->as_list().end());
  else
    items.push_back(*with);
  return call.list_result(std::move(items));
}

// ---------------------------------------------------------------- maps
Ref get(Scope& in, Ref value, Ref key, Ref otherwise, Ref) {
  Call call(in, "get");
  if (!call.ok()) return call.nothing();
  value = operate::plain(value);
  const std::string_view name = call.text_or(key, "key", "");
  if (value->kind() != Value::Kind::map) call.refuse(*value, "a map");
  if (!call.ok()) return call.nothing();
  if (const Value* found = value->find(name)) return found;
  return otherwise ? otherwise : call.in().keep(Value::missing(std::string(name)));
}

// ---------------------------------------------------------------- functions
Ref range(Scope& in, Ref end, Ref start, Ref step_by) {
  Call call(in, "range");
  const std::int64_t to = call.integer_or(end, "end", 0);
  const std::int64_t from = call.integer_or(start, "start", 0);
  const std::int64_t step = call.integer_or(step_by, "step_by", 1);
  if (!call.ok()) return call.nothing();
  if (step < 1) return call.refuse("needs a `step_by` of 1 or more");
  Value::List items;
  constexpr std::size_t items_max = 1'000'000;
  for (std::int64_t at = from; at < to;) {
    if (items.size() == items_max) return call.refuse("makes at most a million numbers");
    items.push_back(Value::integer(at));
    if (__builtin_add_overflow(at, step, &at)) break;
  }
  return call.list_result(std::move(items));
}

}  // namespace wf::builtin
