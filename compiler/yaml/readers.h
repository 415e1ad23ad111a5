// The two readers behind parse(), and how YAML's mistakes are put into words.
#pragma once
#include "compiler/yaml/document.h"

namespace wfc::yaml {

struct Input {
  std::string_view text;  // Valid UTF-8 without control characters; places in it are places in the file.
  FileId file;
  const source::Limits& limits;
};

// Reads `input` into the arena and gives the root, or null.
const Node* read_yaml(const Input& input, Arena& arena, diag::Report& report);
const Node* read_json(const Input& input, Arena& arena, diag::Report& report);
bool is_json(std::string_view text);

// What libyaml says about a text it cannot read.
struct Problem {
  std::string problem;
  std::string context;
  std::uint32_t at = 0;
  std::uint32_t context_at = 0;
  // Where a quoted text of several lines began that ended just before: it may well have missed its own end.
  std::optional<std::uint32_t> quote_at;
};

// Puts `problem` into our words. `reads`: whether libyaml can read a text, to prove a fix before it is
// offered.
void report_problem(const Problem& problem, const Input& input, bool (*reads)(std::string_view),
                    diag::Report& report);

// What can be blanked out of the text so that reading can go on after a problem.
struct Removed {
  enum class Lost : std::uint8_t {
    value,  // Of a `key: value`; its key still says that it is there.
    more,   // A value whose end nobody knows: perhaps also what its author wrote after it.
    lines,  // Perhaps the beginning or the end of anything around them.
  };
  Span span;
  Lost lost = Lost::value;
};
std::optional<Removed> removable(const Problem& problem, const Input& input);
// Where tabs indent lines: reading can go on with spaces in their place.
bool is_tab_problem(const Problem& problem, std::string_view text);
// Every tab that indents becomes one space, so that places stay what they are.
std::string with_spaces_for_tabs(std::string_view text);

}  // namespace wfc::yaml
