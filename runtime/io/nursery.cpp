// The engine's side of the nursery: slots of pipes, orders out, reports in.
//
// A child prints into a slot, a pair of pipes whose reading ends are here and stay in the epoll set while one
// child after another uses them. That a child has ended is known from its report, not from the end of its
// streams, so what is in the pipes by then is read until they are empty. Only when something the child
// started lives on does the nursery close its ends; then the streams do end, when the last helper lets go of
// them, and we wait for that at most two seconds before the rest is ended.
#include "runtime/io/nursery.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <deque>
#include <unordered_map>
#include <utility>

#include "runtime/base/assert.h"
#include "runtime/io/nursery_process.h"
#include "runtime/io/nursery_wire.h"
#include "runtime/io/process_tree.h"

namespace wf::io {

namespace {

constexpr std::int64_t drain_ms = 2000;  // How long helpers may hold the streams of a child that has ended.
constexpr std::int64_t retry_ms = 100;   // When there was no process or descriptor to be had...
constexpr int retries_max = 50;          // ... and how often it is tried again.
constexpr std::size_t piece_size = 64 * 1024;
constexpr std::size_t drain_max =
    4 << 20;  // Of what lies in a pipe when its child has ended: more is not its own.
constexpr std::size_t order_max = 16 << 20;

struct Order {
  std::string bytes;
  std::vector<int> descriptors;  // To pass along and then close.
  std::size_t sent = 0;
};

enum class Stage : std::uint8_t { queued, running, draining, sweeping, over };

struct Child {
  ChildSpec spec;
  ChildEvents events;
  Stage stage = Stage::queued;
  int slot = -1;
  int input = -1;  // Our end of its standard input.
  bool input_watched = false;
  std::size_t input_sent = 0;
  int retries = 0;
  Reactor::TimerId kill_timer = 0;
  Reactor::TimerId drain_timer = 0;
  bool killing = false;
  ChildEnd end;
};

struct Slot {
  std::array<int, 2> read = {-1, -1};   // -1: ended and closed.
  std::array<int, 2> write = {-1, -1};  // Until the nursery has them.
  std::uint64_t child = 0;
};

bool lacks_resources(int error) {
  return error == EAGAIN || error == ENOMEM || error == EMFILE || error == ENFILE;
}

std::string quoted(const std::string& text) {
  return "`" + text + "`";
}

std::string why_not_started(const ChildSpec& spec, int error, bool in_folder) {
  const std::string why = std::strerror(error);
  if (in_folder) return "cannot enter the folder " + quoted(spec.folder) + ": " + why;
  const std::string& program = spec.argv.front();
  const bool is_path = program.find('/') != std::string::npos;
  if (error == E2BIG)
    return "the arguments and the environment of " + quoted(program) + " are larger than the system allows";
  if (error == ENOENT && is_path)
    return "there is no program " + quoted(program) + ", or none that its first line names";
  if (error == ENOENT) return "there is no program " + quoted(program) + " on the PATH";
  if (error == EACCES) return quoted(program) + " is not executable";
  if (lacks_resources(error)) return "no process could be started for " + quoted(program) + ": " + why;
  return "cannot start " + quoted(program) + ": " + why;
}

bool has_nul(const ChildSpec& spec) {
  const auto nul = [](const std::string& text) { return text.find('\0') != std::string::npos; };
  return std::any_of(spec.argv.begin(), spec.argv.end(), nul) || nul(spec.folder) || nul(spec.token) ||
         std::any_of(spec.env_set.begin(), spec.env_set.end(),
                     [&](const auto& entry) { return nul(entry.first) || nul(entry.second); });
}

std::size_t bytes_of(const ChildSpec& spec) {
  std::size_t bytes = 0;
  for (const std::string& text : spec.argv) bytes += text.size() + 8;
  for (const auto& [name, value] : spec.env_set) bytes += name.size() + value.size() + 8;
  return bytes;
}

void close_all(std::vector<int>& descriptors) {
  for (const int fd : descriptors) ::close(fd);
  descriptors.clear();
}

}  // namespace

struct Nursery::Impl {
  pid_t pid = -1;
  int socket = -1;
  NurseryMode mode = NurseryMode::guardian;
  Reactor* reactor = nullptr;
  std::weak_ptr<const void> reactor_life;
  Clock* clock = nullptr;
  bool dead = false;
  std::function<void()> told_lost;

