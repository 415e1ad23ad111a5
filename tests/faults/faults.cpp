// The faults of docs/faults.md that need a real executable, each with its expected outcome.
//
// System calls that fail are injected with strace; where it may not trace, those tests are skipped and say
// so.
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "tests/faults/world.h"

namespace wf::faults {
namespace {

using namespace std::chrono_literals;

#define SKIP_WITHOUT_STRACE() \
  if (!can_trace()) GTEST_SKIP() << "strace is missing, or may not trace here"

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}
// One of them, if there are several: `this|that`.
bool says(const Ended& ended, const std::string& what) {
  const std::string said = lower(ended.out + ended.err);
  for (std::size_t at = 0; at <= what.size();) {
    const std::size_t end = std::min(what.find('|', at), what.size());
    if (said.find(what.substr(at, end - at)) != std::string::npos) return true;
    at = end + 1;
  }
  return false;
}

// ---------------------------------------------------------------------------------------------------- kills
class KillAtCall : public Faults, public ::testing::WithParamInterface<const char*> {};

TEST_P(KillAtCall, leaves_a_run_that_completes) {
  SKIP_WITHOUT_STRACE();
  const Ended killed = injected(GetParam(), words("plain", "r"));
  EXPECT_TRUE(killed.exit_code == 137 || killed.exit_code == 0) << killed.exit_code << killed.err;
  EXPECT_TRUE(await([this] { return alive().empty(); }, 2)) << "children outlive the engine by two seconds";
  completes("r", 1);
}
INSTANTIATE_TEST_SUITE_P(Calls, KillAtCall,
                         ::testing::Values("fdatasync:signal=KILL:when=1", "fdatasync:signal=KILL:when=3",
                                           "fdatasync:signal=KILL:when=5", "pwrite64:signal=KILL:when=9",
                                           "pwrite64:signal=KILL:when=24", "rename:signal=KILL:when=1",
                                           "epoll_wait:signal=KILL:when=12"));

TEST_F(Faults, engine_and_guardian_killed_together) {
  Process engine({executable_, "run", "--input", "what=child", "--run-id", "r"}, folder_,
                 {"SCRIPT=setsid -f sleep 300; sleep 300"});
  ASSERT_TRUE(await([this] { return count("child") == 1; }));
  engine.send_to_group(SIGKILL);
  engine.wait();
  // Children end with their namespace at once; without one, at the latest when the run is resumed.
  await([this] { return alive().empty(); }, 2);
  const Ended resumed = resume("r", {"SCRIPT=true"});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.out << resumed.err;
  EXPECT_EQ(count("child"), 2);
  EXPECT_TRUE(await([this] { return alive().empty(); }, 2));
}

TEST_F(Faults, a_step_that_is_killed_is_tried_again) {
  const Ended ended = run(words("child", "r"), {"SCRIPT=test -e once || { touch once; kill -9 $$; }"});
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  EXPECT_EQ(count("child"), 2);
  const Json transitions = status("r");
  EXPECT_NE(write_json(transitions).find("signal"), std::string::npos) << write_json(transitions);
}

TEST_F(Faults, stopped_for_a_while_it_goes_on_and_starts_nothing_twice) {
  Process engine({executable_, "run", "--input", "what=child", "--run-id", "r"}, folder_, {"SCRIPT=sleep 1"});
  ASSERT_TRUE(await([this] { return count("child") == 1; }));
  engine.send(SIGSTOP);
  std::this_thread::sleep_for(2s);
  // It still drives the run: nobody else may.
  const Ended second = resume("r", {"SCRIPT=true"});
  EXPECT_NE(second.exit_code, 0);
  EXPECT_LT(second.seconds, 2);
  engine.send(SIGCONT);
  EXPECT_EQ(engine.wait().exit_code, 0);
  EXPECT_EQ(count("child"), 1);
}

// ----------------------------------------------------------------------------------------------------- disks
struct DiskFault {
  const char* fault;
  const char* cause;  // What is said about it; nothing: it may also go unnoticed.
};
class Disk : public Faults, public ::testing::WithParamInterface<DiskFault> {};

TEST_P(Disk, that_fails_ends_the_run_with_its_cause_and_loses_nothing) {
  SKIP_WITHOUT_STRACE();
  const Ended ended = injected(GetParam().fault, words("plain", "r"));
  EXPECT_FALSE(ended.by_signal) << ended.exit_code;
  EXPECT_LT(ended.seconds, 8) << "strace included";
  if (*GetParam().cause) {
    EXPECT_TRUE(ended.exit_code == 1 || ended.exit_code == 2) << ended.exit_code << ended.out;
    EXPECT_TRUE(says(ended, GetParam().cause)) << ended.out << ended.err;
  }
  const Json left = status("r");
  if (ended.exit_code != 0 && left.contains("status")) {
    EXPECT_NE(left["status"], "completed") << "a failed write is no completion";
  }
  completes("r", 1);
}
INSTANTIATE_TEST_SUITE_P(
    Calls, Disk,
    ::testing::Values(DiskFault{"pwrite64:error=ENOSPC:when=16+", "disk is full|no space left"},
                      DiskFault{"pwrite64:error=ENOSPC:when=40+", "disk is full|no space left"},
                      DiskFault{"pwrite64:error=EIO:when=16+", "disk reports an error|input/output error"},
                      DiskFault{"fdatasync:error=EIO:when=2+", "disk reports an error|input/output error"},
                      DiskFault{"fdatasync:error=EIO:when=4", "disk reports an error|input/output error"},
                      DiskFault{"ftruncate:error=EIO:when=1+", ""}, DiskFault{"rename:error=EIO:when=1+", ""},
                      DiskFault{"fsync:error=EIO:when=1+", ""}));

TEST_F(Faults, a_slow_disk_only_makes_it_slower) {
  SKIP_WITHOUT_STRACE();
  const Ended ended = injected("fdatasync:delay_exit=250000", words("plain", "r"));
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_GT(ended.seconds, 0.5);
  completes("r", 0);
}

// ------------------------------------------------------------------------------------------------- resources
class Short : public Faults, public ::testing::WithParamInterface<const char*> {};

TEST_P(Short, of_what_it_needs_it_waits_or_ends_with_its_cause) {
  SKIP_WITHOUT_STRACE();
  const Ended ended = injected(GetParam(), words("plain", "r"));
  EXPECT_FALSE(ended.by_signal) << ended.exit_code << ended.err;
  EXPECT_LT(ended.seconds, 20);
  // A step that could not be started has failed, and says why.
  if (status("r")["status"] == "failed") {
    EXPECT_TRUE(says(ended, "too many open files") || says(ended, "cannot") || says(ended, "memory"))
        << ended.out << ended.err;
  } else {
    completes("r", 1);
  }
}
INSTANTIATE_TEST_SUITE_P(Calls, Short,
                         ::testing::Values("openat:error=EMFILE:when=30..40", "pipe2:error=ENFILE:when=3..4",
                                           "clone,clone3,vfork:error=EAGAIN:when=2..3",
                                           "epoll_ctl:error=ENOMEM:when=3"));

TEST_F(Faults, few_descriptors_are_enough_or_the_cause_is_said) {
  const Ended ended =
      Process({"bash", "-c", "ulimit -n 24; exec \"$0\" run --input what=plain --run-id r", executable_},
              folder_)
          .wait();
  EXPECT_FALSE(ended.by_signal) << ended.exit_code << ended.err;
  if (ended.exit_code != 0) {
    EXPECT_FALSE(ended.err.empty());
  }
  if (status("r")["status"] != "failed") completes("r", 1);
}

// ----------------------------------------------------------------------------------------------------- store
class Damage : public Faults, public ::testing::WithParamInterface<const char*> {};

TEST_P(Damage, is_refused_with_its_cause_or_survived) {
  ASSERT_EQ(run(words("people", "r")).exit_code, 3);
  // With a log: the engine is killed while it waits.
  Process engine({executable_, "resume", "r", "--wait"}, folder_);
  std::this_thread::sleep_for(300ms);
  engine.send(SIGKILL);
  engine.wait();
  const Ended damaged = Process({"bash", "-c", GetParam()}, folder_).wait();
  ASSERT_EQ(damaged.exit_code, 0) << damaged.err;
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"status", "r"}, {"approve", "r", "ask"}, {"resume", "r"}, {"doctor"}}) {
    const Ended ended = run(command);
    EXPECT_FALSE(ended.by_signal) << command[0] << " ends with " << ended.exit_code;
    EXPECT_NE(ended.exit_code, 70) << command[0] << ": " << ended.err;
    EXPECT_LT(ended.seconds, 8) << command[0];
    if (ended.exit_code != 0) {
      EXPECT_FALSE((ended.err + ended.out).empty()) << command[0];
    }
  }
  EXPECT_EQ(count("before"), 1) << "what was finished ran again";
  EXPECT_LE(count("behind"), 1);
}
INSTANTIATE_TEST_SUITE_P(
    Ways, Damage,
    ::testing::Values("rm .wf/runs.db-wal", "head -c 5000 .wf/runs.db > x; mv x .wf/runs.db",
                      "head -c 100 /dev/urandom | dd of=.wf/runs.db conv=notrunc status=none",
                      "printf '\\377' | dd of=.wf/runs.db bs=1 seek=9000 conv=notrunc status=none",
                      "echo garbage > .wf/runs.db", "rm -r .wf", "rm -r .wf; touch .wf",
                      "truncate -s 3000 .wf/runs.db-wal", "rm -rf .wf/locks .wf/logs"));

