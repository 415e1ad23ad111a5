// Runs programs without a shell, in an environment that says little: what a compiler reads from it would make
// a build depend on who builds.
#include "compiler/toolchain/process.h"

#include <dirent.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "runtime/base/files.h"

namespace wfc::toolchain {
namespace {

volatile std::sig_atomic_t interrupted = 0;
void on_interrupt(int signal) {
  interrupted = signal;
}

constexpr std::array<int, 3> interrupts = {SIGINT, SIGTERM, SIGHUP};

// Hears interrupts while it lives. A signal that was ignored (nohup) stays so.
class Listening {
 public:
  Listening() {
    interrupted = 0;
    for (std::size_t i = 0; i < interrupts.size(); ++i) {
      struct sigaction action {};
      action.sa_handler = on_interrupt;
      sigaction(interrupts[i], nullptr, &before_[i]);
      if (before_[i].sa_handler != SIG_IGN) sigaction(interrupts[i], &action, nullptr);
    }
  }
  ~Listening() {
    for (std::size_t i = 0; i < interrupts.size(); ++i) sigaction(interrupts[i], &before_[i], nullptr);
  }
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;

 private:
  std::array<struct sigaction, interrupts.size()> before_{};
};

std::vector<std::string> environment(const std::string& folder) {
  std::vector<std::string> variables = {"LC_ALL=C", "TMPDIR=" + folder};
  for (const char* name : {"PATH", "HOME", "LD_LIBRARY_PATH"})
    if (const char* value = std::getenv(name)) variables.push_back(std::string(name) + "=" + value);
  return variables;
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

struct Child {
  pid_t pid = -1;
  std::string log;
};

wf::Result<Child> start(const std::vector<std::string>& command, const std::string& folder,
                        std::size_t number, const std::string& input) {
  Child child;
  child.log = folder + "/output-" + std::to_string(number);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, input.c_str(), O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, child.log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t defaults;
  sigemptyset(&defaults);
  for (const int signal : interrupts) sigaddset(&defaults, signal);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  const std::vector<std::string> variables = environment(folder);
  std::vector<char*> argv = pointers(command);
  std::vector<char*> envp = pointers(variables);
  const int failed =
      posix_spawn(&child.pid, command[0].c_str(), &actions, &attributes, argv.data(), envp.data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (failed != 0) return wf::Error{"cannot start `" + command[0] + "`: " + std::strerror(failed), {}};
  return child;
}

wf::Result<std::vector<Ran>> run(const std::vector<std::vector<std::string>>& commands,
                                 const std::string& folder, const std::string& input) {
  std::vector<Child> children;
  std::vector<Ran> results(commands.size());
  std::string trouble;
  {
    const Listening listening;
    for (std::size_t i = 0; i < commands.size() && trouble.empty(); ++i) {
      auto child = start(commands[i], folder, i, input);
      if (child) {
        children.push_back(*child);
      } else {
        trouble = child.error().message;
      }
    }
    bool told = false;
    for (std::size_t i = 0; i < children.size(); ++i) {
      int status = 0;
      while (waitpid(children[i].pid, &status, 0) < 0 && errno == EINTR) {
        if (interrupted != 0 && !told) {
          told = true;
          for (std::size_t other = i; other < children.size(); ++other) kill(children[other].pid, SIGTERM);
        }
      }
      results[i].exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      if (auto text = wf::read_file(children[i].log)) results[i].output = text->substr(0, 1u << 20);
    }
  }
  if (interrupted != 0) {
    remove_folder(folder);
    std::raise(interrupted);
  }
  if (!trouble.empty()) return wf::Error{trouble, {}};
  return results;
}

}  // namespace

wf::Result<std::vector<Ran>> run_all(const std::vector<std::vector<std::string>>& commands,
                                     const std::string& folder) {
  return run(commands, folder, "/dev/null");
}

wf::Result<Ran> run_with_input(const std::vector<std::string>& command, const std::string& input,
                               const std::string& folder) {
  const std::string path = folder + "/input";
  if (const auto written = wf::write_file(path, input); !written) return written.error();
  auto ran = run({command}, folder, path);
  if (!ran) return ran.error();
  return std::move(ran->front());
}

wf::Result<std::string> make_temporary_folder() {
  const char* base = std::getenv("TMPDIR");
  std::string path = base != nullptr && base[0] == '/' ? base : "/tmp";
  path += "/wfc-XXXXXX";
  if (mkdtemp(path.data()) == nullptr)
    return wf::Error{
        "cannot make a folder in `" + path.substr(0, path.rfind('/')) + "`: " + std::strerror(errno), {}};
  return path;
}

void remove_folder(const std::string& path) {
  // Flat: everything in it was put there by this process and the compiler. A folder among it is followed
  // once.
  DIR* folder = opendir(path.c_str());
  if (folder == nullptr) return;
  std::vector<std::string> names;
  while (const dirent* entry = readdir(folder)) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  closedir(folder);
  for (const std::string& name : names) {
    const std::string inside = path + "/" + name;
    if (unlink(inside.c_str()) != 0 && (errno == EISDIR || errno == EPERM)) {
      struct stat status {};
      if (lstat(inside.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) remove_folder(inside);
    }
  }
  rmdir(path.c_str());
}

}  // namespace wfc::toolchain
