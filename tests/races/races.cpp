// Races of real processes over one store.
//
//   races resumes WFC TRIALS SEED     two or three drivers at once on one run
//   races approvals WFC TRIALS SEED   people, their second thoughts and the clock at once about one gate
//
// Of drivers one drives; the others are told who, start nothing, and leave within a second. Every second
// trial begins as `run` with one id and ends, after a `kill -9`, as `resume`. Of decisions one counts:
// whoever made it is told so, everybody else is told what was decided; what waits for it starts once if it is
// yes, else never. Half of the runs are driven meanwhile, and hear of it; the others are paused, are driven
// by two at once while people decide, and their driver is killed right after that.
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/base/files.h"
#include "runtime/base/json.h"
#include "tests/races/processes.h"

namespace races {
namespace {

using namespace std::chrono_literals;
using Command = std::vector<std::string>;
using Random = std::mt19937_64;

constexpr auto told_within = 1s;
constexpr auto patience = 60s;

int failures = 0;
void expect(bool holds, const std::string& what) {
  if (holds || ++failures > 20) return;
  std::printf("FAILED: %s\n", what.c_str());
}

std::map<std::string, int> count_lines(const std::string& path) {
  std::map<std::string, int> counts;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) ++counts[line];
  return counts;
}

bool appears(const std::string& path, const std::string& line) {
  const auto deadline = Clock::now() + patience;
  while (Clock::now() < deadline) {
    if (count_lines(path).contains(line)) return true;
    std::this_thread::sleep_for(1ms);
  }
  return false;
}

// ---------------------------------------------------------------------------------------------- who drives

constexpr const char* driven = R"(workflow driven

input n: int

step long: run "echo long-{{ n }} >>witness; until [ -e go-{{ n }} ]; do sleep 0.005; done"
step next: run "echo next-{{ n }} >>witness"
)";

// One of them goes on; the others are told its number, in time.
Process* race_to_drive(std::vector<Process>& drivers, const std::string& id) {
  const std::size_t over = wait_for(drivers, drivers.size() - 1, patience);
  expect(over == drivers.size() - 1, id + ": " + std::to_string(drivers.size() - over) + " drive at once");
  Process* winner = nullptr;
  for (Process& driver : drivers)
    if (!driver.over()) winner = &driver;
  if (!winner) return nullptr;
  const std::string who = "driven by process " + std::to_string(winner->pid) + " on ";
  for (const Process& driver : drivers) {
    if (!driver.over()) continue;
    expect(driver.exit_code() == 2 && driver.said.find(who) != std::string::npos,
           id + ": the second ends with " + std::to_string(driver.exit_code()) + " and says " + driver.said);
    expect(driver.ended - driver.began < told_within, id + ": the second leaves too late");
  }
  return winner;
}

void race_resumes(const std::string& exe, const std::string& folder, int trials, Random& random) {
  const std::string witness = folder + "/witness";
  for (int trial = 0; trial < trials && failures == 0; trial += 2) {
    const std::string n = std::to_string(trial), id = "r" + n;
    const std::size_t count = 2 + random() % 2;
    std::vector<Process> first = start_at_once(
        std::vector<Command>(count, {exe, "run", "--run-id", id, "--input", "n=" + n, "--quiet"}), folder);
    Process* winner = race_to_drive(first, id);
    if (!winner) return;
    expect(appears(witness, "long-" + n), id + ": nothing is started");
    kill_now(*winner);
    std::vector<Process> second =
        start_at_once(std::vector<Command>(count, {exe, "resume", id, "--quiet"}), folder);
    winner = race_to_drive(second, id);
    if (!winner) return;
    std::ofstream(folder + "/go-" + n).flush();
    wait_for(second, count, patience);
    expect(winner->exit_code() == 0, id + ": the one that drives ends with " + winner->said);
    const auto lines = count_lines(witness);
    expect(lines.at("long-" + n) == 2, id + ": what was cut off is started another time than once more");
    expect(lines.contains("next-" + n) && lines.at("next-" + n) == 1, id + ": what follows starts twice");
  }
}

// --------------------------------------------------------------------------------------------- who decides

constexpr int gates_a_run = 20;
// Gates whose number this divides are decided when their time runs out.
constexpr int at_deadline = 3;
constexpr int deadline_ms = 1500;

std::string gate_name(int gate) {
  return "g" + std::to_string(gate);
}

std::string decided_definition() {
  std::ostringstream out;
  out << "workflow decided\n\ninput n: int\n\n";
  for (int gate = 0; gate < gates_a_run; ++gate) {
    out << "step " << gate_name(gate)
        << ": approve \"Go on?\" {\n  after start\n  by 1 of ana, bo, cyd\n  timeout "
        << (gate % at_deadline == 0 ? std::to_string(deadline_ms) + "ms" : "1h")
        << "\n  on reject stop\n  on timeout stop\n}\n";
    out << "step d" << gate << ": run \"echo d" << gate << "-{{ n }} >>witness\" {\n  after "
        << gate_name(gate) << "\n}\n";
  }
  return out.str();
}

