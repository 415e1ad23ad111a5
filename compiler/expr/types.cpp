// What type an expression has, and whether its operators, filters and arguments can fit.
//
// Only what surely cannot fit is an error: a value whose type is not known until the run has type any, and
// the runtime checks it. What depends on a mistake has type any too, so that one mistake gives one message.
#include "compiler/expr/types.h"

#include <algorithm>
#include <span>

#include "compiler/expr/builtins.h"
#include "compiler/expr/step_fields.h"
#include "runtime/value/pattern.h"

namespace wfc::expr {

namespace {

using dsl::ExprKind;

const Type any_type{};

Type known(TypeKind kind) {
  Type type;
  type.kind = kind;
  return type;
}

bool is_number(const Type& type) {
  return type.kind == TypeKind::integer || type.kind == TypeKind::real;
}
bool is_quantity(const Type& type) {
  return type.kind == TypeKind::duration || type.kind == TypeKind::size || type.kind == TypeKind::money;
}

// What the language itself gives, and its fields.
struct BuiltInField {
  std::string_view name;
  TypeKind type;
};
constexpr BuiltInField loop_fields[] = {{"index", TypeKind::integer},
                                        {"index0", TypeKind::integer},
                                        {"first", TypeKind::boolean},
                                        {"last", TypeKind::boolean}};
constexpr BuiltInField run_fields[] = {{"id", TypeKind::text},         {"started", TypeKind::text},
                                       {"attempt", TypeKind::integer}, {"elapsed", TypeKind::duration},
                                       {"cost", TypeKind::any},        {"failures", TypeKind::integer}};
constexpr BuiltInField workflow_fields[] = {
    {"id", TypeKind::text}, {"title", TypeKind::text}, {"version", TypeKind::text}};
struct BuiltInMap {
  dsl::BindingKind binding;
  std::span<const BuiltInField> fields;
};
constexpr BuiltInMap built_in_maps[] = {{dsl::BindingKind::loop, loop_fields},
                                        {dsl::BindingKind::run, run_fields},
                                        {dsl::BindingKind::workflow, workflow_fields}};

// A step stands for its output.
Type plain(const Type& type) {
  return type.kind == TypeKind::step ? known(type.output) : type;
}
bool is_any(const Type& type) {
  return type.kind == TypeKind::any;
}
// May it be a text, or a map? An answer may be either.
bool may_be(const Type& type, TypeKind kind) {
  return type.kind == kind || type.kind == TypeKind::answer;
}
bool is_text(const Type& type) {
  return may_be(type, TypeKind::text);
}

std::string_view operator_of(ExprKind kind) {
  switch (kind) {
    case ExprKind::add:
      return "+";
    case ExprKind::subtract:
    case ExprKind::negate:
      return "-";
    case ExprKind::multiply:
      return "*";
    case ExprKind::divide:
      return "/";
    case ExprKind::remainder:
      return "%";
    case ExprKind::concat:
      return "~";
    case ExprKind::equal:
      return "==";
    case ExprKind::not_equal:
      return "!=";
    case ExprKind::less:
      return "<";
    case ExprKind::less_equal:
      return "<=";
    case ExprKind::greater:
      return ">";
    case ExprKind::greater_equal:
      return ">=";
    default:
      return "in";
  }
}

// Whether a type is among those that builtins.def names: "text|list".
bool fits(const Type& type, std::string_view types) {
  if (is_any(type) || type.nullable) return true;
  while (!types.empty()) {
    const std::size_t bar = types.find('|');
    const std::string_view name = types.substr(0, bar);
    types = bar == std::string_view::npos ? std::string_view() : types.substr(bar + 1);
    if (name == "any") return true;
    if (name == "text" && is_text(type)) return true;
    if (name == "list" && type.kind == TypeKind::list) return true;
    if (name == "map" && may_be(type, TypeKind::map)) return true;
    if (name == "number" && is_number(type)) return true;
    if (name == "integer" && type.kind == TypeKind::integer) return true;
    if (name == "boolean" && type.kind == TypeKind::boolean) return true;
    if (name == "duration" && type.kind == TypeKind::duration) return true;
  }
  return false;
}

Type result_type(std::string_view name) {
  if (name == "text") return known(TypeKind::text);
  if (name == "list") return known(TypeKind::list);
  if (name == "map") return known(TypeKind::map);
  if (name == "integer") return known(TypeKind::integer);
  if (name == "boolean") return known(TypeKind::boolean);
  // "number" is an int or a float, and which is not known.
  return any_type;
}

// "a text, a list or a map"
std::string wanted(std::string_view types) {
  std::vector<std::string_view> names;
  while (!types.empty()) {
    const std::size_t bar = types.find('|');
    const std::string_view name = types.substr(0, bar);
    types = bar == std::string_view::npos ? std::string_view() : types.substr(bar + 1);
    if (name == "integer")
      names.push_back("a whole number");
    else if (name == "number")
      names.push_back("a number");
    else if (name == "boolean")
      names.push_back("true or false");
    else if (name == "list")
      names.push_back("a list");
    else if (name == "map")
      names.push_back("a map");
    else if (name == "duration")
      names.push_back("a duration");
    else
      names.push_back("a text");
  }
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
    text += names[i];
  }
  return text;
}

class Typing {
 public:
  Typing(const TypeOf& names, diag::Report& report) : names_(names), report_(report) {}

