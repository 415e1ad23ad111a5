// Connects the rooms. The order in `open` is the point of this file: the nursery is forked while the process
// has neither threads nor files of its own, and the signals that end a run are blocked before any thread can
// take them.
#include "runtime/main/workshop.h"

#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <string>
#include <utility>

#include "runtime/agents/agent.h"
#include "runtime/io/nursery.h"
#include "runtime/io/reactor.h"
#include "runtime/main/delivery.h"
#include "runtime/steps/bodies.h"

namespace wf {
namespace {

constexpr std::int64_t poll_ms = 500;
constexpr std::int64_t unwatched_ms = 100;

std::vector<std::string> environment_of_children(const surface::Settings& settings) {
  std::vector<std::string> passed = steps::children_environment(environ, nullptr);
  for (const auto& [role, agent] : settings.agents) {
    if (agent.key_env.empty()) continue;
    std::erase_if(
        passed, [start = agent.key_env + "="](const std::string& entry) { return entry.starts_with(start); });
  }
  return passed;
}

sigset_t ending_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, signal);
  return set;
}

agents::AdapterConfig config_of(const surface::AgentSetting& setting) {
  std::optional<agents::AdapterConfig::Price> price;
  if (setting.price) price = agents::AdapterConfig::Price{setting.price->first, setting.price->second};
  return {.adapter = setting.adapter,
          .program = setting.program,
          .args = setting.args,
          .format = setting.format,
          .file = setting.file,
          .model = setting.model,
          .key_env = setting.key_env,
          .price = price};
}

class ReactorLoop final : public engine::Loop {
 public:
  explicit ReactorLoop(io::Reactor& reactor) : reactor_(reactor) {}
  void post(std::function<void()> work) override { reactor_.post(std::move(work)); }
  std::uint64_t at(std::int64_t monotonic_ms, std::function<void()> work) override {
    return reactor_.at(monotonic_ms, std::move(work));
  }
  void cancel(std::uint64_t timer) override { reactor_.cancel(timer); }
  void run() override { reactor_.run(); }
  void stop() override { reactor_.stop(); }

 private:
  io::Reactor& reactor_;
};

class MainWorkplace final : public surface::Workplace {
 public:
  MainWorkplace(Clock& clock, std::unique_ptr<io::Nursery> nursery)
      : clock_(clock), reactor_(clock), nursery_(std::move(nursery)), loop_(reactor_) {
    nursery_->attach(reactor_);
  }
  ~MainWorkplace() override {
    for (const int fd : {signals_, watched_}) {
      if (fd < 0) continue;
      reactor_.remove(fd);
      ::close(fd);
    }
  }

  engine::Loop& loop() override { return loop_; }
  std::string_view lifeline() const override {
    return nursery_->mode() == io::NurseryMode::pid_namespace ? "namespace" : "guardian";
  }
  int end_leftovers(std::string_view run_id, std::string_view store_id) override {
    return io::end_leftovers(run_id, store_id);
  }

  Result<StepBodies*> equip(const surface::Settings& settings, const std::string& store_id,
                            const OutputKeeper& outputs, std::int64_t grace_ms) override {
    const agents::Services services{reactor_, *nursery_, clock_};
    steps::Config config;
    for (const auto& [role, setting] : settings.agents) {
      Result<std::unique_ptr<agents::Adapter>> adapter = agents::make_adapter(config_of(setting), services);
      if (!adapter) return Error{"agent `" + role + "`: " + adapter.error().message, adapter.error().hint};
      config.agents[role] = std::move(*adapter);
    }
    config.deploy = settings.deploy;
    config.actions = settings.actions;
    config.store_id = store_id;
    config.grace_ms = grace_ms;
    bodies_ = steps::make_bodies(std::move(config), services, outputs);
    return bodies_.get();
  }

  void deliver(surface::Delivery delivery, std::function<void(const Result<>&)> ended) override {
    wf::deliver(std::move(delivery), reactor_, *nursery_, clock_, std::move(ended));
  }

  void watch(const std::string& path, std::function<void()> changed) override {
    // The folder is watched, not the file: whether the file is made, touched or replaced, it shows there.
    // Closing a watch waits for a grace period of the kernel (13 ms), which a short run shall not pay: the
    // first moments are covered by one look at the file.
    reactor_.at(clock_.monotonic_ms() + unwatched_ms,
                [this, path, before = stamp(path), changed = std::move(changed)] {
                  start_watch(path, changed);
                  if (stamp(path) != before) changed();
                });
  }

  void on_children_lost(std::function<void()> lost) override { nursery_->on_lost(std::move(lost)); }

