// How a person watches a run: calm lines where nobody redraws a screen, a small live view on a terminal.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/surface/out.h"
#include "runtime/surface/picture.h"
#include "runtime/surface/run_service.h"

namespace wf::surface {

// `12:00:01  build     succeeded  1.9s`: one line for each thing that happened.
class PlainView final : public Watcher {
 public:
  PlainView(Out& out, Picture& picture, Clock& clock) : out_(out), picture_(picture), clock_(clock) {}
  void begins(const store::Recovered& from, engine::Loop& loop) override;
  void noticed(const engine::Notice& notice) override;
  void printed(StepKey key, std::uint32_t attempt, std::string_view bytes, bool is_error) override;
  void interrupted(int signal) override;

 private:
  void line(std::int64_t at_ms, std::string_view who, std::string_view what, std::string_view more);

  Out& out_;
  Picture& picture_;
  Clock& clock_;
};

// What the live view says besides what it sees.
struct Words {
  std::string title;          // Of the run.
  std::string how_to_decide;  // Shown while a step waits for people.
};

// Redraws in place, at most ten times a second. It neither hides the cursor nor takes over the screen nor
// changes the terminal's mode, so there is nothing to restore, not even after kill -9.
class LiveView final : public Watcher {
 public:
  LiveView(Out& out, Picture& picture, Clock& clock, Words words)
      : out_(out), picture_(picture), clock_(clock), words_(std::move(words)) {}
  void begins(const store::Recovered& from, engine::Loop& loop) override;
  void noticed(const engine::Notice& notice) override;
  void printed(StepKey key, std::uint32_t attempt, std::string_view bytes, bool is_error) override;
  void interrupted(int signal) override;
  void ended(const engine::RunEnd& end) override;

 private:
  void tick();
  void draw(std::int64_t now_ms);
  void erase(std::string& to) const;

  Out& out_;
  Picture& picture_;
  Clock& clock_;
  Words words_;
  engine::Loop* loop_ = nullptr;
  std::uint64_t timer_ = 0;
  bool dirty_ = true;
  std::int64_t second_drawn_ = -1;
  std::vector<int> widths_drawn_;  // Columns of the lines on the screen.
};

// The lines of the live view in a window of that size. Each is at most `columns - 1` wide and holds no
// control character but the sequences of its own colours.
std::vector<std::string> frame(const Picture& picture, const Words& words, Out::Size size,
                               std::int64_t now_ms, bool colour);

}  // namespace wf::surface
