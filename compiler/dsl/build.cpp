// Statements: from ANTLR's parse tree to the plain trees of dsl.h.
#include "compiler/dsl/build.h"

#include <algorithm>
#include <optional>

#include "compiler/dsl/build_expression.h"

namespace wfc::dsl {

namespace {

class ItemBuilder : public ExprBuilder {
 public:
  using ExprBuilder::ExprBuilder;

  std::vector<Item> items(Rule* context) {
    std::vector<Item> all;
    for (const Child& child : children(context))
      if (child.rule && child.rule->getRuleIndex() == WfParser::RuleItem) add_item(all, child.rule);
    return all;
  }

  Expr lone_expression(Rule* context) {
    for (const Child& child : children(context))
      if (child.rule) return expr(child.rule, 0);
    return Expr{};
  }

 private:
  void add_item(std::vector<Item>& all, Rule* wrapper) {
    for (const Child& child : children(wrapper)) {
      if (!child.rule) continue;
      Item& item = all.emplace_back();
      item.span = span_of(child.rule);
      item.description = described(range_of(child.rule).begin);
      if (child.rule->start && child.rule->start->getTokenIndex() < lexed_.lexemes.size())
        item.head_span = span_of(lexed_.lexemes[child.rule->start->getTokenIndex()]);
      fill(item, child.rule);
      return;
    }
  }

  void fill(Item& item, Rule* context) {
    switch (context->getRuleIndex()) {
      case WfParser::RuleStep:
        item.kind = ItemKind::step;
        break;
      case WfParser::RuleDefine:
        item.kind = ItemKind::define;
        break;
      case WfParser::RuleParallel:
        item.kind = ItemKind::parallel;
        break;
      case WfParser::RuleReaction:
        item.kind = ItemKind::reaction;
        break;
      case WfParser::RuleCheck:
        item.kind = ItemKind::check;
        break;
      case WfParser::RuleBranch:
        item.kind = ItemKind::branch;
        return fill_branch(item, context);
      default:
        item.kind = ItemKind::setting;
        break;
    }
    for (const Child& child : children(context)) {
      if (!child.rule) {
        // Of the tokens only a step's title says anything.
        if (child.is(WfParser::STRING)) item.title = text_of(*child.token);
        continue;
      }
      switch (child.rule->getRuleIndex()) {
        case WfParser::RuleId:
        case WfParser::RuleHead:
        case WfParser::RuleName:
          read_head(item, child.rule);
          break;
        case WfParser::RuleBody:
          item.body = body(child.rule);
          break;
        case WfParser::RuleParam:
          item.params.push_back(param(child.rule));
          break;
        case WfParser::RuleArgs:
          item.args = args(child.rule);
          break;
        case WfParser::RuleType:
          item.type = type(child.rule);
          break;
        case WfParser::RuleExpr:
          item.value = expr(child.rule, 0);
          break;
        case WfParser::RuleWhen:
          item.when = condition(child.rule);
          break;
        case WfParser::RuleBlock:
          item.has_block = true;
          item.block = items(child.rule);
          break;
        default:
          break;
      }
    }
    if (item.kind == ItemKind::parallel && !item.args.empty() && !item.args[0].empty() &&
        item.args[0][0].kind == ArgKind::path && item.args[0][0].path.size() == 1 &&
        item.args[0][0].path[0] != "max") {
      item.head = item.args[0][0].path[0];
      item.name_span = item.args[0][0].span;
    }
  }

  // if EXPR { } else if EXPR { } else { }: each `else if` is the one item of the `otherwise` before it.
  void fill_branch(Item& item, Rule* context) {
    struct Arm {
      std::optional<Expr> condition;
      std::vector<Item> block;
      const Lexeme* head = nullptr;
      std::uint32_t end = 0;
    };
    std::vector<Arm> arms(1);
    bool has_block = false;
    for (const Child& child : children(context)) {
      if (child.is(WfParser::IF)) arms.back().head = child.token;
      if (child.is(WfParser::ELSE)) arms.emplace_back();
      if (!child.rule) continue;
      arms.back().end = range_of(child.rule).end;
      if (child.rule->getRuleIndex() == WfParser::RuleExpr) arms.back().condition = expr(child.rule, 0);
      if (child.rule->getRuleIndex() == WfParser::RuleBlock) {
        arms.back().block = items(child.rule);
        if (arms.size() == 1) has_block = true;
      }
    }
    if (arms.size() > mistakes_.limits().depth) {
      too_deep(item.head_span, range_of(context).begin);
      return;
    }
    // From the last arm to the first.
    std::vector<Item> otherwise;
    bool has_otherwise = false;
    for (std::size_t i = arms.size(); i-- > 1;) {
      if (!arms[i].head) {
        otherwise = std::move(arms[i].block);
      } else {
        Item inner;
        inner.kind = ItemKind::branch;
        inner.head_span = span_of(*arms[i].head);
        inner.span = places_(arms[i].head->begin, std::max(arms[i].end, range_of(context).end));
        inner.value = std::move(arms[i].condition);
        inner.block = std::move(arms[i].block);
        inner.has_block = true;
        inner.otherwise = std::move(otherwise);
        inner.has_otherwise = has_otherwise;
        otherwise.clear();
        otherwise.push_back(std::move(inner));
      }
      has_otherwise = true;
    }
    item.value = std::move(arms[0].condition);
    item.block = std::move(arms[0].block);
    item.has_block = has_block;
    item.otherwise = std::move(otherwise);
    item.has_otherwise = has_otherwise;
  }

