// What a run looks like right now, drawn from notices: the plain lines, the live view and the last words of a
// run all read this.
#pragma once
#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/engine/engine.h"
#include "runtime/store/store.h"
#include "wf/program.h"

namespace wf::surface {

struct StepPicture {
  StepStatus status = StepStatus::pending;
  std::uint32_t attempt = 0;
  std::int64_t started_ms = 0;
  std::int64_t ended_ms = 0;
  std::int64_t due_ms = 0;  // While it waits to be tried again.
  bool produced = false;    // While it waits for a decision: about what it has produced.
  std::string reason;
  std::string detail;  // The error, or what people are asked.
  std::deque<std::string>
      lines;              // The last lines it printed, made printable. Only while it runs or has failed.
  std::string open_line;  // What came after the last line feed, as it came.
};

class Picture {
 public:
  explicit Picture(const Program& program);
  const Program& program() const { return program_; }

  void recover(const store::Recovered& from);
  void notice(const engine::Notice& notice);
  void printed(StepKey key, std::string_view bytes);

  // In plan order, the rows that are anybody's steps.
  const std::vector<Row>& all() const { return all_; }
  const StepPicture& step(Row row) const { return steps_[row]; }
  const std::string& id(Row row) const { return ids_[row]; }  // Printable.
  std::uint32_t count(StepStatus status) const { return counts_[static_cast<std::size_t>(status)]; }
  // Rows that were in a status last, the newest last; at most a screenful is kept.
  const std::deque<Row>& finished() const { return finished_; }
  std::vector<Row> rows(StepStatus status, std::size_t most) const;
  int id_width() const { return id_width_; }
  std::int64_t started_ms() const { return started_ms_; }
  void begin(std::int64_t now_ms) { started_ms_ = now_ms; }

  bool shows(StepKey key) const { return shown(key.step); }
  // What undoes or mends a step, or takes over from the run, is no news unless it runs.
  bool helps(Row row) const {
    return program_.steps[row].undoes != no_row || program_.steps[row].fallback || mends_[row];
  }

 private:
  void set(Row row, StepStatus status);
  bool counts(Row row, StepStatus status) const;
  // A step that somebody wrote; branches are rows too, but nobody's steps.
  bool shown(Row row) const { return row < steps_.size() && program_.steps[row].kind != StepKind::branch; }

  const Program& program_;
  std::vector<StepPicture> steps_;
  std::vector<std::string> ids_;
  std::vector<bool> mends_;
  std::vector<Row> all_;
  std::array<std::uint32_t, 7> counts_{};
  std::deque<Row> finished_;
  int id_width_ = 0;
  std::int64_t started_ms_ = 0;
};

// `2 running, 1 waiting, 12 succeeded`; no word about a status without steps.
std::string counts_text(const Picture& picture);

}  // namespace wf::surface
