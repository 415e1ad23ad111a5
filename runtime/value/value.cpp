// Values: immutable, shared, and of a known size.
#include "runtime/value/value.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "runtime/base/text.h"
#include "runtime/rules/quantity.h"

namespace wf {

namespace {

// Lists and maps know their size, so that nobody has to walk them to learn it.
struct Extent {
  std::uint64_t weight = 0;
  int depth = 0;
  void take(const Value& value) {
    weight += value.weight();
    depth = std::max(depth, value.depth());
  }
};

struct ListNode {
  Value::List items;
  Extent extent;
};

struct MapNode {
  Value::Map entries;
  std::string written;
  Extent extent;
};

constexpr std::uint64_t cell = 16;  // What any value weighs.

std::shared_ptr<const MapNode> map_node(Value::Map entries, std::string written) {
  auto node = std::make_shared<MapNode>();
  node->extent.weight = written.size();
  for (const auto& [key, value] : entries) {
    node->extent.take(value);
    node->extent.weight += key.size() + cell;
  }
  ++node->extent.depth;
  node->entries = std::move(entries);
  node->written = std::move(written);
  return node;
}

}  // namespace

Value Value::missing(std::string path) {
  Value value;
  if (!path.empty()) value.shared_ = std::make_shared<const std::string>(std::move(path));
  return value;
}
Value Value::null() {
  Value value;
  value.kind_ = Kind::null;
  return value;
}
Value Value::boolean(bool truth) {
  Value value;
  value.kind_ = Kind::boolean;
  value.number_ = truth ? 1 : 0;
  return value;
}
Value Value::integer(std::int64_t number) {
  Value value;
  value.kind_ = Kind::integer;
  value.number_ = number;
  value.real_ = static_cast<double>(number);
  return value;
}
Value Value::real(double number) {
  Value value;
  value.kind_ = Kind::real;
  value.real_ = number;
  return value;
}
Value Value::text(std::string text) {
  Value value;
  value.kind_ = Kind::text;
  value.shared_ = std::make_shared<const std::string>(std::move(text));
  return value;
}
Value Value::duration(std::int64_t ms) {
  Value value = integer(ms);
  value.kind_ = Kind::duration;
  return value;
}
Value Value::size(std::int64_t bytes) {
  Value value = integer(bytes);
  value.kind_ = Kind::size;
  return value;
}
Value Value::money(std::int64_t millionths) {
  Value value = integer(millionths);
  value.kind_ = Kind::money;
  return value;
}
Value Value::list(List items) {
  auto node = std::make_shared<ListNode>();
  for (const Value& item : items) node->extent.take(item);
  ++node->extent.depth;
  node->items = std::move(items);
  Value value;
  value.kind_ = Kind::list;
  value.shared_ = std::move(node);
  return value;
}
Value Value::map(Map entries, std::string written) {
  Value value;
  value.kind_ = Kind::map;
  value.shared_ = map_node(std::move(entries), std::move(written));
  return value;
}
Value Value::step(Map fields) {
  Value value = map(std::move(fields));
  value.kind_ = Kind::step;
  return value;
}

void Value::append(Value item) {
  if (kind_ != Kind::list) return;
  if (shared_.use_count() != 1) {
    List items = as_list();
    items.push_back(std::move(item));
    *this = list(std::move(items));
    return;
  }
  auto* node = const_cast<ListNode*>(static_cast<const ListNode*>(shared_.get()));
  node->extent.weight += item.weight();
  node->extent.depth = std::max(node->extent.depth, item.depth() + 1);
  node->items.push_back(std::move(item));
}

const std::string& Value::as_text() const {
  static const std::string none;
  return kind_ == Kind::text ? *static_cast<const std::string*>(shared_.get()) : none;
}

const Value::List& Value::as_list() const {
  static const List none;
  return kind_ == Kind::list ? static_cast<const ListNode*>(shared_.get())->items : none;
}

const std::string& Value::written() const {
  static const std::string nowhere;
  return kind_ == Kind::map ? static_cast<const MapNode*>(shared_.get())->written : nowhere;
}

const Value::Map& Value::as_map() const {
  static const Map none;
  const bool is = kind_ == Kind::map || kind_ == Kind::step;
  return is ? static_cast<const MapNode*>(shared_.get())->entries : none;
}

const Value* Value::find(std::string_view key) const {
  for (const auto& [name, value] : as_map())
    if (name == key) return &value;
  return nullptr;
}

std::string_view Value::missing_path() const {
  if (kind_ != Kind::missing || !shared_) return {};
  return *static_cast<const std::string*>(shared_.get());
}

std::uint64_t Value::weight() const {
  switch (kind_) {
    case Kind::text:
      return cell + as_text().size();
    case Kind::list:
      return cell + static_cast<const ListNode*>(shared_.get())->extent.weight;
    case Kind::map:
    case Kind::step:
      return cell + static_cast<const MapNode*>(shared_.get())->extent.weight;
    default:
      return cell;
  }
}

int Value::depth() const {
  if (kind_ == Kind::list) return static_cast<const ListNode*>(shared_.get())->extent.depth;
  if (kind_ == Kind::map || kind_ == Kind::step)
    return static_cast<const MapNode*>(shared_.get())->extent.depth;
  return 0;
}

std::string_view name_of(Value::Kind kind) {
  switch (kind) {
    case Value::Kind::missing:
      return "no value";
    case Value::Kind::null:
      return "null";
    case Value::Kind::boolean:
      return "a truth value";
    case Value::Kind::integer:
    case Value::Kind::real:
      return "a number";
    case Value::Kind::text:
      return "a text";
    case Value::Kind::list:
      return "a list";
    case Value::Kind::map:
      return "a map";
    case Value::Kind::duration:
      return "a duration";
    case Value::Kind::size:
      return "a size";
    case Value::Kind::money:
      return "an amount of money";
    case Value::Kind::step:
      break;
  }
  return "a step";
}

bool truth(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::missing:
    case Value::Kind::null:
      return false;
    case Value::Kind::boolean:
    case Value::Kind::integer:
    case Value::Kind::duration:
    case Value::Kind::size:
    case Value::Kind::money:
      return value.as_integer() != 0;
    case Value::Kind::real:
      return value.as_real() != 0;
    case Value::Kind::text:
      return !value.as_text().empty();
    case Value::Kind::list:
      return !value.as_list().empty();
    case Value::Kind::map:
      return !value.as_map().empty();
    case Value::Kind::step:
      break;
  }
  const Value* ok = value.find("ok");
  return ok && truth(*ok);
}

