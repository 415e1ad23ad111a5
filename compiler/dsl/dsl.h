// The `.wf` language as plain trees, comments kept. The only room with ANTLR.
//
// Parsing never throws and never stops at the first mistake: what could be understood is in the tree, and
// each statement is reported at most once. Input is valid UTF-8 (checked before) of any content and size.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diag/report.h"
#include "compiler/dsl/expr_tree.h"
#include "compiler/source/source.h"

namespace wfc::dsl {

struct Item;

// `"text"` or a block text: the bytes it stands for, and how to find the place of each.
struct Text {
  std::string value;
  Span span;  // Quotes included.
  bool block = false;
  // Places of bytes of `value`, ascending: bytes from `at` on stand in the file from `offset` on, one for
  // one, up to the next entry (escapes and removed indentation start new entries).
  struct Mapping {
    std::uint32_t at;
    std::uint32_t offset;
  };
  std::vector<Mapping> mapping;
  Span span_of(std::uint32_t begin, std::uint32_t end) const;
};

// One word after a statement's head.
enum class ArgKind : std::uint8_t { path, text, literal, list };
struct Arg {
  ArgKind kind = ArgKind::path;
  Span span;
  std::vector<std::string> path;  // a.b.c
  Text text;                      // text; of the others as it is written
  Expr value;                     // literal, list
};
using Group = std::vector<Arg>;  // Words between commas.

struct Type {
  struct Atom {
    std::string name;  // string, int, list, ... or the text of a choice
    bool choice = false;
    std::vector<Type> of;  // list<of>
    bool nullable = false;
    Span span;
  };
  std::vector<Atom> atoms;
  Span span;
};

struct Param {
  std::string name;
  Span span;
  Type type;
  std::optional<Expr> value;
};

// A step's verb and what follows it.
enum class BodyKind : std::uint8_t { words, check, call };
struct Body {
  BodyKind kind = BodyKind::words;
  std::vector<Group> groups;  // words: `run "x"`, `agent Who "prompt"`, `"text"`
  Expr condition;             // check
  Arg callee;                 // call: path
  std::vector<std::pair<std::string, Expr>> arguments;
  std::vector<Span> argument_spans;
  Span span;
};

enum class ItemKind : std::uint8_t { step, define, parallel, branch, reaction, check, setting };
struct Item {
  ItemKind kind = ItemKind::setting;
  Span span;         // From its first word to the end of its line or block.
  Span head_span;    // Its first word.
  std::string head;  // setting: the word. step, define, parallel: the name ("" when parallel has none).
  Span name_span;    // step, define
  bool head_quoted = false;
  std::optional<Text> title;  // step
  std::optional<Body> body;   // step, define
  std::vector<Param> params;  // define
  std::vector<Group> args;    // setting, parallel, reaction
  std::optional<Type> type;   // setting
  std::optional<Expr> value;  // setting `= expr`; branch condition; check; reaction outcome
  std::optional<Expr> when;
  std::vector<Item> block;
  bool has_block = false;
  std::vector<Item> otherwise;  // branch: the else block, or one branch item for `else if`
  bool has_otherwise = false;
  std::string description;  // The `##` lines above.
  // Holds a reported mistake itself, not only in its blocks: leave it out of further checks.
  bool broken = false;
};

struct Comment {
  Span span;
  bool own_line = false;
};

struct File {
  std::vector<Item> items;
  std::vector<Comment> comments;  // In order.
};

File parse_file(const source::SourceMap& sources, FileId file, diag::Report& report);

// An expression that stands somewhere else: `text` is parsed, and places come from `place_of(begin, end)`.
using PlaceOf = std::function<Span(std::uint32_t begin, std::uint32_t end)>;
struct ExprOptions {
  bool c_operators = false;  // `&& || !`: accepted in the YAML dialects; elsewhere an error with a fix.
  bool grammar_only =
      false;  // Never take the shortcut for names and paths, which tests compare with the grammar.
};
Expr parse_expression(std::string_view text, const PlaceOf& place_of, const ExprOptions& options,
                      diag::Report& report);

}  // namespace wfc::dsl
