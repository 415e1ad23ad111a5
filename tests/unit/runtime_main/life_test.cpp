// The life of runs, through the door that people use: run, pause, decide, resume, crash, cancel.
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <map>
#include <sstream>

#include "runtime/base/files.h"
#include "runtime/main/workshop.h"
#include "tests/unit/runtime_main/executable.h"

namespace wf::test {
namespace {

class Life : public ExecutableTest {
 protected:
  void SetUp() override {
    ExecutableTest::SetUp();
    write(
        "answers.json",
        R"({"answers":{"draft":[{"text":"notes","usage":{"input_tokens":9,"output_tokens":2,"credits":0.5}}]}})");
  }
  std::vector<std::string> release(const std::string& id, std::vector<std::string> more = {}) {
    std::vector<std::string> words = {
        "run", "--input", "task=x", "--run-id", id, "--agent", "*=replay:answers.json"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  std::vector<std::string> resume(const std::string& id, std::vector<std::string> more = {}) {
    std::vector<std::string> words = {"resume", id, "--agent", "*=replay:answers.json"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
};

TEST_F(Life, pauses_at_a_gate_and_goes_on_after_a_decision) {
  const Ended paused = run("release", release("r1"));
  EXPECT_EQ(paused.exit_code, 3) << paused.err;
  EXPECT_NE(paused.out.find("./exe approve r1 sign-off"), std::string::npos) << paused.out;
  EXPECT_NE(paused.out.find("./exe resume r1 --agent"), std::string::npos) << paused.out;
  EXPECT_NE(paused.err.find("`budget` is declared but not enforced"), std::string::npos) << paused.err;

  // Nothing is missing but the decision: a resume pauses again and starts nothing.
  EXPECT_EQ(run("release", resume("r1")).exit_code, 3);

  const Ended approved = run("release", {"approve", "r1", "sign-off", "--comment", "-- fine --"});
  EXPECT_EQ(approved.exit_code, 0) << approved.err;
  EXPECT_NE(approved.out.find("./exe resume r1"), std::string::npos) << approved.out;
  EXPECT_EQ(run("release", {"approve", "r1", "sign-off"}).exit_code, 0);  // The same by the same person.
  const Ended lost = run("release", {"reject", "r1", "sign-off"});
  EXPECT_EQ(lost.exit_code, 4);
  EXPECT_NE(lost.err.find(login_name()), std::string::npos) << lost.err;

  const Ended done = run("release", resume("r1"));
  EXPECT_EQ(done.exit_code, 0) << done.out << done.err;
  EXPECT_EQ(lines("witness").size(), 3u) << read("witness");
  EXPECT_EQ(lines("witness").back(), "shipped");

  // A run that has ended only tells how.
  const Ended again = run("release", resume("r1"));
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_NE(again.out.find("is completed"), std::string::npos);
  EXPECT_EQ(lines("witness").size(), 3u);
}

TEST_F(Life, a_rejection_cancels_the_run) {
  ASSERT_EQ(run("release", release("r1")).exit_code, 3);
  EXPECT_EQ(run("release", {"reject", "r1", "sign-off", "--comment", "no"}).exit_code, 0);
  EXPECT_EQ(run("release", resume("r1")).exit_code, 4);
  const Json status = json(run("release", {"status", "--json"}));
  EXPECT_EQ(status["status"], "cancelled");
  EXPECT_EQ(step(status, "ship")["status"], "cancelled");
  EXPECT_EQ(read("witness").find("shipped"), std::string::npos);
  EXPECT_EQ(run("release", resume("r1")).exit_code, 4);  // Again: exit of the result.
}

TEST_F(Life, a_decision_wakes_a_waiting_driver) {
  Process driver = begin("release", release("r1", {"--wait", "--events", "events"}));
  for (int i = 0; i < 2000 && read("events").find("gate.waiting") == std::string::npos; ++i) ::usleep(5000);
  EXPECT_TRUE(driver.running());
  EXPECT_EQ(run("release", {"approve", "r1", "sign-off"}).exit_code, 0);
  EXPECT_EQ(driver.wait().exit_code, 0);
}

TEST_F(Life, status_has_every_key_of_the_contract) {
  ASSERT_EQ(run("release", release("r1", {"--input", "tags=[\"a\",1]"})).exit_code, 3);
  const Json status = json(run("release", {"status", "r1", "--json"}));
  for (const char* key : {"run", "workflow", "status", "created_at", "updated_at", "inputs", "budget",
                          "steps", "transitions", "artifacts"})
    EXPECT_TRUE(status.contains(key)) << key;
  EXPECT_EQ(status["run"], "r1");
  EXPECT_EQ(status["workflow"], "wf_release");
  EXPECT_EQ(status["status"], "waiting");
  EXPECT_EQ(status["inputs"], Json::parse(R"({"task":"x","tags":["a",1]})"));
  EXPECT_EQ(status["budget"]["credits"], Json::parse(R"({"spent":2.5,"limit":50})"))
      << "what its agent says, and 1 for each command";
  EXPECT_EQ(status["budget"]["wall_clock_s"]["limit"], 3600);
  ASSERT_EQ(status["steps"].size(), 5u);
  for (const Json& step : status["steps"])
    for (const char* key : {"id", "kind", "status", "attempts", "iteration", "started_at", "finished_at",
                            "output", "exit_code", "reason", "usage", "enforced"})
      EXPECT_TRUE(step.contains(key)) << key;
  const Json draft = step(status, "draft");
  EXPECT_EQ(draft["output"], "notes");
  EXPECT_EQ(draft["usage"]["input_tokens"], 9);
  EXPECT_EQ(draft["usage"]["source"], "reported");
  const Json left = step(status, "left");
  EXPECT_EQ(left["output"], "left");
  EXPECT_EQ(left["exit_code"], 0);
  const std::string pid = left["enforced"]["pid"];
  EXPECT_TRUE(pid == "namespace" || pid == "guardian") << pid;
  EXPECT_EQ(step(status, "sign-off")["status"], "waiting");
  EXPECT_EQ(step(status, "ship")["status"], "pending");
  EXPECT_EQ(step(status, "ship")["started_at"], nullptr);
  EXPECT_EQ(json(run("release", {"runs", "--json"}))["runs"][0]["run"], "r1");
}

TEST_F(Life, json_is_the_only_thing_on_standard_output) {
  const Ended ended = run("release", release("r1", {"--json"}));
  EXPECT_EQ(ended.exit_code, 3);
  EXPECT_EQ(json(ended)["status"], "waiting");
  EXPECT_NE(ended.err.find("paused"), std::string::npos);
}

TEST_F(Life, quiet_prints_warnings_only) {
  const Ended ended = run("release", release("r1", {"--quiet"}));
  EXPECT_EQ(ended.exit_code, 3);
  EXPECT_EQ(ended.out, "");
  EXPECT_NE(ended.err.find("not enforced"), std::string::npos);
}

TEST_F(Life, events_are_numbered_over_resumes) {
  ASSERT_EQ(run("release", release("r1", {"--events", "events"})).exit_code, 3);
  ASSERT_EQ(run("release", {"approve", "r1", "sign-off"}).exit_code, 0);
  ASSERT_EQ(run("release", resume("r1", {"--events", "events"})).exit_code, 0);
  std::map<std::string, int> seen;
  std::int64_t last = 0;
  for (const std::string& line : lines("events")) {
    const Result<Json> event = parse_json(line);
    ASSERT_TRUE(event) << line;
    EXPECT_GT((*event)["seq"], last) << line;
    last = (*event)["seq"];
    EXPECT_EQ((*event)["run"], "r1");
    EXPECT_TRUE(event->contains("at"));
    const std::string name = (*event)["event"];
    seen[name] += 1;
    if (name.starts_with("step.")) {
      for (const char* key : {"step", "attempt", "iteration"}) EXPECT_TRUE(event->contains(key)) << line;
    }
    if (name == "step.finished") {
      EXPECT_EQ((*event)["status"], "succeeded");
    }
  }
  EXPECT_EQ(seen["run.started"], 1);
  EXPECT_EQ(seen["step.started"], 4);
  EXPECT_EQ(seen["step.finished"], 5);
  EXPECT_EQ(seen["gate.waiting"], 1);
  EXPECT_EQ(seen["gate.decided"], 1);
  EXPECT_EQ(seen["run.paused"], 1);
  EXPECT_EQ(seen["run.finished"], 1);
  EXPECT_GE(seen["step.output"], 3);
}

TEST_F(Life, retries_then_fails_and_says_where_to_look) {
  const Ended ended = run("flaky", {"run", "--run-id", "f"});
  EXPECT_EQ(ended.exit_code, 1) << ended.out << ended.err;
  EXPECT_NE(ended.out.find("last words"), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("./exe logs f broken"), std::string::npos) << ended.out;
  const Json status = json(run("flaky", {"status", "--json"}));
  EXPECT_EQ(status["status"], "failed");
  EXPECT_EQ(step(status, "flaky")["attempts"], 2);
  EXPECT_EQ(step(status, "flaky")["status"], "succeeded");
  EXPECT_EQ(step(status, "broken")["exit_code"], 7);
  EXPECT_EQ(step(status, "broken")["reason"], "exit-code");
  EXPECT_EQ(step(status, "never")["status"], "skipped");
  EXPECT_EQ(step(status, "never")["reason"], "upstream");
  EXPECT_EQ(read("never"), "");
  bool retried = false;
  for (const Json& transition : status["transitions"])
    retried = retried || (transition["step"] == "flaky" && transition["to"] == "retrying");
  EXPECT_TRUE(retried) << status["transitions"];
  const Ended logs = run("flaky", {"logs", "f", "flaky"});
  EXPECT_NE(logs.out.find("attempt 1, stderr\nsorry\n"), std::string::npos) << logs.out;
  EXPECT_NE(logs.out.find("attempt 2, stdout\ntry\nfine\n"), std::string::npos) << logs.out;
  EXPECT_EQ(run("flaky", {"resume", "f"}).exit_code, 1);
}

TEST_F(Life, kill_at_any_moment_and_resume) {
  Process driver = begin("chain", {"run", "--run-id", "c", "--quiet"});
  int crashes = 0;
  for (const useconds_t lives_us : {5000u, 30000u, 90000u, 150000u}) {
    ::usleep(lives_us);
    if (!driver.running()) break;
    driver.send(SIGKILL);
    driver.wait();
    crashes += 1;
    const Ended listed = run("chain", {"runs", "--json"});
    // Killed before the run was recorded: then there is nothing to resume, and starting it again is right.
    const bool known = listed.exit_code == 0 && !json(listed)["runs"].empty();
    driver = known ? begin("chain", {"resume", "c", "--quiet"})
                   : begin("chain", {"run", "--run-id", "c", "--quiet"});
  }
  EXPECT_EQ(driver.wait().exit_code, 0);
  EXPECT_GE(crashes, 1);
  const Json status = json(run("chain", {"status", "c", "--json"}));
  EXPECT_EQ(status["status"], "completed");
  std::map<std::string, int> starts;
  for (const std::string& line : lines("witness")) starts[line.substr(0, line.find(' '))] += 1;
  int again = 0;
  for (int i = 0; i < 12; ++i) {
    const std::string id = "s" + std::to_string(i);
    EXPECT_GE(starts[id], 1) << id;
    again += starts[id] - 1;
    EXPECT_EQ(step(status, id)["output"], "out of " + id);
  }
  EXPECT_LE(again, crashes) << "only what was in flight runs again";
}

// Steps change as the contract says they may: each change begins where the one before it has ended.
void expect_whole(const Json& status) {
  std::map<std::string, std::string> now;
  for (const Json& each : status["transitions"]) {
    const std::string id = each["step"];
    const std::string before = now.contains(id) && now[id] != "retrying" ? now[id] : "pending";
    EXPECT_EQ(each["from"], before) << each;
    now[id] = each["to"];
  }
  for (const Json& step : status["steps"]) {
    const std::string id = step["id"];
    EXPECT_EQ(now.contains(id) ? now[id] : "pending", step["status"]) << id << status["transitions"];
  }
}

TEST_F(Life, transitions_tell_every_change_of_a_step) {
  ASSERT_EQ(run("release", release("r1")).exit_code, 3);
  expect_whole(json(run("release", {"status", "r1", "--json"})));
  ASSERT_EQ(run("release", {"approve", "r1", "sign-off"}).exit_code, 0);
  ASSERT_EQ(run("release", resume("r1")).exit_code, 0);
  expect_whole(json(run("release", {"status", "r1", "--json"})));
  ASSERT_EQ(run("flaky", {"run", "--run-id", "f"}).exit_code, 1);
  expect_whole(json(run("flaky", {"status", "f", "--json"})));

  Process driver = begin("long", {"run", "--run-id", "l"});
  await("child");
  driver.send(SIGKILL);
  driver.wait();
  expect_whole(json(run("long", {"status", "l", "--json"})));
  ::unlink((folder_ + "/child").c_str());
  driver = begin("long", {"resume", "l"});
  await("child");
  const Json status = json(run("long", {"status", "l", "--json"}));
  expect_whole(status);
  bool cut_off = false;
  for (const Json& each : status["transitions"])
    cut_off = cut_off || (each["to"] == "retrying" && each["reason"] == "interrupted");
  EXPECT_TRUE(cut_off) << status["transitions"];
}

TEST_F(Life, a_drive_is_nobodys_to_read) {
  Process driver = begin("long", {"run", "--run-id", "l"});
  await("child");
  const std::string limits = *read_file("/proc/" + std::to_string(driver.pid()) + "/limits");
  const std::size_t core = limits.find("Max core file size");
  ASSERT_NE(core, std::string::npos);
  std::istringstream numbers(limits.substr(core + 18));
  std::string soft, hard;
  numbers >> soft >> hard;
  EXPECT_EQ(soft + " " + hard, "0 0");
  // Who may read a process is not shown to the administrator, who may read all: a fork looks at itself.
  const pid_t pid = ::fork();
  if (pid == 0) {
    SystemClock clock;
    MainWorkshop workshop(clock);
    const auto place = workshop.open(surface::Sandbox::automatic, {});
    ::_exit(place ? ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) : 100);
  }
  int status = -1;
  ::waitpid(pid, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

TEST_F(Life, events_that_have_no_file_leave_no_run) {
  for (const std::string path : {"no/such/folder/events", "."}) {
    const Ended refused = run("chain", {"run", "--run-id", "c", "--events", path});
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_NE(refused.err.find("`" + path + "` for events"), std::string::npos) << refused.err;
    EXPECT_EQ(json(run("chain", {"runs", "--json"}))["runs"].size(), 0u);
  }
  EXPECT_EQ(read("witness"), "");
  // The folder of the store is made before.
  EXPECT_EQ(run("chain", {"run", "--run-id", "c", "--events", ".wf/events"}).exit_code, 0);
  EXPECT_NE(read(".wf/events").find("run.finished"), std::string::npos);
}

TEST_F(Life, events_for_a_fifo_without_a_reader_are_refused) {
  ASSERT_EQ(::mkfifo((folder_ + "/fifo").c_str(), 0600), 0);
  Process refused = begin("chain", {"run", "--run-id", "c", "--events", "fifo"});
  ASSERT_TRUE(refused.ends()) << "it waits for a reader";
  const Ended ended = refused.wait();
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_NE(ended.err.find("nobody reads this FIFO"), std::string::npos) << ended.err;
  EXPECT_EQ(json(run("chain", {"runs", "--json"}))["runs"].size(), 0u);
}

TEST_F(Life, a_reader_that_stalls_holds_up_neither_run_nor_signals) {
  for (const auto& [events, stay] : {std::pair<std::string, bool>{"fifo", true}, {"-", false}}) {
    const std::string fifo = folder_ + "/fifo";
    ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
    const int reader = ::open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    ASSERT_GE(reader, 0);
    Process driver("talkative", {"run", "--events", events}, folder_, {stay ? "STAY=1" : "LEAVE=1"},
                   /*close_out=*/false, /*out_to=*/events == "-" ? fifo : "");
    if (stay) {
      await("child");
      driver.send(SIGTERM);
    }
    ASSERT_TRUE(driver.ends()) << events;
    const Ended ended = driver.wait();
    EXPECT_EQ(ended.exit_code, stay ? 143 : 0) << ended.err;
    EXPECT_NE(ended.err.find("were left out"), std::string::npos) << ended.err;
    ::close(reader);
    ::unlink(fifo.c_str());
  }
}

TEST_F(Life, a_slow_reader_gets_every_event) {
  const std::string fifo = folder_ + "/fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const int reader = ::open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  ASSERT_GE(reader, 0);
  Process driver = begin("talkative", {"run", "--run-id", "t", "--events", "fifo"});
  await("child");
  std::string got;
  char buffer[65536];
  ssize_t n = 0;
  while ((n = ::read(reader, buffer, sizeof buffer)) != 0) {
    if (n > 0) got.append(buffer, static_cast<std::size_t>(n));
    ::usleep(2000);
  }
  ::close(reader);
  const Ended ended = driver.wait();
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(ended.err.find("left out"), std::string::npos) << ended.err;
  std::istringstream text(got);
  std::size_t printed = 0;
  std::string last;
  for (std::string line; std::getline(text, line);) {
    const Result<Json> event = parse_json(line);
    ASSERT_TRUE(event) << line.substr(0, 100);
    last = (*event)["event"];
    if (event->contains("text")) printed += (*event)["text"].get<std::string>().size();
  }
  EXPECT_EQ(last, "run.finished");
  EXPECT_EQ(printed, 600'001u);
}

TEST_F(Life, what_cannot_be_written_is_told) {
  const std::string full = "No space left on device";
  ASSERT_EQ(run("flaky", {"run", "--run-id", "f"}).exit_code, 1);
  for (const std::vector<std::string>& words : {std::vector<std::string>{"status", "--json"},
                                                {"logs"},
                                                {"runs"},
                                                {"inspect"},
                                                {"help"},
                                                {"--version"},
                                                {"run", "--dry-run"}}) {
    const Ended ended = Process("flaky", words, folder_, {}, false, "/dev/full").wait();
    EXPECT_EQ(ended.exit_code, 2) << words[0];
    EXPECT_NE(ended.err.find("error: cannot write to standard output: " + full), std::string::npos)
        << words[0] << ended.err;
  }
  // A run goes on, and says it once.
  for (const std::string option : {"--json", "--no-tui"}) {
    const Ended ended =
        Process("chain", {"run", "--run-id", "c" + option, option}, folder_, {}, false, "/dev/full").wait();
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    const std::size_t at = ended.err.find("warning: cannot write to standard output: " + full);
    ASSERT_NE(at, std::string::npos) << ended.err;
    EXPECT_EQ(ended.err.find(full, at + 50 + full.size()), std::string::npos) << ended.err;
  }
  const Ended ended = run("chain", {"run", "--run-id", "e", "--events", "/dev/full"});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_NE(ended.err.find("`/dev/full` cannot be written: " + full), std::string::npos) << ended.err;
}

TEST_F(Life, status_says_whether_anybody_drives_the_run) {
  Process driver = begin("long", {"run", "--run-id", "l"});
  await("child");
  const std::string driven = run("long", {"status", "l"}).out;
  EXPECT_NE(driven.find("running, driven by process " + std::to_string(driver.pid())), std::string::npos)
      << driven;
  driver.send(SIGKILL);
  driver.wait();
  const std::string left = run("long", {"status", "l"}).out;
  EXPECT_NE(left.find("running (no process drives it; go on with `resume`)"), std::string::npos) << left;
  // What was cut off does not grow older.
  ::usleep(1'100'000);
  EXPECT_EQ(run("long", {"status", "l"}).out, left);
}

TEST_F(Life, runs_of_other_workflows_are_left_alone) {
  ASSERT_EQ(run("named", {"run", "--run-id", "n"}).exit_code, 3);
  ASSERT_EQ(run("flaky", {"run", "--run-id", "f"}).exit_code, 1);
  EXPECT_EQ(json(run("named", {"status", "--json"}))["run"], "n");
  EXPECT_EQ(json(run("named", {"runs", "--json"}))["runs"].size(), 1u);
  EXPECT_EQ(json(run("named", {"runs", "--all", "--json"}))["runs"].size(), 2u);
  for (const std::vector<std::string>& words : {std::vector<std::string>{"status", "n"},
                                                {"status", "n", "--json"},
                                                {"logs", "n"},
                                                {"artifacts", "n"},
                                                {"approve", "n", "ask"},
                                                {"reject", "n", "ask"},
                                                {"resume", "n"},
                                                {"cancel", "n"},
                                                {"graph", "--run", "n"}}) {
    const Ended ended = run("flaky", words);
    EXPECT_EQ(ended.exit_code, 2) << words[0] << ended.out;
    EXPECT_NE(ended.err.find("run n belongs to workflow `named`"), std::string::npos)
        << words[0] << ended.err;
  }
  EXPECT_EQ(json(run("named", {"status", "--json"}))["status"], "waiting");
  EXPECT_EQ(run("chain", {"status"}).exit_code, 2);
}

TEST_F(Life, a_gate_says_who_decides_until_when_and_how_many_are_missing) {
  const Ended paused = run("both", {"run", "--run-id", "b"});
  ASSERT_EQ(paused.exit_code, 3) << paused.err;
  EXPECT_NE(paused.out.find("May what `make` has produced be used?"), std::string::npos) << paused.out;
  EXPECT_NE(paused.out.find("./exe logs b make"), std::string::npos) << paused.out;
  std::string status = run("both", {"status", "b"}).out;
  for (const char* told : {"make waits for ana, bo, 2 must approve and 0 did, until 2", "./exe logs b make",
                           "./exe approve b make", "May what `make` has produced"})
    EXPECT_NE(status.find(told), std::string::npos) << told << "\n" << status;
  const Ended nobody = run("both", {"approve", "b", "make"});
  EXPECT_EQ(nobody.exit_code, 2);
  EXPECT_EQ(nobody.err.find("wf.toml"), std::string::npos) << nobody.err;
  write("wf.toml", "[people]\nana = \"" + login_name() + "\"\n");
  EXPECT_NE(run("both", {"approve", "b", "make"}).err.find("wf.toml"), std::string::npos);
  for (int i = 0; i < 2; ++i) {  // Also when the same is said again.
    const Ended first = run("both", {"approve", "b", "make", "--as", "ana"});
    EXPECT_EQ(first.exit_code, 0) << first.err;
    EXPECT_NE(first.out.find("1 more person has to approve"), std::string::npos) << first.out;
    EXPECT_EQ(first.out.find("resume"), std::string::npos) << first.out;
  }
}

TEST_F(Life, nobody_is_asked_to_decide_too_late) {
  // On a machine that stands still for longer than the gate waits, a run does not pause: then another one.
  std::string id = "b";
  while (run("brief", {"run", "--run-id", id}).exit_code != 3) {
    id += "b";
    ASSERT_LT(id.size(), 6U);
  }
  ::usleep(1'600'000);
  const std::string status = run("brief", {"status", id}).out;
  EXPECT_NE(status.find("which has passed"), std::string::npos) << status;
  EXPECT_EQ(status.find("./exe approve"), std::string::npos) << status;
  EXPECT_NE(status.find("./exe resume " + id), std::string::npos) << status;
}

TEST_F(Life, what_failed_is_told_quietly_too_and_counted) {
  const Ended quiet = run("flaky", {"run", "--run-id", "f", "--quiet"});
  EXPECT_EQ(quiet.exit_code, 1);
  EXPECT_EQ(quiet.out, "");
  EXPECT_NE(quiet.err.find("broken: exit-code"), std::string::npos) << quiet.err;
  EXPECT_NE(quiet.err.find("./exe logs f broken"), std::string::npos) << quiet.err;
  EXPECT_EQ(run("chain", {"run", "--run-id", "c", "--quiet"}).err, "");
  const Ended many = run("many", {"run", "--run-id", "m"});
  EXPECT_NE(many.out.find("and 2 more have failed"), std::string::npos) << many.out;
}

TEST_F(Life, of_two_drivers_one_leaves_at_once) {
  Process driver = begin("long", {"run", "--run-id", "l"});
  await("child");
  for (const std::string verb : {"resume", "run"}) {
    std::vector<std::string> words = {verb};
    if (verb == "run")
      words.insert(words.end(), {"--run-id", "l"});
    else
      words.emplace_back("l");
    const Ended second = run("long", words);
    EXPECT_EQ(second.exit_code, 2);
    EXPECT_NE(second.err.find("process " + std::to_string(driver.pid())), std::string::npos) << second.err;
  }
  EXPECT_TRUE(driver.running());
}

TEST_F(Life, cancel_ends_a_run_that_is_driven) {
  Process driver = begin("long", {"run", "--run-id", "l"});
  await("child");
  const Ended cancelled = run("long", {"cancel", "l"});
  EXPECT_EQ(cancelled.exit_code, 0) << cancelled.out << cancelled.err;
  EXPECT_EQ(driver.wait().exit_code, 4);
  EXPECT_EQ(json(run("long", {"status", "--json"}))["status"], "cancelled");
  EXPECT_EQ(run("long", {"cancel", "l"}).exit_code, 0);
}

TEST_F(Life, cancel_ends_a_run_that_nobody_drives) {
  ASSERT_EQ(run("release", release("r1")).exit_code, 3);
  const Ended cancelled = run("release", {"cancel", "r1"});
  EXPECT_EQ(cancelled.exit_code, 0) << cancelled.out << cancelled.err;
  EXPECT_EQ(json(run("release", {"status", "--json"}))["status"], "cancelled");
  EXPECT_EQ(run("release", {"approve", "r1", "sign-off"}).exit_code == 0, false);
}

TEST_F(Life, signals_leave_a_run_that_can_be_resumed) {
  for (const auto& [signal, code] :
       {std::pair{SIGINT, 130}, std::pair{SIGTERM, 143}, std::pair{SIGHUP, 129}}) {
    const std::string id = "s" + std::to_string(signal);
    ::unlink((folder_ + "/child").c_str());
    Process driver = begin("long", {"run", "--run-id", id, "--events", "events" + id});
    await("child");
    driver.send(signal);
    const Ended ended = driver.wait();
    EXPECT_EQ(ended.exit_code, code) << ended.err;
    EXPECT_NE(ended.out.find("./exe resume " + id), std::string::npos) << ended.out;
    const std::string status = json(run("long", {"status", id, "--json"}))["status"];
    EXPECT_NE(status, "failed");
    ASSERT_FALSE(lines("events" + id).empty());
    const Result<Json> last = parse_json(lines("events" + id).back());
    ASSERT_TRUE(last);
    EXPECT_EQ((*last)["event"], "run.paused");
    EXPECT_EQ((*last)["reason"], "interrupted");
  }
}

TEST_F(Life, a_reader_that_goes_away_does_not_end_the_run) {
  Process driver("chain", {"run", "--run-id", "c"}, folder_, {}, /*close_out=*/true);
  EXPECT_EQ(driver.wait().exit_code, 0);
  EXPECT_EQ(json(run("chain", {"status", "c", "--json"}))["status"], "completed");
}

TEST_F(Life, the_same_run_id_names_the_same_run) {
  ASSERT_EQ(run("release", release("r1")).exit_code, 3);
  EXPECT_EQ(run("release", release("r1")).exit_code, 3);
  EXPECT_EQ(lines("witness").size(), 2u);
  std::vector<std::string> other = release("r1");
  other[2] = "task=y";
  EXPECT_EQ(run("release", other).exit_code, 2);
}

TEST_F(Life, another_plan_does_not_go_on_with_a_run) {
  ASSERT_EQ(run("release", release("r1")).exit_code, 3);
  const Ended refused = run("changed", resume("r1"));
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_NE(refused.err.find("1111111111111111"), std::string::npos) << refused.err;
  EXPECT_NE(refused.err.find("2222222222222222"), std::string::npos) << refused.err;
  EXPECT_NE(refused.err.find("what the run relies on was not recorded"), std::string::npos) << refused.err;
}

TEST_F(Life, only_approvers_decide_and_only_as_themselves) {
  ASSERT_EQ(run("named", {"run", "--run-id", "n"}).exit_code, 3);
  EXPECT_EQ(run("named", {"approve", "n", "ask"}).exit_code, 2);
  EXPECT_EQ(run("named", {"approve", "n", "ask", "--as", "ana"}).exit_code, 2);
  write("wf.toml", "[people]\nana = \"" + login_name() + "\"\nbo = \"somebody-else\"\n");
  EXPECT_EQ(run("named", {"approve", "n", "ask", "--as", "bo"}).exit_code, 2);
  EXPECT_EQ(run("named", {"approve", "n", "ask", "--as", "ana"}).exit_code, 0);
  EXPECT_EQ(run("named", {"resume", "n"}).exit_code, 0);
}

TEST_F(Life, a_step_cannot_approve_itself) {
  ASSERT_EQ(run("inside", {"run", "--run-id", "i"}).exit_code, 3);
  EXPECT_EQ(read("code"), "2\n") << read("told");
  EXPECT_EQ(run("inside", {"approve", "i", "ask"}, {"WF_RUN=i"}).exit_code, 2);
}

TEST_F(Life, what_is_not_configured_stops_the_run_before_its_first_step) {
  std::vector<std::string> words = {"run", "--input", "task=x"};
  Ended ended = run("release", words);
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_NE(ended.err.find("--agent 'Writer=command:"), std::string::npos) << ended.err;
  EXPECT_NE(ended.err.find("[agents.Writer]"), std::string::npos) << ended.err;
  ended = run("deploy", {"run"});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_NE(ended.err.find("--deploy"), std::string::npos) << ended.err;
  EXPECT_NE(ended.err.find("[deploy]"), std::string::npos) << ended.err;
  EXPECT_EQ(run("deploy", {"run", "--deploy", "prod=echo out > deployed"}).exit_code, 0);
  EXPECT_EQ(read("deployed"), "out\n");
  write("wf.toml", "[deploy]\nprod = \"echo again > deployed\"\n");
  EXPECT_EQ(run("deploy", {"run"}).exit_code, 0);
  EXPECT_EQ(read("deployed"), "again\n");
}

}  // namespace
}  // namespace wf::test
