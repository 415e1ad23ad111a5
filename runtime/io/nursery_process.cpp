// The nursery: one thread, one socket, and children.
//
// It is made so that starting a child costs as little as the kernel allows. What all children share (umask,
// limits, standard input, session, dispositions of signals) is set once, in the nursery, and inherited; a
// child itself makes five system calls. Its output goes to a slot, a pair of pipes whose writing ends the
// nursery keeps and gives to one child after another, so that a short command costs no pipe of its own. A
// slot is given away again only when nothing that the last child started is left: see note [orphans].
#include "runtime/io/nursery_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <deque>
#include <string_view>
#include <thread>
#include <unordered_map>

#include "runtime/io/nursery_wire.h"
#include "runtime/io/process_tree.h"
#include "runtime/io/time_slice.h"

namespace wf::io {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int socket_fd = 3;  // After the standard ones, so that everything else can be closed in one call.
constexpr std::string_view token_name = "WF_IDEMPOTENCY_KEY";

void close_above(int last) {
  if (::syscall(SYS_close_range, static_cast<unsigned>(last) + 1, ~0U, 0) == 0) return;
  const long fd_max = ::sysconf(_SC_OPEN_MAX);  // Kernels before 5.9.
  for (int fd = last + 1; fd < fd_max; ++fd) ::close(fd);
}

bool write_whole(const char* path, const std::string& text) {
  const int fd = ::open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const int error = errno;
  ::close(fd);
  errno = error;
  return written;
}

// Of a process that was just cloned into its namespaces. A PID namespace is worth having only with a /proc
// that speaks of it: with the old one `$$` and /proc disagree, and children that look for themselves find
// strangers.
int settle_into_namespaces(bool user_namespace, unsigned uid, unsigned gid) {
  if (user_namespace) {
    // Kernels ask that groups be given up before an ordinary user may map one; privileged ones need not.
    write_whole("/proc/self/setgroups", "deny");
    const auto line = [](unsigned id) { return std::to_string(id) + " " + std::to_string(id) + " 1"; };
    if (!write_whole("/proc/self/uid_map", line(uid))) return errno;
    if (!write_whole("/proc/self/gid_map", line(gid))) return errno;
  }
  if (::mount("none", "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0) return errno;
  if (::mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0) return errno;
  return 0;
}

// What the child's side needs. The child shares our memory until it execs, so nothing here is allocated
// there.
struct Launch {
  const std::vector<std::string>* candidates = nullptr;
  char** argv = nullptr;
  char** shell_argv = nullptr;  // For a script without `#!`: sh, the script, its arguments.
  char** environment = nullptr;
  const char* folder = nullptr;
  int input = -1;
  int output = -1;
  int error_output = -1;
  sigset_t no_signals = {};
  int error = 0;
  bool in_folder = false;
};

int run_child(void* raw) {
  Launch& launch = *static_cast<Launch*>(raw);
  ::setpgid(0, 0);
  if (launch.input >= 0) ::dup2(launch.input, STDIN_FILENO);
  ::dup2(launch.output, STDOUT_FILENO);
  ::dup2(launch.error_output, STDERR_FILENO);
  if (launch.folder != nullptr && ::chdir(launch.folder) != 0) {
    launch.error = errno;
    launch.in_folder = true;
    ::_exit(127);
  }
  ::sigprocmask(SIG_SETMASK, &launch.no_signals, nullptr);
  int error = ENOENT;
  for (const std::string& path : *launch.candidates) {
    if (::access(path.c_str(), X_OK) != 0) {  // A tenth of what an exec that fails costs.
      if (errno == EACCES) error = EACCES;
      continue;
    }
    ::execve(path.c_str(), launch.argv, launch.environment);
    if (errno == ENOEXEC) {
      launch.shell_argv[1] = const_cast<char*>(path.c_str());
      ::execve("/bin/sh", launch.shell_argv, launch.environment);
    }
    if (errno == EACCES) {
      error = EACCES;
    } else if (errno != ENOENT && errno != ENOTDIR) {
      error = errno;
      break;
    }
  }
  launch.error = error;
  ::_exit(127);
}

struct Child {
  std::uint64_t id = 0;
  std::uint32_t slot = 0;
  std::uint64_t started = 0;  // When, counted in events; see Stray::seen.
  std::string token;
  bool killed = false;    // Whatever turns up of it is killed on sight.
  bool sweeping = false;  // The engine waits for `swept`.
};

// A process that became our child because its parent died.
struct Stray {
  std::uint64_t owner = 0;  // The child that started it; 0: nobody can tell.
  std::uint64_t seen = 0;
};

class Server {
 public:
  Server(const std::vector<std::string>& base_env, NurseryMode mode) : mode_(mode) {
    for (const std::string& entry : base_env) {
      const std::size_t equals = entry.find('=');
      if (equals == std::string::npos) continue;
      base_.push_back(entry);
      base_index_.emplace(entry.substr(0, equals), base_.size() - 1);
    }
    const auto path = base_index_.find("PATH");
    base_path_ = path == base_index_.end() ? "/usr/local/bin:/usr/bin:/bin" : base_[path->second].substr(5);
    stack_.resize(128 * 1024);
    input_.resize(64 * 1024);
  }

  [[noreturn]] void serve() {
    sigset_t chld;
    ::sigemptyset(&chld);
    ::sigaddset(&chld, SIGCHLD);
    const int signals = ::signalfd(-1, &chld, SFD_CLOEXEC | SFD_NONBLOCK);
    children_fd_ = ::open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
    Report hello;
    hello.kind = ReportKind::hello;
    report(hello);
    flush();
    std::array<pollfd, 2> waits = {pollfd{socket_fd, POLLIN, 0}, pollfd{signals, POLLIN, 0}};
    for (;;) {
      if (::poll(waits.data(), waits.size(), -1) < 0) continue;
      if (waits[1].revents != 0) {
        signalfd_siginfo info = {};  // One at most is pending, for however many children.
        [[maybe_unused]] const ssize_t got = ::read(signals, &info, sizeof info);
        reap();
      }
      // A child that ended makes room for the next: the engine hears of it before we look for its orders.
      flush();
      if (waits[0].revents != 0) receive();
      flush();
    }
  }

 private:
  void report(const Report& report) { put(output_, report); }

  // Waits when the engine is slow to read: it always reads, or it is gone, and then so are we.
  void flush() {
    std::size_t sent = 0;
    while (sent < output_.size()) {
      const ssize_t count = ::send(socket_fd, output_.data() + sent, output_.size() - sent, MSG_NOSIGNAL);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) end_all();
      sent += static_cast<std::size_t>(count);
    }
    output_.clear();
  }

  void receive() {
    if (input_used_ == input_.size()) input_.resize(input_.size() * 2);
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * 253)> control;
    iovec piece = {input_.data() + input_used_, input_.size() - input_used_};
    msghdr message = {};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t got = ::recvmsg(socket_fd, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (got <= 0) end_all();
    input_used_ += static_cast<std::size_t>(got);
    for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part)) {
      if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
      const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
      for (std::size_t i = 0; i < count; ++i) {
        int fd = -1;
        std::memcpy(&fd, CMSG_DATA(part) + i * sizeof(int), sizeof fd);
        descriptors_.push_back(fd);
      }
    }
    // Descriptors that were lost would give a child the streams of another.
    if ((message.msg_flags & MSG_CTRUNC) != 0) end_all();
    std::size_t used = 0;
    while (input_used_ - used >= sizeof(Header)) {
      Header header;
      std::memcpy(&header, input_.data() + used, sizeof header);
      if (input_used_ - used - sizeof header < header.size) break;
      obey(header, Reader(input_.data() + used + sizeof header, header.size));
      used += sizeof header + header.size;
    }
    std::memmove(input_.data(), input_.data() + used, input_used_ - used);
    input_used_ -= used;
  }

