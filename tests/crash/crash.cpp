// Kills a real executable with SIGKILL at random moments, resumes it, and asks a witness what really ran.
//
//   crash WFC KILLS SEED
//
// The workflow has 60 steps in layers; each appends a line to a witness file and prints an output that its
// followers print again. After every kill: nothing that the run started is alive two seconds later, `status`
// still reads, and what it shows as finished is remembered. In the end every run completes, and the witness
// shows that no step that was ever shown as finished ran again, that none was lost, that none ran more often
// than once and once more for each crash, and that the outputs are the ones that were printed. Some steps
// have a gate that wants a second attempt. Every second run fails at its end and is undone: every step, after
// all that follow it, and none in the other runs.
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "runtime/base/files.h"
#include "runtime/base/json.h"

extern char** environ;

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int step_count = 60;
constexpr int layer_width = 6;

std::string step_name(int i) {
  return "s" + std::to_string(i);
}

bool wants_two(int i) {
  return i % 10 == 3;
}

std::string settings(int i) {
  std::string text = "  undo run \"echo $WF_STEP >> $WITNESS\"\n";
  if (wants_two(i)) text += "  gate {\n    check result.attempts > 1\n    on fail retry 1\n  }\n";
  return text;
}

// Step i of a layer follows two steps of the layer above and repeats what they printed.
std::string definition() {
  std::ostringstream out;
  out << "workflow crash \"Killed and resumed\"\n\ninput fail: bool = false\n\n";
  for (int i = 0; i < step_count; ++i) {
    const int above = i - layer_width - i % layer_width;  // The first of the layer above.
    out << "step " << step_name(i) << ": run \"\"\"\n"
        << "  echo $WF_STEP >> \"$WITNESS\"\n"
        << "  setsid -f sleep 300 >/dev/null 2>&1\n";
    if (i < layer_width) {
      out << "  echo " << step_name(i) << "=$$\n  \"\"\" {\n  after start\n" << settings(i) << "}\n";
    } else {
      const int a = above + i % layer_width, b = above + (i + 1) % layer_width;
      out << "  echo " << step_name(i) << "=$$ {{ " << step_name(a)
          << " }} | cut -c1-60\n  \"\"\" {\n  after " << step_name(a) << ", " << step_name(b) << "\n"
          << settings(i) << "}\n";
    }
  }
  out << "step verdict: check not fail {\n  on fail fail\n  after ";
  for (int i = step_count - layer_width; i < step_count; ++i)
    out << step_name(i) << (i + 1 < step_count ? ", " : "\n}\n");
  return out.str();
}

struct Ran {
  int status = 0;
  std::string out;
};

pid_t start(const std::vector<std::string>& argv, const std::string& folder, int out_fd) {
  std::vector<char*> args;
  for (const std::string& arg : argv) args.push_back(const_cast<char*>(arg.c_str()));
  args.push_back(nullptr);
  const pid_t pid = fork();
  if (pid == 0) {
    if (chdir(folder.c_str()) != 0) _exit(126);
    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(null, 0);
    dup2(out_fd >= 0 ? out_fd : null, 1);
    if (getenv("CRASH_VERBOSE") == nullptr) dup2(null, 2);
    execv(args[0], args.data());
    _exit(127);
  }
  return pid;
}

Ran run(const std::vector<std::string>& argv, const std::string& folder) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) abort();
  const pid_t pid = start(argv, folder, ends[1]);
  close(ends[1]);
  Ran ran;
  char buffer[65536];
  for (ssize_t n; (n = read(ends[0], buffer, sizeof buffer)) > 0;)
    ran.out.append(buffer, static_cast<std::size_t>(n));
  close(ends[0]);
  waitpid(pid, &ran.status, 0);
  return ran;
}

// Processes that carry the mark of this test in their environment.
int marked(const std::string& mark) {
  int found = 0;
  DIR* proc = opendir("/proc");
  while (dirent* entry = readdir(proc)) {
    if (entry->d_name[0] < '1' || entry->d_name[0] > '9' || atoi(entry->d_name) == getpid()) continue;
    std::ifstream in(std::string("/proc/") + entry->d_name + "/environ", std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (text.str().find(mark) != std::string::npos) ++found;
  }
  closedir(proc);
  return found;
}

std::map<std::string, int> count_witness(const std::string& path) {
  std::map<std::string, int> counts;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) ++counts[line];
  return counts;
}

// Where each line stands for the first time.
std::map<std::string, int> first_in_witness(const std::string& path) {
  std::map<std::string, int> first;
  std::ifstream in(path);
  int at = 0;
  for (std::string line; std::getline(in, line);) first.emplace(line, at++);
  return first;
}

