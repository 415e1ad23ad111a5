// The live view: counts, what waits for people, what runs, what has just ended; the rest in one line.
//
// A run of few steps is shown whole and in order, so that a step keeps its place. In a longer one only what
// moves is shown, and whatever the number of steps and the size of the window, the picture fits into it.
#include <algorithm>
#include <cstdlib>

#include "runtime/base/text.h"
#include "runtime/surface/views.h"

namespace wf::surface {
namespace {

constexpr std::int64_t redraw_ms = 100;
constexpr int rows_max = 24;
constexpr std::size_t whole_max = 16;  // Runs of up to so many steps are shown whole.

struct Look {
  std::string_view mark;
  std::string_view colour;  // The number of an SGR sequence.
};

Look look_of(StepStatus status) {
  switch (status) {
    case StepStatus::pending:
      return {"·", "2"};
    case StepStatus::running:
      return {"▸", "36"};
    case StepStatus::waiting:
      return {"?", "33"};
    case StepStatus::succeeded:
      return {"✓", "32"};
    case StepStatus::failed:
      return {"✗", "31"};
    case StepStatus::skipped:
      return {"-", "2"};
    case StepStatus::cancelled:
      return {"×", "31"};
  }
  return {"·", "2"};
}

// Names of steps differ at their ends (`build-1`, `build-12`), so what is cut is the middle.
std::string fit_name(const std::string& name, int columns) {
  if (display_width(name) <= columns || columns < 5) return fit(name, columns);
  const int tail_columns = columns / 2;
  std::size_t at = 0;
  int left = display_width(name);
  while (left > tail_columns) left -= display_width(next_code_point(name, at));
  return fit(name, columns - left) + name.substr(at);
}

// Whole seconds: tenths that jump are no news.
std::string seconds(std::int64_t ms) {
  return ms < 60'000 ? std::to_string(std::max<std::int64_t>(ms, 0) / 1000) + "s" : elapsed(ms);
}

class Painter {
 public:
  Painter(const Picture& picture, int columns, std::int64_t now_ms, bool colour)
      : picture_(picture), columns_(std::max(columns - 1, 4)), now_ms_(now_ms), colour_(colour) {}

  std::string painted(std::string_view text, std::string_view colour) const {
    const std::string cut = fit(text, columns_);
    return colour_ && !colour.empty() ? "\x1b[" + std::string(colour) + "m" + cut + "\x1b[0m" : cut;
  }

  std::string step(Row row) const {
    const StepPicture& step = picture_.step(row);
    const Look look = look_of(step.status);
    const int id_width = std::min(picture_.id_width(), columns_ / 2);
    std::string rest;
    switch (step.status) {
      case StepStatus::running:
        if (step.due_ms != 0) {
          rest = "again in " + seconds(step.due_ms - now_ms_ + 999) + "  " + printable(step.reason, false);
        } else {
          rest = pad(seconds(now_ms_ - step.started_ms), 6);
          if (step.attempt > 1) rest += " #" + std::to_string(step.attempt);
          if (!step.lines.empty()) rest += " " + step.lines.back();
        }
        break;
      case StepStatus::waiting:
        rest = printable(
            replace_invalid_utf8(std::string_view(step.detail).substr(0, step.detail.find('\n'))), false);
        break;
      case StepStatus::succeeded:
        if (step.started_ms != 0) rest = elapsed(step.ended_ms - step.started_ms);
        break;
      case StepStatus::pending:
        break;
      default:
        rest = printable(step.reason, false);
        break;
    }
    // Only the mark carries colour: a text that is cut must never lose the end of its sequence.
    const std::string text = pad(fit_name(picture_.id(row), id_width), id_width) + "  " + rest;
    const std::string cut = fit(text, columns_ - 2);
    std::string mark(look.mark);
    if (colour_) mark = "\x1b[" + std::string(look.colour) + "m" + mark + "\x1b[0m";
    return mark + " " + cut.substr(0, cut.find_last_not_of(' ') + 1);
  }

