// The nursery's own side: what runs in the process that Nursery::start forks. Inside the room only.
#pragma once
#include <string>
#include <vector>

#include "runtime/io/nursery.h"

namespace wf::io {

// Serves `socket` until its other end is closed, then ends every descendant and the process. `user_namespace`
// says that the process was cloned into one and must map itself. Called directly after the fork.
[[noreturn]] void serve_nursery(int socket, const std::vector<std::string>& base_env, NurseryMode mode,
                                bool user_namespace, unsigned uid, unsigned gid);

}  // namespace wf::io
