// A reactor and a nursery to try things in, and ways to look at the processes they leave.
#pragma once
#include <fcntl.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/io/nursery.h"
#include "runtime/io/process_tree.h"
#include "runtime/io/reactor.h"

namespace wf::io {

// Asks again until it holds; the deadline is only for tests that fail.
inline bool eventually(const std::function<bool()>& holds,
                       std::chrono::milliseconds at_most = std::chrono::seconds(20)) {
  const auto until = std::chrono::steady_clock::now() + at_most;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

// Living processes of this machine that were started with `entry` in their environment. One that has died but
// was not reaped yet shows none.
inline int marked(const std::string& entry) {
  int count = 0;
  for (const auto& folder : std::filesystem::directory_iterator("/proc")) {
    const std::string name = folder.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    if (has_entry(environment_of(std::atoi(name.c_str())), entry)) ++count;
  }
  return count;
}

inline std::string new_mark() {
  static int count = 0;
  return "WF_TEST_MARK=" + std::to_string(::getpid()) + "-" + std::to_string(++count);
}

// A folder that goes with the test.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "wf-test-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  std::string program(const std::string& name, const std::string& text) const {
    const std::string path = path_ + "/" + name;
    std::ofstream(path) << text;
    std::filesystem::permissions(path, std::filesystem::perms::all);
    return path;
  }

 private:
  std::string path_;
};

struct Ended {
  bool ended = false;
  ChildEnd end;
  std::string out, error_out;
};

class World {
 public:
  explicit World(bool allow_namespace, std::vector<std::string> environment = plain_environment())
      : nursery(started(environment, allow_namespace)), reactor(clock) {
    if (nursery) nursery->attach(reactor);
  }

  static std::vector<std::string> plain_environment() {
    return {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/", "LANG=C.UTF-8"};
  }

  Spawner::ChildId start(ChildSpec spec, Ended& into) {
    ++open_;
    ChildEvents events;
    events.printed = [&into](std::string_view bytes) { into.out += bytes; };
    events.printed_error = [&into](std::string_view bytes) { into.error_out += bytes; };
    events.ended = [this, &into](const ChildEnd& end) {
      EXPECT_FALSE(into.ended) << "ended is called once";
      into.ended = true;
      into.end = end;
      if (--open_ == 0) reactor.stop();
    };
    return nursery->spawn(std::move(spec), std::move(events));
  }
  void run() {
    if (open_ > 0) reactor.run();
  }
  Ended run(ChildSpec spec) {
    Ended ended;
    start(std::move(spec), ended);
    run();
    return ended;
  }
  Ended shell(const std::string& text) { return run(shell_spec(text)); }
  static ChildSpec shell_spec(const std::string& text, const std::string& mark = {}) {
    ChildSpec spec;
    spec.argv = {"sh", "-c", text};
    if (!mark.empty()) {
      const std::size_t equals = mark.find('=');
      spec.env_set.emplace_back(mark.substr(0, equals), mark.substr(equals + 1));
    }
    return spec;
  }
  // Runs `then` on the reactor's thread as soon as `holds`.
  void when(std::function<bool()> holds, std::function<void()> then) {
    if (holds()) return then();
    reactor.at(clock.monotonic_ms() + 2, [this, holds = std::move(holds), then = std::move(then)]() mutable {
      when(std::move(holds), std::move(then));
    });
  }

  SystemClock clock;
  std::unique_ptr<Nursery> nursery;
  Reactor reactor;

 private:
  static std::unique_ptr<Nursery> started(const std::vector<std::string>& environment, bool allow_namespace) {
    auto nursery = Nursery::start(environment, allow_namespace);
    if (!nursery) {
      ADD_FAILURE() << nursery.error().message;
      return nullptr;
    }
    return std::move(*nursery);
  }
  int open_ = 0;
};

// Runs `work` in a forked process and waits for it; what it returns is the exit code.
inline int in_fork(const std::function<int()>& work) {
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(work());
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0) continue;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// An ordinary user from here on, whom nobody else is: limits of processes count per user. False where that
// cannot be had.
inline bool become_nobody() {
  if (::geteuid() != 0) return true;
  const auto nobody = static_cast<unsigned>(100'000 + ::getpid() % 50'000);
  if (::setgroups(0, nullptr) != 0 || ::setgid(nobody) != 0 || ::setuid(nobody) != 0) return false;
  return ::access("/bin/sh", X_OK) == 0;  // Some roots let only their owner enter `/`.
}

}  // namespace wf::io
