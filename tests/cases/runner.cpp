// Runs .case files: a story, the files it needs, what is typed and what comes back.
//
//   case_runner [--update] WFC CASE...
//
//   Prose first, as much as it takes.
//   === name.yaml
//   The file's lines.
//   === $ wfc check name.yaml
//   What comes back on both streams.
//   === exit 1
//
// Files are written, and commands run through `sh`, in a folder of the case's own that is removed afterwards;
// its path reads `$HERE` in what comes back. `--update` writes what came back into the case instead of
// comparing.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "runtime/base/files.h"

extern char** environ;

namespace {

enum class What { prose, file, command, exit };
struct Part {
  What what = What::prose;
  std::string head;  // A file's name, a command, an exit code.
  std::string body;
};

constexpr std::string_view mark = "=== ";

std::vector<Part> parse(const std::string& text) {
  std::vector<Part> parts(1);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    const std::string_view line(text.data() + at, end - at);
    at = end;
    if (!line.starts_with(mark)) {
      parts.back().body += line;
      continue;
    }
    std::string head(line.substr(mark.size()));
    if (head.ends_with('\n')) head.pop_back();
    if (head.starts_with("$ ")) {
      parts.push_back({What::command, head.substr(2), {}});
    } else if (head.starts_with("exit ")) {
      parts.push_back({What::exit, head.substr(5), {}});
    } else {
      parts.push_back({What::file, head, {}});
    }
  }
  return parts;
}

std::string spelt(const std::vector<Part>& parts) {
  std::string text;
  for (const Part& part : parts) {
    if (part.what == What::file) text += std::string(mark) + part.head + "\n";
    if (part.what == What::command) text += std::string(mark) + "$ " + part.head + "\n";
    if (part.what == What::exit) text += std::string(mark) + "exit " + part.head + "\n";
    text += part.body;
  }
  return text;
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

struct Came {
  std::string back;
  int exit = -1;
};

Came type(const std::string& command, const std::string& folder) {
  const std::string log = folder + "/.came-back";
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  const std::string here = folder + "/here";
  posix_spawn_file_actions_addchdir_np(&actions, here.c_str());
  const char* argv[] = {"sh", "-c", command.c_str(), nullptr};
  pid_t pid = 0;
  Came came;
  const int failed = posix_spawn(&pid, "/bin/sh", &actions, nullptr, const_cast<char**>(argv), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return came;
  int status = 0;
  waitpid(pid, &status, 0);
  came.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  if (auto text = wf::read_file(log)) came.back = *text;
  replace_all(came.back, here, "$HERE");
  if (!came.back.empty() && came.back.back() != '\n') came.back += "\n\\ no line end\n";
  return came;
}

void show(const char* title, const std::string& text) {
  std::printf("--- %s\n%s%s", title, text.c_str(), text.empty() || text.back() == '\n' ? "" : "\n");
}

// True when everything came back as told, or was written down.
bool run_case(const std::string& path, bool update) {
  const auto text = wf::read_file(path);
  if (!text) {
    std::printf("%s\n", text.error().message.c_str());
    return false;
  }
  std::string folder = std::filesystem::temp_directory_path() / "wfc-case-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) std::abort();
  const std::string here = folder + "/here";
  setenv("HOME", folder.c_str(), 1);
  setenv("WFC_CACHE", (folder + "/cache").c_str(), 1);
  std::filesystem::create_directory(here);
  std::vector<Part> parts = parse(*text);
  std::vector<Part> now;
  bool same = true;
  bool typed = false;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    Part& part = parts[i];
    if (part.what == What::file) {
      const std::filesystem::path file = std::filesystem::path(here) / part.head;
      std::filesystem::create_directories(file.parent_path());
      if (!wf::write_file(file, part.body)) std::abort();
    }
    if (part.what != What::command) {
      if (part.what != What::exit) now.push_back(part);
      continue;
    }
    typed = true;
    const Came came = type(part.head, folder);
    const bool has_exit = i + 1 < parts.size() && parts[i + 1].what == What::exit;
    const std::string expected_exit = has_exit ? parts[i + 1].head : "0";
    const std::string exit = std::to_string(came.exit);
    if (came.back != part.body || exit != expected_exit) {
      same = false;
      if (!update) {
        std::printf("%s\n$ %s\n", path.c_str(), part.head.c_str());
        show("expected", part.body);
        show("came back", came.back);
        if (exit != expected_exit)
          std::printf("--- exit %s, expected %s\n", exit.c_str(), expected_exit.c_str());
      }
    }
    now.push_back({What::command, part.head, came.back});
    now.push_back({What::exit, exit, has_exit ? parts[i + 1].body : std::string()});
  }
  std::filesystem::remove_all(folder);
  if (!typed) std::printf("%s types nothing\n", path.c_str());
  if (!update || same) return typed && same;
  std::printf("updated %s\n", path.c_str());
  return typed && static_cast<bool>(wf::write_file(path, spelt(now)));
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  const bool update = !words.empty() && words[0] == "--update";
  if (update) words.erase(words.begin());
  if (words.size() < 2) {
    std::fprintf(stderr, "usage: case_runner [--update] WFC CASE...\n");
    return 2;
  }
  const std::string bin = std::filesystem::absolute(words[0]).parent_path();
  const char* path = std::getenv("PATH");
  setenv("PATH", (bin + ":" + (path != nullptr ? path : "/usr/bin:/bin")).c_str(), 1);
  // What a person has set shall not change what comes back.
  for (const char* name : {"WFC_HOME", "WFC_CXX", "CXXFLAGS", "FORCE_COLOR"}) unsetenv(name);
  setenv("NO_COLOR", "1", 1);
  setenv("LC_ALL", "C.UTF-8", 1);
  bool all = true;
  for (std::size_t i = 1; i < words.size(); ++i) all = run_case(words[i], update) && all;
  return all ? 0 : 1;
}
