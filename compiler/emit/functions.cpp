// Writes expressions as C++ over wf::Scope, 64 to a function: compilers take a case of a `switch` several
// times faster than a function of its own.
//
// An expression is one nested call. Compilers limit nesting (clang to 256 brackets), so what is nested deeper
// than a person would write becomes a function of its own, `part_N`; so do long lists and maps, entry by
// entry. A part is called where it stood, which keeps `and` and `or` lazy.
//
// note [first mistake]: C++ evaluates the arguments of a call in the order it likes, and g++ and clang like
// different ones. Of two operands that both fail the left one must be the one that is reported, as it is when
// the expression is folded, so such operands become statements of a part, one after the other.
#include "compiler/emit/functions.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/expr/builtins.h"
#include "runtime/base/assert.h"

namespace wfc::emit {
namespace {

using dsl::BindingKind;
using dsl::ExprKind;
using expr::Expr;

constexpr int depth_max = 24;
constexpr std::size_t entries_inline_max = 6;

std::string_view method_of(ExprKind kind) {
  switch (kind) {
    case ExprKind::add:
      return "add";
    case ExprKind::subtract:
      return "subtract";
    case ExprKind::multiply:
      return "multiply";
    case ExprKind::divide:
      return "divide";
    case ExprKind::remainder:
      return "remainder";
    case ExprKind::concat:
      return "concat";
    case ExprKind::equal:
      return "equal";
    case ExprKind::not_equal:
      return "not_equal";
    case ExprKind::less:
      return "less";
    case ExprKind::less_equal:
      return "less_equal";
    case ExprKind::greater:
      return "greater";
    case ExprKind::greater_equal:
      return "greater_equal";
    case ExprKind::member:
      return "member";
    case ExprKind::index:
      return "index";
    default:
      return {};
  }
}

bool is_constant(const Expr& expr) {
  return dsl::is_literal(expr.kind);
}

// Whether its evaluation can record an error. Lists of constants cannot, other lists may become too large.
bool may_fail(const Expr& expr) {
  if (expr.kind == ExprKind::name) return expr.binding.kind == BindingKind::composed;
  if (is_constant(expr)) return false;
  if (expr.kind == ExprKind::list || expr.kind == ExprKind::map)
    return !std::all_of(expr.children.begin(), expr.children.end(), is_constant);
  return true;
}

class ExprWriter {
 public:
  // What the parts need stands in `parts` before the expression that calls them.
  CodeWriter parts;

  void write(CodeWriter& to, const Expr& expr, int depth = 0) {
    const bool many =
        (expr.kind == ExprKind::list || expr.kind == ExprKind::map) &&
        (expr.children.size() > entries_inline_max || (expr.children.size() > 1 && may_fail(expr)));
    if (many) {
      entries(to, expr);
    } else if (depth > depth_max && !expr.children.empty()) {
      CodeWriter body;
      write(body, expr, 0);
      const std::uint32_t number = parts_count_++;
      parts << "static Ref part_" << number << "(Scope& in) {\n  return " << body.take() << ";\n}\n";
      to << "part_" << number << "(in)";
    } else {
      plain(to, expr, depth);
    }
  }

 private:
  void entries(CodeWriter& to, const Expr& expr) {
    CodeWriter body;
    body << "  Ref all = in." << (expr.kind == ExprKind::list ? "list" : "map") << "();\n";
    for (std::size_t i = 0; i < expr.children.size(); ++i) {
      if (expr.kind == ExprKind::list) {
        body << "  all = in.append(all, ";
      } else {
        body << "  all = in.put(all, ";
        body.arguments(expr.names[i]) << ", ";
      }
      write(body, expr.children[i], 1);
      body << ");\n";
    }
    const std::uint32_t number = parts_count_++;
    parts << "static Ref part_" << number << "(Scope& in) {\n" << body.take() << "  return all;\n}\n";
    to << "part_" << number << "(in)";
  }

  void truth(CodeWriter& to, const Expr& expr, int depth) {
    to << "in.truthy(";
    write(to, expr, depth + 1);
    to << ')';
  }

  // `a or b or c` stands as deep on its left as it is long; written side by side it does not.
  void chain(CodeWriter& to, const Expr& expr, int depth) {
    std::vector<const Expr*> operands;
    const Expr* at = &expr;
    while (at->kind == expr.kind) {
      operands.push_back(&at->children[1]);
      at = &at->children[0];
    }
    operands.push_back(at);
    to << "in.boolean(";
    for (std::size_t i = operands.size(); i-- > 0;) {
      truth(to, *operands[i], depth + 1);
      if (i > 0) to << (expr.kind == ExprKind::and_ ? " && " : " || ");
    }
    to << ')';
  }