  ChildId child_last = 0;
  std::unordered_map<ChildId, Child> children;
  std::deque<ChildId> waiting;  // For a slot: no descriptors are left until a child ends.
  std::vector<Slot> slots;
  std::vector<int> slots_free;    // Known to the nursery, used by nobody.
  std::vector<int> slots_unused;  // Numbers without pipes.

  std::deque<Order> orders;
  bool flush_posted = false;
  bool writing = false;  // The socket is full: epoll tells when it is not.
  std::string received;
  std::vector<char> piece = std::vector<char>(piece_size);

  void unwatch(int fd) {
    if (!reactor_life.expired()) reactor->remove(fd);
  }

  ~Impl() {
    for (Slot& slot : slots)
      for (int side = 0; side < 2; ++side) {
        close_read(slot, side);
        if (slot.write[side] >= 0) ::close(slot.write[side]);
      }
    for (auto& [id, child] : children) close_input(child);
    for (Order& order : orders) close_all(order.descriptors);
    if (socket < 0) return;
    if (!dead) unwatch(socket);
    ::close(socket);
    // The nursery reads the end of its socket, ends everybody and goes.
    const int pidfd = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
    pollfd gone = {pidfd, POLLIN, 0};
    if (pidfd < 0 || ::poll(&gone, 1, 3000) == 0) ::kill(pid, SIGKILL);
    if (pidfd >= 0) ::close(pidfd);
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) continue;
  }

  // ---- Orders
  // -------------------------------------------------------------------------------------------------

  void order(OrderKind kind, ChildId id, const std::string& body = {}, std::vector<int> descriptors = {}) {
    Header header;
    header.size = static_cast<std::uint32_t>(body.size());
    header.kind = kind;
    header.child = id;
    // Descriptors travel with the first byte of what is sent in one call, so an order that has some begins a
    // call.
    if (orders.empty() || !descriptors.empty() || orders.back().sent != 0) orders.emplace_back();
    Order& last = orders.back();
    put(last.bytes, header);
    last.bytes += body;
    if (!descriptors.empty()) last.descriptors = std::move(descriptors);
    if (flush_posted || writing) return;
    flush_posted = true;  // At the end of this turn: what one turn orders goes out in one call.
    reactor->post([this] {
      flush_posted = false;
      flush();
    });
  }

