// The files below a folder that may be workflows.
#pragma once
#include <string>
#include <vector>

#include "compiler/driver/settings.h"

namespace wfc::driver {

struct Found {
  std::vector<std::string> files;  // In the order of their names.
  int ignored = 0;                 // Files and folders that ignore files and `exclude` name.
};
// Hidden folders and links to folders are left alone; so is, unless `all`, what ignore files name.
Found search(const std::string& folder, SettingsBook& settings, bool all);

// The folders that a search of `folder` looks at, itself included.
std::vector<std::string> folders_below(const std::string& folder, SettingsBook& settings, bool all);

}  // namespace wfc::driver
