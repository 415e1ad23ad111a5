
// Generated from grammar/Wf.g4 by ANTLR 4.7.2

#pragma once


#include "antlr4-runtime.h"




class  WfParser : public antlr4::Parser {
public:
  enum {
    STEP = 1, DEFINE = 2, PARALLEL = 3, IF = 4, ELSE = 5, ON = 6, CHECK = 7,
    WHEN = 8, AND = 9, OR = 10, NOT = 11, IN = 12, IS = 13, TRUE = 14, FALSE = 15,
    NULL_ = 16, DURATION = 17, SIZE = 18, MONEY = 19, FLOAT = 20, INT = 21,
    NAME = 22, BADNUM = 23, BLOCK = 24, STRING = 25, SQSTRING = 26, OPENSTR = 27,
    LBRACE = 28, RBRACE = 29, LPAREN = 30, RPAREN = 31, LBRACK = 32, RBRACK = 33,
    COMMA = 34, COLON = 35, DOT = 36, QUESTION = 37, EQ = 38, NE = 39, LE = 40,
    GE = 41, LT = 42, GT = 43, ASSIGN = 44, PLUS = 45, MINUS = 46, STAR = 47,
    SLASH = 48, PERCENT = 49, TILDE = 50, BAR = 51, CPPOP = 52, NL = 53,
    DOC = 54, COMMENT = 55, WS = 56, BAD = 57
  };

  enum {
    RuleFile = 0, RuleBlock = 1, RuleItem = 2, RuleStep = 3, RuleDefine = 4,
    RuleParallel = 5, RuleBranch = 6, RuleReaction = 7, RuleCheck = 8, RuleSetting = 9,
    RuleHead = 10, RuleBody = 11, RuleWhen = 12, RuleParam = 13, RuleNamed = 14,
    RuleArgs = 15, RuleGroup = 16, RuleArg = 17, RulePath = 18, RuleType = 19,
    RuleTypeAtom = 20, RuleExpression = 21, RuleExpr = 22, RulePrimary = 23,
    RuleCallArgs = 24, RuleCallArg = 25, RuleLiteral = 26, RuleList = 27,
    RuleMap = 28, RuleEntry = 29, RuleId = 30, RuleName = 31, RuleWord = 32
  };

  WfParser(antlr4::TokenStream *input);
  ~WfParser();

  virtual std::string getGrammarFileName() const override;
  virtual const antlr4::atn::ATN& getATN() const override { return _atn; };
  virtual const std::vector<std::string>& getTokenNames() const override { return _tokenNames; }; // deprecated: use vocabulary instead.
  virtual const std::vector<std::string>& getRuleNames() const override;
  virtual antlr4::dfa::Vocabulary& getVocabulary() const override;


  class FileContext;
  class BlockContext;
  class ItemContext;
  class StepContext;
  class DefineContext;
  class ParallelContext;
  class BranchContext;
  class ReactionContext;
  class CheckContext;
  class SettingContext;
  class HeadContext;
  class BodyContext;
  class WhenContext;
  class ParamContext;
  class NamedContext;
  class ArgsContext;
  class GroupContext;
  class ArgContext;
  class PathContext;
  class TypeContext;
  class TypeAtomContext;
  class ExpressionContext;
  class ExprContext;
  class PrimaryContext;
  class CallArgsContext;
  class CallArgContext;
  class LiteralContext;
  class ListContext;
  class MapContext;
  class EntryContext;
  class IdContext;
  class NameContext;
  class WordContext;

  class  FileContext : public antlr4::ParserRuleContext {
  public:
    FileContext(antlr4::ParserRuleContext *parent, size_t invokingState);
    virtual size_t getRuleIndex() const override;
    antlr4::tree::TerminalNode *EOF();
    std::vector<antlr4::tree::TerminalNode *> NL();
    antlr4::tree::TerminalNode* NL(size_t i);
    std::vector<ItemContext *> item();
    ItemContext* item(size_t i);


  };

  FileContext* file();

  class  BlockContext : public antlr4::ParserRuleContext {
  public:
    BlockContext(antlr4::ParserRuleContext *parent, size_t invokingState);
    virtual size_t getRuleIndex() const override;
    antlr4::tree::TerminalNode *LBRACE();
    antlr4::tree::TerminalNode *RBRACE();
    std::vector<antlr4::tree::TerminalNode *> NL();
    antlr4::tree::TerminalNode* NL(size_t i);
    std::vector<ItemContext *> item();
    ItemContext* item(size_t i);


  };