TEST_F(Faults, a_store_that_somebody_keeps_locked_is_waited_for) {
  ASSERT_EQ(run(words("people", "r")).exit_code, 3);
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path(".wf/runs.db").c_str(), &db), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(db, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  Process driver({executable_, "run", "--input", "what=plain", "--run-id", "p"}, folder_);
  std::this_thread::sleep_for(6500ms);
  sqlite3_exec(db, "ROLLBACK", nullptr, nullptr, nullptr);
  sqlite3_close(db);
  const Ended ended = driver.wait();
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_TRUE(says(ended, "lock")) << "warns: " << ended.err;
  completes("p", 0);
}

// ---------------------------------------------------------------------------------------------------- people
TEST_F(Faults, a_decision_without_a_driver_counts_once) {
  ASSERT_EQ(run(words("people", "r")).exit_code, 3);
  ASSERT_EQ(run({"approve", "r", "ask"}).exit_code, 0);
  Process first({executable_, "resume", "r"}, folder_);
  std::this_thread::sleep_for(15ms);
  first.send(SIGKILL);
  first.wait();
  EXPECT_EQ(resume("r").exit_code, 0);
  EXPECT_EQ(resume("r").exit_code, 0);
  EXPECT_GE(count("behind"), 1);
  EXPECT_LE(count("behind"), 2);
  EXPECT_EQ(count("before"), 1);
}

