// One aligned line for each thing that happened, for logs and pipes.
#include <algorithm>

#include "runtime/base/text.h"
#include "runtime/surface/status.h"
#include "runtime/surface/views.h"

namespace wf::surface {
namespace {

std::string first_line(std::string_view text) {
  const std::size_t start = text.find_first_not_of("\r\n\t ");
  if (start == std::string_view::npos) return {};
  text.remove_prefix(start);
  return fit(printable(replace_invalid_utf8(text.substr(0, text.find('\n'))), false), 160);
}

// `exit-code: the command ended with 2`, or the half of it that there is.
std::string why(const engine::Notice& notice) {
  const std::string detail = first_line(notice.detail);
  const std::string reason = printable(notice.reason, false);
  if (reason.empty() || detail.empty()) return reason + detail;
  return reason + ": " + detail;
}

}  // namespace

void PlainView::begins(const store::Recovered& from, engine::Loop&) {
  picture_.recover(from);
  const std::int64_t now_ms = clock_.wall_ms();
  picture_.begin(now_ms);
  line(now_ms, "run", from.steps.empty() ? "started" : "resumed", printable(from.run.id, false));
}

void PlainView::line(std::int64_t at_ms, std::string_view who, std::string_view what, std::string_view more) {
  const int width = std::max(picture_.id_width(), 8);
  std::string text = clock_time(at_ms) + "  " + pad(who, width) + "  ";
  if (more.empty())
    text += what;
  else
    text += pad(what, 9) + "  " + std::string(more);
  out_.line(text);
}

void PlainView::noticed(const engine::Notice& notice) {
  using What = engine::Notice::What;
  const bool about_step = picture_.shows(notice.key);
  const std::int64_t started_ms = about_step ? picture_.step(notice.key.step).started_ms : 0;
  picture_.notice(notice);
  if (!about_step) return;
  const std::string& id = picture_.id(notice.key.step);
  switch (notice.what) {
    case What::step_started:
      line(notice.at_ms, id, "started",
           notice.attempt > 1 ? "attempt " + std::to_string(notice.attempt) : "");
      break;
    case What::step_retrying: {
      const std::int64_t wait_ms = std::max<std::int64_t>(notice.due_ms - notice.at_ms, 0);
      const bool mended = notice.reaction != no_row;
      line(notice.at_ms, id, "failed",
           why(notice) + (mended ? "; to be mended first" : "; again in " + elapsed(wait_ms)));
      break;
    }
    case What::step_finished: {
      std::string more = why(notice);
      if (notice.status == StepStatus::succeeded)
        more = started_ms != 0 ? elapsed(notice.at_ms - started_ms) : "";
      line(notice.at_ms, id, name_of(notice.status), more);
      if (notice.status == StepStatus::failed)
        for (const std::string& printed : picture_.step(notice.key.step).lines)
          out_.line("          " +
                    std::string(static_cast<std::size_t>(std::max(picture_.id_width(), 8)), ' ') + "  | " +
                    printed);
      break;
    }
    case What::step_skipped:
      if (picture_.helps(notice.key.step)) break;
      line(notice.at_ms, id, "skipped", printable(notice.reason, false));
      break;
    case What::loop_iterated: {
      const ReactionRow& loop = *engine::reaction_at(picture_.program(), notice.key.step, notice.reaction);
      line(notice.at_ms, id, "again", "back to " + picture_.id(loop.target));
      break;
    }
    case What::criteria_failed:
      line(notice.at_ms, id, notice.reason.empty() ? "warning" : "refused", first_line(notice.detail));
      break;
    case What::alert_raised:
      line(notice.at_ms, id, "alert", why(notice));
      break;
    case What::escalation_raised:
      line(notice.at_ms, id, "escalated", why(notice));
      break;
    case What::gate_waiting:
      line(notice.at_ms, id, "waiting", first_line(asked(notice.detail, id)));
      break;
    case What::gate_decided:
      line(notice.at_ms, id, "decided", why(notice));
      break;
    default:
      break;
  }
}

void PlainView::printed(StepKey key, std::uint32_t, std::string_view bytes, bool) {
  picture_.printed(key, bytes);
}

void PlainView::interrupted(int) {
  out_.line("interrupted: ending " + std::to_string(picture_.count(StepStatus::running)) +
            " running steps; once more ends them at once");
}

}  // namespace wf::surface
