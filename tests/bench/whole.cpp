// Whole-process benchmarks: what a user waits for, as ratios against named floors measured in the same
// minute.
//
//   bench_whole WFC [NAME...]     dag check build start size; without names, all
//
// A and its floor run in turn, A B A B ..., and medians are compared, so that a machine that slows down slows
// both.
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <yaml.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "runtime/base/files.h"

extern char** environ;

namespace {

using Clock = std::chrono::steady_clock;

std::string wfc;
std::string folder;

double ms_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

// Runs a program to its end in the benchmark's folder; -1 when it does not exit with 0.
double run(const std::vector<std::string>& argv, bool may_fail = false) {
  std::vector<char*> args;
  for (const std::string& arg : argv) args.push_back(const_cast<char*>(arg.c_str()));
  args.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  if (getenv("BENCH_VERBOSE") == nullptr)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  const auto begin = Clock::now();
  pid_t pid = 0;
  const int error = posix_spawnp(&pid, args[0], &actions, nullptr, args.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return -1;
  int status = 0;
  waitpid(pid, &status, 0);
  const double ms = ms_since(begin);
  if (!may_fail && !(WIFEXITED(status) && WEXITSTATUS(status) == 0)) return -1;
  return ms;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

struct Entry {
  std::string name;
  std::function<double()> measure;  // Milliseconds, or -1.
  double ms = 0;
};

// Measures the entries in turn, `rounds` times after one that is not counted. The first entry with the lowest
// median of those after the first is the floor.
void compare(const std::string& title, std::vector<Entry> entries, int rounds, double bar) {
  std::vector<std::vector<double>> times(entries.size());
  for (int round = -1; round < rounds; ++round) {
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const double ms = entries[i].measure();
      if (ms < 0) {
        std::printf("%-44s  %-34s  failed\n", title.c_str(), entries[i].name.c_str());
        return;
      }
      if (round >= 0) times[i].push_back(ms);
    }
  }
  for (std::size_t i = 0; i < entries.size(); ++i) entries[i].ms = median(times[i]);
  std::printf("%-44s  %-34s %9.2f ms", title.c_str(), entries[0].name.c_str(), entries[0].ms);
  if (bar > 0) std::printf("   bar %.2fx", bar);
  std::printf("\n");
  for (std::size_t i = 1; i < entries.size(); ++i)
    std::printf("%-44s  %-34s %9.2f ms   %.2fx\n", "", entries[i].name.c_str(), entries[i].ms,
                entries[0].ms / entries[i].ms);
}

void write(const std::string& name, const std::string& text) {
  if (!wf::write_file(folder + "/" + name, text)) std::abort();
}

// ---------------------------------------------------------------- a DAG of `true`

constexpr int layers = 20, width = 50;

void bench_dag() {
  std::ostringstream wf, make, ninja;
  wf << "workflow dag\n\n";
  make << "all:";
  for (int i = 0; i < width; ++i) make << " t" << (layers - 1) * width + i;
  make << "\n.PHONY: all";
  for (int i = 0; i < layers * width; ++i) make << " t" << i;
  make << "\n";
  ninja << "rule t\n  command = true\n";
  for (int i = 0; i < layers * width; ++i) {
    const int layer = i / width, at = i % width;
    std::string after_wf, after_make;
    for (int k = 0; k < 3 && layer > 0; ++k) {
      const int need = (layer - 1) * width + (at + k) % width;
      after_wf += (k ? ", t" : "t") + std::to_string(need);
      after_make += " t" + std::to_string(need);
    }
    wf << "step t" << i << ": run \"true\" {\n  after " << (layer ? after_wf : "start") << "\n}\n";
    make << "t" << i << ":" << after_make << "\n\t@true\n";
    ninja << "build t" << i << ": t" << (layer ? " |" : "") << after_make << "\n";
  }
  ninja << "default";
  for (int i = 0; i < width; ++i) ninja << " t" << (layers - 1) * width + i;
  ninja << "\n";
  write("dag.wf", wf.str());
  write("Makefile", make.str());
  write("build.ninja", ninja.str());
  if (run({wfc, "build", "dag.wf", "-o", "dag"}) < 0) {
    std::printf("dag.wf does not build\n");
    return;
  }
  int number = 0;
  compare("1,000 x true, 2 at a time, journal on",
          {{"wf",
            [&] {
              const std::string store = "store" + std::to_string(number++) + "/runs.db";
              return run({folder + "/dag", "run", "--jobs", "2", "--quiet", "--store", store});
            }},
           {"make -j2",
            [] {
              return run({"make", "-s", "-j2"});
            }},
           {"ninja -j2",
            [] {
              return run({"ninja", "--quiet", "-j2"});
            }},
           {"bare vfork and exec, two at a time",
            [] {
              const auto begin = Clock::now();
              int running = 0;
              for (int i = 0; i < layers * width; ++i) {
                if (running == 2) {
                  wait(nullptr);
                  --running;
                }
                const pid_t pid = vfork();
                if (pid == 0) {
                  execl("/bin/true", "true", nullptr);
                  _exit(127);
                }
                ++running;
              }
              while (running-- > 0) wait(nullptr);
              return ms_since(begin);
            }}},
          9, 1.0);
}

// ---------------------------------------------------------------- check

std::string agent_steps(int count) {
  std::ostringstream out;
  out << "name: generated\ndescription: A workflow of " << count << " steps.\nsteps:\n";
  for (int i = 0; i < count; ++i) {
    out << "  - id: s-" << i << "\n    agent: Reader\n    prompt: |\n      Study this part: {{task}}\n";
    if (i > 0) out << "      Before it: {{o_" << i - 1 << "}}\n";
    out << "    output: o_" << i << "\n    depends_on: [";
    if (i > 0) out << "s-" << i - 1;
    if (i > 10) out << ", s-" << i - 10;
    out << "]\n";
  }
  return out.str();
}

double read_events(const std::string& text) {
  const auto begin = Clock::now();
  yaml_parser_t parser;
  yaml_parser_initialize(&parser);
  yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  for (bool more = true; more;) {
    yaml_event_t event;
    if (!yaml_parser_parse(&parser, &event)) return -1;
    more = event.type != YAML_STREAM_END_EVENT;
    yaml_event_delete(&event);
  }
  yaml_parser_delete(&parser);
  return ms_since(begin);
}

void bench_check() {
  for (const int count : {1'000, 10'000, 100'000}) {
    const std::string text = agent_steps(count);
    const std::string name = "steps" + std::to_string(count) + ".yaml";
    write(name, text);
    compare("wfc check, " + std::to_string(count) + " steps",
            {{"wfc check",
              [&] {
                return run({wfc, "check", name});
              }},
             {"libyaml reading the events", [&] { return read_events(text); }}},
            count > 50'000 ? 3 : 7, 5.0);
  }
  write("steps20.yaml", agent_steps(20));
  compare("wfc check, 20 steps, cold (bar 20 ms)",
          {{"wfc check",
            [] {
              return run({wfc, "check", "steps20.yaml"});
            }},
           {"/bin/true", [] { return run({"/bin/true"}); }}},
          15, 0);
}

// ---------------------------------------------------------------- build

void bench_build() {
  write("hello.cpp", "#include <iostream>\nint main() { std::cout << \"hello, world\\n\"; }\n");
  for (const int count : {20, 1'000, 10'000}) {
    const std::string name = "build" + std::to_string(count) + ".yaml";
    write(name, agent_steps(count));
    compare("wfc build, " + std::to_string(count) + " steps",
            {{"wfc build",
              [&] {
                return run({wfc, "build", "--no-cache", name, "-o", "built"});
              }},
             {"g++ hello world with <iostream>, gold",
              [] {
                return run({"g++", "-O1", "-fuse-ld=gold", "-o", "hello", "hello.cpp"});
              }}},
            count > 5'000 ? 3 : 7,
            count == 20      ? 1.0
            : count == 1'000 ? 2.5
                             : 25);
    compare("wfc build, " + std::to_string(count) + " steps, again (bar 50 ms)",
            {{"wfc build, unchanged",
              [&] {
                return run({wfc, "build", name, "-o", "built"});
              }}},
            7, 0);
  }
}

// ---------------------------------------------------------------- start and size

void bench_start() {
  write("one.wf", "workflow one\n\nstep only: run \"true\"\n");
  write("one.mk", "all:\n\t@true\n");
  if (run({wfc, "build", "one.wf", "-o", "one"}) < 0) {
    std::printf("one.wf does not build\n");
    return;
  }
  int number = 0;
  compare("one step, cold start to end",
          {{"wf, new store",
            [&] {
              const std::string store = "one" + std::to_string(number++) + "/runs.db";
              return run({folder + "/one", "run", "--quiet", "--store", store});
            }},
           {"make",
            [] {
              return run({"make", "-s", "-f", "one.mk"});
            }},
           {"sh -c true",
            [] {
              return run({"sh", "-c", "true"});
            }},
           {"/bin/true", [] { return run({"/bin/true"}); }}},
          25, 1.5);
  compare("one step, in a store that stands",
          {{"wf",
            [] {
              return run({folder + "/one", "run", "--quiet", "--store", "standing/runs.db"});
            }},
           {"make",
            [] {
              return run({"make", "-s", "-f", "one.mk"});
            }}},
          25, 1.5);
}

void bench_size() {
  for (const char* name : {"one", "dag", "built"}) {
    struct stat info {};
    if (stat((folder + "/" + name).c_str(), &info) == 0)
      std::printf("%-44s  %-34s %9.2f MB   bar 4 MB\n", "executable, stripped", name,
                  static_cast<double>(info.st_size) / 1e6);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::printf("usage: bench_whole WFC [dag|check|build|start|size]...\n");
    return 2;
  }
  wfc = argv[1];
  char pattern[] = "/tmp/wf-bench-XXXXXX";
  folder = mkdtemp(pattern);
  std::vector<std::string> names(argv + 2, argv + argc);
  const auto wanted = [&](const char* name) {
    return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
  };
  if (wanted("dag")) bench_dag();
  if (wanted("check")) bench_check();
  if (wanted("build")) bench_build();
  if (wanted("start")) bench_start();
  if (wanted("size")) bench_size();
  return std::system(("rm -rf '" + folder + "'").c_str()) == 0 ? 0 : 1;
}