 private:
  const Picture& picture_;
  int columns_;
  std::int64_t now_ms_;
  bool colour_;
};

std::string heading(const Picture& picture, std::string_view title, std::int64_t now_ms, int columns) {
  const std::string time = seconds(now_ms - picture.started_ms());
  std::string full = std::string(title) + "  " + counts_text(picture) + "  " + time;
  if (display_width(full) < columns) return full;
  std::string brief;
  for (const StepStatus status :
       {StepStatus::running, StepStatus::waiting, StepStatus::failed, StepStatus::succeeded,
        StepStatus::skipped, StepStatus::cancelled, StepStatus::pending}) {
    if (picture.count(status) != 0)
      brief += std::string(look_of(status).mark) + std::to_string(picture.count(status)) + " ";
  }
  brief += time;
  const int room = columns - 2 - display_width(brief);
  return room >= 8 ? fit(title, room) + " " + brief : brief;
}

// Without the sequences of its colours.
int visible_width(std::string_view line) {
  int width = display_width(line);
  for (std::size_t at = line.find('\x1b'); at != std::string_view::npos; at = line.find('\x1b', at + 1))
    width -= display_width(line.substr(at, line.find('m', at) - at + 1));
  return width;
}

}  // namespace

std::vector<std::string> frame(const Picture& picture, const Words& words, Out::Size size,
                               std::int64_t now_ms, bool colour) {
  const Painter painter(picture, size.columns, now_ms, colour);
  const auto room = static_cast<std::size_t>(std::clamp(size.rows - 2, 1, rows_max));
  std::vector<std::string> lines;
  lines.push_back(painter.painted(heading(picture, words.title, now_ms, size.columns), "1"));

  const bool asks = picture.count(StepStatus::waiting) != 0;
  if (picture.all().size() <= whole_max && picture.all().size() + 2 <= room) {
    for (const Row row : picture.all()) lines.push_back(painter.step(row));
    if (asks) lines.push_back(painter.painted(words.how_to_decide, "2"));
    return lines;
  }
  if (room < 5) return lines;

  // People first: a run stands still until they are heard. Then what runs, longest first, then the latest
  // ends; each keeps at least a line while there is anything to show.
  const std::size_t space = room - 3;  // The heading, what is not shown, and how to decide.
  std::vector<Row> waiting = picture.rows(StepStatus::waiting, space);
  std::vector<Row> running = picture.rows(StepStatus::running, picture.all().size());
  std::stable_sort(running.begin(), running.end(),
                   [&](Row a, Row b) { return picture.step(a).started_ms < picture.step(b).started_ms; });
  std::vector<Row> ended(picture.finished().rbegin(), picture.finished().rend());
  const std::size_t running_all = running.size();
  const std::size_t waiting_room = std::max<std::size_t>(space / 3, 1);
  if (waiting.size() > waiting_room) waiting.resize(waiting_room);
  const std::size_t ended_room = std::min<std::size_t>(ended.size(), std::max<std::size_t>(space / 4, 1));
  const std::size_t running_room = space - waiting.size() - std::min(ended_room, space - waiting.size());
  if (running.size() > running_room) running.resize(running_room);
  const std::size_t left = space - waiting.size() - running.size();
  if (ended.size() > left) ended.resize(left);
  std::reverse(ended.begin(), ended.end());

  for (const Row row : ended) lines.push_back(painter.step(row));
  for (const Row row : running) lines.push_back(painter.step(row));
  for (const Row row : waiting) lines.push_back(painter.step(row));
  std::string rest;
  const auto more = [&rest](std::size_t n, std::string_view what) {
    if (n != 0) rest += (rest.empty() ? "  and " : ", ") + std::to_string(n) + " more " + std::string(what);
  };
  more(running_all - running.size(), "running");
  more(picture.count(StepStatus::waiting) - waiting.size(), "waiting");
  if (!rest.empty()) lines.push_back(painter.painted(rest, "2"));
  if (asks) lines.push_back(painter.painted(words.how_to_decide, "2"));
  return lines;
}

void LiveView::begins(const store::Recovered& from, engine::Loop& loop) {
  loop_ = &loop;
  picture_.recover(from);
  picture_.begin(clock_.wall_ms());
  timer_ = loop.at(clock_.monotonic_ms() + redraw_ms, [this] { tick(); });
}

void LiveView::noticed(const engine::Notice& notice) {
  picture_.notice(notice);
  dirty_ = true;
}

void LiveView::printed(StepKey key, std::uint32_t, std::string_view bytes, bool) {
  picture_.printed(key, bytes);
  dirty_ = true;
}

void LiveView::interrupted(int) {
  words_.title = "ending (once more ends at once)";
  dirty_ = true;
}

void LiveView::tick() {
  const std::int64_t now_ms = clock_.wall_ms();
  // Elapsed times change by the second even when nothing happens.
  if (dirty_ || now_ms / 1000 != second_drawn_) draw(now_ms);
  timer_ = loop_->at(clock_.monotonic_ms() + redraw_ms, [this] { tick(); });
}

void LiveView::erase(std::string& to) const {
  // The window may have been made narrower since: each old line then takes several rows.
  const int columns = out_.size().columns;
  int rows = 0;
  for (const int width : widths_drawn_) rows += std::max(1, (width + columns - 1) / columns);
  if (rows > 0) to += "\x1b[" + std::to_string(rows) + "A";
  to += "\r\x1b[J";
}

void LiveView::draw(std::int64_t now_ms) {
  const bool colour = !std::getenv("NO_COLOR");
  std::string bytes;
  erase(bytes);
  widths_drawn_.clear();
  const Out::Size size = out_.size();
  for (const std::string& line : frame(picture_, words_, size, now_ms, colour)) {
    bytes += line + "\n";
    widths_drawn_.push_back(visible_width(line));
  }
  out_.write(bytes);  // At once: a picture that arrives in pieces flickers.
  dirty_ = false;
  second_drawn_ = now_ms / 1000;
}

void LiveView::ended(const engine::RunEnd&) {
  loop_->cancel(timer_);
  draw(clock_.wall_ms());  // The last picture stays on the screen.
}

}  // namespace wf::surface