namespace {

std::string print_real(double number) {
  if (number == 0) return "0";
  char digits[64];
  const double size = std::fabs(number);
  const bool plain = size >= 1e-6 && size < 1e16;
  const auto [end, trouble] =
      plain ? std::to_chars(std::begin(digits), std::end(digits), number, std::chars_format::fixed)
            : std::to_chars(std::begin(digits), std::end(digits), number);
  return trouble == std::errc() ? std::string(digits, end) : std::to_string(number);
}

std::string print_duration(std::int64_t ms) {
  if (ms >= 0) return format_duration(ms);
  if (ms == INT64_MIN) return "-" + format_duration(INT64_MAX);
  return "-" + format_duration(-ms);
}

}  // namespace

Result<std::string> print(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::missing:
      if (value.missing_path().empty()) return Error{"there is no value to print", {}};
      return Error{"`" + std::string(value.missing_path()) + "` has no value", {}};
    case Value::Kind::null:
      return Error{"null cannot be printed", {}};
    case Value::Kind::boolean:
      return std::string(value.as_boolean() ? "true" : "false");
    case Value::Kind::integer:
      return std::to_string(value.as_integer());
    case Value::Kind::real:
      return print_real(value.as_real());
    case Value::Kind::text:
      return value.as_text();
    case Value::Kind::map:
      if (!value.written().empty()) return std::string(value.written());
      return value_to_json(value);
    case Value::Kind::list:
      return value_to_json(value);
    case Value::Kind::duration:
      return print_duration(value.as_integer());
    case Value::Kind::size:
      return rules::format_size(value.as_integer());
    case Value::Kind::money:
      return rules::format_money(value.as_integer());
    case Value::Kind::step:
      break;
  }
  const Value* output = value.find("output");
  return output ? print(*output) : Error{"the step has no output", {}};
}

}  // namespace wf
