// Names of workflows, steps, inputs and outputs.
//
// They begin with a letter of any script, a digit or `_`, and go on with these, `-` and `.`; 128 bytes at
// most. They stand in file names, environment variables and terminal lines, so nothing that can be mistaken
// there is a letter: no spaces, punctuation, symbols, controls, and no combining marks (a composed letter is
// one code point).
#pragma once
#include <string_view>

namespace wf::rules {
bool is_identifier(std::string_view text);
}  // namespace wf::rules
