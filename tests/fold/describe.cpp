#include "tests/fold/describe.h"

#include <cstdio>

namespace fold {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    char escape[8];
    std::snprintf(escape, sizeof escape, "\\%03o", byte);
    out += byte < 0x20 || byte == 0x7f || c == '"' || c == '\\' ? std::string(escape) : std::string(1, c);
  }
  return out + "\"";
}

void put(std::string& out, const wf::Value& value) {
  using Kind = wf::Value::Kind;
  out += wf::name_of(value.kind());
  out += ' ';
  switch (value.kind()) {
    case Kind::missing:
      out += quoted(value.missing_path());
      break;
    case Kind::null:
      break;
    case Kind::real: {
      char digits[64];
      std::snprintf(digits, sizeof digits, "%a", value.as_real());
      out += digits;
      break;
    }
    case Kind::text:
      out += quoted(value.as_text());
      break;
    case Kind::list:
      out += '[';
      for (const wf::Value& item : value.as_list()) {
        put(out, item);
        out += ',';
      }
      out += ']';
      break;
    case Kind::map:
    case Kind::step:
      out += '{';
      for (const auto& [key, item] : value.as_map()) {
        out += quoted(key) + ':';
        put(out, item);
        out += ',';
      }
      out += '}';
      break;
    default:
      out += std::to_string(value.as_integer());
  }
}

}  // namespace

std::string describe(const wf::Result<wf::Value>& value) {
  if (!value) return "error: " + quoted(value.error().message);
  std::string out;
  put(out, *value);
  // How it prints belongs to what is folded.
  const wf::Result<std::string> printed = wf::print(*value);
  return out +
         (printed ? " prints " + quoted(*printed) : " does not print: " + quoted(printed.error().message));
}

std::string describe_text(const wf::Result<std::string>& text) {
  return text ? quoted(*text) : "error: " + quoted(text.error().message);
}

}  // namespace fold