TEST_F(Faults, whoever_decides_and_is_killed_has_decided_or_not) {
  SKIP_WITHOUT_STRACE();
  for (const char* fault : {"pwrite64:signal=KILL:when=1", "fdatasync:signal=KILL:when=1",
                            "fsync:signal=KILL:when=1", "utimensat:signal=KILL:when=1"}) {
    const std::string id = std::string("r") + fault[0] + fault[1];
    ASSERT_EQ(run(words("people", id)).exit_code, 3);
    injected(fault, {"approve", id, "ask"});
    const Ended resumed = resume(id);
    ASSERT_TRUE(resumed.exit_code == 0 || resumed.exit_code == 3) << fault << resumed.err;
    if (resumed.exit_code == 3) {
      EXPECT_EQ(run({"approve", id, "ask"}).exit_code, 0);
      EXPECT_EQ(resume(id).exit_code, 0);
    }
    EXPECT_EQ(count("behind"), 1) << fault;
    ::unlink(path("witness").c_str());
  }
}

// ---------------------------------------------------------------------------------------------------- clocks
class Clocks : public Faults, public ::testing::WithParamInterface<const char*> {};

TEST_P(Clocks, that_are_set_start_nothing_twice) {
  const std::vector<std::string> environment = {std::string("LD_PRELOAD=") + SET_CLOCK,
                                                "CLOCK_OFFSET=" + path("offset"), "SCRIPT=sleep 1",
                                                undisturbed};
  write("offset", "0");
  Process engine({executable_, "run", "--input", "what=child", "--run-id", "r"}, folder_, environment);
  ASSERT_TRUE(await([this] { return count("child") == 1; }));
  write("offset", GetParam());
  EXPECT_EQ(engine.wait().exit_code, 0) << "no time-out comes of it";
  EXPECT_EQ(count("child"), 1);
  // A run that waits for people, and is driven again at another time.
  write("offset", "0");
  ASSERT_EQ(run(words("people", "p"), environment).exit_code, 3);
  write("offset", GetParam());
  ASSERT_EQ(resume("p", environment).exit_code, 3) << "nobody has decided";
  ASSERT_EQ(run({"approve", "p", "ask"}, environment).exit_code, 0);
  EXPECT_EQ(resume("p", environment).exit_code, 0);
  EXPECT_EQ(count("before"), 1);
  EXPECT_EQ(count("behind"), 1);
}
INSTANTIATE_TEST_SUITE_P(Ways, Clocks, ::testing::Values("3600", "-3600", "315360000", "-315360000", "step"));

