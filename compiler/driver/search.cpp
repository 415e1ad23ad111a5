// Walks folders as tools do that live in repositories.
#include "compiler/driver/search.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <functional>
#include <string_view>

namespace wfc::driver {
namespace {

constexpr int folder_depth_max = 64;

bool may_hold_workflow(std::string_view name) {
  return name.ends_with(".wf") || name.ends_with(".yaml") || name.ends_with(".yml") ||
         name.ends_with(".json");
}

class Walk {
 public:
  using Visit = std::function<void(const std::string& path)>;
  Walk(const std::string& folder, SettingsBook& settings, bool all)
      : settings_(settings.of_folder(folder)),
        rules_(whole_path(folder), all ? std::string() : repository_of(whole_path(folder))),
        all_(all) {}

  void run(const std::string& folder, int depth, const Visit& on_folder, const Visit& on_file) {
    DIR* open = opendir(folder.c_str());
    if (open == nullptr) return;
    std::vector<std::string> names;
    while (const dirent* entry = readdir(open)) {
      if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
    }
    closedir(open);
    on_folder(folder);
    std::sort(names.begin(), names.end());
    if (!all_) rules_.enter(whole_path(folder));
    for (const std::string& name : names) {
      const std::string path = folder == "." ? name : folder + "/" + name;
      struct stat status {};
      if (lstat(path.c_str(), &status) != 0) continue;
      if (S_ISDIR(status.st_mode)) {
        if (depth >= folder_depth_max || name == "node_modules" || passed_over(path, true)) continue;
        run(path, depth + 1, on_folder, on_file);
      } else if (may_hold_workflow(name) && stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
                 !passed_over(path, false)) {
        on_file(path);
      }
    }
    if (!all_) rules_.leave();
  }

  int ignored() const { return ignored_; }

 private:
  bool passed_over(const std::string& path, bool is_folder) {
    if (all_) return false;
    if (!settings_.excludes(path, is_folder) && !rules_.ignored(whole_path(path), is_folder)) return false;
    ++ignored_;
    return true;
  }

  const Settings& settings_;
  IgnoreRules rules_;
  bool all_;
  int ignored_ = 0;
};

}  // namespace

Found search(const std::string& folder, SettingsBook& settings, bool all) {
  Found found;
  Walk walk(folder, settings, all);
  walk.run(
      folder, 0, [](const std::string&) {}, [&](const std::string& path) { found.files.push_back(path); });
  found.ignored = walk.ignored();
  return found;
}

std::vector<std::string> folders_below(const std::string& folder, SettingsBook& settings, bool all) {
  std::vector<std::string> folders;
  Walk(folder, settings, all)
      .run(
          folder, 0, [&](const std::string& path) { folders.push_back(path); }, [](const std::string&) {});
  return folders;
}

}  // namespace wfc::driver
