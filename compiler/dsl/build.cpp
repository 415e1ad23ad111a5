// From ANTLR's parse tree to the plain trees of dsl.h.
//
// A parse tree with mistakes has holes: any child may be absent. So nodes are read by walking their children
// and taking what is there, never by asking for the child that a rule should have.
#include "compiler/dsl/build.h"

#include <WfParser.h>

#include <algorithm>
#include <limits>
#include <typeinfo>

#include "compiler/dsl/text.h"
#include "runtime/rules/quantity.h"

namespace wfc::dsl {

namespace {

using antlr4::ParserRuleContext;
using antlr4::tree::ParseTree;
using Type_ = std::size_t;

class Builder {
 public:
  Builder(std::string_view source, const Lexed& lexed, const Places& places, Mistakes& mistakes)
      : source_(source), lexed_(lexed), places_(places), mistakes_(mistakes) {}

  std::vector<Item> items(ParserRuleContext* context) {
    std::vector<Item> all;
    for (const Child& child : children(context))
      if (child.rule && child.rule->getRuleIndex() == WfParser::RuleItem) add_item(all, child.rule);
    return all;
  }

  Expr lone_expression(ParserRuleContext* context) {
    for (const Child& child : children(context))
      if (child.rule) return expr(child.rule, 0);
    return Expr{};
  }

 private:
  // A child is a rule, or a token that was written.
  struct Child {
    ParserRuleContext* rule = nullptr;
    const Lexeme* token = nullptr;
    bool is(Type_ type) const { return token && token->type == type; }
  };
  class Children {
   public:
    Children(const std::vector<ParseTree*>& all, const std::vector<Lexeme>& lexemes)
        : all_(all), lexemes_(lexemes) {}
    class Iterator {
     public:
      Iterator(const Children* of, std::size_t at) : of_(of), at_(at) { skip(); }
      Child operator*() const { return current_; }
      Iterator& operator++() {
        ++at_;
        skip();
        return *this;
      }
      bool operator!=(const Iterator& other) const { return at_ != other.at_; }

     private:
      // Tokens that recovery dropped or made up are no children.
      void skip() {
        for (; at_ < of_->all_.size(); ++at_) {
          ParseTree* tree = of_->all_[at_];
          if (typeid(*tree) == typeid(antlr4::tree::ErrorNodeImpl)) continue;
          if (typeid(*tree) == typeid(antlr4::tree::TerminalNodeImpl)) {
            const antlr4::Token* token = dynamic_cast<antlr4::tree::TerminalNodeImpl*>(tree)->getSymbol();
            const Lexeme& lexeme = of_->lexemes_[token->getTokenIndex()];
            if (lexeme.type != token->getType()) continue;
            current_ = {nullptr, &lexeme};
          } else {
            current_ = {static_cast<ParserRuleContext*>(tree), nullptr};
          }
          return;
        }
      }
      const Children* of_;
      std::size_t at_;
      Child current_;
    };
    Iterator begin() const { return {this, 0}; }
    Iterator end() const { return {this, all_.size()}; }

   private:
    const std::vector<ParseTree*>& all_;
    const std::vector<Lexeme>& lexemes_;
  };
  Children children(ParserRuleContext* context) const { return {context->children, lexed_.lexemes}; }

  // ------------------------------------------------------------ places and words
  struct Range {
    std::uint32_t begin;
    std::uint32_t end;
  };
  static Range range_of(const ParserRuleContext* context) {
    const antlr4::Token* start = context->start;
    const antlr4::Token* stop = context->stop;
    if (!start) return {0, 0};
    const auto begin = static_cast<std::uint32_t>(start->getStartIndex());
    if (!stop || stop->getStopIndex() < begin) return {begin, begin};
    return {begin, static_cast<std::uint32_t>(stop->getStopIndex())};
  }
  Span span_of(const ParserRuleContext* context) const {
    const Range range = range_of(context);
    return places_(range.begin, range.end);
  }
  Span span_of(const Lexeme& token) const { return places_(token.begin, token.end); }
  std::string_view written(const Lexeme& token) const {
    return source_.substr(token.begin, token.end - token.begin);
  }
  std::string_view written(const ParserRuleContext* context) const {
    const Range range = range_of(context);
    return source_.substr(range.begin, range.end - range.begin);
  }
  Text text_of(const Lexeme& token) {
    if (token.type == WfParser::BLOCK) return read_block(source_, token.begin, token.end, places_, mistakes_);
    return read_quoted(source_, token.begin, token.end, places_, mistakes_);
  }
  static bool is_text(const Lexeme& token) {
    return token.type == WfParser::STRING || token.type == WfParser::SQSTRING ||
           token.type == WfParser::BLOCK;
  }
  std::string described(std::uint32_t offset) const {
    const auto found = lexed_.descriptions.find(offset);
    return found == lexed_.descriptions.end() ? std::string() : found->second;
  }

