// What is asked of people: who may answer, how many must, until when, and what exactly they are shown.
//
// The book makes requests and knows what an answer means; it writes nothing and counts no votes (the store
// does that, in one statement, because several processes vote).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/run/outcome.h"
#include "wf/program.h"

namespace wf::policy {

struct GateRequest {
  std::string id;              // 128 random bits, hex.
  std::string subject_digest;  // Of the plan, the step, its iteration, the message and the output.
  std::string message;
  std::vector<std::string> approvers;  // Each once.
  std::uint32_t quorum = 1;
  std::int64_t deadline_ms = 0;  // Wall clock; 0: none.
};

// What the outcome of a gate, as recorded, does to its step.
struct GateEffect {
  StepStatus status = StepStatus::succeeded;
  std::string_view reason;  // Empty when the step goes on.
  bool approved = false;    // By people; a gate that proceeds because nobody came is not.
};

class GateBook {
 public:
  GateBook(const Program& program, Random& random) : program_(program), random_(random) {}

  // `shown` is the output that waits for the decision; null for an `approve` step.
  GateRequest request(StepKey key, std::string message, const Output* shown, std::int64_t now_ms);
  // How the step asks; anyone, for ever, where the definition says nothing.
  const GateRow& row(Row step) const;
  // Until `forget`, the step asks like this instead.
  void ask_instead(Row step, const GateRow& row) { instead_[step] = row; }
  void forget(Row step) { instead_.erase(step); }

  // "timeout-cancel" and the like: how a gate that nobody answered is closed.
  std::string_view timeout_outcome(Row step) const;
  // Of "approved", "rejected", "cancelled" and the timeouts. Anything else, as a damaged store may hold,
  // cancels.
  GateEffect effect(Row step, std::string_view outcome) const;

 private:
  const Program& program_;
  Random& random_;
  std::unordered_map<Row, GateRow> instead_;
};

}  // namespace wf::policy