  Type of(const Expr& expr) {
    switch (expr.kind) {
      case ExprKind::null:
        return known(TypeKind::null);
      case ExprKind::boolean:
        return known(TypeKind::boolean);
      case ExprKind::integer:
        return known(TypeKind::integer);
      case ExprKind::real:
        return known(TypeKind::real);
      case ExprKind::text:
        return known(TypeKind::text);
      case ExprKind::duration:
        return known(TypeKind::duration);
      case ExprKind::size:
        return known(TypeKind::size);
      case ExprKind::money:
        return known(TypeKind::money);
      case ExprKind::name:
        return names_ ? names_(expr.binding) : any_type;
      case ExprKind::error:
        return any_type;
      case ExprKind::list:
      case ExprKind::map:
        for (const Expr& child : expr.children) of(child);
        return known(expr.kind == ExprKind::list ? TypeKind::list : TypeKind::map);
      case ExprKind::not_:
      case ExprKind::and_:
      case ExprKind::or_:
        for (const Expr& child : expr.children) of(child);
        return known(TypeKind::boolean);
      case ExprKind::field:
        return field(expr);
      case ExprKind::negate:
        return negation(expr);
      case ExprKind::filter:
      case ExprKind::test:
      case ExprKind::not_test:
      case ExprKind::call:
        return builtin(expr);
      default:
        return binary(expr);
    }
  }

 private:
  Type wrong(const Expr& expr, const std::string& message, std::string help = {}) {
    auto draft = report_.add(diag::wrong_type, expr.span, message);
    if (!help.empty()) draft.help(std::move(help));
    return any_type;
  }

  // The same of two operands, of which one is a number and the other the text of one.
  Type wrong_pair(const Expr& expr, const Type& a, const Type& b, const std::string& message) {
    auto draft = report_.add(diag::wrong_type, expr.span, message);
    for (const int side : {0, 1}) {
      const Expr& text = expr.children[static_cast<std::size_t>(side)];
      if (text.kind != ExprKind::text || !is_number(side == 0 ? b : a) || !is_decimal(text.text)) continue;
      draft.help("a number stands without quotes");
      draft.fix("write the number `" + text.text + "`", text.span, text.text);
    }
    return any_type;
  }
  // A list as one text.
  Type wrong_join(const Expr& expr, const Type& a, const Type& b, const std::string& message) {
    auto draft = report_.add(diag::wrong_type, expr.span, message);
    for (const int side : {0, 1}) {
      const Expr& list = expr.children[static_cast<std::size_t>(side)];
      if ((side == 0 ? a : b).kind != TypeKind::list || list.kind != ExprKind::name) continue;
      const Span& at = list.span;
      draft.help("join its items: `" + list.text + " | join(sep = \", \")`");
      draft.fix("join the items of `" + list.text + "`", at, "(" + list.text + " | join(sep = ', '))");
    }
    return any_type;
  }
  static bool is_decimal(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    const std::size_t dot = std::min(text.find('.'), text.size());
    const auto digits = [](std::string_view part) {
      return !part.empty() && part.find_first_not_of("0123456789") == part.npos;
    };
    return digits(text.substr(0, dot)) && (dot == text.size() || digits(text.substr(dot + 1)));
  }

