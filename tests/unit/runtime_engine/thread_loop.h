// The loop of an engine in which nothing waits for the world, with real threads around it.
#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>

#include "runtime/engine/engine.h"

namespace wf::engine {

class ThreadLoop final : public Loop {
 public:
  void post(std::function<void()> work) override {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(work));
    ready_.notify_one();
  }
  std::uint64_t at(std::int64_t, std::function<void()>) override { return 1; }
  void cancel(std::uint64_t) override {}
  void run() override {
    for (;;) {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [this] { return stopped_ || !posted_.empty(); });
      if (stopped_) return;
      const auto work = std::move(posted_.front());
      posted_.pop_front();
      lock.unlock();
      work();
    }
  }
  void stop() override {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    ready_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::function<void()>> posted_;
  bool stopped_ = false;
};

}  // namespace wf::engine
