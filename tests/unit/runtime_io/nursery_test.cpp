// Children: what they are given, what they print, how they end.
#include "runtime/io/nursery.h"

#include <sys/resource.h>

#include <random>
#include <set>
#include <sstream>

#include "tests/unit/runtime_io/world.h"

namespace wf::io {
namespace {

class Children : public testing::TestWithParam<bool> {
 protected:
  World world{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Modes, Children, testing::Bool(),
                         [](const auto& info) { return info.param ? "namespace" : "guardian"; });

ChildSpec spec_of(std::vector<std::string> argv) {
  ChildSpec spec;
  spec.argv = std::move(argv);
  return spec;
}

TEST_P(Children, live_where_it_was_asked_for) {
  if (!GetParam()) {
    EXPECT_EQ(world.nursery->mode(), NurseryMode::guardian);
  }
  const Ended ended =
      world.shell("echo $$ $(cut -d' ' -f1 /proc/self/stat) > /dev/null; readlink /proc/$$/exe");
  EXPECT_EQ(ended.end.exit_code, 0);
  EXPECT_NE(ended.out.find("sh"), std::string::npos) << "/proc must speak of the child's own numbers";
}

TEST_P(Children, print_and_exit) {
  const Ended ended = world.shell("printf out; printf err >&2; exit 7");
  EXPECT_EQ(ended.out, "out");
  EXPECT_EQ(ended.error_out, "err");
  EXPECT_EQ(ended.end.exit_code, 7);
  EXPECT_EQ(ended.end.signal, 0);
  EXPECT_EQ(ended.end.not_started, "");
}

TEST_P(Children, report_the_signal_that_ended_them) {
  const Ended ended = world.shell("kill -9 $$");
  EXPECT_EQ(ended.end.signal, 9);
  EXPECT_EQ(ended.end.exit_code, -1);
}

TEST_P(Children, use_slots_one_after_another_without_mixing) {
  for (int i = 0; i < 200; ++i) {
    const std::string word = "word-" + std::to_string(i);
    const Ended ended = world.run(spec_of({"printf", "%s", word}));
    ASSERT_EQ(ended.out, word);
  }
}

TEST_P(Children, run_many_at_once) {
  constexpr std::size_t count = 300;
  std::vector<Ended> ended(count);
  for (std::size_t i = 0; i < count; ++i)
    world.start(World::shell_spec("read x; echo $x; exit " + std::to_string(i % 100)), ended[i]);
  // None has input, so `read` fails at once; each still answers for itself.
  world.run();
  for (std::size_t i = 0; i < count; ++i) {
    EXPECT_EQ(ended[i].end.exit_code, static_cast<int>(i % 100));
    EXPECT_EQ(ended[i].out, "\n");
  }
}

TEST_P(Children, are_alive_together) {
  constexpr std::size_t count = 300;
  const std::string mark = new_mark();
  std::vector<Ended> ended(count);
  std::vector<Spawner::ChildId> ids;
  for (Ended& one : ended) {
    ChildSpec spec = spec_of({"sleep", "1000"});
    spec.env_set.emplace_back("WF_TEST_MARK", mark.substr(mark.find('=') + 1));
    ids.push_back(world.start(std::move(spec), one));
  }
  world.when([&] { return marked(mark) >= static_cast<int>(count); },
             [&] {
               for (const auto id : ids) world.nursery->end(id, 10000);
             });
  world.run();
  for (const Ended& one : ended) EXPECT_EQ(one.end.signal, SIGTERM);
  EXPECT_EQ(marked(mark), 0);
}

TEST_P(Children, are_given_their_input_whole) {
  std::string input(3 << 20, '\0');
  std::mt19937 random(7);
  for (char& byte : input) byte = static_cast<char>(random());
  ChildSpec spec = spec_of({"cat"});
  spec.input = input;
  const Ended ended = world.run(std::move(spec));
  EXPECT_EQ(ended.end.exit_code, 0);
  EXPECT_TRUE(ended.out == input);
}

TEST_P(Children, that_are_ordered_in_one_turn_each_get_their_own) {
  // Three slots that the nursery knows already: a child that uses one brings no descriptors of its own.
  Ended first[3];
  for (Ended& one : first) world.start(spec_of({"true"}), one);
  world.run();
  Ended busy, with_input, plain, fresh, last;
  const auto id = world.start(
      World::shell_spec("trap 'printf ended; exit 0' TERM; printf ready; while :; do sleep 0.01; done"),
      busy);
  world.when([&] { return busy.out == "ready"; },
             [&] {
               ChildSpec spec = spec_of({"cat"});
               spec.input = "given";
               world.start(std::move(spec), with_input);                             // One descriptor.
               world.start(spec_of({"printf", "plain"}), plain);                     // None.
               world.start(World::shell_spec("printf out; printf err >&2"), fresh);  // Two, of a new slot.
               world.nursery->end(id, 10000);                                        // None.
               ChildSpec both = spec_of({"cat"});
               both.input = "more";
               world.start(std::move(both), last);  // Three.
             });
  world.run();
  EXPECT_EQ(with_input.out, "given");
  EXPECT_EQ(plain.out, "plain");
  EXPECT_EQ(fresh.out, "out");
  EXPECT_EQ(fresh.error_out, "err");
  EXPECT_EQ(last.out, "more");
  EXPECT_EQ(busy.out, "readyended");
  for (const Ended* one : {&busy, &with_input, &plain, &fresh, &last})
    EXPECT_EQ(one->end.exit_code, 0) << one->end.not_started;
}

TEST_P(Children, need_not_read_their_input) {
  ChildSpec spec = spec_of({"true"});
  spec.input = std::string(1 << 20, 'x');
  EXPECT_EQ(world.run(std::move(spec)).end.exit_code, 0);
}

TEST_P(Children, have_an_empty_input_or_none) {
  EXPECT_EQ(world.shell("readlink /proc/self/fd/0").out, "/dev/null\n");
  ChildSpec spec = World::shell_spec("readlink /proc/self/fd/0 | cut -c1-4; cat | wc -c");
  spec.input_open = true;
  EXPECT_EQ(world.run(std::move(spec)).out, "pipe\n0\n");
}

TEST_P(Children, inherit_no_descriptor) {
  const int kept =
      ::open("/etc/passwd", O_RDONLY);  // Without close-on-exec, and after the nursery was forked.
  EXPECT_EQ(world.shell("ls /proc/$$/fd; true").out, "0\n1\n2\n");
  ::close(kept);
}

TEST(ChildrenOfAnEngine, do_not_inherit_what_it_had_open_before) {
  const int kept = ::open("/etc/passwd", O_RDONLY);
  World world(true);
  EXPECT_EQ(world.shell("ls /proc/$$/fd; true").out, "0\n1\n2\n");
  ::close(kept);
}

TEST_P(Children, start_with_a_clean_state) {
  const Ended ended =
      world.shell("grep -E '^Sig(Blk|Ign)' /proc/self/status; umask; ulimit -c; ps -o pgid= -p $$; echo $$");
  EXPECT_NE(ended.out.find("SigBlk:\t0000000000000000"), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("SigIgn:\t0000000000000000"), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("0077\n0\n"), std::string::npos) << ended.out;
}

TEST_P(Children, have_limits_and_the_users_own_where_these_are_lower) {
  const auto at_most = [](__rlimit_resource_t resource, rlim_t limit) {
    rlimit ours = {};
    ::getrlimit(resource, &ours);
    return std::min(ours.rlim_max, limit);
  };
  const Ended ended = world.shell("ulimit -H -c; ulimit -H -n; ulimit -H -f; cat /proc/self/limits");
  const rlim_t blocks = at_most(RLIMIT_FSIZE, rlim_t{1} << 37) / 512;
  EXPECT_EQ(ended.out.substr(0, ended.out.find("Limit")),
            "0\n" + std::to_string(at_most(RLIMIT_NOFILE, 524'288)) + "\n" + std::to_string(blocks) + "\n");
  std::istringstream limits(ended.out);
  std::string line;
  while (std::getline(limits, line) && line.rfind("Max processes", 0) != 0) continue;
  std::istringstream fields(line.substr(std::min(line.size(), std::size_t{26})));
  rlim_t soft = 0;
  fields >> soft;
  EXPECT_TRUE(fields) << line;
  EXPECT_LE(soft, 32'768U);
}

TEST_P(Children, have_a_group_of_their_own_and_no_terminal) {
  const Ended ended =
      world.shell("cut -d' ' -f1,5,7 /proc/$$/stat; (: > /dev/tty) 2>/dev/null || echo no terminal");
  int pid = 0, group = 1, terminal = 1;
  ASSERT_EQ(std::sscanf(ended.out.c_str(), "%d %d %d", &pid, &group, &terminal), 3) << ended.out;
  EXPECT_EQ(pid, group);
  EXPECT_EQ(terminal, 0);
  EXPECT_NE(ended.out.find("no terminal"), std::string::npos);
}

TEST_P(Children, see_the_base_environment_and_what_is_set) {
  World other(GetParam(), {"PATH=/usr/bin:/bin", "KEEP=1", "CHANGE=old", "EQUALS=a=b"});
  ChildSpec spec = spec_of({"env"});
  spec.env_set = {{"CHANGE", "new"}, {"EMPTY", ""}, {"TWICE", "1"}, {"TWICE", "2"}, {"LINE", "a\nb"}};
  spec.token = "wf1-0123";
  const Ended ended = other.run(std::move(spec));
  std::set<std::string> lines;
  for (std::size_t at = 0; at < ended.out.size();) {
    const std::size_t end = ended.out.find('\n', at);
    lines.insert(ended.out.substr(at, end - at));
    at = end + 1;
  }
  EXPECT_EQ(lines,
            (std::set<std::string>{"PATH=/usr/bin:/bin", "KEEP=1", "CHANGE=new", "EQUALS=a=b",
                                   "EMPTY=", "TWICE=2", "LINE=a", "b", "WF_IDEMPOTENCY_KEY=wf1-0123"}));
}

TEST_P(Children, cannot_read_the_environment_of_their_nursery) {
  ::setenv("WF_TEST_SECRET", "hunter2", 1);
  World other(GetParam());
  const Ended ended = other.shell("cat /proc/$PPID/environ | tr '\\0' '\\n' | grep -c hunter2; true");
  ::unsetenv("WF_TEST_SECRET");
  EXPECT_EQ(ended.out, "0\n") << ended.error_out;
}

TEST_P(Children, start_in_their_folder) {
  const Folder folder;
  ChildSpec spec = spec_of({"pwd"});
  spec.folder = folder.path();
  EXPECT_EQ(world.run(std::move(spec)).out, folder.path() + "\n");
}

TEST_P(Children, say_why_they_did_not_start) {
  const Folder folder;
  const auto why = [&](std::vector<std::string> argv, const std::string& in = {}) {
    ChildSpec spec = spec_of(std::move(argv));
    spec.folder = in;
    const Ended ended = world.run(std::move(spec));
    EXPECT_EQ(ended.end.exit_code, -1);
    EXPECT_EQ(ended.end.signal, 0);
    return ended.end.not_started;
  };
  EXPECT_EQ(why({"no-such-program-anywhere"}), "there is no program `no-such-program-anywhere` on the PATH");
  EXPECT_EQ(why({"./missing"}), "there is no program `./missing`, or none that its first line names");
  EXPECT_EQ(why({folder.program("orphan", "#!/no/such/interpreter\n")}).substr(0, 20),
            "there is no program ");
  EXPECT_EQ(why({"true"}, folder / "gone"),
            "cannot enter the folder `" + (folder / "gone") + "`: No such file or directory");
  EXPECT_EQ(why({"/etc/passwd"}), "`/etc/passwd` is not executable");
  EXPECT_EQ(why({folder.path()}), "`" + folder.path() + "` is not executable");
  EXPECT_EQ(why({""}), "there is no program `` on the PATH");
  EXPECT_NE(why({"echo", std::string("a\0b", 3)}).find("NUL"), std::string::npos);
  EXPECT_EQ(world.shell("echo still well").out, "still well\n");
}

TEST_P(Children, are_found_on_the_path_of_their_own) {
  const Folder folder;
  folder.program("tool", "#!/bin/sh\necho mine \"$@\"\n");
  folder.program("bare", "echo no first line \"$1\"\n");
  ChildSpec spec = spec_of({"tool", "x"});
  spec.env_set = {{"PATH", "/nowhere:" + folder.path() + ":/bin:/usr/bin"}};
  EXPECT_EQ(world.run(spec).out, "mine x\n");
  spec.argv = {"bare", "y"};
  EXPECT_EQ(world.run(spec).out, "no first line y\n");
  spec.argv = {"./tool", "z"};
  spec.folder = folder.path();
  EXPECT_EQ(world.run(spec).out, "mine z\n");
}

TEST_P(Children, that_are_given_too_much_say_so) {
  const Ended one = world.run(spec_of({"true", std::string(200 * 1024, 'x')}));
  EXPECT_TRUE(one.end.argument_too_large);
  EXPECT_NE(one.end.not_started.find("larger than the system allows"), std::string::npos);
  std::vector<std::string> many = {"true"};
  for (int i = 0; i < 300; ++i) many.push_back(std::string(100 * 1024, 'y'));
  EXPECT_TRUE(world.run(spec_of(many)).end.argument_too_large);
  ChildSpec huge = spec_of({"true", std::string(64 << 20, 'z')});
  EXPECT_TRUE(world.run(std::move(huge)).end.argument_too_large);
}

TEST_P(Children, are_given_hostile_arguments_byte_for_byte) {
  std::mt19937 random(GetParam() ? 1 : 2);
  const std::vector<std::string> known = {
      "",         " ",    "$(touch x)", "`id`", "'",  "\"",  "\\",
      "\\n",      "%s%n", "-rf",        "--",   "*",  "~",   "\xF0\x9F\x98\x80",
      "\xFF\xFE", "a\nb", "\x1b[31m",   "?\?/", "*/", ")\"", "{{ x }}",
      ";",        "&&",   "|",          ">",    "#",  "!",   "\t",
      "\r",       "\x7f"};
  for (int round = 0; round < 200; ++round) {
    ChildSpec spec = spec_of({"printf", "%s\\0"});
    const std::size_t count = 1 + random() % 8;
    std::string expected;
    for (std::size_t i = 0; i < count; ++i) {
      std::string argument = known[random() % known.size()];
      for (std::size_t length = random() % 40; length > 0; --length)
        argument.push_back(static_cast<char>(1 + random() % 255));
      expected += argument + '\0';
      spec.argv.push_back(std::move(argument));
    }
    std::string value = known[random() % known.size()] + known[random() % known.size()];
    spec.env_set = {{"WF_1", value}};
    ASSERT_EQ(world.run(spec).out, expected) << "round " << round;
    spec.argv = {"sh", "-c", "printf %s \"$WF_1\""};
    ASSERT_EQ(world.run(spec).out, value) << "round " << round;
  }
}

TEST_P(Children, may_print_without_end_while_others_work) {
  // Memory stays what it was: pieces are handed on, not kept.
  std::uint64_t printed = 0;
  ChildEvents events;
  Spawner::ChildId id = 0;
  events.printed = [&](std::string_view bytes) {
    printed += bytes.size();
    if (printed > (256u << 20)) world.nursery->end(id, 0);
  };
  ChildEnd end;
  bool neighbour = false;
  events.ended = [&](const ChildEnd& ended) {
    end = ended;
    world.reactor.stop();
  };
  id = world.nursery->spawn(spec_of({"yes"}), std::move(events));
  ChildEvents other;
  other.ended = [&](const ChildEnd&) { neighbour = printed < (256u << 20); };
  world.nursery->spawn(spec_of({"true"}), std::move(other));
  world.reactor.run();
  EXPECT_EQ(end.signal, SIGKILL);
  EXPECT_TRUE(neighbour) << "one that prints must not keep others from ending";
}

TEST_P(Children, may_close_their_streams_and_live_on) {
  const Ended ended = world.shell("echo said; exec >&- 2>&-; sleep 0.2; exit 3");
  EXPECT_EQ(ended.end.exit_code, 3);
  EXPECT_EQ(ended.out, "said\n");
}

TEST_P(Children, wait_for_descriptors_when_there_are_none) {
  rlimit limit = {};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  rlimit few = limit;
  std::vector<Ended> ended(60);
  // Enough for about ten slots; the others wait their turn.
  few.rlim_cur = static_cast<rlim_t>(::dup(0)) + 24;
  ::setrlimit(RLIMIT_NOFILE, &few);
  for (Ended& one : ended) world.start(spec_of({"printf", "x"}), one);
  world.run();
  ::setrlimit(RLIMIT_NOFILE, &limit);
  for (const Ended& one : ended) EXPECT_EQ(one.out, "x") << one.end.not_started;
}

TEST_P(Children, start_from_within_callbacks) {
  int left = 50;
  std::function<void()> next = [&] {
    ChildEvents events;
    events.ended = [&](const ChildEnd& end) {
      EXPECT_EQ(end.exit_code, 0);
      if (--left == 0)
        world.reactor.stop();
      else
        next();
    };
    world.nursery->spawn(spec_of({"true"}), std::move(events));
  };
  next();
  world.reactor.run();
  EXPECT_EQ(left, 0);
}

// ---- What other users may do
// ------------------------------------------------------------------------------------

class Nobody : public testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(Modes, Nobody, testing::Bool(),
                         [](const auto& info) { return info.param ? "namespace" : "guardian"; });

TEST_P(Nobody, has_children_that_work) {
  const int code = in_fork([] {
    if (!become_nobody()) return 99;
    World world(GetParam());
    const Ended ended = world.shell("id -u; printf err >&2; exit 4");
    if (ended.end.exit_code != 4 || ended.error_out != "err") return 1;
    if (ended.out != std::to_string(::getuid()) + "\n") return 2;
    const Ended left = world.shell("(setsid sleep 1000 > /dev/null 2>&1 &) ; echo done");
    return left.out == "done\n" ? 0 : 3;
  });
  if (code == 99) GTEST_SKIP() << "this user cannot become another that may enter `/`";
  EXPECT_EQ(code, 0);
}

TEST_P(Nobody, has_children_that_wait_for_a_process_to_be_had) {
  const int code = in_fork([] {
    if (::geteuid() == 0 && !become_nobody()) return 99;
    World world(GetParam());
    // Room for three more processes than there are now; each child is one.
    const auto now = static_cast<rlim_t>(2);
    if (::geteuid() >= 100'000) {
      const rlimit limit = {now + 3, now + 3};
      ::setrlimit(RLIMIT_NPROC, &limit);
      ::prlimit(children_of(::getpid()).front(), RLIMIT_NPROC, &limit, nullptr);
    }
    std::vector<Ended> ended(12);
    for (Ended& one : ended) {
      ChildSpec spec;
      spec.argv = {"sleep", "0.02"};
      world.start(std::move(spec), one);
    }
    world.run();
    int failed = 0;
    for (const Ended& one : ended) failed += one.end.exit_code == 0 ? 0 : 1;
    return failed;
  });
  if (code == 99) GTEST_SKIP() << "this user cannot become another that may enter `/`";
  EXPECT_EQ(code, 0);
}

}  // namespace
}  // namespace wf::io
