// The words that engine, steps, store and surfaces share.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wf/program.h"

namespace wf {

enum class StepStatus : std::uint8_t { pending, running, waiting, succeeded, failed, skipped, cancelled };
enum class RunStatus : std::uint8_t { pending, running, waiting, completed, failed, cancelled };
std::string_view name_of(StepStatus status);
std::string_view name_of(RunStatus status);
std::optional<StepStatus> step_status(std::string_view name);
std::optional<RunStatus> run_status(std::string_view name);

// Reasons, as a person and `status --json` see them. Others (`signal:9`) are made.
namespace reason {
inline constexpr std::string_view exit_code = "exit-code", timeout = "timeout", rejected = "rejected",
                                  condition = "condition", stopped = "stopped", upstream = "upstream",
                                  budget = "budget", policy = "policy", unknown_outcome = "unknown-outcome",
                                  store = "store", cancelled = "cancelled", expression = "expression",
                                  agent = "agent", start = "start", interrupted = "interrupted",
                                  not_undone = "undo-failed", fallback = "fallback";
}

struct Usage {
  std::int64_t credits_millionths = 0;
  std::int64_t usd_millionths = 0;
  std::int64_t input_tokens = 0;
  std::int64_t output_tokens = 0;
  std::string source;  // "reported", "priced", "estimated"; empty: none.
};

// What a step printed. Up to `inline_output_max` bytes it is `text`; longer, it lies in `file`, durable
// already. Of a step that ended before this process began, the store may have left it where it is recorded.
inline constexpr std::uint64_t inline_output_max = 64 * 1024;
// Of each stream so much is kept, head and tail with a notice between them; the child never notices.
inline constexpr std::uint64_t stream_kept_max = 16 * 1024 * 1024;
struct Output {
  std::string text;
  std::string file;  // A name in the store's folder of outputs (a digest); empty when inline.
  std::uint64_t size = 0;
  // The number of its record in the store, and which of the two texts there; 0: it is here, or in `file`.
  std::int64_t record = 0;
  bool record_of_error = false;
  bool is_here() const { return file.empty() && record == 0; }
};

struct Artifact {
  std::string type;          // patch pr_link test_report deploy_url log_bundle release_notes file
  std::string path;          // May be empty.
  std::string summary_json;  // The fields of its kind.
};

// How one attempt of a step ended.
struct Outcome {
  StepStatus status = StepStatus::succeeded;
  std::string reason;
  std::string error;  // A sentence for a person.
  Output output;
  Output error_output;  // stderr of commands.
  std::optional<int> exit_code;
  std::string fields_json;  // Further result fields as a JSON object (`url`, `approved`, `by`); may be empty.
  Usage usage;
  std::vector<Artifact> artifacts;

  static Outcome succeeded(std::string output = {});
  static Outcome failed(std::string_view reason, std::string error);
  static Outcome cancelled(std::string_view reason);
  // Of an attempt that was told to stop: a timeout is its own failure, all else was not its fault.
  static Outcome ended_early(std::string_view why);
};

// One execution of a step's place in the plan. `iteration` counts from 1.
struct StepKey {
  Row step = no_row;
  std::uint32_t iteration = 1;
  bool operator==(const StepKey&) const = default;
};

}  // namespace wf
