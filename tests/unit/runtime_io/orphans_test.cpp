// Nothing outlives its run: not what detaches itself, not what ignores signals, not when the engine is
// killed.
#include <sys/resource.h>

#include "runtime/io/nursery.h"
#include "tests/unit/runtime_io/world.h"

namespace wf::io {
namespace {

using std::chrono::seconds;

// Everything a program may do to be forgotten: a session of its own, two forks, deaf to signals, all
// descriptors closed.
const std::string escapes =
    "setsid sleep 1000 & "
    "(setsid sh -c 'trap \"\" TERM HUP INT; while :; do sleep 1000; done' > /dev/null 2>&1 &) ; "
    "(setsid sh -c '(sleep 1000 &) ; exec >&- 2>&- <&-; sleep 1000' &) ; "
    "sh -c 'trap \"\" TERM; sleep 1000; sleep 1000' & ";
constexpr int escapees = 6;

class Orphans : public testing::TestWithParam<bool> {
 protected:
  std::string mark = new_mark();
};
INSTANTIATE_TEST_SUITE_P(Modes, Orphans, testing::Bool(),
                         [](const auto& info) { return info.param ? "namespace" : "guardian"; });

TEST_P(Orphans, are_gone_when_the_engine_is_killed) {
  for (const bool as_nobody : {false, true}) {
    if (as_nobody && in_fork([] { return become_nobody() ? 0 : 99; }) == 99) {
      GTEST_SKIP() << "held as this user; nobody cannot be tried: only the owner may enter this root";
    }
    const pid_t engine = ::fork();
    if (engine == 0) {
      if (as_nobody) become_nobody();
      World world(GetParam());
      Ended ended;
      world.start(World::shell_spec(escapes + "wait", mark), ended);
      world.run();
      ::_exit(1);
    }
    const bool started = eventually([&] { return marked(mark) >= escapees + 1; });
    ::kill(engine, SIGKILL);
    const bool gone = eventually([&] { return marked(mark) == 0; }, seconds(2));
    ::waitpid(engine, nullptr, 0);
    EXPECT_TRUE(started);
    EXPECT_TRUE(gone) << marked(mark) << " are left" << (as_nobody ? " (nobody)" : "");
  }
}

TEST_P(Orphans, are_gone_when_the_nursery_is_killed) {
  World world(GetParam());
  const std::vector<pid_t> ours = children_of(::getpid());
  ASSERT_EQ(ours.size(), 1u);
  Ended ended;
  ChildSpec spec = World::shell_spec(escapes + "wait", mark);
  spec.token = "wf1-" + mark;
  world.start(std::move(spec), ended);
  world.when([&] { return marked(mark) >= escapees + 1; }, [&] { ::kill(ours[0], SIGKILL); });
  world.run();
  EXPECT_EQ(ended.end.signal, SIGKILL);
  EXPECT_TRUE(eventually([&] { return marked(mark) == 0; }, seconds(2))) << marked(mark);
  const Ended later = world.shell("true");
  EXPECT_NE(later.end.not_started.find("was killed"), std::string::npos);
}

TEST_P(Orphans, are_gone_when_the_nursery_is_destroyed) {
  {
    World world(GetParam());
    Ended ended;
    world.start(World::shell_spec(escapes + "wait", mark), ended);
    world.when([&] { return marked(mark) >= escapees + 1; }, [&] { world.reactor.stop(); });
    world.run();
  }
  EXPECT_EQ(marked(mark), 0);
}

TEST_P(Orphans, of_a_step_end_with_it_and_leave_the_others_alone) {
  World world(GetParam());
  const std::string other_mark = new_mark();
  Ended other;
  ChildSpec neighbour = World::shell_spec("setsid sleep 1000 & sleep 1000", other_mark);
  neighbour.token = "wf1-other";
  const auto other_id = world.start(std::move(neighbour), other);
  // The step exits while what it started lives; some of it holds the step's output.
  Ended ended;
  ChildSpec spec = World::shell_spec(escapes + "echo printed; exit 5", mark);
  spec.token = "wf1-this";
  world.when([&] { return marked(other_mark) >= 3; }, [&] { world.start(std::move(spec), ended); });
  world.when([&] { return ended.ended; },
             [&] {
               EXPECT_EQ(ended.end.exit_code, 5);
               EXPECT_EQ(ended.out, "printed\n");
               EXPECT_EQ(marked(mark), 0) << "what it left behind is gone before it is said to have ended";
               EXPECT_GE(marked(other_mark), 3);
               world.nursery->end(other_id, 0);
             });
  world.run();
  EXPECT_EQ(other.end.signal, SIGKILL);
  EXPECT_TRUE(eventually([&] { return marked(other_mark) == 0; }, seconds(2)));
}

TEST_P(Orphans, that_print_for_a_moment_are_still_heard) {
  World world(GetParam());
  const Ended ended = world.shell("(sleep 0.2; echo late) & echo early");
  EXPECT_EQ(ended.out, "early\nlate\n");
  EXPECT_EQ(world.shell("echo next").out, "next\n");
}

TEST_P(Orphans, end_after_the_grace_even_when_they_ignore_signals) {
  World world(GetParam());
  Ended ended;
  const auto id =
      world.start(World::shell_spec("trap '' TERM; " + escapes + "while :; do sleep 1; done", mark), ended);
  world.when([&] { return marked(mark) >= escapees + 2; }, [&] { world.nursery->end(id, 100); });
  world.run();
  EXPECT_EQ(ended.end.signal, SIGKILL);
  EXPECT_EQ(marked(mark), 0);
}

TEST_P(Orphans, may_use_the_grace_to_end_well) {
  World world(GetParam());
  Ended ended;
  const auto id =
      world.start(World::shell_spec("trap 'echo bye; exit 9' TERM; sleep 1000 & wait", mark), ended);
  world.when([&] { return marked(mark) >= 2; }, [&] { world.nursery->end(id, 20000); });
  world.run();
  EXPECT_EQ(ended.end.exit_code, 9);
  EXPECT_EQ(ended.out, "bye\n");
  EXPECT_EQ(marked(mark), 0);
}

TEST_P(Orphans, that_are_stopped_end_as_well) {
  World world(GetParam());
  Ended ended;
  const auto id = world.start(World::shell_spec("kill -STOP $$; sleep 1000", mark), ended);
  world.when([&] { return marked(mark) == 1; }, [&] { world.nursery->end(id, 20000); });
  world.run();
  EXPECT_EQ(ended.end.signal, SIGTERM);
}

TEST_P(Orphans, a_child_killed_by_another_hand_is_reported) {
  World world(GetParam());
  Ended ended;
  world.start(World::shell_spec("sleep 1000", mark), ended);
  world.when([&] { return marked(mark) >= 1; },
             [&] {
               // From outside, as a person or the kernel short of memory would.
               for (int round = 0; round < 100 && marked(mark) > 0; ++round) {
                 const std::string entry = mark;
                 kill_by_environment({{entry}});
               }
             });
  world.run();
  EXPECT_EQ(ended.end.signal, SIGKILL);
}

TEST_P(Orphans, a_fork_bomb_ends_at_its_time) {
  const int code = in_fork([this] {
    if (::geteuid() == 0 && !become_nobody()) return 99;
    const rlimit limit = {400, 400};  // Of processes. Root has none, so this is for an ordinary user.
    ::setrlimit(RLIMIT_NPROC, &limit);
    World world(GetParam());
    Ended ended;
    const auto id = world.start(
        World::shell_spec("bomb() { bomb 2>/dev/null & bomb 2>/dev/null & wait; sleep 1000; }; bomb", mark),
        ended);
    world.when([&] { return marked(mark) > 50; }, [&] { world.nursery->end(id, 50); });
    world.run();
    if (ended.end.not_started.empty() && marked(mark) == 0) return 0;
    return eventually([&] { return marked(mark) == 0; }, seconds(2)) ? 0 : 1;
  });
  if (code == 99) GTEST_SKIP() << "root has no limit of processes, and this user cannot become another";
  EXPECT_EQ(code, 0);
  EXPECT_EQ(marked(mark), 0);
}

TEST_P(Orphans, a_daemon_without_a_trace_does_not_hold_up_later_children) {
  World world(GetParam());
  Ended neighbour;
  const auto id = world.start(World::shell_spec("sleep 1000", mark), neighbour);
  Ended first;
  // No token, no group, no session of its step: with a neighbour alive nobody can tell whose it is.
  world.when([&] { return marked(mark) >= 1; },
             [&] {
               world.start(
                   World::shell_spec(
                       "(setsid env -i /bin/sleep 1000 > /dev/null 2>&1 < /dev/null &) ; sleep 0.1; echo a"),
                   first);
             });
  std::vector<Ended> later(20);
  world.when([&] { return first.ended; },
             [&] {
               for (Ended& one : later) world.start(World::shell_spec("echo b"), one);
             });
  world.when(
      [&] { return std::all_of(later.begin(), later.end(), [](const Ended& one) { return one.ended; }); },
      [&] { world.nursery->end(id, 0); });
  world.run();
  EXPECT_EQ(first.out, "a\n");
  for (const Ended& one : later) EXPECT_EQ(one.out, "b\n");
}

TEST(Leftovers, of_a_run_are_found_by_what_they_carry) {
  const std::string run = "r-" + std::to_string(::getpid());
  const auto start = [](const std::string& of_run, const std::string& store) {
    const pid_t pid = ::fork();
    if (pid == 0) {
      ::setenv("WF_RUN", of_run.c_str(), 1);
      ::setenv("WF_STORE", store.c_str(), 1);
      ::signal(SIGTERM, SIG_IGN);
      ::execlp("sleep", "sleep", "1000", nullptr);
      ::_exit(127);
    }
    return pid;
  };
  const pid_t first = start(run, "s1"), second = start(run, "s1"), stranger = start(run, "s2"),
              other = start(run + "0", "s1");
  ASSERT_TRUE(eventually([&] { return marked("WF_RUN=" + run) == 3 && marked("WF_RUN=" + run + "0") == 1; }));
  EXPECT_EQ(end_leftovers(run, "s1"), 2);
  EXPECT_EQ(marked("WF_RUN=" + run), 1);
  EXPECT_EQ(end_leftovers(run, "s1"), 0);
  EXPECT_EQ(end_leftovers("", ""), 0);
  for (const pid_t pid : {stranger, other}) EXPECT_EQ(::kill(pid, 0), 0);
  for (const pid_t pid : {first, second, stranger, other}) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
}

TEST(Environments, are_read_entry_by_entry) {
  const std::string text("A=1\0AB=2\0C=A=1\0", 15);
  EXPECT_TRUE(has_entry(text, "A=1"));
  EXPECT_TRUE(has_entry(text, "C=A=1"));
  EXPECT_FALSE(has_entry(text, "B=2"));
  EXPECT_FALSE(has_entry(text, "A="));
  EXPECT_EQ(value_in(text, "AB"), "2");
  EXPECT_EQ(value_in(text, "C"), "A=1");
  EXPECT_EQ(value_in(text, "B"), "");
  EXPECT_EQ(parse_pids("12 345 6 "), (std::vector<pid_t>{12, 345, 6}));
  EXPECT_TRUE(parse_pids("").empty());
}

}  // namespace
}  // namespace wf::io
