
// Generated from grammar/Wf.g4 by ANTLR 4.7.2

#pragma once


#include "antlr4-runtime.h"




class  WfLexer : public antlr4::Lexer {
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

  WfLexer(antlr4::CharStream *input);
  ~WfLexer();


  // A line of quotes ends a block text only if `when`, `{` or nothing follows them: a Python docstring inside a prompt
  // is text.
  bool closes() {
    ssize_t i = 1;
    while (_input->LA(i) == ' ' || _input->LA(i) == '\t') i++;
    const size_t c = _input->LA(i);
    if (c == static_cast<size_t>(-1) || c == '\n' || c == '\r') return true;
    if (i == 1) return false;
    if (c == '{') return true;
    return c == 'w' && _input->LA(i + 1) == 'h' && _input->LA(i + 2) == 'e' && _input->LA(i + 3) == 'n' &&
           _input->LA(i + 4) == ' ';
  }

  virtual std::string getGrammarFileName() const override;
  virtual const std::vector<std::string>& getRuleNames() const override;

  virtual const std::vector<std::string>& getChannelNames() const override;
  virtual const std::vector<std::string>& getModeNames() const override;
  virtual const std::vector<std::string>& getTokenNames() const override; // deprecated, use vocabulary instead
  virtual antlr4::dfa::Vocabulary& getVocabulary() const override;

  virtual const std::vector<uint16_t> getSerializedATN() const override;
  virtual const antlr4::atn::ATN& getATN() const override;

  virtual bool sempred(antlr4::RuleContext *_localctx, size_t ruleIndex, size_t predicateIndex) override;

private:
  static std::vector<antlr4::dfa::DFA> _decisionToDFA;
  static antlr4::atn::PredictionContextCache _sharedContextCache;
  static std::vector<std::string> _ruleNames;
  static std::vector<std::string> _tokenNames;
  static std::vector<std::string> _channelNames;
  static std::vector<std::string> _modeNames;

  static std::vector<std::string> _literalNames;
  static std::vector<std::string> _symbolicNames;
  static antlr4::dfa::Vocabulary _vocabulary;
  static antlr4::atn::ATN _atn;
  static std::vector<uint16_t> _serializedATN;


  // Individual action functions triggered by action() above.

  // Individual semantic predicate functions triggered by sempred() above.
  bool BLOCKSempred(antlr4::RuleContext *_localctx, size_t predicateIndex);

  struct Initializer {
    Initializer();
  };
  static Initializer _init;
};

