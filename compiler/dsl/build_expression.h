// Builds the plain trees of expressions: for the builders of this room only.
#pragma once
#include "compiler/dsl/tree_reader.h"

namespace wfc::dsl {

class ExprBuilder : public TreeReader {
 public:
  using TreeReader::TreeReader;

  // `depth` counts levels of the tree that is made; parentheses are none, and are limited by tokens.cpp.
  Expr expr(Rule* context, int depth);
  Expr list(Rule* context, int depth);
  Expr literal(Rule* context, bool negative);

 private:
  Expr unary(Expr made, const std::vector<Child>& parts, int depth);
  Expr negative(Span span, Rule* context);
  void field(Expr& made, const std::vector<Child>& parts);
  void named_call(Expr& made, const std::vector<Child>& parts, int depth);
  void call_args(Expr& made, Rule* context, int depth);
  void check_filter(Rule* left, const Expr& value, const Lexeme& bar);
  // Reports it.
  bool is_chain(Rule* left, const Expr& value, const Lexeme& op);
  Expr primary(Rule* context, int depth);
  Expr map(Rule* context, int depth);
  Expr number(const Lexeme& token, bool negative);
  void out_of_range(Expr& made, const Lexeme& token);
};

}  // namespace wfc::dsl