  void flush() {
    while (!dead && !orders.empty()) {
      Order& order = orders.front();
      iovec bytes = {order.bytes.data() + order.sent, order.bytes.size() - order.sent};
      msghdr message = {};
      message.msg_iov = &bytes;
      message.msg_iovlen = 1;
      alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * 3)> control = {};
      if (!order.descriptors.empty()) {
        const std::size_t size = order.descriptors.size() * sizeof(int);
        message.msg_control = control.data();
        message.msg_controllen = CMSG_SPACE(size);
        cmsghdr* const part = CMSG_FIRSTHDR(&message);
        part->cmsg_level = SOL_SOCKET;
        part->cmsg_type = SCM_RIGHTS;
        part->cmsg_len = CMSG_LEN(size);
        std::memcpy(CMSG_DATA(part), order.descriptors.data(), size);
      }
      const ssize_t sent = ::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent < 0 && errno == EINTR) continue;
      // Too many descriptors on the way (ETOOMANYREFS): the nursery takes them in a moment.
      if (sent < 0 && (errno == EAGAIN || errno == ETOOMANYREFS)) return want_writing(true);
      if (sent < 0) return lost();
      close_all(order.descriptors);
      order.sent += static_cast<std::size_t>(sent);
      if (order.sent == order.bytes.size()) orders.pop_front();
    }
    want_writing(false);
  }

  void want_writing(bool wanted) {
    if (writing == wanted || dead) return;
    writing = wanted;
    unwatch(socket);
    watch_socket();
  }

  void watch_socket() {
    reactor->add(socket, static_cast<std::uint32_t>(EPOLLIN) | (writing ? EPOLLOUT : 0U),
                 [this](std::uint32_t events) {
                   if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) receive();
                   if ((events & EPOLLOUT) != 0) flush();
                 });
  }

  // ---- Starting
  // -----------------------------------------------------------------------------------------------

  // Gives a slot to the child; false when no descriptors are left.
  bool take_slot(Child& child, ChildId id) {
    if (!slots_free.empty()) {
      child.slot = slots_free.back();
      slots_free.pop_back();
      slots[child.slot].child = id;
      return true;
    }
    Slot slot;
    slot.child = id;
    for (int side = 0; side < 2; ++side) {
      std::array<int, 2> pipe = {-1, -1};
      if (::pipe2(pipe.data(), O_CLOEXEC) != 0) {
        if (side == 1) {
          ::close(slot.read[0]);
          ::close(slot.write[0]);
        }
        return false;
      }
      slot.read[side] = pipe[0];
      slot.write[side] = pipe[1];
    }
    if (slots_unused.empty()) {
      child.slot = static_cast<int>(slots.size());
      slots.push_back(slot);
    } else {
      child.slot = slots_unused.back();
      slots_unused.pop_back();
      slots[child.slot] = slot;
    }
    for (int side = 0; side < 2; ++side) {
      ::fcntl(slot.read[side], F_SETFL, O_NONBLOCK);
      reactor->add(slot.read[side], EPOLLIN, [this, number = child.slot, side](std::uint32_t) {
        // Some at a time, so that one who prints without end leaves room for the others.
        if (!read_some(number, side, 4 * piece_size)) stream_ended(number, side);
      });
    }
    return true;
  }

  void launch(ChildId id) {
    Child& child = children.at(id);
    const ChildSpec& spec = child.spec;
    const bool wants_input = !spec.input.empty() || spec.input_open;
    std::array<int, 2> input = {-1, -1};
    if (!take_slot(child, id)) return wait_for_slot(id, errno);
    if (wants_input && ::pipe2(input.data(), O_CLOEXEC) != 0) {
      const int error = errno;
      release_unsent(child);
      return wait_for_slot(id, error);
    }
    Slot& slot = slots[child.slot];
    Spawn spawn;
    spawn.slot = static_cast<std::uint32_t>(child.slot);
    spawn.argc = static_cast<std::uint32_t>(spec.argv.size());
    spawn.envc = static_cast<std::uint32_t>(spec.env_set.size());
    std::vector<int> descriptors;
    if (slot.write[0] >= 0) {
      spawn.new_slot = 1;
      descriptors = {slot.write[0], slot.write[1]};
      slot.write = {-1, -1};
    }
    if (wants_input) {
      spawn.input = 1;
      descriptors.push_back(input[0]);
      child.input = input[1];
      child.input_sent = 0;
      ::fcntl(child.input, F_SETFL, O_NONBLOCK);
    }
    std::string body;
    body.reserve(sizeof spawn + bytes_of(spec) + 256);
    put(body, spawn);
    for (const std::string& text : spec.argv) put_text(body, text);
    for (const auto& [name, value] : spec.env_set) {
      put(body, static_cast<std::uint32_t>(name.size() + 1 + value.size()));
      body.append(name).append("=").append(value).push_back('\0');
    }
    put_text(body, spec.folder);
    put_text(body, spec.token);
    child.stage = Stage::running;
    order(OrderKind::spawn, id, body, std::move(descriptors));
    if (wants_input) write_input(id);
  }

  // A slot that was taken and not yet used for an order.
  void release_unsent(Child& child) {
    Slot& slot = slots[child.slot];
    if (slot.write[0] < 0) {
      slot.child = 0;
      slots_free.push_back(child.slot);
    } else {
      for (int& fd : slot.write) ::close(std::exchange(fd, -1));
      close_slot(child.slot);
    }
    child.slot = -1;
  }

  // Without descriptors a child waits until another has ended; if none runs it tries again for a while.
  void wait_for_slot(ChildId id, int error) {
    Child& child = children.at(id);
    const bool others =
        std::any_of(slots.begin(), slots.end(), [](const Slot& slot) { return slot.child != 0; });
    if (others) {
      waiting.push_back(id);
      return;
    }
    retry_or_fail(id, child, error);
  }

  void retry_or_fail(ChildId id, Child& child, int error) {
    child.stage = Stage::queued;
    if (++child.retries > retries_max) {
      child.end.not_started = why_not_started(child.spec, error, false);
      return finish(id);
    }
    reactor->at(clock->monotonic_ms() + retry_ms, [this, id] {
      const auto found = children.find(id);
      if (found != children.end() && found->second.stage == Stage::queued) launch(id);
    });
  }

  // ---- Streams
  // ------------------------------------------------------------------------------------------------

  // False at the end of the stream.
  bool read_some(int number, int side, std::size_t at_most) {
    for (std::size_t total = 0; total < at_most;) {
      const int fd = slots[number].read[side];
      if (fd < 0) return true;
      const ssize_t got = ::read(fd, piece.data(), piece.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return true;
      if (got == 0) return false;
      total += static_cast<std::size_t>(got);
      const auto child = children.find(slots[number].child);
      if (child == children.end()) continue;  // Nobody's: a slot between two children has no honest writer.
      const auto& printed = side == 0 ? child->second.events.printed : child->second.events.printed_error;
      if (printed) printed(std::string_view(piece.data(), static_cast<std::size_t>(got)));
    }
    return true;
  }

  void close_read(Slot& slot, int side) {
    if (slot.read[side] < 0) return;
    unwatch(slot.read[side]);
    ::close(std::exchange(slot.read[side], -1));
  }

  void close_slot(int number) {
    close_read(slots[number], 0);
    close_read(slots[number], 1);
    slots[number].child = 0;
    slots_unused.push_back(number);
  }

  void stream_ended(int number, int side) {
    close_read(slots[number], side);
    const ChildId id = slots[number].child;
    const auto found = children.find(id);
    if (found == children.end() || found->second.stage != Stage::draining) return;
    if (slots[number].read[0] < 0 && slots[number].read[1] < 0) sweep(id);
  }

  void write_input(ChildId id) {
    const auto found = children.find(id);
    if (found == children.end()) return;
    Child& child = found->second;
    const std::string& input = child.spec.input;
    while (child.input_sent < input.size()) {
      const ssize_t sent =
          ::write(child.input, input.data() + child.input_sent, input.size() - child.input_sent);
      if (sent < 0 && errno == EINTR) continue;
      if (sent < 0 && errno == EAGAIN) {
        if (!child.input_watched) {
          child.input_watched = true;
          reactor->add(child.input, EPOLLOUT, [this, id](std::uint32_t) { write_input(id); });
        }
        return;
      }
      if (sent < 0) break;  // EPIPE: it does not want to read, and that is its right.
      child.input_sent += static_cast<std::size_t>(sent);
    }
    close_input(child);
  }

  void close_input(Child& child) {
    if (child.input < 0) return;
    if (std::exchange(child.input_watched, false)) unwatch(child.input);
    ::close(std::exchange(child.input, -1));
  }

  // ---- Ending
  // -------------------------------------------------------------------------------------------------

  void receive() {
    for (;;) {
      const ssize_t got = ::recv(socket, piece.data(), piece.size(), MSG_DONTWAIT);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0 && errno == EAGAIN) break;
      if (got <= 0) return lost();
      received.append(piece.data(), static_cast<std::size_t>(got));
      if (static_cast<std::size_t>(got) < piece.size()) break;
    }
    std::size_t used = 0;
    // Callbacks may start children, but they receive nothing.
    for (; received.size() - used >= sizeof(Report); used += sizeof(Report)) {
      Report report;
      std::memcpy(&report, received.data() + used, sizeof report);
      obey(report);
    }
    received.erase(0, used);
  }

  void obey(const Report& report) {
    const auto found = children.find(report.child);
    if (found == children.end()) return;
    Child& child = found->second;
    if (report.kind == ReportKind::swept) {
      if (child.stage == Stage::sweeping) finish(report.child);
      return;
    }
    if (report.kind != ReportKind::ended || child.stage != Stage::running) return;
    close_input(child);
    if (report.error != 0) return could_not_start(report.child, child, report);
    if (WIFSIGNALED(report.status))
      child.end.signal = WTERMSIG(report.status);
    else
      child.end.exit_code = WEXITSTATUS(report.status);
    if (report.left_behind == 0) return finish(report.child);
    child.stage = Stage::draining;
    const Slot& slot = slots[child.slot];
    if (child.killing || (slot.read[0] < 0 && slot.read[1] < 0)) return sweep(report.child);
    child.drain_timer =
        reactor->at(clock->monotonic_ms() + drain_ms, [this, id = report.child] { sweep(id); });
  }

  void could_not_start(ChildId id, Child& child, const Report& report) {
    slots[child.slot].child = 0;
    slots_free.push_back(std::exchange(child.slot, -1));
    if (lacks_resources(report.error) && report.in_folder == 0 && !child.killing)
      return retry_or_fail(id, child, report.error);
    child.end.argument_too_large = report.error == E2BIG;
    child.end.not_started = why_not_started(child.spec, report.error, report.in_folder != 0);
    finish(id);
  }

  void sweep(ChildId id) {
    const auto found = children.find(id);
    if (found == children.end() || found->second.stage != Stage::draining) return;
    Child& child = found->second;
    child.stage = Stage::sweeping;
    if (child.drain_timer != 0) reactor->cancel(child.drain_timer);
    order(OrderKind::sweep, id);
    // A process that hangs in the kernel dies when it comes out of it; nobody waits for that.
    child.drain_timer = reactor->at(clock->monotonic_ms() + drain_ms, [this, id] { finish(id); });
  }

  // Reads what lies in the streams, gives the slot back and tells.
  void finish(ChildId id) {
    const auto found = children.find(id);
    if (found == children.end() || found->second.stage == Stage::over) return;
    Child& child = found->second;
    if (child.slot >= 0) {
      bool open = true;
      for (int side = 0; side < 2; ++side) open = read_some(child.slot, side, drain_max) && open;
      const Slot& slot = slots[child.slot];
      const bool shared = child.stage == Stage::running && !dead;
      if (shared && open && slot.read[0] >= 0 && slot.read[1] >= 0) {
        slots[child.slot].child = 0;
        slots_free.push_back(child.slot);
      } else {
        close_slot(child.slot);
      }
      child.slot = -1;
    }
    child.stage = Stage::over;
    close_input(child);
    if (child.kill_timer != 0) reactor->cancel(child.kill_timer);
    if (child.drain_timer != 0) reactor->cancel(child.drain_timer);
    const Child over = std::move(child);
    children.erase(found);
    if (!waiting.empty()) {
      const ChildId next = waiting.front();
      waiting.pop_front();
      if (children.contains(next)) launch(next);
    }
    if (over.events.ended) over.events.ended(over.end);
  }

  // The nursery is gone, though we did not ask it to go. In a PID namespace the kernel has ended all children
  // with it; elsewhere they have lost their guardian and are ended here.
  void lost() {
    if (dead) return;
    dead = true;
    unwatch(socket);
    if (told_lost) told_lost();
    std::vector<std::vector<std::string>> tokens;
    std::vector<ChildId> ids;
    for (auto& [id, child] : children) {
      ids.push_back(id);
      if (!child.spec.token.empty()) tokens.push_back({"WF_IDEMPOTENCY_KEY=" + child.spec.token});
    }
    if (mode == NurseryMode::guardian && !tokens.empty()) kill_by_environment(tokens);
    std::sort(ids.begin(), ids.end());
    waiting.clear();
    for (const ChildId id : ids) {
      const auto found = children.find(id);
      if (found == children.end()) continue;
      found->second.end = {};
      found->second.end.signal = SIGKILL;
      finish(id);
    }
  }
};

