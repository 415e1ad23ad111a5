// Holds the code against the plan of the house (docs/architecture.md).
//
// - A file includes only rooms that its room's SEES grants, directly or through a room that it sees.
// - A library with a personality is included in one room only.
// - Every .cpp file of a leaf room is named in the room's .def list.
// - Files over a size say at the top why.
// - No work is left marked as unfinished.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

int failures = 0;

void fail(const std::string& where, const std::string& what) {
  std::cout << where << ": " << what << "\n";
  ++failures;
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

using Sees = std::map<std::string, std::set<std::string>>;  // "compiler/check" -> {"compiler/model", ...}

// Reads the wfc_room and wf_room lines of a CMakeLists.txt.
void read_rooms(const fs::path& file, const std::string& side, Sees& sees) {
  const std::string text = read(file);
  static const std::regex room(R"(\b(?:wfc|wf)_room\(\s*([a-z]+)([^)]*)\))");
  for (auto it = std::sregex_iterator(text.begin(), text.end(), room); it != std::sregex_iterator(); ++it) {
    std::set<std::string>& granted = sees[side + "/" + (*it)[1].str()];
    granted.insert("runtime/base");
    std::istringstream words((*it)[2].str());
    std::string word;
    bool in_sees = false;
    while (words >> word) {
      if (word == "SEES") {
        in_sees = true;
      } else if (word == "LIBS") {
        in_sees = false;
      } else if (in_sees) {
        if (word == "wf") continue;  // The waist is an include of its own form: "wf/program.h".
        granted.insert(word.starts_with("runtime/") ? word : side + "/" + word);
      }
    }
  }
}

// What a room may include is what it sees and what those rooms see: their headers are part of what they
// promise.
std::set<std::string> reach(const Sees& sees, const std::string& room) {
  std::set<std::string> seen;
  std::vector<std::string> open{room};
  while (!open.empty()) {
    const std::string at = open.back();
    open.pop_back();
    if (!seen.insert(at).second) continue;
    if (auto found = sees.find(at); found != sees.end())
      open.insert(open.end(), found->second.begin(), found->second.end());
  }
  return seen;
}

std::string room_of(const fs::path& root, const fs::path& file) {
  const fs::path relative = fs::relative(file, root);
  auto it = relative.begin();
  std::string side = (it++)->string();
  return side + "/" + it->string();
}

void check_includes(const fs::path& root, const fs::path& file, const Sees& sees) {
  static const std::map<std::string, std::set<std::string>> owners = {
      {"yaml.h", {"compiler/yaml"}},     {"yaml-cpp/", {"compiler/yaml"}},
      {"rapidjson/", {"compiler/yaml"}}, {"antlr4-runtime", {"compiler/dsl"}},
      {"WfLexer.h", {"compiler/dsl"}},   {"WfParser.h", {"compiler/dsl"}},
      {"boost/", {"compiler/graph"}},    {"CLI/", {"compiler/driver", "runtime/surface"}},
      {"oneapi/", {"runtime/engine"}},   {"tbb/", {"runtime/engine"}},
      {"sqlite3.h", {"runtime/store"}},  {"sodium", {"runtime/base"}},
      {"absl/", {"runtime/rules"}},      {"utf8proc", {"runtime/rules"}},
      {"nlohmann/", {"runtime/base"}},   {"toml++/", {"runtime/main", "runtime/surface", "compiler/driver"}},
  };
  static const std::regex include(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
  const std::string room = room_of(root, file);
  const std::set<std::string> granted = reach(sees, room);
  std::istringstream lines(read(file));
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    std::smatch match;
    if (!std::regex_search(line, match, include)) continue;
    const std::string name = match[2];
    const std::string where = fs::relative(file, root).string() + ":" + std::to_string(number);
    if (name.starts_with("compiler/") || name.starts_with("runtime/")) {
      const std::string target = name.substr(0, name.find('/', name.find('/') + 1));
      if (!granted.contains(target)) fail(where, room + " does not see " + target);
      continue;
    }
    for (const auto& [prefix, rooms] : owners) {
      const bool hit =
          prefix.ends_with("/") || !prefix.ends_with(".h") ? name.starts_with(prefix) : name == prefix;
      if (hit && !rooms.contains(room)) fail(where, "<" + name + "> belongs to " + *rooms.begin());
    }
  }
}

// One file, one line: a leaf room lists its files.
void check_leaf(const fs::path& root, const std::string& folder, const std::string& def,
                const std::set<std::string>& core) {
  if (!fs::exists(root / folder) || !fs::exists(root / def)) return;
  const std::string list = read(root / def);
  for (const auto& entry : fs::directory_iterator(root / folder)) {
    if (entry.path().extension() != ".cpp") continue;
    const std::string stem = entry.path().stem().string();
    if (core.contains(stem)) continue;
    if (!std::regex_search(list, std::regex("\\b" + stem + "\\b")))
      fail(folder + "/" + stem + ".cpp", "is not named in " + def);
  }
}

void check_text(const fs::path& root, const fs::path& file) {
  const std::string text = read(file);
  const std::string name = fs::relative(file, root).string();
  const auto lines = std::count(text.begin(), text.end(), '\n');
  if (lines > 900 && text.substr(0, 1500).find("Long because") == std::string::npos)
    fail(name,
         "has " + std::to_string(lines) + " lines and does not say at the top why (\"Long because ...\")");
  if (!text.starts_with("//")) fail(name, "does not begin by saying what it is");
  static const std::regex unfinished(R"(\b(TODO|FIXME|XXX|HACK)\b)");
  if (std::regex_search(text, unfinished)) fail(name, "holds a mark of unfinished work");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const fs::path root = argv[1];
  Sees sees;
  read_rooms(root / "compiler/CMakeLists.txt", "compiler", sees);
  read_rooms(root / "runtime/CMakeLists.txt", "runtime", sees);
  if (sees.size() < 20)
    fail("CMakeLists.txt", "fewer rooms than there are: the pattern of this test no longer fits");

  for (const std::string side : {"compiler", "runtime"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / side)) {
      const std::string extension = entry.path().extension();
      if (extension != ".cpp" && extension != ".h") continue;
      check_text(root, entry.path());
      const std::string room = room_of(root, entry.path());
      if (sees.contains(room)) check_includes(root, entry.path(), sees);
    }
  }
  check_leaf(root, "compiler/check", "compiler/check/checks.def",
             {"check", "step_type", "rewriting", "shell_flow"});
  check_leaf(root, "compiler/driver/commands", "compiler/driver/commands.def", {});
  check_leaf(root, "runtime/surface/commands", "runtime/surface/commands.def", {"driving", "dry_run"});
  check_leaf(root, "runtime/agents", "runtime/agents/agents.def", {"agent", "answers"});

  if (failures == 0) std::cout << "the rooms are as the plan has them\n";
  return failures == 0 ? 0 : 1;
}