  // `first` is the call up to its operands, of which a null one was left out. See note [first mistake].
  void call(CodeWriter& to, std::string_view first, std::span<const Expr* const> operands, int depth) {
    constexpr std::array<std::string_view, 4> names = {"a", "b", "c", "d"};
    const bool ordered = std::count_if(operands.begin(), operands.end(), [](const Expr* operand) {
                           return operand != nullptr && may_fail(*operand);
                         }) > 1;
    CodeWriter body;
    CodeWriter& at = ordered ? body : to;
    for (std::size_t i = 0; ordered && i < operands.size(); ++i) {
      if (operands[i] == nullptr) continue;
      body << "  const Ref " << names[i] << " = ";
      write(body, *operands[i], 1);
      body << ";\n";
    }
    if (ordered) body << "  return ";
    at << first;
    for (std::size_t i = 0; i < operands.size(); ++i) {
      if (i > 0 || !first.ends_with('(')) at << ", ";
      if (operands[i] == nullptr) {
        at << "nullptr";
      } else if (ordered) {
        at << names[i];
      } else {
        write(at, *operands[i], depth + 1);
      }
    }
    at << ')';
    if (!ordered) return;
    const std::uint32_t number = parts_count_++;
    parts << "static Ref part_" << number << "(Scope& in) {\n" << body.take() << ";\n}\n";
    to << "part_" << number << "(in)";
  }

  // Requires: the types room found the call right.
  void builtin(CodeWriter& to, const Expr& expr, int depth) {
    const std::optional<expr::BuiltinCall> call_of = expr::resolve(expr);
    WF_ASSERT(call_of.has_value());
    std::vector<const Expr*> operands;
    if (call_of->value != nullptr) operands.push_back(call_of->value);
    operands.insert(operands.end(), call_of->arguments.begin(), call_of->arguments.end());
    while (!operands.empty() && operands.back() == nullptr) operands.pop_back();
    call(to, "builtin::" + std::string(call_of->cpp_name) + "(in", operands, depth);
  }

  void name(CodeWriter& to, const Expr& expr) {
    const std::uint32_t index = expr.binding.index;
    switch (expr.binding.kind) {
      case BindingKind::input:
        to << "in.input(" << index << ')';
        return;
      case BindingKind::let:
        to << "in.let(" << index << ')';
        return;
      case BindingKind::step:
        to << "in.step(" << index << ')';
        return;
      case BindingKind::output:
        to << "in.output(" << index << ')';
        return;
      case BindingKind::group:
        to << "in.group(" << index << ')';
        return;
      case BindingKind::local:
        to << "in.local(" << index << ')';
        return;
      case BindingKind::event:
        to << "in.event()";
        return;
      case BindingKind::run:
        to << "in.run()";
        return;
      case BindingKind::workflow:
        to << "in.workflow()";
        return;
      case BindingKind::project:
        to << "in.project()";
        return;
      case BindingKind::result:
        to << "in.result()";
        return;
      case BindingKind::feedback:
        to << "in.feedback()";
        return;
      case BindingKind::loop:
        to << "in.loop()";
        return;
      case BindingKind::secrets:
        to << "in.secrets()";
        return;
      case BindingKind::step_info:
        to << "in.step_info()";
        return;
      case BindingKind::composed:
        to << "in.composed(" << index << ')';
        return;
      case BindingKind::unbound:
      case BindingKind::unknown:
        break;
    }
    WF_ASSERT(!"a name that stands for nothing reached the emitter");
  }

  void number(CodeWriter& to, std::string_view method, std::int64_t value) {
    to << "in." << method << '(';
    // The least integer cannot be written as one literal.
    if (value == INT64_MIN) {
      to << "-9223372036854775807 - 1";
    } else {
      to << std::to_string(value);
    }
    to << ')';
  }