  void read_head(Item& item, Rule* context) {
    item.name_span = span_of(context);
    const Lexeme* token = nullptr;
    for (const Child& child : children(context))
      if (child.token) token = child.token;
    if (token && is_text(*token)) {
      Text text = text_of(*token);
      item.head = std::move(text.value);
      item.head_quoted = true;
    } else {
      item.head = std::string(written(context));
    }
  }

  Body body(Rule* context) {
    Body body;
    body.span = span_of(context);
    for (const Child& child : children(context)) {
      if (child.is(WfParser::CHECK)) body.kind = BodyKind::check;
      if (!child.rule) continue;
      switch (child.rule->getRuleIndex()) {
        case WfParser::RuleExpr:
          body.condition = expr(child.rule, 0);
          break;
        case WfParser::RulePath:
          body.kind = BodyKind::call;
          body.callee = path(child.rule);
          break;
        case WfParser::RuleNamed:
          add_named(body, child.rule);
          break;
        case WfParser::RuleArgs:
          body.groups = args(child.rule);
          break;
        default:
          break;
      }
    }
    return body;
  }

  void add_named(Body& body, Rule* context) {
    std::string name;
    Span span;
    Expr value;
    for (const Child& child : children(context)) {
      if (!child.rule) continue;
      if (child.rule->getRuleIndex() == WfParser::RuleName) {
        name = written(child.rule);
        span = span_of(child.rule);
      } else {
        value = expr(child.rule, 0);
      }
    }
    body.arguments.emplace_back(std::move(name), std::move(value));
    body.argument_spans.push_back(span);
  }

  std::optional<Expr> condition(Rule* context) {
    for (const Child& child : children(context))
      if (child.rule) return expr(child.rule, 0);
    return std::nullopt;
  }

  Param param(Rule* context) {
    Param param;
    for (const Child& child : children(context)) {
      if (!child.rule) continue;
      switch (child.rule->getRuleIndex()) {
        case WfParser::RuleName:
          param.name = written(child.rule);
          param.span = span_of(child.rule);
          break;
        case WfParser::RuleType:
          param.type = type(child.rule);
          break;
        default:
          param.value = expr(child.rule, 0);
          break;
      }
    }
    return param;
  }

  std::vector<Group> args(Rule* context) {
    std::vector<Group> groups;
    for (const Child& child : children(context)) {
      if (!child.rule) continue;
      Group& group = groups.emplace_back();
      for (const Child& word : children(child.rule))
        if (word.rule) group.push_back(arg(word.rule));
    }
    return groups;
  }

  Arg arg(Rule* context) {
    for (const Child& child : children(context)) {
      if (child.rule && child.rule->getRuleIndex() == WfParser::RulePath) return path(child.rule);
      Arg arg;
      arg.span = span_of(context);
      if (child.token) {
        arg.kind = ArgKind::text;
        arg.text = text_of(*child.token);
      } else {
        arg.kind = child.rule->getRuleIndex() == WfParser::RuleList ? ArgKind::list : ArgKind::literal;
        arg.value = arg.kind == ArgKind::list ? list(child.rule, 0) : literal(child.rule, false);
        arg.text.value = written(context);
      }
      return arg;
    }
    Arg empty;
    empty.span = span_of(context);
    return empty;
  }

  Arg path(Rule* context) {
    Arg arg;
    arg.span = span_of(context);
    for (const Child& child : children(context))
      if (child.rule) arg.path.emplace_back(written(child.rule));
    return arg;
  }

  Type type(Rule* context) {
    Type type;
    type.span = span_of(context);
    for (const Child& child : children(context)) {
      if (!child.rule) continue;
      Type::Atom& atom = type.atoms.emplace_back();
      atom.span = span_of(child.rule);
      for (const Child& part : children(child.rule)) {
        if (part.is(WfParser::STRING)) {
          atom.choice = true;
          atom.name = text_of(*part.token).value;
        }
        if (part.is(WfParser::QUESTION)) atom.nullable = true;
        if (!part.rule) continue;
        if (part.rule->getRuleIndex() == WfParser::RuleName)
          atom.name = written(part.rule);
        else
          atom.of.push_back(this->type(part.rule));
      }
    }
    return type;
  }
};

}  // namespace

std::vector<Item> build_items(antlr4::ParserRuleContext* file, std::string_view source, const Lexed& lexed,
                              const Places& places, Mistakes& mistakes) {
  return ItemBuilder(source, lexed, places, mistakes).items(file);
}

Expr build_expression(antlr4::ParserRuleContext* expression, std::string_view source, const Lexed& lexed,
                      const Places& places, Mistakes& mistakes) {
  return ItemBuilder(source, lexed, places, mistakes).lone_expression(expression);
}

}  // namespace wfc::dsl