  BlockContext* block();

  class  ItemContext : public antlr4::ParserRuleContext {
  public:
    ItemContext(antlr4::ParserRuleContext *parent, size_t invokingState);
    virtual size_t getRuleIndex() const override;
    StepContext *step();
    DefineContext *define();
    ParallelContext *parallel();
    BranchContext *branch();
    ReactionContext *reaction();
    CheckContext *check();
    SettingContext *setting();


  };

  ItemContext* item();

  class  StepContext : public antlr4::ParserRuleContext {
  public:
    StepContext(antlr4::ParserRuleContext *parent, size_t invokingState);
    virtual size_t getRuleIndex() const override;
    antlr4::tree::TerminalNode *STEP();
    IdContext *id();
    antlr4::tree::TerminalNode *COLON();
    BodyContext *body();
    antlr4::tree::TerminalNode *STRING();
    WhenContext *when();
    BlockContext *block();


  };

  StepContext* step();

  class  DefineContext : public antlr4::ParserRuleContext {
  public:
    DefineContext(antlr4::ParserRuleContext *parent, size_t invokingState);
    virtual size_t getRuleIndex() const override;
    antlr4::tree::TerminalNode *DEFINE();
    antlr4::tree::TerminalNode *STEP();
    NameContext *name();
    antlr4::tree::TerminalNode *LPAREN();
    antlr4::tree::TerminalNode *RPAREN();
    antlr4::tree::TerminalNode *COLON();
    BodyContext *body();
    std::vector<ParamContext *> param();
    ParamContext* param(size_t i);
    BlockContext *block();
    std::vector<antlr4::tree::TerminalNode *> COMMA();
    antlr4::tree::TerminalNode* COMMA(size_t i);


  };

  DefineContext* define();

  class  ParallelContext : public antlr4::ParserRuleContext {
  public:
    ParallelContext(antlr4::ParserRuleContext *parent, size_t invokingState);
    virtual size_t getRuleIndex() const override;
    antlr4::tree::TerminalNode *PARALLEL();
    BlockContext *block();
    ArgsContext *args();


  };

  ParallelContext* parallel();

  class  BranchContext : public antlr4::ParserRuleContext {
  public:
    BranchContext(antlr4::ParserRuleContext *parent, size_t invokingState);
    virtual size_t getRuleIndex() const override;
    std::vector<antlr4::tree::TerminalNode *> IF();
    antlr4::tree::TerminalNode* IF(size_t i);
    std::vector<ExprContext *> expr();
    ExprContext* expr(size_t i);
    std::vector<BlockContext *> block();
    BlockContext* block(size_t i);
    std::vector<antlr4::tree::TerminalNode *> ELSE();
    antlr4::tree::TerminalNode* ELSE(size_t i);


  };

  BranchContext* branch();

  class  ReactionContext : public antlr4::ParserRuleContext {
  public:
    ReactionContext(antlr4::ParserRuleContext *parent, size_t invokingState);
    virtual size_t getRuleIndex() const override;
    antlr4::tree::TerminalNode *ON();
    ExprContext *expr();
    ArgsContext *args();
    WhenContext *when();
    BlockContext *block();


  };

  ReactionContext* reaction();

  class  CheckContext : public antlr4::ParserRuleContext {
  public:
    CheckContext(antlr4::ParserRuleContext *parent, size_t invokingState);
    virtual size_t getRuleIndex() const override;
    antlr4::tree::TerminalNode *CHECK();
    ExprContext *expr();


  };

  CheckContext* check();

  class  SettingContext : public antlr4::ParserRuleContext {
  public:
    SettingContext(antlr4::ParserRuleContext *parent, size_t invokingState);
    virtual size_t getRuleIndex() const override;
    HeadContext *head();
    ArgsContext *args();
    antlr4::tree::TerminalNode *COLON();
    TypeContext *type();
    antlr4::tree::TerminalNode *ASSIGN();
    ExprContext *expr();
    WhenContext *when();
    BlockContext *block();


  };

  SettingContext* setting();

  class  HeadContext : public antlr4::ParserRuleContext {
  public:
    HeadContext(antlr4::ParserRuleContext *parent, size_t invokingState);
    virtual size_t getRuleIndex() const override;
    antlr4::tree::TerminalNode *NAME();
    antlr4::tree::TerminalNode *STRING();


  };

