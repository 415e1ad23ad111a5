// Runs ANTLR's parser over mended tokens, and says in words what it stumbles over.
#pragma once
#include <WfParser.h>

#include <memory>
#include <string_view>

#include "compiler/dsl/mistakes.h"
#include "compiler/dsl/tokens.h"

namespace wfc::dsl {

// A parse tree of ANTLR's, which lives as long as this. Requires: the tokens are not too deep.
class Parsed {
 public:
  Parsed(std::string_view source, const Lexed& lexed, TextKind kind, const Places& places,
         Mistakes& mistakes);
  ~Parsed();
  Parsed(const Parsed&) = delete;
  Parsed& operator=(const Parsed&) = delete;

  antlr4::ParserRuleContext* tree() const { return tree_; }
  bool had_errors() const { return had_errors_; }

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  antlr4::ParserRuleContext* tree_ = nullptr;
  bool had_errors_ = false;
};

}  // namespace wfc::dsl
