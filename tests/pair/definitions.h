// Definitions to compare tables of: those of the repository, and random ones.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace pair {

struct Definition {
  std::string name;                                        // Of the file among `files` that is compiled.
  std::vector<std::pair<std::string, std::string>> files;  // Name, text.
};

// samples/ and whatever the golden cases hold. Not all of them are right.
std::vector<Definition> written_definitions(const std::string& source_folder);

// A right one, in `.wf` or in the coder dialect, with as much in it as the seed says.
Definition random_wf(std::uint64_t seed);
Definition random_coder(std::uint64_t seed);

}  // namespace pair
