// Finds the runtime beside this very program: `bin/wfc` and `lib/wfc` keep their places relative to each
// other in a build tree and in an install prefix, wherever somebody moves it.
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <cstdlib>
#include <sstream>

#include "compiler/toolchain/toolchain.h"
#include "runtime/base/digest.h"
#include "runtime/base/files.h"

namespace wfc::toolchain {
namespace {

constexpr const char* list_name = "/runtime.txt";

std::string own_folder() {
  std::array<char, PATH_MAX> buffer{};
  const ssize_t size = readlink("/proc/self/exe", buffer.data(), buffer.size());
  if (size <= 0) return {};
  const std::string path(buffer.data(), static_cast<std::size_t>(size));
  return path.substr(0, path.rfind('/'));
}

bool exists(const std::string& path) {
  return access(path.c_str(), F_OK) == 0;
}

std::string identity(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return path + " missing";
  return path + ' ' + std::to_string(status.st_size) + ' ' + std::to_string(status.st_mtim.tv_sec) + '.' +
         std::to_string(status.st_mtim.tv_nsec);
}

// Lines of runtime.txt: `include FOLDER`, `archive FILE`, `shared FILE`, `flag WORD`, `build-tree`. Names are
// relative to the folder it lies in.
wf::Result<Home> read_home(const std::string& folder, std::string found_by) {
  const auto list = wf::read_file(folder + list_name, 1u << 16);
  if (!list) return list.error();
  Home home;
  home.folder = folder;
  home.found_by = std::move(found_by);
  wf::Digest digest;
  digest.part(*list);
  std::istringstream lines(*list);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    const std::size_t blank = line.find(' ');
    const std::string word = line.substr(0, blank);
    const std::string rest = blank == std::string::npos ? std::string() : line.substr(blank + 1);
    const std::string path = rest.starts_with('/') ? rest : folder + "/" + rest;
    if (word == "include") {
      home.include = path;
      digest.part(identity(path + "/wf/program.h")).part(identity(path + "/wf/scope.h"));
      digest.part(identity(path + "/wf/builtins.def"));
    } else if (word == "archive" || word == "shared") {
      if (!exists(path)) return wf::Error{"`" + path + "` is missing", "build or install wfc again"};
      if (word == "archive" && path.ends_with("/libtbb.a")) home.static_tbb = true;
      home.libraries.push_back(path);
      digest.part(identity(path));
    } else if (word == "flag") {
      home.libraries.push_back(rest);
    } else if (word == "build-tree") {
      home.found_by = home.found_by == "WFC_HOME" ? home.found_by : "build tree";
    }
  }
  if (home.include.empty() || !exists(home.include + "/wf/program.h"))
    return wf::Error{"`" + folder + list_name + "` names no folder that holds wf/program.h",
                     "install wfc again"};
  home.digest = digest.hex();
  return home;
}

}  // namespace

wf::Result<Home> find_home() {
  if (const char* home = std::getenv("WFC_HOME"); home != nullptr && home[0] != '\0') {
    for (const std::string& folder : {std::string(home) + "/lib/wfc", std::string(home)})
      if (exists(folder + list_name)) return read_home(folder, "WFC_HOME");
    return wf::Error{
        "WFC_HOME is `" + std::string(home) + "`, which holds no runtime (no lib/wfc/runtime.txt)",
        "set it to the prefix wfc is installed in, or unset it"};
  }
  const std::string own = own_folder();
  const std::string folder = own.substr(0, own.rfind('/')) + "/lib/wfc";
  if (exists(folder + list_name)) return read_home(folder, "install prefix");
  return wf::Error{"the runtime is not beside wfc (looked for `" + folder + list_name + "`)",
                   "set WFC_HOME to the prefix wfc is installed in"};
}

}  // namespace wfc::toolchain
