// Starts, waits, looks at what is left.
#include "tests/faults/world.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <thread>

#include "runtime/base/files.h"

extern char** environ;

namespace wf::faults {
namespace {

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string contents(const std::string& path) {
  Result<std::string> bytes = read_file(path);
  return bytes ? std::move(*bytes) : std::string();
}

// What the runs of one executable do is an input.
constexpr std::string_view definition = R"(workflow faults "What goes wrong outside"

input what: "plain" | "child" | "people" | "agent"

if what == "plain" {
  step a: run "echo a >> \"$WITNESS\"; echo one"
  parallel {
    step b: run "echo b >> \"$WITNESS\"; echo {{ a }} two"
    step c: run "echo c >> \"$WITNESS\"; sleep 0.2; echo three"
    step d: run "echo d >> \"$WITNESS\"; seq 1 30000"
  }
  step e: run "echo e >> \"$WITNESS\"; echo {{ b }} {{ c }}"
  step f: check e.ok
  step g: run "echo g >> \"$WITNESS\""
}
if what == "child" {
  step child: run "echo child >> \"$WITNESS\"; eval \"$SCRIPT\"" {
    timeout 4s
    on fail retry 1
  }
}
if what == "people" {
  step before: run "echo before >> \"$WITNESS\""
  step ask: approve "Go on?"
  step behind: run "echo behind >> \"$WITNESS\""
}
if what == "agent" {
  step think: agent "Think."
}
)";

std::string suite_folder;

}  // namespace

std::string Faults::executable_;

bool can_trace() {
  static const bool can = std::system("strace -f -qq -o /dev/null -e trace=fdatasync true 2>/dev/null") == 0;
  return can;
}

Process::Process(const std::vector<std::string>& words, const std::string& folder,
                 const std::vector<std::string>& environment)
    : began_(now()) {
  static int number = 0;
  const std::string name = folder + "/said" + std::to_string(++number);
  out_ = name + ".out";
  err_ = name + ".err";
  std::vector<std::string> all = environment;  // The first of a name counts.
  for (char** entry = environ; *entry; ++entry) all.emplace_back(*entry);
  std::vector<char*> argv, envp;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  for (const std::string& entry : all) envp.push_back(const_cast<char*>(entry.c_str()));
  argv.push_back(nullptr);
  envp.push_back(nullptr);
  pid_ = fork();
  if (pid_ != 0) return;
  setpgid(0, 0);
  if (chdir(folder.c_str()) != 0) _exit(126);
  dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), 0);
  dup2(open(out_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), 1);
  dup2(open(err_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), 2);
  execvpe(argv[0], argv.data(), envp.data());
  _exit(127);
}

