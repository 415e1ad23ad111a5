// What a line is known by when lines above it come and go: the `primaryLocationLineHash` of code scanning.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace wfc::diag {

// For each line of a text, a hash of the hundred characters from its beginning on (blanks left out), and the
// how manieth line of the text with that hash it is: "c129715d7a2bc9a3:1". The very numbers that GitHub's
// upload action would make, so that alerts stay the same whoever made them.
std::vector<std::string> line_hashes(std::string_view text);

}  // namespace wfc::diag
