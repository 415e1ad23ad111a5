// Values as JSON, both ways.
#include "runtime/base/json.h"

#include "runtime/base/text.h"
#include "runtime/value/value.h"

namespace wf {

namespace {

// Requires: nested no deeper than parse_json allows.
Value from(const Json& json) {
  switch (json.type()) {
    case Json::value_t::boolean:
      return Value::boolean(json.get<bool>());
    case Json::value_t::number_integer:
      return Value::integer(json.get<std::int64_t>());
    case Json::value_t::number_unsigned: {
      const auto number = json.get<std::uint64_t>();
      if (number <= INT64_MAX) return Value::integer(static_cast<std::int64_t>(number));
      return Value::real(static_cast<double>(number));
    }
    case Json::value_t::number_float:
      return Value::real(json.get<double>());
    case Json::value_t::string:
      return Value::text(json.get_ref<const std::string&>());
    case Json::value_t::array: {
      Value::List items;
      items.reserve(json.size());
      for (const Json& item : json) items.push_back(from(item));
      return Value::list(std::move(items));
    }
    case Json::value_t::object: {
      Value::Map entries;
      entries.reserve(json.size());
      for (const auto& entry : json.items()) entries.emplace_back(entry.key(), from(entry.value()));
      return Value::map(std::move(entries));
    }
    default:
      return Value::null();
  }
}

class Writer {
 public:
  explicit Writer(bool pretty) : pretty_(pretty) {}

  void write(const Value& value) {
    switch (value.kind()) {
      case Value::Kind::missing:
      case Value::Kind::null:
        out += "null";
        return;
      case Value::Kind::real:
        write_real(value);
        return;
      case Value::Kind::boolean:
      case Value::Kind::integer:
        out += *print(value);
        return;
      case Value::Kind::list:
        write_list(value.as_list());
        return;
      case Value::Kind::map:
        write_map(value.as_map());
        return;
      case Value::Kind::step: {
        const Value* output = value.find("output");
        if (output)
          write(*output);
        else
          out += "null";
        return;
      }
      default:
        // Texts, and the quantities that JSON does not know: as they are printed.
        write_text(*print(value));
        return;
    }
  }

  std::string out;

 private:
  void write_real(const Value& value) {
    std::string digits = *print(value);
    // Keeps it a fraction for whoever reads it back.
    if (digits.find_first_of(".en") == std::string::npos) digits += ".0";
    out += digits;
  }
  void write_list(const Value::List& items) {
    out += '[';
    ++level_;
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i > 0) out += ',';
      line();
      write(items[i]);
    }
    --level_;
    if (!items.empty()) line();
    out += ']';
  }
  void write_map(const Value::Map& entries) {
    out += '{';
    ++level_;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (i > 0) out += ',';
      line();
      write_text(entries[i].first);
      out += pretty_ ? ": " : ":";
      write(entries[i].second);
    }
    --level_;
    if (!entries.empty()) line();
    out += '}';
  }
  void line() {
    if (!pretty_) return;
    out += '\n';
    out.append(static_cast<std::size_t>(level_) * 2, ' ');
  }
  void write_text(const std::string& text) {
    if (invalid_utf8_at(text) == std::string::npos)
      write_valid(text);
    else
      write_valid(replace_invalid_utf8(text));
  }
  void write_valid(std::string_view text) {
    static constexpr char hex[] = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
      switch (c) {
        case '"':
          out += "\\\"";
          break;
        case '\\':
          out += "\\\\";
          break;
        case '\n':
          out += "\\n";
          break;
        case '\r':
          out += "\\r";
          break;
        case '\t':
          out += "\\t";
          break;
        case '\b':
          out += "\\b";
          break;
        case '\f':
          out += "\\f";
          break;
        default:
          if (static_cast<unsigned char>(c) < 0x20) {
            out += "\\u00";
            out += hex[(c >> 4) & 0xf];
            out += hex[c & 0xf];
          } else {
            out += c;
          }
      }
    }
    out += '"';
  }

  bool pretty_;
  int level_ = 0;
};

}  // namespace

Result<Value> value_from_json(std::string_view json) {
  Result<Json> parsed = parse_json(json, value_depth_max);
  if (!parsed) return parsed.error();
  return from(*parsed);
}

std::string value_to_json(const Value& value, bool pretty) {
  Writer writer(pretty);
  writer.write(value);
  return std::move(writer.out);
}

Value value_of_output(std::string_view output) {
  const std::size_t first = output.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && output[first] == '{')
    if (Result<Value> value = value_from_json(output); value && value->kind() == Value::Kind::map)
      return Value::map(value->as_map(), std::string(output));
  return Value::text(std::string(output));
}

}  // namespace wf