struct Voter {
  std::string by;
  bool approves = true;
};
const std::vector<Voter> voters = {{"ana", true}, {"bo", true}, {"cyd", false}, {"ana", true}};

Command vote(const std::string& exe, const std::string& id, int gate, const Voter& voter) {
  return {exe, voter.approves ? "approve" : "reject", id, gate_name(gate), "--as", voter.by};
}

wf::Json status(const std::string& exe, const std::string& id, const std::string& folder) {
  auto json = wf::parse_json(run({exe, "status", id, "--json"}, folder).said);
  return json ? std::move(*json) : wf::Json::object();
}

const wf::Json* step_of(const wf::Json& run, const std::string& id) {
  if (!run.contains("steps")) return nullptr;
  for (const wf::Json& step : run["steps"])
    if (step["id"] == id) return &step;
  return nullptr;
}

// 2026-11-22T02:22:56.123Z
std::int64_t time_of(const std::string& text) {
  tm parts{};
  const char* rest = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S.", &parts);
  return rest ? std::int64_t{timegm(&parts)} * 1000 + std::atoi(rest) : 0;
}

std::int64_t wall_ms() {
  return wf::SystemClock().wall_ms();
}

// Until all gates ask; when their time is up.
std::int64_t gates_open(const std::string& exe, const std::string& id, const std::string& folder) {
  const auto deadline = Clock::now() + patience;
  while (Clock::now() < deadline) {
    const wf::Json now = status(exe, id, folder);
    std::int64_t due_ms = 0;
    int waiting = 0;
    for (int gate = 0; gate < gates_a_run; ++gate) {
      const wf::Json* step = step_of(now, gate_name(gate));
      if (!step || !step->contains("gate")) break;
      ++waiting;
      const wf::Json& due = (*step)["gate"]["deadline"];
      if (gate % at_deadline == 0 && due.is_string()) due_ms = time_of(due.get<std::string>());
    }
    if (waiting == gates_a_run) return due_ms;
  }
  expect(false, id + ": the gates do not open");
  return 0;
}

struct Race {
  int gate = 0;
  std::vector<Process> processes;
};

// What everybody was told is what is recorded, and it is one thing.
void judge(const Race& race, const wf::Json& recorded, const std::string& id,
           std::map<std::string, int>& kinds) {
  const std::string at = id + " " + gate_name(race.gate);
  const wf::Json* step = step_of(recorded, gate_name(race.gate));
  if (!step || !step->contains("gate")) return expect(false, at + " is not recorded");
  const wf::Json& gate = (*step)["gate"];
  const std::string outcome = gate["outcome"].is_string() ? gate["outcome"].get<std::string>() : "none";
  ++kinds[outcome];
  const bool by_people = outcome == "approved" || outcome == "rejected";
  expect(by_people || outcome == "timeout-cancel", at + " was decided as " + outcome);
  expect(gate["votes"].size() == (by_people ? 1 : 0),
         at + " has " + std::to_string(gate["votes"].size()) + " votes");
  const std::string by = gate["votes"].size() == 1 ? gate["votes"][0]["by"].get<std::string>() : "";
  int first = 0;
  for (std::size_t i = 0; i < race.processes.size(); ++i) {
    const Process& process = race.processes[i];
    const Voter& voter = voters[i];
    const bool counts = by_people && voter.by == by && voter.approves == (outcome == "approved");
    expect(process.exit_code() == (counts ? 0 : 4), at + ", " + outcome + " by " + by + ": " + voter.by +
                                                        " is told " + std::to_string(process.exit_code()) +
                                                        ", " + process.said);
    first += process.said.starts_with("approved: ") || process.said.starts_with("rejected: ") ? 1 : 0;
    if (!counts && by_people)
      expect(process.said.find("already decided: " + outcome + " by " + by) != std::string::npos,
             at + ": " + voter.by + " is told " + process.said);
  }
  expect(first == (by_people ? 1 : 0),
         at + ": " + std::to_string(first) + " are told that they have decided");
}

void sleep_until_ms(std::int64_t due_ms) {
  const std::int64_t rest = due_ms - wall_ms();
  if (rest > 0) std::this_thread::sleep_for(std::chrono::milliseconds(rest));
}