  void obey(const Header& header, Reader body) {
    switch (header.kind) {
      case OrderKind::spawn:
        return spawn(header.child, body);
      case OrderKind::term:
        return terminate(header.child);
      case OrderKind::kill:
        return kill_child(header.child);
      case OrderKind::sweep:
        return sweep(header.child);
    }
  }

  int next_descriptor() {
    if (descriptors_.empty()) end_all();
    const int fd = descriptors_.front();
    descriptors_.pop_front();
    return fd;
  }

  void spawn(std::uint64_t id, Reader& body) {
    const auto order = body.get<Spawn>();
    if (slots_.size() <= order.slot) slots_.resize(order.slot + 1, {-1, -1});
    auto& slot = slots_[order.slot];
    if (order.new_slot != 0) {
      slot.first = next_descriptor();
      slot.second = next_descriptor();
    }
    const int input = order.input != 0 ? next_descriptor() : -1;

    argv_.clear();
    shell_argv_ = {const_cast<char*>("sh"), nullptr};
    for (std::uint32_t i = 0; i < order.argc; ++i) {
      argv_.push_back(body.text());
      if (i > 0) shell_argv_.push_back(argv_.back());
    }
    argv_.push_back(nullptr);
    shell_argv_.push_back(nullptr);
    std::string_view path = base_path_;
    environment_.clear();
    for (std::string& entry : base_) environment_.push_back(entry.data());
    for (std::uint32_t i = 0; i < order.envc; ++i) {
      char* const entry = body.text();
      if (entry != nullptr) set_entry(entry, path);
    }
    const char* const folder = body.text();
    const char* const token = body.text();
    if (!body.ok() || argv_.size() < 2) end_all();
    std::string token_entry;
    if (*token != '\0') {
      token_entry = std::string(token_name) + "=" + token;
      set_entry(token_entry.data(), path);
    }
    environment_.push_back(nullptr);
    find_candidates(argv_[0], path);

    Launch launch;
    launch.candidates = &candidates_;
    launch.argv = argv_.data();
    launch.shell_argv = shell_argv_.data();
    launch.environment = environment_.data();
    launch.folder = *folder != '\0' ? folder : nullptr;
    launch.input = input;
    launch.output = slot.first;
    launch.error_output = slot.second;
    ::sigemptyset(&launch.no_signals);
    // We sleep until the child has exec'ed or failed, so that its failure is known here and one stack serves
    // all.
    const pid_t pid =
        ::clone(run_child, stack_.data() + stack_.size(), CLONE_VM | CLONE_VFORK | SIGCHLD, &launch);
    const int clone_error = pid < 0 ? errno : 0;
    if (input >= 0) ::close(input);
    Report failure;
    failure.child = id;
    failure.kind = ReportKind::ended;
    if (pid < 0) {
      failure.error = clone_error;
      report(failure);
    } else if (launch.error != 0) {
      while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) continue;
      failure.error = launch.error;
      failure.in_folder = launch.in_folder;
      report(failure);
    } else {
      Child child;
      child.id = id;
      child.slot = order.slot;
      child.started = ++events_;
      child.token = token;
      pids_[id] = pid;
      running_.emplace(pid, std::move(child));
    }
  }

  // `entry` takes the place of one of the same name, and is used as it lies.
  void set_entry(char* entry, std::string_view& path) {
    const std::string_view text = entry;
    const std::size_t equals = std::min(text.find('='), text.size());
    if (text.starts_with("PATH=")) path = text.substr(5);
    const auto found = base_index_.find(std::string(text.substr(0, equals)));
    if (found != base_index_.end()) {
      environment_[found->second] = entry;
      return;
    }
    for (std::size_t i = base_.size(); i < environment_.size(); ++i) {
      if (std::string_view(environment_[i]).starts_with(text.substr(0, equals + 1))) {
        environment_[i] = entry;
        return;
      }
    }
    environment_.push_back(entry);
  }

  // Where a program may lie, in order. A part of the PATH that is not absolute counts from the child's
  // folder, which is where it is tried.
  void find_candidates(std::string_view program, std::string_view path) {
    candidates_.clear();
    if (program.empty()) return;
    if (program.find('/') != std::string_view::npos) {
      candidates_.emplace_back(program);
      return;
    }
    for (;;) {
      const std::size_t colon = path.find(':');
      const std::string_view part = path.substr(0, colon);
      std::string& candidate = candidates_.emplace_back(part.empty() ? "." : part);
      candidate.push_back('/');
      candidate.append(program);
      if (colon == std::string_view::npos) return;
      path.remove_prefix(colon + 1);
    }
  }

  // note [orphans]
  // A process whose parent dies becomes a child of ours (first of its PID namespace, or subreaper), and does
  // so before we can reap that parent. So when a child has been reaped, everything it had started is either
  // gone or among our children, and if we have no more children than we know of, nothing is left and its slot
  // can be given away. One look at /proc says so. An orphan belongs to the child whose process group, session
  // or token it carries; one that shed all of them belongs to nobody, lives until the run ends, and only
  // costs the slots of those that ran meanwhile.
  void reap() {
    ended_.clear();
    int status = 0;
    for (pid_t pid = 0; (pid = ::waitpid(-1, &status, WNOHANG | __WALL)) > 0;) {
      const auto found = running_.find(pid);
      if (found != running_.end()) {
        ended_.push_back({std::move(found->second), pid, status});
        pids_.erase(ended_.back().child.id);
        running_.erase(found);
      } else {
        strays_.erase(pid);
      }
    }
    look_for_strays();
    for (Ended& ended : ended_) {
      Report end;
      end.child = ended.child.id;
      end.kind = ReportKind::ended;
      end.status = ended.status;
      const bool left = std::any_of(strays_.begin(), strays_.end(), [&](const auto& entry) {
        const Stray& stray = entry.second;
        return stray.owner == ended.child.id || (stray.owner == 0 && stray.seen > ended.child.started);
      });
      end.left_behind = left || !can_look();
      if (end.left_behind != 0) {
        auto& slot = slots_[ended.child.slot];
        ::close(slot.first);
        ::close(slot.second);
        slot = {-1, -1};
        lingering_.emplace(ended.child.id, Lingering{ended.child, ended.pid});
      }
      report(end);
    }
    finish_sweeps();
  }

  bool can_look() const { return children_fd_ >= 0; }

  void look_for_strays() {
    if (can_look()) {
      std::size_t size = 0;
      for (;;) {
        if (list_.size() - size < 4096) list_.resize(list_.size() + 16384);
        const ssize_t got =
            ::pread(children_fd_, list_.data() + size, list_.size() - size, static_cast<off_t>(size));
        if (got <= 0) break;
        size += static_cast<std::size_t>(got);
        if (got < 4000)
          break;  // All of it: the kernel fills a page but for less than a number before it stops.
      }
      const std::string_view text(list_.data(), size);
      const auto count = static_cast<std::size_t>(std::count(text.begin(), text.end(), ' '));
      if (count == running_.size() + strays_.size()) return;
      for (const pid_t pid : parse_pids(text)) meet(pid);
      return;
    }
    for (const pid_t pid : children_of(::getpid())) meet(pid);
  }

  void meet(pid_t pid) {
    if (running_.contains(pid) || strays_.contains(pid)) return;
    const Child* const owner = owner_of(pid);
    strays_[pid] = {owner != nullptr ? owner->id : 0, ++events_};
    if (owner != nullptr && owner->killed) kill_trees({pid});
  }

  // A process in the middle of an exec shows no environment for a moment, and would seem to be nobody's.
  static std::string settled_environment(pid_t pid) {
    std::string environment = environment_of(pid);
    for (int looks = 0; environment.empty() && looks < 10; ++looks) {
      siginfo_t gone = {};
      if (::waitid(P_PID, static_cast<id_t>(pid), &gone, WEXITED | WNOHANG | WNOWAIT) != 0 ||
          gone.si_pid != 0)
        break;
      std::this_thread::sleep_for(std::chrono::microseconds(500));
      environment = environment_of(pid);
    }
    return environment;
  }

  const Child* owner_of(pid_t pid) {
    const std::array<pid_t, 2> groups = {::getpgid(pid), ::getsid(pid)};
    const std::string environment = settled_environment(pid);
    const std::string_view token = value_in(environment, token_name);
    const Child* only = nullptr;
    std::size_t candidates = 0;
    const auto is_its = [&](pid_t leader, const Child& child) {
      ++candidates;
      only = &child;
      return groups[0] == leader || groups[1] == leader || (!token.empty() && token == child.token);
    };
    for (const Ended& ended : ended_)
      if (is_its(ended.pid, ended.child)) return &ended.child;
    for (const auto& [leader, child] : running_)
      if (is_its(leader, child)) return &child;
    for (const auto& [id, gone] : lingering_)
      if (is_its(gone.pid, gone.child)) return &gone.child;
    return candidates == 1 ? only : nullptr;
  }

  void terminate(std::uint64_t id) {
    const auto found = pids_.find(id);
    if (found == pids_.end()) return;
    ::kill(-found->second, SIGTERM);
    ::kill(-found->second, SIGCONT);  // One that is stopped would never see it.
  }

  void kill_child(std::uint64_t id) {
    const auto found = pids_.find(id);
    if (found == pids_.end()) return;
    const pid_t pid = found->second;
    running_[pid].killed = true;
    ::kill(-pid, SIGSTOP);  // The whole group at one moment: not even a fork bomb slips through.
    std::vector<pid_t> roots = strays_of(id);
    roots.push_back(pid);
    kill_trees(roots);
    ::kill(-pid, SIGKILL);
  }

  std::vector<pid_t> strays_of(std::uint64_t id) const {
    std::vector<pid_t> pids;
    for (const auto& [pid, stray] : strays_)
      if (stray.owner == id) pids.push_back(pid);
    return pids;
  }

  void kill_trees(const std::vector<pid_t>& roots) {
    for (const pid_t pid : freeze_trees(roots, milliseconds(500))) ::kill(pid, SIGKILL);
  }

  void sweep(std::uint64_t id) {
    const auto found = lingering_.find(id);
    if (found == lingering_.end()) return;
    found->second.child.killed = true;
    found->second.child.sweeping = true;
    // The number may have been given to a later child, if nothing was left of the group.
    if (!running_.contains(found->second.pid)) ::kill(-found->second.pid, SIGKILL);
    look_for_strays();
    kill_trees(strays_of(id));
    finish_sweeps();
  }

  void finish_sweeps() {
    std::erase_if(lingering_, [this](const auto& entry) {
      const auto& [id, gone] = entry;
      if (!gone.child.sweeping || !strays_of(id).empty()) return false;
      Report swept;
      swept.child = id;
      swept.kind = ReportKind::swept;
      report(swept);
      return true;
    });
  }

  // The engine is gone. As the first of a PID namespace it is enough to go as well: the kernel ends everybody
  // in it. Elsewhere we do it by hand, and stay until nobody is left, at most 2 s.
  [[noreturn]] void end_all() {
    if (mode_ == NurseryMode::pid_namespace) ::_exit(0);
    const auto until = steady_clock::now() + milliseconds(2000);
    while (steady_clock::now() < until) {
      const std::vector<pid_t> roots = children_of(::getpid());
      for (const pid_t root : roots) ::kill(-root, SIGSTOP);
      const auto left = std::chrono::duration_cast<milliseconds>(until - steady_clock::now());
      for (const pid_t pid : freeze_trees(roots, left)) ::kill(pid, SIGKILL);
      for (const pid_t root : roots) ::kill(-root, SIGKILL);
      pid_t pid = 0;
      while ((pid = ::waitpid(-1, nullptr, WNOHANG | __WALL)) > 0) continue;
      if (pid < 0 && errno == ECHILD) break;
      ::poll(nullptr, 0, 1);
    }
    ::_exit(0);
  }

  struct Ended {
    Child child;
    pid_t pid;
    int status;
  };
  struct Lingering {  // Ended, but something of it lives.
    Child child;
    pid_t pid;
  };

  NurseryMode mode_;
  std::vector<std::string> base_;
  std::unordered_map<std::string, std::size_t> base_index_;
  std::string base_path_;
  int children_fd_ = -1;
  std::string output_;
  std::vector<char> input_;
  std::size_t input_used_ = 0;
  std::deque<int> descriptors_;
  std::vector<std::pair<int, int>> slots_;
  std::uint64_t events_ = 0;
  std::unordered_map<pid_t, Child> running_;
  std::unordered_map<std::uint64_t, pid_t> pids_;
  std::unordered_map<std::uint64_t, Lingering> lingering_;
  std::unordered_map<pid_t, Stray> strays_;
  std::vector<Ended> ended_;
  // Used again for each child.
  std::vector<char> stack_;
  std::vector<char> list_;
  std::vector<char*> argv_, shell_argv_, environment_;
  std::vector<std::string> candidates_;
};

