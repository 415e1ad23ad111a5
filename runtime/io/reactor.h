// Waiting without threads: one thread that runs callbacks for descriptors, timers and posted work.
//
// All calls but `post` and `stop` are made on the reactor's own thread (or before `run`). Callbacks must not
// block. A descriptor must be removed before it is closed: epoll keeps what a child still holds
// (docs/notes/epoll.md).
#pragma once
#include <cstdint>
#include <functional>
#include <memory>

#include "runtime/base/clock.h"

namespace wf::io {

class Reactor {
 public:
  using Callback = std::function<void()>;
  using FdCallback = std::function<void(std::uint32_t epoll_events)>;
  using TimerId = std::uint64_t;  // Never 0.

  explicit Reactor(Clock& clock);
  ~Reactor();
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;

  void add(int fd, std::uint32_t epoll_events, FdCallback callback);
  void remove(int fd);

  TimerId at(std::int64_t monotonic_ms, Callback callback);
  void cancel(TimerId timer);  // A timer that has fired is ignored.

  void post(Callback callback);  // From any thread; in order.
  void run();                    // Until stop().
  void stop();                   // From any thread or signal-driven callback.

  Clock& clock() const;  // The one `at` goes by.
  // Expires with the reactor: for those who may be destroyed after it and then have nothing to remove.
  std::weak_ptr<const void> life() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace wf::io
