// Runs ANTLR's parser over mended tokens, and says in words what it stumbles over.
//
// The fast way (SLL prediction, give up at the first error) parses what is right. Only a text with a mistake
// is parsed again, with full prediction and recovery: what the fast way refuses need not be wrong, and
// messages are worth time.
#include "compiler/dsl/parser.h"

#include <WfLexer.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <string>

namespace wfc::dsl {

namespace {

using antlr4::Parser;
using antlr4::ParserRuleContext;
using Type = std::size_t;

class LexemeToken final : public antlr4::Token {
 public:
  LexemeToken(Type type, std::size_t begin, std::size_t end, std::size_t index)
      : type_(type), begin_(begin), end_(end), index_(index) {}
  std::string getText() const override { return {}; }
  Type getType() const override { return type_; }
  std::size_t getLine() const override { return 0; }
  std::size_t getCharPositionInLine() const override { return 0; }
  std::size_t getChannel() const override { return DEFAULT_CHANNEL; }
  std::size_t getTokenIndex() const override { return index_; }
  std::size_t getStartIndex() const override { return begin_; }
  std::size_t getStopIndex() const override { return end_; }  // One past the last byte, as everywhere in wfc.
  antlr4::TokenSource* getTokenSource() const override { return nullptr; }
  antlr4::CharStream* getInputStream() const override { return nullptr; }
  std::string toString() const override { return {}; }

 private:
  Type type_;
  std::size_t begin_;
  std::size_t end_;
  std::size_t index_;
};

class LexemeStream final : public antlr4::TokenStream {
 public:
  explicit LexemeStream(const std::vector<Lexeme>& lexemes) {
    tokens_.reserve(lexemes.size());
    for (const Lexeme& lexeme : lexemes)
      tokens_.emplace_back(lexeme.type, lexeme.begin, lexeme.end, tokens_.size());
  }
  antlr4::Token* LT(ssize_t k) override {
    if (k < 0) {
      const auto back = static_cast<std::size_t>(-k);
      return back > at_ ? nullptr : &tokens_[at_ - back];
    }
    return &tokens_[std::min(at_ + static_cast<std::size_t>(k) - 1, tokens_.size() - 1)];
  }
  std::size_t LA(ssize_t i) override {
    const antlr4::Token* token = LT(i);
    return token ? token->getType() : static_cast<std::size_t>(antlr4::Token::INVALID_TYPE);
  }
  antlr4::Token* get(std::size_t index) const override { return const_cast<LexemeToken*>(&tokens_[index]); }
  void consume() override {
    if (at_ + 1 < tokens_.size()) ++at_;
  }
  ssize_t mark() override { return 0; }
  void release(ssize_t) override {}
  std::size_t index() override { return at_; }
  void seek(std::size_t index) override { at_ = std::min(index, tokens_.size() - 1); }
  std::size_t size() override { return tokens_.size(); }
  std::string getSourceName() const override { return {}; }
  antlr4::TokenSource* getTokenSource() const override { return nullptr; }
  std::string getText(const antlr4::misc::Interval&) override { return {}; }
  std::string getText() override { return {}; }
  std::string getText(antlr4::RuleContext*) override { return {}; }
  std::string getText(antlr4::Token*, antlr4::Token*) override { return {}; }

 private:
  std::vector<LexemeToken> tokens_;
  std::size_t at_ = 0;
};

class GiveUp final : public antlr4::BailErrorStrategy {
 public:
  // Bail-out's own cancels with a nested exception, which is only slower.
  void recover(Parser*, std::exception_ptr) override { throw antlr4::ParseCancellationException(); }
  antlr4::Token* recoverInline(Parser*) override { throw antlr4::ParseCancellationException(); }
};

bool is_operator(Type type) {
  switch (type) {
    case WfLexer::PLUS:
    case WfLexer::MINUS:
    case WfLexer::STAR:
    case WfLexer::SLASH:
    case WfLexer::PERCENT:
    case WfLexer::TILDE:
    case WfLexer::EQ:
    case WfLexer::NE:
    case WfLexer::LT:
    case WfLexer::LE:
    case WfLexer::GT:
    case WfLexer::GE:
    case WfLexer::AND:
    case WfLexer::OR:
    case WfLexer::NOT:
    case WfLexer::IN:
      return true;
    default:
      return false;
  }
}

bool is_word(Type type) {
  return (type >= WfLexer::STEP && type <= WfLexer::NULL_ && type != WfLexer::WHEN && !is_operator(type) &&
          type != WfLexer::IS) ||
         (type >= WfLexer::DURATION && type <= WfLexer::OPENSTR);
}

bool has(const antlr4::misc::IntervalSet& set, Type type) {
  return set.contains(static_cast<ssize_t>(type));
}

// What is said where ANTLR would list the tokens it expected, and how the next statement is found.
class Strategy final : public antlr4::DefaultErrorStrategy {
 public:
  Strategy(std::string_view source, const std::vector<Lexeme>& lexemes, TextKind kind, const Places& places,
           Mistakes& mistakes)
      : source_(source), lexemes_(lexemes), kind_(kind), places_(places), mistakes_(mistakes) {}

