// Cuts a text into tokens, and mends what the grammar should not have to know about.
//
// ANTLR's lexer finds the tokens. Here comments are set aside, line ends that end nothing are dropped, and
// brackets are balanced: one that is never closed is reported and closed where the indentation says its
// author meant to, so that a forgotten `}` does not make everything after it wrong. See the head of
// grammar/Wf.g4.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/dsl/dsl.h"
#include "compiler/dsl/mistakes.h"

namespace wfc::dsl {

struct Lexeme {
  std::size_t type = 0;  // WfLexer's.
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t indent = 0;  // Of the line it stands on.
  bool leads = false;        // Is the first of its line.
  bool unclosed = false;     // A text that ends only with its line.
};

struct Lexed {
  std::vector<Lexeme> lexemes;                                  // The last is the end of the text.
  std::vector<std::uint32_t> statements;                        // Where each begins.
  std::vector<Comment> comments;                                // Of files; spans are of the text.
  std::unordered_map<std::uint32_t, std::string> descriptions;  // By the offset of the word below them.
  bool refused = false;                                         // Reported; must not be parsed.
};

enum class TextKind : std::uint8_t { file, expression };
struct LexOptions {
  TextKind kind = TextKind::file;
  bool c_operators = false;
};

Lexed lex(std::string_view text, const LexOptions& options, const Places& places, Mistakes& mistakes);

}  // namespace wfc::dsl
