// Who started whom, as /proc tells it.
#include "runtime/io/process_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <unordered_set>

#include "runtime/io/nursery.h"

namespace wf::io {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// The whole of a small file of /proc; empty when it cannot be read.
std::string read_proc(const std::string& path, std::size_t size_max) {
  std::string text;
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return text;
  char piece[16384];
  while (text.size() < size_max) {
    const ssize_t got = ::read(fd, piece, sizeof piece);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    text.append(piece, static_cast<std::size_t>(got));
  }
  ::close(fd);
  return text;
}

std::vector<pid_t> numbers_in(const std::string& folder) {
  std::vector<pid_t> numbers;
  const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(folder.c_str()), ::closedir);
  if (!open) return numbers;
  while (const dirent* entry = ::readdir(open.get())) {
    const std::string_view name = entry->d_name;
    pid_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error == std::errc() && end == name.data() + name.size()) numbers.push_back(number);
  }
  return numbers;
}

// The parent as /proc/PID/stat says it: the second field after the name, which may itself hold parentheses.
pid_t parent_of(pid_t pid) {
  const std::string stat = read_proc("/proc/" + std::to_string(pid) + "/stat", 4096);
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos || stat.size() < name_end + 5) return 0;
  return static_cast<pid_t>(std::atoi(stat.c_str() + name_end + 4));
}

}  // namespace

std::vector<pid_t> parse_pids(std::string_view text) {
  std::vector<pid_t> pids;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {
    pid_t pid = 0;
    const auto [next, error] = std::from_chars(at, end, pid);
    if (error == std::errc()) pids.push_back(pid);
    at = next + 1;
  }
  return pids;
}

std::vector<pid_t> children_of(pid_t pid) {
  std::vector<pid_t> children;
  const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
  bool listed = false;
  for (const pid_t task : numbers_in(tasks)) {
    const std::string path = tasks + "/" + std::to_string(task) + "/children";
    // An empty list and a kernel without such lists (CONFIG_PROC_CHILDREN) must be told apart.
    listed = listed || ::access(path.c_str(), F_OK) == 0;
    const std::vector<pid_t> some = parse_pids(read_proc(path, 1 << 20));
    children.insert(children.end(), some.begin(), some.end());
  }
  if (listed) return children;
  for (const pid_t other : numbers_in("/proc"))
    if (parent_of(other) == pid) children.push_back(other);
  return children;
}

std::vector<pid_t> freeze_trees(const std::vector<pid_t>& roots, milliseconds at_most) {
  const auto until = steady_clock::now() + at_most;
  std::vector<pid_t> found;
  std::unordered_set<pid_t> known;
  const auto freeze = [&](pid_t pid) {
    if (!known.insert(pid).second) return;
    ::kill(pid, SIGSTOP);
    found.push_back(pid);
  };
  for (const pid_t root : roots) freeze(root);
  // A process that is stopped forks no more, but may have forked between our look and the signal: look again
  // until a whole round finds nobody new.
  for (std::size_t before = found.size() + 1; before != found.size() && steady_clock::now() < until;) {
    before = found.size();
    for (std::size_t i = 0; i < found.size() && steady_clock::now() < until; ++i)
      for (const pid_t child : children_of(found[i])) freeze(child);
  }
  return found;
}

std::string environment_of(pid_t pid) {
  return read_proc("/proc/" + std::to_string(pid) + "/environ", 4 << 20);
}

bool has_entry(std::string_view environment, std::string_view entry) {
  for (std::size_t at = environment.find(entry); at != std::string_view::npos;
       at = environment.find(entry, at + 1)) {
    const std::size_t end = at + entry.size();
    if ((at == 0 || environment[at - 1] == '\0') && (end == environment.size() || environment[end] == '\0'))
      return true;
  }
  return false;
}

std::string_view value_in(std::string_view environment, std::string_view name) {
  while (!environment.empty()) {
    const std::string_view entry = environment.substr(0, environment.find('\0'));
    if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=')
      return entry.substr(name.size() + 1);
    environment.remove_prefix(std::min(environment.size(), entry.size() + 1));
  }
  return {};
}

int kill_by_environment(const std::vector<std::vector<std::string>>& sets) {
  std::vector<pid_t> spared = {::getpid()};
  while (spared.back() > 1) spared.push_back(parent_of(spared.back()));
  std::unordered_set<pid_t> ended;
  const auto until = steady_clock::now() + std::chrono::seconds(2);
  // One that forks while we look is found in the next round.
  for (bool alive = true; alive && steady_clock::now() < until;) {
    std::vector<int> dying;
    for (const pid_t pid : numbers_in("/proc")) {
      if (std::find(spared.begin(), spared.end(), pid) != spared.end()) continue;
      // The descriptor is taken first: whoever has the number by then is the one whose environment is read,
      // or it is gone and the signal fails.
      const int pidfd = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
      if (pidfd < 0) continue;
      const std::string environment = environment_of(pid);
      const bool ours = std::any_of(sets.begin(), sets.end(), [&](const std::vector<std::string>& set) {
        return std::all_of(set.begin(), set.end(),
                           [&](const std::string& entry) { return has_entry(environment, entry); });
      });
      if (ours && ::syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, nullptr, 0) == 0) {
        ended.insert(pid);
        dying.push_back(pidfd);
      } else {
        ::close(pidfd);
      }
    }
    for (const int pidfd : dying) {
      pollfd gone = {pidfd, POLLIN, 0};
      const auto left = std::chrono::duration_cast<milliseconds>(until - steady_clock::now()).count();
      ::poll(&gone, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
      ::close(pidfd);
    }
    alive = !dying.empty();
  }
  return static_cast<int>(ended.size());
}

int end_leftovers(std::string_view run_id, std::string_view store_id) {
  if (run_id.empty() || store_id.empty()) return 0;
  return kill_by_environment({{"WF_RUN=" + std::string(run_id), "WF_STORE=" + std::string(store_id)}});
}

}  // namespace wf::io
