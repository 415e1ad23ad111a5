// Where the children of a run live, and die with it.
//
// The nursery is one small process a run, forked before any thread exists. It starts children on request,
// reaps them and reports how they ended. Where the kernel allows, it is the first process of a PID namespace
// of its own: when the engine ends, however it ends, the nursery reads end of file on its socket and exits,
// and the kernel kills everything in the namespace. Elsewhere it is a child subreaper that stops and kills
// all its descendants until none is left (`mode()` says which). See reliability.md 5.13 and docs/decisions
// for why children are not started by the engine's own threads.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/io/reactor.h"

namespace wf::io {

struct ChildSpec {
  std::vector<std::string> argv;  // argv[0] is looked up on the PATH of `env_set`/the inherited environment.
  std::vector<std::pair<std::string, std::string>>
      env_set;              // On top of the environment given to Nursery::start.
  std::string folder;       // Working directory; empty: the engine's.
  std::string input;        // Bytes on standard input; empty: /dev/null.
  bool input_open = false;  // An empty `input` is an empty pipe rather than /dev/null.
  std::string token;  // Put into the child's environment as WF_IDEMPOTENCY_KEY; finds what it leaves behind.
};

struct ChildEnd {
  int exit_code = -1;  // Of a child that exited; -1 when a signal ended it.
  int signal = 0;
  std::string
      not_started;  // Why it could not be started (no such program, too many descriptors); else empty.
  bool argument_too_large = false;  // E2BIG.
};

// Called on the reactor's thread. Output arrives in pieces as it is read; `ended` is called last and once,
// after the streams were drained (at most 2 s after the child's exit) and what the child left behind was
// ended.
struct ChildEvents {
  std::function<void(std::string_view bytes)> printed;
  std::function<void(std::string_view bytes)> printed_error;
  std::function<void(const ChildEnd&)> ended;
};

class Spawner {
 public:
  using ChildId = std::uint64_t;
  virtual ~Spawner() = default;
  // `ended` is never called from within.
  virtual ChildId spawn(ChildSpec spec, ChildEvents events) = 0;
  // SIGTERM to the child's group, SIGKILL to it and everything it started after `grace_ms`.
  virtual void end(ChildId child, std::int64_t grace_ms) = 0;
};

enum class NurseryMode { pid_namespace, guardian };

class Nursery final : public Spawner {
 public:
  // Forks. Call before any thread is started. `base_env` is what every child inherits ("K=V").
  // `allow_namespace` false forces the guardian.
  static Result<std::unique_ptr<Nursery>> start(const std::vector<std::string>& base_env,
                                                bool allow_namespace);
  ~Nursery() override;  // Ends everything that is left, waits for it at most 2 s.

  // Before the first spawn. From here on SIGPIPE is ignored.
  void attach(Reactor& reactor);
  NurseryMode mode() const;
  // Called on the reactor's thread when somebody else has ended the nursery, before the children's `ended`.
  void on_lost(std::function<void()> lost);

  ChildId spawn(ChildSpec spec, ChildEvents events) override;
  void end(ChildId child, std::int64_t grace_ms) override;

 private:
  Nursery();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Ends every process that carries `WF_RUN=<run>` and `WF_STORE=<store id>` in its environment: what a run
// whose engine and nursery were killed together may have left. For `resume`, before any new attempt. Returns
// how many.
int end_leftovers(std::string_view run_id, std::string_view store_id);

}  // namespace wf::io
