// Turns notices into lines of JSON.
#include "runtime/surface/events.h"

#include <algorithm>
#include <optional>

#include "runtime/base/files.h"
#include "runtime/base/json.h"
#include "runtime/base/text.h"
#include "runtime/rules/quantity.h"
#include "runtime/surface/status.h"

namespace wf::surface {
namespace {

constexpr std::int64_t block = 4096;
// Of each stream of an attempt so much is told; `logs` has the rest.
constexpr std::uint64_t output_bytes_max = 1u << 20;

// How many bytes at the end of `text` begin a character that is not whole yet.
std::size_t cut_character(std::string_view text) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size()); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if ((byte & 0xC0) == 0x80) continue;
    const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}

}  // namespace

struct Events::Fields {
  std::optional<StepKey> key;
  std::uint32_t attempt = 0;
  std::string_view status, reason, message, stream, text, budget;
  std::optional<int> exit_code;
  std::int64_t due_ms = 0;
  std::string_view due_name;
  const ReactionRow* loop = nullptr;
  bool cut = false;  // The text is the last that is told of its stream.
};

Sequence::~Sequence() {
  if (last_ >= 0) reserve(last_);
}

void Sequence::reserve(std::int64_t through) {
  // Not synced: after power loss numbers may repeat, as the lines themselves may be lost.
  static_cast<void>(write_file(path_, std::to_string(through), 0600));
  reserved_ = through;
}

std::int64_t Sequence::next() {
  if (last_ < 0) {
    const Result<std::string> text = read_file(path_, 32);
    const Result<std::int64_t> number = text ? rules::parse_integer(*text) : Error{};
    last_ = number ? std::max<std::int64_t>(*number, 0) : 0;
    reserved_ = last_;
    static_cast<void>(make_folders(path_.substr(0, path_.rfind('/')), 0700));
  }
  if (last_ == reserved_) reserve(last_ + block);
  return ++last_;
}

void Events::write(std::string_view event, std::int64_t at_ms, const Fields& fields) {
  if (out_.broken()) return;
  Json line = {{"seq", sequence_.next()}, {"at", format_time(at_ms)}, {"run", run_id_}, {"event", event}};
  if (fields.key && fields.key->step < program_.steps.count) {
    const Text& id = program_.steps[fields.key->step].id;
    line["step"] = std::string_view(id.data, id.size);
    line["attempt"] = fields.attempt;
    line["iteration"] = fields.key->iteration;
  }
  if (fields.loop) {
    const Text& target = program_.steps[fields.loop->target].id;
    line["back_to"] = std::string_view(target.data, target.size);
    if (fields.loop->name.size != 0)
      line["loop"] = std::string_view(fields.loop->name.data, fields.loop->name.size);
  }
  if (!fields.status.empty()) line["status"] = fields.status;
  if (!fields.reason.empty()) line["reason"] = fields.reason;
  if (!fields.message.empty()) line["message"] = fields.message;
  if (fields.exit_code) line["exit_code"] = *fields.exit_code;
  if (fields.due_ms != 0) line[std::string(fields.due_name)] = format_time(fields.due_ms);
  if (!fields.budget.empty())
    if (Result<Json> budget = parse_json(fields.budget)) line["budget"] = std::move(*budget);
  if (!fields.stream.empty()) {
    line["stream"] = fields.stream;
    line["text"] = fields.text;
    if (fields.cut) line["cut"] = true;
  }
  out_.line(write_json(line));
}

void Events::begins(const store::Recovered& from, engine::Loop&) {
  run_id_ = from.run.id;
}

void Events::noticed(const engine::Notice& notice) {
  using What = engine::Notice::What;
  Fields fields;
  fields.key = notice.key;
  fields.attempt = notice.attempt;
  fields.reason = notice.reason;
  fields.message = notice.detail;
  switch (notice.what) {
    case What::run_started:
      return write("run.started", notice.at_ms, {});
    case What::step_started:
      for (const bool is_error : {false, true}) told_.erase({notice.key.step, is_error});
      return write("step.started", notice.at_ms, fields);
    case What::step_retrying:
      fields.due_ms = notice.due_ms;
      fields.due_name = "due";
      return write("step.retrying", notice.at_ms, fields);
    case What::step_finished:
      for (const bool is_error : {false, true}) cut_.erase({notice.key.step, is_error});
      fields.status = name_of(notice.status);
      return write("step.finished", notice.at_ms, fields);
    case What::step_skipped:
      return write("step.skipped", notice.at_ms, fields);
    case What::loop_iterated: {
      fields.due_ms = notice.due_ms;
      fields.due_name = "due";
      fields.loop = engine::reaction_at(program_, notice.key.step, notice.reaction);
      return write("loop.iterated", notice.at_ms, fields);
    }
    case What::criteria_failed:
      fields.status = notice.reason.empty() ? "warning" : "blocked";
      fields.reason = {};
      return write("gate.failed", notice.at_ms, fields);
    case What::escalation_raised:
      return write("escalation.raised", notice.at_ms, fields);
    case What::gate_waiting: {
      fields.due_ms = notice.due_ms;
      fields.due_name = "deadline";
      std::string message = notice.detail;
      if (notice.key.step < program_.steps.count) {
        const Text& id = program_.steps[notice.key.step].id;
        message = asked(message, {id.data, id.size});
      }
      fields.message = message;
      return write("gate.waiting", notice.at_ms, fields);
    }
    case What::gate_decided:
      return write("gate.decided", notice.at_ms, fields);
    case What::budget_updated:
      fields.message = {};
      fields.budget = notice.detail;
      return write("budget.updated", notice.at_ms, fields);
    case What::alert_raised:
      return write("alert.raised", notice.at_ms, fields);
    case What::run_paused:
    case What::run_finished:
      told_end_ = true;  // Written when the end is known whole.
      return;
  }
}

void Events::printed(StepKey key, std::uint32_t attempt, std::string_view bytes, bool is_error) {
  std::string& cut = cut_[{key.step, is_error}];
  std::string text = std::move(cut);
  text += bytes;
  const std::size_t later = cut_character(text);
  cut = text.substr(text.size() - later);
  text.resize(text.size() - later);
  std::uint64_t& told = told_[{key.step, is_error}];
  if (text.empty() || told >= output_bytes_max) return;
  if (text.size() > output_bytes_max - told) {
    std::size_t end = output_bytes_max - told;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    text.resize(end);
    told = output_bytes_max;
  } else {
    told += text.size();
  }
  Fields fields;
  fields.key = key;
  fields.attempt = attempt;
  fields.stream = is_error ? "stderr" : "stdout";
  fields.text = text;
  fields.cut = told >= output_bytes_max;
  write("step.output", clock_.wall_ms(), fields);
}

void Events::ended(const engine::RunEnd& end) {
  // A signal is no news of the run, and so no notice tells of it; it goes on with the next `resume`.
  const bool interrupted = end.reason == reason::interrupted && !is_over(end.status);
  if (!told_end_ && !interrupted) return;
  Fields fields;
  fields.status = name_of(end.status);
  fields.reason = end.reason;
  fields.exit_code = end.exit_code;
  write(interrupted || end.status == RunStatus::waiting ? "run.paused" : "run.finished", clock_.wall_ms(),
        fields);
}

}  // namespace wf::surface