  void sync(Parser* parser) override {
    const std::size_t rule = parser->getContext()->getRuleIndex();
    if (rule != WfParser::RuleFile && rule != WfParser::RuleBlock) return DefaultErrorStrategy::sync(parser);
    // Between statements. Every line begins as a statement may (tokens.cpp sees to it), so whatever else
    // stands here follows a statement that was complete.
    const std::size_t at = parser->getTokenStream()->index();
    const Type type = lexemes_[at].type;
    if (type == WfLexer::NL || type == antlr4::Token::EOF) return;
    if (type == WfLexer::RBRACE) {
      // Braces are balanced, so this one belongs to a block that was given up.
      if (rule == WfParser::RuleFile) parser->consume();
      return;
    }
    if (at == 0 || lexemes_[at - 1].type == WfLexer::NL || lexemes_[at - 1].type == WfLexer::LBRACE) return;
    say(parser, at, {});
    consumeUntil(parser, {});
  }

 protected:
  void reportNoViableAlternative(Parser* parser, const antlr4::NoViableAltException& e) override {
    say(parser, e.getOffendingToken()->getTokenIndex(), e.getExpectedTokens());
  }
  void reportInputMismatch(Parser* parser, const antlr4::InputMismatchException& e) override {
    say(parser, e.getOffendingToken()->getTokenIndex(), e.getExpectedTokens());
  }
  void reportFailedPredicate(Parser* parser, const antlr4::FailedPredicateException& e) override {
    say(parser, e.getOffendingToken()->getTokenIndex(), {});
  }
  void reportUnwantedToken(Parser* parser) override {
    if (inErrorRecoveryMode(parser)) return;
    beginErrorCondition(parser);
    say(parser, parser->getCurrentToken()->getTokenIndex(), getExpectedTokens(parser));
  }
  void reportMissingToken(Parser* parser) override {
    if (inErrorRecoveryMode(parser)) return;
    beginErrorCondition(parser);
    say(parser, parser->getCurrentToken()->getTokenIndex(), getExpectedTokens(parser));
  }

  // Deleting these would swallow the next statement, or unbalance what tokens.cpp has balanced.
  antlr4::Token* singleTokenDeletion(Parser* parser) override {
    switch (parser->getTokenStream()->LA(1)) {
      case WfLexer::NL:
      case WfLexer::LBRACE:
      case WfLexer::RBRACE:
      case WfLexer::LPAREN:
      case WfLexer::RPAREN:
      case WfLexer::LBRACK:
      case WfLexer::RBRACK:
      case antlr4::Token::EOF:
        return nullptr;
      default:
        return DefaultErrorStrategy::singleTokenDeletion(parser);
    }
  }
  // Only small marks are made up; a made-up `{` would take the next statements in.
  bool singleTokenInsertion(Parser* parser) override {
    const antlr4::misc::IntervalSet expected = getExpectedTokens(parser);
    if (!has(expected, WfLexer::COLON) && !has(expected, WfLexer::ASSIGN)) return false;
    return DefaultErrorStrategy::singleTokenInsertion(parser);
  }
  antlr4::Token* getMissingSymbol(Parser* parser) override {
    const antlr4::Token* here = parser->getCurrentToken();
    return &made_.emplace_back(getExpectedTokens(parser).getMinElement(), here->getStartIndex(),
                               here->getStartIndex(), here->getTokenIndex());
  }
  // To the end of the statement at most, and past whole blocks.
  void consumeUntil(Parser* parser, const antlr4::misc::IntervalSet& set) override {
    const std::size_t rule = parser->getContext()->getRuleIndex();
    const bool braced = rule == WfParser::RuleMap || rule == WfParser::RuleBlock;
    int depth = 0;
    for (;;) {
      const std::size_t type = parser->getTokenStream()->LA(1);
      if (type == antlr4::Token::EOF) return;
      if (braced && depth == 0 && type == WfLexer::RBRACE) {
        // Its own: the rule ends here, and nobody else is waiting for it.
        parser->consume();
        return;
      }
      if (depth == 0 && (type == WfLexer::NL || type == WfLexer::RBRACE)) return;
      if (depth == 0 && has(set, type)) return;
      if (type == WfLexer::LBRACE) ++depth;
      if (type == WfLexer::RBRACE) --depth;
      parser->consume();
    }
  }

