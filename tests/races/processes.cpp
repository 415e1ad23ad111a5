// The starting gun is the end of a pipe that all of them hold.
#include "tests/races/processes.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>

namespace races {
namespace {

void read_words(Process& process) {
  if (process.words < 0) return;
  char buffer[4096];
  for (ssize_t n; (n = read(process.words, buffer, sizeof buffer)) > 0;)
    process.said.append(buffer, static_cast<std::size_t>(n));
  close(process.words);
  process.words = -1;
}

}  // namespace

int Process::exit_code() const {
  return over() && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::vector<Process> start_at_once(const std::vector<std::vector<std::string>>& commands,
                                   const std::string& folder) {
  int gun[2];
  if (pipe2(gun, O_CLOEXEC) != 0) abort();
  std::vector<Process> processes;
  for (const std::vector<std::string>& command : commands) {
    std::vector<char*> args;
    for (const std::string& arg : command) args.push_back(const_cast<char*>(arg.c_str()));
    args.push_back(nullptr);
    int words[2];
    if (pipe2(words, O_CLOEXEC) != 0) abort();
    Process& process = processes.emplace_back();
    process.words = words[0];
    process.pid = fork();
    if (process.pid == 0) {
      if (chdir(folder.c_str()) != 0) _exit(126);
      const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
      dup2(null, 0);
      dup2(words[1], 1);
      dup2(words[1], 2);
      close(gun[1]);
      char nothing = 0;
      if (read(gun[0], &nothing, 1) != 0) _exit(126);
      execv(args[0], args.data());
      _exit(127);
    }
    close(words[1]);
  }
  close(gun[1]);
  close(gun[0]);
  for (Process& process : processes) process.began = Clock::now();
  return processes;
}

std::size_t look(std::vector<Process>& processes) {
  std::size_t over = 0;
  for (Process& process : processes) {
    int status = 0;
    if (!process.over() && waitpid(process.pid, &status, WNOHANG) == process.pid) {
      process.ended = Clock::now();
      process.status = status;
      read_words(process);
    }
    over += process.over() ? 1 : 0;
  }
  return over;
}

std::size_t wait_for(std::vector<Process>& processes, std::size_t count, std::chrono::milliseconds most) {
  const auto deadline = Clock::now() + most;
  std::size_t over = look(processes);
  while (over < count && Clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    over = look(processes);
  }
  return over;
}

void kill_now(Process& process) {
  if (process.over()) return;
  kill(process.pid, SIGKILL);
  waitpid(process.pid, &process.status, 0);
  process.ended = Clock::now();
  read_words(process);
}

Process run(const std::vector<std::string>& command, const std::string& folder) {
  std::vector<Process> one = start_at_once({command}, folder);
  // It may say more than a pipe holds.
  read_words(one[0]);
  waitpid(one[0].pid, &one[0].status, 0);
  one[0].ended = Clock::now();
  return std::move(one[0]);
}

}  // namespace races