// -------------------------------------------------------------------------------------------------- children
TEST_F(Faults, a_flood_costs_no_memory) {
  const Ended ended = run(words("child", "r"), {"SCRIPT=head -c 100000000 /dev/zero | tr '\\0' x"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_LT(ended.memory_kib, of_memory(64 * 1024));
  EXPECT_LT(std::filesystem::file_size(path(".wf/runs.db")), 4u << 20);
}

TEST_F(Faults, what_a_child_prints_does_not_reach_the_terminal_as_it_is) {
  const Ended ended = run(words("child", "r"), {"SCRIPT=printf '\\033[2J\\377\\376\\033]0;x\\007 end'"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(ended.out.find('\033'), std::string::npos);
  EXPECT_EQ(run({"status", "r"}).out.find('\033'), std::string::npos);
  const Json child = step("r", "child");
  EXPECT_NE(child["output"].get<std::string>().find("end"), std::string::npos);
}

TEST_F(Faults, a_child_that_closes_its_output_is_waited_for) {
  EXPECT_EQ(run(words("child", "r"), {"SCRIPT=exec >&- 2>&-; sleep 1; touch done"}).exit_code, 0);
  EXPECT_TRUE(std::filesystem::exists(path("done")));
}

TEST_F(Faults, a_helper_that_holds_the_pipe_does_not_hold_the_step) {
  const Ended ended = run(words("child", "r"), {"SCRIPT=setsid -f sleep 300; echo end"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_LT(ended.seconds, 6);
  EXPECT_TRUE(alive().empty()) << "nothing is left";
}

TEST_F(Faults, a_child_that_ignores_signals_ends_at_its_time) {
  const Ended ended =
      run(words("child", "r"), {"SCRIPT=trap '' TERM INT HUP; test -e once && exit 0; touch once; "
                                "while :; do sleep 1; done"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_GE(ended.seconds, 4);
  EXPECT_LT(ended.seconds, 20);
  EXPECT_EQ(count("child"), 2);
  EXPECT_NE(write_json(status("r")).find("timeout"), std::string::npos);
}

// ---------------------------------------------------------------------------------------------------- agents
TEST_F(Faults, an_agent_that_is_no_program_fails_the_step_with_a_hint) {
  write("plain-file", "no program");
  for (const char* agent : {"nowhere-to-be-found", "./plain-file"}) {
    std::vector<std::string> all = words("agent", std::string("r") + agent[2]);
    all.insert(all.end(), {"--agent", std::string("*=command:") + agent});
    const Ended ended = run(all);
    EXPECT_FALSE(ended.by_signal);
    EXPECT_NE(ended.exit_code, 0) << agent;
    EXPECT_NE(ended.exit_code, 70) << agent;
    EXPECT_TRUE(says(ended, agent)) << ended.out << ended.err;
  }
}

TEST_F(Faults, an_agent_that_answers_with_rubbish_fails_the_step) {
  struct Answer {
    const char* script;
    const char* format;
  };
  int number = 0;
  for (const Answer& answer : {Answer{"head -c 3000 /dev/urandom", "claude"},
                               Answer{"echo '{\"result\": '", "claude"}, Answer{"true", "claude"},
                               Answer{"echo '{\"type\":\"result\",\"subtype\":\"success\",\"is_error\":true,"
                                      "\"result\":\"API Error: 500\"}'",
                                      "claude"}}) {
    const std::string id = "r" + std::to_string(++number);
    write("claude", std::string("#!/bin/sh\ncat > /dev/null\n") + answer.script + "\n");
    ASSERT_EQ(chmod(path("claude").c_str(), 0755), 0);
    std::vector<std::string> all = words("agent", id);
    all.insert(all.end(), {"--agent", std::string("*=") + answer.format});
    const Ended ended = run(all, {"PATH=" + folder_ + ":" + getenv("PATH")});
    EXPECT_FALSE(ended.by_signal);
    EXPECT_EQ(ended.exit_code, 1) << answer.script << ended.out << ended.err;
    EXPECT_EQ(status(id)["status"], "failed") << answer.script;
  }
}

// ------------------------------------------------------------------------------------------------------ load
// --------------------------------------------------------------------------------------------------- builds
class Builds : public Faults {
 protected:
  void define(const std::string& name, const std::string& says) const {
    write(name, "workflow " + name.substr(0, name.find('.')) + "\nstep say: run \"echo " + says + "\"\n");
  }
  Process building(const std::string& definition, const std::string& output) const {
    return Process({WFC, "build", definition, "-o", output}, folder_, environment());
  }
  std::vector<std::string> environment() const { return {"XDG_CACHE_HOME=" + path("cache")}; }
  // What the executable's step prints: empty where it cannot be run.
  std::string said_by(const std::string& executable) {
    const std::string id = "b" + std::to_string(++runs_);
    if (Process({path(executable), "run", "--quiet", "--run-id", id}, folder_).wait().exit_code != 0)
      return {};
    const std::string log = Process({path(executable), "logs", id, "say"}, folder_).wait().out;
    return log.substr(log.find('\n') + 1);
  }

 private:
  int runs_ = 0;
};

TEST_F(Builds, that_are_killed_leave_the_old_executable_or_the_new_one) {
  define("killed.wf", "zero");
  ASSERT_EQ(building("killed.wf", "out").wait().exit_code, 0);
  std::string before = "zero\n";
  int killed = 0;
  for (int i = 1; i <= 24; ++i) {
    const std::string text = "text" + std::to_string(i) + "\n";
    define("killed.wf", text.substr(0, text.size() - 1));
    Process build = building("killed.wf", "out");
    std::this_thread::sleep_for(std::chrono::milliseconds(i * 12));
    build.send_to_group(SIGKILL);
    killed += build.wait().exit_code == 137 ? 1 : 0;
    const std::string now = said_by("out");
    EXPECT_TRUE(now == before || now == text) << now;
    before = now;
  }
  EXPECT_GT(killed, 3) << "or nothing was tried";
  // What the kills have left in the cache harms nobody, also where it is what is asked for now.
  for (const int i : {1, 12, 24}) {
    define("killed.wf", "text" + std::to_string(i));
    ASSERT_EQ(building("killed.wf", "out").wait().exit_code, 0);
    EXPECT_EQ(said_by("out"), "text" + std::to_string(i) + "\n");
  }
}

TEST_F(Builds, to_one_output_leave_one_of_them) {
  define("one.wf", "one");
  define("two.wf", "two");
  for (int i = 0; i < 8; ++i) {
    Process one = building("one.wf", "out");
    Process two = building("two.wf", "out");
    EXPECT_EQ(one.wait().exit_code, 0);
    EXPECT_EQ(two.wait().exit_code, 0);
    const std::string said = said_by("out");
    EXPECT_TRUE(said == "one\n" || said == "two\n") << said;
    std::filesystem::remove_all(path("cache"));
  }
}

TEST_F(Builds, on_a_full_disk_leave_what_there_was) {
  define("full.wf", "full");
  std::filesystem::create_directory(path("small"));
  if (Process({"unshare", "-m", "mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", "small"}, folder_)
          .wait()
          .exit_code != 0)
    GTEST_SKIP() << "nothing may be mounted here";
  const std::string script = "mount -t tmpfs -o size=64k tmpfs small && echo old > small/out && " +
                             std::string(WFC) +
                             " build full.wf -o small/out; echo \"exit $?\"; cat small/out; ls small";
  const Ended ended = Process({"unshare", "-m", "sh", "-c", script}, folder_, environment()).wait();
  EXPECT_EQ(ended.out, "exit 2\nold\nout\n") << ended.err;
  EXPECT_TRUE(says(ended, "no space left")) << ended.err;
}

TEST_F(Faults, thousands_of_finished_runs_do_not_slow_a_resume) {
  ASSERT_EQ(run(words("people", "r")).exit_code, 3);
  // As many copies of its rows, under other numbers.
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path(".wf/runs.db").c_str(), &db), SQLITE_OK);
  const char* many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) ";
  std::string columns;
  sqlite3_stmt* statement = nullptr;
  ASSERT_EQ(sqlite3_prepare_v2(db, "SELECT name FROM pragma_table_info('runs')", -1, &statement, nullptr),
            SQLITE_OK);
  std::string values;
  while (sqlite3_step(statement) == SQLITE_ROW) {
    const std::string name = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
    columns += (columns.empty() ? "" : ", ") + name;
    values += (values.empty() ? "" : ", ") + (name == "no"       ? std::string("no + i")
                                              : name == "id"     ? std::string("'x' || i")
                                              : name == "status" ? std::string("3")
                                                                 : name);
  }
  sqlite3_finalize(statement);
  char* trouble = nullptr;
  const std::string copy =
      "INSERT INTO runs (" + columns + ") " + many + "SELECT " + values + " FROM runs, n";
  EXPECT_EQ(sqlite3_exec(db, copy.c_str(), nullptr, nullptr, &trouble), SQLITE_OK) << trouble;
  sqlite3_close(db);
  ASSERT_EQ(run({"approve", "r", "ask"}).exit_code, 0);
  const Ended resumed = resume("r");
  EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_LT(resumed.seconds, 3) << "a second, and room for a busy machine";
  EXPECT_LT(resumed.memory_kib, of_memory(100 * 1024));
}

TEST_F(Faults, a_run_that_has_printed_much_is_resumed_without_reading_it_all) {
  ASSERT_EQ(run(words("people", "r")).exit_code, 3);
  // As if `before` had run 2,500 times and printed 150 MB.
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path(".wf/runs.db").c_str(), &db), SQLITE_OK);
  char* trouble = nullptr;
  const char* rounds =
      "BEGIN;"
      "INSERT INTO outcomes SELECT (1 << 32) + 1000000 + i, '', '', 0, printf('%.*c', 60000, 'x'), '', "
      "60000, "
      "'', '', 0, '', 0, 0, 0, 0, '' FROM (WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n "
      "WHERE i < 2500) SELECT i FROM n);"
      "INSERT INTO results SELECT run, step, k - (1 << 32) - 1000000, 1, status, ended_ms, k, started_ms "
      "FROM outcomes, (SELECT r.* FROM results r JOIN plan_steps p USING (step) WHERE p.id = 'before') "
      "WHERE k > (1 << 32) + 1000000;"
      "COMMIT";
  EXPECT_EQ(sqlite3_exec(db, rounds, nullptr, nullptr, &trouble), SQLITE_OK) << trouble;
  sqlite3_close(db);
  ASSERT_EQ(step("r", "before")["iteration"], 2500);
  EXPECT_EQ(step("r", "before")["output"], std::string(60000, 'x'));
  ASSERT_EQ(run({"approve", "r", "ask"}).exit_code, 0);
  const Ended resumed = resume("r");
  EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_EQ(count("behind"), 1);
  EXPECT_LT(resumed.seconds, 3) << "a second, and room for a busy machine";
  EXPECT_LT(resumed.memory_kib, of_memory(60 * 1024));
}

}  // namespace
}  // namespace wf::faults
