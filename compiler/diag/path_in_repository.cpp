// Files as a repository names them.
#include <filesystem>

#include "compiler/diag/render.h"

namespace wfc::diag {

std::string path_in_repository(const source::File& file, const Standpoint& from) {
  namespace fs = std::filesystem;
  const fs::path given = fs::path(file.shown).lexically_normal();
  const bool is_a_name = file.path.empty();  // Standard input.
  if (is_a_name || from.folder.empty() || from.repository.empty()) return given.generic_string();
  const fs::path whole = (fs::path(from.folder) / file.path).lexically_normal();
  const fs::path inside = whole.lexically_relative(from.repository);
  if (inside.empty() || *inside.begin() == "..") return given.generic_string();
  return inside.generic_string();
}

}  // namespace wfc::diag
