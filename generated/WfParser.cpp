
// Generated from grammar/Wf.g4 by ANTLR 4.7.2



#include "WfParser.h"


using namespace antlrcpp;
using namespace antlr4;

WfParser::WfParser(TokenStream *input) : Parser(input) {
  static Initializer once;  // Fix 3 of cmake/regenerate.sh.
  _interpreter = new atn::ParserATNSimulator(this, _atn, _decisionToDFA, _sharedContextCache);
}

WfParser::~WfParser() {
  delete _interpreter;
}

std::string WfParser::getGrammarFileName() const {
  return "Wf.g4";
}

const std::vector<std::string>& WfParser::getRuleNames() const {
  return _ruleNames;
}

dfa::Vocabulary& WfParser::getVocabulary() const {
  return _vocabulary;
}


//----------------- FileContext ------------------------------------------------------------------

WfParser::FileContext::FileContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

tree::TerminalNode* WfParser::FileContext::EOF() {
  return getToken(WfParser::EOF, 0);
}

std::vector<tree::TerminalNode *> WfParser::FileContext::NL() {
  return getTokens(WfParser::NL);
}

tree::TerminalNode* WfParser::FileContext::NL(size_t i) {
  return getToken(WfParser::NL, i);
}

std::vector<WfParser::ItemContext *> WfParser::FileContext::item() {
  return getRuleContexts<WfParser::ItemContext>();
}

WfParser::ItemContext* WfParser::FileContext::item(size_t i) {
  return getRuleContext<WfParser::ItemContext>(i);
}


size_t WfParser::FileContext::getRuleIndex() const {
  return WfParser::RuleFile;
}


