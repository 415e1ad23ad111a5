// Several processes at one store, and processes that are killed.
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstring>
#include <functional>
#include <random>
#include <thread>

#include "tests/unit/runtime_store/world.h"

namespace wf::store {
namespace {

// What forked processes share: a gate that opens for all at once, and a place for answers.
struct Shared {
  std::atomic<int> ready{0};
  std::atomic<int> go{0};
  std::array<std::atomic<int>, 16> answers{};
  char text[16][256] = {};

  static Shared* make() {
    void* memory = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? nullptr : new (memory) Shared();
  }
  void say(int child, const std::string& what) {
    std::strncpy(text[child], what.c_str(), sizeof text[child] - 1);
  }
};

constexpr int failed = -1;

// Runs `work(child, round)` in `children` processes, `rounds` times at the same moment. `after` looks at the
// answers of each round, in the parent, while the children wait with what they hold.
void race(int children, int rounds, const std::function<int(Shared&, int child, int round)>& work,
          const std::function<void(Shared&, int round)>& after) {
  Shared* shared = Shared::make();
  ASSERT_NE(shared, nullptr);
  std::vector<pid_t> processes;
  for (int child = 0; child < children; ++child) {
    const pid_t pid = ::fork();
    ASSERT_GE(pid, 0);
    if (pid == 0) {
      for (int round = 0; round < rounds; ++round) {
        ++shared->ready;
        while (shared->go.load() <= round) std::this_thread::yield();
        shared->answers[static_cast<std::size_t>(child)] = work(*shared, child, round);
      }
      ++shared->ready;
      // What it holds is held until the last round has been looked at.
      while (shared->go.load() <= rounds) std::this_thread::yield();
      ::_exit(0);
    }
    processes.push_back(pid);
  }
  for (int round = 0; round <= rounds; ++round) {
    while (shared->ready.load() < children * (round + 1)) std::this_thread::yield();
    if (round > 0) after(*shared, round - 1);
    ++shared->go;
  }
  for (const pid_t pid : processes) {
    int status = 0;
    ::waitpid(pid, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  }
  ::munmap(shared, sizeof(Shared));
}

TEST(Race, one_of_two_drives) {
  World world;
  world.open()->create(new_run("r")).value();
  std::unique_ptr<Store> store;  // Each child's own.
  std::unique_ptr<Lease> lease;
  race(
      2, 200,
      [&](Shared& shared, int child, int) {
        lease.reset();
        if (!store) store = world.open();
        // Both have let go before either asks again.
        static int dropped = 0;
        ++dropped;
        ++shared.answers[8];
        while (shared.answers[8].load() < dropped * 2) std::this_thread::yield();
        Holder holder;
        auto got = store->lease("r", holder);
        if (!got) {
          shared.say(child, got.error().message);
          return failed;
        }
        lease = std::move(*got);
        return lease ? 1 : 0;
      },
      [](Shared& shared, int round) {
        EXPECT_EQ(shared.answers[0] + shared.answers[1], 1) << round << shared.text[0] << shared.text[1];
      });
}

TEST(Race, one_run_comes_of_one_id) {
  World world;
  world.open();
  std::unique_ptr<Store> store;
  race(
      3, 200,
      [&](Shared& shared, int child, int round) {
        if (!store) store = world.open();
        NewRun run = new_run("r-" + std::to_string(round), 2);
        // Two agree, the third has other inputs: either it or they are refused.
        if (child == 2) run.inputs_json = R"({"target":"else"})";
        auto created = store->create(run);
        if (!created && created.error().message.find("has other inputs") == std::string::npos) {
          shared.say(child, created.error().message);
          return failed;
        }
        return created ? 1 : 0;
      },
      [](Shared& shared, int round) {
        EXPECT_GE(shared.answers[0], 0) << shared.text[0];
        EXPECT_EQ(shared.answers[0], shared.answers[1]) << round << shared.text[1];
        EXPECT_EQ(shared.answers[0] + shared.answers[2], 1) << round << shared.text[2];
      });
  EXPECT_EQ(world.open()->runs()->size(), 200u);
}

TEST(Race, one_store_comes_of_many_openings) {
  World world;
  race(
      4, 50,
      [&](Shared& shared, int child, int round) {
        // Even rounds make the file from its image, odd ones in place.
        auto store = world.try_open({.path = world.folder.path() + "/" + std::to_string(round) + ".db"});
        shared.say(child, store ? (*store)->id() : store.error().message);
        return store ? 1 : failed;
      },
      [&](Shared& shared, int round) {
        for (int child = 0; child < 4; ++child) {
          EXPECT_EQ(shared.answers[static_cast<std::size_t>(child)], 1) << shared.text[child];
          EXPECT_STREQ(shared.text[child], shared.text[0]);
        }
        if (round % 2 == 0) {
          const std::string next = world.folder.path() + "/" + std::to_string(round + 1) + ".db";
          ASSERT_EQ(::mknod(next.c_str(), S_IFREG | 0600, 0), 0);
        }
      });
}

TEST(Race, a_gate_has_one_outcome) {
  World world;
  constexpr int rounds = 200;
  auto store = world.open();
  store->create(new_run("r", rounds)).value();
  auto lease = lease_of(*store, "r");
  {
    auto journal = journal_of(*store, *lease);
    std::vector<Record> gates;
    for (int round = 0; round < rounds; ++round) {
      gates.push_back(gate_opened(static_cast<Row>(round), "g" + std::to_string(round)));
    }
    ASSERT_TRUE(write(*journal, std::move(gates)));
  }
  store.reset();
  std::unique_ptr<Store> own;
  std::unique_ptr<Journal> journal;
  race(
      4, rounds,
      [&](Shared& shared, int child, int round) {
        if (!own) own = world.open();
        if (child == 3) {  // The driver, whose clock ran out.
          if (!journal) journal = journal_of(*own, *lease);
          auto closed = write(*journal, batch(gate_closed(static_cast<Row>(round), "timeout-cancel")));
          if (!closed) shared.say(child, closed.error().message);
          return closed ? 1 : failed;
        }
        auto decided = own->decide("r", "s" + std::to_string(round),
                                   {"person" + std::to_string(child), child != 1, "", {}, 0});
        if (!decided) {
          shared.say(child, decided.error().message);
          return failed;
        }
        shared.say(child, decided->outcome);
        return decided->decision == Decision::recorded ? 1 : 0;
      },
      [&](Shared& shared, int round) {
        EXPECT_EQ(shared.answers[3], 1) << shared.text[3];
        int winners = 0;
        for (int child = 0; child < 3; ++child) {
          const int answer = shared.answers[static_cast<std::size_t>(child)];
          EXPECT_GE(answer, 0) << shared.text[child];
          winners += answer;
          EXPECT_STREQ(shared.text[child], shared.text[0]) << "all are told the same";
        }
        EXPECT_EQ(winners, std::strcmp(shared.text[0], "timeout-cancel") == 0 ? 0 : 1) << round;
      });
  store = world.open();
  auto all = store->recover("r");
  ASSERT_TRUE(all) << all.error().message;
  ASSERT_EQ(all->steps.size(), static_cast<std::size_t>(rounds));
  int timeouts = 0;
  for (const RecoveredStep& step : all->steps) {
    EXPECT_FALSE(step.gate->open);
    EXPECT_EQ(step.gate->votes.size(), step.gate->outcome == "timeout-cancel" ? 0u : 1u);
    timeouts += step.gate->outcome == "timeout-cancel";
  }
  RecordProperty("timeouts", timeouts);
}

// A process writes batch after batch and says through a pipe which of them were reported durable; it is
// killed at some moment. Everything it said is there, and what is there is a beginning of what it wrote.
TEST(Kill, during_commits_loses_nothing_that_was_reported) {
  World world;
  constexpr Row steps = 100'000;
  world.open()->create(new_run("r", 1)).value();
  std::mt19937 chance(7);
  int killed_at_work = 0;
  for (int round = 0; round < 50; ++round) {
    const std::string id = "k" + std::to_string(round);
    int pipe[2];
    ASSERT_EQ(::pipe(pipe), 0);
    const pid_t pid = ::fork();
    ASSERT_GE(pid, 0);
    if (pid == 0) {
      ::close(pipe[0]);
      auto store = world.open();
      NewRun run = new_run(id, 1);
      store->create(run).value();
      auto lease = lease_of(*store, id);
      auto journal = journal_of(*store, *lease);
      for (std::uint32_t next = 1; next < steps;) {
        std::vector<Record> records;
        for (std::uint32_t i = 0; i < 1 + next % 7; ++i, ++next) {
          records.push_back(started(0, 1, next));
          records.push_back(
              with(ended(0, StepStatus::succeeded, 1, next), Outcome::succeeded(std::to_string(next))));
        }
        journal->append(std::move(records), [&, last = next - 1](Result<> result) {
          if (result && ::write(pipe[1], &last, sizeof last) != sizeof last) ::_exit(1);
        });
        if (next % 64 == 0) std::this_thread::sleep_for(std::chrono::microseconds(100));
      }
      ::_exit(0);
    }
    ::close(pipe[1]);
    std::uint32_t reported = 0;
    const auto hear = [&] { return ::read(pipe[0], &reported, sizeof reported) == sizeof reported; };
    // Killed after some number of batches and some more moments, so that every place of the work is met.
    const int after = static_cast<int>(chance() % 60);
    for (int heard = 0; heard < after && hear(); ++heard) {
    }
    std::this_thread::sleep_for(std::chrono::microseconds(chance() % 2'000));
    ::kill(pid, SIGKILL);
    int status = 0;
    ::waitpid(pid, &status, 0);
    killed_at_work += WIFSIGNALED(status);
    while (hear()) {
    }
    ::close(pipe[0]);

    auto store = world.open();
    auto found = store->find(id);
    ASSERT_TRUE(found) << found.error().message;
    if (!*found) {
      EXPECT_EQ(reported, 0u);
      continue;
    }
    auto all = store->recover(id);
    ASSERT_TRUE(all) << all.error().message;
    EXPECT_GE(all->steps.size(), reported) << "round " << round;
    std::uint32_t next = 1;
    for (const RecoveredStep& step : all->steps) {
      ASSERT_EQ(step.iteration, next);
      ASSERT_TRUE(step.ended);
      ASSERT_EQ(step.outcome.output.text, std::to_string(next));
      ++next;
    }
    EXPECT_NE(lease_of(*store, id), nullptr) << "the kernel took the lock back";
  }
  EXPECT_GT(killed_at_work, 40);
  EXPECT_TRUE(world.open()->quick_check());
}

TEST(Kill, while_the_store_is_made_leaves_none_or_a_whole_one) {
  World world;
  for (int round = 0; round < 30; ++round) {
    const std::string path = world.folder.path() + "/" + std::to_string(round) + "/.wf/runs.db";
    const pid_t pid = ::fork();
    ASSERT_GE(pid, 0);
    if (pid == 0) {
      auto store = world.try_open({.path = path});
      ::_exit(store ? 0 : 1);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(round * 100));
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    auto store = world.try_open({.path = path});
    ASSERT_TRUE(store) << store.error().message;
    EXPECT_TRUE((*store)->create(new_run("r")));
  }
}

// A file system of a megabyte, really full. Needs the right to mount one, which a user namespace gives where
// allowed.
TEST(FullDisk, ends_the_journal_with_its_cause_and_loses_nothing) {
  World world;
  const pid_t pid = ::fork();
  ASSERT_GE(pid, 0);
  constexpr int skip = 77;
  if (pid == 0) {
    if (::unshare(CLONE_NEWNS) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) ::_exit(skip);
    const std::string place = world.folder.path() + "/small";
    ::mkdir(place.c_str(), 0700);
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", place.c_str(), "tmpfs", 0, "size=1m") != 0) {
      ::_exit(skip);
    }
    auto store = world.open({.path = place + "/.wf/runs.db"});
    if (!store->create(new_run("r", 1))) ::_exit(1);
    std::uint32_t durable = 0;
    std::string error;
    {
      auto lease = lease_of(*store, "r");
      auto journal = journal_of(*store, *lease);
      for (std::uint32_t next = 1; error.empty() && next < 10'000; ++next) {
        auto written = write(*journal, batch(with(ended(0, StepStatus::succeeded, 1, next),
                                                  Outcome::succeeded(std::string(5'000, 'x')))));
        if (written) durable = next;
        if (!written) error = written.error().message;
      }
    }
    store.reset();
    if (error.find("the disk is full") == std::string::npos) ::_exit(2);
    // Space again: everything is there, and it goes on.
    if (::mount(nullptr, place.c_str(), nullptr, MS_REMOUNT, "size=16m") != 0) ::_exit(3);
    store = world.open({.path = place + "/.wf/runs.db", .create = false});
    auto all = store->recover("r");
    if (!all || all->steps.size() < durable || durable < 10) ::_exit(4);
    auto lease = lease_of(*store, "r");
    auto journal = journal_of(*store, *lease);
    const auto next = static_cast<std::uint32_t>(all->steps.size()) + 1;
    ::_exit(write(*journal, batch(ended(0, StepStatus::succeeded, 1, next))) ? 0 : 5);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == skip) GTEST_SKIP() << "no right to mount a small file system here";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace wf::store