Nursery::Nursery() : impl_(std::make_unique<Impl>()) {}
Nursery::~Nursery() = default;
void Nursery::on_lost(std::function<void()> lost) {
  impl_->told_lost = std::move(lost);
}
NurseryMode Nursery::mode() const {
  return impl_->mode;
}

Result<std::unique_ptr<Nursery>> Nursery::start(const std::vector<std::string>& base_env,
                                                bool allow_namespace) {
  struct Way {
    NurseryMode mode;
    unsigned long flags;
  };
  // What costs an ordinary user nothing is tried first: a namespace of users hides other people's names from
  // children, so it is entered only where there is no other way.
  std::vector<Way> ways;
  if (allow_namespace) {
    ways.push_back({NurseryMode::pid_namespace, CLONE_NEWPID | CLONE_NEWNS});
    ways.push_back({NurseryMode::pid_namespace, CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUSER});
  }
  ways.push_back({NurseryMode::guardian, 0});
  const unsigned uid = ::geteuid();
  const unsigned gid = ::getegid();
  int error = 0;
  for (const Way& way : ways) {
    std::array<int, 2> ends = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
      error = errno;
      break;
    }
    // As fork(2): the C library's has no place for namespaces. There are no threads and no handlers to tell.
    const long pid = ::syscall(SYS_clone, way.flags | SIGCHLD, 0, 0, 0, 0);
    if (pid == 0) serve_nursery(ends[1], base_env, way.mode, (way.flags & CLONE_NEWUSER) != 0, uid, gid);
    error = errno;
    ::close(ends[1]);
    if (pid < 0) {
      ::close(ends[0]);
      continue;
    }
    Report hello;
    ssize_t got = 0;
    while ((got = ::recv(ends[0], &hello, sizeof hello, MSG_WAITALL)) < 0 && errno == EINTR) continue;
    if (got == sizeof hello && hello.kind == ReportKind::hello && hello.error == 0) {
      std::unique_ptr<Nursery> nursery(new Nursery);
      nursery->impl_->pid = static_cast<pid_t>(pid);
      nursery->impl_->socket = ends[0];
      nursery->impl_->mode = way.mode;
      return nursery;
    }
    error = got == sizeof hello ? hello.error : ECHILD;
    ::close(ends[0]);
    while (::waitpid(static_cast<pid_t>(pid), nullptr, 0) < 0 && errno == EINTR) continue;
  }
  return Error{std::string("cannot start the process that keeps a run's children: ") + std::strerror(error),
               "look at the limits on processes and open files (ulimit -u, ulimit -n)"};
}