  Type field(const Expr& expr) {
    const Type type = of(expr.children[0]);
    if (expr.children[0].kind == ExprKind::name)
      for (const BuiltInMap& map : built_in_maps)
        if (map.binding == expr.children[0].binding.kind) return built_in_field(expr, map.fields);
    switch (type.kind) {
      case TypeKind::step:
        // One that there is not is an unknown name, which the checks of names speak of.
        return type_of_field(type, expr.text);
      case TypeKind::any:
      case TypeKind::map:
      case TypeKind::answer:
      case TypeKind::null:
        return any_type;
      default:
        report_.add(diag::wrong_type, expr.name_span, name_of(type) + " has no field `" + expr.text + "`");
        return any_type;
    }
  }

  Type built_in_field(const Expr& expr, std::span<const BuiltInField> fields) {
    std::vector<std::string> names;
    for (const BuiltInField& field : fields) {
      if (field.name == expr.text) return known(field.type);
      names.emplace_back(field.name);
    }
    auto draft = report_.add(diag::wrong_type, expr.name_span,
                             "`" + expr.children[0].text + "` has no field `" + expr.text + "`");
    const std::string near = diag::closest(expr.text, names);
    if (!near.empty()) {
      draft.did_you_mean(near, expr.name_span);
      return any_type;
    }
    std::string all;
    for (const std::string& name : names) all += (all.empty() ? "`" : ", `") + name + "`";
    draft.help("it has " + all);
    return any_type;
  }

  // A pattern that is known now is read now.
  void check_pattern(const Expr& written) {
    const auto folded = fold(written);
    if (!folded || !*folded || (*folded)->kind() != wf::Value::Kind::text) return;
    const std::string& text = (*folded)->as_text();
    wf::PatternProblem problem;
    if (wf::Pattern::read(text, problem)) return;
    // Byte for byte what the author wrote, unless it holds escapes.
    Span span = written.span;
    if (written.kind == ExprKind::text && span.end - span.begin == text.size() + 2) {
      span.begin += 1 + static_cast<std::uint32_t>(problem.begin);
      span.end = span.begin + static_cast<std::uint32_t>(problem.end - problem.begin);
    }
    report_.add(diag::bad_pattern, span, problem.why);
  }

  // A format that is known now is tried now, with some time or other: what it cannot say of one, of none.
  void check_format(const Expr& expr, const BuiltinCall& call) {
    if (fold(*call.value)) return;  // The whole is tried elsewhere.
    Expr sample = expr;
    Expr& value = sample.children[static_cast<std::size_t>(call.value - expr.children.data())];
    value.children.clear();
    value.kind = ExprKind::integer;
    value.number = 0;
    if (const auto folded = fold(sample); folded && !*folded)
      report_.add(diag::expression_error, call.arguments[0]->span, folded->error().message);
  }

  Type negation(const Expr& expr) {
    Type type = plain(of(expr.children[0]));
    if (is_any(type) || is_number(type) || is_quantity(type)) return type;
    return wrong(expr, "`-` needs a number, not " + name_of(type));
  }

  Type builtin(const Expr& expr) {
    std::vector<Type> types;
    for (const Expr& child : expr.children) types.push_back(plain(of(child)));
    const std::optional<BuiltinCall> call = resolve(expr, &report_);
    if (!call) return any_type;
    const std::string quoted = "`" + expr.text + "`";
    const auto type_at = [&](const Expr* at) {
      return types[static_cast<std::size_t>(at - expr.children.data())];
    };
    if (call->value && !fits(type_at(call->value), call->builtin->input)) {
      report_
          .add(diag::wrong_type, expr.name_span,
               quoted + " needs " + wanted(call->builtin->input) + ", not " + name_of(type_at(call->value)))
          .also(call->value->span, name_of(type_at(call->value)));
      return any_type;
    }
    for (std::size_t i = 0; i < call->arguments.size(); ++i) {
      const Expr* argument = call->arguments[i];
      const Parameter& parameter = call->builtin->parameters[i];
      if (!argument || fits(type_at(argument), parameter.types)) continue;
      report_.add(diag::wrong_argument, argument->span,
                  "the `" + std::string(parameter.name) + "` of " + quoted + " must be " +
                      wanted(parameter.types) + ", not " + name_of(type_at(argument)));
      return any_type;
    }
    if (call->builtin->cpp_name == "is_matching") check_pattern(*call->arguments[0]);
    if (call->builtin->cpp_name == "date" && call->arguments[0]) check_format(expr, *call);
    // A part of a text is a text, a part of a list a list.
    const std::string_view function = call->builtin->cpp_name;
    if (function == "reverse" || function == "slice" || function == "absolute")
      return type_at(call->value).nullable ? any_type : known(type_at(call->value).kind);
    if (call->builtin->cpp_name == "safe") return type_at(call->value);
    return result_type(call->builtin->result);
  }

