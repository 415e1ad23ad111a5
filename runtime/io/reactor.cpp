// One epoll set, one heap of timers, one queue of posted work.
//
// An event carries the number of the descriptor and a generation. Descriptors are used again at once by the
// kernel, and a child that is about to exec may keep a closed one alive inside the epoll set, so that an
// event can arrive for something that is gone: the generation tells (docs/notes/epoll.md).
#include "runtime/io/reactor.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runtime/base/assert.h"
#include "runtime/io/time_slice.h"

namespace wf::io {

namespace {

struct Watch {
  std::uint32_t generation = 0;
  Reactor::FdCallback callback;
};

struct Timer {
  std::int64_t at_ms;
  Reactor::TimerId id;
};

// std::push_heap keeps the greatest in front, we want the earliest; of one time, the one asked for first.
bool later(const Timer& a, const Timer& b) {
  return a.at_ms != b.at_ms ? a.at_ms > b.at_ms : a.id > b.id;
}

}  // namespace

struct Reactor::Impl {
  explicit Impl(Clock& the_clock) : clock(the_clock) {}

  Clock& clock;
  int epoll = -1;
  int bell = -1;  // An eventfd: somebody posted or wants us to stop.

  std::vector<std::unique_ptr<Watch>> watches;  // By descriptor.
  // What a callback removed, perhaps itself: destroyed only when no callback runs.
  std::vector<std::unique_ptr<Watch>> removed;
  std::uint32_t generation = 0;

  std::vector<Timer> heap;
  std::unordered_map<TimerId, Callback> timers;
  TimerId timer_last = 0;

  std::mutex mutex;
  std::vector<Callback> posted;  // Guarded by mutex.
  std::vector<Callback> running;
  std::atomic<bool> stopping = false;
  std::atomic<std::thread::id> thread = {};  // The one inside run(); it needs no bell.

  void ring() const {
    const std::uint64_t one = 1;
    // The only way to fail is a counter that is full, and then it rings already.
    [[maybe_unused]] const ssize_t written = ::write(bell, &one, sizeof one);
  }

  void run_posted() {
    {
      const std::lock_guard lock(mutex);
      running.swap(posted);
    }
    for (Callback& callback : running) callback();
    running.clear();
  }

  void run_timers() {
    const std::int64_t now = clock.monotonic_ms();
    while (!heap.empty() && heap.front().at_ms <= now) {
      const TimerId id = heap.front().id;
      std::pop_heap(heap.begin(), heap.end(), later);
      heap.pop_back();
      const auto found = timers.find(id);
      if (found == timers.end()) continue;  // Cancelled.
      const Callback callback = std::move(found->second);
      timers.erase(found);
      callback();
    }
  }

  int wait_ms() {
    {
      const std::lock_guard lock(mutex);
      if (!posted.empty()) return 0;
    }
    while (!heap.empty() && !timers.contains(heap.front().id)) {
      std::pop_heap(heap.begin(), heap.end(), later);
      heap.pop_back();
    }
    if (heap.empty()) return -1;
    constexpr std::int64_t hour_ms = 3'600'000;
    return static_cast<int>(std::clamp<std::int64_t>(heap.front().at_ms - clock.monotonic_ms(), 0, hour_ms));
  }

