// Triples as expressions, and the pieces of which they are put together.
#include "compiler/dialects/comparison.h"

#include <algorithm>

namespace wfc::dialects {

using dsl::BindingKind;
using dsl::Expr;
using dsl::ExprKind;

Expr name_of(std::string_view name, Span span) {
  Expr expr;
  expr.kind = ExprKind::name;
  expr.text = name;
  expr.span = expr.name_span = span;
  return expr;
}

Expr bound(std::string_view name, Span span, BindingKind kind, std::uint32_t index) {
  Expr expr = name_of(name, span);
  expr.binding = {kind, index};
  return expr;
}

Expr field_of(Expr of, std::string_view field, Span span) {
  Expr expr;
  expr.kind = ExprKind::field;
  expr.text = field;
  expr.span = {of.span.file, of.span.begin, span.end};
  expr.name_span = span;
  expr.children.push_back(std::move(of));
  return expr;
}

Expr joined(ExprKind kind, Expr left, Expr right, Span span) {
  Expr expr;
  expr.kind = kind;
  expr.span = span;
  expr.children.push_back(std::move(left));
  expr.children.push_back(std::move(right));
  return expr;
}

Expr text_constant(std::string_view text, Span span) {
  Expr expr;
  expr.kind = ExprKind::text;
  expr.text = text;
  expr.span = span;
  return expr;
}

Expr null_constant(Span span) {
  Expr expr;
  expr.kind = ExprKind::null;
  expr.span = span;
  return expr;
}

Expr negated(Expr of) {
  Expr expr;
  expr.kind = ExprKind::not_;
  expr.span = of.span;
  expr.children.push_back(std::move(of));
  return expr;
}

Expr filtered(Expr of, std::string_view filter, Span span) {
  Expr expr;
  expr.kind = ExprKind::filter;
  expr.text = filter;
  expr.span = expr.name_span = span;
  expr.children.push_back(std::move(of));
  return expr;
}

Expr filtered(Expr of, std::string_view filter, std::string_view parameter, Expr argument, Span span) {
  Expr expr = filtered(std::move(of), filter, span);
  expr.names.emplace_back(parameter);
  expr.children.push_back(std::move(argument));
  return expr;
}

Expr or_else(Expr value, Expr otherwise, Span span) {
  return filtered(std::move(value), "default", "value", std::move(otherwise), span);
}

Expr tested(bool holds, Expr of, std::string_view test, Span span, std::optional<Expr> argument) {
  Expr expr;
  expr.kind = holds ? ExprKind::test : ExprKind::not_test;
  expr.text = test;
  expr.span = expr.name_span = span;
  expr.children.push_back(std::move(of));
  if (argument) {
    expr.children.push_back(std::move(*argument));
    expr.names.emplace_back();
  }
  return expr;
}

Expr chained(ExprKind kind, std::span<Expr> parts) {
  constexpr std::size_t in_a_row_max = 64;
  if (parts.size() > in_a_row_max) {
    const std::size_t half = parts.size() / 2;
    Expr left = chained(kind, parts.first(half));
    Expr right = chained(kind, parts.subspan(half));
    const Span span{left.span.file, left.span.begin, right.span.end};
    return joined(kind, std::move(left), std::move(right), span);
  }
  Expr all = std::move(parts[0]);
  for (Expr& part : parts.subspan(1)) {
    const Span span{all.span.file, all.span.begin, part.span.end};
    all = joined(kind, std::move(all), std::move(part), span);
  }
  return all;
}

std::optional<Expr> dotted_path(const Reader& reader, const yaml::Node& field) {
  constexpr std::int64_t parts_max = 200;
  const std::string_view text = field.text;
  if (std::count(text.begin(), text.end(), '.') >= parts_max) {
    reader.report.add(diag::too_deep, field.span, parts_max);
    return std::nullopt;
  }
  const yaml::ScalarPlaces places(reader.context.sources, field);
  std::optional<Expr> path;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('.', begin), text.size());
    const std::string_view part = text.substr(begin, end - begin);
    if (part.empty() || part.find_first_of(" \t\r\n[](){}<>=!&|\"'`") != std::string_view::npos) {
      reader.report
          .add(diag::wrong_shape, field.span, "`field`", "names joined by dots, such as `plan.confidence`")
          .help("write the place in a list as `items.0`, and what is compared in `operator` and `value`");
      return std::nullopt;
    }
    const Span span = places.span(static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end));
    const bool number = part.size() <= 18 && part.find_first_not_of("0123456789") == std::string_view::npos;
    if (!path) {
      path = name_of(part, span);
    } else if (number) {
      Expr place;
      place.kind = ExprKind::integer;
      place.number = std::stoll(std::string(part));
      place.span = span;
      path = joined(ExprKind::index, std::move(*path), std::move(place), field.span);
    } else {
      path = field_of(std::move(*path), part, span);
    }
    begin = end + 1;
  }
  return path;
}

Expr present(Expr path, bool holds, Span span) {
  return tested(holds, std::move(path), "defined", span);
}

Expr compared(const Expr& path, std::string_view op, Expr value, Span span) {
  static constexpr std::pair<std::string_view, ExprKind> orders[] = {
      {">", ExprKind::greater},     {">=", ExprKind::greater_equal}, {"<", ExprKind::less},
      {"<=", ExprKind::less_equal}, {"==", ExprKind::equal},         {"!=", ExprKind::not_equal}};
  const bool denies = op == "!=" || op.starts_with("not_");
  Expr question;
  if (op == "contains" || op == "not_contains") {
    question = joined(denies ? ExprKind::not_member : ExprKind::member, std::move(value), path, span);
  } else if (op == "in" || op == "not_in") {
    question = joined(denies ? ExprKind::not_member : ExprKind::member, path, std::move(value), span);
  } else if (op == "starts_with" || op == "ends_with" || op == "matches") {
    const std::string_view test = op == "starts_with" ? "starting_with"
                                  : op == "ends_with" ? "ending_with"
                                                      : "matching";
    question = tested(true, path, test, span, std::move(value));
  } else {
    for (const auto& [written, kind] : orders)
      if (op == written) question = joined(kind, path, std::move(value), span);
  }
  Expr there = tested(!denies, path, "defined", span);
  return joined(denies ? ExprKind::or_ : ExprKind::and_, std::move(there), std::move(question), span);
}

}  // namespace wfc::dialects
