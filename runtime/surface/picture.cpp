// Keeps the little that a view needs of every step, and bounds what a talkative child can make it keep.
#include "runtime/surface/picture.h"

#include <algorithm>

#include "runtime/base/text.h"
#include "runtime/surface/status.h"

namespace wf::surface {
namespace {
constexpr std::size_t lines_kept = 8;
constexpr std::size_t line_bytes_max = 512;
constexpr std::size_t finished_kept = 64;
constexpr int id_width_max = 24;
}  // namespace

Picture::Picture(const Program& program) : program_(program), steps_(program.steps.count) {
  ids_.reserve(steps_.size());
  mends_.resize(steps_.size());
  for (Row row = 0; row < program.steps.count; ++row)
    for (Row which = 0; const ReactionRow* reaction = engine::reaction_at(program, row, which); ++which)
      if (reaction->response == Response::repair && reaction->target < mends_.size())
        mends_[reaction->target] = true;
  for (const StepRow& row : program.steps) {
    ids_.push_back(printable({row.id.data, row.id.size}, false));
    if (row.kind == StepKind::branch) continue;
    all_.push_back(static_cast<Row>(ids_.size() - 1));
    counts_[static_cast<std::size_t>(StepStatus::pending)] +=
        counts(all_.back(), StepStatus::pending) ? 1 : 0;
    id_width_ = std::max(id_width_, std::min(display_width(ids_.back()), id_width_max));
  }
}

bool Picture::counts(Row row, StepStatus status) const {
  return !helps(row) || (status != StepStatus::pending && status != StepStatus::skipped);
}

void Picture::set(Row row, StepStatus status) {
  counts_[static_cast<std::size_t>(steps_[row].status)] -= counts(row, steps_[row].status) ? 1 : 0;
  counts_[static_cast<std::size_t>(status)] += counts(row, status) ? 1 : 0;
  steps_[row].status = status;
}

void Picture::recover(const store::Recovered& from) {
  for (const StepState& state : states(program_, from)) {
    if (!state.recorded || !shown(state.row)) continue;
    const store::RecoveredStep& step = *state.recorded;
    StepPicture& picture = steps_[step.step];
    picture.attempt = static_cast<std::uint32_t>(step.attempts.size());
    if (!step.attempts.empty()) picture.started_ms = step.attempts.front().started_ms;
    if (step.ended) {
      picture.ended_ms = step.ended_ms;
      picture.reason = step.outcome.reason;
      picture.detail = step.outcome.error;
      set(step.step, step.status);
    } else if (step.gate && step.gate->open) {
      picture.detail = asked(step.gate->gate.message, ids_[step.step]);
      picture.produced = step.produced;
      set(step.step, StepStatus::waiting);
    }
  }
}

void Picture::notice(const engine::Notice& notice) {
  using What = engine::Notice::What;
  if (!shown(notice.key.step)) return;
  StepPicture& step = steps_[notice.key.step];
  switch (notice.what) {
    case What::step_started:
      set(notice.key.step, StepStatus::running);
      step.attempt = notice.attempt;
      step.started_ms = notice.at_ms;
      step.due_ms = 0;
      step.lines.clear();
      step.open_line.clear();
      break;
    case What::step_retrying:
      step.reason = notice.reason;
      step.detail = notice.detail;
      step.due_ms = notice.due_ms;
      break;
    case What::step_finished:
    case What::step_skipped: {
      set(notice.key.step, notice.what == What::step_skipped ? StepStatus::skipped : notice.status);
      step.reason = notice.reason;
      step.detail = notice.detail;
      step.ended_ms = notice.at_ms;
      step.due_ms = 0;
      if (step.status != StepStatus::failed) {
        step.lines.clear();
        step.open_line.clear();
      }
      finished_.push_back(notice.key.step);
      if (finished_.size() > finished_kept) finished_.pop_front();
      break;
    }
    case What::loop_iterated:
      for (const Row again : engine::reaction_at(program_, notice.key.step, notice.reaction)->body) {
        if (!shown(again)) continue;
        set(again, StepStatus::pending);
        steps_[again] = {};
      }
      break;
    case What::gate_waiting:
      // What has run before it asks has something to show.
      step.produced = step.started_ms != 0;
      set(notice.key.step, StepStatus::waiting);
      step.detail = asked(notice.detail, ids_[notice.key.step]);
      break;
    default:
      break;
  }
}

void Picture::printed(StepKey key, std::string_view bytes) {
  if (!shown(key.step)) return;
  StepPicture& step = steps_[key.step];
  // Only what can still be among the last lines is looked at, so that a child which prints gigabytes costs
  // little.
  constexpr std::size_t looked_at = lines_kept * line_bytes_max;
  if (bytes.size() > looked_at) bytes.remove_prefix(bytes.size() - looked_at);
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const std::string_view part = bytes.substr(0, end);
    if (step.open_line.size() < line_bytes_max)
      step.open_line.append(part.substr(0, line_bytes_max - step.open_line.size()));
    if (end == std::string_view::npos) return;
    bytes.remove_prefix(end + 1);
    // A carriage return starts the line anew, as progress bars have it.
    if (!step.open_line.empty() && step.open_line.back() == '\r') step.open_line.pop_back();
    const std::size_t anew = step.open_line.rfind('\r');
    if (anew != std::string::npos) step.open_line.erase(0, anew + 1);
    if (!step.open_line.empty()) step.lines.push_back(printable(replace_invalid_utf8(step.open_line), false));
    if (step.lines.size() > lines_kept) step.lines.pop_front();
    step.open_line.clear();
  }
}

std::vector<Row> Picture::rows(StepStatus status, std::size_t most) const {
  std::vector<Row> found;
  if (count(status) == 0) return found;
  for (const Row row : all_) {
    if (found.size() == most) break;
    if (steps_[row].status == status) found.push_back(row);
  }
  return found;
}

std::string counts_text(const Picture& picture) {
  std::string text;
  for (const StepStatus status :
       {StepStatus::running, StepStatus::waiting, StepStatus::failed, StepStatus::succeeded,
        StepStatus::skipped, StepStatus::cancelled, StepStatus::pending}) {
    if (picture.count(status) == 0) continue;
    if (!text.empty()) text += ", ";
    text += std::to_string(picture.count(status)) + " " + std::string(name_of(status));
  }
  return text.empty() ? "no steps" : text;
}

}  // namespace wf::surface
