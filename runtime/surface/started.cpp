// The file is a list of (row of the run's plan, iteration, attempt), three numbers of 32 bits each.
#include "runtime/surface/started.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "runtime/base/files.h"

namespace wf::surface {
namespace {

using Note = std::array<std::uint32_t, 3>;
constexpr std::uint64_t file_max = 256u << 20;

}  // namespace

StartedNotes::StartedNotes(StepBodies& bodies, const std::string& path, std::vector<Row> rows)
    : bodies_(bodies), rows_(std::move(rows)) {
  static_cast<void>(make_folders(path.substr(0, path.rfind('/')), 0700));
  fd_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
}

StartedNotes::~StartedNotes() {
  if (fd_ >= 0) ::close(fd_);
}

void StartedNotes::start(StepRun run) {
  const StepKey key = run.attempt().key;
  const Note note = {rows_.empty() ? key.step : rows_[key.step], key.iteration, run.attempt().number};
  // A note that is torn or missing shifts all that follow: better none than wrong ones.
  if (fd_ >= 0 && ::write(fd_, note.data(), sizeof note) != static_cast<ssize_t>(sizeof note)) {
    ::close(fd_);
    fd_ = -1;
  }
  bodies_.start(std::move(run));
}

void leave_out_unstarted(const Program& program, store::Recovered& run, const std::string& path) {
  const Result<std::string> bytes = read_file(path, file_max);
  if (!bytes) return;
  std::set<Note> started;
  for (std::size_t at = 0; at + sizeof(Note) <= bytes->size(); at += sizeof(Note)) {
    Note note;
    std::memcpy(note.data(), bytes->data() + at, sizeof note);
    started.insert(note);
  }
  for (store::RecoveredStep& step : run.steps) {
    if (step.ended || step.attempts.empty() || step.attempts.back().ended_ms != 0) continue;
    if (step.step >= program.steps.count || !program.steps[step.step].idempotent) continue;
    const Row row = run.rows.empty() ? step.step : run.rows[step.step];
    if (started.count({row, step.iteration, step.attempts.back().number}) != 0) continue;
    step.attempts.pop_back();
  }
  std::erase_if(run.steps, [](const store::RecoveredStep& step) {
    return !step.ended && !step.gate && step.attempts.empty();
  });
}

}  // namespace wf::surface