  void plain(CodeWriter& to, const Expr& expr, int depth) {
    switch (expr.kind) {
      case ExprKind::null:
        to << "in.null()";
        return;
      case ExprKind::boolean:
        to << "in.boolean(" << (expr.number != 0 ? "true" : "false") << ')';
        return;
      case ExprKind::integer:
        number(to, "integer", expr.number);
        return;
      case ExprKind::duration:
        number(to, "duration", expr.number);
        return;
      case ExprKind::size:
        number(to, "size", expr.number);
        return;
      case ExprKind::money:
        number(to, "money", expr.number);
        return;
      case ExprKind::real:
        to << "in.real(";
        to.real(expr.real) << ')';
        return;
      case ExprKind::text:
        to << "in.text(";
        to.arguments(expr.text) << ')';
        return;
      case ExprKind::list:
        list(to, expr, expr.children.size(), depth);
        return;
      case ExprKind::map:
        map(to, expr, expr.children.size(), depth);
        return;
      case ExprKind::name:
        name(to, expr);
        return;
      case ExprKind::field:
        to << "in.field(";
        write(to, expr.children[0], depth + 1);
        to << ", ";
        to.arguments(expr.text) << ')';
        return;
      case ExprKind::negate:
        to << "in.negate(";
        write(to, expr.children[0], depth + 1);
        to << ')';
        return;
      case ExprKind::not_:
        to << "in.boolean(!";
        truth(to, expr.children[0], depth + 1);
        to << ')';
        return;
      case ExprKind::and_:
      case ExprKind::or_:
        chain(to, expr, depth);
        return;
      case ExprKind::not_member:
        to << "in.boolean(!in.truthy(";
        call(to, "in.member(", std::array{&expr.children[0], &expr.children[1]}, depth + 2);
        to << "))";
        return;
      case ExprKind::filter:
      case ExprKind::test:
      case ExprKind::call:
        builtin(to, expr, depth);
        return;
      case ExprKind::not_test:
        to << "in.boolean(!in.truthy(";
        builtin(to, expr, depth + 2);
        to << "))";
        return;
      case ExprKind::error:
        WF_ASSERT(!"an expression with a reported mistake reached the emitter");
        return;
      default:
        break;
    }
    const std::string_view method = method_of(expr.kind);
    WF_ASSERT(!method.empty());
    call(to, "in." + std::string(method) + "(", std::array{&expr.children[0], &expr.children[1]}, depth);
  }

  void list(CodeWriter& to, const Expr& expr, std::size_t count, int depth) {
    if (count == 0) {
      to << "in.list()";
      return;
    }
    to << "in.append(";
    list(to, expr, count - 1, depth + 1);
    to << ", ";
    write(to, expr.children[count - 1], depth + 1);
    to << ')';
  }

  void map(CodeWriter& to, const Expr& expr, std::size_t count, int depth) {
    if (count == 0) {
      to << "in.map()";
      return;
    }
    to << "in.put(";
    map(to, expr, count - 1, depth + 1);
    to << ", ";
    to.arguments(expr.names[count - 1]) << ", ";
    write(to, expr.children[count - 1], depth + 1);
    to << ')';
  }

  std::uint32_t parts_count_ = 0;
};

void place(CodeWriter& to, const plan::Expression& expression, const source::SourceMap& sources,
           FileId definition) {
  to << "    // ";
  if (expression.span.known() && expression.span.file < sources.count()) {
    const source::Position at = sources.position_of(expression.span.file, expression.span.begin);
    const std::string file = file_comment(sources, expression.span.file, definition);
    if (!file.empty()) to << file << ':' << at.line << ':' << at.column << "  ";
  }
  to << expression.role;
  if (expression.span.known() && expression.span.file < sources.count()) {
    const std::string text = comment_source(sources.text(expression.span));
    if (!text.empty()) to << ' ' << text;
  }
  to << '\n';
}

}  // namespace

std::string file_comment(const source::SourceMap& sources, FileId file, FileId definition) {
  if (file >= sources.count()) return {};
  const std::string& name = sources.file(file).name;
  return comment_name(file == definition ? name.substr(name.rfind('/') + 1) : name);
}

std::uint32_t function_count(const plan::Plan& plan) {
  return static_cast<std::uint32_t>((plan.expressions.size() + expressions_per_function - 1) /
                                    expressions_per_function);
}

void write_functions(CodeWriter& to, const plan::Plan& plan, const source::SourceMap& sources,
                     FileId definition, std::uint32_t begin, std::uint32_t end) {
  ExprWriter writer;
  CodeWriter functions;
  for (std::uint32_t function = begin; function < end; ++function) {
    const std::uint32_t first = function * expressions_per_function;
    const auto last = static_cast<std::uint32_t>(
        std::min<std::size_t>(plan.expressions.size(), std::size_t{first} + expressions_per_function));
    functions << "Ref values_" << function << "(std::uint32_t which, Scope& in) {\n  switch (which) {\n";
    for (std::uint32_t id = first; id < last; ++id) {
      place(functions, plan.expressions[id], sources, definition);
      functions << "    case " << id - first << ":\n      return ";
      writer.write(functions, plan.expressions[id].tree);
      functions << ";\n";
    }
    functions << "  }\n  return in.missing();\n}\n\n";
  }
  to << writer.parts.take() << functions.take();
}

void write_function_table(CodeWriter& to, const plan::Plan& plan) {
  const std::uint32_t count = function_count(plan);
  if (count == 0) return;
  to << "constexpr ExprFunction functions[] = {\n";
  for (std::uint32_t function = 0; function < count; ++function) to << "    values_" << function << ",\n";
  to << "};\n\n";
}

}  // namespace wfc::emit
