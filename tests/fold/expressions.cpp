// Builtins come from builtins.def, so that a new one is tried without a line here. One operand in a few has
// the wrong type: what fails must fail alike.
#include "tests/fold/expressions.h"

#include <cstring>
#include <string_view>

namespace fold {
namespace {

struct Range {
  std::uint32_t begin, end;
};

struct Pool {
  std::vector<std::string> all;
  std::vector<Range> ranges;  // By Type, `any` last.
  void add(std::initializer_list<const char*> texts) {
    const auto begin = static_cast<std::uint32_t>(all.size());
    all.insert(all.end(), texts.begin(), texts.end());
    ranges.push_back({begin, static_cast<std::uint32_t>(all.size())});
  }
  Pool() {
    add({"\"\"",
         "\"a\"",
         "\"Hello, World\"",
         "\"  both  \\n\"",
         "\"42\"",
         "\"-1.5\"",
         "\"x,y,,z\"",
         "\"\\u{e9}t\\u{e9} \\u{1F680}\"",
         "\"a\\tb\\\\\"",
         "'single \"quotes\"'",
         "\"lo\"",
         "\"%Y-%m-%d\"",
         "\"2024-02-29T12:30:00Z\"",
         "\"2024-13-01\"",
         "\"name\"",
         "\"common\"",
         "\"\\u{130}\\u{df}\"",
         "\"\?\?/ */ \\\\\"",
         "\"0x1F\"",
         "\"9223372036854775808\"",
         "\"nan\"",
         "\"ceil\"",
         "\"floor\""});
    add({"0", "1", "-1", "2", "3", "7", "10", "255", "100_000", "9223372036854775807", "-9223372036854775807",
         "4294967296"});
    add({"0.0", "1.0", "-1.5", "0.1", "2.5", "3.5", "1000000000000000000000.0", "0.30000000000000004",
         "123456.789", "9007199254740993.0"});
    add({"true", "false"});
    add({"[]", "[1]", "[3, 1, 2, 1]", "[\"b\", \"a\", \"c\", \"a\"]", "[1, \"a\", null, true]",
         "[0.5, 1, 2.25]", "[{ name: \"x\", n: 2 }, { name: \"y\", n: 1 }, { name: \"x\", n: 3 }]",
         "[{ name: \"x\" }, { other: 1 }]", "[[1, 2], [3]]", "[1h, 30m, 2h]", "[true, false]"});
    add({"{}", "{ a: 1 }", "{ name: \"x\", n: 2, list: [1, 2], deep: { name: \"y\" } }",
         "{ \"odd key\": null, b: 0.5 }", "{ c: 3, b: 2, a: 1 }"});
    add({"500ms", "1h30m", "0s", "7d", "2m"});
    add({"10KB", "4MiB", "0B", "1B"});
    add({"$12.50", "$0", "$0.01", "$1000000"});
    add({"null"});
    ranges.back().begin = 0;  // Any: all of them.
  }
};

const Pool& pool() {
  static const Pool made;
  return made;
}

struct Builtin {
  const char* name;
  const char* input;   // Types; null for functions.
  const char* result;  // Null for tests.
  std::vector<const char*> parameters;
};

const std::vector<Builtin>& filters() {
  static const std::vector<Builtin> list = {
#define WF_FILTER(name, function, input, result, ...) {name, input, result, {__VA_ARGS__}},
#include "wf/builtins.def"
  };
  return list;
}
const std::vector<Builtin>& tests() {
  static const std::vector<Builtin> list = {
#define WF_TEST(name, function, input, ...) {name, input, nullptr, {__VA_ARGS__}},
#include "wf/builtins.def"
  };
  return list;
}
const std::vector<Builtin>& functions() {
  static const std::vector<Builtin> list = {
#define WF_FUNCTION(name, function, result, ...) {name, nullptr, result, {__VA_ARGS__}},
#include "wf/builtins.def"
  };
  return list;
}

}  // namespace

const std::vector<std::string>& operands() {
  return pool().all;
}

// `text|list`: one of them. A parameter's type stands after its colon.
Maker::Type Maker::type_named(const char* spec) {
  if (const char* colon = std::strchr(spec, ':')) spec = colon + 1;
  std::vector<std::string_view> names;
  for (std::string_view rest = spec; !rest.empty();) {
    const std::size_t bar = rest.find('|');
    names.push_back(rest.substr(0, bar));
    rest = bar == std::string_view::npos ? std::string_view() : rest.substr(bar + 1);
  }
  const std::string_view name = names[below(static_cast<std::uint32_t>(names.size()))];
  if (name == "text") return Type::text;
  if (name == "integer") return Type::integer;
  if (name == "number") return one_in(2) ? Type::integer : Type::number;
  if (name == "boolean") return Type::boolean;
  if (name == "list") return Type::list;
  if (name == "map") return Type::map;
  if (name == "duration") return Type::duration;
  return Type::any;
}

Twice Maker::pair(const char* before, const Twice& a, const char* between, const Twice& b,
                  const char* after) {
  return {before + a.constant + between + b.constant + after, before + a.inputs + between + b.inputs + after};
}

Twice Maker::operand(Type type) {
  const Range range = pool().ranges[static_cast<std::size_t>(type)];
  const std::uint32_t which = range.begin + below(range.end - range.begin);
  const std::string& text = pool().all[which];
  const std::string constant = text.starts_with("-") ? "(" + text + ")" : text;
  // Some constants stay what they are: folding then meets what runs.
  return {constant, one_in(6) ? constant : "i" + std::to_string(which)};
}

Twice Maker::builtin(Type type, int depth) {
  const bool test = type == Type::boolean;
  const auto& list = test ? tests() : type == Type::list && one_in(4) ? functions() : filters();
  const Builtin& chosen = list[below(static_cast<std::uint32_t>(list.size()))];
  Twice arguments;
  int count = 0;
  for (const char* parameter : chosen.parameters) {
    const std::string_view spec = parameter;
    const std::string name(spec.substr(0, spec.find_first_of("?:")));
    if (spec.find('?') != std::string_view::npos && one_in(2)) continue;
    const Twice value = of(type_named(parameter), depth - 1);
    const std::string before = (count++ == 0 ? "" : ", ") + name + " = ";
    arguments.constant += before + value.constant;
    arguments.inputs += before + value.inputs;
  }
  const auto call = [&](const std::string& words) { return count == 0 ? std::string() : "(" + words + ")"; };
  if (!chosen.input)
    return {std::string(chosen.name) + "(" + arguments.constant + ")",
            std::string(chosen.name) + "(" + arguments.inputs + ")"};
  const Twice input = of(type_named(chosen.input), depth - 1);
  const std::string word = std::string(test ? (one_in(4) ? " is not " : " is ") : " | ") + chosen.name;
  return {"((" + input.constant + ")" + word + call(arguments.constant) + ")",
          "((" + input.inputs + ")" + word + call(arguments.inputs) + ")"};
}

Twice Maker::of(Type type, int depth) {
  if (one_in(25)) type = static_cast<Type>(below(10));
  if (depth <= 0 || one_in(5)) return operand(type);
  if (one_in(3)) return builtin(type, depth);
  const auto two = [&](Type a, const char* between, Type b) {
    return pair("(", of(a, depth - 1), between, of(b, depth - 1), ")");
  };
  const Type same = static_cast<Type>(below(9));
  switch (type) {
    case Type::text:
      return two(one_in(2) ? Type::text : Type::integer, " ~ ", one_in(2) ? Type::text : Type::boolean);
    case Type::integer:
    case Type::number: {
      static const char* const operators[] = {" + ", " - ", " * ", " / ", " % "};
      if (one_in(6)) {
        const Twice value = of(type, depth - 1);
        return {"(-" + value.constant + ")", "(-" + value.inputs + ")"};
      }
      return two(type, operators[below(5)], one_in(3) ? Type::number : type);
    }
    case Type::boolean: {
      static const char* const operators[] = {" == ", " != ",  " < ",  " <= ", " > ",
                                              " >= ", " and ", " or ", " in ", " not in "};
      const std::uint32_t which = below(11);
      if (which == 10) {
        const Twice value = of(Type::any, depth - 1);
        return {"(not " + value.constant + ")", "(not " + value.inputs + ")"};
      }
      if (which >= 8)
        return two(Type::any, operators[which], one_in(3) ? Type::map : one_in(2) ? Type::text : Type::list);
      return two(same, operators[which], same);
    }
    case Type::list: {
      Twice made{"[", "["};
      for (std::uint32_t i = below(8); i > 0; --i) {
        const Twice item = of(Type::any, depth - 1);
        made.constant += item.constant + (i > 1 ? ", " : "");
        made.inputs += item.inputs + (i > 1 ? ", " : "");
      }
      return {made.constant + "]", made.inputs + "]"};
    }
    case Type::map: {
      Twice made{"{ ", "{ "};
      const std::uint32_t entries = below(8);
      for (std::uint32_t i = 0; i < entries; ++i) {
        const Twice item = of(Type::any, depth - 1);
        const std::string key = (i > 0 ? ", k" : "k") + std::to_string(i) + ": ";
        made.constant += key + item.constant;
        made.inputs += key + item.inputs;
      }
      return {made.constant + " }", made.inputs + " }"};
    }
    case Type::duration:
    case Type::size:
    case Type::money:
      if (one_in(2)) return two(type, one_in(2) ? " + " : " - ", type);
      return two(type, one_in(2) ? " * " : " / ", one_in(2) ? Type::integer : Type::number);
    case Type::any:
      break;
  }
  static const char* const fields[] = {".name", ".n", ".list", ".absent", ".deep.name", ".0"};
  switch (below(4)) {
    case 0: {
      const Twice value = of(Type::map, depth - 1);
      const std::string field = fields[below(6)];
      return {"(" + value.constant + ")" + field, "(" + value.inputs + ")" + field};
    }
    case 1:
      return pair("(", of(Type::list, depth - 1), ")[", of(Type::integer, depth - 1), "]");
    case 2:
      return pair("(", of(Type::map, depth - 1), ")[", of(Type::text, depth - 1), "]");
    default:
      return of(same, depth - 1);
  }
}

Twice Maker::expression() {
  return of(static_cast<Type>(below(10)), 3);
}

Twice Maker::text() {
  Twice made;
  const auto both = [&](const std::string& text) {
    made.constant += text;
    made.inputs += text;
  };
  const auto value = [&](const Twice& expression) {
    made.constant += expression.constant;
    made.inputs += expression.inputs;
  };
  // Texts in these stand within the quotes of a text.
  const auto plain = [&](Type type, int depth) {
    for (;;) {
      Twice tried = of(type, depth);
      if ((tried.constant + tried.inputs).find_first_of("\"\\") == std::string::npos) return tried;
    }
  };
  for (std::uint32_t i = below(5) + 1; i > 0; --i) {
    switch (below(6)) {
      case 0:
        both("{% if ");
        value(plain(one_in(2) ? Type::boolean : Type::any, 2));
        both(one_in(2) ? " %}yes{% else -%} no {%- endif %}" : " %}yes{% endif %}");
        break;
      case 1:
        both("{% for x in ");
        value(plain(Type::list, 1));
        both(
            " %}{{ loop.index }}:{{ x }}{% if loop.last %}.{% else %},{% endif %}{% else %}none{% endfor %}");
        break;
      case 2:
        both("{% for k, v in ");
        value(plain(Type::map, 1));
        both(
            " %}{{ k }}={{ v }}{% if loop.first %}{% continue %}{% endif %};{% if v %}{% break %}{% endif "
            "%}{% endfor %}");
        break;
      case 3:
        both("{% set s = ");
        value(plain(Type::any, 2));
        both(" %}{{ s }}");
        break;
      default:
        both("{{ ");
        value(plain(one_in(2) ? Type::text : Type::any, 2));
        both(one_in(3) ? " -}}  \\n " : " }}");
    }
    static const char* const between[] = {"", " ", "a", "\\n", "\\u{e9} ", "\\\\ "};
    both(between[below(6)]);
  }
  return made;
}

}  // namespace fold