 private:
  std::string_view text(const Lexeme& lexeme) const {
    return source_.substr(lexeme.begin, lexeme.end - lexeme.begin);
  }
  static bool inside(const ParserRuleContext* context, std::size_t rule) {
    for (const antlr4::RuleContext* at = context; at;
         at = dynamic_cast<const antlr4::RuleContext*>(at->parent)) {
      if (at->getRuleIndex() == rule) return true;
      if (at->getRuleIndex() == WfParser::RuleItem) return false;
    }
    return false;
  }

  void missing(const Lexeme* after, std::string_view what, std::string help = {}) {
    const std::uint32_t place = after ? after->end : 0;
    mistakes_.add(Stage::parsing, after ? after->begin : 0,
                  [span = places_(place, place), what = std::string(what),
                   help = std::move(help)](diag::Report& report) {
                    auto draft = report.add(diag::missing_value, span, what);
                    if (!help.empty()) draft.help(help);
                  });
  }

  void foreign(std::uint32_t begin, std::uint32_t end, std::string_view meant) {
    mistakes_.add(Stage::parsing, begin,
                  [span = places_(begin, end), written = std::string(source_.substr(begin, end - begin)),
                   meant = std::string(meant)](diag::Report& report) {
                    report.add(diag::foreign_operator, span, written, meant)
                        .help("write `" + meant + "`")
                        .fix("write `" + meant + "`", span, meant);
                  });
  }

  // `at` is the lexeme that does not fit.
  void say(Parser* parser, std::size_t at, const antlr4::misc::IntervalSet& expected) {
    const ParserRuleContext* context = parser->getContext();
    const Lexeme& here = lexemes_[at];
    const Lexeme* before = at == 0 || lexemes_[at - 1].type == WfLexer::NL ? nullptr : &lexemes_[at - 1];
    if (colon_missing(context, before, expected)) return;
    if (foreign_operator(context, before, here)) return;
    if (before && context->getRuleIndex() == WfParser::RuleNamed && has(expected, WfLexer::ASSIGN))
      return missing(before, "`=`");
    const bool ends = here.type == WfLexer::NL || here.type == antlr4::Token::EOF || here.begin == here.end;
    const bool wanted = before && awaits(before->type);
    if (ends || (wanted && !is_word(here.type))) {
      if (const std::optional<std::string_view> what = what_is_missing(context, before, expected)) {
        missing(before, *what);
        return;
      }
    }
    extra(here, context);
  }

  bool colon_missing(const ParserRuleContext* context, const Lexeme* before,
                     const antlr4::misc::IntervalSet& expected) {
    if (!before || !has(expected, WfLexer::COLON)) return false;
    std::string_view after;
    switch (context->getRuleIndex()) {
      case WfParser::RuleStep:
        after = context->children.size() > 2 ? "the step's title" : "the step's name";
        break;
      case WfParser::RuleDefine:
        after = "the parameters";
        break;
      case WfParser::RuleParam:
        after = "the parameter's name";
        break;
      case WfParser::RuleEntry:
        after = "the key";
        break;
      default:
        return false;
    }
    mistakes_.add(Stage::parsing, before->begin,
                  [span = places_(before->end, before->end), after](diag::Report& report) {
                    report.add(diag::missing_colon, span, after).fix("add `:`", span, ":", /*safe=*/false);
                  });
    return true;
  }

