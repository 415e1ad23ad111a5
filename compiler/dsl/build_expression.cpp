// Expressions: from ANTLR's parse tree to the plain trees of expr_tree.h.
#include "compiler/dsl/build_expression.h"

#include <limits>

#include "runtime/rules/quantity.h"

namespace wfc::dsl {

namespace {

using Rule = antlr4::ParserRuleContext;

ExprKind binary(std::size_t type) {
  switch (type) {
    case WfParser::STAR:
      return ExprKind::multiply;
    case WfParser::SLASH:
      return ExprKind::divide;
    case WfParser::PERCENT:
      return ExprKind::remainder;
    case WfParser::PLUS:
      return ExprKind::add;
    case WfParser::MINUS:
      return ExprKind::subtract;
    case WfParser::TILDE:
      return ExprKind::concat;
    case WfParser::LT:
      return ExprKind::less;
    case WfParser::LE:
      return ExprKind::less_equal;
    case WfParser::GT:
      return ExprKind::greater;
    case WfParser::GE:
      return ExprKind::greater_equal;
    case WfParser::EQ:
      return ExprKind::equal;
    case WfParser::NE:
      return ExprKind::not_equal;
    case WfParser::AND:
      return ExprKind::and_;
    case WfParser::OR:
      return ExprKind::or_;
    case WfParser::IN:
      return ExprKind::member;
    default:
      return ExprKind::error;
  }
}

bool is_arithmetic(ExprKind kind) {
  return kind == ExprKind::multiply || kind == ExprKind::divide || kind == ExprKind::remainder ||
         kind == ExprKind::add || kind == ExprKind::subtract || kind == ExprKind::concat;
}

bool is_order(ExprKind kind) {
  return kind == ExprKind::less || kind == ExprKind::less_equal || kind == ExprKind::greater ||
         kind == ExprKind::greater_equal;
}

// What lost an operand to a mistake is no expression.
Expr complete(Expr made) {
  std::size_t needed = 0;
  switch (made.kind) {
    case ExprKind::filter:
    case ExprKind::test:
    case ExprKind::not_test:
    case ExprKind::field:
      if (made.text.empty()) made.kind = ExprKind::error;
      needed = 1;
      break;
    case ExprKind::negate:
    case ExprKind::not_:
      needed = 1;
      break;
    default:
      needed = 2;
      break;
  }
  if (made.children.size() < needed) made.kind = ExprKind::error;
  if (made.kind == ExprKind::error) made.children.clear(), made.names.clear();
  return made;
}

// `-5` is a constant, also the one whose positive does not fit.
bool is_literal(Rule* context) {
  for (int level = 0; level < 3; ++level) {
    if (context->getRuleIndex() == WfParser::RuleLiteral) {
      const std::size_t type = context->start->getType();
      return type == WfParser::INT || type == WfParser::FLOAT || type == WfParser::DURATION ||
             type == WfParser::MONEY;
    }
    if (context->children.size() != 1) return false;
    context = dynamic_cast<Rule*>(context->children[0]);
    if (!context) return false;
  }
  return false;
}

bool parenthesised(const Rule* context) {
  while (context->children.size() == 1) {
    const auto* inner = dynamic_cast<const Rule*>(context->children[0]);
    if (!inner) return false;
    context = inner;
  }
  return context->getRuleIndex() == WfParser::RulePrimary;
}

}  // namespace

Expr ExprBuilder::expr(Rule* context, int depth) {
  Expr made;
  made.span = span_of(context);
  if (depth > static_cast<int>(mistakes_.limits().depth)) {
    too_deep(made.span, range_of(context).begin);
    return made;
  }
  std::vector<Child> parts;
  for (const Child& child : children(context)) parts.push_back(child);
  if (parts.empty()) return made;
  if (parts.size() == 1 && parts[0].rule) {
    if (parts[0].rule->getRuleIndex() == WfParser::RulePrimary) return primary(parts[0].rule, depth);
    return expr(parts[0].rule, depth);
  }
  if (parts[0].token) return unary(std::move(made), parts, depth);
  made.children.push_back(expr(parts[0].rule, depth + 1));
  const Lexeme* op = parts[1].token;
  if (!op) return made;
  switch (op->type) {
    case WfParser::DOT:
      field(made, parts);
      break;
    case WfParser::LBRACK:
      made.kind = ExprKind::index;
      if (parts.size() > 2 && parts[2].rule) made.children.push_back(expr(parts[2].rule, depth + 1));
      break;
    case WfParser::BAR:
      made.kind = ExprKind::filter;
      check_filter(parts[0].rule, made.children[0], *op);
      named_call(made, parts, depth);
      break;
    case WfParser::IS:
      made.kind = ExprKind::test;
      for (const Child& part : parts)
        if (part.is(WfParser::NOT)) made.kind = ExprKind::not_test;
      named_call(made, parts, depth);
      break;
    case WfParser::NOT:
      made.kind = ExprKind::not_member;
      if (parts.size() > 3 && parts[3].rule) made.children.push_back(expr(parts[3].rule, depth + 1));
      break;
    default:
      made.kind = binary(op->type);
      if (parts.size() > 2 && parts[2].rule) made.children.push_back(expr(parts[2].rule, depth + 1));
      if (is_order(made.kind) && is_chain(parts[0].rule, made.children[0], *op)) made.kind = ExprKind::error;
      break;
  }
  return complete(std::move(made));
}

Expr ExprBuilder::unary(Expr made, const std::vector<Child>& parts, int depth) {
  if (parts.size() < 2 || !parts[1].rule) return made;
  made.kind = parts[0].is(WfParser::MINUS) ? ExprKind::negate : ExprKind::not_;
  if (made.kind == ExprKind::negate && is_literal(parts[1].rule)) return negative(made.span, parts[1].rule);
  made.children.push_back(expr(parts[1].rule, depth + 1));
  return complete(std::move(made));
}

Expr ExprBuilder::negative(Span span, Rule* context) {
  while (context->getRuleIndex() != WfParser::RuleLiteral) context = static_cast<Rule*>(context->children[0]);
  Expr made = literal(context, true);
  made.span = span;
  return made;
}

void ExprBuilder::field(Expr& made, const std::vector<Child>& parts) {
  made.kind = ExprKind::field;
  if (parts.size() < 3) return;
  if (parts[2].rule) {
    made.text = written(parts[2].rule);
    made.name_span = span_of(parts[2].rule);
    return;
  }
  // `x.0` is the same as `x[0]`.
  made.kind = ExprKind::index;
  made.children.push_back(number(*parts[2].token, false));
}

void ExprBuilder::named_call(Expr& made, const std::vector<Child>& parts, int depth) {
  for (const Child& part : parts) {
    if (!part.rule) continue;
    if (part.rule->getRuleIndex() == WfParser::RuleWord) {
      made.text = written(part.rule);
      made.name_span = span_of(part.rule);
    } else if (part.rule->getRuleIndex() == WfParser::RuleCallArgs) {
      call_args(made, part.rule, depth);
    }
  }
}

void ExprBuilder::call_args(Expr& made, Rule* context, int depth) {
  for (const Child& argument : children(context)) {
    if (!argument.rule) continue;
    std::string name;
    for (const Child& part : children(argument.rule)) {
      if (!part.rule) continue;
      if (part.rule->getRuleIndex() == WfParser::RuleName) {
        name = written(part.rule);
        made.argument_spans.resize(made.names.size() + 1);
        made.argument_spans.back() = span_of(part.rule);
      } else {
        made.children.push_back(expr(part.rule, depth + 1));
        made.names.push_back(name);
      }
    }
  }
}

// WF0404: `a + b | f` filters the sum, which nobody expects.
void ExprBuilder::check_filter(Rule* left, const Expr& value, const Lexeme& bar) {
  if (!is_arithmetic(value.kind) || parenthesised(left)) return;
  const Lexeme* op = nullptr;
  for (const Child& part : children(left))
    if (part.token) op = part.token;
  if (!op) return;
  const Range range = range_of(left);
  const auto filter_of_last = static_cast<std::uint32_t>(source_.find_first_not_of(" \t\n", op->end));
  mistakes_.add(Stage::building, range.begin,
                [span = span_of(*op), bar = span_of(bar), op = std::string(written(*op)),
                 all = std::string(written(left)),
                 last = std::string(source_.substr(filter_of_last, range.end - filter_of_last)),
                 whole = places_(range.begin, range.end)](diag::Report& report) {
                  auto draft = report.add(diag::unclear_filter, span, op);
                  draft.also(bar, "the filter takes everything on its left");
                  if (all.size() <= 60)
                    draft.help("write `(" + all +
                               ") | ...`, or put the filter with its value in parentheses: `(" + last +
                               " | ...)`");
                  else
                    draft.help("put what is filtered in parentheses");
                  draft.fix("filter the whole of it", whole, "(" + all + ")", /*safe=*/false);
                });
}

bool ExprBuilder::is_chain(Rule* left, const Expr& value, const Lexeme& op) {
  const bool compares =
      is_order(value.kind) || value.kind == ExprKind::equal || value.kind == ExprKind::not_equal;
  if (!compares || parenthesised(left)) return false;
  mistakes_.add(Stage::building, range_of(left).begin,
                [span = span_of(op), op = std::string(written(op))](diag::Report& report) {
                  report.add(diag::extra_text, span, op)
                      .label("comparisons are not chained")
                      .help("compare two at a time: `a < b and b < c`");
                });
  return true;
}

Expr ExprBuilder::primary(Rule* context, int depth) {
  Expr made;
  made.span = span_of(context);
  for (const Child& child : children(context)) {
    if (child.token) {
      if (!is_text(*child.token)) continue;  // Parentheses.
      if (child.token->unclosed) return made;
      Text text = text_of(*child.token);
      made.kind = ExprKind::text;
      made.text = std::move(text.value);
      return made;
    }
    switch (child.rule->getRuleIndex()) {
      case WfParser::RuleLiteral:
        return literal(child.rule, false);
      case WfParser::RuleList:
        return list(child.rule, depth);
      case WfParser::RuleMap:
        return map(child.rule, depth);
      case WfParser::RuleName:
        made.kind = ExprKind::name;
        made.text = written(child.rule);
        made.name_span = span_of(child.rule);
        if (made.text.empty()) made.kind = ExprKind::error;
        break;
      case WfParser::RuleCallArgs:
        made.kind = ExprKind::call;
        call_args(made, child.rule, depth);
        break;
      default: {
        // In parentheses, which belong to the place of what they hold.
        Expr inner = expr(child.rule, depth);
        inner.span = made.span;
        return inner;
      }
    }
  }
  return made;
}

Expr ExprBuilder::list(Rule* context, int depth) {
  Expr made;
  made.kind = ExprKind::list;
  made.span = span_of(context);
  for (const Child& child : children(context))
    if (child.rule) made.children.push_back(expr(child.rule, depth + 1));
  return made;
}

Expr ExprBuilder::map(Rule* context, int depth) {
  Expr made;
  made.kind = ExprKind::map;
  made.span = span_of(context);
  for (const Child& child : children(context)) {
    if (!child.rule) continue;
    std::string key;
    for (const Child& part : children(child.rule)) {
      if (part.token && is_text(*part.token)) key = text_of(*part.token).value;
      if (!part.rule) continue;
      if (part.rule->getRuleIndex() == WfParser::RuleName) {
        key = written(part.rule);
      } else {
        made.children.push_back(expr(part.rule, depth + 1));
        made.names.push_back(key);
      }
    }
  }
  return made;
}

Expr ExprBuilder::literal(Rule* context, bool negative) {
  for (const Child& child : children(context))
    if (child.token) return number(*child.token, negative);
  Expr made;
  made.span = span_of(context);
  return made;
}

Expr ExprBuilder::number(const Lexeme& token, bool negative) {
  Expr made;
  made.span = span_of(token);
  const std::string text = (negative ? "-" : "") + std::string(written(token));
  const auto whole = [&](ExprKind kind, const wf::Result<std::int64_t>& value) {
    made.kind = kind;
    if (value)
      made.number = *value;
    else
      out_of_range(made, token);
  };
  // The readers of quantities know no signs.
  const auto quantity = [&](ExprKind kind, const wf::Result<std::int64_t>& value) {
    whole(kind, value);
    if (negative) made.number = -made.number;
  };
  switch (token.type) {
    case WfParser::TRUE:
    case WfParser::FALSE:
      made.kind = ExprKind::boolean;
      made.number = token.type == WfParser::TRUE ? 1 : 0;
      break;
    case WfParser::NULL_:
      made.kind = ExprKind::null;
      break;
    case WfParser::INT:
      // The least number there is has no positive to negate.
      if (negative && written(token) == "9223372036854775808") {
        made.kind = ExprKind::integer;
        made.number = std::numeric_limits<std::int64_t>::min();
        break;
      }
      whole(ExprKind::integer, wf::rules::parse_integer(text));
      break;
    case WfParser::DURATION:
      quantity(ExprKind::duration, wf::rules::parse_duration(written(token)));
      break;
    case WfParser::SIZE:
      quantity(ExprKind::size, wf::rules::parse_size(written(token)));
      break;
    case WfParser::MONEY:
      quantity(ExprKind::money, wf::rules::parse_money(written(token)));
      break;
    case WfParser::FLOAT: {
      const wf::Result<double> value = wf::rules::parse_real(text);
      made.kind = ExprKind::real;
      if (value)
        made.real = *value;
      else
        out_of_range(made, token);
      break;
    }
    default:
      break;
  }
  return made;
}

void ExprBuilder::out_of_range(Expr& made, const Lexeme& token) {
  std::string limit = "a number that fits 64 bits";
  if (made.kind == ExprKind::duration)
    limit = "a whole number of milliseconds that fits 64 bits, written with the largest unit first";
  if (made.kind == ExprKind::size) limit = "a whole number of bytes that fits 64 bits";
  if (made.kind == ExprKind::money)
    limit = "an amount with at most six digits after the point that fits 64 bits";
  mistakes_.add(Stage::building, token.begin,
                [span = span_of(token), word = std::string(written(token)), limit](diag::Report& report) {
                  report.add(diag::out_of_range, span, "`" + word + "`", limit);
                });
  made.kind = ExprKind::error;
}

}  // namespace wfc::dsl
