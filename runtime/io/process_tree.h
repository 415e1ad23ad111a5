// Who started whom, and how to end all of them. Inside the room only.
#pragma once
#include <sys/types.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wf::io {

// The living and unreaped children of a process (of all its threads).
std::vector<pid_t> children_of(pid_t pid);

// Parses what a `children` file holds.
std::vector<pid_t> parse_pids(std::string_view text);

// Stops the processes and everything below them until no new one appears (or the time is over), so that
// nothing can fork away, and returns them all.
std::vector<pid_t> freeze_trees(const std::vector<pid_t>& roots, std::chrono::milliseconds at_most);

// The environment a process was started with, as the kernel shows it ("K=V", each ended by NUL); empty when
// it cannot be read.
std::string environment_of(pid_t pid);
// Whether `environment` has this entry ("K=V").
bool has_entry(std::string_view environment, std::string_view entry);
// The value of `name`, or an empty text.
std::string_view value_in(std::string_view environment, std::string_view name);

// Kills every process but this one and its ancestors whose environment has all entries of one of the sets,
// and waits until they are gone, at most 2 s. Returns how many.
int kill_by_environment(const std::vector<std::vector<std::string>>& sets);

}  // namespace wf::io