  HeadContext* head();

  class  BodyContext : public antlr4::ParserRuleContext {
  public:
    BodyContext(antlr4::ParserRuleContext *parent, size_t invokingState);
    virtual size_t getRuleIndex() const override;
    antlr4::tree::TerminalNode *CHECK();
    ExprContext *expr();
    PathContext *path();
    antlr4::tree::TerminalNode *LPAREN();
    antlr4::tree::TerminalNode *RPAREN();
    std::vector<NamedContext *> named();
    NamedContext* named(size_t i);
    std::vector<antlr4::tree::TerminalNode *> COMMA();
    antlr4::tree::TerminalNode* COMMA(size_t i);
    ArgsContext *args();


  };

  BodyContext* body();

  class  WhenContext : public antlr4::ParserRuleContext {
  public:
    WhenContext(antlr4::ParserRuleContext *parent, size_t invokingState);
    virtual size_t getRuleIndex() const override;
    antlr4::tree::TerminalNode *WHEN();
    ExprContext *expr();


  };

  WhenContext* when();

  class  ParamContext : public antlr4::ParserRuleContext {
  public:
    ParamContext(antlr4::ParserRuleContext *parent, size_t invokingState);
    virtual size_t getRuleIndex() const override;
    NameContext *name();
    antlr4::tree::TerminalNode *COLON();
    TypeContext *type();
    antlr4::tree::TerminalNode *ASSIGN();
    ExprContext *expr();


  };

  ParamContext* param();

  class  NamedContext : public antlr4::ParserRuleContext {
  public:
    NamedContext(antlr4::ParserRuleContext *parent, size_t invokingState);
    virtual size_t getRuleIndex() const override;
    NameContext *name();
    antlr4::tree::TerminalNode *ASSIGN();
    ExprContext *expr();


  };

  NamedContext* named();

  class  ArgsContext : public antlr4::ParserRuleContext {
  public:
    ArgsContext(antlr4::ParserRuleContext *parent, size_t invokingState);
    virtual size_t getRuleIndex() const override;
    std::vector<GroupContext *> group();
    GroupContext* group(size_t i);
    std::vector<antlr4::tree::TerminalNode *> COMMA();
    antlr4::tree::TerminalNode* COMMA(size_t i);


  };

  ArgsContext* args();

  class  GroupContext : public antlr4::ParserRuleContext {
  public:
    GroupContext(antlr4::ParserRuleContext *parent, size_t invokingState);
    virtual size_t getRuleIndex() const override;
    std::vector<ArgContext *> arg();
    ArgContext* arg(size_t i);


  };

  GroupContext* group();

  class  ArgContext : public antlr4::ParserRuleContext {
  public:
    ArgContext(antlr4::ParserRuleContext *parent, size_t invokingState);
    virtual size_t getRuleIndex() const override;
    PathContext *path();
    antlr4::tree::TerminalNode *STRING();
    antlr4::tree::TerminalNode *BLOCK();
    LiteralContext *literal();
    ListContext *list();


  };

  ArgContext* arg();

  class  PathContext : public antlr4::ParserRuleContext {
  public:
    PathContext(antlr4::ParserRuleContext *parent, size_t invokingState);
    virtual size_t getRuleIndex() const override;
    NameContext *name();
    std::vector<antlr4::tree::TerminalNode *> DOT();
    antlr4::tree::TerminalNode* DOT(size_t i);
    std::vector<WordContext *> word();
    WordContext* word(size_t i);


  };

  PathContext* path();

  class  TypeContext : public antlr4::ParserRuleContext {
  public:
    TypeContext(antlr4::ParserRuleContext *parent, size_t invokingState);
    virtual size_t getRuleIndex() const override;
    std::vector<TypeAtomContext *> typeAtom();
    TypeAtomContext* typeAtom(size_t i);
    std::vector<antlr4::tree::TerminalNode *> BAR();
    antlr4::tree::TerminalNode* BAR(size_t i);


  };

  TypeContext* type();

  class  TypeAtomContext : public antlr4::ParserRuleContext {
  public:
    TypeAtomContext(antlr4::ParserRuleContext *parent, size_t invokingState);
    virtual size_t getRuleIndex() const override;
    NameContext *name();
    antlr4::tree::TerminalNode *LT();
    TypeContext *type();
    antlr4::tree::TerminalNode *GT();
    antlr4::tree::TerminalNode *QUESTION();
    antlr4::tree::TerminalNode *STRING();


  };