void Nursery::attach(Reactor& reactor) {
  WF_ASSERT(impl_->reactor == nullptr);
  // Whether a child reads what it is given is its own affair.
  ::signal(SIGPIPE, SIG_IGN);
  impl_->reactor = &reactor;
  impl_->reactor_life = reactor.life();
  impl_->clock = &reactor.clock();
  impl_->watch_socket();
}

Spawner::ChildId Nursery::spawn(ChildSpec spec, ChildEvents events) {
  WF_ASSERT(impl_->reactor != nullptr);
  WF_ASSERT(!spec.argv.empty());
  const ChildId id = ++impl_->child_last;
  Child& child = impl_->children[id];
  child.spec = std::move(spec);
  child.events = std::move(events);
  if (impl_->dead)
    child.end.not_started = "the process that keeps this run's children was killed; resume the run";
  else if (has_nul(child.spec))
    child.end.not_started =
        "an argument, a variable or the folder holds a NUL byte, which no program can be given";
  else if (bytes_of(child.spec) > order_max) {
    child.end.argument_too_large = true;
    child.end.not_started = why_not_started(child.spec, E2BIG, false);
  }
  if (child.end.not_started.empty())
    impl_->launch(id);
  else
    impl_->reactor->post([impl = impl_.get(), id] { impl->finish(id); });
  return id;
}