  Type binary(const Expr& expr) {
    Type a = plain(of(expr.children[0]));
    const Type b = plain(of(expr.children[1]));
    const std::string quoted = "`" + std::string(operator_of(expr.kind)) + "`";
    const std::string pair = ", not " + name_of(a) + " and " + name_of(b);
    const bool unknown = is_any(a) || is_any(b) || a.nullable || b.nullable;
    switch (expr.kind) {
      case ExprKind::index:
        return place(expr, a, b);
      case ExprKind::add:
      case ExprKind::subtract:
        if (is_number(a) && is_number(b)) return both(a, b);
        if (a.kind == b.kind && is_quantity(a)) return a;
        if (unknown && sums(a) && sums(b)) return any_type;
        if (expr.kind == ExprKind::add && is_text(a) && is_text(b))
          return wrong(expr, "`+` adds numbers, not texts", "join texts with `~`");
        return wrong_pair(expr, a, b,
                          quoted + " needs two numbers, durations, sizes or amounts of money" + pair);
      case ExprKind::multiply:
      case ExprKind::divide:
      case ExprKind::remainder:
        return product(expr, a, b, unknown, quoted, pair);
      case ExprKind::concat:
        if (joins(a) && joins(b)) return known(TypeKind::text);
        return wrong_join(expr, a, b, "`~` joins texts, numbers and truth values" + pair);
      case ExprKind::equal:
      case ExprKind::not_equal:
        return equality(expr, a, b, quoted, pair);
      case ExprKind::member:
      case ExprKind::not_member:
        return membership(expr, a, b, pair);
      default:
        break;
    }
    const bool ordered =
        (is_number(a) && is_number(b)) || (a.kind == b.kind && is_quantity(a)) || (is_text(a) && is_text(b));
    if (ordered || (unknown && orders(a) && orders(b))) return known(TypeKind::boolean);
    wrong_pair(expr, a, b, quoted + " needs two numbers, texts, durations, sizes or amounts of money" + pair);
    return known(TypeKind::boolean);
  }

  static bool sums(const Type& type) { return is_any(type) || is_number(type) || is_quantity(type); }
  static bool orders(const Type& type) { return sums(type) || is_text(type); }
  static bool joins(const Type& type) {
    return is_any(type) || is_number(type) || is_text(type) || type.kind == TypeKind::boolean;
  }
  static Type both(const Type& a, const Type& b) {
    const bool whole = a.kind == TypeKind::integer && b.kind == TypeKind::integer;
    return known(whole ? TypeKind::integer : TypeKind::real);
  }

  Type product(const Expr& expr, const Type& a, const Type& b, bool unknown, const std::string& quoted,
               const std::string& pair) {
    if (is_number(a) && is_number(b))
      return expr.kind == ExprKind::divide ? known(TypeKind::real) : both(a, b);
    if (is_quantity(a) && is_number(b)) return a;
    if (expr.kind == ExprKind::multiply && is_number(a) && is_quantity(b)) return b;
    const bool two = is_quantity(a) && is_quantity(b);
    const bool by_quantity = expr.kind != ExprKind::multiply && is_quantity(b);
    if (unknown && sums(a) && sums(b) && !two && !by_quantity) return any_type;
    return wrong(expr,
                 quoted + " needs two numbers, or a duration, size or amount of money and a number" + pair);
  }

