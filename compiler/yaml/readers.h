// The two readers behind parse(), and how YAML's mistakes are put into words.
#pragma once
#include "compiler/yaml/document.h"

namespace wfc::yaml {

struct Input {
  std::string_view text;  // Valid UTF-8 without control characters; places in it are places in the file.
  FileId file;
  const Limits& limits;
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
};

// Puts `problem` into our words. `reads`: whether libyaml can read a text, to prove a fix before it is
// offered.
void report_problem(const Problem& problem, const Input& input, bool (*reads)(std::string_view),
                    diag::Report& report);

// The span of a value that can be left out so that reading can go on after the problem: `value` in a line of
// the form `key: value`. Empty when the problem is not in such a place.
std::optional<Span> removable_value(const Problem& problem, const Input& input);

}  // namespace wfc::yaml