WfParser::FileContext* WfParser::file() {
  FileContext *_localctx = _tracker.createInstance<FileContext>(_ctx, getState());
  enterRule(_localctx, 0, WfParser::RuleFile);
  size_t _la = 0;

  auto onExit = finally([=, this] {
    exitRule();
  });
  try {
    size_t alt;
    enterOuterAlt(_localctx, 1);
    setState(69);
    _errHandler->sync(this);
    _la = _input->LA(1);
    while (_la == WfParser::NL) {
      setState(66);
      match(WfParser::NL);
      setState(71);
      _errHandler->sync(this);
      _la = _input->LA(1);
    }
    setState(90);
    _errHandler->sync(this);

    _la = _input->LA(1);
    if ((((_la & ~ 0x3fULL) == 0) &&
      ((1ULL << _la) & ((1ULL << WfParser::STEP)
      | (1ULL << WfParser::DEFINE)
      | (1ULL << WfParser::PARALLEL)
      | (1ULL << WfParser::IF)
      | (1ULL << WfParser::ON)
      | (1ULL << WfParser::CHECK)
      | (1ULL << WfParser::NAME)
      | (1ULL << WfParser::STRING))) != 0)) {
      setState(72);
      item();
      setState(81);
      _errHandler->sync(this);
      alt = getInterpreter<atn::ParserATNSimulator>()->adaptivePredict(_input, 2, _ctx);
      while (alt != 2 && alt != atn::ATN::INVALID_ALT_NUMBER) {
        if (alt == 1) {
          setState(74);
          _errHandler->sync(this);
          _la = _input->LA(1);
          do {
            setState(73);
            match(WfParser::NL);
            setState(76);
            _errHandler->sync(this);
            _la = _input->LA(1);
          } while (_la == WfParser::NL);
          setState(78);
          item();
        }
        setState(83);
        _errHandler->sync(this);
        alt = getInterpreter<atn::ParserATNSimulator>()->adaptivePredict(_input, 2, _ctx);
      }
      setState(87);
      _errHandler->sync(this);
      _la = _input->LA(1);
      while (_la == WfParser::NL) {
        setState(84);
        match(WfParser::NL);
        setState(89);
        _errHandler->sync(this);
        _la = _input->LA(1);
      }
    }
    setState(92);
    match(WfParser::EOF);

  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- BlockContext ------------------------------------------------------------------

WfParser::BlockContext::BlockContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

tree::TerminalNode* WfParser::BlockContext::LBRACE() {
  return getToken(WfParser::LBRACE, 0);
}

tree::TerminalNode* WfParser::BlockContext::RBRACE() {
  return getToken(WfParser::RBRACE, 0);
}

std::vector<tree::TerminalNode *> WfParser::BlockContext::NL() {
  return getTokens(WfParser::NL);
}

tree::TerminalNode* WfParser::BlockContext::NL(size_t i) {
  return getToken(WfParser::NL, i);
}

std::vector<WfParser::ItemContext *> WfParser::BlockContext::item() {
  return getRuleContexts<WfParser::ItemContext>();
}

WfParser::ItemContext* WfParser::BlockContext::item(size_t i) {
  return getRuleContext<WfParser::ItemContext>(i);
}


size_t WfParser::BlockContext::getRuleIndex() const {
  return WfParser::RuleBlock;
}


WfParser::BlockContext* WfParser::block() {
  BlockContext *_localctx = _tracker.createInstance<BlockContext>(_ctx, getState());
  enterRule(_localctx, 2, WfParser::RuleBlock);
  size_t _la = 0;

  auto onExit = finally([=, this] {
    exitRule();
  });
  try {
    size_t alt;
    enterOuterAlt(_localctx, 1);
    setState(94);
    match(WfParser::LBRACE);
    setState(98);
    _errHandler->sync(this);
    _la = _input->LA(1);
    while (_la == WfParser::NL) {
      setState(95);
      match(WfParser::NL);
      setState(100);
      _errHandler->sync(this);
      _la = _input->LA(1);
    }
    setState(119);
    _errHandler->sync(this);

    _la = _input->LA(1);
    if ((((_la & ~ 0x3fULL) == 0) &&
      ((1ULL << _la) & ((1ULL << WfParser::STEP)
      | (1ULL << WfParser::DEFINE)
      | (1ULL << WfParser::PARALLEL)
      | (1ULL << WfParser::IF)
      | (1ULL << WfParser::ON)
      | (1ULL << WfParser::CHECK)
      | (1ULL << WfParser::NAME)
      | (1ULL << WfParser::STRING))) != 0)) {
      setState(101);
      item();
      setState(110);
      _errHandler->sync(this);
      alt = getInterpreter<atn::ParserATNSimulator>()->adaptivePredict(_input, 7, _ctx);
      while (alt != 2 && alt != atn::ATN::INVALID_ALT_NUMBER) {
        if (alt == 1) {
          setState(103);
          _errHandler->sync(this);
          _la = _input->LA(1);
          do {
            setState(102);
            match(WfParser::NL);
            setState(105);
            _errHandler->sync(this);
            _la = _input->LA(1);
          } while (_la == WfParser::NL);
          setState(107);
          item();
        }
        setState(112);
        _errHandler->sync(this);
        alt = getInterpreter<atn::ParserATNSimulator>()->adaptivePredict(_input, 7, _ctx);
      }
      setState(116);
      _errHandler->sync(this);
      _la = _input->LA(1);
      while (_la == WfParser::NL) {
        setState(113);
        match(WfParser::NL);
        setState(118);
        _errHandler->sync(this);
        _la = _input->LA(1);
      }
    }
    setState(121);
    match(WfParser::RBRACE);

  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- ItemContext ------------------------------------------------------------------

WfParser::ItemContext::ItemContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

WfParser::StepContext* WfParser::ItemContext::step() {
  return getRuleContext<WfParser::StepContext>(0);
}

WfParser::DefineContext* WfParser::ItemContext::define() {
  return getRuleContext<WfParser::DefineContext>(0);
}

WfParser::ParallelContext* WfParser::ItemContext::parallel() {
  return getRuleContext<WfParser::ParallelContext>(0);
}

WfParser::BranchContext* WfParser::ItemContext::branch() {
  return getRuleContext<WfParser::BranchContext>(0);
}

WfParser::ReactionContext* WfParser::ItemContext::reaction() {
  return getRuleContext<WfParser::ReactionContext>(0);
}

WfParser::CheckContext* WfParser::ItemContext::check() {
  return getRuleContext<WfParser::CheckContext>(0);
}

WfParser::SettingContext* WfParser::ItemContext::setting() {
  return getRuleContext<WfParser::SettingContext>(0);
}


size_t WfParser::ItemContext::getRuleIndex() const {
  return WfParser::RuleItem;
}


WfParser::ItemContext* WfParser::item() {
  ItemContext *_localctx = _tracker.createInstance<ItemContext>(_ctx, getState());
  enterRule(_localctx, 4, WfParser::RuleItem);

  auto onExit = finally([=, this] {
    exitRule();
  });
  try {
    setState(130);
    _errHandler->sync(this);
    switch (_input->LA(1)) {
      case WfParser::STEP: {
        enterOuterAlt(_localctx, 1);
        setState(123);
        step();
        break;
      }

      case WfParser::DEFINE: {
        enterOuterAlt(_localctx, 2);
        setState(124);
        define();
        break;
      }

      case WfParser::PARALLEL: {
        enterOuterAlt(_localctx, 3);
        setState(125);
        parallel();
        break;
      }

      case WfParser::IF: {
        enterOuterAlt(_localctx, 4);
        setState(126);
        branch();
        break;
      }

      case WfParser::ON: {
        enterOuterAlt(_localctx, 5);
        setState(127);
        reaction();
        break;
      }

      case WfParser::CHECK: {
        enterOuterAlt(_localctx, 6);
        setState(128);
        check();
        break;
      }

      case WfParser::NAME:
      case WfParser::STRING: {
        enterOuterAlt(_localctx, 7);
        setState(129);
        setting();
        break;
      }

    default:
      throw NoViableAltException(this);
    }

  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- StepContext ------------------------------------------------------------------

WfParser::StepContext::StepContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

tree::TerminalNode* WfParser::StepContext::STEP() {
  return getToken(WfParser::STEP, 0);
}

WfParser::IdContext* WfParser::StepContext::id() {
  return getRuleContext<WfParser::IdContext>(0);
}

tree::TerminalNode* WfParser::StepContext::COLON() {
  return getToken(WfParser::COLON, 0);
}

WfParser::BodyContext* WfParser::StepContext::body() {
  return getRuleContext<WfParser::BodyContext>(0);
}

tree::TerminalNode* WfParser::StepContext::STRING() {
  return getToken(WfParser::STRING, 0);
}

WfParser::WhenContext* WfParser::StepContext::when() {
  return getRuleContext<WfParser::WhenContext>(0);
}

WfParser::BlockContext* WfParser::StepContext::block() {
  return getRuleContext<WfParser::BlockContext>(0);
}


size_t WfParser::StepContext::getRuleIndex() const {
  return WfParser::RuleStep;
}


WfParser::StepContext* WfParser::step() {
  StepContext *_localctx = _tracker.createInstance<StepContext>(_ctx, getState());
  enterRule(_localctx, 6, WfParser::RuleStep);
  size_t _la = 0;

  auto onExit = finally([=, this] {
    exitRule();
  });
  try {
    enterOuterAlt(_localctx, 1);
    setState(132);
    match(WfParser::STEP);
    setState(133);
    id();
    setState(135);
    _errHandler->sync(this);

    _la = _input->LA(1);
    if (_la == WfParser::STRING) {
      setState(134);
      match(WfParser::STRING);
    }
    setState(137);
    match(WfParser::COLON);
    setState(138);
    body();
    setState(140);
    _errHandler->sync(this);

    _la = _input->LA(1);
    if (_la == WfParser::WHEN) {
      setState(139);
      when();
    }
    setState(143);
    _errHandler->sync(this);

    _la = _input->LA(1);
    if (_la == WfParser::LBRACE) {
      setState(142);
      block();
    }

  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- DefineContext ------------------------------------------------------------------

WfParser::DefineContext::DefineContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

tree::TerminalNode* WfParser::DefineContext::DEFINE() {
  return getToken(WfParser::DEFINE, 0);
}

tree::TerminalNode* WfParser::DefineContext::STEP() {
  return getToken(WfParser::STEP, 0);
}

WfParser::NameContext* WfParser::DefineContext::name() {
  return getRuleContext<WfParser::NameContext>(0);
}

tree::TerminalNode* WfParser::DefineContext::LPAREN() {
  return getToken(WfParser::LPAREN, 0);
}

tree::TerminalNode* WfParser::DefineContext::RPAREN() {
  return getToken(WfParser::RPAREN, 0);
}

tree::TerminalNode* WfParser::DefineContext::COLON() {
  return getToken(WfParser::COLON, 0);
}

WfParser::BodyContext* WfParser::DefineContext::body() {
  return getRuleContext<WfParser::BodyContext>(0);
}

std::vector<WfParser::ParamContext *> WfParser::DefineContext::param() {
  return getRuleContexts<WfParser::ParamContext>();
}

WfParser::ParamContext* WfParser::DefineContext::param(size_t i) {
  return getRuleContext<WfParser::ParamContext>(i);
}

WfParser::BlockContext* WfParser::DefineContext::block() {
  return getRuleContext<WfParser::BlockContext>(0);
}

std::vector<tree::TerminalNode *> WfParser::DefineContext::COMMA() {
  return getTokens(WfParser::COMMA);
}

tree::TerminalNode* WfParser::DefineContext::COMMA(size_t i) {
  return getToken(WfParser::COMMA, i);
}


size_t WfParser::DefineContext::getRuleIndex() const {
  return WfParser::RuleDefine;
}


WfParser::DefineContext* WfParser::define() {
  DefineContext *_localctx = _tracker.createInstance<DefineContext>(_ctx, getState());
  enterRule(_localctx, 8, WfParser::RuleDefine);
  size_t _la = 0;

  auto onExit = finally([=, this] {
    exitRule();
  });
  try {
    enterOuterAlt(_localctx, 1);
    setState(145);
    match(WfParser::DEFINE);
    setState(146);
    match(WfParser::STEP);
    setState(147);
    name();
    setState(148);
    match(WfParser::LPAREN);
    setState(157);
    _errHandler->sync(this);

    _la = _input->LA(1);
    if ((((_la & ~ 0x3fULL) == 0) &&
      ((1ULL << _la) & ((1ULL << WfParser::STEP)
      | (1ULL << WfParser::DEFINE)
      | (1ULL << WfParser::PARALLEL)
      | (1ULL << WfParser::IF)
      | (1ULL << WfParser::ELSE)
      | (1ULL << WfParser::ON)
      | (1ULL << WfParser::CHECK)
      | (1ULL << WfParser::NAME))) != 0)) {
      setState(149);
      param();
      setState(154);
      _errHandler->sync(this);
      _la = _input->LA(1);
      while (_la == WfParser::COMMA) {
        setState(150);
        match(WfParser::COMMA);
        setState(151);
        param();
        setState(156);
        _errHandler->sync(this);
        _la = _input->LA(1);
      }
    }
    setState(159);
    match(WfParser::RPAREN);
    setState(160);
    match(WfParser::COLON);
    setState(161);
    body();
    setState(163);
    _errHandler->sync(this);

    _la = _input->LA(1);
    if (_la == WfParser::LBRACE) {
      setState(162);
      block();
    }

  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- ParallelContext ------------------------------------------------------------------

WfParser::ParallelContext::ParallelContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

tree::TerminalNode* WfParser::ParallelContext::PARALLEL() {
  return getToken(WfParser::PARALLEL, 0);
}

WfParser::BlockContext* WfParser::ParallelContext::block() {
  return getRuleContext<WfParser::BlockContext>(0);
}

WfParser::ArgsContext* WfParser::ParallelContext::args() {
  return getRuleContext<WfParser::ArgsContext>(0);
}


size_t WfParser::ParallelContext::getRuleIndex() const {
  return WfParser::RuleParallel;
}


WfParser::ParallelContext* WfParser::parallel() {
  ParallelContext *_localctx = _tracker.createInstance<ParallelContext>(_ctx, getState());
  enterRule(_localctx, 10, WfParser::RuleParallel);
  size_t _la = 0;

  auto onExit = finally([=, this] {
    exitRule();
  });
  try {
    enterOuterAlt(_localctx, 1);
    setState(165);
    match(WfParser::PARALLEL);
    setState(167);
    _errHandler->sync(this);

    _la = _input->LA(1);
    if ((((_la & ~ 0x3fULL) == 0) &&
      ((1ULL << _la) & ((1ULL << WfParser::STEP)
      | (1ULL << WfParser::DEFINE)
      | (1ULL << WfParser::PARALLEL)
      | (1ULL << WfParser::IF)
      | (1ULL << WfParser::ELSE)
      | (1ULL << WfParser::ON)
      | (1ULL << WfParser::CHECK)
      | (1ULL << WfParser::TRUE)
      | (1ULL << WfParser::FALSE)
      | (1ULL << WfParser::NULL_)
      | (1ULL << WfParser::DURATION)
      | (1ULL << WfParser::SIZE)
      | (1ULL << WfParser::MONEY)
      | (1ULL << WfParser::FLOAT)
      | (1ULL << WfParser::INT)
      | (1ULL << WfParser::NAME)
      | (1ULL << WfParser::BLOCK)
      | (1ULL << WfParser::STRING)
      | (1ULL << WfParser::LBRACK))) != 0)) {
      setState(166);
      args();
    }
    setState(169);
    block();

  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- BranchContext ------------------------------------------------------------------

WfParser::BranchContext::BranchContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

std::vector<tree::TerminalNode *> WfParser::BranchContext::IF() {
  return getTokens(WfParser::IF);
}

tree::TerminalNode* WfParser::BranchContext::IF(size_t i) {
  return getToken(WfParser::IF, i);
}

std::vector<WfParser::ExprContext *> WfParser::BranchContext::expr() {
  return getRuleContexts<WfParser::ExprContext>();
}

WfParser::ExprContext* WfParser::BranchContext::expr(size_t i) {
  return getRuleContext<WfParser::ExprContext>(i);
}

std::vector<WfParser::BlockContext *> WfParser::BranchContext::block() {
  return getRuleContexts<WfParser::BlockContext>();
}

WfParser::BlockContext* WfParser::BranchContext::block(size_t i) {
  return getRuleContext<WfParser::BlockContext>(i);
}

std::vector<tree::TerminalNode *> WfParser::BranchContext::ELSE() {
  return getTokens(WfParser::ELSE);
}

tree::TerminalNode* WfParser::BranchContext::ELSE(size_t i) {
  return getToken(WfParser::ELSE, i);
}


size_t WfParser::BranchContext::getRuleIndex() const {
  return WfParser::RuleBranch;
}


WfParser::BranchContext* WfParser::branch() {
  BranchContext *_localctx = _tracker.createInstance<BranchContext>(_ctx, getState());
  enterRule(_localctx, 12, WfParser::RuleBranch);
  size_t _la = 0;

  auto onExit = finally([=, this] {
    exitRule();
  });
  try {
    size_t alt;
    enterOuterAlt(_localctx, 1);
    setState(171);
    match(WfParser::IF);
    setState(172);
    expr(0);
    setState(173);
    block();
    setState(181);
    _errHandler->sync(this);
    alt = getInterpreter<atn::ParserATNSimulator>()->adaptivePredict(_input, 18, _ctx);
    while (alt != 2 && alt != atn::ATN::INVALID_ALT_NUMBER) {
      if (alt == 1) {
        setState(174);
        match(WfParser::ELSE);
        setState(175);
        match(WfParser::IF);
        setState(176);
        expr(0);
        setState(177);
        block();
      }
      setState(183);
      _errHandler->sync(this);
      alt = getInterpreter<atn::ParserATNSimulator>()->adaptivePredict(_input, 18, _ctx);
    }
    setState(186);
    _errHandler->sync(this);

    _la = _input->LA(1);
    if (_la == WfParser::ELSE) {
      setState(184);
      match(WfParser::ELSE);
      setState(185);
      block();
    }

  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- ReactionContext ------------------------------------------------------------------

WfParser::ReactionContext::ReactionContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

tree::TerminalNode* WfParser::ReactionContext::ON() {
  return getToken(WfParser::ON, 0);
}

WfParser::ExprContext* WfParser::ReactionContext::expr() {
  return getRuleContext<WfParser::ExprContext>(0);
}

WfParser::ArgsContext* WfParser::ReactionContext::args() {
  return getRuleContext<WfParser::ArgsContext>(0);
}

WfParser::WhenContext* WfParser::ReactionContext::when() {
  return getRuleContext<WfParser::WhenContext>(0);
}

WfParser::BlockContext* WfParser::ReactionContext::block() {
  return getRuleContext<WfParser::BlockContext>(0);
}


size_t WfParser::ReactionContext::getRuleIndex() const {
  return WfParser::RuleReaction;
}


WfParser::ReactionContext* WfParser::reaction() {
  ReactionContext *_localctx = _tracker.createInstance<ReactionContext>(_ctx, getState());
  enterRule(_localctx, 14, WfParser::RuleReaction);
  size_t _la = 0;

  auto onExit = finally([=, this] {
    exitRule();
  });
  try {
    enterOuterAlt(_localctx, 1);
    setState(188);
    match(WfParser::ON);
    setState(189);
    expr(0);
    setState(191);
    _errHandler->sync(this);

    _la = _input->LA(1);
    if ((((_la & ~ 0x3fULL) == 0) &&
      ((1ULL << _la) & ((1ULL << WfParser::STEP)
      | (1ULL << WfParser::DEFINE)
      | (1ULL << WfParser::PARALLEL)
      | (1ULL << WfParser::IF)
      | (1ULL << WfParser::ELSE)
      | (1ULL << WfParser::ON)
      | (1ULL << WfParser::CHECK)
      | (1ULL << WfParser::TRUE)
      | (1ULL << WfParser::FALSE)
      | (1ULL << WfParser::NULL_)
      | (1ULL << WfParser::DURATION)
      | (1ULL << WfParser::SIZE)
      | (1ULL << WfParser::MONEY)
      | (1ULL << WfParser::FLOAT)
      | (1ULL << WfParser::INT)
      | (1ULL << WfParser::NAME)
      | (1ULL << WfParser::BLOCK)
      | (1ULL << WfParser::STRING)
      | (1ULL << WfParser::LBRACK))) != 0)) {
      setState(190);
      args();
    }
    setState(194);
    _errHandler->sync(this);

    _la = _input->LA(1);
    if (_la == WfParser::WHEN) {
      setState(193);
      when();
    }
    setState(197);
    _errHandler->sync(this);

    _la = _input->LA(1);
    if (_la == WfParser::LBRACE) {
      setState(196);
      block();
    }

  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- CheckContext ------------------------------------------------------------------

WfParser::CheckContext::CheckContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

tree::TerminalNode* WfParser::CheckContext::CHECK() {
  return getToken(WfParser::CHECK, 0);
}

WfParser::ExprContext* WfParser::CheckContext::expr() {
  return getRuleContext<WfParser::ExprContext>(0);
}


size_t WfParser::CheckContext::getRuleIndex() const {
  return WfParser::RuleCheck;
}


WfParser::CheckContext* WfParser::check() {
  CheckContext *_localctx = _tracker.createInstance<CheckContext>(_ctx, getState());
  enterRule(_localctx, 16, WfParser::RuleCheck);

  auto onExit = finally([=, this] {
    exitRule();
  });
  try {
    enterOuterAlt(_localctx, 1);
    setState(199);
    match(WfParser::CHECK);
    setState(200);
    expr(0);

  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- SettingContext ------------------------------------------------------------------

WfParser::SettingContext::SettingContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

WfParser::HeadContext* WfParser::SettingContext::head() {
  return getRuleContext<WfParser::HeadContext>(0);
}

WfParser::ArgsContext* WfParser::SettingContext::args() {
  return getRuleContext<WfParser::ArgsContext>(0);
}

tree::TerminalNode* WfParser::SettingContext::COLON() {
  return getToken(WfParser::COLON, 0);
}

WfParser::TypeContext* WfParser::SettingContext::type() {
  return getRuleContext<WfParser::TypeContext>(0);
}

tree::TerminalNode* WfParser::SettingContext::ASSIGN() {
  return getToken(WfParser::ASSIGN, 0);
}

WfParser::ExprContext* WfParser::SettingContext::expr() {
  return getRuleContext<WfParser::ExprContext>(0);
}

WfParser::WhenContext* WfParser::SettingContext::when() {
  return getRuleContext<WfParser::WhenContext>(0);
}

WfParser::BlockContext* WfParser::SettingContext::block() {
  return getRuleContext<WfParser::BlockContext>(0);
}


size_t WfParser::SettingContext::getRuleIndex() const {
  return WfParser::RuleSetting;
}


WfParser::SettingContext* WfParser::setting() {
  SettingContext *_localctx = _tracker.createInstance<SettingContext>(_ctx, getState());
  enterRule(_localctx, 18, WfParser::RuleSetting);
  size_t _la = 0;

  auto onExit = finally([=, this] {
    exitRule();
  });
  try {
    enterOuterAlt(_localctx, 1);
    setState(202);
    head();
    setState(204);
    _errHandler->sync(this);

    _la = _input->LA(1);
    if ((((_la & ~ 0x3fULL) == 0) &&
      ((1ULL << _la) & ((1ULL << WfParser::STEP)
      | (1ULL << WfParser::DEFINE)
      | (1ULL << WfParser::PARALLEL)
      | (1ULL << WfParser::IF)
      | (1ULL << WfParser::ELSE)
      | (1ULL << WfParser::ON)
      | (1ULL << WfParser::CHECK)
      | (1ULL << WfParser::TRUE)
      | (1ULL << WfParser::FALSE)
      | (1ULL << WfParser::NULL_)
      | (1ULL << WfParser::DURATION)
      | (1ULL << WfParser::SIZE)
      | (1ULL << WfParser::MONEY)
      | (1ULL << WfParser::FLOAT)
      | (1ULL << WfParser::INT)
      | (1ULL << WfParser::NAME)
      | (1ULL << WfParser::BLOCK)
      | (1ULL << WfParser::STRING)
      | (1ULL << WfParser::LBRACK))) != 0)) {
      setState(203);
      args();
    }
    setState(208);
    _errHandler->sync(this);

    _la = _input->LA(1);
    if (_la == WfParser::COLON) {
      setState(206);
      match(WfParser::COLON);
      setState(207);
      type();
    }
    setState(212);
    _errHandler->sync(this);

    _la = _input->LA(1);
    if (_la == WfParser::ASSIGN) {
      setState(210);
      match(WfParser::ASSIGN);
      setState(211);
      expr(0);
    }
    setState(215);
    _errHandler->sync(this);

    _la = _input->LA(1);
    if (_la == WfParser::WHEN) {
      setState(214);
      when();
    }
    setState(218);
    _errHandler->sync(this);

    _la = _input->LA(1);
    if (_la == WfParser::LBRACE) {
      setState(217);
      block();
    }

  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- HeadContext ------------------------------------------------------------------

WfParser::HeadContext::HeadContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

tree::TerminalNode* WfParser::HeadContext::NAME() {
  return getToken(WfParser::NAME, 0);
}

tree::TerminalNode* WfParser::HeadContext::STRING() {
  return getToken(WfParser::STRING, 0);
}


size_t WfParser::HeadContext::getRuleIndex() const {
  return WfParser::RuleHead;
}


WfParser::HeadContext* WfParser::head() {
  HeadContext *_localctx = _tracker.createInstance<HeadContext>(_ctx, getState());
  enterRule(_localctx, 20, WfParser::RuleHead);
  size_t _la = 0;

  auto onExit = finally([=, this] {
    exitRule();
  });
  try {
    enterOuterAlt(_localctx, 1);
    setState(220);
    _la = _input->LA(1);
    if (!(_la == WfParser::NAME

    || _la == WfParser::STRING)) {
    _errHandler->recoverInline(this);
    }
    else {
      _errHandler->reportMatch(this);
      consume();
    }

  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- BodyContext ------------------------------------------------------------------

WfParser::BodyContext::BodyContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

tree::TerminalNode* WfParser::BodyContext::CHECK() {
  return getToken(WfParser::CHECK, 0);
}

WfParser::ExprContext* WfParser::BodyContext::expr() {
  return getRuleContext<WfParser::ExprContext>(0);
}

WfParser::PathContext* WfParser::BodyContext::path() {
  return getRuleContext<WfParser::PathContext>(0);
}

tree::TerminalNode* WfParser::BodyContext::LPAREN() {
  return getToken(WfParser::LPAREN, 0);
}

tree::TerminalNode* WfParser::BodyContext::RPAREN() {
  return getToken(WfParser::RPAREN, 0);
}

std::vector<WfParser::NamedContext *> WfParser::BodyContext::named() {
  return getRuleContexts<WfParser::NamedContext>();
}

WfParser::NamedContext* WfParser::BodyContext::named(size_t i) {
  return getRuleContext<WfParser::NamedContext>(i);
}

std::vector<tree::TerminalNode *> WfParser::BodyContext::COMMA() {
  return getTokens(WfParser::COMMA);
}

tree::TerminalNode* WfParser::BodyContext::COMMA(size_t i) {
  return getToken(WfParser::COMMA, i);
}

WfParser::ArgsContext* WfParser::BodyContext::args() {
  return getRuleContext<WfParser::ArgsContext>(0);
}


size_t WfParser::BodyContext::getRuleIndex() const {
  return WfParser::RuleBody;
}


WfParser::BodyContext* WfParser::body() {
  BodyContext *_localctx = _tracker.createInstance<BodyContext>(_ctx, getState());
  enterRule(_localctx, 22, WfParser::RuleBody);
  size_t _la = 0;

  auto onExit = finally([=, this] {
    exitRule();
  });
  try {
    size_t alt;
    setState(242);
    _errHandler->sync(this);
    switch (getInterpreter<atn::ParserATNSimulator>()->adaptivePredict(_input, 31, _ctx)) {
    case 1: {
      enterOuterAlt(_localctx, 1);
      setState(222);
      match(WfParser::CHECK);
      setState(223);
      expr(0);
      break;
    }

    case 2: {
      enterOuterAlt(_localctx, 2);
      setState(224);
      path();
      setState(225);
      match(WfParser::LPAREN);
      setState(237);
      _errHandler->sync(this);

      _la = _input->LA(1);
      if ((((_la & ~ 0x3fULL) == 0) &&
        ((1ULL << _la) & ((1ULL << WfParser::STEP)
        | (1ULL << WfParser::DEFINE)
        | (1ULL << WfParser::PARALLEL)
        | (1ULL << WfParser::IF)
        | (1ULL << WfParser::ELSE)
        | (1ULL << WfParser::ON)
        | (1ULL << WfParser::CHECK)
        | (1ULL << WfParser::NAME))) != 0)) {
        setState(226);
        named();
        setState(231);
        _errHandler->sync(this);
        alt = getInterpreter<atn::ParserATNSimulator>()->adaptivePredict(_input, 28, _ctx);
        while (alt != 2 && alt != atn::ATN::INVALID_ALT_NUMBER) {
          if (alt == 1) {
            setState(227);
            match(WfParser::COMMA);
            setState(228);
            named();
          }
          setState(233);
          _errHandler->sync(this);
          alt = getInterpreter<atn::ParserATNSimulator>()->adaptivePredict(_input, 28, _ctx);
        }
        setState(235);
        _errHandler->sync(this);

        _la = _input->LA(1);
        if (_la == WfParser::COMMA) {
          setState(234);
          match(WfParser::COMMA);
        }
      }
      setState(239);
      match(WfParser::RPAREN);
      break;
    }

    case 3: {
      enterOuterAlt(_localctx, 3);
      setState(241);
      args();
      break;
    }

    }

  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- WhenContext ------------------------------------------------------------------

WfParser::WhenContext::WhenContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

tree::TerminalNode* WfParser::WhenContext::WHEN() {
  return getToken(WfParser::WHEN, 0);
}

WfParser::ExprContext* WfParser::WhenContext::expr() {
  return getRuleContext<WfParser::ExprContext>(0);
}


size_t WfParser::WhenContext::getRuleIndex() const {
  return WfParser::RuleWhen;
}


WfParser::WhenContext* WfParser::when() {
  WhenContext *_localctx = _tracker.createInstance<WhenContext>(_ctx, getState());
  enterRule(_localctx, 24, WfParser::RuleWhen);

  auto onExit = finally([=, this] {
    exitRule();
  });
  try {
    enterOuterAlt(_localctx, 1);
    setState(244);
    match(WfParser::WHEN);
    setState(245);
    expr(0);

  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- ParamContext ------------------------------------------------------------------

WfParser::ParamContext::ParamContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

WfParser::NameContext* WfParser::ParamContext::name() {
  return getRuleContext<WfParser::NameContext>(0);
}

tree::TerminalNode* WfParser::ParamContext::COLON() {
  return getToken(WfParser::COLON, 0);
}

WfParser::TypeContext* WfParser::ParamContext::type() {
  return getRuleContext<WfParser::TypeContext>(0);
}

tree::TerminalNode* WfParser::ParamContext::ASSIGN() {
  return getToken(WfParser::ASSIGN, 0);
}

WfParser::ExprContext* WfParser::ParamContext::expr() {
  return getRuleContext<WfParser::ExprContext>(0);
}


size_t WfParser::ParamContext::getRuleIndex() const {
  return WfParser::RuleParam;
}


WfParser::ParamContext* WfParser::param() {
  ParamContext *_localctx = _tracker.createInstance<ParamContext>(_ctx, getState());
  enterRule(_localctx, 26, WfParser::RuleParam);
  size_t _la = 0;

  auto onExit = finally([=, this] {
    exitRule();
  });
  try {
    enterOuterAlt(_localctx, 1);
    setState(247);
    name();
    setState(248);
    match(WfParser::COLON);
    setState(249);
    type();
    setState(252);
    _errHandler->sync(this);

    _la = _input->LA(1);
    if (_la == WfParser::ASSIGN) {
      setState(250);
      match(WfParser::ASSIGN);
      setState(251);
      expr(0);
    }

  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- NamedContext ------------------------------------------------------------------

WfParser::NamedContext::NamedContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

WfParser::NameContext* WfParser::NamedContext::name() {
  return getRuleContext<WfParser::NameContext>(0);
}

tree::TerminalNode* WfParser::NamedContext::ASSIGN() {
  return getToken(WfParser::ASSIGN, 0);
}

WfParser::ExprContext* WfParser::NamedContext::expr() {
  return getRuleContext<WfParser::ExprContext>(0);
}


size_t WfParser::NamedContext::getRuleIndex() const {
  return WfParser::RuleNamed;
}


WfParser::NamedContext* WfParser::named() {
  NamedContext *_localctx = _tracker.createInstance<NamedContext>(_ctx, getState());
  enterRule(_localctx, 28, WfParser::RuleNamed);

  auto onExit = finally([=, this] {
    exitRule();
  });
  try {
    enterOuterAlt(_localctx, 1);
    setState(254);
    name();
    setState(255);
    match(WfParser::ASSIGN);
    setState(256);
    expr(0);

  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- ArgsContext ------------------------------------------------------------------

WfParser::ArgsContext::ArgsContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

std::vector<WfParser::GroupContext *> WfParser::ArgsContext::group() {
  return getRuleContexts<WfParser::GroupContext>();
}

WfParser::GroupContext* WfParser::ArgsContext::group(size_t i) {
  return getRuleContext<WfParser::GroupContext>(i);
}

std::vector<tree::TerminalNode *> WfParser::ArgsContext::COMMA() {
  return getTokens(WfParser::COMMA);
}

tree::TerminalNode* WfParser::ArgsContext::COMMA(size_t i) {
  return getToken(WfParser::COMMA, i);
}


size_t WfParser::ArgsContext::getRuleIndex() const {
  return WfParser::RuleArgs;
}


WfParser::ArgsContext* WfParser::args() {
  ArgsContext *_localctx = _tracker.createInstance<ArgsContext>(_ctx, getState());
  enterRule(_localctx, 30, WfParser::RuleArgs);
  size_t _la = 0;

  auto onExit = finally([=, this] {
    exitRule();
  });
  try {
    enterOuterAlt(_localctx, 1);
    setState(258);
    group();
    setState(263);
    _errHandler->sync(this);
    _la = _input->LA(1);
    while (_la == WfParser::COMMA) {
      setState(259);
      match(WfParser::COMMA);
      setState(260);
      group();
      setState(265);
      _errHandler->sync(this);
      _la = _input->LA(1);
    }

  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- GroupContext ------------------------------------------------------------------

WfParser::GroupContext::GroupContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

std::vector<WfParser::ArgContext *> WfParser::GroupContext::arg() {
  return getRuleContexts<WfParser::ArgContext>();
}

WfParser::ArgContext* WfParser::GroupContext::arg(size_t i) {
  return getRuleContext<WfParser::ArgContext>(i);
}


size_t WfParser::GroupContext::getRuleIndex() const {
  return WfParser::RuleGroup;
}


WfParser::GroupContext* WfParser::group() {
  GroupContext *_localctx = _tracker.createInstance<GroupContext>(_ctx, getState());
  enterRule(_localctx, 32, WfParser::RuleGroup);
  size_t _la = 0;

  auto onExit = finally([=, this] {
    exitRule();
  });
  try {
    enterOuterAlt(_localctx, 1);
    setState(267);
    _errHandler->sync(this);
    _la = _input->LA(1);
    do {
      setState(266);
      arg();
      setState(269);
      _errHandler->sync(this);
      _la = _input->LA(1);
    } while ((((_la & ~ 0x3fULL) == 0) &&
      ((1ULL << _la) & ((1ULL << WfParser::STEP)
      | (1ULL << WfParser::DEFINE)
      | (1ULL << WfParser::PARALLEL)
      | (1ULL << WfParser::IF)
      | (1ULL << WfParser::ELSE)
      | (1ULL << WfParser::ON)
      | (1ULL << WfParser::CHECK)
      | (1ULL << WfParser::TRUE)
      | (1ULL << WfParser::FALSE)
      | (1ULL << WfParser::NULL_)
      | (1ULL << WfParser::DURATION)
      | (1ULL << WfParser::SIZE)
      | (1ULL << WfParser::MONEY)
      | (1ULL << WfParser::FLOAT)
      | (1ULL << WfParser::INT)
      | (1ULL << WfParser::NAME)
      | (1ULL << WfParser::BLOCK)
      | (1ULL << WfParser::STRING)
      | (1ULL << WfParser::LBRACK))) != 0));

  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- ArgContext ------------------------------------------------------------------

WfParser::ArgContext::ArgContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

WfParser::PathContext* WfParser::ArgContext::path() {
  return getRuleContext<WfParser::PathContext>(0);
}

tree::TerminalNode* WfParser::ArgContext::STRING() {
  return getToken(WfParser::STRING, 0);
}

tree::TerminalNode* WfParser::ArgContext::BLOCK() {
  return getToken(WfParser::BLOCK, 0);
}

WfParser::LiteralContext* WfParser::ArgContext::literal() {
  return getRuleContext<WfParser::LiteralContext>(0);
}

WfParser::ListContext* WfParser::ArgContext::list() {
  return getRuleContext<WfParser::ListContext>(0);
}


size_t WfParser::ArgContext::getRuleIndex() const {
  return WfParser::RuleArg;
}


WfParser::ArgContext* WfParser::arg() {
  ArgContext *_localctx = _tracker.createInstance<ArgContext>(_ctx, getState());
  enterRule(_localctx, 34, WfParser::RuleArg);

  auto onExit = finally([=, this] {
    exitRule();
  });
  try {
    setState(276);
    _errHandler->sync(this);
    switch (_input->LA(1)) {
      case WfParser::STEP:
      case WfParser::DEFINE:
      case WfParser::PARALLEL:
      case WfParser::IF:
      case WfParser::ELSE:
      case WfParser::ON:
      case WfParser::CHECK:
      case WfParser::NAME: {
        enterOuterAlt(_localctx, 1);
        setState(271);
        path();
        break;
      }

      case WfParser::STRING: {
        enterOuterAlt(_localctx, 2);
        setState(272);
        match(WfParser::STRING);
        break;
      }

      case WfParser::BLOCK: {
        enterOuterAlt(_localctx, 3);
        setState(273);
        match(WfParser::BLOCK);
        break;
      }

      case WfParser::TRUE:
      case WfParser::FALSE:
      case WfParser::NULL_:
      case WfParser::DURATION:
      case WfParser::SIZE:
      case WfParser::MONEY:
      case WfParser::FLOAT:
      case WfParser::INT: {
        enterOuterAlt(_localctx, 4);
        setState(274);
        literal();
        break;
      }

      case WfParser::LBRACK: {
        enterOuterAlt(_localctx, 5);
        setState(275);
        list();
        break;
      }

    default:
      throw NoViableAltException(this);
    }

  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- PathContext ------------------------------------------------------------------

WfParser::PathContext::PathContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

WfParser::NameContext* WfParser::PathContext::name() {
  return getRuleContext<WfParser::NameContext>(0);
}

std::vector<tree::TerminalNode *> WfParser::PathContext::DOT() {
  return getTokens(WfParser::DOT);
}

tree::TerminalNode* WfParser::PathContext::DOT(size_t i) {
  return getToken(WfParser::DOT, i);
}

std::vector<WfParser::WordContext *> WfParser::PathContext::word() {
  return getRuleContexts<WfParser::WordContext>();
}

WfParser::WordContext* WfParser::PathContext::word(size_t i) {
  return getRuleContext<WfParser::WordContext>(i);
}


size_t WfParser::PathContext::getRuleIndex() const {
  return WfParser::RulePath;
}


WfParser::PathContext* WfParser::path() {
  PathContext *_localctx = _tracker.createInstance<PathContext>(_ctx, getState());
  enterRule(_localctx, 36, WfParser::RulePath);
  size_t _la = 0;

  auto onExit = finally([=, this] {
    exitRule();
  });
  try {
    enterOuterAlt(_localctx, 1);
    setState(278);
    name();
    setState(283);
    _errHandler->sync(this);
    _la = _input->LA(1);
    while (_la == WfParser::DOT) {
      setState(279);
      match(WfParser::DOT);
      setState(280);
      word();
      setState(285);
      _errHandler->sync(this);
      _la = _input->LA(1);
    }

  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- TypeContext ------------------------------------------------------------------

WfParser::TypeContext::TypeContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

std::vector<WfParser::TypeAtomContext *> WfParser::TypeContext::typeAtom() {
  return getRuleContexts<WfParser::TypeAtomContext>();
}

WfParser::TypeAtomContext* WfParser::TypeContext::typeAtom(size_t i) {
  return getRuleContext<WfParser::TypeAtomContext>(i);
}

std::vector<tree::TerminalNode *> WfParser::TypeContext::BAR() {
  return getTokens(WfParser::BAR);
}

tree::TerminalNode* WfParser::TypeContext::BAR(size_t i) {
  return getToken(WfParser::BAR, i);
}


size_t WfParser::TypeContext::getRuleIndex() const {
  return WfParser::RuleType;
}


WfParser::TypeContext* WfParser::type() {
  TypeContext *_localctx = _tracker.createInstance<TypeContext>(_ctx, getState());
  enterRule(_localctx, 38, WfParser::RuleType);
  size_t _la = 0;

  auto onExit = finally([=, this] {
    exitRule();
  });
  try {
    enterOuterAlt(_localctx, 1);
    setState(286);
    typeAtom();
    setState(291);
    _errHandler->sync(this);
    _la = _input->LA(1);
    while (_la == WfParser::BAR) {
      setState(287);
      match(WfParser::BAR);
      setState(288);
      typeAtom();
      setState(293);
      _errHandler->sync(this);
      _la = _input->LA(1);
    }

  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- TypeAtomContext ------------------------------------------------------------------

WfParser::TypeAtomContext::TypeAtomContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

WfParser::NameContext* WfParser::TypeAtomContext::name() {
  return getRuleContext<WfParser::NameContext>(0);
}

tree::TerminalNode* WfParser::TypeAtomContext::LT() {
  return getToken(WfParser::LT, 0);
}

WfParser::TypeContext* WfParser::TypeAtomContext::type() {
  return getRuleContext<WfParser::TypeContext>(0);
}

tree::TerminalNode* WfParser::TypeAtomContext::GT() {
  return getToken(WfParser::GT, 0);
}

tree::TerminalNode* WfParser::TypeAtomContext::QUESTION() {
  return getToken(WfParser::QUESTION, 0);
}

tree::TerminalNode* WfParser::TypeAtomContext::STRING() {
  return getToken(WfParser::STRING, 0);
}


size_t WfParser::TypeAtomContext::getRuleIndex() const {
  return WfParser::RuleTypeAtom;
}


WfParser::TypeAtomContext* WfParser::typeAtom() {
  TypeAtomContext *_localctx = _tracker.createInstance<TypeAtomContext>(_ctx, getState());
  enterRule(_localctx, 40, WfParser::RuleTypeAtom);
  size_t _la = 0;

  auto onExit = finally([=, this] {
    exitRule();
  });
  try {
    setState(305);
    _errHandler->sync(this);
    switch (_input->LA(1)) {
      case WfParser::STEP:
      case WfParser::DEFINE:
      case WfParser::PARALLEL:
      case WfParser::IF:
      case WfParser::ELSE:
      case WfParser::ON:
      case WfParser::CHECK:
      case WfParser::NAME: {
        enterOuterAlt(_localctx, 1);
        setState(294);
        name();
        setState(299);
        _errHandler->sync(this);

        _la = _input->LA(1);
        if (_la == WfParser::LT) {
          setState(295);
          match(WfParser::LT);
          setState(296);
          type();
          setState(297);
          match(WfParser::GT);
        }
        setState(302);
        _errHandler->sync(this);

        _la = _input->LA(1);
        if (_la == WfParser::QUESTION) {
          setState(301);
          match(WfParser::QUESTION);
        }
        break;
      }

      case WfParser::STRING: {
        enterOuterAlt(_localctx, 2);
        setState(304);
        match(WfParser::STRING);
        break;
      }

    default:
      throw NoViableAltException(this);
    }

  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- ExpressionContext ------------------------------------------------------------------

WfParser::ExpressionContext::ExpressionContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

WfParser::ExprContext* WfParser::ExpressionContext::expr() {
  return getRuleContext<WfParser::ExprContext>(0);
}

tree::TerminalNode* WfParser::ExpressionContext::EOF() {
  return getToken(WfParser::EOF, 0);
}


size_t WfParser::ExpressionContext::getRuleIndex() const {
  return WfParser::RuleExpression;
}


WfParser::ExpressionContext* WfParser::expression() {
  ExpressionContext *_localctx = _tracker.createInstance<ExpressionContext>(_ctx, getState());
  enterRule(_localctx, 42, WfParser::RuleExpression);

  auto onExit = finally([=, this] {
    exitRule();
  });
  try {
    enterOuterAlt(_localctx, 1);
    setState(307);
    expr(0);
    setState(308);
    match(WfParser::EOF);

  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- ExprContext ------------------------------------------------------------------

WfParser::ExprContext::ExprContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

WfParser::PrimaryContext* WfParser::ExprContext::primary() {
  return getRuleContext<WfParser::PrimaryContext>(0);
}

tree::TerminalNode* WfParser::ExprContext::MINUS() {
  return getToken(WfParser::MINUS, 0);
}

std::vector<WfParser::ExprContext *> WfParser::ExprContext::expr() {
  return getRuleContexts<WfParser::ExprContext>();
}

WfParser::ExprContext* WfParser::ExprContext::expr(size_t i) {
  return getRuleContext<WfParser::ExprContext>(i);
}

tree::TerminalNode* WfParser::ExprContext::NOT() {
  return getToken(WfParser::NOT, 0);
}

tree::TerminalNode* WfParser::ExprContext::STAR() {
  return getToken(WfParser::STAR, 0);
}

tree::TerminalNode* WfParser::ExprContext::SLASH() {
  return getToken(WfParser::SLASH, 0);
}

tree::TerminalNode* WfParser::ExprContext::PERCENT() {
  return getToken(WfParser::PERCENT, 0);
}

tree::TerminalNode* WfParser::ExprContext::PLUS() {
  return getToken(WfParser::PLUS, 0);
}

tree::TerminalNode* WfParser::ExprContext::TILDE() {
  return getToken(WfParser::TILDE, 0);
}

tree::TerminalNode* WfParser::ExprContext::LT() {
  return getToken(WfParser::LT, 0);
}

tree::TerminalNode* WfParser::ExprContext::LE() {
  return getToken(WfParser::LE, 0);
}

tree::TerminalNode* WfParser::ExprContext::GT() {
  return getToken(WfParser::GT, 0);
}

tree::TerminalNode* WfParser::ExprContext::GE() {
  return getToken(WfParser::GE, 0);
}

tree::TerminalNode* WfParser::ExprContext::EQ() {
  return getToken(WfParser::EQ, 0);
}

tree::TerminalNode* WfParser::ExprContext::NE() {
  return getToken(WfParser::NE, 0);
}

tree::TerminalNode* WfParser::ExprContext::IN() {
  return getToken(WfParser::IN, 0);
}

tree::TerminalNode* WfParser::ExprContext::AND() {
  return getToken(WfParser::AND, 0);
}

tree::TerminalNode* WfParser::ExprContext::OR() {
  return getToken(WfParser::OR, 0);
}

tree::TerminalNode* WfParser::ExprContext::DOT() {
  return getToken(WfParser::DOT, 0);
}

WfParser::WordContext* WfParser::ExprContext::word() {
  return getRuleContext<WfParser::WordContext>(0);
}

tree::TerminalNode* WfParser::ExprContext::INT() {
  return getToken(WfParser::INT, 0);
}

tree::TerminalNode* WfParser::ExprContext::LBRACK() {
  return getToken(WfParser::LBRACK, 0);
}

tree::TerminalNode* WfParser::ExprContext::RBRACK() {
  return getToken(WfParser::RBRACK, 0);
}

tree::TerminalNode* WfParser::ExprContext::BAR() {
  return getToken(WfParser::BAR, 0);
}

WfParser::CallArgsContext* WfParser::ExprContext::callArgs() {
  return getRuleContext<WfParser::CallArgsContext>(0);
}

tree::TerminalNode* WfParser::ExprContext::IS() {
  return getToken(WfParser::IS, 0);
}


size_t WfParser::ExprContext::getRuleIndex() const {
  return WfParser::RuleExpr;
}



WfParser::ExprContext* WfParser::expr() {
   return expr(0);
}

WfParser::ExprContext* WfParser::expr(int precedence) {
  ParserRuleContext *parentContext = _ctx;
  size_t parentState = getState();
  WfParser::ExprContext *_localctx = _tracker.createInstance<ExprContext>(_ctx, parentState);
  WfParser::ExprContext *previousContext = _localctx;
  (void)previousContext; // Silence compiler, in case the context is not used by generated code.
  size_t startState = 44;
  enterRecursionRule(_localctx, 44, WfParser::RuleExpr, precedence);

    size_t _la = 0;

  auto onExit = finally([=, this] {
    unrollRecursionContexts(parentContext);
  });
  try {
    size_t alt;
    enterOuterAlt(_localctx, 1);
    setState(316);
    _errHandler->sync(this);
    switch (_input->LA(1)) {
      case WfParser::STEP:
      case WfParser::DEFINE:
      case WfParser::PARALLEL:
      case WfParser::IF:
      case WfParser::ELSE:
      case WfParser::ON:
      case WfParser::CHECK:
      case WfParser::TRUE:
      case WfParser::FALSE:
      case WfParser::NULL_:
      case WfParser::DURATION:
      case WfParser::SIZE:
      case WfParser::MONEY:
      case WfParser::FLOAT:
      case WfParser::INT:
      case WfParser::NAME:
      case WfParser::STRING:
      case WfParser::SQSTRING:
      case WfParser::LBRACE:
      case WfParser::LPAREN:
      case WfParser::LBRACK: {
        setState(311);
        primary();
        break;
      }

      case WfParser::MINUS: {
        setState(312);
        match(WfParser::MINUS);
        setState(313);
        expr(11);
        break;
      }

      case WfParser::NOT: {
        setState(314);
        match(WfParser::NOT);
        setState(315);
        expr(3);
        break;
      }

    default:
      throw NoViableAltException(this);
    }
    _ctx->stop = _input->LT(-1);
    setState(370);
    _errHandler->sync(this);
    alt = getInterpreter<atn::ParserATNSimulator>()->adaptivePredict(_input, 48, _ctx);
    while (alt != 2 && alt != atn::ATN::INVALID_ALT_NUMBER) {
      if (alt == 1) {
        if (!_parseListeners.empty())
          triggerExitRuleEvent();
        previousContext = _localctx;
        setState(368);
        _errHandler->sync(this);
        switch (getInterpreter<atn::ParserATNSimulator>()->adaptivePredict(_input, 47, _ctx)) {
        case 1: {
          _localctx = _tracker.createInstance<ExprContext>(parentContext, parentState);
          pushNewRecursionContext(_localctx, startState, RuleExpr);
          setState(318);

          if (!(precpred(_ctx, 10))) throw FailedPredicateException(this, "precpred(_ctx, 10)");
          setState(319);
          _la = _input->LA(1);
          if (!((((_la & ~ 0x3fULL) == 0) &&
            ((1ULL << _la) & ((1ULL << WfParser::STAR)
            | (1ULL << WfParser::SLASH)
            | (1ULL << WfParser::PERCENT))) != 0))) {
          _errHandler->recoverInline(this);
          }
          else {
            _errHandler->reportMatch(this);
            consume();
          }
          setState(320);
          expr(11);
          break;
        }

        case 2: {
          _localctx = _tracker.createInstance<ExprContext>(parentContext, parentState);
          pushNewRecursionContext(_localctx, startState, RuleExpr);
          setState(321);

          if (!(precpred(_ctx, 9))) throw FailedPredicateException(this, "precpred(_ctx, 9)");
          setState(322);
          _la = _input->LA(1);
          if (!(_la == WfParser::PLUS

          || _la == WfParser::MINUS)) {
          _errHandler->recoverInline(this);
          }
          else {
            _errHandler->reportMatch(this);
            consume();
          }
          setState(323);
          expr(10);
          break;
        }

        case 3: {
          _localctx = _tracker.createInstance<ExprContext>(parentContext, parentState);
          pushNewRecursionContext(_localctx, startState, RuleExpr);
          setState(324);

          if (!(precpred(_ctx, 8))) throw FailedPredicateException(this, "precpred(_ctx, 8)");
          setState(325);
          match(WfParser::TILDE);
          setState(326);
          expr(9);
          break;
        }

        case 4: {
          _localctx = _tracker.createInstance<ExprContext>(parentContext, parentState);
          pushNewRecursionContext(_localctx, startState, RuleExpr);
          setState(327);

          if (!(precpred(_ctx, 6))) throw FailedPredicateException(this, "precpred(_ctx, 6)");
          setState(328);
          _la = _input->LA(1);
          if (!((((_la & ~ 0x3fULL) == 0) &&
            ((1ULL << _la) & ((1ULL << WfParser::EQ)
            | (1ULL << WfParser::NE)
            | (1ULL << WfParser::LE)
            | (1ULL << WfParser::GE)
            | (1ULL << WfParser::LT)
            | (1ULL << WfParser::GT))) != 0))) {
          _errHandler->recoverInline(this);
          }
          else {
            _errHandler->reportMatch(this);
            consume();
          }
          setState(329);
          expr(7);
          break;
        }

        case 5: {
          _localctx = _tracker.createInstance<ExprContext>(parentContext, parentState);
          pushNewRecursionContext(_localctx, startState, RuleExpr);
          setState(330);

          if (!(precpred(_ctx, 5))) throw FailedPredicateException(this, "precpred(_ctx, 5)");
          setState(332);
          _errHandler->sync(this);

          _la = _input->LA(1);
          if (_la == WfParser::NOT) {
            setState(331);
            match(WfParser::NOT);
          }
          setState(334);
          match(WfParser::IN);
          setState(335);
          expr(6);
          break;
        }

        case 6: {
          _localctx = _tracker.createInstance<ExprContext>(parentContext, parentState);
          pushNewRecursionContext(_localctx, startState, RuleExpr);
          setState(336);

          if (!(precpred(_ctx, 2))) throw FailedPredicateException(this, "precpred(_ctx, 2)");
          setState(337);
          match(WfParser::AND);
          setState(338);
          expr(3);
          break;
        }

        case 7: {
          _localctx = _tracker.createInstance<ExprContext>(parentContext, parentState);
          pushNewRecursionContext(_localctx, startState, RuleExpr);
          setState(339);

          if (!(precpred(_ctx, 1))) throw FailedPredicateException(this, "precpred(_ctx, 1)");
          setState(340);
          match(WfParser::OR);
          setState(341);
          expr(2);
          break;
        }

        case 8: {
          _localctx = _tracker.createInstance<ExprContext>(parentContext, parentState);
          pushNewRecursionContext(_localctx, startState, RuleExpr);
          setState(342);

          if (!(precpred(_ctx, 13))) throw FailedPredicateException(this, "precpred(_ctx, 13)");
          setState(343);
          match(WfParser::DOT);
          setState(346);
          _errHandler->sync(this);
          switch (_input->LA(1)) {
            case WfParser::STEP:
            case WfParser::DEFINE:
            case WfParser::PARALLEL:
            case WfParser::IF:
            case WfParser::ELSE:
            case WfParser::ON:
            case WfParser::CHECK:
            case WfParser::WHEN:
            case WfParser::AND:
            case WfParser::OR:
            case WfParser::NOT:
            case WfParser::IN:
            case WfParser::IS:
            case WfParser::TRUE:
            case WfParser::FALSE:
            case WfParser::NULL_:
            case WfParser::NAME: {
              setState(344);
              word();
              break;
            }

            case WfParser::INT: {
              setState(345);
              match(WfParser::INT);
              break;
            }

          default:
            throw NoViableAltException(this);
          }
          break;
        }

        case 9: {
          _localctx = _tracker.createInstance<ExprContext>(parentContext, parentState);
          pushNewRecursionContext(_localctx, startState, RuleExpr);
          setState(348);

          if (!(precpred(_ctx, 12))) throw FailedPredicateException(this, "precpred(_ctx, 12)");
          setState(349);
          match(WfParser::LBRACK);
          setState(350);
          expr(0);
          setState(351);
          match(WfParser::RBRACK);
          break;
        }

        case 10: {
          _localctx = _tracker.createInstance<ExprContext>(parentContext, parentState);
          pushNewRecursionContext(_localctx, startState, RuleExpr);
          setState(353);

          if (!(precpred(_ctx, 7))) throw FailedPredicateException(this, "precpred(_ctx, 7)");
          setState(354);
          match(WfParser::BAR);
          setState(355);
          word();
          setState(357);
          _errHandler->sync(this);

          switch (getInterpreter<atn::ParserATNSimulator>()->adaptivePredict(_input, 44, _ctx)) {
          case 1: {
            setState(356);
            callArgs();
            break;
          }

          }
          break;
        }

        case 11: {
          _localctx = _tracker.createInstance<ExprContext>(parentContext, parentState);
          pushNewRecursionContext(_localctx, startState, RuleExpr);
          setState(359);

          if (!(precpred(_ctx, 4))) throw FailedPredicateException(this, "precpred(_ctx, 4)");
          setState(360);
          match(WfParser::IS);
          setState(362);
          _errHandler->sync(this);

          switch (getInterpreter<atn::ParserATNSimulator>()->adaptivePredict(_input, 45, _ctx)) {
          case 1: {
            setState(361);
            match(WfParser::NOT);
            break;
          }

          }
          setState(364);
          word();
          setState(366);
          _errHandler->sync(this);

          switch (getInterpreter<atn::ParserATNSimulator>()->adaptivePredict(_input, 46, _ctx)) {
          case 1: {
            setState(365);
            callArgs();
            break;
          }

          }
          break;
        }

        }
      }
      setState(372);
      _errHandler->sync(this);
      alt = getInterpreter<atn::ParserATNSimulator>()->adaptivePredict(_input, 48, _ctx);
    }
  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }
  return _localctx;
}

//----------------- PrimaryContext ------------------------------------------------------------------

WfParser::PrimaryContext::PrimaryContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

WfParser::LiteralContext* WfParser::PrimaryContext::literal() {
  return getRuleContext<WfParser::LiteralContext>(0);
}

tree::TerminalNode* WfParser::PrimaryContext::STRING() {
  return getToken(WfParser::STRING, 0);
}

tree::TerminalNode* WfParser::PrimaryContext::SQSTRING() {
  return getToken(WfParser::SQSTRING, 0);
}

WfParser::ListContext* WfParser::PrimaryContext::list() {
  return getRuleContext<WfParser::ListContext>(0);
}

WfParser::MapContext* WfParser::PrimaryContext::map() {
  return getRuleContext<WfParser::MapContext>(0);
}

WfParser::NameContext* WfParser::PrimaryContext::name() {
  return getRuleContext<WfParser::NameContext>(0);
}

WfParser::CallArgsContext* WfParser::PrimaryContext::callArgs() {
  return getRuleContext<WfParser::CallArgsContext>(0);
}

tree::TerminalNode* WfParser::PrimaryContext::LPAREN() {
  return getToken(WfParser::LPAREN, 0);
}

WfParser::ExprContext* WfParser::PrimaryContext::expr() {
  return getRuleContext<WfParser::ExprContext>(0);
}

tree::TerminalNode* WfParser::PrimaryContext::RPAREN() {
  return getToken(WfParser::RPAREN, 0);
}


size_t WfParser::PrimaryContext::getRuleIndex() const {
  return WfParser::RulePrimary;
}


WfParser::PrimaryContext* WfParser::primary() {
  PrimaryContext *_localctx = _tracker.createInstance<PrimaryContext>(_ctx, getState());
  enterRule(_localctx, 46, WfParser::RulePrimary);

  auto onExit = finally([=, this] {
    exitRule();
  });
  try {
    setState(386);
    _errHandler->sync(this);
    switch (_input->LA(1)) {
      case WfParser::TRUE:
      case WfParser::FALSE:
      case WfParser::NULL_:
      case WfParser::DURATION:
      case WfParser::SIZE:
      case WfParser::MONEY:
      case WfParser::FLOAT:
      case WfParser::INT: {
        enterOuterAlt(_localctx, 1);
        setState(373);
        literal();
        break;
      }

      case WfParser::STRING: {
        enterOuterAlt(_localctx, 2);
        setState(374);
        match(WfParser::STRING);
        break;
      }

      case WfParser::SQSTRING: {
        enterOuterAlt(_localctx, 3);
        setState(375);
        match(WfParser::SQSTRING);
        break;
      }

      case WfParser::LBRACK: {
        enterOuterAlt(_localctx, 4);
        setState(376);
        list();
        break;
      }

      case WfParser::LBRACE: {
        enterOuterAlt(_localctx, 5);
        setState(377);
        map();
        break;
      }

      case WfParser::STEP:
      case WfParser::DEFINE:
      case WfParser::PARALLEL:
      case WfParser::IF:
      case WfParser::ELSE:
      case WfParser::ON:
      case WfParser::CHECK:
      case WfParser::NAME: {
        enterOuterAlt(_localctx, 6);
        setState(378);
        name();
        setState(380);
        _errHandler->sync(this);

        switch (getInterpreter<atn::ParserATNSimulator>()->adaptivePredict(_input, 49, _ctx)) {
        case 1: {
          setState(379);
          callArgs();
          break;
        }

        }
        break;
      }

      case WfParser::LPAREN: {
        enterOuterAlt(_localctx, 7);
        setState(382);
        match(WfParser::LPAREN);
        setState(383);
        expr(0);
        setState(384);
        match(WfParser::RPAREN);
        break;
      }

    default:
      throw NoViableAltException(this);
    }

  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- CallArgsContext ------------------------------------------------------------------

WfParser::CallArgsContext::CallArgsContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

tree::TerminalNode* WfParser::CallArgsContext::LPAREN() {
  return getToken(WfParser::LPAREN, 0);
}

tree::TerminalNode* WfParser::CallArgsContext::RPAREN() {
  return getToken(WfParser::RPAREN, 0);
}

std::vector<WfParser::CallArgContext *> WfParser::CallArgsContext::callArg() {
  return getRuleContexts<WfParser::CallArgContext>();
}

WfParser::CallArgContext* WfParser::CallArgsContext::callArg(size_t i) {
  return getRuleContext<WfParser::CallArgContext>(i);
}

std::vector<tree::TerminalNode *> WfParser::CallArgsContext::COMMA() {
  return getTokens(WfParser::COMMA);
}

tree::TerminalNode* WfParser::CallArgsContext::COMMA(size_t i) {
  return getToken(WfParser::COMMA, i);
}


size_t WfParser::CallArgsContext::getRuleIndex() const {
  return WfParser::RuleCallArgs;
}


WfParser::CallArgsContext* WfParser::callArgs() {
  CallArgsContext *_localctx = _tracker.createInstance<CallArgsContext>(_ctx, getState());
  enterRule(_localctx, 48, WfParser::RuleCallArgs);
  size_t _la = 0;

  auto onExit = finally([=, this] {
    exitRule();
  });
  try {
    size_t alt;
    enterOuterAlt(_localctx, 1);
    setState(388);
    match(WfParser::LPAREN);
    setState(400);
    _errHandler->sync(this);

    _la = _input->LA(1);
    if ((((_la & ~ 0x3fULL) == 0) &&
      ((1ULL << _la) & ((1ULL << WfParser::STEP)
      | (1ULL << WfParser::DEFINE)
      | (1ULL << WfParser::PARALLEL)
      | (1ULL << WfParser::IF)
      | (1ULL << WfParser::ELSE)
      | (1ULL << WfParser::ON)
      | (1ULL << WfParser::CHECK)
      | (1ULL << WfParser::NOT)
      | (1ULL << WfParser::TRUE)
      | (1ULL << WfParser::FALSE)
      | (1ULL << WfParser::NULL_)
      | (1ULL << WfParser::DURATION)
      | (1ULL << WfParser::SIZE)
      | (1ULL << WfParser::MONEY)
      | (1ULL << WfParser::FLOAT)
      | (1ULL << WfParser::INT)
      | (1ULL << WfParser::NAME)
      | (1ULL << WfParser::STRING)
      | (1ULL << WfParser::SQSTRING)
      | (1ULL << WfParser::LBRACE)
      | (1ULL << WfParser::LPAREN)
      | (1ULL << WfParser::LBRACK)
      | (1ULL << WfParser::MINUS))) != 0)) {
      setState(389);
      callArg();
      setState(394);
      _errHandler->sync(this);
      alt = getInterpreter<atn::ParserATNSimulator>()->adaptivePredict(_input, 51, _ctx);
      while (alt != 2 && alt != atn::ATN::INVALID_ALT_NUMBER) {
        if (alt == 1) {
          setState(390);
          match(WfParser::COMMA);
          setState(391);
          callArg();
        }
        setState(396);
        _errHandler->sync(this);
        alt = getInterpreter<atn::ParserATNSimulator>()->adaptivePredict(_input, 51, _ctx);
      }
      setState(398);
      _errHandler->sync(this);

      _la = _input->LA(1);
      if (_la == WfParser::COMMA) {
        setState(397);
        match(WfParser::COMMA);
      }
    }
    setState(402);
    match(WfParser::RPAREN);

  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- CallArgContext ------------------------------------------------------------------

WfParser::CallArgContext::CallArgContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

WfParser::ExprContext* WfParser::CallArgContext::expr() {
  return getRuleContext<WfParser::ExprContext>(0);
}

WfParser::NameContext* WfParser::CallArgContext::name() {
  return getRuleContext<WfParser::NameContext>(0);
}

tree::TerminalNode* WfParser::CallArgContext::ASSIGN() {
  return getToken(WfParser::ASSIGN, 0);
}


size_t WfParser::CallArgContext::getRuleIndex() const {
  return WfParser::RuleCallArg;
}


WfParser::CallArgContext* WfParser::callArg() {
  CallArgContext *_localctx = _tracker.createInstance<CallArgContext>(_ctx, getState());
  enterRule(_localctx, 50, WfParser::RuleCallArg);

  auto onExit = finally([=, this] {
    exitRule();
  });
  try {
    enterOuterAlt(_localctx, 1);
    setState(407);
    _errHandler->sync(this);

    switch (getInterpreter<atn::ParserATNSimulator>()->adaptivePredict(_input, 54, _ctx)) {
    case 1: {
      setState(404);
      name();
      setState(405);
      match(WfParser::ASSIGN);
      break;
    }

    }
    setState(409);
    expr(0);

  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- LiteralContext ------------------------------------------------------------------

WfParser::LiteralContext::LiteralContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

tree::TerminalNode* WfParser::LiteralContext::INT() {
  return getToken(WfParser::INT, 0);
}

tree::TerminalNode* WfParser::LiteralContext::FLOAT() {
  return getToken(WfParser::FLOAT, 0);
}

tree::TerminalNode* WfParser::LiteralContext::DURATION() {
  return getToken(WfParser::DURATION, 0);
}

tree::TerminalNode* WfParser::LiteralContext::SIZE() {
  return getToken(WfParser::SIZE, 0);
}

tree::TerminalNode* WfParser::LiteralContext::MONEY() {
  return getToken(WfParser::MONEY, 0);
}

tree::TerminalNode* WfParser::LiteralContext::TRUE() {
  return getToken(WfParser::TRUE, 0);
}

tree::TerminalNode* WfParser::LiteralContext::FALSE() {
  return getToken(WfParser::FALSE, 0);
}

tree::TerminalNode* WfParser::LiteralContext::NULL_() {
  return getToken(WfParser::NULL_, 0);
}


size_t WfParser::LiteralContext::getRuleIndex() const {
  return WfParser::RuleLiteral;
}


WfParser::LiteralContext* WfParser::literal() {
  LiteralContext *_localctx = _tracker.createInstance<LiteralContext>(_ctx, getState());
  enterRule(_localctx, 52, WfParser::RuleLiteral);
  size_t _la = 0;

  auto onExit = finally([=, this] {
    exitRule();
  });
  try {
    enterOuterAlt(_localctx, 1);
    setState(411);
    _la = _input->LA(1);
    if (!((((_la & ~ 0x3fULL) == 0) &&
      ((1ULL << _la) & ((1ULL << WfParser::TRUE)
      | (1ULL << WfParser::FALSE)
      | (1ULL << WfParser::NULL_)
      | (1ULL << WfParser::DURATION)
      | (1ULL << WfParser::SIZE)
      | (1ULL << WfParser::MONEY)
      | (1ULL << WfParser::FLOAT)
      | (1ULL << WfParser::INT))) != 0))) {
    _errHandler->recoverInline(this);
    }
    else {
      _errHandler->reportMatch(this);
      consume();
    }

  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- ListContext ------------------------------------------------------------------

WfParser::ListContext::ListContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

tree::TerminalNode* WfParser::ListContext::LBRACK() {
  return getToken(WfParser::LBRACK, 0);
}

tree::TerminalNode* WfParser::ListContext::RBRACK() {
  return getToken(WfParser::RBRACK, 0);
}

std::vector<WfParser::ExprContext *> WfParser::ListContext::expr() {
  return getRuleContexts<WfParser::ExprContext>();
}

WfParser::ExprContext* WfParser::ListContext::expr(size_t i) {
  return getRuleContext<WfParser::ExprContext>(i);
}

std::vector<tree::TerminalNode *> WfParser::ListContext::COMMA() {
  return getTokens(WfParser::COMMA);
}

tree::TerminalNode* WfParser::ListContext::COMMA(size_t i) {
  return getToken(WfParser::COMMA, i);
}


size_t WfParser::ListContext::getRuleIndex() const {
  return WfParser::RuleList;
}


WfParser::ListContext* WfParser::list() {
  ListContext *_localctx = _tracker.createInstance<ListContext>(_ctx, getState());
  enterRule(_localctx, 54, WfParser::RuleList);
  size_t _la = 0;

  auto onExit = finally([=, this] {
    exitRule();
  });
  try {
    size_t alt;
    enterOuterAlt(_localctx, 1);
    setState(413);
    match(WfParser::LBRACK);
    setState(425);
    _errHandler->sync(this);

    _la = _input->LA(1);
    if ((((_la & ~ 0x3fULL) == 0) &&
      ((1ULL << _la) & ((1ULL << WfParser::STEP)
      | (1ULL << WfParser::DEFINE)
      | (1ULL << WfParser::PARALLEL)
      | (1ULL << WfParser::IF)
      | (1ULL << WfParser::ELSE)
      | (1ULL << WfParser::ON)
      | (1ULL << WfParser::CHECK)
      | (1ULL << WfParser::NOT)
      | (1ULL << WfParser::TRUE)
      | (1ULL << WfParser::FALSE)
      | (1ULL << WfParser::NULL_)
      | (1ULL << WfParser::DURATION)
      | (1ULL << WfParser::SIZE)
      | (1ULL << WfParser::MONEY)
      | (1ULL << WfParser::FLOAT)
      | (1ULL << WfParser::INT)
      | (1ULL << WfParser::NAME)
      | (1ULL << WfParser::STRING)
      | (1ULL << WfParser::SQSTRING)
      | (1ULL << WfParser::LBRACE)
      | (1ULL << WfParser::LPAREN)
      | (1ULL << WfParser::LBRACK)
      | (1ULL << WfParser::MINUS))) != 0)) {
      setState(414);
      expr(0);
      setState(419);
      _errHandler->sync(this);
      alt = getInterpreter<atn::ParserATNSimulator>()->adaptivePredict(_input, 55, _ctx);
      while (alt != 2 && alt != atn::ATN::INVALID_ALT_NUMBER) {
        if (alt == 1) {
          setState(415);
          match(WfParser::COMMA);
          setState(416);
          expr(0);
        }
        setState(421);
        _errHandler->sync(this);
        alt = getInterpreter<atn::ParserATNSimulator>()->adaptivePredict(_input, 55, _ctx);
      }
      setState(423);
      _errHandler->sync(this);

      _la = _input->LA(1);
      if (_la == WfParser::COMMA) {
        setState(422);
        match(WfParser::COMMA);
      }
    }
    setState(427);
    match(WfParser::RBRACK);

  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- MapContext ------------------------------------------------------------------

WfParser::MapContext::MapContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

tree::TerminalNode* WfParser::MapContext::LBRACE() {
  return getToken(WfParser::LBRACE, 0);
}

tree::TerminalNode* WfParser::MapContext::RBRACE() {
  return getToken(WfParser::RBRACE, 0);
}

std::vector<tree::TerminalNode *> WfParser::MapContext::NL() {
  return getTokens(WfParser::NL);
}

tree::TerminalNode* WfParser::MapContext::NL(size_t i) {
  return getToken(WfParser::NL, i);
}

std::vector<WfParser::EntryContext *> WfParser::MapContext::entry() {
  return getRuleContexts<WfParser::EntryContext>();
}

WfParser::EntryContext* WfParser::MapContext::entry(size_t i) {
  return getRuleContext<WfParser::EntryContext>(i);
}

std::vector<tree::TerminalNode *> WfParser::MapContext::COMMA() {
  return getTokens(WfParser::COMMA);
}

tree::TerminalNode* WfParser::MapContext::COMMA(size_t i) {
  return getToken(WfParser::COMMA, i);
}


size_t WfParser::MapContext::getRuleIndex() const {
  return WfParser::RuleMap;
}


WfParser::MapContext* WfParser::map() {
  MapContext *_localctx = _tracker.createInstance<MapContext>(_ctx, getState());
  enterRule(_localctx, 56, WfParser::RuleMap);
  size_t _la = 0;

  auto onExit = finally([=, this] {
    exitRule();
  });
  try {
    size_t alt;
    enterOuterAlt(_localctx, 1);
    setState(429);
    match(WfParser::LBRACE);
    setState(433);
    _errHandler->sync(this);
    alt = getInterpreter<atn::ParserATNSimulator>()->adaptivePredict(_input, 58, _ctx);
    while (alt != 2 && alt != atn::ATN::INVALID_ALT_NUMBER) {
      if (alt == 1) {
        setState(430);
        match(WfParser::NL);
      }
      setState(435);
      _errHandler->sync(this);
      alt = getInterpreter<atn::ParserATNSimulator>()->adaptivePredict(_input, 58, _ctx);
    }
    setState(447);
    _errHandler->sync(this);

    _la = _input->LA(1);
    if ((((_la & ~ 0x3fULL) == 0) &&
      ((1ULL << _la) & ((1ULL << WfParser::STEP)
      | (1ULL << WfParser::DEFINE)
      | (1ULL << WfParser::PARALLEL)
      | (1ULL << WfParser::IF)
      | (1ULL << WfParser::ELSE)
      | (1ULL << WfParser::ON)
      | (1ULL << WfParser::CHECK)
      | (1ULL << WfParser::NAME)
      | (1ULL << WfParser::STRING)
      | (1ULL << WfParser::SQSTRING))) != 0)) {
      setState(436);
      entry();
      setState(441);
      _errHandler->sync(this);
      alt = getInterpreter<atn::ParserATNSimulator>()->adaptivePredict(_input, 59, _ctx);
      while (alt != 2 && alt != atn::ATN::INVALID_ALT_NUMBER) {
        if (alt == 1) {
          setState(437);
          match(WfParser::COMMA);
          setState(438);
          entry();
        }
        setState(443);
        _errHandler->sync(this);
        alt = getInterpreter<atn::ParserATNSimulator>()->adaptivePredict(_input, 59, _ctx);
      }
      setState(445);
      _errHandler->sync(this);

      _la = _input->LA(1);
      if (_la == WfParser::COMMA) {
        setState(444);
        match(WfParser::COMMA);
      }
    }
    setState(452);
    _errHandler->sync(this);
    _la = _input->LA(1);
    while (_la == WfParser::NL) {
      setState(449);
      match(WfParser::NL);
      setState(454);
      _errHandler->sync(this);
      _la = _input->LA(1);
    }
    setState(455);
    match(WfParser::RBRACE);

  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- EntryContext ------------------------------------------------------------------

WfParser::EntryContext::EntryContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

tree::TerminalNode* WfParser::EntryContext::COLON() {
  return getToken(WfParser::COLON, 0);
}

WfParser::ExprContext* WfParser::EntryContext::expr() {
  return getRuleContext<WfParser::ExprContext>(0);
}

WfParser::NameContext* WfParser::EntryContext::name() {
  return getRuleContext<WfParser::NameContext>(0);
}

tree::TerminalNode* WfParser::EntryContext::STRING() {
  return getToken(WfParser::STRING, 0);
}

tree::TerminalNode* WfParser::EntryContext::SQSTRING() {
  return getToken(WfParser::SQSTRING, 0);
}


size_t WfParser::EntryContext::getRuleIndex() const {
  return WfParser::RuleEntry;
}


WfParser::EntryContext* WfParser::entry() {
  EntryContext *_localctx = _tracker.createInstance<EntryContext>(_ctx, getState());
  enterRule(_localctx, 58, WfParser::RuleEntry);

  auto onExit = finally([=, this] {
    exitRule();
  });
  try {
    enterOuterAlt(_localctx, 1);
    setState(460);
    _errHandler->sync(this);
    switch (_input->LA(1)) {
      case WfParser::STEP:
      case WfParser::DEFINE:
      case WfParser::PARALLEL:
      case WfParser::IF:
      case WfParser::ELSE:
      case WfParser::ON:
      case WfParser::CHECK:
      case WfParser::NAME: {
        setState(457);
        name();
        break;
      }

      case WfParser::STRING: {
        setState(458);
        match(WfParser::STRING);
        break;
      }

      case WfParser::SQSTRING: {
        setState(459);
        match(WfParser::SQSTRING);
        break;
      }

    default:
      throw NoViableAltException(this);
    }
    setState(462);
    match(WfParser::COLON);
    setState(463);
    expr(0);

  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- IdContext ------------------------------------------------------------------

WfParser::IdContext::IdContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

WfParser::NameContext* WfParser::IdContext::name() {
  return getRuleContext<WfParser::NameContext>(0);
}

tree::TerminalNode* WfParser::IdContext::STRING() {
  return getToken(WfParser::STRING, 0);
}


size_t WfParser::IdContext::getRuleIndex() const {
  return WfParser::RuleId;
}


WfParser::IdContext* WfParser::id() {
  IdContext *_localctx = _tracker.createInstance<IdContext>(_ctx, getState());
  enterRule(_localctx, 60, WfParser::RuleId);

  auto onExit = finally([=, this] {
    exitRule();
  });
  try {
    setState(467);
    _errHandler->sync(this);
    switch (_input->LA(1)) {
      case WfParser::STEP:
      case WfParser::DEFINE:
      case WfParser::PARALLEL:
      case WfParser::IF:
      case WfParser::ELSE:
      case WfParser::ON:
      case WfParser::CHECK:
      case WfParser::NAME: {
        enterOuterAlt(_localctx, 1);
        setState(465);
        name();
        break;
      }

      case WfParser::STRING: {
        enterOuterAlt(_localctx, 2);
        setState(466);
        match(WfParser::STRING);
        break;
      }

    default:
      throw NoViableAltException(this);
    }

  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- NameContext ------------------------------------------------------------------

WfParser::NameContext::NameContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

tree::TerminalNode* WfParser::NameContext::NAME() {
  return getToken(WfParser::NAME, 0);
}

tree::TerminalNode* WfParser::NameContext::STEP() {
  return getToken(WfParser::STEP, 0);
}

tree::TerminalNode* WfParser::NameContext::DEFINE() {
  return getToken(WfParser::DEFINE, 0);
}

tree::TerminalNode* WfParser::NameContext::PARALLEL() {
  return getToken(WfParser::PARALLEL, 0);
}

tree::TerminalNode* WfParser::NameContext::IF() {
  return getToken(WfParser::IF, 0);
}

tree::TerminalNode* WfParser::NameContext::ELSE() {
  return getToken(WfParser::ELSE, 0);
}

tree::TerminalNode* WfParser::NameContext::ON() {
  return getToken(WfParser::ON, 0);
}

tree::TerminalNode* WfParser::NameContext::CHECK() {
  return getToken(WfParser::CHECK, 0);
}


size_t WfParser::NameContext::getRuleIndex() const {
  return WfParser::RuleName;
}


WfParser::NameContext* WfParser::name() {
  NameContext *_localctx = _tracker.createInstance<NameContext>(_ctx, getState());
  enterRule(_localctx, 62, WfParser::RuleName);
  size_t _la = 0;

  auto onExit = finally([=, this] {
    exitRule();
  });
  try {
    enterOuterAlt(_localctx, 1);
    setState(469);
    _la = _input->LA(1);
    if (!((((_la & ~ 0x3fULL) == 0) &&
      ((1ULL << _la) & ((1ULL << WfParser::STEP)
      | (1ULL << WfParser::DEFINE)
      | (1ULL << WfParser::PARALLEL)
      | (1ULL << WfParser::IF)
      | (1ULL << WfParser::ELSE)
      | (1ULL << WfParser::ON)
      | (1ULL << WfParser::CHECK)
      | (1ULL << WfParser::NAME))) != 0))) {
    _errHandler->recoverInline(this);
    }
    else {
      _errHandler->reportMatch(this);
      consume();
    }

  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- WordContext ------------------------------------------------------------------

WfParser::WordContext::WordContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

WfParser::NameContext* WfParser::WordContext::name() {
  return getRuleContext<WfParser::NameContext>(0);
}

tree::TerminalNode* WfParser::WordContext::WHEN() {
  return getToken(WfParser::WHEN, 0);
}

tree::TerminalNode* WfParser::WordContext::AND() {
  return getToken(WfParser::AND, 0);
}

tree::TerminalNode* WfParser::WordContext::OR() {
  return getToken(WfParser::OR, 0);
}

tree::TerminalNode* WfParser::WordContext::NOT() {
  return getToken(WfParser::NOT, 0);
}

tree::TerminalNode* WfParser::WordContext::IN() {
  return getToken(WfParser::IN, 0);
}

tree::TerminalNode* WfParser::WordContext::IS() {
  return getToken(WfParser::IS, 0);
}

tree::TerminalNode* WfParser::WordContext::TRUE() {
  return getToken(WfParser::TRUE, 0);
}

tree::TerminalNode* WfParser::WordContext::FALSE() {
  return getToken(WfParser::FALSE, 0);
}

tree::TerminalNode* WfParser::WordContext::NULL_() {
  return getToken(WfParser::NULL_, 0);
}


size_t WfParser::WordContext::getRuleIndex() const {
  return WfParser::RuleWord;
}


WfParser::WordContext* WfParser::word() {
  WordContext *_localctx = _tracker.createInstance<WordContext>(_ctx, getState());
  enterRule(_localctx, 64, WfParser::RuleWord);

  auto onExit = finally([=, this] {
    exitRule();
  });
  try {
    setState(481);
    _errHandler->sync(this);
    switch (_input->LA(1)) {
      case WfParser::STEP:
      case WfParser::DEFINE:
      case WfParser::PARALLEL:
      case WfParser::IF:
      case WfParser::ELSE:
      case WfParser::ON:
      case WfParser::CHECK:
      case WfParser::NAME: {
        enterOuterAlt(_localctx, 1);
        setState(471);
        name();
        break;
      }

      case WfParser::WHEN: {
        enterOuterAlt(_localctx, 2);
        setState(472);
        match(WfParser::WHEN);
        break;
      }

      case WfParser::AND: {
        enterOuterAlt(_localctx, 3);
        setState(473);
        match(WfParser::AND);
        break;
      }

      case WfParser::OR: {
        enterOuterAlt(_localctx, 4);
        setState(474);
        match(WfParser::OR);
        break;
      }

      case WfParser::NOT: {
        enterOuterAlt(_localctx, 5);
        setState(475);
        match(WfParser::NOT);
        break;
      }

      case WfParser::IN: {
        enterOuterAlt(_localctx, 6);
        setState(476);
        match(WfParser::IN);
        break;
      }

      case WfParser::IS: {
        enterOuterAlt(_localctx, 7);
        setState(477);
        match(WfParser::IS);
        break;
      }

      case WfParser::TRUE: {
        enterOuterAlt(_localctx, 8);
        setState(478);
        match(WfParser::TRUE);
        break;
      }

      case WfParser::FALSE: {
        enterOuterAlt(_localctx, 9);
        setState(479);
        match(WfParser::FALSE);
        break;
      }

      case WfParser::NULL_: {
        enterOuterAlt(_localctx, 10);
        setState(480);
        match(WfParser::NULL_);
        break;
      }

    default:
      throw NoViableAltException(this);
    }

  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

bool WfParser::sempred(RuleContext *context, size_t ruleIndex, size_t predicateIndex) {
  switch (ruleIndex) {
    case 22: return exprSempred(dynamic_cast<ExprContext *>(context), predicateIndex);

  default:
    break;
  }
  return true;
}

bool WfParser::exprSempred(ExprContext *_localctx, size_t predicateIndex) {
  switch (predicateIndex) {
    case 0: return precpred(_ctx, 10);
    case 1: return precpred(_ctx, 9);
    case 2: return precpred(_ctx, 8);
    case 3: return precpred(_ctx, 6);
    case 4: return precpred(_ctx, 5);
    case 5: return precpred(_ctx, 2);
    case 6: return precpred(_ctx, 1);
    case 7: return precpred(_ctx, 13);
    case 8: return precpred(_ctx, 12);
    case 9: return precpred(_ctx, 7);
    case 10: return precpred(_ctx, 4);

  default:
    break;
  }
  return true;
}

// Static vars and initialization.
std::vector<dfa::DFA> WfParser::_decisionToDFA;
atn::PredictionContextCache WfParser::_sharedContextCache;

// We own the ATN which in turn owns the ATN states.
atn::ATN WfParser::_atn;
std::vector<uint16_t> WfParser::_serializedATN;

std::vector<std::string> WfParser::_ruleNames = {
  "file", "block", "item", "step", "define", "parallel", "branch", "reaction",
  "check", "setting", "head", "body", "when", "param", "named", "args",
  "group", "arg", "path", "type", "typeAtom", "expression", "expr", "primary",
  "callArgs", "callArg", "literal", "list", "map", "entry", "id", "name",
  "word"
};

std::vector<std::string> WfParser::_literalNames = {
  "", "'step'", "'define'", "'parallel'", "'if'", "'else'", "'on'", "'check'",
  "'when'", "'and'", "'or'", "'not'", "'in'", "'is'", "'true'", "'false'",
  "'null'", "", "", "", "", "", "", "", "", "", "", "", "'{'", "'}'", "'('",
  "')'", "'['", "']'", "','", "':'", "'.'", "'?'", "'=='", "'!='", "'<='",
  "'>='", "'<'", "'>'", "'='", "'+'", "'-'", "'*'", "'/'", "'%'", "'~'",
  "'|'"
};

std::vector<std::string> WfParser::_symbolicNames = {
  "", "STEP", "DEFINE", "PARALLEL", "IF", "ELSE", "ON", "CHECK", "WHEN",
  "AND", "OR", "NOT", "IN", "IS", "TRUE", "FALSE", "NULL_", "DURATION",
  "SIZE", "MONEY", "FLOAT", "INT", "NAME", "BADNUM", "BLOCK", "STRING",
  "SQSTRING", "OPENSTR", "LBRACE", "RBRACE", "LPAREN", "RPAREN", "LBRACK",
  "RBRACK", "COMMA", "COLON", "DOT", "QUESTION", "EQ", "NE", "LE", "GE",
  "LT", "GT", "ASSIGN", "PLUS", "MINUS", "STAR", "SLASH", "PERCENT", "TILDE",
  "BAR", "CPPOP", "NL", "DOC", "COMMENT", "WS", "BAD"
};

dfa::Vocabulary WfParser::_vocabulary(_literalNames, _symbolicNames);

std::vector<std::string> WfParser::_tokenNames;

WfParser::Initializer::Initializer() {
	for (size_t i = 0; i < _symbolicNames.size(); ++i) {
		std::string name = _vocabulary.getLiteralName(i);
		if (name.empty()) {
			name = _vocabulary.getSymbolicName(i);
		}

		if (name.empty()) {
			_tokenNames.push_back("<INVALID>");
		} else {
      _tokenNames.push_back(name);
    }
	}

  _serializedATN = {
    0x3, 0x608b, 0xa72a, 0x8133, 0xb9ed, 0x417c, 0x3be7, 0x7786, 0x5964,
    0x3, 0x3b, 0x1e6, 0x4, 0x2, 0x9, 0x2, 0x4, 0x3, 0x9, 0x3, 0x4, 0x4,
    0x9, 0x4, 0x4, 0x5, 0x9, 0x5, 0x4, 0x6, 0x9, 0x6, 0x4, 0x7, 0x9, 0x7,
    0x4, 0x8, 0x9, 0x8, 0x4, 0x9, 0x9, 0x9, 0x4, 0xa, 0x9, 0xa, 0x4, 0xb,
    0x9, 0xb, 0x4, 0xc, 0x9, 0xc, 0x4, 0xd, 0x9, 0xd, 0x4, 0xe, 0x9, 0xe,
    0x4, 0xf, 0x9, 0xf, 0x4, 0x10, 0x9, 0x10, 0x4, 0x11, 0x9, 0x11, 0x4,
    0x12, 0x9, 0x12, 0x4, 0x13, 0x9, 0x13, 0x4, 0x14, 0x9, 0x14, 0x4, 0x15,
    0x9, 0x15, 0x4, 0x16, 0x9, 0x16, 0x4, 0x17, 0x9, 0x17, 0x4, 0x18, 0x9,
    0x18, 0x4, 0x19, 0x9, 0x19, 0x4, 0x1a, 0x9, 0x1a, 0x4, 0x1b, 0x9, 0x1b,
    0x4, 0x1c, 0x9, 0x1c, 0x4, 0x1d, 0x9, 0x1d, 0x4, 0x1e, 0x9, 0x1e, 0x4,
    0x1f, 0x9, 0x1f, 0x4, 0x20, 0x9, 0x20, 0x4, 0x21, 0x9, 0x21, 0x4, 0x22,
    0x9, 0x22, 0x3, 0x2, 0x7, 0x2, 0x46, 0xa, 0x2, 0xc, 0x2, 0xe, 0x2, 0x49,
    0xb, 0x2, 0x3, 0x2, 0x3, 0x2, 0x6, 0x2, 0x4d, 0xa, 0x2, 0xd, 0x2, 0xe,
    0x2, 0x4e, 0x3, 0x2, 0x7, 0x2, 0x52, 0xa, 0x2, 0xc, 0x2, 0xe, 0x2, 0x55,
    0xb, 0x2, 0x3, 0x2, 0x7, 0x2, 0x58, 0xa, 0x2, 0xc, 0x2, 0xe, 0x2, 0x5b,
    0xb, 0x2, 0x5, 0x2, 0x5d, 0xa, 0x2, 0x3, 0x2, 0x3, 0x2, 0x3, 0x3, 0x3,
    0x3, 0x7, 0x3, 0x63, 0xa, 0x3, 0xc, 0x3, 0xe, 0x3, 0x66, 0xb, 0x3, 0x3,
    0x3, 0x3, 0x3, 0x6, 0x3, 0x6a, 0xa, 0x3, 0xd, 0x3, 0xe, 0x3, 0x6b, 0x3,
    0x3, 0x7, 0x3, 0x6f, 0xa, 0x3, 0xc, 0x3, 0xe, 0x3, 0x72, 0xb, 0x3, 0x3,
    0x3, 0x7, 0x3, 0x75, 0xa, 0x3, 0xc, 0x3, 0xe, 0x3, 0x78, 0xb, 0x3, 0x5,
    0x3, 0x7a, 0xa, 0x3, 0x3, 0x3, 0x3, 0x3, 0x3, 0x4, 0x3, 0x4, 0x3, 0x4,
    0x3, 0x4, 0x3, 0x4, 0x3, 0x4, 0x3, 0x4, 0x5, 0x4, 0x85, 0xa, 0x4, 0x3,
    0x5, 0x3, 0x5, 0x3, 0x5, 0x5, 0x5, 0x8a, 0xa, 0x5, 0x3, 0x5, 0x3, 0x5,
    0x3, 0x5, 0x5, 0x5, 0x8f, 0xa, 0x5, 0x3, 0x5, 0x5, 0x5, 0x92, 0xa, 0x5,
    0x3, 0x6, 0x3, 0x6, 0x3, 0x6, 0x3, 0x6, 0x3, 0x6, 0x3, 0x6, 0x3, 0x6,
    0x7, 0x6, 0x9b, 0xa, 0x6, 0xc, 0x6, 0xe, 0x6, 0x9e, 0xb, 0x6, 0x5, 0x6,
    0xa0, 0xa, 0x6, 0x3, 0x6, 0x3, 0x6, 0x3, 0x6, 0x3, 0x6, 0x5, 0x6, 0xa6,
    0xa, 0x6, 0x3, 0x7, 0x3, 0x7, 0x5, 0x7, 0xaa, 0xa, 0x7, 0x3, 0x7, 0x3,
    0x7, 0x3, 0x8, 0x3, 0x8, 0x3, 0x8, 0x3, 0x8, 0x3, 0x8, 0x3, 0x8, 0x3,
    0x8, 0x3, 0x8, 0x7, 0x8, 0xb6, 0xa, 0x8, 0xc, 0x8, 0xe, 0x8, 0xb9, 0xb,
    0x8, 0x3, 0x8, 0x3, 0x8, 0x5, 0x8, 0xbd, 0xa, 0x8, 0x3, 0x9, 0x3, 0x9,
    0x3, 0x9, 0x5, 0x9, 0xc2, 0xa, 0x9, 0x3, 0x9, 0x5, 0x9, 0xc5, 0xa, 0x9,
    0x3, 0x9, 0x5, 0x9, 0xc8, 0xa, 0x9, 0x3, 0xa, 0x3, 0xa, 0x3, 0xa, 0x3,
    0xb, 0x3, 0xb, 0x5, 0xb, 0xcf, 0xa, 0xb, 0x3, 0xb, 0x3, 0xb, 0x5, 0xb,
    0xd3, 0xa, 0xb, 0x3, 0xb, 0x3, 0xb, 0x5, 0xb, 0xd7, 0xa, 0xb, 0x3, 0xb,
    0x5, 0xb, 0xda, 0xa, 0xb, 0x3, 0xb, 0x5, 0xb, 0xdd, 0xa, 0xb, 0x3, 0xc,
    0x3, 0xc, 0x3, 0xd, 0x3, 0xd, 0x3, 0xd, 0x3, 0xd, 0x3, 0xd, 0x3, 0xd,
    0x3, 0xd, 0x7, 0xd, 0xe8, 0xa, 0xd, 0xc, 0xd, 0xe, 0xd, 0xeb, 0xb, 0xd,
    0x3, 0xd, 0x5, 0xd, 0xee, 0xa, 0xd, 0x5, 0xd, 0xf0, 0xa, 0xd, 0x3, 0xd,
    0x3, 0xd, 0x3, 0xd, 0x5, 0xd, 0xf5, 0xa, 0xd, 0x3, 0xe, 0x3, 0xe, 0x3,
    0xe, 0x3, 0xf, 0x3, 0xf, 0x3, 0xf, 0x3, 0xf, 0x3, 0xf, 0x5, 0xf, 0xff,
    0xa, 0xf, 0x3, 0x10, 0x3, 0x10, 0x3, 0x10, 0x3, 0x10, 0x3, 0x11, 0x3,
    0x11, 0x3, 0x11, 0x7, 0x11, 0x108, 0xa, 0x11, 0xc, 0x11, 0xe, 0x11,
    0x10b, 0xb, 0x11, 0x3, 0x12, 0x6, 0x12, 0x10e, 0xa, 0x12, 0xd, 0x12,
    0xe, 0x12, 0x10f, 0x3, 0x13, 0x3, 0x13, 0x3, 0x13, 0x3, 0x13, 0x3, 0x13,
    0x5, 0x13, 0x117, 0xa, 0x13, 0x3, 0x14, 0x3, 0x14, 0x3, 0x14, 0x7, 0x14,
    0x11c, 0xa, 0x14, 0xc, 0x14, 0xe, 0x14, 0x11f, 0xb, 0x14, 0x3, 0x15,
    0x3, 0x15, 0x3, 0x15, 0x7, 0x15, 0x124, 0xa, 0x15, 0xc, 0x15, 0xe, 0x15,
    0x127, 0xb, 0x15, 0x3, 0x16, 0x3, 0x16, 0x3, 0x16, 0x3, 0x16, 0x3, 0x16,
    0x5, 0x16, 0x12e, 0xa, 0x16, 0x3, 0x16, 0x5, 0x16, 0x131, 0xa, 0x16,
    0x3, 0x16, 0x5, 0x16, 0x134, 0xa, 0x16, 0x3, 0x17, 0x3, 0x17, 0x3, 0x17,
    0x3, 0x18, 0x3, 0x18, 0x3, 0x18, 0x3, 0x18, 0x3, 0x18, 0x3, 0x18, 0x5,
    0x18, 0x13f, 0xa, 0x18, 0x3, 0x18, 0x3, 0x18, 0x3, 0x18, 0x3, 0x18,
    0x3, 0x18, 0x3, 0x18, 0x3, 0x18, 0x3, 0x18, 0x3, 0x18, 0x3, 0x18, 0x3,
    0x18, 0x3, 0x18, 0x3, 0x18, 0x3, 0x18, 0x5, 0x18, 0x14f, 0xa, 0x18,
    0x3, 0x18, 0x3, 0x18, 0x3, 0x18, 0x3, 0x18, 0x3, 0x18, 0x3, 0x18, 0x3,
    0x18, 0x3, 0x18, 0x3, 0x18, 0x3, 0x18, 0x3, 0x18, 0x3, 0x18, 0x5, 0x18,
    0x15d, 0xa, 0x18, 0x3, 0x18, 0x3, 0x18, 0x3, 0x18, 0x3, 0x18, 0x3, 0x18,
    0x3, 0x18, 0x3, 0x18, 0x3, 0x18, 0x3, 0x18, 0x5, 0x18, 0x168, 0xa, 0x18,
    0x3, 0x18, 0x3, 0x18, 0x3, 0x18, 0x5, 0x18, 0x16d, 0xa, 0x18, 0x3, 0x18,
    0x3, 0x18, 0x5, 0x18, 0x171, 0xa, 0x18, 0x7, 0x18, 0x173, 0xa, 0x18,
    0xc, 0x18, 0xe, 0x18, 0x176, 0xb, 0x18, 0x3, 0x19, 0x3, 0x19, 0x3, 0x19,
    0x3, 0x19, 0x3, 0x19, 0x3, 0x19, 0x3, 0x19, 0x5, 0x19, 0x17f, 0xa, 0x19,
    0x3, 0x19, 0x3, 0x19, 0x3, 0x19, 0x3, 0x19, 0x5, 0x19, 0x185, 0xa, 0x19,
    0x3, 0x1a, 0x3, 0x1a, 0x3, 0x1a, 0x3, 0x1a, 0x7, 0x1a, 0x18b, 0xa, 0x1a,
    0xc, 0x1a, 0xe, 0x1a, 0x18e, 0xb, 0x1a, 0x3, 0x1a, 0x5, 0x1a, 0x191,
    0xa, 0x1a, 0x5, 0x1a, 0x193, 0xa, 0x1a, 0x3, 0x1a, 0x3, 0x1a, 0x3, 0x1b,
    0x3, 0x1b, 0x3, 0x1b, 0x5, 0x1b, 0x19a, 0xa, 0x1b, 0x3, 0x1b, 0x3, 0x1b,
    0x3, 0x1c, 0x3, 0x1c, 0x3, 0x1d, 0x3, 0x1d, 0x3, 0x1d, 0x3, 0x1d, 0x7,
    0x1d, 0x1a4, 0xa, 0x1d, 0xc, 0x1d, 0xe, 0x1d, 0x1a7, 0xb, 0x1d, 0x3,
    0x1d, 0x5, 0x1d, 0x1aa, 0xa, 0x1d, 0x5, 0x1d, 0x1ac, 0xa, 0x1d, 0x3,
    0x1d, 0x3, 0x1d, 0x3, 0x1e, 0x3, 0x1e, 0x7, 0x1e, 0x1b2, 0xa, 0x1e,
    0xc, 0x1e, 0xe, 0x1e, 0x1b5, 0xb, 0x1e, 0x3, 0x1e, 0x3, 0x1e, 0x3, 0x1e,
    0x7, 0x1e, 0x1ba, 0xa, 0x1e, 0xc, 0x1e, 0xe, 0x1e, 0x1bd, 0xb, 0x1e,
    0x3, 0x1e, 0x5, 0x1e, 0x1c0, 0xa, 0x1e, 0x5, 0x1e, 0x1c2, 0xa, 0x1e,
    0x3, 0x1e, 0x7, 0x1e, 0x1c5, 0xa, 0x1e, 0xc, 0x1e, 0xe, 0x1e, 0x1c8,
    0xb, 0x1e, 0x3, 0x1e, 0x3, 0x1e, 0x3, 0x1f, 0x3, 0x1f, 0x3, 0x1f, 0x5,
    0x1f, 0x1cf, 0xa, 0x1f, 0x3, 0x1f, 0x3, 0x1f, 0x3, 0x1f, 0x3, 0x20,
    0x3, 0x20, 0x5, 0x20, 0x1d6, 0xa, 0x20, 0x3, 0x21, 0x3, 0x21, 0x3, 0x22,
    0x3, 0x22, 0x3, 0x22, 0x3, 0x22, 0x3, 0x22, 0x3, 0x22, 0x3, 0x22, 0x3,
    0x22, 0x3, 0x22, 0x3, 0x22, 0x5, 0x22, 0x1e4, 0xa, 0x22, 0x3, 0x22,
    0x2, 0x3, 0x2e, 0x23, 0x2, 0x4, 0x6, 0x8, 0xa, 0xc, 0xe, 0x10, 0x12,
    0x14, 0x16, 0x18, 0x1a, 0x1c, 0x1e, 0x20, 0x22, 0x24, 0x26, 0x28, 0x2a,
    0x2c, 0x2e, 0x30, 0x32, 0x34, 0x36, 0x38, 0x3a, 0x3c, 0x3e, 0x40, 0x42,
    0x2, 0x8, 0x4, 0x2, 0x18, 0x18, 0x1b, 0x1b, 0x3, 0x2, 0x31, 0x33, 0x3,
    0x2, 0x2f, 0x30, 0x3, 0x2, 0x28, 0x2d, 0x3, 0x2, 0x10, 0x17, 0x4, 0x2,
    0x3, 0x9, 0x18, 0x18, 0x2, 0x227, 0x2, 0x47, 0x3, 0x2, 0x2, 0x2, 0x4,
    0x60, 0x3, 0x2, 0x2, 0x2, 0x6, 0x84, 0x3, 0x2, 0x2, 0x2, 0x8, 0x86,
    0x3, 0x2, 0x2, 0x2, 0xa, 0x93, 0x3, 0x2, 0x2, 0x2, 0xc, 0xa7, 0x3, 0x2,
    0x2, 0x2, 0xe, 0xad, 0x3, 0x2, 0x2, 0x2, 0x10, 0xbe, 0x3, 0x2, 0x2,
    0x2, 0x12, 0xc9, 0x3, 0x2, 0x2, 0x2, 0x14, 0xcc, 0x3, 0x2, 0x2, 0x2,
    0x16, 0xde, 0x3, 0x2, 0x2, 0x2, 0x18, 0xf4, 0x3, 0x2, 0x2, 0x2, 0x1a,
    0xf6, 0x3, 0x2, 0x2, 0x2, 0x1c, 0xf9, 0x3, 0x2, 0x2, 0x2, 0x1e, 0x100,
    0x3, 0x2, 0x2, 0x2, 0x20, 0x104, 0x3, 0x2, 0x2, 0x2, 0x22, 0x10d, 0x3,
    0x2, 0x2, 0x2, 0x24, 0x116, 0x3, 0x2, 0x2, 0x2, 0x26, 0x118, 0x3, 0x2,
    0x2, 0x2, 0x28, 0x120, 0x3, 0x2, 0x2, 0x2, 0x2a, 0x133, 0x3, 0x2, 0x2,
    0x2, 0x2c, 0x135, 0x3, 0x2, 0x2, 0x2, 0x2e, 0x13e, 0x3, 0x2, 0x2, 0x2,
    0x30, 0x184, 0x3, 0x2, 0x2, 0x2, 0x32, 0x186, 0x3, 0x2, 0x2, 0x2, 0x34,
    0x199, 0x3, 0x2, 0x2, 0x2, 0x36, 0x19d, 0x3, 0x2, 0x2, 0x2, 0x38, 0x19f,
    0x3, 0x2, 0x2, 0x2, 0x3a, 0x1af, 0x3, 0x2, 0x2, 0x2, 0x3c, 0x1ce, 0x3,
    0x2, 0x2, 0x2, 0x3e, 0x1d5, 0x3, 0x2, 0x2, 0x2, 0x40, 0x1d7, 0x3, 0x2,
    0x2, 0x2, 0x42, 0x1e3, 0x3, 0x2, 0x2, 0x2, 0x44, 0x46, 0x7, 0x37, 0x2,
    0x2, 0x45, 0x44, 0x3, 0x2, 0x2, 0x2, 0x46, 0x49, 0x3, 0x2, 0x2, 0x2,
    0x47, 0x45, 0x3, 0x2, 0x2, 0x2, 0x47, 0x48, 0x3, 0x2, 0x2, 0x2, 0x48,
    0x5c, 0x3, 0x2, 0x2, 0x2, 0x49, 0x47, 0x3, 0x2, 0x2, 0x2, 0x4a, 0x53,
    0x5, 0x6, 0x4, 0x2, 0x4b, 0x4d, 0x7, 0x37, 0x2, 0x2, 0x4c, 0x4b, 0x3,
    0x2, 0x2, 0x2, 0x4d, 0x4e, 0x3, 0x2, 0x2, 0x2, 0x4e, 0x4c, 0x3, 0x2,
    0x2, 0x2, 0x4e, 0x4f, 0x3, 0x2, 0x2, 0x2, 0x4f, 0x50, 0x3, 0x2, 0x2,
    0x2, 0x50, 0x52, 0x5, 0x6, 0x4, 0x2, 0x51, 0x4c, 0x3, 0x2, 0x2, 0x2,
    0x52, 0x55, 0x3, 0x2, 0x2, 0x2, 0x53, 0x51, 0x3, 0x2, 0x2, 0x2, 0x53,
    0x54, 0x3, 0x2, 0x2, 0x2, 0x54, 0x59, 0x3, 0x2, 0x2, 0x2, 0x55, 0x53,
    0x3, 0x2, 0x2, 0x2, 0x56, 0x58, 0x7, 0x37, 0x2, 0x2, 0x57, 0x56, 0x3,
    0x2, 0x2, 0x2, 0x58, 0x5b, 0x3, 0x2, 0x2, 0x2, 0x59, 0x57, 0x3, 0x2,
    0x2, 0x2, 0x59, 0x5a, 0x3, 0x2, 0x2, 0x2, 0x5a, 0x5d, 0x3, 0x2, 0x2,
    0x2, 0x5b, 0x59, 0x3, 0x2, 0x2, 0x2, 0x5c, 0x4a, 0x3, 0x2, 0x2, 0x2,
    0x5c, 0x5d, 0x3, 0x2, 0x2, 0x2, 0x5d, 0x5e, 0x3, 0x2, 0x2, 0x2, 0x5e,
    0x5f, 0x7, 0x2, 0x2, 0x3, 0x5f, 0x3, 0x3, 0x2, 0x2, 0x2, 0x60, 0x64,
    0x7, 0x1e, 0x2, 0x2, 0x61, 0x63, 0x7, 0x37, 0x2, 0x2, 0x62, 0x61, 0x3,
    0x2, 0x2, 0x2, 0x63, 0x66, 0x3, 0x2, 0x2, 0x2, 0x64, 0x62, 0x3, 0x2,
    0x2, 0x2, 0x64, 0x65, 0x3, 0x2, 0x2, 0x2, 0x65, 0x79, 0x3, 0x2, 0x2,
    0x2, 0x66, 0x64, 0x3, 0x2, 0x2, 0x2, 0x67, 0x70, 0x5, 0x6, 0x4, 0x2,
    0x68, 0x6a, 0x7, 0x37, 0x2, 0x2, 0x69, 0x68, 0x3, 0x2, 0x2, 0x2, 0x6a,
    0x6b, 0x3, 0x2, 0x2, 0x2, 0x6b, 0x69, 0x3, 0x2, 0x2, 0x2, 0x6b, 0x6c,
    0x3, 0x2, 0x2, 0x2, 0x6c, 0x6d, 0x3, 0x2, 0x2, 0x2, 0x6d, 0x6f, 0x5,
    0x6, 0x4, 0x2, 0x6e, 0x69, 0x3, 0x2, 0x2, 0x2, 0x6f, 0x72, 0x3, 0x2,
    0x2, 0x2, 0x70, 0x6e, 0x3, 0x2, 0x2, 0x2, 0x70, 0x71, 0x3, 0x2, 0x2,
    0x2, 0x71, 0x76, 0x3, 0x2, 0x2, 0x2, 0x72, 0x70, 0x3, 0x2, 0x2, 0x2,
    0x73, 0x75, 0x7, 0x37, 0x2, 0x2, 0x74, 0x73, 0x3, 0x2, 0x2, 0x2, 0x75,
    0x78, 0x3, 0x2, 0x2, 0x2, 0x76, 0x74, 0x3, 0x2, 0x2, 0x2, 0x76, 0x77,
    0x3, 0x2, 0x2, 0x2, 0x77, 0x7a, 0x3, 0x2, 0x2, 0x2, 0x78, 0x76, 0x3,
    0x2, 0x2, 0x2, 0x79, 0x67, 0x3, 0x2, 0x2, 0x2, 0x79, 0x7a, 0x3, 0x2,
    0x2, 0x2, 0x7a, 0x7b, 0x3, 0x2, 0x2, 0x2, 0x7b, 0x7c, 0x7, 0x1f, 0x2,
    0x2, 0x7c, 0x5, 0x3, 0x2, 0x2, 0x2, 0x7d, 0x85, 0x5, 0x8, 0x5, 0x2,
    0x7e, 0x85, 0x5, 0xa, 0x6, 0x2, 0x7f, 0x85, 0x5, 0xc, 0x7, 0x2, 0x80,
    0x85, 0x5, 0xe, 0x8, 0x2, 0x81, 0x85, 0x5, 0x10, 0x9, 0x2, 0x82, 0x85,
    0x5, 0x12, 0xa, 0x2, 0x83, 0x85, 0x5, 0x14, 0xb, 0x2, 0x84, 0x7d, 0x3,
    0x2, 0x2, 0x2, 0x84, 0x7e, 0x3, 0x2, 0x2, 0x2, 0x84, 0x7f, 0x3, 0x2,
    0x2, 0x2, 0x84, 0x80, 0x3, 0x2, 0x2, 0x2, 0x84, 0x81, 0x3, 0x2, 0x2,
    0x2, 0x84, 0x82, 0x3, 0x2, 0x2, 0x2, 0x84, 0x83, 0x3, 0x2, 0x2, 0x2,
    0x85, 0x7, 0x3, 0x2, 0x2, 0x2, 0x86, 0x87, 0x7, 0x3, 0x2, 0x2, 0x87,
    0x89, 0x5, 0x3e, 0x20, 0x2, 0x88, 0x8a, 0x7, 0x1b, 0x2, 0x2, 0x89, 0x88,
    0x3, 0x2, 0x2, 0x2, 0x89, 0x8a, 0x3, 0x2, 0x2, 0x2, 0x8a, 0x8b, 0x3,
    0x2, 0x2, 0x2, 0x8b, 0x8c, 0x7, 0x25, 0x2, 0x2, 0x8c, 0x8e, 0x5, 0x18,
    0xd, 0x2, 0x8d, 0x8f, 0x5, 0x1a, 0xe, 0x2, 0x8e, 0x8d, 0x3, 0x2, 0x2,
    0x2, 0x8e, 0x8f, 0x3, 0x2, 0x2, 0x2, 0x8f, 0x91, 0x3, 0x2, 0x2, 0x2,
    0x90, 0x92, 0x5, 0x4, 0x3, 0x2, 0x91, 0x90, 0x3, 0x2, 0x2, 0x2, 0x91,
    0x92, 0x3, 0x2, 0x2, 0x2, 0x92, 0x9, 0x3, 0x2, 0x2, 0x2, 0x93, 0x94,
    0x7, 0x4, 0x2, 0x2, 0x94, 0x95, 0x7, 0x3, 0x2, 0x2, 0x95, 0x96, 0x5,
    0x40, 0x21, 0x2, 0x96, 0x9f, 0x7, 0x20, 0x2, 0x2, 0x97, 0x9c, 0x5, 0x1c,
    0xf, 0x2, 0x98, 0x99, 0x7, 0x24, 0x2, 0x2, 0x99, 0x9b, 0x5, 0x1c, 0xf,
    0x2, 0x9a, 0x98, 0x3, 0x2, 0x2, 0x2, 0x9b, 0x9e, 0x3, 0x2, 0x2, 0x2,
    0x9c, 0x9a, 0x3, 0x2, 0x2, 0x2, 0x9c, 0x9d, 0x3, 0x2, 0x2, 0x2, 0x9d,
    0xa0, 0x3, 0x2, 0x2, 0x2, 0x9e, 0x9c, 0x3, 0x2, 0x2, 0x2, 0x9f, 0x97,
    0x3, 0x2, 0x2, 0x2, 0x9f, 0xa0, 0x3, 0x2, 0x2, 0x2, 0xa0, 0xa1, 0x3,
    0x2, 0x2, 0x2, 0xa1, 0xa2, 0x7, 0x21, 0x2, 0x2, 0xa2, 0xa3, 0x7, 0x25,
    0x2, 0x2, 0xa3, 0xa5, 0x5, 0x18, 0xd, 0x2, 0xa4, 0xa6, 0x5, 0x4, 0x3,
    0x2, 0xa5, 0xa4, 0x3, 0x2, 0x2, 0x2, 0xa5, 0xa6, 0x3, 0x2, 0x2, 0x2,
    0xa6, 0xb, 0x3, 0x2, 0x2, 0x2, 0xa7, 0xa9, 0x7, 0x5, 0x2, 0x2, 0xa8,
    0xaa, 0x5, 0x20, 0x11, 0x2, 0xa9, 0xa8, 0x3, 0x2, 0x2, 0x2, 0xa9, 0xaa,
    0x3, 0x2, 0x2, 0x2, 0xaa, 0xab, 0x3, 0x2, 0x2, 0x2, 0xab, 0xac, 0x5,
    0x4, 0x3, 0x2, 0xac, 0xd, 0x3, 0x2, 0x2, 0x2, 0xad, 0xae, 0x7, 0x6,
    0x2, 0x2, 0xae, 0xaf, 0x5, 0x2e, 0x18, 0x2, 0xaf, 0xb7, 0x5, 0x4, 0x3,
    0x2, 0xb0, 0xb1, 0x7, 0x7, 0x2, 0x2, 0xb1, 0xb2, 0x7, 0x6, 0x2, 0x2,
    0xb2, 0xb3, 0x5, 0x2e, 0x18, 0x2, 0xb3, 0xb4, 0x5, 0x4, 0x3, 0x2, 0xb4,
    0xb6, 0x3, 0x2, 0x2, 0x2, 0xb5, 0xb0, 0x3, 0x2, 0x2, 0x2, 0xb6, 0xb9,
    0x3, 0x2, 0x2, 0x2, 0xb7, 0xb5, 0x3, 0x2, 0x2, 0x2, 0xb7, 0xb8, 0x3,
    0x2, 0x2, 0x2, 0xb8, 0xbc, 0x3, 0x2, 0x2, 0x2, 0xb9, 0xb7, 0x3, 0x2,
    0x2, 0x2, 0xba, 0xbb, 0x7, 0x7, 0x2, 0x2, 0xbb, 0xbd, 0x5, 0x4, 0x3,
    0x2, 0xbc, 0xba, 0x3, 0x2, 0x2, 0x2, 0xbc, 0xbd, 0x3, 0x2, 0x2, 0x2,
    0xbd, 0xf, 0x3, 0x2, 0x2, 0x2, 0xbe, 0xbf, 0x7, 0x8, 0x2, 0x2, 0xbf,
    0xc1, 0x5, 0x2e, 0x18, 0x2, 0xc0, 0xc2, 0x5, 0x20, 0x11, 0x2, 0xc1,
    0xc0, 0x3, 0x2, 0x2, 0x2, 0xc1, 0xc2, 0x3, 0x2, 0x2, 0x2, 0xc2, 0xc4,
    0x3, 0x2, 0x2, 0x2, 0xc3, 0xc5, 0x5, 0x1a, 0xe, 0x2, 0xc4, 0xc3, 0x3,
    0x2, 0x2, 0x2, 0xc4, 0xc5, 0x3, 0x2, 0x2, 0x2, 0xc5, 0xc7, 0x3, 0x2,
    0x2, 0x2, 0xc6, 0xc8, 0x5, 0x4, 0x3, 0x2, 0xc7, 0xc6, 0x3, 0x2, 0x2,
    0x2, 0xc7, 0xc8, 0x3, 0x2, 0x2, 0x2, 0xc8, 0x11, 0x3, 0x2, 0x2, 0x2,
    0xc9, 0xca, 0x7, 0x9, 0x2, 0x2, 0xca, 0xcb, 0x5, 0x2e, 0x18, 0x2, 0xcb,
    0x13, 0x3, 0x2, 0x2, 0x2, 0xcc, 0xce, 0x5, 0x16, 0xc, 0x2, 0xcd, 0xcf,
    0x5, 0x20, 0x11, 0x2, 0xce, 0xcd, 0x3, 0x2, 0x2, 0x2, 0xce, 0xcf, 0x3,
    0x2, 0x2, 0x2, 0xcf, 0xd2, 0x3, 0x2, 0x2, 0x2, 0xd0, 0xd1, 0x7, 0x25,
    0x2, 0x2, 0xd1, 0xd3, 0x5, 0x28, 0x15, 0x2, 0xd2, 0xd0, 0x3, 0x2, 0x2,
    0x2, 0xd2, 0xd3, 0x3, 0x2, 0x2, 0x2, 0xd3, 0xd6, 0x3, 0x2, 0x2, 0x2,
    0xd4, 0xd5, 0x7, 0x2e, 0x2, 0x2, 0xd5, 0xd7, 0x5, 0x2e, 0x18, 0x2, 0xd6,
    0xd4, 0x3, 0x2, 0x2, 0x2, 0xd6, 0xd7, 0x3, 0x2, 0x2, 0x2, 0xd7, 0xd9,
    0x3, 0x2, 0x2, 0x2, 0xd8, 0xda, 0x5, 0x1a, 0xe, 0x2, 0xd9, 0xd8, 0x3,
    0x2, 0x2, 0x2, 0xd9, 0xda, 0x3, 0x2, 0x2, 0x2, 0xda, 0xdc, 0x3, 0x2,
    0x2, 0x2, 0xdb, 0xdd, 0x5, 0x4, 0x3, 0x2, 0xdc, 0xdb, 0x3, 0x2, 0x2,
    0x2, 0xdc, 0xdd, 0x3, 0x2, 0x2, 0x2, 0xdd, 0x15, 0x3, 0x2, 0x2, 0x2,
    0xde, 0xdf, 0x9, 0x2, 0x2, 0x2, 0xdf, 0x17, 0x3, 0x2, 0x2, 0x2, 0xe0,
    0xe1, 0x7, 0x9, 0x2, 0x2, 0xe1, 0xf5, 0x5, 0x2e, 0x18, 0x2, 0xe2, 0xe3,
    0x5, 0x26, 0x14, 0x2, 0xe3, 0xef, 0x7, 0x20, 0x2, 0x2, 0xe4, 0xe9, 0x5,
    0x1e, 0x10, 0x2, 0xe5, 0xe6, 0x7, 0x24, 0x2, 0x2, 0xe6, 0xe8, 0x5, 0x1e,
    0x10, 0x2, 0xe7, 0xe5, 0x3, 0x2, 0x2, 0x2, 0xe8, 0xeb, 0x3, 0x2, 0x2,
    0x2, 0xe9, 0xe7, 0x3, 0x2, 0x2, 0x2, 0xe9, 0xea, 0x3, 0x2, 0x2, 0x2,
    0xea, 0xed, 0x3, 0x2, 0x2, 0x2, 0xeb, 0xe9, 0x3, 0x2, 0x2, 0x2, 0xec,
    0xee, 0x7, 0x24, 0x2, 0x2, 0xed, 0xec, 0x3, 0x2, 0x2, 0x2, 0xed, 0xee,
    0x3, 0x2, 0x2, 0x2, 0xee, 0xf0, 0x3, 0x2, 0x2, 0x2, 0xef, 0xe4, 0x3,
    0x2, 0x2, 0x2, 0xef, 0xf0, 0x3, 0x2, 0x2, 0x2, 0xf0, 0xf1, 0x3, 0x2,
    0x2, 0x2, 0xf1, 0xf2, 0x7, 0x21, 0x2, 0x2, 0xf2, 0xf5, 0x3, 0x2, 0x2,
    0x2, 0xf3, 0xf5, 0x5, 0x20, 0x11, 0x2, 0xf4, 0xe0, 0x3, 0x2, 0x2, 0x2,
    0xf4, 0xe2, 0x3, 0x2, 0x2, 0x2, 0xf4, 0xf3, 0x3, 0x2, 0x2, 0x2, 0xf5,
    0x19, 0x3, 0x2, 0x2, 0x2, 0xf6, 0xf7, 0x7, 0xa, 0x2, 0x2, 0xf7, 0xf8,
    0x5, 0x2e, 0x18, 0x2, 0xf8, 0x1b, 0x3, 0x2, 0x2, 0x2, 0xf9, 0xfa, 0x5,
    0x40, 0x21, 0x2, 0xfa, 0xfb, 0x7, 0x25, 0x2, 0x2, 0xfb, 0xfe, 0x5, 0x28,
    0x15, 0x2, 0xfc, 0xfd, 0x7, 0x2e, 0x2, 0x2, 0xfd, 0xff, 0x5, 0x2e, 0x18,
    0x2, 0xfe, 0xfc, 0x3, 0x2, 0x2, 0x2, 0xfe, 0xff, 0x3, 0x2, 0x2, 0x2,
    0xff, 0x1d, 0x3, 0x2, 0x2, 0x2, 0x100, 0x101, 0x5, 0x40, 0x21, 0x2,
    0x101, 0x102, 0x7, 0x2e, 0x2, 0x2, 0x102, 0x103, 0x5, 0x2e, 0x18, 0x2,
    0x103, 0x1f, 0x3, 0x2, 0x2, 0x2, 0x104, 0x109, 0x5, 0x22, 0x12, 0x2,
    0x105, 0x106, 0x7, 0x24, 0x2, 0x2, 0x106, 0x108, 0x5, 0x22, 0x12, 0x2,
    0x107, 0x105, 0x3, 0x2, 0x2, 0x2, 0x108, 0x10b, 0x3, 0x2, 0x2, 0x2,
    0x109, 0x107, 0x3, 0x2, 0x2, 0x2, 0x109, 0x10a, 0x3, 0x2, 0x2, 0x2,
    0x10a, 0x21, 0x3, 0x2, 0x2, 0x2, 0x10b, 0x109, 0x3, 0x2, 0x2, 0x2, 0x10c,
    0x10e, 0x5, 0x24, 0x13, 0x2, 0x10d, 0x10c, 0x3, 0x2, 0x2, 0x2, 0x10e,
    0x10f, 0x3, 0x2, 0x2, 0x2, 0x10f, 0x10d, 0x3, 0x2, 0x2, 0x2, 0x10f,
    0x110, 0x3, 0x2, 0x2, 0x2, 0x110, 0x23, 0x3, 0x2, 0x2, 0x2, 0x111, 0x117,
    0x5, 0x26, 0x14, 0x2, 0x112, 0x117, 0x7, 0x1b, 0x2, 0x2, 0x113, 0x117,
    0x7, 0x1a, 0x2, 0x2, 0x114, 0x117, 0x5, 0x36, 0x1c, 0x2, 0x115, 0x117,
    0x5, 0x38, 0x1d, 0x2, 0x116, 0x111, 0x3, 0x2, 0x2, 0x2, 0x116, 0x112,
    0x3, 0x2, 0x2, 0x2, 0x116, 0x113, 0x3, 0x2, 0x2, 0x2, 0x116, 0x114,
    0x3, 0x2, 0x2, 0x2, 0x116, 0x115, 0x3, 0x2, 0x2, 0x2, 0x117, 0x25, 0x3,
    0x2, 0x2, 0x2, 0x118, 0x11d, 0x5, 0x40, 0x21, 0x2, 0x119, 0x11a, 0x7,
    0x26, 0x2, 0x2, 0x11a, 0x11c, 0x5, 0x42, 0x22, 0x2, 0x11b, 0x119, 0x3,
    0x2, 0x2, 0x2, 0x11c, 0x11f, 0x3, 0x2, 0x2, 0x2, 0x11d, 0x11b, 0x3,
    0x2, 0x2, 0x2, 0x11d, 0x11e, 0x3, 0x2, 0x2, 0x2, 0x11e, 0x27, 0x3, 0x2,
    0x2, 0x2, 0x11f, 0x11d, 0x3, 0x2, 0x2, 0x2, 0x120, 0x125, 0x5, 0x2a,
    0x16, 0x2, 0x121, 0x122, 0x7, 0x35, 0x2, 0x2, 0x122, 0x124, 0x5, 0x2a,
    0x16, 0x2, 0x123, 0x121, 0x3, 0x2, 0x2, 0x2, 0x124, 0x127, 0x3, 0x2,
    0x2, 0x2, 0x125, 0x123, 0x3, 0x2, 0x2, 0x2, 0x125, 0x126, 0x3, 0x2,
    0x2, 0x2, 0x126, 0x29, 0x3, 0x2, 0x2, 0x2, 0x127, 0x125, 0x3, 0x2, 0x2,
    0x2, 0x128, 0x12d, 0x5, 0x40, 0x21, 0x2, 0x129, 0x12a, 0x7, 0x2c, 0x2,
    0x2, 0x12a, 0x12b, 0x5, 0x28, 0x15, 0x2, 0x12b, 0x12c, 0x7, 0x2d, 0x2,
    0x2, 0x12c, 0x12e, 0x3, 0x2, 0x2, 0x2, 0x12d, 0x129, 0x3, 0x2, 0x2,
    0x2, 0x12d, 0x12e, 0x3, 0x2, 0x2, 0x2, 0x12e, 0x130, 0x3, 0x2, 0x2,
    0x2, 0x12f, 0x131, 0x7, 0x27, 0x2, 0x2, 0x130, 0x12f, 0x3, 0x2, 0x2,
    0x2, 0x130, 0x131, 0x3, 0x2, 0x2, 0x2, 0x131, 0x134, 0x3, 0x2, 0x2,
    0x2, 0x132, 0x134, 0x7, 0x1b, 0x2, 0x2, 0x133, 0x128, 0x3, 0x2, 0x2,
    0x2, 0x133, 0x132, 0x3, 0x2, 0x2, 0x2, 0x134, 0x2b, 0x3, 0x2, 0x2, 0x2,
    0x135, 0x136, 0x5, 0x2e, 0x18, 0x2, 0x136, 0x137, 0x7, 0x2, 0x2, 0x3,
    0x137, 0x2d, 0x3, 0x2, 0x2, 0x2, 0x138, 0x139, 0x8, 0x18, 0x1, 0x2,
    0x139, 0x13f, 0x5, 0x30, 0x19, 0x2, 0x13a, 0x13b, 0x7, 0x30, 0x2, 0x2,
    0x13b, 0x13f, 0x5, 0x2e, 0x18, 0xd, 0x13c, 0x13d, 0x7, 0xd, 0x2, 0x2,
    0x13d, 0x13f, 0x5, 0x2e, 0x18, 0x5, 0x13e, 0x138, 0x3, 0x2, 0x2, 0x2,
    0x13e, 0x13a, 0x3, 0x2, 0x2, 0x2, 0x13e, 0x13c, 0x3, 0x2, 0x2, 0x2,
    0x13f, 0x174, 0x3, 0x2, 0x2, 0x2, 0x140, 0x141, 0xc, 0xc, 0x2, 0x2,
    0x141, 0x142, 0x9, 0x3, 0x2, 0x2, 0x142, 0x173, 0x5, 0x2e, 0x18, 0xd,
    0x143, 0x144, 0xc, 0xb, 0x2, 0x2, 0x144, 0x145, 0x9, 0x4, 0x2, 0x2,
    0x145, 0x173, 0x5, 0x2e, 0x18, 0xc, 0x146, 0x147, 0xc, 0xa, 0x2, 0x2,
    0x147, 0x148, 0x7, 0x34, 0x2, 0x2, 0x148, 0x173, 0x5, 0x2e, 0x18, 0xb,
    0x149, 0x14a, 0xc, 0x8, 0x2, 0x2, 0x14a, 0x14b, 0x9, 0x5, 0x2, 0x2,
    0x14b, 0x173, 0x5, 0x2e, 0x18, 0x9, 0x14c, 0x14e, 0xc, 0x7, 0x2, 0x2,
    0x14d, 0x14f, 0x7, 0xd, 0x2, 0x2, 0x14e, 0x14d, 0x3, 0x2, 0x2, 0x2,
    0x14e, 0x14f, 0x3, 0x2, 0x2, 0x2, 0x14f, 0x150, 0x3, 0x2, 0x2, 0x2,
    0x150, 0x151, 0x7, 0xe, 0x2, 0x2, 0x151, 0x173, 0x5, 0x2e, 0x18, 0x8,
    0x152, 0x153, 0xc, 0x4, 0x2, 0x2, 0x153, 0x154, 0x7, 0xb, 0x2, 0x2,
    0x154, 0x173, 0x5, 0x2e, 0x18, 0x5, 0x155, 0x156, 0xc, 0x3, 0x2, 0x2,
    0x156, 0x157, 0x7, 0xc, 0x2, 0x2, 0x157, 0x173, 0x5, 0x2e, 0x18, 0x4,
    0x158, 0x159, 0xc, 0xf, 0x2, 0x2, 0x159, 0x15c, 0x7, 0x26, 0x2, 0x2,
    0x15a, 0x15d, 0x5, 0x42, 0x22, 0x2, 0x15b, 0x15d, 0x7, 0x17, 0x2, 0x2,
    0x15c, 0x15a, 0x3, 0x2, 0x2, 0x2, 0x15c, 0x15b, 0x3, 0x2, 0x2, 0x2,
    0x15d, 0x173, 0x3, 0x2, 0x2, 0x2, 0x15e, 0x15f, 0xc, 0xe, 0x2, 0x2,
    0x15f, 0x160, 0x7, 0x22, 0x2, 0x2, 0x160, 0x161, 0x5, 0x2e, 0x18, 0x2,
    0x161, 0x162, 0x7, 0x23, 0x2, 0x2, 0x162, 0x173, 0x3, 0x2, 0x2, 0x2,
    0x163, 0x164, 0xc, 0x9, 0x2, 0x2, 0x164, 0x165, 0x7, 0x35, 0x2, 0x2,
    0x165, 0x167, 0x5, 0x42, 0x22, 0x2, 0x166, 0x168, 0x5, 0x32, 0x1a, 0x2,
    0x167, 0x166, 0x3, 0x2, 0x2, 0x2, 0x167, 0x168, 0x3, 0x2, 0x2, 0x2,
    0x168, 0x173, 0x3, 0x2, 0x2, 0x2, 0x169, 0x16a, 0xc, 0x6, 0x2, 0x2,
    0x16a, 0x16c, 0x7, 0xf, 0x2, 0x2, 0x16b, 0x16d, 0x7, 0xd, 0x2, 0x2,
    0x16c, 0x16b, 0x3, 0x2, 0x2, 0x2, 0x16c, 0x16d, 0x3, 0x2, 0x2, 0x2,
    0x16d, 0x16e, 0x3, 0x2, 0x2, 0x2, 0x16e, 0x170, 0x5, 0x42, 0x22, 0x2,
    0x16f, 0x171, 0x5, 0x32, 0x1a, 0x2, 0x170, 0x16f, 0x3, 0x2, 0x2, 0x2,
    0x170, 0x171, 0x3, 0x2, 0x2, 0x2, 0x171, 0x173, 0x3, 0x2, 0x2, 0x2,
    0x172, 0x140, 0x3, 0x2, 0x2, 0x2, 0x172, 0x143, 0x3, 0x2, 0x2, 0x2,
    0x172, 0x146, 0x3, 0x2, 0x2, 0x2, 0x172, 0x149, 0x3, 0x2, 0x2, 0x2,
    0x172, 0x14c, 0x3, 0x2, 0x2, 0x2, 0x172, 0x152, 0x3, 0x2, 0x2, 0x2,
    0x172, 0x155, 0x3, 0x2, 0x2, 0x2, 0x172, 0x158, 0x3, 0x2, 0x2, 0x2,
    0x172, 0x15e, 0x3, 0x2, 0x2, 0x2, 0x172, 0x163, 0x3, 0x2, 0x2, 0x2,
    0x172, 0x169, 0x3, 0x2, 0x2, 0x2, 0x173, 0x176, 0x3, 0x2, 0x2, 0x2,
    0x174, 0x172, 0x3, 0x2, 0x2, 0x2, 0x174, 0x175, 0x3, 0x2, 0x2, 0x2,
    0x175, 0x2f, 0x3, 0x2, 0x2, 0x2, 0x176, 0x174, 0x3, 0x2, 0x2, 0x2, 0x177,
    0x185, 0x5, 0x36, 0x1c, 0x2, 0x178, 0x185, 0x7, 0x1b, 0x2, 0x2, 0x179,
    0x185, 0x7, 0x1c, 0x2, 0x2, 0x17a, 0x185, 0x5, 0x38, 0x1d, 0x2, 0x17b,
    0x185, 0x5, 0x3a, 0x1e, 0x2, 0x17c, 0x17e, 0x5, 0x40, 0x21, 0x2, 0x17d,
    0x17f, 0x5, 0x32, 0x1a, 0x2, 0x17e, 0x17d, 0x3, 0x2, 0x2, 0x2, 0x17e,
    0x17f, 0x3, 0x2, 0x2, 0x2, 0x17f, 0x185, 0x3, 0x2, 0x2, 0x2, 0x180,
    0x181, 0x7, 0x20, 0x2, 0x2, 0x181, 0x182, 0x5, 0x2e, 0x18, 0x2, 0x182,
    0x183, 0x7, 0x21, 0x2, 0x2, 0x183, 0x185, 0x3, 0x2, 0x2, 0x2, 0x184,
    0x177, 0x3, 0x2, 0x2, 0x2, 0x184, 0x178, 0x3, 0x2, 0x2, 0x2, 0x184,
    0x179, 0x3, 0x2, 0x2, 0x2, 0x184, 0x17a, 0x3, 0x2, 0x2, 0x2, 0x184,
    0x17b, 0x3, 0x2, 0x2, 0x2, 0x184, 0x17c, 0x3, 0x2, 0x2, 0x2, 0x184,
    0x180, 0x3, 0x2, 0x2, 0x2, 0x185, 0x31, 0x3, 0x2, 0x2, 0x2, 0x186, 0x192,
    0x7, 0x20, 0x2, 0x2, 0x187, 0x18c, 0x5, 0x34, 0x1b, 0x2, 0x188, 0x189,
    0x7, 0x24, 0x2, 0x2, 0x189, 0x18b, 0x5, 0x34, 0x1b, 0x2, 0x18a, 0x188,
    0x3, 0x2, 0x2, 0x2, 0x18b, 0x18e, 0x3, 0x2, 0x2, 0x2, 0x18c, 0x18a,
    0x3, 0x2, 0x2, 0x2, 0x18c, 0x18d, 0x3, 0x2, 0x2, 0x2, 0x18d, 0x190,
    0x3, 0x2, 0x2, 0x2, 0x18e, 0x18c, 0x3, 0x2, 0x2, 0x2, 0x18f, 0x191,
    0x7, 0x24, 0x2, 0x2, 0x190, 0x18f, 0x3, 0x2, 0x2, 0x2, 0x190, 0x191,
    0x3, 0x2, 0x2, 0x2, 0x191, 0x193, 0x3, 0x2, 0x2, 0x2, 0x192, 0x187,
    0x3, 0x2, 0x2, 0x2, 0x192, 0x193, 0x3, 0x2, 0x2, 0x2, 0x193, 0x194,
    0x3, 0x2, 0x2, 0x2, 0x194, 0x195, 0x7, 0x21, 0x2, 0x2, 0x195, 0x33,
    0x3, 0x2, 0x2, 0x2, 0x196, 0x197, 0x5, 0x40, 0x21, 0x2, 0x197, 0x198,
    0x7, 0x2e, 0x2, 0x2, 0x198, 0x19a, 0x3, 0x2, 0x2, 0x2, 0x199, 0x196,
    0x3, 0x2, 0x2, 0x2, 0x199, 0x19a, 0x3, 0x2, 0x2, 0x2, 0x19a, 0x19b,
    0x3, 0x2, 0x2, 0x2, 0x19b, 0x19c, 0x5, 0x2e, 0x18, 0x2, 0x19c, 0x35,
    0x3, 0x2, 0x2, 0x2, 0x19d, 0x19e, 0x9, 0x6, 0x2, 0x2, 0x19e, 0x37, 0x3,
    0x2, 0x2, 0x2, 0x19f, 0x1ab, 0x7, 0x22, 0x2, 0x2, 0x1a0, 0x1a5, 0x5,
    0x2e, 0x18, 0x2, 0x1a1, 0x1a2, 0x7, 0x24, 0x2, 0x2, 0x1a2, 0x1a4, 0x5,
    0x2e, 0x18, 0x2, 0x1a3, 0x1a1, 0x3, 0x2, 0x2, 0x2, 0x1a4, 0x1a7, 0x3,
    0x2, 0x2, 0x2, 0x1a5, 0x1a3, 0x3, 0x2, 0x2, 0x2, 0x1a5, 0x1a6, 0x3,
    0x2, 0x2, 0x2, 0x1a6, 0x1a9, 0x3, 0x2, 0x2, 0x2, 0x1a7, 0x1a5, 0x3,
    0x2, 0x2, 0x2, 0x1a8, 0x1aa, 0x7, 0x24, 0x2, 0x2, 0x1a9, 0x1a8, 0x3,
    0x2, 0x2, 0x2, 0x1a9, 0x1aa, 0x3, 0x2, 0x2, 0x2, 0x1aa, 0x1ac, 0x3,
    0x2, 0x2, 0x2, 0x1ab, 0x1a0, 0x3, 0x2, 0x2, 0x2, 0x1ab, 0x1ac, 0x3,
    0x2, 0x2, 0x2, 0x1ac, 0x1ad, 0x3, 0x2, 0x2, 0x2, 0x1ad, 0x1ae, 0x7,
    0x23, 0x2, 0x2, 0x1ae, 0x39, 0x3, 0x2, 0x2, 0x2, 0x1af, 0x1b3, 0x7,
    0x1e, 0x2, 0x2, 0x1b0, 0x1b2, 0x7, 0x37, 0x2, 0x2, 0x1b1, 0x1b0, 0x3,
    0x2, 0x2, 0x2, 0x1b2, 0x1b5, 0x3, 0x2, 0x2, 0x2, 0x1b3, 0x1b1, 0x3,
    0x2, 0x2, 0x2, 0x1b3, 0x1b4, 0x3, 0x2, 0x2, 0x2, 0x1b4, 0x1c1, 0x3,
    0x2, 0x2, 0x2, 0x1b5, 0x1b3, 0x3, 0x2, 0x2, 0x2, 0x1b6, 0x1bb, 0x5,
    0x3c, 0x1f, 0x2, 0x1b7, 0x1b8, 0x7, 0x24, 0x2, 0x2, 0x1b8, 0x1ba, 0x5,
    0x3c, 0x1f, 0x2, 0x1b9, 0x1b7, 0x3, 0x2, 0x2, 0x2, 0x1ba, 0x1bd, 0x3,
    0x2, 0x2, 0x2, 0x1bb, 0x1b9, 0x3, 0x2, 0x2, 0x2, 0x1bb, 0x1bc, 0x3,
    0x2, 0x2, 0x2, 0x1bc, 0x1bf, 0x3, 0x2, 0x2, 0x2, 0x1bd, 0x1bb, 0x3,
    0x2, 0x2, 0x2, 0x1be, 0x1c0, 0x7, 0x24, 0x2, 0x2, 0x1bf, 0x1be, 0x3,
    0x2, 0x2, 0x2, 0x1bf, 0x1c0, 0x3, 0x2, 0x2, 0x2, 0x1c0, 0x1c2, 0x3,
    0x2, 0x2, 0x2, 0x1c1, 0x1b6, 0x3, 0x2, 0x2, 0x2, 0x1c1, 0x1c2, 0x3,
    0x2, 0x2, 0x2, 0x1c2, 0x1c6, 0x3, 0x2, 0x2, 0x2, 0x1c3, 0x1c5, 0x7,
    0x37, 0x2, 0x2, 0x1c4, 0x1c3, 0x3, 0x2, 0x2, 0x2, 0x1c5, 0x1c8, 0x3,
    0x2, 0x2, 0x2, 0x1c6, 0x1c4, 0x3, 0x2, 0x2, 0x2, 0x1c6, 0x1c7, 0x3,
    0x2, 0x2, 0x2, 0x1c7, 0x1c9, 0x3, 0x2, 0x2, 0x2, 0x1c8, 0x1c6, 0x3,
    0x2, 0x2, 0x2, 0x1c9, 0x1ca, 0x7, 0x1f, 0x2, 0x2, 0x1ca, 0x3b, 0x3,
    0x2, 0x2, 0x2, 0x1cb, 0x1cf, 0x5, 0x40, 0x21, 0x2, 0x1cc, 0x1cf, 0x7,
    0x1b, 0x2, 0x2, 0x1cd, 0x1cf, 0x7, 0x1c, 0x2, 0x2, 0x1ce, 0x1cb, 0x3,
    0x2, 0x2, 0x2, 0x1ce, 0x1cc, 0x3, 0x2, 0x2, 0x2, 0x1ce, 0x1cd, 0x3,
    0x2, 0x2, 0x2, 0x1cf, 0x1d0, 0x3, 0x2, 0x2, 0x2, 0x1d0, 0x1d1, 0x7,
    0x25, 0x2, 0x2, 0x1d1, 0x1d2, 0x5, 0x2e, 0x18, 0x2, 0x1d2, 0x3d, 0x3,
    0x2, 0x2, 0x2, 0x1d3, 0x1d6, 0x5, 0x40, 0x21, 0x2, 0x1d4, 0x1d6, 0x7,
    0x1b, 0x2, 0x2, 0x1d5, 0x1d3, 0x3, 0x2, 0x2, 0x2, 0x1d5, 0x1d4, 0x3,
    0x2, 0x2, 0x2, 0x1d6, 0x3f, 0x3, 0x2, 0x2, 0x2, 0x1d7, 0x1d8, 0x9, 0x7,
    0x2, 0x2, 0x1d8, 0x41, 0x3, 0x2, 0x2, 0x2, 0x1d9, 0x1e4, 0x5, 0x40,
    0x21, 0x2, 0x1da, 0x1e4, 0x7, 0xa, 0x2, 0x2, 0x1db, 0x1e4, 0x7, 0xb,
    0x2, 0x2, 0x1dc, 0x1e4, 0x7, 0xc, 0x2, 0x2, 0x1dd, 0x1e4, 0x7, 0xd,
    0x2, 0x2, 0x1de, 0x1e4, 0x7, 0xe, 0x2, 0x2, 0x1df, 0x1e4, 0x7, 0xf,
    0x2, 0x2, 0x1e0, 0x1e4, 0x7, 0x10, 0x2, 0x2, 0x1e1, 0x1e4, 0x7, 0x11,
    0x2, 0x2, 0x1e2, 0x1e4, 0x7, 0x12, 0x2, 0x2, 0x1e3, 0x1d9, 0x3, 0x2,
    0x2, 0x2, 0x1e3, 0x1da, 0x3, 0x2, 0x2, 0x2, 0x1e3, 0x1db, 0x3, 0x2,
    0x2, 0x2, 0x1e3, 0x1dc, 0x3, 0x2, 0x2, 0x2, 0x1e3, 0x1dd, 0x3, 0x2,
    0x2, 0x2, 0x1e3, 0x1de, 0x3, 0x2, 0x2, 0x2, 0x1e3, 0x1df, 0x3, 0x2,
    0x2, 0x2, 0x1e3, 0x1e0, 0x3, 0x2, 0x2, 0x2, 0x1e3, 0x1e1, 0x3, 0x2,
    0x2, 0x2, 0x1e3, 0x1e2, 0x3, 0x2, 0x2, 0x2, 0x1e4, 0x43, 0x3, 0x2, 0x2,
    0x2, 0x44, 0x47, 0x4e, 0x53, 0x59, 0x5c, 0x64, 0x6b, 0x70, 0x76, 0x79,
    0x84, 0x89, 0x8e, 0x91, 0x9c, 0x9f, 0xa5, 0xa9, 0xb7, 0xbc, 0xc1, 0xc4,
    0xc7, 0xce, 0xd2, 0xd6, 0xd9, 0xdc, 0xe9, 0xed, 0xef, 0xf4, 0xfe, 0x109,
    0x10f, 0x116, 0x11d, 0x125, 0x12d, 0x130, 0x133, 0x13e, 0x14e, 0x15c,
    0x167, 0x16c, 0x170, 0x172, 0x174, 0x17e, 0x184, 0x18c, 0x190, 0x192,
    0x199, 0x1a5, 0x1a9, 0x1ab, 0x1b3, 0x1bb, 0x1bf, 0x1c1, 0x1c6, 0x1ce,
    0x1d5, 0x1e3,
  };

  atn::ATNDeserializer deserializer;
  _atn = deserializer.deserialize(_serializedATN);

  size_t count = _atn.getNumberOfDecisions();
  _decisionToDFA.reserve(count);
  for (size_t i = 0; i < count; i++) {
    _decisionToDFA.emplace_back(_atn.getDecisionState(i), i);
  }
}