Process::~Process() {
  if (reaped_) return;
  send(SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void Process::send(int signal) const {
  kill(pid_, signal);
}
void Process::send_to_group(int signal) const {
  kill(-pid_, signal);
}

Ended Process::wait() {
  Ended ended;
  int status = 0;
  rusage used{};
  wait4(pid_, &status, 0, &used);
  reaped_ = true;
  ended.seconds = now() - began_;
  ended.memory_kib = used.ru_maxrss;
  ended.by_signal = WIFSIGNALED(status);
  ended.exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  ended.out = contents(out_);
  ended.err = contents(err_);
  return ended;
}

void Faults::SetUpTestSuite() {
  char pattern[] = "/tmp/wf-faults-XXXXXX";
  suite_folder = mkdtemp(pattern);
  ASSERT_TRUE(write_file(suite_folder + "/faults.wf", std::string(definition)));
  const Ended built = Process({WFC, "build", "faults.wf", "-o", "faults"}, suite_folder).wait();
  ASSERT_EQ(built.exit_code, 0) << built.out << built.err;
  executable_ = suite_folder + "/faults";
}

void Faults::TearDownTestSuite() {
  std::error_code ignored;
  std::filesystem::remove_all(suite_folder, ignored);
}

void Faults::SetUp() {
  ASSERT_FALSE(executable_.empty());
  char pattern[] = "/tmp/wf-fault-XXXXXX";
  folder_ = mkdtemp(pattern);
  write("wf.toml", "[agents.\"*\"]\nadapter = \"command\"\nprogram = \"true\"\n");
  setenv("FAULT_MARK", folder_.c_str(), 1);
  setenv("WITNESS", path("witness").c_str(), 1);
}

void Faults::TearDown() {
  EXPECT_TRUE(await([this] { return alive().empty(); }, 5)) << "something lives on";
  for (const pid_t pid : alive()) kill(pid, SIGKILL);
  if (HasFailure()) return;
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::vector<std::string> Faults::words(const std::string& what, const std::string& id) const {
  return {"run", "--input", "what=" + what, "--run-id", id};
}

Ended Faults::run(std::vector<std::string> words, const std::vector<std::string>& environment) const {
  words.insert(words.begin(), executable_);
  return Process(words, folder_, environment).wait();
}

std::vector<std::string> Faults::under_strace(const std::string& fault,
                                              std::vector<std::string> words) const {
  const std::string calls = fault.substr(0, fault.find(':'));
  const std::vector<std::string> before = {"strace",
                                           "-f",
                                           "-qq",
                                           "-o",
                                           "/dev/null",
                                           "-E",
                                           undisturbed,
                                           "-e",
                                           "trace=" + calls,
                                           "-e",
                                           "inject=" + fault,
                                           executable_};
  words.insert(words.begin(), before.begin(), before.end());
  return words;
}

Ended Faults::injected(const std::string& fault, const std::vector<std::string>& words,
                       const std::vector<std::string>& environment) const {
  return Process(under_strace(fault, words), folder_, environment).wait();
}

Ended Faults::resume(const std::string& id, const std::vector<std::string>& environment) const {
  return run({"resume", id}, environment);
}

Json Faults::status(const std::string& id) const {
  const Ended said = run({"status", id, "--json"});
  Result<Json> json = parse_json(said.out);
  return json ? std::move(*json) : Json::object();
}

Json Faults::step(const std::string& id, const std::string& name) const {
  const Json all = status(id);
  if (all.contains("steps"))
    for (const Json& step : all["steps"])
      if (step["id"] == name) return step;
  return Json::object();
}

void Faults::completes(const std::string& id, int cuts) const {
  Ended ended = resume(id);
  // What could not be kept has failed its step: that is tried again when a person says so.
  if (ended.exit_code == 1) ended = run({"resume", id, "--retry-failed"});
  // What was not recorded at all is begun anew.
  if (ended.exit_code == 2 && !status(id).contains("steps")) ended = run(words("plain", id));
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  EXPECT_EQ(status(id)["status"], "completed");
  for (const char* name : {"a", "b", "c", "d", "e", "g"}) {
    EXPECT_GE(count(name), 1) << name << " is lost";
    EXPECT_LE(count(name), 1 + cuts) << name << " ran too often";
    EXPECT_EQ(step(id, name)["status"], "succeeded") << name;
  }
  EXPECT_EQ(step(id, "e")["output"], "one two three");
}

int Faults::count(const std::string& line) const {
  std::istringstream in(read("witness"));
  int found = 0;
  for (std::string each; std::getline(in, each);) found += each == line ? 1 : 0;
  return found;
}

void Faults::write(const std::string& name, const std::string& bytes) const {
  ASSERT_TRUE(write_file(path(name), bytes));
}
std::string Faults::read(const std::string& name) const {
  return contents(path(name));
}

bool Faults::await(const std::function<bool()>& holds, double seconds) const {
  const double until = now() + seconds;
  while (!holds()) {
    if (now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

std::vector<pid_t> Faults::alive() const {
  std::vector<pid_t> found;
  const std::string mark = "FAULT_MARK=" + folder_;
  DIR* proc = opendir("/proc");
  while (const dirent* entry = readdir(proc)) {
    const pid_t pid = std::atoi(entry->d_name);
    if (pid <= 0 || pid == getpid()) continue;
    const Result<std::string> environment = read_file("/proc/" + std::to_string(pid) + "/environ");
    if (environment && environment->find(mark) != std::string::npos) found.push_back(pid);
  }
  closedir(proc);
  return found;
}

}  // namespace wf::faults