// The engine's environment holds what children must not see, and a child may look at us in /proc.
void forget_environment() {
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry)
    ::explicit_bzero(*entry, std::strlen(*entry));
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

void lower(int resource, rlim_t limit) {
  rlimit now = {};
  ::getrlimit(static_cast<__rlimit_resource_t>(resource), &now);
  now.rlim_max = std::min(now.rlim_max, limit);
  now.rlim_cur = std::min(now.rlim_cur, limit);
  ::setrlimit(static_cast<__rlimit_resource_t>(resource), &now);
}

}  // namespace

void serve_nursery(int socket, const std::vector<std::string>& base_env, NurseryMode mode,
                   bool user_namespace, unsigned uid, unsigned gid) {
  sigset_t all;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  ::setsid();  // Neither Ctrl-C nor a closed terminal reaches us, and no child finds a terminal to ask
               // questions on.
  socket = ::fcntl(socket, F_DUPFD, socket_fd + 1);  // Out of the way, wherever it was.
  const int null = ::open("/dev/null", O_RDWR);
  for (int fd = 0; fd < socket_fd; ++fd)
    if (fd != null) ::dup2(null, fd);
  ::dup2(socket, socket_fd);
  close_above(socket_fd);
  ::fcntl(socket_fd, F_SETFD, FD_CLOEXEC);
  ::prctl(PR_SET_NAME, "wf-nursery", 0, 0, 0);
  ::umask(077);
  // What a command may take of the machine at most; what the user's own limits say below that, stays.
  lower(RLIMIT_CORE, 0);
  lower(RLIMIT_NPROC, 32'768);  // A fork bomb of an ordinary user ends before the machine does.
  lower(RLIMIT_NOFILE, 524'288);
  lower(RLIMIT_FSIZE, rlim_t{1} << 37);  // 128 GiB: a file written without end stops before it is the disk.

  int error = 0;
  if (mode == NurseryMode::pid_namespace)
    error = settle_into_namespaces(user_namespace, uid, gid);
  else if (::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0)
    error = errno;
  if (error != 0) {
    Report failed;
    failed.error = error;
    ::send(socket_fd, &failed, sizeof failed, MSG_NOSIGNAL);
    ::_exit(1);
  }
  ask_for_short_time_slices();
  Server server(base_env, mode);
  forget_environment();
  server.serve();
}

}  // namespace wf::io