  bool foreign_operator(const ParserRuleContext* context, const Lexeme* before, const Lexeme& here) {
    if (!before) return false;
    const bool glued = before->end == here.begin;
    if (here.type == WfLexer::ASSIGN && glued &&
        (before->type == WfLexer::EQ || before->type == WfLexer::NE)) {
      foreign(before->begin, here.end, before->type == WfLexer::EQ ? "==" : "!=");
      return true;
    }
    if (here.type == WfLexer::GT && glued && before->type == WfLexer::LT) {
      foreign(before->begin, here.end, "!=");
      return true;
    }
    const bool condition = kind_ == TextKind::expression || inside(context, WfParser::RuleWhen) ||
                           inside(context, WfParser::RuleBranch) || inside(context, WfParser::RuleCheck) ||
                           inside(context, WfParser::RuleReaction) || inside(context, WfParser::RuleBody);
    if (!condition || awaits(before->type)) return false;
    if (here.type == WfLexer::ASSIGN) {
      foreign(here.begin, here.end, "==");
      return true;
    }
    if (here.type != WfLexer::NAME) return false;
    const std::string_view word = text(here);
    for (const auto& [written, meant] : {std::pair<std::string_view, std::string_view>{"AND", "and"},
                                         {"And", "and"},
                                         {"OR", "or"},
                                         {"Or", "or"},
                                         {"NOT", "not"},
                                         {"IN", "in"},
                                         {"IS", "is"}}) {
      if (word != written) continue;
      foreign(here.begin, here.end, meant);
      return true;
    }
    return false;
  }

  // Whether something must follow a token of this type.
  static bool awaits(Type type) {
    if (is_operator(type)) return true;
    switch (type) {
      case WfLexer::STEP:
      case WfLexer::DEFINE:
      case WfLexer::COLON:
      case WfLexer::ASSIGN:
      case WfLexer::WHEN:
      case WfLexer::IF:
      case WfLexer::CHECK:
      case WfLexer::ON:
      case WfLexer::IS:
      case WfLexer::BAR:
      case WfLexer::DOT:
      case WfLexer::COMMA:
      case WfLexer::LPAREN:
      case WfLexer::LBRACK:
        return true;
      default:
        return false;
    }
  }

  std::optional<std::string_view> what_is_missing(const ParserRuleContext* context, const Lexeme* before,
                                                  const antlr4::misc::IntervalSet& expected) const {
    if (!before) return kind_ == TextKind::expression ? "an expression" : "a statement";
    if (is_operator(before->type)) return "a value";
    switch (before->type) {
      case WfLexer::STEP:
        return "the step's name";
      case WfLexer::DEFINE:
        return "`step`";
      case WfLexer::COLON:
        if (inside(context, WfParser::RuleType)) return "a type";
        if (inside(context, WfParser::RuleMap)) return "a value";
        return "what the step does";
      case WfLexer::WHEN:
      case WfLexer::IF:
      case WfLexer::CHECK:
        return "a condition";
      case WfLexer::ON:
        return "what it reacts to";
      case WfLexer::IS:
        return "a test";
      case WfLexer::BAR:
        return inside(context, WfParser::RuleType) ? "a type" : "a filter";
      case WfLexer::DOT:
        return "a name";
      case WfLexer::ASSIGN:
      case WfLexer::COMMA:
      case WfLexer::LPAREN:
      case WfLexer::LBRACK:
        return "a value";
      default:
        break;
    }
    if (has(expected, WfLexer::LBRACE) &&
        (inside(context, WfParser::RuleBranch) || inside(context, WfParser::RuleParallel)))
      return "`{`";
    if (has(expected, WfLexer::ASSIGN)) return "`=`";
    if (has(expected, WfLexer::LPAREN) && inside(context, WfParser::RuleDefine)) return "`(`";
    return std::nullopt;
  }