int failures = 0;
void expect(bool holds, const std::string& what) {
  if (holds) return;
  ++failures;
  std::printf("FAILED: %s\n", what.c_str());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const std::string wfc = argv[1];
  const int kills_wanted = std::atoi(argv[2]);
  std::mt19937_64 random(std::strtoull(argv[3], nullptr, 10));

  char folder_pattern[] = "/tmp/wf-crash-XXXXXX";
  const std::string folder = mkdtemp(folder_pattern);
  const std::string witness = folder + "/witness";
  const std::string mark = "WF_CRASH_MARK=" + folder;
  putenv(const_cast<char*>(mark.c_str()));
  setenv("WITNESS", witness.c_str(), 1);
  if (!wf::write_file(folder + "/crash.wf", definition())) return 2;
  const Ran built = run({wfc, "build", "crash.wf", "-o", "crash"}, folder);
  if (built.status != 0) {
    std::printf("the workflow does not build\n%s\n", definition().c_str());
    return 1;
  }
  const std::string exe = folder + "/crash";

  // How long a run takes undisturbed: kills are spread over that time.
  const auto began = Clock::now();
  expect(run({exe, "run", "--run-id", "calm", "--quiet"}, folder).status == 0,
         "an undisturbed run completes");
  const auto whole = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - began);
  unlink(witness.c_str());

  int kills = 0, runs = 0;
  std::size_t orphans = 0;
  while (kills < kills_wanted && failures == 0) {
    const std::string id = "r" + std::to_string(++runs);
    std::map<std::string, int> count_when_finished;  // Of steps that status has shown as finished.
    std::map<std::string, std::string> output_when_finished;
    int crashes = 0;
    bool completed = false;
    const bool fails = runs % 2 == 0;
    const auto is_over = [fails](int status) {
      return WIFEXITED(status) && WEXITSTATUS(status) == (fails ? 1 : 0);
    };
    std::vector<std::string> begin{exe, "run", "--run-id", id, "--quiet"};
    if (fails) begin.insert(begin.end(), {"--input", "fail=true"});
    // Later kills of one run come early in what is left of it.
    for (int round = 0; !completed && failures == 0; ++round) {
      const bool kill_it = kills < kills_wanted && round < 6;
      const pid_t pid =
          start(round == 0 ? begin : std::vector<std::string>{exe, "resume", id, "--quiet"}, folder, -1);
      int status = 0;
      if (kill_it) {
        std::this_thread::sleep_for(whole * static_cast<long>(random() % 1000) / 1500);
        kill(pid, SIGKILL);
        waitpid(pid, &status, 0);
        completed = is_over(status);  // It was faster than we.
        if (!completed) {
          ++kills;
          ++crashes;
          const auto deadline = Clock::now() + 2s;
          int alive = 1;
          while ((alive = marked(mark)) > 0 && Clock::now() < deadline) std::this_thread::sleep_for(5ms);
          orphans += static_cast<std::size_t>(alive);
          expect(alive == 0,
                 id + ": " + std::to_string(alive) + " processes alive two seconds after the kill");
        }
      } else {
        waitpid(pid, &status, 0);
        completed = is_over(status);
        expect(completed, id + ": resume ended with " + std::to_string(WEXITSTATUS(status)));
      }
      const Ran shown = run({exe, "status", id, "--json"}, folder);
      auto json = wf::parse_json(shown.out);
      if (!json || !json->contains("steps")) {
        // Killed before the run was recorded: there is nothing to resume, and nothing may have run.
        expect(count_when_finished.empty() && count_witness(witness).empty(),
               id + ": status cannot be read: " + shown.out);
        break;
      }
      const auto counts = count_witness(witness);
      for (const auto& [step, count] : count_when_finished) {
        expect((counts.count(step) ? counts.at(step) : 0) == count,
               id + ": " + step + " ran again after it was finished");
      }
      for (const auto& step : (*json)["steps"]) {
        if (step["status"] != "succeeded") continue;
        const std::string name = step["id"], output = step["output"];
        if (!count_when_finished.count(name)) {
          count_when_finished[name] = counts.count(name) ? counts.at(name) : 0;
          output_when_finished[name] = output;
        }
        expect(output_when_finished[name] == output, id + ": the output of " + name + " changed");
        expect(name.ends_with(":undo") || name == "verdict" || output.starts_with(name + "="),
               id + ": " + name + " has the output `" + output + "`");
      }
    }
    if (completed) {
      const auto counts = count_witness(witness);
      for (int i = 0; i < step_count; ++i) {
        const std::string name = step_name(i);
        const int count = counts.count(name) ? counts.at(name) : 0;
        expect(count >= 1, id + ": " + name + " is lost");
        expect(count <= 1 + crashes + (wants_two(i) ? 1 : 0), id + ": " + name + " ran " +
                                                                  std::to_string(count) + " times in " +
                                                                  std::to_string(crashes) + " crashes");
      }
      const auto first = first_in_witness(witness);
      for (int i = 0; i < step_count; ++i) {
        const std::string undo = step_name(i) + ":undo";
        const int count = counts.count(undo) ? counts.at(undo) : 0;
        expect(fails ? count >= 1 && count <= 1 + crashes : count == 0,
               id + ": " + undo + " ran " + std::to_string(count) + " times");
        if (count == 0 || i < layer_width) continue;
        const int above = i - layer_width - i % layer_width;
        for (const int need : {above + i % layer_width, above + (i + 1) % layer_width}) {
          const auto later = first.find(step_name(need) + ":undo");
          expect(later == first.end() || first.at(undo) < later->second, id + ": " + undo + " came too late");
        }
      }
    }
    unlink(witness.c_str());
  }
  std::printf("%d kills in %d runs of %d steps, %zu orphans, %d failures\n", kills, runs, step_count, orphans,
              failures);
  if (failures == 0) {
    const std::string remove = "rm -rf '" + folder + "'";
    return std::system(remove.c_str()) == 0 ? 0 : 1;
  }
  std::printf("left in %s\n", folder.c_str());
  return 1;
}