void race_run(const std::string& exe, const std::string& folder, int number, Random& random,
              std::map<std::string, int>& kinds) {
  const std::string n = std::to_string(number), id = "r" + n;
  const bool stays = number % 2 == 0;
  Command begin = {exe, "run", "--run-id", id, "--input", "n=" + n, "--quiet"};
  if (stays) begin.push_back("--wait");
  std::vector<Process> drivers = start_at_once({begin}, folder);
  if (!stays) wait_for(drivers, 1, patience);
  const std::int64_t due_ms = gates_open(exe, id, folder);

  std::vector<int> order;
  for (int gate = 0; gate < gates_a_run; ++gate) order.push_back(gate);
  std::stable_partition(order.begin(), order.end(), [](int gate) { return gate % at_deadline != 0; });
  std::vector<Race> races;
  bool driven_too = stays;
  for (const int gate : order) {
    // What a person's process takes to begin is a part of the race against the clock.
    if (gate % at_deadline == 0) {
      const bool first = due_ms - wall_ms() > 30;
      if (first) sleep_until_ms(due_ms - 2 - static_cast<std::int64_t>(random() % 20));
    }
    std::vector<Command> commands;
    for (const Voter& voter : voters) commands.push_back(vote(exe, id, gate, voter));
    if (!driven_too && gate == order[gates_a_run / 2]) {
      driven_too = true;
      drivers = start_at_once(std::vector<Command>(2, {exe, "resume", id, "--quiet"}), folder);
    }
    races.push_back({gate, start_at_once(commands, folder)});
    // Two gates at a time: more processes than processors, few enough to be at it together.
    if (races.size() >= 2) wait_for(races[races.size() - 2].processes, voters.size(), patience);
  }
  for (Race& race : races) wait_for(race.processes, voters.size(), patience);
  if (!stays)
    for (Process& driver : drivers) kill_now(driver);
  wait_for(drivers, drivers.size(), patience);
  Process last = run({exe, "resume", id, "--quiet"}, folder);
  expect(last.exit_code() == 0, id + " ends with " + std::to_string(last.exit_code()) + ", " + last.said);
  const wf::Json recorded = status(exe, id, folder);
  for (const Race& race : races) judge(race, recorded, id, kinds);
  const auto lines = count_lines(folder + "/witness");
  for (int gate = 0; gate < gates_a_run; ++gate) {
    const std::string follower = "d" + std::to_string(gate);
    const wf::Json* step = step_of(recorded, gate_name(gate));
    if (!step) continue;
    const bool yes = (*step)["status"] == "succeeded";
    const auto found = lines.find(follower + "-" + n);
    const int times = found == lines.end() ? 0 : found->second;
    // One that the kill has cut off is started once more.
    const wf::Json* next = step_of(recorded, follower);
    const int most = yes ? (next ? (*next)["attempts"].get<int>() : 1) : 0;
    expect(times <= most && times >= (yes ? 1 : 0) && most <= (stays ? 1 : 2),
           id + ": " + follower + " ran " + std::to_string(times) + " times");
  }
}

void race_approvals(const std::string& exe, const std::string& folder, int trials, Random& random) {
  std::map<std::string, int> kinds;
  int gates = 0;
  for (int number = 0; gates < trials && failures == 0; ++number, gates += gates_a_run)
    race_run(exe, folder, number, random, kinds);
  for (const auto& [kind, count] : kinds) std::printf("%d %s, ", count, kind.c_str());
  for (const char* kind : {"approved", "rejected", "timeout-cancel"})
    expect(kinds[kind] != 0 || trials < 100, std::string("no race ends as ") + kind);
}

int race(const std::string& what, const std::string& wfc, int trials, std::uint64_t seed) {
  const bool resumes = what == "resumes";
  char pattern[] = "/tmp/wf-races-XXXXXX";
  const std::string folder = mkdtemp(pattern);
  const wf::Result<> written = wf::write_file(folder + "/raced.wf", resumes ? driven : decided_definition());
  const passwd* entry = getpwuid(getuid());
  const std::string login = entry ? entry->pw_name : "";
  std::string people = "[people]\n";
  for (const char* name : {"ana", "bo", "cyd"}) people += std::string(name) + " = \"" + login + "\"\n";
  if (!written || !wf::write_file(folder + "/wf.toml", people)) return 2;
  const Process built = run({wfc, "build", "raced.wf", "-o", "raced"}, folder);
  if (built.exit_code() != 0) {
    std::printf("the workflow does not build\n%s\n", built.said.c_str());
    return 1;
  }
  Random random(seed);
  const auto began = Clock::now();
  (resumes ? race_resumes : race_approvals)(folder + "/raced", folder, trials, random);
  const double took = std::chrono::duration<double>(Clock::now() - began).count();
  std::printf("%d races in %.1f s, %d failures\n", trials, took, failures);
  if (failures != 0) {
    std::printf("left in %s\n", folder.c_str());
    return 1;
  }
  return std::system(("rm -rf '" + folder + "'").c_str()) == 0 ? 0 : 1;
}

}  // namespace
}  // namespace races

int main(int argc, char** argv) {
  const std::string what = argc == 5 ? argv[1] : "";
  if (what != "resumes" && what != "approvals") {
    std::fputs("usage: races resumes|approvals WFC TRIALS SEED\n", stderr);
    return 2;
  }
  return races::race(what, argv[2], std::atoi(argv[3]), std::strtoull(argv[4], nullptr, 10));
}
