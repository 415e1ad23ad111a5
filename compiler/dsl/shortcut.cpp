// Names and dotted paths without a parser: nine in ten of the expressions in real files.
#include "compiler/dsl/shortcut.h"

#include <algorithm>
#include <array>

namespace wfc::dsl {

namespace {

constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
constexpr bool is_part(char c) {
  return is_letter(c) || (c >= '0' && c <= '9');
}

// The end of the grammar's NAME that begins at `at`, or `at` when none does.
std::size_t end_of_name(std::string_view text, std::size_t at) {
  if (at >= text.size() || !is_letter(text[at])) return at;
  while (at < text.size() &&
         (is_part(text[at]) || (text[at] == '-' && at + 1 < text.size() && is_part(text[at + 1]))))
    ++at;
  return at;
}

// Words that are no name: operators, constants, and `when`.
constexpr std::array<std::string_view, 9> reserved = {"and",  "false", "in",   "is",  "not",
                                                      "null", "or",    "true", "when"};

constexpr int points_max = 100;  // Longer ones are the grammar's, which counts levels.

}  // namespace

std::optional<Expr> shortcut(std::string_view text, const PlaceOf& place_of) {
  constexpr std::string_view white = " \t\r\n";
  const std::size_t first = text.find_first_not_of(white);
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t last = text.find_last_not_of(white) + 1;
  // First only looked at, so that what is no path costs next to nothing.
  int points = 0;
  for (std::size_t at = first;; ++at, ++points) {
    const std::size_t end = end_of_name(text, at);
    if (end == at || points > points_max) return std::nullopt;
    at = end;
    if (at == last) break;
    if (text[at] != '.') return std::nullopt;
  }
  const auto place = [&](std::size_t begin, std::size_t end) {
    return place_of(static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end));
  };
  std::size_t end = end_of_name(text, first);
  const std::string_view head = text.substr(first, end - first);
  if (std::find(reserved.begin(), reserved.end(), head) != reserved.end()) return std::nullopt;
  Expr expr;
  expr.kind = ExprKind::name;
  expr.text = head;
  expr.span = expr.name_span = place(first, end);
  while (end < last) {
    const std::size_t begin = end + 1;
    end = end_of_name(text, begin);
    Expr field;
    field.kind = ExprKind::field;
    field.text = text.substr(begin, end - begin);
    field.name_span = place(begin, end);
    field.span = place(first, end);
    field.children.push_back(std::move(expr));
    expr = std::move(field);
  }
  return expr;
}

}  // namespace wfc::dsl