  void too_deep(Span span, std::uint32_t offset) {
    mistakes_.add(Stage::building, offset,
                  [span](diag::Report& report) { report.add(diag::too_deep, span, depth_max); });
  }

  // ------------------------------------------------------------ items
  void add_item(std::vector<Item>& all, ParserRuleContext* wrapper) {
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

  void fill(Item& item, ParserRuleContext* context) {
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
  void fill_branch(Item& item, ParserRuleContext* context) {
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
    if (arms.size() > depth_max) {
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

  void read_head(Item& item, ParserRuleContext* context) {
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

  Body body(ParserRuleContext* context) {
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

  void add_named(Body& body, ParserRuleContext* context) {
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

  std::optional<Expr> condition(ParserRuleContext* context) {
    for (const Child& child : children(context))
      if (child.rule) return expr(child.rule, 0);
    return std::nullopt;
  }

  Param param(ParserRuleContext* context) {
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

  std::vector<Group> args(ParserRuleContext* context) {
    std::vector<Group> groups;
    for (const Child& child : children(context)) {
      if (!child.rule) continue;
      Group& group = groups.emplace_back();
      for (const Child& word : children(child.rule))
        if (word.rule) group.push_back(arg(word.rule));
    }
    return groups;
  }

  Arg arg(ParserRuleContext* context) {
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
      }
      return arg;
    }
    Arg empty;
    empty.span = span_of(context);
    return empty;
  }

  Arg path(ParserRuleContext* context) {
    Arg arg;
    arg.span = span_of(context);
    for (const Child& child : children(context))
      if (child.rule) arg.path.emplace_back(written(child.rule));
    return arg;
  }

  Type type(ParserRuleContext* context) {
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

  // ------------------------------------------------------------ expressions
  static ExprKind binary(Type_ type) {
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
  static bool is_arithmetic(ExprKind kind) {
    return kind == ExprKind::multiply || kind == ExprKind::divide || kind == ExprKind::remainder ||
           kind == ExprKind::add || kind == ExprKind::subtract || kind == ExprKind::concat;
  }
  static bool is_order(ExprKind kind) {
    return kind == ExprKind::less || kind == ExprKind::less_equal || kind == ExprKind::greater ||
           kind == ExprKind::greater_equal;
  }

  // `depth` counts levels of the tree that is made; parentheses are none, and are limited by tokens.cpp.
  Expr expr(ParserRuleContext* context, int depth) {
    Expr made;
    made.span = span_of(context);
    if (depth > depth_max) {
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
        if (is_order(made.kind)) check_chain(parts[0].rule, made.children[0], *op);
        break;
    }
    return complete(std::move(made));
  }

  // What lost an operand to a mistake is no expression.
  static Expr complete(Expr made) {
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

  Expr unary(Expr made, const std::vector<Child>& parts, int depth) {
    if (parts.size() < 2 || !parts[1].rule) return made;
    made.kind = parts[0].is(WfParser::MINUS) ? ExprKind::negate : ExprKind::not_;
    if (made.kind == ExprKind::negate && is_literal(parts[1].rule))
      return negative(made.span, parts[1].rule, depth);
    made.children.push_back(expr(parts[1].rule, depth + 1));
    return complete(std::move(made));
  }

  // `-5` is a constant, also the one whose positive does not fit.
  bool is_literal(ParserRuleContext* context) const {
    for (int level = 0; level < 3; ++level) {
      if (context->getRuleIndex() == WfParser::RuleLiteral) {
        const std::size_t type = context->start->getType();
        return type == WfParser::INT || type == WfParser::FLOAT || type == WfParser::DURATION ||
               type == WfParser::MONEY;
      }
      if (context->children.size() != 1) return false;
      context = dynamic_cast<ParserRuleContext*>(context->children[0]);
      if (!context) return false;
    }
    return false;
  }
  Expr negative(Span span, ParserRuleContext* context, int) {
    while (context->getRuleIndex() != WfParser::RuleLiteral)
      context = static_cast<ParserRuleContext*>(context->children[0]);
    Expr made = literal(context, true);
    made.span = span;
    return made;
  }

  void field(Expr& made, const std::vector<Child>& parts) {
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

  void named_call(Expr& made, const std::vector<Child>& parts, int depth) {
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

  void call_args(Expr& made, ParserRuleContext* context, int depth) {
    for (const Child& argument : children(context)) {
      if (!argument.rule) continue;
      std::string name;
      for (const Child& part : children(argument.rule)) {
        if (!part.rule) continue;
        if (part.rule->getRuleIndex() == WfParser::RuleName) {
          name = written(part.rule);
        } else {
          made.children.push_back(expr(part.rule, depth + 1));
          made.names.push_back(name);
        }
      }
    }
  }

  static bool parenthesised(const ParserRuleContext* context) {
    while (context->children.size() == 1) {
      const auto* inner = dynamic_cast<const ParserRuleContext*>(context->children[0]);
      if (!inner) return false;
      context = inner;
    }
    return context->getRuleIndex() == WfParser::RulePrimary;
  }

  // WF0404: `a + b | f` filters the sum, which nobody expects.
  void check_filter(ParserRuleContext* left, const Expr& value, const Lexeme& bar) {
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

  void check_chain(ParserRuleContext* left, const Expr& value, const Lexeme& op) {
    const bool compares =
        is_order(value.kind) || value.kind == ExprKind::equal || value.kind == ExprKind::not_equal;
    if (!compares || parenthesised(left)) return;
    mistakes_.add(Stage::building, range_of(left).begin,
                  [span = span_of(op), op = std::string(written(op))](diag::Report& report) {
                    report.add(diag::extra_text, span, op)
                        .label("comparisons are not chained")
                        .help("compare two at a time: `a < b and b < c`");
                  });
  }

  Expr primary(ParserRuleContext* context, int depth) {
    Expr made;
    made.span = span_of(context);
    for (const Child& child : children(context)) {
      if (child.token) {
        if (!is_text(*child.token)) continue;  // Parentheses.
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

  Expr list(ParserRuleContext* context, int depth) {
    Expr made;
    made.kind = ExprKind::list;
    made.span = span_of(context);
    for (const Child& child : children(context))
      if (child.rule) made.children.push_back(expr(child.rule, depth + 1));
    return made;
  }

  Expr map(ParserRuleContext* context, int depth) {
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

  Expr literal(ParserRuleContext* context, bool negative) {
    for (const Child& child : children(context))
      if (child.token) return number(*child.token, negative);
    Expr made;
    made.span = span_of(context);
    return made;
  }

  Expr number(const Lexeme& token, bool negative) {
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

  void out_of_range(Expr& made, const Lexeme& token) {
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

  std::string_view source_;
  const Lexed& lexed_;
  const Places& places_;
  Mistakes& mistakes_;
};

}  // namespace

std::vector<Item> build_items(ParserRuleContext* file, std::string_view source, const Lexed& lexed,
                              const Places& places, Mistakes& mistakes) {
  return Builder(source, lexed, places, mistakes).items(file);
}

Expr build_expression(ParserRuleContext* expression, std::string_view source, const Lexed& lexed,
                      const Places& places, Mistakes& mistakes) {
  return Builder(source, lexed, places, mistakes).lone_expression(expression);
}

}  // namespace wfc::dsl