void Nursery::end(ChildId id, std::int64_t grace_ms) {
  Impl& impl = *impl_;
  const auto found = impl.children.find(id);
  if (found == impl.children.end() || impl.dead) return;
  Child& child = found->second;
  switch (child.stage) {
    case Stage::queued:
      if (!child.end.not_started.empty()) return;  // Its end is under way.
      std::erase(impl.waiting, id);
      child.end.signal = SIGTERM;
      child.end.not_started.clear();
      impl.reactor->post([&impl, id] { impl.finish(id); });
      return;
    case Stage::draining:
      child.killing = true;
      return impl.sweep(id);
    case Stage::sweeping:
    case Stage::over:
      return;
    case Stage::running:
      break;
  }
  const auto kill = [&impl, id] {
    const auto alive = impl.children.find(id);
    if (alive == impl.children.end() || alive->second.stage != Stage::running) return;
    alive->second.killing = true;
    impl.order(OrderKind::kill, id);
  };
  if (grace_ms <= 0) return kill();
  impl.order(OrderKind::term, id);
  const std::int64_t at_ms = impl.clock->monotonic_ms() + grace_ms;
  if (child.kill_timer != 0) impl.reactor->cancel(child.kill_timer);
  child.kill_timer = impl.reactor->at(at_ms, kill);
}

}  // namespace wf::io
