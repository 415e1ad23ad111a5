// Requests to people, and what their answers do.
#include "runtime/policy/gate_book.h"

#include <algorithm>
#include <limits>

#include "runtime/base/assert.h"
#include "runtime/base/digest.h"

namespace wf::policy {
namespace {

std::string_view view(Text text) {
  return {text.data, text.size};
}

std::string random_id(Random& random) {
  constexpr char digits[] = "0123456789abcdef";
  std::string id;
  for (int half = 0; half < 2; ++half) {
    std::uint64_t bits = random.next();
    for (int i = 0; i < 16; ++i, bits >>= 4) id += digits[bits & 15];
  }
  return id;
}

}  // namespace

const GateRow& GateBook::row(Row step) const {
  // An `approve` step without a row of its own asks anyone, for ever.
  static constexpr GateRow anyone;
  if (const auto instead = instead_.find(step); instead != instead_.end()) return instead->second;
  const Row gate = program_.steps[step].gate;
  if (gate == no_row) return anyone;
  WF_ASSERT(gate < program_.gates.count);
  return program_.gates[gate];
}

GateRequest GateBook::request(StepKey key, std::string message, const Output* shown, std::int64_t now_ms) {
  const GateRow& gate = row(key.step);
  GateRequest request;
  request.id = random_id(random_);
  Digest subject;
  subject.part(view(program_.plan_digest))
      .part(view(program_.steps[key.step].id))
      .part(std::to_string(key.iteration));
  subject.part(message);
  if (shown) subject.part(shown->text).part(shown->file).part(std::to_string(shown->size));
  request.subject_digest = subject.hex();
  request.message = std::move(message);
  for (const Text& approver : gate.approvers) {
    std::string name(view(approver));
    if (std::find(request.approvers.begin(), request.approvers.end(), name) == request.approvers.end())
      request.approvers.push_back(std::move(name));
  }
  const auto everybody = std::max<std::uint32_t>(1, static_cast<std::uint32_t>(request.approvers.size()));
  request.quorum = gate.quorum == 0 ? everybody : gate.quorum;
  // More votes than there are people would never come.
  if (!request.approvers.empty()) request.quorum = std::min(request.quorum, everybody);
  if (gate.timeout_ms != 0) {
    const auto room = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max() - now_ms);
    request.deadline_ms = now_ms + static_cast<std::int64_t>(std::min(gate.timeout_ms, room));
  }
  return request;
}

std::string_view GateBook::timeout_outcome(Row step) const {
  switch (row(step).on_timeout) {
    case OnTimeout::cancel:
      return "timeout-cancel";
    case OnTimeout::proceed:
      return "timeout-proceed";
    case OnTimeout::escalate:
      return "timeout-escalate";
    case OnTimeout::fail:
      return "timeout-fail";
  }
  return "timeout-cancel";
}

GateEffect GateBook::effect(Row step, std::string_view outcome) const {
  if (outcome == "approved") return {StepStatus::succeeded, {}, true};
  if (outcome == "rejected") {
    const bool fails = row(step).on_reject == OnReject::fail;
    return {fails ? StepStatus::failed : StepStatus::cancelled, reason::rejected, false};
  }
  if (outcome == "timeout-proceed") return {StepStatus::succeeded, {}, false};
  if (outcome == "timeout-fail" || outcome == "timeout-escalate")
    return {StepStatus::failed, reason::timeout, false};
  if (outcome == "timeout-cancel") return {StepStatus::cancelled, reason::timeout, false};
  return {StepStatus::cancelled, reason::cancelled, false};
}

}  // namespace wf::policy