  void on_signal(std::function<void(int)> got) override {
    const sigset_t set = ending_signals();
    signals_ = ::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (signals_ < 0) {
      // Without descriptors nobody can be told; then a signal ends the process, which the journal survives.
      ::sigprocmask(SIG_UNBLOCK, &set, nullptr);
      return;
    }
    reactor_.add(signals_, EPOLLIN, [this, got = std::move(got)](std::uint32_t) {
      signalfd_siginfo info;
      while (::read(signals_, &info, sizeof info) == static_cast<ssize_t>(sizeof info))
        got(static_cast<int>(info.ssi_signo));
    });
  }

 private:
  void start_watch(const std::string& path, std::function<void()> changed) {
    const std::size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash);
    std::string name = path.substr(slash == std::string::npos ? 0 : slash + 1);
    watched_ = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (watched_ >= 0 &&
        ::inotify_add_watch(watched_, folder.c_str(),
                            IN_ATTRIB | IN_MODIFY | IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO) >= 0) {
      reactor_.add(watched_, EPOLLIN,
                   [this, name = std::move(name), changed = std::move(changed)](std::uint32_t) {
                     if (read_changes(name)) changed();
                   });
      return;
    }
    if (watched_ >= 0) ::close(watched_);
    watched_ = -1;
    poll_file(path, stamp(path), std::move(changed));
  }

  // Whether something happened to the file of that name.
  bool read_changes(const std::string& name) const {
    bool ours = false;
    alignas(inotify_event) char buffer[4096];
    for (ssize_t n = 0; (n = ::read(watched_, buffer, sizeof buffer)) > 0;) {
      for (const char* at = buffer; at < buffer + n;) {
        inotify_event event;
        std::memcpy(&event, at, sizeof event);
        // An overflow has no name and may have swallowed ours.
        if ((event.mask & IN_Q_OVERFLOW) != 0 || (event.len != 0 && name == at + sizeof event)) ours = true;
        at += sizeof event + event.len;
      }
    }
    return ours;
  }

  // Its size and its time: either alone may stay the same, the one on a full disk, the other within one tick.
  using Stamp = std::array<std::int64_t, 3>;
  static Stamp stamp(const std::string& path) {
    struct stat file {};
    if (::stat(path.c_str(), &file) != 0) return {};
    return {file.st_size, file.st_mtim.tv_sec, file.st_mtim.tv_nsec};
  }

  void poll_file(const std::string& path, Stamp last, std::function<void()> changed) {
    reactor_.at(clock_.monotonic_ms() + poll_ms, [this, path, last, changed = std::move(changed)]() mutable {
      const Stamp now = stamp(path);
      if (now != last) changed();
      poll_file(path, now, std::move(changed));
    });
  }

  Clock& clock_;
  io::Reactor reactor_;
  std::unique_ptr<io::Nursery> nursery_;  // Attached to the reactor: goes first.
  ReactorLoop loop_;
  std::unique_ptr<StepBodies> bodies_;  // Holds on to both.
  int signals_ = -1;
  int watched_ = -1;
};

}  // namespace

Result<std::unique_ptr<surface::Workplace>> MainWorkshop::open(surface::Sandbox sandbox,
                                                               const surface::Settings& settings) {
  Result<std::unique_ptr<io::Nursery>> nursery =
      io::Nursery::start(environment_of_children(settings), sandbox != surface::Sandbox::off);
  if (!nursery) return nursery.error();
  // What we hold from here on is nobody's to read, not even a child's of the same user: no core, no ptrace,
  // no /proc/PID/mem and environ. Not earlier: the nursery writes files in /proc that would not be its own.
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  const sigset_t set = ending_signals();
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  return std::unique_ptr<surface::Workplace>(std::make_unique<MainWorkplace>(clock_, std::move(*nursery)));
}

Result<surface::AgentSetting> MainWorkshop::parse_adapter(std::string_view text) {
  Result<agents::AdapterConfig> config = agents::parse_adapter(text);
  if (!config) return config.error();
  return surface::AgentSetting{.adapter = config->adapter,
                               .program = config->program,
                               .args = config->args,
                               .format = config->format,
                               .file = config->file,
                               .model = config->model,
                               .key_env = config->key_env};
}

std::vector<std::string_view> MainWorkshop::adapter_names() {
  return agents::adapter_names();
}

Result<std::string> MainWorkshop::adapter_ready(const surface::AgentSetting& setting) {
  // An adapter is made to be asked about itself; it starts nothing, so this nursery of no children is never
  // used.
  class NoChildren final : public io::Spawner {
    ChildId spawn(io::ChildSpec, io::ChildEvents) override { return 0; }
    void end(ChildId, std::int64_t) override {}
  };
  io::Reactor reactor(clock_);
  NoChildren nobody;
  const agents::Services services{reactor, nobody, clock_};
  const Result<std::unique_ptr<agents::Adapter>> adapter = agents::make_adapter(config_of(setting), services);
  if (!adapter) return adapter.error();
  return (*adapter)->ready();
}

}  // namespace wf