  TypeAtomContext* typeAtom();

  class  ExpressionContext : public antlr4::ParserRuleContext {
  public:
    ExpressionContext(antlr4::ParserRuleContext *parent, size_t invokingState);
    virtual size_t getRuleIndex() const override;
    ExprContext *expr();
    antlr4::tree::TerminalNode *EOF();


  };

  ExpressionContext* expression();

  class  ExprContext : public antlr4::ParserRuleContext {
  public:
    ExprContext(antlr4::ParserRuleContext *parent, size_t invokingState);
    virtual size_t getRuleIndex() const override;
    PrimaryContext *primary();
    antlr4::tree::TerminalNode *MINUS();
    std::vector<ExprContext *> expr();
    ExprContext* expr(size_t i);
    antlr4::tree::TerminalNode *NOT();
    antlr4::tree::TerminalNode *STAR();
    antlr4::tree::TerminalNode *SLASH();
    antlr4::tree::TerminalNode *PERCENT();
    antlr4::tree::TerminalNode *PLUS();
    antlr4::tree::TerminalNode *TILDE();
    antlr4::tree::TerminalNode *LT();
    antlr4::tree::TerminalNode *LE();
    antlr4::tree::TerminalNode *GT();
    antlr4::tree::TerminalNode *GE();
    antlr4::tree::TerminalNode *EQ();
    antlr4::tree::TerminalNode *NE();
    antlr4::tree::TerminalNode *IN();
    antlr4::tree::TerminalNode *AND();
    antlr4::tree::TerminalNode *OR();
    antlr4::tree::TerminalNode *DOT();
    WordContext *word();
    antlr4::tree::TerminalNode *INT();
    antlr4::tree::TerminalNode *LBRACK();
    antlr4::tree::TerminalNode *RBRACK();
    antlr4::tree::TerminalNode *BAR();
    CallArgsContext *callArgs();
    antlr4::tree::TerminalNode *IS();


  };

  ExprContext* expr();
  ExprContext* expr(int precedence);
  class  PrimaryContext : public antlr4::ParserRuleContext {
  public:
    PrimaryContext(antlr4::ParserRuleContext *parent, size_t invokingState);
    virtual size_t getRuleIndex() const override;
    LiteralContext *literal();
    antlr4::tree::TerminalNode *STRING();
    antlr4::tree::TerminalNode *SQSTRING();
    ListContext *list();
    MapContext *map();
    NameContext *name();
    CallArgsContext *callArgs();
    antlr4::tree::TerminalNode *LPAREN();
    ExprContext *expr();
    antlr4::tree::TerminalNode *RPAREN();


  };

  PrimaryContext* primary();

  class  CallArgsContext : public antlr4::ParserRuleContext {
  public:
    CallArgsContext(antlr4::ParserRuleContext *parent, size_t invokingState);
    virtual size_t getRuleIndex() const override;
    antlr4::tree::TerminalNode *LPAREN();
    antlr4::tree::TerminalNode *RPAREN();
    std::vector<CallArgContext *> callArg();
    CallArgContext* callArg(size_t i);
    std::vector<antlr4::tree::TerminalNode *> COMMA();
    antlr4::tree::TerminalNode* COMMA(size_t i);


  };

  CallArgsContext* callArgs();

  class  CallArgContext : public antlr4::ParserRuleContext {
  public:
    CallArgContext(antlr4::ParserRuleContext *parent, size_t invokingState);
    virtual size_t getRuleIndex() const override;
    ExprContext *expr();
    NameContext *name();
    antlr4::tree::TerminalNode *ASSIGN();


  };

  CallArgContext* callArg();

  class  LiteralContext : public antlr4::ParserRuleContext {
  public:
    LiteralContext(antlr4::ParserRuleContext *parent, size_t invokingState);
    virtual size_t getRuleIndex() const override;
    antlr4::tree::TerminalNode *INT();
    antlr4::tree::TerminalNode *FLOAT();
    antlr4::tree::TerminalNode *DURATION();
    antlr4::tree::TerminalNode *SIZE();
    antlr4::tree::TerminalNode *MONEY();
    antlr4::tree::TerminalNode *TRUE();
    antlr4::tree::TerminalNode *FALSE();
    antlr4::tree::TerminalNode *NULL_();


  };