  Type place(const Expr& expr, const Type& a, const Type& b) {
    const Expr& key = expr.children[1];
    if (a.kind == TypeKind::list && !is_any(b) && b.kind != TypeKind::integer)
      return wrong(key, "the place in a list is a whole number, not " + name_of(b));
    if (may_be(a, TypeKind::map) && !is_any(b) && !is_text(b))
      return wrong(key, "the key of a map is a text, not " + name_of(b));
    if (is_any(a) || a.kind == TypeKind::list || may_be(a, TypeKind::map)) return any_type;
    return wrong(expr, "only a list or a map has places, not " + name_of(a));
  }

  Type equality(const Expr& expr, const Type& a, const Type& b, const std::string& quoted,
                const std::string& pair) {
    // Anything may be compared with null; a value that may be null is else of its own type.
    const bool null = a.kind == TypeKind::null || b.kind == TypeKind::null;
    const bool numbers = is_number(a) && is_number(b);
    const bool answers = (is_text(a) && is_text(b)) || (may_be(a, TypeKind::map) && may_be(b, TypeKind::map));
    if (!is_any(a) && !is_any(b) && !null && !numbers && !answers && a.kind != b.kind) {
      wrong_pair(expr, a, b, quoted + " compares values of one type" + pair);
    } else {
      check_choice(a, expr.children[1]);
      check_choice(b, expr.children[0]);
    }
    return known(TypeKind::boolean);
  }

  // A text that is none of the choices is surely a slip.
  void check_choice(const Type& type, const Expr& other) {
    if (type.choices.empty() || other.kind != ExprKind::text) return;
    if (std::find(type.choices.begin(), type.choices.end(), other.text) != type.choices.end()) return;
    std::string all;
    for (const std::string& choice : type.choices) all += (all.empty() ? "`" : ", `") + choice + "`";
    auto draft = report_.add(diag::wrong_type, other.span, "this is never `" + other.text + "`");
    const std::string near = diag::closest(other.text, type.choices);
    draft.help(near.empty() ? "it is one of " + all : "did you mean `" + near + "`?");
  }

  Type membership(const Expr& expr, const Type& a, const Type& b, const std::string& pair) {
    const bool text = is_any(a) || a.nullable || is_text(a);
    const bool fits = is_any(b) || b.nullable || b.kind == TypeKind::list ||
                      ((is_text(b) || b.kind == TypeKind::map) && text);
    if (!fits) wrong(expr, "`in` needs an item and a list, a text and a text, or a key and a map" + pair);
    return known(TypeKind::boolean);
  }

  const TypeOf& names_;
  diag::Report& report_;
};

bool is_zero(const Expr& expr) {
  return (expr.kind == ExprKind::integer && expr.number == 0) ||
         (expr.kind == ExprKind::real && expr.real == 0);
}

// WF0405: what can only fail, whatever happens. The smallest part of it is shown.
void check_constants(const Expr& expr, diag::Report& report) {
  if (expr.children.empty()) return;  // Names and literals do not fail.
  const auto folded = fold(expr);
  if (folded && *folded) return;
  const std::size_t before = report.all().size();
  for (const Expr& child : expr.children) {
    check_constants(child, report);
    if (folded && report.all().size() > before) return;
  }
  const bool divides = expr.kind == ExprKind::divide || expr.kind == ExprKind::remainder;
  if (folded || (divides && is_zero(expr.children[1])))
    report.add(diag::expression_error, expr.span, folded ? folded->error().message : "division by zero")
        .label("this fails whatever happens");
}

}  // namespace

std::string name_of(const Type& type) {
  switch (type.kind) {
    case TypeKind::any:
      return "any value";
    case TypeKind::null:
      return "null";
    case TypeKind::boolean:
      return "a truth value";
    case TypeKind::integer:
    case TypeKind::real:
      return "a number";
    case TypeKind::answer:
    case TypeKind::text:
      return "a text";
    case TypeKind::list:
      return "a list";
    case TypeKind::map:
      return "a map";
    case TypeKind::duration:
      return "a duration";
    case TypeKind::size:
      return "a size";
    case TypeKind::money:
      return "an amount of money";
    case TypeKind::step:
      break;
  }
  return "a step";
}

Type type_of(const Expr& expr, const TypeOf& names, diag::Report& report) {
  const std::size_t before = report.all().size();
  Type type = Typing(names, report).of(expr);
  // One mistake, one message.
  if (report.all().size() == before) check_constants(expr, report);
  return type;
}

}  // namespace wfc::expr
