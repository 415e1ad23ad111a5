// What is left of an interrupted run whose children hang in the kernel, where no signal reaches them.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <condition_variable>
#include <csignal>
#include <deque>
#include <filesystem>
#include <map>
#include <mutex>

#include "runtime/store/store.h"
#include "runtime/surface/command_line.h"

namespace wf::surface {
namespace {

constexpr Text text(std::string_view chars) {
  return {chars.data(), static_cast<std::uint32_t>(chars.size())};
}
constexpr Param params[] = {{.name = text("command"), .literal = text("hang")}};
constexpr StepRow steps[] = {{.id = text("a"), .kind = StepKind::command, .params = {params, 1}}};
constexpr Program program = {
    .abi = program_abi, .workflow = text("hanging"), .plan_digest = text("1111"), .steps = {steps, 1}};

// A clock that stands still until the loop has nothing to do but to wait.
class HastyClock final : public Clock {
 public:
  std::int64_t wall_ms() override { return 1'700'000'000'000 + now_ms; }
  std::int64_t monotonic_ms() override { return now_ms; }
  std::int64_t now_ms = 1000;
};

class HastyLoop final : public engine::Loop {
 public:
  explicit HastyLoop(HastyClock& clock) : clock_(clock) {}
  void post(std::function<void()> work) override {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(work));
    changed_.notify_all();
  }
  std::uint64_t at(std::int64_t monotonic_ms, std::function<void()> work) override {
    timers_[{monotonic_ms, ++last_}] = std::move(work);
    return last_;
  }
  void cancel(std::uint64_t timer) override {
    std::erase_if(timers_, [timer](const auto& each) { return each.first.second == timer; });
  }
  void run() override {
    while (!stopped_) next()();
  }
  void stop() override { stopped_ = true; }

  bool hasty = false;  // From when on time passes by itself.

 private:
  std::function<void()> next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !posted_.empty() || (hasty && !timers_.empty()); });
    std::function<void()> work;
    if (!posted_.empty()) {
      work = std::move(posted_.front());
      posted_.pop_front();
    } else {
      clock_.now_ms = std::max(clock_.now_ms, timers_.begin()->first.first);
      work = std::move(timers_.begin()->second);
      timers_.erase(timers_.begin());
    }
    return work;
  }

  HastyClock& clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> posted_;
  std::map<std::pair<std::int64_t, std::uint64_t>, std::function<void()>> timers_;
  std::uint64_t last_ = 0;
  bool stopped_ = false;
};

// Keeps what it is given until it is destroyed itself, and asks for the end of the run.
class HangingPlace final : public Workplace, public StepBodies {
 public:
  void deliver(Delivery, std::function<void(const Result<>&)>) override {}
  explicit HangingPlace(HastyClock& clock) : loop_(clock) {}
  engine::Loop& loop() override { return loop_; }
  Result<StepBodies*> equip(const Settings&, const std::string&, const OutputKeeper&, std::int64_t) override {
    return this;
  }
  void watch(const std::string&, std::function<void()>) override {}
  void on_signal(std::function<void(int)> got) override { got_ = std::move(got); }
  void on_children_lost(std::function<void()>) override {}
  int end_leftovers(std::string_view, std::string_view) override { return 0; }
  std::string_view lifeline() const override { return "guardian"; }

  void start(StepRun run) override {
    hanging_.push_back(std::move(run));
    loop_.hasty = true;
    loop_.post([this] { got_(SIGTERM); });
  }
  void stop(StepKey, std::uint32_t, std::string_view) override {}

 private:
  HastyLoop loop_;
  std::function<void(int)> got_;
  std::vector<StepRun> hanging_;
};

class HangingWorkshop final : public Workshop {
 public:
  explicit HangingWorkshop(HastyClock& clock) : clock_(clock) {}
  Result<std::unique_ptr<Workplace>> open(Sandbox, const Settings&) override {
    return std::unique_ptr<Workplace>(std::make_unique<HangingPlace>(clock_));
  }
  Result<AgentSetting> parse_adapter(std::string_view) override { return Error{"none", ""}; }
  std::vector<std::string_view> adapter_names() override { return {}; }
  Result<std::string> adapter_ready(const AgentSetting&) override { return Error{"none", ""}; }

 private:
  HastyClock& clock_;
};

// As the process that it would be; its exit code.
int command(const std::string& folder, std::vector<std::string> words) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    if (::chdir(folder.c_str()) != 0) ::_exit(99);
    std::vector<char*> argv;
    words.insert(words.begin(), "exe");
    for (std::string& word : words) argv.push_back(word.data());
    HastyClock clock;
    SystemRandom random;
    HangingWorkshop workshop(clock);
    ::_exit(command_line(program, argv, workshop, clock, random));
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

TEST(Hanging, children_do_not_keep_an_interrupted_run_from_leaving) {
  std::string folder = (std::filesystem::temp_directory_path() / "wf-hanging-XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  EXPECT_EQ(command(folder, {"run", "--run-id", "r", "--events", "events"}), 128 + SIGTERM);
  // The journal is closed, and the run can go on.
  EXPECT_EQ(command(folder, {"resume", "r", "--events", "events"}), 128 + SIGTERM);
  EXPECT_EQ(command(folder, {"resume", "r", "--json", "--quiet"}), 128 + SIGTERM);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace wf::surface