  void extra(const Lexeme& here, const ParserRuleContext* context) {
    std::string_view word = text(here);
    if (here.type == WfLexer::BLOCK) word = "\"\"\"";
    if (here.type == WfLexer::NL || here.type == antlr4::Token::EOF) {
      missing(at_most_before(here), "something");
      return;
    }
    const bool expression = kind_ == TextKind::expression || inside(context, WfParser::RuleExpr);
    const std::string value = word.size() > 1 ? std::string(word.substr(1, word.size() - 2)) : std::string();
    if (misspelt_word(here)) return;
    mistakes_.add(
        Stage::parsing, here.begin,
        [span = places_(here.begin, here.end), word = std::string(word), type = here.type, expression,
         value](diag::Report& report) {
          auto draft = report.add(diag::extra_text, span, word);
          if (type == WfLexer::SQSTRING && !expression && value.find('"') == std::string::npos &&
              value.find('\\') == std::string::npos)
            draft.help("texts stand between `\"`").fix("use `\"`", span, "\"" + value + "\"", /*safe=*/false);
          else if (type == WfLexer::BLOCK && expression)
            draft.help("a block text is no part of an expression");
          else if (type == WfLexer::STEP || type == WfLexer::ON)
            draft.label("a statement ends with its line");
        });
  }

  // `whne a == b`, `stpe b: run "x"`: what does not fit follows a word that nearly is another.
  bool misspelt_word(const Lexeme& here) {
    if (kind_ != TextKind::file) return false;
    const auto ends = [](Type type) {
      return type == WfLexer::NL || type == WfLexer::LBRACE || type == WfLexer::RBRACE;
    };
    for (std::size_t at = static_cast<std::size_t>(&here - lexemes_.data()) + 1; at-- > 0;) {
      const Lexeme& lexeme = lexemes_[at];
      if (ends(lexeme.type)) return false;
      if (lexeme.type != WfLexer::NAME) continue;
      const bool first = at == 0 || ends(lexemes_[at - 1].type);
      // `step then: ...` names a step; only `NAME NAME :` is a step whose first word is misspelt.
      const Type before = first ? Type{WfLexer::NL} : lexemes_[at - 1].type;
      const auto is = [&](std::size_t i, Type type) {
        return i < lexemes_.size() && lexemes_[i].type == type;
      };
      const bool named = before == WfLexer::STEP || before == WfLexer::DOT || before == WfLexer::COMMA ||
                         is(at + 1, WfLexer::COLON) || is(at + 1, WfLexer::DOT);
      if (first ? !is(at + 2, WfLexer::COLON) : named) continue;
      const std::string_view meant = first ? "step" : "when";
      if (diag::closest(text(lexeme), {std::string(meant)}).empty()) continue;
      mistakes_.add(
          Stage::parsing, lexeme.begin,
          [span = places_(lexeme.begin, lexeme.end), word = std::string(text(lexeme)), meant](
              diag::Report& report) { report.add(diag::extra_text, span, word).did_you_mean(meant, span); });
      return true;
    }
    return false;
  }

  const Lexeme* at_most_before(const Lexeme& here) const {
    const Lexeme* first = lexemes_.data();
    return &here == first ? nullptr : &here - 1;
  }

  std::string_view source_;
  const std::vector<Lexeme>& lexemes_;
  TextKind kind_;
  Places places_;
  Mistakes& mistakes_;
  std::deque<LexemeToken> made_;
};

}  // namespace

struct Parsed::Impl {
  explicit Impl(const std::vector<Lexeme>& lexemes) : stream(lexemes), parser(&stream) {
    parser.removeErrorListeners();
  }
  ParserRuleContext* run(TextKind kind) {
    if (kind == TextKind::file) return parser.file();
    return parser.expression();
  }
  LexemeStream stream;
  WfParser parser;
};

Parsed::Parsed(std::string_view source, const Lexed& lexed, TextKind kind, const Places& places,
               Mistakes& mistakes)
    : impl_(std::make_unique<Impl>(lexed.lexemes)) {
  using antlr4::atn::ParserATNSimulator;
  using antlr4::atn::PredictionMode;
  WfParser& parser = impl_->parser;
  parser.getInterpreter<ParserATNSimulator>()->setPredictionMode(PredictionMode::SLL);
  parser.setErrorHandler(std::make_shared<GiveUp>());
  try {
    tree_ = impl_->run(kind);
    return;
  } catch (const antlr4::ParseCancellationException&) {
    parser.reset();
  }
  parser.getInterpreter<ParserATNSimulator>()->setPredictionMode(PredictionMode::LL);
  const auto strategy = std::make_shared<Strategy>(source, lexed.lexemes, kind, places, mistakes);
  parser.setErrorHandler(strategy);
  tree_ = impl_->run(kind);
  had_errors_ = mistakes.any(Stage::parsing);
}

Parsed::~Parsed() = default;

}  // namespace wfc::dsl
