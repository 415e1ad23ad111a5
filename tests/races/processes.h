// Processes that are let go at one moment, and what became of them.
#pragma once
#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

namespace races {

using Clock = std::chrono::steady_clock;

struct Process {
  pid_t pid = -1;
  int status = -1;  // As `waitpid` says; -1: it has not ended.
  int words = -1;   // What it says on both streams comes here; -1: read to its end.
  std::string said;
  Clock::time_point began, ended;

  bool over() const { return status != -1; }
  int exit_code() const;  // -1: it has not ended, or a signal has ended it.
};

// Starts all of them, in `folder`, and lets them go together when every one of them is ready.
std::vector<Process> start_at_once(const std::vector<std::vector<std::string>>& commands,
                                   const std::string& folder);
// Looks once who has ended meanwhile; how many have, in all.
std::size_t look(std::vector<Process>& processes);
// Until so many of them have ended, or that much time is over.
std::size_t wait_for(std::vector<Process>& processes, std::size_t count, std::chrono::milliseconds most);
// Ends it as nothing can refuse.
void kill_now(Process& process);
Process run(const std::vector<std::string>& command, const std::string& folder);

}  // namespace races
