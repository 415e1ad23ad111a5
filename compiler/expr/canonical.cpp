// Spells expressions so that equal meaning gives equal bytes. Every text is written with its length, so that
// no content can look like structure.
#include "compiler/expr/canonical.h"

#include <bit>

namespace wfc::expr {
namespace {

using dsl::ExprKind;

void put_text(std::string& to, std::string_view text) {
  to += std::to_string(text.size());
  to += ':';
  to += text;
}

void put(std::string& to, const Expr& expr, const SpellBinding& spell) {
  to += '(';
  to += std::to_string(static_cast<int>(expr.kind));
  switch (expr.kind) {
    case ExprKind::boolean:
    case ExprKind::integer:
    case ExprKind::duration:
    case ExprKind::size:
    case ExprKind::money:
      to += ' ';
      to += std::to_string(expr.number);
      break;
    case ExprKind::real:
      to += ' ';
      to += std::to_string(std::bit_cast<std::uint64_t>(expr.real));
      break;
    case ExprKind::name:
      to += ' ';
      to += spell ? spell(expr.binding)
                  : std::to_string(static_cast<int>(expr.binding.kind)) + '#' +
                        std::to_string(expr.binding.index);
      break;
    case ExprKind::text:
    case ExprKind::field:
    case ExprKind::filter:
    case ExprKind::test:
    case ExprKind::not_test:
    case ExprKind::call:
      to += ' ';
      put_text(to, expr.text);
      break;
    default:
      break;
  }
  for (const std::string& name : expr.names) {
    to += ' ';
    put_text(to, name);
  }
  for (const Expr& child : expr.children) put(to, child, spell);
  to += ')';
}

}  // namespace

std::string canonical(const Expr& expr, const SpellBinding& spell) {
  std::string text;
  put(text, expr, spell);
  return text;
}

}  // namespace wfc::expr
