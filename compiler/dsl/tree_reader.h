// Walks ANTLR's parse trees: for the builders of this room only.
//
// A parse tree with mistakes has holes: any child may be absent. So nodes are read by walking their children
// and taking what is there, never by asking for the child that a rule should have.
#pragma once
#include <WfParser.h>

#include <string>
#include <string_view>
#include <typeinfo>
#include <vector>

#include "compiler/dsl/mistakes.h"
#include "compiler/dsl/text.h"
#include "compiler/dsl/tokens.h"

namespace wfc::dsl {

class TreeReader {
 public:
  using Rule = antlr4::ParserRuleContext;

  TreeReader(std::string_view source, const Lexed& lexed, const Places& places, Mistakes& mistakes)
      : source_(source), lexed_(lexed), places_(places), mistakes_(mistakes) {}

 protected:
  // A child is a rule, or a token that was written.
  struct Child {
    Rule* rule = nullptr;
    const Lexeme* token = nullptr;
    bool is(std::size_t type) const { return token && token->type == type; }
  };
  class Children {
   public:
    Children(const std::vector<antlr4::tree::ParseTree*>& all, const std::vector<Lexeme>& lexemes)
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
          antlr4::tree::ParseTree* tree = of_->all_[at_];
          if (typeid(*tree) == typeid(antlr4::tree::ErrorNodeImpl)) continue;
          if (typeid(*tree) == typeid(antlr4::tree::TerminalNodeImpl)) {
            const antlr4::Token* token = dynamic_cast<antlr4::tree::TerminalNodeImpl*>(tree)->getSymbol();
            const Lexeme& lexeme = of_->lexemes_[token->getTokenIndex()];
            if (lexeme.type != token->getType()) continue;
            current_ = {nullptr, &lexeme};
          } else {
            current_ = {static_cast<Rule*>(tree), nullptr};
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
    const std::vector<antlr4::tree::ParseTree*>& all_;
    const std::vector<Lexeme>& lexemes_;
  };
  Children children(Rule* context) const { return {context->children, lexed_.lexemes}; }

  // ------------------------------------------------------------ places and words
  struct Range {
    std::uint32_t begin;
    std::uint32_t end;
  };
  static Range range_of(const Rule* context) {
    const antlr4::Token* start = context->start;
    const antlr4::Token* stop = context->stop;
    if (!start) return {0, 0};
    const auto begin = static_cast<std::uint32_t>(start->getStartIndex());
    if (!stop || stop->getStopIndex() < begin) return {begin, begin};
    return {begin, static_cast<std::uint32_t>(stop->getStopIndex())};
  }
  Span span_of(const Rule* context) const {
    const Range range = range_of(context);
    return places_(range.begin, range.end);
  }
  Span span_of(const Lexeme& token) const { return places_(token.begin, token.end); }
  std::string_view written(const Lexeme& token) const {
    return source_.substr(token.begin, token.end - token.begin);
  }
  std::string_view written(const Rule* context) const {
    const Range range = range_of(context);
    return source_.substr(range.begin, range.end - range.begin);
  }
  Text text_of(const Lexeme& token) {
    if (token.end - token.begin > mistakes_.limits().text_bytes) {
      Text text;
      text.span = places_(token.begin, token.end);
      mistakes_.add(
          Stage::building, token.begin, [place = places_(token.begin, token.begin)](diag::Report& report) {
            const std::string most = spelt(report.limits(), &source::Limits::text_bytes);
            report.add(diag::text_too_large, place, "this text", most).raise(&source::Limits::text_bytes);
          });
      return text;
    }
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
    mistakes_.add(Stage::building, offset, [span](diag::Report& report) {
      report.add(diag::too_deep, span, static_cast<std::int64_t>(report.limits().depth))
          .raise(&source::Limits::depth);
    });
  }

  std::string_view source_;
  const Lexed& lexed_;
  const Places& places_;
  Mistakes& mistakes_;
};

}  // namespace wfc::dsl