  LiteralContext* literal();

  class  ListContext : public antlr4::ParserRuleContext {
  public:
    ListContext(antlr4::ParserRuleContext *parent, size_t invokingState);
    virtual size_t getRuleIndex() const override;
    antlr4::tree::TerminalNode *LBRACK();
    antlr4::tree::TerminalNode *RBRACK();
    std::vector<ExprContext *> expr();
    ExprContext* expr(size_t i);
    std::vector<antlr4::tree::TerminalNode *> COMMA();
    antlr4::tree::TerminalNode* COMMA(size_t i);


  };

  ListContext* list();

  class  MapContext : public antlr4::ParserRuleContext {
  public:
    MapContext(antlr4::ParserRuleContext *parent, size_t invokingState);
    virtual size_t getRuleIndex() const override;
    antlr4::tree::TerminalNode *LBRACE();
    antlr4::tree::TerminalNode *RBRACE();
    std::vector<antlr4::tree::TerminalNode *> NL();
    antlr4::tree::TerminalNode* NL(size_t i);
    std::vector<EntryContext *> entry();
    EntryContext* entry(size_t i);
    std::vector<antlr4::tree::TerminalNode *> COMMA();
    antlr4::tree::TerminalNode* COMMA(size_t i);


  };

  MapContext* map();

  class  EntryContext : public antlr4::ParserRuleContext {
  public:
    EntryContext(antlr4::ParserRuleContext *parent, size_t invokingState);
    virtual size_t getRuleIndex() const override;
    antlr4::tree::TerminalNode *COLON();
    ExprContext *expr();
    NameContext *name();
    antlr4::tree::TerminalNode *STRING();
    antlr4::tree::TerminalNode *SQSTRING();


  };

  EntryContext* entry();

  class  IdContext : public antlr4::ParserRuleContext {
  public:
    IdContext(antlr4::ParserRuleContext *parent, size_t invokingState);
    virtual size_t getRuleIndex() const override;
    NameContext *name();
    antlr4::tree::TerminalNode *STRING();


  };

  IdContext* id();

  class  NameContext : public antlr4::ParserRuleContext {
  public:
    NameContext(antlr4::ParserRuleContext *parent, size_t invokingState);
    virtual size_t getRuleIndex() const override;
    antlr4::tree::TerminalNode *NAME();
    antlr4::tree::TerminalNode *STEP();
    antlr4::tree::TerminalNode *DEFINE();
    antlr4::tree::TerminalNode *PARALLEL();
    antlr4::tree::TerminalNode *IF();
    antlr4::tree::TerminalNode *ELSE();
    antlr4::tree::TerminalNode *ON();
    antlr4::tree::TerminalNode *CHECK();


  };

  NameContext* name();

  class  WordContext : public antlr4::ParserRuleContext {
  public:
    WordContext(antlr4::ParserRuleContext *parent, size_t invokingState);
    virtual size_t getRuleIndex() const override;
    NameContext *name();
    antlr4::tree::TerminalNode *WHEN();
    antlr4::tree::TerminalNode *AND();
    antlr4::tree::TerminalNode *OR();
    antlr4::tree::TerminalNode *NOT();
    antlr4::tree::TerminalNode *IN();
    antlr4::tree::TerminalNode *IS();
    antlr4::tree::TerminalNode *TRUE();
    antlr4::tree::TerminalNode *FALSE();
    antlr4::tree::TerminalNode *NULL_();


  };

  WordContext* word();


  virtual bool sempred(antlr4::RuleContext *_localctx, size_t ruleIndex, size_t predicateIndex) override;
  bool exprSempred(ExprContext *_localctx, size_t predicateIndex);

private:
  static std::vector<antlr4::dfa::DFA> _decisionToDFA;
  static antlr4::atn::PredictionContextCache _sharedContextCache;
  static std::vector<std::string> _ruleNames;
  static std::vector<std::string> _tokenNames;

  static std::vector<std::string> _literalNames;
  static std::vector<std::string> _symbolicNames;
  static antlr4::dfa::Vocabulary _vocabulary;
  static antlr4::atn::ATN _atn;
  static std::vector<uint16_t> _serializedATN;


  struct Initializer {
    Initializer();
  };
  static Initializer _init;
};

