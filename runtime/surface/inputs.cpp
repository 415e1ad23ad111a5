// Types every input twice over: as a text from the command line, and as a JSON value from a file.
#include "runtime/surface/inputs.h"

#include <algorithm>
#include <optional>

#include "runtime/base/json.h"
#include "runtime/base/text.h"
#include "runtime/rules/near.h"
#include "runtime/rules/quantity.h"
#include "runtime/value/value.h"

namespace wf::surface {
namespace {

std::string_view view(const Text& text) {
  return {text.data, text.size};
}

Result<Json> checked(std::string_view text, const Result<std::int64_t>& amount) {
  if (!amount) return amount.error();
  return Json(text);
}

Result<Json> choice(const InputRow& input, std::string_view text) {
  std::vector<std::string_view> names;
  for (const Text& name : input.choices) names.push_back(view(name));
  if (std::find(names.begin(), names.end(), text) != names.end()) return Json(text);
  const std::string_view near = rules::closest(text, names);
  return Error{"`" + printable(text, false) + "` is not one of " + type_name(input),
               near.empty() ? std::string() : "did you mean `" + std::string(near) + "`?"};
}

// What a list holds, as an input of its own.
InputRow element_of(const InputRow& list) {
  const TypeRow& element = list.elements[0];
  InputRow row{.name = list.name, .type = element.type, .nullable = element.nullable};
  row.choices = element.choices;
  row.elements = {list.elements.data + 1, list.elements.count - 1};
  return row;
}

Result<Json> from_json(const InputRow& input, const Json& value);

Result<Json> checked_list(const InputRow& input, const Json& list) {
  if (input.elements.count == 0) return list;
  const InputRow element = element_of(input);
  std::size_t number = 0;
  for (const Json& item : list) {
    ++number;
    if (Result<Json> fine = from_json(element, item); !fine)
      return Error{"entry " + std::to_string(number) + ": " + fine.error().message, fine.error().hint};
  }
  return list;
}

// A value of a type that is written as a text in JSON too.
std::optional<Result<Json>> from_word(const InputRow& input, std::string_view text) {
  switch (input.type) {
    case ValueType::text:
      return Result<Json>(Json(text));
    case ValueType::choice:
      return choice(input, text);
    case ValueType::duration:
      return checked(text, rules::parse_duration(text));
    case ValueType::size:
      return checked(text, rules::parse_size(text));
    case ValueType::money:
      return checked(text, rules::parse_money(text));
    default:
      return std::nullopt;
  }
}

Result<Json> from_text(const InputRow& input, const std::string& text) {
  if (invalid_utf8_at(text) != std::string_view::npos) return Error{"the text is not valid UTF-8", ""};
  if (input.nullable && text == "null" && input.type != ValueType::text) return Json(nullptr);
  if (std::optional<Result<Json>> word = from_word(input, text)) return *word;
  switch (input.type) {
    case ValueType::boolean:
      if (text != "true" && text != "false") return Error{"not `true` or `false`", ""};
      return Json(text == "true");
    case ValueType::integer: {
      const Result<std::int64_t> number = rules::parse_integer(text);
      if (!number) return number.error();
      return Json(*number);
    }
    case ValueType::real: {
      const Result<double> number = rules::parse_real(text);
      if (!number) return number.error();
      return Json(*number);
    }
    case ValueType::any: {
      // JSON where it is JSON, else the text itself.
      Result<Json> value = parse_json(text);
      return value ? std::move(*value) : Json(text);
    }
    default: {
      const bool list = input.type == ValueType::list;
      Result<Json> value = parse_json(text);
      if (!value) return Error{"not JSON: " + value.error().message, ""};
      if (list ? !value->is_array() : !value->is_object())
        return Error{list ? "not a list" : "not a map",
                     list ? "write it as JSON: '[\"a\", \"b\"]'" : "write it as JSON: '{\"key\": 1}'"};
      return list ? checked_list(input, *value) : value;
    }
  }
}

Result<Json> from_json(const InputRow& input, const Json& value) {
  if (value.is_null()) {
    if (input.nullable || input.type == ValueType::any) return value;
    return Error{"null, where a value is needed", ""};
  }
  const Error other{"not of type " + type_name(input), ""};
  switch (input.type) {
    case ValueType::any:
      return value;
    case ValueType::boolean:
      return value.is_boolean() ? Result<Json>(value) : other;
    case ValueType::integer:
      return value.is_number_integer() &&
                     !(value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX)
                 ? Result<Json>(value)
                 : other;
    case ValueType::real:
      return value.is_number() ? Result<Json>(value) : other;
    case ValueType::list:
      return value.is_array() ? checked_list(input, value) : other;
    case ValueType::map:
      return value.is_object() ? Result<Json>(value) : other;
    default:
      break;
  }
  if (!value.is_string()) return other;
  const std::string& text = value.get_ref<const std::string&>();
  if (text.find('\0') != std::string::npos) return Error{"a text with a NUL character", ""};
  return *from_word(input, text);
}

// As JSON keeps it; nothing for a default that only the run itself can compute.
std::optional<Json> default_of(const Program& program, const InputRow& input) {
  if (input.default_value == no_expr) return std::nullopt;
  const Result<Value> value = evaluate(program, input.default_value, nullptr);
  if (!value) return std::nullopt;
  switch (value->kind()) {
    case Value::Kind::missing:
      return std::nullopt;
    case Value::Kind::duration:
      return Json(format_duration(value->as_integer()));
    case Value::Kind::size:
      return Json(rules::format_size(value->as_integer()));
    case Value::Kind::money:
      return Json(rules::format_money(value->as_integer()));
    default:
      break;
  }
  Result<Json> json = parse_json(value_to_json(*value));
  if (!json) return std::nullopt;
  return std::move(*json);
}

Error about(const std::string& name, Error error) {
  error.message = "input `" + printable(name, false) + "`: " + error.message;
  return error;
}

const InputRow* find(const Program& program, std::string_view name) {
  for (const InputRow& input : program.inputs)
    if (view(input.name) == name) return &input;
  return nullptr;
}

Error unknown(const Program& program, std::string_view name) {
  std::vector<std::string_view> names;
  for (const InputRow& input : program.inputs) names.push_back(view(input.name));
  const std::string_view near = rules::closest(name, names);
  Error error{"no input is named `" + printable(name, false) + "`", ""};
  if (!near.empty()) {
    error.hint = "did you mean `" + printable(near, false) + "`?";
  } else if (names.empty()) {
    error.hint = "this workflow has no inputs";
  } else {
    error.hint = "its inputs are";
    for (std::size_t i = 0; i < names.size(); ++i)
      error.hint += (i ? ", `" : " `") + printable(names[i], false) + "`";
  }
  return error;
}

}  // namespace

std::string type_name(const InputRow& input) {
  constexpr std::string_view names[] = {"string", "any",   "bool", "int",       "float", "duration",
                                        "size",   "money", "map",  "list<any>", ""};
  std::string name(names[static_cast<std::size_t>(input.type)]);
  if (input.type == ValueType::list && input.elements.count != 0)
    name = "list<" + type_name(element_of(input)) + ">";
  for (const Text& choice : input.choices)
    name += (name.empty() ? "\"" : " | \"") + printable(view(choice), false) + "\"";
  if (input.nullable) name += "?";
  return name;
}

Result<std::string> inputs_json(const Program& program, const GivenInputs& given) {
  std::vector<std::optional<Json>> values(program.inputs.count);
  const auto slot = [&](const InputRow* input) -> std::optional<Json>& {
    return values[static_cast<std::size_t>(input - program.inputs.data)];
  };
  if (!given.json.empty()) {
    const Result<Json> all = parse_json(given.json);
    if (!all) return Error{"--inputs: " + all.error().message, all.error().hint};
    if (!all->is_object()) return Error{"--inputs: not a JSON object of inputs", ""};
    for (const auto& [name, json] : all->items()) {
      const InputRow* input = find(program, name);
      if (!input) return unknown(program, name);
      Result<Json> value = from_json(*input, json);
      if (!value) return about(name, value.error());
      slot(input) = std::move(*value);
    }
  }
  std::vector<std::string_view> typed;
  for (const auto& [name, text] : given.texts) {
    const InputRow* input = find(program, name);
    if (!input) return unknown(program, name);
    if (std::find(typed.begin(), typed.end(), name) != typed.end())
      return about(name, {"given twice with --input", ""});
    typed.push_back(name);
    Result<Json> value = from_text(*input, text);
    if (!value) return about(name, value.error());
    slot(input) = std::move(*value);  // Wins over --inputs.
  }

  Json inputs = Json::object();
  Error missing;
  for (const InputRow& input : program.inputs) {
    std::optional<Json>& value = slot(&input);
    const std::string name(view(input.name));
    if (!value) value = default_of(program, input);
    if (value) {
      inputs[name] = std::move(*value);
    } else if (input.required && input.default_value == no_expr) {
      missing.message += (missing.message.empty() ? "input `" : "\n       input `") + printable(name, false) +
                         "` is missing: " + type_name(input);
      if (input.description.size != 0) missing.message += ", " + printable(view(input.description), false);
      if (missing.hint.empty()) missing.hint = "give it with --input " + printable(name, false) + "=VALUE";
    }
  }
  if (!missing.message.empty()) return missing;
  return write_json(inputs);
}

}  // namespace wf::surface