  void dispatch(const epoll_event& event) {
    const auto fd = static_cast<std::uint32_t>(event.data.u64);
    const auto expected = static_cast<std::uint32_t>(event.data.u64 >> 32);
    if (fd >= watches.size()) return;
    Watch* watch = watches[fd].get();
    if (watch == nullptr || watch->generation != expected) return;
    watch->callback(event.events);
  }
};

Reactor::Reactor(Clock& clock) : impl_(std::make_shared<Impl>(clock)) {
  impl_->epoll = ::epoll_create1(EPOLL_CLOEXEC);
  impl_->bell = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  WF_ASSERT(impl_->epoll >= 0 && impl_->bell >= 0);
  add(impl_->bell, EPOLLIN, [this](std::uint32_t) {
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t got = ::read(impl_->bell, &count, sizeof count);
  });
}

Reactor::~Reactor() {
  ::close(impl_->epoll);
  ::close(impl_->bell);
}

void Reactor::add(int fd, std::uint32_t epoll_events, FdCallback callback) {
  WF_ASSERT(fd >= 0);
  auto& watches = impl_->watches;
  if (watches.size() <= static_cast<std::size_t>(fd)) watches.resize(static_cast<std::size_t>(fd) + 1);
  auto& watch = watches[static_cast<std::size_t>(fd)];
  WF_ASSERT(watch == nullptr);  // Added twice, or closed before it was removed.
  watch = std::make_unique<Watch>();
  watch->generation = ++impl_->generation;
  watch->callback = std::move(callback);
  epoll_event event = {};
  event.events = epoll_events;
  event.data.u64 = static_cast<std::uint64_t>(watch->generation) << 32 | static_cast<std::uint32_t>(fd);
  WF_ASSERT(::epoll_ctl(impl_->epoll, EPOLL_CTL_ADD, fd, &event) == 0);
}

void Reactor::remove(int fd) {
  auto& watches = impl_->watches;
  WF_ASSERT(fd >= 0 && static_cast<std::size_t>(fd) < watches.size());
  auto& watch = watches[static_cast<std::size_t>(fd)];
  WF_ASSERT(watch != nullptr);
  WF_ASSERT(::epoll_ctl(impl_->epoll, EPOLL_CTL_DEL, fd, nullptr) == 0);
  impl_->removed.push_back(std::move(watch));
}

Reactor::TimerId Reactor::at(std::int64_t monotonic_ms, Callback callback) {
  const TimerId id = ++impl_->timer_last;
  impl_->timers.emplace(id, std::move(callback));
  impl_->heap.push_back({monotonic_ms, id});
  std::push_heap(impl_->heap.begin(), impl_->heap.end(), later);
  return id;
}

void Reactor::cancel(TimerId timer) {
  if (impl_->timers.erase(timer) == 0) return;
  // A step's timeout is nearly always cancelled: without this a long run would keep an entry for each.
  auto& heap = impl_->heap;
  if (heap.size() < 64 || heap.size() < 2 * impl_->timers.size()) return;
  std::erase_if(heap, [this](const Timer& entry) { return !impl_->timers.contains(entry.id); });
  std::make_heap(heap.begin(), heap.end(), later);
}

void Reactor::post(Callback callback) {
  bool first = false;
  {
    const std::lock_guard lock(impl_->mutex);
    first = impl_->posted.empty();
    impl_->posted.push_back(std::move(callback));
  }
  // Our own thread looks at the queue before it waits.
  if (first && impl_->thread.load() != std::this_thread::get_id()) impl_->ring();
}

void Reactor::run() {
  impl_->thread = std::this_thread::get_id();
  ask_for_short_time_slices();
  std::array<epoll_event, 128> events = {};
  while (!impl_->stopping) {
    impl_->run_posted();
    if (impl_->stopping) break;
    impl_->run_timers();
    if (impl_->stopping) break;
    // What a callback captured may remove further descriptors while it is destroyed.
    std::exchange(impl_->removed, {}).clear();
    const int count =
        ::epoll_wait(impl_->epoll, events.data(), static_cast<int>(events.size()), impl_->wait_ms());
    WF_ASSERT(count >= 0 || errno == EINTR);
    for (int i = 0; i < count && !impl_->stopping; ++i) impl_->dispatch(events[static_cast<std::size_t>(i)]);
  }
  impl_->thread = std::thread::id();
  impl_->stopping = false;
}

void Reactor::stop() {
  impl_->stopping = true;
  impl_->ring();
}

Clock& Reactor::clock() const {
  return impl_->clock;
}

std::weak_ptr<const void> Reactor::life() const {
  return impl_;
}

}  // namespace wf::io
