// Callbacks for descriptors, timers and posted work.
#include "runtime/io/reactor.h"

#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace wf::io {
namespace {

class PretendClock final : public Clock {
 public:
  std::int64_t wall_ms() override { return now_ms; }
  std::int64_t monotonic_ms() override { return now_ms; }
  std::int64_t now_ms = 1000;
};

struct Pipe {
  Pipe() { EXPECT_EQ(::pipe(ends.data()), 0); }
  ~Pipe() {
    for (const int end : ends)
      if (end >= 0) ::close(end);
  }
  void put(char byte = 'x') const { EXPECT_EQ(::write(ends[1], &byte, 1), 1); }
  std::array<int, 2> ends = {-1, -1};
};

TEST(Reactor, runs_posted_work_in_order_and_what_it_posts_after_it) {
  SystemClock clock;
  Reactor reactor(clock);
  std::vector<int> seen;
  reactor.post([&] {
    seen.push_back(1);
    reactor.post([&] {
      seen.push_back(3);
      reactor.stop();
    });
  });
  reactor.post([&] { seen.push_back(2); });
  reactor.run();
  EXPECT_EQ(seen, (std::vector<int>{1, 2, 3}));
}

TEST(Reactor, keeps_the_order_of_each_thread_that_posts) {
  SystemClock clock;
  Reactor reactor(clock);
  constexpr int threads = 4, each = 5000;
  std::array<int, threads> next = {};
  int total = 0;
  std::vector<std::thread> posting;
  posting.reserve(threads);
  for (int t = 0; t < threads; ++t)
    posting.emplace_back([&, t] {
      for (int i = 0; i < each; ++i)
        reactor.post([&, t, i] {
          EXPECT_EQ(next[t]++, i);
          if (++total == threads * each) reactor.stop();
        });
    });
  reactor.run();
  for (std::thread& thread : posting) thread.join();
  EXPECT_EQ(total, threads * each);
}

TEST(Reactor, wakes_from_waiting_when_another_thread_posts) {
  SystemClock clock;
  Reactor reactor(clock);
  std::atomic<bool> inside = false;
  bool ran = false;
  reactor.post([&] { inside = true; });
  std::thread other([&] {
    while (!inside) std::this_thread::yield();
    reactor.post([&] {
      ran = true;
      reactor.stop();
    });
  });
  reactor.run();
  other.join();
  EXPECT_TRUE(ran);
}

TEST(Reactor, fires_timers_by_time_then_by_age) {
  PretendClock clock;
  Reactor reactor(clock);
  std::vector<int> seen;
  reactor.at(1000, [&] { seen.push_back(3); });
  reactor.at(990, [&] { seen.push_back(1); });
  reactor.at(1000, [&] {
    seen.push_back(4);
    reactor.stop();
  });
  reactor.at(995, [&] { seen.push_back(2); });
  reactor.at(2000, [&] { seen.push_back(99); });
  reactor.run();
  EXPECT_EQ(seen, (std::vector<int>{1, 2, 3, 4}));
}

TEST(Reactor, forgets_cancelled_timers_however_many) {
  PretendClock clock;
  Reactor reactor(clock);
  int fired = 0;
  std::vector<Reactor::TimerId> timers;
  timers.reserve(10000);
  for (int i = 0; i < 10000; ++i) timers.push_back(reactor.at(1000, [&] { ++fired; }));
  for (int i = 0; i < 10000; ++i)
    if (i % 1000 != 7) reactor.cancel(timers[static_cast<std::size_t>(i)]);
  reactor.cancel(timers[0]);  // Twice.
  reactor.cancel(123456);     // Never made.
  reactor.at(1000, [&] {
    reactor.cancel(timers[7]);  // Has fired.
    reactor.stop();
  });
  reactor.run();
  EXPECT_EQ(fired, 10);
}

TEST(Reactor, a_timer_may_cancel_the_next) {
  PretendClock clock;
  Reactor reactor(clock);
  bool wrong = false;
  Reactor::TimerId second = 0;
  reactor.at(900, [&] { reactor.cancel(second); });
  second = reactor.at(901, [&] { wrong = true; });
  reactor.at(902, [&] { reactor.stop(); });
  reactor.run();
  EXPECT_FALSE(wrong);
}

TEST(Reactor, a_callback_may_remove_itself_and_others) {
  SystemClock clock;
  Reactor reactor(clock);
  Pipe first, second;
  int calls = 0;
  const auto callback = [&](std::uint32_t) {
    ++calls;
    reactor.remove(first.ends[0]);
    reactor.remove(second.ends[0]);
    reactor.post([&] { reactor.stop(); });
  };
  reactor.add(first.ends[0], EPOLLIN, callback);
  reactor.add(second.ends[0], EPOLLIN, callback);
  first.put();
  second.put();
  reactor.run();
  EXPECT_EQ(calls, 1);  // The other had an event in the same batch and must not hear of it.
}

TEST(Reactor, an_event_of_an_old_descriptor_does_not_reach_a_new_one) {
  SystemClock clock;
  Reactor reactor(clock);
  Pipe bait, old;
  const int number = old.ends[0];
  std::unique_ptr<Pipe> fresh;
  bool wrong = false;
  // Both are ready at once. Whichever is first closes the other and opens a new one under its number.
  const auto replace = [&](std::uint32_t) {
    reactor.remove(bait.ends[0]);
    reactor.remove(number);
    ::close(number);
    old.ends[0] = -1;
    fresh = std::make_unique<Pipe>();
    EXPECT_EQ(fresh->ends[0], number);
    reactor.add(number, EPOLLIN, [&](std::uint32_t) { wrong = true; });
    reactor.at(clock.monotonic_ms() + 20, [&] { reactor.stop(); });
  };
  reactor.add(bait.ends[0], EPOLLIN, replace);
  reactor.add(number, EPOLLIN, replace);
  bait.put();
  old.put();
  reactor.run();
  EXPECT_FALSE(wrong);
}

TEST(Reactor, can_run_again_after_a_stop) {
  SystemClock clock;
  Reactor reactor(clock);
  int runs = 0;
  for (int i = 0; i < 3; ++i) {
    reactor.post([&] {
      ++runs;
      reactor.stop();
    });
    reactor.run();
  }
  EXPECT_EQ(runs, 3);
}

TEST(ReactorDeathTest, says_so_when_a_descriptor_is_added_twice) {
  SystemClock clock;
  Reactor reactor(clock);
  Pipe pipe;
  reactor.add(pipe.ends[0], EPOLLIN, [](std::uint32_t) {});
  EXPECT_EXIT(reactor.add(pipe.ends[0], EPOLLIN, [](std::uint32_t) {}), testing::ExitedWithCode(70), "");
}

}  // namespace
}  // namespace wf::io
